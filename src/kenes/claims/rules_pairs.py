"""Which statements speak of one thing, and what does a printed number leave open? Pairs, spans and the telling of numbers for the rules."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kenes import units
from kenes.claims import lexicon
from kenes.claims.claim import Claim, Text
from kenes.claims.tokens import cut
from kenes.notes import Note, note

__all__ = [
    "CONTENT",
    "Pool",
    "Span",
    "beside",
    "between",
    "compounds",
    "content_factor",
    "fraction",
    "in_one_text",
    "kin",
    "mass",
    "money",
    "numbered",
    "oxide_reported",
    "priced",
    "printed",
    "said",
    "shown",
    "signs",
    "texts_of",
    "within",
]

CONTENT = ("oxide", "element", "metal")
"""Forms of what ore contains."""

_REACH = 8
"""Neighbours looked at on each side: a text of a million numbers costs a million times a constant."""
_SENTENCES = 2
_PARAGRAPH = 4
_COARSE = 0.025
"""How far a number that ends in zeros may be rounded: 20 to 0.5, 700 to 17.5."""
_SINGLE = 0.25
"""How far a number of one small digit may be: "1 Mt" is not 1.49 Mt."""
_ABOUT = 0.10
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


# --- what a printed number leaves open -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """All values that a printed number may stand for, as ``si``."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Half way between its ends."""
        return (self.low + self.high) / 2

    def times(self, other: Span) -> Span:
        """Product of two spans of positive numbers."""
        return Span(self.low * other.low, self.high * other.high)

    def over(self, other: Span) -> Span:
        """Quotient of two spans of positive numbers."""
        return Span(_over(self.low, other.high), _over(self.high, other.low))

    def meets(self, other: Span) -> bool:
        """Whether some value is common to both."""
        return self.low <= other.high and other.low <= self.high


def _over(above: float, below: float) -> float:
    return above / below if below > 0 else math.inf


def printed(claim: Claim) -> Span | None:
    """What a claim's number leaves open by its digits and its hedge; None where it has no number above 0.

    Half a unit of the last digit; "about" a tenth, "more than" up to the next step of its first digit (20 to 30, 935.4 to 1,029),
    "less than" down to half, "up to" down to nothing. A range reaches from end to end.

    >>> from kenes.claims.claim import Claim
    >>> grade = Claim("c1", "grade", 0.20, "%", 0.0020, "0.20 % WO3", 0, 10)
    >>> span = printed(grade)
    >>> round(span.low, 6), round(span.high, 6)
    (0.00195, 0.00205)
    """
    if not numbered(claim):
        return None
    assert claim.si is not None
    low = claim.si if claim.low is None else claim.low
    high = claim.si if claim.high is None else claim.high
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    if low != high:
        low, high = sorted((low, high))
        return Span(max(low * (1 - _COARSE), 0.0), high * (1 + _COARSE))
    value = claim.value if claim.value is not None and claim.value > 0 and math.isfinite(claim.value) else claim.si
    scale = claim.si / value
    half, step = (part * scale for part in _digits(value, claim.quote))
    x = claim.si
    if claim.hedge == "about":
        return Span(x - max(half, _ABOUT * x), x + max(half, _ABOUT * x))
    if claim.hedge in ("more than", "at least"):
        return Span(x - half, x + max(half, step, _ABOUT * x))
    if claim.hedge == "less than":
        return Span(x / 2, x + half)
    if claim.hedge == "up to":
        return Span(0.0, x + half)
    return Span(x - half, x + half)


def numbered(claim: Claim) -> bool:
    """Whether a claim has a number above 0 to reckon with, and none beyond everything that is weighed or paid."""
    return claim.si is not None and 1 / _BEYOND < claim.si < _BEYOND


_BEYOND = 1e15


def _digits(value: float, quote: str) -> tuple[float, float]:
    """Half a unit of the last digit printed, and one unit of the last that is not 0, in the unit of the claim."""
    places = max(-int(Decimal(repr(value)).normalize().as_tuple().exponent), 0)
    for match in _NUMBER.finditer(quote[:200]):
        text = match.group().replace(",", ".")
        if "." in text and float(text) == value:  # "0.20 %" tells more than 0.2 does
            places = max(places, len(text.partition(".")[2]))
    if places:
        return min(0.5 * 10.0**-places, _SINGLE * value), 10.0**-places
    whole = str(int(value))
    zeros = len(whole) - len(whole.rstrip("0"))
    half = max(0.5, min(0.5 * 10.0**zeros, _COARSE * value))
    return min(half, _SINGLE * value), 10.0**zeros


