"""Which words name a commodity, a form, a category, a code or a place? Tables of three languages, and what no table can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kenes.claims.lexicon import find, table
from kenes.claims.tokens import Marked, Token
from kenes.units import CUSTOMARY_OXIDE, RARE_EARTHS, SYMBOLS, UnitError, elements_of, is_kind

__all__ = ["Named", "categories", "codes", "commodities", "common", "forms", "merged", "places"]


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a text names.

    name        : canonical: commodity, form, category or code in English, country by its ISO 3166 alpha-3 code, subject by its name in
                  the gazetteer or as the text has it
    start, end  : its characters
    first, last : its tokens, the last included
    form, kind  : of a commodity, what its words themselves say: "oxide", "WO3" (a kind of `kenes.units`); None: nothing
    sort        : of a place "country", "adjective", "capital" or "region"; of a subject "deposit", "company" or "body"
    canonical   : of a subject: its name in the gazetteer, else transliterated; of others as ``name``
    place       : of a subject of the gazetteer: its country
    sure        : False: its name is a word of everyday speech too, and nothing beside it tells which is meant
    """

    name: str
    start: int
    end: int
    first: int
    last: int
    form: str | None = None
    kind: str | None = None
    sort: str = ""
    canonical: str = ""
    place: str | None = None
    sure: bool = True


# ------------------------------------------------------------------------------------------------------------- tables


def _bare(marked: Marked) -> Marked:
    """The text with the possessive off its English words, so that words sought letter by letter are found: "the EU's" is the EU."""
    if "'s" not in marked.text.content and "’s" not in marked.text.content:
        return marked
    return replace(marked, tokens=tuple(_unowned(token) if token.text[-2:] in ("'s", "’s") else token for token in marked.tokens))


def _unowned(token: Token) -> Token:
    bare = token.text[:-2]
    return replace(token, text=bare, handles=(*token.handles, f"={bare}")) if bare else token


def _named(marked: Marked, name: str) -> list[Named]:
    """Phrases of a table, with what their entries say; those that only look like one are left out."""
    rows: list[Named] = []
    raw = table(name)
    for mark in find(_bare(marked), name):
        if mark.name.startswith("-"):
            continue
        entry: dict[str, Any] = raw[mark.name]
        called = entry.get("name", mark.name)
        rows.append(
            Named(called, mark.start, mark.end, mark.first, mark.last, entry.get("form"), entry.get("kind"), entry.get("sort", ""), called)
        )
    return rows


# -------------------------------------------------------------------------------------------------------- commodities

_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LOOKALIKE = str.maketrans("АВСЕНКМОРТХУІасеорху", "ABCEHKMOPTXYIaceopxy")
_FORMULA = re.compile(
    r"(?<![\w.,$€£])\(?[A-ZАВСЕНКМОРТХУ]"
    r"(?:[A-Za-zАВСЕНКМОРТХУасеорху]|[0-9₀-₉](?![.,]?\d{2})|[()·.](?=[A-ZO(])){0,30}[0-9₀-₉)]{0,4}(?!\w)"
)
_BARE_FORMULAS = frozenset(oxide for oxide in CUSTOMARY_OXIDE.values() if not any(sign.isdecimal() for sign in oxide)) | {
    "LiOH",
    "KCl",
    "NaCl",
}
_GANGUE = frozenset(("iron", "calcium", "aluminium", "silicon", "magnesium", "sodium", "potassium", "sulphur", "fluorine", "chlorine"))
"""What a formula may hold beside that for which it is mined."""
_BEFORE_SYMBOL = frozenset(
    ("%", "ppm", "ppb", "t", "kt", "Mt", "kg", "lb", "lbs", "oz", "Moz", "koz", "т", "кг", "г", "тонн", "тонна", "тонны", "tonnes", "tons")
)
_JOINTS = frozenset("-–/+,&")


_ATOM = re.compile(r"[A-Z][a-z]?")
_NO_OXIDE = frozenset(("C", "H", "N", "S", "F", "Cl"))
_CALLED_OXIDE = frozenset(("Li2CO3", "LiOH", "LiOH·H2O"))
"""Compounds that are reported as if they were oxides."""


