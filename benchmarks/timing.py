"""How the benchmarks take time, and the tables they print. Machines are noisy: ratios within one run hold, seconds hardly do."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["ROOT", "Process", "best", "median", "process", "table", "verdict"]

ROOT = Path(__file__).resolve().parent.parent


class Process(NamedTuple):
    """What a whole process took: wall time and time of all cores in seconds, and the most memory it held in MB."""

    seconds: float
    cores: float
    memory: float


def process(*command: str) -> Process:
    """Runs a whole Python process."""
    begin = time.perf_counter()
    child = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(child.pid, 0)
    taken = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Process(taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1))


def median(call: Callable[[], Any], times: int = 5) -> float:
    """Median wall time of a call, seconds; the first one warms up."""
    call()
    return statistics.median(best(call, 1) for _ in range(times))


def best(call: Callable[[], Any], times: int = 3) -> float:
    """Fastest wall time of a call, seconds."""
    fastest = float("inf")
    for _ in range(times):
        begin = time.perf_counter()
        call()
        fastest = min(fastest, time.perf_counter() - begin)
    return fastest


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join((lines[0], "|" + "---|" * len(head), *lines[1:]))


def verdict(value: float, *, least: float | None = None, most: float | None = None) -> str:
    """Whether a measured number is what was wanted.

    >>> verdict(21.0, least=20.0), verdict(0.6, most=0.5)
    ('met', 'not met')
    """
    return "met" if (least is None or value >= least) and (most is None or value <= most) else "not met"
