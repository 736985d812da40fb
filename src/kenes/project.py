"""What does the file say? The whole project file: its parts, and the checks that need more than one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from kenes import lines, units
from kenes.cost import Costs
from kenes.deposit import CATEGORIES, TOTALS, Ore
from kenes.errors import Fault, InputError
from kenes.facts import Part, Quantity, Unit, countries, fault, quantities, read_toml
from kenes.market import Sale, Transfer, Unsold
from kenes.mine import EarlyClosure, Mine, Permit, Production
from kenes.ownership import Entity
from kenes.plant import Stage
from kenes.regime import InlineRegime

__all__ = ["File", "Project", "Site", "load", "parse"]

Fraction = Annotated[Quantity, Unit("1", 0, 1)]


class Discount(Part):
    """How flows are brought to the valuation day."""

    rate: Annotated[Quantity, Unit("1", -0.5, 1, bare=True)]
    timing: Literal["start", "mid", "end"]
    money: Literal["real", "nominal"] | None = Field(None, description="of the rate; left out: that of the file")


class Head(Part):
    """The project as a whole."""

    name: str = Field(min_length=1)
    description: str | None = None
    valuation_date: date
    money: str = Field(pattern=r"^(real [12]\d{3} [A-Z]{3}|nominal [A-Z]{3})$", description='"real 2026 USD" or "nominal USD"')
    inflation: Annotated[Quantity, Unit("1", -0.2, 1, bare=True)] = Field(description="of the reporting currency, a year")
    discount: Discount
    start: date | None = Field(None, description="day on which the first permit stage may begin; left out: the valuation day")
    sources: dict[str, str] = Field(default_factory=dict)

    @property
    def currency(self) -> str:
        """Reporting currency."""
        return self.money.split()[-1]

    @property
    def base(self) -> int | None:
        """Year of the file's real money, None where it is nominal."""
        parts = self.money.split()
        return int(parts[1]) if parts[0] == "real" else None


class Currency(Part):
    """Another currency: how many units of it one unit of the reporting currency buys."""

    rate: Annotated[Quantity, Unit("rate", 0, positive=True)]
    inflation: Annotated[Quantity, Unit("1", -0.2, 5, bare=True)] | None = Field(
        None, description="left out: that of the reporting currency"
    )


class Credit(Part):
    """What a production tax credit of the law needs to know."""

    product: list[str] = Field(min_length=1)
    stage: list[Literal["separation", "metallurgy", "beneficiation", "mining", "general"]] = Field(
        min_length=1, description="whose cost counts"
    )
    prohibited_foreign_entity: bool
    monetisation: Fraction = Field(description="what a unit of the credit fetches")


class SiteOpening(Part):
    """Tax balances of a site on the valuation day."""

    losses: dict[str, Annotated[Quantity, Unit("money", 0)]] = Field(
        default_factory=dict, description="by the year in which they were made"
    )
    pool: dict[str, Annotated[Quantity, Unit("money", 0)]] = Field(default_factory=dict, description="undeducted balance by pool")
    book: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="undepreciated book value of the plant")


