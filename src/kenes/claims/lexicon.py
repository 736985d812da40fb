"""Which words mean what? Phrases of three languages from tables on file, found in a text by the stems of their words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from kenes.claims.tokens import BEGINNING, Marked, Token, keys

__all__ = ["Mark", "every", "find", "table"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase of a table, found in a text.

    table, name : which entry
    first, last : its tokens, the last included
    start, end  : its characters
    """

    table: str
    name: str
    first: int
    last: int
    start: int
    end: int


@cache
def table(name: str) -> dict[str, Any]:
    """A table of words on file, ``reference/claims/<name>.toml``: each entry a table, its phrases by language in ``en``, ``ru``, ``kk``."""
    raw = (resources.files("kenes") / "reference" / "claims" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)


_Phrase = tuple[tuple[frozenset[str], ...], str]


@cache
def _phrases(name: str, language: str) -> dict[str, list[_Phrase]]:
    """Phrases of a table by the keys of their first word. A text of any language may hold English names, a Kazakh one Russian ones."""
    spoken = {"en": ("en",), "ru": ("ru", "en"), "kk": ("kk", "ru", "en")}[language]
    found: dict[str, list[_Phrase]] = {}
    for entry, raw in table(name).items():
        if not isinstance(raw, dict):
            continue
        for other in spoken:
            for phrase in raw.get(other, ()):
                words = tuple(_sought(word, other) for word in _words(phrase))
                for key in words[0]:
                    found.setdefault(key[:BEGINNING] + "*" if key.endswith("*") else key, []).append((words, entry))
    for rows in found.values():
        rows.sort(key=lambda row: -len(row[0]))
    return found


def _words(phrase: str) -> list[str]:
    return [word for word in phrase.replace("-", " ").split() if word]


def _sought(word: str, language: str) -> frozenset[str]:
    """Keys that an entry's word answers to. "=P1": only as it stands, letter by letter (capitals count); "метал*": words that begin so."""
    if word.startswith("="):
        return frozenset((word,))
    low = word.lower().replace("ё", "е").removesuffix("'s")
    if low.endswith("*"):
        assert len(low) > BEGINNING, f"{word}: too short a beginning"
        return frozenset((low,))
    if not low.isalpha():
        return frozenset((low,))
    # A Kazakh entry stands in its basic form, and is sought by that form, not by every stem its letters could have.
    return frozenset((low,)) if language == "kk" else keys(low, language)


def _answers(token: Token, sought: frozenset[str]) -> bool:
    if not token.keys.isdisjoint(sought) or f"={token.text}" in sought:
        return True
    low = token.text.lower().replace("ё", "е")
    return any(key.endswith("*") and low.startswith(key[:-1]) for key in sought)


def find(marked: Marked, name: str) -> list[Mark]:
    """Every phrase of a table in a text, the longest where several begin at a word; none within another."""
    found: list[Mark] = []
    for one in every(marked, name):
        if found and one.first == found[-1].first:
            if one.last > found[-1].last:
                found[-1] = one
        elif not found or one.first > found[-1].last:
            found.append(one)
    return found


def every(marked: Marked, name: str) -> Iterator[Mark]:
    """Every phrase of every entry of a table, where entries share words too: at a word, each entry's longest."""
    phrases = _phrases(name, marked.text.language)
    tokens = marked.tokens
    for at, token in enumerate(tokens):
        best: dict[str, int] = {}
        for handle in token.handles:
            for words, entry in phrases.get(handle, ()):
                last = at if len(words) == 1 and handle[-1] != "*" else _reaches(tokens, at, words)
                if last is not None and last >= best.get(entry, at):
                    best[entry] = last
        for entry, last in sorted(best.items()):
            yield Mark(name, entry, at, last, token.start, tokens[last].end)


def _reaches(tokens: tuple[Token, ...], at: int, words: tuple[frozenset[str], ...]) -> int | None:
    """Index of the last token if the words stand here one after another in one sentence, hyphens between them or not."""
    where = at
    for n, sought in enumerate(words):
        if n:
            where += 1
            while where < len(tokens) and tokens[where].text in ("-", "‑", "–", "—"):
                where += 1
        if where >= len(tokens) or tokens[where].sentence != tokens[at].sentence or not _answers(tokens[where], sought):
            return None
    return where
