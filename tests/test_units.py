"""Quantities against published conversion factors, kinds against published chemistry, and the quality of the errors."""

from __future__ import annotations

import math
import pickle
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenes.units import (
    _COMMON,
    _NAME,
    _PHRASES,
    _TOKEN,
    ATOMIC_WEIGHTS,
    CUSTOMARY_OXIDE,
    OXIDE_REPORTED,
    RARE_EARTHS,
    SYMBOLS,
    UnitError,
    _by_pint,
    _tokens,
    _tonnes,
    _weighed,
    contained,
    elements_of,
    formula_weight,
    is_kind,
    parse,
    parse_rate,
)

# NIST Handbook 44, appendix C, "General tables of units of measurement" (exact): pound 0.453 592 37 kg, short ton 0.907 184 74 t,
# long ton 1.016 046 908 8 t, troy ounce 31.103 476 8 g, carat 200 mg. Metric ton unit: 10 kg (USGS Minerals Yearbook, Tungsten).
QUANTITIES = [
    ("20 Mt", "t", 20e6),
    ("42 kt", "t", 42e3),
    ("1.5 million t", "t", 1.5e6),
    ("1.1 bn t", "t", 1.1e9),
    ("3 thousand tonnes", "t", 3000.0),
    ("2 metric tons", "t", 2.0),
    ("1 short ton", "t", 0.90718474),
    ("1 st", "t", 0.90718474),
    ("1 long ton", "t", 1.0160469088),
    ("1 lb", "t", 0.45359237e-3),
    ("1.5 Mlb", "t", 680.388555),
    ("1 oz", "t", 31.1034768e-6),
    ("1 toz", "t", 31.1034768e-6),
    ("1 troy ounce", "t", 31.1034768e-6),
    ("2 Moz", "t", 62.2069536),
    ("5 carats", "t", 1e-6),
    ("1 mtu", "t", 0.01),
    ("2.1 Mt/y", "t/year", 2.1e6),
    ("2.1 Mtpa", "t/year", 2.1e6),
    ("350 ktpa", "t/year", 350e3),
    ("350 kt per annum", "t/year", 350e3),
    ("100 tpd", "t/year", 36500.0),
    ("80 000 t/d", "t/day", 80000.0),
    ("80,000 t/d", "t/day", 80000.0),
    ("80_000 t/d", "t/day", 80000.0),
    ("80\u2009000 t/d", "t/day", 80000.0),
    ("80\u202f000 t/d", "t/day", 80000.0),
    ("80 000 t/d", "t/year", 29.2e6),
    ("1 t/h", "t/year", 8760.0),
    ("700 g/t", "1", 700e-6),
    ("1.62 %", "1", 0.0162),
    ("1.62%", "1", 0.0162),
    ("1.62 wt%", "1", 0.0162),
    ("639 ppm", "1", 639e-6),
    ("25 bp", "1", 0.0025),
    ("1 oz/st", "1", 34.2857142857e-6),  # NIST: one troy ounce per short ton is 34.285 7 g/t
    ("0.84", "1", 0.84),
    ("-5 %", "1", -0.05),
    ("120 %", "1", 1.2),
    ("120 days", "day", 120.0),
    ("73 days", "year", 0.2),
    ("18 months", "year", 1.5),
    ("2.5 years", "year", 2.5),
    ("0.25 y", "year", 0.25),
    ("1 month", "day", 365 / 12),
    ("3.9 MWh/t", "MWh/t", 3.9),
    ("39 kWh/t", "MWh/t", 0.039),
    ("3.6 GJ/t", "MWh/t", 1.0),
    ("2 MW", "MWh/year", 17520.0),
    ("35 km", "m", 35e3),
    ("2 ha", "m^2", 20e3),
    ("200 mg/L", "t/m^3", 200e-6),
    ("2.7 t/m³", "t/m^3", 2.7),
    ("5 %/year", "1/year", 0.05),
]

