"""How a case moves from one reader to the next, and who is told of it. Every notice is neutral.

A case goes on when nobody acknowledged in time, when the notice could not be delivered, when its handler
recuses or leaves. Whoever had it before can no longer open it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendar import add_working_days, add_working_hours
from bot.domain.step import Step
from bot.errors import NotFound
from bot.guidelines.concerns import Allowance
from bot.store import concerns as store
from bot.store import people
from bot.store.base import change
from bot.store.concerns import HELD, Concern, ConcernReader, ConcernState, ReaderState
from bot.store.outbox import Notice
from bot.store.people import Role

FOR_HANDLER = "concerns.for_handler"
FOR_HANDLER_AGAIN = "concerns.for_handler_again"
REMINDER = "concerns.reminder"
ACT_REMINDER = "concerns.act_reminder"
CARD = "concerns.card"
CARD_AGAIN = "concerns.card_again"
FOR_REPORTER = "concerns.for_reporter"
ASKED_AGAIN = "concerns.asked_again"


def ask_first(step: Step, row: Concern) -> None:
    """Ask those who read a new case from the start; the first of them is responsible."""
    first = [reader for reader in store.readers(step.session, row.id) if reader.at_once]
    for reader in first:
        _ask(step, row, reader)
    row.handler_id = first[0].person_id
    _start_clock(step, row)
    step.session.flush()


def pass_on(
    step: Step, row: Concern, *, who: str | None = None, leaving: ReaderState = ReaderState.PASSED
) -> None:
    """Take a locked, open case from ``who`` (from everyone who is asked, if None) and ask the next.

    ``leaving`` is what becomes of those it is taken from. The next is another who reads it from the start and
    is asked already, else the next on the ladder. With nobody left, everyone who still may is asked again,
    and the reporter is told of the outside routes.
    """
    ladder = store.readers(step.session, row.id)
    usable = _usable(step, ladder)
    for reader in ladder:
        if reader.state in store.MAY_OPEN and who in {None, reader.person_id}:
            _move(step, reader, leaving)
    following = [
        reader
        for state in (ReaderState.ASKED, ReaderState.WAITING)
        for reader in ladder
        if reader.state is state and reader.person_id in usable
    ][:1]
    newly_exhausted = not following and row.exhausted_at is None
    if not following:
        following = [r for r in ladder if r.state is ReaderState.PASSED and r.person_id in usable]
        row.exhausted_at = row.exhausted_at or step.now
        step.record("concern.exhausted", row.id)
    else:
        step.record("concern.climbed", row.id)
    row.rung += 1
    _reopen(step, row)
    refresh_cards(step, row, ladder)  # before asking: whoever is asked now gets a message, not an update
    for reader in following:
        _ask(step, row, reader)
    row.handler_id = following[0].person_id if following else None
    _start_clock(step, row)
    step.session.flush()
    step.untell(f"{_key(row)}:reminder", "the case went on")
    if row.exhausted_at is None or newly_exhausted:
        tell_reporter(step, row)


def holds_now(step: Step, row: Concern, holder: ConcernReader) -> None:
    """Record that a locked case is acknowledged by ``holder``; whoever else was asked is freed.

    Only those whom the level lets read from the start still may, unless the case went on in between.
    """
    level = step.rules.concerns.level(row.level)
    for reader in store.readers(step.session, row.id):
        if reader.person_id == holder.person_id:
            _move(step, reader, ReaderState.HOLDS)
        elif reader.state is ReaderState.ASKED and not (reader.at_once and row.rung == 0):
            _move(step, reader, ReaderState.PASSED)
    row.handler_id = holder.person_id
    row.act_by = after(step, level.act, holder.person_id)
    step.session.flush()
    step.untell(f"{_key(row)}:reminder", "acknowledged")
    refresh_cards(step, row)
    tell_reporter(step, row)


def end_clocks(step: Step, row: Concern) -> None:
    """Stop every clock of an ended case, start those that follow its end, and tell its people."""
    rules = step.rules.concerns
    row.ended_at = step.now
    row.ask_again_at = step.now + timedelta(days=rules.follow_up.days[0])
    row.erase_at = step.now + timedelta(days=rules.retention.days_after_end)
    step.session.flush()
    step.untell(f"{_key(row)}:reminder", "the case ended")
    refresh_cards(step, row)


def post_card(step: Step, row: Concern) -> None:
    """Put the case's card into the programme's channel, if there is one; membership is checked at posting."""
    channel = step.rules.concerns.channel.name
    if channel:
        step.tell(Notice(CARD, f"{_key(row)}:card", to_channel=f"#{channel}", ids={"concern": row.id}))


def refresh_cards(step: Step, row: Concern, ladder: list[ConcernReader] | None = None) -> None:
    """Let every card of a case show how it stands now."""
    row.changes += 1
    ids = {"concern": row.id}
    for reader in ladder if ladder is not None else store.readers(step.session, row.id):
        if reader.asked_at is not None:
            card = _asking(row, reader)
            step.tell(
                Notice(
                    FOR_HANDLER_AGAIN,
                    f"{card}:{row.changes}",
                    reader.person_id,
                    ids=ids,
                    updates_key=card,
                )
            )
    channel = step.rules.concerns.channel.name
    if channel:
        card = f"{_key(row)}:card"
        step.tell(
            Notice(CARD_AGAIN, f"{card}:{row.changes}", to_channel=f"#{channel}", ids=ids, updates_key=card)
        )


def tell_reporter(step: Step, row: Concern) -> None:
    """Tell the reporter, in neutral words, that their case stands differently now."""
    key = f"{_key(row)}:reporter:{row.changes}"
    step.tell(Notice(FOR_REPORTER, key, row.reporter_id, ids={"concern": row.id}))


def tell_those_asked(step: Step, row: Concern) -> None:
    """Tell everyone who is asked right now directly; whoever was told already is not told twice."""
    for reader in store.readers(step.session, row.id):
        if reader.state is ReaderState.ASKED:
            step.tell(_asks(row, reader))


def remind(step: Step, row: Concern) -> None:
    """Remind everyone who is asked; the case goes on if they stay silent."""
    for reader in store.readers(step.session, row.id):
        if reader.state is ReaderState.ASKED:
            key = f"{_key(row)}:reminder:{reader.id}:{row.rung}"
            step.tell(Notice(REMINDER, key, reader.person_id, ids={"concern": row.id}))


def after(step: Step, allowance: Allowance, person_id: str) -> datetime:
    """Return when an allowance has run out in somebody's working time."""
    contact = people.contact(step.session, person_id)
    zone = contact.time_zone if contact else "UTC"
    hours = step.rules.programme.hours
    if allowance.working_days is not None:
        return add_working_days(step.now, allowance.working_days, hours, zone)
    return add_working_hours(step.now, allowance.working_hours or 1, hours, zone)


