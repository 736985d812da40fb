"""The page: one year in the life of a project, from ore to owners.

`year` is plain Python over abstract numbers. It never asks a number for its value: which sites, charges, loans and owners there are decides
what runs (ordinary loops and ifs); their numbers are inputs. Any machine that offers the operations of `kenes.numbers` can run it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from kenes import cost, fiscal, funding, market, mine, ownership, plant, trade, units
from kenes.appraise.books import Books, State
from kenes.numbers import Num, clip, maximum, minimum, ratio, total, where
from kenes.regime import Charge

__all__ = ["Flows", "World", "year"]

SUPPLIERS, FUND, PAST, CREDIT_BUYERS = "suppliers", "closure fund", "before the valuation day", "credit buyers"
DUTIES = ("import_duty", "duty_passed_back")


@dataclass(slots=True)
class World:
    """One model year as the page sees it.

    time     : years from the valuation day to its beginning; first : 1 in the first year, else 0
    money    : reporting currency for one unit of each currency of the file (inflation included); exchange : the same for nominal money
    pick     : takes this year's value of a yearly list
    """

    time: Num
    first: Num
    money: Mapping[str, Num]
    exchange: Mapping[str, Num]
    index: int
    books: Books

    def column(self, yearly: Sequence[Num]) -> Num:
        """This year's value of a yearly input."""
        return yearly[self.index]


@dataclass(slots=True)
class Flows:
    """What metrics read besides the books, nominal money of the year.

    pre_fiscal, pre_tax, after_tax, equity : the four levels of worth, all sites and owners together
    cash       : cash of each entity at the end of the year; balances : what must be zero at the horizon
    assessed   : charges assessed, by (charge, state)
    borne      : charges that the project bears, by (charge, state): what government take counts
    ore, made  : tonnes of ore fed, tonnes of product by (site, product); unit : cost totals for unit costs
    taxable    : taxed profit, pooled losses and the like by ring fence (for the laws of the tests)
    """

    pre_fiscal: Num
    pre_tax: Num
    after_tax: Num
    equity: Num
    cash: dict[str, Num]
    balances: dict[tuple[str, ...], Num]
    assessed: dict[tuple[str, str], Num]
    borne: dict[tuple[str, str], Num]
    ore: Num
    made: dict[tuple[str, str], Num]
    costs: dict[str, Num]
    taxable: dict[tuple[str, ...], Num]
    customs: dict[tuple[str, str], Num]


def _add(table: dict[Any, Num], key: Any, amount: Num) -> None:
    table[key] = table.get(key, 0.0) + amount


def year(y: World, s: State, p: Any) -> Flows:
    """One year of project ``p`` in world ``y``, from state ``s``; entries go to ``y.books``."""
    out = Flows(0.0, 0.0, 0.0, 0.0, {}, {}, {}, {}, 0.0, {}, {}, {}, {})
    days: dict[str, SimpleNamespace] = {}
    for name in p.sites:
        days[name] = _move_matter(y, s, p, name, days, out)
    for name, site in p.sites.items():
        _sell(y, p, site, days[name])
        _spend(y, s, p, site, days[name], out)
    for name in reversed(p.sites):
        _hand_over(y, p, p.sites[name], days)
    for name, site in p.sites.items():
        _cross(y, site, days, out)
        _bind_money(y, s, site, days[name], out)
        _levy(y, s, site, days[name], out)
        _stop(s, site, days[name])
    loans = {name: _lend(y, s, entity, days, out) for name, entity in p.entities.items()}
    dues = {name: _tax(y, s, p, fence, days, loans, out) for name, fence in p.fences.items()}
    received = {name: SimpleNamespace(cash=0.0, profit=0.0) for name in p.entities}
    for entity in p.entities.values():
        _share(y, s, p, entity, days, loans, dues, received, out)
    return out


# --- matter --------------------------------------------------------------------------------------------------------------------


