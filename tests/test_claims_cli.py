"""The door of the claim checker: `kenes check` with its outputs, refusals and exit codes."""

from __future__ import annotations

import ast
import html
import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import kenes
from kenes.claims.claim import KINDS, VERDICTS
from kenes.report import claims_words

NEWS = """The ministry of industry said that more than 20 million tonnes of ore with about 700 grams per tonne of rare earths
were found in Kazakhstan. The investor owns 75% of the project, the state company 25%.
"""
OTHER = "Kazakhstan has 19 of 50 critical minerals, said the agency."
ON = ("--as-of", "2026-11-22")


def door(*arguments: object, **kept: Any) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "kenes.cli", "check", *map(str, arguments)]
    return subprocess.run(words, **({"capture_output": True, "text": True, "timeout": 120} | kept))


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text(NEWS, encoding="utf-8")
    return path


def told(*arguments: object, **kept: Any) -> dict[str, Any]:
    done = door(*arguments, "--json", *ON, **kept)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


# --- what it tells -------------------------------------------------------------------------------------------------------------


def test_json_keeps_its_promise_and_is_alone_on_the_output(news: Path) -> None:
    done = door(news, "--json", *ON)
    assert done.returncode == 0 and done.stderr == ""
    made = json.loads(done.stdout)
    assert {"claims", "checks", "conflicts", "language"} <= set(made) and made["language"] == "en" and "appraisal" not in made
    assert all(NEWS[one["start"] : one["end"]] == one["quote"] and one["kind"] in KINDS for one in made["claims"])
    assert made["texts"][0]["content"] == NEWS and made["texts"][0]["whole"] is True
    by_kind = {one["kind"]: one for one in made["claims"]}
    assert by_kind["tonnage"]["si"] == 20e6 and by_kind["tonnage"]["hedge"] == "more than" and by_kind["grade"]["si"] == pytest.approx(7e-4)
    ids = [one["id"] for one in made["claims"]]
    assert all(one["verdict"] in VERDICTS and set(one["claims"]) <= set(ids) for one in made["checks"])
    assert any("14,000 t" in one["arithmetic"] for one in made["checks"])
    assert door(news, "--json", *ON).stdout == done.stdout, "the same text on the same day"


def test_the_terminal_tells_the_same_and_wherever_it_goes_nothing_is_cut(news: Path) -> None:
    done = door(news, *ON)
    assert done.returncode == 0 and done.stderr == ""
    flat = re.sub(r"\s+", " ", done.stdout)
    for one in told(news)["claims"]:
        assert re.sub(r"\s+", " ", f"“{one['quote']}”") in flat
    assert "14,000 t" in flat and "law as of 2026-11-22" in flat
    assert door(news, *ON, "--lang", "ru").returncode == door(news, *ON, "--lang", "kk").returncode == 0


def test_the_day_is_today_unless_it_is_said(news: Path) -> None:
    before = date.today()
    made = json.loads(door(news, "--json").stdout)
    assert before.isoformat() <= made["as_of"] <= date.today().isoformat()
    assert told(news, "--dated", "2025-09-03")["texts"][0]["dated"] == "2025-09-03"


def test_standard_input_and_several_texts(news: Path) -> None:
    made = told("-", news, input=OTHER)
    assert [one["source"] for one in made["texts"]] == ["standard input", str(news)]
    assert [one["id"] for one in made["claims"]] == [f"c{n}" for n in range(1, len(made["claims"]) + 1)]
    first = made["claims"][0]
    assert (first["text"], first["si"], first["of"]) == ("text", 19.0, 50.0)


def test_the_language_of_a_text_may_be_said(news: Path) -> None:
    assert told(news, "--text-lang", "kk")["language"] == "kk"


def test_a_closed_pipe_is_no_fault(news: Path) -> None:
    words = f"{sys.executable} -m kenes.cli check {news} --as-of 2026-11-22 | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout == f"{news}\n" and done.stderr == ""


# --- what it writes ------------------------------------------------------------------------------------------------------------


