"""What was the law on a day? Duties at borders by line and origin, and named acts with their dated states, as on file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from kenes import units
from kenes.claims import known
from kenes.facts import Dated, Rule, countries, read_rule
from kenes.notes import note

__all__ = [
    "Act",
    "Border",
    "Clause",
    "Duty",
    "Event",
    "Line",
    "State",
    "borders",
    "charge",
    "goods_of",
    "law",
    "laws",
    "lines_of",
    "sayings",
]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty added to the ordinary one, on goods of one origin that are on no exempt list.

    rate  : fraction of the value
    ends  : last day, or None: no end known
    exempt_list : key of the list of lines that are free of it
    """

    rate: float
    begins: date
    ends: date | None
    basis: str
    exempt_list: str
    source: str
    note: str = ""

    def on(self, first: date, last: date) -> bool:
        """Whether it was in force on any day of a span."""
        return self.begins <= last and (self.ends is None or first <= self.ends)


@dataclass(frozen=True, slots=True)
class Line:
    """A tariff line.

    columns : ordinary duty by column, a fraction of value; a column with a duty by mass is left out
    exempt  : by exempt list: True, False, or the day from which it is exempt
    """

    number: str
    title: str
    columns: Mapping[int, float]
    exempt: Mapping[str, bool | date]
    source: str
    confidence: str = "high"

    def owed(self, duty: Duty) -> tuple[date, date | None] | None:
        """First and last day on which an added duty was due on it; None: never."""
        flag = self.exempt.get(duty.exempt_list, False)
        if flag is True or (isinstance(flag, date) and flag <= duty.begins):
            return None
        if flag is False:
            return duty.begins, duty.ends
        assert isinstance(flag, date)
        last = flag - timedelta(days=1)
        return duty.begins, last if duty.ends is None else min(last, duty.ends)

    def free(self, duty: Duty, day: date) -> bool:
        """Whether it is exempt from an added duty on a day."""
        days = self.owed(duty)
        return days is None or day < days[0] or (days[1] is not None and days[1] < day)


@dataclass(frozen=True, slots=True)
class Border:
    """What a country takes on goods of one origin.

    column  : of the ordinary duty that the origin's trade relations give, since ``related``
    checked : last day on which a person read it
    lists   : source of each exempt list
    """

    importer: str
    origin: str
    column: int
    related: date
    relations: str
    checked: date
    duties: tuple[Duty, ...]
    lines: Mapping[str, Line]
    lists: Mapping[str, str]

    def on(self, first: date, last: date | None = None) -> tuple[Duty, ...]:
        """Added duties in force on a day, or on any day of a span."""
        return tuple(duty for duty in self.duties if duty.on(first, first if last is None else last))


@cache
def borders(origin: str) -> tuple[Border, ...]:
    """Borders on file that say what goods of an origin pay.

    >>> [(one.importer, one.column, [duty.rate for duty in one.on(date(2025, 9, 3))]) for one in borders("KAZ")]
    [('USA', 1, [0.25])]
    """
    rules = ((country, read_rule(country, "border")) for country in countries())
    return tuple(_border(country, origin, rule) for country, rule in rules if rule is not None and origin in rule.fixed["trade_relations"])


def _border(importer: str, origin: str, rule: Rule) -> Border:
    relation = rule.fixed["trade_relations"][origin]
    duties = (
        Duty(raw["rate"], raw["from"], raw.get("to"), raw["basis"], raw["exempt_list"], raw["source"], raw.get("note", ""))
        for raw in rule.fixed["added_duty"]
        if raw["origin"] == origin
    )
    return Border(
        importer=importer,
        origin=origin,
        column=relation["column"],
        related=relation["from"],
        relations=relation["source"],
        checked=rule.checked,
        duties=tuple(sorted(duties, key=lambda one: one.begins)),
        lines=MappingProxyType({number: _line(number, raw) for number, raw in rule.fixed["line"].items()}),
        lists=MappingProxyType(dict(rule.fixed["exempt_lists"])),
    )


def _line(number: str, raw: dict[str, Any]) -> Line:
    exempt = {key: value for key, value in raw["exempt"].items() if key != "confidence"}
    columns = {column: float(raw.get(f"column{column}", 0.0)) for column in (1, 2) if f"column{column}_specific" not in raw}
    confidence = raw["exempt"].get("confidence", "high")
    return Line(number, raw["title"], MappingProxyType(columns), MappingProxyType(exempt), raw["source"], confidence)


def goods_of(commodity: str) -> str:
    """Name under which the tariff lines of a commodity stand: neodymium goes with the rare earths."""
    raw = known.read("lines.toml")
    if commodity in raw["groups"]:
        return str(raw["groups"][commodity])
    own = any(commodity in rows for key, rows in raw.items() if key != "groups")
    return "rare earths" if commodity in units.RARE_EARTHS and not own else commodity


def lines_of(border: Border, commodity: str) -> tuple[Line, ...]:
    """Tariff lines of a commodity at a border, () where none is on file.

    >>> [line.number for line in lines_of(borders("KAZ")[0], "neodymium")][:2]
    ['2805.30.00', '2846.10.00']
    """
    numbers = known.read("lines.toml").get(border.importer, {}).get(goods_of(commodity), ())
    return tuple(border.lines[number] for number in numbers if number in border.lines)


