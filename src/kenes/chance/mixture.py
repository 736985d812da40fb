"""Several plans as one: a page whose numbers are those of a state of policy, year by year and draw by draw; and a page after a refusal.

Alternatives must have one shape (the same sites, charges and brackets); where a number differs between them, the mixture holds the
number of the state in which the draw is in that year, or the mean over the states (the expected path). On symbols it holds all of them
(`kenes.appraise.trace.Mixed`), and what is traced adds them up by the weights of the year.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.plan import Plan, plan
from kenes.appraise.run import run
from kenes.appraise.trace import Mixed
from kenes.chance import policy
from kenes.engine.program import Symbol, alike
from kenes.errors import Fault, InputError
from kenes.numbers import Num, clip, maximum, minimum, where
from kenes.project import Project
from kenes.timeline import Series

__all__ = ["by_year", "mixed", "refused", "scenarios"]

Array = Any
NEVER = 1e6
"""Years. When a refused site would begin to build."""

FIXED = ("offset", "ready", "tonnage", "life", "span", "opening")
"""What no year can change: when a site is built, what the ground holds, the balances of the past."""


@dataclasses.dataclass(frozen=True, slots=True)
class _ByYear:
    """A bare number of the page that is another each year."""

    values: tuple[Any, ...]


def by_year(page: Any, count: int) -> list[Any] | None:
    """A page for each year, or None where one page holds for all."""
    found: list[_ByYear] = []

    def at(item: Any, t: int) -> Any:
        if isinstance(item, _ByYear):
            found.append(item)
            return item.values[t]
        if isinstance(item, SimpleNamespace):
            return SimpleNamespace(**{name: at(one, t) for name, one in vars(item).items()})
        if isinstance(item, dict):
            return {key: at(one, t) for key, one in item.items()}
        if isinstance(item, (list, tuple)) and any(not isinstance(one, (str, float, np.ndarray)) for one in item):
            return type(item)(at(one, t) for one in item)
        if type(item) is not Series and dataclasses.is_dataclass(item) and not isinstance(item, type):
            return dataclasses.replace(item, **{one.name: at(getattr(item, one.name), t) for one in dataclasses.fields(item)})
        return item

    first = at(page, 0)
    return [first, *(at(page, t) for t in range(1, count))] if found else None


class _Mixer:
    """Walks plans of several states side by side.

    weights : (K, T, N) or (K, T, 1): share of each state in each year; None: all are kept, for a trace
    """

    def __init__(self, count: int, weights: Array | None) -> None:
        self.weights, self.count = weights, count
        self.sure = weights is not None and bool(((weights == 0.0) | (weights == 1.0)).all())
        self.faults: list[Fault] = []

    def number(self, values: Sequence[Any], t: int) -> Any:
        """One number of year ``t``."""
        if _same(values):
            return values[0]
        assert self.weights is not None
        share = self.weights[:, t]
        made: Any = values[0]
        if self.sure:  # no sum: a state of no probability changes no bit
            for k in range(1, len(values)):
                made = np.where(share[k] == 1.0, values[k], made)
            return made
        made = share[0] * values[0]
        for k in range(1, len(values)):
            made = made + share[k] * values[k]
        return made

    def walk(self, items: Sequence[Any], path: str) -> Any:
        first = items[0]
        if all(item is first for item in items):
            return first
        kind = type(first)
        if all(_is_number(item) for item in items):
            if _same(items):
                return first
            if any(part in FIXED for part in path.split(".")):
                return self._unlike(path, items)
            return Mixed(tuple(items)) if self.weights is None else _ByYear(tuple(self.number(items, t) for t in range(self.count)))
        if any(type(item) is not kind for item in items):
            return self._unlike(path, items)
        if kind is Series:
            return self._series(items, path)
        if kind is SimpleNamespace:
            return SimpleNamespace(**self._table([vars(item) for item in items], path))
        if isinstance(first, Mapping):
            return self._table(items, path)
        if dataclasses.is_dataclass(first) and not isinstance(first, type):
            names = [one.name for one in dataclasses.fields(first)]
            found = {name: self.walk([getattr(item, name) for item in items], f"{path}.{name}") for name in names}
            return dataclasses.replace(first, **found)
        if isinstance(first, (list, tuple)):
            return self._list(items, path, kind)
        return first if _equal(items) else self._unlike(path, items)

    def _table(self, items: Sequence[Mapping[Any, Any]], path: str) -> dict[Any, Any]:
        if any(list(item) != list(items[0]) for item in items):
            self._unlike(path, [", ".join(map(str, item)) for item in items])
            return dict(items[0])
        return {key: self.walk([item[key] for item in items], f"{path}.{key}") for key in items[0]}

    def _list(self, items: Sequence[Any], path: str, kind: type) -> Any:
        if all(isinstance(entry, str) for item in items for entry in item):  # notes: of every state
            return kind(dict.fromkeys(entry for item in items for entry in item))
        if any(len(item) != len(items[0]) for item in items):
            return self._unlike(path, items)
        if len(items[0]) == self.count and all(_is_number(entry) for item in items for entry in item):
            years = self._years(items)
            return years if isinstance(years, Mixed) else kind(years)
        return kind(self.walk([item[n] for item in items], f"{path}.{n}") for n in range(len(items[0])))

    def _years(self, rows: Sequence[Sequence[Any]]) -> list[Any] | Mixed:
        if self.weights is None and not all(_same(now) for now in zip(*rows, strict=True)):
            return Mixed(tuple(rows))
        return [self.number([row[t] for row in rows], t) for t in range(self.count)]

    def _series(self, items: Sequence[Series], path: str) -> Any:
        first = items[0]
        if any(item.currency != first.currency or (item.operating is None) != (first.operating is None) for item in items):
            return self._unlike(path, items)
        if first.operating is not None:
            if all(_same(pair) for pair in zip(*(item.operating for item in items), strict=True)):
                return first
            return self._unlike(path, items)
        if _same([item.amount for item in items]) and all(item.calendar is None for item in items):
            return first
        if not _same([item.scale for item in items]):
            return self._unlike(path, items)
        rows = [item.calendar if item.calendar is not None else [item.amount] * self.count for item in items]
        years: Any = self._years(rows)
        return Series(first.amount, first.currency, years, None, first.course, first.scale)

    def _unlike(self, path: str, items: Sequence[Any]) -> Any:
        told = " against ".join(dict.fromkeys(str(item)[:60] for item in items))
        where = f"chance.policy.state, at {path.lstrip('.')}"
        self.faults.append(
            Fault(where, told, "states that differ in numbers only", "what changes the shape of a project cannot switch by year")
        )
        return items[0]


def _is_number(item: Any) -> bool:
    return isinstance(item, (float, np.ndarray, np.floating, Symbol))


def _same(values: Sequence[Any]) -> bool:
    first = values[0]
    if isinstance(first, Symbol):
        return all(isinstance(value, Symbol) and alike(value, first) for value in values[1:])
    return all(value is first or (not isinstance(value, Symbol) and np.array_equal(value, first)) for value in values[1:])


def _equal(items: Sequence[Any]) -> bool:
    return all(item == items[0] for item in items[1:])


def mixed(plans: Sequence[Plan], weights: Array | None) -> Plan:
    """One plan of several states; `by_year` makes the pages of its years.

    weights : (K, T, N) or (K, T, 1), the share of each state in each year; None for a plan on symbols, which is to be traced
    Raises InputError where the states differ in shape.
    """
    first = plans[0]
    mixer = _Mixer(first.timeline.count if weights is None else weights.shape[1], weights)
    page = mixer.walk([plan.page for plan in plans], "")
    money = mixer.walk([plan.money for plan in plans], "currency")
    opening = mixer.walk([plan.opening for plan in plans], "opening")
    if any(plan.timeline.count != first.timeline.count or not _same([plan.timeline.inflation, first.timeline.inflation]) for plan in plans):
        mixer.faults.append(
            Fault("chance.policy.state", "states that differ in horizon or inflation", "states of one horizon and one inflation")
        )
    if mixer.faults:
        raise InputError(*mixer.faults)
    return dataclasses.replace(first, page=page, money=money, opening=opening)


def scenarios(project: Project) -> list[dict[str, Any]]:
    """Worth in each state of policy held for certain, at the values of the file: a name, NPV by level, every rate of return by level.

    All states are columns of one run. Empty where the file names one state, or none: there is nothing to compare.
    Raises InputError where a state does not fit the file or another state.
    """
    odds = project.file.chance
    if odds is None or odds.policy is None:
        return []
    chain = policy.read(project, odds.policy)
    names = chain.names
    if len(names) == 1:
        return []
    plans = [plan(one) for one in chain.projects.values()]
    count = max(one.timeline.count for one in plans)
    ready = mixed(plans, np.concatenate([chain.certain(name)(count) for name in names], axis=2))
    done = run(ready, books=False, pages=by_year(ready.page, ready.timeline.count))
    lens = lens_of(project, ready)
    flows = {level: np.stack([np.broadcast_to(np.reshape(amount, -1), (len(names),)) for amount in done.level(level)]) for level in LEVELS}
    return [
        {
            "name": name,
            "npv": {level: float(lens.npv(list(flow[:, k]))) for level, flow in flows.items()},
            "irr": {level: lens.irr(list(flows[level][:, k])) for level in LEVELS[1:]},
        }
        for k, name in enumerate(names)
    ]


def refused(plan: Plan, project: Project, no: Mapping[tuple[str, str], Num]) -> Plan:
    """The plan where some draws are refused a permit: their chain of sites stops when the refused stage ends, its money spent.

    no : 1 where refused, else 0, by (site, permit): columns or symbols
    """
    chains = _chains(project)
    page = plan.page
    sites = dict(page.sites)
    for chain in set(chains.values()):
        members = [name for name in sites if chains[name] == chain]
        stop: Any = None
        for name in members:
            for label, permit in zip(project.sites[name].permit, sites[name].permits, strict=True):
                if (name, label) in no:
                    end = where(no[(name, label)] > 0.5, permit.span[1], NEVER)
                    stop = end if stop is None else minimum(stop, end)
        if stop is None:
            continue
        off = stop < NEVER
        for name in members:
            here = sites[name]
            permits = []
            for permit in here.permits:
                begin, end = permit.span
                spent = clip((stop - begin) / maximum(end - begin, 1e-6), 0.0, 1.0)
                part = where(off, where(end <= stop, 1.0, spent), 1.0)
                until = where(off, maximum(minimum(end, stop), begin), end)
                cost = permit.cost if permit.cost is None else _scaled(permit.cost, part)
                permits.append(SimpleNamespace(**{**vars(permit), "cost": cost, "span": (begin, until)}))
            sites[name] = SimpleNamespace(
                **{
                    **vars(here),
                    "permits": permits,
                    "offset": where(off, NEVER, here.offset),
                    "ready": where(off, NEVER, here.ready),
                }
            )
    fences = {
        name: SimpleNamespace(**{**vars(fence), "site": {key: sites[key] for key in fence.site}}) if hasattr(fence, "site") else fence
        for name, fence in page.fences.items()
    }
    return dataclasses.replace(plan, page=SimpleNamespace(**{**vars(page), "sites": sites, "fences": fences}))


def _scaled(series: Series, part: Num) -> Series:
    return dataclasses.replace(series, scale=series.scale * part)


def _chains(project: Project) -> dict[str, str]:
    """The chain of sites that each site belongs to, by the name of one of them."""
    group = {name: name for name in project.sites}
    for name, site in project.sites.items():
        for transfer in site.transfer.values():
            old, new = group[transfer.to], group[name]
            group = {key: new if value == old else value for key, value in group.items()}
    return group
