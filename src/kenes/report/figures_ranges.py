"""Figures of what may be otherwise: what moves NPV, prices against capital, how NPV spreads over the lives drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from kenes.report.drawing import (
    BLACK,
    BLUE,
    INK,
    ORANGE,
    SIZE,
    SKY,
    VERMILLION,
    Drawing,
    Row,
    axis,
    filled,
    layout,
    legend,
    level_line,
    rows,
    safe,
    wrapped,
)
from kenes.report.figures_money import MILLION, Report, basis, millions, signs
from kenes.report.words import Words, mark

__all__ = ["distribution", "tornado", "two_way"]

BARS = 12
"""Rows of a tornado; a table tells the rest."""


FIELDS = {
    "basket": mark("price of"),
    "border": mark("border"),
    "capacity": mark("capacity"),
    "capital": mark("initial capital"),
    "closure": mark("closure"),
    "contingency": mark("contingency"),
    "currency": mark("currency"),
    "dilution": mark("dilution"),
    "duration": mark("duration"),
    "exchange_price": mark("quotation of"),
    "freight": mark("freight"),
    "funded": mark("share funded"),
    "grade": mark("grade"),
    "handling": mark("handling"),
    "inflation": mark("inflation"),
    "inventory": mark("inventory"),
    "life": mark("life"),
    "mass_pull": mark("mass pull"),
    "operating": mark("operating cost"),
    "passed_back": mark("share of duty passed back"),
    "payable": mark("payable"),
    "penalty": mark("penalty"),
    "permit": mark("permit"),
    "price": mark("price"),
    "production": mark("production"),
    "rate": mark("rate"),
    "realisation": mark("realisation"),
    "receivable": mark("receivable"),
    "recovery": mark("recovery"),
    "refund_lag": mark("lag of refund"),
    "residue": mark("residue"),
    "separation_charge": mark("separation charge"),
    "split": mark("share in rare earths of"),
    "strip_ratio": mark("strip ratio"),
    "sustaining": mark("sustaining capital"),
    "tonnage": mark("tonnage"),
    "transfer": mark("handed on"),
    "treatment_charge": mark("treatment charge"),
    "unsold": mark("unsold"),
    "working_capital": mark("working capital"),
    "years": mark("years"),
}
"""Keys of a project file, as words."""

RATIOS = (".strip_ratio",)
"""Numbers without unit that are no shares of one."""

SILENT = {"deposit", "mine", "plant", "market", "cost", "product", "pricing"}
"""Keys that say nothing which the others do not."""


def _path(path: str, words: Words, several: bool) -> str:
    """A path as words: which site (where there are several), which part, which number."""
    parts = path.split(".")
    named = [parts[1]] if parts[0] in ("site", "entity") and (several or parts[0] == "entity") else []
    kept = [part for part in parts[2 if parts[0] in ("site", "entity") else 1 :] if part not in SILENT]
    return " › ".join([*named, *(words.say(FIELDS[part]) if part in FIELDS else words.name(part) for part in kept)])


def _told(row: Mapping[str, Any], words: Words) -> tuple[list[str], str]:
    """Low, stated and high of a row, all in one unit, and that unit; shares are told in percent, which stands beside each."""
    found, unit = [row[key] for key in ("low", "value", "high")], row["unit"]
    if unit == "1" and not row["path"].endswith(RATIOS):
        return [words.percent(number, _digits(100 * number)) for number in found], ""
    scale = 1.0
    if len(unit) == 3 and unit.isupper():
        scale, unit = MILLION, words.say("{currency} million", currency=unit)
    elif unit in ("t", "t/year") and max(found) >= MILLION:
        scale, unit = MILLION, f"M{unit}"
    elif unit in ("1", "year"):
        return [words.number(number, _digits(number)) for number in found], words.say("years") if unit == "year" else ""
    return [words.number(number / scale, _digits(number / scale)) for number in found], words.unit(unit)


def _digits(number: float) -> int:
    """Digits behind the point that tell a number as it is stated, six at most."""
    return next((digits for digits in range(6) if abs(round(number, digits) - number) <= 1e-9 * abs(number)), 6)


def tornado(report: Report, ranges: Mapping[str, Any], words: Words) -> Drawing | None:
    """After-tax NPV at the low and the high of each number, its range told over its bar."""
    found = [row for row in ranges["tornado"] if row["npv_low"] != row["npv_high"] or row["npv_low"] != ranges["after_tax"]]
    if not found:
        return None
    base, shown = ranges["after_tax"], found[:BARS]
    several = len({row["path"].split(".")[1] for row in found if row["path"].startswith("site.")}) > 1
    made, data = [], []
    for row in shown:
        numbers, unit = _told(row, words)
        span = " – ".join(numbers) + (f" {unit}" if unit else "")
        bounds = words.say("bounds not stated") if row["bounds"] is None else row["bounds"]
        made.append(Row([wrapped(_path(row["path"], words, several)), safe(f"{span} ({bounds})")]))
    for side, name, colour, pattern in (
        ("npv_low", words.say("number at its low"), ORANGE, "/"),
        ("npv_high", words.say("number at its high"), BLUE, ""),
    ):
        data.append(
            {
                "type": "bar",
                "name": name,
                "base": [base / MILLION] * len(shown),
                "x": [(row[side] - base) / MILLION for row in shown],
                "y": list(range(len(shown))),
                "text": [words.money(row[side]) for row in shown],
                "textposition": "outside",
                "textfont": {"size": SIZE - 1},
                "cliponaxis": False,
                "hoverinfo": "skip",
                "marker": filled(colour, pattern),
            }
        )
    ends = [row[side] / MILLION for row in shown for side in ("npv_low", "npv_high")] + [base / MILLION]
    room = (max(ends) - min(ends)) * 0.22 or 1.0
    unit = millions(report, words)
    shape, note = level_line(base / MILLION, words.say("as stated: {npv}", npv=words.money(base)), "solid")
    shapes = [shape]
    if min(ends) - room < 0 < max(ends) + room:
        shapes.append(level_line(0.0, "")[0])
    data, spec = rows(
        made,
        signs(words),
        data,
        axis(unit, range=[min(ends) - room, max(ends) + room], tickformat=",~r", nticks=5, zeroline=False),
        legend_lines=1,
        head=1,
        barmode="overlay",
        shapes=shapes,
        annotations=[note],
    )
    left = len(found) - len(shown)
    caption = words.say("After-tax NPV, {unit}, each number alone at its low and its high; over each bar: low – stated – high.", unit=unit)
    if left:
        caption += " " + words.say("{count} numbers of less effect are in the table.", count=words.number(left))
    header = [words.say("number"), words.say("unit"), words.say("low"), words.say("stated"), words.say("high"), words.say("bounds")]
    return Drawing(
        "tornado",
        words.say("What moves the after-tax NPV"),
        f"{caption} {basis(report, words)}",
        data,
        spec,
        [*header, words.say("NPV at low"), words.say("NPV at high")],
        [
            [
                row["path"],
                unit,
                *numbers,
                words.say("not stated") if row["bounds"] is None else row["bounds"],
                words.money(row["npv_low"]),
                words.money(row["npv_high"]),
            ]
            for row in found
            for numbers, unit in [_told(row, words)]
        ],
    )


def two_way(report: Report, ranges: Mapping[str, Any], words: Words) -> Drawing | None:
    """After-tax NPV over prices and initial capital, with the line where it is zero."""
    table = ranges["two_way"]
    prices, capital, npv = table["price_factors"], table["capital_factors"], table["npv"]
    if len(capital) < 2:
        return None
    most = max(abs(value) for row in npv for value in row) / MILLION or 1.0
    scale = [[0.0, ORANGE], [0.5, "#ffffff"], [1.0, SKY]]
    digits = 0 if most >= 100 else 1
    data: list[dict[str, Any]] = [
        {
            "type": "heatmap",
            "x": capital,
            "y": prices,
            "z": [[value / MILLION for value in row] for row in npv],
            "zmin": -most,
            "zmax": most,
            "colorscale": scale,
            "showscale": False,
            "xgap": 2,
            "ygap": 2,
            "text": [[words.money(value, digits) for value in row] for row in npv],
            "texttemplate": "%{text}",
            "textfont": {"size": SIZE - 1, "color": INK},
            "hoverinfo": "skip",
        }
    ]
    x, y = _border(capital, prices, npv)
    if x:
        name = words.say("where NPV changes its sign")
        line = {"color": BLACK, "width": 3}
        data.append(
            {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "name": name, "hoverinfo": "skip", "showlegend": True}
        )
    unit = millions(report, words)

    def ticks(factors: Sequence[float]) -> dict[str, Any]:
        return {"tickvals": list(factors), "ticktext": [words.percent(factor, 0) for factor in factors]}

    spec = layout(
        90 + 34 * len(prices) + (30 if x else 0),
        signs(words),
        xaxis=axis(words.say("initial capital, of stated"), showgrid=False, zeroline=False, **ticks(capital)),
        yaxis=axis(words.say("all prices, of stated"), showgrid=False, zeroline=False, **ticks(prices)),
        showlegend=bool(x),
        legend=legend(62 / (34 * len(prices))),
    )
    at_stated = next((zero for factor, zero in zip(capital, table["zero"], strict=True) if factor == 1.0), None)
    told = ""
    if not x:
        told = words.say("NPV has the same sign in every cell.")
    elif at_stated is not None:
        told = words.say("At stated capital NPV is zero at {share} of stated prices.", share=words.percent(at_stated, 0))
    caption = words.say("After-tax NPV, {unit}, with all prices and all initial capital at a share of those stated.", unit=unit)
    return Drawing(
        "price_and_capital",
        words.say("After-tax NPV over prices and capital"),
        " ".join(part for part in (caption, told, basis(report, words)) if part),
        data,
        spec,
        [words.say("prices"), *(words.say("capital {share}", share=words.percent(factor, 0)) for factor in capital)],
        [
            [words.percent(price, 0), *(words.money(value, digits) for value in row)]
            for price, row in reversed(list(zip(prices, npv, strict=True)))
        ],
    )


def _border(
    capital: Sequence[float], prices: Sequence[float], npv: Sequence[Sequence[float]]
) -> tuple[list[float | None], list[float | None]]:
    """The line between cells below zero and others, along their edges: it crosses no number."""

    def edges(points: Sequence[float]) -> list[float]:
        inner = [(low + high) / 2 for low, high in pairwise(points)]
        return [2 * points[0] - inner[0], *inner, 2 * points[-1] - inner[-1]]

    across, up = edges(capital), edges(prices)
    x: list[float | None] = []
    y: list[float | None] = []
    for i, row in enumerate(npv):
        for j, value in enumerate(row):
            if j + 1 < len(row) and (value < 0) != (row[j + 1] < 0):
                x += [across[j + 1], across[j + 1], None]
                y += [up[i], up[i + 1], None]
            if i + 1 < len(npv) and (value < 0) != (npv[i + 1][j] < 0):
                x += [across[j], across[j + 1], None]
                y += [up[i + 1], up[i + 1], None]
    return x, y


# --- chance --------------------------------------------------------------------------------------------------------------------


def distribution(report: Report, simulation: Mapping[str, Any], level: str, words: Words) -> Drawing | None:
    """How after-tax or equity NPV spreads over the lives drawn, with P10, P50 and P90."""
    found, told = simulation.get("histogram", {}).get(level), simulation["npv"][level]
    if found is None or len(found["counts"]) < 2 or told["p10"] is None:
        return None
    edges, counts, draws = [edge / MILLION for edge in found["edges"]], found["counts"], simulation["draws"]
    middle = [(low + high) / 2 for low, high in pairwise(edges)]
    share = [count / draws for count in counts]
    data = []
    for colour, pattern, negative in ((VERMILLION, "/", True), (BLUE, "", False)):
        kept = [k for k, one in enumerate(middle) if (one <= 0) == negative]
        bars = {"type": "bar", "x": [middle[k] for k in kept], "y": [share[k] for k in kept], "width": edges[1] - edges[0]}
        if kept:
            data.append(bars | {"marker": filled(colour, pattern), "hoverinfo": "skip"})
    shapes, notes = [], []
    shared = {"yref": "paper", "showarrow": False, "font": {"size": SIZE - 1}, "bgcolor": "#ffffff", "borderpad": 1}
    for k, (key, name) in enumerate((("p10", "P10"), ("p50", "P50"), ("p90", "P90"))):
        x, top = told[key] / MILLION, 1.02 + 0.06 * k  # each tag higher than the last: they may stand close
        line = {"color": INK, "width": 1.5, "dash": "dash"}
        shapes.append({"type": "line", "x0": x, "x1": x, "y0": 0, "y1": top, "yref": "paper", "line": line})
        notes.append(shared | {"x": x, "y": top, "yanchor": "bottom", "text": name})
    quantiles = " · ".join(f"{name} {words.money(told[key])}" for key, name in (("p10", "P10"), ("p50", "P50"), ("p90", "P90")))
    notes.append(shared | {"xref": "paper", "x": 0, "xanchor": "left", "y": 1.26, "yanchor": "bottom", "text": quantiles})
    unit = millions(report, words)
    spec = layout(
        400,
        signs(words),
        bargap=0,
        barmode="overlay",
        xaxis=axis(unit, tickformat=",~r", nticks=6, showgrid=False),
        yaxis=axis(words.say("share of lives"), tickformat=",~%", domain=[0, 1]),
        shapes=shapes,
        annotations=notes,
    )
    spec["margin"] |= {"t": 100}
    below = words.percent(told["prob_negative"])
    outside = found["below"] + found["above"]
    caption = words.say(
        "{draws} lives, seed {seed}, {unit}; {below} of them below zero (striped).",
        draws=words.number(draws),
        seed=str(simulation["seed"]),
        unit=unit,
        below=below,
    )
    if outside:
        caption += " " + words.say("{count} lives lie beyond the ends of the axis.", count=words.number(outside))
    title = words.say("How after-tax NPV may turn out") if level == "after_tax" else words.say("How the NPV of equity may turn out")
    names = (("P10", "p10"), ("P50", "p50"), ("P90", "p90"), (words.say("mean"), "mean"))
    return Drawing(
        f"npv_distribution_{level}",
        title,
        f"{caption} {basis(report, words)}",
        data,
        spec,
        [words.say("measure"), unit],
        [*([name, words.money(told[key])] for name, key in names), [words.say("below zero"), below]],
    )
