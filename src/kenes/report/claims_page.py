"""Claims and verdicts as one page: the text with its claims marked, the verdicts in the margin; nothing fetched, no script."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kenes.claims.claim import Check, Claim, Conflict, Findings, Text
from kenes.claims.telling import told
from kenes.report import claims_words as told_by
from kenes.report.claims_text import Block, blocks
from kenes.report.terminal import STATUS, would_have
from kenes.report.words import Words, mark

__all__ = ["SECTIONS", "page"]

SECTIONS = {
    "summary": mark("Verdicts"),
    "texts": mark("The text with its claims"),
    "claims": mark("Claims"),
    "checks": mark("Checks and their sources"),
    "conflicts": mark("Conflicts"),
    "appraisal": mark("What would have to be true"),
    "notes": mark("Notes"),
    "again": mark("How to make this page again"),
}
"""Sections in their order, with their titles."""

MOST = 1_500
"""Claims, checks and conflicts shown at most."""

LONGEST = 600
"""Characters of a quote in the table; the text has it whole."""

FIRST = 12
"""Verdicts told in the summary."""

CLASSES = {
    "impossible together": "impossible",
    "not comparable": "unlike",
    "outdated": "outdated",
    "unverifiable": "unknown",
    "consistent": "consistent",
}
"""Class of each verdict in the style sheet."""

QUIET = ("consistent", "unverifiable")
"""Verdicts that stand closed in the margin until a reader opens them."""

TALL = 240
"""Characters of arithmetic from which other verdicts stand closed too, but for the most serious: a margin must not outgrow its text."""


def page(findings: Findings, words: Words, command: str, appraisal: dict[str, Any] | None = None) -> str:
    """The whole page as text.

    command : how it is made, as typed; appraisal : what a screening found, as ``check --json`` tells it; None: not asked for
    """
    css = _shipped("report.css") + _shipped("claims.css")
    laid = _Layout(findings, words)
    titles = {id_: words.say(title) for id_, title in SECTIONS.items()}
    for id_, there in (("conflicts", findings.conflicts), ("appraisal", appraisal)):
        if not there:
            del titles[id_]
    json = told(findings)
    return str(
        _template().render(
            policy=_policy(css),
            css=Markup(css),
            lang=words.lang,
            say=words.say,
            number=words.number,
            breakable=_breakable,
            harmless=told_by.in_line,
            title=_title(findings, words),
            titles=titles,
            places={id_: place for place, id_ in enumerate(titles, 1)},
            as_of=words.date(findings.as_of),
            counts=[(_sign(verdict, words), words.number(n)) for verdict, n in told_by.counts(findings.checks).items()],
            meanings=[(_sign(verdict, words), words.say(meaning)) for verdict, meaning in told_by.VERDICTS.items()],
            serious=laid.serious(),
            texts=[laid.text(text) for text in findings.texts],
            claims=[laid.claim(claim) for claim in laid.claims],
            cards=list(laid.cards.values()),
            conflicts=laid.conflicts,
            left_out=laid.left_out(),
            notes=[told_by.in_line(words.note(note)) for note in told_by.of_all(findings)],
            screening=None if appraisal is None else _screening(appraisal, words, laid),
            command=told_by.in_line(command),
            born=json["born"],
            read=json["texts"],
        )
    )


# --- what the template lays out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sign:
    """A verdict: its class in the style sheet, its sign, its words."""

    style: str
    sign: str
    name: str


@dataclass(frozen=True, slots=True)
class _Link:
    """A claim, by its id and its place on the page. sign : its most serious verdict, or None."""

    label: str
    place: int
    sign: _Sign | None


@dataclass(frozen=True, slots=True)
class _Card:
    """A check as the page tells it.

    rank   : place of its verdict among all, 0 the most serious
    quiet  : whether the verdict is of no consequence
    closed : whether its arithmetic waits in the margin until it is asked for
    """

    number: int
    sign: _Sign
    rule: str
    arithmetic: str
    claims: tuple[_Link, ...]
    sources: tuple[str, ...]
    as_of: str
    rank: int
    quiet: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A piece of a text with what stands beside it. cards : checks told here; others : checks told elsewhere; conflicts : their numbers."""

    block: Block
    skipped: str
    cards: tuple[_Card, ...]
    others: tuple[_Card, ...]
    conflicts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A text: its name, how it was read, its pieces, then quotes that do not stand in it."""

    name: str
    reading: str
    lang: str
    notes: tuple[str, ...]
    rows: tuple[_Row, ...]
    quotes: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A claim in the table."""

    link: _Link
    kind: str
    value: str
    quote: str
    about: str
    speaker: str
    flags: str
    checks: tuple[_Card, ...]


@dataclass(frozen=True, slots=True)
class _Differing:
    """A conflict in its list."""

    number: int
    subject: str
    what: str
    claims: tuple[_Link, ...]
    arithmetic: str


