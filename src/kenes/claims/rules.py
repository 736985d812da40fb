"""Can it all be true? Every check of claims that needs arithmetic or reference data, in one order; categories, shares, counts and dates.

No verdict calls a text false: numbers agree, cannot stand together, are of different things, or cannot be found out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from kenes.claims import rules_mass, rules_world
from kenes.claims.claim import Check, Claim, Text
from kenes.claims.rules_pairs import Pool, Span, beside, kin, mass, numbered, printed, said, signs
from kenes.notes import Note, note, together

__all__ = ["check"]


def check(claims: Sequence[Claim], texts: Mapping[str, Text], as_of: date) -> list[Check]:
    """Checks claims against each other and against what is known, those of several texts too where their subject is the same.

    claims : of one or more texts, subjects already linked
    texts  : by key; their day and their words are read, so far as they are there
    as_of  : day for which verdicts that depend on one hold

    Verdicts come in a fixed order, none twice; time grows with the number of claims, since only neighbours are compared.
    """
    means = rules_mass.mean_grades(claims, texts)
    pairs = rules_mass.graded(claims, means)
    found = [
        *rules_mass.contained(claims, pairs, texts),
        *rules_mass.forms(claims, pairs, means),
        *rules_mass.implied(claims, pairs, means),
        *rules_world.grades(claims, texts),
        *rules_world.ranks(claims, pairs, texts, as_of),
        *_categories(claims, texts),
        *_sums(claims),
        *_shares(claims, texts),
        *_parts(claims),
        *rules_world.values(claims, pairs, texts),
        *rules_world.prices(claims, texts),
        *_dates(claims, texts, as_of),
        *_stages(claims, texts),
        *_counts(claims),
        *rules_mass.capacities(claims, means, texts),
        *rules_world.outputs(claims, texts, as_of),
        *rules_world.figures(claims, texts, as_of),
    ]
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    once = []
    for one in found:
        key = (one.rule, one.verdict, tuple(sorted(one.claims)))
        if key not in seen:
            seen.add(key)
            once.append(one)
    return once


# --- 6: is the category that of the word? ----------------------------------------------------------------------------------------------

_LETTERS = re.compile(r"(A|B|C1|C2|P1|P2|P3|P)(\+(A|B|C1|C2|P1|P2|P3|P))*")
_RESERVES = ("reserve", "proven", "probable", "proven+probable")
_MOST = 12
"""Claims named by one check of the same words."""


def _categories(claims: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Whether masses are what the word for them means. Equal words on one thing are told once."""
    alike: dict[tuple[str, str, str | None, str | None, bool], list[Claim]] = {}
    for claim in claims:
        if claim.kind in ("tonnage", "contained") and claim.category is not None:
            called = claim.category not in _RESERVES and "reserve" in beside(texts, [claim], 40)
            alike.setdefault((claim.text, claim.category, claim.subject, claim.code, called), []).append(claim)
    for (_, category, _, code, called), same in alike.items():
        judged = _category(category, code, called)
        if judged is not None:
            verdict, told = judged
            yield Check(verdict, "category", tuple(claim.id for claim in same[:_MOST]), told)


def _category(category: str, code: str | None, called: bool) -> tuple[str, Note] | None:
    """Verdict on a category, and why; None: nothing to say.

    called : whether the text says "reserves" beside it
    """
    if _LETTERS.fullmatch(category):
        return _letters(category, called)
    if category in ("forecast", "exploration target"):
        if called:
            return "impossible together", note("a forecast is no reserve: nothing of it has been found minable")
        return "unverifiable", note("a forecast: it may be tested, not valued, and not added to resources or reserves")
    if category in _RESERVES:
        if code is None:
            return "unverifiable", note('"reserves" without a code: a reserve needs a reporting code and a competent person who signs it')
        if code == "GKZ":
            return "not comparable", note(
                "reserves on the state balance ({code}): a conversion that a competent person signs makes them reserves by other codes",
                code=code,
            )
        return "consistent", note("reserves by {code}", code=code)
    parts = category.split("+")
    if "inferred" in parts and len(parts) > 1:
        return "not comparable", note("{category}: inferred resources stand apart, and are not added to the others", category=category)
    return None


