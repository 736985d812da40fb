"""How claims and verdicts are told: labels, signs, normalised values, and quotes of strangers made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from kenes.claims.acts import law
from kenes.claims.claim import Check, Claim, Conflict, Findings, Text
from kenes.claims.lexicon import table
from kenes.report.cells import plainly
from kenes.report.terms import TERMS
from kenes.report.words import Words, mark

__all__ = [
    "KINDS",
    "LEVELS",
    "SERIOUS",
    "SIGNS",
    "VERDICTS",
    "about",
    "checks_of",
    "commodity",
    "conflict",
    "counts",
    "flags",
    "harmless",
    "in_line",
    "kind",
    "of_all",
    "reading",
    "rule",
    "value",
    "verdict",
    "worst",
]

KINDS = {
    "tonnage": mark("tonnage"),
    "grade": mark("grade"),
    "contained": mark("contained tonnage"),
    "in_situ_value": mark("value in the ground"),
    "capital": mark("capital or investment"),
    "price": mark("price"),
    "money": mark("sum of money"),
    "share": mark("share"),
    "rank": mark("rank"),
    "count": mark("number of things"),
    "tariff": mark("tariff"),
    "law": mark("act of law"),
    "date": mark("date"),
    "life": mark("years of life"),
    "capacity": mark("yearly output"),
}
"""What kind of statement a claim is."""

VERDICTS = {
    "impossible together": mark("These numbers cannot all hold."),
    "not comparable": mark("These are numbers of unlike things: nothing follows from setting one beside the other."),
    "outdated": mark("It held once; on the day asked about it holds no more."),
    "unverifiable": mark("Nothing on file can say so or deny it."),
    "consistent": mark("The numbers agree. Whether they are true is not said."),
}
"""What each verdict means, the most serious first."""

NAMES = {
    "impossible together": mark("impossible together"),
    "not comparable": mark("not comparable"),
    "outdated": mark("outdated"),
    "unverifiable": mark("unverifiable"),
    "consistent": mark("consistent"),
}

SERIOUS = tuple(VERDICTS)
"""Verdicts, the most serious first."""

SIGNS = {"impossible together": "✗", "not comparable": "≠", "outdated": "◷", "unverifiable": "?", "consistent": "✓"}
"""A sign beside each verdict, which is never told by colour alone."""

RULES = {
    "category": mark("category of reserves and resources"),
    "form": mark("ore, oxide, element and metal"),
    "implied grade": mark("implied grade"),
    "implied tonnage": mark("implied tonnage"),
    "recovery": mark("share recovered"),
    "value": mark("value against price"),
    "shares": mark("sum of shares"),
    "sum": mark("sum of parts"),
    "part": mark("part of a whole"),
    "reserves": mark("share of reserves"),
    "production": mark("share of production"),
    "list": mark("list of minerals"),
    "list then": mark("list of minerals at the time"),
    "names of a list": mark("names of a list"),
    "tariff lines": mark("tariff on these lines"),
    "tariff then": mark("tariff at the time"),
    "exemption": mark("exemption from the tariff"),
    "retaliation": mark("answer to other duties"),
    "law then": mark("act of law at the time"),
    "date of law": mark("date of an act"),
    "tax": mark("tax"),
    "tax then": mark("tax at the time"),
}
"""What a check tests, where that is no kind of claim."""

THINGS = {
    "deposits": mark("deposits"),
    "sites": mark("sites"),
    "licences": mark("licences"),
    "contracts": mark("contracts"),
    "minerals": mark("minerals"),
    "companies": mark("companies"),
    "heads of companies": mark("heads of companies"),
    "agencies": mark("agencies"),
    "mines": mark("mines"),
    "plants": mark("plants"),
    "projects": mark("projects"),
    "countries": mark("countries"),
    "wells": mark("wells"),
    "people": mark("people"),
}
"""What is counted."""

RANKED = {"reserves": mark("by reserves"), "production": mark("by production")}

HEDGES = {
    "about": mark("about {amount}"),
    "more than": mark("more than {amount}"),
    "at least": mark("at least {amount}"),
    "less than": mark("less than {amount}"),
    "up to": mark("up to {amount}"),
    "may": mark("perhaps {amount}"),
}

FORMS = {
    "ore": mark("ore"),
    "concentrate": mark("concentrate"),
    "oxide": mark("as oxide"),
    "element": mark("as element"),
    "metal": mark("metal"),
}

CATEGORIES = {
    "reserve": mark("reserves"),
    "proven": mark("proven reserves"),
    "probable": mark("probable reserves"),
    "resource": mark("resources"),
    "measured": mark("measured resources"),
    "indicated": mark("indicated resources"),
    "inferred": mark("inferred resources"),
    "forecast": mark("forecast"),
    "exploration target": mark("exploration target"),
}

ROLES = {"rate": mark("rate of a duty"), "exemption": mark("exemption"), "retaliation": mark("retaliation")}

LEVELS = ("pre_fiscal", "pre_tax", "after_tax")
"""Levels of worth told of a screening."""

READ = {"plain": mark("plain text"), "html": mark("web page"), "pdf": mark("PDF")}

MOST, LEAST = 1e18, 1e-9
"""Beyond these a number is told by a power of ten, so that no line grows without end."""

TRACE = 0.001
"""A grade below this is told in grams a tonne too."""


# --- strangers' words ----------------------------------------------------------------------------------------------------------

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]")
_BREAK = re.compile("\r\n?|[\u2028\u2029]")


def harmless(text: str) -> str:
    """A stranger's text without what a reader cannot see: controls of a terminal or printer, of the direction of writing, halves of
    characters. Ends of lines and tabs stay.

    >>> harmless("a\\x1b[31mb\\u202ec\\r\\nd")
    'a [31mbc\\nd'
    """
    return _UNSEEN.sub("", _CONTROL.sub(" ", _BREAK.sub("\n", text)))


def in_line(text: str) -> str:
    """The same in one line."""
    return " ".join(harmless(text).split())


# --- labels --------------------------------------------------------------------------------------------------------------------


def kind(claim_kind: str, words: Words) -> str:
    """Label of a kind of claim."""
    return words.say(KINDS[claim_kind]) if claim_kind in KINDS else in_line(words.name(claim_kind))


def rule(name: str, words: Words) -> str:
    """Label of a rule by which a check was made."""
    if name in RULES:
        return words.say(RULES[name])
    return kind(name, words)


def verdict(name: str, words: Words) -> str:
    """A verdict with its sign: "✗ impossible together"."""
    return f"{SIGNS[name]} {words.say(NAMES[name])}"


def counts(checks: Iterable[Check]) -> dict[str, int]:
    """How many checks have each verdict, the most serious first, those of none too."""
    found = dict.fromkeys(SERIOUS, 0)
    for check in checks:
        found[check.verdict] += 1
    return found


def worst(checks: Iterable[Check]) -> str | None:
    """The most serious verdict, or None where there is no check."""
    return min((check.verdict for check in checks), key=SERIOUS.index, default=None)


def reading(text: Text, words: Words) -> str:
    """How a text was read: language, day, form, length."""
    from babel import Locale

    names = Locale.parse(words.lang).languages
    parts = [str(names.get(text.language, in_line(text.language)))]
    parts.append(words.say("of {day}", day=words.date(text.dated)) if text.dated else words.say("bears no date"))
    if text.content and text.whole:
        parts.append(words.say(READ[text.kind]) if text.kind in READ else in_line(text.kind))
        parts.append(words.say("{n} characters", n=words.number(len(text.content))))
    else:
        parts.append(words.say("its quotes alone"))
    return ", ".join(parts)


# --- values --------------------------------------------------------------------------------------------------------------------


def value(claim: Claim, words: Words) -> str:
    """The normalised value: tonnes, percent, USD, years, a count; a range as such; with its hedge. "" where a statement has no number."""
    if claim.kind == "law":
        return _law(claim, words)
    amount = _amount(claim, words)
    role = words.say(ROLES[claim.role]) if claim.kind == "tariff" and claim.role in ROLES else ""
    if not amount:
        return role
    if claim.hedge in HEDGES:
        amount = words.say(HEDGES[claim.hedge], amount=amount)
    if claim.kind == "count" and claim.role is not None:
        thing = words.say(THINGS[claim.role]) if claim.role in THINGS else in_line(words.name(claim.role))
        return words.say("{amount} {thing}", amount=amount, thing=thing)
    return f"{amount} ({role})" if role else amount


def _law(claim: Claim, words: Words) -> str:
    """Title of an act, or the key that a dossier gave it."""
    if claim.role is None:
        return ""
    act = law(claim.role)
    return in_line(words.name(claim.role) if act is None else act.title)


def _amount(claim: Claim, words: Words) -> str:
    if claim.kind == "date":
        return _date(claim, words)
    if claim.si is None:
        if claim.value is None:
            return ""
        unit = "" if claim.unit == "1" else f" {in_line(words.unit(claim.unit))}"
        return f"{_figure(claim.value, words)}{unit}"
    if claim.low is not None and claim.high is not None:
        low, high = _measured(claim, claim.low, words), _measured(claim, claim.high, words)
        return words.say("{low} to {high}", low=low, high=high)
    one = _measured(claim, claim.si, words)
    if claim.of is None:
        return one
    return words.say("{part} of {whole}", part=one, whole=_measured(claim, claim.of, words))


def _measured(claim: Claim, amount: float, words: Words) -> str:
    """One number in the unit of its kind."""
    told = _figure(amount, words)
    match claim.kind:
        case "tonnage" | "contained":
            return f"{told} {words.unit('t')}"
        case "grade" if 0 < abs(amount) < TRACE:
            return words.say("{grams} g/t ({percent})", grams=_figure(amount * 1e6, words), percent=_percent(amount, words))
        case "grade" | "share" | "tariff":
            return _percent(amount, words)
        case "in_situ_value" | "capital" | "money":
            if abs(amount) >= 1e6:
                return words.say("{amount} million {currency}", amount=_figure(amount / 1e6, words), currency="USD")
            return f"{told} USD"
        case "price":
            return f"{told} {words.unit('USD/t')}"
        case "rank":
            return words.say("place {n}", n=told)
        case "life":
            return words.say("{years} years", years=told)
        case "capacity":
            return f"{told} {words.unit('t/year')}"
        case _:
            return told


def _percent(share: float, words: Words) -> str:
    return words.percent_form.format(_figure(100 * share, words))


def _date(claim: Claim, words: Words) -> str:
    if claim.when is not None:
        try:
            return words.date(date.fromisoformat(claim.when))
        except ValueError:
            return in_line(claim.when)
    year = claim.si if claim.si is not None else claim.value
    return "" if year is None else words.year(round(year)) if abs(year) < 1e4 else _figure(year, words)


def _figure(amount: float, words: Words) -> str:
    """A number of any size, readable up to the widest that a line can bear."""
    size = abs(amount)
    if size and not LEAST <= size < MOST:
        return words.format(amount, ".3e")
    return plainly(amount, words)


def about(claim: Claim, words: Words) -> str:
    """What it is about: commodity, form, category with its code, subject, place, the year or day meant."""
    parts = []
    if claim.commodity is not None:
        parts.append(commodity(claim.commodity, words))
    if claim.form is not None:
        parts.append(words.say(FORMS[claim.form]) if claim.form in FORMS else claim.form)
    category = "" if claim.category is None else _category(claim.category, words)
    if category or claim.code:
        parts.append(" ".join(part for part in (category, f"({claim.code})" if claim.code else "") if part))
    parts += [part for part in (claim.subject, claim.place) if part is not None]
    if claim.kind == "rank":
        if claim.role is not None:
            parts.append(words.say(RANKED[claim.role]) if claim.role in RANKED else claim.role)
        if claim.others:
            parts.append(words.say("after {others}", others=", ".join(claim.others)))
    elif claim.role is not None and claim.kind not in ("count", "law", "tariff"):
        parts.append(words.name(claim.role))
    if claim.when is not None and claim.kind != "date":
        parts.append(claim.when)
    return in_line(", ".join(parts))


def _category(name: str, words: Words) -> str:
    """ "proven+probable" and the like by its parts; letters of a state balance as they are."""
    return " + ".join(words.say(CATEGORIES[part]) if part in CATEGORIES else part for part in name.split("+"))


def flags(claim: Claim, words: Words) -> str:
    """What was assumed in reading it, and what the editor of a dossier adds."""
    parts: Sequence[str] = [words.note(flag) for flag in claim.flags]
    if claim.page is not None:
        parts = [*parts, words.say("page {page}", page=claim.page)]
    if claim.note is not None:
        parts = [*parts, claim.note]
    return in_line("; ".join(parts))


def conflict(one: Conflict, words: Words) -> str:
    """What statements differ about: "tonnage of rare earths"."""
    if one.commodity is None:
        return kind(one.kind, words)
    return words.say("{kind} of {commodity}", kind=kind(one.kind, words), commodity=commodity(one.commodity, words))


def commodity(name: str, words: Words) -> str:
    """Label of a commodity; where the program has none, the word by which the reader's language knows it."""
    known = name.replace(" ", "_")
    if words.lang == "en" or known in TERMS or name in TERMS:
        return in_line(words.name(known if known in TERMS else name))
    entry = table("commodities").get(name, {})
    plain = [phrase for phrase in entry.get(words.lang, ()) if not phrase.startswith("=") and not phrase.endswith("*")]
    return plain[0] if plain else in_line(name)


def checks_of(findings: Findings) -> dict[str, list[tuple[int, Check]]]:
    """Checks by the claims they are about, each with its number, counted from 1."""
    found: dict[str, list[tuple[int, Check]]] = {}
    for number, check in enumerate(findings.checks, 1):
        for id_ in dict.fromkeys(check.claims):
            found.setdefault(id_, []).append((number, check))
    return found


def of_all(findings: Findings) -> list[str]:
    """Notes that are of no single text."""
    told = {note for text in findings.texts for note in text.notes}
    return [note for note in findings.notes if note not in told]
