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

from bot.store.outbox import OutboxRow, OutboxState, is_known, is_readable

MAX_TRIES = 8
ROLL_OUT = timedelta(hours=4)
"""How long a row waits for a version of the bot that knows its kind."""
BACK_OFF = (5, 15, 60, 300, 900, 1800, 3600)
"""Seconds after the first, second … failed attempt of one message."""

CONNECTION = (SlackClientError, OSError, HTTPException)
"""What a call raises when no answer came. SlackApiError is one of them, but an answer: catch it first."""

LONGEST_REASON = 200
"""Characters of a reason that quotes a row; with what is added to it, it fits its column."""
NOT_INSTALLED = "no token for this workspace: the app is not installed there"
TOKEN_TROUBLE = {
    "account_inactive": "the app is not installed there any more, or its bot user was switched off",
    "ekm_access_denied": "the organisation has suspended access to its keys",
    "enterprise_is_restricted": "the organisation does not let apps work in it",
    "invalid_auth": "Slack does not know the token: install the app again",
    "not_authed": "no token was sent: install the app again",
    "not_allowed_token_type": "the token is not a bot's: install the app again",
    "org_login_required": "the workspace is being moved into an organisation",
    "team_access_not_granted": "the organisation has not let the app into this workspace",
    "token_expired": "the token ran out and was not renewed: install the app again",
    "token_revoked": "the token was revoked: install the app again",
}
"""Slack's words for a workspace that refuses us as a whole, and what an operator is told of each."""
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
_ERROR_NAME = re.compile(r"[a-z0-9_]{1,80}")
"""How Slack names an error. The longest in its documents have some forty characters."""
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
    """Return Slack's error name, else the answer's status: what something in between says is not kept.

    It may be of any length and quote anybody, and this word goes into the log and beside the message.
    """
    error = fault.response.get("error")
    is_name = isinstance(error, str) and _ERROR_NAME.fullmatch(error) is not None
    return str(error) if is_name else f"http {fault.response.status_code}"


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


def in_plain_words(error: str) -> str:
    """Return why nothing is sent to a workspace, in Slack's word and in ours."""
    told = {**TOKEN_TROUBLE, "missing_scope": "the app lacks a scope: install it again"}
    return f"{error}: {told.get(error, 'Slack does not answer as it should')}"


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


@dataclass(frozen=True)
class Outcome:
    """The values to settle a row with, and what follows from the attempt."""

    state: OutboxState
    values: dict[str, Any]
    afterwards: Callable[[], None] | None = None
    """What belongs to a posted message and may be lost without harm, such as its picture."""
    opened: tuple[str, str] | None = None
    """A person, and the direct-message channel with them that Slack named."""
    looked_up: int = 0
    """How often Slack was looked at whether it has the message."""
    limited: int = 0
    """How often Slack said that it was called too often."""
    is_limited: bool = False
    """Whether that is why the message waits."""


UNREADABLE = "its content cannot be read"
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


def is_whole(row: OutboxRow) -> bool:
    """Tell whether this version can read what a row says to do, and with what."""
    return is_known(row.verb) and is_readable(row.ids)


def unknown_here(row: OutboxRow, now: datetime) -> Outcome:
    """Return the outcome of a row this version cannot make into a message: it waits, then it is dead.

    While a newer version is being rolled out its rows meet older processes, which must not end them. One
    whose content nobody can read ends at once.
    """
    if row.programme_id is None:
        return ended(OutboxState.DEAD, "it belongs to no programme", now)
    if not is_readable(row.ids):
        state = OutboxState.DEAD if row.doubt_since is None else OutboxState.UNKNOWN
        return ended(state, UNREADABLE, now)
    what = row.kind if is_known(row.verb) else f"the verb {row.verb} of {row.kind}"
    reason = f"this version of the bot does not know {what}"[:LONGEST_REASON]
    if row.tries >= MAX_TRIES:
        return ended(OutboxState.DEAD, reason, now)
    return waits(now + ROLL_OUT / MAX_TRIES, f"{reason}: it waits for a newer one", row.doubt_since)


def untouched(row: OutboxRow) -> Outcome:
    """Return the outcome of a row that was claimed and not attempted: all of it as it was before."""
    kept = {"doubt_since": row.doubt_since, "counted_at": row.counted_at, "tries": row.tries - 1}
    return Outcome(OutboxState.WAITING, {"state": OutboxState.WAITING, **kept})


def later(row: OutboxRow, doubt: datetime | None, reason: str, now: datetime) -> Outcome:
    """Return the outcome of a failed try: another one after a while, or the end after the last."""
    if row.tries >= MAX_TRIES:
        state = OutboxState.DEAD if doubt is None else OutboxState.UNKNOWN
        return ended(state, reason, now, doubt_since=doubt)
    wait = BACK_OFF[min(max(row.tries, 1), len(BACK_OFF)) - 1]
    return waits(now + timedelta(seconds=wait), reason, doubt)
