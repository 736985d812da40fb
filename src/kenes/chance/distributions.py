"""How does a number vary? Distributions by their inverse: a uniform in, a value out.

Parameters are found so that what was stated holds exactly: the 10th and 90th percentile, or the least and the most, and the mode or
median where the shape has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtri

from kenes.notes import note, together

__all__ = ["Distribution", "Misfit", "constant", "discrete", "empirical", "fit", "shifted_lognormal"]

Array = Any
Z90 = float(ndtri(0.9))


class Misfit(ValueError):
    """A shape that what was stated cannot have: what was wanted instead."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """inverse : value at each probability, (N,) to (N,); mean : its expectation; words : the shape and its parameters, for a reader."""

    inverse: Callable[[Array], Array]
    mean: float
    words: str

    def at(self, probability: float) -> float:
        """One quantile."""
        return float(self.inverse(np.array([probability]))[0])

    def times(self, factor: float) -> Distribution:
        """The same, every value multiplied (of a ratio: by what it is a ratio to)."""
        inner = self.inverse
        return Distribution(
            lambda u: inner(u) * factor, self.mean * factor, note("{factor:g} x ({distribution})", factor=factor, distribution=self.words)
        )


def fit(shape: str, low: float, middle: float, high: float, bounds: str) -> Distribution:
    """The distribution of a shape with the stated bounds; ``middle`` is its mode, of a shifted lognormal its median.

    bounds : "P10/P90" or "min/max"
    Raises Misfit where the shape cannot have them.

    >>> one = fit("triangular", 10.0, 15.0, 30.0, "P10/P90")
    >>> round(one.at(0.1), 9), round(one.at(0.9), 9)
    (10.0, 30.0)
    """
    if low == high:
        return constant(low)
    share = bounds == "P10/P90"
    if shape == "triangular":
        return _triangular(low, middle, high, share)
    if shape == "pert":
        return _pert(low, middle, high, share)
    if shape == "uniform":
        wide = (high - low) / 8.0 if share else 0.0
        return _uniform(low - wide, high + wide)
    if shape == "discrete":
        if not share:
            raise Misfit('bounds = "P10/P90" (Swanson: 30, 40, 30 %), or its values and weights in [chance.distribution]')
        return discrete((low, middle, high), (0.3, 0.4, 0.3))
    if not share:
        raise Misfit(f'bounds = "P10/P90": a {shape} has no least and most')
    if shape == "normal":
        mean, sigma = 0.5 * (low + high), (high - low) / (2.0 * Z90)
        return Distribution(
            lambda u: mean + sigma * ndtri(u), mean, note("normal, mean {mean:g}, standard deviation {sigma:g}", mean=mean, sigma=sigma)
        )
    if shape == "lognormal":
        if low <= 0:
            raise Misfit("low above 0: a lognormal is positive")
        return shifted_lognormal(0.0, 0.5 * (np.log(low) + np.log(high)), (np.log(high) - np.log(low)) / (2.0 * Z90))
    if shape == "shifted lognormal":
        if not low < middle < high or middle - low >= high - middle:
            raise Misfit("a median nearer to low than to high: a shifted lognormal leans to the right")
        shift = (high * low - middle**2) / (high + low - 2.0 * middle)
        return shifted_lognormal(shift, np.log(middle - shift), np.log((high - shift) / (middle - shift)) / Z90)
    raise Misfit("its values in [chance.distribution]")


def constant(value: float) -> Distribution:
    """No variation."""
    return Distribution(lambda u: np.full(np.shape(u), value), value, note("always {value:g}", value=value))


def _uniform(least: float, most: float) -> Distribution:
    return Distribution(
        lambda u: least + (most - least) * u, 0.5 * (least + most), note("uniform from {least:g} to {most:g}", least=least, most=most)
    )


def _triangular(low: float, mode: float, high: float, share: bool) -> Distribution:
    if share:
        # With p the share of the width left of the mode w: mode - low = w (p - sqrt(p/10)), high - mode = w (1-p - sqrt((1-p)/10)).
        goal = (mode - low) / (high - low)

        def parts(p: float) -> tuple[float, float]:
            return p - np.sqrt(0.1 * p), 1.0 - p - np.sqrt(0.1 * (1.0 - p))

        def gap(p: float) -> float:
            left, right = parts(p)
            return float(left / (left + right) - goal)

        p = 0.1 if goal <= 0 else 0.9 if goal >= 1 else brentq(gap, 0.1, 0.9, xtol=1e-15, rtol=1e-14)
        width = (high - low) / sum(parts(p))
        low, high = mode - p * width, mode + (1.0 - p) * width
    width, turn = high - low, (mode - low) / (high - low)

    def inverse(u: Array) -> Array:
        rising = low + width * np.sqrt(u * turn)
        falling = high - width * np.sqrt((1.0 - u) * (1.0 - turn))
        return np.where(u < turn, rising, falling)

    return Distribution(
        inverse, (low + mode + high) / 3.0, note("triangular from {low:g} over {mode:g} to {high:g}", low=low, mode=mode, high=high)
    )


def _pert(low: float, mode: float, high: float, share: bool) -> Distribution:
    def tails(p: float) -> tuple[float, float]:
        a, b = 1.0 + 4.0 * p, 5.0 - 4.0 * p
        return float(betaincinv(a, b, 0.1)), float(betaincinv(a, b, 0.9))

    if share:
        goal = (mode - low) / (high - low)

        def gap(p: float) -> float:
            least, most = tails(p)
            return (p - least) / (most - least) - goal

        p = brentq(gap, 0.0, 1.0, xtol=1e-15, rtol=1e-14)
        least, most = tails(p)
        width = (high - low) / (most - least)
        low, high = low - least * width, low - least * width + width
    else:
        p = (mode - low) / (high - low)
    a, b, width = 1.0 + 4.0 * p, 5.0 - 4.0 * p, high - low
    return Distribution(
        lambda u: low + width * betaincinv(a, b, u),
        low + width * a / 6.0,
        note("PERT from {low:g} over {mode:g} to {high:g}", low=low, mode=low + p * width, high=high),
    )


def shifted_lognormal(shift: float, mu: float, sigma: float) -> Distribution:
    """``shift`` plus a lognormal.

    >>> round(shifted_lognormal(0.5, -0.4805, 0.621).mean, 2)
    1.25
    """
    words = note("lognormal, median {median:g}, sigma {sigma:g}", median=np.exp(mu), sigma=sigma)
    if shift:
        words = note("{distribution}, shifted by {shift:g}", distribution=words, shift=shift)
    return Distribution(lambda u: shift + np.exp(mu + sigma * ndtri(u)), float(shift + np.exp(mu + 0.5 * sigma**2)), words)


def discrete(values: Sequence[float], weights: Sequence[float] | None = None) -> Distribution:
    """One of some values, in rising order."""
    order = np.argsort(values, kind="stable")
    ordered = np.asarray(values, dtype=float)[order]
    given = np.ones(len(ordered)) if weights is None else np.asarray(weights, dtype=float)[order]
    share = given / given.sum()
    ends = np.cumsum(share)
    first = [note("{value:g} ({share:.0%})", value=value, share=part) for value, part in zip(ordered[:6], share, strict=False)]
    dots = " ..." if len(ordered) > 6 else ""
    return Distribution(
        lambda u: ordered[np.minimum(np.searchsorted(ends, u, side="left"), len(ordered) - 1)],
        float(ordered @ share),
        note("discrete: {values}{dots}", values=together(first), dots=dots),
    )


def empirical(values: Sequence[float]) -> Distribution:
    """What was seen, linear between neighbours."""
    seen = np.sort(np.asarray(values, dtype=float))
    if len(seen) == 1:
        return constant(float(seen[0]))
    grid = np.linspace(0.0, 1.0, len(seen))
    mean = float(0.5 * (seen[1:] + seen[:-1]).mean())
    return Distribution(
        lambda u: np.interp(u, grid, seen),
        mean,
        note("empirical: {n} values from {low:g} to {high:g}", n=len(seen), low=seen[0], high=seen[-1]),
    )
