"""From a file to what the page reads: numbers bare of their parents, law unrolled into yearly columns, clocks, order.

The shape (which sites, charges, loans, owners) is fixed here; every number may be replaced by a column of draws (``given``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from kenes import deposit, fiscal, mine, regime, units
from kenes.appraise.books import State
from kenes.errors import Fault, InputError
from kenes.facts import Quantity, quantities, read_rule
from kenes.numbers import Num, cumulative, maximum, ratio, total
from kenes.project import File, Project, Site, feeds_of, made_by
from kenes.regime import Charge, Licence, Regime
from kenes.timeline import Series, Timeline, Year, years_between
from kenes.trade import read_tariff

__all__ = ["Plan", "plan"]

LONGEST = 250
"""Years. A longer model is a slip of units."""


@dataclass(frozen=True, slots=True)
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

    def with_factor(self, **factor: Any) -> Plan:
        """The same plan under a what-if: ``price`` by product, ``grade``, ``transfer`` (each multiplies what the file says)."""
        kept = {"price": {}, "grade": 1.0, "transfer": 1.0, **factor}
        page = SimpleNamespace(**{**vars(self.page), "factor": SimpleNamespace(**kept)})
        return replace(self, page=page)


@dataclass(slots=True)
class _Maker:
    """Makes bare numbers and series of a file's quantities."""

    file: File
    given: Mapping[str, Num]
    paths: dict[int, str] = field(default_factory=dict)
    years: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.paths = {id(number): path for path, number in quantities(self.file)}

    def number(self, quantity: Quantity) -> Num:
        """The bare amount (of a schedule: its first)."""
        return self.given.get(self.paths.get(id(quantity), ""), quantity.amount)

    def optional(self, quantity: Quantity | None, otherwise: Num) -> Num:
        """The bare amount, or what a missing number means."""
        return otherwise if quantity is None else self.number(quantity)

    def yearly(self, quantity: Quantity) -> list[Num]:
        """Values of a schedule by operating or construction year; one value if it is no schedule."""
        if quantity.operating:
            factor = self.given.get(self.paths.get(id(quantity), ""), quantity.amount) / quantity.amount if quantity.amount else 1.0
            return [value * factor for value in quantity.operating]
        return [self.number(quantity)]

    def series(self, quantity: Quantity) -> Series:
        """The number as a series: constant, by calendar year or by operating year; a changed first value scales the schedule."""
        amount = self.number(quantity)
        calendar = None
        factor = amount / quantity.amount if quantity.amount else 1.0
        if quantity.calendar:
            calendar = []
            for year in self.years:
                known = [value for first, value in quantity.calendar if first <= year]
                calendar.append((known[-1] if known else quantity.calendar[0][1]) * factor)
        operating = [value * factor for value in quantity.operating] if quantity.operating else None
        return Series(amount, quantity.currency, calendar, operating)

    def maybe(self, quantity: Quantity | None) -> Series | None:
        """A series, or None where the file states nothing."""
        return None if quantity is None else self.series(quantity)


@dataclass(frozen=True, slots=True)
class Withholding:
    """A withholding tax as it applies to one receiver: called with year and payment, gives what is withheld."""

    name: str
    state: str
    on: Series
    rate: Series | None
    slices: tuple[tuple[Series, Series], ...] = ()
    currency: str | None = None

    def __call__(self, y: Year, payment: Num) -> Num:
        if self.rate is not None:
            return self.rate.at(y) * payment
        per = 1.0 if self.currency is None else y.exchange[self.currency]  # type: ignore[attr-defined]
        return fiscal.sliced(payment, [(upper.at(y) * per, rate.at(y)) for upper, rate in self.slices])


