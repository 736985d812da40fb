"""Native agrees with plain, to the bit on any number of threads, on projects on file and on random ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from kenes.appraise.lens import LEVELS, lens_of
from kenes.appraise.plan import plan
from kenes.appraise.run import run
from kenes.appraise.trace import DISCOUNT, trace
from kenes.engine import native
from kenes.engine.native import Native, NativeError
from kenes.engine.program import Graph, finish
from kenes.errors import InputError
from kenes.facts import quantities
from kenes.numbers import exp, log
from kenes.project import Project, load
from projects import read, tables

PROJECTS = sorted(Path(__file__).parents[1].glob("projects/*.toml"))
LEVEL = [("level", name) for name in LEVELS]


def drawn(project: Project, count: int, seed: int = 1) -> dict[str, Any]:
    """Columns of tonnage, grades, prices, capital, recoveries and durations of permits."""
    random = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for path, number in quantities(project.file):
        parts = path.split(".")
        kind = (
            path.endswith(".tonnage")
            or ("deposit" in parts and "grade" in parts)
            or ("market" in parts and ("basket" in parts or parts[-1] == "price"))
            or ("capital" in parts and parts[-1] == "cost")
            or ("plant" in parts and "recovery" in parts)
            or ("permit" in parts and parts[-1] == "duration")
        )
        if kind and number.amount != 0.0 and not number.operating:
            found[path] = number.amount * random.uniform(0.8, 1.0 if "recovery" in parts or "grade" in parts else 1.2, count)
    return found


def compare(project: Project, columns: dict[str, Any]) -> None:
    prepared = plan(project, columns)
    done, lens = run(prepared), lens_of(project, prepared)
    traced = trace(project, columns)
    assert traced.years == prepared.timeline.count and not traced.beyond(columns)
    rows: dict[tuple[str, ...], Any] = {("line", line.name, line.payer, line.payee, line.site): line.amount for line in done.money}
    rows |= {("mass", *key): amounts for key, amounts in done.mass.items()}
    rows |= {("level", name): done.level(name) for name in LEVELS}
    parties: dict[tuple[str, ...], list[Any]] = {}
    for line in done.money:
        for party, sign in ((line.payer, -1.0), (line.payee, 1.0)):
            row = parties.setdefault(("party", party), [0.0] * prepared.timeline.count)
            for t, amount in enumerate(line.amount):
                row[t] = row[t] + sign * amount
    rows |= parties
    assert set(rows) <= set(traced.program.outputs)
    turnover = max((float(np.max(np.abs(amount))) for key, row in rows.items() if key[0] == "line" for amount in row), default=1.0) or 1.0
    told = Native(traced.program, columns, worth=[*LEVEL, *parties], weight=DISCOUNT, flows=list(rows)).run(
        traced.inputs, traced.yearly, columns, traced.years
    )
    for j, (key, row) in enumerate(rows.items()):
        for t, amount in enumerate(row):
            assert np.max(np.abs(told.flows[j, t] - amount)) <= 1e-9 * turnover, (key, t)
    for j, key in enumerate([*LEVEL, *parties]):
        assert np.max(np.abs(told.worth[j] - lens.npv(rows[key]))) <= 1e-9 * turnover, key


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_native_is_plain_on_projects(path: Path) -> None:
    project = load(path)
    compare(project, drawn(project, 200))


@settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(tables(plain=False))
def test_native_is_plain_on_random_projects(table: dict[str, Any]) -> None:
    try:
        project = read(table)
        plan(project)
    except InputError:
        assume(False)
    compare(project, drawn(project, 20))


def test_threads_lanes_and_blocks_change_no_bit() -> None:
    project = load(PROJECTS[0])
    columns = drawn(project, 333)
    traced = trace(project, columns)
    answers = []
    for lanes in (4, 8, 16):
        machine = Native(traced.program, columns, worth=LEVEL, weight=DISCOUNT, lanes=lanes)
        for threads in (1, 2, 7):
            answers.append(machine.run(traced.inputs, traced.yearly, columns, traced.years, threads=threads).worth)
        parts = [
            machine.run(traced.inputs, traced.yearly, {key: row[a:b] for key, row in columns.items()}, traced.years).worth
            for a, b in ((0, 100), (100, 333))
        ]
        answers.append(np.concatenate(parts, axis=1))
    assert all(np.array_equal(answer, answers[0]) for answer in answers)


def test_projects_of_one_shape_share_a_program() -> None:
    project = load(PROJECTS[-1])
    columns = drawn(project, 10)
    path = next(path for path, number in quantities(project.file) if path.endswith(".mine.capacity"))
    one = trace(project, columns)
    amount = next(number.amount for name, number in quantities(project.file) if name == path)
    other = trace(load(PROJECTS[-1], (f"{path}={1.1 * amount:.0f} t/y",)), columns)
    assert other.program is one.program and other.inputs != one.inputs
    assert trace(project, dict(list(columns.items())[:-1])).program is not one.program


def test_exp_log_pow_and_yearly_columns() -> None:
    g = Graph()
    x, y = g.leaf("input", "x"), g.leaf("yearly", "y")
    p = finish(g, {("a",): exp(x * y), ("b",): log(x + y), ("c",): (x + 1.0) ** y}, {}, {}, {})
    columns = {"x": np.linspace(0.5, 2.0, 21), "y": np.linspace(0.1, 3.0, 63).reshape(3, 21)}
    told = Native(p, columns, flows=[("a",), ("b",), ("c",)]).run({}, {}, columns, 3)
    assert np.allclose(told.flows[0], np.exp(columns["x"] * columns["y"]), rtol=1e-14)
    assert np.allclose(told.flows[1], np.log(columns["x"] + columns["y"]), rtol=1e-13)
    assert np.allclose(told.flows[2], (columns["x"] + 1.0) ** columns["y"], rtol=1e-14)


def test_without_llvmlite_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"no {name}")

    native._llvm.cache_clear()
    monkeypatch.setattr(native.importlib, "import_module", missing)
    with pytest.raises(NativeError, match="--machine plain"):
        native._llvm()
    native._llvm.cache_clear()


def test_draws_beyond_the_sample_do_not_fit() -> None:
    project = load(PROJECTS[0])
    columns = drawn(project, 50)
    traced = trace(project, columns)
    path = next(path for path in columns if path.endswith(".tonnage"))
    assert not traced.beyond({name: row[:10] for name, row in columns.items()})
    assert traced.beyond({**columns, path: columns[path] * 3.0})
    assert traced.beyond({**columns, path: -columns[path]})
