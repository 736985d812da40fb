"""Which rates make a flow worth nothing? The search of `rates` as vector code: flows in SIMD lanes, no lane minding its neighbours.

A flow is parted into what comes in and what goes out; the search is Newton's on the logarithm of their ratio, nearly straight in the
logarithm of x = 1 / (1 + rate), kept between two points and halving where a step does not help. Products and sums of a polynomial are
fused where the host can: the last bits of a rate are the host's own, on any number of lanes and threads.
"""

from __future__ import annotations

import re

__all__ = ["declared", "text", "written"]

NUMBERS = {
    "ONE": "1.0",
    "TWO": "2.0",
    "SOME": "0x3FECCCCCCCCCCCCD",  # 0.9, where a search begins
    "HALF": "0.5",
    "HUGE": "0x4415AF1D78B58C40",  # 1e20 times the amounts of a flow: beyond it, what is left of it is not trusted
    "TOUCH": "0x3D3C25C268497682",  # 1e-13: a share of a sum that is not told from nothing
    "BLUR": "0x3D719799812DEA11",  # 1e-12: what rounding may have made up
    "CLOSE": "0x3E601B2B29A4692B",  # 3e-8: a step so short squares to nothing
    "TINY": "0x3CD203AF9EE75616",  # 1e-15
    "LEFT": "-1.0",
    "NAN": "0x7FF8000000000000",
}

DEEPER = """
define internal {V, V, V} @MORE(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %changes, V %tau, ptr %tops, ptr %split, ptr %work) {
entry:
  %simple = call {V, V, V} @few(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %changes, V %tau, ptr %tops, ptr %split, ptr %work)
  %asked = fcmp ogt V %changes, TWO
  %any = call i1 @llvm.vector.reduce.or.L(M %asked)
  br i1 %any, label %deeper, label %plain
plain:
  ret {V, V, V} %simple
deeper:
  %k = extractvalue {V, V, V} %simple, 0
  %xa = extractvalue {V, V, V} %simple, 1
  %ca = extractvalue {V, V, V} %simple, 2
  %size = mul i64 %years, N
  %spare = getelementptr double, ptr %work, i64 %size
  %half = fmul V %changes, HALF
  %whole = call V @llvm.floor.K(V %half)
  %even = fcmp oeq V %half, %whole
  %a = select M %even, V %tau, V ONE
  %b = select M %even, V ONE, V zeroinitializer
  %got = call {V, M} @middle(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %a, V %b, M %asked, ptr %split)
  %m = extractvalue {V, M} %got, 0
  %on = extractvalue {V, M} %got, 1
  %lost = call M @without(i64 %years, ptr %flow, i64 %stride, V %m, V %a, V %b, ptr %work)
  %other = call {V, V, V, i64} @scan(i64 %years, ptr %work, i64 N, ptr %tops)
  %changes2 = extractvalue {V, V, V, i64} %other, 0
  %tau2 = extractvalue {V, V, V, i64} %other, 1
  %rest = call {V, V, V} @LESS(i64 %years, ptr %work, i64 N, V %lo, V %hi, V %changes2, V %tau2, ptr %tops, ptr %split, ptr %spare)
  %k2 = extractvalue {V, V, V} %rest, 0
  %ya = extractvalue {V, V, V} %rest, 1
  %c = extractvalue {V, V, V} %rest, 2
  %known0 = fcmp oge V %k2, zeroinitializer
  %known1 = xor M %lost, TRUE
  %known2 = and M %known0, %known1
  %known = and M %known2, %on
  %sole0 = fcmp oeq V %k2, zeroinitializer
  %sole1 = and M %known, %sole0
  %sole = and M %sole1, %even
  %pairs = call {V, V} @sides(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %m, M %sole, ptr %split)
  %kp = extractvalue {V, V} %pairs, 0
  %pa = extractvalue {V, V} %pairs, 1
  %apart0 = fcmp oeq V %k2, TWO
  %apart1 = and M %known, %apart0
  %apart2 = fcmp ogt V %c, %ya
  %apart3 = and M %apart1, %apart2
  %apart = and M %apart3, %even
  %several = call i1 @llvm.vector.reduce.or.L(M %apart)
  br i1 %several, label %three, label %joined
three:
  call void @split(i64 %years, ptr %work, i64 N, V ONE, V zeroinitializer, ptr %split)
  %bc = call M @below(i64 %years, ptr %split, V %c)
  %bh = call M @below(i64 %years, ptr %split, V %hi)
  %across0 = xor M %bc, %bh
  %across = and M %across0, %apart
  %yb = call V @solve(i64 %years, ptr %split, V %c, V %hi, M %bc, M %across)
  %trio = call {V, V, V} @turns(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %ya, V %m, V %yb, M %across, ptr %split)
  %kt = extractvalue {V, V, V} %trio, 0
  %xt = extractvalue {V, V, V} %trio, 1
  %ct = extractvalue {V, V, V} %trio, 2
  %cq = select M %across, V %ct, V %m
  %kq = select M %across, V %kt, V %kp
  %pq = select M %across, V %xt, V %pa
  br label %joined
joined:
  %ke = phi V [%kp, %deeper], [%kq, %three]
  %xe = phi V [%pa, %deeper], [%pq, %three]
  %ce = phi V [%m, %deeper], [%cq, %three]
  %k3 = fadd V %k2, ONE
  %pair = fcmp ogt V %k2, ONE
  %l0 = fcmp olt V %ya, %m
  %l1 = and M %l0, %pair
  %za = select M %l1, V %ya, V %m
  %k4 = select M %known, V %k3, V LEFT
  %k5 = select M %even, V %ke, V %k4
  %xa1 = select M %even, V %xe, V %za
  %k6 = select M %asked, V %k5, V %k
  %xa2 = select M %asked, V %xa1, V %xa
  %ca1 = select M %even, V %ce, V NAN
  %ca2 = select M %asked, V %ca1, V %ca
  %e0 = insertvalue {V, V, V} poison, V %k6, 0
  %e1 = insertvalue {V, V, V} %e0, V %xa2, 1
  %e2 = insertvalue {V, V, V} %e1, V %ca2, 2
  ret {V, V, V} %e2
}
"""
"""A flow of three or more changes of sign: one root of it is taken out, and what is left is looked at in turn (@LESS)."""

