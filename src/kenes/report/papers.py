"""What `kenes report` writes: everything is made before anything is written, and each file is whole or not there."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kenes.errors import Fault, InputError
from kenes.report.files import places, write
from kenes.report.reading import reading
from kenes.report.study import Study
from kenes.report.words import Words

__all__ = ["Wanted", "check", "make", "write"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each paper goes; None: not asked for. figures : a folder."""

    xlsx: Path | None = None
    html: Path | None = None
    pdf: Path | None = None
    figures: Path | None = None

    @property
    def files(self) -> dict[str, Path]:
        """Files asked for, by option."""
        asked = {"--xlsx": self.xlsx, "--html": self.html, "--pdf": self.pdf}
        return {option: path for option, path in asked.items() if path is not None}


def check(wanted: Wanted, source: Path) -> None:
    """Raises InputError, with every fault, where nothing is asked for or a place cannot be written; ``source`` is the project file."""
    if not wanted.files and wanted.figures is None:
        raise InputError(
            Fault("report", "no word on what to write", "--xlsx, --html, --pdf or --figures", f"kenes report {source} --html report.html")
        )
    faults = places(wanted.files, {source.resolve(): "the project file"})
    if wanted.figures is not None:
        there = next(part for part in (wanted.figures.absolute(), *wanted.figures.absolute().parents) if part.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            faults.append(Fault(f"--figures {wanted.figures}", f"a place that cannot be written: {there}", "a folder for the figures"))
    if faults:
        raise InputError(*faults)


def make(study: Study, words: Words, wanted: Wanted, command: str) -> list[tuple[Path, str | bytes]]:
    """Every file with its content.

    command : how the report is made, as typed
    Raises InputError where a paper cannot be made (no browser for a PDF or for figures).
    """
    made: list[tuple[Path, str | bytes]] = []
    if wanted.files:
        read = reading(study)
    if wanted.xlsx is not None:
        from kenes.report.sheet import workbook

        made.append((wanted.xlsx, workbook(study, words, read=read)))
    if wanted.html is not None or wanted.pdf is not None or wanted.figures is not None:
        from kenes.report.figures import figures, write

        drawn = figures(study, words)
        if wanted.html is not None or wanted.pdf is not None:
            from kenes.report.html import page

            text = page(study, read, words, command, drawn)
            if wanted.html is not None:
                made.append((wanted.html, text))
            if wanted.pdf is not None:
                from kenes.report.pdf import pdf

                made.append((wanted.pdf, pdf(text)))
        if wanted.figures is not None:
            with tempfile.TemporaryDirectory(prefix="kenes-") as folder:
                made += [(wanted.figures / path.name, path.read_bytes()) for path in write(drawn, Path(folder))]
    return made
