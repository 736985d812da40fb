"""Laws that hold in every project: whole random projects go down the road, and what must be equal is compared."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from kenes import ownership
from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.plan import Plan, plan
from kenes.appraise.result import appraise, residuals
from kenes.appraise.run import Run, run, series_of
from kenes.errors import InputError
from kenes.facts import quantities
from kenes.project import Project
from projects import INCOME_TAX, doubled, f, plain_mine, read, tables

Table = dict[str, Any]


def law(examples: int) -> Any:
    """Settings of a law: the same projects on every machine, no clock. Shrinking whole lives takes minutes: add Phase.shrink by hand."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )


def live(table: Table) -> tuple[Project, Plan, Run]:
    """A whole life. A project that the law on file does not allow is no example."""
    try:
        project = read(table)
        prepared = plan(project)
    except InputError:
        assume(False)
        raise AssertionError from None
    return project, prepared, run(prepared)


def turnover(done: Run) -> float:
    return max((abs(float(amount)) for line in done.money for amount in line.amount), default=1.0) or 1.0


def npvs(project: Project, done: Run) -> dict[str, float]:
    lens = lens_of(project, done.plan)
    return {level: float(lens.npv(done.level(level))) for level in LEVELS}


# --- the two books -------------------------------------------------------------------------------------------------------------


@law(110)
@given(tables(plain=False))
def test_both_books_balance(table: Table) -> None:
    project, _, done = live(table)
    assert residuals(done, project)["money"] <= 1e-9
    assert residuals(done, project)["mass"] <= 1e-9


@law(60)
@given(tables(plain=False))
def test_all_parties_together_have_nothing_and_no_tax_is_negative(table: Table) -> None:
    project, _, done = live(table)
    whole = turnover(done)
    entities = {entity.name for entity in project.file.entity}
    sums: dict[str, float] = {}
    for line in done.money:
        for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
            sums[party] = sums.get(party, 0.0) + sign * sum(float(amount) for amount in line.amount)
    assert abs(sum(sums.values())) <= 1e-9 * whole
    outside = sum(amount for party, amount in sums.items() if party not in entities)
    held = sum(float(cash) for cash in done.flows[-1].cash.values())
    assert abs(outside + held) <= 1e-9 * whole, "what is with nobody outside is still in an entity"
    for flow in done.flows:
        for (charge, state), due in flow.assessed.items():
            if charge != "value_added_tax" and not charge.startswith(("credit", "advanced_manufacturing_credit")):
                assert float(due) >= -1e-9 * whole, f"{charge} of {state} is negative"