GROUP = """
define internal void @NAME(i64 %years, double %bottom, ptr %tops, ptr %flow, ptr %most, ptr %number, ptr %split) {
entry:
  %size = mul i64 %years, TWICE
  %work = getelementptr double, ptr %split, i64 %size
  %bi = insertelement V poison, double %bottom, i64 0
  %lo = shufflevector V %bi, V poison, <N x i32> zeroinitializer
  %seen = call {V, V, V, i64} @scan(i64 %years, ptr %flow, i64 N, ptr %tops)
  %changes = extractvalue {V, V, V, i64} %seen, 0
  %tau = extractvalue {V, V, V, i64} %seen, 1
  %hi = extractvalue {V, V, V, i64} %seen, 2
  %used = extractvalue {V, V, V, i64} %seen, 3
  %found = call {V, V, V} @HOW(i64 %used, ptr %flow, i64 N, V %lo, V %hi, V %changes, V %tau, ptr %tops, ptr %split, ptr %work)
  %n0 = extractvalue {V, V, V} %found, 0
  %sure = call M @ends(i64 %used, ptr %flow, i64 N, V %lo, V %hi)
  %n = select M %sure, V %n0, V LEFT
  %near = extractvalue {V, V, V} %found, 1
  %has = fcmp ogt V %n, zeroinitializer
  %h0 = fdiv V ONE, %near
  %h1 = fsub V %h0, ONE
  %rate = select M %has, V %h1, V NAN
  store V %rate, ptr %most, align 8
  store V %n, ptr %number, align 8
  ret void
}
"""
"""A group of flows, as many as there are lanes, each year's side by side."""

