"""What does each state take? Charges as pure functions, each with its memory in the open.

Every charge looks at one year and, where it remembers, takes its memory in and gives it back. Which charges there are, in which order and
with which numbers, is law: data read by `kenes.regime`. All money is nominal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kenes.numbers import Num, clip, maximum, minimum, ratio, total, where

__all__ = [
    "Depreciated",
    "Losses",
    "bracket_rate",
    "declining",
    "holiday_share",
    "immediate",
    "income_tax",
    "percentage_depletion",
    "production_credit",
    "rent_tax",
    "sliced",
    "straight_line",
    "tiered_profit_tax",
    "units_of_production",
    "use_losses",
]


# --- levies on production ------------------------------------------------------------------------------------------------------


def bracket_rate(price: Num, steps: Sequence[tuple[Num, Num]]) -> Num:
    """Rate that a price-sliding scale sets on the whole base.

    steps : (upper price, rate), rising; a price up to and including ``upper`` bears ``rate``; the last step has no upper bound

    >>> bracket_rate(3800.0, [(2800.0, 0.075), (3800.0, 0.10), (float("inf"), 0.11)])
    0.1
    """
    rate = steps[-1][1]
    for upper, below in reversed(steps[:-1]):
        rate = where(price <= upper, below, rate)
    return rate


def sliced(amount: Num, steps: Sequence[tuple[Num, Num]]) -> Num:
    """Charge of a scale in which each slice bears its own rate.

    steps : (upper bound of the slice, rate), rising; the last slice has no upper bound

    >>> sliced(300.0, [(200.0, 0.05), (float("inf"), 0.15)])
    25.0
    """
    due: Num = 0.0
    lower: Num = 0.0
    for upper, rate in steps:
        due = due + rate * maximum(minimum(amount, upper) - lower, 0.0)
        lower = upper
    return due


def holiday_share(clock: tuple[Num, Num], years: Num) -> Num:
    """Share of this year's operation that lies within the first ``years`` of operation.

    >>> holiday_share((4.5, 5.5), 5.0)
    0.5
    """
    first, last = clock
    inside = clip(last, 0.0, years) - clip(first, 0.0, years)
    return ratio(inside, maximum(last, 0.0) - maximum(first, 0.0))


# --- depreciation --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Depreciated:
    """Deduction of the year, and what is still pooled at its end."""

    deduction: Num
    balance: Num


def declining(balance: Num, added: Num, *, rate: Num, first_year: Num, over: Num) -> Depreciated:
    """Declining-balance pool.

    balance : pooled at the beginning; added : placed in service this year
    rate    : share of the pool deducted; first_year : multiple of it on what was placed in service this year
    over    : share of the year after the last ore, in which the rest is written off

    >>> declining(100.0, 40.0, rate=0.25, first_year=2.0, over=0.0)
    Depreciated(deduction=45.0, balance=95.0)
    """
    pool = balance + added
    taken = rate * balance + minimum(rate * first_year, 1.0) * added
    taken = taken + over * (pool - taken)
    return Depreciated(taken, pool - taken)


def straight_line(balance: Num, added: Num, serviced: Num, retired: Num, *, years: float, over: Num) -> Depreciated:
    """Straight-line pool: what each year places in service, in ``years`` equal parts.

    balance  : not yet deducted; added : placed in service this year
    serviced : all that is in service, this year's included; retired : what was in service ``years`` years ago (fully deducted)

    >>> straight_line(0.0, 100.0, 100.0, 0.0, years=4, over=0.0)
    Depreciated(deduction=25.0, balance=75.0)
    """
    pool = balance + added
    taken = minimum(pool, (serviced - retired) / years)
    taken = taken + over * (pool - taken)
    return Depreciated(taken, pool - taken)


def units_of_production(balance: Num, added: Num, *, portion: Num, left: Num, over: Num) -> Depreciated:
    """Pool deducted with the ore: this year's part of what was left at its beginning.

    portion : share of the life's ore mined this year; left : share still in the ground at its end

    >>> units_of_production(100.0, 0.0, portion=0.25, left=0.25, over=0.0)
    Depreciated(deduction=50.0, balance=50.0)
    """
    pool = balance + added
    taken = pool * ratio(portion, portion + left, otherwise=1.0)
    taken = taken + over * (pool - taken)
    return Depreciated(taken, pool - taken)


def immediate(balance: Num, added: Num, *, rate: Num, over: Num) -> Depreciated:
    """Pool of which ``rate`` is deducted at once (1: all of it), and the same share of what is left each later year.

    balance : not yet deducted; added : placed in service this year; over : share of the year after the last ore

    >>> immediate(0.0, 120.0, rate=1.0, over=0.0)
    Depreciated(deduction=120.0, balance=0.0)
    """
    taken = rate * (balance + added)
    pool = balance + added - taken
    return Depreciated(taken + over * pool, pool - over * pool)


# --- taxes on profit -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Running totals of losses: ``made`` so far, and ``gone`` (used or expired). What shelters later profit is their difference."""

    made: Num = 0.0
    gone: Num = 0.0


