"""Published studies: every shipped file loads, runs and balances; the table ends as promised; far-off cases are explained."""

from __future__ import annotations

import doctest
import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "projects" / "studies"
LAST = re.compile(r"cases (\d+)  pre-tax NPV (\d+\.\d|n/a) %  after-tax NPV (\d+\.\d|n/a) %  IRR (\d+\.\d|n/a) points")
CASE_FILES = ROOT.parent / "shared" / "cases" / "studies.yaml"

sys.path.insert(0, str(ROOT / "benchmarks"))
import printed  # noqa: E402
import replicate  # noqa: E402
import studies  # noqa: E402


@pytest.fixture(scope="module")
def found() -> list[replicate.Case]:
    return list(replicate.cases(FOLDER, studies.Convention()))


ENTRY = """
- id: made_up_2026_pea
  project: Kettle
  company: Kettle Lithium
  country: Canada (ON)
  commodity: lithium
  study_type: PEA
  date: '2026-01-15'
  sources: [https://example.org/kettle]
  currency: USD
  completeness: full
  inputs: {mine_life_years: 10, throughput_tpa: 1000 t/d, annual_production: {Li2CO3_t: 10000}, prices: {Li2CO3_USD_per_t: 20000},
           opex_per_unit: 8000 per t, initial_capex: 300, discount_rate: 8% real, sustaining_capex: 20, closure: 10}
  outputs: {npv_pretax: 350, irr_pretax: 0.25, npv_posttax: 200}
  simple_model: null
"""


def test_examples_in_the_text_hold() -> None:
    tried = [doctest.testmod(module) for module in (printed, studies)]
    assert sum(one.attempted for one in tried) > 0 and sum(one.failed for one in tried) == 0


def test_all_studies_balance_both_books(found: list[replicate.Case]) -> None:
    assert len(found) == 25
    for case in found:
        assert max(case.books) < 1e-9, case.name
        assert case.computed["npv_pretax"] is not None, case.name
        assert case.published, case.name


def test_only_a_study_without_a_regime_is_not_computed_after_tax(found: list[replicate.Case]) -> None:
    missing = [case.name for case in found if case.computed["npv_posttax"] is None]
    assert missing == ["songwe_2014_pfs"]


def test_far_off_cases_are_explained(found: list[replicate.Case]) -> None:
    text = (ROOT / "DIFFERENCES.md").read_text(encoding="utf-8")
    for case in found:
        for key, most in (("npv_pretax", 0.25), ("npv_posttax", 0.25), ("irr_pretax", 0.05), ("irr_posttax", 0.05)):
            error = case.error(key)
            if error is not None and abs(error) > most:
                assert f"`{case.name}`" in text, f"{case.name}: {key} off by {error:.3f} and not in DIFFERENCES.md"


def test_unstated_basis_is_in_no_median(found: list[replicate.Case]) -> None:
    unstated = [case for case in found if "npv_unstated" in case.published]
    assert {case.name for case in unstated} == {"chilalo_2018_pfs_lom", "chilalo_2018_pfs_reserve"}
    assert all(case.error(key) is None for case in unstated for key in ("npv_pretax", "npv_posttax"))


def test_last_line_and_folder_with_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(FOLDER / "kipawa_2013_fs.toml", tmp_path)
    assert replicate.main([str(tmp_path)]) == 0
    last = capsys.readouterr().out.rstrip("\n").splitlines()[-1]
    match = LAST.fullmatch(last)
    assert match is not None, last
    assert match[1] == "1" and match[3] == "n/a"  # its after-tax worth is not published


def test_faulty_file_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (FOLDER / "kipawa_2013_fs.toml").read_text(encoding="utf-8")
    (tmp_path / "bad.toml").write_text(text.replace('value = "374 MCAD"', 'value = "374 Mt"'), encoding="utf-8")
    assert replicate.main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "bad.toml" in said and "374 Mt" in said and "wanted" in said


@pytest.mark.parametrize("text", ["- id: [", "- {id: x}", "just words", "- id: x\n  inputs: 3\n  outputs: {}"])
def test_faulty_case_file_ends_with_2(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    assert replicate.main([str(tmp_path)]) == 2
    assert "bad.yaml" in capsys.readouterr().err


def test_nothing_to_read_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replicate.main([str(tmp_path)]) == 2
    assert replicate.main([str(tmp_path / "absent")]) == 2
    assert "project files" in capsys.readouterr().err


def test_a_case_file_is_converted_by_the_same_convention(tmp_path: Path) -> None:
    """Worked by hand: 10 years of 10 kt at 12,000 margin less 2 sustaining, 300 over 2 years, 10 closure, mid-year, 8 %."""
    (tmp_path / "one.yaml").write_text(ENTRY, encoding="utf-8")
    (case,) = replicate.cases(tmp_path, studies.Convention())
    flows = [-150.0, -150.0, *[200.0 - 80.0 - 2.0] * 10, -10.0]
    by_hand = sum(flow / 1.08 ** (t + 0.5) for t, flow in enumerate(flows))
    assert case.computed["npv_pretax"] == pytest.approx(by_hand, rel=1e-9)
    assert case.computed["npv_posttax"] is None and "not on file" in case.why_not
    assert case.error("npv_pretax") == pytest.approx(by_hand / 350 - 1)


def test_what_is_lacking_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ENTRY.replace("initial_capex: 300, ", ""), encoding="utf-8")
    (case,) = replicate.cases(tmp_path, studies.Convention())
    assert case.why_not == "not computed: no initial capital"
    assert case.published["npv_pretax"] == 350 and case.error("npv_pretax") is None


def test_an_absurd_study_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ENTRY + ENTRY.replace("mine_life_years: 10", "mine_life_years: 900"), encoding="utf-8")
    good, bad = replicate.cases(tmp_path, studies.Convention())
    assert good.computed["npv_pretax"] is not None
    assert "900 years" in bad.why_not and bad.error("npv_pretax") is None


def test_published_results_move_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ENTRY, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(ENTRY.replace("350", "9999").replace("0.25", "0.99"), encoding="utf-8")
    one, two = replicate.cases(tmp_path, studies.Convention())
    assert one.computed == two.computed


def test_shipped_files_are_what_the_converter_writes() -> None:
    if not CASE_FILES.exists():
        pytest.skip("the case file the studies were converted from is not beside this repository")
    full = {entry["id"]: entry for entry in studies.entries(CASE_FILES) if entry["completeness"] == "full"}
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(full)
    for name, entry in full.items():
        assert (FOLDER / f"{name}.toml").read_text(encoding="utf-8") == studies.to_toml(entry), name
