"""Names of commodities, places, deposits and speakers in three languages: what must be found, and what only looks like one."""

from __future__ import annotations

import csv
import gzip
import time
from pathlib import Path

import pytest

from kenes.claims import names
from kenes.claims.alike import entries
from kenes.claims.claim import Text
from kenes.claims.lexicon import find, table
from kenes.claims.names import canonical, common, same, transliterate
from kenes.claims.tokens import Marked, cut
from kenes.units import ATOMIC_WEIGHTS, RARE_EARTHS, SYMBOLS, is_kind

ARTICLE = Path(__file__).parents[2] / "shared" / "press" / "ng-2025-09-03.ru.txt"
RESERVES = Path(__file__).parents[2] / "shared" / "data" / "usgs_mcs2026_world_production_reserves.csv.gz"


def read(content: str, language: str = "en") -> Marked:
    return cut(Text("t", content, language))


def commodities(content: str, language: str = "en") -> list[str]:
    return [row.name for row in names.commodities(read(content, language))]


def categories(content: str, language: str = "en") -> list[str]:
    return [row.name for row in names.categories(read(content, language))]


def places(content: str, language: str = "en") -> list[str]:
    return [row.name for row in names.places(read(content, language))]


def subjects(content: str, language: str = "en") -> list[tuple[str, str]]:
    return [(row.name, row.sort) for row in names.subjects(read(content, language))]


def speakers(content: str, language: str = "en") -> list[str]:
    return [row.name for row in names.speakers(read(content, language))]


# --- tables --------------------------------------------------------------------------------------------------------------------


def test_every_element_has_an_entry_with_its_symbol() -> None:
    raw = table("commodities")
    for symbol, element in SYMBOLS.items():
        assert raw[element]["symbol"] == symbol
        assert raw[element].get("group") == ("rare earths" if element in RARE_EARTHS else raw[element].get("group"))
    named = {entry.get("name", key) for key, entry in raw.items() if isinstance(entry, dict)}
    assert named >= set(ATOMIC_WEIGHTS) | {"rare earths", "heavy rare earths", "light rare earths", "platinum group", "rare metals"}
    assert named >= {
        "critical minerals",
        "strategic minerals",
        "coal",
        "oil",
        "natural gas",
        "phosphate",
        "potash",
        "graphite",
        "fluorspar",
    }
    assert named >= {"barite", "diamond", "iron ore", "bauxite", "limestone", "salt"}


def test_forms_and_kinds_of_commodities_are_known() -> None:
    for key, entry in table("commodities").items():
        if isinstance(entry, dict):
            assert entry.get("form") in (None, "ore", "oxide", "metal", "element", "concentrate"), key
            assert "kind" not in entry or is_kind(entry["kind"]), key


@pytest.mark.parametrize("name", ["commodities", "forms", "categories", "codes", "places"])
def test_every_phrase_of_a_table_is_found_as_its_own_entry(name: str) -> None:
    raw = table(name)
    missed = []
    for key, entry in raw.items():
        for language in ("en", "ru", "kk") if isinstance(entry, dict) else ():
            for phrase in entry.get(language, ()):
                plain = phrase.replace("=", "").replace(" .", ".")
                if "*" in plain or ". " in plain or (key.startswith("-") and language == "kk"):
                    continue  # a point alone ends a sentence
                found = {raw[one.name].get("name", one.name) for one in find(read(plain, language), name)}
                if found != {entry.get("name", key)}:
                    missed.append((key, phrase, found))
    assert not missed


@pytest.mark.skipif(not RESERVES.exists(), reason="needs shared data")
def test_every_country_of_the_reserves_tables_is_a_place() -> None:
    with gzip.open(RESERVES, "rt", encoding="utf-8") as file:
        countries = {row["Country"] for row in csv.DictReader(file)}
    shown = {"Korea, Republic of": "Republic of Korea", "Korea, North": "North Korea", "Congo (Kinshasa)": "Congo (Kinshasa)"}
    missing = {
        name
        for name in countries - {"World total", "Other countries"}
        if len({row.name for row in names.places(read(f"The reserves of {shown.get(name, name)} are large."))}) != 1
    }
    assert not missing


