"""What the run is worth: metrics read from the books, the residuals of both books, breakevens, and what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kenes import __version__, units, worth
from kenes.appraise import plan as planning
from kenes.appraise import telling
from kenes.appraise.lens import LEVELS, Lens, lens_of
from kenes.appraise.run import Run, run, series_of
from kenes.appraise.whatif import what_ifs
from kenes.deposit import CATEGORIES, status_of
from kenes.errors import Fault, InputError
from kenes.facts import fingerprint, quantities
from kenes.notes import note
from kenes.numbers import Num, total
from kenes.project import Project, summary

__all__ = ["Result", "appraise", "residuals"]

RATES = (0.0, 0.05, 0.08, 0.10, 0.12)
"""Discount rates at which worth is told beside that of the file."""


@dataclass(frozen=True, slots=True)
class Result:
    """One appraisal: the run it was read from, and everything printed about it (``report``, the contract of ``--json``)."""

    project: Project
    run: Run
    report: dict[str, Any]

    @property
    def npv(self) -> dict[str, float]:
        """Net present value at the four levels, reporting currency."""
        return dict(self.report["npv"])

    @property
    def irr(self) -> dict[str, list[float]]:
        """Every internal rate of return at three levels, sorted, possibly none."""
        return dict(self.report["irr"])


def appraise(project: Project) -> Result:
    """The whole appraisal of a project on plain numbers."""
    done = run(planning.plan(project))
    _possible(project, done)
    lens = lens_of(project, done.plan)
    npv = {level: float(lens.npv(done.level(level))) for level in LEVELS}
    after = [float(amount) for amount in done.level("after_tax")]
    real = [float(amount) for amount in lens.real(after)]
    head = project.file.project
    kind = head.discount.money or ("nominal" if head.base is None else "real")
    first = _first_production(done)
    outlay = [
        sum(float(line.amount[t]) for line in done.money if line.name.startswith(("capital:", "exploration", "permits")))
        for t in range(len(after))
    ]
    # Idle years at the end of the model, in which nothing could be reinvested for the project, are no part of its return.
    alive = max((t + 1 for t, amount in enumerate(real) if amount != 0.0), default=1)
    breakeven, transfer = what_ifs(project, done, lens)
    report: dict[str, Any] = {
        "kenes": __version__,
        "project": head.name,
        "status": _status(project),
        "discount": {"rate": lens.rate, "timing": head.discount.timing, "money": kind},
        "currency": head.currency,
        "money": head.money,
        "valuation_date": head.valuation_date.isoformat(),
        "npv": npv,
        "npv_at": [
            {"rate": rate} | {level: float(lens.npv(done.level(level), rate)) for level in LEVELS} for rate in sorted({*RATES, lens.rate})
        ],
        "irr": {level: lens.irr(done.level(level)) for level in LEVELS[1:]},
        "sign_changes": {level: worth.sign_changes([float(amount) for amount in done.level(level)]) for level in LEVELS[1:]},
        "mirr": worth.mirr(real[:alive], finance=lens.rate, reinvest=lens.rate, at=list(lens.times)[:alive]),
        "profitability_index": worth.profitability_index(real, [float(a) for a in lens.real(outlay)], lens.rate, at=list(lens.times)),
        "payback_years": worth.payback(real, start=first),
        "discounted_payback_years": worth.payback(worth.present_values(real, lens.rate, at=list(lens.times)), start=first),
        "payback_from": "first production",
        "parties": _parties(done, lens, project),
        "government_take": _take(done, lens, npv["pre_fiscal"]),
        "aetr": _aetr(done, lens),
        "charges": _charges(done, lens),
        "breakeven": breakeven,
        "transfer_price": transfer,
        "unit_costs": _unit_costs(done),
        "contained": planning.contained(project),
        "years": done.plan.timeline.years,
        "levels": {level: [float(amount) for amount in done.level(level)] for level in LEVELS},
        "discount_factors": (factors := [float(factor) for factor in lens.discount()]),
        "present_values": {
            level: [float(amount) * factor for amount, factor in zip(done.level(level), factors, strict=True)] for level in LEVELS
        },
        "lines": [
            {
                "name": line.name,
                "payer": line.payer,
                "payee": line.payee,
                "site": line.site,
                "amount": [float(amount) for amount in line.amount],
            }
            for line in done.money
        ],
        "production": _production(done),
        "mass": telling.mass(done),
        "timeline": telling.timeline(done, project),
        "deposits": telling.deposits(project),
        "books": residuals(done, project),
        "cautions": _cautions(project),
        "notes": _notes(project, done),
        "born": {"project": project.digest, "rules": fingerprint(), "version": __version__},
    }
    if report["status"] == "screening":
        report["what_would_have_to_be_true"] = _would_have(report)
    return Result(project, done, report)


def _possible(project: Project, done: Run) -> None:
    """Raises InputError where a product would hold more than its own mass, or a stage give more than it took."""
    faults: list[Fault] = []
    for name, site in done.plan.page.sites.items():
        made = {
            label: sum(float(value) for value in series_of(done.flows, "made", (name, label)))
            for key in done.flows[0].made
            for label in [key[1]]
            if key[0] == name
        }
        for stage, here in site.plant.items():
            for label in here.product:
                inside = sum(
                    sum(float(amount) for amount in amounts)
                    for (_, _, target), amounts in done.mass.items()
                    if target == f"{name}: {label}"
                )
                if inside > made.get(label, 0.0) * (1 + 1e-9):
                    where = f'site "{name}" → plant.{stage}.product.{label}'
                    got = f"{made.get(label, 0.0):,.0f} t of product that would hold {inside:,.0f} t of elements"
                    faults.append(Fault(where, got, "a product heavier than what it holds", "check grade, mass_pull and recoveries"))
    if faults:
        raise project.located(InputError(*faults))


# --- parties and states --------------------------------------------------------------------------------------------------------


def _pass_through(project: Project) -> set[str]:
    """Entities whose money all goes on to others: they are no party of their own."""
    return {entity.name for entity in project.file.entity}


def _parties(done: Run, lens: Lens, project: Project) -> dict[str, dict[str, Any]]:
    count = done.plan.timeline.count
    flows: dict[str, list[float]] = {}
    for line in done.money:
        for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
            row = flows.setdefault(party, [0.0] * count)
            for t, amount in enumerate(line.amount):
                row[t] += sign * float(amount)
    through = _pass_through(project)
    return {
        party: {"npv": float(lens.npv(flow)), "irr": lens.irr(flow), "total": sum(flow)}
        for party, flow in sorted(flows.items())
        if party not in through
    }


def _take(done: Run, lens: Lens, pre_fiscal: float) -> dict[str, Any]:
    by_charge: dict[str, float] = {}
    by_state: dict[str, float] = {}
    for key in done.charges():
        value = float(lens.npv(series_of(done.flows, "borne", key)))
        by_charge[key[0]] = by_charge.get(key[0], 0.0) + value
        by_state[key[1]] = by_state.get(key[1], 0.0) + value
    return {
        "share": worth.effective_tax_rate(sum(by_charge.values()), pre_fiscal),
        "total": sum(by_charge.values()),
        "by_charge": by_charge,
        "by_state": by_state,
    }


def _charges(done: Run, lens: Lens) -> list[dict[str, Any]]:
    """What each charge takes a year: to a state what the project bears (taxes on profit as they fall due), to others what is paid.

    level : the level of worth below which it comes off; None: it comes off none (what the sale of a credit loses)
    """
    known = {charge.name: charge for regime in done.plan.regimes.values() for charge in regime.charges}
    other = {"state_equity": "equity"} | {key[0]: None for key in done.charges() if key[0].endswith(": discount")}
    rows: list[tuple[str, str, str | None, list[Num]]] = [
        (name, state, known[name].level if name in known else other.get(name, "pre_tax"), series_of(done.flows, "borne", (name, state)))
        for name, state in done.charges()
    ]
    private = {(charge.name, charge.payee) for charge in known.values() if charge.payee is not None}
    rows += [(line.name, line.payee, "pre_fiscal", list(line.amount)) for line in done.money if (line.name, line.payee) in private]
    return [
        {
            "charge": name,
            "to": taker,
            "level": level,
            "npv": float(lens.npv(amounts)),
            "total": sum(float(amount) for amount in amounts),
            "amount": [float(amount) for amount in amounts],
        }
        for name, taker, level, amounts in rows
    ]


def _aetr(done: Run, lens: Lens) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    for state in sorted({key[1] for key in done.charges()}):
        rows = [series_of(done.flows, "borne", key) for key in done.charges() if key[1] == state]
        paid = [sum(float(row[t]) for row in rows) for t in range(done.plan.timeline.count)]
        found[state] = {
            name: worth.effective_tax_rate(float(lens.npv(paid, rate)), float(lens.npv(done.level("pre_fiscal"), rate)))
            for name, rate in (("at_0", 0.0), ("at_rate", lens.rate))
        }
    return found


# --- the books must balance ----------------------------------------------------------------------------------------------------


def residuals(done: Run, project: Project) -> dict[str, float]:
    """Largest absolute residual of each book, relative to its turnover.

    Money: each entity's cash as its own waterfall carries it against the entries; charges entered against charges assessed; every balance
    zero at the horizon; all parties together. Mass: every place between ground and customer gives what it got; the ground gives what the
    deposit held.
    """
    return {"money": _money_residual(done, project), "mass": _mass_residual(done, project)}


def _largest(values: Any) -> float:
    return max((float(abs(value).max()) if hasattr(value, "max") else abs(float(value)) for value in values), default=0.0)


def _money_residual(done: Run, project: Project) -> float:
    count = done.plan.timeline.count
    turnover = max(
        _largest(total(line.amount[t] for line in done.money if line.name == "sales") for t in range(count)),
        _largest(amount for line in done.money for amount in line.amount),
    )
    if turnover == 0.0:
        return 0.0
    gaps: list[Num] = []
    net: dict[str, list[Num]] = {}
    states: dict[tuple[str, str], list[Num]] = {}
    for line in done.money:
        for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
            row = net.setdefault(party, [0.0] * count)
            for t, amount in enumerate(line.amount):
                row[t] = row[t] + sign * amount
        for payee, sign in ((line.payee, 1.0), (line.payer, -1.0)):
            states.setdefault((line.name.removesuffix("_refund"), payee), [0.0] * count)
            row = states[(line.name.removesuffix("_refund"), payee)]
            for t, amount in enumerate(line.amount):
                row[t] = row[t] + sign * amount
    for entity in _pass_through(project):
        held: Num = 0.0
        for t in range(count):
            cash = done.flows[t].cash.get(entity, 0.0)
            gaps.append(net.get(entity, [0.0] * count)[t] - (cash - held))
            held = cash
    assessed = {key for flow in done.flows for key in flow.assessed}
    for key in assessed:
        entered = states.get(key, [0.0] * count)
        for t, due in enumerate(series_of(done.flows, "assessed", key)):
            gaps.append(entered[t] - due)
    gaps.extend(_unsettled(done, project))
    gaps.extend(done.flows[-1].balances.values())
    gaps.extend(done.flows[-1].cash.values())
    gaps.append(total(total(row) for row in net.values()))
    return _largest(gaps) / turnover


OWNER_LINES = (
    "capital_paid_in",
    "capital_repaid",
    "dividend",
    "shareholder_loan",
    "shareholder_loan_repaid",
    "shareholder_interest",
    "carry_repayment",
)


def _unsettled(done: Run, project: Project) -> list[Num]:
    """What each owner received by the entries, less what the entities' settlements say it received."""
    count = done.plan.timeline.count
    through = _pass_through(project)
    withheld = {charge.name for regime in done.plan.regimes.values() for charge in regime.of_kind("withholding")}
    owners = {owner for flow in done.flows for owner in flow.settled if owner not in through}
    rows: dict[str, list[Num]] = {owner: [0.0] * count for owner in owners}
    for line in done.money:
        if line.site or (line.name not in OWNER_LINES and line.name not in withheld):
            continue
        for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
            if party in rows:
                rows[party] = [held + sign * amount for held, amount in zip(rows[party], line.amount, strict=True)]
    return [rows[owner][t] - done.flows[t].settled.get(owner, 0.0) for owner in owners for t in range(count)]