def _move_matter(y: World, s: State, p: Any, name: str, days: Mapping[str, SimpleNamespace], out: Flows) -> SimpleNamespace:
    """Ore leaves the ground, products leave the plant; what goes to another site is laid at its door."""
    site = p.sites[name]
    building = (y.time - site.offset, y.time + 1.0 - site.offset)
    clock = (y.time - site.ready, y.time + 1.0 - site.ready)
    running = 1.0 - s[(name, "shut")]
    feeds: dict[str, plant.Stream] = {}
    upstream = [p.sites[other] for other in site.takes_from]
    if site.mine is not None:
        potential = mine.capability(clock, site.mine.capacity, site.mine.ramp_up) * running
        dug = mine.dig(
            potential=potential, dug=s[(name, "dug")], ores=site.ores, order=site.mine.order, recovery=site.mine.recovery,
            dilution=site.mine.dilution, strip_ratio=site.mine.strip_ratio, grade_factor=p.factor.grade,
            working=(maximum(clock[1], 0.0) - maximum(clock[0], 0.0)) * running,
        )  # fmt: skip
        possible = mine.capability(clock, site.mine.capacity, site.mine.ramp_up)
        dug = mine.Dug(dug.ore, dug.waste, dug.elements, dug.ground, ratio(dug.feed, possible, otherwise=1.0), dug.running, dug.portion, dug.left)
        s.keep((name, "dug"), s[(name, "dug")] + dug.feed)
        feeds["ore"] = plant.Stream(dug.feed, dug.elements, "ore")
        for element, amount in dug.elements.items():
            y.books.move(element, f"{name}: ground", f"{name}: ore", amount)
            y.books.move(element, f"{name}: ground", f"{name}: lost in the ground", dug.ground[element] - amount)
        out.ore = out.ore + dug.feed
    elif site.production is not None:
        dug = mine.run(clock=clock, worked=s[(name, "dug")], life=site.production.life, rate=site.production.ore, open_=running)
        s.keep((name, "dug"), s[(name, "dug")] + dug.running)
        out.ore = out.ore + dug.feed
    else:
        above = [days[other.name] for other in upstream]
        count = float(len(above))
        active, working = above[0].dug.active, above[0].dug.running
        for day in above[1:]:
            active, working = maximum(active, day.dug.active), maximum(working, day.dug.running)
        portion, left = total(day.dug.portion for day in above) / count, total(day.dug.left for day in above) / count
        dug = mine.Dug({}, 0.0, {}, {}, active, working, portion, left)
    for other in upstream:
        for product in other.hands_to.get(name, ()):
            feeds[product] = days[other.name].made[product]
    feed = total(stream.mass for stream in feeds.values())
    if site.production is not None:
        made = {}
        for label, product in site.production.product.items():
            mass = product.rate.at(y, clock) * _ramped(clock, dug, site.production)
            made[label] = plant.Stream(mass, {}, product.form)
        residues: dict[str, Num] = {}
    else:
        made, residues = plant.process(feeds, site.plant, name, y.books)
    for label, sale in site.market.items():
        _deliver(y, name, label, made[label], sale.buyer)
    for label, rest in site.unsold.items():
        _deliver(y, name, label, made[label], f"{name}: {rest.fate} {label}")
    possible = maximum(clock[1], 0.0) - maximum(clock[0], 0.0)
    left_before = s[(name, "left")]
    left_after = left_before + possible * (1.0 - dug.active)
    s.keep((name, "left"), left_after)
    for label, stream in made.items():
        out.made[(name, label)] = stream.mass
    return SimpleNamespace(
        name=name, dug=dug, feed=feed, feeds=feeds, made=made, residues=residues, building=building, clock=clock, left=(left_before, left_after),
        started=where(clock[1] > 0.0, 1.0, 0.0), over=where(clock[1] > 0.0, 1.0 - dug.active, 0.0),
        before=clip(-clock[0], 0.0, 1.0), given={}, taken={}, sold={}, passed_back=0.0, own_duty=0.0, export_duty=0.0, levies={}, deducted=0.0,
        pre_tax_charges=0.0, profit_charges=0.0, shut=s[(name, "shut")],
    )  # fmt: skip


def _ramped(clock: tuple[Num, Num], dug: mine.Dug, production: Any) -> Num:
    """Years of full-rate work in this year: time worked, times the mean ramp-up over it."""
    return dug.running * production.ramp_up.at(None, clock)


def _deliver(y: World, site: str, label: str, stream: plant.Stream, target: str) -> None:
    for element, amount in stream.elements.items():
        y.books.move(element, f"{site}: {label}", target, amount)


# --- money, site by site -------------------------------------------------------------------------------------------------------


def _sell(y: World, p: Any, site: Any, day: SimpleNamespace) -> None:
    day.sold = market.sell(day.made, site.market, y, day.clock, p.factor.price)
    for label, sold in day.sold.items():
        buyer = site.market[label].buyer
        y.books.pay("sales", buyer, site.entity, sold.value, site.name)
        if site.market[label].has_charges:
            y.books.pay("treatment_and_separation", site.entity, buyer, sold.charges, site.name)
        if site.market[label].freight is not None:
            y.books.pay("freight", site.entity, SUPPLIERS, sold.freight, site.name)


def _spend(y: World, s: State, p: Any, site: Any, day: SimpleNamespace, out: Flows) -> None:
    name = site.name
    residues = {label: (mass, site.residue_cost[label]) for label, mass in day.residues.items()}
    unsold = {label: (day.made[label].mass, rest.cost) for label, rest in site.unsold.items()}
    spent = cost.spend(
        cost=site.cost, dug=day.dug, feed=day.feed, made=day.made, residues=residues, unsold=unsold, y=y, building=day.building,
        clock=day.clock, left=day.left, fund=s[(name, "fund")],
    )  # fmt: skip
    permits: Num = 0.0
    exploration: Num = 0.0
    for stage in site.permits:
        if stage.cost is None:
            continue
        begin, end = stage.span
        part = ratio(clip(y.time + 1.0 - begin, 0.0, end - begin) - clip(y.time - begin, 0.0, end - begin), end - begin)
        amount = stage.cost.at(y) * part
        permits = permits + amount
        if stage.exploration:
            exploration = exploration + amount
            y.books.pay("exploration", site.entity, SUPPLIERS, amount, name)
        else:
            y.books.pay("permits", site.entity, SUPPLIERS, amount, name)
    day.spent, day.permits, day.exploration = spent, permits, exploration
    for label, amount in spent.operating.items():
        y.books.pay(f"operating_cost: {label}", site.entity, SUPPLIERS, amount, name)
        _add(out.costs, site.cost.operating[label].stage, amount)
    for label, amount in spent.capital.items():
        y.books.pay(f"capital: {label}", site.entity, SUPPLIERS, amount, name)
    for label, amount in spent.sustaining.items():
        y.books.pay(f"sustaining_capital: {label}", site.entity, SUPPLIERS, amount, name)
    if residues:
        y.books.pay("residue_handling", site.entity, SUPPLIERS, spent.residue, name)
    if unsold:
        y.books.pay("unsold_products", site.entity, SUPPLIERS, spent.unsold, name)
    if site.cost.closure is not None:
        y.books.pay("closure_cost", site.entity, SUPPLIERS, spent.closure, name)
        y.books.pay("into_closure_fund", site.entity, FUND, spent.into_fund, name)
        y.books.pay("from_closure_fund", FUND, site.entity, spent.from_fund, name)
    fund = s[(name, "fund")] + spent.into_fund - spent.from_fund
    s.keep((name, "fund"), fund)
    out.balances[(name, "closure fund")] = fund
    _add(out.costs, "capital", spent.capital_cost + permits)


