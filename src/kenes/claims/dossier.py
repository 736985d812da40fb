"""What do the texts claim, on one page? Claims as a TOML file: written, edited by hand, read, put together.

A dossier has the form of a project file: no number without a parent. Each claim is an ``amount`` with the key of its text and the words
that say it; a claim without a number is a ``statement``. What can be computed (the value in tonnes or dollars) is not in the file, so an
edited value is never at odds with itself. The texts themselves are not in it, only what they were and the sentences that hold a claim: the
checks read the words beside a number.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kenes import lines, units
from kenes.checks import near
from kenes.claims import amounts, tokens
from kenes.claims.claim import HEDGES, KINDS, Claim, Findings, Text
from kenes.errors import Fault, InputError
from kenes.facts import read_toml, shown
from kenes.notes import Note, note

__all__ = ["measure", "merge", "read", "string", "write"]

MOST_FAULTS = 200
"""Faults told at once."""

FORMS = ("ore", "concentrate", "oxide", "element", "metal")
CATEGORIES = ("reserve", "proven", "probable", "resource", "measured", "indicated", "inferred", "forecast", "exploration target")
_LETTERS = ("A", "B", "C", "C1", "C2", "P", "P1", "P2", "P3")

_HEAD = """\
# A dossier: claims as texts make them, for `kenes check`. To be edited by hand.
# Each amount has the key of its text and the words that say it. Change a value, and all that is computed from it follows. Delete a claim
# that is none, add one that was missed: start, end, sentence and paragraph say where in the text it stands, and may be left out.
"""

_PASSAGES = """\
# Passages are the sentences of a text that hold a claim, each at its place: checks read the words beside a number in them.
"""

_UNITS: dict[str, tuple[str, ...]] = {
    "tonnage": ("t",),
    "contained": ("t",),
    "grade": ("1", "t/m3"),
    "in_situ_value": ("money",),
    "capital": ("money",),
    "price": ("money/t", "money"),
    "money": ("money", "money/year", "money/t"),
    "share": ("1",),
    "tariff": ("1", "money/t"),
    "life": ("year",),
    "capacity": ("t/year", "t"),
}
"""What a claim of each kind is counted in; the first is what ``si`` tells, the others have none (a grade by volume, a price apiece).
Kinds that are not here are bare numbers: a rank, a count, a calendar year."""

_PER_YEAR = ("capacity", "t")
"""Tonnes "produced in 2025" are those of a year: the one second unit that has a value of its own."""


# --- numbers -------------------------------------------------------------------------------------------------------------------


def measure(kind: str, value: float, unit: str) -> float | None:
    """What ``si`` is: tonnes, a fraction of one, USD, USD per tonne, years, tonnes a year, or the bare number.

    kind        : one of `KINDS`
    value, unit : as printed, "1" and "year" for what has no unit
    None where money is not in USD, or the unit is one in which its kind has no value.
    Raises `kenes.units.UnitError`: a unit that this kind is not counted in.

    >>> measure("tonnage", 20, "Mt"), measure("grade", 700, "g/t"), measure("price", 60, "USD/kg"), measure("capital", 1, "bnKZT")
    (20000000.0, 0.0007, 60000.0, None)
    >>> measure("count", 5000, "1"), measure("date", 1974, "year")
    (5000.0, 1974.0)
    """
    if kind not in _UNITS:
        return float(value)
    return _read(kind, value if unit == "1" else f"{_digits(value)} {unit}")


def _read(kind: str, given: str | int | float) -> float | None:
    """``si`` of a number with its unit, as it stands in a file."""
    first: units.UnitError | None = None
    for unit in _UNITS[kind]:
        try:
            amount, currency = units.parse(given, unit)
        except units.UnitError as error:
            first = first or error
            continue
        known = unit == _UNITS[kind][0] or (kind, unit) == _PER_YEAR
        return amount if known and currency in (None, "USD") else None
    assert first is not None
    raise first


def _digits(value: float) -> str:
    """A number as a person would write it, exact.

    >>> _digits(20.0), _digits(935.4), _digits(1e22)
    ('20', '935.4', '1e+22')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _inverse(kind: str, si: float, unit: str) -> str:
    """The shortest number in a unit that means ``si``."""
    wanted = Decimal(repr(si)) / Decimal(repr(measure(kind, 1.0, unit) or 1.0))
    texts = [f"{wanted:.{digits}g}" for digits in range(1, 23)]
    text = next((text for text in texts if _read(kind, f"{text} {unit}") == si), texts[-1])
    return _digits(float(text)) if Decimal(repr(float(text))) == Decimal(text) else text


