"""What the README tells a reader to type works, and what it says it found is still found."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "from-headline-to-decision.md").read_text(encoding="utf-8")


def commands(page: str) -> list[str]:
    """Lines of a page that a reader is told to type."""
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.startswith(".venv/bin/kenes")]


SAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=["README", "tutorial"])
def test_the_commands_run_in_order(page: str, tmp_path: Path) -> None:
    for folder in ("docs", "dossiers", "projects"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert len(commands(page)) >= 6
    for command in commands(page):
        words = shlex.split(command)[1:]
        done = subprocess.run([sys.executable, "-m", "kenes.cli", *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert (done.stdout + done.stderr).strip(), command


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_python_runs(sample: str) -> None:
    done = subprocess.run([sys.executable, "-c", sample], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_replication_is_the_one_that_is_computed() -> None:
    last = subprocess.run(
        [sys.executable, "benchmarks/replicate.py", "projects/studies"], cwd=ROOT, capture_output=True, text=True, timeout=300
    ).stdout.splitlines()[-1]
    assert last in README and "cases 25" in last


@pytest.mark.parametrize("path", sorted((ROOT / "projects").glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_projects_appraise_with_balanced_books(path: Path) -> None:
    import kenes
    from kenes.appraise import appraise

    report = appraise(kenes.load(path)).report
    assert report["books"]["money"] < 1e-9 and report["books"]["mass"] < 1e-9


def test_the_newspaper_ore_holds_fourteen_thousand_tonnes_and_its_levy_follows_the_licence() -> None:
    import kenes
    from kenes.appraise import appraise

    path = ROOT / "projects" / "zhana-kazakhstan.toml"
    before = appraise(kenes.load(path)).report
    after = appraise(kenes.load(path, ("site.zhana-kazakhstan.licence_date=2027-03-01",))).report
    assert sum(before["contained"].values()) == pytest.approx(14_000)
    assert "extraction_tax" in before["government_take"]["by_charge"] and "royalty" not in before["government_take"]["by_charge"]
    assert "royalty" in after["government_take"]["by_charge"] and "extraction_tax" not in after["government_take"]["by_charge"]
    assert before["status"] == "screening" and before["what_would_have_to_be_true"]["or_grade"] > 700e-6


def test_the_chains_differ_where_the_law_differs() -> None:
    import kenes
    from kenes.appraise import appraise

    there = appraise(kenes.load(ROOT / "projects" / "chain-kz-us.toml")).report["government_take"]["by_charge"]
    home = appraise(kenes.load(ROOT / "projects" / "chain-kz-kz.toml")).report["government_take"]["by_charge"]
    assert there["advanced_manufacturing_credit"] < 0 and "advanced_manufacturing_credit" not in home
    assert home["import_duty"] > 0 and there.get("import_duty", 0.0) == 0.0
