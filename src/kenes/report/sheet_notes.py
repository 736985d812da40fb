"""The sheets of words: contents, what was computed apart, the method with its notes, the log of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kenes.report.sheet_cells import Paper, Sheet
from kenes.report.study import Study
from kenes.report.words import mark

__all__ = ["write_changes", "write_contents", "write_method", "write_sensitivities"]

SHEETS = {
    "results": mark("Worth, rates of return, payback, take of each state, parties; live, beside what kenes computed; all checks"),
    "inputs": mark("Every number of the project file with its source (blue), the scenario and policy switches, constants"),
    "yearly": mark("Prices, rates of law and the calendar by year"),
    "flow": mark("Production, sums of the money book, charges and the levels of worth by year"),
    "money": mark("The money book: every entry from a payer to a payee; each party; checks"),
    "mass": mark("The mass book: where each element goes; checks"),
    "workings": mark("The page, line by line: one formula for all years, beside the line of the program that it says"),
    "balances": mark("What one year hands to the next: at the beginning, change, at the end"),
    "rates": mark("Present value by rate, where rates of return are looked for"),
    "sensitivities": mark("Static: computed by kenes at the values of the file"),
    "method": mark("Conventions, cautions and notes"),
    "changes": mark("Where this workbook comes from, and what was changed since"),
}

CONVENTIONS = (
    mark("Money is nominal money of the reporting currency; results in real money are deflated at the end."),
    mark("Every line is positive in the sense of its name; only rows named a flow or a change carry a sign."),
    mark("pre-fiscal: before every payment to a state, unlevered. pre-tax: after royalties, levies and duties, before taxes on profit."),
    mark("after tax: after taxes on profit, unlevered, before tax withheld on dividends. equity: after debt and tax withheld."),
    mark("A year finds in its balances what the year before left; before year one stands what the valuation day found."),
    mark(
        "An input may be changed. What decides the shape of the project (sites, charges, owners, dates) is fixed: change the file for that."
    ),
    mark("Each row of the workings holds one formula for all years; columns before year one hold nothing or the past, and are hidden."),
    mark("A rate of return shown is the highest that is found; where there are several, the remark says so."),
)


def write_contents(sheet: Sheet, study: Study) -> None:
    """The first sheet: what this is, what it may be called, what stands where."""
    paper, report = sheet.paper, study.report
    words = paper.words
    say = words.say
    sheet.row = 0
    for text, style in (
        (report["project"], "title"),
        (words.name(report["status"]), "caution"),
        (say("valuation day {day}", day=words.date(report["valuation_date"])), "plain"),
        (
            say(
                "discount rate of the file {rate} {money}, flows at {timing} of year",
                rate=words.percent(report["discount"]["rate"]),
                money=words.name(report["discount"]["money"]),
                timing=words.name(report["discount"]["timing"]),
            ),
            "plain",
        ),
    ):
        sheet.text(sheet.row, 0, text, style)
        sheet.row += 1
    sheet.row += 1
    for key, label in (
        ("npv_after_tax", say("net present value after tax, {currency}", currency=paper.currency)),
        ("irr_after_tax", say("rate of return after tax")),
        ("checks", say("all checks together (0: the books balance)")),
    ):
        sheet.text(sheet.row, 0, label)
        value: Any = {"npv_after_tax": report["npv"]["after_tax"], "checks": 0.0}.get(key)
        if key == "irr_after_tax":
            rates = report["irr"]["after_tax"]
            value = rates[-1] if rates else say("not found") if report["sign_changes"]["after_tax"] else say("none")
        style = {"npv_after_tax": "money", "irr_after_tax": "share", "checks": "check"}[key]
        sheet.formula(sheet.row, 1, paper.names[key], value, style)
        sheet.row += 1
    sheet.row += 1
    sheet.text(sheet.row, 0, say("sheet"), "head")
    sheet.text(sheet.row, 1, say("what stands there"), "head")
    sheet.row += 1
    for key, what in SHEETS.items():
        if key in paper.sheets:
            there = paper.sheets[key]
            sheet.page.write_url(sheet.row, 0, f"internal:{there.at}A1", paper.formats["link"], there.name)
            sheet.text(sheet.row, 1, say(what))
            sheet.row += 1


def write_sensitivities(paper: Paper, study: Study) -> None:
    """Tornado, prices against capital, breakevens, transfer prices, states of policy: numbers, no formulas."""
    words, report, ranges = paper.words, study.report, study.ranges
    say, name = words.say, words.name
    sheet = paper.sheet("sensitivities", (56, 16, 16, 16, 18, 18, 14, 14, 14, 14))
    sheet.text(1, 0, say("Static: computed by kenes at the values of the file. Changing an input does not change this sheet."), "caution")
    sheet.row = 3
    sheet.heading(say("After-tax NPV with one number at its low or high, {currency}", currency=paper.currency))
    heads = (
        say("number"),
        say("low"),
        say("stated"),
        say("high"),
        say("NPV at low"),
        say("NPV at high"),
        say("unit"),
        say("low, high are"),
    )
    _head(sheet, heads)
    for row in ranges["tornado"]:
        sheet.text(sheet.row, 0, row["path"])
        for col, key in enumerate(("low", "value", "high", "npv_low", "npv_high"), 1):
            sheet.number(sheet.row, col, row[key], "static")
        sheet.text(sheet.row, 6, row["unit"], "unit")
        sheet.text(sheet.row, 7, row["bounds"] or say("not stated"))
        sheet.row += 1
    sheet.row += 1
    table = ranges["two_way"]
    if table["capital_factors"]:
        sheet.heading(say("After-tax NPV: all prices times (down), initial capital times (across), {currency}", currency=paper.currency))
        sheet.text(sheet.row, 0, say("prices times"), "head")
        for col, factor in enumerate(table["capital_factors"], 1):
            sheet.number(sheet.row, col, factor, "number")
        for factor, values in zip(table["price_factors"], table["npv"], strict=True):
            sheet.row += 1
            sheet.number(sheet.row, 0, factor, "number")
            for col, value in enumerate(values, 1):
                sheet.number(sheet.row, col, value, "static")
        sheet.row += 2
    sheet.heading(say("Breakeven: what brings the after-tax NPV to zero, everything else as stated"))
    for key, value in report["breakeven"].items():
        sheet.text(sheet.row, 0, name(key))
        if isinstance(value, (int, float)):
            sheet.number(sheet.row, 1, value, "static")
        else:
            sheet.text(sheet.row, 1, say("none") if value is None else value, "dim")
        sheet.row += 1
    sheet.row += 1
    if report["transfer_price"] is not None:
        sheet.heading(say("Ten per cent on every transfer price: change of NPV, {currency}", currency=paper.currency))
        for key, change in report["transfer_price"].items():
            for level, value in (*change["npv"].items(), *change["by_state"].items()):
                sheet.text(sheet.row, 0, f"{name(key)}: {name(level)}")
                sheet.number(sheet.row, 1, value, "static")
                sheet.row += 1
        sheet.row += 1
    if study.scenarios:
        sheet.heading(say("Each state of policy held for certain: NPV, {currency}", currency=paper.currency))
        levels = list(study.scenarios[0]["npv"])
        _head(sheet, [say("state"), *(name(level) for level in levels)])
        for one in study.scenarios:
            sheet.text(sheet.row, 0, one["name"])
            for col, level in enumerate(levels, 1):
                sheet.number(sheet.row, col, one["npv"][level], "static")
            sheet.row += 1


def _head(sheet: Sheet, heads: Sequence[str]) -> None:
    for col, head in enumerate(heads):
        sheet.text(sheet.row, col, head, "head")
    sheet.row += 1


def write_method(paper: Paper, study: Study) -> None:
    """Conventions, then everything the result tells its reader."""
    words = paper.words
    sheet = paper.sheet("method", (150,))
    sheet.heading(words.say("Conventions"))
    for text in CONVENTIONS:
        sheet.text(sheet.row, 0, words.say(text), "wrapped")
        sheet.row += 1
    sheet.row += 1
    sheet.heading(words.say("Notes"))
    for note in study.report["notes"]:
        sheet.text(sheet.row, 0, words.note(note), "wrapped")
        sheet.row += 1


def write_changes(paper: Paper, study: Study) -> None:
    """Where the workbook comes from, and rows for what is changed in it."""
    say, report = paper.words.say, study.report
    sheet = paper.sheet("changes", (34, 70, 24, 24))
    born = report["born"]
    for label, text in (
        (say("made by"), f"kenes {born['version']}"),
        (say("project file"), study.project.path),
        (say("fingerprint of the project"), born["project"]),
        (say("fingerprint of the law on file"), born["rules"]),
        *((say("set on the command line"), setting) for setting in study.project.settings),
    ):
        sheet.text(sheet.row, 0, label)
        sheet.text(sheet.row, 1, text)
        sheet.row += 1
    sheet.row += 1
    sheet.heading(say("Changed since (to be filled in by hand)"))
    _head(sheet, (say("day"), say("what and why"), say("cell"), say("who")))
