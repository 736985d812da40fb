"""What is in the ground? Tonnage, grades per element, reporting code and category, contained metal."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kenes import units
from kenes.facts import Part, Quantity, Unit, fault
from kenes.numbers import Num

__all__ = ["CATEGORIES", "Ore", "contained", "element_grades", "stated_grades", "status_of"]

CATEGORIES: dict[str, str] = {
    "proved": "reserve",
    "probable": "reserve",
    "measured": "resource",
    "indicated": "resource",
    "inferred": "resource",
    "A": "state balance",
    "B": "state balance",
    "C1": "state balance",
    "C2": "state balance",
    "exploration target": "claim",
    "forecast": "claim",
    "claim": "claim",
    "P1": "claim",
    "P2": "claim",
    "P3": "claim",
}
"""What each category is. Reserves can be valued, resources preliminarily, claims and forecasts only tested.
The letters of the state balance (GKZ) map to a range of CRIRSCO categories, never to one: they count as resources, and a note says so."""

Category = Literal[
    "proved",
    "probable",
    "measured",
    "indicated",
    "inferred",
    "A",
    "B",
    "C1",
    "C2",
    "exploration target",
    "forecast",
    "claim",
    "P1",
    "P2",
    "P3",
]

TOTALS = {"rare_earths": "element", "TREE": "element", "TREO": "oxide", "REO": "oxide"}
"""Grades that are sums over the rare earths: they need a split, or stay one lump."""

LUMP = "rare_earths"
"""Name of the rare earths taken together, where no split is stated."""


class Ore(Part):
    """One type of ore of a deposit."""

    category: Category = Field(description="reporting category; a claim or forecast can be tested but not valued")
    code: str | None = Field(None, description="reporting code, such as 'JORC 2012', 'NI 43-101', 'KAZRC', 'GKZ'")
    tonnage: Annotated[Quantity, Unit("t", positive=True)]
    grade: dict[str, Annotated[Quantity, Unit("1", 0, 1, hint='a grade in grams per tonne is written so: "700 g/t"')]] = Field(
        min_length=1, description="by element (neodymium), oxide formula (Nd2O3) or total (rare_earths, TREO)"
    )
    split: dict[str, Annotated[Quantity, Unit("1", 0, 1)]] = Field(
        default_factory=dict, description="share of each element in a stated total of the rare earths, of the same basis"
    )
    origin: Literal["ground", "tailings"] = "ground"

    @model_validator(mode="after")
    def _grades(self) -> Self:
        seen: dict[str, str] = {}
        has_total = any(key in TOTALS for key in self.grade)
        if has_total and len([key for key in self.grade if key in TOTALS]) > 1:
            raise fault(
                "grades of " + ", ".join(key for key in self.grade if key in TOTALS), "one total of the rare earths", "", ("grade",)
            )
        for key, grade in self.grade.items():
            if key in TOTALS:
                if grade.basis is not None and TOTALS[key] == "oxide" and grade.basis != "oxide":
                    got, hint = (
                        f"grade.{key} as {grade.basis}",
                        f'{key} is a total of oxides: of elements it is grade.rare_earths with as = "element"',
                    )
                    raise fault(got, f'grade.{key}, without as or with as = "oxide"', hint, ("grade", key))
                if key in ("rare_earths",) and grade.basis is None:
                    raise fault(
                        f"grade.{key} without as",
                        'as = "element" or as = "oxide"',
                        "700 g/t of oxide is about 590 g/t of element",
                        ("grade", key),
                    )
                continue
            if not units.is_kind(key):
                wanted = "an element (neodymium), an oxide formula (Nd2O3) or a total (rare_earths, TREO)"
                raise fault(f"grade.{key}", wanted, units.near(key), ("grade", key))
            if key in units.ATOMIC_WEIGHTS:
                if key in units.OXIDE_REPORTED and grade.basis is None:
                    raise fault(
                        f"grade.{key} without as",
                        'as = "element" or as = "oxide"',
                        f"{key} is often printed as {units.CUSTOMARY_OXIDE[key]}",
                        ("grade", key),
                    )
            elif grade.basis == "element":
                wanted = f"grade.{key} without as: {key} is an oxide or compound"
                raise fault(f'grade.{key} as = "element"', wanted, "or name the element", ("grade", key))
            for element in [key] if key in units.ATOMIC_WEIGHTS else units.elements_of(key):
                if element in seen:
                    raise fault(f"{element} in grade.{seen[element]} and in grade.{key}", "each element once", "", ("grade", key))
                if has_total and element in units.RARE_EARTHS:
                    raise fault(
                        f"grade.{key} beside a total of the rare earths", "a total with its split, or each element once", "", ("grade", key)
                    )
                seen[element] = key
        if self.split:
            if not has_total:
                raise fault("a split without a total", "grade.rare_earths or grade.TREO beside it", "", ("split",))
            for element in self.split:
                if element not in units.RARE_EARTHS:
                    raise fault(f"split.{element}", "a rare earth by name, such as neodymium", units.near(element), ("split", element))
            summed = sum(share.amount for share in self.split.values())
            if abs(summed - 1) > 0.002:
                raise fault(f"a split that sums to {summed:.2%}", "shares that sum to 100 %", "", ("split",))
        if sum(grade.amount for grade in self.grade.values()) > 1:
            raise fault("grades that sum to more than 100 %", "grades that sum to at most 100 %", "", ("grade",))
        return self


def stated_grades(ore: Ore) -> dict[str, float]:
    """Tonnes of each element in a tonne of an ore type, as the file states it."""
    grade = {key: value.amount for key, value in ore.grade.items()}
    split = {key: value.amount for key, value in ore.split.items()}
    return element_grades(grade, split, {key: value.basis for key, value in ore.grade.items()})


def element_grades(grade: Mapping[str, Num], split: Mapping[str, Num], basis: Mapping[str, str | None]) -> dict[str, Num]:
    """Tonnes of each element in a tonne of ore, whatever the file states: element, oxide or a total with its split.

    >>> grades = element_grades({"WO3": 0.002}, {}, {"WO3": None})
    >>> round(grades["tungsten"], 6)
    0.001586
    """
    found: dict[str, Num] = {}
    for key, amount in grade.items():
        if key in TOTALS:
            kind = basis.get(key) or TOTALS[key]
            if not split:
                found[LUMP] = amount
            elif kind == "element":
                whole = sum(split.values())
                found.update({element: amount * share / whole for element, share in split.items()})
            else:
                whole = sum(split.values())
                found.update({element: amount * share / whole * units.contained("oxide", element) for element, share in split.items()})
        elif key in units.ATOMIC_WEIGHTS:
            factor = units.contained("oxide", key) if basis.get(key) == "oxide" else 1.0
            found[key] = amount * factor
        else:
            for element in units.elements_of(key):
                found[element] = amount * units.contained(key, element)
    return found


def contained(tonnage: Num, grades: Mapping[str, Num]) -> dict[str, Num]:
    """Tonnes of each element in the ground.

    >>> contained(20e6, {"rare_earths": 700e-6})
    {'rare_earths': 14000.0}
    """
    return {element: tonnage * grade for element, grade in grades.items()}


def status_of(categories: set[str]) -> str:
    """What a result on these categories may be called: valuation, preliminary or screening.

    >>> status_of({"probable"}), status_of({"probable", "inferred"}), status_of({"claim"})
    ('valuation', 'preliminary', 'screening')
    """
    kinds = {CATEGORIES[category] for category in categories}
    if "claim" in kinds or not kinds:
        return "screening"
    return "valuation" if kinds == {"reserve"} else "preliminary"