class Site(Part):
    """One place of the chain: a mine, a plant, or both."""

    name: str = Field(min_length=1, pattern=r"^[^.=]+$")
    country: str = Field(pattern="^[A-Z]{3}$", description="ISO 3166 alpha-3")
    entity: str
    ring_fence: str | None = Field(
        None, description="contract or licence whose losses stay apart; sites of one name share it; left out: the site's own"
    )
    licence_date: date | None = None
    ground_held_before: bool | None = Field(None, description="whether anyone held subsoil rights on this ground before")
    signed: date | None = None
    stabilised: list[str] = Field(default_factory=list, description="charges that keep the law known on the day of signing")
    permit: dict[str, Permit] = Field(default_factory=dict)
    deposit: dict[str, Ore] = Field(default_factory=dict)
    mine: Mine | None = None
    production: Production | None = None
    plant: dict[str, Stage] = Field(default_factory=dict)
    market: dict[str, Sale] = Field(default_factory=dict)
    transfer: dict[str, Transfer] = Field(default_factory=dict)
    unsold: dict[str, Unsold] = Field(default_factory=dict)
    exchange_price: dict[str, Annotated[Quantity, Unit("money/t", 0)]] = Field(
        default_factory=dict, description="quotation per element, where a levy is taken on it"
    )
    cost: Costs = Field(default_factory=Costs)
    early_closure: EarlyClosure | None = None
    credit: Credit | None = None
    regime: InlineRegime | None = None
    opening: SiteOpening | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Site:
        if (self.deposit != {}) != (self.mine is not None):
            raise fault("deposit without mine" if self.deposit else "mine without deposit", "both a deposit and a mine")
        if self.mine is not None and self.production is not None:
            raise fault("mine and production", "an ore body with its mine, or production by statement, not both")
        if self.mine is not None and len(self.deposit) > 1 and self.mine.order is None:
            raise fault("several ore types without mine.order", 'order = "together" or "in turn"')
        kinds = {CATEGORIES[ore.category] for ore in self.deposit.values()}
        if "claim" in kinds and len(kinds) > 1:
            names = ", ".join(f"{name} ({ore.category})" for name, ore in self.deposit.items())
            raise fault(
                names, "reserves or resources without claims and forecasts beside them", "a claim can be tested, never added to a reserve"
            )
        if self.signed is None and self.stabilised:
            raise fault("stabilised without signed", "signed = the day whose law is kept")
        return self


class File(Part):
    """A project file."""

    project: Head
    site: list[Site] = Field(min_length=1)
    entity: list[Entity] = Field(min_length=1)
    currency: dict[str, Currency] = Field(default_factory=dict)
    published: dict[str, Any] = Field(default_factory=dict, description="results printed by others; the engine never reads them")


@dataclass(frozen=True, slots=True)
class Project:
    """A file that has been read and checked.

    file   : its parts; products : what each site makes, with where it goes
    digest : SHA-256 of the text, what was set on the command line included
    """

    file: File
    path: str
    digest: str
    settings: tuple[str, ...] = ()

    @property
    def sites(self) -> dict[str, Site]:
        """Sites by name, upstream first."""
        return {site.name: site for site in _in_order(self.file.site)}


def _in_order(sites: list[Site]) -> list[Site]:
    """Sites such that material flows from earlier to later ones (checked in `_check`)."""
    left, placed = list(sites), []
    while left:
        waiting = {transfer.to for site in left for transfer in site.transfer.values()}
        ready = [site for site in left if site.name not in waiting]
        if not ready:
            return list(sites)
        placed += ready
        left = [site for site in left if site not in ready]
    return placed


def load(path: Path | str, settings: tuple[str, ...] = ()) -> Project:
    """Read and check a project file.

    settings : "path=value" each, as with --set; sites and entities by name or plainly ("site.mine.mine.capacity=2 Mt/y")
    Raises InputError with every fault of the file, each with its line.
    """
    path = Path(path)
    table, text = read_toml(path)
    return parse(table, text, str(path), settings)


def parse(table: dict[str, Any], text: str, where: str, settings: tuple[str, ...] = ()) -> Project:
    """A project from a TOML table; ``text`` is what it was read from, for the line numbers of faults."""
    changed: set[tuple[str | int, ...]] = set()
    for setting in settings:
        changed.add(_set(table, setting))
    faults: list[tuple[tuple[str | int, ...], str, str, str]] = []
    file: File | None = None
    try:
        file = File.model_validate(table)
    except ValidationError as error:
        for one in error.errors():
            faults.append(_house(one, table))
    except RecursionError:
        raise InputError(Fault(where, "tables nested too deeply", "a project file")) from None
    if file is not None:
        faults = list(_check(file))
    if faults:
        known = lines.locate(text)
        shown = []
        for place, got, wanted, hint in faults:
            line = lines.nearest(known, place)
            origin = "--set" if place in changed else where if line is None else f"{where}:{line}"
            shown.append((line or 0, Fault(f"{origin}  {_spoken(place, table)}".rstrip(), got, wanted, hint)))
        shown.sort(key=lambda one: one[0])
        unique = {str(one): one for _, one in shown}
        raise InputError(*unique.values())
    assert file is not None
    digest = hashlib.sha256("\n".join([text, *settings]).encode()).hexdigest()
    return Project(file, where, digest, settings)