def _outgoing(site: Any, day: SimpleNamespace) -> Num:
    """What a site has earned so far this year: net smelter return and what it handed on."""
    return total(sold.net for sold in day.sold.values()) + total(given.value - given.freight for given in day.given.values())


def _hand_over(y: World, p: Any, site: Any, days: Mapping[str, SimpleNamespace]) -> None:
    """Price what this site gives to others; the takers, further down, are settled already."""
    day = days[site.name]
    for label, transfer in site.transfer.items():
        stream = day.made[label]
        taker, there = p.sites[transfer.to], days[transfer.to]
        freight = stream.mass * transfer.freight.at(y, day.clock) if transfer.freight is not None else 0.0
        if transfer.method == "market":
            price, _ = market.value(stream, transfer.pricing, y, day.clock)
        elif transfer.method == "cost_plus":
            share = ratio(stream.mass, total(made.mass for made in day.made.values()))
            received = total(given.value for given in day.taken.values())
            price = (day.spent.running_cost + received) * share * (1.0 + transfer.markup)
        else:
            sales = total(sold.value for sold in there.sold.values()) + total(given.value for given in there.given.values())
            kept = _outgoing(taker, there) - there.spent.running_cost - transfer.margin * sales
            rate, fixed = _duty_terms(y, transfer, stream, freight)
            price = maximum((kept - fixed) / (1.0 + rate), 0.0) * ratio(stream.mass, total(feed.mass for feed in there.feeds.values()))
        price = price * p.factor.transfer
        given = SimpleNamespace(label=label, stream=stream, value=price, freight=freight, transfer=transfer, site=site.name)
        day.given[label] = given
        there.taken[label] = given
        y.books.pay("transfer", taker.entity, site.entity, price, site.name)
        if transfer.freight is not None:
            y.books.pay("freight", site.entity, SUPPLIERS, freight, site.name)


def _duty_terms(y: World, transfer: Any, stream: plant.Stream, freight: Num) -> tuple[Num, Num]:
    """Duty that the taker bears on a transfer as (share of its price, fixed amount)."""
    if transfer.tariff is None or transfer.importer != "buyer":
        return 0.0, 0.0
    tariff = transfer.tariff
    rate = y.column(tariff.ad_valorem)
    fixed = _specific(y, tariff, stream)
    return rate * (1.0 - transfer.passed_back), (fixed - (rate * freight if transfer.delivered else 0.0)) * (1.0 - transfer.passed_back)


def _specific(y: World, tariff: Any, stream: plant.Stream) -> Num:
    if tariff.element is None:
        return 0.0
    return stream.elements.get(tariff.element, 0.0) * y.column(tariff.specific) * y.exchange[tariff.currency]


def _cross(y: World, site: Any, days: Mapping[str, SimpleNamespace], out: Flows) -> None:
    """Duties of the importing state on what this site sent across a border."""
    day = days[site.name]
    sent = [(site.market[label], sold.value, sold.freight, sold.stream, site.market[label].buyer, False) for label, sold in day.sold.items()]
    sent += [(given.transfer, given.value, given.freight, given.stream, given.transfer.taker, True) for given in day.given.values()]
    for way, price, freight, stream, taker, inside in sent:
        if way.tariff is None:
            continue
        tariff = way.tariff
        base = maximum(trade.customs_value(price, freight, way.delivered), 0.0)
        duty = y.column(tariff.ad_valorem) * base + _specific(y, tariff, stream)
        _add(out.customs, (site.name, way.border_to), base)
        _add(out.assessed, ("import_duty", way.border_to), duty)
        back = duty * way.passed_back
        if way.importer == "buyer":
            y.books.pay("import_duty", taker, way.border_to, duty, site.name)
            y.books.pay("duty_passed_back", site.entity, taker, back, site.name)
            day.passed_back = day.passed_back + back
            if inside:
                days[way.to].own_duty = days[way.to].own_duty + duty - back
                _add(out.borne, ("import_duty", way.border_to), duty)
            else:
                _add(out.borne, ("import_duty", way.border_to), back)
        else:
            y.books.pay("import_duty", site.entity, way.border_to, duty, site.name)
            day.own_duty = day.own_duty + duty
            _add(out.borne, ("import_duty", way.border_to), duty)


def _bind_money(y: World, s: State, site: Any, day: SimpleNamespace, out: Flows) -> None:
    """Working capital and refundable value-added tax."""
    name, day.bound, day.vat = site.name, 0.0, 0.0
    terms = site.cost.working_capital
    if terms is not None:
        for label, sold in day.sold.items():
            owed = terms.receivable * (sold.value - sold.charges)
            change = owed - s[(name, "receivable", label)]
            y.books.pay("receivable_flow", site.entity, site.market[label].buyer, change, name)
            s.keep((name, "receivable", label), owed)
            out.balances[(name, "receivable", label)] = owed
            day.bound = day.bound + change
        for part, days_, sign in (("inventory", terms.inventory, 1.0), ("payable", terms.payable, -1.0)):
            held = days_ * day.spent.running_cost
            change = held - s[(name, part)]
            if sign > 0:
                y.books.pay("inventory_flow", site.entity, SUPPLIERS, change, name)
            else:
                y.books.pay("payable_flow", SUPPLIERS, site.entity, change, name)
            s.keep((name, part), held)
            out.balances[(name, part)] = held
            day.bound = day.bound + sign * change
    vat = site.cost.value_added_tax
    if vat is not None:
        rate = vat.rate.at(y)
        paid = rate * (vat.operating * day.spent.running_cost + vat.capital * (day.spent.capital_cost + day.permits))
        back = (1.0 - vat.part) * _ago(s, (name, "vat"), vat.whole, paid) + vat.part * _ago(s, (name, "vat"), vat.whole + 1, paid)
        s.keep((name, "vat"), paid)
        open_ = s[(name, "vat owed")] + paid - back
        s.keep((name, "vat owed"), open_)
        y.books.pay("value_added_tax", site.entity, site.state, paid, name)
        y.books.pay("value_added_tax_refund", site.state, site.entity, back, name)
        out.balances[(name, "value-added tax")] = open_
        _add(out.assessed, ("value_added_tax", site.state), paid - back)
        _add(out.borne, ("value_added_tax", site.state), paid - back)
        day.vat = paid - back


