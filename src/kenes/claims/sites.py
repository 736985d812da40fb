"""Which deposits, companies and bodies does a text name? The gazetteer's, and names that stand where only a name can stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

from kenes.claims import tokens as words
from kenes.claims.alike import Entry, beginnings, canonical, folds, longest, look_up, spelled, transliterate
from kenes.claims.lexicon import Mark, find, table
from kenes.claims.terms import Named, codes, commodities, merged, places
from kenes.claims.tokens import Marked, Token

__all__ = ["Reading", "capital", "parses", "subjects"]

_QUOTED = re.compile(r"[«“„\"”]([^«»“”„\"\n]{2,60})[»”“\"]")
_OWNER = re.compile("['’]s$")
_DASHES = frozenset("-–—‑−")
_OPEN = frozenset("«“„\"'‘”")
_CLOSE = frozenset("»”“\"'’")
_ARTICLES = frozenset(("the", "a", "an", "this", "that", "these", "those", "new"))
_MOST = 5
"""Words of the longest name that a pattern reads."""
_LONGEST_WORD = 40
"""Letters beyond which a word is none."""
_SHORT = 5
"""Letters of a name up to which it must be spelled as the gazetteer has it, or stand beside what it is."""


@dataclass(frozen=True)
class Reading:
    """A text with what must be known of its words before a name can be read."""

    marked: Marked

    @cached_property
    def heads(self) -> dict[int, Mark]:
        """Marks of ``sites.toml`` by their first token."""
        return {mark.first: mark for mark in find(self.marked, "sites")}

    @cached_property
    def subjects(self) -> list[Named]:
        """Deposits, companies and bodies in the order of the text."""
        return subjects(self)

    @cached_property
    def ends(self) -> dict[int, Mark]:
        """The same by their last token."""
        return {mark.last: mark for mark in self.heads.values()}

    @cached_property
    def spoken_of(self) -> dict[int, frozenset[str]]:
        """What marks of ``sites.toml`` each sentence has."""
        found: dict[int, set[str]] = {}
        for mark in self.heads.values():
            found.setdefault(self.marked.tokens[mark.first].sentence, set()).add(mark.name)
        return {sentence: frozenset(names) for sentence, names in found.items()}

    @cached_property
    def said_what(self) -> frozenset[int]:
        """Tokens of heads: "deposit", "company"; no legal forms."""
        rows = (mark for mark in self.heads.values() if mark.name in ("site", "company"))
        return frozenset(n for mark in rows for n in range(mark.first, mark.last + 1))

    @cached_property
    def places(self) -> dict[int, Named]:
        """Places by every token of theirs."""
        return {n: row for row in places(self.marked) for n in range(row.first, row.last + 1)}

    @cached_property
    def goods(self) -> dict[int, Named]:
        """Commodities and codes by every token of theirs."""
        return {n: row for row in (*commodities(self.marked), *codes(self.marked)) for n in range(row.first, row.last + 1)}

    @cached_property
    def known(self) -> list[Named]:
        """Names of the gazetteer, sure or not."""
        return list(_known(self))

    @cached_property
    def quoted(self) -> dict[int, int]:
        """First and last token of every short run of words in quotation marks."""
        starts = {token.start: n for n, token in enumerate(self.marked.tokens)}
        ends = {token.end: n for n, token in enumerate(self.marked.tokens)}
        found: dict[int, int] = {}
        at = 0
        while (match := _QUOTED.search(self.marked.text.content, at)) is not None:
            first, last = starts.get(match.start(1)), ends.get(match.end(1))
            if first is not None and last is not None and last - first < 2 * _MOST:
                found[first] = last
                at = match.end()
            else:
                at = match.start() + 1
        return found

    def token(self, n: int) -> Token | None:
        """A token, or None beyond the text."""
        return self.marked.tokens[n] if 0 <= n < len(self.marked.tokens) else None

    def begins(self, n: int) -> bool:
        """Whether a token is the first word of its sentence, or of a direct speech."""
        here = self.marked.tokens[n]
        before = self.token(n - 1)
        if before is not None and before.text in _OPEN and not self._titled(n):
            return True
        while before is not None and before.sentence == here.sentence and not before.word and not before.text.isdecimal():
            n -= 1
            before = self.token(n - 1)
        return before is None or before.sentence != here.sentence

    def _titled(self, n: int) -> bool:
        """Whether a word opens a name in quotation marks, not a direct speech: two words at most, or more capitals."""
        if n not in self.quoted:
            return False
        inner = [token for token in self.marked.tokens[n + 1 : self.quoted[n] + 1] if token.word]
        return len(inner) < 2 or any(map(capital, inner))

    def ordinary(self, n: int) -> bool:
        """Whether a word with which a sentence begins has its capital only from there."""
        return _ordinary(self, self.marked.tokens[n])

    def joined(self, n: int) -> bool:
        """Whether a token stands in the sentence of the one before it."""
        return 0 < n < len(self.marked.tokens) and self.marked.tokens[n].sentence == self.marked.tokens[n - 1].sentence


@dataclass(frozen=True, slots=True)
class Sense:
    """What a Russian word may be.

    tags         : those of OpenCorpora: "NOUN", "Surn", "plur", ...
    case, gender : "nomn", "masc", ..., or None
    known        : whether the dictionary has it, so that it is no guess
    """

    tags: frozenset[str]
    case: str | None
    gender: str | None
    known: bool


@lru_cache(maxsize=100_000)
def parses(word: str) -> tuple[Sense, ...]:
    """What a Russian word may be, the likeliest first; of what is too long for a word nothing."""
    if len(word) > _LONGEST_WORD:
        return ()
    found = words.morphology().parse(word)
    return tuple(Sense(frozenset(one.tag.grammemes), _plain(one.tag.case), _plain(one.tag.gender), one.is_known) for one in found)


def _plain(tag: object) -> str | None:
    return str(tag) if tag else None


def capital(token: Token) -> bool:
    """Whether a token is a word with a capital."""
    return token.word and token.text[0].isupper()


@cache
def _no_names(language: str) -> frozenset[str]:
    spoken = {"en": ("en",), "ru": ("ru", "en"), "kk": ("kk", "ru", "en")}[language]
    return frozenset(word for one in spoken for word in table("sites")["not"].get(f"{one}_words", ()))


@cache
def _skipped(entry: str, language: str) -> frozenset[str]:
    raw = table("sites")[entry]
    return frozenset(word.replace("=", "") for one in {"en", language} for word in raw.get(f"{one}_words", ()))


# ------------------------------------------------------------------------------------------------------------ gazetteer


def _known(reading: Reading) -> Iterator[Named]:
    """Names of the gazetteer, the longest at each word."""
    tokens, language = reading.marked.tokens, reading.marked.text.language
    openers = beginnings()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        within = at > 1 and tokens[at - 1].text in _DASHES and tokens[at - 2].end + 1 == token.start and tokens[at - 2].word
        if within or not (capital(token) or (token.text.isdecimal() and len(token.text) < 4)) or not folds(token.text, language) & openers:
            at += 1
            continue
        best: tuple[int, tuple[Entry, ...], list[str]] | None = None
        parts, n = [token.text], at
        while len(parts) <= longest():
            found = tuple(entry for entry in look_up(parts, language) if _fits(entry, parts))
            if found and not (best and found == best[1] and n in reading.said_what):
                best = (n, found, list(parts))
            n = _next(reading, n)
            if n < 0:
                break
            parts.append(tokens[n].text)
        if best is None:
            at += 1
            continue
        last, found, parts = best
        yield _subject(reading, (at, last), found, parts)
        at = last + 1


def _next(reading: Reading, n: int) -> int:
    """The next word or number of the same sentence, over hyphens and the points of abbreviations; -1: another sign stands between."""
    tokens = reading.marked.tokens
    n += 1
    while (
        n < len(tokens)
        and reading.joined(n)
        and (tokens[n].text in _DASHES or (tokens[n].text == "." and tokens[n].start == tokens[n - 1].end))
    ):
        n += 1
    return n if n < len(tokens) and reading.joined(n) and (tokens[n].word or tokens[n].text.isdecimal()) else -1


def _fits(entry: Entry, parts: list[str]) -> bool:
    """Whether a short name is written as its entry is: "ERG", not "Erg"."""
    first = _OWNER.sub("", parts[0])
    return len(parts) > 1 or len(first) > 4 or entry.sort == "deposit" or first.isupper()


def _subject(reading: Reading, where: tuple[int, int], found: tuple[Entry, ...], parts: list[str]) -> Named:
    """A name of the gazetteer; not sure where it is a word of everyday speech, or so short that others may sound like it."""
    tokens, entry = reading.marked.tokens, found[0]
    common = any(one.common for one in found) if reading.marked.text.language == "kk" else entry.common
    sure = not common and (sum(map(len, parts)) > _SHORT or spelled(parts))
    start, end = tokens[where[0]].start, tokens[where[1]].end
    return Named(entry.name, start, end, *where, sort=entry.sort, canonical=entry.name, place=entry.place, sure=sure)


# ------------------------------------------------------------------------------------------------------------- patterns


def _own(reading: Reading, first: int, last: int, sort: str) -> Named:
    """A name found by its place in the sentence: by the gazetteer if that knows it, else as the text has it."""
    tokens = reading.marked.tokens
    text = reading.marked.text.content[tokens[first].start : tokens[last].end]
    entry = next(
        (one for one in look_up([tokens[n].text for n in range(first, last + 1)], reading.marked.text.language) if _alike(one.sort, sort)),
        None,
    )
    if entry is not None:
        sort = entry.sort
    name, place = (entry.name, entry.place) if entry else canonical(text, sort)
    return Named(name, tokens[first].start, tokens[last].end, first, last, sort=sort, canonical=transliterate(name), place=place)


def _alike(one: str, other: str) -> bool:
    return (one == "deposit") == (other == "deposit")


def _may_name(reading: Reading, n: int) -> bool:
    """Whether a token can be part of a name that only its place in the sentence makes one."""
    token = reading.marked.tokens[n]
    if not capital(token) or n in reading.goods:
        return False
    place = reading.places.get(n)
    if place is not None and (place.sort != "region" or place.first != place.last or token.text.isupper()):
        return False
    if reading.begins(n) and _ordinary(reading, token):
        return False
    return not (token.text.isupper() and len(token.text) > 1 and n in reading.ends)


def _ordinary(reading: Reading, token: Token) -> bool:
    """Whether a word with which a sentence begins has its capital only from there."""
    if token.text.isupper() and len(token.text) > 1:
        return False
    low = token.text.lower()
    if token.keys & _no_names(reading.marked.text.language) or low in _no_names("en"):
        return True
    if reading.marked.text.language == "en":
        return low.endswith(("ing", "ly"))
    if not words.CYRILLIC.search(low):
        return False
    return reading.marked.text.language == "ru" and _of_the_language(low)


@cache
def _of_the_language(word: str) -> bool:
    """Whether a Russian word is in the dictionary, and as no name."""
    known = [parse.tags for parse in parses(word) if parse.known]
    return bool(known) and not any({"Name", "Surn", "Patr", "Geox"} & tags and "plur" not in tags for tags in known)


def _name_after(reading: Reading, n: int, most: int = _MOST) -> tuple[int, int] | None:
    """First and last token of a name that begins at a token: in quotation marks, or with capitals and the number behind them."""
    tokens = reading.marked.tokens
    if n >= len(tokens) or not reading.joined(n):
        return None
    if tokens[n].text in _OPEN:
        inner = reading.quoted.get(n + 1)
        return (n + 1, inner) if inner is not None and _is_name(reading, n + 1, inner) else None
    last = None
    at, count = n, 0
    while at < len(tokens) and count < most and tokens[at].sentence == tokens[n].sentence:
        if not _may_name(reading, at):
            break
        last, count = at, count + 1
        step = at + 1
        if step + 1 < len(tokens) and tokens[step].text in _DASHES and tokens[step].start == tokens[at].end == tokens[step + 1].start - 1:
            if tokens[step + 1].text.isdecimal():
                return n, step + 1
            step += 1
        elif step < len(tokens) and tokens[step].text in ("№", "-") and step + 1 < len(tokens) and tokens[step + 1].text.isdecimal():
            return n, step + 1
        at = step
    return (n, last) if last is not None else None


def _name_before(reading: Reading, n: int, most: int = _MOST) -> tuple[int, int] | None:
    """The same of a name that ends at a token."""
    tokens = reading.marked.tokens
    if n < 0:
        return None
    if tokens[n].text in _CLOSE:
        first = next((start for start, last in reading.quoted.items() if last == n - 1), None)
        return (first, n - 1) if first is not None and _is_name(reading, first, n - 1) else None
    at, count, first = n, 0, None
    if tokens[at].text.isdecimal() and at >= 2 and tokens[at - 1].text in _DASHES and tokens[at].start == tokens[at - 1].end:
        at -= 2
    while at >= 0 and count < most and tokens[at].sentence == tokens[n].sentence:
        if not _may_name(reading, at) or (first is not None and _OWNER.search(tokens[at].text)):
            break
        first, count = at, count + 1
        step = at - 1
        if step >= 0 and tokens[step].text in "'’":
            break
        tight = step > 0 and tokens[step].end == tokens[at].start and tokens[step - 1].end == tokens[step].start
        if (tight and tokens[step].text in _DASHES) or (step > 0 and tokens[step].text == "." and tokens[step - 1].text in ("St", "Mt")):
            step -= 1
        at = step
    return (first, n) if first is not None else None


def _is_name(reading: Reading, first: int, last: int) -> bool:
    """Whether words in quotation marks may be a name: they begin with a capital or a figure, and are more than a country or a commodity."""
    tokens = reading.marked.tokens
    if not (tokens[first].text[0].isupper() or tokens[first].text[0].isdecimal()) or tokens[last].text in ".!?,":
        return False
    if not any(tokens[n].word for n in range(first, last + 1)):
        return False
    row = reading.places.get(first)
    return not (row is not None and row.first == first and row.last == last and row.sort in ("country", "adjective"))


def _listed(reading: Reading, n: int, step: int) -> Iterator[tuple[int, int]]:
    """Names joined to one another by commas and "and", from a token on to the right (step 1) or to the left (-1)."""
    tokens = reading.marked.tokens
    joints = _skipped("and", reading.marked.text.language)
    while True:
        found = _name_after(reading, n) if step > 0 else _name_before(reading, n)
        if found is None:
            return
        yield found
        n = found[1] + 1 if step > 0 else found[0] - 1
        while 0 <= n < len(tokens) and tokens[n].text in (_CLOSE | _OPEN) and reading.quoted:
            n += step
        if not (0 <= n < len(tokens)) or tokens[n].text.lower() not in joints:
            return
        n += step
        if step < 0 and n >= 0 and tokens[n].text == ",":
            n += step


def _beside_sites(reading: Reading) -> Iterator[Named]:
    """Names beside "deposit", "site", "project", "mine" and their like."""
    tokens, language = reading.marked.tokens, reading.marked.text.language
    for mark in reading.heads.values():
        if mark.name not in ("site", "company"):
            continue
        sort = "deposit" if mark.name == "site" else "company"
        after = mark.last + 1
        if after < len(tokens) and tokens[after].text == ":" and mark.last - mark.first < 2 and reading.begins(mark.first):
            after += 1
        while after in reading.heads and reading.heads[after].name in ("called", "company", "legal_before"):
            after = reading.heads[after].last + 1
        latin_head = tokens[mark.first].text[0].isascii()
        called = after > mark.last + 1
        if called or (language != "kk" and (not latin_head or (after < len(tokens) and tokens[after].text in _OPEN))):
            rows = list(_listed(reading, after, 1)) if reading.joined(after) else []
            for first, last in rows:
                if (
                    sort == "company"
                    and not latin_head
                    and not called
                    and tokens[first - 1].text not in _OPEN
                    and not tokens[first].text[0].isascii()
                ):
                    continue  # "компания Иванова": a genitive, not a name
                if not _genitive(reading, first, last, sort):
                    yield _own(reading, first, last, sort)
            if rows and language != "kk":
                continue
        if sort == "company" and not latin_head and language == "ru":
            continue
        before = _over(reading, mark.first - 1)
        for first, last in _listed(reading, before, -1):
            if language == "ru" and not latin_head and not _adjective(reading, first, last):
                break
            if sort == "company" and tokens[last].text not in _CLOSE and language == "en":
                break
            trimmed = _trim(reading, first, last)
            if trimmed is not None:
                yield _own(reading, *trimmed, sort)
            if language == "ru" and not latin_head:
                break


def _genitive(reading: Reading, first: int, last: int, sort: str) -> bool:
    """Whether what follows a Russian head is its owner, not its name: "проект Токаева"."""
    token = reading.marked.tokens[first]
    if first - 1 >= 0 and reading.marked.tokens[first - 1].text in _OPEN:
        return False
    if reading.marked.text.language != "ru" or not words.CYRILLIC.search(token.text):
        return False
    if first != last:
        return _person(reading, first, last)
    readings = parses(token.text)
    return any({"Surn", "masc", "gent"} <= parse.tags for parse in readings) and not any("Geox" in parse.tags for parse in readings)


def _over(reading: Reading, n: int) -> int:
    """The token to the left of words that may stand between a name and its head: commodities, "open-pit"."""
    tokens = reading.marked.tokens
    between = _skipped("between", reading.marked.text.language) | {"hosted", "pit", "open", "rock", "hard", "clay", "and"}
    start = n
    while n >= 0 and reading.joined(n + 1):
        if n in reading.goods:
            n = reading.goods[n].first - 1
        elif (tokens[n].text.islower() and tokens[n].text in between) or tokens[n].text in _DASHES or tokens[n].text == "/":
            n -= 1
        else:
            break
    if n >= 0 and tokens[n].text == "and":  # "X and Y rare-earth projects" ends at Y; an "and" here belongs to the commodities
        return start
    return n


def _adjective(reading: Reading, first: int, last: int) -> bool:
    """Whether a Russian name before its head is one: an adjective, "Кундыбайское", or words in quotation marks or Latin letters."""
    tokens = reading.marked.tokens
    if first and tokens[first - 1].text in _OPEN:
        return True
    if tokens[last].text.isascii():
        return True
    readings = parses(tokens[last].text)
    return any("ADJF" in parse.tags for parse in readings) and last not in reading.places


def _trim(reading: Reading, first: int, last: int) -> tuple[int, int] | None:
    """A name without the words at its head that are none: "The", "New"; None: nothing is left."""
    tokens = reading.marked.tokens
    if first and tokens[first - 1].text in _OPEN:
        return first, last
    listed = _no_names(reading.marked.text.language)
    begins = reading.begins(first)
    while first <= last and (tokens[first].text.lower() in (listed if begins else _ARTICLES) or tokens[first].text in _DASHES):
        if folds(tokens[first].text) & _side_words() and first < last:
            break
        first += 1
    return (first, last) if first <= last else None


@cache
def _side_words() -> frozenset[str]:
    return frozenset(f"<{side}>" for side in table("alike")["sides"])


def _at_work(reading: Reading) -> Iterator[Named]:
    """Names that only their sentence makes a site's: what contains ore, "Kettle Hill carries 935 kt", or where there is drilling."""
    tokens, language = reading.marked.tokens, reading.marked.text.language
    if language == "kk":
        return
    for mark in reading.heads.values():
        if mark.name == "holds" and _of_ore(reading, mark.last + 1):
            found = _name_before(reading, mark.first - 1)
            if found is None or (trimmed := _trim(reading, *found)) is None:
                continue
            if not _person(reading, *trimmed) and trimmed[1] not in reading.places:
                yield _own(reading, *trimmed, "deposit")
    busy = {tokens[mark.first].sentence for mark in reading.heads.values() if mark.name == "works"}
    for n, token in enumerate(tokens):
        if token.sentence in busy and token.text in (("at", "At") if language == "en" else ("на", "На")):
            found = _name_after(reading, n + 1)
            if (
                found is not None
                and not _person(reading, *found)
                and found[1] not in reading.places
                and (language == "en" or _lies(tokens[found[1]]))
            ):
                yield _own(reading, *found, "deposit")


