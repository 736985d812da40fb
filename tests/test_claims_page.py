"""What `kenes check` tells: the contract of its JSON, the terminal, and the page with its marked text, harmless whatever a text says."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from kenes.claims.claim import HEDGES, KINDS, VERDICTS, Check, Claim, Conflict, Findings, Text
from kenes.claims.telling import reference, told
from kenes.notes import note
from kenes.report import claims_words
from kenes.report.claims_page import CLASSES, FIRST, MOST, SECTIONS, page
from kenes.report.claims_terminal import STYLES, show
from kenes.report.claims_text import WHOLE
from kenes.report.pdf import browser
from kenes.report.words import LANGUAGES, words

BROWSER = browser()
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no browser of the Chromium family on this machine")
COMMAND = "kenes check news.txt --html page.html --as-of 2026-11-22"
DAY = date(2026, 11, 22)

NEWS = """Geologists have found a new field.

The ministry said that more than 20 Mt of ore at about 700 g/t of rare earths were found, "third in the world".

A fund owns 75 % of it, the state company 25 %; about 5,000 deposits wait.
"""


def claim(id_: str, kind: str, si: float | None, quote: str, content: str = NEWS, **more: Any) -> Claim:
    start = content.index(quote)
    given = {"value": si, "unit": "1", "text": "news"} | more
    return Claim(id=id_, kind=kind, si=si, quote=quote, start=start, end=start + len(quote), **given)


def found() -> Findings:
    """A text with a claim inside another, a check of several paragraphs, every verdict, a conflict, and a claim that nothing checks."""
    text = Text("news", NEWS, "en", date(2025, 9, 3), "press/news.txt", "plain", "ab" * 32, ("encoding guessed",))
    ministry = {"speaker": "the ministry", "commodity": "rare earths"}
    claims = (
        claim("c1", "tonnage", 20e6, "more than 20 Mt of ore", value=20.0, unit="Mt", form="ore", hedge="more than", **ministry),
        claim("c2", "grade", 700e-6, "about 700 g/t", value=700.0, unit="g/t", form="element", hedge="about", **ministry),
        claim(
            "c3", "contained", 14e3, "20 Mt of ore at about 700 g/t of rare earths", value=14.0, unit="kt", flags=("ton read as metric",)
        ),
        claim("c4", "rank", 3.0, "third in the world", others=("XXA", "XXB"), **ministry),
        claim("c5", "share", 0.75, "75 %", value=75.0, unit="%"),
        claim("c6", "share", 0.25, "25 %", value=25.0, unit="%"),
        claim("c7", "count", 5000.0, "about 5,000 deposits", hedge="about", role="deposits"),
    )
    checks = (
        Check("consistent", "contained", ("c1", "c2", "c3"), note("{ore:,.0f} t × 700 g/t = {metal:,.0f} t", ore=20e6, metal=14e3)),
        Check("impossible together", "rank", ("c3", "c4"), note("{n:,.0f} t is not the third", n=14e3), ("A table of reserves, p. 7",)),
        Check("not comparable", "rank", ("c1", "c4"), note("ore against oxide"), ("A table of reserves, p. 7",), DAY),
        Check("outdated", "tariff", ("c5",), note("until {day}", day=date(2026, 2, 20)), ("An order",), DAY),
        Check("unverifiable", "count", ("c7",), note("no list is named")),
    )
    conflicts = (Conflict("New field", "contained", "rare earths", ("c3", "c1"), note("14,000 t against {n:,.0f} t", n=935_400.0)),)
    return Findings((text,), claims, checks, conflicts, DAY, (note("law last read on {day}", day=date(2026, 8, 17)), "encoding guessed"))


FOUND = found()

SCRIPT = "<script>alert(1)</script>"
END = "</p></mark></style><script>alert(2)</script>"
IMAGE = '"><img src=x onerror=alert(3)>'
TEMPLATE = "{{7*7}}{% raw %}"
MARKUP = "[bold red]x[/] [link=file:///etc]y[/link] :smile:"
CONTROL = "\x1b[31m\x1b]0;title\x07\x9b2J\u202egnp.exe\u2066\u200f\x00\ud800"


def hostile() -> Findings:
    """Markup, scripts, template code and controls wherever words of strangers stand."""
    evil = SCRIPT + END + IMAGE + TEMPLATE + MARKUP + CONTROL
    content = f"{evil}\n\n20 Mt {evil} of ore\r\nand\u2028more {evil}"
    quote = content[content.index("20 Mt") : content.index("\r\n")]
    named = dict.fromkeys(("subject", "commodity", "speaker", "role", "category", "code", "page", "note", "form", "when", "hedge"), evil)
    stated = claim(evil, "tonnage", 20e6, quote, content, **named, flags=(evil,), others=(evil,), place=evil)
    stranger = replace(stated, id="d1", kind="count", quote=evil, start=0, end=0, text=evil)
    text = Text("news", content, "ru", None, evil, evil, "", (evil,))
    check = Check("impossible together", evil, (evil, "d1", "no such claim"), evil, (evil,), DAY)
    return Findings(
        (text, Text(evil, "", "kk", None, evil)), (stated, stranger), (check,), (Conflict(evil, evil, evil, ("d1",), evil),), DAY, (evil,)
    )


def appraisal(evil: str = "") -> dict[str, Any]:
    """A screening as ``check --json`` tells it."""
    return {
        "template": f"low-grade{evil}",
        "title": f"low-grade ore, heap leach{evil}",
        "reason": None,
        "name": f"New field{evil}",
        "project": f"news-screening{evil}.toml",
        "used": ["c1", "c2", "no such claim"],
        "assumed": [{"path": f"site.mine.cost.mining{evil}", "value": "3 USD/t", "why": f"median of four neighbours{evil}"}],
        "caveats": [f"the split is not known{evil}"],
        "report": {
            "status": "screening",
            "currency": "USD",
            "npv": {"pre_fiscal": -185e6, "pre_tax": -190e6, "after_tax": -198.4e6, "equity": -198.4e6},
            "what_would_have_to_be_true": {
                "prices_times": 17.54,
                "or_grade": 0.0132,
                "or_grade_of": "rare_earths",
                "or_grade_times": 18.86,
            },
        },
    }


REFUSED = {
    "template": None,
    "title": None,
    "reason": note("no tonnage of ore stated"),
    "name": None,
    "project": None,
    "used": [],
    "assumed": [],
    "caveats": [],
    "report": None,
}


# --- the contract of --json ----------------------------------------------------------------------------------------------------


def test_the_contract_is_kept() -> None:
    made = json.loads(json.dumps(told(FOUND), allow_nan=False))
    assert {"claims", "checks", "conflicts", "language", "texts", "as_of", "notes", "born"} <= set(made) and "appraisal" not in made
    promised = {
        "id",
        "kind",
        "value",
        "unit",
        "si",
        "low",
        "high",
        "of",
        "form",
        "category",
        "code",
        "subject",
        "place",
        "commodity",
        "quote",
    }
    promised |= {"start", "end", "speaker", "hedge", "role", "others", "when", "flags", "text"}
    assert all(promised <= set(one) for one in made["claims"])
    assert [one["id"] for one in made["claims"]] == [one.id for one in FOUND.claims]
    assert all(NEWS[one["start"] : one["end"]] == one["quote"] for one in made["claims"])
    first = made["claims"][0]
    assert (first["value"], first["unit"], first["si"], first["hedge"]) == (20.0, "Mt", 20e6, "more than") and first["others"] == []
    assert all(set(one) == {"verdict", "rule", "claims", "arithmetic", "sources", "as_of"} for one in made["checks"])
    assert made["checks"][0]["arithmetic"] == "20,000,000 t × 700 g/t = 14,000 t" and made["checks"][2]["as_of"] == "2026-11-22"
    assert all(set(one) == {"subject", "kind", "commodity", "claims", "arithmetic"} for one in made["conflicts"])
    (text,) = made["texts"]
    assert text == {
        "key": "news",
        "source": "press/news.txt",
        "language": "en",
        "dated": "2025-09-03",
        "kind": "plain",
        "sha256": "ab" * 32,
        "characters": len(NEWS),
        "whole": True,
        "content": NEWS,
        "notes": ["encoding guessed"],
    }
    assert made["language"] == "en" and made["as_of"] == "2026-11-22"
    assert set(made["born"]) == {"version", "rules", "reference"} and made["born"]["reference"] == reference()
    assert told(FOUND, {"template": None})["appraisal"] == {"template": None}


def test_no_number_is_told_that_json_cannot_hold_and_no_half_character() -> None:
    beyond = replace(FOUND.claims[0], value=float("inf"), si=float("nan"), low=float("-inf"), speaker="a\ud800b")
    made = told(replace(FOUND, claims=(beyond,)))
    assert (made["claims"][0]["value"], made["claims"][0]["si"], made["claims"][0]["low"]) == (None, None, None)
    json.dumps(made, allow_nan=False, ensure_ascii=False).encode("utf-8")
    json.dumps(told(hostile()), allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_nothing_read_is_told_as_such() -> None:
    made = told(Findings((), ()))
    assert made["language"] is None and made["as_of"] is None and made["claims"] == made["checks"] == made["texts"] == []


def test_the_fingerprint_is_of_every_file_of_reference() -> None:
    import hashlib

    root = resources.files("kenes") / "reference"
    digest, count = hashlib.sha256(), 0
    paths = sorted(path for path in Path(str(root)).rglob("*") if path.suffix in (".toml", ".csv"))
    for path in paths:
        digest.update(f"{path.relative_to(str(root)).as_posix()}\n".encode())
        digest.update(path.read_bytes())
        count += 1
    assert count > 3 and len(reference()) == 64
    assert reference.__wrapped__() == digest.hexdigest()


# --- values and labels ---------------------------------------------------------------------------------------------------------


def value(kind: str, si: float | None, lang: str = "en", **more: Any) -> str:
    given: dict[str, Any] = {"value": si, "unit": "1", "quote": "x", "start": 0, "end": 1} | more
    return claims_words.value(Claim(id="c1", kind=kind, si=si, **given), words(lang))


def test_values_are_told_in_comparable_units() -> None:
    assert value("tonnage", 20e6, hedge="more than") == "more than 20,000,000 t"
    assert value("tonnage", 6e6, low=5e6, high=7e6) == "5,000,000 t to 7,000,000 t"
    assert value("grade", 700e-6) == "700 g/t (0.07%)" and value("grade", 0.0021) == "0.21%"
    assert value("contained", 0.5) == "0.5 t" and value("capital", 1e9) == "1,000 million USD" and value("money", 950.0) == "950 USD"
    assert value("capital", None, value=2.0, unit="bnKZT") == "2 bnKZT"
    assert value("price", 60_000.0) == "60,000 USD/t" and value("capacity", 2500.0) == "2,500 t/year" and value("life", 12.0) == "12 years"
    assert value("count", 19.0, of=50.0, role="minerals") == "19 of 50 minerals" and value("rank", 3.0, hedge="may") == "perhaps place 3"
    assert value("date", 1974.0) == "1974" and value("date", 2025.0, when="2025-09-02") == "2025-09-02"
    assert value("date", 2025.0, "ru", when="2025-09-02") == "02.09.2025"
    assert value("tariff", 0.25, role="rate") == "25% (rate of a duty)" and value("tariff", None, role="exemption") == "exemption"
    assert value("law", None, role="some_act") == "some act" and value("count", None) == ""
    assert value("tonnage", 1e300) == "1.000e+300 t" and value("tonnage", 0.0) == "0 t"
    assert value("tonnage", 20e6, "ru") == "20\xa0000\xa0000 т"


def test_every_kind_verdict_and_hedge_has_its_label() -> None:
    assert set(claims_words.KINDS) == set(KINDS) and set(claims_words.HEDGES) == set(HEDGES)
    assert set(claims_words.VERDICTS) == set(claims_words.NAMES) == set(claims_words.SIGNS) == set(CLASSES) == set(STYLES) == set(VERDICTS)
    assert claims_words.SERIOUS[0] == "impossible together" and claims_words.SERIOUS[-1] == "consistent"
    assert len(set(claims_words.SIGNS.values())) == len(VERDICTS)


# --- the terminal --------------------------------------------------------------------------------------------------------------


def printed(findings: Findings, width: int, lang: str = "en", colours: bool = False, screened: dict[str, Any] | None = None) -> str:
    stream = io.StringIO()
    show(findings, Console(file=stream, width=width, force_terminal=colours, legacy_windows=False), words(lang), screened)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_tells_every_claim_and_check_within_its_width(width: int) -> None:
    shown = printed(FOUND, width)
    assert max(map(len, shown.splitlines())) <= width
    assert not any(line.endswith(" ") for line in shown.splitlines())
    flat = re.sub(r"\s+", " ", shown)
    for one in FOUND.claims:
        assert f"“{one.quote}” – {one.speaker or 'the text itself'}" in flat
        assert re.search(rf" {one.id} {re.escape(claims_words.value(one, words()))} ", flat)
    for one in FOUND.checks:
        assert f"{claims_words.verdict(one.verdict, words())} " in flat and one.arithmetic in flat
        assert all(source in flat for source in one.sources)
    assert FOUND.conflicts[0].arithmetic in flat and "law last read on 2026-08-17" in flat
    assert flat.count("encoding guessed") == 1


def test_the_most_serious_verdict_comes_first_and_keeps_its_number() -> None:
    checks = printed(FOUND, 120).partition("\nChecks\n")[2]
    places = [checks.index(claims_words.verdict(verdict, words())) for verdict in claims_words.SERIOUS]
    assert places == sorted(places)
    assert checks.startswith(" 2    ✗ impossible together  rank: c3, c4")


def test_a_hostile_text_says_nothing_to_the_terminal() -> None:
    for colours in (False, True):
        shown = printed(hostile(), 100, colours=colours, screened=appraisal(MARKUP + CONTROL))
        bare = re.sub(r"\x1b\[[0-9;]*m", "", shown) if colours else shown
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", bare)
        assert "[bold red]x[/]" in re.sub(r"\s+", "", bare).replace("[boldred]", "[bold red]") and ":smile:" in bare
    assert "\x1b]8" not in printed(hostile(), 100, colours=True), "a link of a stranger"


def test_several_texts_stand_one_after_another() -> None:
    other = Text("other", "", "ru", None, "other.txt")
    moved = replace(FOUND.claims[4], id="d1", text="other")
    shown = printed(replace(FOUND, texts=(*FOUND.texts, other), claims=(*FOUND.claims, moved)), 120)
    assert "Claims: press/news.txt" in shown and "Claims: other.txt" in shown and "its quotes alone" in shown


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_tells_what_would_have_to_be_true(width: int) -> None:
    flat = re.sub(r"\s+", " ", printed(FOUND, width, screened=appraisal()))
    told_ = "New field: claims c1, c2, the rest from the template low-grade ore, heap leach screening of a claim, not a valuation"
    assert told_.replace("c1, c2", "c1, c2, no such claim") in flat
    assert "all prices 17.54 times those stated" in flat and "NPV after tax: -198.4 million USD" in flat
    assert "the split is not known" in flat and "kenes appraise news-screening.toml" in flat
    assert "no screening: no tonnage of ore stated" in printed(FOUND, width, screened=REFUSED)


def test_no_claim_is_told_as_such() -> None:
    shown = printed(replace(FOUND, claims=(), checks=(), conflicts=()), 80)
    assert "No claim was found" in shown and "Checks" not in shown


# --- the page ------------------------------------------------------------------------------------------------------------------


def made(findings: Findings, lang: str = "en", screened: dict[str, Any] | None = None) -> str:
    return page(findings, words(lang), COMMAND, screened)


def seen(text: str) -> str:
    """What a reader sees: without styles and tags."""
    bare = re.sub(r"<(script|style).*?</\1>", " ", text.replace("<wbr>", ""), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", bare)))


PAGE = made(FOUND)


def test_the_text_stands_whole_with_every_claim_marked() -> None:
    words_of = re.findall(r'<p class="words"[^>]*>(.*?)</p>', PAGE, re.DOTALL)
    bare = [html.unescape(re.sub(r"<[^>]+>", "", re.sub(r'<a class="chip.*?</a>', "", one, flags=re.DOTALL))) for one in words_of]
    assert [re.sub(r"\s+", " ", one).strip() for one in bare] == [re.sub(r"\s+", " ", one).strip() for one in NEWS.strip().split("\n\n")]
    for place, one in enumerate(FOUND.claims, 1):
        assert PAGE.count(f'id="text-{place}"') == PAGE.count(f'id="claim-{place}"') == 1
        after = PAGE.partition(f'id="text-{place}"></span>')[2].partition(f'href="#claim-{place}"')[0].rpartition("<a ")[0]
        assert html.unescape(re.sub(r"<[^>]+>", "", re.sub(r'<a class="chip.*?</a>', "", after))) == one.quote


def test_words_of_two_claims_are_marked_by_both() -> None:
    assert re.search(
        r'<mark class="impossible deep">(<span id="text-3"></span>)20 Mt of ore</mark><a class="chip unlike" href="#claim-1"', PAGE
    )


def test_each_verdict_stands_beside_its_claim_once_and_says_so_in_words() -> None:
    margins = re.findall(r'<div class="margin".*?(?=<div class="row">|</article>)', PAGE, re.DOTALL)
    assert len(margins) == 2 and "not comparable" in margins[0] and "outdated" in margins[1] and "outdated" not in margins[0]
    for number, one in enumerate(FOUND.checks, 1):
        assert sum(text.count(html.escape(one.arithmetic)) for text in margins) == 1
        assert f'id="check-{number}"' in PAGE
    assert "conflict 1" in seen(margins[0])
    for verdict, style in CLASSES.items():
        for told_ in re.findall(rf'<b class="verdict {style}">(.*?)</b>', PAGE):
            bare = re.sub(r"<[^>]+>", "", told_)
            assert bare in (f"{claims_words.SIGNS[verdict]} {verdict}", "!")


def test_a_check_of_two_paragraphs_is_told_in_the_first_and_named_in_the_second() -> None:
    across = Check("impossible together", "sum", ("c1", "c7"), note("one and seven"))
    text = made(replace(FOUND, checks=(across,)))
    margins = re.findall(r'<div class="margin".*?(?=<div class="row">|</article>)', text, re.DOTALL)
    assert len(margins) == 2 and "one and seven" in margins[0] and "one and seven" not in margins[1]
    assert '<p class="other"><b class="verdict impossible">' in margins[1] and 'href="#check-1"' in margins[1]


def test_the_summary_counts_every_verdict_the_most_serious_first() -> None:
    summary = PAGE.partition('<section id="summary"')[2].partition("</section>")[0]
    told_ = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", summary)
    assert [(re.sub(r"<[^>]+>", "", verdict)[2:], int(n)) for verdict, n in told_] == [(verdict, 1) for verdict in claims_words.SERIOUS]
    many = replace(FOUND, checks=FOUND.checks * 10)
    listed = made(many).partition('<ul class="serious">')[2].partition("</ul>")[0]
    assert listed.count("<li>") == FIRST and listed.index("impossible together") < listed.index("not comparable")


def test_every_link_leads_somewhere() -> None:
    for text in (PAGE, made(hostile()), made(Findings((), ())), made(dossier())):
        ids = re.findall(r'\bid="([^"]*)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]*)"', text)) <= set(ids)


def dossier() -> Findings:
    """Two texts: one at hand, one of whose words only the quotes are; one quote stands elsewhere than its claim says."""
    other = Text("other", "", "ru", date(2025, 4, 2), "Другая газета", "plain", "cd" * 32)
    moved = replace(FOUND.claims[4], start=3, end=3 + len("75 %"))
    far = replace(FOUND.claims[0], id="c8", quote="более 20 млн т руды", text="other", note="seen on page 3", page="3")
    empty = replace(far, id="c9", quote="", kind="law", si=None, value=None)
    claims = (*FOUND.claims[:4], moved, *FOUND.claims[5:], far, empty)
    return replace(FOUND, texts=(*FOUND.texts, other), claims=claims)


def test_quotes_of_a_dossier_stand_under_their_text() -> None:
    text = made(dossier())
    parts = text.split('<article class="text">')[1:]
    assert len(parts) == 2 and "Quotes whose text is not at hand" not in parts[0] and "Quotes whose text is not at hand" in parts[1]
    assert '<mark class="outdated"><span id="text-5"></span>75 %</mark>' in parts[0], "found by its words"
    assert "<blockquote" in parts[1] and "более 20 млн т руды" in parts[1] and "Другая газета" in parts[1]
    assert "seen on page 3" in seen(text)


def test_a_long_text_is_bounded_and_says_what_it_leaves_out() -> None:
    filler = "Nothing is said here. " * 40
    content = "\n\n".join([filler] * 2500 + ["x " * 20_000 + "20 Mt of ore" + " y" * 20_000] + [filler] * 10)
    assert len(content) > 2e6
    long = replace(FOUND.texts[0], content=content)
    text = made(replace(FOUND, texts=(long,), claims=(claim("c1", "tonnage", 20e6, "20 Mt of ore", content),), checks=(), conflicts=()))
    assert len(text) < 60_000 and 'id="text-1"' in text
    assert "paragraphs without a claim, not shown: 2,500" in text and "paragraphs without a claim, not shown: 10" in text
    short = replace(long, content=content[-WHOLE:])
    assert "not shown" not in made(replace(FOUND, texts=(short,), claims=(), checks=(), conflicts=()))


def test_a_crowd_of_claims_is_bounded_and_told() -> None:
    crowd = tuple(replace(FOUND.claims[k % 7], id=f"c{k}") for k in range(2 * MOST))
    checks = tuple(Check("unverifiable", "count", (f"c{k}",), note("no list is named")) for k in range(2 * MOST))
    text = made(replace(FOUND, claims=crowd, checks=checks, conflicts=()))
    assert f"{2 * MOST:,} are left out" in text and text.count("<tr role") <= 2 * MOST + 2
    assert len(text) < 6_000_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_in_the_language_asked_for(lang: str) -> None:
    text = made(FOUND, lang)
    assert f'<html lang="{lang}">' in text and '<p class="words" lang="en"' in text
    assert re.findall(r'<section id="([a-z]+)"', text) == [name for name in SECTIONS if name != "appraisal"]
    assert made(FOUND, lang) == text


def test_the_page_tells_what_would_have_to_be_true() -> None:
    text = made(FOUND, "en", appraisal())
    assert re.findall(r'<section id="([a-z]+)"', text) == list(SECTIONS)
    section = text.partition('<section id="appraisal"')[2].partition("</section>")[0]
    shown = seen(section)
    assert "all prices 17.54 times those stated" in shown and "-198.4 million USD" in shown and "the split is not known" in shown
    assert "site.mine.cost.mining" in shown and "median of four neighbours" in shown and "kenes appraise news-screening.toml" in shown
    assert re.findall(r'href="#(text-\d+)"', section) == ["text-1", "text-2"]
    refused = seen(made(FOUND, "en", REFUSED))
    assert "no screening: no tonnage of ore stated" in refused and "NPV" not in refused


def test_it_says_how_to_make_it_again() -> None:
    shown, born = seen(PAGE), told(FOUND)["born"]
    assert all(part in shown for part in (COMMAND, f"kenes {born['version']}", born["rules"], born["reference"], "ab" * 32))
    assert "law last read on 2026-08-17" in shown and shown.count("encoding guessed") == 1


# --- harmless ------------------------------------------------------------------------------------------------------------------


def test_text_of_a_stranger_stays_text() -> None:
    text = made(hostile(), "en", appraisal(SCRIPT + END + IMAGE + CONTROL))
    assert "<script" not in text and "<img" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", text)
    assert SCRIPT in seen(text) and TEMPLATE in seen(text)
    text.encode("utf-8")


def test_the_policy_of_the_page_allows_its_style_alone() -> None:
    policy = html.unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', PAGE)[0])
    assert policy.startswith("default-src 'none'") and "script-src" not in policy and "unsafe" not in policy
    assert "<script" not in PAGE and " style=" not in PAGE and not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", PAGE)


# --- in a browser --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened_ = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened_
        opened_.close()


def opened(chromium: Any, path: Path, text: str, width: int) -> tuple[Any, list[str]]:
    """The page as a reader opens it, offline, and whatever went wrong: messages, requests, dialogs."""
    path.write_text(text, encoding="utf-8")
    wrong: list[str] = []
    tab = chromium.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
    tab.on("console", lambda message: wrong.append(f"console: {message.text}"))
    tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    tab.on("request", lambda request: wrong.append(f"request: {request.url[:100]}") if request.url != path.as_uri() else None)
    tab.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    tab.goto(path.as_uri())
    return tab, wrong


@needs_browser
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("case", ["plain", "hostile", "dossier"])
def test_it_opens_offline_without_a_word_and_everyone_can_read_it(chromium: Any, tmp_path: Path, case: str, width: int) -> None:
    findings = {"plain": FOUND, "hostile": hostile(), "dossier": dossier()}[case]
    screened = appraisal(SCRIPT + IMAGE if case == "hostile" else "")
    tab, wrong = opened(chromium, tmp_path / "page.html", made(findings, "en", screened), width)
    assert wrong == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("document.images.length + document.scripts.length + document.querySelectorAll('h1').length") == 1
    assert tab.evaluate("getComputedStyle(document.querySelector('mark')).borderBottomStyle") != "none", "the style is allowed"
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    tab.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    broken = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in broken] == []
    tab.context.close()


@needs_browser
def test_verdicts_stand_beside_the_paragraph_and_below_it_on_a_narrow_screen(chromium: Any, tmp_path: Path) -> None:
    def boxes(width: int) -> tuple[Any, Any]:
        tab, _ = opened(chromium, tmp_path / "page.html", PAGE, width)
        row = tab.locator(".row", has=tab.locator(".margin")).first
        found_ = row.locator(".words").bounding_box(), row.locator(".margin").bounding_box()
        tab.context.close()
        return found_

    beside, margin = boxes(1280)
    assert margin["x"] >= beside["x"] + beside["width"] and abs(margin["y"] - beside["y"]) < 30
    above, below = boxes(360)
    assert below["y"] >= above["y"] + above["height"]


def test_text_stands_out_from_what_is_behind_it() -> None:
    """Contrast of every colour of words on every ground it stands on: at least 4.5 (WCAG 2, AA)."""
    folder = resources.files("kenes.report") / "templates"
    css = (folder / "claims.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", (folder / "report.css").read_text(encoding="utf-8") + css))
    grounds = [colour["paper"], colour["faint"], *re.findall(r"background: (#[0-9a-f]{6})", css)]

    def light(name: str) -> float:
        bare = name[1:] if len(name) == 7 else "".join(2 * digit for digit in name[1:])
        parts = [int(bare[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for text in ("ink", *CLASSES.values()):
        for ground in grounds:
            assert (light(ground) + 0.05) / (light(colour[text]) + 0.05) >= 4.5, f"{text} on {ground}"