def plan(project: Project, given: Mapping[str, Num] | None = None) -> Plan:
    """Prepares a project for the page.

    given  : numbers that replace those of the file, by path ("site.mine.deposit.ore.tonnage"); a column of draws is a number
    Raises InputError where law, border or horizon do not allow the project.
    """
    file = project.file
    head = file.project
    make = _Maker(file, given or {})
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
        notes.append(f"years run from the valuation day: {timeline.years[0]} begins on {head.valuation_date}")
    if file.project.base is not None and head.discount.money == "nominal":
        notes.append("the discount rate is nominal: flows are discounted in nominal money")
    money = _money(make, file, timeline)
    regimes = {name: _regime(make, project, site, timeline, notes) for name, site in sites.items()}
    pages: dict[str, Any] = {}
    entities = {entity.name: entity for entity in file.entity}
    for name, site in sites.items():
        pages[name] = _site(make, file, site, regimes[name], timeline, clocks[name], ready[name], notes)
    fences, opening, history = _fences(make, file, pages, sites, regimes, timeline, notes)
    firms = {name: _entity(make, file, name, pages, regimes, timeline, notes, opening) for name in _bottom_up(entities)}
    for fence in fences.values():
        fence.levered = any(loan.fence == fence.name for firm in firms.values() for loan in firm.loans.values()) or (
            fence.first and firms[fence.entity].lends
        )
    page = SimpleNamespace(sites=pages, fences=fences, entities=firms, factor=SimpleNamespace(price={}, grade=1.0, transfer=1.0))
    return Plan(page, timeline, tuple(dict.fromkeys(notes)), opening, history, money, regimes)


# --- clocks and horizon --------------------------------------------------------------------------------------------------------


def _clock(make: _Maker, site: Site, start: float, head: Any) -> SimpleNamespace:
    """When the site may build (years from the valuation day), the spans of its permits, and how long it builds."""
    stages = []
    for permit in site.permit.values():
        earliest = None if permit.begins is None else years_between(head.valuation_date, permit.begins)
        stages.append((make.number(permit.duration), earliest))
    offset, spans = mine.granted(start, stages)
    building = max(
        (len(item.spread.operating) or 1 for item in site.cost.capital.values() if item.clock == "construction"), default=0
    )  # fmt: skip
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


def _life(make: _Maker, site: Site) -> Num:
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


def _most(number: Num) -> float:
    """The largest of a column, a float as it is: the horizon covers the longest life."""
    return float(number.max()) if hasattr(number, "max") else float(number)


def _horizon(make: _Maker, project: Project, sites: Mapping[str, Site], clocks: Any, ready: Any, lives: Any) -> int:
    last = 0.0
    longest = max((_most(life) for life in lives.values()), default=0.0)
    for name, site in sites.items():
        after = 2.0
        if site.cost.closure is not None:
            after += _most(make.number(site.cost.closure.years))
        if site.cost.value_added_tax is not None:
            after += _most(make.number(site.cost.value_added_tax.refund_lag))
        ends = _most(ready[name]) + longest + after
        if not math.isfinite(ends) or ends > LONGEST:
            raise InputError(
                Fault(
                    f'{project.path}  site "{name}"', f"a life of {longest:,.0f} years, ending {ends:,.0f} years from the valuation day",
                    f"at most {LONGEST} years", "check capacity against tonnage, ramp-up above 0, and the permits' durations",
                )  # fmt: skip
            )
        last = max(last, ends)
    return math.ceil(last)


def _money(make: _Maker, file: File, timeline: Timeline) -> dict[str, tuple[list[Num], list[Num]]]:
    """For each currency and year: reporting money for one unit of the file's money, and for one unit of nominal money."""
    reporting = file.project.currency
    found: dict[str, tuple[list[Num], list[Num]]] = {reporting: ([timeline.index(t) for t in range(timeline.count)], [1.0] * timeline.count)}
    for code, currency in file.currency.items():
        rate = make.series(currency.rate)
        rates = rate.calendar if rate.calendar is not None else [rate.amount] * timeline.count
        local = timeline if currency.inflation is None else Timeline(
            timeline.valuation, timeline.count, timeline.timing, timeline.base, make.number(currency.inflation)
        )  # fmt: skip
        found[code] = ([local.index(t) / rates[t] for t in range(timeline.count)], [1.0 / rates[t] for t in range(timeline.count)])
    return found


