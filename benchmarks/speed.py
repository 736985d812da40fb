"""How long an appraisal takes, as ratios within one run: machines are noisy, so each time stands beside that of `import numpy`.

Run by `make bench`. Prints a table and writes it into docs/performance.md.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kenes.appraise import appraise
from kenes.appraise.plan import plan
from kenes.appraise.run import run
from kenes.appraise.world import Factor
from kenes.project import load

ROOT = Path(__file__).resolve().parent.parent


def process(*command: str) -> float:
    """Wall time of a whole process, seconds."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begin


def median(call: Callable[[], object], times: int = 5) -> float:
    """Median wall time of a call, seconds; the first one warms up."""
    call()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def main() -> None:
    """Measures every shipped project, and the page on floats and on a column."""
    rows = ["| what | seconds | times `import numpy` |", "|---|---|---|"]
    yard = statistics.median(process("-c", "import numpy") for _ in range(5))

    def row(what: str, seconds: float) -> None:
        rows.append(f"| {what} | {seconds:.3f} | {seconds / yard:.1f} |")

    row("`import numpy`, whole process", yard)
    row("`import kenes`, whole process", statistics.median(process("-c", "import kenes") for _ in range(5)))
    for path in sorted((ROOT / "projects").glob("*.toml")):
        command = ("-m", "kenes.cli", "appraise", str(path))
        row(f"`kenes appraise projects/{path.name}`, whole process", statistics.median(process(*command) for _ in range(5)))
    chain = load(ROOT / "projects" / "chain-kz-us.toml")
    ready = plan(chain)
    years = ready.timeline.count
    row("chain-kz-us: load", median(lambda: load(ROOT / "projects" / "chain-kz-us.toml")))
    row("chain-kz-us: plan", median(lambda: plan(chain)))
    single = median(lambda: run(ready))
    row(f"chain-kz-us: the page, {years} years, floats", single)
    draws = 1000
    column = Factor(grade=np.linspace(0.8, 1.2, draws))
    many = median(lambda: run(ready, column), 3)
    row(f"chain-kz-us: the page, {years} years, {draws:,} draws", many)
    row("chain-kz-us: the whole appraisal", median(lambda: appraise(chain), 3))
    rows.append("")
    cheaper = single * draws / many
    rows.append(f"A column of {draws:,} draws costs {many / single:.1f} times one appraisal: {cheaper:.0f} times cheaper per draw.")
    text = "\n".join(rows)
    print(text)
    head = "# Performance\n\nWritten by `make bench`: seconds on one machine, and the ratio that carries over to another."
    (ROOT / "docs" / "performance.md").write_text(f"{head}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
