"""Which rates make a flow worth nothing? Every root of flows one year apart, in SIMD lanes.

Descartes' rule bounds the number of roots by the changes of sign. No change: none; one: exactly one. With two changes, the flow times
(tau - t), tau between the years of the second change, changes sign once: its one root parts the line where the roots of the flow, two or
none, lie on either side. Flows of more changes go the same way, change by change (`chain`). What no bracket holds is left to
`kenes.worth.irr`, which follows the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from kenes.worth import irr

__all__ = ["DEEPEST", "LEFT", "between", "bracket_of", "every", "text"]

DEEPEST = 12
"""Changes of sign of a flow whose rates are sought in columns."""

TINY = 1e-15
"""Share of a root that nobody tells apart."""

LEFT = -1.0
"""Number of roots of a flow that is left to others."""

NUMBERS = {
    "ONE": "1.0",
    "TWO": "2.0",
    "SOME": "0x3FECCCCCCCCCCCCD",  # 0.9, where a search begins
    "TINY": "0x3CD203AF9EE75616",  # 1e-15
    "LEFT": "-1.0",
    "NAN": "0x7FF8000000000000",
}

BODY = """
define internal {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %x, V %a, V %b) {
entry:
  br label %year
year:
  %t1 = phi i64 [%years, %entry], [%t, %year]
  %p = phi V [zeroinitializer, %entry], [%p2, %year]
  %d = phi V [zeroinitializer, %entry], [%d2, %year]
  %t = sub i64 %t1, 1
  %at = mul i64 %t, %stride
  %place = getelementptr double, ptr %flow, i64 %at
  %c = load V, ptr %place, align 8
  %ts = sitofp i64 %t to double
  %ti = insertelement V poison, double %ts, i64 0
  %tv = shufflevector V %ti, V poison, <N x i32> zeroinitializer
  %bt = fmul V %b, %tv
  %f = fsub V %a, %bt
  %cf = fmul V %c, %f
  %dx = fmul V %d, %x
  %d2 = fadd V %dx, %p
  %px = fmul V %p, %x
  %p2 = fadd V %px, %cf
  %more = icmp sgt i64 %t, 0
  br i1 %more, label %year, label %done
done:
  %r0 = insertvalue {V, V} poison, V %p2, 0
  %r1 = insertvalue {V, V} %r0, V %d2, 1
  ret {V, V} %r1
}

define internal V @solve(i64 %years, ptr %flow, i64 %stride, V %a, V %b, V %low, V %high, M %below, M %active) {
entry:
  %lh0 = fmul V %low, %high
  %mid0 = call V @llvm.sqrt.K(V %lh0)
  %in0 = fcmp olt V %low, SOME
  %in1 = fcmp ogt V %high, SOME
  %in2 = and M %in0, %in1
  %x0 = select M %in2, V SOME, V %mid0
  br label %head
head:
  %k = phi i64 [0, %entry], [%k1, %step]
  %x = phi V [%x0, %entry], [%x3, %step]
  %lo = phi V [%low, %entry], [%lo2, %step]
  %hi = phi V [%high, %entry], [%hi2, %step]
  %on = phi M [%active, %entry], [%on3, %step]
  %any = call i1 @llvm.vector.reduce.or.L(M %on)
  %left = icmp slt i64 %k, 300
  %go = and i1 %any, %left
  br i1 %go, label %step, label %done
step:
  %r = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %x, V %a, V %b)
  %p = extractvalue {V, V} %r, 0
  %d = extractvalue {V, V} %r, 1
  %neg = fcmp olt V %p, zeroinitializer
  %differ = xor M %neg, %below
  %lo2 = select M %differ, V %lo, V %x
  %hi2 = select M %differ, V %x, V %hi
  %q = fdiv V %p, %d
  %xn = fsub V %x, %q
  %i0 = fcmp ogt V %xn, %lo2
  %i1 = fcmp olt V %xn, %hi2
  %i2 = and M %i0, %i1
  %third = urem i64 %k, 4
  %newton = icmp ne i64 %third, 3
  %ni = insertelement M poison, i1 %newton, i64 0
  %nv = shufflevector M %ni, M poison, <N x i32> zeroinitializer
  %i3 = and M %i2, %nv
  %lh = fmul V %lo2, %hi2
  %mid = call V @llvm.sqrt.K(V %lh)
  %x2 = select M %i3, V %xn, V %mid
  %zero = fcmp oeq V %p, zeroinitializer
  %step0 = fsub V %xn, %x
  %step1 = call V @llvm.fabs.K(V %step0)
  %small = fmul V %x, TINY
  %near = fcmp ole V %step1, %small
  %gap0 = fsub V %hi2, %lo2
  %gap = fcmp ole V %gap0, %small
  %e0 = or M %near, %zero
  %end = or M %e0, %gap
  %x3a = select M %end, V %x, V %x2
  %x3 = select M %on, V %x3a, V %x
  %noend = xor M %end, TRUE
  %on3 = and M %on, %noend
  %k1 = add i64 %k, 1
  br label %head
