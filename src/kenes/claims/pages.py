"""What does a page say? Plain text of HTML and of the text layer of a PDF, read in a process of its own that may take only so much.

A page comes from anywhere. A few kilobytes of PDF unpack to gigabytes, and a few of nested HTML take a parser minutes. So `plain` starts
``python -m kenes.claims.pages`` with a limit of memory and of time, hands it the bytes and takes back text; a bomb ends that process alone.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from kenes.errors import Fault, InputError
from kenes.notes import Note, note

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["MEMORY", "PAGES", "SECONDS", "Plain", "plain"]

MEMORY = 1_000_000_000
"""Bytes that the reader of a page may take, where the system can hold it to that."""
SECONDS = 15
"""Of the processor, for one page; of the clock twice that."""
PAGES = 2_000
"""Of a PDF. What follows is left out, and told."""

CELL = " | "
"""Between cells of a table: no space, or two numbers side by side would be read as one."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The text of a page.

    content : paragraphs with an empty line between them; before the first paragraph of each further page of a PDF a form feed
    dated   : day on which the page says it was published, or None
    notes   : what was left out
    """

    content: str
    dated: date | None = None
    notes: tuple[Note, ...] = ()


def plain(data: bytes, kind: str, source: str, characters: int) -> Plain:
    """Text of a page, read apart.

    kind       : "html" (``data`` is its text in UTF-8) or "pdf"
    source     : name of it in messages
    characters : at most so many are wanted; reading may end soon after

    Raises InputError where the page cannot be read, has no text, or takes more than `MEMORY` or `SECONDS`.
    """
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(path for path in (root, os.environ.get("PYTHONPATH", "")) if path)
    command = [sys.executable, "-P", "-m", "kenes.claims.pages", kind, str(characters), str(MEMORY), str(SECONDS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS, env={**os.environ, "PYTHONPATH": paths})
    except subprocess.TimeoutExpired:
        raise _too_much(source, kind) from None
    if done.returncode == _FAULT or done.returncode < 0:
        raise _too_much(source, kind)
    if done.returncode:
        raise RuntimeError(f"the reader of {_NAMES[kind]} failed:\n{done.stderr.decode(errors='replace')[-2_000:]}")
    answer = json.loads(done.stdout)
    if "fault" in answer:
        raise InputError(Fault(source, *answer["fault"]))
    dated = date.fromisoformat(answer["dated"]) if answer["dated"] else None
    return Plain(answer["content"], dated, tuple(Note(template, values) for template, values in answer["notes"]))


_NAMES = {"html": "HTML", "pdf": "PDF"}
_A = {"html": "a page of HTML", "pdf": "a PDF"}
_FAULT = 3
"""Exit code of the process that ran out of memory in an orderly way."""


def _too_much(source: str, kind: str) -> InputError:
    got = f"{_A[kind]} that takes more than {SECONDS} seconds or {MEMORY / 1e6:,.0f} MB of memory to read"
    wanted = "a page as sites show it" if kind == "html" else "a PDF as offices print it"
    return InputError(Fault(source, got, wanted, "save its text as plain text, or read a part of it"))


# --- HTML ----------------------------------------------------------------------------------------------------------------------


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_UNSEEN = _names(
    "annotation audio canvas datalist embed head iframe noembed noframes noscript object script select style svg template video"
)
"""Elements that show no text, or a choice of texts."""
_BLOCKS = _names(
    """
    address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup p pre search section summary table tbody tfoot thead
    tr ul
    """
)
"""Elements that begin and end a paragraph."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_EDGE = "\x1f"
"""Where a cell of a table begins."""
_RAISED = re.compile(r"[-−–]?\d{1,2}")
_LENGTHS = _names("m cm mm km ft м см мм км")


def _raised(before: str, raised: str) -> str:
    """What stands raised behind a text: a power where there can be one, else the number of a footnote.

    >>> "10" + _raised("10", "6"), "m" + _raised("5 m", "3"), "Mt" + _raised("20 Mt", "1"), "5" + _raised("the 5", "th")
    ('10^6', 'm³', 'Mt [1]', '5th')
    """
    sign = raised.strip()
    if not _RAISED.fullmatch(sign):
        return raised
    word = re.search(r"\w{0,4}\Z", before)
    last = word[0] if word else ""
    if last == "10" or not sign.isdecimal():
        return "^" + sign.replace("−", "-").replace("–", "-")
    if last in _LENGTHS and sign in ("2", "3"):
        return "²" if sign == "2" else "³"
    return f" [{sign}]" if last else raised


