"""Laws of `kenes.lines`: its paths are those of tomllib, its lines those on which a writer put them; it is linear and never raises."""

from __future__ import annotations

import json
import random
import time
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenes.lines import Path, locate, nearest

KETTLE = '''\
# Kettle Hill, a fictional project
[project]
name = "Kettle Hill"            # a comment = 1
note = """
[fake]
x = 1   # not a comment
"quoted" \\""" still inside"""
path = \'\'\'C:\\
[[fake]]
\'\'\'
sources.fs = "Feasibility study"

[[site]]
name = "mine"

[site.deposit.saprolite]
tonnage = {value = "42 Mt", source = "fs", page = 88}
grade.nickel = {value = "1.62 %", low = "1.45 %"}
"a b".'x.y' = [
  "one, [two]",   # ] }
  {from = 2022-01-01, value = 0.2},
  [1,
   2],
]

[[site.pit]]
day = 1979-05-27 07:32:00

[[site.pit]]
bench = -1.5e3

[[site]]
name = "port"
[[site.pit]]
"tab\\tkey\\u00e9" = true
'''


def test_kettle() -> None:
    lines = locate(KETTLE)
    assert set(lines) == paths(tomllib.loads(KETTLE))
    ore: Path = ("site", 0, "deposit", "saprolite")
    assert lines[("project",)] == 2
    assert lines[("project", "note")] == 4
    assert lines[("project", "path")] == 8
    assert lines[("project", "sources", "fs")] == 11
    assert lines[("site",)] == lines[("site", 0)] == 13
    assert lines[ore] == 16
    assert lines[(*ore, "tonnage", "page")] == 17
    assert lines[(*ore, "grade", "nickel", "low")] == 18
    assert lines[(*ore, "a b", "x.y")] == 19
    assert lines[(*ore, "a b", "x.y", 0)] == 20
    assert lines[(*ore, "a b", "x.y", 1, "value")] == 21
    assert lines[(*ore, "a b", "x.y", 2)] == lines[(*ore, "a b", "x.y", 2, 0)] == 22
    assert lines[(*ore, "a b", "x.y", 2, 1)] == 23
    assert lines[("site", 0, "pit")] == 26
    assert lines[("site", 0, "pit", 1, "bench")] == 30
    assert lines[("site", 1)] == 32
    assert lines[("site", 1, "pit", 0)] == 34
    assert lines[("site", 1, "pit", 0, "tab\tkeyé")] == 35


def test_a_header_of_its_own_is_better_than_the_longer_one() -> None:
    assert locate("[a.b]\n\n[a]\n") == {("a",): 3, ("a", "b"): 1}


def test_windows_line_ends() -> None:
    text = KETTLE.replace("\n", "\r\n")
    assert locate(text) == locate(KETTLE)
    assert set(locate(text)) == paths(tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        'a = """"quoted""""\nb = 1\n',
        'a = """"""\nb = 1\n',
        "a = ''''quoted''''\nb = 1\n",
        'a = [""""quoted"""", {b = 1}]\n',
        "a = [''''quoted'''', {b = 1}]\n",
        'a = """\\\n   [x]\\\\"""\nb = "\\"[c]"\n',
        "a = ['#', \"#\", '''\n#'''] # ]\nb = {c = '}', d = [{}]}\n",
        "3.14159 = 'pi'\n\"\" .x = 1\n",
        "1979-05-27 = 1979-05-27\nd = 07:32:00.5\n",
        'a."b.c" . d = [ [ ], [[1], {e.f = 2}] ]\n',
        "[ a . 'b' ] # c\nx = inf\n[[ a.c ]]\n[a.c.d]\n[[a.c]]\n[[a.c.d]]\n",
        "",
        "# only a comment",
    ],
)
def test_same_paths_as_tomllib(text: str) -> None:
    assert set(locate(text)) == paths(tomllib.loads(text))


def test_nearest() -> None:
    lines = locate(KETTLE)
    assert nearest(lines, ("site", 0, "deposit", "saprolite", "tonnage", "unit")) == 17
    assert nearest(lines, ("site", 1, "country")) == 32
    assert nearest(lines, ["project", "sources", "fs", 0]) == 11
    assert nearest(lines, ("country",)) is None
    assert nearest(lines, ()) is None


# ---------------------------------------------------------------------------------------------------- any document, in any style


