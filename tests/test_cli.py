"""The terminal door: contract of --json, --csv, --set, exit codes, schema, new."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import kenes
from kenes.project import File

ROOT = Path(__file__).parents[1]
STARTER = resources.files("kenes") / "reference" / "starter.toml"


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "starter.toml"
    path.write_text(STARTER.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def door(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kenes.cli", *map(str, arguments)], capture_output=True, text=True, timeout=120)


def test_json_keeps_its_promise(starter: Path) -> None:
    done = door("appraise", starter, "--json")
    assert done.returncode == 0 and done.stderr == ""
    report = json.loads(done.stdout)
    promised = {"kenes", "project", "status", "discount", "npv", "irr", "mirr", "profitability_index", "payback_years", "parties", "aetr"}
    promised |= {"government_take", "breakeven", "unit_costs", "contained", "years", "lines", "books", "notes", "born"}
    promised |= {"discounted_payback_years"}
    assert not promised - set(report)
    assert set(report["discount"]) == {"rate", "timing", "money"}
    assert set(report["npv"]) == {"pre_fiscal", "pre_tax", "after_tax", "equity"}
    assert set(report["irr"]) == {"pre_tax", "after_tax", "equity"} and all(isinstance(rates, list) for rates in report["irr"].values())
    assert {"share", "by_charge", "by_state"} <= set(report["government_take"])
    assert all(set(rates) == {"at_0", "at_rate"} for rates in report["aetr"].values())
    assert {"basket", "concentrate", "grade"} <= set(report["breakeven"])
    assert all({"npv", "irr", "total"} <= set(party) for party in report["parties"].values())
    assert all(
        {"name", "payer", "payee", "site", "amount"} <= set(line) and len(line["amount"]) == len(report["years"])
        for line in report["lines"]
    )
    assert report["books"]["money"] < 1e-9 and report["books"]["mass"] < 1e-9
    assert set(report["born"]) == {"project", "rules", "version"}
    turnover = sum(abs(amount) for line in report["lines"] for amount in line["amount"])
    assert abs(sum(party["total"] for party in report["parties"].values())) < 1e-9 * turnover


def test_an_irr_that_is_not_there_is_an_empty_list(starter: Path) -> None:
    report = json.loads(door("appraise", starter, "--json", "--set", "site.mine.market.concentrate.price=1 USD/mtu").stdout)
    assert report["irr"]["after_tax"] == [] and report["payback_years"] is None
    assert report["npv"]["after_tax"] < 0


def test_breakeven_is_where_npv_is_zero(starter: Path) -> None:
    found = json.loads(door("appraise", starter, "--json").stdout)["breakeven"]
    price = found["concentrate"] / 100  # USD per tonne of WO3 to USD per metric tonne unit
    at = json.loads(door("appraise", starter, "--json", "--set", f"site.mine.market.concentrate.price={price!r} USD/mtu").stdout)
    assert abs(at["npv"]["after_tax"]) < 1e3
    grade = found["grade_factor"] * 0.21
    at = json.loads(door("appraise", starter, "--json", "--set", f"site.mine.deposit.fresh.grade.WO3={grade!r} %").stdout)
    assert abs(at["npv"]["after_tax"]) < 1e3


def test_csv_files_hold_what_json_holds(starter: Path, tmp_path: Path) -> None:
    done = door("appraise", starter, "--json", "--csv", tmp_path / "out")
    report = json.loads(done.stdout)
    with (tmp_path / "out" / "cash_flow.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert [float(row["after_tax"]) for row in rows] == report["levels"]["after_tax"]
    with (tmp_path / "out" / "lines.csv").open(newline="", encoding="utf-8") as handle:
        assert len(list(csv.reader(handle))) == len(report["lines"]) + 1
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_csv_into_a_file_is_bad_input(starter: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    done = door("appraise", starter, "--csv", tmp_path / "taken")
    assert done.returncode == 2 and "Traceback" not in done.stderr and "wanted" in done.stderr


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("site.mine.mine.capacity=2", "with its unit"),
        ("site.mine.mine.capcity=2 Mt/y", "capcity"),
        ("site.pit.mine.capacity=2 Mt/y", "one of mine"),
        ("site.mine.mine=2 Mt/y", "a table"),
        ("nonsense", "path=value"),
        ("site.mine.licence_date=soon", "a date"),
        ("site.mine.mine.recovery=-5 %", "fraction"),
    ],
)
def test_a_bad_setting_says_what_is_wrong(starter: Path, setting: str, says: str) -> None:
    done = door("appraise", starter, "--set", setting)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert "--set" in done.stderr and says in done.stderr


def test_settings_change_the_result_and_the_fingerprint(starter: Path) -> None:
    plain = json.loads(door("appraise", starter, "--json").stdout)
    richer = json.loads(door("appraise", starter, "--json", "--set", 'site.mine.deposit.fresh.tonnage="40 Mt"').stdout)
    assert richer["contained"]["tungsten"] == pytest.approx(plain["contained"]["tungsten"] * 40 / 30)
    assert richer["npv"]["after_tax"] > plain["npv"]["after_tax"] and richer["born"]["project"] != plain["born"]["project"]
    assert any("set on the command line" in note for note in richer["notes"])


def test_terminal_shows_worth_parties_and_residuals(starter: Path) -> None:
    done = door("appraise", starter)
    assert done.returncode == 0
    for words in ("Worth", "Cash flow", "Government take", "Parties", "Notes", "largest residual", "after_tax"):
        assert words in done.stdout


def test_schema_is_one_and_the_starter_fits_it() -> None:
    done = door("schema")
    schema = json.loads(done.stdout)
    assert schema == json.loads(json.dumps(File.model_json_schema()))
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    table = _plain(tomllib.loads(STARTER.read_text(encoding="utf-8")))
    assert list(check.iter_errors(table)) == []
    table["site"][0]["mine"]["capacity"] = {"value": "1 Mt/y", "surce": "fs"}
    assert list(check.iter_errors(table))


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _plain(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_plain(value) for value in part]
    return part.isoformat() if isinstance(part, date) else part


def test_new_writes_a_starter_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert door("new", path).returncode == 0
    assert kenes.load(path).file.project.name
    path.write_text("precious")
    done = door("new", path)
    assert done.returncode == 2 and path.read_text() == "precious"
    assert door("new", path, "--force").returncode == 0 and path.read_text() != "precious"
    assert door("new", tmp_path / "no" / "folder.toml").returncode == 2


def test_a_plain_appraisal_starts_what_it_needs(starter: Path) -> None:
    heavy = ["pint", "scipy", "llvmlite", "jinja2", "polars", "pyarrow", "plotly", "pandas", "babel", "pymorphy3", "pypdfium2", "SALib"]
    code = "import sys; from kenes.cli import main; main(); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, "appraise", starter], capture_output=True, text=True, check=True, timeout=120)
    started = set(done.stderr.split())
    assert {"click", "numpy", "pydantic", "rich"} <= started and not started & {*heavy, "typer"}


ORDER = ["appraise", "simulate", "report", "check", "explain", "calibrate", "schema", "new"]


def test_help_tells_commands_in_order_and_arguments_too() -> None:
    bare, asked = door(), door("--help")
    assert asked.returncode == 0 and bare.stdout + bare.stderr == asked.stdout
    assert [line.split()[0] for line in asked.stdout.partition("Commands:\n")[2].splitlines()] == ORDER
    for command, argument in {"appraise": "FILE  Project file", "check": "FILE ...  Texts", "new": "[FILE]  Where to write"}.items():
        told = door(command, "--help").stdout
        assert told.count("Arguments:") == told.count(argument) == 1
    assert door("--version").stdout == f"kenes {kenes.__version__}\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["appraise"], "Missing argument 'FILE'"),
        (["appraise", "a", "b"], "extra"),
        (["appraise", "a", "--jsn"], "--json"),
        (["simulate", "a", "--draws", "many"], "'many' is not a valid integer"),
        (["simulate", "a", "--draws"], "requires an argument"),
        (["apraise"], "apraise"),
    ],
)
def test_a_line_that_is_wrong_is_exit_code_2(line: list[str], says: str) -> None:
    done = door(*line)
    assert done.returncode == 2 and done.stdout == "" and says in done.stderr and "Traceback" not in done.stderr


def test_a_stopped_command_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from kenes import cli, project

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(project, "load", stop)
    monkeypatch.setattr(sys, "argv", ["kenes", "appraise", "a.toml"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 130 and capsys.readouterr().err.strip() == "stopped"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_cannot_be_written_and_a_reader_that_left() -> None:
    for line in ("appraise {0}", "appraise {0} --json", "schema"):
        words = f"{sys.executable} -m kenes.cli {line.format(ROOT / 'projects' / 'kairakty-tungsten.toml')}"
        full = subprocess.run(["bash", "-c", f"{words} > /dev/full"], capture_output=True, text=True, timeout=120)
        assert full.returncode == 2 and full.stderr.startswith("the output cannot be written")
        left = subprocess.run(["bash", "-c", f"{words} | true; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True, timeout=120)
        assert (left.returncode, left.stderr) == (0, "")


def test_a_fault_of_ours_is_exit_code_1(starter: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from kenes import cli
    from kenes.appraise import result

    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(result, "_parties", broken)
    monkeypatch.setattr(sys, "argv", ["kenes", "appraise", str(starter)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1 and "our fault" in capsys.readouterr().err
