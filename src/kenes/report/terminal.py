"""An appraisal as tables in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kenes.report.words import Words, mark, words

__all__ = ["GROUPS", "STATUS", "Table", "identifier", "notes", "screen", "show", "would_have"]

STATUS = {
    "valuation": mark("valuation on reserves"),
    "preliminary": mark("preliminary: resources, not reserves"),
    "screening": mark("screening of a claim, not a valuation"),
}
TIMING = {"start": mark("start of year"), "mid": mark("mid of year"), "end": mark("end of year")}
MONEY = {"real": mark("real"), "nominal": mark("nominal")}


NARROWEST, PIPED = 96, 120
"""Columns. A table narrower than this would lose digits, so a narrower terminal wraps lines instead."""


class _Screen(Console):
    """A console that leaves a closed pipe to its caller."""

    def on_broken_pipe(self) -> None:
        """Raises BrokenPipeError."""
        raise BrokenPipeError


def screen(narrowest: int = NARROWEST) -> Console:
    """The terminal, or a pipe, wide enough that no number is cut. narrowest : columns that it has at least, whatever the terminal has"""
    console = _Screen()
    if console.is_terminal:
        return _Screen(width=max(console.width, narrowest))
    return _Screen(width=max(console.width, PIPED), height=console.height)  # a height too, or rich would look for one at every print


def show(report: dict[str, Any], console: Console, told: Words | None = None) -> None:
    """Headline, yearly cash flow, government take, parties, notes, residuals of both books.

    told : the reader's language; English where it is left out
    """
    told = told or words()
    _headline(report, console, told)
    _years(report, console, told)
    _take(report, console, told)
    _parties(report, console, told)
    _notes(report, console, told)


def identifier(name: str, told: Words) -> str:
    """A name as the tables of the terminal tell it: in English as it stands in ``--json``, else by its label."""
    return name if told.lang == "en" else told.name(name)


def notes(report: dict[str, Any], told: Words) -> list[str]:
    """The notes in the reader's language, and a word on what stays English."""
    rows = [told.note(text) for text in report["notes"]]
    return (
        rows if told.lang == "en" else [*rows, told.say("what is quoted from files and from law on file stays in the language of the file")]
    )


def _rates(values: list[float], told: Words) -> str:
    return told.say(" and ").join(told.percent(value) for value in values) or told.say("none")


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


def _headline(report: dict[str, Any], console: Console, told: Words) -> None:
    discount = report["discount"]
    currency, status, money, timing = report["currency"], report["status"], discount["money"], discount["timing"]
    kind = told.say(MONEY[money])
    console.print(Text(report["project"], style="bold"))
    console.print(Text(told.say(STATUS[status]), style="yellow" if status != "valuation" else "green"))
    basis = told.say(
        "valuation day {day}, {rate} {kind}, {timing}, money of the file: {money}, yearly table: nominal {currency}",
        day=told.date(report["valuation_date"]),
        rate=told.percent(discount["rate"]),
        kind=kind,
        timing=told.say(TIMING[timing]),
        money=told.basis(report["money"]),
        currency=currency,
    )
    console.print(Text(basis, style="dim"))
    console.print()
    table = Table(told.say("Worth"), "", told.say("NPV, {currency} M", currency=currency), told.say("IRR, {kind}", kind=kind))
    for level, name in (
        ("pre_fiscal", mark("before every payment to a state")),
        ("pre_tax", mark("before taxes on profit")),
        ("after_tax", mark("after tax, unlevered")),
        ("equity", mark("equity, after debt and withholding")),
    ):
        label = f"{level}: {told.say(name)}" if told.lang == "en" else told.say(name)
        table.add_row(label, told.money(report["npv"][level]), _rates(report["irr"][level], told) if level in report["irr"] else "")
    table.show(console)
    console.print()
    found, costs = report["breakeven"], report["unit_costs"]
    rows = [
        (told.say("MIRR, financed and reinvested at {rate}", rate=told.percent(discount["rate"])), told.percent(report["mirr"])),
        (told.say("profitability index"), told.number(report["profitability_index"], 2)),
        (told.say("payback from first production"), _years_text(report["payback_years"], told)),
        (told.say("discounted payback"), _years_text(report["discounted_payback_years"], told)),
        (told.say("breakeven, all prices times"), told.number(found["basket"], 3)),
        (told.say("breakeven, all grades times"), told.number(found["grade_factor"], 3)),
        (told.say("operating cost per t ore"), _unit(costs["per_t_ore"], currency, told)),
        (_per_kg(costs["per_kg_product_of"], told), _unit(costs["per_kg_product"], currency, told)),
    ]
    table = Table(None, "", "")
    for name, value in rows:
        table.add_row(name, value)
    table.show(console)
    if report["contained"]:
        held = ", ".join(
            told.say("{element} {tonnes} t", element=identifier(element, told), tonnes=told.number(tonnes))
            for element, tonnes in report["contained"].items()
        )
        console.print(Padding(Text(told.say("in the ground: {held}", held=held), style="dim"), (0, 0, 0, 0)))
    if "what_would_have_to_be_true" in report:
        console.print(Text(would_have(report["what_would_have_to_be_true"], told), style="yellow"))
    console.print()