def paths(value: Any, above: Path = ()) -> set[Path]:
    """All paths of what tomllib has read."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: set[Path] = set()
    for key, inner in items:
        found |= {(*above, key)} | paths(inner, (*above, key))
    return found


class Writer:
    """Writes a dictionary as TOML in styles drawn by chance, and keeps the line on which each path was put."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.text = ""
        self.lines: dict[Path, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def mark(self, path: Path, implied: bool = False) -> None:
        line = self.text.count("\n") + 1
        if implied:
            self.lines.setdefault(path, line)
        else:
            self.lines[path] = line

    def key(self, key: str) -> str:
        styles = [json.dumps(key)]
        if key and all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in key):
            styles.append(key)
        if "'" not in key and "\n" not in key:
            styles.append(f"'{key}'")
        return self.chance.choice(styles)

    def gap(self) -> str:
        return self.chance.choice(["", "", " ", "\t"])

    def dotted(self, path: Path) -> str:
        return f"{self.gap()}.{self.gap()}".join(self.key(part) for part in path if isinstance(part, str))

    def table(self, table: dict[str, Any], path: Path) -> None:
        """The statements of a table whose header stands, then its tables under headers of their own."""
        later = []
        for key, value in table.items():
            under = isinstance(value, dict) or (isinstance(value, list) and value and all(isinstance(item, dict) for item in value))
            if under and self.chance.random() < 0.6:
                later.append((key, value))
            else:
                self.statement((key,), value, path)
                self.put(self.chance.choice(["\n", "\n", " # [no] = 1\n", "\n\n"]))
        for key, value in later:
            self.under_header(value, (*path, key))

    def statement(self, keys: tuple[str, ...], value: Any, path: Path) -> None:
        if isinstance(value, dict) and value and self.chance.random() < 0.5:
            for number, (key, inner) in enumerate(value.items()):
                if number:
                    self.put("\n")
                self.statement((*keys, key), inner, path)
            return
        self.assign(keys, value, path)

    def assign(self, keys: tuple[str, ...], value: Any, path: Path) -> None:
        for length in range(1, len(keys)):
            self.mark((*path, *keys[:length]), implied=True)
        self.mark((*path, *keys))
        self.put(f"{self.dotted(keys)}{self.gap()}={self.gap()}")
        self.value(value, (*path, *keys))

    def under_header(self, value: Any, path: Path) -> None:
        names = self.dotted(path)
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.mark(path, implied=True)
                self.mark((*path, index))
                self.put(f"[[{self.gap()}{names}{self.gap()}]]\n")
                self.table(item, (*path, index))
            return
        nested = {key: inner for key, inner in value.items() if isinstance(inner, dict)}
        if value and len(nested) == len(value) and self.chance.random() < 0.5:  # no header: implied by those below
            self.mark(path, implied=True)
            for key, inner in nested.items():
                self.under_header(inner, (*path, key))
            return
        self.mark(path)
        self.put(f"[{self.gap()}{names}{self.gap()}]{self.chance.choice(['', ' # x = 1'])}\n")
        self.table(value, path)

    def value(self, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            self.put("{")
            for number, (key, inner) in enumerate(value.items()):
                self.put(", " if number else "")
                keys: tuple[str, ...] = (key,)
                while isinstance(inner, dict) and len(inner) == 1 and self.chance.random() < 0.5:
                    ((key, inner),) = inner.items()
                    keys = (*keys, key)
                self.assign(keys, inner, path)
            self.put(f"{self.gap()}}}")
        elif isinstance(value, list):
            self.put("[")
            breaks = self.chance.choice(["", "\n", "\n  # ], x = 1\n"])
            for index, inner in enumerate(value):
                self.put(breaks + self.gap())
                self.mark((*path, index))
                self.value(inner, (*path, index))
                self.put(self.gap() + ("," if index < len(value) - 1 or self.chance.random() < 0.5 else ""))
            self.put(f"{breaks}]")
        elif isinstance(value, str):
            self.put(self.string(value))
        else:
            self.put({True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value))

    def string(self, value: str) -> str:
        styles = [json.dumps(value), '"""\n' + json.dumps(value)[1:-1].replace("\\n", "\n") + '"""']
        if "'" not in value:
            styles.append(f"'''\n{value}'''")
        return self.chance.choice(styles)


# json writes two surrogates for signs beyond the basic plane, and TOML has none: such signs are left out.
SIGNS = st.sampled_from(list("ab1-_ .'\"\\[]{}=,#é\n"))
WORDS = st.text(SIGNS, max_size=6)
TRAPS = st.sampled_from(['[fake]\nx = 1\n# no"""', "'''\n[[fake]]", 'a = {b = "', "]", "}", '""', '\\"""'])
VALUES = st.recursive(
    st.one_of(st.integers(-9, 9), st.booleans(), st.floats(-9, 9), WORDS, TRAPS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
TABLES = st.dictionaries(WORDS, VALUES | st.lists(st.dictionaries(WORDS, VALUES, max_size=3), max_size=3), max_size=4)


@settings(max_examples=300, deadline=None)
@given(TABLES, st.integers(0, 10**6))
def test_every_path_on_the_line_where_it_was_written(table: dict[str, Any], seed: int) -> None:
    writer = Writer(seed)
    writer.table(table, ())
    assert tomllib.loads(writer.text) == table  # the writer is right, so what follows judges locate
    lines = locate(writer.text)
    assert set(lines) == paths(table)
    assert lines == writer.lines


@settings(max_examples=300, deadline=None)
@given(TABLES, st.integers(0, 10**6), st.integers(0, 400), st.text(SIGNS, max_size=3))
def test_broken_text_never_raises(table: dict[str, Any], seed: int, at: int, junk: str) -> None:
    writer = Writer(seed)
    writer.table(table, ())
    text = writer.text[:at] + junk + writer.text[at + 1 :]
    lines = locate(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
    for cut in (text[:at], text[at:]):
        locate(cut)


@settings(max_examples=300)
@given(st.text() | st.text(SIGNS))
def test_any_text_never_raises(text: str) -> None:
    locate(text)


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "x=[", "[[a]]\n", "a.", "[a.b.c]\n", "{", "x={", '"', "'", '"""\\"', "'''a", '\\"""'),
        *("a=[\n", "[[a", "= ", ",", "x=1\n", "a.a={a.", "\\"),
    ],
)
def test_time_is_linear(piece: str) -> None:
    """100 000 signs take well under a second; by a square law they would take minutes."""
    start = time.perf_counter()
    locate(piece * (100_000 // len(piece)))
    locate("x = " + piece * (100_000 // len(piece)))
    assert time.perf_counter() - start < 10
