"""What a report is made from: one appraisal, what its ranges do, each state of policy, and the lives if they were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kenes.appraise import appraise
from kenes.appraise.result import Result
from kenes.chance.mixture import scenarios
from kenes.chance.ranges import ranges
from kenes.project import Project

__all__ = ["Study", "gather"]


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that a workbook, a page and their figures read.

    result     : the appraisal; ``result.report`` is what ``kenes appraise --json`` prints
    ranges     : what low and high of each number do, and price against capital (`kenes.chance.ranges`)
    scenarios  : worth in each state of policy held for certain, in file values; empty where the file names one state or none
    simulation : what ``kenes simulate --json`` prints, or None where no lives were asked for
    """

    project: Project
    result: Result
    ranges: dict[str, Any]
    scenarios: list[dict[str, Any]]
    simulation: dict[str, Any] | None

    @property
    def report(self) -> dict[str, Any]:
        """The appraisal as ``--json`` prints it."""
        return self.result.report


def gather(project: Project, draws: int | None = None, seed: int = 1) -> Study:
    """Runs what a report needs, each thing once.

    draws : lives to run, or None for no simulation
    Raises InputError for bad input, with every fault.
    """
    simulation = None
    result = appraise(project)
    if draws is not None:
        from kenes.chance.simulate import simulate

        simulation = simulate(project, draws, seed).report
    return Study(project, result, ranges(project), scenarios(project), simulation)
