"""The wire to the sandbox's control address: JSON in, JSON out, connections kept open."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

ANSWER_SECONDS = 30  # how long any one call may take beyond what it was asked to wait
IDLE_SECONDS = 10  # an idle connection older than this may be closed at the other end: open a new one


class RefusedError(AssertionError):
    """The sandbox did not do what it was asked; the text says why. `error` is its short name."""

    def __init__(self, error: str, say: str) -> None:
        super().__init__(say)
        self.error = error


class Line:
    """One address, one open connection a thread.

    Nothing is ever sent twice: a call that breaks raises, since the sandbox may have acted on it.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"the sandbox's address is like http://127.0.0.1:8000, not {address!r}")
        self.address = address.rstrip("/")
        self._host, self._port = parts.hostname, parts.port or 80
        self._mine = threading.local()

    def get(self, path: str, *, wait: float = 0.0) -> Json:
        """The answer to a GET; `wait` is how many seconds the sandbox was asked to wait before it answers."""
        return self._ask("GET", path, None, wait)

    def post(self, path: str, body: Json | None = None) -> Json:
        """The answer to a POST. Raises RefusedError when the sandbox says no."""
        return self._ask("POST", path, body or {}, 0.0)

    def delete(self, path: str) -> Json:
        """The answer to a DELETE."""
        return self._ask("DELETE", path, None, 0.0)

    def fetch(self, path: str) -> bytes:
        """What is at a path, as bytes."""
        status, data = self._exchange("GET", path, None, 0.0)
        if status != http.client.OK:
            raise RefusedError("not_found", f"{self.address}{path} answered {status}")
        return data

    def _ask(self, verb: str, path: str, body: Json | None, wait: float) -> Json:
        status, data = self._exchange(verb, path, body, wait)
        try:
            answer = json.loads(data)
        except ValueError as error:
            raise RefusedError("no_json", f"{verb} {path} answered {status}: {data[:500]!r}") from error
        if status >= http.client.BAD_REQUEST:
            raise RefusedError(
                str(answer.get("error", status)), f"{verb} {path}: {answer.get('say') or answer.get('error')}"
            )
        return dict(answer)

    def _exchange(self, verb: str, path: str, body: Json | None, wait: float) -> tuple[int, bytes]:
        connection = self._connection(ANSWER_SECONDS + wait)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            connection.request(verb, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionError(f"{verb} {self.address}{path}: {error!r}") from error
        self._mine.used = time.monotonic()
        return response.status, data

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is not None and time.monotonic() - self._mine.used > IDLE_SECONDS:
            self.close()
            connection = None
        if connection is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
            self._mine.connection = connection
        connection.timeout = timeout
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection

    def close(self) -> None:
        """Close this thread's connection; the next call opens another."""
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
            self._mine.connection = None