class _Layout:
    """Findings, laid out for one page: who links to whom."""

    def __init__(self, findings: Findings, words: Words) -> None:
        self.findings, self.words = findings, words
        self.claims = findings.claims[:MOST]
        by_claim = told_by.checks_of(findings)
        self.links: dict[str, _Link] = {}
        for place, claim in enumerate(self.claims, 1):
            worst = told_by.worst(check for _, check in by_claim.get(claim.id, ()))
            self.links.setdefault(claim.id, _Link(_short(claim.id, 24), place, None if worst is None else _sign(worst, words)))
        self.cards = {number: self._card(number, check) for number, check in enumerate(findings.checks[:MOST], 1)}
        self.of_claim = {id_: [self.cards[n] for n, _ in found if n in self.cards] for id_, found in by_claim.items()}
        self.conflicts = [self._conflict(number, one) for number, one in enumerate(findings.conflicts[:MOST], 1)]
        self.disputed: dict[str, list[int]] = {}
        for number, one in enumerate(findings.conflicts[:MOST], 1):
            for id_ in one.claims:
                self.disputed.setdefault(id_, []).append(number)
        self.placed: set[int] = set()

    def links_of(self, ids: Sequence[str]) -> tuple[_Link, ...]:
        """Links to claims, those that the page does not show left out."""
        return tuple(self.links[id_] for id_ in dict.fromkeys(ids) if id_ in self.links)

    def _card(self, number: int, check: Check) -> _Card:
        words, arithmetic, rank = self.words, told_by.in_line(self.words.note(check.arithmetic)), told_by.SERIOUS.index(check.verdict)
        return _Card(
            number,
            _sign(check.verdict, words),
            told_by.rule(check.rule, words),
            arithmetic,
            self.links_of(check.claims),
            tuple(told_by.in_line(source) for source in check.sources),
            "" if check.as_of is None else words.date(check.as_of),
            rank,
            check.verdict in QUIET,
            check.verdict in QUIET or (rank > 0 and len(arithmetic) > TALL),
        )

    def _conflict(self, number: int, one: Conflict) -> _Differing:
        arithmetic = told_by.in_line(self.words.note(one.arithmetic))
        return _Differing(number, told_by.in_line(one.subject), told_by.conflict(one, self.words), self.links_of(one.claims), arithmetic)

    def serious(self) -> list[_Card]:
        """Checks that a reader must see first: all but those of no consequence, the most serious first."""
        return sorted((card for card in self.cards.values() if not card.quiet), key=_seriousness)[:FIRST]

    def left_out(self) -> str:
        """What the page does not show, "" where it shows all."""
        total = len(self.findings.claims) + len(self.findings.checks) + len(self.findings.conflicts)
        kept = len(self.claims) + len(self.cards) + len(self.conflicts)
        if total == kept:
            return ""
        return self.words.say(
            "This page shows the first {most} claims, checks and conflicts; {left} are left out and stand in --json.",
            most=self.words.number(MOST),
            left=self.words.number(total - kept),
        )

    def claim(self, claim: Claim) -> _Told:
        """A claim as the table tells it."""
        words = self.words
        return _Told(
            self.links[claim.id],
            told_by.kind(claim.kind, words),
            told_by.value(claim, words),
            _short(claim.quote, LONGEST),
            told_by.about(claim, words),
            words.say("the text itself") if claim.speaker is None else _short(claim.speaker, LONGEST),
            told_by.flags(claim, words),
            tuple(self.of_claim.get(claim.id, ())),
        )

    def text(self, text: Text) -> _Part:
        """A text with what stands in its margin. Each check is told once, beside its first claim on the page."""
        words = self.words
        rows = [self._row(block) for block in blocks(text.content, [claim for claim in self.claims if claim.text == text.key], self)]
        notes = [told_by.in_line(words.note(note)) for note in text.notes]
        name = told_by.in_line(text.source or text.key)
        pieces, quotes = (tuple(row for row in rows if row.block.quote is quoted) for quoted in (False, True))
        return _Part(name, told_by.reading(text, words), text.language, tuple(notes), pieces, quotes)

    def _row(self, block: Block) -> _Row:
        words, (paragraphs, characters) = self.words, block.skipped
        skipped = ""
        if paragraphs:
            skipped = words.say(
                "paragraphs without a claim, not shown: {n}, of {characters} characters",
                n=words.number(paragraphs),
                characters=words.number(characters),
            )
        beside = {card.number: card for claim in block.claims for card in self.of_claim.get(claim.id, ())}
        ordered = sorted(beside.values(), key=_seriousness)
        cards = tuple(card for card in ordered if card.number not in self.placed)
        others = tuple(card for card in ordered if card.number in self.placed)
        self.placed |= beside.keys()
        conflicts = sorted({number for claim in block.claims for number in self.disputed.get(claim.id, ())})
        return _Row(block, skipped, cards, others, tuple(conflicts))

    # How a claim looks in its text (`claims_text.Look`).

    def style(self, claims: Sequence[Claim]) -> str:
        """Class of words: that of the most serious verdict on any claim that quotes them."""
        signs = [link.sign.style for link in (self.links[claim.id] for claim in claims) if link.sign is not None]
        worst = next((style for style in CLASSES.values() if style in signs), "unchecked")
        return f"{worst} deep" if len(claims) > 1 else worst

    def anchor(self, claim: Claim) -> Markup:
        """Where a link to the words leads."""
        return Markup('<span id="text-{}"></span>').format(self.links[claim.id].place)

    def chip(self, claim: Claim) -> Markup:
        """Its id and the sign of its most serious verdict, a link to its row in the table."""
        link = self.links[claim.id]
        if link.sign is None:
            return Markup('<a class="chip" href="#claim-{}">{}</a>').format(link.place, link.label)
        label = self.words.say("{claim}: {verdict}", claim=link.label, verdict=link.sign.name)
        return Markup('<a class="chip {}" href="#claim-{}" title="{}">{}<span aria-hidden="true"> {}</span></a>').format(
            link.sign.style, link.place, label, link.label, link.sign.sign
        )


