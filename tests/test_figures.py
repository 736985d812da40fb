"""Figures: what they draw is what the report says, nothing is drawn without data, and text of a file stays text."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from kenes.appraise import appraise, pictures
from kenes.chance.simulate import histogram
from kenes.errors import InputError
from kenes.project import load
from kenes.report.drawing import safe
from kenes.report.figures import Figure, compare, figures, write
from kenes.report.study import Study, gather
from kenes.report.words import LANGUAGES, words
from projects import Table, f, plain_mine, read, tables

ROOT = Path(__file__).parent.parent
SHIPPED = {path.stem: path for path in [*sorted((ROOT / "projects").glob("*.toml")), ROOT / "benchmarks" / "full-page.toml"]}
MILLION = 1e6

browser = pytest.importorskip("choreographer.browsers.chromium")
HAS_BROWSER = browser.get_browser_path(("chrome", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")) is not None
needs_browser = pytest.mark.skipif(not HAS_BROWSER, reason="no Chrome or Chromium on this machine: figures as files need one")


@cache
def studied(name: str, draws: int | None = None) -> Study:
    return gather(load(SHIPPED[name]), draws)


def drawn(study: Study, lang: str = "en") -> dict[str, Figure]:
    return figures(study, words(lang))


def texts(spec: Any) -> Iterator[str]:
    """Every text that Plotly would show of a figure."""
    found = [spec.to_plotly_json()]
    while found:
        part = found.pop()
        if isinstance(part, dict):
            found += part.values()
        elif isinstance(part, (list, tuple)):
            found += part
        elif isinstance(part, str):
            yield part


# --- what the figures are drawn from -------------------------------------------------------------------------------------------


def balanced(report: dict[str, Any]) -> None:
    """The laws of the pictures of one report."""
    turnover = max((sum(map(abs, line["amount"])) for line in report["lines"]), default=1.0) or 1.0
    reached = 0.0
    for step in pictures.bridge(report):
        if step.level:
            assert reached == pytest.approx(step.npv, abs=1e-9 * turnover)
            assert step.npv == report["npv"][step.name]
            reached = step.npv
        else:
            reached += step.npv
    assert reached == report["npv"]["after_tax"]
    flows = pictures.cash(report)
    for t, after in enumerate(report["levels"]["after_tax"]):
        assert sum(flow[t] for flow in flows.values()) == pytest.approx(after, abs=1e-9 * turnover)
    steps = pictures.take(report)
    if steps:
        assert sum(step.npv for step in steps[:-1]) == pytest.approx(steps[-1].npv, abs=1e-9 * turnover)
        assert steps[-1].npv == report["government_take"]["total"]
    money = pictures.money_flows(report)
    assert all(flow.amount > 0 for flow in money)
    for node in {flow.source for flow in money} - set(report["parties"]):
        come, leave = (sum(one.amount for one in money if getattr(one, end) == node) for end in ("target", "source"))
        assert come == pytest.approx(leave, abs=1e-8 * turnover), node
    for flow in money:
        assert sum(amount for _, amount in flow.entries) == pytest.approx(flow.amount, rel=1e-9)
    for kind, mass in pictures.mass_flows(report).items():
        whole = sum(flow.amount for flow in mass)
        sources, targets = {flow.source for flow in mass}, {flow.target for flow in mass}
        for node in sources & targets:
            come, leave = (sum(one.amount for one in mass if getattr(one, end) == node) for end in ("target", "source"))
            assert come == pytest.approx(leave, abs=1e-9 * whole), (kind, node)


@pytest.mark.parametrize("name", SHIPPED)
def test_pictures_balance(name: str) -> None:
    balanced(studied(name).report)


@given(table=tables())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_pictures_of_random_projects_balance(table: Table) -> None:
    try:
        report = appraise(read(table)).report
    except InputError:
        return
    balanced(report)


def test_parties_in_the_sankey_are_those_of_the_report() -> None:
    report = studied("chain-kz-us").report
    flows = pictures.money_flows(report)
    for party, told in report["parties"].items():
        got = sum(flow.amount for flow in flows if flow.target == party) - sum(flow.amount for flow in flows if flow.source == party)
        assert got == pytest.approx(told["total"], rel=1e-9, abs=1.0), party


def test_mass_book_in_the_report() -> None:
    study = studied("chain-kz-us")
    rows = study.report["mass"]
    assert {row["element"] for row in rows} >= {"neodymium", "thorium"}
    for row in rows:
        assert row["total"] == pytest.approx(sum(row["tonnes"]))
        assert len(row["tonnes"]) == len(study.report["years"])
    ground = sum(row["total"] for row in rows if row["element"] == "neodymium" and row["from"] == "mine: ground")
    assert ground == pytest.approx(study.report["contained"]["neodymium"], rel=1e-9)


def test_timeline_in_the_report() -> None:
    report = studied("kairakty-tungsten").report
    first, second = report["timeline"]
    assert first["permits"][0]["start"] == {"years": 0.0, "date": report["valuation_date"]}
    assert first["construction"]["start"] == first["permits"][-1]["end"]
    assert first["first_ore"]["years"] == first["construction"]["end"]["years"] == 4.0
    assert second["first_ore"]["date"] == "2032-01-01"
    assert second["end_of_ore"]["years"] < second["closure_end"]["years"] == second["end_of_ore"]["years"] + 4.0
    ore = next(row["tonnes"] for row in report["production"] if row["product"] == "ore")
    last = max(t for t, tonnes in enumerate(ore) if tonnes > 0)
    assert last < second["end_of_ore"]["years"] <= last + 1


def test_deposits_in_the_report() -> None:
    rows = studied("kairakty-tungsten").report["deposits"]
    assert [(row["site"], row["category"], row["tonnage"]) for row in rows] == [
        ("north-katpar", "inferred", 71.4e6),
        ("upper-kairakty", "claim", 140e6),
    ]
    assert rows[0]["grades"][0] == {"of": "WO3", "as": None, "grade": 0.00199}
    assert rows[0]["elements"]["tungsten"] < 0.00199


def test_grades_above_a_cutoff() -> None:
    found = pictures.grade_tonnage(studied("kairakty-tungsten").report)
    assert found is not None
    assert found.kind == "WO3"
    (_, _, rich, first, above, mean), (_, _, poor, second, whole, average) = found.rows
    assert rich > poor
    assert (above, mean) == (first, rich)
    assert whole == first + second
    assert average == pytest.approx((rich * first + poor * second) / whole)
    assert pictures.grade_tonnage(studied("zhana-kazakhstan").report) is None


def test_histogram_counts_every_life() -> None:
    study = studied("full-page", 300)
    assert study.simulation is not None
    for level in ("after_tax", "equity"):
        found = study.simulation["histogram"][level]
        assert sum(found["counts"]) + found["below"] + found["above"] == 300
        assert len(found["edges"]) == len(found["counts"]) + 1
    import numpy as np

    assert histogram(np.full(10, 3.0)) == {"edges": [3.0, 3.0], "counts": [10], "below": 0, "above": 0}


# --- figures -------------------------------------------------------------------------------------------------------------------


def test_figures_of_a_chain() -> None:
    assert list(drawn(studied("chain-kz-us"))) == [
        "cash_flow",
        "npv_waterfall",
        "government_take",
        "tornado",
        "price_and_capital",
        "money",
        "mass_treo",
        "mass_thorium",
        "timeline",
    ]


def test_figures_that_need_more() -> None:
    assert "grade_tonnage" in drawn(studied("kairakty-tungsten"))
    found = drawn(studied("full-page", 300))
    assert {"npv_distribution_after_tax", "npv_distribution_equity", "scenarios"} <= set(found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_in_every_language(lang: str) -> None:
    for one in drawn(studied("full-page", 300), lang).values():
        assert one.title
        assert one.caption
        header, rows = one.table
        assert rows
        assert all(len(row) == len(header) for row in rows), one.name
        assert all(isinstance(cell, str) for row in rows for cell in row)


def test_no_figure_without_data() -> None:
    table = plain_mine()
    site = table["site"][0]
    site["cost"].pop("capital")
    found = drawn(gather(read(table)))
    assert not set(found) & {"tornado", "price_and_capital", "scenarios", "grade_tonnage", "government_take", "npv_distribution_after_tax"}
    assert {"cash_flow", "npv_waterfall", "money", "mass_copper"} <= set(found)


def test_waterfall_draws_the_report() -> None:
    study = studied("full-page")
    trace = drawn(study)["npv_waterfall"].spec.data[0]
    parts = sum(x for x, measure in zip(trace.x, trace.measure, strict=True) if measure == "relative")
    assert parts * MILLION == pytest.approx(study.report["npv"]["after_tax"], rel=1e-9)
    assert trace.x[-1] * MILLION == study.report["npv"]["after_tax"]
    taken = drawn(study)["government_take"].spec.data[0]
    assert taken.x[-1] * MILLION == pytest.approx(study.report["government_take"]["total"])


def test_cash_flow_draws_the_report() -> None:
    study = studied("full-page")
    spec = drawn(study)["cash_flow"].spec
    lines = [trace for trace in spec.data if trace.type == "scatter"]
    bars = [trace for trace in spec.data if trace.type == "bar"]
    count = len(lines[0].y)
    assert [y * MILLION for y in lines[0].y] == pytest.approx(study.report["levels"]["after_tax"][:count])
    for t in range(count):
        assert sum(bar.y[t] for bar in bars) == pytest.approx(lines[0].y[t], abs=1e-6)
    assert lines[2].y[-1] * MILLION == pytest.approx(study.report["npv"]["after_tax"])


def test_tornado_draws_the_ranges() -> None:
    study = studied("full-page")
    figure = drawn(study)["tornado"]
    rows = study.ranges["tornado"]
    low, high = figure.spec.data
    assert [base + x for base, x in zip(low.base, low.x, strict=True)] == pytest.approx([r["npv_low"] / MILLION for r in rows[:12]])
    assert [base + x for base, x in zip(high.base, high.x, strict=True)] == pytest.approx([r["npv_high"] / MILLION for r in rows[:12]])
    assert any("50,000 – 75,000 – 120,000 USD/t (P10/P90)" in text for text in texts(figure.spec))
    assert [row[0] for row in figure.table[1]] == [row["path"] for row in rows if row["npv_low"] != row["npv_high"]]


def test_two_way_draws_the_line_of_zero() -> None:
    study = studied("full-page")
    heat, line = drawn(study)["price_and_capital"].spec.data
    for drawn_row, row in zip(heat.z, study.ranges["two_way"]["npv"], strict=True):
        assert [z * MILLION for z in drawn_row] == pytest.approx(row)
    turns = sum(
        (one < 0) != (other < 0)
        for rows in (study.ranges["two_way"]["npv"], list(zip(*study.ranges["two_way"]["npv"], strict=True)))
        for row in rows
        for one, other in pairwise(row)
    )
    assert sum(x is None for x in line.x) == turns > 0


def test_sankeys_keep_what_comes_in() -> None:
    for figure in drawn(studied("chain-kz-us")).values():
        for trace in figure.spec.data:
            if trace.type != "sankey":
                continue
            link = trace.link
            for node in set(link.source) & set(link.target):
                come = sum(v for v, t in zip(link.value, link.target, strict=True) if t == node)
                leave = sum(v for v, s in zip(link.value, link.source, strict=True) if s == node)
                assert come == pytest.approx(leave, rel=1e-8), (figure.name, node)


def test_distribution_draws_every_life_within() -> None:
    study = studied("full-page", 300)
    assert study.simulation is not None
    figure = drawn(study)["npv_distribution_after_tax"]
    found = study.simulation["histogram"]["after_tax"]
    assert sum(sum(trace.y) for trace in figure.spec.data) * 300 == pytest.approx(sum(found["counts"]))
    for key in ("P10", "P50", "P90"):
        assert key in {note.text for note in figure.spec.layout.annotations}


def test_side_by_side() -> None:
    reports = {name: studied(name).report for name in ("chain-kz-us", "chain-kz-kz")}
    figure = compare(reports, words())
    assert [row[0] for row in figure.table[1]] == list(reports)
    assert [x * MILLION for x in figure.spec.data[0].x] == pytest.approx([one["npv"]["after_tax"] for one in reports.values()])
    with pytest.raises(InputError, match="one money"):
        compare({**reports, "other": studied("full-page").report}, words())
    with pytest.raises(InputError, match="no report"):
        compare({}, words())


# --- how they look -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_figures_are_fit_for_a_phone_and_every_eye(name: str) -> None:
    for one in drawn(studied(name)).values():
        layout = one.spec.layout
        assert layout.width is None, "as wide as its place"
        assert layout.autosize
        assert layout.height > 200
        assert min(float(size) for size in re.findall(r'"font":\{[^{}]*"size":([0-9.]+)', one.spec.to_json())) >= 12
        assert not layout.updatemenus
        assert not one.spec.frames
        assert layout.font.size >= 12
        assert "http" not in one.spec.to_json()
        for trace in one.spec.data:
            assert trace.type in ("bar", "waterfall", "scatter", "heatmap", "sankey")


NASTY = '<b onmouseover="alert(1)">x</b> & $\\alpha$ %{y} =1+1'


def test_text_of_a_file_stays_text() -> None:
    table = plain_mine(permit={NASTY.replace("=", "").replace(".", ""): {"duration": f("2 year")}})
    site = table["site"][0]
    site["market"]["concentrate"]["buyer"] = NASTY
    site["cost"]["operating"]["all"]["cost"] = f("40 USD/t", low="30 USD/t", high="60 USD/t")
    site["cost"]["operating"]["<script>alert(2)</script>"] = {
        "cost": f("1 USD/t", low="0.5 USD/t", high="9 USD/t"),
        "per": "ore",
        "stage": "mining",
    }
    table["entity"][0]["owner"] = {NASTY: {"share": f("100 %"), "country": "ZZZ"}}
    found = drawn(gather(read(table)))
    seen = [text for one in found.values() for text in texts(one.spec)]
    assert any("&lt;b" in text for text in seen)
    assert any("&lt;script&gt;" in text for text in seen)
    for text in seen:
        for tag in re.findall(r"<[^>]*>", text):
            assert tag in ("<br>", "<extra>", "</extra>"), text
        assert "$" not in text
        assert "%{y}" not in text


def test_safe_is_one_line() -> None:
    assert safe("a\nb\x00c") == "a b c"


# --- files ---------------------------------------------------------------------------------------------------------------------


@needs_browser
def test_figures_as_files(tmp_path: Path) -> None:
    found = {name: one for name, one in drawn(studied("kairakty-tungsten")).items() if name in ("tornado", "money")}
    made = write(found, tmp_path / "new", ("svg", "png"))
    assert [path.name for path in made] == ["tornado.svg", "tornado.png", "money.svg", "money.png"]
    svg = made[0].read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "What moves the after-tax NPV" in svg
    assert made[1].read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(path.name for path in made)


def test_no_browser_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = drawn(studied("kairakty-tungsten"))
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    with pytest.raises(InputError, match="no Chrome or Chromium") as told:
        write(found, tmp_path / "figures")
    assert "BROWSER_PATH" in str(told.value)
    assert not (tmp_path / "figures").exists()


def test_a_browser_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "chrome"
    wrong.write_text("#!/bin/sh\nexit 1\n")
    wrong.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(wrong))
    one = drawn(studied("kairakty-tungsten"))["money"]
    with pytest.raises(InputError, match="does not start"):
        write([one], tmp_path / "figures", ("svg",))


def test_an_appraisal_needs_no_plotly() -> None:
    code = f"""
import sys
from kenes.appraise import appraise
from kenes.project import load
appraise(load({str(SHIPPED["full-page"])!r}))
import kenes.report.figures
print([name for name in sys.modules if name.split(".")[0] in ("plotly", "kaleido", "choreographer")])
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_kinds_and_folders_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="svg"):
        write({}, tmp_path, ("gif",))
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write({}, tmp_path / "file")


def test_names_of_files_are_plain() -> None:
    for name in SHIPPED:
        assert all(re.fullmatch(r"[a-z0-9_]+", one) for one in drawn(studied(name)))
