"""Says who? Numbers with parents, dated rules, TOML in.

A number of a project file is a table: ``{value, source, page?, quote?}`` or ``{assumed, why}``, with ``low``/``high``/``shape`` where it is
uncertain. `Quantity` is what remains of it after reading: the amount in the unit the formulas use, and its parent.
A rule of law is a TOML file of dated values; `Rule.on` says which value bound on a day.
"""

import hashlib
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from kenes import units
from kenes.errors import Fault, InputError

__all__ = ["Dated", "Day", "Part", "Quantity", "Rule", "Unit", "countries", "fingerprint", "quantities", "read_rule", "read_toml"]

LARGEST_FILE = 5_000_000
"""Bytes. A project is a page of text; a larger file is a mistake."""

SMALLEST, LARGEST = 1e-20, 1e20
"""Tonnes, years, money or shares. What lies beyond is a slip of the pen, and would end in numbers that no computer holds."""


def fault(got: str, wanted: str, hint: str = "", at: tuple[str, ...] = ()) -> PydanticCustomError:
    """A pydantic error that carries the house form (`kenes.errors.Fault`) of what went wrong.

    got : `shown` of what stood in the file, or words that say it
    at  : keys from the table checked to the one that is wrong
    """
    return PydanticCustomError(
        "kenes", "{wanted}", {"got": got if len(got) <= 200 else got[:197] + "...", "wanted": wanted, "hint": hint, "at": at}
    )


def shown(given: object) -> str:
    """What stood in the file, for a message: as TOML shows it, cut where it is long."""
    if isinstance(given, (dict, list)):
        return "a table" if isinstance(given, dict) else "a list"
    return units.quoted(given)


def _scalar(given: object) -> object:
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise fault(shown(given), 'a number with its unit in quotes, such as "42 Mt", or a bare number where there is no unit')
    return given


def _day(given: object) -> object:
    if isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise fault(shown(given), "a day of the calendar, such as 2026-01-01") from None
    if isinstance(given, datetime) or not isinstance(given, date):
        raise fault(shown(given), "a date such as 2026-01-01 (year, month, day; no quotes needed)")
    return given


def nothing() -> list[Any]:
    """A list that the file leaves out. (The signature of ``list`` itself pydantic would have to parse from text, at every start.)"""
    return []


Scalar = Annotated[str | int | float, BeforeValidator(_scalar)]
"""A number as it may stand in a file."""
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
"""A calendar day."""
Shape = Literal["triangular", "pert", "lognormal", "normal", "uniform", "discrete", "shifted lognormal"]


