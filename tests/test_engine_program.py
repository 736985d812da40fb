"""The tracer: what is written, what is folded, what is left out, and that a truth test is refused."""

from __future__ import annotations

import numpy as np
import pytest

from kenes.engine import writing
from kenes.engine.program import Graph, execute, finish, unified
from kenes.numbers import maximum, minimum, ratio, where


def test_equal_operations_are_one() -> None:
    g = Graph()
    x, y = g.leaf("input", "x"), g.leaf("input", "y")
    assert (x + y) is (x + y)
    assert (x + y) is not (y + x)  # no algebra: the order of floats is kept


def test_what_is_known_is_worked_out() -> None:
    g = Graph()
    x = g.leaf("input", "x", (0.0, float("inf")))
    assert x * 0.0 == 0.0 and (x * 1.0) is x and (x + 0.0) is x
    negative = -x
    assert -negative is x
    assert maximum(x, 0.0) is x and maximum(-1.0, x) is x and minimum(-2.0, x) == -2.0
    assert where(x >= 0.0, 5.0, x) == 5.0
    assert (1.0 - minimum(maximum(x, 0.0), 1.0)).bounds == (0.0, 1.0)
    free = x * 3.0
    assert maximum(free - minimum(free, g.leaf("input", "z")), 0.0).op == "sub"


def test_a_truth_test_is_refused() -> None:
    g = Graph()
    x = g.leaf("input", "x")
    with pytest.raises(TypeError, match=r"numbers\.where"):
        bool(x > 1.0)
    with pytest.raises(TypeError, match="no value"):
        float(x)


def test_states_and_lags_run_as_they_read() -> None:
    g = Graph()
    made, two_ago = g.leaf("state", ("made",)), g.leaf("lag", (("made",), 2))
    new = made + g.leaf("yearly", "x")
    p = finish(g, {("new",): new, ("old",): two_ago}, {("made",): 5.0}, {("made",): new}, {("made",): [4.0, 3.0]})
    told = execute(p, {}, {"x": [1.0, 2.0, 3.0, 4.0]}, 4)
    assert told[("new",)] == [6.0, 8.0, 11.0, 15.0]
    assert told[("old",)] == [3.0, 4.0, 5.0, 6.0]


def test_a_state_that_never_moves_falls_away() -> None:
    g = Graph()
    loan, x = g.leaf("state", ("loan",)), g.leaf("input", "x", (0.0, float("inf")))
    repaid = minimum(x, loan)
    p = finish(g, {("free",): x - repaid}, {}, {("loan",): loan - repaid}, {})
    assert not p.carried and not p.operations[p.outputs[("free",)]].args


def test_what_no_output_needs_is_left_out() -> None:
    g = Graph()
    x, y = g.leaf("input", "x"), g.leaf("input", "y")
    p = finish(g, {("a",): x * 2.0, ("b",): y * 3.0}, {}, {}, {})
    assert p.inputs == ["x", "y"] and p.only([("a",)]).inputs == ["x"]


def test_a_row_of_one_formula_is_found() -> None:
    early = Graph(fold=False)
    x = early.leaf("input", "x", sample=np.array([1.0]))
    rows = [(1.0 + x) * float(k) for k in range(3)]
    late = Graph()
    seen: list[list[float]] = []

    def yearly(floats: list[float]) -> object:
        seen.append(floats)
        return floats[0] if min(floats) == max(floats) else late.leaf("yearly", "row")

    found = unified(rows, yearly, lambda symbol: 1.0 + late.leaf("input", "x"))
    assert found.op == "mul" and [0.0, 1.0, 2.0] in seen
    with pytest.raises(ValueError, match="different formulas"):
        unified([x, x * x], yearly, lambda symbol: symbol)


def test_text_reads_like_the_page() -> None:
    g = Graph()
    x = g.leaf("input", "price")
    p = finish(g, {("tax",): maximum(ratio(x, g.leaf("yearly", "rate")), 0.0)}, {}, {}, {})
    text = writing.text(p)
    assert text.split("\n\n") == [
        "given rate[t]\ngiven price",
        "v2 = rate[t] > 0.0",
        "tell tax = max(where(v2, price / where(v2, rate[t], 1.0), 0.0), 0.0)",
    ]
