"""Who is there that may speak? People, offices, companies and bodies of a text, and whom a pronoun or a bare surname means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kenes.claims import tokens as words
from kenes.claims.alike import folds
from kenes.claims.lexicon import every, table
from kenes.claims.sites import Reading, capital, parses
from kenes.claims.terms import Named

__all__ = ["ARTICLES", "QUOTES", "STOPS", "Hall", "Mention"]

STOPS = frozenset(',;:—–()«»“”„".!?')
"""Signs that part clauses."""
QUOTES = frozenset('«»“”„"')
ARTICLES = frozenset(("the", "a", "an", "this", "that", "its", "their", "his", "her", "our", "one", "another", "some"))
"""English words that may stand before an office or a body and are no part of its name."""
_GENDERS = (("ло", "neut"), ("лось", "neut"), ("ла", "femn"), ("лась", "femn"), ("л", "masc"), ("лся", "masc"))
_GENITIVE = re.compile("[ндт][ыі]ң$")
_KAZAKH_CASE = re.compile("(?:[ндт][ыі]ң|ға|ге|қа|ке|[ндт][ыі]|да|де|та|те|нда|нде|[дтн]ан|[дтн]ен|[мбп]ен)$")
_MOST = 4
"""Words of a person's name."""
_FAR = 60
"""Mentions over which a pronoun or an office reaches back."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone who may speak.

    sort        : "person", "role", "body", "state", "he" or "they"
    first, last : tokens of the name; ``start``: the first token of all that belongs to it, such as an office before a name
    head        : the token by whose ending its case is told
    """

    sort: str
    start: int
    first: int
    last: int
    head: int