@dataclass(frozen=True, slots=True)
class _Screening:
    """A screening as the page tells it.

    status, would : what its result is, and what would have to be true; "" where there is none
    reason        : why there is none, or ""
    worth         : levels of worth with their amounts
    assumed       : path, number, why or whence
    """

    of: str
    status: str
    would: str
    reason: str
    template: str
    claims: tuple[_Link, ...]
    worth: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]
    assumed: tuple[tuple[Markup, str, str], ...]
    command: str


def _screening(appraisal: dict[str, Any], words: Words, laid: _Layout) -> _Screening:
    report, project = appraisal["report"], appraisal["project"]
    status = would = ""
    worth: tuple[tuple[str, str], ...] = ()
    if report is not None:
        kind = report["status"]
        status = words.say(STATUS[kind])
        would = would_have(report["what_would_have_to_be_true"], words) if "what_would_have_to_be_true" in report else ""
        worth = tuple(
            (
                words.say("NPV {level}", level=words.name(level)),
                words.say("{amount} million {currency}", amount=words.money(report["npv"][level]), currency=report["currency"]),
            )
            for level in told_by.LEVELS
        )
    return _Screening(
        told_by.in_line(appraisal["name"] or ""),
        status,
        told_by.in_line(would),
        told_by.in_line(words.note(appraisal["reason"] or "")),
        told_by.in_line(appraisal["title"] or ""),
        laid.links_of(appraisal["used"]),
        worth,
        tuple(told_by.in_line(caveat) for caveat in appraisal["caveats"]),
        tuple(
            (_dotted(told_by.in_line(one["path"])), told_by.in_line(one["value"]), told_by.in_line(one["why"]))
            for one in appraisal["assumed"]
        ),
        "" if project is None else told_by.in_line(f"kenes appraise {shlex.quote(project)}"),
    )


def _sign(verdict: str, words: Words) -> _Sign:
    sign, _, name = told_by.verdict(verdict, words).partition(" ")
    return _Sign(CLASSES[verdict], sign, name)


def _seriousness(card: _Card) -> tuple[int, int]:
    return card.rank, card.number


def _short(text: str, most: int) -> str:
    """Strangers' words in one line, no longer than this: a quote, or an id that a person wrote in a dossier."""
    line = told_by.in_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _title(findings: Findings, words: Words) -> str:
    """The first text by its file name, and how many others there are."""
    if not findings.texts:
        return words.say("no text")
    first, others = findings.texts[0], len(findings.texts) - 1
    line = told_by.in_line(first.source or first.key)
    name = line.rpartition("/")[2] or line
    return words.say("{name} and other texts: {n}", name=name, n=words.number(others)) if others else name


# --- page ----------------------------------------------------------------------------------------------------------------------


def _policy(css: str) -> str:
    """What the page may do: wear its own style, known by its hash. It runs no script and fetches nothing."""
    known = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{known}'; img-src data:; base-uri 'none'; form-action 'none'"


def _breakable(digest: str) -> Markup:
    """A long run of letters that may break anywhere."""
    return Markup("<wbr>").join(digest[k : k + 16] for k in range(0, len(digest), 16))


def _dotted(path: str) -> Markup:
    """A path of a project file, which may break after its dots."""
    *parts, last = path.split(".")
    return Markup("").join([*(Markup("{}.<wbr>").format(part) for part in parts), Markup("{}").format(last)])


def _shipped(name: str) -> str:
    return (resources.files("kenes.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(_shipped("claims.html"))
