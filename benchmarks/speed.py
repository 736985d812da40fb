"""How long an appraisal takes: each time stands beside that of `import numpy`."""

from __future__ import annotations

import statistics

import numpy as np
from timing import ROOT, median, process, table

from kenes.appraise import appraise
from kenes.appraise.plan import plan
from kenes.appraise.run import run
from kenes.appraise.world import Factor
from kenes.project import load


def whole(*command: str) -> float:
    """Median wall time of a few whole processes, seconds."""
    return statistics.median(process(*command).seconds for _ in range(5))


def main() -> None:
    """Measures every shipped project, and the page on floats and on a column."""
    yard = whole("-c", "import numpy")
    taken = {"`import numpy`, whole process": yard, "`import kenes`, whole process": whole("-c", "import kenes")}
    for path in sorted((ROOT / "projects").glob("*.toml")):
        taken[f"`kenes appraise projects/{path.name}`, whole process"] = whole("-m", "kenes.cli", "appraise", str(path))
    chain = load(ROOT / "projects" / "chain-kz-us.toml")
    ready = plan(chain)
    years, draws = ready.timeline.count, 1000
    column = Factor(grade=np.linspace(0.8, 1.2, draws))
    single, many = median(lambda: run(ready)), median(lambda: run(ready, column), 3)
    taken["chain-kz-us: load"] = median(lambda: load(ROOT / "projects" / "chain-kz-us.toml"))
    taken["chain-kz-us: plan"] = median(lambda: plan(chain))
    taken[f"chain-kz-us: the page, {years} years, floats"] = single
    taken[f"chain-kz-us: the page, {years} years, {draws:,} draws"] = many
    taken["chain-kz-us: the whole appraisal"] = median(lambda: appraise(chain), 3)
    print("## One appraisal\n\nMedian of five, three where it is slow.\n")
    rows = [[what, f"{seconds:.3f}", f"{seconds / yard:.1f}"] for what, seconds in taken.items()]
    print(table(["what", "seconds", "times `import numpy`"], rows))
    cheaper = single * draws / many
    print(f"\nA column of {draws:,} draws costs {many / single:.1f} times one appraisal: {cheaper:.0f} times cheaper per draw.")


if __name__ == "__main__":
    main()
