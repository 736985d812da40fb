"""The page as a program: `plan` and `page.year` run once on symbols, drawn numbers by their path, all others as inputs.

Projects of one shape (the same sites, charges, owners, brackets; nothings where the other has nothings) have the same program and differ
in its inputs alone. The plan runs on symbols too, so what it works out of a drawn number is part of the program, and of its gradient.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from kenes.appraise.books import Books, State
from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.page import year
from kenes.appraise.plan import Plan, plan
from kenes.appraise.world import Factor, Flows, World
from kenes.engine.program import DO, Graph, Key, Program, Symbol, finish, unified
from kenes.numbers import Num, total
from kenes.project import Project

__all__ = ["WEIGHT", "Mixed", "Traced", "trace"]

BY_YEAR = ("calendar", "ad_valorem", "specific", "course")
"""Fields of the page that hold one value for each model year."""

DISCOUNT = ("discount",)
"""Output that turns a flow of the year into worth on the valuation day, by a product."""

RATE = "project.discount.rate"
"""Path of the discount rate."""

WEIGHT = "weight of state {}"
"""Yearly input: the share of a state of policy (`Mixed`)."""

PROGRAMS: dict[str, Program] = {}
"""Programs traced in this process, by shape: a cache, no state."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A number, or a list of one a year, that is another in each state of policy: the sum of each times its `WEIGHT`."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A project as a program and its inputs.

    program : its outputs are keyed ("level", name), ("real", name) in the money of the rate, ("party", name),
              ("line", name, payer, payee, site), ("mass", element, from, to), ("discount",), and the parts of `Flows` by name and key
    shape   : what projects with the same program share
    inputs  : values of inputs that are not drawn; yearly : the same, one a year; years : how many
    drawn   : paths of the file that are drawn: inputs of these names; rows : yearly inputs that are drawn, a row for each year
    """

    program: Program
    shape: str
    inputs: Mapping[str, float]
    yearly: Mapping[str, Sequence[float]]
    years: int
    drawn: tuple[str, ...]
    rows: tuple[str, ...]
    plan: Plan
    asked: tuple[tuple[Symbol, float, bool], ...]

    def beyond(self, columns: Mapping[str, Any]) -> list[int]:
        """Draws that go furthest beyond what this trace was made for: its horizon, and the signs of what is drawn. None: all fit."""
        found: list[int] = []
        for name in self.drawn:
            low, high = self.program.bounds.get(name, (-math.inf, math.inf))
            if np.min(columns[name]) < low:
                found.append(int(np.argmin(columns[name])))
            if np.max(columns[name]) > high:
                found.append(int(np.argmax(columns[name])))
        memo: dict[int, Any] = {}
        for symbol, seen, largest in self.asked:
            value = np.asarray(_value(symbol, columns, memo))
            if (value.max() > seen) if largest else (value.min() < seen):
                found.append(int(value.argmax() if largest else value.argmin()))
        return list(dict.fromkeys(found))


def _value(symbol: Symbol, columns: Mapping[str, Any], memo: dict[int, Any]) -> Any:
    if symbol.index not in memo:
        if symbol.op == "const":
            memo[symbol.index] = symbol.word
        elif not symbol.args:
            memo[symbol.index] = columns.get(symbol.word, symbol.sample)
        else:
            memo[symbol.index] = DO[symbol.op](*(_value(arg, columns, memo) for arg in symbol.args))
    return memo[symbol.index]


def trace(
    project: Project,
    sample: Mapping[str, Any],
    prepare: Callable[[Graph, Mapping[str, Symbol]], Plan] | None = None,
    *,
    watch: Callable[[], Any] | None = None,
) -> Traced:
    """Traces the life of a project.

    sample  : columns of draws by path of the file ("site.mine.deposit.ore.tonnage"); the horizon covers the longest life among them, and
              what is nowhere negative in them is taken to be never negative (`Traced.beyond` says which other draws do not keep to both)
    prepare : makes the plan of the symbols of the sample; yearly leaves that it adds to the graph are drawn (`Traced.rows`)
    watch   : says where an operation is asked for (`kenes.engine.program.Graph`); such a program also tells, as ("asked", number), what
              decided how long the model is and what it holds (`Traced.asked`), and as ("ready", site) the years to first ore
    """
    literals: list[float] = []
    early: Graph

    def literal(value: float) -> Symbol | None:
        if value in (0.0, 1.0):
            return None
        literals.append(value)
        return early.leaf("input", f"literal {len(literals)}", sample=value)

    early = Graph(fold=False, literal=literal, watch=watch)
    given = {path: early.leaf("input", path, sample=np.asarray(column, dtype=float)) for path, column in sample.items()}
    prepared = plan(project, given) if prepare is None else prepare(early, given)
    lens = lens_of(project, prepared)
    reader = _Reader(prepared, sample, lens.discount(given.get(RATE)), [1.0 / deflator for deflator in lens.deflators])
    shape = reader.shape()
    program = PROGRAMS.get(shape) if watch is None else None
    if program is None:
        program = _traced(reader, watch, early.asked if watch is not None else ())
    if watch is None:
        PROGRAMS[shape] = program
    inputs = {name: reader.inputs[name] for name in program.inputs if name not in sample}
    yearly = {name: reader.yearly[name] for name in program.yearly if name in reader.yearly}
    rows = tuple(name for name in program.yearly if name not in reader.yearly)
    return Traced(program, shape, inputs, yearly, prepared.timeline.count, tuple(sample), rows, prepared, tuple(early.asked))


class _ByYear(Sequence[Num]):
    """One number for each model year: the page asks for this year's."""

    def __init__(self, now: Num) -> None:
        self.now = now

    def __len__(self) -> int:
        raise TypeError("how many years there are is no part of a program")

    def __getitem__(self, index: Any) -> Num:
        raise TypeError("a yearly number is read with column()")


