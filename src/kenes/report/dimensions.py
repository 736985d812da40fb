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
YEAR = "year"


def units_of(program: Program, given: Mapping[str, str], known: Mapping[int, str]) -> list[str]:
    """Unit of each operation, "" where it is a truth value or cannot be told.

    given : unit of each input by name ("USD/t", "t/year", "1"); a name that is not there may have any unit
    known : unit of each operation of which it is known otherwise

    The step of the page is a year, and a rate of a year is taken for the year: so money for a part of a year, or of a year, is money.
    """
    sure = {k: _powers(unit) for k, unit in known.items()}
    found: list[Powers | None] = []
    states: dict[Any, Powers | None] = {}
    for _ in range(2):  # what a state is in is known once the year that makes it is
        found = []
        for k, one in enumerate(program.operations):
            if k in sure and one.op != "const":
                found.append(sure[k])
            elif one.op in ("input", "yearly"):
                found.append(_powers(given[one.word]) if one.word in given else None)
            elif one.op in ("state", "lag"):
                found.append(states.get(one.word if one.op == "state" else one.word[0]))
            else:
                found.append(_of(one.op, [found[arg] for arg in one.args]))
        states = {key: found[k] if found[k] is not None else found[program.opening[key]] for key, k in program.carried.items()}
    return ["" if one.op in BOOLEAN else _words(powers) for one, powers in zip(program.operations, found, strict=True)]


def _of(op: str, args: list[Powers | None]) -> Powers | None:
    if op in ("add", "sub", "min", "max"):
        return _same(args[0], args[1])
    if op == "where":
        return _same(args[1], args[2])
    if op == "neg":
        return args[0]
    if op in ("exp", "log", "pow"):
        return ONE if not args[0] else None
    if op in ("mul", "div"):
        if all(one is None for one in args):
            return None
        first, second = (one or ONE for one in args)
        sign = 1 if op == "mul" else -1
        summed = {unit: first.get(unit, 0) + sign * second.get(unit, 0) for unit in {*first, *second}}
        return _of_the_year({unit: power for unit, power in summed.items() if power})
    return None


def _of_the_year(powers: Powers) -> Powers:
    """An amount times a part of the year, or times a year, is an amount of the year."""
    others = any(unit != YEAR for unit in powers)
    if powers.get(YEAR, 0) > 0 and others:
        return {unit: power for unit, power in powers.items() if unit != YEAR}
    return {YEAR: 1} if powers.get(YEAR, 0) > 1 else powers


def _same(one: Powers | None, other: Powers | None) -> Powers | None:
    """The unit of two numbers that are laid together; None where they are in unlike units."""
    if one is None or other is None or one == other:
        return other if one is None else one
    for powers, beside in ((one, other), (other, one)):
        if {unit: power for unit, power in powers.items() if unit != YEAR} == beside and beside:
            return beside  # a rate of the year beside an amount of it
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
