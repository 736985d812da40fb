"""From claim to appraisal: the right deposit, the right template, a project that loads and says what would have to be true."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kenes
from kenes.appraise import appraise
from kenes.claims import dossier, screening
from kenes.claims.claim import Claim, Findings, Text
from kenes.claims.screening import Screening, run, screen, templates
from kenes.errors import InputError
from kenes.facts import countries
from kenes.units import RARE_EARTHS, contained, parse

ROOT = Path(__file__).parents[1]
NEWS = Text("ng", "", "ru", date(2025, 9, 3), "Nezavisimaya Gazeta")


def claim(id_: str, kind: str, value: float, unit: str, quote: str, **rest: Any) -> Claim:
    """A claim whose si follows from its value and unit."""
    said = {"text": "ng", **rest}
    return Claim(id_, kind, value, unit, dossier.measure(kind, value, unit), quote, 0, len(quote), **said)


ORE = claim("c14", "tonnage", 20.0, "Mt", "более 20 млн т руды", form="ore", place="KAZ", hedge="more than", sentence=29)
GRADE = claim("c15", "grade", 700.0, "g/t", "около 700 г на тонну", form="metal", commodity="rare earths", place="KAZ", sentence=29)
KATPAR = claim("c1", "tonnage", 71.4, "Mt", "71.4 Mt of ore", form="ore", place="KAZ", subject="North Katpar")
WOLFRAM = claim("c2", "grade", 0.20, "%", "0.20 % WO3", form="oxide", commodity="tungsten", subject="North Katpar")


def found(*claims: Claim) -> Screening:
    return screen(Findings((NEWS,), claims))


def file_of(screened: Screening) -> dict[str, Any]:
    assert screened.project is not None, screened.reason
    return tomllib.loads(screened.project)


# --- the newspaper's claim -----------------------------------------------------------------------------------------------------


def test_the_newspapers_claim_is_that_of_the_project_on_file(tmp_path: Path) -> None:
    """The same 20 Mt at 700 g/t, told at length in projects/zhana-kazakhstan.toml, needs the same prices and grade."""
    screened = found(ORE, GRADE)
    path = tmp_path / "claim.toml"
    path.write_text(str(screened.project), encoding="utf-8")
    mine = appraise(kenes.load(path)).report
    theirs = appraise(kenes.load(ROOT / "projects" / "zhana-kazakhstan.toml")).report
    assert mine["status"] == theirs["status"] == "screening"
    assert mine["npv"]["after_tax"] == pytest.approx(theirs["npv"]["after_tax"], rel=0.02)
    needed, known = mine["what_would_have_to_be_true"], theirs["what_would_have_to_be_true"]
    assert needed["prices_times"] == pytest.approx(known["prices_times"], rel=0.02)
    assert needed["or_grade"] == pytest.approx(known["or_grade"], rel=0.02)
    assert sum(mine["contained"].values()) == pytest.approx(14_000)
    assert run(screened, path) == mine


def test_the_claims_numbers_stand_with_their_words() -> None:
    screened = found(ORE, GRADE)
    file = file_of(screened)
    ore = file["site"][0]["deposit"]["ore"]
    assert ore["category"] == "claim"
    assert (ore["tonnage"]["value"], ore["tonnage"]["quote"], ore["tonnage"]["source"]) == ("20 Mt", "более 20 млн т руды", "claim")
    assert (ore["grade"]["rare_earths"]["value"], ore["grade"]["rare_earths"]["as"]) == ("700 g/t", "element")
    assert file["project"]["sources"]["claim"] == "Nezavisimaya Gazeta, 2025-09-03"
    assert screened.claims == ("c14", "c15")
    assert (screened.template, screened.place, screened.commodity, screened.name) == ("rare-earths-heap-leach", "KAZ", "rare earths", None)


def test_all_else_is_borrowed_and_says_so() -> None:
    screened = found(ORE, GRADE)
    told = {path: (number, why) for path, number, why in screened.assumed}
    assert all(why for _, why in told.values())
    assert told["site.mine.mine.capacity"][0] == "1.4 Mt/y"
    assert not any("tonnage" in path or "grade.rare_earths" in path for path in told)
    loaded = kenes.project.parse(file_of(screened), str(screened.project), "claim.toml")
    stated = {path for path, number in kenes.facts.quantities(loaded.file) if number.quote is None and number.why != "stated as a choice"}
    assert stated == set(told)
    assert str(screened.project).startswith("# deposit in KAZ: a claim put to the test")
    assert "MAIN CAVEAT" in str(screened.project)


# --- other claims, by the same way ---------------------------------------------------------------------------------------------


def test_tungsten_by_the_same_way(tmp_path: Path) -> None:
    screened = found(KATPAR, WOLFRAM)
    assert (screened.template, screened.name, screened.claims) == ("tungsten-concentrate", "North Katpar", ("c1", "c2"))
    report = run(screened, tmp_path / "x.toml")
    assert report["status"] == "screening"
    assert report["contained"]["tungsten"] == pytest.approx(71.4e6 * 0.0020 * contained("WO3", "tungsten"))
    assert 0.1 < report["what_would_have_to_be_true"]["prices_times"] < 3


def test_a_grade_follows_from_tonnes_contained() -> None:
    held = claim("c2", "contained", 142.0, "kt", "142 kt WO3", form="oxide", commodity="tungsten", subject="North Katpar")
    screened = found(KATPAR, held)
    grade = file_of(screened)["site"][0]["deposit"]["ore"]["grade"]["WO3"]
    assert (grade["value"], grade["quote"]) == ("0.1989 %", "142 kt WO3")
    assert "no grade is stated" in grade["note"]
    # A stated grade comes first.
    assert found(KATPAR, replace(held, id="c3"), WOLFRAM).claims == ("c1", "c2")


@pytest.mark.parametrize(
    ("form", "key", "basis"),
    [("metal", "tungsten", "element"), ("element", "tungsten", "element"), ("oxide", "WO3", None), (None, "WO3", None)],
)
def test_a_grade_is_of_what_it_says(form: str | None, key: str, basis: str | None) -> None:
    grades = file_of(found(KATPAR, replace(WOLFRAM, form=form)))["site"][0]["deposit"]["ore"]["grade"]
    assert list(grades) == [key] and grades[key].get("as") == basis
    assert ("does not say which" in grades[key]["note"]) is (form is None)


@pytest.mark.parametrize(("percent", "given_as"), [(0.07, "element"), (3.0, "oxide")])
def test_a_split_turned_holds_the_same_metals(percent: float, given_as: str) -> None:
    def split(form: str) -> dict[str, float]:
        told = replace(GRADE, form=form, value=percent, unit="%", si=percent / 100)
        table = file_of(found(ORE, told))["site"][0]["deposit"]["ore"]["split"]
        return {element: parse(number["assumed"], "1")[0] for element, number in table.items()}

    metal, oxide = split("metal"), split("oxide")
    assert sum(metal.values()) == pytest.approx(1, abs=1e-3) and sum(oxide.values()) == pytest.approx(1, abs=1e-3)
    inside = {element: share * contained("oxide", element) for element, share in oxide.items()}
    whole = sum(inside.values())
    assert {element: share / whole for element, share in inside.items()} == pytest.approx(metal, abs=1e-3)
    assert set(metal) < set(RARE_EARTHS)
    name = found(ORE, replace(GRADE, value=percent, unit="%", si=percent / 100)).template
    assert name is not None
    stated = {element: parse(raw["share"], "1")[0] for element, raw in templates()[name]["template"]["split"].items()}
    assert stated == pytest.approx({"element": metal, "oxide": oxide}[given_as])


def test_a_range_of_the_text_is_kept() -> None:
    ranged = replace(ORE, value=6.0, si=6e6, low=5e6, high=7e6, quote="5-7 Mt")
    tonnage = file_of(found(ranged, GRADE))["site"][0]["deposit"]["ore"]["tonnage"]
    assert (tonnage["low"], tonnage["high"], tonnage["bounds"], tonnage["note"]) == ("5 Mt", "7 Mt", "min/max", "range: the text's")
    tight = replace(ORE, value=6.00005, si=6_000_050.0, low=6_000_049.0, high=6_000_051.0)
    assert run(found(tight, GRADE), "tight.toml")["status"] == "screening"


def test_what_the_text_calls_it_is_told_and_stays_a_claim() -> None:
    ore = file_of(found(replace(ORE, category="measured", code="JORC"), GRADE))["site"][0]["deposit"]["ore"]
    assert ore["category"] == "claim" and "the text says measured JORC" in ore["tonnage"]["note"]


# --- size --------------------------------------------------------------------------------------------------------------------


def test_capacity_and_costs_follow_the_size() -> None:
    def told(tonnes: float) -> dict[str, float]:
        file = file_of(found(replace(ORE, value=tonnes / 1e6, si=tonnes), GRADE))
        site = file["site"][0]
        return {
            "capacity": parse(site["mine"]["capacity"]["assumed"], "t/year")[0],
            "capital": parse(site["cost"]["capital"]["mine_and_plant"]["cost"]["assumed"], "money")[0],
            "leaching": parse(site["cost"]["operating"]["leaching"]["cost"]["assumed"], "money/t")[0],
            "closure": parse(site["cost"]["closure"]["cost"]["assumed"], "money")[0],
        }

    small, large = told(20e6), told(320e6)
    assert small == {"capacity": 1.4e6, "capital": 153e6, "leaching": 15.0, "closure": 20e6}
    times = large["capacity"] / small["capacity"]
    assert times == pytest.approx(16**0.75, rel=0.05)  # life grows with the fourth root of the tonnage
    assert large["capital"] / small["capital"] == pytest.approx(times**0.512, rel=0.01)
    assert large["leaching"] / small["leaching"] == pytest.approx(times**-0.223, rel=0.01)
    assert large["closure"] / small["closure"] == 16


def test_a_flood_of_metal_is_told() -> None:
    """3.7 Mt of ore a year at 0.20 % WO3 hold 5,868 t of tungsten; the world mined 85,000 t in 2025 (USGS)."""
    flood = found(KATPAR, WOLFRAM).caveats[-1]
    assert "5,868 t (tungsten), 7% of the world's production in 2025" in flood
    assert not any("world's production" in caveat for caveat in found(ORE, GRADE).caveats)


# --- which deposit -----------------------------------------------------------------------------------------------------------


def test_the_closest_pair_is_taken_then_the_largest() -> None:
    far = claim("c20", "tonnage", 500.0, "Mt", "500 Mt of ore", form="ore", place="KAZ", sentence=31, paragraph=1)
    assert found(ORE, GRADE, far).claims == ("c14", "c15")
    assert found(KATPAR, WOLFRAM, ORE, GRADE).claims == ("c1", "c2")
    assert screen(Findings((NEWS,), (KATPAR, WOLFRAM, ORE, GRADE)), "North Katpar").name == "North Katpar"
    assert screen(Findings((NEWS,), (KATPAR, WOLFRAM)), "Akbulak").reason == "no tonnage of ore stated"


def test_the_first_text_goes_before_a_dossier_beside_it() -> None:
    other = Text("kept", "", "en", None, "a dossier")
    twin = [replace(one, id=f"d{one.id}", text="kept", subject="Zhana Kazakhstan") for one in (ORE, GRADE)]
    assert screen(Findings((NEWS, other), (ORE, GRADE, *twin))).claims == ("c14", "c15")
    assert screen(Findings((other, NEWS), (*twin, ORE, GRADE))).claims == ("dc14", "dc15")


def test_two_texts_of_one_subject_give_one_deposit() -> None:
    other = Text("kept", "", "en", None, "a dossier")
    screened = screen(Findings((NEWS, other), (KATPAR, replace(WOLFRAM, text="kept"))))
    assert file_of(screened)["project"]["sources"]["claim_2"] == "a dossier"
    assert run(screened, "x.toml")["status"] == "screening"


def test_the_capacity_of_the_text_stands_as_a_claim() -> None:
    yearly = claim("c3", "capacity", 1.0, "Mt/year", "1 Mt of ore a year", form="ore", commodity="tungsten", subject="North Katpar")
    screened = found(KATPAR, WOLFRAM, yearly)
    capacity = file_of(screened)["site"][0]["mine"]["capacity"]
    assert (capacity["value"], capacity["source"], capacity["quote"]) == ("1 Mt/year", "claim", "1 Mt of ore a year")
    assert screened.claims == ("c1", "c2", "c3") and not any("mine.capacity" in path for path, _, _ in screened.assumed)
    assert run(screened, "x.toml")["status"] == "screening"
    # Two that differ, or one at which the ore would last for centuries: none is taken, both are named.
    for rest in ((yearly, replace(yearly, id="c4", value=2.0, si=2e6)), (replace(yearly, value=0.1, si=1e5),)):
        left = found(KATPAR, WOLFRAM, *rest)
        assert left.claims == ("c1", "c2") and any("1 Mt of ore a year" in caveat for caveat in left.caveats)


def test_what_else_the_text_says_is_named() -> None:
    cost = claim("c3", "capital", 100.0, "MUSD", "$100 million", subject="North Katpar")
    life = claim("c4", "life", 30.0, "year", "30 years", subject="North Katpar")
    richer = replace(WOLFRAM, id="c5", value=0.5, si=0.005, quote="0.5 % WO3")
    caveats = found(KATPAR, WOLFRAM, cost, life, richer, ORE, GRADE).caveats
    assert caveats[0] == "Said too, and not used ($100 million; 30 years): the numbers here are the template's."
    assert caveats[1] == "The grade taken is 0.20 % WO3 (the texts also say 0.5 % WO3)."
    assert caveats[2] == "This is one deposit of several (not screened: более 20 млн т руды)."
    assert not any(caveat.startswith(("Said too", "The grade taken", "This is one")) for caveat in found(KATPAR, WOLFRAM).caveats)


# --- none fits -----------------------------------------------------------------------------------------------------------------

COPPER = replace(WOLFRAM, commodity="copper", form=None)
NONE = [
    ((GRADE,), "no tonnage of ore stated"),
    ((ORE,), "no grade stated for более 20 млн т руды"),
    ((KATPAR,), "no grade stated for North Katpar"),
    ((KATPAR, COPPER), "no template for copper; there are templates for rare earths, tungsten"),
    ((KATPAR, replace(WOLFRAM, commodity=None)), "what the grade is of is not said"),
    ((KATPAR, replace(WOLFRAM, value=6.0, si=0.06)), "no template for tungsten at 6 %; templates accept 0.05 % to 1 %"),
    ((ORE, replace(GRADE, value=0.5, unit="%", si=0.005)), "templates accept 0.8 % to 12 %; 200 g/t to 0.3 %"),
    ((replace(KATPAR, value=100.0, unit="t", si=100.0), WOLFRAM), "no template for 0.0001 Mt of ore; templates accept 2 Mt to 1000 Mt"),
    ((replace(KATPAR, place=None), WOLFRAM), "no country stated"),
    ((replace(KATPAR, place="TUR"), WOLFRAM), "no law on file for TUR; there is law for KAZ, USA"),
    ((replace(KATPAR, form="metal", kind="contained"), WOLFRAM), "no tonnage of ore stated"),
    ((), "no tonnage of ore stated"),
]


@pytest.mark.parametrize(("claims", "reason"), NONE, ids=[reason[:40] for _, reason in NONE])
def test_where_nothing_fits_the_reason_is_told(claims: tuple[Claim, ...], reason: str) -> None:
    screened = found(*claims)
    assert screened.project is None and screened.template is None
    assert screened.reason is not None and reason in screened.reason
    with pytest.raises(InputError, match=screened.reason[:20]):
        run(screened, "none.toml")


def test_a_country_with_law_but_without_a_table_has_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: {**raw, "country": {}} for name, raw in templates().items()}
    monkeypatch.setattr(screening, "templates", lambda: without)
    assert found(KATPAR, WOLFRAM).reason == "the templates for tungsten say nothing of KAZ"


def test_hostile_words_stay_words() -> None:
    evil = 'x"\n[project]\nname = "@capacity@ \\u0000'
    ore, grade = (replace(one, subject=evil, quote=evil, page=evil) for one in (ORE, GRADE))
    screened = screen(Findings((replace(NEWS, source=evil),), (ore, grade)))
    file = file_of(screened)
    assert file["project"]["name"] == f"{evil} (screening of a claim)"
    assert file["site"][0]["deposit"]["ore"]["tonnage"]["quote"] == evil
    assert run(screened, "evil.toml")["status"] == "screening"


# --- the templates -------------------------------------------------------------------------------------------------------------


def middle(limits: dict[str, str], unit: str) -> float:
    return float((parse(limits["from"], unit)[0] * parse(limits["to"], unit)[0]) ** 0.5)


@pytest.mark.parametrize("end", ["from", "middle", "to"])
@pytest.mark.parametrize(("name", "country"), [(name, one) for name, raw in templates().items() for one in raw["country"]])
def test_every_template_serves_its_whole_range(name: str, country: str, end: str) -> None:
    head = templates()[name]["template"]
    tonnes, grade = (
        middle(head[what], unit) if end == "middle" else parse(head[what][end], unit)[0]
        for what, unit in (("tonnage", "t"), ("grade", "1"))
    )
    ore = replace(ORE, value=tonnes, unit="t", si=tonnes, place=country)
    screened = found(ore, replace(GRADE, value=grade * 100, unit="%", si=grade, commodity=head["commodity"], place=country, form=None))
    assert screened.template == name
    report = run(screened, "x.toml")
    assert report["status"] == "screening"
    assert report["what_would_have_to_be_true"]["prices_times"] > 0
    assert abs(report["books"]["money"]) < 1e-9 and abs(report["books"]["mass"]) < 1e-9
    loaded = kenes.project.parse(file_of(screened), str(screened.project), "x.toml")
    sources = loaded.file.project.sources
    named = {number.source for _, number in kenes.facts.quantities(loaded.file) if number.source is not None}
    assert named <= set(sources), "every source is told in words"


@pytest.mark.parametrize("name", templates())
def test_a_template_keeps_the_rules_of_the_house(name: str) -> None:
    raw = templates()[name]
    head = raw["template"]
    assert set(raw["country"]) <= set(countries())
    assert head["title"] and head["caveats"] and head["unsaid"] in head["key"]
    gaps = {"name", "country", "tonnage", "grade", "split", "capacity", "life", *head["scale"]}
    text = (Path(screening.__file__).parents[1] / "reference" / "templates" / f"{name}.toml").read_text(encoding="utf-8")
    assert {gap[0] for gap in screening._GAP.findall(text)} <= gaps
    assert all(f"@{scaled}@" in text for scaled in head["scale"])