MONEY = [
    ("292.7 MUSD", "money", 292.7e6, "USD"),
    ("292.7 M USD", "money", 292.7e6, "USD"),
    ("292.7 million USD", "money", 292.7e6, "USD"),
    ("US$ 292.7 M", "money", 292.7e6, "USD"),
    ("USD 292.7 million", "money", 292.7e6, "USD"),
    ("A$1.1bn", "money", 1.1e9, "AUD"),
    ("1.1 bn USD", "money", 1.1e9, "USD"),
    ("15 kGBP", "money", 15e3, "GBP"),
    ("€ 3", "money", 3.0, "EUR"),
    ("13.5 MUSD/year", "money/year", 13.5e6, "USD"),
    ("13.5 MUSD p.a.", "money/year", 13.5e6, "USD"),
    ("60 USD/kg", "money/t", 60e3, "USD"),
    ("60 USD/kg", "money/kg", 60.0, "USD"),
    ("US$60/kg", "money/t", 60e3, "USD"),
    ("60 CAD per tonne", "money/t", 60.0, "CAD"),
    ("73 USD/kg", "money/t", 73e3, "USD"),
    ("380 USD/mtu", "money/t", 38e3, "USD"),
    ("4081 USD/oz", "money/t", 4081e6 / 31.1034768, "USD"),
    ("20 USD/lb", "money/t", 44092.4524, "USD"),  # NIST SP 811: 1 t is 2204.622 62 lb
    ("1 000 KZT/t", "money/t", 1000.0, "KZT"),
    ("12 USD/MWh", "money/MWh", 12.0, "USD"),
    ("0.1 USD/t/km", "money/t/m", 0.1e-3, "USD"),
    ("0.1 USD/(t*km)", "money/t/m", 0.1e-3, "USD"),
    ("0.1 USD/tkm", "money/t/m", 0.1e-3, "USD"),
]


@pytest.mark.parametrize(("text", "unit", "value"), QUANTITIES)
def test_quantities(text: str, unit: str, value: float) -> None:
    number, currency = parse(text, unit)
    assert number == pytest.approx(value, rel=1e-11)
    assert currency is None


@pytest.mark.parametrize(("text", "unit", "value", "currency"), MONEY)
def test_money(text: str, unit: str, value: float, currency: str) -> None:
    number, code = parse(text, unit)
    assert number == pytest.approx(value, rel=1e-9)
    assert code == currency


def test_exact_to_the_last_bit() -> None:
    assert parse("1.62 %", "1")[0] == 0.0162
    assert parse("639 ppm", "1")[0] == 0.000639
    assert parse("73 USD/kg", "money/t")[0] == 73000.0
    assert parse("292.7 MUSD", "money")[0] == 292700000.0


def test_a_bare_number_is_a_fraction_or_nothing() -> None:
    assert parse(0.84, "1") == (0.84, None)
    assert parse(3, "1") == (3.0, None)
    for value in (True, math.nan, math.inf, -math.inf, 10**400):
        with pytest.raises(UnitError):
            parse(value, "1")
    for unit in ("t", "t/year", "money", "year", "1/year"):
        with pytest.raises(UnitError):
            parse(0.5, unit)


WITHOUT_UNIT = [
    ("t", '"20 Mt"'),
    ("t/year", '"2.1 Mt/y"'),
    ("money", '"292.7 MUSD"'),
    ("money/t", '"60 USD/kg"'),
    ("money/year", '"13.5 MUSD/year"'),
    ("year", '"2.5 years"'),
    ("MWh/t", '"3.9 MWh/t"'),
    ("money/MWh", '"12 USD/MWh"'),
]


@pytest.mark.parametrize(("unit", "example"), WITHOUT_UNIT)
@pytest.mark.parametrize("value", ["84", 84, 84.0])
def test_a_number_without_its_unit(unit: str, example: str, value: str | float) -> None:
    with pytest.raises(UnitError) as caught:
        parse(value, unit)
    assert caught.value.got == (f'"{value}"' if isinstance(value, str) else str(value))
    assert caught.value.wanted == f"a quantity with its unit, such as {example}"
    assert parse(example.strip('"'), unit)  # the example works


