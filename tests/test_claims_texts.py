"""What is read of bytes? Every encoding, HTML as it is seen, the text layer of a PDF; and bombs end in a clear error, soon."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import unicodedata
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenes.claims import pages, texts
from kenes.claims.claim import Text
from kenes.errors import InputError

PRESS = Path(__file__).parents[2] / "shared" / "press" / "ng-2025-09-03.ru.txt"

RUSSIAN = "Прогнозные ресурсы месторождения – более 20 млн т руды, содержание около 700 г/т.\nЛицензия выдана на 25 лет."
KAZAKH = "Қостанай облысында сирек жер металдарының ірі кен орны табылды, қоры 20 млн тоннадан асады, құрамы тоннасына 700 грамм."
ENGLISH = "The deposit holds “more than” 20 Mt of ore – about 700 g/t, or €1 billion."


def read(data: bytes | str, **more: object) -> Text:
    given = data.encode() if isinstance(data, str) else data
    return texts.read_bytes(given, "a file", "a", **more)  # type: ignore[arg-type]


def fault(data: bytes | str) -> str:
    with pytest.raises(InputError) as caught:
        read(data)
    assert len(caught.value.faults) == 1
    one = caught.value.faults[0]
    assert one.where == "a file" and one.got and one.wanted
    return str(one)


# --- encodings -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [RUSSIAN, KAZAKH, ENGLISH])
def test_an_encoding_that_says_its_name_is_no_guess(text: str, encoding: str) -> None:
    found = read(text.encode(encoding))
    assert found.content == text
    assert found.notes == ()


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", [3, 10, 1000])
def test_russian_of_any_encoding_is_read_and_the_guess_is_told(encoding: str, words: int) -> None:
    text = " ".join((RUSSIAN.replace("–", "-").split() * 60)[:words])
    found = read(text.encode(encoding))
    assert found.content == text
    assert len(found.notes) == 1 and found.notes[0].startswith("encoding guessed: ")
    assert found.language == "ru"


def test_kazakh_of_eight_bits_keeps_its_letters() -> None:
    found = read(KAZAKH.encode("kz1048"))
    assert found.content == KAZAKH
    assert found.language == "kk"
    assert found.notes == ("encoding guessed: KZ-1048",)


@pytest.mark.parametrize("text", [ENGLISH, "£5m for the café", "20\u00a0000 t of ore", "Le gisement recèle 20 Mt à 700 g/t"])
def test_english_of_eight_bits(text: str) -> None:
    found = read(text.encode("cp1252"))
    assert found.content == text
    assert found.notes[0] == "encoding guessed: windows-1252"


def test_a_few_bad_bytes_do_not_make_utf_8_another_encoding() -> None:
    data = bytearray(RUSSIAN.encode())
    data[20] = 0xFF
    found = read(bytes(data))
    assert found.content[-20:] == RUSSIAN[-20:]
    assert "\ufffd" in found.content
    assert "cannot be read" in found.notes[0]


def test_declared_encoding_of_a_page_is_honoured() -> None:
    page = '<html><head><meta charset="{}"></head><body><p>à 20 à</p></body></html>'
    found = read(page.format("ISO-8859-1").encode("cp1252"))
    assert (found.content, found.notes) == ("à 20 à", ())
    assert read(page.format("none").encode("cp1252")).content == "а 20 а"  # letters that stand alone: Cyrillic is likelier
    found = read('<?xml version="1.0" encoding="windows-1251"?><html><body>руда: 20 т</body></html>'.encode("cp1251"))
    assert (found.content, found.notes) == ("руда: 20 т", ())


@pytest.mark.parametrize("name", ["windows-1251", "no-such-thing", "unicode_escape", "base64"])
def test_a_page_of_utf_8_is_read_so_whatever_it_declares(name: str) -> None:
    assert read(f'<html><head><meta charset="{name}"></head><body>руда: 20 т</body></html>').content == "руда: 20 т"


def test_a_declared_encoding_that_is_not_so_is_guessed() -> None:
    text = "руда месторождения: двадцать миллионов тонн"
    for name in ("utf-8", "unicode_escape", "base64", "no-such-thing"):
        found = read(f'<html><meta http-equiv="Content-Type" content="text/html; charset={name}"><body>{text}'.encode("cp1251"))
        assert found.content == text, name
        assert found.notes == ("encoding guessed: windows-1251",)


# --- content -------------------------------------------------------------------------------------------------------------------


def test_only_what_cannot_be_seen_changes() -> None:
    assert read("20\r\nMt\rof\nore").content == "20\nMt\nof\nore"
    assert read("\ufeff20\u00ad Mt\u200b of\u2060 \u202eore\u202c").content == "20 Mt of ore"
    assert read("20\u00a0000\u202f000\u2009t\t–\u2003ore  ").content == "20\u00a0000\u202f000\u2009t\t–\u2003ore  "
    assert read(b"20 Mt\0 of ore, " * 1 + b"20 Mt of ore, " * 40).content.startswith("20 Mt of ore, 20")
    apart = unicodedata.normalize("NFD", "Қой жайлауы ёё")
    assert len(apart) > len("Қой жайлауы ёё") and read(apart).content == "Қой жайлауы ёё"


def test_every_text_carries_where_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_bytes(RUSSIAN.encode())
    found = texts.read(path, "news", dated=date(2025, 9, 3))
    assert (found.key, found.source, found.kind, found.dated) == ("news", str(path), "plain", date(2025, 9, 3))
    assert found.sha256 == __import__("hashlib").sha256(RUSSIAN.encode()).hexdigest()
    assert texts.read(path, "news", language="kk").language == "kk"
    with pytest.raises(InputError, match="en, ru or kk"):
        texts.read(path, "news", language="de")


@pytest.mark.skipif(not PRESS.exists(), reason="the article is not here")
def test_the_article_is_read_as_it_stands() -> None:
    found = texts.read(PRESS, "ng")
    assert (found.language, found.kind, found.notes) == ("ru", "plain", ())
    for words in ("19 из 50", "более 20 млн"):
        assert words in found.content


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (RUSSIAN, "ru"),
        (KAZAKH, "kk"),
        ("Кен орнында 5 млн тонна кен бар", "kk"),
        ("Қор: 20 млн т", "kk"),
        ("Запасы руды 20 млн т", "ru"),
        ("20 Mt", "en"),
        ("42", "en"),
        (RUSSIAN * 3 + " " + KAZAKH, "ru"),
        (KAZAKH * 3 + " " + RUSSIAN, "kk"),
        (RUSSIAN * 2 + ENGLISH, "ru"),
        (ENGLISH * 2 + RUSSIAN, "en"),
        ("Месторождения Құндыбай и Ақбұлақ: около 20 млн т руды, по данным министерства, запасы не утверждены.", "ru"),
        ("Запаси її родовища становлять двадцять мільйонів тонн", "ru"),
    ],
)
def test_language_is_that_of_most_words(text: str, language: str) -> None:
    assert read(text).language == language


def test_a_language_that_is_not_read_is_told() -> None:
    assert "neither Latin nor Cyrillic" in read("鉱床には二千万トンの鉱石がある").notes[0]
    assert "few words of English" in read("Die Lagerstätte enthält zwanzig Millionen Tonnen Erz. " * 10).notes[0]
    assert read(ENGLISH * 10).notes == ()


# --- HTML ----------------------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Head: 1 Mt</title><style>p::before{content:"2 Mt"}</style>
<meta property="article:published_time" content="2025-09-03T10:00:00+05:00"><script>var x = "3 Mt";</script></head><body>
<!-- 4 Mt --><script>document.write("5 Mt")</script><noscript>6 Mt</noscript><template><p>7 Mt</p></template>
<svg><text>8 Mt</text></svg><p hidden>9 Mt</p><div style="color:red; DISPLAY : none">10 Mt <p>11 Mt</p></div><dialog>12 Mt</dialog>
<select><option>13 Mt</option></select><textarea hidden>14 Mt</textarea><iframe>15 Mt</iframe><p style="visibility:hidden">16 Mt
<h1>Kettle&nbsp;Hill</h1><p>holds 20&nbsp;000&thinsp;t &lt;of <b>rare</b>-<i>earth</i>
   ore&gt; &#8212; &laquo;more&raquo;.<p>Next<br>line</p><ul><li>one<li>two</ul>after</body></html>"""


