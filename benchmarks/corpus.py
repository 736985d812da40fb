"""What should be found in a text? Corpora on file: short texts with the claims and verdicts that a careful reader would note.

A folder holds TOML files with tables ``[[case]]`` (format: tests/corpus/README.md), or pairs NAME.txt, .html or .pdf with NAME.json, the
latter as ``kenes check --json`` prints it. Every fault of every file is told at once.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kenes.claims.claim import HEDGES, KINDS, VERDICTS
from kenes.errors import Fault, InputError

AS_OF = date(2026, 11, 22)
"""Day for which law is told where a case gives none."""
LANGUAGES = ("en", "ru", "kk")
NUMBERS = ("value", "low", "high", "of")
WORDS = ("unit", "form", "category", "code", "commodity", "subject", "place", "hedge", "speaker", "role", "when")
FORMS = ("ore", "concentrate", "oxide", "element", "metal")
TEXTS = (".txt", ".html", ".htm", ".pdf")

_CASE = {"name", "language", "text", "file", "dated", "as_of", "claim", "check", "no_claims", "never"}
_CLAIM = {"kind", "si", "quote", "nth", *NUMBERS, *WORDS}
_CHECK = {"verdict", "rule", "claims", "says"}
_UNREAD = {"id", "start", "end", "text", "sentence", "paragraph", "flags", "others", "page", "note"}
"""Fields of ``kenes check --json`` that no corpus tells of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim that a text makes.

    si     : as in `kenes.claims.claim.Claim`; None: the statement has no number, or its money is not in USD
    nth    : which of several equal quotes it is, counted from 1
    told   : optional fields, as far as the corpus gives them
    """

    kind: str
    si: float | None
    quote: str
    nth: int = 1
    told: Mapping[str, float | str] = field(default_factory=dict)

    def span(self, content: str) -> tuple[int, int] | None:
        """Where the quote stands in a text, or None; runs of white space are one, as a page or a PDF may have broken its lines."""
        return stands(self.quote, content, self.nth)


@dataclass(frozen=True, slots=True)
class Judged:
    """A check that a text calls for.

    verdicts : any of these will do
    rule     : which rule must say so, or None: any
    claims   : quotes that the check must be of
    says     : what its arithmetic must hold
    """

    verdicts: tuple[str, ...]
    rule: str | None = None
    claims: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A text and what is expected of it.

    path   : file that holds the text, or None: `content` is the text
    never  : verdicts that no check of this text may give
    """

    name: str
    language: str
    where: str
    content: str = ""
    path: Path | None = None
    dated: date | None = None
    as_of: date = AS_OF
    claims: tuple[Wanted, ...] = ()
    checks: tuple[Judged, ...] = ()
    never: tuple[str, ...] = ()


def stands(quote: str, content: str, nth: int = 1) -> tuple[int, int] | None:
    """Start and end of the nth place where a quote stands in a text.

    >>> stands("2 Mt", "2 Mt and 2 Mt", 2), stands("2 Mt", "2\\n Mt"), stands("3 Mt", "2 Mt")
    ((9, 13), (0, 5), None)
    """
    at = -1
    for _ in range(nth):
        at = content.find(quote, at + 1)
        if at < 0:
            break
    else:
        return at, at + len(quote)
    kept = [n for n, sign in enumerate(content) if not sign.isspace()]
    bare, sought = "".join(content[n] for n in kept), "".join(quote.split())
    at = -1
    for _ in range(nth):
        at = bare.find(sought, at + 1)
        if at < 0 or not sought:
            return None
    return kept[at], kept[at + len(sought) - 1] + 1


def read(folder: Path) -> list[Case]:
    """Every case of a folder, by name of file. InputError tells all faults."""
    if not folder.is_dir():
        wanted = "a folder of case files (TOML), or of texts (.txt, .html, .pdf) each with its .json"
        raise InputError(Fault(str(folder), "a file" if folder.exists() else "nothing", wanted))
    faults: list[Fault] = []
    cases: list[Case] = []
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        if path.suffix == ".toml":
            cases += _toml(path, faults)
    used = {case.path for case in cases}
    texts = [path for path in files if path.suffix in TEXTS and path not in used]
    for path in files:
        if path.suffix == ".json":
            case = _pair(path, [text for text in texts if text.stem == path.stem], faults)
            cases += [case] if case else []
    for path in texts:
        if not path.with_suffix(".json").exists():
            faults.append(
                Fault(str(path), "a text of which nothing is expected", f"{path.stem}.json beside it, or a case with its name as file")
            )
    seen: dict[str, str] = {}
    for case in cases:
        if case.name in seen:
            faults.append(Fault(case.where, f'a second case "{case.name}"', f"a name of its own (the first is in {seen[case.name]})"))
        seen.setdefault(case.name, case.where)
    if not cases and not faults:
        faults.append(Fault(str(folder), "no case", "case files (TOML), or texts each with its .json"))
    if faults:
        raise InputError(*faults)
    return cases