def test_the_error_of_the_house_style() -> None:
    with pytest.raises(UnitError) as caught:
        parse("84", "1")
    error = caught.value
    assert error.got == '"84"'
    assert error.wanted == 'a fraction from 0 to 1, or a percentage such as "84 %"'
    assert error.hint == 'did you mean "84 %" (= 0.84)?'
    fault = error.fault('kettle.toml:23  site "mine"')
    assert str(fault).splitlines() == [
        'kettle.toml:23  site "mine"',
        '  got     "84"',
        '  wanted  a fraction from 0 to 1, or a percentage such as "84 %"',
        '  hint    did you mean "84 %" (= 0.84)?',
    ]
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


DIMENSIONS = [
    ("73 USD/kg", "1", '"73 USD/kg" (money/mass)', 'a fraction from 0 to 1, or a percentage such as "84 %"'),
    ("73 USD/t", "money", '"73 USD/t" (money/mass)', 'money, such as "292.7 MUSD"'),
    ("20 Mt", "t/year", '"20 Mt" (mass)', 'mass/time, such as "2.1 Mt/y"'),
    ("20 %", "t", '"20 %" (a fraction)', 'mass, such as "20 Mt"'),
    ("20 m", "money", '"20 m" (length)', 'money, such as "292.7 MUSD"'),
    ("5 t/m3", "MWh/t", '"5 t/m3" (mass/length^3)', 'energy/mass, such as "3.9 MWh/t"'),
]


