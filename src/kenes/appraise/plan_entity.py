"""Ring fences and entities of a file, ready for the page: charges on profit, balances of the past, loans, owners, withholding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from kenes import fiscal, regime
from kenes.appraise.bare import Maker
from kenes.appraise.world import World
from kenes.errors import Fault, InputError
from kenes.facts import countries
from kenes.notes import note
from kenes.numbers import Num, total
from kenes.project import File, Site
from kenes.regime import Charge, Licence, Regime
from kenes.timeline import Series, Timeline

__all__ = ["bottom_up", "entity_page", "ring_fences"]


@dataclass(frozen=True, slots=True, eq=False)
class Withholding:
    """A withholding tax as it applies to one receiver: called with year and payment, gives what is withheld."""

    name: str
    state: str
    on: Series
    rate: Series | None
    slices: tuple[tuple[Series, Series], ...] = ()
    currency: str | None = None

    def __call__(self, y: World, payment: Num) -> Num:
        if self.rate is not None:
            return self.rate.at(y) * payment
        per = 1.0 if self.currency is None else y.exchange[self.currency]
        return fiscal.sliced(payment, [(upper.at(y) * per, rate.at(y)) for upper, rate in self.slices])


def _fence_name(site: Site) -> str:
    return f"{site.entity}: {site.ring_fence or site.name}"


def ring_fences(
    make: Maker,
    file: File,
    pages: Mapping[str, Any],
    sites: Mapping[str, Site],
    regimes: Mapping[str, Regime],
    timeline: Timeline,
    notes: list[str],
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
                    Fault(
                        f"currency.{currency}",
                        "nothing",
                        f"[currency.{currency}] with its rate: taxes of {site.country} are kept in it",
                        f'rate = {{value = "... {currency}/{file.project.currency}", source = "..."}}',
                    )
                )
            first = not any(fence.entity == site.entity for fence in fences.values())
            fences[label] = SimpleNamespace(
                name=label,
                entity=site.entity,
                sites=[],
                charges=charges,
                currency=currency,
                first=first,
                levered=False,
                monetisation=1.0,
                site=pages,
            )
        elif not _same_regime(site, sites[fences[label].sites[0]]):
            raise InputError(
                Fault(f'site "{name}" → ring_fence', f'"{site.ring_fence}" under another regime', "one regime in one ring fence")
            )
        fence = fences[label]
        fence.sites.append(name)
        if site.credit is not None:
            fence.monetisation = make.number(site.credit.monetisation)
        _open_site(make, site, fence, charges, timeline, opening, history)
    return fences, opening, history


def _same_regime(one: Site, other: Site) -> bool:
    """Whether two sites of a ring fence are taxed alike: the same stated regime, or the same vintage of the same law."""
    return (one.country, one.regime, one.signed, sorted(one.stabilised)) == (
        other.country,
        other.regime,
        other.signed,
        sorted(other.stabilised),
    )


def _open_site(
    make: Maker,
    site: Site,
    fence: Any,
    charges: Mapping[str, Charge],
    timeline: Timeline,
    opening: dict[Any, Any],
    history: dict[Any, Any],
) -> None:
    """Tax balances of the past: losses by age, undeducted pools, book value. In the file's money on the valuation day."""
    if site.opening is None:
        return
    tax = next((charge for charge in charges.values() if charge.kind == "income_tax"), None)
    ledger = 1.0 if fence.currency is None else 1.0 / make.money[fence.currency][1][0]
    if site.opening.book is not None:
        opening[(site.name, "book")] = make.today(site.opening.book)
    for view in ("paid", "unlevered"):
        for label, balance in site.opening.pool.items():
            if tax is None or label not in {pool.name for pool in tax.pools}:
                pools = ", ".join(pool.name for pool in tax.pools) if tax else "none"
                raise InputError(Fault(f'site "{site.name}" → opening.pool.{label}', label, f"a pool of the regime: {pools}"))
            method = next(one.method for one in tax.pools if one.name == label)
            # A straight-line balance is taken as placed in service on the valuation day: its first slice falls in the first year.
            pool = (fence.name, view, "pool", label, site.name, *(("waiting",) if method == "straight_line" else ()))
            opening[pool] = opening.get(pool, 0.0) + make.today(balance) * ledger
        if site.opening.losses:
            key = (fence.name, view, "losses made")
            first = timeline.valuation.year
            made = {int(year): make.today(loss) * ledger for year, loss in site.opening.losses.items() if year.isdigit()}
            if len(made) < len(site.opening.losses) or any(year >= first for year in made):
                raise InputError(Fault(f'site "{site.name}" → opening.losses', ", ".join(site.opening.losses), f"years before {first}"))
            opening[key] = opening.get(key, 0.0) + sum(made.values())
            oldest = min(made)
            past = [sum(loss for year, loss in made.items() if year <= first - back) for back in range(2, first - oldest + 1)]
            held = history.get(key, [])
            size = max(len(held), len(past))
            history[key] = [(held[k] if k < len(held) else 0.0) + (past[k] if k < len(past) else 0.0) for k in range(size)]


def bottom_up(entities: Mapping[str, Any]) -> list[str]:
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


