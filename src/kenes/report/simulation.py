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
    if report["sensitivity"]:
        _inputs(report["sensitivity"], console)
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


def _inputs(rows: dict[str, Any], console: Console) -> None:
    heads = ("input", "low", "high", "at low", "at high", "per 1 %", "Sobol 1st", "Sobol total", "rank corr.")
    table = Table("What matters (after-tax NPV, million)", *heads)
    drawn = [(path, row) for path, row in rows.items() if row["swing_low"] is not None]
    for path, row in drawn[:15]:
        table.add_row(
            path,
            f"{row['low']:g}",
            f"{row['high']:g}",
            _millions(row["swing_low"]),
            _millions(row["swing_high"]),
            _millions(row["gradient"]),
            *("" if row[key] is None else f"{row[key]:.2f}" for key in ("sobol_first", "sobol_total", "rank_correlation")),
        )
    table.show(console)
    if len(drawn) > 15:
        console.print(Text(f"and {len(drawn) - 15} inputs of less swing (--json shows them all)", style="dim"))
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
