"""How near is the vector pass to what the machine can do? Floating operations of a life, over the measured peak of one core."""

from __future__ import annotations

import ctypes
from collections import Counter

from engine import FULL, Page, page
from timing import ROOT, best, table

from kenes.engine import native
from kenes.engine.native import Native, lanes_of_host

ROUNDS = 20_000_000
SUMS = ("add", "sub", "mul")
OTHERS = ("div", "min", "max", "lt", "le", "gt", "ge", "where", "neg", "exp", "log", "pow")


def hammer(lanes: int, sums: int, fused: int) -> str:
    """A loop of independent additions and fused multiply-adds, so many of each, that nothing waits for."""
    kind = f"<{lanes} x double>"
    ones = "<" + ", ".join(["double 1.0"] * lanes) + ">"
    names = [*(f"sum{k}" for k in range(sums)), *(f"fma{k}" for k in range(fused))]
    heads = [f"  %{name} = phi {kind} [{ones}, %entry], [%{name}n, %loop]" for name in names]
    call = f"call {kind} @llvm.fmuladd.v{lanes}f64({kind} %{{0}}, {kind} %same, {kind} %less)"
    steps = [f"  %{name}n = {f'fadd {kind} %{name}, %less' if name[:3] == 'sum' else call.format(name)}" for name in names]
    ends, last = [], f"%{names[0]}n"
    for name in names[1:]:
        ends.append(f"  %end.{name} = fadd {kind} {last}, %{name}n")
        last = f"%end.{name}"
    return "\n".join(
        [
            f"declare {kind} @llvm.fmuladd.v{lanes}f64({kind}, {kind}, {kind})",
            f"define void @hammer(i64 %rounds, ptr %given, ptr %out) {{\nentry:\n  %less = load {kind}, ptr %given, align 8",
            f"  %next = getelementptr double, ptr %given, i64 {lanes}\n  %same = load {kind}, ptr %next, align 8\n  br label %loop\nloop:",
            "  %k = phi i64 [0, %entry], [%k1, %loop]",
            *heads,
            *steps,
            "  %k1 = add i64 %k, 1\n  %more = icmp slt i64 %k1, %rounds\n  br i1 %more, label %loop, label %done\ndone:",
            *ends,
            f"  store {kind} {last}, ptr %out, align 8\n  ret void\n}}",
        ]
    )


def summit() -> float:
    """Additions and multiplications a second of one core, in vectors, a fused pair counted as two; the best of a few widths of the loop."""
    lanes, fastest = lanes_of_host() // 2, 0.0
    for sums, fused in ((4, 6), (6, 8)):
        engine = native._compiled(hammer(lanes, sums, fused))
        call = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)(engine.get_function_address("hammer"))
        given, out = (ctypes.c_double * (2 * lanes))(*[0.0] * lanes, *[1.0] * lanes), (ctypes.c_double * lanes)()
        taken = best(lambda call=call, given=given, out=out: call(ROUNDS, ctypes.addressof(given), ctypes.addressof(out)), 5)  # type: ignore[misc]
        fastest = max(fastest, ROUNDS * (sums + 2 * fused) * lanes / taken)
    return fastest


def counted(one: Page, machine: Native) -> tuple[int, int]:
    """Additions and multiplications of a life in the vector pass, and all its floating operations, each counted as one."""
    program, layout, kinds = machine.program, machine.layout, Counter[str]()
    for k, operation in enumerate(program.operations):
        if layout.varies[k]:
            kinds[operation.op] += one.traced.years if layout.by_year[k] else 1
    sums = sum(kinds[op] for op in SUMS) + 2 * len(machine.worth) * one.traced.years
    return sums, sums + sum(kinds[op] for op in OTHERS)


def main() -> None:
    """Prints the share of the peak for the full page and for one shipped project."""
    found, most = [], summit()
    for name in (FULL, ROOT / "projects" / "chain-kz-us.toml"):
        one = page(name)
        machine = one.native()
        found.append((name.stem, one.per_life(machine, times=10) / 1e6, *counted(one, machine)))
        most = max(most, summit())
    rows = [
        [name, f"{taken * 1e6:.2f}", f"{sums:,}", f"{every:,}", f"{every / taken / 1e9:.1f}", f"{most / 1e9:.1f}"]
        + [f"{count / taken / most:.0%}" for count in (sums, every)]
        for name, taken, sums, every in found
    ]
    print("## How near the machine's peak\n")
    print(
        "One core, NPVs of all parties, no IRR, the best of ten. Peak: independent additions and fused multiply-adds (two operations each)"
        " of double vectors in registers, measured in the same run, the best of a few. Operations: those of the program, products"
        " regrouped, that differ from draw to draw, times the years; all of them with divisions, comparisons, choices and powers, each"
        " counted as one, though a division takes many times as long as an addition. Loads and stores are not counted.\n"
    )
    head = ["page", "µs a life", "add, sub, mul a life", "all a life", "10⁹ a second", "peak, 10⁹ a second"]
    print(table([*head, "share of peak, add, sub, mul", "share of peak, all"], rows))


if __name__ == "__main__":
    main()
