"""Do tonnes and grades fit together? Tonnage × grade = contained; what is implied where one is missing; ore against oxide against metal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kenes import units
from kenes.claims import known, lexicon
from kenes.claims.claim import Check, Claim, Text
from kenes.claims.rules_pairs import (
    CONTENT,
    Pool,
    Span,
    beside,
    between,
    compounds,
    content_factor,
    fraction,
    kin,
    mass,
    numbered,
    oxide_reported,
    printed,
    said,
    shown,
    texts_of,
    within,
)
from kenes.notes import Note, note, together

__all__ = [
    "Graded",
    "Reading",
    "answered",
    "capacities",
    "contained",
    "converted",
    "forms",
    "graded",
    "implied",
    "mean_grades",
    "readings",
]

_PART = 0.2
"""A mass of no stated form is read as content only where it is a small part of the ore it stands beside."""
_EQUAL = 0.01
_MANY = 5
_MOST_ABROAD = 50
_POOR_RECOVERY = 0.2
_PRECIOUS = ("oz", "koz", "Moz", "kg", "g")
"""Units of metals whose grades are told in grams per tonne."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A tonnage of ore and the grade that belongs to it."""

    ore: Claim
    grade: Claim

    @property
    def claims(self) -> tuple[Claim, Claim]:
        """Both."""
        return self.ore, self.grade

    @property
    def content(self) -> float:
        """Tonnes contained, of the form that the grade is of."""
        return (self.ore.si or 0.0) * (self.grade.si or 0.0)


def _is_content(claim: Claim) -> bool:
    if not numbered(claim):
        return False
    if claim.kind == "contained":
        return claim.form not in ("ore", "concentrate")
    return claim.kind == "tonnage" and claim.form in CONTENT


def _is_rock(claim: Claim) -> bool:
    return claim.kind == "tonnage" and claim.form in ("ore", None) and numbered(claim)


def _is_grade(claim: Claim) -> bool:
    """Whether it is a grade that ore can have."""
    return claim.kind == "grade" and numbered(claim) and (claim.si or 0.0) <= 1.0 and claim.form not in ("ore", "concentrate")


def mean_grades(claims: Sequence[Claim], texts: Mapping[str, Text]) -> tuple[Claim, ...]:
    """Grades of ore on the whole: no cut-off, no best sample."""
    return tuple(
        claim
        for claim in claims
        if _is_grade(claim) and claim.role != "cutoff" and claim.hedge != "up to" and "edge" not in beside(texts, [claim], 25)
    )


def graded(claims: Sequence[Claim], grades: Sequence[Claim]) -> tuple[Graded, ...]:
    """Each grade with the tonnage that it is of: the nearest of its text, or of another text about the same subject. Each grade once, and
    each tonnage once for every commodity.

    grades : as of `mean_grades`
    """
    return _match(grades, Pool(claim for claim in claims if _is_rock(claim)))


def _match(grades: Sequence[Claim], rocks: Pool) -> tuple[Graded, ...]:
    """Grades matched with masses, the nearest pairs first."""
    found: list[tuple[Any, ...]] = []
    for grade in grades:
        for ore in rocks.near(grade):
            apart = between(grade, ore)
            near = kin(grade.commodity, ore.commodity)
            # Ore named by one metal may bear another: "copper ore at 0.3 g/t gold", if they stand in one sentence.
            if apart is None or (near is None and (ore.form not in ("ore", None) or apart[0] or apart[2])):
                continue
            found.append((apart[0], apart[1], 3 if near is None else near, ore.form is None, *apart[2:], len(found), grade, ore))
    taken: set[str] = set()
    served: set[tuple[str, str | None, str | None]] = set()
    pairs: list[Graded] = []
    for *_, grade, ore in sorted(found, key=lambda row: row[:7]):
        once = (ore.id, grade.commodity, grade.form)
        if grade.id in taken or once in served:
            continue
        # A mass of another metal and of no stated form is ore only if it has a grade of its own already.
        if ore.form is None and kin(grade.commodity, ore.commodity) is None and ore.id not in {one.ore.id for one in pairs}:
            continue
        taken.add(grade.id)
        served.add(once)
        pairs.append(Graded(ore, grade))
    return tuple(sorted(pairs, key=lambda pair: (pair.grade.text, pair.grade.start, pair.grade.id)))


