"""Claims and verdicts in the terminal: what the text says, who says so, and what the arithmetic makes of it."""

from __future__ import annotations

import shlex
from typing import Any

from rich.console import Console
from rich.text import Text

from kenes.claims.claim import Check, Claim, Findings
from kenes.report import claims_words as told_by
from kenes.report.terminal import STATUS, would_have
from kenes.report.words import Words, words

__all__ = ["NARROWEST", "show"]

NARROWEST = 40
"""Columns below which lines are no longer broken, only wrapped by the terminal."""

LONGEST = 400
"""Characters of a stranger's words told in one place; ``--json`` and the page have them whole."""

MOST = 12
"""Verdicts named beside one claim."""

STYLES = {
    "impossible together": "bold red",
    "not comparable": "magenta",
    "outdated": "yellow",
    "unverifiable": "cyan",
    "consistent": "green",
}


def show(findings: Findings, console: Console, told: Words | None = None, appraisal: dict[str, Any] | None = None) -> None:
    """What was read, how many checks have each verdict, every claim, every check (the most serious first), conflicts, notes.

    told      : the reader's language; English where it is left out. Nothing in a text is obeyed: no markup, no control of the terminal.
    appraisal : what a screening found, as ``check --json`` tells it; None: not asked for
    """
    told = told or words()
    _head(findings, console, told)
    _claims(findings, console, told)
    _checks(findings, console, told)
    _conflicts(findings, console, told)
    if appraisal is not None:
        _appraisal(appraisal, console, told)
    _notes(findings, console, told)


def _head(findings: Findings, console: Console, told: Words) -> None:
    for text in findings.texts:
        _block(console, Text(_short(text.source or text.key), style="bold"))
        _block(console, Text(told_by.reading(text, told), style="dim"))
    if findings.as_of is not None:
        _block(console, Text(told.say("law as of {day}", day=told.date(findings.as_of)), style="dim"))
    _block(console, Text())
    row = Text(told.say("claims: {n}; checks: {m}", n=told.number(len(findings.claims)), m=told.number(len(findings.checks))), style="bold")
    for verdict, count in told_by.counts(findings.checks).items():
        if count:
            row.append("\n").append(f"  {told_by.verdict(verdict, told)}", STYLES[verdict]).append(f": {told.number(count)}", "not bold")
    _block(console, row)
    _block(console, Text())


def _claims(findings: Findings, console: Console, told: Words) -> None:
    if not findings.claims:
        _block(console, Text(told.say("No claim was found: no number of tonnes, grade, money, share, rank, count, tariff, law or date.")))
        _block(console, Text())
        return
    by_claim = told_by.checks_of(findings)
    names = {text.key: _short(text.source or text.key) for text in findings.texts}
    last: str | None = None
    title = told.say("Claims")
    if len(findings.texts) < 2:
        _block(console, Text(title, style="bold"))
    for claim in findings.claims:
        if len(findings.texts) > 1 and claim.text != last:
            last = claim.text
            _block(console, Text(f"{title}: {names.get(claim.text, _short(claim.text))}", style="bold"))
        _claim(claim, by_claim.get(claim.id, []), console, told)
    _block(console, Text())


def _claim(claim: Claim, checks: list[tuple[int, Check]], console: Console, told: Words) -> None:
    value, about = told_by.value(claim, told), told_by.about(claim, told)
    head = Text(value, style="bold").append(f"{'  ' if value else ''}{told_by.kind(claim.kind, told)}", "not bold")
    if about:
        head.append(f": {_short(about)}", "not bold")
    body = Text(f"“{_short(claim.quote)}”").append(" – ", "dim")
    body.append(told.say("the text itself") if claim.speaker is None else _short(claim.speaker), "dim")
    flags = told_by.flags(claim, told)
    if flags:
        body.append(f"\n{_short(flags)}", "dim")
    if checks:
        body.append("\n")
        for place, (number, check) in enumerate(sorted(checks, key=_seriousness)[:MOST]):
            body.append(", " if place else "").append(f"{told_by.verdict(check.verdict, told)} ({number})", STYLES[check.verdict])
        body.append(f", … {told.number(len(checks))}" if len(checks) > MOST else "")
    _block(console, head, _short(claim.id, 12), 6)
    _block(console, body, "", 6)


def _seriousness(numbered: tuple[int, Check]) -> tuple[int, int]:
    return told_by.SERIOUS.index(numbered[1].verdict), numbered[0]


