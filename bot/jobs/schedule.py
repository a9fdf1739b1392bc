"""The table of everything that runs by time, and the tick that runs it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator

from bot.deps import Deps
from bot.domain.step import Step
from bot.jobs import (
    agreements,
    checkins,
    concerns,
    digests,
    launch,
    mentorship,
    relationships,
    requests,
    workspaces,
)
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.store import programmes
from bot.store.programmes import ProgrammeKey

log = logging.getLogger(__name__)

NOUNS = (agreements, checkins, concerns, digests, launch, mentorship, relationships, requests, workspaces)
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
    """Turn whatever is due in any running programme into notices; return how many things were handled.

    With nothing due it costs one statement a kind of due thing, however many programmes there are. A programme
    or noun that fails is logged and does not hold up the others. Running it twice, or in two processes at
    once, changes nothing: every notice has a key made from what is due.
    """
    return sum(_run(deps, place, due) for due, places in _found(deps) for place in places)


def _found(deps: Deps) -> list[tuple[Due, list[Place]]]:
    """Return what may have anything to handle, and where: in the order of the table, places in order.

    It is looked for in one session that only reads: nobody who writes waits for a look. What becomes due by
    handling something else is found at the next beat.
    """
    table, now = list(dues()), deps.clock.now()
    answers: dict[object, list[Place]] = {}
    left = list(table)
    while left:
        try:
            with deps.db.unscoped("find what is due") as session:
                while left:
                    asked = left[0].question
                    if asked not in answers:  # several may share one question
                        answers[asked] = list(left[0].places(session, now, deps.guidelines))
                    left.pop(0)
                places = due.running(session, {place for found in answers.values() for place in found})
        except Exception as fault:  # noqa: BLE001 - one noun's trouble must not stop the others
            if not left:
                raise
            failed = left.pop(0)
            answers[failed.question] = []
            log.error("%s: looking failed: %s", failed.name, without_words(fault))  # noqa: TRY400 - the message may quote a person
            if not left:
                left.append(failed)
