"""Numbers printed by others, or worked by hand in the text: law, borders, depreciation, Bluecap. No saved output of ours."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kenes import deposit, fiscal, regime, trade, units, worth
from kenes.appraise.plan import plan
from kenes.appraise.run import Run, run
from kenes.facts import read_rule
from kenes.regime import Licence
from kenes.timeline import Timeline, years_between
from projects import f, plain_mine, read

GOLDEN = Path(__file__).parent / "golden"
LAW = tomllib.loads((GOLDEN / "law.toml").read_text(encoding="utf-8"))
BLUECAP = tomllib.loads((GOLDEN / "bluecap.toml").read_text(encoding="utf-8"))["case"]
Table = dict[str, Any]


def lived(table: Table) -> Run:
    return run(plan(read(table)))


def line(done: Run, name: str) -> list[float]:
    """Yearly amounts of all entries of a name."""
    count = done.plan.timeline.count
    return [sum(float(one.amount[t]) for one in done.money if one.name == name) for t in range(count)]


def under_law(country: str, **site: Any) -> Table:
    """The plain mine under the law on file, money in USD and KZT at 500."""
    table = plain_mine(country=country, regime=None, **site)
    table["currency"] = {"KZT": {"rate": f("500 KZT/USD")}}
    return table


OLD = {"licence_date": date(2026, 6, 1), "ground_held_before": False}
NEW = {"licence_date": date(2027, 3, 1), "ground_held_before": False}


def tungsten_mine(*, grade: Table, sale: Table) -> Table:
    """A Kazakh mine of 10 Mt at 1 % tungsten, of which the mill recovers 90 %; ``grade`` of its concentrate, and its ``sale``."""
    product = {"concentrate": {"form": "concentrate", "recovery": {"all": f("90 %")}, "grade": grade}}
    return under_law(
        "KAZ",
        **OLD,
        deposit={"main": {"category": "probable", "tonnage": f("10 Mt"), "grade": {"tungsten": f("1 %", **{"as": "element"})}}},
        plant={"mill": {"kind": "beneficiation", "product": product}},
        market={"concentrate": sale},
    )


# --- levies of the law ---------------------------------------------------------------------------------------------------------

GOLD = [(price, rate) for case in LAW["levy"] for price, rate in case["cases"]]


def _licence(**given: Any) -> Licence:
    return Licence(
        **{"day": date(2026, 6, 1), "held_before": False, "extracts": True, "tailings": False, "signed": None, "stabilised": (), **given}
    )


@pytest.mark.parametrize(("price", "expect"), GOLD)
def test_gold_bracket_of_the_rule_file(price: float, expect: float) -> None:
    timeline = Timeline(date(2026, 1, 1), 3, "end", None, 0.0)
    levy = next(charge for charge in regime.from_law("KAZ", _licence(), timeline).charges if charge.kind == "production_levy")
    ounce, _ = units.parse(f"{price} USD/oz", "money/t")
    steps = [(upper.calendar[1], rate.calendar[1]) for upper, rate in levy.scale["gold"]]
    assert fiscal.bracket_rate(ounce, steps) == expect


@pytest.mark.parametrize(("price", "expect"), GOLD)
def test_gold_bracket_in_a_whole_project(price: float, expect: float) -> None:
    """After the holiday, the levy is the rate times what was extracted at its quotation."""
    table = under_law(
        "KAZ",
        **OLD,
        exchange_price={"gold": f(f"{price} USD/oz", of="gold")},
        deposit={"main": {"category": "probable", "tonnage": f("10 Mt"), "grade": {"gold": f("2 g/t")}}},
        plant={
            "mill": {
                "kind": "beneficiation",
                "product": {"dore": {"form": "concentrate", "recovery": {"all": f("90 %")}, "grade": f("80 %", of="gold")}},
            }
        },
        market={"dore": {"buyer": "refiner", "price": f(f"{price} USD/oz", of="gold")}},
    )
    done = lived(table)
    ounces = 1e6 * 2 / 31.1034768
    assert line(done, "extraction_tax")[9] == pytest.approx(expect * ounces * price, rel=1e-9)


@pytest.mark.parametrize(
    ("element", "expect"), [(element, rate) for case in LAW["rate"] for element, rate in case["rates"].items() if element != "copper"]
)
def test_rate_of_an_element_in_a_whole_project(element: str, expect: float) -> None:
    """Not quoted on an exchange: the own price of the concentrate, over all that was extracted (the plant recovers 90 %)."""
    table = under_law(
        "KAZ",
        **OLD,
        deposit={"main": {"category": "probable", "tonnage": f("10 Mt"), "grade": {element: f("3 %", **{"as": "element"})}}},
        plant={
            "mill": {
                "kind": "beneficiation",
                "product": {"concentrate": {"form": "concentrate", "recovery": {"all": f("90 %")}, "grade": f("40 %", of=element)}},
            }
        },
        market={"concentrate": {"buyer": "smelter", "price": f("9 USD/kg", of=element)}},
    )
    done = lived(table)
    assert line(done, "extraction_tax")[9] == pytest.approx(expect * 1e6 * 0.03 * 9000, rel=1e-9)


def test_cost_floor_of_the_extraction_tax() -> None:
    """Art. 780: never below 1.2 times the cost of mining and primary processing. Cost 40 USD/t x 1 Mt, sales of 9 MUSD."""
    table = tungsten_mine(grade=f("40 %", of="tungsten"), sale={"buyer": "smelter", "price": f("1 USD/kg", of="tungsten")})
    assert line(lived(table), "extraction_tax")[9] == pytest.approx(0.078 * 1.2 * 40e6, rel=1e-9)


@pytest.mark.parametrize(("form", "expect"), list(LAW["royalty"][0]["rates"].items()))
def test_royalty_by_form_in_a_whole_project(form: str, expect: float) -> None:
    if form == "ore":
        table = under_law("KAZ", **NEW, plant=None, market={"ore": {"buyer": "mill", "price": f("150 USD/t", of="product")}})
        sales = 150e6
    else:
        product = {"goods": {"form": form, "recovery": {"all": f("90 %")}, "grade": f("30 %", of="copper")}}
        table = under_law(
            "KAZ",
            **NEW,
            plant={"mill": {"kind": "beneficiation", "product": product}},
            market={"goods": {"buyer": "smelter", "price": f("8000 USD/t", of="copper")}},
        )
        sales = 144e6
    table["site"][0]["exchange_price"] = {"copper": f("8000 USD/t", of="copper")}
    done = lived(table)
    assert not any(line(done, "extraction_tax")), "one levy, not both"
    assert line(done, "royalty")[5] == pytest.approx(expect * sales, rel=1e-9)


def test_ground_once_held_stays_under_the_extraction_tax() -> None:
    table = under_law(
        "KAZ", licence_date=date(2027, 3, 1), ground_held_before=True, exchange_price={"copper": f("8000 USD/t", of="copper")}
    )
    done = lived(table)
    assert not any(line(done, "royalty")) and any(line(done, "extraction_tax"))


# --- the border ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """A timeline of one day, so that a duty by day of entry can be read."""

    valuation: date
    count: int = 1

    def begins(self, t: int) -> date:
        return self.valuation + timedelta(days=t)


@pytest.mark.parametrize(("day", "number", "expect"), [tuple(case) for table in LAW["border"] for case in table["cases"]], ids=str)
def test_duty_by_day_of_entry(day: date, number: str, expect: float) -> None:
    border = trade.Border.model_validate({"to": "USA", "line": number, "importer": "buyer", "terms": "FOB", "passed_back": f("0 %")})
    assert trade.read_tariff(border, "KAZ", Day(day)).ad_valorem[0] == pytest.approx(expect, abs=1e-12)


def test_duty_of_a_year_is_weighted_by_days() -> None:
    """From 2025-08-15: 193 days at 25 %, 150 at 10 %, 22 at 12.5 %, besides 6.6 %."""
    border = trade.Border.model_validate({"to": "USA", "line": "8101.94.00", "importer": "buyer", "terms": "FOB", "passed_back": f("0 %")})
    tariff = trade.read_tariff(border, "KAZ", Timeline(date(2025, 8, 15), 1, "end", None, 0.0))
    assert tariff.ad_valorem[0] == pytest.approx(0.066 + (193 * 0.25 + 150 * 0.10 + 22 * 0.125) / 365, abs=1e-12)


def test_specific_duty_of_tungsten_concentrate() -> None:
    """37.5 cents a kilogram of tungsten (2611.00.60): 1 Mt x 1 % x 90 % = 9,000 t of tungsten a year."""
    border = {"to": "USA", "line": "2611.00.60", "importer": "buyer", "terms": "FOB", "passed_back": f("100 %")}
    table = tungsten_mine(grade=f("50 %", of="WO3"), sale={"buyer": "Trader", "price": f("30 USD/kg", of="WO3"), "border": border})
    assert line(lived(table), "import_duty")[5] == pytest.approx(0.375 * 9_000_000, rel=1e-9)


# --- losses, depreciation ------------------------------------------------------------------------------------------------------


def test_losses_expire_after_ten_years() -> None:
    """100 lost in year 1, 50 in year 5, ten years to use them; profits of 30 and 100 in years 12 and 13: 30 is used, then 20."""
    profits = [0.0, -100, 0, 0, 0, -50, 0, 0, 0, 0, 0, 0, 30, 100]
    made = [0.0]
    losses, used = fiscal.Losses(), []
    for t in range(1, 14):
        expired = made[t - 11] if t >= 11 else 0.0
        taken, losses = fiscal.use_losses(float(profits[t]), losses, expired, 1.0)
        made.append(losses.made)
        used.append(taken)
    assert used[11:] == [30.0, 20.0] and not any(used[:11])


@pytest.mark.parametrize(
    ("years", "expect"),
    [(10, {12: 0.0, 13: 24.0}), (11, {12: 0.0, 13: 15.0}), ("none", {12: 9.0, 13: 30.0}), ("unlimited", {12: 0.0, 13: 0.0})],
)
def test_losses_expire_in_a_whole_project(years: Any, expect: dict[int, float]) -> None:
    """The same in a project: sales of 200 a year against a cost of 200, but 100 in year 1, 150 in year 5, 230 and 300 in years 12 and 13; tax 30 %.

    With eleven years the loss of year 1 still counts in year 12 (30 of it), and in year 13 only the 50 of year 5 and nothing of year 1.
    """  # noqa: E501
    price = {
        "2026": "1000 USD/t",
        "2027": "2000 USD/t",
        "2030": "1500 USD/t",
        "2031": "2000 USD/t",
        "2037": "2300 USD/t",
        "2038": "3000 USD/t",
        "2039": "2000 USD/t",
    }
    table = plain_mine(
        deposit=None,
        mine=None,
        plant=None,
        production={
            "life": f("15 years"),
            "category": "probable",
            "ramp_up": {"by_operating_year": ["100 %"], "source": "fs"},
            "product": {"goods": {"rate": f("100 kt/y", of="product")}},
        },
        market={"goods": {"buyer": "Trader", "price": {"by_year": price, "source": "fs", "of": "product"}}},
        cost={"operating": {"all": {"cost": f("200 MUSD/y"), "stage": "general"}}},
        regime={
            "title": "own",
            "charge": {
                "income_tax": {
                    "kind": "income_tax",
                    "rate": f("30 %"),
                    "loss_years": years,
                    "loss_cap": f("100 %"),
                    "closure": "spent",
                    "write_off_at_end": True,
                    "pool": {"all": {"method": "immediate", "takes": "all", "starts": "spending"}},
                }
            },
        },
    )
    due = line(lived(table), "income_tax")
    assert {year: due[year - 1] / 1e6 for year in expect} == pytest.approx(expect, abs=1e-9)


@pytest.mark.parametrize("case", LAW["declining"], ids=lambda case: case["source"])
def test_declining_balance_of_a_spreadsheet(case: Table) -> None:
    balance, found = 0.0, []
    for year in range(len(case["expect"])):
        added = float(case["cost"]) if year == 0 else 0.0
        step = fiscal.declining(balance, added, rate=case["rate"], first_year=case["first"] / 12, over=0.0)
        balance = step.balance
        found.append(step.deduction)
    assert found == pytest.approx(case["expect"], abs=case["within"])


def test_preproduction_pool_and_machinery_of_a_whole_project() -> None:
    """Art. 304-310 and 280: 25 % of the balance of what was built before; machinery 50 % in its first year, then 25 %. Tax 20 %.

    Sales 1 Mt x 2 % x 90 % x 8,000 = 144; cost 40; built 300 in two years; 8 of machinery a year. The extraction tax has its holiday (the rate
    of return is below 15 % still); property tax 1.5 % of the average book value, which falls with the ore, one tenth a year.
    """  # noqa: E501
    table = under_law("KAZ", **OLD, exchange_price={"copper": f("8000 USD/t", of="copper")})
    table["site"][0]["cost"]["sustaining"] = {"machines": {"cost": f("8 MUSD/y")}}
    done = lived(table)
    book, pool, machines, expect = 300.0, 300.0, 0.0, []
    for year in range(3):
        after = (book + 8) * (1 - 1 / (10 - year))
        property_tax = 0.015 * (book + after) / 2
        before = 0.25 * pool
        engines = 0.25 * machines + 0.50 * 8
        expect.append(0.20 * (144 - 40 - before - engines - property_tax))
        book, pool, machines = after, pool - before, machines + 8 - engines
    assert expect[0] == pytest.approx(0.20 * (144 - 40 - 75 - 4 - 4.329))
    assert line(done, "extraction_tax")[2:5] == [0.0, 0.0, 0.0]
    assert [due / 1e6 for due in line(done, "income_tax")[:5]] == pytest.approx([0.0, 0.0, *expect], rel=1e-9)


def test_dividend_withholding_by_slices() -> None:
    """Art. 682(1)(6): 5 % up to 230,000 MCI of 4,325 tenge, 15 % above. At 500 tenge a dollar the slice ends at 1,989,500 dollars."""
    table = under_law("KAZ", **OLD, exchange_price={"copper": f("8000 USD/t", of="copper")})
    table["entity"][0]["owner"] = {
        "Lead": {"share": f("60 %"), "country": "GBR"},
        "Small": {"share": f("20 %"), "country": "GBR"},
        "Tau": {"share": f("20 %"), "country": "KAZ", "kind": "state"},
    }
    done = lived(table)
    edge = 230_000 * 4_325 / 500
    assert edge == 1_989_500
    seen = 0
    for t in range(done.plan.timeline.count):
        got = {one.payee: float(one.amount[t]) for one in done.money if one.name == "dividend"}
        held = {one.payer: float(one.amount[t]) for one in done.money if one.name == "dividend_withholding"}
        if got["Lead"] > edge:
            seen += 1
            assert held["Lead"] == pytest.approx(0.05 * edge + 0.15 * (got["Lead"] - edge))
            assert held["Small"] == pytest.approx(0.15 * got["Small"]), "below a quarter: one rate"
            assert "Tau" not in held
    assert seen > 3


# --- the United States ---------------------------------------------------------------------------------------------------------


def _american(**site: Any) -> Table:
    return under_law(
        "USA",
        deposit={"main": {"category": "probable", "tonnage": f("12 Mt"), "grade": {"neodymium": f("2 %", **{"as": "element"})}}},
        cost={
            "operating": {
                "mining": {"cost": f("40 USD/t"), "per": "ore", "stage": "mining"},
                "separating": {"cost": f("30 MUSD/y"), "stage": "separation"},
            },
            "capital": {"plant": {"cost": f("1 MUSD"), "spread": {"by_operating_year": ["100 %"], "source": "fs"}}},
        },
        **site,
    )


def test_production_credit_phases_out() -> None:
    """45X: 10 % of the cost of making; 75, 50 and 25 % of it in 2031 to 2033, none from 2034. Separation costs 30 a year from 2027."""
    product = {"oxide": {"form": "product", "recovery": {"neodymium": f("90 %")}, "grade": f("99 %", of="Nd2O3")}}
    table = _american(
        plant={"separation": {"kind": "separation", "product": product}},
        market={"oxide": {"buyer": "Trader", "price": f("60 USD/kg", of="Nd2O3")}},
        credit={"product": ["oxide"], "stage": ["separation"], "prohibited_foreign_entity": False, "monetisation": f("90 %")},
    )
    done = lived(table)
    share = [0, 1, 1, 1, 1, 0.75, 0.50, 0.25, 0, 0]
    assert [x / 1e6 for x in line(done, "advanced_manufacturing_credit")[:10]] == pytest.approx([0.9 * 3.0 * one for one in share])
    assert [x / 1e6 for x in line(done, "advanced_manufacturing_credit: discount")[:10]] == pytest.approx(
        [0.1 * 3.0 * one for one in share]
    )


@pytest.mark.parametrize(("price", "depletion"), [(20, 0.14 * 360), (5, 0.50 * (90 - 70))])
def test_percentage_depletion_and_its_cap(price: float, depletion: float) -> None:
    """26 USC 613: 14 % of gross income from mining, at most half of the taxable income before it. 18,000 t of metal a year, cost 70, tax 21 %."""  # noqa: E501
    product = {"concentrate": {"form": "concentrate", "recovery": {"all": f("90 %")}, "grade": f("40 %", of="neodymium")}}
    table = _american(
        plant={"mill": {"kind": "beneficiation", "product": product}},
        market={"concentrate": {"buyer": "Trader", "price": f(f"{price} USD/kg", of="neodymium")}},
    )
    sales = 18.0 * price
    assert line(lived(table), "income_tax")[4] / 1e6 == pytest.approx(0.21 * (sales - 70 - depletion))


def test_four_fifths_of_a_profit_may_be_sheltered() -> None:
    """Losses after 2017: at most 80 % of taxable income. 1,000 written off at once in the first year of production; then 360 - 70 a year."""  # noqa: E501
    product = {"oxide": {"form": "product", "recovery": {"all": f("90 %")}, "grade": f("90 %", of="neodymium")}}
    table = _american(
        plant={"separation": {"kind": "separation", "product": product}},
        market={"oxide": {"buyer": "Trader", "price": f("20 USD/kg", of="neodymium")}},
    )
    table["site"][0]["cost"]["capital"]["plant"]["cost"] = f("1000 MUSD")
    due = [x / 1e6 for x in line(lived(table), "income_tax")]
    # lost 1000 - 290 = 710; then 232 and 232 used; 246 left: 232; 14 left.
    assert due[1:6] == pytest.approx([0, 0.21 * 58, 0.21 * 58, 0.21 * 58, 0.21 * (290 - 14)])


# --- Bluecap -------------------------------------------------------------------------------------------------------------------


def _bluecap(case: Table, royalties: list[float]) -> tuple[list[float], list[float]]:
    """Taxes and after-tax flow: straight line over the rest of the life, losses for ever, flows at the end of the year."""
    life, balance, losses = len(case["revenue"]), 0.0, fiscal.Losses()
    taxes, flows = [], []
    for t in range(life):
        step = fiscal.units_of_production(balance, case["capital"][t], portion=1.0, left=float(life - 1 - t), over=0.0)
        balance = step.balance
        profit = case["revenue"][t] - case["operating"][t] - royalties[t] - step.deduction
        due, losses = fiscal.income_tax(profit, losses, 0.0, rate=case["tax_rate"], shelter=1.0)
        taxes.append(due)
        flows.append(case["revenue"][t] - case["operating"][t] - case["capital"][t] - royalties[t] - due)
    return taxes, flows


@pytest.mark.parametrize("case", BLUECAP, ids=lambda case: case["name"])
def test_bluecap_taxes_flow_and_worth(case: Table) -> None:
    taxes, flows = _bluecap(case, case["royalties"])
    at = worth.discount_times(len(flows), "end")
    assert taxes == pytest.approx(case["income_tax"], rel=1e-6, abs=1.0)
    assert flows == pytest.approx(case["after_tax"], rel=1e-6, abs=1.0)
    assert worth.npv(flows, case["discount_rate"], at=at) - case["bond"] == pytest.approx(case["npv_after_tax"], rel=1e-6)
    before = [case["revenue"][t] - case["operating"][t] - case["capital"][t] for t in range(len(flows))]
    assert worth.npv(before, case["discount_rate"], at=at) - case["bond"] == pytest.approx(case["npv_pre_tax"], rel=1e-6)


@pytest.mark.parametrize("case", [case for case in BLUECAP if min(case["royalties"]) < 0], ids=lambda case: case["name"])
def test_bluecap_differs_where_it_pays_a_royalty_to_the_mine(case: Table) -> None:
    """Difference: in its first year Bluecap lets a royalty on profit or net value be negative, a payment of the state to a mine without sales.

    Ours is never negative. The loss of that year is larger by the missing payment, so a later tax falls by 30 % of it.
    """  # noqa: E501
    ours = [max(royalty, 0.0) for royalty in case["royalties"]]
    taxes, flows = _bluecap(case, ours)
    rate = case["discount_rate"]
    at = worth.discount_times(len(flows), "end")
    printed = case["npv_after_tax"] + case["bond"]
    missing = [max(-royalty, 0.0) for royalty in case["royalties"]]
    relief = [theirs - due for theirs, due in zip(case["income_tax"], taxes, strict=True)]
    assert sum(relief) <= case["tax_rate"] * sum(missing) * (1 + 1e-6)
    expect = printed - worth.npv(missing, rate, at=at) + worth.npv(relief, rate, at=at)
    assert worth.npv(flows, rate, at=at) == pytest.approx(expect, rel=1e-6)
    assert worth.npv(flows, rate, at=at) < printed
    if not any(missing[1:]):
        first = next(t for t, due in enumerate(taxes) if due > 0)
        assert relief[first] == pytest.approx(case["tax_rate"] * missing[0], rel=1e-3)


# --- arithmetic of headlines ---------------------------------------------------------------------------------------------------


def test_contained_metal_of_a_headline() -> None:
    """20 Mt at 700 g/t hold 14,000 t; 935,400 t would need 1,336 Mt at that grade, or 4.68 % in that tonnage."""
    tonnes, grade = units.parse("20 Mt", "t")[0], units.parse("700 g/t", "1")[0]
    assert deposit.contained(tonnes, {"rare_earths": grade}) == pytest.approx({"rare_earths": 14_000})
    assert 935_400 / grade / 1e6 == pytest.approx(1_336, abs=0.5)
    assert 935_400 / tonnes == pytest.approx(0.0468, abs=5e-5)


def test_years() -> None:
    assert years_between(date(2024, 2, 29), date(2025, 3, 1)) == 1.0
    assert years_between(date(2026, 1, 1), date(2025, 1, 1)) == -1.0
    line_ = Timeline(date(2026, 7, 1), 4, "mid", 2026, 0.02)
    assert [line_.begins(t) for t in (0, 2)] == [date(2026, 7, 1), date(2028, 7, 1)]
    assert line_.times == [0.5, 1.5, 2.5, 3.5]
    assert [line_.index(t) for t in range(3)] == pytest.approx([1.0, 1.02, 1.0404])


def test_every_case_of_the_law_is_of_a_rule_on_file() -> None:
    rule = read_rule("KAZ", "extraction_tax")
    assert rule is not None
    for case in LAW["rate"]:
        for element, rate in case["rates"].items():
            assert rule.on("rates", date(2026, 6, 1))[element] == rate
