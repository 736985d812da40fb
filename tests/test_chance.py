"""Chance: distributions, streams, copula, refusal, policy, and the terminal door of ``simulate``."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kenes.appraise import appraise
from kenes.chance import distributions
from kenes.chance.distributions import Misfit, fit
from kenes.chance.inputs import read, reference_classes
from kenes.chance.policy import certainty_equivalent
from kenes.chance.simulate import simulate
from kenes.chance.streams import copula, uniform
from kenes.engine.rates import every
from kenes.errors import InputError
from kenes.project import Project, load, parse
from kenes.worth import irr
from projects import good

ROOT = Path(__file__).parents[1]
PRICE, CAPITAL = "site.mine.market.concentrate.price", "site.mine.cost.capital.plant.cost"
SURE = 'grade.rare_earths = {value = "3 %", as = "oxide", source = "fs"}'
GRADE = 'grade.rare_earths = {value = "3 %", low = "2.5 %", high = "3.5 %", shape = "triangular", as = "oxide", source = "fs"}'
VARIED = [
    (
        'price = {value = "5 USD/kg",',
        'price = {value = "5 USD/kg", low = "3 USD/kg", high = "8 USD/kg", bounds = "P10/P90", shape = "lognormal",',
    ),
    (
        'cost = {value = "300 MUSD",',
        'cost = {value = "300 MUSD", low = "250 MUSD", high = "450 MUSD", bounds = "P10/P90", shape = "triangular",',
    ),
    ('low = "2.5 %", high = "3.5 %",', 'low = "2.5 %", high = "3.5 %", bounds = "min/max",'),
]


# --- distributions -------------------------------------------------------------------------------------------------------------

U = (np.arange(20_000) + 0.5) / 20_000


def known(shape: str, bounds: str, low: float, middle: float, high: float) -> Any:
    """The same distribution as scipy has it."""
    if shape == "triangular":
        return stats.triang((middle - low) / (high - low), low, high - low)
    if shape == "pert":
        c = (middle - low) / (high - low)
        return stats.beta(1 + 4 * c, 5 - 4 * c, low, high - low)
    if shape == "uniform":
        wide = (high - low) / 8 if bounds == "P10/P90" else 0.0
        return stats.uniform(low - wide, high - low + 2 * wide)
    z = stats.norm.ppf(0.9)
    if shape == "normal":
        return stats.norm((low + high) / 2, (high - low) / 2 / z)
    return stats.lognorm(np.log(high / low) / 2 / z, 0, np.sqrt(low * high))


@pytest.mark.parametrize(
    ("shape", "bounds"),
    [
        ("triangular", "min/max"),
        ("pert", "min/max"),
        ("uniform", "min/max"),
        ("uniform", "P10/P90"),
        ("normal", "P10/P90"),
        ("lognormal", "P10/P90"),
    ],
)
def test_quantiles_and_mean_are_those_of_scipy(shape: str, bounds: str) -> None:
    made, wanted = fit(shape, 10.0, 14.0, 30.0, bounds), known(shape, bounds, 10.0, 14.0, 30.0)
    np.testing.assert_allclose(made.inverse(U), wanted.ppf(U), rtol=1e-9)
    assert made.mean == pytest.approx(float(wanted.mean()), rel=1e-9)
    assert stats.kstest(made.inverse(uniform(3, "x", 0, 5000)), wanted.cdf).pvalue > 1e-3


@pytest.mark.parametrize("shape", ["triangular", "pert", "uniform", "normal", "lognormal", "shifted lognormal"])
@pytest.mark.parametrize("middle", [10.5, 13.0, 18.0])
def test_p10_and_p90_hold_exactly(shape: str, middle: float) -> None:
    made = fit(shape, 10.0, middle, 30.0, "P10/P90")
    assert made.at(0.1) == pytest.approx(10.0, rel=1e-9) and made.at(0.9) == pytest.approx(30.0, rel=1e-9)
    if shape == "shifted lognormal":
        assert made.at(0.5) == pytest.approx(middle, rel=1e-9)
    if (shape, middle) != ("shifted lognormal", 10.5):  # whose tail no sum over 20,000 points reaches
        assert float(made.inverse(U).mean()) == pytest.approx(made.mean, rel=2e-3)


def test_a_fitted_triangle_keeps_its_mode() -> None:
    for mode in (10.0, 11.0, 20.0, 30.0):
        made = fit("triangular", 10.0, mode, 30.0, "P10/P90")
        assert made.at(0.1) == pytest.approx(10.0) and made.at(0.9) == pytest.approx(30.0)
        low, high = made.at(1e-12), made.at(1 - 1e-12)
        assert made.mean == pytest.approx((low + mode + high) / 3, rel=1e-4)


def test_discrete_and_empirical() -> None:
    made = distributions.discrete([3.0, 1.0], [0.25, 0.75])
    assert made.at(0.74) == 1.0 and made.at(0.76) == 3.0 and made.mean == 1.5
    seen = distributions.empirical([4.0, 0.0, 1.0])
    assert seen.at(0.5) == 1.0 and seen.at(0.25) == 0.5 and seen.mean == pytest.approx(float(seen.inverse(U).mean()), rel=1e-6)
    assert fit("discrete", 1.0, 2.0, 4.0, "P10/P90").mean == pytest.approx(0.3 + 0.8 + 1.2)


def test_shapes_that_cannot_be() -> None:
    for given in [
        ("lognormal", -1.0, 1.0, 2.0, "P10/P90"),
        ("normal", 0.0, 1.0, 2.0, "min/max"),
        ("shifted lognormal", 0.0, 1.5, 2.0, "P10/P90"),
    ]:
        with pytest.raises(Misfit):
            fit(*given)


def test_the_reference_class_of_capital_cost_is_as_printed() -> None:
    """USERS.md 2.2: mean 1.25, P10 0.78, P50 1.12, P80 1.54, P90 1.87, P(>2) = 7.7 %."""
    one = reference_classes()["capex_bankable"]["distribution"]
    made = distributions.shifted_lognormal(one["shift"], one["mu"], one["sigma"])
    assert [round(made.at(p), 2) for p in (0.1, 0.5, 0.8, 0.9)] == [0.78, 1.12, 1.54, 1.87]
    assert round(made.mean, 2) == 1.25 and round(made.at(1 - 0.077), 2) == 2.0
    assert all({"baseline", "population", "years", "source", "confidence"} <= set(one) for one in reference_classes().values())


# --- streams and copula --------------------------------------------------------------------------------------------------------


def test_a_stream_knows_neither_block_nor_neighbour() -> None:
    whole = uniform(7, "a", 0, 20_000)
    np.testing.assert_array_equal(whole[4000:9000], uniform(7, "a", 4000, 5000))
    assert whole.min() > 0 and whole.max() < 1 and stats.kstest(whole, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(whole, uniform(7, "b", 0, 20_000))[0, 1]) < 0.03
    assert (whole != uniform(8, "a", 0, 20_000)).all()


def test_the_rank_correlation_is_reached_and_the_margins_stay_uniform() -> None:
    made = copula([("a", "b", 0.7), ("b", "c", -0.4)]).apply({name: uniform(1, name, 0, 50_000) for name in "abcd"})
    assert stats.spearmanr(made["a"], made["b"]).statistic == pytest.approx(0.7, abs=0.01)
    assert stats.spearmanr(made["b"], made["c"]).statistic == pytest.approx(-0.4, abs=0.015)
    assert all(stats.kstest(made[name], "uniform").pvalue > 1e-3 for name in "abc")
    np.testing.assert_array_equal(made["d"], uniform(1, "d", 0, 50_000))


def test_a_correlation_that_cannot_be_is_repaired_and_told() -> None:
    made = copula([("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)])
    matrix = made.groups[0][1] @ made.groups[0][1].T
    assert np.linalg.eigvalsh(matrix).min() > 0 and np.allclose(np.diag(matrix), 1)
    assert "cannot hold together" in made.notes[0]
    assert not copula([("a", "b", 0.9)]).notes


# --- rates of return -----------------------------------------------------------------------------------------------------------


def test_rates_of_columns_are_those_of_one() -> None:
    generator = np.random.default_rng(5)
    flow = generator.normal(30, 60, (12, 300))
    flow[0] = -200
    flow[:, 0], flow[:, 1] = 0.0, 5.0
    most, number = every(flow)
    assert number.max() > 1 and number[:2].tolist() == [0, 0]
    for n in range(flow.shape[1]):
        alone = irr(flow[:, n].tolist())
        assert number[n] == len(alone)
        if alone:
            assert most[n] == pytest.approx(alone[-1], rel=1e-9, abs=1e-9)


# --- the simulation ------------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_whatever_the_block() -> None:
    one = good(*VARIED)
    first = simulate(one, 600, 4)
    again = simulate(one, 600, 4, block=170)
    assert json.dumps(first.report) == json.dumps(again.report)
    for name, values in first.outputs.items():
        np.testing.assert_array_equal(values, again.outputs[name])
    assert json.dumps(simulate(one, 600, 5).report) != json.dumps(first.report)


def test_threads_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for cores in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        told.append(simulate(good(*VARIED, more=PROCESS), 2000, 4, block=130, sensitivity=False))
    assert json.dumps(told[0].report) == json.dumps(told[1].report)
    for name, values in told[0].outputs.items():
        np.testing.assert_array_equal(values, told[1].outputs[name])


def test_above_a_million_draws_files_tell_what_memory_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    held = simulate(good(*VARIED), 3000, 4, sensitivity=False)
    monkeypatch.setattr("kenes.chance.simulate.IN_MEMORY", 100)
    filed = simulate(good(*VARIED), 3000, 4, sensitivity=False)
    assert held.report == filed.report and set(held.outputs) == set(filed.outputs)
    for name, values in held.outputs.items():
        np.testing.assert_array_equal(values, filed.outputs[name])


def test_another_variable_leaves_the_draws_of_the_others() -> None:
    few, many = (
        simulate(good(*VARIED[:1], (GRADE, SURE)), 300, 1, sensitivity=False),
        simulate(good(*VARIED), 300, 1, sensitivity=False),
    )
    assert set(few.inputs) == {PRICE} and len(many.inputs) == 3
    np.testing.assert_array_equal(few.inputs[PRICE], many.inputs[PRICE])


def test_draws_follow_the_file() -> None:
    done = simulate(good(*VARIED), 8000, 2, sensitivity=False)
    price, grade = done.inputs[PRICE], done.inputs["site.mine.deposit.main.grade.rare_earths"]
    assert np.quantile(price, [0.1, 0.9]) == pytest.approx([3000.0, 8000.0], rel=0.03)
    assert grade.min() >= 0.025 and grade.max() <= 0.035


def test_a_correlation_of_the_file_is_reached() -> None:
    more = f'[[chance.correlation]]\nof = ["{PRICE}", "{CAPITAL}"]\nrho = 0.6\nwhy = "market heat"\n'
    done = simulate(good(*VARIED, more=more), 8000, 2, sensitivity=False)
    assert stats.spearmanr(done.inputs[PRICE], done.inputs[CAPITAL]).statistic == pytest.approx(0.6, abs=0.02)


def test_a_certain_project_is_its_appraisal() -> None:
    one = good((GRADE, SURE))
    done, sure = simulate(one, 50, 1), appraise(one)
    for level, value in sure.npv.items():
        assert done.report["npv"][level]["mean"] == pytest.approx(value, rel=1e-12, abs=1e-6)
    for name, party in sure.report["parties"].items():
        assert done.report["parties"][name]["p50"] == pytest.approx(party["npv"], rel=1e-9, abs=1e-3)
    policy = done.report["policy"]
    assert policy["level_effect"] == policy["spread_effect"] == 0.0
    for level, found in sure.irr.items():
        if len(found) == 1:
            assert done.report["irr"][level]["p50"] == pytest.approx(found[0], abs=1e-10)


def test_a_column_is_the_case_alone() -> None:
    one = good(*VARIED)
    done = simulate(one, 20, 3, sensitivity=False)
    text = good(
        ('price = {value = "5 USD/kg",', f'price = {{value = "{float(done.inputs[PRICE][7])!r} USD/t",'),
        ('cost = {value = "300 MUSD",', f'cost = {{value = "{float(done.inputs[CAPITAL][7])!r} USD",'),
        (GRADE, SURE.replace('"3 %"', repr(float(done.inputs["site.mine.deposit.main.grade.rare_earths"][7])))),
    )
    assert float(done.outputs["npv after_tax"][7]) == pytest.approx(appraise(text).npv["after_tax"], rel=1e-9)


def test_mean_npv_of_a_linear_project_is_known() -> None:
    """Before every payment to a state, NPV is linear in the price, so its mean is that at the mean price."""
    one = good(VARIED[0], (GRADE, SURE))
    done = simulate(one, 20_000, 1, sensitivity=False).report
    mean = done["distributions"][PRICE]["mean"]
    wanted = appraise(good(('price = {value = "5 USD/kg",', f'price = {{value = "{mean!r} USD/t",'), (GRADE, SURE))).npv["pre_fiscal"]
    assert abs(done["npv"]["pre_fiscal"]["mean"] - wanted) < 4 * done["npv"]["pre_fiscal"]["se"]


def test_quantiles_are_those_of_numpy() -> None:
    done = simulate(good(*VARIED), 501, 1, sensitivity=False)
    values = done.outputs["npv after_tax"]
    row = done.report["npv"]["after_tax"]
    assert [row["p10"], row["p50"], row["p90"]] == np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    assert row["prob_negative"] == np.mean(values < 0) and row["se"] == pytest.approx(values.std(ddof=1) / 501**0.5)
    assert done.frame()["npv after_tax"].to_list() == values.tolist()


def test_precision_stops_early_and_the_block_does_not_matter() -> None:
    one = good(*VARIED)
    stopped = [simulate(one, 100_000, 1, sensitivity=False, precision="30 MUSD", block=size).report for size in (1500, 4096)]
    assert stopped[0]["draws"] == stopped[1]["draws"] < 100_000 and stopped[0]["npv"] == stopped[1]["npv"]
    assert stopped[0]["precision"]["reached"] and not stopped[0]["interrupted"] and stopped[0]["npv"]["after_tax"]["se"] <= 30e6


def test_sensitivities_of_a_known_project() -> None:
    done = simulate(good(*VARIED), 1000, 1).report["sensitivity"]
    row = done[PRICE]
    assert {"gradient", "swing_low", "swing_high", "sobol_first", "sobol_total"} <= set(row)
    assert row["swing_low"] < 0 < row["swing_high"] and row["gradient"] > 0 and row["rank_correlation"] > 0.5
    assert done[CAPITAL]["gradient"] < 0 and 0.5 < row["sobol_first"] <= row["sobol_total"] + 0.1 < 1.3
    assert done["site.mine.cost.operating.office.cost"]["gradient"] < 0


@pytest.mark.parametrize("machine", ["plain", "native"])
def test_the_gradient_is_that_of_the_mean(machine: str) -> None:
    """1 % more in every life, from the mean of the same lives with the price a little up and down."""
    means = []
    for times in (0.99999, 1.00001):
        prices = f'{{value = "{5 * times} USD/kg", low = "{3 * times} USD/kg", high = "{8 * times} USD/kg",'
        moved = ('price = {value = "5 USD/kg",', f'price = {prices} bounds = "P10/P90", shape = "lognormal",')
        means.append(simulate(good(moved, *VARIED[1:]), 256, 1, sensitivity=False).report["npv"]["after_tax"]["mean"])
    row = simulate(good(*VARIED), 256, 1, machine=machine).report["sensitivity"][PRICE]
    assert row["gradient"] == pytest.approx((means[1] - means[0]) * 500, rel=1e-5 if machine == "native" else 0.02)
    assert row["finite_difference"] == pytest.approx((means[1] - means[0]) * 500, rel=0.02)


def test_gradients_of_any_party() -> None:
    up, down = (appraise(good((GRADE, SURE), ('"5 USD/kg"', f'"{5 * times} USD/kg"'))).report for times in (1.00001, 0.99999))
    row = simulate(good((GRADE, SURE)), 20, 1, gradients_of=["KAZ", "equity"]).report["sensitivity"][PRICE]["gradients"]
    assert row["party KAZ"] == pytest.approx(500 * (up["parties"]["KAZ"]["npv"] - down["parties"]["KAZ"]["npv"]), rel=1e-6)
    assert row["npv equity"] == pytest.approx(500 * (up["npv"]["equity"] - down["npv"]["equity"]), rel=1e-6)
    assert row["party KAZ"] > 0
    with pytest.raises(InputError) as told:
        simulate(good(*VARIED), 5, 1, gradients_of=["equty"])
    assert "did you mean" in str(told.value) and "equity" in str(told.value)


def test_what_policy_sets_has_no_gradient_and_policy_lives_on_beside() -> None:
    """The gradient of a drawn input is that of the mean over the chain, though other numbers of the file are moved as well."""
    one = good(*VARIED, more=POLICY.replace("CHANCE", "0.5"))
    report = simulate(one, 400, 1).report
    paid = "site.mine.market.concentrate.payable"
    assert paid not in report["sensitivity"] and any(paid in note for note in report["notes"] if note.startswith("no gradient"))
    means = []
    for times in (0.99999, 1.00001):
        costs = f'cost = {{value = "{300 * times} MUSD", low = "{250 * times} MUSD", high = "{450 * times} MUSD", bounds = "P10/P90",'
        moved = ('cost = {value = "300 MUSD",', f'{costs} shape = "triangular",')
        more = POLICY.replace("CHANCE", "0.5")
        means.append(simulate(good(VARIED[0], moved, VARIED[2], more=more), 400, 1, sensitivity=False).report["npv"]["after_tax"]["mean"])
    assert report["sensitivity"][CAPITAL]["gradient"] == pytest.approx(500 * (means[1] - means[0]), rel=1e-5)


def test_a_refused_permit_whose_cost_policy_sets_is_paid_once() -> None:
    more = POLICY.replace("CHANCE", "0.0").replace("market.concentrate.payable=45 %", "permit.environment.cost=9.000001 MUSD")
    one = good(PERMIT, *VARIED, more=more + refusal("100 %"))
    alone = good(PERMIT, *VARIED, more=refusal("100 %"))
    for machine in ("plain", "native"):
        told, wanted = (simulate(project, 20, 1, sensitivity=False, machine=machine).outputs["npv pre_fiscal"] for project in (one, alone))
        np.testing.assert_allclose(told, wanted, rtol=1e-12)


def test_a_mean_that_rests_on_few_draws_is_told() -> None:
    wild = PROCESS.replace('"20 %"', '"95 %"')
    for more, doubted in ((wild, True), (PROCESS, False)):
        notes = simulate(good(*VARIED, more=more), 1000, 1, sensitivity=False).report["notes"]
        assert any("standard error does not hold" in note for note in notes) == doubted


def test_what_is_no_run_is_not_replaced(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("mine")
    with pytest.raises(InputError):
        simulate(good(*VARIED), 5, 1, sensitivity=False, out=text)
    assert text.read_text() == "mine"
    runs = tmp_path / "runs.parquet"
    for _ in range(2):
        simulate(good(*VARIED), 5, 1, sensitivity=False, out=runs)


def test_a_number_that_set_fixes_needs_no_correlation() -> None:
    pair = f'[[chance.correlation]]\nof = ["{PRICE}", "{CAPITAL}"]\nrho = 0.5\nwhy = "test"\n'
    text = good(*VARIED, more=pair).text
    fixed = parse(tomllib.loads(text), text, "good.toml", (f"{PRICE}=6 USD/kg",))
    assert any("--set fixes" in note for note in simulate(fixed, 50, 1, sensitivity=False).report["notes"])


def test_in_a_certain_world_the_gradient_is_that_of_the_appraisal() -> None:
    up, down = (appraise(good((GRADE, SURE), ('"5 USD/kg"', f'"{5 * times} USD/kg"'))).npv["after_tax"] for times in (1.005, 0.995))
    done = simulate(good((GRADE, SURE)), 20, 1).report["sensitivity"]
    assert done[PRICE]["gradient"] == pytest.approx(up - down, rel=1e-6)


def test_where_the_law_jumps_the_gradient_says_so() -> None:
    """The Kazakh levy holiday is lost where the rate of return passes 15 %: a derivative does not see that, a difference does."""
    report = simulate(load(ROOT / "projects" / "chain-kz-us.toml"), 300, 1).report
    blind = {path: row for path, row in report["sensitivity"].items() if row["blind"]}
    assert blind and all(row["gradient"] != row["finite_difference"] for row in blind.values())
    assert any(note.startswith("gradient blind") for note in report["notes"])


def test_outside_view_stands_beside_inside_view() -> None:
    done = simulate(good(*VARIED, more=f'[chance.outside]\n"{CAPITAL}" = "capex_bankable"\n'), 500, 1, sensitivity=False).report
    view = done["outside_view"]
    assert view["inside"]["after_tax"]["mean"] == done["npv"]["after_tax"]["mean"] != view["outside"]["after_tax"]["mean"]
    assert view["classes"][CAPITAL]["name"] == "capex_bankable" and view["classes"][CAPITAL]["population"]


# --- refusal -------------------------------------------------------------------------------------------------------------------

PERMIT = (
    'duration = {value = "1.5 years", source = "fs"}',
    'duration = {value = "1.5 years", source = "fs"}\ncost = {value = "9 MUSD", source = "fs"}',
)


def refusal(chance: str) -> str:
    return f'[chance.refusal]\n"site.mine.permit.environment" = {{assumed = "{chance}", why = "test"}}\n'


def test_a_refused_permit_leaves_the_money_spent() -> None:
    sure = simulate(good(PERMIT, (GRADE, SURE), more=refusal("100 %")), 3, 1, sensitivity=False)
    # 9 MUSD over 1.5 years, real, at the end of each year: 6 in the first, 3 in the second.
    wanted = -(6e6 / 1.1 + 3e6 / 1.1**2)
    np.testing.assert_allclose(sure.outputs["npv pre_fiscal"], wanted, rtol=1e-9)
    np.testing.assert_allclose(sure.outputs["npv equity"], wanted, rtol=1e-9)
    assert sure.report["refusal"]["given_grant"] is None


def test_npv_is_told_with_and_without_refusal() -> None:
    plain = simulate(good(PERMIT, *VARIED), 2000, 1, sensitivity=False)
    done = simulate(good(PERMIT, *VARIED, more=refusal("30 %")), 2000, 1, sensitivity=False)
    no = done.outputs["refused mine.environment"] > 0
    assert no.mean() == pytest.approx(0.3, abs=0.03) and done.report["refusal"]["share_granted"] == 1 - no.mean()
    close(done.outputs["npv after_tax"][~no], plain.outputs["npv after_tax"][~no])
    assert done.report["refusal"]["given_grant"]["after_tax"]["mean"] == pytest.approx(plain.outputs["npv after_tax"][~no].mean())


# --- policy --------------------------------------------------------------------------------------------------------------------

POLICY = """
[chance]
risk_aversion = 0.002
[chance.policy]
start = "today"
why = "test"
in_discount_rate = false
[chance.policy.state.today]
[chance.policy.state.cheap]
set = ["site.mine.market.concentrate.payable=45 %"]
from = 2030-01-01
[chance.policy.transition]
today = {cheap = CHANCE}
cheap = {today = 0.2}
"""


def test_the_price_of_unpredictability() -> None:
    done = simulate(good((GRADE, SURE), more=POLICY.replace("CHANCE", "0.3")), 2000, 1).report["policy"]
    assert list(done["states"]) == ["today", "cheap"]
    today, cheap = done["states"]["today"]["mean"], done["states"]["cheap"]["mean"]
    assert today == pytest.approx(appraise(good((GRADE, SURE))).npv["after_tax"], rel=1e-9) and cheap < today
    assert 0 < done["level_effect"] < today - cheap
    assert abs(done["spread_effect"]) < done["level_effect"] and done["certainty_equivalent"] < today - done["level_effect"]


def test_before_tax_the_expected_path_is_the_mean_of_the_chain() -> None:
    """NPV before every payment to a state is linear in the share paid, so the spread has no effect there."""
    one = good((GRADE, SURE), more=POLICY.replace("CHANCE", "0.3"))
    done = simulate(one, 8000, 1, sensitivity=False)
    from kenes.chance import policy as politics
    from kenes.chance.machine import Columns, choose

    chain = politics.read(one, one.file.chance.policy if one.file.chance else None)
    expected = choose("native", one, chain)[0].worth(Columns(1, {}, {}, chain.expected))["npv pre_fiscal"][0]
    row = done.report["npv"]["pre_fiscal"]
    assert row["se"] > 0 and abs(row["mean"] - expected) < 4 * row["se"]


def test_a_state_of_no_probability_changes_nothing() -> None:
    without, zero = (
        simulate(good(*VARIED, more=more), 300, 1, sensitivity=False).outputs for more in ("", POLICY.replace("CHANCE", "0.0"))
    )
    for name, values in without.items():
        close(values, zero[name])
    policy = simulate(good(*VARIED, more=POLICY.replace("CHANCE", "0.0")), 300, 1).report["policy"]
    assert policy["level_effect"] == policy["spread_effect"] == 0.0


def test_certainty_equivalent_of_a_normal() -> None:
    values = 5e6 + 2e6 * stats.norm.ppf(U)
    assert certainty_equivalent(values, 0.1) == pytest.approx(5e6 - 0.5 * 0.1 * 4e6, rel=1e-3)


# --- bad input -----------------------------------------------------------------------------------------------------------------

BOUNDLESS = ('cost = {value = "300 MUSD",', 'cost = {value = "300 MUSD", low = "250 MUSD", high = "450 MUSD",')
WRONG = {
    "bounds": ([BOUNDLESS], "", "low and high without bounds"),
    "path": (VARIED, '[chance]\nfixed = ["site.mine.nothing"]\n', "site.mine.nothing"),
    "class": (VARIED, f'[chance.outside]\n"{CAPITAL}" = "capex_bankabel"\n', "capex_bankable"),
    "permit": (VARIED, '[chance.refusal]\n"site.mine.permit.none" = {assumed = "10 %", why = "test"}\n', "site.mine.permit.environment"),
    "not drawn": (VARIED[2:], f'[[chance.correlation]]\nof = ["{PRICE}", "{CAPITAL}"]\nrho = 0.6\nwhy = "heat"\n', "which is not drawn"),
    "set and drawn": (VARIED, POLICY.replace("CHANCE", "0.1").replace("payable=45 %", "price=4 USD/kg"), "which is also drawn"),
    "shape": (
        VARIED,
        POLICY.replace("CHANCE", "0.1").replace("market.concentrate.payable=45 %", "market.concentrate.border.terms=FOB"),
        "differ",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(name: str) -> None:
    changes, more, told = WRONG[name]
    with pytest.raises(InputError) as error:
        simulate(good(*(changes if name != "bounds" else [(GRADE, SURE), *changes]), more=more), 10, 1)
    assert told in str(error.value)


def test_bounds_may_be_stated_once() -> None:
    one = read(good(BOUNDLESS, (GRADE, SURE), more='[chance]\nbounds = "P10/P90"\n'))
    assert one.drawn == (CAPITAL,) and any("taken as P10/P90" in note for note in one.notes)
    assert any("triangular taken" in note for note in one.notes)


def test_draws_outside_the_legal_range_are_moved_and_counted() -> None:
    wide = ('payable = {value = "90 %",', 'payable = {value = "90 %", low = "60 %", high = "100 %", bounds = "P10/P90", shape = "normal",')
    done = simulate(good(wide, (GRADE, SURE)), 1000, 1, sensitivity=False)
    assert done.inputs["site.mine.market.concentrate.payable"].max() == 1.0
    assert any("moved to its bound" in note for note in done.report["notes"])


# --- the door ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.toml"
    path.write_text(good(*VARIED).text, encoding="utf-8")
    return path


def door(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kenes.cli", "simulate", *map(str, arguments)], capture_output=True, text=True, timeout=120
    )


def test_json_keeps_its_promise(file: Path, tmp_path: Path) -> None:
    done = door(file, "--draws", 200, "--seed", 3, "--json", "--out", tmp_path / "runs.parquet")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["draws"] == 200 and report["seed"] == 3
    row = {"mean", "se", "p10", "p50", "p90", "prob_negative"}
    assert set(report["npv"]) == {"pre_fiscal", "pre_tax", "after_tax", "equity"}
    assert all(set(one) == row for one in (*report["npv"].values(), *report["parties"].values()))
    assert all({"share_none", "share_multiple", "p10", "p50", "p90"} <= set(one) for one in report["irr"].values())
    assert all({"gradient", "swing_low", "swing_high", "sobol_first", "sobol_total"} <= set(one) for one in report["sensitivity"].values())
    assert {"states", "level_effect", "spread_effect", "certainty_equivalent"} <= set(report["policy"])
    assert {"project", "rules", "version", "seed"} <= set(report["born"])
    import polars

    runs = polars.read_parquet(tmp_path / "runs.parquet")
    assert runs["draw"].to_list() == list(range(200)) and {PRICE, "npv after_tax"} <= set(runs.columns)
    assert runs["npv after_tax"].mean() == pytest.approx(report["npv"]["after_tax"]["mean"])
    assert not list(tmp_path.glob(".*part"))
    again = door(file, "--draws", 200, "--seed", 3, "--json")
    assert again.stdout == done.stdout


def test_without_sensitivity_there_is_none(file: Path) -> None:
    report = json.loads(door(file, "--draws", 50, "--json", "--no-sensitivity").stdout)
    assert report["sensitivity"] is None and report["policy"] is None


def test_the_terminal_shows_what_matters(file: Path) -> None:
    done = door(file, "--draws", 100)
    assert done.returncode == 0 and PRICE in done.stdout and "P90" in done.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        ("--draws", 0),
        ("--seed", -1),
        ("--machine", "abacus"),
        ("--precision", "much"),
        ("--bounds", "P5/P95"),
        ("--out", "/nowhere/at/all"),
    ],
)
def test_bad_arguments_end_with_two(file: Path, wrong: tuple[str, object]) -> None:
    done = door(file, "--draws", 50, "--no-sensitivity", *wrong) if wrong[0] != "--draws" else door(file, *wrong)
    assert done.returncode == 2 and "wanted" in done.stderr and done.stdout == ""


def test_ctrl_c_keeps_what_is_done(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs.parquet"
    arguments = [sys.executable, "-m", "kenes.cli", "simulate", file, "--draws", 5_000_000, "--json", "--out", out]
    with subprocess.Popen([*map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while not any(part.stat().st_size > 0 for part in tmp_path.glob(".*part")) and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    report = json.loads(told)
    assert report["interrupted"] and 0 < report["draws"] < 5_000_000 and report["draws_asked"] == 5_000_000
    import polars

    assert polars.read_parquet(out).height == report["draws"]


# --- the native machine --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["zhana-kazakhstan", "kairakty-tungsten", "chain-kz-us", "chain-kz-kz"])
def test_native_tells_what_plain_tells(name: str) -> None:
    """Every present value of every level and party, to 1e-12 of the largest of its kind; rates to 1e-12."""
    same(load(ROOT / "projects" / f"{name}.toml"), 300)


def same(one: Project, draws: int) -> None:
    plain, native = (simulate(one, draws, 7, sensitivity=False, machine=machine) for machine in ("plain", "native"))
    assert native.report["machine"] == "native" and set(plain.outputs) == set(native.outputs)
    for name, values in plain.outputs.items():
        if name.startswith("irr"):
            np.testing.assert_allclose(native.outputs[name], values, rtol=1e-12, atol=1e-13)
        else:
            close(native.outputs[name], values)


def close(values: Any, wanted: Any) -> None:
    """What two programs tell of the same lives: products joined in another order round otherwise, and that is all."""
    np.testing.assert_allclose(values, wanted, rtol=0.0, atol=1e-12 * (np.nanmax(np.abs(wanted), initial=0.0) + 1.0))


def test_native_lives_refusals_and_policy() -> None:
    same(good(PERMIT, *VARIED, more=refusal("30 %")), 500)
    same(good(*VARIED, more=POLICY.replace("CHANCE", "0.3")), 500)
    same(good(PERMIT, *VARIED, more=POLICY.replace("CHANCE", "0.3") + refusal("30 %")), 500)


def test_native_sees_each_state_and_the_expected_path() -> None:
    plain, native = (
        simulate(good(*VARIED, more=POLICY.replace("CHANCE", "0.3")), 300, 1, machine=machine).report["policy"]
        for machine in ("plain", "native")
    )
    assert native["spread_effect"] != 0
    assert set(native["states"]) == set(plain["states"])
    for name, state in plain["states"].items():
        assert native["states"][name] == pytest.approx(state, rel=1e-12)
    for key in ("level_effect", "spread_effect", "certainty_equivalent"):
        assert native[key] == pytest.approx(plain[key], rel=1e-9)


PROCESS = f"""
[chance]
fixed = ["{PRICE}"]
[chance.process.world_price]
kind = "geometric Brownian"
of = ["{PRICE}"]
volatility = {{assumed = "20 %", why = "a test"}}
"""


def test_a_price_that_wanders_is_the_same_on_both_machines() -> None:
    same(good(*VARIED, more=PROCESS), 400)
    same(good(PERMIT, *VARIED, more=PROCESS + refusal("30 %")), 400)


def test_before_every_payment_to_a_state_a_wandering_price_leaves_the_mean() -> None:
    """NPV is linear in each year's price there, and a factor has the mean 1: the mean NPV is that of the stated price."""
    one = good((GRADE, SURE), more=PROCESS)
    done = simulate(one, 20_000, 1)
    row = done.report["npv"]["pre_fiscal"]
    assert row["se"] > 0 and abs(row["mean"] - appraise(one).npv["pre_fiscal"]) < 4 * row["se"]
    assert done.report["processes"]["world_price"]["kind"] == "geometric Brownian"
    slope = done.report["sensitivity"][PRICE]
    assert slope["gradient"] == pytest.approx(slope["finite_difference"], rel=0.2) and not slope["blind"]


def test_policy_may_not_set_a_price_that_wanders() -> None:
    more = POLICY.replace("CHANCE", "0.3").replace("payable=45 %", "price=4 USD/kg")
    text = PROCESS.replace("[chance]\n", "").replace("fixed", "fixed")
    with pytest.raises(InputError) as told:
        simulate(good((GRADE, SURE), more=more.replace("[chance]\n", f'[chance]\nfixed = ["{PRICE}"]\n') + text.split("\n", 2)[2]), 20, 1)
    assert "which a process moves" in str(told.value)


def test_without_llvmlite_the_default_is_plain_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    from kenes.engine import native

    def gone() -> int:
        raise native.NativeError("no llvmlite here")

    monkeypatch.setattr(native, "lanes_of_host", gone)
    told = simulate(good(*VARIED), 50, 1, sensitivity=False).report
    assert told["machine"] == "plain" and any("no llvmlite here" in note for note in told["notes"])
    with pytest.raises(InputError) as error:
        simulate(good(*VARIED), 50, 1, sensitivity=False, machine="native")
    assert "cannot be loaded" in str(error.value)
