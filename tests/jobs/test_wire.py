"""Calls over kept-alive connections: every shape of answer is read whole, and no call is ever made twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from bot.wire import Heard, Wire

PATIENCE = 5.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def serving(*connections: Sequence[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Give the address of a server that answers each connection's requests so, and what it was asked.

    It closes a connection after its last answer.
    """
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answers in connections:
            try:
                there, _ = listening.accept()
            except OSError:
                return
            with there, there.makefile("rb") as reads:
                for answer in answers:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        head += reads.readline()
                    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                    asked.append(head + reads.read(length))
                    there.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/chat.postMessage", asked
        listening.close()


def send(wire: Wire, url: str) -> Heard:
    """Post something small."""
    return wire.send(url, b'{"a":1}', {"Authorization": "Bearer t"}, PATIENCE)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK, b"{}"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n",
            b"{}abc",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"{}"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
def test_every_shape_of_answer_is_read_whole(answer: bytes, body: bytes) -> None:
    """A stated length, chunks, or everything up to the end: the body is what was meant."""
    with serving([answer]) as (url, asked):
        heard = send(Wire(), url)
    assert heard.body == body
    assert asked[0].endswith(b'Authorization: Bearer t\r\nContent-Length: 7\r\n\r\n{"a":1}')


def test_status_and_headers_are_told() -> None:
    """A 429 comes with its Retry-After, whatever case the names are written in."""
    said = b"HTTP/1.1 429 Too Many Requests\r\nRETRY-After: 3\r\nContent-Length: 0\r\n\r\n"
    with serving([said]) as (url, _):
        heard = send(Wire(), url)
    assert (heard.status, heard.headers["retry-after"], heard.body) == (429, "3", b"")


def test_one_connection_serves_call_after_call() -> None:
    """As long as the other end keeps it, nobody is greeted anew."""
    wire = Wire()
    with serving([OK, OK, OK]) as (url, asked):
        assert [send(wire, url).status for _ in range(3)] == [200, 200, 200]
    assert len(asked) == 3


def test_one_that_was_closed_meanwhile_is_not_used() -> None:
    """What the other end closed while it rested is noticed before the call, not by losing it."""
    wire = Wire()
    with serving([OK], [OK]) as (url, asked):
        assert send(wire, url).status == 200
        waiting = next(iter(wire._idle.values()))[0]
        waiting._socket.settimeout(PATIENCE)
        assert waiting._socket.recv(1, socket.MSG_PEEK) == b""
        assert send(wire, url).status == 200
    assert len(asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: some\r\n\r\n{}",
        b"SSH-2.0-OpenSSH_9.9\r\n",
    ],
)
def test_what_is_no_whole_answer_is_told_and_not_asked_again(answer: bytes) -> None:
    """The call ends with an error, and was made once: whether it was heard is for the caller to find out."""
    with serving([answer], [OK]) as (url, asked):
        with pytest.raises(ConnectionError):
            send(Wire(), url)
        assert len(asked) == 1


def test_an_answer_that_does_not_come_in_time_is_a_timeout() -> None:
    """Who waits too long is told so, and the connection is not used for anything else."""
    wire = Wire()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/auth.test"
        with pytest.raises(TimeoutError):
            wire.send(url, b"", {}, 0.05)
    assert not any(wire._idle.values())


def test_a_header_cannot_smuggle_another() -> None:
    """A token with a line break in it is refused before anything is sent."""
    with pytest.raises(ValueError, match="line break"):
        Wire().send("http://127.0.0.1:1/api/auth.test", b"", {"Authorization": "a\r\nHost: b"}, 1)
