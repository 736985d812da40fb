"""What may a formula use? ``minimum maximum where exp log`` for floats, columns and symbols.

A *number* is a Python float, a numpy column of draws of shape ``(1, N)`` or ``(N,)``, or a traced symbol that brings its own
``minimum``, ``maximum`` and ``where`` (see `Symbolic`). The rooms know none of these kinds apart: they call these functions and the
operators ``+ - * / < >``, and never ask a number whether it is true.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, TypeVar

__all__ = ["Num", "Symbolic", "clip", "cumulative", "exp", "log", "maximum", "minimum", "ratio", "shares", "total", "where"]

Num = Any
"""A float, a column or a symbol. Formulas may not know which."""


Key = TypeVar("Key")


class Symbolic:
    """Base of a traced symbol: the functions below hand over to it."""

    def symbolic(self, name: str, *operands: Num) -> Num:
        """The symbol for operation ``name`` on ``operands``."""
        raise NotImplementedError


def _numpy() -> Any:
    """numpy, if it is loaded: only then can an operand be a column."""
    return sys.modules.get("numpy")


def minimum(a: Num, b: Num) -> Num:
    """The smaller of two numbers, draw by draw.

    >>> minimum(2.0, 3.0)
    2.0
    """
    if type(a) is float and type(b) is float:
        return a if a < b else b
    if isinstance(a, Symbolic):
        return a.symbolic("min", a, b)
    if isinstance(b, Symbolic):
        return b.symbolic("min", a, b)
    numpy = _numpy()
    return numpy.minimum(a, b) if numpy is not None else min(a, b)


def maximum(a: Num, b: Num) -> Num:
    """The larger of two numbers, draw by draw.

    >>> maximum(2.0, 3.0)
    3.0
    """
    if type(a) is float and type(b) is float:
        return a if a > b else b
    if isinstance(a, Symbolic):
        return a.symbolic("max", a, b)
    if isinstance(b, Symbolic):
        return b.symbolic("max", a, b)
    numpy = _numpy()
    return numpy.maximum(a, b) if numpy is not None else max(a, b)


def where(test: Num, yes: Num, no: Num) -> Num:
    """``yes`` where ``test`` holds, else ``no``; both are computed, so guard a division before, not here.

    >>> where(1.0 > 2.0, 5.0, 7.0)
    7.0
    """
    if type(test) is bool:
        return yes if test else no
    for number in (test, yes, no):
        if isinstance(number, Symbolic):
            return number.symbolic("where", test, yes, no)
    numpy = _numpy()
    return numpy.where(test, yes, no) if numpy is not None else (yes if test else no)


def exp(a: Num) -> Num:
    """e to the power ``a``.

    >>> exp(0.0)
    1.0
    """
    if isinstance(a, Symbolic):
        return a.symbolic("exp", a)
    return math.exp(a) if type(a) is float else _numpy().exp(a)


def log(a: Num) -> Num:
    """Natural logarithm of a positive number.

    >>> log(1.0)
    0.0
    """
    if isinstance(a, Symbolic):
        return a.symbolic("log", a)
    return math.log(a) if type(a) is float else _numpy().log(a)


def clip(a: Num, low: Num, high: Num) -> Num:
    """``a``, but never below ``low`` nor above ``high``.

    >>> clip(1.7, 0.0, 1.0)
    1.0
    """
    return minimum(maximum(a, low), high)


def ratio(part: Num, whole: Num, otherwise: Num = 0.0) -> Num:
    """``part / whole``, or ``otherwise`` where ``whole`` is not positive. The division is guarded, so no draw sees 0 / 0.

    >>> ratio(1.0, 4.0), ratio(1.0, 0.0)
    (0.25, 0.0)
    """
    good = whole > 0.0
    return where(good, part / where(good, whole, 1.0), otherwise)


def shares(parts: Mapping[Key, Num], whole: Num) -> dict[Key, Num]:
    """`ratio` of each part to one whole, which is looked at once.

    >>> shares({"a": 1.0, "b": 3.0}, 4.0), shares({"a": 1.0}, 0.0)
    ({'a': 0.25, 'b': 0.75}, {'a': 0.0})
    """
    good = whole > 0.0
    divisor = where(good, whole, 1.0)
    return {key: where(good, part / divisor, 0.0) for key, part in parts.items()}


def cumulative(x: Num, yearly: Sequence[Num], *, hold: bool) -> Num:
    """Sum of a yearly schedule from its beginning to time ``x``, linear within a year.

    x      : years since the schedule began; negative is before it
    yearly : amount of its first, second, ... year
    hold   : whether the last year's amount goes on for ever, or the schedule ends

    A schedule shifted by any delay is then ``cumulative(x + 1) - cumulative(x)``: no jump, whatever the delay.

    >>> cumulative(1.5, [10.0, 20.0], hold=False), cumulative(4.0, [10.0, 20.0], hold=True), cumulative(-1.0, [10.0], hold=True)
    (20.0, 70.0, 0.0)
    """
    summed: Num = 0.0
    for k, amount in enumerate(yearly):
        summed = summed + amount * clip(x - float(k), 0.0, 1.0)
    if hold and yearly:
        summed = summed + yearly[-1] * maximum(x - float(len(yearly)), 0.0)
    return summed


def total(amounts: Any) -> Num:
    """Sum of numbers, 0.0 if there are none.

    >>> total([])
    0.0
    """
    # Not the built-in sum, which compensates floats from Python 3.12 on: a formula must give the same number on every machine.
    left = iter(amounts)
    return reduce(add, left, next(left, 0.0))
