"""What of another reader's answer is taken? Only what stands in the text; and no fault of a network is more than a clear error."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kenes.claims import endpoint as room
from kenes.claims.claim import Text
from kenes.claims.endpoint import KEY, Endpoint, Proposal, endpoint
from kenes.errors import InputError

CONTENT = (
    "The ministry said on 2 April 2025 that Kettle Hill holds more than 20 Mt of ore at 700\u00a0g/t.\n\n"
    "“About 1 200 Mt”, said A. Smith – or 20 Mt. The tariff’s exemption remains. Reserves C1 are 120 Mt."
)
TEXT = Text("a", CONTENT, "en")
SECRET = "sk-very-secret-123"


class Server(ThreadingHTTPServer):
    """Answers each question as the test says, and keeps the questions."""

    daemon_threads = True

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Server)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers.items()), asked))
        self.server.answer(self, asked)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(answer: Callable[[Any, dict[str, Any]], None]) -> Iterator[Server]:
    server = Server(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def said(words: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": words}}]}).encode()


def saying(words: str) -> Callable[[Any, dict[str, Any]], None]:
    return lambda handler, asked: handler.give(said(words))


def read(rows: list[Any], text: Text = TEXT) -> room.Proposals:
    """What is taken of these proposals."""
    with serving(saying(json.dumps({"claims": rows}))) as server:
        return endpoint(server.url, "small", {}).read(text)


def row(quote: str, number: str | float | None, kind: str = "tonnage", **more: object) -> dict[str, object]:
    return {"quote": quote, "number": number, "kind": kind, **more}


# --- what is taken -------------------------------------------------------------------------------------------------------------


def test_a_proposal_is_words_of_the_text_at_their_place() -> None:
    found = read([row("more than 20 Mt of ore", "20", form="ore", subject="Kettle Hill", speaker="The ministry", commodity="tungsten")])
    assert found.proposals == (
        Proposal("more than 20 Mt of ore", CONTENT.index("more"), "tonnage", "ore", None, "tungsten", "Kettle Hill", "The ministry"),
    )
    assert found.notes == ('read by the model "small" too: 1 of 1 proposals stand',)


def test_the_words_are_those_of_the_text_however_the_model_copied_them() -> None:
    found = read(
        [
            row("700 g/t", "700", "grade"),
            row('"About  1 200 Mt", said A. Smith - or', "1 200"),
            row("The tariff's exemption", None, "tariff"),
        ]
    )
    assert [one.quote for one in found.proposals] == ["700\u00a0g/t", "“About 1 200 Mt”, said A. Smith – or", "The tariff’s exemption"]
    assert all(CONTENT[one.start :].startswith(one.quote) for one in found.proposals)


def test_the_same_words_again_are_the_next_place() -> None:
    found = read([row("20 Mt", "20"), row("20 Mt", "20"), row("20 Mt", "20")])
    places = [CONTENT.index("20 Mt of"), CONTENT.index("20 Mt. ")]
    assert [one.start for one in found.proposals] == places  # and not within "120 Mt"
    assert found.notes[1:] == ("1 proposals of the model left out: said twice",)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row("30 Mt of ore", "30"), "their words are not in the text"),
        (row("200 Mt", "200"), "their words are not in the text"),
        (row("0 Mt of ore", "0"), "their words are not in the text"),
        (row("more than 20 Mt", "21"), "their number is not in their words"),
        (row("2 April 2025", "202", "date"), "their number is not in their words"),
        (row("more than 20 Mt", "2"), "their number is not in their words"),
        (row("more than 20 Mt", None), "their number is not in their words"),
        (row("more than 20 Mt", True), "their number is not in their words"),
        (row("more than 20 Mt", ""), "their number is not in their words"),
        (row("more than 20 Mt", "20", "opinion"), "of a kind that kenes does not know"),
        (row("more than 20 Mt", "20", ["tonnage"]), "of a kind that kenes does not know"),  # type: ignore[arg-type]
        (row("", "20"), "not of the form asked for"),
        (row("20 Mt " * 100, "20"), "not of the form asked for"),
        ({"kind": "tonnage"}, "not of the form asked for"),
        ("20 Mt", "not of the form asked for"),
        (None, "not of the form asked for"),
    ],
)
def test_what_does_not_stand_in_the_text_is_left_out_and_counted(wrong: object, why: str) -> None:
    found = read([wrong, row("700 g/t", "700", "grade")])
    assert [one.kind for one in found.proposals] == ["grade"]
    assert found.notes == ('read by the model "small" too: 1 of 2 proposals stand', f"1 proposals of the model left out: {why}")


def test_names_that_kenes_or_the_text_do_not_know_are_not_taken() -> None:
    more = {"form": "dust", "category": "certain", "commodity": "unobtainium", "subject": "Mount Doom", "speaker": 7}
    assert read([row("20 Mt", "20", **more)]).proposals == (Proposal("20 Mt", CONTENT.index("20 Mt"), "tonnage"),)
    assert [one.category for one in read([row("120 Mt", "120", category=said) for said in ("С1",)]).proposals] == ["C1"]
    assert read([row("120 Mt", "120", category="A+B+C1")]).proposals[0].category == "A+B+C1"
    assert read([row("120 Mt", "120", category="measured")]).proposals[0].category == "measured"


def test_numbers_may_stand_as_words_or_as_json() -> None:
    text = Text("a", "Три ведомства, третье место и 4,7 % в 2025 году", "ru")
    rows = [
        row("Три ведомства", "три", "count"),
        row("третье место", "третье", "rank"),
        row("4,7 %", "4,7", "share"),
        row("в 2025 году", 2025, "date"),
    ]
    assert [one.kind for one in read(rows, text).proposals] == ["count", "rank", "share", "date"]


@pytest.mark.parametrize(
    "words",
    [
        'Here you are:\n```json\n{"claims": [ROW]}\n```\nAnything else?',
        '<think>{"claims": []} or [1]?</think>[ROW]',
        'I see {20 Mt}: {"claims": [ROW]}',
    ],
)
def test_an_answer_in_wrapping_is_unwrapped(words: str) -> None:
    with serving(saying(words.replace("ROW", json.dumps(row("20 Mt", "20"))))) as server:
        assert len(endpoint(server.url, "small", {}).read(TEXT).proposals) == 1


# --- what is asked -------------------------------------------------------------------------------------------------------------


def test_the_question_is_bare_of_chance_and_carries_the_key() -> None:
    with serving(saying('{"claims": []}')) as server:
        assert endpoint(server.url + "/", " small ", {KEY: f" {SECRET}\n"}).read(TEXT).proposals == ()
        path, headers, asked = server.asked[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert asked["temperature"] == 0 and asked["model"] == "small"
    assert json.loads(asked["messages"][1]["content"]) == {"language": "en", "text": CONTENT}
    with serving(saying('{"claims": []}')) as server:
        endpoint(server.url + "/chat/completions", "small", {}).read(TEXT)
        assert "Authorization" not in server.asked[0][1]
        assert server.asked[0][0] == "/v1/chat/completions"


def test_a_long_text_goes_in_pieces_that_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    paragraphs = [f"Deposit {n} holds {n} Mt of ore." + " Words." * (n % 50) for n in range(1, 400)]
    text = Text("a", "\n\n".join(paragraphs), "en")

    def answer(handler: Any, asked: dict[str, Any]) -> None:
        piece = json.loads(asked["messages"][1]["content"])["text"]
        assert len(piece) <= room.PIECE
        numbers = [part.split()[3] for part in piece.split("\n\n") if part.strip()]
        handler.give(said(json.dumps({"claims": [row(f"{number} Mt of ore", number) for number in numbers]})))

    with serving(answer) as server:
        found = endpoint(server.url, "small", {}).read(text)
        assert len(server.asked) > 5
    assert [one.quote for one in found.proposals] == [f"{n} Mt of ore" for n in range(1, 400)]
    assert all(text.content[one.start :].startswith(one.quote) for one in found.proposals)
    monkeypatch.setattr(room, "PIECES", 2)
    with serving(answer) as server:
        found = endpoint(server.url, "small", {}).read(text)
        assert len(server.asked) == 2
    assert 0 < len(found.proposals) < 399 and found.notes[-1].startswith("only the first ")


def test_an_answer_that_is_no_json_is_told() -> None:
    with serving(saying("I cannot do that.")) as server, pytest.raises(InputError, match="no JSON"):
        endpoint(server.url, "small", {}).read(TEXT)
    answers = iter(['{"claims": [{"quote": "20 M', json.dumps([row("20 Mt", "20")])])
    with serving(lambda handler, asked: handler.give(said(next(answers)))) as server:
        found = endpoint(server.url, "small", {}).read(Text("a", "x " * 5_900 + "\n\n" + CONTENT + " y" * 3_000, "en"))
    assert len(found.proposals) == 1 and found.notes[-1] == "1 of 2 answers of the model were no JSON"


# --- what goes wrong -----------------------------------------------------------------------------------------------------------


def fault(reader: Endpoint) -> str:
    with pytest.raises(InputError) as caught:
        reader.read(TEXT)
    told = str(caught.value)
    assert SECRET not in told and SECRET not in repr(reader)
    return told


@pytest.mark.parametrize(
    ("status", "told"), [(401, KEY), (404, "name of the model"), (429, "later"), (500, "answer 500"), (302, "elsewhere")]
)
def test_a_refusal_is_told_without_the_key(status: int, told: str) -> None:
    body = f"Incorrect key {SECRET}".encode()
    with serving(lambda handler, asked: handler.give(body, status, Location="http://127.0.0.1:1/")) as server:
        assert told in fault(endpoint(server.url, "small", {KEY: SECRET}))
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}', b"[" * 100_000, b"\xff\xfe"]
)
def test_an_answer_of_another_form_is_told(body: bytes) -> None:
    with serving(lambda handler, asked: handler.give(body)) as server:
        assert "another form" in fault(endpoint(server.url, "small", {KEY: SECRET}))


def test_an_answer_too_large_too_slow_or_broken_is_told() -> None:
    with serving(lambda handler, asked: handler.give(b" " * (room.LARGEST_ANSWER + 2))) as server:
        assert "more than 2 MB" in fault(endpoint(server.url, "small", {}))

    def silent(handler: Any, asked: dict[str, Any]) -> None:
        time.sleep(1.5)

    def dripping(handler: Any, asked: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(60):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.1)

    def broken(handler: Any, asked: dict[str, Any]) -> None:
        handler.wfile.write(b"no HTTP at all\r\n\r\n")

    for answer, told in ((silent, "within 1 seconds"), (dripping, "no whole answer within 1 seconds"), (broken, "broken answer")):
        began = time.monotonic()
        with serving(answer) as server:
            assert told in fault(endpoint(server.url, "small", {KEY: SECRET}, timeout=1.0))
        assert time.monotonic() - began < 20


def test_no_server_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "no connection" in fault(endpoint(f"http://127.0.0.1:{port}", "small", {KEY: SECRET}))


def test_a_key_for_this_machine_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(saying('{"claims": []}')) as server:
        assert endpoint(server.url, "small", {KEY: SECRET}).read(TEXT).proposals == ()


@pytest.mark.parametrize(
    ("url", "environment", "told"),
    [
        ("", {}, "an address such as"),
        ("example.org/v1", {}, "an address such as"),
        ("file:///etc/passwd", {}, "an address such as"),
        ("http://", {}, "an address such as"),
        ("http://[::1", {}, "cannot be read"),
        ("http://a:port/", {}, "cannot be read"),
        ("http://a b/", {}, "an address such as"),
        ("https://me:hidden@example.org/v1", {}, "name or password"),
        ("http://example.org/v1", {KEY: SECRET}, "unencrypted"),
        ("http://127.0.0.1.example.org/v1", {KEY: SECRET}, "unencrypted"),
        ("https://example.org/v1", {KEY: f"{SECRET}\r\nX: y"}, "a key with spaces"),
        ("https://example.org/v1", {KEY: f"{SECRET}й"}, "a key with spaces"),
    ],
)
def test_an_address_or_key_that_cannot_be_is_told(url: str, environment: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        endpoint(url, "small", environment)
    assert told in str(caught.value)
    assert SECRET not in str(caught.value) and "hidden" not in str(caught.value)


def test_a_reader_needs_a_model() -> None:
    with pytest.raises(InputError, match="no model"):
        endpoint("https://example.org/v1", " ", {})
    assert endpoint("https://example.org/v1?version=2", "m", {}).url == "https://example.org/v1/chat/completions?version=2"
