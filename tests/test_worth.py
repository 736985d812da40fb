"""Laws and printed numbers for kenes.worth. Roots are counted by an independent exact method (Sturm chains in fractions)."""

from __future__ import annotations

import csv
import math
import time
import tomllib
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kenes import worth
from kenes.errors import InputError
from kenes.worth import (
    discount_times,
    discounted_payback,
    effective_tax_rate,
    irr,
    marginal_effective_tax_rate,
    mirr,
    npv,
    npv_columns,
    payback,
    present_values,
    profitability_index,
    sign_changes,
)

HERE = Path(__file__).parent
NRCAN = HERE.parents[1] / "shared" / "cases" / "nrcan_base_case_yearly.csv"
CASES = tomllib.loads((HERE / "golden" / "worth.toml").read_text(encoding="utf-8"))["case"]

amounts = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 2))
flows = st.lists(amounts, min_size=1, max_size=40)
rates = st.floats(-0.5, 2.0)
percents = st.integers(-60, 400)


# ---------------------------------------------------------------- independent checkers


def sturm_count(flow: Sequence[int]) -> int:
    """Distinct real rates above -1 with NPV zero, exactly: Sturm's theorem on the polynomial in x = 1 / (1 + rate), x > 0."""
    poly = [Fraction(amount) for amount in flow]
    while poly and poly[-1] == 0:
        poly.pop()
    while poly and poly[0] == 0:
        poly.pop(0)
    if len(poly) < 2:
        return 0

    def remainder(top: list[Fraction], bottom: list[Fraction]) -> list[Fraction]:
        top = top[:]
        while len(top) >= len(bottom):
            factor = top[-1] / bottom[-1]
            for k in range(1, len(bottom) + 1):
                top[-k] -= factor * bottom[-k]
            top.pop()
        while top and top[-1] == 0:
            top.pop()
        return top

    chain = [poly, [k * c for k, c in enumerate(poly)][1:]]
    while chain[-1]:
        chain.append([-c for c in remainder(chain[-2], chain[-1])])
    chain.pop()

    def turns(values: list[Fraction]) -> int:
        kept = [value for value in values if value != 0]
        return sum((a > 0) != (b > 0) for a, b in pairwise(kept))

    return turns([p[0] for p in chain]) - turns([p[-1] for p in chain])


def exact_npv(flow: Sequence[float], growth: Decimal, at: Sequence[float] | None = None) -> Decimal:
    """NPV at growth = 1 + rate, in 40 digits."""
    with localcontext() as context:
        context.prec = 40
        log = growth.ln()
        times = range(len(flow)) if at is None else at
        return sum((Decimal(a) * (-Decimal(t) * log).exp() for a, t in zip(flow, times, strict=True)), Decimal(0))


def residue(flow: Sequence[float], rate: float, at: Sequence[float] | None = None) -> float:
    """|NPV| at a rate as a share of the present value of all money moved, less what one rounding of the rate itself may do."""
    times = [float(k) for k in range(len(flow))] if at is None else at
    logs = [math.log(abs(a)) - t * math.log1p(rate) if a else -math.inf for a, t in zip(flow, times, strict=True)]
    most = max(logs)
    terms = [math.copysign(math.exp(log - most), a) if a else 0.0 for log, a in zip(logs, flow, strict=True)]
    moved = math.fsum(abs(term) for term in terms)
    slope = abs(math.fsum(term * t for term, t in zip(terms, times, strict=True)))
    ulp = 2.0**-52 * max(1.0, abs(rate)) / (1.0 + rate)
    return max(0.0, abs(math.fsum(terms)) - 2.0 * slope * ulp) / moved


# ---------------------------------------------------------------- printed by others


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"][:70])
def test_golden(case: dict[str, Any]) -> None:
    asked = dict(case["given"])
    call, flow, alone = asked.pop("call"), asked.pop("flow"), asked.pop("alone", False)
    if "days" in asked:
        asked["at"] = [day / 365 for day in asked.pop("days")]
    answer = getattr(worth, call)(flow, **asked)
    if call == "irr":
        assert len(answer) == 1 or not alone
        answer = min(answer, key=lambda rate: abs(rate - case["expect"]))
    assert answer == pytest.approx(case["expect"], abs=case["within"], rel=0)


