"""When? Years, months and days as three languages write them, and the four digits that are no year."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from kenes.claims.lexicon import table
from kenes.claims.numerals import DASHES, Tree, Words, around, forms, grow, spelled

__all__ = ["Day", "day"]

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_DOTTED = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4}|\d{2})(?![\d/]|\.\d)")
_SEASON = re.compile(r"(\d{4})/(\d{4}|\d{2})(?![\d/])")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "і": 1, "іі": 2, "ііі": 3}
_FIRST, _LAST = 1900, 2099
"""Years that may stand without the word "year"."""


@dataclass(frozen=True, slots=True)
class Day:
    """A time as it stands in a text.

    year       : calendar year; None: a day or month of no year
    low, high  : first and last year of a span, or None
    when       : "2025-09-03", "2025-09", "2025", or None of a span
    first, last : its words, the last not included
    digits     : its words that are the year itself
    flags      : "since", "by", "decade", "Q2", "H1", "day and month unsure"
    """

    year: int | None
    low: int | None
    high: int | None
    when: str | None
    first: int
    last: int
    digits: tuple[int, int]
    flags: tuple[str, ...] = ()


# --------------------------------------------------------------------------------------------------------------------- tables


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(form.lower() for row in table("numbers")["years"][name] for form in forms(row))


@cache
def _months() -> Tree:
    return grow((spelling, int(month)) for month, rows in table("numbers")["months"].items() for spelling in rows)


@cache
def _year_words() -> Tree:
    rows = table("numbers")["years"]
    return grow((spelling, spelling) for spelling in (*rows["ru"], *rows["kk"]))


@cache
def _parts() -> Tree:
    """Quarters and halves of a year."""
    rows = table("numbers")["years"]
    return grow([*((word, "Q") for word in rows["quarters"]), *((word, "H") for word in rows["half_years"])])


@cache
def _seasons() -> dict[str, int]:
    order = [("first", "перв", "бірінші"), ("second", "втор", "екінші"), ("third", "трет", "үшінші"), ("fourth", "четверт", "төртінші")]
    return {form: n for form in _set("seasons") for n, stems in enumerate(order, 1) if form.startswith(stems)}


# ----------------------------------------------------------------------------------------------------------------------- days


def day(words: Words, at: int, unit_follows: Callable[[int], bool]) -> Day | None:
    """The time that begins at a word, or None.

    unit_follows : whether a unit stands at a word, so that the digits before it are no year
    """
    found = _in_digits(words, at, unit_follows) if words.texts[at][0].isdecimal() else _named(words, at)
    if found is None or found.year is None:
        return found
    return _since(words, found)


def _in_digits(words: Words, at: int, unit_follows: Callable[[int], bool]) -> Day | None:
    content, start = words.content, words.starts[at]
    if len(words.texts[at]) > 4:
        return None
    if (found := _ISO.match(content, start)) and _valid(int(found[2]), int(found[3])):
        return _made(words, at, words.after(found.end(), at), int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.match(content, start):
        return _dotted(words, at, found)
    if len(words.texts[at]) == 2 and words.texts[at] in _DECADES and (decade := _decade(words, at)) and _said_decade(words, at, decade):
        year = 1900 + int(words.texts[at])
        return Day(year, year, year + 9, None, at, decade, (at, at + 1), ("decade",))
    if len(words.texts[at]) <= 2:
        return _of_month(words, at) or _of_part(words, at)
    return _year(words, at, unit_follows) if len(words.texts[at]) == 4 else None


_DECADES = frozenset(("30", "40", "50", "60", "70", "80", "90"))


def _said_decade(words: Words, at: int, last: int) -> bool:
    """Whether the tens are of years: "90-е годы", "in the 90s"."""
    return words.at(last - 1).startswith(("год", "жыл")) or (words.language == "en" and words.at(at - 1) in ("the", "early", "late", "mid"))


def _valid(month: int, date: int) -> bool:
    return 1 <= month <= 12 and 1 <= date <= 31


def _full(digits: str) -> int:
    """A year of two digits or four."""
    return int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < 50 else 1900)


def _made(
    words: Words, first: int, last: int, year: int | None, month: int | None = None, date: int | None = None, flags: tuple[str, ...] = ()
) -> Day:
    """A day, with the word "year" behind it."""
    if year is not None and (found := spelled(words, last, _year_words())):
        last = found[1]
    if year is not None and month and date and date > monthrange(year, month)[1]:  # "31.02.2025": a month that has no such day
        date = None
    when = None if year is None else f"{year}" + (f"-{month:02d}" if month else "") + (f"-{date:02d}" if month and date else "")
    return Day(year, None, None, when, first, last, (first, last), flags)


def _dotted(words: Words, at: int, found: re.Match[str]) -> Day | None:
    """ "03.09.2025", "28.07.25", "9/3/2025"."""
    date, month, year = int(found[1]), int(found[3]), _full(found[4])
    last = words.after(found.end(), at)
    if found[2] == "/" and words.language == "en":
        if date <= 12 and month <= 12 and date != month:
            return _made(words, at, last, year, flags=("day and month unsure",))
        if date <= 12 < month:
            date, month = month, date
    if not _valid(month, date) or not 1800 < year < 2200:
        return None
    return _made(words, at, last, year, month, date)


def _of_month(words: Words, at: int) -> Day | None:
    """ "3 сентября 2025 года", "2-4 September 2025", "3rd of September"."""
    if int(words.texts[at]) not in range(1, 32):
        return None
    here = at + 1
    if (words.at(here) in DASHES and words.is_number(here + 1) and words.at(here) and len(words.texts[here + 1]) <= 2) or (
        words.at(here) and words.texts[here] in DASHES and words.glued(here) and words.glued(here + 1) and len(words.at(here + 1)) <= 3
    ):
        here += 2
    elif words.at(here) in ("st", "nd", "rd", "th") and words.glued(here):
        here += 1
    if words.at(here) == "of":
        here += 1
    month = _month(words, here)
    if month is None:
        return None
    return _with_year(words, at, month[1], month[0], int(words.texts[at]))


def _month(words: Words, at: int) -> tuple[int, int] | None:
    if at >= len(words.texts):
        return None
    found = spelled(words, at, _months())
    if found is None or (words.texts[at].isascii() and not words.texts[at][0].isupper()):
        return None
    return found[0], found[1]


def _with_year(words: Words, first: int, at: int, month: int, date: int | None) -> Day:
    """A month or day with the year behind it, or without."""
    here = at + 1 if words.at(at) in (",", "of") else at
    if (
        words.is_number(here)
        and len(words.texts[here]) == 4
        and 1800 < int(words.texts[here]) < 2200
        and words.paragraph[here] == words.paragraph[first]
    ):
        return _made(words, first, here + 1, int(words.texts[here]), month, date)
    return _made(words, first, at, None, month, date)


def _of_part(words: Words, at: int) -> Day | None:
    """ "2Q25", "1H 2025", "2 квартал 2025 года", "2-й квартал"."""
    number, here = int(words.texts[at]), at + 1
    if words.at(here) in ("q", "h") and words.texts[here].isupper() and words.glued(here):
        return _part_year(words, at, here + 1, f"{words.texts[here]}{number}") if 1 <= number <= 4 else None
    if words.at(here) and words.texts[here] in DASHES and words.glued(here) and words.glued(here + 1) and len(words.at(here + 1)) <= 3:
        here += 2
    elif words.at(here) in ("st", "nd", "rd", "th") and words.glued(here):
        here += 1
    part = spelled(words, here, _parts()) if here < len(words.texts) else None
    if part is None or not 1 <= number <= 4:
        return None
    return _part_year(words, at, part[1], f"{part[0]}{number}")


def _part_year(words: Words, first: int, at: int, flag: str) -> Day | None:
    """A quarter or half with its year behind it, or without."""
    here = at + 1 if words.at(at) in ("of", ",", "in") else at
    if words.is_number(here) and words.texts[here].isdecimal() and len(words.texts[here]) in (2, 4):
        year = _full(words.texts[here])
        if _FIRST <= year <= _LAST and (len(words.texts[here]) == 4 or words.glued(here)):
            return _made(words, first, here + 1, year, flags=(flag,))
    return _made(words, first, at, None, flags=(flag,))


def _named(words: Words, at: int) -> Day | None:
    """A time that begins with a word: "September 3, 2025", "Q2 2025", "FY2025", "во втором квартале 2025 года"."""
    low, text = words.low[at], words.texts[at]
    if text in ("Q", "H") and words.is_number(at + 1) and words.glued(at + 1) and words.texts[at + 1] in ("1", "2", "3", "4"):
        return _part_year(words, at, at + 2, f"{text}{words.texts[at + 1]}")
    if text in ("FY", "CY") and words.is_number(at + 1) and len(words.texts[at + 1]) in (2, 4):
        return _made(words, at, at + 2, _full(words.texts[at + 1]), flags=(text,))
    if low in _seasons() or low in _ROMAN:
        part = spelled(words, at + 1, _parts()) if at + 1 < len(words.texts) else None
        number = _seasons().get(low) or _ROMAN[low]
        return _part_year(words, at, part[1], f"{part[0]}{number}") if part else None
    month = _month(words, at)
    if month is None:
        return None
    here = month[1] + (words.at(month[1]) == "." and words.is_number(month[1] + 1))
    if words.is_number(here) and len(words.texts[here]) <= 2 and words.texts[at].isascii() and 1 <= int(words.texts[here]) <= 31:
        date = int(words.texts[here])
        here += 1
        if words.at(here) in ("st", "nd", "rd", "th") and words.glued(here):
            here += 1
        if words.at(here) in DASHES and words.at(here) and words.is_number(here + 1) and len(words.texts[here + 1]) <= 2:
            here += 2
        return _with_year(words, at, here, month[0], date)
    found = _with_year(words, at, here, month[0], None)
    return found if found.year is not None else None


# ---------------------------------------------------------------------------------------------------------------------- years


def _year(words: Words, at: int, unit_follows: Callable[[int], bool]) -> Day | None:
    """A year, where the words around it say that it is one."""
    content, number, last = words.content, int(words.texts[at]), at + 1
    if not 1000 <= number < 2200 or content[words.ends[at] : words.ends[at] + 2].strip(" ")[:1] in ("%", "°"):
        return None
    in_range = _FIRST <= number <= _LAST
    if in_range and (found := _SEASON.match(content, words.starts[at])):
        return _span(words, at, words.after(found.end(), at), number, found[2], unit_follows)
    if in_range and words.at(last) and words.texts[last] in DASHES and words.is_number(last + 1) and len(words.texts[last + 1]) in (2, 4):
        tight = words.glued(last) and words.glued(last + 1)
        if (tight or len(words.texts[last + 1]) == 4) and (
            found_ := _span(words, at, last + 2, number, words.texts[last + 1], unit_follows)
        ):
            return found_
    if in_range and (decade := _decade(words, at)):
        return Day(number, number, number + 9, None, at, decade, (at, at + 1), ("decade",))
    said = spelled(words, last, _year_words()) if last < len(words.texts) else None
    if said and not (words.texts[last].lower() == "г" and _is_gram(words, at, said[1])):
        if number % 10 == 0 and words.low[said[1] - 1].startswith("жылдар"):
            return Day(number, number, number + 9, None, at, said[1], (at, last), ("decade",))
        return _kazakh(words, at, said[1], number) or Day(number, None, None, str(number), at, said[1], (at, last))
    if not in_range or (words.glued(last) and words.at(last)[:1].isalpha()):
        return None
    if words.at(last) and words.texts[last] in DASHES and words.glued(last) and words.glued(last + 1):
        ending = words.at(last + 1)
        if ending in ("го", "м", "му", "й") or (words.language == "kk" and words.at(last + 2) in _set("kk_since") | _set("kk_until")):
            return Day(number, None, None, str(number), at, last + 2, (at, last))
        return None
    if not unit_follows(last) and _cued(words, at, last):
        return Day(number, None, None, str(number), at, last, (at, last))
    return None


def _is_gram(words: Words, at: int, last: int) -> bool:
    """Whether the "г" behind four digits is a gram: "2000 г/т"."""
    if words.at(last) == "/" or words.at(last) in ("на", "за"):
        return words.at(last) == "/" or words.at(last + 1) in ("тонну", "т", "1", "килограмм", "кг", "грамм")
    return False


def _decade(words: Words, at: int) -> int | None:
    """Index behind "1990s", "2020-х годов"."""
    here = at + 1
    if int(words.texts[at]) % 10:
        return None
    if words.at(here) == "s" and words.glued(here):
        return here + 1
    if words.at(here) in ("'", "’") and words.at(here + 1) == "s" and words.glued(here + 1):
        return here + 2
    if words.at(here) and words.texts[here] in DASHES and words.glued(here + 1) and words.at(here + 1) in _set("decades") - {"s"}:
        said = spelled(words, here + 2, _year_words()) if here + 2 < len(words.texts) else None
        return said[1] if said else here + 2
    return None


def _span(words: Words, at: int, last: int, number: int, ending: str, unit_follows: Callable[[int], bool]) -> Day | None:
    """ "2024-2026", "2024/25"."""
    end = int(ending) if len(ending) == 4 else number // 100 * 100 + int(ending)
    said = spelled(words, last, _year_words()) if last < len(words.texts) else None
    if not number < end <= _LAST + 50 or (said is None and unit_follows(last)):
        return None
    return Day(number, number, end, None, at, said[1] if said else last, (at, last))


def _kazakh(words: Words, at: int, last: int, number: int) -> Day | None:
    """ "2025 жылғы 3 қыркүйек", "2025 жылдың қыркүйегінде", "2025 жылдың екінші тоқсаны"."""
    if words.language != "kk" or last >= len(words.texts):
        return None
    here, date = last, None
    if words.is_number(here) and len(words.texts[here]) <= 2:
        date, here = int(words.texts[here]), here + 1
    month = _month(words, here)
    if month and (date is None or 1 <= date <= 31):
        found = _made(words, at, month[1], number, month[0], date)
        return Day(number, None, None, found.when, at, month[1], (at, at + 1))
    part = spelled(words, last + 1, _parts()) if words.low[last] in _seasons() and last + 1 < len(words.texts) else None
    if part:
        return Day(number, None, None, str(number), at, part[1], (at, at + 1), (f"{part[0]}{_seasons()[words.low[last]]}",))
    return None


_PLURAL = ("ов", "ев", "ей", "ий", "ах", "ях", "ам", "ям", "ами", "ями", "ых", "их")


def _cued(words: Words, at: int, last: int) -> bool:
    """Whether the words around four digits say that they are a year."""
    before, after = words.at(at - 1), words.at(last)
    behind = words.at(at - 2)
    if before in ("$", "€", "£", "¥", "₸", "₽", "№", "#"):
        return False
    if (before == "(" and after in (")", ",", ";")) or (before in (",", ";") and after == ")"):
        return True
    opens = (
        at == 0
        or words.sentence[at - 1] != words.sentence[at]
        or before in (".", ";", "•")
        or words.paragraph[at - 1] != words.paragraph[at]
    )
    if opens and (after == ":" or (after and after in DASHES and not words.glued(last))):
        return True
    if after in ("to", "through", "по") and words.is_number(last + 1) and words.texts[last + 1][:2] in ("19", "20"):
        return len(words.texts[last + 1]) == 4
    noun = bool(after) and after[0].isalpha() and after == words.texts[last] and words.sentence[last] == words.sentence[at]
    if words.language == "en":
        return _cued_in_english(words, at, last, noun)
    if words.language == "kk":
        return after in _set("kk_since") | _set("kk_until")
    if before not in _set("before_ru"):
        return False
    if before == "и":
        return words.is_number(at - 2) and len(words.texts[at - 2]) == 4
    return not (noun and after.endswith(_PLURAL)) and behind not in ("более", "не")


def _cued_in_english(words: Words, at: int, last: int, noun: bool) -> bool:
    before, after = words.at(at - 1), words.at(last)
    plural = noun and after.endswith("s") and after not in around("function")
    if before in ("-", "–") and words.at(at - 2) in _set("before_en"):
        return not plural
    if before in ("and", "to", "or"):
        earlier = words.is_number(at - 2) and len(words.texts[at - 2]) == 4
        return (earlier or words.at(at - 2) in ("compared", "relative", "prior", "back", "due")) and not plural
    if before in _set("before_en"):  # "a total of 2025 licences", but "the draft of 2025 names 54"
        if before == "of" and words.at(at - 2) not in _set("amounting"):
            return True
        return before in around("plain_time") or before in _set("until") or before in _set("since") or not plural
    if before in _set("determiners") or before.endswith(("'s", "’s")):
        return bool(after) and after[0].isalpha() and not plural
    if before and words.texts[at - 1][0].isupper() and words.texts[at - 1][0].isalpha():
        return noun and not plural and after not in ("and", "or", "in", "at", "by", "for", "with", "on", "to", "of", "is")
    return (not before or words.sentence[at - 1] != words.sentence[at]) and after in ("was", "is", "will", "saw", "has", "marks", "marked")


def _since(words: Words, found: Day) -> Day:
    """With the flag "since" or "by", where a word before or behind says so."""
    before, after = words.at(found.first - 1), words.at(found.last)
    flag = None
    if (
        (before in _set("since") and words.at(found.last - 1) not in ("годом", "годами"))
        or (words.at(found.first - 2), before) == ("начиная", "с")
        or after in _set("kk_since")
    ):
        flag = "since"
    elif before in _set("until") or after in _set("kk_until"):
        flag = "by"
    if flag is None:
        return found
    return Day(found.year, found.low, found.high, found.when, found.first, found.last, found.digits, (*found.flags, flag))
