"""Three languages: every message of the source is translated, with its places; numbers and days stand in the form of the reader."""

from __future__ import annotations

import ast
import dataclasses
import gettext
import io
import json
import pickle
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from rich.console import Console

import kenes
from kenes.appraise import appraise
from kenes.chance.simulate import simulate
from kenes.errors import InputError
from kenes.facts import countries, read_rule
from kenes.notes import Note, note, together
from kenes.project import load, parse
from kenes.report import simulation, terminal
from kenes.report.figures import figures
from kenes.report.html import page
from kenes.report.reading import reading
from kenes.report.sheet import workbook
from kenes.report.study import gather
from kenes.report.terms import TERMS
from kenes.report.words import LANGUAGES, Words, words

SOURCE = Path(kenes.__file__).parent
PROJECTS = SOURCE.parents[1] / "projects"
PLACES = re.compile(r"{[^{}]*}")
OTHERS = [lang for lang in LANGUAGES if lang != "en"]


def _path(lang: str, kind: str) -> Path:
    return SOURCE / "locale" / lang / "LC_MESSAGES" / f"kenes.{kind}"


def _catalogue(lang: str) -> Catalog:
    with _path(lang, "po").open("rb") as stream:
        return pofile.read_po(stream)


def extracted() -> set[str]:
    """Every message that Babel finds, as the README beside the catalogues says."""
    with (SOURCE / "locale" / "babel.cfg").open() as stream:
        methods, options = parse_mapping_cfg(stream)
    keywords = parse_keywords(["say", "mark", "note", "Term"])
    return {message for _, _, message, _, _ in extract_from_dir(SOURCE, methods, options, keywords) if message}


