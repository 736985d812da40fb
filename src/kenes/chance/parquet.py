"""Every draw in a Parquet file: written block by block beside its place, and moved there whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from kenes import __version__
from kenes.errors import Fault, InputError
from kenes.project import Project

__all__ = ["Runs"]


class Runs:
    """Writes draws; without a path it writes nothing. What is there when the work ends, or is stopped, is a whole file."""

    def __init__(self, path: Path | str | None, project: Project, seed: int) -> None:
        self.path = None if path is None else Path(path).resolve()
        self.source = Path(project.path)
        self.born = {"kenes": __version__, "project": project.digest, "seed": str(seed)}
        self.writer: Any = None
        self.part: Path | None = None

    def __enter__(self) -> Runs:
        if self.path is not None:
            if self.path.is_dir() or not self.path.parent.is_dir():
                raise InputError(Fault(f"--out {self.path}", "a folder, or a place in no folder", "a file name in a folder that is there"))
            if self.path.exists() and not self._replaceable(self.path):
                raise InputError(
                    Fault(f"--out {self.path}", "a file that is there and holds no runs", "a new name, or an older Parquet file to replace")
                )
            self.part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
            try:
                self.part.touch()
            except OSError as error:
                raise InputError(Fault(f"--out {self.path}", f"a place that cannot be written: {error.strerror}", "a file name")) from None
        return self

    def _replaceable(self, path: Path) -> bool:
        """Whether what is there is a Parquet file, not the project or a device."""
        if not path.is_file() or (self.source.exists() and path.samefile(self.source)):
            return False
        with path.open("rb") as handle:
            return handle.read(4) == b"PAR1"

    def write(self, first: int, count: int, values: Mapping[str, Any], metrics: Mapping[str, Any]) -> None:
        """Adds draws ``first`` to ``first + count``."""
        if self.part is None:
            return
        import pyarrow
        import pyarrow.parquet

        table = pyarrow.table(
            {"draw": np.arange(first, first + count)} | {name: np.asarray(row[:count]) for name, row in (*values.items(), *metrics.items())}
        ).replace_schema_metadata(self.born)
        if self.writer is None:
            self.writer = pyarrow.parquet.ParquetWriter(self.part, table.schema)
        self.writer.write_table(table)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.writer is not None:
            self.writer.close()
        if self.part is not None and self.path is not None:
            if kind is None and self.writer is not None:
                os.replace(self.part, self.path)
            else:
                self.part.unlink(missing_ok=True)
