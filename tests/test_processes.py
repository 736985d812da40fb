"""Prices that move: processes against closed forms, what they may not depend on, faults, and calibration on series on file."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kenes.chance import processes, series
from kenes.chance.calibrate import KINDS, calibrate, fit
from kenes.chance.processes import Processes
from kenes.chance.series import History, read_csv, shipped
from kenes.errors import InputError
from kenes.odds import Odds, Process
from projects import good

ROOT = Path(__file__).parents[1]
PRICE = "site.mine.market.concentrate.price"
FREIGHT = "site.mine.market.concentrate.freight"
N, T = 100_000, 16


def number(value: str | float) -> dict[str, Any]:
    return {"assumed": value, "why": "a test"}


def process(kind: str, of: str = "a", **numbers: str | float) -> Process:
    return Process.model_validate({"kind": kind, "of": [of], **{name: number(value) for name, value in numbers.items()}})


BROWNIAN = process("geometric Brownian", volatility="20 %", drift="2 %")
REVERTING = process("mean-reverting", volatility="20 %", half_life="3 years", now=1.5)
SHOCKS = {"volatility": "10 %", "shock_volatility": "30 %", "shock_drift": "-15 %", "into_shock": "10 %", "out_of_shock": "40 %"}
REGIMES = process("two-regime", drift="-1 %", **SHOCKS)


def drawn(one: Process, years: int = T, count: int = N, seed: int = 3) -> Any:
    return Processes({"a": one}).drawn(seed, 0, count)(years)["a"]


# --- moments -------------------------------------------------------------------------------------------------------------------


def within(values: Any, wanted: float) -> bool:
    """Whether a mean lies within four standard errors."""
    return bool(abs(values.mean() - wanted) <= 4.0 * values.std() / math.sqrt(len(values)) + 1e-12)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (BROWNIAN, lambda t: 1.02**t),
        (REVERTING, lambda t: 1.5 ** (2.0 ** (-t / 3.0))),
        (REGIMES, lambda t: 0.99**t),
        (process("mean-reverting", volatility="40 %", half_life="1 year"), lambda t: 1.0),
    ],
    ids=["Brownian", "reverting", "regimes", "at the level"],
)
def test_the_mean_is_the_stated_one_in_every_year(one: Process, expected: Any) -> None:
    factor = drawn(one)
    assert factor.shape == (T, N) and (factor > 0).all() and (factor[0] == expected(0)).all()
    assert all(within(factor[t], expected(t)) for t in range(T))


def test_the_logarithm_varies_as_it_should() -> None:
    moved = np.log(drawn(BROWNIAN))
    assert moved.std(axis=1) == pytest.approx([0.2 * math.sqrt(t) for t in range(T)], rel=0.01, abs=1e-12)
    phi = 2.0 ** (-1.0 / 3.0)
    moved = np.log(drawn(REVERTING, 40))
    wanted = [0.2 * math.sqrt((1 - phi ** (2 * t)) / (1 - phi**2)) for t in range(40)]
    assert moved.std(axis=1) == pytest.approx(wanted, rel=0.01, abs=1e-12)
    assert moved[-1].std() == pytest.approx(0.2 / math.sqrt(1 - phi**2), rel=0.01)  # stationary
    assert np.corrcoef(moved[30], moved[33])[0, 1] == pytest.approx(0.5, abs=0.01)  # one half-life
    assert stats.kstest((moved[-1] - moved[-1].mean()) / moved[-1].std(), "norm").pvalue > 1e-3


def test_regimes_come_as_often_as_they_should() -> None:
    shock = processes._regimes("a", REGIMES, 5, 30, 0, N)
    assert not shock[0].any()
    share = 0.0
    for t in range(1, 30):
        share = share * 0.6 + (1 - share) * 0.1
        assert within(shock[t].astype(float), share)
    assert shock[-1].mean() == pytest.approx(0.1 / 0.5, abs=0.006)
    assert shock[11][shock[10]].mean() == pytest.approx(0.6, abs=0.015)


def test_the_expectation_over_regimes_is_the_sum_over_their_paths() -> None:
    """With no shock of the normals, the factor of a draw is that of its path of regimes; over all paths, by their chances, it is one."""
    one = process("two-regime", **SHOCKS)
    total = 0.0
    for path in itertools.product((False, True), repeat=4):
        regimes = np.array([[False], *([step] for step in path)])
        chance, moved = 1.0, 0.0
        for before, now in itertools.pairwise((False, *path)):
            chance *= (0.6 if now else 0.4) if before else (0.1 if now else 0.9)
            moved += 0.5 * (0.3**2 if now else 0.1**2)  # mean of exp of the normals of the path
        total += chance * float(processes._two_regime(one, np.zeros((5, 1)), regimes)[-1, 0]) * math.exp(moved)
    assert total == pytest.approx(1.0, rel=1e-12)


def test_nothing_moves_without_volatility() -> None:
    for kind, more in (("geometric Brownian", {}), ("mean-reverting", {"half_life": "2 years"})):
        assert (drawn(process(kind, volatility=0, **more), 5, 10) == 1.0).all()


def test_a_wild_process_stays_a_number() -> None:
    wild = {"shock_volatility": "500 %", "shock_drift": "500 %", "into_shock": "90 %", "out_of_shock": "10 %"}
    for one in (process("geometric Brownian", volatility="500 %"), process("two-regime", volatility="300 %", **wild)):
        factor = drawn(one, 150, 2000)
        assert np.isfinite(factor).all() and (factor >= 0).all()


# --- independence --------------------------------------------------------------------------------------------------------------

THREE = {
    "a": BROWNIAN,
    "b": REVERTING.model_copy(update={"of": ["b", "also b"]}),
    "c": REGIMES.model_copy(update={"of": ["c"]}),
}


def correlated(*pairs: tuple[str, str, float]) -> Processes:
    told = [{"of": [one, other], "rho": rho, "why": "a test"} for one, other, rho in pairs]
    odds = Odds.model_validate({"process": THREE, "process_correlation": told})
    groups, notes = processes._groups(odds)
    return Processes(THREE, groups, tuple(notes))


def test_a_draw_knows_neither_its_block_nor_the_horizon() -> None:
    world = correlated(("a", "b", 0.6), ("b", "c", -0.3))
    whole = world.drawn(9, 0, 9000)(60)
    assert set(whole) == {"a", "b", "also b", "c"} and whole["b"] is whole["also b"]
    for first, count, years in ((0, 9000, 40), (4000, 333, 60), (4095, 2, 17), (8999, 1, 1)):
        part = world.drawn(9, first, count)(years)
        for path in whole:
            np.testing.assert_array_equal(part[path], whole[path][:years, first : first + count])
    assert not np.array_equal(world.drawn(10, 0, 9000)(3)["a"], whole["a"][:3])


def test_another_process_changes_nothing() -> None:
    alone = drawn(BROWNIAN, 10, 500)
    np.testing.assert_array_equal(alone, Processes(THREE).drawn(3, 0, 500)(10)["a"])
    apart = correlated(("b", "c", 0.8)).drawn(3, 0, 500)(10)
    np.testing.assert_array_equal(alone, apart["a"])


def test_the_correlation_is_reached() -> None:
    moved = correlated(("a", "b", 0.6), ("b", "c", -0.3)).drawn(1, 0, 50_000)(3)
    a, b = np.log(moved["a"]), np.log(moved["b"])
    assert np.corrcoef(a[1], b[1])[0, 1] == pytest.approx(0.6, abs=0.012)
    phi = 2.0 ** (-1.0 / 3.0)
    assert np.corrcoef(a[2] - a[1], b[2] - phi * b[1])[0, 1] == pytest.approx(0.6, abs=0.012)
    assert abs(np.corrcoef(a[2] - a[1], b[1])[0, 1]) < 0.02  # from year to year there is none
    calm = ~processes._regimes("c", THREE["c"], 1, 3, 0, 50_000)[1]
    assert np.corrcoef(b[1][calm], np.log(moved["c"])[1][calm])[0, 1] == pytest.approx(-0.3, abs=0.02)


def test_correlations_that_cannot_be_are_repaired_and_told() -> None:
    world = correlated(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    assert "cannot hold together" in world.notes[0]
    assert np.isfinite(world.drawn(1, 0, 100)(5)["c"]).all()
    assert not correlated(("a", "b", 0.9)).notes


# --- the file ------------------------------------------------------------------------------------------------------------------

MEAN = """
[chance.process.oxide]
kind = "mean-reverting"
of = ["site.mine.market.concentrate.price"]
volatility = {value = "22 %", source = "fs"}
half_life = {assumed = "4 years", why = "a guess"}
"""


def read(more: str, *changes: tuple[str, str]) -> Processes:
    one = good(*changes, more=more)
    return processes.read(one, one.file.chance or Odds())


def test_a_file_is_read() -> None:
    world = read(MEAN)
    assert world and world.paths == (PRICE,)
    assert world.words["oxide"] == {
        "kind": "mean-reverting",
        "of": [PRICE],
        "parameters": {"volatility": 0.22, "half_life": 4.0},
        "sources": ["fs", "a guess"],
    }
    assert not read("") and read("").drawn(1, 0, 5)(3) == {} and read("").words == {}
    assert read(MEAN, ('price = {value = "5 USD/kg",', 'price = {by_year = {2026 = "5 USD/kg", 2030 = "6 USD/kg"},'))
    two = MEAN.replace(f'["{PRICE}"]', f'["{FREIGHT}"]')
    assert read(two).notes == (f"prices that no process moves: {PRICE}",) and not world.notes


SECOND = MEAN.replace("process.oxide", "process.other")
PAIR = '\n[[chance.process_correlation]]\nof = ["oxide", "other"]\nrho = 0.5\nwhy = "a test"\n'
LOW = ('price = {value = "5 USD/kg",', 'price = {value = "5 USD/kg", low = "3 USD/kg", high = "8 USD/kg", bounds = "P10/P90",')
CHANGE = MEAN.replace
BAD: dict[str, tuple[str, tuple[tuple[str, str], ...], list[str]]] = {
    "no such path": (CHANGE("concentrate.price", "concentrate.prise"), (), [f'did you mean "{PRICE}"?', "the path of a price in the file"]),
    "no price": (CHANGE(PRICE, "site.mine.cost.capital.plant.cost"), (), ["which is no price", "market, pricing or exchange_price"]),
    "a share": (CHANGE(PRICE, "site.mine.market.concentrate.payable"), (), ["which is no price"]),
    "two processes": (MEAN + SECOND, (), ['which "oxide" moves as well', "each price in one process"]),
    "drawn too": (MEAN, (LOW,), ["which is also drawn", f'fixed = ["{PRICE}"] in [chance]']),
    "a distribution too": (
        f'[chance]\ndistribution."{PRICE}" = {{shape = "discrete", values = ["1 USD/kg", "2 USD/kg"], why = "a test"}}\n' + MEAN,
        (),
        ["which is also drawn", "leave it out of [chance.distribution]"],
    ),
    "by operating year": (
        MEAN,
        (('price = {value = "5 USD/kg",', 'price = {by_operating_year = ["5 USD/kg", "6 USD/kg"],'),),
        ["which is stated by operating year"],
    ),
    "no half-life": (
        CHANGE("half_life", "# half_life"),
        (),
        ['kind = "mean-reverting" without half_life', "of, volatility, half_life for mean-reverting; drift, now if wanted"],
    ),
    "a half-life too many": (CHANGE("mean-reverting", "geometric Brownian"), (), ['half_life for kind = "geometric Br', "leave out"]),
    "regimes without a shock": (
        CHANGE("mean-reverting", "two-regime").replace("half_life", "# half_life"),
        (),
        ["without shock_volatility", "into_shock, out_of_shock"],
    ),
    "no parent": (CHANGE('{value = "22 %", source = "fs"}', '"22 %"'), (), ["a number that says where it comes from"]),
    "volatility 22": (CHANGE('"22 %"', "22"), (), ["at most 500 %"]),
    "a schedule": (
        CHANGE('{value = "22 %", source = "fs"}', '{by_operating_year = ["22 %", "10 %"], source = "fs"}'),
        (),
        ["volatility by year", "a process does not change with time"],
    ),
    "a negative now": (MEAN + 'now = {value = -1, source = "fs"}', (), ["now", "-1"]),
    "no paths": (CHANGE(f'["{PRICE}"]', "[]"), (), ["chance.process.oxide.of"]),
    "a path twice": (CHANGE(f'["{PRICE}"]', f'["{PRICE}", "{PRICE}"]'), (), ["twice", "each path once"]),
    "unknown kind": (CHANGE("mean-reverting", "mean reverting"), (), ['did you mean "mean-reverting"?']),
    "a name with a dot": (CHANGE("process.oxide", 'process."oxide.regime"'), (), ['a name without "." and "="']),
    "correlation with nobody": (MEAN + PAIR, (), ['"other"', "one of oxide"]),
    "correlation with itself": (MEAN + PAIR.replace("other", "oxide"), (), ['"oxide" with itself', "two different processes"]),
    "correlation twice": (MEAN + SECOND + PAIR + PAIR, (), ["twice", "each pair once"]),
    "correlation without parent": (MEAN + SECOND + PAIR.replace('why = "a test"', ""), (), ["a correlation without a parent"]),
    "correlation of 2": (MEAN + SECOND + PAIR.replace("0.5", "2"), (), ["at most 1"]),
    "correlation without processes": (PAIR, (), ["a process: the file has none"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told(name: str) -> None:
    more, changes, wanted = BAD[name]
    with pytest.raises(InputError) as caught:
        read(more, *changes)
    for words in wanted:
        assert words in str(caught.value)
    assert "good.toml:" in str(caught.value)


def test_all_faults_are_told_at_once_and_fixed_mends_one() -> None:
    with pytest.raises(InputError) as caught:
        read(MEAN.replace(f'["{PRICE}"]', f'["{PRICE}", "site.mine.nothing", "site.mine.deposit.main.tonnage"]'), LOW)
    assert len(caught.value.faults) == 3
    assert read(f'[chance]\nfixed = ["{PRICE}"]\n{MEAN}', LOW)


# --- series on file ------------------------------------------------------------------------------------------------------------


def test_every_series_on_file_has_its_source() -> None:
    known = shipped()
    assert len(known) >= 50 and {"copper", "phosphate_rock", "rare_earths", "neodymium_oxide"} <= set(known)
    for name, one in known.items():
        assert name == one.name and one.title and one.unit and one.source and one.licence, name
        assert one.money == "nominal" or one.money.startswith("real"), name
        assert 1900 < one.first < one.last <= 2025 and min(one.prices) > 0, name
    size = (ROOT / "src" / "kenes" / "reference" / "prices.toml").stat().st_size
    assert size < 100_000


def test_figures_on_file_are_those_printed() -> None:
    """USGS MCS 2026 (neodymium oxide, 2021 to 2025) and DS 140 (unit value of 2011 in dollars of 1998)."""
    assert shipped()["neodymium_oxide"].prices == (98.0, 134.0, 78.0, 56.0, 73.0)
    rare = shipped()["rare_earths"]
    assert rare.money == "real 1998" and rare.prices[2011 - rare.first] == 42_100.0


def test_the_file_is_what_the_script_makes(tmp_path: Path) -> None:
    data = ROOT.parent / "shared" / "data"
    if not (data / "usgs_mcs2026_prices.csv").exists():
        pytest.skip("the sources are not here")
    made = tmp_path / "prices.toml"
    subprocess.run([sys.executable, ROOT / "benchmarks" / "series.py", data, made], check=True, capture_output=True, timeout=120)
    assert made.read_bytes() == (ROOT / "src" / "kenes" / "reference" / "prices.toml").read_bytes()


def test_years_are_cut_and_faults_told() -> None:
    copper = shipped()["copper"]
    some = copper.between(1990, 2000)
    assert (some.first, some.last, len(some.changes)) == (1990, 2000, 10) and some.prices[0] == copper.prices[30]
    with pytest.raises(InputError, match="two years or more within 1960 to 2025"):
        copper.between(2025, None)


CSV = {
    "no header": ("2020,5\n2021,6\n", ":1", "the columns year,price"),
    "semicolons": ("year;price\n2020;5,1\n", ":1", "columns are parted by commas"),
    "words": ("year,price\n2020,5\n2021,dear\n", ":3  price", '"dear"'),
    "below 0": ("year,price\n2020,5\n2021,-5\n", ":3  price", "prices above 0"),
    "thousands": ('year,price\n2020,"1,234"\n', ":2  price", "no thousands separator"),
    "twice": ("year,price\n2020,5\n2020,6\n", ":3  year", "stands in line 2 already"),
    "a gap": ("year,price\n2020,5\n2022,6\n", ":3  year", "every year from the first to the last"),
    "a month": ("year,price\n2020-01,5\n", ":2  year", "a calendar year"),
    "one year": ("year,price\n2020,5\n", "", "two years or more"),
    "empty": ("", ":1", "an empty file"),
    "a short line": ("year,price\n2020\n", ":2", "1 columns"),
    "not a number": ("year,price\n2020,nan\n", ":2  price", "a price above 0"),
}


@pytest.mark.parametrize("name", CSV)
def test_what_is_wrong_in_a_csv_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    text, where, wanted = CSV[name]
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_csv(path)
    assert f"{path}{where}" in str(caught.value) and wanted in str(caught.value)


def test_a_csv_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "my prices.csv"
    path.write_bytes("\ufeffPrice,note,Year\r\n6.5,,2021\r\n5,x,2020\r\n\r\n".encode())
    one = read_csv(path)
    assert (one.name, one.first, one.prices) == ("my_prices", 2020, (5.0, 6.5))
    with pytest.raises(InputError, match="no such file"):
        series.find(str(tmp_path / "none.csv"))
    path.write_bytes(b"year,price\n2020,\xff\n")
    with pytest.raises(InputError, match="not UTF-8"):
        read_csv(path)


# --- calibration ---------------------------------------------------------------------------------------------------------------


def history(prices: Any) -> History:
    return History("made", "made", "USD/t", "real 2026", "drawn", "none", "", 1900, tuple(float(one) for one in prices))


def recovered(one: Process, kind: str, years: int, lives: int = 40) -> dict[str, list[tuple[float, float]]]:
    """What is found in simulated lives: value and standard error by name."""
    factor = drawn(one, years, lives, seed=7)
    found: dict[str, list[tuple[float, float]]] = {}
    for n in range(lives):
        for name, (value, error) in fit(kind, history(factor[:, n])).found.items():
            found.setdefault(name, []).append((value, math.nan if error is None else error))
    return found


def agrees(found: list[tuple[float, float]], wanted: float, most: float = 3.5) -> None:
    """The mean over the lives lies within its own error, and the error told is of the size of the scatter."""
    values, errors = np.array(found).T
    assert abs(values.mean() - wanted) < most * values.std(ddof=1) / math.sqrt(len(values)), (values.mean(), wanted)
    assert 0.6 < np.nanmedian(errors) / values.std(ddof=1) < 1.6


def test_a_brownian_price_is_found_again() -> None:
    found = recovered(BROWNIAN, "geometric Brownian", 200)
    agrees(found["volatility"], 0.2)
    agrees(found["growth of the expected price"], 0.02)


def test_a_reverting_price_is_found_again() -> None:
    found = recovered(process("mean-reverting", volatility="20 %", half_life="3 years"), "mean-reverting", 400)
    agrees(found["volatility"], 0.2)
    phi, n = 2.0 ** (-1.0 / 3.0), 399
    agrees(found["coefficient of the year before"], phi - (1 + 3 * phi) / n)  # with Kendall's bias
    half, _ = np.array(found["half_life"]).T
    longer, _ = np.array(found["half-life corrected for bias"]).T
    assert abs(longer.mean() - 3.0) < abs(half.mean() - 3.0) + 0.1 and (longer > half).all()


def test_two_regimes_are_found_again() -> None:
    one = process("two-regime", **{**SHOCKS, "shock_volatility": "60 %", "shock_drift": "-40 %"})
    found = recovered(one, "two-regime", 400, 8)
    for name, wanted in (("volatility", 0.1), ("shock_volatility", 0.6), ("into_shock", 0.1), ("out_of_shock", 0.4), ("shock_drift", -0.4)):
        values, errors = np.array(found[name]).T
        assert np.isfinite(errors).all() and abs(values.mean() - wanted) < 3.5 * np.median(errors) / math.sqrt(len(values)), name
        assert 0.4 < values.std(ddof=1) / np.median(errors) < 2.0, name


def test_likelihoods_are_those_of_scipy() -> None:
    copper = shipped()["copper"]
    d = np.array(copper.changes)
    assert fit("geometric Brownian", copper).log_likelihood == pytest.approx(stats.norm(d.mean(), d.std()).logpdf(d).sum())
    x = np.log(copper.prices)
    line = stats.linregress(x[:-1], x[1:])
    one = fit("mean-reverting", copper)
    assert one.found["coefficient of the year before"] == pytest.approx((line.slope, line.stderr))
    left = x[1:] - line.intercept - line.slope * x[:-1]
    assert one.log_likelihood == pytest.approx(stats.norm(0, left.std()).logpdf(left).sum())
    assert one.aic == pytest.approx(6 - 2 * one.log_likelihood)


def test_the_filter_is_the_sum_over_all_paths() -> None:
    from kenes.chance.calibrate import _likelihood, _smoothed

    one, d = (0.01, -0.2, 0.1, 0.4, 0.2, 0.5), np.array([0.05, -0.4, -0.1, 0.3, 0.02])
    step = {False: {False: 0.8, True: 0.2}, True: {False: 0.5, True: 0.5}}
    total, shocks = 0.0, np.zeros(len(d))
    for path in itertools.product((False, True), repeat=len(d)):
        chance = 0.2 / 0.7 if path[0] else 0.5 / 0.7
        for before, now in itertools.pairwise(path):
            chance *= step[before][now]
        for change, wild in zip(d, path, strict=True):
            chance *= stats.norm(one[wild], one[2 + wild]).pdf(change)
        total += chance
        shocks += chance * np.array(path)
    assert _likelihood(one, d) == pytest.approx(math.log(total), rel=1e-12)
    assert _smoothed(one, d)[0] == pytest.approx((shocks / total).tolist(), rel=1e-12)


def test_more_parameters_fit_no_worse() -> None:
    for name in ("copper", "phosphate_rock", "rare_earths", "tin"):
        made = {kind: fit(kind, shipped()[name]) for kind in KINDS}
        least = made["geometric Brownian"].log_likelihood - 1e-6
        assert made["mean-reverting"].log_likelihood > least and made["two-regime"].log_likelihood > least


def test_no_reversion_is_said_and_few_years_are_refused() -> None:
    rising = fit("mean-reverting", shipped()["gold"].between(1980, None))
    assert "no reversion found" in rising.refused and not rising.stated
    short = calibrate(["neodymium_oxide"])["series"][0]["kinds"]
    assert [short[kind]["refused"] for kind in KINDS] == [f"4 yearly changes: at least {least} are needed" for least in (5, 5, 10)]
    nine = calibrate(["copper"], "two-regime", 2016, 2025)["series"][0]["kinds"]["two-regime"]
    assert nine["refused"] == "9 yearly changes: at least 10 are needed" and nine["toml"] is None
    assert "nothing varies" in fit("geometric Brownian", history([5.0] * 12)).refused


def test_a_regime_that_shrinks_stops_at_its_floor_and_says_so() -> None:
    still = [10.0] * 12 + [10.0 * math.exp(0.1 * (-1) ** t * (t % 5)) for t in range(20)]
    one = fit("two-regime", history(still))
    assert one.floored and any("stands at its floor" in note for note in one.notes)
    assert one.found["volatility"][0] == pytest.approx(0.1 * np.diff(np.log(still)).std()) and one.found["volatility"][1] is None
    assert not fit("two-regime", shipped()["copper"].between(1980, None)).floored


def test_the_same_series_gives_the_same_bytes() -> None:
    given = (["phosphate_rock", "copper"], None, 1970, None)
    assert json.dumps(calibrate(*given)) == json.dumps(calibrate(*given))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_printed_can_be_pasted(kind: str) -> None:
    report = calibrate(["phosphate_rock", "copper"], kind, 1980)
    tables = [one["kinds"][kind]["toml"] for one in report["series"]]
    pasted = (
        tables[0].replace("site.NAME.market.PRODUCT.price", PRICE) + "\n" + tables[1].replace("site.NAME.market.PRODUCT.price", FREIGHT)
    )
    world = read(pasted + "\n" + report["correlation"]["toml"])
    assert set(world.named) == {"phosphate_rock", "copper"} and len(world.groups) == 1
    for one in report["series"]:
        found = one["kinds"][kind]["found"]
        assert world.words[one["name"]]["parameters"]["volatility"] == pytest.approx(found["volatility"]["value"], rel=0.01)


def test_correlations_are_those_of_the_years_in_common() -> None:
    report = calibrate(["copper", "coal_australian", "rare_earths"], "geometric Brownian")["correlation"]
    assert report["years"] == [1970, 2020] and report["changes"] == 50
    x = [np.log(shipped()[name].between(1970, 2020).prices) for name in ("copper", "coal_australian")]
    assert report["matrix"][0][1] == pytest.approx(stats.pearsonr(np.diff(x[0]), np.diff(x[1])).statistic)
    few = calibrate(["copper", "neodymium_oxide"], "geometric Brownian")["correlation"]
    assert few["matrix"] is None and few["refused"] == "4 yearly changes in common: at least 5 are needed"


# --- the door ------------------------------------------------------------------------------------------------------------------


def door(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kenes.cli", "calibrate", *map(str, arguments)], capture_output=True, text=True, timeout=120
    )


def test_the_list_of_what_is_on_file() -> None:
    done = door()
    assert done.returncode == 0 and len(done.stdout.splitlines()) == len(shipped())
    assert "copper" in done.stdout and "1960-2025" in done.stdout
    assert {one["name"] for one in json.loads(door("--json").stdout)["series"]} == set(shipped())


def test_a_calibration_for_a_reader_and_as_json() -> None:
    done = door("copper", "zinc", "--from", 1980)
    assert done.returncode == 0 and done.stderr == ""
    for words in (
        "log-likelihood",
        "AIC",
        "[chance.process.copper]",
        "Working 1960",
        "nominal prices",
        "45 changes in common",
        "half_life",
    ):
        assert words in done.stdout
    report = json.loads(door("copper", "--kind", "two-regime", "--json").stdout)
    assert set(report) == {"kenes", "series", "correlation"} and report["correlation"] is None
    one = report["series"][0]
    assert list(one["kinds"]) == ["two-regime"] and one["years"] == [1960, 2025] and one["changes"] == 65


def test_faults_at_the_door(tmp_path: Path) -> None:
    done = door("coper", "--kind", "browian")
    assert done.returncode == 2 and done.stdout == ""
    assert 'did you mean "copper"?' in done.stderr and '"browian"' in done.stderr
    assert door("copper", "copper").returncode == 2
    assert door(tmp_path / "none.csv").returncode == 2
    own = tmp_path / "own.csv"
    own.write_text("year,price\n" + "".join(f"{2000 + t},{10 + t % 3}\n" for t in range(8)), encoding="utf-8")
    done = door(own)
    assert done.returncode == 0 and "[chance.process.own]" in done.stdout and "at least 10 are needed" in done.stdout


def test_the_document_shows_what_the_command_prints() -> None:
    text = (ROOT / "docs" / "chance.md").read_text(encoding="utf-8")
    shown = text.split("$ kenes calibrate rare_earths --from 1970\n", 1)[1].split("```", 1)[0]
    printed = door("rare_earths", "--from", 1970).stdout
    assert shown.strip() == printed.strip()
