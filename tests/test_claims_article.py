"""The newspaper that began it all, and our own retelling of it: each claim with its words, each verdict with its sum."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kenes.claims.check import findings
from kenes.claims.claim import Claim, Findings

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT.parent / "shared" / "press" / "ng-2025-09-03.ru.txt"
TODAY = date(2026, 11, 22)

# kind, si, of, words that must stand in the quote
CLAIMS = [
    ("count", 19, 50, "19"),
    ("count", 5_000, None, "5 тыс. неразведанных месторождений"),
    ("count", 38, None, "38 новых месторождениях"),
    ("contained", 19, None, "около 19 т. золота"),
    ("tonnage", 20e6, None, "более 20 млн т руды"),
    ("grade", 700e-6, None, "около 700 г на тонну"),
    ("capital", 1e9, None, "более 1 млрд долл."),
    ("rank", 3, None, "тройку мировых лидеров"),
    ("share", 0.75, None, "75%"),
    ("share", 0.25, None, "25%"),
    ("tariff", 0.25, None, "25%"),
    ("tariff", None, None, "никаких тарифов не будет, если"),
    ("tariff", None, None, "они будут добавлены к действующим 25%"),
    ("date", 1974, None, "1974"),
    ("date", 1989, None, "1989"),
    ("count", 20, None, "более 20 руководителей"),
    ("count", 3, None, "трех ведомств"),
    ("law", None, None, "Джексона–Вэника"),
]


@pytest.fixture(scope="module")
def article() -> Findings:
    if not ARTICLE.exists():
        pytest.skip("the newspaper's text is not shipped; it lies in ../shared where this project is built")
    return findings([ARTICLE], as_of=TODAY)


@pytest.fixture(scope="module")
def retold() -> Findings:
    return findings([ROOT / "docs" / "headline.txt"], as_of=TODAY)


def found(told: Findings, kind: str, si: float | None, of: float | None, words: str) -> list[Claim]:
    return [
        one
        for one in told.claims
        if one.kind == kind and one.of == of and words in one.quote and (one.si == pytest.approx(si) if si is not None else one.si is None)
    ]


@pytest.mark.parametrize(("kind", "si", "of", "words"), CLAIMS, ids=[words for *_, words in CLAIMS])
def test_the_article_claims(article: Findings, kind: str, si: float | None, of: float | None, words: str) -> None:
    assert found(article, kind, si, of, words)


def test_every_quote_stands_where_it_says(article: Findings) -> None:
    content = article.texts[0].content
    assert all(content[one.start : one.end] == one.quote for one in article.claims)
    assert article.texts[0].dated == date(2025, 9, 3) and article.texts[0].language == "ru"


def test_who_says_so(article: Findings) -> None:
    speakers = {one.quote: one.speaker or "" for one in article.claims}
    assert speakers["около 5 тыс. неразведанных месторождений"] == "Хуш Чокси"
    assert speakers["38 новых месторождениях"].startswith("Министерство промышленности")
    assert all("Трамп" in (one.speaker or "") for one in article.claims if one.kind == "tariff" and one.role != "rate")


def verdicts(told: Findings, rule: str) -> dict[str, str]:
    return {one.verdict: str(one.arithmetic) for one in told.checks if one.rule == rule}


@pytest.mark.parametrize("text", ["article", "retold"])
def test_what_the_claims_amount_to(text: str, request: pytest.FixtureRequest) -> None:
    told: Findings = request.getfixturevalue(text)
    assert "= 14,000 t" in verdicts(told, "contained")["unverifiable"]

    rank = verdicts(told, "rank")
    assert set(rank) == {"not comparable", "impossible together"}
    assert "of ore" in rank["not comparable"] and "14,000 t" in rank["impossible together"] and "6.3 Mt" in rank["impossible together"]

    assert "none of them was ever due" in verdicts(told, "tariff lines")["not comparable"]
    assert "2026-02-23" in verdicts(told, "tariff")["outdated"] and "25 %" in verdicts(told, "tariff then")["consistent"]
    assert "in force" in verdicts(told, "law")["consistent"] and "does not change the duty" in verdicts(told, "law")["consistent"]
    assert "60 names" in verdicts(told, "list")["outdated"] and "50 names" in verdicts(told, "list then")["consistent"]
    assert "invents no names" in verdicts(told, "names of a list")["unverifiable"]
    assert verdicts(told, "shares") == {"consistent": "75 % + 25 % = 100 %"}
    assert set(verdicts(told, "exemption")) == set(verdicts(told, "retaliation")) == {"unverifiable"}


def test_beside_the_rival_statements_nothing_is_averaged(retold: Findings) -> None:
    both = findings([ROOT / "docs" / "headline.txt", ROOT / "dossiers" / "kazakhstan-rare-earths.toml"], as_of=TODAY)
    sums = [str(one.arithmetic) for one in both.checks if one.verdict == "impossible together"]
    assert any("935,400 t" in one and "1,336 Mt" in one and "4.68 %" in one for one in sums)
    assert any("1,429 times" in one for one in sums)
    assert both.conflicts and len(both.claims) > len(retold.claims)


def test_ore_and_oxide_of_one_deposit_are_no_rivals(tmp_path: Path) -> None:
    text = tmp_path / "turkey.txt"
    text.write_text(
        "At Beylikova 694 million tonnes of ore were announced, the second largest rare-earth reserves in the world. "
        "A later report tells of 12.5 million tonnes of rare earth oxides at Beylikova.\n",
        encoding="utf-8",
    )
    told = findings([text], as_of=TODAY)
    form = verdicts(told, "form")
    assert "1.8 %" in form["not comparable"] or "1.80 %" in form["not comparable"]
