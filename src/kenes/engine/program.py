"""What does a formula do? A tracer that turns abstract arithmetic, run once, into a straight program of one year.

A `Symbol` stands for a number that is not known yet; operators and `kenes.numbers` on symbols write operations into a `Graph`. A `Program`
is what is left of a graph: the operations that asked outputs need, in order, with what is read at the beginning of a year (carried state)
and what was there some years ago (lagged state). It knows nothing of what the numbers mean.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kenes import numbers
from kenes.numbers import Num, Symbolic

__all__ = ["Graph", "Key", "Operation", "Program", "Symbol", "alike", "execute", "finish", "unified"]

Key = tuple[str, ...]
"""Name of a state or an output."""

DO: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "min": numbers.minimum,
    "max": numbers.maximum,
    "where": numbers.where,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "not": lambda a: (not a) if type(a) is bool else ~a,
    "exp": numbers.exp,
    "log": numbers.log,
    "pow": operator.pow,
}
"""What each operation does to floats and columns."""

BOOLEAN = frozenset({"lt", "le", "gt", "ge", "and", "or", "not"})
EVERYTHING = (-math.inf, math.inf)


class Symbol(Symbolic):
    """A number that is not known yet. ``sample``: what it is in a sample of draws, if one is carried along; ``born``: `Graph.watch`."""

    __slots__ = ("args", "born", "bounds", "graph", "index", "op", "sample", "word")
    __array_ufunc__ = None

    def __init__(self, graph: Graph, index: int, op: str, args: tuple[Symbol, ...], word: Any, bounds: tuple[float, float]) -> None:
        self.graph, self.index, self.op, self.args, self.word, self.bounds = graph, index, op, args, word, bounds
        self.sample: Any = None
        self.born: Any = None

    def symbolic(self, name: str, *operands: Num) -> Num:
        """The symbol for operation ``name`` on ``operands``."""
        return self.graph.make(name, *operands)

    def __bool__(self) -> bool:
        raise TypeError("a traced number was asked whether it is true: use kenes.numbers.where, not if, and, or, not, min, max")

    def __float__(self) -> float:
        raise TypeError("a traced number has no value while it is traced")

    def max(self) -> float:
        """The largest of its sample."""
        return self._extreme(np.max)

    def min(self) -> float:
        """The smallest of its sample."""
        return self._extreme(np.min)

    def _extreme(self, of: Callable[[Any], Any]) -> float:
        if self.sample is None:
            raise TypeError("a traced number without a sample has no largest or smallest value")
        found = float(of(self.sample))
        self.graph.asked.append((self, found, of is np.max))
        return found

    def __add__(self, other: Num) -> Num:
        return self.graph.make("add", self, other)

    def __radd__(self, other: Num) -> Num:
        return self.graph.make("add", other, self)

    def __sub__(self, other: Num) -> Num:
        return self.graph.make("sub", self, other)

    def __rsub__(self, other: Num) -> Num:
        return self.graph.make("sub", other, self)

    def __mul__(self, other: Num) -> Num:
        return self.graph.make("mul", self, other)

    def __rmul__(self, other: Num) -> Num:
        return self.graph.make("mul", other, self)

    def __truediv__(self, other: Num) -> Num:
        return self.graph.make("div", self, other)

    def __rtruediv__(self, other: Num) -> Num:
        return self.graph.make("div", other, self)

    def __pow__(self, other: Num) -> Num:
        return self.graph.make("pow", self, other)

    def __neg__(self) -> Num:
        return self.graph.make("neg", self)

    def __lt__(self, other: Num) -> Num:
        return self.graph.make("lt", self, other)

    def __le__(self, other: Num) -> Num:
        return self.graph.make("le", self, other)

    def __gt__(self, other: Num) -> Num:
        return self.graph.make("gt", self, other)

    def __ge__(self, other: Num) -> Num:
        return self.graph.make("ge", self, other)

    def __and__(self, other: Num) -> Num:
        return self.graph.make("and", self, other)

    __rand__ = __and__

    def __or__(self, other: Num) -> Num:
        return self.graph.make("or", self, other)

    __ror__ = __or__

    def __invert__(self) -> Num:
        return self.graph.make("not", self)


class Graph:
    """Operations in the order in which they were first asked for; equal ones are one.

    fold    : whether what is known is worked out at once (a result may then be a float)
    literal : makes a symbol of a literal where given (else it stays a constant)
    watch   : says where in the text an operation was first asked for (`Symbol.born`); what it says is ordered, earlier is less
    asked   : symbols whose largest (True) or smallest (False) sample value decided something, with that value
    """

    def __init__(
        self,
        *,
        fold: bool = True,
        literal: Callable[[float], Symbol | None] | None = None,
        watch: Callable[[], Any] | None = None,
    ) -> None:
        self.nodes: list[Symbol] = []
        self.fold, self.literal, self.watch = fold, literal, watch
        self.asked: list[tuple[Symbol, float, bool]] = []
        self._known: dict[tuple[Any, ...], Symbol] = {}

    def leaf(self, op: str, word: Any, bounds: tuple[float, float] = EVERYTHING, sample: Any = None) -> Symbol:
        """A leaf: ``input`` or ``yearly`` with its name, ``state`` with its key, ``lag`` with (key, years back), ``const``."""
        node = self._node(op, (), word, bounds)
        if sample is not None:
            node.sample = sample
        return node

    def make(self, op: str, *operands: Num) -> Num:
        """The result of an operation: a symbol, or a float (a bool) where it is known."""
        if self.fold:
            known = _folded(op, operands)
            if known is not None:
                return known
        args = tuple(self._symbol(operand) for operand in operands)
        node = self._node(op, args, None, _bounds(op, args))
        if node.sample is None and any(arg.sample is not None for arg in args):
            node.sample = DO[op](*(arg.word if arg.op == "const" else arg.sample for arg in args))
        return node

    def _symbol(self, operand: Num) -> Symbol:
        if isinstance(operand, Symbol):
            if operand.graph is not self:
                raise ValueError("symbols of two graphs in one operation")
            return operand
        value = bool(operand) if isinstance(operand, (bool, np.bool_)) else float(operand)
        if self.literal is not None and type(value) is float:
            made = self.literal(value)
            if made is not None:
                return made
        return self._node("const", (), value, (float(value), float(value)))

    def _node(self, op: str, args: tuple[Symbol, ...], word: Any, bounds: tuple[float, float]) -> Symbol:
        if op == "const":  # -0.0 is not 0.0, nor is True 1.0
            key: tuple[Any, ...] = (op, type(word), str(word))
        else:
            key = (op, word, *(arg.index for arg in args))
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = Symbol(self, len(self.nodes), op, args, word, bounds)
            self.nodes.append(node)
            if self.watch is not None:
                node.born = self.watch()
        return node


# --- what is known before anything runs ------------------------------------------------------------------------------------------


def _is(operand: Num, value: float) -> bool:
    return not isinstance(operand, (Symbol, bool)) and bool(operand == value)


def _range(operand: Num) -> tuple[float, float]:
    return operand.bounds if isinstance(operand, Symbol) else (float(operand), float(operand))


def _folded(op: str, operands: tuple[Num, ...]) -> Num:
    """What an operation gives without being done, or None. A product with 0 is 0: there are no infinite numbers but bounds of scales."""
    if not any(isinstance(operand, Symbol) for operand in operands):
        return DO[op](*operands)
    if op == "where":
        test, yes, no = operands
        if not isinstance(test, Symbol):
            return yes if test else no
        return yes if yes is no or (not isinstance(yes, Symbol) and not isinstance(no, Symbol) and yes == no) else None
    if op in ("neg", "not", "exp", "log"):
        inner = operands[0]
        return inner.args[0] if op in ("neg", "not") and inner.op == op else None
    a, b = operands
    if op == "add":
        return b if _is(a, 0.0) else a if _is(b, 0.0) else None
    if op == "sub":
        return a if _is(b, 0.0) else 0.0 if a is b else None
    if op == "mul":
        if _is(a, 0.0) or _is(b, 0.0):
            return 0.0
        return b if _is(a, 1.0) else a if _is(b, 1.0) else None
    if op == "div":
        return a if _is(b, 1.0) else 0.0 if _is(a, 0.0) else None
    if op == "pow":
        return 1.0 if _is(b, 0.0) else a if _is(b, 1.0) else None
    if op in ("and", "or"):
        for one, other in ((a, b), (b, a)):
            if not isinstance(one, Symbol):
                return (other if one else False) if op == "and" else (True if one else other)
        return a if a is b else None
    (a_low, a_high), (b_low, b_high) = _range(a), _range(b)
    if op == "min":
        return a if a is b or a_high <= b_low else b if b_high <= a_low else None
    if op == "max":
        return a if a is b or a_low >= b_high else b if b_low >= a_high else None
    if op in ("gt", "le") and (a_low > b_high or a_high <= b_low):
        return (a_low > b_high) == (op == "gt")
    if op in ("lt", "ge") and (a_high < b_low or a_low >= b_high):
        return (a_high < b_low) == (op == "lt")
    return None


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _bounds(op: str, args: tuple[Symbol, ...]) -> tuple[float, float]:
    """Between which numbers a result lies. Only what survives rounding counts: signs and the bounds that min and max set."""
    if op in BOOLEAN:
        return EVERYTHING
    if op == "where":
        (al, ah), (bl, bh) = args[1].bounds, args[2].bounds
        return min(al, bl), max(ah, bh)
    if len(args) == 1:
        low, high = args[0].bounds
        return (-high, -low) if op == "neg" else (0.0, math.inf) if op == "exp" else EVERYTHING
    (al, ah), (bl, bh) = args[0].bounds, args[1].bounds
    if op in ("add", "sub"):
        low, high = (al + bl, ah + bh) if op == "add" else (al - bh, ah - bl)
        if op == "sub" and args[1].op == "min" and args[0] in args[1].args:
            low = max(0.0, low)
        return (low, high) if low <= high else EVERYTHING
    if op == "min":
        return min(al, bl), min(ah, bh)
    if op == "max":
        return max(al, bl), max(ah, bh)
    if op == "mul":
        corners = [_times(x, y) for x in (al, ah) for y in (bl, bh)]
        return min(corners), max(corners)
    if op == "div":
        return (0.0, math.inf) if al >= 0.0 and bl >= 0.0 else EVERYTHING
    return (0.0, math.inf) if op == "pow" and al >= 0.0 else EVERYTHING


# --- the program -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its name, the numbers of the operations it reads, the word of a leaf, and where it was born (`Graph.watch`)."""

    op: str
    args: tuple[int, ...] = ()
    word: Any = None
    born: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """One year, straight: each operation reads only earlier ones.

    opening, carried : by state, the operation that gives it before the first year, and at the end of each year
    history : by state that is read with a lag, its values 1, 2, ... years before the first
    outputs : by name, what is told of each year
    bounds  : what inputs were taken to lie between, by name
    """

    operations: tuple[Operation, ...]
    opening: Mapping[Key, int]
    carried: Mapping[Key, int]
    history: Mapping[Key, tuple[int, ...]]
    outputs: Mapping[Key, int]
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def inputs(self) -> list[str]:
        """Names of the inputs that hold for all years."""
        return [one.word for one in self.operations if one.op == "input"]

    @property
    def yearly(self) -> list[str]:
        """Names of the inputs with one value a year."""
        return [one.word for one in self.operations if one.op == "yearly"]

    @property
    def oldest(self) -> int:
        """Years back that the oldest lag reads."""
        return max((one.word[1] for one in self.operations if one.op == "lag"), default=0)

    def only(self, names: Iterable[Key]) -> Program:
        """The part of the program that some outputs need."""
        return _pruned(self, {name: self.outputs[name] for name in names})

    def uses(self) -> list[int]:
        """How often each operation is read, by others or as a state or an output."""
        used = [0] * len(self.operations)
        ends = [*self.carried.values(), *self.opening.values(), *self.outputs.values()]
        ends += [k for past in self.history.values() for k in past]
        for k in (*(arg for one in self.operations for arg in one.args), *ends):
            used[k] += 1
        return used

    def yearwise(self) -> list[bool]:
        """Whether each operation may differ from year to year."""
        found: list[bool] = []
        for one in self.operations:
            found.append(one.op in ("yearly", "state", "lag") or any(found[arg] for arg in one.args))
        return found

    def varying(self, columns: Iterable[str]) -> list[bool]:
        """Whether each operation may differ from draw to draw where the inputs ``columns`` do. A state differs if anything it was does."""
        drawn = set(columns)
        states: set[Key] = set()
        while True:
            found: list[bool] = []
            for one in self.operations:
                if one.op in ("input", "yearly"):
                    found.append(one.word in drawn)
                elif one.op in ("state", "lag"):
                    found.append((one.word if one.op == "state" else one.word[0]) in states)
                else:
                    found.append(any(found[arg] for arg in one.args))
            now = {
                key
                for key in self.carried
                if found[self.carried[key]] or found[self.opening[key]] or any(found[k] for k in self.history.get(key, ()))
            }
            if now <= states:
                return found
            states |= now


