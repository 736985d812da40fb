"""Draws the README's picture: what `kenes appraise` prints, as an SVG without anything from the network."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from kenes.appraise import appraise
from kenes.project import load
from kenes.report.terminal import show

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Writes docs/appraise.svg."""
    report = appraise(load(ROOT / "projects" / "chain-kz-us.toml")).report
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    show({**report, "notes": report["notes"][:6]}, console)
    svg = console.export_svg(title="kenes appraise projects/chain-kz-us.toml")
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    (ROOT / "docs" / "appraise.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