# --- --set ---------------------------------------------------------------------------------------------------------------------


def _set(table: dict[str, Any], setting: str) -> tuple[str | int, ...]:
    """Change one number of the raw table; returns its place."""
    path, sign, given = setting.partition("=")
    if not sign or not path.strip():
        raise InputError(Fault("--set", f'"{setting}"', 'path=value, such as site.mine.mine.capacity="2 Mt/y"'))
    keys = [key.strip() for key in path.split(".")]
    value: Any = given.strip().strip('"')
    here: Any = table
    place: list[str | int] = []
    parent: Any = None
    last: str | int = ""
    k = 0
    while k < len(keys):
        key = keys[k]
        if isinstance(here, list):
            found = [n for n, item in enumerate(here) if isinstance(item, dict) and item.get("name") == key]
            if not found:
                names = ", ".join(str(item.get("name")) for item in here if isinstance(item, dict))
                raise InputError(Fault(f"--set {path}", f'"{key}"', f"one of {names}"))
            parent, last, here = here, found[0], here[found[0]]
        elif isinstance(here, dict):
            # A key may itself hold dots (a tariff line), so the longest match wins.
            for end in range(len(keys), k, -1):
                joined = ".".join(keys[k:end])
                if joined in here:
                    key, k = joined, end - 1
                    break
            else:
                raise InputError(Fault(f"--set {path}", f'no "{key}" there', "one of " + ", ".join(here) if here else "a path in the file"))
            parent, last, here = here, key, here[key]
        else:
            raise InputError(Fault(f"--set {path}", f'"{key}" below a value', "the path of a number in the file"))
        place.append(last)
        k += 1
    old = here
    if isinstance(old, dict):
        stated = [key for key in ("value", "assumed", "by_year", "by_operating_year") if key in old]
        if not stated:
            raise InputError(
                Fault(f"--set {path}", "a table", "the path of a number: one of " + ", ".join(f"{path}.{key}" for key in list(old)[:6]))
            )
        was = old.get(stated[0])
        kept = {
            key: item
            for key, item in old.items()
            if key not in ("value", "assumed", "by_year", "by_operating_year", "low", "high", "shape", "bounds")
        }
        parent[last] = {**kept, "assumed": value, "why": f"set on the command line (the file says {was})"}
        parent[last].pop("source", None)
    elif isinstance(old, bool):
        if value not in ("true", "false"):
            raise InputError(Fault(f"--set {path}", f'"{value}"', "true or false"))
        parent[last] = value == "true"
    elif isinstance(old, date):
        try:
            parent[last] = date.fromisoformat(value)
        except ValueError:
            raise InputError(Fault(f"--set {path}", f'"{value}"', "a date such as 2027-01-31")) from None
    elif isinstance(old, int):
        parent[last] = int(value) if value.lstrip("-").isdigit() else value
    elif isinstance(old, (str, float)):
        parent[last] = value
    else:
        raise InputError(Fault(f"--set {path}", "a list", "the path of a number, date, flag or text"))
    return tuple(place)


# --- messages ------------------------------------------------------------------------------------------------------------------


