"""Figures of money: cash flow, the steps to NPV, what states take, worths side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kenes.appraise import pictures
from kenes.appraise.lens import LEVELS
from kenes.report.drawing import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SIZE,
    SKY,
    VERMILLION,
    Drawing,
    Row,
    axis,
    filled,
    layout,
    legend,
    rows,
    spread,
    wrapped,
)
from kenes.report.words import Words, mark

__all__ = ["MILLION", "Report", "basis", "beside", "cash_flow", "millions", "npv_waterfall", "signs", "take_waterfall"]

Report = Mapping[str, Any]
MILLION = 1e6

PARTS = {
    "sales": mark("sales"),
    "selling_costs": mark("treatment, tolling and freight"),
    "operating_costs": mark("operating costs"),
    "exploration_and_permits": mark("exploration and permits"),
    "initial_capital": mark("initial capital"),
    "sustaining_capital": mark("sustaining capital"),
    "closure_and_its_fund": mark("closure and its fund"),
    "working_capital": mark("working capital"),
    "royalties_to_others": mark("royalties to others than states"),
    "charges_before_tax": mark("charges before taxes on profit"),
    "taxes_on_profit": mark("taxes on profit, without debt"),
    "pre_fiscal": mark("pre-fiscal NPV"),
    "pre_tax": mark("pre-tax NPV"),
    "after_tax": mark("after-tax NPV"),
    "government_take": mark("government take"),
}
"""What a step of a waterfall is called."""

STACK = (
    (mark("sales"), BLUE, "", ("sales",)),
    (mark("costs"), ORANGE, "/", ("selling_costs", "operating_costs", "working_capital", "royalties_to_others")),
    (
        mark("capital and closure"),
        VERMILLION,
        "x",
        ("exploration_and_permits", "initial_capital", "sustaining_capital", "closure_and_its_fund"),
    ),
    (mark("charges and taxes"), PURPLE, ".", ("charges_before_tax", "taxes_on_profit")),
)
"""Bars of the cash flow: name, colour, pattern, groups."""


def signs(words: Words) -> str:
    """Decimal point and thousands separator, as Plotly wants them."""
    return words.decimal + words.group


def basis(report: Report, words: Words) -> str:
    """What present values are in and how they are discounted."""
    discount = report["discount"]
    values = {
        "rate": words.percent(discount["rate"]),
        "money": words.basis(report["money"] if discount["money"] == "real" else f"nominal {report['currency']}"),
        "day": words.date(report["valuation_date"]),
    }
    if discount["timing"] == "start":
        return words.say("Present values on {day} at {rate}, flows at the start of each year, {money}.", **values)
    if discount["timing"] == "mid":
        return words.say("Present values on {day} at {rate}, flows in the middle of each year, {money}.", **values)
    return words.say("Present values on {day} at {rate}, flows at the end of each year, {money}.", **values)


def millions(report: Report, words: Words) -> str:
    """The unit of money."""
    return words.say("{currency} million", currency=report["currency"])


def _signed(words: Words, amount: float) -> str:
    """Money with its sign told."""
    told = words.money(amount)
    return told if amount < 0 or told == words.money(0.0) else f"+{told}"


# --- cash flow -----------------------------------------------------------------------------------------------------------------


def cash_flow(report: Report, words: Words) -> Drawing | None:
    """Yearly bars by what they are for with the after-tax flow, and under them both cumulative flows."""
    flows, after, worth = pictures.cash(report), report["levels"]["after_tax"], report["present_values"]["after_tax"]
    last = max((t for t, amounts in enumerate(zip(*flows.values(), strict=True)) if any(amounts)), default=-1) + 1
    if last == 0:
        return None
    years = report["years"][:last]
    data: list[dict[str, Any]] = []
    stack: dict[str, list[float]] = {}
    for name, colour, pattern, groups in STACK:
        held = [flows[group] for group in groups if group in flows]
        if held:
            stack[words.say(name)] = yearly = [sum(amounts) for amounts in zip(*held, strict=True)][:last]
            bars = {"type": "bar", "name": words.say(name), "x": years, "y": [y / MILLION for y in yearly]}
            data.append(bars | {"marker": filled(colour, pattern)})
    flow, total, present = after[:last], pictures.cumulative(after)[:last], pictures.cumulative(worth)[:last]
    line = {"type": "scatter", "mode": "lines", "x": years}
    named = (
        (flow, words.say("after-tax cash flow"), "y", {"color": BLACK, "width": 1.5}, "circle"),
        (total, words.say("cumulative after-tax flow"), "y2", {"color": BLACK, "width": 2}, None),
        (present, words.say("cumulative present value"), "y2", {"color": GREEN, "width": 2, "dash": "dash"}, None),
    )
    for values, name, panel, look, symbol in named:
        trace = line | {"name": name, "y": [value / MILLION for value in values], "yaxis": panel, "line": look}
        data.append(trace | ({"mode": "lines+markers", "marker": {"symbol": symbol, "size": 4, "color": BLACK}} if symbol else {}))
    unit = millions(report, words)
    note = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    spec = layout(
        620,
        signs(words),
        barmode="relative",
        bargap=0.15,
        hovermode="x unified",
        xaxis=axis(anchor="y2", tickformat="d", nticks=7, showgrid=False, zeroline=False, range=[years[0] - 0.6, years[-1] + 0.6]),
        yaxis=axis(domain=[0.44, 0.96], tickformat=",~r"),
        yaxis2=axis(domain=[0.0, 0.34], tickformat=",~r"),
        annotations=[
            note | {"y": 0.965, "text": words.say("yearly, {unit}, nominal", unit=unit)},
            note | {"y": 0.345, "text": words.say("cumulative, {unit}", unit=unit)},
        ],
        showlegend=True,
        legend=legend(0.08),
    )
    table = [
        [words.year(year), *(words.money(values[t]) for values in stack.values()), *(words.money(one[t]) for one in (flow, total, present))]
        for t, year in enumerate(years)
    ]
    return Drawing(
        "cash_flow",
        words.say("Cash flow by year, after tax and without debt"),
        " ".join(
            [
                words.say("Money of each year (nominal), {unit}; years run from the valuation day.", unit=unit),
                words.say("The dashed line ends at the after-tax NPV."),
                basis(report, words),
            ]
        ),
        data,
        spec,
        [words.say("year"), *stack, *(name for _, name, *_ in named)],
        table,
    )


# --- waterfalls ----------------------------------------------------------------------------------------------------------------


def _step(step: pictures.Step, words: Words) -> str:
    name = words.say(PARTS[step.name]) if step.name in PARTS else words.name(step.name)
    return f"{name} ({step.taker})" if step.taker else name


def _waterfall(steps: Sequence[pictures.Step], words: Words, unit: str, *, taken: bool) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows of a waterfall. taken : whether more is a cost to the project."""
    ends, reached = [], 0.0
    for step in steps:
        reached = step.npv if step.level else reached + step.npv
        ends.append(reached / MILLION)
    up, down = (VERMILLION, SKY) if taken else (BLUE, VERMILLION)
    trace = {
        "type": "waterfall",
        "x": [step.npv / MILLION for step in steps],
        "y": list(range(len(steps))),
        "measure": ["absolute" if step.level else "relative" for step in steps],
        "increasing": {"marker": {"color": up}},
        "decreasing": {"marker": {"color": down}},
        "totals": {"marker": {"color": GREY}},
        "connector": {"line": {"color": GREY, "width": 1, "dash": "dot"}},
        "hoverinfo": "skip",
    }
    made = [
        Row([wrapped(_step(step, words), 32)], words.money(step.npv) if step.level else _signed(words, step.npv), step.level)
        for step in steps
    ]
    return rows(made, signs(words), [trace], axis(unit, range=spread(ends), tickformat=",~r", nticks=5))