# --- sites ---------------------------------------------------------------------------------------------------------------------


def _regime(make: _Maker, project: Project, site: Site, timeline: Timeline, notes: list[str]) -> Regime:
    if site.regime is not None:
        found = regime.inline(site.regime, site.country, make.series)
    else:
        licence = Licence(
            day=site.licence_date, held_before=site.ground_held_before, extracts=site.mine is not None or site.production is not None,
            tailings=any(ore.origin == "tailings" for ore in site.deposit.values()), signed=site.signed, stabilised=tuple(site.stabilised),
        )  # fmt: skip
        try:
            found = regime.from_law(site.country, licence, timeline)
        except InputError as error:
            raise InputError(*(Fault(f'{project.path}  site "{site.name}" → {one.where}', one.got, one.wanted, one.hint) for one in error.faults)) from None
        unknown = [name for name in site.stabilised if read_rule(site.country, name) is None]
        if unknown:
            raise InputError(Fault(f'{project.path}  site "{site.name}" → stabilised', ", ".join(unknown), f"charges of {site.country}: " + ", ".join(charge.name for charge in found.charges)))
    notes.extend(found.notes)
    return found


def _site(
    make: _Maker, file: File, site: Site, found: Regime, timeline: Timeline, clock: Any, ready: Num, notes: list[str]
) -> SimpleNamespace:
    ores = {}
    for label, ore in site.deposit.items():
        grade = {key: make.number(value) for key, value in ore.grade.items()}
        split = {key: make.number(value) for key, value in ore.split.items()}
        grades = deposit.element_grades(grade, split, {key: value.basis for key, value in ore.grade.items()})
        ores[label] = SimpleNamespace(tonnage=make.number(ore.tonnage), grade=grades, category=ore.category)
    pit = None
    if site.mine is not None:
        pit = SimpleNamespace(
            capacity=make.number(site.mine.capacity), recovery=make.number(site.mine.recovery), dilution=make.number(site.mine.dilution),
            strip_ratio=make.number(site.mine.strip_ratio), ramp_up=make.yearly(site.mine.ramp_up), order=site.mine.order or "together",
            normed_losses=make.optional(site.mine.normed_losses, 1.0 - make.number(site.mine.recovery)),
        )  # fmt: skip
    stated = None
    if site.production is not None:
        stated = SimpleNamespace(
            life=make.number(site.production.life), ramp_up=Series(0.0, None, None, make.yearly(site.production.ramp_up)),
            ore=make.optional(site.production.ore, 0.0),
            product={name: SimpleNamespace(rate=make.series(product.rate), form=product.form, of=product.rate.of) for name, product in site.production.product.items()},
        )  # fmt: skip
    stages: dict[str, Any] = {}
    residue_cost: dict[str, Series] = {}
    for (feed, stage), label in zip(feeds_of(file, site), site.plant, strict=True):
        if stage.residue is not None:
            residue_cost[label] = make.series(stage.residue.handling)
        stages[label] = SimpleNamespace(
            feed=feed, kind=stage.kind,
            residue=None if stage.residue is None else SimpleNamespace(mass_pull=make.number(stage.residue.mass_pull)),
            product={
                name: SimpleNamespace(
                    recovery={element: make.number(value) for element, value in product.recovery.items()}, form=product.form,
                    grade=None if product.grade is None else make.number(product.grade), of=None if product.grade is None else product.grade.of,
                    mass_pull=None if product.mass_pull is None else make.number(product.mass_pull),
                )
                for name, product in stage.product.items()
            },
        )  # fmt: skip
    here = SimpleNamespace(
        name=site.name, state=site.country, entity=site.entity, offset=clock.offset, ready=ready, mine=pit, ores=ores, production=stated,
        plant=stages, residue_cost=residue_cost, regime=found, levied=_levied(file, site, ores),
        exchange_price={element: make.series(price) for element, price in site.exchange_price.items()},
        takes_from=[other.name for other in file.site if any(transfer.to == site.name for transfer in other.transfer.values())],
        hands_to={}, early_closure=None if site.early_closure is None else site.early_closure.years,
    )  # fmt: skip
    for label, transfer in site.transfer.items():
        here.hands_to.setdefault(transfer.to, []).append(label)
    here.permits = [
        SimpleNamespace(cost=make.maybe(permit.cost), exploration=permit.exploration, span=span)
        for permit, span in zip(site.permit.values(), clock.spans, strict=True)
    ]
    here.market = {label: _sale(make, site, sale, timeline, notes) for label, sale in site.market.items()}
    here.transfer = {label: _transfer(make, file, site, transfer, timeline, notes) for label, transfer in site.transfer.items()}
    here.unsold = {label: SimpleNamespace(fate=rest.fate, cost=make.series(rest.cost)) for label, rest in site.unsold.items()}
    here.cost = _costs(make, file, site, timeline)
    here.credit = _credit(file, site, found, notes)
    _need_prices(site, here, found)
    return here


