"""Which numbers of the file are uncertain, and how? Paths to distributions, the bounds they must keep, and what a reader must know."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from pydantic import BaseModel

from kenes import units
from kenes.chance import distributions
from kenes.chance.distributions import Distribution, Misfit
from kenes.chance.streams import Copula, copula, uniform
from kenes.checks import near
from kenes.errors import Fault, InputError
from kenes.facts import Quantity, Unit
from kenes.notes import Note, note
from kenes.odds import Odds, Stated
from kenes.project import Project

__all__ = ["CHOICES", "Input", "Inputs", "is_owner", "read", "reference_classes", "shares_of_one", "within_one"]

Array = Any

CHOICES = ("project.discount.rate", "chance.")
"""Paths that are choices or about chance itself, not facts of a project: they are not drawn."""


@dataclass(frozen=True, slots=True)
class Input:
    """One number of the file.

    value       : as the file states it; unit : what it and its draws are in ("USD/t"); least, most : what the field may be
    inside      : how the project says that it varies, or None; outside : how a reference class says that projects of its kind did
    schedule    : whether it is the first value of a schedule, which a draw scales
    """

    path: str
    value: float
    unit: str
    least: float
    most: float
    positive: bool
    schedule: bool
    inside: Distribution | None = None
    outside: Distribution | None = None
    reference: str | None = None

    def within(self, drawn: Array) -> tuple[Array, int]:
        """Values kept in the field's legal range, and how many had to be moved."""
        least = max(self.least, 1e-12 * abs(self.value) if self.value > 0 else 1e-12) if self.positive else self.least
        kept = np.clip(drawn, least, self.most)
        return kept, int((kept != drawn).sum())


@dataclass(frozen=True, slots=True)
class Inputs:
    """Every number of a file with what is known about its chance.

    inputs   : by path, in the order of the file
    drawn    : paths that vary inside; outside : paths with a reference class
    groups   : numbers that together may not exceed one (recoveries of an element over the products of a stage)
    refusal  : probability by (site, permit)
    """

    inputs: Mapping[str, Input]
    drawn: tuple[str, ...]
    outside: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    copula: Copula
    refusal: Mapping[tuple[str, str], float]
    odds: Odds
    notes: tuple[str, ...]

    def uniforms(self, seed: int, first: int, count: int, names: tuple[str, ...]) -> dict[str, Array]:
        """Dependent uniforms of some inputs, (N,) each."""
        correlated = {name for group, _ in self.copula.groups for name in group}
        return self.copula.apply({name: uniform(seed, name, first, count) for name in dict.fromkeys([*names, *sorted(correlated)])})

    def values(self, share: Mapping[str, Array], outside: bool = False) -> tuple[dict[str, Array], dict[str, int]]:
        """Values of inputs at probabilities, (N,) each, and how many draws were moved back into the legal range, by path.

        outside : whether an input with a reference class follows that instead of its own low and high
        """
        made: dict[str, Array] = {}
        moved: dict[str, int] = {}
        for path, probability in share.items():
            one = self.inputs[path]
            how = one.outside if outside and one.outside is not None else one.inside
            if how is None:
                continue
            made[path], count = one.within(how.inverse(probability))
            if count:
                moved[path] = count
        moved |= within_one(self.groups, made, {path: one.value for path, one in self.inputs.items()})
        return made, moved


def within_one(groups: Iterable[tuple[str, ...]], made: dict[str, Array], value: Mapping[str, float]) -> dict[str, int]:
    """Shares ``made`` of one whole that sum to more than one are brought back to one; how many were, by group.

    value : of those that are not in ``made``
    """
    moved: dict[str, int] = {}
    for group in groups:
        if not any(path in made for path in group):
            continue
        whole = sum((made.get(path, value[path]) for path in group), np.zeros(1))
        over = np.maximum(whole, 1.0)
        if (over > 1.0).any():
            for path in group:
                made[path] = made.get(path, np.full(over.shape, value[path])) / over
            moved[" + ".join(group)] = int((over > 1.0).sum())
    return moved


def _fields(part: object, path: str = "", unit: Unit | None = None) -> Iterator[tuple[str, Quantity, Unit | None]]:
    """Every number with its path and the unit of its field (walks as `kenes.facts.quantities` does)."""
    from kenes.project import _unit

    if isinstance(part, Quantity):
        yield path, part, unit
    elif isinstance(part, BaseModel):
        for name, entry in type(part).model_fields.items():
            if entry.annotation == dict[str, Any]:
                continue
            yield from _fields(getattr(part, name), f"{path}.{name}" if path else name, _unit(entry))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _fields(value, f"{path}.{key}", unit)
    elif isinstance(part, (list, tuple)):
        for k, value in enumerate(part):
            yield from _fields(value, f"{path}.{getattr(value, 'name', k)}", unit)