def npv_waterfall(report: Report, words: Words) -> Drawing | None:
    """From sales to after-tax NPV in present values."""
    steps = pictures.bridge(report)
    if len(steps) <= 3:
        return None
    unit = millions(report, words)
    data, spec = _waterfall(steps, words, unit, taken=False)
    return Drawing(
        "npv_waterfall",
        words.say("From sales to after-tax NPV"),
        words.say("{unit}; + adds, − takes away; grey bars are levels of worth.", unit=unit) + " " + basis(report, words),
        data,
        spec,
        [words.say("step"), unit],
        [[_step(step, words), words.money(step.npv)] for step in steps],
    )


def take_waterfall(report: Report, words: Words) -> Drawing | None:
    """What each charge of each state takes, up to the whole government take."""
    steps = pictures.take(report)
    if not steps:
        return None
    unit, found = millions(report, words), report["government_take"]
    data, spec = _waterfall(steps, words, unit, taken=True)
    share = (
        words.say("no share is told, as the pre-fiscal NPV is not positive")
        if found["share"] is None
        else words.say("{share} of the pre-fiscal NPV", share=words.percent(found["share"]))
    )
    states = "; ".join(f"{state} {words.money(value)}" for state, value in found["by_state"].items())
    caption = words.say(
        "{unit}; + goes to a state, − comes from it. In all: {share}. By state: {states}.", unit=unit, share=share, states=states
    )
    return Drawing(
        "government_take",
        words.say("Government take by charge and state"),
        f"{caption} {basis(report, words)}",
        data,
        spec,
        [words.say("charge"), words.say("to"), unit],
        [
            [words.say(PARTS[step.name]) if step.name in PARTS else words.name(step.name), step.taker, words.money(step.npv)]
            for step in steps
        ],
    )


