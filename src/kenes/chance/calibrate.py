"""How did a price move? Parameters of processes from yearly prices, with their errors, ready to paste into a project."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import minimize

from kenes import __version__
from kenes.chance.series import History, find, shipped
from kenes.checks import near
from kenes.errors import Fault, InputError

__all__ = ["KINDS", "Fit", "calibrate", "fit", "listing", "text"]

Array = Any
KINDS = {"geometric Brownian": 5, "mean-reverting": 5, "two-regime": 10}
"""Kinds of process, with the fewest yearly changes from which one is told."""
LEAST_COMMON = 5
"""Yearly changes in common from which a correlation is told."""
FLOOR = 0.1
"""Least standard deviation of a regime, as a share of that of all changes: without it a regime could shrink onto one year."""
SLOWEST = 2.0 ** (-1.0 / 1000.0)
"""Coefficient of a half-life of 1,000 years: what is slower is no reversion."""

METHODS = {
    "geometric Brownian": "mean and standard deviation (n - 1) of the yearly changes of the logarithm",
    "mean-reverting": "least squares of the logarithm on that of the year before",
    "two-regime": "maximum likelihood of the yearly changes of the logarithm (Hamilton's filter, EM from nine starts, then BFGS); "
    f"no regime has less than {FLOOR:.0%} of the standard deviation of all changes",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """One kind of process fitted to a series.

    found   : value and standard error (None where the data do not tell it) by name of what was found
    stated  : what goes into a project, by key of [chance.process]; aside : the same, as comments
    log_likelihood : of the changes given the first price; free : parameters fitted
    floored : whether a regime stands at its least standard deviation, so that the likelihood is that of the floor
    refused : why nothing was fitted, or ""
    """

    kind: str
    found: dict[str, tuple[float, float | None]] = field(default_factory=dict)
    stated: dict[str, str | float] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    log_likelihood: float = math.nan
    free: int = 0
    notes: tuple[str, ...] = ()
    floored: bool = False
    refused: str = ""

    @property
    def aic(self) -> float:
        """Akaike's criterion: the lower, the better."""
        return 2.0 * self.free - 2.0 * self.log_likelihood


def fit(kind: str, history: History) -> Fit:
    """One kind of process, or why it was not fitted."""
    n = len(history.prices) - 1
    if n < KINDS[kind]:
        return Fit(kind, refused=f"{n} yearly changes: at least {KINDS[kind]} are needed")
    changes = np.array(history.changes)
    if changes.std() < 1e-9:
        return Fit(kind, refused="every yearly change is the same: nothing varies")
    if kind == "geometric Brownian":
        return _brownian(changes)
    if kind == "mean-reverting":
        return _reverting(np.log(np.array(history.prices)), history)
    return _two_regime(changes, history)


# --- the kinds -----------------------------------------------------------------------------------------------------------------


def _brownian(d: Array) -> Fit:
    n, mean, s = len(d), float(d.mean()), float(d.std(ddof=1))
    growth = math.exp(mean + 0.5 * s**2) - 1.0
    error = (1.0 + growth) * math.sqrt(s**2 / n + 0.5 * s**4 / (n - 1))
    return Fit(
        "geometric Brownian",
        {"volatility": (s, s / math.sqrt(2.0 * (n - 1))), "growth of the expected price": (growth, error)},
        {"volatility": _percent(s)},
        (f"drift = {_percent(growth)} a year was the growth of the expected price (± {_percent(error)}); left out: as the file states it",),
        _normal(float(d.var()), n),
        2,
    )


def _normal(variance: float, n: int) -> float:
    """Greatest log-likelihood of normals of a variance."""
    return -0.5 * n * (math.log(2.0 * math.pi * variance) + 1.0)


