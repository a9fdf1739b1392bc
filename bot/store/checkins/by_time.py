"""What is due by time: whom to ask, to remind, to pass over, and moving rhythms on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVarTuple, cast

from sqlalchemy import (
    ColumnClause,
    CursorResult,
    ScalarSelect,
    Select,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from bot.store.base import Instant, add_many, among, set_many
from bot.store.checkins.rows import CheckIn, CheckInPause, CheckInState, Due, DueRhythm, Moved, Rhythm
from bot.store.due import Place, literally, places, plainly_distinct
from bot.store.outbox import OutboxRow, OutboxState
from bot.store.people import Membership, Person, PersonState, SlackAccount
from bot.store.relationships import Relationship, RelationshipState

Ts = TypeVarTuple("Ts")

_IS_OPEN = literally(CheckIn.state, CheckInState.ASKED)


def rhythms_of(session: Session, relationship_id: str) -> list[Rhythm]:
    """Return the rhythms of a relationship's members."""
    return list(session.scalars(select(Rhythm).where(Rhythm.relationship_id == relationship_id)))


def _facts(one: Any) -> tuple[ScalarSelect[Any], ...]:
    """Return the kind of a rhythm's active relationship, and that its person is here, has Slack, was started.

    Each is empty where it is not so, and is looked up for its row by a unique index, one after the other:
    there is nothing in it a database could plan, and thus plan badly while its statistics are old or those of
    another workspace.
    """
    yes: ColumnClause[int] = literal_column("1")
    here = literally(Person.state, PersonState.HERE)
    active = literally(Relationship.state, RelationshipState.ACTIVE)
    account = SlackAccount.workspace_id == one.workspace_id, SlackAccount.person_id == one.person_id
    started = (
        Membership.workspace_id == one.workspace_id,
        Membership.programme_id == one.programme_id,
        Membership.person_id == one.person_id,
        Membership.started_at.is_not(None),
    )
    return (
        select(Relationship.kind).where(Relationship.id == one.relationship_id, active).scalar_subquery(),
        select(yes).select_from(Person).where(Person.id == one.person_id, here).scalar_subquery(),
        select(yes).select_from(SlackAccount).where(*account).scalar_subquery(),
        select(yes).select_from(Membership).where(*started).limit(1).scalar_subquery(),
    )


def _with_facts(planned: Select[*Ts]) -> Select[Any]:
    """Return what is needed to ask about each of these rhythms, and its facts."""
    one = planned.subquery("planned").c
    return select(
        one.id,
        one.relationship_id,
        one.person_id,
        one.started_on,
        one.next_on,
        one.next_at,
        one.survey,
        *_facts(one),
    )


def _planned() -> Select[*tuple[Any, ...]]:
    return select(
        Rhythm.id,
        Rhythm.workspace_id,
        Rhythm.programme_id,
        Rhythm.relationship_id,
        Rhythm.person_id,
        Rhythm.started_on,
        Rhythm.next_on,
        Rhythm.next_at,
        Rhythm.survey,
    )


def _askable_of(rows: Sequence[Any]) -> list[DueRhythm]:
    return [DueRhythm._make(row[:8]) for row in rows if row[7] and row[8] and row[9] and row[10]]


def due(session: Session, now: datetime, limit: int, after: Due | None = None) -> list[Due]:
    """Return whose moment has come by now, oldest first: up to ``limit`` rhythms, those behind ``after``.

    The look itself, from one index. Whether they can be asked ``due_of`` finds out: where they left, were not
    started, or paused, their rhythms stand here still, and a second look goes on behind them.
    """
    query = (
        select(Rhythm.next_at, Rhythm.id, Rhythm.person_id)
        .where(Rhythm.next_at <= now)
        .order_by(Rhythm.next_at, Rhythm.id)
        .limit(limit)
    )
    if after is not None:
        behind = tuple_(literal(after.next_at, Instant()), after.rhythm_id)
        query = query.where(tuple_(Rhythm.next_at, Rhythm.id) > behind)
    return [Due._make(row) for row in session.execute(query)]


