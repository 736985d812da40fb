"""One site's year: ore and products move, sales and costs follow, borders are crossed, money is bound."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from kenes import cost, market, mine, plant, trade
from kenes.appraise.books import State
from kenes.appraise.world import FUND, SUPPLIERS, Flows, World, add
from kenes.numbers import Num, clip, cumulative, maximum, ratio, total, where

INSTANT = 1e-6
"""Years. A permit stage of no duration is spent over this."""


def move(y: World, s: State, p: Any, site: Any, days: Mapping[str, SimpleNamespace], out: Flows) -> SimpleNamespace:
    """Ore leaves the ground, products leave the plant; what goes to another site is laid at its door."""
    name = site.name
    building = (y.time - site.offset, y.time + 1.0 - site.offset)
    clock = (y.time - site.ready, y.time + 1.0 - site.ready)
    running = 1.0 - s[(name, "shut")]
    feeds: dict[str, plant.Stream] = {}
    upstream = [p.sites[other] for other in site.takes_from]
    if site.mine is not None:
        potential = mine.capability(clock, site.mine.capacity, site.mine.ramp_up) * running
        dug = mine.dig(
            potential=potential,
            dug=s[(name, "dug")],
            ores=site.ores,
            order=site.mine.order,
            recovery=site.mine.recovery,
            dilution=site.mine.dilution,
            strip_ratio=site.mine.strip_ratio,
            grade_factor=y.factor.grade,
            working=(maximum(clock[1], 0.0) - maximum(clock[0], 0.0)) * running,
        )
        possible = mine.capability(clock, site.mine.capacity, site.mine.ramp_up)
        dug = mine.Dug(
            dug.ore, dug.waste, dug.elements, dug.ground, ratio(dug.feed, possible, otherwise=1.0), dug.running, dug.portion, dug.left
        )
        s.keep((name, "dug"), s[(name, "dug")] + dug.feed)
        feeds["ore"] = plant.Stream(dug.feed, dug.elements, "ore")
        ground, ore, lost = f"{name}: ground", f"{name}: ore", f"{name}: lost in the ground"
        for element, amount in dug.elements.items():
            y.books.move(element, ground, ore, amount)
            y.books.move(element, ground, lost, dug.ground[element] - amount)
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
            stream = days[other.name].made[product]
            _deliver(y, other.name, product, stream, f"{name}: {product}")
            feeds[product] = stream if product not in feeds else feeds[product].with_(stream)
    feed = total(stream.mass for stream in feeds.values())
    if site.production is not None:
        made = {}
        worked = s[(name, "dug")]
        for label, product in site.production.product.items():
            full = cumulative(worked + dug.running, product.ramp, hold=True) - cumulative(worked, product.ramp, hold=True)
            made[label] = plant.Stream(product.rate.at(y) * full, {}, product.form)
        every = made
        residues: dict[str, Num] = {}
    else:
        made, every, residues = plant.process(feeds, site.plant, name, y.books)
    for label, sale in site.market.items():
        _deliver(y, name, label, made[label], sale.buyer)
    for label, rest in site.unsold.items():
        _deliver(y, name, label, made[label], f"{name}: {rest.fate} {label}")
    possible = maximum(clock[1], 0.0) - maximum(clock[0], 0.0)
    left_before = s[(name, "left")]
    left_after = left_before + possible * (1.0 - dug.active)
    s.keep((name, "left"), left_after)
    for label, stream in every.items():
        out.made[(name, label)] = stream.mass
    return SimpleNamespace(
        name=name,
        dug=dug,
        feed=feed,
        feeds=feeds,
        made=made,
        every=every,
        residues=residues,
        building=building,
        clock=clock,
        left=(left_before, left_after),
        started=clip(clock[1], 0.0, 1.0),
        over=where(clock[1] > 0.0, 1.0 - dug.active, 0.0),
        before=clip(-clock[0], 0.0, 1.0),
        given={},
        taken={},
        sold={},
        passed_back=0.0,
        own_duty=0.0,
        export_duty=0.0,
        levies={},
        deducted=0.0,
        pre_tax_charges=0.0,
        profit_charges=0.0,
        shut=s[(name, "shut")],
    )


def _deliver(y: World, site: str, label: str, stream: plant.Stream, target: str) -> None:
    source = f"{site}: {label}"
    for element, amount in stream.elements.items():
        y.books.move(element, source, target, amount)


def sell(y: World, site: Any, day: SimpleNamespace) -> None:
    """What buyers pay, keep and leave to carriers."""
    day.sold = market.sell(
        day.made, site.market, y, day.clock, {label: y.factor.basket * y.factor.price.get(label, 1.0) for label in site.market}
    )
    for label, sold in day.sold.items():
        buyer = site.market[label].buyer
        y.books.pay("sales", buyer, site.entity, sold.value, site.name)
        if site.market[label].has_charges:
            y.books.pay("treatment_and_separation", site.entity, buyer, sold.charges, site.name)
        if site.market[label].toller is not None:
            y.books.pay("tolling", site.entity, site.market[label].toller, sold.toll, site.name)
        if site.market[label].freight is not None:
            y.books.pay("freight", site.entity, SUPPLIERS, sold.freight, site.name)


def spend(y: World, s: State, site: Any, day: SimpleNamespace, out: Flows) -> None:
    """Permits, costs, capital, closure and its fund."""
    name = site.name
    residues = {label: (mass, site.residue_cost[label]) for label, mass in day.residues.items()}
    unsold = {label: (day.made[label].mass, rest.cost) for label, rest in site.unsold.items()}
    spent = cost.spend(
        cost=site.cost,
        dug=day.dug,
        feed=day.feed,
        made=day.every,
        residues=residues,
        unsold=unsold,
        y=y,
        building=day.building,
        clock=day.clock,
        left=day.left,
        fund=s[(name, "fund")],
        provided=s[(name, "provision")],
    )
    permits: Num = 0.0
    exploration: Num = 0.0
    for stage in site.permits:
        if stage.cost is None:
            continue
        begin, end = stage.span
        length = maximum(end - begin, INSTANT)
        part = clip((y.time + 1.0 - begin) / length, 0.0, 1.0) - clip((y.time - begin) / length, 0.0, 1.0)
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
    provision = s[(name, "provision")] + spent.provision - spent.released
    s.keep((name, "provision"), provision)
    out.balances[(name, "closure provision")] = provision
    # The books set closure aside as the ore goes; what is spent beyond that is an expense of its year.
    day.closure_expense = spent.provision + spent.closure - spent.released
    out.balances[(name, "closure fund")] = fund


def _outgoing(day: SimpleNamespace) -> Num:
    """What a site has earned so far this year: net smelter return and what it handed on."""
    return total(sold.net for sold in day.sold.values()) + total(given.value - given.freight for given in day.given.values())


def hand_over(y: World, p: Any, site: Any, label: str, days: Mapping[str, SimpleNamespace]) -> None:
    """Prices one product that this site gives to another."""
    day, transfer = days[site.name], site.transfer[label]
    stream = day.made[label]
    taker, there = p.sites[transfer.to], days[transfer.to]
    freight = stream.mass * transfer.freight.at(y, day.clock) if transfer.freight is not None else 0.0
    if transfer.method == "market":
        price, _ = market.value(stream, transfer.pricing, y, day.clock, y.factor.basket)
    elif transfer.method == "cost_plus":
        share = ratio(stream.mass, total(made.mass for made in day.made.values()))
        received = total(taken.value for taken in day.taken.values())
        price = (day.spent.running_cost + received + day.own_duty) * share * (1.0 + transfer.markup)
    else:
        sales = total(sold.value for sold in there.sold.values()) + total(given.value for given in there.given.values())
        bought = total(taken.value for taken in there.taken.values())
        duties = there.passed_back + there.own_duty
        kept = _outgoing(there) - duties - there.spent.running_cost - bought - transfer.margin * sales
        rate, fixed = _duty_terms(y, transfer, stream, freight)
        price = maximum((kept - fixed) / (1.0 + rate), 0.0)
    price = price * y.factor.transfer
    given = SimpleNamespace(label=label, stream=stream, value=price, freight=freight, transfer=transfer, site=site.name)
    day.given[label] = given
    there.taken[(site.name, label)] = given
    y.books.pay("transfer", taker.entity, site.entity, price, site.name)
    if transfer.freight is not None:
        y.books.pay("freight", site.entity, SUPPLIERS, freight, site.name)


def _duty_terms(y: World, transfer: Any, stream: plant.Stream, freight: Num) -> tuple[Num, Num]:
    """Duty that the taker bears on a transfer as (share of its price, fixed amount)."""
    if transfer.tariff is None or transfer.importer != "buyer":
        return 0.0, 0.0
    tariff = transfer.tariff
    rate = y.column(tariff.ad_valorem)
    fixed = _specific(y, transfer, stream)
    return rate * (1.0 - transfer.passed_back), (fixed - (rate * freight if transfer.delivered else 0.0)) * (1.0 - transfer.passed_back)


def _specific(y: World, way: Any, stream: plant.Stream) -> Num:
    """Specific duty: on the mass of an element, known by the stream or (stated production) by what is counted."""
    tariff = way.tariff
    if tariff.element is None:
        return 0.0
    tonnes = stream.mass * way.held if not stream.elements else stream.elements.get(tariff.element, 0.0)
    return tonnes * y.column(tariff.specific) * y.exchange[tariff.currency]


def cross_sales(y: World, site: Any, day: SimpleNamespace, out: Flows) -> None:
    """Duties of the importing states on what this site sold abroad."""
    for label, sold in day.sold.items():
        way = site.market[label]
        if way.tariff is None:
            continue
        duty, back = _duty(y, way, sold.value, sold.freight, sold.stream, out)
        if way.importer == "buyer":
            y.books.pay("import_duty", way.buyer, way.border_to, duty, site.name)
            y.books.pay("duty_passed_back", site.entity, way.buyer, back, site.name)
            day.passed_back = day.passed_back + back
            add(out.borne, ("import_duty", way.border_to), back)
        else:
            y.books.pay("import_duty", site.entity, way.border_to, duty, site.name)
            day.own_duty = day.own_duty + duty
            add(out.borne, ("import_duty", way.border_to), duty)


def cross_transfer(y: World, p: Any, site: Any, label: str, days: Mapping[str, SimpleNamespace], out: Flows) -> None:
    """Duty of the importing state on a product handed to another site: all of it is borne within the project."""
    day, given, way = days[site.name], days[site.name].given[label], site.transfer[label]
    if way.tariff is None:
        return
    duty, back = _duty(y, way, given.value, given.freight, given.stream, out)
    add(out.borne, ("import_duty", way.border_to), duty)
    if way.importer == "buyer":
        taker, there = p.sites[way.to].entity, days[way.to]
        y.books.pay("import_duty", taker, way.border_to, duty, site.name)
        y.books.pay("duty_passed_back", site.entity, taker, back, site.name)
        day.passed_back = day.passed_back + back
        there.own_duty = there.own_duty + duty - back
    else:
        y.books.pay("import_duty", site.entity, way.border_to, duty, site.name)
        day.own_duty = day.own_duty + duty


def _duty(y: World, way: Any, price: Num, freight: Num, stream: plant.Stream, out: Flows) -> tuple[Num, Num]:
    """Duty on one shipment, and the part of it that the seller's price loses."""
    base = maximum(trade.customs_value(price, freight, way.delivered), 0.0)
    duty = y.column(way.tariff.ad_valorem) * base + _specific(y, way, stream)
    add(out.assessed, ("import_duty", way.border_to), duty)
    return duty, duty * way.passed_back