def _levied(file: File, site: Site, ores: Mapping[str, Any]) -> tuple[str, ...]:
    """Minerals that a levy on extraction counts: those that some product of the site is meant to hold."""
    stated = {element for ore in ores.values() for element in ore.grade}
    if not site.plant:
        return tuple(sorted(stated - {"thorium", "uranium"})) or tuple(sorted(stated))
    wanted: set[str] = set()
    for stage in site.plant.values():
        for product in stage.product.values():
            for element in stated:
                share = product.recovery.get(element, product.recovery.get("all"))
                if share is not None and share.amount > 0 and (element not in ("thorium", "uranium") or element in product.recovery):
                    wanted.add(element)
    return tuple(sorted(wanted))


def _need_prices(site: Site, here: Any, found: Regime) -> None:
    """Elements whose levy looks at a quotation need one."""
    for charge in found.of_kind("production_levy"):
        needed = set(charge.scale) | set(charge.word.get("exchange", {}))
        missing = sorted(element for element in needed & set(here.levied) if element not in site.exchange_price)
        by_volume = {element for element, how in charge.word.get("scale_on", {}).items() if how == "volume"}
        missing = [element for element in missing if element not in by_volume]
        if missing:
            raise InputError(
                Fault(f'site "{site.name}" → exchange_price', "nothing for " + ", ".join(missing), f"exchange_price.{missing[0]}: {charge.name} of {charge.state} is taken on the quotation")
            )
        bases = set(charge.base)
        if bases & {"extracted", "written_off", "sold_volume"} and site.production is not None:
            raise InputError(
                Fault(f'site "{site.name}" → production', "stated production", f"a deposit with its mine: {charge.name} of {charge.state} is taken on what is extracted", "or state [site.regime]")
            )
        if "holiday" in charge.number and "holiday_irr_cap" not in charge.number:
            continue


def _sale(make: _Maker, site: Site, sale: Any, timeline: Timeline, notes: list[str]) -> SimpleNamespace:
    priced = _pricing(make, sale)
    return SimpleNamespace(
        **vars(priced), buyer=sale.buyer, treatment_charge=make.maybe(sale.treatment_charge), penalty=make.maybe(sale.penalty),
        separation_charge=make.maybe(sale.separation_charge),
        separation_of=None if sale.separation_charge is None else sale.separation_charge.of or "product",
        freight=make.maybe(sale.freight), has_charges=any((sale.treatment_charge, sale.penalty, sale.separation_charge)),
        **_border(make, site, sale.border, timeline, notes),
    )  # fmt: skip


def _pricing(make: _Maker, pricing: Any) -> SimpleNamespace:
    return SimpleNamespace(
        price=make.maybe(pricing.price), of=None if pricing.price is None else pricing.price.of,
        basket={element: make.series(price) for element, price in pricing.basket.items()},
        basket_of={element: price.of for element, price in pricing.basket.items()},
        payable=make.optional(pricing.payable, 1.0), realisation=make.optional(pricing.realisation, 1.0),
    )  # fmt: skip


