"""The page as formulas to read."""

from __future__ import annotations

import numpy as np

from kenes.appraise.trace import trace
from kenes.chance.inputs import read
from kenes.checks import near
from kenes.engine.writing import text as written
from kenes.errors import Fault, InputError
from kenes.project import Project

__all__ = ["formulas"]


def formulas(project: Project, asked: tuple[str, ...]) -> str:
    """The traced page of a project to read, or the part of it that outputs with these texts in their names need."""
    inputs = read(project, bounds="min/max")
    # Low, middle and high of each: the shape of the program and its years follow from what may come.
    drawn, _ = inputs.values({path: np.array([0.1, 0.5, 0.9]) for path in inputs.drawn})
    traced = trace(project, drawn)
    names = {key: " / ".join(key) for key in traced.program.outputs}
    for text in asked:
        if not any(text.casefold() in name.casefold() for name in names.values()):
            known = dict.fromkeys([*(part for key in names for part in key), *names.values()])
            raise InputError(Fault("--line", f'"{text}"', "a text in the name of an output", near(text, known)))
    kept = [key for key, name in names.items() if not asked or any(text.casefold() in name.casefold() for text in asked)]
    shown = traced.program.only(kept)
    said = {path: f"{inputs.inputs[path].value:.10g}, drawn" for path in traced.drawn}
    said |= {name: f"{value:.10g}" for name, value in traced.inputs.items()}
    for name, row in traced.yearly.items():
        ends = [f"{value:.10g}" for value in row[: traced.years]]
        said[name] = ", ".join(ends if len(ends) < 5 else [*ends[:3], "...", ends[-1]])
    count = sum(bool(one.args) for one in shown.operations)
    head = [
        project.file.project.name,
        f"operations {count:,}, inputs {len(shown.inputs):,} ({len(set(shown.inputs) & set(traced.drawn)):,} drawn),"
        f" yearly inputs {len(shown.yearly):,}, states {len(shown.carried):,}, outputs {len(shown.outputs):,}, years {traced.years}",
        "given: what is known before the first year, a value a year where [t] stands; v: formulas of one year;",
        "[name]: a state as the year finds it; keep: what the year makes of it; tell: what is told of the year.",
        "where(test, yes, no). Money is nominal.",
    ]
    return "\n".join([*(f"# {text}" for text in head), "", written(shown, said)])