# --- law -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """What an act is from a day on.

    says   : one short English statement
    effect : what it means, or ""
    open   : whether the state is disputed or was not seen, so that nothing more can be said
    force  : whether the act is in force; None: it is neither plainly so nor plainly ended
    """

    begins: date
    ends: date | None
    says: str
    effect: str
    source: str
    confidence: str
    open: bool = False
    force: bool | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an act in a year."""

    year: int
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of an act that had no force of its own.

    words : stems by which a text repeats it
    says, found : what it says, and what became of it
    """

    words: tuple[str, ...]
    says: str
    found: str
    source: str


@dataclass(frozen=True, slots=True)
class Act:
    """A named act that a text may speak of.

    subject   : "border", "tax", "export control", "sanctions", "list", "licence" or "agreement"
    country   : whose act it is (ISO 3166 alpha-3, or "EU")
    states    : oldest first; a day that no state covers is not on file
    checked   : last day to which a source tells its state
    origins   : countries whose goods it is about
    relations : importing country whose trade relations with the origins it rests on, or None
    rates     : (country, rule, parameter) of law on file that are told with it
    announced : rate of a duty that it announced, and the day that it named for it
    """

    key: str
    title: str
    subject: str
    country: str
    states: tuple[State, ...]
    checked: date
    origins: tuple[str, ...] = ()
    relations: str | None = None
    rates: tuple[tuple[str, str, str], ...] = ()
    events: tuple[Event, ...] = ()
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    announced: tuple[float, date] | None = None

    def on(self, day: date) -> State | None:
        """Its state on a day, or None: not on file."""
        return next((one for one in reversed(self.states) if one.begins <= day and (one.ends is None or day <= one.ends)), None)


@cache
def laws() -> Mapping[str, Act]:
    """Acts on file by key; their phrases stand in the same table, for `kenes.claims.lexicon`."""
    return MappingProxyType({key: _act(key, raw) for key, raw in known.read("law.toml").items() if isinstance(raw, dict)})


def law(key: str) -> Act | None:
    """One act, or None.

    >>> law("jackson_vanik").on(date(2025, 9, 3)).says[:8]
    'in force'
    """
    return laws().get(key)


@cache
def sayings(language: str) -> Mapping[str, re.Pattern[str]]:
    """What texts of a language say of acts: patterns of words in lower case (ё as е), by what they mean, as ``law.toml`` lists them.

    language : "en", "ru" or "kk"; each holds English words too, Kazakh also Russian ones

    >>> sayings("en")["ended"].findall("it was repealed in 2002")
    ['repealed']
    """
    spoken = {"en": ("en",), "ru": ("ru", "en"), "kk": ("kk", "ru", "en")}[language]
    found = {}
    for row in known.read("law.toml")["said"]:
        phrases = sorted({phrase for other in spoken for phrase in row[other]}, key=lambda phrase: (-len(phrase), phrase))
        found[row["means"]] = re.compile(r"\b(?:" + "|".join(map(_worded, phrases)) + r")(?![\w'])")
    return MappingProxyType(found)


def _worded(phrase: str) -> str:
    words = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in phrase.split())
    return r"[\s\-‑–—]+".join(words)


def _act(key: str, raw: dict[str, Any]) -> Act:
    origins = tuple(raw.get("origins", ()))
    states = [
        State(
            begins=one["from"],
            ends=one.get("to"),
            says=one["says"],
            effect=one.get("effect", ""),
            source=one["source"],
            confidence=one.get("confidence", "high"),
            open=one.get("open", False),
            force=one.get("force"),
        )
        for one in raw.get("state", ())
    ]
    if "border" in raw:
        states += _of_border(raw["border"]["country"], raw["border"]["list"], origins)
    announced = raw.get("announced")
    return Act(
        key=key,
        title=raw["title"],
        subject=raw["subject"],
        country=raw["country"],
        states=tuple(sorted(states, key=lambda one: one.begins)),
        checked=raw["checked"],
        origins=origins,
        relations=raw.get("relations"),
        rates=tuple((country, name, parameter) for country, name, parameter in raw.get("rates", ())),
        events=tuple(Event(**one) for one in raw.get("event", ())),
        clauses=MappingProxyType({name: Clause(**(one | {"words": tuple(one["words"])})) for name, one in raw.get("clause", {}).items()}),
        announced=None if announced is None else (announced["rate"], announced["first"]),
    )


def _of_border(importer: str, exempt_list: str, origins: tuple[str, ...]) -> list[State]:
    """States of an act that the law of a border holds: one for each added duty on its exempt list."""
    return [
        State(
            begins=duty.begins,
            ends=duty.ends,
            says=note(
                "in force: {rate:g} % on goods of {origin} that are not exempt ({basis})",
                rate=round(duty.rate * 100, 6),
                origin=origin,
                basis=duty.basis,
            ),
            effect=duty.note,
            source=duty.source,
            confidence="high",
            force=True,
        )
        for origin in origins
        for border in borders(origin)
        if border.importer == importer
        for duty in border.duties
        if duty.exempt_list == exempt_list
    ]


def charge(country: str, name: str, parameter: str, day: date) -> tuple[Dated, Rule] | None:
    """What a parameter of law on file was on a day, and its rule; None before its first day, or where no such rule is on file.

    >>> charge("KAZ", "value_added_tax", "rate", date(2025, 9, 3))[0].value
    0.12
    """
    found = read_rule(country, name)
    if found is None or not found.begun(parameter, day):
        return None
    best = found.dated(parameter, day)
    return None if best is None else (best, found)
