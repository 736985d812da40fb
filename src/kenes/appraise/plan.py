"""From a file to what the page reads: numbers bare of their parents, law unrolled into yearly columns, clocks, order.

The shape (which sites, charges, loans, owners) is fixed here; every number may be replaced by a column of draws (``given``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from kenes import deposit, mine, units
from kenes.appraise.bare import Course, Maker, most
from kenes.appraise.books import State
from kenes.appraise.plan_entity import bottom_up, entity_page, ring_fences
from kenes.appraise.plan_site import read_regime, site_page
from kenes.errors import Fault, InputError
from kenes.notes import note
from kenes.numbers import Num, cumulative, maximum, ratio, total
from kenes.project import File, Project, Site
from kenes.regime import Regime
from kenes.timeline import Timeline, years_between

__all__ = ["Plan", "plan"]

LONGEST = 250
"""Years. A longer model is a slip of units."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A project ready for the page.

    page     : what `kenes.appraise.page.year` reads
    timeline : its years; notes : what a reader must know; opening, history : the state on the valuation day
    currencies : index and exchange of each currency by year
    """

    page: Any
    timeline: Timeline
    notes: tuple[str, ...]
    opening: dict[tuple[str, ...], Num]
    history: dict[tuple[str, ...], list[Num]]
    money: Mapping[str, tuple[list[Num], list[Num]]]
    regimes: Mapping[str, Regime]

    def state(self) -> State:
        """A fresh state on the valuation day."""
        return State(self.opening, self.history)


def plan(project: Project, given: Mapping[str, Num] | None = None, courses: Mapping[str, Course] | None = None) -> Plan:
    """Prepares a project for the page.

    given   : numbers that replace those of the file, by path ("site.mine.deposit.ore.tonnage"); a column of draws is a number
    courses : factors on a series of the file (a price) for each model year, by path
    Raises InputError where law, border or horizon do not allow the project.
    """
    try:
        return _planned(project, given or {}, courses or {})
    except InputError as error:
        raise project.located(error) from None


def _planned(project: Project, given: Mapping[str, Num], courses: Mapping[str, Course]) -> Plan:
    file = project.file
    head = file.project
    make = Maker(file, given, courses)
    for path in {*given, *courses} - set(make.paths.values()):
        raise InputError(Fault(path, "no number of this path", "the path of a number in the file"))
    notes: list[str] = []
    sites = project.sites
    start = years_between(head.valuation_date, head.start) if head.start is not None else 0.0
    clocks = {name: _clock(make, site, start, head) for name, site in sites.items()}
    ready = _ready(sites, clocks)
    lives = {name: _life(make, site) for name, site in sites.items()}
    count = _horizon(make, project, sites, clocks, ready, lives)
    timeline = Timeline(head.valuation_date, count, head.discount.timing, head.base, make.number(head.inflation))
    make.years = timeline.years
    if head.valuation_date.month != 1 or head.valuation_date.day != 1:
        notes.append(
            note(
                "years run from the valuation day: {year} begins on {day}; the law of a year is that of its first day, duties at a border"
                " are weighted by days",
                year=timeline.years[0],
                day=head.valuation_date,
            )
        )
    if file.project.base is not None and head.discount.money == "nominal":
        notes.append(note("the discount rate is nominal: flows are discounted in nominal money"))
    money = make.money = _money(make, file, timeline)
    regimes = {name: read_regime(make, project, site, timeline, ready[name], notes) for name, site in sites.items()}
    pages: dict[str, Any] = {}
    entities = {entity.name: entity for entity in file.entity}
    for name, site in sites.items():
        pages[name] = site_page(make, file, site, regimes[name], timeline, clocks[name], ready[name], notes)
    fences, opening, history = ring_fences(make, file, pages, sites, regimes, timeline, notes)
    firms = {name: entity_page(make, file, name, pages, regimes, timeline, notes, opening) for name in bottom_up(entities)}
    for fence in fences.values():
        fence.levered = any(loan.fence == fence.name for firm in firms.values() for loan in firm.loans.values()) or (
            fence.first and firms[fence.entity].lends
        )
    for name, entity in entities.items():
        if any(owner in entities for owner in entity.owner):
            notes.append(note("{name}: dividends to a holding are taken to be free of income tax there", name=name))
    page = SimpleNamespace(sites=pages, fences=fences, entities=firms, pricing=_pricing_order(sites))
    return Plan(page, timeline, tuple(dict.fromkeys(notes)), opening, history, money, regimes)


def _clock(make: Maker, site: Site, start: float, head: Any) -> SimpleNamespace:
    """When the site may build (years from the valuation day), the spans of its permits, and how long it builds."""
    stages = []
    for permit in site.permit.values():
        earliest = None if permit.begins is None else years_between(head.valuation_date, permit.begins)
        stages.append((make.number(permit.duration), earliest))
    offset, spans = mine.granted(start, stages)
    building = max((len(item.spread.operating) or 1 for item in site.cost.capital.values() if item.clock == "construction"), default=0)
    return SimpleNamespace(offset=offset, spans=spans, building=float(building))


def _ready(sites: Mapping[str, Site], clocks: Mapping[str, Any]) -> dict[str, Num]:
    """First ore of each chain: when the last of its sites is built."""
    group = {name: name for name in sites}
    for name, site in sites.items():
        for transfer in site.transfer.values():
            if transfer.to in group:
                old, new = group[transfer.to], group[name]
                group = {key: new if value == old else value for key, value in group.items()}
    ready: dict[str, Num] = {}
    for name in sites:
        latest: Num = None
        for other in sites:
            if group[other] == group[name]:
                done = clocks[other].offset + clocks[other].building
                latest = done if latest is None else maximum(latest, done)
        ready[name] = latest
    return ready


def _pricing_order(sites: Mapping[str, Site]) -> list[tuple[str, str]]:
    """Transfers in an order in which each finds what its price needs: cost-plus needs what was received, netback what is handed on.

    Raises InputError where two transfers wait for each other.
    """
    left = [(name, label) for name, site in sites.items() for label in site.transfer]
    order: list[tuple[str, str]] = []
    while left:
        ready = []
        for name, label in left:
            transfer = sites[name].transfer[label]
            if transfer.method == "cost_plus":
                waits = [one for one in left if sites[one[0]].transfer[one[1]].to == name]
            elif transfer.method == "netback":
                there = transfer.to
                waits = [one for one in left if one != (name, label) and (one[0] == there or sites[one[0]].transfer[one[1]].to == there)]
            else:
                waits = []
            if not waits:
                ready.append((name, label))
        if not ready:
            names = " and ".join(f'site "{name}" → transfer.{label}' for name, label in left)
            raise InputError(Fault(names, "transfer prices that wait for each other", "one of them at market, or methods that do not meet"))
        order += ready
        left = [one for one in left if one not in ready]
    return order


def _life(make: Maker, site: Site) -> Num:
    """Years of operation at most: of the ore body at its ramp-up, or as stated."""
    if site.production is not None:
        return make.number(site.production.life)
    if site.mine is None:
        return 0.0
    whole = total(make.number(ore.tonnage) for ore in site.deposit.values())
    fed = whole * make.number(site.mine.recovery) * (1.0 + make.number(site.mine.dilution))
    capacity, ramp = make.number(site.mine.capacity), make.yearly(site.mine.ramp_up)
    during = capacity * cumulative(float(len(ramp)), ramp, hold=False)
    return float(len(ramp)) + maximum(ratio(fed - during, capacity * ramp[-1]), 0.0)


def _horizon(make: Maker, project: Project, sites: Mapping[str, Site], clocks: Any, ready: Any, lives: Any) -> int:
    last = 0.0
    longest = max((most(life) for life in lives.values()), default=0.0)
    for name, site in sites.items():
        after = 2.0
        if site.cost.closure is not None:
            after += most(make.number(site.cost.closure.years))
        if site.cost.value_added_tax is not None:
            after += most(make.number(site.cost.value_added_tax.refund_lag))
        # Capital on the clock of operation may outlast the ore.
        spent = max((len(item.spread.operating) or 1 for item in site.cost.capital.values() if item.clock == "operation"), default=0)
        ends = most(ready[name]) + max(longest, float(spent)) + after
        if not math.isfinite(ends) or ends > LONGEST:
            raise InputError(
                Fault(
                    f'{project.path}  site "{name}"',
                    f"a life of {longest:,.0f} years, ending {ends:,.0f} years from the valuation day",
                    f"at most {LONGEST} years",
                    "check capacity against tonnage, ramp-up above 0, and the permits' durations",
                )
            )
        last = max(last, ends)
    return math.ceil(last)


def _money(make: Maker, file: File, timeline: Timeline) -> dict[str, tuple[list[Num], list[Num]]]:
    """For each currency and year: reporting money for one unit of the file's money, and for one unit of nominal money."""
    reporting = file.project.currency
    found: dict[str, tuple[list[Num], list[Num]]] = {
        reporting: ([timeline.index(t) for t in range(timeline.count)], [1.0] * timeline.count)
    }
    for code, currency in file.currency.items():
        rate = make.series(currency.rate)
        rates = [value * rate.scale for value in rate.calendar] if rate.calendar is not None else [rate.amount] * timeline.count
        local = (
            timeline
            if currency.inflation is None
            else Timeline(timeline.valuation, timeline.count, timeline.timing, timeline.base, make.number(currency.inflation))
        )
        found[code] = ([local.index(t) / rates[t] for t in range(timeline.count)], [1.0 / rates[t] for t in range(timeline.count)])
    return found


def contained(project: Project) -> dict[str, float]:
    """Tonnes of each element in the ground, all ore types together, before mining losses; each element once."""
    found: dict[str, float] = {}
    for site in project.file.site:
        for ore in site.deposit.values():
            for element, tonnes in deposit.contained(ore.tonnage.amount, deposit.stated_grades(ore)).items():
                found[element] = found.get(element, 0.0) + tonnes
    return found


def is_rare_earth(element: str) -> bool:
    """Whether an element is a rare earth (or the lump of them)."""
    return element in units.RARE_EARTHS or element == deposit.LUMP
