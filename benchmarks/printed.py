"""What does the study print? Numbers, quantities, prices and costs as a summary words them, and which of them agree with each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["NUMBER", "SPELT", "TONNES", "NotComputable", "Study", "amount", "at_rate", "number", "rate_of", "read"]


NEAR = 0.02
"""How far a printed figure may be from the reading of the case file to count as the same."""


class NotComputable(Exception):
    """What a study lacks to be computed."""


NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?"


def number(given: Any) -> float | None:
    """A plain number, or the one a text begins with; None for anything else.

    >>> number("1009 net (705+189)"), number("USD 13494/t"), number(True)
    (1009.0, None, None)
    """
    if isinstance(given, bool) or given is None:
        return None
    if isinstance(given, (int, float)):
        return float(given) if math.isfinite(given) else None
    found = re.match(rf"\s*~?({NUMBER})", str(given))
    return float(found[1].replace(",", "")) if found else None


def amount(given: Any) -> float | None:
    """A sum of money: a number not followed by a unit that makes it something else (per tonne, %)."""
    found = number(given)
    if found is None or (isinstance(given, str) and re.match(rf"\s*~?{NUMBER}\s*(?:/|per\b|%)", given)):
        return None
    return found


def rate_of(given: Any) -> float | None:
    """A discount rate: 0.08, 8, "8 %", "10% nominal".

    >>> rate_of(0.08), rate_of("10% nominal"), rate_of("8/10/12%")
    (0.08, 0.1, None)
    """
    if isinstance(given, str) and re.match(r"\s*[\d.]+\s*/", given):
        return None
    found = number(given)
    if found is None:
        return None
    return found / 100 if found > 1 or (isinstance(given, str) and "%" in given) else found


def at_rate(given: Any, rate: float) -> tuple[float | None, str]:
    """A published NPV at the study's rate: a number, or a table by rate; and a remark."""
    if isinstance(given, Mapping):
        for key, value in given.items():
            stated = rate_of(key if isinstance(key, str) else float(key))
            if stated is not None and abs(stated - rate) < 1e-9:
                others = ", ".join(f"{other}: {item}" for other, item in given.items() if other != key)
                return number(value), f"at other rates {others}"
        return None, f"printed at other rates only: {dict(given)}"
    return number(given), given if isinstance(given, str) else ""


# --- quantities and prices as they are printed ---------------------------------------------------------------------------------

