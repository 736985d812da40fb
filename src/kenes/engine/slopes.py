"""What would change it, over many draws? The derivative of a mean to every input, compiled: `gradient` for the native machine.

Each group of draws lives its years once, and what its states were at the beginning of each year is kept; then the years are gone through
backwards: a year is worked out again from its states, and the derivative carried back through it. What is the same for all draws collects
the derivatives of all, and carries them back to its own inputs in one scalar pass at the end.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kenes.engine.native import APART, COMPARE, Array, _compiled, _Layout, _memory, _packed, _Pass, lanes_of_host, shaped
from kenes.engine.program import BOOLEAN, Key, Operation, Program
from kenes.engine.regroup import regrouped

__all__ = ["MeanSlopes", "NativeSlopes"]

PIECE = 2048
"""Draws of which the derivatives are summed up before they join those of others, in order: any number of threads adds the same way.
Fewer where there are few: an eighth of all."""

SLOW = frozenset({"div", "exp", "log", "pow"})
"""Operations whose results are kept for the way back: reading one is faster than working it out again."""

SPARED = 4
"""Of others a result is kept if so many operations need then not be done again."""

READ = ("inputs", "yearly", "once", "table", "columns", "rows", "seeds", "work", "past", "slope")
GIVEN = (*READ, "to_worth", "to_table", "to_inputs", "to_yearly")
"""Memory that the functions work on, in the order of their arguments."""

NUMBERS = ("years", "stride", "out", "width", "span")
HEAD = f"{', '.join(f'i64 %{name}' for name in NUMBERS)}, {', '.join(f'ptr noalias %{name}' for name in GIVEN)}"
LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class MeanSlopes:
    """The mean over draws of a discounted sum, and its derivatives.

    value  : the mean
    inputs : derivative of the mean to each input by name, if the input moves by as much in every draw
    yearly : the same to each year's value of a yearly input, (years,)
    draws  : where asked, the derivative of each draw's sum to its own value of a drawn input, (N,), or (years, N) of a yearly one

    Inputs that have no part in the sum are left out.
    """

    value: float
    inputs: Mapping[str, float]
    yearly: Mapping[str, Array]
    draws: Mapping[str, Array]

    @property
    def paths(self) -> dict[str, float]:
        """Derivative to each yearly input if it moves by as much in every year."""
        return {name: float(np.sum(row)) for name, row in self.yearly.items()}


def _active(program: Program, ends: Iterable[int]) -> set[int]:
    """Operations that the ends depend on otherwise than through a condition."""
    found: set[int] = set()
    stack = list(ends)
    while stack:
        k = stack.pop()
        one = program.operations[k]
        if k in found or one.op in BOOLEAN or one.op == "const":
            continue
        found.add(k)
        stack += one.args[1:] if one.op == "where" else one.args
        if one.op in ("state", "lag"):
            key = one.word if one.op == "state" else one.word[0]
            stack += [program.carried[key], program.opening[key], *program.history.get(key, ())]
    return found


@dataclass(frozen=True, slots=True)
class _Memory:
    """What a pass and its way back keep for each other, by place, in the order in which they first asked for it.

    kept : results of operations, in the row of a year
    once, table : what is the same for all draws, as it is (""), as a finite number ("finite") or one divided by it ("inverse")
    """

    kept: dict[int, int] = field(default_factory=dict)
    once: dict[tuple[int, str], int] = field(default_factory=dict)
    table: dict[tuple[int, str], int] = field(default_factory=dict)


def _spared(operations: Sequence[Operation], k: int, uses: Mapping[int, int]) -> set[int]:
    """Operations that need not be done if the result of one is there: itself, and what nothing else reads (``uses``: by how many)."""
    found: set[int] = set()
    left: dict[int, int] = {}
    stack = [k]
    while stack:
        one = stack.pop()
        found.add(one)
        for arg in set(operations[one].args):
            if arg in uses:
                left[arg] = left.get(arg, uses[arg]) - 1
                if left[arg] == 0:
                    stack.append(arg)
    return found


class _Way(_Pass):
    """A pass over the years that keeps, or reads, what each year was: its states and some results, one row a year in ``%past``."""

    def __init__(self, program: Program, layout: _Layout, lanes: int, memory: _Memory) -> None:
        super().__init__(program, layout, lanes)
        self.front = 0
        self.memory = memory
        self.known: frozenset[int] = frozenset()

    def at(self, k: int) -> str:
        """Value of an operation here; what it needs is worked out right before it."""
        code, ops = self.code, self.program.operations
        stack = [k]
        while stack:
            j = stack[-1]
            inner = self.mine(j) and j not in self.known and ops[j].op != "const"
            missing = [arg for arg in reversed(self.operands(j)) if arg not in code.value] if inner and j not in code.value else []
            if missing:
                stack += missing
                continue
            stack.pop()
            if j in code.value:
                continue
            if j in self.known:
                code.value[j] = code.load("%now", self.kept(j), wide=True)
            elif ops[j].op == "const":
                code.value[j] = code.constant(ops[j].word)
            elif not self.mine(j):
                code.value[j] = code.flagged(j, self.lent(j))
            else:
                super().at(j)
        return code.value[k]

    def lent(self, k: int, form: str = "") -> str:
        """What is the same for all draws, from memory: as it is, as a finite number, or one divided by it."""
        base, places = ("%row", self.memory.table) if self.layout.by_year[k] else ("%once", self.memory.once)
        return self.code.load(base, str(places.setdefault((k, form), len(places)) * self.lanes), wide=True)

    def kept(self, k: int) -> str:
        """Where the result of an operation lies in the row of a year."""
        slot = self.memory.kept.setdefault(k, len(self.memory.kept))
        return str((len(self.plain) + slot) * self.lanes)

    def fixed(self) -> None:
        """What holds for all years."""
        for k in range(len(self.program.operations)):
            if self.mine(k) and not self.layout.by_year[k]:
                self.at(k)


def _ahead(program: Program, layout: _Layout, lanes: int, memory: _Memory, told: tuple[int, int]) -> _Way:
    """The way ahead: the sum, and what is kept of each year. The scalar one fills the table instead."""
    run = _Way(program, layout, lanes, memory)
    code = run.code
    code.put(f"define internal void @ahead{lanes}(i64 %draw, {HEAD}) {{\nentry:")
    run.fixed()
    if lanes == 1:
        for k, place in layout.once.items():
            code.store(code.numbered(k, run.at(k)), "%once", str(place))
    for k, key in enumerate(run.plain):
        code.store(run.at(program.opening[key]), "%past", str(k * lanes))
    run.opening_of_aged()
    total = f"\n  %sum = phi {code.kind} [{code.constant(0.0)}, %entry], [%more, %year]" if lanes > 1 else ""
    code.put(f"""  br label %year
