"""How do draws reach the lanes, and how are their rates found there? What stands around one group of lives, as vector code.

Columns are packed some groups at a time, each group's numbers side by side; a group's life runs; its flows, still in the cache, are
looked at for rates of return. Most have one or two, which is seen at once (`QUICK`); the others wait in a queue until there is a group
of them, so that no flow holds up its neighbours. What even that leaves is handed to the caller.
"""

from __future__ import annotations

import re

from kenes.engine import search

__all__ = ["ASKED", "chunk", "queue", "text"]

CHUNK = 64
"""Draws packed at a time, about: a few lines of the cache from each row, so that memory is read in runs, and all of it stays near."""

ASKED = (
    *("years", "from", "to", "count", "width", "rows", "sources", "steps", "given", "once", "table", "work", "worth", "flows", "kept"),
    *("most", "number", "bottom", "tops", "split", "some", "many", "over"),
)
"""What ``lives`` is given, in this order: numbers of 64 bits, and addresses.

from, to : draws, in whole groups; count : draws there are, the last stands for those beyond; width : draws from row to row of what is told
rows : numbers of a draw; sources, steps : where each begins, and how far it is to the next draw (0: the same for all)
given, work, kept, split : scratch memory; some, many : queues (`queue`); over : flows that nothing here settles, behind their number
"""

