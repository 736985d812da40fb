"""The dossier: written and read back without loss, every fault at its line, several in one, names linked, conflicts listed."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenes.claims import check, dossier, find, texts
from kenes.claims.claim import Claim, Findings, Text
from kenes.claims.conflicts import conflicts, link
from kenes.errors import InputError
from kenes.units import UnitError

ROOT = Path(__file__).parents[1]
NEWS = Text("news", "", "en", date(2025, 4, 2), "Reuters, 2025-04-02", "plain", "ab" * 32)
PAPER = Text("paper", "", "ru", date(2025, 8, 31), "zakon.kz, 2025-08-31", "html", "cd" * 32, ("encoding guessed",))


def claim(id_: str, kind: str, value: float | None, unit: str, *, text: str = "news", quote: str = "so many", **rest: object) -> Claim:
    """A claim whose si follows from its value and unit."""
    si = None if value is None else dossier.measure(kind, value, unit)
    return Claim(id_, kind, value, unit, si, quote, 0, len(quote), text=text, **rest)  # type: ignore[arg-type]


def saved(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "claims.toml"
    path.write_text(content, encoding="utf-8")
    return path


def back(tmp_path: Path, texts: tuple[Text, ...], claims: tuple[Claim, ...]) -> tuple[tuple[Text, ...], tuple[Claim, ...]]:
    return dossier.read(saved(tmp_path, dossier.write(Findings(texts, claims))))


# --- written and read ----------------------------------------------------------------------------------------------------------

EVERYTHING = (
    claim("c1", "tonnage", 20.0, "Mt", form="ore", category="forecast", subject="Zhana Kazakhstan", place="KAZ", hedge="more than"),
    claim("c2", "tonnage", 6.0, "Mt", low=5e6, high=7e6, form="ore", quote="5-7 Mt", sentence=3, paragraph=2),
    claim("c3", "contained", 935.4, "kt", commodity="rare earths", form="element", category="A+B+C1", code="GKZ", text="paper"),
    claim("c4", "grade", 700.0, "g/t", low=500e-6, high=0.001, hedge="about", flags=("ton read as metric",)),
    claim("c5", "grade", 0.199, "%", form="oxide", commodity="tungsten", page="88", note="JORC, by the owner"),
    claim("c6", "capital", 1.1, "bnUSD", speaker="the ministry", when="2025-11-06"),
    claim("c7", "capital", 120.0, "bnKZT"),
    claim("c8", "price", 60.0, "USD/kg", role="FOB"),
    claim("c9", "share", 75.0, "%"),
    claim("c10", "rank", 3.0, "1", others=("CHN", "BRA"), role="reserves"),
    claim("c11", "count", 19.0, "1", of=50.0, role="minerals"),
    claim("c12", "count", 5000.0, "1", hedge="about"),
    claim("c13", "tariff", 25.0, "%", role="rate"),
    claim("c14", "tariff", None, "1", role="exemption", quote="no tariff at all"),
    claim("c15", "law", None, "1", role="jackson_vanik"),
    claim("c16", "date", 1974.0, "year", when="1974"),
    claim("c17", "life", 18.0, "months"),
    claim("c18", "capacity", 2500.0, "t/year"),
    claim("c19", "capacity", 2400.0, "t", when="2025"),
    claim("c20", "in_situ_value", 46.0, "trillion USD"),
    claim("c21", "money", 0.5, "MEUR"),
    claim("c22", "contained", 3.0, "Moz", commodity="gold"),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    texts, claims = back(tmp_path, (NEWS, PAPER), EVERYTHING)
    assert texts == (NEWS, PAPER)
    assert claims == EVERYTHING
    assert [one.si for one in claims if one.id in ("c1", "c5", "c7", "c8", "c17")] == [20e6, 0.00199, None, 60_000.0, 1.5]


def test_the_texts_stay_out_of_it() -> None:
    written = dossier.write(Findings((replace(NEWS, content="the whole article"),), EVERYTHING[:1]))
    assert "the whole article" not in written
    assert written == dossier.write(Findings((NEWS,), EVERYTHING[:1]))


STORY = """\ufeffThe weather was fine, and nobody dug anywhere at all.

