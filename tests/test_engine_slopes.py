"""The compiled derivative of a mean against the reverse sweep, complex steps and central differences."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from test_engine_native import PROJECTS, drawn

from kenes.appraise.plan import plan
from kenes.appraise.trace import DISCOUNT, Traced, trace
from kenes.engine.gradient import gradient
from kenes.engine.native import Native
from kenes.engine.program import Graph, Key, Program, finish
from kenes.engine.slopes import MeanSlopes, NativeSlopes
from kenes.errors import InputError
from kenes.numbers import exp, log, maximum, minimum, where
from kenes.project import Project, load
from projects import read, tables

WORTH = ("level", "after_tax")
F, W = ("f",), ("w",)


def same(
    program: Program, worth: Key, weight: Key, inputs: dict[str, Any], yearly: dict[str, Any], columns: dict[str, Any], years: int
) -> MeanSlopes:
    """Checks every derivative against the reverse sweep: to 1e-9 of what the sum, or its largest move with the input, is."""
    plain = gradient(program, worth, weight, {**inputs, **columns}, {**yearly, **columns}, years)
    found = NativeSlopes(program, columns, worth=worth, weight=weight).run(inputs, yearly, columns, years, draws=True)
    whole = float(np.max(np.abs(plain.value))) + 1e-300
    assert abs(found.value - np.mean(plain.value)) <= 1e-12 * whole
    assert set(found.inputs) == set(plain.inputs) and set(found.yearly) == set(plain.yearly) == set(found.paths)
    for name, slope in plain.inputs.items():
        value = columns[name] if name in columns else inputs[name]
        size = float(np.max(np.abs(value)))
        close = 1e-9 * (whole + float(np.max(np.abs(slope * value))))
        assert abs(found.inputs[name] - np.mean(slope)) * size <= close, name
        if name in columns:
            assert np.max(np.abs(found.draws[name] - slope)) * size <= close, name
    for name, rows in plain.yearly.items():
        value = np.asarray(columns[name] if name in columns else yearly[name])
        for t, slope in enumerate(rows):
            size = float(np.max(np.abs(value[t])))
            close = 1e-9 * (whole + float(np.max(np.abs(slope * value[t]))))
            assert abs(found.yearly[name][t] - np.mean(slope)) * size <= close, (name, t)
            if name in columns:
                assert np.max(np.abs(found.draws[name][t] - slope)) * size <= close, (name, t)
        assert found.paths[name] == pytest.approx(found.yearly[name].sum())
    return found


def everything() -> Program:
    """Every operation, a state, and a state with a past."""
    g = Graph()
    x, z, y, c = g.leaf("input", "x"), g.leaf("input", "z"), g.leaf("yearly", "y"), g.leaf("input", "c")
    s, old, older = g.leaf("state", ("s",)), g.leaf("lag", (("s",), 1)), g.leaf("lag", (("s",), 3))
    n = g.leaf("state", ("n",))
    test = ((x > y) & (z < 9.0)) | ~(x >= z)
    new = s * 0.5 + maximum(x * y, z) - minimum(x, y) / (z + 3.0) + where(test, exp(x * 0.1), log(z + c)) - (-x) * c + n / (x + c)
    told = new * old + (x + 1.0) ** y + older / (c + y) + (c + y) ** (z * 0.1)
    return finish(g, {F: told, W: y + n * 0.1}, {("s",): z * c, ("n",): c}, {("s",): new, ("n",): n * 0.9 + y * c}, {("s",): [x, z * z, c]})


@pytest.mark.parametrize("which", [("x",), ("x", "z"), ("y",), ("x", "y", "c"), ()])
def test_every_operation_whatever_is_drawn(which: tuple[str, ...]) -> None:
    random = np.random.default_rng(3)
    inputs = {"x": 0.7, "z": 2.1, "c": 1.3}
    yearly = {"y": [0.5, 1.1, 0.9, 2.2, 0.1]}
    columns = {name: inputs[name] * random.uniform(0.5, 1.5, 37) for name in which if name in inputs}
    if "y" in which:
        columns["y"] = np.array(yearly["y"])[:, None] * random.uniform(0.5, 1.5, (5, 37))
    same(
        everything(),
        F,
        W,
        {name: value for name, value in inputs.items() if name not in which},
        {name: value for name, value in yearly.items() if name not in which},
        columns,
        5,
    )


def test_a_life_by_hand_in_complex_steps() -> None:
    g = Graph()
    x, c, y = g.leaf("input", "x"), g.leaf("input", "c"), g.leaf("yearly", "y")
    s, old = g.leaf("state", ("s",)), g.leaf("lag", (("s",), 2))
    new = s * exp(c * 0.1) + log(x + y) - x / (s + c)
    p = finish(g, {F: new * old + x**c, W: y}, {("s",): c * c}, {("s",): new}, {("s",): [x * c, c]})

    def life(x: Any, c: Any, y: list[Any]) -> Any:
        states, worth = [c, x * c, c * c], 0.0
        for amount in y:
            states.append(states[-1] * np.exp(c * 0.1) + np.log(x + amount) - x / (states[-1] + c))
            worth = worth + (states[-1] * states[-4] + x**c) * amount
        return np.mean(worth)

    xs, c0, y0 = np.linspace(0.5, 2.0, 21).astype(complex), 1.7 + 0j, [0.3 + 0j, 0.9 + 0j, 1.4 + 0j, 0.7 + 0j]
    found = NativeSlopes(p, ["x"], worth=F, weight=W).run({"c": 1.7}, {"y": [v.real for v in y0]}, {"x": xs.real}, 4)
    step = 1e-30j
    assert found.value == pytest.approx(life(xs, c0, y0).real, rel=1e-13)
    assert found.inputs["x"] == pytest.approx(life(xs + step, c0, y0).imag / 1e-30, rel=1e-12)
    assert found.inputs["c"] == pytest.approx(life(xs, c0 + step, y0).imag / 1e-30, rel=1e-12)
    for t in range(4):
        moved = [v + step * (k == t) for k, v in enumerate(y0)]
        assert found.yearly["y"][t] == pytest.approx(life(xs, c0, moved).imag / 1e-30, rel=1e-12)


def test_nothing_times_an_infinite_bound_is_nothing() -> None:
    g = Graph()
    x, top, rate, tops = g.leaf("input", "x"), g.leaf("input", "top"), g.leaf("input", "rate"), g.leaf("yearly", "tops")
    tax = minimum(x, top - 2.0) * rate + minimum(x * 2.0, tops * x) + minimum(x, rate * top)
    p = finish(g, {F: tax, W: rate * 0.0 + 1.0}, {}, {}, {})
    columns = {"x": np.array([1.0, 5.0, 9.0])}
    found = NativeSlopes(p, columns, worth=F, weight=W).run(
        {"top": math.inf, "rate": 0.25}, {"tops": [math.inf, 1.5]}, columns, 2, draws=True
    )
    assert found.draws["x"].tolist() == [0.25 * 2 + 2.0 + 1.5 + 2.0] * 3
    assert found.inputs["rate"] == 2 * 5.0 and found.inputs["top"] == 0.0
    assert found.yearly["tops"].tolist() == [0.0, 5.0]


def test_threads_change_no_bit_and_lanes_none_of_a_draw() -> None:
    project = load(PROJECTS[0])
    columns = drawn(project, 777)
    traced = trace(project, columns)
    answers: list[MeanSlopes] = []
    for lanes in (2, 4, 8, 16):
        machine = NativeSlopes(traced.program, columns, worth=WORTH, weight=DISCOUNT, lanes=lanes)
        told = [machine.run(traced.inputs, traced.yearly, columns, traced.years, threads=n, draws=True) for n in (1, 2, 7)]
        for other in told[1:]:
            assert (other.value, other.inputs) == (told[0].value, told[0].inputs)
            assert all(np.array_equal(other.yearly[name], row) for name, row in told[0].yearly.items())
        answers.append(told[0])
    for answer in answers[1:]:
        assert all(np.array_equal(answer.draws[name], row) for name, row in answers[0].draws.items())
        assert answer.inputs == pytest.approx(answers[0].inputs, rel=1e-6, abs=1e-3)
    alone = {name: row[:1] for name, row in columns.items()}
    one = machine.run(traced.inputs, traced.yearly, alone, traced.years, draws=True)
    assert all(one.inputs[name] == row[0] == answers[0].draws[name][0] for name, row in one.draws.items())


def compare(project: Project, count: int) -> Traced:
    columns = drawn(project, count)
    traced = trace(project, columns)
    random = np.random.default_rng(5)
    # Off the round numbers of a file: on a kink (losses that are just the norm) each side has a slope of its own, and rounding chooses.
    inputs = {name: value * (1.0 - 1e-3 * random.uniform()) for name, value in traced.inputs.items()}
    same(traced.program, WORTH, DISCOUNT, inputs, dict(traced.yearly), columns, traced.years)
    return traced


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_slopes_are_the_reverse_sweep_on_projects(path: Path) -> None:
    traced = compare(load(path), 45)
    assert len(traced.inputs) > 20


@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(tables(plain=False))
def test_slopes_are_the_reverse_sweep_on_random_projects(table: dict[str, Any]) -> None:
    try:
        project = read(table)
        plan(project)
    except InputError:
        assume(False)
    compare(project, 11)


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_slopes_are_central_differences_of_the_mean(path: Path) -> None:
    """Within four standard errors of what the kinks that single draws cross do to a difference."""
    project = load(path)
    columns = drawn(project, 800)
    step = 1e-4
    sample = {name: np.concatenate([row * (1 - step), row * (1 + step)]) for name, row in columns.items()}
    traced = trace(project, sample)
    found = NativeSlopes(traced.program, columns, worth=WORTH, weight=DISCOUNT).run(
        traced.inputs, traced.yearly, columns, traced.years, draws=True
    )
    value = Native(traced.program, columns, worth=[WORTH], weight=DISCOUNT)

    def worth(name: str, factor: float) -> Any:
        inputs, drawn = dict(traced.inputs), dict(columns)
        if name in drawn:
            drawn[name] = drawn[name] * factor
        else:
            inputs[name] = inputs[name] * factor
        return value.run(inputs, traced.yearly, drawn, traced.years).worth[0]

    here = worth(next(iter(columns)), 1.0)
    assert found.value == pytest.approx(here.mean(), rel=1e-12)
    constants = [name for name in found.inputs if name not in columns and math.isfinite(traced.inputs[name])][::5]
    moved = 0
    for name in (*columns, *constants):
        if name not in found.inputs:
            continue
        differences = (worth(name, 1 + step) - worth(name, 1 - step)) / (2 * step)
        if name in columns:
            errors = differences - found.draws[name] * columns[name]
            bar = 4.0 * errors.std() / math.sqrt(len(here))
            error = errors.mean()
        else:
            error = differences.mean() - found.inputs[name] * traced.inputs[name]
            bar = 1e-3 * abs(differences.mean())
        assert abs(error) <= bar + 2e-5 * (np.abs(here).mean() + abs(differences.mean())), name
        moved += found.inputs[name] != 0.0
    assert moved >= len(columns) // 2


def test_yearly_slopes_are_central_differences() -> None:
    project = load(PROJECTS[-1])
    columns = drawn(project, 300)
    traced = trace(project, columns)
    found = NativeSlopes(traced.program, columns, worth=WORTH, weight=DISCOUNT).run(traced.inputs, traced.yearly, columns, traced.years)
    value = Native(traced.program, columns, worth=[WORTH], weight=DISCOUNT)
    for t in (0, 7, 15):

        def worth(step: float, t: int = t) -> float:
            row = [amount + step * (k == t) for k, amount in enumerate(traced.yearly["discount"])]
            told = value.run(traced.inputs, {**traced.yearly, "discount": row}, columns, traced.years)
            return float(told.worth.mean())

        assert (worth(1e-3) - worth(-1e-3)) / 2e-3 == pytest.approx(found.yearly["discount"][t], rel=1e-6, abs=1e-3)
    assert found.paths["discount"] == pytest.approx(float(np.sum(found.yearly["discount"])))