def test_html_is_read_as_it_is_seen() -> None:
    found = read(PAGE)
    assert found.kind == "html"
    kettle = "Kettle\u00a0Hill\n\nholds 20\u00a0000\u2009t <of rare-earth ore> — «more».\n\nNext\nline\n\none\n\ntwo\n\nafter"
    assert found.content == kettle
    assert found.dated == date(2025, 9, 3)
    assert read(PAGE, dated=date(2024, 1, 1)).dated == date(2024, 1, 1)


def test_cells_of_a_table_stay_apart() -> None:
    rows = "<tr><th>Category<th>Mt<th><p>g/t</p></tr><tr><td>Measured<td>20<td>700</tr><tr><td>All</td><td></td><td> 300 </td></tr>"
    assert read(f"<p>Table</p><table>{rows}</table>x").content == "Table\n\nCategory | Mt | g/t\n\nMeasured | 20 | 700\n\nAll | 300\n\nx"
    assert read("<table><tr><td><p>one</p><p>two</p></td><td>three</td></tr></table>").content == "one\n\ntwo\n\nthree"


def test_raised_signs_are_no_digits_of_the_number_before_them() -> None:
    found = read(
        "<p>20 Mt<sup>1</sup> or 2·10<sup>6</sup> t, 5 m<sup>3</sup>, the 5<sup>th</sup></p><p>Nd<sub>2</sub>O, 700<sup>2</sup></p>"
    )
    assert found.content == "20 Mt [1] or 2·10^6 t, 5 m³, the 5th\n\nNd2O, 700 [2]"