def _ago(s: State, key: tuple[str, ...], years: int, now: Num) -> Num:
    return now if years == 0 else s.lag(key, years)


# --- the state -----------------------------------------------------------------------------------------------------------------


def _levy(y: World, s: State, site: Any, day: SimpleNamespace, out: Flows) -> None:
    """Levies on production, property tax, export duty and fees of one site; then its flows before and after them."""
    name = site.name
    sent = [(sold.stream, sold.value, sold.net, sold.by_element, label) for label, sold in day.sold.items()]
    sent += [(given.stream, given.value, given.value - given.freight, {}, label) for label, given in day.given.items()]
    income = (
        total(value for _, value, _, _, _ in sent)
        - total(sold.charges for sold in day.sold.values())
        - total(sold.freight for sold in day.sold.values())
        - total(given.freight for given in day.given.values())
        - total(taken.value for taken in day.taken.values())
        - day.passed_back
        - day.own_duty
    )
    day.income, day.sent = income, sent
    spent = day.spent
    fund = spent.into_fund - spent.from_fund
    before = income - spent.running_cost - spent.capital_cost - day.permits - spent.closure - fund
    held = s[(name, "book")]
    book = fiscal.units_of_production(
        held, spent.capital_cost + day.permits, portion=day.dug.portion, left=day.dug.left, over=day.over
    )  # fmt: skip
    s.keep((name, "book"), book.balance)
    day.book = book
    out.balances[(name, "book value")] = book.balance
    charged: Num = 0.0
    for charge in site.regime.charges:
        if charge.kind not in ("production_levy", "property_tax", "export_duty", "fee"):
            continue
        on = charge.on.at(y)
        if charge.kind == "production_levy":
            due = _production_levy(y, s, site, day, charge, before - charged, income)
        elif charge.kind == "property_tax":
            due = charge.number["rate"].at(y) * 0.5 * (held + book.balance) * day.started
        elif charge.kind == "export_duty":
            due = charge.number["rate"].at(y) * total(value for _, value, _, _, label in sent if label in charge.word["product"])
        else:
            due = charge.number["amount"].at(y) * day.dug.running
        due = due * on
        payee = charge.payee or charge.state
        y.books.pay(charge.name, site.entity, payee, due, name)
        _add(out.assessed, (charge.name, payee), due)
        if charge.payee is None:
            _add(out.borne, (charge.name, charge.state), due)
        if charge.deductible:
            day.deducted = day.deducted + due
        if charge.level == "pre_tax":
            day.pre_tax_charges = day.pre_tax_charges + due
        else:
            day.profit_charges = day.profit_charges + due
        charged = charged + due
    day.flow = before - charged - day.bound - day.vat
    day.operating_flow = income - spent.running_cost - charged
    out.pre_fiscal = out.pre_fiscal + before + day.passed_back + day.own_duty - day.bound
    out.pre_tax = out.pre_tax + before - day.bound - day.vat - day.pre_tax_charges
    out.after_tax = out.after_tax + before - day.bound - day.vat - charged


def _production_levy(y: World, s: State, site: Any, day: SimpleNamespace, charge: Charge, flow: Num, income: Num) -> Num:
    """What one levy takes from one site this year, before its 0/1 switch."""
    name = site.name
    primary = total(amount for stage, amount in day.spent.stages.items() if stage in ("mining", "beneficiation"))
    due: Num = 0.0
    for base, on in charge.base.items():
        due = due + on.at(y) * _on_base(y, site, day, charge, base, primary, income)
    if "multiplier" in charge.number:
        due = due * charge.number["multiplier"].at(y)
    if "holiday" in charge.number:
        years = charge.number["holiday"].at(y)
        free = fiscal.holiday_share(day.clock, years)
        if "holiday_irr_cap" in charge.number:
            # The deposit's cumulative rate of return exceeds the cap once its flows, carried at the cap, add up to more than nothing.
            cap = charge.number["holiday_irr_cap"].at(y)
            carried = s[(name, charge.name, "carried")] * (1.0 + cap) + flow
            lost = maximum(s[(name, charge.name, "lost")], where(carried > 0.0, 1.0, 0.0))
            s.keep((name, charge.name, "carried"), carried)
            s.keep((name, charge.name, "lost"), lost)
            free = free * (1.0 - lost)
        # A holiday rate of zero is the only one on file; a reduced one would scale the levy the same way.
        due = due * (1.0 - free * (1.0 - charge.number["holiday_rate"].at(y)))
    return due


