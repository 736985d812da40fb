"""Where in the text does an operation stand? The place of each traced operation: its room, its function, the name it is given there.

A `Watch` looks at the running page while it is traced; `place` reads afterwards, in the source, what stood there. So a workbook, a report
and a reader of the code call a line by one name, which nobody wrote twice.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

__all__ = ["Born", "Place", "Watch", "place"]

PASSED = (
    "kenes.numbers",
    "kenes.timeline",
    "kenes.engine",
    "kenes.appraise.books",
    "kenes.appraise.trace",
    "kenes.appraise.world",
    "kenes.chance",
    "kenes.report",
    "kenes.cli",
)
"""Modules whose frames are passed over: what they do is a part of the formula that called them, or no formula at all."""

NAMED = (
    "here",
    "site",
    "fence",
    "firm",
    "entity",
    "loan",
    "charge",
    "pool",
    "stage",
    "product",
    "label",
    "element",
    "owner",
    "base",
    "name",
)
"""Variables of the rooms whose value tells what a formula is about: a name, or a thing with one."""


@dataclass(frozen=True, slots=True, order=True)
class Born:
    """Where an operation was asked for: its number in the order of the page, the instruction, and what it was about, outermost first."""

    number: int
    code: CodeType = field(compare=False)
    instruction: int = field(compare=False)
    about: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text.

    room, function : "mine", "dig"; name : of the line it belongs to ("ore"); text : the formula as it stands there
    whole : whether it is all of what that line says, not a part of it
    """

    room: str
    function: str
    name: str
    text: str
    whole: bool


class Watch:
    """Notes who asks for an operation (`kenes.engine.program.Graph`)."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Born | None:
        """The place of the formula that runs now; None where none of the rooms runs."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and _room(frame).startswith(PASSED):
            frame = frame.f_back
        if frame is None or not _room(frame).startswith("kenes."):
            return None
        self.count += 1
        return Born(self.count, frame.f_code, frame.f_lasti, _about(frame))


def _room(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _about(frame: FrameType | None) -> tuple[str, ...]:
    """Names of what the running functions are about, outermost first, each once."""
    found: list[str] = []
    while frame is not None and _room(frame).startswith("kenes.") and frame.f_code.co_name != "trace":
        here, line = frame.f_locals, frame.f_lineno
        inner: list[str] = []
        for variable, first, last in _scopes(frame.f_code):
            if first <= line <= last and variable in here and (said := _said(here[variable])) is not None:
                inner.append(said)
        found = [*(one for one in inner if one not in found), *found]
        frame = frame.f_back
    return tuple(dict.fromkeys(found))


def _said(value: Any) -> str | None:
    name = value if isinstance(value, str) else getattr(value, "name", None)
    return name if isinstance(name, str) else None


@cache
def _scopes(code: CodeType) -> list[tuple[str, int, int]]:
    """Variables that tell what a function is about, each with the lines on which it does: a loop's variable only inside the loop."""
    wanted = [variable for variable in NAMED if variable in code.co_varnames or variable in code.co_freevars]
    if not wanted:
        return []
    if code.co_name.startswith("<"):  # a comprehension: its own variables, wherever it runs
        return [(variable, 0, sys.maxsize) for variable in wanted]
    try:
        text = _read(code.co_filename)
    except OSError:
        return []
    function = next(
        (
            one
            for one in text.functions
            if one.name == code.co_name
            and one.lineno <= code.co_firstlineno + len(one.decorator_list)
            and code.co_firstlineno <= (one.end_lineno or 0)
            and one.lineno >= code.co_firstlineno
        ),
        None,
    )
    if function is None:
        return []
    found: list[tuple[str, int, int]] = []
    for variable in wanted:
        loops = [
            (loop.lineno, loop.end_lineno or 0)
            for loop in ast.walk(function)
            if isinstance(loop, ast.For) and any(isinstance(one, ast.Name) and one.id == variable for one in ast.walk(loop.target))
        ]
        if loops and variable not in {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)}:
            found += [(variable, first, last) for first, last in loops]
        else:
            found.append((variable, 0, sys.maxsize))
    return found


