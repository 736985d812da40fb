"""What were prices? Yearly series: those shipped, with their source, and a reader's own."""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

from kenes.checks import near
from kenes.errors import Fault, InputError

__all__ = ["History", "find", "read_csv", "shipped"]

LARGEST_FILE = 5_000_000
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class History:
    """Prices of consecutive years.

    money  : "nominal", "real YEAR", or that nobody says
    prices : (T,), the first of year ``first``
    """

    name: str
    title: str
    unit: str
    money: str
    source: str
    licence: str
    note: str
    first: int
    prices: tuple[float, ...]

    @property
    def last(self) -> int:
        """Last year."""
        return self.first + len(self.prices) - 1

    @property
    def nominal(self) -> bool:
        """Whether inflation is in it, as far as its source says."""
        return not self.money.startswith("real")

    @property
    def changes(self) -> list[float]:
        """Changes of the logarithm from year to year, (T - 1,)."""
        return [math.log(after / before) for before, after in pairwise(self.prices)]

    def between(self, first: int | None, last: int | None) -> History:
        """The years from ``first`` to ``last``, as far as they are there.

        Raises InputError where fewer than two are left.
        """
        begin, end = max(first or self.first, self.first), min(last or self.last, self.last)
        if end <= begin:
            got = f"{first or self.first} to {last or self.last}"
            raise InputError(Fault(f"--from, --to  {self.name}", got, f"two years or more within {self.first} to {self.last}"))
        return replace(self, first=begin, prices=self.prices[begin - self.first : end - self.first + 1])


@cache
def shipped() -> Mapping[str, History]:
    """Series on file, by name."""
    text = (resources.files("kenes") / "reference" / "prices.toml").read_text(encoding="utf-8")
    return {
        name: History(name, **{**table, "prices": tuple(map(float, table["prices"]))})
        for name, table in tomllib.loads(text)["series"].items()
    }


def find(given: str) -> History:
    """A series by its name, or of a file with the columns year and price.

    Raises InputError where there is none.
    """
    known = shipped()
    if given in known:
        return known[given]
    if given.lower().endswith(".csv") or "/" in given or "\\" in given:
        return read_csv(Path(given))
    raise InputError(
        Fault(
            "kenes calibrate", f'"{given}"', "a series on file (kenes calibrate lists them), or a CSV file: year,price", near(given, known)
        )
    )


def read_csv(path: Path) -> History:
    """Prices of a CSV file with the columns year and price; other columns are left unread.

    Raises InputError with every fault, each with its line.
    """
    wanted = "a CSV file with the columns year,price"
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise InputError(Fault(str(path), f"a file of {path.stat().st_size / 1e6:,.0f} MB", wanted))
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(Fault(str(path), "no such file", wanted)) from None
    except UnicodeDecodeError:
        raise InputError(Fault(str(path), "a file that is not UTF-8", wanted)) from None
    except (OSError, ValueError) as error:
        raise InputError(Fault(str(path), f"a file that cannot be read: {getattr(error, 'strerror', None) or error}", wanted)) from None
    try:
        rows = list(csv.reader(text.splitlines(), strict=True))
    except csv.Error as error:
        raise InputError(Fault(str(path), f"no CSV: {error}", wanted)) from None
    head = [one.strip().lower() for one in rows[0]] if rows else []
    if "year" not in head or "price" not in head:
        got = f'the first line "{",".join(rows[0])[:80]}"' if rows else "an empty file"
        hint = "columns are parted by commas, and 1.5 has a point" if rows and ";" in rows[0][0] else ""
        raise InputError(Fault(f"{path}:1", got, "a first line with the columns year,price", hint))
    found: dict[int, tuple[int, float]] = {}
    faults: list[Fault] = []
    for line, row in enumerate(rows[1:], start=2):
        if any(one.strip() for one in row):
            faults += _row(path, line, row, head, found)
    if not faults:
        faults = _whole(path, found)
    if faults:
        raise InputError(*faults[:MOST_FAULTS])
    years = sorted(found)
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", path.stem) or "prices"
    prices = tuple(found[year][1] for year in years)
    return History(name, path.name, "as in the file", "not stated", f"prices of the file {path.name}", "your own", "", years[0], prices)


def _row(path: Path, line: int, row: list[str], head: list[str], found: dict[int, tuple[int, float]]) -> list[Fault]:
    """Faults of one line; what is right is noted."""
    if len(row) < len(head):
        return [Fault(f"{path}:{line}", f"{len(row)} columns", f"{len(head)}, as in the first line")]
    year, price = row[head.index("year")].strip(), row[head.index("price")].strip()
    faults = []
    if not re.fullmatch("[12][0-9]{3}", year):
        faults.append(Fault(f"{path}:{line}  year", f'"{year[:40]}"', "a calendar year such as 2026"))
    elif int(year) in found:
        faults.append(Fault(f"{path}:{line}  year", f"{year}, which stands in line {found[int(year)][0]} already", "each year once"))
    try:
        value = float(price) if re.fullmatch(r"[-+.0-9eE]+", price) else math.nan
    except ValueError:
        value = math.nan
    if not 1e-20 < value < 1e20:
        hint = "a logarithm needs prices above 0" if value <= 0 else "1234.5: a point, no thousands separator" if "," in price else ""
        faults.append(Fault(f"{path}:{line}  price", f'"{price[:40]}"', "a price above 0, such as 1234.5", hint))
    if not faults:
        found[int(year)] = (line, value)
    return faults


def _whole(path: Path, found: Mapping[int, tuple[int, float]]) -> list[Fault]:
    """Faults of the years together."""
    years = sorted(found)
    if len(years) < 2:
        return [Fault(str(path), f"{len(years)} prices", "prices of two years or more")]
    return [
        Fault(
            f"{path}:{found[after][0]}  year",
            f"{after} next to {before}",
            "every year from the first to the last",
            "a change is of one year",
        )
        for before, after in pairwise(years)
        if after != before + 1
    ]
