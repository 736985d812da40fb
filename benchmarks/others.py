"""Rates of return and Monte Carlo beside other people's programs, where those are installed (`pip install -e .[bench]`)."""

from __future__ import annotations

import importlib
import io
import tempfile
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import numpy as np
from engine import FULL, RATE, page
from office import recalculated
from timing import ROOT, best, process, table

import kenes
from kenes.appraise import appraise
from kenes.engine import rates
from kenes.engine.native import Native
from kenes.engine.program import Graph, finish
from kenes.project import load

FLOWS = 2_048
CASES = 20_000
RECALCULATIONS = 200
MISSING = "not installed"


def found(name: str) -> Any:
    """A module, or None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError:
        return None


def flows() -> dict[str, Any]:
    """Flows by what they are, (years, flows): three years of spending and 37 of income, and what a project leaves after tax."""
    chance = np.random.default_rng(1)
    spent, earned = chance.uniform(50.0, 150.0, (3, FLOWS)), chance.uniform(5.0, 60.0, (37, FLOWS))
    one = page(ROOT / "projects" / "chain-kz-us.toml", FLOWS)
    return {"investment": np.concatenate([-spent, earned]), "chain-kz-us": one.run(one.native(worth=[], flows=[RATE])).flows[0]}


def native(amounts: Any) -> Callable[[], Any]:
    """The search for rates alone, compiled, on one core."""
    graph = Graph()
    program = finish(graph, {("flow",): graph.leaf("yearly", "flow")}, {}, {}, {})
    machine = Native(program, ["flow"], rates=[("flow",)])
    return lambda: machine.run({}, {}, {"flow": amounts}, len(amounts), threads=1)


def ways(amounts: Any) -> dict[str, Callable[[], Any] | None]:
    """Who finds the rate of each flow, and how; None where it is not installed."""
    lists = [[float(amount) for amount in flow] for flow in amounts.T]
    arrays = list(np.ascontiguousarray(amounts.T))
    pyxirr, financial = found("pyxirr"), found("numpy_financial")
    return {
        "kenes, plain machine, numpy columns: all rates, counted": lambda: rates.every(amounts)[0],
        "`kenes.irr`, flow by flow: all rates": lambda: [(kenes.irr(flow) or [np.nan])[-1] for flow in lists],
        "`pyxirr.irr`, flow by flow: one rate": pyxirr and (lambda: [pyxirr.irr(flow, silent=True) for flow in lists]),
        "`numpy_financial.irr`, flow by flow: one rate": financial and (lambda: list(map(financial.irr, arrays))),
    }


def rate_rows(amounts: Any) -> list[list[str]]:
    """One row a program: µs a flow, times native, share of flows answered, and of answers where there is one rate alone that agree."""
    machine = native(amounts)
    most, number = (row[0] for row in (machine().most, machine().number))
    yard = best(machine, 5) / FLOWS * 1e6
    rows = [["kenes, native machine, one core: all rates, counted", f"{yard:.2f}", "1", f"{np.mean(number > 0):.1%}", ""]]
    for what, call in ways(amounts).items():
        if call is None:
            rows.append([what, MISSING, "", "", ""])
            continue
        answers: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            taken = best(lambda call=call, answers=answers: answers.append(call()), 2) / FLOWS * 1e6  # type: ignore[misc]
        told = np.array([np.nan if rate is None else float(rate) for rate in answers[0]])
        known = np.isfinite(told)
        sure = known & (number == 1)
        agree = f"{np.mean(np.abs(told[sure] - most[sure]) < 1e-6):.1%}" if sure.any() else ""
        rows.append([what, f"{taken:.1f}", f"{taken / yard:,.0f}", f"{known.mean():.1%}", agree])
    return rows


def openpytea() -> float | None:
    """Microseconds a case of OpenPyTEA's Monte Carlo on a small plant, or None where it is not installed."""
    tea = found("openpytea")
    if tea is None:
        return None
    mill = tea.Equipment(name="plant", param=None, process_type="Solids", category="plant", purchased_cost=40e6)
    plant = tea.Plant(
        {
            "plant_name": "a plant of one product (a benchmark, no real project)",
            "process_type": "Solids",
            "equipment": [mill],
            "interest_rate": 0.08,
            "project_lifetime": 30,
            "tax_rate": 0.25,
            "operators_per_shift": 20,
            "variable_opex_inputs": {"ore": {"consumption": 3_000.0, "price": 30.0, "price_uncertainty": {"std": 3.0}}},
            "plant_products": {"oxide": {"production": 40.0, "price": 12_000.0, "price_uncertainty": {"std": 1_500.0}}},
        }
    )
    with redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return best(lambda: tea.monte_carlo(plant, num_samples=CASES, random_seed=1), 2) / CASES * 1e6


def spreadsheet() -> float | None:
    """Microseconds a case of LibreOffice over the workbook of the page, or None where it is not installed.

    Raises AssertionError where the NPV it tells is not that of `kenes appraise`.
    """
    price = "site.mine.market.neodymium_oxide.price"
    with tempfile.TemporaryDirectory() as name:
        book = Path(name) / "page.xlsx"
        process("-m", "kenes.cli", "report", str(FULL), "--xlsx", str(book))
        found = recalculated(book, price, "npv_after_tax", RECALCULATIONS)
    if found is None:
        return None
    taken, given, told = found
    wanted = appraise(load(FULL, (f"{price}={given!r} USD/t",))).npv["after_tax"]
    assert abs(told - wanted) <= 1e-9 * abs(wanted), (told, wanted)
    return taken * 1e6


def case_rows() -> list[list[str]]:
    """Microseconds a simulated case, ours and theirs."""
    one = page(FULL)
    yard = one.per_life(one.native(rates=[RATE]))

    def beside(taken: float | None) -> list[str]:
        return [MISSING, ""] if taken is None else [f"{taken:,.1f}", f"{taken / yard:,.0f}"]

    return [
        ["kenes, the full page with IRR, one core", f"{yard:.2f}", "1"],
        ["OpenPyTEA `monte_carlo`, one plant, one product, 30 years (a smaller model)", *beside(openpytea())],
        ["LibreOffice, the page's workbook: a price is changed, the NPV read", *beside(spreadsheet())],
    ]


def main() -> None:
    """Prints both tables."""
    print("## Rates of return, beside others\n")
    print(
        f"{FLOWS:,} flows, each as its library likes it (lists or arrays, made beforehand); the best of five (native) or two. The others"
        " find one rate and do not say whether there are more; ours finds and counts all of them, so it does more work. Answered: share of"
        " flows with a rate told. Agree: of the flows that have one rate alone and were answered, those within 1e-6 of native."
    )
    for name, amounts in flows().items():
        what = {"investment": "Plain investments", "chain-kz-us": "After-tax flows of chain-kz-us (many never earn their capital back)"}[
            name
        ]
        print(f"\n{what}, {len(amounts)} years:\n")
        print(table(["what", "µs a flow", "times native", "answered", "agree"], rate_rows(amounts)))
    print("\n## Simulated cases, beside others\n")
    print("No two models are alike: orders of magnitude only. The best of five (ours, without drawing) or two (theirs, with it).\n")
    print(table(["what", "µs a case", "times kenes"], case_rows()))


if __name__ == "__main__":
    main()