def test_the_gazetteer_has_country_and_commodities() -> None:
    known = {entry.get("name", key) for key, entry in table("places").items() if isinstance(entry, dict)}
    ores = {entry.get("name", key) for key, entry in table("commodities").items() if isinstance(entry, dict)}
    for entry in entries().values():
        assert entry.place is None or entry.place in known, entry
        assert set(entry.commodities) <= ores, entry
        assert entry.sort in ("deposit", "company", "body")
        assert entry.sort != "deposit" or (entry.place and entry.commodities), entry


# --- commodities ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "content", "wanted"),
    [
        ("en", "tungsten, wolfram, aluminum and caesium", ["tungsten", "tungsten", "aluminium", "cesium"]),
        ("en", "rare-earth elements, rare earths, REO and TREO", ["rare earths"] * 4),
        ("en", "Cu-Mo-W ore at 0.5% Cu and 1.2 Mt W", ["copper", "molybdenum", "tungsten", "copper", "tungsten"]),
        ("en", "lead and zinc; Lead prices rose", ["lead", "zinc", "lead"]),
        ("en", "It will lead to jobs, leading producers lead the way, the lead author", []),
        ("en", "greenhouse gas, carbon dioxide, CO2, COP28, a gold medal, NI 43-101, US$5", []),
        ("en", "In 2025 As I said, No ore", []),
        ("en", "5,500 tpa of NdPr oxide and LCE", ["NdPr", "lithium"]),
        ("ru", "неодимом, церием, лантаном и иттрием", ["neodymium", "cerium", "lanthanum", "yttrium"]),
        ("ru", "запасы редкоземов, РЗМ, РМЗ, РЗЭ и лантаноидов", ["rare earths"] * 5),
        ("ru", "редкие металлы и редкие земли", ["rare metals", "rare earths"]),
        ("ru", "вольфрамовой руды, железной руды, медно-порфировых руд", ["tungsten", "iron ore", "copper"]),
        ("ru", "свинцово-цинковые, золоторудное, сурьмы, олова", ["lead", "zinc", "gold", "antimony", "tin"]),
        ("ru", "железная дорога, парниковый газ, золотовалютные резервы", []),
        ("ru", "Индия и Германия", []),
        ("ru", "германия и индия добывают мало: галлий, германий, индий", ["germanium", "indium", "gallium", "germanium", "indium"]),
        ("ru", "критически важных минералов и критического сырья", ["critical minerals", "critical minerals"]),
        ("kk", "мыс, қорғасын, мырыш, қалайы, алтын мен күмістің", ["copper", "lead", "zinc", "tin", "gold", "silver"]),
        ("kk", "сирек жер элементтерінің, сирек жер металдары", ["rare earths", "rare earths"]),
        ("kk", "сирек металдар, аса маңызды минералдардың", ["rare metals", "critical minerals"]),
        ("kk", "мысалы, газетте, темір жол, мұнайдың", ["oil"]),
    ],
)
def test_commodities(language: str, content: str, wanted: list[str]) -> None:
    assert commodities(content, language) == wanted


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        ("0.21 % WO3", "WO3", "tungsten"),
        ("0,2 % WО3", "WO3", "tungsten"),  # a Cyrillic О
        ("Та2О5", "Ta2O5", "tantalum"),  # all Cyrillic
        ("WO₃", "WO3", "tungsten"),
        ("1.2% Li2O", "Li2O", "lithium"),
        ("U3O8", "U3O8", "uranium"),
        ("BeO", "BeO", "beryllium"),
        ("Nd2O3", "Nd2O3", "neodymium"),
        ("FeNb2O6", "FeNb2O6", "niobium"),
        ("rare-earth oxides", "TREO", "rare earths"),
        ("TR2O3", "TREO", "rare earths"),
        ("lithium carbonate equivalent", "Li2CO3", "lithium"),
        ("TREO", "TREO", "rare earths"),
    ],
)
def test_kinds_of_oxides(content: str, kind: str, name: str) -> None:
    for language in ("en", "ru", "kk"):
        (row,) = names.commodities(read(content, language))
        assert (row.name, row.kind, row.form) == (name, kind, "oxide")


