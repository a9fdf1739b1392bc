"""The picture that follows a message into its thread."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.jobs.deliver.line import Line
from bot.views.blocks import Picture

log = logging.getLogger(__name__)


def follow(line: Line, row_id: str, channel: str, ts: str, draw: Callable[[], Picture | None]) -> None:
    """Upload what ``draw`` gives, if anything. A lost picture is logged by its row and never sent again."""
    try:
        picture = draw()
        if picture is None:
            return
        line.client.files_upload_v2(
            content=picture.png,
            filename=picture.filename,
            title=picture.title,
            alt_txt=picture.alt,
            channel=channel,
            thread_ts=ts,
        )
    except Exception as fault:  # noqa: BLE001 - the message is posted: nothing about its picture may say otherwise
        log.warning("outbox %s: its picture was lost (%s)", row_id, type(fault).__name__)
