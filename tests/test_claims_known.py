"""What is known apart from the text: tables as their sources have them, ranked like with like, each with its parent."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kenes import units
from kenes.claims import acts, known
from kenes.claims.claim import Text
from kenes.claims.lexicon import find, table
from kenes.claims.tokens import cut

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
TABLES = [one for name in sorted({raw["commodity"] for raw in known.read("world.toml")["table"]}) for what in ("reserves", "production")
          for one in known.tables(name, what)]  # fmt: skip


# --- reserves and production -------------------------------------------------------------------------------------------------------


def test_rare_earths_are_told_as_oxide_and_their_world_is_a_floor() -> None:
    """Printed in USGS Mineral Commodity Summaries 2026, rare earths."""
    found = known.reserves("rare earths")
    assert found is not None
    assert (found.form, found.kind, found.year) == ("oxide", "TREO", 2025)
    assert found.ranked()[:3] == [("CHN", 44e6), ("BRA", 21e6), ("AUS", 6.3e6)]
    assert (found.world, found.world_at_least) == (85e6, True)
    assert found.rows["IND"] is None and "MMR" in found.unknown() and "KAZ" not in found.rows
    assert "doi 10.5066/P13XCP3R" in found.source and found.licence == "US public domain"
    assert "3.3 million" in found.notes["AUS"]


def test_an_older_edition_is_kept_beside() -> None:
    found = known.reserves("rare earths", vintage="2025")
    assert found is not None and found.rows["IND"] == 6.9e6 and "mcs2025" in found.source and found.world is None
    newest = known.reserves("rare earths")
    assert newest is not None and newest.vintage == "2026"


@pytest.mark.parametrize(
    ("commodity", "form", "country", "tonnes"),
    [
        ("chromium", "ore", "KAZ", 230e6),  # thousand metric tons
        ("chromium", "oxide", "KAZ", 100e6),
        ("iron", "ore", "AUS", 59e9),  # million metric tons
        ("tungsten", "element", "CHN", 2.5e6),  # metric tons
        ("platinum group", "element", "ZAF", 63e3),  # kilograms
        ("diamond", "mineral", "RUS", 150.0),  # million carats
        ("lithium", "element", "CHL", 9.2e6),
        ("uranium", "element", "KAZ", None),
    ],
)
def test_the_unit_of_each_table_becomes_tonnes(commodity: str, form: str, country: str, tonnes: float | None) -> None:
    found = known.reserves(commodity, form)
    if tonnes is None:
        assert found is None
    else:
        assert found is not None and found.rows[country] == pytest.approx(tonnes)


def test_titanium_is_the_sum_of_its_two_ores() -> None:
    both, ilmenite, rutile = (known.reserves(name) for name in ("titanium", "ilmenite", "rutile"))
    assert both is not None and ilmenite is not None and rutile is not None
    for country, tonnes in both.rows.items():
        assert (tonnes or 0.0) == pytest.approx((ilmenite.rows.get(country) or 0.0) + (rutile.rows.get(country) or 0.0))
    assert both.kind == "TiO2" and both.world == 540e6


def test_other_names_find_the_same_table() -> None:
    assert known.reserves("iron ore") is known.reserves("iron")
    assert known.reserves("unobtainium") is None and known.production("uranium") is None


def test_a_place_is_told_among_the_others() -> None:
    found = known.reserves("rare earths")
    assert found is not None
    assert found.place(20e6) == 3 and found.place(20e6, "BRA") == 2 and found.place(14_000) == 12
    assert found.place(44e6, "CHN") == 1


@pytest.mark.parametrize("one", TABLES, ids=lambda one: f"{one.commodity}-{one.form}-{one.what}-{one.vintage}")
def test_a_table_is_whole(one: known.Table) -> None:
    assert one.source and one.licence and one.form in ("ore", "concentrate", "mineral", "oxide", "element")
    assert all(len(country) == 3 and country.isupper() for country in one.rows)
    assert all(tonnes is None or tonnes >= 0 for tonnes in one.rows.values())
    assert set(one.words) <= set(one.unknown())
    if one.form == "oxide":
        assert units.is_kind(one.kind), one.kind
    # A unit read wrongly would be a factor of a thousand. The widest gap printed is chromium's, of whose world 37 % have no country.
    if one.world is not None:
        told = sum(tonnes or 0.0 for tonnes in one.rows.values()) + (one.other or 0.0)
        assert 0.6 < told / one.world < 1.25


def test_no_table_stands_twice() -> None:
    keys = [(one.commodity, one.what, one.form, one.kind, one.vintage) for one in TABLES]
    assert len(set(keys)) == len(keys) > 90


# --- grades ------------------------------------------------------------------------------------------------------------------------


def test_grades_of_carbonatites() -> None:
    (found,) = known.grades("rare earths", "carbonatite")
    assert (found.n, found.form, found.kind, found.databases) == (35, "oxide", "TREO", "usgs_carbonatite 35")
    assert found.grade["min"] == pytest.approx(0.0003)  # Tapira
    assert found.grade["p50"] == pytest.approx(0.016)
    assert found.grade["max"] == pytest.approx(0.063)  # Eureka
    assert found.tonnage["max"] == pytest.approx(2.898e9)  # Seis Lagos
    assert "carbonatite" in found.source and found.licence == "US public domain"


@pytest.mark.parametrize(
    ("grade", "where"),
    [(1e-5, "below min"), (0.0007, "below p5"), (0.01, "p25 to p50"), (0.055, "above p95"), (0.07, "above max"), (0.063, "above p95")],
)
def test_where_a_grade_stands(grade: float, where: str) -> None:
    (found,) = known.grades("rare earths", "carbonatite")
    assert found.below(grade) == where


def test_quantiles_rise_and_no_group_is_small() -> None:
    for one in known.all_grades():
        for quantiles in (one.grade, one.tonnage):
            values = list(quantiles.values())
            assert values == sorted(values) and tuple(quantiles) == known.QUANTILES and values[0] > 0
        assert one.grade["max"] <= 1 and one.n >= 8
        assert sum(int(part.split()[-1]) for part in one.databases.split("; ")) == one.n
        assert one.source and one.licence
    assert known.grades("unobtainium") == ()
    # Tungsten is told as oxide by most records, as element by some: never mixed.
    assert [one.form for one in known.grades("tungsten", "all types")] == ["oxide", "element"]


def test_analogues_stand_alone() -> None:
    names = {one.name: one for one in known.analogues("rare earths")}
    assert names["Round Top"].grade == pytest.approx(639e-6) and all(one.source for one in names.values())


# --- lists of minerals ---------------------------------------------------------------------------------------------------------------


def test_lists_have_the_names_they_count() -> None:
    lists = {one.key: one for one in known.mineral_lists()}
    assert {key: one.count for key, one in lists.items()} == {"us2018": 35, "us2022": 50, "us2025": 60, "eu2024crm": 34, "eu2024srm": 17}
    for one in lists.values():
        assert len(set(one.names)) == one.count and one.source and one.confidence in ("high", "medium", "low")
    added = set(lists["us2025"].names) - set(lists["us2022"].names)
    assert added == {
        *("boron", "copper", "lead", "metallurgical coal", "phosphate", "potash", "rhenium", "silicon", "silver", "uranium"),
    }
    assert set(lists["us2022"].names) < set(lists["us2025"].names)


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2018, 5, 17), []),
        (date(2022, 2, 23), ["us2018"]),
        (date(2022, 2, 24), ["us2022"]),
        (date(2025, 11, 6), ["us2022"]),
        (date(2025, 11, 7), ["us2025"]),
    ],
)
def test_one_list_of_the_united_states_at_a_time(day: date, keys: list[str]) -> None:
    assert [one.key for one in known.list_on("USA", day)] == keys


def test_the_union_has_two_lists_at_once() -> None:
    assert [one.count for one in known.list_on("EU", date(2025, 9, 3))] == [34, 17]


def test_words_that_name_an_issuer() -> None:
    assert known.issuers_named("the US list of critical minerals") == ("USA",)
    assert known.issuers_named("из 34 видов сырья, критических для ЕС") == ("EU",)
    assert known.issuers_named("Tedious status of business") == ()


# --- prices --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("commodity", "kind", "per_tonne"),
    [
        ("neodymium", "Nd2O3", 73e3),  # 73 USD/kg
        ("tungsten", "WO3", 38e3),  # 380 USD per metric ton unit of 10 kg
        ("gold", "gold", 3362.6 / 31.1034768e-6),
        ("antimony", "antimony", 25 / 0.45359237e-3),
        ("lithium", "Li2CO3", 9000.0),
        ("iron ore", "iron ore, delivered, spot", 99.781),
    ],
)
def test_prices_per_tonne(commodity: str, kind: str, per_tonne: float) -> None:
    found = known.price(commodity)
    assert found is not None and found.kind == kind and found.year == 2025 and found.source
    assert found.value == pytest.approx(per_tonne, rel=1e-6)


def test_every_price_can_be_read_and_the_years_without_one_are_none() -> None:
    for commodity in known.read("prices.toml"):
        found = known.price(commodity)
        assert found is not None and found.value > 0 and found.form, commodity
        if found.form in ("oxide", "compound"):
            assert units.is_kind(found.kind), commodity
    assert known.price("neodymium", 2021) is not None and known.price("neodymium", 1990) is None and known.price("promethium") is None


# --- acts ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", acts.laws().values(), ids=lambda act: act.key)
def test_an_act_has_states_in_order_with_sources(act: acts.Act) -> None:
    assert act.title and act.states and act.checked
    for before, after in zip(act.states, act.states[1:], strict=False):
        assert before.ends is not None and before.ends < after.begins
    for one in act.states:
        assert one.says and one.source and one.confidence in ("high", "medium", "low")
        assert act.on(one.begins) == one
    assert act.on(date(1900, 1, 1)) is None


def test_states_of_duties_come_from_the_border_and_nowhere_else() -> None:
    act = acts.law("ieepa_tariff")
    assert act is not None
    assert "25 %" in act.on(date(2025, 9, 3)).says and "10 %" in act.on(date(2025, 5, 1)).says  # type: ignore[union-attr]
    assert "rate" not in str(known.read("law.toml")["ieepa_tariff"])


@pytest.mark.parametrize("entry", [key for key, raw in table("law").items() if isinstance(raw, dict)])
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_phrase_of_an_act_is_found_as_it_stands(entry: str, language: str) -> None:
    for phrase in table("law")[entry][language]:
        words = phrase.replace("=", "").replace("*", "тың" if language == "kk" else "")
        marks = find(cut(Text("t", f"{words}.", language)), "law")
        assert entry in [one.name for one in marks], phrase


@pytest.mark.parametrize(
    ("language", "words", "key"),
    [
        ("ru", "добиться отмены поправки Джексона–Вэника, введенной", "jackson_vanik"),
        ("en", "The Jackson–Vanik amendment still applies.", "jackson_vanik"),
        ("kk", "Джексон-Вэник түзетуі күшінде.", "jackson_vanik"),
        ("ru", "по новому Налоговому кодексу ставка вырастет", "tax_code"),
        ("en", "Kazakhstan's new Tax Code", "tax_code"),
        ("kk", "жаңа Салық кодексіне сәйкес", "tax_code"),
        ("en", "a 10% surcharge under Section 122", "section_122"),
        ("ru", "о переходе на роялти вместо НДПИ", "extraction_royalty"),
    ],
)
def test_acts_are_found_in_running_text(language: str, words: str, key: str) -> None:
    assert key in [one.name for one in find(cut(Text("t", words, language)), "law")]


def test_lines_of_every_commodity_are_on_file() -> None:
    (border,) = acts.borders("KAZ")
    for commodity, numbers in known.read("lines.toml")[border.importer].items():
        assert [line.number for line in acts.lines_of(border, commodity)] == numbers, commodity
    assert acts.lines_of(border, "dysprosium") == acts.lines_of(border, "rare earths") != ()
    assert acts.lines_of(border, "gold") == ()
    assert acts.borders("CHN") == ()


def test_days_on_which_a_duty_was_due() -> None:
    (border,) = acts.borders("KAZ")
    first, second, *_ = border.duties
    assert border.lines["8112.12.00"].owed(second) == (date(2025, 8, 7), date(2026, 2, 23))  # beryllium: on no list
    assert border.lines["2805.30.00"].owed(second) is None
    tin = border.lines["2609.00.00"]  # joined the list on 2025-09-08
    assert tin.owed(second) == (date(2025, 8, 7), date(2025, 9, 7)) and tin.owed(first) == (first.begins, first.ends)
    assert not tin.free(second, date(2025, 9, 7)) and tin.free(second, date(2025, 9, 8))


# --- made again ------------------------------------------------------------------------------------------------------------------------


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("claims_reference", ROOT / "benchmarks" / "claims_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (SHARED / "data" / "deposits.parquet").exists(), reason="the data lie beside the repository, where present")
def test_the_shipped_tables_are_what_the_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = _maker()
    monkeypatch.setattr(maker, "OUT", tmp_path)
    maker.main(str(SHARED / "data"))
    for name in ("world.toml", "grades.csv"):
        shipped = ROOT / "src" / "kenes" / "reference" / "claims" / name
        assert (tmp_path / name).read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8"), name


@pytest.mark.skipif(not (SHARED / "facts" / "facts.yaml").exists(), reason="the facts lie beside the repository, where present")
def test_tables_agree_with_those_read_from_the_printed_pages() -> None:
    """The pages and the data release are two copies: they agree on every row that both have."""
    yaml = pytest.importorskip("yaml")
    facts = {
        row["id"]: row
        for rows in yaml.safe_load((SHARED / "facts" / "facts.yaml").read_text(encoding="utf-8")).values()
        if isinstance(rows, list)
        for row in rows
    }
    codes = {"United States": "USA", "Australia": "AUS", "Brazil": "BRA", "China": "CHN", "Kazakhstan": "KAZ", "South Africa": "ZAF"}
    times = {"mcs2026.ree": 1.0, "mcs2026.tungsten": 1.0, "mcs2026.chromium": 1e3, "mcs2026.manganese": 1e3}
    names = {"ree": "rare earths"}
    compared = 0
    for key, factor in times.items():
        commodity = names.get(key.split(".")[1], key.split(".")[1])
        found = known.reserves(commodity)
        assert found is not None
        rows: list[dict[str, Any]] = facts[key]["value"]
        for row in rows:
            if row["country"] in codes and row["reserves"] is not None:
                assert found.rows[codes[row["country"]]] == pytest.approx(row["reserves"] * factor), (key, row["country"])
                compared += 1
    assert compared > 12