def _toml(path: Path, faults: list[Fault]) -> list[Case]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault(str(path), f"no TOML: {error}", "a case file with tables [[case]]"))
        return []
    rows = raw.get("case")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(Fault(str(path), "no [[case]]", "a case file with tables [[case]]"))
        return []
    faults += [Fault(str(path), f'unknown key "{key}"', "tables [[case]] only") for key in sorted(set(raw) - {"case"})]
    found = [_case(row, f'{path}  case {n} "{row.get("name", "")}"', path.parent, faults) for n, row in enumerate(rows, 1)]
    return [case for case in found if case]


def _case(row: Mapping[str, Any], where: str, folder: Path, faults: list[Fault]) -> Case | None:
    before = len(faults)
    _known(row, _CASE, where, faults)
    name, language = row.get("name"), row.get("language")
    if not isinstance(name, str) or not name or any(sign in name for sign in '/\\"\n'):
        faults.append(Fault(f"{where} → name", repr(name), "a short name without slashes and quotes"))
    if language not in LANGUAGES:
        faults.append(Fault(f"{where} → language", repr(language), "one of " + ", ".join(LANGUAGES)))
    text, file = row.get("text"), row.get("file")
    if (text is None) == (file is None):
        faults.append(Fault(where, "both text and file" if text is not None else "neither text nor file", "one of the two"))
    path = None
    if file is not None:
        path = folder / str(file)
        if path.suffix not in TEXTS or Path(str(file)).name != file or not path.is_file():
            faults.append(Fault(f"{where} → file", repr(file), "a .txt, .html or .pdf that stands beside this file"))
    elif not isinstance(text, str):
        faults.append(Fault(f"{where} → text", repr(text), "a text"))
        text = ""
    claims = _claims(row.get("claim", []), where, text, faults)
    checks = _checks(row.get("check", []), where, faults)
    if bool(row.get("no_claims", False)) == bool(claims):
        got = "claims, and no_claims = true" if claims else "no claim"
        faults.append(Fault(where, got, "[[case.claim]], or no_claims = true: a trap in which nothing is claimed"))
    quotes = {claim.quote for claim in claims}
    for check in checks:
        for quote in check.claims:
            if quote not in quotes:
                faults.append(Fault(f"{where} → check → claims", repr(quote), "the quote of one of the claims of the case"))
    never = _never(row.get("never", []), where, faults)
    as_of, dated = _day(row.get("as_of"), f"{where} → as_of", faults), _day(row.get("dated"), f"{where} → dated", faults)
    if len(faults) > before:
        return None
    return Case(str(name), str(language), where, text or "", path, dated, as_of or AS_OF, claims, checks, never)


def _pair(path: Path, texts: list[Path], faults: list[Fault]) -> Case | None:
    """A text and what ``kenes check --json`` should say of it."""
    before, where = len(faults), str(path)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        faults.append(Fault(where, f"no JSON: {error}", "an object with claims, checks and language"))
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("claims"), list):
        faults.append(Fault(where, "no list of claims", "an object with claims, checks and language"))
        return None
    if len(texts) != 1:
        got = "no text" if not texts else "several texts: " + ", ".join(text.name for text in texts)
        faults.append(Fault(where, got, f"one of {path.stem}.txt, {path.stem}.html, {path.stem}.pdf beside it"))
        return None
    language = raw.get("language")
    if language not in LANGUAGES:
        faults.append(Fault(f"{where} → language", repr(language), "one of " + ", ".join(LANGUAGES)))
    content = ""
    if texts[0].suffix == ".txt":
        try:
            content = texts[0].read_text(encoding="utf-8")
        except UnicodeDecodeError:
            content = ""  # of another encoding: its reader tells, as the case runs
    rows = [row for row in raw["claims"] if isinstance(row, dict)]
    bare = []
    for row in rows:
        kept = {key: given for key, given in row.items() if given is not None and key not in _UNREAD}
        start, quote = row.get("start"), row.get("quote")
        if content and isinstance(start, int) and isinstance(quote, str) and quote and content[start : start + len(quote)] == quote:
            kept["nth"] = len([n for n in range(start + 1) if content.startswith(quote, n)])
        bare.append(kept)
    if len(rows) < len(raw["claims"]):
        faults.append(Fault(f"{where} → claims", "a claim that is no object", "objects with kind, si and quote"))
    claims = _claims(bare, where, content or None, faults)
    quotes = {row.get("id"): row.get("quote") for row in rows}
    told = []
    for row in raw.get("checks", []):
        if not isinstance(row, dict):
            faults.append(Fault(f"{where} → checks", repr(row), "objects with a verdict"))
            continue
        names = [quotes.get(name, name) for name in row.get("claims", [])]
        told.append({key: given for key, given in row.items() if key in ("verdict", "rule", "says") and given} | {"claims": names})
    checks = _checks(told, where, faults)
    as_of, dated = _day(raw.get("as_of"), f"{where} → as_of", faults), _day(raw.get("dated"), f"{where} → dated", faults)
    if len(faults) > before:
        return None
    return Case(path.stem, str(language), where, "", texts[0], dated, as_of or AS_OF, claims, checks)


