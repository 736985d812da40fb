"""What does a program say? Its operations written as formulas, for a reader or for another machine that understands signs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kenes.engine.program import Operation, Program

__all__ = ["CALL", "LEAVES", "MINUS", "SIGNS", "Dialect", "sure", "text", "written"]

LEAVES = ("const", "input", "yearly", "state", "lag")
SAID = ("input", "yearly")

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&", "or": "|", "pow": "**"}
BINDS = {"lt": 0, "le": 0, "gt": 0, "ge": 0, "and": 1, "or": 1, "add": 2, "sub": 2, "mul": 3, "div": 3, "pow": 5}
"""How strongly an operation binds: what binds less stands in parentheses inside it."""

MINUS, CALL = 2, 6

PLAIN = re.compile(r"(?!v\d+$)[A-Za-z_][\w.]*(?:\[\d+\](?:\.[\w.]+)?)*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How formulas are written.

    leaf    : how the leaf with a number is written, and how strongly that binds
    row     : what a formula that stands on a line of its own is called elsewhere, by its number
    signs   : operations written with a sign between two operands; calls : names of the others, as functions
    longest : letters of a formula that is still written inside another
    """

    leaf: Callable[[int, Operation], tuple[str, int]]
    row: Callable[[int], str]
    signs: Mapping[str, str] = field(default_factory=lambda: SIGNS)
    calls: Mapping[str, str] = field(default_factory=dict)
    longest: int = 60


def written(program: Program, dialect: Dialect, own: Collection[int] = ()) -> tuple[list[str], dict[int, str]]:
    """How each operation is written where it is used, and the formulas that stand on a line of their own, by number.

    own : operations that always have a line of their own; so has what is used more than once, or is long
    """
    used = program.uses()
    texts: list[str] = []
    binds: list[int] = []
    rows: dict[int, str] = {}
    for k, one in enumerate(program.operations):
        if one.op in LEAVES:
            formula, bind = dialect.leaf(k, one)
        else:
            formula, bind = _formula(one, dialect, texts, binds)
            if k in own or used[k] > 1 or len(formula) > dialect.longest:
                rows[k] = formula
                formula, bind = dialect.row(k), CALL
        texts.append(formula)
        binds.append(bind)
    return texts, rows


def _formula(one: Operation, dialect: Dialect, texts: Sequence[str], binds: Sequence[int]) -> tuple[str, int]:
    """An operation on what its operands are written as, and how strongly it binds. Sums and products are read from the left."""

    def operand(arg: int, least: int) -> str:
        return texts[arg] if binds[arg] >= least else f"({texts[arg]})"

    if one.op in dialect.signs:
        bind = BINDS[one.op]
        left = bind if bind in (2, 3) else bind + 1
        return f"{operand(one.args[0], left)} {dialect.signs[one.op]} {operand(one.args[1], bind + 1)}", bind
    if one.op == "neg":
        return f"-{operand(one.args[0], CALL)}", MINUS
    return f"{dialect.calls.get(one.op, one.op)}({', '.join(texts[arg] for arg in one.args)})", CALL


def sure(word: float | bool) -> bool:
    """Whether a constant is written without a sign."""
    return math.copysign(1.0, word) > 0.0


# --- the program to read ---------------------------------------------------------------------------------------------------------


def text(program: Program, told: Mapping[str, str] | None = None) -> str:
    """The program to read: inputs, the formulas of a year, what is kept for the next, what is told.

    told : what to say behind an input, by its name

    A formula that is used once stands where it is used, while the line stays short; others have the number of their operation.

    >>> from kenes.engine.program import Graph, finish
    >>> g = Graph()
    >>> x, y = g.leaf("input", "x"), g.leaf("yearly", "a price")
    >>> debt = g.leaf("state", ("debt",))
    >>> paid = 3.0 * (x + y)
    >>> p = finish(g, {("cash", "free"): paid - debt}, {("debt",): x}, {("debt",): debt - paid}, {})
    >>> print(text(p, {"x": "5.0"}))
    given [a price][t]
    given x = 5.0
    <BLANKLINE>
    v4 = 3.0 * (x + [a price][t])
    <BLANKLINE>
    keep [debt] = [debt] - v4, at first x
    <BLANKLINE>
    tell [cash / free] = v4 - [debt]
    """
    says = told or {}
    given = [_named(one) + (f" = {says[one.word]}" if one.word in says else "") for one in program.operations if one.op in SAID]
    texts, rows = written(program, Dialect(_leaf, lambda k: f"v{k}"))
    kept: list[str] = []
    for key, new in program.carried.items():
        past = program.history.get(key, ())
        before = f", before that {', '.join(texts[k] for k in past)}" if past else ""
        kept.append(f"keep [{' / '.join(key)}] = {texts[new]}, at first {texts[program.opening[key]]}{before}")
    ends = [f"tell {_bracketed(' / '.join(name))} = {texts[k]}" for name, k in program.outputs.items()]
    parts = [[f"given {line}" for line in given], [f"v{k} = {formula}" for k, formula in rows.items()], kept, ends]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _leaf(_: int, one: Operation) -> tuple[str, int]:
    return _named(one), CALL if one.op != "const" or sure(one.word) else MINUS


def _bracketed(name: str) -> str:
    """A name that holds no sign of a formula, or the name in brackets."""
    return name if PLAIN.fullmatch(name) else f"[{name}]"


def _named(leaf: Operation) -> str:
    """A leaf as a formula calls it."""
    if leaf.op == "const":
        return repr(leaf.word)
    if leaf.op == "input":
        return _bracketed(leaf.word)
    if leaf.op == "yearly":
        return f"{_bracketed(leaf.word)}[t]"
    key, back = (leaf.word, 0) if leaf.op == "state" else leaf.word
    earlier = f", {back} year{'s' * (back > 1)} earlier" if back else ""
    return f"[{' / '.join(key)}{earlier}]"
