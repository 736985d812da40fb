"""Runs the page over the years on floats or columns: the reference machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kenes.appraise.books import Books, Line, NoBooks
from kenes.appraise.page import year
from kenes.appraise.plan import Plan
from kenes.appraise.world import Factor, Flows, World
from kenes.numbers import Num

__all__ = ["Run", "run", "series_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All years of one run.

    money, mass : entries of the books, each with one amount a year
    flows       : what the page reported besides, year by year
    factor      : the what-if it ran under
    """

    plan: Plan
    factor: Factor
    money: tuple[Line, ...]
    mass: dict[tuple[str, ...], list[Num]]
    flows: tuple[Flows, ...]

    def level(self, name: str) -> list[Num]:
        """Yearly flow of a level of worth: pre_fiscal, pre_tax, after_tax or equity."""
        return [getattr(flow, name) for flow in self.flows]

    def charges(self) -> list[tuple[str, str]]:
        """Every charge the project bears, with the state that takes it."""
        return list({key: None for flow in self.flows for key in flow.borne})


def run(
    plan: Plan,
    factor: Factor | None = None,
    *,
    begin: int = 0,
    books: bool = True,
    owners: bool = True,
    pages: Sequence[Any] | None = None,
) -> Run:
    """Every year of the plan, in order.

    factor : a what-if; begin : the first year in which there is anything that it could change (floats before it stay floats)
    books  : whether the entries are kept (a what-if needs its flows only, and is a fifth faster without)
    owners : whether lenders and owners live it too; without them there is no equity flow, and the run is a third faster
    pages  : a page for each year, where the law of a year differs by draw (`kenes.chance`)
    """
    as_is = Factor()
    factor = factor or as_is
    state = plan.state()
    count = plan.timeline.count
    money: dict[tuple[str, ...], list[Num]] = {}
    mass: dict[tuple[str, ...], list[Num]] = {}
    flows: list[Flows] = []
    for t in range(count):
        book = Books() if books else NoBooks()
        world = World(
            time=float(t),
            first=1.0 if t == 0 else 0.0,
            money={code: pair[0][t] for code, pair in plan.money.items()},
            exchange={code: pair[1][t] for code, pair in plan.money.items()},
            index=t,
            books=book,
            factor=factor if t >= begin else as_is,
            owners=owners,
        )
        flows.append(year(world, state, plan.page if pages is None else pages[t]))
        state.turn()
        for entries, table in ((book.money, money), (book.mass, mass)):
            for key, amount in entries.items():
                row = table.get(key)
                if row is None:
                    row = table[key] = [0.0] * count
                row[t] = amount
    lines = tuple(Line(key[0], key[1], key[2], key[3], tuple(amounts)) for key, amounts in money.items())
    return Run(plan, factor, lines, mass, tuple(flows))


def series_of(flows: Sequence[Flows], name: str, key: Any) -> list[Num]:
    """One keyed entry of the flows over the years, 0.0 where it did not occur."""
    return [getattr(flow, name).get(key, 0.0) for flow in flows]