def test_nrcan_base_case_has_one_irr() -> None:
    if not NRCAN.exists():
        pytest.skip(f"{NRCAN} is absent: the cases printed by others are not part of this repository")
    rows = [line for line in NRCAN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    flow = [float(r["net_cash_flow_from_operations"] or 0) + float(r["total_capital_cost"] or 0) for r in csv.DictReader(rows)]
    assert len(flow) == 22
    assert sign_changes(flow) == 3  # the renewal of 2019 to 2021 costs more than the mine earns: three roots were possible
    (rate,) = irr(flow)
    assert exact_npv(flow, Decimal("1.17")) > 0 > exact_npv(flow, Decimal("1.18"))
    assert 0.17 < rate < 0.18
    low, high = Decimal(rate) + 1 - Decimal("1e-12"), Decimal(rate) + 1 + Decimal("1e-12")
    assert exact_npv(flow, low) > 0 > exact_npv(flow, high)
    assert npv(flow, 0.075) == pytest.approx(float(exact_npv(flow, Decimal("1.075"))), rel=1e-12)


# ---------------------------------------------------------------- where other tools fail (USERS.md, finding 4)


def test_closure_cost_two_roots_where_others_show_one_or_raise() -> None:
    rates = irr([-100, 50, 60, 70, 40, -120])  # numpy-financial 1.0.0: 0 %; pyxirr 0.10.8: 11.1 %; MineLab 0.1.1: an exception
    assert rates == pytest.approx([0.0, 0.111], abs=0.0005)
    assert rates[0] == 0.0


def test_two_roots_ten_and_twenty_percent() -> None:
    assert irr([-100, 230, -132]) == pytest.approx([0.10, 0.20], abs=1e-13)  # others: 10 %, 20 %, an exception


@pytest.mark.parametrize(
    ("flow", "expect"),
    [
        ([100, 20], []),
        ([0, 0, 0], []),
        ([5], []),
        ([-100, 220, -121], [0.10]),  # touches zero
        ([-1000, 3300, -3630, 1331], [0.10]),  # three roots in one place
        ([-1, 4, -6, 4, -1], [0.0]),  # four
        ([0, 0, -100, 110, 0], [0.10]),
        ([-100, 0, 0, 0, 6.25], [-0.5]),
        ([-1, 1_000_001], [1e6]),
        ([-1e300, 2e300], [1.0]),
        ([-1e-300, 2e-300], [1.0]),
        ([1, -3.3, 3.63, -1.331], [0.10]),
        ([-100, 230, -132.26], []),  # the largest NPV is just below zero
        ([-1, 1_000_002.5, -1_500_001.5], [0.5, 1e6]),
    ],
)
def test_roots_known_by_construction(flow: list[float], expect: list[float]) -> None:
    assert irr(flow) == pytest.approx(expect, rel=1e-6, abs=1e-12)


def test_two_hundred_flows_annuity() -> None:
    """A loan of 199 payments: the closed form of an annuity gives the payment, irr gives back the rate."""
    for rate in (0.001, 0.05, 0.30, 3.0):
        payment = 1000.0 * rate / (1.0 - (1.0 + rate) ** -199)
        assert irr([-1000.0, *[payment] * 199]) == pytest.approx([rate], rel=1e-11)


def test_two_hundred_flows_with_four_known_roots() -> None:
    flow = [1.0]
    for rate in (-0.2, 0.05, 0.5, 4.0):
        flow = np.convolve(flow, [-1.0, 1.0 + rate]).tolist()
    flow = np.convolve(flow, np.linspace(1.0, 0.2, 196)).tolist()  # positive amounts add no root
    assert len(flow) == 200
    assert irr(flow) == pytest.approx([-0.2, 0.05, 0.5, 4.0], rel=1e-9)


# ---------------------------------------------------------------- laws of irr


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=9))
@settings(max_examples=400, deadline=None)
def test_every_root_is_found_and_none_invented(flow: list[int]) -> None:
    assert len(irr([float(amount) for amount in flow])) == sturm_count(flow)