def _border(make: _Maker, site: Site, border: Any, timeline: Timeline, notes: list[str]) -> dict[str, Any]:
    if border is None or border.to == site.country:
        return {"tariff": None, "border_to": None, "delivered": False, "importer": None, "passed_back": 0.0}
    tariff = read_tariff(border, site.country, timeline)
    notes.extend(tariff.notes)
    return {
        "tariff": tariff, "border_to": border.to, "delivered": border.terms == "delivered", "importer": border.importer,
        "passed_back": make.number(border.passed_back),
    }  # fmt: skip


def _transfer(make: _Maker, file: File, site: Site, transfer: Any, timeline: Timeline, notes: list[str]) -> SimpleNamespace:
    taker = next(other for other in file.site if other.name == transfer.to)
    if taker.country != site.country and transfer.border is None:
        raise InputError(Fault(f'site "{site.name}" → transfer', f"to {taker.country} without border", "border, with its tariff line or why it is unknown"))
    return SimpleNamespace(
        to=transfer.to, taker=taker.entity, method=transfer.method, pricing=None if transfer.pricing is None else _pricing(make, transfer.pricing),
        margin=make.optional(transfer.margin, 0.0), markup=make.optional(transfer.markup, 0.0), freight=make.maybe(transfer.freight),
        **_border(make, site, transfer.border, timeline, notes),
    )  # fmt: skip


def _costs(make: _Maker, file: File, site: Site, timeline: Timeline) -> SimpleNamespace:
    costs = site.cost
    vat = None
    if costs.value_added_tax is not None:
        lag = _most(make.number(costs.value_added_tax.refund_lag))
        rate: Series
        if costs.value_added_tax.rate is not None:
            rate = make.series(costs.value_added_tax.rate)
        else:
            rule = read_rule(site.country, "value_added_tax")
            if rule is None:
                raise InputError(Fault(f'site "{site.name}" → cost.value_added_tax.rate', "nothing", f"the rate: no value-added tax of {site.country} is on file"))
            rate = Series(0.0, None, [float(rule.on("rate", timeline.begins(t))) for t in range(timeline.count)])
        vat = SimpleNamespace(
            rate=rate, operating=make.number(costs.value_added_tax.operating), capital=make.number(costs.value_added_tax.capital),
            whole=int(lag), part=lag - int(lag),
        )  # fmt: skip
    closure = costs.closure
    terms = costs.working_capital
    return SimpleNamespace(
        operating={label: SimpleNamespace(cost=make.series(item.cost), per=item.per, product=item.product, stage=item.stage) for label, item in costs.operating.items()},
        capital={
            label: SimpleNamespace(
                cost=make.series(item.cost), spread=make.yearly(item.spread), clock=item.clock, contingency=make.optional(item.contingency, 0.0), pool=item.pool
            )
            for label, item in costs.capital.items()
        },
        sustaining={
            label: SimpleNamespace(cost=make.series(item.cost), per=item.per, product=item.product, pool=item.pool)
            for label, item in costs.sustaining.items()
        },
        closure=None if closure is None else SimpleNamespace(cost=make.series(closure.cost), years=make.number(closure.years), funded=make.number(closure.funded)),
        working_capital=None if terms is None else SimpleNamespace(
            receivable=make.number(terms.receivable), inventory=make.number(terms.inventory), payable=make.number(terms.payable)
        ),
        value_added_tax=vat,
    )  # fmt: skip