def test_spaces_of_preformatted_text_are_kept() -> None:
    assert read("<body><pre>a\n  b\n\nc</pre>").content == "a\nb\n\nc"
    assert read("<body><p>a\n  b\n\nc</p>").content == "a b c"


def test_kind_is_told_by_what_is_in_the_file(tmp_path: Path) -> None:
    kinds = {"a.txt": PAGE.encode(), "b.html": RUSSIAN.encode(), "c.pdf": ENGLISH.encode(), "d.htm": pdf([[(72, 700, 12, "20 Mt")]])}
    found = {}
    for name, data in kinds.items():
        (tmp_path / name).write_bytes(data)
        found[name] = texts.read(tmp_path / name, "a").kind
    assert found == {"a.txt": "html", "b.html": "plain", "c.pdf": "plain", "d.htm": "pdf"}
    assert read("if 5 < 6 and 7 > 6 then <20 Mt>").kind == "plain"


def test_a_page_without_text_is_told() -> None:
    assert "without text" in fault("<html><script>render('20 Mt')</script><div id=app></div></html>")


# --- PDF -----------------------------------------------------------------------------------------------------------------------

Placed = tuple[float, float, float, str]
"""x, y and size in points, and the words."""


def pdf(sheets: list[list[Placed]], content: bytes | None = None, head: bytes = b"", tail: bytes = b"") -> bytes:
    """A PDF with these words on its pages. Its font is named and not embedded, so any letter can stand in it.

    content : drawn on the first page instead, packed already
    head    : more keys of each page
    tail    : more keys of the trailer
    """
    names = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def 1 begincodespacerange "
        b"<0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
    )
    font = b"/Type /Font /Subtype /CIDFontType2 /BaseFont /Arial /DW 500 /FontDescriptor 6 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(names), names),
        b"<< %s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>" % font,
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Arial /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 3 0 R >>",
        b"<< /Type /FontDescriptor /FontName /Arial /Flags 32 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 "
        b"/CapHeight 700 /StemV 80 >>",
    ]
    kids = []
    for sheet in sheets:
        drawn = "".join(f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm <{words.encode('utf-16-be').hex()}> Tj\n" for x, y, size, words in sheet)
        packed = zlib.compress(f"BT\n{drawn}ET".encode()) if content is None or kids else content
        objects.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed))
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s /Resources << /Font << /F1 5 0 R >> >> /Contents %d 0 R >>"
        objects.append(page % (head, len(objects)))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R %s>>\n" % (len(out), rows, len(objects) + 1, tail)
    return out + b"startxref\n%d\n%%%%EOF\n" % out.rindex(b"xref\n0 ")


