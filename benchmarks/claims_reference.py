"""Makes the reference tables of the claim checker: ``python benchmarks/claims_reference.py FOLDER``.

FOLDER holds ``usgs_mcs2026_world_production_reserves.csv.gz`` (USGS Mineral Commodity Summaries 2026, doi 10.5066/P13XCP3R) and
``deposits.parquet`` (mineral deposits of the world, harmonised from USGS, Geological Survey of Canada and others; see `DATABASES`).
Writes ``world.toml`` (reserves and production by country) and ``grades.csv`` (grades and tonnages of deposits by type) beside the
hand-kept tables in ``src/kenes/reference/claims``. Run it again when an edition changes; the files say so at their head.

Needs pyarrow, as the program does for Parquet.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import parquet

OUT = Path(__file__).parents[1] / "src" / "kenes" / "reference" / "claims"
VINTAGE = "2026"

# --- reserves and production -----------------------------------------------------------------------------------------------------

TABLES = """
aluminium          | element | aluminium      | production | ALUMINUM | Smelter production
alumina            | oxide   | Al2O3          | production | BAUXITE AND ALUMINA | Alumina, refinery production
bauxite            | ore     | bauxite        | production | BAUXITE AND ALUMINA | Bauxite, mine production
bauxite            | ore     | bauxite        | reserves   | BAUXITE AND ALUMINA | Bauxite reserves
antimony           | element | antimony       | production | ANTIMONY | Mine production
antimony           | element | antimony       | reserves   | ANTIMONY | Reserves
arsenic            | oxide   | As2O3          | production | ARSENIC | Production (arsenic trioxide, gross weight)
asbestos           | mineral | asbestos       | production | ASBESTOS | Mine production
asbestos           | mineral | asbestos       | reserves   | ASBESTOS | Reserves
barite             | mineral | barite         | production | BARITE | Mine production
barite             | mineral | barite         | reserves   | BARITE | Reserves
beryllium          | element | beryllium      | production | BERYLLIUM | Mine production
bismuth            | element | bismuth        | production | BISMUTH | Refinery production
bromine            | element | bromine        | production | BROMINE | Production
bromine            | element | bromine        | reserves   | BROMINE | Reserves
cadmium            | element | cadmium        | production | CADMIUM | Refinery production
chromium           | ore     | chromite ore   | production | CHROMIUM | Mine production
chromium           | ore     | chromite ore   | reserves   | CHROMIUM | Reserves: Ore
chromium           | oxide   | Cr2O3          | reserves   | CHROMIUM | Reserves: Cr2O3 content
cobalt             | element | cobalt         | production | COBALT | Mine production
cobalt             | element | cobalt         | reserves   | COBALT | Reserves
copper             | element | copper         | production | COPPER | Mine production
copper             | element | copper         | reserves   | COPPER | Reserves
diamond            | mineral | industrial diamond | production | DIAMOND (INDUSTRIAL) | Mine production
diamond            | mineral | industrial diamond | reserves   | DIAMOND (INDUSTRIAL) | Reserves
diatomite          | mineral | diatomite      | production | DIATOMITE | Mine production
diatomite          | mineral | diatomite      | reserves   | DIATOMITE | Reserves
feldspar           | mineral | feldspar and nepheline syenite | production | FELDSPAR AND NEPHELINE SYENITE | Mine production
feldspar           | mineral | feldspar and nepheline syenite | reserves   | FELDSPAR AND NEPHELINE SYENITE | Reserves
fluorspar          | mineral | fluorspar      | production | FLUORSPAR | Mine production
fluorspar          | mineral | fluorspar      | reserves   | FLUORSPAR | Reserves
gallium            | element | gallium        | production | GALLIUM | Primary production
garnet             | mineral | industrial garnet | production | GARNET (INDUSTRIAL) | Mine production
garnet             | mineral | industrial garnet | reserves   | GARNET (INDUSTRIAL) | Reserves
gold               | element | gold           | production | GOLD | Mine production
gold               | element | gold           | reserves   | GOLD | Reserves
graphite           | mineral | graphite       | production | GRAPHITE (NATURAL) | Mine production
graphite           | mineral | graphite       | reserves   | GRAPHITE (NATURAL) | Reserves
gypsum             | mineral | gypsum         | production | GYPSUM | Mine production
gypsum             | mineral | gypsum         | reserves   | GYPSUM | Reserves
indium             | element | indium         | production | INDIUM | Refinery production
iodine             | element | iodine         | production | IODINE | Mine production
iodine             | element | iodine         | reserves   | IODINE | Reserves
iron               | ore     | usable iron ore | production | IRON ORE | Mine production: Usable ore
iron               | element | iron           | production | IRON ORE | Mine production: Iron content
iron               | ore     | crude iron ore | reserves   | IRON ORE | Reserves (million metric tons): Crude ore
iron               | element | iron           | reserves   | IRON ORE | Reserves (million metric tons): Iron content
lead               | element | lead           | production | LEAD | Mine production
lead               | element | lead           | reserves   | LEAD | Reserves
lithium            | element | lithium        | production | LITHIUM | Mine production
lithium            | element | lithium        | reserves   | LITHIUM | Reserves
magnesite          | mineral | magnesite      | production | MAGNESIUM COMPOUNDS | Mine production
magnesite          | mineral | magnesite      | reserves   | MAGNESIUM COMPOUNDS | Reserves
magnesium          | element | magnesium      | production | MAGNESIUM METAL | Smelter production
manganese          | element | manganese      | production | MANGANESE | Mine production
manganese          | element | manganese      | reserves   | MANGANESE | Reserves
mercury            | element | mercury        | production | MERCURY | Mine production
molybdenum         | element | molybdenum     | production | MOLYBDENUM | Mine production
molybdenum         | element | molybdenum     | reserves   | MOLYBDENUM | Reserves (thousand metric tons)
nickel             | element | nickel         | production | NICKEL | Mine production
nickel             | element | nickel         | reserves   | NICKEL | Reserves
niobium            | element | niobium        | production | NIOBIUM (COLUMBIUM) | Mine production
niobium            | element | niobium        | reserves   | NIOBIUM (COLUMBIUM) | Reserves
palladium          | element | palladium      | production | PLATINUM-GROUP METALS | Mine production: Palladium
platinum           | element | platinum       | production | PLATINUM-GROUP METALS | Mine production: Platinum
platinum group     | element | platinum group metals | reserves   | PLATINUM-GROUP METALS | PGM reserves
perlite            | mineral | perlite        | production | PERLITE | Production
perlite            | mineral | perlite        | reserves   | PERLITE | Reserves
phosphate          | ore     | marketable phosphate rock | production | PHOSPHATE ROCK | Mine production
phosphate          | ore     | phosphate rock | reserves   | PHOSPHATE ROCK | Reserves
potash             | oxide   | K2O            | production | POTASH | Mine production
potash             | oxide   | K2O            | reserves   | POTASH | Reserves: K2O equivalent
potash             | ore     | recoverable potash ore | reserves | POTASH | Reserves, Recoverable ore
rare earths        | oxide   | TREO           | production | RARE EARTHS | Mine production
rare earths        | oxide   | TREO           | reserves   | RARE EARTHS | Reserves
rhenium            | element | rhenium        | production | RHENIUM | Mine production
rhenium            | element | rhenium        | reserves   | RHENIUM | Reserves
selenium           | element | selenium       | production | SELENIUM | Refinery production
silicon            | element | silicon metal  | production | SILICON | Silicon metal
silver             | element | silver         | production | SILVER | Mine production
silver             | element | silver         | reserves   | SILVER | Reserves
soda ash           | mineral | natural soda ash | production | SODA ASH | Mine production: Natural
soda ash           | mineral | natural soda ash | reserves   | SODA ASH | Reserves: Natural
strontium          | mineral | celestite      | production | STRONTIUM | Mine production
strontium          | mineral | celestite      | reserves   | STRONTIUM | Reserves
sulphur            | element | sulphur        | production | SULFUR | Production, all forms
tantalum           | element | tantalum       | production | TANTALUM | Mine production
tantalum           | element | tantalum       | reserves   | TANTALUM | Reserves
tellurium          | element | tellurium      | production | TELLURIUM | Refinery production
tin                | element | tin            | production | TIN | Mine production
tin                | element | tin            | reserves   | TIN | Reserves
titanium           | oxide   | TiO2           | production | TITANIUM MINERAL CONCENTRATES | Mine production: Ilmenite + Mine production: Rutile
titanium           | oxide   | TiO2           | reserves   | TITANIUM MINERAL CONCENTRATES | Reserves: Ilmenite + Reserves: Rutile
titanium           | element | titanium sponge | production | TITANIUM AND TITANIUM DIOXIDE | Titanium sponge metal production
ilmenite           | oxide   | TiO2           | reserves   | TITANIUM MINERAL CONCENTRATES | Reserves: Ilmenite
rutile             | oxide   | TiO2           | reserves   | TITANIUM MINERAL CONCENTRATES | Reserves: Rutile
tungsten           | element | tungsten       | production | TUNGSTEN | Mine production
tungsten           | element | tungsten       | reserves   | TUNGSTEN | Reserves
vanadium           | element | vanadium       | production | VANADIUM | Mine production
vanadium           | element | vanadium       | reserves   | VANADIUM | Reserves
vermiculite        | mineral | vermiculite    | production | VERMICULITE | Mine production
vermiculite        | mineral | vermiculite    | reserves   | VERMICULITE | Reserves
wollastonite       | mineral | wollastonite   | production | WOLLASTONITE | Mine production
zinc               | element | zinc           | production | ZINC | Mine production
zinc               | element | zinc           | reserves   | ZINC | Reserves
zirconium          | concentrate | zirconium mineral concentrates | production | ZIRCONIUM AND HAFNIUM | Zirconium mineral concentrates, mine production (thousand metric tons, gross weight)
zirconium          | oxide   | ZrO2           | reserves   | ZIRCONIUM AND HAFNIUM | Zirconium reserves(thousand metric tons, ZrO2 content)
"""  # noqa: E501
"""commodity | form | kind | what | chapter | detail. The first of a commodity is the principal one. Left out: what is told by volume
or in carats of gems, and boron, clays, iron oxide, kyanite, lime, mica, salt, stone, talc, whose countries report unlike things."""

ALIASES = {"iron ore": "iron", "phosphate rock": "phosphate", "platinum group metals": "platinum group", "natural graphite": "graphite"}
"""Other names under which a table is sought."""

TONNES = {
    "metric tons": 1.0,
    "thousand metric tons": 1e3,
    "thousand metric dry tons": 1e3,
    "million metric tons": 1e6,
    "kilograms": 1e-3,
    "million carats": 0.2,
}

COUNTRIES = """
DZA Algeria; AGO Angola; ARG Argentina; ARM Armenia; AUS Australia; AUT Austria; AZE Azerbaijan; BHR Bahrain; BLR Belarus; BEL Belgium
BTN Bhutan; BOL Bolivia; BWA Botswana; BRA Brazil; BGR Bulgaria; MMR Burma; BDI Burundi; CMR Cameroon; CAN Canada; CHL Chile; CHN China
COD Congo (Kinshasa); CUB Cuba; CYP Cyprus; CZE Czechia; CIV Côte d’Ivoire; DNK Denmark; ECU Ecuador; EGY Egypt; EST Estonia
ETH Ethiopia; FIN Finland; FRA France; GAB Gabon; GEO Georgia; DEU Germany; GHA Ghana; GRC Greece; GRL Greenland; GTM Guatemala
GIN Guinea; HUN Hungary; ISL Iceland; IND India; IDN Indonesia; IRN Iran; IRL Ireland; ISR Israel; ITA Italy; JAM Jamaica; JPN Japan
JOR Jordan; KAZ Kazakhstan; KEN Kenya; PRK Korea, North; KOR Korea, Republic of; KWT Kuwait; KGZ Kyrgyzstan; LAO Laos; LVA Latvia
LSO Lesotho; LTU Lithuania; MDG Madagascar; MYS Malaysia; MLI Mali; MRT Mauritania; MEX Mexico; MNG Mongolia; MAR Morocco
MOZ Mozambique; NAM Namibia; NLD Netherlands; NCL New Caledonia; NZL New Zealand; NGA Nigeria; NOR Norway; OMN Oman; PAK Pakistan
PNG Papua New Guinea; PER Peru; PHL Philippines; POL Poland; PRT Portugal; QAT Qatar; RUS Russia; RWA Rwanda; SAU Saudi Arabia
SEN Senegal; SRB Serbia; SLE Sierra Leone; SVK Slovakia; ZAF South Africa; ESP Spain; LKA Sri Lanka; SWE Sweden; SYR Syria
TJK Tajikistan; TZA Tanzania; THA Thailand; TGO Togo; TTO Trinidad and Tobago; TUN Tunisia; TUR Turkey; TKM Turkmenistan; UGA Uganda
UKR Ukraine; ARE United Arab Emirates; GBR United Kingdom; USA United States; UZB Uzbekistan; VEN Venezuela; VNM Vietnam; ZMB Zambia
ZWE Zimbabwe; AFG Afghanistan
"""
ISO3 = {name.strip(): code for code, name in (one.strip().split(" ", 1) for one in re.split(r"[;\n]", COUNTRIES.strip()))}

OLDER = [
    {
        # Read from the table of the older edition; its world totals were not kept.
        "commodity": "rare earths",
        "what": "reserves",
        "year": 2024,
        "form": "oxide",
        "kind": "TREO",
        "unit": "metric tons",
        "vintage": "2025",
        "rows": {
            "CHN": 44e6,
            "BRA": 21e6,
            "IND": 6.9e6,
            "AUS": 5.7e6,
            "RUS": 3.8e6,
            "VNM": 3.5e6,
            "USA": 1.9e6,
            "GRL": 1.5e6,
            "TZA": 890e3,
            "ZAF": 860e3,
            "CAN": 830e3,
            "THA": 4500.0,
        },
        "unknown": ["MMR"],
    },
    {
        "commodity": "rare earths",
        "what": "production",
        "year": 2024,
        "form": "oxide",
        "kind": "TREO",
        "unit": "metric tons",
        "vintage": "2025",
        "rows": {
            "CHN": 270e3,
            "USA": 45e3,
            "MMR": 31e3,
            "AUS": 13e3,
            "THA": 13e3,
            "IND": 2900.0,
            "RUS": 2500.0,
            "VNM": 300.0,
            "BRA": 20.0,
            "CAN": 0.0,
            "GRL": 0.0,
            "ZAF": 0.0,
            "TZA": 0.0,
        },
    },
]

SOURCES = {
    VINTAGE: (
        "USGS Mineral Commodity Summaries 2026, data release, doi 10.5066/P13XCP3R",
        "US public domain",
    ),
    "2025": (
        "USGS Mineral Commodity Summaries 2025, rare earths, https://pubs.usgs.gov/periodicals/mcs2025/mcs2025-rare-earths.pdf",
        "US public domain",
    ),
}


Row = dict[str, str]


def world(folder: Path) -> list[dict[str, Any]]:
    """Tables of the current edition, then the older ones."""
    with gzip.open(folder / "usgs_mcs2026_world_production_reserves.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        data = list(csv.DictReader(handle))
    made = [table(data, *(part.strip() for part in row.split("|"))) for row in TABLES.strip().splitlines()]
    return made + OLDER


def table(data: list[Row], commodity: str, form: str, kind: str, what: str, chapter: str, detail: str) -> dict[str, Any]:
    """One table: rows of the newest year, its countries, what stands in place of numbers, its world total."""
    details = detail.split(" + ")
    chosen = [row for row in data if row["MCS chapter"] == chapter and row["Statistics"] == what.capitalize()]
    year = max(row["Year"] for row in chosen if row["Statistics_detail"] in details)
    chosen = [row for row in chosen if row["Year"] == year]
    here = [row for row in chosen if row["Statistics_detail"] in details or variant(row, chapter, details)]
    (unit,) = {row["Unit"].strip() for row in here}
    rows: dict[str, float] = {}
    words: dict[str, str] = {}
    notes: dict[str, str] = {"": "sum of ilmenite and rutile as the table has them"} if len(details) > 1 else {}
    unknown: set[str] = set()
    other = 0.0
    for row in here:
        printed = row["Value"].strip()
        number = amount(printed, unit)
        if row["Country"] == "Other countries":
            other += number or 0.0
            continue
        if row["Country"] == "World total":
            continue
        code = ISO3[row["Country"]]
        if number is not None:
            rows[code] = rows.get(code, 0.0) + number
        elif printed in WORDS:
            words[code] = WORDS[printed]
        else:
            unknown.add(code)
        if row["Statistics_detail"] not in details:
            notes[code] = row["Statistics_detail"].removeprefix(detail + ": ")
        notes.update((code, one.strip()) for one in row["Notes"].split(" -- ") if NOTED.search(one))
    made: dict[str, Any] = {"commodity": commodity, "what": what, "year": int(year), "form": form, "kind": kind, "unit": unit}
    made["vintage"] = VINTAGE
    made["rows"] = dict(sorted(rows.items(), key=lambda pair: (-pair[1], pair[0])))
    made["unknown"] = sorted(unknown - set(rows))
    made["words"] = {code: word for code, word in sorted(words.items()) if code not in rows}
    if other:
        made["other"] = other
    made |= whole(chosen, details, unit)
    made["notes"] = dict(sorted(notes.items()))
    return made


WORDS = {
    "W": "withheld",
    "s": "included elsewhere or below half a unit",
    **{word: word.lower() for word in ("Large", "Moderate", "Moderate to large", "Small", "Very small")},
}
"""What the source prints in place of a number."""
NOTED = re.compile(r"^For (Australia|Ukraine)|^Australia, Joint|GKZ|Company-reported|Production quota")
"""Notes worth keeping: of whose classification a reserve is."""


def variant(row: Row, chapter: str, details: list[str]) -> bool:
    """Whether a row is a country that reports another form, "Refinery production: concentrate": it keeps its number, with a note."""
    if chapter in ("CHROMIUM", "BAUXITE AND ALUMINA") or len(details) > 1:
        return False
    return row["Statistics_detail"].startswith(details[0] + ": ") and "rounded" not in row["Statistics_detail"]


def whole(chosen: list[Row], details: list[str], unit: str) -> dict[str, Any]:
    """Total of the world as printed, and whether with ">"."""
    first = details[0]
    head, _, tail = first.rpartition(": ")
    titles = [f"{first}: rounded", f"{first}, rounded", f"{head}: {tail.lower()}, rounded"]
    if len(details) > 1:
        titles = [f"{head}: ilmenite and rutile, rounded"]
    for row in chosen:
        printed = row["Value"].strip()
        number = amount(printed.removeprefix(">"), unit)
        if row["Country"] == "World total" and row["Statistics_detail"] in titles and number is not None:
            return {"world": number} | ({"world_at_least": True} if printed.startswith(">") else {})
    return {}


def amount(printed: str, unit: str) -> float | None:
    """Tonnes of a printed number; a dash is nought; None: no number."""
    text = printed.strip().replace(",", "")
    if text == "—":
        return 0.0
    if not re.fullmatch(r"[0-9.]+", text):
        return None
    return float(f"{float(text) * TONNES[unit]:.12g}")


def write_world(tables: list[dict[str, Any]]) -> None:
    rows = [
        "# Reserves and production by country, in tonnes. Made by benchmarks/claims_reference.py; do not edit.",
        "# unit: of the numbers as printed; unknown: listed, not available; words: listed, with a word in place of a number.",
    ]
    for vintage, (source, licence) in SOURCES.items():
        rows += ["", f'[sources."{vintage}"]', f"source  = {text(source)}", f"licence = {text(licence)}"]
    rows += ["", "[aliases]", *(f"{text(name)} = {text(meant)}" for name, meant in ALIASES.items())]
    for one in tables:
        rows += ["", "[[table]]"]
        for key, value in one.items():
            if value in ({}, [], None):
                continue
            rows.append(f"{key} = {shown(value)}")
    (OUT / "world.toml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key if key else text('')} = {shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text(one) for one in value) + "]"
    if isinstance(value, str):
        return text(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- grades ----------------------------------------------------------------------------------------------------------------------

DATABASES = [
    *("usgs_sir_pcu", "usgs_porcu", "usgs_sir_sedcu", "usgs_sedcu", "usgs_sedznpb", "usgs_sedexmvt", "usgs_vms", "usgs_sedau"),
    *("usgs_laterite", "usgs_podchrome", "usgs_carbonatite", "usgs_potash", "gsc_snw", "usgs_pp1802j_graphite", "usgs_graphite_africa"),
    "graphite_norway_min2020",
]
"""Databases read, in this order: where two hold one deposit, the record of the first counts. Left out: ``ni43101_minmod`` (extracted by
machine, noisy) and ``usgs_fs20243029`` (its tonnages are not of ore)."""

TYPES = {
    "Porphyry copper": "porphyry copper",
    "Porphyry copper or Porphyry molybdenum": "porphyry copper",
    "Porphyry molybdenum-copper": "porphyry copper",
    "Volcanogenic massive sulfide": "volcanogenic massive sulphide",
    "Sediment-hosted copper": "sediment-hosted copper",
    "Sediment-hosted stratabound copper": "sediment-hosted copper",
    "Sediment-hosted Zn-Pb": "sediment-hosted zinc-lead",
    "Clastic-dominated Zn-Pb": "sediment-hosted zinc-lead",
    "Mississippi Valley-type Zn-Pb": "sediment-hosted zinc-lead",
    "UN": "sediment-hosted zinc-lead",
    "Sediment-hosted gold": "sediment-hosted gold",
    "Ni-Co laterite": "nickel-cobalt laterite",
    "Podiform chromite": "podiform chromite",
    "Carbonatite": "carbonatite",
    "evaporite": "potash-bearing salt",
    "halokinetic potash-bearing salt": "potash-bearing salt",
    "mixed stratabound potash-bearing salt and halokinetic potash-bearing salt": "potash-bearing salt",
    "stratabound potash-bearing salt": "potash-bearing salt",
}
OF_DATABASE = {
    "gsc_snw": "tin-tungsten",
    "usgs_pp1802j_graphite": "graphite",
    "usgs_graphite_africa": "graphite",
    "graphite_norway_min2020": "graphite",
}
"""Type of the records that name none, by their database."""
FINER = {"Clastic-dominated Zn-Pb": "clastic-dominated zinc-lead", "Mississippi Valley-type Zn-Pb": "Mississippi Valley-type zinc-lead"}
"""Types within a type, shown beside it."""

KINDS = {
    "Cu": ("copper", "element", "copper"),
    "Ag": ("silver", "element", "silver"),
    "Au": ("gold", "element", "gold"),
    "Zn": ("zinc", "element", "zinc"),
    "Pb": ("lead", "element", "lead"),
    "Mo": ("molybdenum", "element", "molybdenum"),
    "Ni": ("nickel", "element", "nickel"),
    "Co": ("cobalt", "element", "cobalt"),
    "Sn": ("tin", "element", "tin"),
    "W": ("tungsten", "element", "tungsten"),
    "WO3": ("tungsten", "oxide", "WO3"),
    "In": ("indium", "element", "indium"),
    "Cr2O3": ("chromium", "oxide", "Cr2O3"),
    "K2O": ("potash", "oxide", "K2O"),
    "Nb2O5": ("niobium", "oxide", "Nb2O5"),
    "REO": ("rare earths", "oxide", "TREO"),
    "P2O5": ("phosphate", "oxide", "P2O5"),
    "Bi": ("bismuth", "element", "bismuth"),
    "graphite": ("graphite", "mineral", "graphite"),
}
FRACTION = {"pct": 1e-2, "gpt": 1e-6, "ppm": 1e-6, "kgpt": 1e-3}
LEAST = 8
"""Deposits that make a distribution."""
QUANTILES = {"min": 0, "p5": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95, "max": 100}


def records(folder: Path) -> list[dict[str, Any]]:
    """One row for each deposit, kind of grade and database, doubtful records left out."""
    columns = ["db", "ore_mt", "grades_json", "qc_flags", "deposit_type", "site_cluster"]
    found = []
    for one in parquet.read_table(folder / "deposits.parquet", columns=columns).to_pylist():
        if one["db"] not in DATABASES or not one["ore_mt"] or one["ore_mt"] <= 0 or not one["grades_json"]:
            continue
        if re.search("grade|ore_out|unit_check", one["qc_flags"] or ""):
            continue
        named = one["deposit_type"]
        kind = TYPES[named] if named else OF_DATABASE[one["db"]]
        for key, value in json.loads(one["grades_json"]).items():
            what, _, unit = key.rpartition("_")
            if what not in KINDS or unit not in FRACTION or not value or value <= 0:
                continue
            found.append(
                {
                    "what": KINDS[what],
                    "type": kind,
                    "finer": FINER.get(named or ""),
                    "db": one["db"],
                    "site": one["site_cluster"],
                    "grade": value * FRACTION[unit],
                    "tonnes": one["ore_mt"] * 1e6,
                }
            )
    assert all(row["grade"] <= 1 for row in found)
    return found


def once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each deposit once: of the records of one site in several databases those of the first. Records of one database are kept apart."""
    owner: dict[int, str] = {}
    for row in sorted(rows, key=lambda one: DATABASES.index(one["db"])):
        owner.setdefault(row["site"], row["db"])
    return [row for row in rows if owner[row["site"]] == row["db"]]