QUICK = """
define internal {V, V, V} @quick(i64 %years, ptr %flow, V %lo, ptr %tops, ptr %split, ptr %work) {
entry:
  br label %year
year:
  %t = phi i64 [0, %entry], [%t1, %year]
  %w = phi double [1.0, %entry], [%w1, %year]
  %sign = phi V [zeroinitializer, %entry], [%sign2, %year]
  %lead = phi V [zeroinitializer, %entry], [%lead2, %year]
  %final = phi V [zeroinitializer, %entry], [%final2, %year]
  %changes = phi V [zeroinitializer, %entry], [%changes2, %year]
  %hi = phi V [ONE, %entry], [%hi2, %year]
  %in = phi V [zeroinitializer, %entry], [%in2, %year]
  %out = phi V [zeroinitializer, %entry], [%out2, %year]
  %din = phi V [zeroinitializer, %entry], [%din2, %year]
  %dout = phi V [zeroinitializer, %entry], [%dout2, %year]
  %p = phi V [zeroinitializer, %entry], [%p2, %year]
  %n = phi V [zeroinitializer, %entry], [%n2, %year]
  %dp = phi V [zeroinitializer, %entry], [%dp2, %year]
  %dn = phi V [zeroinitializer, %entry], [%dn2, %year]
  %end = phi i64 [1, %entry], [%end2, %year]
  %at = mul i64 %t, N
  %place = getelementptr double, ptr %flow, i64 %at
  %c = load V, ptr %place, align 8
  %up = fcmp ogt V %c, zeroinitializer
  %cp = select M %up, V %c, V zeroinitializer
  %cn = fsub V %cp, %c
  %there = mul i64 %t, TWICE
  %to = getelementptr double, ptr %split, i64 %there
  store V %cp, ptr %to, align 8
  %next = getelementptr double, ptr %to, i64 N
  store V %cn, ptr %next, align 8
  %some = fcmp one V %c, zeroinitializer
  %side = call V @llvm.copysign.K(V ONE, V %c)
  %now = select M %some, V %side, V zeroinitializer
  %both = fmul V %now, %sign
  %change = fcmp olt V %both, zeroinitializer
  %one = select M %change, V ONE, V zeroinitializer
  %changes2 = fadd V %changes, %one
  %sign2 = select M %some, V %side, V %sign
  %final2 = select M %some, V %c, V %final
  %new = fcmp oeq V %lead, zeroinitializer
  %lead2 = select M %new, V %c, V %lead
  %t1 = add i64 %t, 1
  %place1 = getelementptr double, ptr %tops, i64 %t1
  %top = load double, ptr %place1, align 8
  %topi = insertelement V poison, double %top, i64 0
  %topv = shufflevector V %topi, V poison, <N x i32> zeroinitializer
  %hi2 = select M %some, V %topv, V %hi
  %here = call i1 @llvm.vector.reduce.or.L(M %some)
  %end2 = select i1 %here, i64 %t1, i64 %end
  %ts = sitofp i64 %t to double
  %ti = insertelement V poison, double %ts, i64 0
  %tv = shufflevector V %ti, V poison, <N x i32> zeroinitializer
  %wi = insertelement V poison, double %w, i64 0
  %wv = shufflevector V %wi, V poison, <N x i32> zeroinitializer
  %tw = fmul double %w, %ts
  %twi = insertelement V poison, double %tw, i64 0
  %twv = shufflevector V %twi, V poison, <N x i32> zeroinitializer
  %in2 = fadd V %in, %cp
  %out2 = fadd V %out, %cn
  %din2 = call V @llvm.fmuladd.K(V %cp, V %tv, V %din)
  %dout2 = call V @llvm.fmuladd.K(V %cn, V %tv, V %dout)
  %p2 = call V @llvm.fmuladd.K(V %cp, V %wv, V %p)
  %n2 = call V @llvm.fmuladd.K(V %cn, V %wv, V %n)
  %dp2 = call V @llvm.fmuladd.K(V %cp, V %twv, V %dp)
  %dn2 = call V @llvm.fmuladd.K(V %cn, V %twv, V %dn)
  %w1 = fmul double %w, 0x3FECCCCCCCCCCCCD
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %known
known:
  %whole = fadd V %in2, %out2
  %gap = fsub V %in2, %out2
  %agap = call V @llvm.fabs.K(V %gap)
  %least = fmul V %whole, TOUCH
  %differ = fcmp ogt V %agap, %least
  %below = fcmp olt V %lead2, zeroinitializer
  %last = fcmp olt V %final2, zeroinitializer
  %flat = fcmp olt V %gap, zeroinitializer
  %odd = xor M %below, %last
  %up0 = xor M %below, %flat
  %rise = and M %up0, %differ
  %none = fcmp oeq V %changes2, zeroinitializer
  %single = fcmp oeq V %changes2, ONE
  %several = fcmp ogt V %changes2, TWO
  %level = xor M %odd, TRUE
  %oddly = and M %odd, %differ
  %odd1 = or M %oddly, %single
  %rising = and M %level, %rise
  %on0 = or M %odd1, %rising
  %start = fmul V %lo, %whole
  %alead = call V @llvm.fabs.K(V %lead2)
  %clear0 = fcmp oge V %alead, %start
  %afinal = call V @llvm.fabs.K(V %final2)
  %stop = fmul V %afinal, %hi2
  %clear1 = fcmp oge V %stop, %whole
  %clear2 = and M %clear0, %clear1
  %clear = or M %clear2, %none
  %dark = xor M %clear, TRUE
  %doubt = call i1 @llvm.vector.reduce.or.L(M %dark)
  br i1 %doubt, label %ask, label %begin
ask:
  %asked = call M @ends(i64 %end2, ptr %flow, i64 N, V %lo, V %hi2)
  %heard = or M %asked, %clear
  br label %begin
begin:
  %sure = phi M [%clear, %known], [%heard, %ask]
  %on = and M %on0, %sure
  %fall0 = xor M %rise, TRUE
  %fall = and M %fall0, %differ
  %low0 = select M %fall, V ONE, V %lo
  %high0 = select M %rise, V ONE, V %hi2
  %g = fsub V %p2, %n2
  %minus = fcmp olt V %g, zeroinitializer
  %under = xor M %minus, %below
  %high1 = select M %under, V SOME, V %high0
  %low1 = select M %under, V %low0, V SOME
  %high2 = select M %fall, V %high0, V %high1
  %low2 = select M %fall, V ONE, V %low1
  %a0 = select M %fall, V %in2, V %p2
  %a1 = select M %fall, V %out2, V %n2
  %a2 = select M %fall, V %din2, V %dp2
  %a3 = select M %fall, V %dout2, V %dn2
  %from = select M %fall, V ONE, V SOME
  %s0 = fsub V %a0, %a1
  %s1 = fadd V %a0, %a1
  %s2 = fdiv V %s0, %s1
  %s3 = fdiv V %a2, %a0
  %s4 = fdiv V %a3, %a1
  %s5 = fsub V %s3, %s4
  %u = fdiv V %s2, %s5
  %v0 = fsub V ONE, %u
  %v1 = fadd V ONE, %u
  %v2 = fdiv V %v0, %v1
  %x1 = fmul V %from, %v2
  %in0 = fcmp ogt V %x1, %low2
  %in1 = fcmp olt V %x1, %high2
  %inside = and M %in0, %in1
  %lh = fmul V %low2, %high2
  %mid = call V @llvm.sqrt.K(V %lh)
  %x0 = select M %inside, V %x1, V %mid
  %x = call V @seek(i64 %end2, ptr %split, V %low2, V %high2, V %x0, M %below, M %on)
  %known1 = select M %on, V %changes2, V LEFT
  %count = select M %none, V zeroinitializer, V %known1
  %doubtful = and M %several, %on
  %any = call i1 @llvm.vector.reduce.or.L(M %doubtful)
  br i1 %any, label %proof, label %done
proof:
  %lost = call M @without(i64 %end2, ptr %flow, i64 N, V %x, V ONE, V zeroinitializer, ptr %work)
  %other = call {V, V, V, i64} @scan(i64 %end2, ptr %work, i64 N, ptr %tops)
  %turns = extractvalue {V, V, V, i64} %other, 0
  %wanted = select M %odd, V zeroinitializer, V ONE
  %same = fcmp oeq V %turns, %wanted
  %found = xor M %lost, TRUE
  %proved = and M %same, %found
  %all = select M %odd, V ONE, V TWO
  %told = select M %proved, V %all, V LEFT
  %count2 = select M %doubtful, V %told, V %count
  br label %done
done:
  %number = phi V [%count, %begin], [%count2, %proof]
  %e0 = insertvalue {V, V, V} poison, V %number, 0
  %e1 = insertvalue {V, V, V} %e0, V %x, 1
  %e2 = insertvalue {V, V, V} %e1, V %changes2, 2
  ret {V, V, V} %e2
}

define internal void @look(i64 %years, ptr %flow, i64 %place, ptr %asked) {
entry:
  %kinds = alloca V, align 64
  LOAD tops most number bottom split
  %bi = insertelement V poison, double %bottom, i64 0
  %lo = shufflevector V %bi, V poison, <N x i32> zeroinitializer
  %size = mul i64 %years, TWICE
  %spare = getelementptr double, ptr %split, i64 %size
  %found = call {V, V, V} @quick(i64 %years, ptr %flow, V %lo, ptr %tops, ptr %split, ptr %spare)
  %n = extractvalue {V, V, V} %found, 0
  %x = extractvalue {V, V, V} %found, 1
  %changes = extractvalue {V, V, V} %found, 2
  %has = fcmp ogt V %n, zeroinitializer
  %h0 = fdiv V ONE, %x
  %h1 = fsub V %h0, ONE
  %rate = select M %has, V %h1, V NAN
  %o1 = getelementptr double, ptr %most, i64 %place
  store V %rate, ptr %o1, align 8
  %o2 = getelementptr double, ptr %number, i64 %place
  store V %n, ptr %o2, align 8
  %left = fcmp olt V %n, zeroinitializer
  %any = call i1 @llvm.vector.reduce.or.L(M %left)
  br i1 %any, label %leave, label %done
leave:
  %kind = select M %left, V %changes, V zeroinitializer
  store V %kind, ptr %kinds, align 64
  br label %lane
lane:
  %k = phi i64 [0, %leave], [%k1, %next]
  %which = getelementptr double, ptr %kinds, i64 %k
  %turns = load double, ptr %which, align 8
  %waits = fcmp ogt double %turns, 0.0
  br i1 %waits, label %wait, label %next
wait:
  %from = getelementptr double, ptr %flow, i64 %k
  %to = add i64 %place, %k
  %few = fcmp ole double %turns, 2.0
  br i1 %few, label %pair, label %chain
pair:
  call void @waitsome(i64 %years, ptr %from, i64 %to, ptr %asked)
  br label %next
chain:
  call void @waitmany(i64 %years, ptr %from, i64 %to, ptr %asked)
  br label %next
next:
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, N
  br i1 %more, label %lane, label %done
done:
  ret void
}
"""
"""A first look at a group of flows. Those whose sign at a rate of nothing tells that a root lies on this side or that are solved at once;
of more than two changes, what is left without the root must prove that there is no more than one other."""

