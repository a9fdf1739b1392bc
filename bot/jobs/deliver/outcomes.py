"""What came of an attempt, and what Slack's refusals mean for the message, its workspace, and the doubt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.store.outbox import OutboxRow, OutboxState

MAX_TRIES = 8
BACK_OFF = (5, 15, 60, 300, 900, 1800, 3600)
"""Seconds after the first, second … failed attempt of one message."""

CONNECTION = (SlackClientError, OSError, HTTPException)
"""What a call raises when no answer came. SlackApiError is one of them, but an answer: catch it first."""

TOKEN_TROUBLE = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"}
)
PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "rollup_error",
        "service_unavailable",
        "team_added_to_org",
    }
)
CHANNEL_TROUBLE = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
_ERROR_NAME = re.compile(r"[a-z0-9_]+")
_TOO_MANY, _SERVER_ERROR = 429, 500


class Trouble(StrEnum):
    """What a refusal means."""

    LIMITED = "limited"
    """Too many calls: Slack said when to come back, and did nothing."""
    PASSING = "passing"
    """An error that may pass. Slack may nevertheless have done what was asked."""
    TOKEN = "token"  # noqa: S105 - the name of a kind of trouble
    """The whole workspace refuses us until somebody puts the token right."""
    SCOPE = "scope"
    """The whole workspace refuses us this method."""
    REFUSED = "refused"
    """A plain no to this one call: the same call would be refused again."""


def error_of(fault: SlackApiError) -> str:
    """Return Slack's error name, or what stood in its place."""
    return str(fault.response.get("error") or f"http {fault.response.status_code}")


def trouble_of(fault: SlackApiError) -> Trouble:
    """Return what a refusal means."""
    error, status = error_of(fault), int(fault.response.status_code)
    if error == "ratelimited" or status == _TOO_MANY:
        return Trouble.LIMITED
    if status >= _SERVER_ERROR or error in PASSING or not _ERROR_NAME.fullmatch(error):
        return Trouble.PASSING  # an answer that is not Slack's own comes from something in between
    if error in TOKEN_TROUBLE:
        return Trouble.TOKEN
    return Trouble.SCOPE if error == "missing_scope" else Trouble.REFUSED


def retry_after(fault: SlackApiError) -> timedelta:
    """Return how long Slack asks to stay away: at least a second, also where it does not say."""
    headers = {str(name).lower(): value for name, value in fault.response.headers.items()}
    try:
        return timedelta(seconds=max(1.0, float(headers.get("retry-after") or 1)))
    except ValueError:
        return timedelta(seconds=1)


class Ended(Exception):  # noqa: N818 - carries how an attempt ended
    """A message that comes to its end without having been posted."""

    def __init__(self, state: OutboxState, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class NotPermitted(Ended):
    """Somebody in the channel may not see it, or nobody can tell who is there."""


class PutOff(Exception):  # noqa: N818 - carries until when
    """A message that must wait for something that is no fault of its own: no try is counted."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


class TakenOver(Exception):  # noqa: N818 - says what happened
    """Another sender holds the row by now."""


@dataclass(frozen=True)
class Outcome:
    """The values to settle a row with, and what follows from the attempt."""

    state: OutboxState
    values: dict[str, Any]
    afterwards: Callable[[], None] | None = None
    """What belongs to a posted message and may be lost without harm, such as its picture."""


UNDELIVERED = frozenset({OutboxState.DEAD, OutboxState.UNKNOWN})


def ended(state: OutboxState, reason: str | None, now: datetime, **values: Any) -> Outcome:
    """Return the outcome of a message that came to its end."""
    return Outcome(state, {"state": state, "reason": reason, "ended_at": now, **values})


def given_up(row: OutboxRow, doubt: datetime | None, reason: str, now: datetime) -> Outcome:
    """Return the end of a message whose tries are used up: unknown if Slack may have it, else dead."""
    state = OutboxState.DEAD if doubt is None else OutboxState.UNKNOWN
    return ended(state, row.reason or reason, now, doubt_since=doubt)


def waits(until: datetime, reason: str, doubt: datetime | None, **values: Any) -> Outcome:
    """Return the outcome of a message that is tried again at ``until``; ``doubt`` stays with it."""
    kept = {"not_before": until, "reason": reason, "doubt_since": doubt, **values}
    return Outcome(OutboxState.WAITING, {"state": OutboxState.WAITING, **kept})


def later(row: OutboxRow, doubt: datetime | None, reason: str, now: datetime) -> Outcome:
    """Return the outcome of a failed try: another one after a while, or the end after the last."""
    if row.tries >= MAX_TRIES:
        state = OutboxState.DEAD if doubt is None else OutboxState.UNKNOWN
        return ended(state, reason, now, doubt_since=doubt)
    wait = BACK_OFF[min(max(row.tries, 1), len(BACK_OFF)) - 1]
    return waits(now + timedelta(seconds=wait), reason, doubt)