def _letters(category: str, called: bool) -> tuple[str, Note]:
    """Letters of the state balance: A, B, C1 and C2 each a range of categories, P1 to P3 forecasts."""
    letters = category.split("+")
    forecasts = [letter for letter in letters if letter.startswith("P")]
    if forecasts and len(forecasts) < len(letters):
        told = note(
            "{category}: {forecasts} are forecasts and are not added to the others", category=category, forecasts=", ".join(forecasts)
        )
        return "not comparable", told
    if forecasts and called:
        return "impossible together", note(
            "{category}: a forecast by the letters of the state balance (GKZ), and no reserve", category=category
        )
    if forecasts:
        return "unverifiable", note(
            "{category}: a forecast by the letters of the state balance (GKZ), to be tested, not valued", category=category
        )
    return "not comparable", note(
        "{category} of the state balance (GKZ) is a range of categories of other codes, never one: a competent person signs the conversion",
        category=category,
    )


_SURE = ("proven", "probable", "measured", "indicated", "A", "B", "C1")
_UNSURE = ("inferred", "forecast", "exploration target", "C2", "P1", "P2", "P3", "P")


def _sums(claims: Sequence[Claim]) -> Iterator[Check]:
    """Masses by category beside their total: do they add up, and may they be added?"""
    masses = [claim for claim in claims if claim.kind in ("tonnage", "contained") and numbered(claim)]
    parts = Pool(claim for claim in masses if claim.category in (*_SURE, *_UNSURE))
    for total in masses:
        if total.category in (*_SURE, *_UNSURE):
            continue
        mine = [
            part
            for part in parts.near(total)
            if part.text == total.text
            and part.kind == total.kind
            and part.form == total.form
            and kin(part.commodity, total.commodity) in (0, 2)
        ]
        if not 2 <= len(mine) <= 6 or len({part.category for part in mine}) < len(mine):
            continue
        whole, spans = printed(total), [span for span in map(printed, mine) if span is not None]
        added = Span(sum(span.low for span in spans), sum(span.high for span in spans))
        if whole is None or not added.meets(whole):
            continue
        addends = [note("{mass} {category}", mass=mass(part.si or 0.0), category=part.category) for part in mine]
        told = note("{sum} = {total}", sum=together(addends, " + "), total=mass(total.si or 0.0))
        mixed = any(part.category in _UNSURE for part in mine) and any(part.category in _SURE for part in mine)
        if mixed:
            unsure = ", ".join(str(part.category) for part in mine if part.category in _UNSURE)
            told = note("{told}; {unsure} may not be added to the others", told=told, unsure=unsure)
        ids = (total.id, *(part.id for part in mine))
        yield Check("not comparable" if mixed else "consistent", "sum", ids, told)


# --- 7: shares --------------------------------------------------------------------------------------------------------------------------


