"""How many claims are found, and how many of those found are there? Precision and recall of ``kenes check`` on a corpus.

    python benchmarks/claims.py tests/corpus [--show] [--language kk] [--kind grade] [--case NAME]

Every text is read as ``kenes check FILE`` reads it, its language guessed. A claim found is one expected if the kind is the same, ``si``
is equal to a millionth (or neither has one) and their words overlap; each counts once. A corpus fault ends with exit code 2, anything
else with 0. The last line is for machines.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus import LANGUAGES, NUMBERS, Case, Judged, Wanted, read
from rich.console import Console
from rich.table import Table

from kenes import units
from kenes.claims.claim import KINDS, Check, Claim, Findings
from kenes.errors import InputError

GOAL = 0.95
_SAME = 1e-6
_LETTERS = str.maketrans("АВСРавср", "ABCPABCP")


@dataclass(slots=True)
class Score:
    """Counts of one group: found and expected, found and not expected, expected and not found."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is there; 1 where nothing was found."""
        found = self.right + self.extra
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 where nothing is there."""
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.extra + other.extra, self.missed + other.missed)


@dataclass(slots=True)
class Measured:
    """One case, run.

    pairs           : expected and found, one to one
    missed, extra   : the rest of each
    unmet, wrong    : expected checks that none found answers; found checks that answer none though the case tells of their rule
    met, right      : how many are answered, and how many answer
    error           : what the checker said instead of reading the text, or ""
    """

    case: Case
    content: str = ""
    language: str = ""
    seconds: float = 0.0
    pairs: list[tuple[Wanted, Claim]] = field(default_factory=list)
    missed: list[Wanted] = field(default_factory=list)
    extra: list[Claim] = field(default_factory=list)
    unmet: list[Judged] = field(default_factory=list)
    wrong: list[Check] = field(default_factory=list)
    met: int = 0
    right: int = 0
    error: str = ""


# --- running and matching --------------------------------------------------------------------------------------------------------


def run(cases: Sequence[Case], checker: Callable[..., Findings] | None = None) -> list[Measured]:
    """Every case through the checker.

    checker : as `kenes.claims.check.findings`, which it is by default
    """
    if checker is None:
        from kenes.claims.check import findings

        checker = findings
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        for n, case in enumerate(cases):
            path = case.path
            if path is None:
                path = Path(folder) / f"{n}.txt"
                path.write_text(case.content, encoding="utf-8")
            began = time.perf_counter()
            try:
                found = checker([path], as_of=case.as_of, dated=case.dated)
            except InputError as error:
                measured.append(Measured(case, missed=list(case.claims), unmet=list(case.checks), error=str(error)))
                continue
            measured.append(replace(compare(case, found), seconds=time.perf_counter() - began))
    return measured


def compare(case: Case, found: Findings) -> Measured:
    """What was found of a case beside what was expected."""
    text = found.texts[0]
    done = Measured(case, text.content, text.language)
    near: list[tuple[int, int, int]] = []
    spans = [wanted.span(text.content) for wanted in case.claims]
    for n, (wanted, span) in enumerate(zip(case.claims, spans, strict=True)):
        for m, claim in enumerate(found.claims):
            shared = min(span[1], claim.end) - max(span[0], claim.start) if span else 0
            if shared > 0 and claim.kind == wanted.kind and same(wanted.si, claim.si):
                near.append((-shared, n, m))
    taken: dict[int, int] = {}
    given: set[int] = set()
    for _, n, m in sorted(near):  # the longest overlap first, so that each finds its own
        if n not in taken and m not in given:
            taken[n] = m
            given.add(m)
    done.pairs = [(case.claims[n], found.claims[m]) for n, m in sorted(taken.items())]
    done.missed = [wanted for n, wanted in enumerate(case.claims) if n not in taken]
    done.extra = [claim for m, claim in enumerate(found.claims) if m not in given]
    _judge(done, found)
    return done


def _judge(done: Measured, found: Findings) -> None:
    """Checks: expected ones are "at least"; found ones are judged only where the case tells of their rule, or of verdicts never to be."""
    case = done.case
    where = {claim.id: (claim.start, claim.end) for claim in found.claims}
    rules = {check.rule for check in case.checks if check.rule}
    for check in case.checks:
        if any(_answers(one, check, where, done.content, case) for one in found.checks):
            done.met += 1
        else:
            done.unmet.append(check)
    for one in found.checks:
        if one.verdict in case.never:
            done.wrong.append(one)
        elif one.rule in rules:
            if any(_answers(one, check, where, done.content, case) for check in case.checks if check.rule == one.rule):
                done.right += 1
            else:
                done.wrong.append(one)


def _answers(one: Check, check: Judged, where: dict[str, tuple[int, int]], content: str, case: Case) -> bool:
    if one.verdict not in check.verdicts or (check.rule and one.rule != check.rule) or check.says not in one.arithmetic:
        return False
    nth = {claim.quote: claim.nth for claim in case.claims}
    spans = [where[name] for name in one.claims if name in where]
    for quote in check.claims:
        span = Wanted("", None, quote, nth[quote]).span(content)
        if span is None or not any(min(span[1], end) > max(span[0], start) for start, end in spans):
            return False
    return True


def same(one: float | None, other: float | None) -> bool:
    """Whether two numbers are equal to a millionth, or neither is one."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