def _credit(file: File, site: Site, found: Regime, notes: list[str]) -> SimpleNamespace | None:
    """The production credit, for the products that the statute names in the purity it asks."""
    credits = found.of_kind("production_credit")
    if not credits:
        return None
    if site.credit is None:
        notes.append(f'site "{site.name}": no production credit claimed ({credits[0].name} needs site.credit)')
        return None
    made = made_by(file, site)
    eligible: list[str] = []
    names = credits[0].word.get("eligible")
    for label in site.credit.product:
        product = made.get(label)
        if names is None:
            eligible.append(label)
            continue
        held = [element for element in getattr(product, "recovery", {}) if element != "all"]
        purity = getattr(product, "purity", None)
        misses = []
        for element in held:
            wanted = names.get(element)
            if wanted is None:
                misses.append(f"{element} is not named")
            elif isinstance(wanted, (int, float)) and (purity is None or purity.amount < wanted):
                misses.append(f"{element} needs a purity of {wanted:.0%}")
        if misses or not held:
            notes.append(f'site "{site.name}": {label} earns no {credits[0].name}: ' + ("; ".join(misses) or "its elements are not stated"))
        else:
            eligible.append(label)
    if site.credit.prohibited_foreign_entity:
        notes.append(f'site "{site.name}": no {credits[0].name}: prohibited foreign entity')
        return None
    if not eligible:
        return None
    return SimpleNamespace(stages=tuple(site.credit.stage), eligible=tuple(eligible))


# --- ring fences, entities -----------------------------------------------------------------------------------------------------


def _fence_name(site: Site) -> str:
    return f"{site.entity}: {site.ring_fence or site.name}"


def _fences(
    make: _Maker, file: File, pages: Mapping[str, Any], sites: Mapping[str, Site], regimes: Mapping[str, Regime], timeline: Timeline, notes: list[str]
) -> tuple[dict[str, Any], dict[tuple[str, ...], Num], dict[tuple[str, ...], list[Num]]]:
    fences: dict[str, Any] = {}
    opening: dict[tuple[str, ...], Num] = {}
    history: dict[tuple[str, ...], list[Num]] = {}
    for name, site in sites.items():
        label = _fence_name(site)
        kinds = ("income_tax", "rent_tax", "excess_profits_tax", "production_credit")
        charges = {charge.name: charge for charge in regimes[name].charges if charge.kind in kinds}
        if label not in fences:
            currency = regimes[name].currency if regimes[name].currency != file.project.currency else None
            if currency is not None and currency not in file.currency:
                raise InputError(
                    Fault(f"currency.{currency}", "nothing", f"[currency.{currency}] with its rate: taxes of {site.country} are kept in it", f'rate = {{value = "... {currency}/{file.project.currency}", source = "..."}}')
                )
            first = not any(fence.entity == site.entity for fence in fences.values())
            fences[label] = SimpleNamespace(
                name=label, entity=site.entity, sites=[], charges=charges, currency=currency, first=first, levered=False, monetisation=1.0,
                site=pages.__getitem__,
            )  # fmt: skip
        elif set(fences[label].charges) != set(charges):
            raise InputError(Fault(f'site "{name}" → ring_fence', f'"{site.ring_fence}" under another regime', "one regime in one ring fence"))
        fence = fences[label]
        fence.sites.append(name)
        if site.credit is not None:
            fence.monetisation = make.number(site.credit.monetisation)
        _open_site(make, site, fence, charges, timeline, opening, history)
    return fences, opening, history


