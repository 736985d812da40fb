"""Who gets the rest of one year: lenders first, then the owners of each entity, tier by tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from kenes import fiscal, funding, ownership
from kenes.appraise.books import State
from kenes.appraise.world import PAST, Flows, World, add
from kenes.numbers import Num, clip, minimum, ratio, total, where


def lend(y: World, s: State, entity: Any, days: Mapping[str, SimpleNamespace], out: Flows) -> SimpleNamespace:
    """Loans of one entity: draws, interest, repayment."""
    sums = SimpleNamespace(draw=0.0, paid=0.0, repaid=0.0, expensed=0.0, deducted={}, pooled={})
    for label, loan in entity.loans.items():
        day = days[loan.site]
        key = (entity.name, "loan", label)
        served = funding.serve(
            balance=s[key],
            drawn=s[(*key, "drawn")],
            capital=total(day.spent.capital[item] for item in loan.items),
            share=loan.share,
            limit=loan.limit.nominal(y) if loan.limit is not None else None,
            rate=loan.rate,
            grace=loan.grace,
            tenor=loan.tenor,
            capitalise=loan.capitalise,
            clock=day.clock,
            active=day.dug.active,
        )
        s.keep(key, served.balance)
        s.keep((*key, "drawn"), s[(*key, "drawn")] + served.draw)
        out.balances[key] = served.balance
        y.books.pay("loan_draw", loan.lender, entity.name, served.draw, loan.site)
        # Interest added to the balance while building is interest still when it is paid: tax is withheld on it then.
        owed = s[key] + served.draw + served.capitalised
        late = s[(*key, "late interest")] + served.capitalised
        late_paid = served.repaid * ratio(late, owed)
        s.keep((*key, "late interest"), late - late_paid)
        y.books.pay("loan_repayment", entity.name, loan.lender, served.repaid - late_paid, loan.site)
        _pay_interest(y, entity, loan.charge, "interest", loan.lender, served.paid + late_paid, loan.site, out)
        sums.draw, sums.paid, sums.repaid = sums.draw + served.draw, sums.paid + served.paid, sums.repaid + served.repaid
        add(sums.deducted, loan.fence, served.paid + (served.capitalised if loan.treatment == "deducted" else 0.0))
        if loan.treatment == "pool":
            add(sums.pooled, loan.site, served.capitalised)
        # Interest built into the plant is an expense of the books as the ore goes, like the plant itself.
        built = fiscal.units_of_production(
            s[(*key, "built in")], served.capitalised, portion=day.dug.portion, left=day.dug.left, over=day.over
        )
        s.keep((*key, "built in"), built.balance)
        out.balances[(*key, "built in")] = built.balance
        sums.expensed = sums.expensed + built.deduction
    return sums


def _pay_interest(y: World, entity: Any, charge: Any, name: str, lender: str, interest: Num, site: str, out: Flows) -> Num:
    """Pays interest; the tax on it is the lender's, withheld by the entity. Returns that tax."""
    y.books.pay(name, entity.name, lender, interest, site)
    return _withhold(y, charge, lender, interest, site, out)


def _withhold(y: World, charge: Any, receiver: str, payment: Num, site: str, out: Flows) -> Num:
    """Tax withheld on a payment, if any; it is the receiver's."""
    if charge is None:
        return 0.0
    due = charge(y, payment) * charge.on.at(y)
    y.books.pay(charge.name, receiver, charge.state, due, site)
    add(out.assessed, (charge.name, charge.state), due)
    add(out.borne, (charge.name, charge.state), due)
    return due


def share(
    y: World,
    s: State,
    entity: Any,
    days: Mapping[str, SimpleNamespace],
    loans: Mapping[str, SimpleNamespace],
    dues: Mapping[str, Num],
    received: Mapping[str, SimpleNamespace],
    over: Mapping[str, Num],
    out: Flows,
) -> Num:
    """What is left goes to the owners, or they pay in; a holding passes it on to its own.

    dues : taxes on profit by ring fence; received : what entities below passed on; over : 1 for each of these once all is over there
    Returns 1 once everything of this entity is over, else 0.
    """
    name = entity.name
    lent = loans[name]
    own = [days[site] for site in entity.sites]
    opening = entity.opening_cash.nominal(y) * y.first if entity.opening_cash is not None else 0.0
    if entity.opening_cash is not None:
        y.books.pay("opening_cash", PAST, name, opening, "")
    taxes = total(dues[fence] for fence in entity.fences)
    passed = received[name]
    flow = total(day.flow for day in own) - taxes + lent.draw - lent.paid - lent.repaid + passed.cash + opening
    profit = (
        total(
            day.income - day.spent.running_cost - day.closure_expense - day.pre_tax_charges - day.profit_charges - day.book.deduction
            for day in own
        )
        - taxes
        - lent.paid
        - lent.expensed
        + passed.profit
    )
    finished: Num = 1.0
    started: Num = 1.0
    for site in entity.sites:
        day = days[site]
        finished = finished * where(day.left[0] >= entity.closing[site], 1.0, 0.0)
        started = minimum(started, clip(day.clock[1], 0.0, 1.0))
    for below in entity.holds:
        finished = finished * over[below]
    reserve = entity.minimum_cash.at(y) * started * (1.0 - finished) if entity.minimum_cash is not None else 0.0
    shared = ownership.share(
        flow=flow,
        profit=profit,
        cash=s[(name, "cash")],
        retained=s[(name, "retained")],
        lending=s[(name, "lending")],
        arrears=s[(name, "arrears")],
        paid_in=s[(name, "paid in")],
        reserve=reserve,
        lent_share=entity.lent_share,
        rate=entity.lent_rate,
        repay=1.0 if entity.repays else finished,
        over=finished,
    )
    for key, value in (
        ("cash", shared.cash),
        ("retained", shared.retained),
        ("lending", shared.lending),
        ("arrears", shared.arrears),
        ("paid in", shared.paid_in),
    ):
        s.keep((name, key), value)
    out.cash[name] = shared.cash
    out.balances[(name, "shareholder loan")] = shared.lending + shared.arrears
    _settle(y, s, entity, own, shared, received, out)
    return finished


