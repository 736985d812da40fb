"""Makes the price series that kenes ships from the files they were read from: ``python benchmarks/series.py FOLDER [OUT]``.

FOLDER holds usgs_mcs2026_prices.csv, usgs_rare_earths_ds140.csv.gz and worldbank_pinksheet_monthly.csv.gz. What is written are yearly
figures: of USGS as printed, of the World Bank the mean of the months of a year (a year of less than 11 months is left out).
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "src" / "kenes" / "reference" / "prices.toml"
LEAST_MONTHS = 11

WORLD_BANK = {
    "aluminium": "Aluminum",
    "coal_australian": "Coal, Australian",
    "coal_south_african": "Coal, South African",
    "copper": "Copper",
    "crude_oil": "Crude oil, average",
    "diammonium_phosphate": "DAP",
    "gold": "Gold",
    "iron_ore": "Iron ore, cfr spot",
    "lead": "Lead",
    "natural_gas_europe": "Natural gas, Europe",
    "natural_gas_united_states": "Natural gas, US",
    "nickel": "Nickel",
    "phosphate_rock": "Phosphate rock",
    "platinum": "Platinum",
    "potassium_chloride": "Potassium chloride",
    "silver": "Silver",
    "tin": "Tin",
    "zinc": "Zinc",
}
UNITS = {
    "$/mt": "USD/t",
    "$/troy oz": "USD/oz",
    "$/dmtu": "USD/dmtu",
    "$/bbl": "USD/bbl",
    "$/mmbtu": "USD/mmbtu",
    "dollars per metric ton": "USD/t",
    "dollars per kilogram": "USD/kg",
    "dollars per pound": "USD/lb",
    "dollars per troy ounce": "USD/oz",
    "dollars per dry metric ton unit": "USD/mtu",
}
USGS = {
    "antimony": ("Antimony", "Price, metal, average"),
    "bismuth": ("Bismuth", "Price, average"),
    "cobalt": ("Cobalt", "London Metal Exchange"),
    "chromite": ("Chromium", "Chromite ore"),
    "fluorspar_acid": ("Fluorspar", "Acid grade"),
    "gallium": ("Gallium", "Price, average unit value of imports"),
    "germanium": ("Germanium", "Germanium metal"),
    "graphite_flake": ("Graphite (Natural)", "Flake"),
    "indium": ("Indium", "Rotterdam"),
    "lithium_carbonate": ("Lithium", "battery-grade lithium carbonate"),
    "molybdenum": ("Molybdenum", "Price, average"),
    "ferroniobium": ("Niobium (Columbium)", "ferroniobium"),
    "palladium": ("Palladium", "Palladium"),
    "rhodium": ("Rhodium", "Rhodium"),
    "tantalum_oxide": ("Tantalum", "tantalite"),
    "rutile": ("Titanium Mineral Concentrates", "Rutile"),
    "ilmenite": ("Titanium Mineral Concentrates", "Ilmenite and leucoxene"),
    "tungsten_trioxide": ("Tungsten", "Rotterdam"),
    "vanadium_pentoxide": ("Vanadium", "vanadium pentoxide"),
    "zircon": ("Zirconium And Hafnium", "Premium grade"),
    "hafnium": ("Hafnium", "Hafnium"),
    "lanthanum_oxide": ("Lanthanum", "Lanthanum oxide"),
    "cerium_oxide": ("Cerium", "Cerium oxide"),
    "praseodymium_oxide": ("Praseodymium", "Praseodymium oxide"),
    "neodymium_oxide": ("Neodymium", "Neodymium oxide"),
    "neodymium_praseodymium_oxide": ("Rare Earths", "Neodymium-praseodymium (NdPr) oxide"),
    "samarium_oxide": ("Samarium", "Samarium oxide"),
    "europium_oxide": ("Europium", "Europium oxide"),
    "gadolinium_oxide": ("Gadolinium", "Gadolinium oxide"),
    "terbium_oxide": ("Terbium", "Terbium oxide"),
    "dysprosium_oxide": ("Dysprosium", "Dysprosium oxide"),
    "holmium_oxide": ("Holmium", "Holmium oxide"),
    "erbium_oxide": ("Erbium", "Erbium oxide"),
    "ytterbium_oxide": ("Ytterbium", "Ytterbium oxide"),
    "lutetium_oxide": ("Lutetium", "Lutetium oxide"),
    "yttrium_oxide": ("Yttrium", "Y2O3"),
}
RARE_EARTHS = {
    "rare_earths": ("unit_value_constant_1998_usd", "real 1998", "Consumer Price Index, by USGS"),
    "rare_earths_nominal": ("unit_value_current_usd", "nominal", ""),
}
HEAD = """\
# Yearly prices for `kenes calibrate`. Made by benchmarks/series.py; do not edit.
# money: "nominal" (as paid) or "real YEAR" (deflated by the source). No deflator is on file, so nominal series stay nominal.
"""


def main(folder: Path, out: Path) -> None:
    """Reads the sources and writes the file."""
    tables = {**world_bank(folder), **usgs(folder), **rare_earths(folder)}
    parts = [HEAD]
    for name in sorted(tables):
        parts.append(f"\n[series.{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in tables[name].items()))
    out.write_text("".join(parts), encoding="utf-8")
    print(f"wrote {out}: {len(tables)} series, {out.stat().st_size:,} bytes")


def world_bank(folder: Path) -> dict[str, dict[str, Any]]:
    """Means of months."""
    months: dict[str, dict[int, list[float]]] = {}
    units: dict[str, str] = {}
    with gzip.open(folder / "worldbank_pinksheet_monthly.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            months.setdefault(row["commodity"], {}).setdefault(int(row["month"][:4]), []).append(float(row["price"]))
            units[row["commodity"]] = row["unit"]
    made = {}
    for name, commodity in WORLD_BANK.items():
        yearly = {year: sum(values) / len(values) for year, values in months[commodity].items() if len(values) >= LEAST_MONTHS}
        short = [str(year) for year, values in months[commodity].items() if LEAST_MONTHS <= len(values) < 12]
        note = f"mean of the months; of 11 months only: {', '.join(short)}" if short else "mean of the months"
        if units[commodity] == "$/dmtu":
            note += "; labelled per dry metric ton unit, yet of the size of a price per dry tonne"
        made[name] = _series(
            f"{commodity}, yearly mean",
            UNITS[units[commodity]],
            "nominal",
            "World Bank Commodity Price Data (Pink Sheet), monthly 1960-01 to 2025-11",
            "CC BY 4.0 (some series come to the World Bank from third parties)",
            note,
            yearly,
        )
    return made


def usgs(folder: Path) -> dict[str, dict[str, Any]]:
    """Prices of the Mineral Commodity Summaries, as printed."""
    with (folder / "usgs_mcs2026_prices.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    made = {}
    for name, (commodity, words) in USGS.items():
        found = [row for row in rows if row["Commodity"] == commodity and words in row["Statistics_detail"] and row["value_num"]]
        details = {row["Statistics_detail"] for row in found}
        assert len(details) == 1 and len(found) == 5, (name, details, len(found))
        detail = details.pop()
        notes = [row["Notes"].removeprefix("Estimated. -- ").rstrip(".") for row in found if row["Notes"] not in ("", "Estimated.")]
        estimated = [row["Year"] for row in found if row["Notes"].startswith("Estimated.")]
        said = [*dict.fromkeys(notes[:1]), *([f"estimated: {', '.join(estimated)}"] if estimated else [])]
        made[name] = _series(
            f"{commodity}: {detail}",
            UNITS[found[0]["Unit"]],
            "real, base year not stated" if "average-real" in detail else "nominal",
            "USGS Mineral Commodity Summaries 2026, doi 10.5066/P13XCP3R",
            "US public domain",
            "; ".join(said),
            {int(row["Year"]): float(row["value_num"]) for row in found},
        )
    return made


def rare_earths(folder: Path) -> dict[str, dict[str, Any]]:
    """Unit values of rare earths, as printed."""
    with gzip.open(folder / "usgs_rare_earths_ds140.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    made = {}
    for name, (metric, money, by) in RARE_EARTHS.items():
        found = [row for row in rows if row["metric"] == metric and row["value"]]
        note = "weighted mean unit value of imports and exports, estimated; the basket changes with time" + (
            f"; deflated with the {by}" if by else ""
        )
        made[name] = _series(
            "Rare earths: unit value of apparent consumption in the United States",
            "USD/t",
            money,
            "USGS Data Series 140, rare earths, 2024-06-04",
            "US public domain",
            note,
            {int(row["year"]): float(row["value"]) for row in found},
        )
    return made


def _series(title: str, unit: str, money: str, source: str, licence: str, note: str, yearly: dict[int, float]) -> dict[str, Any]:
    years = sorted(yearly)
    assert years == list(range(years[0], years[-1] + 1)), f"{title}: years are missing"
    assert min(yearly.values()) > 0, title
    prices = [float(f"{yearly[year]:.5g}") for year in years]
    return {
        "title": title,
        "unit": unit,
        "money": money,
        "source": source,
        "licence": licence,
        "note": note,
        "first": years[0],
        "prices": prices,
    }


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(f"{one:g}" if abs(one) < 1e5 else f"{one:.0f}" for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _paths() -> Iterator[Path]:
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    yield Path(sys.argv[1])
    yield Path(sys.argv[2]) if len(sys.argv) == 3 else OUT


if __name__ == "__main__":
    main(*_paths())
