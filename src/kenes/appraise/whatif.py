"""What would have to be true? Prices and grades at which the project is worth nothing more and nothing less than its cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kenes.appraise.plan import Plan, contained, is_rare_earth
from kenes.appraise.run import run
from kenes.appraise.world import Factor
from kenes.deposit import TOTALS
from kenes.numbers import Num
from kenes.project import Project

__all__ = ["breakeven"]

GRID = np.array(
    [0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0, 1.125, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 16.0, 64.0, 256.0, 1024.0]
)
"""Factors tried first. Beyond the last, no price or grade is called a breakeven."""

NEAR = np.concatenate([-np.geomspace(1.0, 1e-6, 25), [0.0], np.geomspace(1e-6, 1.0, 25)])
"""Where the next factors lie around a linear guess, as parts of the way to the ends of its bracket: most of them close by."""

PASSES = 2


def breakeven(project: Project, plan: Plan, npv: Callable[[list[Num]], Num]) -> dict[str, Any]:
    """Factors on prices and on grades at which the after-tax NPV is zero, and the prices and grades they mean.

    basket       : one factor on every price (also on market transfers and quotations)
    <product>    : its price per tonne of the kind it is priced in (for a basket price: the factor), where it alone changes
    grade_factor : one factor on every grade; grade : what it makes of the main one, a fraction, in the kind that grade_of names
    None where no factor in the range of the search does it.

    One column holds every question at many factors, so the page runs a handful of times; between the last two points NPV is taken as
    linear, and it nearly is: what bends it is a tax that begins or a cap that binds.
    """
    products = list(dict.fromkeys(label for site in project.file.site for label in site.market))
    has_grade = any(site.deposit for site in project.file.site)
    questions = ["basket", *(products if len(products) > 1 else []), *(["grade"] if has_grade else [])]

    def value(points: Any) -> Any:
        """NPV of each question (row) at each of its factors."""
        rows, width = points.shape
        ones = np.ones((rows, width))

        def only(question: str) -> Any:
            if question not in questions:
                return 1.0
            table = ones.copy()
            table[questions.index(question)] = points[questions.index(question)]
            return table.reshape(-1)

        prices = {product: only(product) for product in products} if len(products) > 1 else {}
        done = run(plan, Factor(price=prices, basket=only("basket"), grade=only("grade")), books=False, owners=False)
        return np.broadcast_to(npv(done.level("after_tax")), (rows * width,)).reshape(rows, width)

    points = np.tile(GRID, (len(questions), 1))
    roots = np.full(len(questions), np.nan)
    for _ in range(PASSES):
        values = value(points)
        turns = (values[:, :-1] < 0.0) & (values[:, 1:] >= 0.0)
        found = turns.any(axis=1)
        k = turns.argmax(axis=1)
        rows = np.arange(len(questions))
        low, high, under, over = points[rows, k], points[rows, k + 1], values[rows, k], values[rows, k + 1]
        step = np.where(found, under / np.where(found, under - over, 1.0), 0.0)
        roots = np.where(found, low + (high - low) * step, np.nan)
        guess, low, high = (np.where(found, one, 1.0)[:, None] for one in (roots, low, high))
        points = guess + np.where(NEAR < 0, guess - low, high - guess) * NEAR
    factor = {question: None if np.isnan(root) else float(root) for question, root in zip(questions, roots, strict=True)}
    result: dict[str, Any] = {"basket": factor["basket"]}
    for product in products:
        result[product] = _price(project, product, factor.get(product, factor["basket"]))
    times = factor.get("grade")
    result["grade_factor"] = times
    grade, kind = _grade(project) if has_grade else (0.0, None)
    result["grade"] = None if times is None else grade * times
    result["grade_of"] = kind
    return result


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
