"""How fast can it go? A program compiled to vector code: draws in SIMD lanes, years inside, threads over blocks of draws.

What is the same for every draw is worked out once, in a scalar pass over the years that leaves a table; the vector pass reads from it.
Products are regrouped (`regroup`) and fused with the sum they go into, wherever and in whatever company a draw is run: it gives the same
bits in any lane, block or thread of a host.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import struct
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from kenes.engine import drive, search
from kenes.engine import rates as roots
from kenes.engine.program import BOOLEAN, Key, Program
from kenes.engine.regroup import regrouped

__all__ = ["Native", "NativeError", "Told", "lanes_of_host"]

Array = np.ndarray[Any, np.dtype[np.float64]]
PLAIN = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
COMPARE = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "min": "olt", "max": "ogt"}
PIECE = 2048
"""Draws that a thread takes at a time: a busy core takes fewer of them."""

APART = 24
"""Numbers between two rows: rows a power of two apart would all fall on the same lines of a cache."""

WORK = threading.local()
"""Scratch memory of each thread: a cache, no state."""


class NativeError(RuntimeError):
    """The native machine is not to be had here."""


@cache
def _llvm() -> Any:
    """llvmlite with this host's code generator."""
    try:
        binding = importlib.import_module("llvmlite.binding")
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
    except (ImportError, OSError, RuntimeError) as error:
        raise NativeError(f"the native machine needs llvmlite, which does not load here ({error}): use --machine plain") from error
    return binding


@cache
def lanes_of_host() -> int:
    """Draws worked on side by side: two vector registers full, of which there are 32 with AVX-512 and 16 before it."""
    features = _llvm().get_host_cpu_features()
    if features.get("avx512f"):
        return 16
    return 8 if features.get("avx2") else 4


def _machine() -> Any:
    """A code generator of this host; the engine that takes it owns it."""
    llvm = _llvm()
    features = llvm.get_host_cpu_features().flatten()
    if llvm.get_host_cpu_features().get("avx512f"):
        features += ",-prefer-256-bit"
    return llvm.Target.from_default_triple().create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True)


def _compiled(text: str) -> Any:
    """The machine code of a text of functions."""
    llvm, machine = _llvm(), _machine()
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_default_triple()
    module.data_layout = str(machine.target_data)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


@dataclass(frozen=True, slots=True)
class Told:
    """What a run tells, in the order it was asked for.

    worth : one row a name, a column a draw; flows : name, year, draw
    most : largest rate of return, one row a name (NaN: none); number : how many there are
    """

    worth: Array
    flows: Array
    most: Array
    number: Array