_SPLIT = re.compile(
    r"\s*(?P<code>[A-Z]{0,3}\$|€|[A-Z]{3})?\s*(?P<number>[+-]?[0-9][0-9 ,_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>.*)"
)


def _printed(given: str) -> tuple[float, str]:
    """Number and unit of a text that `kenes.units` has read: a currency in front goes behind."""
    found = _SPLIT.fullmatch(given.replace("\u2212", "-"))
    if found is None:
        raise units.UnitError(shown(given), "a number first, then its unit", "")
    code, unit = found["code"] or "", found["unit"].strip()
    code = "USD" if code == "US$" else code
    joined = f"{code}{unit}" if not unit or unit.startswith("/") else f"{code} {unit}".strip()
    return float(re.sub("[ ,_]", "", found["number"])), joined if code else unit


# --- writing -------------------------------------------------------------------------------------------------------------------


def write(findings: Findings) -> str:
    """The texts and claims as a dossier, in their order; `read` gives back the same, but of each text only the sentences with a claim."""
    of_text: dict[str, list[Claim]] = {}
    for claim in findings.claims:
        of_text.setdefault(claim.text, []).append(claim)
    tables = [_table("text", _text(text, of_text.get(text.key, ()))) for text in findings.texts]
    tables += [_table("claim", _claim(claim)) for claim in findings.claims]
    head = _HEAD + _PASSAGES if any("\npassages = [" in one for one in tables[: len(findings.texts)]) else _HEAD
    return "\n".join([head, *tables])


def _table(name: str, entries: dict[str, str]) -> str:
    return f"[[{name}]]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())


def string(text: str) -> str:
    """A text as a TOML string, whatever stands in it; half a character becomes a question mark.

    >>> print(string('a "b"\\n\\\\'))
    "a \\"b\\"\\n\\\\"
    """
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(sound, ensure_ascii=False).replace("\x7f", "\\u007f")


def _strings(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(string, texts))}]"


def _text(text: Text, claims: Iterable[Claim]) -> dict[str, str]:
    found = {"key": string(text.key), "source": string(text.source), "language": string(text.language)}
    if text.dated is not None:
        found["dated"] = text.dated.isoformat()
    found |= {"kind": string(text.kind), "sha256": string(text.sha256)}
    if notes := [one for one in text.notes if one != _in_part()]:
        found["notes"] = _strings(notes)
    rows = [f"    {{start = {start}, words = {string(words)}}},\n" for start, words in _passages(text, claims)]
    if rows:
        found["passages"] = f"[\n{''.join(rows)}]"
    return found


_REACH = 250
"""Characters kept before and behind a claim, so far as its sentence goes: as far as any check reads."""
_KEPT = 1_000_000
"""Characters of passages kept of one text, and how far into a text a passage may stand, times ten."""
_GAP = re.compile(r"\n{2,}")


