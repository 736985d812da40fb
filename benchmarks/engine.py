"""Native against vectorised numpy: microseconds a project life, and their ratio, in one run.

The last columns: how long the derivative of mean after-tax NPV to every input takes to compile, microseconds a life on two cores, and
that time against the time of the value alone.

Usage: python benchmarks/engine.py [FILE ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.plan import plan
from kenes.appraise.run import run
from kenes.appraise.trace import DISCOUNT, trace
from kenes.engine.native import Native
from kenes.engine.slopes import NativeSlopes
from kenes.facts import quantities
from kenes.project import Project, load

LIVES = 40_000
COLUMNS = (500, 2_000, 8_000)
"""Draws at a time that numpy is tried with; the fastest counts."""


def drawn(project: Project, count: int) -> dict[str, Any]:
    """Columns of what a study draws: tonnage, grades, prices, capital, recoveries, durations of permits."""
    random, found = np.random.default_rng(1), {}
    for path, number in quantities(project.file):
        parts = path.split(".")
        kinds = {"tonnage", "grade", "price", "basket", "capital", "recovery", "duration"} & set(parts)
        if kinds and "spread" not in parts and "contingency" not in parts and "mine.recovery" not in path and number.amount:
            found[path] = number.amount * random.uniform(0.85, 1.0 if {"recovery", "grade"} & kinds else 1.15, count)
    return found


def seconds(work: Callable[[], Any], times: int = 3) -> float:
    """Fastest of a few."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def main(files: list[str]) -> None:
    """Prints one row a project."""
    print("project                  operations  years  compile s   numpy  native 1 core  2 cores  with IRR   ratio  compile s  gradient")
    for name in files:
        project = load(name)
        many = drawn(project, LIVES)
        traced = trace(project, many)
        parties = [key for key in traced.program.outputs if key[0] == "party"]
        levels = [("level", level) for level in LEVELS]

        def numpy_run(count: int, project: Project = project, many: dict[str, Any] = many) -> None:
            prepared = plan(project, {path: row[:count] for path, row in many.items()})
            done, lens = run(prepared), lens_of(project, prepared)
            flows: dict[str, list[Any]] = {}
            for line in done.money:
                for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
                    row = flows.setdefault(party, [0.0] * len(line.amount))
                    flows[party] = [held + sign * amount for held, amount in zip(row, line.amount, strict=True)]
            for flow in (*flows.values(), *(done.level(level) for level in LEVELS)):
                lens.npv(flow)

        plain = min(seconds(lambda count=count: numpy_run(count), 1) / count for count in COLUMNS) * 1e6  # type: ignore[misc]
        begun = time.perf_counter()
        machine = Native(traced.program, many, worth=[*levels, *parties], weight=DISCOUNT)
        compiled = time.perf_counter() - begun
        rated = Native(traced.program, many, worth=[*levels, *parties], weight=DISCOUNT, rates=[("real", "after_tax")])

        def lives(machine: Native | NativeSlopes, threads: int, traced: Any = traced, many: dict[str, Any] = many) -> float:
            return seconds(lambda: machine.run(traced.inputs, traced.yearly, many, traced.years, threads=threads)) / LIVES * 1e6

        one, two, with_rate = lives(machine, 1), lives(machine, 2), lives(rated, 2)
        alone = Native(traced.program, many, worth=[("level", "after_tax")], weight=DISCOUNT)
        begun = time.perf_counter()
        slopes = NativeSlopes(traced.program, many, worth=("level", "after_tax"), weight=DISCOUNT)
        sloped = time.perf_counter() - begun
        pairs = [(lives(alone, 2), lives(slopes, 2)) for _ in range(3)]
        value, slope = (min(column) for column in zip(*pairs, strict=True))
        print(
            f"{Path(name).stem:24} {len(machine.program.operations):10,} {traced.years:6} {compiled:10.2f} {plain:7.1f}"
            f" {one:14.2f} {two:8.2f}"
            f" {with_rate:9.2f} {plain / min(one, two):6.1f}x {sloped:10.2f} {slope:5.2f} {slope / value:4.1f}x"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or [str(path) for path in sorted((Path(__file__).parents[1] / "projects").glob("*.toml"))])
