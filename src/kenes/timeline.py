"""When? Years, valuation day, real and nominal money, discount timing.

The model's years run from the valuation day: year 0 begins on it, year 1 on its next anniversary. They carry the number of the calendar
year in which they begin. What happened before the valuation day enters as opening balances: it counts for tax, not for worth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from kenes.numbers import Num, cumulative, maximum, ratio

__all__ = ["Series", "Timeline", "Year", "years_between"]


def years_between(first: date, last: date) -> float:
    """Years from ``first`` to ``last``; whole anniversaries count exactly one.

    >>> years_between(date(2026, 1, 1), date(2027, 1, 1)), years_between(date(2026, 1, 1), date(2026, 7, 2))
    (1.0, 0.4986301369863014)
    """
    if last < first:
        return -years_between(last, first)
    whole = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    before, after = _anniversary(first, whole), _anniversary(first, whole + 1)
    return whole + (last - before).days / (after - before).days


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The years of a model.

    valuation : day to which flows are discounted; year 0 begins on it
    count     : number of years
    timing    : "start", "mid" or "end": where in its year a flow falls
    base      : year whose money the file states (real money), or None for nominal money
    inflation : of the reporting currency, fraction a year
    """

    valuation: date
    count: int
    timing: str
    base: int | None
    inflation: Num

    @property
    def years(self) -> list[int]:
        """Calendar year in which each model year begins.

        >>> Timeline(date(2026, 1, 1), 3, "end", 2026, 0.0).years
        [2026, 2027, 2028]
        """
        return [self.valuation.year + t for t in range(self.count)]

    @property
    def times(self) -> list[float]:
        """Years from the valuation day to each year's flow.

        >>> Timeline(date(2026, 1, 1), 3, "mid", 2026, 0.0).times
        [0.5, 1.5, 2.5]
        """
        shift = {"start": 0.0, "mid": 0.5, "end": 1.0}[self.timing]
        return [t + shift for t in range(self.count)]

    def begins(self, t: int) -> date:
        """First day of model year ``t``."""
        return _anniversary(self.valuation, t)

    def day(self, years: float) -> date:
        """The day that many years after the valuation day; whole anniversaries are exact.

        >>> Timeline(date(2020, 1, 1), 1, "end", None, 0.0).day(3.0)
        datetime.date(2023, 1, 1)
        """
        whole = math.floor(years)
        first, last = self.begins(whole), self.begins(whole + 1)
        return first + timedelta(days=math.floor((years - whole) * (last - first).days + 1e-9))

    def index(self, t: int) -> Num:
        """What one unit of the file's money is in the money of year ``t``.

        Money of year B is worth ``(1 + inflation) ** (year - B)`` in a later year; nominal money needs no index.

        >>> Timeline(date(2026, 1, 1), 3, "end", 2025, 0.02).index(1)
        1.0404
        """
        if self.base is None:
            return 1.0
        return (1.0 + self.inflation) ** (self.valuation.year + t - self.base)


class Year(Protocol):
    """What a room may see of the year it works in."""

    @property
    def money(self) -> Mapping[str, Num]:
        """Reporting currency of this year for one unit of each currency in the file's money."""

    @property
    def exchange(self) -> Mapping[str, Num]:
        """Reporting currency of this year for one unit of nominal money of each currency."""

    def column(self, yearly: Sequence[Num]) -> Num:
        """This year's value of a yearly input."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A number that may change with time or is money: what a formula sees of a `kenes.facts.Quantity`.

    amount    : constant value; a schedule leaves it unread
    currency  : ISO 4217 code if it is money: ``at`` then gives nominal money of the reporting currency
    calendar  : one value for each model year, or None
    operating : values of the 1st, 2nd, ... operating year (the last is held), or None
    course    : a factor on the value for each model year (a price that wanders), or None
    scale     : a factor on every value
    """

    amount: Num
    currency: str | None = None
    calendar: Sequence[Num] | None = None
    operating: Sequence[Num] | None = None
    course: Sequence[Num] | None = None
    scale: Num = 1.0

    def at(self, y: Year, clock: tuple[Num, Num] | None = None) -> Num:
        """Value in year ``y``.

        clock : operating years at the beginning and end of the year, for a schedule by operating year: the mean over the part of the
                year in which there is operation
        """
        value = self.amount
        if self.calendar is not None:
            value = y.column(self.calendar)
        elif self.operating is not None:
            if clock is None:
                value = self.operating[0]
            else:
                first, last = clock
                during = maximum(last, 0.0) - maximum(first, 0.0)
                summed = cumulative(last, self.operating, hold=True) - cumulative(first, self.operating, hold=True)
                value = ratio(summed, during)
        if not (type(self.scale) is float and self.scale == 1.0):
            value = value * self.scale
        if self.course is not None:
            value = value * y.column(self.course)
        return value if self.currency is None else value * y.money[self.currency]

    def nominal(self, y: Year) -> Num:
        """A constant sum of nominal money (a contract's limit, a balance on the valuation day): exchanged, never inflated."""
        amount = self.amount * self.scale
        return amount if self.currency is None else amount * y.exchange[self.currency]
