"""What was read? From bytes of any kind to a `Text`: plain text in any encoding, HTML, PDF with a text layer.

Offsets of claims count the characters of `Text.content`, so all that changes a text happens here and before: ends of lines become "\\n",
signs that cannot be seen go, letters written as two signs become one. What a reader must know of it stands in `Text.notes`.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import sys
import unicodedata
from datetime import date
from pathlib import Path
from typing import BinaryIO

from kenes.claims.claim import Text
from kenes.errors import Fault, InputError
from kenes.notes import Note, note

__all__ = ["LARGEST", "LONGEST", "page", "read", "read_bytes", "read_stream"]

LARGEST = 50_000_000
"""Bytes. Reports of a thousand pages with their pictures are smaller; what is larger is no text."""
LONGEST = 500_000
"""Characters that are read of a text: about two hundred pages. The rest is left out, and told."""
LANGUAGES = ("en", "ru", "kk")

_WANTED = "a text, a page of HTML or a PDF"
_HINT = "standard input is named -"


# --- doors ---------------------------------------------------------------------------------------------------------------------


def read(path: Path, key: str, language: str | None = None, dated: date | None = None) -> Text:
    """The text of a file: plain text, HTML or a PDF with a text layer, told apart by what is in it.

    key      : short name by which claims say where they stand
    language : "en", "ru" or "kk"; None: by its letters and words
    dated    : day of the text; None: the day that a page of HTML says it was published, if it does

    Raises InputError where there is no such file, it is a folder, too large, empty, no text, or cannot be read.
    """
    where = str(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(Fault(where, "a folder", _WANTED, "name the files in it"))
        if size > LARGEST:
            raise InputError(_too_large(where, f"a file of {size / 1e6:,.0f} MB"))
        with path.open("rb") as handle:
            data = _bounded(handle)
    except FileNotFoundError:
        raise InputError(Fault(where, "no such file", _WANTED, _HINT)) from None
    except OSError as error:
        raise InputError(Fault(where, f"a file that cannot be read: {error.strerror}", "a readable text, page of HTML or PDF")) from None
    except ValueError:
        raise InputError(Fault(where.replace("\0", "?"), "a name that no file can have", _WANTED)) from None
    return read_bytes(data, where, key, language, dated)


def read_stream(key: str, language: str | None = None, dated: date | None = None, stream: BinaryIO | None = None) -> Text:
    """The text of a stream of bytes, of which no more is taken than `LARGEST`: see `read`.

    stream : None: standard input
    """
    where = "standard input"
    if stream is None and sys.stdin is None:
        raise InputError(Fault(where, "a stream that is closed", _WANTED))
    try:
        data = _bounded(stream if stream is not None else sys.stdin.buffer)
    except OSError as error:
        raise InputError(Fault(where, f"a stream that cannot be read: {error.strerror}", _WANTED)) from None
    return read_bytes(data, where, key, language, dated)


def read_bytes(data: bytes, source: str, key: str, language: str | None = None, dated: date | None = None) -> Text:
    """The text of bytes: see `read`.

    source : name of it, in messages and in `Text.source`
    """
    if language is not None and language not in LANGUAGES:
        raise InputError(Fault(source, f'language "{language}"', "en, ru or kk"))
    if len(data) > LARGEST:
        raise InputError(_too_large(source, "an endless or growing file"))
    if not data.strip(b" \t\r\n\f\v\0"):
        raise InputError(Fault(source, "nothing but zeros" if b"\0" in data else "an empty file", _WANTED))
    notes: tuple[Note, ...]
    if b"%PDF-" in data[:1024]:
        from kenes.claims.pages import plain

        kind = "pdf"
        found = plain(data, kind, source, LONGEST)
        content, dated, notes = found.content, dated or found.dated, found.notes
    else:
        content, notes = _decoded(data, source)
        kind = "html" if _markup(content) else "plain"
        if kind == "html":
            from kenes.claims.pages import plain

            found = plain(content.encode("utf-8", "replace"), kind, source, LONGEST)
            content, dated, notes = found.content, dated or found.dated, (*notes, *found.notes)
    whole = len(content) if kind == "plain" else 0
    content = _clean(content[: 2 * LONGEST])
    if not content.strip():
        raise InputError(Fault(source, "a text of signs that cannot be seen", _WANTED))
    if len(content) > LONGEST:
        content, told = _cut(content, whole)
        notes = (*notes, told)
    if language is None:
        language, doubts = _language(content)
        notes = (*notes, *doubts)
    return Text(key, content, language, dated, source, kind, hashlib.sha256(data).hexdigest(), notes)


def page(text: Text, start: int) -> int | None:
    """Page of a PDF on which the paragraph of a character begins, counted from 1; None: no PDF."""
    return text.content.count("\f", 0, start + 1) + 1 if text.kind == "pdf" else None


def _bounded(stream: BinaryIO) -> bytes:
    """Bytes of a stream, one more than `LARGEST` at most."""
    parts: list[bytes] = []
    left = LARGEST + 1
    while left > 0:
        part = stream.read(min(left, 1 << 20))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _too_large(where: str, got: str) -> Fault:
    return Fault(where, got, f"{_WANTED} of at most {LARGEST / 1e6:,.0f} MB", "cut out the pages that matter")


# --- encodings -----------------------------------------------------------------------------------------------------------------

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The longer of two that begin alike stands first."""
_DECLARED = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE
)
_NO_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"))
"""Names that Python knows as encodings, and no page is written in."""

_CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic", "kz1048")
"""Encodings of one byte a letter; of two that fit alike the first is taken."""
_OWN_WORDS = re.compile(rb"[\x80-\xff]{3,}|(?<![A-Za-z\x80-\xff])[\xc0-\xff]{1,2}(?![A-Za-z\x80-\xff])")
"""Words of letters beyond ASCII only. In languages of Latin letters they stand within words that have others too."""
_NO_SIGNS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
"""Bytes that windows-1252 leaves free."""
_COMMON = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
"""Letters of Russian, the most frequent first."""
_WEIGHTS = {letter: 33 - n for n, letter in enumerate(_COMMON)} | dict.fromkeys("әғқңөұүһі", 12)
_BESIDE = frozenset("«»—–…№“”„’‘ \u00a0·•°€©®±§−")
"""Signs beyond ASCII that such texts have besides letters."""

_OTHER_FILES = (
    (b"PK\x03\x04", "a ZIP archive (such files are Word and Excel documents too)"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"{\\rtf", "a document in RTF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%!PS", "a page in PostScript"),
    (b"\x1f\x8b", "a compressed file"),
)
_ARCHIVE = re.compile(rb"^MIME-Version:(?s:.{0,1000}?)^Content-Type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
_SAVE = "save it as plain text (UTF-8) or as PDF"


def _decoded(data: bytes, source: str) -> tuple[str, tuple[Note, ...]]:
    """Bytes as text, and what was guessed."""
    for start, name in _OTHER_FILES:
        if data.startswith(start):
            raise InputError(Fault(source, name, _WANTED, _SAVE))
    if _ARCHIVE.search(data[:2_000]):
        raise InputError(Fault(source, "a mail or a web archive (MHTML)", _WANTED, "save the page as HTML or as plain text (UTF-8)"))
    text, notes = _letters(data, source)
    controls = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32), 127))
    sample = text[:10_000]
    unknown = sum(sign == "\ufffd" or unicodedata.category(sign) in ("Cn", "Co", "Cs") for sign in sample)
    if controls > 0.003 * len(text) or unknown > 0.1 * len(sample):
        raise InputError(Fault(source, "a file that is no text: it has bytes that no letter has", _WANTED, _SAVE))
    return text, notes


def _letters(data: bytes, source: str) -> tuple[str, tuple[Note, ...]]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), ()
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace"), (note("encoding guessed: {encoding}", encoding=wide),)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:4096])
    if declared:
        text = _declared(data, (declared[1] or declared[2]).decode("ascii"))
        if text is not None:
            return text, ()
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged * 10 <= sum(sign > "\x7f" for sign in text[:LONGEST]):
        return text, (note("{damaged:,.0f} places are no UTF-8 and cannot be read", damaged=damaged),)
    return _guessed(data, source)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark at its beginning: every second byte is one of the few that name an alphabet."""
    sample = data[:4000]
    half = len(sample) // 2
    if half < 2 or len(data) % 2:
        return None
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        upper, lower = sample[first::2], sample[1 - first :: 2]
        if upper.count(0) + upper.count(4) > 0.7 * half > lower.count(0) + lower.count(4):
            return name
    return None


def _declared(data: bytes, name: str) -> str | None:
    """Bytes in the encoding that a page says it has; None: it has another."""
    try:
        known = codecs.lookup(name).name
        if known.replace("_", "-") in _NO_CHARSETS:
            return None
        return data.decode("cp1252" if known in ("iso8859-1", "ascii") else known)
    except (LookupError, UnicodeError):
        return None


def _guessed(data: bytes, source: str) -> tuple[str, tuple[Note, ...]]:
    """Bytes in the encoding that makes the likeliest letters of them."""
    first = next(n for n, code in enumerate(data) if code > 127)
    sample = data[max(first - 1_000, 0) :][:20_000]
    name = ""
    if sum(len(found[0]) for found in _OWN_WORDS.finditer(sample)) > 0.5 * sum(code > 127 for code in sample):
        score, name = max(((_likelihood(sample, one), one) for one in _CYRILLIC), key=lambda row: row[0])
        name = name if score > 15 else ""
    elif not _NO_SIGNS.search(sample):
        name = "cp1252"
    if not name:
        from charset_normalizer import from_bytes

        best = from_bytes(sample).best()
        if best is None:
            raise InputError(Fault(source, "a file in no encoding that is known", _WANTED, _SAVE))
        name = best.encoding
    return data.decode(name, "replace"), (note("encoding guessed: {encoding}", encoding=_CALLED.get(name, name)),)


_CALLED = {"cp1251": "windows-1251", "cp1252": "windows-1252", "koi8_r": "KOI8-R", "iso8859_5": "ISO 8859-5", "kz1048": "KZ-1048"}


def _likelihood(sample: bytes, name: str) -> float:
    """How much bytes look like a text of Cyrillic letters in an encoding: mean weight of its signs beyond ASCII, 33 at most."""
    text = sample.decode(name, "replace")
    total = count = 0
    last = ""
    for sign in text:
        if sign > "\x7f":
            count += 1
            low = sign.lower()
            weight = _WEIGHTS.get(low)
            if weight is None:
                total -= 0 if sign in _BESIDE else 20
            elif low == sign:
                total += weight
            else:
                total += weight // 2 if not last.islower() else -20
        last = sign
    return total / count - (0.3 if name == "mac_cyrillic" else 0) if count else 0.0


# --- content -------------------------------------------------------------------------------------------------------------------

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:a|b|article|div|em|h[1-6]|i|li|main|ol|p|section|span|strong|table|td|th|tr|ul)\s*>", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Controls, soft hyphens, spaces of no width, marks of direction."""


