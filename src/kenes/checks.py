"""Do the parts of a project file fit together? Checks that need more than one part of it.

They run on a file whose parts are all right and on one with faults, where what is wrong stands as None, so that all faults are
reported at once. A check that cannot be sure because of another fault says nothing: one mistake, one message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from kenes import units
from kenes.deposit import CATEGORIES, TOTALS
from kenes.facts import Quantity, Rule, countries, read_rule

__all__ = ["Found", "Place", "check", "near"]

Place = tuple[str | int, ...]
Found = tuple[Place, str, str, str]
"""Place in the file, what stood there, what was wanted, hint."""

CHAIN = ("deposit", "mine", "production", "plant", "market", "transfer", "unsold")


def near(word: object, known: Iterable[str]) -> str:
    """A hint at what may have been meant, or ""."""
    import difflib

    close = difflib.get_close_matches(str(word)[:60], list(known), 1)
    return f'did you mean "{close[0]}"?' if close else ""


def check(file: Any, numbers: Mapping[Place, Quantity], wrong: Collection[Place] = ()) -> list[Found]:
    """Every fault that lies between the parts.

    file    : a `kenes.project.File`, or what could be read of one: parts that are wrong are None
    numbers : its numbers by place
    wrong   : places where something is wrong already
    """
    found: list[Found] = []
    names = [site.name for site in file.site if site is not None]
    sure = not any(_unsure(n, site, wrong) for n, site in enumerate(file.site))
    for n, site in enumerate(file.site):
        if site is None:
            continue
        if site.name is not None and names.index(site.name) != n - sum(other is None for other in file.site[:n]):
            found.append((("site", n, "name"), f'"{site.name}" twice', "each site with its own name", ""))
        found += _seat(file, n, site, wrong)
        if sure:
            parts = _structure(n, site, wrong)
            found += parts or _chain(file, n, site)
            found += _products_named(n, site, wrong)
        found += _law(file, n, site, wrong)
        found += _borders(file, n, site, wrong)
        found += _pools(n, site, wrong)
        found += _opening(file, n, site)
        found += _quotations(n, site)
        found += _recoveries(n, site, wrong)
        for label, capital in (site.cost.capital or {}).items() if site.cost is not None else ():
            if capital is not None and capital.spread is not None and capital.spread.calendar:
                place: Place = ("site", n, "cost", "capital", label, "spread")
                found.append((place, "by_year", "by_operating_year: the years of its clock", ""))
    found += _entities(file)
    found += _sources(file, numbers, wrong)
    found += _money(file, numbers, wrong)
    return found


def _bad(wrong: Collection[Place], *place: str | int) -> bool:
    """Whether something is wrong at or below a place, or a key stands there that was meant to be this one."""
    end = len(place)
    return any(
        one[:end] == place or (len(one) == end and one[:-1] == place[:-1] and near(one[-1], [str(place[-1])]) != "") for one in wrong
    )


def _unsure(n: int, site: Any, wrong: Collection[Place]) -> bool:
    """Whether a fault hides which materials a site takes and makes."""
    if site is None:
        return True
    for place in wrong:
        if place[:2] != ("site", n) or len(place) < 3:
            continue
        key = place[2]
        if len(place) == 3 and (key in CHAIN or not hasattr(site, str(key))):
            return True
        if key == "plant" and len(place) == 4 and site.plant[place[3]] is None:
            return True
        if key == "plant" and (len(place) == 5 or (len(place) == 6 and place[4] == "product")) and place[4] not in ("kind", "residue"):
            return True
        if key == "transfer" and (len(place) == 4 or (len(place) == 5 and place[4] == "to")):
            return True
        if key == "production" and len(place) <= 5 and place[3] == "product":
            return True
    return False


def _seat(file: Any, n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """A site, its entity and its country."""
    entities = {entity.name: entity for entity in file.entity if entity is not None}
    found: list[Found] = []
    entity = entities.get(site.entity)
    if site.entity is not None and entity is None and entities and None not in file.entity and None not in entities:
        known = "an entity of this file: " + ", ".join(entities)
        found.append((("site", n, "entity"), f'"{site.entity}"', known, near(site.entity, entities)))
    if site.country is None:
        return found
    if entity is not None and entity.country not in (None, site.country):
        got = f"{site.country}, while {site.entity} is of {entity.country}"
        found.append((("site", n, "country"), got, "a site in the country of its entity", "a branch abroad is an entity of its own"))
    if site.regime is None and not _bad(wrong, "site", n, "regime") and site.country not in countries():
        known = "a country whose law is on file (" + ", ".join(countries()) + ")"
        found.append((("site", n, "country"), f'"{site.country}"', known, "or state [site.regime] with its sources"))
    return found


def _structure(n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """Which parts a site must have beside each other."""
    found: list[Found] = []
    if site.deposit and site.mine is None:
        found.append((("site", n, "deposit"), "a deposit without a mine", "[site.mine] beside it", ""))
    if site.mine is not None and not site.deposit:
        found.append((("site", n, "mine"), "a mine without a deposit", "[site.deposit.NAME] beside it", ""))
    if site.mine is not None and site.production is not None:
        wanted = "an ore body with its mine, or production by statement, not both"
        found.append((("site", n, "production"), "production beside a mine", wanted, ""))
    if site.mine is not None and len(site.deposit) > 1 and site.mine.order is None and not _bad(wrong, "site", n, "mine", "order"):
        found.append((("site", n, "mine"), "several ore types without order", 'order = "together" or order = "in turn"', ""))
    kinds = {label: CATEGORIES.get(ore.category) for label, ore in site.deposit.items() if ore is not None}
    claims = [label for label, kind in kinds.items() if kind == "claim"]
    if claims and set(kinds.values()) - {"claim", None}:
        names = ", ".join(f"{label} ({site.deposit[label].category})" for label in kinds)
        wanted = "reserves or resources without claims and forecasts beside them"
        found.append((("site", n, "deposit", claims[0], "category"), names, wanted, "a claim can be tested, never added to a reserve"))
    return found


def _chain(file: Any, n: int, site: Any) -> list[Found]:
    """Where material comes from and where it goes."""
    found: list[Found] = []
    sites = {other.name: other for other in file.site}
    ready = (["ore"] if site.mine is not None else []) + [
        name for other in file.site if other.name != site.name for name, transfer in other.transfer.items() if transfer.to == site.name
    ]
    if not ready and site.production is None:
        wanted = "a deposit with its mine, production by statement, or a transfer from another site"
        found.append((("site", n), "no mine, no production and nothing handed to it", wanted, ""))
        return found
    if site.production is not None and site.plant:
        wanted = "production without plant, or a deposit with mine and plant"
        found.append((("site", n, "plant"), "a plant after production by statement", wanted, ""))
        return found
    seen: set[str] = set(ready)
    for label, stage in site.plant.items():
        feed = stage.feed if stage.feed is not None else (ready[0] if len(ready) == 1 else None)
        if feed not in ready:
            got = f'"{feed}"' if feed is not None else f"no feed, and {len(ready)} products to choose from"
            place: Place = ("site", n, "plant", label) if feed is None else ("site", n, "plant", label, "feed")
            found.append((place, got, "feed = one of " + (", ".join(ready) or "nothing left"), near(feed, ready) if feed else ""))
            return found
        ready.remove(feed)
        for name in stage.product:
            if name in seen:
                twice: Place = ("site", n, "plant", label, "product", name)
                found.append((twice, f'"{name}" twice', "each product with its own name in a site", ""))
            seen.add(name)
            ready.append(name)
    made = list(site.production.product) if site.production is not None else ready
    unknown: list[str] = []
    for part in ("market", "transfer", "unsold"):
        for name in getattr(site, part):
            if name not in made:
                wanted = "a product that leaves this site: " + (", ".join(made) or "none")
                found.append((("site", n, part, name), f'"{name}"', wanted, near(name, made)))
                unknown.append(name)
    for name in dict.fromkeys(made):
        ways = [part for part in ("market", "transfer", "unsold") if name in getattr(site, part)]
        if len(ways) == 1 or (not ways and near(name, unknown)):
            continue
        got = f'"{name}" in {" and ".join(ways)}' if ways else f'"{name}" goes nowhere'
        place = ("site", n, ways[1], name) if ways else _birth(n, site, name)
        hint = "" if ways else f"[site.market.{name}], [site.transfer.{name}] or [site.unsold.{name}]"
        found.append((place, got, "each product in one of market, transfer, unsold", hint))
    for name, transfer in site.transfer.items():
        if transfer.to not in sites and None in sites:
            continue
        if transfer.to not in sites or transfer.to == site.name:
            others = [other for other in sites if other not in (None, site.name)]
            wanted = "another site of this file" + (": " + ", ".join(others) if others else "")
            found.append((("site", n, "transfer", name, "to"), f'"{transfer.to}"', wanted, near(transfer.to, others)))
        elif site.production is not None and sites[transfer.to].plant:
            wanted = "a product whose elements are known"
            hint = "sell it, or state deposit, mine and plant"
            found.append((("site", n, "transfer", name), "stated production handed to a plant", wanted, hint))
    before = _upstream(file, site.name)
    itself = any(transfer.to == site.name for transfer in site.transfer.values())
    if (
        site.name in before
        and not itself
        and not any(other.name in before and other.name in _upstream(file, other.name) for other in file.site[:n])
    ):
        found.append((("site", n, "transfer"), "material that comes back to where it was", "a chain without circles", ""))
    if site.production is not None:
        for name, product in site.production.product.items():
            sale = site.market.get(name)
            if sale is None:
                continue
            place = ("site", n, "market", name)
            if sale.basket:
                wanted = "price with of: the elements of stated production are unknown"
                found.append(((*place, "basket"), "a basket for stated production", wanted, ""))
            elif sale.price is not None and product is not None and product.rate is not None:
                counted = product.rate.of
                if sale.price.of not in ("product", counted, None) and counted is not None:
                    wanted = 'of = "product"' + (f' or of = "{counted}", as its rate is counted' if counted != "product" else "")
                    found.append(((*place, "price"), f'of = "{sale.price.of}"', wanted, ""))
    return found


def _birth(n: int, site: Any, name: str) -> Place:
    """Where the file states a product."""
    if site.production is not None and name in site.production.product:
        return ("site", n, "production", "product", name)
    for label, stage in site.plant.items():
        if name in stage.product:
            return ("site", n, "plant", label, "product", name)
    return ("site", n)


def _upstream(file: Any, name: str) -> set[str]:
    found: set[str] = set()
    front = {name}
    while front:
        front = {site.name for site in file.site for transfer in site.transfer.values() if transfer.to in front} - found
        found |= front
    return found


def _products_named(n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """Products that costs and credits speak of."""
    found: list[Found] = []
    made = {name for stage in site.plant.values() for name in stage.product} | {"ore"}
    made |= set(site.production.product if site.production is not None else ())
    known = "a product of this site: " + ", ".join(sorted(made))
    stated = site.production is not None and not _bad(wrong, "site", n, "production", "ore")
    for kind in ("operating", "sustaining") if site.cost is not None else ():
        for label, item in (getattr(site.cost, kind) or {}).items():
            if item is None:
                continue
            if item.product is not None and item.product not in made:
                found.append((("site", n, "cost", kind, label, "product"), f'"{item.product}"', known, near(item.product, made)))
            if stated and site.production.ore is None and item.per in ("ore", "moved", "waste", "feed"):
                wanted = "production.ore, or a cost per product or per year"
                found.append((("site", n, "cost", kind, label, "per"), f'per = "{item.per}"', wanted, "the tonnes of ore are unknown"))
    if site.credit is not None:
        for k, name in enumerate(site.credit.product or ()):
            if name is not None and name not in made:
                found.append((("site", n, "credit", "product", k), f'"{name}"', known, near(name, made)))
    return found


def _recoveries(n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """Elements that a plant recovers must be in the ground."""
    found: list[Found] = []
    if not site.deposit or not site.plant or any(place[:3] in (("site", n, "deposit"), ("site", n, "plant")) for place in wrong):
        return found
    elements: set[str] = set()
    for label, ore in site.deposit.items():
        for key in ore.grade:
            elements |= (set(ore.split) or {"rare_earths"}) if key in TOTALS else set(units.elements_of(key))
        if any(key in TOTALS for key in ore.grade) and not ore.split:
            for stage in site.plant.values():
                for name, product in stage.product.items():
                    if product.grade is not None and product.grade.of not in ("rare_earths", None):
                        got = f'no split, while product "{name}" counts {product.grade.of}'
                        found.append((("site", n, "deposit", label, "split"), got, "the split of the total by element", ""))
    for label, stage in site.plant.items():
        for name, product in stage.product.items():
            for element in product.recovery:
                if element != "all" and element not in elements:
                    place: Place = ("site", n, "plant", label, "product", name, "recovery", element)
                    wanted = "an element that the deposit states: " + ", ".join(sorted(elements))
                    found.append((place, f'"{element}"', wanted, near(element, elements)))
    return found


# --- law -----------------------------------------------------------------------------------------------------------------------


def _charges(site: Any) -> list[Rule]:
    """Rules of the law on file that a site comes under, or none where it states its own."""
    if site.regime is not None or site.country not in countries():
        return []
    head = read_rule(site.country, "regime")
    return [] if head is None else [rule for name in head.fixed["charges"] if (rule := read_rule(site.country, name)) is not None]


def _law(file: Any, n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """What the law on file needs to know, and from which day it is on file."""
    found: list[Found] = []
    rules = _charges(site)
    if not rules or _bad(wrong, "site", n, "regime"):
        return found
    for rule in rules:
        conditions = rule.fixed.get("applies")
        if rule.fixed["kind"] == "production_levy" and conditions and (site.mine is not None or site.production is not None):
            for key, example in (("licence_date", "2026-06-01"), ("ground_held_before", "true or false")):
                told = _bad(wrong, "site", n, key) or any(key == other[0][-1] for other in found)
                if getattr(site, key) is None and not told:
                    found.append((("site", n, key), "nothing", f"{key} = {example}", f"which levy of {site.country} applies depends on it"))
    names = {rule.name for rule in rules}
    for k, name in enumerate(site.stabilised or ()):
        if name is not None and read_rule(site.country, name) is None:
            wanted = f"a charge of {site.country}: " + ", ".join(sorted(names))
            found.append((("site", n, "stabilised", k), f'"{name}"', wanted, near(name, names)))
    if site.stabilised and site.signed is None and not _bad(wrong, "site", n, "signed"):
        found.append((("site", n, "stabilised"), "stabilised without signed", "signed = the day whose law is kept, such as 2020-06-30", ""))
    head = file.project
    if head is not None and isinstance(head.valuation_date, date):
        day = max(
            (rule.values["rate"][0].begins for rule in rules if rule.fixed["kind"] == "income_tax" and "rate" in rule.values), default=None
        )
        if day is not None and head.valuation_date < day:
            wanted = f"a day from {day} on: the law of {site.country} before it is not on file"
            found.append((("project", "valuation_date"), str(head.valuation_date), wanted, "or state [site.regime] with its sources"))
    regime = read_rule(site.country, "regime")
    code = regime.fixed.get("currency") if regime is not None else None
    sure = head is not None and head.money is not None and file.currency is not None and not _bad(wrong, "currency")
    if code and sure and code not in (head.money.split()[-1], *file.currency):
        wanted = f"[currency.{code}] with its rate: taxes of {site.country} are kept in it"
        hint = f'rate = {{value = "... {code}/{head.money.split()[-1]}", source = "..."}}'
        found.append((("site", n, "country"), f"{site.country} without [currency.{code}]", wanted, hint))
    tax = site.cost.value_added_tax if site.cost is not None else None
    told = _bad(wrong, "site", n, "cost", "value_added_tax", "rate")
    if tax is not None and tax.rate is None and not told and read_rule(site.country, "value_added_tax") is None:
        wanted = f"rate: no value-added tax of {site.country} is on file"
        found.append((("site", n, "cost", "value_added_tax"), "nothing", wanted, ""))
    return found


def _borders(file: Any, n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """Borders that products cross."""
    found: list[Found] = []
    if site.country is None:
        return found
    takers = {other.name: other for other in file.site if other is not None and other.name is not None}
    for label, transfer in (site.transfer or {}).items():
        taker = takers.get(transfer.to) if transfer is not None else None
        if taker is not None and taker.country not in (None, site.country):
            place: Place = ("site", n, "transfer", label)
            if transfer.border is None and not _bad(wrong, *place, "border"):
                wanted = "border = {to, line or unclassified, importer, terms, passed_back}"
                found.append((place, f"from {site.country} to {taker.country} without a border", wanted, ""))
            elif transfer.border is not None and transfer.border.to not in (None, taker.country):
                got = f'"{transfer.border.to}", while {transfer.to} is in {taker.country}'
                found.append(((*place, "border", "to"), got, f'to = "{taker.country}"', ""))
    for part in ("market", "transfer"):
        for label, sale in (getattr(site, part) or {}).items():
            border = sale.border if sale is not None else None
            if border is None or border.line is None or border.to in (None, site.country):
                continue
            here: Place = ("site", n, part, label, "border")
            rule = read_rule(border.to, "border")
            if rule is None:
                known = [country for country in countries() if read_rule(country, "border") is not None]
                wanted = "a country whose tariff is on file: " + ", ".join(known)
                found.append(((*here, "to"), f'"{border.to}"', wanted, ""))
            elif border.line not in rule.fixed["line"]:
                lines = sorted(rule.fixed["line"])
                alike = [line for line in lines if line[:4] == border.line[:4]] or lines
                wanted = f"a tariff line of {border.to} that is on file, such as " + ", ".join(alike[:8])
                found.append(
                    ((*here, "line"), f'"{border.line}"', wanted, 'or unclassified = "why the line is unknown", and no duty is computed')
                )
    return found


def _pools(n: int, site: Any, wrong: Collection[Place]) -> list[Found]:
    """Depreciation pools that costs and opening balances name."""
    found: list[Found] = []
    known: set[str] = set()
    if site.regime is not None:
        if any(place[:3] == ("site", n, "regime") for place in wrong):
            return found
        for charge in site.regime.charge.values():
            known |= set(getattr(charge, "pool", None) or ())
    else:
        rules = _charges(site)
        if not rules:
            return found
        for rule in rules:
            if rule.fixed["kind"] == "income_tax":
                known |= {key.removeprefix("pool.") for key in rule.fixed if key.startswith("pool.") and key.count(".") == 1}
    wanted = "a depreciation pool of the regime: " + (", ".join(sorted(known)) or "it has none")
    for kind in ("capital", "sustaining") if site.cost is not None else ():
        for label, item in (getattr(site.cost, kind) or {}).items():
            if item is not None and item.pool is not None and item.pool not in known:
                found.append((("site", n, "cost", kind, label, "pool"), f'"{item.pool}"', wanted, near(item.pool, known)))
    if site.opening is not None:
        for label in site.opening.pool or ():
            if label not in known:
                found.append((("site", n, "opening", "pool", label), f'"{label}"', wanted, near(label, known)))
    return found


def _opening(file: Any, n: int, site: Any) -> list[Found]:
    """Losses carried in are older than the valuation day."""
    head = file.project
    if site.opening is None or head is None or not isinstance(head.valuation_date, date):
        return []
    first = head.valuation_date.year
    found: list[Found] = []
    for key in site.opening.losses or ():
        if not (len(key) == 4 and key.isascii() and key.isdigit() and int(key) < first):
            wanted = f"a year before {first}, in which the valuation day lies"
            found.append((("site", n, "opening", "losses", key), f'"{key}"', wanted, ""))
    return found


def _quotations(n: int, site: Any) -> list[Found]:
    """Quotations are of an element, and of a kind that holds it."""
    found: list[Found] = []
    for element, price in (site.exchange_price or {}).items():
        place: Place = ("site", n, "exchange_price", element)
        if element not in units.ATOMIC_WEIGHTS:
            found.append((place, f"exchange_price.{element}", "an element by name, such as neodymium", units.near(element)))
        elif price is not None and price.of is not None and not (units.is_kind(price.of) and element in units.elements_of(price.of)):
            oxide = units.CUSTOMARY_OXIDE.get(element, element)
            wanted = " or ".join(f'of = "{kind}"' for kind in dict.fromkeys((oxide, element)))
            found.append((place, f'of = "{price.of}"', wanted, "what is quoted"))
    return found


# --- entities, sources, money --------------------------------------------------------------------------------------------------


def _entities(file: Any) -> list[Found]:
    found: list[Found] = []
    entities = {entity.name: entity for entity in file.entity if entity is not None and entity.name is not None}
    seats = [site for site in file.site if site is not None]
    sure = bool(seats) and None not in file.site and all(site.entity is not None and site.name is not None for site in seats)
    for m, entity in enumerate(file.entity):
        if entity is None or entity.name is None:
            continue
        if any(other is not None and other.name == entity.name for other in file.entity[:m]):
            found.append((("entity", m, "name"), f'"{entity.name}" twice', "each entity with its own name", ""))
        own = [site.name for site in seats if site.entity == entity.name]
        for label, loan in (entity.loan or {}).items():
            if sure and loan is not None and loan.site is not None and loan.site not in own:
                wanted = f"a site of {entity.name}: " + (", ".join(own) or "it has none")
                found.append((("entity", m, "loan", label, "site"), f'"{loan.site}"', wanted, near(loan.site, own)))
        above = _owners(entities, entity.name)
        told = any(other is not None and other.name in above and other.name in _owners(entities, other.name) for other in file.entity[:m])
        if entity.name in above and not told:
            found.append((("entity", m, "owner"), f"{entity.name} owns itself through its owners", "tiers of owners without circles", ""))
        for label, owner in (entity.owner or {}).items():
            if owner is None or owner.country is None or label not in entities:
                continue
            if entities[label].country not in (None, owner.country):
                wanted = f"{entities[label].country}, the country of {label}"
                found.append((("entity", m, "owner", label, "country"), f'"{owner.country}"', wanted, ""))
    return found


def _owners(entities: Mapping[str, Any], name: str) -> set[str]:
    """Entities that own one, directly or through others."""
    seen: set[str] = set()
    front = {name}
    while front:
        front = {owner for one in front for owner in (entities[one].owner or ()) if owner in entities} - seen
        seen |= front
    return seen


def _sources(file: Any, numbers: Mapping[Place, Quantity], wrong: Collection[Place]) -> list[Found]:
    """Every source must be a key of project.sources; a source with spaces is one in words."""
    if file.project is None or file.project.sources is None or _bad(wrong, "project", "sources"):
        return []
    found: list[Found] = []
    sources = file.project.sources
    for place, number in numbers.items():
        if number.source is not None and " " not in number.source and number.source not in sources:
            wanted = f"a key of project.sources ({', '.join(sources) or 'none yet'})"
            hint = near(number.source, sources) or 'or the source in words, such as "Feasibility study, 2025, table 3"'
            found.append(((*place, "source"), f'"{number.source}"', wanted, hint))
    return found


def _money(file: Any, numbers: Mapping[Place, Quantity], wrong: Collection[Place]) -> list[Found]:
    """Every currency needs a rate to the reporting currency."""
    head = file.project
    if head is None or head.money is None or file.currency is None or _bad(wrong, "currency"):
        return []
    found: list[Found] = []
    reporting = head.money.split()[-1]
    if not units.is_currency(reporting):
        return [(("project", "money"), f'"{head.money}"', "a currency by its ISO 4217 code, such as USD", "")]
    known = {reporting, *file.currency}
    for place, number in numbers.items():
        if number.unit == "rate":
            pair = f"{place[1]}/{reporting}"
            if number.currency != pair:
                hint = f"how many {place[1]} one {reporting} buys"
                if number.currency == f"{reporting}/{place[1]}":
                    hint = f'this rate is the other way round: did you mean "{1 / number.amount:.6g} {pair}"?'
                found.append((place, f'"{number.text}"', f'a rate in {pair}, such as "12.3 {pair}"', hint))
        elif number.currency is not None and number.currency not in known:
            hint = f"or state [currency.{number.currency}] with its rate"
            found.append((place, f'"{number.text}"', f"money in {' or '.join(sorted(known))}", hint))
    discount = head.discount
    if discount is not None and discount.money == "real" and head.money.startswith("nominal"):
        wanted = 'money = "nominal", or a file in real money'
        found.append((("project", "discount", "money"), "a real discount rate in a file of nominal money", wanted, ""))
    return found
