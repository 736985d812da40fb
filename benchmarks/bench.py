"""Runs every benchmark in a process of its own, and writes docs/performance.md. Run by `make bench`."""

from __future__ import annotations

import os
import subprocess
import sys

from timing import ROOT

from kenes.engine.native import lanes_of_host

PARTS = ("speed", "papers", "engine", "command", "others", "summit")
HEAD = """# Performance

Written by `make bench`: seconds and µs on one machine, and ratios within one run, which carry over to another. What is met or not met is
computed from the numbers beside it. The libraries we stand beside: `pip install -e .[bench]`; without one, its row says "not installed".

Machine: {cores} cores, vectors of {bits} bits."""


def main() -> None:
    """One section a benchmark."""
    sections = [HEAD.format(cores=os.cpu_count(), bits=32 * lanes_of_host())]
    for part in PARTS:
        command = [sys.executable, str(ROOT / "benchmarks" / f"{part}.py")]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout.strip()
        print(told, end="\n\n", flush=True)
        sections.append(told)
    (ROOT / "docs" / "performance.md").write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
