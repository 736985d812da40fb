"""What is known apart from the text? Reserves and production of countries, grades of deposits, mineral lists and prices, on file.

Every table carries its source. A commodity bears its canonical English name: an element as `kenes.units` spells it ("tungsten",
"chromium"), "rare earths", "phosphate rock", "graphite".
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from kenes import units
from kenes.chance import series

__all__ = [
    "QUANTILES",
    "Analogue",
    "Counted",
    "GradeRange",
    "MineralList",
    "Price",
    "Table",
    "all_grades",
    "analogues",
    "claimed_counts",
    "grades",
    "issuers_named",
    "list_on",
    "mineral_lists",
    "price",
    "production",
    "read",
    "reserves",
    "says",
    "tables",
]

# --- reserves and production of countries ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """Reserves or a year's production of one commodity by country.

    what     : "reserves" or "production"
    year     : of the production, or to which the reserves are told
    form     : what is weighed: "ore", "concentrate", "mineral", "oxide" or "element"
    kind     : the same more closely, as `kenes.units` reads it where it can: "TREO", "TiO2", "tungsten", "chromite ore"
    rows     : tonnes by country (ISO 3166 alpha-3); None: listed, but no number (not available, withheld, or only "large": see ``words``)
    world    : tonnes of the whole world as the source rounds it, or None
    world_at_least : whether the source prints it with ">"
    other    : tonnes of "other countries", or None
    unit     : of the numbers as printed
    vintage  : edition of the source
    words    : what stands in place of a number, by country
    notes    : what the source adds, by country ("" : to the whole table)
    """

    commodity: str
    what: str
    year: int
    form: str
    kind: str
    rows: Mapping[str, float | None]
    world: float | None
    world_at_least: bool
    source: str
    licence: str = ""
    unit: str = "t"
    vintage: str = ""
    other: float | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def ranked(self) -> list[tuple[str, float]]:
        """Countries with a number above 0 and their tonnes, the greatest first."""
        known = [(country, tonnes) for country, tonnes in self.rows.items() if tonnes]
        return sorted(known, key=lambda row: (-row[1], row[0]))

    def place(self, tonnes: float, country: str | None = None) -> int:
        """Place that so many tonnes would take among the other countries: 1 is the first."""
        return 1 + sum(1 for other, held in self.ranked() if other != country and held > tonnes)

    def unknown(self) -> tuple[str, ...]:
        """Countries listed without a number."""
        return tuple(country for country, tonnes in self.rows.items() if tonnes is None)


def tables(commodity: str, what: str, vintage: str | None = None) -> tuple[Table, ...]:
    """All tables of a commodity, the principal one first: iron has one of ore and one of content; rare earths an older edition too.

    what : "reserves" or "production"
    """
    sought = read("world.toml")["aliases"].get(commodity, commodity)
    return tuple(table for table in _tables() if (table.commodity, table.what) == (sought, what) and vintage in (None, table.vintage))


def reserves(commodity: str, form: str | None = None, vintage: str | None = None) -> Table | None:
    """Reserves by country, of a form where one is wanted; None where no table is on file.

    >>> reserves("rare earths").ranked()[0], reserves("rare earths").form, reserves("rare earths").world_at_least
    (('CHN', 44000000.0), 'oxide', True)
    >>> reserves("chromium").form, reserves("chromium", "oxide").kind, reserves("unobtainium")
    ('ore', 'Cr2O3', None)
    """
    return _first(tables(commodity, "reserves", vintage), form)


def production(commodity: str, form: str | None = None, vintage: str | None = None) -> Table | None:
    """Production of the last year by country, as `reserves`.

    >>> production("tungsten").rows["KAZ"]
    2400.0
    """
    return _first(tables(commodity, "production", vintage), form)


def _first(found: tuple[Table, ...], form: str | None) -> Table | None:
    return next((table for table in found if form in (None, table.form)), None)


@cache
def _tables() -> tuple[Table, ...]:
    raw = read("world.toml")
    return tuple(_table(one, raw["sources"]) for one in raw["table"])


def _table(raw: dict[str, Any], sources: dict[str, dict[str, str]]) -> Table:
    source = sources[raw["vintage"]]
    rows: dict[str, float | None] = {country: float(tonnes) for country, tonnes in raw["rows"].items()}
    rows.update(dict.fromkeys(raw.get("unknown", ())))
    rows.update(dict.fromkeys(raw.get("words", ())))
    return Table(
        commodity=raw["commodity"],
        what=raw["what"],
        year=raw["year"],
        form=raw["form"],
        kind=raw["kind"],
        rows=MappingProxyType(rows),
        world=None if "world" not in raw else float(raw["world"]),
        world_at_least=raw.get("world_at_least", False),
        source=source["source"],
        licence=source["licence"],
        unit=raw["unit"],
        vintage=raw["vintage"],
        other=None if "other" not in raw else float(raw["other"]),
        words=MappingProxyType(dict(raw.get("words", {}))),
        notes=MappingProxyType(dict(raw.get("notes", {}))),
    )


# --- grades of deposits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GradeRange:
    """Grades of the deposits of one type, as fractions of one of the ore, and their tonnages.

    form, kind : "element", "oxide" or "mineral", and which ("TREO", "WO3", "copper")
    deposit_type : or "all types": all deposits of the table with a grade of this kind
    n          : deposits counted, each once
    grade      : by quantile: "min", "p5", "p25", "p50", "p75", "p95", "max"
    tonnage    : tonnes of ore of the same deposits, by the same quantiles
    databases  : how many deposits come from each database, as text
    """

    commodity: str
    deposit_type: str
    form: str
    kind: str
    n: int
    grade: Mapping[str, float]
    tonnage: Mapping[str, float]
    databases: str
    source: str
    licence: str

    def below(self, grade: float) -> str:
        """Where a grade stands: "below min", "below p5", "p5 to p25", ..., "above p95", "above max"."""
        names = list(self.grade)
        if grade < self.grade["min"]:
            return "below min"
        if grade > self.grade["max"]:
            return "above max"
        above = [name for name in names if grade >= self.grade[name]]
        last = above[-1]
        following = names[min(names.index(last) + 1, len(names) - 1)]
        return {"min": "below p5", "p95": "above p95", "max": "above p95"}.get(last, f"{last} to {following}")


QUANTILES = ("min", "p5", "p25", "p50", "p75", "p95", "max")
"""Names of the quantiles on file."""


def grades(commodity: str, deposit_type: str | None = None, form: str | None = None) -> tuple[GradeRange, ...]:
    """Grades of a commodity's deposits by type, "all types" first; () where the table holds none.

    >>> [(one.deposit_type, one.n, one.form) for one in grades("rare earths")]
    [('all types', 35, 'oxide'), ('carbonatite', 35, 'oxide')]
    """
    return tuple(
        one for one in all_grades() if one.commodity == commodity and deposit_type in (None, one.deposit_type) and form in (None, one.form)
    )


@cache
def all_grades() -> tuple[GradeRange, ...]:
    """Grades of every commodity on file."""
    head = read("grades.toml")
    text = (folder() / "grades.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        databases = [part.rpartition(" ") for part in row["databases"].split("; ")]
        known = [head["database"][name] for name, _, _ in databases]
        found.append(
            GradeRange(
                commodity=row["commodity"],
                deposit_type=row["deposit_type"],
                form=row["form"],
                kind=row["kind"],
                n=int(row["n"]),
                grade=MappingProxyType({name: float(row[f"grade_{name}"]) for name in QUANTILES}),
                tonnage=MappingProxyType({name: float(row[f"tonnes_{name}"]) for name in QUANTILES}),
                databases=row["databases"],
                source="; ".join(one["source"] for one in known),
                licence="; ".join(dict.fromkeys(one["licence"] for one in known)),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Analogue:
    """One studied deposit outside the types of the table, for a grade that they do not reach.

    tonnes, grade : of the class named in ``category``; grade a fraction of one of ``kind``
    """

    name: str
    commodity: str
    deposit_type: str
    form: str
    kind: str
    tonnes: float
    grade: float
    category: str
    source: str


def analogues(commodity: str) -> tuple[Analogue, ...]:
    """Single studied deposits of a commodity that the deposit table lacks."""
    return tuple(Analogue(**one) for one in read("grades.toml")["analogue"] if one["commodity"] == commodity)


# --- lists of critical minerals --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MineralList:
    """A dated list of minerals that an authority calls critical or strategic.

    issuer : ISO 3166 alpha-3, or "EU"
    count  : how many it names
    names  : them, as the list has them; () where no sourced list of names is on file
    begins, ends : first and last day; ``ends`` None: as far as known still in force
    proposed : day from which a proposal of the same length was known, or None
    """

    key: str
    issuer: str
    title: str
    count: int
    names: tuple[str, ...]
    begins: date
    ends: date | None
    source: str
    confidence: str
    note: str = ""
    proposed: date | None = None


@cache
def mineral_lists() -> tuple[MineralList, ...]:
    """Lists on file, the oldest first.

    >>> [(one.key, one.count) for one in mineral_lists() if one.issuer == "USA"]
    [('us2018', 35), ('us2022', 50), ('us2025', 60)]
    """
    return tuple(
        sorted(
            (
                MineralList(
                    key=key,
                    issuer=raw["issuer"],
                    title=raw["title"],
                    count=raw["count"],
                    names=tuple(raw.get("names", ())),
                    begins=raw["from"],
                    ends=raw.get("to"),
                    source=raw["source"],
                    confidence=raw["confidence"],
                    note=raw.get("note", ""),
                    proposed=raw.get("proposed"),
                )
                for key, raw in read("lists.toml").items()
                if isinstance(raw, dict) and "issuer" in raw and "count" in raw
            ),
            key=lambda one: (one.begins, one.key),
        )
    )


def list_on(issuer: str, day: date) -> tuple[MineralList, ...]:
    """Lists of an issuer in force on a day: the EU has two at once.

    >>> [one.key for one in list_on("USA", date(2025, 9, 3))]
    ['us2022']
    """
    return tuple(one for one in mineral_lists() if one.issuer == issuer and one.begins <= day and (one.ends is None or day <= one.ends))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many minerals of a list someone said a country has."""

    place: str
    count: int
    of: int
    says: str
    source: str


