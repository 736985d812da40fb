"""What of it is law, and on which day? Named acts, taxes and lists of critical minerals, as of the text's day and as of today.

Verdicts, where the choice is not plain:

* each rule by its plain name is told as of the day asked for, "... then" as of the text's day, where that differs;
* a tax has one rate for all, so another number for the same day is ``impossible together`` with the law on file;
* an act that a text merely names is told as it was; one whose state has changed since the text is ``outdated``; one whose state is
  disputed, or not on file, ``unverifiable``;
* an act that a text says has ended, and the file has in force on that day, is ``impossible together``; said of a country for which no state
  is on file, ``not comparable``;
* a rate of a tax without a day that was law earlier is ``outdated``;
* "X of Y" minerals: Y is the length of a dated list or not; the X are ``unverifiable``, as no source names them.

Duties: `kenes.claims.rules_duty`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kenes.claims import known, names
from kenes.claims.acts import Act, Border, State, borders, charge, goods_of, law, laws, lines_of, sayings
from kenes.claims.claim import Check, Claim, Text
from kenes.claims.rules_duty import Setting, days, meets, percent, read_on, sources, tariff, with_
from kenes.claims.tokens import cut
from kenes.facts import Dated, countries
from kenes.notes import Note, note, together

__all__ = ["check"]

_COUNTED = ("minerals", "critical minerals", "strategic minerals")
_TAXES = ("income_tax", "value_added_tax", "royalty", "extraction_tax")


def check(claims: Sequence[Claim], texts: Mapping[str, Text], as_of: date) -> list[Check]:
    """Checks of everything that law decides: duties, taxes, acts, counts of dated lists.

    texts : by key
    as_of : the day for which "today" is told; no clock is read
    """
    found: list[Check] = []
    importers = {act.relations for act in laws().values() if act.relations}
    for key, inside in _by_text(claims).items():
        places = Counter(claim.place for claim in inside if claim.place and claim.place not in importers)
        country = min(places, key=lambda one: (-places[one], one)) if places else None
        goods = tuple(dict.fromkeys(goods_of(claim.commodity) for claim in inside if claim.commodity is not None))
        setting = Setting(texts.get(key), tuple(inside), as_of, country, goods)
        rates = Counter((claim.role, claim.sentence) for claim in inside)
        told: set[str] = set()
        for claim in inside:
            if claim.kind == "tariff":
                found += tariff(claim, setting, told)
            elif claim.kind == "law" and claim.role:
                found += _act(claim, setting)
            elif claim.role in _TAXES and claim.si is not None and claim.kind in ("share", "grade", "tariff"):
                found += _tax(claim, setting, paired=rates[claim.role, claim.sentence] > 1)
            elif claim.kind == "count":
                found += _count(claim, setting)
    return _merged(found)


def _merged(found: Iterable[Check]) -> list[Check]:
    """Checks that say the same of several claims, as one."""
    by_words: dict[tuple[str, str, str, date | None], Check] = {}
    for one in found:
        key = (one.verdict, one.rule, one.arithmetic, one.as_of)
        known_already = by_words.get(key)
        if known_already is not None:
            one = replace(known_already, claims=tuple(dict.fromkeys((*known_already.claims, *one.claims))))
        by_words[key] = one
    return list(by_words.values())


def _by_text(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.text, []).append(claim)
    return found


# --- named acts --------------------------------------------------------------------------------------------------------------------


def _act(claim: Claim, setting: Setting) -> Iterator[Check]:
    """A named act on the day of the text, and as of today where that differs."""
    act = law(claim.role or "")
    if act is None:
        return
    said = _said(claim, setting, act)
    day = setting.day
    now = act.on(setting.as_of)
    then = act.on(day) if day is not None else now
    if said.foreign:
        yield replace(_stated(claim, setting, act, now, (setting.as_of,), said), verdict="not comparable")
    elif day is not None and then != now:
        yield replace(_judged_by(said, _stated(claim, setting, act, then, (day,), said), then, dated=True), rule="law then")
        yield _judged_by(said, _changed(claim, setting, act, now), now, dated=False)
    else:
        shown = (setting.as_of,) if day in (None, setting.as_of) else (day, setting.as_of)
        yield _judged_by(said, _stated(claim, setting, act, now, shown, said), now, dated=day is not None)
    if said.means == "ended" and not said.foreign and said.by is not None and said.by < setting.as_of:
        earlier = act.on(said.by)
        if earlier is not None and earlier.force and (now is None or not now.force):
            yield replace(_judged_by(said, _stated(claim, setting, act, earlier, (said.by,), said), earlier, dated=True), rule="law then")
    yield from _dates(claim, setting, act)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a sentence says of an act that it names.

    means   : "ended", "kept", "unread" (of something in the sentence, perhaps not of this act) or "": it is merely named
    foreign : countries of which it says so, where the act's state is not on file for any of them
    by      : last day of the year by which it is said to have ended, or None
    """

    means: str = ""
    foreign: tuple[str, ...] = ()
    by: date | None = None