def sample() -> Table:
    """One project in which every kind of entry is large: a chain with border, loan, carry, fund, value-added tax and withholding."""
    table = plain_mine(
        country="KAZ",
        deposit={
            "main": {
                "category": "probable",
                "tonnage": f("12 Mt"),
                "grade": {"neodymium": f("2 %", **{"as": "element"}), "thorium": f("2 %", **{"as": "element"})},
            }
        },
        permit={
            "explore": {"duration": f("1 year"), "cost": f("60 MUSD"), "exploration": True},
            "grant": {"duration": f("0.5 years"), "cost": f("20 MUSD")},
        },
        plant={
            "mill": {
                "kind": "beneficiation",
                "product": {"concentrate": {"form": "concentrate", "recovery": {"all": f("80 %")}, "mass_pull": f("10 %")}},
                "residue": {"mass_pull": f("90 %"), "handling": f("9 USD/t")},
            }
        },
        market=None,
        transfer={
            "concentrate": {
                "to": "works",
                "method": "netback",
                "margin": f("10 %"),
                "source": "a contract",
                "freight": f("50 USD/t"),
                "border": {"to": "USA", "line": "2846.90.80", "importer": "buyer", "terms": "FOB", "passed_back": f("40 %")},
            }
        },
        cost={
            "operating": {"all": {"cost": f("40 USD/t"), "per": "ore", "stage": "mining"}},
            "capital": {"plant": {"cost": f("300 MUSD"), "spread": {"by_operating_year": ["50 %", "50 %"], "source": "fs"}}},
            "sustaining": {"all": {"cost": f("9 MUSD/y")}},
            "closure": {"cost": f("80 MUSD"), "years": f("2 years"), "funded": f("100 %")},
            "working_capital": {"receivable": f("60 days"), "inventory": f("60 days"), "payable": f("30 days")},
            "value_added_tax": {"rate": f("16 %"), "operating": f("60 %"), "capital": f("60 %"), "refund_lag": f("14 months")},
        },
        regime={
            "title": "of our own",
            "charge": {
                "royalty": {"kind": "production_levy", "base": "sales", "rate": f("5 %"), "deductible": True},
                "private": {"kind": "production_levy", "base": "sales", "rate": f("2 %"), "deductible": True, "payee": "Finder"},
                "export_duty": {"kind": "export_duty", "rate": f("3 %"), "product": ["concentrate"], "deductible": True},
                "property": {"kind": "property_tax", "rate": f("2 %"), "deductible": True},
                "area": {"kind": "fee", "during": "operation", "amount": f("9 MUSD/y"), "deductible": True},
                "income_tax": {
                    "kind": "income_tax",
                    "rate": f("20 %"),
                    "loss_years": 10,
                    "loss_cap": f("100 %"),
                    "closure": "funded",
                    "write_off_at_end": True,
                    "pool": {"all": {"method": "declining", "rate": f("25 %"), "takes": "all", "starts": "production"}},
                },
                "rent": {"kind": "rent_tax", "uplift": f("10 %"), "rate": f("10 %"), "deductible": False},
                "excess": {"kind": "excess_profits_tax", "tiers": [{"up_to": f(0.25), "rate": f("0 %")}, {"rate": f("20 %")}]},
                "withheld": {"kind": "withholding", "on": "dividend", "rate": f("10 %")},
                "withheld_interest": {"kind": "withholding", "on": "interest", "rate": f("10 %")},
            },
        },
    )
    table["currency"] = {"KZT": {"rate": f("500 KZT/USD")}}
    table["entity"][0] = {
        "name": "Op",
        "country": "KAZ",
        "surplus": "repay",
        "owner": {
            "Lead": {"share": f("60 %"), "country": "GBR"},
            "Holding": {"share": f("20 %"), "country": "GBR"},
            "Tau": {"share": f("20 %"), "country": "KAZ", "kind": "state"},
        },
        "carry": {"carried": "Tau", "by": "Lead", "scope": "all", "interest": f("8 %"), "repayment": f("80 %")},
        "shareholder_loan": {"share": f("50 %"), "rate": f("6 %")},
        "loan": {
            "bank": {
                "lender": "Bank",
                "country": "USA",
                "site": "mine",
                "share": f("40 %"),
                "rate": f("8 %"),
                "grace": f("1 year"),
                "tenor": f("5 years"),
                "while_building": "capitalised",
                "capitalised_interest": "pool",
            }
        },
        "opening": {"cash": f("30 MUSD"), "paid_in": f("30 MUSD")},
    }
    table["entity"] += [
        {"name": "Works", "country": "USA", "surplus": "repay", "owner": {"Lead": {"share": f("100 %"), "country": "GBR"}}},
        {"name": "Holding", "country": "GBR", "surplus": "repay", "owner": {"Sponsor": {"share": f("100 %"), "country": "GBR"}}},
    ]
    table["site"].append(
        {
            "name": "works",
            "country": "USA",
            "entity": "Works",
            "plant": {
                "separation": {
                    "kind": "separation",
                    "product": {
                        "oxide": {"form": "product", "recovery": {"neodymium": f("90 %")}, "grade": f("99.5 %", of="Nd2O3")},
                        "rest": {"form": "product", "recovery": {"thorium": f("60 %")}, "mass_pull": f("50 %")},
                    },
                }
            },
            "market": {
                "oxide": {
                    "buyer": "Trader",
                    "price": f("60 USD/kg", of="Nd2O3"),
                    "treatment_charge": f("4000 USD/t"),
                    "freight": f("900 USD/t"),
                }
            },
            "unsold": {"rest": {"fate": "stored", "cost": f("300 USD/t")}},
            "cost": {
                "operating": {"all": {"cost": f("9000 USD/t"), "per": "product", "product": "oxide", "stage": "separation"}},
                "capital": {"plant": {"cost": f("200 MUSD"), "spread": {"by_operating_year": ["100 %"], "source": "fs"}}},
            },
            "credit": {"product": ["oxide"], "stage": ["separation"], "prohibited_foreign_entity": False, "monetisation": f("90 %")},
            "regime": {
                "title": "of our own",
                "charge": {
                    "income_tax": {
                        "kind": "income_tax",
                        "rate": f("21 %"),
                        "loss_years": "unlimited",
                        "loss_cap": f("80 %"),
                        "closure": "spent",
                        "write_off_at_end": True,
                        "pool": {"all": {"method": "immediate", "takes": "all", "starts": "production"}},
                    },
                    "credit": {"kind": "production_credit", "rate": f("10 %")},
                },
            },
        }
    )
    return table


