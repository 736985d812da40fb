"""Which charges apply, in which order, with which numbers? The law of a country, or what a project states for itself.

Both become the same thing: a list of `Charge`, each with one value per model year of everything its arithmetic needs. A charge that begins
or ends is always there; a 0/1 column switches it. The arithmetic is `kenes.fiscal`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kenes import units
from kenes.errors import Fault, InputError
from kenes.facts import Part, Quantity, Rule, Unit, countries, fault, nothing, other_charges, read_rule, shown
from kenes.notes import Note, confidence, note
from kenes.timeline import Series, Timeline

__all__ = ["Charge", "InlineRegime", "Licence", "Pool", "Regime", "from_law", "inline"]

Fraction = Annotated[Quantity, Unit("1", 0, 1)]

LEVEL = {
    "production_levy": "pre_tax",
    "export_duty": "pre_tax",
    "property_tax": "pre_tax",
    "fee": "pre_tax",
    "income_tax": "after_tax",
    "rent_tax": "after_tax",
    "excess_profits_tax": "after_tax",
    "production_credit": "after_tax",
    "withholding": "equity",
}
"""The level of worth below which each kind of charge comes off. A levy on profit is a tax on profit: after_tax."""


# --- what a project may state for itself ---------------------------------------------------------------------------------------


def _rising(bounds: Sequence[Quantity | None], what: str) -> None:
    """Raises a fault unless the upper bounds rise from step to step."""
    amounts = [bound.amount for bound in bounds if bound is not None]
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        raise fault(f"{what} whose bounds do not rise", "each up_to above the one before")


def _element(name: str) -> None:
    """Raises a fault unless ``name`` is an element."""
    if name not in units.ATOMIC_WEIGHTS:
        raise fault(shown(name), "an element by name, such as neodymium")


class Step(Part):
    """One step of a scale."""

    up_to: Annotated[Quantity, Unit("money/t", 0)] | None = Field(
        None, description="price up to which this rate holds; left out: the last step"
    )
    rate: Fraction


class InlineLevy(Part):
    """A levy on production: royalty, mineral extraction tax, severance."""

    kind: Literal["production_levy"]
    base: Literal["sales", "net_smelter_return", "volume", "profit", "extracted", "written_off"]
    rate: Annotated[Quantity, Unit("1|money/t", 0)] | None = None
    rate_by_element: dict[str, Fraction] = Field(default_factory=dict)
    scale: list[Step] = Field(default_factory=nothing, description="price-sliding: the rate of the step holds for the whole base")
    scale_of: str | None = Field(None, description="element whose price (exchange_price of the site) decides the step")
    floor_cost_multiple: Annotated[Quantity, Unit("1", 0)] | None = None
    holiday: Annotated[Quantity, Unit("year", 0)] | None = Field(None, description="years from first ore without the levy")
    deductible: bool = Field(description="whether it comes off the profit that is taxed")
    payee: str | None = Field(None, description="a private holder of the royalty, if it is none of a state's")

    @model_validator(mode="after")
    def _rates(self) -> Self:
        if bool(self.rate) + bool(self.rate_by_element) + bool(self.scale) != 1:
            raise fault("rate, rate_by_element and scale", "exactly one of them")
        if self.rate is not None and (self.rate.unit == "money/t") != (self.base == "volume"):
            raise fault(f"a rate in {self.rate.unit} on {self.base}", "money per tonne on volume, a fraction on anything else")
        for element in (*self.rate_by_element, *([self.scale_of] if self.scale_of else [])):
            _element(element)
        if self.base == "volume" and self.rate is None:
            raise fault("base = volume without rate", "rate in money per tonne")
        if self.scale:
            if self.scale_of is None:
                raise fault("scale without scale_of", "scale_of = the element whose exchange_price decides")
            if any(step.up_to is None for step in self.scale[:-1]) or self.scale[-1].up_to is not None:
                raise fault("a scale without a clear last step", "up_to in every step but the last")
            _rising([step.up_to for step in self.scale[:-1]], "a scale")
        return self


class InlinePool(Part):
    """A depreciation pool."""

    method: Literal["declining", "straight_line", "units_of_production", "immediate"]
    rate: Fraction | None = None
    years: Annotated[int, Field(ge=1, le=60)] | None = None
    first_year_multiple: Annotated[Quantity, Unit("1", 0, 10)] | None = None
    takes: Literal["before production", "after production", "all", "named"]
    starts: Literal["spending", "production"]

    @model_validator(mode="after")
    def _method(self) -> Self:
        if (self.method == "declining") != (self.rate is not None) or (self.method == "straight_line") != (self.years is not None):
            raise fault(f"method = {self.method}", "rate with declining, years with straight_line, neither with the others")
        return self


class InlineIncomeTax(Part):
    """Income tax of a company or ring fence."""

    kind: Literal["income_tax"]
    rate: Fraction
    loss_years: Annotated[int, Field(ge=1, le=100)] | Literal["unlimited", "none"] = Field(
        description="years after the loss in which it may be used"
    )
    loss_cap: Fraction = Field(description="share of a year's profit that losses may shelter; 100 %: no cap")
    closure: Literal["provided", "funded", "spent"] = Field(description="which of these is deducted")
    pool: dict[str, InlinePool] = Field(min_length=1)
    write_off_at_end: bool = Field(description="whether what is still pooled is deducted when the ore ends")
    depletion: dict[str, Fraction] = Field(default_factory=dict, description="percentage depletion by element")
    depletion_cap: Fraction | None = None

    @model_validator(mode="after")
    def _depleted(self) -> Self:
        for element in self.depletion:
            _element(element)
        if self.depletion and self.depletion_cap is None:
            raise fault("depletion without depletion_cap", "depletion_cap: the share of taxable income that it may take")
        return self


class InlineRentTax(Part):
    """Tax on cash flow after a return on all spending."""

    kind: Literal["rent_tax"]
    uplift: Fraction
    rate: Fraction
    deductible: bool


class Tier(Part):
    """A tier of an excess-profits tax."""

    up_to: Annotated[Quantity, Unit("1", 0)] | None = Field(None, description="net income as a multiple of the deductions")
    rate: Fraction


class InlineExcessProfits(Part):
    """Tax on slices of net income over its deductions."""

    kind: Literal["excess_profits_tax"]
    tiers: list[Tier] = Field(min_length=2)

    @model_validator(mode="after")
    def _last(self) -> Self:
        if any(tier.up_to is None for tier in self.tiers[:-1]) or self.tiers[-1].up_to is not None:
            raise fault("tiers without a clear last one", "up_to in every tier but the last")
        _rising([tier.up_to for tier in self.tiers[:-1]], "tiers")
        return self


class InlineCredit(Part):
    """Production tax credit on the cost of making products."""

    kind: Literal["production_credit"]
    rate: Fraction


class InlinePropertyTax(Part):
    """Tax on the average book value of the plant."""

    kind: Literal["property_tax"]
    rate: Fraction
    deductible: bool


class InlineExportDuty(Part):
    """Duty of the exporting state on what crosses its border."""

    kind: Literal["export_duty"]
    rate: Fraction
    product: list[str] = Field(min_length=1)
    deductible: bool


class InlineFee(Part):
    """A yearly payment to the state: rent of the licence, area fee."""

    kind: Literal["fee"]
    amount: Annotated[Quantity, Unit("money/year", 0)]
    during: Literal["operation", "licence"] = Field(description="while there is work, or from the valuation day to the last ore")
    deductible: bool


class InlineWithholding(Part):
    """Tax withheld on payments to owners or lenders abroad."""

    kind: Literal["withholding"]
    on: Literal["dividend", "interest"]
    rate: Fraction


InlineCharge = Annotated[
    InlineLevy
    | InlineIncomeTax
    | InlineRentTax
    | InlineExcessProfits
    | InlineCredit
    | InlinePropertyTax
    | InlineExportDuty
    | InlineFee
    | InlineWithholding,
    Field(discriminator="kind"),
]


class InlineRegime(Part):
    """A regime of the project's own: replaces the law on file for this site. Charges are assessed in the order of the file."""

    title: str = Field(min_length=1)
    why: str | None = Field(None, description="where no charge is stated: why none is computed")
    charge: dict[str, InlineCharge] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if not self.charge and not self.why:
            raise fault("a regime without charges", "charges, or why = the reason that none is computed")
        if sum(charge.kind == "income_tax" for charge in self.charge.values()) > 1:
            raise fault("two income taxes", "one income tax: state combined rates as one")
        return self