_NEAR = 600
"""Characters on each side of an act in which its sentence is sought."""
_SIGNS = re.compile(r"[,;:()]|\s[–—-]\s")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


def _said(claim: Claim, setting: Setting, act: Act) -> _Said:
    """Reads what the sentence says of an act: that it ended or is in force, and for which country."""
    if setting.text is None:
        return _Said()
    left = max(claim.start - _NEAR, 0)
    near = cut(replace(setting.text, content=setting.text.content[left : claim.end + _NEAR]))
    at = claim.start - left
    first, last = next((span for span in near.sentences if span[0] <= at < span[1]), (at, at + len(claim.quote)))
    sentence = cut(replace(near.text, content=near.text.content[first:last]))
    words = sentence.text.content.lower().replace("ё", "е").replace("’", "'")
    means = sayings(setting.text.language)
    places = [(row.name, row.start) for row in names.places(sentence) if row.name != act.country]
    meant = act.origins or ((act.country,) if act.subject == "tax" else ())
    acts = [one for one in setting.claims if one.kind == "law" and one.sentence == claim.sentence and one is not claim]
    rivals = [one.start - left - first for one in acts]
    here, there = at - first, at - first + len(claim.quote)
    if words.rstrip(" \"'»”").endswith("?") or means["if"].search(words):
        statements: list[tuple[str, int, int]] = []
    else:
        statements = list(_statements(words, means))
    goods = [row.start for row in names.commodities(sentence)] if statements else []
    tied: list[_Said] = []
    loose = False
    for what, begins, ends in statements:
        off = min(abs(begins - there), abs(here - ends))
        between = words[there:begins] if begins >= there else words[ends:here]
        apart = means["but"].search(between) or ";" in between or (ends <= here and means["and"].search(between))
        if any(min(abs(begins - rival), abs(rival - ends)) < off for rival in rivals):
            continue
        clause = _clause(words, means, begins, ends)
        own = [(abs(where - begins), name) for name, where in places if clause[0] <= where < clause[1]]
        rest = words[ends : clause[1]]
        partly = means["part"].match(rest.lstrip()) and not own and here < begins
        if apart or partly or any(ends <= where < clause[1] and not here <= where < there for where in goods):
            loose = loose or what == "ended"
            continue
        country = min(own or [(abs(where - begins), name) for name, where in places], default=(0, setting.country))[1]
        foreign = (country,) if meant and country is not None and country not in meant else ()
        year = _YEAR.search(rest)
        tied.append(_Said(what, foreign, date(int(year[0]), 12, 31) if year else None))
    ours = [one for one in tied if not one.foreign]
    if ours or tied:
        return (ours or tied)[0]
    named = tuple(dict.fromkeys(name for name, _ in places))
    elsewhere = named if meant and named and not any(name in meant for name in named) else ()
    return _Said("unread" if loose else "", elsewhere)


def _statements(words: str, means: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[str, int, int]]:
    """What is said to have ended or to be kept, and where: ("ended" or "kept", first character, the one after the last)."""
    found = [(what, *one.span()) for what in ("ended", "kept") for one in means[what].finditer(words)]
    taken: list[tuple[int, int]] = []
    for what, begins, ends in sorted(found, key=lambda row: (row[1] - row[2], row[1])):
        if any(begins < other_ends and other_begins < ends for other_begins, other_ends in taken):
            continue
        taken.append((begins, ends))
        clause = _clause(words, means, begins, ends)
        before, after = words[clause[0] : begins], " ".join(words[ends : clause[1]].split()[:2])
        own = before.split()[-3:]
        denied = means["not"].search(" ".join(own)) is not None
        # "not yet in force" is not ended, and "not yet repealed" is kept: the open word belongs to the denial.
        opened = means["open"].search(before if what == "kept" or not denied else " ".join(before.split()[:-3]))
        if opened or means["open"].search(after):
            continue
        yield ({"ended": "kept", "kept": "ended"}[what] if denied else what), begins, ends