def _oxide(kind: str) -> bool:
    atoms = set(_ATOM.findall(kind))
    return kind in _CALLED_OXIDE or ("O" in atoms and atoms.isdisjoint(_NO_OXIDE))


def _formula(text: str) -> str | None:
    """The formula that letters and digits are, its look-alike Cyrillic letters made Latin; None: none."""
    plain = text.translate(_DIGITS)
    if not re.search(r"[A-Za-z]", plain) and not re.search(r"\d", plain):
        return None
    plain = plain.translate(_LOOKALIKE).strip("().·") if plain.count("(") != plain.count(")") else plain.translate(_LOOKALIKE)
    digits = any(sign.isdecimal() for sign in plain)
    if (not digits and plain not in _BARE_FORMULAS) or not is_kind(plain):
        return None
    if re.match(r"[CNH](?![a-z])", plain) or len(set(_ATOM.findall(plain))) < 2:
        return None  # CO2, NI43, COP28, C1: no ore, no formula
    return plain if not digits or re.search(r"O|F|Cl|S", plain) else None


def _formulas(marked: Marked) -> list[Named]:
    """Chemical formulas: "WO3", "Li₂O", "Та2О5"."""
    content, rows = marked.text.content, []
    starts = {token.start: n for n, token in enumerate(marked.tokens)}
    ends = {token.end: n for n, token in enumerate(marked.tokens)}
    for match in _FORMULA.finditer(content):
        kind = _formula(match.group())
        if kind is None:
            continue
        try:
            elements = elements_of(kind)
        except UnitError:
            continue
        main = next((name for name in elements if name not in _GANGUE), elements[0])
        first, last = starts.get(match.start()), ends.get(match.end())
        if first is None or last is None:
            continue
        form = "oxide" if _oxide(kind) else None
        rows.append(Named(main, match.start(), match.end(), first, last, form, kind, canonical=main))
    return rows


def _symbols(marked: Marked, taken: set[int]) -> list[Named]:
    """Symbols that are words or letters elsewhere, where a unit stands before them ("0.21 % W") or another symbol is joined ("Cu-Mo-W")."""
    tokens, rows = marked.tokens, []

    def symbol(n: int) -> bool:
        return 0 <= n < len(tokens) and tokens[n].text in SYMBOLS

    for n, token in enumerate(tokens):
        if n in taken or token.text not in SYMBOLS:
            continue
        after_unit = (
            n > 0
            and tokens[n - 1].text in _BEFORE_SYMBOL
            and not (token.text in ("In", "As", "At", "No", "I", "He") and tokens[n - 1].text != "%")
        )
        tight = [
            step
            for step in (-1, 1)
            if symbol(n + 2 * step)
            and tokens[n + step].text in _JOINTS
            and abs(tokens[n + 2 * step].start - token.start) <= len(token.text) + 3
        ]
        if after_unit or (tight and (len(token.text) > 1 or len(tight) > 1 or any(len(tokens[n + 2 * step].text) > 1 for step in tight))):
            name = SYMBOLS[token.text]
            rows.append(Named(name, token.start, token.end, n, n, canonical=name))
    return rows


def _a_verb(marked: Marked, named: Named) -> bool:
    """Whether "lead" leads: behind a helping verb or pronoun, or before a word that only a verb or an adjective has behind it."""
    words = table("commodities")["lead"]
    tokens = marked.tokens
    if tokens[named.first].text.lower() != "lead" or named.first != named.last:
        return False
    before = tokens[named.first - 1].text.lower() if named.first else ""
    after = tokens[named.last + 1].text.lower() if named.last + 1 < len(tokens) else ""
    return before in words["not_behind"] or after in words["not_before"]


