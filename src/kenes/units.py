"""How much is "2.1 Mt/y"? Quantities with their unit and currency; oxide, element or metal.

Inside kenes everything is in tonnes, years, metres, megawatt-hours, units of money and fractions of one.
A text from a file is read here, once, into exactly the unit its reader asks for:

>>> parse("2.1 Mt/y", "t/year")
(2100000.0, None)
>>> parse("73 USD/kg", "money/t")
(73000.0, 'USD')
>>> parse("84", "1")
Traceback (most recent call last):
    ...
kenes.units.UnitError: got "84"; wanted a fraction from 0 to 1, or a percentage such as "84 %"; hint: did you mean "84 %" (= 0.84)?

A year has 365 days and 12 equal months. `oz` is the troy ounce, `M` is million (`Mt` a million tonnes), `%` of mass and `g/t` are
both fractions. Arithmetic is exact (rational) until the last step, so "1.62 %" is 0.0162 to the last bit.

Prices and grades are also *of* something. `contained` turns a tonne of one kind into tonnes of an element:

>>> round(contained("WO3", "tungsten"), 4)
0.793
>>> contained("TREO", "neodymium") == contained("Nd2O3", "neodymium") == contained("oxide", "neodymium")
True
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from kenes.errors import Fault

if TYPE_CHECKING:  # pint costs a quarter of a second; it is imported by the first quantity read
    import pint

__all__ = [
    "ATOMIC_WEIGHTS",
    "CUSTOMARY_OXIDE",
    "OXIDE_REPORTED",
    "RARE_EARTHS",
    "SYMBOLS",
    "UnitError",
    "contained",
    "elements_of",
    "example",
    "formula_weight",
    "is_currency",
    "is_kind",
    "near",
    "parse",
    "parse_rate",
    "quoted",
    "words",
]


class UnitError(ValueError):
    """A text that is no quantity, or a quantity of the wrong sort.

    got    : what stood there, quoted
    wanted : what was expected, with an example
    hint   : how to mend it, or ""
    """

    def __init__(self, got: str, wanted: str, hint: str = "") -> None:
        super().__init__(got, wanted, hint)
        self.got = got
        self.wanted = wanted
        self.hint = hint

    def __str__(self) -> str:
        return f"got {self.got}; wanted {self.wanted}" + (f"; hint: {self.hint}" if self.hint else "")

    def fault(self, where: str) -> Fault:
        """The same complaint as a `Fault` at `where` (file, line, path)."""
        return Fault(where, self.got, self.wanted, self.hint)


# ---------------------------------------------------------------------------------------------------------------- quantities

# Name, its size in names above it, other spellings. No prefix is ever added by rule: "2 mt" must not become two millionths of a kilotonne.
# pound: 0.45359237 kg exactly, troy ounce: 31.1034768 g exactly (NIST Handbook 44, appendix C).
_UNITS = """
tonne          [mass]                   t tonnes
kilotonne      1e3*tonne                kt kilotonnes ktonnes
million_tonnes 1e6*tonne                Mt Mtonnes
billion_tonnes 1e9*tonne                Gt
gram           1e-6*tonne               g grams
kilogram       1e-3*tonne               kg kgs kilograms kilo kilos
milligram      1e-9*tonne               mg
microgram      1e-12*tonne              ug µg μg
pound          0.45359237e-3*tonne      lb lbs pounds
kilopound      1e3*pound                klb klbs
million_pounds 1e6*pound                Mlb Mlbs
troy_ounce     31.1034768e-6*tonne      oz ozs ounce ounces toz troy_oz ozt
kiloounce      1e3*troy_ounce           koz
million_ounces 1e6*troy_ounce           Moz
short_ton      2000*pound               st short_tons
long_ton       2240*pound               long_tons
metric_unit    1e-2*tonne               mtu dmtu
short_unit     20*pound                 stu
long_unit      22.4*pound               ltu
carat          0.2e-6*tonne             carats ct cts
kilocarat      1e3*carat                kct
million_carats 1e6*carat                Mct
year           [time]                   y yr yrs years a annum
month          year/12                  months mo
quarter        year/4                   quarters
day            year/365                 d days
week           7*day                    weeks wk
hour           day/24                   h hr hrs hours
minute         hour/60                  min minutes
second         hour/3600                s sec seconds
fraction       []                       fractions
percent        1e-2*fraction            % pct
permille       1e-3*fraction            ‰
ppm            1e-6*fraction
ppb            1e-9*fraction
basis_point    1e-4*fraction            bp bps
metre          [length]                 m metres meter meters
millimetre     1e-3*metre               mm
centimetre     1e-2*metre               cm
kilometre      1e3*metre                km
square_metre   metre**2                 m2
hectare        1e4*square_metre         ha hectares
square_km      1e6*square_metre         km2
cubic_metre    metre**3                 m3
million_m3     1e6*cubic_metre          Mm3
litre          1e-3*cubic_metre         L l litres liter liters
megalitre      1e6*litre                ML
MWh            [energy]
kWh            1e-3*MWh
GWh            1e3*MWh
TWh            1e6*MWh
MW             MWh/hour
kW             1e-3*MW
GW             1e3*MW
GJ             MWh/3.6
kJ             1e-6*GJ
MJ             1e-3*GJ
TJ             1e3*GJ
PJ             1e6*GJ
tpa            tonne/year               tpy
ktpa           kilotonne/year           ktpy
Mtpa           million_tonnes/year      Mtpy
tpd            tonne/day
ktpd           kilotonne/day
tph            tonne/hour
gpt            gram/tonne
cpht           carat/(100*tonne)
tkm            tonne*kilometre
money          [money]
"""
_ROWS = [row.split() for row in _UNITS.strip().splitlines()]
_NAME = {spelling: row[0] for row in _ROWS for spelling in [row[0], *row[2:]]}
_SIZE = {row[0]: row[1] for row in _ROWS if len(row) > 1}

# ISO 4217, the codes in use in 2025 (funds, metals and test codes left out).
_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD
JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG
"""
_CURRENCIES = frozenset(_ISO_4217.split())
_SIGNS = {"US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "€": "EUR"}

_SCALES = {"k": 10**3, "thousand": 10**3, "M": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9, "trillion": 10**12}

_PHRASES = [
    (r"\bmetric (?:ton|tonne) units?\b", "mtu"),
    (r"\bshort ton units?\b", "stu"),
    (r"\blong ton units?\b", "ltu"),
    (r"\bmetric (?:ton|tonne)s?\b", "tonne"),
    (r"\bshort tons?\b", "short_ton"),
    (r"\blong tons?\b", "long_ton"),
    (r"\btroy (?:oz|ounces?)\b", "troy_ounce"),
    (r"\bper cent\b", "percent"),
    (r"\bwt\.? ?%", "%"),
    (r"\bp\.a\.", "/year"),
    (r"\bper\b", "/"),
    (r"\*\*", "^"),
    ("²", "^2"),
    ("³", "^3"),
    ("[·⋅×]", "*"),
]
_IN_PHRASES = ("metric", "short", "long", "troy", "per", "wt", "p.a.", "**")
"""One of these, or a sign beyond ASCII, is in every text that holds a phrase."""

_TON = 'write "t" for a metric tonne or "st" for a short ton'
_DRY = 'write "t", and say apart whether it is dry or wet'
_HINTS = {
    **dict.fromkeys(["ton", "tons", "kton", "ktons", "Mton", "Mtons"], _TON),
    **dict.fromkeys(["dmt", "wmt", "dt"], _DRY),
    **dict.fromkeys(["MT", "mt", "mT"], 'write "t" for a tonne or "Mt" for a million tonnes'),
    **dict.fromkeys(["MM", "mn", "mln", "mio"], 'write "M" or "million"'),
    **dict.fromkeys(["B", "b", "bln"], 'write "bn" or "billion"'),
    "T": 'write "t" for a tonne',
    "K": 'write "k" or "thousand"',
    "LCE": 'put the kind in its own key: of = "Li2CO3"',
    "$": 'write the ISO 4217 code, such as "USD" or "AUD"',
    "£": 'write the ISO 4217 code, such as "GBP"',
    "¥": 'write the ISO 4217 code: "JPY" or "CNY"',
    "-": "for a range give low and high apart",
    "–": "for a range give low and high apart",
}

_EXAMPLES = {
    "mass": "20 Mt",
    "mass/time": "2.1 Mt/y",
    "money": "292.7 MUSD",
    "money/time": "13.5 MUSD/year",
    "money/mass": "60 USD/kg",
    "money/energy": "12 USD/MWh",
    "time": "2.5 years",
    "1/time": "5 %/year",
    "energy": "80 GWh",
    "energy/mass": "3.9 MWh/t",
    "energy/time": "20 MW",
    "length": "120 m",
    "length^2": "35 ha",
    "length^3": "1200 m3",
    "length^3/time": "90 m3/h",
    "mass/length^3": "2.7 t/m3",
}

_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}([ ,_])[0-9]{3}(?:\3[0-9]{3})*|[0-9]+(?=[^0-9]|$))?(\.[0-9]+)?(?:[eE]([+-]?[0-9]+))?")
_TOKEN = re.compile(r"\s*([A-Za-zµμ_][A-Za-zµμ_0-9]*|\^-?[1-3](?![0-9])|1(?![0-9])|\S)")
_SIGN = re.compile(r"(?<![A-Za-z])(?:(?:US|AU?|CA?|NZ)\$|€)")
_PREFIX = re.compile(r"([A-Z]{3})\s*(?=[0-9.])")
_SCALED_CODE = re.compile(r"(k|M|bn)([A-Z]{3})")
_LONGEST = 200