def test_the_page_is_written_and_says_how(news: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = door(news, "--html", page, *ON)
    assert done.returncode == 0 and done.stderr == f"wrote {page}\n"
    text = page.read_text(encoding="utf-8")
    assert f"kenes check {news} --html {page} --as-of 2026-11-22" in html.unescape(text)
    assert text.count("<mark") >= len(told(news)["claims"])
    assert door(news, "--html", page, *ON).returncode == 0, "a page is made anew"
    assert page.read_text(encoding="utf-8") == text


def test_a_dossier_is_written_read_and_merged(news: Path, tmp_path: Path) -> None:
    dossier = tmp_path / "dossier.toml"
    assert door(news, "--dossier", dossier, *ON).returncode == 0
    direct, again, both = told(news), told(dossier), told(dossier, news)
    assert again["claims"] == direct["claims"] and again["checks"] == direct["checks"]
    assert both["claims"] == direct["claims"] and both["texts"][0]["characters"] == len(NEWS)
    refused = door(news, "--dossier", dossier, *ON)
    assert refused.returncode == 2 and "--force" in refused.stderr
    dossier.write_text(dossier.read_text().replace('"20 Mt"', '"25 Mt"'), encoding="utf-8")
    assert [one["si"] for one in told(dossier)["claims"] if one["kind"] == "tonnage"] == [25e6]
    assert door(news, "--dossier", dossier, "--force", *ON).returncode == 0 and '"20 Mt"' in dossier.read_text()


def test_a_claim_is_put_to_the_test(news: Path, tmp_path: Path) -> None:
    done = door("news.txt", "--appraise", *ON, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    project = tmp_path / "news-screening.toml"
    assert done.stderr == "wrote news-screening.toml\n" and "what would have to be true" in done.stdout
    report = kenes.load(project)
    assert report.file.site[0].country == "KAZ"
    refused = door("news.txt", "--appraise", *ON, cwd=tmp_path)
    assert refused.returncode == 2 and "a file that is there already" in refused.stderr
    other = tmp_path / "other.toml"
    made = told("news.txt", "--appraise", "--project", other, "--html", "page.html", cwd=tmp_path)["appraisal"]
    assert other.read_text() == project.read_text() and made["project"] == str(other)
    assert {"template", "project", "used", "assumed", "report"} <= set(made) and made["reason"] is None
    assert made["report"]["status"] == "screening" and made["report"]["what_would_have_to_be_true"]["or_grade"] > 700e-6
    kinds = {one["id"]: one["kind"] for one in told(news)["claims"]}
    assert {kinds[id_] for id_ in made["used"]} == {"tonnage", "grade"}
    assert all(set(one) == {"path", "value", "why"} and one["why"] for one in made["assumed"]) and len(made["assumed"]) > 20
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<section id="appraisal"' in page and str(made["assumed"][0]["value"]) in html.unescape(page)
    assert door(news, "--appraise", "--project", other, "--force", *ON).returncode == 0


def test_no_template_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    done = door("-", "--appraise", *ON, input=OTHER, cwd=tmp_path)
    assert done.returncode == 0 and "no screening: " in done.stdout and done.stderr == ""
    made = told("-", "--appraise", "--html", tmp_path / "page.html", input=OTHER, cwd=tmp_path)["appraisal"]
    assert made["template"] is None and made["project"] is None and made["report"] is None and made["reason"]
    assert made["reason"] in html.unescape((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert sorted(tmp_path.iterdir()) == [*before, tmp_path / "page.html"]


# --- what it refuses -----------------------------------------------------------------------------------------------------------


def test_bad_input_ends_with_2_and_writes_nothing(news: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text("edited by hand")
    empty, binary = tmp_path / "empty.txt", tmp_path / "binary.bin"
    empty.write_bytes(b"")
    binary.write_bytes(bytes(range(256)) * 64)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    page = tmp_path / "page.html"
    for wrong in (
        [tmp_path / "none.txt"],
        [tmp_path],
        [empty],
        [binary],
        [kept],
        [news, "--as-of", "soon"],
        [news, "--dated", "2025-13-01"],
        [news, "--lang", "fr"],
        [news, "--text-lang", "fr"],
        [news, "--html", news],
        [news, "--html", tmp_path / "none" / "page.html"],
        [news, "--html", "-"],
        [news, "--html", page, "--dossier", kept],
        [news, "--html", page, "--dossier", page],
        [news, "--dossier", news, "--force"],
        [news, "--html", page, "--project", tmp_path / "p.toml"],
        [news, "--html", page, "--appraise", "--project", kept],
        ["-", "-"],
        [news, "--reader", "http://127.0.0.1:9"],
        [news, "--model", "small"],
        [news, "--html", page, "--reader", "ftp://127.0.0.1", "--model", "small"],
        [news, "--html", page, "--reader", "http://127.0.0.1:9", "--model", "small"],
    ):
        done = door(*wrong, stdin=subprocess.DEVNULL)
        assert done.returncode == 2 and "wanted" in done.stderr and done.stdout == "", (wrong, done.stderr)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_all_faults_of_the_places_are_told_at_once(news: Path, tmp_path: Path) -> None:
    done = door(news, "--html", tmp_path / "none" / "a.html", "--dossier", news, "--project", tmp_path / "p.toml", "--model", "m")
    assert all(part in done.stderr for part in ("no folder", f"the same file as the input {news}", "no --appraise", "no --reader"))


@pytest.mark.skipif(sys.platform == "darwin", reason="names of files are UTF-8 there")
def test_a_name_that_is_no_text_is_told_with_a_question_mark(tmp_path: Path) -> None:
    (tmp_path / "a\udcffb.txt").write_text(NEWS, encoding="utf-8")
    made = told("a\udcffb.txt", "--html", "page.html", "--dossier", "d.toml", "--appraise", cwd=tmp_path)
    assert made["texts"][0]["source"] == "a?b.txt" and door("a\udcffb.txt", *ON, cwd=tmp_path).returncode == 0
    assert (tmp_path / "a\udcffb-screening.toml").exists() and (tmp_path / "page.html").exists()


# --- another reader ------------------------------------------------------------------------------------------------------------


class _Model(BaseHTTPRequestHandler):
    """Answers as a language model would: one quote of the text and one that it made up."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        rows = [
            {"quote": "more than 20 million tonnes of ore", "number": "20", "kind": "tonnage", "commodity": "rare earths", "form": "ore"},
            {"quote": "900 million tonnes", "number": "900", "kind": "tonnage"},
        ]
        answer = json.dumps({"choices": [{"message": {"content": json.dumps({"claims": rows})}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def model() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Model)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_reader_adds_what_stands_in_the_text_alone(news: Path, model: str, tmp_path: Path) -> None:
    made = told(news, "--reader", f"{model}?key=secret", "--model", "small", "--html", tmp_path / "page.html")
    assert all(NEWS[one["start"] : one["end"]] == one["quote"] for one in made["claims"])
    assert not any("900" in one["quote"] for one in made["claims"]) and any(one["si"] == 20e6 for one in made["claims"])
    assert any("small" in note for note in made["texts"][0]["notes"])
    page = html.unescape((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "--model small" in page and "secret" not in page


# --- labels --------------------------------------------------------------------------------------------------------------------


def test_every_rule_thing_and_category_has_its_label() -> None:
    rules: set[str] = set()
    for path in (Path(kenes.__file__).parent / "claims").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Check" and len(node.args) > 1:
                rules |= {part.value for part in [node.args[1]] if isinstance(part, ast.Constant)}
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "replace":
                rules |= {part.value.value for part in node.keywords if part.arg == "rule" and isinstance(part.value, ast.Constant)}
    assert len(rules) > 15
    assert rules <= set(claims_words.RULES) | set(claims_words.KINDS)
    folder = Path(kenes.__file__).parent / "reference" / "claims"
    counted = tomllib.loads((folder / "counted.toml").read_text(encoding="utf-8"))
    things = {name for name, raw in counted.items() if isinstance(raw, dict) and name != "-" and "en" in raw}
    assert things and things <= set(claims_words.THINGS)
    categories = tomllib.loads((folder / "categories.toml").read_text(encoding="utf-8"))
    parts = {part for name, raw in categories.items() if isinstance(raw, dict) and not name.startswith("-") for part in name.split("+")}
    assert {part for part in parts if len(part) > 2} <= set(claims_words.CATEGORIES)