@given(st.lists(percents, min_size=1, max_size=4, unique=True), st.lists(st.integers(1, 9), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_roots_built_in_come_back(built: list[int], positive: list[int]) -> None:
    built = sorted(built)
    assume(all(b - a >= 5 for a, b in pairwise(built)))
    flow = [1]
    for percent in built:  # (1 + rate) x - 1, in whole numbers
        flow = [int(c) for c in np.convolve(np.array(flow, dtype=object), np.array([-100, 100 + percent], dtype=object))]
    flow = [int(c) for c in np.convolve(np.array(flow, dtype=object), np.array(positive, dtype=object))]
    assert irr([float(c) for c in flow]) == pytest.approx([percent / 100 for percent in built], abs=1e-7)


@given(percents, percents, st.lists(st.integers(1, 9), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_root_that_only_touches_comes_back_once(touch: int, other: int, positive: list[int]) -> None:
    assume(abs(touch - other) >= 10)
    flow = np.array([1], dtype=object)
    for percent in (touch, touch, other):
        flow = np.convolve(flow, np.array([-100, 100 + percent], dtype=object))
    flow = np.convolve(flow, np.array(positive, dtype=object))
    assert irr([float(c) for c in flow]) == pytest.approx(sorted([touch / 100, other / 100]), abs=1e-7)


@given(flows)
@settings(max_examples=200, deadline=None)
def test_npv_is_zero_at_each_irr(flow: list[float]) -> None:
    found = irr(flow)
    assert len(found) <= sign_changes(flow)
    assert found == sorted(found) and all(rate > -1.0 for rate in found)
    for rate in found:
        assert residue(flow, rate) < 1e-12
        if -0.05 < rate < 1.0:
            assert abs(npv(flow, rate)) <= 1e-11 * sum(abs(amount) for amount in present_values(flow, rate))


@given(st.lists(st.tuples(amounts, st.floats(0, 60).map(lambda t: round(t, 2))), min_size=2, max_size=25))
@settings(max_examples=150, deadline=None)
def test_uneven_times(dated: list[tuple[float, float]]) -> None:
    flow, at = [a for a, _ in dated], [t for _, t in dated]
    for rate in irr(flow, at=at):
        assert residue(flow, rate, at) < 1e-12
    assert irr(flow[::-1], at=at[::-1]) == irr(flow, at=at)


@given(flows)
@settings(max_examples=150, deadline=None)
def test_no_crossing_on_a_fine_grid_is_missed(flow: list[float]) -> None:
    found = irr(flow)
    growth = np.concatenate([np.linspace(0.4, 3.0, 1500), np.geomspace(3.0, 1e6, 200)])
    terms = np.array(flow)[:, None] * growth ** -np.arange(len(flow))[:, None]
    share = terms.sum(axis=0) / np.maximum(np.abs(terms).sum(axis=0), 1e-300)
    sure = np.abs(share) > 1e-10
    growth, share = growth[sure], share[sure]
    for left, right, a, b in zip(growth, growth[1:], share, share[1:], strict=False):
        if a * b < 0:
            assert any(left - 1 <= rate <= right - 1 for rate in found)


@given(flows, st.floats(1e-6, 1e6), st.integers(-30, 30))
@settings(max_examples=100, deadline=None)
def test_scale_sign_and_waiting_leave_the_irr(flow: list[float], scale: float, years: int) -> None:
    """Not for flows with touching or near-touching roots: there one rounding makes or breaks a root."""
    found = irr(flow)
    assume(all(conditioned(flow, rate) for rate in found))
    for same in (
        irr([scale * amount for amount in flow]),
        irr([-amount for amount in flow]),
        irr(flow, at=[k + years + 0.5 for k in range(len(flow))]),
        irr([0.0, *flow, 0.0]),
    ):
        if len(same) == len(found):
            assert same == pytest.approx(found, rel=1e-6, abs=1e-7)
        else:  # only where the NPV comes within rounding of zero
            assert nearly_touches(flow)


def conditioned(flow: Sequence[float], rate: float) -> bool:
    terms = [abs(a) * math.exp(-k * math.log1p(rate) + 300 * min(0.0, math.log1p(rate))) for k, a in enumerate(flow)]
    signed = [math.copysign(t, a) for t, a in zip(terms, flow, strict=True)]
    return abs(sum(k * t for k, t in enumerate(signed))) > 1e-6 * sum(terms)


def nearly_touches(flow: Sequence[float]) -> bool:
    logs = np.linspace(-30, 30, 60_001)
    kept = [(k, a) for k, a in enumerate(flow) if a]
    powers = np.array([np.log(abs(a)) - k * logs for k, a in kept])
    terms = np.exp(powers - powers.max(axis=0)) * np.sign([[a] for _, a in kept])
    share = np.abs(terms.sum(axis=0)) / np.abs(terms).sum(axis=0)
    return bool(share.min() < 1e-9)


def test_mid_year_and_quarterly_times() -> None:
    flow = [-100.0, 30.0, 40.0, 50.0, 20.0]
    (rate,) = irr(flow)
    assert irr(flow, at=discount_times(5, "mid")) == pytest.approx([rate], abs=1e-14)
    assert irr(flow, at=[k / 4 for k in range(5)]) == pytest.approx([(1 + rate) ** 4 - 1], rel=1e-13)
    assert irr([-50.0, 110.0, -50.0], at=[0, 1, 0]) == pytest.approx([0.10], abs=1e-14)  # same day: added
    assert irr([-100.0, 40.0, -40.0, 110.0], at=[0.0, 0.3, 0.1 + 0.2, 1.0]) == pytest.approx([0.10], abs=1e-14)


def test_near_misses_and_near_pairs_are_told_apart() -> None:
    """[-100, 230, -132.25] touches zero at 15 %; a billionth of the money decides between no rate and two."""
    assert irr([-100.0, 230.0, -132.25]) == pytest.approx([0.15])
    assert irr([-100.0, 230.0, -132.25 - 1e-7]) == []
    apart = 1.15 * math.sqrt(1e-7 / 132.25)
    assert irr([-100.0, 230.0, -132.25 + 1e-7]) == pytest.approx([0.15 - apart, 0.15 + apart], abs=1e-8)


def test_rates_no_float_can_hold_are_left_out() -> None:
    assert irr([-1e-300, 1e300]) == []  # 1e600
    assert irr([-1e300, 1e-300]) == []  # -1 + 1e-600
    assert irr([-1.0, 2.0], at=[0.0, 1e-5]) == []  # 2 ** 100,000
    assert irr([-1.0, 1e300]) == pytest.approx([1e300], rel=1e-12)
    assert irr([-1.0, 1e-15]) == pytest.approx([1e-15 - 1.0], rel=1e-15)


def test_speed() -> None:
    """60 years in 5 ms, three sign changes in 20 ms (measured 0.7 and 1 ms; the best of many runs, so that a busy machine passes)."""
    sixty = [-500.0, -300.0, *[60.0] * 58]
    three = [-500.0, -300.0, *[60.0] * 18, -400.0, *[60.0] * 19]
    assert (len(sixty), len(three), sign_changes(three)) == (60, 40, 3)
    for flow, limit in ((sixty, 0.005), (three, 0.020)):
        spent = []
        for _ in range(30):
            start = time.perf_counter()
            irr(flow)
            spent.append(time.perf_counter() - start)
        assert min(spent) < limit


# ---------------------------------------------------------------- laws of npv


@given(flows, rates)
@settings(deadline=None)
def test_twice_the_money_twice_the_npv(flow: list[float], rate: float) -> None:
    assert npv([2 * amount for amount in flow], rate) == 2 * npv(flow, rate)


@given(flows, rates)
@settings(max_examples=40, deadline=None)
def test_npv_is_exact_to_rounding(flow: list[float], rate: float) -> None:
    exact = float(exact_npv(flow, Decimal(1.0 + rate)))
    assert npv(flow, rate) == pytest.approx(exact, rel=0, abs=1e-13 * sum(abs(v) for v in present_values(flow, rate)) + 1e-290)


@given(flows)
def test_npv_at_zero_is_the_sum(flow: list[float]) -> None:
    assert npv(flow, 0.0) == pytest.approx(math.fsum(flow), abs=1e-7)


@given(st.lists(st.lists(amounts, min_size=5, max_size=5), min_size=1, max_size=7), rates)
@settings(deadline=None)
def test_a_column_of_a_crowd_is_the_case_alone(draws: list[list[float]], rate: float) -> None:
    times = discount_times(5, "mid")
    crowd = npv_columns(np.array(draws).T, rate, times)
    assert crowd.shape == (len(draws),)
    for draw, answer in zip(draws, crowd.tolist(), strict=True):
        assert answer == npv(draw, rate, at=times)
        assert answer == npv_columns(np.array([draw]).T, rate, np.array([[t] for t in times]))[0]


def test_npv_columns_takes_a_rate_for_each_draw() -> None:
    flow = np.array([[-100.0, -100.0], [110.0, 120.0]])
    assert npv_columns(flow, np.array([[0.10, 0.20]]), [0, 1]) == pytest.approx([0.0, 0.0], abs=1e-12)


def test_npv_columns_leaves_its_arguments_alone() -> None:
    flow = np.array([[-100.0], [110.0]])
    npv_columns(flow, 0.1, [0, 1])
    assert flow.tolist() == [[-100.0], [110.0]]


# ---------------------------------------------------------------- payback, MIRR, index, tax rates


@given(flows)
@settings(deadline=None)
def test_payback_agrees_with_a_walk_along_the_cumulative_flow(flow: list[float]) -> None:
    cumulative = [sum((Fraction(a) for a in flow[: k + 1]), Fraction(0)) for k in range(len(flow))]
    moved = sum(abs(Fraction(a)) for a in flow)
    assume(all(c == 0 or abs(c) > moved / 10**9 for c in cumulative))
    answer = payback(flow)
    if min(cumulative) >= 0:
        assert answer == 0.0
    elif cumulative[-1] < 0:
        assert answer is None
    else:
        assert answer is not None and 0.0 < answer <= len(flow)
        year = min(math.floor(answer), len(flow) - 1)
        before = cumulative[year - 1] if year else Fraction(0)
        at_answer = before + Fraction(flow[year]) * (Fraction(answer) - year)
        assert abs(at_answer) <= moved / 10**9  # the walk is at zero there ...
        assert all(c >= 0 for c in cumulative[year:])  # ... and never below it afterwards ...
        assert before <= 0 or at_answer == before  # ... and below it just before


def test_payback_rounding_does_not_decide() -> None:
    assert payback([-0.7, *[0.1] * 7]) == pytest.approx(8.0)
    assert payback([-0.3, 0.1, 0.1, 0.1]) == pytest.approx(4.0)


def test_payback_start_may_be_after_it() -> None:
    assert payback([-100, 200, 0, 0], start=3) == -1.5
    assert payback([10, 10], start=3) == 0.0


def test_payback_with_dates() -> None:
    assert payback([-100, 60, 60], at=[0, 2, 4]) == pytest.approx(2 + 2 * 40 / 60)
    assert payback([60, -100, 60], at=[4, 0, 2]) == payback([-100, 60, 60], at=[0, 2, 4])
    assert payback([-100, 100], at=[1, 1]) == 0.0


def test_discounted_payback_is_later() -> None:
    flow = [-100.0, 40.0, 40.0, 40.0, 40.0]
    plain, slow = payback(flow), discounted_payback(flow, 0.10)
    assert plain is not None and slow is not None and slow > plain
    assert discounted_payback(flow, 0.0) == plain
    assert discounted_payback(flow, 0.50) is None
    assert discounted_payback(flow, 0.10, start=1.0) == slow - 1.0


@given(flows, rates, rates)
@settings(max_examples=100, deadline=None)
def test_mirr_is_excels_formula(flow: list[float], finance: float, reinvest: float) -> None:
    answer = mirr(flow, finance=finance, reinvest=reinvest)
    gained, spent = [max(a, 0.0) for a in flow], [min(a, 0.0) for a in flow]
    if not any(gained) or not any(spent):
        assert answer is None
        return
    n = len(flow)  # Microsoft's formula, its NPV one period early
    at = list(range(1, n + 1))
    excel = (-npv(gained, reinvest, at=at) * (1 + reinvest) ** n / (npv(spent, finance, at=at) * (1 + finance))) ** (1 / (n - 1)) - 1
    assert answer == pytest.approx(excel, rel=1e-9, abs=1e-9)


def test_mirr_at_the_irr_is_the_irr() -> None:
    flow = [-100.0, 30.0, 40.0, 50.0, 20.0]
    (rate,) = irr(flow)
    assert mirr(flow, finance=rate, reinvest=rate) == pytest.approx(rate)
    dates = [0.0, 0.3, 1.9, 2.0, 7.5]
    (rate,) = irr(flow, at=dates)
    assert mirr(flow, finance=rate, reinvest=rate, at=dates) == pytest.approx(rate)


def test_profitability_index_is_one_at_the_irr() -> None:
    flow, outlay = [-100.0, -20.0, 90.0, 80.0], [100.0, 20.0, 0.0, 0.0]
    (rate,) = irr(flow)
    assert profitability_index(flow, outlay, rate) == pytest.approx(1.0)


def test_a_party_without_outlay_has_no_return() -> None:
    assert irr([0, 10, 20]) == []
    assert mirr([0, 10, 20], finance=0.1, reinvest=0.1) is None
    assert profitability_index([0, 10], [0, 0], 0.1) is None


def test_effective_tax_rates() -> None:
    assert effective_tax_rate(130.0, 100.0) == 1.3  # a state may take more than all
    assert effective_tax_rate(-5.0, 100.0) == -0.05
    assert effective_tax_rate(5.0, -1.0) is None
    assert marginal_effective_tax_rate(0.2, -0.1) == pytest.approx(1.5)
    assert marginal_effective_tax_rate(None, 0.1) is None


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda: npv([], 0.1), "flow"),
        (lambda: npv([1.0, math.nan], 0.1), "flow[1]"),
        (lambda: npv([math.inf], 0.1), "flow[0]"),
        (lambda: npv([1.0], -1.0), "rate"),
        (lambda: npv([1.0], -2.0), "rate"),
        (lambda: npv([1.0], math.nan), "rate"),
        (lambda: npv([1.0, 2.0], 0.1, at=[0.0]), "at"),
        (lambda: npv([1.0], 0.1, at=[math.inf]), "at[0]"),
        (lambda: npv([1.0, 1.0], -0.999999, at=[0, 100]), "flow[1]"),
        (lambda: npv(["84"], 0.1), "flow[0]"),  # type: ignore[list-item]
        (lambda: irr([]), "flow"),
        (lambda: irr([1.0, math.nan]), "flow[1]"),
        (lambda: irr([1.0, -1.0], at=[0]), "at"),
        (lambda: sign_changes([math.nan]), "flow[0]"),
        (lambda: mirr([-1.0, 2.0], finance=-1.0, reinvest=0.1), "finance"),
        (lambda: mirr([-1.0, 2.0], finance=0.1, reinvest=-1.0), "reinvest"),
        (lambda: payback([-1.0, math.nan]), "flow[1]"),
        (lambda: payback([-1.0, 2.0], start=math.nan), "start"),
        (lambda: profitability_index([1.0], [-1.0], 0.1), "outlay[0]"),
        (lambda: profitability_index([1.0], [1.0, 1.0], 0.1), "outlay"),
        (lambda: discount_times(3, "middle"), "timing"),
        (lambda: discount_times(-1, "mid"), "count"),
        (lambda: npv_columns(np.zeros(3), 0.1, [0, 1, 2]), "flow"),
        (lambda: npv_columns(np.zeros((3, 2)), 0.1, [0, 1]), "times"),
        (lambda: npv_columns(np.zeros((1, 2)), -1.0, [0]), "rate"),
        (lambda: npv_columns(np.zeros((1, 2)), np.array([0.1, 0.1]), [0]), "rate"),
        (lambda: npv_columns(np.array([[0.0, math.nan]]), 0.1, [0]), "flow column 1"),
        (lambda: effective_tax_rate(math.nan, 1.0), "to_state_pv"),
    ],
)
def test_bad_input_says_where(call: Any, where: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.faults[0].where == where


def test_all_faults_at_once() -> None:
    with pytest.raises(InputError) as caught:
        irr([math.nan, 1.0, math.inf], at=[0.0, math.nan])
    assert [fault.where for fault in caught.value.faults] == ["flow[0]", "flow[2]", "at[1]", "at"]


def test_the_error_reads_well() -> None:
    with pytest.raises(InputError) as caught:
        discount_times(3, "mid-year")
    assert str(caught.value) == (
        "timing\n  got     'mid-year'\n  wanted  'start', 'mid' or 'end'\n  hint    discount at the middle of a year is written 'mid'"
    )
