"""Low and high, prices and capital: each cell is what one appraisal with that number says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kenes.appraise import appraise
from kenes.chance import ranges as room
from kenes.chance.ranges import CAPITAL, PRICES, ranges
from kenes.project import Project, load
from projects import f, good, plain_mine, read

ROOT = Path(__file__).parent.parent
SHIPPED = [*sorted((ROOT / "projects").glob("*.toml")), ROOT / "benchmarks" / "full-page.toml"]


def npv(project: Project) -> float:
    return appraise(project).npv["after_tax"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_bar_is_an_appraisal(path: Path) -> None:
    project = load(path)
    rows = ranges(project)["tornado"]
    assert rows
    for row in [*rows[:3], rows[len(rows) // 2], *(row for row in rows if row["path"].endswith(".duration"))][:5]:
        for side in ("low", "high"):
            alone = load(path, (f"{row['path']}={row[side]!r} {'' if row['unit'] == '1' else row['unit']}".strip(),))
            assert row[f"npv_{side}"] == pytest.approx(npv(alone), rel=1e-9, abs=1.0), (row["path"], side)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_middle_is_the_appraisal(path: Path) -> None:
    project = load(path)
    began = time.perf_counter()
    found = ranges(project)
    assert time.perf_counter() - began < 5.0
    as_is = npv(project)
    assert found["after_tax"] == pytest.approx(as_is, rel=1e-9)
    table = found["two_way"]
    assert table["npv"][PRICES.index(1.0)][CAPITAL.index(1.0)] == pytest.approx(as_is, rel=1e-9)
    swings = [max(abs(row["npv_low"] - as_is), abs(row["npv_high"] - as_is)) for row in found["tornado"]]
    assert swings == sorted(swings, reverse=True)


def two_capitals() -> dict:
    table = plain_mine()
    spread = {"by_operating_year": ["100 %"], "source": "fs"}
    table["site"][0]["cost"]["capital"]["camp"] = {"cost": f("50 MUSD"), "spread": spread, "contingency": f("10 %")}
    return table


def test_a_cell_is_an_appraisal() -> None:
    found = ranges(read(two_capitals()))["two_way"]
    for i, j in ((0, 0), (2, 4), (8, 1), (4, 3)):
        price, capital = PRICES[i], CAPITAL[j]
        other = two_capitals()
        site = other["site"][0]
        site["market"]["concentrate"]["price"] = f(f"{8000 * price!r} USD/t", of="copper")
        site["cost"]["capital"]["plant"]["cost"] = f(f"{300 * capital!r} MUSD")
        site["cost"]["capital"]["camp"]["cost"] = f(f"{50 * capital!r} MUSD")
        assert found["npv"][i][j] == pytest.approx(npv(read(other)), rel=1e-9)
    assert found["zero"][2] == pytest.approx(appraise(read(two_capitals())).report["breakeven"]["basket"], abs=1e-3)


def test_capital_that_begins_at_nothing_is_scaled_too() -> None:
    table = two_capitals()
    table["site"][0]["cost"]["capital"]["plant"]["cost"] = {"by_year": {"2026": "0 USD", "2027": "300 MUSD"}, "source": "fs"}
    found = ranges(read(table))["two_way"]["npv"][PRICES.index(1.0)]
    table["site"][0]["cost"]["capital"]["plant"]["cost"]["by_year"]["2027"] = f"{300 * 1.4} MUSD"
    table["site"][0]["cost"]["capital"]["camp"]["cost"] = f(f"{50 * 1.4} MUSD")
    assert found[-1] == pytest.approx(npv(read(table)), rel=1e-9)


def test_no_capital_no_factors_of_it() -> None:
    table = plain_mine()
    table["site"][0]["cost"].pop("capital")
    found = ranges(read(table))["two_way"]
    assert found["capital_factors"] == []
    assert [len(row) for row in found["npv"]] == [1] * len(PRICES)


def test_bounds_are_told_as_stated() -> None:
    table = plain_mine()
    site = table["site"][0]
    site["mine"]["recovery"] = f("90 %", low="80 %", high="100 %", bounds="min/max")
    site["cost"]["operating"]["all"]["cost"] = f("40 USD/t", low="30 USD/t", high="60 USD/t")
    rows = {row["path"]: row for row in ranges(read(table))["tornado"]}
    assert rows["site.mine.mine.recovery"]["bounds"] == "min/max"
    cost = rows["site.mine.cost.operating.all.cost"]
    assert (cost["bounds"], cost["unit"], cost["low"], cost["value"], cost["high"]) == (None, "USD/t", 30.0, 40.0, 60.0)
    table["chance"] = {"bounds": "P10/P90"}
    assert {row["bounds"] for row in ranges(read(table))["tornado"]} == {"min/max", "P10/P90"}


def test_shares_and_choices_stay() -> None:
    table = plain_mine()
    table["project"]["discount"]["rate"] = {"assumed": "10 %", "why": "a test", "low": "8 %", "high": "12 %"}
    table["entity"][0]["owner"]["Owner"]["share"] = f("100 %", low="90 %", high="100 %")
    found = ranges(read(table))
    assert found["tornado"] == []
    assert any(note.startswith("project.discount.rate: a choice") for note in found["notes"])
    assert any(".owner." in note for note in found["notes"])


def test_recoveries_of_one_whole_stay_within_one() -> None:
    table = plain_mine()
    site = table["site"][0]
    products = site["plant"]["mill"]["product"]
    products["concentrate"]["recovery"] = {"copper": f("60 %", low="50 %", high="70 %")}
    products["second"] = {"form": "concentrate", "recovery": {"copper": f("40 %")}, "grade": f("30 %", of="copper")}
    site["market"]["second"] = {"buyer": "smelter", "price": f("4000 USD/t", of="copper")}
    found = ranges(read(table))
    assert any("brought back to a sum of one" in note for note in found["notes"])
    products["concentrate"]["recovery"]["copper"] = f(f"{0.7 / 1.1!r}")
    products["concentrate"]["recovery"]["copper"]["value"] = 0.7 / 1.1
    products["second"]["recovery"]["copper"]["value"] = 0.4 / 1.1
    assert found["tornado"][0]["npv_high"] == pytest.approx(npv(read(table)), rel=1e-9)


def test_a_life_too_long_leaves_the_others() -> None:
    table = plain_mine()
    site = table["site"][0]
    site["mine"]["capacity"] = f("1 Mt/y", low="0.01 Mt/y", high="2 Mt/y")
    site["cost"]["operating"]["all"]["cost"] = f("40 USD/t", low="30 USD/t", high="60 USD/t")
    project = read(table)
    found = ranges(project)
    assert [row["path"] for row in found["tornado"]] == ["site.mine.cost.operating.all.cost"]
    assert any("cannot be planned" in note for note in found["notes"])
    assert found["after_tax"] == pytest.approx(npv(project), rel=1e-12)


def test_a_number_that_decides_the_law_is_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one and all in one column say the same where the law is the same."""
    project = good()
    together = ranges(project)
    real = room.plan

    def other(project: Project, given: object = None, courses: object = None) -> object:
        made = real(project, given, courses)
        if given and any(hasattr(column, "shape") for column in given.values()):
            object.__setattr__(made, "notes", (*made.notes, "another law"))
        return made

    monkeypatch.setattr(room, "plan", other)
    alone = ranges(project)
    assert [row["path"] for row in alone["tornado"]] == [row["path"] for row in together["tornado"]]
    for one, two in zip(alone["tornado"], together["tornado"], strict=True):
        assert one["npv_low"] == pytest.approx(two["npv_low"], rel=1e-9)
        assert one["npv_high"] == pytest.approx(two["npv_high"], rel=1e-9)