def _reverting(x: Array, history: History) -> Fit:
    kind, before, after = "mean-reverting", x[:-1], x[1:]
    n, centred = len(before), before - before.mean()
    square = float(centred @ centred)
    phi = float(centred @ after) / square
    left = after - after.mean() - phi * centred
    s = math.sqrt(float(left @ left) / (n - 2))
    error = s / math.sqrt(square)
    likelihood = _normal(float(left @ left) / n, n)
    corrected = (n * phi + 1.0) / (n - 3.0)
    unit_root = (phi - 1.0) / error
    critical = -2.86154 - 2.8903 / n - 4.234 / n**2 - 40.04 / n**3
    found: dict[str, tuple[float, float | None]] = {"coefficient of the year before": (phi, error)}
    notes = [
        f"Dickey and Fuller's t is {unit_root:.2f}, the bound of 5 % {critical:.2f} (MacKinnon 2010): a random walk is "
        + ("rejected" if unit_root < critical else "not rejected")
    ]
    if not 0.0 < phi < SLOWEST:
        said = "no reversion found" if phi >= SLOWEST else "no half-life: it swings over the level within a year"
        return Fit(kind, found, log_likelihood=likelihood, free=3, notes=tuple(notes), refused=f"{said} (coefficient {phi:.3f})")
    half = -math.log(2.0) / math.log(phi)
    found |= {"half_life": (half, half**2 * error / (phi * math.log(2.0))), "volatility": (s, s / math.sqrt(2.0 * (n - 2)))}
    away = f"least squares makes the half-life too short: the coefficient is low by about {corrected - phi:.3f} (Kendall 1954)"
    if corrected < 1.0:
        longer = -math.log(2.0) / math.log(corrected)
        aside = f"half-life corrected for the bias of few years: {longer:.1f} years"
        found["half-life corrected for bias"] = (longer, None)
    else:
        aside = "corrected for the bias of few years, the coefficient is not below 1: reversion is not told from none"
    notes += [away] if corrected < 1.0 else [away, aside]
    middle = float(after.mean() - phi * before.mean()) / (1.0 - phi)
    level = math.exp(middle + 0.5 * s**2 / (1.0 - phi**2))
    now = history.prices[-1] / level
    found["level"] = (level, None)
    beside = f"now = {now:.3g}: the price of {history.last} over the mean level {_plain(level)}; state it if your price is that level"
    if history.nominal:
        notes.append(
            "the level is one of prices in which inflation may stand: with it, reversion is hard to find and the level means little"
        )
    return Fit(
        kind,
        found,
        {"volatility": _percent(s), "half_life": f"{half:.3g} years"},
        (aside, beside),
        likelihood,
        3,
        tuple(notes),
    )


def _two_regime(d: Array, history: History) -> Fit:
    best = _most_likely(d)
    likelihood = _likelihood(best, d)
    calm, shock, low, high, into, out = best
    errors, covariance = _errors(best, d)
    gap = math.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1], 0.0)) if covariance is not None else None
    names = ("volatility", "shock_volatility", "into_shock", "out_of_shock")
    found: dict[str, tuple[float, float | None]] = dict(zip(names, zip((low, high, into, out), errors[2:], strict=True), strict=True))
    found["shock_drift"] = (shock - calm, gap)
    found["mean change in a calm year"] = (calm, errors[0])
    found["share of years in shock"] = (into / (into + out), None)
    smoothed, _ = _smoothed(best, d)
    often = into > out
    years = [str(history.first + 1 + t) for t in range(len(d)) if (smoothed[t] > 0.5) is not often]
    notes = [f"{'calm years' if often else 'years of shock'}, more likely than not: {', '.join(years) or 'none'}"]
    if often:
        notes.append("shock is the usual state, so the regimes are not calm and crisis: take another kind unless you can name them")
    notes.append("the chi-squared test does not hold between one regime and two: compare AIC with care")
    floored = low <= FLOOR * float(d.std()) * 1.001
    if floored:
        made = "years of nearly equal changes make it (a fixed price, or chance)"
        notes.append(f"the calm regime stands at its floor: {made}; its likelihood means little")
    if any(error is None for error in errors):
        notes.append("standard errors left out where the likelihood is flat or a parameter at its bound: the data do not tell it")
    stated: dict[str, str | float] = {name: _percent(found[name][0]) for name in (*names, "shock_drift")}
    return Fit("two-regime", found, stated, (), likelihood, 6, tuple(notes), floored)


Regimes = tuple[float, float, float, float, float, float]
"""Means of the change (calm, shock), standard deviations, probability into and out of shock."""


def _densities(one: Regimes, d: Array) -> list[tuple[float, float]]:
    made = [np.exp(-0.5 * ((d - mean) / s) ** 2) / (s * math.sqrt(2.0 * math.pi)) for mean, s in ((one[0], one[2]), (one[1], one[3]))]
    return list(zip(np.maximum(made[0], 1e-300).tolist(), np.maximum(made[1], 1e-300).tolist(), strict=True))


def _likelihood(one: Regimes, d: Array) -> float:
    """Log-likelihood by Hamilton's filter; the first year has the long-run share of shocks."""
    into, out = one[4], one[5]
    shock = into / (into + out)
    total = 0.0
    for t, (calm_density, shock_density) in enumerate(_densities(one, d)):
        if t:
            shock = shock * (1.0 - out) + (1.0 - shock) * into
        a, b = (1.0 - shock) * calm_density, shock * shock_density
        total += math.log(a + b)
        shock = b / (a + b)
    return total