@pytest.fixture(scope="module")
def lived() -> tuple[Project, Plan, Run]:
    return live(sample())


def test_the_sample_balances(lived: tuple[Project, Plan, Run]) -> None:
    project, _, done = lived
    assert max(residuals(done, project).values()) <= 1e-9


def _money_keys() -> list[tuple[str, ...]]:
    _, _, done = live(sample())
    return [(line.name, line.payer, line.payee, line.site) for line in done.money if any(abs(float(amount)) > 0 for amount in line.amount)]


def _mass_keys() -> list[tuple[str, ...]]:
    _, _, done = live(sample())
    return [key for key, amounts in done.mass.items() if any(abs(float(amount)) > 0 for amount in amounts)]


@pytest.mark.parametrize("key", _money_keys(), ids=" ".join)
def test_a_dropped_entry_of_money_is_seen(lived: tuple[Project, Plan, Run], key: tuple[str, ...]) -> None:
    project, _, done = lived
    left = tuple(line for line in done.money if (line.name, line.payer, line.payee, line.site) != key)
    assert len(left) == len(done.money) - 1
    assert residuals(dataclasses.replace(done, money=left), project)["money"] > 1e-6


@pytest.mark.parametrize("key", _mass_keys(), ids=" ".join)
def test_a_dropped_entry_of_mass_is_seen(lived: tuple[Project, Plan, Run], key: tuple[str, ...]) -> None:
    project, _, done = lived
    left = {other: amounts for other, amounts in done.mass.items() if other != key}
    assert residuals(dataclasses.replace(done, mass=left), project)["mass"] > 1e-6


# --- what is taxed -------------------------------------------------------------------------------------------------------------


@law(80)
@given(tables(closure="spent", plain=False))
def test_taxed_less_still_pooled_is_earned(table: Table) -> None:
    """Over a life: base taxed - losses left or expired = profit; and profit + spending put in pools - what is left there = cash earned."""
    project, prepared, done = live(table)
    money = [{code: pair[1][t] for code, pair in prepared.money.items()} for t in range(prepared.timeline.count)]
    for name, fence in prepared.page.fences.items():
        tax = next((charge for charge in fence.charges.values() if charge.kind == "income_tax"), None)
        if tax is None:
            continue
        view = "unlevered" if fence.levered else "paid"
        for one in {view, "paid"}:
            profit = [float(x) for x in series_of(done.flows, "taxable", (name, one, "profit"))]
            used = [float(x) for x in series_of(done.flows, "taxable", (name, one, "sheltered"))]
            expired = sum(float(x) for x in series_of(done.flows, "taxable", (name, one, "expired")))
            left = float(done.flows[-1].taxable[(name, one, "losses left")])
            before = float(prepared.opening.get((name, one, "losses made"), 0.0))
            scale = sum(abs(x) for x in profit) + before + 1.0
            assert all(-1e-9 * scale <= u <= max(p, 0.0) + 1e-9 * scale for u, p in zip(used, profit, strict=True))
            base = sum(max(p, 0.0) - u for p, u in zip(profit, used, strict=True))
            assert abs(base - left - expired - (sum(profit) - before)) <= 1e-9 * scale
        if "depletion" in tax.table:
            continue
        earned = _earned(
            project, prepared, done, fence, [1.0 if fence.currency is None else 1.0 / rates[fence.currency] for rates in money]
        )
        pooled = sum(
            float(amount) for key, amount in done.flows[-1].taxable.items() if key[:2] == (name, view) and key[2].startswith("pool ")
        )
        opened = sum(
            float(amount)
            for key, amount in prepared.opening.items()
            if key[:3] == (name, view, "pool") and key[-1] not in ("serviced", "all")
        )
        profit = [float(x) for x in series_of(done.flows, "taxable", (name, view, "profit"))]
        scale = sum(abs(x) for x in profit) + turnover(done) * (1.0 if fence.currency is None else 1.0 / money[0][fence.currency])
        assert abs(sum(profit) - pooled + opened - earned) <= 1e-9 * scale