def _passages(text: Text, claims: Iterable[Claim]) -> list[tuple[int, str]]:
    """The sentences in which claims stand, by their first character: sentences that follow each other as one."""
    content, spans = text.content, []
    if not content:
        return []
    if not text.whole:  # another dossier's: as they stand there
        at = 0
        for gap in [*_GAP.finditer(content), None]:
            spans.append((at, gap.start() if gap else len(content)))
            at = gap.end() if gap else at
    else:
        bounds = tokens.cut(text).sentences
        starts = [first for first, _ in bounds]
        for claim in claims:
            if not claim.end or content[claim.start : claim.end] != claim.quote:
                continue
            left, right = bisect_right(starts, claim.start) - 1, bisect_right(starts, claim.end - 1) - 1
            first = bounds[left][0] if left >= 0 else claim.start
            last = max(bounds[right][1] if right >= 0 else claim.end, claim.end)
            spans.append((max(first, claim.start - _REACH), min(last, claim.end + _REACH)))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if content[slice(*span)].strip()):
        between = content[joined[-1][1] : start] if joined else ""
        if joined and not between.strip() and "\n" not in between.replace("\n", "", 1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    kept: list[tuple[int, str]] = []
    left = _KEPT
    for start, end in joined:
        left -= end - start
        if left >= 0 and end <= 10 * _KEPT:
            kept.append((start, content[start:end]))
    return kept


def _in_part() -> Note:
    return note("only the sentences with claims are kept of this text")


def _claim(claim: Claim) -> dict[str, str]:
    found = {"id": string(claim.id), "kind": string(claim.kind)}
    for name in ("subject", "place", "commodity", "form", "category", "code", "hedge", "speaker", "role", "when"):
        value = getattr(claim, name)
        if value is not None:
            found[name] = string(value)
    if claim.others:
        found["others"] = _strings(claim.others)
    if claim.of is not None:
        found["of"] = _digits(claim.of)
    if claim.flags:
        found["flags"] = _strings(claim.flags)
    counted = claim.value is not None and math.isfinite(claim.value)
    found["amount" if counted else "statement"] = "{" + ", ".join(_parts(claim, counted)) + "}"
    return found


def _parts(claim: Claim, counted: bool) -> Iterator[str]:
    """What stands in the braces of an amount or a statement."""
    if counted:
        bare = claim.unit == "1" or claim.kind not in _UNITS
        sized = (lambda number: number) if bare else (lambda number: string(f"{number} {claim.unit}"))
        assert claim.value is not None
        yield f"value = {sized(_digits(claim.value))}"
        for name in ("low", "high"):
            bound = getattr(claim, name)
            if bound is not None and math.isfinite(bound):
                number = _inverse(claim.kind, bound, claim.unit) if claim.kind in _UNITS else _digits(bound)
                yield f"{name} = {sized(number)}"
    yield f"source = {string(claim.text)}"
    yield f"quote = {string(claim.quote)}"
    for place in ("start", "end", "sentence", "paragraph"):
        if claim.end:  # a claim written by hand may not say where it stands
            yield f"{place} = {getattr(claim, place)}"
    for name in ("page", "note"):
        said = getattr(claim, name)
        if said is not None:
            yield f"{name} = {string(said)}"


# --- reading -------------------------------------------------------------------------------------------------------------------


class _Wrong(Exception):
    """A value that is not what its key wants."""

    def __init__(self, got: str, wanted: str, hint: str = "") -> None:
        super().__init__(got, wanted, hint)
        self.got, self.wanted, self.hint = got, wanted, hint


def _said(given: object) -> str:
    if not isinstance(given, str) or not given.strip():
        raise _Wrong("an empty text" if given == "" else shown(given), 'a text in quotes, such as "..."')
    return given


def _page(given: object) -> str:
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else _said(given)


def _choice(options: Sequence[str], given: object) -> str:
    if given not in options:
        wanted = "one of " + ", ".join(f'"{one}"' for one in options)
        raise _Wrong(shown(given), wanted, near(given, options) if isinstance(given, str) else "")
    return str(given)


def _category(given: object) -> str:
    parts = given.split("+") if isinstance(given, str) else []
    if parts and all(part in CATEGORIES or part in _LETTERS for part in parts):
        return "+".join(parts)
    words = ", ".join(f'"{one}"' for one in CATEGORIES)
    wanted = f'one of {words}, or letters of the state balance such as "C1"; several are joined: "A+B+C1"'
    raise _Wrong(shown(given), wanted, near(given, CATEGORIES) if isinstance(given, str) else "")


def _country(given: object) -> str:
    if not isinstance(given, str) or not re.fullmatch("[A-Z]{3}|EU", given):
        raise _Wrong(shown(given), 'a country by its ISO 3166 alpha-3 code, three capital letters, or "EU"')
    return given


def _day(given: object) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        raise _Wrong(shown(given), "a date such as 2026-01-01 (year, month, day; no quotes needed)") from None


def _when(given: object) -> str:
    if isinstance(given, (date, int)) and not isinstance(given, bool):
        return given.isoformat() if isinstance(given, date) else str(given)
    return _said(given)


def _list(inner: Callable[[object], str], given: object) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise _Wrong(shown(given), "a list in square brackets: [...]")
    return tuple(inner(one) for one in given)


def _place(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**53:
        raise _Wrong(shown(given), "a whole number from 0 on: where it stands in the text")
    return given


def _bare(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise _Wrong(shown(given), "a number without unit and quotes, such as 38", _unquoted(given))
    if not 0 <= given < 1e300:
        raise _Wrong(shown(given), "a number from 0 on, and no larger than a computer holds")
    return float(given)


def _unquoted(given: object) -> str:
    return f"leave out the quotes: {given.strip()}" if isinstance(given, str) and re.fullmatch(r"\s*[0-9.]{1,20}\s*", given) else ""


def _content(given: object) -> str:
    """A text of which only passages are kept: each at its place, line ends between them."""
    wanted = "a list of {start = ..., words = ...}, in the order of the text, none over another"
    if not isinstance(given, list):
        raise _Wrong(shown(given), wanted)
    parts, at = [], 0
    for row in given:
        if not isinstance(row, dict) or set(row) != {"start", "words"}:
            raise _Wrong(shown(row), wanted)
        start, words = _place(row["start"]), _said(row["words"])
        if start < at or start > 10 * _KEPT:
            raise _Wrong(f"start = {start}", wanted)
        parts += ["\n" * (start - at), words]
        at = start + len(words)
    return "".join(parts)


_TEXT: dict[str, Callable[[object], Any]] = {
    "key": _said,
    "source": _said,
    "language": partial(_choice, ("en", "ru", "kk")),
    "dated": _day,
    "kind": partial(_choice, ("plain", "html", "pdf")),
    "sha256": lambda given: given if given == "" else _said(given),
    "notes": partial(_list, _said),
    "passages": _content,
}
_CLAIM: dict[str, Callable[[object], Any]] = {
    "id": _said,
    "kind": partial(_choice, KINDS),
    "subject": _said,
    "place": _country,
    "commodity": _said,
    "form": partial(_choice, FORMS),
    "category": _category,
    "code": _said,
    "hedge": partial(_choice, HEDGES),
    "speaker": _said,
    "role": _said,
    "when": _when,
    "others": partial(_list, _country),
    "of": _bare,
    "flags": partial(_list, _said),
}
_AMOUNT: dict[str, Callable[[object], Any]] = {
    "source": _said,
    "quote": _said,
    "start": _place,
    "end": _place,
    "sentence": _place,
    "paragraph": _place,
    "page": _page,
    "note": _said,
}
_NUMBERS = ("value", "low", "high")


@dataclass(slots=True, eq=False)
class _Reader:
    """Reads the tables of one file and keeps every fault with its line."""

    path: str
    known: dict[lines.Path, int]
    faults: list[tuple[int, Fault]]

    def wrong(self, place: lines.Path, spoken: str, got: str, wanted: str, hint: str = "") -> None:
        line = lines.nearest(self.known, place)
        where = f"{self.path}:{line}" if line is not None else self.path
        self.faults.append((line or 0, Fault(f"{where}  {spoken}".rstrip(), got if len(got) <= 200 else got[:197] + "...", wanted, hint)))

    def keys(
        self, table: dict[str, Any], place: lines.Path, spoken: str, known: dict[str, Callable[[object], Any]], needed: Sequence[str],
        others: Sequence[str] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """Checked values of a table; a key unknown, missing or wrong is a fault."""
        found: dict[str, Any] = {}
        said = f"{spoken} → " if spoken else ""
        for key, given in table.items():
            if key in others:
                continue
            if key not in known:
                choices = [*known, *others]
                self.wrong(
                    (*place, key), f"{said}{key}"[:120], f"unknown key {key[:60]}", "one of: " + ", ".join(choices), near(key, choices)
                )
                continue
            try:
                found[key] = known[key](given)
            except _Wrong as error:
                self.wrong((*place, key), said + key, error.got, error.wanted, error.hint)
        for key in needed:
            if key not in table:
                self.wrong(place, spoken, f"no {key}", f"{key} = ...")
        return found

    def tables(self, raw: dict[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
        given = raw.get(name, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            self.wrong((name,), name, shown(given), f"[[{name}]] in two brackets, with its keys below")
            return []
        return list(enumerate(given))


def read(path: Path | str) -> tuple[tuple[Text, ...], tuple[Claim, ...]]:
    """Texts (of their content only the passages that the dossier keeps) and claims of a dossier.

    A value that its own quote does not bear out is flagged as edited.
    Raises InputError with every fault of the file, each with its line: unknown keys, numbers without text or words, units that their
    kind is not counted in, two claims of one id.
    """
    path = Path(path)
    try:
        raw, text = read_toml(path)
    except InputError as error:
        plain = [replace(one, wanted=one.wanted.replace("project file", "dossier"), hint=_no_starter(one.hint)) for one in error.faults]
        raise InputError(*plain) from None
    reader = _Reader(str(path), lines.locate(text), [])
    for key in raw:
        if key not in ("text", "claim"):
            reader.wrong((key,), key[:120], f"unknown key {key[:60]}", "[[text]] or [[claim]]", near(key, ("text", "claim")))
    texts = [_as_text(reader, n, table) for n, table in reader.tables(raw, "text")]
    keys = [one.key for one in texts]
    claims = [_as_claim(reader, n, table, frozenset(keys)) for n, table in reader.tables(raw, "claim")]
    _once(reader, "text", "key", keys)
    _once(reader, "claim", "id", [one.id for one in claims])
    if reader.faults:
        reader.faults.sort(key=lambda one: one[0])
        raise InputError(*(fault for _, fault in reader.faults[:MOST_FAULTS]))
    languages = {text.key: text.language for text in texts}
    return tuple(texts), tuple(_compared(claim, languages[claim.text]) for claim in claims)


def _no_starter(hint: str) -> str:
    """A hint of the project files, where it serves a dossier too."""
    return "" if "kenes new" in hint else hint


def _once(reader: _Reader, name: str, key: str, given: Sequence[str]) -> None:
    seen: set[str] = set()
    for n, one in enumerate(given):
        if one and one in seen:
            reader.wrong((name, n, key), f'{name} "{one[:60]}"', f'{key} "{one[:60]}" twice', f"each {name} with its own {key}")
        seen.add(one)


def _as_text(reader: _Reader, n: int, table: dict[str, Any]) -> Text:
    named = table.get("key")
    spoken = f'text "{named[:60]}"' if isinstance(named, str) else f"text[{n}]"
    found = reader.keys(table, ("text", n), spoken, _TEXT, ("key", "source", "language"))
    if content := found.pop("passages", ""):
        found |= {"content": content, "whole": False, "notes": (*(one for one in found.get("notes", ()) if one != _in_part()), _in_part())}
    return Text(**{"key": "", "content": "", "language": "", **found})


def _as_claim(reader: _Reader, n: int, table: dict[str, Any], keys: frozenset[str]) -> Claim:
    named = table.get("id")
    spoken = f'claim "{named[:60]}"' if isinstance(named, str) else f"claim[{n}]"
    place: lines.Path = ("claim", n)
    found = reader.keys(table, place, spoken, _CLAIM, ("id", "kind"), ("amount", "statement"))
    empty: dict[str, Any] = {"id": "", "kind": "", "value": None, "unit": "1", "si": None, "quote": "", "start": 0, "end": 0}
    stated = [name for name in ("amount", "statement") if name in table]
    if len(stated) != 1:
        wanted = "amount = {value = ..., source = ..., quote = ...}, or statement = {source = ..., quote = ...} where there is no number"
        reader.wrong(place, spoken, " and ".join(stated) or "neither amount nor statement", wanted)
        return Claim(**{**empty, **found})
    (name,) = stated
    inner, given, said = (*place, name), table[name], f"{spoken} → {name}"
    if not isinstance(given, dict):
        reader.wrong(inner, said, shown(given), f"{name} = {{...}} with its source and quote")
        return Claim(**{**empty, **found})
    numbers = _NUMBERS if name == "amount" else ()
    needed = (*numbers[:1], "source", "quote")
    parts = reader.keys(given, inner, said, _AMOUNT, needed, numbers)
    if "source" in parts and parts["source"] not in keys:
        wanted = "the key of a [[text]]" + (": " + ", ".join(sorted(keys)[:12]) if keys else "; there is none")
        reader.wrong((*inner, "source"), f"{said}.source", shown(parts["source"]), wanted, near(parts["source"], keys))
    if "source" in parts:
        parts["text"] = parts.pop("source")
    if "value" in given and "kind" in found:
        parts |= _numbers(reader, found["kind"], given, inner, said)
    return Claim(**{**empty, **found, **parts})


def _numbers(reader: _Reader, kind: str, given: dict[str, Any], place: lines.Path, spoken: str) -> dict[str, Any]:
    """Value, unit, ``si`` and range of an amount."""
    read: dict[str, tuple[float, str, float | None]] = {}
    for name in _NUMBERS:
        if name in given:
            try:
                read[name] = _number(kind, given[name])
            except _Wrong as error:
                reader.wrong((*place, name), f"{spoken}.{name}", error.got, error.wanted, error.hint)
    found: dict[str, Any] = {}
    if "value" in read:
        found["value"], found["unit"], found["si"] = read["value"]
    for name in ("low", "high"):
        if name in read:
            found[name] = read[name][2]
    rising = [read[name][2] for name in ("low", "value", "high") if name in read]
    known = [one for one in rising if one is not None]
    if len(known) > 1 and known != sorted(known):
        told = ", ".join(f"{name} = {shown(given[name])}" for name in ("low", "value", "high") if name in read)
        reader.wrong((*place, "low"), spoken, told, "low, value and high in rising order")
    return found


def _number(kind: str, given: object) -> tuple[float, str, float | None]:
    """Value, unit and ``si`` of one number."""
    if kind not in _UNITS:
        value = _bare(given)
        if (kind == "rank" and (value < 1 or value % 1)) or (kind == "date" and not 1 <= value < 10_000):
            raise _Wrong(shown(given), "a place from 1 on" if kind == "rank" else "a year of the calendar, such as 2025")
        return value, "year" if kind == "date" else "1", value
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise _Wrong(shown(given), f"a number with its unit in quotes, such as {_example(kind)}")
    try:
        si = _read(kind, given)
        value, unit = _printed(given) if isinstance(given, str) else (float(given), "1")
    except units.UnitError as error:
        first = _UNITS[kind][0]
        wanted = f"{error.wanted} (a claim of kind {kind})" if first != "1" else error.wanted
        raise _Wrong(error.got, wanted, error.hint) from None
    if value < 0:
        raise _Wrong(shown(given), "a quantity from 0 on")
    return value, unit or "1", si


def _example(kind: str) -> str:
    return units.example(_UNITS[kind][0])


_EDITED = "value edited: "


def _compared(claim: Claim, language: str) -> Claim:
    """A claim with a flag where its quote holds numbers, and none of them is its value."""
    flags = tuple(flag for flag in claim.flags if not flag.startswith(_EDITED))
    if claim.value is not None:
        read = amounts.find(tokens.cut(Text("", claim.quote[:_QUOTED], language)))
        if read and not any(_agrees(claim, one) for one in read):
            said = "; ".join(claim.quote[one.start : one.end].strip() for one in read[:3])
            flags = (*flags, note("value edited: the quote says {quoted}", quoted=said))
    return claim if flags == claim.flags else replace(claim, flags=flags)


_QUOTED = 600
"""Characters of a quote that are read."""


def _agrees(claim: Claim, amount: amounts.Amount) -> bool:
    """Whether an amount of the quote is the value of a claim: as measured, or as printed where the quote leaves out the unit."""
    bounds = [one for one in (claim.low, claim.si, claim.high) if one is not None]
    if amount.si is not None and any(math.isclose(amount.si, one, rel_tol=1e-6) for one in bounds):
        return True
    if amount.si is not None and bounds and bounds[0] < amount.si < bounds[-1]:
        return True
    alike = amount.unit in (claim.unit, claim.unit.partition("/")[0]) or amount.dimension in ("number", "ordinal", "date", "other")
    return alike and claim.value is not None and math.isclose(amount.value, claim.value, rel_tol=1e-6)


# --- several into one ----------------------------------------------------------------------------------------------------------

Part = tuple[Sequence[Text], Sequence[Claim]]
"""Texts and the claims of them: one text that was read, or a dossier."""


def merge(parts: Sequence[Part]) -> tuple[tuple[Text, ...], tuple[Claim, ...]]:
    """Several texts and dossiers as one, in their order: claims numbered anew, c1 on, and every text once under a key of its own.

    The same text (by its SHA-256; without one, by all that is told of it) read and kept in a dossier counts once: its claims are those
    of the dossiers, since a person may have edited them, and its content that of the reading. Of equal claims one is kept.
    """
    texts: dict[object, list[tuple[Text, list[Claim]]]] = {}
    for part_texts, part_claims in parts:
        own: dict[str, list[Claim]] = {text.key: [] for text in part_texts}
        for claim in part_claims:
            own.setdefault(claim.text, []).append(claim)
        for text in part_texts:
            texts.setdefault(text.sha256 or text, []).append((text, own[text.key]))
    taken: set[str] = set()
    merged: list[Text] = []
    found: list[Claim] = []
    for readings in texts.values():
        text = next((text for text, _ in readings if _at_hand(text)), None) or _overlaid([text for text, _ in readings])
        key = _free(text.key, taken)
        merged.append(replace(text, key=key))
        edited = [claims for text, claims in readings if not _at_hand(text)]
        once = {replace(claim, id="", text=key): None for claims in edited or [readings[0][1]] for claim in claims}
        found += once
    return tuple(merged), tuple(replace(claim, id=f"c{n}") for n, claim in enumerate(found, 1))


def _at_hand(text: Text) -> bool:
    """Whether a text was read, and is not only told of in a dossier."""
    return bool(text.content) and text.whole


def _overlaid(texts: Sequence[Text]) -> Text:
    """A text of which several dossiers keep passages: the first, with the passages of all."""
    contents = [text.content for text in texts if text.content]
    if not contents:
        return texts[0]
    first = next(text for text in texts if text.content)
    if len(set(contents)) == 1:
        return first
    content = "".join(next((sign for sign in column if sign != "\n"), "\n") for column in zip_longest(*contents, fillvalue="\n"))
    return replace(first, content=content)


def _free(key: str, taken: set[str]) -> str:
    """A key that no text has yet."""
    free, n = key, 1
    while free in taken:
        n += 1
        free = f"{key}-{n}"
    taken.add(free)
    return free
