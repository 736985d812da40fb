"""Which machine runs the lives? The seam: columns of draws in, worth of each life out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from kenes.appraise.bare import Course
from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.plan import Plan, plan
from kenes.appraise.run import run
from kenes.appraise.trace import DISCOUNT, WEIGHT, Traced, trace
from kenes.chance.mixture import by_year, mixed, refused
from kenes.chance.policy import Chain
from kenes.engine import rates
from kenes.errors import Fault, InputError
from kenes.notes import note
from kenes.numbers import Num
from kenes.project import Project

__all__ = ["RATES", "Columns", "Compiled", "Machine", "Plain", "choose", "worths"]

Array = Any
FEW = 64
"""Draws that a trace is made of at first."""

RATES = LEVELS[1:]
"""Levels of which there is a rate of return."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a block of lives differs in.

    given   : value of each drawn input, (1, N), by path
    refused : whether a permit is refused, (1, N) of bool, by (site, permit)
    states  : makes the share of each state of policy by year, (K, T, N) or (K, T, 1), for a horizon of T years, or None
    courses : makes the factor on each price that wanders, (T, N) or (T, 1), by path, for a horizon of T years, or None
    """

    count: int
    given: Mapping[str, Array] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], Array] = field(default_factory=dict)
    states: Callable[[int], Array] | None = None
    courses: Callable[[int], Mapping[str, Array]] | None = None

    def only(self, kept: Array) -> Columns:
        """The lives for which ``kept``, (N,) of bool, holds."""
        states, courses = self.states, self.courses

        def part(made: Array) -> Array:
            return np.compress(kept, made, axis=-1) if made.shape[-1] > 1 else made  # made[..., kept] would lie draw by draw

        def parts(made: Mapping[str, Array]) -> dict[str, Array]:
            one = {id(row): part(row) for row in made.values()}  # paths of one process stay one
            return {path: one[id(row)] for path, row in made.items()}

        return Columns(
            int(kept.sum()),
            {path: drawn[:, kept] for path, drawn in self.given.items()},
            {key: no[:, kept] for key, no in self.refused.items()},
            None if states is None else lambda years: part(states(years)),
            None if courses is None else lambda years: parts(courses(years)),
        )


class Machine(Protocol):
    """Runs a block of lives."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    def worth(self, columns: Columns, *, parties: bool = True, with_rates: bool = True) -> dict[str, Array]:
        """Net present values and rates of return of a block, (N,) each.

        "npv level", "party name" if asked, and if rates are asked "irr level", "irr highest level", "roots level": a draw of one rate
        has it as both; of several, only the highest is given; of none, neither (NaN)
        """


@dataclass(frozen=True, slots=True)
class Plain:
    """The page on numpy columns. ``states`` : the project in each state of policy, by name, the project itself if there is one only."""

    project: Project
    chain: Chain
    name: str = "plain"

    def worth(self, columns: Columns, *, parties: bool = True, with_rates: bool = True) -> dict[str, Array]:
        n = columns.count
        courses = _courses(columns)
        plans = [refused(plan(project, columns.given, courses), self.project, columns.refused) for project in self.chain.projects.values()]
        ready = plans[0]
        if len(plans) > 1:
            assert columns.states is not None
            ready = mixed(plans, columns.states(max(one.timeline.count for one in plans)))
        pages = by_year(ready.page, ready.timeline.count) if len(plans) > 1 else None
        done = run(ready, books=parties, pages=pages)
        lens = lens_of(self.project, ready)
        years = ready.timeline.count
        levels = {level: _stack(done.level(level), n) for level in LEVELS}
        # As a trace has them: both machines add up the same lines.
        discount = lens.discount()
        flows: dict[str, Array] = {}
        if parties:
            through = {entity.name for entity in self.project.file.entity}
            for line in done.money:
                for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
                    if party in through:
                        continue
                    row = flows.get(party)
                    if row is None:
                        row = flows[party] = np.zeros((years, n))
                    for t, amount in enumerate(line.amount):
                        if not (type(amount) is float and amount == 0.0):
                            row[t] += sign * np.asarray(amount).reshape(-1)
        made = {f"npv {name}": _discounted(flow, discount) for name, flow in levels.items()}
        made |= {f"party {name}": _discounted(flows[name], discount) for name in sorted(flows)}
        if with_rates:
            for level in RATES:
                real = np.stack([levels[level][t] * np.reshape(1.0 / lens.deflators[t], -1) for t in range(years)])
                made |= _rated(level, *rates.every(real))
        return made


def _courses(columns: Columns) -> dict[str, Course]:
    """What makes the factors of a plan on columns: one (1, N) each year."""
    made: dict[int, Mapping[str, Array]] = {}

    def course(path: str) -> Course:
        def factors(years: int) -> Sequence[Num]:
            if years not in made:
                assert columns.courses is not None
                made[years] = columns.courses(years)
            return [row.reshape(1, -1) for row in made[years][path]]

        return factors

    return {path: course(path) for path in (columns.courses(1) if columns.courses is not None else ())}