def _earned(project: Project, prepared: Plan, done: Run, fence: Any, ledger: list[float]) -> float:
    """Cash a ring fence earned before tax, all spending off, in the currency of its ledger: read from the entries alone."""
    earned = 0.0
    giver = {site.name: next((transfer.to for transfer in site.transfer.values()), None) for site in project.file.site}
    for line in done.money:
        here = line.site in fence.sites
        taken = giver.get(line.site) in fence.sites
        regime = prepared.regimes.get(line.site)
        levy = next((charge for charge in regime.charges if charge.name == line.name), None) if regime is not None else None
        sign = 0.0
        if line.name == "sales":
            sign = 1.0 * here
        elif line.name == "transfer":
            sign = 1.0 * here - 1.0 * taken
        elif line.name == "duty_passed_back":
            inside = any(line.payee == entity.name for entity in project.file.entity)
            sign = -1.0 * here + 1.0 * (taken and inside)
        elif line.name == "import_duty":
            by_taker = giver.get(line.site) is not None and _buyer_imports(project, line.site)
            sign = -1.0 * (taken if by_taker else (here and line.payer == fence.entity))
        elif (
            line.name
            in ("treatment_and_separation", "freight", "residue_handling", "unsold_products", "closure_cost", "permits", "exploration")
            or line.name.startswith(("operating_cost: ", "capital: ", "sustaining_capital: "))
            or (levy is not None and levy.kind in ("production_levy", "property_tax", "export_duty", "fee") and levy.deductible)
        ):
            sign = -1.0 * here
        if sign:
            earned += sign * sum(float(amount) * rate for amount, rate in zip(line.amount, ledger, strict=True))
    return earned


def _buyer_imports(project: Project, name: str) -> bool:
    site = next(site for site in project.file.site if site.name == name)
    return any(transfer.border is not None and transfer.border.importer == "buyer" for transfer in site.transfer.values())


# --- owners and lenders --------------------------------------------------------------------------------------------------------


@contextmanager
def _watched() -> Iterator[list[tuple[dict[str, Any], ownership.Shared]]]:
    """Every split of an entity's year, as it was asked for and answered."""
    seen: list[tuple[dict[str, Any], ownership.Shared]] = []
    true = ownership.share

    def share(**asked: Any) -> ownership.Shared:
        answer = true(**asked)
        seen.append((asked, answer))
        return answer

    ownership.share = share
    try:
        yield seen
    finally:
        ownership.share = true


@law(60)
@given(tables(plain=False))
def test_what_leaves_an_entity_arrives_and_dividends_stay_within_cash_and_earnings(table: Table) -> None:
    project, prepared, _ = live(table)
    with _watched() as seen:
        done = run(prepared)
    whole = turnover(done)
    names = list(prepared.page.entities)
    assert len(seen) == len(names) * prepared.timeline.count
    for k, (asked, answer) in enumerate(seen):
        name, t = names[k % len(names)], k // len(names)
        have = asked["cash"] + asked["flow"] + answer.called
        assert min(answer.called, answer.dividend, answer.interest, answer.loan_repaid, answer.capital_repaid) >= -1e-9 * whole
        assert answer.dividend <= max(have - answer.interest, 0.0) + 1e-9 * whole
        assert answer.dividend <= max(asked["retained"] + asked["profit"] - asked["rate"] * asked["lending"], 0.0) + 1e-9 * whole
        assert answer.cash >= -1e-9 * whole
        owners = set(project.file.entity[[entity.name for entity in project.file.entity].index(name)].owner)
        for what, left in (
            ("dividend", answer.dividend),
            ("capital_repaid", answer.capital_repaid),
            ("shareholder_loan_repaid", answer.loan_repaid),
            ("shareholder_interest", answer.interest),
        ):
            arrived = sum(float(line.amount[t]) for line in done.money if line.name == what and line.payer == name and line.payee in owners)
            assert abs(arrived - left) <= 1e-9 * whole, f"{what} of {name}"
        paid = sum(
            float(line.amount[t]) for line in done.money if line.payee == name and line.name in ("capital_paid_in", "shareholder_loan")
        )
        assert abs(paid - answer.called) <= 1e-9 * whole, f"called by {name}"


@law(60)
@given(tables())
def test_loans_are_repaid_in_full(table: Table) -> None:
    project, prepared, done = live(table)
    whole = turnover(done)
    for entity in project.file.entity:
        for label, loan in entity.loan.items():
            key = (entity.name, "loan", label)
            assert abs(float(done.flows[-1].balances[key])) <= 1e-9 * whole
            if loan.while_building == "paid":
                sums = {
                    name: sum(
                        float(amount)
                        for line in done.money
                        if line.name == name
                        and loan.lender in (line.payer, line.payee)
                        and entity.name in (line.payer, line.payee)
                        and line.site == loan.site
                        for amount in line.amount
                    )
                    for name in ("loan_draw", "loan_repayment")
                }
                drawn = sums["loan_draw"] + float(prepared.opening.get(key, 0.0))
                assert abs(drawn - sums["loan_repayment"]) <= 1e-9 * whole
                limit = loan.limit
                assert limit is None or drawn >= 0.0