class Part(BaseModel):
    """Any table of a project file: frozen, and every key known.

    Modules with parts do not postpone their annotations: pydantic would have to read each of them again from its text at every start.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True, defer_build=True, strict=True
    )


class Entry(Part):
    """A number as the file states it."""

    value: Scalar | None = Field(None, description="the number with its unit, such as '42 Mt' or '84 %'")
    assumed: Scalar | None = Field(None, description="the number with its unit, where no source gives it")
    why: str | None = Field(None, min_length=1, description="why this was assumed")
    source: str | None = Field(None, min_length=1, description="key of project.sources, or the source in words")
    page: str | int | None = None
    quote: str | None = None
    note: str | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    low: Scalar | None = None
    high: Scalar | None = None
    bounds: Literal["P10/P90", "min/max"] | None = Field(None, description="what low and high are")
    shape: Shape | None = None
    of: str | None = Field(None, description="kind: an element, an oxide formula, TREO, or product")
    basis: Literal["element", "oxide"] | None = Field(None, alias="as", description="whether a grade is of element or of oxide")
    by_year: dict[str, Scalar] | None = Field(None, description="a value for each calendar year from which it holds")
    by_operating_year: list[Scalar] | None = Field(None, min_length=1, description="a value for the 1st, 2nd, ... year; the last is held")

    @model_validator(mode="after")
    def _has_parent(self) -> Self:
        stated = [name for name in ("value", "assumed", "by_year", "by_operating_year") if getattr(self, name) is not None]
        if len(stated) > 1:
            raise fault(" and ".join(stated), "one of value, assumed, by_year, by_operating_year")
        if not stated:
            raise fault("no number", "value = ..., or assumed = ... with a why")
        if self.assumed is not None and self.why is None:
            raise fault(f"assumed = {shown(self.assumed)} without why", 'why = "...": the reason for an assumed number')
        if self.assumed is None and self.source is None and self.why is None:
            raise fault(f"{stated[0]} without source", 'source = "...", or assumed = ... with a why', "no number without a parent")
        if (self.low is None) != (self.high is None):
            raise fault("only one of low and high", "both low and high, or neither")
        if self.shape is not None and self.low is None:
            raise fault(f"shape = {self.shape} without low and high", "low and high beside the shape")
        return self


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its parent, in the unit the formulas use.

    amount    : in ``unit``: tonnes, years, money, fractions of one (first of a schedule)
    currency  : ISO 4217 code if ``unit`` holds money, else None
    calendar  : amounts from calendar years on, sorted, or ()
    operating : amounts of the 1st, 2nd, ... year of a schedule, or ()
    page, quote, note : where in the source, its words, and what the author of the file adds
    """

    amount: float
    unit: str
    currency: str | None = None
    calendar: tuple[tuple[int, float], ...] = ()
    operating: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    shape: str | None = None
    bounds: str | None = None
    of: str | None = None
    basis: str | None = None
    source: str | None = None
    why: str | None = None
    confidence: str | None = None
    text: str = ""
    page: str | None = None
    quote: str | None = None
    note: str | None = None

    @property
    def assumed(self) -> bool:
        """Whether no source gives this number."""
        return self.source is None