def _open_site(make: _Maker, site: Site, fence: Any, charges: Mapping[str, Charge], timeline: Timeline, opening: dict[Any, Any], history: dict[Any, Any]) -> None:
    """Tax balances of the past: losses by age, undeducted pools, book value. In the file's money on the valuation day."""
    if site.opening is None:
        return
    tax = next((charge for charge in charges.values() if charge.kind == "income_tax"), None)
    if site.opening.book is not None:
        opening[(site.name, "book")] = make.number(site.opening.book)
    for view in ("paid", "unlevered"):
        for label, balance in site.opening.pool.items():
            if tax is None or label not in {pool.name for pool in tax.pools}:
                pools = ", ".join(pool.name for pool in tax.pools) if tax else "none"
                raise InputError(Fault(f'site "{site.name}" → opening.pool.{label}', label, f"a pool of the regime: {pools}"))
            key = (fence.name, view, "pool", label)
            opening[key] = opening.get(key, 0.0) + make.number(balance)
            opening[(*key, "all")] = opening.get((*key, "all"), 0.0) + make.number(balance)
        if site.opening.losses:
            key = (fence.name, view, "losses made")
            first = timeline.valuation.year
            made = {int(year): make.number(loss) for year, loss in site.opening.losses.items() if year.isdigit()}
            if len(made) < len(site.opening.losses) or any(year >= first for year in made):
                raise InputError(Fault(f'site "{site.name}" → opening.losses', ", ".join(site.opening.losses), f"years before {first}"))
            opening[key] = opening.get(key, 0.0) + sum(made.values())
            oldest = min(made)
            past = [sum(loss for year, loss in made.items() if year <= first - back) for back in range(2, first - oldest + 1)]
            held = history.get(key, [])
            size = max(len(held), len(past))
            history[key] = [(held[k] if k < len(held) else 0.0) + (past[k] if k < len(past) else 0.0) for k in range(size)]


def _bottom_up(entities: Mapping[str, Any]) -> list[str]:
    """Entities such that each comes before those that own it."""
    placed: list[str] = []

    def place(name: str) -> None:
        if name in placed:
            return
        for other, entity in entities.items():
            if name in entity.owner and other != name:
                place(other)
        placed.append(name)

    for name in entities:
        place(name)
    return placed


def _entity(
    make: _Maker, file: File, name: str, pages: Mapping[str, Any], regimes: Mapping[str, Regime], timeline: Timeline, notes: list[str],
    opening: dict[tuple[str, ...], Num],
) -> SimpleNamespace:  # fmt: skip
    entity = next(one for one in file.entity if one.name == name)
    sites = [site for site in file.site if site.entity == name]
    law = regimes[sites[0].name] if sites else _holding_law(entity, timeline, notes)
    fences = list(dict.fromkeys(_fence_name(site) for site in sites))
    loans = {}
    for label, loan in entity.loan.items():
        site = next(one for one in sites if one.name == loan.site)
        abroad = loan.country if loan.country != entity.country else None
        charge = None if loan.exempt_interest or abroad is None else _withholding(file, law, "interest", abroad, 0.0, False, notes, loan.lender)
        items = [item for item, capital in site.cost.capital.items() if capital.clock == "construction"]
        loans[label] = SimpleNamespace(
            lender=loan.lender, site=loan.site, share=make.number(loan.share), limit=make.maybe(loan.limit), rate=make.number(loan.rate),
            grace=make.number(loan.grace), tenor=make.number(loan.tenor), capitalise=loan.while_building == "capitalised",
            treatment=loan.capitalised_interest, charge=charge, fence=_fence_name(site), items=items,
        )  # fmt: skip
        if loan.balance is not None:
            opening[(name, "loan", label)] = make.number(loan.balance)
            opening[(name, "loan", label, "drawn")] = make.number(loan.balance)
    lent_rate = make.number(entity.shareholder_loan.rate) if entity.shareholder_loan is not None else 0.0
    start = entity.opening
    if start is not None:
        for key, value in (("paid in", start.paid_in), ("retained", start.retained)):
            if value is not None:
                opening[(name, key)] = make.number(value)
    if entity.carry is not None and entity.carry.balance is not None:
        opening[(name, "carry")] = make.number(entity.carry.balance)
    owners = {
        owner: SimpleNamespace(share=make.number(part.share), country=part.country, kind=part.kind, free=part.free) for owner, part in entity.owner.items()
    }  # fmt: skip
    dividend_charge, interest_charge = {}, {}
    for owner, part in entity.owner.items():
        if part.country != entity.country:
            dividend_charge[owner] = _withholding(file, law, "dividend", part.country, part.share.amount, part.treaty, notes, owner)
            interest_charge[owner] = _withholding(file, law, "interest", part.country, part.share.amount, part.treaty, notes, owner)

    def shareholder_interest(s: State) -> Num:
        return lent_rate * s[(name, "lending")]

    carry, earn_in = entity.carry, entity.earn_in
    return SimpleNamespace(
        name=name, sites=[site.name for site in sites], fences=fences, loans=loans, owners=owners, repays=entity.surplus == "repay",
        lends=entity.shareholder_loan is not None, lent_rate=lent_rate,
        lent_share=make.number(entity.shareholder_loan.share) if entity.shareholder_loan is not None else 0.0,
        minimum_cash=make.maybe(entity.minimum_cash), opening_cash=make.maybe(start.cash) if start is not None else None,
        closing={site.name: 0.001 if site.cost.closure is None else make.number(site.cost.closure.years) for site in sites},
        dividend_charge=dividend_charge, interest_charge=interest_charge, shareholder_interest=shareholder_interest,
        carry=None if carry is None else SimpleNamespace(
            carried=carry.carried, by=carry.by, scope=carry.scope, limit=make.maybe(carry.limit), interest=make.number(carry.interest),
            repayment=make.number(carry.repayment),
        ),
        earn_in=None if earn_in is None else SimpleNamespace(partner=earn_in.partner, spend=make.series(earn_in.spend), before=make.number(earn_in.before)),
    )  # fmt: skip


