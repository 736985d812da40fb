"""What is told of a text to another program: every claim, check and conflict as plain tables, lists and numbers (``check --json``)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from kenes import __version__
from kenes.claims.claim import Check, Claim, Conflict, Findings, Text
from kenes.facts import fingerprint

__all__ = ["reference", "told"]


def told(findings: Findings, appraisal: dict[str, Any] | None = None) -> dict[str, Any]:
    """The contract of ``check --json``: ready for ``json.dumps(..., allow_nan=False)``, its notes still `kenes.notes.Note`.

    claims, checks, conflicts : in the order of the findings
    texts    : what was read, with its content as it was read (line ends, byte order mark and markup of the file are gone): of each claim
               ``content[start:end] == quote`` in its text, in Unicode code points; language : of the first text
    born     : engine version, fingerprints of the law and of the reference data on file
    appraisal : what a screening found, told as it is; left out where none was asked for
    """
    found: dict[str, Any] = {
        "kenes": __version__,
        "language": findings.texts[0].language if findings.texts else None,
        "as_of": _day(findings.as_of),
        "texts": [_text(text) for text in findings.texts],
        "claims": [_claim(claim) for claim in findings.claims],
        "checks": [_check(check) for check in findings.checks],
        "conflicts": [_conflict(conflict) for conflict in findings.conflicts],
        "notes": [_sound(note) for note in findings.notes],
        "born": {"version": __version__, "rules": fingerprint(), "reference": reference()},
    }
    return found if appraisal is None else found | {"appraisal": appraisal}


@cache
def reference() -> str:
    """SHA-256 over all reference files, in order: which words, lists, reserves and templates this program knows."""
    digest = hashlib.sha256()
    for name, raw in _files(resources.files("kenes") / "reference", ""):
        digest.update(f"{name}\n".encode())
        digest.update(raw)
    return digest.hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        elif entry.name.endswith((".toml", ".csv")):
            yield path + entry.name, entry.read_bytes()


def _text(text: Text) -> dict[str, Any]:
    return {
        "key": _sound(text.key),
        "source": _sound(text.source),
        "language": text.language,
        "dated": _day(text.dated),
        "kind": _sound(text.kind),
        "sha256": text.sha256,
        "characters": len(text.content),
        "whole": text.whole and bool(text.content),
        "content": _sound(text.content),
        "notes": [_sound(note) for note in text.notes],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "id": _sound(claim.id),
        "kind": _sound(claim.kind),
        "value": _number(claim.value),
        "unit": _sound(claim.unit),
        "si": _number(claim.si),
        "low": _number(claim.low),
        "high": _number(claim.high),
        "of": _number(claim.of),
        "form": _sound(claim.form),
        "category": _sound(claim.category),
        "code": _sound(claim.code),
        "subject": _sound(claim.subject),
        "place": _sound(claim.place),
        "commodity": _sound(claim.commodity),
        "quote": _sound(claim.quote),
        "start": claim.start,
        "end": claim.end,
        "speaker": _sound(claim.speaker),
        "hedge": _sound(claim.hedge),
        "role": _sound(claim.role),
        "others": [_sound(other) for other in claim.others],
        "when": _sound(claim.when),
        "flags": [_sound(flag) for flag in claim.flags],
        "text": _sound(claim.text),
        "page": _sound(claim.page),
        "note": _sound(claim.note),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "verdict": check.verdict,
        "rule": _sound(check.rule),
        "claims": [_sound(id_) for id_ in check.claims],
        "arithmetic": _sound(check.arithmetic),
        "sources": [_sound(source) for source in check.sources],
        "as_of": _day(check.as_of),
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "subject": _sound(conflict.subject),
        "kind": _sound(conflict.kind),
        "commodity": _sound(conflict.commodity),
        "claims": [_sound(id_) for id_ in conflict.claims],
        "arithmetic": _sound(conflict.arithmetic),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(value: float | None) -> float | None:
    """A number that JSON can hold. One beyond every float is told as none: its quote says what stands there."""
    return None if value is None or not math.isfinite(value) else value


def _sound(text: str | None) -> str | None:
    """The text itself, a note as a note; half a character (of a file name that is no UTF-8, say) becomes a question mark."""
    if text is None or text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