_Dimensions = tuple[tuple[str, int], ...]


def parse(text: str | float | int, unit: str) -> tuple[float, str | None]:
    """The value of `text` in `unit`, and its currency where `unit` has "money" in it (else None).

    text : a number and its unit, "80 000 t/d", "1.62 %", "1.1 bn USD", "US$ 60/kg"; thousands may be parted by a space, a comma
           or an underscore, decimals by a point. A bare number (not text) is taken only for the unit "1", as the fraction it is.
    unit : the unit wanted: "t", "t/year", "1", "year", "MWh/t"; "money" stands for any currency: "money", "money/t"

    Raises `UnitError`: no unit, unknown or ambiguous unit ("ton", "$"), another dimension, two currencies, a kind of mass after the
    unit ("73 USD/kg Nd2O3"), or a number that is not finite.

    >>> parse("700 g/t", "1"), parse("18 months", "year"), parse(0.84, "1")
    ((0.0007, None), (1.5, None), (0.84, None))
    >>> parse("380 USD/mtu", "money/t")
    (38000.0, 'USD')
    >>> parse("12 USD/t", "t/year")
    Traceback (most recent call last):
        ...
    kenes.units.UnitError: got "12 USD/t" (money/mass); wanted mass/time, such as "2.1 Mt/y"
    """
    size, dimensions = _asked(unit)
    if not isinstance(text, str):
        return _bare(text, unit, dimensions), None
    number, tokens = _read(text, dimensions)
    if not tokens:
        return _fraction(text, number, unit, dimensions), None
    expression, currency = _expression(text, tokens, dimensions)
    factor, found = _root(expression)
    if found != dimensions:
        wanted = _wanted(dimensions) if not dimensions else f"{_words(dimensions)}, such as {_example(dimensions)}"
        raise UnitError(f"{quoted(text)} ({_words(found) or 'a fraction'})", wanted)
    value = _float(text, number * factor / size, dimensions)
    return value, currency if "money" in dict(dimensions) else None


