"""Where in the file does it stand? The line of every table and key of a TOML text, for error messages only.

`tomllib` reads values and forgets where they stood. When a value turns out wrong, the text is scanned once more, here:

>>> lines = locate('title = "Kettle"\\n[[site]]\\nname = "mine"\\n[site.deposit]\\ngrade.nickel = {value = "1.62 %"}\\n')
>>> lines[("site", 0, "deposit", "grade", "nickel", "value")]
5
>>> nearest(lines, ("site", 0, "deposit", "tonnage"))
4

For a file that `tomllib` accepts the paths are exactly those of its answer. On a broken file they are the best guess; nothing is raised.
Time grows with the length of the text, whatever stands in it; paths of more than 100 parts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["locate", "nearest"]

Path = tuple[str | int, ...]

_DEEPEST = 100  # parts of a path; without a limit "[[[[[…" would cost the square of its length

# One alternative fits at every character, and a string that never ends runs to the end of its line or text: no second try anywhere.
_TOKEN = re.compile(
    r'''
      (?P<blank>   [ \t\r]+ | \#[^\n]* )
    | (?P<newline> \n )
    | (?P<string>  """ (?: [^"\\]++ | \\[\s\S] | "(?!"") )*+ (?: """ "{0,2} | \\?\Z )
                 | \'\'\' (?: [^']++ | '(?!'') )*+ (?: \'\'\' '{0,2} | \Z )
                 | " (?: [^"\\\n]++ | \\[^\n] )*+ (?: " | \\? (?=\n|\Z) )
                 | ' [^'\n]*+ '? )
    | (?P<sign>    [\[\]{}=,.] )
    | (?P<bare>    [^ \t\r\n\#"'\[\]{}=,.]+ )
    ''',
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([btnfre\"\\]))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


def locate(text: str) -> dict[Path, int]:
    """The line, from 1, on which each table, key and array element of a TOML text stands.

    text : a TOML document

    A path is a tuple of keys and, inside arrays, positions from 0: ("site", 0, "deposit"). A table named only by a longer header
    or a dotted key stands where it is first so named; an array of tables where its first item stands.

    >>> locate('[a]\\nb.c = [\\n  1,\\n  {d = 2},\\n]')
    {('a',): 1, ('a', 'b'): 2, ('a', 'b', 'c'): 2, ('a', 'b', 'c', 0): 3, ('a', 'b', 'c', 1): 4, ('a', 'b', 'c', 1, 'd'): 4}
    """
    scan = _Scan()
    for kind, chunk, line in _tokens(text):
        scan.take(kind, chunk, line)
    scan.end_statement()
    return scan.lines


def nearest(lines: dict[Path, int], path: Sequence[str | int]) -> int | None:
    """The line of the longest known beginning of `path`, None if not even its first part is known.

    >>> nearest({("site",): 4, ("site", 0): 4}, ("site", 0, "name")), nearest({}, ("site",))
    (4, None)
    """
    for length in range(min(len(path), _DEEPEST), 0, -1):
        line = lines.get(tuple(path[:length]))
        if line is not None:
            return line
    return None


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and line of each token but blanks and comments."""
    line = 1
    for match in _TOKEN.finditer(text):
        kind, chunk = match.lastgroup or "", match[0]
        if kind != "blank":
            yield kind, chunk, line
        if kind in ("newline", "string"):
            line += chunk.count("\n")


@dataclass(slots=True, eq=False)
class _Open:
    """A container being read: a table with its statements, an inline table, or an array."""

    path: Path
    array: bool = False
    items: int = 0  # elements of the array begun so far
    keys: list[tuple[str, int]] = field(default_factory=list)  # parts of the key being read, each with its line
    within: Path | None = None  # path of the value being read: behind "=", or an element of the array


@dataclass(slots=True, eq=False)
class _Header:
    """A header being read, "[a.b]" or "[[a.b]]"."""

    array: bool = False
    keys: list[tuple[str, int]] = field(default_factory=list)
    closed: bool = False


class _Scan:
    """The state of one reading, token by token."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._implied: set[Path] = set()  # tables known only from longer paths
        self._last: dict[Path, int] = {}  # the last item of each array of tables
        self._open = [_Open(())]  # the innermost container last; the first is the table of the last header
        self._header: _Header | None = None

    def take(self, kind: str, chunk: str, line: int) -> None:
        """Goes on by one token."""
        inner = self._open[-1]
        if kind == "newline":
            if len(self._open) == 1:
                self.end_statement()
        elif self._header is not None:
            self._take_header(self._header, kind, chunk, line)
        elif inner.array:
            self._take_element(inner, kind, chunk, line)
        elif inner.within is not None:
            self._take_value(inner, inner.within, kind, chunk)
        elif kind != "sign":
            inner.keys.append((_plain(kind, chunk), line))
        elif chunk == "=":
            inner.within, inner.keys = self._note_key(inner.path, inner.keys), []
        elif chunk == "[" and len(self._open) == 1 and not inner.keys:
            self._header = _Header()
        elif chunk == "}" and len(self._open) > 1:
            self._open.pop()

    def end_statement(self) -> None:
        """Ends a header, or the value of a key outside all brackets."""
        if self._header is not None and self._header.keys:
            self._open = [_Open(self._note_table(self._header))]
        self._header = None
        self._open[0].keys, self._open[0].within = [], None

    def _take_header(self, header: _Header, kind: str, chunk: str, line: int) -> None:
        if header.closed:
            return
        if kind != "sign":
            header.keys.append((_plain(kind, chunk), line))
        elif chunk == "[" and not header.keys:
            header.array = True
        elif chunk == "]":
            header.closed = True

    def _take_element(self, inner: _Open, kind: str, chunk: str, line: int) -> None:
        """A token in an array: the first behind "[" or "," begins an element."""
        if kind == "sign" and chunk in ",]":
            inner.within = None
            if chunk == "]":
                self._open.pop()
            return
        if inner.within is None:
            inner.within = self._longer(inner.path, inner.items)
            inner.items += 1
            self._note(inner.within, line)
        self._take_value(inner, inner.within, kind, chunk)

    def _take_value(self, inner: _Open, within: Path, kind: str, chunk: str) -> None:
        """A token of a value: only brackets matter, and in an inline table the comma and brace that end it."""
        if kind != "sign":
            return
        if chunk in "[{":
            self._open.append(_Open(within, array=chunk == "["))
        elif not inner.array and len(self._open) > 1 and chunk in ",}":
            inner.within = None
            if chunk == "}":
                self._open.pop()

    def _note_key(self, path: Path, keys: list[tuple[str, int]]) -> Path:
        """Notes a dotted key below `path`; its full path."""
        for key, line in keys[: _DEEPEST + 1]:
            path = self._longer(path, key)
            self._note(path, line, implied=True)
        if keys:
            self._note(path, keys[-1][1])
        return path

    def _note_table(self, header: _Header) -> Path:
        """Notes the table of a header, in the last item of each array of tables on its way; its full path."""
        path: Path = ()
        line = header.keys[-1][1]
        for key, _ in header.keys[:-1][:_DEEPEST]:
            path = self._longer(path, key)
            self._note(path, line, implied=True)
            if path in self._last:
                path = self._longer(path, self._last[path])
        path = self._longer(path, header.keys[-1][0])
        if header.array:
            self._note(path, line, implied=True)
            self._last[path] = self._last.get(path, -1) + 1
            path = self._longer(path, self._last[path])
        self._note(path, line)
        return path

    def _longer(self, path: Path, part: str | int) -> Path:
        """The path with one part more; one beyond the limit stays as it is, and is never noted."""
        return path if len(path) > _DEEPEST else (*path, part)

    def _note(self, path: Path, line: int, implied: bool = False) -> None:
        """The first line holds, but a table's own header is better than the longer path that implied it."""
        if len(path) > _DEEPEST:
            return
        if path not in self.lines:
            self.lines[path] = line
            if implied:
                self._implied.add(path)
        elif not implied and path in self._implied:
            self.lines[path] = line
            self._implied.discard(path)


def _plain(kind: str, chunk: str) -> str:
    """A key without its quotes and escapes."""
    if kind != "string":
        return chunk
    quote = chunk[0]
    width = 3 if chunk.startswith(quote * 3) else 1
    inside = chunk[width : -width if len(chunk) >= 2 * width and chunk.endswith(quote * width) else None]
    return inside if quote == "'" else _ESCAPE.sub(_unescape, inside)


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _ESCAPED[match[4]]
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else match[0]
