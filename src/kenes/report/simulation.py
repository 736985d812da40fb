"""A simulation as tables in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from kenes.report.terminal import Table

__all__ = ["show"]


def show(report: dict[str, Any], console: Console) -> None:
    """Levels of worth, parties, rates of return, what matters, policy, notes."""
    told = "" if report["draws"] == report["draws_asked"] else f" of {report['draws_asked']:,} asked"
    if report["precision"]:
        told += ", stopped at the precision asked for" if report["precision"]["reached"] else ": the precision asked for was not reached"
    elif report["interrupted"]:
        told += ", stopped by hand"
    console.print(Text(report["project"], style="bold"))
    console.print(Text(f"{report['draws']:,} draws{told}, seed {report['seed']}, machine {report['machine']}", style="dim"))
    if report["status"] == "screening":
        console.print(Text("screening of a claim, not a valuation", style="yellow"))
    rows = {f"NPV {name.replace('_', ' ')}": row for name, row in report["npv"].items()}
    _worth(f"Worth, million {report['currency']}", rows, console)
    _worth(f"Parties: NPV, million {report['currency']}", report["parties"], console)
    if report["refusal"] and report["refusal"]["given_grant"]:
        share = report["refusal"]["share_granted"]
        _worth(f"Worth given that no permit is refused ({share:.1%} of draws)", report["refusal"]["given_grant"], console)
    if report["outside_view"]:
        view = report["outside_view"]
        _worth("After-tax NPV, inside and outside view", {kind: view[kind]["after_tax"] for kind in ("inside", "outside")}, console)
    _rates(report, console)
    if report["processes"]:
        _processes(report, console)
    if report["sensitivity"]:
        _inputs(report, console)
    if report["policy"]:
        _policy(report["policy"], console)
    console.print(Text("Notes", style="bold"))
    for note in report["notes"]:
        console.print(Text(f"- {note}"))


def _millions(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:,.1f}"


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{value:.1%}"


def _worth(title: str, rows: dict[str, Any], console: Console) -> None:
    table = Table(title, "", "P10", "P50", "P90", "mean", "± s.e.", "below 0")
    for name, row in rows.items():
        table.add_row(name, *(_millions(row[key]) for key in ("p10", "p50", "p90", "mean", "se")), f"{row['prob_negative']:.1%}")
    table.show(console)
    console.print()


def _rates(report: dict[str, Any], console: Console) -> None:
    table = Table("Rate of return", "", "P10", "P50", "P90", "exactly one", "none", "several", "highest P50")
    for name, row in report["irr"].items():
        table.add_row(
            name.replace("_", " "),
            *(_percent(row[key]) for key in ("p10", "p50", "p90", "share_one", "share_none", "share_multiple")),
            _percent(row["highest"]["p50"]),
        )
    table.show(console)
    console.print()


def _inputs(report: dict[str, Any], console: Console) -> None:
    rows, base = report["sensitivity"], report["file_values"]
    heads = ("  low (P10), stated, high (P90)", "at low", "at high", "per 1 %", "Sobol 1st", "Sobol total", "rank corr.")
    table = Table(f"What matters: change of after-tax NPV, million {report['currency']}", *heads)
    drawn = [(path, row) for path, row in rows.items() if row["swing_low"] is not None]
    for path, row in drawn[:15]:
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        slope = row["finite_difference"] if row["blind"] else row["gradient"]
        table.add_row(
            f"  {row['low']:,.5g}, {row['value']:,.5g}, {row['high']:,.5g}{unit}",
            _millions(row["swing_low"]),
            _millions(row["swing_high"]),
            _millions(slope) + ("*" if row["blind"] else ""),
            *("" if row[key] is None else f"{row[key]:.2f}" for key in ("sobol_first", "sobol_total", "rank_correlation")),
            over=path,
        )
    table.show(console)
    if len(drawn) > 15:
        console.print(Text(f"and {len(drawn) - 15} inputs of less swing (--json shows them all)", style="dim"))
    if any(row["blind"] for _, row in drawn[:15]):
        console.print(Text("* a finite difference: the exact gradient is blind here (notes)", style="dim"))
    stated = (
        f"at low, at high: from {_millions(base['after_tax'])} at the values of the file ({base['share_below']:.0%} of the draws lie below)"
    )
    console.print(Text(stated, style="dim"))
    console.print()


def _processes(report: dict[str, Any], console: Console) -> None:
    """Prices that wander: which, how, and who says so."""
    table = Table("Prices that wander", "process", "kind", "volatility a year")
    for name, one in report["processes"].items():
        table.add_row(name, one["kind"], f"{one['parameters']['volatility']:.1%}")
    table.show(console)
    for name, one in report["processes"].items():
        console.print(Text(f"{name}: {', '.join(one['of'])} ({'; '.join(one['sources'])})", style="dim"), soft_wrap=True)
    console.print()


def _policy(policy: dict[str, Any], console: Console) -> None:
    if len(policy["states"]) > 1:
        _worth("Each state of policy held for certain: after-tax NPV", policy["states"], console)
        console.print(
            Text(
                f"price of unpredictability: level {_millions(policy['level_effect'])}, spread {_millions(policy['spread_effect'])} million"
            )
        )
    aversion, sure = policy["risk_aversion"]["per_million"], _millions(policy["certainty_equivalent"])
    console.print(Text(f"certainty equivalent at risk aversion {aversion:g} per million: {sure} million"))
    for note in policy["notes"]:
        console.print(Text(f"- {note}"))
    console.print()
