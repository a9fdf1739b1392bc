"""Looking in Slack whether a message of unknown outcome is there, before it is posted again."""

from __future__ import annotations

import logging
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import Ended, Trouble, trouble_of
from bot.jobs.notices import NoticeKind, WhenUnknown
from bot.store.outbox import OutboxRow, OutboxState

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(minutes=2)
HISTORY_PAGE = 100
HISTORY_PAGES = 5


class CannotTell(Exception):  # noqa: N818 - says what came of looking
    """Slack would not let us look, or there is more than we read: whether it has the message stays open."""


def look_up(line: Line, row: OutboxRow, channel: str) -> str | None:
    """Return the ``ts`` of the row's message in Slack, or None if Slack has none.

    Raises CannotTell where looking again would tell no more, and whatever passing trouble there is.
    """
    oldest = f"{((row.doubt_since or row.created_at) - LOOK_BACK).timestamp():.6f}"
    cursor = ""
    for _ in range(HISTORY_PAGES):
        try:
            with line.asking("conversations.history") as client:
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


def send_again(row: OutboxRow, kind: NoticeKind) -> None:
    """Let a message be posted again whose outcome stays unknown, if its kind says so. Raises Ended if not."""
    if kind.when_unknown is not WhenUnknown.RESEND:
        raise Ended(OutboxState.UNKNOWN, "outcome unknown, and Slack would not let us look")
    log.warning("outbox %s: outcome unknown and not to be read back, sent again", row.id)
