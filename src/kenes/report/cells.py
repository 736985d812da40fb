"""Cells, rows and tables of the report, in the reader's form of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kenes.report.words import Words

__all__ = ["NOTHING", "Cell", "Maker", "Row", "Table", "headed", "plainly", "sign"]

NOTHING = "–"
"""What stands for an amount of exactly nothing in a yearly table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. kind : "" (text), "long", "number", "negative" or "code"."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its first cell is its head. kind : "" or "sum"; a row of one cell heads those below it."""

    cells: tuple[Cell, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. caption : what it shows, with units and basis; header : none for a list of labels and figures."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def columns(self, most: int) -> list[Table]:
        """The table in parts of about as many columns, at most ``most``, each with its first one."""
        count = len(self.header) - 1
        wide = max(math.ceil(count / max(math.ceil(count / most), 1)), 1)
        parts = []
        for first in range(1, count + 1, wide):
            kept = slice(first, first + wide)
            rows = tuple(Row((row.cells[0], *row.cells[kept]), row.kind) for row in self.rows)
            parts.append(Table(self.caption, (self.header[0], *self.header[kept]), rows, self.note))
        return parts


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes cells in one language: amounts in millions, numbers, shares."""

    words: Words

    def money(self, amount: float | None, digits: int = 1) -> Cell:
        if amount is not None and abs(amount) < 0.5 * 10.0 ** (6 - digits):
            amount = 0.0  # no "-0.0"
        return Cell(self.words.money(amount, digits), sign(amount))

    def amount(self, amount: float, digits: int = 1) -> Cell:
        """An amount of a yearly table: nothing is told as such."""
        return Cell(NOTHING, "number") if amount == 0.0 else self.money(amount, digits)

    def number(self, amount: float | None, digits: int = 0) -> Cell:
        return Cell(NOTHING, "number") if amount == 0.0 and digits == 0 else Cell(self.words.number(amount, digits), sign(amount))

    def percent(self, share: float | None, digits: int = 1) -> Cell:
        return Cell(self.words.percent(share, digits), sign(share))

    def figure(self, amount: float | None) -> Cell:
        return Cell("" if amount is None else plainly(amount, self.words), "number")


def sign(amount: float | None) -> str:
    """Kind of a cell with an amount."""
    return "negative" if amount is not None and amount < 0 else "number"


def headed(head: str, *cells: Cell, kind: str = "") -> Row:
    """A row with its head."""
    return Row((Cell(head), *cells), kind)


def plainly(amount: float, words: Words) -> str:
    """A number of any size to five significant digits or all before the point, never as a power of ten."""
    size = 0 if amount == 0.0 else math.floor(math.log10(abs(amount)))
    digits = min(max(4 - size, 0), 12)
    text = f"{amount:.{digits}f}"
    return words.number(amount, len(text.rstrip("0").partition(".")[2]) if digits else 0)