def _smoothed(one: Regimes, d: Array) -> tuple[list[float], tuple[float, float]]:
    """Probability of shock in each year given all years (Kim), and the expected numbers of steps into and out of shock."""
    into, out = one[4], one[5]
    filtered, ahead = [], []
    shock = into / (into + out)
    for t, (calm_density, shock_density) in enumerate(_densities(one, d)):
        if t:
            shock = shock * (1.0 - out) + (1.0 - shock) * into
        ahead.append(shock)
        a, b = (1.0 - shock) * calm_density, shock * shock_density
        shock = b / (a + b)
        filtered.append(shock)
    made = filtered[:]
    entered = left = 0.0
    for t in range(len(filtered) - 2, -1, -1):
        up = made[t + 1] / ahead[t + 1]
        down = (1.0 - made[t + 1]) / (1.0 - ahead[t + 1])
        entered += (1.0 - filtered[t]) * into * up
        left += filtered[t] * out * down
        made[t] = filtered[t] * ((1.0 - out) * up + out * down)
    return made, (entered, left)


def _most_likely(d: Array) -> Regimes:
    """Parameters of greatest likelihood; the shock is the regime of the larger standard deviation."""
    spread = float(d.std())
    ends = [_climbed(start, d, FLOOR * spread) for start in _starts(d, spread)]
    ends.sort(key=lambda one: -_likelihood(one, d))
    limits = [(None, None)] * 2 + [(FLOOR * spread, None)] * 2 + [(1e-4, 1.0 - 1e-4)] * 2
    best = ends[0]
    for one in ends[:3]:
        done = minimize(lambda given: -_likelihood(tuple(given), d), one, method="L-BFGS-B", bounds=limits)
        polished: Regimes = tuple(float(value) for value in done.x)  # type: ignore[assignment]
        best = max(best, one, polished, key=lambda given: _likelihood(given, d))
    calm, shock, low, high, into, out = best
    return best if low <= high else (shock, calm, high, low, out, into)


def _starts(d: Array, spread: float) -> list[Regimes]:
    """Where to begin: the years of the largest changes, rises, or falls taken as shocks."""
    made: list[Regimes] = []
    for size in (abs(d - np.median(d)), d, -d):
        for share in (0.1, 0.25, 0.45):
            count = max(2, round(share * len(d)))
            wild = np.zeros(len(d), dtype=bool)
            wild[np.argsort(-size, kind="stable")[:count]] = True
            steps = wild[:-1].astype(int) - wild[1:].astype(int)
            into = (float((steps == -1).sum()) + 0.5) / (float((~wild[:-1]).sum()) + 1.0)
            out = (float((steps == 1).sum()) + 0.5) / (float(wild[:-1].sum()) + 1.0)
            least = FLOOR * spread
            low, high = max(float(d[~wild].std()), least), max(float(d[wild].std()), least)
            made.append((float(d[~wild].mean()), float(d[wild].mean()), low, high, into, out))
    return made


def _climbed(one: Regimes, d: Array, least: float) -> Regimes:
    """EM from a start, until the likelihood stays."""
    before = -math.inf
    for _ in range(300):
        now = _likelihood(one, d)
        if now - before < 1e-7:
            break
        before = now
        smoothed, (entered, left) = _smoothed(one, d)
        wild = np.array(smoothed)
        parts = []
        for weight in (1.0 - wild, wild):
            total = max(float(weight.sum()), 1e-9)
            mean = float(weight @ d) / total
            parts.append((mean, max(math.sqrt(float(weight @ (d - mean) ** 2) / total), least)))
        into = min(max(entered / max(float((1.0 - wild[:-1]).sum()), 1e-9), 1e-4), 1.0 - 1e-4)
        out = min(max(left / max(float(wild[:-1].sum()), 1e-9), 1e-4), 1.0 - 1e-4)
        one = (parts[0][0], parts[1][0], parts[0][1], parts[1][1], into, out)
    return one


def _errors(best: Regimes, d: Array) -> tuple[list[float | None], Array | None]:
    """Standard errors from the curvature of the log-likelihood, and the covariance; None where there is none."""
    at = np.array(best)
    spread = float(d.std())
    step = np.array([1e-3 * spread] * 4 + [1e-3] * 2)
    inside = best[2] > FLOOR * spread * 1.01 and 2e-3 < best[4] < 1 - 2e-3 and 2e-3 < best[5] < 1 - 2e-3
    if not inside:
        return [None] * 6, None
    curve = np.empty((6, 6))
    for i in range(6):
        for j in range(i + 1):
            signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
            values = [_likelihood(tuple(at + a * step * (np.arange(6) == i) + b * step * (np.arange(6) == j)), d) for a, b in signs]
            curve[i, j] = curve[j, i] = -(values[0] - values[1] - values[2] + values[3]) / (4.0 * step[i] * step[j])
    if np.linalg.eigvalsh(curve).min() <= 0.0:
        return [None] * 6, None
    covariance = np.linalg.inv(curve)
    return [float(math.sqrt(one)) for one in np.diag(covariance)], covariance


