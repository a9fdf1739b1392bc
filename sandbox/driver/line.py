"""The wire to the sandbox's control address: JSON in, JSON out, connections kept open."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import quote, urlsplit

Json = dict[str, Any]

ANSWER_SECONDS = 30  # how long any one call may take beyond what it was asked to wait
IDLE_SECONDS = 10  # an idle connection older than this may be closed at the other end: open a new one

_OF_ALL = frozenset({"/control/reset", "/control/teams"})


class RefusedError(AssertionError):
    """The sandbox did not do what it was asked; the text says why. `error` is its short name."""

    def __init__(self, error: str, say: str) -> None:
        super().__init__(say)
        self.error = error


class Line:
    """One address and its open connections: as many as there are calls under way at once.

    With `team`, what is asked of the control address is asked of that workspace; else of the first.

    May be used from several threads. Nothing is ever sent twice: a call that breaks raises, since the sandbox
    may have acted on it.
    """

    def __init__(self, address: str, team: str = "") -> None:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"the sandbox's address is like http://127.0.0.1:8000, not {address!r}")
        self.address = address.rstrip("/")
        self.team = team
        self._host, self._port = parts.hostname, parts.port or 80
        self._lock = threading.Lock()
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []

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
        if self.team and path not in _OF_ALL and not path.startswith("/control/teams/"):
            path = path.replace("/control/", f"/control/teams/{quote(self.team, safe='')}/", 1)
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
        connection = self._take(ANSWER_SECONDS + wait)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            connection.request(verb, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise ConnectionError(f"{verb} {self.address}{path}: {error!r}") from error
        with self._lock:
            self._idle.append((time.monotonic(), connection))
        return response.status, data

    def _take(self, timeout: float) -> http.client.HTTPConnection:
        with self._lock:
            used, connection = self._idle.pop() if self._idle else (0.0, None)
        if connection is not None and time.monotonic() - used > IDLE_SECONDS:
            connection.close()
            connection = None
        if connection is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        connection.timeout = timeout
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection

    def close(self) -> None:
        """Close the connections; the next call opens another."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()
