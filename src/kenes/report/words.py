"""The reader's language: messages, names, numbers and days in English, Russian and Kazakh.

A message is its English text. ``say``, ``mark`` and ``note`` stand around every message in the source, where it is found for the catalogues
(``kenes/locale``). Only the argument decides the language, never the machine: a page is the same wherever it is made.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from kenes.errors import Fault, InputError
from kenes.notes import Note

__all__ = ["LANGUAGES", "Words", "mark", "words"]

LANGUAGES = ("en", "ru", "kk")


def mark(text: str) -> str:
    """The text as it is: marks a message that stands in a table and is said elsewhere."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """One language.

    decimal, group : what stands in a number before its tenths and between its thousands
    percent        : how a percentage is written, such as "{}%"
    day            : how a day is written (a pattern of CLDR), "" for ISO 8601
    """

    lang: str
    decimal: str
    group: str
    percent_form: str
    day: str
    catalogue: gettext.NullTranslations

    def say(self, text: str, /, **values: Any) -> str:
        """A message in this language. values : what stands in its places, put in as given (format numbers first)."""
        told = self.catalogue.gettext(text) if text else text
        return told.format(**values) if values else told

    def note(self, text: str) -> str:
        """A note of a report in this language; a text that is no `Note` (as notes read back from JSON are) stays as it is."""
        if not isinstance(text, Note) or not text.template:
            return text
        values = {key: _Value(self._named(key, value), self) for key, value in text.values.items()}
        return self.catalogue.gettext(text.template).format(**values)

    def _named(self, key: str, value: Any) -> Any:
        """A value of a note: names of charges, elements, commodities and countries by their labels."""
        if self.lang == "en" or not isinstance(value, str) or isinstance(value, Note):
            return value
        if key in ("charge", "charges", "credit"):
            return ", ".join(self.name(one) for one in value.split(", "))
        if key in ("commodity", "element"):
            from kenes.report.claims_words import commodity

            return ", ".join(commodity(one, self) for one in value.split(", "))
        return self.country(value) if key in ("country", "holder") else value

    def country(self, name: str) -> str:
        """A country in this language, from its English name or its ISO 3166 alpha-3 code; any other name stays."""
        from babel import Locale
        from babel.core import get_global

        here = Locale.parse(self.lang).territories
        code = next(iter(get_global("territory_aliases").get(name, ())), None)
        if code is None:
            code = next((key for key, english in Locale.parse("en").territories.items() if english == name and len(key) == 2), None)
        return str(here.get(code, name)) if code else name

    def name(self, identifier: str) -> str:
        """Label of a name of the program: ``income_tax`` is "income tax"; ``capital: mill`` is told by its first part, the file's own name
        stays. A name that is not on the list loses its underscores.
        """
        from kenes.report.terms import TERMS

        term = TERMS.get(identifier)
        if term is not None:
            return self.say(term.label)
        first, colon, rest = identifier.partition(":")
        if colon and first in TERMS:
            return f"{self.say(TERMS[first].label)}: {rest.strip()}"
        return identifier.replace("_", " ")

    def line(self, name: str) -> str:
        """Label of a line of the page, by the name that the text gives it."""
        from kenes.report.terms import PAGE

        term = PAGE.get(name)
        return self.name(name) if term is None else self.say(term.label)

    def party(self, name: str) -> str:
        """A party: the file's own name, or that of the program (suppliers, closure fund) in this language."""
        if self.lang == "en":
            return name
        from kenes.report.terms import PARTIES

        return self.name(name) if name in PARTIES else name

    def number(self, x: float | None, digits: int = 0) -> str:
        """A number with so many digits behind the point: 1,234.5 or 1 234,5."""
        return self.say("none") if x is None else self._local(f"{x:,.{digits}f}")

    def figure(self, x: float | None, digits: int = 5) -> str:
        """A number of any size to so many significant digits."""
        return self.say("none") if x is None else self._local(f"{x:,.{digits}g}")

    def money(self, x: float | None, digits: int = 1) -> str:
        """Millions of an amount."""
        return self.say("none") if x is None else self._local(f"{x / 1e6:,.{digits}f}")

    def percent(self, x: float | None, digits: int = 1) -> str:
        """A fraction as a percentage."""
        return self.say("none") if x is None else self.percent_form.format(self._local(f"{100 * x:,.{digits}f}"))

    def date(self, day: date | str | None) -> str:
        """A day, given as such or in ISO 8601."""
        if day is None:
            return self.say("none")
        day = date.fromisoformat(day) if isinstance(day, str) else day
        if not self.day:
            return day.isoformat()
        from babel.dates import format_date

        return format_date(day, self.day, locale=self.lang)

    def year(self, n: int) -> str:
        """A calendar year."""
        return str(n)

    def basis(self, money: str) -> str:
        """What money is meant: "real 2026 USD" or "nominal USD" as a project states it."""
        kind, *year, currency = money.split()
        if year:
            return self.say("real {year} {currency}", year=year[0], currency=currency)
        return self.say("nominal {currency}", currency=currency) if kind == "nominal" else money

    def unit(self, text: str) -> str:
        """A unit as the program writes it, "USD/t" or "t/year"; currencies stay as they are."""
        if self.lang == "en":
            return text
        from kenes.report.terms import UNITS

        return "".join(self.say(UNITS[part]) if part in UNITS else part for part in re.split(r"([/*^ ])", text))

    def format(self, x: float, form: str) -> str:
        """A number in a form of Python's, such as ".1%" or ",.0f", with this language's signs."""
        if form.endswith("%"):
            return self.percent_form.format(self._local(format(x, form)[:-1]))
        return self._local(format(x, form))

    def _local(self, number: str) -> str:
        """A number told in English, with this language's signs."""
        if self.lang == "en":
            return number
        return number.translate({ord("."): self.decimal, ord(","): self.group})


class _Value:
    """A value of a note, which tells itself in the reader's language when it is put in its place."""

    __slots__ = ("value", "words")

    def __init__(self, value: Any, words: Words) -> None:
        self.value = value
        self.words = words

    def __format__(self, form: str) -> str:
        value = self.value
        if isinstance(value, Note):
            return self.words.note(value)
        if isinstance(value, date):
            return self.words.date(value)
        if isinstance(value, bool) and self.words.lang != "en":
            return self.words.say("yes") if value else self.words.say("no")
        if isinstance(value, (int, float)) and form:
            return self.words.format(value, form)
        return format(value, form)


def words(lang: str = "en") -> Words:
    """A language by its code.

    lang : "en", "ru" or "kk"

    >>> words().money(-1_234_500_000), words("ru").number(1234.5, 1), words("kk").percent(0.256)
    ('-1,234.5', '1\\xa0234,5', '25,6%')

    Raises InputError for another.
    """
    if lang not in LANGUAGES:
        raise InputError(Fault("--lang", f'"{lang}"', f"one of {', '.join(LANGUAGES)}"))
    if lang == "en":
        return Words("en", ".", ",", "{}%", "", gettext.NullTranslations())
    from importlib import resources

    from babel import Locale

    with (resources.files("kenes") / "locale" / lang / "LC_MESSAGES" / "kenes.mo").open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)
    locale = Locale.parse(lang)
    signs = locale.number_symbols["latn"]
    pattern = locale.percent_formats[None].pattern
    return Words(lang, signs["decimal"], signs["group"], "{}" + pattern.lstrip("#,0"), "dd.MM.yyyy", catalogue)