class _Code:
    """Writes one function's instructions, on scalars (lanes = 1) or vectors."""

    def __init__(self, program: Program, lanes: int) -> None:
        self.program, self.lanes = program, lanes
        self.kind = "double" if lanes == 1 else f"<{lanes} x double>"
        self.flag = "i1" if lanes == 1 else f"<{lanes} x i1>"
        self.lines: list[str] = []
        self.value: dict[int, str] = {}
        self.calls: set[str] = set()
        self.count = 0

    def new(self, text: str) -> str:
        """Writes an instruction, returns the name of its result."""
        self.count += 1
        self.lines.append(f"  %r{self.count} = {text}")
        return f"%r{self.count}"

    def put(self, text: str) -> None:
        self.lines.append(text)

    def constant(self, value: float | bool) -> str:
        if isinstance(value, bool):
            one = f"{'true' if value else 'false'}"
            return one if self.lanes == 1 else "<" + ", ".join([f"i1 {one}"] * self.lanes) + ">"
        bits = "0x" + struct.pack(">d", value).hex().upper()
        if self.lanes == 1:
            return bits
        return "zeroinitializer" if bits == "0x" + "0" * 16 else "<" + ", ".join([f"double {bits}"] * self.lanes) + ">"

    def load(self, base: str, offset: str, *, wide: bool) -> str:
        place = self.new(f"getelementptr double, ptr {base}, i64 {offset}")
        if wide and self.lanes > 1:
            return self.new(f"load {self.kind}, ptr {place}, align 8")
        return self.splat(self.new(f"load double, ptr {place}, align 8"))

    def splat(self, scalar: str) -> str:
        if self.lanes == 1:
            return scalar
        one = self.new(f"insertelement {self.kind} poison, double {scalar}, i64 0")
        return self.new(f"shufflevector {self.kind} {one}, {self.kind} poison, <{self.lanes} x i32> zeroinitializer")

    def store(self, value: str, base: str, offset: str, *, wide: bool = True) -> None:
        place = self.new(f"getelementptr double, ptr {base}, i64 {offset}")
        self.put(f"  store {self.kind if wide else 'double'} {value}, ptr {place}, align 8")

    def flagged(self, k: int, number: str) -> str:
        """A number that stands for a truth value, as one."""
        if self.program.operations[k].op not in BOOLEAN:
            return number
        return self.new(f"fcmp une {self.kind} {number}, {self.constant(0.0)}")

    def numbered(self, k: int, value: str) -> str:
        """A truth value as 0 or 1."""
        return value if self.program.operations[k].op not in BOOLEAN else self.new(f"uitofp {self.flag} {value} to {self.kind}")

    def work(self, k: int) -> str:
        """Writes operation ``k`` on values that are there."""
        one = self.program.operations[k]
        args = [self.value[arg] for arg in one.args]
        if one.op in PLAIN:
            return self.new(f"{PLAIN[one.op]} {self.kind} {args[0]}, {args[1]}")
        if one.op in ("min", "max"):  # neither is NaN, and 0 is -0: then it is one instruction
            return self.new(self.calling(f"{one.op}num", *args).replace("call", "call nnan nsz", 1))
        if one.op in COMPARE:
            return self.new(f"fcmp {COMPARE[one.op]} {self.kind} {args[0]}, {args[1]}")
        if one.op == "where":
            return self.new(f"select {self.flag} {args[0]}, {self.kind} {args[1]}, {self.kind} {args[2]}")
        if one.op == "neg":
            return self.new(f"fneg {self.kind} {args[0]}")
        if one.op in ("and", "or"):
            return self.new(f"{one.op} {self.flag} {args[0]}, {args[1]}")
        if one.op == "not":
            return self.new(f"xor {self.flag} {args[0]}, {self.constant(True)}")
        return self.call(one.op, *args)

    def call(self, name: str, *args: str) -> str:
        """Writes a call of one of LLVM's functions of numbers."""
        return self.new(self.calling(name, *args))

    def calling(self, name: str, *args: str) -> str:
        """The call of one of LLVM's functions of numbers."""
        full = f"llvm.{name}." + ("f64" if self.lanes == 1 else f"v{self.lanes}f64")
        self.calls.add(f"declare {self.kind} @{full}({', '.join([self.kind] * len(args))})")
        return f"call {self.kind} @{full}({', '.join(f'{self.kind} {arg}' for arg in args)})"


class _Layout:
    """Where everything lies: which operations are the same for all draws, and what the vector pass reads of them."""

    def __init__(self, program: Program, columns: Iterable[str], told: Sequence[int]) -> None:
        drawn = set(columns)
        ops = program.operations
        self.varies = program.varying(drawn)
        self.by_year = program.yearwise()
        self.columns = [name for name in program.inputs if name in drawn]
        self.rows = [name for name in program.yearly if name in drawn]
        self.inputs = [name for name in program.inputs if name not in drawn]
        self.yearly = [name for name in program.yearly if name not in drawn]
        wide = {
            key: self.varies[program.carried[key]]
            or self.varies[program.opening[key]]
            or any(self.varies[k] for k in program.history.get(key, ()))
            for key in program.carried
        }
        needed = set(told)
        for k, one in enumerate(ops):
            if self.varies[k]:
                needed.update(one.args)
        for key, is_wide in wide.items():
            if is_wide:
                needed.update((program.carried[key], program.opening[key], *program.history.get(key, ())))
        lent = [k for k in sorted(needed) if not self.varies[k] and ops[k].op != "const"]
        self.once = {k: place for place, k in enumerate(k for k in lent if not self.by_year[k])}
        self.table = {k: place for place, k in enumerate(k for k in lent if self.by_year[k])}
        backs: dict[Key, int] = {}
        for one in ops:
            if one.op == "lag":
                backs[one.word[0]] = max(backs.get(one.word[0], 0), one.word[1])
        self.wide = [key for key, is_wide in wide.items() if is_wide]
        self.narrow = [key for key, is_wide in wide.items() if not is_wide]
        self.backs = backs