def parse_rate(text: str, quote: str, base: str) -> float:
    """Units of the currency `quote` for one unit of the currency `base`.

    Raises `UnitError`: not "number QUOTE/BASE" in this order, or not above zero. A rate the other way round is refused, not inverted.

    >>> parse_rate("512.8 KZT/USD", "KZT", "USD")
    512.8
    >>> parse_rate("0.00195 USD/KZT", "KZT", "USD")
    Traceback (most recent call last):
        ...
    kenes.units.UnitError: got "0.00195 USD/KZT"; wanted KZT for one USD, such as "12.3 KZT/USD"; hint: this rate is the other way round
    """
    wanted = f'{quote} for one {base}, such as "12.3 {quote}/{base}"'
    if not isinstance(text, str):
        raise UnitError(quoted(text), wanted)
    try:
        number, tokens = _read(text, ())
    except UnitError as error:
        raise UnitError(error.got, wanted, error.hint) from None
    if tokens != [quote, "/", base]:
        raise UnitError(quoted(text), wanted, "this rate is the other way round" if tokens == [base, "/", quote] else "")
    if number <= 0:
        raise UnitError(quoted(text), f"{wanted}, above zero")
    try:
        return _float(text, number, ())
    except UnitError as error:
        raise UnitError(error.got, wanted) from None


def _bare(value: object, unit: str, dimensions: _Dimensions) -> float:
    """A number that came without text: a fraction as it is, or an error."""
    if unit != "1" or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnitError(quoted(value), _wanted(dimensions))
    if not -1e300 < value < 1e300:  # false for nan
        raise UnitError(quoted(value), _wanted(dimensions), "the number must be finite")
    return float(value)


def _fraction(text: str, number: Fraction, unit: str, dimensions: _Dimensions) -> float:
    """A number in text without a unit: a fraction from -1 to 1, or an error."""
    if unit != "1":
        raise UnitError(quoted(text), _wanted(dimensions), "the unit is missing")
    if abs(number) <= 1:
        return _float(text, number, dimensions)
    plain = text.strip()
    if abs(number) <= 100:
        raise UnitError(quoted(text), _wanted(dimensions), f'did you mean "{plain} %" (= {float(number / 100):g})?')
    raise UnitError(quoted(text), _wanted(dimensions), 'the unit is missing: "%", "ppm" or "g/t"?')