def _of_ore(reading: Reading, n: int) -> bool:
    """Whether a number and something mined stand among the next words, and no share of a company."""
    ahead = [
        m
        for m in range(n, min(n + 12, len(reading.marked.tokens)))
        if reading.marked.tokens[m].sentence == reading.marked.tokens[n - 1].sentence
    ]
    numbers = [m for m in ahead if reading.marked.tokens[m].text.isdecimal()]
    if not numbers or any(reading.marked.tokens[m].text == "%" for m in ahead[: numbers[0] - n + 4]):
        return False
    return any(
        m in reading.goods or reading.marked.tokens[m].text.lower() in _skipped("mined", reading.marked.text.language) for m in ahead
    )


def _lies(token: Token) -> bool:
    """Whether a Russian name stands in the prepositional case and is in no dictionary of places."""
    readings = parses(token.text)
    return token.text.endswith(("е", "и", "ом", "ем")) and not any(parse.known and "Geox" in parse.tags for parse in readings)


def _person(reading: Reading, first: int, last: int) -> bool:
    """Whether a name may be a person's: a first name of the dictionary leads it."""
    token = reading.marked.tokens[first]
    if words.CYRILLIC.search(token.text):
        return any(parse.known and "Name" in parse.tags for parse in parses(token.text))
    return first == last and reading.marked.tokens[first].text in ("He", "She", "It", "They", "We")