def due_of(session: Session, person_ids: Collection[str], until: datetime) -> list[DueRhythm]:
    """Return everything these people can be asked about until ``until``: by person, oldest first."""
    planned = _planned().where(among(session, Rhythm.person_id, sorted(person_ids)), Rhythm.next_at <= until)
    found = _askable_of(session.execute(_with_facts(planned)).all())
    return sorted(found, key=lambda one: (one.person_id, one.next_at, one.rhythm_id))


def due_places(session: Session, now: datetime) -> list[Place]:
    """Return workspace and programme wherever somebody is due by now (an unscoped session is needed)."""
    found = (
        plainly_distinct(select(Rhythm.workspace_id, Rhythm.programme_id))
        .where(Rhythm.next_at <= now)
        .subquery("found")
    )
    workspace_id, programme_id = found.c
    # Of ten thousand who are due in one programme it is enough that one can be asked.
    one = (
        select(literal_column("1"))
        .select_from(Rhythm)
        .where(
            Rhythm.workspace_id == workspace_id,
            Rhythm.programme_id == programme_id,
            Rhythm.next_at <= now,
            *(fact.is_not(None) for fact in _facts(Rhythm)),
        )
        .limit(1)
        .scalar_subquery()
        .correlate(found)
    )
    rows = session.execute(select(workspace_id, programme_id).where(one.is_not(None)))
    return sorted((row[0], row[1]) for row in rows)


def hold(session: Session, due: Collection[DueRhythm]) -> list[DueRhythm]:
    """Return those of these rhythms that still stand where they were read, held until the transaction ends.

    Where several clocks write at once each holds them in the same order: nobody waits in a circle, and who
    comes second finds them moved. SQLite lets one writer in at a time anyway.
    """
    rows = session.execute(
        select(Rhythm.id, Rhythm.next_on, Rhythm.next_at)
        .where(among(session, Rhythm.id, (one.rhythm_id for one in due)))
        .order_by(Rhythm.id)
        .with_for_update()
    )
    stands = {(row[0], row[1], row[2]) for row in rows}
    return [one for one in due if (one.rhythm_id, one.next_on, one.next_at) in stands]


def move(session: Session, moved: Sequence[Moved]) -> None:
    """Let rhythms that are held stand elsewhere, in one statement."""
    rows = [
        {"id": one.rhythm_id, "next_on": one.next_on, "next_at": one.next_at, "survey": one.survey}
        for one in sorted(moved, key=lambda one: one.rhythm_id)
    ]
    set_many(session, Rhythm, rows, held=True)