class _Pass:
    """One loop over the years: the scalar one that fills the table, or the vector one."""

    def __init__(self, program: Program, layout: _Layout, lanes: int) -> None:
        self.program, self.layout, self.code = program, layout, _Code(program, lanes)
        self.lanes = lanes
        used = program.uses()
        self.fusible = {k for k, one in enumerate(program.operations) if one.op == "mul" and used[k] == 1 and layout.varies[k]}
        keys = layout.wide if lanes > 1 else layout.narrow
        self.plain = [key for key in keys if key not in layout.backs]
        self.aged = [key for key in keys if key in layout.backs]
        self.copy = len(self.plain) * lanes
        self.front = 2 * self.copy

    def scratch(self, years: int) -> int:
        """Doubles of scratch memory for so many years."""
        return self.front + sum((years + 1 + self.layout.backs[key]) * self.lanes for key in self.aged)

    def mine(self, k: int) -> bool:
        return self.layout.varies[k] == (self.lanes > 1)

    def place_of_row(self, key: Key) -> str:
        """Beginning of the rows of a state with a past: behind what is in front, a number of years known at run time."""
        index = self.aged.index(key)
        before = sum(self.layout.backs[other] + 1 for other in self.aged[:index])
        size = self.code.new(f"mul i64 %years, {index * self.lanes}")
        return self.code.new(f"add i64 {size}, {self.front + before * self.lanes}")

    def opening(self) -> None:
        """States before the first year."""
        code, program = self.code, self.program
        for k, key in enumerate(self.plain):
            code.store(self.at(program.opening[key]), "%work", str(k * self.lanes))
        self.opening_of_aged()

    def opening_of_aged(self) -> None:
        """States with a past before the first year, and what they were before that."""
        code, program = self.code, self.program
        self.row: dict[Key, str] = {}
        for key in self.aged:
            self.row[key] = self.place_of_row(key)
            back, past = self.layout.backs[key], program.history.get(key, ())
            for age in range(back + 1):  # 0 is the opening
                value = self.at(program.opening[key]) if age == 0 else self.at(past[age - 1]) if age <= len(past) else code.constant(0.0)
                code.store(value, "%work", code.new(f"add i64 {self.row[key]}, {(back - age) * self.lanes}"))

    def at(self, k: int) -> str:
        """Value of an operation here, worked out or fetched where it was not yet."""
        code = self.code
        if k in code.value:
            return code.value[k]
        one, layout = self.program.operations[k], self.layout
        if one.op == "const":
            return code.constant(one.word)
        if self.lanes > 1 and not layout.varies[k]:
            if layout.by_year[k]:
                found = code.flagged(k, code.load("%row", str(layout.table[k]), wide=False))
            else:
                found = code.flagged(k, code.load("%once", str(layout.once[k]), wide=False))
        elif one.op == "input":
            found = self.read_input(one.word)
        elif one.op == "yearly":
            found = self.read_yearly(one.word)
        elif one.op in ("state", "lag"):
            key, back = (one.word, 0) if one.op == "state" else one.word
            if key in self.row:
                place = code.new(f"add i64 %aged, {(layout.backs[key] - back) * self.lanes}")
                found = code.load("%work", code.new(f"add i64 {place}, {self.row[key]}"), wide=True)
            else:
                found = code.load("%now", str(self.plain.index(key) * self.lanes), wide=True)
        else:
            for arg in self.operands(k):
                if arg not in code.value:
                    code.value[arg] = self.at(arg)
            found = code.work(k) if self.fused(k) is None else self.sum_of_product(k)
        code.value[k] = found
        return found

    def fused(self, k: int) -> int | None:
        """Which operand of a sum is a product that nothing else reads, if there is one: the two are one instruction."""
        one = self.program.operations[k]
        if self.lanes == 1 or one.op not in ("add", "sub"):
            return None
        return next((side for side, arg in enumerate(one.args) if arg in self.fusible and self.layout.by_year[arg]), None)

    def operands(self, k: int) -> tuple[int, ...]:
        """What is read to do an operation: in the place of a fused product, its factors."""
        one, side = self.program.operations[k], self.fused(k)
        return one.args if side is None else (*self.program.operations[one.args[side]].args, one.args[1 - side])

    def sum_of_product(self, k: int) -> str:
        """Writes a sum or a difference, one side of which is a product."""
        code, one = self.code, self.program.operations[k]
        first, second, other = (code.value[arg] for arg in self.operands(k))
        if one.op == "sub":
            if self.fused(k) == 0:
                other = code.new(f"fneg {code.kind} {other}")
            else:
                first = code.new(f"fneg {code.kind} {first}")
        return code.call("fmuladd", first, second, other)

    def read_input(self, name: str) -> str:
        if self.lanes == 1:
            return self.code.load("%inputs", str(self.layout.inputs.index(name)), wide=True)
        place = self.code.new(f"mul i64 %stride, {self.layout.columns.index(name)}")
        return self.code.load("%columns", self.code.new(f"add i64 {place}, %draw"), wide=True)

    def read_yearly(self, name: str) -> str:
        code = self.code
        names = self.layout.yearly if self.lanes == 1 else self.layout.rows
        place = code.new(f"mul i64 %years, {names.index(name)}")
        place = code.new(f"add i64 {place}, %t")
        if self.lanes == 1:
            return code.load("%yearly", place, wide=True)
        place = code.new(f"mul i64 {place}, %stride")
        return code.load("%rows", code.new(f"add i64 {place}, %draw"), wide=True)

    def year(self) -> None:
        """The body of the loop over the years, states included."""
        code, program = self.code, self.program
        for k, key in enumerate(self.plain):
            code.store(self.at(program.carried[key]), "%next", str(k * self.lanes))
        for key in self.aged:
            place = code.new(f"add i64 %aged, {(self.layout.backs[key] + 1) * self.lanes}")
            code.store(self.at(program.carried[key]), "%work", code.new(f"add i64 {place}, {self.row[key]}"))