def _with_legal_forms(reading: Reading) -> Iterator[Named]:
    """Names of companies by their legal form, or by a last word that only companies have."""
    tokens = reading.marked.tokens
    for mark in reading.heads.values():
        if mark.name == "legal_before":
            after = mark.last + 1
            if after in reading.heads and reading.heads[after].name == "legal_before":
                continue
            found = _name_after(reading, after)
            if found is not None:
                yield _own(reading, *found, "company")
        elif mark.name == "legal_after":
            before = mark.first - 1
            if before >= 0 and tokens[before].text == ",":
                before -= 1
            found = _company_before(reading, before)
            if found is not None:
                last = mark.last
                quoted = tokens[before].text in _CLOSE
                yield _own(reading, found[0], found[1] if quoted else last, "company")
        elif mark.name == "kind_after":
            found = _company_before(reading, mark.first - 1)
            if found is not None and (found[1] - found[0] >= 0) and not _spoilt(reading, found):
                yield _own(reading, found[0], mark.last, "company")


def _company_before(reading: Reading, n: int) -> tuple[int, int] | None:
    """A company's name that ends at a token: here commodities and countries are parts of it, "American Rare Earths Ltd"."""
    tokens = reading.marked.tokens
    if n < 0 or not reading.joined(n + 1):
        return None
    if tokens[n].text in _CLOSE:
        return _name_before(reading, n)
    first, at = None, n
    while at >= 0 and tokens[at].sentence == tokens[n].sentence and n - at < 2 * _MOST:
        if capital(tokens[at]) and not (reading.begins(at) and _ordinary(reading, tokens[at]) and first is not None):
            first = at
        elif tokens[at].text not in ("&", "-", ".") or first is None:
            break
        at -= 1
    while first is not None and first <= n and not capital(tokens[first]):
        first += 1
    if first is None or first > n:
        return None
    return _trim(reading, first, n)