# --- what the page reads -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """A depreciation pool, year by year."""

    name: str
    method: str
    takes: str
    starts: str
    rate: Series
    first_year: Series
    years: int | None
    written_off: bool


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """One charge: what its arithmetic needs, as series over the model years.

    on     : 1 in years in which it applies
    level  : pre_tax, after_tax or equity: the level of worth below which it comes off
    number : series by name; table : series by name and key; scale : steps by key; word : strings and flags
    base   : for a levy, a 0/1 series for each base it has in any year
    """

    name: str
    kind: str
    state: str
    level: str
    deductible: bool
    on: Series
    number: Mapping[str, Series] = field(default_factory=dict)
    table: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)
    scale: Mapping[str, Sequence[tuple[Series, Series]]] = field(default_factory=dict)
    base: Mapping[str, Series] = field(default_factory=dict)
    word: Mapping[str, Any] = field(default_factory=dict)
    pools: tuple[Pool, ...] = ()
    payee: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """All charges on one site, in order, and what the reader must know about them."""

    country: str
    title: str
    currency: str | None
    charges: tuple[Charge, ...]
    notes: tuple[str, ...]

    def of_kind(self, kind: str, on: str | None = None) -> list[Charge]:
        """Charges of a kind (and, for withholding, on what)."""
        return [charge for charge in self.charges if charge.kind == kind and (on is None or charge.word.get("on") == on)]