# --- what is told --------------------------------------------------------------------------------------------------------------


def listing() -> list[dict[str, Any]]:
    """Series on file."""
    return [_head(history) for history in shipped().values()]


def calibrate(given: Sequence[str], kind: str | None = None, first: int | None = None, last: int | None = None) -> dict[str, Any]:
    """Parameters of each kind of process for each series: the contract of ``calibrate --json``.

    given       : names of series on file, or CSV files with the columns year,price
    first, last : years, where not all
    Raises InputError with every fault.
    """
    faults: list[Fault] = []
    if kind is not None and kind not in KINDS:
        faults.append(Fault("--kind", f'"{kind}"', "one of " + ", ".join(f'"{one}"' for one in KINDS), near(kind, KINDS)))
    found: list[History] = []
    for name in given:
        try:
            found.append(find(name).between(first, last))
        except InputError as error:
            faults += error.faults
    names = [history.name for history in found]
    faults += [Fault("kenes calibrate", f'"{name}" twice', "each series once") for name in dict.fromkeys(names) if names.count(name) > 1]
    if faults:
        raise InputError(*faults)
    told = [_told(history, [fit(one, history) for one in ([kind] if kind else KINDS)]) for history in found]
    return {"kenes": __version__, "series": told, "correlation": _correlation(found) if len(found) > 1 else None}


def _head(history: History) -> dict[str, Any]:
    return {
        "name": history.name,
        "title": history.title,
        "unit": history.unit,
        "money": history.money,
        "years": [history.first, history.last],
        "source": history.source,
        "licence": history.licence,
        "note": history.note,
    }


def _told(history: History, fits: list[Fit]) -> dict[str, Any]:
    d = np.array(history.changes)
    around = d - d.mean()
    echo = float(around[1:] @ around[:-1] / (around @ around)) if len(d) > 2 and around @ around > 0 else None
    return {
        **_head(history),
        "changes": len(d),
        "autocorrelation": echo,
        "kinds": {one.kind: _kind(one, history) for one in fits},
        "notes": _notes(history, echo),
    }


def _kind(one: Fit, history: History) -> dict[str, Any]:
    fitted = math.isfinite(one.log_likelihood)
    return {
        "refused": one.refused or None,
        "method": METHODS[one.kind],
        "found": {name: {"value": value, "se": error} for name, (value, error) in one.found.items()},
        "log_likelihood": one.log_likelihood if fitted else None,
        "parameters": one.free if fitted else None,
        "aic": one.aic if fitted else None,
        "floored": one.floored,
        "notes": list(one.notes),
        "toml": None if one.refused else _toml(one, history),
    }


def _notes(history: History, echo: float | None) -> list[str]:
    found = []
    if history.money == "nominal":
        found.append("nominal prices: inflation stands in their growth and, a little, in their volatility; no deflator is on file")
    elif not history.money.startswith("real"):
        found.append("whether these prices are nominal or real, the file does not say: a project in real money wants real ones")
    still = sum(abs(change) < 1e-12 for change in history.changes)
    if still > 1:
        found.append(f"{still} yearly changes are exactly 0: a fixed or list price stood then; --from leaves such years out")
    found.append(
        "if these are yearly means of a price that walks at random within the year, their volatility is 0.82 of that from one year's end "
        "to the next (factor 1.22 back), and a change is correlated with the next by 0.25"
        f"{'' if echo is None else f' (here {echo:.2f})'}: Working 1960; nothing is corrected"
    )
    return found