def _markup(text: str) -> bool:
    """Whether a text is HTML: it says so at its beginning, or has elements that are closed."""
    head = text[:200_000]
    return _HTML.search(head[:4_000]) is not None or len(_CLOSED.findall(head)) >= 2


def _clean(text: str) -> str:
    """Ends of lines as "\\n", no sign that cannot be seen, letters of one sign."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # halves of letters, as some PDF have them
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _cut(text: str, whole: int) -> tuple[str, Note]:
    """The first `LONGEST` characters up to a space, so that no number is cut in two.

    whole : characters of the whole text, or 0 where they are not known
    """
    space = max(text.rfind(sign, LONGEST - 1_000, LONGEST) for sign in " \n\t")
    kept = text[: space if space > 0 else LONGEST]
    if whole:
        return kept, note("the first {read:,.0f} of {whole:,.0f} characters were read", read=len(kept), whole=whole)
    return kept, note("only the first {read:,.0f} characters were read", read=len(kept))


# --- language ------------------------------------------------------------------------------------------------------------------

_CYRILLIC_WORD = re.compile(r"[\u0400-\u052f]+")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_KAZAKH = frozenset("әғқңөұүһі")
_UKRAINIAN = frozenset("їєґ")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OF_KAZAKH = _words(
    """
    алады асады астам бар барлау бермек болады болды бойынша деп дейін екен емес жатыр жер жоспар жыл жылға жылдан жылдың жылы кем кен
    кенді кейін мен орны орнында орнының осы сайын салды тонна тоннадан тоннаға туралы шамамен
    """
)
_OF_RUSSIAN = _words(
    """
    без более бы был была были было в во года году для до его ее за и из или их как к лет на не но о об около от по под при руды руда с
    со также тонн тонны тысяч у чем что это
    """
)
_OF_ENGLISH = _words(
    """
    a about an and are as at be been by for from has have in is it its million more of on or per said than that the this to tonnes tons
    was were which will with
    """
)
_SHOWN = 200_000
"""Characters by which the language is told."""


def _language(text: str) -> tuple[str, tuple[Note, ...]]:
    """Language of a text by the letters and words that are most, and what is doubtful.

    >>> [_language(text)[0] for text in ("20 Mt of ore", "20 млн т руды", "Кен орнында 20 млн тонна кен бар", "Қор: 20 млн т")]
    ['en', 'ru', 'kk', 'kk']
    """
    sample = text[:_SHOWN].lower()
    cyrillic, latin = _CYRILLIC_WORD.findall(sample), _LATIN_WORD.findall(sample)
    written = sum(map(len, cyrillic)), sum(map(len, latin))
    other = sum(sign.isalpha() for sign in sample) - sum(written)
    doubts: tuple[Note, ...] = ()
    if other > sum(written):
        doubts = (note("most letters are neither Latin nor Cyrillic: what is in them was not read"),)
    if written[1] > written[0] or not cyrillic:
        if len(latin) >= 50 and sum(word in _OF_ENGLISH for word in latin) < 0.08 * len(latin):
            doubts = (*doubts, note("few words of English were found: read as English"))
        return "en", doubts
    own = _KAZAKH if _UKRAINIAN.isdisjoint(sample) else _KAZAKH - {"і"}
    kazakh = sum(not own.isdisjoint(word) or word in _OF_KAZAKH for word in cyrillic)
    russian = sum(word in _OF_RUSSIAN for word in cyrillic)
    # About two of three words of Kazakh show it, one of three of Russian: a mixed text is what most of its words are.
    return "kk" if kazakh > max(2 * russian, 0.2 * len(cyrillic)) else "ru", doubts
