"""The paper of the workbook: sheets, formats, cells. Text is always text, and a formula carries the value that it has as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.worksheet import Worksheet

from kenes.report.words import Words

__all__ = ["ABOUT", "CONSTANT", "FIRST", "FORMULA", "LABEL", "SECOND", "UNIT", "Paper", "Sheet", "column", "literal", "quoted"]

LABEL, ABOUT, UNIT, FORMULA, CONSTANT, FIRST, SECOND = range(7)
"""Columns of every sheet with years: what a row is, what it is about, its unit, how the page says it, a constant or a total, two numbers
of parties or places; then the columns before year one, then the years."""

ENDLESS = 1e300
"""What stands for a scale without an upper bound: a workbook knows no infinite numbers."""

TITLE_HEIGHT = 24
"""Points."""

YEARS_A_PAGE = 16
"""Years that a printed page of a sheet with years holds."""

LONGEST_TEXT = 32_000
"""Letters of a cell; a workbook holds 32,767."""


def column(k: int) -> str:
    """The letters of a column by its number from 0.

    >>> column(0), column(25), column(701), column(702)
    ('A', 'Z', 'ZZ', 'AAA')
    """
    letters = ""
    k += 1
    while k:
        k, rest = divmod(k - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def literal(text: str) -> str:
    """Text as a formula says it: in quotes, each quote inside written twice."""
    return '"' + text.replace('"', '""') + '"'


def quoted(name: str) -> str:
    """A sheet's name as a formula says it."""
    return "'" + name.replace("'", "''") + "'!"


class Plain(Worksheet):  # type: ignore[misc]
    """A worksheet whose formulas hold functions that every spreadsheet has known for decades."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        # The library looks for thirty younger functions in each formula, which takes half of its time.
        return formula.removeprefix("=")


@dataclass(slots=True)
class Sheet:
    """One sheet while it is written. ``row`` : the next free row, from 0."""

    paper: Paper
    name: str
    page: Any
    row: int = 0

    @property
    def at(self) -> str:
        """How formulas on other sheets call it."""
        return quoted(self.name)

    def cell(self, row: int, col: int) -> str:
        """How formulas on other sheets call one of its cells."""
        return f"{self.at}${column(col)}${row + 1}"

    def text(self, row: int, col: int, text: object, style: str = "plain") -> None:
        """Writes text, whatever it looks like: never a formula, a link or a number."""
        if text is not None and text != "":
            if style == "unit":
                text = self.paper.words.unit(str(text))
            self.page.write_string(row, col, _clean(str(text)), self.paper.formats[style])

    def number(self, row: int, col: int, value: float, style: str = "number") -> None:
        """Writes a number."""
        self.page.write_number(row, col, max(-ENDLESS, min(ENDLESS, float(value))), self.paper.formats[style])

    def formula(self, row: int, col: int, formula: str, value: Any, style: str = "number") -> None:
        """Writes a formula and the value it has now."""
        told = value if isinstance(value, (bool, str)) else max(-ENDLESS, min(ENDLESS, float(value)))
        self.page.write_formula(
            row, col, f"={formula}", self.paper.formats[style], told if self.paper.cached else "" if isinstance(told, str) else 0
        )

    def heading(self, text: str, style: str = "section") -> int:
        """Writes a heading on the next row and returns that row."""
        row = self.row
        self.text(row, LABEL, text, style)
        self.row += 1
        return row

    def years(self, row: int, formula: str, values: Sequence[Any], style: str = "number") -> None:
        """Writes one formula over all years: ``{c}`` is the column of a year, ``{p1}`` the one before it, and so on."""
        for t, (places, value) in enumerate(zip(self.paper.places, values, strict=True)):
            self.formula(row, self.paper.begin + t, formula.format_map(places), value, style)

    def span(self, row: int, *, fixed: bool = True) -> str:
        """The years of a row as a range, on this sheet."""
        first, last = column(self.paper.begin), column(self.paper.begin + self.paper.count - 1)
        sign = "$" if fixed else ""
        return f"${first}{sign}{row + 1}:${last}{sign}{row + 1}"


def _clean(text: str) -> str:
    """Text that a workbook can hold: no control characters, not too long."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]", "\ufffd", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 3] + "..."