def _read(text: str, dimensions: _Dimensions) -> tuple[Fraction, list[str]]:
    """The number of a text, scaled ("1.1 bn" is 1.1e9), and the words and signs of its unit; a currency in front goes behind."""
    wanted = _wanted(dimensions)
    if len(text) > _LONGEST:
        raise UnitError(quoted(text), wanted, f"the text has more than {_LONGEST} characters")
    plain = re.sub(r"\s+", " ", text.replace("\u2212", "-")).strip()
    if not plain:
        raise UnitError(quoted(text), wanted)
    plain = _SIGN.sub(lambda sign: f" {_SIGNS[sign[0]]} ", plain).strip()
    prefix = _PREFIX.match(plain)
    code = prefix[1] if prefix else ""
    number, rest = _number(text, plain[prefix.end() :] if prefix else plain, wanted)
    tokens = list(_tokens(rest))
    if tokens and (glued := _SCALED_CODE.fullmatch(tokens[0])) and glued[2] in _CURRENCIES:
        tokens[:1] = [glued[1], glued[2]]
    if tokens and tokens[0] in _SCALES:
        number *= _SCALES[tokens.pop(0)]
        if not tokens and not code:
            raise UnitError(quoted(text), wanted, "the unit is missing")
    if code:
        if tokens and tokens[0] != "/":
            raise UnitError(quoted(text), wanted, f'write the currency behind the number: "{_EXAMPLES["money/mass"]}"')
        tokens.insert(0, code)
    return number, tokens


@lru_cache(maxsize=1024)
def _tokens(rest: str) -> tuple[str, ...]:
    """Words and signs of what stands behind a number; phrases become one word."""
    if not rest.isascii() or any(part in rest for part in _IN_PHRASES):
        for phrase, word in _PHRASES:
            rest = re.sub(phrase, word, rest)
    return tuple(_TOKEN.findall(rest.strip()))


def _number(text: str, plain: str, wanted: str) -> tuple[Fraction, str]:
    """The number at the start of `plain`, exact, and what stands behind it."""
    match = _NUMBER.match(plain)
    if match is None or (match[2] is None and match[4] is None):
        raise UnitError(quoted(text), wanted, _HINTS.get(plain[0], "a number comes first"))
    sign, whole, comma, decimals, exponent = match.groups()
    rest = plain[match.end() :]
    if rest[:1] == "," or (comma == "," and whole[0] == "0"):
        raise UnitError(quoted(text), wanted, 'decimals follow a point: "1.5", not "1,5"')
    if re.match(r" ?[0-9._']", rest):
        raise UnitError(quoted(text), wanted, 'the number is not readable: write "80 000", "80,000" or "80000", and "1.5"')
    if exponent and abs(int(exponent)) > 400:
        raise UnitError(quoted(text), wanted, "the number is too large or too small")
    whole = re.sub("[ ,_]", "", whole or "0")
    return Fraction(f"{sign}{whole}{decimals or ''}e{exponent or 0}"), rest


def _expression(text: str, tokens: list[str], dimensions: _Dimensions, currencies: frozenset[str] = _CURRENCIES) -> tuple[str, str | None]:
    """The unit in the names of the registry, "money/kilogram", and the one of `currencies` that money stands for."""
    wanted = f"a quantity with its unit, such as {_example(dimensions)}"
    words: list[str] = ["fraction"] if tokens[0] == "/" else []
    divided = [False]  # one entry for each open bracket: has "/" been seen?
    currency: str | None = None
    operand = not words  # is a unit wanted next, rather than an operator?
    for token in tokens:
        if operand and token == "(":
            divided.append(False)
        elif operand and token in currencies:
            if currency not in (None, token):
                raise UnitError(quoted(text), wanted, f"two currencies, {currency} and {token}: an exchange rate has its own place")
            currency, operand, token = token, False, "money"
        elif operand and token != "money" and token in _NAME:
            operand, token = False, _NAME[token]
        elif not operand and token in ("*", "/"):
            if token == "*" and divided[-1]:
                raise UnitError(quoted(text), wanted, 'write "a/b/c" or "a/(b*c)"')
            divided[-1] |= token == "/"
            operand = True
        elif not operand and token == ")" and len(divided) > 1:
            divided.pop()
        elif not operand and token[0] == "^" and len(token) > 1 and words[-1][0] not in "^*":
            token = f"**{token[1:]}"
        else:
            raise UnitError(quoted(text), wanted, _mend(token, not operand))
        words.append(token)
    if operand or len(divided) > 1:
        raise UnitError(quoted(text), wanted, "the unit is not finished")
    return "".join(words), currency