# --- what stands there ---------------------------------------------------------------------------------------------------------


Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Text:
    """A module that has been read: its lines, its nodes by where they stand, the node around each, its functions."""

    lines: list[str]
    nodes: dict[Span, ast.AST]
    around: dict[int, ast.AST]
    functions: list[ast.FunctionDef]


@cache
def _read(file: str) -> _Text:
    source = Path(file).read_text(encoding="utf-8")
    nodes: dict[Span, ast.AST] = {}
    around: dict[int, ast.AST] = {}
    functions: list[ast.FunctionDef] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            functions.append(node)
        for child in ast.iter_child_nodes(node):
            around[id(child)] = node
        if isinstance(node, ast.expr):
            nodes.setdefault((node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0), node)
    return _Text(source.splitlines(), nodes, around, functions)


@cache
def _spans(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions())


@cache
def place(code: CodeType, instruction: int) -> Place | None:
    """What stands at an instruction of a function; None where its source is not there."""
    module = inspect.getmodulename(code.co_filename) or ""
    spans = _spans(code)
    found = spans[instruction // 2] if instruction // 2 < len(spans) else None
    try:
        text = _read(code.co_filename)
    except OSError:
        return None
    if found is None or None in found:
        return None
    first, last, begin, end = found
    node = text.nodes.get((first, last, begin, end))  # type: ignore[arg-type]
    if node is None:
        return None
    function = next((one.name for one in _upward(node, text) if isinstance(one, (ast.FunctionDef, ast.ClassDef))), module)
    name, whole = _name(node, text, function)
    return Place(module, function.strip("_"), name, _segment(text.lines, found), whole)


def _segment(lines: list[str], span: tuple[Any, Any, Any, Any]) -> str:
    """The text between two places, on one line (columns count bytes)."""
    first, last, begin, end = span
    rows = [line.encode() for line in lines[first - 1 : last]]
    rows[-1] = rows[-1][:end]
    rows[0] = rows[0][begin:]
    return " ".join(b" ".join(rows).decode().split())


def _upward(node: ast.AST, text: _Text) -> Iterator[ast.AST]:
    """The nodes around a node, from within."""
    while (outer := text.around.get(id(node))) is not None:
        yield outer
        node = outer


def _name(node: ast.AST, text: _Text, function: str) -> tuple[str, bool]:
    """What the line around an expression calls it, and whether the expression is all that is called so."""
    whole = True
    for outer in _upward(node, text):
        found = _called(node, outer)
        if found is not None:
            return found, whole
        if isinstance(outer, (ast.Return, ast.FunctionDef)):
            return function.strip("_"), whole and isinstance(outer, ast.Return)
        # An expression in brackets of its own, or one of several in a tuple, is still all of it.
        whole = whole and isinstance(outer, (ast.Tuple, ast.Dict, ast.DictComp, ast.Expr))
        node = outer
    return function.strip("_"), False


def _called(node: ast.AST, outer: ast.AST) -> str | None:
    """The name that a node around gives to the expression in it, if it gives one."""
    if isinstance(outer, ast.Expr) and isinstance(node, ast.Call):
        return _first_word(node.args)
    if isinstance(outer, ast.keyword):
        return outer.arg
    if isinstance(outer, ast.Dict) and node in outer.values:
        key = outer.keys[outer.values.index(node)]
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    if isinstance(outer, ast.Call) and node in outer.args:
        return _first_word(outer.args[: outer.args.index(node)])
    if isinstance(outer, ast.Assign):
        target = outer.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(outer.value, ast.Tuple) and node in outer.value.elts:
            target = target.elts[outer.value.elts.index(node)]
        return _target(target)
    if isinstance(outer, (ast.AnnAssign, ast.AugAssign)):
        return _target(outer.target)
    return None


def _first_word(arguments: list[ast.expr]) -> str | None:
    """What the first of some arguments that holds text calls it: books.pay("sales", ...), state.keep((name, "dug"), ...)."""
    for one in arguments:
        parts = one.elts if isinstance(one, ast.Tuple) else [one]
        words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if words:
            return words[-1]
    return None


def _target(target: ast.expr) -> str | None:
    if isinstance(target, ast.Name):
        return target.id.rstrip("_")
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript):
        if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
            return target.slice.value
        return _target(target.value)
    return None