def _discounted(flow: Array, discount: Sequence[Num]) -> Array:
    value = np.zeros(flow.shape[1])
    for t in range(len(flow)):  # year by year: the sum rounds alike in every block
        value += flow[t] * np.reshape(discount[t], -1)
    return value


def _rated(level: str, most: Array, number: Array) -> dict[str, Array]:
    return {f"irr {level}": np.where(number == 1, most, np.nan), f"irr highest {level}": most, f"roots {level}": number}


@dataclass(frozen=True, slots=True)
class Compiled:
    """The page traced and compiled: the same numbers as `Plain`, many times faster.

    code    : compiled programs by shape; traced : by what is drawn, the last trace with the few draws it was made of
    """

    project: Project
    chain: Chain
    name: str = "native"
    code: dict[str, Any] = field(default_factory=dict)
    traced: dict[tuple[str, ...], tuple[Traced, dict[str, Array]]] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    def worth(self, columns: Columns, *, parties: bool = True, with_rates: bool = True) -> dict[str, Array]:
        given = _given(columns)
        with self.lock:
            traced = self._traced(given, columns)
            code, asked = self._code(traced, [*given, *traced.rows])
        wide = given | self._rows(traced, columns)
        told = code.run(traced.inputs, traced.yearly, wide, traced.years, threads=1)
        n = columns.count
        named = {
            ("npv " if key[0] == "level" else "party ") + key[1]: np.broadcast_to(told.worth[k], (n,))
            for k, key in enumerate(asked)
            if parties or key[0] == "level"
        }
        if with_rates:
            for k, level in enumerate(RATES):
                named |= _rated(level, np.broadcast_to(told.most[k], (n,)), np.broadcast_to(told.number[k], (n,)))
        return named

    def gradient(self, columns: Columns, others: Mapping[str, float], metric: str) -> dict[str, float]:
        """Change of a mean NPV for 1 % more of each input, by path: its exact derivative, over the lives of a block.

        others : values of inputs that are not drawn; metric : "npv level" or "party name"
        Of a schedule or a price that wanders, 1 % more of the whole of it; of a drawn input, 1 % more in every life.
        """
        from kenes.engine.slopes import NativeSlopes

        given = _given(columns)
        constant = {path: np.full(columns.count, value) for path, value in others.items() if path not in given}
        with self.lock:
            traced = self._traced(given | constant, columns, tuple(constant))
        kind, _, name = metric.partition(" ")
        key = f"{traced.shape} {metric} {len(given)}"
        if key not in self.code:
            of = ("level" if kind == "npv" else kind, name)
            self.code[key] = NativeSlopes(traced.program, [*given, *traced.rows], worth=of, weight=DISCOUNT)
        wide = given | self._rows(traced, columns)
        told = self.code[key].run({**traced.inputs, **others}, traced.yearly, wide, traced.years, draws=True)
        found = {path: 0.01 * float(np.mean(slope * given[path])) for path, slope in told.draws.items() if path in given}
        found |= {path: 0.01 * told.inputs[path] * others[path] for path in constant if path in told.inputs}
        return dict.fromkeys([*given, *constant], 0.0) | found

    def _rows(self, traced: Traced, columns: Columns) -> dict[str, Array]:
        """Columns with a value for each year: weights of the states of policy, factors of prices that wander."""
        drawn: dict[str, Array] = {}
        if len(self.chain.projects) > 1:
            assert columns.states is not None
            drawn |= {WEIGHT.format(k): row for k, row in enumerate(columns.states(traced.years))}
        if columns.courses is not None:
            made = columns.courses(traced.years)
            drawn |= {_course(leader): made[path] for path, leader in _leaders(made).items() if path == leader}
        return {name: drawn[name] for name in traced.rows}

    def _traced(self, given: Mapping[str, Array], columns: Columns, others: tuple[str, ...] = ()) -> Traced:
        """A trace that these draws fit: made of the first few, and of those that go beyond. others : inputs that are not drawn."""
        courses = _leaders(columns.courses(1)) if columns.courses is not None else {}
        key = (*given, "courses", *courses)

        def prepare(early: Any, symbols: Mapping[str, Any]) -> Plan:
            values = {path: symbols[path] for path in (*columns.given, *others)}
            no = {key: symbols[_refusal(key)] for key in columns.refused}
            wandering = {path: early.leaf("yearly", _course(leader), (0.0, np.inf), sample=1.0) for path, leader in courses.items()}
            made = {path: lambda years, leaf=leaf: [leaf] * years for path, leaf in wandering.items()}
            plans = [refused(plan(project, values, made), self.project, no) for project in self.chain.projects.values()]
            return plans[0] if len(plans) == 1 else mixed(plans, None)

        if key not in self.traced:
            sample = {name: column[:FEW] for name, column in given.items()}
            self.traced[key] = (trace(self.project, sample, prepare), sample)
        while beyond := self.traced[key][0].beyond(given):
            sample = {name: np.concatenate([column, given[name][beyond]]) for name, column in self.traced[key][1].items()}
            self.traced[key] = (trace(self.project, sample, prepare), sample)
        return self.traced[key][0]

    def _code(self, traced: Traced, columns: list[str]) -> tuple[Any, list[tuple[str, ...]]]:
        from kenes.engine.native import Native

        through = {entity.name for entity in self.project.file.entity}
        asked: list[tuple[str, ...]] = [("level", level) for level in LEVELS]
        asked += sorted(key for key in traced.program.outputs if key[0] == "party" and key[1] not in through)
        if traced.shape not in self.code:
            self.code[traced.shape] = Native(
                traced.program, columns, worth=asked, weight=DISCOUNT, rates=[("real", level) for level in RATES]
            )
        return self.code[traced.shape], asked


