"""The page by which speeds are compared is what it says it is, and its books balance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kenes.appraise import appraise
from kenes.appraise.plan import plan
from kenes.appraise.run import run
from kenes.chance.inputs import read
from kenes.chance.simulate import simulate
from kenes.facts import quantities
from kenes.project import Project, load

FILE = Path(__file__).parents[1] / "benchmarks" / "full-page.toml"
DUTY = "site.mine.regime.charge.export_duty.rate"


@pytest.fixture(scope="module")
def page() -> Project:
    return load(FILE)


def amounts(project: Project, name: str) -> list[float]:
    done = run(plan(project))
    return [sum(float(line.amount[t]) for line in done.money if line.name == name) for t in range(done.plan.timeline.count)]


def test_it_has_what_it_says(page: Project) -> None:
    (site,), (entity,) = page.file.site, page.file.entity
    assert len(site.market) == 6 and site.ring_fence is not None and not site.transfer
    assert site.regime is not None
    charges = site.regime.charge
    assert [charge.kind for charge in charges.values()] == [
        "production_levy",
        "export_duty",
        "income_tax",
        "excess_profits_tax",
        "withholding",
    ]
    assert len(charges["royalty"].scale) == 4 and len(charges["excess_profits"].tiers) == 4
    tax = charges["income_tax"]
    assert {pool.method for pool in tax.pool.values()} == {"declining", "straight_line", "units_of_production"} and tax.loss_years == 10
    assert set(charges["export_duty"].product) == set(site.market)
    assert entity.carry is not None and charges["dividend_withholding"].on == "dividend"
    assert page.file.chance is not None and page.file.chance.policy is not None
    assert [state.settings for state in page.file.chance.policy.state.values()] == [[], [f"{DUTY}=12.5 %"], [f"{DUTY}=25 %"]]


def test_every_number_is_assumed_and_some_are_drawn(page: Project) -> None:
    inputs = read(page)
    assert 12 <= len(inputs.drawn) <= 20 and not inputs.copula.notes
    for path, number in quantities(page.file):
        assert number.source is None and (number.why or "").startswith("a benchmark, no real project"), path


def test_its_books_balance(page: Project) -> None:
    for setting in ((), (f"{DUTY}=25 %",)):
        books = appraise(load(FILE, setting)).report["books"]
        assert books["money"] < 1e-9 and books["mass"] < 1e-9


def test_every_life_has_forty_years_and_is_over_by_then(page: Project) -> None:
    inputs = read(page)
    given, _ = inputs.values({path: np.array([[0.02, 0.5, 0.98]]) for path in inputs.drawn})
    for drawn in ({}, given):
        assert plan(page, drawn).timeline.count == 40
    ore = run(plan(page)).flows
    fed = [float(flow.ore) for flow in ore]
    assert fed[3] == 0.0 < fed[4] and fed[34] > 0.0 == fed[35]
    assert amounts(page, "closure_cost")[37] > 0.0 == amounts(page, "closure_cost")[38]


def test_every_part_of_the_law_bites(page: Project) -> None:
    for name in ("royalty", "income_tax", "excess_profits", "dividend_withholding"):
        assert max(amounts(page, name)) > 0.0, name
    assert max(amounts(page, "export_duty")) == 0.0 < max(amounts(load(FILE, (f"{DUTY}=12.5 %",)), "export_duty"))
    rates = set()
    for price in (50, 80, 110, 150):
        moved = load(FILE, (f"site.mine.exchange_price.neodymium={price} USD/kg",))
        sales, royalty = amounts(moved, "sales")[10], amounts(moved, "royalty")[10]
        rates.add(round(royalty / sales, 2))
    assert rates == {0.03, 0.05, 0.07, 0.09}


def test_the_duty_comes_and_goes(page: Project) -> None:
    done = simulate(page, 200, 1, machine="plain")
    states = {name: row["mean"] for name, row in done.report["policy"]["states"].items()}
    assert states["off"] > done.report["npv"]["after_tax"]["mean"] > states["25 %"]