def add_asked(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add check-ins that are asked now, in one statement; each mapping holds one row's own columns."""
    add_many(session, CheckIn, [{**_UNANSWERED, **row} for row in rows])


_UNANSWERED = {"state": CheckInState.ASKED, "not_met": False, "shared": False, "look_in": False}


def last_written(session: Session, person_ids: Collection[str]) -> dict[str, datetime]:
    """Return when each of these people last got a message about check-ins; those who never did are absent."""
    rows = session.execute(
        select(CheckIn.person_id, func.max(CheckIn.asked_at), func.max(CheckIn.reminded_at))
        .where(among(session, CheckIn.person_id, person_ids))
        .group_by(CheckIn.person_id)
    )
    return {person_id: max(asked, reminded or asked) for person_id, asked, reminded in rows}


def open_of(session: Session, person_ids: Collection[str]) -> dict[tuple[str, str], list[CheckIn]]:
    """Return the open check-ins of these people, by person and relationship."""
    found: dict[tuple[str, str], list[CheckIn]] = {}
    query = select(CheckIn).where(among(session, CheckIn.person_id, person_ids), _IS_OPEN)
    for row in session.scalars(query.order_by(CheckIn.id)):
        found.setdefault((row.person_id, row.relationship_id), []).append(row)
    return found


def _unreminded() -> Select[CheckIn]:
    return (
        select(CheckIn)
        .join(Relationship, Relationship.id == CheckIn.relationship_id)
        .join(Person, Person.id == CheckIn.person_id)
        .where(
            _IS_OPEN,
            CheckIn.reminded_at.is_(None),
            Relationship.state == RelationshipState.ACTIVE,
            Person.state == PersonState.HERE,
        )
    )


def due_for_reminder(session: Session, now: datetime, limit: int) -> list[CheckIn]:
    """Return open check-ins nobody was reminded of yet whose reminder is due, longest due first."""
    return list(
        session.scalars(
            _unreminded()
            .where(CheckIn.remind_at <= now, CheckIn.passes_at > now)
            .order_by(CheckIn.remind_at, CheckIn.id)
            .limit(limit)
        )
    )


def remindable_of(
    session: Session, person_ids: Collection[str], now: datetime, until: datetime
) -> list[CheckIn]:
    """Return the check-ins these people can be reminded of that are due until ``until``, by person."""
    return list(
        session.scalars(
            _unreminded()
            .where(
                among(session, CheckIn.person_id, person_ids),
                CheckIn.remind_at <= until,
                CheckIn.passes_at > now,
            )
            .order_by(CheckIn.person_id, CheckIn.id)
        )
    )


def places_to_remind(session: Session, now: datetime) -> list[Place]:
    """Return workspace and programme wherever a reminder is due (an unscoped session is needed)."""
    query = _unreminded().where(CheckIn.remind_at <= now, CheckIn.passes_at > now)
    return places(session, query.with_only_columns(CheckIn.workspace_id, CheckIn.programme_id))


def places_to_pass(session: Session, now: datetime) -> list[Place]:
    """Return workspace and programme wherever a check-in's time ran out (an unscoped session is needed)."""
    query = select(CheckIn.workspace_id, CheckIn.programme_id).where(_IS_OPEN, CheckIn.passes_at <= now)
    return places(session, query)


def held_back(session: Session, keys: Collection[str], now: datetime) -> frozenset[str]:
    """Return under which of these keys the outbox has a message that waits for a later moment than now."""
    return frozenset(
        session.scalars(
            select(OutboxRow.key).where(
                among(session, OutboxRow.key, keys),
                OutboxRow.state == OutboxState.WAITING,
                OutboxRow.not_before > now,
            )
        )
    )


def mark_reminded(session: Session, row: CheckIn, *, at: datetime, batch: str) -> bool:
    """Note the one reminder of a check-in; False when it was answered, passed or reminded of before."""
    return _while_unreminded(session, row, reminded_at=at, reminded_in=batch)


def remind_later(session: Session, row: CheckIn, at: datetime) -> bool:
    """Put the reminder of a check-in off; False when nothing is to be reminded of any more."""
    return _while_unreminded(session, row, remind_at=at)


def _while_unreminded(session: Session, row: CheckIn, **values: object) -> bool:
    result = session.execute(
        update(CheckIn)
        .where(CheckIn.id == row.id, CheckIn.state == CheckInState.ASKED, CheckIn.reminded_at.is_(None))
        .values(**values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def due_to_pass(session: Session, now: datetime, limit: int) -> list[tuple[CheckIn, RelationshipState]]:
    """Return open check-ins whose time ran out, or whose relationship ended, with its state."""
    rows = session.execute(
        select(CheckIn, Relationship.state)
        .join(Relationship, Relationship.id == CheckIn.relationship_id)
        .where(
            CheckIn.state == CheckInState.ASKED,
            (CheckIn.passes_at <= now) | (Relationship.state == RelationshipState.ENDED),
        )
        .order_by(CheckIn.id)
        .limit(limit)
    )
    return [(row, state) for row, state in rows]


def pauses_of(session: Session, person_ids: Collection[str]) -> dict[str, CheckInPause]:
    """Return the pause of each of these people who asked for one."""
    rows = session.scalars(select(CheckInPause).where(among(session, CheckInPause.person_id, person_ids)))
    return {row.person_id: row for row in rows}