More than 20 million tons of ore lie at Kuirektykol. It holds 700 g/t of rare earths, which is 14,000 tonnes of metal.

Nothing else was said for a long while. Of the 50 minerals critical for the USA, Kazakhstan has 19.
"""


def story(tmp_path: Path) -> tuple[Text, tuple[Claim, ...]]:
    path = tmp_path / "story.txt"
    path.write_text(STORY.replace("\n", "\r\n"), encoding="utf-8")
    text, claims = find.claims(texts.read(path, "story", "en", date(2025, 9, 3)))
    return text, tuple(claims)


def test_the_sentences_of_claims_are_kept_and_the_checks_stay_the_same(tmp_path: Path) -> None:
    text, claims = story(tmp_path)
    written = dossier.write(Findings((text,), claims))
    assert "The weather" not in written and "long while" not in written and "which is 14,000 tonnes of metal." in written
    (kept,), again = dossier.read(saved(tmp_path, written))
    assert again == claims and not kept.whole
    assert all(kept.content[one.start : one.end] == one.quote for one in claims)
    assert dossier.write(Findings((kept,), again)) == written
    day = date(2026, 11, 22)
    first = check.findings([tmp_path / "story.txt"], as_of=day, dated=date(2025, 9, 3), language="en")
    second = check.findings([tmp_path / "claims.toml"], as_of=day)
    assert first.checks == second.checks and any(one.rule == "list" for one in first.checks)
    both = check.findings([tmp_path / "claims.toml", tmp_path / "story.txt"], as_of=day, dated=date(2025, 9, 3), language="en")
    assert both.texts[0].content == text.content and both.texts[0].whole and both.claims == first.claims


def test_passages_of_two_dossiers_are_put_together(tmp_path: Path) -> None:
    text, claims = story(tmp_path)
    parts = [dossier.read(saved(tmp_path, dossier.write(Findings((text,), part)))) for part in (claims[:1], claims[-1:])]
    ((kept,), found) = dossier.merge(parts)
    assert len(found) == 2 and all(kept.content[one.start : one.end] == one.quote for one in found)


def test_a_value_that_its_quote_does_not_say_is_flagged(tmp_path: Path) -> None:
    text, claims = story(tmp_path)
    written = dossier.write(Findings((text,), claims))
    assert not any(flag.startswith("value edited") for one in dossier.read(saved(tmp_path, written))[1] for flag in one.flags)
    edited = dossier.read(saved(tmp_path, written.replace('value = "700 g/t"', 'value = "7 %"')))
    assert [one.flags[-1] for one in edited[1] if one.kind == "grade"] == ["value edited: the quote says 700 g/t"]
    same = dossier.read(saved(tmp_path, written.replace('value = "700 g/t"', 'value = "0.07 %"')))[1]
    assert not any(one.flags for one in same if one.kind == "grade")
    undone = dossier.write(Findings(*edited)).replace('value = "7 %"', 'value = "700 g/t"')
    assert not any(one.flags for one in dossier.read(saved(tmp_path, undone))[1] if one.kind == "grade")


@pytest.mark.parametrize(
    "passages", ["1", "[1]", "[{start = 1}]", '[{start = -1, words = "a"}]', '[{start = 900000000, words = "a"}]',
                 '[{start = 0, words = "abc"}, {start = 2, words = "d"}]'],
)  # fmt: skip
def test_passages_stand_in_order_and_within_bounds(tmp_path: Path, passages: str) -> None:
    with pytest.raises(InputError, match="passages"):
        dossier.read(saved(tmp_path, f'[[text]]\nkey = "a"\nsource = "b"\nlanguage = "en"\npassages = {passages}\n'))


def test_nothing_computed_is_stored() -> None:
    raw = tomllib.loads(dossier.write(Findings((NEWS, PAPER), EVERYTHING)))
    assert raw["claim"][0]["amount"]["value"] == "20 Mt"
    assert not any("si" in one or "si" in one.get("amount", {}) for one in raw["claim"])
    assert raw["claim"][13]["statement"]["quote"] == "no tariff at all"


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(str.strip), st.floats(1e-9, 1e12))
def test_any_words_and_any_number_survive(tmp_path_factory: pytest.TempPathFactory, quote: str, value: float) -> None:
    told = claim("c1", "tonnage", value, "kt", quote=quote, speaker=quote, subject=quote, note=quote)
    texts, claims = back(tmp_path_factory.mktemp("words"), (replace(NEWS, source=quote),), (told,))
    assert tuple(replace(one, flags=()) for one in claims) == (told,), "the quote may hold another number, which is a flag"
    assert texts[0].source == quote


@given(st.floats(1e-6, 1e6), st.floats(0, 1), st.floats(0, 1))
def test_any_range_survives(tmp_path_factory: pytest.TempPathFactory, value: float, down: float, up: float) -> None:
    middle = dossier.measure("grade", value / 1e7, "%")
    assert middle is not None
    told = claim("c1", "grade", value / 1e7, "%", low=middle * down, high=middle * (1 + up))
    assert back(tmp_path_factory.mktemp("range"), (NEWS,), (told,))[1] == (told,)


def test_hostile_quotes_are_words_and_no_toml(tmp_path: Path) -> None:
    quote = '"}]\n[[claim]]\nid = "x"\n\\u0041 \x00\x7f\r\n\t\'\'\' """ # end'
    assert back(tmp_path, (NEWS,), (claim("c1", "count", 1.0, "1", quote=quote),))[1][0].quote == quote


