"""Of what is the number? Units of mass, grade, money and time in three languages, one of another, and units that are none of ours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from kenes.claims.lexicon import table
from kenes.claims.numerals import DASHES, Tree, Words, grow, spelled
from kenes.units import is_currency, parse

__all__ = ["Measure", "atom", "behind", "currency", "first", "measure", "named", "size"]

_GAP = 6
"""Words that may stand between "700 g" and "per tonne"."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit as it stands in a text.

    entry : its row in the table of units
    over  : unit it is of ("t" in "g/t", "year" in "t/year"), or None
    last  : index of the word behind it
    flags : what was assumed
    """

    entry: str
    over: str | None
    last: int
    flags: tuple[str, ...] = ()

    @property
    def row(self) -> dict[str, Any]:
        """Its row in the table of units."""
        row: dict[str, Any] = table("units")[self.entry]
        return row

    @property
    def dimension(self) -> str:
        """What it measures, what it is of included: see `kenes.claims.amounts.Amount`."""
        own: str = self.row["dimension"]
        if self.over is None:
            return own
        under: str = table("units")[self.over]["dimension"]
        if own == "mass" and under == "mass":
            return "fraction"
        if own == "mass" and under == "time":
            return "rate"
        if own == "money" and under == "mass":
            return "price"
        if own == "money":
            return "money" if under == "time" else "unit_cost"
        return own if own == "fraction" else "other"


def _units() -> dict[str, dict[str, Any]]:
    return {key: row for key, row in table("units").items() if isinstance(row, dict) and "dimension" in row}


_SPOKEN = {"en": ("en", "ru"), "ru": ("ru", "en"), "kk": ("kk", "ru", "en")}


@cache
def _trees(language: str) -> tuple[Tree, Tree]:
    """Units as they stand, letter by letter, and in any letters."""
    signs = grow(((sign, key) for key, row in _units().items() for sign in row.get("signs", ())), exact=True)
    words = grow((word, key) for other in _SPOKEN[language] for key, row in _units().items() for word in row.get(other, ()))
    return signs, words


@cache
def _under() -> Tree:
    """Units that stand below a stroke only: "t/a"."""
    return grow((sign, key) for key, row in _units().items() for sign in row.get("under", ()))


def atom(words: Words, at: int, below: bool = False) -> tuple[str, int] | None:
    """The unit that stands at a word, as its row in the table, and the index behind it.

    below : it stands below a stroke, where "a" is a year
    """
    if at >= len(words.texts):
        return None
    signs, plain = _trees(words.language)
    found = spelled(words, at, signs, exact=True)
    if below and (other := spelled(words, at, _under())) and (found is None or other[1] >= found[1]):
        return other
    other = spelled(words, at, plain)
    best = other if other and (found is None or other[1] > found[1]) else found
    if best and words.texts[best[1] - 1] == "$" and words.is_number(best[1]) and words.glued(best[1]):
        return None  # the sign of the next sum
    return best


@cache
def _currencies() -> Tree:
    """Currencies before a number, read backwards."""
    root = Tree({}, [])
    for key, row in _units().items():
        for sign in row.get("before", ()):
            at = root
            for piece in reversed([piece for part in sign.split() for piece in _pieces(part)]):
                at = at.next.setdefault((piece, False), Tree({}, []))
            at.meaning.append(key)
    return root


def _pieces(text: str) -> list[str]:
    """Letters together, every other sign apart."""
    found: list[str] = []
    for sign in text:
        if found and sign.isalpha() and found[-1].isalpha() and sign not in "¥元":
            found[-1] += sign
        else:
            found.append(sign)
    return found


def currency(words: Words, at: int) -> tuple[str, int] | None:
    """The currency that stands before a number, and the index of its first word: "US$ 60"."""
    now, where, best = _currencies(), at - 1, None
    while where >= 0 and words.paragraph[where] == words.paragraph[at] and at - where < 6:
        after = now.next.get((words.texts[where], False))
        if after is None:
            break
        if after.meaning:
            best = (after.meaning[0], where)
        now, where = after, where - 1
    return best


@cache
def _per(language: str) -> Tree:
    rows = table("units")["per"]
    return grow((word, word) for other in dict.fromkeys((*_SPOKEN[language], "en")) for word in rows.get(other, ()))


@cache
def _adverbs(part: str) -> Tree:
    return grow((word, key) for key, rows in table("units")["per"][part].items() for word in rows)


@cache
def _ago() -> frozenset[str]:
    return frozenset(table("units")["per"]["ago"])


def behind(words: Words, at: int, entry: str) -> tuple[str, int, bool] | None:
    """What a unit is of, when that begins at a word: "/t", "per year", "на тонну".

    Returns the unit, the index behind it, and whether "ton" is a short one.
    """
    row = table("units")[entry]
    if row["dimension"] == "time":
        return None
    if (
        (found := spelled(words, at, _adverbs("adverbs")))
        and _suits(row, found[0], "adverb", words.low[at])
        and words.at(found[1]) not in _ago()
    ):
        return found[0], found[1], False
    tied = words.at(at) == "-" and words.glued(at) and words.glued(at + 1)  # a "5,000-tonne-a-year" plant
    between = spelled(words, at + tied, _per(words.language)) if at + tied < len(words.texts) else None
    if between is None:
        return None
    tied = tied or (words.at(between[1]) == "-" and words.glued(between[1]))
    below = between[1] + (tied and words.at(between[1]) == "-")
    under = atom(words, below, below=between[0] in ("/", "per"))
    if under is None or not _suits(row, under[0], between[0], words.low[below]) or words.at(under[1]) in _ago():
        return None
    if under[0] == "t ton" and entry in ("oz", "lb"):
        return "st", under[1], True
    return under[0], under[1], False


def _suits(row: dict[str, Any], under: str, between: str, word: str) -> bool:
    """Whether one unit is said of another with the word between them."""
    own, other = str(row["dimension"]), str(table("units")[under]["dimension"])
    small, lead = bool(row.get("small", False)), between.split()[0]
    if between == "adverb":
        return (other == "time" and own in ("mass", "money", "fraction", "other")) or (other == "mass" and (small or own == "money"))
    if between in ("/", "per"):
        return own in ("mass", "money", "other") or (own == "fraction" and other == "time")
    if other == "mass" and own == "mass" and not small:
        return False
    if own in ("fraction", "other"):
        return other == "time" and lead in ("a", "an", "в", "each", "every", "каждый")
    if lead in ("a", "an"):
        return other in ("time", "mass")
    if lead in ("each", "every", "каждый"):
        return other == "time"
    if lead == "в":
        return other == "time" or (other == "mass" and own == "mass")
    if lead == "за":
        return (own == "money" and other != "time") or (own == "mass" and other == "time" and word in ("год", "сутки", "месяц", "день"))
    if lead in ("с", "из"):
        return other == "mass" and own == "mass"
    return other == "mass" or lead not in ("на", "бір", "әр", "1")


def measure(words: Words, at: int, sum_of: str | None = None) -> Measure | None:
    """The unit that begins at a word, with what it is of, or None.

    sum_of : the currency that stood before the number: only what the sum is of is sought here
    """
    if sum_of is None:
        found = atom(words, at)
        if found is None:
            return None
        entry, last = found
    else:
        entry, last = sum_of, at
        again = atom(words, at)
        if again and table("units")[again[0]]["dimension"] == "money":  # "US$60 million US dollars"
            last = again[1]
    flags = tuple(flag for flag in (table("units")[entry].get("flag"),) if flag)
    exact = _power_of_minus_one(words, last)
    if exact:
        return Measure(entry, exact[0], exact[1], flags)
    of = behind(words, last, entry) or (_beyond(words, last, entry) if sum_of is None else None)
    if of is None:
        return Measure(entry, None, last, flags)
    if of[2]:
        flags = (*flags, "ton read as short ton")
    elif table("units")[of[0]].get("flag") and of[0] != entry:
        flags = (*flags, table("units")[of[0]]["flag"])
    return Measure(entry, of[0], of[1], flags)


def _power_of_minus_one(words: Words, at: int) -> tuple[str, int] | None:
    """ "g t-1", "г·т⁻¹"."""
    if words.at(at) in ("·", "⋅"):
        at += 1
    under = atom(words, at)
    if (
        under
        and (words.low[under[1] : under[1] + 2] in (["-", "1"], ["−", "1"], ["⁻", "¹"]))
        and words.glued(under[1])
        and words.glued(under[1] + 1)
    ):
        return under[0], under[1] + 2
    return None


def _beyond(words: Words, at: int, entry: str) -> tuple[str, int, bool] | None:
    """What a unit is of, behind the thing measured: "700 г редкоземельных металлов на тонну", "5 kt of copper a year"."""
    row = table("units")[entry]
    if row["dimension"] != "mass":
        return None
    here = at
    while here < len(words.texts) and here - at < _GAP and words.sentence[here] == words.sentence[at]:
        text = words.texts[here]
        if not (text[0].isalpha() or (text[0].isdecimal() and words.glued(here)) or (text in DASHES and words.glued(here))):
            break
        here += 1
        if here >= len(words.texts) or words.texts[here][0].isdecimal():
            continue
        if words.low[here] in ("a", "an") and words.language != "en":
            continue
        found = behind(words, here, entry)
        if found and (table("units")[found[0]]["dimension"] == "time" or row.get("small")):
            if (
                table("units")[found[0]]["dimension"] == "mass"
                and words.low[here] in ("с", "из", "в")
                and found[0] not in ("t", "t ton", "kg")
            ):
                return None
            return found
    return None


def first(words: Words, at: int) -> tuple[str, int, int] | None:
    """What a unit is of, where that stands before the number: "тоннасына шамамен 700 грамм".

    Returns the unit, its first word and the index behind it.

    at : the first word of the amount, its hedge included
    """
    tree, best = _adverbs("first"), None
    for begin in range(at - 1, max(at - 6, -1), -1):
        if words.paragraph[begin] != words.paragraph[at - 1] or words.texts[begin] in ".;:!?()":
            break
        found = spelled(words, begin, tree)
        if found and found[1] <= at and (best is None or found[1] >= best[2]):
            between = range(found[1], at)
            if len(between) > 3 or not all(words.texts[n][0].isalpha() or words.texts[n] in DASHES for n in between):
                break
            best = (found[0], begin, found[1])
    return best


@lru_cache(maxsize=4096)
def named(entry: str, power: int, over: str | None) -> tuple[str, Decimal]:
    """Name of a unit as `kenes.units` reads it, and by how much the number is multiplied.

    power : of ten, said before the unit: "млн т" is 6 and "t"

    >>> named("t", 6, None), named("USD", 9, None), named("kg", 3, None), named("t", 3, "year")
    (('Mt', Decimal('1')), ('bnUSD', Decimal('1')), ('kg', Decimal('1000')), ('kt/year', Decimal('1')))
    """
    row = table("units")[entry]
    plain = row.get("is", entry)
    times = Decimal(str(row.get("times", 1)))
    if is_currency(plain):
        scaled = {3: f"k{plain}", 6: f"M{plain}", 9: f"bn{plain}"} if over is None or table("units")[over]["dimension"] == "time" else {}
    else:
        scaled = {int(ten): name for ten, name in row.get("scaled", {}).items()} if times == 1 else {}
    best = max((ten for ten in scaled if ten <= power), default=0)
    name = scaled.get(best, plain)
    if over is not None:
        name = f"{name}/{table('units')[over].get('is', over)}"
        times /= Decimal(str(table("units")[over].get("times", 1)))
    return name, times * Decimal(10) ** (power - best)


_TO = {"mass": "t", "fraction": "1", "money": "money", "price": "money/t", "rate": "t/year", "time": "year"}


@lru_cache(maxsize=4096)
def size(name: str, dimension: str) -> Decimal | None:
    """One of a unit in tonnes, fractions of one, years, tonnes a year, or USD; None: in another currency, or none of these."""
    if dimension not in _TO:
        return None
    wanted = "money/year" if dimension == "money" and "/" in name else _TO[dimension]
    value, code = parse(f"1 {name}", wanted)
    return None if code not in (None, "USD") else Decimal(repr(value))