def _on_base(y: World, site: Any, day: SimpleNamespace, charge: Charge, base: str, primary: Num, income: Num) -> Num:
    clock = day.clock
    if base == "profit":
        return charge.number["rate"].at(y, clock) * maximum(income - day.spent.running_cost, 0.0)
    if base == "volume":
        return charge.number["rate"].at(y, clock) * total(stream.mass for stream, _, _, _, _ in day.sent)
    if base in ("sales", "net_smelter_return"):
        worth = {label: (stream, value if base == "sales" else net) for stream, value, net, _, label in day.sent}
        whole = total(value for _, value in worth.values())
        lift: Num = 1.0
        if "floor_cost_multiple" in charge.number:
            floor = charge.number["floor_cost_multiple"].at(y) * day.spent.running_cost
            lift = maximum(ratio(floor, whole, otherwise=1.0), 1.0)
        return total(_rate_on_product(y, site, charge, stream, clock) * value * lift for stream, value in worth.values())
    if base == "sold_volume":
        return total(
            total(_element_rate(y, site, charge, element, clock) * part for element, part in _shares(stream.elements, site.levied).items()) * value
            for stream, value, _, _, _ in day.sent
        )
    return _on_extracted(y, site, day, charge, base, primary)


def _rate_on_product(y: World, site: Any, charge: Charge, stream: plant.Stream, clock: tuple[Num, Num]) -> Num:
    if "rate_by_form" in charge.table:
        return charge.table["rate_by_form"][stream.form].at(y)
    if "rates" in charge.table:
        return total(_element_rate(y, site, charge, element, clock) * part for element, part in _shares(stream.elements, site.levied).items())
    for element, steps in charge.scale.items():
        return fiscal.bracket_rate(site.exchange_price[element].at(y, clock), [(upper.at(y), rate.at(y)) for upper, rate in steps])
    return charge.number["rate"].at(y, clock)


def _shares(elements: Mapping[str, Num], levied: Sequence[str]) -> dict[str, Num]:
    kept = {element: amount for element, amount in elements.items() if element in levied}
    whole = total(kept.values())
    return {element: ratio(amount, whole) for element, amount in kept.items()}


def _element_rate(y: World, site: Any, charge: Charge, element: str, clock: tuple[Num, Num], volume: Num = 0.0) -> Num:
    """Rate on one element: by its price or yearly volume where a scale says so, else from the table."""
    steps = charge.scale.get(element)
    if steps is not None:
        by = volume if charge.word.get("scale_on", {}).get(element) == "volume" else site.exchange_price[element].at(y, clock)
        return fiscal.bracket_rate(by, [(upper.at(y), rate.at(y)) for upper, rate in steps])
    table = charge.table.get("rates", {})
    return table[element].at(y) if element in table else 0.0


def _on_extracted(y: World, site: Any, day: SimpleNamespace, charge: Charge, base: str, primary: Num) -> Num:
    """Levy on what was extracted (or written off in the ground), valued near the concentrate, never below a multiple of its cost.

    Quoted minerals count at their quotation. The others count at the own average price of ore or concentrate per tonne of levied mineral in
    it; where none is ever sold or handed on, at the cost floor alone. Losses in the ground count above the norm, or all if written off.
    """
    ground: dict[str, Num] = {}
    for element, amount in day.dug.ground.items():
        if element not in site.levied:
            continue
        extracted = day.dug.elements[element]
        excess = maximum(amount * (1.0 - site.mine.normed_losses) - extracted, 0.0)
        ground[element] = amount if base == "written_off" else extracted + excess
    quoted = {element for element in ground if element in charge.word.get("exchange", {})}
    due: Num = 0.0
    for element in quoted:
        at_quotation = ground[element] * site.exchange_price[element].at(y, day.clock)
        due = due + charge.word["exchange"][element].at(y) * at_quotation * _element_rate(y, site, charge, element, day.clock, ground[element])
    counted = {
        element: amount * (1.0 - charge.word["exchange"][element].at(y)) if element in quoted else amount for element, amount in ground.items()
    }
    volume = total(counted.values())
    worth: Num = 0.0
    inside: Num = 0.0
    for stream, value, _, _, _ in day.sent:
        if stream.form in ("ore", "concentrate"):
            worth = worth + value
            inside = inside + total(amount for element, amount in stream.elements.items() if element in counted)
    value = ratio(worth, inside) * volume
    if "floor_cost_multiple" in charge.number:
        value = maximum(value, charge.number["floor_cost_multiple"].at(y) * primary)
    for element, amount in counted.items():
        due = due + value * ratio(amount, volume) * _element_rate(y, site, charge, element, day.clock, amount)
    return due


def _stop(s: State, site: Any, day: SimpleNamespace) -> None:
    """Early closure: after so many years in a row with a negative operating flow the mine does not open again."""
    if site.early_closure is None:
        return
    bad = where(day.operating_flow < 0.0, s[(site.name, "bad")] + day.started, 0.0)
    s.keep((site.name, "bad"), bad)
    s.keep((site.name, "shut"), where(bad >= float(site.early_closure), 1.0, s[(site.name, "shut")]))


def _lend(y: World, s: State, entity: Any, days: Mapping[str, SimpleNamespace], out: Flows) -> SimpleNamespace:
    """Loans of one entity: draws, interest, repayment."""
    sums = SimpleNamespace(draw=0.0, paid=0.0, capitalised=0.0, repaid=0.0, deducted={}, pooled={}, withheld=0.0)
    for label, loan in entity.loans.items():
        day = days[loan.site]
        key = (entity.name, "loan", label)
        served = funding.serve(
            balance=s[key], drawn=s[(*key, "drawn")], capital=total(day.spent.capital[item] for item in loan.items), share=loan.share,
            limit=loan.limit.at(y) if loan.limit is not None else None, rate=loan.rate, grace=loan.grace, tenor=loan.tenor,
            capitalise=loan.capitalise, clock=day.clock, active=day.dug.active,
        )  # fmt: skip
        s.keep(key, served.balance)
        s.keep((*key, "drawn"), s[(*key, "drawn")] + served.draw)
        out.balances[key] = served.balance
        y.books.pay("loan_draw", loan.lender, entity.name, served.draw, loan.site)
        y.books.pay("loan_repayment", entity.name, loan.lender, served.repaid, loan.site)
        kept = _withhold_interest(y, entity, loan.charge, loan.lender, served.paid, out)
        sums.draw, sums.paid, sums.repaid = sums.draw + served.draw, sums.paid + served.paid, sums.repaid + served.repaid
        sums.withheld = sums.withheld + kept
        _add(sums.deducted, loan.fence, served.paid + (served.capitalised if loan.treatment == "deducted" else 0.0))
        if loan.treatment == "pool":
            _add(sums.pooled, loan.fence, served.capitalised)
        sums.capitalised = sums.capitalised + served.capitalised
    return sums


