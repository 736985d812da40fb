"""How much is it? A number with its unit, currency, range and hedge, and what it is of: one quantity of a text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from kenes.claims import codes, hedges, measures, numerals
from kenes.claims.lexicon import table
from kenes.claims.measures import Measure
from kenes.claims.numerals import DASHES, Numeral, Words, around

__all__ = ["Amount", "Found", "Part", "half", "quantity", "single", "told"]

_SMALL_MT = 1000
"""Below so many, "20 mt" is read as millions of tonnes; from here on ("14,000 mt"), as metric tons."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as it stands in a text.

    dimension : "mass", "fraction", "money", "price" (money per mass), "unit_cost" (money per something else), "time",
                "rate" (mass per time), "date", "ordinal", "number" (a bare count), or "other" (kilometres, megawatts, people,
                percentage points: no count of ours)
    value, unit : as printed, in a unit that `kenes.units` reads; a share in words is a fraction of "1"; midpoint of a range;
                  of "other", the unit's name in ``units.toml``
    si        : tonnes, fraction of one, USD, USD per tonne, years, tonnes a year, a calendar year, a rank or a plain count;
                None: none of these
    low, high : of a range, as `si`
    of        : Y of "X of Y"
    currency  : ISO 4217 code of money
    hedge     : "about", "more than", "at least", "less than", "up to", or None
    when      : of a date, "2025-09-03", "2025-09" or "2025"; None of a span of years
    flags     : what was assumed ("ton read as metric", "comma read as decimal"), and what kind of rank or date it is
                ("top": among the first so many; "since", "by", "decade", "Q2", "H1", "a year")
    start, end : its characters, hedge and unit included
    number_start, number_end : those of the number alone
    explicit  : whether a multiplier or a unit stood there
    """

    dimension: str
    value: float
    unit: str
    si: float | None
    low: float | None
    high: float | None
    of: float | None
    currency: str | None
    hedge: str | None
    when: str | None
    flags: tuple[str, ...]
    start: int
    end: int
    number_start: int
    number_end: int
    explicit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An amount with the words it was read from.

    numeral : the number of a single quantity, by which a unit that follows later is carried back
    measure, power : its unit and multiplier
    """

    amount: Amount
    first: int
    last: int
    numeral: Numeral | None = None
    measure: Measure | None = None
    power: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One end of a range, or the whole of a quantity: number, unit and what stands around them."""

    numeral: Numeral
    measure: Measure | None
    sum_of: str | None
    first: int
    last: int
    hedge: str | None = None


def quantity(words: Words, at: int, done: int) -> tuple[list[Found], int]:
    """A number with its unit, or a range of them."""
    part = _part(words, at)
    if part is None:
        return [], at + 1
    if words.is_number(at) and part.measure is None and not part.numeral.power:
        if (named_to := codes.named(words, at)) is not None:
            return [], max(named_to, part.last)
        if codes.names(words, part.last):
            return [], part.last
    second = _second(words, part, done)
    if second is None:
        if not _counts(words, part, done):
            return [], part.last
        return [single(words, part, done)], part.last
    other, kind = second
    alone = part
    part, other = _shared(part, other)
    if kind == "around":
        width = other.numeral.whole if part.numeral.power or not other.numeral.power else other.numeral.value * 10**part.numeral.power
        low, high = (_set_to(part, part.numeral.whole - width), _set_to(replace(part, last=other.last), part.numeral.whole + width))
        return [_range(words, low, high, done)], other.last
    a, b = _si(words, part), _si(words, other)
    if a is None or b is None:
        a, b = part.numeral.whole, other.numeral.whole
    if kind == "range" and _dimension(part) == _dimension(other) and a < b:
        return [_range(words, part, other, done)], other.last
    if kind == "range" and words.glued(other.first) and _dimension(other) == "number":
        return [], other.last
    if kind == "range" and not words.glued(other.first):
        return ([single(words, alone, done)] if _counts(words, alone, done) else []), alone.last
    last = single(words, other, other.first)
    if last.amount.hedge == "up to":  # "from 5 to 7": the end of a change, no bound
        last = replace(last, amount=replace(last.amount, hedge=None))
    return [single(words, part, done), last], other.last


def _set_to(part: Part, whole: Decimal) -> Part:
    """A part with another number of the same unit and multiplier."""
    return replace(part, numeral=replace(part.numeral, value=whole / 10**part.numeral.power))


def _part(words: Words, at: int, sum_of: str | None = None) -> Part | None:
    """A number with the currency before it and the unit behind it.

    sum_of : the currency that stands before the first number of a range: "$50-60/kg"
    """
    numeral = numerals.numeral(words, at)
    if numeral is None:
        return None
    before = measures.currency(words, at) or (None if sum_of is None else (sum_of, at))
    sum_of, first = before or (None, at)
    numeral = _signed(words, numeral) if before is None else numeral
    here, hedge = numeral.last, None
    if between := _between(words, numeral):
        hedge, here = between
    if not numeral.power and (ten := numerals.power(words, here, loose=before is not None) or _loose(words, here)):
        numeral = replace(numeral, power=ten[0], last=ten[1], end=words.ends[ten[1] - 1], plain=False)
        here = ten[1]
        if hedge is None and (between := _between(words, numeral)):
            hedge, here = between
    if here < len(words.texts) and words.texts[here] in DASHES and words.glued(here) and words.glued(here + 1):
        if measures.atom(words, here + 1) and not words.is_number(here + 1):
            here += 1
        elif words.texts[here + 1][0].isalpha() and not before and words.low[here + 1] not in numerals.starts(words.language):
            return None
    same_text = here < len(words.texts) and words.paragraph[here] == words.paragraph[at]
    measure = measures.measure(words, here, sum_of) if same_text or sum_of else None
    if measure is None and here == numeral.last and same_text and words.glued(here) and words.texts[here][0].isalpha():
        return None
    last = measure.last if measure else here
    if measure and sum_of and measure.last < here:
        last = here
    last = max(last, numeral.last)
    last = _case(words, last) if measure else last
    return Part(numeral, measure, sum_of, min(first, numeral.first), last, hedge)


def _signed(words: Words, numeral: Numeral) -> Numeral:
    """With the minus that stands right before it and is no dash."""
    at = numeral.first - 1
    if at >= 0 and words.texts[at] in "-−" and words.glued(at + 1) and not words.glued(at) and not numeral.in_words:
        return replace(numeral, value=-numeral.value, first=at, start=words.starts[at])
    return numeral


def _between(words: Words, numeral: Numeral) -> tuple[str, int] | None:
    """A hedge between number and unit: "20 с лишним тонн", "20+ Mt", "20 миллионнан астам тонна"."""
    at = numeral.last
    if words.at(at) == "+" and words.glued(at) and not words.is_number(at + 1):
        return "at least", at + 1
    if words.at(at) == "-" and words.at(at + 1) in ("plus", "odd") and words.glued(at):
        return ("at least" if words.at(at + 1) == "plus" else "about"), at + 2
    return hedges.after(words, at)


def _loose(words: Words, at: int) -> tuple[int, int] | None:
    """ "m", "b" and their like as a multiplier, where a unit follows: "20 m tonnes"."""
    ten = numerals.power(words, at, loose=True)
    if ten is None or not (found := measures.atom(words, ten[1])):
        return None
    return ten if found[0] not in ("m", "times", "degrees") else None


def _case(words: Words, at: int) -> int:
    """Index behind the ending that a hyphen ties to a unit: "20 млн т-дан", "25 %-ный"."""
    if (
        at + 1 < len(words.texts)
        and words.texts[at] in DASHES
        and words.glued(at)
        and words.glued(at + 1)
        and words.texts[at + 1][0].isalpha()
    ):
        ending = words.low[at + 1]
        known = numerals.suffixes("kk") if words.language == "kk" else around("ru_case")
        return at + 2 if ending in known else at
    return at


def _counts(words: Words, part: Part, done: int) -> bool:
    """Whether a number is worth telling: "one", "a thousand" and their like are not always a count."""
    flags = part.numeral.flags
    if "hedged" in flags:
        return hedges.before(words, part.first, done)[0] is not None
    if part.measure is not None or part.numeral.power:
        return part.numeral.value != 0 or part.measure is not None
    if part.numeral.value == 0 and part.numeral.in_words:
        return False
    if "one" in flags:
        return words.at(part.last) in ("of", "из") and _number_ahead(words, part.last + 1, 4) is not None
    year = part.numeral.plain and len(words.texts[part.numeral.first]) == 4 and 1900 <= part.numeral.value <= 2099
    if year and part.first and words.texts[part.first - 1][0].isupper() and not words.at(part.last)[:1].islower():
        return False  # "Agenda 2030", "MCS 2026"
    return part.numeral.in_words or not (part.numeral.plain and len(words.texts[part.numeral.first]) > 9)


def _number_ahead(words: Words, at: int, far: int) -> int | None:
    """Index of the first number within so many words of one sentence, no comma or stop between."""
    for here in range(at, min(at + far, len(words.texts))):
        if words.sentence[here] != words.sentence[at] or words.texts[here] in ".,;:()":
            return None
        if words.is_number(here) or words.low[here] in numerals.starts(words.language) - {"a", "an", "one", "half"}:
            return here
    return None


def _dimension(part: Part) -> str:
    return part.measure.dimension if part.measure else "number"


def _si(words: Words, part: Part) -> Decimal | None:
    """The number in tonnes, fractions of one, USD, ..."""
    measure = _million(words, part)
    if measure is None:
        return part.numeral.whole
    over = None if measure.dimension == "fraction" and measure.row["dimension"] == "fraction" else measure.over  # "5 % a year"
    name, times = measures.named(measure.entry, part.numeral.power, over)
    factor = measures.size(name, measure.dimension)
    if measure.dimension == "other" and measure.row.get("counts"):
        return part.numeral.whole
    return None if factor is None else part.numeral.value * times * factor


def _million(words: Words, part: Part) -> Measure | None:
    """The unit; "mt" behind a small number as millions of tonnes."""
    measure, numeral = part.measure, part.numeral
    if measure is None or measure.entry != "mt":
        return measure
    small = not numeral.power and not numeral.grouped and abs(numeral.value) < _SMALL_MT and part.sum_of is None
    entry, flag = ("Mt", "mt read as million tonnes") if small else ("mt", "mt read as metric tons")
    return replace(measure, entry=entry, flags=(*measure.flags, flag))


def single(words: Words, part: Part, done: int) -> Found:
    """One quantity as an amount."""
    return _told(words, part, part.numeral.value, _Sizes(_si(words, part)), part, done)


def _range(words: Words, low: Part, high: Part, done: int) -> Found:
    """A range as an amount: its midpoint in the unit of its last number."""
    a, b = _si(words, low), _si(words, high)
    if a is None or b is None:
        ratio = Decimal(10) ** (low.numeral.power - high.numeral.power)
        return _told(words, high, (low.numeral.value * ratio + high.numeral.value) / 2, _Sizes(None), low, done)
    # In the last number's unit the midpoint is to that number as the midpoint of the sizes is to the last size.
    middle = high.numeral.value * (a + b) / 2 / b if b else (a + b) / 2
    return _told(words, high, middle, _Sizes((a + b) / 2, a, b), low, done)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """A quantity in tonnes, fractions of one, USD, ...; `low` and `high` of a range."""

    si: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None

    def times(self, factor: Decimal | None) -> _Sizes:
        """In another unit; None: in none of ours."""
        if factor is None:
            return _Sizes(None)
        return _Sizes(*(None if one is None else one * factor for one in (self.si, self.low, self.high)))


def _told(words: Words, part: Part, value: Decimal, sizes: _Sizes, begin: Part, done: int) -> Found:
    """An amount, with its hedge, its unit before it and its name.

    part, begin : the last number and the first, which are one unless it is a range
    """
    measure = _million(words, part)
    first = begin.first if begin is part else _start_of_range(words, begin)
    hedge, first, last = _hedged(words, part, begin, first, done)
    of = measures.first(words, first) if measure is not None and measure.over is None else None
    if measure is not None and of is not None and (of[1] >= done or (of[2] >= done and _one(words, of[1]))):
        after = _of_first(part, measure, of[0])
        if after is not None:
            measure, factor = after
            first, sizes = of[1], sizes.times(factor)
    flags = (*begin.numeral.flags, *part.numeral.flags, *(measure.flags if measure else ()))
    flags = tuple(dict.fromkeys(flag for flag in flags if flag not in ("one", "alone", "hedged")))
    dimension, unit, times, currency = "number", "1", Decimal(10) ** part.numeral.power, None
    if measure is not None:
        dimension = measure.dimension
        currency = measure.row.get("is", measure.entry) if measure.row["dimension"] == "money" else None
        if measure.over and table("units")[measure.over]["dimension"] == "time" and dimension in ("money", "fraction"):
            flags = (*flags, f"a {measure.over}")
            measure = measure if dimension == "money" else replace(measure, over=None)
        if dimension == "other":
            unit = measure.entry if measure.over is None else f"{measure.entry}/{measure.over}"
        else:
            unit, times = measures.named(measure.entry, part.numeral.power, measure.over)
    amount = told(
        words,
        dimension,
        value * times,
        unit,
        sizes.si,
        (first, last),
        (begin.numeral.start, part.numeral.end),
        low=sizes.low,
        high=sizes.high,
        hedge=hedge,
        currency=currency,
        flags=flags,
        explicit=measure is not None or part.numeral.power > 0,
    )
    return Found(amount, first, last, part.numeral if begin is part else None, part.measure, part.numeral.power)


def told(
    words: Words,
    dimension: str,
    value: Decimal,
    unit: str,
    si: Decimal | None,
    span: tuple[int, int],
    number: tuple[int, int],
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
    of: Decimal | None = None,
    currency: str | None = None,
    hedge: str | None = None,
    when: str | None = None,
    flags: tuple[str, ...] = (),
    explicit: bool = True,
) -> Amount:
    """An amount from the words it spans.

    span   : its first word and the index behind its last
    number : characters of the number alone
    """
    start, end = words.starts[span[0]], words.ends[span[1] - 1]
    return Amount(
        dimension=dimension,
        value=float(value),
        unit=unit,
        si=_float(si),
        low=_float(low),
        high=_float(high),
        of=_float(of),
        currency=currency,
        hedge=hedge,
        when=when,
        flags=flags,
        start=start,
        end=end,
        number_start=number[0],
        number_end=number[1],
        explicit=explicit,
    )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _hedged(words: Words, part: Part, begin: Part, first: int, done: int) -> tuple[str | None, int, int]:
    """The hedge before, within or behind an amount, its first word and the index behind its last."""
    last = part.last
    hedge, found = hedges.before(words, first, done, for_time=_dimension(part) == "time")
    bare = part.measure is None and not part.numeral.power
    if bare and hedge and (words.low[found] == "under" or (words.low[found] == "some" and part.numeral.value < 10)):
        hedge, found = None, first
    hedge = hedge or begin.hedge or part.hedge
    if hedge is None and (behind := hedges.after(words, last)):
        hedge, last = behind
    return hedge, found, last


def _one(words: Words, at: int) -> bool:
    """Whether the unit before a number begins with one of its own: "бір тоннаға 700 грамм"."""
    return any(words.is_number(n) or words.low[n] in numerals.counting(words.language) for n in (at, at + 1))


def _of_first(part: Part, measure: Measure, over: str) -> tuple[Measure, Decimal | None] | None:
    """The unit with what stands before the number, and the factor from the one to the other: "тоннасына 700 грамм" is a grade."""
    under, own = table("units")[over]["dimension"], measure.row["dimension"]
    small = measure.row.get("small", False)
    if not ((own == "mass" and (under == "time" or (under == "mass" and small))) or (own == "money" and under == "mass")):
        return None
    after = replace(measure, over=over)
    name, times = measures.named(after.entry, part.numeral.power, over)
    plain, once = measures.named(measure.entry, part.numeral.power, None)
    factor, old = measures.size(name, after.dimension), measures.size(plain, measure.dimension)
    return after, None if factor is None or old is None else factor * times / old / once


# --------------------------------------------------------------------------------------------------------------------- ranges


def _second(words: Words, part: Part, done: int) -> tuple[Part, str] | None:
    """The other end of a range that begins with a part, and whether it is a range or a change ("rose from 5 to 7")."""
    at = part.last
    if at >= len(words.texts) or words.paragraph[at] != words.paragraph[part.first] or part.hedge:
        return None
    text, low = words.texts[at], words.low[at]
    led = _led(words, part, done)
    ahead, kind = at + 1, "range"
    if text in DASHES or text in ("…", "÷"):
        if not _dash(words, part, at):
            return None
    elif text == "." and words.at(at + 1) == "." and words.at(at + 2) == ".":
        ahead = at + 3
    elif text == "±":
        kind = "around"
    elif low == "to" and words.language == "en":
        kind = "change" if led == "change" else "range"
    elif low == "до" and led in ("от", "с", "change"):
        kind = "range" if led == "от" else "change"
    elif low in ("and", "и") and led == "between":
        pass
    elif words.language == "kk" and (text in around("kk_joins") or _ablative(words, at)):
        if text in around("kk_joins"):
            ahead = at + 1
        else:
            return _until(words, part)
    else:
        return None
    other = _end(words, ahead, part)
    return (other, kind) if other else None


def _end(words: Words, at: int, part: Part) -> Part | None:
    """The last number of a range, its currency before it or not."""
    for begin in range(at, min(at + 4, len(words.texts))):
        if words.paragraph[begin] != words.paragraph[part.first]:
            return None
        if words.is_number(begin) or words.low[begin] in numerals.starts(words.language):
            before = measures.currency(words, begin)
            if begin != at and (before is None or before[1] > at):
                return None
            return _part(words, begin, part.sum_of)
        if not (words.texts[begin] in "$€£¥₸₽" or words.texts[begin].isupper()):
            return None
    return None


def _dash(words: Words, part: Part, at: int) -> bool:
    """Whether a dash behind a number leads to the end of a range: with spaces around it, only where units say so."""
    if words.glued(at) and words.glued(at + 1):
        return True
    ahead = _end(words, at + 1, part)
    if ahead is None or words.glued(at) != words.glued(at + 1):
        return ahead is not None and ahead.measure is not None
    return (
        ahead.measure is not None
        or bool(ahead.numeral.power)
        or (part.measure is None and words.texts[at] in "-–" and ahead.numeral.value > part.numeral.value)
    )


def _led(words: Words, part: Part, done: int) -> str | None:
    """The word that leads to a range: "от", "between"; "change" where something went from one number to another."""
    at = part.first - 1
    if at < 0:
        return None
    while at > done and words.low[at] in ("около", "примерно", "about", "approximately", "roughly"):
        at -= 1
    word = words.low[at]
    if word in ("between", "между"):
        return "between"
    if word == "от":
        return "от"
    if word in ("с", "со"):
        return "с"
    if word == "from" and any(
        hedges.changes(words.low[n]) for n in range(max(done, at - 8), at) if words.sentence[n] == words.sentence[at]
    ):
        return "change"
    return word if word == "from" else None


def _ablative(words: Words, at: int) -> bool:
    """Whether the word before is in the Kazakh ablative: "5-тен"."""
    return at > 0 and words.low[at - 1].endswith(tuple(table("numbers")["range"]["kk_from"]))


def _until(words: Words, part: Part) -> tuple[Part, str] | None:
    """Kazakh: "5-тен 7-ге дейін", "5 миллионнан 7 миллион тоннаға дейін"."""
    at = part.last
    if not (words.is_number(at) or words.low[at] in numerals.starts("kk")):
        return None
    other = _part(words, at)
    if other is None:
        return None
    last = other.last if other.hedge == "up to" else other.last + 1
    if words.at(last - 1) not in ("дейін", "дейінгі", "шейін"):
        return None
    after = [words.low[n] for n in range(last, min(last + 5, len(words.low))) if words.sentence[n] == words.sentence[at]]
    return replace(other, last=last, hedge=None), "change" if any(hedges.changes(word) for word in after) else "range"


def _shared(part: Part, other: Part) -> tuple[Part, Part]:
    """Both ends of a range with the unit and multiplier that stand at one of them."""
    if part.measure is None and other.measure is not None:
        ten = other.numeral.power if not part.numeral.power else part.numeral.power
        carried = replace(part.numeral, power=ten)
        if carried.whole > other.numeral.whole and part.numeral.power == 0:
            carried = part.numeral
        return replace(part, measure=other.measure, numeral=carried, sum_of=other.sum_of), other
    numeral = part.numeral
    if not numeral.power and other.numeral.power and (part.measure is None or part.sum_of) and numeral.value < other.numeral.value:
        numeral = replace(numeral, power=other.numeral.power)
    if part.measure is not None and other.measure is None:
        return replace(part, numeral=numeral), replace(other, measure=replace(part.measure, last=other.last))
    if (
        part.measure
        and other.measure
        and part.sum_of
        and part.measure.over is None
        and other.measure.over
        and part.measure.entry == other.measure.entry
    ):
        return replace(part, numeral=numeral, measure=other.measure), other
    return replace(part, numeral=numeral), other


def _start_of_range(words: Words, part: Part) -> int:
    """First word of a range, with "от", "between" or "from" before it."""
    at = part.first - 1
    return at if at >= 0 and words.low[at] in ("от", "between", "между", "from") else part.first


def half(words: Words, at: int, done: int) -> Found | None:
    """ "Полтонны", "half a tonne", "жарты жыл"."""
    entry: str | None = table("numbers")["halves"].get(words.low[at])
    last = at + 1
    if entry is None:
        behind = 2 if words.low[at] == "half" and words.at(at + 1) in ("a", "an") else 1 if words.low[at] == "жарты" else 0
        found = measures.atom(words, at + behind) if behind else None
        if found is None:
            return None
        entry, last = found
    numeral = Numeral(Decimal("0.5"), 0, at, last, words.starts[at], words.ends[at], in_words=True)
    flags = tuple(flag for flag in (table("units")[entry].get("flag"),) if flag)
    return single(words, Part(numeral, Measure(entry, None, last, flags), None, at, last), done)
