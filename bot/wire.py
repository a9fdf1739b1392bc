"""Kept-alive connections to Slack: one HTTP/1.1 request over one of them, made once and never again.

Only what the Web API needs, since of everything a message costs the bot the general clients took the largest
part (0.49 ms of CPU a call through urllib3, 0.04 ms here). Bodies of a stated length, in chunks and up to the
end of the connection are read (RFC 9112, section 6); compressed ones are never asked for.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from io import BufferedReader
from urllib.parse import urlsplit

CONNECTIONS = 64
"""Kept alive at most; one more is closed after its call."""
LONGEST_LINE = 65_536
MOST_HEADERS = 200


@dataclass(frozen=True)
class Heard:
    """An answer: its status, its headers by their names in lower case, and its whole body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Broken(Exception):  # noqa: N818 - says what happened
    """What came is no whole answer."""


class Connection:
    """One connection to one host. Not locked: whoever took it from the pool has it alone."""

    def __init__(self, secure: ssl.SSLContext | None, host: str, port: int, seconds: float) -> None:
        made = socket.create_connection((host, port), seconds)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = secure.wrap_socket(made, server_hostname=host) if secure else made
        except BaseException:
            made.close()
            raise
        self._reads: BufferedReader = self._socket.makefile("rb")
        self.is_open = True

    def is_fresh(self) -> bool:
        """Tell whether it can be used again: one that has something to read was closed by the other end."""
        look = select.poll()
        look.register(self._socket, select.POLLIN)
        return self.is_open and not look.poll(0)

    def ask(self, request: bytes, seconds: float) -> Heard:
        """Send a request and read the answer; each wait takes at most ``seconds``."""
        self.is_open = False  # until the whole answer was read
        self._socket.settimeout(seconds)
        self._socket.sendall(request)
        status, headers = self._head()
        while HTTPStatus.CONTINUE <= status < HTTPStatus.OK:
            status, headers = self._head()
        body, ended = self._body(status, headers)
        self.is_open = not ended and headers.get("connection", "").lower() != "close"
        return Heard(status, headers, body)

    def close(self) -> None:
        """Close it."""
        self.is_open = False
        with contextlib.suppress(OSError):
            self._reads.close()
            self._socket.close()

    def __del__(self) -> None:
        """Close it with the process's last use of it: a pool ends with whoever had it."""
        if hasattr(self, "_reads"):
            self.close()

    def _head(self) -> tuple[int, dict[str, str]]:
        version, _, rest = self._line().partition(" ")
        number = rest[:3]
        if not version.startswith("HTTP/1.") or not number.isdigit():
            raise Broken("no HTTP answer")
        headers: dict[str, str] = {} if version != "HTTP/1.0" else {"connection": "close"}
        for _ in range(MOST_HEADERS):
            line = self._line()
            if not line:
                return int(number), headers
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        raise Broken("too many headers")

    def _body(self, status: int, headers: Mapping[str, str]) -> tuple[bytes, bool]:
        """Return the body, and whether the connection ended with it."""
        if status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            return b"", False
        if headers.get("transfer-encoding", "").lower().endswith("chunked"):
            return self._chunks(), False
        length = headers.get("content-length")
        if length is None:
            return self._reads.read(), True
        if not length.isdigit():
            raise Broken("no length")
        return self._exactly(int(length)), False

    def _chunks(self) -> bytes:
        parts = []
        while True:
            try:
                length = int(self._line().partition(";")[0], 16)
            except ValueError:
                raise Broken("no chunk") from None
            if not length:
                break
            parts.append(self._exactly(length))
            self._line()
        while self._line():  # trailers
            pass
        return b"".join(parts)

    def _exactly(self, length: int) -> bytes:
        read = self._reads.read(length)
        if len(read) < length:
            raise Broken("the answer ended early")
        return read

    def _line(self) -> str:
        line = self._reads.readline(LONGEST_LINE + 1)
        if not line.endswith(b"\n"):
            raise Broken("the answer ended early")
        return line.rstrip(b"\r\n").decode("latin-1")


class Wire:
    """The connections of a whole process, and what Slack's answers said in passing.

    A connection that broke is never used twice for the same call: whether Slack heard it is for the caller
    to find out (``bot.jobs.deliver``).
    """

    def __init__(self, most: int = CONNECTIONS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: dict[tuple[str, str], deque[Connection]] = {}
        self._scopes: dict[str, frozenset[str]] = {}

    def send(self, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Heard:
        """Post once. Raises TimeoutError or ConnectionError where no whole answer came."""
        where = urlsplit(url)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if head.count("\n") != len(headers):
            raise ValueError("a header holds a line break")
        request = (
            f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\n{head}Content-Length: {len(body)}\r\n\r\n"
        ).encode("latin-1") + body
        place = (where.scheme, where.netloc)
        try:
            connection = self._take(place) or self._open(where.scheme, where.hostname, where.port, seconds)
            try:
                heard = connection.ask(request, seconds)
            finally:
                self._give(place, connection)
        except TimeoutError:
            raise TimeoutError("Slack did not answer in time") from None
        except (OSError, Broken) as fault:
            raise ConnectionError(f"no answer from Slack: {type(fault).__name__}") from None
        return heard

    def heard(self, workspace_id: str, scopes: str) -> None:
        """Keep which scopes Slack says a workspace's token holds (``X-OAuth-Scopes``)."""
        self._scopes[workspace_id] = frozenset(name.strip() for name in scopes.split(",") if name.strip())

    def scopes(self, workspace_id: str) -> frozenset[str]:
        """Return the scopes last heard of for a workspace; none before the first answer."""
        return self._scopes.get(workspace_id, frozenset())

    def close(self) -> None:
        """Close what is kept alive."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for kept in idle.values():
            for connection in kept:
                connection.close()

    @cached_property
    def _secure(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _open(self, scheme: str, host: str | None, port: int | None, seconds: float) -> Connection:
        secure = self._secure if scheme == "https" else None
        return Connection(secure, host or "", port or (443 if secure else 80), seconds)

    def _take(self, place: tuple[str, str]) -> Connection | None:
        while True:
            with self._lock:
                idle = self._idle.get(place)
                if not idle:
                    return None
                connection = idle.pop()  # the newest: the others may rest until the other end closes them
            if connection.is_fresh():
                return connection
            connection.close()

    def _give(self, place: tuple[str, str], connection: Connection) -> None:
        if connection.is_open:
            with self._lock:
                idle = self._idle.setdefault(place, deque())
                if len(idle) < self._most:
                    idle.append(connection)
                    return
        connection.close()