def test_half_a_character_does_no_harm(tmp_path: Path) -> None:
    (told,) = back(tmp_path, (NEWS,), (claim("c1", "count", 1.0, "1", speaker="\ud800 minister"),))[1]
    assert told.speaker == "? minister"


def test_a_number_beyond_all_numbers_becomes_a_statement(tmp_path: Path) -> None:
    endless = Claim("c1", "tonnage", float("inf"), "t", None, "1e999 t", 0, 7, text="news")
    (told,) = back(tmp_path, (NEWS,), (endless,))[1]
    assert told.value is None and told.quote == "1e999 t"


def test_a_unit_that_the_kind_is_not_counted_in() -> None:
    with pytest.raises(UnitError, match="mass"):
        dossier.measure("tonnage", 3, "USD")
    assert dossier.measure("grade", 2, "g/m3") is None


# --- edited by hand ------------------------------------------------------------------------------------------------------------

HAND = """\
[[text]]
key = "news"
source = "Reuters"
language = "en"

[[claim]]
id = "c1"
kind = "tonnage"
form = "ore"
amount = {value = "20 Mt", source = "news", quote = "more than 20 Mt of ore"}
"""


def test_a_dossier_may_be_short(tmp_path: Path) -> None:
    texts, (told,) = dossier.read(saved(tmp_path, HAND))
    assert texts == (Text("news", "", "en", None, "Reuters"),)
    assert (told.si, told.unit, told.start, told.end, told.text) == (20e6, "Mt", 0, 0, "news")


@pytest.mark.parametrize(
    ("given_", "si", "unit"),
    [
        ('"21,500 kt"', 21.5e6, "kt"),
        ('"1.5e3 t"', 1500.0, "t"),
        ('"20 million tonnes"', 20e6, "million tonnes"),
        ('"8 short tons"', 7.25747792, "short tons"),
    ],
)
def test_an_edited_value_changes_what_is_computed(tmp_path: Path, given_: str, si: float, unit: str) -> None:
    path = saved(tmp_path, HAND.replace('"20 Mt"', given_))
    texts, (told,) = dossier.read(path)
    assert told.si == pytest.approx(si, rel=1e-12) and told.unit == unit
    assert back(tmp_path, texts, (told,))[1] == (told,)