def _html(markup: str) -> tuple[str, date | None]:
    """Text of HTML as a reader sees it, and the day on which it says it was published."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        tree = LexborHTMLParser(markup)
    except SelectolaxError:  # told of nothing but memory: no HTML is wrong to this parser
        raise MemoryError from None
    dated = _published(tree)
    out: list[str] = []
    opened: list[int] = []
    """For each cell and each raised text now open: how long ``out`` was when it began."""
    kept = 0
    node = tree.root
    while node is not None:
        child = None
        tag = node.tag or ""
        if node.is_text_node:
            words = (node.text_content or "").replace(_EDGE, "")
            out.append(words if kept else _SPACES.sub(" ", words))
        elif tag in _UNSEEN or _hidden(node):
            if tag in _BLOCKS:
                out.append("\n\n")
        elif node.is_element_node:
            if tag == "br":
                out.append("\n")
            elif tag in _BLOCKS:
                out.append("\n\n")
            elif tag in ("td", "th", "sup"):
                opened.append(len(out))
            kept += tag in ("pre", "textarea")
            child = node.first_child
            if child is None:
                kept -= _leave(tag, out, opened)
        if child is not None:
            node = child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is not None and node.is_element_node:
                kept -= _leave(node.tag or "", out, opened)
        node = node.next if node is not None else None
    return _tidy("".join(out)), dated


def _leave(tag: str, out: list[str], opened: list[int]) -> int:
    """Ends an element; 1 if its spaces were kept."""
    if tag in _BLOCKS:
        out.append("\n\n")
    elif tag in ("td", "th", "sup"):
        first = opened.pop()
        inner = "".join(out[first:])
        del out[first:]
        if tag == "sup":
            out.append(_raised("".join(out[-2:]), inner))
        else:
            # A cell of one line is part of its row. One of several paragraphs is a column of the layout.
            line = inner.strip(" \t\n")
            out.append(f"\n\n{line}\n\n" if "\n" in line else _EDGE + line)
    return int(tag in ("pre", "textarea"))


def _hidden(node: LexborNode) -> bool:
    """Whether a browser would not show an element."""
    attributes = node.attributes
    if not attributes:
        return node.tag == "dialog"
    return (
        ("hidden" in attributes and attributes["hidden"] != "until-found")
        or (node.tag == "dialog" and "open" not in attributes)
        or _HIDING.search(attributes.get("style") or "") is not None
    )


def _tidy(text: str) -> str:
    """Lines without spaces at their ends, cells apart, one empty line between paragraphs."""
    lines: list[str] = []
    for row in text.split("\n"):
        line = CELL.join(cell for part in row.split(_EDGE) if (cell := part.strip(" \t\r\f")))
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n")


_PUBLISHED = ("article:published_time", "datepublished", "pubdate", "publishdate", "dc.date", "dc.date.issued", "date")
_ISO = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?!\d)")


def _published(tree: LexborHTMLParser) -> date | None:
    """Day on which a page says it was published."""
    said: dict[str, str] = {}
    for node in tree.css("meta[content], time[datetime]")[:1_000]:
        attributes = {key.lower(): value or "" for key, value in node.attributes.items()}
        name = (attributes.get("property") or attributes.get("itemprop") or attributes.get("name") or "").lower()
        said.setdefault(name, attributes.get("content") or attributes.get("datetime") or "")
    for name in _PUBLISHED:
        found = _ISO.match(said.get(name, ""))
        if found:
            try:
                return date.fromisoformat(found[1])
            except ValueError:
                continue
    return None


# --- PDF -----------------------------------------------------------------------------------------------------------------------

_SOFT = "\x02\ufffe\u00ad"
"""By what the library tells a hyphen at the end of a line, and one that is seen only there."""
_HYPHENS = "-‐" + _SOFT
_WORD = re.compile(rf"[^\s\x00{_SOFT}]+[{_SOFT}]?|[{_SOFT}]")
_LABEL = re.compile(r"[•▪■◦●○–—*·-]|\(?[^\W\d_]\)|\(?\d{1,2}[.)]")
_ENDS = tuple('.!?:;…"»”)')
_WHOLE = _names("heavy high light long low non open rare short")
"""First parts of compounds that keep their hyphen at the end of a line, where the text itself does not tell: "rare-earth"."""
_BROKEN = re.compile(r"([^\W\d_]+)\Z")
_BEGUN = re.compile(r"[^\W\d_]+")
_HEADS = 2
"""Lines at the top and at the foot of a page among which running heads are sought."""


class _Word(NamedTuple):
    """A word on a page: its box in points, y upwards, its height, and the space before it.

    A tuple: a report has a million of them.
    """

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    height: float
    space: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page.

    y     : its foot
    size  : height of its words
    first : width of its first word
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    first: float


def _pdf(data: bytes, characters: int) -> tuple[str, list[Note]]:
    """Text layer of a PDF: paragraphs of pages, form feeds between pages."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if re.search("password|security", str(error), re.IGNORECASE):
            hint = "open it with its password and print it to a new PDF, or copy its text"
            raise _Fault("an encrypted PDF", "a PDF that opens without a password", hint) from None
        hint = "open it in a viewer and save it anew, if it opens there"
        raise _Fault("a PDF that is damaged or cut short", "a whole PDF", hint) from None
    count = len(document)
    pages = list(_pages(document, characters))
    seen = [lines for lines in pages if lines]
    text = "".join(line.text for lines in seen for line in lines)
    if not text:
        hint = "recognise its letters first (OCR), then read the PDF that this gives"
        raise _Fault("a PDF with no text layer: pictures of pages", "a PDF whose text can be selected and copied", hint)
    strange = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" or sign < " " for sign in text)
    if strange > 0.2 * len(text):
        hint = "recognise its letters anew (OCR), then read the PDF that this gives"
        raise _Fault("a PDF whose fonts do not tell their letters", "a PDF whose text can be selected and copied", hint)
    notes: list[Note] = []
    if len(pages) < count:
        notes.append(note("the first {read:,.0f} of {pages:,.0f} pages were read", read=len(pages), pages=count))
    if len(seen) < len(pages):
        notes.append(note("{blank:,.0f} of {pages:,.0f} pages have no text layer", blank=len(pages) - len(seen), pages=len(pages)))
    pages, heads = _without_heads(pages)
    if heads:
        notes.append(note("{heads:,.0f} running heads and feet of pages left out", heads=heads))
    return _text(pages), notes


