"""The two books in the workbook: who paid whom, where each element went, and the checks that must come to zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kenes.report.sheet_cells import ABOUT, CONSTANT, FIRST, LABEL, SECOND, UNIT, Sheet, column
from kenes.report.sheet_model import Model

__all__ = ["Checks", "write_mass", "write_money"]

DIGITS = 9
"""Decimals to which a residual is told, as a share of the turnover."""

Rows = dict[tuple[str, ...], tuple[int, list[float]]]
"""Row and values of each entry of a book, by its key."""


@dataclass(slots=True)
class Checks:
    """Cells that must be zero, each with what it says."""

    cells: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, sheet: Sheet, row: int) -> None:
        """Notes a check in the constants' column of a row."""
        self.cells.append((what, sheet.cell(row, CONSTANT)))


def write_money(model: Model, checks: Checks, entities: Sequence[str]) -> tuple[Sheet, Rows, Rows]:
    """Every entry from a payer to a payee, each party's money, and the checks. Returns the sheet, its entries and its parties.

    entities : those whose money all goes on to others
    """
    paper, reading = model.paper, model.reading
    say, name, party = paper.words.say, paper.words.name, paper.words.party
    heads = {LABEL: say("entry"), ABOUT: say("from, to (site)"), UNIT: say("unit"), CONSTANT: say("total")}
    sheet = paper.yearly("money", reading.plan.timeline.years, {**heads, FIRST: say("from"), SECOND: say("to")})
    keys = [key for key in reading.program.outputs if key[0] == "line"]
    parties = list(dict.fromkeys(who for key in keys for who in (key[2], key[3])))
    number = {who: k for k, who in enumerate(parties, 1)}
    entries: Rows = {}
    sheet.heading(say("Entries: who pays whom, nominal money of the year"))
    begin = sheet.row
    for key in keys:
        formula, values = model.told(key)
        row = _row(
            sheet, name(key[1]), f"{party(key[2])} → {party(key[3])}" + (f" ({key[4]})" if key[4] else ""), paper.currency, formula, values
        )
        sheet.number(row, FIRST, number[key[2]], "count")
        sheet.number(row, SECOND, number[key[3]], "count")
        entries[key[1:]] = (row, [float(value) for value in values])
    end = sheet.row
    sheet.row += 1
    sheet.heading(say("Parties: what each receives, less what it pays"))
    net: Rows = {}
    payers, payees = (f"${column(col)}${begin + 1}:${column(col)}${end}" for col in (FIRST, SECOND))
    amounts = f"{{c}}${begin + 1}:{{c}}${end}"
    for who in parties:
        flow = [0.0] * paper.count
        for key, (_, values) in entries.items():
            for sign, one in ((-1.0, key[1]), (1.0, key[2])):
                if one == who:
                    flow = [held + sign * value for held, value in zip(flow, values, strict=True)]
        at = f"${column(FIRST)}{sheet.row + 1}"
        formula = f"SUMIF({payees},{at},{amounts})-SUMIF({payers},{at},{amounts})"
        row = _row(sheet, party(who), "", paper.currency, formula, flow)
        sheet.number(row, FIRST, number[who], "count")
        net[(who,)] = (row, flow)
    sheet.row += 1
    sheet.heading(say("Checks: each must be zero"))
    block = f"${column(paper.begin)}${begin + 1}:${column(paper.begin + paper.count - 1)}${end}"
    scale = sheet.row
    sheet.text(scale, LABEL, say("largest entry of a year"))
    sheet.formula(
        scale, CONSTANT, f"MAX(1,MAX({block}))", max([1.0, *(value for _, values in entries.values() for value in values)]), "money"
    )
    sheet.row += 1
    _check(sheet, checks, say("all parties together"), _sum(row for row, _ in net.values()), scale)
    for entity in entities:
        if ("cash", entity) not in reading.program.outputs or (entity,) not in net:
            continue
        cash, _ = model.told(("cash", entity))
        before = cash.replace("{c}", "{p1}")
        said = say("cash of {entity}: entries against its own waterfall", entity=entity)
        _check(sheet, checks, said, f"{{c}}{net[(entity,)][0] + 1}-({cash}-{before})", scale)
    _assessed(model, sheet, checks, entries, scale)
    _horizon(model, sheet, checks, scale)
    return sheet, entries, net


def _row(sheet: Sheet, label: str, about: str, unit: str, formula: str, values: Sequence[Any], style: str = "money") -> int:
    """One row of a book: label, formula over the years, total."""
    row = sheet.row
    sheet.text(row, LABEL, label)
    sheet.text(row, ABOUT, about, "dim")
    sheet.text(row, UNIT, unit, "unit")
    sheet.years(row, formula, values, style)
    sheet.formula(row, CONSTANT, f"SUM({sheet.span(row)})", sum(float(value) for value in values), style)
    sheet.row += 1
    return row