def _withhold_interest(y: World, entity: Any, charge: Any, lender: str, interest: Num, out: Flows) -> Num:
    """Pays interest; the tax on it is the lender's, withheld by the entity. Returns that tax."""
    y.books.pay("interest", entity.name, lender, interest, "")
    if charge is None:
        return 0.0
    due = charge(y, interest) * charge.on.at(y)
    y.books.pay(charge.name, lender, charge.state, due, "")
    _add(out.assessed, (charge.name, charge.state), due)
    _add(out.borne, (charge.name, charge.state), due)
    return due


def _tax(y: World, s: State, p: Any, fence: Any, days: Mapping[str, SimpleNamespace], loans: Mapping[str, SimpleNamespace], out: Flows) -> Num:
    """Taxes on the profit of one ring fence: as they fall due, and as they would without debt (for the unlevered level of worth)."""
    here = [days[name] for name in fence.sites]
    lent = loans[fence.entity]
    interest = lent.deducted.get(fence.name, 0.0)
    shareholder = p.entities[fence.entity].shareholder_interest(s) if fence.first else 0.0
    pooled = lent.pooled.get(fence.name, 0.0)
    due = _profit_taxes(y, s, fence, here, interest + shareholder, pooled, "paid", out)
    bare = _profit_taxes(y, s, fence, here, 0.0, 0.0, "unlevered", out) if fence.levered else due
    owed = total(due.values())
    for name, amount in due.items():
        charge = fence.charges[name]
        if charge.kind == "production_credit":
            claimed = amount * -1.0
            y.books.pay(name, charge.state, fence.entity, claimed * fence.monetisation, fence.sites[0])
            y.books.pay(f"{name}: discount", charge.state, CREDIT_BUYERS, claimed * (1.0 - fence.monetisation), fence.sites[0])
            _add(out.assessed, (name, charge.state), -claimed * fence.monetisation)
            _add(out.assessed, (f"{name}: discount", charge.state), -claimed * (1.0 - fence.monetisation))
            owed = owed + claimed * (1.0 - fence.monetisation)
            _add(out.borne, (name, charge.state), -claimed * fence.monetisation)
            out.after_tax = out.after_tax + claimed * fence.monetisation
            continue
        y.books.pay(name, fence.entity, charge.state, amount, fence.sites[0])
        _add(out.assessed, (name, charge.state), amount)
        _add(out.borne, (name, charge.state), amount)
        out.after_tax = out.after_tax - bare[name]
    return owed


def _profit_taxes(
    y: World, s: State, fence: Any, days: Sequence[SimpleNamespace], interest: Num, pooled: Num, view: str, out: Flows
) -> dict[str, Num]:
    """Income tax, credits and the other taxes on profit of a ring fence, by charge. ``view`` keeps the memories of the two runs apart."""
    due: dict[str, Num] = {}
    income = total(day.income for day in days)
    running = total(day.spent.running_cost + day.deducted for day in days)
    whole_flow = total(day.flow + day.bound + day.vat for day in days)
    ledger = 1.0 / y.exchange[fence.currency] if fence.currency else 1.0
    taxed: Num = 0.0
    deducted: Num = running
    for name, charge in fence.charges.items():
        on = charge.on.at(y)
        if charge.kind == "production_credit":
            due[name] = -_credit(y, fence, charge, days) * on
        elif charge.kind == "income_tax":
            closure = total(
                {"spent": day.spent.closure, "funded": day.spent.into_fund - day.spent.from_fund + day.spent.closure, "provided": day.spent.provision}[
                    charge.word["closure"]
                ]
                for day in days
            )
            depreciation, unpooled = _depreciate(y, s, fence, charge, days, pooled, view, ledger, out)
            profit = income - running - closure - depreciation - unpooled - interest
            deducted = running + closure + depreciation + unpooled + interest
            if "depletion" in charge.table:
                gross: dict[str, Num] = {}
                for day in days:
                    for element, amount in _mining_income(day).items():
                        _add(gross, element, amount)
                rates = {element: rate.at(y) for element, rate in charge.table["depletion"].items()}
                profit = profit - fiscal.percentage_depletion(gross, rates, profit, charge.number["depletion_cap"].at(y))
            taxed, sheltered = _taxed(y, s, fence, charge, profit * ledger, view, out)
            due[name] = taxed / ledger * on
            out.taxable[(fence.name, view, "profit")] = profit * ledger
            out.taxable[(fence.name, view, "sheltered")] = sheltered
            taxed = due[name]
        elif charge.kind == "rent_tax":
            key = (fence.name, view, name)
            due[name], left = fiscal.rent_tax(whole_flow - taxed, s[key], uplift=charge.number["uplift"].at(y), rate=charge.number["rate"].at(y))
            s.keep(key, left)
            due[name] = due[name] * on
        else:
            tiers = [(upper.at(y), rate.at(y)) for upper, rate in charge.scale["tiers"]]
            due[name] = fiscal.tiered_profit_tax(income, deducted, taxed, tiers) * on
    return due