def agrees(key: str, wanted: float | str, claim: Claim) -> bool:
    """Whether an optional field of a claim is as told."""
    found = getattr(claim, key)
    if found is None:
        return False
    if key in NUMBERS:
        return same(float(wanted), float(found))
    one, other = str(wanted).casefold(), str(found).casefold()
    if key in ("speaker", "subject"):  # the text's own words: more or fewer of them are no error
        return bool(other) and (one in other or other in one)
    if key == "category":
        return one.translate(_LETTERS).upper() == other.translate(_LETTERS).upper()
    return one == other or (key == "unit" and _one_unit(str(wanted), str(found)))


def _one_unit(one: str, other: str) -> bool:
    """Whether two spellings are of one unit: "oz", "troy_ounce"."""
    for wanted in ("t", "1", "t/year", "year", "money/t", "money"):
        try:
            return units.parse(f"1 {one}", wanted) == units.parse(f"1 {other}", wanted)
        except units.UnitError:
            continue
    return False


# --- printing --------------------------------------------------------------------------------------------------------------------


def scores(measured: Iterable[Measured]) -> dict[tuple[str, str], Score]:
    """Counts by language and kind of claim."""
    found: dict[tuple[str, str], Score] = {}
    for done in measured:
        rows = [(wanted.kind, Score(right=1)) for wanted, _ in done.pairs]
        rows += [(wanted.kind, Score(missed=1)) for wanted in done.missed]
        rows += [(claim.kind, Score(extra=1)) for claim in done.extra]
        for kind, one in rows:
            key = (done.case.language, kind)
            found[key] = found.get(key, Score()) + one
    return found


def total(found: dict[tuple[str, str], Score], language: str | None = None, kind: str | None = None) -> Score:
    """Counts of a language, of a kind, or of all."""
    chosen = [one for key, one in found.items() if language in (None, key[0]) and kind in (None, key[1])]
    return sum(chosen, Score())


def verdicts(measured: Iterable[Measured]) -> tuple[float, float, int, int]:
    """Precision and recall of verdicts, and of how many each is."""
    measured = list(measured)
    right, wrong = sum(done.right for done in measured), sum(len(done.wrong) for done in measured)
    met, unmet = sum(done.met for done in measured), sum(len(done.unmet) for done in measured)
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = met / (met + unmet) if met + unmet else 1.0
    return precision, recall, right + wrong, met + unmet


