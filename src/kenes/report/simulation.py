"""A simulation as tables in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from kenes.report.terminal import STATUS, Table, notes
from kenes.report.words import Words, mark, words

__all__ = ["show"]

VIEWS = {"inside": mark("inside"), "outside": mark("outside")}
PROCESSES = {
    "geometric Brownian": mark("geometric Brownian"),
    "mean-reverting": mark("mean-reverting"),
    "two-regime": mark("two-regime"),
}


def show(report: dict[str, Any], console: Console, told: Words | None = None) -> None:
    """Levels of worth, parties, rates of return, what matters, policy, notes.

    told : the reader's language; English where it is left out
    """
    told = told or words()
    currency = report["currency"]
    console.print(Text(report["project"], style="bold"))
    console.print(Text(_course(report, told), style="dim"))
    status = report["status"]
    if status == "screening":
        console.print(Text(told.say(STATUS[status]), style="yellow"))
    rows = {told.say("NPV {level}", level=_level(name, told)): row for name, row in report["npv"].items()}
    _worth(told.say("Worth, million {currency}", currency=currency), rows, console, told)
    parties = {told.party(name): row for name, row in report["parties"].items()}
    _worth(told.say("Parties: NPV, million {currency}", currency=currency), parties, console, told)
    if report["refusal"] and report["refusal"]["given_grant"]:
        share = told.percent(report["refusal"]["share_granted"])
        title = told.say("Worth given that no permit is refused ({share} of draws)", share=share)
        granted = {_level(name, told) if told.lang != "en" else name: row for name, row in report["refusal"]["given_grant"].items()}
        _worth(title, granted, console, told)
    if report["outside_view"]:
        views = {told.say(name): report["outside_view"][kind]["after_tax"] for kind, name in VIEWS.items()}
        _worth(told.say("After-tax NPV, inside and outside view"), views, console, told)
    _rates(report, console, told)
    if report["processes"]:
        _processes(report, console, told)
    if report["sensitivity"]:
        _inputs(report, console, told)
    if report["policy"]:
        _policy(report["policy"], console, told)
    console.print(Text(told.say("Notes"), style="bold"))
    for text in notes(report, told):
        console.print(Text(f"- {text}"))


def _course(report: dict[str, Any], told: Words) -> str:
    """How many draws of how many, why no more, and what made them."""
    draws, seed, machine = told.number(report["draws"]), report["seed"], report["machine"]
    row = told.say("{draws} draws", draws=draws)
    if report["draws"] != report["draws_asked"]:
        row = told.say("{draws} draws of {asked} asked", draws=draws, asked=told.number(report["draws_asked"]))
    if report["precision"] and report["precision"]["reached"]:
        row += told.say(", stopped at the precision asked for")
    elif report["precision"]:
        row += told.say(": the precision asked for was not reached")
    elif report["interrupted"]:
        row += told.say(", stopped by hand")
    return row + told.say(", seed {seed}, machine {machine}", seed=seed, machine=machine)


def _level(name: str, told: Words) -> str:
    return name.replace("_", " ") if told.lang == "en" else told.name(name)


def _millions(value: float | None, told: Words) -> str:
    return "" if value is None else told.money(value)


def _worth(title: str, rows: dict[str, Any], console: Console, told: Words) -> None:
    table = Table(title, "", "P10", "P50", "P90", told.say("mean"), told.say("± s.e."), told.say("below 0"))
    for name, row in rows.items():
        table.add_row(
            name,
            *(_millions(row[key], told) for key in ("p10", "p50", "p90", "mean", "se")),
            told.percent(row["prob_negative"]),
        )
    table.show(console)
    console.print()


def _rates(report: dict[str, Any], console: Console, told: Words) -> None:
    heads = (told.say("exactly one"), told.say("none"), told.say("several"), told.say("highest P50"))
    table = Table(told.say("Rate of return"), "", "P10", "P50", "P90", *heads)
    for name, row in report["irr"].items():
        table.add_row(
            _level(name, told),
            *(told.percent(row[key]) for key in ("p10", "p50", "p90", "share_one", "share_none", "share_multiple")),
            told.percent(row["highest"]["p50"]),
        )
    table.show(console)
    console.print()


def _inputs(report: dict[str, Any], console: Console, told: Words) -> None:
    rows, base = report["sensitivity"], report["file_values"]
    heads = (
        mark("  low (P10), stated, high (P90)"),
        mark("at low"),
        mark("at high"),
        mark("per 1 %"),
        mark("Sobol 1st"),
        mark("Sobol total"),
        mark("rank corr."),
    )
    title = told.say("What matters: change of after-tax NPV, million {currency}", currency=report["currency"])
    table = Table(title, *(told.say(head) for head in heads))
    drawn = [(path, row) for path, row in rows.items() if row["swing_low"] is not None]
    comma = ", " if told.decimal == "." else "; "
    for path, row in drawn[:15]:
        unit = "" if row["unit"] == "1" else f" {told.unit(row['unit'])}"
        slope = row["finite_difference"] if row["blind"] else row["gradient"]
        table.add_row(
            "  " + comma.join(told.figure(row[key]) for key in ("low", "value", "high")) + unit,
            _millions(row["swing_low"], told),
            _millions(row["swing_high"], told),
            _millions(slope, told) + ("*" if row["blind"] else ""),
            *("" if row[key] is None else told.number(row[key], 2) for key in ("sobol_first", "sobol_total", "rank_correlation")),
            over=path,
        )
    table.show(console)
    if len(drawn) > 15:
        console.print(Text(told.say("and {n} inputs of less swing (--json shows them all)", n=len(drawn) - 15), style="dim"))
    if any(row["blind"] for _, row in drawn[:15]):
        console.print(Text(told.say("* a finite difference: the exact gradient is blind here (notes)"), style="dim"))
    stated = told.say(
        "at low, at high: from {npv} at the values of the file ({share} of the draws lie below)",
        npv=_millions(base["after_tax"], told),
        share=told.percent(base["share_below"], 0),
    )
    console.print(Text(stated, style="dim"))
    console.print()


def _processes(report: dict[str, Any], console: Console, told: Words) -> None:
    """Prices that wander: which, how, and who says so."""
    table = Table(told.say("Prices that wander"), told.say("process"), told.say("kind"), told.say("volatility a year"))
    for name, one in report["processes"].items():
        kind = one["kind"]
        table.add_row(name, told.say(PROCESSES[kind]), told.percent(one["parameters"]["volatility"]))
    table.show(console)
    for name, one in report["processes"].items():
        console.print(Text(f"{name}: {', '.join(one['of'])} ({'; '.join(one['sources'])})", style="dim"), soft_wrap=True)
    console.print()


def _policy(policy: dict[str, Any], console: Console, told: Words) -> None:
    if len(policy["states"]) > 1:
        _worth(told.say("Each state of policy held for certain: after-tax NPV"), policy["states"], console, told)
        price = told.say(
            "price of unpredictability: level {level}, spread {spread} million",
            level=_millions(policy["level_effect"], told),
            spread=_millions(policy["spread_effect"], told),
        )
        console.print(Text(price))
    sure = told.say(
        "certainty equivalent at risk aversion {aversion} per million: {sure} million",
        aversion=told.format(policy["risk_aversion"]["per_million"], "g"),
        sure=_millions(policy["certainty_equivalent"], told),
    )
    console.print(Text(sure))
    for text in policy["notes"]:
        console.print(Text(f"- {told.note(text)}"))
    console.print()