def read(project: Project, bounds: str | None = None, shape: str | None = None) -> Inputs:
    """The uncertain numbers of a project.

    bounds, shape : what low and high are, and how they are spread, where neither the number nor [chance] says
    Raises InputError with every fault: bounds that nobody stated, a shape that does not fit, a path that is not there.
    """
    odds = project.file.chance or Odds()
    bounds, shape = odds.bounds or bounds, odds.shape or shape
    faults: list[Fault] = []
    notes: list[str] = []
    found: dict[str, Input] = {}
    unstated: list[str] = []
    shapeless: list[str] = []
    taken: list[str] = []
    classes = reference_classes()
    fields = {path: (number, unit) for path, number, unit in _fields(project.file)}
    held = {path for path, _ in (setting.split("=", 1) for setting in project.settings)} & set(fields)
    loose = [pair for pair in odds.correlation if any(path in held and fields[path][0].low is None for path in pair.of)]
    if loose:  # a number that --set fixed is no longer drawn: that is no fault of the file
        odds = odds.model_copy(update={"correlation": [pair for pair in odds.correlation if pair not in loose]})
        notes += [
            note("correlation of {one} and {other} left out: --set fixes one of them", one=pair.of[0], other=pair.of[1]) for pair in loose
        ]
    _known(odds, fields, classes, project, faults)
    for path, (number, unit) in fields.items():
        if unit is None or path.startswith(CHOICES):
            if number.low is not None:
                notes.append(note("{path}: a choice, not drawn", path=path))
            continue
        inside = None
        try:
            if path in odds.distribution:
                inside = _stated(odds.distribution[path], unit)
            elif number.low is not None and number.high is not None and path not in odds.fixed:
                known = number.bounds or bounds
                if known is None:
                    unstated.append(path)
                else:
                    if number.bounds is None:
                        taken.append(path)
                    if number.shape is None and shape is None:
                        shapeless.append(path)
                    inside = distributions.fit(number.shape or shape or "triangular", number.low, number.amount, number.high, known)
            outside = _outside(odds.outside.get(path), number, classes)
        except Misfit as error:
            got = f"shape = {number.shape or shape}, low = {number.low:g}, value = {number.amount:g}, high = {number.high:g}"
            faults.append(Fault(path, got if number.low is not None else "a distribution", str(error)))
            continue
        except units.UnitError as error:
            faults.append(Fault(f"chance.distribution.{path}", error.got, error.wanted, error.hint))
            continue
        schedule = bool(number.calendar or number.operating)
        # A draw scales a schedule, so its largest entry must stay within the range too.
        top = max((*(value for _, value in number.calendar), *number.operating, number.amount))
        most = unit.most * number.amount / top if schedule and 0 < number.amount < top else unit.most
        if inside is not None and schedule:
            faults += _schedule(path, number)
        if inside is not None and is_owner(path):
            faults.append(Fault(path, "a share of an owner that is drawn", "a fixed share: those of an entity sum to one"))
        words = number.unit.replace("money", number.currency or "money")
        found[path] = Input(path, number.amount, words, unit.least, most, unit.positive, schedule, inside, outside, odds.outside.get(path))
    if unstated:
        faults.append(
            Fault(
                f"{project.path}  {', '.join(unstated[:12])}{f' and {len(unstated) - 12} more' if len(unstated) > 12 else ''}",
                f"low and high without bounds, in {len(unstated)} numbers",
                'bounds = "P10/P90" or "min/max" beside them',
                'or once for the file: [chance] bounds = "P10/P90" (also --bounds)',
            )
        )
    if faults:
        raise InputError(*(project.located(InputError(*faults)).faults))
    if taken:
        notes.append(note("bounds not stated: low and high taken as {bounds} in {numbers}", bounds=bounds, numbers=_some(taken)))
    if shapeless:
        notes.append(note("shape not stated: triangular taken for {numbers}", numbers=_some(shapeless)))
    made = copula([(*pair.of, pair.rho) for pair in odds.correlation])  # type: ignore[misc]
    return Inputs(
        found,
        tuple(path for path, one in found.items() if one.inside is not None),
        tuple(path for path, one in found.items() if one.outside is not None),
        shares_of_one(project),
        made,
        {_permit(path): number.amount for path, number in odds.refusal.items()},
        odds,
        (*notes, *made.notes),
    )


def _some(paths: list[str]) -> Note:
    return note("{n} numbers: {paths}", n=len(paths), paths=", ".join(paths[:6]) + (" ..." if len(paths) > 6 else ""))


def is_owner(path: str) -> bool:
    """Whether a path is the share of an owner."""
    return path.startswith("entity.") and ".owner." in path and path.endswith(".share")


def _permit(path: str) -> tuple[str, str]:
    parts = path.split(".")
    return parts[1], ".".join(parts[3:])