def _correlation(found: list[History]) -> dict[str, Any]:
    """Correlations of the yearly changes of the years that all series have."""
    first, last = max(one.first for one in found), min(one.last for one in found)
    names = [one.name for one in found]
    if last - first < LEAST_COMMON:
        refused = f"{max(last - first, 0)} yearly changes in common: at least {LEAST_COMMON} are needed"
        return {"names": names, "years": None, "changes": max(last - first, 0), "matrix": None, "refused": refused, "toml": None}
    changes = np.array([one.between(first, last).changes for one in found])
    if changes.std(axis=1).min() < 1e-9:
        return {
            "names": names,
            "years": [first, last],
            "changes": last - first,
            "matrix": None,
            "refused": "a series does not vary",
            "toml": None,
        }
    matrix = np.corrcoef(changes)
    source = f"yearly changes of the logarithm {first} to {last} (kenes calibrate): {'; '.join(dict.fromkeys(one.source for one in found))}"
    tables = [
        f"[[chance.process_correlation]]\nof = {json.dumps([names[i], names[j]])}\nrho = {matrix[i, j]:.2f}\nsource = {_quoted(source)}\n"
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return {
        "names": names,
        "years": [first, last],
        "changes": last - first,
        "matrix": [[float(one) for one in row] for row in matrix],
        "refused": None,
        "toml": "\n".join(tables),
    }


def _toml(one: Fit, history: History) -> str:
    """A table to paste into a project."""
    source = _quoted(f"{history.source}; {history.first} to {history.last}, {history.money}, by kenes calibrate")
    rows = [
        f"[chance.process.{history.name}]",
        f'kind = "{one.kind}"',
        'of = ["site.NAME.market.PRODUCT.price"]    # the paths of your prices',
    ]
    rows += [f"{name} = {{value = {_quoted(value)}, source = {source}}}" for name, value in one.stated.items()]
    return "\n".join([*rows, *(f"# {aside}" for aside in one.aside)]) + "\n"


def _quoted(given: str | float) -> str:
    return json.dumps(given, ensure_ascii=False)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


IN_YEARS = ("half_life", "half-life corrected for bias")
PLAIN = ("coefficient of the year before", "level")


def text(report: dict[str, Any]) -> str:
    """A calibration for a reader."""
    rows: list[str] = []
    for one in report["series"]:
        rows += _series_text(one)
    between = report["correlation"]
    if between is not None:
        rows += _correlation_text(between)
    return "\n".join(rows).rstrip()


def _series_text(one: dict[str, Any]) -> list[str]:
    rows = [f"{one['name']}: {one['title']}"]
    rows.append(f"  {one['unit']}, {one['money']}; {one['years'][0]} to {one['years'][1]}, {one['changes']} yearly changes")
    rows.append(f"  {one['source']}; {one['licence']}")
    rows += [f"  {one['note']}"] if one["note"] else []
    fitted = {kind: told for kind, told in one["kinds"].items() if told["aic"] is not None}
    if fitted:
        rows += ["", f"  {'kind':<20}{'parameters':>12}{'log-likelihood':>16}{'AIC':>10}"]
        best = min(fitted, key=lambda kind: (fitted[kind]["floored"], fitted[kind]["aic"]))
        for kind, told in fitted.items():
            mark = "  at its floor: not to be compared" if told["floored"] else "  lowest" if kind == best and len(fitted) > 1 else ""
            rows.append(f"  {kind:<20}{told['parameters']:>12}{told['log_likelihood']:>16.2f}{told['aic']:>10.2f}{mark}")
    for kind, told in one["kinds"].items():
        rows += ["", f"  {kind}: {told['method']}"]
        for name, found in told["found"].items():
            rows.append(
                f"    {name:<32}{_value(name, found['value']):>12}"
                + (f"  ± {_value(name, found['se'])}" if found["se"] is not None else "")
            )
        rows += [f"    - {note}" for note in told["notes"]]
        rows += [f"    not told: {told['refused']}"] if told["refused"] else []
        rows += ["", *told["toml"].rstrip().split("\n")] if told["toml"] else []
    return [*rows, "", *(f"  - {note}" for note in one["notes"]), ""]


def _value(name: str, value: float) -> str:
    return f"{value:.3g} years" if name in IN_YEARS else _plain(value) if name in PLAIN else f"{100 * value:.1f} %"


def _correlation_text(between: dict[str, Any]) -> list[str]:
    if between["refused"]:
        return ["correlation of the yearly changes", f"  not told: {between['refused']}"]
    count = between["changes"]
    rows = [f"correlation of the yearly changes, {between['years'][0]} to {between['years'][1]}: {count} changes in common"]
    rows[0] += f"; standard error near 0: {1.0 / math.sqrt(count - 1):.2f}"
    wide = max(12, *(len(name) + 2 for name in between["names"]))
    rows.append("  " + " " * wide + "".join(f"{name:>{wide}}" for name in between["names"]))
    for name, line in zip(between["names"], between["matrix"], strict=True):
        rows.append(f"  {name:<{wide}}" + "".join(f"{value:>{wide}.2f}" for value in line))
    return [*rows, "", *between["toml"].rstrip().split("\n")]
