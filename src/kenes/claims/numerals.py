"""How much is "1 250 000,5", "two and a half million", "екі жүз мың"? Numbers of three languages, in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

from kenes.claims.lexicon import table
from kenes.claims.tokens import Marked

__all__ = [
    "DASHES",
    "LONGEST",
    "PIECE",
    "Numeral",
    "Tree",
    "Words",
    "around",
    "backwards",
    "counting",
    "digits",
    "exact",
    "forms",
    "grow",
    "numeral",
    "power",
    "spelled",
    "starts",
    "suffixes",
    "tree",
    "view",
]

PIECE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|\S")
_PLACE = re.compile(r"\{(\w+)\}|\(([^()]*)\)")
_SPACES = " \u00a0\u2009\u202f\u2007\u2002\u2003\u2005\u2006\u200a"
DASHES = "-‐‑‒–—−"
_SUPERSCRIPT = {sign: str(n) for n, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_WRITTEN = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅛": "1/8"}
LONGEST = 24
"""Digits of the longest number that is read as one."""
_TEN_TO = re.compile(r"[eE]([+-]?\d{1,2})(?!\w)|\s?[×xх*·⋅]\s?10(?:\^([-−]?\d{1,2})|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))")
_RAISED = re.compile(r"\^([-−]?\d{1,2})(?!\d)|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})")


def exact(text: str) -> Decimal:
    """A number of the tables, "12" or "1/3".

    >>> exact("1/4")
    Decimal('0.25')
    """
    above, _, below = text.partition("/")
    return Decimal(above) / Decimal(below) if below else Decimal(above)


_VULGAR = {sign: exact(written) for sign, written in _WRITTEN.items()}
_TENS = [Decimal(10) ** ten for ten in range(40)]

# --------------------------------------------------------------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class Tree:
    """Spellings by their words, one after another: what follows each word, and what the spelling means that ends there.

    next    : by the word, and whether it is glued to the one before
    meaning : of the spelling that ends here, or None
    """

    next: dict[tuple[str, bool], Tree]
    meaning: list[Any]


@cache
def _endings() -> dict[str, str]:
    """Sets of endings by name; those of Kazakh nouns are put together."""
    sets: dict[str, str] = dict(table("numbers")["endings"])
    own, case, many = (sets[f"kk_{part}"].split("|") for part in ("own", "case", "many"))
    nouns = {a + b for a, b in product(own, case)} | {a + b for a, b in product(many, case)} | set(sets["kk_like"].split("|"))
    return {**sets, "kk": "|".join(sorted(nouns))}


def forms(spelling: str) -> list[str]:
    """Every form of a spelling: "(a|b)" and "{name}" stand for one ending each.

    >>> forms("тонн(а|)"), forms("п. (x|y)")
    (['тонна', 'тонн'], ['п. x', 'п. y'])
    """
    found = _PLACE.search(spelling)
    if not found:
        return [spelling]
    endings = (_endings()[found[1]] if found[1] else found[2]).split("|")
    return [spelling[: found.start()] + ending + rest for ending in endings for rest in forms(spelling[found.end() :])]


def grow(spellings: Iterable[tuple[str, Any]], exact: bool = False, dots: bool = False) -> Tree:
    """A tree of spellings and their meanings; of two that are spelled alike, the first stays.

    exact : capitals count
    dots  : a dot at the end must stand there; else it may
    """
    root = Tree({}, [])
    for spelling, meaning in spellings:
        for form in forms(spelling):
            plain = form if exact else form.lower().replace("ё", "е")
            pieces = [(piece.group(), bool(piece.start()) and not plain[piece.start() - 1].isspace()) for piece in PIECE.finditer(plain)]
            ends = [len(pieces)]
            if not dots and len(pieces) > 1 and pieces[-1][0] == ".":
                ends.append(len(pieces) - 1)
            for end in ends:
                at = root
                for piece in pieces[:end]:
                    at = at.next.setdefault(piece, Tree({}, []))
                if not at.meaning:
                    at.meaning.append(meaning)
    return root


def backwards(spellings: Iterable[tuple[str, Any]]) -> Tree:
    """A tree of spellings as they are met going back from a number, letter by letter; a dot at the end must stand there."""
    root = Tree({}, [])
    for spelling, meaning in spellings:
        at = root
        for piece in reversed(PIECE.findall(spelling)):
            at = at.next.setdefault((piece, False), Tree({}, []))
        at.meaning.append(meaning)
    return root


@cache
def tree(name: str, language: str) -> Tree:
    """The spellings of a part of the number table: ``words``, ``powers``, ``ordinals``, ... by language; meanings are its keys."""
    part = table("numbers")[name]
    spoken = {"en": ("en",), "ru": ("ru",), "kk": ("kk", "ru")} if name == "powers" else {"en": ("en",), "ru": ("ru",), "kk": ("kk",)}
    rows = [(spelling, key) for other in spoken[language] for key, spellings in part.get(other, {}).items() for spelling in spellings]
    return grow(rows)


# ----------------------------------------------------------------------------------------------------------------------- view


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words as columns, for a reader that goes through them once.

    texts, low   : each word as it stands, and in small letters
    starts, ends : its characters
    sentence, paragraph : where it is
    """

    content: str
    language: str
    texts: list[str]
    low: list[str]
    starts: list[int]
    ends: list[int]
    sentence: list[int]
    paragraph: list[int]

    def glued(self, at: int) -> bool:
        """Whether a word touches the one before it."""
        return at > 0 and at < len(self.starts) and self.starts[at] == self.ends[at - 1]

    def is_number(self, at: int) -> bool:
        """Whether a word is digits."""
        return 0 <= at < len(self.texts) and self.texts[at][0].isdecimal()

    def at(self, index: int) -> str:
        """A word in small letters, or "" beyond the text."""
        return self.low[index] if 0 <= index < len(self.low) else ""

    def after(self, position: int, at: int) -> int:
        """Index of the first word, from `at` on, that begins at a character or later."""
        while at < len(self.starts) and self.starts[at] < position:
            at += 1
        return at


