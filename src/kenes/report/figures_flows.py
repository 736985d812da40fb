"""Figures of what goes where and when: mass and money from node to node, grade and tonnage, permits and the years after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kenes.appraise import pictures
from kenes.appraise.pictures import Flow
from kenes.report.drawing import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LINE,
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
    safe,
    wrapped,
)
from kenes.report.figures_money import signs
from kenes.report.words import Words

__all__ = ["grade_tonnage", "mass", "money", "timeline"]

Report = Mapping[str, Any]
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION)
ENTRIES = 3
"""Entries told of a flow of money."""


# --- flows ---------------------------------------------------------------------------------------------------------------------


def _sankey(
    flows: Sequence[tuple[str, str, float]], labels: Mapping[str, str], amounts: Mapping[str, str], words: Words
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Nodes carry numbers, and a key below says what they are: names beside nodes would lie over each other on a phone.

    flows : (node, node, amount); labels, amounts : name and amount told of each node
    """
    nodes = list(labels)
    at = {node: k for k, node in enumerate(nodes)}
    colour = {node: COLOURS[k % len(COLOURS)] for k, node in enumerate(nodes)}
    trace = {
        "type": "sankey",
        "arrangement": "snap",
        "domain": {"x": [0, 1], "y": [0, 1]},
        "textfont": {"size": SIZE + 1, "color": BLACK},
        "node": {
            "label": [str(k + 1) for k in range(len(nodes))],
            "customdata": [f"{safe(labels[node])}: {amounts[node]}" for node in nodes],
            "hovertemplate": "%{customdata}<extra></extra>",
            "color": [colour[node] for node in nodes],
            "line": {"color": GREY, "width": 0.5},
            "pad": 18,
            "thickness": 12,
        },
        "link": {
            "source": [at[source] for source, _, _ in flows],
            "target": [at[target] for _, target, _ in flows],
            "value": [amount for _, _, amount in flows],
            "color": [_pale(colour[source]) for source, _, _ in flows],
            "hoverinfo": "skip",
        },
    }
    lines = [wrapped(f"{k + 1}  {labels[node]}: {amounts[node]}") for k, node in enumerate(nodes)]
    drawn = 300 + 6 * len(nodes)
    notes, y = [], 10.0
    note = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top", "showarrow": False, "align": "left"}
    for text in lines:
        notes.append(note | {"font": {"size": SIZE}, "text": text, "yshift": -y})
        y += LINE * (1 + text.count("<br>")) + 4
    spec = layout(16 + drawn + y, signs(words), annotations=notes)
    spec["margin"] = {"l": 8, "r": 8, "t": 16, "b": y, "autoexpand": False}
    return [trace], spec


def _pale(colour: str) -> str:
    return f"rgba({', '.join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))}, 0.4)"


def _through(flows: Sequence[Flow]) -> dict[str, float]:
    """What goes through each node: the larger of what comes and what leaves."""
    come: dict[str, float] = {}
    leave: dict[str, float] = {}
    for flow in flows:
        leave[flow.source] = leave.get(flow.source, 0.0) + flow.amount
        come[flow.target] = come.get(flow.target, 0.0) + flow.amount
    return {node: max(come.get(node, 0.0), leave.get(node, 0.0)) for node in dict.fromkeys([*leave, *come])}


def mass(report: Report, words: Words) -> list[Drawing]:
    """Where each element goes, rare earths together as oxide: one figure a kind."""
    return [_mass(kind, flows, words) for kind, flows in pictures.mass_flows(report).items()]


def _mass(kind: str, flows: Sequence[Flow], words: Words) -> Drawing:
    through = _through(flows)
    amounts = {
        node: words.say("{tonnes} t", tonnes=words.number(tonnes) if tonnes >= 1000 else words.figure(tonnes, 3))
        for node, tonnes in through.items()
    }
    data, spec = _sankey(
        [(flow.source, flow.target, flow.amount) for flow in flows], {node: _place(node, words) for node in through}, amounts, words
    )
    title = words.say("Where the rare earths go") if kind == "TREO" else words.say("Where the {element} goes", element=words.name(kind))
    caption = (
        words.say("Tonnes of rare-earth oxide (TREO) over the life; thorium and uranium are not in it.")
        if kind == "TREO"
        else words.say("Tonnes of contained {element} over the life.", element=words.name(kind))
    )
    table = [[_place(flow.source, words), _place(flow.target, words), words.number(flow.amount)] for flow in flows]
    return Drawing(f"mass_{_file(kind)}", title, caption, data, spec, [words.say("from"), words.say("to"), words.say("tonnes")], table)


