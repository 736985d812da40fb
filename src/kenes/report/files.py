"""Where files are written, and how: each whole or not at all; an appraisal as CSV files."""

from __future__ import annotations

import csv
import errno
import io
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kenes.errors import Fault, InputError

__all__ = ["places", "write", "write_csv", "write_whole"]


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file so that a reader sees the old one or the new one, never half of it. A link stays one: its file is written.

    Raises OSError where it cannot be written, or what stands there is no file.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def places(files: Mapping[str, Path], taken: Mapping[Path, str]) -> list[Fault]:
    """What is wrong with the places where files are to be written.

    files : by option; taken : where something stands that must stay, with its name
    """
    faults: list[Fault] = []
    held = dict(taken)
    for option, path in files.items():
        folder = path.absolute().parent
        if path.is_dir() or str(path) == "-":
            faults.append(Fault(f"{option} {path}", "a folder" if path.is_dir() else "-", "the name of a file"))
        elif path.exists() and not path.is_file():
            faults.append(Fault(f"{option} {path}", "a device, a pipe or a socket", "the name of a file"))
        elif not folder.is_dir():
            faults.append(Fault(f"{option} {path}", f"no folder {folder}", "a file name in a folder that is there"))
        elif not os.access(folder, os.W_OK):
            faults.append(Fault(f"{option} {path}", f"a folder that cannot be written: {folder}", "a folder that can be written"))
        elif path.resolve() in held:
            faults.append(Fault(f"{option} {path}", f"the same file as {held[path.resolve()]}", "a file of its own"))
        held.setdefault(path.resolve(), option)
    return faults


def write(made: Iterable[tuple[Path, str | bytes]]) -> list[Path]:
    """Writes every file, each whole or not at all. Returns their paths. Raises InputError where one cannot be written."""
    paths = []
    for path, content in made:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise InputError(Fault(str(path), f"a place that cannot be written: {error.strerror}", "a file that can be written")) from None
        paths.append(path)
    return paths


def write_csv(report: dict[str, Any], folder: Path) -> list[Path]:
    """Cash flow by year, every entry of the money book, parties, production: one file each. Returns their paths.

    Raises InputError where the folder cannot be made or written.
    """
    years = report["years"]
    tables: dict[str, list[list[Any]]] = {
        "cash_flow": [
            ["year", *report["levels"]],
            *([year, *(flow[t] for flow in report["levels"].values())] for t, year in enumerate(years)),
        ],
        "lines": [
            ["name", "payer", "payee", "site", *years],
            *([line["name"], line["payer"], line["payee"], line["site"], *line["amount"]] for line in report["lines"]),
        ],
        "parties": [
            ["party", "npv", "total", "irr"],
            *([name, party["npv"], party["total"], " ".join(map(str, party["irr"]))] for name, party in report["parties"].items()),
        ],
        "production": [["site", "product", *years], *([row["site"], row["product"], *row["tonnes"]] for row in report["production"])],
        "government_take": [["charge", "npv"], *([name, value] for name, value in report["government_take"]["by_charge"].items())],
    }
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([_safe(cell) for cell in row] for row in rows)
            path = folder / f"{name}.csv"
            write_whole(path, text.getvalue())
            written.append(path)
    except OSError as error:
        raise InputError(Fault(str(folder), f"a folder that cannot be written: {error.strerror}", "a folder for the CSV files")) from None
    return written


def _safe(cell: Any) -> Any:
    """Text of a file must not become a formula where the CSV is opened in a spreadsheet."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
