"""The table of everything that runs by time, and the tick that runs it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator

from bot.deps import Deps
from bot.domain.step import Step
from bot.jobs import agreements, checkins, concerns, digests, launch, mentorship, relationships, requests
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.store import programmes
from bot.store.programmes import ProgrammeKey

log = logging.getLogger(__name__)

NOUNS = (agreements, checkins, concerns, digests, launch, mentorship, relationships, requests)
"""Each noun brings the notices it sends (``KINDS``) and what falls due in it (``DUE``)."""

MOST_BATCHES = 500


def kinds() -> dict[str, NoticeKind]:
    """Return every kind of notice by name."""
    return {kind.name: kind for noun in NOUNS for kind in noun.KINDS}


def previewed() -> list[str]:
    """Return the kinds a lead can preview, in the order of the table."""
    return [name for name, kind in kinds().items() if kind.example is not None]


def dues() -> Iterator[Due]:
    """Give everything that falls due, in the order of the table."""
    for noun in NOUNS:
        yield from noun.DUE


def tick(deps: Deps) -> int:
    """Turn whatever is due in every running programme into notices; return how many things were handled.

    A programme or noun that fails is logged and does not hold up the others. Running it twice, or in two
    processes at once, changes nothing: every notice has a key made from what is due.
    """
    with deps.db.unscoped("find running programmes") as session:
        running = programmes.running(session)
    return sum(_run(deps, programme, due) for programme in running for due in _waiting(deps, programme))


def _waiting(deps: Deps, programme: ProgrammeKey) -> list[Due]:
    """Return what has anything to handle in a programme: looked for in one session that only reads.

    Most beats find nothing, and then nobody who writes waits for them. What becomes due by handling something
    else is found at the next beat.
    """
    answers: dict[Callable[[Step], object], bool] = {}
    try:
        with deps.step(programme.workspace_id, programme.programme_id, writes=False) as step:
            return [due for due in dues() if _waits(due, step, answers)]
    except Exception as fault:  # noqa: BLE001 - whoever cannot even look is found when each noun is run
        log.warning("programme %s: looking failed: %s", programme.programme_id, type(fault).__name__)
        return list(dues())


def _waits(due: Due, step: Step, answers: dict[Callable[[Step], object], bool]) -> bool:
    if due.waits is None:
        return True
    if due.waits not in answers:  # several may share one question
        answers[due.waits] = bool(due.waits(step))
    return answers[due.waits]


def _run(deps: Deps, programme: ProgrammeKey, due: Due) -> int:
    handled = 0
    try:
        for _ in range(MOST_BATCHES):
            with deps.step(programme.workspace_id, programme.programme_id) as step:
                batch = due.run(step)
            handled += batch
            if batch < BATCH:
                break
    except Exception as fault:  # noqa: BLE001 - one programme's trouble must not stop the others
        stack = "".join(traceback.format_tb(fault.__traceback__))
        log.error("%s in programme %s: %s\n%s", due.name, programme.programme_id, type(fault).__name__, stack)  # noqa: TRY400 - the message may quote a person
    return handled
