"""A study as one page: everything in it, nothing fetched, in the order in which a technical report tells its economic analysis."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from kenes.facts import Quantity
from kenes.report import equations, tables, tables_numbers
from kenes.report.cells import Cell, Row, Table
from kenes.report.parents import Parent, parents
from kenes.report.reading import Reading
from kenes.report.study import Study
from kenes.report.words import Words, mark

__all__ = ["SECTIONS", "page"]

SECTIONS = {
    "status": mark("Headline and status"),
    "assumptions": mark("Principal assumptions"),
    "years": mark("Production and cash flow"),
    "worth": mark("Economic results"),
    "states": mark("Taxes and government take"),
    "parties": mark("Parties"),
    "sensitivity": mark("Sensitivities"),
    "scenarios": mark("Scenarios of policy"),
    "probability": mark("Probabilities"),
    "method": mark("Method"),
    "books": mark("The books and their residuals"),
    "notes": mark("Notes"),
    "others": mark("Other assumptions and law"),
    "again": mark("How to reproduce this report"),
}
"""Sections in their order, with their titles."""

PLACES = {
    "timeline": "assumptions",
    "grade": "assumptions",
    "cash_flow": "years",
    "npv_waterfall": "worth",
    "government_take": "states",
    "money": "parties",
    "tornado": "sensitivity",
    "price_and_capital": "sensitivity",
    "scenarios": "scenarios",
    "npv_distribution": "probability",
    "mass": "books",
}
"""Section of each figure, by the beginning of its name."""

BESIDE = ("tornado", "price_and_capital", "scenarios", "government_take")
"""Figures whose numbers stand in a table of the section."""

PRINCIPAL = {"tonnage", "grade", "price", "capital", "operating", "capacity", "recovery", "discount", "inflation", "rate"}
"""Numbers that a reader asks for first, by the parts of their paths."""

TIMING = {
    "start": mark("Flows of a year stand at its start."),
    "mid": mark("Flows of a year stand at its middle."),
    "end": mark("Flows of a year stand at its end."),
}

LEVELS = {
    "pre_fiscal": mark("before every payment to any state, unlevered: the base of government take and AETR"),
    "pre_tax": mark("after royalties, production levies and duties, before taxes on profit and withholding, unlevered"),
    "after_tax": mark("after taxes on profit, recomputed without interest, before dividend withholding: all owners together, unlevered"),
    "equity": mark("after debt and withholding: what all owners together receive"),
}
"""What is taken off at each level of worth."""


def page(study: Study, read: Reading, words: Words, command: str, drawn: Mapping[str, Any]) -> str:
    """The whole page as text.

    read : the traced page; command : how this report is made, as typed; drawn : figures by name (`kenes.report.figures`)
    """
    css, script, plotly = _shipped("report.css"), _shipped("report.js"), _plotly()
    return str(
        _template().render(
            _content(study, read, words)
            | {
                "policy": _policy(script, plotly),
                "css": Markup(css),
                "script": Markup(script),
                "plotly": Markup(plotly),
                "command": command,
                "drawn": _figures(drawn),
                "lang": words.lang,
                "say": words.say,
                "name": words.name,
                "note": words.note,
                "number": words.number,
                "numeric": _numeric,
                "breakable": _breakable,
            }
        )
    )


def _content(study: Study, read: Reading, words: Words) -> dict[str, Any]:
    """What the template lays out."""
    report, simulation = study.report, study.simulation
    found = parents(study.project, study.result.run.plan)
    stated = [one for one in found if one.kind == "project"]
    principal = _principal(study, stated)
    there = {
        id: words.say(title)
        for id, title in SECTIONS.items()
        if (id != "scenarios" or study.scenarios) and (id != "probability" or simulation)
    }
    return {
        "report": report,
        "simulation": simulation,
        "sections": list(there.items()),
        "titles": there,
        "places": {id: place for place, id in enumerate(there, 1)},
        "day": words.date(report["valuation_date"]),
        "rate": words.percent(report["discount"]["rate"]),
        "kind": words.name(report["discount"]["money"]),
        "would": _would(study, words),
        "headline": tables.headline(study, words),
        "worths": tables.worths(study, words),
        "facts": _facts(study, words),
        "sourced": sum(not one.assumed for one in stated),
        "assumed": sum(one.assumed for one in stated),
        "principal": _parts([one for one in stated if one.path in principal], words),
        "others": _parts([one for one in stated if one.path not in principal], words, others=True),
        "law": tables_numbers.laws((one for one in found if one.kind == "law"), words),
        "years": tables.years(study, words),
        "measures": tables.measures(study, words),
        "rates": tables.rates(study, words),
        "charges": tables.charges(study, words),
        "effective": tables.effective_rates(study, words),
        "parties": tables.parties(study, words),
        "tornado": tables.tornado(study, words),
        "ranges_notes": study.ranges["notes"],
        "two_way": tables.two_way(study, words),
        "breakevens": tables.breakevens(study, words),
        "transfer": tables.transfer(study, words),
        "scenarios": tables.scenarios(study, words),
        "probability": tables_numbers.probability(simulation, words) if simulation else [],
        "sensitivities": tables_numbers.sensitivities(simulation, words) if simulation else None,
        "distributions": tables_numbers.distributions(simulation, words) if simulation else None,
        "conventions": _conventions(study, words),
        "levels": [(words.name(level), words.say(text)) for level, text in LEVELS.items()],
        "equations": equations.tables(read, words),
        "notes": report["notes"],
        "settings": study.project.settings,
    }


# --- text ----------------------------------------------------------------------------------------------------------------------


def _would(study: Study, words: Words) -> str:
    """What a claim would need to be worth its cost, where it is only a claim."""
    found = study.report.get("what_would_have_to_be_true")
    if found is None:
        return ""
    told = []
    if found["prices_times"] is not None:
        told.append(words.say("all prices {times} times those stated", times=words.number(found["prices_times"], 2)))
    if found["or_grade_times"] is not None:
        told.append(
            words.say(
                "a grade of {grade} {kind} ({times} times)",
                grade=words.percent(found["or_grade"], 3),
                kind=words.name(found["or_grade_of"]),
                times=words.number(found["or_grade_times"], 2),
            )
        )
    if not told:
        return words.say("No price or grade in the range of the search brings the after-tax NPV to zero.")
    what = told[0] if len(told) == 1 else words.say("{this}, or {that}", this=told[0], that=told[1])
    return words.say("What would have to be true for an after-tax NPV of zero: {what}.", what=what)


def _facts(study: Study, words: Words) -> list[tuple[str, str]]:
    """The frame of the analysis: days, money, discounting, sites, owners."""
    file, head = study.project.file, study.project.file.project
    rows = [(words.say("description"), head.description)] if head.description else []
    rows += [
        (words.say("valuation date"), words.date(head.valuation_date)),
        (words.say("money of the file"), words.basis(head.money)),
        (words.say("inflation"), words.say("{rate} a year", rate=words.percent(head.inflation.amount))),
        (
            words.say("discount rate"),
            f"{words.percent(head.discount.rate.amount)} {words.name(study.report['discount']['money'])}. "
            + words.say(TIMING[head.discount.timing]),
        ),
    ]
    for code, currency in file.currency.items():
        rows.append(
            (
                words.say("exchange rate"),
                words.say("{rate} {code} for 1 {currency}", rate=_plain(currency.rate, words), code=code, currency=head.currency),
            )
        )
    for site in study.project.sites.values():
        text = words.say("{country}, entity {entity}", country=site.country, entity=site.entity)
        if site.licence_date is not None:
            text = words.say("{text}, licence of {day}", text=text, day=words.date(site.licence_date))
        rows.append((words.say("site {site}", site=site.name), text))
    for entity in file.entity:
        held = ", ".join(f"{owner} {words.percent(part.share.amount)}" for owner, part in entity.owner.items())
        rows.append((words.say("entity {entity}", entity=entity.name), words.say("owned by {owners}", owners=held)))
    return rows


def _plain(number: Quantity, words: Words) -> str:
    return words.figure(number.amount, 6)


def _conventions(study: Study, words: Words) -> list[str]:
    head = study.project.file.project
    rate = words.percent(head.inflation.amount)
    return [
        words.say(
            "The page runs in nominal {currency}, year by year; real results are deflated at the end with the stated inflation of {rate}.",
            currency=head.currency,
            rate=rate,
        ),
        words.say(TIMING[head.discount.timing])
        + " "
        + words.say(
            "They are discounted to {day} at {rate} {kind}.",
            day=words.date(head.valuation_date),
            rate=words.percent(head.discount.rate.amount),
            kind=words.name(study.report["discount"]["money"]),
        ),
        words.say("Every internal rate of return is told, with the changes of sign of its flow; where there is none, that is said."),
        words.say("MIRR is financed and reinvested at the discount rate. Payback counts from first production, on the after-tax flow."),
        words.say(
            "AETR is the present value of payments to a state, its dividends net of its contributions, over that of the pre-fiscal flow."
        ),
        words.say("Breakevens are factors on prices or grades, all else as stated, at which the after-tax NPV is zero."),
        words.say(
            "Closure is spent after the last ore and set aside where law or lender ask; the last year is pro rata; ramps are linear."
        ),
    ]


def _principal(study: Study, stated: Iterable[Parent]) -> set[str]:
    """Paths of the numbers that stand first: what a reader asks for, and what moves the result most."""
    moving = {one["path"] for one in study.ranges["tornado"][:12]}
    return moving | {one.path for one in stated if PRINCIPAL & set(one.path.split("."))}


def _parts(stated: Iterable[Parent], words: Words, others: bool = False) -> list[Table]:
    """The numbers of the file, a table for each site, each entity and each other part."""
    parts: dict[str, list[Parent]] = {}
    for one in stated:
        first, *rest = one.path.split(".")
        parts.setdefault(f"{first}.{rest[0]}" if first in ("site", "entity") and rest else first, []).append(one)
    titles = {"project": words.say("Project"), "currency": words.say("Currencies"), "chance": words.say("Chance")}

    def title(part: str) -> str:
        first, _, name = part.partition(".")
        if first == "site":
            return words.say("Site {site}", site=name)
        if first == "entity":
            return words.say("Entity {entity}", entity=name)
        return titles.get(part, part)

    def caption(part: str) -> str:
        return words.say("{part}, other numbers", part=title(part)) if others else title(part)

    return [tables_numbers.numbers(found, caption(part), words) for part, found in parts.items()]


# --- figures and scripts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A figure as the template lays it out. json : its specification, safe inside a script element; height : pixels kept free for it

    table : its numbers, None where they stand beside it
    """

    name: str
    title: str
    caption: str
    json: Markup
    height: int
    table: Table | None
    beside: bool