def _clause(words: str, means: Mapping[str, re.Pattern[str]], begins: int, ends: int) -> tuple[int, int]:
    """First and last character of the part of a sentence between signs and words that part, about a statement."""
    parting = [one.span() for sort in (_SIGNS, means["but"], means["and"]) for one in sort.finditer(words)]
    left = max((last for _, last in parting if last <= begins), default=0)
    return left, min((first for first, _ in parting if first >= ends), default=len(words))


def _judged_by(said: _Said, check: Check, state: State | None, *, dated: bool) -> Check:
    """A check of the state of an act, with what the text says of it; a state that is not on file stays as it is.

    dated : whether the text says so for the day of the state
    """
    if state is None or not said.means:
        return check
    verdict, told = check.verdict, None
    if said.means == "unread":
        verdict, told = "unverifiable", note("the text says that something ended, and it could not be read whether it means this act")
    elif said.means == "ended" and state.force:
        verdict, told = "impossible together", note("the text says that it ended, and the file has it in force")
    elif said.means == "ended" and state.force is False:
        verdict, told = "consistent", note("the text says that it ended, as the file has it")
    elif said.means == "ended":
        verdict, told = "unverifiable", note("the text says that it ended; the file does not say whether it is in force")
    elif state.force:
        verdict = "consistent"
    elif state.force is False:
        verdict = "impossible together" if dated else "outdated"
        told = note("the text says that it is in force, and the file has it ended")
    elif verdict == "consistent":
        verdict, told = "unverifiable", note("the text says that it is in force; the file does not say whether it is")
    assert isinstance(check.arithmetic, Note)
    return replace(check, verdict=verdict, arithmetic=with_(check.arithmetic, told))


def _days(shown: Sequence[date]) -> Note:
    """The day or days for which something is told."""
    if len(shown) == 1:
        return note("on {day}", day=shown[0])
    return note("on {first} and on {second}", first=shown[0], second=shown[-1])


def _stated(claim: Claim, setting: Setting, act: Act, state: State | None, told_for: Sequence[date | None], said: _Said) -> Check:
    """What an act was on one day or two."""
    shown = [day for day in told_for if day is not None]
    day = shown[-1]
    if state is None:
        told = note("{title}: its state on {day} is not on file", title=act.title, day=day)
        return Check("unverifiable", "law", (claim.id,), told, sources(*(one.source for one in act.states)), setting.as_of)
    meant = act.origins or ((act.country,) if act.subject == "tax" else ())
    spoken = said.foreign or ((setting.country,) if setting.country is not None and not said.means else ())
    foreign = bool(meant) and bool(spoken) and not any(country in meant for country in spoken)
    when = _days(shown)
    told = note("{title}, {when}: {says}", title=act.title, when=when, says=state.says)
    effect = note("{effect}", effect=state.effect) if state.effect else None
    told = with_(told, effect, _relations(act, setting), _told_rates(act, day), read_on(day, act.checked))
    verdict = "unverifiable" if state.open or foreign else "consistent"
    if foreign:
        told = with_(told, note("told for {meant}, not for {country}", meant=", ".join(meant), country=", ".join(spoken)))
    named = (state.source, *_rate_sources(act, day), *(one.relations for one in _bordering(act, setting)))
    return Check(verdict, "law", (claim.id,), told, sources(*named), day)


def _changed(claim: Claim, setting: Setting, act: Act, state: State | None) -> Check:
    if state is None:
        last = act.states[-1]
        told = note("{title}: what is on file ends on {day}", title=act.title, day=last.ends)
        return Check("outdated", "law", (claim.id,), told, sources(last.source), setting.as_of)
    told = note("{title}, on {day}: {says}", title=act.title, day=setting.as_of, says=state.says)
    effect = note("{effect}", effect=state.effect) if state.effect else None
    told = with_(told, effect, _told_rates(act, setting.as_of), read_on(setting.as_of, act.checked))
    named = (state.source, *_rate_sources(act, setting.as_of))
    return Check("unverifiable" if state.open else "outdated", "law", (claim.id,), told, sources(*named), setting.as_of)