year:
  %t = phi i64 [0, %entry], [%t1, %year]{total}
  %t1 = add i64 %t, 1
  %here = mul i64 %t, %width
  %there = mul i64 %t1, %width
  %now = getelementptr double, ptr %past, i64 %here
  %next = getelementptr double, ptr %past, i64 %there
  %aged = mul i64 %t, {lanes}
  %place = mul i64 %t, %span
  %row = getelementptr double, ptr %table, i64 %place""")
    if lanes == 1:
        for k, place in layout.table.items():
            code.store(code.numbered(k, run.at(k)), "%row", str(place))
    run.year()
    for k in memory.kept:
        code.store(run.at(k), "%now", run.kept(k))
    if lanes > 1:
        code.put(f"  %more = {code.calling('fmuladd', run.at(told[0]), run.at(told[1]), '%sum')}")
    code.put("  %again = icmp slt i64 %t1, %years\n  br i1 %again, label %year, label %done\ndone:")
    if lanes > 1:
        code.store("%more", "%to_worth", "%draw")
    code.put("  ret void\n}")
    return run


class _Back(_Way):
    """The way back: the derivative of each operation, from the last year to the first, from the last operation to the first."""

    def __init__(self, program: Program, layout: _Layout, lanes: int, told: tuple[int, int]) -> None:
        super().__init__(program, layout, lanes, _Memory())
        self.told = told
        self.active = _active(program, told)
        ops = program.operations
        self.ours = [k for k in sorted(self.active) if self.mine(k)]
        self.lasting = {k: place for place, k in enumerate(k for k in self.ours if not layout.by_year[k])}
        self.keys = {ops[k].word if ops[k].op == "state" else ops[k].word[0]: None for k in self.ours if ops[k].op in ("state", "lag")}
        self.rows_at = 2 * self.copy + len(self.lasting) * lanes
        self.slope: dict[int, tuple[str, bool]] = {}
        self.late = False
        self.finite: dict[int, str] = {}
        self.inverse: dict[int, str] = {}

    @property
    def width(self) -> int:
        """Doubles of the row of a year."""
        return (len(self.plain) + len(self.memory.kept)) * self.lanes

    def slopes_held(self, years: int) -> int:
        """Doubles of memory of the derivatives to states (two copies, or rows) and to what holds for all years."""
        return self.rows_at + self.scratch(years)

    def write(self) -> None:
        """The whole function."""
        code, layout, ops = self.code, self.layout, self.program.operations
        code.put(f"define internal void @back{self.lanes}(i64 %draw, {HEAD}) {{\nentry:")
        self.fixed()
        for k in self.ours:
            if ops[k].op == "div" and layout.by_year[k] and self.mine(ops[k].args[1]) and not layout.by_year[ops[k].args[1]]:
                self.one_by(ops[k].args[1])
        self.row = {key: self.place_of_row(key) for key in self.aged}
        self.row_of_slope = {key: code.new(f"add i64 {place}, {self.rows_at}") for key, place in self.row.items()}
        if self.lanes > 1:
            seed = code.load("%seeds", "%draw", wide=True)
        lasting, inverse = dict(code.value), dict(self.inverse)
        code.put(f"""  br label %year
