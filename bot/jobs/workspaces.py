"""Workspaces by time: tokens renewed, data of those that left erased, old deliveries forgotten.

None of it belongs to a programme, so the tick calls ``look_after`` beside its table.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta

from bot.deps import Deps
from bot.domain import examples, workspaces
from bot.jobs.notices import Due, NoticeKind
from bot.store import received
from bot.tokens import Tokens
from bot.views import workspaces as views

log = logging.getLogger(__name__)

KINDS = (
    NoticeKind(
        "workspaces.welcome",
        workspaces.welcome,
        views.welcome,
        before_start=True,
        example=examples.installed,
    ),
)

DUE: tuple[Due, ...] = ()

AT_ONCE = 5
"""Renewals and erasure batches one look makes at most: it must not hold up the others."""
KEPT = timedelta(days=1)
"""How long a delivery is remembered: Slack delivers nothing again after that."""
FORGOTTEN_AT_ONCE = 1000


def look_after(deps: Deps) -> int:
    """Do what has come due for workspaces as a whole; return how many things were handled.

    Doing it in two processes at once changes nothing. What fails is logged and tried at the next look.
    """
    return sum(_guarded(name, do, deps) for name, do in PARTS)


def renew_tokens(deps: Deps) -> int:
    """Renew tokens before they expire, also where nobody needs them just now."""
    if not deps.settings.client_id:
        return 0
    return Tokens(deps.db, deps.clock, deps.settings).renew_due(AT_ONCE)


def erase(deps: Deps) -> int:
    """Erase what belongs to workspaces that left long enough ago, some batches at a time."""
    rules, removed = deps.guidelines.workspaces.leaving, 0
    with deps.db.unscoped("find workspaces to erase") as session:
        waiting = workspaces.to_erase(session, rules, deps.clock.now(), AT_ONCE)
    for workspace_id in waiting:
        for _ in range(AT_ONCE):
            batch = workspaces.erase_some(deps.db, rules, workspace_id, deps.clock.now())
            removed += batch.rows
            if batch.ended:
                log.warning("workspace %s: its data is erased", workspace_id)
                break
    return removed


def forget_deliveries(deps: Deps) -> int:
    """Forget what Slack delivered longer ago than it would deliver it again."""
    before = deps.clock.now() - KEPT
    with deps.db.unscoped("find old deliveries") as session:
        if not received.any_before(session, before):  # most looks find nothing, and nobody waits for them
            return 0
    with deps.db.unscoped("forget old deliveries", writes=True) as session:
        return received.forget(session, before, FORGOTTEN_AT_ONCE)


PARTS: tuple[tuple[str, Callable[[Deps], int]], ...] = (
    ("renewing tokens", renew_tokens),
    ("erasing workspaces", erase),
    ("forgetting deliveries", forget_deliveries),
)


def _guarded(name: str, do: Callable[[Deps], int], deps: Deps) -> int:
    try:
        return do(deps)
    except Exception as fault:  # noqa: BLE001 - one part's trouble must not stop the others
        stack = "".join(traceback.format_tb(fault.__traceback__))
        log.error("%s: %s\n%s", name, type(fault).__name__, stack)  # noqa: TRY400 - the message may quote a person
        return 0