@dataclass(frozen=True, slots=True, eq=False)
class Licence:
    """What decides the levy and the vintage of the law.

    day : of the licence; held_before : whether anyone held rights on the ground; extracts : whether ore is mined or reworked here
    signed, stabilised : contract day, and the charges that keep the law known on it
    elements : minerals that a levy counts: caveats about others are no concern of the reader
    opens    : day of first ore
    """

    day: date | None = None
    held_before: bool | None = None
    extracts: bool = False
    tailings: bool = False
    signed: date | None = None
    stabilised: tuple[str, ...] = ()
    elements: frozenset[str] = frozenset()
    opens: date | None = None


ALWAYS = Series(1.0)


def inline(regime: InlineRegime, state: str, reporting: str, series: Callable[[Quantity], Series]) -> Regime:
    """A project's own regime. ``series`` makes a series of a number of the file; money comes out in the ``reporting`` currency."""
    charges: list[Charge] = []
    for name, given in regime.charge.items():
        common: dict[str, Any] = {
            "name": name,
            "kind": given.kind,
            "state": state,
            "level": LEVEL[given.kind],
            "deductible": getattr(given, "deductible", False),
            "on": ALWAYS,
        }
        number: dict[str, Series] = {}
        for key in ("rate", "floor_cost_multiple", "loss_cap", "uplift", "amount", "depletion_cap", "holiday"):
            value = getattr(given, key, None)
            if isinstance(value, Quantity):
                number[key] = series(value)
        if isinstance(given, InlineLevy):
            if given.base == "profit":
                common["level"] = "after_tax"
            if "holiday" in number:
                number["holiday_rate"] = Series(0.0)
            scale = {}
            word = {"scale_on": {}, "scale_currency": reporting, "scale_always": True}
            if given.scale and given.scale_of:
                scale[given.scale_of] = [
                    (series(step.up_to) if step.up_to is not None else Series(float("inf")), series(step.rate)) for step in given.scale
                ]
            table = {"rates": {element: series(rate) for element, rate in given.rate_by_element.items()}} if given.rate_by_element else {}
            charges.append(
                Charge(**common, number=number, table=table, scale=scale, base={given.base: ALWAYS}, word=word, payee=given.payee)
            )
        elif isinstance(given, InlineIncomeTax):
            pools = tuple(
                Pool(
                    label,
                    pool.method,
                    pool.takes,
                    pool.starts,
                    series(pool.rate) if pool.rate is not None else Series(1.0),
                    series(pool.first_year_multiple) if pool.first_year_multiple is not None else Series(1.0),
                    pool.years,
                    given.write_off_at_end,
                )
                for label, pool in given.pool.items()
            )
            table = {"depletion": {element: series(rate) for element, rate in given.depletion.items()}} if given.depletion else {}
            word = {"loss_years": given.loss_years, "closure": given.closure}
            charges.append(Charge(**common, number=number, table=table, word=word, pools=pools))
        elif isinstance(given, InlineExcessProfits):
            steps = [(series(tier.up_to) if tier.up_to is not None else Series(float("inf")), series(tier.rate)) for tier in given.tiers]
            charges.append(Charge(**common, number=number, scale={"tiers": steps}))
        else:
            word = {key: getattr(given, key) for key in ("on", "product", "during") if hasattr(given, key)}
            charges.append(Charge(**common, number=number, word=word))
    notes = [note("regime of {state}: {title} (stated by the project)", state=state, title=regime.title)]
    if not regime.charge:
        notes.append(note("no charges of {state} computed: {why}", state=state, why=regime.why))
    return Regime(state, regime.title, None, tuple(charges), tuple(notes))


