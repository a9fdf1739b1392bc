"""How a case moves from one reader to the next, and who is told of it. Every notice is neutral.

A case goes on when nobody acknowledged in time, when the notice could not be delivered, when its handler
recuses or leaves. Whoever had it before can no longer open it.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from bot.domain.concerns import deadlines
from bot.domain.concerns.guideline import rules_of
from bot.domain.concerns.recording import record
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import concerns as store
from bot.store import outbox
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


class News(StrEnum):
    """What the reporter is told that the state of the case does not say."""

    STATE = "state"
    WENT_ON = "went_on"
    UNANSWERED = "unanswered"
    WEEKLY = "weekly"
    """Still unanswered; from now on it is asked again only once a week."""


def ask_first(step: Step, row: Concern) -> None:
    """Ask those who read a new case from the start; the first of them is responsible."""
    first = [reader for reader in store.readers(step.session, row.id) if reader.at_once]
    for reader in first:
        _ask(step, row, reader)
    row.handler_id = first[0].person_id
    deadlines.start(step, row)
    step.session.flush()


def pass_on(
    step: Step, row: Concern, *, who: str | None = None, leaving: ReaderState = ReaderState.PASSED
) -> None:
    """Take a locked, open case from ``who`` (from everyone who is asked, if None) and ask the next.

    ``leaving`` is what becomes of those it is taken from. The next is another who reads it from the start and
    is asked already, else the next on the ladder. With nobody left, everyone who still may is asked again,
    in steps that grow to a week, and the reporter is told of the outside routes.
    """
    ladder = store.readers(step.session, row.id)
    may = usable(step, ladder)
    for reader in ladder:
        if reader.state in store.RESPONSIBLE and who in {None, reader.person_id}:
            _move(step, reader, leaving)
    following = [
        reader
        for state in (ReaderState.ASKED, ReaderState.WAITING)
        for reader in ladder
        if reader.state is state and reader.person_id in may
    ][:1]
    step.untell(f"{_key(row)}:reminder", "the case went on")
    if row.exhausted_at is not None and following and following[0].state is ReaderState.ASKED:
        # Everyone was asked again and the others still are: nobody is asked more often for it.
        row.handler_id = following[0].person_id
        refresh_cards(step, row, ladder)
        step.session.flush()
        return
    news = News.WENT_ON
    if following:
        record(step, row, "climbed")
    else:
        following = [r for r in ladder if r.state is ReaderState.PASSED and r.person_id in may]
        news = News.UNANSWERED if row.exhausted_at is None else News.STATE
        if row.exhausted_at is not None and step.now - row.exhausted_at >= deadlines.AT_MOST:
            news = News.WEEKLY
        row.exhausted_at = row.exhausted_at or step.now
        record(step, row, "exhausted")
    row.rung += 1
    _reopen(step, row)
    refresh_cards(step, row, ladder)  # before asking: whoever is asked now gets a message, not an update
    for reader in following:
        _ask(step, row, reader)
    row.handler_id = following[0].person_id if following else None
    deadlines.start(step, row)
    step.session.flush()
    if news is not News.STATE:
        tell_reporter(step, row, news)


def holds_now(step: Step, row: Concern, holder: ConcernReader) -> None:
    """Record that a locked case is acknowledged by ``holder``; whoever else was asked is freed.

    Only those whom the level lets read from the start still may, unless the case went on in between.
    """
    level = rules_of(step).level(row.level)
    for reader in store.readers(step.session, row.id):
        if reader.person_id == holder.person_id:
            _move(step, reader, ReaderState.HOLDS)
        elif reader.state is ReaderState.ASKED and not (reader.at_once and row.rung == 0):
            _move(step, reader, ReaderState.PASSED)
    row.handler_id = holder.person_id
    row.exhausted_at = None  # if they step back, that nobody answers is news again
    row.act_by = deadlines.after(step, level.act, holder.person_id)
    step.session.flush()
    step.untell(f"{_key(row)}:reminder", "acknowledged")
    refresh_cards(step, row)
    tell_reporter(step, row)


def end_clocks(step: Step, row: Concern) -> None:
    """Stop every clock of an ended case, start those that follow its end, and tell its people."""
    rules = rules_of(step)
    row.ended_at = step.now
    row.ask_again_at = step.now + timedelta(days=rules.follow_up.days[0])
    row.erase_at = step.now + timedelta(days=rules.retention.days_after_end)
    step.session.flush()
    step.untell(f"{_key(row)}:reminder", "the case ended")
    refresh_cards(step, row)


def post_card(step: Step, row: Concern) -> None:
    """Put the case's card into the programme's channel, if there is one; membership is checked at posting."""
    channel = rules_of(step).channel.name
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
    _refresh_channel_card(step, row)


def look_at_channel_card(step: Step, row: Concern) -> None:
    """Let the card in the channel be looked at again: it goes if somebody is there who may not see it."""
    row.changes += 1
    _refresh_channel_card(step, row)
    step.session.flush()


def tell_reporter(step: Step, row: Concern, news: News = News.STATE) -> None:
    """Tell the reporter, in neutral words, that their case stands differently now.

    That nobody answers is told when it becomes so, and once more when asking again slows down to a week.
    """
    since = f":{row.exhausted_at.isoformat()}" if row.exhausted_at is not None else ""
    mark = f"{news}{since}" if news is News.WEEKLY else str(row.changes)
    ids = {"concern": row.id, "news": news.value}
    step.tell(Notice(FOR_REPORTER, f"{_key(row)}:reporter:{mark}", row.reporter_id, ids=ids))


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


def undelivered(step: Step, concern_id: str, reader_id: str, rung: str) -> None:
    """Let a case go on at once whose notice could not be delivered: it counts as unacknowledged."""
    row = store.lock(step.session, concern_id)
    if row is None or row.state is not ConcernState.FILED:
        return
    for reader in store.readers(step.session, row.id):
        if reader.id == reader_id and reader.state is ReaderState.ASKED and str(reader.asked_rung) == rung:
            record(step, row, "undelivered")
            pass_on(step, row, who=reader.person_id)


def ladder_roles(step: Step) -> tuple[Role, ...]:
    """Return the roles of the guideline's ladder, first asked first."""
    return tuple(Role(name) for name in rules_of(step).ladder.roles)


def usable(step: Step, ladder: list[ConcernReader]) -> set[str]:
    """Return who on the ladder still is here and still holds a role of it."""
    still = {person.id for person, _ in store.may_handle(step.session, ladder_roles(step))}
    return still & {reader.person_id for reader in ladder}


def _refresh_channel_card(step: Step, row: Concern) -> None:
    channel, card = rules_of(step).channel.name, f"{_key(row)}:card"
    if channel and outbox.by_key(step.session, card) is not None:
        step.tell(
            Notice(
                CARD_AGAIN,
                f"{card}:{row.changes}",
                to_channel=f"#{channel}",
                ids={"concern": row.id},
                updates_key=card,
            )
        )


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