def entity_page(
    make: Maker,
    file: File,
    name: str,
    pages: Mapping[str, Any],
    regimes: Mapping[str, Regime],
    timeline: Timeline,
    notes: list[str],
    opening: dict[tuple[str, ...], Num],
) -> SimpleNamespace:
    entity = next(one for one in file.entity if one.name == name)
    sites = [site for site in file.site if site.entity == name]
    law = regimes[sites[0].name] if sites else _holding_law(entity, timeline, notes)
    fences = list(dict.fromkeys(_fence_name(site) for site in sites))
    loans = {}
    for label, loan in entity.loan.items():
        site = next(one for one in sites if one.name == loan.site)
        abroad = loan.country if loan.country != entity.country else None
        charge = (
            None if loan.exempt_interest or abroad is None else _withholding(file, law, "interest", abroad, 0.0, False, notes, loan.lender)
        )
        items = [item for item, capital in site.cost.capital.items() if capital.clock == "construction"]
        loans[label] = SimpleNamespace(
            lender=loan.lender,
            site=loan.site,
            share=make.number(loan.share),
            limit=make.maybe(loan.limit),
            rate=make.number(loan.rate),
            grace=make.number(loan.grace),
            tenor=make.number(loan.tenor),
            capitalise=loan.while_building == "capitalised",
            treatment=loan.capitalised_interest,
            charge=charge,
            fence=_fence_name(site),
            items=items,
        )
        if loan.balance is not None:
            opening[(name, "loan", label)] = make.today(loan.balance)
            opening[(name, "loan", label, "drawn")] = make.today(loan.balance)
    lent_rate = make.number(entity.shareholder_loan.rate) if entity.shareholder_loan is not None else 0.0
    start = entity.opening
    if start is not None:
        for key, value in (("paid in", start.paid_in), ("retained", start.retained)):
            if value is not None:
                opening[(name, key)] = make.today(value)
        if start.paid_in is not None:
            paying = {owner: make.number(part.share) for owner, part in entity.owner.items() if not part.free}
            for owner, part in paying.items():
                opening[(name, "paid in", owner)] = make.today(start.paid_in) * part / total(paying.values())
    if entity.carry is not None and entity.carry.balance is not None:
        opening[(name, "carry")] = make.today(entity.carry.balance)
        opening[(name, "advanced")] = make.today(entity.carry.balance)
    owners = {
        owner: SimpleNamespace(share=make.number(part.share), country=part.country, kind=part.kind, free=part.free)
        for owner, part in entity.owner.items()
    }
    dividend_charge, interest_charge = {}, {}
    for owner, part in entity.owner.items():
        if part.country != entity.country:
            dividend_charge[owner] = _withholding(file, law, "dividend", part.country, part.share.amount, part.treaty, notes, owner)
            if entity.shareholder_loan is not None:
                interest_charge[owner] = _withholding(file, law, "interest", part.country, part.share.amount, part.treaty, notes, owner)

    carry, earn_in = entity.carry, entity.earn_in
    return SimpleNamespace(
        name=name,
        sites=[site.name for site in sites],
        fences=fences,
        loans=loans,
        owners=owners,
        repays=entity.surplus == "repay",
        holds=[other.name for other in file.entity if name in other.owner],
        lends=entity.shareholder_loan is not None,
        lent_rate=lent_rate,
        lent_share=make.number(entity.shareholder_loan.share) if entity.shareholder_loan is not None else 0.0,
        minimum_cash=make.maybe(entity.minimum_cash),
        opening_cash=make.maybe(start.cash) if start is not None else None,
        closing={site.name: 0.001 if site.cost.closure is None else make.number(site.cost.closure.years) for site in sites},
        dividend_charge=dividend_charge,
        interest_charge=interest_charge,
        carry=None
        if carry is None
        else SimpleNamespace(
            carried=carry.carried,
            by=carry.by,
            scope=carry.scope,
            limit=make.maybe(carry.limit),
            interest=make.number(carry.interest),
            repayment=make.number(carry.repayment),
        ),
        earn_in=None
        if earn_in is None
        else SimpleNamespace(partner=earn_in.partner, spend=make.series(earn_in.spend), before=make.number(earn_in.before)),
    )


def _holding_law(entity: Any, timeline: Timeline, notes: list[str]) -> Regime:
    """Law of a holding without sites: what its country withholds on what it passes on, where that is on file."""
    if entity.country in countries():
        return regime.from_law(entity.country, Licence(), timeline)
    notes.append(
        note(
            "{name}: the law of {country} is not on file: nothing is withheld on what it pays to owners abroad",
            name=entity.name,
            country=entity.country,
        )
    )
    return Regime(entity.country, "not on file", None, (), ())


def _withholding(
    file: File, law: Regime, on: str, country: str, share: float, treaty: bool, notes: list[str], receiver: str
) -> Withholding | None:
    """The withholding that applies to one receiver: treaty where claimed, scale or rate of the law otherwise."""
    charges = law.of_kind("withholding", on)
    if not charges:
        return None
    charge = charges[0]
    terms = charge.word.get("treaty", {}).get(country)
    if terms is not None:
        rate = terms["substantial_rate"] if "substantial_rate" in terms and share >= terms["min_share"] else terms["rate"]
        if treaty:
            notes.append(
                note("{charge} on {receiver}: treaty rate of {rate:.0%} claimed", charge=charge.name, receiver=receiver, rate=rate)
            )
            return Withholding(charge.name, charge.state, charge.on, Series(float(rate)))
        notes.append(
            note(
                "{charge} on {receiver} ({country}): a treaty rate of {rate:.0%} is on file but not claimed (treaty = true)",
                charge=charge.name,
                receiver=receiver,
                country=country,
                rate=rate,
            )
        )
    if "slices" in charge.scale:
        least = charge.number["min_share"].calendar
        if least is not None and share < max(least):
            return Withholding(charge.name, charge.state, charge.on, charge.number["rate_below"])
        currency = law.currency if law.currency != file.project.currency else None
        return Withholding(charge.name, charge.state, charge.on, None, tuple(charge.scale["slices"]), currency)
    return Withholding(charge.name, charge.state, charge.on, charge.number["rate"])