def alike(one: Symbol, other: Symbol) -> bool:
    """Whether two symbols of a graph are one formula on equal numbers (each literal is a leaf of its own).

    >>> g = Graph(fold=False, literal=lambda value: g.leaf("input", f"literal {len(g.nodes)}", sample=value))
    >>> x = g.leaf("input", "x", sample=2.0)
    >>> alike(x * 3.0, x * 3.0), alike(x * 3.0, x * 4.0), alike(x * 3.0, x + 3.0)
    (True, False, False)
    """
    left, seen = [(one, other)], set()
    while left:
        a, b = left.pop()
        if a is b or (a.index, b.index) in seen:
            continue
        seen.add((a.index, b.index))
        if a.op != b.op or len(a.args) != len(b.args):
            return False
        if not a.args and not (isinstance(a.sample, float) and isinstance(b.sample, float) and a.sample == b.sample):
            return False
        left += zip(a.args, b.args, strict=True)
    return True


def unified(rows: Sequence[Num], yearly: Callable[[list[float]], Num], to: Callable[[Symbol], Num]) -> Num:
    """One formula for a list of one number a year.

    rows   : floats, or symbols of formulas that differ in floats alone
    yearly : makes a number of a list of floats; to : makes a number of one formula (in another graph, perhaps)
    Raises ValueError where the years have different formulas.
    """
    first = rows[0]
    if isinstance(first, Symbol):
        if all(row is first for row in rows):
            return to(first)
        if all(isinstance(row, Symbol) and row.op == first.op and len(row.args) == len(first.args) for row in rows):
            if first.args:
                parts = [unified([row.args[k] for row in rows], yearly, to) for k in range(len(first.args))]
                return next((part.graph for part in parts if isinstance(part, Symbol)), Graph()).make(first.op, *parts)
            if all(row.sample is not None and isinstance(row.sample, float) for row in rows):
                return yearly([row.sample for row in rows])
        rows = [row.word if isinstance(row, Symbol) and row.op == "const" else row for row in rows]
        rows = [row.sample if isinstance(row, Symbol) and not row.args and isinstance(row.sample, float) else row for row in rows]
    if any(isinstance(row, Symbol) for row in rows):
        raise ValueError("the years of a schedule have different formulas")
    return yearly([float(row) for row in rows])