def view(marked: Marked) -> Words:
    """The words of a marked text as columns."""
    tokens = marked.tokens
    return Words(
        marked.text.content,
        marked.text.language,
        [token.text for token in tokens],
        [token.text.lower().replace("ё", "е") for token in tokens],
        [token.start for token in tokens],
        [token.end for token in tokens],
        [token.sentence for token in tokens],
        [token.paragraph for token in tokens],
    )


def spelled(words: Words, at: int, spellings: Tree, exact: bool = False) -> tuple[Any, int] | None:
    """The longest spelling that stands at a word, its meaning and the index behind it; a dot that ends the sentence is left out."""
    texts = words.texts if exact else words.low
    if at >= len(texts):
        return None
    if (texts[at], False) not in spellings.next:
        return None
    best: tuple[Any, int] | None = None
    before: tuple[Any, int] | None = None
    now, end = spellings, at
    while end < len(texts) and words.paragraph[end] == words.paragraph[at]:
        glued = end > at and words.glued(end)
        after = (now.next.get((texts[end], True)) if glued else None) or now.next.get((texts[end], False))
        if after is None:
            break
        now, end = after, end + 1
        if now.meaning:
            before, best = best, (now.meaning[0], end)
    if best and before and words.texts[best[1] - 1] == "." and before[1] == best[1] - 1 and _ends(words, best[1]):
        return before
    return best


def _ends(words: Words, at: int) -> bool:
    """Whether a sentence ends before a word."""
    if at >= len(words.texts) or words.sentence[at] != words.sentence[at - 1] or words.paragraph[at] != words.paragraph[at - 1]:
        return True
    return words.texts[at][0].isupper() and not words.glued(at)