TONNES = {
    "t": 1.0, "tpa": 1.0, "kt": 1e3, "ktpa": 1e3, "mt": 1e6, "kg": 1e-3, "lb": 0.45359237e-3, "klb": 0.45359237, "mlb": 453.59237,
    "oz": 31.1034768e-6, "koz": 31.1034768e-3, "moz": 31.1034768, "mtu": 0.01,
}  # fmt: skip
SPELT = {"tpa": "t", "ktpa": "kt", "mt": "Mt", "mlb": "Mlb", "moz": "Moz", "mtu": "t"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A quantity a year, or a price, as printed: number, unit and the key it stands under; ``tonnes`` or ``per_t`` makes it comparable."""

    name: str
    value: float
    unit: str
    key: str
    note: str = ""

    @property
    def tonnes(self) -> float:
        """Tonnes a year."""
        return self.value * TONNES[self.unit]

    @property
    def per_t(self) -> float:
        """Money per tonne."""
        return self.value / TONNES[self.unit]


def quantities(inputs: Mapping[str, Any], life: float) -> list[Printed]:
    """Yearly production by product; an amount over the life is divided by it."""
    given = inputs.get("annual_production")
    if number(given) is not None and not isinstance(given, str):
        given = {"product_t": given}
    found: list[Printed] = []
    printed: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    for key, raw in printed.items():
        value = number(raw) if not isinstance(raw, str) or re.fullmatch(rf"\s*{NUMBER}\s*", raw) else None
        words = str(key).split("_")
        place = next((n for n, word in enumerate(words) if word.lower() in TONNES), None)
        if value is None or value <= 0 or place is None:
            continue
        name = "_".join(words[:place]) or "product"
        later = [word.lower() for word in words[place + 1 :]]
        if any(re.match(r"y\d", word) for word in later) and "lom" not in later:
            continue
        unit = words[place].lower()
        if "lom" in later and "average" not in later:
            # Beside a figure for some years, one marked LOM is the average over the life; alone it is the sum.
            yearly = number(printed.get("_".join(words[: place + 1])))
            of_phase = next((number(item) for other, item in printed.items() if str(other).startswith(f"{name}_{words[place]}_y")), None)
            if of_phase is None:
                too = f"; {yearly:g} a year is printed too" if yearly else ""
                found.append(Printed(name, value / life, unit, str(key), f"{value:,.10g} {words[place]} over {life:g} years{too}"))
            else:
                found.append(Printed(name, value, unit, str(key), "average over the life"))
        else:
            found.append(Printed(name, value, unit, str(key)))
    return found


def prices(inputs: Mapping[str, Any], currency: str) -> list[Printed]:
    """Prices in the study's currency, with the unit their key names."""
    given = inputs.get("prices")
    found: list[Printed] = []
    for key, raw in given.items() if isinstance(given, Mapping) else ():
        value = number(raw)
        words = [word for word in re.split(r"[_ /]+", str(key)) if word]
        code = next((n for n, word in enumerate(words) if re.fullmatch(r"USD|CAD|AUD|GBP|EUR|ZAR|KZT|CNY|BRL", word)), None)
        if value is None or value <= 0 or (code is not None and words[code] != currency):
            continue
        after = words[code + 1 :] if code is not None else words[words.index("per") :] if "per" in words else []
        unit = next((word.lower() for word in after if word.lower() in TONNES), None)
        if unit is None:
            continue
        name = "_".join(word for n, word in enumerate(words) if (code is None or n < code) and word != "per" and word.lower() not in TONNES)
        found.append(Printed(name or "product", value, unit, str(key)))
    return found


def unit_costs(inputs: Mapping[str, Any]) -> list[tuple[Printed, bool]]:
    """Operating costs per unit of product, and whether each is an all-in sustaining cost."""
    found: list[tuple[Printed, bool]] = []
    for part in re.split(r"[;,](?=\s)", str(inputs.get("opex_per_unit") or "")):
        for match in re.finditer(rf"({NUMBER})\s*(?:USD|CAD|AUD)?\s*(?:per|/)\s*(kg|t|lb|oz|mtu)\b", part):
            found.append((Printed("product", float(match[1].replace(",", "")), match[2], "opex_per_unit", part.strip()), "AISC" in part))
        bare = re.search(rf"AISC\s+({NUMBER})\s*(?:\(|$)", part)
        if bare and found:
            found.append((Printed("product", float(bare[1].replace(",", "")), found[0][0].unit, "opex_per_unit", part.strip()), True))
    return found


def throughput(inputs: Mapping[str, Any]) -> tuple[float, str] | None:
    """Tonnes of ore a year, and how the study prints them."""
    given = inputs.get("throughput_tpa")
    if isinstance(given, str):
        daily = re.match(rf"\s*({NUMBER})\s*t(?:onnes)?\s*(?:/|per )\s*d", given)
        if daily:
            return float(daily[1].replace(",", "")) * 365, f"{given}, 365 days"
        if not re.fullmatch(rf"\s*{NUMBER}\s*(?:t|tpa|t/y)?\s*", given):
            return None
    found = number(given)
    return None if found is None or found <= 0 else (found, f"{found:,.10g} t a year")


# --- what a year brings and costs ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cost:
    """Operating cost: ``per`` product or ore (money per unit), or a year; by phase where it changes."""

    values: tuple[float, ...]
    per: str | None
    unit: str
    derived: str
    quote: str
    all_in: bool = False
    through_ebitda: bool = False


@dataclass(slots=True)
class Study:
    """One entry, with everything a project file needs in the study's own units (money in millions)."""

    entry: Mapping[str, Any]
    life: float = 0.0
    life_note: str = ""
    rate: float = 0.0
    rate_quote: str = ""
    currency: str = ""
    capital: float = 0.0
    capital_note: str = ""
    phases: list[tuple[float, float, float]] = field(default_factory=list)
    product: str = "product"
    counts: tuple[float, ...] = ()
    count_unit: str = "t"
    count_note: str = ""
    count_derived: bool = False
    price: float = 0.0
    price_unit: str = "t"
    price_note: str = ""
    price_derived: bool = False
    through_ebitda: bool = False
    cost: Cost | None = None
    ore: tuple[float, str] | None = None

    @property
    def inputs(self) -> Mapping[str, Any]:
        """What the study puts in."""
        return dict(self.entry["inputs"])

    @property
    def model(self) -> Mapping[str, Any]:
        """The reading of the case file."""
        return dict(self.entry.get("simple_model") or {})


def read(entry: Mapping[str, Any]) -> Study:
    """All amounts of one study. Raises NotComputable where one is missing."""
    study = Study(entry)
    inputs, model = study.inputs, study.model
    study.currency = _currency(entry)
    phases = [tuple(float(part) for part in phase) for phase in model.get("phases") or ()]
    life = sum(phase[0] for phase in phases) if phases else None
    printed = number(inputs.get("mine_life_years"))
    study.life = life or printed or number(model.get("life")) or 0.0
    if printed is None or abs(study.life - printed) > 1e-9:
        study.life_note = f"printed: {inputs.get('mine_life_years')}; the project's years"
    if study.life <= 0:
        raise NotComputable("no life of the mine")
    study.rate = rate_of(inputs.get("discount_rate")) or number(model.get("rate")) or 0.0
    study.rate_quote = str(inputs.get("discount_rate"))
    if study.rate <= 0:
        raise NotComputable("no discount rate")
    capital = amount(inputs.get("initial_capex"))
    study.capital = capital if capital is not None else number(model.get("capex")) or 0.0
    study.capital_note = str(inputs["initial_capex"]) if isinstance(inputs.get("initial_capex"), str) else ""
    if study.capital <= 0:
        raise NotComputable("no initial capital")
    study.ore = throughput(inputs)
    _income(study, phases)
    _spending(study, phases)
    study.ore = study.ore or _mined(study)
    return study


def _mined(study: Study) -> tuple[float, str] | None:
    """Tonnes of ore a year, where the study prints what is mined over the life as one number."""
    mined = study.inputs.get("ore_mt")
    whole = None if isinstance(mined, str) else number(mined)
    return None if whole is None or whole <= 0 else (whole * 1e6 / study.life, f"{mined} Mt over {study.life:g} years")


def _currency(entry: Mapping[str, Any]) -> str:
    """The code of the study's money; of several named, the one its prices are printed in, else the first."""
    codes = re.findall(r"\b[A-Z]{3}\b", str(entry.get("currency") or ""))
    if not codes:
        raise NotComputable("no currency")
    in_prices = " ".join(map(str, entry["inputs"].get("prices") or ()))
    found = next((code for code in codes if code in in_prices), codes[0]) if len(set(codes)) > 1 else codes[0]
    return str(found)


def _nearest(options: list[tuple[float, Any]], target: float | None) -> tuple[float, Any] | None:
    """The printed figure nearest to the target and near enough; the first one where there is no target."""
    if target is None:
        return options[0] if options else None
    close = [option for option in options if abs(option[0] - target) <= NEAR * abs(target)]
    return min(close, key=lambda option: abs(option[0] - target)) if close else None


def _income(study: Study, phases: list[tuple[float, ...]]) -> None:
    """Quantity and price: printed ones where they agree with the reading, else a printed quantity and the price it implies."""
    inputs, model, life = study.inputs, study.model, study.life
    made, sold = quantities(inputs, life), prices(inputs, study.currency)
    target = phases[0][1] if phases else number(model.get("rev_y"))
    ebitda, lom = number(study.entry["outputs"].get("ebitda_per_year")), number(inputs.get("revenue_lom"))
    costs = [number(inputs.get("opex_per_year")), number(model.get("opex_y"))]
    options: list[tuple[float, Any]] = []
    yearly = number(inputs.get("revenue_per_year"))
    if yearly is not None:
        options.append((yearly, f"revenue {yearly:g} a year"))
    options += [(q.tonnes * p.per_t / 1e6, (q, p)) for q in made for p in sold]
    if lom is not None:
        options.append((lom / life, f"revenue {inputs['revenue_lom']} over {life:g} years"))
    if ebitda is not None:
        options += [(ebitda + cost, f"EBITDA {ebitda:g} + operating cost {cost:.4g} a year") for cost in costs if cost is not None]
    pairs = [option for option in options if isinstance(option[1], tuple)]
    best = _nearest(pairs, target) or _nearest(options, target)
    revenue = best[0] if best else target
    if revenue is None or revenue <= 0:
        raise NotComputable("no revenue, nor production with a price in its currency")
    yields = [phase[1] for phase in phases] if phases else [revenue]
    remark = f" ({study.entry['notes']})" if study.entry.get("notes") else ""
    said = best[1] if best and isinstance(best[1], str) else f"revenue as read by the case file{remark}" if not best else ""
    if isinstance(best[1] if best else None, tuple):
        quantity, price = best[1]  # type: ignore[index]
        study.product, study.count_unit, study.price, study.price_unit = quantity.name, quantity.unit, price.value, price.unit
        study.price_note = f"{price.key} {price.value:g}"
        study.count_note = quantity.note
        counts = [quantity.value] + [value / (price.per_t / 1e6) / TONNES[quantity.unit] for value in yields[1:]]
        study.counts, study.count_derived = tuple(counts), bool(quantity.note)
        if len(counts) > 1:
            study.count_note = (quantity.note + "; " if quantity.note else "") + "later years: revenue as read by the case file / price"
            study.count_derived = True
        return
    text = _spelt(inputs.get("annual_production"))
    for price in sold:
        counts = [value * 1e6 / price.per_t for value in yields]
        if all(re.search(rf"(?<![\d.]){round(count)}(?![\d])", text) and abs(count - round(count)) < 0.5 for count in counts):
            study.product, study.price, study.price_unit, study.price_note = (
                price.name,
                price.value,
                price.unit,
                f"{price.key} {price.value:g}",
            )
            study.counts, study.count_note = tuple(float(round(count)) for count in counts), f"printed: {text}"
            return
    if not phases and len(sold) == 1 and (in_phases := [value for value in (number(item) for item in _phased(inputs)) if value]):
        raise NotComputable(f"production changes over the life ({in_phases}), and no reading says when")
    if len(sold) == 1 and made and phases and any(abs(yields[0] * 1e6 / sold[0].per_t - value) < 0.5 for value in _phased(inputs)):
        price = sold[0]
        study.product, study.price, study.price_unit, study.price_note = (
            made[0].name,
            price.value,
            price.unit,
            f"{price.key} {price.value:g}",
        )
        study.counts = tuple(value * 1e6 / price.per_t for value in yields)
        study.count_note, study.count_derived = f"printed: {text}; later years so that the average over the life is kept (case file)", True
        return
    if not said and best:
        said = "revenue"
    study.through_ebitda = "EBITDA" in said
    if made:
        quantity = made[0]
        study.product, study.count_unit, study.price_unit = quantity.name, quantity.unit, quantity.unit
        study.price = yields[0] * 1e6 / quantity.value
        study.counts = (quantity.value, *(value * 1e6 / study.price for value in yields[1:]))
        changing = len({round(value, 9) for value in yields}) > 1
        study.count_note, study.count_derived = quantity.note, bool(quantity.note) or changing
        if changing:
            later = "later years: revenue as read by the case file at the same price"
            study.count_note = f"{quantity.note}; {later}" if quantity.note else later
        unit, label = SPELT.get(quantity.unit, quantity.unit), quantity.name.replace("_", " ")
        whole = f"{yields[0]:.6g} M {study.currency} a year"
        study.price_note = f"all revenue per {unit} of {label}: {said} ({whole}) / {quantity.value:,.10g}"
    else:
        study.counts = (1.0, *(value / yields[0] for value in yields[1:]))
        study.price = yields[0] * 1e6
        study.count_note, study.count_derived = "no quantity is printed: a year's output counts as one tonne", True
        study.price_note = f"a year's revenue: {said} ({yields[0]:.6g} M {study.currency})"
    study.price_derived = True


def _spelt(given: Any) -> str:
    """What is printed under a key, without brackets."""
    return "; ".join(f"{key} {value}" for key, value in given.items()) if isinstance(given, Mapping) else str(given)


def _phased(inputs: Mapping[str, Any]) -> Iterator[float]:
    """Quantities that are printed for a part of the life only, in tonnes."""
    given = inputs.get("annual_production")
    for key, raw in given.items() if isinstance(given, Mapping) else ():
        words = str(key).split("_")
        place = next((n for n, word in enumerate(words) if word.lower() in TONNES), None)
        value = number(raw)
        if place is not None and value is not None and any(re.match(r"y\d", word.lower()) for word in words[place + 1 :]):
            yield value * TONNES[words[place].lower()]


def _spending(study: Study, phases: list[tuple[float, ...]]) -> None:
    """The operating cost, in the printed unit that agrees with the reading, else a sum a year."""
    inputs, outputs, model, life = study.inputs, study.entry["outputs"], study.model, study.life
    made = quantities(inputs, life)
    counted = study.counts[0] * TONNES[study.count_unit]
    target = phases[0][2] if phases else number(model.get("opex_y"))
    options: list[tuple[float, Cost]] = []
    yearly, lom = amount(inputs.get("opex_per_year")), amount(inputs.get("opex_lom"))
    if yearly is not None:
        options.append((yearly, Cost((yearly,), None, "y", "", f"opex_per_year {yearly:g}")))
    for unit_cost, all_in in unit_costs(inputs):
        if not study.price_derived or made:
            whole = counted * unit_cost.per_t / 1e6
            options.append((whole, Cost((unit_cost.value,), "product", unit_cost.unit, "", unit_cost.note, all_in)))
        options += [
            (value, Cost((value,), None, "y", f"{unit_cost.note} x {q.key} {q.value:,.6g} a year", unit_cost.note, all_in))
            for q in made
            for value in (q.tonnes * unit_cost.per_t / 1e6,)
        ]
    per_ore = number(inputs.get("opex_per_t_ore")) if not isinstance(inputs.get("opex_per_t_ore"), str) else None
    ores = [ore for ore in (study.ore, _mined(study)) if ore]
    ore_of: dict[int, tuple[float, str]] = {}
    if per_ore is not None:
        for ore in ores:
            cost = Cost((per_ore,), "ore", "t", "", f"opex_per_t_ore {per_ore:g}, {ore[1]}")
            ore_of[id(cost)] = ore
            options.append((ore[0] * per_ore / 1e6, cost))
    if lom is not None:
        all_in = "AISC" in str(inputs["opex_lom"])
        said = f"operating cost {inputs['opex_lom']} over {life:g} years"
        options.append((lom / life, Cost((lom / life,), None, "y", said, "opex_lom", all_in)))
    revenue = study.counts[0] * TONNES[study.count_unit] * study.price / TONNES[study.price_unit] / 1e6
    for key, part in (("ebitda_per_year", 1.0), ("ebitda_lom", life)):
        ebitda = number(outputs.get(key))
        if ebitda is not None:
            rest, said = revenue - ebitda / part, f"revenue {revenue:.6g} - EBITDA {ebitda / part:.6g} a year"
            options.append((rest, Cost((rest,), None, "y", said, key, False, True)))
    best = _nearest(options, target)
    if best is None:
        if target is None:
            raise NotComputable("no operating cost")
        words = f"{study.entry.get('notes') or ''} {inputs.get('opex_lom') or ''}"
        through = bool(re.search(r"(EBITDA|operating cash ?flow)", words))
        values = tuple(phase[2] for phase in phases) or (target,)
        said = "operating cost as read by the case file" + (f" ({study.entry['notes']})" if study.entry.get("notes") else "")
        study.cost = Cost(values, None, "y", said, "simple_model", False, through)
        return
    cost = best[1]
    if phases and len(phases) > 1:
        same = cost.per == "product" and all(
            abs(phase[2] / (count * TONNES[study.count_unit]) - phases[0][2] / counted) < 1e-9
            for phase, count in zip(phases, study.counts, strict=True)
        )
        if not same:
            said = f"printed: {inputs.get('opex_per_unit')}; per year as read by the case file"
            cost = Cost(tuple(phase[2] for phase in phases), None, "y", said, cost.quote, cost.all_in)
    study.cost = cost
    study.ore = ore_of.get(id(cost), study.ore)