def _sum(rows: Any) -> str:
    return "+".join(f"{{c}}{row + 1}" for row in rows) or "0"


def _check(sheet: Sheet, checks: Checks, what: str, formula: str, scale: int) -> None:
    """A row that must be zero in every year, and its largest amount as a share of the turnover."""
    row = sheet.row
    sheet.text(row, LABEL, what)
    sheet.years(row, formula, [0.0] * sheet.paper.count, "number")
    span = sheet.span(row)
    sheet.formula(row, CONSTANT, f"ROUND(MAX(MAX({span}),-MIN({span}))/${column(CONSTANT)}${scale + 1},{DIGITS})", 0.0, "check")
    checks.add(what, sheet, row)
    sheet.row += 1


def _assessed(model: Model, sheet: Sheet, checks: Checks, entries: Mapping[tuple[str, ...], Any], scale: int) -> None:
    """Charges entered against charges assessed."""
    say = sheet.paper.words.say
    for key in [key for key in model.reading.program.outputs if key[0] == "assessed"]:
        _, charge, state = key
        assessed, _ = model.told(key)
        entered = ""
        for (line, payer, payee, _), (row, _) in entries.items():
            if line.removesuffix("_refund") == charge and state in (payer, payee):
                entered += f"{'+' if payee == state else '-'}{{c}}{row + 1}"
        said = say("{charge} of {state}: entered against assessed", charge=sheet.paper.words.name(charge), state=state)
        _check(sheet, checks, said, f"{entered or '0'}-({assessed})", scale)


def _horizon(model: Model, sheet: Sheet, checks: Checks, scale: int) -> None:
    """Every balance at the end of the last year: a life that the years do not hold leaves something."""
    keys = [key for key in model.reading.program.outputs if key[0] in ("balances", "cash")]
    last = sheet.paper.places[-1]
    parts = [model.told(key)[0].format_map(last) for key in keys]
    say, row = sheet.paper.words.say, sheet.row
    sheet.text(row, LABEL, say("balances and cash at the horizon"))
    for begin in range(0, len(parts), 20):
        here = ",".join(f"ABS({part})" for part in parts[begin : begin + 20])
        sheet.formula(row, sheet.paper.begin + begin // 20, f"SUM({here})", 0.0)
    sheet.formula(row, CONSTANT, f"ROUND(SUM({sheet.span(row)})/${column(CONSTANT)}${scale + 1},{DIGITS})", 0.0, "check")
    checks.add(say("balances and cash at the horizon"), sheet, row)
    sheet.row += 1


def write_mass(model: Model, checks: Checks) -> Sheet | None:
    """Where each element goes, and the checks: what lies between ground and customer gives what it gets. None where no element is known."""
    paper, reading = model.paper, model.reading
    say, name = paper.words.say, paper.words.name
    keys = [key for key in reading.program.outputs if key[0] == "mass"]
    if not keys:
        return None
    heads = {LABEL: say("element"), ABOUT: say("from, to"), UNIT: say("unit"), CONSTANT: say("total")}
    sheet = paper.yearly("mass", reading.plan.timeline.years, heads)
    rows: Rows = {}
    for key in keys:
        formula, values = model.told(key)
        row = _row(sheet, name(key[1]), f"{key[2]} → {key[3]}", "t", formula, values, "number")
        rows[key[1:]] = (row, [float(value) for value in values])
    sheet.row += 1
    sheet.heading(say("Checks: each must be zero"))
    scale = sheet.row
    sheet.text(scale, LABEL, say("largest entry of a year"))
    whole = f"${column(paper.begin)}$4:${column(paper.begin + paper.count - 1)}${max(row for row, _ in rows.values()) + 1}"
    largest = max([1e-9, *(value for _, values in rows.values() for value in values)])
    sheet.formula(scale, CONSTANT, f"MAX(0.000000001,MAX({whole}))", largest)
    sheet.row += 1
    least = sheet.row
    sheet.text(least, LABEL, say("no mass is negative: recoveries of an element do not exceed one together"))
    sheet.formula(least, CONSTANT, f"ROUND(MAX(0,-MIN({whole}))/${column(CONSTANT)}${scale + 1},{DIGITS})", 0.0, "check")
    checks.add(say("no mass is negative: recoveries of an element do not exceed one together"), sheet, least)
    sheet.row += 1
    for element, place in sorted({(key[0], end) for key in rows for end in key[1:]}):
        into = [row for key, (row, _) in rows.items() if key[0] == element and key[2] == place]
        out = [row for key, (row, _) in rows.items() if key[0] == element and key[1] == place]
        if into and out:
            said = say("{element} through {place}", element=name(element), place=place)
            _check(sheet, checks, said, f"{_sum(into)}-({_sum(out)})", scale)
    return sheet