done:
  ret V %x
}

define void @rates(i64 %years, i64 %count, i64 %stride, double %bottom, double %top, ptr %flows, ptr %least, ptr %most, ptr %number) {
entry:
  %bi = insertelement V poison, double %bottom, i64 0
  %lo = shufflevector V %bi, V poison, <N x i32> zeroinitializer
  %ti = insertelement V poison, double %top, i64 0
  %hi = shufflevector V %ti, V poison, <N x i32> zeroinitializer
  br label %group
group:
  %draw = phi i64 [0, %entry], [%after, %store]
  %flow = getelementptr double, ptr %flows, i64 %draw
  br label %scan
scan:
  %t = phi i64 [0, %group], [%t1, %scan]
  %had = phi M [zeroinitializer, %group], [%had2, %scan]
  %last = phi M [zeroinitializer, %group], [%last2, %scan]
  %changes = phi V [zeroinitializer, %group], [%changes2, %scan]
  %tau = phi V [zeroinitializer, %group], [%tau2, %scan]
  %at = mul i64 %t, %stride
  %place = getelementptr double, ptr %flow, i64 %at
  %c = load V, ptr %place, align 8
  %some = fcmp one V %c, zeroinitializer
  %neg = fcmp olt V %c, zeroinitializer
  %differ = xor M %neg, %last
  %c0 = and M %some, %had
  %change = and M %c0, %differ
  %plus = fadd V %changes, ONE
  %changes2 = select M %change, V %plus, V %changes
  %ts0 = sitofp i64 %t to double
  %ts1 = fsub double %ts0, 5.0e-1
  %ts2 = insertelement V poison, double %ts1, i64 0
  %ts = shufflevector V %ts2, V poison, <N x i32> zeroinitializer
  %tau2 = select M %change, V %ts, V %tau
  %last2 = select M %some, M %neg, M %last
  %had2 = or M %had, %some
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %scan, label %sorted
sorted:
  %none = fcmp oeq V %changes2, zeroinitializer
  %single = fcmp oeq V %changes2, ONE
  %double = fcmp oeq V %changes2, TWO
  %a = select M %double, V %tau2, V ONE
  %b = select M %double, V ONE, V zeroinitializer
  %r0 = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %lo, V %a, V %b)
  %r1 = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %hi, V %a, V %b)
  %p0 = extractvalue {V, V} %r0, 0
  %p1 = extractvalue {V, V} %r1, 0
  %n0 = fcmp olt V %p0, zeroinitializer
  %n1 = fcmp olt V %p1, zeroinitializer
  %held = xor M %n0, %n1
  %few = or M %single, %double
  %on = and M %held, %few
  %m = call V @solve(i64 %years, ptr %flow, i64 %stride, V %a, V %b, V %lo, V %hi, M %n0, M %on)
  %parted = and M %on, %double
  %any = call i1 @llvm.vector.reduce.or.L(M %parted)
  br i1 %any, label %two, label %store
two:
  %f0 = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %lo, V ONE, V zeroinitializer)
  %f1 = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %hi, V ONE, V zeroinitializer)
  %fm = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %m, V ONE, V zeroinitializer)
  %v0 = extractvalue {V, V} %f0, 0
  %v1 = extractvalue {V, V} %f1, 0
  %vm = extractvalue {V, V} %fm, 0
  %s0 = fcmp olt V %v0, zeroinitializer
  %s1 = fcmp olt V %v1, zeroinitializer
  %sm = fcmp olt V %vm, zeroinitializer
  %touch = fcmp oeq V %vm, zeroinitializer
  %odd = xor M %s0, %s1
  %bad = or M %odd, %touch
  %good0 = xor M %bad, TRUE
  %good = and M %parted, %good0
  %cross = xor M %s0, %sm
  %both = and M %good, %cross
  %x0 = call V @solve(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, V %lo, V %m, M %s0, M %both)
  %x1 = call V @solve(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, V %m, V %hi, M %sm, M %both)
  br label %store