def _settle(
    y: World,
    s: State,
    entity: Any,
    own: Sequence[SimpleNamespace],
    shared: ownership.Shared,
    received: Mapping[str, SimpleNamespace],
    out: Flows,
) -> None:
    """Splits one entity's calls and payments among its owners."""
    name = entity.name
    earned = s[(name, "earned in")]
    exploration = total(day.exploration for day in own)
    building = total(total(day.spent.capital.values()) + day.permits - day.exploration for day in own)
    scope: Num = 1.0
    if entity.carry is not None and entity.carry.scope != "all":
        part = exploration if entity.carry.scope == "exploration" else building
        scope = ratio(part, exploration + building)
    carried = s[(name, "carry")]
    carry = (
        None
        if entity.carry is None
        else SimpleNamespace(
            carried=entity.carry.carried, by=entity.carry.by, limit=None if entity.carry.limit is None else entity.carry.limit.nominal(y)
        )
    )
    earn_in = (
        None
        if entity.earn_in is None
        else SimpleNamespace(partner=entity.earn_in.partner, spend=entity.earn_in.spend.nominal(y), before=entity.earn_in.before)
    )
    shares = ownership.current_shares(entity.owners, earn_in, earned)
    paying, advanced, alone = ownership.contributions(
        entity.owners, shares, shared.called, carry=carry, advanced=s[(name, "advanced")], scope=scope, earn_in=earn_in, earned=earned
    )
    s.keep((name, "earned in"), earned + alone)
    s.keep((name, "advanced"), s[(name, "advanced")] + advanced)
    lent_part = ratio(shared.lent, shared.called)
    capital = _capital_back(s, entity, shares, paying, advanced, lent_part, shared)
    back: dict[str, Num] = {}
    for owner, share in shares.items():
        paid = paying.get(owner, 0.0)
        if owner in paying:
            y.books.pay("capital_paid_in", owner, name, paid * (1.0 - lent_part), "")
            if entity.lends:
                y.books.pay("shareholder_loan", owner, name, paid * lent_part, "")
        dividend = shared.dividend * share
        tax = _withhold(y, entity.dividend_charge.get(owner), owner, dividend, "", out)
        y.books.pay("dividend", name, owner, dividend, "")
        y.books.pay("capital_repaid", name, owner, capital[owner], "")
        interest = loan_back = interest_tax = 0.0
        if entity.lends:
            held = s[(name, "lending", owner)]
            part = ratio(held, s[(name, "lending")])
            interest = shared.interest * part
            whole = shared.lending + shared.loan_repaid + shared.written_off
            mine_ = held + paid * lent_part
            held_share = ratio(mine_, whole)
            loan_back = shared.loan_repaid * held_share
            s.keep((name, "lending", owner), mine_ - loan_back - shared.written_off * held_share)
            interest_tax = _pay_interest(y, entity, entity.interest_charge.get(owner), "shareholder_interest", owner, interest, "", out)
            y.books.pay("shareholder_loan_repaid", name, owner, loan_back, "")
        net = dividend - tax + capital[owner] + interest - interest_tax + loan_back
        back[owner] = net
        add(out.settled, owner, net - paid)
        above = received.get(owner)
        if above is not None:
            above.cash = above.cash + net - paid
            above.profit = above.profit + dividend - tax + interest - interest_tax
        else:
            out.equity = out.equity + net - paid
            if entity.owners[owner].kind == "state":
                add(
                    out.borne,
                    ("state_equity", entity.owners[owner].country),
                    dividend + capital[owner] + interest + loan_back - paid,
                )
    if entity.carry is not None:
        rule = entity.carry
        owed = carried * (1.0 + rule.interest) + advanced
        repaid = minimum(owed, rule.repayment * back[rule.carried])
        y.books.pay("carry_repayment", rule.carried, rule.by, repaid, "")
        s.keep((name, "carry"), owed - repaid)
        for owner, sign in ((rule.carried, -1.0), (rule.by, 1.0)):
            add(out.settled, owner, sign * repaid)
            above = received.get(owner)
            if above is not None:
                above.cash = above.cash + sign * repaid
                above.profit = above.profit + sign * repaid
            elif entity.owners[owner].kind == "state":
                add(out.borne, ("state_equity", entity.owners[owner].country), sign * repaid)


def _capital_back(
    s: State,
    entity: Any,
    shares: Mapping[str, Num],
    paying: Mapping[str, Num],
    advanced: Num,
    lent_part: Num,
    shared: ownership.Shared,
) -> dict[str, Num]:
    """Capital repaid, by owner: to those who paid it in (what was carried counts for the carried owner), the rest by share."""
    name = entity.name
    held: dict[str, Num] = {}
    for owner in shares:
        paid = paying.get(owner, 0.0)
        if entity.carry is not None:
            paid = paid + (advanced if owner == entity.carry.carried else -advanced if owner == entity.carry.by else 0.0)
        held[owner] = s[(name, "paid in", owner)] + paid * (1.0 - lent_part)
    whole = total(held.values())
    returned = minimum(shared.capital_repaid, whole)
    parts: dict[str, Num] = {}
    for owner, share in shares.items():
        of_paid = returned * ratio(held[owner], whole)
        s.keep((name, "paid in", owner), held[owner] - of_paid)
        parts[owner] = of_paid + (shared.capital_repaid - returned) * share
    return parts
