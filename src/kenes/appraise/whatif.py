"""What would have to be true? Prices and grades at which the project is worth nothing more and nothing less than its cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from kenes.appraise.lens import LEVELS, Lens
from kenes.appraise.plan import contained, is_rare_earth
from kenes.appraise.run import Run, run, series_of
from kenes.appraise.world import Factor
from kenes.deposit import TOTALS
from kenes.project import Project

__all__ = ["what_ifs"]

GRID = np.array(
    [0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0, 1.125, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 16.0, 64.0, 256.0, 1024.0]
)
"""Factors tried first. Beyond the last, no price or grade is called a breakeven."""

NEAR = np.concatenate([-np.geomspace(1.0, 1e-6, 25), [0.0], np.geomspace(1e-6, 1.0, 25)])
"""Where the next factors lie around a linear guess, as parts of the way to the ends of its bracket: most of them close by."""

TRANSFERS = (0.9, 1.0, 1.1)
"""Factors on every transfer price."""


def what_ifs(project: Project, done: Run, lens: Lens) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Breakevens, and what ten per cent on every transfer price does (None where there are no such prices).

    done : the project as it is
    One column holds every question at many factors, so the page runs twice: at factors far apart, and at factors close to a linear
    guess between the two of them where NPV turns. The first run holds the transfer prices too.
    """
    questions = _questions(project)
    grid = np.tile(GRID, (len(questions), 1))
    plan, begin = done.plan, _first_work(done)
    moved = TRANSFERS if plan.page.pricing else ()
    first = run(plan, _factors(questions, grid, moved), begin=begin, books=False, owners=bool(moved))
    low, high, guess, found = _turn(grid, _worth(first, lens, grid.size + len(moved))[: grid.size].reshape(grid.shape))
    near = guess + np.where(NEAR < 0, guess - low, high - guess) * NEAR
    second = run(plan, _factors(questions, near, ()), begin=begin, books=False, owners=False)
    *_, roots, still = _turn(near, _worth(second, lens, near.size).reshape(near.shape))
    factor = {question: float(root) if good else None for question, root, good in zip(questions, roots[:, 0], found & still, strict=True)}
    return _breakeven(project, factor), _transfer(first, lens, grid.size) if moved else None


def _first_work(done: Run) -> int:
    """The first year in which ore is fed or anything made: before it there is nothing that a price or a grade could multiply.

    No what-if makes it earlier: only what has begun can close early.
    """
    return next((t for t, flow in enumerate(done.flows) if flow.ore or any(flow.made.values())), len(done.flows))


def _questions(project: Project) -> list[str]:
    """What is changed to find where NPV turns: all prices, each product's of several, all grades."""
    products = _products(project)
    has_grade = any(site.deposit for site in project.file.site)
    return ["basket", *(products if len(products) > 1 else []), *(["grade"] if has_grade else [])]


def _products(project: Project) -> list[str]:
    return list(dict.fromkeys(label for site in project.file.site for label in site.market))


def _factors(questions: list[str], points: Any, transfers: tuple[float, ...]) -> Factor:
    """The what-if in which each question (row of ``points``) alone changes in its part of the column; transfer prices change in its end."""
    rows, width = points.shape

    def only(row: int, end: tuple[float, ...] = ()) -> Any:
        column = np.ones(rows * width + len(transfers))
        if row >= 0:
            column[row * width : (row + 1) * width] = points[row]
        column[rows * width :] = end or 1.0
        return column

    tables = {question: only(row) for row, question in enumerate(questions)}
    basket, grade = tables.pop("basket"), tables.pop("grade", 1.0)
    return Factor(price=tables, basket=basket, grade=grade, transfer=only(-1, transfers) if transfers else 1.0)


def _worth(done: Run, lens: Lens, width: int) -> Any:
    """After-tax NPV as a column."""
    return np.broadcast_to(lens.npv(done.level("after_tax")), (width,))


