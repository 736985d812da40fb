"""The road N times: draws, lives, quantiles, and what a reader must know about them."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

import numpy as np

from kenes import __version__, units
from kenes.appraise.lens import LEVELS
from kenes.appraise.plan import plan
from kenes.chance import inputs as reading
from kenes.chance import policy as politics
from kenes.chance import processes
from kenes.chance import sensitivity as sensing
from kenes.chance.inputs import Inputs, reference_classes
from kenes.chance.machine import RATES, Columns, Machine, choose, worths
from kenes.chance.parquet import Runs
from kenes.chance.policy import Chain
from kenes.chance.processes import Processes
from kenes.chance.streams import BLOCK, uniform
from kenes.checks import near
from kenes.deposit import status_of
from kenes.errors import Fault, InputError
from kenes.facts import fingerprint
from kenes.notes import note
from kenes.project import Project, summary

__all__ = ["Simulation", "histogram", "simulate", "statistics"]

Array = Any
IN_MEMORY = 1_000_000
"""Draws. More are kept in a memory-mapped file."""
SAMPLE = 16_384
"""Draws of which the inputs are kept (rank correlations), and of which policy and outside view are computed."""
STRIDE = 1024
"""Draws between two looks at the standard error."""
MOST_DRAWS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Simulation:
    """One simulation: the contract of ``simulate --json`` (``report``) and what it was read from.

    outputs : (N,) of each metric by name ("npv after_tax", "party Bank", "irr equity")
    inputs  : (n,) of each drawn input, of the first draws
    """

    project: Project
    report: dict[str, Any]
    outputs: Mapping[str, Array] = field(repr=False)
    inputs: Mapping[str, Array] = field(repr=False)

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped before all draws were done."""
        return bool(self.report["interrupted"])

    def frame(self) -> Any:
        """Every draw as a polars frame."""
        import polars

        return polars.DataFrame({name: np.asarray(values) for name, values in self.outputs.items()})


