"""From claim to appraisal: a project file made of what a text claims and of a template's sourced and assumed numbers for the rest.

What a claim leaves out (recovery, costs, prices, years) comes from one template on file for its commodity and grade
(``reference/templates``), never from the claim. The result is a screening: what would have to be true, not what the deposit is worth.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from kenes import units
from kenes.appraise import appraise
from kenes.claims import known
from kenes.claims.claim import Claim, Findings, Text
from kenes.claims.dossier import string
from kenes.claims.rules_mass import graded, mean_grades
from kenes.claims.rules_pairs import Pool, between, content_factor, kin
from kenes.errors import Fault, InputError
from kenes.facts import countries
from kenes.notes import Note, note, together
from kenes.project import parse

__all__ = ["Screening", "run", "screen", "templates"]


@dataclass(frozen=True, slots=True)
class Screening:
    """A claimed deposit as a project, or why there is none.

    project  : text of the project file (TOML), or None
    reason   : why there is none, or None
    template : name of the template, and ``title`` what it is of
    name     : what the deposit is called; place : its country (ISO 3166 alpha-3)
    claims   : ids of the claims that went in
    assumed  : what did not come from them: path in the file, number, and why or source
    caveats  : what a reader must know first
    """

    project: str | None
    reason: Note | None = None
    template: str | None = None
    title: str | None = None
    name: str | None = None
    place: str | None = None
    commodity: str | None = None
    claims: tuple[str, ...] = ()
    assumed: tuple[tuple[str, str, str], ...] = ()
    caveats: tuple[str, ...] = ()


def run(screening: Screening, path: Path | str) -> dict[str, Any]:
    """The report of the appraisal (as ``kenes appraise --json`` tells it); ``path`` names the file in messages, nothing is written.

    Raises InputError where there is no project, with the reason.
    """
    if screening.project is None:
        raise InputError(Fault(str(path), str(screening.reason), "a claim of tonnes and grade that a template accepts"))
    project = parse(tomllib.loads(screening.project), screening.project, str(path))
    return appraise(project).report


# --- which deposit is claimed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Deposit:
    """Ore and what is said to be in it.

    grade : the claim of a grade, or of tonnes contained from which it follows
    near  : how far apart they stand (`kenes.claims.rules_pairs.between`)
    """

    ore: Claim
    grade: Claim
    near: tuple[int, int, int, int]

    @property
    def commodity(self) -> str | None:
        return self.grade.commodity or self.ore.commodity

    @property
    def place(self) -> str | None:
        return self.ore.place or self.grade.place

    @property
    def name(self) -> str | None:
        return self.ore.subject or self.grade.subject

    @property
    def fraction(self) -> float:
        """Grade as a fraction of one, of the form that the grade is told in."""
        assert self.grade.si is not None and self.ore.si is not None
        return self.grade.si if self.grade.kind == "grade" else self.grade.si / self.ore.si


def _deposits(findings: Findings) -> list[_Deposit]:
    """Every ore with the grade that belongs to it, or with tonnes contained from which one follows; the best first."""
    texts = {text.key: text for text in findings.texts}
    pairs = graded(findings.claims, mean_grades(findings.claims, texts))
    held = Pool(claim for claim in findings.claims if claim.kind == "contained" and claim.si)
    matched = [(pair.ore, pair.grade) for pair in pairs]
    matched += [(ore, other) for ore in findings.claims if _is_ore(ore) for other in held.near(ore)]
    found = []
    for ore, other in matched:
        near = between(ore, other)
        if near is not None and kin(ore.commodity, other.commodity) is not None:
            found.append(_Deposit(ore, other, near))
    order = {key: n for n, key in enumerate(texts)}
    return sorted((one for one in found if 0.0 < one.fraction < 1.0), key=lambda one: _rank(one, order))


def _rank(deposit: _Deposit, texts: Mapping[str, int]) -> tuple[object, ...]:
    """Stated grades before those that follow, one text and one sentence before several, the first text before the next; then the form of
    the grade said, then the largest."""
    apart, unnamed, sentences, _ = deposit.near
    follows = deposit.grade.kind != "grade"
    assert deposit.ore.si is not None
    return follows, apart, sentences, texts.get(deposit.ore.text, len(texts)), unnamed, deposit.grade.form is None, -deposit.ore.si


def _is_ore(claim: Claim) -> bool:
    return claim.kind == "tonnage" and claim.form in ("ore", None) and claim.si is not None and claim.si > 0.0


# --- templates -----------------------------------------------------------------------------------------------------------------


@cache
def templates() -> Mapping[str, dict[str, Any]]:
    """Templates on file by name, as `tomllib` reads them. Callers must not change them."""
    folder = resources.files("kenes") / "reference" / "templates"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8")) for entry in files}


def _span(limits: Mapping[str, str], unit: str) -> tuple[float, float]:
    return units.parse(limits["from"], unit)[0], units.parse(limits["to"], unit)[0]


def _choose(deposit: _Deposit) -> tuple[str | None, Note | None]:
    """The template that accepts a deposit, or why none does."""
    commodity, place = deposit.commodity, deposit.place
    if commodity is None:
        return None, note("what the grade is of is not said")
    of_it = {name: raw["template"] for name, raw in templates().items() if raw["template"]["commodity"] == commodity}
    if not of_it:
        known = sorted({raw["template"]["commodity"] for raw in templates().values()})
        return None, note("no template for {commodity}; there are templates for {known}", commodity=commodity, known=", ".join(known))
    graded = {name: one for name, one in of_it.items() if _accepts(one["grade"], "1", deposit.fraction)}
    if not graded:
        return None, note(
            "no template for {commodity} at {grade:.3g} %; templates accept {accepted}",
            commodity=commodity,
            grade=deposit.fraction * 100,
            accepted=_accepted(of_it.values(), "grade"),
        )
    assert deposit.ore.si is not None
    sized = {name: one for name, one in graded.items() if _accepts(one["tonnage"], "t", deposit.ore.si)}
    if not sized:
        return None, note(
            "no template for {tonnes:,.3g} Mt of ore; templates accept {accepted}",
            tonnes=deposit.ore.si / 1e6,
            accepted=_accepted(graded.values(), "tonnage"),
        )
    if place is None:
        return None, note("no country stated")
    if place not in countries():
        return None, note("no law on file for {country}; there is law for {known}", country=place, known=", ".join(countries()))
    fitting = [name for name in sized if place in templates()[name].get("country", {})]
    if not fitting:
        return None, note("the templates for {commodity} say nothing of {country}", commodity=commodity, country=place)
    return fitting[0], None


def _accepts(limits: Mapping[str, str], unit: str, amount: float) -> bool:
    least, most = _span(limits, unit)
    return least <= amount <= most


def _accepted(heads: Iterable[Mapping[str, Any]], what: str) -> Note:
    parts = [note("{least} to {most}", least=head[what]["from"], most=head[what]["to"]) for head in heads]
    return together(parts, "; ")


# --- filling -------------------------------------------------------------------------------------------------------------------


def screen(findings: Findings, subject: str | None = None) -> Screening:
    """The claimed deposit as a screening project, or the reason why there is none.

    Ore and grade are paired by subject, or by standing near each other in one text; of several deposits the one is taken whose numbers
    stand closest, then the largest. Where no grade is said but tonnes contained are, the grade is their quotient.

    subject : only deposits of this name, as the claims have it
    """
    claims = tuple(claim for claim in findings.claims if subject is None or claim.subject in (subject, None))
    found = [one for one in _deposits(replace(findings, claims=claims)) if subject in (one.name, None)]
    if not found:
        ore = next((claim for claim in claims if _is_ore(claim)), None)
        if ore is None:
            return Screening(None, note("no tonnage of ore stated"), name=subject)
        return Screening(None, note("no grade stated for {ore}", ore=ore.subject or ore.quote), name=ore.subject, place=ore.place)
    reason: Note | None = None
    for deposit in found:
        name, why = _choose(deposit)
        if name is not None:
            return _filled(deposit, name, {text.key: text for text in findings.texts}, claims, found)
        reason = reason or why
    best = found[0]
    return Screening(None, reason, name=best.name, place=best.place, commodity=best.commodity)


def _filled(
    deposit: _Deposit, template: str, texts: Mapping[str, Text], claims: Sequence[Claim] = (), found: Sequence[_Deposit] = ()
) -> Screening:
    """The project of a deposit; what else is claimed of it and of others is told among the caveats."""
    raw = deepcopy(templates()[template])
    head = raw.pop("template")
    overlay = raw.pop("country", {}).get(deposit.place, {})
    capacity = _capacity(deposit, claims)
    scaled = _scaled(deposit, head, capacity)
    caveats = (
        *_left(deposit, claims, found, capacity),
        *head["caveats"],
        *overlay.pop("caveats", ()),
        *_flood(deposit, head, scaled["capacity"]),
    )
    _merge(raw["site"][0], overlay.pop("site", {}))
    _merge(raw, overlay)
    sources = _sources(deposit, texts)
    name = deposit.name or f"deposit in {deposit.place}"
    gaps: dict[str, Any] = {"name": name, "country": deposit.place, **scaled, **_claimed(deposit, head, sources)}
    project = _fill(raw, gaps)
    if capacity is not None:
        assumed = project["site"][0]["mine"]["capacity"]
        kept = {name: assumed[name] for name in ("low", "high") if name in assumed}
        remark = "the text's; its range: the template's"
        said = {"value": f"{_plain(float(capacity.value or 0.0))} {capacity.unit}", "source": sources[capacity.text][0]}
        project["site"][0]["mine"]["capacity"] = said | kept | {"quote": capacity.quote, "confidence": "low", "note": remark}
    project["project"]["sources"] = dict(sources.values()) | project["project"]["sources"]
    used = tuple(dict.fromkeys(one.id for one in (deposit.ore, deposit.grade, capacity) if one is not None))
    text = "\n".join([*_head(deposit, name, head["title"], caveats, sources), *_written(project)]) + "\n"
    own = {key for key, _ in sources.values()}
    return Screening(
        project=text,
        template=template,
        title=head["title"],
        name=deposit.name,
        place=deposit.place,
        commodity=deposit.commodity,
        claims=used,
        assumed=tuple(_assumed(project, own)),
        caveats=caveats,
    )


def _merge(table: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Adds the tables of a country to those of the template."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(table.get(key), dict):
            _merge(table[key], value)
        else:
            table[key] = value


def _sources(deposit: _Deposit, texts: Mapping[str, Text]) -> dict[str, tuple[str, str]]:
    """Key and words of the source of each text that is used, by the text's key."""
    found: dict[str, tuple[str, str]] = {}
    for claim in (deposit.ore, deposit.grade):
        if claim.text not in found:
            text = texts.get(claim.text)
            said = (text.source if text is not None else "") or claim.text or "the text"
            day = text.dated if text is not None else None
            found[claim.text] = (f"claim_{len(found) + 1}" if found else "claim", said if day is None else f"{said}, {day.isoformat()}")
    return found