def _calls(tree: ast.AST, names: tuple[str, ...]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            method = isinstance(node.func, ast.Attribute)
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names and not (method and called == "note"):  # words.note(...) tells a note, note(...) makes one
                yield node


def written() -> set[str]:
    """Every message as the parser of Python sees it. Fails where one is put together on the spot: no catalogue could hold it."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in _calls(tree, ("say", "mark", "note", "Term")):
            first = call.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
            else:
                loose = [part for part in ast.walk(first) if isinstance(part, (ast.Constant, ast.JoinedStr, ast.IfExp))]
                assert not loose, f"{path}:{call.lineno}: a message that is no plain text"
    return found - {""}


def loops() -> Iterator[tuple[Path, int, str]]:
    """Plain texts that a comprehension says one after the other: `say(one) for one in ("a", "b")`."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)):
                continue
            said = {call.args[0].id for call in _calls(node, ("say",)) if isinstance(call.args[0], ast.Name)}
            for one in node.generators:
                if isinstance(one.target, ast.Name) and one.target.id in said and isinstance(one.iter, (ast.Tuple, ast.List)):
                    yield from ((path, node.lineno, part.value) for part in one.iter.elts if isinstance(part, ast.Constant))


MESSAGES = extracted()


def test_the_extractor_finds_every_message() -> None:
    assert written() <= MESSAGES
    assert len(MESSAGES) > 300
    assert {(path.name, line, text) for path, line, text in loops() if text not in MESSAGES} == set()


@pytest.mark.parametrize("lang", OTHERS)
def test_every_message_is_translated_with_its_places(lang: str) -> None:
    catalogue = _catalogue(lang)
    held = {message.id: message for message in catalogue if message.id}
    assert MESSAGES - set(held) == set(), "not in the catalogue: update it"
    assert set(held) - MESSAGES == set(), "in no source any more: update the catalogue"
    for key, message in held.items():
        assert message.string and not message.fuzzy, f"{key!r} is not translated"
        assert sorted(PLACES.findall(message.string)) == sorted(PLACES.findall(key)), key
        assert message.string[:1].isspace() == key[:1].isspace() and message.string[-1:].isspace() == key[-1:].isspace(), key


LATIN = re.compile(r"[a-z]{3,}")
SAME = {"exp", "log"}
"""Signs of functions, the same in every language."""


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_is_no_copy_of_the_english(lang: str) -> None:
    told = {message.id: message.string for message in _catalogue(lang) if message.id}
    copied = [key for key, string in told.items() if string == key and LATIN.search(PLACES.sub("", key))]
    assert copied == []


@pytest.mark.parametrize("lang", OTHERS)
def test_kazakh_and_russian_are_not_mixed(lang: str) -> None:
    strings = " ".join(message.string for message in _catalogue(lang) if message.id)
    assert bool(re.search("[әғқңөұүһі]", strings)) == (lang == "kk")


@pytest.mark.parametrize("lang", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_text(lang: str) -> None:
    made = io.BytesIO()
    mofile.write_mo(made, _catalogue(lang))
    made.seek(0)
    with _path(lang, "mo").open("rb") as stream:
        there = gettext.GNUTranslations(stream)
    again = gettext.GNUTranslations(made)
    assert {key: there.gettext(key) for key in MESSAGES} == {key: again.gettext(key) for key in MESSAGES}


def test_every_charge_on_file_has_its_label() -> None:
    charges = {name for country in countries() for name in (read_rule(country, "regime") or _none()).fixed["charges"]}
    assert charges and charges <= set(TERMS)
    assert all(term.label for term in TERMS.values())


def _none() -> Any:
    raise AssertionError("a country without a regime")


# --- numbers, days, names ------------------------------------------------------------------------------------------------------


def test_numbers_stand_in_the_form_of_the_reader() -> None:
    en, ru, kk = (words(lang) for lang in LANGUAGES)
    assert [one.number(1234567.891, 2) for one in (en, ru, kk)] == ["1,234,567.89", "1\xa0234\xa0567,89", "1\xa0234\xa0567,89"]
    assert [one.money(-12_345_600.0) for one in (en, ru, kk)] == ["-12.3", "-12,3", "-12,3"]
    assert [one.percent(0.1234) for one in (en, ru, kk)] == ["12.3%", "12,3\xa0%", "12,3%"]
    assert [one.figure(1234.5678) for one in (en, ru)] == ["1,234.6", "1\xa0234,6"]
    assert [one.format(7.6e-15, ".1e") for one in (en, ru)] == ["7.6e-15", "7,6e-15"]
    assert [one.date("2026-03-01") for one in (en, ru, kk)] == ["2026-03-01", "01.03.2026", "01.03.2026"]
    assert ru.date(date(2026, 3, 1)) == "01.03.2026"
    assert [one.year(2026) for one in (en, ru, kk)] == ["2026"] * 3
    for one in (en, ru, kk):
        nothing = one.say("none")
        assert {one.number(None), one.money(None), one.percent(None), one.figure(None), one.date(None)} == {nothing}


def test_the_digits_of_every_language_are_the_same() -> None:
    for x in (0.05, 0.15, 0.25, 2.5, 1e6, -0.0, 123456.785, 1 / 3):
        told = {re.sub(r"\D", "", words(lang).number(x, 2)) for lang in LANGUAGES}
        assert len(told) == 1, x


def test_names_are_told_by_their_labels() -> None:
    ru = words("ru")
    assert words().name("income_tax") == "income tax"
    assert words().name("capital: mine_and_plant") == "capital: mine_and_plant"
    assert ru.name("capital: mine_and_plant") == "капзатраты: mine_and_plant"
    assert ru.name("extraction_tax") == "налог на добычу полезных ископаемых (НДПИ)"
    assert ru.name("no_such_name") == "no such name"
    assert ru.name("stranger: x") == "stranger: x"
    assert ru.basis("real 2026 USD") == "реальные USD 2026 года" and words().basis("real 2026 USD") == "real 2026 USD"
    assert words("kk").basis("nominal KZT") == "номиналды KZT" and words().basis("nominal USD") == "nominal USD"


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        words("de")
    assert '"de"' in str(caught.value) and "en, ru, kk" in str(caught.value)


def test_the_machine_does_not_decide_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(name, "ru_RU.UTF-8")
    assert words().say("Notes") == "Notes" and words("kk").say("Notes") == "Ескертулер"


# --- notes ---------------------------------------------------------------------------------------------------------------------


def test_a_note_is_a_plain_english_text_to_everything_else() -> None:
    told = note('site "{site}": {share:.0%} of {n:,} t', site="a {b} %s [red]", share=0.256, n=12345)
    assert told == 'site "a {b} %s [red]": 26% of 12,345 t'
    assert json.loads(json.dumps([told])) == [str(told)]
    assert list(dict.fromkeys([told, str(told)])) == [told]
    again = pickle.loads(pickle.dumps(told))
    assert again == told and again.template == told.template and again.values == told.values


def test_a_note_is_told_in_the_language_of_the_reader() -> None:
    told = note('site "{site}": closed early, at the end of {year}', site="mine", year=2031)
    assert words("ru").note(told) == "площадка «mine»: закрыта досрочно, в конце 2031"
    assert words().note(told) == told
    assert words("ru").note(str(told)) == told, "a text that is no note stays as it is"
    nested = note(
        "{country} {charge}: {what}",
        country="XXX",
        charge="income_tax",
        what=note("{element} needs a purity of {wanted:.0%}", element="yttrium", wanted=0.99),
    )
    assert words("ru").note(nested) == "XXX, корпоративный подоходный налог: иттрий: требуется чистота 99\xa0%"
    both = together([note("{element} is not named", element="tin"), "as it is"], "; ")
    assert both == "tin is not named; as it is" and words("kk").note(both) == "қалайы: заңда аталмаған; as it is"
    stale = note(
        "law of {country} last read on {day}, taken to hold afterwards: {charges}",
        country="XXX",
        day=date(2026, 8, 17),
        charges="royalty, own_fee",
    )
    assert stale.endswith("2026-08-17, taken to hold afterwards: royalty, own_fee")
    assert "17.08.2026" in words("ru").note(stale) and words("ru").note(stale).endswith("роялти, own fee")


# --- what the terminal prints --------------------------------------------------------------------------------------------------


class Listening(gettext.NullTranslations):
    """A catalogue that remembers what it did not hold."""

    def __init__(self, inner: gettext.NullTranslations) -> None:
        super().__init__()
        self.inner = inner
        self.missed: set[str] = set()

    def gettext(self, message: str) -> str:
        told = self.inner.gettext(message)
        if told == message and message not in SAME and LATIN.search(PLACES.sub("", message)):
            self.missed.add(message)
        return told


def listening(lang: str) -> tuple[Words, set[str]]:
    """A language, and the set of messages that it turns out to lack."""
    told = words(lang)
    ear = Listening(told.catalogue)
    return dataclasses.replace(told, catalogue=ear), ear.missed


FILES = ["chain-kz-kz", "chain-kz-us", "kairakty-tungsten", "zhana-kazakhstan"]


def shown(report: dict[str, Any], told: Words, show: Any = terminal.show) -> str:
    console = Console(width=160, file=io.StringIO(), color_system=None)
    show(report, console, told)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


ENGLISH = ("Worth", "Cash flow", "Government take", "Parties", "Notes", "NPV", "payback", "discounted", "breakeven", "operating", "sales")


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("name", FILES)
def test_the_tables_of_an_appraisal_hold_no_english(name: str, lang: str) -> None:
    report = appraise(load(PROJECTS / f"{name}.toml")).report
    told, missed = listening(lang)
    text = shown(report, told)
    assert missed == set()
    tables = text.split(words(lang).say("Notes"))[0]
    for label in ENGLISH[:5] + ENGLISH[6:]:
        assert not re.search(rf"(?<![(\w]){label}", tables) or (lang == "kk" and label == "NPV"), label
    assert "after_tax" not in tables and "extraction_tax" not in tables
    assert all(isinstance(one, Note) for one in report["notes"])
    plain = json.loads(json.dumps(report))
    assert shown(plain, words()) == shown(report, words()), "notes read back from JSON are English"


@pytest.mark.parametrize("lang", OTHERS)
def test_the_tables_of_a_simulation_hold_no_english(lang: str) -> None:
    for name in ("chain-kz-us", "zhana-kazakhstan"):
        report = simulate(load(PROJECTS / f"{name}.toml"), 200, 1).report
        told, missed = listening(lang)
        text = shown(report, told, simulation.show)
        assert missed == set()
        assert not re.search(r"\b(draws|mean|below|several|Worth|Parties)\b", text.split(words(lang).say("Notes"))[0])
        assert all(isinstance(one, Note) for one in report["notes"])


@pytest.mark.parametrize("lang", OTHERS)
def test_workbook_page_and_figures_lack_no_message(lang: str) -> None:
    study = gather(load(PROJECTS / "zhana-kazakhstan.toml"), 64, 1)
    told, missed = listening(lang)
    assert workbook(study, told)
    assert page(study, reading(study), told, "kenes report", figures(study, told))
    assert missed == set()


def test_the_json_is_english_whatever_the_language() -> None:
    report = appraise(load(PROJECTS / "zhana-kazakhstan.toml")).report
    assert not re.search("[а-яәғқңөұүһі]", json.dumps(report, ensure_ascii=False), re.IGNORECASE)


def test_markup_and_places_in_names_do_no_harm() -> None:
    text = (PROJECTS / "zhana-kazakhstan.toml").read_text(encoding="utf-8")
    head = re.search(r'^name *= *"([^"]*)"', text, re.MULTILINE)
    assert head is not None
    evil = "[bold]{0} {x.__class__} %(a)s %s[/bold]"
    project = parse(__import__("tomllib").loads(text.replace(head[1], evil, 1)), text.replace(head[1], evil, 1), Path("evil.toml"))
    for lang in LANGUAGES:
        assert evil in shown(appraise(project).report, words(lang))
