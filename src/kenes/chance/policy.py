"""What may the law become? A Markov chain over named, dated alternatives, and what not knowing it costs."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kenes.chance.streams import uniform
from kenes.errors import InputError
from kenes.odds import Policy
from kenes.project import Project, parse
from kenes.timeline import years_between

__all__ = ["AS_STATED", "Chain", "certainty_equivalent", "read"]

Array = Any
AS_STATED = "as stated"


@dataclass(frozen=True, slots=True)
class Chain:
    """States of policy with the project in each.

    projects : by state, the first the one of today; step : (K, K) probability a year; begins : first year of each state
    """

    projects: Mapping[str, Project]
    step: Array
    begins: tuple[float, ...]

    @property
    def names(self) -> list[str]:
        """States, today's first."""
        return list(self.projects)

    @property
    def sets(self) -> tuple[str, ...]:
        """Paths that some state sets and another does not, or otherwise."""
        every = [one.settings for one in self.projects.values()]
        unlike = [setting for settings in every for setting in settings if not all(setting in other for other in every)]
        return tuple(sorted({setting.partition("=")[0].strip() for setting in unlike}))

    def _row(self, t: int) -> Array:
        """Transition into year ``t``: what cannot be yet is not entered, its probability stays."""
        step = self.step.copy()
        for k, begin in enumerate(self.begins):
            if t + 1 <= begin:  # no day of year t is on or after the day from which the state can be
                away = step[:, k].copy()
                away[k] = 0.0
                step[:, k] -= away
                step[np.arange(len(step)), np.arange(len(step))] += away
        return step

    def drawn(self, seed: int, first: int, count: int) -> Callable[[int], Array]:
        """Weights (K, T, N) of the states that draws are in, 0 or 1; the first year is today's."""

        def states(years: int) -> Array:
            now = np.zeros(count, dtype=int)
            weights = np.zeros((len(self.names), years, count))
            weights[0, 0] = 1.0
            for t in range(1, years):
                ends = np.cumsum(self._row(t), axis=1)
                ends[:, -1] = np.inf
                share = uniform(seed, f"chance.policy.{t}", first, count)
                now = (share[None, :] >= ends[now].T).sum(axis=0)
                weights[now, t, np.arange(count)] = 1.0
            return weights

        return states

    def expected(self, years: int) -> Array:
        """Weights (K, T, 1): the probability of each state in each year."""
        weights = np.zeros((len(self.names), years, 1))
        now = np.eye(len(self.names))[0]
        for t in range(years):
            if t:
                now = now @ self._row(t)
            weights[:, t, 0] = now
        return weights

    def certain(self, name: str) -> Callable[[int], Array]:
        """Weights (K, T, 1) of a state held for certain from its first day (today's state before it)."""

        def states(years: int) -> Array:
            k = self.names.index(name)
            weights = np.zeros((len(self.names), years, 1))
            for t in range(years):
                weights[k if t + 1 > self.begins[k] else 0, t, 0] = 1.0
            return weights

        return states


def read(project: Project, policy: Policy | None) -> Chain:
    """The chain of a file, or the one state that it states.

    Raises InputError where a setting does not fit the file.
    """
    if policy is None:
        return Chain({AS_STATED: project}, np.eye(1), (0.0,))
    names = [policy.start, *(name for name in policy.state if name != policy.start)]
    projects: dict[str, Project] = {}
    begins = []
    for name in names:
        state = policy.state[name]
        try:
            projects[name] = _with(project, state.settings) if state.settings else project
        except InputError as error:
            raise InputError(*(replace(one, where=f'chance.policy.state."{name}"  {one.where}') for one in error.faults)) from None
        day = state.begins
        begins.append(0.0 if day is None else max(years_between(project.file.project.valuation_date, day), 0.0))
    step = np.zeros((len(names), len(names)))
    for i, name in enumerate(names):
        row = policy.transition.get(name, {})
        for j, other in enumerate(names):
            step[i, j] = row.get(other, 0.0) if i != j else 0.0
        step[i, i] = 1.0 - step[i].sum()
    return Chain(projects, step, tuple(begins))


def _with(project: Project, settings: list[str]) -> Project:
    """The project with other settings."""
    return parse(tomllib.loads(project.text), project.text, project.path, (*project.settings, *settings))


def certainty_equivalent(values: Array, aversion: float) -> float:
    """The sure amount that a holder of constant absolute risk aversion takes for the lottery.

    aversion : per million of the reporting currency; at 0 it is the mean

    >>> certainty_equivalent(np.array([0.0, 2e6]), 0.0)
    1000000.0
    >>> certainty_equivalent(np.array([0.0, 2e6]), 1.0) < 1e6
    True
    """
    scaled = np.asarray(values, dtype=float) / 1e6
    if aversion == 0.0:
        return float(np.mean(values))
    low = scaled.min()
    return float(1e6 * (low - np.log(np.mean(np.exp(-aversion * (scaled - low)))) / aversion))
