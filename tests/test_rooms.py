"""One road: no room imports a later one, no law in the code, `import kenes` stays light, rules and projects on file can be read."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kenes
from kenes.facts import countries, read_rule

ROOT = Path(__file__).parents[1]
SOURCE = Path(kenes.__file__).parent

ROOMS = [
    "errors",
    "notes",
    "units",
    "lines",
    "numbers",
    "facts",
    "timeline",
    "worth",
    "deposit",
    "mine",
    "plant",
    "trade",
    "market",
    "cost",
    "funding",
    "fiscal",
    "regime",
    "ownership",
    "odds",
    "checks",
    "project",
    "engine",
    "appraise",
    "chance",
    "claims",
    "report",
    "cli",
]
APPRAISE = ["books", "world", "bare", "site", "charges", "owners", "page", "plan_site", "plan_entity", "plan", "run", "lens"]
APPRAISE += ["whatif", "telling", "result", "pictures", "places", "trace"]
"""Order within appraise: books, page (and its parts), plan (and its parts), run, what is read from it."""
CHANCE = ["streams", "distributions", "inputs", "ranges", "processes", "series", "calibrate"]
CHANCE += ["policy", "mixture", "machine", "sensitivity", "parquet", "simulate"]
"""Order within chance: draws, what is drawn, prices that move and how they moved, policy, machine, what is told."""
ENGINE = ["rates", "search", "drive", "program", "writing", "regroup", "native", "gradient", "slopes"]
"""Order within engine: the machines know nothing of mining, so only `numbers` and `worth` stand before them."""

CLAIMS = ["claim", "pages", "texts", "tokens", "lexicon", "numerals", "measures", "codes", "hedges", "days", "quantities", "ranks"]
CLAIMS += ["amounts", "alike", "terms", "sites", "voices", "speech", "names", "endpoint", "scene", "kinds", "find", "known", "acts"]
CLAIMS += ["rules_pairs", "rules_mass", "rules_world", "rules", "rules_duty", "rules_law", "dossier", "conflicts", "screening"]
CLAIMS += ["check", "telling"]
"""Order within claims: what a claim is, how a text is read, what is claimed, what is known, what is checked, what is told."""

MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py")


def place(name: str) -> tuple[int, int]:
    """Where a module stands on the road; a module that no list knows is a fault."""
    parts = name.split(".")[1:]
    assert parts[0] in ROOMS, f"{name} is no room: add it to ROOMS where it belongs"
    if parts[0] == "appraise" and len(parts) > 1:
        assert parts[1] in APPRAISE, f"{name}: add it to APPRAISE where it belongs"
        return ROOMS.index("appraise"), APPRAISE.index(parts[1])
    if parts[0] == "chance" and len(parts) > 1:
        assert parts[1] in CHANCE, f"{name}: add it to CHANCE where it belongs"
        return ROOMS.index("chance"), CHANCE.index(parts[1])
    if parts[0] == "claims" and len(parts) > 1:
        assert parts[1] in CLAIMS, f"{name}: add it to CLAIMS where it belongs"
        return ROOMS.index("claims"), CLAIMS.index(parts[1])
    if parts[0] == "engine" and len(parts) > 1:
        assert parts[1] in ENGINE, f"{name}: add it to ENGINE where it belongs"
        return ROOMS.index("engine"), ENGINE.index(parts[1])
    return ROOMS.index(parts[0]), len(APPRAISE)


def imports(path: Path) -> Iterator[str]:
    """Modules of kenes that a file imports, inside functions too."""
    known = {".".join(("kenes", *one.relative_to(SOURCE).with_suffix("").parts)) for one in MODULES}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("kenes."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kenes":
            for alias in node.names:
                if f"{node.module}.{alias.name}" in known or f"{node.module}.{alias.name}" == "kenes.appraise":
                    yield f"{node.module}.{alias.name}"
                elif node.module != "kenes":
                    yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_room_imports_a_later_one(path: Path) -> None:
    name = ".".join(("kenes", *path.relative_to(SOURCE).with_suffix("").parts))
    for other in imports(path):
        if other == name or (name.startswith("kenes.report.") and other.startswith("kenes.report")):
            continue
        assert place(other) < place(name), f"{name} imports {other}, which comes later on the road"


NAMES = re.compile(
    r"\b(KAZ|USA|CHN|RUS|AUS|CAN|GBR|IDN|UZB|KGZ|MNG|DEU|FRA|JPN|KOR|Kazakhstan|Kazakh|United States|American|Russia|China|Chinese|Australia|Canada|Uzbekistan)\b"  # noqa: E501
)
STATUTE = re.compile(r"\b(230[ _,]?000|4[ _,]?325|3[ _,]?932|0\.0855|0\.2106|9903\.\d\d\.\d\d)\b")
NOT_LAW = {"such as KAZ"}  # an example in a message about the form of a code


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """String constants of a file that are no docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            docs |= {id(part.value) for part in body if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_country_and_no_statute_in_the_code(path: Path) -> None:
    found = [
        (line, text)
        for line, text in texts(path)
        if (NAMES.search(text) or STATUTE.search(text)) and not any(free in text for free in NOT_LAW)
    ]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_rate_of_law_stands_as_a_number(path: Path) -> None:
    """In the rooms that take charges no fraction stands but a half, a tolerance or a bound of the arithmetic."""
    if path.stem not in ("fiscal", "regime", "trade", "charges", "owners", "site", "funding", "ownership"):
        return
    numbers = [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and node.value not in (0.0, 0.5, 1.0)
        and 1e-5 < abs(node.value) < 1.0
    ]
    assert not numbers


def test_the_front_door_is_light() -> None:
    code = "import sys, kenes; print(sorted({'numpy', 'pydantic', 'pint', 'rich', 'click'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == "[]"


# --- law on file ---------------------------------------------------------------------------------------------------------------

RULES = sorted((SOURCE / "rules").rglob("*.toml"))


def dated(table: Any, path: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of dated values in a rule file."""
    if isinstance(table, dict):
        for key, value in table.items():
            here = f"{path}.{key}" if path else key
            if key == "value" and isinstance(value, list) and value and isinstance(value[0], dict):
                yield path, value
            else:
                yield from dated(value, here)
    elif isinstance(table, list):
        for item in table:
            yield from dated(item, path)


@pytest.mark.parametrize("path", RULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_value_of_law_has_its_days_and_its_source(path: Path) -> None:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert isinstance(raw["checked"], date) and raw["title"] and raw["law"] and raw["kind"]
    for where, values in dated(raw):
        for value in values:
            assert isinstance(value["from"], date), where
            assert isinstance(value["enacted"], date), where
            assert value["enacted"] <= raw["checked"], f"{where}: enacted after the law was read"
            assert value["source"].strip(), where
            assert value.get("confidence", "high") in ("high", "medium", "low"), where
        assert [value["from"] for value in values] == sorted(value["from"] for value in values), f"{where} is not in order"
        assert len({(value["from"], value["enacted"]) for value in values}) == len(values), f"{where}: two values of one day"
    assert read_rule(path.parent.name, path.stem) is not None


def test_a_regime_lists_charges_that_are_on_file() -> None:
    for country in countries():
        head = read_rule(country, "regime")
        assert head is not None
        for name in head.fixed["charges"]:
            assert read_rule(country, name) is not None, f"{country}/{name}"


PROJECTS = sorted((ROOT / "projects").rglob("*.toml"))


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_project_on_file_loads(path: Path) -> None:
    kenes.load(path)