class Unit:
    """Marks a field of a project file as a number in ``unit``, between ``least`` and ``most`` (in that unit).

    bare : a number without parents may stand alone (a choice, such as a discount rate, is not a fact)
    hint : how to mend a number out of bounds
    """

    def __init__(
        self, unit: str, least: float = -math.inf, most: float = math.inf, *, bare: bool = False, positive: bool = False, hint: str = ""
    ) -> None:
        self.unit, self.least, self.most, self.bare, self.positive, self.hint = unit, least, most, bare, positive, hint

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(self._validate, handler.generate_schema(Entry))

    def _validate(self, given: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Quantity:
        """Reads one number; where the reader gave a list as context, notes there which table became which number."""
        number = self._read(handler(self._table(given)))
        if info.context is not None:
            info.context.append((given, number))
        return number

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        shown: JsonSchemaValue = handler(schema)
        wanted = {"description": f"a number in {self.unit}", "x-unit": self.unit}
        if self.bare:
            return {"anyOf": [schema_ref(shown), {"type": ["string", "number"]}], **wanted}
        return {"allOf": [schema_ref(shown)], **wanted}

    def _table(self, given: object) -> object:
        if isinstance(given, (str, int, float)) and not isinstance(given, bool):
            if self.bare:
                return {"assumed": given, "why": "stated as a choice"}
            text = units.quoted(given)
            raise fault(
                text, f'a number that says where it comes from: {{value = {text}, source = "..."}} or {{assumed = {text}, why = "..."}}'
            )
        if not isinstance(given, dict):
            raise fault(shown(given), f'a number with its source: {{value = {self.example}, source = "..."}}')
        return given

    def _amount(self, given: Scalar) -> tuple[float, str | None, str]:
        """Amount, currency and unit of one given number; a field of several units takes the first that fits."""
        if self.unit == "rate":
            return (*_exchange_rate(given), self.unit)
        if self._is_ratio and isinstance(given, str) and re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", given):
            raise fault(shown(given), self._range(), f"leave out the quotes: {given.strip()}")
        first: units.UnitError | None = None
        for unit in self.unit.split("|"):
            try:
                return (*self._within(given, *units.parse(given, unit)), unit)
            except units.UnitError as error:
                first = first or error
        assert first is not None
        raise fault(first.got, self._range() if self._is_ratio else first.wanted, first.hint) from first

    def _within(self, given: Scalar, amount: float, currency: str | None) -> tuple[float, str | None]:
        if not self.least <= amount <= self.most or (self.positive and amount <= 0):
            hint = self.hint if amount > self.most else ""
            if self.unit == "1" and self.most <= 1 and isinstance(given, (int, float)) and amount > 1:
                hint = f'did you mean "{given} %" (= {given / 100:g})?' if amount <= 100 else 'the unit is missing: "%", "ppm" or "g/t"?'
            raise fault(shown(given), self._range(), hint)
        if amount and not SMALLEST < abs(amount) < LARGEST:
            raise fault(shown(given), f"a number such as {self.example}", "the number is too large or too small: check it and its unit")
        return amount, currency

    @property
    def _is_ratio(self) -> bool:
        """Whether it is written 2.5, not 250 %."""
        return self.unit == "1" and self.most > 10

    @property
    def example(self) -> str:
        """A number as a file may state it."""
        return "2.5" if self._is_ratio else units.example(self.unit)

    def _range(self) -> str:
        if self._is_ratio:
            return f'a ratio from {max(self.least, 0):g} to {self.most:g}, such as 2.5 (no quotes) or "2.5 t/t"'
        if self.unit == "1" and self.least >= 0 and self.most <= 1:
            return 'a fraction from 0 to 1, or a percentage such as "84 %"' + (", above 0" if self.positive else "")
        share = self.unit == "1" and self.most <= 10
        word = "" if self.unit == "1" else " " + units.words(self.unit.split("|")[0])
        word = f" ({word.strip()})" if "money" in word else word

        def bound(limit: float) -> str:
            return f"{limit * 100:g} %" if share else f"{limit:g}{word}"

        lower = f"more than {bound(0)}" if self.positive else f"at least {bound(self.least)}" if self.least > -math.inf else ""
        upper = f"at most {bound(self.most)}" if self.most < math.inf else ""
        return " and ".join(part for part in (lower, upper) if part)

    def _read(self, entry: Entry) -> Quantity:
        unit = self.unit
        calendar: list[tuple[int, float]] = []
        operating: list[float] = []
        currencies: set[str | None] = set()
        if entry.by_year is not None:
            for key, given in entry.by_year.items():
                if re.fullmatch("[12][0-9]{3}", key) is None:
                    raise fault(shown(key), "a calendar year such as 2026")
                amount, currency, unit = self._amount(given)
                calendar.append((int(key), amount))
                currencies.add(currency)
            calendar.sort()
            if not calendar:
                raise fault("an empty table", "a value for each calendar year from which it holds")
            first = calendar[0][1]
        elif entry.by_operating_year is not None:
            for given in entry.by_operating_year:
                amount, currency, unit = self._amount(given)
                operating.append(amount)
                currencies.add(currency)
            first = operating[0]
        else:
            stated = entry.value if entry.value is not None else entry.assumed
            assert stated is not None
            first, currency, unit = self._amount(stated)
            currencies.add(currency)
        bounds: list[float | None] = [None, None]
        if entry.low is not None and entry.high is not None:
            for k, given in enumerate((entry.low, entry.high)):
                bounds[k], currency, _ = self._amount(given)
                currencies.add(currency)
            low, high = bounds
            assert low is not None and high is not None
            middle = first if not calendar and not operating else min(max(first, low), high)
            if not low <= middle <= high:
                said = (
                    f"value = {shown(entry.value if entry.value is not None else entry.assumed)}, "
                    if not calendar and not operating
                    else ""
                )
                raise fault(
                    f"low = {shown(entry.low)}, {said}high = {shown(entry.high)}", "low, value and high in rising order", "", ("low",)
                )
        if len(currencies) > 1:
            raise fault(" and ".join(sorted(str(code) for code in currencies)), "one currency in one number")
        return Quantity(
            amount=first,
            unit=unit,
            currency=currencies.pop(),
            calendar=tuple(calendar),
            operating=tuple(operating),
            low=bounds[0],
            high=bounds[1],
            shape=entry.shape,
            bounds=entry.bounds,
            of=entry.of,
            basis=entry.basis,
            source=entry.source,
            why=entry.why,
            confidence=entry.confidence,
            text=str(
                entry.value
                if entry.value is not None
                else entry.assumed
                if entry.assumed is not None
                else entry.by_year or entry.by_operating_year
            ),
            page=None if entry.page is None else str(entry.page),
            quote=entry.quote,
            note=entry.note,
        )


def _exchange_rate(given: Scalar) -> tuple[float, str]:
    """ "512.8 KZT/USD" as 512.8 and "KZT/USD"."""
    pair = re.search(r"([A-Z]{3})\s*/\s*([A-Z]{3})\s*$", given[:200]) if isinstance(given, str) else None
    if pair is None or not isinstance(given, str):
        raise fault(
            shown(given), 'an exchange rate such as "512.8 KZT/USD"', "how many units of it one unit of the reporting currency buys"
        )
    try:
        return units.parse_rate(given, pair[1], pair[2]), f"{pair[1]}/{pair[2]}"
    except units.UnitError as error:
        raise fault(error.got, 'an exchange rate such as "512.8 KZT/USD", above 0', error.hint) from None


def schema_ref(shown: JsonSchemaValue) -> JsonSchemaValue:
    """The JSON Schema of an `Entry`, by reference where pydantic made one."""
    return {"$ref": shown["$ref"]} if "$ref" in shown else shown


FREE = dict[str, Any]
NUMBERLESS = (NoneType, str, bool, int, float, date)


def quantities(part: object, path: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every number of a project file with its path (sites and entities by name)."""
    if isinstance(part, Quantity):
        yield path, part
    elif isinstance(part, BaseModel):
        for name, entry in type(part).model_fields.items():
            value = getattr(part, name)
            if not isinstance(value, NUMBERLESS) and entry.annotation != FREE:  # what no schema describes holds no numbers
                yield from quantities(value, f"{path}.{name}" if path else name)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from quantities(value, f"{path}.{key}")
    elif isinstance(part, (list, tuple)):
        for k, value in enumerate(part):
            yield from quantities(value, f"{path}.{getattr(value, 'name', k)}")


# --- files ---------------------------------------------------------------------------------------------------------------------


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """The table and the text of a TOML file.

    Raises InputError where the file is absent, a folder, too large, not UTF-8, or not TOML.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(Fault(str(path), "a folder", "a project file (TOML)"))
        if size > LARGEST_FILE:
            raise InputError(Fault(str(path), f"a file of {size / 1e6:,.0f} MB", f"a project file of at most {LARGEST_FILE / 1e6:.0f} MB"))
        with path.open("rb") as handle:
            raw = handle.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError(Fault(str(path), "no such file", "a project file (TOML)", "`kenes new` writes a starter")) from None
    except OSError as error:
        raise InputError(Fault(str(path), f"a file that cannot be read: {error.strerror}", "a readable project file")) from None
    except ValueError:
        raise InputError(Fault(str(path).replace("\0", "?"), "a name that no file can have", "a project file (TOML)")) from None
    if len(raw) > LARGEST_FILE:
        raise InputError(Fault(str(path), "an endless or growing file", f"a project file of at most {LARGEST_FILE / 1e6:.0f} MB"))
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "save the file again as UTF-8 (in a spreadsheet or editor: encoding UTF-8)"
        raise InputError(Fault(f"{path}:{line}", "a character that is not UTF-8", "a text file in UTF-8", hint)) from None
    if not text.strip():
        raise InputError(Fault(str(path), "an empty file", "a project file (TOML)", "`kenes new` writes a starter"))
    deep = next((found for found in _DOTTED.finditer(text) if found[0].count(".") > 100), None)
    if deep is not None:
        line = text.count("\n", 0, deep.start()) + 1
        raise InputError(Fault(f"{path}:{line}", "a key of more than 100 parts", "a project file (TOML)"))
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise InputError(_no_toml(path, text, str(error))) from None
    except RecursionError:
        raise InputError(Fault(str(path), "tables or lists nested too deeply", "a project file (TOML)")) from None
    except ValueError as error:
        got = "a number of more than 4,000 digits" if "digits" in str(error) else f"TOML that cannot be read: {error}"
        raise InputError(Fault(str(path), got, "valid TOML (toml.io)")) from None


# A key with dots. The time of the TOML reader grows with the square of its parts.
_DOTTED = re.compile(r"""[\w"'-]++(?:[ \t]*+\.[ \t]*+[\w"'-]++)*+""")

# What the TOML reader says, and the same for a person who knows mines.
_SYNTAX = [
    ("Cannot overwrite a value", "each key once", "this key, or its table, stands in the file already"),
    ("Cannot declare", "each table once", "this table stands in the file already"),
    ("Cannot mutate immutable", "each key once", "this table is closed: add the key inside its { }"),
    ("Cannot redefine", "each key once", "this key stands in the file already"),
    ("Duplicate inline table key", "each key once", "this key stands twice in the { }"),
    ("Expected newline or end of document", "one key = value on a line", 'a number with a unit stands in quotes: "84 %"'),
    ("Expected '=' after a key", "key = value", "a key of several words stands in quotes"),
    (
        "Expected ']' at the end of a table",
        "[table] in square brackets",
        'a name of several words stands in quotes: [site.market."La oxide"]',
    ),
    ("Unclosed array", "a list that ends with ]", "its entries are parted by commas, and text stands in quotes"),
    ("Unclosed inline table", "a table that ends with } on the same line", 'a number with a unit stands in quotes: "84 %"'),
    ("Unterminated string", 'a text that ends with a quote: "..."', ""),
    ("Expected", "the end of what was begun here", ""),
    ("Illegal character", "a text that ends on its line, without control characters", "is the closing quote missing?"),
    ("Invalid value", "a value", 'text, and a number with its unit, stand in quotes: "2 Mt/y"; true and false without'),
    ("Invalid initial character for a key part", "a key of letters, digits, - and _", "any other key stands in quotes"),
    ("Invalid statement", "key = value, or [table]", ""),
    ("Invalid date", "a date such as 2026-01-01", ""),
    ("Unescaped '\\' in a string", "a text without a single \\", "write \\\\ for one, or use single quotes: '...'"),
]


def _no_toml(path: Path, text: str, message: str) -> Fault:
    """A fault of syntax at its line, in plain words."""
    said, _, place = message.rpartition(" (at ")
    rows = text.split("\n")
    found = re.match(r"line ([0-9]+), column ([0-9]+)", place)
    number = int(found[1]) if found else len(text.rstrip().split("\n"))
    row = rows[number - 1].strip() if number <= len(rows) else ""
    if found and number > 1 and int(found[2]) == 1 and not row:
        number, row = number - 1, rows[number - 2].strip()
    wanted, hint = next(
        ((wanted, hint) for start, wanted, hint in _SYNTAX if said.startswith(start)), ("valid TOML (toml.io)", said or message)
    )
    return Fault(f"{path}:{number}", row if 0 < len(row) <= 120 else row[:117] + "..." if row else "the end of the file", wanted, hint)


# --- law -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """One value of a rule: what it is, from which day it binds, since when it is known, and who says so."""

    value: Any
    begins: date
    enacted: date
    source: str
    confidence: str = "high"
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One charge of one country: its dated parameters and what never changes.

    name     : file name without ending; ``country`` its folder (ISO 3166 alpha-3)
    checked  : last day on which a person read the law
    values   : parameter path ("rate", "pool.machinery.rate") to its dated values, oldest first
    units    : parameter path to its unit, where stated
    fixed    : everything else in the file
    """

    country: str
    name: str
    title: str
    law: str
    checked: date
    values: dict[str, tuple[Dated, ...]]
    units: dict[str, str]
    fixed: dict[str, Any] = field(default_factory=dict)

    def dated(self, parameter: str, day: date, known: date | None = None) -> Dated | None:
        """What bound on ``day``, as far as anyone knew on ``known`` (a stabilised contract keeps the law of its signing).

        None where the rule states no such parameter. Raises InputError before the first value: the law is never guessed.
        """
        values = self.values.get(parameter)
        if values is None:
            return None
        best: Dated | None = None
        for value in values:
            if value.begins <= day and (known is None or value.enacted <= known):
                best = value
        if best is None:
            first = values[0]
            when = f"{day}" if known is None else f"{day}, as known on {known}"
            raise InputError(
                Fault(
                    f"rules/{self.country}/{self.name}.toml  {parameter}",
                    f"the law of {when}",
                    f"a day from {first.begins} on: no earlier value is on file",
                    "state the regime inline, with its source ([site.regime])",
                )
            )
        return best

    def on(self, parameter: str, day: date, default: Any = None, known: date | None = None) -> Any:
        """The value that bound on ``day``, or ``default`` where the rule states no such parameter."""
        best = self.dated(parameter, day, known)
        return default if best is None else best.value

    def begun(self, parameter: str, day: date) -> bool:
        """Whether the rule states a value for ``parameter`` that binds on ``day``."""
        return any(value.begins <= day for value in self.values.get(parameter, ()))


RULES = Path(__file__).parent / "rules"
"""The law on file. (`importlib.resources` would find the same folder: its import takes a fiftieth of an appraisal.)"""


@cache
def countries() -> tuple[str, ...]:
    """Countries whose law is on file (ISO 3166 alpha-3)."""
    return tuple(sorted(entry.name for entry in RULES.iterdir() if entry.is_dir() and not entry.name.startswith("_")))


@cache
def other_charges(country: str) -> tuple[str, ...]:
    """Fees and other charges of a country that are on file."""
    kinds = ("fee", "payroll_tax")
    # To read a rule takes a hundred times as long as to see that its file nowhere says the word.
    files = (entry for entry in (RULES / country).iterdir() if entry.name.endswith(".toml"))
    names = (entry.stem for entry in files if any(kind in entry.read_text(encoding="utf-8") for kind in kinds))
    rules = ((name, read_rule(country, name)) for name in sorted(names))
    return tuple(name for name, rule in rules if rule is not None and rule.fixed.get("kind") in kinds)


@cache
def read_rule(country: str, name: str) -> Rule | None:
    """One rule file, or None where the country has none of that name."""
    entry = RULES / country / f"{name}.toml"
    if not entry.is_file():
        return None
    raw = tomllib.loads(entry.read_text(encoding="utf-8"))
    values: dict[str, tuple[Dated, ...]] = {}
    measures: dict[str, str] = {}
    fixed: dict[str, Any] = {}

    def walk(table: dict[str, Any], path: str) -> None:
        for key, given in table.items():
            here = f"{path}.{key}" if path else key
            if isinstance(given, dict) and isinstance(given.get("value"), list) and given["value"] and isinstance(given["value"][0], dict):
                values[here] = tuple(sorted((_dated(one) for one in given["value"]), key=lambda one: (one.begins, one.enacted)))
                measures[here] = str(given.get("unit", ""))
                walk({k: v for k, v in given.items() if isinstance(v, dict)}, here)
            elif isinstance(given, dict):
                if any(isinstance(v, dict) for v in given.values()):
                    walk(given, here)
                fixed[here] = given
            else:
                fixed[here] = given

    walk(raw, "")
    return Rule(
        country=country,
        name=name,
        title=str(raw.get("title", name)),
        law=str(raw.get("law", "")),
        checked=raw["checked"],
        values=values,
        units=measures,
        fixed=fixed,
    )


def _dated(raw: dict[str, Any]) -> Dated:
    return Dated(
        value=raw["value"],
        begins=raw["from"],
        enacted=raw.get("enacted", raw["from"]),
        source=raw["source"],
        confidence=raw.get("confidence", "high"),
        note=raw.get("note", ""),
    )


@cache
def fingerprint() -> str:
    """SHA-256 over all rule files, in order: which law this program knows."""
    digest = hashlib.sha256()
    for country in countries():
        for entry in sorted((RULES / country).iterdir(), key=lambda one: one.name):
            if entry.name.endswith(".toml"):
                digest.update(f"{country}/{entry.name}\n".encode())
                digest.update(entry.read_bytes())
    return digest.hexdigest()
