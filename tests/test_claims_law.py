"""What of it is law, and on which day: duties, exemptions, named acts, taxes and dated lists, each with its verdict and its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kenes.claims import acts, rules_law
from kenes.claims.claim import VERDICTS, Check, Claim, Text
from kenes.notes import Note

AS_OF = date(2026, 11, 22)
DAY = date(2025, 9, 3)


def claim(kind: str, quote: str = "25%", **given: Any) -> Claim:
    """A claim of a text that holds nothing but its quote, unless told otherwise."""
    base = Claim("c1", kind, given.get("si"), "1", None, quote, 0, len(quote), text="t")
    return replace(base, **given)


def checked(*claims: Claim, day: date | None = DAY, as_of: date = AS_OF, content: str | None = None) -> list[Check]:
    text = Text("t", content if content is not None else "\n".join(one.quote for one in claims), "en", day)
    numbered = [replace(one, id=f"c{n}") for n, one in enumerate(claims, 1)]
    found = rules_law.check(numbered, {"t": text}, as_of)
    for one in found:
        assert one.verdict in VERDICTS and one.claims and isinstance(one.arithmetic, Note), one
    return found


def only(found: list[Check], rule: str) -> Check:
    (one,) = [one for one in found if one.rule == rule]
    return one


def tariff(rate: float, **given: Any) -> Claim:
    return claim("tariff", f"{rate * 100:g}%", si=rate, role="rate", **{"place": "KAZ"} | given)


# --- duties ----------------------------------------------------------------------------------------------------------------------------


def test_a_rate_in_force_then_is_outdated_now() -> None:
    found = checked(tariff(0.25))
    then, now = only(found, "tariff then"), only(found, "tariff")
    assert then.verdict == "consistent" and "2025-08-07 to 2026-02-23" in then.arithmetic and "90 FR 37963" in then.sources[0]
    assert now.verdict == "outdated" and now.as_of == AS_OF
    assert "ended on 2026-02-23" in now.arithmetic and "Learning Resources" in now.arithmetic
    assert "10 % 2026-02-24 to 2026-07-23" in now.arithmetic and "12.5 % from 2026-07-24" in now.arithmetic
    assert "law as last read on 2026-10-02" in now.arithmetic


def test_today_is_the_day_that_is_asked_for() -> None:
    """Told as of the day of the text nothing is outdated; told in March 2026, the section 301 duty is not known."""
    same = checked(tariff(0.25), as_of=DAY)
    assert [one.rule for one in same] == ["tariff"] and same[0].verdict == "consistent"
    assert "last read" not in same[0].arithmetic
    march = only(checked(tariff(0.25), as_of=date(2026, 3, 1)), "tariff")
    assert "12.5 %" not in march.arithmetic and "10 %" in march.arithmetic


@pytest.mark.parametrize(
    ("rate", "day", "verdict"),
    [
        (0.10, date(2025, 4, 5), "consistent"),
        (0.10, date(2025, 8, 6), "consistent"),
        (0.25, date(2025, 8, 6), "not comparable"),  # announced by letter, in force a day later
        (0.25, date(2025, 8, 7), "consistent"),
        (0.25, date(2026, 2, 23), "consistent"),
        (0.25, date(2026, 2, 24), "outdated"),
        (0.10, date(2026, 2, 24), "consistent"),
        (0.10, date(2026, 7, 24), "outdated"),
        (0.125, date(2026, 7, 24), "consistent"),
        (0.125, date(2026, 7, 23), "not comparable"),  # begins a day later
        (0.27, date(2025, 4, 3), "not comparable"),  # announced, in force for hours
        (0.35, DAY, "unverifiable"),
        (0.15, date(2026, 2, 25), "unverifiable"),  # only announced, and on no list on file
    ],
)
def test_the_rate_of_a_day(rate: float, day: date, verdict: str) -> None:
    found = checked(tariff(rate), day=day)[0]  # that of the text's day, where there are two
    assert found.verdict == verdict and found.rule in ("tariff then", "tariff")
    assert found.sources


def test_a_rate_still_in_force_is_one_check() -> None:
    found = checked(tariff(0.125), day=date(2026, 9, 1))
    assert [(one.rule, one.verdict) for one in found] == [("tariff", "consistent")]


def test_a_letter_is_no_duty() -> None:
    found = checked(tariff(0.25, when="2025-08-01"), day=date(2025, 7, 8))
    then = only(found, "tariff then")
    assert then.verdict == "not comparable" and only(found, "tariff").verdict == "outdated"
    assert "political letter" in then.arithmetic and "in force on 2025-07-08: 10 %" in then.arithmetic


def test_the_days_of_the_claim_come_before_those_of_its_text() -> None:
    found = only(checked(tariff(0.25, when="2025"), day=date(2026, 10, 1)), "tariff then")
    assert found.verdict == "consistent" and "on 2025: 25 %" in found.arithmetic
    assert [one.verdict for one in checked(tariff(0.25), day=date(2026, 10, 1))] == ["outdated"]


def test_a_rate_without_a_day_is_told_for_today() -> None:
    found = checked(tariff(0.25), day=None)
    assert [(one.rule, one.verdict) for one in found] == [("tariff", "outdated")]


def test_none_of_the_added_duties_was_ever_due_on_rare_earths() -> None:
    found = only(checked(tariff(0.25), claim("tonnage", "20 Mt", si=2e7, commodity="neodymium", place="KAZ")), "tariff lines")
    assert found.verdict == "not comparable" and found.claims == ("c1",)
    assert "rare earths, 5 lines (2805.30.00, 2846.10.00, 2846.90.20, 2846.90.40, 2846.90.80)" in found.arithmetic
    assert "none of them was ever due on these lines" in found.arithmetic and "4 added duties since 2025-04-05" in found.arithmetic
    assert "2846.90.80: medium confidence" in found.arithmetic
    assert any("Annex II" in source for source in found.sources)


def test_beryllium_did_pay() -> None:
    found = only(checked(tariff(0.25, commodity="beryllium")), "tariff lines")
    assert found.verdict == "consistent"
    assert "due on 2 of 2 lines" in found.arithmetic and "8112.12.00" in found.arithmetic
    assert "25 % 2025-08-07 to 2026-02-23" in found.arithmetic


def test_tin_paid_until_its_line_joined_the_list() -> None:
    found = only(checked(tariff(0.25, commodity="tin")), "tariff lines")
    assert "25 % 2025-08-07 to 2025-09-07" in found.arithmetic


def test_goods_without_a_line_are_left_out_and_each_group_is_told_once() -> None:
    goods = [claim("tonnage", "x", commodity=name, place="KAZ") for name in ("gold", "cerium", "lanthanum", "rare earths")]
    found = checked(tariff(0.25), tariff(0.25), *goods)
    assert len([one for one in found if one.rule == "tariff lines"]) == 1
    assert only(found, "tariff").claims == ("c1", "c2")  # the same words are said once


@pytest.mark.parametrize(
    ("rate", "commodity", "verdict", "words"),
    [
        (0.055, "cerium", "consistent", "ordinary duty of column 1"),
        (0.313, "rare earths", "not comparable", "column 2"),
        (0.335, "beryllium", "consistent", "ordinary 8.5 % + added 25 % = 33.5 %"),
    ],
)
def test_ordinary_duties(rate: float, commodity: str, verdict: str, words: str) -> None:
    found = only(checked(tariff(rate, commodity=commodity)), "tariff")
    assert found.verdict == verdict and words in found.arithmetic


def test_an_origin_without_a_border_on_file_is_not_guessed() -> None:
    assert [one.verdict for one in checked(tariff(0.30, place="CHN"))] == ["unverifiable"]
    nowhere = checked(tariff(0.25, place=None))
    assert [one.verdict for one in nowhere] == ["unverifiable"] and "whose goods" in nowhere[0].arithmetic


def test_the_importer_named_beside_the_rate_is_not_its_origin() -> None:
    other = claim("tonnage", "1 Mt", si=1e6, place="KAZ")
    assert only(checked(tariff(0.25, place="USA"), other), "tariff then").verdict == "consistent"


# --- exemption and retaliation -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "никаких тарифов не будет, если Казахстан или казахстанские компании решат производить товары на территории США",
        "There will be no tariff if companies decide to build or manufacture in the United States",
    ],
)
def test_the_letter_s_exemption_had_no_effect_that_was_found(words: str) -> None:
    found = only(checked(claim("tariff", words, role="exemption", place="KAZ")), "exemption")
    assert found.verdict == "unverifiable" and "no legal effect of it was found" in found.arithmetic and found.sources


def test_the_letter_s_retaliation_never_operated() -> None:
    found = only(checked(claim("tariff", "они будут добавлены к действующим 25%", role="retaliation", place="KAZ")), "retaliation")
    assert found.verdict == "unverifiable" and "never operated" in found.arithmetic and found.sources


@pytest.mark.parametrize(
    ("commodity", "day", "verdict"),
    [
        ("rare earths", DAY, "consistent"),
        ("beryllium", DAY, "impossible together"),
        ("tungsten", DAY, "not comparable"),  # ores and oxides are, metal is not
        ("tin", date(2025, 9, 1), "impossible together"),
        ("tin", date(2025, 10, 1), "consistent"),
        ("gold", DAY, "unverifiable"),
    ],
)
def test_an_exemption_of_goods_is_read_line_by_line(commodity: str, day: date, verdict: str) -> None:
    words = f"{commodity} products are exempt from the tariff"
    found = only(checked(claim("tariff", words, role="exemption", place="KAZ", commodity=commodity), day=day), "exemption")
    assert found.verdict == verdict


def test_an_exemption_of_nobody_s_goods_is_not_guessed() -> None:
    (found,) = checked(claim("tariff", "exempt", role="exemption", commodity="uranium"))
    assert found.verdict == "unverifiable" and "whose goods" in found.arithmetic


# --- named acts ------------------------------------------------------------------------------------------------------------------------


def test_jackson_vanik_is_in_force_and_column_1_applies() -> None:
    goods = claim("tonnage", "20 Mt", commodity="rare earths", place="KAZ")
    found = only(checked(claim("law", "Jackson-Vanik", role="jackson_vanik"), goods), "law")
    assert found.verdict == "consistent" and found.as_of == AS_OF
    assert "on 2025-09-03 and on 2026-11-22: in force" in found.arithmetic
    assert "goods of KAZ pay column 1" in found.arithmetic and "does not change the duty" in found.arithmetic
    assert "column 2: 25 % to 35 % on the lines of rare earths" in found.arithmetic
    assert "law as last read on 2026-02-10" in found.arithmetic


def test_an_act_of_other_goods_is_not_told_as_theirs() -> None:
    found = only(checked(claim("law", "Jackson-Vanik", role="jackson_vanik"), claim("tonnage", "1 t", place="TJK")), "law")
    assert found.verdict == "unverifiable" and "told for KAZ, not for TJK" in found.arithmetic


def test_a_year_beside_an_act() -> None:
    found = checked(
        claim("law", "Jackson-Vanik", role="jackson_vanik", sentence=4),
        claim("date", "1974", si=1974.0, sentence=4),
        claim("date", "1989", si=1989.0, sentence=4),
        claim("date", "1975", si=1975.0, sentence=5),
    )
    assert only(found, "date of law").claims == ("c2", "c1")


@pytest.mark.parametrize(
    ("role", "day", "as_of", "verdicts"),
    [
        ("ieepa_tariff", DAY, AS_OF, ["consistent", "outdated"]),
        ("section_122", date(2026, 3, 1), AS_OF, ["consistent", "outdated"]),
        ("section_301_forced_labour", date(2026, 8, 1), AS_OF, ["consistent"]),
        ("section_301_forced_labour", DAY, AS_OF, ["unverifiable", "outdated"]),  # before it was on file
        ("tax_code", DAY, AS_OF, ["consistent", "outdated"]),
        ("tax_code", date(2026, 1, 1), AS_OF, ["consistent"]),
        ("extraction_royalty", DAY, AS_OF, ["consistent"]),
        ("extraction_royalty", DAY, date(2027, 1, 1), ["consistent", "outdated"]),
        ("china_controls_october_2025", date(2025, 12, 1), AS_OF, ["consistent", "unverifiable"]),
        ("china_controls_april_2025", DAY, AS_OF, ["consistent"]),
        ("eu_crma", DAY, AS_OF, ["consistent"]),
        ("ofac_50", DAY, AS_OF, ["consistent"]),
    ],
)
def test_acts_then_and_now(role: str, day: date, as_of: date, verdicts: list[str]) -> None:
    found = checked(claim("law", role, role=role), day=day, as_of=as_of)
    assert [one.verdict for one in found] == verdicts
    assert all(one.sources for one in found)


def test_the_tax_code_is_told_with_the_rates_on_file() -> None:
    then, now = checked(claim("law", "Tax Code", role="tax_code"))
    assert "Value added tax 12 %" in then.arithmetic and "Value added tax 16 %" in now.arithmetic
    assert "Corporate income tax 20 %" in then.arithmetic


def test_an_act_not_on_file_says_nothing() -> None:
    assert checked(claim("law", "some act", role="no_such_act"), claim("law", "no role")) == []


# --- taxes -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "rate", "when", "day", "verdicts"),
    [
        ("value_added_tax", 0.12, None, DAY, ["consistent", "outdated"]),
        ("value_added_tax", 0.16, None, date(2026, 3, 1), ["consistent"]),
        ("value_added_tax", 0.16, "2026", DAY, ["consistent"]),
        ("value_added_tax", 0.16, None, DAY, ["not comparable", "consistent"]),  # enacted, not yet in force
        ("value_added_tax", 0.16, None, date(2025, 6, 1), ["impossible together", "consistent"]),
        ("value_added_tax", 0.12, "2026", DAY, ["impossible together"]),
        ("value_added_tax", 0.12, "2010", DAY, ["unverifiable"]),
        ("income_tax", 0.20, None, DAY, ["consistent"]),
        ("income_tax", 0.25, None, DAY, ["impossible together"]),
        ("royalty", 0.07, "2027", DAY, ["consistent"]),
        ("royalty", 0.05, "2027", DAY, ["unverifiable"]),
        ("royalty", 0.07, None, DAY, ["unverifiable"]),
    ],
)
def test_rates_of_taxes(role: str, rate: float, when: str | None, day: date, verdicts: list[str]) -> None:
    found = checked(claim("share", "x", si=rate, role=role, place="KAZ", when=when), day=day)
    assert [one.verdict for one in found] == verdicts


def test_a_rate_not_yet_law_says_when_it_is() -> None:
    found = only(checked(claim("share", "16%", si=0.16, role="value_added_tax", place="KAZ")), "tax then")
    assert "the text has 16 %" in found.arithmetic and "16 % binds from 2026-01-01" in found.arithmetic


def test_two_rates_of_a_change_are_each_of_its_own_day() -> None:
    rates = [claim("share", f"{r:%}", si=r, role="value_added_tax", place="KAZ", when="2026", sentence=3) for r in (0.12, 0.16)]
    assert [one.verdict for one in checked(*rates)] == ["consistent", "outdated", "consistent"]


def test_extraction_tax_is_told_by_mineral() -> None:
    found = checked(claim("share", "7.8%", si=0.078, role="extraction_tax", place="KAZ", commodity="tungsten"))
    assert [one.verdict for one in found] == ["consistent"] and "tungsten 7.8 %" in found[0].arithmetic
    other = checked(claim("share", "7.7%", si=0.077, role="extraction_tax", place="KAZ", commodity="tungsten"))
    assert [one.verdict for one in other] == ["unverifiable"]


def test_a_tax_of_nobody_is_not_guessed() -> None:
    (nobody,) = checked(claim("share", "16%", si=0.16, role="value_added_tax"))
    (elsewhere,) = checked(claim("share", "16%", si=0.16, role="value_added_tax", place="KEN"))
    assert nobody.verdict == elsewhere.verdict == "unverifiable"


def test_no_rate_of_law_is_copied_from_the_rules() -> None:
    """The table of acts names charges of the rules; it does not repeat their numbers."""
    for act in acts.laws().values():
        for country, name, parameter in act.rates:
            assert acts.charge(country, name, parameter, AS_OF) is not None, (act.key, name)


# --- lists of critical minerals --------------------------------------------------------------------------------------------------------

FIFTY = "Из 50 критически важных минералов, утвержденных США в 2022 году, в Казахстане обнаружено 19"


def minerals(quote: str, **given: Any) -> Claim:
    return claim("count", quote, role=given.pop("role", "minerals"), place="KAZ", **given)


def test_19_of_50() -> None:
    found = checked(minerals("19 из 50", si=19.0, of=50.0), content="19 из 50 критически важных минералов по версии США")
    then, now, part = only(found, "list then"), only(found, "list"), only(found, "names of a list")
    assert then.verdict == "consistent" and "50 names, in force 2022-02-24 to 2025-11-06" in then.arithmetic
    assert now.verdict == "outdated" and "60 names since 2025-11-07" in now.arithmetic
    assert part.verdict == "unverifiable" and "invents no names" in part.arithmetic
    assert "17 of 50" in part.arithmetic and "20 of 60" in part.arithmetic


def test_what_others_say_of_another_list_is_left_out() -> None:
    found = checked(minerals("18 of the EU's 34 critical raw materials", si=18.0, of=34.0))
    assert "others say" not in only(found, "names of a list").arithmetic


def test_a_bare_50_whose_sentence_says_which() -> None:
    found = checked(minerals(FIFTY, si=50.0, when="2022"), day=date(2026, 3, 1))
    assert only(found, "list then").verdict == "consistent" and only(found, "list").verdict == "outdated"


@pytest.mark.parametrize(
    ("quote", "si", "of", "day", "verdict"),
    [
        ("20 of the 60 US critical minerals", 20, 60, date(2026, 2, 5), "consistent"),
        ("19 of the 50 US critical minerals", 19, 50, date(2026, 2, 5), "outdated"),
        ("19 of the 60 US critical minerals", 19, 60, DAY, "not comparable"),
        ("18 of the EU's 34 critical raw materials", 18, 34, DAY, "consistent"),
        ("18 of the EU's 34 critical raw materials", 18, 34, date(2023, 9, 1), "consistent"),  # as proposed in March 2023
        ("8 of the EU's 17 strategic raw materials", 8, 17, DAY, "consistent"),
        ("19 of the 45 US critical minerals", 19, 45, DAY, "unverifiable"),
        ("51 of the 50 US critical minerals", 51, 50, DAY, "impossible together"),
        ("21 of the 35 US critical minerals", 21, 35, date(2020, 1, 1), "consistent"),
    ],
)
def test_lengths_of_lists(quote: str, si: float, of: float, day: date, verdict: str) -> None:
    found = checked(minerals(quote, si=float(si), of=float(of)), day=day)[0]  # that of the text's day, where there are two
    assert found.verdict == verdict and found.rule in ("list then", "list")


@pytest.mark.parametrize(
    ("quote", "given"),
    [
        ("38 new deposits", {"si": 38.0, "role": "deposits"}),
        ("17 critical minerals in the country", {"si": 17.0}),  # no list is meant
        ("50 minerals in the museum", {"si": 50.0}),
        ("3 of 50 licences", {"si": 3.0, "of": 50.0, "role": "licences"}),
    ],
)
def test_other_counts_are_left_alone(quote: str, given: dict[str, Any]) -> None:
    assert checked(minerals(quote, **given)) == []


# --- the whole -------------------------------------------------------------------------------------------------------------------------


def test_texts_are_told_apart() -> None:
    """The goods and the country of one text are not those of another."""
    first, second = tariff(0.25), replace(tariff(0.25), id="c2", text="u")
    ore = claim("tonnage", "1 t", id="c3", commodity="rare earths", place="KAZ", text="u")
    texts = {"t": Text("t", "25%", "en", DAY), "u": Text("u", "25%", "en", date(2026, 10, 1))}
    found = rules_law.check([first, second, ore], texts, AS_OF)
    assert {one.claims: one.verdict for one in found if one.rule == "tariff"} == {("c1", "c2"): "outdated"}
    assert only(found, "tariff then").claims == ("c1",)
    assert only(found, "tariff lines").claims == ("c2",)


def test_nothing_in_nothing_out_and_twice_the_same() -> None:
    assert rules_law.check([], {}, AS_OF) == []
    claims = [tariff(0.25), claim("law", "JV", role="jackson_vanik"), minerals("19 of the 50 US critical minerals", si=19.0, of=50.0)]
    assert checked(*claims) == checked(*claims)


def test_many_claims_end_quickly_and_say_the_same_once() -> None:
    many = [replace(tariff(0.25), id=f"c{n}", sentence=n) for n in range(3_000)]
    found = rules_law.check(many, {"t": Text("t", "25%", "en", DAY)}, AS_OF)
    assert len(found) == 2 and len(found[0].claims) == 3_000


@pytest.mark.parametrize("when", ["2025-13", "2025-02-30", "0000", "99999", "soon"])
def test_a_day_that_is_none_is_passed_over(when: str) -> None:
    assert only(checked(tariff(0.25, when=when)), "tariff then").verdict == "consistent"


@pytest.mark.parametrize("si", [float("inf"), 1e308, -1.0, 0.0])
def test_numbers_that_no_law_knows(si: float) -> None:
    quote = "of the US critical minerals"
    found = checked(
        tariff(si),
        claim("share", "x", si=si, role="value_added_tax", place="KAZ", when="0001"),
        minerals(quote, si=si),
        minerals(quote, si=3.0, of=si),
        claim("date", "x", si=si),
        claim("law", "x", role="jackson_vanik"),
    )
    assert {one.verdict for one in found if one.rule in ("tariff", "list")} <= {"unverifiable", "impossible together"}


# --- what a text says of an act --------------------------------------------------------------------------------------------------------


def judged(sentence: str, words: str, language: str = "en", *, role: str = "jackson_vanik", day: date | None = None) -> list[Check]:
    """Checks of an act that stands in a sentence by some words."""
    at = sentence.index(words)
    one = Claim("c1", "law", None, "1", None, words, at, at + len(words), role=role, text="t")
    return rules_law.check([one], {"t": Text("t", sentence, language, day)}, AS_OF)


@pytest.mark.parametrize(
    ("language", "words", "sentence", "verdict"),
    [
        ("en", "Jackson-Vanik", "The Jackson-Vanik amendment was repealed for Kazakhstan in 2002.", "impossible together"),
        ("en", "Jackson-Vanik", "The Jackson-Vanik amendment no longer applies to Kazakhstan.", "impossible together"),
        ("en", "Jackson-Vanik", "Congress cancelled the Jackson-Vanik amendment.", "impossible together"),
        ("en", "Jackson-Vanik", "The Jackson-Vanik amendment was lifted for Russia in 2012.", "not comparable"),
        ("en", "Jackson-Vanik", "Jackson-Vanik was repealed for Russia, but not for Kazakhstan.", "not comparable"),
        ("en", "Jackson-Vanik", "The Jackson-Vanik amendment has not been repealed.", "consistent"),
        ("en", "Jackson-Vanik", "Repeal of Jackson-Vanik for Kazakhstan has been proposed.", "consistent"),
        ("en", "Jackson-Vanik", "A bill to repeal Jackson-Vanik is before Congress.", "consistent"),
        ("en", "Jackson-Vanik", "Jackson-Vanik will be repealed for Kazakhstan.", "consistent"),
        ("en", "Jackson-Vanik", "Was Jackson-Vanik repealed for Kazakhstan?", "consistent"),
        ("en", "Jackson-Vanik", "The United States lifted sanctions, and Jackson-Vanik was debated.", "unverifiable"),
        ("ru", "Джексона–Вэника", "Казахстан вышел из-под действия поправки Джексона–Вэника в 2002 году.", "impossible together"),
        ("ru", "Джексона–Вэника", "США отменили поправку Джексона–Вэника в отношении Казахстана.", "impossible together"),
        ("ru", "Джексона–Вэника", "Поправка Джексона–Вэника снята с Казахстана.", "impossible together"),
        ("ru", "Джексона–Вэника", "Поправка Джексона–Вэника больше не применяется к Казахстану.", "impossible together"),
        ("ru", "Джексона–Вэника", "Поправка Джексона–Вэника в отношении России отменена в 2012 году.", "not comparable"),
        ("ru", "Джексона–Вэника", "Поправка Джексона–Вэника так и не отменена.", "consistent"),
        ("ru", "Джексона–Вэника", "Решение вопроса отмены поправки Джексона–Вэника не сдвигалось с места.", "consistent"),
        ("kk", "Джексон–Вэник", "Қазақстан Джексон–Вэник түзетуінен шығарылды.", "impossible together"),
        ("kk", "Джексон–Вэник", "Джексон–Вэник түзетуі Қазақстан үшін күшін жойды.", "impossible together"),
        ("kk", "Джексон–Вэник", "Джексон–Вэник түзетуі Қазақстанға қолданылмайды.", "impossible together"),
        ("kk", "Джексон–Вэник", "Джексон–Вэник түзетуі Ресей үшін жойылды.", "not comparable"),
        ("kk", "Джексон–Вэник", "Джексон–Вэник түзетуі Қазақстан үшін жойылған жоқ.", "consistent"),
    ],
)
def test_what_a_sentence_says_of_an_act(language: str, words: str, sentence: str, verdict: str) -> None:
    found = only(judged(sentence, words, language), "law")
    assert found.verdict == verdict and found.sources and "on 2026-11-22" in found.arithmetic
    assert ("the file has it in force" in found.arithmetic) == (verdict == "impossible together")
    assert ("told for KAZ, not for RUS" in found.arithmetic) == (verdict == "not comparable")


@pytest.mark.parametrize(
    ("sentence", "day", "verdicts"),
    [
        ("The reciprocal tariff on Kazakhstan has been lifted.", None, ["consistent"]),
        ("The reciprocal tariff on Kazakhstan has been lifted.", DAY, ["impossible together", "consistent"]),
        ("The reciprocal tariff on Kazakhstan was lifted in 2025.", None, ["consistent", "impossible together"]),
        ("The reciprocal tariff on Kazakhstan is in force.", DAY, ["consistent", "outdated"]),
        ("The reciprocal tariff on Kazakhstan is in force.", None, ["outdated"]),
        ("The reciprocal tariff on Kazakhstan is in force.", date(2026, 10, 1), ["impossible together"]),
        ("The reciprocal tariff does not apply to copper of Kazakhstan.", DAY, ["unverifiable", "unverifiable"]),  # a part of its goods
    ],
)
def test_an_act_that_did_end(sentence: str, day: date | None, verdicts: list[str]) -> None:
    assert [one.verdict for one in judged(sentence, "reciprocal tariff", role="ieepa_tariff", day=day)] == verdicts


def test_of_two_acts_each_has_its_own_words() -> None:
    sentence = "The reciprocal tariff was lifted, but Jackson-Vanik is in force."
    places = [
        (words, sentence.index(words), role) for words, role in (("reciprocal tariff", "ieepa_tariff"), ("Jackson-Vanik", "jackson_vanik"))
    ]
    claims = [
        Claim(f"c{n}", "law", None, "1", None, words, at, at + len(words), role=role, text="t")
        for n, (words, at, role) in enumerate(places)
    ]
    found = rules_law.check(claims, {"t": Text("t", sentence, "en")}, AS_OF)
    assert [one.verdict for one in found] == ["consistent", "consistent"]
    assert "ended, as the file has it" in found[0].arithmetic and "ended" not in found[1].arithmetic


@pytest.mark.parametrize("day", [None, date(2026, 3, 1)])
def test_a_rate_that_was_law_earlier_is_outdated(day: date | None) -> None:
    """Told without a day it may be an old one; a number that never was law stays impossible."""
    old, never = (claim("share", "x", si=rate, role="value_added_tax", place="KAZ") for rate in (0.12, 0.13))
    assert [one.verdict for one in checked(old, day=day)] == ["outdated"]
    assert [one.verdict for one in checked(never, day=day)] == ["impossible together"]
