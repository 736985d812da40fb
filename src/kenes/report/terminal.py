"""An appraisal as tables in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

__all__ = ["Table", "screen", "show"]

STATUS = {
    "valuation": "valuation on reserves",
    "preliminary": "preliminary: resources, not reserves",
    "screening": "screening of a claim, not a valuation",
}


NARROWEST, PIPED = 96, 120
"""Columns. A table narrower than this would lose digits, so a narrower terminal wraps lines instead."""


class _Screen(Console):
    """A console that leaves a closed pipe to its caller."""

    def on_broken_pipe(self) -> None:
        """Raises BrokenPipeError."""
        raise BrokenPipeError


def screen() -> Console:
    """The terminal, or a pipe, wide enough that no number is cut."""
    console = _Screen()
    return _Screen(width=max(console.width, NARROWEST if console.is_terminal else PIPED))


def show(report: dict[str, Any], console: Console) -> None:
    """Headline, yearly cash flow, government take, parties, notes, residuals of both books."""
    _headline(report, console)
    _years(report, console)
    _take(report, console)
    _parties(report, console)
    _notes(report, console)


def _millions(value: float | None, digits: int = 1) -> str:
    return "none" if value is None else f"{value / 1e6:,.{digits}f}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.1%}"


def _rates(values: list[float]) -> str:
    return " and ".join(f"{value:.1%}" for value in values) or "none"


class Table:
    """Rows under headings: the first column to the left, the others to the right, none ever cut. Far quicker than a table of rich."""

    def __init__(self, title: str | None, *headings: str) -> None:
        self.title = title
        self.rows = [tuple(Text(heading, style="dim") for heading in headings)] if any(headings) else []
        self.over: dict[int, str] = {}

    def add_row(self, *cells: str | Text, over: str | None = None) -> None:
        """One row: a cell for each heading. over : a line above it, as long as it likes."""
        if over is not None:
            self.over[len(self.rows)] = over
        self.rows.append(tuple(cell if isinstance(cell, Text) else Text(cell) for cell in cells))

    def show(self, console: Console) -> None:
        """Prints title, headings and rows, each column as wide as its widest cell."""
        widths = [max(cell.cell_len for cell in column) for column in zip(*self.rows, strict=True)]
        whole = Text()
        if self.title is not None:
            whole.append(f"{self.title}\n", style="bold")
        for number, row in enumerate(self.rows):
            if number in self.over:
                whole.append(f"{self.over[number]}\n")
            for k, (cell, width) in enumerate(zip(row, widths, strict=True)):
                space = " " * (width - cell.cell_len)
                whole.append("  " + space if k else "").append_text(cell).append("" if k else space)
            whole.append("\n")
        console.print(whole, soft_wrap=True, end="")


def _headline(report: dict[str, Any], console: Console) -> None:
    discount = report["discount"]
    console.print(Text(report["project"], style="bold"))
    console.print(Text(STATUS[report["status"]], style="yellow" if report["status"] != "valuation" else "green"))
    console.print(
        Text(
            f"valuation day {report['valuation_date']}, {discount['rate']:.1%} {discount['money']}, {discount['timing']} of year,"
            f" money of the file: {report['money']}, yearly table: nominal {report['currency']}",
            style="dim",
        )
    )
    console.print()
    table = Table("Worth", "", f"NPV, {report['currency']} M", f"IRR, {report['discount']['money']}")
    for level, name in (
        ("pre_fiscal", "before every payment to a state"),
        ("pre_tax", "before taxes on profit"),
        ("after_tax", "after tax, unlevered"),
        ("equity", "equity, after debt and withholding"),
    ):
        table.add_row(f"{level}: {name}", _millions(report["npv"][level]), _rates(report["irr"][level]) if level in report["irr"] else "")
    table.show(console)
    console.print()
    found = report["breakeven"]
    rows = [
        (f"MIRR, financed and reinvested at {report['discount']['rate']:.1%}", _share(report["mirr"])),
        ("profitability index", "none" if report["profitability_index"] is None else f"{report['profitability_index']:.2f}"),
        ("payback from first production", _years_text(report["payback_years"])),
        ("discounted payback", _years_text(report["discounted_payback_years"])),
        ("breakeven, all prices times", _times(found["basket"])),
        ("breakeven, all grades times", _times(found["grade_factor"])),
        ("operating cost per t ore", _unit(report["unit_costs"]["per_t_ore"], report["currency"])),
        (_per_kg(report["unit_costs"]["per_kg_product_of"]), _unit(report["unit_costs"]["per_kg_product"], report["currency"])),
    ]
    table = Table(None, "", "")
    for name, value in rows:
        table.add_row(name, value)
    table.show(console)
    if report["contained"]:
        held = ", ".join(f"{element} {tonnes:,.0f} t" for element, tonnes in report["contained"].items())
        console.print(Padding(Text(f"in the ground: {held}", style="dim"), (0, 0, 0, 0)))
    if "what_would_have_to_be_true" in report:
        would = report["what_would_have_to_be_true"]
        if would["prices_times"] is None and would["or_grade_times"] is None:
            text = "what would have to be true: no price or grade within 4^7 times those stated brings the after-tax NPV to zero"
        else:
            grade = (
                f", or a grade of {would['or_grade']:.3%} {would['or_grade_of']} ({would['or_grade_times']:.2f} times)"
                if would["or_grade_times"] is not None
                else ""
            )
            prices = (
                f"all prices {would['prices_times']:.2f} times those stated" if would["prices_times"] is not None else "no price does it"
            )
            text = f"what would have to be true for an NPV of zero: {prices}{grade}"
        console.print(Text(text, style="yellow"))
    console.print()


def _per_kg(product: str | None) -> str:
    return "operating cost per kg (unlike products)" if product is None else f"operating cost per kg of {product}"


def _years_text(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} years"


def _times(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _unit(value: float | None, currency: str) -> str:
    return "unknown" if value is None else f"{value:,.2f} {currency}"


def _years(report: dict[str, Any], console: Console) -> None:
    groups = {
        "sales": ("sales",),
        "costs": ("operating_cost", "residue_handling", "unsold_products", "freight", "treatment_and_separation", "tolling"),
        "capital": ("capital:", "sustaining_capital", "exploration", "permits", "closure_cost"),
    }
    table = Table(
        f"Cash flow, nominal {report['currency']} M",
        "year",
        "ore kt",
        "sales",
        "operating",
        "capital",
        "pre-fiscal",
        "pre-tax",
        "after tax",
        "equity",
    )
    ore = next(row["tonnes"] for row in report["production"] if row["product"] == "ore")
    sums = {name: [0.0] * len(report["years"]) for name in groups}
    for line in report["lines"]:
        for name, heads in groups.items():
            if line["name"].startswith(heads):
                for t, amount in enumerate(line["amount"]):
                    sums[name][t] += amount
    for t, year in enumerate(report["years"]):
        flows = [report["levels"][level][t] for level in ("pre_fiscal", "pre_tax", "after_tax", "equity")]
        if not any(flows) and not any(sums[name][t] for name in groups):
            continue
        table.add_row(
            str(year),
            f"{ore[t] / 1e3:,.0f}",
            *(_millions(sums[name][t]) for name in groups),
            *(Text(_millions(flow), style="red" if flow < 0 else "") for flow in flows),
        )
    table.show(console)
    console.print()


def _take(report: dict[str, Any], console: Console) -> None:
    take = report["government_take"]
    share = "no share, as the pre-fiscal NPV is not positive" if take["share"] is None else f"{take['share']:.1%} of the pre-fiscal NPV"
    table = Table(f"Government take: {share}", "charge", f"NPV, {report['currency']} M")
    for name, value in sorted(take["by_charge"].items(), key=lambda one: -abs(one[1])):
        table.add_row(name, _millions(value))
    for state, value in take["by_state"].items():
        rates = report["aetr"].get(state, {})
        table.add_row(f"to {state} (AETR {_share(rates.get('at_0'))} at 0 %, {_share(rates.get('at_rate'))} at the rate)", _millions(value))
    table.show(console)
    console.print()


def _parties(report: dict[str, Any], console: Console) -> None:
    table = Table("Parties", "who", f"NPV, {report['currency']} M", f"total, {report['currency']} M", "IRR")
    for name, party in sorted(report["parties"].items(), key=lambda one: -one[1]["npv"]):
        table.add_row(Text(name), _millions(party["npv"]), _millions(party["total"]), _rates(party["irr"]))
    table.show(console)
    change = report["transfer_price"]
    if change is not None:
        for name, sign in (("minus_10_percent", "−10 %"), ("plus_10_percent", "+10 %")):
            states = ", ".join(f"{state} {_millions(value)}" for state, value in change[name]["by_state"].items())
            console.print(
                f"transfer price {sign}: after-tax NPV {_millions(change[name]['npv']['after_tax'])} M; to states: {states}",
                highlight=False,
            )
    console.print()


def _notes(report: dict[str, Any], console: Console) -> None:
    console.print(Text("Notes", style="bold"))
    for note in report["notes"]:
        console.print(Padding(Text(f"• {note}"), (0, 0, 0, 1)))
    books, born = report["books"], report["born"]
    console.print()
    console.print(
        Text(
            f"largest residual of the books, relative to turnover: money {books['money']:.1e}, mass {books['mass']:.1e}\n"
            f"kenes {born['version']}, project {born['project'][:12]}, rules {born['rules'][:12]}",
            style="dim",
        )
    )