def _loop(entry: str, lanes: int, copy: int) -> str:
    """Head of the loop over the years: which copy of the states is read and which written."""
    return f"""  br label %year
year:
  %t = phi i64 [0, %{entry}], [%t1, %year]
  %side = phi i64 [0, %{entry}], [%other, %year]
  %other = sub i64 {copy}, %side
  %now = getelementptr double, ptr %work, i64 %side
  %next = getelementptr double, ptr %work, i64 %other
  %aged = mul i64 %t, {lanes}"""


NEXT = """  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %done
done:"""


def _scalar(program: Program, layout: _Layout) -> tuple[str, set[str], _Pass]:
    run = _Pass(program, layout, 1)
    code = run.code
    code.put(
        "define void @table(i64 %years, ptr noalias %inputs, ptr noalias %yearly, ptr noalias %once,"
        " ptr noalias %table, ptr noalias %work) {"
    )
    code.put("entry:")
    for k in range(len(program.operations)):
        if not layout.varies[k] and not layout.by_year[k] and program.operations[k].op != "const":
            run.at(k)
    for k, place in layout.once.items():
        code.store(code.numbered(k, code.value[k]), "%once", str(place))
    run.opening()
    code.put(_loop("entry", 1, run.copy))
    base = code.new(f"mul i64 %t, {max(len(layout.table), 1)}")
    for k in range(len(program.operations)):
        if not layout.varies[k] and layout.by_year[k]:
            run.at(k)
    for k, place in layout.table.items():
        code.store(code.numbered(k, code.value[k]), "%table", code.new(f"add i64 {base}, {place}"))
    run.year()
    code.put(NEXT)
    code.put("  ret void\n}")
    return "\n".join(code.lines), code.calls, run


class _Life(_Pass):
    """The vector pass of `Native`: what a group of draws is given lies side by side, first what holds for all years, then year by year."""

    def read_input(self, name: str) -> str:
        return self.code.load("%given", str(self.layout.columns.index(name) * self.lanes), wide=True)

    def read_yearly(self, name: str) -> str:
        return self.code.load("%here", str(self.layout.rows.index(name) * self.lanes), wide=True)


