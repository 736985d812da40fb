"""What the papers of a large project cost: workbook, page, and both, of forty years and ten products; whole processes."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from timing import ROOT, process, table, verdict

MORE = {"europium": 1, "gadolinium": 3, "terbium": 1, "yttrium": 3}
"""Elements with a product of their own beside the six of the full page, per cent of the rare earths, taken from cerium."""

SECONDS, SIZE = 5.0, 5.0


def ten_products() -> str:
    """The full page with four products more, each made and sold as its samarium oxide."""
    text = (ROOT / "benchmarks" / "full-page.toml").read_text(encoding="utf-8")
    text = text.replace('split.cerium = {assumed = "48 %"', f'split.cerium = {{assumed = "{48 - sum(MORE.values())} %"')
    for element, share in MORE.items():
        split = f'split.{element} = {{assumed = "{share} %", why = "a benchmark, no real project"}}\n'
        text = text.replace("split.dysprosium", split + "split.dysprosium", 1)
        for head in ("[site.plant.separation.product.samarium_oxide]", "[site.market.samarium_oxide]"):
            found = re.search(re.escape(head) + r".*?\n\n", text, re.DOTALL)
            assert found is not None
            text = text.replace(found[0], found[0] + found[0].replace("samarium", element), 1)
    return text


def main() -> None:
    """Measures each paper three times and tells the fastest."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, page, book = folder / "ten.toml", folder / "ten.html", folder / "ten.xlsx"
        file.write_text(ten_products(), encoding="utf-8")
        wanted = {
            "`kenes appraise`": ("appraise", str(file)),
            "`kenes report --xlsx`": ("report", str(file), "--xlsx", str(book)),
            "`kenes report --html`": ("report", str(file), "--html", str(page)),
            "`kenes report --html --xlsx`": ("report", str(file), "--html", str(page), "--xlsx", str(book)),
        }
        for what, command in wanted.items():
            taken = min((process("-m", "kenes.cli", *command) for _ in range(3)), key=lambda one: one.seconds)
            told = verdict(taken.seconds, most=SECONDS) if "report" in what else ""
            rows.append([what, f"{taken.seconds:.2f}", f"{taken.cores:.2f}", f"{taken.memory:.0f}", f"≤ {SECONDS:g}" if told else "", told])
        sizes = {"workbook": book.stat().st_size / 1e6, "page, with its drawing library": page.stat().st_size / 1e6}
    print("## Papers of forty years and ten products\n")
    print("Whole processes, the fastest of three. The project is the full page with four products more.\n")
    print(table(["what", "seconds", "core seconds", "peak memory, MB", "wanted", ""], rows))
    print()
    told = [
        [what, f"{size:.1f}", f"≤ {SIZE:g}" if what == "workbook" else "", verdict(size, most=SIZE) if what == "workbook" else ""]
        for what, size in sizes.items()
    ]
    print(table(["file", "MB", "wanted", ""], told))


if __name__ == "__main__":
    main()
