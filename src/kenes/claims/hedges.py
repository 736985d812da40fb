"""How sure is the text of a number? "About", "more than", "не менее", "астам": before it and behind it, in three languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kenes.claims.lexicon import table
from kenes.claims.numerals import Tree, Words, around, backwards, forms, grow, spelled

__all__ = ["after", "before", "changes"]


@cache
def _change() -> tuple[frozenset[str], tuple[str, ...]]:
    rows = table("numbers")["range"]["change"]
    return frozenset(row for row in rows if not row.endswith("*")), tuple(row[:-1] for row in rows if row.endswith("*"))


def changes(word: str) -> bool:
    """Whether a word says that something rose or fell."""
    whole, beginnings = _change()
    return word in whole or word.startswith(beginnings)


@cache
def _hedges_before() -> Tree:
    return backwards((form, hedge) for hedge, rows in table("numbers")["before"].items() for row in rows for form in forms(row))


@cache
def _hedges_after() -> Tree:
    return grow((row, hedge) for hedge, rows in table("numbers")["after"].items() for row in rows)


def before(words: Words, at: int, done: int, only: str | None = None, for_time: bool = False) -> tuple[str | None, int]:
    """The hedge that stands before a word, and the index of the first word of both."""
    for skip in (0, 1):
        if skip and not (at - 1 >= done and words.at(at - 1) in around("passed")):
            break
        now, where, best = _hedges_before(), at - 1 - skip, None
        while where >= max(done, 0) and words.paragraph[where] == words.paragraph[at]:
            after = now.next.get((words.low[where], False))
            if after is None:
                break
            if after.meaning:
                best = (after.meaning[0], where)
            now, where = after, where - 1
        if best is None:
            continue
        hedge, first = best
        word = words.low[first]
        alone = first == at - 1 - skip
        if hedge == "up to" and (
            words.at(first - 1) in around("adds") or (word == "до" and _changed(words, first, range(first - 4, first)))
        ):
            return None, at
        if (alone and skip and word in around("weak")) or (only and hedge != only) or (for_time and alone and word in ("over", "до")):
            return None, at
        return hedge, first
    return None, at


def after(words: Words, at: int) -> tuple[str, int] | None:
    """The hedge that stands behind a word, and the index behind it."""
    if at >= len(words.texts) or words.sentence[at] != words.sentence[at - 1]:
        return None
    if words.texts[at] == "+" and words.glued(at) and not words.is_number(at + 1):
        return "at least", at + 1
    if words.language == "en" and words.low[at] == "plus":
        return None
    found = spelled(words, at, _hedges_after())
    if found is None:
        return None
    if words.language == "kk":
        rows, last = table("numbers")["range"], words.low[at - 1]
        asks = _begins(words, at, rows["kk_ablative"]), _begins(words, at, rows["kk_dative"])
        if asks[0] and not last.endswith(tuple(rows["kk_from"])):
            return None
        if asks[1] and last[0].isalpha() and not last.endswith(("ға", "ге", "қа", "ке", "на", "не")):
            return None
    if found[0] == "up to" and words.language == "kk" and _changed(words, at, range(found[1], found[1] + 3)):
        return None
    return found


def _changed(words: Words, at: int, around: range) -> bool:
    """Whether a word near by says that something rose or fell: its end is no bound."""
    return any(0 <= n < len(words.low) and words.sentence[n] == words.sentence[at] and changes(words.low[n]) for n in around)


def _begins(words: Words, at: int, stems: Iterable[str]) -> bool:
    """Whether a word begins with one of these."""
    return words.low[at].startswith(tuple(stems))