def would_have(would: dict[str, Any], told: Words) -> str:
    """What a claim would need to be worth its cost, in one line. would : ``what_would_have_to_be_true`` of an appraisal"""
    if would["prices_times"] is None and would["or_grade_times"] is None:
        return told.say("what would have to be true: no price or grade within 4^7 times those stated brings the after-tax NPV to zero")
    prices = told.say("no price does it")
    if would["prices_times"] is not None:
        prices = told.say("all prices {times} times those stated", times=told.number(would["prices_times"], 2))
    if would["or_grade_times"] is None:
        return told.say("what would have to be true for an NPV of zero: {prices}", prices=prices)
    return told.say(
        "what would have to be true for an NPV of zero: {prices}, or a grade of {grade} {of} ({times} times)",
        prices=prices,
        grade=told.percent(would["or_grade"], 3),
        of=identifier(would["or_grade_of"], told),
        times=told.number(would["or_grade_times"], 2),
    )


def _per_kg(product: str | None, told: Words) -> str:
    if product is None:
        return told.say("operating cost per kg (unlike products)")
    return told.say("operating cost per kg of {product}", product=identifier(product, told))


def _years_text(value: float | None, told: Words) -> str:
    return told.say("never") if value is None else told.say("{years} years", years=told.number(value, 1))


def _unit(value: float | None, currency: str, told: Words) -> str:
    return told.say("unknown") if value is None else f"{told.number(value, 2)} {currency}"


GROUPS = {
    "sales": ("sales",),
    "operating_cost": ("operating_cost", "residue_handling", "unsold_products", "freight", "treatment_and_separation", "tolling"),
    "capital": ("capital:", "sustaining_capital", "exploration", "permits", "closure_cost"),
}
"""Lines of the money book that a column of the cash flow adds up, by how they begin."""


def _years(report: dict[str, Any], console: Console, told: Words) -> None:
    heads = (
        mark("year"),
        mark("ore kt"),
        mark("sales"),
        mark("operating"),
        mark("capital"),
        mark("pre-fiscal"),
        mark("pre-tax"),
        mark("after tax"),
        mark("equity"),
    )
    title = told.say("Cash flow, nominal {currency} M", currency=report["currency"])
    table = Table(title, *(told.say(head) for head in heads))
    ore = next(row["tonnes"] for row in report["production"] if row["product"] == "ore")
    sums = {name: [0.0] * len(report["years"]) for name in GROUPS}
    for line in report["lines"]:
        for name, starts in GROUPS.items():
            if line["name"].startswith(starts):
                for t, amount in enumerate(line["amount"]):
                    sums[name][t] += amount
    for t, year in enumerate(report["years"]):
        flows = [report["levels"][level][t] for level in ("pre_fiscal", "pre_tax", "after_tax", "equity")]
        if not any(flows) and not any(sums[name][t] for name in GROUPS):
            continue
        table.add_row(
            told.year(year),
            told.number(ore[t] / 1e3),
            *(told.money(sums[name][t]) for name in GROUPS),
            *(Text(told.money(flow), style="red" if flow < 0 else "") for flow in flows),
        )
    table.show(console)
    console.print()


def _take(report: dict[str, Any], console: Console, told: Words) -> None:
    take = report["government_take"]
    title = told.say("Government take: no share, as the pre-fiscal NPV is not positive")
    if take["share"] is not None:
        title = told.say("Government take: {share} of the pre-fiscal NPV", share=told.percent(take["share"]))
    table = Table(title, told.say("charge"), told.say("NPV, {currency} M", currency=report["currency"]))
    for name, value in sorted(take["by_charge"].items(), key=lambda one: -abs(one[1])):
        table.add_row(identifier(name, told), told.money(value))
    for state, value in take["by_state"].items():
        rates = report["aetr"].get(state, {})
        label = told.say(
            "to {state} (AETR {at_0} at 0 %, {at_rate} at the rate)",
            state=state,
            at_0=told.percent(rates.get("at_0")),
            at_rate=told.percent(rates.get("at_rate")),
        )
        table.add_row(label, told.money(value))
    table.show(console)
    console.print()


def _parties(report: dict[str, Any], console: Console, told: Words) -> None:
    currency = report["currency"]
    heads = (told.say("who"), told.say("NPV, {currency} M", currency=currency), told.say("total, {currency} M", currency=currency))
    table = Table(told.say("Parties"), *heads, told.say("IRR"))
    for name, party in sorted(report["parties"].items(), key=lambda one: -one[1]["npv"]):
        table.add_row(Text(told.party(name)), told.money(party["npv"]), told.money(party["total"]), _rates(party["irr"], told))
    table.show(console)
    change = report["transfer_price"]
    if change is not None:
        for name, sign in (("minus_10_percent", "−10 %"), ("plus_10_percent", "+10 %")):
            states = ", ".join(f"{state} {told.money(value)}" for state, value in change[name]["by_state"].items())
            row = told.say(
                "transfer price {sign}: after-tax NPV {npv} M; to states: {states}",
                sign=sign,
                npv=told.money(change[name]["npv"]["after_tax"]),
                states=states,
            )
            console.print(Text(row))
    console.print()


def _notes(report: dict[str, Any], console: Console, told: Words) -> None:
    console.print(Text(told.say("Notes"), style="bold"))
    for text in notes(report, told):
        console.print(Padding(Text(f"• {text}"), (0, 0, 0, 1)))
    books, born = report["books"], report["born"]
    console.print()
    residual = told.say(
        "largest residual of the books, relative to turnover: money {money}, mass {mass}",
        money=told.format(books["money"], ".1e"),
        mass=told.format(books["mass"], ".1e"),
    )
    origin = told.say(
        "kenes {version}, project {project}, rules {rules}",
        version=born["version"],
        project=born["project"][:12],
        rules=born["rules"][:12],
    )
    console.print(Text(f"{residual}\n{origin}", style="dim"))
