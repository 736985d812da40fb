"""A program with its products regrouped tells what it told, with no more to do for each draw of each year."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from test_engine_native import LEVEL, PROJECTS, drawn
from test_engine_slopes import WORTH, same

from kenes.appraise.trace import DISCOUNT, trace
from kenes.engine.native import Native
from kenes.engine.program import Graph, Program, execute, finish
from kenes.engine.rates import every
from kenes.engine.regroup import regrouped
from kenes.engine.slopes import NativeSlopes
from kenes.numbers import maximum
from kenes.project import load


def each_draw_and_year(program: Program, columns: Iterable[str]) -> int:
    """Operations done for each draw of each year."""
    varies, by_year = program.varying(columns), program.yearwise()
    return sum(a and b and bool(one.args) for a, b, one in zip(varies, by_year, program.operations, strict=True))


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_projects_tell_what_they_told_with_less_work(path: Path) -> None:
    project = load(path)
    columns = drawn(project, 40)
    traced = trace(project, columns)
    program = traced.program.only([*LEVEL, DISCOUNT])
    other = regrouped(program, columns)
    assert each_draw_and_year(other, columns) < each_draw_and_year(program, columns)
    inputs = {**traced.inputs, **columns}
    told, wanted = (execute(one, inputs, dict(traced.yearly), traced.years) for one in (other, program))
    for key in LEVEL:
        rows = [np.broadcast_to(row, 40) for row in wanted[key]]
        np.testing.assert_allclose([np.broadcast_to(row, 40) for row in told[key]], rows, rtol=0.0, atol=1e-12 * np.max(np.abs(rows)))
    # on the round numbers of the file, where rounding may choose a side of a kink, the compiled slopes are those of the same program
    same(other, WORTH, DISCOUNT, dict(traced.inputs), dict(traced.yearly), columns, traced.years)


def test_factors_are_joined_by_what_they_differ_in() -> None:
    g = Graph()
    x, y, c, d = (g.leaf("input", name) for name in "xycd")
    t, s = g.leaf("yearly", "t"), g.leaf("state", ("s",))
    sale = c * t * x / d * y  # a factor a year and one a draw
    kept = maximum(s, sale)
    twice = kept * c * t  # read twice: told once
    p = finish(g, {("a",): sale * t + twice, ("b",): twice / (x * c) - sale / (t + 1.0)}, {("s",): x}, {("s",): kept * 0.5}, {})
    columns = {"x": np.linspace(1.0, 3.0, 37), "y": np.linspace(0.2, 0.9, 37)}
    inputs, yearly = {"c": 1.7, "d": 0.3}, {"t": [0.0, 1.5, 2.5]}
    other = regrouped(p, columns)
    told, wanted = (execute(one, {**inputs, **columns}, yearly, 3) for one in (other, p))
    for key in p.outputs:
        np.testing.assert_allclose(told[key], wanted[key], rtol=1e-14)
    assert each_draw_and_year(other, columns) == each_draw_and_year(p, columns) - 3
    found = Native(p, columns, flows=list(p.outputs)).run(inputs, yearly, columns, 3)
    np.testing.assert_allclose(found.flows, [wanted[key] for key in p.outputs], rtol=1e-14)


@pytest.mark.parametrize("count", [1, 7, 64, 65, 2049])
def test_rows_come_in_any_shape(count: int) -> None:
    """One number for all draws, rows that lie draw by draw, a last group that is not full."""
    g = Graph()
    x, y, z = g.leaf("input", "x"), g.leaf("yearly", "y"), g.leaf("yearly", "z")
    p = finish(g, {("f",): x * y + z, ("one",): y * 1.0 + 0.0}, {}, {}, {})
    random = np.random.default_rng(2)
    columns = {"x": random.normal(size=2 * count)[::2], "y": random.normal(size=(count, 3)).T, "z": random.normal(size=(3, 1))}
    machine = Native(p, columns, flows=[("f",), ("one",)])
    for threads in (1, 2):
        told = machine.run({}, {}, columns, 3, threads=threads)
        np.testing.assert_allclose(told.flows[0], columns["x"] * columns["y"] + columns["z"], rtol=1e-14, atol=1e-15)
        np.testing.assert_array_equal(told.flows[1], columns["y"])


def test_columns_of_unequal_length_are_refused() -> None:
    g = Graph()
    x, y = g.leaf("input", "x"), g.leaf("yearly", "y")
    p = finish(g, {("f",): x * y, ("w",): 1.0}, {}, {}, {})
    for columns in (
        {"x": np.ones(3), "y": np.ones((2, 100))},
        {"x": np.ones(100), "y": np.ones((2, 3))},
        {"x": np.ones(9), "y": np.ones((2, 10))},
    ):
        for machine in (Native(p, columns, flows=[("f",)]), NativeSlopes(p, columns, worth=("f",), weight=("w",))):
            with pytest.raises(ValueError, match="draws, where others have"):
                machine.run({}, {}, columns, 2)


@pytest.mark.parametrize("lanes", [2, 3, 5, 8, 48, 128])
def test_any_number_of_lanes(lanes: int) -> None:
    """Also such as no chunk or piece is a multiple of."""
    random = np.random.default_rng(4)
    flows = random.normal(0.3, 1.0, (6, 4301))
    g = Graph()
    p = finish(g, {("f",): g.leaf("yearly", "x") * 1.0, ("w",): 0.5}, {}, {}, {})
    told = Native(p, ["x"], worth=[("f",)], weight=("w",), flows=[("f",)], rates=[("f",)], lanes=lanes).run(
        {}, {}, {"x": flows}, 6, threads=2
    )
    np.testing.assert_array_equal(told.flows[0], flows)
    np.testing.assert_allclose(told.worth[0], 0.5 * flows.sum(axis=0), rtol=1e-12, atol=1e-14)
    most, number = every(flows)
    np.testing.assert_array_equal(told.number[0], number)
    np.testing.assert_allclose(told.most[0], most, rtol=1e-9, atol=1e-11)


def test_many_changes_of_sign_in_every_lane() -> None:
    """Flows that wait in both queues, and some that neither settles."""
    random = np.random.default_rng(11)
    years, count = 31, 2500
    flows = random.normal(0.2, 1.0, (years, count)) * 10.0 ** random.uniform(-3, 9, count)
    flows[:, ::5] = np.where(np.arange(years)[:, None] < 2, -1.0, 0.4) * np.abs(flows[:, ::5])
    flows[-1, ::10] *= -30.0
    g = Graph()
    p = finish(g, {("flow",): g.leaf("yearly", "x") * 1.0, ("less",): g.leaf("yearly", "x") * -2.0}, {}, {}, {})
    told = Native(p, ["x"], rates=[("flow",), ("less",)]).run({}, {}, {"x": flows}, years, threads=2)
    most, number = every(flows)
    for row in range(2):
        np.testing.assert_array_equal(told.number[row], number)
        np.testing.assert_allclose(told.most[row], most, rtol=1e-9, atol=1e-11)