WAIT = """
define internal void @waitKIND(i64 %years, ptr %flow, i64 %place, ptr %asked) {
entry:
  LOAD KIND
  %used = load i64, ptr %KIND, align 8
  %name = getelementptr i64, ptr %KIND, i64 1
  %mine = getelementptr i64, ptr %name, i64 %used
  store i64 %place, ptr %mine, align 8
  %flows = getelementptr double, ptr %KIND, i64 HEADER
  %to = getelementptr double, ptr %flows, i64 %used
  br label %year
year:
  %t = phi i64 [0, %entry], [%t1, %year]
  %at = mul i64 %t, N
  %one = getelementptr double, ptr %flow, i64 %at
  %c = load double, ptr %one, align 8
  %other = getelementptr double, ptr %to, i64 %at
  store double %c, ptr %other, align 8
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %done
done:
  %used1 = add i64 %used, 1
  store i64 %used1, ptr %KIND, align 8
  %full = icmp eq i64 %used1, N
  br i1 %full, label %turn, label %out
turn:
  call void @turnKIND(i64 %years, ptr %asked)
  br label %out
out:
  ret void
}

define internal void @turnKIND(i64 %years, ptr %asked) {
entry:
  LOAD KIND most number bottom tops split over
  %used = load i64, ptr %KIND, align 8
  %empty = icmp eq i64 %used, 0
  br i1 %empty, label %out, label %fill
fill:
  %name = getelementptr i64, ptr %KIND, i64 1
  %mosts = getelementptr double, ptr %name, i64 N
  %numbers = getelementptr double, ptr %mosts, i64 N
  %flows = getelementptr double, ptr %KIND, i64 HEADER
  br label %lane
lane:
  %k = phi i64 [%used, %fill], [%k1, %filled]
  %lacks = icmp slt i64 %k, N
  br i1 %lacks, label %copy, label %solve
copy:
  %to = getelementptr double, ptr %flows, i64 %k
  br label %year
year:
  %t = phi i64 [0, %copy], [%t1, %year]
  %at = mul i64 %t, N
  %one = getelementptr double, ptr %flows, i64 %at
  %c = load double, ptr %one, align 8
  %other = getelementptr double, ptr %to, i64 %at
  store double %c, ptr %other, align 8
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %years
  br i1 %more, label %year, label %filled
filled:
  %k1 = add i64 %k, 1
  br label %lane
solve:
  call void @HOW(i64 %years, double %bottom, ptr %tops, ptr %flows, ptr %mosts, ptr %numbers, ptr %split)
  br label %tell
tell:
  %j = phi i64 [0, %solve], [%j1, %told]
  %whose = getelementptr i64, ptr %name, i64 %j
  %place = load i64, ptr %whose, align 8
  %m0 = getelementptr double, ptr %mosts, i64 %j
  %m1 = load double, ptr %m0, align 8
  %m2 = getelementptr double, ptr %most, i64 %place
  store double %m1, ptr %m2, align 8
  %n0 = getelementptr double, ptr %numbers, i64 %j
  %n1 = load double, ptr %n0, align 8
  %n2 = getelementptr double, ptr %number, i64 %place
  store double %n1, ptr %n2, align 8
  %left = fcmp olt double %n1, 0.0
  br i1 %left, label %leave, label %told
leave:
  %held = load i64, ptr %over, align 8
  %row0 = add i64 %years, 1
  %row1 = mul i64 %held, %row0
  %row = getelementptr double, ptr %over, i64 %row1
  %row2 = getelementptr double, ptr %row, i64 1
  store i64 %place, ptr %row2, align 8
  %row3 = getelementptr double, ptr %row, i64 2
  %mine = getelementptr double, ptr %flows, i64 %j
  br label %keep
keep:
  %s = phi i64 [0, %leave], [%s1, %keep]
  %sat = mul i64 %s, N
  %sone = getelementptr double, ptr %mine, i64 %sat
  %sc = load double, ptr %sone, align 8
  %sto = getelementptr double, ptr %row3, i64 %s
  store double %sc, ptr %sto, align 8
  %s1 = add i64 %s, 1
  %smore = icmp slt i64 %s1, %years
  br i1 %smore, label %keep, label %kept1
kept1:
  %held1 = add i64 %held, 1
  store i64 %held1, ptr %over, align 8
  br label %told
told:
  %j1 = add i64 %j, 1
  %jmore = icmp slt i64 %j1, %used
  br i1 %jmore, label %tell, label %clear
clear:
  store i64 0, ptr %KIND, align 8
  br label %out
out:
  ret void
}
"""
"""A flow that waits until there is a group like it, and such a group, full or not."""

