"""What must a reader know? A note: an English sentence that remembers its template and values, so that other languages can tell it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["Note", "confidence", "note", "together"]


class Note(str):
    """A note as it stands in ``--json``, in English: to everything else a plain text.

    template : English message with places, `str.format`
    values   : what stands in them: numbers, texts, days, names, other notes
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> Note:
        made = super().__new__(cls, template.format(**values))
        made.template = template
        made.values = values
        return made

    def __reduce__(self) -> tuple[type[Note], tuple[str, dict[str, Any]]]:
        return Note, (self.template, self.values)


def note(template: str, /, **values: Any) -> Note:
    """A note in English, from a template whose numbers carry their form.

    >>> note('site "{site}": {share:.0%} of the ore', site="mine", share=0.25)
    'site "mine": 25% of the ore'
    """
    return Note(template, values)


def together(parts: Sequence[str], between: str = ", ") -> Note:
    """Several notes or texts as one.

    >>> together([note("neodymium is not named"), note("yttrium needs a purity of {wanted:.0%}", wanted=0.99)], "; ")
    'neodymium is not named; yttrium needs a purity of 99%'
    """
    return Note(between.join(f"{{part{n}}}" for n in range(len(parts))), {f"part{n}": part for n, part in enumerate(parts)})


def confidence(grade: str) -> Note:
    """How far a reading of the law is trusted.

    grade : "high", "medium" or "low"
    """
    return {"high": note("high confidence"), "medium": note("medium confidence"), "low": note("low confidence")}[grade]
