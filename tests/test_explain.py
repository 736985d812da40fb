"""The door ``explain``: the printed program says only what it has defined, and worked out as it is written it gives the same numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kenes.appraise.trace import trace
from kenes.engine.program import Graph, Key, Program, execute, finish
from kenes.engine.writing import text
from kenes.numbers import exp, maximum, minimum, where
from kenes.project import load

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "projects").glob("*.toml"))
STARTER = ROOT / "src" / "kenes" / "reference" / "starter.toml"
CHAIN = ROOT / "projects" / "chain-kz-us.toml"
LEVELS = ("pre_fiscal", "pre_tax", "after_tax", "equity")


def door(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kenes.cli", "explain", *map(str, arguments)], capture_output=True, text=True, timeout=120)


# --- a reader of the text form, which knows nothing of `Program` -----------------------------------------------------------------

INSIDE = r"[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*"
WORD = re.compile(rf"\[{INSIDE}\](?:\[t\])?|\d[\d.]*(?:e[+-]?\d+)?|[A-Za-z_][\w.]*(?:\[(?:\d+|t)\](?:\.[\w.]+)?)*(?P<call>\()?")
KNOWN: dict[str, Any] = {
    "min": minimum,
    "max": maximum,
    "where": where,
    "no": lambda test: not test,
    "exp": exp,
    "inf": float("inf"),
}


def names(formula: str) -> list[str]:
    """What a formula reads."""
    found = [word for word in WORD.finditer(formula) if not word["call"] and not word[0][0].isdigit()]
    return [word[0] for word in found if word[0] not in ("inf", "True", "False")]


def worked_out(formula: str, known: Mapping[str, Any]) -> Any:
    """A formula in the arithmetic of Python."""

    def looked_up(word: re.Match[str]) -> str:
        return f"known[{word[0]!r}]" if word[0] in known else word[0]

    return eval(WORD.sub(looked_up, formula).replace("not(", "no("), {"__builtins__": {}, **KNOWN, "known": known})


def parts(text: str) -> tuple[list[str], list[tuple[str, str]], list[tuple[str, str, str, list[str]]], list[tuple[str, str]]]:
    """Inputs; numbered formulas; states with their formula, opening and past; outputs with their formula."""
    given, rows, kept, told = [], [], [], []
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        left, _, right = line.partition(" = ")
        if left.startswith("given "):
            given.append(left.removeprefix("given "))
        elif left.startswith("keep "):
            new, _, rest = right.partition(", at first ")
            opening, _, past = rest.partition(", before that ")
            kept.append((left.removeprefix("keep "), new, opening, past.split(", ") if past else []))
        elif left.startswith("tell "):
            told.append((left.removeprefix("tell "), right))
        else:
            rows.append((left, right))
    return given, rows, kept, told


def aged(state: str, back: int) -> str:
    return f"{state[:-1]}, {back} year{'s' if back > 1 else ''} earlier]"


def read_aloud(text: str, inputs: Mapping[str, Any], yearly: Mapping[str, Sequence[Any]], years: int) -> dict[str, list[Any]]:
    """Runs the text of a program whose openings are inputs or constants. Inputs are called as the text calls them."""
    _, rows, kept, told = parts(text)
    rows_of = {
        state: [worked_out(opening, inputs), *(worked_out(one, inputs) for one in past), *[0.0] * 40] for state, _, opening, past in kept
    }
    found: dict[str, list[Any]] = {name: [] for name, _ in told}
    for t in range(years):
        known = {**inputs, **{f"{name}[t]": row[t] for name, row in yearly.items()}}
        for state, row in rows_of.items():
            known |= {state if back == 0 else aged(state, back): row[back] for back in range(40)}
        for name, formula in rows:
            known[name] = worked_out(formula, known)
        for name, formula in told:
            found[name].append(worked_out(formula, known))
        for state, row in [(state, worked_out(new, known)) for state, new, _, _ in kept]:
            rows_of[state].insert(0, row)
    return found


def called(name: str) -> str:
    """An input as the text calls it: in brackets where its name holds a sign."""
    return name if re.fullmatch(r"[A-Za-z_][\w.]*(?:\[\d+\](?:\.[\w.]+)?)*", name) else f"[{name}]"


def told_alike(program: Program, inputs: Mapping[str, Any], yearly: Mapping[str, Sequence[Any]], years: int) -> None:
    want = execute(program, inputs, yearly, years)
    got = read_aloud(
        text(program), {called(name): x for name, x in inputs.items()}, {called(name): row for name, row in yearly.items()}, years
    )
    assert len(got) == len(want)
    for (key, amounts), (name, found) in zip(want.items(), got.items(), strict=True):
        assert name.strip("[]") == " / ".join(key)
        assert [float(a) for a in found] == [float(a) for a in amounts], name


# --- the text -------------------------------------------------------------------------------------------------------------------


def small() -> Program:
    """Every operation, every leaf, and sums whose order matters."""
    g = Graph()
    x, y, odd = g.leaf("input", "x"), g.leaf("yearly", "price of y"), g.leaf("input", "site.a b.grade[1]")
    debt, old = g.leaf("state", ("debt", "mine")), g.leaf("lag", (("debt", "mine"), 2))
    right = x - (y - odd) - (x + (y + 0.1))
    ratio = x / (y / odd) / (x * (odd / y)) * (-x)
    power = (-x + 9.0) ** (odd * 0.5) - (-2.5) * x
    test = (x > y) & ~(debt <= old) | ((x - y) < (-odd))
    choice = where(test, minimum(right, -ratio), maximum(power, old - -y))
    new = debt + 0.3 * choice / (1.0 + exp(-abs_(choice)))
    outputs: dict[Key, Any] = {
        ("sum", "from the right"): right,
        ("ratio",): ratio,
        ("power",): power,
        ("test",): where(test, 1.0, 0.0),
        ("choice",): choice,
        ("old",): old,
        ("none",): 0.0,
    }
    return finish(g, outputs, {("debt", "mine"): x}, {("debt", "mine"): new}, {("debt", "mine"): [odd, 4.0]})


def abs_(x: Any) -> Any:
    return maximum(x, -x)


def test_worked_out_as_written_it_gives_the_same_numbers() -> None:
    rows = {"price of y": [1.7, 2.3, -0.4, 3.1, 0.9, 5.5]}
    for x in (1.1, 2.7, 6.3):
        told_alike(small(), {"x": x, "site.a b.grade[1]": 0.37}, rows, 6)


def test_parts_stand_apart() -> None:
    given, rows, kept, told = text(small()).split("\n\n")
    for part, word in ((given, "given "), (rows, "v"), (kept, "keep "), (told, "tell ")):
        assert all(line.startswith(word) for line in part.splitlines())
    assert "given [price of y][t]" in given and "given x" in given
    assert kept.endswith("at first x, before that [site.a b.grade[1]], 4.0")
    assert "tell none = 0.0" in told and "tell [sum / from the right] = " in told


def test_what_is_said_behind_an_input() -> None:
    assert "given x = 5 apples\n" in text(small(), {"x": "5 apples"})


@pytest.mark.parametrize("file", [STARTER, CHAIN], ids=lambda file: file.stem)
def test_a_whole_page_worked_out_as_written(file: Path) -> None:
    project = load(file)
    price = next(
        path for path in ("site.mine.market.concentrate.price", "site.separation.market.ndpr_oxide.price") if path_in(project, path)
    )
    traced = trace(project, {price: np.array([30_000.0, 50_000.0])})
    told_alike(traced.program, {**traced.inputs, price: 42_000.0}, traced.yearly, traced.years)


def path_in(project: Any, path: str) -> bool:
    _, site, _, product, _ = path.split(".")
    return any(one.name == site and product in one.market for one in project.file.site)


# --- the door -------------------------------------------------------------------------------------------------------------------


def sound(text: str) -> list[str]:
    """Names of the outputs of a text in which every line says only what was defined before it."""
    given, rows, kept, told = parts(text)
    known = set(given)
    assert len(known) == len(given)
    for state, *_ in kept:
        known.add(state)
    for name, formula in rows:
        assert_known(formula, known)
        assert name not in known
        known.add(name)
    for _, new, opening, past in kept:
        for formula in (new, opening, *past):
            assert_known(formula, known)
    for _, formula in told:
        assert_known(formula, known)
    read = {
        name
        for formula in [*(one for _, one in rows), *(part for _, a, b, c in kept for part in (a, b, *c)), *(one for _, one in told)]
        for name in names(formula)
    }
    assert set(given) <= read and {name for name, _ in rows} <= read, "what nothing reads"
    return [name for name, _ in told]


def assert_known(formula: str, known: set[str]) -> None:
    for name in names(formula):
        assert name in known or (", " in name and name.rsplit(", ", 1)[0] + "]" in known), f"{name} in {formula}"


@pytest.mark.parametrize("file", [*SHIPPED, STARTER], ids=lambda file: file.stem)
def test_a_shipped_project_in_formulas(file: Path) -> None:
    done = door(file, "--program")
    assert done.returncode == 0 and done.stderr == ""
    told = sound(done.stdout)
    assert {f"[level / {level}]" for level in LEVELS} <= set(told)
    head = [line for line in done.stdout.splitlines() if line.startswith("#")]
    assert head[0] == f"# {load(file).file.project.name}"
    said = {word: int(number.replace(",", "")) for word, number in re.findall(r"([a-z ]+?) ([\d,]+)(?=,| |$)", head[1].removeprefix("# "))}
    given, _, kept, _ = parts(done.stdout)
    assert said[" outputs"] == len(told) and said[" states"] == len(kept)
    assert said[" inputs"] + said[" yearly inputs"] == len(given)
    drawn = sum(line.endswith(", drawn") for line in done.stdout.splitlines())
    assert drawn > 0 and f"({drawn} drawn)" in head[1]


def test_only_the_lines_asked_for() -> None:
    whole = door(CHAIN, "--program").stdout
    part = door(CHAIN, "--program", "--line", "Level / After_tax").stdout
    assert sound(part) == ["[level / after_tax]"] and len(part.splitlines()) < 0.7 * len(whole.splitlines())
    both = door(CHAIN, "--program", "--line", "level / after_tax", "--line", "property_tax").stdout
    assert set(sound(both)) == {name for name in sound(whole) if "level / after_tax" in name or "property_tax" in name}


def test_settings_are_told() -> None:
    text = door(STARTER, "--program", "--set", "site.mine.deposit.fresh.tonnage=31 Mt").stdout
    assert "given sites.mine.ores.fresh.tonnage = 31000000\n" in text  # what was set is sure, and no longer drawn
    assert "given site.mine.deposit.fresh.tonnage = 30000000, drawn\n" in door(STARTER, "--program").stdout


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((), "--program"),
        (("--line", "level"), "--program"),
        (("--program", "--line", "incometax"), 'did you mean "income_tax"?'),
        (("--program", "--line", "level / aftertax"), 'did you mean "level / after_tax"?'),
        (("--program", "--set", "site.mine.mine.capcity=2 Mt/y"), "capcity"),
    ],
    ids=str,
)
def test_a_bad_question_is_bad_input(given: tuple[str, ...], says: str) -> None:
    done = door(CHAIN, *given)
    assert done.returncode == 2 and done.stdout == "" and says in done.stderr and "Traceback" not in done.stderr