@pytest.mark.parametrize(("text", "unit", "got", "wanted"), DIMENSIONS)
def test_another_dimension(text: str, unit: str, got: str, wanted: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(text, unit)
    assert (caught.value.got, caught.value.wanted) == (got, wanted)


HINTS = [
    ("20 tons", "t", '"st" for a short ton'),
    ("20 Mton", "t", '"st" for a short ton'),
    ("20 ton/y", "t/year", '"st" for a short ton'),
    ("2 mt", "t", '"Mt" for a million tonnes'),
    ("2 MT", "t", '"Mt" for a million tonnes'),
    ("2 MTPA", "t/year", 'did you mean "Mtpa"?'),
    ("3 moz", "t", 'did you mean "Moz"?'),
    ("73 USD/kg Nd2O3", "money/t", 'of = "Nd2O3"'),
    ("73 USD/kg REO", "money/t", 'of = "REO"'),
    ("1.2 % Mo", "1", 'of = "Mo"'),
    ("300 kt LCE", "t", 'of = "Li2CO3"'),
    ("1,5 Mt", "t", 'not "1,5"'),
    ("0,500 Mt", "t", 'not "1,5"'),
    ("1.234,5 t", "t", 'not "1,5"'),
    ("1 2 t", "t", "not readable"),
    ("8 00 t", "t", "not readable"),
    ("1_0 t", "t", "not readable"),
    ("10-20 Mt", "t", "low and high"),
    ("$60/kg", "money/t", "ISO 4217"),
    ("60 $/kg", "money/t", "ISO 4217"),
    ("60 usd/kg", "money/t", 'did you mean "USD"?'),
    ("5 MMUSD", "money", 'did you mean "MUSD"?'),
    ("5 XYZ", "money", '"XYZ" is not a unit known here'),
    ("20 M", "t", "the unit is missing"),
    ("512.8 KZT/USD", "money", "exchange rate"),
    ("5 USD/t*km", "money/t", '"a/(b*c)"'),
    ("USD 73 kg", "money/t", "behind the number"),
    ("nan t", "t", "a number comes first"),
    ("inf", "1", "a number comes first"),
    ("1e400 t", "t", "too large or too small"),
    ("1e-400 t", "t", "too large or too small"),
    ("1e999999999999 t", "t", "too large or too small"),
    ("9e307 Gt", "t", "too large or too small"),
    ("1 " + "t" * 200, "t", "more than 200 characters"),
    ("5 t/", "t", "not finished"),
    ("5 (t", "t", "not finished"),
    ("639", "1", '"ppm"'),
]


@pytest.mark.parametrize(("text", "unit", "hint"), HINTS)
def test_hints(text: str, unit: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(text, unit)
    assert hint in caught.value.hint
    assert len(caught.value.got) < 70


NONSENSE = ["", "  ", "t", "5 t t", "5 t)", "5 t//y", "5 t^2^2", "5 money", "5 '", '5 t"', "5 t; x", "5 \x00 t", "५ t"]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        parse(text, "t")


@pytest.mark.parametrize("unit", ["", "zorkmid", "USD", "t/", "money money", "2"])
def test_a_unit_that_nobody_can_ask_for(unit: str) -> None:
    with pytest.raises(UnitError, match="a unit to ask for"):
        parse("5 t", unit)


def test_rate() -> None:
    assert parse_rate("512.8 KZT/USD", "KZT", "USD") == 512.8
    assert parse_rate("16 500 IDR per USD", "IDR", "USD") == 16500.0
    for text in ("512.8", "0.00195 USD/KZT", "0 KZT/USD", "-512 KZT/USD", "512 KZT", "512 KZT/EUR", "USD/KZT 512", "1e400 KZT/USD", ""):
        with pytest.raises(UnitError, match="KZT for one USD"):
            parse_rate(text, "KZT", "USD")


# A unit written both ways gives the same: no chain of conversions may gain or lose.
@given(st.decimals(min_value="0.001", max_value="99999", places=3), st.sampled_from(["t", "kg", "lb", "oz", "mtu", "st", "ct"]))
def test_price_times_mass(number: object, mass: str) -> None:
    there = parse(f"1 {mass}", "t")[0]
    price = parse(f"{number} USD/{mass}", "money/t")[0]
    assert there * price == pytest.approx(float(str(number)), rel=1e-12)
    assert parse(f"{number} USD/{mass}", f"money/{mass}") == (float(str(number)), "USD")


@settings(max_examples=500)
@given(
    st.text() | st.text(st.sampled_from(list("0123456789.,e+-_ kMUSDt/%*()^yg$€")), max_size=14),
    st.sampled_from(["1", "t", "t/year", "money", "money/t", "year"]),
)
def test_any_text_is_a_finite_number_or_a_unit_error(text: str, unit: str) -> None:
    try:
        value, currency = parse(text, unit)
    except UnitError as error:
        assert error.got and error.wanted
    else:
        assert math.isfinite(value)
        assert (currency is not None) == ("money" in unit)


def test_pint_is_imported_late() -> None:
    code = "import sys, kenes.units; assert 'pint' not in sys.modules; kenes.units.parse('1 GJ', 'MWh'); assert 'pint' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# --------------------------------------------------------------------------------------------------------------------- kinds

# Element-to-oxide factors as assay laboratories and ASX announcements commonly print them (such as James Cook University, Advanced
# Analytical Centre, "Element-to-stoichiometric oxide conversion factors"); TiO2, Fe2O3 and MnO read again in J. Patterson, "Oxide -
# Carbonate - Element Conversion Table", jepspectro.com. Some printings still use older weights (titanium 47.88): hence the tolerance.
OXIDE_PER_ELEMENT = {
    "La2O3": 1.1728,
    "CeO2": 1.2284,
    "Pr6O11": 1.2082,
    "Nd2O3": 1.1664,
    "Sm2O3": 1.1596,
    "Eu2O3": 1.1579,
    "Gd2O3": 1.1526,
    "Tb4O7": 1.1762,
    "Dy2O3": 1.1477,
    "Ho2O3": 1.1455,
    "Er2O3": 1.1435,
    "Tm2O3": 1.1421,
    "Yb2O3": 1.1387,
    "Lu2O3": 1.1371,
    "Y2O3": 1.2699,
    "Sc2O3": 1.5338,
    "WO3": 1.2611,
    "U3O8": 1.1792,
    "ThO2": 1.1379,
    "Nb2O5": 1.4305,
    "Ta2O5": 1.2211,
    "V2O5": 1.7852,
    "TiO2": 1.6681,
    "ZrO2": 1.3508,
    "HfO2": 1.1793,
    "Fe2O3": 1.4297,
    "Cr2O3": 1.4616,
    "MnO": 1.2912,
    "SnO2": 1.2696,
}


@pytest.mark.parametrize(("oxide", "factor"), OXIDE_PER_ELEMENT.items())
def test_oxide_factors(oxide: str, factor: float) -> None:
    (element,) = elements_of(oxide)
    assert 1 / contained(oxide, element) == pytest.approx(factor, abs=5e-4)
    assert CUSTOMARY_OXIDE[element] == oxide
    assert contained("oxide", element) == contained(oxide, element)


def test_cerium_in_its_oxide() -> None:
    """ecoinvent 3.11, dataset 22752, "Cerium oxide": a cerium content of 81.41 %."""
    assert contained("CeO2", "cerium") == pytest.approx(0.8141, abs=5e-5)


def test_units_of_tungsten() -> None:
    """USGS, Minerals Yearbook 2017, Tungsten: WO3 is 79.3 % W; a metric ton unit holds 7.93 kg of W, a short ton unit 7.19 kg."""
    assert contained("WO3", "tungsten") == pytest.approx(0.793, abs=5e-4)
    assert parse("1 mtu", "kg")[0] * contained("WO3", "tungsten") == pytest.approx(7.93, abs=5e-3)
    assert parse("1 stu", "kg")[0] * contained("WO3", "tungsten") == pytest.approx(7.19, abs=5e-3)


def test_lithium() -> None:
    """BGS, "Lithium" commodity profile (2016), conversion factors: Li to Li2O 2.153, Li to Li2CO3 5.323, Li2O to Li2CO3 2.473."""
    assert 1 / contained("Li2O", "lithium") == pytest.approx(2.153, abs=6e-4)
    assert 1 / contained("Li2CO3", "lithium") == pytest.approx(5.323, abs=1e-3)
    assert contained("Li2O", "lithium") / contained("Li2CO3", "lithium") == pytest.approx(2.473, abs=1e-3)


# Molar masses from the makers' labels (Sigma-Aldrich): Li2CO3 73.89, LiOH·H2O 41.96, ammonium paratungstate (NH4)10H2W12O42·4H2O
# 3132.5, CuSO4·5H2O 249.69, Ca(OH)2 74.09.
WEIGHTS = {
    "Li2CO3": 73.89,
    "LiOH·H2O": 41.96,
    "LiOH.H2O": 41.96,
    "(NH4)10(H2W12O42)·4H2O": 3132.5,
    "(NH4)10H2W12O42": 3132.5 - 4 * 18.015,
    "CuSO4·5H2O": 249.69,
    "Ca(OH)2": 74.09,
}


@pytest.mark.parametrize(("formula", "weight"), WEIGHTS.items())
def test_formula_weight(formula: str, weight: float) -> None:
    assert formula_weight(formula) == pytest.approx(weight, abs=0.02)


NO_FORMULA = ["", "2", "nd2o3", "Nd02", "Nd2O3.", ".Nd", "()", "(Nd", "Nd)", "Xx2O3", "H1000", "H2 O", "H" * 101, "Nd2O3\n", "٢"]


@pytest.mark.parametrize("text", NO_FORMULA)
def test_no_formula(text: str) -> None:
    with pytest.raises(UnitError):
        formula_weight(text)
    assert not is_kind(text)


def test_atomic_weights_of_iupac() -> None:
    """IUPAC 2021 (Pure Appl. Chem. 94, 573): some of the abridged table, those last revised among them."""
    printed = {"Li": 6.94, "O": 15.999, "Ti": 47.867, "Zn": 65.38, "Se": 78.971, "Y": 88.906, "Mo": 95.95, "La": 138.91, "Nd": 144.24}
    printed |= {"Dy": 162.50, "Yb": 173.05, "Hf": 178.49, "Ta": 180.95, "W": 183.84, "Ir": 192.22, "Au": 196.97, "Pb": 207.2, "U": 238.03}
    assert {symbol: ATOMIC_WEIGHTS[SYMBOLS[symbol]] for symbol in printed} == printed
    assert len(SYMBOLS) == len(ATOMIC_WEIGHTS)
    assert all(1 <= weight < 239 for weight in ATOMIC_WEIGHTS.values())


def test_rare_earths() -> None:
    assert len(RARE_EARTHS) == len(set(RARE_EARTHS)) == 16
    assert "scandium" not in RARE_EARTHS
    assert elements_of("TREO") == elements_of("REO") == elements_of("TREE") == RARE_EARTHS
    for element in RARE_EARTHS:
        assert contained("TREO", element) == contained(CUSTOMARY_OXIDE[element], element) == contained("oxide", element) < 1
        assert contained("TREE", element) == contained("REE", element) == contained("element", element) == 1
    assert set(RARE_EARTHS) < OXIDE_REPORTED <= set(CUSTOMARY_OXIDE)
    assert elements_of("ReO") == ("rhenium",)  # not the rare earth oxides


REFUSED = [
    ("TREO", "tungsten", "not a rare earth"),
    ("REE", "scandium", "not a rare earth"),
    ("oxide", "gold", "write the formula"),
    ("WO3", "neodymium", ""),
    ("neodymium", "praseodymium", ""),
    ("wolframite", "tungsten", ""),
    ("Nd2O3", "Nd", 'did you mean "neodymium"?'),
    ("Al2O3", "aluminum", 'did you mean "aluminium"?'),
    ("aluminum", "aluminium", 'did you mean "aluminium"?'),
]


@pytest.mark.parametrize(("kind", "element", "hint"), REFUSED)
def test_kinds_refused(kind: str, element: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        contained(kind, element)
    assert hint in caught.value.hint


def test_elements_of() -> None:
    assert elements_of("FeNb2O6") == ("iron", "niobium")
    assert elements_of("(NH4)10H2W12O42") == ("tungsten",)
    assert elements_of("neodymium") == ("neodymium",)
    assert elements_of("C") == elements_of("CO2") == ("carbon",)
    assert elements_of("H2O") == ("hydrogen", "oxygen")
    for kind in ("oxide", "element", "wolframite"):
        with pytest.raises(UnitError):
            elements_of(kind)


def test_the_parts_of_a_formula_make_the_whole() -> None:
    for formula in ["(NH4)10H2W12O42", "Ca(OH)2", "CuSO4·5H2O", *CUSTOMARY_OXIDE.values()]:
        assert sum(contained(formula, name) for name in ATOMIC_WEIGHTS if has(formula, name)) == pytest.approx(1.0)


def has(formula: str, element: str) -> bool:
    try:
        return contained(formula, element) > 0
    except UnitError:
        return False


@given(st.text() | st.text(st.sampled_from(list("NdOHWa()·.0123")), max_size=12))
def test_any_text_is_a_kind_or_not(text: str) -> None:
    if is_kind(text) and text not in ("oxide", "element"):
        assert all(0 < contained(text, element) <= 1 for element in elements_of(text))


WORDS = ["metric", "short", "long", "troy", "ton", "tonnes", "units", "oz", "ounce", "per", "cent", "wt", "p.a.", "**", "²", "·", "×", "%"]


@given(st.lists(st.sampled_from([*WORDS, " ", ".", "/", "t", "USD", "x"]), max_size=8).map("".join) | st.text(max_size=12))
def test_no_phrase_is_passed_over(rest: str) -> None:
    plain = rest
    for phrase, word in _PHRASES:
        plain = re.sub(phrase, word, plain)
    assert _tokens(rest) == tuple(_TOKEN.findall(plain.strip()))


def test_what_is_remembered_is_what_pint_says() -> None:
    masses = [name for name in set(_NAME.values()) if _tonnes(name) is not None]
    assert {"tonne", "kilogram", "pound", "million_pounds", "troy_ounce", "metric_unit"} <= set(masses)
    for name in _NAME.values():
        assert (_by_pint(name)[1] == (("mass", 1),)) == (name in masses), name
    weighed = {one: _weighed(one) for name in masses for one in (name, f"{name}/year", f"money/{name}")}
    for expression, remembered in (_COMMON | weighed).items():
        assert remembered == _by_pint(expression), expression
    for other in ("money/tonne/year", "year/tonne", "tonne/money", "money/day", "year", "money//year"):
        assert _weighed(other) is None, other