def test_a_currency_may_stand_in_front(tmp_path: Path) -> None:
    content = HAND.replace('"tonnage"', '"price"').replace('form = "ore"\n', "").replace('"20 Mt"', '"US$60/kg"')
    (told,) = dossier.read(saved(tmp_path, content))[1]
    assert (told.value, told.unit, told.si) == (60.0, "USD/kg", 60_000.0)


FAULTS = [
    ('"20 Mt"', '"20 g/t"', "mass", 10),
    ('"20 Mt"', '"20 USD"', "mass", 10),
    ('"20 Mt"', "20", "a quantity with its unit", 10),
    ('"20 Mt"', '"20 tons"', "short ton", 10),
    ('"20 Mt"', "true", "a number with its unit", 10),
    ('"20 Mt"', '"20 Mt", low = "30 Mt", high = "40 Mt"', "rising order", 10),
    ('value = "20 Mt", ', "", "value = ...", 10),
    ('"tonnage"', '"tonage"', 'did you mean "tonnage"?', 8),
    ('form = "ore"', 'form = "rock"', '"concentrate"', 9),
    ('form = "ore"', 'from = "ore"', 'did you mean "form"?', 9),
    ('form = "ore"', 'category = "Z9"', "A+B+C1", 9),
    ('form = "ore"', 'place = "Kazakhstan"', "alpha-3", 9),
    ('form = "ore"', 'hedge = "roughly"', '"about"', 9),
    ('form = "ore"', 'others = "CHN"', "square brackets", 9),
    ('form = "ore"', 'of = "fifty"', "without unit", 9),
    ('form = "ore"', "subject = 3", "a text in quotes", 9),
    ('source = "news"', 'source = "nws"', 'did you mean "news"?', 10),
    ('source = "news", ', "", "source = ...", 10),
    (', quote = "more than 20 Mt of ore"', "", "quote = ...", 10),
    ("amount = {", "amont = {", 'did you mean "amount"?', 10),
    ("amount = {", "statement = {", "one of: source", 10),
    ('id = "c1"', "", "id = ...", 6),
    ('language = "en"', 'language = "de"', '"ru"', 4),
    ('language = "en"', 'language = "en"\ndated = "yesterday"', "2026-01-01", 5),
    ("[[text]]", "[text]", "two brackets", 1),
    ("[[text]]", "[[texts]]", "[[text]] or [[claim]]", 1),
    ('kind = "tonnage"\n', 'kind = "tonnage"\nstatement = {source = "news", quote = "x"}\n', "where there is no number", 6),
]


