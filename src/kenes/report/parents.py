"""Says who? Every number of a project file, and every value of law that binds in a model year, with its parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kenes.appraise.plan import Plan
from kenes.facts import Dated, Quantity, Rule, quantities, read_rule
from kenes.project import Project

__all__ = ["Parent", "parents"]


@dataclass(frozen=True, slots=True)
class Parent:
    """One number and who says so.

    path   : where it stands: in the file, or "KAZ income_tax.rate" of the law; kind : "project" or "law"
    stated : as the file or the law states it; amount, low, high : in ``unit``, the unit of the formulas (a law may hold a table: None)
    source : in words; why : the reason for an assumption, which has no source
    begins : first day on which a value of law binds; checked : last day on which a person read that law
    """

    path: str
    kind: str
    stated: str
    amount: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    bounds: str | None = None
    shape: str | None = None
    source: str | None = None
    page: str | None = None
    quote: str | None = None
    why: str | None = None
    note: str | None = None
    confidence: str | None = None
    begins: date | None = None
    checked: date | None = None

    @property
    def assumed(self) -> bool:
        """Whether no source gives this number."""
        return self.source is None


def parents(project: Project, plan: Plan) -> list[Parent]:
    """The numbers of the file in its order, then the law of each country in the order of its charges."""
    sources = project.file.project.sources
    return [*(_stated(path, number, sources) for path, number in quantities(project.file)), *_law(project, plan)]


def _stated(path: str, number: Quantity, sources: Mapping[str, str]) -> Parent:
    stated = number.text
    if number.calendar or number.operating:
        stated = ", ".join(
            [f"{year}: {amount:g}" for year, amount in number.calendar] or [f"{amount:g}" for amount in number.operating]
        )  # in the unit of the formulas, as that is what the column beside it says
    return Parent(
        path,
        "project",
        stated,
        number.amount,
        number.unit.replace("money", number.currency or "money") + (f" of {number.of}" if number.of else ""),
        number.low,
        number.high,
        number.bounds,
        number.shape,
        None if number.source is None else sources.get(number.source, number.source),
        number.page,
        number.quote,
        number.why,
        number.note,
        number.confidence,
    )


def _law(project: Project, plan: Plan) -> Iterator[Parent]:
    """Values of the rules that a site's regime reads: each that binds on the first day of some model year. One country is told once."""
    told: set[tuple[str, str]] = set()
    for site in project.file.site:
        if site.regime is not None:
            continue
        for charge in plan.regimes[site.name].charges:
            rule = read_rule(site.country, charge.name)
            if rule is None or (site.country, charge.name) in told:
                continue
            told.add((site.country, charge.name))
            known = site.signed if charge.name in site.stabilised else None
            for parameter in rule.values:
                yield from _binding(rule, parameter, plan, known)


def _binding(rule: Rule, parameter: str, plan: Plan, known: date | None) -> Iterator[Parent]:
    days = [plan.timeline.begins(t) for t in range(plan.timeline.count)]
    bound: dict[int, Dated] = {}
    for day in days:
        if rule.begun(parameter, day):
            value = rule.dated(parameter, day, known)
            assert value is not None
            bound[id(value)] = value
    for value in bound.values():
        amount = float(value.value) if isinstance(value.value, (int, float)) and not isinstance(value.value, bool) else None
        yield Parent(
            f"{rule.country} {rule.name}.{parameter}",
            "law",
            _words(value.value),
            amount,
            rule.units.get(parameter, ""),
            source=value.source,
            note=value.note or None,
            confidence=value.confidence,
            begins=value.begins,
            checked=rule.checked,
        )


def _words(value: Any) -> str:
    """A value of law as text: tables as "key: value", scales as "up to: rate"."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(_words(one) for one in value) if any(isinstance(one, list) for one in value) else ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
