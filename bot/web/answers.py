"""What comes in and what goes out, as frozen values: nothing below the WSGI border knows of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

MOST_BYTES = 2 * 1024 * 1024
"""Of a body. Slack's largest payload is 250 kB of JSON, which a form may write three times as long."""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HARDENING = (
    ("cache-control", "no-store"),
    ("content-security-policy", POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
)
"""Goes with every answer a browser may show: those that are ours, and the pages of the install flow.

Addresses of that flow carry a code and a state: they are neither kept nor told to anybody by a link.
"""


class TooLarge(Exception):  # noqa: N818 - says what was wrong with a request
    """A body longer than anything Slack sends."""


class NeverCame(Exception):  # noqa: N818 - says what was wrong with a request
    """A body of which the rest did not come, or not in time."""


@dataclass(frozen=True)
class Request:
    """One request; the names of ``headers`` are in small letters, the body is read when asked for."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    read: Callable[[int], bytes] = field(repr=False)

    def body(self) -> bytes:
        """Return the whole body. Raises TooLarge, and NeverCame."""
        declared = self.headers.get("content-length") or ""
        if declared.isdigit() and int(declared) > MOST_BYTES:
            raise TooLarge
        try:
            content = self.read(MOST_BYTES + 1)
        except OSError:
            raise NeverCame from None
        if len(content) > MOST_BYTES:
            raise TooLarge
        return content


@dataclass(frozen=True)
class Answer:
    """One answer; ``headers`` come beside those every answer has."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: Sequence[tuple[str, str]] = HARDENING

    def send(self, start: StartResponse, *, with_body: bool) -> Iterable[bytes]:
        """Begin the response and return its body."""
        status = HTTPStatus(self.status)
        length = ("content-length", str(len(self.body)))
        kind = [("content-type", self.content_type)] if self.content_type else []
        start(f"{status.value} {status.phrase}", [*kind, *self.headers, length])
        return [self.body] if with_body else []


def plain(status: int, sentence: str, *headers: tuple[str, str]) -> Answer:
    """Return a plain sentence."""
    return Answer(status, f"{sentence}\n".encode(), headers=(*HARDENING, *headers))


def as_json(status: int, content: Mapping[str, Any]) -> Answer:
    """Return an object."""
    return Answer(status, json.dumps(content).encode() + b"\n", "application/json")


def read_request(environ: WSGIEnvironment) -> Request:
    """Return the request of a WSGI environment."""
    headers = {
        name.removeprefix("HTTP_").lower().replace("_", "-"): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    return Request(
        method=str(environ.get("REQUEST_METHOD", "GET")),
        path=str(environ.get("PATH_INFO") or "/"),
        query=str(environ.get("QUERY_STRING", "")),
        headers=headers,
        read=environ["wsgi.input"].read,
    )