def _house(error: Any, table: dict[str, Any]) -> tuple[tuple[str | int, ...], str, str, str]:
    """A pydantic error as (place, got, wanted, hint)."""
    place = _place(error["loc"], table)
    context = error.get("ctx", {})
    kind = error["type"]
    got = _short(error.get("input"))
    if kind == "kenes":
        return place, context["got"], context["wanted"], context["hint"]
    if kind == "missing":
        return place, "nothing", f"{place[-1]}: it has no default", ""
    if kind == "extra_forbidden":
        return place, f"unknown key {place[-1]}", "a key that a project file knows", _near(place, table)
    if kind in ("literal_error", "enum"):
        return place, got, f"one of {context.get('expected', '')}", ""
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return place, str(context.get("tag", "no kind")), f"kind = one of {context.get('expected_tags', 'the kinds of charge')}", ""
    if kind == "string_pattern_mismatch":
        patterns = {"^[A-Z]{3}$": "a country as ISO 3166 alpha-3, such as KAZ", "^[^.=]+$": "a name without . and ="}
        return place, got, patterns.get(context.get("pattern", ""), '"real 2026 USD" or "nominal USD"'), ""
    if kind.startswith("date"):
        return place, got, "a date such as 2026-01-01 (no quotes needed)", ""
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return place, got, "a table", ""
    if kind == "list_type":
        return place, got, "a list", ""
    if kind in ("too_short", "string_too_short"):
        return place, "nothing in it" if not error.get("input") else got, "at least one", ""
    return place, got, str(error["msg"]), ""


def _place(loc: tuple[str | int, ...], table: Any) -> tuple[str | int, ...]:
    """The place in the raw table, without the tags that pydantic puts between (names of union members)."""
    found: list[str | int] = []
    here: Any = table
    for n, key in enumerate(loc):
        inside = (isinstance(here, dict) and key in here) or (isinstance(here, list) and isinstance(key, int) and key < len(here))
        if inside:
            here = here[key]
            found.append(key)
        elif n == len(loc) - 1 or not isinstance(here, dict):
            found.append("as" if key == "basis" else key)
        elif key in (
            "production_levy",
            "income_tax",
            "rent_tax",
            "excess_profits_tax",
            "production_credit",
            "property_tax",
            "export_duty",
            "fee",
            "withholding",
        ):
            continue
        else:
            found.append(key)
    return tuple(found)


def _short(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) < 100 else f'"{value[:97]}..."'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return str(value)[:100]


def _near(place: tuple[str | int, ...], table: Any) -> str:
    import difflib

    keys: list[str] = []
    model: Any = File
    for key in place[:-1]:
        fields = getattr(model, "model_fields", None)
        if fields is None or not isinstance(key, str):
            continue
        entry = fields.get(key)
        model = _inner(entry.annotation) if entry is not None else None
    if model is not None and hasattr(model, "model_fields"):
        keys = list(model.model_fields)
    close = difflib.get_close_matches(str(place[-1]), keys, 1)
    return f"did you mean {close[0]}?" if close else (f"known here: {', '.join(keys)}" if keys else "")


def _inner(annotation: Any) -> Any:
    from typing import get_args

    if hasattr(annotation, "model_fields"):
        return annotation
    for arg in get_args(annotation):
        inner = _inner(arg)
        if inner is not None:
            return inner
    return None


def _spoken(place: tuple[str | int, ...], table: Any) -> str:
    """A place in words: site "mine" → plant.rkef.recovery.nickel."""
    here: Any = table
    parts: list[str] = []
    said = ""
    for key in place:
        if isinstance(here, list) and isinstance(key, int) and key < len(here):
            item = here[key]
            name = item.get("name") if isinstance(item, dict) else None
            said = f'{parts.pop() if parts else ""} "{name}" → ' if name else f"{said}{parts.pop() if parts else ''}[{key}] → "
            parts = []
            here = item
        else:
            parts.append(str(key))
            here = here.get(key) if isinstance(here, dict) else None
    return (said + ".".join(parts)).removesuffix(" → ")


# --- checks over the whole file ------------------------------------------------------------------------------------------------

Found = tuple[tuple[str | int, ...], str, str, str]