def _given(columns: Columns) -> dict[str, Array]:
    """Drawn inputs of a block by name, refusals as 0 and 1."""
    given = {path: np.ascontiguousarray(np.asarray(drawn, dtype=float).reshape(-1)) for path, drawn in columns.given.items()}
    return given | {_refusal(key): no.reshape(-1).astype(float) for key, no in columns.refused.items()}


def _leaders(courses: Mapping[str, Array]) -> dict[str, str]:
    """The first path that shares its factors, by path: those of one process are one column."""
    first: dict[int, str] = {}
    return {path: first.setdefault(id(row), path) for path, row in courses.items()}


def _refusal(key: tuple[str, str]) -> str:
    return f"refused {key[0]}.{key[1]}"


def _course(path: str) -> str:
    return f"course of {path}"


def _stack(row: list[Any], n: int) -> Array:
    made = np.empty((len(row), n))
    for t, amount in enumerate(row):
        made[t] = np.asarray(amount).reshape(-1) if np.ndim(amount) else amount
    return made


def worths(machine: Machine, columns: Columns, *, parties: bool = True, with_rates: bool = True) -> dict[str, Array]:
    """`Machine.worth` of a block. A life far out in a tail may last longer than any horizon: it is NaN, the others are not.

    Raises InputError where neither the first nor the last life of the block can be planned: then the fault is no matter of a tail.
    """
    try:
        return machine.worth(columns, parties=parties, with_rates=with_rates)
    except InputError as error:
        if columns.count == 1:
            raise
        ends = np.zeros(columns.count, dtype=bool)
        ends[0] = True
        found = _halves(machine, columns.only(ends), parties, with_rates) or _halves(machine, columns.only(ends[::-1]), parties, with_rates)
        if found is None:
            raise error
    made = {name: np.full(columns.count, np.nan) for name in found}
    _fill(machine, columns, np.arange(columns.count), made, parties, with_rates)
    return made


def _halves(machine: Machine, columns: Columns, parties: bool, with_rates: bool) -> dict[str, Array] | None:
    """`Machine.worth` of some lives, or None where they cannot be planned together."""
    try:
        return machine.worth(columns, parties=parties, with_rates=with_rates)
    except InputError:
        return None


def _fill(machine: Machine, columns: Columns, which: Array, made: dict[str, Array], parties: bool, with_rates: bool) -> None:
    """Fills in the worth of some lives of a block, in halves until each part can be planned or is one life."""
    kept = np.zeros(columns.count, dtype=bool)
    kept[which] = True
    some = _halves(machine, columns.only(kept), parties, with_rates)
    if some is not None:
        for name, values in some.items():
            made[name][which] = values
    elif len(which) > 1:
        for half in np.array_split(which, 2):
            _fill(machine, columns, half, made, parties, with_rates)


def choose(name: str | None, project: Project, chain: Chain) -> tuple[Machine, list[str]]:
    """The machine asked for; where nothing is asked, the native one, or the reference where that does not load, with a note why.

    Raises InputError where the machine asked for is not there.
    """
    if name not in (None, "plain", "native"):
        raise InputError(Fault("--machine", f'"{name}"', '"plain" or "native"'))
    if name == "plain":
        return Plain(project, chain), []
    from kenes.engine.native import NativeError, lanes_of_host

    try:
        lanes_of_host()
    except NativeError as error:
        if name == "native":
            raise InputError(
                Fault("--machine", f'"native", which cannot be loaded: {error}', '"plain": the same numbers, slower')
            ) from None
        return Plain(project, chain), [note("machine: plain, as the native one cannot be loaded: {error}", error=str(error))]
    return Compiled(project, chain), []