def _pages(document: PdfDocument, characters: int) -> Iterator[list[_Line]]:
    """Lines of each page, up to the limits; none of a page that cannot be read."""
    import pypdfium2

    taken = 0
    for number in range(min(len(document), PAGES)):
        if taken > characters:
            return
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            yield []
            continue
        lines = list(_lines(_words(page, 2 * characters)))
        page.close()
        taken += sum(len(line.text) + 1 for line in lines)
        yield lines


def _words(page: PdfPage, most: int) -> Iterator[_Word]:
    """Words of a page in the order of its content, at most ``most`` characters."""
    import pypdfium2.raw as raw

    layer = page.get_textpage()
    turned = page.get_rotation()
    box = raw.FS_RECTF()
    where = ctypes.byref(box)

    def at(index: int) -> tuple[float, float, float, float]:
        """Left, right, foot and top of a character as the page is seen, however it is turned."""
        raw.FPDFText_GetLooseCharBox(layer.raw, index, where)
        left, right, foot, top = box.left, box.right, box.bottom, box.top
        if turned == 90:
            return foot, top, -right, -left
        if turned == 180:
            return -right, -left, -top, -foot
        if turned == 270:
            return -top, -foot, left, right
        return left, right, foot, top

    count = min(layer.count_chars(), most)
    text = layer.get_text_range(0, count) if count else ""
    if len(text) != count:  # signs that the library counts and leaves out, or halves of them
        codes = (raw.FPDFText_GetUnicode(layer.raw, index) for index in range(count))
        text = "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)
    end = 0
    for found in _WORD.finditer(text):
        word, start = found[0], found.start()
        space = text[end:start]
        if space:
            space = "\u00a0" if space in ("\u00a0", "\u202f") else " "
        end = found.end()
        x0, x1, y0, y1 = at(start)
        height = max(y1 - y0, 0.1)
        if end == start + 1:
            yield _Word(word, x0, x1, y0, y1, height, space)
            continue
        u0, u1, v0, v1 = at(end - 1)
        small = max(v1 - v0, 0.1)
        if small < 0.9 * height and v0 > y0 + 0.1 * height and word[-1].isdecimal():
            yield _Word(word[:-1], x0, u0, y0, y1, height, space)
            yield _Word(word[-1], u0, u1, v0, v1, small, "")
        else:
            yield _Word(word, x0, u1, y0, y1, height, space)
    layer.close()