class Hall:
    """A text's words as a listener needs them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.marked = reading.marked
        self.tokens = reading.marked.tokens
        self.language = reading.marked.text.language
        self.marks: dict[str, dict[int, int]] = {}
        reach: dict[str, int] = {}
        for mark in every(reading.marked, "speech"):
            if mark.first > reach.get(mark.name, -1):  # none within another of its entry
                reach[mark.name] = mark.last
                self.marks.setdefault(mark.name, {})[mark.first] = mark.last

    def stops(self, n: int) -> bool:
        """Whether a token parts clauses; a point within "Forbes.kz" does not."""
        token = self.tokens[n]
        if token.text == "." and n + 1 < len(self.tokens):
            return self.tokens[n + 1].start != token.end and not (n and len(self.tokens[n - 1].text) == 1 and capital(self.tokens[n - 1]))
        return token.text in STOPS and n not in self._round_names

    @cached_property
    def _round_names(self) -> frozenset[int]:
        """Quotation marks around names."""
        return frozenset(n for first, last in self.reading.quoted.items() for n in (first - 1, last + 1))

    def text(self, first: int, last: int) -> str:
        """Words as they stand."""
        return " ".join(self.marked.text.content[self.tokens[first].start : self.tokens[last].end].split())

    def nominative(self, n: int, name: bool = False) -> bool:
        """Whether a word may be the subject of a verb, by its case; a name (else it is none) stands in the singular."""
        word = self.tokens[n].text
        if self.language == "en" or word.isascii():
            return True
        if self.language == "kk":
            return self._kazakh_nominative(n)
        cases = {parse.case for parse in parses(word) if parse.case and not (name and "plur" in parse.tags)}
        return not cases or "nomn" in cases

    def _kazakh_nominative(self, n: int) -> bool:
        """Whether a Kazakh word bears no ending of a case; "президенті" is a possessive, as the known word before its ending tells."""
        low = self.tokens[n].text.lower()
        base = max((key for key in self.tokens[n].keys & self._kazakh_words if low.startswith(key)), key=len, default=None)
        return not _KAZAKH_CASE.search(low) if base is None else low[len(base) :] in table("speech")["plain"]["possessive"]

    @cached_property
    def _kazakh_words(self) -> frozenset[str]:
        raw = table("speech")
        return frozenset(
            word
            for kind in ("person", "body")
            for one in ("kk", "ru")
            for phrase in raw[kind][one]
            for word in phrase.replace("-", " ").split()
        )

    def subject(self, one: Mention, verb: str = "") -> bool:
        """Whether someone may be the subject of a verb, by case and by the gender of a Russian past tense."""
        wanted = next((gender for ending, gender in _GENDERS if verb.endswith(ending)), None) if self.language == "ru" else None
        if one.sort in ("person", "role"):
            own = self._genders(one) if one.sort == "person" else frozenset()
            if wanted == "neut" or (wanted and own and wanted not in own):
                return False
        elif one.sort == "body" and wanted and not self.tokens[one.head].text.isascii() and wanted not in self._kinds(one.head):
            return False
        if one.sort != "person":
            return self.nominative(one.head)
        return all(
            self.nominative(n, name=True) for n in range(one.first, one.last + 1) if self.tokens[n].word and len(self.tokens[n].text) > 1
        )

    def _cases(self, n: int) -> frozenset[str]:
        return frozenset(parse.case for parse in parses(self.tokens[n].text) if parse.case)

    def _kinds(self, n: int) -> frozenset[str]:
        """Genders that a Russian noun may have; of one that is in no dictionary any."""
        readings = parses(self.tokens[n].text)
        found = frozenset(parse.gender for parse in readings if parse.gender and parse.known)
        return found or frozenset(("masc", "femn", "neut"))

    def case(self, n: int, case: str) -> bool:
        """Whether a Russian word may stand in a case ("gent", "loct", ...)."""
        return case in self._cases(n)

    def _genders(self, one: Mention) -> frozenset[str]:
        """Genders that the dictionary gives the words of a person's name; none: it knows none of them."""
        readings = [parse for n in range(one.first, one.last + 1) for parse in parses(self.tokens[n].text) if parse.known]
        names = [parse for parse in readings if {"Name", "Patr"} & parse.tags and "sing" in parse.tags]
        return frozenset(parse.gender for parse in names if parse.gender)

    # ------------------------------------------------------------------------------------------------------- mentions

    @cached_property
    def subjects(self) -> dict[int, Named]:
        """Companies, bodies and sites by every token of theirs."""
        return {n: row for row in self.reading.subjects for n in range(row.first, row.last + 1)}

    @cached_property
    def mentions(self) -> list[Mention]:
        """All who may speak, in the order of the text."""
        people = list(self._people())
        named = {n for one in people for n in range(one.start, one.last + 1)}
        rest = [*self._offices(), *self._bodies(), *self._pronouns(), *self._states()]
        rows: list[Mention] = []
        for one in sorted(
            (one for one in rest if not named & set(range(one.start, one.last + 1))), key=lambda row: (row.start, -row.last, row.sort)
        ):
            if not rows or one.start > rows[-1].last:
                rows.append(one)
        return sorted([*people, *rows], key=lambda row: row.first)

    def _name_word(self, n: int) -> bool:
        token = self.tokens[n]
        if not capital(token) or n in self.subjects or n in self.reading.goods or n in self.reading.places:
            return False
        if (len(token.text) > 1 and token.text.isupper()) or token.text.lower() in ARTICLES:
            return False
        if (
            n in self.marks.get("he", {})
            or n in self.marks.get("they", {})
            or n in self._office_words
            or token.text.lower() in table("speech")["plain"]["titles"]
            or "NPRO" in words.speech(token.text)
        ):
            return False
        if not self.reading.begins(n):
            return True
        return not self.reading.ordinary(n) and (self.language != "kk" or self._surname(n))

    def _surname(self, n: int) -> bool:
        """Whether a word that begins a Kazakh sentence may be a person's: no dictionary tells what else it may be."""
        low = _GENITIVE.sub("", self.tokens[n].text.lower())
        if n + 1 < len(self.tokens) and capital(self.tokens[n + 1]):
            return True
        readings = parses(low)
        return low.endswith(tuple(table("sites")["surname"]["endings"])) or bool(readings and {"Surn", "Name"} & readings[0].tags)

    @cached_property
    def _office_words(self) -> frozenset[int]:
        rows = [*self.marks.get("person", {}).items(), *self.marks.get("body", {}).items()]
        return frozenset(n for first, last in rows for n in range(first, last + 1))

    def _people(self) -> Iterator[Mention]:
        """Names of people: words with capitals that name nothing else, initials and particles among them."""
        at = 0
        while at < len(self.tokens):
            if not self._name_word(at):
                at += 1
                continue
            first = last = at
            while True:
                step = last + 1
                while (
                    step < len(self.tokens)
                    and self.tokens[step].text in ("-", ".", "‑")
                    and self.tokens[step].start == self.tokens[step - 1].end
                ):
                    if self.tokens[step].text == "." and len(self.tokens[step - 1].text) > 2:
                        break
                    step += 1
                if step < len(self.tokens) and self.tokens[step].text in table("speech")["plain"]["particles"]:
                    step += 1
                if step >= len(self.tokens) or self.tokens[step].sentence != self.tokens[first].sentence or not self._name_word(step):
                    break
                if self.tokens[step].text.isascii() != self.tokens[first].text.isascii():
                    break
                last = step
            mixed = (
                last + 1 < len(self.tokens)
                and self.tokens[first].text.isascii()
                and self.language == "ru"
                and self.reading.joined(last + 1)
            )
            if mixed and self._name_word(last + 1) and not self.tokens[last + 1].text.isascii():
                at = last + 1  # "аналитик Fitch Solutions Джон Смит": the firm belongs to the office
                continue
            if (
                self.language == "en"
                and first == last
                and first > 1
                and self.tokens[first - 1].text in ("of", "for", "at", "from")
                and first - 2 in self._office_words
            ):
                at = last + 1
                continue
            if self._behind_a_body(first, last) or self.tokens[last].text[-2:] in ("'s", "’s"):
                at = last + 1
                continue
            if sum(self.tokens[n].word for n in range(first, last + 1)) <= _MOST + 1:
                start = self._office_before(first)
                yield Mention("person", start, first, last, last)
            at = last + 1

    def _behind_a_body(self, first: int, last: int) -> bool:
        """Whether a name is that of the newspaper or agency before it: "издание Forbes.kz", "агентство «Интерфакс»"."""
        before = first - 2 if first > 1 and self.tokens[first - 1].text in QUOTES else first - 1
        if (
            self.language != "ru"
            or not self.reading.joined(first)
            or self.tokens[before].keys.isdisjoint(table("speech")["plain"]["titled"])
        ):
            return False
        return self.tokens[first].text.isascii() or first == last

    def _office_before(self, first: int) -> int:
        """The first token of an office that stands before a name: "президент США", "chief executive"."""
        at = first
        while at > 0 and self.reading.joined(at) and self._in_an_office(at - 1):
            at -= 1
        offices = [n for n in range(at, first) if n in self.marks.get("person", {})]
        if not offices:
            return first
        if self.language != "ru":
            return offices[0]
        start = offices.pop()
        while offices and self.case(start, "gent"):  # "заместитель министра": one office, not two
            start = offices.pop()
        while start > at and "ADJF" in words.speech(self.tokens[start - 1].text) and self._cases(start - 1) & self._cases(start):
            start -= 1
        return start

    def _in_an_office(self, n: int) -> bool:
        """Whether a word may stand between an office and a name behind it: "директор | департамента по недрам | Иванов"."""
        token = self.tokens[n]
        if n in self._office_words or n in self.subjects or n in self.reading.places:
            return True
        if not token.word or token.text in table("speech")["plain"]["joints"]:
            return n > 0 and self.tokens[n - 1].word and (token.text == "-" or token.word)
        if self.language == "ru" and token.text[0].islower():
            return bool(words.speech(token.text) & {"NOUN", "ADJF"})
        return self.language != "en" and capital(token) and token.text.isascii()

    def _offices(self) -> Iterator[Mention]:
        for first, last in self.marks.get("person", {}).items():
            yield from self._phrase("role", first, last)

    def _bodies(self) -> Iterator[Mention]:
        seen: set[int] = set()
        for row in self.subjects.values():
            if row.first not in seen and row.sort in ("company", "body"):
                seen.add(row.first)
                yield from self._phrase("body", row.first, row.last, row)
        for first, last in self.marks.get("body", {}).items():
            if first not in self.subjects:
                yield from self._phrase("body", first, last)

    def _phrase(self, sort: str, first: int, last: int, known: Named | None = None) -> Iterator[Mention]:
        """An office or a body with the words that belong to it."""
        head = last if known is None else self._head(first, last)
        start = first
        if self.language == "kk":
            while start > 0 and self.reading.joined(start) and self._belongs_before(start - 1):
                start -= 1
            yield Mention(sort, start, start, last, last)
            return
        if known is None or self.language == "ru":
            while start > 0 and self.reading.joined(start) and first - start < 3 and self._describes(start - 1, head):
                start -= 1
        if known is None and sort == "body":
            last = self.subjects[last + 1].last if last + 1 in self.subjects and self.reading.joined(last + 1) else self._title(last)
        while last + 1 < len(self.tokens) and self.reading.joined(last + 1):
            step = self._belongs(last + 1)
            if step is None:
                break
            last = step
        yield Mention(sort, start, start, last, head)

    def _title(self, last: int) -> int:
        """The last token of the name of a newspaper or an agency behind that word: "издание Forbes.kz", "газета «Известия»"."""
        step = last + 1
        if (
            step + 1 < len(self.tokens)
            and self.reading.joined(step)
            and self.tokens[step].text in QUOTES
            and step + 1 in self.reading.quoted
        ):
            return self.reading.quoted[step + 1] + 1
        titled = not self.tokens[last].keys.isdisjoint(table("speech")["plain"]["titled"])
        if not titled or step >= len(self.tokens) or not capital(self.tokens[step]) or step in self.reading.places:
            return last
        while (
            step + 1 < len(self.tokens)
            and self.tokens[step + 1].start == self.tokens[step].end
            and self.tokens[step + 1].text not in STOPS - {"."}
        ):
            step += 1
        return step if self.tokens[step].word else step - 1

    def _head(self, first: int, last: int) -> int:
        """The noun by which a name of several words is declined: the first that is no adjective."""
        if self.language != "ru":
            return last
        return next((n for n in range(first, last + 1) if "ADJF" not in words.speech(self.tokens[n].text)), last)

    def _describes(self, n: int, head: int) -> bool:
        """Whether a word before an office or body is part of it: an adjective, or in English any plain word behind the article."""
        token = self.tokens[n]
        if not token.word:
            return token.text == "-" and n > 0 and self.tokens[n - 1].word
        if self.language == "ru":
            return (
                bool(words.speech(token.text) & {"ADJF"})
                and not words.speech(token.text) & {"NOUN", "NPRO"}
                and bool(self._cases(n) & self._cases(head))
            )
        if (
            n in self.subjects
            or (n in self.reading.places and self.reading.places[n].sort == "adjective")
            or token.text[-2:] in ("'s", "’s")
        ):
            return True
        return token.text.islower() and token.text not in ARTICLES and token.text not in self._plain and n not in self.marks.get("verb", {})

    @cached_property
    def _plain(self) -> frozenset[str]:
        return frozenset(table("speech")["plain"]["en_words"])

    def _belongs(self, n: int) -> int | None:
        """The last token of what belongs to an office or body behind it: "президент | Торговой палаты США", "head | of the agency"."""
        token = self.tokens[n]
        if n in self.subjects:
            row = self.subjects[n]
            return (
                row.last
                if self.language == "en"
                or not self.nominative(self._head(row.first, row.last))
                or self.case(self._head(row.first, row.last), "gent")
                else None
            )
        if self.language == "ru":
            if n in self.reading.places and self.reading.places[n].sort != "adjective":
                return self.reading.places[n].last
            kinds = words.speech(token.text)
            if (
                token.word
                and not capital(token)
                and kinds & {"NOUN", "ADJF"}
                and not kinds & {"VERB", "PREP", "CONJ", "ADVB"}
                and self.case(n, "gent")
            ):
                return n
            if token.text in ("и", "по", "-") and n + 1 < len(self.tokens) and self.reading.joined(n + 1):
                following = self.tokens[n + 1]
                fits = words.speech(following.text) & {"NOUN", "ADJF"} and not capital(following)
                return (
                    n + 1
                    if fits
                    and (self.case(n + 1, "gent") if token.text == "и" else self.case(n + 1, "datv"))
                    and not (token.text == "и" and n - 1 in self._office_words)
                    else None
                )
            return None
        if token.text in ("of", "for", "at", "from") and n + 1 < len(self.tokens):
            step = n + 1
            while step < len(self.tokens) and self.tokens[step].text.lower() in ARTICLES:
                step += 1
            if step in self.subjects:
                return self.subjects[step].last
            if step in self.reading.places:
                return self.reading.places[step].last
            if step in self.marks.get("body", {}):
                return self.marks["body"][step]
            last = step
            while last < len(self.tokens) and capital(self.tokens[last]) and self.reading.joined(last):
                last += 1
            return last - 1 if last > step else None
        return None

    def _belongs_before(self, n: int) -> bool:
        """Whether a Kazakh word belongs to the office or body behind it: a genitive, a country, another body."""
        token = self.tokens[n]
        if (
            token.text == "-"
            or n in self._round_names
            or any(first <= n <= last for first, last in self.reading.quoted.items() if last - first < 4)
        ):
            return True
        if not token.word or n in self.marks.get("verb", {}):
            return False
        if capital(token) and not self.reading.begins(n):
            return True
        return (
            n in self.subjects
            or n in self.reading.places
            or token.text.isascii()
            or n in self._office_words
            or bool(_GENITIVE.search(token.text))
            or token.text.endswith(("лық", "лік", "дық", "дік", "тық", "тік"))
        )

    def _states(self) -> Iterator[Mention]:
        """Countries and capitals: they speak only where the verb stands next to them."""
        seen = -1
        for row in self.reading.places.values():
            if row.first > seen and row.sort in ("country", "capital") and row.first not in self.subjects:
                seen = row.last
                yield Mention("state", row.first, row.first, row.last, row.last)

    def _pronouns(self) -> Iterator[Mention]:
        for kind in ("he", "they"):
            for first, last in self.marks.get(kind, {}).items():
                yield Mention(kind, first, first, last, last)

    # ------------------------------------------------------------------------------------------------------ who is who

    @cached_property
    def full(self) -> dict[str, str]:
        """Fullest name of a person by the sound of the surname, from names that stand as subjects."""
        found: dict[str, str] = {}
        for one in self.mentions:
            parts = [n for n in range(one.first, one.last + 1) if self.tokens[n].word]
            if one.sort != "person" or not all(self.nominative(n, name=True) for n in parts):
                continue
            name = self.text(one.first, one.last)
            for fold in folds(self.tokens[one.last].text, self.language):
                if len(name) > len(found.get(fold, "")):
                    found[fold] = name
        return found

    def named(self, one: Mention) -> str:
        """Name of a speaker: the fuller that the text gives of a person, the person who holds an office named before."""
        if one.sort in ("he", "they"):
            return self._meant(one)
        name = self.text(one.first, one.last)
        if self.language == "kk":
            name = _GENITIVE.sub("", name)
        if one.sort == "person":
            fuller = max(
                (self.full[fold] for fold in folds(self.tokens[one.last].text, self.language) if fold in self.full), key=len, default=""
            )
            return fuller if len(fuller.split()) >= len(name.split()) else name
        if one.sort == "role" and (holder := self._holder(one)) is not None:
            return holder
        return name

    def _meant(self, one: Mention) -> str:
        """Whom a pronoun means: the last person, or body, named before it."""
        before = self._before(one, ("person",) if one.sort == "he" else ("body", "role"))
        gender = {"он": "masc", "она": "femn"}.get(self.tokens[one.first].text.lower())
        if gender:
            before = [other for other in before if gender in (self._genders(other) or {gender})]
        if not before:
            return ""
        subject = [other for other in before[-4:] if self.subject(other)]
        return self.named((subject or before)[-1])

    def _office(self, one: Mention, last: int) -> frozenset[str]:
        """Words of an office, by sound."""
        plain = (
            token
            for token in self.tokens[one.start : last + 1]
            if token.word and len(token.text) > 1 and token.text.lower() not in ARTICLES
        )
        return frozenset(min(folds(token.text, self.language)) if token.text.isupper() else min(token.keys) for token in plain)

    def _holder(self, one: Mention) -> str | None:
        """The person whom the text has named with this office before; an office of one word may be anyone's."""
        own = self._office(one, one.last)
        people = self._before(one, ("person",))
        if not self.tokens[one.head].keys.isdisjoint(table("speech")["plain"]["anyone"]) and not self._several(one.head):
            bodies = self._bodies_of(one.start, one.last)
            return next((name for other in reversed(people) if bodies & self.served.get(name := self.named(other), set())), None)
        if len(own) < 2:
            return None
        held = [other for other in people if other.start < other.first]
        return next((self.named(other) for other in reversed(held) if own <= self._office(other, other.first - 1)), None)

    def _several(self, n: int) -> bool:
        """Whether a noun stands in the plural."""
        word = self.tokens[n].text.lower()
        if self.language != "ru":
            return word.endswith("s") if self.language == "en" else "дер" in word or "лер" in word
        return not any("sing" in parse.tags for parse in parses(word))

    def _bodies_of(self, first: int, last: int) -> set[str]:
        """Companies and bodies named among some words."""
        return {row.name for n in range(first, last + 1) if (row := self.subjects.get(n)) is not None and row.sort != "deposit"}

    @cached_property
    def served(self) -> dict[str, set[str]]:
        """Companies and bodies that people are said to serve."""
        found: dict[str, set[str]] = {}
        for one in self.mentions:
            if one.sort == "person" and one.start < one.first:
                found.setdefault(self.named(one), set()).update(self._bodies_of(one.start, one.first - 1))
        return found

    @cached_property
    def _sorted(self) -> dict[tuple[str, ...], tuple[list[int], list[Mention]]]:
        """People, and bodies and offices, with the tokens at which they begin."""
        found: dict[tuple[str, ...], tuple[list[int], list[Mention]]] = {}
        for sorts in (("person",), ("body", "role")):
            some = [one for one in self.mentions if one.sort in sorts]
            found[sorts] = [one.first for one in some], some
        return found

    def _before(self, one: Mention, sorts: tuple[str, ...]) -> list[Mention]:
        """The last mentions of some sorts before one."""
        firsts, some = self._sorted[sorts]
        at = bisect_left(firsts, one.first)
        return [other for other in some[max(at - _FAR, 0) : at] if other.last < one.first]
