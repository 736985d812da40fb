"""What does the file say about chance? The table ``[chance]``: shapes, correlation, refusals, reference classes, states of policy, prices
that move.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kenes.facts import Day, Part, Quantity, Scalar, Unit, fault, nothing, shown

__all__ = ["Alternative", "Odds", "Pair", "Policy", "Process", "Shocks", "Stated"]

Kind = Literal["triangular", "pert", "lognormal", "normal", "uniform", "discrete", "shifted lognormal", "empirical"]


class Stated(Part):
    """A distribution stated in full, for a path whose value, low and high do not say enough."""

    shape: Kind
    low: Scalar | None = None
    mode: Scalar | None = Field(None, description="most likely; of a shifted lognormal: the median")
    high: Scalar | None = None
    bounds: Literal["P10/P90", "min/max"] | None = Field(None, description="what low and high are")
    values: list[Scalar] | None = Field(None, min_length=1, description="discrete: what may come; empirical: what was seen")
    weights: list[float] | None = Field(None, min_length=1, description="discrete: how likely each is (any unit)")
    source: str | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _parent(self) -> Self:
        _parented(self, "a distribution")
        if self.weights is not None and (len(self.weights) != len(self.values or ()) or min(self.weights) < 0 or sum(self.weights) <= 0):
            raise fault(f"{len(self.weights)} weights", f"{len(self.values or ())} weights, one for each value, none negative")
        return self


class Pair(Part):
    """Rank correlation of two uncertain numbers."""

    of: list[str] = Field(min_length=2, max_length=2, description="two paths")
    rho: float = Field(ge=-1, le=1, description="Spearman's rank correlation")
    source: str | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _parent(self) -> Self:
        _parented(self, "a correlation")
        return self


class Alternative(Part):
    """One state of policy: what it changes in the file, from which day."""

    settings: list[str] = Field(default_factory=nothing, alias="set", description='"path=value" each, as with --set')
    begins: Day | None = Field(None, alias="from", description="before this day the state cannot be; left out: any year")
    note: str | None = None


class Policy(Part):
    """A Markov chain over named alternatives, one step a year."""

    start: str
    state: dict[str, Alternative] = Field(min_length=1)
    transition: dict[str, dict[str, float]] = Field(description="probability a year, from state to state; the rest stays")
    in_discount_rate: bool | None = Field(None, description="whether the discount rate already contains this risk")
    source: str | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _chain(self) -> Self:
        _parented(self, "a chain of policy")
        names = list(self.state)
        for name in [self.start, *self.transition, *(to for row in self.transition.values() for to in row)]:
            if name not in self.state:
                raise fault(shown(name), "one of " + ", ".join(names))
        for name, row in self.transition.items():
            away = sum(chance for to, chance in row.items() if to != name)
            if min(row.values(), default=0.0) < 0 or away > 1 + 1e-12 or (name in row and abs(away + row[name] - 1) > 1e-9):
                raise fault(
                    f"probabilities that sum to {sum(row.values()):g}",
                    "probabilities that sum to 1, or leave the rest to staying",
                    "",
                    ("transition", name),
                )
        return self


Volatility = Annotated[Quantity, Unit("1", 0, 5)]
Chance = Annotated[Quantity, Unit("1", 0, 1)]

NEEDED = {
    "geometric Brownian": (),
    "mean-reverting": ("half_life",),
    "two-regime": ("shock_volatility", "into_shock", "out_of_shock"),
}
"""What a kind of process must say beside its paths and its volatility."""
ALLOWED = {"geometric Brownian": (), "mean-reverting": ("now",), "two-regime": ("shock_drift",)}
"""What a kind of process may say beside that and its drift."""


class Process(Part):
    """A price that moves from year to year, shared by every project that uses it: what it multiplies, and how."""

    kind: Literal["geometric Brownian", "mean-reverting", "two-regime"]
    of: list[str] = Field(min_length=1, description="paths of the prices that it multiplies")
    volatility: Volatility = Field(
        description="standard deviation of the change of the logarithm in a year, given the year before; two-regime: in a calm year"
    )
    drift: Annotated[Quantity, Unit("1", -0.5, 1)] | None = Field(
        None, description="growth a year of the expected price, on top of what the file states; left out: the price as stated is expected"
    )
    half_life: Annotated[Quantity, Unit("year", 0, 1000, positive=True)] | None = Field(
        None, description="mean-reverting: years after which half of a distance from the level is left, in the logarithm"
    )
    now: Annotated[Quantity, Unit("1", 0, 100, positive=True)] | None = Field(
        None, description="mean-reverting: price of year 0 as a multiple of the stated one, to which it reverts; left out: as stated"
    )
    shock_volatility: Volatility | None = Field(None, description="two-regime: as volatility, in a shock")
    shock_drift: Annotated[Quantity, Unit("1", -5, 5)] | None = Field(
        None, description="two-regime: mean change of the logarithm in a year of shock, less that of a calm year; left out: the same"
    )
    into_shock: Chance | None = Field(None, description="two-regime: probability that a shock follows a calm year")
    out_of_shock: Chance | None = Field(None, description="two-regime: probability that a calm year follows one of shock")

    @model_validator(mode="after")
    def _kind(self) -> Self:
        for name in dict.fromkeys(name for names in (*NEEDED.values(), *ALLOWED.values()) for name in names):
            wanted, known = name in NEEDED[self.kind], name in (*NEEDED[self.kind], *ALLOWED[self.kind])
            stated = getattr(self, name) is not None
            if wanted and not stated:
                raise fault(f'kind = "{self.kind}" without {name}', _needs(self.kind))
            if stated and not known:
                raise fault(f'{name} for kind = "{self.kind}"', _needs(self.kind), f"leave out {name}, or choose another kind", (name,))
        for name in ("volatility", *NEEDED[self.kind], *ALLOWED[self.kind], "drift"):
            number = getattr(self, name)
            if number is not None and (number.calendar or number.operating):
                raise fault(f"{name} by year", "one number: a process does not change with time", "", (name,))
        twice = [path for n, path in enumerate(self.of) if path in self.of[:n]]
        if twice:
            raise fault(f"{shown(twice[0])} twice", "each path once", "", ("of",))
        return self


def _needs(kind: str) -> str:
    free = ", ".join(("drift", *ALLOWED[kind]))
    return f"{', '.join(('of', 'volatility', *NEEDED[kind]))} for {kind}; {free} if wanted"


class Shocks(Pair):
    """Correlation of two processes: of the normal shocks of a year."""

    of: list[str] = Field(min_length=2, max_length=2, description="names of two processes")
    rho: float = Field(
        ge=-1, le=1, description="Pearson's correlation of the normal shocks of a year, as of yearly changes of the logarithm"
    )


class Odds(Part):
    """What the file says about chance; every key may be left out."""

    shape: Literal["triangular", "pert", "lognormal", "normal", "uniform"] | None = Field(
        None, description="of numbers with low and high and no shape; left out: triangular, and the result says so"
    )
    bounds: Literal["P10/P90", "min/max"] | None = Field(None, description="what low and high are where a number does not say")
    fixed: list[str] = Field(default_factory=nothing, description="paths that are not drawn although they have low and high")
    distribution: dict[str, Stated] = Field(default_factory=dict, description="by path")
    correlation: list[Pair] = Field(default_factory=nothing)
    refusal: dict[str, Annotated[Quantity, Unit("1", 0, 1)]] = Field(
        default_factory=dict, description='probability that a permit is refused, by its path ("site.mine.permit.licence")'
    )
    outside: dict[str, str] = Field(default_factory=dict, description="reference class by path: the outside view")
    risk_aversion: float | None = Field(None, ge=0, description="constant absolute, per million of the reporting currency")
    policy: Policy | None = None
    process: dict[str, Process] = Field(default_factory=dict, description="prices that move, by the name of what moves them (copper)")
    process_correlation: list[Shocks] = Field(default_factory=nothing, description="pairs not stated are independent")

    @model_validator(mode="after")
    def _processes(self) -> Self:
        for name in self.process:
            if "." in name or "=" in name or not name:
                raise fault(shown(name), 'a name without "." and "="', "", ("process", name))
        seen: set[frozenset[str]] = set()
        for pair in self.process_correlation:
            at = ("process_correlation",)
            for name in pair.of:
                if name not in self.process:
                    known = "one of " + ", ".join(self.process) if self.process else "a process: the file has none ([chance.process.NAME])"
                    raise fault(shown(name), known, "", at)
            if len(set(pair.of)) == 1:
                raise fault(f"{shown(pair.of[0])} with itself", "two different processes", "", at)
            if frozenset(pair.of) in seen:
                raise fault(f"{' and '.join(map(shown, pair.of))} twice", "each pair once", "", at)
            seen.add(frozenset(pair.of))
        return self


def _parented(part: Stated | Pair | Policy, what: str) -> None:
    if part.source is None and part.why is None:
        raise fault(f"{what} without a parent", 'source = "...", or why = "..."', "no number without a parent")
