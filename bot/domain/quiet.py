"""Do-not-disturb, as Slack tells of it: until when a person is left in peace. Pure; unknown is no.

Slack's ``dnd.teamInfo`` and ``dnd.info`` give, for each user, ``dnd_enabled`` and the present or next window
as seconds since 1970 (both 1 where there is none); for the token's own user a snooze as well.
https://docs.slack.dev/reference/methods/dnd.teamInfo
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST = timedelta(hours=24)
"""How far ahead one answer is believed: somebody who is never to be disturbed is asked about again."""


def until(status: object, now: datetime) -> datetime | None:
    """Return from when (UTC) somebody with this answer may be written to; None: now.

    Anything that is missing or makes no sense counts as no wish: a message is never lost for it.
    """
    if not isinstance(status, Mapping):
        return None
    quiet = now
    snooze = _moment(status.get("snooze_endtime")) if status.get("snooze_enabled") is True else None
    if snooze is not None and snooze > quiet:
        quiet = snooze
    if status.get("dnd_enabled") is True:
        begins, ends = _moment(status.get("next_dnd_start_ts")), _moment(status.get("next_dnd_end_ts"))
        if begins is not None and ends is not None and begins <= quiet < ends:
            quiet = ends
    return min(quiet, now + LONGEST) if quiet > now else None


def of_team(answer: Mapping[str, Any], now: datetime) -> dict[str, datetime]:
    """Return from when each user of a ``dnd.teamInfo`` answer may be written to; the others at once."""
    users = answer.get("users")
    if not isinstance(users, Mapping):
        return {}
    found = {str(user_id): until(status, now) for user_id, status in users.items()}
    return {user_id: opens for user_id, opens in found.items() if opens is not None}


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