def _claims(rows: object, where: str, text: str | None, faults: list[Fault]) -> tuple[Wanted, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(Fault(f"{where} → claim", "no list of tables", "[[case.claim]] with kind, si and quote"))
        return ()
    found = []
    for n, row in enumerate(rows, 1):
        before, here = len(faults), f"{where} → claim {n}"
        _known(row, _CLAIM, here, faults)
        kind, si, quote, nth = row.get("kind"), row.get("si"), row.get("quote"), row.get("nth", 1)
        if kind not in KINDS:
            faults.append(Fault(f"{here} → kind", repr(kind), "one of " + ", ".join(KINDS)))
        if not isinstance(quote, str) or not quote.strip():
            faults.append(Fault(f"{here} → quote", repr(quote), "the words of the text"))
        elif isinstance(nth, bool) or not isinstance(nth, int) or nth < 1:
            faults.append(Fault(f"{here} → nth", repr(nth), "1 for the first place where the quote stands, 2 for the second, ..."))
        elif text and stands(quote, text, nth) is None:
            faults.append(Fault(f"{here} → quote", repr(quote), "words that stand in the text, letter by letter"))
        for key in ("si", *NUMBERS):
            given = row.get(key)
            if given is not None and (isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given)):
                faults.append(Fault(f"{here} → {key}", repr(given), "a number"))
        for key in WORDS:
            if not isinstance(row.get(key, ""), str):
                faults.append(Fault(f"{here} → {key}", repr(row[key]), "a text in quotes"))
        _one_of(row.get("form"), FORMS, f"{here} → form", faults)
        _one_of(row.get("hedge"), HEDGES, f"{here} → hedge", faults)
        if len(faults) == before:
            told = {key: row[key] for key in (*NUMBERS, *WORDS) if key in row}
            found.append(Wanted(str(kind), None if si is None else float(si), str(quote), nth, told))
    return tuple(found)


def _checks(rows: object, where: str, faults: list[Fault]) -> tuple[Judged, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(Fault(f"{where} → check", "no list of tables", "[[case.check]] with a verdict"))
        return ()
    found = []
    for n, row in enumerate(rows, 1):
        here = f"{where} → check {n}"
        _known(row, _CHECK, here, faults)
        given = row.get("verdict")
        verdicts = tuple(given) if isinstance(given, list) and given else (given,)
        for verdict in verdicts:
            if verdict not in VERDICTS:
                faults.append(Fault(f"{here} → verdict", repr(verdict), "one of " + ", ".join(VERDICTS)))
        if not isinstance(row.get("claims", []), list) or not all(isinstance(quote, str) for quote in row.get("claims", [])):
            faults.append(Fault(f"{here} → claims", repr(row["claims"]), "a list of quotes"))
            continue
        found.append(Judged(verdicts, row.get("rule"), tuple(row.get("claims", [])), str(row.get("says", ""))))
    return tuple(found)


def _never(given: object, where: str, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(given, list) or any(verdict not in VERDICTS for verdict in given):
        faults.append(Fault(f"{where} → never", repr(given), "a list of verdicts: " + ", ".join(VERDICTS)))
        return ()
    return tuple(given)


def _known(row: Mapping[str, Any], keys: Iterable[str], where: str, faults: list[Fault]) -> None:
    for key in sorted(set(row) - set(keys)):
        faults.append(Fault(where, f'unknown key "{key}"', "one of " + ", ".join(sorted(keys))))


def _one_of(given: object, choice: tuple[str, ...], where: str, faults: list[Fault]) -> None:
    if given is not None and given not in choice:
        faults.append(Fault(where, repr(given), "one of " + ", ".join(choice)))


def _day(given: object, where: str, faults: list[Fault]) -> date | None:
    """A day as TOML or as text has it."""
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    faults.append(Fault(where, repr(given), "a day such as 2025-09-03"))
    return None
