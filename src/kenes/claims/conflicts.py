"""Do the texts agree? One name for each subject, and the statements of one thing that cannot all be meant: listed, never averaged."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kenes.claims import alike
from kenes.claims.claim import Claim, Conflict
from kenes.claims.rules_pairs import content_factor, oxide_reported, printed
from kenes.notes import Note, note, together

__all__ = ["conflicts", "link"]

_MOST_ALIKE = 50
"""Names with one beginning that a name is compared with."""
_MOST_VALUES = 12
"""Values told in one conflict; what more there are is counted."""
_MOST_COMPARED = 300
"""Claims of one thing that are compared with one another."""

_SPOKEN = frozenset({"tonnage", "contained", "grade", "rank", "count", "capacity", "life"})
"""Kinds of which one speaker has one value: two speakers of one text can disagree."""
_OWNED = frozenset({"share", "capital", "money", "price", "in_situ_value"})
"""Kinds that mean nothing of a whole country: they need a subject."""
_NAMED = frozenset({"count", "date", "tariff"})
"""Kinds that can be compared only where their role says what is counted, dated or levied."""
_WHOLE = frozenset({"count", "rank", "date"})
"""Kinds whose numbers are not rounded unless the text says so."""
_PARTS = frozenset({"proven", "probable", "measured", "indicated", "inferred", "A", "B", "C1", "C2", "P1", "P2", "P3"})
"""Categories that are parts of a whole: tonnes measured and tonnes inferred stand side by side."""

_RESERVES = frozenset({"reserve", "proven", "probable", "proven+probable"})
_NO_RESERVES = frozenset({"resource", "measured", "indicated", "inferred", "forecast", "exploration target", "P1", "P2", "P3", "P"})


# --- the same thing under several names ----------------------------------------------------------------------------------------


def link(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims with one name for each subject: that of the gazetteer, or the first that a text used of names that are the same.

    Names are compared only with those of which a word begins alike by its sound, so thousands of them take no time.
    """
    told = tuple(claims)
    chosen: dict[str, str] = {}
    alike_to: dict[str, dict[str, None]] = {}
    for name in dict.fromkeys(claim.subject for claim in told if claim.subject is not None):
        canonical = alike.canonical(name)[0]
        buckets = [alike_to.setdefault(beginning, {}) for beginning in sorted(_beginnings(canonical))]
        rivals = [other for bucket in buckets for other in list(bucket)[:_MOST_ALIKE]]
        same = next((other for other in rivals if other == canonical or alike.same(other, canonical)), None)
        if same is None:
            for bucket in buckets:
                bucket[canonical] = None
        chosen[name] = same or canonical
    return tuple(claim if claim.subject is None else replace(claim, subject=chosen[claim.subject]) for claim in told)


def _beginnings(name: str) -> set[str]:
    """How the words of a name begin, by their sound in Latin letters."""
    words = re.findall(r"[^\W\d_]{2,}", name)[:6]
    return {fold[:2] for word in words for fold in alike.folds(word)} or {name[:2]}


# --- what a claim may mean -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Value:
    """A claim as an interval of what it may mean, an oxide as the element in it."""

    claim: Claim
    low: float
    high: float

    def agrees(self, other: _Value) -> bool:
        if self.claim.si == other.claim.si and self.claim.form == other.claim.form:
            return True
        return self.low < other.high and other.low < self.high

    def comparable(self, other: _Value) -> bool:
        """Whether both can be of one thing: of one time as far as they say, and not of two parts of a whole."""
        one, two = self.claim, other.claim
        if one.when is not None and two.when is not None and not (one.when.startswith(two.when) or two.when.startswith(one.when)):
            return False
        if {_found_minable(one.category), _found_minable(two.category)} == {True, False}:
            return False  # reserves are a part of resources, and neither holds forecasts
        if one.category == two.category:
            return True
        return one.text != two.text and not (_part(one.category) and _part(two.category))


def _found_minable(category: str | None) -> bool | None:
    """Whether a category is of reserves; None: not said, or letters that leave it open."""
    if category is None:
        return None
    if category in _RESERVES:
        return True
    return False if set(category.split("+")) <= _NO_RESERVES else None


def _part(category: str | None) -> bool:
    return category is not None and all(letter in _PARTS for letter in category.split("+"))


def _value(claim: Claim) -> _Value | None:
    """The interval of what a claim may mean: by its digits and its hedge; "more than" reaches to any height."""
    span = printed(claim)
    if span is None or claim.si is None:
        return None
    low, high = span.low, span.high
    if claim.kind in _WHOLE and claim.hedge != "about" and claim.low is None:
        low = high = claim.si
    if claim.hedge in ("more than", "at least"):
        high = math.inf
    elif claim.hedge in ("less than", "up to"):
        low = 0.0
    least, most = _as_element(claim) or (1.0, 1.0)
    return _Value(claim, low * least, high * most)