# --- worth ---------------------------------------------------------------------------------------------------------------------


@law(60)
@given(tables(law=False))
def test_twice_the_money_is_twice_the_worth(table: Table) -> None:
    for site in table["site"]:  # A duty per kilogram is money of the law: it does not double.
        for way in (*site.get("market", {}).values(), *site.get("transfer", {}).values()):
            if way.get("border", {}).get("line") == "2611.00.60":
                way["border"]["line"] = "8101.94.00"
    project, _, done = live(table)
    twice, _, again = live(doubled(table))
    one, two = npvs(project, done), npvs(twice, again)
    for level in LEVELS:
        assert two[level] == pytest.approx(2 * one[level], rel=1e-9, abs=1e-9 * turnover(done)), level


@law(50)
@given(tables())
def test_worth_at_each_rate_of_return_is_nothing(table: Table) -> None:
    project, prepared, done = live(table)
    lens = lens_of(project, prepared)
    for level in LEVELS:
        flow = [float(amount) for amount in lens.real(done.level(level))]
        for rate in lens.irr(done.level(level)):
            parts = [amount / (1 + rate) ** time for amount, time in zip(flow, lens.times, strict=True)]
            assert abs(sum(parts)) <= 1e-7 * sum(abs(part) for part in parts)


VARIED = (".tonnage", ".capital.plant.cost", ".recovery.all", ".grade.neodymium", ".duration")


def _drawn(project: Project, count: int, seed: int) -> dict[str, Any]:
    """A column for tonnage, price, capital, recovery, grade and the duration of each permit."""
    draws = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for path, number in quantities(project.file):
        if path.endswith(VARIED) or (".market." in path and (path.endswith(".price") or ".basket." in path)):
            low, high = (0.7, 1.0) if ".recovery." in path else (0.3, 2.5) if path.endswith(".duration") else (0.6, 1.5)
            found[path] = number.amount * draws.uniform(low, high, count)
    return found


@law(12)
@given(tables(plain=False), st.integers(0, 10**6))
def test_a_column_of_a_crowd_is_the_case_alone(table: Table, seed: int) -> None:
    project, _, _ = live(table)
    columns = _drawn(project, 1000, seed)
    crowd = run(plan(project, columns))
    assert max(residuals(crowd, project).values()) <= 1e-9
    lines = {(line.name, line.payer, line.payee, line.site): line.amount for line in crowd.money}
    for k in (0, 499, 999):
        alone = run(plan(project, {path: float(column[k]) for path, column in columns.items()}))
        whole = turnover(alone)
        mine = {(line.name, line.payer, line.payee, line.site): line.amount for line in alone.money}
        assert set(mine) == set(lines)
        for key, amounts in lines.items():
            for t, amount in enumerate(amounts):
                here = float(np.broadcast_to(amount, (1000,))[k])
                there = float(mine[key][t]) if t < len(mine[key]) else 0.0
                assert abs(here - there) <= 1e-9 * whole, f"{key} in year {t} of draw {k}"


def test_a_thousand_draws_are_a_thousand_cases(lived: tuple[Project, Plan, Run]) -> None:
    project, _, _ = lived
    columns = _drawn(project, 1000, 7)
    crowd = run(plan(project, columns))
    lens = lens_of(project, crowd.plan)
    together = {level: np.broadcast_to(lens.npv(crowd.level(level)), (1000,)) for level in LEVELS}
    for k in range(0, 1000, 25):
        alone = plan(project, {path: float(column[k]) for path, column in columns.items()})
        one = run(alone)
        for level in LEVELS:
            assert together[level][k] == pytest.approx(
                float(lens_of(project, alone).npv(one.level(level))), rel=1e-9, abs=1e-9 * turnover(one)
            )


# --- law of the holiday, no jumps ----------------------------------------------------------------------------------------------


