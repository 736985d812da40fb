"""In what unit is a line? Units followed from the inputs through every formula of a program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kenes.engine.program import BOOLEAN, Program

__all__ = ["units_of"]

Powers = dict[str, int]
"""Powers of base units; None in their place where a number has any unit (a literal, a nothing)."""

ONE: Powers = {}


def units_of(program: Program, given: Mapping[str, str]) -> list[str]:
    """Unit of each operation, "" where it is a truth value or cannot be told.

    given : unit of each input by name ("USD/t", "t/year", "1"); a name that is not there may have any unit

    A rate stated as "1" (a share a year) makes money of money, as the page says it; so two unlike units in a sum are told as the first.
    """
    found: list[Powers | None] = []
    states: dict[Any, Powers | None] = {}
    for _ in range(2):  # what a state is in is known once the year that makes it is
        found = []
        for one in program.operations:
            if one.op in ("input", "yearly"):
                found.append(_powers(given[one.word]) if one.word in given else None)
            elif one.op in ("state", "lag"):
                found.append(states.get(one.word if one.op == "state" else one.word[0]))
            else:
                found.append(_of(one.op, [found[k] for k in one.args]))
        states = {key: found[k] if found[k] is not None else found[program.opening[key]] for key, k in program.carried.items()}
    return ["" if one.op in BOOLEAN else _words(powers) for one, powers in zip(program.operations, found, strict=True)]


def _of(op: str, args: list[Powers | None]) -> Powers | None:
    if op in ("add", "sub", "min", "max"):
        return args[0] if args[0] is not None else args[1]
    if op == "where":
        return args[1] if args[1] is not None else args[2]
    if op == "neg":
        return args[0]
    if op in ("exp", "log", "pow"):
        return ONE
    if op in ("mul", "div"):
        if all(one is None for one in args):
            return None
        first, second = (one or ONE for one in args)
        sign = 1 if op == "mul" else -1
        summed = {unit: first.get(unit, 0) + sign * second.get(unit, 0) for unit in {*first, *second}}
        return {unit: power for unit, power in summed.items() if power}
    return None


def _powers(unit: str) -> Powers:
    """ "USD/t" as powers."""
    made: Powers = {}
    for k, part in enumerate(re.split(r"/", unit.split(" of ")[0])):
        for word in part.split("*"):
            if word.strip() not in ("", "1"):
                made[word.strip()] = made.get(word.strip(), 0) + (1 if k == 0 else -1)
    return made


def _words(powers: Powers | None) -> str:
    if powers is None:
        return ""
    above = [unit if power == 1 else f"{unit}^{power}" for unit, power in sorted(powers.items()) if power > 0]
    below = [unit if power == -1 else f"{unit}^{-power}" for unit, power in sorted(powers.items()) if power < 0]
    return "*".join(above or ["1"]) + "".join(f"/{unit}" for unit in below)