def finish(
    graph: Graph,
    outputs: Mapping[Key, Num],
    opening: Mapping[Key, Num],
    carried: Mapping[Key, Num],
    history: Mapping[Key, Sequence[Num]],
) -> Program:
    """The program of a traced year. States that never change are made constants, and what never differs from 0 falls away.

    graph : in which everything was traced; opening is 0 where nothing is said
    """
    held: dict[Key, float] = {}  # states taken to stay what they were at first, as long as nothing speaks against it
    floors: set[Key] = set()  # states taken to be never negative
    for key in carried:
        first, past = opening.get(key, 0.0), history.get(key, ())
        if not isinstance(first, Symbol) and not past:
            held[key] = first
        if _range(first)[0] >= 0.0 and all(_range(one)[0] >= 0.0 for one in past):
            floors.add(key)
    while True:
        clean = Graph()
        memo: dict[int, Num] = {}

        def copied(
            number: Num, clean: Graph = clean, memo: dict[int, Num] = memo, held: dict[Key, float] = held, floors: set[Key] = floors
        ) -> Num:
            return _copied(number, clean, memo, held, floors)

        new = {key: copied(number) for key, number in carried.items()}
        wrong = {key for key, value in held.items() if isinstance(new[key], Symbol) or new[key] != value}
        sunk = {key for key in floors if not _range(new[key])[0] >= 0.0}
        if not wrong and not sunk:
            break
        held = {key: value for key, value in held.items() if key not in wrong}
        floors = floors - sunk
    told = {name: copied(number) for name, number in outputs.items()}
    first_of = {key: copied(opening.get(key, 0.0)) for key in carried}
    past_of = {key: tuple(copied(one) for one in past) for key, past in history.items()}
    number_of = clean._symbol
    whole = Program(
        operations=(),
        opening={key: number_of(value).index for key, value in first_of.items() if key not in held},
        carried={key: number_of(value).index for key, value in new.items() if key not in held},
        history={key: tuple(number_of(one).index for one in past) for key, past in past_of.items() if key not in held},
        outputs={name: number_of(value).index for name, value in told.items()},
    )
    operations = tuple(Operation(node.op, tuple(arg.index for arg in node.args), node.word, node.born) for node in clean.nodes)
    bounds = {node.word: node.bounds for node in clean.nodes if node.op in ("input", "yearly") and node.bounds != EVERYTHING}
    whole = Program(operations, whole.opening, whole.carried, whole.history, whole.outputs, bounds)
    return _pruned(whole, whole.outputs)


