"""A text with its claims marked, block by block: whole where it is of a length that one reads, else only what stands around its claims."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from kenes.claims.claim import Claim
from kenes.report.claims_words import harmless

__all__ = ["WHOLE", "Block", "Look", "blocks"]

WHOLE = 200_000
"""Characters up to which a text is shown whole."""

LONG, AROUND = 1_500, 300
"""Characters: of a longer paragraph of a longer text only what stands so near to a claim is shown."""

_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?…:;»”\"])[^\S\n]*\n\s*")
"""Where a line ends a sentence, so that a text without blank lines has paragraphs too."""
_DENSE = 700
"""Characters from which a paragraph is cut at such lines."""


class Look(Protocol):
    """How a claim looks: what the page knows of it and a text does not."""

    def style(self, claims: Sequence[Claim]) -> str:
        """Class of the words that these claims quote."""
        ...

    def anchor(self, claim: Claim) -> Markup:
        """What stands before its first word."""
        ...

    def chip(self, claim: Claim) -> Markup:
        """What stands after its last word."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text, or a gap between two.

    marked  : markup of the piece
    claims  : those that begin in it
    quote   : whether it is a quote whose text is not at hand
    skipped : paragraphs and characters left out before it
    """

    marked: Markup
    claims: tuple[Claim, ...] = ()
    quote: bool = False
    skipped: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a claim stands in what is being marked."""

    start: int
    end: int
    claim: Claim


def blocks(content: str, claims: Iterable[Claim], look: Look) -> list[Block]:
    """The text in order; then the quotes that do not stand in it (of a dossier, whose texts are elsewhere).

    claims : of this text. Bounded: of more than `WHOLE` characters only what stands around claims; what is left out is counted.
    """
    placed: list[_Span] = []
    strangers: list[Claim] = []
    for claim in claims:
        span = _where(content, claim)
        if span is None:
            strangers.append(claim)
        else:
            placed.append(span)
    placed.sort(key=lambda span: (span.start, -span.end))
    return [*_pieces(content, placed, look), *(_quoted(claim, look) for claim in strangers)]


def _where(content: str, claim: Claim) -> _Span | None:
    """Where its words stand: where it says so, else (of a dossier edited by hand) where they are found first."""
    words = claim.quote.strip()
    if not words:
        return None
    start = claim.start + claim.quote.index(words)
    if claim.start < 0 or not content.startswith(words, start):
        start = content.find(words)
    return None if start < 0 else _Span(start, start + len(words), claim)


def _quoted(claim: Claim, look: Look) -> Block:
    """A quote whose text is not at hand."""
    words = claim.quote.strip()[:LONG] or "…"
    words = words if len(claim.quote) <= LONG else f"{words}…"
    return Block(_marked(words, 0, len(words), [_Span(0, len(words), claim)], look), (claim,), True)


def _pieces(content: str, placed: Sequence[_Span], look: Look) -> Iterator[Block]:
    whole = len(content) <= WHOLE
    skipped, left = 0, 0
    open_: list[_Span] = []
    next_ = 0
    for start, end in _paragraphs(content):
        open_ = [span for span in open_ if span.end > start]
        while next_ < len(placed) and placed[next_].start < end:
            open_.append(placed[next_])
            next_ += 1
        if not whole and not open_:
            skipped, left = skipped + 1, left + end - start
            continue
        for first, last in [(start, end)] if whole or end - start <= LONG else _windows(start, end, open_):
            here = [span for span in open_ if span.start < last and span.end > first]
            begins = tuple(span.claim for span in here if first <= span.start < last)
            yield Block(_marked(content, first, last, here, look), begins, False, (skipped, left))
            skipped, left = 0, 0
    if skipped:
        yield Block(Markup(""), (), False, (skipped, left))


def _paragraphs(content: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each paragraph that holds anything."""
    for first, last in _cut(content, 0, len(content), _GAP):
        yield from _cut(content, first, last, _SENTENCE) if last - first > _DENSE else [(first, last)]


def _cut(content: str, start: int, end: int, where: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = start
    for gap in where.finditer(content, start, end):
        if content[at : gap.start()].strip():
            yield at, gap.start()
        at = gap.end()
    if content[at:end].strip():
        yield at, end


def _windows(start: int, end: int, spans: Iterable[_Span]) -> list[tuple[int, int]]:
    """What stands around the claims of a long paragraph."""
    found: list[tuple[int, int]] = []
    for span in spans:
        first, last = max(start, span.start - AROUND), min(end, span.end + AROUND)
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _marked(content: str, start: int, end: int, spans: Sequence[_Span], look: Look) -> Markup:
    """Markup of a piece. Where claims overlap the words are cut, each part marked by all claims that quote it."""
    points = {start, end}
    for span in spans:
        points |= {max(start, span.start), min(end, span.end)}
    cuts = sorted(points)
    parts: list[Markup] = []
    for first, last in itertools.pairwise(cuts):
        words = harmless(content[first:last])
        over = [span for span in spans if span.start <= first and last <= span.end]
        if not over:
            parts.append(Markup("{}").format(words))
            continue
        anchors = Markup("").join(look.anchor(span.claim) for span in over if span.start == first)
        parts.append(Markup('<mark class="{}">{}{}</mark>').format(look.style([span.claim for span in over]), anchors, words))
        parts += [look.chip(span.claim) for span in over if span.end == last]
    return Markup("").join(parts)
