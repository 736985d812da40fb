"""What duty was it, and was it ever due? Rates at a border by day, goods and line; exemptions; answers to a duty.

Verdicts, where the choice is not plain:

* each rule by its plain name is told as of the day asked for, "... then" as of the text's day, where that differs;
* a rate in force on the text's day is ``consistent`` then, and ``outdated`` now if it is in force no longer;
* a rate that was announced and not in force is ``not comparable``: an announcement is no duty;
* a rate that meets no entry is ``unverifiable``, not impossible: the file tells what it has on that day, but duties under other titles
  (on metals, against dumping) are not on it;
* a rate beside goods on which no added duty was ever due is ``not comparable``: it is a rate of other goods.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kenes.claims.acts import Border, Duty, Line, borders, goods_of, laws, lines_of
from kenes.claims.claim import Check, Claim, Text
from kenes.notes import Note, note, together

__all__ = ["Setting", "days", "meets", "percent", "read_on", "sources", "spanned", "tariff", "with_"]

_SAME = 1e-9
_AROUND = 250
"""Characters on each side of a quote in which words say whose list, or which clause, is meant."""
_MOST = 12
"""Commodities of a text told one by one."""
_TOLD = 3
"""Lines told one by one."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One text, its claims and the day asked for.

    country : of which it mostly speaks (ISO 3166 alpha-3), or None
    goods   : commodities that it speaks of, grouped as their tariff lines are, in its order
    """

    text: Text | None
    claims: tuple[Claim, ...]
    as_of: date
    country: str | None
    goods: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """Day of the text."""
        return None if self.text is None else self.text.dated

    def around(self, claim: Claim) -> str:
        """The words about a claim."""
        if self.text is None:
            return claim.quote
        return self.text.content[max(claim.start - _AROUND, 0) : claim.end + _AROUND]

    def sentence(self, claim: Claim) -> str:
        """The words about a claim, up to the signs that end a sentence."""
        if self.text is None:
            return claim.quote
        content = self.text.content
        left = max((content.rfind(sign, max(claim.start - _AROUND, 0), claim.start) for sign in ".!?\n"), default=-1)
        ends = [at for sign in ".!?\n" if (at := content.find(sign, claim.end, claim.end + _AROUND)) >= 0]
        return content[left + 1 : min(ends, default=claim.end + _AROUND)]

    def span(self, claim: Claim) -> tuple[date, date] | None:
        """First and last day that a claim is about: its own, else that of its text."""
        told = _span(claim.when)
        if told is not None:
            return told
        return None if self.day is None else (self.day, self.day)


def _span(when: str | None) -> tuple[date, date] | None:
    """First and last day of "2025", "2025-09" or "2025-09-02"."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", when or "")
    if parts is None:
        return None
    year, month, day = (None if part is None else int(part) for part in parts.groups())
    try:
        if year is None or month is None:
            return date(int(parts[1]), 1, 1), date(int(parts[1]), 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


# --- words -------------------------------------------------------------------------------------------------------------------------


def percent(rate: float) -> Note:
    """A fraction of one as a percentage.

    >>> percent(0.125)
    '12.5 %'
    """
    return note("{rate:g} %", rate=round(rate * 100, 6))


def days(first: date, last: date | None) -> Note:
    """The days of something, the last included; None: no end known."""
    return note("from {first}", first=first) if last is None else note("{first} to {last}", first=first, last=last)


def spanned(span: tuple[date, date]) -> Note:
    """A day, a year, or the days between."""
    first, last = span
    if first == last:
        return note("{day}", day=first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return note("{year}", year=str(first.year))
    return days(first, last)


def read_on(day: date, checked: date) -> Note | None:
    """That the law was last read before the day told."""
    return note("law as last read on {checked}", checked=checked) if day > checked else None


def with_(told: Note, *more: Note | None) -> Note:
    """A statement and what is to be added to it."""
    parts = [told, *(one for one in more if one is not None)]
    return told if len(parts) == 1 else together(parts, "; ")


def sources(*given: str) -> tuple[str, ...]:
    """Sources, each once, empty ones left out."""
    return tuple(dict.fromkeys(one for one in given if one))


# --- duties ------------------------------------------------------------------------------------------------------------------------


def tariff(claim: Claim, setting: Setting, told: set[str]) -> Iterator[Check]:
    """Checks of one duty: its rate on the text's day and today, and whether it was ever due on the goods of the text.

    told : goods whose lines have been told, to which it adds
    """
    if claim.role == "exemption" and claim.si in (None, 0.0):
        yield from _exemption(claim, setting)
        return
    if claim.role == "retaliation":
        yield _clause(claim, setting, "retaliation")
        return
    if claim.si is None:
        return
    origin = _origin(claim, setting)
    found = borders(origin) if origin else ()
    if not found:
        what = note("no added duty on goods of {origin} is on file", origin=origin) if origin else note("the text does not say whose goods")
        yield Check("unverifiable", "tariff", (claim.id,), what, (), setting.as_of)
        return
    for border in found:
        yield from _rate(claim, setting, border)
        yield from _lines(claim, setting, border, told)


def _origin(claim: Claim, setting: Setting) -> str | None:
    """Country whose goods pay the duty."""
    if claim.place and borders(claim.place):
        return claim.place
    if claim.place and any(border.importer == claim.place for border in borders(setting.country or "")):
        return setting.country
    return claim.place or setting.country


def _low_high(claim: Claim) -> tuple[float, float]:
    si = claim.si or 0.0
    return si if claim.low is None else claim.low, si if claim.high is None else claim.high


def meets(claim: Claim, rate: float) -> bool:
    """Whether a rate is that of a claim, or within its range."""
    low, high = _low_high(claim)
    return low - _SAME <= rate <= high + _SAME


def _rate(claim: Claim, setting: Setting, border: Border) -> Iterator[Check]:
    """Whether a rate was in force on the day of the text, and whether it is today; once where both are the same."""
    now = _now(claim, setting, border)
    then = _then(claim, setting, border)
    if then is not None and then.verdict != now.verdict:
        yield then
    yield now


def _then(claim: Claim, setting: Setting, border: Border) -> Check | None:
    """A rate on the days of its text; None: the text bears no day, or nothing is on file for it."""
    span = setting.span(claim)
    if span is None:
        return None
    matching = [duty for duty in border.on(*span) if meets(claim, duty.rate)]
    if not matching:
        return _announced(claim, setting, border) or _other_days(claim, border, span)
    told = with_(_in_force(border, matching[-1], spanned(span)), read_on(span[1], border.checked))
    return Check("consistent", "tariff then", (claim.id,), told, sources(matching[-1].source), span[0])


def _in_force(border: Border, duty: Duty, when: Note) -> Note:
    return note(
        "on {when}: {rate} on goods of {origin} at the border of {importer} ({basis}), {days}, but not on the lines of its exempt list",
        when=when,
        rate=percent(duty.rate),
        origin=border.origin,
        importer=border.importer,
        basis=duty.basis,
        days=days(duty.begins, duty.ends),
    )


def _now(claim: Claim, setting: Setting, border: Border) -> Check:
    """A rate on the day that is asked for."""
    today = (setting.as_of, setting.as_of)
    matching = [duty for duty in border.duties if meets(claim, duty.rate)]
    begun = [duty for duty in matching if duty.begins <= setting.as_of]
    there = [duty for duty in begun if duty.on(*today)]
    last_read = read_on(setting.as_of, border.checked)
    if there:
        told = with_(_in_force(border, there[-1], spanned(today)), last_read)
        return Check("consistent", "tariff", (claim.id,), told, sources(there[-1].source), setting.as_of)
    ordinary = _ordinary(claim, setting, border, border.column)
    if ordinary is not None:
        return ordinary
    if begun:
        duty = _meant(claim, setting, begun)
        later = [one for one in border.duties if duty.begins < one.begins <= setting.as_of]
        told = note("{rate} ended on {day}", rate=percent(duty.rate), day=duty.ends)
        parts = [note("{rate} {days} ({basis})", rate=percent(one.rate), days=days(one.begins, one.ends), basis=one.basis) for one in later]
        replaced = note("after it: {parts}", parts=together(parts, "; ")) if parts else note("no added duty on file after it")
        told = with_(told, _end(duty), replaced, last_read)
        named = sources(duty.source, *(one.source for one in later))
        return Check("outdated", "tariff", (claim.id,), told, named, setting.as_of)
    if matching:
        told = note("{rate} begins on {day}", rate=percent(matching[0].rate), day=matching[0].begins)
        return Check("not comparable", "tariff", (claim.id,), told, sources(matching[0].source), setting.as_of)
    return _ordinary(claim, setting, border, None) or _unmatched(claim, setting, border)


def _meant(claim: Claim, setting: Setting, begun: Sequence[Duty]) -> Duty:
    """Of several duties of one rate the one in force on the days of the text, else the last."""
    span = setting.span(claim)
    return next((duty for duty in reversed(begun) if span is not None and duty.on(*span)), begun[-1])


def _end(duty: Duty) -> Note | None:
    """Why a duty ended, as an act on file tells it that begins on the day after."""
    if duty.ends is None:
        return None
    following = duty.ends + timedelta(days=1)
    for act in laws().values():
        for state in act.states:
            if state.begins == following and act.on(duty.ends) is not None and duty.source == (act.on(duty.ends) or state).source:
                return note("{says}", says=state.says)
    return None


def _ordinary(claim: Claim, setting: Setting, border: Border, wanted: int | None) -> Check | None:
    """A rate that is the ordinary duty of one of the lines of the goods spoken of, alone or with what is added to it.

    wanted : the column, or None: any
    """
    span = setting.span(claim) or (setting.as_of, setting.as_of)
    for line in (line for commodity in _goods(claim, setting) for line in lines_of(border, commodity)):
        for column, rate in line.columns.items():
            if rate and meets(claim, rate) and wanted in (None, column):
                told = note(
                    "{rate} is the ordinary duty of column {column} on {line} ({title}); goods of {origin} pay column {own}",
                    rate=percent(rate),
                    column=column,
                    line=line.number,
                    title=line.title,
                    origin=border.origin,
                    own=border.column,
                )
                verdict = "consistent" if column == border.column else "not comparable"
                return Check(verdict, "tariff", (claim.id,), told, sources(line.source, border.relations), setting.as_of)
        ordinary = line.columns.get(border.column)
        for duty in border.on(*span) if ordinary else ():
            if not line.free(duty, max(span[0], duty.begins)) and meets(claim, (ordinary or 0.0) + duty.rate):
                told = note(
                    "{line} ({title}): ordinary {ordinary} + added {added} = {total}",
                    line=line.number,
                    title=line.title,
                    ordinary=percent(ordinary or 0.0),
                    added=percent(duty.rate),
                    total=percent((ordinary or 0.0) + duty.rate),
                )
                return Check("consistent", "tariff", (claim.id,), told, sources(line.source, duty.source), setting.as_of)
    return None


def _announced(claim: Claim, setting: Setting, border: Border) -> Check | None:
    """A rate that was only announced when the text was written."""
    day = setting.day or (setting.span(claim) or (None, None))[0]
    if day is None or any(duty.begins <= day and meets(claim, duty.rate) for duty in border.duties):
        return None
    for act in laws().values():
        state = act.on(day)
        ours = act.country == border.importer and border.origin in act.origins
        if not ours or state is None or act.announced is None or not meets(claim, act.announced[0]):
            continue
        there = border.on(day)
        told = with_(
            note("{title}: {says}", title=act.title, says=state.says),
            note("in force on {day}: {rates}", day=day, rates=_rates(there)),
            note("{effect}", effect=state.effect) if state.effect else None,
        )
        return Check("not comparable", "tariff then", (claim.id,), told, sources(state.source, *(one.source for one in there)), day)
    return None


def _other_days(claim: Claim, border: Border, span: tuple[date, date]) -> Check | None:
    """A rate that was in force before the days of the text, or after them."""
    matching = [duty for duty in border.duties if meets(claim, duty.rate)]
    if not matching:
        return None
    before = [duty for duty in matching if duty.begins <= span[0]]
    duty = before[-1] if before else matching[0]
    there = border.on(*span)
    told = with_(
        note(
            "{rate} on goods of {origin}: {days} ({basis})",
            rate=percent(duty.rate),
            origin=border.origin,
            days=days(duty.begins, duty.ends),
            basis=duty.basis,
        ),
        note("on {day}: {rates}", day=spanned(span), rates=_rates(there)),
    )
    named = sources(duty.source, *(one.source for one in there))
    return Check("outdated" if before else "not comparable", "tariff then", (claim.id,), told, named, span[0])


def _rates(duties: Sequence[Duty]) -> Note:
    if not duties:
        return note("no added duty")
    return together([note("{rate} ({basis})", rate=percent(one.rate), basis=one.basis) for one in duties], ", ")


def _unmatched(claim: Claim, setting: Setting, border: Border) -> Check:
    span = setting.span(claim) or (setting.as_of, setting.as_of)
    duties = border.on(*span)
    told = note(
        "on {when} the file has {rates} on goods of {origin} at the border of {importer}, not {rate}; duties under other titles, "
        "such as those on metals or against dumping, are not on file",
        when=spanned(span),
        rates=_rates(duties),
        origin=border.origin,
        importer=border.importer,
        rate=percent(claim.si or 0.0),
    )
    told = with_(told, read_on(span[1], border.checked))
    named = sources(*(one.source for one in duties)) or (border.relations,)
    return Check("unverifiable", "tariff", (claim.id,), told, named, setting.as_of)


def _goods(claim: Claim, setting: Setting) -> tuple[str, ...]:
    """Commodities that a duty may be about: its own, else all those of its text; grouped as their lines are."""
    if claim.commodity is not None:
        return (goods_of(claim.commodity),)
    return setting.goods


def _lines(claim: Claim, setting: Setting, border: Border, told: set[str]) -> Iterator[Check]:
    """Whether any added duty was ever due on the lines of the goods that the text speaks of."""
    begun = [duty for duty in border.duties if duty.begins <= setting.as_of]
    for commodity in _goods(claim, setting)[:_MOST]:
        lines = lines_of(border, commodity)
        key = f"{border.importer} {border.origin} {commodity}"
        if not begun or not lines or key in told:
            continue
        told.add(key)
        owed = [(line, [duty for duty in begun if _due(line, duty, setting.as_of)]) for line in lines]
        if any(duties for _, duties in owed):
            yield _due_on(claim, setting, border, commodity, owed)
        else:
            yield _never(claim, setting, border, commodity, lines, begun)


def _due(line: Line, duty: Duty, as_of: date) -> bool:
    days = line.owed(duty)
    return days is not None and days[0] <= as_of


def _numbers(lines: Iterable[Line]) -> str:
    return ", ".join(line.number for line in lines)


def _never(claim: Claim, setting: Setting, border: Border, commodity: str, lines: Sequence[Line], duties: Sequence[Duty]) -> Check:
    told = note(
        "{commodity}, {count:d} lines ({lines}): exempt from each of {duties:d} added duties since {first} ({rates}) from its first day; "
        "none of them was ever due on these lines; goods of {origin} pay the ordinary duty of column {column}",
        commodity=commodity,
        count=len(lines),
        lines=_numbers(lines),
        duties=len(duties),
        first=duties[0].begins,
        rates=together([percent(one.rate) for one in duties], ", "),
        origin=border.origin,
        column=border.column,
    )
    doubtful = [line for line in lines if line.confidence != "high"]
    doubt = note("{lines}: medium confidence for the last list", lines=_numbers(doubtful)) if doubtful else None
    lists = (border.lists.get(duty.exempt_list, "") for duty in duties)
    told = with_(told, doubt, read_on(setting.as_of, border.checked))
    return Check("not comparable", "tariff lines", (claim.id,), told, sources(*lists, lines[0].source), setting.as_of)


def _due_on(claim: Claim, setting: Setting, border: Border, commodity: str, owed: Sequence[tuple[Line, Sequence[Duty]]]) -> Check:
    due = [(line, duties) for line, duties in owed if duties]
    free = [line for line, duties in owed if not duties]
    parts = []
    for line, duties in due[:_TOLD]:
        spans = [(duty.rate, span) for duty in duties if (span := line.owed(duty)) is not None]
        rates = [note("{rate} {days}", rate=percent(rate), days=days(*span)) for rate, span in spans]
        parts.append(note("{line} ({title}): {rates}", line=line.number, title=line.title, rates=together(rates, ", ")))
    told = note(
        "{commodity}: added duties were due on {due:d} of {count:d} lines: {parts}",
        commodity=commodity,
        due=len(due),
        count=len(owed),
        parts=together(parts, "; "),
    )
    more = note("also on {lines}", lines=_numbers(line for line, _ in due[_TOLD:])) if len(due) > _TOLD else None
    rest = note("never on {lines}", lines=_numbers(free)) if free else None
    told = with_(told, more, rest, read_on(setting.as_of, border.checked))
    named = (due[0][0].source, *(duty.source for _, duties in due for duty in duties))
    return Check("consistent", "tariff lines", (claim.id,), told, sources(*named), setting.as_of)


def _exemption(claim: Claim, setting: Setting) -> Iterator[Check]:
    """An exemption from the duty: of an act's clause, or of goods whose lines are on file."""
    words = setting.sentence(claim).lower()
    origin = _origin(claim, setting)
    clause = next((act.clauses["exemption"] for act in laws().values() if "exemption" in act.clauses), None)
    if clause is not None and any(word in words for word in clause.words):
        yield _clause(claim, setting, "exemption")
        return
    span = setting.span(claim) or (setting.as_of, setting.as_of)
    goods = () if claim.commodity is None else (goods_of(claim.commodity),)
    for border in borders(origin) if origin else ():
        duties = border.on(*span)
        for commodity in goods:
            lines = lines_of(border, commodity)
            if not lines or not duties:
                continue
            free = [line for line in lines if all(line.free(duty, max(span[0], duty.begins)) for duty in duties)]
            told = note(
                "{day}: {free:d} of {count:d} lines of {commodity} exempt from {rates}: {lines}",
                day=spanned(span),
                free=len(free),
                count=len(lines),
                commodity=commodity,
                rates=_rates(duties),
                lines=_numbers(free) or note("none"),
            )
            verdict = "consistent" if len(free) == len(lines) else "impossible together" if not free else "not comparable"
            lists = (border.lists.get(duty.exempt_list, "") for duty in duties)
            yield Check(verdict, "exemption", (claim.id,), told, sources(*lists), setting.as_of)
            return
    told = note("exemptions are on file by tariff line; the statement names no goods with lines on file")
    if not origin:
        told = note("exemptions are on file by origin and tariff line; the text does not say whose goods")
    known_lists = tuple(source for border in (borders(origin) if origin else ()) for source in border.lists.values())
    yield Check("unverifiable", "exemption", (claim.id,), told, sources(*known_lists), setting.as_of)


def _clause(claim: Claim, setting: Setting, name: str) -> Check:
    """A clause of a letter, with what became of it."""
    clause = next((act.clauses[name] for act in laws().values() if name in act.clauses), None)
    if clause is None:
        return Check("unverifiable", name, (claim.id,), note("no such clause is on file"), (), setting.as_of)
    told = note("{says}; {found}", says=clause.says, found=clause.found)
    checked = max((border.checked for border in borders(_origin(claim, setting) or "")), default=None)
    told = with_(told, None if checked is None else read_on(setting.as_of, checked))
    return Check("unverifiable", name, (claim.id,), told, sources(clause.source), setting.as_of)