def _bordering(act: Act, setting: Setting) -> tuple[Border, ...]:
    if act.relations is None:
        return ()
    origin = setting.country if setting.country in act.origins else act.origins[0]
    return tuple(border for border in borders(origin or "") if border.importer == act.relations)


def _relations(act: Act, setting: Setting) -> Note | None:
    """The column that an act of trade relations leaves, and what the other would mean for the goods of the text."""
    for border in _bordering(act, setting):
        told = note("goods of {origin} pay column {column}", origin=border.origin, column=border.column)
        other = next((column for column in (1, 2) if column != border.column), None)
        for commodity in setting.goods:
            rates = [line.columns[other] for line in lines_of(border, commodity) if other in line.columns] if other else []
            if rates:
                lapse = note(
                    "a lapse of the trade relations would mean column {column}: {low} to {high} on the lines of {commodity}",
                    column=other,
                    low=percent(min(rates)),
                    high=percent(max(rates)),
                    commodity=commodity,
                )
                return with_(told, lapse)
        return with_(told, note("a lapse of the trade relations would mean column {column}", column=other))
    return None


def _told_rates(act: Act, day: date) -> Note | None:
    """Rates of law on file that belong to an act, on a day."""
    parts = []
    for country, name, parameter in act.rates:
        found = charge(country, name, parameter, day)
        if found is not None and isinstance(found[0].value, (int, float)):
            parts.append(note("{title} {rate}", title=found[1].title, rate=percent(float(found[0].value))))
    return together(parts, ", ") if parts else None


def _rate_sources(act: Act, day: date) -> tuple[str, ...]:
    found = (charge(country, name, parameter, day) for country, name, parameter in act.rates)
    return tuple(one[0].source for one in found if one is not None)


def _dates(claim: Claim, setting: Setting, act: Act) -> Iterator[Check]:
    """Years in the sentence of an act, against what happened to it in that year."""
    for other in setting.claims:
        if other.kind != "date" or other.sentence != claim.sentence:
            continue
        for event in act.events:
            if event.year == other.si:
                told = note("{title}: {says} ({year})", title=act.title, says=event.says, year=str(event.year))
                yield Check("consistent", "date of law", (other.id, claim.id), told, sources(event.source))


# --- taxes -------------------------------------------------------------------------------------------------------------------------


def _tax(claim: Claim, setting: Setting, *, paired: bool) -> Iterator[Check]:
    """The rate of a tax against the law on file, on the day of the text and as of today.

    paired : whether another rate of it stands in the sentence
    """
    country = claim.place or setting.country
    if country is None or country not in _taxing(claim.role or ""):
        told = note("no such tax of {country} is on file", country=country) if country else note("the text does not say whose tax it is")
        yield Check("unverifiable", "tax", (claim.id,), told, (), setting.as_of)
        return
    then = _then(claim, setting, country, paired=paired)
    now = _charged(claim, country, setting.as_of)
    before = None if then is None else _judged(claim, country, then, fallen=False)
    after = None if now is None else _judged(claim, country, now, fallen=before is not None and before.verdict == "consistent")
    if before is not None and then is not None and (after is None or before.verdict != after.verdict):
        yield replace(before, rule="tax then", as_of=then.day) if after is not None and then.day <= setting.as_of else before
        if then.day > setting.as_of:
            return
    if after is not None and (before is not None or claim.when is None):
        yield replace(after, as_of=setting.as_of)
    elif before is None:
        told = note("the law of {country} for that day is not on file", country=country)
        yield Check("unverifiable", "tax", (claim.id,), told, (), setting.as_of)