def column(lines: list[str], top: float = 780, step: float = 14, size: float = 12) -> list[Placed]:
    return [(72, top - step * n, size, line) for n, line in enumerate(lines)]


def test_lines_of_a_pdf_become_paragraphs_and_hyphens_at_their_ends_go() -> None:
    first = [
        "The deposit holds more than 20 Mt of inter-",
        "nationally classified ore, with heavy rare-",
        "earth oxides at about 700 g/t; it is open.",
    ]
    second = ["Геологи оценивают ресурсы месторож-", "дения более чем в 20 млн т руды, а со-", "держание в 700 г/т."]
    found = read(pdf([[*column(first), *column(second, 700)]]))
    assert found.kind == "pdf"
    assert found.content == (
        "The deposit holds more than 20 Mt of internationally classified ore, with heavy rare-earth oxides at about 700 g/t; it is open."
        "\n\nГеологи оценивают ресурсы месторождения более чем в 20 млн т руды, а содержание в 700 г/т."
    )
    assert found.notes == ()


def test_a_hyphen_of_the_word_itself_stays() -> None:
    lines = [
        "Neodymium-praseodymium and again neodymium-",
        "praseodymium, in 2024-",
        "2025, licence C1-",
        "C2 near Ала-",
        "Тау - a town -",
        "so it is",
    ]
    assert read(pdf([column(lines)])).content == (
        "Neodymium-praseodymium and again neodymium-praseodymium, in 2024-2025, licence C1-C2 near Ала-Тау - a town - so it is"
    )


def test_numbers_of_a_table_in_a_pdf_stay_apart() -> None:
    rows = [
        (72, 700, 12, "Measured"),
        (200, 700, 12, "20"),
        (240, 700, 12, "700"),
        (72, 680, 12, "All"),
        (200, 680, 12, "35"),
        (240, 680, 12, "100"),
    ]
    assert read(pdf([rows])).content == "Measured | 20 | 700\n\nAll | 35 | 100"


@pytest.mark.parametrize(
    ("turned", "matrix", "place"),
    [(90, "0 1 -1 0", lambda x, y: (595 - y, x)), (270, "0 -1 1 0", lambda x, y: (y, 842 - x))],
)
def test_a_page_that_lies_on_its_side_is_read_upright(
    turned: int, matrix: str, place: Callable[[float, float], tuple[float, float]]
) -> None:
    words = [(72, 500, "Measured"), (200, 500, "20"), (240, 500, "700"), (72, 480, "All"), (200, 480, "35")]
    rows = "".join(
        f"/F1 12 Tf {matrix} {place(x, y)[0]} {place(x, y)[1]} Tm <{said.encode('utf-16-be').hex()}> Tj\n" for x, y, said in words
    )
    data = pdf([[]], zlib.compress(f"BT\n{rows}ET".encode()), b"/Rotate %d" % turned)
    assert read(data).content == "Measured | 20 | 700\n\nAll | 35"


def test_the_number_of_a_footnote_is_no_digit_in_a_pdf() -> None:
    row = [(72, 700, 12, "20 Mt"), (102, 705, 7, "1"), (110, 700, 12, "or 10"), (140, 705, 7, "6"), (147, 700, 12, "t")]
    assert read(pdf([row])).content == "20 Mt [1] or 10^6 t"