def use_losses(profit: Num, losses: Losses, expired: Num, shelter: Num) -> tuple[Num, Losses]:
    """Shelter one year's profit by earlier losses, first in, first out.

    profit  : before losses (negative: a loss)
    expired : all losses made in years whose losses can no longer be used
    shelter : at most this share of a profit is sheltered (1: no cap)
    Returns the losses used, and the running totals.

    >>> use_losses(60.0, Losses(made=100.0), 0.0, 0.5)
    (30.0, Losses(made=100.0, gone=30.0))
    """
    gone = maximum(losses.gone, expired)
    used = minimum(losses.made - gone, shelter * maximum(profit, 0.0))
    return used, Losses(losses.made + maximum(-profit, 0.0), gone + used)


def income_tax(profit: Num, losses: Losses, expired: Num, *, rate: Num, shelter: Num) -> tuple[Num, Losses]:
    """Tax one year's profit after the losses of earlier years.

    rate, shelter : fractions
    Returns (due, running totals of losses): due is never negative.

    >>> income_tax(60.0, Losses(made=100.0), 0.0, rate=0.30, shelter=0.50)
    (9.0, Losses(made=100.0, gone=30.0))
    """
    used, after = use_losses(profit, losses, expired, shelter)
    return rate * (maximum(profit, 0.0) - used), after


def percentage_depletion(gross: Mapping[str, Num], rates: Mapping[str, Num], profit: Num, cap: Num) -> Num:
    """Deduction of a share of gross income from mining one's own deposit, at most ``cap`` of the taxable income before it.

    gross : gross income from mining by element; rates : by element; none for an element without a rate

    >>> percentage_depletion({"neodymium": 100.0}, {"neodymium": 0.14}, 20.0, 0.5)
    10.0
    """
    share = total(amount * rates.get(element, 0.0) for element, amount in gross.items())
    return minimum(share, cap * maximum(profit, 0.0))


def rent_tax(flow: Num, balance: Num, *, uplift: Num, rate: Num) -> tuple[Num, Num]:
    """Tax on the cash flow that is left once all spending has been recovered with a return.

    balance : spending not yet recovered, negative, with its return; uplift : that return, a fraction a year
    Returns (due, balance).

    >>> rent_tax(150.0, -100.0, uplift=0.20, rate=0.25)
    (7.5, 0.0)
    """
    carried = balance * (1.0 + uplift) + flow
    return rate * maximum(carried, 0.0), minimum(carried, 0.0)


def tiered_profit_tax(income: Num, deductions: Num, tax: Num, tiers: Sequence[tuple[Num, Num]]) -> Num:
    """Excess-profits tax on the slices of net income over its deductions.

    income, deductions : of the year; tax : income tax of the year, which comes off the net income
    tiers : (upper bound of net income as a multiple of the deductions, rate), rising; the last has no upper bound

    >>> tiered_profit_tax(300.0, 100.0, 0.0, [(0.25, 0.0), (1.0, 0.10), (float("inf"), 0.50)])
    57.5
    """
    net = maximum(income - deductions - tax, 0.0)
    return sliced(net, [(upper * deductions, rate) for upper, rate in tiers[:-1]] + [(float("inf"), tiers[-1][1])])


def production_credit(cost: Num, *, rate: Num, phase: Num, eligible: Num) -> Num:
    """Credit on the cost of making eligible products.

    cost : eligible cost base; phase : share of the credit still given; eligible : share of the cost that makes eligible products

    >>> production_credit(100.0, rate=0.10, phase=0.75, eligible=1.0)
    7.5
    """
    return cost * rate * phase * eligible
