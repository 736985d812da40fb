"""What figures show that no line of a report says alone: steps from sales to worth, sums by place and by party, grades above a cutoff.

Each reads the report of an appraisal (``--json``) and sums it up; nothing is appraised anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from kenes import units
from kenes.deposit import LUMP

__all__ = ["GROUPS", "Flow", "Step", "Types", "bridge", "cash", "cumulative", "grade_tonnage", "mass_flows", "money_flows", "take"]

Report = Mapping[str, Any]

GROUPS: dict[str, tuple[str, ...]] = {
    "sales": ("sales",),
    "selling_costs": ("treatment_and_separation", "tolling", "freight"),
    "operating_costs": ("operating_cost:", "residue_handling", "unsold_products"),
    "exploration_and_permits": ("exploration", "permits"),
    "initial_capital": ("capital:",),
    "sustaining_capital": ("sustaining_capital:",),
    "closure_and_its_fund": ("closure_cost", "into_closure_fund", "from_closure_fund"),
    "working_capital": ("receivable_flow", "inventory_flow", "payable_flow"),
}
"""Entries of the money book that make the pre-fiscal flow, by what they are for (beginnings of their names)."""

RESIDUAL = 1e-9
"""Part of the turnover below which a difference is rounding."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall.

    name  : of a group, a charge, or a level of worth; taker : the state or party a charge goes to, "" for the rest
    npv   : present value; of a level the level itself, else what it adds
    level : whether it is a level that is reached, not a part that is added
    """

    name: str
    npv: float
    taker: str = ""
    level: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes from one place or party to another over the life. entries : the largest entries it is made of, with their amounts."""

    source: str
    target: str
    amount: float
    entries: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Types:
    """Ore types by falling grade: tonnes and mean grade of all with at least the grade of each.

    kind : what the grade is of; rows : (ore type, category, its grade, its tonnes, tonnes above, mean grade above)
    """

    kind: str
    rows: tuple[tuple[str, str, float, float, float, float], ...]


# --- money ---------------------------------------------------------------------------------------------------------------------


def _own(report: Report) -> set[str]:
    """Entities of the project: what pays or is paid and is no party of its own."""
    return {name for line in report["lines"] for name in (line["payer"], line["payee"])} - set(report["parties"])


def cash(report: Report) -> dict[str, list[float]]:
    """Yearly after-tax flow of all entities together, by what it is for, nominal: costs and charges negative; its sum is that flow."""
    own, count = _own(report), len(report["years"])
    made = {group: [0.0] * count for group in GROUPS}
    for line in report["lines"]:
        sign = (line["payee"] in own) - (line["payer"] in own)
        group = next((group for group, heads in GROUPS.items() if line["name"].startswith(heads)), None)
        if group is not None and sign:
            made[group] = [held + sign * amount for held, amount in zip(made[group], line["amount"], strict=True)]
    private = [row["amount"] for row in report["charges"] if row["level"] == "pre_fiscal"]
    made["royalties_to_others"] = [-sum(amounts) for amounts in zip(*private, strict=True)] if private else [0.0] * count
    levels = report["levels"]
    made["charges_before_tax"] = [after - before for before, after in zip(levels["pre_fiscal"], levels["pre_tax"], strict=True)]
    made["taxes_on_profit"] = [after - before for before, after in zip(levels["pre_tax"], levels["after_tax"], strict=True)]
    return {group: flow for group, flow in made.items() if any(flow)}


def _worth(report: Report, flow: Sequence[float]) -> float:
    return float(sum(amount * factor for amount, factor in zip(flow, report["discount_factors"], strict=True)))


def bridge(report: Report) -> list[Step]:
    """From sales to after-tax NPV, in present values: what each group adds, and the levels of worth on the way.

    Charges stand alone where their sum is what lies between two levels; taxes on profit as they fall due after interest are not what lies
    between the unlevered levels, and then they stand together.
    """
    npv = report["npv"]
    steps: list[Step] = []
    groups = {group: _worth(report, flow) for group, flow in cash(report).items()}
    before, profit = groups.pop("charges_before_tax", 0.0), groups.pop("taxes_on_profit", 0.0)
    tolerance = RESIDUAL * max((abs(value) for value in groups.values()), default=0.0)
    steps += [Step(group, value) for group, value in groups.items()]
    for first, level, whole, together in (
        ("pre_fiscal", "pre_tax", before, "charges_before_tax"),
        ("pre_tax", "after_tax", profit, "taxes_on_profit"),
    ):
        steps.append(Step(first, npv[first], level=True))
        alone = [Step(row["charge"], -row["npv"], row["to"]) for row in report["charges"] if row["level"] == level and any(row["amount"])]
        if abs(sum(step.npv for step in alone) - whole) <= tolerance:
            steps += alone
        else:
            steps.append(Step(together, whole))
    return [*steps, Step("after_tax", npv["after_tax"], level=True)]