def table_of(found: dict[tuple[str, str], Score]) -> Table:
    """Precision, recall and F1 by language and by kind."""
    table = Table(title="Claims: precision, recall, F1 (expected)", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for label in (*LANGUAGES, "all"):
        table.add_column(label, justify="right", no_wrap=True)
    for kind in (*KINDS, None):
        if kind is None:
            table.add_section()
        cells = [_cell(total(found, language, kind)) for language in (*LANGUAGES, None)]
        table.add_row(kind or "all", *cells)
    return table


def _cell(one: Score) -> str:
    if not one.right + one.extra + one.missed:
        return "-"
    return f"{one.precision:.3f} {one.recall:.3f} {one.f1:.3f} ({one.right + one.missed})"


def fields_of(measured: Iterable[Measured]) -> list[str]:
    """How often each optional field is as told, of the claims found; and the very words, the language."""
    measured = list(measured)
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for done in measured:
        for wanted, claim in done.pairs:
            for key, value in wanted.told.items():
                told[key] += 1
                right[key] += agrees(key, value, claim)
            told["the very words"] += 1
            right["the very words"] += "".join(wanted.quote.split()) == "".join(claim.quote.split())
        if not done.error:
            told["language"] += 1
            right["language"] += done.language == done.case.language
    return [f"{key} {right[key] / told[key]:.3f} ({told[key]})" for key in sorted(told)]


def shown(measured: Iterable[Measured]) -> list[str]:
    """Misses and extras with their texts."""
    lines: list[str] = []
    for done in measured:
        rows = [f"  missed  {_told(one.kind, one.si)}  {one.quote!r}" for one in done.missed]
        rows += [f"  extra   {_told(one.kind, one.si)}  {one.quote!r}" for one in done.extra]
        for wanted, claim in done.pairs:
            for key, value in wanted.told.items():
                if not agrees(key, value, claim):
                    rows.append(f"  field   {key} of {wanted.quote!r}: expected {value!r}, found {getattr(claim, key)!r}")
        for check in done.unmet:
            said = [" or ".join(check.verdicts), check.rule or "any rule", *([f"says {check.says!r}"] if check.says else []), *check.claims]
            rows.append("  no such verdict     " + "; ".join(said))
        rows += [f"  verdict not wanted  {one.verdict}; {one.rule}; {one.arithmetic}" for one in done.wrong]
        if done.error:
            rows.append("  not read: " + done.error.replace("\n", "\n  "))
        elif done.language != done.case.language:
            rows.append(f"  language {done.language}, not {done.case.language}")
        if rows:
            lines += [f"{done.case.name} ({done.case.language})", *(f"  | {line}" for line in done.content.strip().splitlines()), *rows, ""]
    return lines


def _told(kind: str, si: float | None) -> str:
    return f"{kind} {'without si' if si is None else format(si, '.10g')}"


def main(arguments: list[str] | None = None) -> int:
    """Reads, checks, prints; 0, or 2 where the corpus is faulty."""
    parser = argparse.ArgumentParser(description="Precision and recall of `kenes check` on a corpus of texts.")
    parser.add_argument("folder", nargs="?", default="tests/corpus", type=Path, help="of case files (TOML) or of texts with their .json")
    parser.add_argument("--show", action="store_true", help="also print what was missed, what was found beyond it, and their texts")
    parser.add_argument("--language", choices=LANGUAGES, help="only texts of this language")
    parser.add_argument("--kind", choices=KINDS, help="with --show: only texts with an error of this kind")
    parser.add_argument("--case", help="only cases whose name holds this")
    given = parser.parse_args(arguments)
    try:
        cases = read(given.folder)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    cases = [case for case in cases if given.language in (None, case.language) and (given.case or "") in case.name]
    if not cases:
        print("no case of that name and language", file=sys.stderr)
        return 2
    measured = run(cases)
    if given.show:
        kind = given.kind
        kinds = [{one.kind for one in done.missed} | {one.kind for one in done.extra} for done in measured]
        chosen = [done for done, wrong in zip(measured, kinds, strict=True) if kind is None or kind in wrong]
        print("\n".join(shown(chosen)))
    found = scores(measured)
    Console(width=max(130, Console().width), highlight=False).print(table_of(found))
    print("fields as told, of the claims found: " + ", ".join(fields_of(measured)))
    unread = sum(bool(done.error) for done in measured)
    if unread:
        print(f"texts not read: {unread}")
    seconds = sum(done.seconds for done in measured)
    print(f"time: {seconds:.2f} s for {len(cases)} texts, the slowest {max(done.seconds for done in measured):.2f} s")
    precision, recall, judged, wanted = verdicts(measured)
    print(f"verdicts  precision {precision:.3f} of {judged}  recall {recall:.3f} of {wanted}")
    whole = total(found)
    reached = min(whole.precision, whole.recall) >= GOAL
    print(
        f"claims {whole.right + whole.missed}  texts {len(cases)}  precision {whole.precision:.3f}  recall {whole.recall:.3f}  "
        f"F1 {whole.f1:.3f}  goal {GOAL:.2f} each: {'reached' if reached else 'not reached'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
