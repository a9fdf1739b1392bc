"""How long a request may take to arrive: a client that dawdles holds a thread for seconds, not for ever."""

from __future__ import annotations

import socket
from time import monotonic

from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader

ARRIVAL_SECONDS = 5.0
"""From the first byte of a request to the last of its body. Slack itself gives up after three."""


class Arriving(SocketUnreader):  # type: ignore[misc] # gunicorn leaves it untyped
    """What comes in over one connection; ``begin`` starts the time of its next request.

    The same time, each time it is read from, is what an answer may take to be written.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._until = 0.0

    def begin(self) -> None:
        """Let the next request have its time from now on."""
        self._until = monotonic() + ARRIVAL_SECONDS

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what has come. Raises NoMoreData, an OSError, when the request's time is over."""
        left = self._until - monotonic()
        if left <= 0:
            raise NoMoreData
        self.sock.settimeout(left)
        try:
            came: bytes = super().chunk(size_hint)
        except TimeoutError:
            raise NoMoreData from None
        finally:
            self.sock.settimeout(ARRIVAL_SECONDS)
        return came