def _mass_residual(done: Run, project: Project) -> float:
    count = done.plan.timeline.count
    into: dict[tuple[str, str], list[Num]] = {}
    from_: dict[tuple[str, str], list[Num]] = {}
    moved = 0.0
    for (element, source, target), amounts in done.mass.items():
        moved = max(moved, _largest([total(amounts)]))
        for table, place in ((into, target), (from_, source)):
            row = table.setdefault((element, place), [0.0] * count)
            for t, amount in enumerate(amounts):
                row[t] = row[t] + amount
    if moved == 0.0:
        return 0.0
    gaps: list[Num] = []
    none = [0.0] * count
    for name, site in done.plan.page.sites.items():
        # What stands between the ground and a customer, a residue or a store gives what it got, every year.
        passing = {"ore", *site.received, *(label for stage in site.plant.values() for label in stage.product)}
        for element in {key[0] for key in into} | {key[0] for key in from_}:
            for label in passing:
                key = (element, f"{name}: {label}")
                gaps.extend(got - gave for got, gave in zip(into.get(key, none), from_.get(key, none), strict=True))
    for name, site in done.plan.page.sites.items():
        for element in {element for ore in site.ores.values() for element in ore.grade}:
            held = total(ore.tonnage * ore.grade.get(element, 0.0) for ore in site.ores.values()) * done.factor.grade
            taken = total(from_.get((element, f"{name}: ground"), [0.0]))
            if site.early_closure is None:
                gaps.append(held - taken)
    return _largest(gaps) / moved


