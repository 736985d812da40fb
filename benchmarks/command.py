"""What a life costs in the whole command, draws and quantiles included: the marginal time of whole processes."""

from __future__ import annotations

from engine import page, plain
from timing import ROOT, Process, process, table, verdict

FILE = ROOT / "projects" / "chain-kz-us.toml"
NATIVE, PLAIN = (20_000, 1_020_000), (2_000, 10_000)
TARGET = 20.0


def simulate(draws: int, *more: str) -> Process:
    """The command twice: the least time and the most memory."""
    command = ("-m", "kenes.cli", "simulate", str(FILE), "--no-sensitivity", "--draws", str(draws), *more)
    one, two = process(*command), process(*command)
    return Process(min(one.seconds, two.seconds), min(one.cores, two.cores), max(one.memory, two.memory))


def main() -> None:
    """Measures both machines between two numbers of draws each."""
    rows, each = [], {}
    for machine, (few, many) in (("native", NATIVE), ("plain", PLAIN)):
        short, long = simulate(few, "--machine", machine), simulate(many, "--machine", machine)
        each[machine] = (long.seconds - short.seconds) / (many - few) * 1e6
        cores = (long.cores - short.cores) / (many - few) * 1e6
        taken = [f"{number:.2f}" for number in (short.seconds, long.seconds, each[machine], cores)]
        rows.append([f"`--machine {machine}`", f"{few:,} to {many:,}", *taken, f"{long.memory:.0f}"])
    numpy_time = plain(page(FILE))
    print(f"## The whole command: `kenes simulate projects/{FILE.name} --no-sensitivity`\n")
    print(
        "Whole processes, the fastest of two; the marginal time of a life is the difference over the draws between, so that imports, the"
        " trace and compiling fall out. Draws, NPVs of all parties, every rate of return and quantiles are in it; native takes every core,"
        " plain one. Core µs: the time of all cores together, which other work on the machine moves less.\n"
    )
    print(table(["machine", "draws", "seconds, few", "seconds, many", "µs a life", "core µs a life", "peak memory, MB, many"], rows))
    print()
    ratio, beside = numpy_time / each["native"], each["plain"] / each["native"]
    same = "vectorised numpy of the same page (as in the kernel's table: no draws, no IRR, no quantiles)"
    against = [
        [same, f"{numpy_time:.0f}", f"{ratio:.1f}", f"≥ {TARGET:g}", verdict(ratio, least=TARGET)],
        ["the same command on `--machine plain`", f"{each['plain']:.0f}", f"{beside:.1f}", "", ""],
    ]
    print(table(["native against", "its µs a life", "ratio", "wanted", ""], against))
    print(
        "\nMeasured once by hand and not here: ten million draws took 83 s and 670 MB"
        f" (`/usr/bin/time -v kenes simulate projects/{FILE.name} --no-sensitivity --draws 10000000`)."
    )


if __name__ == "__main__":
    main()