# --------------------------------------------------------------------------------------------------------------------- number


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it stands, without unit.

    value       : times ten to the `power` it is the number
    power       : of the multiplier word behind it ("million": 6); 0: none
    first, last : its words, the last not included
    start, end  : its characters
    in_words    : spelled in words
    plain       : an integer of digits that nothing parts, as years are
    grouped     : thousands are parted
    suffix      : ending tied to it by a hyphen ("19-ы": "ы")
    flags       : what was assumed
    """

    value: Decimal
    power: int
    first: int
    last: int
    start: int
    end: int
    in_words: bool = False
    plain: bool = False
    grouped: bool = False
    suffix: str = ""
    flags: tuple[str, ...] = ()

    @property
    def whole(self) -> Decimal:
        """The number, its multiplier included."""
        return self.value * _TENS[self.power] if self.power else self.value


def numeral(words: Words, at: int) -> Numeral | None:
    """The number that begins at a word, with its multiplier, or None."""
    first = digits(words, at) if words.texts[at][0].isdecimal() or words.texts[at] in _VULGAR or _pointed(words, at) else None
    found = first or _in_words(words, at)
    if found is None:
        return None
    found = _halved(words, found)
    ten = power(words, found.last) if not found.suffix or words.language == "kk" else None
    if ten:
        found = replace(found, power=ten[0], last=ten[1], end=words.ends[ten[1] - 1], plain=False)
        again = power(words, ten[1])
        if again and again[0] > 3 and ten[0] == 3:  # a thousand million
            found = replace(found, power=ten[0] + again[0], last=again[1], end=words.ends[again[1] - 1])
        found = _and_less(words, found)
    return _suffixed(words, found)


def _pointed(words: Words, at: int) -> bool:
    """Whether ".5" stands here."""
    return words.texts[at] == "." and words.is_number(at + 1) and words.glued(at + 1) and not words.glued(at)


def digits(words: Words, at: int) -> Numeral | None:
    """A number of digits: thousands parted by spaces, commas, points or apostrophes, decimals, a power of ten."""
    content, start = words.content, words.starts[at]
    if words.texts[at] in _VULGAR:
        return Numeral(_VULGAR[words.texts[at]], 0, at, at + 1, start, words.ends[at])
    if words.texts[at] == ".":
        end = words.ends[at + 1]
        return Numeral(Decimal(f"0.{content[start + 1 : end]}"), 0, at, at + 2, start, end) if end - start < LONGEST else None
    lead, end = words.texts[at], words.ends[at]
    if len(lead) > LONGEST:
        return None
    groups = [lead]
    if len(lead) <= 3 and lead[0] != "0":
        while len(groups) < 8 and end < len(content) and content[end] in _SPACES and _three(content, end + 1):
            groups.append(content[end + 1 : end + 4])
            end += 4
    parts: list[tuple[str, str]] = []
    while len(parts) < 8 and end + 1 < len(content) and content[end] in ".,'’" and content[end + 1].isdecimal():
        stop = end + 1
        while stop < len(content) and content[stop].isdecimal() and stop - end <= LONGEST:
            stop += 1
        parts.append((content[end], content[end + 1 : stop]))
        end = stop
    read = _parted(groups, parts, words.language)
    if read is None:
        return None
    text, grouped, flags = read
    value = Decimal(text)
    if lead == "10" and not parts and (found := _RAISED.match(content, end)):
        value, end = Decimal(10) ** _exponent(found), found.end()
    elif found := _TEN_TO.match(content, end):
        value *= Decimal(10) ** _exponent(found)
        end = found.end()
    last = words.after(end, at)
    if last < len(words.texts) and words.texts[last] in _VULGAR and "." not in text and content[end : words.starts[last]] in ("", " "):
        value += _VULGAR[words.texts[last]]
        last, end = last + 1, words.ends[last]
    plain = len(groups) == 1 and not parts and last == at + 1
    return Numeral(value, 0, at, last, start, end, plain=plain, grouped=grouped, flags=flags)


def _exponent(found: re.Match[str]) -> int:
    """The power of ten that is written behind the ten."""
    plain, raised = found.groups()[-2:]
    if found.lastindex != len(found.groups()):
        return int((plain or found[1]).replace("−", "-"))
    return (-1 if "⁻" in raised else 1) * int("".join(_SUPERSCRIPT.get(sign, "") for sign in raised) or 0)


def _three(content: str, at: int) -> bool:
    """Whether exactly three digits stand here."""
    return content[at : at + 3].isdecimal() and len(content[at : at + 3]) == 3 and not content[at + 3 : at + 4].isdecimal()


def _parted(groups: list[str], parts: list[tuple[str, str]], language: str) -> tuple[str, bool, tuple[str, ...]] | None:
    """Digits with a point for decimals, whether thousands are parted, and flags; None: no number ("1.2.3")."""
    whole, spaced = "".join(groups), len(groups) > 1
    if not parts:
        return whole, spaced, ()
    if spaced:
        return (f"{whole}.{parts[0][1]}", True, ()) if len(parts) == 1 and parts[0][0] in ".," else None
    sign, last = parts[-1]
    same = {one for one, _ in parts[:-1]}
    threes = all(len(digits) == 3 for _, digits in parts[:-1]) and len(whole) <= 3 and whole[0] != "0"
    if len(parts) == 1:
        parted = len(last) == 3 and len(whole) <= 3 and whole[0] != "0"
        if parted and last == "000" and (sign == "." or language != "en"):  # no one measures to a thousandth that is zero
            return whole + last, True, (f"{'point' if sign == '.' else 'comma'} read as thousands",)
        if parted and (sign in "'’" or (sign == "," and language == "en")):
            return whole + last, True, ()
        flags = ("comma read as decimal",) if parted and sign == "," else ()
        return (f"{whole}.{last}", False, flags) if sign in ".," else None
    if not threes or len(same) != 1:
        return None
    head = whole + "".join(digits for _, digits in parts[:-1])
    if sign in same:
        return (head + last, True, ()) if len(last) == 3 else None
    return (f"{head}.{last}", True, ()) if sign in ".," else None


@cache
def counting(language: str) -> dict[str, Decimal]:
    """Counting words of a language."""
    return {form: exact(key) for key, rows in table("numbers")["words"][language].items() for row in rows for form in forms(row)}


@cache
def _groups(language: str) -> dict[str, int]:
    return {form: int(key) for key, rows in table("numbers")["groups"][language].items() for row in rows for form in forms(row)}


@cache
def _alone(part: str) -> frozenset[str]:
    return (
        frozenset(form for row in table("numbers")["alone"][part] for form in forms(row))
        if part in table("numbers")["alone"]
        else frozenset()
    )


@cache
def around(name: str) -> frozenset[str]:
    """A list of words that stand around numbers, by its name in the table."""
    return frozenset(table("numbers")["around"][name])


@cache
def starts(language: str) -> frozenset[str]:
    """Words with which a number in words may begin."""
    half = table("numbers")["half"]
    more = {*half["en"], *table("numbers")["alone"]["article"]} if language == "en" else set()
    more |= set(half["kk_half"]) if language == "kk" else set()
    return frozenset(counting(language)) | frozenset(_groups(language)) | _alone(language) | _alone("hedged") | more


def _in_words(words: Words, at: int) -> Numeral | None:
    """A number in words, without its multiplier; a multiplier alone counts once."""
    language, low = words.language, words.low
    if low[at] not in starts(language):
        return None
    if language == "en" and (found := _article(words, at)):
        return found
    if language == "kk" and low[at] in table("numbers")["half"]["kk_half"]:
        ten = power(words, at + 1)
        return Numeral(Decimal("0.5"), 0, at, at + 1, words.starts[at], words.ends[at], in_words=True) if ten else None
    if low[at] in _alone(language) or (low[at] in _alone("hedged") and language == "ru"):
        flags = ("alone",) if low[at] in _alone(language) else ("hedged",)
        size = _groups(language).get(low[at])
        if size:
            return Numeral(Decimal(size), 0, at, at + 1, words.starts[at], words.ends[at], in_words=True, flags=flags)
        return Numeral(Decimal(1), 0, at, at, words.starts[at], words.ends[at], in_words=True, flags=flags)
    value, end = _sum(words, at)
    if end == at:
        return None
    one = end == at + 1 and value == 1
    return Numeral(value, 0, at, end, words.starts[at], words.ends[end - 1], in_words=True, flags=("one",) if one else ())


def _article(words: Words, at: int) -> Numeral | None:
    """English: "a million", "half a million", "a dozen", "half a dozen", "quarter of a million"."""
    low = words.low
    value, end = Decimal(1), at
    if low[end] == "half":
        value, end = Decimal("0.5"), end + 1
        if words.at(end) == "-":
            end += 1
    if words.at(end) in ("a", "an"):
        end += 1
    if end == at or (end > at and words.at(end) == "-"):
        return None
    if words.at(end) in _groups("en"):
        return Numeral(value * _groups("en")[low[end]], 0, at, end + 1, words.starts[at], words.ends[end], in_words=True)
    ten = power(words, end) if end < len(low) else None
    if ten is None or low[end].endswith("s"):
        return None
    if ten[0] == 2:
        more, last = _sum(words, ten[1] + 1) if words.at(ten[1]) == "and" else (Decimal(0), ten[1])
        last = last if more else ten[1]
        return Numeral(value * 100 + more, 0, at, last, words.starts[at], words.ends[last - 1], in_words=True)
    return Numeral(value, 0, at, end, words.starts[at], words.ends[end - 1], in_words=True)


def _sum(words: Words, at: int) -> tuple[Decimal, int]:
    """Counting words below a thousand from here on, added up, and the index behind them."""
    known, low = counting(words.language), words.low
    group, end = Decimal(0), at
    while end < len(low) and words.paragraph[end] == words.paragraph[at]:
        here = end
        if group and words.language == "en" and words.at(end + 1) in known:
            twenty_one = low[end] == "-" and group % 100 >= 20 and group % 10 == 0
            here += twenty_one or (low[end] == "and" and group % 100 == 0)
        word = low[here]
        hundred = power(words, here)
        if hundred and hundred[0] == 2 and group < 100 and here == end:
            group, end = (group or Decimal(1)) * 100, here + 1
            continue
        if words.language != "kk" and word in _groups(words.language) and 0 < group < 100 and here == end:
            return group * _groups(words.language)[word], here + 1
        value = known.get(word)
        if value is None or not _fits(group, value, 10 if words.language == "kk" else 20):
            break
        group, end = group + value, here + 1
    return group, end


def _fits(group: Decimal, value: Decimal, ten: int) -> bool:
    """Whether a counting word may follow: "twenty" then "one", not "five" then "twenty"; in Kazakh also "ten" then "one"."""
    if group == 0:
        return True
    if group % 1 or value % 1 or value == 0:
        return False
    return (group % 100 == 0 and value < 100) or (group % 100 >= ten and group % 10 == 0 and value < 10)


def _halved(words: Words, found: Numeral) -> Numeral:
    """ "Two and a half", "два с половиной", "екі жарым"."""
    half = table("numbers")["half"]
    for phrase in (*half["with_half"], *half["and_half"], *half["kk_half"][:1]):
        parts = phrase.split()
        if words.low[found.last : found.last + len(parts)] == parts:
            last = found.last + len(parts)
            return replace(found, value=found.value + Decimal("0.5"), last=last, end=words.ends[last - 1], plain=False)
    return found


@cache
def _signs() -> dict[str, int]:
    rows = table("numbers")["powers"]["signs"]
    return {sign: int(ten) for ten, signs in rows.items() if ten != "loose" for sign in signs}


def power(words: Words, at: int, loose: bool = False) -> tuple[int, int] | None:
    """Power of ten of the multiplier at a word and the index behind it, or None.

    loose : "m", "b" and their like count too, as they do behind a currency and before a unit
    """
    if at >= len(words.low):
        return None
    if words.low[at] == "-" and words.language == "en" and words.glued(at) and words.glued(at + 1) and at and words.is_number(at - 1):
        after = power(words, at + 1)  # a "20-million-tonne" deposit
        return after if after and len(words.low[at + 1]) > 2 else None
    text = words.texts[at]
    if (ten := _signs().get(text)) is not None:
        touching = words.glued(at) and words.is_number(at - 1)
        if loose or text not in table("numbers")["powers"]["signs"]["loose"] or (touching and text in ("k", "K", "M")):
            return ten, at + 1
    found = spelled(words, at, tree("powers", words.language))
    if found is None and words.language != "en":
        found = spelled(words, at, tree("powers", "en"))
        return (int(found[0]), found[1]) if found and int(found[0]) > 2 else None
    return (int(found[0]), found[1]) if found else None


def _and_less(words: Words, found: Numeral) -> Numeral:
    """ "1 млн 200 тыс.", "миллион двести тысяч": the parts of one number, each with a smaller multiplier."""
    total, ten, last, end = found.whole, found.power, found.last, found.end
    while last < len(words.low) and words.paragraph[last] == words.paragraph[found.first]:
        if words.is_number(last):
            more = digits(words, last)
        elif words.low[last] in counting(words.language):
            value, stop = _sum(words, last)
            more = Numeral(value, 0, last, stop, words.starts[last], words.ends[stop - 1], in_words=True)
        else:
            break
        if more is None or more.value >= 1000 or more.value % 1:
            break
        less = power(words, more.last)
        if less and 2 < less[0] < ten:
            total, ten, last, end = total + more.value * 10 ** less[0], less[0], less[1], words.ends[less[1] - 1]
        elif less is None and ten > 2 and (found.in_words or _thousand_more(words, found, more)) and found.in_words == more.in_words:
            total, ten, last, end = total + more.value, 0, more.last, more.end
        else:
            break
    return found if last == found.last else replace(found, value=total, power=0, last=last, end=end)


def _thousand_more(words: Words, found: Numeral, more: Numeral) -> bool:
    """Whether "3 тыс. 500" is one number."""
    three = more.plain and more.end - more.start == 3
    return three and found.power == 3 and found.value % 1 == 0 and words.sentence[more.first] == words.sentence[found.first]


@cache
def suffixes(language: str) -> frozenset[str]:
    ranges = table("numbers")["range"]
    return frozenset(form for row in ranges.get(f"{language}_suffixes", ()) for form in forms(row)) - {""}


def _suffixed(words: Words, found: Numeral) -> Numeral:
    """With the ending of its case, where a hyphen ties one to it: "19-ы", "20-дан", "20-ти"."""
    at = found.last
    if at + 1 < len(words.low) and words.texts[at] in DASHES and words.glued(at) and words.glued(at + 1):
        ending = words.low[at + 1]
        if ending in suffixes(words.language) and not (words.language == "ru" and found.power):
            return replace(found, suffix=ending, last=at + 2, end=words.ends[at + 1], plain=False)
    return found
