"""Who says what? Verbs of speech with their subjects, "according to", and direct speech, in three languages."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kenes.claims import tokens as words
from kenes.claims.lexicon import table
from kenes.claims.sites import Reading
from kenes.claims.voices import ARTICLES, QUOTES, STOPS, Hall, Mention

__all__ = ["Spoken", "speakers"]

_FINITE = re.compile("(?:л|ла|ло|ли|лся|лась|лось|лись|ет|ит|ют|ут|ят|ат|ем|им)$")
_PLURAL = re.compile("(?:ли|лись|ют|ут|ят|ат|ются|ятся)$")
_BREAKS = frozenset(',;:—–-()«»“”„"')
_BE = frozenset(("is", "are", "was", "were", "be", "been", "being", "not"))
_OPENING = frozenset('-–—«“"')
_MOST_SENTENCES = 12
"""Sentences over which a speech goes on without its speaker being named again."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """That someone says something.

    name                 : who, as the text has it; a pronoun, a bare surname or an office stand for the fuller name the text gives
    start, end           : where the words that name the speaker stand
    said_start, said_end : what is said
    """

    name: str
    start: int
    end: int
    said_start: int
    said_end: int


class _Ear(Hall):
    """Hears who speaks."""

    # --------------------------------------------------------------------------------------------------------- speaking

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        """First and last token of each sentence."""
        found: list[tuple[int, int]] = []
        for n, token in enumerate(self.tokens):
            while len(found) <= token.sentence:
                found.append((n, n))
            found[token.sentence] = (found[token.sentence][0], n)
        return found

    def sentence(self, n: int) -> tuple[int, int]:
        """First and last token of the sentence of a token."""
        return self._bounds[self.tokens[n].sentence]

    def within(self, first: int, last: int) -> list[Mention]:
        """Mentions that stand wholly between two tokens."""
        if first > last:
            return []
        left, right = bisect_left(self._firsts, first), bisect_right(self._firsts, last)
        return [one for one in self.mentions[left:right] if one.last <= last]

    @cached_property
    def _firsts(self) -> list[int]:
        return [one.first for one in self.mentions]

    @cached_property
    def acts(self) -> list[tuple[Mention, int, bool]]:
        """Everyone who speaks, see `heard`."""
        return list(self.heard())

    def heard(self) -> Iterator[tuple[Mention, int, bool]]:
        """Everyone who speaks: who, at which token it is said that they speak, and whether what they say stands before the verb."""
        for first, last in sorted((*self.marks.get("verb", {}).items(), *self.marks.get("verb_base", {}).items())):
            found = {"en": self._english, "ru": self._russian, "kk": self._kazakh}[self.language](first, last)
            if found is not None:
                yield found[0], first, found[1]
        for first, last in self.marks.get("told", {}).items():
            start, end = self.sentence(first)
            if (inside := self._in_a_body(first, last, start, end + 1)) is not None:
                author = next((one for one in self.within(inside.last + 1, inside.last + 3) if one.sort == "person"), inside)
                yield author if author.start == inside.last + 1 else inside, first, True
        for first, last in self.marks.get("by", {}).items():
            _, end = self.sentence(first)
            stop = next((n for n in range(last + 1, end + 1) if self.stops(n) and self.tokens[n].text not in QUOTES), end + 1)
            near = [one for one in self.within(last + 1, stop - 1) if one.start - last <= 4 and one.sort not in ("he", "they")]
            if near:
                yield self._apposed(near[0], end), first, True
        for first, last in self.marks.get("by_him", {}).items():
            yield Mention("he", first, first, last, last), first, True
        for first, _ in self.marks.get("behind", {}).items():
            before = [one for one in self.within(self.sentence(first)[0], first - 1) if first - one.last <= 2]
            if before:
                yield before[-1], first, True

    def _apposed(self, one: Mention, end: int) -> Mention:
        """The person whose office a mention is, where the name follows behind commas: "главы палаты, координатора миссии Хуша Чокси"."""
        if one.sort != "role" or one.last + 1 > end or self.tokens[one.last + 1].text != ",":
            return one
        for other in self.within(one.last + 2, end):
            if other.start != one.last + 2 or other.sort not in ("role", "person"):
                return one
            return other if other.sort == "person" else self._apposed(other, end)
        return one

    def _russian(self, first: int, last: int) -> tuple[Mention, bool] | None:
        verb = self.tokens[last].text.lower() if first == last else self.tokens[first].text.lower()
        if words.CYRILLIC.search(verb) and not _FINITE.search(verb):
            return None
        start, end = self.sentence(first)
        before = first - 1
        while before >= start and self.tokens[before].text.lower() in table("speech")["skip"]["ru"]:
            before -= 1
        opens = (
            before < start
            or self.tokens[before].text in _BREAKS
            or self.tokens[before].text.lower() in ("и", "а", "но", "как", "что", "тем", "об", "этом")
        )
        stop = next((n for n in range(last + 1, end + 1) if self.stops(n) or self.tokens[n].text == "что"), end + 1)
        right = [one for one in self.within(last + 1, stop - 1) if self.subject(one, verb) and not self._governed(one)]
        right = [one for one in right if one.sort != "state" or one.start == last + 1]
        if opens and right:
            return right[0], True
        if (inside := self._in_a_body(first, last, start, stop)) is not None and _PLURAL.search(verb):
            return inside, opens
        left = self._left(first, start, verb)
        if left is not None:
            return left, False
        return (right[0], True) if right and opens else None

    def _governed(self, one: Mention) -> bool:
        """Whether a preposition stands before a mention, so that it is no subject."""
        before = self.tokens[one.start - 1].text.lower() if one.start else ""
        return before in (
            "в",
            "во",
            "на",
            "о",
            "об",
            "к",
            "с",
            "со",
            "для",
            "от",
            "из",
            "у",
            "за",
            "по",
            "при",
            "перед",
            "между",
            "через",
            "про",
            "без",
            "над",
            "под",
        )

    def _in_a_body(self, first: int, last: int, start: int, stop: int) -> Mention | None:
        """The body in which something is said: "сообщили в министерстве", "в компании отметили"."""
        for one in (*self.within(last + 1, stop - 1), *reversed(self.within(max(start, first - 12), first - 1))):
            opening = one.start - 1 if one.start and self.tokens[one.start - 1].text not in QUOTES else one.start - 2
            inside = opening >= 0 and self.tokens[opening].text.lower() in ("в", "во", "на")
            if one.sort == "body" and inside and (0 < one.start - last <= 4 or 0 < first - one.last <= 2):
                return one
        return None

    def _left(self, at: int, start: int, verb: str) -> Mention | None:
        """The subject before a Russian verb: in its own clause, else before an apposition that a comma closes."""
        stop = at
        for _ in range(3):
            begin = stop
            while begin > start and not self.stops(begin - 1) and self.tokens[begin - 1].text != "что":
                begin -= 1
            found = [one for one in self.within(begin, stop - 1) if self.subject(one, verb) and not self._governed(one)]
            found = [one for one in found if one.sort != "state" or one.last == at - 1]
            people = [one for one in found if one.sort in ("person", "he", "they")]
            if found:
                lead = found[0]
                if lead.sort != "person" and people and people[0].start <= lead.last + 1:
                    return people[0]
                return lead
            if begin <= start or self.tokens[begin - 1].text != "," or (stop != at and begin == stop):
                return None
            stop = begin - 1
        return None

    def _english(self, first: int, last: int) -> tuple[Mention, bool] | None:
        start, end = self.sentence(first)
        before = first - 1
        skip = table("speech")["skip"]["en"]
        while before >= start and (self.tokens[before].text.lower() in skip or self.tokens[before].text.isdecimal()):
            before -= 1
        if before >= start and self.tokens[before].text.lower() in _BE:
            by = next((n for n in range(last + 1, min(end, last + 12)) if self.tokens[n].text == "by"), None)
            doers = [one for one in self.within(by + 1, end) if one.start - by <= 3 and one.sort != "state"] if by is not None else []
            return (doers[0], True) if doers else None
        left = next((one for one in self.within(start, before) if one.last == before), None)
        if left is not None and (
            first not in self.marks.get("verb_base", {})
            or self.tokens[left.last].text.endswith(("s", "ey", "data", "media"))
            or " and " in self.text(left.first, left.last)
        ):
            return self._whole(left, start), False
        quoted = before >= start and self.tokens[before].text in STOPS
        after = [one for one in self.within(last + 1, end) if one.start - last <= 2]
        if quoted and after:
            behind = after[0].last + 1
            if (
                behind > end
                or self.tokens[behind].text in STOPS
                or self.tokens[behind].text in ("in", "on", "at", "during", "after", "while")
            ):
                return after[0], True
        if before >= start and self.tokens[before].text == ",":
            opening = next((n for n in range(before - 1, start - 1, -1) if self.tokens[n].text == ","), None)
            if opening is not None:
                between = [one for one in self.within(opening + 1, before - 1) if one.sort == "person" and one.last == before - 1]
                if between and between[0].start == opening + 1 and any(one.last == opening - 1 for one in self.within(start, opening)):
                    return between[0], False  # "the chief geologist, John Smith, estimates"
                apposed = [one for one in self.within(start, opening - 1) if one.last == opening - 1 and one.sort in ("person", "body")]
                if apposed:
                    return apposed[0], False
            named = [
                one
                for one in self.within(start, before - 1)
                if one.sort == "person" and self.tokens[one.start].start == self.tokens[start].start
            ]
            if named:
                return named[0], False
        return None

    def _whole(self, one: Mention, start: int) -> Mention:
        """The speaker of whom a mention is only the last part: "a spokesman for the ministry"."""
        for other in self.within(max(start, one.first - 8), one.first - 1):
            gap = [token.text.lower() for token in self.tokens[other.last + 1 : one.start]]
            if (
                other.sort == "role"
                and one.sort == "body"
                and gap
                and gap[0] in ("of", "for", "at", "from")
                and all(word in ARTICLES for word in gap[1:])
            ):
                return Mention("role", other.start, other.first, one.last, other.head)
        return one

    def _kazakh(self, first: int, last: int) -> tuple[Mention, bool] | None:
        start, end = self.sentence(first)
        after = [one for one in self.within(last + 1, end) if one.start - last <= 3]
        if after and (self.subject(after[0]) or after[0].sort == "he"):
            return after[0], True
        left = [one for one in self.within(start, first - 1) if self.subject(one) or one.sort == "he"]
        people = [one for one in left if one.sort == "person"]
        if left and left[0].sort != "person" and people and people[0].start <= left[0].last + 1:
            return people[0], False
        return (left[0], False) if left else None

    # --------------------------------------------------------------------------------------------------------- what is said

    @cached_property
    def speeches(self) -> list[tuple[int, int]]:
        """Direct speech: where quotation marks open and close around more than a name."""
        content, found = self.marked.text.content, []
        for pattern in (r"«[^«»]{25,3000}»", r"“[^“”]{25,3000}”", r"„[^„“”]{25,3000}[“”]", r"(?<![\w])\"(?=\w)[^\"]{25,3000}\""):
            found += [match.span() for match in re.finditer(pattern, content)]
        rows: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if not rows or start >= rows[-1][1]:
                rows.append((start, end))
        return rows

    def _around(self, start: int, end: int) -> tuple[int, int]:
        """Characters from a start to an end with all of every direct speech that overlaps them."""
        at = bisect_left(self.speeches, (start, 0))
        if at and self.speeches[at - 1][1] > start:
            start = self.speeches[at - 1][0]
        at = bisect_left(self.speeches, (end, 0))
        return start, max(end, self.speeches[at - 1][1]) if at else end

    def said(self, n: int, before: bool) -> tuple[int, int]:
        """What is said where a token tells that someone speaks: the sentence, and all of the direct speech that begins or ends in it."""
        first, last = self.sentence(n)
        start, end = self._around(self.tokens[first].start, self.tokens[last].end)
        return start, self._goes_on(last, end) if before else end

    def _goes_on(self, last: int, end: int) -> int:
        """Where a speech ends that goes on behind the sentence that names its speaker, in sentences with a dash or quotation mark first."""
        at = last + 1
        for _ in range(_MOST_SENTENCES):
            if at >= len(self.tokens) or self.tokens[at].paragraph != self.tokens[last].paragraph:
                break
            first, stop = self.sentence(at)
            if self.tokens[first].text not in _OPENING or self.tokens[first].sentence in self._told:
                break
            end, at = max(end, self._around(self.tokens[first].start, self.tokens[stop].end)[1]), stop + 1
        return end

    @cached_property
    def _told(self) -> frozenset[int]:
        """Sentences in which someone is told to speak."""
        return frozenset(self.tokens[at].sentence for _, at, _ in self.acts)


def _parted(rows: Sequence[tuple[Mention, int, bool]], hall: _Ear) -> Iterator[Spoken]:
    """What each says; where one sentence has two speakers before their verbs, the second's words begin with the name."""
    by_sentence: dict[int, list[tuple[Mention, int, bool]]] = {}
    for row in rows:
        by_sentence.setdefault(hall.tokens[row[1]].sentence, []).append(row)
    for some in by_sentence.values():
        some.sort(key=lambda row: row[1])
        for place, (who, at, before) in enumerate(some):
            start, end = hall.said(at, before)
            following = next((other for other in some[place + 1 :] if not other[2] and other[0].start > at), None)
            if following is not None and following[0].first != who.first:
                end = min(end, hall.tokens[following[0].start].start)
            if place and not before and who.start > some[place - 1][1]:
                start = hall.tokens[who.start].start
            if not (name := hall.named(who)):
                continue  # a pronoun, and nobody is named before it
            yield Spoken(name, hall.tokens[who.first].start, hall.tokens[who.last].end, start, end)


def speakers(reading: Reading) -> list[Spoken]:
    """Who says what, in the order of the text."""
    hall = _Ear(reading)
    found = list(dict.fromkeys(_parted(hall.acts, hall)))
    return sorted(found, key=lambda one: (one.said_start, one.start))