def _spoilt(reading: Reading, found: tuple[int, int]) -> bool:
    """Whether words before "Resources" or "Metals" name no company: "Mineral Resources", "Ministry of Natural Resources"."""
    tokens = reading.marked.tokens
    inside = range(found[0], found[1] + 1)
    plain = [n for n in inside if tokens[n].word and tokens[n].text.lower() not in ("and", "of")]
    heads = frozenset(table("categories")["-none"]["heads"]) | _no_names("en")
    if all(n in reading.goods or n in reading.places or tokens[n].text.lower() in heads for n in plain):
        return True
    first = tokens[found[0]].text.lower()
    return first in ("ministry", "department", "committee", "agency", "state") or reading.begins(found[0])


# --------------------------------------------------------------------------------------------------------------- all


def _beside_a_head(reading: Reading, row: Named) -> bool:
    """Whether a name stands in quotation marks, or next to "deposit" or a legal form."""
    tokens = reading.marked.tokens
    kinds = ("site",) if row.sort == "deposit" else ("company", "legal_before", "legal_after")
    before, after = row.first - 1, row.last + 1
    quoted = before >= 0 and tokens[before].text in _OPEN and after < len(tokens) and tokens[after].text in _CLOSE
    if quoted and not reading.spoken_of.get(tokens[row.first].sentence, frozenset()).isdisjoint(kinds):
        return True
    near = [n for n in (before, _over(reading, before)) if n >= 0 and reading.joined(n + 1)]
    ahead = after
    while ahead in reading.goods and reading.joined(ahead):
        ahead = reading.goods[ahead].last + 1
    if any(n in reading.ends and reading.ends[n].name in kinds for n in near):
        return True
    return ahead < len(tokens) and reading.joined(ahead) and ahead in reading.heads and reading.heads[ahead].name in kinds


