"""What would change it? The exact derivative of a discounted sum to every input: one reverse sweep over the years of a program.

The derivative is that of the formula as it ran: where a condition jumps (a tier of a law, a holiday that ends) it does not see the jump.
At a kink it takes one side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kenes.engine.program import BOOLEAN, Key, Program, execute
from kenes.numbers import Num

__all__ = ["Slopes", "gradient", "sweep"]


@dataclass(frozen=True, slots=True)
class Slopes:
    """A discounted sum and its derivatives, draw by draw.

    value  : the sum; inputs : its derivative to each input by name; yearly : to each year's value of a yearly input
    """

    value: Num
    inputs: Mapping[str, Num]
    yearly: Mapping[str, Sequence[Num]]


def gradient(
    program: Program, worth: Key, weight: Key, inputs: Mapping[str, Num], yearly: Mapping[str, Sequence[Num]], years: int
) -> Slopes:
    """Derivative of the sum over the years of ``worth`` times ``weight`` (outputs) to every input.

    >>> from kenes.engine.program import Graph, finish
    >>> g = Graph()
    >>> x = g.leaf("input", "x")
    >>> p = finish(g, {("flow",): x * x, ("weight",): 0.5}, {}, {}, {})
    >>> gradient(p, ("flow",), ("weight",), {"x": 3.0}, {}, 2)
    Slopes(value=9.0, inputs={'x': 6.0}, yearly={})
    """
    part = program.only([worth, weight])
    tape: list[list[Any]] = []
    execute(part, inputs, yearly, years, tape=tape)
    told, by = part.outputs[worth], part.outputs[weight]
    value: Num = 0.0
    seeds: dict[int, list[Num]] = {told: [], by: []}
    for row in tape:
        value = value + row[told] * row[by]
        seeds[told].append(row[by])
        seeds[by].append(row[told])
    found, rows = sweep(part, tape, seeds)
    return Slopes(value, found, rows)


def sweep(
    program: Program, tape: Sequence[Sequence[Any]], seeds: Mapping[int, Sequence[Num]]
) -> tuple[dict[str, Num], dict[str, list[Num]]]:
    """Carries derivatives from operations back to inputs.

    tape : value of every operation, year by year; seeds : by operation, the derivative to its value in each year
    Returns derivatives by input, and by yearly input and year.
    """
    operations, years = program.operations, len(tape)
    by_year = program.yearwise()
    fixed: list[Num] = [0.0] * len(operations)
    rows: dict[Key, list[Num]] = {key: [0.0] * (years + 1) for key in program.carried}
    yearly: dict[str, list[Num]] = {one.word: [0.0] * years for one in operations if one.op == "yearly"}
    for t in reversed(range(years)):
        value = tape[t]
        slopes: list[Num] = [0.0] * len(operations)
        for k, row in seeds.items():
            slopes[k] = slopes[k] + row[t]
        for key, k in program.carried.items():
            slopes[k] = slopes[k] + rows[key][t + 1]
        for k in reversed(range(len(operations))):
            slope, one = slopes[k], operations[k]
            if _nothing(slope):
                continue
            if not by_year[k]:
                fixed[k] = fixed[k] + slope
            elif one.op == "yearly":
                yearly[one.word][t] = slope
            elif one.op == "state":
                rows[one.word][t] = rows[one.word][t] + slope
            elif one.op == "lag":
                key, back = one.word
                past = program.history.get(key, ())
                if t >= back:
                    rows[key][t - back] = rows[key][t - back] + slope
                elif back - t <= len(past):
                    fixed[past[back - t - 1]] = fixed[past[back - t - 1]] + slope
            else:
                _back(one.op, one.args, k, value, slope, slopes)
    for key, k in program.opening.items():
        fixed[k] = fixed[k] + rows[key][0]
    inputs: dict[str, Num] = {one.word: 0.0 for one in operations if one.op == "input"}
    for k in reversed(range(len(operations))):
        slope, one = fixed[k], operations[k]
        if by_year[k] or _nothing(slope):
            continue
        if one.op == "input":
            inputs[one.word] = slope
        elif one.args:
            _back(one.op, one.args, k, tape[0], slope, fixed)
    return inputs, yearly


def _nothing(slope: Num) -> bool:
    return type(slope) is float and slope == 0.0


def _times(slope: Num, factor: Num) -> Num:
    """A product in which nothing times an infinite bound of a scale is nothing."""
    if np.ndim(factor) == 0 and math.isinf(factor):
        return np.where(slope == 0.0, 0.0, np.where(slope > 0.0, factor, -factor))
    return slope * factor


def _back(op: str, args: Sequence[int], k: int, value: Sequence[Any], slope: Num, slopes: list[Num]) -> None:
    """Carries the derivative to one operation back to what it read."""
    if op in BOOLEAN:
        return

    def add(arg: int, part: Num) -> None:
        slopes[arg] = slopes[arg] + part

    if op == "where":
        test, yes, no = args
        add(yes, np.where(value[test], slope, 0.0))
        add(no, np.where(value[test], 0.0, slope))
        return
    if op in ("neg", "exp", "log"):
        add(args[0], -slope if op == "neg" else slope * value[k] if op == "exp" else slope / value[args[0]])
        return
    first, second = args
    a, b = value[first], value[second]
    if op in ("add", "sub"):
        add(first, slope)
        add(second, slope if op == "add" else -slope)
    elif op == "mul":
        add(first, _times(slope, b))
        add(second, _times(slope, a))
    elif op == "div":
        add(first, slope / b)
        add(second, -(slope / b * value[k]))
    elif op in ("min", "max"):
        test = a < b if op == "min" else a > b
        add(first, np.where(test, slope, 0.0))
        add(second, np.where(test, 0.0, slope))
    elif op == "pow":
        add(first, slope * b * a ** (b - 1.0))
        add(second, slope * value[k] * np.log(np.where(np.asarray(a) > 0.0, a, 1.0)))
