"""Where does a draw come from? Counter-based streams keyed by (seed, variable, block), and a Gaussian copula over them.

A draw depends on its seed, its variable and its number only: not on the size of a block of work, its order, or the other variables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from kenes.errors import Fault, InputError
from kenes.notes import note

__all__ = ["BLOCK", "Copula", "connected", "copula", "mixed", "nearest", "uniform"]

BLOCK = 4096
"""Draws of one block of a stream."""

Array = Any


def uniform(seed: int, name: str, first: int, count: int) -> Array:
    """Draws ``first`` to ``first + count`` of one variable, (N,), strictly between 0 and 1.

    >>> whole = uniform(1, "site.mine.price", 0, 10_000)
    >>> bool((uniform(1, "site.mine.price", 5_000, 100) == whole[5_000:5_100]).all())
    True
    """
    key = np.frombuffer(hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=16).digest(), dtype="<u8")
    blocks = range(first // BLOCK, -(-(first + count) // BLOCK))
    raw = [np.random.Philox(key=key, counter=[0, 0, 0, block]).random_raw(BLOCK) for block in blocks]
    bits = np.concatenate(raw) if raw else np.empty(0, dtype=np.uint64)
    start = first - BLOCK * blocks.start
    return ((bits[start : start + count] >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53


@dataclass(frozen=True, slots=True)
class Copula:
    """Rank correlation of some variables: each is a weighted sum of the normals of those before it.

    groups : correlated variables, each group with the lower triangle (n, n) that makes it
    notes  : what was repaired
    """

    groups: tuple[tuple[tuple[str, ...], Array], ...] = ()
    notes: tuple[str, ...] = ()

    def apply(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Independent uniforms by name, (N,) each, made dependent; a name in no group is handed on."""
        made = dict(drawn)
        for names, factor in self.groups:
            normal = mixed(factor, [ndtri(drawn[name]) for name in names])
            for name, value in zip(names[1:], normal[1:], strict=True):
                made[name] = np.clip(ndtr(value), 2.0**-54, 1.0 - 2.0**-53)
        return made


def mixed(factor: Array, normal: Sequence[Array]) -> list[Array]:
    """Independent normals, (N,) each, made dependent by a lower triangle (n, n); the first is handed on."""
    made = [normal[0]]
    for i in range(1, len(normal)):
        # Added one by one: a product of matrices rounds differently with the size of the block.
        value = factor[i, 0] * normal[0]
        for j in range(1, i + 1):
            value = value + factor[i, j] * normal[j]
        made.append(value)
    return made


def connected(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Names that hang together by pairs, group by group, all in alphabetical order.

    >>> connected([("b", "a"), ("d", "e"), ("c", "b")])
    [('a', 'b', 'c'), ('d', 'e')]
    """
    neighbours: dict[str, set[str]] = {}
    for one, other in pairs:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for begin in sorted(neighbours):
        if begin in seen:
            continue
        group, left = {begin}, [begin]
        while left:
            for near in neighbours[left.pop()] - group:
                group.add(near)
                left.append(near)
        seen |= group
        groups.append(tuple(sorted(group)))
    return groups


def copula(pairs: Sequence[tuple[str, str, float]]) -> Copula:
    """Gaussian copula of rank correlations; pairs not stated are taken as uncorrelated.

    pairs : (path, path, Spearman's rho). Normals with correlation 2 sin(pi rho / 6) have rank correlation rho.
    A matrix that no variables can have is repaired to the nearest that some have (Higham 2002), and the notes say by how much.
    """
    stated: dict[frozenset[str], float] = {}
    for one, other, rho in pairs:
        if one == other:
            raise InputError(Fault("chance.correlation", f"{one} with itself", "two different paths"))
        if stated.setdefault(frozenset((one, other)), rho) != rho:
            raise InputError(Fault("chance.correlation", f"{one} and {other} twice", "each pair once"))
    groups, notes = [], []
    for names in connected((one, other) for one, other, _ in pairs):
        wanted = np.eye(len(names))
        for i, one in enumerate(names):
            for j, other in enumerate(names):
                if i != j:
                    wanted[i, j] = 2.0 * np.sin(np.pi * stated.get(frozenset((one, other)), 0.0) / 6.0)
        matrix = wanted
        if np.linalg.eigvalsh(wanted).min() < 1e-10:
            matrix = nearest(wanted)
            gap = float(np.abs(6.0 / np.pi * (np.arcsin(matrix / 2.0) - np.arcsin(wanted / 2.0))).max())
            if gap > 1e-6:
                notes.append(
                    note(
                        "correlations of {names} cannot hold together: the nearest that can were taken, at most {gap:.3f} away",
                        names=", ".join(names),
                        gap=gap,
                    )
                )
        groups.append((names, np.linalg.cholesky(matrix)))
    return Copula(tuple(groups), tuple(notes))


def nearest(matrix: Array) -> Array:
    """Nearest correlation matrix that is positive definite: Higham's alternating projections."""
    least = 1e-8
    now, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(1000):
        raised = now - correction
        values, vectors = np.linalg.eigh(raised)
        inside = (vectors * np.maximum(values, least)) @ vectors.T
        correction = inside - raised
        then = inside.copy()
        np.fill_diagonal(then, 1.0)
        if np.abs(then - now).max() < 1e-13:
            break
        now = then
    values, vectors = np.linalg.eigh(now)
    fixed = (vectors * np.maximum(values, least)) @ vectors.T
    scale = np.sqrt(np.diag(fixed))
    return fixed / np.outer(scale, scale)