class _Reader:
    """The page of a plan with an input in the place of every number, and what these inputs are here."""

    def __init__(self, prepared: Plan, sample: Mapping[str, Any], discount: Sequence[Num], real: Sequence[Num]) -> None:
        self.plan, self.graph = prepared, Graph()
        self.sample = sample
        self.inputs: dict[str, float] = {}
        self.yearly: dict[str, Sequence[float]] = {}
        self.marks: list[str] = []
        self.literals: dict[int, Num] = {}
        self._seen: dict[int, Any] = {}
        count = prepared.timeline.count
        self.yearly["time"] = [float(t) for t in range(count)]
        self.yearly["first"] = [1.0] + [0.0] * (count - 1)
        self.time = self.graph.leaf("yearly", "time", (0.0, math.inf))
        self.first = self.graph.leaf("yearly", "first", (0.0, 1.0))
        self.page = self.read(prepared.page, "")
        self.opening = {key: self.number(value, "opening: " + " / ".join(key)) for key, value in prepared.opening.items()}
        self.history = {
            key: [self.number(value, f"history: {' / '.join(key)}, {k + 1}") for k, value in enumerate(past)]
            for key, past in prepared.history.items()
        }
        self.money = {code: self.row(pair[0], f"money.{code}") for code, pair in prepared.money.items()}
        self.exchange = {code: self.row(pair[1], f"exchange.{code}") for code, pair in prepared.money.items()}
        self.discount = self.row(discount, "discount")
        self.real = self.row(real, "real")

    def shape(self) -> str:
        """A fingerprint of everything but the numbers, and how many years there are."""
        nodes = [f"{node.op}{[arg.index for arg in node.args]}{node.word}" for node in self.graph.nodes]
        signs = [f"{path}{float(np.min(column)) >= 0.0}" for path, column in self.sample.items()]
        return hashlib.sha256("\n".join((*self.marks, *nodes, *signs)).encode()).hexdigest()

    def read(self, part: Any, path: str) -> Any:
        """A part of the page, numbers replaced. What is one object stays one object."""
        known = self._seen.get(id(part))
        if known is not None:
            self.marks.append(f"{path}: as before")
            return known
        made = self._read(part, path)
        if not isinstance(part, (str, int, float, Symbol)) and part is not None:
            self._seen[id(part)] = made
        return made

    def _read(self, part: Any, path: str) -> Any:
        if _is_number(part):
            return self.number(part, path)
        if isinstance(part, SimpleNamespace):
            return SimpleNamespace(**{name: self._field(name, value, path) for name, value in vars(part).items()})
        if dataclasses.is_dataclass(part) and not isinstance(part, type):
            fields = {one.name: self._field(one.name, getattr(part, one.name), path) for one in dataclasses.fields(part)}
            return dataclasses.replace(part, **fields)
        if isinstance(part, Mapping):
            return {key: self.read(value, f"{path}.{key}") for key, value in part.items()}
        if isinstance(part, (list, tuple)):
            self.marks.append(f"{path}: {len(part)}")
            return type(part)(self.read(value, f"{path}[{k}]") for k, value in enumerate(part))
        self.marks.append(f"{path}: {part!r}")
        return part

    def _field(self, name: str, value: Any, path: str) -> Any:
        where = f"{path}.{name}" if path else name
        if name == "notes":
            return value
        if name in BY_YEAR and isinstance(value, (list, tuple, Mixed)):
            return _ByYear(self.row(value, where))
        return self.read(value, where)

    def number(self, value: Num, path: str) -> Num:
        """One number that holds for all years: 0 and 1 are part of the shape, any other is an input."""
        if isinstance(value, Mixed):
            return self.mixed([self.number(one, f"{path}, state {k}") for k, one in enumerate(value.values)], path)
        if isinstance(value, Symbol):
            return self.marked(self.late(value, path), path)
        amount = float(value)
        if amount in (0.0, 1.0):
            self.marks.append(f"{path}: {amount}")
            return amount
        self.marks.append(f"{path}: {'some' if amount > 0 else 'less'}")
        self.inputs[path] = amount
        return self.graph.leaf("input", path, (0.0, math.inf) if amount > 0 else (-math.inf, math.inf))

    def mixed(self, parts: Sequence[Num], path: str) -> Num:
        """What a number is, given the weight of each state of policy this year."""
        self.marks.append(f"{path}: mixed of {len(parts)}")
        return total(part * self.graph.leaf("yearly", WEIGHT.format(k), (0.0, 1.0)) for k, part in enumerate(parts))

    def row(self, values: Sequence[Num] | Mixed, path: str) -> Num:
        """One number a year, as this year's number."""
        if isinstance(values, Mixed):
            return self.mixed([self.row(one, f"{path}, state {k}") for k, one in enumerate(values.values)], path)
        places = iter(range(1_000_000))

        def yearly(floats: list[float]) -> Num:
            name = path if (k := next(places)) == 0 else f"{path}, {k}"
            if min(floats) == max(floats):
                return self.number(floats[0], name)
            low, high = (0.0 if min(floats) >= 0.0 else -math.inf), (1.0 if min(floats) >= 0.0 and max(floats) <= 1.0 else math.inf)
            self.marks.append(f"{name}: from {low} to {high}")
            self.yearly[name] = floats
            return self.graph.leaf("yearly", name, (low, high))

        if not any(isinstance(value, Symbol) for value in values):
            return yearly([float(value) for value in values])
        found = unified(values, yearly, lambda symbol: self.late(symbol, path))
        if isinstance(found, Symbol) and found.born is None:
            found.born = next((value.born for value in values if isinstance(value, Symbol)), None)
        return self.marked(found, path)

    def marked(self, number: Num, path: str) -> Num:
        """A number that was traced; which one it is belongs to the shape."""
        self.marks.append(f"{path}: {f'v{number.index}' if isinstance(number, Symbol) else repr(number)}")
        return number

    def late(self, symbol: Symbol, path: str) -> Num:
        """A number of the plan, traced again among the numbers of the page."""
        found = self.literals.get(symbol.index)
        if found is None:
            if symbol.op == "const":
                found = symbol.word
            elif symbol.args:
                found = self.graph.make(symbol.op, *(self.late(arg, path) for arg in symbol.args))
            elif symbol.op == "yearly":
                found = self.graph.leaf("yearly", symbol.word, symbol.bounds)
            elif symbol.word in self.sample:
                low = float(np.min(self.sample[symbol.word]))
                found = self.graph.leaf("input", symbol.word, (0.0 if low >= 0.0 else -math.inf, math.inf))
            else:
                name = f"literal {len(self.inputs)}"  # by the order in which it is read: the same whatever the number of years
                self.inputs[name] = symbol.sample
                positive = symbol.sample >= 0.0
                self.marks.append(f"{name}: {positive}")
                found = self.graph.leaf("input", name, (0.0 if positive else -math.inf, math.inf))
            if isinstance(found, Symbol) and found.born is None:
                found.born = symbol.born
            self.literals[symbol.index] = found
        return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (float, Symbol, Mixed, np.floating))


