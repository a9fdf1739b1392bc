"""Do-not-disturb: asked of Slack for many people at once, where the token may, and remembered for a while."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.deps import Deps
from bot.domain import quiet
from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import CONNECTION, PutOff

log = logging.getLogger(__name__)

SCOPE = "dnd:read"
MOST = 50
"""People one ``dnd.teamInfo`` tells about."""
REMEMBERED = timedelta(minutes=10)
MOST_REMEMBERED = 20_000


class Peace:
    """Knows who is not to be disturbed. Where Slack does not say, nobody: no message is lost for it."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[datetime, datetime | None]] = {}

    def until(self, line: Line, user_ids: Collection[str]) -> dict[str, datetime]:
        """Return until when these Slack users are not to be disturbed, for those of whom that is so now."""
        if not user_ids or SCOPE not in self._deps.slack.scopes(line.workspace_id):
            return {}
        now = self._deps.clock.now()
        with self._lock:
            known = {user_id: self._known.get((line.workspace_id, user_id)) for user_id in user_ids}
        missing = sorted(u for u, told in known.items() if told is None or not _is_fresh(told[0], now))
        for start in range(0, len(missing), MOST):
            self._ask(line, missing[start : start + MOST], now)
        with self._lock:
            told = {user_id: self._known.get((line.workspace_id, user_id)) for user_id in user_ids}
        return {
            user_id: found[1]
            for user_id, found in told.items()
            if found is not None and found[1] is not None and found[1] > now
        }

    def _ask(self, line: Line, user_ids: list[str], now: datetime) -> None:
        try:
            with line.asking("dnd.teamInfo") as client:
                answer = client.dnd_teamInfo(users=user_ids)
        except (PutOff, SlackApiError, *CONNECTION) as fault:
            log.info(
                "workspace %s: who is in peace is not known: %s", line.workspace_id, type(fault).__name__
            )
            return
        found = quiet.of_team(answer.data if isinstance(answer.data, dict) else {}, now)
        with self._lock:
            if len(self._known) > MOST_REMEMBERED:
                self._known = {who: told for who, told in self._known.items() if _is_fresh(told[0], now)}
            for user_id in user_ids:
                self._known[line.workspace_id, user_id] = (now, found.get(user_id))


def _is_fresh(asked_at: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - asked_at < REMEMBERED