def _mend(token: str, behind: bool) -> str:
    """A hint for a word that has no place in a unit; `behind` a complete unit it may well be a kind, "% Mo"."""
    if token in _HINTS:
        return _HINTS[token]
    if behind and is_kind(token):
        return f'put the kind in its own key: of = "{token}"'
    if token in _NAME or token in _CURRENCIES or token in _SCALES or token in "()*/^":
        return f'"{token}" stands in the wrong place: join units with "/" and "*"'
    if token[-3:] in _CURRENCIES and token[:-3] in ("m", "mm", "MM", "mn", "mln", "K", "B", "b"):
        return f'thousands are "k", millions "M", billions "bn": did you mean "M{token[-3:]}"?'
    same = [known for known in [*_NAME, *_CURRENCIES] if known.lower() == token.lower() and known != "money"]
    return " or ".join(f'did you mean "{known}"?' for known in same) or f'"{token}" is not a unit known here'


@lru_cache(maxsize=256)
def _asked(unit: str) -> tuple[Fraction, _Dimensions]:
    """Size and dimensions of a unit that a caller asks for; "1" and "money" are words only callers may use."""
    tokens = _TOKEN.findall(unit)
    if tokens[:1] == ["1"]:
        tokens = tokens[1:]
    wanted = 'a unit to ask for, such as "1", "t/year" or "money/t"'
    if not tokens:
        if unit.strip() != "1":
            raise UnitError(quoted(unit), wanted)
        return Fraction(1), ()
    try:
        expression, _ = _expression(unit, tokens, (), frozenset({"money"}))
    except UnitError as error:
        raise UnitError(quoted(unit), wanted, error.hint) from None
    return _root(expression)


_COMMON: dict[str, tuple[Fraction, _Dimensions]] = {
    "percent": (Fraction(1, 100), ()),
    "gram/tonne": (Fraction(1, 10**6), ()),
    "day": (Fraction(1, 365), (("time", 1),)),
    "month": (Fraction(1, 12), (("time", 1),)),
    "year": (Fraction(1), (("time", 1),)),
    "money": (Fraction(1), (("money", 1),)),
    "money/year": (Fraction(1), (("money", 1), ("time", -1))),
}
"""What pint answers for the units of nearly every file, masses apart: its import takes a fifth of an appraisal. A test asks pint."""


@cache
def _tonnes(name: str) -> Fraction | None:
    """What a unit of mass weighs, None for a unit of another sort."""
    size = _SIZE.get(name, "")
    number, _, other = size.partition("*")
    inside = _tonnes(other) if other else None
    return Fraction(1) if size == "[mass]" else None if inside is None else Fraction(number) * inside


def _weighed(expression: str) -> tuple[Fraction, _Dimensions] | None:
    """What pint answers for a mass, a mass a year or money for a mass; None for another unit. The same test asks pint."""
    name = expression.removeprefix("money/").removesuffix("/year")
    size = _tonnes(name)
    if size is None:
        return None
    known: dict[str, tuple[Fraction, _Dimensions]] = {
        name: (size, (("mass", 1),)),
        f"{name}/year": (size, (("mass", 1), ("time", -1))),
        f"money/{name}": (1 / size, (("mass", -1), ("money", 1))),
    }
    return known.get(expression)


@lru_cache(maxsize=4096)
def _root(expression: str) -> tuple[Fraction, _Dimensions]:
    """Size of a unit in tonnes, years, metres, MWh and money, and its dimensions with their powers."""
    return _COMMON.get(expression) or _weighed(expression) or _by_pint(expression)


def _by_pint(expression: str) -> tuple[Fraction, _Dimensions]:
    unit = _registry().parse_units(expression)
    factor: Any = _registry().get_root_units(unit)[0]
    powers: dict[str, Any] = dict(unit.dimensionality)
    return Fraction(factor), tuple(sorted((name.strip("[]"), int(power)) for name, power in powers.items() if power))


@cache
def _registry() -> pint.UnitRegistry[Any]:
    """Pint with the few units above and nothing else, counting in exact fractions; built in some 20 ms."""
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Fraction)
    for name, size, *_ in _ROWS:
        registry.define(f"{name} = {size}")
    return registry


