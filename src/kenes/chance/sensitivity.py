"""What matters? Tornado, gradient, Sobol indices and rank correlation of every input with after-tax NPV.

Tornado and Sobol indices are taken under today's law and at stated prices, with every permit granted; the gradient is that of the mean
over the lives as they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kenes.chance.inputs import Inputs, is_owner
from kenes.chance.machine import Columns, Compiled, Machine, worths
from kenes.chance.policy import Chain
from kenes.chance.streams import BLOCK
from kenes.errors import InputError
from kenes.notes import note

__all__ = ["sensitivity"]

Array = Any
STEP = 0.005
"""Half the width of a central difference, as a share of the value."""

LIVES, DIFFERENCES = 16_384, 256
"""Lives over which an exact gradient is taken, and a finite difference."""

BLIND = 0.05
"""Share by which a derivative and a finite difference may differ before the derivative is told to be blind."""

COLUMNS = (
    "gradient",
    "finite_difference",
    "blind",
    "value",
    "unit",
    "low",
    "high",
    "swing_low",
    "swing_high",
    "sobol_first",
    "sobol_total",
    "rank_correlation",
)


def sensitivity(
    found: Inputs,
    chain: Chain,
    machine: Machine,
    lives: Callable[[int], Columns],
    sample: Mapping[str, Array],
    npv: Array,
    seed: int,
    draws: int,
    stop: Callable[[], bool],
    also: Sequence[str] = (),
) -> tuple[dict[str, dict[str, Any]], float, list[str]]:
    """Each input's part in after-tax NPV, that NPV at the values of the file, and what a reader must know.

    lives : the first so many lives; sample : values of the first draws, (n,) by path; npv : (N,)
    also  : other metrics of which gradients are told ("npv equity", "party KAZ")
    """
    today = chain.certain(chain.names[0])

    def value(given: Mapping[str, Array], count: int) -> Array:
        made = []
        for first in range(0, count, BLOCK):
            n = min(BLOCK, count - first)
            block = {path: row[first : first + n].reshape(1, -1) for path, row in given.items()}
            made.append(worths(machine, Columns(n, block, {}, today), parties=False, with_rates=False)["npv after_tax"])
        return np.concatenate(made)

    notes: list[str] = [note("tornado and Sobol indices: after-tax NPV under today's law and at stated prices, every permit granted")]
    rows: dict[str, dict[str, Any]] = {path: dict.fromkeys(COLUMNS) for path in found.drawn}
    base = _tornado(found, value, rows, notes)
    _gradients(found, chain, machine, lives, rows, notes, min(len(npv), LIVES), also)
    if not stop() and found.drawn:
        _sobol(found, value, rows, notes, seed, draws)
    for path in found.drawn:
        rows[path]["rank_correlation"] = _rank_correlation(sample[path], np.asarray(npv[: len(sample[path])]))
    rows = dict(sorted(rows.items(), key=lambda row: -_weight(row[1])))
    return rows, base, notes


def _weight(row: Mapping[str, Any]) -> float:
    if row["swing_low"] is not None:
        return float(max(abs(row["swing_low"]), abs(row["swing_high"])))
    return 0.0


def _tornado(found: Inputs, value: Callable[[Mapping[str, Array], int], Array], rows: dict[str, dict[str, Any]], notes: list[str]) -> float:
    """Every drawn input alone at its P10 and P90, all in one column. Returns NPV at the values of the file."""
    drawn = [found.inputs[path] for path in found.drawn]
    points = [(one.path, float(one.within(np.array([one.inside.at(share)]))[0][0])) for one in drawn if one.inside for share in (0.1, 0.9)]
    given = {one.path: np.full(len(points) + 1, one.value) for one in drawn}
    for k, (path, amount) in enumerate(points):
        given[path][k + 1] = amount
    told = value(given, len(points) + 1)
    base, at = told[0], told[1:]
    for n, one in enumerate(drawn):
        low, high = 2 * n, 2 * n + 1
        rows[one.path] |= {
            "value": one.value,
            "unit": one.unit,
            "low": points[low][1],
            "high": points[high][1],
            "swing_low": float(at[low] - base),
            "swing_high": float(at[high] - base),
        }
    notes.append(
        note("swing_low, swing_high: change of NPV from the values of the file with the input at low (its P10) and at high (its P90)")
    )
    return float(base)


def _gradients(
    found: Inputs,
    chain: Chain,
    machine: Machine,
    lives: Callable[[int], Columns],
    rows: dict[str, dict[str, Any]],
    notes: list[str],
    count: int,
    also: Sequence[str],
) -> None:
    """Change of mean after-tax NPV for 1 % more of each input, drawn or not: exact where the machine can, beside a finite difference."""
    # A number that a state of policy sets is not one number: what it is follows the chain.
    others = {
        path: one.value
        for path, one in found.inputs.items()
        if one.inside is None and one.value != 0.0 and not is_owner(path) and path not in chain.sets
    }
    left = [path for path in chain.sets if path in found.inputs]
    if left:
        notes.append(note("no gradient of what policy sets: {paths}", paths=", ".join(left)))
    few = min(count, DIFFERENCES)
    try:
        beside = _differences(found, machine, lives(few), [*found.drawn, *others])
    except InputError as error:
        notes.append(note("gradients of drawn inputs only: {where}: {got}", where=error.faults[0].where, got=error.faults[0].got))
        others = {}
        beside = _differences(found, machine, lives(few), list(found.drawn))
    exact = here = None
    if isinstance(machine, Compiled):
        exact, here = (machine.gradient(lives(n), others, "npv after_tax") for n in (count, few))
    scale = max((abs(slope) for slope in beside.values()), default=0.0)
    blind = []
    for path, difference in beside.items():
        row = rows.setdefault(path, dict.fromkeys(COLUMNS))
        row["gradient"] = difference if exact is None else exact[path]
        row["finite_difference"], row["blind"] = difference, False
        if here is not None and abs(difference - here[path]) > max(BLIND * max(abs(difference), abs(here[path])), 1e-4 * scale):
            row["blind"] = True
            blind.append(path)
    for metric in also:
        slopes = (
            machine.gradient(lives(count), others, metric)
            if isinstance(machine, Compiled)
            else _differences(found, machine, lives(few), list(beside), metric)
        )
        for path, slope in slopes.items():
            rows[path]["gradients"] = (rows[path].get("gradients") or {}) | {metric: slope}
    told = note("central differences of {step:.1%} over the first {few:,} lives", step=STEP, few=few)
    if exact is None:
        notes.append(
            note(
                "gradient: change of the mean for 1 % more of the value, by {how}; of a path or a schedule, 1 % more of all of it", how=told
            )
        )
        return
    notes.append(
        note(
            "gradient: change of the mean for 1 % more of the value, its exact derivative over the first {count:,} lives"
            " (of a path or a schedule, 1 % more of all of it); finite_difference: {how}",
            count=count,
            how=told,
        )
    )
    if blind:
        notes.append(
            note(
                "gradient blind (a jump of the law, or a bend that many lives lie at: look at finite_difference instead): {paths}",
                paths=", ".join(blind),
            )
        )


def _differences(found: Inputs, machine: Machine, lives: Columns, paths: list[str], metric: str = "npv after_tax") -> dict[str, float]:
    """Change of the mean for 1 % more of each input, by central differences on some lives."""
    n = lives.count
    values = {path: lives.given[path].reshape(-1) if path in lives.given else np.full(n, found.inputs[path].value) for path in paths}
    slopes: dict[str, float] = {}
    at_once = max(BLOCK // n, 1)
    for begin in range(0, len(paths), at_once):
        part = paths[begin : begin + at_once]
        given = {path: np.tile(column, 2 * len(part)) for path, column in {**lives.given, **values}.items()}
        for k, path in enumerate(part):
            one = found.inputs[path]
            for side, sign in enumerate((-1.0, 1.0)):
                at = slice((2 * k + side) * n, (2 * k + side + 1) * n)
                given[path].reshape(-1)[at] = np.clip(values[path] * (1.0 + sign * STEP), one.least, one.most)
        again = _repeated(lives, given, 2 * len(part))
        told = worths(machine, again, parties=metric.startswith("party"), with_rates=False)[metric].reshape(-1, 2, n)
        for k, path in enumerate(part):
            moved = given[path].reshape(-1, 2, n)[k]
            width = np.abs(moved[1] - moved[0]) / np.where(values[path] == 0.0, np.inf, np.abs(values[path]))
            slopes[path] = float(np.mean((told[k, 1] - told[k, 0]) * 0.01 / np.where(width > 0, width, np.inf)))
    return slopes


def _repeated(lives: Columns, given: Mapping[str, Array], times: int) -> Columns:
    """The same lives several times over, with other values."""

    def again(made: Array) -> Array:
        return np.tile(made, times) if made.shape[-1] > 1 or lives.count == 1 else made

    states, courses = lives.states, lives.courses

    def moving(years: int) -> dict[str, Array]:
        assert courses is not None
        made = courses(years)
        one = {id(row): again(row) for row in made.values()}
        return {path: one[id(row)] for path, row in made.items()}

    return Columns(
        lives.count * times,
        {path: column.reshape(1, -1) for path, column in given.items()},
        {key: again(no) for key, no in lives.refused.items()},
        None if states is None else lambda years: again(states(years)),
        None if courses is None else moving,
    )


def _sobol(found: Inputs, value: Callable[..., Array], rows: dict[str, dict[str, Any]], notes: list[str], seed: int, draws: int) -> None:
    """First and total order, by Saltelli's scheme on as many lives as about twice the draws."""
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as design

    names = list(found.drawn)
    size = 16
    while size < 512 and 2 * size * (len(names) + 2) <= 2 * max(draws, 2_000):
        size *= 2
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    share = np.clip(design.sample(problem, size, calc_second_order=False, scramble=True, seed=seed % 2**32), 1e-9, 1.0 - 1e-9)
    values, _ = found.values({name: share[:, k] for k, name in enumerate(names)})
    lives = value(values, len(share))
    lost = np.isnan(lives)
    if lost.any():  # far out in a tail
        lives[lost] = lives[~lost].mean()
    if np.ptp(lives) == 0.0:
        first = total = sure = np.zeros(len(names))
    else:
        done = analysis.analyze(problem, lives, calc_second_order=False, seed=seed % 2**32)
        first, total, sure = done["S1"], done["ST"], done["ST_conf"]
    for k, name in enumerate(names):
        rows[name] |= {"sobol_first": float(first[k]), "sobol_total": float(total[k]), "sobol_total_confidence": float(sure[k])}
    left_out = note(" (the correlations of the file are left out)") if found.copula.groups else ""
    notes.append(
        note(
            "Sobol indices assume independent marginals{left_out}; {size} base samples, {lives:,} lives; sobol_total_confidence is half"
            " the width of a {wide} interval",
            left_out=left_out,
            size=size,
            lives=len(share),
            wide="95 %",
        )
    )


def _rank_correlation(one: Array, other: Array) -> float | None:
    """Spearman's rho; none where one of them does not vary."""
    from scipy.stats import rankdata

    known = ~np.isnan(other)
    a, b = rankdata(one[known]), rankdata(other[known])
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / size) if size > 0 else None