def merged(*lists: Iterable[Named]) -> list[Named]:
    """All of several lists in the order of the text; of those that overlap the longest, of equals the earlier list's."""
    rows: list[Named] = []
    taken: set[int] = set()
    ranked = sorted(((row, n) for n, some in enumerate(lists) for row in some), key=lambda pair: (pair[0].start - pair[0].end, pair[1]))
    for row, _ in ranked:
        own = range(row.first, row.last + 1)
        if taken.isdisjoint(own):
            taken.update(own)
            rows.append(row)
    return sorted(rows, key=lambda row: row.start)


def commodities(marked: Marked) -> list[Named]:
    """Commodities in the order of the text, by word, symbol or formula; ``form`` and ``kind`` where the words themselves say them."""
    states = {row.first for row in places(marked) if marked.tokens[row.first].text[0].isupper()}
    words = [row for row in _named(marked, "commodities") if not _a_verb(marked, row) and row.first not in states]
    formulas = _formulas(marked)
    taken = {n for row in (*words, *formulas) for n in range(row.first, row.last + 1)}
    return merged(words, formulas, _symbols(marked, taken))


def common(names: Sequence[str]) -> str | None:
    """One name for several commodities: their own if it is one, their group, else the first; None of none.

    >>> common(["neodymium", "cerium", "yttrium"]), common(["gold", "gold"]), common(["copper", "gold"])
    ('rare earths', 'gold', 'copper')
    """
    kinds = list(dict.fromkeys(names))
    if len(kinds) <= 1:
        return kinds[0] if kinds else None
    groups = {_group(name) for name in kinds}
    group = groups.pop()
    return group if not groups and group else kinds[0]


@cache
def _groups() -> dict[str, str]:
    found = dict.fromkeys(RARE_EARTHS, "rare earths")
    for key, raw in table("commodities").items():
        if isinstance(raw, dict) and "group" in raw:
            found.setdefault(raw.get("name", key), raw["group"])
    return found


def _group(name: str) -> str | None:
    return _groups().get(name)


# ------------------------------------------------------------------------------------------------- forms, codes, places


def forms(marked: Marked) -> list[Named]:
    """Forms of mass: "ore", "concentrate", "oxide", "metal" or "element"."""
    tokens = marked.tokens
    return [
        row
        for row in _named(marked, "forms")
        if not (
            tokens[row.first].text[0].isupper()
            and row.first
            and tokens[row.first - 1].text == "-"
            and tokens[row.first - 1].end == row.start
        )
    ]


def codes(marked: Marked) -> list[Named]:
    """Codes of reporting: "JORC", "GKZ", ..."""
    return _named(marked, "codes")


_DOLLAR = re.compile(r"\bдол(?:л|лар\w*)?\.?\s*$")
"""A currency's name before that of its country, even where the point of "долл." was taken for the end of a sentence."""
_KAZAKH_ADJECTIVE = re.compile("[лдт][ыі][қк]")


def _proper(marked: Marked, row: Named) -> bool:
    """Whether a name of a place is written as one: with a capital, or as an adjective of Russian or Kazakh."""
    token = marked.tokens[row.first]
    if token.text[0].isupper():
        return True
    if token.text[0].isascii():
        return False
    return row.sort == "adjective" or (marked.text.language == "kk" and bool(_KAZAKH_ADJECTIVE.search(token.text[-5:].lower())))


def _begins(marked: Marked, n: int) -> bool:
    """Whether a token is the first word of its sentence."""
    sentence = marked.tokens[n].sentence
    before = n - 1
    while before >= 0 and marked.tokens[before].sentence == sentence:
        if marked.tokens[before].word:
            return False
        before -= 1
    return True


def places(marked: Marked) -> list[Named]:
    """Countries by ISO 3166 alpha-3 code ("EU": the Union); ``sort`` tells names, adjectives, capitals and regions apart."""
    doubtful = table("places")["-none"]["not_first"]
    return [
        replace(row, sort=row.sort or "country")
        for row in _named(marked, "places")
        if _proper(marked, row)
        and not _DOLLAR.search(marked.text.content, max(row.start - 12, 0), row.start)
        and not (marked.tokens[row.first].text in doubtful and _begins(marked, row.first))
    ]


# ----------------------------------------------------------------------------------------------------------- categories