# --- the rest ------------------------------------------------------------------------------------------------------------------


def _first_production(done: Run) -> float:
    """Years from the valuation day to first production."""
    return min(float(site.ready) for site in done.plan.page.sites.values())


def _status(project: Project) -> str:
    found: set[str] = set()
    for categories in summary(project.file).values():
        found |= categories
    return status_of(found)


def _unit_costs(done: Run) -> dict[str, float | str | None]:
    """Operating cost over the whole life per tonne of ore and per kilogram of product, in the file's money.

    Unlike products are not added: several count only where all hold rare earths alone (thorium and uranium apart), as kilograms of oxide.
    """
    index = [done.plan.timeline.index(t) for t in range(done.plan.timeline.count)]
    names = ("operating_cost", "residue_handling", "unsold_products")
    spent = sum(float(amount) / index[t] for line in done.money if line.name.startswith(names) for t, amount in enumerate(line.amount))
    ore = sum(float(flow.ore) for flow in done.flows)
    found: dict[str, float | str | None] = {"per_t_ore": spent / ore if ore > 0 else None}
    sold = [(site, label) for site, page in done.plan.page.sites.items() for label in page.market]
    kilograms, counted = 0.0, ""
    if len(sold) == 1:
        kilograms, counted = sum(float(flow.made[sold[0]]) * 1000.0 for flow in done.flows), sold[0][1]
    else:
        held: dict[str, float] = {}
        for (element, source, _), amounts in done.mass.items():
            if any(source == f"{site}: {label}" for site, label in sold):
                held[element] = held.get(element, 0.0) + sum(float(amount) for amount in amounts)
        main = {element: tonnes for element, tonnes in held.items() if element not in ("thorium", "uranium")}
        if main and all(element in units.RARE_EARTHS for element in main):
            kilograms = sum(tonnes / units.contained("oxide", element) for element, tonnes in main.items()) * 1000.0
            counted = "rare-earth oxide in all products"
    found["per_kg_product"] = spent / kilograms if kilograms > 0 else None
    found["per_kg_product_of"] = counted or None
    capital = sum(
        float(amount) / index[t] for line in done.money if line.name.startswith("capital:") for t, amount in enumerate(line.amount)
    )
    found["initial_capital"] = capital
    return found