def _copied(number: Num, clean: Graph, memo: dict[int, Num], held: Mapping[Key, float], floors: set[Key]) -> Num:
    """A number traced again in another graph, with what is now known of the states."""
    if not isinstance(number, Symbol):
        return number
    stack = [number]
    while stack:
        node = stack[-1]
        if node.index in memo:
            stack.pop()
            continue
        missing = [arg for arg in node.args if arg.index not in memo]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        if node.op == "const":
            memo[node.index] = node.word
        elif node.op in ("state", "lag"):
            key = node.word if node.op == "state" else node.word[0]
            bounds = (0.0, math.inf) if key in floors else EVERYTHING
            memo[node.index] = held[key] if key in held else clean.leaf(node.op, node.word, bounds)
        elif not node.args:
            memo[node.index] = clean.leaf(node.op, node.word, node.bounds)
        else:
            memo[node.index] = clean.make(node.op, *(memo[arg.index] for arg in node.args))
        made = memo[node.index]
        if node.born is not None and isinstance(made, Symbol) and (made.born is None or node.born < made.born):
            made.born = node.born
    return memo[number.index]


def _pruned(program: Program, outputs: Mapping[Key, int]) -> Program:
    """The operations and states that the outputs need, renumbered."""
    needed: set[int] = set()
    states: dict[Key, None] = {}
    stack = list(outputs.values())
    while stack:
        k = stack.pop()
        if k in needed:
            continue
        needed.add(k)
        one = program.operations[k]
        stack.extend(one.args)
        if one.op in ("state", "lag"):
            key = one.word if one.op == "state" else one.word[0]
            if key not in states:
                states[key] = None
                stack += [program.carried[key], program.opening[key], *program.history.get(key, ())]
    place: dict[int, int] = {}
    kept: list[Operation] = []
    for k in sorted(needed):
        one = program.operations[k]
        place[k] = len(kept)
        kept.append(Operation(one.op, tuple(place[arg] for arg in one.args), one.word, one.born))
    order = [key for key in program.carried if key in states]
    return Program(
        tuple(kept),
        {key: place[program.opening[key]] for key in order},
        {key: place[program.carried[key]] for key in order},
        {key: tuple(place[k] for k in program.history[key]) for key in order if key in program.history},
        {name: place[k] for name, k in outputs.items()},
        program.bounds,
    )