def claimed_counts(place: str | None) -> tuple[Counted, ...]:
    """Other counts than the text's own, for a country; none of them names the minerals."""
    return tuple(Counted(**one) for one in read("lists.toml")["claimed"] if one["place"] == place)


def says(what: str, words: str) -> bool:
    """Whether words speak of critical minerals (what: "critical"), or of a list ("list").

    >>> says("critical", "19 из 50 критически важных минералов"), says("critical", "38 new deposits")
    (True, False)
    """
    low = words.lower()
    return any(stem in low for stem in read("lists.toml")["words"][what])


def issuers_named(words: str) -> tuple[str, ...]:
    """Issuers of lists that words name.

    >>> issuers_named("утвержденных Министерством внутренних дел США"), issuers_named("34 минерала")
    (('USA',), ())
    """
    low = f" {words.lower()} "
    return tuple(issuer for issuer, stems in read("lists.toml")["words"]["issuer"].items() if any(stem in low for stem in stems))


# --- prices ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Price:
    """Price of one tonne of ``kind`` in USD, mean of a year.

    form, kind : "oxide" and "Nd2O3", "element" and "copper", "ore" and "iron ore", "compound" and "Li2CO3"
    """

    commodity: str
    value: float
    form: str
    kind: str
    year: int
    source: str
    licence: str = ""
    note: str = ""


def price(commodity: str, year: int | None = None) -> Price | None:
    """Yearly price of a commodity, the last on file or that of ``year``; None where there is none.

    >>> round(price("neodymium").value), price("neodymium").kind, price("neodymium").year
    (73000, 'Nd2O3', 2025)
    """
    raw = read("prices.toml").get(commodity)
    if raw is None:
        return None
    history = series.shipped()[raw["series"]]
    at = history.last if year is None else year
    if not history.first <= at <= history.last:
        return None
    printed = history.prices[at - history.first]
    value, _ = units.parse(f"{printed!r} {raw.get('unit', history.unit)}", "money/t")
    return Price(
        commodity=commodity,
        value=value,
        form=raw["form"],
        kind=raw["kind"],
        year=at,
        source=f"{history.source}: {history.title}",
        licence=history.licence,
        note="; ".join(part for part in (raw.get("note", ""), history.note) if part),
    )


# --- files -------------------------------------------------------------------------------------------------------------------


def folder() -> Traversable:
    """Where the tables lie."""
    return resources.files("kenes") / "reference" / "claims"


@cache
def read(name: str) -> dict[str, Any]:
    """A table on file; callers must not change it."""
    return tomllib.loads((folder() / name).read_text(encoding="utf-8"))