def _vector(
    program: Program, layout: _Layout, lanes: int, worth: Sequence[int], weight: int | None, flows: Sequence[int], rates: Sequence[int]
) -> tuple[str, set[str], _Pass]:
    run = _Life(program, layout, lanes)
    code = run.code
    code.put(
        "define internal void @life(i64 %years, ptr noalias %given, ptr noalias %once, ptr noalias %table, ptr noalias %work,"
        " ptr noalias %worth, i64 %width, ptr noalias %flows, ptr noalias %kept) {\nentry:"
    )
    for k in range(len(program.operations)):
        if layout.varies[k] and not layout.by_year[k]:
            run.at(k)
    run.opening()
    kept = dict(code.value)
    sums = [f"%sum{j}" for j in range(len(worth))]
    head = _loop("entry", lanes, run.copy).split("\n")
    code.lines += head[:4]
    sum_at = len(code.lines)
    code.lines += head[4:]
    code.put(f"  %place = mul i64 %t, {max(len(layout.table), 1)}")
    code.put("  %row = getelementptr double, ptr %table, i64 %place")
    code.put(f"  %before = mul i64 %t, {len(layout.rows) * lanes}")
    code.put(f"  %behind = add i64 %before, {len(layout.columns) * lanes}")
    code.put("  %here = getelementptr double, ptr %given, i64 %behind")
    run.year()
    last: list[str] = []
    if worth:
        assert weight is not None
        for j, k in enumerate(worth):
            last.append(code.call("fmuladd", run.at(k), run.at(weight), sums[j]))
    for j, k in enumerate(flows):
        place = code.new(f"mul i64 %years, {j}")
        place = code.new(f"add i64 {place}, %t")
        code.store(code.numbered(k, run.at(k)), "%flows", code.new(f"mul i64 {place}, %width"))
    for j, k in enumerate(rates):
        place = code.new(f"mul i64 %years, {j}")
        place = code.new(f"add i64 {place}, %t")
        code.store(run.at(k), "%kept", code.new(f"mul i64 {place}, {lanes}"))
    for j, name in enumerate(last):
        code.lines.insert(sum_at, f"  {sums[j]} = phi {code.kind} [{code.constant(0.0)}, %entry], [{name}, %year]")
    code.put(NEXT)
    code.value = kept
    for j, name in enumerate(last):
        code.store(name, "%worth", code.new(f"mul i64 %width, {j}"))
    code.put("  ret void\n}")
    return "\n".join(code.lines), code.calls, run


def shaped(columns: Mapping[str, Any], layout: _Layout, years: int) -> tuple[int, list[Array], list[Array]]:
    """How many draws there are, and what they are given: columns (1, N) or (1, 1), and rows (years, N) or (years, 1).

    Raises ValueError where a column has another length.
    """
    wide = [np.asarray(columns[name], dtype=float).reshape(1, -1) for name in layout.columns]
    deep = [np.asarray(columns[name], dtype=float).reshape(years, -1) for name in layout.rows]
    count = max((part.shape[1] for part in (*wide, *deep)), default=1)
    for name, part in zip((*layout.columns, *layout.rows), (*wide, *deep), strict=True):
        if part.shape[1] not in (1, count):
            raise ValueError(f"{name}: {part.shape[1]} draws, where others have {count}")
    return count, wide, deep


def _sources(wide: Sequence[Array], deep: Sequence[Array], years: int) -> dict[str, Array]:
    """Where the numbers of a draw begin, columns and then rows year by year, and how far it is to the next draw (0: one for all)."""
    top = np.array([row.ctypes.data for row in deep], dtype=np.int64)
    down = np.array([row.strides[0] for row in deep], dtype=np.int64)
    first = np.array([column.ctypes.data for column in wide], dtype=np.int64)
    steps = [*(column.shape[1] > 1 for column in wide), *[row.shape[1] > 1 for row in deep] * years]
    places = np.concatenate([first, (top + np.arange(years)[:, None] * down).reshape(-1)])
    return {"sources": places, "steps": np.array(steps, dtype=np.int64)}


