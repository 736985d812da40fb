"""Do claims fit what is known of the world? Grades of deposits, places of countries, prices, the world's production."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kenes.claims import known, lexicon
from kenes.claims.claim import Check, Claim, Text
from kenes.claims.known import GradeRange, Price, Table
from kenes.claims.rules_mass import Graded, readings
from kenes.claims.rules_pairs import (
    CONTENT,
    Pool,
    Span,
    beside,
    content_factor,
    fraction,
    kin,
    mass,
    money,
    numbered,
    oxide_reported,
    priced,
    printed,
    said,
    shown,
    signs,
)
from kenes.notes import Note, note

__all__ = ["figures", "grades", "outputs", "prices", "ranks", "values"]

_PRICE_TOLERANCE = 3.0
"""Prices differ by year, form and purity: a value within this factor agrees with a price on file."""
_SLIPS = (10_000.0, 1_000.0, 100.0, 0.01, 0.001, 0.0001)
"""Units taken for one another: g/t and %, g/t and kg/t, a fraction and its percentage."""
_SLIPPED = 0.25
"""How near to such a factor two grades of one deposit must be."""
_APART = 2.0
"""Grades of one deposit differ by cut-off and year, but not beyond this factor."""
_FEW = 10
"""Deposits that a named type must count to be named."""
_MUCH = 0.25
"""Part of the world's production beyond which a plant is told of."""
_NOTICED = 0.1
"""A country listed without a number may hold more than another, but not more than this part of the world."""
_LISTED = {"iron ore": "iron", "phosphate": "phosphate rock", "platinum group": "platinum group metals"}
"""Names under which tables of the world have a commodity, where they differ."""


def country(code: str | None) -> str:
    """English name of a country by its code, for a note."""
    names = lexicon.table("places").get(code or "", {}).get("en", ())
    return str(names[0]).replace("=", "").title() if names else str(code)


# --- 4: is the grade one that deposits have? -------------------------------------------------------------------------------------------


