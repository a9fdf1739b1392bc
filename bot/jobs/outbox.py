"""For how long it is kept what was said: looked after every few hours, in small batches."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.deps import Deps
from bot.domain import outbox
from bot.logs import without_words
from bot.store import tallies
from bot.store.outbox import operating
from bot.store.programmes import ProgrammeKey

log = logging.getLogger(__name__)

EVERY_SECONDS = 6 * 3600
AT_ONCE = 500
"""Records looked at in one transaction: on SQLite nobody else writes meanwhile."""
SILENT_FOR = timedelta(days=1)
"""After how long the counts of a process that ended join those of the past."""


def prune(deps: Deps, stopping: Callable[[], bool] = lambda: False) -> int:
    """Delete the records that are older than ``MENTORBOT_KEEP_DAYS`` and needed no more; return how many.

    Doing it twice, or in two processes at once, changes nothing. A programme that fails is logged and does
    not hold up the others. Once ``stopping`` says so the rest is left to the next, after the batch under way.
    """
    now = deps.clock.now()
    with deps.db.unscoped("fold old counts", writes=True) as session:
        tallies.fold(session, now - SILENT_FOR, now=now)
    with deps.db.unscoped("find every programme") as session:
        everywhere = operating.programmes_kept(session)
    before = now - timedelta(days=deps.settings.keep_days)
    removed = sum(_prune_one(deps, programme, before, stopping) for programme in everywhere)
    if removed:
        log.info("%d records of messages older than %s days were removed", removed, deps.settings.keep_days)
    return removed


def _prune_one(deps: Deps, programme: ProgrammeKey, before: datetime, stopping: Callable[[], bool]) -> int:
    removed, after = 0, ""
    try:
        while not stopping():
            with deps.step(programme.workspace_id, programme.programme_id) as step:
                batch, go_on_after = outbox.prune(step, before, after=after, limit=AT_ONCE)
            removed += batch
            if go_on_after is None:
                return removed
            after = go_on_after
    except Exception as fault:  # noqa: BLE001 - one programme's trouble must not stop the others
        log.error("outbox of programme %s: %s", programme.programme_id, without_words(fault))  # noqa: TRY400 - the message may quote a person
    return removed
