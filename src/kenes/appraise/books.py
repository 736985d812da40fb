"""The two books: who paid whom, and where each element went. Nothing else of a result is kept; metrics only read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kenes.numbers import Num

__all__ = ["Books", "Line", "NoBooks", "State"]

Key = tuple[str, ...]


@dataclass(slots=True, eq=False)
class Books:
    """Entries of one year.

    money : amount by (name, payer, payee, site), nominal reporting currency; positive in the sense of its name, only a name ending in
            ``_flow`` may carry a sign
    mass  : tonnes by (element, from, to)
    """

    money: dict[Key, Num] = field(default_factory=dict)
    mass: dict[Key, Num] = field(default_factory=dict)

    def pay(self, name: str, payer: str, payee: str, amount: Num, site: str = "") -> None:
        """``payer`` pays ``amount`` to ``payee``."""
        key = (name, payer, payee, site)
        self.money[key] = self.money.get(key, 0.0) + amount

    def move(self, element: str, source: str, target: str, amount: Num) -> None:
        """``amount`` tonnes of ``element`` go from ``source`` to ``target``."""
        key = (element, source, target)
        self.mass[key] = self.mass.get(key, 0.0) + amount


class NoBooks(Books):
    """Books that forget: for what-ifs, of which only the flows are read."""

    def pay(self, name: str, payer: str, payee: str, amount: Num, site: str = "") -> None:
        """Forgets the entry."""

    def move(self, element: str, source: str, target: str, amount: Num) -> None:
        """Forgets the entry."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One entry of the money book over all years (a list of numbers, one a year)."""

    name: str
    payer: str
    payee: str
    site: str
    amount: Sequence[Num]


class State:
    """What one year hands to the next, with its past.

    ``s[key]`` is the value at the end of last year (0.0 before the first), ``s.keep(key, value)`` sets it for the end of this year,
    ``s.lag(key, years)`` reads older state: 1 is last year's end.

    >>> s = State({("lent",): 3.0}, {("lent",): [2.0, 1.0]})
    >>> s.keep(("lent",), 4.0)
    >>> s.turn()
    >>> [s.lag(("lent",), years) for years in range(1, 6)]
    [4.0, 3.0, 2.0, 1.0, 0.0]
    """

    __slots__ = ("_before", "_now", "_past", "_then")

    def __init__(self, opening: dict[Key, Num] | None = None, history: dict[Key, list[Num]] | None = None) -> None:
        """opening : balances on the valuation day; history : older values by key, newest first (one, two, ... years before it)."""
        self._then: dict[Key, Num] = dict(opening or {})
        self._now: dict[Key, Num] = {}
        self._past: list[dict[Key, Num]] = []
        self._before: dict[Key, list[Num]] = dict(history or {})

    def __getitem__(self, key: Key) -> Num:
        return self._then.get(key, 0.0)

    def keep(self, key: Key, value: Num) -> None:
        """Set what ``key`` is at the end of this year."""
        self._now[key] = value

    def lag(self, key: Key, years: int) -> Num:
        """Value at the end of the year ``years`` ago; 0.0 before anything is known."""
        if years == 1:
            return self[key]
        lived = len(self._past)
        if years - 1 <= lived:
            return self._past[1 - years].get(key, 0.0)
        before = self._before.get(key, ())
        return before[years - 2 - lived] if len(before) > years - 2 - lived else 0.0

    def turn(self) -> None:
        """End the year: what was kept becomes last year's."""
        self._past.append(self._then)
        self._then = {**self._then, **self._now}
        self._now = {}