def _judged(claim: Claim, country: str, charged: _Charged, *, fallen: bool) -> Check:
    """A rate against the law of one day. fallen : whether it was the law on the day of the text."""
    fits = _fits(claim, charged)
    told = note(
        "{title} of {country}, {day}: {rates}; the text has {rate}",
        title=charged.title,
        country=country,
        day=charged.day,
        rates=charged.told,
        rate=percent(claim.si or 0.0),
    )
    other = None if fits else _elsewhere(claim, country)
    later = None
    if fits:
        verdict = "consistent"
    elif fallen or (other is not None and other.begins <= charged.day and claim.when is None and not charged.many):
        verdict = "outdated"
    elif other is not None and other.enacted <= charged.day < other.begins:
        verdict = "not comparable"  # law already, and not yet in force
    else:
        verdict = "unverifiable" if charged.many else "impossible together"
    if other is not None:
        later = note("{rate} binds from {day} ({source})", rate=percent(claim.si or 0.0), day=other.begins, source=other.source)
    return Check(verdict, "tax", (claim.id,), with_(told, later, read_on(charged.day, charged.checked)), sources(charged.source))


def _then(claim: Claim, setting: Setting, country: str, *, paired: bool) -> _Charged | None:
    """The law of the days that a rate is told for, the first day on which it fits, else the first.

    Of two rates in a sentence ("from 12 to 16 % in 2026") one is that of the day before.
    """
    span = setting.span(claim) or (setting.as_of, setting.as_of)
    tried = [span[0], span[1]]
    if paired:
        tried += [span[0] - timedelta(days=1)] if span[0] > date.min else []
        tried += [setting.day] if setting.day is not None else []
    charges = [one for day in tried if (one := _charged(claim, country, day)) is not None]
    return next((one for one in charges if _fits(claim, one)), charges[0] if charges else None)


@dataclass(frozen=True, slots=True)
class _Charged:
    """Rates of a charge on a day.

    told : them in words
    many : whether it has several, so that a number it lacks is not yet one too many
    """

    title: str
    day: date
    rates: tuple[float, ...]
    told: Note
    source: str
    checked: date
    many: bool


def _taxing(name: str) -> tuple[str, ...]:
    """Countries that have a charge of that name on file."""
    return tuple(country for country in countries() if any(charge(country, name, parameter, date.max) for parameter in _PARAMETERS))


_PARAMETERS = ("rate", "rate_by_form", "rates")


def _charged(claim: Claim, country: str, day: date) -> _Charged | None:
    for parameter in _PARAMETERS:
        found = charge(country, claim.role or "", parameter, day)
        if found is None:
            continue
        value, rule = found
        if isinstance(value.value, dict):
            rates = {str(name): float(rate) for name, rate in value.value.items()}
            own = _own(claim, rates)
            shown = own or rates
            parts = [note("{name} {rate}", name=name.replace("_", " "), rate=percent(rate)) for name, rate in shown.items()]
            told = together(parts, ", ") if len(parts) <= 4 else note("{count:d} rates by mineral", count=len(parts))
            return _Charged(rule.title, day, tuple(shown.values()), told, value.source, rule.checked, many=True)
        return _Charged(rule.title, day, (float(value.value),), percent(float(value.value)), value.source, rule.checked, many=False)
    return None


def _own(claim: Claim, rates: Mapping[str, float]) -> dict[str, float]:
    """The rates of the claim's own commodity or form."""
    name = (claim.commodity or "").replace(" ", "_")
    wanted = [key for key in rates if key in (name, f"{name}_ore", claim.form)]
    return {key: rates[key] for key in wanted}


def _fits(claim: Claim, charged: _Charged) -> bool:
    return any(meets(claim, rate) for rate in charged.rates)


def _elsewhere(claim: Claim, country: str) -> Dated | None:
    """The law of other days that has the text's rate."""
    for parameter in _PARAMETERS:
        found = charge(country, claim.role or "", parameter, date.max)
        values = () if found is None else found[1].values[parameter]
        for value in values:
            if isinstance(value.value, (int, float)) and meets(claim, float(value.value)):
                return value
    return None


# --- lists of critical minerals ----------------------------------------------------------------------------------------------------


