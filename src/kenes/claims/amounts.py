"""How much does the text say? Every quantity of a text, with its unit, its range, its hedge, and what it is out of; dates and ranks too."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

from kenes.claims import codes, days, hedges, measures, numerals, quantities, ranks
from kenes.claims.lexicon import table
from kenes.claims.numerals import Words, around, forms
from kenes.claims.quantities import Amount, Found, Part, told
from kenes.claims.tokens import Marked

__all__ = ["MOST", "Amount", "find"]

MOST = 20_000
"""Amounts that are read of one text; what follows them is not read."""


def find(marked: Marked) -> list[Amount]:
    """Every quantity, date and rank of a text, in order; none overlaps another. After `MOST` of them the text is not read on."""
    words = numerals.view(marked)
    found: list[Found] = []
    skipped = iter([*codes.addresses(words.content), (len(words.content) + 1, 0)])
    from_, to = next(skipped)
    starts = _starts(words.language)
    at, done = 0, 0
    while at < len(words.texts) and len(found) < MOST:
        begin, low = words.starts[at], words.low[at]
        while begin >= to > 0:
            from_, to = next(skipped)
        if from_ <= begin < to or not (low[0].isdecimal() or low in starts):
            at += 1
            continue
        read, after = _read(words, at, done)
        while read and found and found[-1].amount.end > read[0].amount.start:  # "бір тоннаға 700 грамм": one tonne was no quantity
            found.pop()
        found += read
        at = max(after, at + 1)
        if read:
            done = max(done, at)
    return [
        one.amount
        for one in _out_of(words, _carried(words, found))
        if one.amount.dimension != "number" or one.amount.value % 1 == 0 or one.amount.low is not None
    ]


@cache
def _starts(language: str) -> frozenset[str]:
    """Words with which an amount may begin."""
    rows = table("numbers")
    more: set[str] = {".", *"½⅓⅔¼¾⅕⅖⅗⅘⅛", "q", "h", "fy", "cy", "i", "ii", "iii", "iv", "і", "іі", "ііі", *rows["halves"]}
    for tree_ in (numerals.tree("shares", language), numerals.tree("ordinals", language), numerals.tree("leaders", language)):
        more |= {word for word, _ in tree_.next}
    more |= {form.lower() for row in rows["years"]["seasons"] for form in forms(row)}
    more |= {form.lower().rstrip(".") for month in rows["months"].values() for row in month for form in forms(row)}
    more |= {form for row in rows["ranks"]["top"] for form in forms(row)}
    return frozenset(more) | numerals.starts(language)


def _read(words: Words, at: int, done: int) -> tuple[list[Found], int]:
    """What begins at a word, and the index behind it.

    done : index behind what was read before: hedges are not sought in it
    """
    digits = words.texts[at][0].isdecimal()
    if digits and (after := codes.part_of_name(words, at)) is not None and measures.currency(words, at) is None:
        return [], after
    if digits and codes.edition(words, at):
        return [], at + 1
    if found := days.day(words, at, lambda n: _unit_at(words, n)):
        if found.year is None:
            return [], found.last
        return [_dated(words, found)], found.last
    if digits and (shares := ranks.ratio(words, at)):
        return shares, shares[-1].last
    if digits and (after := codes.code(words, at)) is not None:
        return [], after
    if share := ranks.share(words, at, done):
        return [share], share.last
    if ranked := ranks.rank(words, at):
        return [ranked], ranked.last
    if not digits and (half := quantities.half(words, at, done)):
        return [half], half.last
    return quantities.quantity(words, at, done)


def _unit_at(words: Words, at: int) -> bool:
    """Whether a unit or a multiplier stands at a word."""
    if at >= len(words.texts):
        return False
    return measures.atom(words, at) is not None or numerals.power(words, at) is not None


def _dated(words: Words, found: days.Day) -> Found:
    """A date as an amount."""
    assert found.year is not None
    low, high = (None if year is None else Decimal(year) for year in (found.low, found.high))
    value = Decimal(found.year) if low is None or high is None or "decade" in found.flags else (low + high) / 2
    hedge, first = hedges.before(words, found.first, found.first - 4, only="about")
    number = (words.starts[found.digits[0]], words.ends[found.digits[1] - 1])
    span = (first, found.last)
    amount = told(words, "date", value, "year", value, span, number, low=low, high=high, hedge=hedge, when=found.when, flags=found.flags)
    return Found(amount, first, found.last)


def _carried(words: Words, found: list[Found]) -> list[Found]:
    """Bare numbers before "and" with the unit of the number behind it: "75 and 25 %", "5, 7 и 10 млн т", "2018 и 2022 годах"."""
    result = list(found)
    carried = False
    for n in range(len(result) - 2, -1, -1):
        one, after = result[n], result[n + 1]
        link = words.at(one.last) if after.first == one.last + 1 else ""
        joined = link in around("joins") or (carried and link == ",")
        carried = False
        if not joined or one.amount.dimension != "number" or one.amount.explicit or one.numeral is None or one.amount.of is not None:
            continue
        if after.amount.dimension == "date" and one.numeral.plain and 1900 <= one.amount.value <= 2099 and after.amount.low is None:
            value = one.amount.value
            result[n] = replace(one, amount=replace(one.amount, dimension="date", unit="year", when=f"{value:.0f}", explicit=True))
            carried = True
        elif (
            after.numeral is not None
            and after.measure is not None
            and not after.amount.hedge
            and after.measure.dimension not in ("other", "time")
        ):
            numeral = replace(one.numeral, power=one.numeral.power or after.power)
            part = Part(numeral, after.measure, None, one.numeral.first, one.last)
            told = quantities.single(words, part, one.first).amount
            amount = replace(
                told,
                start=one.amount.start,
                end=one.amount.end,
                hedge=one.amount.hedge,
                number_end=one.amount.number_end,
                flags=(*told.flags, "unit of the next number"),
            )
            result[n] = replace(one, amount=amount, measure=after.measure, power=numeral.power)
            carried = True
    return result


def _out_of(words: Words, found: list[Found]) -> list[Found]:
    """ "19 of the 50", "Из 50 ... 19", "50 минералдың 19-ы": one amount with its `of`, and not two."""
    result = list(found)
    counts = [n for n, one in enumerate(found) if one.amount.dimension == "number" and one.amount.si is not None]
    gone: set[int] = set()
    for one, after in pairwise(counts):
        if one in gone:
            continue
        a, b = result[one], result[after]
        if after == one + 1 and b.amount.hedge is None and _of(words, a, b):
            result[one] = replace(a, amount=replace(a.amount, of=b.amount.si, end=b.amount.number_end), last=b.last)
            gone.add(after)
        elif words.sentence[a.last - 1] == words.sentence[b.first] and _less(b, a) and (_opens(words, a) or _possessed(words, a, b)):
            near = after == one + 1 and b.first - a.last <= 5 and not _opens(words, a)
            result[after] = replace(b, amount=replace(b.amount, of=a.amount.si, start=a.amount.start if near else b.amount.start))
            gone.add(one)
        elif of := _of_which(words, a, b):
            result[after] = replace(b, amount=replace(b.amount, of=of))
    return [one for n, one in enumerate(result) if n not in gone]


def _less(one: Found, whole: Found) -> bool:
    return one.amount.si is not None and whole.amount.si is not None and one.amount.si <= whole.amount.si


def _of(words: Words, one: Found, after: Found) -> bool:
    """Whether "of" leads from one number to the next."""
    if not _less(one, after) or words.sentence[one.last - 1] != words.sentence[after.first]:
        return False
    at, gap = one.last, 0
    if words.at(at) == "(":
        at += 1
    while at < after.first and words.low[at] not in ("of", "из", "out") and gap < 4:
        if not words.texts[at][0].isalpha():
            return False
        at, gap = at + 1, gap + 1
    out = words.at(at) == "out" and words.at(at + 1) == "of"
    if not out and words.at(at) not in ("of", "из"):
        return False
    between = range(at + 1 + out, after.first)
    if gap and not out and (words.low[at] == "of" or _noun(words, after.last)):
        return False
    if gap and out and _noun(words, after.last) and "the" not in words.low[at : after.first]:
        return False
    return len(between) <= 6 and all(words.texts[n][0].isalpha() or words.texts[n] in "'’-" for n in between)


def _noun(words: Words, at: int) -> bool:
    """Whether something of its own is counted by the number before a word: not "19 минералов из 50 критически важных"."""
    after = words.at(at)
    if not after or not after[0].isalpha() or words.sentence[at] != words.sentence[at - 1]:
        return False
    return after not in (
        "on",
        "in",
        "listed",
        "named",
        "identified",
        "и",
        "в",
        "на",
        "по",
        "критически",
        "возможных",
    ) and not after.endswith(("ых", "их"))


def _opens(words: Words, one: Found) -> bool:
    """Whether a clause opens with "of" and the number: "Из 50 критических минералов ..."."""
    at = one.first - 1
    if at >= 0 and words.low[at] in ("the", "these", "all", "этих", "всех"):
        at -= 1
    if at < 0 or words.low[at] not in ("of", "из"):
        return False
    if at > 0 and words.low[at - 1] == "out":
        at -= 1
    return at == 0 or words.sentence[at - 1] != words.sentence[at] or not words.texts[at - 1][0].isalnum()


def _of_which(words: Words, whole: Found, one: Found) -> float | None:
    """Y of "50 minerals, 19 of which": the number before stays a count of its own."""
    if whole.amount.dimension != "number" or whole.amount.of is not None or not _less(one, whole):
        return None
    if abs(words.sentence[whole.first] - words.sentence[one.first]) > 1 or words.paragraph[whole.first] != words.paragraph[one.first]:
        return None
    after = (words.at(one.last), words.at(one.last + 1))
    before = (words.at(one.first - 2), words.at(one.first - 1))
    pairs = {(a, b) for a in ("of", "из") for b in ("which", "them", "these", "those", "которых", "них", "этих")}
    return whole.amount.si if after in pairs or before in pairs else None


def _possessed(words: Words, whole: Found, one: Found) -> bool:
    """Kazakh: whether the second number belongs to the first: "50 минералдың 19-ы", "50-ден 19-ы"."""
    if words.language != "kk" or one.numeral is None:
        return False
    rows = table("numbers")["range"]
    if one.numeral.suffix in rows["kk_possessive"]:
        return True
    word = words.low[one.numeral.last - 1]
    own = one.numeral.in_words and word.endswith(("ы", "і", "сы", "сі", "уі", "уы")) and word not in ("алты", "жеті", "екі")
    between = [words.low[n] for n in range(whole.last, one.first)]
    inside = any(part.startswith(("ішін", "арасын")) for part in between)
    last = words.low[whole.last - 1]
    return own or inside or (not between and last.endswith(tuple(rows["kk_from"])))