def test_a_formula_is_quoted_whole() -> None:
    content = "ore at 0.21% WO3, and 5 t"
    (row,) = names.commodities(read(content))
    assert content[row.start : row.end] == "WO3"


def test_one_name_for_several() -> None:
    assert common(["neodymium", "cerium", "lanthanum", "yttrium"]) == "rare earths"
    assert common(["NdPr", "dysprosium", "heavy rare earths"]) == "rare earths"
    assert common(["platinum", "palladium"]) == "platinum group"
    assert common(["scandium", "yttrium"]) == "scandium"
    assert common([]) is None


# --- forms, categories, codes --------------------------------------------------------------------------------------------------


def test_forms() -> None:
    def found(content: str, language: str) -> list[str]:
        return [row.name for row in names.forms(read(content, language))]

    assert found("run-of-mine ore, concentrate, pentoxide, metal and contained element", "en") == [
        *("ore", "concentrate", "oxide", "metal", "element", "element"),
    ]
    assert found("The field contains 5 t of mineral wealth", "en") == []
    assert found("рудной массы, концентрата, пятиокиси, закиси-окиси, металла", "ru") == ["ore", "concentrate", "oxide", "oxide", "metal"]
    assert found("кен орнында 20 млн тонна кен, тотығы, концентраты, «Тау-Кен»", "kk") == ["ore", "oxide", "concentrate"]


@pytest.mark.parametrize(
    ("language", "content", "wanted"),
    [
        ("en", "Measured and Indicated Mineral Resources of 20 Mt, Inferred 5 Mt", ["measured+indicated", "inferred"]),
        ("en", "proven and probable reserves", ["proven+probable"]),
        ("en", "He indicated that the layer measured 3 m, of proven quality", []),
        ("en", "the Federal Reserve, a nature reserve, human resources, water resources", []),
        ("en", "Meteoric Resources and Kettle Hill Resources drilled", []),
        ("en", "prospective resources and an exploration target", ["forecast", "exploration target"]),
        ("en", "reserves of categories A+B+C1 and C2", ["reserve", "A+B+C1", "C2"]),
        ("en", "C1 cash cost of $900 an ounce against reserves", ["reserve"]),
        ("en", "The room is on level P1 beside B2", []),
        ("ru", "балансовые запасы, прогнозные ресурсы, ресурсы", ["reserve", "forecast", "resource"]),
        ("ru", "по категориям С1 и С2", ["C1+C2"]),
        ("ru", "запасы категории А+В+С₁", ["reserve", "A+B+C1"]),
        ("ru", "ресурсы категории Р3", ["resource", "P3"]),
        ("ru", "запас прочности, золотовалютные резервы, водные ресурсы, природные ресурсы", []),
        ("ru", "доказанные и вероятные запасы, измеренные и выявленные ресурсы", ["proven+probable", "measured+indicated"]),
        ("kk", "болжамды ресурсы, баланстық қоры, С1+С2 санаттары", ["forecast", "reserve", "C1+C2"]),
        ("kk", "Ұлттық қор, даму қоры, қорғасын, қорытынды", []),
        ("ru", "запасы кат. С1-С2, ресурсы А, В и С1", ["reserve", "C1+C2", "resource", "A+B+C1"]),
    ],
)
def test_categories(language: str, content: str, wanted: list[str]) -> None:
    assert categories(content, language) == wanted