def _as_element(claim: Claim) -> tuple[float, float] | None:
    """What a mass or grade is to be multiplied by to be of element, least and most; None: it cannot be told as element."""
    if claim.kind not in ("contained", "grade"):
        return None
    factor = content_factor(claim.commodity)
    if claim.form == "oxide":
        return None if factor is None else (factor.low, factor.high)
    if claim.form is None and factor is not None and oxide_reported(claim.commodity):
        return factor.low, 1.0
    return (1.0, 1.0) if claim.form in ("element", "metal", None) else None


# --- conflicts -----------------------------------------------------------------------------------------------------------------


def conflicts(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """Statements of one thing that cannot all be meant so: every value and who says it, none averaged.

    One thing is: one subject (of a country, where no subject is named, one commodity), kind, commodity, form, role and, as far as the
    claims say, one time. Values agree where what they may mean overlaps: half a unit of the last digit printed to either side, "more
    than" anything larger, a range what lies in it; oxides count as the element in them, and what is not said to be either as both. Two
    texts disagree where each has a value that none of the other's agrees with: "75 %" in one and "75 % and 25 %" in the other do not.
    One number said of ore here and of oxide or metal there is a conflict of its own, and so is one grade told in a sentence in two units
    that do not agree. Reserves are not set against resources, nor what was made in one year against another or a plant's capacity.
    """
    told = tuple(claims)
    things: dict[tuple[object, ...], list[_Value]] = {}
    for claim in told:
        key = _thing(claim)
        value = _value(claim) if key is not None else None
        if key is not None and value is not None:
            things.setdefault(key, []).append(value)
    order = {claim.id: n for n, claim in enumerate(told)}
    found = [_conflict(values) for values in things.values() if _disagree(values[:_MOST_COMPARED])]
    found += _twins(told)
    return tuple(sorted(found, key=lambda one: order[one.claims[0]]))


def _thing(claim: Claim) -> tuple[object, ...] | None:
    """What a claim is about, such that claims of one key can be compared; None: it cannot be."""
    where = _where(claim)
    if where is None or claim.kind == "law":
        return None
    if (claim.kind in _NAMED and claim.role is None) or (claim.kind in _OWNED and claim.subject is None):
        return None
    if claim.kind == "count" and claim.of is None and claim.subject is None:
        return None  # new deposits and unexplored ones are counted by one word
    form, commodity = claim.form, claim.commodity
    if claim.kind == "tonnage" and form in ("ore", None):  # of one deposit there is one ore, whatever it is said to be rich in
        form, commodity = "ore", None if claim.subject is not None else commodity
    elif _as_element(claim) is not None:
        form = "element"
    # What was made in one year, in another, and what a plant can make are three things.
    year = claim.when[:4] if claim.kind == "capacity" and claim.when is not None else None
    return (*where, claim.kind, commodity, form, claim.role, claim.of, year)


def _where(claim: Claim) -> tuple[str, str] | None:
    """Of what a claim is: its subject, or the country it is of."""
    if claim.subject is not None:
        return "subject", claim.subject.casefold()
    if claim.place is not None and (claim.commodity is not None or claim.kind in _NAMED):
        return "place", claim.place
    return None


def _disagree(values: Sequence[_Value]) -> bool:
    """Whether any two voices cannot both be right. A voice is a text, or of numbers that a speaker has one of, a speaker in it."""
    voices: dict[tuple[str, str | None], list[_Value]] = {}
    for value in values:
        claim = value.claim
        voices.setdefault((claim.text, claim.speaker if claim.kind in _SPOKEN else None), []).append(value)
    if any(_slipped(said) for said in voices.values()):
        return True
    listed = list(voices.items())
    for n, ((text, speaker), said) in enumerate(listed):
        for (other_text, other_speaker), answer in listed[:n]:
            apart = text != other_text or (speaker is not None and other_speaker is not None)
            if apart and _alone(said, answer) and _alone(answer, said):
                return True
    return False


def _slipped(values: Sequence[_Value]) -> bool:
    """Whether one voice tells one grade in two units that are not one: 70 kg/t and 700 g/t, the same digits and many times as much."""
    alike: dict[tuple[str, str | None], list[_Value]] = {}
    for value in values:
        claim = value.claim
        if claim.kind == "grade" and claim.role is None and claim.value is not None and claim.si is not None and claim.si > 0:
            digits = f"{claim.value:.6e}".partition("e")[0]
            alike.setdefault((digits, claim.category), []).append(value)
    for same in alike.values():
        for value in same:
            for other in same:
                one, two = value.claim, other.claim
                many = (one.si or 0.0) >= _TIMES * (two.si or 0.0)
                if many and one.unit != two.unit and one.sentence == two.sentence and value.comparable(other):
                    return True
    return False


_TIMES = 9.99
"""How many times as much a unit taken for another makes, at the least."""


def _alone(values: Sequence[_Value], others: Sequence[_Value]) -> bool:
    """Whether a value stands against all that can be compared with it."""
    for value in values:
        rivals = [other for other in others if value.comparable(other)]
        if rivals and not any(value.agrees(other) for other in rivals):
            return True
    return False


def _conflict(values: Sequence[_Value]) -> Conflict:
    claims = [value.claim for value in values]
    arithmetic = _listed(claims)
    sizes = sorted(claim.si for claim in claims if claim.si)
    first = claims[0]
    if sizes[-1] > sizes[0] and first.kind not in ("rank", "date"):
        arithmetic = note("{values}. The largest is {ratio:,.2f} times the smallest", values=arithmetic, ratio=sizes[-1] / sizes[0])
    return Conflict(_about(first), first.kind, first.commodity, tuple(claim.id for claim in claims), arithmetic)


def _twins(claims: Iterable[Claim]) -> Iterator[Conflict]:
    """One number of tonnes, said of ore here and of what is in it there, or of oxide and of metal.

    Of one subject; a claim of no subject goes with those of its country and commodity.
    """
    same: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        where = claim.place or claim.subject
        if where and claim.kind in ("tonnage", "contained") and claim.form is not None and claim.si:
            same.setdefault((where, f"{claim.si:.4e}"), []).append(claim)
    for found in same.values():
        for subject in dict.fromkeys(claim.subject for claim in found if claim.subject) or (None,):
            of_it = [claim for claim in found if claim.subject == subject or claim.subject is None]
            goods = next((claim.commodity for claim in of_it if claim.form not in _ROCK), None)
            by_form: dict[str, list[Claim]] = {}
            for claim in of_it:
                if claim.commodity == goods or (claim.form in _ROCK and claim.subject is not None):
                    by_form.setdefault("metal" if claim.form == "element" else str(claim.form), []).append(claim)
            if goods is not None and len(by_form) > 1:
                yield _twin(by_form, subject, goods)


_ROCK = ("ore", "concentrate")


def _twin(by_form: dict[str, list[Claim]], subject: str | None, commodity: str) -> Conflict:
    among = [claim for said in by_form.values() for claim in said]
    values = _listed(among)
    if "ore" in by_form or "concentrate" in by_form:
        arithmetic = note(
            "{values}. One number, {tonnes:,.0f} t, for the ore and for what is in it: only one can be meant, for no ore is all metal",
            values=values,
            tonnes=among[0].si,
        )
    else:
        arithmetic = note(
            "{values}. One number, {tonnes:,.0f} t, for the oxide and for the metal in it: only one can be meant, for oxides hold oxygen",
            values=values,
            tonnes=among[0].si,
        )
    return Conflict(subject or _about(among[0]), "contained", commodity, tuple(claim.id for claim in among), arithmetic)


# --- words ---------------------------------------------------------------------------------------------------------------------


def _about(claim: Claim) -> str:
    return claim.subject or claim.place or ""


def _listed(claims: Iterable[Claim]) -> Note:
    """Each value once with all who say it."""
    told: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        told.setdefault((claim.si, claim.low, claim.high, claim.form, claim.hedge), []).append(claim)
    parts = [_told(same) for same in list(told.values())[:_MOST_VALUES]]
    if len(told) > _MOST_VALUES:
        parts.append(note("and {count:,} more", count=len(told) - _MOST_VALUES))
    return together(parts, "; ")


def _told(same: Sequence[Claim]) -> Note:
    """One value with those who say it."""
    voices = {(claim.speaker, claim.text): claim for claim in same}
    who = together([_who(claim) for claim in list(voices.values())[:_MOST_VALUES]])
    return note("{amount} ({who})", amount=_amount(same[0]), who=who)


def _who(claim: Claim) -> Note:
    if claim.speaker is None:
        return note("{text}", text=claim.text)
    return note("{speaker} in {text}", speaker=claim.speaker, text=claim.text)


def _amount(claim: Claim) -> Note:
    """A value as it was printed, with its hedge and form."""
    plain = note("{value:,.10g} {unit}", value=claim.value, unit=claim.unit)
    if claim.unit == "1" or claim.kind == "date":
        plain = note("{value:.10g}", value=claim.value)
    if claim.of is not None:
        plain = note("{value:,.10g} of {whole:,.10g}", value=claim.value, whole=claim.of)
    if claim.form in _FORM:
        plain = note("{amount} of {form}", amount=plain, form=_FORM[claim.form])
    return _HEDGED[claim.hedge](plain) if claim.hedge in _HEDGED else plain


_FORM: dict[str | None, Note] = {
    "ore": note("ore"),
    "concentrate": note("concentrate"),
    "oxide": note("oxide"),
    "element": note("metal"),
    "metal": note("metal"),
}
_HEDGED: dict[str | None, Callable[[Note], Note]] = {
    "about": lambda amount: note("about {amount}", amount=amount),
    "more than": lambda amount: note("more than {amount}", amount=amount),
    "at least": lambda amount: note("at least {amount}", amount=amount),
    "less than": lambda amount: note("less than {amount}", amount=amount),
    "up to": lambda amount: note("up to {amount}", amount=amount),
}
