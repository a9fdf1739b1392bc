"""What messages say at the moment of sending, if they still hold, to whom, and whether now is the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.deps import Deps
from bot.domain import budget, hours
from bot.domain.calendar import WorkingTime
from bot.domain.step import Step
from bot.jobs.deliver.outcomes import Ended, NotPermitted, PutOff
from bot.jobs.notices import NoticeKind
from bot.store import people
from bot.store.outbox import OutboxRow, OutboxState, Verb
from bot.store.people import Contact
from bot.views.blocks import Message, Picture
from bot.views.reader import Reader


@dataclass(frozen=True)
class Words:
    """A message, whom it is for (None for a channel), and what draws its picture."""

    message: Message
    contact: Contact | None
    draw: Callable[[], Picture | None]


@dataclass(frozen=True)
class Asked:
    """A claimed row and its kind."""

    row: OutboxRow
    kind: NoticeKind


@dataclass(frozen=True)
class Known:
    """What is known of the recipients of a group of messages, in one programme."""

    contacts: Mapping[str, Contact]
    started: frozenset[str]
    working: Mapping[str, WorkingTime]
    free: Mapping[str, datetime]
    """From when each may get another message nobody asked for, where that is later than now."""


def know(step: Step, group: Iterable[Asked]) -> Known:
    """Return what is known of the recipients, in a number of queries that does not grow with them."""
    named = {asked.row.recipient_id: asked for asked in group if asked.row.recipient_id is not None}
    unrequested = {
        asked.row.recipient_id
        for asked in group
        if asked.row.recipient_id is not None and asked.kind.unrequested and asked.row.verb is Verb.POST
    }
    session = step.session
    return Known(
        contacts=people.contacts(session, named),
        started=people.started(session, named),
        working=hours.working_times(step, unrequested) if unrequested else {},
        free=budget.free_from(session, unrequested, step.now, step.rules) if unrequested else {},
    )


def recipient(known: Known, asked: Asked, now: datetime) -> Contact | None:
    """Return whom a message is for; None for a channel.

    Raises Ended where it may not go to them, PutOff outside their hours or before their turn.
    """
    row, kind = asked.row, asked.kind
    if row.recipient_id is None:
        return None
    contact = known.contacts.get(row.recipient_id)
    if contact is None or not contact.here:
        # A card that somebody who left no longer needs changed is nothing anyone must look into.
        state = OutboxState.CANCELLED if row.verb is Verb.UPDATE else OutboxState.DEAD
        raise Ended(state, "the person has no Slack account here")
    if not kind.before_start and row.recipient_id not in known.started:
        raise Ended(OutboxState.CANCELLED, "the programme has not started for this person")
    if kind.unrequested and row.verb is Verb.POST:
        working = known.working.get(row.recipient_id)
        opens = now if working is None else working.opens(now)
        if opens > now:
            raise PutOff(opens, "outside their working hours")
        # One that took its place already, and may be in Slack, waits no second time.
        free = now if budget.keeps_place(row.counted_at, now) else known.free.get(row.recipient_id, now)
        if free > now:
            _hold(row, free)
    return contact


def _hold(row: OutboxRow, free: datetime) -> None:
    """Let a message wait for its turn among the few a week; past its time it is left to Home."""
    if row.expires_at is not None and free >= row.expires_at:
        raise Ended(OutboxState.CANCELLED, "enough was sent this week: it waits on Home")
    raise PutOff(free, "enough was sent this week that nobody asked for")


def make_many(deps: Deps, group: Sequence[Asked]) -> dict[str, Words | Exception]:
    """Return by row id what each message says now, or the reason for which it cannot be sent as it is.

    All of one workspace, to people (no channels), and of kinds that keep nothing ``before``. The reasons are
    those that ``make`` raises; what fails in one message is its own.
    """
    found: dict[str, Words | Exception] = {}
    by_programme: dict[str, list[Asked]] = {}
    for asked in group:
        by_programme.setdefault(asked.row.programme_id or "", []).append(asked)
    for programme_id, theirs in by_programme.items():
        found.update(_of_programme(deps, programme_id, theirs))
    return found


def _of_programme(deps: Deps, programme_id: str, group: list[Asked]) -> dict[str, Words | Exception]:
    found: dict[str, Words | Exception] = {}
    read: list[tuple[Asked, Contact | None, Any]] = []
    try:
        with deps.step(group[0].row.workspace_id, programme_id, writes=False) as step:
            known = know(step, group)
            meant: dict[str, list[tuple[Asked, Contact | None]]] = {}
            for asked in group:
                try:
                    contact = recipient(known, asked, step.now)
                except (Ended, PutOff) as reason:
                    found[asked.row.id] = reason
                else:
                    meant.setdefault(asked.kind.name, []).append((asked, contact))
            for same in meant.values():
                outcomes = _read(step, [asked for asked, _ in same])
                read += [(*pair, outcome) for pair, outcome in zip(same, outcomes, strict=True)]
    except Exception:  # noqa: BLE001 - whichever message it is: each is made by itself, and fails by itself
        return {asked.row.id: _alone(deps, asked) for asked in group}
    for asked, contact, outcome in read:
        try:
            found[asked.row.id] = _shown(deps, asked, contact, outcome)
        except Exception as fault:  # noqa: BLE001 - its own attempt will tell of it
            found[asked.row.id] = fault
    return found


def _read(step: Step, group: list[Asked]) -> list[Any | None]:
    """Return what the messages of one kind say, None where it is true no more, or why one cannot be read.

    What fails for many is asked for in halves: one that cannot be read costs the others a few queries, not
    one each. Trouble of the database is of all of them, and raised.
    """
    wanted = [(asked.row.ids, asked.row.recipient_id or "") for asked in group]
    kind = group[0].kind
    try:
        if kind.read_many is not None:
            return list(kind.read_many(step, wanted))
        return [kind.read(step, ids, person_id) for ids, person_id in wanted]
    except SQLAlchemyError:
        raise
    except Exception as fault:  # noqa: BLE001 - of one of them: which is found here, and its attempt tells of it
        if len(group) == 1:
            return [fault]
        half = len(group) // 2
        return _read(step, group[:half]) + _read(step, group[half:])


def _alone(deps: Deps, asked: Asked) -> Words | Exception:
    try:
        return make(deps, asked, None)
    except Exception as fault:  # noqa: BLE001 - handed on to the message's own attempt
        return fault


def make(deps: Deps, asked: Asked, members: frozenset[str] | None) -> Words:
    """Return a message as it is true now; ``members`` are a channel's, None if Slack would not say.

    Raises Ended when it is not true any more, NotPermitted when it may not be there, and PutOff outside the
    recipient's hours or before their turn.
    """
    row, kind = asked.row, asked.kind
    programme_id = row.programme_id or ""
    if kind.before is not None:
        with deps.step(row.workspace_id, programme_id, writes=False) as step:
            recipient(know(step, [asked]), asked, step.now)
        with deps.step(row.workspace_id, programme_id) as step:
            kind.before(step, row.ids)
    with deps.step(row.workspace_id, programme_id, writes=False) as step:
        contact = recipient(know(step, [asked]), asked, step.now)
        permitted = kind.permit is None or (members is not None and kind.permit(step, row.ids, members))
        outcome = kind.read(step, row.ids, row.recipient_id or "") if permitted else None
    if not permitted:
        if kind.instead is not None:
            with deps.step(row.workspace_id, programme_id) as step:
                kind.instead(step, row.ids)
        raise NotPermitted(OutboxState.CANCELLED, "somebody in the channel may not see it")
    return _shown(deps, asked, contact, outcome)


def _shown(deps: Deps, asked: Asked, contact: Contact | None, outcome: object) -> Words:
    kind = asked.kind
    if isinstance(outcome, Exception):
        raise outcome
    if outcome is None:
        raise Ended(OutboxState.CANCELLED, "no longer true")
    reader = Reader(
        say=deps.texts.say(contact.language if contact else "en"),
        time_zone=contact.time_zone if contact else "UTC",
        programme_id=asked.row.programme_id or "",
    )
    return Words(
        message=kind.show(outcome, reader),
        contact=contact,
        draw=lambda: kind.picture and kind.picture(outcome, reader, deps.computations),
    )