@pytest.mark.parametrize(("old", "new", "said", "line"), FAULTS, ids=[f"{old[:20]} {new[:24]}" for old, new, _, _ in FAULTS])
def test_every_fault_has_its_line_and_says_what_was_wanted(tmp_path: Path, old: str, new: str, said: str, line: int) -> None:
    assert old in HAND
    path = saved(tmp_path, HAND.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        dossier.read(path)
    message = str(caught.value)
    assert said in message
    assert f"{path}:{line} " in message


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    second = HAND[HAND.index("[[claim]]") :].replace('"20 Mt"', '"20 kg/t"')
    content = HAND.replace('"20 Mt"', '"a lot"').replace('language = "en"', 'language = "xx"') + second
    with pytest.raises(InputError) as caught:
        dossier.read(saved(tmp_path, content))
    wheres = [fault.where for fault in caught.value.faults]
    assert [where.split(":")[-1] for where in wheres] == [
        '4  text "news" → language',
        '10  claim "c1" → amount.value',
        '12  claim "c1"',
        '15  claim "c1" → amount.value',
    ]
    assert 'id "c1" twice' in str(caught.value)


def test_a_file_that_is_no_dossier_is_no_project_either(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        dossier.read(tmp_path / "none.toml")
    assert "a dossier (TOML)" in str(caught.value) and "kenes new" not in str(caught.value)
    with pytest.raises(InputError, match="each key once"):
        dossier.read(saved(tmp_path, HAND + 'id = "c2"\n'))


# --- several in one ------------------------------------------------------------------------------------------------------------


def test_texts_and_claims_are_put_together_in_order() -> None:
    other = replace(PAPER, key="news")
    texts, claims = dossier.merge(
        [((NEWS,), (claim("c7", "count", 3.0, "1"), claim("c9", "count", 4.0, "1"))), ((other,), (claim("c1", "count", 5.0, "1"),))]
    )
    assert [text.key for text in texts] == ["news", "news-2"]
    assert [(one.id, one.value, one.text) for one in claims] == [("c1", 3.0, "news"), ("c2", 4.0, "news"), ("c3", 5.0, "news-2")]


def test_the_same_text_is_taken_once_as_its_editor_left_it() -> None:
    read = replace(NEWS, key="article", content="20 Mt of ore, it says")
    machine, edited = claim("c1", "tonnage", 20.0, "Mt", text="article"), claim("c1", "tonnage", 2.0, "Mt", text="news")
    for parts in ([((read,), (machine,)), ((NEWS,), (edited,))], [((NEWS,), (edited,)), ((read,), (machine,))]):
        texts, claims = dossier.merge(parts)
        assert texts == (read,)
        assert claims == (replace(edited, text="article"),)


def test_the_same_article_twice_is_one() -> None:
    read = replace(NEWS, content="20 Mt of ore, it says")
    part = ((read,), (claim("c1", "tonnage", 20.0, "Mt"), claim("c2", "count", 4.0, "1")))
    texts, claims = dossier.merge([part, part])
    assert texts == (read,) and claims == part[1]


def test_texts_without_a_digest_are_one_only_if_all_of_them_is() -> None:
    bare = Text("a", "", "en", None, "one source")
    texts, _ = dossier.merge([((bare,), ()), ((bare,), ()), ((replace(bare, source="another"),), ())])
    assert [text.source for text in texts] == ["one source", "another"]


# --- names ---------------------------------------------------------------------------------------------------------------------


def test_one_subject_has_one_name() -> None:
    names = ["Жана Казахстан", "Zhana Kazakhstan", "Kuirektykol", "Куйректыколь", None]
    linked = link(claim(f"c{n}", "count", 1.0, "1", subject=name) for n, name in enumerate(names, 1))
    assert [one.subject for one in linked] == ["Zhana Kazakhstan", "Zhana Kazakhstan", "Kuirektykol", "Kuirektykol", None]


def test_names_that_no_gazetteer_knows_are_linked_by_their_sound() -> None:
    names = ["Дальний Колодезный", "Dalnii Kolodeznyi", "Dalniy Kolodezny", "Ближний Колодезный", "Кызылшокы"]
    linked = [one.subject for one in link(claim(f"c{n}", "count", 1.0, "1", subject=name) for n, name in enumerate(names))]
    assert linked[0] == linked[1] == linked[2] == "Дальний Колодезный"
    assert len(set(linked)) == 3


def test_thousands_of_names_take_no_time() -> None:
    many = [claim(f"c{n}", "count", 1.0, "1", subject=f"Zeta {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}lev {n}") for n in range(1000)]
    begin = time.process_time()
    assert len({one.subject for one in link(many)}) == 1000
    assert time.process_time() - begin < 15


# --- dossiers on file ----------------------------------------------------------------------------------------------------------

ON_FILE = sorted((ROOT / "dossiers").glob("*.toml"))


@pytest.mark.parametrize("path", ON_FILE, ids=lambda path: path.stem)
def test_a_dossier_on_file_is_as_kenes_writes_it(path: Path) -> None:
    texts, claims = dossier.read(path)
    stored = path.read_text(encoding="utf-8")
    assert stored.endswith(dossier.write(Findings(texts, claims)))
    assert [one.id for one in claims] == [f"c{n}" for n in range(1, len(claims) + 1)]
    assert all(text.source for text in texts)
    assert {text.key for text in texts} == {one.text for one in claims}


def test_the_rival_statements_on_file_disagree() -> None:
    _, claims = dossier.read(ROOT / "dossiers" / "kazakhstan-rare-earths.toml")
    linked = link(claims)
    assert [(one.subject, one.form) for one in linked] == [(one.subject, one.form) for one in claims]
    contained, metal = conflicts(linked)
    assert "21.38 times" in contained.arithmetic and "only one can be meant" in metal.arithmetic
    grade, ore = (next(one.si for one in claims if one.kind == kind and one.text == "zakon") for kind in ("grade", "tonnage"))
    assert grade is not None and ore is not None
    assert grade * ore == pytest.approx(14_000)


# --- conflicts -----------------------------------------------------------------------------------------------------------------


def versions() -> tuple[Claim, ...]:
    """The five versions of Zhana Kazakhstan. Sources: Reuters and Qazinform 2025-04-02 (metals); zakon.kz 2025-08-31 (ore); Tengrinews
    2024-12 (four sites); Kursiv (Irgiz); bne IntelliNews 2025-04 (935,400 t out of the same ore)."""
    subject = {"subject": "Zhana Kazakhstan", "place": "KAZ", "commodity": "rare earths"}
    quote = "more than 20 million tons of rare earth metals"
    return (
        claim("c1", "contained", 20.0, "Mt", text="reuters", form="metal", hedge="more than", quote=quote, **subject),
        claim("c2", "grade", 700.0, "g/t", text="reuters", form="metal", **subject),
        claim("c3", "tonnage", 20.0, "Mt", text="zakon", form="ore", hedge="more than", **subject),
        claim("c4", "grade", 700.0, "g/t", text="zakon", form="metal", hedge="about", **subject),
        claim("c5", "contained", 935.4, "kt", text="tengrinews", form="element", **{**subject, "subject": "Kuirektykol"}),
        claim("c6", "contained", 800.0, "kt", text="kursiv", hedge="about", **{**subject, "subject": "Irgiz"}),
        claim("c7", "tonnage", 20.0, "Mt", text="intellinews", form="ore", **subject),
        claim("c8", "contained", 935.4, "kt", text="intellinews", form="oxide", hedge="about", quote="around 935,400 tonnes", **subject),
    )


def test_the_versions_of_one_deposit() -> None:
    contained, metal = conflicts(versions())
    assert metal.subject == contained.subject == "Zhana Kazakhstan"
    assert {"c1", "c3", "c7"} == set(metal.claims) and "only one can be meant" in metal.arithmetic
    assert "20,000,000 t" in metal.arithmetic and "more than 20 Mt of ore (zakon)" in metal.arithmetic
    assert contained.claims == ("c1", "c8")
    assert contained.arithmetic == (
        "more than 20 Mt of metal (reuters); about 935.4 kt of oxide (intellinews). The largest is 21.38 times the smallest"
    )


def test_a_nameless_claim_is_a_twin_of_its_country_and_commodity() -> None:
    ore = claim("c1", "tonnage", 20.0, "Mt", text="ng", form="ore", place="KAZ", commodity="rare earths", hedge="more than")
    metal = versions()[0]
    (found,) = conflicts((ore, replace(metal, id="c2")))
    assert found.claims == ("c1", "c2") and found.subject == "Zhana Kazakhstan"
    for other in (replace(ore, commodity="copper"), replace(ore, place="MNG"), replace(ore, subject="Akbulak")):
        assert conflicts((other, replace(metal, id="c2"))) == ()


def test_three_tungstens_that_do_not_reconcile() -> None:
    """Upper Kairakty: MINEX Forum and Project Blue, November 2025 (410 kt W); theenergydata.com, 2026 (1.4 Mt WO3); tks.kz (1.213 Mt W)."""
    subject = {"subject": "Upper Kairakty", "place": "KAZ", "commodity": "tungsten"}
    told = (
        claim("c1", "contained", 410.0, "kt", text="minex", form="metal", code="JORC", **subject),
        claim("c2", "contained", 1.4, "Mt", text="theenergydata", form="oxide", code="JORC", **subject),
        claim("c3", "contained", 1.213, "Mt", text="tks", form="element", quote="1.213 Mt W", **subject),
    )
    (found,) = conflicts(told)
    assert found.claims == ("c1", "c2", "c3") and found.commodity == "tungsten"
    assert "410 kt of metal (minex); 1.4 Mt of oxide (theenergydata); 1.213 Mt of metal (tks)" in found.arithmetic
    # 1.53 Mt WO3 hold 1.213 Mt W: so said, oxide and metal agree.
    agreeing = (replace(told[1], value=1.53, si=1.53e6, quote="1.53 Mt WO3"), told[2])
    assert conflicts(agreeing) == ()


AGREE = [
    ((20.0, "Mt", None, "20 Mt"), (20.4, "Mt", None, "20.4 Mt"), True),
    ((20.0, "Mt", None, "20.0 Mt"), (20.4, "Mt", None, "20.4 Mt"), False),
    ((20.0, "Mt", "more than", "more than 20 Mt"), (95.0, "Mt", None, "95 Mt"), True),
    ((20.0, "Mt", "more than", "more than 20 Mt"), (14.0, "Mt", None, "14 Mt"), False),
    ((20.0, "Mt", "up to", "up to 20 Mt"), (3.0, "Mt", None, "3 Mt"), True),
    ((20.0, "Mt", "about", "about 20 Mt"), (21.5, "Mt", None, "21.5 Mt"), True),
    ((20.0, "Mt", "about", "about 20 Mt"), (35.0, "Mt", None, "35 Mt"), False),
    ((935.4, "kt", None, "935.4 kt"), (0.9354, "Mt", None, "0.9354 Mt"), True),
    ((935.4, "kt", None, "935.4 kt"), (935.9, "kt", None, "935.9 kt"), False),
]


@pytest.mark.parametrize(("one", "other", "agree"), AGREE)
def test_numbers_agree_as_far_as_they_are_printed(one: tuple, other: tuple, agree: bool) -> None:  # type: ignore[type-arg]
    told = [
        claim(f"c{n}", "tonnage", value, unit, text=f"t{n}", subject="Akbulak", form="ore", hedge=hedge, quote=quote)
        for n, (value, unit, hedge, quote) in enumerate((one, other), 1)
    ]
    assert (conflicts(told) == ()) is agree


def test_a_range_agrees_with_what_lies_in_it() -> None:
    wide = claim("c1", "tonnage", 6.0, "Mt", text="a", subject="Akbulak", form="ore", low=5e6, high=7e6, quote="5-7 Mt")
    inside = claim("c2", "tonnage", 6.5, "Mt", text="b", subject="Akbulak", form="ore", quote="6.5 Mt")
    assert conflicts((wide, inside)) == ()
    assert len(conflicts((wide, replace(inside, value=9.0, si=9e6, quote="9.0 Mt")))) == 1


def test_two_texts_that_list_the_same_shares_agree() -> None:
    def shares(text: str, *values: float) -> list[Claim]:
        return [claim(f"{text}{n}", "share", value, "%", text=text, subject="Akbulak") for n, value in enumerate(values)]

    assert conflicts(shares("a", 75, 25) + shares("b", 75)) == ()
    assert len(conflicts(shares("a", 75, 25) + shares("b", 70, 30))) == 1
    assert conflicts(shares("a", 75, 25)) == ()


def test_counts_conflict_only_where_the_same_is_counted() -> None:
    nineteen = claim("c1", "count", 19.0, "1", of=50.0, text="a", place="KAZ", role="minerals")
    seventeen = claim("c2", "count", 17.0, "1", of=50.0, text="b", place="KAZ", role="minerals", speaker="the minister")
    (found,) = conflicts((nineteen, seventeen))
    assert found.arithmetic.startswith("19 of 50 (a); 17 of 50 (the minister in b).")
    for other in (replace(seventeen, role="companies"), replace(seventeen, of=60.0), replace(seventeen, role=None)):
        assert conflicts((nineteen, other)) == ()
    # Of how many is not said: new deposits here may not be the unexplored ones there.
    assert conflicts((replace(nineteen, of=None), replace(seventeen, of=None))) == ()


def test_parts_and_times_are_not_set_against_each_other() -> None:
    one = claim("c1", "tonnage", 10.0, "Mt", text="a", subject="Akbulak", form="ore", category="indicated", when="2025-04")
    other = claim("c2", "tonnage", 30.0, "Mt", text="b", subject="Akbulak", form="ore", category="inferred")
    assert conflicts((one, other)) == ()
    assert len(conflicts((one, replace(other, category="indicated")))) == 1
    assert len(conflicts((one, replace(other, category="indicated", when="2025")))) == 1
    assert conflicts((one, replace(other, category="indicated", when="2012"))) == ()
    # One voice may speak of a part and of the whole.
    assert conflicts((one, replace(other, text="a", category="indicated", when=None))) == ()


def test_a_place_stands_for_a_subject_only_with_a_commodity() -> None:
    one = claim("c1", "rank", 3.0, "1", text="a", place="KAZ", commodity="rare earths", role="reserves")
    other = claim("c2", "rank", 9.0, "1", text="b", place="KAZ", commodity="rare earths", role="reserves")
    (found,) = conflicts((one, other))
    assert found.subject == "KAZ" and "times" not in found.arithmetic
    assert conflicts((replace(one, commodity=None), replace(other, commodity=None))) == ()


def test_a_crowd_of_values_is_counted_and_takes_no_time() -> None:
    crowd = [claim(f"c{n}", "tonnage", float(n), "kt", text=f"t{n}", subject="Akbulak", form="ore") for n in range(1, 4001)]
    begin = time.process_time()
    (found,) = conflicts(crowd)
    assert len(found.claims) == 4000 and "and 3,988 more" in found.arithmetic
    assert time.process_time() - begin < 5


def test_reserves_are_no_rival_of_resources() -> None:
    one = claim("c1", "tonnage", 10.0, "Mt", text="a", subject="Delta", form="ore", category="reserve", code="JORC")
    other = claim("c2", "tonnage", 50.0, "Mt", text="b", subject="Delta", form="ore", category="resource")
    assert conflicts((one, other)) == ()
    assert len(conflicts((one, replace(other, category="reserve")))) == 1


def test_what_was_made_and_what_can_be_made_are_three_things() -> None:
    made = claim("c1", "capacity", 5000.0, "t/year", text="a", subject="Delta", commodity="copper", when="2023")
    later = claim("c2", "capacity", 8000.0, "t/year", text="b", subject="Delta", commodity="copper", when="2025")
    able = claim("c3", "capacity", 20000.0, "t/year", text="c", subject="Delta", commodity="copper")
    assert conflicts((made, later, able)) == ()
    (found,) = conflicts((made, later, able, replace(later, id="c4", text="d", value=9000.0, si=9000.0)))
    assert found.claims == ("c2", "c4")


def test_one_grade_in_two_units_within_one_text() -> None:
    one = claim("c1", "grade", 70.0, "kg/t", text="a", subject="Delta", commodity="rare earths", quote="70 kg/t")
    other = claim("c2", "grade", 700.0, "g/t", text="a", subject="Delta", commodity="rare earths", quote="700 g/t")
    (found,) = conflicts((one, other))
    assert found.claims == ("c1", "c2") and "100.00 times" in found.arithmetic
    assert conflicts((one, replace(other, value=650.0, si=650e-6, quote="650 g/t"))) == ()
    assert conflicts((one, replace(other, sentence=9))) == ()
    assert conflicts((one, replace(other, value=7.0, unit="%", si=0.07, quote="7 %"))) == ()
