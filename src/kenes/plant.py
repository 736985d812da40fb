"""What is made? A chain of stages, recovery per element, product grade, residues: the mass book is kept here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import Field, model_validator

from kenes import units
from kenes.facts import Part, Quantity, Unit, fault
from kenes.numbers import Num, total

__all__ = ["MassBook", "Product", "Residue", "Stage", "Stream", "process"]

Form = Literal["ore", "concentrate", "product"]


class Product(Part):
    """What a stage makes, besides its residue."""

    form: Form = Field(description="ore, concentrate (primary processing) or product (chemical or metallurgical)")
    recovery: dict[str, Annotated[Quantity, Unit("1", 0, 1)]] = Field(
        min_length=1, description="share of each element of the stage's feed that reaches this product; all = every element not named"
    )
    grade: Annotated[Quantity, Unit("1", 0, 1, positive=True)] | None = Field(
        None, description="of = the kind it counts (TREO, WO3, Nd2O3, copper): gives the product's mass"
    )
    mass_pull: Annotated[Quantity, Unit("1", 0, 1, positive=True)] | None = Field(None, description="tonnes of product per tonne of feed")
    purity: Annotated[Quantity, Unit("1", 0, 1, positive=True)] | None = Field(
        None, description="of a single compound, as a statute may ask"
    )

    @model_validator(mode="after")
    def _mass(self) -> Self:
        if (self.grade is None) == (self.mass_pull is None):
            raise fault(
                "grade and mass_pull" if self.grade else "neither grade nor mass_pull", "grade (with of) or mass_pull, to know its mass"
            )
        if self.grade is not None:
            if self.grade.of is None:
                raise fault("grade without of", 'of = "TREO", "WO3", "Nd2O3", "copper", ...: what the grade counts', "", ("grade",))
            if not units.is_kind(self.grade.of) and self.grade.of != "rare_earths":
                raise fault(
                    f'of = "{self.grade.of}"', "an element, an oxide formula, TREO or rare_earths", units.near(self.grade.of), ("grade",)
                )
        for element in self.recovery:
            if element not in units.ATOMIC_WEIGHTS and element not in ("all", "rare_earths"):
                wanted = "an element by name (neodymium), rare_earths, or all"
                raise fault(f"recovery.{element}", wanted, units.near(element), ("recovery", element))
        return self


class Residue(Part):
    """What a stage leaves: thorium and uranium end here, and it must be kept."""

    mass_pull: Annotated[Quantity, Unit("1", 0, 5)] = Field(description="tonnes of residue to be handled per tonne of feed")
    handling: Annotated[Quantity, Unit("money/t", 0)] = Field(description="cost per tonne of residue")


class Stage(Part):
    """One stage of a plant."""

    kind: Literal["beneficiation", "separation", "metallurgy"] = Field(description="beneficiation is primary processing, as levies see it")
    feed: str | None = Field(
        None, description="product of an earlier stage or of another site; left out: the ore, or the one product before it"
    )
    product: dict[str, Product] = Field(min_length=1)
    residue: Residue | None = None

    @model_validator(mode="after")
    def _recoveries(self) -> Self:
        sums: dict[str, float] = {}
        for product in self.product.values():
            for element, share in product.recovery.items():
                sums[element] = sums.get(element, 0.0) + share.amount
        for element, share_sum in sums.items():
            if share_sum + (sums.get("all", 0.0) if element != "all" else 0.0) > 1 + 1e-9:
                others = " with all" if element != "all" and "all" in sums else ""
                if (
                    any("all" in product.recovery and element not in product.recovery for product in self.product.values())
                    or share_sum > 1 + 1e-9
                ):
                    raise fault(
                        f"recoveries of {element}{others} that sum to more than 100 %", "at most 100 % over the products of a stage"
                    )
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Material on its way: tonnes, and tonnes of each element in it (empty where unknown)."""

    mass: Num
    elements: Mapping[str, Num] = field(default_factory=dict)
    form: str = "ore"

    def with_(self, other: "Stream") -> "Stream":
        """Both streams together."""
        elements = dict(self.elements)
        for element, amount in other.elements.items():
            elements[element] = elements.get(element, 0.0) + amount
        return Stream(self.mass + other.mass, elements, self.form)

    def amount(self, kind: str) -> Num:
        """Tonnes counted as ``kind``: "product" (its mass), an element, an oxide, TREO or rare_earths."""
        if kind == "product" or not self.elements:
            return self.mass
        per = _tonnes_of(kind)
        return total(amount * per[element] for element, amount in self.elements.items() if element in per)


@cache
def _tonnes_of(kind: str) -> dict[str, float]:
    """Tonnes of ``kind`` that a tonne of each element makes."""
    if kind == "rare_earths":
        return dict.fromkeys((*units.RARE_EARTHS, "rare_earths"), 1.0)
    if kind in units.ATOMIC_WEIGHTS:
        return {kind: 1.0}
    return {element: 1.0 / units.contained(kind, element) for element in units.elements_of(kind)}


class MassBook(Protocol):
    """Where the rooms write down each element's way."""

    def move(self, element: str, source: str, target: str, amount: Num) -> None:
        """``amount`` tonnes of ``element`` went from one place to another."""


def process(
    feeds: Mapping[str, Stream], stages: Mapping[str, Any], site: str, book: MassBook
) -> tuple[dict[str, Stream], dict[str, Stream], dict[str, Num]]:
    """One year of a plant.

    feeds  : what arrives, by name ("ore", or products of other sites)
    stages : in order; each with ``feed`` (a name), ``product`` and ``residue``
    Returns what leaves the plant by product, everything that any stage made (also what a later one took), and tonnes of residue by stage.
    """
    made: dict[str, Stream] = dict(feeds)
    every: dict[str, Stream] = dict(feeds)
    residues: dict[str, Num] = {}
    for name, stage in stages.items():
        feed = made.pop(stage.feed)
        left = dict(feed.elements)
        here = f"{site}: {stage.feed}"
        for label, product in stage.product.items():
            there = f"{site}: {label}"
            elements: dict[str, Num] = {}
            rest = product.recovery.get("all")
            for element, amount in feed.elements.items():
                share = product.recovery.get(element, rest)
                if share is None:
                    continue  # nothing of it goes there
                elements[element] = amount * share
                left[element] = left[element] - elements[element]
                book.move(element, here, there, elements[element])
            elements = elements or dict.fromkeys(feed.elements, 0.0)
            stream = Stream(0.0, elements, product.form)
            mass = feed.mass * product.mass_pull if product.grade is None else stream.amount(product.of) / product.grade
            every[label] = made[label] = Stream(mass, elements, product.form)
        residue = f"{site}: residue of {name}"
        for element, amount in left.items():
            book.move(element, here, residue, amount)
        if stage.residue is not None:
            residues[name] = feed.mass * stage.residue.mass_pull
    return made, every, residues