def _check(file: File) -> list[Found]:
    found: list[Found] = []
    entities = {entity.name: entity for entity in file.entity}
    names = [site.name for site in file.site]
    for n, site in enumerate(file.site):
        if names.count(site.name) > 1:
            found.append((("site", n, "name"), f'"{site.name}" twice', "each site with its own name", ""))
        if site.entity not in entities:
            found.append((("site", n, "entity"), f'"{site.entity}"', "an entity of this file: " + ", ".join(entities), ""))
        elif entities[site.entity].country != site.country:
            found.append(
                (
                    ("site", n, "country"),
                    f"{site.country}, while {site.entity} is of {entities[site.entity].country}",
                    "a site in the country of its entity",
                    "a branch abroad is an entity of its own",
                )
            )
        if site.regime is None and site.country not in countries():
            found.append(
                (
                    ("site", n, "country"),
                    f'"{site.country}"',
                    "a country whose law is on file (" + ", ".join(countries()) + ")",
                    "or state [site.regime] with its sources",
                )
            )
        found += _check_products(file, n, site)
        found += _check_site_parts(n, site)
    for m, entity in enumerate(file.entity):
        if sum(other.name == entity.name for other in file.entity) > 1:
            found.append((("entity", m, "name"), f'"{entity.name}" twice', "each entity with its own name", ""))
        own = [site.name for site in file.site if site.entity == entity.name]
        for label, loan in entity.loan.items():
            if loan.site not in own:
                found.append((("entity", m, "loan", label, "site"), f'"{loan.site}"', f"a site of {entity.name}: " + ", ".join(own), ""))
    found += _check_tiers(file)
    found += _check_parents(file)
    found += _check_money(file)
    return found


def made_by(file: File, site: Site) -> dict[str, Any]:
    """Products that leave the plant of a site (or its ore), with their stage product or stated product."""
    if site.production is not None:
        return dict(site.production.product)
    made: dict[str, Any] = {"ore": None} if site.mine is not None else {}
    for other in file.site:
        for name, transfer in other.transfer.items():
            if transfer.to == site.name:
                made[name] = None
    for feed, stage in feeds_of(file, site):
        made.pop(feed, None)
        made.update(stage.product)
    return made


def feeds_of(file: File, site: Site) -> list[tuple[str, Stage]]:
    """Stages of a site with the name of what each takes."""
    arriving = ["ore"] if site.mine is not None else []
    arriving += [name for other in file.site for name, transfer in other.transfer.items() if transfer.to == site.name]
    ready, chain = list(arriving), []
    for stage in site.plant.values():
        feed = stage.feed if stage.feed is not None else (ready[-1] if len(ready) == 1 else "?")
        chain.append((feed, stage))
        if feed in ready:
            ready.remove(feed)
        ready += list(stage.product)
    return chain


