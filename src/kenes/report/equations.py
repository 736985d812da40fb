"""The page as equations: the `paper` machine. Each line by its name, its formula, the numbers of one year in it, and what they make."""

from __future__ import annotations

from dataclasses import dataclass

from kenes.engine.program import BOOLEAN, Operation
from kenes.engine.writing import CALL, MINUS, Dialect, sure, written
from kenes.report.cells import Cell, Row, Table
from kenes.report.reading import Reading
from kenes.report.words import Words, mark

__all__ = ["Equation", "Section", "equations", "tables", "told_year"]

SIGNS = {
    "add": "+",
    "sub": "−",
    "mul": "×",
    "div": "÷",
    "lt": "<",
    "le": "≤",
    "gt": ">",
    "ge": "≥",
    "and": "∧",
    "or": "∨",
    "pow": "^",
}

CALLS = {"where": mark("if"), "min": mark("least"), "max": mark("most"), "not": mark("not"), "exp": "exp", "log": "ln"}

LONGEST = 110
"""Letters of a formula that is still written inside another."""


@dataclass(frozen=True, slots=True)
class Equation:
    """One line of the page.

    number  : by which other lines call it; name, about : what it is and of what (a site, a product, a charge, an owner)
    formula : in names; values : the same in numbers of the year told; value, unit : what it comes to
    place   : room and function that say it; text : the formula as it stands there
    """

    number: int
    name: str
    about: str
    formula: str
    values: str
    value: str
    unit: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The lines about one site, ring fence or entity, in the order of the page."""

    title: str
    rows: tuple[Equation, ...]


def told_year(page: Reading) -> int:
    """The year whose numbers stand in the equations: that of the most ore, or of the most product."""
    outputs = page.program.outputs
    keys = [key for key in outputs if key[0] == "ore" and page.program.operations[outputs[key]].op != "const"]
    keys = keys or [key for key in outputs if key[0] == "made"]
    mined = [sum(float(row[outputs[key]]) for key in keys) for row in page.values]
    return max(range(len(mined)), key=lambda t: (round(mined[t], 6), -t)) if keys else 0


def equations(page: Reading, words: Words) -> list[Section]:
    """Every line of the page as it was run, with the numbers of one year (`told_year`)."""
    program, year = page.program, told_year(page)
    own = page.named()
    calls = {op: words.say(word) for op, word in CALLS.items()}
    names = {k: _name(page, k, words) for k in range(len(program.operations))}
    # Lines are numbered in the order of the page, which is known once it is known which formulas are lines.
    _, lines = written(program, Dialect(lambda _, one: _leaf(one, words), lambda k: names[k], SIGNS, calls, LONGEST), own)
    number = {k: n for n, k in enumerate(page.order(lines), 1)}

    def called(k: int) -> str:
        return f"{names[k]} ({number[k]})" if k in number else names[k]

    def amount(k: int) -> str:
        return _number(page.values[year][k], words)

    def value(k: int, one: Operation) -> tuple[str, int]:
        said = amount(k)
        return said, MINUS if said.startswith(("-", "−")) else CALL

    _, formulas = written(program, Dialect(lambda _, one: _leaf(one, words), called, SIGNS, calls, LONGEST + 500), set(lines))
    _, numbers = written(program, Dialect(value, amount, SIGNS, calls, LONGEST + 500), set(lines))
    units = page.units()
    sections: dict[str, list[Equation]] = {}
    for k in number:
        about, place = page.about(k), page.place(k)
        sections.setdefault(about[0] if about else "", []).append(
            Equation(
                number[k],
                names[k],
                " · ".join(words.name(one) for one in about),
                formulas[k],
                numbers[k],
                amount(k),
                "" if program.operations[k].op in BOOLEAN else units[k].replace("*", "·"),
                "" if place is None else f"{place.room}.{place.function}",
                "" if place is None else place.text,
            )
        )
    return [Section(title or words.say("all together"), tuple(rows)) for title, rows in sections.items()]


def _name(page: Reading, k: int, words: Words) -> str:
    place = page.place(k)
    if place is not None:
        return words.line(place.name)
    key = next((key for key, at in page.program.outputs.items() if at == k), ())
    return " / ".join(words.name(part) for part in key if part) or words.say("intermediate")


def _leaf(one: Operation, words: Words) -> tuple[str, int]:
    """An input by its path, a state by what it is, as a formula calls them."""
    if one.op == "const":
        return _number(one.word, words), CALL if sure(one.word) else MINUS
    if one.op in ("input", "yearly"):
        literal = one.word.startswith("literal ")
        return (words.say("constant {number}", number=one.word.split()[1]) if literal else f"[{one.word}]"), CALL
    key, back = (one.word, 1) if one.op == "state" else (one.word[0], one.word[1] + 1)
    name = " · ".join(words.line(part) for part in key)
    return (words.say("[{state}, end of last year]", state=name) if back == 1 else f"[{name}, t − {back}]"), CALL


def _number(value: float | bool, words: Words) -> str:
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    if abs(value) >= 1e15:
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1e5:
        return words.number(float(value))
    return words.figure(float(value), 6) if value else "0"


def tables(page: Reading, words: Words) -> list[tuple[str, Table]]:
    """The equations as tables of the report, by section."""
    year = words.year(page.plan.timeline.years[told_year(page)])
    header = (
        words.say("line"),
        words.say("formula"),
        words.say("in {year}", year=year),
        words.say("comes to"),
        words.say("in the program"),
    )
    found = []
    for section in equations(page, words):
        rows = tuple(
            Row(
                (
                    Cell(f"{one.number}. {one.name}" + (f" ({one.about})" if one.about else ""), "long"),
                    Cell(one.formula, "long"),
                    Cell(one.values, "long"),
                    Cell(f"{one.value} {words.unit(one.unit) if one.unit not in ('', '1') else ''}".strip(), "number"),
                    Cell(f"{one.place}: {one.text}", "code"),
                )
            )
            for one in section.rows
        )
        found.append((section.title, Table(words.say("Equations: {what}", what=section.title), header, rows)))
    return found