def bind(y: World, s: State, site: Any, day: SimpleNamespace, out: Flows) -> None:
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
        # What was paid k years ago comes back this year by as much as k is near the lag: two neighbouring years share a fractional lag.
        back: Num = 0.0
        for age in range(vat.oldest + 1):
            near = maximum(1.0 - maximum(vat.lag - float(age), float(age) - vat.lag), 0.0)
            back = back + near * (paid if age == 0 else s.lag((name, "vat"), age))
        s.keep((name, "vat"), paid)
        open_ = s[(name, "vat owed")] + paid - back
        s.keep((name, "vat owed"), open_)
        y.books.pay("value_added_tax", site.entity, site.state, paid, name)
        y.books.pay("value_added_tax_refund", site.state, site.entity, back, name)
        out.balances[(name, "value-added tax")] = open_
        add(out.assessed, ("value_added_tax", site.state), paid - back)
        add(out.borne, ("value_added_tax", site.state), paid - back)
        day.vat = paid - back


def stop(s: State, site: Any, day: SimpleNamespace, out: Flows) -> None:
    """Early closure: after so many years in a row with a negative operating flow the mine does not open again."""
    out.operating[site.name] = day.operating_flow
    out.running[site.name] = day.dug.running
    if site.early_closure is None:
        return
    bad = where(day.operating_flow < 0.0, s[(site.name, "bad")] + day.started, 0.0)
    s.keep((site.name, "bad"), bad)
    out.shut[site.name] = where(bad >= float(site.early_closure), 1.0, s[(site.name, "shut")])
    s.keep((site.name, "shut"), out.shut[site.name])