DRIVER = """
define internal void @gather(i64 %rows, ptr %sources, ptr %steps, i64 %first, i64 %draws, i64 %count, ptr %given) {
entry:
  %none = icmp eq i64 %rows, 0
  br i1 %none, label %out, label %row
row:
  %r = phi i64 [0, %entry], [%r1, %done]
  %s0 = getelementptr ptr, ptr %sources, i64 %r
  %source = load ptr, ptr %s0, align 8
  %s1 = getelementptr i64, ptr %steps, i64 %r
  %step = load i64, ptr %s1, align 8
  %mine = mul i64 %r, N
  %place = getelementptr double, ptr %given, i64 %mine
  %beyond = add i64 %first, %draws
  %within = icmp sle i64 %beyond, %count
  %each = icmp eq i64 %step, 1
  %plain = and i1 %within, %each
  br i1 %plain, label %wide, label %slow
wide:
  %k = phi i64 [0, %row], [%k1, %wide]
  %d = add i64 %first, %k
  %from = getelementptr double, ptr %source, i64 %d
  %v = load V, ptr %from, align 8
  %at = mul i64 %k, %rows
  %to = getelementptr double, ptr %place, i64 %at
  store V %v, ptr %to, align 8
  %k1 = add i64 %k, N
  %more = icmp slt i64 %k1, %draws
  br i1 %more, label %wide, label %done
slow:
  %j = phi i64 [0, %row], [%j1, %slow]
  %e0 = add i64 %first, %j
  %last = sub i64 %count, 1
  %over = icmp sgt i64 %e0, %last
  %e1 = select i1 %over, i64 %last, i64 %e0
  %e = mul i64 %e1, %step
  %one = getelementptr double, ptr %source, i64 %e
  %c = load double, ptr %one, align 8
  %lane = urem i64 %j, N
  %group = sub i64 %j, %lane
  %g0 = mul i64 %group, %rows
  %g1 = add i64 %g0, %lane
  %into = getelementptr double, ptr %place, i64 %g1
  store double %c, ptr %into, align 8
  %j1 = add i64 %j, 1
  %again = icmp slt i64 %j1, %draws
  br i1 %again, label %slow, label %done
done:
  %r1 = add i64 %r, 1
  %next = icmp slt i64 %r1, %rows
  br i1 %next, label %row, label %out
out:
  ret void
}

define void @lives(ptr %asked) {
entry:
  LOAD years from to count width rows sources steps given once table work worth flows kept
  br label %chunk
chunk:
  %first = phi i64 [%from, %entry], [%beyond, %packed]
  %remain = sub i64 %to, %first
  %short = icmp slt i64 %remain, CHUNK
  %draws = select i1 %short, i64 %remain, i64 CHUNK
  %beyond = add i64 %first, %draws
  call void @gather(i64 %rows, ptr %sources, ptr %steps, i64 %first, i64 %draws, i64 %count, ptr %given)
  br label %group
group:
  %k = phi i64 [0, %chunk], [%k1, %looked]
  %draw = add i64 %first, %k
  %mine = mul i64 %k, %rows
  %own = getelementptr double, ptr %given, i64 %mine
  %w = getelementptr double, ptr %worth, i64 %draw
  %f = getelementptr double, ptr %flows, i64 %draw
  call void @life(i64 %years, ptr %own, ptr %once, ptr %table, ptr %work, ptr %w, i64 %width, ptr %f, ptr %kept)
LOOKS
  br label %looked
looked:
  %k1 = add i64 %k, N
  %again = icmp slt i64 %k1, %draws
  br i1 %again, label %group, label %packed
packed:
  %more = icmp slt i64 %beyond, %to
  br i1 %more, label %chunk, label %out
out:
TURNS
  ret void
}
"""
"""Some draws, packed, lived through and looked at."""