def test_pages_are_counted_and_their_running_heads_go_but_once() -> None:
    sheets = [
        [(72, 800, 9, "Kettle Hill, 20 Mt"), *column([f"Page of {word} text."], 700), (300, 30, 9, f"{n}")]
        for n, word in ((7, "one"), (8, "two"), (9, "six"))
    ]
    found = read(pdf(sheets))
    assert found.content.replace("\f", "") == "Kettle Hill, 20 Mt\n\nPage of one text.\n\n7\n\nPage of two text.\n\nPage of six text."
    assert found.notes == ("4 running heads and feet of pages left out",)
    assert [texts.page(found, found.content.index(word)) for word in ("Kettle", "one", "Page of two", "six")] == [1, 1, 2, 3]
    assert texts.page(read("plain\f text"), 8) is None


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    sheets = [column(["The deposit of Kettle Hill holds more than"]), [], column(["twenty million tonnes of ore."])]
    found = read(pdf(sheets))
    assert found.content == "The deposit of Kettle Hill holds more than twenty million tonnes of ore."
    assert found.notes == ("1 of 3 pages have no text layer",)


def test_data_at_the_same_place_of_each_page_is_no_running_head() -> None:
    sheets = [[(72, 700, 12, "Ore"), (200, 700, 12, f"{tonnes} Mt")] for tonnes in (20, 35, 70)]
    assert [row.strip() for row in read(pdf(sheets)).content.split("\n\n")] == ["Ore | 20 Mt", "Ore | 35 Mt", "Ore | 70 Mt"]


def test_a_pdf_of_pictures_an_encrypted_and_a_broken_one_are_told_apart() -> None:
    assert "no text layer" in fault(pdf([[], []])) and "OCR" in fault(pdf([[]]))
    locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>] " % (b"41" * 32, b"42" * 32)
    assert "encrypted" in fault(pdf([column(["20 Mt"])], tail=locked))
    assert "damaged" in fault(b"%PDF-1.7\n" + b"nothing of a PDF " * 100)
    assert "do not tell their letters" in fault(pdf([column(["\ue001\ue002\ue003\ue004 \ue005\ue006"])]))


# --- what is no text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "an empty file"),
        (b" \n\t\r\n ", "an empty file"),
        (b"\0" * 1000, "nothing but zeros"),
        ("\u200b\ufeff\u00ad".encode(), "cannot be seen"),
        (b"PK\x03\x04" + b"word/document.xml" * 20, "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Word"),
        (b"{\\rtf1\\ansi 20 Mt}", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
        (b"\x7fELF" + bytes(range(128)) * 10, "no text"),
        ("text".encode("utf-16") + bytes(range(1, 251)) * 20, "no text"),
        (bytes(range(256)) * 40, "no encoding that is known"),
        (b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n<html>=D0=9F", "MHTML"),
    ],
)
def test_what_is_no_text_is_told(data: bytes, told: str) -> None:
    assert told in fault(data)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    def message(path: Path) -> str:
        with pytest.raises(InputError) as caught:
            texts.read(path, "a")
        return str(caught.value)

    assert "no such file" in message(tmp_path / "none.txt")
    assert "a folder" in message(tmp_path)
    assert "a name that no file can have" in message(Path("a\0b"))
    (tmp_path / "file").write_text("x")
    assert "cannot be read" in message(tmp_path / "file" / "below")
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as handle:
        handle.truncate(1_000_000_000)
    began = time.monotonic()
    assert "a file of 1,000 MB" in message(huge) and "at most 50 MB" in message(huge)
    assert time.monotonic() - began < 5


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_text_or_a_fault(data: bytes) -> None:
    try:
        found = read(data)
    except InputError as error:
        assert error.faults[0].got
    else:
        assert found.content.strip() and found.language in ("en", "ru", "kk")
        assert found.content.encode("utf-8") and "\r" not in found.content and "\0" not in found.content


# --- bombs ---------------------------------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """Gives bytes for ever, few at a time, and counts them."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += min(size, 300_000)
        assert self.given <= texts.LARGEST + 300_000
        return b"2" * min(size, 300_000)


