"""What is moved? Permits and delay, ramp-up, ore and waste by year, dilution, losses in the ground."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kenes import units
from kenes.deposit import Category
from kenes.facts import Day, Part, Quantity, Unit, fault
from kenes.numbers import Num, clip, cumulative, maximum, minimum, ratio, total, where

__all__ = ["Dug", "EarlyClosure", "Mine", "Permit", "Production", "Stated", "dig", "granted", "run"]


def _ends_at_work(ramp_up: Quantity) -> None:
    """Raises a fault where a ramp-up ends at nothing: its last year is held, so the mine would never work."""
    if (ramp_up.operating or (ramp_up.amount,))[-1] <= 0:
        raise fault("a ramp-up that ends at 0 %", "a last year above 0 %: it is held to the end", "", ("ramp_up",))


class Permit(Part):
    """One stage between today and the right to build: exploration, reserve report, environmental permit, licence."""

    duration: Annotated[Quantity, Unit("year", 0, 60)]
    begins: Day | None = Field(None, description="the stage begins on this day at the earliest")
    cost: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="spent evenly over the stage")
    exploration: bool = Field(False, description="whether its cost is exploration (a carry may end with it)")


class Mine(Part):
    """How the ore is won."""

    capacity: Annotated[Quantity, Unit("t/year", positive=True)] = Field(description="run-of-mine ore fed to the plant, at full rate")
    recovery: Annotated[Quantity, Unit("1", 0, 1, positive=True)] = Field(description="share of the ore in the ground that is mined")
    dilution: Annotated[Quantity, Unit("1", 0, 3)] = Field(description="tonnes of barren rock in a tonne of mined ore")
    strip_ratio: Annotated[Quantity, Unit("1", 0, 100)] = Field(description="tonnes of waste moved for a tonne of ore fed")
    ramp_up: Annotated[Quantity, Unit("1", 0, 1)] = Field(description="share of capacity, by_operating_year")
    order: Literal["together", "in turn"] | None = Field(None, description="how several ore types are mined")
    normed_losses: Annotated[Quantity, Unit("1", 0, 1)] | None = Field(
        None, description="losses in the ground that the project norm allows"
    )

    @model_validator(mode="after")
    def _ramps(self) -> Self:
        _ends_at_work(self.ramp_up)
        return self


class Stated(Part):
    """A product of which the file states the yearly quantity."""

    rate: Annotated[Quantity, Unit("t/year", 0)] = Field(description="at full rate; of = the kind that is counted, or product")
    form: Literal["ore", "concentrate", "product"] = "product"


class Production(Part):
    """Production by statement, where no ore body is on file: what the ground holds is then unknown."""

    life: Annotated[Quantity, Unit("year", positive=True)]
    category: Category
    code: str | None = None
    ramp_up: Annotated[Quantity, Unit("1", 0, 1)]
    ore: Annotated[Quantity, Unit("t/year", 0)] | None = Field(
        None, description="ore treated at full rate, where costs are per tonne of ore"
    )
    product: dict[str, Stated] = Field(min_length=1)

    @model_validator(mode="after")
    def _counted(self) -> Self:
        _ends_at_work(self.ramp_up)
        for name, product in self.product.items():
            if product.rate.of is None:
                raise fault(
                    f"product.{name}.rate without of",
                    'of = "product", or the kind counted, such as "TREO" or "gold"',
                    "",
                    ("product", name, "rate"),
                )
            if product.rate.of not in ("product", "rare_earths") and not units.is_kind(product.rate.of):
                wanted = '"product", an element, an oxide formula, or TREO'
                raise fault(f'of = "{product.rate.of}"', wanted, units.near(product.rate.of), ("product", name, "rate"))
        return self


class EarlyClosure(Part):
    """When the mine stops before its ore does."""

    years: int = Field(ge=1, le=10, description="years in a row with a negative operating flow after which it stops")


@dataclass(frozen=True, slots=True, eq=False)
class Dug:
    """What one mine moved in one year.

    ore       : tonnes fed to the plant, by ore type, barren rock included
    waste     : tonnes of waste
    elements  : tonnes of each element in the ore fed
    ground    : tonnes of each element written off in the ground (mined and lost)
    active    : share of the year's possible working time in which it worked
    running   : years of work in this year (0 to 1)
    portion   : share of the life's ore fed in this year
    left      : share of the life's ore still in the ground at the end of the year
    """

    ore: Mapping[str, Num]
    waste: Num
    elements: Mapping[str, Num]
    ground: Mapping[str, Num]
    active: Num
    running: Num
    portion: Num
    left: Num

    @property
    def feed(self) -> Num:
        """Tonnes of ore fed to the plant, all types."""
        return total(self.ore.values())


def granted(start: Num, stages: list[tuple[Num, Num | None]]) -> tuple[Num, list[tuple[Num, Num]]]:
    """When the last permit is granted, and the begin and end of each stage.

    start  : years from the valuation day to the day the first stage may begin
    stages : duration of each stage, and the earliest begin or None (years from the valuation day)

    >>> granted(0.0, [(2.0, None), (1.0, 2.5)])
    (3.5, [(0.0, 2.0), (2.5, 3.5)])
    """
    now, spans = start, []
    for duration, earliest in stages:
        begin = now if earliest is None else maximum(now, earliest)
        now = begin + duration
        spans.append((begin, now))
    return now, spans


def dig(
    *,
    potential: Num,
    dug: Num,
    ores: Mapping[str, Any],
    order: str,
    recovery: Num,
    dilution: Num,
    strip_ratio: Num,
    working: Num,
    grade_factor: Num,
) -> Dug:
    """One year of mining.

    potential : tonnes the mine could feed this year (capacity, ramp-up, part of a year)
    dug       : tonnes fed in all earlier years
    ores      : ore types in the order of the file, each with ``tonnage`` in the ground and ``grade`` by element
    recovery  : share of the ground's ore that is mined; dilution : barren tonnes per tonne mined
    working   : years of this year in which there is a mine (0 before production)

    The last year is pro rata: what is left, if less than ``potential``.
    """
    fed = {name: ore.tonnage * recovery * (1.0 + dilution) for name, ore in ores.items()}
    whole = total(fed.values())
    ore = maximum(minimum(potential, whole - dug), 0.0)
    taken: dict[str, Num] = {}
    before: Num = 0.0
    for name, tonnes in fed.items():
        if order == "in turn":
            taken[name] = clip(dug + ore - before, 0.0, tonnes) - clip(dug - before, 0.0, tonnes)
            before = before + tonnes
        else:
            taken[name] = ore * tonnes / whole
    elements: dict[str, Num] = {}
    ground: dict[str, Num] = {}
    for name, tonnes in taken.items():
        for element, grade in ores[name].grade.items():
            metal = tonnes / (1.0 + dilution) * grade * grade_factor
            elements[element] = elements.get(element, 0.0) + metal
            ground[element] = ground.get(element, 0.0) + metal / recovery
    active = ratio(ore, potential, otherwise=1.0)
    return Dug(
        ore=taken,
        waste=ore * strip_ratio,
        elements=elements,
        ground=ground,
        active=active,
        running=where(potential > 0.0, active * working, 0.0),
        portion=ore / whole,
        left=(whole - dug - ore) / whole,
    )


def run(*, clock: tuple[Num, Num], worked: Num, life: Num, rate: Num, open_: Num) -> Dug:
    """One year of production by statement: time stands in for ore.

    clock  : operating years at the beginning and the end of the year
    worked : years worked so far; life : years in all; rate : tonnes of ore a year; open_ : 0 after an early closure
    """
    first, last = clock
    possible = maximum(last, 0.0) - maximum(first, 0.0)
    time = maximum(minimum(possible * open_, life - worked), 0.0)
    return Dug(
        ore={"ore": time * rate},
        waste=0.0,
        elements={},
        ground={},
        active=ratio(time, possible, otherwise=1.0),
        running=time,
        portion=time / life,
        left=(life - worked - time) / life,
    )


def capability(clock: tuple[Num, Num], capacity: Num, ramp_up: list[Num]) -> Num:
    """Tonnes a mine of ``capacity`` could feed between two operating times; linear within a year of the ramp-up.

    >>> capability((0.5, 1.5), 100.0, [0.4, 1.0])
    70.0
    """
    first, last = clock
    return capacity * (cumulative(last, ramp_up, hold=True) - cumulative(first, ramp_up, hold=True))