year:
  %t1 = phi i64 [%years, %entry], [%t, %year]
  %side = phi i64 [0, %entry], [%other, %year]
  %t = sub i64 %t1, 1
  %other = sub i64 {self.copy}, %side
  %after = getelementptr double, ptr %slope, i64 %side
  %before = getelementptr double, ptr %slope, i64 %other
  %here = mul i64 %t, %width
  %now = getelementptr double, ptr %past, i64 %here
  %aged = mul i64 %t, {self.lanes}
  %place = mul i64 %t, %span
  %row = getelementptr double, ptr %table, i64 %place
  %collected = mul i64 %t, {max(len(layout.table), 1) * self.lanes}
  %to_row = getelementptr double, ptr %to_table, i64 %collected""")
        self.known = self.worth_keeping()
        if self.lanes > 1:
            for k, other in (self.told, self.told[::-1]):
                self.add_product(k, (seed, False), other)
        else:
            for k, place in layout.table.items():
                if k in self.active:
                    self.add(k, (code.load("%to_row", str(place), wide=True), False))
        self.year_back()
        code.put("  %again = icmp sgt i64 %t, 0\n  br i1 %again, label %year, label %done\ndone:")
        code.value, self.inverse, self.known = lasting, inverse, frozenset()
        self.finite.clear()
        self.first_back()
        code.put("  ret void\n}")

    def needed(self) -> set[int]:
        """Operations of the year whose values derivatives are made of."""
        found = set(self.told)
        for k in self.ours:
            one = self.program.operations[k]
            if one.op == "mul":
                found.update(arg for arg, other in (one.args, one.args[::-1]) if other in self.active)
            elif one.op in ("min", "max"):
                found.update(one.args)
            elif one.op == "where":
                found.add(one.args[0])
            elif one.op in SLOW:
                found.update((*one.args, k))
        return {k for k in found if self.yearly_work(k)}

    def yearly_work(self, k: int) -> bool:
        """Whether an operation is done in every year of this pass."""
        return self.mine(k) and self.layout.by_year[k] and bool(self.program.operations[k].args)

    def worth_keeping(self) -> frozenset[int]:
        """Operations whose results are kept of every year: slow ones, and those that spare others. What spares most comes first."""
        ops, needed = self.program.operations, self.needed()
        kept = {k for k in range(len(ops)) if self.yearly_work(k) and ops[k].op in SLOW}
        while True:
            done: set[int] = set()
            uses: dict[int, int] = {}
            stack = list(needed - kept)
            while stack:
                k = stack.pop()
                if k not in done:
                    done.add(k)
                    for arg in set(ops[k].args):
                        uses[arg] = uses.get(arg, 0) + 1
                        if arg not in kept and self.yearly_work(arg):
                            stack.append(arg)
            free = {arg: times for arg, times in uses.items() if arg in done and arg not in needed}
            alone = {k: _spared(ops, k, free) for k in done}
            taken: set[int] = set()
            for k in sorted(done, key=lambda k: (-len(alone[k]), k)):
                if len(alone[k]) >= SPARED and ops[k].op not in BOOLEAN and k not in self.fusible and not alone[k] & taken:
                    taken |= alone[k]
                    kept.add(k)
            if not taken:
                return frozenset(kept)

    def year_back(self) -> None:
        """One year, backwards: from the states at its end, and what is told of it, to the states at its beginning."""
        code, layout, ops = self.code, self.layout, self.program.operations
        for key in self.keys:
            if key in self.row:
                place = code.new(f"add i64 %aged, {(layout.backs[key] + 1) * self.lanes}")
                after = code.load("%slope", code.new(f"add i64 {place}, {self.row_of_slope[key]}"), wide=True)
            else:
                after = code.load("%after", str(self.plain.index(key) * self.lanes), wide=True)
            self.add(self.program.carried[key], (after, False))
        steps = [k for k in reversed(self.ours) if layout.by_year[k]]
        waiting: dict[int, int] = {}
        for k in steps:
            for arg in set(ops[k].args):
                waiting[arg] = waiting.get(arg, 0) + 1
        for k in steps:
            if k in self.slope:
                self.carry_back(k, self.slope.pop(k))
            for arg in set(ops[k].args):
                waiting[arg] -= 1
                if waiting[arg] == 0 and arg in self.slope and self.collected(arg):
                    self.collect(arg)
        for k in list(self.slope):
            self.collect(k)

    def first_back(self) -> None:
        """From the states before the first year, and what holds for all years, to the inputs."""
        code, program = self.code, self.program
        self.late = True
        for k in self.lasting:
            self.slope[k] = code.load("%slope", str(2 * self.copy + self.lasting[k] * self.lanes), wide=True), False
        for key in self.keys:
            if key in self.row:
                back, past = self.layout.backs[key], program.history.get(key, ())
                for age, k in enumerate((program.opening[key], *past[:back])):
                    place = code.new(f"add i64 {self.row_of_slope[key]}, {(back - age) * self.lanes}")
                    self.add(k, (code.load("%slope", place, wide=True), False))
            else:
                after = code.load("%before", str(self.plain.index(key) * self.lanes), wide=True)
                self.add(program.opening[key], (after, False))
        if self.lanes == 1:
            for k, at in self.layout.once.items():
                if k in self.active:
                    self.add(k, (code.load("%slope", str(at - len(self.layout.once)), wide=True), False))
        for k in reversed(self.lasting):
            if k in self.slope:
                self.carry_back(k, self.slope.pop(k))
        for k in list(self.slope):
            self.collect(k)

    def collected(self, k: int) -> bool:
        """Whether the derivative to an operation is added up in memory: to what this year, or this draw, only reads."""
        return not self.mine(k) or (not self.late and not self.layout.by_year[k])

    def place_of(self, k: int) -> tuple[str, str]:
        """Where the derivative to an operation is added up."""
        if self.mine(k):
            return "%slope", str(2 * self.copy + self.lasting[k] * self.lanes)
        if self.layout.by_year[k]:
            return "%to_row", str(self.layout.table[k] * self.lanes)
        return "%slope", str((self.layout.once[k] - len(self.layout.once)) * self.lanes)

    def collect(self, k: int) -> None:
        """Writes what was added up back to memory."""
        self.code.store(self.slope.pop(k)[0], *self.place_of(k))

    # --- derivatives to operands: a name and whether it stands for its negative ---

    def held(self, k: int) -> tuple[str, bool] | None:
        """The derivative to an operation so far."""
        if k not in self.slope and self.collected(k):
            self.slope[k] = self.code.load(*self.place_of(k), wide=True), False
        return self.slope.get(k)

    def add(self, k: int, slope: tuple[str, bool]) -> None:
        """Adds to the derivative to an operation, if anything behind it is asked for."""
        if k in self.active:
            held = self.held(k)
            self.slope[k] = slope if held is None else (self.sum(held, slope), held[1])

    def sum(self, held: tuple[str, bool], slope: tuple[str, bool]) -> str:
        """A sum with the sign of what was there."""
        return self.code.new(f"{'fadd' if held[1] == slope[1] else 'fsub'} {self.code.kind} {held[0]}, {slope[0]}")

    def times(self, slope: tuple[str, bool], factor: str) -> tuple[str, bool]:
        return self.code.new(f"fmul {self.code.kind} {slope[0]}, {factor}"), slope[1]

    def add_product(self, k: int, slope: tuple[str, bool], factor: int) -> None:
        """Adds a derivative times the value of an operation. Nothing times an infinite bound of a scale is nothing."""
        if k not in self.active:
            return
        code = self.code
        if self.lanes == 1:
            product, minus = self.times(slope, self.at(factor))
            none = code.new(f"fcmp oeq double {slope[0]}, {code.constant(0.0)}")
            self.add(k, (code.new(f"select i1 {none}, double {code.constant(0.0)}, double {product}"), minus))
            return
        held, value = self.held(k), self.factor(factor)
        if held is None:
            self.slope[k] = self.times(slope, value)
        else:
            part = slope[0] if slope[1] == held[1] else code.new(f"fneg {code.kind} {slope[0]}")
            self.slope[k] = code.call("fmuladd", part, value, held[0]), held[1]

    def add_if(self, k: int, test: str, slope: tuple[str, bool], *, side: bool) -> None:
        """Adds a derivative in the draws where a condition holds (``side``), or in those where it does not."""
        if k in self.active:
            code, held = self.code, self.held(k)
            other, minus = (code.constant(0.0), slope[1]) if held is None else held
            total = slope[0] if held is None else self.sum(held, slope)
            yes, no = (total, other) if side else (other, total)
            self.slope[k] = code.new(f"select {code.flag} {test}, {code.kind} {yes}, {code.kind} {no}"), minus

    def factor(self, k: int) -> str:
        """Value of an operation, as a number that is finite if the operation is the same for all draws."""
        one = self.program.operations[k]
        if one.op == "const":
            return self.code.constant(max(-LARGEST, min(LARGEST, float(one.word))))
        if self.mine(k):
            return self.at(k)
        if k not in self.finite:
            self.finite[k] = self.lent(k, "finite")
        return self.finite[k]

    def one_by(self, k: int) -> str:
        """One divided by the value of an operation."""
        code = self.code
        if k not in self.inverse:
            if self.mine(k) or self.program.operations[k].op == "const":
                self.inverse[k] = code.new(f"fdiv {code.kind} {code.constant(1.0)}, {self.at(k)}")
            else:
                self.inverse[k] = self.lent(k, "inverse")
        return self.inverse[k]

    def carry_back(self, k: int, slope: tuple[str, bool]) -> None:
        """Carries the derivative to one operation back to what it read: `gradient._back`, written."""
        code, one = self.code, self.program.operations[k]
        kind = code.kind
        if not one.args:
            self.end(k, slope)
            return
        first, second = one.args[0], one.args[-1]
        less = slope[0], not slope[1]
        if one.op == "where":
            self.add_if(one.args[1], self.at(first), slope, side=True)
            self.add_if(second, self.at(first), slope, side=False)
        elif one.op in ("add", "sub"):
            self.add(first, slope)
            self.add(second, slope if one.op == "add" else less)
        elif one.op == "neg":
            self.add(first, less)
        elif one.op == "mul":
            self.add_product(first, slope, second)
            self.add_product(second, slope, first)
        elif one.op == "div":
            part = self.times(slope, self.one_by(second))
            self.add(first, part)
            self.add_product(second, (part[0], not part[1]), k)
        elif one.op in ("min", "max"):
            test = code.new(f"fcmp {COMPARE[one.op]} {kind} {self.at(first)}, {self.at(second)}")
            self.add_if(first, test, slope, side=True)
            self.add_if(second, test, slope, side=False)
        elif one.op == "exp":
            self.add_product(first, slope, k)
        elif one.op == "log":
            self.add(first, self.times(slope, self.one_by(first)))
        else:
            self.power_back(k, slope)

    def power_back(self, k: int, slope: tuple[str, bool]) -> None:
        """Through a power: b a^(b - 1) to the base, the power times log a to the exponent."""
        code = self.code
        kind, (first, second) = code.kind, self.program.operations[k].args
        base, exponent = self.at(first), self.at(second)
        if first in self.active:
            less = code.call("pow", base, code.new(f"fsub {kind} {exponent}, {code.constant(1.0)}"))
            self.add(first, self.times(self.times(slope, exponent), less))
        if second in self.active:
            test = code.new(f"fcmp ogt {kind} {base}, {code.constant(0.0)}")
            log = code.call("log", code.new(f"select {code.flag} {test}, {kind} {base}, {kind} {code.constant(1.0)}"))
            self.add(second, self.times(self.times(slope, self.at(k)), log))

    def end(self, k: int, slope: tuple[str, bool]) -> None:
        """The derivative to a leaf goes to the state's, or is told."""
        code, layout, one = self.code, self.layout, self.program.operations[k]
        key, back = (one.word, 0) if one.op == "state" else one.word if one.op == "lag" else ((), 0)
        if key in self.row:
            place = code.new(f"add i64 %aged, {(layout.backs[key] - back) * self.lanes}")
            place = code.new(f"add i64 {place}, {self.row_of_slope[key]}")
            code.store(self.sum((code.load("%slope", place, wide=True), False), slope), "%slope", place)
            return
        total = code.new(f"fneg {code.kind} {slope[0]}") if slope[1] else slope[0]
        if one.op == "input":
            names = layout.inputs if self.lanes == 1 else layout.columns
            place = code.new(f"mul i64 %out, {names.index(one.word)}")
            code.store(total, "%to_inputs", code.new(f"add i64 {place}, %draw"))
        elif one.op == "yearly":
            names = layout.yearly if self.lanes == 1 else layout.rows
            place = code.new(f"mul i64 %years, {names.index(one.word)}")
            place = code.new(f"mul i64 {code.new(f'add i64 {place}, %t')}, %out")
            code.store(total, "%to_yearly", code.new(f"add i64 {place}, %draw"))
        else:
            code.store(total, "%before", str(self.plain.index(key) * self.lanes))