BODY = """
define internal void @split(i64 %years, ptr %flow, i64 %stride, V %a, V %b, ptr %split) {
entry:
  br label %year
year:
  %t = phi i64 [0, %entry], [%t1, %year]
  %at = mul i64 %t, %stride
  %place = getelementptr double, ptr %flow, i64 %at
  %c = load V, ptr %place, align 8
  %ts = sitofp i64 %t to double
  %ti = insertelement V poison, double %ts, i64 0
  %tv = shufflevector V %ti, V poison, <N x i32> zeroinitializer
  %bt = fmul V %b, %tv
  %f = fsub V %a, %bt
  %cf = fmul V %c, %f
  %up = fcmp ogt V %cf, zeroinitializer
  %cp = select M %up, V %cf, V zeroinitializer
  %cn = fsub V %cp, %cf
  %there = mul i64 %t, TWICE
  %to = getelementptr double, ptr %split, i64 %there
  store V %cp, ptr %to, align 8
  %next = getelementptr double, ptr %to, i64 N
  store V %cn, ptr %next, align 8
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %done
done:
  ret void
}

define internal {V, V, V, V} @parts(i64 %years, ptr %split, V %x) {
entry:
  br label %year
year:
  %t1 = phi i64 [%years, %entry], [%t, %year]
  %p = phi V [zeroinitializer, %entry], [%p2, %year]
  %n = phi V [zeroinitializer, %entry], [%n2, %year]
  %dp = phi V [zeroinitializer, %entry], [%dp2, %year]
  %dn = phi V [zeroinitializer, %entry], [%dn2, %year]
  %t = sub i64 %t1, 1
  %at = mul i64 %t, TWICE
  %place = getelementptr double, ptr %split, i64 %at
  %cp = load V, ptr %place, align 8
  %next = getelementptr double, ptr %place, i64 N
  %cn = load V, ptr %next, align 8
  %dp2 = call V @llvm.fmuladd.K(V %dp, V %x, V %p)
  %dn2 = call V @llvm.fmuladd.K(V %dn, V %x, V %n)
  %p2 = call V @llvm.fmuladd.K(V %p, V %x, V %cp)
  %n2 = call V @llvm.fmuladd.K(V %n, V %x, V %cn)
  %more = icmp sgt i64 %t, 0
  br i1 %more, label %year, label %done
done:
  %r0 = insertvalue {V, V, V, V} poison, V %p2, 0
  %r1 = insertvalue {V, V, V, V} %r0, V %n2, 1
  %r2 = insertvalue {V, V, V, V} %r1, V %dp2, 2
  %r3 = insertvalue {V, V, V, V} %r2, V %dn2, 3
  ret {V, V, V, V} %r3
}

define internal M @below(i64 %years, ptr %split, V %x) {
entry:
  br label %year
year:
  %t1 = phi i64 [%years, %entry], [%t, %year]
  %p = phi V [zeroinitializer, %entry], [%p2, %year]
  %n = phi V [zeroinitializer, %entry], [%n2, %year]
  %t = sub i64 %t1, 1
  %at = mul i64 %t, TWICE
  %place = getelementptr double, ptr %split, i64 %at
  %cp = load V, ptr %place, align 8
  %next = getelementptr double, ptr %place, i64 N
  %cn = load V, ptr %next, align 8
  %p2 = call V @llvm.fmuladd.K(V %p, V %x, V %cp)
  %n2 = call V @llvm.fmuladd.K(V %n, V %x, V %cn)
  %more = icmp sgt i64 %t, 0
  br i1 %more, label %year, label %done
done:
  %is = fcmp olt V %p2, %n2
  ret M %is
}

define internal V @solve(i64 %years, ptr %split, V %low, V %high, M %below, M %active) {
entry:
  %lh0 = fmul V %low, %high
  %mid0 = call V @llvm.sqrt.K(V %lh0)
  %in0 = fcmp olt V %low, SOME
  %in1 = fcmp ogt V %high, SOME
  %in2 = and M %in0, %in1
  %x0 = select M %in2, V SOME, V %mid0
  %x = call V @seek(i64 %years, ptr %split, V %low, V %high, V %x0, M %below, M %active)
  ret V %x
}

define internal V @seek(i64 %years, ptr %split, V %low, V %high, V %x0, M %below, M %active) {
entry:
  br label %head
head:
  %k = phi i64 [0, %entry], [%k1, %step]
  %x = phi V [%x0, %entry], [%x3, %step]
  %lo = phi V [%low, %entry], [%lo2, %step]
  %hi = phi V [%high, %entry], [%hi2, %step]
  %wide = phi V [TWO, %entry], [%wide2, %step]
  %on = phi M [%active, %entry], [%on3, %step]
  %any = call i1 @llvm.vector.reduce.or.L(M %on)
  %left = icmp slt i64 %k, 300
  %go = and i1 %any, %left
  br i1 %go, label %step, label %done
step:
  %r = call {V, V, V, V} @parts(i64 %years, ptr %split, V %x)
  %p = extractvalue {V, V, V, V} %r, 0
  %n = extractvalue {V, V, V, V} %r, 1
  %dp = extractvalue {V, V, V, V} %r, 2
  %dn = extractvalue {V, V, V, V} %r, 3
  %diff = fsub V %p, %n
  %neg = fcmp olt V %diff, zeroinitializer
  %differ = xor M %neg, %below
  %lo2 = select M %differ, V %lo, V %x
  %hi2 = select M %differ, V %x, V %hi
  %sum = fadd V %p, %n
  %g0 = fdiv V %diff, %sum
  %gp = fdiv V %dp, %p
  %gn = fdiv V %dn, %n
  %slope0 = fsub V %gp, %gn
  %slope1 = fmul V %slope0, %x
  %u0 = fdiv V %g0, %slope1
  %u = fmul V %u0, TWO
  %au = call V @llvm.fabs.K(V %u)
  %up = fsub V TWO, %u
  %down = fadd V TWO, %u
  %turn = fdiv V %up, %down
  %xn = fmul V %x, %turn
  %i0 = fcmp ogt V %xn, %lo2
  %i1 = fcmp olt V %xn, %hi2
  %i2 = and M %i0, %i1
  %half = fmul V %wide, HALF
  %gains = fcmp ole V %au, %half
  %i3 = and M %i2, %gains
  %lh = fmul V %lo2, %hi2
  %mid = call V @llvm.sqrt.K(V %lh)
  %x2 = select M %i3, V %xn, V %mid
  %wide2 = select M %i3, V %au, V TWO
  %zero = fcmp oeq V %diff, zeroinitializer
  %close = fcmp ole V %au, CLOSE
  %j0 = fcmp oge V %xn, %lo2
  %j1 = fcmp ole V %xn, %hi2
  %j2 = and M %j0, %j1
  %near = and M %close, %j2
  %small = fmul V %x, TINY
  %gap0 = fsub V %hi2, %lo2
  %gap = fcmp ole V %gap0, %small
  %e0 = or M %near, %zero
  %end = or M %e0, %gap
  %last = select M %near, V %xn, V %x
  %x3a = select M %end, V %last, V %x2
  %x3 = select M %on, V %x3a, V %x
  %noend = xor M %end, TRUE
  %on3 = and M %on, %noend
  %k1 = add i64 %k, 1
  br label %head
done:
  ret V %x
}

define internal {V, V, V, i64} @scan(i64 %years, ptr %flow, i64 %stride, ptr %tops) {
entry:
  br label %year
year:
  %t = phi i64 [0, %entry], [%t1, %year]
  %had = phi M [zeroinitializer, %entry], [%had2, %year]
  %last = phi M [zeroinitializer, %entry], [%last2, %year]
  %changes = phi V [zeroinitializer, %entry], [%changes2, %year]
  %tau = phi V [zeroinitializer, %entry], [%tau2, %year]
  %hi = phi V [ONE, %entry], [%hi2, %year]
  %end = phi i64 [1, %entry], [%end2, %year]
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
  %here = call i1 @llvm.vector.reduce.or.L(M %some)
  %end2 = select i1 %here, i64 %t1, i64 %end
  %place1 = getelementptr double, ptr %tops, i64 %t1
  %top = load double, ptr %place1, align 8
  %ti = insertelement V poison, double %top, i64 0
  %tv = shufflevector V %ti, V poison, <N x i32> zeroinitializer
  %hi2 = select M %some, V %tv, V %hi
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %done
done:
  %r0 = insertvalue {V, V, V, i64} poison, V %changes2, 0
  %r1 = insertvalue {V, V, V, i64} %r0, V %tau2, 1
  %r2 = insertvalue {V, V, V, i64} %r1, V %hi2, 2
  %r3 = insertvalue {V, V, V, i64} %r2, i64 %end2, 3
  ret {V, V, V, i64} %r3
}

define internal M @ends(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi) {
entry:
  %down = fdiv V ONE, %hi
  br label %first
first:
  %t = phi i64 [0, %entry], [%t1, %first]
  %power = phi V [ONE, %entry], [%power2, %first]
  %lead = phi V [zeroinitializer, %entry], [%lead2, %first]
  %rest = phi V [zeroinitializer, %entry], [%rest2, %first]
  %at = mul i64 %t, %stride
  %place = getelementptr double, ptr %flow, i64 %at
  %c = load V, ptr %place, align 8
  %abs = call V @llvm.fabs.K(V %c)
  %led = fcmp ogt V %lead, zeroinitializer
  %lead2 = select M %led, V %lead, V %abs
  %power1 = fmul V %power, %lo
  %power2 = select M %led, V %power1, V ONE
  %part = fmul V %abs, %power2
  %more = fadd V %rest, %part
  %rest2 = select M %led, V %more, V zeroinitializer
  %t1 = add i64 %t, 1
  %again = icmp slt i64 %t1, %years
  br i1 %again, label %first, label %last
last:
  %u1 = phi i64 [%years, %first], [%u, %last]
  %lpower = phi V [ONE, %first], [%lpower2, %last]
  %llead = phi V [zeroinitializer, %first], [%llead2, %last]
  %lrest = phi V [zeroinitializer, %first], [%lrest2, %last]
  %u = sub i64 %u1, 1
  %lat = mul i64 %u, %stride
  %lplace = getelementptr double, ptr %flow, i64 %lat
  %lc = load V, ptr %lplace, align 8
  %labs = call V @llvm.fabs.K(V %lc)
  %lled = fcmp ogt V %llead, zeroinitializer
  %llead2 = select M %lled, V %llead, V %labs
  %lpower1 = fmul V %lpower, %down
  %lpower2 = select M %lled, V %lpower1, V ONE
  %lpart = fmul V %labs, %lpower2
  %lmore = fadd V %lrest, %lpart
  %lrest2 = select M %lled, V %lmore, V zeroinitializer
  %lagain = icmp sgt i64 %u, 0
  br i1 %lagain, label %last, label %done
done:
  %a = fcmp oge V %lead2, %rest2
  %b = fcmp oge V %llead2, %lrest2
  %both = and M %a, %b
  ret M %both
}

define internal M @without(i64 %years, ptr %flow, i64 %stride, V %x, V %a, V %b, ptr %out) {
entry:
  %back1 = fdiv V ONE, %x
  br label %year
year:
  %t = phi i64 [0, %entry], [%t1, %year]
  %sum = phi V [zeroinitializer, %entry], [%sum2, %year]
  %size = phi V [zeroinitializer, %entry], [%size2, %year]
  %whole = phi V [zeroinitializer, %entry], [%whole2, %year]
  %reach = phi V [zeroinitializer, %entry], [%reach2, %year]
  %at = mul i64 %t, %stride
  %place = getelementptr double, ptr %flow, i64 %at
  %c = load V, ptr %place, align 8
  %ts = sitofp i64 %t to double
  %ti = insertelement V poison, double %ts, i64 0
  %tv = shufflevector V %ti, V poison, <N x i32> zeroinitializer
  %bt = fmul V %b, %tv
  %f = fsub V %a, %bt
  %cf = fmul V %c, %f
  %before = fmul V %sum, %back1
  %sum2 = fadd V %before, %cf
  %abs = call V @llvm.fabs.K(V %cf)
  %sized = fmul V %size, %back1
  %size2 = fadd V %sized, %abs
  %whole2 = fadd V %whole, %abs
  %there0 = fcmp one V %cf, zeroinitializer
  %reach2 = select M %there0, V %size2, V %reach
  %blur = fmul V %size2, BLUR
  %far = call V @llvm.fabs.K(V %sum2)
  %clear = fcmp ogt V %far, %blur
  %empty = fcmp oeq V %size2, zeroinitializer
  %unclear = select M %empty, V zeroinitializer, V NAN
  %keep = select M %clear, V %sum2, V %unclear
  %kept = mul i64 %t, N
  %there = getelementptr double, ptr %out, i64 %kept
  store V %keep, ptr %there, align 8
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %turn
turn:
  %limit = fmul V %whole2, HUGE
  %small = fcmp olt V %reach2, %limit
  %large = xor M %small, TRUE
  br label %back
back:
  %u1 = phi i64 [%years, %turn], [%u, %back]
  %rest = phi V [zeroinitializer, %turn], [%rest2, %back]
  %rsize = phi V [zeroinitializer, %turn], [%rsize2, %back]
  %lost = phi M [%large, %turn], [%lost2, %back]
  %u = sub i64 %u1, 1
  %rx = fmul V %rest, %x
  %rsx = fmul V %rsize, %x
  %look0 = mul i64 %u, N
  %look = getelementptr double, ptr %out, i64 %look0
  %first = load V, ptr %look, align 8
  %unsure = fcmp uno V %first, zeroinitializer
  %rabs = call V @llvm.fabs.K(V %rx)
  %rblur = fmul V %rsx, BLUR
  %rclear = fcmp ogt V %rabs, %rblur
  %rempty = fcmp oeq V %rsx, zeroinitializer
  %rknown = or M %rclear, %rempty
  %turned = fneg V %rx
  %second = select M %rempty, V zeroinitializer, V %turned
  %told = select M %unsure, V %second, V %first
  %end = icmp eq i64 %u1, %years
  %told1 = select i1 %end, V zeroinitializer, V %told
  store V %told1, ptr %look, align 8
  %rno = xor M %rknown, TRUE
  %bad = and M %unsure, %rno
  %lost2 = or M %lost, %bad
  %rat = mul i64 %u, %stride
  %rplace = getelementptr double, ptr %flow, i64 %rat
  %rc = load V, ptr %rplace, align 8
  %us = sitofp i64 %u to double
  %ui = insertelement V poison, double %us, i64 0
  %uv = shufflevector V %ui, V poison, <N x i32> zeroinitializer
  %rbt = fmul V %b, %uv
  %rf = fsub V %a, %rbt
  %rcf = fmul V %rc, %rf
  %rest2 = fadd V %rx, %rcf
  %rca = call V @llvm.fabs.K(V %rcf)
  %rsize2 = fadd V %rsx, %rca
  %again = icmp sgt i64 %u, 0
  br i1 %again, label %back, label %done
done:
  ret M %lost2
}

define internal {V, V} @sides(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %m, M %parted, ptr %split) {
entry:
  call void @split(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, ptr %split)
  %s0 = call M @below(i64 %years, ptr %split, V %lo)
  %s1 = call M @below(i64 %years, ptr %split, V %hi)
  %rm = call {V, V, V, V} @parts(i64 %years, ptr %split, V %m)
  %pm = extractvalue {V, V, V, V} %rm, 0
  %nm = extractvalue {V, V, V, V} %rm, 1
  %sm = fcmp olt V %pm, %nm
  %gap = fsub V %pm, %nm
  %agap = call V @llvm.fabs.K(V %gap)
  %both = fadd V %pm, %nm
  %least = fmul V %both, TOUCH
  %touch = fcmp ole V %agap, %least
  %odd = xor M %s0, %s1
  %bad = or M %odd, %touch
  %good0 = xor M %bad, TRUE
  %good = and M %parted, %good0
  %cross = xor M %s0, %sm
  %pair = and M %good, %cross
  %x0 = call V @solve(i64 %years, ptr %split, V %lo, V %m, M %s0, M %pair)
  %k0 = select M %good, V zeroinitializer, V LEFT
  %k1 = select M %pair, V TWO, V %k0
  %e0 = insertvalue {V, V} poison, V %k1, 0
  %e1 = insertvalue {V, V} %e0, V %x0, 1
  ret {V, V} %e1
}

define internal {V, M} @middle(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %a, V %b, M %asked, ptr %split) {
entry:
  call void @split(i64 %years, ptr %flow, i64 %stride, V %a, V %b, ptr %split)
  %n0 = call M @below(i64 %years, ptr %split, V %lo)
  %n1 = call M @below(i64 %years, ptr %split, V %hi)
  %held = xor M %n0, %n1
  %on = and M %held, %asked
  %m = call V @solve(i64 %years, ptr %split, V %lo, V %hi, M %n0, M %on)
  %e0 = insertvalue {V, M} poison, V %m, 0
  %e1 = insertvalue {V, M} %e0, M %on, 1
  ret {V, M} %e1
}

define internal {V, V, V} @turns(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %u, V %v, V %w, M %asked, ptr %split) {
entry:
  call void @split(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, ptr %split)
  %uv = fcmp olt V %u, %v
  %p0 = select M %uv, V %u, V %v
  %p1 = select M %uv, V %v, V %u
  %pw = fcmp olt V %p1, %w
  %q1 = select M %pw, V %p1, V %w
  %a3 = select M %pw, V %w, V %p1
  %qw = fcmp olt V %p0, %q1
  %a1 = select M %qw, V %p0, V %q1
  %a2 = select M %qw, V %q1, V %p0
  %s0 = call M @below(i64 %years, ptr %split, V %lo)
  %s4 = call M @below(i64 %years, ptr %split, V %hi)
  %r1 = call {V, V, V, V} @parts(i64 %years, ptr %split, V %a1)
  %rp1 = extractvalue {V, V, V, V} %r1, 0
  %rn1 = extractvalue {V, V, V, V} %r1, 1
  %s1 = fcmp olt V %rp1, %rn1
  %g1 = fsub V %rp1, %rn1
  %ag1 = call V @llvm.fabs.K(V %g1)
  %b1 = fadd V %rp1, %rn1
  %m1 = fmul V %b1, TOUCH
  %t1 = fcmp ole V %ag1, %m1
  %r2 = call {V, V, V, V} @parts(i64 %years, ptr %split, V %a2)
  %rp2 = extractvalue {V, V, V, V} %r2, 0
  %rn2 = extractvalue {V, V, V, V} %r2, 1
  %s2 = fcmp olt V %rp2, %rn2
  %g2 = fsub V %rp2, %rn2
  %ag2 = call V @llvm.fabs.K(V %g2)
  %b2 = fadd V %rp2, %rn2
  %m2 = fmul V %b2, TOUCH
  %t2 = fcmp ole V %ag2, %m2
  %r3 = call {V, V, V, V} @parts(i64 %years, ptr %split, V %a3)
  %rp3 = extractvalue {V, V, V, V} %r3, 0
  %rn3 = extractvalue {V, V, V, V} %r3, 1
  %s3 = fcmp olt V %rp3, %rn3
  %g3 = fsub V %rp3, %rn3
  %ag3 = call V @llvm.fabs.K(V %g3)
  %b3 = fadd V %rp3, %rn3
  %m3 = fmul V %b3, TOUCH
  %t3 = fcmp ole V %ag3, %m3
  %t12 = or M %t1, %t2
  %touch = or M %t12, %t3
  %odd = xor M %s0, %s4
  %bad = or M %odd, %touch
  %fine = xor M %bad, TRUE
  %good = and M %asked, %fine
  %c1 = xor M %s0, %s1
  %c2 = xor M %s1, %s2
  %c3 = xor M %s2, %s3
  %c4 = xor M %s3, %s4
  %n1 = select M %c1, V ONE, V zeroinitializer
  %n2 = select M %c2, V ONE, V zeroinitializer
  %n3 = select M %c3, V ONE, V zeroinitializer
  %n4 = select M %c4, V ONE, V zeroinitializer
  %n12 = fadd V %n1, %n2
  %n34 = fadd V %n3, %n4
  %count = fadd V %n12, %n34
  %l3 = select M %c3, V %a2, V %a3
  %l2 = select M %c2, V %a1, V %l3
  %low = select M %c1, V %lo, V %l2
  %h3 = select M %c3, V %a3, V %hi
  %h2 = select M %c2, V %a2, V %h3
  %high = select M %c1, V %a1, V %h2
  %some = fcmp ogt V %count, zeroinitializer
  %on = and M %good, %some
  %x = call V @solve(i64 %years, ptr %split, V %low, V %high, M %s0, M %on)
  %k = select M %good, V %count, V LEFT
  %mid = select M %c2, V %a2, V %a3
  %c = select M %c1, V %a1, V %mid
  %e0 = insertvalue {V, V, V} poison, V %k, 0
  %e1 = insertvalue {V, V, V} %e0, V %x, 1
  %e2 = insertvalue {V, V, V} %e1, V %c, 2
  ret {V, V, V} %e2
}

define internal {V, V, V} @few(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %changes, V %tau, ptr %tops, ptr %split, ptr %work) {
entry:
  %none = fcmp oeq V %changes, zeroinitializer
  %single = fcmp oeq V %changes, ONE
  %double = fcmp oeq V %changes, TWO
  call void @split(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, ptr %split)
  %s0 = call M @below(i64 %years, ptr %split, V %lo)
  %s1 = call M @below(i64 %years, ptr %split, V %hi)
  %r = call {V, V, V, V} @parts(i64 %years, ptr %split, V ONE)
  %p = extractvalue {V, V, V, V} %r, 0
  %n = extractvalue {V, V, V, V} %r, 1
  %sc = fcmp olt V %p, %n
  %gap = fsub V %p, %n
  %agap = call V @llvm.fabs.K(V %gap)
  %both = fadd V %p, %n
  %least = fmul V %both, TOUCH
  %differ = fcmp ogt V %agap, %least
  %apart = xor M %s0, %s1
  %up0 = xor M %s0, %sc
  %up = and M %up0, %differ
  %level = xor M %apart, TRUE
  %quick0 = and M %double, %level
  %quick = and M %quick0, %up
  %one = and M %single, %apart
  %on = or M %one, %quick
  %lift0 = xor M %up, TRUE
  %lift = and M %lift0, %differ
  %over = and M %lift, %one
  %low = select M %over, V ONE, V %lo
  %high = select M %up, V ONE, V %hi
  %x = call V @solve(i64 %years, ptr %split, V %low, V %high, M %s0, M %on)
  %k0 = select M %one, V ONE, V LEFT
  %k1 = select M %quick, V TWO, V %k0
  %k2 = select M %none, V zeroinitializer, V %k1
  %rest0 = xor M %quick, TRUE
  %rest = and M %double, %rest0
  %any = call i1 @llvm.vector.reduce.or.L(M %rest)
  br i1 %any, label %two, label %done
two:
  %got = call {V, M} @middle(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %tau, V ONE, M %rest, ptr %split)
  %m = extractvalue {V, M} %got, 0
  %parted = extractvalue {V, M} %got, 1
  %pair = call {V, V} @sides(i64 %years, ptr %flow, i64 %stride, V %lo, V %hi, V %m, M %parted, ptr %split)
  %kd = extractvalue {V, V} %pair, 0
  %xd = extractvalue {V, V} %pair, 1
  br label %done
done:
  %k3 = phi V [LEFT, %entry], [%kd, %two]
  %x3 = phi V [%x, %entry], [%xd, %two]
  %c3 = phi V [ONE, %entry], [%m, %two]
  %k4 = select M %rest, V %k3, V %k2
  %x4 = select M %rest, V %x3, V %x
  %c4 = select M %rest, V %c3, V ONE
  %e0 = insertvalue {V, V, V} poison, V %k4, 0
  %e1 = insertvalue {V, V, V} %e0, V %x4, 1
  %e2 = insertvalue {V, V, V} %e1, V %c4, 2
  ret {V, V, V} %e2
}

define void @search(i64 %years, i64 %count, i64 %stride, ptr %flows, ptr %lows, ptr %highs, ptr %found, ptr %split) {
entry:
  br label %group
group:
  %draw = phi i64 [0, %entry], [%after, %group]
  %flow = getelementptr double, ptr %flows, i64 %draw
  %q0 = getelementptr double, ptr %lows, i64 %draw
  %lo = load V, ptr %q0, align 8
  %q1 = getelementptr double, ptr %highs, i64 %draw
  %hi = load V, ptr %q1, align 8
  call void @split(i64 %years, ptr %flow, i64 %stride, V ONE, V zeroinitializer, ptr %split)
  %n0 = call M @below(i64 %years, ptr %split, V %lo)
  %n1 = call M @below(i64 %years, ptr %split, V %hi)
  %held = xor M %n0, %n1
  %m = call V @solve(i64 %years, ptr %split, V %lo, V %hi, M %n0, M %held)
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
    """Functions ``pairs`` and ``chains``: of a group the largest rates of return, and how many there are (`rates.LEFT`: not known here).

    ``pairs`` looks at flows of two changes of sign at most, ``chains`` at any; ``search`` is `rates.between`.
    """
    levels = (("@more", "@few"), ("@deep", "@more"), ("@deeper", "@deep"))
    deeper = [DEEPER.replace("@MORE", name).replace("@LESS", less) for name, less in levels]
    groups = [GROUP.replace("@NAME", name).replace("@HOW", how) for name, how in (("@pairs", "@few"), ("@chains", "@deeper"))]
    return written("".join((*groups, *deeper, BODY)), lanes)


def declared(lanes: int) -> set[str]:
    """What the functions call, a line each."""
    ones = {f"declare V @llvm.{name}.K(V)" for name in ("sqrt", "fabs", "floor")}
    ones |= {"declare V @llvm.copysign.K(V, V)", "declare V @llvm.fmuladd.K(V, V, V)", "declare i1 @llvm.vector.reduce.or.L(M)"}
    return {written(one, lanes) for one in ones}


def written(whole: str, lanes: int) -> str:
    """A text with its words spelled out: V a vector of numbers, M of truth values, N how many lanes, and the `NUMBERS`."""
    kind, flag = f"<{lanes} x double>", f"<{lanes} x i1>"
    words = {name: "<" + ", ".join([f"double {bits}"] * lanes) + ">" for name, bits in NUMBERS.items()}
    words |= {"TRUE": "<" + ", ".join(["i1 true"] * lanes) + ">", "V": kind, "M": flag, "N": str(lanes)}
    words |= {"TWICE": str(2 * lanes), "K": f"v{lanes}f64", "L": f"v{lanes}i1"}
    return re.sub(rf"(?<![%\w])({'|'.join(words)})\b", lambda found: words[found[1]], whole)