# --- numbers as a reader reads them ----------------------------------------------------------------------------------------------


def mass(tonnes: float) -> Note:
    """Tonnes in words.

    >>> mass(14_000), mass(20e6), mass(1336.3e6), mass(28.57e9), mass(0.4)
    ('14,000 t', '20 Mt', '1,336 Mt', '28.6 bn t', '400 kg')
    """
    if tonnes >= 9.9995e9:
        return note("{tonnes:,.3g} bn t", tonnes=tonnes / 1e9) if tonnes < 1e12 else note("{tonnes:.3g} t", tonnes=tonnes)
    if tonnes >= 1e6:
        return note("{tonnes:,.4g} Mt", tonnes=tonnes / 1e6)
    if tonnes >= 1000:
        return note("{tonnes:,.0f} t", tonnes=tonnes)
    if tonnes >= 1 or tonnes == 0:
        return note("{tonnes:,.4g} t", tonnes=tonnes)
    return note("{kilograms:,.3g} kg", kilograms=tonnes * 1000)


def fraction(grade: float, like: str = "%") -> Note:
    """A grade in words, in parts per million where it is small or ``like`` is printed so.

    like : unit of the grade it stands beside

    >>> fraction(0.04677, "g/t"), fraction(0.0007, "g/t"), fraction(0.018), fraction(0.95e-6), fraction(0.7, "%")
    ('4.68 %', '700 g/t', '1.8 %', '0.95 g/t', '70 %')
    """
    if grade >= 0.005 or (grade >= 0.0001 and like not in ("g/t", "ppm", "ppb")):
        return note("{percent:,.3g} %", percent=grade * 100)
    parts = grade * 1e6
    if like in ("ppm", "ppb"):
        unit = "ppm"  # the same in every language
        return note("{parts:,.0f} {unit}", parts=parts, unit=unit) if parts >= 1000 else note("{parts:,.3g} {unit}", parts=parts, unit=unit)
    return note("{parts:,.0f} g/t", parts=parts) if parts >= 1000 else note("{parts:,.3g} g/t", parts=parts)


def money(dollars: float) -> Note:
    """USD in words.

    >>> money(15.7e9), money(292.7e6), money(73_000)
    ('15.7 bn USD', '292.7 M USD', '73,000 USD')
    """
    if dollars >= 1e12:
        return note("{dollars:,.0f} bn USD", dollars=dollars / 1e9)
    if dollars >= 1e9:
        return note("{dollars:,.3g} bn USD", dollars=dollars / 1e9)
    if dollars >= 1e6:
        return note("{dollars:,.4g} M USD", dollars=dollars / 1e6)
    return note("{dollars:,.0f} USD", dollars=dollars) if dollars >= 100 else note("{dollars:,.3g} USD", dollars=dollars)


def said(claim: Claim) -> Note:
    """A claim's number in words: tonnes, a grade in its own unit, tonnes a year, USD, years."""
    x = claim.si or 0.0
    if claim.kind == "grade":
        if claim.unit == "%" and claim.value is not None:
            return note("{percent:,.6g} %", percent=claim.value)
        return fraction(x, claim.unit)
    if claim.kind == "share":
        return note("{percent:,.4g} %", percent=x * 100)
    if claim.kind == "capacity":
        return note("{tonnes} a year", tonnes=mass(x))
    if claim.kind in ("in_situ_value", "capital", "money"):
        return money(x)
    if claim.kind == "price":
        return priced(x, claim)
    if claim.kind == "life":
        return note("{years:,.4g} years", years=x)
    if claim.kind in ("tonnage", "contained"):
        return mass(x)
    return note("{count:,.9g}", count=x)


def priced(dollars: float, like: Claim) -> Note:
    """USD per tonne in the unit of a price."""
    if like.value and like.si and math.isfinite(like.value) and like.unit.startswith("USD/"):
        return note("{price:,.5g} {unit}", price=dollars * like.value / like.si, unit=like.unit)
    return note("{price} a tonne", price=money(dollars))