@dataclass(slots=True)
class Paper:
    """The workbook while it is written.

    before, count : columns before year one, years; cached : whether formulas carry their values (a test of recalculation leaves them out)
    """

    book: Any
    words: Words
    before: int
    count: int
    currency: str
    cached: bool = True
    pages: dict[str, tuple[Any, str]] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    formats: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    places: list[Mapping[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        number = "#,##0.00;-#,##0.00;0"
        base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        looks: dict[str, dict[str, Any]] = {
            "plain": {},
            "wrapped": {"text_wrap": True},
            "title": {"bold": True, "font_size": 16},
            "section": {"bold": True, "font_size": 11, "bottom": 1, "font_color": "#1F3864"},
            "head": {"bold": True, "text_wrap": True, "bg_color": "#E7ECF4", "bottom": 1},
            "year": {"bold": True, "num_format": "0", "bg_color": "#E7ECF4", "bottom": 1, "align": "right"},
            "dim": {"font_color": "#595959"},
            "unit": {"indent": 1},
            "formula": {"font_color": "#595959", "font_name": "Consolas", "font_size": 8},
            "number": {"num_format": number},
            "money": {"num_format": "#,##0;-#,##0;0"},
            "share": {"num_format": "0.00%"},
            "figure": {"num_format": "#,##0.0000;-#,##0.0000;0"},
            "count": {"num_format": "0"},
            "total": {"num_format": "#,##0;-#,##0;0", "bold": True, "top": 1},
            "input": {"num_format": "#,##0.######", "font_color": "#0000FF", "bg_color": "#FFFFE5"},
            "input share": {"num_format": "0.00####%", "font_color": "#0000FF", "bg_color": "#FFFFE5"},
            "link": {"font_color": "#0B5394", "underline": 1},
            "check": {"num_format": '0.0E+00;-0.0E+00;"0"', "bold": True, "font_color": "#006100", "bg_color": "#E2F0D9"},
            "caution": {"bold": True, "text_wrap": True, "font_color": "#7F3F00", "bg_color": "#FFF2CC"},
            "static": {"num_format": number, "font_color": "#595959", "italic": True},
            "static share": {"num_format": "0.00%", "font_color": "#595959", "italic": True},
        }
        self.formats = {name: self.book.add_format({**base, **look}) for name, look in looks.items()}
        for t in range(self.count):
            here = {"c": column(self.begin + t)}
            here.update({f"p{back}": column(self.begin + t - back) for back in range(1, self.before + 1)})
            self.places.append(here)

    @property
    def begin(self) -> int:
        """Column of the first year."""
        return SECOND + 1 + self.before

    def prepare(self, titles: Mapping[str, str]) -> None:
        """Adds the sheets in the order in which they stand, to be filled in the order in which formulas need them."""
        for key, title in titles.items():
            name, k = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip(), 2
            while name.casefold() in {page.get_name().casefold() for page, _ in self.pages.values()}:
                name, k = f"{name[:28]} {k}", k + 1
            self.pages[key] = (self.book.add_worksheet(name, worksheet_class=Plain), title)

    def sheet(self, key: str, widths: Sequence[float] = ()) -> Sheet:
        """A prepared sheet, with its title on the first row."""
        page, title = self.pages[key]
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_columns(LABEL)
        page.set_footer("&L&A&R&P / &N")
        for k, width in enumerate(widths):
            page.set_column(k, k, width)
        made = self.sheets[key] = Sheet(self, page.get_name(), page)
        page.set_row(0, TITLE_HEIGHT)
        made.text(0, LABEL, title, "title")
        made.row = 2
        return made

    def yearly(self, key: str, calendar: Sequence[int], heads: Mapping[int, str]) -> Sheet:
        """A prepared sheet with a column for each year, the same on all such sheets."""
        made = self.sheet(key, (44, 30, 10, 34, 16, 5, 5))
        hidden = {"hidden": True, "level": 1}
        made.page.set_column(SECOND + 1, self.begin - 1, 12, None, hidden)
        made.page.set_column(self.begin, self.begin + self.count - 1, 13)
        made.page.fit_to_pages(1 + self.count // YEARS_A_PAGE, 0)
        for col, head in {**dict.fromkeys(range(SECOND + 1), ""), **heads}.items():
            made.page.write_string(2, col, head, self.formats["head"])
        for k in range(self.before):
            made.page.write_number(2, SECOND + 1 + k, calendar[0] - self.before + k, self.formats["year"])
        for t, year in enumerate(calendar):
            made.page.write_number(2, self.begin + t, year, self.formats["year"])
        made.page.freeze_panes(3, ABOUT)
        made.page.repeat_rows(2)
        made.row = 3
        return made

    def name(self, wanted: str, sheet: Sheet, row: int, col: int) -> str:
        """Defines a name for a cell and returns it: letters, digits, dots and underscores, none twice."""
        made = re.sub(r"[^\w.]", "_", wanted)[:200]
        if not re.match(r"[A-Za-z_]", made) or re.fullmatch(r"[A-Za-z]{1,3}\d+|[rRcC]\d*([cC]\d*)?", made):
            made = f"_{made}"
        taken = {one.casefold() for one in self.names}
        name, k = made, 2
        while name.casefold() in taken:
            name, k = f"{made}_{k}", k + 1
        self.names[name] = sheet.cell(row, col)
        self.book.define_name(name, f"={self.names[name]}")
        return name
