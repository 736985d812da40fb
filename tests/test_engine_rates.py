"""Rates of return in lanes against `kenes.worth.irr`: the same roots, whatever the number of changes of sign."""

from __future__ import annotations

import numpy as np

from kenes.engine.native import Native
from kenes.engine.program import Graph, finish
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
        every = irr([float(amount) for amount in flows[:, k]])
        assert told.number[0, k] == len(every), (k, every)
        if every:
            assert np.isclose(told.most[0, k], every[-1], rtol=1e-9, atol=1e-12), (k, every)
        else:
            assert np.isnan(told.most[0, k])
    other = Native(p, ["x"], rates=[("flow",)], lanes=4).run({}, {}, {"x": flows[:, 7:]}, years, threads=3)
    assert np.array_equal(told.most[:, 7:], other.most, equal_nan=True)
