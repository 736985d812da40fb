"""What is it worth? NPV, every IRR, payback and effective tax rates of a flow of money. Knows no mining words.

A flow is a plain list, one signed amount a period. ``at`` says when each amount falls, in years from the valuation day;
without it the times are 0, 1, 2, ...: the first amount is not discounted (Excel's NPV discounts it: give ``at=[1, 2, ...]``).
Rates and shares are fractions of one. Whatever cannot be answered is None or an empty list, never NaN and never a guess.

>>> irr([-100, 50, 60, 70, 40, -120])[0], round(irr([-100, 50, 60, 70, 40, -120])[1], 4)   # two roots are shown as two
(0.0, 0.1115)
>>> round(npv([-100, 60, 60], 0.10), 2)
4.13
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kenes.errors import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "discount_times",
    "discounted_payback",
    "effective_tax_rate",
    "irr",
    "marginal_effective_tax_rate",
    "mirr",
    "npv",
    "npv_columns",
    "payback",
    "present_values",
    "profitability_index",
    "sign_changes",
]

EPSILON = 2.0**-52  # spacing of floats just above one
LOWEST, HIGHEST = -36.7, 709.0  # log(1 + rate) of the rates a float can hold
SAME_TIME = 1e-9  # years: 0.1 + 0.2 and 0.3 are one day
TIMINGS = {"start": 0.0, "mid": 0.5, "end": 1.0}


# ---------------------------------------------------------------- present value


def discount_times(count: int, timing: str, *, first: float = 0.0) -> list[float]:
    """Times at which the flows of ``count`` yearly periods are discounted.

    timing : "start", "mid" or "end" of each period
    first  : years from the valuation day to the start of the first period
    Returns years from the valuation day, one a period.

    >>> discount_times(3, "start"), discount_times(3, "mid"), discount_times(3, "end")
    ([0.0, 1.0, 2.0], [0.5, 1.5, 2.5], [1.0, 2.0, 3.0])
    >>> discount_times(2, "mid", first=3.0)
    [3.5, 4.5]
    """
    if timing not in TIMINGS:
        hint = "discount at the middle of a year is written 'mid'" if "mid" in str(timing).lower() else ""
        raise InputError(Fault("timing", repr(timing), "'start', 'mid' or 'end'", hint))
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise InputError(Fault("count", repr(count), "a number of periods, 0 or more"))
    offset = _number(first, "first") + TIMINGS[timing]
    return [period + offset for period in range(count)]


def present_values(flow: Sequence[float], rate: float, *, at: Sequence[float] | None = None) -> list[float]:
    """Each amount of a flow brought to the valuation day.

    flow : signed amounts; rate : fraction a year, above -1; at : years, default 0, 1, 2, ...

    >>> [round(value, 9) for value in present_values([-100, 110, 121], 0.10)]
    [-100.0, 100.0, 100.0]
    """
    amounts, times = _dated(flow, at)
    factors = _factors(_rate(rate, "rate"), times)
    values = [amount * factor if amount else 0.0 for amount, factor in zip(amounts, factors, strict=True)]
    for index, value in enumerate(values):
        if not math.isfinite(value):
            raise InputError(
                Fault(
                    f"flow[{index}]",
                    f"{amounts[index]:g} at year {times[index]:g} and rate {rate:g}",
                    "a present value below 1e308",
                    "the rate is too close to -1 for so long a time",
                )
            )
    return values


def npv(flow: Sequence[float], rate: float, *, at: Sequence[float] | None = None) -> float:
    """Net present value of a flow.

    flow : signed amounts; rate : fraction a year, above -1; at : years, default 0, 1, 2, ... (the first is not discounted)

    >>> round(npv([-40_000, 5_000, 8_000, 12_000, 30_000], 0.08), 5)
    3065.22267
    >>> round(npv([-10_000, 3_000, 4_200, 6_800], 0.10, at=[1, 2, 3, 4]), 2)      # Excel's NPV
    1188.44
    >>> npv([100], -1.0)
    Traceback (most recent call last):
    kenes.errors.InputError: rate
      got     -1
      wanted  a fraction above -1, such as 0.08
    """
    total = 0.0
    for value in present_values(flow, rate, at=at):  # in order, as npv_columns adds: a column of a crowd = the case alone
        total += value
    return total


def npv_columns(flow: Array, rate: float | Array, times: Sequence[float] | Array) -> Array:
    """Net present value of every column.

    flow : (T, N), years down, draws across; times : T years, or (T, 1); rate : fraction a year, above -1, or (1, N)
    Returns (N,): the same floats, to the last digit, as ``npv`` of each column alone (if the rate is one number).

    >>> npv_columns(np.array([[-100.0, -50.0], [110.0, 0.0]]), 0.10, [0, 1])
    array([  0., -50.])
    """
    amounts = np.asarray(flow, dtype=np.float64)
    if amounts.ndim != 2:
        raise InputError(Fault("flow", f"shape {amounts.shape}", "two dimensions: (years, draws)"))
    years = [_number(time, "times") for time in np.asarray(times, dtype=np.float64).ravel().tolist()]
    if len(years) != len(amounts):
        raise InputError(Fault("times", f"{len(years)} times", f"{len(amounts)}, one for each row of the flow"))
    rates = np.asarray(rate, dtype=np.float64)
    if rates.ndim and rates.shape != (1, amounts.shape[1]):
        raise InputError(Fault("rate", f"shape {rates.shape}", f"one number, or (1, {amounts.shape[1]})"))
    if not (np.isfinite(rates).all() and (rates > -1.0).all()):
        raise InputError(Fault("rate", f"{rates.min():g}", "a fraction above -1, such as 0.08"))
    factors: list[Any] = [(1.0 + rates) ** -year for year in years] if rates.ndim else _factors(float(rates), years)
    total: Array = np.zeros(amounts.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for row, factor in zip(amounts, factors, strict=True):  # row by row: np.sum would add one column in another order
            total += np.where(row == 0.0, 0.0, row * np.ravel(factor))
    if not np.isfinite(total).all():
        column = int(np.flatnonzero(~np.isfinite(total))[0])
        raise InputError(Fault(f"flow column {column}", f"an NPV of {total[column]}", "finite amounts only"))
    return total


def profitability_index(flow: Sequence[float], outlay: Sequence[float], rate: float, *, at: Sequence[float] | None = None) -> float | None:
    """Worth made by each unit of money laid out: 1 + NPV / PV(outlay). None if nothing is laid out.

    flow : signed net amounts, outlay already deducted; outlay : amounts laid out, positive, at the same times

    >>> round(profitability_index([-100, 132], [100, 0], 0.10), 9)
    1.2
    >>> profitability_index([5, 5], [0, 0], 0.10) is None
    True
    """
    if len(outlay) != len(flow):
        raise InputError(Fault("outlay", f"{len(outlay)} amounts", f"{len(flow)}, one for each amount of the flow"))
    laid = list(outlay) if _plain(outlay) else [_number(amount, f"outlay[{index}]") for index, amount in enumerate(outlay)]
    if any(amount < 0.0 for amount in laid):
        hint = "an outlay is written positive"
        raise InputError(*(Fault(f"outlay[{i}]", f"{amount:g}", "0 or more", hint) for i, amount in enumerate(laid) if amount < 0.0))
    laid_out = npv(laid, rate, at=at)
    return 1.0 + npv(flow, rate, at=at) / laid_out if laid_out > 0.0 else None


# ---------------------------------------------------------------- rates of return


def sign_changes(flow: Sequence[float]) -> int:
    """How often the flow turns from out to in or from in to out: never fewer than the number of its IRRs. Zeros do not count.

    >>> sign_changes([-100, 0, 50, 60, -20]), sign_changes([100, 20]), sign_changes([])
    (2, 0, 0)
    """
    read = flow if _plain(flow) else [_number(amount, f"flow[{index}]") for index, amount in enumerate(flow)]
    signs = [amount > 0.0 for amount in read if amount]
    return sum(a != b for a, b in pairwise(signs))


def irr(flow: Sequence[float], *, at: Sequence[float] | None = None) -> list[float]:
    """Every real rate above -1 at which the NPV is zero, smallest first. None of them is preferred; there may be none.

    flow : signed amounts; at : years, in any order, default 0, 1, 2, ...
    Returns fractions a year. A rate where the NPV touches zero without crossing is given once; so are rates closer together
    than floats can tell apart (ten roots a tenth apart may show as fewer). No sign change, no rate; one, exactly one.

    >>> [round(rate, 12) for rate in irr([-100, 230, -132])]
    [0.1, 0.2]
    >>> [round(rate, 4) for rate in irr([-100, 30, 30, 30])]
    [-0.0509]
    >>> irr([100, 20]), irr([0, 0])
    ([], [])
    >>> [round(rate, 9) for rate in irr([-100, 220, -121])]        # touches zero once
    [0.1]
    >>> [round(rate, 6) for rate in irr([-100, 110], at=[0.5, 1.5])]
    [0.1]

    Method: with s = log(1 + rate) the NPV is a sum of exponentials, sum c_i exp(-t_i s). Multiplied by exp(tau s), tau
    between two amounts of unlike sign, its derivative has one sign change less (Laguerre's proof of Descartes' rule), so the
    roots of that derivative, found the same way, cut the line into pieces on which the NPV crosses zero at most once.
    No starting guess, no polynomial eigenvalues; uneven times are no special case. A rate that no float can hold (above
    1e307, or closer to -1 than 2e-16) is left out.
    """
    amounts, times = _merged(*_dated(flow, at))
    if sign_changes(amounts) == 0:
        return []
    logs = np.array([math.log(abs(amount)) for amount in amounts])
    signs = np.array([math.copysign(1.0, amount) for amount in amounts])
    years = np.array(times) - times[0]  # a common shift in time moves no root
    roots = [math.expm1(s) for s in _zeros(signs, logs - logs.max(), years, strict=True)]
    if roots and math.fsum(amounts) == 0.0:  # then 0 is a root exactly: say so without the last rounding
        nearest = min(range(len(roots)), key=lambda index: abs(roots[index]))
        if abs(roots[nearest]) < 1e-6:
            roots[nearest] = 0.0
    return roots


def mirr(flow: Sequence[float], *, finance: float, reinvest: float, at: Sequence[float] | None = None) -> float | None:
    """Modified IRR: outflows financed from the first time at one rate, inflows reinvested to the last time at another.

    finance, reinvest : fractions a year, above -1. With default times this is Excel's MIRR (zeros at the ends count as years).
    Returns a fraction a year; None if the flow lacks outflows or inflows.

    >>> round(mirr([-120_000, 39_000, 30_000, 21_000, 37_000, 46_000], finance=0.10, reinvest=0.12), 4)
    0.1261
    >>> mirr([100, 20], finance=0.10, reinvest=0.12) is None
    True
    """
    amounts, times = _dated(flow, at)
    growth_out, growth_in = math.log1p(_rate(finance, "finance")), math.log1p(_rate(reinvest, "reinvest"))
    first, last = min(times), max(times)
    if last == first or not (any(a > 0.0 for a in amounts) and any(a < 0.0 for a in amounts)):
        return None
    spent = _log_sum([math.log(-amount) - growth_out * (time - first) for amount, time in zip(amounts, times, strict=True) if amount < 0.0])
    earned = _log_sum([math.log(amount) + growth_in * (last - time) for amount, time in zip(amounts, times, strict=True) if amount > 0.0])
    return math.expm1((earned - spent) / (last - first))


# ---------------------------------------------------------------- payback


def payback(flow: Sequence[float], *, at: Sequence[float] | None = None, start: float = 0.0) -> float | None:
    """Years, counted from ``start``, until the money is back for good: from then to the end the cumulative flow is never below 0.

    Without ``at``, amount i is spread evenly over the year from i to i + 1, so an outlay in the first amount takes a year.
    With ``at``, the first amount falls at its instant and each later one is spread evenly since the time before it: the payback of
    the textbooks. 0.0 if the cumulative flow is never negative; None if it ends negative, as when a closure cost eats
    what had been recovered; negative if the money is back before ``start``. A rest below 1e-12 of the money moved is zero.

    >>> payback([-100, 40, 40, 40]), payback([-100, 40, 40, 40], start=1)
    (3.5, 2.5)
    >>> payback([-1000, 300, 400, 500], at=[0, 1, 2, 3])
    2.6
    >>> payback([-100, 200, -150, 100])              # back in year 1.5, lost again, back for good in year 3.5
    3.5
    >>> payback([5, 5]), payback([-100, 40]), payback([-100, 120, -50])
    (0.0, None, None)
    """
    amounts, times = _dated(flow, at)
    origin = _number(start, "start")
    if at is None:
        ends = [time + 1.0 for time in times]
        begins = times
    else:
        amounts, ends = _merged(amounts, times, zeros=True)
        begins = [ends[0], *ends[:-1]]
    moved = math.fsum(abs(amount) for amount in amounts)
    before, back = 0.0, 0.0
    was_negative, lost = False, False
    for index, (amount, begin, end) in enumerate(zip(amounts, begins, ends, strict=True)):
        after = math.fsum(amounts[: index + 1])
        if abs(after) <= 1e-12 * moved:
            after = 0.0
        if after < 0.0:
            was_negative = lost = True
        elif lost:
            lost = False
            back = begin + (end - begin) * min(1.0, -before / amount)
        before = after
    if lost:
        return None
    return back - origin if was_negative else 0.0


def discounted_payback(flow: Sequence[float], rate: float, *, at: Sequence[float] | None = None, start: float = 0.0) -> float | None:
    """Payback of the flow after each amount is discounted as ``npv`` does, so money is back when it has also earned ``rate``.

    To spread amounts over their years and discount them at other times: ``payback(present_values(flow, rate, at=times))``.

    >>> discounted_payback([-100, 55, 60.5, 66.55], 0.10), payback([-100, 55, 60.5, 66.55]) < 3.0
    (3.0, True)
    """
    return payback(present_values(flow, rate, at=at), at=at, start=start)


# ---------------------------------------------------------------- the state's share


def effective_tax_rate(to_state_pv: float, pre_fiscal_pv: float) -> float | None:
    """Average effective tax rate: PV of all payments to the state / PV of the flow before any. None unless the latter is positive.

    >>> effective_tax_rate(45.0, 100.0), effective_tax_rate(45.0, 0.0), effective_tax_rate(45.0, -10.0)
    (0.45, None, None)
    """
    paid, base = _number(to_state_pv, "to_state_pv"), _number(pre_fiscal_pv, "pre_fiscal_pv")
    return paid / base if base > 0.0 else None


def marginal_effective_tax_rate(pre_irr: float | None, post_irr: float | None) -> float | None:
    """Share of the return that tax takes: (pre - post) / pre. None if a return is missing or the first is not positive.

    >>> round(marginal_effective_tax_rate(0.20, 0.15), 9), marginal_effective_tax_rate(0.20, None), marginal_effective_tax_rate(0.0, -0.01)
    (0.25, None, None)
    """
    if pre_irr is None or post_irr is None:
        return None
    pre, post = _number(pre_irr, "pre_irr"), _number(post_irr, "post_irr")
    return (pre - post) / pre if pre > 0.0 else None


# ---------------------------------------------------------------- zeros of a sum of exponentials


def _zeros(signs: Array, logs: Array, times: Array, *, strict: bool) -> list[float]:
    """Zeros of f(s) = sum signs exp(logs - times s), ascending. Each argument (n,); times ascending, no two alike.

    strict : one value for each zero; otherwise near-misses are welcome too (they only cut a line into more pieces).
    """
    turns = np.flatnonzero(signs[1:] != signs[:-1])
    if len(turns) == 0:
        return []
    turn = turns[len(turns) // 2]
    tau = 0.5 * (times[turn] + times[turn + 1])
    lean = tau - times
    slopes = _zeros(signs * np.sign(lean), logs + np.log(np.abs(lean)), times, strict=False)

    # beyond these ends the first or the last amount outweighs all others together
    margin = math.log(len(times)) + 1e-9
    high = float(np.max((logs[1:] - logs[0] + margin) / (times[1:] - times[0])))
    low = float(np.min((logs[-1] - logs[:-1] - margin) / (times[-1] - times[:-1])))
    tails = (signs[-1] if low >= LOWEST else 0.0, signs[0] if high <= HIGHEST else 0.0)
    low, high = max(low, LOWEST), min(high, HIGHEST)
    if low >= high:
        return []
    cuts = np.array([low, *(cut for cut in slopes if low < cut < high), high])
    values, noise = _sum(signs, logs, times, cuts)
    side = np.where(np.abs(values) <= noise, 0.0, np.sign(values))
    side[0], side[-1] = tails[0] or np.sign(values[0]), tails[1] or np.sign(values[-1])

    zeros: list[float] = []
    lows: list[float] = []
    highs: list[float] = []
    last = 0
    for index in range(1, len(cuts)):
        if side[index] == 0.0:
            continue
        between = np.arange(last + 1, index)  # cuts at which f cannot be told from zero
        if len(between):
            zeros.append(float(cuts[between[np.argmin(np.abs(values[between]) / noise[between])]]))
            if not strict:
                zeros.extend(float(cuts[cut]) for cut in between)
        elif side[index] != side[last]:
            lows.append(float(cuts[last]))
            highs.append(float(cuts[index]))
        last = index
    if lows:
        zeros.extend(_cross(signs, logs, times, np.array(lows), np.array(highs)).tolist())
    return sorted(set(zeros))


def _sum(signs: Array, logs: Array, times: Array, points: Array) -> tuple[Array, Array]:
    """f at each point as a share of the sum of its absolute terms, from -1 to 1, and the share that rounding may have made up."""
    powers = logs - points[:, None] * times
    weights = np.exp(powers - powers.max(axis=1, keepdims=True))
    total = weights.sum(axis=1)
    blur = (weights * (np.abs(logs) + np.abs(points[:, None] * times))).sum(axis=1) / total
    return weights @ signs / total, EPSILON * (16.0 + 4.0 * len(times) + 4.0 * blur)


def _cross(signs: Array, logs: Array, times: Array, low: Array, high: Array) -> Array:
    """The zero inside each bracket (low, high), f of unlike sign at its ends.

    Newton on log(inflows) - log(outflows), nearly straight in s where f itself is not; halving where Newton does not gain.
    """
    inward, outward = np.flatnonzero(signs > 0.0), np.flatnonzero(signs <= 0.0)
    inward_times, outward_times = times[inward], times[outward]
    together = np.add.reduce
    rising = np.sign(_sum(signs, logs, times, high)[0])
    point, stride = 0.5 * (low + high), high - low
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(400):
            powers = logs - point[:, None] * times
            weights = np.exp(powers - np.maximum.reduce(powers, axis=1, keepdims=True))
            inflow, outflow = weights[:, inward], weights[:, outward]
            gained, spent = together(inflow, axis=1), together(outflow, axis=1)
            drift = together(outflow * outward_times, axis=1) / spent - together(inflow * inward_times, axis=1) / gained
            step = np.log(gained / spent) / drift
            side = np.sign(gained - spent) * rising
            low, high = np.where(side <= 0.0, point, low), np.where(side >= 0.0, point, high)
            room = EPSILON * np.maximum(1.0, np.abs(point))
            lost = np.abs(gained - spent) <= EPSILON * (gained + spent)
            near = lost | (high - low <= room) | (np.abs(step) <= room)
            if near.all():
                break
            newton = point - step
            gains = (newton > low) & (newton < high) & (np.abs(step) <= 0.5 * stride)
            guess = np.where(gains, newton, 0.5 * (low + high))
            stride = np.where(near, stride, np.abs(guess - point))
            point = np.where(near, point, guess)
    return point


# ---------------------------------------------------------------- reading the arguments


def _number(value: float, where: str) -> float:
    try:
        number = math.nan if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(Fault(where, repr(value), "a finite number", "what is unknown cannot be valued: give a number or an assumption"))
    return number


def _plain(values: Sequence[float]) -> bool:
    """Whether all are finite floats, which need no reading."""
    return all(type(value) is float and math.isfinite(value) for value in values)


def _rate(value: float, where: str) -> float:
    number = _number(value, where)
    if number <= -1.0:
        raise InputError(Fault(where, f"{number:g}", "a fraction above -1, such as 0.08"))
    return number


def _dated(flow: Sequence[float], at: Sequence[float] | None) -> tuple[list[float], list[float]]:
    """Amounts and their times, as floats, all faults at once."""
    faults: list[Fault] = []

    def read(values: Sequence[float], where: str) -> list[float]:
        if _plain(values):
            return list(values)
        numbers = []
        for index, value in enumerate(values):
            try:
                numbers.append(_number(value, f"{where}[{index}]"))
            except InputError as error:
                faults.extend(error.faults)
        return numbers

    amounts = read(flow, "flow")
    times = [float(index) for index in range(len(flow))] if at is None else read(at, "at")
    if len(flow) == 0:
        faults.append(Fault("flow", "nothing", "at least one amount"))
    if at is not None and len(at) != len(flow):
        faults.append(Fault("at", f"{len(at)} times", f"{len(flow)}, one for each amount of the flow"))
    if faults:
        raise InputError(*faults)
    return amounts, times


def _merged(amounts: list[float], times: list[float], *, zeros: bool = False) -> tuple[list[float], list[float]]:
    """In order of time, amounts of the same time (to a thirtieth of a second) added; zero amounts left out unless ``zeros``."""
    together: list[tuple[float, list[float]]] = []
    for time, amount in sorted(zip(times, amounts, strict=True)):
        if together and time - together[-1][0] <= SAME_TIME:
            together[-1][1].append(amount)
        else:
            together.append((time, [amount]))
    rows = [(time, math.fsum(part)) for time, part in together]
    kept = [(time, amount) for time, amount in rows if zeros or amount != 0.0]
    return [amount for _, amount in kept], [time for time, _ in kept]


def _log_sum(logs: list[float]) -> float:
    """Logarithm of the sum of numbers given by their logarithms: no size overflows."""
    most = max(logs)
    return most + math.log(math.fsum(math.exp(log - most) for log in logs))


def _factors(rate: float, times: list[float]) -> list[float]:
    factors = []
    for time in times:
        try:
            factors.append((1.0 + rate) ** -time)
        except OverflowError:
            factors.append(math.inf)
    return factors
