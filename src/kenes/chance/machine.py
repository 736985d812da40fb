"""Which machine runs the lives? The seam: columns of draws in, yearly flows out, (T, N) each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.plan import plan
from kenes.appraise.run import run
from kenes.chance.mixture import by_year, mixed, refused
from kenes.chance.policy import Chain
from kenes.errors import Fault, InputError
from kenes.project import Project

__all__ = ["Columns", "Compiled", "Flows", "Machine", "Plain", "choose", "rates", "worth", "worths"]

Array = Any
RATES = LEVELS[1:]
"""Levels of which there is a rate of return."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a block of lives differs in.

    given   : value of each drawn input, (1, N), by path
    refused : whether a permit is refused, (1, N) of bool, by (site, permit)
    states  : makes the share of each state of policy by year, (K, T, N) or (K, T, 1), for a horizon of T years, or None
    """

    count: int
    given: Mapping[str, Array] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], Array] = field(default_factory=dict)
    states: Any = None

    def only(self, kept: Array) -> Columns:
        """The lives for which ``kept``, (N,) of bool, holds."""
        states = self.states
        return Columns(
            int(kept.sum()),
            {path: drawn[:, kept] for path, drawn in self.given.items()},
            {key: no[:, kept] for key, no in self.refused.items()},
            None if states is None else lambda years: made[:, :, kept] if (made := states(years)).shape[2] > 1 else made,
        )


@dataclass(frozen=True, slots=True)
class Flows:
    """Yearly flows of a block.

    levels, parties : (T, N) by name; discount : factor on each year, (T, 1) or (T, N); deflator : (T, 1) or (T, N)
    """

    levels: Mapping[str, Array]
    parties: Mapping[str, Array]
    discount: Array
    deflator: Array


class Machine(Protocol):
    """Runs a block of lives."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    def flows(self, columns: Columns, *, parties: bool = True) -> Flows:
        """Flows of the four levels of worth, and of each party if asked."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The page on numpy columns. ``states`` : the project in each state of policy, by name, the project itself if there is one only."""

    project: Project
    chain: Chain
    name: str = "plain"

    def flows(self, columns: Columns, *, parties: bool = True) -> Flows:
        n = columns.count
        plans = [plan(project, columns.given) for project in self.chain.projects.values()]
        ready = plans[0]
        if len(plans) > 1:
            weights = columns.states(max(one.timeline.count for one in plans))
            ready = mixed(plans, list(self.chain.projects), weights)
        if columns.refused:
            ready = refused(ready, self.project, columns.refused)
        pages = by_year(ready.page, ready.timeline.count) if len(plans) > 1 else None
        done = run(ready, books=parties, pages=pages)
        lens = lens_of(self.project, ready)
        years = ready.timeline.count
        levels = {level: _stack(done.level(level), n) for level in LEVELS}
        deflator = np.stack([np.broadcast_to(np.asarray(one, dtype=float).reshape(-1), (_width(one),)) for one in _even(lens.deflators)])
        times = np.array(lens.times).reshape(-1, 1)
        made: dict[str, Array] = {}
        if parties:
            through = {entity.name for entity in self.project.file.entity}
            for line in done.money:
                for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
                    if party in through:
                        continue
                    row = made.get(party)
                    if row is None:
                        row = made[party] = np.zeros((years, n))
                    for t, amount in enumerate(line.amount):
                        if not (type(amount) is float and amount == 0.0):
                            row[t] += sign * np.asarray(amount).reshape(-1)
        return Flows(levels, dict(sorted(made.items())), 1.0 / (1.0 + lens.rate) ** times / deflator, deflator)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The page traced once and compiled: the same numbers as `Plain`, many times faster. No refusals and no changing policy yet.

    code : compiled programs by shape and by what was asked of them
    """

    project: Project
    name: str = "native"
    code: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def flows(self, columns: Columns, *, parties: bool = True) -> Flows:
        """Flows of the four levels of worth, and of each party if asked."""
        from kenes.appraise.trace import trace
        from kenes.engine.native import Native

        given = {path: np.ascontiguousarray(np.asarray(drawn, dtype=float).reshape(-1)) for path, drawn in columns.given.items()}
        traced = trace(self.project, given)
        through = {entity.name for entity in self.project.file.entity}
        asked: list[tuple[str, ...]] = [("level", level) for level in LEVELS]
        if parties:
            asked += sorted(key for key in traced.program.outputs if key[0] == "party" and key[1] not in through)
        code = self.code.get((traced.shape, parties))
        if code is None:
            code = self.code[(traced.shape, parties)] = Native(traced.program, given, flows=asked)
        told = code.run(traced.inputs, traced.yearly, given, traced.years)
        flows = {key: np.broadcast_to(told.flows[k], (traced.years, columns.count)) for k, key in enumerate(asked)}
        # Inflation is not drawn (`choose` sees to it), so the file's own timeline deflates every life.
        alone = plan(self.project)
        lens = lens_of(self.project, replace(alone, timeline=replace(alone.timeline, count=traced.years)))
        deflator = np.array([float(one) for one in lens.deflators]).reshape(-1, 1)
        discount = 1.0 / (1.0 + lens.rate) ** np.array(lens.times).reshape(-1, 1) / deflator
        by_party = {key[1]: flow for key, flow in flows.items() if key[0] == "party"}
        return Flows({level: flows[("level", level)] for level in LEVELS}, by_party, discount, deflator)


def _width(number: Any) -> int:
    return int(np.size(number))


def _even(numbers: Any) -> list[Any]:
    """Numbers as rows of one width: floats are widened where others are columns."""
    width = max(_width(one) for one in numbers)
    return [np.broadcast_to(np.asarray(one, dtype=float).reshape(-1), (width,)) for one in numbers]


def _stack(row: list[Any], n: int) -> Array:
    made = np.empty((len(row), n))
    for t, amount in enumerate(row):
        made[t] = np.asarray(amount).reshape(-1) if np.ndim(amount) else amount
    return made


def worths(machine: Machine, columns: Columns, *, parties: bool = True, with_rates: bool = True) -> dict[str, Array]:
    """`worth` of a block on a machine. A life far out in a tail may last longer than any horizon: it is NaN, the others are not.

    Raises InputError where neither the first nor the last life of the block can be planned: then the fault is no matter of a tail.
    """
    try:
        return worth(machine.flows(columns, parties=parties), with_rates=with_rates)
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
    """`worth` of some lives, or None where they cannot be planned together."""
    try:
        return worth(machine.flows(columns, parties=parties), with_rates=with_rates)
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


def choose(name: str | None, project: Project, chain: Chain) -> Machine:
    """The machine asked for, or the reference where nothing is asked.

    Raises InputError where the machine is not there.
    """
    if name in (None, "plain"):
        return Plain(project, chain)
    if name == "native":
        return _compiled(project, chain)
    raise InputError(Fault("--machine", f'"{name}"', '"plain" or "native"'))


def _compiled(project: Project, chain: Chain) -> Compiled:
    """The native machine, where it can run this project. Raises InputError where it cannot, with why."""
    from kenes.engine.native import NativeError, lanes_of_host

    instead = '"plain": the same numbers, slower'
    odds = project.file.chance
    if len(chain.projects) > 1 or (odds is not None and odds.refusal):
        raise InputError(Fault("--machine", '"native" for a project with refusals or changing policy', instead))
    if project.file.project.inflation.low is not None:
        raise InputError(Fault("--machine", '"native" with inflation drawn', instead))
    try:
        lanes_of_host()
    except NativeError as error:
        raise InputError(Fault("--machine", f'"native", which cannot be loaded: {error}', instead)) from None
    return Compiled(project)


def worth(flows: Flows, *, with_rates: bool = True) -> dict[str, Array]:
    """Net present values and rates of return of a block, (N,) each.

    "npv level", "party name", and "irr level", "irr highest level", "roots level": a draw of one rate has it as both; of several, only the
    highest is given; of none, neither (NaN)
    """
    made: dict[str, Array] = {}
    for kind, table in (("npv", flows.levels), ("party", flows.parties)):
        for name, flow in table.items():
            value = np.zeros(flow.shape[1])
            for t in range(len(flow)):  # year by year: the sum rounds alike in every block
                value += flow[t] * flows.discount[t]
            made[f"{kind} {name}"] = value
    if with_rates:
        for level in RATES:
            real = flows.levels[level] / flows.deflator
            highest, roots = rates(real)
            made[f"roots {level}"] = roots.astype(float)
            made[f"irr highest {level}"] = highest
            made[f"irr {level}"] = np.where(roots == 1, highest, np.nan)
    return made


GRID = 160
LEAST, MOST = -0.9, 100.0


def rates(flow: Array) -> tuple[Array, Array]:
    """Highest rate of return of each draw (NaN if none), and how many there are, (N,) each.

    flow : (T, N), a year apart

    Rates from -90 % to +10,000 % a year, told apart on a grid of 160 points in log(1 + rate): each sign change of the NPV between two
    points holds one rate, found to 1e-12 by the Illinois method.

    >>> highest, roots = rates(np.array([[-100.0, -100.0, 1.0], [230.0, 30.0, 2.0], [-132.0, 30.0, 0.0]]))
    >>> [round(rate, 9) for rate in highest[:1].tolist()], roots.tolist()
    ([0.2], [2, 1, 0])
    """
    years, n = flow.shape
    points = np.linspace(np.log1p(LEAST), np.log1p(MOST), GRID)
    powers = np.exp(-np.outer(points, np.arange(years)))
    side: Array = np.sign(powers @ flow)  # (G, N)
    turns: Array = side[1:] * side[:-1] < 0
    # A zero that falls on a point counts with the point before it.
    turns |= (side[1:] == 0) & (side[:-1] != 0)
    used = (flow != 0).any(axis=0)
    roots = np.where(used, turns.sum(axis=0), 0)
    highest = np.full(n, np.nan)
    some: Any = np.flatnonzero(roots > 0)
    if len(some) == 0:
        return highest, roots
    last: Any = (GRID - 2) - turns[::-1, some].argmax(axis=0)
    highest[some] = np.expm1(_cross(np.ascontiguousarray(flow[:, some]), points[last], points[last + 1]))
    return highest, roots


def _value(flow: Array, s: Array) -> Array:
    """NPV at log rates, (N,), by Horner from the last year."""
    x = np.exp(-s)
    value = np.zeros(flow.shape[1])
    for t in range(len(flow) - 1, -1, -1):
        value = value * x + flow[t]
    return value


def _cross(flow: Array, a: Array, b: Array) -> Array:
    """The zero between two points, draw by draw; a draw that is done no longer moves, so its neighbours do not matter."""
    fa, fb = _value(flow, a), _value(flow, b)
    best: Array = np.where(fa == 0.0, a, b)
    busy: Any = (fa != 0.0) & (fb != 0.0)
    for _ in range(60):
        if not busy.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            point: Array = np.where(busy, b - fb * (b - a) / (fb - fa), best)
        point = np.where((point > np.minimum(a, b)) & (point < np.maximum(a, b)) | ~busy, point, 0.5 * (a + b))
        value = _value(flow, point)
        crossed = np.sign(value) != np.sign(fb)
        fa = np.where(crossed, fb, 0.5 * fa)
        a = np.where(crossed, b, a)
        step = np.abs(point - best)
        b, fb = np.where(busy, point, b), np.where(busy, value, fb)
        best = np.where(busy, point, best)
        busy = busy & (value != 0.0) & (np.abs(b - a) > 1e-13) & (step > 1e-13)
    return best