def write_grades(rows: list[dict[str, Any]]) -> None:
    head = ["commodity", "form", "kind", "deposit_type", "n", *(f"grade_{q}" for q in QUANTILES), *(f"tonnes_{q}" for q in QUANTILES)]
    lines = [",".join([*head, "databases"])]
    count_of = Counter(row["what"] for row in rows)
    for what in sorted(count_of, key=lambda one: (one[0], -count_of[one], one)):  # of two kinds of one commodity the commoner first
        of_kind = [row for row in rows if row["what"] == what]
        types = sorted({row["type"] for row in of_kind} | {row["finer"] for row in of_kind if row["finer"]})
        groups = [("all types", of_kind), *((name, [row for row in of_kind if name in (row["type"], row["finer"])]) for name in types)]
        for name, group in groups:
            kept = once(group)
            if len(kept) < LEAST:
                continue
            grade = np.percentile([row["grade"] for row in kept], list(QUANTILES.values()))
            tonnes = np.percentile([row["tonnes"] for row in kept], list(QUANTILES.values()))
            count = Counter(row["db"] for row in kept)
            databases = "; ".join(f"{db} {count[db]}" for db in DATABASES if count[db])
            commodity, form, kind = what
            numbers = [*(f"{value:.4g}" for value in grade), *(f"{value:.4g}" for value in tonnes)]
            lines.append(",".join([commodity, form, kind, name, str(len(kept)), *numbers, databases]))
    (OUT / "grades.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(folder: str) -> None:
    write_world(world(Path(folder)))
    write_grades(records(Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1])