def _driver(name: str, lanes: int, ways: Sequence[str]) -> str:
    """A function that sends one group of draws after another ahead and back (`ways`)."""
    passed = ", ".join(("i64 %draw", *(f"i64 %{name}" for name in NUMBERS), *(f"ptr %{name}" for name in GIVEN)))
    calls = {
        "ahead": f"  call void @ahead{lanes}({passed})",
        "back": f"  call void @llvm.memset.p0.i64(ptr align 8 %slope, i8 0, i64 %cleared, i1 false)\n  call void @back{lanes}({passed})",
    }
    return f"""define void @{name}(i64 %from, i64 %to, i64 %cleared, {HEAD}) {{
start:
  br label %group
group:
  %draw = phi i64 [%from, %start], [%after, %group]
{chr(10).join(calls[way] for way in ways)}
  %after = add i64 %draw, {lanes}
  %again = icmp slt i64 %after, %to
  br i1 %again, label %group, label %end
end:
  ret void
}}"""


class NativeSlopes:
    """A compiled program with the derivative of one discounted sum to all of its inputs.

    columns : inputs that differ from draw to draw
    worth   : the output of which the sum over the years, each times the output ``weight``, is asked
    lanes   : draws side by side, 2 or more; None: what suits the host (one register full: the way back is long code)

    >>> from kenes.engine.program import Graph, finish
    >>> g = Graph()
    >>> x, y = g.leaf("input", "x"), g.leaf("input", "y")
    >>> p = finish(g, {("flow",): x * x * y, ("weight",): 0.5}, {}, {}, {})
    >>> NativeSlopes(p, ["x"], worth=("flow",), weight=("weight",)).run({"y": 10.0}, {}, {"x": np.array([1.0, 3.0])}, 2)
    MeanSlopes(value=50.0, inputs={'y': 5.0, 'x': 40.0}, yearly={}, draws={})
    """

    def __init__(self, program: Program, columns: Iterable[str], *, worth: Key, weight: Key, lanes: int | None = None) -> None:
        columns = set(columns)
        self.program = regrouped(program.only([worth, weight]), columns)
        self.lanes = lanes or lanes_of_host() // 2
        told = (self.program.outputs[worth], self.program.outputs[weight])
        self.layout = _Layout(self.program, columns, told)
        texts = [_driver("ahead", 1, ["ahead"]), _driver("back", 1, ["back"]), _driver("lives", self.lanes, ["ahead", "back"])]
        declared = {"declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"}
        self._backs: list[_Back] = []
        for each in (1, self.lanes):
            back = _Back(self.program, self.layout, each, told)
            back.write()
            ahead = _ahead(self.program, self.layout, each, back.memory, told)
            texts += ["\n".join(way.code.lines) for way in (ahead, back)]
            declared |= ahead.code.calls | back.code.calls
            self._backs.append(back)
        self.text = "\n".join((*sorted(declared), *texts))
        self._engine = _compiled(self.text)
        form = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * (3 + len(NUMBERS)), *[ctypes.c_void_p] * len(GIVEN))
        self._ahead, self._back, self._lives = (form(self._engine.get_function_address(name)) for name in ("ahead", "back", "lives"))

    def run(
        self,
        inputs: Mapping[str, float],
        yearly: Mapping[str, Sequence[float]],
        columns: Mapping[str, Any],
        years: int,
        *,
        threads: int | None = None,
        draws: bool = False,
    ) -> MeanSlopes:
        """The mean over as many draws as the columns have, and its derivatives.

        inputs, yearly : what is the same for all draws; columns : by name, of shape (draws,), or (years, draws) for a yearly input
        threads : at most this many; None: one a core; draws : whether the derivatives of each draw are told too
        """
        layout = self.layout
        names = layout.columns + layout.rows
        count, given, moving = shaped(columns, layout, years)
        stride, step = (-(-size // self.lanes) * self.lanes for size in (count, min(PIECE, count // 8 + 1)))
        shared = self._shared(inputs, yearly, years)
        read = {**self._lent(shared["once"], shared["table"]), "seeds": (np.arange(stride) < count).astype(float)}

        def piece(first: int) -> tuple[list[Array], list[Array]]:
            last = min(first + step, stride)
            packed = {"columns": _packed(given, first, last), "rows": _packed(moving, first, last)}
            told, sums = self._piece(first, last, read, packed, years)
            alone = [array[..., : min(count, last) - first] for array in told]
            return [*(array.sum(axis=-1) for array in (*alone, *sums))], alone[1:] if draws else []

        firsts = range(0, stride, step)
        workers = min(threads or os.cpu_count() or 1, len(firsts))
        if workers <= 1:
            parts = [piece(first) for first in firsts]
        else:
            with ThreadPoolExecutor(workers) as pool:
                parts = list(pool.map(piece, firsts))
        worth, to_columns, to_rows, to_once, to_table = (np.asarray(sum(sums[k] for sums, _ in parts)) / count for k in range(5))
        found, rows = self._shared_back(shared, to_once, to_table, years)
        found |= dict(zip(layout.columns, to_columns.tolist(), strict=True))
        rows |= dict(zip(layout.rows, to_rows, strict=True))
        each: dict[str, Array] = {}
        if draws:
            wide, deep = (np.concatenate([alone[k] for _, alone in parts], axis=-1) for k in range(2))
            each = dict(zip(names, (*wide, *deep), strict=True))
        return MeanSlopes(float(worth), {name: found[name] for name in self.program.inputs}, rows, each)

    def _piece(
        self, first: int, last: int, read: Mapping[str, Array], packed: Mapping[str, Array], years: int
    ) -> tuple[list[Array], list[Array]]:
        """Some draws ahead and back: by draw their sums and derivatives, and by lane those to what is the same for all draws."""
        layout, lanes = self.layout, self.lanes
        size = {"to_once": len(layout.once) * lanes, **self._sizes(1, years), "to_table": years * max(len(layout.table), 1) * lanes}
        ends = np.cumsum(list(size.values()))
        held = dict(zip(size, np.split(_memory(int(ends[-1])), ends[:-1]), strict=True))
        held["to_once"][:] = held["to_table"][:] = 0.0
        out = last - first + APART
        told = {
            "to_worth": np.zeros(out),
            "to_inputs": np.zeros((len(layout.columns), out)),
            "to_yearly": np.zeros((len(layout.rows), years, out)),
        }
        place = {name: array.ctypes.data for name, array in {**read, **held}.items()}
        place |= {name: array.ctypes.data - 8 * first for name, array in (*told.items(), *packed.items())}
        self._lives(first, last, *self._numbers(1, years, out, out), *(place.get(name) for name in GIVEN))
        return list(told.values()), [held["to_once"].reshape(-1, lanes), held["to_table"].reshape(years, -1, lanes)]

    def _sizes(self, which: int, years: int) -> dict[str, int]:
        """Doubles of scratch memory of the scalar (0) or the vector pass (1)."""
        back = self._backs[which]
        return {"slope": back.slopes_held(years), "work": back.scratch(years), "past": (years + 1) * back.width}

    def _numbers(self, which: int, years: int, stride: int, out: int) -> tuple[int, ...]:
        """How many bytes are cleared, then the `NUMBERS`: ``out`` is the stride of what is told."""
        back = self._backs[which]
        span = len(back.memory.table) * self.lanes if which else max(len(self.layout.table), 1)
        return 8 * back.slopes_held(years), years, stride, out, back.width, span

    def _lent(self, once: Array, table: Array) -> dict[str, Array]:
        """What is the same for all draws as the vector pass reads it: each number in every lane."""
        memory, layout = self._backs[1].memory, self.layout
        found = {}
        for name, values, places, asked in (("once", once, layout.once, memory.once), ("table", table, layout.table, memory.table)):
            lent = values[..., [places[k] for k, _ in asked]]
            forms = np.array([form for _, form in asked])
            with np.errstate(divide="ignore"):
                lent = np.where(forms == "inverse", 1.0 / lent, np.where(forms == "finite", np.clip(lent, -LARGEST, LARGEST), lent))
            rows = _aligned((*lent.shape, self.lanes))
            rows[...] = lent[..., None]
            found[name] = rows
        return found

    def _shared(self, inputs: Mapping[str, float], yearly: Mapping[str, Sequence[float]], years: int) -> dict[str, Array]:
        """What is the same for all draws, once and year by year, with the memory on which it was worked out."""
        layout = self.layout
        shared = {
            "inputs": np.array([inputs[name] for name in layout.inputs] or [0.0]),
            "yearly": np.array([list(yearly[name][:years]) for name in layout.yearly] or [[0.0]]),
            "once": np.zeros(max(len(layout.once), 1)),
            "table": np.zeros((years, max(len(layout.table), 1))),
        }
        sizes = self._sizes(0, years)
        shared |= {name: np.zeros(max(sizes[name], 1)) for name in ("work", "past")}
        place = {name: array.ctypes.data for name, array in shared.items()}
        self._ahead(0, 1, *self._numbers(0, years, 1, 1), *(place.get(name) for name in GIVEN))
        return shared

    def _shared_back(
        self, shared: Mapping[str, Array], to_once: Array, to_table: Array, years: int
    ) -> tuple[dict[str, float], dict[str, Array]]:
        """From the derivatives to what is the same for all draws to those to its inputs."""
        layout = self.layout
        told = {"to_table": to_table, "slope": np.concatenate([to_once, np.zeros(self._backs[0].slopes_held(years))])}
        told |= {"to_inputs": np.zeros(max(len(layout.inputs), 1)), "to_yearly": np.zeros((max(len(layout.yearly), 1), years))}
        place = {name: array.ctypes.data for name, array in {**shared, **told}.items()}
        place["slope"] += 8 * len(to_once)
        self._back(0, 1, *self._numbers(0, years, 1, 1), *(place.get(name) for name in GIVEN))
        found = dict(zip(layout.inputs, told["to_inputs"].tolist(), strict=False))
        return found, dict(zip(layout.yearly, told["to_yearly"], strict=False))


def _aligned(shape: tuple[int, ...]) -> Array:
    """Memory on a cache line: a register full that straddles two is read twice."""
    size = math.prod(shape)
    held = np.empty(size + 8)
    skip = -held.ctypes.data % 64 // 8
    return held[skip : skip + size].reshape(shape)
