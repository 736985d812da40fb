"""Native against vectorised numpy of the same page: microseconds a project life, and their ratio, in one run.

Usage: python benchmarks/engine.py [FILE ...]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from timing import ROOT, best, table, verdict

from kenes.appraise.lens import LEVELS
from kenes.appraise.trace import DISCOUNT, Traced
from kenes.chance import inputs, policy, processes
from kenes.chance.machine import Columns, Compiled, Plain, worths
from kenes.chance.policy import Chain
from kenes.chance.streams import BLOCK, uniform
from kenes.engine.native import Native
from kenes.engine.slopes import NativeSlopes
from kenes.project import Project, load

__all__ = ["FULL", "LIVES", "RATE", "Page", "page", "plain"]

FULL = ROOT / "benchmarks" / "full-page.toml"
LIVES = 8 * BLOCK
"""As many as `kenes simulate` works on at once on two cores."""

COLUMNS = (500, 2_000, 8_000)
"""Draws at a time that numpy is tried with; the fastest counts."""

ROUNDS = 30
"""Times that all is run in turn, so that a busy moment of the machine hits all alike; the fastest counts."""

RATE = ("real", "after_tax")


@dataclass(frozen=True, slots=True)
class Page:
    """A project with its lives drawn, traced: what `kenes simulate` runs.

    worth : NPVs that it tells, of levels and parties; wide : columns of what is drawn, by name
    """

    project: Project
    chain: Chain
    columns: Columns
    traced: Traced
    worth: tuple[tuple[str, ...], ...]
    wide: Mapping[str, Any]

    def native(self, **asked: Any) -> Native:
        """The page compiled; without ``asked``, for the NPVs of all levels and parties."""
        return Native(self.traced.program, self.wide, weight=DISCOUNT, **({"worth": self.worth} | asked))

    def run(self, machine: Any, threads: int = 1) -> Any:
        """All its lives."""
        return machine.run(self.traced.inputs, self.traced.yearly, self.wide, self.traced.years, threads=threads)

    def per_life(self, machine: Any, threads: int = 1, times: int = 5) -> float:
        """Microseconds a life, the best of a few."""
        return best(lambda: self.run(machine, threads), times) / self.columns.count * 1e6


def drawn(project: Project, chain: Chain, count: int) -> Columns:
    """Lives of a project, each with its own numbers, permits, policy and prices."""
    found = inputs.read(project)
    given, _ = found.values(found.uniforms(1, 0, count, found.drawn))
    no = {key: (uniform(1, f"chance.refusal.{'.'.join(key)}", 0, count) < share).reshape(1, -1) for key, share in found.refusal.items()}
    moving = processes.read(project, found.odds)
    courses = moving.drawn(1, 0, count) if moving else None
    return Columns(count, {path: row.reshape(1, -1) for path, row in given.items()}, no, chain.drawn(1, 0, count), courses)


def page(name: Path | str, count: int = LIVES) -> Page:
    """A project file, ready to be compiled; a life far out in a tail, longer than any horizon, is left out."""
    project = load(name)
    chain = policy.read(project, inputs.read(project).odds.policy)
    columns = drawn(project, chain, count)
    columns = columns.only(~np.isnan(worths(Compiled(project, chain), columns, with_rates=False)["npv after_tax"]))
    compiled = Compiled(project, chain)
    compiled.worth(columns)
    (traced, _), (code,) = next(iter(compiled.traced.values())), compiled.code.values()
    given = {path: row.reshape(-1) for path, row in columns.given.items()}
    given |= {f"refused {'.'.join(key)}": no.reshape(-1).astype(float) for key, no in columns.refused.items()}
    return Page(project, chain, columns, traced, code.worth, given | compiled._rows(traced, columns))


def few(columns: Columns, count: int) -> Columns:
    """The first lives of some."""
    return columns.only(np.arange(columns.count) < count)


def agree(one: Page, machine: Native) -> None:
    """Raises AssertionError where the two tell different numbers: then no ratio means anything."""
    some = few(one.columns, 500)
    beside = Plain(one.project, one.chain).worth(some, with_rates=False)
    for key, row in zip(one.worth, one.run(machine).worth, strict=True):
        other = beside[("npv " if key[0] == "level" else "party ") + key[1]]
        np.testing.assert_allclose(np.broadcast_to(row, (one.columns.count,))[: some.count], other, rtol=1e-7, atol=1.0)


def plain(one: Page) -> float:
    """Microseconds a life of the same page on numpy columns, one core, NPVs of all levels and parties; the best block."""
    machine = Plain(one.project, one.chain)

    def taken(count: int) -> float:
        some = few(one.columns, count)
        return best(lambda: machine.worth(some, with_rates=False), 3) / count

    return min(taken(count) for count in COLUMNS) * 1e6


def measured(one: Page) -> dict[str, float]:
    """What is told of one page, by name: µs a life, ratios, seconds."""
    machine, rated, alone = one.native(), one.native(rates=[RATE]), one.native(worth=[("level", "after_tax")])
    slopes = NativeSlopes(one.traced.program, one.wide, worth=("level", "after_tax"), weight=DISCOUNT)
    agree(one, machine)
    runs: list[tuple[str, Any, int]] = [("one", machine, 1), ("two", machine, 2), ("rate one", rated, 1), ("rate two", rated, 2)]
    runs += [("value", alone, 1), ("slope", slopes, 1)]
    rounds = [[one.per_life(each, threads, 1) for _, each, threads in runs] for _ in range(ROUNDS)]
    found = {name: min(taken) for (name, _, _), taken in zip(runs, zip(*rounds, strict=True), strict=True)}
    found |= {"numpy": plain(one), "compile": best(lambda: one.native(rates=[RATE])), "operations": len(machine.program.operations)}
    found |= {"ratio one": found["numpy"] / found["one"], "ratio two": found["numpy"] / found["two"]}
    return found | {"gradient": found["slope"] / found["value"]}


def targets(found: Mapping[str, float]) -> list[list[str]]:
    """What was wanted of the full page, and what was measured."""
    asked: Sequence[tuple[str, str, float | None, float | None]] = (
        ("kernel against numpy, 2 cores, times", "ratio two", 20.0, None),
        ("µs a life, NPVs of all parties, 2 cores", "two", None, 0.5),
        ("µs a life, with the IRR, 2 cores", "rate two", None, 0.7),
        ("gradient, times the value alone", "gradient", None, 5.0),
        ("compile (with the IRR), seconds", "compile", None, 0.5),
    )
    return [
        [what, f"≥ {least:g}" if least is not None else f"≤ {most:g}", f"{found[name]:.2f}", verdict(found[name], least=least, most=most)]
        for what, name, least, most in asked
    ]


def main(files: Sequence[Path | str]) -> None:
    """Prints one row a project, and the targets."""
    rows, full = [], None
    for name in files:
        one = page(name)
        found = measured(one)
        full = found if Path(name).resolve() == FULL else full
        rows.append(
            [Path(name).stem, f"{found['operations']:,.0f}", f"{one.traced.years}", f"{found['numpy']:.0f}"]
            + [f"{found[key]:.2f}" for key in ("one", "two", "rate one", "rate two")]
            + [f"{found['ratio one']:.0f}", f"{found['ratio two']:.0f}", f"{found['compile']:.2f}"]
            + [f"{found['value']:.2f}", f"{found['slope']:.2f}", f"{found['gradient']:.1f}"]
        )
    print("## The kernel: native against vectorised numpy of the same page\n")
    print(
        f"µs per project life; {LIVES:,} lives, drawn as `kenes simulate` draws them (drawing not counted); all run in turn, the best of"
        f" {ROUNDS}. Numpy: the same lives on `--machine plain`, one core, the best of blocks of {', '.join(f'{n:,}' for n in COLUMNS)}"
        f" (best of three). Both give the NPVs of all {len(LEVELS)} levels and of all parties, and it is checked that they agree; numpy is"
        " without IRR,"
        " so the ratio is to native without IRR. Operations: of the program, products regrouped. Years: of the longest life drawn."
        " `full-page` has 6 products, a sliding royalty, 3 pools,"
        " expiring losses, tiered tax, a carried partner, withholding, a Markov tariff (its chain drawn) and 40 years. Compile: LLVM's work"
        " with the IRR in it, the trace not counted, the best of three. Gradient: of mean after-tax NPV to every input of the program, on"
        " one core, beside that value alone.\n"
    )
    head = ["page", "operations a year", "years", "numpy", "native, 1 core", "2 cores", "with IRR, 1 core", "2 cores"]
    print(table([*head, "ratio, 1 core", "2 cores", "compile s", "value alone", "gradient", "times"], rows))
    if full is not None:
        print("\nThe targets, which are for the full page:\n")
        print(table(["what", "wanted", "measured", ""], targets(full)))


if __name__ == "__main__":
    main(sys.argv[1:] or [FULL, *sorted((ROOT / "projects").glob("*.toml"))])
