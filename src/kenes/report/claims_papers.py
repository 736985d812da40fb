"""What `kenes check` writes: page, dossier and screening project, all made before any is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kenes.claims.claim import Findings
from kenes.errors import Fault, InputError
from kenes.notes import note
from kenes.report.files import places
from kenes.report.words import Words

__all__ = ["Wanted", "check", "make", "misfits", "screened", "screening_file"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each paper goes; None: not asked for. force : whether a dossier or project that is there, perhaps edited, may be replaced."""

    html: Path | None = None
    dossier: Path | None = None
    project: Path | None = None
    force: bool = False

    @property
    def files(self) -> dict[str, Path]:
        """Files asked for, by option."""
        asked = {"--html": self.html, "--dossier": self.dossier, "--project": self.project}
        return {option: path for option, path in asked.items() if path is not None}


def screening_file(source: str) -> Path:
    """Where the screening of a text goes if nothing else is said: into the current folder.

    >>> print(screening_file("press/news.ru.txt"), screening_file("-"))
    news.ru-screening.toml text-screening.toml
    """
    return Path(f"{'text' if source == '-' else Path(source).stem or 'text'}-screening.toml")


def check(wanted: Wanted, sources: Sequence[str], faults: Iterable[Fault] = ()) -> None:
    """Raises InputError, with every fault, where a place cannot be written, or what stands there must stay.

    sources : the files that are read, as given; "-" is standard input
    faults  : found before
    """
    found = places(wanted.files, {Path(source).resolve(): f"the input {source}" for source in sources if source != "-"})
    wrong = {fault.where for fault in found}
    for option, path in wanted.files.items():
        if option != "--html" and path.exists() and not wanted.force and f"{option} {path}" not in wrong:
            found.append(Fault(f"{option} {path}", "a file that is there already", "a new name", "or --force to replace it"))
    if found := [*faults, *found]:
        raise InputError(*found)


def misfits(sources: Sequence[str], project: Path | None, appraise: bool, reader: str | None, model: str | None) -> list[Fault]:
    """Options that do not fit together."""
    faults = []
    if sources.count("-") > 1:
        faults.append(Fault("check", "standard input twice", "- once"))
    if project is not None and not appraise:
        faults.append(Fault(f"--project {project}", "no --appraise", "--appraise with it: that makes the project"))
    if reader is None and model is not None:
        faults.append(Fault(f"--model {model}", "no --reader", "--reader with it: the address of the endpoint"))
    if reader is not None and model is None:
        faults.append(Fault("--reader", "no --model", "--model with it: the name of a model that the endpoint has"))
    return faults


def screened(findings: Findings, path: Path) -> tuple[dict[str, Any], str | None]:
    """The claimed deposit put to the test: what ``check --json`` tells of it as ``appraisal``, and the project file, if there is one.

    template, title : which numbers were borrowed; None where no template fits, then ``reason`` says why
    project         : the file's name; used : ids of the claims in it; assumed : its other numbers, with why or whence
    report          : of the appraisal, as ``kenes appraise --json`` tells it, or None

    path : where the project file is to be written
    """
    from kenes.claims import screening  # brings the whole appraisal with it

    found = screening.screen(findings)
    reason, report = found.reason, None
    if found.project is not None:
        try:
            report = screening.run(found, path)
        except InputError as error:
            fault = error.faults[0]
            reason = note("{where}: {got} (wanted: {wanted})", where=fault.where, got=fault.got, wanted=fault.wanted)
    told = {
        "template": found.template,
        "title": found.title,
        "reason": reason,
        "name": found.name,
        "place": found.place,
        "commodity": found.commodity,
        "project": None if found.project is None else os.fsencode(path).decode("utf-8", "replace"),
        "used": list(found.claims),
        "assumed": [{"path": place, "value": number, "why": why} for place, number, why in found.assumed],
        "caveats": list(found.caveats),
        "report": report,
    }
    return told, found.project


def make(
    findings: Findings, words: Words, wanted: Wanted, command: str, appraisal: dict[str, Any] | None = None, project: str | None = None
) -> list[tuple[Path, str]]:
    """Every file with its content.

    command            : how they are made, as typed
    appraisal, project : of a screening (`screened`)
    """
    made: list[tuple[Path, str]] = []
    if wanted.html is not None:
        from kenes.report.claims_page import page

        made.append((wanted.html, page(findings, words, command, appraisal)))
    if wanted.dossier is not None:
        from kenes.claims import dossier

        made.append((wanted.dossier, dossier.write(findings)))
    if wanted.project is not None and project is not None:
        made.append((wanted.project, project))
    return made