_LETTER = "[ABCPАВСР]"
_SINGLE = rf"(?:{_LETTER}[\s-]?[123₁₂₃](?![\w.,]*\d)|[ABАВ](?![\w'’]))"
_SIGN = re.compile(
    rf"(?<![\w$€£+-])(?:{_SINGLE}(?:\s?[+–&-]\s?{_SINGLE})+"
    rf"|{_SINGLE}(?:(?:\s?,\s?|\s(?:и|and|және|мен)\s)(?:(?:категории|категорий|category|санаты)\s)?{_SINGLE}(?!\s?\+))*)(?!\w)"
)
_ONE = re.compile(rf"({_LETTER})[\s-]?([123₁₂₃])?")
_LETTERS = ("A", "B", "C1", "C2", "P1", "P2", "P3")


def _letters(text: str) -> list[str]:
    """Letters of a category, Cyrillic or Latin, in their order."""
    plain = text.translate(_DIGITS)
    return [letter.translate(_LOOKALIKE) + number for letter, number in _ONE.findall(plain)]


def _soviet(marked: Marked, near: set[int]) -> list[Named]:
    """Letters of the GKZ and their sums: "С1" (C1), "А+В+С1" (A+B+C1), "по категориям С1 и С2" (C1+C2)."""
    words = frozenset(table("categories")["-none"]["letters_near"])
    content, rows = marked.text.content, []
    starts = {token.start: n for n, token in enumerate(marked.tokens)}
    near = near | {token.sentence for token in marked.tokens if token.keys & words}
    for match in _SIGN.finditer(content):
        found = _letters(match.group())
        first = starts.get(match.start())
        if first is None or not found or any(letter not in _LETTERS for letter in found):
            continue
        if marked.tokens[first].sentence not in near and not (len(found) > 1 and "+" in match.group()):
            continue
        if not any(letter[1:] for letter in found):  # bare letters: only beside their word
            behind = [token for token in marked.tokens[max(0, first - 3) : first] if token.keys & words]
            after = [token for token in marked.tokens[first + 1 : first + 3] if token.keys & words]
            if len(found) < 2 and not behind and not after:
                continue
        if any(token.keys & frozenset(("cash", "cost")) for token in marked.tokens[first + 1 : first + 5]):
            continue  # "C1 cash cost" is money
        last = max(n for n in range(first, min(first + 40, len(marked.tokens))) if marked.tokens[n].start < match.end())
        name = "+".join(sorted(dict.fromkeys(found), key=_LETTERS.index))
        rows.append(Named(name, match.start(), marked.tokens[last].end, first, last, canonical=name))
    return rows


def categories(marked: Marked) -> list[Named]:
    """Categories of resources and reserves, and letters of the GKZ.

    Words that have other senses ("measured", "probable") count only where their sentence speaks of resources, reserves or a code.
    """
    tokens, raw = marked.tokens, table("categories")
    rows = [row for row in _named(marked, "categories") if row.first != row.last or not _in_a_name(marked, row.first)]
    firm = {tokens[row.first].sentence for row in rows if not raw[row.name].get("near")}
    firm |= {tokens[row.first].sentence for row in codes(marked)}
    doubtful = [row for row in rows if row.first == row.last and tokens[row.first].sentence not in firm]
    written = [tokens[row.first].sentence for row in doubtful if tokens[row.first].text[0].isupper()]
    lone = {row.start for row in doubtful if not tokens[row.first].text[0].isupper() or written.count(tokens[row.first].sentence) < 2}
    kept = [row for row in rows if row.start not in lone]
    return merged(_soviet(marked, firm), kept)


def _in_a_name(marked: Marked, n: int) -> bool:
    """Whether "Resources" is part of a company's name: a capital in mid-sentence behind another capital."""
    token = marked.tokens[n]
    if not token.text[0].isupper() or token.text.isupper() or not token.text[0].isascii() or n == 0:
        return False
    before = marked.tokens[n - 1]
    if before.sentence != token.sentence or not before.text[0].isupper():
        return False
    return before.text.lower() not in table("categories")["-none"]["heads"]
