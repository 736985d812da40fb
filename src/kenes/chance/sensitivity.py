"""What matters? Tornado, gradient, Sobol indices and rank correlation of every input with after-tax NPV.

Tornado, gradient and Sobol indices are taken under today's law, with every permit granted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kenes.chance.inputs import Input, Inputs, is_owner
from kenes.chance.machine import Columns, Machine, worths
from kenes.chance.policy import Chain
from kenes.chance.streams import BLOCK
from kenes.errors import InputError

__all__ = ["sensitivity"]

Array = Any
STEP = 0.005
"""Half the width of a central difference, as a share of the value."""


def sensitivity(
    found: Inputs,
    chain: Chain,
    machine: Machine,
    sample: Mapping[str, Array],
    npv: Array,
    seed: int,
    draws: int,
    stop: Callable[[], bool],
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Each input's part in after-tax NPV, and what a reader must know.

    sample : values of the first draws, (n,) by path; npv : (N,)
    """
    today = chain.certain(chain.names[0])

    def value(given: Mapping[str, Array], count: int) -> Array:
        made = []
        for first in range(0, count, BLOCK):
            n = min(BLOCK, count - first)
            block = {path: row[first : first + n].reshape(1, -1) for path, row in given.items()}
            made.append(worths(machine, Columns(n, block, {}, today), parties=False, with_rates=False)["npv after_tax"])
        return np.concatenate(made)

    notes = ["tornado, gradient and Sobol indices: after-tax NPV under today's law, every permit granted"]
    rows: dict[str, dict[str, Any]] = {
        path: dict.fromkeys(("gradient", "low", "high", "swing_low", "swing_high", "sobol_first", "sobol_total", "rank_correlation"))
        for path in found.drawn
    }
    _slopes(found, value, rows, notes)
    if not stop() and found.drawn:
        _sobol(found, value, rows, notes, seed, draws)
    for path in found.drawn:
        rows[path]["rank_correlation"] = _rank_correlation(sample[path], np.asarray(npv[: len(sample[path])]))
    rows = dict(sorted(rows.items(), key=lambda row: -_weight(row[1])))
    return rows, notes


def _weight(row: Mapping[str, Any]) -> float:
    if row["swing_low"] is not None:
        return float(max(abs(row["swing_low"]), abs(row["swing_high"])))
    return 0.0


def _slopes(found: Inputs, value: Callable[[Mapping[str, Array], int], Array], rows: dict[str, dict[str, Any]], notes: list[str]) -> None:
    """Tornado and gradients: every input at its P10 and P90, and a little up and down, all in one column."""
    drawn = [found.inputs[path] for path in found.drawn]
    others = [one for path, one in found.inputs.items() if one.inside is None and one.value != 0.0 and not is_owner(path)]
    try:
        _slope(drawn, others, value, rows)
    except InputError as error:
        _slope(drawn, [], value, rows)
        notes.append(f"gradients of drawn inputs only: {error.faults[0].where}: {error.faults[0].got}")
    notes.append("gradient: change of NPV for 1 % more of the value, by central differences of 0.5 % at the values of the file")
    notes.append("swing_low, swing_high: change of NPV from the values of the file with the input at low (its P10) and at high (its P90)")


def _slope(drawn: list[Input], others: list[Input], value: Callable[..., Array], rows: dict[str, dict[str, Any]]) -> None:
    points: list[tuple[str, float]] = []
    for one in drawn:
        assert one.inside is not None
        points += [(one.path, float(one.within(np.array([one.inside.at(share)]))[0][0])) for share in (0.1, 0.9)]
    steps: list[tuple[Input, float, float]] = []
    for one in [*drawn, *others]:
        down, up = sorted((one.value * (1.0 - STEP), one.value * (1.0 + STEP)))
        down, up = max(down, one.least), min(up, one.most)
        steps.append((one, down, up))
        points += [(one.path, down), (one.path, up)]
    paths = dict.fromkeys(path for path, _ in points)
    known = {one.path: one.value for one in [*drawn, *others]}
    given = {path: np.full(len(points) + 1, known[path]) for path in paths}
    for k, (path, amount) in enumerate(points):
        given[path][k + 1] = amount
    found = value(given, len(points) + 1)
    base, at = found[0], found[1:]
    for n, one in enumerate(drawn):
        rows[one.path] |= {
            "low": points[2 * n][1],
            "high": points[2 * n + 1][1],
            "swing_low": float(at[2 * n] - base),
            "swing_high": float(at[2 * n + 1] - base),
        }
    begin = 2 * len(drawn)
    empty = dict.fromkeys(("gradient", "low", "high", "swing_low", "swing_high", "sobol_first", "sobol_total", "rank_correlation"))
    for n, (one, down, up) in enumerate(steps):
        row = rows.setdefault(one.path, dict(empty))
        width = (up - down) / abs(one.value) if one.value else 0.0
        rise = float(at[begin + 2 * n + 1] - at[begin + 2 * n])
        row["gradient"] = np.sign(one.value) * rise / width * 0.01 if width else 0.0


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
    notes.append(
        f"Sobol indices assume independent marginals{' (the correlations of the file are left out)' if found.copula.groups else ''};"
        f" {size} base samples, {len(share):,} lives; sobol_total_confidence is half the width of a 95 % interval"
    )


def _rank_correlation(one: Array, other: Array) -> float | None:
    """Spearman's rho; none where one of them does not vary."""
    from scipy.stats import rankdata

    known = ~np.isnan(other)
    a, b = rankdata(one[known]), rankdata(other[known])
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / size) if size > 0 else None
