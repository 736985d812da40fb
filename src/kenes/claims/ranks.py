"""Which part, which place? Shares in words and figures ("two thirds", "75/25") and ranks ("third", "топ-3", "үшінші")."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from kenes.claims import hedges, measures, numerals
from kenes.claims.lexicon import table
from kenes.claims.numerals import DASHES, Numeral, Tree, Words, around, forms, grow, spelled
from kenes.claims.quantities import Amount, Found, Part, single, told

__all__ = ["rank", "ratio", "share"]


def share(words: Words, at: int, done: int) -> Found | None:
    """A share in words: "two thirds", "половина", "үштен бірі", or in figures: "2/3", "75/25"."""
    found = _fraction(words, at)
    if found is None:
        return None
    value, last = found
    ten = numerals.power(words, last) or (numerals.power(words, last + 1) if words.at(last) in ("of", "a") else None)
    ten = ten or (numerals.power(words, last + 2) if (words.at(last), words.at(last + 1)) == ("of", "a") else None)
    numeral = Numeral(value, 0, at, last, words.starts[at], words.ends[last - 1], in_words=True)
    if ten:  # "четверть миллиона тонн"
        numeral = replace(numeral, power=ten[0], last=ten[1], end=words.ends[ten[1] - 1])
        measure = measures.measure(words, ten[1])
        return single(words, Part(numeral, measure, None, at, measure.last if measure else ten[1]), done)
    hedge, first = hedges.before(words, at, done)
    if hedge is None and (behind := hedges.after(words, last)):
        hedge, last = behind
    amount = told(words, "fraction", value, "1", value, (first, last), (numeral.start, numeral.end), hedge=hedge)
    return Found(amount, first, last)


def ratio(words: Words, at: int) -> list[Found]:
    """ "51/49", "75:25": two shares of a whole, where they make a hundred; "19/50": so many of so many."""
    halves = words.texts[at : at + 3] in (["50", "-", "50"], ["50", "–", "50"])
    tight, slash = words.glued(at + 1) and words.glued(at + 2), words.at(at + 1) == "/"
    if not ((slash or words.at(at + 1) == ":" or halves) and words.is_number(at + 2) and (tight or slash)):
        return []
    if slash and tight and (one := _part_of_many(words, at)):
        return [one]
    pair = (at, at + 2)
    more = words.glued(at + 3) and words.at(at + 3) in ("/", ":")
    if more or any(len(words.texts[n]) not in ((1, 2) if slash else (2,)) for n in pair) or sum(int(words.texts[n]) for n in pair) != 100:
        return []
    return [Found(_of_hundred(words, n), n, n + 1) for n in pair]


def _of_hundred(words: Words, at: int) -> Amount:
    """One side of "51/49"."""
    value, span = Decimal(words.texts[at]), (words.starts[at], words.ends[at])
    return told(words, "fraction", value, "%", value / 100, (at, at + 1), span, flags=("part of a ratio",), explicit=False)


def _part_of_many(words: Words, at: int) -> Found | None:
    """ "19/50": so many of so many."""
    a, b = words.texts[at], words.texts[at + 2]
    if not (len(a) <= 3 and 2 <= len(b) <= 3 and int(a) < int(b) and int(b) > 12 and int(a) + int(b) != 100) or words.at(at + 3) == "/":
        return None
    value, number = Decimal(a), (words.starts[at], words.ends[at])
    amount = told(words, "number", value, "1", value, (at, at + 3), number, of=Decimal(b), explicit=False)
    return Found(amount, at, at + 3)


def _fraction(words: Words, at: int) -> tuple[Decimal, int] | None:
    """The share that begins at a word, and the index behind it."""
    if words.is_number(at):
        if words.at(at + 1) == "/" and words.is_number(at + 2) and words.glued(at + 1) and words.glued(at + 2):
            a, b = words.texts[at], words.texts[at + 2]
            if len(a) <= 2 and len(b) <= 2 and 0 < int(a) < int(b) <= 12 and words.at(at + 3) != "/" and not measures.atom(words, at + 3):
                return Decimal(a) / Decimal(b), at + 3
        return None
    language = words.language
    if language == "kk":
        return _kazakh_fraction(words, at)
    shares = numerals.tree("shares", language)
    counting, low = numerals.counting(language), words.low[at]
    many = counting.get(low) if low not in ("a", "an") else Decimal(1)
    if many is not None and many < 10:
        here = at + 2 if words.at(at + 1) == "-" and words.glued(at + 1) else at + 1
        found = spelled(words, here, shares) if here < len(words.texts) else None
        if found is None or (language == "ru" and found[0] == "1/2"):
            return None
        value = many * numerals.exact(found[0])
        if value >= 1 or (low in ("a", "an") and not _open(words, found[1])):
            return None
        if language == "ru" and many != 1 and found[0] not in ("1/3", "1/4") and not words.low[found[1] - 1].endswith("ых"):
            return None
        return value, found[1]
    found = spelled(words, at, shares)
    if found is None:
        return None
    before, after = words.at(at - 1), words.at(found[1])
    if language == "en":
        if found[0] != "1/2" or low == "halves" or before in ("first", "second", "latter", "other", "-") or after in ("-", "year", "hour"):
            return None
        if after in ("a", "an") or (before in ("a", "and") and after not in ("of", "the")):
            return None
        return Decimal("0.5"), found[1]
    if low.startswith(("половин", "трет", "четверт")) and low not in ("третий",):
        if before.startswith(("перв", "втор", "третьей", "лучш", "больш")) or after in (
            "века",
            "дня",
            "года",
            "часа",
            "месяца",
            "финала",
            "столетия",
        ):
            return None
        return numerals.exact(found[0]), found[1]
    if after in ("часть", "части", "частью", "доля", "доли", "долю") and low.endswith(("ая", "ую", "ой")):
        return numerals.exact(found[0]), found[1] + 1
    return None


def _open(words: Words, at: int) -> bool:
    """Whether "a third" ends here: no noun follows that it would rank."""
    after = words.at(at)
    return not after or not after[0].isalpha() or after in around("open") or words.sentence[at] != words.sentence[at - 1]


def _kazakh_fraction(words: Words, at: int) -> tuple[Decimal, int] | None:
    """ "Үштен бірі", "төрттен үші", "жартысы"."""
    found = spelled(words, at, numerals.tree("shares", "kk"))
    if found:
        return numerals.exact(found[0]), found[1]
    counting = numerals.counting("kk")
    parts, own = counting.get(words.low[at]), words.at(at + 1)
    if parts is None or not words.low[at].endswith(tuple(table("numbers")["range"]["kk_from"])):
        return None
    many = Decimal(1) if own.startswith("бірі") or (own == "бір" and words.at(at + 2).startswith("бөлі")) else counting.get(own)
    if many is None or not (
        own.endswith(("і", "ы", "ін", "ын", "іне", "ына", "інен", "ынан", "де", "да")) or words.at(at + 2).startswith("бөлі")
    ):
        return None
    if not many < parts <= 10:
        return None
    return many / parts, at + (3 if words.at(at + 2).startswith("бөлі") else 2)


def rank(words: Words, at: int) -> Found | None:
    """A rank: "third", "3rd", "3-е место", "№ 3", "топ-3", "тройка", "үшінші"."""
    found = _ranked(words, at)
    if found is None:
        return None
    value, first, last, flags = found
    number = (words.starts[at], words.ends[last - 1])
    amount = told(words, "ordinal", Decimal(value), "1", Decimal(value), (first, last), number, flags=flags, explicit=False)
    return Found(amount, first, last)


@cache
def _rank_words(name: str) -> Tree:
    return grow((row, name) for row in table("numbers")["ranks"][name])


def _ranked(words: Words, at: int) -> tuple[float, int, int, tuple[str, ...]] | None:
    """Place, first word, index behind, flags."""
    low = words.low[at]
    if spelled(words, at, _rank_words("top")):
        here = at + 2 if words.at(at + 1) in DASHES and words.at(at + 1) else at + 1
        if here >= len(words.texts):
            return None
        number = numerals.numeral(words, here)
        if number is None or not 1 < number.value <= 100 or number.power:
            return None
        return float(number.value), at, number.last, ("top",)
    if words.is_number(at):
        return _ranked_digits(words, at)
    leaders = spelled(words, at, numerals.tree("leaders", words.language))
    if leaders and not words.at(at - 1).startswith("больш"):
        return float(leaders[0]), at, leaders[1], ("top",)
    if words.at(at - 1) == "number" and low in numerals.counting(words.language) and words.language == "en" and words.at(at + 1) != "of":
        return float(numerals.counting("en")[low]), at - 1, at + 1, ("number sign",)
    found = spelled(words, at, numerals.tree("ordinals", words.language))
    if found is None or spelled(words, found[1], _rank_words("never")) if found and found[1] < len(words.texts) else found is None:
        return None
    assert found is not None
    if words.language == "en" and (low == "second" or low == "third") and words.at(at - 1) in ("a", "per", "one", "every", "-"):
        return None
    if found[0] == "1" and not _leads(words, found[1]):
        return None
    return float(found[0]), at, found[1], ()


def _leads(words: Words, at: int) -> bool:
    """Whether a rank follows within three words: "first place"."""
    tree_ = _rank_words("after")
    for here in range(at, min(at + 3, len(words.texts))):
        if words.sentence[here] != words.sentence[at - 1] or words.texts[here] in ".,;:":
            return False
        if spelled(words, here, tree_):
            return True
    return False


def _ranked_digits(words: Words, at: int) -> tuple[float, int, int, tuple[str, ...]] | None:
    """ "3rd", "3-е", "3-ші", "3-орын", "№ 3"."""
    if len(words.texts[at]) > 3:
        return None
    value = float(int(words.texts[at]))
    ranks = table("numbers")["ranks"]
    if words.at(at + 1) in ranks["suffixes_en"] and words.glued(at + 1):
        after = at + 2 + (words.at(at + 2) == "-")
        if after < len(words.texts) and spelled(words, after, _rank_words("never")):
            return None
        return value, at, at + 2, ()
    if words.language == "kk" and words.at(at + 1).startswith(("орын", "орны")):
        return value, at, at + 2, ()
    if words.at(at + 1) in DASHES and words.at(at + 1) and words.glued(at + 1) and words.glued(at + 2):
        ending = words.at(at + 2)
        if words.language == "ru" and ending in ranks["suffixes_ru"]:
            if at + 3 < len(words.texts) and spelled(words, at + 3, _rank_words("never")):
                return None
            return value, at, at + 3, ()
        if words.language == "kk" and ending in _kazakh_ranks():
            return value, at, at + 3, ()
    before = at - 1
    if before >= 0 and (words.texts[before] in ("№", "#", "No") or (words.texts[before] == "." and words.texts[before - 1] == "No")):
        first = before - 1 if words.texts[before] == "." else before
        return (value, first, at + 1, ("number sign",)) if not (words.at(at + 1) in ("-", "/") and words.glued(at + 1)) else None
    if (
        words.at(before) == "number"
        and words.at(before - 1) not in ("of", "the", "a")
        and words.at(at + 1) in ("in", "", ".", ",", "worldwide", "globally")
    ):
        return value, before, at + 1, ("number sign",)
    return None


@cache
def _kazakh_ranks() -> frozenset[str]:
    return frozenset(form for row in table("numbers")["ranks"]["suffixes_kk"] for form in forms(row))