def test_codes() -> None:
    def found(content: str, language: str) -> list[str]:
        return [row.name for row in names.codes(read(content, language))]

    assert found("JORC 2012, NI 43-101, S-K 1300, KAZRC, CRIRSCO, SAMREC, PERC, UNFC", "en") == [
        *("JORC", "NI 43-101", "S-K 1300", "KAZRC", "CRIRSCO", "SAMREC", "PERC", "UNFC"),
    ]
    assert found("по стандартам JORC и КАЗРК, утверждены ГКЗ", "ru") == ["JORC", "KAZRC", "GKZ"]
    assert found("43 101 t of ore", "en") == []


# --- places --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "content", "wanted"),
    [
        ("en", "the U.S. and the US told us; China's ore; Turkey; the DRC", ["USA", "USA", "CHN", "TUR", "COD"]),
        ("en", "turkey, chad and polish are served with china", []),
        ("en", "South America, Latin America, Hong Kong dollars", []),
        ("en", "South Korea, North Korea, South Africa, Papua New Guinea", ["KOR", "PRK", "ZAF", "PNG"]),
        ("en", "an EU plan, the European Union, Astana and Beijing", ["EU", "EU", "KAZ", "CHN"]),
        ("ru", "Китаю и Бразилии, США, КНР, Соединенные Штаты", ["CHN", "BRA", "USA", "CHN", "USA"]),
        ("ru", "казахстанских и американских компаний", ["KAZ", "USA"]),
        ("ru", "в Костанайской области и Восточно-Казахстанской области", ["KAZ", "KAZ"]),
        ("ru", "кроме того, чад, куба ткани и перу писателя", []),
        ("ru", "Того же мнения эксперты", []),
        ("ru", "по 85 долл. США за кг и 5 млн долларов США, доля США", ["USA"]),
        ("kk", "Қазақстанның, АҚШ-тың, Қытаймен, Ресейге, қытайлық", ["KAZ", "USA", "CHN", "RUS", "CHN"]),
        ("kk", "Ұлытау облысында, Шығыс Қазақстанда", ["KAZ", "KAZ"]),
    ],
)
def test_places(language: str, content: str, wanted: list[str]) -> None:
    assert places(content, language) == wanted


def test_a_place_tells_what_it_is() -> None:
    rows = names.places(read("Kazakh officials in Astana, Kazakhstan, spoke of Karaganda"))
    assert [row.sort for row in rows] == ["adjective", "capital", "country", "region"]


# --- subjects ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "content", "wanted"),
    [
        ("en", "the Caldeira project and the Songwe Hill rare earth mine", [("Caldeira", "deposit"), ("Songwe Hill", "deposit")]),
        ("en", "Upper Kairakty and North Katpar deposits", [("Upper Kairakty", "deposit"), ("North Katpar", "deposit")]),
        (
            "en",
            "Lower Kairakty, Akbulak-2 and South Katpar",
            [("Lower Kairakty", "deposit"), ("Akbulak-2", "deposit"), ("South Katpar", "deposit")],
        ),
        ("en", "LKAB's Per Geijer deposit", [("LKAB", "company"), ("Per Geijer", "deposit")]),
        ("en", "The Tas-Bulak deposit is new. Tas-Bulak is large.", [("Tas-Bulak", "deposit"), ("Tas-Bulak", "deposit")]),
        ("en", "Each deposit, new projects, Kazakh mines, rare-earth projects, The project", []),
        (
            "en",
            "Granite Fork Mining LLC and Arafura Rare Earths Ltd",
            [("Granite Fork Mining LLC", "company"), ("Arafura Rare Earths", "company")],
        ),
        ("en", "Total Mineral Resources and Inferred Mineral Resources", []),
        ("en", "Kettle Hill carries 935.4 kt of lanthanides", [("Kettle Hill", "deposit")]),
        ("en", "Drilling at Tas-Bulak outlined 3.1 Mt", [("Tas-Bulak", "deposit")]),
        ("en", "EXIM and the Export-Import Bank", [("EXIM", "body"), ("EXIM", "body")]),
        ("ru", "месторождение Северное и участок «Тас-Булак»", [("Северное", "deposit"), ("Тас-Булак", "deposit")]),
        ("ru", "на месторождениях Верхние Кайракты и Северный Катпар", [("Upper Kairakty", "deposit"), ("North Katpar", "deposit")]),
        ("ru", "Кундыбайское месторождение; новое месторождение", [("Kundybai", "deposit")]),
        ("ru", "ТОО «Северный Катпар» и АО «Казгеология»", [("Severniy Katpar LLP", "company"), ("Kazgeology", "company")]),
        ("ru", "проект Токаева, проект Казахстана; в Актогайском районе", []),
        ("ru", "на участке недр «Новый Казахстан»", [("Zhana Kazakhstan", "deposit")]),
        ("ru", "строим Новый Казахстан вместе", []),
        ("ru", "Касым-Жомарт Токаев и Хуш Чокси", []),
        ("kk", "«Тасбұлақ» кен орны, Қызылтас кен орнында", [("Тасбұлақ", "deposit"), ("Қызылтас", "deposit")]),
        ("kk", "Жоғарғы Қайрақты мен Солтүстік Қатпар кен орындары", [("Upper Kairakty", "deposit"), ("North Katpar", "deposit")]),
        ("kk", "«Жаңа Қазақстан» учаскесі", [("Zhana Kazakhstan", "deposit")]),
        ("kk", "Сарыбұлақ учаскесінде «Алтын Дала» компаниясы", [("Сарыбұлақ", "deposit"), ("Алтын Дала", "company")]),
        ("kk", "Жаңа Қазақстан құру жолында", []),
        ("kk", "«Тау-Кен Самұрық» АҚ, «Дала Кен» ЖШС", [("Tau-Ken Samruk", "company"), ("Дала Кен", "company")]),
    ],
)
def test_subjects(language: str, content: str, wanted: list[tuple[str, str]]) -> None:
    assert subjects(content, language) == wanted


