"""Rates of return in lanes against `kenes.worth.irr`: the same roots, whatever the number of changes of sign."""

from __future__ import annotations

import numpy as np
import pytest

from kenes.engine.native import Native
from kenes.engine.program import Graph, finish
from kenes.engine.rates import every
from kenes.worth import irr


def test_every_root_is_found() -> None:
    random = np.random.default_rng(3)
    draws, years = 400, 20
    flows = random.normal(0.3, 1.0, (years, draws)) * 10.0 ** random.uniform(0, 6, draws)
    shape = random.integers(0, 5, draws)
    t = np.arange(years)[:, None]
    flows = np.where(shape == 0, np.abs(flows), flows)  # none
    flows = np.where(shape == 1, np.where(t < 3, -1.0, 1.0) * np.abs(flows), flows)  # one
    flows = np.where(shape == 2, np.where((t < 3) | (t > 17), -1.0, 1.0) * np.abs(flows), flows)  # two: capital and closure
    flows = np.where((shape < 3) & (t > 18), 0.0, flows)
    g = Graph()
    p = finish(g, {("flow",): g.leaf("yearly", "x") * 1.0}, {}, {}, {})
    told = Native(p, ["x"], rates=[("flow",)]).run({}, {}, {"x": flows}, years)
    for k in range(draws):
        wanted = irr([float(amount) for amount in flows[:, k]])
        assert told.number[0, k] == len(wanted), (k, wanted)
        if wanted:
            assert np.isclose(told.most[0, k], wanted[-1], rtol=1e-9, atol=1e-12), (k, wanted)
        else:
            assert np.isnan(told.most[0, k])
    other = Native(p, ["x"], rates=[("flow",)], lanes=4).run({}, {}, {"x": flows[:, 7:]}, years, threads=3)
    assert np.array_equal(told.most[:, 7:], other.most, equal_nan=True)


def lanes(flows: np.ndarray, **how: int) -> tuple[np.ndarray, np.ndarray]:
    g = Graph()
    p = finish(g, {("flow",): g.leaf("yearly", "x") * 1.0}, {}, {}, {})
    told = Native(p, ["x"], rates=[("flow",)], **how).run({}, {}, {"x": flows}, len(flows))
    return told.most[0], told.number[0]


def column(*amounts: float, years: int = 0) -> np.ndarray:
    return np.array([*amounts, *[0.0] * (years - len(amounts))])[:, None]


@pytest.mark.parametrize(
    "amounts",
    [
        (-100.0, 50.0, 50.0),  # 0 %
        (-3e8, 1e8, 1e8, 1e8),
        (-4.0, 0.0, 3.0, 0.0, 1.0),
        (-1.0, 2.0, -1.0),  # touching
        (1.0, -2.0, 1.0),
        (-100.0, 220.0, -121.0),
        (-1.0, 5.0, -7.0, 3.0),
        (421.12134668, -751289482.503, 1.0),  # rates far out
        (2.569e-10, -1.435e-6, -0.0035009, -1.099e9, 2.557),
        (0.0, 0.0, -5.0, 0.0),
        (0.0, 0.0),
        (7.0,),
        (-1.0, 1e9),
        (-1e9, 1.0),
    ],
)
def test_flows_at_the_edge_have_the_rates_of_worth(amounts: tuple[float, ...]) -> None:
    wanted = irr(list(amounts))
    for flows in (column(*amounts), column(*amounts, years=90)):
        for most, number in (lanes(flows), every(flows)):
            assert number[0] == len(wanted)
            assert most[0] == pytest.approx(wanted[-1], rel=1e-9, abs=1e-7) if wanted else np.isnan(most[0])


def test_no_bit_depends_on_the_neighbours() -> None:
    """Short flows of high rates beside long ones, in any order, on any number of lanes."""
    random = np.random.default_rng(8)
    draws, years = 900, 45
    t = np.arange(years)[:, None]
    flows = random.uniform(0.5, 2.0, (years, draws)) * np.where(t < 1, -1.0, random.uniform(3.0, 9.0, draws))
    flows = np.where(t == 5, -4.0 * np.abs(flows), flows)  # capital in mid-life
    flows = np.where(t == 9, -0.5 * np.abs(flows), flows)  # closure
    flows = np.where((t > 9) & (np.arange(draws) % 7 != 0), 0.0, flows)
    most, number = lanes(flows)
    order = random.permutation(draws)
    again, same = lanes(flows[:, order])
    assert np.array_equal(most[order], again, equal_nan=True) and np.array_equal(number[order], same)
    alone, one = lanes(flows[:, order[:50]], lanes=4)
    assert np.array_equal(most[order[:50]], alone, equal_nan=True) and np.array_equal(number[order[:50]], one)
    for k in range(0, draws, 25):
        wanted = irr(flows[:, k].tolist())
        assert number[k] == len(wanted) and most[k] == pytest.approx(wanted[-1], rel=1e-9)