store:
  %pair = phi M [zeroinitializer, %sorted], [%both, %two]
  %clear = phi M [zeroinitializer, %sorted], [%good, %two]
  %xa = phi V [%m, %sorted], [%x0, %two]
  %xb = phi V [%m, %sorted], [%x1, %two]
  %one0 = and M %single, %on
  %far = select M %pair, V %xa, V %m
  %near = select M %pair, V %xb, V %m
  %g0 = fdiv V ONE, %far
  %g1 = fsub V %g0, ONE
  %h0 = fdiv V ONE, %near
  %h1 = fsub V %h0, ONE
  %known0 = or M %one0, %pair
  %rmost = select M %known0, V %g1, V NAN
  %rleast = select M %known0, V %h1, V NAN
  %k0 = select M %one0, V ONE, V LEFT
  %zerok = or M %none, %clear
  %k1 = select M %zerok, V zeroinitializer, V %k0
  %k2 = select M %pair, V TWO, V %k1
  %o0 = getelementptr double, ptr %least, i64 %draw
  store V %rleast, ptr %o0, align 8
  %o1 = getelementptr double, ptr %most, i64 %draw
  store V %rmost, ptr %o1, align 8
  %o2 = getelementptr double, ptr %number, i64 %draw
  store V %k2, ptr %o2, align 8
  %after = add i64 %draw, N
  %again = icmp slt i64 %after, %count
  br i1 %again, label %group, label %done
done:
  ret void
}

define void @search(i64 %years, i64 %count, i64 %stride, ptr %flows, ptr %lows, ptr %highs, ptr %found) {
entry:
  br label %group
group:
  %draw = phi i64 [0, %entry], [%after, %group]
  %flow = getelementptr double, ptr %flows, i64 %draw
  %q0 = getelementptr double, ptr %lows, i64 %draw
  %lo = load V, ptr %q0, align 8
  %q1 = getelementptr double, ptr %highs, i64 %draw
  %hi = load V, ptr %q1, align 8
  %r0 = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %lo, V ONE, V zeroinitializer)
  %r1 = call {V, V} @poly(i64 %years, ptr %flow, i64 %stride, V %hi, V ONE, V zeroinitializer)
  %p0 = extractvalue {V, V} %r0, 0
  %p1 = extractvalue {V, V} %r1, 0
  %n0 = fcmp olt V %p0, zeroinitializer
  %n1 = fcmp olt V %p1, zeroinitializer
  %held = xor M %n0, %n1
  %m = call V @solve(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, V %lo, V %hi, M %n0, M %held)
  %x = select M %held, V %m, V NAN
  %q2 = getelementptr double, ptr %found, i64 %draw
  store V %x, ptr %q2, align 8
  %after = add i64 %draw, N
  %again = icmp slt i64 %after, %count
  br i1 %again, label %group, label %done