def _figures(drawn: Mapping[str, Any]) -> dict[str, list[_Drawing]]:
    """Figures by section."""
    placed: dict[str, list[_Drawing]] = {id: [] for id in SECTIONS}
    for name, figure in drawn.items():
        header, rows = figure.table
        told = Table(
            figure.title, tuple(map(str, header)), tuple(Row(tuple(_cell(cell, not k) for k, cell in enumerate(row))) for row in rows)
        )
        height = int(figure.spec.layout.height or 420)
        section = next((section for begin, section in PLACES.items() if name.startswith(begin)), "worth")
        beside = name.startswith(BESIDE)
        placed[section].append(
            _Drawing(
                name,
                figure.title,
                figure.caption,
                _harmless(figure.spec.to_json()),
                height,
                told if told.rows and not beside else None,
                beside,
            )
        )
    return placed


def _cell(text: Any, first: bool) -> Cell:
    said = str(text)
    bare = said.strip("-−+% \u00a0\u202f")
    return Cell(said, "" if first or not bare[:1].isdigit() else "negative" if said[:1] in "-−" else "number")


def _harmless(text: str) -> Markup:
    """JSON that can stand in a script element: nothing in it ends the element or begins another."""
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _policy(*scripts: str) -> str:
    """What the page may do: run its own scripts, known by their hashes, and fetch nothing."""
    known = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return f"default-src 'none'; script-src {known}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def _numeric(table: Table, column: int) -> bool:
    """Whether a column holds numbers."""
    kinds = [row.cells[column].kind for row in table.rows if len(row.cells) > column]
    return any(kind in ("number", "negative") for kind in kinds)


def _breakable(text: str) -> Markup:
    """A path that may break after its dots."""
    return Markup("").join(Markup("{}<wbr>").format(part) for part in _after_dots(text)) if "." in text else escape(text)


def _after_dots(text: str) -> list[str]:
    *parts, last = text.split(".")
    return [*(f"{part}." for part in parts), last]


def _shipped(name: str) -> str:
    return (resources.files("kenes.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(_shipped("report.html"))


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())