def test_a_subject_the_gazetteer_lacks_is_transliterated() -> None:
    (row,) = names.subjects(read("месторождение Тас-Булак", "ru"))
    assert (row.name, row.canonical, row.place) == ("Тас-Булак", "Tas-Bulak", None)
    (row,) = names.subjects(read("месторождение Акбулак", "ru"))
    assert (row.name, row.canonical, row.place) == ("Akbulak", "Akbulak", "KAZ")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Верхние Кайракты", "Жоғарғы Қайрақты"),
        ("Верхнее Кайракты", "Upper Kairakty"),
        ("Verkhneye Kayrakty", "Verkhnee Kairakty"),
        ("Куйректыколь", "Kuirektykol"),
        ("Күйректікөл", "Куйректыколь"),
        ("Жана Казахстан", "Zhana Kazakhstan"),
        ("Новый Казахстан", "Жаңа Қазақстан"),
        ("New Kazakhstan", "Jana Qazaqstan"),
        ("Ақбұлақ", "Akbulak"),
        ("Кундыбайское", "Kundybay"),
        ("Бакенное", "Bakenno"),
        ("Северный Катпар", "Northern Katpar"),
        ("Тау-Кен Самұрық", "Tau-Ken Samruk"),
        ("Қазгеология", "Kazgeology"),
        ("Джезказган", "Zhezkazgan"),
        ("Тас-Булак", "Tasbulak"),
        ("Тасбұлақ", "Tas-Bulak"),
        ("Ушкатын-3", "Ushkatyn III"),
        ("Шубарколь Южный", "South Shubarkol"),
        ("Северное", "Severnoye"),
        ("Кызылтас", "Кызылтасского"),
        ("Тасбұлақта", "Тас-Булак"),
    ],
)
def test_names_of_one_subject(a: str, b: str) -> None:
    assert same(a, b) and same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("North Katpar", "South Katpar"),
        ("Катпар", "Северный Катпар"),
        ("Akbulak", "Akbulak-2"),
        ("Upper Kairakty", "Lower Kairakty"),
        ("Kairakty", "Upper Kairakty"),
        ("Кызылтас", "Кызылтау"),
        ("Cove Kaz", "Cove Capital"),
        ("Ushkatyn I", "Ushkatyn III"),
        ("Zhana Kazakhstan", "Kazakhstan"),
        ("Karatau", "Karatas"),
        ("Akbulak", "Karabulak"),
        ("Тас-Булак", "Тас-Кудук"),
    ],
)
def test_names_of_two_subjects(a: str, b: str) -> None:
    assert not same(a, b) and not same(b, a)