def _checks(findings: Findings, console: Console, told: Words) -> None:
    if not findings.checks:
        return
    _block(console, Text(told.say("Checks"), style="bold"))
    for number, check in sorted(enumerate(findings.checks, 1), key=_seriousness):
        head = Text(told_by.verdict(check.verdict, told), style=STYLES[check.verdict])
        head.append(f"  {told_by.rule(check.rule, told)}", "not bold default").append(
            f": {_short(', '.join(check.claims))}", "not bold default"
        )
        if check.as_of is not None:
            head.append(told.say(", as of {day}", day=told.date(check.as_of)), "not bold default")
        body = Text(told_by.in_line(told.note(check.arithmetic)))
        if check.sources:
            body.append("\n" + told.say("sources: {sources}", sources=told_by.in_line("; ".join(check.sources))), "dim")
        _block(console, head, str(number), 6)
        _block(console, body, "", 6)
    _block(console, Text())


def _conflicts(findings: Findings, console: Console, told: Words) -> None:
    if not findings.conflicts:
        return
    _block(console, Text(told.say("Conflicts, listed and never averaged"), style="bold"))
    for conflict in findings.conflicts:
        head = Text(f"{_short(conflict.subject)}, {told_by.conflict(conflict, told)}: {_short(', '.join(conflict.claims))}")
        _block(console, head, "!", 6)
        _block(console, Text(told_by.in_line(told.note(conflict.arithmetic))), "", 6)
    _block(console, Text())


def _appraisal(appraisal: dict[str, Any], console: Console, told: Words) -> None:
    _block(console, Text(told.say("What would have to be true"), style="bold"))
    if appraisal["template"] is not None:
        used = told.say(
            "claims {claims}, the rest from the template {template}", claims=", ".join(appraisal["used"]), template=appraisal["title"]
        )
        _block(console, Text(_short(f"{appraisal['name'] or ''}: {used}".removeprefix(": "))), "", 1)
    report = appraisal["report"]
    if report is None:
        reason = told_by.in_line(told.note(appraisal["reason"]))
        _block(console, Text(told.say("no screening: {reason}", reason=reason), style="yellow"), "", 1)
    else:
        status = report["status"]
        _block(console, Text(told.say(STATUS[status]), style="yellow"), "", 1)
        if "what_would_have_to_be_true" in report:
            _block(console, Text(would_have(report["what_would_have_to_be_true"], told), style="bold"), "", 1)
        for level in told_by.LEVELS:
            worth = told.say("{amount} million {currency}", amount=told.money(report["npv"][level]), currency=report["currency"])
            _block(console, Text(f"{told.say('NPV {level}', level=told.name(level))}: {worth}"), "", 1)
        number = told.number(len(appraisal["assumed"]))
        _block(console, Text(told.say("numbers that no claim states, borrowed or assumed: {n}", n=number), style="dim"), "", 1)
    for caveat in appraisal["caveats"]:
        _block(console, Text(told_by.in_line(caveat), style="dim"), "•", 3)
    if appraisal["project"] is not None:
        _block(
            console,
            Text(told.say("all of it: kenes appraise {file}", file=told_by.in_line(shlex.quote(appraisal["project"]))), style="dim"),
            "",
            1,
        )
    _block(console, Text())


def _notes(findings: Findings, console: Console, told: Words) -> None:
    notes = [told.note(note) for note in told_by.of_all(findings)]
    for text in findings.texts:
        before = f"{_short(text.source or text.key)}: " if len(findings.texts) > 1 else ""
        notes += [f"{before}{told.note(note)}" for note in text.notes]
    if told.lang != "en":
        notes.append(told.say("what is quoted from files and from law on file stays in the language of the file"))
    if notes:
        _block(console, Text(told.say("Notes"), style="bold"))
        for note in notes:
            _block(console, Text(told_by.in_line(note)), "•", 3)


def _short(text: str, most: int = LONGEST) -> str:
    """Strangers' words in one line, no longer than this."""
    line = told_by.in_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _block(console: Console, text: Text, mark: str = "", indent: int = 0) -> None:
    """A text under a hanging indent, broken between words where the console is wide enough; its mark stands before the first line."""
    width = max(console.width, NARROWEST) - indent
    whole = Text()
    lines = [part for line in text.split("\n", allow_blank=True) for part in _broken(line, console, width)]
    for number, line in enumerate(lines):
        before = f" {mark}".ljust(indent) if indent and not number and mark else " " * indent
        whole.append("\n" if number else "").append(before, "dim" if mark else "").append_text(line)
    console.print(whole, soft_wrap=True, highlight=False, markup=False, emoji=False)


def _broken(line: Text, console: Console, width: int) -> list[Text]:
    """A line as so many as it needs. Most need one, and rich takes its time over each that it looks at."""
    if line.cell_len <= width:
        return [line]
    parts = list(line.wrap(console, width, overflow="fold"))
    for part in parts:
        part.rstrip()
    return parts