def undelivered(step: Step, concern_id: str, reader_id: str, rung: str) -> None:
    """Let a case go on at once whose notice could not be delivered: it counts as unacknowledged."""
    row = store.lock(step.session, concern_id)
    if row is None or row.state is not ConcernState.FILED:
        return
    for reader in store.readers(step.session, row.id):
        if reader.id == reader_id and reader.state is ReaderState.ASKED and str(reader.asked_rung) == rung:
            step.record("concern.undelivered", row.id)
            pass_on(step, row, who=reader.person_id)


def _key(row: Concern) -> str:
    return f"concern:{row.id}"


def _asking(row: Concern, reader: ConcernReader) -> str:
    return f"{_key(row)}:asks:{reader.id}:{reader.asked_rung}"


def _asks(row: Concern, reader: ConcernReader) -> Notice:
    ids = {"concern": row.id, "reader": reader.id, "rung": str(reader.asked_rung)}
    return Notice(FOR_HANDLER, _asking(row, reader), reader.person_id, ids=ids)


def _ask(step: Step, row: Concern, reader: ConcernReader) -> None:
    reader.asked_at, reader.asked_rung = step.now, row.rung
    _move(step, reader, ReaderState.ASKED)
    step.tell(_asks(row, reader))


def _move(step: Step, reader: ConcernReader, to: ReaderState) -> None:
    """Move a reader of a locked case. Raises NotFound when another act got there first."""
    if not change(step.session, ConcernReader, reader.id, expected=reader.state, to=to):
        raise NotFound
    step.session.refresh(reader)


def _reopen(step: Step, row: Concern) -> None:
    """Let a locked case wait for an acknowledgement again. Raises NotFound when another act was first."""
    step.session.flush()
    waits = change(
        step.session,
        Concern,
        row.id,
        expected=(ConcernState.FILED, *HELD),
        to=ConcernState.FILED,
        acknowledged_at=None,
        act_by=None,
        act_reminded_at=None,
    )
    if not waits:
        raise NotFound
    step.session.refresh(row)


def _usable(step: Step, ladder: list[ConcernReader]) -> set[str]:
    """Return who on the ladder still is here and still holds a role of it."""
    roles = [Role(name) for name in step.rules.concerns.ladder.roles]
    still = {person.id for person, _ in store.may_handle(step.session, roles)}
    return still & {reader.person_id for reader in ladder}


def _start_clock(step: Step, row: Concern) -> None:
    level = step.rules.concerns.level(row.level)
    responsible = row.handler_id or ""
    allowance = level.acknowledge or level.act
    row.acknowledge_by = after(step, allowance, responsible)
    row.reminded_at = None
    row.climbs_at = _grace(step, row.acknowledge_by, responsible)


def _grace(step: Step, since: datetime, person_id: str) -> datetime:
    contact = people.contact(step.session, person_id) if person_id else None
    zone = contact.time_zone if contact else "UTC"
    hours = step.rules.programme.hours
    return add_working_hours(since, step.rules.concerns.ladder.grace_working_hours, hours, zone)
