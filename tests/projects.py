"""Whole random projects, as the tables a project file would give: for the laws.

``tables()`` draws one; ``read(table)`` parses it. Every number of money stands as text with its currency, so ``doubled`` can double it.
"""

from __future__ import annotations

import copy
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kenes.project import Project, parse

__all__ = ["INCOME_TAX", "doubled", "f", "own", "plain_mine", "read", "tables"]

Table = dict[str, Any]
MONEY = re.compile(r"^(-?[0-9.eE+-]+) ((?:[kM]|bn )?(?:USD|KZT)(?:/\w+)?|M?(?:USD|KZT))$")


def f(value: object, **more: object) -> Table:
    """A number with a parent."""
    return {"value": value, "source": "fs", **more}


def read(table: Table) -> Project:
    """The project of a table, which is left as it is."""
    return parse(copy.deepcopy(table), text="", where="random")


GOOD = (Path(__file__).parent / "good.toml").read_text(encoding="utf-8")


def good(*changes: tuple[str, str], more: str = "") -> Project:
    """The good file with changes, and with tables added."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    text += "\n" + more
    return parse(tomllib.loads(text), text, "good.toml")


def doubled(part: Any) -> Any:
    """A table with every amount of money twice as large; rates of exchange stay."""
    if isinstance(part, dict):
        return {key: doubled(value) for key, value in part.items()}
    if isinstance(part, list):
        return [doubled(value) for value in part]
    if isinstance(part, str) and not part.endswith("/USD") and (found := MONEY.match(part)):
        return f"{2 * float(found[1])!r} {found[2]}"
    return part


INCOME_TAX: Table = {
    "kind": "income_tax",
    "rate": f("30 %"),
    "loss_years": "unlimited",
    "loss_cap": f("100 %"),
    "closure": "spent",
    "write_off_at_end": True,
    "pool": {"all": {"method": "units_of_production", "takes": "all", "starts": "production"}},
}


def own(**charge: Table) -> Table:
    """A law of these charges alone."""
    return {"title": "own", "why": "a test", "charge": charge}


def plain_mine(**site: Any) -> Table:
    """A small mine without any charge: 10 Mt of copper ore at 1 Mt/y, for tests that need one known thing at a time."""
    base: Table = {
        "name": "mine",
        "country": "ZZZ",
        "entity": "Op",
        "deposit": {"main": {"category": "probable", "tonnage": f("10 Mt"), "grade": {"copper": f("2 %", **{"as": "element"})}}},
        "mine": {
            "capacity": f("1 Mt/y"),
            "recovery": f("100 %"),
            "dilution": f("0 %"),
            "strip_ratio": f(0),
            "ramp_up": {"by_operating_year": ["100 %"], "source": "fs"},
        },
        "plant": {
            "mill": {
                "kind": "beneficiation",
                "product": {"concentrate": {"form": "concentrate", "recovery": {"all": f("90 %")}, "grade": f("30 %", of="copper")}},
            }
        },
        "market": {"concentrate": {"buyer": "smelter", "price": f("8000 USD/t", of="copper")}},
        "cost": {
            "operating": {"all": {"cost": f("40 USD/t"), "per": "ore", "stage": "mining"}},
            "capital": {"plant": {"cost": f("300 MUSD"), "spread": {"by_operating_year": ["50 %", "50 %"], "source": "fs"}}},
        },
        "regime": {"title": "none", "why": "a test", "charge": {}},
    }
    for key, value in site.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = value
    return {
        "project": {
            "name": "Plain",
            "valuation_date": date(2026, 1, 1),
            "money": "nominal USD",
            "inflation": "0 %",
            "discount": {"rate": "10 %", "timing": "end"},
            "sources": {"fs": "A study"},
        },
        "site": [base],
        "entity": [
            {
                "name": "Op",
                "country": base["country"],
                "surplus": "repay",
                "owner": {"Owner": {"share": f("100 %"), "country": base["country"]}},
            }
        ],
    }


# --- strategies ----------------------------------------------------------------------------------------------------------------


def _between(low: float, high: float, step: float) -> st.SearchStrategy[float]:
    return st.integers(0, round((high - low) / step)).map(lambda k: round(low + k * step, 9))


def _percent(low: float, high: float, step: float = 1.0) -> st.SearchStrategy[Table]:
    return _between(low, high, step).map(lambda x: f(f"{x:g} %"))


def _usd(low: float, high: float, step: float, unit: str) -> st.SearchStrategy[Table]:
    """Money in dollars, now and then in tenge."""

    @st.composite
    def draw_it(draw: st.DrawFn) -> Table:
        amount = draw(_between(low, high, step))
        if draw(st.integers(0, 5)) == 0:
            return f(f"{amount * 500:g} {unit.replace('USD', 'KZT')}")
        return f(f"{amount:g} {unit}")

    return draw_it()


def _maybe(draw: st.DrawFn, likely: int = 1) -> bool:
    return draw(st.integers(0, likely)) > 0


@st.composite
def _ramp(draw: st.DrawFn) -> Table:
    return {"by_operating_year": [*draw(st.sampled_from([[], ["40 %"], ["30 %", "70 %"]])), "100 %"], "source": "fs"}


ELEMENTS = ("neodymium", "cerium", "tungsten", "copper")
PRICES = {"neodymium": 70, "cerium": 2, "tungsten": 45, "copper": 9}
OXIDE = {"neodymium": "Nd2O3", "cerium": "CeO2", "tungsten": "WO3", "copper": "copper"}


@st.composite
def _ores(draw: st.DrawFn) -> Table:
    found: Table = {}
    for k in range(draw(st.integers(1, 2))):
        grade = {"neodymium": f(f"{draw(_between(0.2, 2.0, 0.1)):g} %", **{"as": "element"})}
        for element in draw(st.sets(st.sampled_from(ELEMENTS[1:]), max_size=2)):
            grade[element] = f(
                f"{draw(_between(0.1, 2.0, 0.1)):g} %",
                **{"as": draw(st.sampled_from(["element", "oxide"])) if element != "copper" else "element"},
            )
        if _maybe(draw):
            grade["thorium"] = f("150 g/t", **{"as": "element"})
        found[f"ore{k}"] = {
            "category": draw(st.sampled_from(["probable", "indicated", "inferred"])),
            "tonnage": f(f"{draw(_between(2, 14, 0.25)):g} Mt"),
            "grade": grade,
        }
    return found


@st.composite
def _costs(draw: st.DrawFn, product: str, mine: bool, tonnes: bool, law: bool) -> Table:
    """Costs of a site; ``tonnes`` says whether a cost per tonne of ore can be known."""
    costs: Table = {
        "operating": {
            "office": {"cost": draw(_usd(0.5, 6, 0.5, "MUSD/y")), "stage": "general"},
            "making": {
                "cost": draw(_usd(100, 2000, 100, "USD/t")),
                "per": "product",
                "product": product,
                "stage": draw(st.sampled_from(["separation", "beneficiation"])),
            },
        },
        "capital": {
            "plant": {
                "cost": draw(_usd(20, 260, 10, "MUSD")),
                "contingency": draw(_percent(0, 25, 5)),
                "spread": {
                    "by_operating_year": draw(st.sampled_from([["100 %"], ["40 %", "60 %"], ["20 %", "50 %", "30 %"]])),
                    "source": "fs",
                },
            }
        },
    }
    if tonnes:
        costs["operating"]["digging"] = {"cost": draw(_usd(2, 30, 1, "USD/t")), "per": "moved" if mine else "ore", "stage": "mining"}
    if _maybe(draw):
        costs["capital"]["later"] = {
            "cost": draw(_usd(5, 40, 5, "MUSD")),
            "clock": "operation",
            "spread": {"by_operating_year": ["0 %", "50 %", "50 %"], "source": "fs"},
        }
    if _maybe(draw):
        costs["sustaining"] = {
            "yearly": {"cost": draw(_usd(0.5, 5, 0.5, "MUSD/y"))},
            "life": {"cost": draw(_usd(1, 30, 1, "MUSD")), "per": "life"},
        }
    if _maybe(draw):
        costs["closure"] = {
            "cost": draw(_usd(5, 60, 5, "MUSD")),
            "years": f(f"{draw(_between(0.5, 4, 0.25)):g} years"),
            "funded": draw(_percent(0, 100, 25)),
        }
    if _maybe(draw):
        costs["working_capital"] = {part: f(f"{draw(st.integers(0, 120))} days") for part in ("receivable", "inventory", "payable")}
    if _maybe(draw):
        costs["value_added_tax"] = {
            "operating": draw(_percent(0, 60, 10)),
            "capital": draw(_percent(0, 60, 10)),
            "refund_lag": f(f"{draw(st.integers(0, 30))} months"),
        }
        if not law:
            costs["value_added_tax"]["rate"] = draw(_percent(5, 20))
    return costs


@st.composite
def _levy(draw: st.DrawFn, ground: bool) -> Table:
    base = draw(st.sampled_from(["sales", "net_smelter_return", "volume", "profit", *(["extracted", "written_off"] if ground else [])]))
    levy: Table = {"kind": "production_levy", "base": base, "deductible": draw(st.booleans())}
    if base == "volume":
        levy["rate"] = draw(_usd(1, 200, 1, "USD/t"))
    elif base == "profit":
        levy["rate"] = draw(_percent(1, 15))
    elif ground and _maybe(draw):
        if _maybe(draw):
            levy["rate_by_element"] = {element: draw(_percent(0, 10)) for element in ELEMENTS}
        else:
            levy["scale_of"] = "neodymium"
            levy["scale"] = [
                {"up_to": f("60000 USD/t"), "rate": f("3 %")},
                {"up_to": f("90000 USD/t"), "rate": f("5 %")},
                {"rate": f("8 %")},
            ]
    elif base in ("extracted", "written_off"):
        levy["rate_by_element"] = {element: draw(_percent(0, 10)) for element in ELEMENTS}
    else:
        levy["rate"] = draw(_percent(0, 12))
    if base in ("sales", "net_smelter_return", "extracted", "written_off") and _maybe(draw):
        levy["floor_cost_multiple"] = f(draw(_between(0.5, 1.5, 0.1)))
    if _maybe(draw):
        levy["holiday"] = f(f"{draw(_between(0, 5, 0.25)):g} years")
    if draw(st.integers(0, 4)) == 0:
        levy["payee"] = "Royalty holder"
    return levy


@st.composite
def _pool(draw: st.DrawFn, takes: str) -> Table:
    pool: Table = {
        "method": draw(st.sampled_from(["declining", "straight_line", "units_of_production", "immediate"])),
        "takes": takes,
        "starts": draw(st.sampled_from(["spending", "production"])),
    }
    if pool["method"] == "declining":
        pool["rate"] = draw(_percent(10, 40, 5))
        if _maybe(draw):
            pool["first_year_multiple"] = f(draw(st.sampled_from([1, 1.5, 2])))
    if pool["method"] == "straight_line":
        pool["years"] = draw(st.integers(1, 12))
    return pool


@st.composite
def _regime(draw: st.DrawFn, product: str, ground: bool, closure: str | None) -> Table:
    charge: Table = {}
    if _maybe(draw, 4):
        for k in range(draw(st.integers(1, 2))):
            charge[f"levy{k}"] = draw(_levy(ground))
        if _maybe(draw):
            charge["export_duty"] = {
                "kind": "export_duty",
                "rate": draw(_percent(0, 8)),
                "product": [product],
                "deductible": draw(st.booleans()),
            }
        if _maybe(draw):
            during, amount = draw(st.sampled_from(["operation", "licence"])), draw(_usd(0.05, 1, 0.05, "MUSD/y"))
            charge["area_fee"] = {"kind": "fee", "during": during, "amount": amount, "deductible": draw(st.booleans())}
        if _maybe(draw):
            charge["property_tax"] = {"kind": "property_tax", "rate": draw(_percent(0, 2, 0.5)), "deductible": draw(st.booleans())}
        if _maybe(draw, 4):
            takes = draw(st.sampled_from([("all",), ("before production", "after production"), ("before production",)]))
            charge["income_tax"] = {
                "kind": "income_tax",
                "rate": draw(_percent(10, 35)),
                "loss_years": draw(st.sampled_from(["none", "unlimited", 1, 3, 7])),
                "loss_cap": draw(st.sampled_from([f("100 %"), f("50 %"), f("80 %")])),
                "closure": closure or draw(st.sampled_from(["provided", "funded", "spent"])),
                "write_off_at_end": draw(st.booleans()),
                "pool": {f"pool{k}": draw(_pool(one)) for k, one in enumerate(takes)},
            }
            if ground and draw(st.integers(0, 3)) == 0:
                charge["income_tax"]["depletion"] = {"neodymium": f("14 %"), "copper": f("15 %")}
                charge["income_tax"]["depletion_cap"] = f("50 %")
            if draw(st.integers(0, 2)) == 0:
                charge["credit"] = {"kind": "production_credit", "rate": draw(_percent(1, 10))}
        if draw(st.integers(0, 2)) == 0:
            charge["rent_tax"] = {
                "kind": "rent_tax",
                "uplift": draw(_percent(5, 20)),
                "rate": draw(_percent(5, 40, 5)),
                "deductible": False,
            }
        if draw(st.integers(0, 2)) == 0:
            charge["excess_profits"] = {
                "kind": "excess_profits_tax",
                "tiers": [{"up_to": f(0.25), "rate": f("0 %")}, {"up_to": f(0.7), "rate": f("10 %")}, {"rate": f("40 %")}],
            }
        for on in ("dividend", "interest"):
            if _maybe(draw):
                charge[f"withholding_{on}"] = {"kind": "withholding", "on": on, "rate": draw(_percent(5, 20))}
    found: Table = {"title": "a regime of our own", "charge": charge}
    if not charge:
        found["why"] = "none is wanted here"
    return found


@st.composite
def _entity(draw: st.DrawFn, name: str, country: str, sites: list[str], opening: bool, holding: str | None, plain: bool) -> Table:
    """An entity. ``plain``: without what a money book cannot settle when a project fails (see the reports of test_laws)."""
    first = draw(_between(40, 100, 5))
    owner: Table = {}
    abroad = draw(st.sampled_from([country, "USA", "GBR"]))
    if holding is not None:
        owner[holding] = {"share": f(f"{first:g} %"), "country": "GBR"}
    else:
        owner["Lead"] = {"share": f(f"{first:g} %"), "country": abroad, "treaty": draw(st.booleans())}
    if first < 100:
        owner["Tau"] = {
            "share": f(f"{100 - first:g} %"),
            "country": country,
            "kind": draw(st.sampled_from(["state", "company"])),
            "free": draw(st.booleans()),
        }
    found: Table = {"name": name, "country": country, "surplus": draw(st.sampled_from(["repay", "hold"])), "owner": owner}
    lead = next(iter(owner))
    if len(owner) > 1 and not owner["Tau"]["free"]:
        kind = draw(st.integers(0, 3))
        if kind == 1:
            found["carry"] = {
                "carried": "Tau",
                "by": lead,
                "scope": draw(st.sampled_from(["exploration", "construction", "all"])),
                "interest": draw(_percent(0, 10)),
                "repayment": draw(_percent(0, 100, 10)),
            }
            if _maybe(draw):
                found["carry"]["limit"] = draw(_usd(5, 80, 5, "MUSD"))
        if kind == 2:
            found["earn_in"] = {"partner": "Tau", "spend": draw(_usd(5, 60, 5, "MUSD")), "before": draw(_percent(0, 40, 10))}
    if _maybe(draw):
        found["minimum_cash"] = draw(_usd(1, 10, 1, "MUSD"))
    if sites:
        for k in range(draw(st.integers(0, 2))):
            loan: Table = {
                "lender": f"Bank {k}",
                "country": draw(st.sampled_from(["USA", country])),
                "site": draw(st.sampled_from(sites)),
                "share": draw(_percent(10, 45, 5)),
                "rate": draw(_percent(3, 12)),
                "grace": f(f"{draw(_between(0, 2, 0.25)):g} years"),
                "tenor": f(f"{draw(_between(1, 9, 0.5)):g} years"),
                "while_building": draw(st.sampled_from(["capitalised", "paid"])),
                "capitalised_interest": draw(st.sampled_from(["pool", "deducted", "not deductible"])),
                "exempt_interest": draw(st.booleans()),
            }
            if _maybe(draw):
                loan["limit"] = draw(_usd(20, 200, 10, "MUSD"))
            if opening and _maybe(draw):
                loan["balance"] = f(f"{draw(st.integers(1, 30))} MUSD")
            found.setdefault("loan", {})[f"loan{k}"] = loan
    if not plain and draw(st.integers(0, 1)) == 0:
        found["shareholder_loan"] = {"share": draw(_percent(10, 100, 10)), "rate": draw(_percent(0, 10))}
    if opening and _maybe(draw):
        found["opening"] = {"cash": f("12 MUSD"), "paid_in": f("400 MUSD"), "retained": f(f"{draw(st.integers(-20, 20))} MUSD")}
    return found


@st.composite
def tables(
    draw: st.DrawFn, *, law: bool = True, opening: bool = True, closure: str | None = None, plain: bool = True, stops: bool = True
) -> Table:
    """A project as a table.

    law     : whether sites may stand under the law on file; opening : whether there may be balances of the past
    closure : which closure cost every inline income tax deducts (None: any); plain : without shareholder loans; stops : early closure may occur
    """  # noqa: E501
    real = draw(st.booleans())
    inflation = draw(_between(0, 6, 0.5))
    head: Table = {
        "name": "Random",
        "valuation_date": draw(st.sampled_from([date(2026, 1, 1), date(2026, 7, 1), date(2028, 2, 29)])),
        "money": "real 2026 USD" if real else "nominal USD",
        "inflation": f"{inflation:g} %",
        "discount": {"rate": f"{draw(_between(3, 15, 1)):g} %", "timing": draw(st.sampled_from(["start", "mid", "end"]))},
        "sources": {"fs": "A study"},
    }
    if real and _maybe(draw):
        head["discount"]["money"] = draw(st.sampled_from(["real", "nominal"]))
    rate: Any = f("500 KZT/USD")
    if _maybe(draw):
        rate = {"by_year": {"2026": "500 KZT/USD", "2030": "650 KZT/USD", "2034": "620 KZT/USD"}, "source": "fs"}
    currency: Table = {"KZT": {"rate": rate}}
    if _maybe(draw):
        currency["KZT"]["inflation"] = f"{draw(_between(0, 12, 1)):g} %"

    country = draw(st.sampled_from(["KAZ", "KAZ", "USA", "ZZZ", "ZZZ"] if law else ["KAZ", "ZZZ"]))
    links = draw(st.integers(1, 3))
    stated = links == 1 and country != "KAZ" and draw(st.integers(0, 2)) == 0
    second = draw(st.sampled_from([country, "USA"] if law else [country]))
    countries = [country, second, second][:links]
    names = ["mine", "separation", "smelter"][:links]
    one_firm = draw(st.booleans())
    firms = {
        name: ("Op" if one_firm or countries[k] == country else "Sep") if countries[k] == country else "Sep" for k, name in enumerate(names)
    }
    if not one_firm and links > 1 and second == country:
        firms[names[-1]] = "Sep"
    sites: list[Table] = []
    has_deposit = not stated
    own_law = {name: law and countries[k] in ("KAZ", "USA") and _maybe(draw, 3) for k, name in enumerate(names)}
    shared_regime: dict[str, Table] = {}
    for k, name in enumerate(names):
        last = k == links - 1
        product = ["concentrate", "oxide", "metal"][k]
        site: Table = {"name": name, "country": countries[k], "entity": firms[name]}
        if k == 0 and own_law[name] and countries[k] == "KAZ":
            site["licence_date"], site["ground_held_before"] = draw(
                st.sampled_from([(date(2026, 3, 1), False), (date(2027, 5, 1), False), (date(2027, 5, 1), True)])
            )
            if site["licence_date"].year == 2026 and _maybe(draw):
                site["signed"], site["stabilised"] = (
                    date(2026, 2, 1),
                    draw(st.sampled_from([["income_tax"], ["extraction_tax", "income_tax"]])),
                )
        if _maybe(draw):
            site["permit"] = {
                "explore": {"duration": f(f"{draw(st.integers(1, 30))} months"), "cost": draw(_usd(1, 10, 1, "MUSD")), "exploration": True},
                "grant": {"duration": f(f"{draw(_between(0.25, 2, 0.25)):g} years"), "cost": draw(_usd(0, 5, 1, "MUSD"))},
            }
        if k == 0 and stated:
            site["production"] = {
                "life": f(f"{draw(_between(3, 15, 0.25)):g} years"),
                "category": "probable",
                "ramp_up": draw(_ramp()),
                "ore": f("1 Mt/y"),
                "product": {product: {"rate": f(f"{draw(st.integers(2, 30))} kt/y", of="product"), "form": "concentrate"}},
            }
        elif k == 0:
            ores = draw(_ores())
            site["deposit"] = ores
            site["mine"] = {
                "capacity": f(f"{draw(_between(0.5, 2, 0.1)):g} Mt/y"),
                "recovery": draw(_percent(80, 100, 5)),
                "dilution": draw(_percent(0, 15, 5)),
                "strip_ratio": f(draw(_between(0, 5, 0.5))),
                "ramp_up": draw(_ramp()),
            }
            if len(ores) > 1:
                site["mine"]["order"] = draw(st.sampled_from(["together", "in turn"]))
            site["plant"] = {
                "mill": {
                    "kind": "beneficiation",
                    "product": {
                        product: {"form": "concentrate", "recovery": {"all": draw(_percent(50, 95, 5))}, "mass_pull": draw(_percent(2, 12))}
                    },
                    "residue": {"mass_pull": f("90 %"), "handling": draw(_usd(0.1, 2, 0.1, "USD/t"))},
                }
            }
        else:
            site["plant"] = {
                "works": {
                    "kind": "separation" if k == 1 else "metallurgy",
                    "product": {
                        product: {
                            "form": "product",
                            "recovery": {"neodymium": draw(_percent(80, 98, 3)), "all": f("1 %")},
                            "mass_pull": f("35 %"),
                        },
                        f"rest of {name}": {
                            "form": "product",
                            "recovery": {"all": f("60 %"), "neodymium": f("1 %")},
                            "mass_pull": f("50 %"),
                        },
                    },
                }
            }
            site["unsold"] = {
                f"rest of {name}": {"fate": draw(st.sampled_from(["stored", "disposed"])), "cost": draw(_usd(0, 50, 10, "USD/t"))}
            }
        elements = (
            sorted({element for ore in sites[0]["deposit"].values() for element in ore["grade"]} - {"thorium"}) if k and has_deposit else []
        )
        if k == 0 and has_deposit:
            elements = sorted({element for ore in site["deposit"].values() for element in ore["grade"]} - {"thorium"})
        site["exchange_price"] = {element: f(f"{PRICES[element]} USD/kg", of=element) for element in ELEMENTS}

        def pricing(elements: list[str] = elements) -> Table:
            share = draw(_between(30, 100, 5))
            if not elements:
                return {"price": f(f"{draw(_between(1, 9, 0.5)):g} USD/kg", of="product"), "payable": f("95 %")}
            if _maybe(draw):
                return {
                    "basket": {element: f(f"{PRICES[element]} USD/kg", of=OXIDE[element]) for element in elements},
                    "payable": f(f"{share:g} %"),
                    "realisation": draw(_percent(50, 100, 10)),
                }
            kind = draw(st.sampled_from(["product", "Nd2O3", "neodymium"]))
            return {"price": f(f"{2 if kind == 'product' else draw(_between(30, 120, 5)):g} USD/kg", of=kind), "payable": f(f"{share:g} %")}

        border: Table | None = None
        to = "USA" if last else countries[k + 1]
        if to == "USA" and countries[k] != "USA":
            border = {
                "to": "USA",
                "importer": draw(st.sampled_from(["buyer", "seller"])),
                "terms": draw(st.sampled_from(["FOB", "delivered"])),
                "passed_back": draw(_percent(0, 100, 50)),
            }
            if countries[k] == "KAZ" and _maybe(draw):
                border["line"] = draw(st.sampled_from(["2846.90.80", "8101.94.00", *(["2611.00.60"] if has_deposit else [])]))
            else:
                border["unclassified"] = "a test"
        if last:
            sale: Table = {"buyer": "Trader", **pricing()}
            if _maybe(draw):
                sale["freight"] = draw(_usd(10, 300, 10, "USD/t"))
            if _maybe(draw):
                sale["treatment_charge"] = draw(_usd(10, 200, 10, "USD/t"))
            if border is not None and _maybe(draw):
                sale["border"] = border
            site["market"] = {product: sale}
        else:
            # A price from above and one from below that meet in one site would wait for each other.
            held = k > 0 and sites[-1]["transfer"]["concentrate"]["method"] == "netback"
            method = draw(st.sampled_from(["market", "netback", *([] if held else ["cost_plus"])]))
            transfer: Table = {"to": names[k + 1], "method": method, "source": "a contract of the test"}
            if method == "market":
                transfer["pricing"] = pricing()
            elif method == "netback":
                transfer["margin"] = draw(_percent(0, 30, 5))
            else:
                transfer["markup"] = draw(_percent(0, 30, 5))
            if _maybe(draw):
                transfer["freight"] = draw(_usd(5, 100, 5, "USD/t"))
            if border is not None:
                transfer["border"] = border
            site["transfer"] = {product: transfer}
        site["cost"] = draw(_costs(product, k == 0 and has_deposit, k == 0, own_law[name] and countries[k] == "KAZ"))
        if not own_law[name]:
            regime = draw(_regime(product, k == 0 and has_deposit, closure))
            site["regime"] = regime
            shared_regime.setdefault(firms[name], regime)
            if any(one["kind"] == "production_credit" for one in regime["charge"].values()) and _maybe(draw, 3):
                site["credit"] = {
                    "product": [product],
                    "stage": ["separation", "beneficiation", "general"],
                    "prohibited_foreign_entity": draw(st.integers(0, 3)) == 0,
                    "monetisation": draw(_percent(50, 100, 10)),
                }
        if opening and draw(st.integers(0, 3)) == 0:
            pools = list(site["regime"]["charge"].get("income_tax", {}).get("pool", {})) if not own_law[name] else []
            kept: Table = {}
            if not own_law[name] and pools:
                kept["pool"] = {pools[0]: f("15 MUSD")}
                kept["losses"] = {"2019": f("4 MUSD"), "2024": f("9 MUSD")}
            kept["book"] = f("20 MUSD")
            site["opening"] = kept
        if stops and draw(st.integers(0, 5)) == 0:
            site["early_closure"] = {"years": draw(st.integers(1, 3))}
        sites.append(site)
    entities: list[Table] = []
    for firm in dict.fromkeys(firms.values()):
        own = [name for name in names if firms[name] == firm]
        holding = "Holding" if draw(st.integers(0, 2)) == 0 else None
        entities.append(draw(_entity(firm, next(s["country"] for s in sites if s["entity"] == firm), own, opening, holding, plain)))
        if any("opening" in site for site in sites if site["entity"] == firm):
            # What stands in the books was paid in once (test_found has the case without).
            entities[-1].setdefault("opening", {}).setdefault("paid_in", f("400 MUSD"))
        if holding and not any(entity["name"] == "Holding" for entity in entities):
            entities.append(
                {
                    "name": "Holding",
                    "country": "GBR",
                    "surplus": "repay",
                    "owner": {"Sponsor": {"share": f("70 %"), "country": "GBR"}, "Fund": {"share": f("30 %"), "country": "USA"}},
                }
            )
            if opening:
                # What a firm below holds from before was once paid in here too.
                entities[-1]["opening"] = {"paid_in": f("900 MUSD")}
    return {"project": head, "currency": currency, "site": sites, "entity": entities}