def _production(done: Run) -> list[dict[str, Any]]:
    keys = list(dict.fromkeys(key for flow in done.flows for key in flow.made))
    rows: list[dict[str, Any]] = [{"site": "", "product": "ore", "tonnes": [float(flow.ore) for flow in done.flows]}]
    rows += [{"site": key[0], "product": key[1], "tonnes": [float(value) for value in series_of(done.flows, "made", key)]} for key in keys]
    return rows


def _would_have(report: Mapping[str, Any]) -> dict[str, Any]:
    found = report["breakeven"]
    return {
        "prices_times": found["basket"],
        "or_grade_times": found["grade_factor"],
        "or_grade": found["grade"],
        "or_grade_of": found["grade_of"],
        "meaning": "after-tax NPV is zero if all prices, or all grades, are this many times those stated, everything else as stated",
    }


def _operation(done: Run) -> list[str]:
    """How the sites did: years at a loss without a rule to stop, closures before the ore ended, funds that earn nothing."""
    found: list[str] = []
    for name, site in done.plan.page.sites.items():
        working = [flow.operating[name] for flow in done.flows if float(flow.running[name]) > 0]
        losing = sum(float(amount) < 0 for amount in working)
        if losing and site.early_closure is None:
            found.append(
                note(
                    'site "{site}": operates at a loss in {losing} of {years} years, and no early closure is stated',
                    site=name,
                    losing=losing,
                    years=len(working),
                )
            )
        shut = next((t for t, flow in enumerate(done.flows) if float(flow.shut.get(name, 0.0)) > 0), None)
        if shut is not None:
            found.append(note('site "{site}": closed early, at the end of {year}', site=name, year=done.plan.timeline.years[shut]))
        if site.cost.closure is not None and float(site.cost.closure.funded) > 0:
            found.append(note('site "{site}": the closure fund is taken to earn nothing', site=name))
    return found