def _lines(words: Iterable[_Word]) -> Iterator[_Line]:
    """Words that stand side by side, as lines."""
    row: list[_Word] = []
    tallest = 0
    for word in words:
        if row:
            last, tall = row[-1], row[tallest]
            shared = min(word.y1, tall.y1) - max(word.y0, tall.y0)
            if shared < 0.3 * min(word.height, tall.height) or word.x0 < last.x1 - word.height or last.text[-1] in _SOFT:
                yield _line(row)
                row = []
                tallest = 0
            elif word.height > tall.height:
                tallest = len(row)
        row.append(word)
    if row:
        yield _line(row)


def _line(row: list[_Word]) -> _Line:
    """One line: spaces as they stood, cells of a table apart."""
    parts = [row[0].text]
    size = median([word.height for word in row])
    widest = size if not _stretched(row) else 3 * size
    for last, word in pairwise(row):
        smaller = word.height < 0.9 * last.height and word.y0 > last.y0 + 0.1 * last.height
        gap = word.x0 - last.x1
        if smaller and word.text.isdecimal() and gap < 0.3 * size:
            parts.append(_raised(last.text, word.text))
            continue
        if gap > widest and not (len(parts) == 1 and _LABEL.fullmatch(parts[0])):
            parts.append(CELL)
        else:
            parts.append(word.space)
        parts.append(word.text)
    return _Line("".join(parts), row[0].x0, row[-1].x1, median([word.y0 for word in row]), size, row[0].x1 - row[0].x0)


def _stretched(row: list[_Word]) -> bool:
    """Whether the spaces of a line are wide only because they fill it: all alike, between words."""
    gaps = [word.x0 - last.x1 for last, word in pairwise(row)]
    return len(gaps) > 1 and max(gaps) < 1.1 * min(gaps) and sum(word.text[0].isalpha() for word in row) > 0.6 * len(row)


def _without_heads(pages: list[list[_Line]]) -> tuple[list[list[_Line]], int]:
    """Pages without the lines that stand at the same place of most of them, but for the number of the page; how many lines went.

    The first of each such line stays: what it says is said once.
    """

    def edge(lines: list[_Line]) -> list[_Line]:
        ordered = sorted(lines, key=lambda line: -line.y)
        return ordered if len(ordered) <= 2 * _HEADS else ordered[:_HEADS] + ordered[-_HEADS:]

    def forms(number: int, line: _Line) -> set[tuple[str, int]]:
        """The line as it is, and with each of its first numbers counted from the number of the page."""
        text, height = line.text, round(line.y)
        numbers = list(re.finditer("[0-9]{1,5}", text))[:4]
        counted = {f"{text[: one.start()]}#{int(one[0]) - number}{text[one.end() :]}" for one in numbers}
        return {(form, height) for form in (text, *counted)}

    edges = [[(line, forms(number, line)) for line in edge(lines)] for number, lines in enumerate(pages)]
    seen = Counter(one for rows in edges for one in set().union(*(ways for _, ways in rows)))
    running = {one for one, times in seen.items() if times >= 3 and times >= 0.5 * len(pages)}
    told: set[tuple[str, int]] = set()
    kept = []
    gone = 0
    for lines, rows in zip(pages, edges, strict=True):
        heads = set()
        for line, ways in rows:
            if ways & told:
                heads.add(id(line))
            told |= ways & running
        kept.append([line for line in lines if id(line) not in heads])
        gone += len(heads)
    return kept, gone


def _text(pages: list[list[_Line]]) -> str:
    """Paragraphs of all pages, hyphens at the ends of lines rejoined, a form feed where a page begins."""
    compounds = {found.lower() for lines in pages for line in lines for found in re.findall(r"[^\W\d_]+-[^\W\d_]+", line.text)}
    words = {found.lower() for lines in pages for line in lines for found in _BEGUN.findall(line.text)}
    out: list[str] = []
    paragraph = ""
    behind = 0
    """Pages that began since the last paragraph."""
    last: _Line | None = None
    edge = 0.0
    for number, lines in enumerate(pages):
        pitch, edges = _measure(lines)
        behind += number > 0
        for n, line in enumerate(lines):
            if last is not None and _goes_on(last, line, pitch, edge, not n):
                paragraph = _joined(paragraph, line.text, compounds, words)
            else:
                if last is not None:
                    out.append(paragraph)
                out.append("\n\n" * bool(out) + "\f" * behind)
                behind = 0
                paragraph = line.text
            last, edge = line, edges[n]
    out.append(paragraph)
    return re.sub(rf"[{_SOFT}]", "", "".join(out))