def _place(node: str, words: Words) -> str:
    """A place of the mass book: "mine: residue of concentrator" with underscores as spaces."""
    site, colon, place = node.partition(": ")
    return f"{site}: {words.name(place)}" if colon else words.name(node)


def _file(kind: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in kind.lower())


def money(report: Report, words: Words) -> Drawing | None:
    """Who pays whom over the life: payers at the left, the project's entities between, who is paid at the right."""
    flows = pictures.money_flows(report)
    if not flows:
        return None
    inner = {flow.source for flow in flows} | {flow.target for flow in flows}
    inner -= set(report["parties"])
    # A party outside that pays and is paid stands at both sides, so that money runs one way.
    ends = [
        Flow(
            flow.source if flow.source in inner else f"< {flow.source}",
            flow.target if flow.target in inner else f"> {flow.target}",
            flow.amount,
            flow.entries,
        )
        for flow in flows
    ]
    through = _through(ends)
    order = sorted(through, key=lambda node: (node in inner) + 2 * node.startswith("> "))
    labels = {node: words.name(node if node in inner else node[2:]) for node in order}
    amounts = {node: words.money(through[node], 0 if max(through.values()) > 1e8 else 1) for node in order}
    data, spec = _sankey([(flow.source, flow.target, flow.amount) for flow in ends], labels, amounts, words)
    unit = words.say("{currency} million", currency=report["currency"])
    return Drawing(
        "money",
        words.say("Who pays whom"),
        words.say(
            "Sums over the life, {unit}, nominal and undiscounted. Payers at the left, entities of the project between, who is paid at the"
            " right; between entities what is left of both ways. Each entity gives what it gets.",
            unit=unit,
        ),
        data,
        spec,
        [words.say("from"), words.say("to"), unit, words.say("of which")],
        [[words.name(flow.source), words.name(flow.target), words.money(flow.amount), _entries(flow, words)] for flow in flows],
    )


def _entries(flow: Flow, words: Words) -> str:
    large = [(name, amount) for name, amount in flow.entries if abs(amount) >= 0.005 * flow.amount]
    told = [f"{words.name(name)} {words.money(amount)}" for name, amount in large[:ENTRIES]]
    return "; ".join(told) + (" …" if len(large) > ENTRIES else "")


# --- ground --------------------------------------------------------------------------------------------------------------------


def grade_tonnage(report: Report, words: Words) -> Drawing | None:
    """Tonnage above a cutoff and its mean grade, by ore type."""
    found = pictures.grade_tonnage(report)
    if found is None:
        return None
    small = found.rows[0][2] < 0.001
    unit, factor = (words.say("g/t"), 1e6) if small else ("%", 100.0)
    cutoffs = [row[2] * factor for row in reversed(found.rows)]
    tonnes = [row[4] / 1e6 for row in reversed(found.rows)]
    means = [row[5] * factor for row in reversed(found.rows)]
    x, above, mean = [0.0], [tonnes[0]], [means[0]]
    for k, cutoff in enumerate(cutoffs):
        x += [cutoff, cutoff]
        above += [tonnes[k], tonnes[k + 1] if k + 1 < len(tonnes) else 0.0]
        mean += [means[k], means[k + 1] if k + 1 < len(means) else means[k]]
    named = words.say("tonnage above the cutoff"), words.say("its mean grade")
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "x": x, "y": above, "name": named[0], "line": {"color": BLUE, "width": 3}},
        {"type": "scatter", "mode": "lines", "x": x, "y": mean, "name": named[1], "yaxis": "y2"}
        | {"line": {"color": VERMILLION, "width": 3, "dash": "dash"}},
    ]
    kind = words.name(found.kind)
    note = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    top = max(cutoffs) * 1.08
    spec = layout(
        500,
        signs(words),
        xaxis=axis(words.say("cutoff grade, {unit} {kind}", unit=unit, kind=safe(kind)), anchor="y2", range=[0, top], tickformat=",~r"),
        yaxis=axis(domain=[0.56, 0.94], range=[0, max(tonnes) * 1.1], tickformat=",~r"),
        yaxis2=axis(domain=[0.0, 0.4], range=[0, max(means) * 1.15], tickformat=",~r"),
        annotations=[
            note | {"y": 0.95, "text": words.say("{name}, Mt", name=named[0])},
            note | {"y": 0.41, "text": words.say("{name}, {unit}", name=named[1], unit=unit)},
        ],
        showlegend=True,
        legend=legend(0.16),
    )
    header = [
        words.say("ore type"),
        words.say("category"),
        words.say("grade"),
        words.say("Mt"),
        words.say("Mt above"),
        words.say("mean grade"),
    ]
    table = [
        [
            name,
            words.name(category),
            words.percent(grade, 3),
            *(words.number(one / 1e6, 2) for one in (own, over)),
            words.percent(average, 3),
        ]
        for name, category, grade, own, over, average in found.rows
    ]
    caption = words.say(
        "By ore type as the file states them, not by a block model: each step is one ore type, all of it at its mean grade."
    )
    return Drawing("grade_tonnage", words.say("Grade and tonnage of {kind}", kind=kind), caption, data, spec, header, table)


