"""Numbers of a file bare of their parents: what the page's formulas see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kenes.errors import Fault, InputError
from kenes.facts import Quantity, quantities
from kenes.numbers import Num
from kenes.project import File
from kenes.timeline import Series

__all__ = ["Course", "Maker", "least", "most"]

Course = Callable[[int], Sequence[Num]]
"""Factors on a number of the file for each of so many model years."""


@dataclass(slots=True, eq=False)
class Maker:
    """Makes bare numbers and series of a file's quantities.

    given   : numbers that replace those of the file, by path
    courses : by path, what makes a factor on a series for each of so many model years
    """

    file: File
    given: Mapping[str, Num]
    courses: Mapping[str, Course] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    years: list[int] = field(default_factory=list)
    money: Mapping[str, tuple[list[Num], list[Num]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = {id(number): path for path, number in quantities(self.file)}

    def number(self, quantity: Quantity) -> Num:
        """The bare amount (of a schedule: its first)."""
        return self.given.get(self.paths.get(id(quantity), ""), quantity.amount)

    def today(self, quantity: Quantity) -> Num:
        """A balance on the valuation day in the reporting currency: nominal money of that day, whatever money the file is in."""
        return self.number(quantity) * self.money[str(quantity.currency)][1][0]

    def optional(self, quantity: Quantity | None, otherwise: Num) -> Num:
        """The bare amount, or what a missing number means."""
        return otherwise if quantity is None else self.number(quantity)

    def yearly(self, quantity: Quantity) -> list[Num]:
        """Values of a schedule by operating or construction year; one value if it is no schedule."""
        if quantity.operating:
            factor = self._factor(quantity)
            return [value * factor for value in quantity.operating]
        return [self.number(quantity)]

    def _factor(self, quantity: Quantity) -> Num:
        """What a given first value makes of a schedule: it scales it.

        Raises InputError where the schedule begins at nothing, which no factor scales.
        """
        path = self.paths.get(id(quantity), "")
        if path not in self.given:
            return 1.0
        if quantity.amount == 0.0 and (quantity.calendar or quantity.operating):
            raise InputError(Fault(path, "a given first value for a schedule that begins at 0", "a schedule whose first value is not 0"))
        return self.given[path] / quantity.amount if quantity.amount else 1.0

    def series(self, quantity: Quantity, times: float = 1.0) -> Series:
        """The number as a series: constant, by calendar year or by operating year; a changed first value scales the schedule."""
        amount = self.number(quantity) * times
        calendar = None
        factor = self._factor(quantity)
        if quantity.calendar:
            calendar = []
            for year in self.years:
                known = [value for first, value in quantity.calendar if first <= year]
                calendar.append((known[-1] if known else quantity.calendar[0][1]) * times)
        operating = [value * (factor * times) for value in quantity.operating] if quantity.operating else None
        course = self.courses.get(self.paths.get(id(quantity), ""))
        wandering = None if course is None else course(len(self.years))
        return Series(amount, quantity.currency, calendar, operating, wandering, factor if calendar is not None else 1.0)

    def maybe(self, quantity: Quantity | None) -> Series | None:
        """A series, or None where the file states nothing."""
        return None if quantity is None else self.series(quantity)


def most(number: Num) -> float:
    """The largest of a column, a float as it is: the horizon covers the longest life."""
    return float(number.max()) if hasattr(number, "max") else float(number)


def least(number: Num) -> float:
    """The smallest of a column, a float as it is."""
    return float(number.min()) if hasattr(number, "min") else float(number)