# --- 1: tonnage × grade = contained --------------------------------------------------------------------------------------------------


def contained(claims: Sequence[Claim], pairs: Sequence[Graded], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Tonnage × grade against the contained tonnage that a text states, or the product alone where none is stated."""
    answers = answered(claims, pairs)
    sums: dict[str, Check] = {}
    added: set[str] = set()
    for pair in pairs:
        for other in answers.get(pair.grade.id, []):
            sum_ = _of_several(pair, other, pairs, answers, texts)
            if sum_ is not None:
                sums[other.id] = sum_
                added.update(sum_.claims)
    for pair in pairs:
        against = answers.get(pair.grade.id, [])
        if not against and pair.grade.id not in added:
            told = note(
                "{ore} × {grade} = {product}; no contained tonnage is stated to compare",
                ore=said(pair.ore),
                grade=said(pair.grade),
                product=_of(pair, mass(pair.content)),
            )
            yield Check("unverifiable", "contained", (pair.ore.id, pair.grade.id), _told(told, pair.claims))
        for other in against:
            yield sums[other.id] if other.id in sums and other.text == pair.ore.text else _compared(pair, other)


def _of_several(
    pair: Graded, other: Claim, pairs: Sequence[Graded], answers: Mapping[str, list[Claim]], texts: Mapping[str, Text]
) -> Check | None:
    """A content stated behind several bodies that is the sum of theirs, or of another than the nearest; None: it is of the nearest.

    Words such as "in all" make it a sum first. One that is said to be a sum and is greater than that of the bodies told may be of more.
    """
    group = [
        one
        for one in pairs
        if one.ore.text == other.text == one.grade.text
        and max(one.ore.start, one.grade.start) < other.start
        and kin(one.grade.commodity or one.ore.commodity, other.commodity) == 0
        and (one.grade.id == pair.grade.id or not answers.get(one.grade.id))
        and (other.sentence - max(one.ore.sentence, one.grade.sentence) <= _PARTS or one.ore.paragraph == other.paragraph)
    ][-_ADDED:]
    if len(group) < 2 or pair not in group:
        return None
    total = "total" in beside(texts, [other])
    if not total and _compared(pair, other).verdict == "consistent":
        return None
    spans = [_contents(one, other) for one in group]
    amount = printed(other)
    assert amount is not None  # numbered
    for first in range(len(group) - 1):
        if _sum(spans[first:]).meets(amount):
            return _added("consistent", group[first:], other)
    if _compared(pair, other).verdict == "consistent":
        return None
    for one in group:
        if _compared(one, other).verdict == "consistent":
            return _compared(one, other)
    if total and amount.low > _sum(spans).high:
        return _added("unverifiable", group, other)
    return None


_PARTS = 4
"""Sentences between a body and the sum that it is a part of."""
_ADDED = 8
"""Bodies added at most."""


def _contents(pair: Graded, other: Claim) -> Span:
    """What a body holds, in the form of another mass, as far as it can be told."""
    ore, grade = printed(pair.ore), printed(pair.grade)
    assert ore is not None and grade is not None  # numbered, both
    ways = [one.factor for one in between_forms(pair.grade, other)]
    return ore.times(grade).times(Span(min(one.low for one in ways), max(one.high for one in ways)))


def _sum(spans: Sequence[Span]) -> Span:
    return Span(sum(one.low for one in spans), sum(one.high for one in spans))


def _added(verdict: str, group: Sequence[Graded], other: Claim) -> Check:
    """Bodies added up, beside the sum stated."""
    parts = [note("{ore} × {grade}", ore=said(one.ore), grade=said(one.grade)) for one in group]
    product = sum(one.content * between_forms(one.grade, other)[0].factor.middle for one in group)
    told = note("{sum} = {total}", sum=together(parts, " + "), total=mass(product))
    told = note("{sum}, and {stated} is stated", sum=told, stated=mass(other.si or 0.0))
    if verdict == "unverifiable":
        told = note("{told}: whether it counts bodies that are not told is not said", told=told)
    ids = dict.fromkeys(claim.id for one in group for claim in one.claims)
    return Check(verdict, "contained", (*ids, other.id), told)


def answered(claims: Sequence[Claim], pairs: Sequence[Graded]) -> dict[str, list[Claim]]:
    """Contained tonnages stated of each pair, by the id of its grade. In its own text one answers the nearest pair only, in others any of
    its subject."""
    rocks = {pair.ore.id for pair in pairs}
    stated = Pool(claim for claim in claims if claim.id not in rocks and (_is_content(claim) or _is_loose(claim)))
    rows: list[tuple[Any, ...]] = []
    for pair in pairs:
        subject = pair.ore.subject or pair.grade.subject
        for other in {one.id: one for part in pair.claims for one in stated.near(part)}.values():
            near = kin(other.commodity, pair.grade.commodity or pair.ore.commodity)
            apart = min(one for one in (between(part, other) for part in pair.claims) if one is not None)
            foreign = subject and other.subject and subject.casefold() != other.subject.casefold()
            one_figure = pair.ore.form == "ore" and other.form in CONTENT and _equal(pair.ore, other)  # `forms` tells of it
            if near is None or foreign or one_figure or (_is_loose(other) and not _small(other, pair)):
                continue
            rows.append((apart[0], apart[1], near, *apart[2:], len(rows), pair, other))
    found: dict[str, list[Claim]] = {}
    taken: set[str] = set()
    for away, *_, pair, other in sorted(rows, key=lambda row: row[:6]):
        if away or other.id not in taken:
            found.setdefault(pair.grade.id, []).append(other)
        if not away:
            taken.add(other.id)
    return found


def _is_loose(claim: Claim) -> bool:
    """A mass of which nothing is said: it may be what the ore contains."""
    return claim.kind == "tonnage" and claim.form is None and claim.category is None and numbered(claim)


def _small(other: Claim, pair: Graded) -> bool:
    """Whether a mass whose form is not said may be what the ore contains, by its size and its place behind the ore."""
    return (other.si or 0.0) < _PART * (pair.ore.si or 0.0) and (other.text != pair.ore.text or other.start > pair.ore.start)


@dataclass(frozen=True, slots=True)
class Reading:
    """Tonnes of the stated form in a tonne of the form that the grade is of, and how to say so ("": forms are one)."""

    factor: Span
    words: str


_AS_IT_IS = Reading(Span(1.0, 1.0), "")


def readings(commodity: str | None, of: str | None, to: str | None) -> list[Reading]:
    """How content told in one form is counted in another; both ways where a form is not said and oxides are customary."""
    oxide, factor = content_factor(commodity), content_factor(commodity)
    here, there = ("oxide" if one == "oxide" else None if one is None else "element" for one in (of, to))
    if here == there and here is not None:
        return [_AS_IT_IS]
    if factor is None or oxide is None:
        return [_AS_IT_IS]
    down = Reading(factor, "element")
    up = Reading(Span(1 / factor.high, 1 / factor.low), "oxide")
    if here is not None and there is not None:
        return [down if there == "element" else up]
    if not oxide_reported(commodity) and "oxide" not in (here, there):
        return [_AS_IT_IS]
    if here is None and there is None:
        return [_AS_IT_IS, down, up]
    return [_AS_IT_IS, down if here == "oxide" or there == "element" else up]


def between_forms(of: Claim, to: Claim) -> list[Reading]:
    """The same for two claims, the compounds of an element that has several told by their words."""
    here, there = compounds(of), compounds(to)
    commodity = of.commodity or to.commodity
    if commodity is None or not (here or there) or (here == there and len(here) == 1):
        return readings(commodity, of.form, to.form)
    if (here and to.form is None) or (there and of.form is None):
        return readings(commodity, of.form, to.form)
    factors = [units.contained(a, commodity) / units.contained(b, commodity) for a in here or (commodity,) for b in there or (commodity,)]
    exact = Reading(Span(min(factors), max(factors)), there[0] if there else "element")
    return [exact, _AS_IT_IS] if len(here) > 1 and len(there) > 1 else [exact]


def _compared(pair: Graded, other: Claim) -> Check:
    """One pair against one contained tonnage."""
    ore, grade, amount = printed(pair.ore), printed(pair.grade), printed(other)
    assert ore is not None and grade is not None and amount is not None
    made = ore.times(grade)
    ways = between_forms(replace(pair.grade, commodity=pair.grade.commodity or other.commodity or pair.ore.commodity), other)
    fitting = next((one for one in ways if _meets(made.times(one.factor), amount, pair, other)), None)
    ids = (pair.ore.id, pair.grade.id, other.id)
    everyone = (*pair.claims, other)
    if fitting is not None:
        return Check("consistent", "contained", ids, _told(_agreeing(pair, other, fitting), everyone))
    return Check("impossible together", "contained", ids, _told(_clashing(pair, other, ways[0]), everyone))


def _meets(made: Span, amount: Span, pair: Graded, other: Claim) -> bool:
    """Whether both may be one mass; of a part of a group, whether it may be within the whole."""
    whole = pair.grade.commodity or pair.ore.commodity
    if within(other.commodity, whole):
        return amount.low <= made.high
    if within(whole, other.commodity):
        return made.low <= amount.high
    return made.meets(amount)


def _agreeing(pair: Graded, other: Claim, reading: Reading) -> Note:
    sum_ = note("{ore} × {grade} = {product}", ore=said(pair.ore), grade=said(pair.grade), product=mass(pair.content))
    if reading.words:
        sum_ = note("{sum} = {converted}", sum=sum_, converted=converted(pair.content, reading))
    whole = pair.grade.commodity or pair.ore.commodity
    if within(other.commodity, whole) or within(whole, other.commodity):
        return note("{sum}; {stated} is stated, and one is part of the other", sum=sum_, stated=shown(other))
    return note("{sum}, and {stated} is stated", sum=sum_, stated=mass(other.si or 0.0))


def converted(content: float, reading: Reading) -> Note:
    """A mass told in the other form, as a range where the elements of a group differ."""
    low, high = mass(content * reading.factor.low), mass(content * reading.factor.high)
    if reading.words not in ("oxide", "element") and low == high:
        return note("{amount} of {element}", amount=low, element=reading.words)
    if reading.words != "element":
        return note("{mass} of oxide", mass=low) if low == high else note("{low} to {high} of oxide", low=low, high=high)
    return note("{mass} of element", mass=low) if low == high else note("{low} to {high} of element", low=low, high=high)


def _clashing(pair: Graded, other: Claim, reading: Reading) -> Note:
    """The sum, and what tonnage or what grade would be needed."""
    middle = reading.factor.middle
    content = pair.content
    stated = other.si or 0.0
    sum_ = note("{ore} × {grade} = {product}", ore=said(pair.ore), grade=said(pair.grade), product=mass(content))
    if reading.words:
        sum_ = note("{sum} = {converted}", sum=sum_, converted=converted(content, reading))
    needed = stated / middle / (pair.grade.si or 1.0)
    rate = stated / middle / (pair.ore.si or 1.0)
    whole = note("{sum}, not {stated}", sum=sum_, stated=mass(stated))
    wanted = note("{stated} at {grade} needs {ore} of ore", stated=mass(stated), grade=said(pair.grade), ore=mass(needed))
    other_way = (
        note("{ore} cannot hold it at any grade", ore=said(pair.ore))
        if rate > 1
        else note("{ore} at {grade}", ore=said(pair.ore), grade=fraction(rate, pair.grade.unit))
    )
    told = note("{whole}: {wanted}, or {other}", whole=whole, wanted=wanted, other=other_way)
    times = stated / middle / content
    if times >= 10:
        told = note("{told} ({times:,.0f} times as much)", told=told, times=times)
    elif times <= 0.1:
        told = note("{told} (one {times:,.0f}th)", told=told, times=1 / times)
    return told


def _of(pair: Graded, amount: Note) -> Note:
    """A mass and what it is of, where the grade says so."""
    commodity = pair.grade.commodity or pair.ore.commodity
    if commodity is not None and pair.grade.form == "oxide":
        return note("{amount} of {element} as oxide", amount=amount, element=commodity)
    return amount if commodity is None else note("{amount} of {element}", amount=amount, element=commodity)


def _told(told: Note, claims: Sequence[Claim]) -> Note:
    """The same, and which texts it is from if there are several."""
    keys = texts_of(claims)
    return told if len(keys) < 2 else note("{told} (texts {texts})", told=told, texts=", ".join(keys))


# --- 2: ore against oxide against metal ----------------------------------------------------------------------------------------------


def forms(claims: Sequence[Claim], pairs: Sequence[Graded], grades: Sequence[Claim]) -> Iterator[Check]:
    """One figure told as ore and as metal, or two figures that are of two forms and so no rivals.

    grades : as of `mean_grades`
    """
    rated = {pair.ore.id: pair.grade for pair in pairs}
    rates = Pool(grades)
    rocks = Pool(claim for claim in claims if numbered(claim) and _may_be_rock(claim))
    contents = Pool(claim for claim in claims if _is_content(claim))
    abroad = _by_country(rocks.claims)
    for amount in contents.claims:
        near = rocks.near(amount)
        set_against: set[str] = set()  # texts whose nearest ore has been set against it
        for rock in [*near, *(one for one in _elsewhere(amount, abroad) if one not in near)]:
            if kin(rock.commodity, amount.commodity) is None:
                continue
            if _equal(rock, amount):
                if rock.form is not None and amount.form is not None:
                    rate = rated.get(rock.id) or next(
                        (one for one in rates.near(amount) if kin(one.commodity, amount.commodity) is not None), None
                    )
                    yield _same_figure(rock, amount, rate)
            elif _rivals(rock, amount) and rock.id not in rated and rock.text not in set_against:
                set_against.add(rock.text)
                yield _no_rivals(rock, amount)
        if amount.form == "oxide":
            for other in contents.near(amount):
                if other.form != "oxide" and other.commodity == amount.commodity and _equal(amount, other):
                    yield from _oxide_and_element(amount, other)


def _may_be_rock(claim: Claim) -> bool:
    """Whether a mass is of ore or concentrate, or does not say of what."""
    return (claim.kind == "tonnage" and claim.form in ("ore", "concentrate", None)) or (claim.kind == "contained" and claim.form is None)


_Abroad = dict[tuple[str, str], list[Claim]]


def _by_country(rocks: Sequence[Claim]) -> _Abroad:
    found: _Abroad = {}
    for rock in rocks:
        if rock.place is not None and rock.commodity is not None and rock.form is not None:
            found.setdefault((rock.place, rock.commodity), []).append(rock)
    return found


def _elsewhere(amount: Claim, abroad: _Abroad) -> list[Claim]:
    """Tonnages of the same figure in other texts, of the same country and commodity, where no subject is known to differ."""
    known_here = abroad.get((amount.place or "", amount.commodity or ""), [])
    return [
        rock
        for rock in known_here[:_MOST_ABROAD]
        if rock.text != amount.text and (rock.subject is None or amount.subject is None) and _equal(rock, amount)
    ]


def _equal(one: Claim, other: Claim) -> bool:
    a, b = one.si or 0.0, other.si or 0.0
    return abs(a - b) <= _EQUAL * max(a, b)


def _rivals(rock: Claim, amount: Claim) -> bool:
    """Whether a reader may set ore against the oxide in it: two masses of one commodity, one of them many times the other."""
    same = kin(rock.commodity, amount.commodity) == 0 and rock.commodity is not None
    return same and amount.form == "oxide" and rock.form != "concentrate" and (rock.si or 0.0) > _MANY * (amount.si or 0.0)


def _same_figure(rock: Claim, amount: Claim, grade: Claim | None) -> Check:
    told = note(
        "{rock} and {content} cannot be of one body: ore and what it contains differ by the grade", rock=shown(rock), content=shown(amount)
    )
    ids: tuple[str, ...] = (rock.id, amount.id)
    if grade is not None:
        ids = (*ids, grade.id)
        rate = grade.si or 1.0
        told = note(
            "{told}; at {grade} {ore} of ore holds {content}, and {stated} would need {needed} of ore, {times:,.0f} times as much",
            told=told,
            grade=said(grade),
            ore=mass(rock.si or 0.0),
            content=mass((rock.si or 0.0) * rate),
            stated=mass(amount.si or 0.0),
            needed=mass((amount.si or 0.0) / rate),
            times=1 / rate,
        )
    return Check("impossible together", "form", ids, _told(told, (rock, amount)))


def _no_rivals(rock: Claim, amount: Claim) -> Check:
    rate = fraction((amount.si or 0.0) / (rock.si or 1.0))
    if rock.form is None:
        told = note(
            "ore vs oxide: {ore}, whose form is not said, beside {oxide} can only be ore: no rival numbers, they imply a grade of {grade}",
            ore=said(rock),
            oxide=shown(amount),
            grade=rate,
        )
    else:
        told = note(
            "ore vs oxide: {ore} and {oxide} are no rival numbers; together they imply a grade of {grade}",
            ore=shown(rock),
            oxide=shown(amount),
            grade=rate,
        )
    return Check("not comparable", "form", (rock.id, amount.id), _told(told, (rock, amount)))


def _oxide_and_element(oxide: Claim, element: Claim) -> Iterator[Check]:
    """One figure for an oxide and for the element in it."""
    factor, first, second = content_factor(oxide.commodity), printed(oxide), printed(element)
    if factor is None or first is None or second is None:
        return
    both = note("{oxide} is {converted}", oxide=shown(oxide), converted=converted(oxide.si or 0.0, Reading(factor, "element")))
    if element.form is None:
        told = note("{both}; of which form {element} is, is not said", both=both, element=shown(element))
        yield Check("not comparable", "form", (oxide.id, element.id), _told(told, (oxide, element)))
    elif not first.times(factor).meets(second) or first == second:
        told = note("{both}, not {element}", both=both, element=mass(element.si or 0.0))
        yield Check("impossible together", "form", (oxide.id, element.id), _told(told, (oxide, element)))


# --- 3: what is implied where one of the three is missing ------------------------------------------------------------------------------


def implied(claims: Sequence[Claim], pairs: Sequence[Graded], grades: Sequence[Claim]) -> Iterator[Check]:
    """The grade of ore whose content is stated; the ore that a content at a grade would need.

    grades : as of `mean_grades`
    """
    bound = {claim.id for pair in pairs for claim in pair.claims}
    bound.update(claim.id for found in answered(claims, pairs).values() for claim in found)
    rocks = Pool(claim for claim in claims if _is_rock(claim) and claim.id not in bound)
    rates = Pool(claim for claim in grades if claim.id not in bound)
    for amount in claims:
        if not _is_content(amount) or amount.id in bound:
            continue
        rate = next((one for one in rates.near(amount) if kin(one.commodity, amount.commodity) is not None), None)
        if rate is not None:
            yield _implied_ore(amount, rate)
            continue
        for rock in rocks.near(amount):
            if rock.commodity is not None and kin(rock.commodity, amount.commodity) in (0, 1) and not _equal(rock, amount):
                if (rock.si or 0.0) > (amount.si or 0.0):
                    yield _implied_grade(rock, amount)
                break


def _implied_ore(amount: Claim, rate: Claim) -> Check:
    """Ore that a content needs at a grade, against the tonnages of deposits on file."""
    commodity = amount.commodity or rate.commodity
    factor = readings(commodity, rate.form, amount.form)[0].factor
    needed = (amount.si or 0.0) / factor.middle / (rate.si or 1.0)
    told = note("{content} at {grade} needs {ore} of ore", content=shown(amount), grade=said(rate), ore=mass(needed))
    everyone = (amount, rate)
    here = max((one for one in known.grades(commodity or "")), key=lambda one: one.tonnage["max"], default=None)
    most = _largest()
    verdict, sources = "unverifiable", () if here is None else (here.source,)
    if needed > most.tonnage["max"]:
        told = note("{told}, more than the largest deposit of any kind on file ({largest})", told=told, largest=mass(most.tonnage["max"]))
        verdict, sources = "impossible together", (most.source,)
    elif here is not None and needed > here.tonnage["max"]:
        told = note(
            "{told}, more than each of {n} deposits on file (the largest: {largest})",
            told=told,
            n=here.n,
            largest=mass(here.tonnage["max"]),
        )
    else:
        told = note("{told}, which is not stated", told=told)
    if amount.form is None and amount.unit not in (*_PRECIOUS, "ct") and (amount.si or 0.0) * (rate.si or 0.0) >= 1:  # it may be of ore
        verdict = "unverifiable"
        told = note("{told}; read as ore it holds {content}", told=told, content=mass((amount.si or 0.0) * (rate.si or 0.0)))
    return Check(verdict, "implied tonnage", (amount.id, rate.id), _told(told, everyone), sources)


@cache
def _largest() -> known.GradeRange:
    """The deposits of which one bears most ore."""
    every = [one for name in lexicon.table("commodities") for one in known.grades(name)]
    return max(every, key=lambda one: one.tonnage["max"])


def _implied_grade(rock: Claim, amount: Claim) -> Check:
    """Grade of ore whose content is stated, against the grades of deposits on file."""
    rate = (amount.si or 0.0) / (rock.si or 1.0)
    commodity = amount.commodity or rock.commodity
    like = "g/t" if amount.unit in _PRECIOUS else "%"
    told = note("{content} in {ore} is a grade of {grade}", content=shown(amount), ore=said(rock), grade=fraction(rate, like))
    ids = (rock.id, amount.id)
    here = next((one for one in known.grades(commodity or "") if one.deposit_type == "all types"), None)
    if here is None:
        return Check("unverifiable", "implied grade", ids, _told(told, (rock, amount)))
    factor = readings(commodity, amount.form, "oxide" if here.form == "oxide" else "element")[0].factor
    inside = rate * factor.high >= here.grade["min"] and rate * factor.low <= here.grade["max"]
    told = note(
        "{told}; {n} deposits on file have {low} to {high}",
        told=told,
        n=here.n,
        low=fraction(here.grade["min"], like),
        high=fraction(here.grade["max"], like),
    )
    return Check("consistent" if inside else "unverifiable", "implied grade", ids, _told(told, (rock, amount)), (here.source,))


# --- 11: capacity × life, capacity × grade --------------------------------------------------------------------------------------------


def capacities(claims: Sequence[Claim], grades: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Capacity × life against the tonnage, and ore milled × grade against the metal made.

    grades : as of `mean_grades`
    """
    plants = [claim for claim in claims if claim.kind == "capacity" and numbered(claim)]
    lives = Pool(claim for claim in claims if claim.kind == "life" and numbered(claim) and "licence" not in beside(texts, [claim], 40))
    masses = Pool(claim for claim in claims if claim.kind in ("tonnage", "contained") and numbered(claim))
    for plant in plants:
        life = next(iter(lives.near(plant)), None)
        if life is not None:
            yield from _mined_out(plant, life, masses)
    yield from _metal_made(plants, grades)


def _mined_out(plant: Claim, life: Claim, masses: Pool) -> Iterator[Check]:
    rate, years = printed(plant), printed(life)
    body = next((one for one in masses.near(plant) if _of_one_form(plant, one)), None)
    span = None if body is None else printed(body)
    if body is None or rate is None or years is None or span is None:
        return
    mined = (plant.si or 0.0) * (life.si or 0.0)
    told = note(
        "{capacity} × {life} = {mined}; {stated} is stated", capacity=said(plant), life=said(life), mined=mass(mined), stated=shown(body)
    )
    verdict = "consistent"
    if body.form is None and plant.form is not None:
        verdict = "not comparable"
    elif rate.times(years).low > span.high:
        verdict = "impossible together"
        told = note("{told}, enough for {years:,.3g} years", told=told, years=(body.si or 0.0) / (plant.si or 1.0))
    elif rate.times(years).high < span.low:
        verdict = "unverifiable"
        told = note("{told}, of which {share:.0%} would be mined", told=told, share=mined / (body.si or 1.0))
    yield Check(verdict, "life", (plant.id, life.id, body.id), _told(told, (plant, life, body)))


def _of_one_form(plant: Claim, body: Claim) -> bool:
    """Whether what a plant makes or takes in a year is of the same form as a mass: ore with ore, metal with metal."""
    if kin(body.commodity, plant.commodity) is None:
        return False
    if plant.form in ("ore", None) and _is_rock(body):
        # "12,000 t of tungsten a year" is no ore, though the word is not said.
        return plant.form == body.form or plant.commodity is None or plant.form == "ore"
    return (
        _is_content(body)
        and (body.form == plant.form or {body.form, plant.form} <= {"element", "metal", None})
        and plant.commodity is not None
    )


def _metal_made(plants: Sequence[Claim], grades: Sequence[Claim]) -> Iterator[Check]:
    """Ore milled × grade is the most metal that can be made."""
    made = Pool(claim for claim in plants if claim.form not in ("ore", "concentrate") and claim.commodity is not None)
    for pair in _match(grades, Pool(claim for claim in plants if claim.form == "ore")):
        metal = next((one for one in made.near(pair.ore) if kin(one.commodity, pair.grade.commodity) in (0, 1)), None)
        if metal is None:
            continue
        factor = readings(metal.commodity, pair.grade.form, metal.form)[0].factor
        ore, grade, amount = printed(pair.ore), printed(pair.grade), printed(metal)
        assert ore is not None and grade is not None and amount is not None  # numbered, all of them
        content = pair.content * factor.middle
        recovery = (metal.si or 0.0) / content
        told = note(
            "{ore} of ore × {grade} = {content} a year; {metal} made of it is a recovery of {recovery:.0%}",
            ore=said(pair.ore),
            grade=said(pair.grade),
            content=mass(content),
            metal=said(metal),
            recovery=recovery,
        )
        too_much = amount.low > ore.times(grade).times(factor).high
        verdict = "impossible together" if too_much else "consistent" if recovery >= _POOR_RECOVERY else "unverifiable"
        yield Check(verdict, "recovery", (pair.ore.id, pair.grade.id, metal.id), _told(told, (*pair.claims, metal)))
