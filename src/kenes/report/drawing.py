"""How do figures look? Colours that every eye tells apart, axes, and rows: a bar with its words above it, so that it reads on a phone.

Figures are plain tables of Plotly's schema until the door (`kenes.report.figures`) makes them; nothing here imports Plotly.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PURPLE",
    "SKY",
    "VERMILLION",
    "WRAP",
    "Drawing",
    "Row",
    "axis",
    "filled",
    "layout",
    "legend",
    "level_line",
    "rows",
    "safe",
    "spread",
    "wrapped",
]

BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE = "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"
"""The palette of Okabe and Ito, https://jfly.uni-koeln.de/color/: told apart with any kind of colour blindness."""
INK, GREY, PALE = "#1a1a1a", "#595959", "#dddddd"
VEIL = "rgba(255, 255, 255, 0.85)"
"""Behind words that lie over lines."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
SIZE = 13
LINE = 16
"""Pixels from one line of text to the next."""
BAR = 18
WRAP = 44
"""Characters of a line that a phone shows."""

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure before it is drawn.

    name    : file name; title, caption : what it is, units and basis; header, rows : the numbers shown, as text
    """

    name: str
    title: str
    caption: str
    data: Sequence[Spec]
    layout: Spec
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def safe(text: object) -> str:
    """Text of a file as Plotly shows it: nothing in it is a tag, a formula or a template.

    >>> safe('<a href="x">%{y} $1')
    '&lt;a href="x"&gt;&#37;{y} &#36;1'
    """
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", str(text))
    for sign, told in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("$", "&#36;"), ("%{", "&#37;{")):
        plain = plain.replace(sign, told)
    return plain


def wrapped(text: str, width: int = WRAP, most: int = 3) -> str:
    """Text of a file in lines of a phone's width, cut after ``most`` of them; safe.

    >>> wrapped("a long name of a mine", 12)
    'a long name<br>of a mine'
    """
    lines = textwrap.wrap(text, width, max_lines=most, placeholder=" …") or [""]
    return "<br>".join(safe(line) for line in lines)


def layout(height: float, signs: str, **more: Any) -> Spec:
    """What all figures share. signs : decimal point and thousands separator."""
    made: Spec = {
        "height": round(height),
        "autosize": True,
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "font": {"family": FONT, "size": SIZE, "color": INK},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "autoexpand": True},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": "#ffffff", "font": {"size": SIZE, "color": INK}},
        "separators": signs,
    }
    return made | more


def filled(colour: Any, pattern: Any = "") -> Spec:
    """How a bar is filled: a colour, with a pattern over it for who sees no colours."""
    return {
        "color": colour,
        "line": {"width": 0},
        "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "#ffffff", "fgopacity": 0.75, "size": 6, "solidity": 0.3},
    }


def axis(title: str = "", **more: Any) -> Spec:
    """An axis of short labels that makes its own room; it is not zoomed, so that a page scrolls under a thumb."""
    made: Spec = {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": PALE,
        "linecolor": GREY,
        "zeroline": True,
        "zerolinecolor": INK,
        "zerolinewidth": 1,
        "tickfont": {"size": SIZE - 1},
        "nticks": 6,
    }
    if title:
        made["title"] = {"text": title, "font": {"size": SIZE}, "standoff": 6}
    return made | more


def legend(below: float) -> Spec:
    """A legend under the drawing. below : in heights of the drawing."""
    return {"orientation": "h", "x": 0, "xanchor": "left", "y": -below, "yanchor": "top", "font": {"size": SIZE - 1}, "itemclick": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its words at the left (lines), its number at the right, both above the bar."""

    words: Sequence[str]
    number: str = ""
    strong: bool = False


def rows(
    made: Sequence[Row], signs: str, data: Sequence[Spec], axis_: Spec, *, legend_lines: int = 0, head: int = 0, **more: Any
) -> tuple[list[Spec], Spec]:
    """Data and layout of a figure of rows; row k has its bar at y = k, ``BAR`` high.

    head : lines kept free above the first row; legend_lines : lines of legend under the axis
    """
    lines = [sum(1 + text.count("<br>") for text in row.words) for row in made]
    # Every row is as high as its words ask: y is in pixels, so that a row of two lines does not stretch a row of one.
    at, y = [], 6.0 + head * LINE
    for count in lines:
        at.append(y + count * LINE + BAR / 2 + 2)
        y = at[-1] + BAR / 2 + 10
    notes = list(more.pop("annotations", []))
    for row, middle in zip(made, at, strict=True):
        shared = {"xref": "paper", "yref": "y", "y": middle - BAR / 2 - 2, "yanchor": "bottom", "showarrow": False, "bgcolor": VEIL}
        style = {"size": SIZE, "color": INK} | ({"weight": 700} if row.strong else {})
        if row.words:
            notes.append(shared | {"x": 0, "xanchor": "left", "align": "left", "text": "<br>".join(row.words), "font": style})
        if row.number:
            notes.append(shared | {"x": 1, "xanchor": "right", "align": "right", "text": row.number, "font": style})
    placed = []
    for trace in data:
        trace = dict(trace)
        trace["y"] = [at[k] for k in trace["y"]]
        if trace["type"] in ("bar", "waterfall"):
            trace["orientation"] = "h"
            trace.setdefault("width", [BAR] * len(trace["y"]) if trace["type"] == "bar" else BAR)
        placed.append(trace)
    foot = 46 + legend_lines * 22
    vertical = {"range": [y, 0], "visible": False, "fixedrange": True}
    spec = layout(y + foot + 8, signs, xaxis=axis_, yaxis=vertical, annotations=notes, **more)
    spec["margin"] = {"l": 8, "r": 8, "t": 8, "b": foot, "autoexpand": False}
    if legend_lines:
        spec |= {"showlegend": True, "legend": legend(44 / y)}
    return placed, spec


def level_line(x: float, text: str, dash: str = "dot") -> tuple[Spec, Spec]:
    """A line down all rows with its words at the top: a shape and an annotation."""
    shape = {
        "type": "line",
        "x0": x,
        "x1": x,
        "xref": "x",
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": GREY, "width": 1, "dash": dash},
    }
    note = {"x": x, "xref": "x", "y": 1, "yref": "paper", "yanchor": "top", "showarrow": False, "text": text, "bgcolor": "#ffffff"}
    return shape, note | {"font": {"size": SIZE - 1, "color": GREY}}


def spread(values: Sequence[float], share: float = 0.04) -> list[float]:
    """A range that holds the values and zero, with room at both ends."""
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * share or 1.0
    return [low - (room if low < 0 else 0.0), high + (room if high > 0 else 0.0)]