class Store(Mapping[str, Array]):
    """Metrics of the draws done, by name: arrays in memory, or above a million draws files that go when nobody holds them any more.

    What is read from a file is a copy, so that memory stays flat whatever the draws.
    """

    def __init__(self, draws: int) -> None:
        self.draws, self.count, self.filed = draws, 0, draws > IN_MEMORY
        self._rows: dict[str, Array] = {}
        self._files: dict[str, BinaryIO] = {}

    def put(self, first: int, block: Mapping[str, Array]) -> None:
        """Keeps a block of draws, ``first`` on."""
        for name, values in block.items():
            if not self.filed:
                if name not in self._rows:
                    self._rows[name] = np.zeros(self.draws)
                self._rows[name][first : first + len(values)] = values
            else:
                if name not in self._files:
                    self._files[name] = tempfile.TemporaryFile(prefix="kenes-")  # noqa: SIM115  it lives as long as this
                    weakref.finalize(self, self._files[name].close)
                os.pwrite(self._files[name].fileno(), np.ascontiguousarray(values, dtype=float).data, 8 * first)

    def part(self, name: str, first: int, count: int) -> Array:
        """Some draws of a metric."""
        if not self.filed:
            return self._rows[name][first : first + count]
        read, file = bytearray(), self._files[name].fileno()
        while len(read) < 8 * count:  # one call gives 2 GB at most
            read += os.pread(file, 8 * count - len(read), 8 * first + len(read))
        return np.frombuffer(read)

    def __getitem__(self, name: str) -> Array:
        return self.part(name, 0, self.count)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows or self._files)

    def __len__(self) -> int:
        return len(self._rows or self._files)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C asks to stop after the blocks at work, and what is done is told; after a second nothing is."""
    asked: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, hear)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def simulate(
    project: Project,
    draws: int = 10_000,
    seed: int = 1,
    *,
    machine: str | None = None,
    sensitivity: bool = True,
    precision: str | float | None = None,
    out: Path | str | None = None,
    bounds: str | None = None,
    shape: str | None = None,
    gradients_of: Sequence[str] = (),
    block: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Simulation:
    """Many lives of one project.

    draws, seed   : the same seed gives the same draws, whatever the block and whatever else is uncertain
    sensitivity   : tornado, Sobol indices, gradients, correlations with NPV and the price of unpredictability, or none of them
    gradients_of  : levels and parties of which gradients are told beside those of after-tax NPV
    precision     : stop once the standard error of mean after-tax NPV is below this: "1 %" of the mean, or "2 MUSD"
    out           : also write every draw to this Parquet file
    bounds, shape : what low and high are, and how a number is spread, where neither it nor [chance] says
    block         : draws at work at once, on each core; None: what suits the machine; progress : told (draws done, draws asked)
    Raises InputError for bad input, with every fault.
    """
    _checked(draws, seed, block, bounds)
    limit = None if precision is None else _precision(precision, project)
    found = reading.read(project, bounds, shape)
    chain = politics.read(project, found.odds.policy)
    moving = processes.read(project, found.odds)
    _apart(found, chain, moving, project)
    engine, told = choose(machine, project, chain)
    base = plan(project)  # what cannot be planned at all is told before anything runs
    work = _Work(found, chain, engine, moving, seed)
    also = _metrics(gradients_of, worths(engine, work.columns(0, 1)[0], with_rates=False)) if gradients_of else []
    store = Store(draws)
    sample: dict[str, Array] = {}
    moved: dict[str, int] = {}
    report_progress = progress or (lambda now, all_: None)
    with _asked_to_stop() as stop, Runs(out, project, seed) as runs:
        spread = _Spread(limit)
        for done, count, values, shifted, metrics in work.blocks(draws, block, lambda: stop() or spread.reached):
            store.put(done, metrics)
            count = spread.look(store, done, count)
            for path, number in shifted.items():
                moved[path] = moved.get(path, 0) + number
            if done < SAMPLE:
                for path, drawn in values.items():
                    sample.setdefault(path, np.zeros(min(SAMPLE, draws)))[done : done + count] = drawn[: SAMPLE - done][:count]
            runs.write(done, count, values, metrics)
            store.count = done + count
            report_progress(store.count, draws)
            if spread.reached:
                break
        done, outputs = store.count, store
        sample = {path: row[:done] for path, row in sample.items()}
        report = _report(project, found, chain, engine, outputs, done, draws, seed)
        report["precision"] = spread.words(project)
        report["interrupted"] = done < draws and not spread.reached
        report["notes"] += _moved(moved, done)
        report["notes"] += [*told, *moving.notes, *base.notes]
        report["processes"] = moving.words
        if found.outside and not stop():
            report["outside_view"] = _outside(work, found, outputs, min(done, SAMPLE))
        report["policy"] = None
        report["sensitivity"] = None
        report["file_values"] = None
        if sensitivity and not stop():
            report["sensitivity"], base_npv, notes = sensing.sensitivity(
                found, chain, engine, lambda n: work.columns(0, n)[0], sample, outputs["npv after_tax"], seed, draws, stop, also
            )
            values = _told(outputs["npv after_tax"])
            report["file_values"] = {"after_tax": base_npv, "share_below": float(np.mean(values < base_npv))}
            report["notes"] += notes
            if not stop():
                report["policy"] = _policy(work, outputs["npv after_tax"], project, found, min(done, SAMPLE))
        if stop():
            report["interrupted"] = True
            report["notes"].append(note("stopped by hand after {done:,} of {draws:,} draws; what was done is told", done=done, draws=draws))
    report["notes"] = list(dict.fromkeys(report["notes"]))
    return Simulation(project, _plain(report), outputs, sample)


@dataclass(frozen=True, slots=True)
class _Work:
    """Makes the columns of a block."""

    inputs: Inputs
    chain: Chain
    machine: Machine
    moving: Processes
    seed: int

    def blocks(
        self, draws: int, block: int | None, enough: Callable[[], bool]
    ) -> Iterator[tuple[int, int, dict[str, Array], dict[str, int], dict[str, Array]]]:
        """First draw, count, values, how many were moved, and metrics of each block, in order; each core works on one of its own."""
        workers = (os.cpu_count() or 1) if self.machine.name == "native" else 1
        # A few flows of each block are left to slow Python, at about the same cost whatever their number: native blocks are large.
        size = block or (min(8, -(-draws // (workers * BLOCK))) if self.machine.name == "native" else 1) * BLOCK

        def lived(first: int, count: int) -> tuple[int, int, dict[str, Array], dict[str, int], dict[str, Array]]:
            columns, values, shifted = self.columns(first, count)
            metrics = worths(self.machine, columns)
            metrics |= {f"refused {'.'.join(key)}": no[0].astype(float) for key, no in columns.refused.items()}
            return first, count, values, shifted, metrics

        parts = ((first, min(size, draws - first)) for first in range(0, draws, size))
        pool = ThreadPoolExecutor(workers)
        try:
            waiting: deque[Future[Any]] = deque()
            while True:
                while len(waiting) < workers + 1 and not enough() and (part := next(parts, None)) is not None:
                    waiting.append(pool.submit(lived, *part))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def columns(
        self, first: int, count: int, *, outside: bool = False, states: Callable[[int], Array] | None = None
    ) -> tuple[Columns, dict[str, Array], dict[str, int]]:
        """Columns of draws ``first`` on, the values in them, and how many draws were moved into the legal range."""
        names = (*self.inputs.drawn, *self.inputs.outside)
        values, moved = self.inputs.values(self.inputs.uniforms(self.seed, first, count, names), outside)
        refused = {
            key: (uniform(self.seed, f"chance.refusal.{'.'.join(key)}", first, count) < chance).reshape(1, -1)
            for key, chance in self.inputs.refusal.items()
        }
        given = {path: drawn.reshape(1, -1) for path, drawn in values.items()}
        courses = self.moving.drawn(self.seed, first, count) if self.moving else None
        return Columns(count, given, refused, states or self.chain.drawn(self.seed, first, count), courses), values, moved

    def npv(self, count: int, **how: Any) -> Array:
        """After-tax NPV of the first draws under other circumstances, (N,)."""
        made = []
        for first in range(0, count, BLOCK):
            columns, _, _ = self.columns(first, min(BLOCK, count - first), **how)
            made.append(worths(self.machine, columns, parties=False, with_rates=False)["npv after_tax"])
        return np.concatenate(made)


@dataclass(slots=True)
class _Spread:
    """Watches the standard error of mean after-tax NPV, at every 1,024th draw, so that the block does not matter."""

    limit: tuple[str, float] | None
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    reached: bool = False

    def look(self, store: Store, done: int, count: int) -> int:
        """How many of the new draws are needed."""
        while self.limit is not None and self.count + STRIDE <= done + count:
            part = store.part("npv after_tax", self.count, STRIDE)
            part = np.where(np.isnan(part), np.nanmean(part), part)
            mean, squares, n = float(part.mean()), float(((part - part.mean()) ** 2).sum()), self.count + STRIDE
            gap = mean - self.mean
            self.squares += squares + gap**2 * self.count * STRIDE / n
            self.mean += gap * STRIDE / n
            self.count = n
            error = (self.squares / (n - 1) / n) ** 0.5
            kind, most = self.limit
            if error <= (most * abs(self.mean) if kind == "share" else most):
                self.reached = True
                return n - done
        return count

    def words(self, project: Project) -> dict[str, Any] | None:
        if self.limit is None:
            return None
        kind, most = self.limit
        return {"wanted": most, "of": "mean" if kind == "share" else project.file.project.currency, "reached": self.reached}


def _checked(draws: int, seed: int, block: int | None, bounds: str | None) -> None:
    faults = []
    if not 1 <= draws <= MOST_DRAWS:
        faults.append(Fault("--draws", f"{draws}", f"a whole number from 1 to {MOST_DRAWS:,}"))
    if not 0 <= seed < 2**63:
        faults.append(Fault("--seed", f"{seed}", f"a whole number from 0 to {2**63 - 1:,}"))
    if block is not None and not 1 <= block <= 10_000_000:
        faults.append(Fault("block", f"{block}", "a whole number of draws from 1 to 10,000,000"))
    if bounds not in (None, "P10/P90", "min/max"):
        faults.append(Fault("--bounds", f'"{bounds}"', '"P10/P90" or "min/max"'))
    if faults:
        raise InputError(*faults)


def _metrics(wanted: Sequence[str], there: Iterable[str]) -> list[str]:
    """Metrics by what levels and parties are called. Raises InputError for one that is not there."""
    known = {name.partition(" ")[2]: name for name in there}
    faults = [Fault("--gradient-of", f'"{name}"', "one of " + ", ".join(known), near(name, known)) for name in wanted if name not in known]
    if faults:
        raise InputError(*faults)
    return [known[name] for name in wanted]


def _precision(given: str | float, project: Project) -> tuple[str, float]:
    wanted = 'a share of the mean such as "1 %" or 0.01, or money such as "2 MUSD"'
    try:
        value = float(given)
        kind = "share"
    except ValueError:
        try:
            value, kind = units.parse(given, "1")[0], "share"
        except units.UnitError:
            try:
                value, code = units.parse(given, "money")
            except units.UnitError:
                raise InputError(Fault("--precision", f'"{given}"', wanted)) from None
            kind = "money"
            if code != project.file.project.currency:
                raise InputError(Fault("--precision", f'"{given}"', f"money in {project.file.project.currency}")) from None
    if not 0 < value < float("inf") or (kind == "share" and value > 1):
        raise InputError(Fault("--precision", f'"{given}"', wanted))
    return kind, value


def _apart(found: Inputs, chain: Chain, moving: Processes, project: Project) -> None:
    """Raises InputError where policy sets a number that is drawn or that a process moves: the draw would hide it."""
    faults = []
    for name, one in chain.projects.items():
        for setting in one.settings[len(project.settings) :]:
            path = setting.partition("=")[0].strip()
            if path in (*found.drawn, *found.outside):
                where, got = f'chance.policy.state."{name}"', f"{path}, which is also drawn"
                faults.append(Fault(where, got, "a number of policy or of chance", f'fixed = ["{path}"] in [chance]'))
            elif path in moving.paths:
                faults.append(
                    Fault(f'chance.policy.state."{name}"', f"{path}, which a process moves", "a number of policy or of [chance.process]")
                )
    if faults:
        raise InputError(*faults)


# --- what is told --------------------------------------------------------------------------------------------------------------


def statistics(values: Array) -> dict[str, float | None]:
    """Mean, its standard error, quantiles (linear interpolation) and the share below zero.

    >>> statistics(np.array([-1.0, 0.0, 1.0, 2.0]))["p50"]
    0.5
    """
    values = _told(values)
    n = len(values)
    p10, p50, p90 = np.quantile(values, [0.1, 0.5, 0.9])
    return {
        "mean": float(np.mean(values)),
        "se": float(np.std(values, ddof=1) / n**0.5) if n > 1 else None,
        "p10": float(p10),
        "p50": float(p50),
        "p90": float(p90),
        "prob_negative": float(np.mean(values < 0)),
    }


BINS = 40


def histogram(values: Array) -> dict[str, Any]:
    """How many values lie in each of equal bins from the 1st to the 99th percentile, and how many beyond either end.

    >>> found = histogram(np.arange(101.0))
    >>> found["edges"][0], found["edges"][-1], found["below"], found["above"], sum(found["counts"])
    (1.0, 99.0, 1, 1, 99)
    """
    values = _told(values)
    low, high = (float(edge) for edge in np.quantile(values, [0.01, 0.99]))
    if not high > low:
        low, high = float(values.min()), float(values.max())
    if not high > low:  # all the same
        return {"edges": [low, high], "counts": [len(values)], "below": 0, "above": 0}
    counts, edges = np.histogram(values, BINS, (low, high))
    return {"edges": edges.tolist(), "counts": counts.tolist(), "below": int((values < low).sum()), "above": int((values > high).sum())}


def _told(values: Array) -> Array:
    """Values without those of lives that could not be planned."""
    lost = np.isnan(values)
    return values[~lost] if lost.any() else np.asarray(values)


def _rates(level: str, outputs: Mapping[str, Array]) -> dict[str, Any]:
    """Quantiles of the rate of return of draws that have exactly one, and beside them of the highest rate of those that have any."""
    roots = np.asarray(outputs[f"roots {level}"])
    one, none, more = roots == 1, roots == 0, roots > 1
    count = max(int((one | none | more).sum()), 1)

    def quantiles(values: Array) -> dict[str, float | None]:
        if len(values) == 0:
            return dict.fromkeys(("mean", "se", "p10", "p50", "p90", "prob_negative"))
        return statistics(values)

    return {
        **quantiles(np.asarray(outputs[f"irr {level}"])[one]),
        "share_one": float(one.sum() / count),
        "share_none": float(none.sum() / count),
        "share_multiple": float(more.sum() / count),
        "highest": quantiles(np.asarray(outputs[f"irr highest {level}"])[one | more]),
    }


def _report(
    project: Project, found: Inputs, chain: Chain, engine: Machine, outputs: Mapping[str, Array], done: int, draws: int, seed: int
) -> dict[str, Any]:
    head = project.file.project
    categories: set[str] = set().union(*summary(project.file).values())
    status = status_of(categories)
    notes: list[str] = []
    if status == "screening":
        notes.append(note("screening of a claim, not a valuation: its tonnage is no resource under any reporting code"))
    notes += found.notes
    if not found.drawn:
        notes.append(note("no number of the file has low and high: every draw is the same"))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # quantiles, a metric on each core
        names = [name for name in outputs if name.startswith(("npv ", "party "))]
        told = dict(zip(names, pool.map(lambda name: statistics(outputs[name]), names), strict=True))
        rated = dict(zip(RATES, pool.map(lambda level: _rates(level, outputs), RATES), strict=True))
    report: dict[str, Any] = {
        "project": head.name,
        "status": status,
        "currency": head.currency,
        "draws": done,
        "draws_asked": draws,
        "seed": seed,
        "machine": engine.name,
        "npv": {level: told[f"npv {level}"] for level in LEVELS},
        "histogram": {level: histogram(outputs[f"npv {level}"]) for level in ("after_tax", "equity")},
        "parties": {name.removeprefix("party "): told[name] for name in names if name.startswith("party ")},
        "irr": rated,
        "distributions": {
            path: {"distribution": one.inside.words, "mean": one.inside.mean, "p10": one.inside.at(0.1), "p90": one.inside.at(0.9)}
            for path, one in found.inputs.items()
            if one.inside is not None
        },
        "correlation": [{"of": pair.of, "rho": pair.rho} for pair in found.odds.correlation],
        "outside_view": None,
        "refusal": None,
        "notes": notes,
        "born": {
            "project": project.digest,
            "rules": fingerprint(),
            "version": __version__,
            "seed": seed,
            "machine": engine.name,
        },
    }
    lost = int(np.isnan(outputs["npv after_tax"]).sum())
    report["left_out"] = lost
    notes += _doubts(_told(outputs["npv after_tax"]))
    if lost:
        notes.append(
            note(
                "{lost:,} of {done:,} draws are left out: so far out in a tail that the page cannot plan them (too long a life)",
                lost=lost,
                done=done,
            )
        )
    if any(rate["share_multiple"] > 0 for rate in report["irr"].values()):
        notes.append(note("irr: quantiles of draws with exactly one rate; of draws with several, highest tells the highest"))
    if found.refusal:
        report["refusal"] = _refusal(found, outputs)
    if found.copula.groups:
        notes.append(note("rank correlations by a Gaussian copula; pairs not stated are taken as uncorrelated"))
    return report


HEAVY = 10
"""Draws that may not hold half of the variance of all."""


def _doubts(values: Array) -> list[str]:
    """What a reader must know of a mean: too few draws, or a tail so long that its standard error does not hold."""
    if len(values) < 100:
        return [note("{n:,} draws are few: quantiles, shares and standard errors are rough", n=len(values))]
    away = (values - values.mean()) ** 2
    largest = np.argpartition(away, -HEAVY)[-HEAVY:]
    if away[largest].sum() <= 0.5 * away.sum():
        return []
    mean, without = (float(part.mean()) / 1e6 for part in (values, np.delete(values, largest)))
    return [
        note(
            "after-tax NPV: {heavy} of {n:,} draws hold more than half of the variance. The mean of {mean:,.1f} million rests on them"
            " (without them {without:,.1f} million), and its standard error does not hold: read the quantiles, and look at the volatility"
            " of [chance.process] and the tails of the distributions",
            heavy=HEAVY,
            n=len(values),
            mean=mean,
            without=without,
        )
    ]


def _refusal(found: Inputs, outputs: Mapping[str, Array]) -> dict[str, Any]:
    rows = {key: np.asarray(outputs[f"refused {'.'.join(key)}"]) > 0 for key in found.refusal}
    granted = ~np.logical_or.reduce(list(rows.values()))
    return {
        "permits": {
            f"site.{site}.permit.{permit}": {"probability": chance, "share": float(rows[(site, permit)].mean())}
            for (site, permit), chance in found.refusal.items()
        },
        "share_granted": float(granted.mean()),
        "given_grant": {level: statistics(np.asarray(outputs[f"npv {level}"])[granted]) for level in LEVELS} if granted.any() else None,
    }


def _outside(work: _Work, found: Inputs, outputs: Mapping[str, Array], count: int) -> dict[str, Any]:
    """The inside view beside the outside view, on the same draws."""
    classes = reference_classes()
    return {
        "draws": count,
        "classes": {
            path: {"name": found.inputs[path].reference}
            | {key: item for key, item in classes[str(found.inputs[path].reference)].items() if key != "distribution"}
            | {"distribution": found.inputs[path].outside.words}  # type: ignore[union-attr]
            for path in found.outside
        },
        "inside": {"after_tax": statistics(outputs["npv after_tax"][:count])},
        "outside": {"after_tax": statistics(work.npv(count, outside=True))},
    }


def _policy(work: _Work, after_tax: Array, project: Project, found: Inputs, count: int) -> dict[str, Any]:
    """What not knowing the law costs: its level, its spread, and each state held for certain. After-tax NPV, on the same draws."""
    chain, odds = work.chain, found.odds
    aversion = odds.risk_aversion or 0.0
    chance = np.asarray(after_tax[:count])
    made: dict[str, Any] = {"of": "npv after_tax", "draws": count}
    if len(chain.names) == 1:
        held = {chain.names[0]: chance}
        expected = chance
    else:
        held = {name: work.npv(count, states=chain.certain(name)) for name in chain.names}
        expected = work.npv(count, states=chain.expected)
    today = held[chain.names[0]]
    made["states"] = {name: statistics(values) for name, values in held.items()}
    for name, gap in (("level_effect", _told(today - expected)), ("spread_effect", _told(expected - chance))):
        made[name] = float(gap.mean())
        made[f"{name}_se"] = float(gap.std(ddof=1) / len(gap) ** 0.5) if len(gap) > 1 else None
    made["risk_aversion"] = {"per_million": aversion, "stated": odds.risk_aversion is not None}
    made["certainty_equivalent"] = politics.certainty_equivalent(_told(after_tax), aversion)
    made["in_discount_rate"] = None if odds.policy is None else odds.policy.in_discount_rate
    told = []
    if odds.risk_aversion is None:
        told.append(note("no risk aversion stated ([chance] risk_aversion): the certainty equivalent is the mean"))
    if odds.policy is not None and odds.policy.in_discount_rate is None:
        told.append(note("the file does not say whether the discount rate already contains the risk of policy (in_discount_rate)"))
    made["notes"] = told
    return made


def _moved(moved: Mapping[str, int], done: int) -> list[str]:
    return [
        note("{path}: {count:,} of {done:,} draws lay outside what the field may be, moved to its bound", path=path, count=count, done=done)
        for path, count in moved.items()
    ]


def _plain(item: Any) -> Any:
    """The report as JSON can hold it: no NaN, no numpy."""
    if isinstance(item, dict):
        return {str(key): _plain(one) for key, one in item.items()}
    if isinstance(item, (list, tuple)):
        return [_plain(one) for one in item]
    if isinstance(item, (bool, np.bool_)):
        return bool(item)
    if isinstance(item, (float, np.floating)):
        return float(item) if np.isfinite(item) else None
    if isinstance(item, np.integer):
        return int(item)
    return item
