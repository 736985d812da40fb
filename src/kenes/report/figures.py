"""What does it look like? Every figure of a study that has its data, and figures as files.

Plotly is imported here alone, when a figure is asked for.
"""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kenes.errors import Fault, InputError
from kenes.report import figures_flows as flows
from kenes.report import figures_money as money
from kenes.report import figures_ranges as chances
from kenes.report.drawing import GREY, INK, LINE, SIZE, Drawing, safe
from kenes.report.files import write_whole
from kenes.report.study import Study
from kenes.report.words import Words

__all__ = ["KINDS", "Figure", "compare", "figures", "write"]

KINDS = ("svg", "png")
WIDTH, SCALE = 1000, 2
"""Pixels of a file's width, and dots of a PNG's pixel."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    name   : of its file; title, caption : what it shows, units and basis (plain text, not in ``spec``)
    spec   : plotly.graph_objects.Figure, as wide as its place
    table  : header and rows: the numbers shown, as text
    """

    name: str
    title: str
    caption: str
    spec: Any
    table: tuple[Sequence[str], Sequence[Sequence[str]]]


def figures(study: Study, words: Words) -> dict[str, Figure]:
    """Every figure whose data the study holds, by name, in the order of a report."""
    report, simulation = study.report, study.simulation
    found: list[Drawing | None] = [
        money.cash_flow(report, words),
        money.npv_waterfall(report, words),
        money.take_waterfall(report, words),
        chances.tornado(report, study.ranges, words),
        chances.two_way(report, study.ranges, words),
    ]
    if simulation is not None:
        found += [chances.distribution(report, simulation, level, words) for level in ("after_tax", "equity")]
    if len(study.scenarios) > 1:
        found.append(_scenarios(study, words))
    found += [flows.money(report, words), *flows.mass(report, words), flows.grade_tonnage(report, words), flows.timeline(report, words)]
    return {one.name: _figure(one) for one in found if one is not None}


def _scenarios(study: Study, words: Words) -> Drawing:
    report = study.report
    unit = words.say("{currency} million", currency=report["currency"])
    caption = words.say("{unit}; each state of policy held for certain from its first day on, at the values of the file.", unit=unit)
    rows = [(one["name"], one["npv"], one["irr"]) for one in study.scenarios]
    return money.beside("scenarios", words.say("States of policy"), f"{caption} {money.basis(report, words)}", rows, unit, words)


def compare(reports: Mapping[str, Mapping[str, Any]], words: Words) -> Figure:
    """Several appraisals side by side, by the name that each is given.

    reports : what ``kenes appraise --json`` prints
    Raises InputError where they are in unlike money or discounted in unlike ways: their NPVs cannot be laid beside each other.
    """
    if not reports:
        raise InputError(Fault("compare", "no report", "at least one report of an appraisal"))
    first = next(iter(reports.values()))
    for name, report in reports.items():
        for key in ("money", "discount", "valuation_date"):
            if report[key] != first[key]:
                wanted = "reports in one money, discounted alike to one day"
                raise InputError(Fault(f"compare  {name} → {key}", f"{report[key]} beside {first[key]}", wanted))
    unit = words.say("{currency} million", currency=first["currency"])
    rows = [(name, report["npv"], report["irr"]) for name, report in reports.items()]
    caption = f"{unit}. {money.basis(first, words)}"
    return _figure(money.beside("comparison", words.say("Projects side by side"), caption, rows, unit, words))


def _figure(drawing: Drawing) -> Figure:
    import plotly.graph_objects as go

    # An empty template: every colour and size is the drawing's own, and a page of ten figures does not carry Plotly's ten times.
    spec = go.Figure({"data": list(drawing.data), "layout": {**drawing.layout, "template": go.layout.Template()}})
    return Figure(drawing.name, drawing.title, drawing.caption, spec, (drawing.header, drawing.rows))


# --- files ---------------------------------------------------------------------------------------------------------------------


def write(found: Mapping[str, Figure] | Iterable[Figure], folder: Path, kinds: Sequence[str] = KINDS, *, width: int = WIDTH) -> list[Path]:
    """Each figure with its title and caption as files ``<name>.svg``, ``<name>.png``, each whole or not at all; one browser draws all.

    Raises InputError for another kind, a folder that cannot be written, or where no browser is found.
    """
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise InputError(Fault("kinds", ", ".join(wrong), f"one of {', '.join(KINDS)}"))
    drawn = list(found.values()) if isinstance(found, Mapping) else list(found)
    wanted = [(one, kind) for one in drawn for kind in kinds]
    made: list[bytes] = []
    if wanted:  # in a thread of its own, as the caller (a notebook) may have a loop already
        with ThreadPoolExecutor(1) as thread:
            made = thread.submit(lambda: asyncio.run(_drawn(wanted, width))).result()
    paths = [folder / f"{one.name}.{kind}" for one, kind in wanted]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, made, strict=True):
            write_whole(path, content)
    except OSError as error:
        raise InputError(Fault(str(folder), f"a folder that cannot be written: {error.strerror}", "a folder for the figures")) from None
    return paths


async def _drawn(wanted: Sequence[tuple[Figure, str]], width: int) -> list[bytes]:
    from choreographer.errors import BrowserDepsError, BrowserFailedError, ChromeNotFoundError
    from kaleido import Kaleido

    try:
        async with Kaleido(mathjax=False) as browser:
            return [
                await browser.calc_fig(_titled(one, width), opts={"format": kind, "width": width, "scale": SCALE if kind == "png" else 1})
                for one, kind in wanted
            ]
    except (ChromeNotFoundError, BrowserFailedError, BrowserDepsError, TimeoutError) as error:
        raise InputError(
            Fault(
                "figures as files",
                "no Chrome or Chromium" if isinstance(error, ChromeNotFoundError) else "a Chrome or Chromium that does not start or answer",
                "a browser, which draws the figures",
                "install one, or name it in the variable BROWSER_PATH; figures of the HTML report need none",
            )
        ) from None


def _titled(one: Figure, width: int) -> Any:
    """The figure with its title and its caption above it."""
    import plotly.graph_objects as go

    title, caption = textwrap.wrap(one.title, max(width // 10, 20)), textwrap.wrap(one.caption, max(width // 7, 30))
    head = 16 + (LINE + 8) * len(title) + (LINE + 1) * len(caption)
    spec = go.Figure(one.spec)
    spec.update_layout(
        height=spec.layout.height + head,
        margin={"t": spec.layout.margin.t + head},
        title={
            "text": "<br>".join(map(safe, title)),
            "font": {"size": SIZE + 5, "color": INK},
            "subtitle": {"text": "<br>".join(map(safe, caption)), "font": {"size": SIZE - 1, "color": GREY}},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10 + 12 * (len(title) - 1), "l": 8},
        },
    )
    return spec