def test_canonical_names() -> None:
    assert canonical("участок «Кундыбайское»") == ("Kundybai", "KAZ")
    assert canonical("Баян-Обо") == ("Bayan Obo", "CHN")
    assert canonical("Тас-Булак") == ("Тас-Булак", None)
    assert canonical("") == ("", None)


def test_transliteration() -> None:
    assert transliterate("Щучье, Жезқазған, Өскемен") == "Shchuche, Zhezqazghan, Öskemen"
    assert transliterate("Akbulak 2") == "Akbulak 2"


# --- speakers ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "content", "wanted"),
    [
        ("en", "The ministry puts the ore at 42 Mt.", ["ministry"]),
        ("en", "Gold pays, chief executive Dana Orlova said.", ["Dana Orlova"]),
        ("en", "Pini Althaus, chief executive of Cove Capital, said it costs $1bn.", ["Pini Althaus"]),
        ("en", "“We have 20 Mt,” said Aidar Serikov. “It is much,” he added.", ["Aidar Serikov", "Aidar Serikov"]),
        ("en", "According to the U.S. Geological Survey, China has 44 Mt.", ["U.S. Geological Survey"]),
        ("en", "A spokesman for the ministry said so.", ["spokesman for the ministry"]),
        ("en", "Resources were estimated at 5 Mt by SRK Consulting.", ["SRK Consulting"]),
        ("en", "Turkey announced 694 Mt.", ["Turkey"]),
        ("en", "Reported reserves are 20 Mt; the reserves are estimated at 5 Mt.", []),
        ("en", "The United States imposed a tariff.", []),
        ("ru", "Хуш Чокси подчеркнул важность. «Найдено 19», – сообщил он.", ["Хуш Чокси", "Хуш Чокси"]),
        ("ru", "Как сообщил глава Минпромстроя Ерсайын Нагаспаев, их 38. По его словам, это много.", ["Ерсайын Нагаспаев"] * 2),
        ("ru", "По данным Геологической службы США, запасы Китая – 44 млн т.", ["Геологической службы США"]),
        ("ru", "Президент США Дональд Трамп объяснил это. Пошлины вырастут, предупредил президент США.", ["Дональд Трамп"] * 2),
        ("ru", "Об этом сообщили в пресс-службе «Казатомпрома».", ["пресс-службе «Казатомпрома»"]),
        ("ru", "Добыча выросла, сообщило издание Forbes.kz.", ["издание Forbes.kz"]),
        ("ru", "Иванов сообщил о 5 млн т, а Петров назвал 7 млн т.", ["Иванов", "Петров"]),
        ("ru", "Ожидается рост; отмеченное месторождение велико.", []),
        ("kk", "«Минералдың 19-ы бар», – деді Хуш Чокси.", ["Хуш Чокси"]),
        ("kk", "Өнеркәсіп және құрылыс министрлігінің мәліметінше, 38 кен орны бар.", ["Өнеркәсіп және құрылыс министрлігі"]),
        ("kk", "Министр Ерсайын Нағаспаев 20 млн тонна кен бар екенін айтты.", ["Ерсайын Нағаспаев"]),
        ("kk", "Геолог Айдар Серіковтің айтуынша, қор көп.", ["Айдар Серіков"]),
    ],
)
def test_speakers(language: str, content: str, wanted: list[str]) -> None:
    assert speakers(content, language) == wanted


def test_two_speakers_of_one_sentence_have_each_their_words() -> None:
    content = "Иванов сообщил о 5 млн т, а Петров назвал 7 млн т."
    first, second = names.speakers(read(content, "ru"))
    assert "5 млн" in content[first.said_start : first.said_end] and "7 млн" not in content[first.said_start : first.said_end]
    assert "7 млн" in content[second.said_start : second.said_end] and "5 млн" not in content[second.said_start : second.said_end]


