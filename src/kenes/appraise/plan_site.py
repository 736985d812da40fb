"""One site of a file, ready for the page."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from kenes import deposit, regime, units
from kenes.appraise.bare import Maker, least, most
from kenes.errors import Fault, InputError
from kenes.facts import read_rule
from kenes.notes import Note, note, together
from kenes.numbers import Num
from kenes.project import File, Project, Site, feeds_of, made_by
from kenes.regime import Licence, Regime
from kenes.timeline import Series, Timeline
from kenes.trade import read_tariff

__all__ = ["read_regime", "site_page"]


def read_regime(make: Maker, project: Project, site: Site, timeline: Timeline, ready: Num, notes: list[str]) -> Regime:
    """The charges on one site: stated by the project, or the law of its country as its licence and first ore (``ready``) decide."""
    if site.regime is not None:
        found = regime.inline(site.regime, site.country, project.file.project.currency, make.series)
    else:
        origins = {ore.origin for ore in site.deposit.values()}
        if len(origins) > 1:
            wanted = "tailings and ore from the ground in sites of their own: the levy on them differs"
            raise InputError(Fault(f'site "{site.name}" → deposit', "ore of the ground beside tailings", wanted))
        licence = Licence(
            day=site.licence_date,
            held_before=site.ground_held_before,
            extracts=site.mine is not None or site.production is not None,
            tailings=origins == {"tailings"},
            signed=site.signed,
            stabilised=tuple(site.stabilised),
            elements=frozenset(_levied(site)),
            opens=timeline.day(least(ready)),
        )
        try:
            found = regime.from_law(site.country, licence, timeline)
        except InputError as error:
            raise InputError(
                *(Fault(f'{project.path}  site "{site.name}" → {one.where}', one.got, one.wanted, one.hint) for one in error.faults)
            ) from None
        unknown = [name for name in site.stabilised if read_rule(site.country, name) is None]
        if unknown:
            raise InputError(
                Fault(
                    f'{project.path}  site "{site.name}" → stabilised',
                    ", ".join(unknown),
                    f"charges of {site.country}: " + ", ".join(charge.name for charge in found.charges),
                )
            )
    for charge in found.of_kind("export_duty"):
        for label in charge.word["product"]:
            if label not in made_by(project.file, site):
                known = ", ".join(made_by(project.file, site))
                raise InputError(
                    Fault(f'site "{site.name}" → regime.charge.{charge.name}.product', f'"{label}"', f"a product of it: {known}")
                )
    if site.production is not None and any("depletion" in charge.table for charge in found.charges):
        notes.append(
            note('site "{site}": no percentage depletion computed, as the elements of stated production are unknown', site=site.name)
        )
    notes.extend(found.notes)
    return found


def site_page(
    make: Maker, file: File, site: Site, found: Regime, timeline: Timeline, clock: Any, ready: Num, notes: list[str]
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
            capacity=make.number(site.mine.capacity),
            recovery=make.number(site.mine.recovery),
            dilution=make.number(site.mine.dilution),
            strip_ratio=make.number(site.mine.strip_ratio),
            ramp_up=make.yearly(site.mine.ramp_up),
            order=site.mine.order or "together",
            normed_losses=make.optional(site.mine.normed_losses, 1.0 - make.number(site.mine.recovery)),
        )
    stated = None
    if site.production is not None:
        stated = SimpleNamespace(
            life=make.number(site.production.life),
            ore=make.optional(site.production.ore, 0.0),
            product={
                name: SimpleNamespace(rate=rate, ramp=ramp, form=product.form)
                for name, product in site.production.product.items()
                for rate, ramp in [_rate_and_ramp(make, product.rate, site.production.ramp_up)]
            },
        )
    stages: dict[str, Any] = {}
    residue_cost: dict[str, Series] = {}
    for (feed, stage), label in zip(feeds_of(file, site), site.plant, strict=True):
        if stage.residue is not None:
            residue_cost[label] = make.series(stage.residue.handling)
        stages[label] = SimpleNamespace(
            feed=feed,
            kind=stage.kind,
            residue=None if stage.residue is None else SimpleNamespace(mass_pull=make.number(stage.residue.mass_pull)),
            product={
                name: SimpleNamespace(
                    recovery={element: make.number(value) for element, value in product.recovery.items()},
                    form=product.form,
                    grade=None if product.grade is None else make.number(product.grade),
                    of=None if product.grade is None else product.grade.of,
                    mass_pull=None if product.mass_pull is None else make.number(product.mass_pull),
                )
                for name, product in stage.product.items()
            },
        )
    levied = _levied(site)
    here = SimpleNamespace(
        name=site.name,
        state=site.country,
        entity=site.entity,
        offset=clock.offset,
        ready=ready,
        mine=pit,
        ores=ores,
        production=stated,
        plant=stages,
        residue_cost=residue_cost,
        regime=found,
        levied=levied,
        exchange_price=_quotations(make, file, site, found, levied),
        takes_from=[other.name for other in file.site if any(transfer.to == site.name for transfer in other.transfer.values())],
        received=[label for other in file.site for label, transfer in other.transfer.items() if transfer.to == site.name],
        hands_to={},
        early_closure=None if site.early_closure is None else site.early_closure.years,
    )
    for label, transfer in site.transfer.items():
        here.hands_to.setdefault(transfer.to, []).append(label)
    here.permits = [
        SimpleNamespace(cost=make.maybe(permit.cost), exploration=permit.exploration, span=span)
        for permit, span in zip(site.permit.values(), clock.spans, strict=True)
    ]
    here.market = {label: _sale(make, file, site, label, timeline, ready, notes) for label in site.market}
    here.transfer = {label: _transfer(make, file, site, transfer, timeline, ready, notes) for label, transfer in site.transfer.items()}
    here.unsold = {label: SimpleNamespace(fate=rest.fate, cost=make.series(rest.cost)) for label, rest in site.unsold.items()}
    here.cost = _costs(make, file, site, timeline)
    here.credit = _credit(file, site, found, notes)
    return here


def _rate_and_ramp(make: Maker, rate: Any, ramp_up: Any) -> tuple[Series, list[Num]]:
    """A stated rate, and the share of it in each year of work; a rate by operating year is multiplied into the shares."""
    ramp = make.yearly(ramp_up)
    if not rate.operating:
        return make.series(rate), ramp
    rates = make.yearly(rate)
    length = max(len(rates), len(ramp))
    return Series(1.0), [rates[min(k, len(rates) - 1)] * ramp[min(k, len(ramp) - 1)] for k in range(length)]


def _levied(site: Site) -> tuple[str, ...]:
    """Minerals that a levy on extraction counts: those that some product of the site is meant to hold."""
    stated = {element for ore in site.deposit.values() for element in deposit.stated_grades(ore)}
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


def _quotations(make: Maker, file: File, site: Site, found: Regime, levied: tuple[str, ...]) -> dict[str, Series]:
    """Quotations per tonne of element; raises InputError where a levy needs one that the file does not state."""
    prices: dict[str, Series] = {}
    where = f'site "{site.name}" → exchange_price'
    for element, price in site.exchange_price.items():
        if price.of is None and element in units.OXIDE_REPORTED:
            raise InputError(
                Fault(f"{where}.{element}", "no of", f'of = "{units.CUSTOMARY_OXIDE[element]}" or of = "{element}": what is quoted')
            )
        factor = 1.0 if price.of in (None, element) else 1.0 / units.contained(str(price.of), element)
        prices[element] = make.series(price, factor)
    for charge in found.of_kind("production_levy"):
        name = f"{charge.name} of {charge.state}"
        by_volume = {element for element, how in charge.word.get("scale_on", {}).items() if how == "volume"}
        scaled = {key.removeprefix("addition: ") for key in charge.scale if key not in by_volume}
        needed = (scaled | set(charge.word.get("exchange", {}))) & set(levied) | (scaled if charge.word.get("scale_always") else set())
        for element in sorted(needed - set(prices)):
            raise InputError(Fault(where, f"nothing for {element}", f"exchange_price.{element}: {name} is taken on the quotation"))
        currency = charge.word.get("scale_currency")
        if scaled & needed and currency not in {file.project.currency, *file.currency}:
            raise InputError(Fault(f"currency.{currency}", "nothing", f"[currency.{currency}] with its rate: the scale of {name} is in it"))
        if set(charge.base) & {"extracted", "written_off", "sold_volume"} and site.production is not None:
            raise InputError(
                Fault(
                    f'site "{site.name}" → production',
                    "stated production",
                    f"a deposit with its mine: {name} is taken on what is extracted",
                    "or state [site.regime]",
                )
            )
    return prices


def _sale(make: Maker, file: File, site: Site, label: str, timeline: Timeline, ready: Num, notes: list[str]) -> SimpleNamespace:
    sale = site.market[label]
    if sale.country not in (None, site.country) and sale.border is None:
        wanted = "border, with its tariff line or unclassified = why it is unknown"
        raise InputError(Fault(f'site "{site.name}" → market.{label}', f"a buyer in {sale.country} without border", wanted))
    counted = None if site.production is None else site.production.product[label].rate.of
    priced = _pricing(make, sale)
    return SimpleNamespace(
        **vars(priced),
        buyer=sale.buyer,
        treatment_charge=make.maybe(sale.treatment_charge),
        penalty=make.maybe(sale.penalty),
        separation_charge=make.maybe(sale.separation_charge),
        separation_of=None if sale.separation_charge is None else sale.separation_charge.of or "product",
        freight=make.maybe(sale.freight),
        toller=sale.toller,
        has_charges=any((sale.treatment_charge, sale.penalty, sale.separation_charge if sale.toller is None else None)),
        **_border(make, file, site, sale.border, timeline, ready, notes, None, counted),
    )


def _pricing(make: Maker, pricing: Any) -> SimpleNamespace:
    return SimpleNamespace(
        price=make.maybe(pricing.price),
        of=None if pricing.price is None else pricing.price.of,
        basket={element: make.series(price) for element, price in pricing.basket.items()},
        basket_per={
            element: 1.0 if price.of == element else 1.0 / units.contained(str(price.of), element)
            for element, price in pricing.basket.items()
        },
        payable=make.optional(pricing.payable, 1.0),
        realisation=make.optional(pricing.realisation, 1.0),
    )


def _border(
    make: Maker,
    file: File,
    site: Site,
    border: Any,
    timeline: Timeline,
    ready: Num,
    notes: list[str],
    taker: str | None,
    counted: str | None,
) -> dict[str, Any]:
    """A border as the page reads it: tariff by year, who pays, what is handed back.

    taker : country of the site that takes a transfer; counted : kind in which stated production is counted
    """
    nothing = {"tariff": None, "border_to": None, "delivered": False, "importer": None, "passed_back": 0.0}
    if border is None or border.to == site.country:
        return nothing
    if taker is not None and border.to != taker:
        raise InputError(Fault(f'site "{site.name}" → transfer.border.to', border.to, f"{taker}, the country of the site that takes it"))
    tariff = read_tariff(border, site.country, timeline, int(least(ready)))
    notes.extend(tariff.notes)
    if border.line is None:
        return nothing
    held = 0.0
    if tariff.element is not None:
        where = f'site "{site.name}" → border.line'
        if tariff.currency not in {file.project.currency, *file.currency}:
            raise InputError(Fault(where, border.line, f"[currency.{tariff.currency}] with its rate: the duty is in it"))
        if counted is not None:
            if counted != tariff.element and (
                counted not in units.CUSTOMARY_OXIDE.values() or tariff.element not in units.elements_of(counted)
            ):
                wanted = f"production counted in {tariff.element} or its oxide: the duty is on its mass"
                raise InputError(Fault(where, f'production counted in "{counted}"', wanted, "or unclassified = why"))
            held = 1.0 if counted == tariff.element else units.contained(counted, tariff.element)
    return {
        "held": held,
        "tariff": tariff,
        "border_to": border.to,
        "delivered": border.terms == "delivered",
        "importer": border.importer,
        "passed_back": make.number(border.passed_back),
    }


def _transfer(make: Maker, file: File, site: Site, transfer: Any, timeline: Timeline, ready: Num, notes: list[str]) -> SimpleNamespace:
    taker = next(other for other in file.site if other.name == transfer.to)
    if taker.country != site.country and transfer.border is None:
        raise InputError(
            Fault(
                f'site "{site.name}" → transfer', f"to {taker.country} without border", "border, with its tariff line or why it is unknown"
            )
        )
    return SimpleNamespace(
        to=transfer.to,
        taker=taker.entity,
        method=transfer.method,
        pricing=None if transfer.pricing is None else _pricing(make, transfer.pricing),
        margin=make.optional(transfer.margin, 0.0),
        markup=make.optional(transfer.markup, 0.0),
        freight=make.maybe(transfer.freight),
        **_border(make, file, site, transfer.border, timeline, ready, notes, taker.country, None),
    )


def _costs(make: Maker, file: File, site: Site, timeline: Timeline) -> SimpleNamespace:
    costs = site.cost
    vat = None
    if costs.value_added_tax is not None:
        lag = make.number(costs.value_added_tax.refund_lag)
        rate: Series
        if costs.value_added_tax.rate is not None:
            rate = make.series(costs.value_added_tax.rate)
        else:
            rule = read_rule(site.country, "value_added_tax")
            if rule is None:
                raise InputError(
                    Fault(
                        f'site "{site.name}" → cost.value_added_tax.rate',
                        "nothing",
                        f"the rate: no value-added tax of {site.country} is on file",
                    )
                )
            rate = Series(0.0, None, [float(rule.on("rate", timeline.begins(t))) for t in range(timeline.count)])
        vat = SimpleNamespace(
            rate=rate,
            operating=make.number(costs.value_added_tax.operating),
            capital=make.number(costs.value_added_tax.capital),
            lag=lag,
            oldest=math.ceil(most(lag)),
        )
    closure = costs.closure
    terms = costs.working_capital
    return SimpleNamespace(
        operating={
            label: SimpleNamespace(cost=make.series(item.cost), per=item.per, product=item.product, stage=item.stage)
            for label, item in costs.operating.items()
        },
        capital={
            label: SimpleNamespace(
                cost=make.series(item.cost),
                spread=make.yearly(item.spread),
                clock=item.clock,
                contingency=make.optional(item.contingency, 0.0),
                pool=item.pool,
            )
            for label, item in costs.capital.items()
        },
        sustaining={
            label: SimpleNamespace(cost=make.series(item.cost), per=item.per, product=item.product, pool=item.pool)
            for label, item in costs.sustaining.items()
        },
        closure=None
        if closure is None
        else SimpleNamespace(cost=make.series(closure.cost), years=make.number(closure.years), funded=make.number(closure.funded)),
        working_capital=None
        if terms is None
        else SimpleNamespace(
            receivable=make.number(terms.receivable), inventory=make.number(terms.inventory), payable=make.number(terms.payable)
        ),
        value_added_tax=vat,
    )


def _credit(file: File, site: Site, found: Regime, notes: list[str]) -> SimpleNamespace | None:
    """The production credit, for the products that the statute names in the purity it asks."""
    credits = found.of_kind("production_credit")
    if not credits:
        return None
    if site.credit is None:
        notes.append(
            note('site "{site}": no production credit claimed ({credit} needs site.credit)', site=site.name, credit=credits[0].name)
        )
        return None
    made = made_by(file, site)
    eligible: list[str] = []
    names = credits[0].word.get("eligible")
    for label in site.credit.product:
        if label not in made:
            where = f'site "{site.name}" → credit.product'
            raise InputError(Fault(where, f'"{label}"', "a product that leaves this site: " + ", ".join(made)))
        product = made[label]
        if names is None:
            eligible.append(label)
            continue
        held = [element for element in getattr(product, "recovery", {}) if element != "all"]
        purity = getattr(product, "purity", None)
        misses: list[Note] = []
        for element in held:
            wanted = names.get(element)
            if wanted is None:
                misses.append(note("{element} is not named", element=element))
            elif isinstance(wanted, (int, float)) and (purity is None or purity.amount < wanted):
                misses.append(note("{element} needs a purity of {wanted:.0%}", element=element, wanted=wanted))
        if misses or not held:
            why = together(misses or [note("its elements are not stated")], "; ")
            notes.append(
                note('site "{site}": {product} earns no {credit}: {why}', site=site.name, product=label, credit=credits[0].name, why=why)
            )
        else:
            eligible.append(label)
    if site.credit.prohibited_foreign_entity:
        notes.append(note('site "{site}": no {credit}: prohibited foreign entity', site=site.name, credit=credits[0].name))
        return None
    if not eligible:
        return None
    return SimpleNamespace(stages=tuple(site.credit.stage), eligible=tuple(eligible))
