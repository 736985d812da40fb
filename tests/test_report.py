"""The report: one page that fetches nothing, harmless whatever a file says, readable by all, with the figures of the appraisal."""

from __future__ import annotations

import html
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import kenes
from kenes.appraise import appraise
from kenes.chance.mixture import scenarios
from kenes.errors import InputError
from kenes.project import Project, parse
from kenes.report import papers, tables, tables_numbers
from kenes.report.cells import NOTHING
from kenes.report.figures import figures
from kenes.report.files import write_whole
from kenes.report.html import SECTIONS, page
from kenes.report.parents import parents
from kenes.report.pdf import browser, pdf
from kenes.report.reading import reading
from kenes.report.study import Study, gather
from kenes.report.words import words

ROOT = Path(__file__).parents[1]
STARTER = (resources.files("kenes") / "reference" / "starter.toml").read_text(encoding="utf-8")
BROWSER = browser()
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no browser of the Chromium family on this machine")
COMMAND = "kenes report starter.toml --html report.html --draws 64"

SCRIPT = "<script>alert(1)</script>"
END = "</script><script>alert(2)</script>"
IMAGE = '"><img src=x onerror=alert(3)>'
FORMULA = "=cmd|' /C calc'!A0"
TEMPLATE = "{{7*7}}{% raw %}"
LINK = '<a href="javascript:alert(4)">paid</a>'


def text_of(study: Study, lang: str = "en") -> str:
    told = words(lang)
    return page(study, reading(study), told, COMMAND, figures(study, told))


def project(text: str) -> Project:
    import tomllib

    return parse(tomllib.loads(text), text, "starter.toml")


def hostile() -> Project:
    """The starter with markup, scripts, formulas and template code wherever it takes free text."""
    text = STARTER.replace("Kettle Hill (made up)", SCRIPT).replace("Kettle LLP", END).replace('"smelter"', f'"{FORMULA}"')
    text = text.replace("owner.partner", f"owner.{json.dumps(IMAGE)}").replace("owner.state", f"owner.{json.dumps(TEMPLATE)}")
    text = text.replace("product.concentrate", f"product.{json.dumps(LINK)}").replace("market.concentrate", f"market.{json.dumps(LINK)}")
    text = text.replace("Feasibility study of a made-up project, 2025-11-01", (END + IMAGE).replace('"', '\\"'))
    return project(text.replace('"no measured duration is published"', json.dumps(IMAGE + TEMPLATE)))


@pytest.fixture(scope="module")
def study() -> Study:
    return gather(project(STARTER), 64, 3)


@pytest.fixture(scope="module")
def text(study: Study) -> str:
    return text_of(study)


# --- what stands in it ---------------------------------------------------------------------------------------------------------