class Native:
    """A compiled program.

    columns : inputs that differ from draw to draw
    worth   : outputs of which the sum over the years, each times ``weight``, is asked; flows : outputs asked year by year
    rates   : outputs of which the rates of return are asked
    lanes   : draws side by side; None: what suits the host
    """

    def __init__(
        self,
        program: Program,
        columns: Iterable[str],
        *,
        worth: Sequence[Key] = (),
        weight: Key | None = None,
        flows: Sequence[Key] = (),
        rates: Sequence[Key] = (),
        lanes: int | None = None,
    ) -> None:
        names = list(dict.fromkeys([*worth, *flows, *rates, *([weight] if weight is not None else [])]))
        columns = set(columns)
        self.program = regrouped(program.only(names), columns)
        self.worth, self.flows, self.rates = tuple(worth), tuple(flows), tuple(rates)
        self.lanes = lanes or lanes_of_host()
        outputs = self.program.outputs
        told = [outputs[name] for name in names]
        self.layout = _Layout(self.program, columns, told)
        scalar, calls, self._first = _scalar(self.program, self.layout)
        vector, more, self._second = _vector(
            self.program,
            self.layout,
            self.lanes,
            [outputs[name] for name in worth],
            None if weight is None else outputs[weight],
            [outputs[name] for name in flows],
            [outputs[name] for name in rates],
        )
        calls |= more | (search.declared(self.lanes) if rates else set())
        self.text = "\n".join((*sorted(calls), scalar, vector, drive.text(self.lanes, len(rates))))
        self._engine = _compiled(self.text)
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        self._table = ctypes.CFUNCTYPE(None, number, *[pointer] * 5)(self._engine.get_function_address("table"))
        self._lives = ctypes.CFUNCTYPE(None, pointer)(self._engine.get_function_address("lives"))
        if rates:
            self._search = ctypes.CFUNCTYPE(None, *[number] * 3, *[pointer] * 5)(self._engine.get_function_address("search"))

    def run(
        self,
        inputs: Mapping[str, float],
        yearly: Mapping[str, Sequence[float]],
        columns: Mapping[str, Any],
        years: int,
        *,
        threads: int | None = None,
    ) -> Told:
        """Lives of as many draws as the columns have.

        inputs, yearly : what is the same for all draws; columns : by name, of shape (draws,), or (years, draws) for a yearly input
        threads : at most this many; None: one a core
        """
        layout, lanes = self.layout, self.lanes
        count, wide, deep = shaped(columns, layout, years)
        wide, deep = ([part if part.strides[1] == part.itemsize else np.ascontiguousarray(part) for part in kind] for kind in (wide, deep))
        whole = -(-count // lanes) * lanes
        once, table = self.table(inputs, yearly, years)
        width = whole + APART
        worth = np.empty((len(self.worth), width))
        flows = np.empty((len(self.flows), years, width))
        found = np.empty((2, len(self.rates), width))
        # A flow is searched as far as its own last year lets it be, not as the horizon does: no bit depends on the lives beside it.
        tops = np.array([roots.bracket_of(max(used, 1))[1] for used in range(years + 1)])
        lowest = np.array(roots.bracket_of(years)[0]).view(np.int64)
        rows = len(wide) + years * len(deep)
        asked: dict[str, Any] = {"years": years, "count": count, "width": width, "rows": rows, "bottom": int(lowest)}
        shared = {"once": once, "table": table, "worth": worth, "flows": flows, "most": found[0], "number": found[1], "tops": tops}
        sizes = self._sizes(years, rows)
        step = PIECE // lanes * lanes
        parts = [(first, min(first + step, whole)) for first in range(0, whole, step)]
        rest = iter(parts)

        def work() -> list[tuple[Any, Array]]:
            """Takes some draws, while there are any. Of flows whose rates are not found: where they are, and what they earn."""
            held = _held(sizes)
            for name in ("some", "many"):
                held[name][:1] = 0.0
            over = np.empty((1 + PIECE * len(self.rates)) * (years + 1))
            # All that is read or written is held here, as long as somebody does.
            arrays = shared | _sources(wide, deep, years) | held | {"over": over}
            told = asked | {"from": 0, "to": 0} | {name: array.ctypes.data for name, array in arrays.items()}
            line = np.array([told[name] for name in drive.ASKED])
            address, left = line.ctypes.data, []
            for part in rest:
                line[1:3] = part
                over[0] = 0.0
                self._lives(address)
                if self.rates and (many := int(over[:1].view(np.int64)[0])):
                    rows = over[1 : 1 + many * (years + 1)].reshape(many, years + 1)
                    left.append((rows[:, 0].copy().view(np.int64), rows[:, 1:].T.copy()))
            return left

        workers = min(threads or os.cpu_count() or 1, len(parts))
        if workers <= 1:
            left = work()
        else:
            with ThreadPoolExecutor(workers - 1) as pool:
                others = [pool.submit(work) for _ in range(workers - 1)]
                left = work()
                for other in others:
                    left += other.result()
        if left:  # all at once
            places = np.concatenate([where for where, _ in left])
            found.reshape(2, -1)[:, places] = roots.every(np.concatenate([flow for _, flow in left], axis=1), self._between)
        return Told(worth[:, :count], flows[:, :, :count], *(part[:, :count] for part in found))

    def _sizes(self, years: int, rows: int) -> dict[str, int]:
        """Numbers of scratch memory of a thread, by name. rows : numbers that a draw is given"""
        rated = years * self.lanes if self.rates else 0
        waiting = drive.queue(years, self.lanes) if self.rates else 0
        sizes = {"given": drive.chunk(self.lanes) * max(rows, 1), "work": self._second.scratch(years), "kept": rated * len(self.rates)}
        return sizes | {"split": 5 * rated, "some": waiting, "many": waiting}

    def _between(self, flows: Array, lows: Array, highs: Array) -> Array:
        """The one root between two points, as `rates.between`."""
        count = flows.shape[1]
        whole = -(-count // self.lanes) * self.lanes
        packed = _packed([flows, lows[None], highs[None]], 0, whole)
        answer, spare = np.empty(whole), np.empty(2 * len(flows) * self.lanes)
        ends = [packed[k:].ctypes.data for k in (len(flows), len(flows) + 1)]
        self._search(len(flows), whole, whole + APART, packed.ctypes.data, *ends, answer.ctypes.data, spare.ctypes.data)
        return answer[:count]

    def table(self, inputs: Mapping[str, float], yearly: Mapping[str, Sequence[float]], years: int) -> tuple[Array, Array]:
        """What is the same for all draws: once, and year by year."""
        layout = self.layout
        given = np.array([inputs[name] for name in layout.inputs] or [0.0])
        rows = np.array([list(yearly[name][:years]) for name in layout.yearly] or [[0.0]])
        once = np.zeros(max(len(layout.once), 1))
        table = np.zeros((years, max(len(layout.table), 1)))
        work = np.zeros(max(self._first.scratch(years), 1))
        self._table(years, *(array.ctypes.data for array in (given, rows, once, table, work)))
        return once, table


def _packed(kind: Sequence[Array], first: int, last: int) -> Array:
    """Draws ``first`` to ``last`` of rows, one under another, padded with the last there is so that no lane idles on nonsense."""
    packed = np.empty((max(sum(len(rows) for rows in kind), 1), last - first + APART))
    at = 0
    for rows in kind:
        part = rows[:, first:last] if rows.shape[1] > 1 else rows
        here = packed[at : at + len(rows)]
        here[:, : part.shape[1]] = part
        here[:, part.shape[1] :] = part[:, -1:]
        at += len(rows)
    return packed


def _held(sizes: Mapping[str, int]) -> dict[str, Array]:
    """Parts of this thread's scratch memory, each on a cache line."""
    ends = np.cumsum([-(-size // 8) * 8 for size in sizes.values()]).tolist()
    memory = _memory(ends[-1])
    return {name: memory[end - -(-size // 8) * 8 : end] for (name, size), end in zip(sizes.items(), ends, strict=True)}


def _memory(size: int) -> Array:
    """This thread's scratch memory, on a cache line."""
    held = getattr(WORK, "array", None)
    if held is None or held.size < size + 8:
        held = WORK.array = np.zeros(size + 8)
    skip = -held.ctypes.data % 64 // 8
    part: Array = held[skip : skip + size]
    return part