# --- read aloud: the interpreter -------------------------------------------------------------------------------------------------


def execute(
    program: Program,
    inputs: Mapping[str, Num],
    yearly: Mapping[str, Sequence[Num]],
    years: int,
    *,
    tape: list[list[Any]] | None = None,
) -> dict[Key, list[Num]]:
    """Runs a program on floats or columns, operation by operation: slow, and plain to see.

    inputs, yearly : by name; tape : receives the value of every operation, year by year
    Returns each output, year by year.
    """
    by_year = program.yearwise()
    fixed: list[Any] = [None] * len(program.operations)
    for k, one in enumerate(program.operations):
        if not by_year[k]:
            fixed[k] = (
                one.word if one.op == "const" else inputs[one.word] if one.op == "input" else DO[one.op](*(fixed[arg] for arg in one.args))
            )
    rows: dict[Key, list[Num]] = {key: [fixed[k]] for key, k in program.opening.items()}
    told: dict[Key, list[Num]] = {name: [] for name in program.outputs}
    for t in range(years):
        value = list(fixed)
        for k, one in enumerate(program.operations):
            if not by_year[k]:
                continue
            if one.op == "yearly":
                value[k] = yearly[one.word][t]
            elif one.op == "state":
                value[k] = rows[one.word][t]
            elif one.op == "lag":
                key, back = one.word
                past = program.history.get(key, ())
                value[k] = rows[key][t - back] if t >= back else fixed[past[back - t - 1]] if back - t <= len(past) else 0.0
            else:
                value[k] = DO[one.op](*(value[arg] for arg in one.args))
        for key, k in program.carried.items():
            rows[key].append(value[k])
        for name, k in program.outputs.items():
            told[name].append(value[k])
        if tape is not None:
            tape.append(value)
    return told
