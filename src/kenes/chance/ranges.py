"""How far does it move? After-tax NPV at the low and the high of every number that states them, and over prices and capital together.

No draws: each number moves alone, and low and high are what the file says they are, or just low and high where it does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kenes.appraise.lens import lens_of
from kenes.appraise.plan import Plan, plan
from kenes.appraise.run import run
from kenes.appraise.world import Factor
from kenes.chance.inputs import CHOICES, is_owner, shares_of_one, within_one
from kenes.errors import InputError
from kenes.facts import Quantity, quantities
from kenes.notes import note
from kenes.project import Project

__all__ = ["ranges"]

Array = Any

PRICES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)
CAPITAL = (0.6, 0.8, 1.0, 1.2, 1.4)
"""Factors of the two-way table: on every price, and on every initial capital."""


def ranges(project: Project) -> dict[str, Any]:
    """What after-tax NPV is at the low and the high of each number, and at prices and capital times a factor.

    tornado   : by swing, largest first: path, unit, low, value, high, bounds ("P10/P90", "min/max" or None: not stated), npv_low, npv_high
    two_way   : price_factors, capital_factors (none where there is no initial capital), npv by price factor and capital factor;
                zero: for each capital factor the price factor at which NPV turns from below zero, on the line between two factors, or None
    after_tax : at the values of the file; notes : what a reader must know
    """
    notes: list[str] = []
    as_is = plan(project)
    stated = _stated(project, notes)
    base, told = _alone(project, as_is, stated, notes)
    odds = project.file.chance
    rows: list[dict[str, Any]] = [
        {
            "path": path,
            "unit": number.unit.replace("money", number.currency or "money"),
            "low": number.low,
            "value": number.amount,
            "high": number.high,
            "bounds": number.bounds or (odds.bounds if odds is not None else None),
            "npv_low": told[path][0],
            "npv_high": told[path][1],
        }
        for path, number in stated.items()
        if path in told
    ]
    rows.sort(key=lambda row: -max(abs(row["npv_low"] - base), abs(row["npv_high"] - base)))
    return {"tornado": rows, "two_way": _two_way(project), "after_tax": base, "notes": notes}


def _stated(project: Project, notes: list[str]) -> dict[str, Quantity]:
    """Numbers that state low and high and may move alone."""
    found: dict[str, Quantity] = {}
    for path, number in quantities(project.file):
        if number.low is None or number.high is None:
            continue
        schedule = bool(number.calendar or number.operating)
        if path.startswith(CHOICES):
            notes.append(note("{path}: a choice, not moved", path=path))
        elif is_owner(path):
            notes.append(note("{path}: a share of an owner, not moved: those of an entity sum to one", path=path))
        elif schedule and (number.amount == 0.0 or not number.low <= number.amount <= number.high):
            notes.append(
                note("{path}: not moved: low and high are not about the first value of its schedule, which is what they scale", path=path)
            )
        else:
            found[path] = number
    return found


def _alone(project: Project, as_is: Plan, stated: Mapping[str, Quantity], notes: list[str]) -> tuple[float, dict[str, tuple[float, float]]]:
    """NPV as the file is, and at low and high of each number: all in one column, or one by one where they do not share a page.

    The law of a column is that of its earliest first ore. Where a number decides which law there is, or makes a life that cannot be
    planned, the page of the column is not that of each of its lives.
    """
    points = [(path, amount) for path, number in stated.items() for amount in (number.low, number.high) if amount is not None]
    groups, value = shares_of_one(project), {path: number.amount for path, number in quantities(project.file)}
    given = {path: np.full(len(points) + 1, stated[path].amount) for path in stated}
    for k, (path, amount) in enumerate(points):
        given[path][k + 1] = amount
    shared = within_one(groups, given, value)
    notes += [note("{group}: brought back to a sum of one where low or high makes it more", group=group) for group in shared]
    try:
        made = plan(project, given)
        if made.notes == as_is.notes:
            npv = _worth(project, made, Factor(), len(points) + 1)
            return float(npv[0]), {path: (float(npv[2 * n + 1]), float(npv[2 * n + 2])) for n, path in enumerate(stated)}
    except InputError:
        pass
    found: dict[str, tuple[float, float]] = {}
    for n, path in enumerate(stated):
        try:
            pair = []
            for k in (2 * n + 1, 2 * n + 2):
                alone = {name: float(column[k]) for name, column in given.items() if column[k] != value[name]}
                pair.append(float(_worth(project, plan(project, alone), Factor(), 1)[0]))
            found[path] = (pair[0], pair[1])
        except InputError as error:
            notes.append(note("{path}: not moved, as its low or high cannot be planned: {fault}", path=path, fault=error.faults[0].got))
    return float(_worth(project, as_is, Factor(), 1)[0]), found


def _two_way(project: Project) -> dict[str, Any]:
    """After-tax NPV over factors on every price and on every initial capital."""
    paths = [f"site.{site.name}.cost.capital.{name}.cost" for site in project.file.site for name in site.cost.capital]
    capital = CAPITAL if paths else (1.0,)
    price, spent = (grid.ravel() for grid in np.meshgrid(PRICES, capital, indexing="ij"))

    def spending(years: int) -> Sequence[Array]:
        return [spent] * years

    made = plan(project, courses=dict.fromkeys(paths, spending))
    npv = _worth(project, made, Factor(basket=price), len(price)).reshape(len(PRICES), len(capital))
    return {
        "price_factors": list(PRICES),
        "capital_factors": list(capital) if paths else [],
        "npv": npv.tolist(),
        "zero": [_turn(column) for column in npv.T],
    }


def _turn(column: Array) -> float | None:
    """Price factor at which a column of the table turns from below zero."""
    turns = np.flatnonzero((column[:-1] < 0.0) & (column[1:] >= 0.0))
    if not len(turns):
        return None
    k = int(turns[0])
    return float(PRICES[k] + (PRICES[k + 1] - PRICES[k]) * column[k] / (column[k] - column[k + 1]))


def _worth(project: Project, made: Plan, factor: Factor, width: int) -> Array:
    """After-tax NPV as a column."""
    flow = run(made, factor, books=False, owners=False).level("after_tax")
    return np.broadcast_to(lens_of(project, made).npv(flow), (width,))
