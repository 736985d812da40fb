"""What each state takes of one year: levies on a site, taxes on the profit of a ring fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from kenes import fiscal, plant
from kenes.appraise.books import State
from kenes.appraise.world import CREDIT_BUYERS, Flows, World, add
from kenes.numbers import Num, maximum, ratio, shares, total, where
from kenes.regime import Charge

Sent = tuple[plant.Stream, Num, Num, Mapping[str, Num], str]
"""What left a site: stream, value, value less charges and freight, value by element where known, product."""


def _sent(day: SimpleNamespace) -> list[Sent]:
    found: list[Sent] = [(sold.stream, sold.value, sold.net, sold.by_element, label) for label, sold in day.sold.items()]
    found += [(given.stream, given.value, given.value - given.freight, {}, label) for label, given in day.given.items()]
    return found


def _outside(p: Any, site: Any, days: Mapping[str, SimpleNamespace]) -> tuple[list[Sent], Num]:
    """What the entity sells outside of what this site makes, also after another of its sites worked on it; and what that cost."""
    found: list[Sent] = []
    cost = days[site.name].spent.running_cost
    for one in _sent(days[site.name]):
        way = site.transfer.get(one[4])
        if way is None or way.taker != site.entity:
            found.append(one)
            continue
        part = ratio(one[0].mass, total(feed.mass for feed in days[way.to].feeds.values()))
        sold, spent = _outside(p, p.sites[way.to], days)
        found += [(stream, value * part, net * part, parts, label) for stream, value, net, parts, label in sold]
        cost = cost + spent * part
    return found, cost


def levy(y: World, s: State, p: Any, site: Any, days: Mapping[str, SimpleNamespace], out: Flows) -> None:
    """Levies on production, property tax, export duty and fees of one site; then its flows before and after them."""
    name, day = site.name, days[site.name]
    sent = _sent(day)
    income = (
        total(value for _, value, _, _, _ in sent)
        - total(sold.charges + sold.toll for sold in day.sold.values())
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
    book = fiscal.units_of_production(held, spent.capital_cost + day.permits, portion=day.dug.portion, left=day.dug.left, over=day.over)
    s.keep((name, "book"), book.balance)
    day.book = book
    out.balances[(name, "book value")] = book.balance
    charged: Num = 0.0
    private: Num = 0.0
    for charge in site.regime.charges:
        if charge.kind not in ("production_levy", "property_tax", "export_duty", "fee"):
            continue
        on = charge.on.at(y)
        if charge.kind == "production_levy":
            outside = _outside(p, site, days) if charge.word.get("in_house") == "outside sale" else (sent, spent.running_cost)
            due = _production_levy(y, s, site, day, charge, before - charged, income, outside)
        elif charge.kind == "property_tax":
            due = charge.number["rate"].at(y) * 0.5 * (held + book.balance) * day.started
        elif charge.kind == "export_duty":
            due = charge.number["rate"].at(y) * total(value for _, value, _, _, label in sent if label in charge.word["product"])
        else:
            due = charge.number["amount"].at(y) * (day.dug.running if charge.word["during"] == "operation" else 1.0 - day.over)
        due = due * on
        payee = charge.payee or charge.state
        y.books.pay(charge.name, site.entity, payee, due, name)
        add(out.assessed, (charge.name, payee), due)
        if charge.payee is None:
            add(out.borne, (charge.name, charge.state), due)
        else:
            private = private + due
        if charge.deductible:
            day.deducted = day.deducted + due
        if charge.level == "pre_tax":
            day.pre_tax_charges = day.pre_tax_charges + due
        else:
            day.profit_charges = day.profit_charges + due
        charged = charged + due
    day.flow = before - charged - day.bound - day.vat
    day.operating_flow = income - spent.running_cost - charged
    out.pre_fiscal = out.pre_fiscal + before + day.passed_back + day.own_duty - day.bound - private
    out.pre_tax = out.pre_tax + before - day.bound - day.vat - day.pre_tax_charges
    out.after_tax = out.after_tax + before - day.bound - day.vat - charged


def _production_levy(
    y: World, s: State, site: Any, day: SimpleNamespace, charge: Charge, flow: Num, income: Num, outside: tuple[list[Sent], Num]
) -> Num:
    """What one levy takes from one site this year, before its 0/1 switch."""
    name = site.name
    primary = total(amount for stage, amount in day.spent.stages.items() if stage in ("mining", "beneficiation"))
    due: Num = 0.0
    for base, on in charge.base.items():
        due = due + on.at(y) * _on_base(y, site, day, charge, base, primary, income, outside)
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


def _on_base(
    y: World, site: Any, day: SimpleNamespace, charge: Charge, base: str, primary: Num, income: Num, outside: tuple[list[Sent], Num]
) -> Num:
    clock = day.clock
    if base == "profit":
        return charge.number["rate"].at(y, clock) * maximum(income - day.spent.running_cost, 0.0)
    if base == "volume":
        return charge.number["rate"].at(y, clock) * total(stream.mass for stream, _, _, _, _ in day.sent)
    if base in ("sales", "net_smelter_return"):
        worth = [(stream, maximum(value if base == "sales" else net, 0.0)) for stream, value, net, _, _ in outside[0]]
        whole = total(value for _, value in worth)
        lift: Num = 1.0
        if "floor_cost_multiple" in charge.number:
            floor = charge.number["floor_cost_multiple"].at(y) * outside[1]
            lift = maximum(ratio(floor, whole, otherwise=1.0), 1.0)
        return total(_rate_on_product(y, site, charge, stream, clock) * value * lift for stream, value in worth)
    if base == "sold_volume":
        return total(
            total(_element_rate(y, site, charge, element, clock) * part for element, part in _shares(stream.elements, site.levied).items())
            * value
            for stream, value, _, _, _ in day.sent
        )
    return _on_extracted(y, site, day, charge, base, primary)


def _rate_on_product(y: World, site: Any, charge: Charge, stream: plant.Stream, clock: tuple[Num, Num]) -> Num:
    if "rate_by_form" in charge.table:
        return charge.table["rate_by_form"][stream.form].at(y)
    if "rates" in charge.table:
        return total(
            _element_rate(y, site, charge, element, clock) * part for element, part in _shares(stream.elements, site.levied).items()
        )
    for element, steps in charge.scale.items():
        return fiscal.bracket_rate(_quotation(y, site, charge, element, clock), [(upper.at(y), rate.at(y)) for upper, rate in steps])
    return charge.number["rate"].at(y, clock)


def _shares(elements: Mapping[str, Num], levied: Sequence[str]) -> dict[str, Num]:
    kept = {element: amount for element, amount in elements.items() if element in levied}
    return shares(kept, total(kept.values()))


def _element_rate(y: World, site: Any, charge: Charge, element: str, clock: tuple[Num, Num], volume: Num = 0.0) -> Num:
    """Rate on one element: by quotation or yearly volume where a scale says so, else from the table; an addition by quotation on top."""
    rate: Num = 0.0
    if element in charge.scale:
        by = volume if charge.word["scale_on"].get(element) == "volume" else _quotation(y, site, charge, element, clock)
        rate = fiscal.bracket_rate(by, [(upper.at(y), step.at(y)) for upper, step in charge.scale[element]])
    elif "rates" in charge.table:
        rate = charge.table["rates"][element].at(y) if element in charge.table["rates"] else 0.0
    elif "rate" in charge.number:
        rate = charge.number["rate"].at(y, clock)
    added = charge.scale.get(f"addition: {element}")
    if added is not None:
        rate = rate + fiscal.bracket_rate(_quotation(y, site, charge, element, clock), [(upper.at(y), step.at(y)) for upper, step in added])
    return rate


def _quotation(y: World, site: Any, charge: Charge, element: str, clock: tuple[Num, Num]) -> Num:
    """Quotation of an element per tonne of it, in the currency of the scale."""
    return y.factor.basket * site.exchange_price[element].at(y, clock) / y.exchange[charge.word["scale_currency"]]


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
        at_quotation = ground[element] * y.factor.basket * site.exchange_price[element].at(y, day.clock)
        due = due + charge.word["exchange"][element].at(y) * at_quotation * _element_rate(
            y, site, charge, element, day.clock, ground[element]
        )
    counted = {
        element: amount * (1.0 - charge.word["exchange"][element].at(y)) if element in quoted else amount
        for element, amount in ground.items()
    }
    volume = total(counted.values())
    worth: Num = 0.0
    inside: Num = 0.0
    for stream, value, _, _, label in day.sent:
        # What passes between two sites of one entity is not sold.
        inside_entity = label in site.transfer and site.transfer[label].taker == site.entity
        if stream.form in ("ore", "concentrate") and not inside_entity:
            worth = worth + value
            inside = inside + total(amount for element, amount in stream.elements.items() if element in counted)
    value = ratio(worth, inside) * volume
    if "floor_cost_multiple" in charge.number:
        value = maximum(value, charge.number["floor_cost_multiple"].at(y) * primary)
    for element, share in shares(counted, volume).items():
        due = due + value * share * _element_rate(y, site, charge, element, day.clock, counted[element])
    return due


def tax(
    y: World, s: State, p: Any, fence: Any, days: Mapping[str, SimpleNamespace], loans: Mapping[str, SimpleNamespace], out: Flows
) -> Num:
    """Taxes on the profit of one ring fence: as they fall due, and as they would without debt (for the unlevered level of worth)."""
    here = [days[name] for name in fence.sites]
    lent = loans[fence.entity]
    interest = lent.deducted.get(fence.name, 0.0)
    shareholder = p.entities[fence.entity].lent_rate * (s[(fence.entity, "lending")] + s[(fence.entity, "arrears")]) if fence.first else 0.0
    due = _profit_taxes(y, s, fence, here, interest + shareholder, lent.pooled, "paid", out)
    bare = _profit_taxes(y, s, fence, here, 0.0, {}, "unlevered", out) if fence.levered else due
    owed = total(due.values())
    for name, amount in due.items():
        charge = fence.charges[name]
        if charge.kind == "production_credit":
            claimed = amount * -1.0
            y.books.pay(name, charge.state, fence.entity, claimed * fence.monetisation, fence.sites[0])
            y.books.pay(f"{name}: discount", charge.state, CREDIT_BUYERS, claimed * (1.0 - fence.monetisation), fence.sites[0])
            add(out.assessed, (name, charge.state), -claimed * fence.monetisation)
            add(out.assessed, (f"{name}: discount", charge.state), -claimed * (1.0 - fence.monetisation))
            owed = owed + claimed * (1.0 - fence.monetisation)
            add(out.borne, (name, charge.state), -claimed * fence.monetisation)
            # What the sale of the credit loses is no gain of the project, but the state pays it.
            add(out.borne, (f"{name}: discount", charge.state), -claimed * (1.0 - fence.monetisation))
            out.after_tax = out.after_tax + claimed * fence.monetisation
            continue
        y.books.pay(name, fence.entity, charge.state, amount, fence.sites[0])
        add(out.assessed, (name, charge.state), amount)
        add(out.borne, (name, charge.state), amount)
        out.after_tax = out.after_tax - bare[name]
    return owed


def unlevered_tax(y: World, s: State, fence: Any, days: Mapping[str, SimpleNamespace], out: Flows) -> None:
    """Taxes on the profit of one ring fence as they would be without debt, where nobody asks for more than after-tax worth."""
    here = [days[name] for name in fence.sites]
    for name, amount in _profit_taxes(y, s, fence, here, 0.0, {}, "unlevered", out).items():
        kept = fence.monetisation if fence.charges[name].kind == "production_credit" else 1.0
        out.after_tax = out.after_tax - amount * kept


def _profit_taxes(
    y: World, s: State, fence: Any, days: Sequence[SimpleNamespace], interest: Num, pooled: Mapping[str, Num], view: str, out: Flows
) -> dict[str, Num]:
    """Income tax, credits and the other taxes on profit of a ring fence, by charge, in the order of the regime.

    pooled : interest of the year that is built into the plant, by site; view : keeps the memories of the two runs apart
    """
    due: dict[str, Num] = {}
    income = total(day.income for day in days)
    running = total(day.spent.running_cost + day.deducted for day in days)
    whole_flow = total(day.flow + day.bound + day.vat for day in days)
    ledger = 1.0 / y.exchange[fence.currency] if fence.currency else 1.0
    taxed: Num = 0.0
    deductible: Num = 0.0
    deducted: Num = running
    for name, charge in fence.charges.items():
        on = charge.on.at(y)
        if charge.kind == "production_credit":
            due[name] = -_credit(y, fence, charge, days) * on
        elif charge.kind == "income_tax":
            closure = total(
                {
                    "spent": day.spent.closure,
                    "funded": day.spent.into_fund - day.spent.from_fund + day.spent.closure,
                    "provided": day.spent.provision,
                }[charge.word["closure"]]
                for day in days
            )
            deducted = running + closure + interest + deductible
            for day in days:
                depreciation, unpooled = _depreciate(y, s, fence, charge, day, pooled.get(day.name, 0.0), view, ledger, out)
                deducted = deducted + depreciation + unpooled
            profit = income - deducted
            if "depletion" in charge.table:
                gross: dict[str, Num] = {}
                for day in days:
                    for element, amount in _mining_income(day).items():
                        add(gross, element, amount)
                rates = {element: rate.at(y) for element, rate in charge.table["depletion"].items()}
                profit = profit - fiscal.percentage_depletion(gross, rates, profit, charge.number["depletion_cap"].at(y))
            taxed, sheltered = _taxed(y, s, fence, charge, profit * ledger, view, out)
            due[name] = taxed / ledger * on
            out.taxable[(fence.name, view, "profit")] = profit * ledger
            out.taxable[(fence.name, view, "sheltered")] = sheltered
            taxed = due[name]
        elif charge.kind == "rent_tax":
            key = (fence.name, view, name)
            due[name], left = fiscal.rent_tax(
                whole_flow - taxed, s[key], uplift=charge.number["uplift"].at(y), rate=charge.number["rate"].at(y)
            )
            s.keep(key, left)
            due[name] = due[name] * on
            if charge.deductible:
                deductible = deductible + due[name]
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
    y: World,
    s: State,
    fence: Any,
    charge: Charge,
    day: SimpleNamespace,
    pooled: Num,
    view: str,
    ledger: Num,
    out: Flows,
) -> tuple[Num, Num]:
    """Deductions of one site's pools in reporting money, and spending that no pool takes (deducted at once)."""
    added, unpooled = _pooled(fence.site[day.name], charge, day, pooled)
    deduction: Num = 0.0
    for pool in charge.pools:
        key = (fence.name, view, "pool", pool.name, day.name)
        # What is spent before a pool starts waits, and is placed in service when it does.
        waiting = s[(*key, "waiting")] + added.get(pool.name, 0.0) * ledger
        placed = waiting * (day.started if pool.starts == "production" else 1.0)
        s.keep((*key, "waiting"), waiting - placed)
        end = day.over if pool.written_off else 0.0
        if pool.method == "declining":
            year = fiscal.declining(s[key], placed, rate=pool.rate.at(y), first_year=pool.first_year.at(y), over=end)
        elif pool.method == "straight_line":
            assert pool.years is not None
            serviced = s[(*key, "serviced")] + placed
            s.keep((*key, "serviced"), serviced)
            retired = s.lag((*key, "serviced"), pool.years)
            year = fiscal.straight_line(s[key], placed, serviced, retired, years=float(pool.years), over=end)
        elif pool.method == "units_of_production":
            year = fiscal.units_of_production(s[key], placed, portion=day.dug.portion, left=day.dug.left, over=end)
        else:
            year = fiscal.immediate(s[key], placed, rate=pool.rate.at(y), over=end)
        s.keep(key, year.balance)
        add(out.taxable, (fence.name, view, f"pool {pool.name}"), year.balance + waiting - placed)
        add(out.taxable, (fence.name, view, f"added {pool.name}"), added.get(pool.name, 0.0) * ledger)
        add(out.taxable, (fence.name, view, f"deducted {pool.name}"), year.deduction)
        deduction = deduction + year.deduction
    return deduction / ledger, unpooled