def _turn(points: Any, values: Any) -> tuple[Any, Any, Any, Any]:
    """By row: the two points between which the value turns from below zero, the zero of the line through them, whether there are any.

    NPV is nearly linear between the last two points: what bends it is a tax that begins or a cap that binds.
    """
    turns = (values[:, :-1] < 0.0) & (values[:, 1:] >= 0.0)
    found, k, rows = turns.any(axis=1), turns.argmax(axis=1), np.arange(len(points))
    low, high, under, over = points[rows, k], points[rows, k + 1], values[rows, k], values[rows, k + 1]
    step = np.where(found, under / np.where(found, under - over, 1.0), 0.0)
    low, high, guess = (np.where(found, one, 1.0)[:, None] for one in (low, high, low + (high - low) * step))
    return low, high, guess, found


def _breakeven(project: Project, factor: dict[str, float | None]) -> dict[str, Any]:
    """Factors on prices and on grades at which the after-tax NPV is zero, and the prices and grades they mean.

    basket       : one factor on every price (also on market transfers and quotations)
    <product>    : its price per tonne of the kind it is priced in (for a basket price: the factor), where it alone changes
    grade_factor : one factor on every grade; grade : what it makes of the main one, a fraction, in the kind that grade_of names
    None where no factor in the range of the search does it.
    """
    result: dict[str, Any] = {"basket": factor["basket"]}
    for product in _products(project):
        result[product] = _price(project, product, factor.get(product, factor["basket"]))
    times = factor.get("grade")
    result["grade_factor"] = times
    grade, kind = _grade(project) if "grade" in factor else (0.0, None)
    result["grade"] = None if times is None else grade * times
    result["grade_of"] = kind
    return result


def _transfer(done: Run, lens: Lens, begin: int) -> dict[str, Any]:
    """What ten per cent on every transfer price does to worth and to each state; the what-ifs begin at ``begin`` of the column."""
    width = begin + len(TRANSFERS)
    levels = {level: np.broadcast_to(lens.npv(done.level(level)), (width,)) for level in LEVELS}
    states: dict[str, Any] = {}
    for key in done.charges():
        states[key[1]] = states.get(key[1], 0.0) + np.broadcast_to(lens.npv(series_of(done.flows, "borne", key)), (width,))
    as_is = begin + 1
    return {
        name: {
            "npv": {level: float(value[k] - value[as_is]) for level, value in levels.items()},
            "by_state": {state: float(value[k] - value[as_is]) for state, value in states.items()},
        }
        for name, k in (("minus_10_percent", begin), ("plus_10_percent", begin + 2))
    }


def _price(project: Project, product: str, factor: float | None) -> float | None:
    """The price that a factor means, per tonne of the kind it is stated in; of a basket, the factor itself."""
    for site in project.file.site:
        sale = site.market.get(product)
        if factor is not None and sale is not None and sale.price is not None:
            return factor * sale.price.amount
    return factor


def _grade(project: Project) -> tuple[float, str]:
    """Grade of the ore in the file's own kind, weighted by tonnage, and that kind.

    A stated total of the rare earths stands for them; rare earths stated one by one count as elements together; else the kind of which
    the ore holds most.
    """
    ores = [ore for site in project.file.site for ore in site.deposit.values()]
    tonnes = sum(ore.tonnage.amount for ore in ores)
    held: dict[str, float] = {}
    for ore in ores:
        for key, grade in ore.grade.items():
            kind = f"{key} (as {grade.basis})" if grade.basis is not None else key
            if key not in ("thorium", "uranium", "ThO2", "U3O8") or len(ore.grade) == 1:
                held[kind] = held.get(kind, 0.0) + ore.tonnage.amount * grade.amount
    rare = sum(amount for element, amount in contained(project).items() if is_rare_earth(element))
    totals = [kind for kind in held if kind.split(" ")[0] in TOTALS]
    if rare and not totals:
        return rare / tonnes, "rare earths (as element)"
    kind = totals[0] if totals else max(held, key=lambda one: held[one])
    return held[kind] / tonnes, kind