def shown(claim: Claim) -> Note:
    """A claim's number and what it is of: "20 Mt of ore", "12.5 Mt of rare earths as oxide"."""
    amount = said(claim)
    good = claim.commodity
    if claim.form in ("ore", "concentrate") or (claim.form is not None and good is None):
        return _of_form(amount, claim.form)
    if good is None:
        return note("{amount}, form not said", amount=amount)
    if claim.form is None:
        return note("{amount} of {element}", amount=amount, element=good)
    return {
        "oxide": note("{amount} of {element} as oxide", amount=amount, element=good),
        "element": note("{amount} of {element} as element", amount=amount, element=good),
        "metal": note("{amount} of {element} as metal", amount=amount, element=good),
    }.get(claim.form, note("{amount} of {element}", amount=amount, element=good))


def _of_form(amount: Note, form: str) -> Note:
    return {
        "ore": note("{amount} of ore", amount=amount),
        "concentrate": note("{amount} of concentrate", amount=amount),
        "oxide": note("{amount} of oxide", amount=amount),
        "element": note("{amount} of elements", amount=amount),
        "metal": note("{amount} of metal", amount=amount),
    }.get(form, note("{amount}, form not said", amount=amount))


# --- elements and oxides ---------------------------------------------------------------------------------------------------------


def kin(one: str | None, other: str | None) -> int | None:
    """How near two commodities are: 0 the same, 1 one within the other's group, 2 one not said, None strangers.

    >>> kin("neodymium", "neodymium"), kin("neodymium", "rare earths"), kin(None, "gold"), kin("gold", "rare earths")
    (0, 1, 2, None)
    """
    if one is None or other is None:
        return 2
    if one == other:
        return 0
    return 1 if within(one, other) or within(other, one) else None


def within(part: str | None, whole: str | None) -> bool:
    """Whether a commodity is one of a group: neodymium of the rare earths, dysprosium of the heavy ones (as far as the table tells).

    >>> within("neodymium", "rare earths"), within("rare earths", "neodymium"), within("neodymium", "dysprosium")
    (True, False, False)
    """
    if part is None or whole is None or part == whole:
        return False
    table = lexicon.table("commodities")
    inner, outer = table.get(part, {}), table.get(whole, {})
    if not inner.get("group") or inner["group"] != outer.get("group") or part == inner["group"]:
        return False
    return whole == outer["group"] or ("symbol" in inner and "symbol" not in outer)


def content_factor(commodity: str | None) -> Span | None:
    """Tonnes of element in a tonne of its oxide; of a group, the least and the greatest of its elements. None: not reported as oxide.

    >>> content_factor("tungsten").low == content_factor("tungsten").high, content_factor("gold")
    (True, None)
    """
    if commodity is None:
        return None
    if commodity in _COMPOUNDS:
        found = [units.contained(formula, commodity) for formula in _COMPOUNDS[commodity]]
    elif commodity in units.CUSTOMARY_OXIDE:
        found = [units.contained("oxide", commodity)]
    elif lexicon.table("commodities").get(commodity, {}).get("group") == "rare earths":
        found = [units.contained("oxide", one) for one in units.RARE_EARTHS if one != "promethium"]  # no ore bears promethium
    else:
        return None
    return Span(min(found), max(found))


_COMPOUNDS = {"lithium": ("Li2O", "Li2CO3", "LiOH·H2O")}
"""Elements whose compounds of trade are all told as "oxide"."""


def compounds(claim: Claim) -> tuple[str, ...]:
    """Formulas of what a mass or grade told as oxide may be of, by its words; (): its element has one oxide of trade, or it is no oxide.

    A hydroxide is sold with its water and without, and its words seldom say which.
    """
    every = _COMPOUNDS.get(claim.commodity or "", ())
    if claim.form != "oxide" or not every:
        return ()
    quote = claim.quote[:_WIDEST].translate(_SUBSCRIPTS)
    told = {one for one in ("Li2CO3", "LiOH", "Li2O") if one in quote}
    told.update(name for language in ("en", "ru", "kk") for name, _, _ in _signs(quote, language, 0, max(len(quote), 1)))
    if "LiOH" in told:
        return ("LiOH", "LiOH·H2O")
    return next(((one,) for one in ("Li2CO3", "Li2O") if one in told), every)


_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def oxide_reported(commodity: str | None) -> bool:
    """Whether a mass of it is as often of oxide as of element, so that a form not said leaves both open."""
    if commodity is None:
        return False
    return commodity in units.OXIDE_REPORTED or lexicon.table("commodities").get(commodity, {}).get("group") == "rare earths"


# --- what stands near what -------------------------------------------------------------------------------------------------------


def _same(one: str | None, other: str | None) -> bool | None:
    """Whether two names are one; None where one is not said."""
    if not one or not other:
        return None
    return one.casefold() == other.casefold()


