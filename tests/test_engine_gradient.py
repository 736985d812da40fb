"""The reverse sweep against central differences of the same program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_engine_native import PROJECTS, drawn

from kenes.appraise.trace import DISCOUNT, trace
from kenes.engine.gradient import gradient
from kenes.engine.program import Graph, execute, finish
from kenes.numbers import exp, log, maximum, minimum, where
from kenes.project import load

WORTH = ("level", "after_tax")


def test_every_operation_and_lagged_state() -> None:
    g = Graph()
    x, z, y = g.leaf("input", "x"), g.leaf("input", "z"), g.leaf("yearly", "y")
    s, old = g.leaf("state", ("s",)), g.leaf("lag", (("s",), 2))
    new = s * 0.5 + maximum(x * y, z) - minimum(x, y) / (z + 3.0) + where(x > y, exp(x * 0.1), log(z + 2.0))
    p = finish(g, {("f",): new * old + (x + 1.0) ** y, ("w",): y}, {("s",): z}, {("s",): new}, {("s",): [x, z]})
    given = {"x": np.array([0.7, 1.3]), "z": np.array([0.4, 2.1])}
    rows = {"y": [0.5, 1.1, 0.9, 2.2]}

    def worth(given: dict[str, Any], rows: dict[str, Any]) -> Any:
        told = execute(p, given, rows, 4)
        return sum(a * b for a, b in zip(told[("f",)], told[("w",)], strict=True))

    slopes = gradient(p, ("f",), ("w",), given, rows, 4)
    assert np.allclose(slopes.value, worth(given, rows), rtol=1e-14)
    step = 1e-6
    for name in given:
        up, down = ({**given, name: given[name] + sign * step} for sign in (1, -1))
        assert np.allclose(slopes.inputs[name], (worth(up, rows) - worth(down, rows)) / (2 * step), rtol=1e-8)
    for t in range(4):
        up, down = ({"y": [v + sign * step * (k == t) for k, v in enumerate(rows["y"])]} for sign in (1, -1))
        assert np.allclose(slopes.yearly["y"][t], (worth(given, up) - worth(given, down)) / (2 * step), rtol=1e-8)


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_gradient_is_the_central_difference(path: Path) -> None:
    project = load(path)
    columns = drawn(project, 12)
    step = 1e-6
    sample = {name: np.concatenate([row * (1 - step), row * (1 + step)]) for name, row in columns.items()}
    traced = trace(project, sample)
    part = traced.program.only([WORTH, DISCOUNT])
    slopes = gradient(part, WORTH, DISCOUNT, {**traced.inputs, **columns}, traced.yearly, traced.years)

    def worth(columns: dict[str, Any]) -> Any:
        told = execute(part, {**traced.inputs, **columns}, traced.yearly, traced.years)
        return sum(a * b for a, b in zip(told[WORTH], told[DISCOUNT], strict=True))

    whole = np.max(np.abs(slopes.value)) + 1.0
    moved = 0
    for name, row in columns.items():
        up, down = worth({**columns, name: row * (1 + step)}), worth({**columns, name: row * (1 - step)})
        exact = slopes.inputs.get(name, 0.0) * row
        moved += int(np.any(exact != 0.0))
        assert np.all(np.abs((up - down) / (2 * step) - exact) <= 1e-5 * (whole + np.abs(exact))), name
    assert moved >= len(columns) // 2