def _shares(claims: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Shares of one whole: do they make a hundred?"""
    owned = [claim for claim in claims if claim.kind == "share" and claim.role is None and numbered(claim)]
    groups: dict[tuple[str, int], list[Claim]] = {}
    for claim in owned:
        groups.setdefault((claim.text, claim.sentence), []).append(claim)
    for key, group in groups.items():
        neighbours = groups.get((key[0], key[1] + 1), [])
        if len(group) == 1 and len(neighbours) == 1 and _whole([*group, *neighbours]):
            yield Check("consistent", "shares", (group[0].id, neighbours[0].id), _added([*group, *neighbours]))
        elif len(group) > 1:
            yield from _together(group, texts)
    for claim in claims:
        if claim.kind == "share" and (claim.si or 0.0) > 1 and claim.role is None:
            told = note("{share} of a whole", share=said(claim))
            yield Check("impossible together", "shares", (claim.id,), told)


def _whole(group: Sequence[Claim]) -> bool:
    """Whether shares may make a hundred by their digits."""
    spans = [span for span in map(printed, group) if span is not None]
    return sum(span.low for span in spans) <= 1 + 1e-9 and sum(span.high for span in spans) >= 1 - 1e-9


def _added(group: Sequence[Claim]) -> Note:
    total = sum(claim.si or 0.0 for claim in group)
    return note("{sum} = {total:,.4g} %", sum=together([said(claim) for claim in group], " + "), total=total * 100)


def _together(group: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Shares of one sentence. Beyond or below a hundred they say something only where they are owners' shares of one thing."""
    ids, told = tuple(claim.id for claim in group), _added(group)
    total = sum(claim.si or 0.0 for claim in group)
    if _whole(group):
        if not _each_of_its_own(group, texts):
            yield Check("consistent", "shares", ids, told)
        return
    words = beside(texts, group)
    if "own" not in words or "world" in words or not _of_one_thing(group, texts):
        return
    least = sum(span.low for span in map(printed, group) if span is not None)
    if least > 1:
        yield Check("impossible together", "shares", ids, note("{told}, more than the whole", told=told))
    else:
        rest = note("{told}; who holds the other {rest:,.4g} % is not said", told=told, rest=(1 - total) * 100)
        yield Check("unverifiable", "shares", ids, rest)


def _each_of_its_own(group: Sequence[Claim], texts: Mapping[str, Text]) -> bool:
    """Whether each share is followed by what it is of: "60 % of Alpha and 40 % of Beta"."""
    text = texts.get(group[0].text)
    return text is not None and bool(text.content) and all(_names_whole(claim, text, texts) for claim in group)


def _names_whole(claim: Claim, text: Text, texts: Mapping[str, Text]) -> bool:
    after = text.content[claim.end : claim.end + _CLOSE]
    name = _NAME.match(after)
    if name is not None and not name.group(1).islower():
        return True
    return any(name == "whole" and 0 <= start - claim.end <= 2 for name, start, _ in signs(texts, [claim], _CLOSE))


_NAME = re.compile(r"\s+([«\"“„]|[^\W\d_])")
"""A name in quotation marks or with a capital."""


def _of_one_thing(group: Sequence[Claim], texts: Mapping[str, Text]) -> bool:
    """Whether shares are plainly several owners' of one thing: "the state holds 45 %, the investor 40 % and the region 25 % of it".

    The word for owning stands before the first number, or a venture or project is named; between two numbers stands an owner, and behind
    one of them at most a whole: one owner's shares of several companies are never added, nor are those of two times.
    """
    text = texts.get(group[0].text)
    row = sorted(group, key=lambda claim: claim.start)
    if text is None or not text.content or len({claim.when for claim in row}) > 1:
        return False
    found = signs(texts, row, 60)
    if any(name == "later" for name, _, _ in found):
        return False
    one_thing = any(name == "venture" for name, _, _ in found)
    if not one_thing and not any(name == "own" and 0 <= row[0].start - end <= _NEXT for name, _, end in found):
        return False
    if sum(_names_whole(claim, text, texts) for claim in row) > 1:
        return False
    for one, other in pairwise(row):
        gap = text.content[one.end : other.start]
        here = [(name, start, end) for name, start, end in found if one.end <= start and end <= other.start]
        if any(name == "whole" and start - one.end > 2 for name, start, _ in here):
            return False
        joined = next((end - one.end for name, start, end in here if name == "and" and not gap[: start - one.end].strip(" ,;")), 0)
        owner = gap[joined:].strip(" ,;–—-")
        thing = one_thing and any(name in ("whole", "venture") for name, _, _ in here)
        if not owner or not (joined or thing or gap.lstrip()[:1] in (",", ";", "–", "—")):
            return False
    return True


_NEXT = 12
"""Characters between a word for owning and the number owned."""

_CLOSE = 40
"""Characters between a part, its share and the whole where a text tells all three."""
_COUNTED = ("tonnage", "contained", "capacity", "capital", "money", "count")


def _parts(claims: Sequence[Claim]) -> Iterator[Check]:
    """Part = share × whole, where all three stand side by side: "2,400 t, or 3 % of the world's 85,000 t"."""
    amounts = Pool(claim for claim in claims if claim.kind in _COUNTED and numbered(claim))
    for share in claims:
        if share.kind != "share" or not numbered(share):
            continue
        near = [one for one in amounts.near(share) if one.text == share.text and one.sentence == share.sentence]
        for part in near:
            wholes = [one for one in near if _may_be_whole(one, part) and _side_by_side(share, part, one)]
            if len(wholes) == 1:
                yield _part(share, part, wholes[0])
                break


def _may_be_whole(whole: Claim, part: Claim) -> bool:
    alike = (whole.kind, whole.form, whole.role) == (part.kind, part.form, part.role) and kin(whole.commodity, part.commodity) in (0, 2)
    return alike and (whole.si or 0.0) > (part.si or 0.0)


def _side_by_side(*claims: Claim) -> bool:
    row = sorted(claims, key=lambda claim: claim.start)
    return all(0 <= after.start - before.end <= _CLOSE for before, after in pairwise(row))


def _part(share: Claim, part: Claim, whole: Claim) -> Check:
    rate, most, least = printed(share), printed(whole), printed(part)
    assert rate is not None and most is not None and least is not None  # numbered, all of them
    told = note(
        "{part} of {whole} is {actual:.3g} %; {share} is stated",
        part=said(part),
        whole=said(whole),
        actual=100 * (part.si or 0.0) / (whole.si or 1.0),
        share=said(share),
    )
    fits = rate.times(most).meets(least)
    return Check("consistent" if fits else "impossible together", "part", (share.id, part.id, whole.id), told)


# --- 9: dates against each other ----------------------------------------------------------------------------------------------------


def _dates(claims: Sequence[Claim], texts: Mapping[str, Text], as_of: date) -> Iterator[Check]:
    """What is said to have happened after the text was written; ranges that end before they begin; texts of days to come."""
    told_of: set[str] = set()
    for claim in claims:
        text = texts.get(claim.text)
        if claim.low is not None and claim.high is not None and claim.low > claim.high:
            backwards = note("from {low:.9g} to {high:.9g}: the end comes before the beginning", low=claim.low, high=claim.high)
            yield Check("impossible together", "date", (claim.id,), backwards)
        if text is None or text.dated is None:
            continue
        if text.dated > as_of and text.key not in told_of:
            told_of.add(text.key)
            later = note("the text bears the day {day}, later than {as_of}", day=text.dated, as_of=as_of)
            yield Check("unverifiable", "date", (claim.id,), later, (), as_of)
        year = int(claim.when[:4]) if claim.when is not None and claim.when[:4].isdecimal() else None
        if claim.kind in ("capacity", "tonnage", "contained") and year is not None and year > text.dated.year:
            words = beside(texts, [claim], 40)
            ahead = note("{amount} of {year}, in a text of {dated}", amount=said(claim), year=str(year), dated=str(text.dated.year))
            if "done" in words and "coming" not in words:
                told = note("{ahead}: it is told as done", ahead=ahead)
                yield Check("impossible together", "date", (claim.id,), told)
            else:
                yield Check("unverifiable", "date", (claim.id,), note("{ahead}: a plan, no result", ahead=ahead))


_STEPS = ("stage1", "stage2", "stage3", "stage4")


def _stages(claims: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Steps in the life of one mine in the order of their years: found, built, mined, closed. Only within a sentence of one subject."""
    sentences: dict[tuple[str, int], list[Claim]] = {}
    subjects: dict[tuple[str, int], set[str]] = {}
    for claim in claims:
        key = (claim.text, claim.sentence)
        if claim.kind == "date" and numbered(claim):
            sentences.setdefault(key, []).append(claim)
        elif claim.subject is not None:
            subjects.setdefault(key, set()).add(claim.subject.casefold())
    for key, dates in sentences.items():
        if not 2 <= len(dates) <= len(_STEPS) or len(subjects.get(key, ())) > 1:
            continue
        if "again" in beside(texts, dates):
            continue  # a second life of a mine begins with its first step anew
        steps = _steps(dates, texts)
        for (_, first), (_, second) in ((a, b) for a in steps for b in steps if a[0] < b[0]):
            if (first.si or 0.0) > (second.si or 0.0):
                told = note("{first} comes after {second}, and should come before it", first=first.quote, second=second.quote)
                yield Check("impossible together", "date", (first.id, second.id), told)


def _steps(dates: Sequence[Claim], texts: Mapping[str, Text]) -> list[tuple[int, Claim]]:
    """The step that each date is of: each word belongs to the date nearest to it, and a date with two steps has none."""
    found: dict[str, set[int]] = {}
    for name, start, end in signs(texts, dates, 60):
        if name in _STEPS:
            nearest = min(dates, key=lambda claim: (max(claim.start - end, start - claim.end, 0), claim.start))
            found.setdefault(nearest.id, set()).add(_STEPS.index(name))
    return [(min(found[claim.id]), claim) for claim in dates if len(found.get(claim.id, ())) == 1]


# --- 10: counts -----------------------------------------------------------------------------------------------------------------------


def _counts(claims: Sequence[Claim]) -> Iterator[Check]:
    """So many of so many; and what no register on file could count."""
    for claim in claims:
        if claim.kind != "count" or claim.si is None:
            continue
        if claim.of is not None and claim.si > claim.of:
            told = note("{part:,.9g} of {whole:,.9g}: the part is more than the whole", part=claim.si, whole=claim.of)
            yield Check("impossible together", "count", (claim.id,), told)
        elif claim.of is None and claim.role in ("deposits", "sites"):
            told = note("{count:,.9g}: no open register names them one by one, and what counts as one is not said", count=claim.si)
            yield Check("unverifiable", "count", (claim.id,), told)