def in_one_text(one: Claim, other: Claim) -> bool:
    """Whether two claims stand in the same or in neighbouring sentences of a text."""
    if one.text != other.text:
        return False
    sentences = abs(one.sentence - other.sentence)
    return sentences <= _SENTENCES or (sentences <= _PARAGRAPH and one.paragraph == other.paragraph)


def between(one: Claim, other: Claim, anywhere: bool = False) -> tuple[int, int, int, int] | None:
    """How far apart two claims are, as a key to sort by; None where they are not of one thing.

    Known subjects must be equal, and then the text matters no more; else both stand near each other in one text. Countries, where both
    are known, must be equal too.

    anywhere : of one text is near enough
    """
    subject = _same(one.subject, other.subject)
    if subject is False or (subject is None and _same(one.place, other.place) is False):
        return None
    if subject is None and not (one.text == other.text if anywhere else in_one_text(one, other)):
        return None
    apart = max(other.start - one.end, one.start - other.end, 0)
    return int(one.text != other.text), 0 if subject else 1, abs(one.sentence - other.sentence) if one.text == other.text else 0, apart


class Pool:
    """Claims that a rule may pair with another, found by where they stand and by their subject; never all with all."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = tuple(claims)
        texts: dict[str, int] = {}
        for claim in self.claims:
            texts.setdefault(claim.text, len(texts))
        self._texts = texts
        order = sorted(self.claims, key=self._key)
        self._all = order, [self._key(claim) for claim in order]
        subjects: dict[str, list[Claim]] = {}
        for claim in order:
            if claim.subject:
                subjects.setdefault(claim.subject.casefold(), []).append(claim)
        self._subjects = {name: (rows, [self._key(claim) for claim in rows]) for name, rows in subjects.items()}

    def _key(self, claim: Claim) -> tuple[int, int]:
        return self._texts.get(claim.text, len(self._texts)), claim.start

    def near(self, claim: Claim, anywhere: bool = False) -> list[Claim]:
        """Claims of one thing with another, the nearest first, at most some thirty.

        anywhere : as of `between`
        """
        found: dict[str, tuple[tuple[int, int, int, int], Claim]] = {}
        for rows, keys in (self._all, self._subjects.get((claim.subject or "").casefold(), ([], []))):
            at = bisect_left(keys, self._key(claim))
            for other in rows[max(at - _REACH, 0) : at + _REACH + 1]:
                if other is claim or other.id == claim.id:
                    continue
                apart = between(claim, other, anywhere)
                if apart is not None:
                    found[other.id] = (apart, other)
        return [other for _, other in sorted(found.values(), key=lambda row: (row[0], row[1].id))]


def texts_of(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Keys of the texts in which claims stand, each once."""
    return tuple(dict.fromkeys(claim.text for claim in claims))


# --- words beside a number -------------------------------------------------------------------------------------------------------


def beside(texts: Mapping[str, Text], claims: Sequence[Claim], reach: int = 60) -> frozenset[str]:
    """Which words of the table ``beside`` stand in the sentence of claims, not far from them: "own", "edge", "licence", ...

    claims : of one text, near each other
    reach  : characters before the first and behind the last
    """
    return frozenset(name for name, _, _ in signs(texts, claims, reach))


def signs(texts: Mapping[str, Text], claims: Sequence[Claim], reach: int = 60) -> tuple[tuple[str, int, int], ...]:
    """The same, each with its characters in the text."""
    text = texts.get(claims[0].text)
    start, end = min(claim.start for claim in claims), max(claim.end for claim in claims)
    if text is None or not text.content or end - start > _WIDEST:
        return _signs(claims[0].quote[:_WIDEST], "en" if text is None else text.language, 0, 1)
    first, last = max(start - reach, 0), min(end + reach, len(text.content))
    found = _signs(text.content[first:last], text.language, start - first, end - first)
    return tuple((name, first + begin, first + stop) for name, begin, stop in found)


_WIDEST = 600
"""Characters of claims between which words are looked for."""


@lru_cache(maxsize=4096)
def _signs(snippet: str, language: str, start: int, end: int) -> tuple[tuple[str, int, int], ...]:
    """Entries found in the sentences of a snippet that reach from ``start`` to ``end``, with their characters."""
    marked = cut(Text("", snippet, language))
    inside = {n for n, (first, last) in enumerate(marked.sentences) if first < end and start < last}
    found = lexicon.every(marked, "beside")
    return tuple((one.name, one.start, one.end) for one in found if marked.tokens[one.first].sentence in inside)