# --- what else is claimed ------------------------------------------------------------------------------------------------------

_TOLD = 5
"""Claims told one by one."""


def _capacity(deposit: _Deposit, claims: Iterable[Claim]) -> Claim | None:
    """The ore a year that the text says of this deposit, if it says one alone, and the ore lasts from 1 to 100 years at it."""
    keys = {deposit.ore.text, deposit.grade.text}
    said = [one for one in claims if one.kind == "capacity" and one.form == "ore" and one.si and one.unit.endswith(("/year", "/y"))]
    said = [one for one in said if one.text in keys and one.low is None and between(deposit.ore, one) is not None]
    said = [one for one in said if kin(deposit.commodity, one.commodity) is not None]
    if len({one.si for one in said}) != 1:
        return None
    assert deposit.ore.si is not None and said[0].si is not None
    return said[0] if 1.0 <= deposit.ore.si / said[0].si <= 100.0 else None


def _left(deposit: _Deposit, claims: Sequence[Claim], found: Sequence[_Deposit], capacity: Claim | None) -> Iterator[Note]:
    """Caveats that name what the texts say too, and what this screening leaves out."""
    used = {deposit.ore.id, deposit.grade.id} | ({capacity.id} if capacity is not None else set())
    keys = {deposit.ore.text, deposit.grade.text}
    others = {one.ore.id: one for one in reversed(found) if _other(one.ore, deposit.ore)}
    theirs = {one.grade.id for one in others.values()} - {one.grade.id for one in found if one.ore is deposit.ore}
    mine = [one for one in claims if one.id not in used | theirs and one.text in keys and one.si]
    mine = [one for one in mine if between(deposit.ore, one, anywhere=True) is not None]
    plans = [one for one in mine if one.kind in ("capital", "life") or (one.kind == "capacity" and one.si != (capacity and capacity.si))]
    if plans:
        yield note("Said too, and not used ({claims}): the numbers here are the template's.", claims=_quoted(one.quote for one in plans))
    grades = [one for one in mine if one.kind == "grade" and one.role != "cutoff" and one.si != deposit.grade.si]
    grades = [one for one in grades if deposit.commodity is not None and kin(deposit.commodity, one.commodity) is not None]
    if grades:
        yield note(
            "The grade taken is {grade} (the texts also say {others}).",
            grade=deposit.grade.quote,
            others=_quoted(one.quote for one in grades),
        )
    if others:
        told = [f"{one.name}: {one.ore.quote}" if one.name else one.ore.quote for one in reversed(others.values())]
        yield note("This is one deposit of several (not screened: {others}).", others=_quoted(told))