def test_a_lost_holiday_stays_lost() -> None:
    """The extraction tax is free while the rate of return is low; high prices end that, and the crash after them does not bring it back."""
    table = plain_mine(country="KAZ", regime=None, licence_date=date(2026, 3, 1), ground_held_before=False)
    price = {"2026": "9000 USD/t", "2028": "16000 USD/t", "2031": "500 USD/t"}
    table["site"][0]["market"]["concentrate"]["price"] = {"by_year": price, "source": "fs", "of": "copper"}
    table["site"][0]["exchange_price"] = {"copper": {"by_year": price, "source": "fs", "of": "copper"}}
    table["currency"] = {"KZT": {"rate": f("500 KZT/USD")}}
    _, _, done = live(table)
    due = next([float(amount) for amount in line.amount] for line in done.money if line.name == "extraction_tax")
    fed = [float(flow.ore) for flow in done.flows]
    assert fed[1] == 0.0 and fed[2] > 0.0, "built in 2026 and 2027"
    assert due[2] == 0.0, "the first year is free"
    first = next(t for t, amount in enumerate(due) if amount > 0)
    assert first < 7, "lost within the five years"
    assert all(amount > 0 for amount, ore in zip(due[first:], fed[first:], strict=True) if ore > 0)


def _pool(**pool: Any) -> Table:
    return {"income_tax": {**INCOME_TAX, "pool": {"all": {"takes": "all", "starts": "spending", **pool}}}}


SMOOTH: dict[str, Table] = {
    "no charge": {},
    "royalty": {"royalty": {"kind": "production_levy", "base": "sales", "rate": f("5 %"), "deductible": True}},
    "royalty with holiday": {
        "royalty": {"kind": "production_levy", "base": "sales", "rate": f("5 %"), "deductible": True, "holiday": f("3 years")}
    },
    "fee": {"fee": {"kind": "fee", "during": "licence", "amount": f("5 MUSD/y"), "deductible": True}},
    "property tax": {"property": {"kind": "property_tax", "rate": f("5 %"), "deductible": True}},
    "units of production": {"income_tax": INCOME_TAX},
    "declining from spending": _pool(method="declining", rate=f("25 %")),
    "declining from production": _pool(method="declining", rate=f("25 %"), starts="production"),
    "straight line from spending": _pool(method="straight_line", years=5),
    "straight line from production": _pool(method="straight_line", years=5, starts="production"),
    "at once from production": _pool(method="immediate", starts="production"),
    "rent tax": {"rent": {"kind": "rent_tax", "uplift": f("10 %"), "rate": f("30 %"), "deductible": False}},
}


@pytest.mark.parametrize("more", ["", "loan", "fund", "working capital", "minimum cash", "value-added tax"])
@pytest.mark.parametrize("charges", SMOOTH.values(), ids=SMOOTH)
def test_a_little_more_delay_costs_a_little(charges: Table, more: str) -> None:
    """No jump of our own: NPV after 0.999 and after 1.001 years of delay differ by what 0.002 years cost elsewhere."""

    def worth(delay: float) -> dict[str, float]:
        table = plain_mine(permit={"grant": {"duration": f(f"{delay} years")}}, regime={"title": "own", "why": "test", "charge": charges})
        site, entity = table["site"][0], table["entity"][0]
        if more == "working capital":
            site["cost"]["working_capital"] = {part: f("60 days") for part in ("receivable", "inventory", "payable")}
        if more == "fund":
            site["cost"]["closure"] = {"cost": f("50 MUSD"), "years": f("2 years"), "funded": f("100 %")}
        if more == "value-added tax":
            site["cost"]["value_added_tax"] = {
                "rate": f("16 %"),
                "operating": f("50 %"),
                "capital": f("50 %"),
                "refund_lag": f("15 months"),
            }
        if more == "minimum cash":
            entity["minimum_cash"] = f("10 MUSD")
        if more == "loan":
            entity["loan"] = {
                "bank": {
                    "lender": "Bank",
                    "site": "mine",
                    "share": f("40 %"),
                    "rate": f("8 %"),
                    "grace": f("0.5 years"),
                    "tenor": f("4 years"),
                    "while_building": "capitalised",
                    "capitalised_interest": "pool",
                }
            }
        project, _, done = live(table)
        return npvs(project, done)

    low, high, near, far = worth(0.5), worth(1.5), worth(0.999), worth(1.001)
    for level in LEVELS:
        slope = abs(high[level] - low[level]) + 1e6
        assert abs(far[level] - near[level]) <= 0.002 * slope * 5, (
            f"{level} jumps by {far[level] - near[level]:,.0f} at a delay of one year"
        )


def test_the_table_is_left_alone() -> None:
    table = sample()
    before = copy.deepcopy(table)
    appraise(read(table))
    assert table == before
