"""Are two names one? Letters of one script, spellings of one sound, and a gazetteer of deposits and companies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from kenes.claims.lexicon import table
from kenes.claims.tokens import CYRILLIC, keys

__all__ = ["Entry", "beginnings", "canonical", "entries", "folds", "longest", "look_up", "same", "spelled", "transliterate"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_DOUBLED = re.compile(r"(.)\1+")
_OWNED = re.compile("['’]s$")
_KAZAKH = re.compile("[әғқңөұүһі]")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
_VOWELS = frozenset("aeiou")
_TABLES = ("deposits", "companies")

Skeleton = tuple[str, ...]
"""Words of a name as they sound, without endings; sides and numbers among them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A deposit, a company or a public body of the gazetteer.

    name        : in English
    sort        : "deposit", "company" or "body"
    place       : country (ISO 3166 alpha-3), or None
    commodities : canonical names in English
    common      : whether its name is a word of everyday speech too, so that it counts only in quotation marks or beside "deposit"
    """

    name: str
    sort: str
    place: str | None
    commodities: tuple[str, ...] = ()
    common: bool = False


def transliterate(text: str) -> str:
    """A text in Latin letters: Russian and Kazakh after BGN/PCGN, simplified (``reference/claims/alike.toml``); the rest as it stands.

    >>> transliterate("Жаңа Қазақстан"), transliterate("Верхние Кайракты")
    ('Zhanga Qazaqstan', 'Verkhnie Kayrakty')
    """
    letters: dict[str, str] = table("alike")["letters"]
    found = []
    for sign in text:
        latin = letters.get(sign.lower())
        found.append(sign if latin is None else latin.capitalize() if sign.isupper() else latin)
    return "".join(found)


@cache
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(old), new) for old, new in table("alike")["spellings"]["pairs"])


@cache
def _endings() -> re.Pattern[str]:
    return re.compile(table("alike")["spellings"]["endings"])


def _plain(word: str) -> str:
    """Lower-case Latin letters without accents."""
    low = word.lower()
    for letter, sound in table("alike")["spellings"]["sounds"].items():
        low = low.replace(letter, sound)
    latin = transliterate(low)
    return "".join(sign for sign in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(sign))


@lru_cache(maxsize=100_000)
def _fold(word: str) -> str:
    """How a word sounds, without the ending of an adjective.

    >>> _fold("Қайрақты") == _fold("Кайракты") == _fold("Kayrakty") == _fold("Qairaqty")
    True
    """
    plain = _plain(word)
    if not plain.isalpha() and not _WORD.fullmatch(plain):
        return plain
    for pattern, new in _spellings():
        plain = pattern.sub(new, plain)
    bare = _endings().sub("", plain)
    return _DOUBLED.sub(r"\1", bare if len(bare) >= table("alike")["spellings"]["shortest"] else plain)


@cache
def _sides() -> dict[str, str]:
    found: dict[str, str] = {}
    for side, words in table("alike")["sides"].items():
        for word in words:
            for one in _forms(word, None):
                found[one] = f"<{side}>"
    return found


@cache
def _dropped() -> frozenset[str]:
    return frozenset(table("alike")["dropped"]["words"])


@lru_cache(maxsize=100_000)
def _left_out(word: str) -> bool:
    """Whether a name may go without a word, in any of its cases."""
    return word.lower() in _dropped() or (bool(CYRILLIC.search(word)) and not keys(word, "kk").isdisjoint(_dropped()))


@cache
def _cases() -> re.Pattern[str]:
    return re.compile(table("alike")["spellings"]["cases"])


@lru_cache(maxsize=100_000)
def _forms(word: str, language: str | None) -> frozenset[str]:
    """Skeletons of a word as it stands and of the basic forms that it may have in a language, or in any."""
    low = word.lower()
    stems = {low}
    if CYRILLIC.search(low):
        stems |= keys(low, "ru")
        if language == "kk" or (language is None and _KAZAKH.search(low)):
            for stem in (low, low.split("'")[0]):
                stems |= {stem[: match.start()] for match in _cases().finditer(stem) if match.start() > 3}
    return frozenset(_fold(stem) for stem in stems if len(stem) > 2 or stem == low)


@lru_cache(maxsize=100_000)
def folds(word: str, language: str | None = None) -> frozenset[str]:
    """Skeletons that a word of a name may answer to: sides as one word of all languages, Roman numerals as figures, else as it sounds.

    language : by whose endings the word is declined; None: any

    >>> folds("Северное") == folds("North") == frozenset({"<north>"})
    True
    """
    if word.isdecimal():
        return frozenset((str(int(word)),))
    word = _OWNED.sub("", word)
    if word.isupper() and word.lower() in _ROMAN:
        return frozenset((_ROMAN[word.lower()],))
    forms = _forms(word, language)
    sides = {_sides()[form] for form in forms if form in _sides()}
    return frozenset(sides) if sides else forms


def _words(name: str) -> list[str]:
    return _WORD.findall(name)


def _skeletons(name: str, language: str | None = None) -> Iterator[Skeleton]:
    """Skeletons of a name, at most 64; words that a name may go without are left out, unless nothing else is there."""
    words = [(word, folds(word, language)) for word in _words(name)[:10]]
    kept = [forms for word, forms in words if not _left_out(word)] or [forms for _, forms in words]
    found: list[Skeleton] = [()]
    for forms in kept:
        found = [(*head, form) for head in found for form in sorted(forms)][:64]
    yield from found


def _ordered(skeleton: Skeleton) -> tuple[frozenset[str], tuple[str, ...], str]:
    """Sides, numbers in order, and the rest in one."""
    sides = frozenset(word for word in skeleton if word[0] == "<")
    numbers = tuple(word for word in skeleton if word.isdecimal())
    return sides, numbers, "".join(word for word in skeleton if word[0] != "<" and not word.isdecimal())


_Key = tuple[frozenset[str], tuple[str, ...], str]


@cache
def entries() -> dict[str, Entry]:
    """The gazetteer, by the keys of its tables."""
    found: dict[str, Entry] = {}
    for name in _TABLES:
        for key, raw in table(name).items():
            if isinstance(raw, dict):
                sort = raw.get("sort", "deposit" if name == "deposits" else "company")
                goods = tuple(raw.get("commodities", ()))
                found[key] = Entry(raw.get("name", key), sort, raw.get("place"), goods, raw.get("common", False))
    return found


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """Every name of the gazetteer with the key of its entry."""
    return tuple(
        (phrase, key)
        for name in _TABLES
        for key, raw in table(name).items()
        if isinstance(raw, dict)
        for phrase in (key, *raw.get("en", ()), *raw.get("ru", ()), *raw.get("kk", ()))
    )


@cache
def _index() -> dict[_Key, tuple[str, ...]]:
    """Keys of entries by what their names sound like."""
    found: dict[_Key, dict[str, None]] = {}
    for phrase, key in _phrases():
        for skeleton in _skeletons(phrase, "ru"):
            found.setdefault(_ordered(skeleton), {})[key] = None
    return {key: tuple(names) for key, names in found.items()}


@cache
def beginnings() -> frozenset[str]:
    """Skeletons of words with which a name of the gazetteer may begin."""
    return frozenset(skeleton[0] for phrase, _ in _phrases() for skeleton in _skeletons(phrase, "ru"))


@cache
def longest() -> int:
    """Words of the longest name of the gazetteer."""
    return max(len(_words(phrase)) for phrase, _ in _phrases())


def look_up(words: Sequence[str], language: str | None = None) -> tuple[Entry, ...]:
    """The entries of the gazetteer that words name exactly, in any spelling or case.

    >>> [entry.name for entry in look_up(["Верхних", "Кайракты"])], look_up(["Lower", "Kairakty"])
    (['Upper Kairakty'], ())
    """
    return _looked_up(tuple(words), language)


@lru_cache(maxsize=100_000)
def _looked_up(words: tuple[str, ...], language: str | None) -> tuple[Entry, ...]:
    index = _index()
    for skeleton in _skeletons(" ".join(words), language):
        if found := index.get(_ordered(skeleton)):
            return tuple(entries()[key] for key in found)
    return ()


def spelled(words: Sequence[str]) -> bool:
    """Whether words are letter by letter a name of the gazetteer, in its basic form or another of Russian."""
    low = " ".join(words).lower().replace("ё", "е")
    return low in _spelt() or (len(words) == 1 and bool(keys(low, "ru") & _spelt()))


@cache
def _spelt() -> frozenset[str]:
    return frozenset(phrase.lower().replace("ё", "е").replace("-", " ") for phrase, _ in _phrases())


def _close(one: _Key, other: _Key) -> bool:
    """Whether two names differ by no more than a slip of the pen. Sides and numbers must be the same."""
    if one[:2] != other[:2] or not any(one):
        return False
    if one[2] == other[2]:
        return True
    if not one[2] or not other[2]:
        return False
    rule = table("alike")["spellings"]
    shorter = min(len(one[2]), len(other[2]))
    allowed = 2 if shorter >= rule["closer"] else 1 if shorter >= rule["close"] else 0
    if allowed == 0 or one[2][0] != other[2][0] or Levenshtein.distance(one[2], other[2], score_cutoff=allowed) > allowed:
        return False
    # One consonant for another makes another name: -tas is a stone, -tau a mountain.
    slips = Levenshtein.editops(one[2], other[2])
    return all(slip.tag != "replace" or {one[2][slip.src_pos], other[2][slip.dest_pos]} <= _VOWELS for slip in slips)


@lru_cache(maxsize=10_000)
def _entry(name: str) -> Entry | None:
    """The entry of the gazetteer that a name means: exactly, else but for a slip of the pen if only one entry is so near."""
    if exact := look_up(_words(name)):
        return exact[0]
    wanted = [_ordered(skeleton) for skeleton in _skeletons(name)]
    near = {
        entries()[one].name: entries()[one] for key, some in _index().items() if any(_close(own, key) for own in wanted) for one in some
    }
    return next(iter(near.values())) if len(near) == 1 else None


def canonical(name: str, sort: str | None = None) -> tuple[str, str | None]:
    """Name in the gazetteer and its country (ISO 3166 alpha-3); a name that the gazetteer lacks as it is, and None.

    sort : "deposit": of deposits only; "company": of companies and bodies only

    >>> canonical("Куйректыколь")[0], canonical("участок «Кундыбайское»")[0], canonical("Lower Kairakty")
    ('Kuirektykol', 'Kundybai', ('Lower Kairakty', None))
    """
    entry = _entry(name)
    if entry is None or (sort is not None and (sort == "deposit") != (entry.sort == "deposit")):
        return name, None
    return entry.name, entry.place


def same(a: str, b: str) -> bool:
    """Whether two names are one subject: by the gazetteer, or by their sound in any of three languages.

    Compass words and numbers are never forgiven.

    >>> same("Верхние Кайракты", "Жоғарғы Қайрақты"), same("North Katpar", "South Katpar"), same("Akbulak", "Akbulak-2")
    (True, False, False)
    """
    one, other = _entry(a), _entry(b)
    if one is not None and other is not None:
        return one.name == other.name
    if one is not None or other is not None:
        return False
    keys_of_b = [_ordered(skeleton) for skeleton in _skeletons(b)]
    return any(_close(_ordered(skeleton), key) for skeleton in _skeletons(a) for key in keys_of_b)
