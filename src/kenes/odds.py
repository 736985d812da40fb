"""What does the file say about chance? The table ``[chance]``: shapes, correlation, refusals, reference classes, states of policy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kenes.facts import Day, Part, Quantity, Scalar, Unit, fault, shown

__all__ = ["Alternative", "Odds", "Pair", "Policy", "Stated"]

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
    def _parent(self) -> Stated:
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
    def _parent(self) -> Pair:
        _parented(self, "a correlation")
        return self


class Alternative(Part):
    """One state of policy: what it changes in the file, from which day."""

    settings: list[str] = Field(default_factory=list, alias="set", description='"path=value" each, as with --set')
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
    def _chain(self) -> Policy:
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


class Odds(Part):
    """What the file says about chance; every key may be left out."""

    shape: Literal["triangular", "pert", "lognormal", "normal", "uniform"] | None = Field(
        None, description="of numbers with low and high and no shape; left out: triangular, and the result says so"
    )
    bounds: Literal["P10/P90", "min/max"] | None = Field(None, description="what low and high are where a number does not say")
    fixed: list[str] = Field(default_factory=list, description="paths that are not drawn although they have low and high")
    distribution: dict[str, Stated] = Field(default_factory=dict, description="by path")
    correlation: list[Pair] = Field(default_factory=list)
    refusal: dict[str, Annotated[Quantity, Unit("1", 0, 1)]] = Field(
        default_factory=dict, description='probability that a permit is refused, by its path ("site.mine.permit.licence")'
    )
    outside: dict[str, str] = Field(default_factory=dict, description="reference class by path: the outside view")
    risk_aversion: float | None = Field(None, ge=0, description="constant absolute, per million of the reporting currency")
    policy: Policy | None = None


def _parented(part: Stated | Pair | Policy, what: str) -> None:
    if part.source is None and part.why is None:
        raise fault(f"{what} without a parent", 'source = "...", or why = "..."', "no number without a parent")