def _cautions(project: Project) -> list[str]:
    """What the status of the result demands to be said first."""
    notes: list[str] = []
    categories: dict[str, float] = {}
    letters = False
    for site in project.file.site:
        for ore in site.deposit.values():
            categories[ore.category] = categories.get(ore.category, 0.0) + ore.tonnage.amount
            letters = letters or CATEGORIES[ore.category] == "state balance"
        if site.production is not None:
            categories[site.production.category] = categories.get(site.production.category, 0.0) + 0.0
    status = _status(project)
    if status == "screening":
        notes.append(note("screening of a claim, not a valuation: its tonnage is no resource under any reporting code"))
    if status == "preliminary":
        whole = sum(categories.values())
        inferred = categories.get("inferred", 0.0)
        if whole > 0:
            notes.append(note("preliminary: resources, not reserves; inferred share of the tonnage {share:.0%}", share=inferred / whole))
        if inferred:
            notes.append(
                note(
                    "resources that are not reserves have no demonstrated economic viability; inferred resources are too speculative for"
                    " economic considerations to be applied to them as to reserves"
                )
            )
        else:
            notes.append(note("resources that are not reserves have no demonstrated economic viability"))
    if letters:
        notes.append(note("categories of the state balance (GKZ) stand for a range of CRIRSCO categories; nothing was converted"))
    return notes


def _notes(project: Project, done: Run) -> list[str]:
    notes = _cautions(project)
    numbers = list(quantities(project.file))
    assumed = [path for path, number in numbers if number.assumed]
    sourced = [path for path, number in numbers if not number.assumed]
    notes.append(
        note(
            "{sourced} numbers with a source, {assumed} assumed: {paths}",
            sourced=len(sourced),
            assumed=len(assumed),
            paths=", ".join(assumed[:8]) + (" ..." if len(assumed) > 8 else ""),
        )
    )
    weak = [path for path, number in numbers if number.confidence == "low"]
    if weak:
        notes.append(note("low confidence: {paths}", paths=", ".join(weak[:12]) + (" ..." if len(weak) > 12 else "")))
    for setting in project.settings:
        notes.append(note("set on the command line: {setting}", setting=setting))
    notes.extend(_operation(done))
    notes.extend(done.plan.notes)
    flows = [float(amount) for amount in done.level("after_tax")]
    changes = worth.sign_changes(flows)
    if changes > 1:
        notes.append(note("the after-tax flow changes sign {n} times: it may have several rates of return, or none", n=changes))
    return notes
