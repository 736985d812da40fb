"""The page of a project, read line by line: what it is given, each formula with its name and its values. Workbook and equations say it.

The page is traced with every number of the file as a symbol, so each is live in what is written from it. A trace holds for the years it was
made for: it is made of the file's values, their low and high, the worse and the better ends together, and a margin beyond.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kenes.appraise.places import Place, Watch, place
from kenes.appraise.plan import Plan, plan
from kenes.appraise.trace import DISCOUNT, WEIGHT, Traced, trace
from kenes.chance import policy
from kenes.chance.inputs import is_owner
from kenes.chance.mixture import mixed
from kenes.engine.program import Key, Program, execute
from kenes.errors import Fault, InputError
from kenes.facts import Quantity, quantities
from kenes.report.dimensions import units_of
from kenes.report.study import Study
from kenes.report.words import mark

__all__ = ["Reading", "Scenario", "reading"]

MARGIN = 1.1
"""What the size of a deposit and the length of a stage may be changed by, beyond low and high, and a capacity divided by."""

TOLD = ("level", "real", "discount", "line", "mass", "cash", "balances", "assessed", "borne", "ore", "made", "asked", "ready")
"""Outputs of the page that a reader sees, by the first part of their key (`kenes.appraise.trace.Traced`)."""

AS_STATED = mark("file as it stands")
"""What the file is called beside its states of policy, where it is none of them."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A state of policy: its name, and the first year of the model in which it can be (0: from the first)."""

    name: str
    begins: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The traced page of a project with what it is given and what it makes of it, at the values of the file.

    inputs    : value by name of each input, in the unit of the formulas; yearly : the same, one a year
    numbers   : numbers of the file by path, those that the trace holds as symbols: of a schedule the first value, which
                scales it, where low and high are told of it; none that a state of policy sets
    worse     : by path, whether the low or the high end of a number is the worse for after-tax NPV ("low", "high")
    scenarios : states of policy, the first the one of the file; one only where the file names none
    home      : the state that holds before another can be
    currency  : of the project
    bounds    : by output ("asked", ...), the value that the trace was made for, and whether it is the largest (or the smallest)
    values    : value of each operation by year
    """

    traced: Traced
    inputs: Mapping[str, float]
    yearly: Mapping[str, Sequence[float]]
    numbers: Mapping[str, Quantity]
    worse: Mapping[str, str]
    scenarios: tuple[Scenario, ...]
    home: int
    currency: str
    bounds: Mapping[Key, tuple[float, bool]]
    values: Sequence[Sequence[Any]]

    @property
    def program(self) -> Program:
        """The program of one year."""
        return self.traced.program

    @property
    def plan(self) -> Plan:
        """The plan that was traced: its timeline has the years of the model."""
        return self.traced.plan

    def unit(self, name: str) -> str | None:
        """Unit of an input or a yearly input, None where it may be any."""
        number = self.numbers.get(name)
        if number is not None:
            return number.currency if number.unit == "rate" else number.unit.replace("money", number.currency or self.currency)
        if name.startswith(("money.", "exchange.")):
            code = name.split(".")[1].split(",")[0]
            return "1" if code == self.currency else f"{self.currency}/{code}"
        if name == "time" or ".ready" in name or ".offset" in name:
            return "year"
        if ".spread" in name:
            return "1/year"
        if name.startswith(("weight of", "first", *DISCOUNT, "real")) or name.endswith(("rate.calendar", "share")):
            return "1"
        return None

    def units(self) -> list[str]:
        """Unit of each operation, "" where it cannot be told."""
        given = {name: unit for name in (*self.inputs, *self.yearly) if (unit := self.unit(name)) is not None}
        known = {self.program.outputs[key]: unit for key in self.program.outputs if (unit := self.kind(key)) is not None}
        return units_of(self.program, given, known)

    def kind(self, key: Key) -> str | None:
        """Unit of an output by what it is, None where that does not say."""
        if key[0] in ("line", "level", "real", "cash", "balances", "assessed", "borne"):
            return self.currency
        return {"mass": "t", "ore": "t", "made": "t", "discount": "1", "ready": "year"}.get(key[0])

    def place(self, k: int) -> Place | None:
        """Where in the text an operation stands."""
        born = self.program.operations[k].born
        return None if born is None else place(born.code, born.instruction)

    def about(self, k: int) -> tuple[str, ...]:
        """What an operation is about: site, product, element, charge, owner, outermost first."""
        born = self.program.operations[k].born
        return () if born is None else born.about

    def named(self) -> set[int]:
        """Operations that are all of a line of the text: that line has a name."""
        return {k for k, one in enumerate(self.program.operations) if one.args and (found := self.place(k)) is not None and found.whole}

    def order(self, numbers: Mapping[int, Any]) -> list[int]:
        """Operations in the order of the page."""

        def key(k: int) -> tuple[float, int]:
            born = self.program.operations[k].born
            return (born.number if born is not None else math.inf, k)

        return sorted(numbers, key=key)


def reading(study: Study) -> Reading:
    """Traces the page of a project for a reader."""
    project = study.project
    worse = {row["path"]: "low" if row["npv_low"] < row["npv_high"] else "high" for row in study.ranges["tornado"]}
    chance = project.file.chance
    chain = policy.read(project, chance.policy if chance is not None else None)
    states = [Scenario(name, begin) for name, begin in zip(chain.names, chain.begins, strict=True)]
    projects = list(chain.projects.values())
    home = 0
    if projects[0].settings != project.settings:  # the file as it stands comes first, as `kenes appraise` takes it
        states, projects, home = [Scenario(AS_STATED, 0.0), *states], [project, *projects], 1
    # A number that a state of policy sets is another in each: it is an input of that state, not one of the file.
    every = {setting for one in projects for setting in one.settings}
    held = {setting.partition("=")[0].strip() for setting in every if not all(setting in one.settings for one in projects)}
    numbers = {
        path: one for path, one in quantities(project.file) if path not in held and (path in worse or not (one.calendar or one.operating))
    }

    def prepare(_: Any, symbols: Mapping[str, Any]) -> Plan:
        plans = [plan(one, symbols) for one in projects]
        return plans[0] if len(plans) == 1 else mixed(plans, None)

    try:
        traced = trace(project, _sample(numbers, worse, MARGIN), prepare, watch=Watch())
    except InputError:  # the margin leads beyond the longest life that a model may have
        traced = trace(project, _sample(numbers, worse, 1.0), prepare, watch=Watch())
    if not any(one.born is not None and place(one.born.code, one.born.instruction) for one in traced.program.operations):
        wanted = "a Python that keeps the places of its code, and the sources of kenes beside it"
        raise InputError(Fault("report", "no source to name the lines of the page by", wanted, "unset PYTHONNODEBUGRANGES"))
    told = [key for key in traced.program.outputs if key[0] in TOLD]
    traced = replace(traced, program=traced.program.only(told))
    used = set(traced.program.inputs)
    inputs = {**traced.inputs, **{path: one.amount for path, one in numbers.items() if path in used}}
    today = {WEIGHT.format(k): [float(k == 0)] * traced.years for k in range(len(states))}
    yearly = {**traced.yearly, **{name: today[name] for name in traced.rows}}
    values: list[list[Any]] = []
    execute(traced.program, inputs, yearly, traced.years, tape=values)
    return Reading(
        traced,
        inputs,
        yearly,
        numbers,
        worse,
        tuple(states),
        home,
        project.file.project.currency,
        {("asked", str(k)): (seen, largest) for k, (_, seen, largest) in enumerate(traced.asked)},
        values,
    )


def _sample(numbers: Mapping[str, Quantity], worse: Mapping[str, str], margin: float) -> dict[str, Any]:
    """What the trace is made for: each number as stated, low, high, at its worse end, at its better end, and with a margin."""
    made: dict[str, Any] = {}
    for path, one in numbers.items():
        moves = one.low is not None and one.high is not None and not is_owner(path)
        low, high = (one.low, one.high) if moves else (one.amount, one.amount)
        bad, good = (low, high) if worse.get(path) == "low" else (high, low)
        far = one.amount * margin if one.unit in ("t", "year") else one.amount / margin if one.unit == "t/year" else one.amount
        made[path] = np.array([one.amount, low, high, bad, good, far], dtype=float)
    return made