class _Reader:
    """Reads one rule file into series, and remembers what a reader of the result must know."""

    def __init__(self, rule: Rule, timeline: Timeline, known: date | None) -> None:
        self.rule, self.timeline, self.known = rule, timeline, known
        self.days = [timeline.begins(t) for t in range(timeline.count)]
        self.notes: list[str] = []

    def values(self, parameter: str, quiet: bool = False) -> list[Any] | None:
        """The value of each year, None before the first one; None where the rule has no such parameter."""
        if parameter not in self.rule.values:
            return None
        begins = [value.begins for value in self.rule.values[parameter]]
        found: list[Any] = []
        last = -1
        bound: Any = None
        for day in self.days:
            begun = sum(begin <= day for begin in begins)
            if begun != last:  # else the year is bound by what bound the year before
                dated = self.rule.dated(parameter, day, self.known) if begun else None
                if dated is not None and dated.confidence != "high" and not quiet:
                    self._low(parameter, dated.confidence, dated.note)
                last, bound = begun, None if dated is None else dated.value
            found.append(bound)
        return found

    def _low(self, parameter: str, grade: str, why: str) -> None:
        text = note(
            "{country} {rule}.{parameter}: {doubt}{why}",
            country=self.rule.country,
            rule=self.rule.name,
            parameter=parameter,
            doubt=confidence(grade),
            why=f" ({why})" if why else "",
        )
        if text not in self.notes:
            self.notes.append(text)

    def tell(self, what: Note) -> None:
        """Notes something of this rule."""
        self.notes.append(note("{country} {charge}: {what}", country=self.rule.country, charge=self.rule.name, what=what))

    def series(self, parameter: str, missing: float) -> Series | None:
        found = self.values(parameter)
        return None if found is None else Series(0.0, None, [missing if value is None else float(value) for value in found])

    def table(self, parameter: str) -> dict[str, Series]:
        found = self.values(parameter) or []
        keys = sorted({key for value in found if value for key in value})
        return {key: Series(0.0, None, [float((value or {}).get(key, 0.0)) for value in found]) for key in keys}


def from_law(country: str, licence: Licence, timeline: Timeline) -> Regime:
    """The law of a country as it applies to one site.

    Raises InputError where no law of the country is on file, or the licence does not say what the levy depends on.
    """
    head = read_rule(country, "regime")
    if head is None:
        raise InputError(
            Fault(
                f"country = {country}",
                "a country whose law is not on file",
                "one of " + ", ".join(countries()),
                "or state [site.regime] with sources",
            )
        )
    notes: list[str] = []
    charges: list[Charge] = []
    applied: set[str] = set()
    names = list(head.fixed["charges"])
    checked: dict[date, list[str]] = {}
    # A charge may step aside for a later one ("unless"), so whether each applies is settled first.
    rules = {name: rule for name in names if (rule := read_rule(country, name)) is not None}
    for name, rule in rules.items():
        if _applies(rule, licence):
            applied.add(name)
    for name, rule in rules.items():
        if name not in applied or rule.fixed.get("unless") in applied:
            continue
        known = licence.signed if name in licence.stabilised else None
        reader = _Reader(rule, timeline, known)
        charge = _charge(rule, reader, country, licence)
        charges.append(charge)
        missing = sum(1 for on in charge.on.calendar or () if on == 0.0)
        if missing:
            reader.tell(note("nothing on file before {day}, so nothing is computed until then", day=timeline.begins(missing)))
        notes.extend(reader.notes)
        checked.setdefault(rule.checked, []).append(name)
        if rule.fixed["kind"] == "production_levy":
            notes.append(
                note(
                    "levy of {country}: {title} ({law}); licence of {day}, ground held before: {held}",
                    country=country,
                    title=rule.title,
                    law=rule.law,
                    day=licence.day,
                    held=licence.held_before,
                )
            )
    rest = sorted(name for name in other_charges(country) if name not in names)
    if rest and licence.extracts:
        notes.append(
            note(
                "law of {country} on file but in no computation (state them as costs): {charges}", country=country, charges=", ".join(rest)
            )
        )
    for day, read in sorted(checked.items()):
        if timeline.begins(timeline.count) > day:
            stale = {"country": country, "day": day, "charges": ", ".join(read)}
            if day < timeline.valuation:
                notes.append(
                    note("law of {country} last read on {day}, before the valuation day, taken to hold afterwards: {charges}", **stale)
                )
            else:
                notes.append(note("law of {country} last read on {day}, taken to hold afterwards: {charges}", **stale))
    return Regime(country, head.title, head.fixed.get("currency"), tuple(charges), tuple(notes))