def _taxed(y: World, s: State, fence: Any, charge: Charge, profit: Num, view: str, out: Flows) -> tuple[Num, Num]:
    """Income tax after losses carried forward, in the currency of the tax ledger; and the losses used."""
    years = charge.word["loss_years"]
    made, gone = (fence.name, view, "losses made"), (fence.name, view, "losses gone")
    before = fiscal.Losses(s[made], s[gone])
    if years == "none":
        expired = s[made]
    elif years == "unlimited":
        expired = 0.0
    else:
        expired = s.lag(made, int(years) + 1)
    due, after = fiscal.income_tax(profit, before, expired, rate=charge.number["rate"].at(y, None), shelter=charge.number["loss_cap"].at(y))
    s.keep(made, after.made)
    s.keep(gone, after.gone)
    out.taxable[(fence.name, view, "losses left")] = after.made - after.gone
    used = after.gone - maximum(before.gone, expired)
    out.taxable[(fence.name, view, "expired")] = maximum(before.gone, expired) - before.gone
    return due, used


def _depreciate(
    y: World, s: State, fence: Any, charge: Charge, days: Sequence[SimpleNamespace], pooled: Num, view: str, ledger: Num, out: Flows
) -> tuple[Num, Num]:
    """Deductions of all pools in reporting money, and spending that no pool takes (deducted at once)."""
    added: dict[str, Num] = {pool.name: 0.0 for pool in charge.pools}
    before_pool = next((pool.name for pool in charge.pools if pool.takes in ("before production", "all")), None)
    after_pool = next((pool.name for pool in charge.pools if pool.takes in ("after production", "all")), None)
    unpooled: Num = 0.0

    def put(pool: str | None, amount: Num) -> None:
        nonlocal unpooled
        if pool is None:
            unpooled = unpooled + amount
        else:
            added[pool] = added[pool] + amount

    for day in days:
        site = fence.site(day.name)
        rest: Num = day.permits
        for kind, spent in (("capital", day.spent.capital), ("sustaining", day.spent.sustaining)):
            for label, amount in spent.items():
                pool = getattr(site.cost, kind)[label].pool
                if pool is not None:
                    put(pool, amount)
                else:
                    rest = rest + amount
        put(before_pool, rest * day.before)
        put(after_pool, rest * (1.0 - day.before))
    put(before_pool, pooled)
    started, over = days[0].started, days[0].over
    portion, left = days[0].dug.portion, days[0].dug.left
    deduction: Num = 0.0
    for pool in charge.pools:
        key = (fence.name, view, "pool", pool.name)
        on = started if pool.starts == "production" else 1.0
        end = over if charge.word["write_off_at_end"] else 0.0
        amount = added[pool.name] * ledger
        if pool.method == "declining":
            year_ = fiscal.declining(s[key], amount, rate=pool.rate.at(y), first_year=pool.first_year.at(y), on=on, over=end)
        elif pool.method == "straight_line":
            assert pool.years is not None
            serviced = (s[(*key, "all")] + amount) * on
            s.keep((*key, "all"), s[(*key, "all")] + amount)
            s.keep((*key, "serviced"), serviced)
            retired = s.lag((*key, "serviced"), pool.years)
            year_ = fiscal.straight_line(s[key], amount, serviced, retired, years=float(pool.years), on=on, over=end)
        elif pool.method == "units_of_production":
            year_ = fiscal.units_of_production(s[key], amount, portion=portion, left=left, over=end)
        else:
            year_ = fiscal.immediate(s[key], amount, on=on)
        s.keep(key, year_.balance)
        out.taxable[(fence.name, view, f"pool {pool.name}")] = year_.balance
        deduction = deduction + year_.deduction
    return deduction / ledger, unpooled


def _mining_income(day: SimpleNamespace) -> dict[str, Num]:
    """Gross income from mining one's own deposit, by element: ore and concentrate sold or handed on, never what is made further down."""
    found: dict[str, Num] = {}
    if not day.dug.elements:
        return found
    for stream, value, _, by_element, _ in day.sent:
        if stream.form not in ("ore", "concentrate"):
            continue
        parts = by_element or {element: value * ratio(amount, total(stream.elements.values())) for element, amount in stream.elements.items()}
        for element, amount in parts.items():
            _add(found, element, amount)
    return found


def _credit(y: World, fence: Any, charge: Charge, days: Sequence[SimpleNamespace]) -> Num:
    """Production credit on the stated stages' cost, for the share of it that makes eligible products."""
    due: Num = 0.0
    for day in days:
        credit = fence.site(day.name).credit
        if credit is None:
            continue
        base = total(amount for stage, amount in day.spent.stages.items() if stage in credit.stages)
        share = ratio(total(day.made[label].mass for label in credit.eligible), total(stream.mass for stream in day.made.values()))
        phase = charge.number["phase"].at(y) if "phase" in charge.number else 1.0
        due = due + fiscal.production_credit(base, rate=charge.number["rate"].at(y), phase=phase, eligible=share)
    return due


# --- owners --------------------------------------------------------------------------------------------------------------------


