"""How may a price move? Processes of the world, shared by every project that uses them: factors on stated prices, year by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
from scipy.special import ndtri

from kenes.chance.streams import connected, mixed, nearest, uniform
from kenes.checks import near
from kenes.errors import Fault, InputError
from kenes.facts import Quantity, quantities
from kenes.notes import note
from kenes.odds import Odds, Process
from kenes.project import Project

__all__ = ["Processes", "read"]

Array = Any


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes of a file. Empty ones are false.

    named  : by name
    groups : processes whose shocks are correlated, each group with the lower triangle (n, n) that makes it
    notes  : what a reader must know

    Year 0, the first model year, is today's: no shock falls in it. The first shock enters year 1. The price of year t is the stated price
    of year t times a factor F_t = E_t exp(Y_t) with E[exp(Y_t)] = 1 in every year, so that its expectation is E_t exactly. z_t are
    standard normal, one for each process and year.

    geometric Brownian : Y_t = sum over s <= t of (volatility z_s - volatility² / 2); E_t = (1 + drift)^t
    mean-reverting     : an Ornstein-Uhlenbeck process in the logarithm, seen once a year: x_t = phi x_(t-1) + volatility z_t from x_0 = 0,
                         with phi = 2^(-1/half_life); Y_t = x_t - V_t / 2, where V_t = volatility² (1 - phi^2t) / (1 - phi²) is the variance
                         of x_t; E_t = now^(phi^t) (1 + drift)^t: the way back from ``now`` to the stated price, its logarithm halved each
                         half-life. ``volatility`` is that of the yearly step; of the continuous process it is
                         volatility sqrt(2 k / (1 - phi²)) with k = ln 2 / half_life
    two-regime         : year 0 is calm; each year the regime is drawn from that of the year before. In a calm year
                         x_t = x_(t-1) + volatility z_t, in one of shock x_t = x_(t-1) + shock_drift + shock_volatility z_t.
                         Y_t = x_t - log E[exp(x_t)], the expectation being the exact product of matrices over all paths of regimes;
                         E_t = (1 + drift)^t
    """

    named: Mapping[str, Process]
    groups: tuple[tuple[tuple[str, ...], Array], ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.named)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every price that moves."""
        return tuple(path for process in self.named.values() for path in process.of)

    @property
    def words(self) -> dict[str, dict[str, Any]]:
        """What each process is, for the report."""
        return {
            name: {
                "kind": process.kind,
                "of": list(process.of),
                "parameters": {key: number.amount for key, number in _numbers(process)},
                "sources": list(dict.fromkeys(str(number.source or number.why) for _, number in _numbers(process))),
            }
            for name, process in self.named.items()
        }

    def drawn(self, seed: int, first: int, count: int) -> Callable[[int], dict[str, Array]]:
        """Makes, for a number of years T, the factor (T, N) on each path, of draws ``first`` to ``first + count``.

        A draw depends on the seed, the name of the process and its number: not on the block, on T (fewer years are the first rows of
        more), or on processes with which it is not correlated. Paths of one process share one array: it is not to be changed.
        """

        def factors(years: int) -> dict[str, Array]:
            shocks = {name: _shocks(name, seed, years, first, count) for name in self.named}
            for names, factor in self.groups:
                shocks |= zip(names, mixed(factor, [shocks[name] for name in names]), strict=True)
            made: dict[str, Array] = {}
            for name, process in self.named.items():
                if process.kind == "two-regime":
                    moved = _two_regime(process, shocks[name], _regimes(name, process, seed, years, first, count))
                else:
                    moved = _reverting(process, shocks[name])
                made |= dict.fromkeys(process.of, moved)
            return made

        return factors


# --- the kinds -----------------------------------------------------------------------------------------------------------------


def _shocks(name: str, seed: int, years: int, first: int, count: int) -> Array:
    """Standard normals of each year, (T, N); none in year 0."""
    rows = [np.zeros(count), *(ndtri(uniform(seed, f"world.{name}.{t}", first, count)) for t in range(1, years))]
    return np.stack(rows[:years]) if years else np.empty((0, count))


def _regimes(name: str, process: Process, seed: int, years: int, first: int, count: int) -> Array:
    """Whether a year is one of shock, (T, N) of bool; year 0 is calm."""
    into, out = _amount(process.into_shock), _amount(process.out_of_shock)
    shock = np.zeros((years, count), dtype=bool)
    for t in range(1, years):
        share = uniform(seed, f"world.{name}.regime.{t}", first, count)
        shock[t] = np.where(shock[t - 1], share >= out, share < into)
    return shock


def _reverting(process: Process, z: Array) -> Array:
    """Factors, (T, N), of a mean-reverting process; with ``phi`` = 1 and ``now`` = 1 it is geometric Brownian."""
    sigma, growth, now = process.volatility.amount, 1.0 + _amount(process.drift), _amount(process.now, 1.0)
    phi = 1.0 if process.half_life is None else 2.0 ** (-1.0 / process.half_life.amount)
    made = np.empty_like(z)
    log_price, variance, away = np.zeros(z.shape[1]), 0.0, 1.0
    for t in range(len(z)):
        if t:
            log_price = phi * log_price + sigma * z[t]
            variance = phi**2 * variance + sigma**2
            away *= phi
        made[t] = now**away * growth**t * np.exp(log_price - 0.5 * variance)
    return made


def _two_regime(process: Process, z: Array, shock: Array) -> Array:
    """Factors, (T, N), of a two-regime process."""
    calm, wild, drift = process.volatility.amount, _amount(process.shock_volatility), _amount(process.shock_drift)
    into, out, growth = _amount(process.into_shock), _amount(process.out_of_shock), 1.0 + _amount(process.drift)
    # Expectation of the price so far, by the regime of the year: its logarithm, and the shares of the two.
    rise, fall = 0.5 * calm**2, drift + 0.5 * wild**2
    top = max(rise, fall)
    shares, expected = (1.0, 0.0), 0.0
    made = np.empty_like(z)
    log_price = np.zeros(z.shape[1])
    for t in range(len(z)):
        if t:
            log_price = log_price + np.where(shock[t], drift + wild * z[t], calm * z[t])
            a = (shares[0] * (1.0 - into) + shares[1] * out) * exp(rise - top)
            b = (shares[0] * into + shares[1] * (1.0 - out)) * exp(fall - top)
            expected += top + log(a + b)
            shares = a / (a + b), b / (a + b)
        made[t] = growth**t * np.exp(log_price - expected)
    return made


def _amount(number: Quantity | None, otherwise: float = 0.0) -> float:
    return otherwise if number is None else number.amount


def _numbers(process: Process) -> Iterator[tuple[str, Quantity]]:
    for name in type(process).model_fields:
        number = getattr(process, name)
        if isinstance(number, Quantity):
            yield name, number


# --- reading -------------------------------------------------------------------------------------------------------------------


def read(project: Project, odds: Odds) -> Processes:
    """The processes of a project.

    Raises InputError with every fault: a path that is no price, that two processes move, that is stated by operating year, or that is drawn
    as well.
    """
    fields = dict(quantities(project.file))
    prices = [path for path, number in fields.items() if _is_price(path, number)]
    faults: list[Fault] = []
    moved: dict[str, str] = {}
    for name, process in odds.process.items():
        where = f"chance.process.{name}.of"
        for path in process.of:
            number = fields.get(path)
            if number is None:
                faults.append(Fault(where, f'"{path}"', "the path of a price in the file", near(path, prices)))
            elif path not in prices:
                faults.append(
                    Fault(where, f'"{path}", which is no price', "the path of a price: money under market, pricing or exchange_price")
                )
            elif moved.setdefault(path, name) != name:
                faults.append(Fault(where, f'"{path}", which "{moved[path]}" moves as well', "each price in one process"))
            else:
                faults += _steady(where, path, number, odds)
    if faults:
        raise project.located(InputError(*faults))
    groups, notes = _groups(odds)
    left = [path for path in prices if path not in moved and path.split(".")[-1] not in CHARGES]
    if moved and left:
        if len(left) > 6:
            notes.append(note("prices that no process moves: {paths} and {n} more", paths=", ".join(left[:6]), n=len(left) - 6))
        else:
            notes.append(note("prices that no process moves: {paths}", paths=", ".join(left)))
    return Processes(dict(odds.process), groups, tuple(notes))


CHARGES = ("freight", "treatment_charge", "separation_charge", "penalty")
"""Money per tonne that a sale states beside its price."""


def _is_price(path: str, number: Quantity) -> bool:
    """Whether a number is money of a sale, of the pricing of a transfer, or a quotation."""
    parts = path.split(".")
    inside = parts[0] == "site" and len(parts) > 3 and (parts[2] in ("market", "exchange_price") or ".pricing." in path)
    return inside and number.currency is not None


def _steady(where: str, path: str, number: Quantity, odds: Odds) -> list[Fault]:
    """Faults of a price that something else moves too."""
    faults = []
    if number.operating:
        wanted = "a price for all years, or by_year: a process runs by calendar year"
        faults.append(Fault(where, f'"{path}", which is stated by operating year', wanted))
    if path in odds.distribution:
        faults.append(
            Fault(where, f'"{path}", which is also drawn', "a price that one of them moves", "leave it out of [chance.distribution]")
        )
    elif number.low is not None and path not in odds.fixed:
        faults.append(Fault(where, f'"{path}", which is also drawn', "a price that one of them moves", f'fixed = ["{path}"] in [chance]'))
    if path in odds.outside:
        faults.append(
            Fault(where, f'"{path}", which has a reference class', "a price that one of them moves", "leave it out of [chance.outside]")
        )
    return faults


def _groups(odds: Odds) -> tuple[tuple[tuple[tuple[str, ...], Array], ...], list[str]]:
    """Groups of correlated processes with what makes them, and what was repaired."""
    stated = {frozenset(pair.of): pair.rho for pair in odds.process_correlation}
    groups = []
    notes: list[str] = []
    for names in connected((pair.of[0], pair.of[1]) for pair in odds.process_correlation):
        wanted = np.array([[1.0 if one == other else stated.get(frozenset((one, other)), 0.0) for other in names] for one in names])
        matrix = wanted
        if np.linalg.eigvalsh(wanted).min() < 1e-10:
            matrix = nearest(wanted)
            gap = float(np.abs(matrix - wanted).max())
            if gap > 1e-6:
                notes.append(
                    note(
                        "correlations of the processes {names} cannot hold together: the nearest that can were taken, at most {gap:.3f}"
                        " away",
                        names=", ".join(names),
                        gap=gap,
                    )
                )
        groups.append((names, np.linalg.cholesky(matrix)))
    return tuple(groups), notes