def _pooled(site: Any, charge: Charge, day: SimpleNamespace, interest: Num) -> tuple[dict[str, Num], Num]:
    """The year's spending of a site by the pool that takes it, and what no pool takes."""
    before = next((pool.name for pool in charge.pools if pool.takes in ("before production", "all")), None)
    after = next((pool.name for pool in charge.pools if pool.takes in ("after production", "all")), None)
    added: dict[str | None, Num] = {}
    rest: Num = day.permits
    for kind, spent in ((site.cost.capital, day.spent.capital), (site.cost.sustaining, day.spent.sustaining)):
        for label, amount in spent.items():
            if kind[label].pool is not None:
                add(added, kind[label].pool, amount)
            else:
                rest = rest + amount
    add(added, before, rest * day.before + interest)
    add(added, after, rest * (1.0 - day.before))
    return {pool: amount for pool, amount in added.items() if pool is not None}, added.get(None, 0.0)


def _mining_income(day: SimpleNamespace) -> dict[str, Num]:
    """Gross income from mining one's own deposit, by element: ore and concentrate sold or handed on, never what is made further down."""
    found: dict[str, Num] = {}
    if not day.dug.elements:
        return found
    for stream, value, _, by_element, _ in day.sent:
        if stream.form not in ("ore", "concentrate"):
            continue
        held = shares(stream.elements, total(stream.elements.values()))
        parts = by_element or {element: value * share for element, share in held.items()}
        for element, amount in parts.items():
            add(found, element, amount)
    return found


def _credit(y: World, fence: Any, charge: Charge, days: Sequence[SimpleNamespace]) -> Num:
    """Production credit on the stated stages' cost, for the share of it that makes eligible products."""
    due: Num = 0.0
    for day in days:
        credit = fence.site[day.name].credit
        if credit is None:
            continue
        base = total(amount for stage, amount in day.spent.stages.items() if stage in credit.stages)
        share = ratio(total(day.made[label].mass for label in credit.eligible), total(stream.mass for stream in day.made.values()))
        phase = charge.number["phase"].at(y) if "phase" in charge.number else 1.0
        due = due + fiscal.production_credit(base, rate=charge.number["rate"].at(y), phase=phase, eligible=share)
    return due