def _share(
    y: World, s: State, p: Any, entity: Any, days: Mapping[str, SimpleNamespace], loans: Mapping[str, SimpleNamespace],
    dues: Mapping[str, Num], received: Mapping[str, SimpleNamespace], out: Flows,
) -> None:  # fmt: skip
    """What is left goes to the owners, or they pay in; a holding passes it on to its own."""
    name = entity.name
    lent = loans[name]
    own = [days[site] for site in entity.sites]
    opening = entity.opening_cash.at(y) * y.first if entity.opening_cash is not None else 0.0
    if entity.opening_cash is not None:
        y.books.pay("opening_cash", PAST, name, opening, "")
    taxes = total(dues[fence] for fence in entity.fences)
    passed = received[name]
    flow = total(day.flow for day in own) - taxes + lent.draw - lent.paid - lent.repaid + passed.cash + opening
    profit = (
        total(
            day.income - day.spent.running_cost - day.spent.closure - day.spent.into_fund + day.spent.from_fund - day.pre_tax_charges
            - day.profit_charges - day.book.deduction
            for day in own
        )
        - taxes - lent.paid + passed.profit
    )  # fmt: skip
    finished: Num = 1.0
    started: Num = 1.0
    for site in entity.sites:
        day = days[site]
        finished = finished * where(day.left[0] >= entity.closing[site], 1.0, 0.0)
        started = minimum(started, clip(day.clock[1], 0.0, 1.0))
    reserve = entity.minimum_cash.at(y) * started * (1.0 - finished) if entity.minimum_cash is not None else 0.0
    shared = ownership.share(
        flow=flow, profit=profit, cash=s[(name, "cash")], retained=s[(name, "retained")], lending=s[(name, "lending")],
        paid_in=s[(name, "paid in")], reserve=reserve, lent_share=entity.lent_share, rate=entity.lent_rate,
        repay=1.0 if entity.repays else finished,
    )  # fmt: skip
    for key, value in (("cash", shared.cash), ("retained", shared.retained), ("lending", shared.lending), ("paid in", shared.paid_in)):
        s.keep((name, key), value)
    out.cash[name] = shared.cash
    out.balances[(name, "shareholder loan")] = shared.lending
    _settle(y, s, p, entity, own, shared, received, out)


def _settle(y: World, s: State, p: Any, entity: Any, own: Sequence[SimpleNamespace], shared: ownership.Shared, received: Mapping[str, SimpleNamespace], out: Flows) -> None:
    """Splits one entity's calls and payments among its owners."""
    name = entity.name
    earned = s[(name, "earned in")]
    shares = ownership.current_shares(entity.owners, entity.earn_in, earned)
    exploration = total(day.exploration for day in own)
    building = total(total(day.spent.capital.values()) + day.permits - day.exploration for day in own)
    scope: Num = 1.0
    if entity.carry is not None and entity.carry.scope != "all":
        part = exploration if entity.carry.scope == "exploration" else building
        scope = ratio(part, exploration + building)
    carried = s[(name, "carry")]
    carry = None if entity.carry is None else SimpleNamespace(
        carried=entity.carry.carried, by=entity.carry.by, limit=None if entity.carry.limit is None else entity.carry.limit.at(y)
    )  # fmt: skip
    earn_in = None if entity.earn_in is None else SimpleNamespace(partner=entity.earn_in.partner, spend=entity.earn_in.spend.at(y), before=entity.earn_in.before)
    paying, advanced, alone = ownership.contributions(
        entity.owners, shares, shared.called, carry=carry, carried=carried, scope=scope, earn_in=earn_in, earned=earned
    )
    s.keep((name, "earned in"), earned + alone)
    lent_part = ratio(shared.lent, shared.called)
    back: dict[str, Num] = {}
    for owner, share in shares.items():
        paid = paying.get(owner, 0.0)
        if owner in paying:
            y.books.pay("capital_paid_in", owner, name, paid * (1.0 - lent_part), "")
            if entity.lends:
                y.books.pay("shareholder_loan", owner, name, paid * lent_part, "")
        dividend = shared.dividend * share
        tax = _withhold_dividend(y, entity, owner, dividend, out)
        y.books.pay("dividend", name, owner, dividend, "")
        y.books.pay("capital_repaid", name, owner, shared.capital_repaid * share, "")
        interest = loan_back = interest_tax = 0.0
        if entity.lends:
            held = s[(name, "lending", owner)]
            part = ratio(held, s[(name, "lending")] if entity.lends else 0.0)
            grown = held + entity.lent_rate * held
            interest = shared.interest * part
            whole = shared.lending + shared.loan_repaid
            mine_ = grown - interest + paid * lent_part
            loan_back = shared.loan_repaid * ratio(mine_, whole)
            s.keep((name, "lending", owner), mine_ - loan_back)
            interest_tax = _withhold_interest(y, entity, entity.interest_charge.get(owner), owner, interest, out)
            y.books.pay("shareholder_loan_repaid", name, owner, loan_back, "")
        net = dividend - tax + shared.capital_repaid * share + interest - interest_tax + loan_back
        back[owner] = net
        above = received.get(owner)
        if above is not None:
            above.cash = above.cash + net - paid
            above.profit = above.profit + dividend - tax + interest - interest_tax
        else:
            out.equity = out.equity + net - paid
            if entity.owners[owner].kind == "state":
                _add(out.borne, ("state_equity", entity.owners[owner].country), dividend + shared.capital_repaid * share + interest + loan_back - paid)
    if entity.carry is not None:
        rule = entity.carry
        owed = carried * (1.0 + rule.interest) + advanced
        repaid = minimum(owed, rule.repayment * back[rule.carried])
        y.books.pay("carry_repayment", rule.carried, rule.by, repaid, "")
        s.keep((name, "carry"), owed - repaid)
        for owner, sign in ((rule.carried, -1.0), (rule.by, 1.0)):
            above = received.get(owner)
            if above is not None:
                above.cash = above.cash + sign * repaid
                above.profit = above.profit + sign * repaid
            elif entity.owners[owner].kind == "state":
                _add(out.borne, ("state_equity", entity.owners[owner].country), sign * repaid)


def _withhold_dividend(y: World, entity: Any, owner: str, dividend: Num, out: Flows) -> Num:
    charge = entity.dividend_charge.get(owner)
    if charge is None:
        return 0.0
    due = charge(y, dividend) * charge.on.at(y)
    y.books.pay(charge.name, owner, charge.state, due, "")
    _add(out.assessed, (charge.name, charge.state), due)
    _add(out.borne, (charge.name, charge.state), due)
    return due

