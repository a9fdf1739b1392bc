"""Cursors: opaque to the caller, an offset to us."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.server.call import Call
from sandbox.server.errors import SlackError
from sandbox.state.payload import Payload

Item = TypeVar("Item")


def page(
    call: Call, items: Sequence[Item], default: int = 100, most: int = 1000
) -> tuple[list[Item], Payload]:
    """Cut the page the call asks for by ``cursor`` and ``limit``.

    Gives it with the ``response_metadata`` to answer. Raises SlackError invalid_cursor or invalid_limit.
    """
    size = call.number("limit", default, most=most)
    start = _start(call.text("cursor"), len(items))
    after = start + size
    cursor = base64.b64encode(f"next:{after}".encode()).decode() if after < len(items) else ""
    return list(items[start:after]), {"next_cursor": cursor}


def _start(cursor: str, length: int) -> int:
    if not cursor:
        return 0
    try:
        word, _, offset = base64.b64decode(cursor, validate=True).decode("ascii").partition(":")
        start = int(offset)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise SlackError("invalid_cursor") from None
    if word != "next" or not 0 <= start <= length:
        raise SlackError("invalid_cursor")
    return start
