"""One model year as the page sees it, and what metrics read besides the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kenes.appraise.books import Books
from kenes.numbers import Num

__all__ = ["CREDIT_BUYERS", "FUND", "PAST", "SUPPLIERS", "Factor", "Flows", "World", "add"]

SUPPLIERS, FUND, PAST, CREDIT_BUYERS = "suppliers", "closure fund", "before the valuation day", "credit buyers"


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A what-if: each multiplies what the file says. ``price`` by product, ``basket`` on every price, ``grade``, ``transfer`` prices."""

    price: Mapping[str, Num] = field(default_factory=dict)
    basket: Num = 1.0
    grade: Num = 1.0
    transfer: Num = 1.0


@dataclass(slots=True, eq=False)
class World:
    """One model year as the page sees it.

    time     : years from the valuation day to its beginning; first : 1 in the first year, else 0; index : its number
    owners   : whether lenders and owners live the year too; else it ends with the unlevered taxes
    money    : reporting currency for one unit of each currency of the file (inflation included); exchange : the same for nominal money
    """

    time: Num
    first: Num
    money: Mapping[str, Num]
    exchange: Mapping[str, Num]
    index: int
    books: Books
    factor: Factor
    owners: bool = True

    def column(self, yearly: Sequence[Num]) -> Num:
        """This year's value of a yearly input."""
        return yearly[self.index]


@dataclass(slots=True, eq=False)
class Flows:
    """What metrics read besides the books, nominal money of the year.

    pre_fiscal, pre_tax, after_tax, equity : the four levels of worth, all sites and owners together
    cash       : cash of each entity at the end of the year; balances : what must be zero at the horizon
    assessed   : charges assessed, by (charge, who takes it)
    borne      : charges that the project bears, by (charge, state): what government take counts
    settled    : what each owner receives net from the entities it owns, taxes withheld and carry repaid included
    ore        : tonnes of ore fed; made : tonnes of product by (site, product)
    operating, running, shut : by site: operating flow, years of work, 1 once closed early
    taxable    : taxed profit, pools and losses by (ring fence, view, what): what the laws of the tests look at
    """

    pre_fiscal: Num = 0.0
    pre_tax: Num = 0.0
    after_tax: Num = 0.0
    equity: Num = 0.0
    ore: Num = 0.0
    cash: dict[str, Num] = field(default_factory=dict)
    balances: dict[tuple[str, ...], Num] = field(default_factory=dict)
    assessed: dict[tuple[str, str], Num] = field(default_factory=dict)
    borne: dict[tuple[str, str], Num] = field(default_factory=dict)
    settled: dict[str, Num] = field(default_factory=dict)
    made: dict[tuple[str, str], Num] = field(default_factory=dict)
    operating: dict[str, Num] = field(default_factory=dict)
    running: dict[str, Num] = field(default_factory=dict)
    shut: dict[str, Num] = field(default_factory=dict)
    taxable: dict[tuple[str, ...], Num] = field(default_factory=dict)


def add(table: dict[Any, Num], key: Any, amount: Num) -> None:
    """Adds an amount to a table of sums."""
    table[key] = table.get(key, 0.0) + amount