def test_an_endless_stream_is_left_at_the_limit() -> None:
    with pytest.raises(InputError, match="an endless or growing file"):
        texts.read_stream("a", stream=Endless())  # type: ignore[arg-type]
    found = texts.read_stream("a", stream=io.BytesIO(RUSSIAN.encode()))
    assert (found.content, found.source) == (RUSSIAN, "standard input")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_an_endless_device_ends() -> None:
    code = "import sys; sys.path.pop(0)\nfrom pathlib import Path\nfrom kenes.claims import texts\nfrom kenes.errors import InputError\n"
    code += "for door in (lambda: texts.read_stream('a'), lambda: texts.read(Path('/dev/zero'), 'a')):\n"
    code += "    try: door()\n    except InputError as error: print(error.faults[0].got)"
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run([sys.executable, "-c", code], stdin=zeros, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "an endless or growing file\n" * 2


def test_a_long_text_is_read_to_the_limit_and_no_number_is_cut() -> None:
    text = " ".join(str(n) for n in range(1_000_000))
    found = read(text)
    assert texts.LONGEST - 10 <= len(found.content) <= texts.LONGEST
    assert text.startswith(found.content + " ")
    assert found.notes == (f"the first {len(found.content):,} of {len(text):,} characters were read",)
    assert len(read("a" * 3_000_000).content) == texts.LONGEST
    page = read("<p>" + text)
    assert page.kind == "plain"  # one open tag makes no page
    page = read("<html><p>" + text)
    assert page.content == found.content and page.notes[0].startswith("only the first 499,")


def test_html_that_is_nested_deeply_is_read_or_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("<html>" + "<div>" * 5_000 + "20 Mt").content == "20 Mt"
    assert read("<html>" + "<table><tr><td>" * 2_000 + "20 Mt").content == "20 Mt"
    monkeypatch.setattr(pages, "SECONDS", 2)
    assert "takes more than 2 seconds" in fault("<html>" + "<div>" * 300_000 + "20 Mt")
    assert "takes more than 2 seconds" in fault("<html><div " + " ".join(f"a{n}=1" for n in range(200_000)) + ">20 Mt")


def bomb(part: bytes, times: int) -> bytes:
    """A PDF whose page unpacks to ``times`` thousand such parts."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(part * 1_000) for _ in range(times)) + packer.flush()
    return pdf([column(["20 Mt"])], packed)


@pytest.mark.parametrize(
    ("part", "times"),
    [(b" " * 1_000, 1_200), (b"BT /F1 12 Tf 1 0 0 1 72 700 Tm <0041> Tj ET ", 2_500), (b"q " * 10, 5_000)],
    ids=["a gigabyte of spaces", "millions of words", "millions of states"],
)
def test_a_pdf_that_unpacks_to_gigabytes_ends_in_a_clear_error(part: bytes, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SECONDS", 4)
    data = bomb(part, times)
    assert len(data) < 3_000_000
    began = time.monotonic()
    told = fault(data)
    assert "takes more than 4 seconds or 1,000 MB" in told or "no text layer" in told
    assert time.monotonic() - began < 30


def test_a_pdf_with_too_many_pages_is_read_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LONGEST", 3_000)
    sheets = [column([f"Line {n * n} of page {number} tells of {number * n} t." for n in range(20)]) for number in range(10)]
    found = read(pdf(sheets))
    assert 2_900 < len(found.content) <= 3_000 and found.content[-1].isalnum()
    assert any(told.startswith("the first ") and "of 10 pages" in told for told in found.notes)


def test_pages_that_name_themselves_end() -> None:
    loop = pdf([column(["20 Mt"])]).replace(b"/Kids [8 0 R]", b"/Kids [2 0 R]")
    assert fault(loop)


# --- the door ------------------------------------------------------------------------------------------------------------------


def test_the_door_is_light() -> None:
    heavy = {"pypdfium2", "selectolax", "charset_normalizer", "numpy", "pydantic"}
    code = f"import sys, kenes.claims.texts; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_page_is_read_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the module of a stranger')")
    monkeypatch.chdir(tmp_path)
    assert read("<html><p>20 Mt").content == "20 Mt"