def _count(claim: Claim, setting: Setting) -> Iterator[Check]:
    """A number of critical minerals against the dated lists."""
    if claim.si is None or not math.isfinite(claim.si) or (claim.role not in (*_COUNTED, None) and claim.commodity not in _COUNTED):
        return
    around, sentence = setting.around(claim), setting.sentence(claim)
    whole = claim.si if claim.of is None else claim.of
    issuers = known.issuers_named(around)
    listed = any(one.count == whole for one in known.mineral_lists())
    meant = known.says("critical", sentence) or (known.says("list", sentence) and issuers)
    if not meant and not (claim.of is not None and listed and known.says("critical", around)):
        return
    if claim.of is not None and claim.si > claim.of:
        told = note("{part:,.0f} of {whole:,.0f}: a part is no greater than its whole", part=claim.si, whole=claim.of)
        yield Check("impossible together", "list", (claim.id,), told)
        return
    lists = [one for one in known.mineral_lists() if not issuers or one.issuer in issuers]
    if claim.of is not None or issuers or known.says("list", sentence):
        yield from _length(claim, setting, lists, whole)
    if claim.of is not None:
        yield _part(claim, setting, lists)


def _length(claim: Claim, setting: Setting, lists: Sequence[known.MineralList], whole: float) -> Iterator[Check]:
    """Which dated list has that many names, on the days of the text and today."""
    span = setting.span(claim) or (setting.as_of, setting.as_of)
    day = setting.day or span[1]
    fitting = [one for one in lists if one.count == whole]
    if not fitting:
        if claim.of is not None:
            here = [one for one in lists if _listed(one, day, day)]
            told = with_(note("no list on file has {whole:,.0f} names", whole=whole), _lengths(here, day))
            yield Check("unverifiable", "list", (claim.id,), told, sources(*(one.source for one in here)), setting.as_of)
        return
    then = [one for one in fitting if _listed(one, *span) or _listed(one, day, day)]
    one = then[-1] if then else fitting[-1]
    has = note("{title}: {count:d} names, in force {days}", title=one.title, count=one.count, days=days(one.begins, one.ends))
    proposed = note("proposed on {day}", day=one.proposed) if one.proposed and day < one.begins else None
    now = [other for other in lists if other.issuer == one.issuer and _listed(other, setting.as_of, setting.as_of)]
    if one in now and (then or one.begins <= day):
        yield Check("consistent", "list", (claim.id,), with_(has, proposed), sources(one.source), setting.as_of)
        return
    if then:
        yield Check("consistent", "list then", (claim.id,), with_(has, proposed), sources(one.source), day)
    elif day < one.begins:
        here = [other for other in lists if _listed(other, day, day)]
        named = (one.source, *(other.source for other in here))
        yield Check("not comparable", "list then", (claim.id,), with_(has, _lengths(here, day)), sources(*named), day)
    if one in now:
        yield Check("consistent", "list", (claim.id,), has, sources(one.source), setting.as_of)
    else:
        told = with_(has, _lengths(now, setting.as_of))
        verdict = "outdated" if one.begins <= setting.as_of else "not comparable"
        yield Check(verdict, "list", (claim.id,), told, sources(one.source, *(other.source for other in now)), setting.as_of)


def _listed(one: known.MineralList, first: date, last: date) -> bool:
    return (one.proposed or one.begins) <= last and (one.ends is None or first <= one.ends)


def _lengths(lists: Sequence[known.MineralList], day: date) -> Note:
    if not lists:
        return note("no list on file for {day}", day=day)
    parts = [note("{title} {count:d} names since {first}", title=one.title, count=one.count, first=one.begins) for one in lists]
    return note("on {day}: {parts}", day=day, parts=together(parts, ", "))


def _part(claim: Claim, setting: Setting, lists: Sequence[known.MineralList]) -> Check:
    """X of Y: no source names the X, and none are invented."""
    place = claim.place or setting.country
    lengths = {one.count for one in lists}
    others = [one for one in known.claimed_counts(place) if one.of in lengths and (one.count, one.of) != (claim.si, claim.of)]
    told = note("no source found lists the {part:,.0f}, and this program invents no names", part=claim.si)
    parts = [note("{count:d} of {of:d} ({says})", count=one.count, of=one.of, says=one.says) for one in others]
    rival = note("others say {parts}", parts=together(parts, ", ")) if parts else None
    named = [one.source for one in others] or [one.source for one in lists if one.count == claim.of]
    return Check("unverifiable", "names of a list", (claim.id,), with_(told, rival), sources(*named), setting.as_of)