def _float(text: str, value: Fraction, dimensions: _Dimensions) -> float:
    """The nearest float; an error if it is beyond all floats, or so small that it would become zero."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number) or (number == 0.0 and value != 0):
        raise UnitError(quoted(text), _wanted(dimensions), "the number is too large or too small")
    return number


def quoted(value: object) -> str:
    """What stood in the file, as TOML would show it, cut after 60 characters."""
    if isinstance(value, str):
        import json

        return json.dumps(value if len(value) <= 60 else value[:60] + "…", ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 200:
        return "an integer of more than 60 digits"
    shown = str(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"


def _words(dimensions: _Dimensions) -> str:
    """Dimensions in words, "money/mass"; "" for a fraction."""
    order = ["money", "mass", "energy", "length", "time"]
    powers = sorted(dimensions, key=lambda pair: order.index(pair[0]))

    def name(dimension: str, power: int) -> str:
        return dimension if abs(power) == 1 else f"{dimension}^{abs(power)}"

    above = "*".join(name(*pair) for pair in powers if pair[1] > 0)
    below = "".join("/" + name(*pair) for pair in powers if pair[1] < 0)
    return (above or "1") + below if dimensions else ""


def _example(dimensions: _Dimensions) -> str:
    """A quantity of these dimensions, quoted, for an error message."""
    if not dimensions:
        return '"84 %"'
    words = _words(dimensions)
    symbols = {"money": "USD", "mass": "t", "energy": "MWh", "length": "m", "time": "year"}
    plain = re.sub("[a-z]+", lambda word: symbols[word[0]], words)
    return f'"{_EXAMPLES.get(words, f"12 {plain}")}"'


def example(unit: str) -> str:
    """A quantity that `parse` reads as `unit`, quoted, for a message; of several units ("money/t|money") the first counts.

    >>> example("t/year"), example("1"), example("money/t|money/year")
    ('"2.1 Mt/y"', '"84 %"', '"60 USD/kg"')
    """
    return '"512.8 KZT/USD"' if unit == "rate" else _example(_asked(unit.split("|")[0])[1])


def words(unit: str) -> str:
    """A unit that callers ask for, in words.

    >>> words("t/year"), words("money/t"), words("year")
    ('tonnes a year', 'money per tonne', 'years')
    """
    plain = {
        "t": "tonnes",
        "t/year": "tonnes a year",
        "year": "years",
        "money/year": "money a year",
        "money/t": "money per tonne",
        "rate": "",
    }
    return plain.get(unit, unit)


def is_currency(code: str) -> bool:
    """Whether a text is a currency's ISO 4217 code.

    >>> is_currency("KZT"), is_currency("USX")
    (True, False)
    """
    return code in _CURRENCIES


def _wanted(dimensions: _Dimensions) -> str:
    """What a reader of these dimensions expects, when there was no unit to compare."""
    if not dimensions:
        return 'a fraction from 0 to 1, or a percentage such as "84 %"'
    return f"a quantity with its unit, such as {_example(dimensions)}"


# --------------------------------------------------------------------------------------------------------------------- kinds

# IUPAC, "Standard atomic weights of the elements 2021", Pure Appl. Chem. 94 (2022) 573, table 2: abridged to five figures.
# Promethium and radium have no standard weight: the mass number of the isotope that lives longest.
_PERIODIC_TABLE = """
hydrogen H 1.0080      helium He 4.0026       lithium Li 6.94        beryllium Be 9.0122    boron B 10.81
carbon C 12.011        nitrogen N 14.007      oxygen O 15.999        fluorine F 18.998      sodium Na 22.990
magnesium Mg 24.305    aluminium Al 26.982    silicon Si 28.085      phosphorus P 30.974    sulphur S 32.06
chlorine Cl 35.45      argon Ar 39.95         potassium K 39.098     calcium Ca 40.078      scandium Sc 44.956
titanium Ti 47.867     vanadium V 50.942      chromium Cr 51.996     manganese Mn 54.938    iron Fe 55.845
cobalt Co 58.933       nickel Ni 58.693       copper Cu 63.546       zinc Zn 65.38          gallium Ga 69.723
germanium Ge 72.630    arsenic As 74.922      selenium Se 78.971     bromine Br 79.904      rubidium Rb 85.468
strontium Sr 87.62     yttrium Y 88.906       zirconium Zr 91.224    niobium Nb 92.906      molybdenum Mo 95.95
ruthenium Ru 101.07    rhodium Rh 102.91      palladium Pd 106.42    silver Ag 107.87       cadmium Cd 112.41
indium In 114.82       tin Sn 118.71          antimony Sb 121.76     tellurium Te 127.60    iodine I 126.90
cesium Cs 132.91       barium Ba 137.33       lanthanum La 138.91    cerium Ce 140.12       praseodymium Pr 140.91
neodymium Nd 144.24    promethium Pm 145      samarium Sm 150.36     europium Eu 151.96     gadolinium Gd 157.25
terbium Tb 158.93      dysprosium Dy 162.50   holmium Ho 164.93      erbium Er 167.26       thulium Tm 168.93
ytterbium Yb 173.05    lutetium Lu 174.97     hafnium Hf 178.49      tantalum Ta 180.95     tungsten W 183.84
rhenium Re 186.21      osmium Os 190.23       iridium Ir 192.22      platinum Pt 195.08     gold Au 196.97
mercury Hg 200.59      thallium Tl 204.38     lead Pb 207.2          bismuth Bi 208.98      radium Ra 226
thorium Th 232.04      uranium U 238.03
"""
_ELEMENTS = _PERIODIC_TABLE.split()

ATOMIC_WEIGHTS: dict[str, float] = {name: float(weight) for name, weight in zip(_ELEMENTS[::3], _ELEMENTS[2::3], strict=True)}
"""Standard atomic weight by the element's name (IUPAC 2021, abridged)."""