def test_direct_speech_of_several_sentences_is_said_whole() -> None:
    content = "«Мы нашли 20 млн т руды. Это третье место», – сказал министр Канат Шарлапаев. Цена выросла."
    (row,) = names.speakers(read(content, "ru"))
    assert content[row.said_start : row.said_end].startswith("«Мы нашли") and "Цена" not in content[row.said_start : row.said_end]
    assert content[row.start : row.end] == "Канат Шарлапаев"


# --- the article ---------------------------------------------------------------------------------------------------------------

needs_article = pytest.mark.skipif(not ARTICLE.exists(), reason="needs the shared article")


@pytest.fixture(scope="module")
def article() -> Marked:
    return read(ARTICLE.read_text(encoding="utf-8"), "ru")


def who(marked: Marked, words: str) -> str | None:
    """Speaker of the first such words: of all that hold them, whose speech is the shortest."""
    at = marked.text.content.index(words)
    inside = [said for said in names.speakers(marked) if said.said_start <= at and at + len(words) <= said.said_end]
    return min(inside, key=lambda said: said.said_end - said.said_start).name if inside else None


@needs_article
@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("Из 50 критически важных минералов", "Хуш Чокси"),
        ("обнаружено 19", "Хуш Чокси"),
        ("наличие 19 из 50 критически важных", "Хуш Чокси"),
        ("увеличить годовой ВВП", None),
        ("достигнуты хорошие результаты", "представители Торговой палаты США"),
        ("около 5 тыс. неразведанных", "Хуш Чокси"),
        ("38 новых месторождениях", "Министерство промышленности и строительства Казахстана"),
        ("никаких тарифов не будет", "Дональд Трамп"),
        ("они будут добавлены к действующим 25%", "Дональд Трамп"),
        ("речь идет о ежегодной бизнес-миссии", "Дженнифер Мил"),
        ("Миссия 2025 года", None),
        ("владеет 75% в проекте", None),
    ],
)
def test_who_says_it_in_the_article(article: Marked, words: str, speaker: str | None) -> None:
    assert who(article, words) == speaker


@needs_article
def test_what_the_article_names(article: Marked) -> None:
    found = {(row.name, row.sort, row.place) for row in names.subjects(article)}
    assert found >= {
        ("Zhana Kazakhstan", "deposit", "KAZ"),
        ("Akbulak", "deposit", "KAZ"),
        ("Tau-Ken Samruk", "company", "KAZ"),
        ("Cove Kaz Capital Group", "company", "USA"),
        ("Cove Capital LLC", "company", "USA"),
        ("Kazgeology", "company", "KAZ"),
        ("EXIM", "body", "USA"),
        ("USTDA", "body", "USA"),
    }
    assert {row.name for row in names.subjects(article) if row.sort == "deposit"} == {"Zhana Kazakhstan", "Akbulak"}
    assert {row.name for row in names.places(article)} == {"KAZ", "USA", "CHN", "BRA"}
    assert {row.name for row in names.commodities(article)} == {
        *("rare earths", "critical minerals", "gold", "oil", "neodymium", "cerium", "lanthanum", "yttrium"),
    }


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("en", "Akbulak " * 20_000),
        ("en", "He said he said " * 8_000),
        ("en", "C1+" * 20_000 + " reserves"),
        ("en", "Fe2O3" * 20_000),
        ("en", '"' * 30_000 + "«" * 30_000),
        ("ru", "месторождение Акбулак и " * 8_000),
        ("ru", "сообщил он, " * 8_000),
    ],
)
def test_hostile_texts_end_quickly(language: str, content: str) -> None:
    marked = read(content, language)
    begun = time.perf_counter()
    for reader in (names.commodities, names.forms, names.categories, names.codes, names.places, names.subjects, names.speakers):
        assert reader(marked) is not None
    assert time.perf_counter() - begun < 30.0