def _applies(rule: Rule, licence: Licence) -> bool:
    if rule.fixed["kind"] == "production_levy":
        if not licence.extracts:
            return False
        conditions = rule.fixed.get("applies")
        if conditions:
            if licence.day is None or licence.held_before is None:
                missing = "licence_date" if licence.day is None else "ground_held_before"
                raise InputError(Fault(missing, "nothing", f"{missing}: {rule.title} depends on it", rule.fixed["applies"].get("note", "")))
            outside = set(conditions.get("excluded", ()))
            if licence.elements and licence.elements <= outside:
                return False
            return bool(licence.day > conditions["licence_after"]) and licence.held_before == conditions["ground_held_before"]
    return True


def _charge(rule: Rule, reader: _Reader, country: str, licence: Licence) -> Charge:
    kind = rule.fixed["kind"]
    common: dict[str, Any] = {
        "name": rule.name,
        "kind": kind,
        "state": country,
        "level": LEVEL[kind],
        "deductible": bool(rule.fixed.get("deductible", False)),
    }
    build = {
        "production_levy": _levy,
        "income_tax": _income_tax,
        "withholding": _withholding,
        "property_tax": _plain,
        "production_credit": _credit,
    }[kind]
    return build(rule, reader, common, licence)


def _switch(values: Sequence[Any]) -> Series:
    return Series(0.0, None, [0.0 if value is None else 1.0 for value in values])


def _plain(rule: Rule, reader: _Reader, common: dict[str, Any], licence: Licence) -> Charge:
    rates = reader.values("rate") or []
    reader.values("base")
    return Charge(**common, on=_switch(rates), number={"rate": reader.series("rate", 0.0) or Series(0.0)})