@dataclass(slots=True)
class _TracedWorld(World):
    """A year that is not known yet."""

    def column(self, yearly: Sequence[Num]) -> Num:
        assert isinstance(yearly, _ByYear), "a list that is read by year is missing in BY_YEAR"
        return yearly.now


class _TracedState(State):
    """State that is not known yet. ``known``: keys that the page keeps, None while this is found out."""

    __slots__ = ("graph", "history", "kept", "known", "oldest", "opening")

    def __init__(self, graph: Graph, opening: Mapping[Key, Num], history: Mapping[Key, list[Num]], known: set[Key] | None) -> None:
        super().__init__()
        self.graph, self.opening, self.history, self.known = graph, opening, history, known
        self.kept: dict[Key, Num] = {}
        self.oldest: dict[Key, int] = {}

    def __getitem__(self, key: Key) -> Num:
        if self.known is not None and key not in self.known:
            return self.opening.get(key, 0.0)
        return self.graph.leaf("state", key)

    def keep(self, key: Key, value: Num) -> None:
        self.kept[key] = value

    def lag(self, key: Key, years: int) -> Num:
        if years == 1:
            return self[key]
        if self.known is not None and key not in self.known:
            past = self.history.get(key, [])
            return past[years - 2] if len(past) >= years - 1 else 0.0
        self.oldest[key] = max(self.oldest.get(key, 0), years - 1)
        return self.graph.leaf("lag", (key, years - 1))


