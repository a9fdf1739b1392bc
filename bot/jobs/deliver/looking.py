"""Looking in Slack whether a message of unknown outcome is there, before it is posted again."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import Ended, Trouble, trouble_of
from bot.jobs.notices import NoticeKind, WhenUnknown
from bot.store.outbox import OutboxRow, OutboxState

log = logging.getLogger(__name__)

HISTORY = "conversations.history"
LOOK_BACK = timedelta(hours=2)
"""Doubt is by our clock, Slack's ``ts`` by Slack's: ours may have been so far ahead when it was posted.

Behind it may have been any time: a look has no end but now. What it costs is to read what was said in the
channel in these two hours, nearly always one page of a direct message.
"""
HISTORY_PAGE = 200
"""The most Slack recommends; a call costs the same for fewer."""
HISTORY_PAGES = 5


class CannotTell(Exception):  # noqa: N818 - says what came of looking
    """Slack would not let us look, or there is more than we read: whether it has the message stays open."""


def look_up(line: Line, row: OutboxRow, channel: str) -> str | None:
    """Return the ``ts`` of the row's message in Slack, or None if Slack has none.

    Raises CannotTell where looking again would tell no more, and whatever passing trouble there is.
    """
    oldest = f"{((row.doubt_since or row.created_at) - LOOK_BACK).timestamp():.6f}"
    cursor = ""
    for number in range(HISTORY_PAGES):
        try:
            with _asking(line, number) as client:
                page = client.conversations_history(
                    channel=channel,
                    oldest=oldest,
                    include_all_metadata=True,
                    limit=HISTORY_PAGE,
                    cursor=cursor or None,
                )
        except SlackApiError as fault:
            if trouble_of(fault) in {Trouble.PASSING, Trouble.TOKEN}:
                raise
            raise CannotTell from None
        for message in page["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == row.id:
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
    raise CannotTell


def _asking(line: Line, number: int) -> AbstractContextManager[WebClient]:
    """Give the client for one page. Only the first waits for room in our own allowance; all are counted.

    A look that stopped halfway begins anew at the first page: with a few of them at a time none would end.
    """
    if number == 0:
        return line.asking(HISTORY)
    if line.paced:
        line.pace.take(line.workspace_id, HISTORY, None, line.clock.now())
    return replace(line, paced=False).asking(HISTORY)


def send_again(row: OutboxRow, kind: NoticeKind) -> None:
    """Let a message be posted again whose outcome stays unknown, if its kind says so. Raises Ended if not."""
    if kind.when_unknown is not WhenUnknown.RESEND:
        raise Ended(OutboxState.UNKNOWN, "outcome unknown, and Slack would not let us look")
    log.warning("outbox %s: outcome unknown and not to be read back, sent again", row.id)