SYMBOLS: dict[str, str] = dict(zip(_ELEMENTS[1::3], _ELEMENTS[::3], strict=True))
"""Name of the element by its symbol."""

_OXIDE_TABLE = """
lanthanum:La2O3 cerium:CeO2 praseodymium:Pr6O11 neodymium:Nd2O3 promethium:Pm2O3 samarium:Sm2O3 europium:Eu2O3 gadolinium:Gd2O3
terbium:Tb4O7 dysprosium:Dy2O3 holmium:Ho2O3 erbium:Er2O3 thulium:Tm2O3 ytterbium:Yb2O3 lutetium:Lu2O3 yttrium:Y2O3 scandium:Sc2O3
tungsten:WO3 uranium:U3O8 thorium:ThO2 lithium:Li2O niobium:Nb2O5 tantalum:Ta2O5 vanadium:V2O5 titanium:TiO2 zirconium:ZrO2
hafnium:HfO2 beryllium:BeO iron:Fe2O3 chromium:Cr2O3 manganese:MnO tin:SnO2 molybdenum:MoO3 phosphorus:P2O5 aluminium:Al2O3
magnesium:MgO silicon:SiO2 potassium:K2O sodium:Na2O calcium:CaO strontium:SrO barium:BaO rubidium:Rb2O cesium:Cs2O boron:B2O3
"""
CUSTOMARY_OXIDE: dict[str, str] = dict(pair.split(":") for pair in _OXIDE_TABLE.split())
"""Formula of the oxide as which an element is customarily reported, by the element's name."""

RARE_EARTHS: tuple[str, ...] = (
    *("lanthanum", "cerium", "praseodymium", "neodymium", "promethium", "samarium", "europium", "gadolinium"),
    *("terbium", "dysprosium", "holmium", "erbium", "thulium", "ytterbium", "lutetium", "yttrium"),
)
"""The fifteen lanthanides, lanthanum to lutetium, and yttrium: what TREO counts. Scandium is not among them."""

OXIDE_REPORTED: frozenset[str] = frozenset(RARE_EARTHS) | {
    *("scandium", "tungsten", "uranium", "thorium", "lithium", "niobium", "tantalum"),
    *("vanadium", "zirconium", "hafnium", "titanium", "beryllium"),
}
"""Elements reported as oxide in one place and as element in the next: a project must say which."""

_OXIDES = frozenset({"TREO", "REO", "treo", "reo"})  # not "ReO": that is an oxide of rhenium
_METALS = frozenset({"TREE", "REE", "tree", "ree"})
_KIND = 'a kind: an element by name ("neodymium"), a formula ("Nd2O3"), "element", "oxide", "TREO" or "TREE"'
_COUNT = "([1-9][0-9]{0,2}(?![0-9]))?(?![0-9])"
_FORMULA = re.compile(rf"([A-Z][a-z]?){_COUNT}|(\()|(\)){_COUNT}|[·.]{_COUNT}")


def formula_weight(formula: str) -> float:
    """Grams in one mole of a formula such as "Nd2O3", "(NH4)10H2W12O42" or "LiOH·H2O" (also "LiOH.H2O").

    Raises `UnitError`: not a formula, or an element without a weight here.

    >>> round(formula_weight("Li2CO3"), 3)
    73.888
    """
    return sum(count * ATOMIC_WEIGHTS[name] for name, count in _atoms(formula).items())


def contained(kind: str, element: str) -> float:
    """Tonnes of `element` in one tonne of `kind`, a fraction from 0 to 1.

    kind    : an element by name, "element" (the element itself), a formula, "oxide" (the customary oxide of `element`),
              "TREO" or "REO" (the same, for rare earths only), "TREE" or "REE" (rare earths as elements)
    element : an element by its English name, "neodymium"

    Raises `UnitError`: an unknown kind or element, or a kind without that element in it.

    >>> round(contained("Nd2O3", "neodymium"), 4), contained("neodymium", "neodymium")
    (0.8574, 1.0)
    >>> contained("TREO", "tungsten")
    Traceback (most recent call last):
        ...
    kenes.units.UnitError: got "TREO" of tungsten; wanted a kind with tungsten in it; hint: tungsten is not a rare earth
    """
    _check_element(element)
    without = f"{quoted(kind)} of {element}", f"a kind with {element} in it"
    if kind in _OXIDES | _METALS and element not in RARE_EARTHS:
        raise UnitError(*without, f"{element} is not a rare earth")
    if kind == "element" or kind in _METALS:
        return 1.0
    if kind == "oxide" or kind in _OXIDES:
        if element not in CUSTOMARY_OXIDE:
            raise UnitError(*without, f"{element} has no customary oxide: write the formula")
        kind = CUSTOMARY_OXIDE[element]
    atoms = {kind: 1} if kind in ATOMIC_WEIGHTS else _atoms(kind)
    if element not in atoms:
        raise UnitError(*without)
    if len(atoms) == 1:
        return 1.0
    return atoms[element] * ATOMIC_WEIGHTS[element] / sum(count * ATOMIC_WEIGHTS[name] for name, count in atoms.items())


