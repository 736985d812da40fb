"""What does the file say? The whole project file: its parts, and the checks that need more than one of them."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import NoneType, SimpleNamespace
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

from kenes import lines
from kenes.checks import Found, Place, check, near
from kenes.cost import Costs
from kenes.deposit import Ore
from kenes.errors import Fault, InputError
from kenes.facts import Day, Entry, Part, Quantity, Unit, nothing, read_toml, shown
from kenes.market import Sale, Transfer, Unsold
from kenes.mine import EarlyClosure, Mine, Permit, Production
from kenes.odds import Odds
from kenes.ownership import Entity
from kenes.plant import Stage
from kenes.regime import InlineRegime

__all__ = ["File", "Project", "Site", "load", "parse"]

Fraction = Annotated[Quantity, Unit("1", 0, 1)]

MOST_FAULTS = 200
"""Faults told at once."""


class Discount(Part):
    """How flows are brought to the valuation day."""

    rate: Annotated[Quantity, Unit("1", -0.5, 1, bare=True)]
    timing: Literal["start", "mid", "end"]
    money: Literal["real", "nominal"] | None = Field(None, description="of the rate; left out: that of the file")


class Head(Part):
    """The project as a whole."""

    name: str = Field(min_length=1)
    description: str | None = None
    valuation_date: Day
    money: str = Field(pattern=r"^(real [12]\d{3} [A-Z]{3}|nominal [A-Z]{3})$", description='"real 2026 USD" or "nominal USD"')
    inflation: Annotated[Quantity, Unit("1", -0.2, 1, bare=True)] = Field(description="of the reporting currency, a year")
    discount: Discount
    start: Day | None = Field(None, description="day on which the first permit stage may begin; left out: the valuation day")
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
    licence_date: Day | None = None
    ground_held_before: bool | None = Field(None, description="whether anyone held subsoil rights on this ground before")
    signed: Day | None = None
    stabilised: list[str] = Field(default_factory=nothing, description="charges that keep the law known on the day of signing")
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


class File(Part):
    """A project file."""

    project: Head
    site: list[Site] = Field(min_length=1)
    entity: list[Entity] = Field(min_length=1)
    currency: dict[str, Currency] = Field(default_factory=dict)
    chance: Odds | None = None
    published: dict[str, Any] = Field(default_factory=dict, description="results printed by others; the engine never reads them")


@dataclass(frozen=True, slots=True)
class Project:
    """A file that has been read and checked.

    file   : its parts; products : what each site makes, with where it goes
    digest : SHA-256 of the text, what was set on the command line included
    text   : what was read, for the line numbers of faults found later
    """

    file: File
    path: str
    digest: str
    settings: tuple[str, ...] = ()
    text: str = field(default="", repr=False)

    def located(self, error: InputError) -> InputError:
        """The same faults, each with file and line, where a later room knows only 'site "mine" → opening.losses'."""
        known = lines.locate(self.text)
        return InputError(*(Fault(self._where(one.where, known), one.got, one.wanted, one.hint) for one in error.faults))

    def _where(self, where: str, known: dict[Place, int]) -> str:
        if where.startswith(f"{self.path}:"):
            return where
        said = where.removeprefix(self.path).strip()
        place: list[str | int] = []
        rest = said
        named = re.match(r'(site|entity) "([^"]*)"(?: → )?', said)
        if named is not None:
            names = [item.name for item in getattr(self.file, named[1])]
            if named[2] in names:
                place, rest = [named[1], names.index(named[2])], said[named.end() :]
        line = lines.nearest(known, [*place, *rest.split("  ")[0].split(".")])
        return f"{self.path}:{line}  {said}" if line is not None else f"{self.path}  {said}"

    @property
    def sites(self) -> dict[str, Site]:
        """Sites by name, upstream first."""
        return {site.name: site for site in _in_order(self.file.site)}


def _in_order(sites: list[Site]) -> list[Site]:
    """Sites such that material flows from earlier to later ones (checked in `kenes.checks`)."""
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
    changed = [_set(table, setting) for setting in settings]
    faults: list[Found] = []
    read: list[tuple[object, Quantity]] = []
    file: Any = None
    try:
        file = File.model_validate(table, context=read)
    except ValidationError as error:
        faults = _merged(_house(one, table) for one in error.errors(include_url=False)[:MOST_FAULTS])
    except RecursionError:
        raise InputError(Fault(where, "tables nested too deeply", "a project file")) from None
    places = _places(table)
    numbers = {places[id(given)]: number for given, number in read if id(given) in places}
    wrong = {place for place, *_ in faults}
    faults += check(file if file is not None else _view(File, table, (), wrong, numbers), numbers, wrong)
    if faults:
        raise InputError(*_told(faults, table, text, where, changed))
    digest = hashlib.sha256("\n".join([text, *settings]).encode()).hexdigest()
    return Project(file, where, digest, settings, text)


def _told(faults: list[Found], table: dict[str, Any], text: str, where: str, changed: list[Place]) -> list[Fault]:
    """Faults in the order of the file, each with its line."""
    known = lines.locate(text)
    told: list[tuple[int, Fault]] = []
    for place, got, wanted, hint in faults[:MOST_FAULTS]:
        line = lines.nearest(known, place)
        origin = where if line is None else f"{where}:{line}"
        if any(place[: len(one)] == one for one in changed):
            origin = "--set"
        told.append((line or 0, Fault(f"{origin}  {_spoken(place, table)}".rstrip(), got, wanted, hint)))
    told.sort(key=lambda one: one[0])
    return list({str(one): one for _, one in told}.values())


def _places(table: dict[str, Any]) -> dict[int, Place]:
    """The place of each table of a file, by identity; none deeper than a project file goes."""
    found: dict[int, Place] = {}
    left: list[tuple[Place, Any]] = [((key,), item) for key, item in table.items() if key != "published"]
    while left:
        place, item = left.pop()
        if isinstance(item, dict):
            found[id(item)] = place
        if isinstance(item, (dict, list)) and len(place) < 12:
            inner = item.items() if isinstance(item, dict) else enumerate(item)
            left += [((*place, key), one) for key, one in inner]
    return found


def _view(kind: Any, given: Any, place: Place, wrong: Collection[Place], numbers: Mapping[Place, Quantity]) -> Any:
    """What could be read of a part: shaped like it, with None where it is wrong."""
    kind = _core(kind)
    if kind is Quantity:
        return numbers.get(place)
    kind = _chosen(kind, given)
    if _is_part(kind):
        if not isinstance(given, dict):
            return None
        parts: dict[str, Any] = {}
        for name, one in kind.model_fields.items():
            key = one.alias or name
            if key in given:
                parts[name] = _view(one.annotation, given[key], (*place, key), wrong, numbers)
            else:
                parts[name] = None if one.is_required() else one.get_default(call_default_factory=True)
                if get_origin(_core(one.annotation)) is list and parts[name] is None:
                    parts[name] = []
        return SimpleNamespace(**parts)
    if get_origin(kind) is dict and isinstance(given, dict):
        return {key: _view(get_args(kind)[1], item, (*place, key), wrong, numbers) for key, item in given.items()}
    if get_origin(kind) is list and isinstance(given, list):
        return [_view(get_args(kind)[0], item, (*place, k), wrong, numbers) for k, item in enumerate(given)]
    if get_origin(kind) in (dict, list):
        return [] if len(place) == 1 and get_origin(kind) is list else None
    return None if place in wrong else given


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
        parent[last] = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else value
    elif isinstance(old, (str, float)):
        parent[last] = value
    else:
        raise InputError(Fault(f"--set {path}", "a list", "the path of a number, date, flag or text"))
    return tuple(place)


# --- messages ------------------------------------------------------------------------------------------------------------------


def _house(error: Any, table: dict[str, Any]) -> Found:
    """A pydantic error as (place, got, wanted, hint)."""
    place = _place(error, table)
    context, kind, given = error.get("ctx", {}), error["type"], error.get("input")
    if kind == "kenes":
        return (*place, *context["at"]), context["got"], context["wanted"], context["hint"]
    if kind == "missing":
        return place, "nothing", _needed(place, table), ""
    if kind == "extra_forbidden":
        return (place, f"unknown key {str(place[-1])[:60]}", *_unknown(place, table))
    wanted, hint = _expected(kind, context, place, table), ""
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        wanted = "one of " + ", ".join(f'"{choice}"' for choice in choices)
        hint = near(given, choices) if isinstance(given, str) else ""
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        choices = re.findall(r"'([^']*)'", str(context.get("expected_tags", ""))) or list(_kinds(_along(place, table)))
        told = given.get("kind") if isinstance(given, dict) else None
        got = "no kind" if told is None else f"kind = {shown(told)}"
        return place, got, "kind = one of " + ", ".join(f'"{choice}"' for choice in choices), near(told, choices) if told else ""
    elif kind == "bool_type" and isinstance(given, str) and given.lower() in ("true", "false", "yes", "no"):
        hint = f"leave out the quotes: {'true' if given.lower() in ('true', 'yes') else 'false'}"
    elif kind == "string_type" and not isinstance(given, (dict, list)):
        hint = "put it in quotes"
    elif kind == "int_type" and isinstance(given, str) and given.isascii() and given.isdigit():
        hint = f"leave out the quotes: {given[:20]}"
    return place, "nothing in it" if given in ("", [], {}) else shown(given), wanted, hint


def _expected(kind: str, context: dict[str, Any], place: Place, table: dict[str, Any]) -> str:
    """What was wanted, in words."""
    if kind == "string_pattern_mismatch":
        patterns = {
            "^[A-Z]{3}$": "a country by its ISO 3166 alpha-3 code: three letters, such as KAZ",
            "^[^.=]+$": 'a name without "." and "="',
        }
        return patterns.get(context.get("pattern", ""), '"real 2026 USD" or "nominal USD"')
    if kind in ("greater_than_equal", "greater_than"):
        return f"at least {context.get('ge', context.get('gt'))}"
    if kind in ("less_than_equal", "less_than"):
        return f"at most {context.get('le', context.get('lt'))}"
    plain = {
        "bool_type": "true or false",
        "string_type": 'a text in quotes, such as "..."',
        "int_type": "a whole number, such as 3",
        "int_from_float": "a whole number, such as 3",
        "list_type": "a list in square brackets: [...]",
        "too_short": "at least one entry",
        "string_too_short": "a text",
    }
    if kind == "list_type" and any(_is_part(one) for one in get_args(_along(place, table))):
        return f"[[{place[-1]}]] in two brackets, since there may be several"
    if kind in plain:
        return plain[kind]
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        name = ".".join(str(key) for key in place if isinstance(key, str))
        head = f"[[{name}]]" if len(place) == 2 and isinstance(place[1], int) else f"[{name}]"
        return f"a table: {head} with its keys below, or {{key = value, ...}}"
    return "another value here"


def _needed(place: Place, table: dict[str, Any]) -> str:
    """What a missing key is for, with a sample of a number."""
    key = str(place[-1])
    part = _along(place[:-1], table)
    one = next((one for name, one in part.model_fields.items() if key in (name, one.alias)), None) if _is_part(part) else None
    if one is None:
        return key
    about = f": {one.description}" if one.description else ""
    unit = _unit(one)
    if unit is not None:
        sample = unit.example
        return f"{key} = {sample if unit.bare else f'{{value = {sample}, source = ...}}'}{about}"
    choices = get_args(_core(one.annotation)) if get_origin(_core(one.annotation)) is Literal else ()
    if choices:
        return f"{key} = " + ", ".join(f'"{choice}"' for choice in choices) + about
    return f"{key} = " + {bool: "true or false", int: "a whole number", date: "a date"}.get(_core(one.annotation), "...") + about


def _unknown(place: Place, table: dict[str, Any]) -> tuple[str, str]:
    """What may stand where an unknown key stands, and what was meant."""
    part = _along(place[:-1], table)
    keys = [one.alias or name for name, one in part.model_fields.items()] if _is_part(part) else []
    hint = near(place[-1], keys)
    homes = [] if hint else _homes(str(place[-1]))
    if homes:
        hint = f"{place[-1]} belongs in " + " or ".join(homes[:3])
    return ("one of: " + ", ".join(keys) if keys else "a key that a project file knows"), hint


def _homes(key: str) -> list[str]:
    """Tables of a project file that know a key."""
    found: list[str] = []
    left: list[tuple[Any, str]] = [(File, "")]
    while left:
        kind, path = left.pop(0)
        for member in [kind] if _is_part(kind) else [_core(one) for one in get_args(kind)]:
            for name, one in member.model_fields.items() if _is_part(member) and member is not Entry else ():
                here = f"{path}.{one.alias or name}" if path else one.alias or name
                if key == (one.alias or name) and path:
                    found.append(f"[{path}]")
                inner = _core(one.annotation)
                if get_origin(inner) in (dict, list):
                    here += ".NAME" if get_origin(inner) is dict else ""
                    inner = _core(get_args(inner)[-1])
                if inner is not Quantity and (_is_part(inner) or any(_is_part(_core(one)) for one in get_args(inner))):
                    left.append((inner, here))
    return list(dict.fromkeys(found))


def _place(error: Any, table: Any) -> Place:
    """The place in the raw table, without what pydantic puts between and behind (names of union members)."""
    found: list[str | int] = []
    here: Any = table
    loc = error["loc"]
    for n, key in enumerate(loc):
        inside = (isinstance(here, dict) and key in here) or (isinstance(here, list) and isinstance(key, int) and key < len(here))
        if inside:
            here = here[key]
            found.append(key)
        elif n == len(loc) - 1 and error["type"] in ("missing", "extra_forbidden"):
            found.append(key)
    return tuple(found)


def _merged(faults: Any) -> list[Found]:
    """One fault for each place: where several sorts of value may stand, pydantic complains once for each."""
    found: dict[tuple[Place, str], Found] = {}
    for place, got, wanted, hint in faults:
        old = found.get((place, got))
        if old is not None and wanted not in old[2].split(", or "):
            wanted, hint = f"{old[2]}, or {wanted}", old[3] or hint
        elif old is not None:
            wanted, hint = old[2], old[3]
        found[(place, got)] = (place, got, wanted, hint)
    return list(found.values())


# --- the schema, walked ---


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _core(kind: Any) -> Any:
    """A type without its annotations and without None."""
    while True:
        args = get_args(kind)
        if get_origin(kind) is Annotated:
            kind = args[0]
        elif NoneType in args and len(args) == 2:
            kind = args[0] if args[1] is NoneType else args[1]
        else:
            return kind


def _kinds(kind: Any) -> dict[str, Any]:
    """Members of a union of charges by their kind."""
    members = [_core(one) for one in get_args(kind)]
    return {get_args(one.model_fields["kind"].annotation)[0]: one for one in members if _is_part(one) and "kind" in one.model_fields}


def _chosen(kind: Any, given: Any) -> Any:
    """The member of a union of charges that a table belongs to, else the type itself."""
    told = given.get("kind") if isinstance(given, dict) else None
    return _kinds(kind).get(told, kind) if isinstance(told, str) else kind


def _along(place: Place, table: Any) -> Any:
    """The type of what stands at a place, None where no type says."""
    kind: Any = File
    here: Any = table
    for key in place:
        if isinstance(here, list) and isinstance(key, int):
            here = here[key]
        else:
            here = here.get(key) if isinstance(here, dict) else None
        if _is_part(kind):
            one = next((one for name, one in kind.model_fields.items() if key in (name, one.alias)), None)
            kind = _core(one.annotation) if one is not None else None
        elif get_origin(kind) in (dict, list):
            kind = _core(get_args(kind)[-1])
        else:
            return None
        kind = Entry if kind is Quantity else _chosen(kind, here)
    return kind


def _unit(one: FieldInfo) -> Unit | None:
    """The unit of a field that holds a number."""
    marks = [*one.metadata]
    for arg in (one.annotation, *get_args(one.annotation)):
        marks += get_args(arg)[1:] if get_origin(arg) is Annotated else []
    return next((mark for mark in marks if isinstance(mark, Unit)), None)


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


# --- what follows from the parts -----------------------------------------------------------------------------------------------


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