def _levy(rule: Rule, reader: _Reader, common: dict[str, Any], licence: Licence) -> Charge:
    bases = reader.values("base") or []
    number: dict[str, Series] = {}
    for key in ("rate", "floor_cost_multiple"):
        found = reader.series(key, 0.0)
        if found is not None:
            number[key] = found
    table: dict[str, dict[str, Series]] = {}
    for key in ("rates", "rate_by_form"):
        if key in rule.values:
            table[key] = reader.table(key)
    scale = {}
    for path in sorted(rule.values):
        if licence.elements and path.split(".")[-1] not in licence.elements:
            continue
        if path.startswith("brackets."):
            element = path.split(".")[1]
            scale[element] = _steps(rule, reader, path, table.get("rates", {}).get(element), element)
        elif path.startswith("price_addon."):
            element = path.split(".")[1]
            scale[f"addition: {element}"] = _steps(rule, reader, path, None, element)
    brackets = rule.fixed.get("brackets", {})
    currencies = {
        rule.units[path][:3] for path in rule.values if path.startswith(("brackets.", "price_addon.")) and "/" in rule.units[path]
    }
    word: dict[str, Any] = {
        "scale_on": {element: table.get("on", "price") for element, table in brackets.items()},
        "scale_currency": next((currency for currency in sorted(currencies) if currency.isupper()), None),
    }
    minerals = reader.values("exchange_minerals", quiet=True) or []
    if any(set(value or ()) & licence.elements for value in minerals):
        reader.values("exchange_minerals")
    exchange = [set(value or ()) for value in minerals]
    word["exchange"] = {
        element: Series(0.0, None, [1.0 if element in value else 0.0 for value in exchange])
        for element in sorted(set().union(*exchange) if exchange else set())
    }
    holidays = reader.values("holiday")
    if holidays and any(holidays):
        number["holiday"] = Series(0.0, None, [(value or {}).get("months", 0) / 12 for value in holidays])
        number["holiday_rate"] = Series(0.0, None, [float((value or {}).get("rate", 0.0)) for value in holidays])
        begun = [value for value in holidays if value]
        # Years whose text caps profitability instead of the rate of return are taken with the same test; years before any text carry at the
        # first cap on file.
        caps = [value or begun[0] for value in holidays]
        number["holiday_irr_cap"] = Series(0.0, None, [float(cap.get("irr_cap", cap.get("profitability_cap"))) for cap in caps])
        if licence.opens is not None and licence.opens <= begun[0]["production_after"]:
            for key in ("holiday", "holiday_rate", "holiday_irr_cap"):
                del number[key]
            reader.tell(note("no holiday, as production begins by {day}", day=begun[0]["production_after"]))
        else:
            reader.tell(
                note(
                    "rate {rate:.0%} for {months} months while the deposit's cumulative rate of return is at most its cap; the procedure"
                    " for that test is not on file: taken on nominal pre-tax cash flow since the valuation day",
                    rate=begun[0]["rate"],
                    months=begun[0]["months"],
                )
            )
    if "floor_cost_multiple" in number and any(base in ("extracted", "written_off") for base in bases):
        reader.tell(
            note(
                "the cost floor counts operating cost of mining and beneficiation; whether the law's production cost holds depreciation and"
                " residue handling too is not on file"
            )
        )
        floors = reader.values("floor_cost_multiple") or []
        gap = sum(value is None and base is not None for value, base in zip(floors, bases, strict=True))
        if gap:
            reader.tell(note("no cost floor on file before {day}: none is computed until then", day=reader.days[gap]))
    for element, why in rule.fixed.get("unvalued", {}).items():
        if element in licence.elements:
            reader.tell(note("{element}: {why}", element=element, why=why))
    word["in_house"] = rule.fixed.get("in_house")
    if licence.tailings:
        found = reader.series("technogenic_multiplier", 1.0)
        if found is not None:
            number["multiplier"] = found
    base = {
        name: Series(0.0, None, [1.0 if value == name else 0.0 for value in bases]) for name in sorted({value for value in bases if value})
    }
    if licence.tailings and "technogenic_multiplier" in rule.values:
        base = {"sold_volume": _switch(bases)}
    if "rates" in table and base:
        reader.tell(note("how the value of an ore is shared among its minerals is not on file: taken by their mass in what was extracted"))
    return Charge(**common, on=_switch(bases), number=number, table=table, scale=scale, base=base, word=word)


def _steps(rule: Rule, reader: _Reader, path: str, flat: Series | None, element: str) -> list[tuple[Series, Series]]:
    """A scale over the years: padded to its longest form; before it begins, the flat rate of the table. Bounds per tonne of the element."""
    years = reader.values(path) or []
    measure = rule.units.get(path, "")
    longest = max((len(value) for value in years if value), default=1)

    size = 1.0
    if not measure.startswith("tU"):
        size, _ = units.parse(f"1 {measure.replace('troy_oz', 'oz')}", "money/t")
        kind = rule.fixed[path.split(".")[0]][element].get("of")
        size = size if kind is None else size / units.contained(kind, element)

    def bound(raw: Any) -> float:
        return float(raw) * size

    uppers: list[list[float]] = [[] for _ in range(longest)]
    rates: list[list[float]] = [[] for _ in range(longest)]
    for t, value in enumerate(years):
        steps = [(bound(upper), float(rate)) for upper, rate in value] if value else []
        if not steps:
            constant = 0.0 if flat is None or flat.calendar is None else flat.calendar[t]
            steps = [(float("inf"), constant)]
        steps += [steps[-1]] * (longest - len(steps))
        for k, (upper, rate) in enumerate(steps):
            uppers[k].append(upper)
            rates[k].append(rate)
    return [(Series(0.0, None, upper), Series(0.0, None, rate)) for upper, rate in zip(uppers, rates, strict=True)]