def _holding_law(entity: Any, timeline: Timeline, notes: list[str]) -> Regime:
    """Law of a holding without sites: what its country withholds on what it passes on, where that is on file."""
    try:
        return regime.from_law(entity.country, Licence(None, None, False, False, None, ()), timeline)
    except InputError:
        notes.append(f"{entity.name}: the law of {entity.country} is not on file: nothing is withheld on what it pays to owners abroad")
        return Regime(entity.country, "not on file", None, (), ())


def _withholding(file: File, law: Regime, on: str, country: str, share: float, treaty: bool, notes: list[str], receiver: str) -> Withholding | None:
    """The withholding that applies to one receiver: treaty where claimed, scale or rate of the law otherwise."""
    charges = law.of_kind("withholding", on)
    if not charges:
        return None
    charge = charges[0]
    terms = charge.word.get("treaty", {}).get(country)
    if terms is not None:
        rate = terms["substantial_rate"] if "substantial_rate" in terms and share >= terms["min_share"] else terms["rate"]
        if treaty:
            notes.append(f"{charge.name} on {receiver}: treaty rate of {rate:.0%} claimed")
            return Withholding(charge.name, charge.state, charge.on, Series(float(rate)))
        notes.append(f"{charge.name} on {receiver} ({country}): a treaty rate of {rate:.0%} is on file but not claimed (treaty = true)")
    if "slices" in charge.scale:
        least = charge.number["min_share"].calendar
        if least is not None and share < max(least):
            return Withholding(charge.name, charge.state, charge.on, charge.number["rate_below"])
        currency = law.currency if law.currency != file.project.currency else None
        return Withholding(charge.name, charge.state, charge.on, None, tuple(charge.scale["slices"]), currency)
    return Withholding(charge.name, charge.state, charge.on, charge.number["rate"])


def contained(project: Project) -> dict[str, float]:
    """Tonnes of each element in the ground, all ore types together, before mining losses; each element once."""
    found: dict[str, float] = {}
    for site in project.file.site:
        for ore in site.deposit.values():
            grades = deposit.element_grades(
                {key: value.amount for key, value in ore.grade.items()}, {key: value.amount for key, value in ore.split.items()},
                {key: value.basis for key, value in ore.grade.items()},
            )  # fmt: skip
            for element, tonnes in deposit.contained(ore.tonnage.amount, grades).items():
                found[element] = found.get(element, 0.0) + tonnes
    return found


def is_rare_earth(element: str) -> bool:
    """Whether an element is a rare earth (or the lump of them)."""
    return element in units.RARE_EARTHS or element == deposit.LUMP