def _check_products(file: File, n: int, site: Site) -> list[Found]:
    found: list[Found] = []
    sites = {other.name: other for other in file.site}
    ready = (["ore"] if site.mine is not None else []) + [
        name for other in file.site for name, transfer in other.transfer.items() if transfer.to == site.name
    ]
    if not ready and site.production is None:
        found.append((("site", n), "no mine, no production and nothing handed to it", "a source of material", ""))
        return found
    if site.production is not None and site.plant:
        found.append(
            (
                ("site", n, "plant"),
                "a plant after production by statement",
                "production without plant, or a deposit with mine and plant",
                "",
            )
        )
        return found
    seen: set[str] = set(ready)
    for label, stage in site.plant.items():
        feed = stage.feed if stage.feed is not None else (ready[0] if len(ready) == 1 else None)
        if feed is None:
            found.append(
                (("site", n, "plant", label), f"no feed, and {len(ready)} products to choose from", "feed = one of " + ", ".join(ready), "")
            )
            return found
        if feed not in ready:
            found.append((("site", n, "plant", label, "feed"), f'"{feed}"', "feed = one of " + (", ".join(ready) or "nothing left"), ""))
            return found
        ready.remove(feed)
        for name in stage.product:
            if name in seen:
                found.append(
                    (("site", n, "plant", label, "product", name), f'"{name}" twice', "each product with its own name in a site", "")
                )
            seen.add(name)
            ready.append(name)
    made = list(site.production.product) if site.production is not None else ready
    for part in ("market", "transfer", "unsold"):
        for name in getattr(site, part):
            if name not in made:
                found.append((("site", n, part, name), f'"{name}"', "a product that leaves this site: " + (", ".join(made) or "none"), ""))
    for name in made:
        ways = [part for part in ("market", "transfer", "unsold") if name in getattr(site, part)]
        if len(ways) != 1:
            got = f'"{name}" in {" and ".join(ways)}' if ways else f'"{name}" goes nowhere'
            found.append((("site", n), got, "each product in one of market, transfer, unsold", ""))
    for name, transfer in site.transfer.items():
        if transfer.to not in sites or transfer.to == site.name:
            found.append((("site", n, "transfer", name, "to"), f'"{transfer.to}"', "another site of this file", ""))
        elif site.production is not None and sites[transfer.to].plant:
            found.append(
                (
                    ("site", n, "transfer", name),
                    "stated production handed to a plant",
                    "a product whose elements are known",
                    "sell it, or state deposit, mine and plant",
                )
            )
    if site.name in _upstream(file, site.name):
        found.append((("site", n, "transfer"), "material that comes back to where it was", "a chain without circles", ""))
    if site.production is not None:
        for name, product in site.production.product.items():
            sale = site.market.get(name)
            if sale is None:
                continue
            if sale.basket:
                found.append(
                    (
                        ("site", n, "market", name, "basket"),
                        "a basket for stated production",
                        "price with of, as the elements are unknown",
                        "",
                    )
                )
            elif sale.price is not None and sale.price.of not in ("product", product.rate.of):
                found.append(
                    (
                        ("site", n, "market", name, "price"),
                        f'of = "{sale.price.of}"',
                        f'of = "product" or "{product.rate.of}", as its rate is counted',
                        "",
                    )
                )
    return found


def _upstream(file: File, name: str) -> set[str]:
    found: set[str] = set()
    front = {name}
    while front:
        front = {site.name for site in file.site for transfer in site.transfer.values() if transfer.to in front} - found
        found |= front
    return found


def _check_site_parts(n: int, site: Site) -> list[Found]:
    found: list[Found] = []
    made = (
        {name for stage in site.plant.values() for name in stage.product}
        | set(site.production.product if site.production else ())
        | {"ore"}
    )
    for kind in ("operating", "sustaining"):
        for label, item in getattr(site.cost, kind).items():
            if item.product is not None and item.product not in made:
                found.append(
                    (
                        ("site", n, "cost", kind, label, "product"),
                        f'"{item.product}"',
                        "a product of this site: " + ", ".join(sorted(made)),
                        "",
                    )
                )
            if site.production is not None and site.production.ore is None and item.per in ("ore", "moved", "waste", "feed"):
                found.append(
                    (
                        ("site", n, "cost", kind, label, "per"),
                        f'per = "{item.per}"',
                        "production.ore, or a cost per product or per year",
                        "the tonnes of ore are unknown",
                    )
                )
    for label, capital in site.cost.capital.items():
        if capital.spread.calendar:
            found.append((("site", n, "cost", "capital", label, "spread"), "by_year", "by_operating_year: years of its clock", ""))
    if site.credit is not None:
        for k, name in enumerate(site.credit.product):
            if name not in made:
                found.append((("site", n, "credit", "product", k), f'"{name}"', "a product of this site: " + ", ".join(sorted(made)), ""))
    elements = set()
    for label, ore in site.deposit.items():
        for key in ore.grade:
            if key in TOTALS:
                elements |= set(ore.split) or {"rare_earths"}
            else:
                elements |= {key} if key in units.ATOMIC_WEIGHTS else set(units.elements_of(key))
        if any(key in TOTALS for key in ore.grade) and not ore.split:
            for stage in site.plant.values():
                for name, product in stage.product.items():
                    if product.grade is not None and product.grade.of not in ("rare_earths", None):
                        found.append(
                            (
                                ("site", n, "deposit", label, "split"),
                                f'no split, while product "{name}" counts {product.grade.of}',
                                "the split of the total by element",
                                "",
                            )
                        )
    if elements:
        for label, stage in site.plant.items():
            for name, product in stage.product.items():
                for element in product.recovery:
                    if element != "all" and element not in elements:
                        found.append(
                            (
                                ("site", n, "plant", label, "product", name, "recovery", element),
                                element,
                                "an element that the deposit states: " + ", ".join(sorted(elements)),
                                "",
                            )
                        )
    return found