def _other(one: Claim, ore: Claim) -> bool:
    """Whether an ore is not the one that is screened, told again."""
    return one.id != ore.id and (one.si != ore.si or (None not in (one.subject, ore.subject) and one.subject != ore.subject))


def _quoted(words: Iterable[str]) -> str:
    """Several quotes in one line; of many the first."""
    told = list(dict.fromkeys(" ".join(one.split()) for one in words))
    return "; ".join(told[:_TOLD]) + ("; …" if len(told) > _TOLD else "")


# --- numbers of the claim ------------------------------------------------------------------------------------------------------


def _claimed(deposit: _Deposit, head: Mapping[str, Any], sources: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """What the claims say, as tables of the project file: tonnage, grade, and the split of a total."""
    basis = _basis(deposit, head)
    key = head["key"][basis]
    ranges = head["range"]
    tonnage = _entry(deposit.ore, sources, ranges["tonnage"])
    if deposit.ore.form is None:
        tonnage["note"] += "; taken as ore: the text does not say of what the tonnes are"
    if deposit.grade.kind == "grade":
        grade = _entry(deposit.grade, sources, ranges["grade"])
    else:
        grade = _quotient(deposit, sources, ranges["grade"])
    if deposit.grade.form is None:
        grade["note"] += f"; read as {basis}: the text does not say which"
    if basis == "element":
        grade["as"] = "element"
    found: dict[str, Any] = {"tonnage": tonnage, "grade": {key: grade}}
    if "split" in head:
        found["split"] = dict(_split(head, basis))
    return found


def _basis(deposit: _Deposit, head: Mapping[str, Any]) -> str:
    """Whether the grade is of oxide or of element."""
    return {"oxide": "oxide", "element": "element", "metal": "element"}.get(deposit.grade.form or "", str(head["unsaid"]))


def _entry(claim: Claim, sources: Mapping[str, tuple[str, str]], ranged: Mapping[str, Any]) -> dict[str, Any]:
    """A claim as a number of the project file, with its words; a range where the text gives none."""
    assert claim.value is not None and claim.si

    def sized(number: str) -> str | float:
        return float(number) if claim.unit == "1" else f"{number} {claim.unit}"

    found: dict[str, Any] = {"value": sized(_plain(claim.value)), "source": sources[claim.text][0], "quote": claim.quote}
    if claim.low is not None and claim.high is not None:
        bounds = [_round(bound * claim.value / claim.si, 12) for bound in (claim.low, claim.high)]
        found |= {"low": sized(bounds[0]), "high": sized(bounds[1]), "bounds": "min/max", "shape": "triangular"}
        remark = "range: the text's"
    else:
        bounds = [_round(claim.value * ranged[name]) for name in ("low", "high")]
        found |= {"low": sized(bounds[0]), "high": sized(bounds[1]), "bounds": "P10/P90", "shape": ranged["shape"]}
        remark = ranged["note"]
    if claim.category or claim.code:
        said = " ".join(part for part in (claim.category, claim.code) if part)
        remark += f"; the text says {said}: no report was read, so it is a claim"
    found |= {"confidence": "low", "note": remark}
    if claim.page is not None:
        found["page"] = claim.page
    return found


def _quotient(deposit: _Deposit, sources: Mapping[str, tuple[str, str]], ranged: Mapping[str, Any]) -> dict[str, Any]:
    """A grade that follows from tonnes contained and tonnes of ore."""
    percent = deposit.fraction * 100
    return {
        "value": f"{_round(percent, 4)} %",
        "source": sources[deposit.grade.text][0],
        "quote": deposit.grade.quote,
        "low": f"{_round(percent * ranged['low'])} %",
        "high": f"{_round(percent * ranged['high'])} %",
        "bounds": "P10/P90",
        "shape": ranged["shape"],
        "confidence": "low",
        "note": f"no grade is stated: these tonnes by the tonnes of ore; {ranged['note']}",
    }


def _split(head: Mapping[str, Any], basis: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Shares of a total: as the template has them, or turned from shares of metal into those of oxide or back."""
    shares, of = head["split"], head["shares"]
    weight = dict.fromkeys(shares, 1.0)
    if of != basis:
        weight = {element: units.contained("oxide", element) ** (1 if of == "oxide" else -1) for element in shares}
    amounts = {element: units.parse(raw["share"], "1")[0] for element, raw in shares.items()}
    whole = sum(amounts[element] * weight[element] for element in shares) if of != basis else 1.0
    turned = "" if of == basis else f"; turned from a share of {_METAL[of]} into one of {_METAL[basis]}"
    for element, raw in shares.items():
        times = 100 * weight[element] / whole
        found = {"assumed": f"{_round(amounts[element] * times, 4)} %", "why": raw["why"] + turned}
        if "low" in raw:
            low, high = (units.parse(raw[name], "1")[0] * times for name in ("low", "high"))
            found |= {"low": f"{_round(low, 4)} %", "high": f"{_round(high, 4)} %", "shape": "triangular"}
        yield element, found | {"confidence": "low"}


_METAL = {"element": "metal", "oxide": "oxide"}


# --- numbers that follow from its size -----------------------------------------------------------------------------------------


def _scaled(deposit: _Deposit, head: Mapping[str, Any], claimed: Claim | None = None) -> dict[str, str]:
    """Capacity as claimed or else by the template's rule of life, and the costs that go with capacity or tonnage."""
    assert deposit.ore.si is not None
    rule = head["life"]
    recovery, dilution = units.parse(rule["recovery"], "1")[0], units.parse(rule["dilution"], "1")[0]
    recovered = deposit.ore.si * recovery
    life = rule["factor"] * (recovered / units.parse("1 st", "t")[0]) ** rule["power"]
    capacity = float(_round(recovered * (1.0 + dilution) / life / 1e6, 2))
    if claimed is not None and claimed.si:
        capacity = float(_round(claimed.si / 1e6, 6))
    found = {"capacity": f"{_plain(capacity)} Mt/y", "life": f"{_round(life, 2)} years"}
    for name, row in head["scale"].items():
        yearly = row["at"].endswith("/y")
        size = capacity * 1e6 if yearly else deposit.ore.si
        at = units.parse(row["at"], "t/year" if yearly else "t")[0]
        number, _, unit = row["cost"].partition(" ")
        found[name] = f"{_round(float(number) * (size / at) ** row['power'])} {unit}"
    return found


_MUCH = 0.05
"""Share of the world's production from which on a price cannot be taken as given: a choice."""


def _flood(deposit: _Deposit, head: Mapping[str, Any], capacity: str) -> Iterator[str]:
    """A caveat where a year's ore would hold much of what the world produces."""
    world = known.production(str(deposit.commodity))
    factor = content_factor(deposit.commodity)
    if world is None or not world.world or world.form not in ("oxide", "element") or factor is None:
        return
    held = units.parse(capacity, "t/year")[0] * deposit.fraction
    if _basis(deposit, head) != world.form:
        held *= factor.middle if world.form == "element" else 1 / factor.middle
    if held > _MUCH * world.world:
        yield note(
            "The ore of a full year would hold {held:,.0f} t ({kind}), {share:.0%} of the world's production in {year} ({source}): "
            "at such a scale today's price cannot be taken as given.",
            held=held,
            kind=world.kind,
            share=held / world.world,
            year=str(world.year),
            source=world.source,
        )


def _plain(number: float) -> str:
    """A number without exponent or empty decimals."""
    if number == int(number):
        return str(int(number))
    return repr(number) if abs(number) >= 1e-4 else f"{number:.18f}".rstrip("0")


def _round(number: float, digits: int = 3) -> str:
    """A number with so many digits that count.

    >>> _round(1534.2), _round(0.00123456), _round(1.0)
    ('1530', '0.00123', '1')
    """
    return _plain(float(f"{number:.{digits}g}"))


# --- gaps ----------------------------------------------------------------------------------------------------------------------

_GAP = re.compile(r"@([a-z_]+)(?:\*([0-9.]+))?@")


def _fill(part: Any, gaps: Mapping[str, Any]) -> Any:
    """A table with its gaps filled: "@name@" alone by a table or text, "@name*0.7@" by 0.7 times a quantity, both also within a text."""
    if isinstance(part, dict):
        return {key: _fill(value, gaps) for key, value in part.items()}
    if isinstance(part, list):
        return [_fill(value, gaps) for value in part]
    if not isinstance(part, str):
        return part
    whole = _GAP.fullmatch(part)
    if whole and whole[2] is None and not isinstance(gaps[whole[1]], str):
        return gaps[whole[1]]
    return _GAP.sub(lambda gap: _times(gaps[gap[1]], gap[2]), part)


def _times(quantity: str, factor: str | None) -> str:
    if factor is None:
        return quantity
    number, _, unit = quantity.partition(" ")
    return f"{_round(float(number) * float(factor))} {unit}"


def _assumed(part: Any, own: set[str], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every number that is not the claim's, with its path and why or whence."""
    if isinstance(part, list):
        for item in part:
            yield from _assumed(item, own, f"{path}.{item['name']}" if isinstance(item, dict) and "name" in item else path)
    if not isinstance(part, dict):
        return
    stated = next((part[key] for key in ("assumed", "value", "by_operating_year") if key in part), None)
    if stated is not None:
        if part.get("source") not in own:
            number = ", ".join(map(str, stated)) if isinstance(stated, list) else str(stated)
            yield path, number, str(part.get("why") or part.get("source"))
        return
    for key, value in part.items():
        yield from _assumed(value, own, f"{path}.{key}" if path else key)


# --- writing -------------------------------------------------------------------------------------------------------------------


def _head(deposit: _Deposit, name: str, title: str, caveats: Sequence[str], sources: Mapping[str, tuple[str, str]]) -> list[str]:
    """Comments that say what the file is, before anything else."""
    said = [f"{claim.quote} ({sources[claim.text][1]})" for claim in dict.fromkeys((deposit.ore, deposit.grade))]
    return [
        _comment(f"{name}: a claim put to the test, by the template for {title}."),
        "# MAIN CAVEAT: this file screens a claim, it values nothing. Tonnes and grade are the text's; all else is borrowed and says so.",
        "# Its result is the grade or the price that would be needed (report: what_would_have_to_be_true).",
        *(_comment(f"Claimed: {one}") for one in said),
        *(_comment(f"{n}. {caveat}") for n, caveat in enumerate(caveats, 1)),
    ]


def _comment(text: str) -> str:
    """A comment on one line, whatever stands in the text."""
    return "# " + re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text.encode("utf-8", "replace").decode("utf-8"))


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else string(key)


_ORDER = ("project", "currency", "site", "entity", "chance")


def _written(project: Mapping[str, Any]) -> Iterator[str]:
    """A project as TOML, its tables in the order in which a reader wants them and otherwise in their own (that of permits counts)."""
    for key in sorted(project, key=_ORDER.index):
        value = project[key]
        for item in value if isinstance(value, list) else [value]:
            yield from _table(item, key, f"[[{key}]]" if isinstance(value, list) else f"[{key}]")


def _table(table: Mapping[str, Any], path: str, header: str) -> Iterator[str]:
    """A table: what stands on one line first, then the tables in it. Numbers by name get dotted keys if none beside them needs a header."""
    inner = {key: value for key, value in table.items() if isinstance(value, dict) and not _leaf(value)}
    if all(map(_named, inner.values())):
        inner = {}
    rows = [row for key, value in table.items() if key not in inner for row in _rows(_key(key), value)]
    if rows or header.startswith("[["):
        yield from ("", header, *rows)
    for key, value in inner.items():
        yield from _table(value, f"{path}.{_key(key)}", f"[{path}.{_key(key)}]")


def _rows(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and not _leaf(value):
        yield from (f"{key}.{_key(name)} = {_value(part)}" for name, part in value.items())
    else:
        yield f"{key} = {_value(value)}"


def _leaf(table: Mapping[str, Any]) -> bool:
    """Whether a table has no table in it and says a number: it stands in braces."""
    return not any(isinstance(value, dict) for value in table.values()) and bool(
        {"value", "assumed", "by_operating_year", "rate"} & set(table)
    )


def _named(table: Mapping[str, Any]) -> bool:
    """Whether a table holds numbers by name and nothing else."""
    return bool(table) and all(isinstance(value, dict) and _leaf(value) for value in table.values())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return string(value)
    return value.isoformat() if isinstance(value, date) else repr(value)