# --- side by side --------------------------------------------------------------------------------------------------------------


def beside(
    name: str,
    title: str,
    caption: str,
    found: Sequence[tuple[str, Mapping[str, float], Mapping[str, Sequence[float]]]],
    unit: str,
    words: Words,
) -> Drawing:
    """Worths side by side: for each its name, NPV by level and rates of return by level."""
    shown = [level for level in LEVELS if level in ("after_tax", "equity")]
    looks = {"after_tax": (BLUE, "", words.say("after-tax NPV")), "equity": (ORANGE, "/", words.say("NPV of equity"))}
    ends = [npv[level] / MILLION for _, npv, _ in found for level in shown]
    made, data = [], []
    for label, _, irr in found:
        rates = words.say("after-tax IRR {rates}", rates=_rates(irr.get("after_tax", []), words))
        made += [Row([wrapped(label), rates]), Row([])]
    for k, level in enumerate(shown):
        colour, pattern, told = looks[level]
        data.append(
            {
                "type": "bar",
                "name": told,
                "x": [npv[level] / MILLION for _, npv, _ in found],
                "y": [2 * n + k for n in range(len(found))],
                "text": [words.money(npv[level]) for _, npv, _ in found],
                "textposition": "outside",
                "textfont": {"size": SIZE - 1},
                "cliponaxis": False,
                "hoverinfo": "skip",
                "marker": filled(colour, pattern),
            }
        )
    data, spec = rows(
        made, signs(words), data, axis(unit, range=spread(ends, 0.25), tickformat=",~r", nticks=5), legend_lines=1, barmode="overlay"
    )
    header = [words.say("name"), *(words.name(level) for level in LEVELS), words.say("after-tax IRR")]
    table = [[label, *(words.money(npv[level]) for level in LEVELS), _rates(irr.get("after_tax", []), words)] for label, npv, irr in found]
    return Drawing(name, title, caption, data, spec, header, table)


def _rates(found: Sequence[float], words: Words) -> str:
    return ", ".join(words.percent(rate) for rate in found) or words.say("none")