def _traced(reader: _Reader, watch: Callable[[], Any] | None, asked: Sequence[tuple[Symbol, float, bool]]) -> Program:
    graph = reader.graph
    graph.watch = watch
    known: set[Key] | None = None
    while True:
        state, books = _TracedState(graph, reader.opening, reader.history, known), Books()
        world = _TracedWorld(reader.time, reader.first, reader.money, reader.exchange, 0, books, Factor())
        flows = year(world, state, reader.page)
        if known is not None:
            break
        known = set(state.kept)
    graph.watch = None
    history = {key: reader.history.get(key, []) for key in state.oldest}
    opening = {key: reader.opening.get(key, 0.0) for key in state.kept}
    told: dict[Key, Num] = {DISCOUNT: reader.discount, **dict(_told(flows, books))}
    told.update({("real", level): told[("level", level)] * reader.real for level in LEVELS})
    if watch is not None:
        told.update({("ready", name): site.ready for name, site in reader.page.sites.items()})
    told.update({("asked", str(k)): reader.late(symbol, "asked") for k, (symbol, _, _) in enumerate(asked)})
    return finish(graph, told, opening, state.kept, history)


def _told(flows: Flows, books: Books) -> Iterator[tuple[Key, Num]]:
    parties: dict[str, Num] = {}
    for key, amount in books.money.items():
        yield ("line", *key), amount
        for party, sign in ((key[1], -1.0), (key[2], 1.0)):
            before = parties.get(party, 0.0)
            parties[party] = before + amount if sign > 0 else before - amount
    for party, amount in parties.items():
        yield ("party", party), amount
    for key, amount in books.mass.items():
        yield ("mass", *key), amount
    for one in dataclasses.fields(flows):
        value = getattr(flows, one.name)
        if isinstance(value, dict):
            for key, amount in value.items():
                yield (one.name, *((key,) if isinstance(key, str) else key)), amount
        elif one.name != "ore":
            yield ("level", one.name), value
        else:
            yield ("ore",), value