def _a_place(reading: Reading, row: Named) -> bool:
    """Whether the name of a deposit is here that of a district, a town or a river: "Актогайский район"."""
    if row.sort != "deposit":
        return False
    behind, ahead = reading.heads.get(row.last + 1), reading.ends.get(row.first - 1)
    return (behind is not None and behind.name == "place_behind") or (ahead is not None and ahead.name == "place_ahead")


def _widened(reading: Reading, row: Named) -> Named:
    """A name of the gazetteer with what makes another of it: "Lower Kairakty", "Akbulak-2"."""
    tokens = reading.marked.tokens
    first, last = row.first, row.last
    if row.sort == "deposit":
        if first > 0 and reading.joined(first) and capital(tokens[first - 1]) and folds(tokens[first - 1].text) & _side_words():
            first -= 1
        if (
            last + 2 < len(tokens)
            and tokens[last + 1].text in _DASHES
            and tokens[last + 2].text.isdecimal()
            and tokens[last + 2].start == tokens[last].end + 1
        ):
            last += 2
    return row if (first, last) == (row.first, row.last) else _own(reading, first, last, row.sort)


def _again(reading: Reading, found: Iterable[Named]) -> Iterator[Named]:
    """Later mentions of names that the gazetteer lacks, where nothing beside them tells what they are."""
    tokens, language = reading.marked.tokens, reading.marked.text.language
    sought = {}
    for row in found:
        if row.place is None and row.sort in ("deposit", "company"):
            parts = [tokens[n] for n in range(row.first, row.last + 1) if tokens[n].word or tokens[n].text.isdecimal()]
            sought[tuple(folds(part.text, language) for part in parts)] = row
    starts = {fold for key in sought for fold in key[0]}
    for n, token in enumerate(tokens):
        if not capital(token) or not folds(token.text, language) & starts:
            continue
        for key, row in sought.items():
            at, ok = n, True
            for position, wanted in enumerate(key):
                at = n if position == 0 else _next(reading, at)
                if at < 0 or not folds(tokens[at].text, language) & wanted:
                    ok = False
                    break
            if ok:
                yield replace(row, start=token.start, end=tokens[at].end, first=n, last=at)


def subjects(reading: Reading) -> list[Named]:
    """Deposits, companies and bodies in the order of the text."""
    known = [_widened(reading, row) for row in reading.known if (row.sure and not _a_place(reading, row)) or _beside_a_head(reading, row)]
    firms = list(_with_legal_forms(reading))
    found = merged(firms, list(_beside_sites(reading)), list(_at_work(reading)))
    return merged(firms, known, found, list(_again(reading, found)))