LOOK = """  %size{k} = mul i64 %years, {k}
  %rows{k} = mul i64 %size{k}, N
  %flow{k} = getelementptr double, ptr %kept, i64 %rows{k}
  %wide{k} = mul i64 %width, {k}
  %place{k} = add i64 %wide{k}, %draw
  call void @look(i64 %years, ptr %flow{k}, i64 %place{k}, ptr %asked)
"""

TURN = "  call void @turnsome(i64 %years, ptr %asked)\n  call void @turnmany(i64 %years, ptr %asked)"


def chunk(lanes: int) -> int:
    """Draws packed at a time: whole groups."""
    return max(CHUNK // lanes, 1) * lanes


def queue(years: int, lanes: int) -> int:
    """Numbers that a queue of flows takes: how many wait, whose they are, what is found, the flows."""
    return 1 + 3 * lanes + years * lanes


def text(lanes: int, rates: int) -> str:
    """Function ``lives`` (`ASKED`) around a function ``life``, with as many flows of each life looked at for their ``rates``.

    Of each flow the largest rate of return, and how many there are (`rates.LEFT`: not known here, the flow is in ``over``).
    """
    looks = "".join(LOOK.replace("{k}", str(k)) for k in range(rates))
    parts = [DRIVER.replace("LOOKS\n", looks).replace("TURNS", TURN if rates else "")]
    if rates:
        parts += [QUICK, *(WAIT.replace("KIND", kind).replace("HOW", how) for kind, how in (("some", "pairs"), ("many", "chains")))]
    whole = re.sub(r" *LOAD ([\w ]+)\n", _loads, "".join(parts)).replace("HEADER", str(1 + 3 * lanes)).replace("CHUNK", str(chunk(lanes)))
    return search.written(whole, lanes) + (search.text(lanes) if rates else "")


def _loads(line: re.Match[str]) -> str:
    """What is read of what ``lives`` is given."""
    kinds = {"bottom": "double"} | dict.fromkeys(("years", "from", "to", "count", "width", "rows"), "i64")
    return "".join(
        f"  %asked.{name} = getelementptr i64, ptr %asked, i64 {ASKED.index(name)}\n"
        f"  %{name} = load {kinds.get(name, 'ptr')}, ptr %asked.{name}, align 8\n"
        for name in line[1].split()
    )