def is_kind(text: str) -> bool:
    """Whether `text` names a kind of its own, which `elements_of` and `contained` know ("oxide" and "element" name none).

    >>> is_kind("oxide")
    False
    >>> is_kind("WO3"), is_kind("TREO"), is_kind("tungsten"), is_kind("wolfram")
    (True, True, True, False)
    """
    if text in _OXIDES | _METALS or text in ATOMIC_WEIGHTS:
        return True
    try:
        _atoms(text)
    except UnitError:
        return False
    return True


def elements_of(kind: str) -> tuple[str, ...]:
    """The elements a kind is mined for: those of the formula, in its order, but oxygen, carbon, hydrogen and nitrogen.

    Where nothing else is in it, carbon and nitrogen count, and at last oxygen and hydrogen: "C" is carbon.
    Raises `UnitError`: an unknown kind, or "oxide" and "element", which name none.

    >>> elements_of("Li2CO3"), elements_of("FeNb2O6"), elements_of("TREO") == RARE_EARTHS
    (('lithium',), ('iron', 'niobium'), True)
    """
    if kind in ("oxide", "element"):
        raise UnitError(quoted(kind), 'a kind that names its elements, such as "Nd2O3" or "TREO"')
    if kind in _OXIDES | _METALS:
        return RARE_EARTHS
    if kind in ATOMIC_WEIGHTS:
        return (kind,)
    atoms = tuple(_atoms(kind))
    for left_out in (("oxygen", "carbon", "hydrogen", "nitrogen"), ("oxygen", "hydrogen")):
        if main := tuple(name for name in atoms if name not in left_out):
            return main
    return atoms


def near(element: str) -> str:
    """A hint at the element that a name may mean, or "".

    >>> near("neodimium"), near("Nd"), near("unobtainium")
    ('did you mean "neodymium"?', 'did you mean "neodymium"?', '')
    """
    import difflib

    close = [SYMBOLS[element]] if element in SYMBOLS else difflib.get_close_matches(element[:40].lower(), ATOMIC_WEIGHTS, 1, 0.7)
    return f'did you mean "{close[0]}"?' if close else ""


def _check_element(element: str) -> None:
    if element not in ATOMIC_WEIGHTS:
        raise UnitError(quoted(element), 'an element by its English name, such as "neodymium"', near(element))


@lru_cache(maxsize=1024)
def _atoms(formula: str) -> dict[str, int]:
    """Atoms of each element, by name, in one unit of a formula. Callers must not change the dictionary."""
    open_groups: list[dict[str, int]] = [{}]  # the innermost bracket last
    parts: list[tuple[int, dict[str, int]]] = []  # what stands before a dot, as in LiOH·H2O
    times, at = 1, 0
    while at < len(formula):
        match = _FORMULA.match(formula, at)
        if match is None or len(formula) > 100:
            raise _no_kind(formula)
        symbol, count, opens, closes, group_count, _ = match.groups()
        if symbol:
            if symbol not in SYMBOLS:
                raise _no_kind(formula)
            _add(open_groups[-1], {SYMBOLS[symbol]: 1}, int(count or 1))
        elif opens:
            open_groups.append({})
        elif closes:
            if len(open_groups) == 1 or not open_groups[-1]:
                raise _no_kind(formula)
            _add(open_groups[-2], open_groups.pop(), int(group_count or 1))
        else:
            if len(open_groups) > 1 or not open_groups[0]:
                raise _no_kind(formula)
            parts.append((times, open_groups[0]))
            open_groups, times = [{}], int(match[6] or 1)
        at = match.end()
    if len(open_groups) > 1 or not open_groups[0]:
        raise _no_kind(formula)
    total: dict[str, int] = {}
    for factor, part in [*parts, (times, open_groups[0])]:
        _add(total, part, factor)
    return total


def _no_kind(text: str) -> UnitError:
    import difflib

    near = difflib.get_close_matches(text.lower(), ATOMIC_WEIGHTS, 1, 0.75) if len(text) <= 20 else []
    return UnitError(quoted(text), _KIND, f'did you mean "{near[0]}"?' if near else "")


def _add(total: dict[str, int], more: dict[str, int], times: int) -> None:
    for name, count in more.items():
        total[name] = total.get(name, 0) + times * count
