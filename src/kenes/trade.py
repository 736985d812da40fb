"""What happens at the border? Duty by tariff line, origin, legal basis and date; exemptions; column 1 or 2; who pays.

A tariff is a function of line, origin, date and legal basis, never of a country alone. The importer of record owes it on the customs
value; what it hands back to the seller by contract (``passed_back``) is an entry of its own.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kenes.errors import Fault, InputError
from kenes.facts import Part, Quantity, Rule, Unit, fault, read_rule
from kenes.notes import Note, confidence, note
from kenes.numbers import Num
from kenes.timeline import Timeline

__all__ = ["Border", "Tariff", "customs_value", "read_tariff"]


class Border(Part):
    """A border that a product crosses."""

    to: str = Field(pattern="^[A-Z]{3}$", description="importing country, ISO 3166 alpha-3")
    line: str | None = Field(None, description="tariff line of the importing country, such as 2846.90.80")
    unclassified: str | None = Field(None, description="why the line is unknown: no duty is then computed, and the result says so")
    importer: Literal["buyer", "seller"] = Field(description="importer of record: it owes the duty")
    terms: Literal["FOB", "delivered"] = Field(description="whether the price includes the international freight")
    passed_back: Annotated[Quantity, Unit("1", 0, 1)] = Field(description="share of the duty by which the seller's price falls")

    @model_validator(mode="after")
    def _classified(self) -> Self:
        if (self.line is None) == (self.unclassified is None):
            raise fault(
                "line and unclassified" if self.line else "neither line nor unclassified",
                "the tariff line, or unclassified = why it is unknown",
            )
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Tariff:
    """Duty on one line from one origin, by model year.

    ad_valorem : fraction of the customs value, year by year (days weighted where it changes within a year)
    specific   : reporting currency's units per tonne of ``element``, year by year
    notes      : what a reader must know (basis, exemption, confidence)
    """

    ad_valorem: tuple[float, ...]
    specific: tuple[float, ...]
    element: str | None
    currency: str
    notes: tuple[str, ...]


def customs_value(price: Num, freight: Num, delivered: bool) -> Num:
    """Customs value where international freight and insurance do not count (19 USC 1401a(b)(4)(A)).

    >>> customs_value(100.0, 8.0, True), customs_value(100.0, 8.0, False)
    (92.0, 100.0)
    """
    return price - freight if delivered else price


def _unclassified(border: Border, known: str = "") -> Note:
    return note("border {to}: no duty computed, tariff line unknown: {why}{known}", to=border.to, why=border.unclassified, known=known)


def read_tariff(border: Border, origin: str, timeline: Timeline, first: int = 0) -> Tariff:
    """Duty of ``border.to`` on one line from ``origin`` in each model year.

    first : model year of the first shipment: what binds only before it is not worth a note

    A line that the project calls unclassified bears no computed duty, and the notes say so. Raises InputError where no border of that
    country, or no such line, is on file, or the years begin before the trade relations do.
    """
    nothing = tuple([0.0] * timeline.count)
    if origin == border.to:
        return Tariff(nothing, nothing, None, "USD", ())
    rule = read_rule(border.to, "border")
    if rule is None and border.line is None:
        return Tariff(nothing, nothing, None, "USD", (_unclassified(border),))
    if rule is None:
        raise InputError(
            Fault(f"border to {border.to}", "a border whose tariff is not on file", 'unclassified = "why", or a duty in [site.regime]')
        )
    if border.line is None:
        known = str(rule.fixed.get("unclassified", ""))
        return Tariff(
            nothing,
            nothing,
            None,
            "USD",
            (_unclassified(border, f" ({known})" if known else ""),),
        )
    schedule: dict[str, dict[str, Any]] = rule.fixed["line"]
    entry = schedule.get(border.line)
    if entry is None:
        near = [line for line in schedule if line[:4] == border.line[:4]]
        raise InputError(
            Fault(
                f"border.line = {border.line}",
                "a line that is not on file",
                "one of " + ", ".join(near or sorted(schedule)),
                "or unclassified = why",
            )
        )
    notes: list[str] = []
    relation = _relation(rule, origin, timeline)
    column = str(relation["column"])
    ordinary = float(entry.get(f"column{column}", 0.0))
    specific, element, currency = _specific(entry.get(f"column{column}_specific"), border.line)
    added = [duty for duty in rule.fixed["added_duty"] if duty["origin"] == origin]
    if not added and relation.get("unknown"):
        raise InputError(
            Fault(f"border {border.to} from {origin}", "an origin whose added duties are not on file", "one of the origins in the rule")
        )
    ad_valorem: list[float] = []
    for t in range(timeline.count):
        total = ordinary
        for duty in added:
            part = _share_of_year(timeline, t, duty)
            if part > 0 and str(duty.get("only_column", column)) == column:
                total += part * float(duty["rate"]) * (1.0 - _exempt(entry, duty, timeline, t))
        ad_valorem.append(total)
    for duty in added:
        if any(_share_of_year(timeline, t, duty) > 0 for t in range(first, timeline.count)):
            free = note("exempt") if entry["exempt"].get(duty["exempt_list"]) else note("not exempt")
            doubt: str = ""
            if duty["exempt_list"] == "s301fl":
                doubt = confidence(entry["exempt"].get("confidence", "high"))
            notes.append(
                note(
                    "border {to}, line {line} from {origin}: added duty {rate:.1%} ({basis}): {free}{comma}{doubt}",
                    to=border.to,
                    line=border.line,
                    origin=origin,
                    rate=duty["rate"],
                    basis=duty["basis"],
                    free=free,
                    comma=", " if doubt else "",
                    doubt=doubt,
                )
            )
    notes.append(
        note(
            "border {to}, line {line}: column {column} applies, {duty} ({source})",
            to=border.to,
            line=border.line,
            column=column,
            duty=_shown(ordinary, specific, element),
            source=relation["source"],
        )
    )
    listed: date = rule.fixed.get("schedule_from", timeline.valuation)
    if timeline.valuation < listed:
        notes.append(
            note(
                "border {to}: columns 1 and 2 are those of {schedule}, taken to hold before {day} too",
                to=border.to,
                schedule=rule.fixed["schedule"],
                day=listed,
            )
        )
    if timeline.begins(timeline.count) > rule.checked:
        notes.append(note("border {to}: the tariff as last read on {day} is taken to hold afterwards", to=border.to, day=rule.checked))
    return Tariff(tuple(ad_valorem), tuple([specific] * timeline.count), element, currency, tuple(notes))


def _relation(rule: Rule, origin: str, timeline: Timeline) -> dict[str, Any]:
    relation = rule.fixed.get("trade_relations", {}).get(origin) or rule.fixed.get(f"trade_relations.{origin}")
    if relation is None:
        raise InputError(
            Fault(f"border from {origin}", "an origin whose trade relations are not on file", 'unclassified = "why", or an origin on file')
        )
    first: date = relation["from"]
    if timeline.valuation < first:
        raise InputError(Fault("valuation_date", str(timeline.valuation), f"a day from {first} on: no earlier trade status is on file"))
    return dict(relation)


def _specific(raw: Any, line: str) -> tuple[float, str | None, str]:
    """Specific duty in money per tonne, the element whose mass it counts, the currency."""
    if raw is None:
        return 0.0, None, "USD"
    if isinstance(raw, list):
        raise InputError(Fault(f"border.line = {line}", "a line with several specific duties", "a line with one", 'unclassified = "..."'))
    per, _, element = str(raw["unit"]).partition(" of ")
    currency, _, mass = per.partition("/")
    tonnes = {"kg": 1000.0, "t": 1.0}[mass]
    return float(raw["value"]) * tonnes, element or None, currency


def _share_of_year(timeline: Timeline, t: int, duty: dict[str, Any]) -> float:
    """Share of model year ``t`` in which an added duty binds (its last day included)."""
    after: int = duty["to"].toordinal() + 1 if "to" in duty else date.max.toordinal()
    first: int = duty["from"].toordinal()
    begin, end = timeline.begins(t).toordinal(), timeline.begins(t + 1).toordinal()
    return max(0.0, min(end, after) - max(begin, first)) / (end - begin)


def _exempt(entry: dict[str, Any], duty: dict[str, Any], timeline: Timeline, t: int) -> float:
    """1 where the line is on the duty's exempt list in model year ``t``, a share where it joined the list within the year."""
    flag = entry["exempt"].get(duty["exempt_list"], False)
    if isinstance(flag, bool):
        return 1.0 if flag else 0.0
    after = duty["to"].toordinal() + 1 if "to" in duty else date.max.toordinal()
    begin = max(timeline.begins(t).toordinal(), duty["from"].toordinal())
    end = min(timeline.begins(t + 1).toordinal(), after)
    return max(0.0, end - max(begin, flag.toordinal())) / (end - begin) if end > begin else 1.0


def _shown(ordinary: float, specific: float, element: str | None) -> Note:
    if specific and ordinary:
        return note("{specific:g} a kg of {element} and {ordinary:.1%}", specific=specific / 1000, element=element, ordinary=ordinary)
    if specific:
        return note("{specific:g} a kg of {element}", specific=specific / 1000, element=element)
    return note("{ordinary:.1%}", ordinary=ordinary) if ordinary else note("free")