def _income_tax(rule: Rule, reader: _Reader, common: dict[str, Any], licence: Licence) -> Charge:
    rates = reader.values("rate") or []
    number = {"rate": reader.series("rate", 0.0) or Series(0.0), "loss_cap": reader.series("loss_cap", 1.0) or Series(1.0)}
    pools: list[Pool] = []
    if any(rate is not None for rate in rates):
        # A tax whose depreciation is not on file yet cannot be computed: the law is never guessed.
        first = next(day for day, rate in zip(reader.days, rates, strict=True) if rate is not None)
        for parameter in rule.values:
            if parameter.startswith("pool.") and parameter.endswith(".rate"):
                rule.dated(parameter, first, reader.known)
    for key, table in rule.fixed.items():
        if not key.startswith("pool.") or not isinstance(table, dict) or "method" not in table:
            continue
        takes = table["takes"] if table["takes"] in ("before production", "after production", "all") else "named"
        pools.append(
            Pool(
                key.removeprefix("pool."),
                table["method"],
                takes,
                table.get("starts", "spending"),
                reader.series(f"{key}.rate", 0.0) or Series(1.0),
                reader.series(f"{key}.first_year_multiple", 1.0) or Series(1.0),
                table.get("years"),
                key.removeprefix("pool.") in (rule.on("write_off_at_end", reader.days[-1], []) or []),
            )
        )
    years = [value for value in reader.values("loss_years") or [] if value is not None]
    closure = rule.on("closure_deductible", reader.days[0], None)
    if closure is None:
        closure = "spent"
        reader.tell(note("which closure cost is deductible is not on file: taken as it is spent"))
    word = {
        "loss_years": years[0] if years else "none",
        "closure": closure,
    }
    depletion = reader.table("depletion.rates") if "depletion.rates" in rule.values else {}
    if depletion:
        number["depletion_cap"] = reader.series("depletion.cap", 1.0) or Series(1.0)
    return Charge(
        **common, on=_switch(rates), number=number, table={"depletion": depletion} if depletion else {}, word=word, pools=tuple(pools)
    )


def _withholding(rule: Rule, reader: _Reader, common: dict[str, Any], licence: Licence) -> Charge:
    word: dict[str, Any] = {"on": rule.fixed["on"], "treaty": {}}
    number: dict[str, Series] = {}
    for key in ("rate", "rate_below", "min_share", "haven"):
        found = reader.series(key, 0.0)
        if found is not None:
            number[key] = found
    scale = {}
    if "scale" in rule.values:
        index = reader.series("mci", 0.0)
        assert index is not None and index.calendar is not None
        years = reader.values("scale") or []
        longest = max(len(value) for value in years if value)
        uppers: list[list[float]] = [[] for _ in range(longest)]
        rates: list[list[float]] = [[] for _ in range(longest)]
        for t, value in enumerate(years):
            steps = [*(value or [["inf", 0.0]])]
            steps += [steps[-1]] * (longest - len(steps))
            for k, (upper, rate) in enumerate(steps):
                uppers[k].append(float("inf") if upper == "inf" else float(upper) * float(index.calendar[t]))
                rates[k].append(float(rate))
        scale["slices"] = [(Series(0.0, None, upper), Series(0.0, None, rate)) for upper, rate in zip(uppers, rates, strict=True)]
        on = _switch(years)
    else:
        on = _switch(reader.values("rate") or [])
    for path in rule.values:
        if path.startswith("treaty."):
            value = rule.on(path, reader.days[0])
            word["treaty"][path.removeprefix("treaty.")] = value
    return Charge(**common, on=on, number=number, scale=scale, word=word)


def _credit(rule: Rule, reader: _Reader, common: dict[str, Any], licence: Licence) -> Charge:
    eligible = rule.on("eligible", reader.days[0], {})
    number = {"rate": reader.series("rate", 0.0) or Series(0.0), "phase": reader.series("phase", 1.0) or Series(1.0)}
    return Charge(**common, on=_switch(reader.values("rate") or []), number=number, word={"eligible": dict(eligible)})