def _known(odds: Odds, fields: Mapping[str, Any], classes: Mapping[str, Any], project: Project, faults: list[Fault]) -> None:
    """Faults for paths and names that are not there."""
    named = [("chance.distribution", path) for path in odds.distribution]
    named += [("chance.fixed", path) for path in odds.fixed] + [("chance.outside", path) for path in odds.outside]
    named += [("chance.correlation", path) for pair in odds.correlation for path in pair.of]
    for where, path in named:
        if path not in fields or path.startswith(CHOICES):
            faults.append(Fault(where, f'"{path}"', "the path of a number in the file", near(path, fields)))
    for pair in odds.correlation:
        for path in pair.of:
            number = fields[path][0] if path in fields else None
            if number is not None and (number.low is None or path in odds.fixed) and path not in odds.distribution:
                faults.append(Fault("chance.correlation", f"{path}, which is not drawn", "an uncertain number"))
    for path, name in odds.outside.items():
        if name not in classes:
            faults.append(Fault(f"chance.outside.{path}", f'"{name}"', "one of " + ", ".join(classes), near(name, classes)))
        elif "distribution" not in classes[name]:
            can = ", ".join(key for key, one in classes.items() if "distribution" in one)
            faults.append(Fault(f"chance.outside.{path}", f'"{name}", of which only a mean is on file', f"one with a distribution: {can}"))
    permits = {f"site.{site.name}.permit.{name}" for site in project.file.site for name in site.permit}
    for path in odds.refusal:
        if path not in permits:
            faults.append(Fault("chance.refusal", f'"{path}"', "one of " + (", ".join(sorted(permits)) or "no permits: the file has none")))


def _schedule(path: str, number: Quantity) -> list[Fault]:
    """A drawn first value scales a schedule: low and high must be of that first value."""
    assert number.low is not None and number.high is not None
    if number.amount == 0.0:
        return [Fault(path, "a schedule that begins at 0, with low and high", "a schedule whose first value is not 0: a draw scales it")]
    if not number.low <= number.amount <= number.high:
        return [
            Fault(path, f"low = {number.low:g}, first value = {number.amount:g}, high = {number.high:g}", "low and high of the first value")
        ]
    return []


def _stated(given: Stated, unit: Unit) -> Distribution:
    """A distribution stated in full, in the unit of the field."""

    def amount(text: Any) -> float:
        first: units.UnitError | None = None
        for one in unit.unit.split("|"):
            try:
                return float(units.parse(text, one)[0])
            except units.UnitError as error:
                first = first or error
        assert first is not None
        raise first

    if given.shape in ("discrete", "empirical"):
        if given.values is None:
            raise Misfit(f"values = [...] for shape = {given.shape}")
        values = [amount(text) for text in given.values]
        return distributions.discrete(values, given.weights) if given.shape == "discrete" else distributions.empirical(values)
    if given.low is None or given.high is None or given.bounds is None:
        raise Misfit("low, high and bounds")
    low, high = amount(given.low), amount(given.high)
    middle = 0.5 * (low + high) if given.mode is None else amount(given.mode)
    if given.mode is None and given.shape in ("triangular", "pert", "shifted lognormal"):
        raise Misfit(f"mode = ... for shape = {given.shape}")
    if not low <= middle <= high:
        raise Misfit("low, mode and high in rising order")
    return distributions.fit(given.shape, low, middle, high, given.bounds)


def _outside(name: str | None, number: Quantity, classes: Mapping[str, Any]) -> Distribution | None:
    if name is None or "distribution" not in classes.get(name, {}):
        return None
    table = classes[name]["distribution"]
    if table["shape"] == "empirical":
        made = distributions.empirical(table["values"])
    else:
        made = distributions.shifted_lognormal(table["shift"], table["mu"], table["sigma"])
    return made.times(number.amount) if table["times"] == "estimate" else made


@cache
def reference_classes() -> dict[str, Any]:
    """Reference classes on file, by name."""
    text = (resources.files("kenes") / "reference" / "base_rates.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["class"])


def shares_of_one(project: Project) -> tuple[tuple[str, ...], ...]:
    """Recoveries that may not sum to more than one: those of an element over the products of a stage, with those of "all"."""
    found: list[tuple[str, ...]] = []
    for site in project.file.site:
        for label, stage in site.plant.items():
            if len(stage.product) < 2:
                continue
            stem = f"site.{site.name}.plant.{label}.product"
            elements = dict.fromkeys(element for product in stage.product.values() for element in product.recovery)
            for element in elements:
                paths = [f"{stem}.{name}.recovery.{element}" for name, product in stage.product.items() if element in product.recovery]
                paths += [
                    f"{stem}.{name}.recovery.all"
                    for name, product in stage.product.items()
                    if element != "all" and element not in product.recovery and "all" in product.recovery
                ]
                if len(paths) > 1:
                    found.append(tuple(paths))
    return tuple(found)