def seen(text: str) -> str:
    """What a reader sees: without scripts, styles and tags."""
    bare = re.sub(r"<(script|style).*?</\1>", " ", text.replace("<wbr>", ""), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_every_figure_of_the_headline_is_that_of_the_appraisal(study: Study, text: str) -> None:
    report, told, shown = appraise(study.project).report, words(), seen(text)
    for level, value in report["npv"].items():
        assert re.search(rf"{told.name(level)} {re.escape(told.money(value))} ", shown), level
    for rates in report["irr"].values():
        assert tables.rate(rates, told) in shown
    for one in report["npv_at"]:
        row = " ".join([told.percent(one["rate"]), *(told.money(one[level]) for level in report["npv"])])
        assert row in shown
    numbers = [told.percent(report["mirr"]), told.number(report["profitability_index"], 2), told.number(report["payback_years"], 1)]
    numbers += [told.number(report["breakeven"][key], 3) for key in ("basket", "grade_factor")]
    numbers += [told.number(report["unit_costs"][key], 2) for key in ("per_t_ore", "per_kg_product")]
    numbers += [told.percent(report["government_take"]["share"]), told.money(report["unit_costs"]["initial_capital"])]
    assert not [number for number in numbers if number not in shown]


def test_it_says_how_to_make_it_again(study: Study, text: str) -> None:
    born, shown = study.report["born"], seen(text)
    assert all(part in shown for part in (f"kenes {born['version']}", born["project"], born["rules"], COMMAND))
    assert study.simulation is not None and study.simulation["seed"] == 3
    assert "seed 3" in shown


def test_sections_stand_in_their_order_and_every_note_is_told(study: Study, text: str) -> None:
    found = re.findall(r'<section id="([a-z]+)"', text)
    assert found == [name for name in SECTIONS if name != "scenarios"]
    shown = seen(text)
    assert not [note for note in study.report["notes"] if re.sub(r"\s+", " ", note) not in shown]


@pytest.mark.parametrize("name", ["zhana-kazakhstan", "kairakty-tungsten", "chain-kz-us"])
def test_the_cautions_of_the_status_come_first(name: str) -> None:
    made = gather(kenes.load(ROOT / "projects" / f"{name}.toml"))
    shown = seen(page(made, reading(made), words(), COMMAND, {}))
    assert made.report["cautions"]
    assert all(shown.index(caution) < shown.index("NPV after tax") for caution in made.report["cautions"])


def test_each_number_of_the_file_stands_with_its_parent(study: Study, text: str) -> None:
    from kenes.report.parents import parents

    shown = seen(text.replace("<wbr>", ""))
    for one in parents(study.project, study.result.run.plan):
        assert one.path in shown
        assert (one.source or one.why or "") in shown


def test_the_yearly_table_adds_up() -> None:
    """From sales down, the rows between two levels are their difference, every year: nothing is left out, nothing told twice."""
    for path in [*sorted((ROOT / "projects").glob("*.toml")), ROOT / "benchmarks" / "full-page.toml", ROOT / "tests" / "good.toml"]:
        exact = words()
        table = tables.years(gather(kenes.load(path)), exact)
        flow = [row for row in table.rows if len(row.cells) > 1]
        flow = flow[next(k for k, row in enumerate(flow) if row.cells[0].text == exact.name("sales")) :]
        for column in range(1, len(table.header)):
            sum_, parts = 0.0, 0
            for row in flow:
                label, shown = row.cells[0].text, row.cells[column].text
                if label == "discount factor" or label.startswith("present value"):
                    continue
                amount = 0.0 if shown == NOTHING else float(shown.replace(",", ""))
                if row.kind == "sum":
                    assert abs(amount - sum_) <= 0.05 * (parts + 1) + 1e-9, f"{path.stem}, {table.header[column]}: {label}"
                    sum_, parts = amount, 1
                else:
                    sum_, parts = sum_ + amount, parts + 1


def test_each_state_of_policy_is_worth_what_the_file_is_worth_when_it_says_so() -> None:
    path = ROOT / "benchmarks" / "full-page.toml"
    told = {one["name"]: one for one in scenarios(kenes.load(path))}
    for name, rate in (("off", "0 %"), ("12.5 %", "12.5 %"), ("25 %", "25 %")):
        alone = appraise(kenes.load(path, (f"site.mine.regime.charge.export_duty.rate={rate}",))).report
        assert told[name]["npv"] == pytest.approx(alone["npv"], rel=1e-12)
        assert told[name]["irr"]["after_tax"] == pytest.approx(alone["irr"]["after_tax"], abs=1e-9)
    assert scenarios(kenes.load(ROOT / "projects" / "chain-kz-us.toml")) == []


def test_what_appraise_tells_of_charges_and_years_agrees_with_its_worth() -> None:
    report = appraise(kenes.load(ROOT / "projects" / "kairakty-tungsten.toml")).report
    for level, flow in report["present_values"].items():
        assert sum(flow) == pytest.approx(report["npv"][level], rel=1e-9)
    take = report["government_take"]
    assert sum(one["npv"] for one in report["charges"] if one["level"] != "pre_fiscal") == pytest.approx(take["total"], rel=1e-9)
    at = {one["rate"]: one for one in report["npv_at"]}
    assert set(at) == {0.0, 0.05, 0.08, 0.1, 0.12, report["discount"]["rate"]}
    assert {level: at[report["discount"]["rate"]][level] for level in report["npv"]} == pytest.approx(report["npv"])
    assert at[0.0]["after_tax"] > at[0.12]["after_tax"]


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_the_page_is_in_the_language_asked_for(study: Study, text: str, lang: str) -> None:
    told = text if lang == "en" else text_of(study, lang)
    assert f'<html lang="{lang}">' in told
    if lang != "en":
        assert not {"Principal assumptions", "How to reproduce this report", "Government take"} & set(re.findall(r">([^<>]+)<", told))


# --- harmless ------------------------------------------------------------------------------------------------------------------


def test_text_of_a_file_stays_text() -> None:
    made = text_of(gather(hostile(), 64, 1))
    data = re.sub(r"<style>.*?</style>", "", made, flags=re.DOTALL)
    assert len(re.findall(r"<script", data)) == len(re.findall(r"</script>", data)) == 2 + data.count('class="plot"')
    assert "<img" not in data and 'javascript:alert(4)"' not in data
    shown = seen(made)
    assert SCRIPT in shown and TEMPLATE in shown and FORMULA in shown and "49" not in re.findall(r"owned by ([^,]*)", shown)[0]


def test_the_policy_of_the_page_allows_its_own_scripts_alone(text: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    rules = html.unescape(policy[1])
    assert rules.startswith("default-src 'none'") and "unsafe-eval" not in rules and rules.count("'sha256-") == 2
    assert "unsafe-inline" not in rules.partition("script-src")[2].partition(";")[0]
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", outside)


# --- in a browser --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield found
        found.close()


def opened(chromium: Any, path: Path, width: int) -> tuple[Any, list[str]]:
    """The page as a reader opens it, offline, and whatever went wrong: messages, requests, dialogs."""
    wrong: list[str] = []
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    tab = context.new_page()
    tab.on("console", lambda message: wrong.append(f"console: {message.text}"))
    tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    tab.on("request", lambda request: wrong.append(f"request: {request.url[:100]}") if request.url != path.as_uri() else None)
    tab.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    tab.goto(path.as_uri())
    tab.wait_for_function("document.documentElement.dataset.drawn", timeout=60_000)
    assert tab.evaluate("document.documentElement.dataset.drawn") == "yes"
    return tab, wrong


@pytest.fixture(scope="module")
def file(text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


@needs_browser
@pytest.mark.parametrize("width", [1280, 360])
def test_it_opens_offline_without_a_word_and_fits(chromium: Any, file: Path, width: int) -> None:
    tab, wrong = opened(chromium, file, width)
    assert wrong == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("[...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('svg') !== null)")
    assert tab.evaluate("document.querySelectorAll('h1').length") == 1
    tab.context.close()


@needs_browser
@pytest.mark.parametrize("width", [1280, 360])
def test_everyone_can_read_it(chromium: Any, file: Path, width: int) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    tab, _ = opened(chromium, file, width)
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found] == []
    tab.context.close()


def test_text_stands_out_from_what_is_behind_it() -> None:
    """Contrast of every colour of text on every ground it stands on: at least 4.5 (WCAG 2, AA)."""
    css = (resources.files("kenes.report") / "templates" / "report.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", css))
    grounds = [colour["paper"], colour["faint"], *re.findall(r"background: (#[0-9a-f]{6})", css)]

    def light(name: str) -> float:
        bare = name[1:] if len(name) == 7 else "".join(2 * digit for digit in name[1:])
        parts = [int(bare[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for text_ in ("ink", "quiet", "accent", "loss", "warn"):
        for ground in grounds:
            assert (light(ground) + 0.05) / (light(colour[text_]) + 0.05) >= 4.5, f"{text_} on {ground}"


@needs_browser
def test_a_hostile_file_does_nothing_in_a_browser(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(text_of(gather(hostile(), 64, 1)), encoding="utf-8")
    tab, wrong = opened(chromium, path, 1280)
    assert wrong == []
    assert tab.evaluate("document.images.length") == 0 and tab.evaluate("document.querySelectorAll('a[href^=javascript]').length") == 0
    assert tab.inner_text("h1") == SCRIPT
    assert "7*7" in tab.inner_text("main")
    tab.context.close()


@needs_browser
def test_the_pdf_has_pages(text: str) -> None:
    made = pdf(text)
    assert made.startswith(b"%PDF") and made.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) > 3


# --- the command ---------------------------------------------------------------------------------------------------------------


def door(*arguments: object, **kept: Any) -> subprocess.CompletedProcess[str]:
    words_ = [sys.executable, "-m", "kenes.cli", "report", *map(str, arguments)]
    return subprocess.run(words_, capture_output=True, text=True, timeout=300, **kept)


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "starter.toml"
    path.write_text(STARTER, encoding="utf-8")
    return path


def test_the_command_writes_what_it_is_asked_for_and_says_so(starter: Path, tmp_path: Path) -> None:
    done = door(starter, "--html", tmp_path / "r.html", "--xlsx", tmp_path / "r.xlsx", "--lang", "ru", "--set", "project.discount.rate=9 %")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "" and done.stderr.splitlines() == [f"wrote {tmp_path / 'r.xlsx'}", f"wrote {tmp_path / 'r.html'}"]
    made = seen((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert f"kenes report {starter} --xlsx {tmp_path / 'r.xlsx'} --html {tmp_path / 'r.html'} --lang ru --set" in made
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")


def test_the_same_command_writes_the_same_page(study: Study, text: str) -> None:
    assert text_of(gather(project(STARTER), 64, 3)) == text


def test_what_cannot_be_written_is_told_before_any_work(starter: Path, tmp_path: Path) -> None:
    def faults(**wanted: Path) -> str:
        with pytest.raises(InputError) as error:
            papers.check(papers.Wanted(**wanted), starter)
        return str(error.value)

    assert "--html" in faults()
    assert "no folder" in faults(html=tmp_path / "none" / "r.html")
    assert "a folder" in faults(xlsx=tmp_path)
    assert "the same file as --xlsx" in faults(xlsx=tmp_path / "r", html=tmp_path / "r")
    assert "the project file" in faults(html=starter)
    assert "cannot be written" in faults(figures=starter / "figures")
    both = faults(html=tmp_path / "none" / "r.html", pdf=tmp_path / "none" / "r.pdf")
    assert "--html" in both and "--pdf" in both


def test_bad_input_ends_with_2_and_writes_nothing(starter: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    for wrong in (
        [],
        ["--html", tmp_path / "none" / "r.html"],
        ["--html", tmp_path / "r.html", "--lang", "fr"],
        ["--html", tmp_path / "r.html", "--draws", "0"],
        ["--html", tmp_path / "r.html", "--set", "project.discount.rate=much"],
    ):
        done = door(starter, *wrong)
        assert done.returncode == 2 and "wanted" in done.stderr, done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_browser_that_prints_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="printed nothing"):
        pdf("<p>page</p>", sys.executable)
    with pytest.raises(InputError, match="browser"):
        pdf("<p>page</p>", str(tmp_path / "none"))


def test_no_paper_is_written_where_another_cannot_be_made(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kenes.report.pdf.browser", lambda: None)
    with pytest.raises(InputError, match="no browser"):
        papers.write(papers.make(study, words(), papers.Wanted(html=tmp_path / "r.html", pdf=tmp_path / "r.pdf"), COMMAND))
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link_and_a_pipe_is_refused(tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real.txt", tmp_path / "link.txt", tmp_path / "pipe"
    real.write_text("old")
    link.symlink_to(real)
    write_whole(link, "new")
    assert link.is_symlink() and real.read_text() == "new"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="a device, a pipe or a socket"):
        papers.check(papers.Wanted(html=pipe), tmp_path / "project.toml")
    with pytest.raises(InputError, match="the name of a file"):
        papers.check(papers.Wanted(html=Path("-")), tmp_path / "project.toml")
    with pytest.raises(OSError, match="no file"):
        write_whole(pipe, "x")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_low_and_high_stand_in_the_unit_that_the_file_states() -> None:
    made = gather(kenes.load(ROOT / "projects" / "kairakty-tungsten.toml"))
    told = tables_numbers.numbers(parents(made.project, made.result.run.plan), "", words())
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in told.rows}
    price = next(cells for path, cells in rows.items() if "USD/mtu" in cells[1])
    low, high = (float(part.replace(",", "")) for part in price[3].split(" (")[0].split(" – "))
    assert low < float(price[1].split()[0]) < high and "mtu" in price[2]
