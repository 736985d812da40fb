"""What is a claim? A statement of a text with its number, its words and its place; what was checked of it; what disagrees."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

__all__ = ["HEDGES", "KINDS", "VERDICTS", "Check", "Claim", "Conflict", "Findings", "Text"]

KINDS = (
    "tonnage",
    "grade",
    "contained",
    "in_situ_value",
    "capital",
    "price",
    "money",
    "share",
    "rank",
    "count",
    "tariff",
    "law",
    "date",
    "life",
    "capacity",
)
"""tonnage: of ore, or of a form not said; contained: of an element, oxide or metal; capital: spent, lent or needed; money: any other
sum; tariff: a duty at a border, its exemption or retaliation; law: a named act; capacity: tonnes a year, planned or produced."""

VERDICTS = ("consistent", "impossible together", "not comparable", "outdated", "unverifiable")
"""What a check may say. No text is ever called false: numbers agree or not, and some cannot be compared or found out."""

HEDGES = ("about", "more than", "at least", "less than", "up to", "may")
"""How sure the text is of a number."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it was read.

    key      : short name by which claims say where they stand
    content  : plain text; every ``start`` and ``end`` counts its characters
    language : "en", "ru" or "kk"
    dated    : day the text itself bears, or None
    source   : file name or address, as given
    kind     : "plain", "html" or "pdf"
    sha256   : of the bytes read
    notes    : what a reader must know of how it was read (encoding guessed, rest not read)
    whole    : False where ``content`` is only the sentences that a dossier keeps, each at its place, with line ends between them
    """

    key: str
    content: str
    language: str
    dated: date | None = None
    source: str = ""
    kind: str = "plain"
    sha256: str = ""
    notes: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a text.

    id        : "c1", "c2", ... in the order of the text (of all texts, one after another)
    kind      : one of `KINDS`
    value, unit : as printed, in a unit that `kenes.units` reads ("Mt", "g/t", "%", "MUSD", "USD/kg"; "1": a plain count; "year": a date)
    si        : tonnes, fraction of one, USD (prices USD per tonne), years, tonnes a year, or a plain count (a rank, a calendar year);
                None where the statement has no number or its money is not in USD
    low, high : a range, as ``si``; None: no range
    of        : Y of "X of Y"
    form      : "ore", "concentrate", "oxide", "element", "metal" or None: not said
    category  : "reserve", "proven", "probable", "resource", "measured", "indicated", "inferred", "forecast", or letters of the GKZ
                ("C1", "A+B+C1", "P2"); None: not said
    code      : reporting code named with it ("JORC", "NI 43-101", "KAZRC", "GKZ"), or None
    subject   : deposit, site, company or thing it is about, by its name in the gazetteer or as the text has it
    place     : country of it (ISO 3166 alpha-3), or None
    commodity : canonical name in English ("rare earths", "neodymium", "tungsten"), or None
    quote, start, end : the very words, and where they stand in `Text.content`: ``content[start:end] == quote``,
                counted in characters (Unicode code points) from 0, ``end`` behind the last
    speaker   : who says so, as the text has it, or None: the text itself
    hedge     : one of `HEDGES`, or None
    role      : of a tariff: "rate", "exemption" or "retaliation"; of a law: its key; of a count: what is counted (canonical, in English)
    others    : of a rank: countries said to stand before (ISO 3166 alpha-3)
    when      : year or day the statement is about ("2025", "2025-09-02"), or None
    flags     : what was assumed in reading it ("ton read as metric")
    text      : key of its text
    sentence, paragraph : where in the text, counted from 0
    page, note : in a dossier: page of the source, and what its editor adds
    """

    id: str
    kind: str
    value: float | None
    unit: str
    si: float | None
    quote: str
    start: int
    end: int
    low: float | None = None
    high: float | None = None
    of: float | None = None
    form: str | None = None
    category: str | None = None
    code: str | None = None
    subject: str | None = None
    place: str | None = None
    commodity: str | None = None
    speaker: str | None = None
    hedge: str | None = None
    role: str | None = None
    others: tuple[str, ...] = ()
    when: str | None = None
    flags: tuple[str, ...] = ()
    text: str = ""
    sentence: int = 0
    paragraph: int = 0
    page: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What the arithmetic says of one or more claims.

    verdict    : one of `VERDICTS`
    rule       : what was tested ("contained", "rank", "tariff", ...)
    claims     : ids
    arithmetic : the sum in one line, a `kenes.notes.Note`
    sources    : where the numbers that are not the text's come from
    as_of      : day for which the verdict holds, where it depends on one
    """

    verdict: str
    rule: str
    claims: tuple[str, ...]
    arithmetic: str
    sources: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements of the same thing that differ: listed, never averaged."""

    subject: str
    kind: str
    commodity: str | None
    claims: tuple[str, ...]
    arithmetic: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is known of one or more texts.

    as_of : day for which law is told
    """

    texts: tuple[Text, ...]
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    as_of: date | None = None
    notes: tuple[str, ...] = field(default=())