def _measure(lines: list[_Line]) -> tuple[float, list[float]]:
    """Distance from line to line of a page, and for each line the right edge of the lines around it, in points."""
    steps = sorted(last.y - line.y for last, line in pairwise(lines) if 0 < last.y - line.y < 4 * line.size)
    pitch = steps[len(steps) // 4] if steps else 0.0
    edges = []
    for n, line in enumerate(lines):
        around = lines[max(n - 6, 0) : n + 7]
        edges.append(max(one.x1 for one in around if abs(one.x0 - line.x0) < 3 * line.size and _alike(one, line)))
    return pitch, edges


def _alike(one: _Line, other: _Line) -> bool:
    """Whether two lines are of one size of type."""
    return 0.85 < one.size / other.size < 1.18


def _goes_on(last: _Line, line: _Line, pitch: float, edge: float, fresh: bool) -> bool:
    """Whether a line belongs to the paragraph of the one before it.

    edge  : right edge of the lines around ``last``
    fresh : the line is the first of its page
    """
    if last.text[-1] in _SOFT:
        return True
    low = line.text[0].islower()
    ended = last.text.endswith(_ENDS)
    label = _LABEL.fullmatch(line.text.split(maxsplit=1)[0])
    if CELL in last.text or CELL in line.text or (label and (ended or not label[0][0].isdecimal())) or not _alike(last, line):
        return False
    down = last.y - line.y
    if fresh or down <= 0:
        return low and not ended
    if down > 1.25 * pitch or down > 2.2 * line.size:
        return False
    if ended and line.x0 > last.x0 + 0.8 * line.size:
        return False
    if last.text[-1] in _HYPHENS and not ended:
        return True
    # Where the next word had room on the line, the line was ended on purpose.
    room = edge - last.x1
    forced = room > line.first + 0.8 * line.size
    return not forced or (low and not ended and room < 0.5 * (edge - last.x0))


def _joined(text: str, line: str, compounds: set[str], words: set[str]) -> str:
    """A line put behind the paragraph so far. A hyphen at its end goes, unless the word has one of its own."""
    hyphen = text[-1] if text[-1] in _HYPHENS else ""
    if not hyphen or text[-2:-1].isspace() or len(text) < 2:
        return f"{text} {line}"
    body = text[:-1]
    first, second = _BROKEN.search(body[-60:]), _BEGUN.match(line)
    if not first or not second:
        return f"{body}-{line}"
    if hyphen == "\u00ad":
        return body + line
    left, right = first[0].lower(), second[0].lower()
    own = not line[0].islower() or f"{left}-{right}" in compounds or (left in _WHOLE and left + right not in words)
    return f"{body}-{line}" if own else body + line


# --- the process apart ---------------------------------------------------------------------------------------------------------


class _Fault(Exception):
    """What is wrong with a page: got, wanted, hint."""


def _bound(memory: int, seconds: int) -> None:
    """Holds this process to its limits, where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (OSError, ValueError):
            continue  # a system that knows the limit and does not hold it: the clock remains


def _main(kind: str, characters: int, memory: int, seconds: int) -> NoReturn:
    _bound(memory, seconds)
    answer: dict[str, Any]
    try:
        data = sys.stdin.buffer.read()
        if kind == "html":
            content, dated = _html(data.decode("utf-8"))
            notes: list[Note] = []
        else:
            content, notes = _pdf(data, characters)
            dated = None
        if not content.strip():
            hint = "open it in a browser and copy what it shows into a text file"
            raise _Fault("a page without text (it may be made by its scripts)", "a page with text", hint)
        answer = {
            "content": content[: 2 * characters],
            "dated": dated.isoformat() if dated else None,
            "notes": [(one.template, one.values) for one in notes],
        }
    except _Fault as fault:
        answer = {"fault": fault.args}
    except (MemoryError, RecursionError):
        sys.exit(_FAULT)
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    # Without the tidying of libraries at the end: nothing is left to tidy.
    os._exit(0)


if __name__ == "__main__":
    _main(sys.argv[1], *map(int, sys.argv[2:]))
