"""What only looks like a number? Sections, articles, telephones, times, numbers of lists, editions of codes, web addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kenes.claims.lexicon import table
from kenes.claims.numerals import DASHES, LONGEST, PIECE, Tree, Words, around, backwards, digits, forms, grow, power, spelled

__all__ = ["addresses", "code", "edition", "named", "names", "part_of_name"]

_ARC = re.compile(r"°\s?\d{1,2}(?:[.,]\d+)?\s?['′’](?:\s?\d{1,2}(?:[.,]\d+)?\s?[\"″”'’]{1,2})?")
_TARIFF = re.compile(r"\d{4}[ \u00a0]\d{2}(?:[ \u00a0]\d{2,3}){1,2}(?:[ \u00a0]\d)?(?!\d)")
_PHONE = re.compile(
    r"\+?\d{1,3}[ \u00a0-]?\(?\d{2,5}\)?(?:[ \u00a0-]\d{2,4}){2,4}(?!\d)|8[ -]\(?\d{3,4}\)?[ -]\d{2,3}[ -]\d{2}[ -]\d{2}(?!\d)"
)
_LIST_MARK = re.compile(r"(?:\d{1,2}\.)*\d{1,2}[.)]\s+(?=[^\W\d_]|[\"«“])")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}")


@cache
def _codes() -> tuple[Tree, Tree]:
    """Words before a number that make it a name, read backwards: as they stand, and in any letters."""
    rows = list(dict.fromkeys(table("numbers")["codes"]["before"]))
    exact = [row for row in rows if row != row.lower()]
    plain = [row for row in rows if row == row.lower()]
    return tuple(backwards((form, form) for row in rows for form in forms(row)) for rows in (exact, plain))  # type: ignore[return-value]


def _named(words: Words, at: int) -> bool:
    """Whether a word of the code table stands right before."""
    for tree_, texts in zip(_codes(), (words.texts, words.low), strict=True):
        now, where = tree_, at - 1
        while where >= 0 and words.paragraph[where] == words.paragraph[at]:
            after = now.next.get((texts[where], False))
            if after is None:
                break
            if after.meaning and not (words.glued(where) and words.texts[where - 1] in ".-"):  # the "S." of "U.S." is no bill
                return not (len(after.meaning[0]) > 3 and words.language == "ru" and _counted(words, at))
            now, where = after, where - 1
    return False


def _counted(words: Words, at: int) -> bool:
    """Whether the word behind a number is many of something: "главы 20 крупных компаний" are no chapters."""
    after = words.at(at + 1)
    return after.endswith(("ых", "их", "ов", "ев", "ей", "ий")) and words.texts[at + 1][0].islower()


@cache
def _known() -> dict[str, tuple[str, ...]]:
    return {known.split("-")[0].split("/")[0]: tuple(PIECE.findall(known)) for known in table("numbers")["codes"]["known"]}


def part_of_name(words: Words, at: int) -> int | None:
    """Index behind digits that are part of a name or a mark of the text: "Au-197", "H.R.1024", "22(3)", "[12]"; None: they are not."""
    content, start, end = words.content, words.starts[at], words.ends[at]
    before = content[start - 1] if start else "\n"
    if before.isspace():
        return None
    behind = content[start - 2] if start > 1 else "\n"
    if before.isalpha() or before == "_" or (before in "+/#" and behind.isalnum()):
        return _behind(words, at)
    if before in "-‑." and behind.isalpha() and not (words.texts[at - 1] in DASHES and _ties(words, at)):
        return _behind(words, at)
    if before == "(" and behind.isdecimal():
        return _behind(words, at)
    if before == "[" and content[end : end + 1] in ("]", ",", "-", "–"):
        return _behind(words, at)
    return None


def _ties(words: Words, at: int) -> bool:
    """Whether a word tied to a number by a hyphen is no name: "top-10", "5 млн-7 млн"."""
    return words.low[at - 2] in around("hyphen") or words.is_number(at - 3) or power(words, at - 2) is not None


def code(words: Words, at: int) -> int | None:
    """Index behind a run of digits that is no quantity: a code, a telephone, a time, a number of a list; None: it may be one."""
    content, start, end = words.content, words.starts[at], words.ends[at]
    if (known := _known().get(words.texts[at])) and tuple(words.texts[at : at + len(known)]) == known:
        return at + len(known)
    if len(words.texts[at]) > LONGEST:
        return at + 1
    if content[end : end + 1] == "°" and (found := _ARC.match(content, end)):
        return words.after(found.end(), at)
    ratio = _run(content, start, ".,")
    if content[ratio : ratio + 1] == ":" and content[ratio + 1 : ratio + 2].isdecimal():
        return words.after(_run(content, ratio, ":.,"), at)
    if len(words.texts[at]) == 4 and (found := _TARIFF.match(content, start)):
        return words.after(found.end(), at)
    if content[end : end + 1] == ")" and len(words.texts[at]) <= 2 and _item(words, at):
        return at + 2
    if not content[max(content.rfind("\n", max(0, start - 8), start) + 1, start - 8, 0) : start].strip(" \t"):
        at_line_start = start < 8 or "\n" in content[start - 8 : start]
        if at_line_start and (mark := _LIST_MARK.match(content, start)):
            return words.after(mark.end(), at)
    return _chain(words, at)


def _item(words: Words, at: int) -> bool:
    """Whether a number before a bracket counts the items of a list: "1) 25 Mt; 2) 30 Mt", "; (1) 5 Mt"."""
    if words.texts[at - 1 : at] == ["("] and at > 0:
        return at == 1 or words.texts[at - 2] in (";", ":", ".", ",")
    line = max(words.content.rfind("\n", max(0, words.starts[at] - 60), words.starts[at]), words.starts[at] - 60, 0)
    before = words.content[line : words.starts[at]]
    return before.count("(") <= before.count(")")


def edition(words: Words, at: int) -> bool:
    """Whether a year says which edition of a code is meant: "JORC 2012", "(JORC, 2012)"."""
    if len(words.texts[at]) != 4 or not 1900 <= int(words.texts[at]) <= 2099:
        return False
    before = at - 1
    while before > at - 3 and words.at(before) in (",", "(", "-", "code", "кодекс"):
        before -= 1
    return words.at(before) in _code_years() and words.paragraph[before] == words.paragraph[at]


@cache
def _code_years() -> frozenset[str]:
    return frozenset(word.lower() for word in table("numbers")["codes"]["years"])


def _behind(words: Words, at: int) -> int:
    """Index behind digits that stand in a name, with what is glued to them."""
    end = at + 1
    while end < len(words.texts) and words.glued(end) and (words.texts[end][0].isalnum() or words.texts[end] in "-./"):
        if words.texts[end] in "-./" and not (words.glued(end + 1) and words.is_number(end + 1)):
            break
        end += 1
    return end


def _run(content: str, at: int, signs: str) -> int:
    """Index behind digits and the given signs between them."""
    while at < len(content) and (content[at].isdecimal() or (content[at] in signs and content[at + 1 : at + 2].isdecimal())):
        at += 1
    return at


def _chain(words: Words, at: int) -> int | None:
    """Index behind a chain of digits that is a code or a telephone: "2846.90.80", "+7 (727) 250-12-34"."""
    content, start = words.content, words.starts[at]
    if (before := start and content[start - 1] == "+") or words.texts[at][0] in "78":
        found = _PHONE.match(content, start - 1 if before else start)
        if found and sum(sign.isdecimal() for sign in found.group()) >= 10 and ("-" in found.group() or "(" in found.group() or before):
            return words.after(found.end(), at)
    end = _run(content, start, ".,'’")
    if end > words.ends[at] and digits(words, at) is None:
        return words.after(_run(content, end, ".-"), at)
    return None


@cache
def _names_behind() -> Tree:
    return grow(((row, row) for row in table("numbers")["codes"]["after"]), dots=True)


def names(words: Words, at: int) -> bool:
    """Whether a word that makes a name of the number before it stands here: "19 U.S.C.", "22 бап", "10 a.m."."""
    return at < len(words.texts) and spelled(words, at, _names_behind()) is not None


def named(words: Words, at: int) -> int | None:
    """Index behind the numbers that a word such as "Article" or "ст." names, or None: "ст. 781, 782 и 783"."""
    if not _named(words, at):
        return None
    end = at
    while end < len(words.texts):
        end = words.after(_run(words.content, words.starts[end], ".,-–/"), end)
        if words.texts[end : end + 1] and words.glued(end) and words.texts[end][0].isalpha():
            end += 1
        ahead = end + 1
        if not (
            end < len(words.texts)
            and (words.texts[end] in ",–-" or words.low[end] in ("и", "and", "және", "to"))
            and words.is_number(ahead)
        ):
            break
        if words.paragraph[ahead] != words.paragraph[at] or len(words.texts[ahead]) > 4:
            break
        following = words.at(ahead + 1)
        if following and following[0].isalpha() and following not in ("и", "and", "of", "to", "және"):
            break
        end = ahead
    return end


def addresses(content: str) -> Iterator[tuple[int, int]]:
    """Characters of web addresses, whose digits are no numbers."""
    for found in _ADDRESS.finditer(content):
        yield found.start(), found.end()
