"""Which words stand where? Tokens with their stems, sentences and paragraphs, in Russian, English and Kazakh."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kenes.claims.claim import Text

if TYPE_CHECKING:
    import pymorphy3
    import snowballstemmer

__all__ = ["BEGINNING", "CYRILLIC", "Marked", "Token", "cut", "keys", "morphology", "speech"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|\S")
_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*|\n(?=\s*[-•*]\s)|\n(?=[ \t]*[^\W\d_][^\n:–—]{0,40}(?::| [–—-])[ \t])")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
"""A letter of Russian or Kazakh."""

# Endings of Kazakh nouns and adjectives, longest first when stripped: plural, possessive, case, and the attributive "-дағы".
_ENDINGS = """
лар лер дар дер тар тер ым ім ың ің ы і сы сі мыз міз ымыз іміз ыңыз іңіз
ның нің дың дің тың тің ға ге қа ке на не а е ды ді ты ті ны ні н да де та те нда нде дан ден тан тен нан нен
мен бен пен дағы дегі тағы тегі ндағы ндегі лық лік дық дік тық тік лы лі ды ді ты ті сыз сіз дай дей тай тей
ылы дан ден ша ше ншы нші ыншы інші ден дік
"""
_KAZAKH = tuple(sorted(set(_ENDINGS.split()), key=len, reverse=True))
BEGINNING = 3
"""Letters by which the lexicon keeps an entry that is a beginning of words."""
_LONGEST_SENTENCE = 2_000
_LONGEST_PARAGRAPH = 50_000
"""Characters."""
_SOFTENED = {"б": "п", "г": "к", "ғ": "қ"}
"""A last consonant that a vowel behind it has softened: кітап, кітабы."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits or one other sign.

    keys : stems and lemmas by which the lexicon finds it; of a sign, the sign itself
    handles : these, the word letter by letter ("=Word") and its beginning ("wor*"), as the lexicon keeps its entries
    """

    text: str
    start: int
    end: int
    keys: frozenset[str]
    sentence: int
    paragraph: int
    handles: tuple[str, ...] = ()

    @property
    def word(self) -> bool:
        """Whether it is a word."""
        return self.text[0].isalpha()


@dataclass(frozen=True, slots=True)
class Marked:
    """A text cut into words.

    sentences, paragraphs : (start, end) of each, in order
    """

    text: Text
    tokens: tuple[Token, ...]
    sentences: tuple[tuple[int, int], ...]
    paragraphs: tuple[tuple[int, int], ...]


@cache
def morphology() -> pymorphy3.MorphAnalyzer:
    """Morphology of Russian; its dictionary is read once."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@cache
def _english() -> snowballstemmer.stemmer:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def _kazakh(word: str) -> set[str]:
    """Stems that a Kazakh word may have: itself, and what remains as endings go, three letters at least.

    >>> "кен" in _kazakh("кеннің"), "мұнай" in _kazakh("мұнайдың"), "кітап" in _kazakh("кітабы")
    (True, True, True)
    """
    found, open_ = {word}, [word]
    while open_:
        now = open_.pop()
        for ending in _KAZAKH:
            stem = now[: -len(ending)]
            if len(stem) >= 3 and now.endswith(ending) and stem not in found:
                found.add(stem)
                open_.append(stem)
    return found | {stem[:-1] + _SOFTENED[stem[-1]] for stem in found if stem[-1] in _SOFTENED}


@lru_cache(maxsize=100_000)
def keys(word: str, language: str) -> frozenset[str]:
    """Stems and lemmas of a word: two words are one to the lexicon if they share a key.

    language : "en", "ru" or "kk"; words of Latin letters are English in each of them, and a Kazakh text has Russian words too

    >>> keys("руды", "ru") & keys("руда", "ru") == frozenset({"руда"}), bool(keys("deposits", "en") & keys("deposit", "en"))
    (True, True)
    """
    low = word.lower().replace("ё", "е").replace("’", "'")
    if len(low) > 40:  # no word of a language: morphology would take its time over it
        return frozenset((low,))
    if not CYRILLIC.search(low):
        low = low.removesuffix("'s")
        return frozenset((low, _english().stemWord(low))) if low.isalpha() else frozenset((low,))
    found = {low}
    found.update(parse.normal_form.replace("ё", "е") for parse in morphology().parse(low))
    if language == "kk":
        found |= _kazakh(low)
    return frozenset(found)


@lru_cache(maxsize=100_000)
def _handles(word: str, language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    stems = keys(word, language) if word[0].isalpha() else frozenset((word,))
    return stems, (*sorted(stems), f"={word}", word.lower().replace("ё", "е")[:BEGINNING] + "*")


@lru_cache(maxsize=100_000)
def speech(word: str) -> frozenset[str]:
    """Parts of speech that a Russian word may be, by the tags of OpenCorpora: "NOUN", "ADJF", "VERB", "PREP", ...

    >>> sorted(speech("руды"))
    ['NOUN']
    """
    if len(word) > 40 or not CYRILLIC.search(word):
        return frozenset()
    return frozenset(str(parse.tag.POS) for parse in morphology().parse(word.lower()) if parse.tag.POS)


def _sentences(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a paragraph. What is longer than any sentence (a table, a list of numbers) is cut, so that work stays in proportion."""
    import razdel

    at = start
    while at < end:
        stop = min(at + _LONGEST_PARAGRAPH, end)
        parts = [(at + part.start, at + part.stop) for part in razdel.sentenize(content[at:stop])]
        for n in range(len(parts) - 1, 0, -1):  # "5 млн долл. США" is one sum
            if content.endswith("долл.", *parts[n - 1]) and content.startswith("США", parts[n][0]):
                parts[n - 1 : n + 1] = [(parts[n - 1][0], parts[n][1])]
        for first, last in parts:
            while last - first > _LONGEST_SENTENCE:
                gap = content.rfind(" ", first, first + _LONGEST_SENTENCE)
                cut = gap if gap > first else first + _LONGEST_SENTENCE
                yield first, cut
                first = cut
            yield first, last
        at = stop


def cut(text: Text) -> Marked:
    """Cuts a text into paragraphs, sentences and words."""
    content = text.content
    sentences: list[tuple[int, int]] = []
    paragraphs: list[tuple[int, int]] = []
    tokens: list[Token] = []
    at = 0
    for gap in [*_PARAGRAPH.finditer(content), None]:
        start, end = at, gap.start() if gap else len(content)
        at = gap.end() if gap else end
        if not content[start:end].strip():
            continue
        for first, last in _sentences(content, start, end):
            for found in _TOKEN.finditer(content, first, last):
                word = found.group()
                stems, handles = _handles(word, text.language)
                tokens.append(Token(word, found.start(), found.end(), stems, len(sentences), len(paragraphs), handles))
            sentences.append((first, last))
        paragraphs.append((start, end))
    return Marked(text, tuple(tokens), tuple(sentences), tuple(paragraphs))