# --- time ----------------------------------------------------------------------------------------------------------------------


def timeline(report: Report, words: Words) -> Drawing | None:
    """Permits, construction, ore and closure of each site by date."""
    looks = {
        "permit": (PURPLE, "/", words.say("permits")),
        "construction": (ORANGE, "x", words.say("construction")),
        "ore": (BLUE, "", words.say("operation")),
        "closure": (GREEN, ".", words.say("closure")),
    }
    several = len(report["timeline"]) > 1
    found: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]] = []
    for site in report["timeline"]:
        place = f"{site['site']}: " if several else ""
        found += [("permit", place + words.name(stage["name"]), stage["start"], stage["end"]) for stage in site["permits"]]
        if site["construction"] is not None:
            found.append(("construction", place + looks["construction"][2], site["construction"]["start"], site["construction"]["end"]))
        if site["end_of_ore"] is not None:
            found.append(("ore", place + looks["ore"][2], site["first_ore"], site["end_of_ore"]))
        if site["closure_end"] is not None:
            found.append(("closure", place + looks["closure"][2], site["end_of_ore"], site["closure_end"]))
    if not found:
        return None
    made = []
    for _, name, start, end in found:
        length = words.say("{years} years", years=words.number(end["years"] - start["years"], 1))
        made.append(
            Row([wrapped(name), words.say("{start} to {end}", start=words.date(start["date"]), end=words.date(end["date"]))], length)
        )
    data: list[dict[str, Any]] = []
    for kind, (colour, pattern, name) in looks.items():
        at = [k for k, row in enumerate(found) if row[0] == kind]
        if at:
            lengths = [_milliseconds(found[k][2]["date"], found[k][3]["date"]) for k in at]
            base = [found[k][2]["date"] for k in at]
            data.append(
                {"type": "bar", "name": name, "y": at, "x": lengths, "base": base, "marker": filled(colour, pattern), "hoverinfo": "skip"}
            )
    first, last = min(row[2]["date"] for row in found), max(row[3]["date"] for row in found)
    data, spec = rows(
        made,
        signs(words),
        data,
        axis(type="date", range=[first, last], tickformat="%Y", nticks=6, zeroline=False),
        barmode="overlay",
    )
    header = [words.say("stage"), words.say("start"), words.say("end"), words.say("years")]
    table = [
        [name, words.date(start["date"]), words.date(end["date"]), words.number(end["years"] - start["years"], 1)]
        for _, name, start, end in found
    ]
    caption = words.say("At the values of the file, every permit granted. Valuation day {day}.", day=words.date(report["valuation_date"]))
    return Drawing("timeline", words.say("Permits, construction, operation, closure"), caption, data, spec, header, table)


def _milliseconds(first: str, last: str) -> float:
    """Length of a bar on an axis of dates."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days * 86_400_000.0