def _check_tiers(file: File) -> list[Found]:
    entities = {entity.name: entity for entity in file.entity}
    found: list[Found] = []
    for m, entity in enumerate(file.entity):
        seen: set[str] = set()
        front = {entity.name}
        while front:
            front = {name for owner in front for name in entities[owner].owner if name in entities} - seen
            seen |= front
        if entity.name in seen:
            found.append((("entity", m, "owner"), f"{entity.name} owns itself through its owners", "tiers without circles", ""))
        for label, owner in entity.owner.items():
            if label in entities and entities[label].country != owner.country:
                found.append(
                    (("entity", m, "owner", label, "country"), owner.country, f"{entities[label].country}, the country of {label}", "")
                )
    return found


def _check_parents(file: File) -> list[Found]:
    """Every source must be a key of project.sources; a source with spaces is one in words."""
    found: list[Found] = []
    for path, number in quantities(file):
        if number.source is not None and " " not in number.source and number.source not in file.project.sources:
            keys = ", ".join(file.project.sources) or "none yet"
            found.append(
                ((*_path_of(file, path), "source"), f'"{number.source}"', f"a key of project.sources ({keys})", "or the source in words")
            )
    return found


def _path_of(file: File, path: str) -> tuple[str | int, ...]:
    """Keys of a path with names of sites and entities turned back into positions."""
    for kind in ("site", "entity"):
        if path.startswith(kind + "."):
            for k, item in enumerate(getattr(file, kind)):
                head = f"{kind}.{item.name}."
                if path.startswith(head):
                    return (kind, k, *path.removeprefix(head).split("."))
    return tuple(path.split("."))


def _check_money(file: File) -> list[Found]:
    found: list[Found] = []
    reporting = file.project.currency
    known = {reporting, *file.currency}
    for path, number in quantities(file):
        if number.unit == "rate":
            pair = f"{path.split('.')[1]}/{reporting}"
            if number.currency != pair:
                found.append(
                    (
                        _path_of(file, path),
                        f'"{number.text}"',
                        f"a rate in {pair}",
                        "how many units one unit of the reporting currency buys",
                    )
                )
            continue
        if number.currency is not None and number.currency not in known:
            found.append(
                (
                    _path_of(file, path),
                    f'"{number.text}"',
                    f"money in {' or '.join(sorted(known))}",
                    f"or state [currency.{number.currency}] with its rate",
                )
            )
    discount = file.project.discount
    if discount.money == "real" and file.project.base is None:
        found.append((("project", "discount", "money"), "a real rate on nominal money", 'money = "nominal", or a file in real money', ""))
    return found


def summary(file: File) -> Mapping[str, set[str]]:
    """Categories by site, of deposits and of stated production."""
    found: dict[str, set[str]] = {}
    for site in file.site:
        categories: set[str] = {ore.category for ore in site.deposit.values()}
        if site.production is not None:
            categories.add(site.production.category)
        if categories:
            found[site.name] = categories
    return found
