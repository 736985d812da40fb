"""From texts to findings: read, claim, link, check. The one call that the doors make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from kenes.claims import conflicts, dossier, find, rules, rules_law, texts
from kenes.claims.claim import Claim, Findings, Text
from kenes.claims.endpoint import Reader

__all__ = ["findings"]


def findings(
    sources: Sequence[Path | str], *, as_of: date, dated: date | None = None, language: str | None = None, reader: Reader | None = None
) -> Findings:
    """Reads texts and dossiers, and checks what they claim, together.

    sources  : files (text, HTML, PDF, or a dossier in TOML); "-" is standard input
    as_of    : day for which law is told
    dated    : day of the texts; None: the day they bear
    language : "en", "ru" or "kk"; None: by the letters and words of each text
    reader   : another reader of texts, whose findings pass the same checks; None: none

    Raises InputError.
    """
    parts: list[tuple[Sequence[Text], Sequence[Claim]]] = []
    for n, source in enumerate(sources, 1):
        if isinstance(source, Path) and source.suffix.lower() == ".toml":
            parts.append(dossier.read(source))
            continue
        key = "text" if source == "-" else Path(source).stem or f"text{n}"
        text = texts.read_stream(key, language, dated) if source == "-" else texts.read(Path(source), key, language, dated)
        parts.append(_claimed(text, reader))
    read, claims = dossier.merge(parts)
    claims = conflicts.link(claims)
    by_key = {text.key: text for text in read}
    checks = (*rules.check(claims, by_key, as_of), *rules_law.check(claims, by_key, as_of))
    notes = tuple(message for text in read for message in text.notes)
    return Findings(tuple(read), tuple(claims), checks, conflicts.conflicts(claims), as_of, notes)


def _claimed(text: Text, reader: Reader | None) -> tuple[Sequence[Text], Sequence[Claim]]:
    """Claims of a text, and those that another reader proposes of it."""
    if reader is None:
        text, claims = find.claims(text)
    else:
        proposed = reader.read(text)
        text, claims = find.claims(replace(text, notes=(*text.notes, *proposed.notes)), proposed.proposals)
    return (text,), claims