def take(report: Report) -> list[Step]:
    """Government take in present values: charges by state, the largest states first, what each state takes, and the whole."""
    found = report["government_take"]
    charges = [row for row in report["charges"] if row["to"] in found["by_state"] and row["level"] != "pre_fiscal" and any(row["amount"])]
    steps: list[Step] = []
    for state in sorted(found["by_state"], key=lambda one: -abs(found["by_state"][one])):
        rows = sorted((row for row in charges if row["to"] == state), key=lambda row: -abs(row["npv"]))
        steps += [Step(row["charge"], row["npv"], state) for row in rows]
    return [*steps, Step("government_take", found["total"], level=True)] if steps else []


def cumulative(flow: Sequence[float]) -> list[float]:
    """Sums from the first year to each."""
    return list(accumulate(flow))


def money_flows(report: Report) -> list[Flow]:
    """Who pays whom over the life, summed in nominal money.

    What parties outside pay and what they get stay apart; between entities of the project only what is left of both ways is told, as money
    that goes round (paid in and back) would hide what remains. Each entity gives what it gets.
    """
    own = _own(report)
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for line in report["lines"]:
        amount, payer, payee = sum(line["amount"]), line["payer"], line["payee"]
        if amount < 0:
            amount, payer, payee = -amount, payee, payer
        if payer in own and payee in own and (payee, payer) in sums:
            amount, payer, payee = -amount, payee, payer
        entries = sums.setdefault((payer, payee), {})
        name = line["name"].partition(":")[0]
        entries[name] = entries.get(name, 0.0) + amount
    turnover = max((sum(entries.values()) for entries in sums.values()), default=0.0)
    flows = []
    for (payer, payee), entries in sums.items():
        amount = sum(entries.values())
        ranked = tuple(sorted(entries.items(), key=lambda one: -abs(one[1])))
        if abs(amount) > RESIDUAL * turnover:
            flows.append(Flow(payer, payee, amount, ranked) if amount > 0 else Flow(payee, payer, -amount, tuple(_back(ranked))))
    return flows


def _back(entries: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    for name, amount in entries:
        yield name, -amount


# --- mass ----------------------------------------------------------------------------------------------------------------------


def mass_flows(report: Report) -> dict[str, list[Flow]]:
    """Tonnes from place to place over the life, by kind: rare earths together as oxide ("TREO"), every other element alone."""
    sums: dict[str, dict[tuple[str, str], float]] = {}
    for row in report["mass"]:
        element = row["element"]
        kind, factor = ("TREO", units.contained("oxide", element)) if element in units.RARE_EARTHS else (element, 1.0)
        table = sums.setdefault(kind, {})
        key = (row["from"], row["to"])
        table[key] = table.get(key, 0.0) + row["total"] / factor
    found = {}
    for kind, table in sums.items():
        turnover = max(table.values(), default=0.0)
        found[kind] = [Flow(source, target, amount) for (source, target), amount in table.items() if amount > RESIDUAL * turnover]
    return {kind: flows for kind, flows in found.items() if flows}


# --- ground --------------------------------------------------------------------------------------------------------------------


def grade_tonnage(report: Report) -> Types | None:
    """Tonnage above a cutoff, and its mean grade: of the element or kind that most ore types state, the most of it first.

    None where fewer than two ore types can be compared.
    """
    ores = report["deposits"]
    held: dict[str, list[float]] = {}
    for ore in ores:
        for kind, grade in _grades(ore).items():
            held.setdefault(kind, []).append(grade * ore["tonnage"])
    shared = [kind for kind, tonnes in held.items() if len(tonnes) > 1]
    if not shared:
        return None
    kind = max(shared, key=lambda one: (len(held[one]), sum(held[one])))
    several = len({ore["site"] for ore in ores}) > 1
    ranked = sorted((ore for ore in ores if kind in _grades(ore)), key=lambda ore: -_grades(ore)[kind])
    rows, tonnes, metal = [], 0.0, 0.0
    for ore in ranked:
        grade = _grades(ore)[kind]
        tonnes += ore["tonnage"]
        metal += ore["tonnage"] * grade
        name = f"{ore['site']}: {ore['ore']}" if several else ore["ore"]
        rows.append((name, ore["category"], grade, ore["tonnage"], tonnes, metal / tonnes))
    return Types(kind, tuple(rows))


def _grades(ore: Mapping[str, Any]) -> dict[str, float]:
    """Grades of an ore type in kinds that can be compared: totals and oxides as stated, rare earths as oxide, elements."""
    found = {row["of"]: row["grade"] for row in ore["grades"] if row["of"] not in ore["elements"] and row["of"] != LUMP}
    rare = sum(grade / units.contained("oxide", element) for element, grade in ore["elements"].items() if element in units.RARE_EARTHS)
    if rare:
        found = {kind: grade for kind, grade in found.items() if kind not in ("REO", "TREE")} | {"TREO": rare}
    return found | {element: grade for element, grade in ore["elements"].items() if element not in units.RARE_EARTHS}