done:
  ret void
}
"""


def text(lanes: int) -> str:
    """The function ``rates``: for each draw the least and the largest root, and how many there are (`LEFT`: not looked for here)."""
    kind, flag = f"<{lanes} x double>", f"<{lanes} x i1>"
    words = {name: "<" + ", ".join([f"double {bits}"] * lanes) + ">" for name, bits in NUMBERS.items()}
    words |= {"TRUE": "<" + ", ".join(["i1 true"] * lanes) + ">", "V": kind, "M": flag, "N": str(lanes)}
    words |= {"K": f"v{lanes}f64", "L": f"v{lanes}i1"}
    declared = "declare V @llvm.sqrt.K(V)\ndeclare V @llvm.fabs.K(V)\ndeclare i1 @llvm.vector.reduce.or.L(M)\n"
    return re.sub(rf"(?<![%\w])({'|'.join(words)})\b", lambda found: words[found[1]], declared + BODY)


def chain(flows: Any, bracket: tuple[float, float], search: Callable[[Any, Any, Any], Any]) -> tuple[Any, Any]:
    """Every root of flows with the same number of changes of sign.

    flows   : (years, draws); bracket : of x = 1 / (1 + rate)
    search  : (flows, lows, highs) to the one root between, NaN where the flow does not change sign between them
    Returns roots (one row each, NaN where there is none, rising in x), and the draws that the bracket does not hold.
    """
    years, count = flows.shape
    turns = _changes(flows)
    tau = np.nonzero(turns.T)[1].reshape(count, -1).T - 0.5  # (changes, draws): times between which the flow changes its sign
    depth = len(tau)
    t = np.arange(years)[:, None]
    low, high = np.full(count, bracket[0]), np.full(count, bracket[1])
    roots = np.empty((0, count))
    for used in reversed(range(depth)):
        level = flows * np.prod(tau[depth - used :, None, :] - t[None], axis=0) if used else flows
        edges = [low, *np.where(np.isnan(roots), high, roots), high]
        pieces = [search(level, a, b) for a, b in pairwise(edges)]
        roots = np.sort(np.array(pieces), axis=0)  # NaN last
    some = flows != 0.0
    first = np.sign(flows[some.argmax(axis=0), range(count)])
    last = np.sign(flows[years - 1 - some[::-1].argmax(axis=0), range(count)])
    wrong = (np.sign(_at(flows, low)) != first) | (np.sign(_at(flows, high)) != last)
    return roots, wrong


def every(flows: Any, search: Callable[[Any, Any, Any], Any] | None = None) -> tuple[Any, Any, Any]:
    """Least and most rate of return of each flow (NaN if none), and how many it has, (N,) each.

    flows  : (years, N), a year apart; search : as in `chain`; None: `between`

    >>> least, most, number = every(np.array([[-100.0, -100.0, 1.0], [230.0, 30.0, 2.0], [-132.0, 30.0, 0.0]]))
    >>> least[0].round(9).item(), most[0].round(9).item(), number.tolist()
    (0.1, 0.2, [2.0, 1.0, 0.0])
    """
    bracket = bracket_of(len(flows))
    found = np.full((3, flows.shape[1]), np.nan)
    for changes, places in grouped(flows).items():
        part = flows[:, places]
        if changes == 0:
            found[2, places] = 0.0
            continue
        wrong = np.ones(len(places), dtype=bool)
        if changes <= DEEPEST:
            xs, wrong = chain(part, bracket, search or between)
            rates = 1.0 / xs - 1.0
            number = np.sum(~np.isnan(xs), axis=0)
            found[0, places] = rates[np.maximum(number - 1, 0), range(len(places))]
            found[1, places] = rates[0]
            found[2, places] = number
        for k in np.flatnonzero(wrong):
            rates = irr([float(amount) for amount in part[:, k]])
            found[:, places[k]] = (rates[0], rates[-1], len(rates)) if rates else (np.nan, np.nan, 0.0)
    return found[0], found[1], found[2]


def bracket_of(years: int) -> tuple[float, float]:
    """Between which x = 1 / (1 + rate) roots are sought: no power of x leaves the range of floats."""
    return 1e-6, min(1e6, 10.0 ** (270.0 / years))


def between(flows: Any, lows: Any, highs: Any) -> Any:
    """The one root between two points, draw by draw; NaN where the flow does not change sign between them.

    Halving on a logarithmic scale, then the Illinois method: a draw that is done no longer moves, so its neighbours do not matter.
    """
    a, b = lows.copy(), highs.copy()
    fa, fb = _at(flows, a), _at(flows, b)
    held = (fa < 0.0) != (fb < 0.0)
    for _ in range(20):
        middle = np.sqrt(a * b)
        value = _at(flows, middle)
        left = (value < 0.0) == (fa < 0.0)
        a, fa = np.where(left, middle, a), np.where(left, value, fa)
        b, fb = np.where(left, b, middle), np.where(left, fb, value)
    best = 0.5 * (a + b)
    busy = held.copy()
    for _ in range(100):
        if not busy.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            point = b - fb * (b - a) / (fb - fa)
        point = np.where((point > np.minimum(a, b)) & (point < np.maximum(a, b)), point, 0.5 * (a + b))
        value = _at(flows, point)
        crossed = (value < 0.0) != (fb < 0.0)
        step = np.abs(point - best)
        a, fa = np.where(busy, np.where(crossed, b, a), a), np.where(busy, np.where(crossed, fb, 0.5 * fa), fa)
        b, fb, best = np.where(busy, point, b), np.where(busy, value, fb), np.where(busy, point, best)
        busy = busy & (value != 0.0) & (np.abs(b - a) > TINY * np.abs(b)) & (step > TINY * np.abs(point))
    return np.where(held, best, np.nan)


def _at(flows: Any, x: Any) -> Any:
    """The flows' polynomial at ``x``."""
    value = np.zeros(flows.shape[1])
    for row in flows[::-1]:
        value = value * x + row
    return value


def _changes(flows: Any) -> Any:
    """Whether an amount has another sign than the last one before it that was not nothing, (years, draws)."""
    sign = np.sign(flows)
    last = np.maximum.accumulate(np.where(sign != 0.0, np.arange(len(sign))[:, None], 0), axis=0)
    held = np.take_along_axis(sign, last, axis=0)
    turns = np.zeros(flows.shape, dtype=bool)
    turns[1:] = held[1:] * held[:-1] < 0.0
    return turns


def grouped(flows: Any) -> dict[int, Any]:
    """Places of flows by the number of their changes of sign."""
    numbers = _changes(flows).sum(axis=0)
    return {int(number): np.flatnonzero(numbers == number) for number in np.unique(numbers)}
