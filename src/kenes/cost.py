"""What does it cost? Operating and capital cost, contingency, sustaining, closure, working capital, refundable value-added tax."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kenes.facts import Part, Quantity, Unit, fault
from kenes.mine import Dug
from kenes.numbers import Num, clip, cumulative, ratio, total
from kenes.plant import Stream
from kenes.timeline import Year

__all__ = ["Capital", "Closure", "Costs", "Operating", "Spent", "Sustaining", "ValueAddedTax", "WorkingCapital", "spend"]

Days = Annotated[Quantity, Unit("year", 0, 1)]
Fraction = Annotated[Quantity, Unit("1", 0, 1)]


def _of_product(per: str | None, product: str | None) -> None:
    if per == "product" and product is None:
        raise fault('per = "product" without product', "product = the name of the product")
    if per != "product" and product is not None:
        raise fault(f'product = "{product}" without per = "product"', 'per = "product" beside it, or no product')


class Operating(Part):
    """One operating cost."""

    cost: Annotated[Quantity, Unit("money/t|money/year", 0)]
    per: Literal["ore", "waste", "moved", "feed", "product"] | None = Field(None, description="for a cost per tonne: of what")
    product: str | None = Field(None, description="for per = product: which")
    stage: Literal["mining", "beneficiation", "separation", "metallurgy", "general", "transport"] = Field(
        description="what it is for: levies on concentrate value look at mining and beneficiation"
    )

    @model_validator(mode="after")
    def _per(self) -> Self:
        if (self.cost.unit == "money/t") != (self.per is not None):
            got = "a cost per tonne without per" if self.per is None else f'a cost per year with per = "{self.per}"'
            raise fault(got, "per = ore, waste, moved, feed or product for a cost per tonne; no per for a cost per year")
        _of_product(self.per, self.product)
        return self


class Capital(Part):
    """Capital spent over stated years."""

    cost: Annotated[Quantity, Unit("money", 0)]
    spread: Annotated[Quantity, Unit("1", 0, 1)] = Field(description="shares by year (by_operating_year), which sum to 100 %")
    clock: Literal["construction", "operation"] = Field(
        "construction", description="whether its years run from the permits or from first ore"
    )
    contingency: Annotated[Quantity, Unit("1", 0, 3)] | None = None
    pool: str | None = Field(None, description="depreciation pool of the regime, where the rule does not decide it")

    @model_validator(mode="after")
    def _sums(self) -> Self:
        shares = self.spread.operating or (self.spread.amount,)
        if abs(sum(shares) - 1) > 1e-6:
            raise fault(f"a spread that sums to {sum(shares):.2%}", "shares that sum to 100 %", "", ("spread",))
        return self


class Sustaining(Part):
    """Capital that keeps the mine going."""

    cost: Annotated[Quantity, Unit("money/t|money/year|money", 0)]
    per: Literal["ore", "moved", "product", "life"] | None = Field(None, description="per tonne of what; life: a sum spread with the ore")
    product: str | None = None
    pool: str | None = None

    @model_validator(mode="after")
    def _per(self) -> Self:
        wanted = {"money/t": ("ore", "moved", "product"), "money/year": (None,), "money": ("life",)}[self.cost.unit]
        if self.per not in wanted:
            sort = {"money/t": "a cost per tonne", "money/year": "a cost per year", "money": "a sum"}[self.cost.unit]
            got = f"{sort} without per" if self.per is None else f'{sort} with per = "{self.per}"'
            raise fault(got, 'per = ore, moved or product for a cost per tonne, per = "life" for a sum, no per for a cost per year')
        _of_product(self.per, self.product)
        return self


class Closure(Part):
    """What it costs to leave: provided for yearly (no cash), funded where law or lender asks, spent after the last ore."""

    cost: Annotated[Quantity, Unit("money", 0)]
    years: Annotated[Quantity, Unit("year", 0, 50, positive=True)] = Field(description="over which it is spent after the last ore")
    funded: Fraction = Field(description="share of the cost paid into a fund while the ore lasts")


class WorkingCapital(Part):
    """Money bound in the business, in days."""

    receivable: Days = Field(description="days of sales that buyers owe")
    inventory: Days = Field(description="days of operating cost in stock")
    payable: Days = Field(description="days of operating cost owed to suppliers")


class ValueAddedTax(Part):
    """Value-added tax paid on purchases and refunded later."""

    rate: Fraction | None = Field(None, description="left out: the law of the country")
    operating: Fraction = Field(description="share of operating cost that bears it")
    capital: Fraction = Field(description="share of capital that bears it")
    refund_lag: Annotated[Quantity, Unit("year", 0, 10)]


class Costs(Part):
    """All costs of a site."""

    operating: dict[str, Operating] = Field(default_factory=dict)
    capital: dict[str, Capital] = Field(default_factory=dict)
    sustaining: dict[str, Sustaining] = Field(default_factory=dict)
    closure: Closure | None = None
    working_capital: WorkingCapital | None = None
    value_added_tax: ValueAddedTax | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spent:
    """What a site spent in one year, nominal money of the reporting currency.

    operating : by cost name; stages : the same by stage
    capital   : by capital name, contingency included; sustaining : by name
    closure   : spent on leaving; provision : set aside in the books for it, no cash; released : taken out of the provision
    into_fund, from_fund : cash to and from the fund
    residue   : handling of residues; unsold : storing or disposing of what nobody buys
    running_cost : all operating cost, residues and unsold products included; capital_cost : initial and sustaining capital
    """

    operating: Mapping[str, Num]
    stages: Mapping[str, Num]
    capital: Mapping[str, Num]
    sustaining: Mapping[str, Num]
    closure: Num
    provision: Num
    into_fund: Num
    from_fund: Num
    released: Num
    residue: Num
    unsold: Num
    running_cost: Num
    capital_cost: Num


def spend(
    *,
    cost: Any,
    dug: Dug,
    feed: Num,
    made: Mapping[str, Stream],
    residues: Mapping[str, tuple[Num, Any]],
    unsold: Mapping[str, tuple[Num, Any]],
    y: Year,
    building: tuple[Num, Num],
    clock: tuple[Num, Num],
    left: tuple[Num, Num],
    fund: Num,
    provided: Num,
) -> Spent:
    """One year's costs of a site.

    cost     : the site's costs; feed : tonnes into its plant; made : every product it made (also those it handed on)
    residues : tonnes and unit cost by stage; unsold : tonnes and unit cost by product
    building : years since the permits at the beginning and end of the year; clock : years since first ore
    left     : years since the last ore, at the beginning and end of the year
    fund, provided : closure fund and closure provision at the beginning of the year
    """
    tonnes: dict[str, Num] = {"ore": dug.feed, "waste": dug.waste, "moved": dug.feed + dug.waste, "feed": feed}
    operating: dict[str, Num] = {}
    stages: dict[str, Num] = {}
    for name, item in cost.operating.items():
        price = item.cost.at(y, clock)
        quantity = dug.running if item.per is None else made[item.product].mass if item.per == "product" else tonnes[item.per]
        operating[name] = price * quantity
        stages[item.stage] = stages.get(item.stage, 0.0) + operating[name]
    capital: dict[str, Num] = {}
    for name, item in cost.capital.items():
        first, last = building if item.clock == "construction" else clock
        share = cumulative(last, item.spread, hold=False) - cumulative(first, item.spread, hold=False)
        capital[name] = item.cost.at(y) * (1.0 + item.contingency) * share
    sustaining: dict[str, Num] = {}
    for name, item in cost.sustaining.items():
        price = item.cost.at(y, clock)
        quantity = {"ore": dug.feed, "moved": tonnes["moved"], "life": dug.portion, None: dug.running}.get(item.per, 0.0)
        sustaining[name] = price * (made[item.product].mass if item.per == "product" else quantity)
    closure = provision = into = back = released = 0.0
    if cost.closure is not None:
        whole = cost.closure.cost.at(y)
        done = clip(left[0] / cost.closure.years, 0.0, 1.0)
        now = clip(left[1] / cost.closure.years, 0.0, 1.0)
        closure = whole * (now - done)
        provision = whole * dug.portion
        into = provision * cost.closure.funded
        gone = ratio(now - done, 1.0 - done)
        back = (fund + into) * gone
        released = (provided + provision) * gone
    handled = total(tonne * unit.at(y) for tonne, unit in residues.values())
    idle = total(tonne * unit.at(y) for tonne, unit in unsold.values())
    return Spent(
        operating=operating,
        stages=stages,
        capital=capital,
        sustaining=sustaining,
        closure=closure,
        provision=provision,
        into_fund=into,
        from_fund=back,
        released=released,
        residue=handled,
        unsold=idle,
        running_cost=total(operating.values()) + handled + idle,
        capital_cost=total(capital.values()) + total(sustaining.values()),
    )
