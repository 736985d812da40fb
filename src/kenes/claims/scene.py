"""What stands near what? A sentence's numbers and words, and how far apart they are, by words and by what parts them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kenes.claims import lexicon, names
from kenes.claims.amounts import Amount
from kenes.claims.tokens import Marked

__all__ = ["Placed", "Scene", "survey"]

_PARTING = {",": 2, ";": 8, ":": 3, "—": 3, "–": 3, "(": 2, ")": 2, "?": 8, "!": 8}
_JOINING = frozenset(["and", "but", "while", "whereas", "и", "а", "но", "тогда", "және", "ал", "бірақ", "мен", "пен", "бен"])
_NUMBER = 4
"""What it costs to reach past another number."""
_QUIET = frozenset("\"'«»“”„’‑-.")


class Placed(Protocol):
    """A word or phrase that stands somewhere, and what it is."""

    @property
    def name(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_Span = TypeVar("_Span", bound=Placed)


@dataclass(frozen=True, slots=True)
class Scene:
    """A text with all that was found in it.

    spans  : by table and sentence: what stands there, in order
    cost   : cost[i]: of all tokens before the i-th, as they part what stands around them
    starts : where each token begins
    numbers : amounts by sentence
    """

    marked: Marked
    amounts: tuple[Amount, ...]
    spans: Mapping[tuple[str, int], Sequence[Placed]]
    said: tuple[names.Spoken, ...]
    cost: tuple[int, ...]
    starts: tuple[int, ...]
    numbers: Mapping[int, Sequence[Amount]]

    def first(self, start: int) -> int:
        """Index of the token that stands at a character, or the one before it."""
        return max(bisect_right(self.starts, start) - 1, 0)

    def last(self, end: int) -> int:
        """Index of the last token that begins before a character."""
        return max(bisect_left(self.starts, end) - 1, 0)

    def sentence(self, amount: Amount) -> int:
        """Number of the sentence in which an amount begins."""
        return self.marked.tokens[self.first(amount.start)].sentence

    def there(self, table: str, sentence: int) -> Sequence[Placed]:
        """Everything of a table in a sentence."""
        return self.spans.get((table, sentence), ())

    def on(self, table: str, token: int) -> bool:
        """Whether something of a table stands on a token."""
        return any(one.first <= token <= one.last for one in self.there(table, self.marked.tokens[token].sentence))

    def away(self, one: tuple[int, int], two: tuple[int, int]) -> int:
        """How far two runs of tokens (first, last) stand apart; 0 where they touch or overlap."""
        (_, left), (right, _) = sorted((one, two))
        return max(self.cost[right] - self.cost[left + 1], 0) if right > left else 0

    def near(self, table: str, amount: Amount, reach: int = 60, before: int = 1, after: int = 0) -> list[tuple[int, Placed]]:
        """What stands near an amount in its sentence, the nearest first, with how far it stands.

        before, after : what it costs to stand there
        """
        here = (self.first(amount.start), self.last(amount.end))
        found: list[tuple[int, Placed]] = []
        for span in self.there(table, self.sentence(amount)):
            within = span.start >= amount.start and span.end <= amount.end
            side = 0 if within else before if span.first < here[0] else after
            far = self.away(here, (span.first, span.last)) + side
            if far <= reach:
                found.append((far, span))
        return sorted(found, key=lambda pair: (pair[0], pair[1].start))


def survey(marked: Marked, amounts: Sequence[Amount]) -> Scene:
    """Finds every word that a claim may need."""
    spans: dict[tuple[str, int], list[Placed]] = {}
    tokens = marked.tokens

    def keep(table: str, found: Iterable[Placed]) -> None:
        for one in found:
            spans.setdefault((table, tokens[one.first].sentence), []).append(one)

    for one in lexicon.every(marked, "triggers"):
        spans.setdefault((one.name, tokens[one.first].sentence), []).append(one)
    keep("apiece", lexicon.find(marked, "apiece"))
    keep("aged", lexicon.find(marked, "aged"))
    keep("law", lexicon.find(marked, "law"))
    keep("counted", lexicon.find(marked, "counted"))
    keep("commodity", names.commodities(marked))
    keep("form", names.forms(marked))
    keep("category", names.categories(marked))
    keep("code", names.codes(marked))
    keep("place", names.places(marked))
    subjects, said = names.subjects_and_speakers(marked)
    keep("subject", subjects)
    starts = tuple(token.start for token in tokens)
    begun = {max(bisect_right(starts, amount.start) - 1, 0) for amount in amounts if amount.dimension not in ("date", "other")}
    cost = [0]
    for n, token in enumerate(tokens):
        low = token.text.lower()
        weight = _PARTING.get(low, 3 if low in _JOINING else 0 if low in _QUIET else 1)
        cost.append(cost[-1] + weight + (_NUMBER if n in begun else 0))
    numbers: dict[int, list[Amount]] = {}
    for amount in amounts:
        numbers.setdefault(tokens[max(bisect_right(starts, amount.start) - 1, 0)].sentence, []).append(amount)
    return Scene(marked, tuple(amounts), spans, tuple(said), tuple(cost), starts, numbers)