def grades(claims: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Each grade against those of the deposits on file, and against the most that any ore can hold."""
    alike: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        if claim.kind == "grade" and numbered(claim):
            alike.setdefault((claim.text, claim.subject, claim.commodity, claim.form, claim.si), []).append(claim)
    for same in alike.values():
        check = _beyond(same) or (None if "edge" in beside(texts, same[:1], 25) else _by_name(same) or _plausible(same))
        if check is not None:
            yield check


def _beyond(same: Sequence[Claim]) -> Check | None:
    """A grade that no ore can have."""
    claim, ids = same[0], tuple(one.id for one in same)
    rate = claim.si or 0.0
    if rate > 1:
        told = note("{grade} is {tonnes:,.3g} tonnes in one tonne of ore", grade=said(claim), tonnes=rate)
        return Check("impossible together", "grade", ids, told)
    factor = content_factor(claim.commodity)
    if factor is not None and claim.form in ("element", "metal") and oxide_reported(claim.commodity) and rate > factor.high:
        told = note(
            "{grade} of {element}: the pure oxide holds {pure}", grade=said(claim), element=claim.commodity, pure=fraction(factor.high)
        )
        return Check("impossible together", "grade", ids, told)
    return None


def _by_name(same: Sequence[Claim]) -> Check | None:
    """A grade of a deposit that is on file by its name, where the two are far apart."""
    claim = same[0]
    for one in known.analogues(claim.commodity or ""):
        if claim.subject is None or one.name.partition(",")[0].casefold() != claim.subject.casefold():
            continue
        rate = _as_listed(claim, one.form)
        if rate.high * _APART >= one.grade and rate.low <= one.grade * _APART:
            continue
        times = one.grade / rate.middle
        told = note(
            "{grade}; {name} is on file at {filed}, {times:,.3g} times that",
            grade=_graded(claim),
            name=one.name,
            filed=fraction(one.grade),
            times=times,
        )
        if any(abs(times / slip - 1) < _SLIPPED for slip in _SLIPS):
            told = note("{told}: one unit may have been taken for another", told=told)
        return Check("unverifiable", "grade", tuple(other.id for other in same), told, (one.source,))
    return None


def _plausible(same: Sequence[Claim]) -> Check | None:
    """A grade against the deposits on file; None where none is."""
    claim = same[0]
    if claim.form in ("ore", "concentrate") or claim.commodity is None:
        return None
    name = _LISTED.get(claim.commodity, claim.commodity)
    every = known.grades(name)
    ranges = [one for one in every if one.form == _form(claim.form)] or list(every)
    if not ranges:
        return None
    whole, rate = ranges[0], _as_listed(claim, ranges[0].form)
    told = note(
        "{grade}: {n} deposits on file, nine in ten from {low} to {high}, half of them above {median}",
        grade=_graded(claim),
        n=whole.n,
        low=fraction(whole.grade["p5"], claim.unit),
        high=fraction(whole.grade["p95"], claim.unit),
        median=fraction(whole.grade["p50"], claim.unit),
    )
    sources = [whole.source]
    inside = rate.high >= whole.grade["min"] and rate.low <= whole.grade["max"]
    usual = rate.high >= whole.grade["p5"] and rate.low <= whole.grade["p95"]
    if not inside:
        told = note(
            "{told}; outside every one of them ({least} to {most})",
            told=told,
            least=fraction(whole.grade["min"], claim.unit),
            most=fraction(whole.grade["max"], claim.unit),
        )
    elif not usual and rate.high < whole.grade["p5"]:
        told = note("{told}; poorer than nineteen in twenty", told=told)
    elif not usual:
        told = note("{told}; richer than nineteen in twenty", told=told)
    else:
        types = [one.deposit_type for one in ranges[1:] if one.n >= _FEW and one.grade["p5"] <= rate.middle <= one.grade["p95"]]
        if len(ranges) > 2 and types:
            told = note("{told}; usual for: {types}", told=told, types=", ".join(types[:4]))
    if not usual:
        told, more = _compared(told, claim, whole, rate)
        sources += more
    ids = tuple(one.id for one in same)
    return Check("consistent" if inside else "unverifiable", "grade", ids, told, tuple(sources))


def _form(form: str | None) -> str:
    return "oxide" if form == "oxide" else "element"


def _graded(claim: Claim) -> Note:
    if claim.commodity is None:
        return said(claim)
    if claim.form == "oxide":
        return note("{grade} of {element} as oxide", grade=said(claim), element=claim.commodity)
    return note("{grade} of {element}", grade=said(claim), element=claim.commodity)


def _as_listed(claim: Claim, form: str) -> Span:
    """A grade in the form of a table; both readings where its own form is not said."""
    span = printed(claim)
    assert span is not None
    ways = readings(claim.commodity, claim.form, form if form in ("oxide", "element") else claim.form)
    spans = [span.times(one.factor) for one in ways]
    return Span(min(one.low for one in spans), max(one.high for one in spans))


def _compared(told: Note, claim: Claim, whole: GradeRange, rate: Span) -> tuple[Note, list[str]]:
    """What stands near an unusual grade: another unit, or a single deposit that is studied."""
    for factor in _SLIPS:
        other = rate.middle * factor
        if whole.grade["p5"] <= other <= whole.grade["p95"]:
            told = note("{told}; in another unit, {other}, it would be usual", told=told, other=fraction(other, claim.unit))
            break
    for one in known.analogues(whole.commodity):
        if rate.low / 2 <= one.grade <= rate.high * 2 and one.form == whole.form:
            grade = fraction(one.grade, claim.unit)
            return note("{told}; {name} is studied at {grade}", told=told, name=one.name, grade=grade), [one.source]
    return told, []


# --- 5: which place would it take? -----------------------------------------------------------------------------------------------------


def ranks(claims: Sequence[Claim], pairs: Sequence[Graded], texts: Mapping[str, Text], as_of: date) -> Iterator[Check]:
    """Places said to be taken in the world against reserves or production by country: like with like only."""
    masses = Pool(claim for claim in claims if claim.kind in ("tonnage", "contained") and numbered(claim))
    outputs = Pool(claim for claim in claims if claim.kind == "capacity" and numbered(claim))
    by_ore = {pair.ore.id: pair for pair in pairs}
    for rank in claims:
        if rank.kind != "rank" or not numbered(rank):
            continue
        what = "production" if rank.role == "production" else "reserves"
        near = [one for one in (outputs if what == "production" else masses).near(rank, anywhere=True) if _kin(rank, one)]
        commodity = rank.commodity or next((one.commodity for one in near if one.commodity is not None), None)
        rows = () if commodity is None else known.tables(_LISTED.get(commodity, commodity), what)
        if len(rank.others) >= (rank.si or 0):
            told = note("place {place:.0f} after {n} others", place=rank.si, n=len(rank.others))
            yield Check("impossible together", "rank", (rank.id,), told)
        if not rows:
            yield _no_table(rank, commodity, what, as_of)
        elif rank.place in rows[0].rows:
            yield _listed(rank, rows, beside(texts, [rank], 40), as_of)
        else:
            yield from _unlisted(rank, rows[0], near[:4], by_ore, as_of)


def _kin(rank: Claim, other: Claim) -> bool:
    return kin(rank.commodity, other.commodity) in (0, 1) or (rank.commodity is None and rank.sentence == other.sentence)


def _no_table(rank: Claim, commodity: str | None, what: str, as_of: date) -> Check:
    if commodity is None:
        told = note("place {place:.0f}: of which commodity is not said", place=rank.si)
    elif what == "production":
        told = note("place {place:.0f}: no production of {element} by country on file", place=rank.si, element=commodity)
    else:
        told = note("place {place:.0f}: no reserves of {element} by country on file", place=rank.si, element=commodity)
    return Check("unverifiable", "rank", (rank.id,), told, (), as_of)


def _table(table: Table) -> Note:
    """What a table counts, in words."""
    if table.what == "production":
        told = note("production of {element} by country in {year}", element=table.commodity, year=str(table.year))
    else:
        told = note("reserves of {element} by country", element=table.commodity)
    return told if table.kind == table.commodity else note("{table} (as {kind})", table=told, kind=table.kind)


def _first(table: Table, n: int) -> str:
    """The first countries of a table."""
    return ", ".join(country(code) for code, _ in table.ranked()[:n])


def _listed(rank: Claim, rows: Sequence[Table], words: frozenset[str], as_of: date) -> Check:
    """A country that the tables have: its place there, in each form that they count, and in earlier editions."""
    place = int(rank.si or 0)
    current = [one for one in rows if one.vintage == rows[0].vintage]
    for table in [*current, *(one for one in rows if one not in current)]:
        held = table.rows.get(rank.place or "")
        if not held:
            continue
        actual = table.place(held, rank.place)
        if actual == place or ("among" in words and actual <= place):
            told = note(
                "{country} is number {actual} in the table of {table}: {first}",
                country=country(rank.place),
                actual=actual,
                table=_table(table),
                first=_first(table, max(actual, place, 3)),
            )
            ahead = {code for code, tonnes in table.ranked() if tonnes > held}
            strangers = [country(code) for code in rank.others if code not in ahead]
            verdict = "consistent" if table in current else "outdated"
            if strangers:
                told = note("{told}; not before it: {strangers}", told=told, strangers=", ".join(strangers))
                verdict = "impossible together"
            elif table not in current:
                told = note(
                    "{told}, in the edition of {year}; no more in that of {now}", told=told, year=table.vintage, now=rows[0].vintage
                )
            return Check(verdict, "rank", (rank.id,), told, (table.source,), as_of)
    return _elsewhere(rank, rows[0], as_of)


def _elsewhere(rank: Claim, table: Table, as_of: date) -> Check:
    """A country that the table has in another place, or without a number."""
    place, held = int(rank.si or 0), table.rows.get(rank.place or "")
    if held is None:
        told = note("{country} has no number in the table of {table}", country=country(rank.place), table=_table(table))
        return Check("unverifiable", "rank", (rank.id,), told, (table.source,), as_of)
    actual = table.place(held, rank.place)
    told = note(
        "place {place} is said; {country} with {tonnes} is number {actual} in the table of {table}: {first}",
        place=place,
        country=country(rank.place),
        tonnes=mass(held),
        actual=actual,
        table=_table(table),
        first=_first(table, max(actual, min(place, 5), 3)),
    )
    unnoticed = held < _NOTICED * (table.world or 0.0)
    unknown = [code for code in table.unknown() if code != rank.place] if unnoticed else []
    if actual < place <= actual + len(unknown):
        told = note("{told}; without a number: {unknown}", told=told, unknown=", ".join(country(code) for code in unknown))
        return Check("unverifiable", "rank", (rank.id,), told, (table.source,), as_of)
    return Check("impossible together", "rank", (rank.id,), told, (table.source,), as_of)


def _unlisted(rank: Claim, table: Table, near: Sequence[Claim], by_ore: Mapping[str, Graded], as_of: date) -> Iterator[Check]:
    """A country that the table lacks, or none named: what its own numbers would make of it."""
    base = _needed(rank, table, int(rank.si or 0))
    rocks = [one for one in near if not _is_counted(one)]
    for amount in (one for one in near if _is_counted(one)):
        yield _ranked(rank, table, base, (amount.si or 0.0, amount.form), shown(amount), (amount,), as_of)
    for rock in rocks[:1]:
        yield _as_ore(rank, table, base, rock, as_of)
        pair = by_ore.get(rock.id)
        if pair is not None and table.form in ("oxide", "element"):
            words = note("{ore} × {grade} = {content}", ore=said(rock), grade=said(pair.grade), content=mass(pair.content))
            yield _ranked(rank, table, base, (pair.content, pair.grade.form), words, pair.claims, as_of)
    if not near:
        told = note("{base}; no tonnage is stated to compare", base=base)
        yield Check("unverifiable", "rank", (rank.id,), told, (table.source,), as_of)


def _is_counted(amount: Claim) -> bool:
    """Whether a mass is of content, as tables count it: oxide, element or metal, or what a plant makes."""
    return amount.form in CONTENT or (amount.kind == "capacity" and amount.form not in ("ore", "concentrate"))


def _needed(rank: Claim, table: Table, place: int) -> Note:
    """What a place takes."""
    ranked = table.ranked()
    if rank.place is None:
        told = note("to be compared with the table of {table}", table=_table(table))
    else:
        told = note("{country} is not in the table of {table}", country=country(rank.place), table=_table(table))
    if 0 < place <= len(ranked):
        holder, tonnes = ranked[place - 1]
        told = note(
            "{told}; place {place} takes more than {tonnes} ({holder})", told=told, place=place, tonnes=mass(tonnes), holder=country(holder)
        )
    wrong = [country(code) for code in rank.others if code not in {code for code, _ in ranked[: max(place - 1, 0)]}]
    return note("{told}; not among those before it: {wrong}", told=told, wrong=", ".join(wrong)) if wrong else told


def _as_ore(rank: Claim, table: Table, base: Note, amount: Claim, as_of: date) -> Check:
    """A tonnage of ore, or of a form not said, beside a table of content."""
    ids = (rank.id, amount.id)
    whole = _as_counted(amount.si or 0.0, "metal", table)
    if whole is None:
        told = note("{base}; {ore}: reserves need a category and a code", base=base, ore=shown(amount))
        return Check("not comparable", "rank", ids, told, (table.source,), as_of)
    would = table.place(whole.high)
    told = note(
        "{base}; the text tells {ore}, no {kind}: were it metal to the last tonne, it would be {tonnes} and take place {would}",
        base=base,
        ore=shown(amount),
        kind=table.kind,
        tonnes=_range(whole),
        would=would,
    )
    if would > (rank.si or 0):
        return Check("impossible together", "rank", ids, told, (table.source,), as_of)
    if amount.category not in _RESERVES or amount.code is None:
        told = note("{told}; and reserves need a category and a code, which are not told", told=told)
    return Check("not comparable", "rank", ids, told, (table.source,), as_of)


def _range(span: Span) -> Note:
    low, high = mass(span.low), mass(span.high)
    return low if low == high else note("{low} to {high}", low=low, high=high)


def _as_counted(tonnes: float, form: str | None, table: Table) -> Span | None:
    """Content in the form that a table counts; None where it counts ore or mineral."""
    if table.form not in ("oxide", "element"):
        return None
    spans = [one.factor for one in readings(table.commodity, form, table.form)]
    return Span(tonnes * min(one.low for one in spans), tonnes * max(one.high for one in spans))


def _ranked(
    rank: Claim, table: Table, base: Note, content: tuple[float, str | None], words: Note, claims: tuple[Claim, ...], as_of: date
) -> Check:
    """A content (tonnes and form) against the table: the place it would take."""
    ids, place = (rank.id, *(claim.id for claim in claims)), int(rank.si or 0)
    tonnes, form = content
    counted = _as_counted(tonnes, form, table)
    if counted is None:
        told = note("{base}; {words} is of another form", base=base, words=words)
        return Check("not comparable", "rank", ids, told, (table.source,), as_of)
    told = note("{base}; {words}", base=base, words=words)
    if counted.low != tonnes or counted.high != tonnes:
        told = note("{told}, {tonnes} of {kind}", told=told, tonnes=_range(counted), kind=table.kind)
    best, total = table.place(counted.high), len(table.ranked()) + 1
    told = note("{told}: it would take place {best} of {total}", told=told, best=best, total=total)
    verdict = "consistent" if best == place else "unverifiable"
    if best > place:
        verdict = "impossible together"
    elif table.what == "reserves" and (claims[0].category not in _RESERVES or claims[0].code is None):
        told = note("{told}, were it reserves by a code", told=told)
        verdict = "not comparable"
    return Check(verdict, "rank", ids, told, (table.source,), as_of)


_RESERVES = ("reserve", "proven", "probable", "proven+probable")


# --- a country's own figures ------------------------------------------------------------------------------------------------------------


def figures(claims: Sequence[Claim], texts: Mapping[str, Text], as_of: date) -> Iterator[Check]:
    """Reserves and production of a country, and its share of the world, where a text says just what a table has, or had."""
    for claim in claims:
        if claim.commodity is None or claim.place is None or claim.subject is not None or not numbered(claim):
            continue
        name = _LISTED.get(claim.commodity, claim.commodity)
        if claim.kind == "share" and claim.role is None:
            if "world" in beside(texts, [claim], 60):
                yield from _share_of_world(claim, name, _what(claim, texts), as_of)
        elif claim.kind in ("tonnage", "contained") and claim.category in _RESERVES:
            yield from _same_figure(claim, known.tables(name, "reserves"), as_of)
        elif claim.kind == "capacity":
            yield from _same_figure(claim, known.tables(name, "production"), as_of)


def _same_figure(claim: Claim, rows: Sequence[Table], as_of: date) -> Iterator[Check]:
    span = printed(claim)
    for table in rows:
        held = table.rows.get(claim.place or "")
        if span is not None and held and span.low <= held <= span.high and _form_fits(claim, table):
            current = table.vintage == rows[0].vintage
            told = note(
                "{said}; {country} has {tonnes} in the table of {table}",
                said=shown(claim),
                country=country(claim.place),
                tonnes=mass(held),
                table=_table(table),
            )
            if not current:
                told = note("{told}, in the edition of {year}", told=told, year=table.vintage)
            rule = "production" if table.what == "production" else "reserves"
            yield Check("consistent" if current else "outdated", rule, (claim.id,), told, (table.source,), as_of)
            return


def _form_fits(claim: Claim, table: Table) -> bool:
    return claim.form is None or claim.form == table.form or (claim.form == "metal" and table.form == "element")


def _what(claim: Claim, texts: Mapping[str, Text]) -> str | None:
    """Of what a share of the world is said to be: "reserves", "production", or None where the words beside it leave it open.

    Words behind the number are meant first, if no stop parts them from it: "69 % of production and 52 % of reserves".
    """
    text = texts.get(claim.text)
    found = [one for one in signs(texts, [claim], 60) if one[0] in ("reserve", "production")]
    if text is None or not text.content or len({name for name, _, _ in found}) < 2:
        one = next((name for name, _, _ in found), None)
    else:
        behind = [row for row in found if row[1] >= claim.end and not _STOPS & set(text.content[claim.end : row[1]])]
        before = [row for row in found if row[2] <= claim.start]
        one = behind[0][0] if behind else before[-1][0] if before else None
    return "reserves" if one == "reserve" else one


_STOPS = frozenset(",;:()")


def _share_of_world(claim: Claim, name: str, what: str | None, as_of: date) -> Iterator[Check]:
    """A share of the world's reserves or production, by the table of the same; by both, and no verdict, where it is not said of which."""
    span = printed(claim)
    told: Note | None = None
    sources: list[str] = []
    made, kept = known.tables(name, "production"), known.tables(name, "reserves")
    for table in (*made, *kept):
        held = table.rows.get(claim.place or "")
        if span is None or held is None or not table.world or table.vintage != (made if table.what == "production" else kept)[0].vintage:
            continue
        share = held / table.world
        line = note(
            "{country} has {tonnes} of {world}, {share:.0%}, in the table of {table}",
            country=country(claim.place),
            tonnes=mass(held),
            world=mass(table.world),
            share=share,
            table=_table(table),
        )
        if what is not None and table.what != what:
            continue
        give = min(_SHARE, share / 4)
        if what is not None and span.low - give <= share <= span.high + give:
            yield Check("consistent", "share", (claim.id,), line, (table.source,), as_of)
            return
        told = line if told is None else note("{told}; {line}", told=told, line=line)
        sources.append(table.source)
    if told is not None:
        if what is None:
            told = note("{told}; whether the share is of reserves or of production is not said", told=told)
        yield Check("unverifiable", "share", (claim.id,), told, tuple(dict.fromkeys(sources)), as_of)


_SHARE = 0.02
"""What a share of the world may differ by, since the tables round."""


# --- 8: money against price × content ----------------------------------------------------------------------------------------------------


def values(claims: Sequence[Claim], pairs: Sequence[Graded], texts: Mapping[str, Text]) -> Iterator[Check]:
    """The value said to lie in the ground against the content × the price that the text tells, or one on file."""
    contents = Pool(claim for claim in claims if numbered(claim) and _valued(claim))
    told_prices = Pool(claim for claim in claims if claim.kind == "price" and numbered(claim) and "/" in claim.unit)
    by_ore = {pair.ore.id: pair for pair in pairs}
    ores = Pool(pair.ore for pair in pairs)
    for value in claims:
        if value.kind != "in_situ_value" or not numbered(value):
            continue
        content = next((one for one in contents.near(value) if kin(value.commodity, one.commodity) is not None), None)
        pair = next((by_ore[one.id] for one in ores.near(value) if kin(value.commodity, one.commodity) is not None), None)
        price = next((one for one in told_prices.near(value) if kin(value.commodity, one.commodity) is not None), None)
        if content is None and pair is not None:
            parts: tuple[Claim, ...] = pair.claims
            amount, form, span = pair.content, pair.grade.form, _both(pair)
            good = pair.grade.commodity or pair.ore.commodity
        elif content is not None:
            parts = (content,)
            amount, form, span = content.si or 0.0, content.form, printed(content)
            good = content.commodity
        else:
            yield from _without_content(value, texts)
            continue
        commodity = value.commodity or good
        if price is not None and span is not None:
            yield _by_told_price(value, amount, span, form, parts, price)
        else:
            yield _by_price_on_file(value, amount, form, parts, commodity, texts)


def _valued(claim: Claim) -> bool:
    return claim.kind == "contained" or (claim.kind == "tonnage" and claim.form in CONTENT)


def _both(pair: Graded) -> Span | None:
    ore, grade = printed(pair.ore), printed(pair.grade)
    return None if ore is None or grade is None else ore.times(grade)


def _by_told_price(value: Claim, amount: float, span: Span, form: str | None, parts: tuple[Claim, ...], price: Claim) -> Check:
    """With the text's own price the numbers must agree to their digits, in one form or the other."""
    rate, stated = printed(price), printed(value)
    assert rate is not None and stated is not None
    ways = readings(price.commodity or value.commodity or parts[0].commodity, form, price.form)
    fits = next((one for one in ways if span.times(one.factor).times(rate).meets(stated)), None)
    factor = (fits or ways[0]).factor.middle
    told = note(
        "{amount} × {price} = {product}, and {stated} is stated",
        amount=mass(amount * factor),
        price=said(price),
        product=money(amount * factor * (price.si or 0.0)),
        stated=said(value),
    )
    ids = (value.id, *(one.id for one in parts), price.id)
    return Check("consistent" if fits is not None else "impossible together", "value", ids, _in_ground(told))


def _price_of(commodity: str | None, claim: Claim, texts: Mapping[str, Text]) -> Price | None:
    """Price on file of the year that a claim or its text is of, else the last."""
    if commodity is None:
        return None
    text = texts.get(claim.text)
    year = _year(claim.when) or (text.dated.year if text is not None and text.dated is not None else None)
    found = None if year is None else known.price(commodity, year)
    return found or known.price(commodity)


def _year(when: str | None) -> int | None:
    return int(when[:4]) if when is not None and when[:4].isdecimal() else None


def _by_price_on_file(
    value: Claim, amount: float, form: str | None, parts: tuple[Claim, ...], commodity: str | None, texts: Mapping[str, Text]
) -> Check:
    ids = (value.id, *(one.id for one in parts))
    price = _price_of(commodity, value, texts)
    if price is None:
        told = note(
            "{amount} for {value} is {each} a tonne; no price on file",
            amount=mass(amount),
            value=said(value),
            each=money((value.si or 0.0) / amount),
        )
        return Check("unverifiable", "value", ids, _in_ground(told))
    factor = _to_priced(commodity, form, price)
    product = amount * factor * price.value
    times = (value.si or 0.0) / product
    told = note(
        "{amount} × {price} a tonne of {kind} ({year}) = {product}; {stated} is stated, {times:,.3g} times that",
        amount=mass(amount * factor),
        price=money(price.value),
        kind=price.kind,
        year=str(price.year),
        product=money(product),
        stated=said(value),
        times=times,
    )
    agrees = 1 / _PRICE_TOLERANCE <= times <= _PRICE_TOLERANCE
    if agrees:
        told = note(
            "{told}, within what years and forms of a price differ by (a factor of {factor:.0f})", told=told, factor=_PRICE_TOLERANCE
        )
    return Check("consistent" if agrees else "impossible together", "value", ids, _in_ground(told), (price.source,))


def _to_priced(commodity: str | None, form: str | None, price: Price) -> float:
    """Tonnes of what the price is of in a tonne of content."""
    if price.form not in ("oxide", "element"):
        return 1.0
    return readings(commodity, form, price.form)[0].factor.middle


def _without_content(value: Claim, texts: Mapping[str, Text]) -> Iterator[Check]:
    price = _price_of(value.commodity, value, texts)
    if price is None:
        told = note("{value}: no tonnage is stated by which it could be reckoned", value=said(value))
        yield Check("unverifiable", "value", (value.id,), _in_ground(told))
        return
    told = note(
        "{value} at {price} a tonne of {kind} ({year}) would be {amount}; no tonnage is stated",
        value=said(value),
        price=money(price.value),
        kind=price.kind,
        year=str(price.year),
        amount=mass((value.si or 0.0) / price.value),
    )
    yield Check("unverifiable", "value", (value.id,), _in_ground(told), (price.source,))


def _in_ground(told: Note) -> Note:
    return note("{told}; a value in the ground is not a project's worth: recovery, cost and time are not in it", told=told)


def prices(claims: Sequence[Claim], texts: Mapping[str, Text]) -> Iterator[Check]:
    """Prices told against those on file of the same year, as far as one is."""
    for claim in claims:
        if claim.kind != "price" or not numbered(claim) or claim.commodity is None:
            continue
        if "/" not in claim.unit:
            told = note("{price}: a price of how much is not said, so it is set against none", price=money(claim.si or 0.0))
            yield Check("unverifiable", "price", (claim.id,), told)
            continue
        found = _price_of(claim.commodity, claim, texts)
        if found is None or found.form not in ("oxide", "element"):
            continue
        ways = readings(claim.commodity, claim.form, found.form)
        times = min(((claim.si or 0.0) / one.factor.middle / found.value for one in ways), key=lambda one: max(one, 1 / one))
        told = note(
            "{price}; the mean of {year} was {found} of {kind} ({times:,.3g} times that)",
            price=said(claim),
            times=times,
            found=priced(found.value, claim),
            kind=found.kind,
            year=str(found.year),
        )
        agrees = 1 / _PRICE_TOLERANCE <= times <= _PRICE_TOLERANCE
        yield Check("consistent" if agrees else "unverifiable", "price", (claim.id,), told, (found.source,))


# --- 10: a plant greater than the world ---------------------------------------------------------------------------------------------------


def outputs(claims: Sequence[Claim], texts: Mapping[str, Text], as_of: date) -> Iterator[Check]:
    """Capacities that would be a great part of what the world makes, or more."""
    for claim in claims:
        if claim.kind != "capacity" or claim.commodity is None or claim.form in ("ore", "concentrate") or not numbered(claim):
            continue
        table = known.production(_LISTED.get(claim.commodity, claim.commodity))
        if table is None or not table.world or table.form not in ("oxide", "element"):
            continue
        counted = _as_counted(claim.si or 0.0, claim.form, table)
        if counted is None or counted.middle < _MUCH * table.world or "world" in beside(texts, [claim], 60):
            continue
        if claim.subject is None and table.rows.get(claim.place or ""):
            continue  # a country's output, not a plant's
        told = note(
            "{said} is {share:.0%} of what the world made in {year}, {world}",
            said=shown(claim),
            share=counted.middle / table.world,
            year=str(table.year),
            world=mass(table.world),
        )
        verdict = "impossible together" if counted.low > table.world and "done" in beside(texts, [claim]) else "unverifiable"
        yield Check(verdict, "capacity", (claim.id,), told, (table.source,), as_of)
