"""Which rates make a flow worth nothing? Every root of flows one year apart, in columns.

Descartes' rule bounds the number of roots by the changes of sign. No change: none; one: exactly one. With two changes, the flow times
(tau - t), tau between the years of the second change, changes sign once: its one root parts the line where the roots of the flow, two or
none, lie on either side. Most flows of more changes have no more roots than these, and it is seen so: the amounts, discounted at a root
and summed up from the first year, are the flow without that root, and have fewer changes. What remains goes change by change (`chain`).
What no bracket holds is left to `kenes.worth.irr`, which follows the same rule.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from kenes.worth import irr

__all__ = ["LEFT", "between", "bracket_of", "every"]

DEEPEST = 12
"""Changes of sign of a flow whose rates are sought in columns."""

TOUCH = 1e-13
"""Share of a sum that is not told from nothing."""

LOWEST = 1e-6
"""Least x = 1 / (1 + rate) that is looked for here."""

TINY = 1e-15
"""Share of a root that nobody tells apart."""

LEFT = -1.0
"""Number of roots of a flow that is left to others."""


def chain(flows: Any, low: Any, high: Any, search: Callable[[Any, Any, Any], Any]) -> tuple[Any, Any]:
    """Every root of flows with the same number of changes of sign.

    flows     : (years, draws); low, high : between which x = 1 / (1 + rate) is sought, (draws,)
    search    : (flows, lows, highs) to the one root between, NaN where the flow does not change sign between them
    Returns roots (one row each, NaN where there is none, rising in x), and the draws of which a root may lie beyond.
    """
    years, count = flows.shape
    turns = _changes(flows)
    tau = np.nonzero(turns.T)[1].reshape(count, -1).T - 0.5  # (changes, draws): times between which the flow changes its sign
    depth = len(tau)
    t = np.arange(years)[:, None]
    roots = np.empty((0, count))
    touching = np.zeros(count, dtype=bool)
    for used in reversed(range(depth)):
        level = flows * np.prod(tau[depth - used :, None, :] - t[None], axis=0) if used else flows
        for edge in roots:  # where a flow nearly touches nothing, its sign there is rounding
            touching |= np.abs(_at(level, edge)) <= TOUCH * _at(np.abs(level), edge)
        edges = [low, *np.where(np.isnan(roots), high, roots), high]
        pieces = [search(level, a, b) for a, b in pairwise(edges)]
        roots = np.sort(np.array(pieces), axis=0)  # NaN last
    some = flows != 0.0
    first = np.sign(flows[some.argmax(axis=0), range(count)])
    last = np.sign(flows[years - 1 - some[::-1].argmax(axis=0), range(count)])
    wrong = (np.sign(_at(flows, low)) != first) | (np.sign(_at(flows, high)) != last)
    return roots, wrong | touching


def every(flows: Any, search: Callable[[Any, Any, Any], Any] | None = None) -> tuple[Any, Any]:
    """Largest rate of return of each flow (NaN if none), and how many it has, (N,) each.

    flows  : (years, N), a year apart; search : as in `chain`; None: `between`

    >>> most, number = every(np.array([[-100.0, -100.0, 1.0], [230.0, 30.0, 2.0], [-132.0, 30.0, 0.0]]))
    >>> most[0].round(9).item(), number.tolist()
    (0.2, [2.0, 1.0, 0.0])
    """
    last = len(flows) - (flows != 0.0)[::-1].argmax(axis=0)  # each flow is searched as far as its own last year lets it be
    low = np.full(flows.shape[1], LOWEST)
    high = np.array([bracket_of(years)[1] for years in range(1, len(flows) + 1)])[last - 1]
    clear = _ends(flows, low, high)
    found = np.full((2, flows.shape[1]), np.nan)
    for changes, places in grouped(flows).items():
        part = flows[:, places]
        if changes == 0:
            found[1, places] = 0.0
            continue
        wrong = np.ones(len(places), dtype=bool)
        if changes <= DEEPEST:
            xs, wrong = chain(part, low[places], high[places], search or between)
            found[0, places] = 1.0 / xs[0] - 1.0
            found[1, places] = np.sum(~np.isnan(xs), axis=0)
        for k in np.flatnonzero(wrong | ~clear[places]):
            rates = irr([float(amount) for amount in part[:, k]])
            found[:, places[k]] = (rates[-1], len(rates)) if rates else (np.nan, 0.0)
    return found[0], found[1]


def _ends(flows: Any, low: Any, high: Any) -> Any:
    """Whether no root lies beyond the bracket: the first amount outweighs all others at its lower end, the last one at its upper."""
    size = np.abs(flows)
    sure = np.ones(flows.shape[1], dtype=bool)
    for rows, x in ((size, low), (size[::-1], 1.0 / high)):
        lead, power, rest = np.zeros(flows.shape[1]), np.ones(flows.shape[1]), np.zeros(flows.shape[1])
        for row in rows:
            led = lead > 0.0
            power = np.where(led, power * x, 1.0)
            rest = np.where(led, rest + row * power, 0.0)
            lead = np.where(led, lead, row)
        sure &= lead >= rest
    return sure


def bracket_of(years: int) -> tuple[float, float]:
    """Between which x = 1 / (1 + rate) roots are sought: no power of x leaves the range of floats, times what flows amount to."""
    return LOWEST, min(1e6, 10.0 ** (270.0 / years))


def between(flows: Any, lows: Any, highs: Any) -> Any:
    """The one root between two points, draw by draw; NaN where the flow does not change sign between them.

    Halving on a logarithmic scale, then the Illinois method: a draw that is done no longer moves, so its neighbours do not matter.
    """
    a, b = lows.copy(), highs.copy()
    fa, fb = _at(flows, a), _at(flows, b)
    held = (fa < 0.0) != (fb < 0.0)
    for _ in range(20):
        middle = np.sqrt(a * b)
        value = _at(flows, middle)
        left = (value < 0.0) == (fa < 0.0)
        a, fa = np.where(left, middle, a), np.where(left, value, fa)
        b, fb = np.where(left, b, middle), np.where(left, fb, value)
    best = np.where(fa == 0.0, a, np.where(fb == 0.0, b, np.nan))
    busy = held & np.isnan(best)
    for _ in range(100):
        if not busy.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            point = b - fb * (b - a) / (fb - fa)
        point = np.where((point > np.minimum(a, b)) & (point < np.maximum(a, b)), point, 0.5 * (a + b))
        value = _at(flows, point)
        crossed = (value < 0.0) != (fb < 0.0)
        step = np.abs(point - best)
        a, fa = np.where(busy, np.where(crossed, b, a), a), np.where(busy, np.where(crossed, fb, 0.5 * fa), fa)
        b, fb, best = np.where(busy, point, b), np.where(busy, value, fb), np.where(busy, point, best)
        busy = busy & (value != 0.0) & (np.abs(b - a) > TINY * np.abs(b)) & ~(step <= TINY * np.abs(point))
    return np.where(held, best, np.nan)


def _at(flows: Any, x: Any) -> Any:
    """The flows' polynomial at ``x``."""
    value = np.zeros(flows.shape[1])
    for row in flows[::-1]:
        value = value * x + row
    return value


def _changes(flows: Any) -> Any:
    """Whether an amount has another sign than the last one before it that was not nothing, (years, draws)."""
    sign = np.sign(flows)
    last = np.maximum.accumulate(np.where(sign != 0.0, np.arange(len(sign))[:, None], 0), axis=0)
    held = np.take_along_axis(sign, last, axis=0)
    turns = np.zeros(flows.shape, dtype=bool)
    turns[1:] = held[1:] * held[:-1] < 0.0
    return turns


def grouped(flows: Any) -> dict[int, Any]:
    """Places of flows by the number of their changes of sign."""
    numbers = _changes(flows).sum(axis=0)
    return {int(number): np.flatnonzero(numbers == number) for number in np.unique(numbers)}
