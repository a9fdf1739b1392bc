"""Working on a case: acknowledge, open, note, change the level, recuse, resolve; and the reporter's own side.

Whoever may not do something is answered as about a case that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.concerns import moving
from bot.domain.concerns.raising import WORDS_LENGTH
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.concerns import Level, Route
from bot.store import concerns as store
from bot.store import people
from bot.store.base import change, find
from bot.store.concerns import (
    ENDED,
    HELD,
    MAY_OPEN,
    OPEN,
    Capacity,
    Concern,
    ConcernNote,
    ConcernOpening,
    ConcernReader,
    ConcernState,
    ReaderState,
)
from bot.store.people import Contact, Role


@dataclass(frozen=True)
class Line:
    """One line of a case's log: who, when, and their words where the log carries any."""

    who: Contact | None
    at: datetime
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class HandlerCard:
    """A case as its card shows it: never words or names."""

    concern_id: str
    reference: str
    state: ConcernState
    acknowledge_by: datetime | None
    act_by: datetime | None
    reader_state: ReaderState = ReaderState.WAITING
    level: int | None = None
    """Only where the guideline lets the channel's card show it."""
    exhausted: bool = False

    @property
    def can_acknowledge(self) -> bool:
        """Whether this reader is waited for."""
        return self.state is ConcernState.FILED and self.reader_state is ReaderState.ASKED


@dataclass(frozen=True)
class Case:
    """A case as its handler reads it in a modal."""

    card: HandlerCard
    reporter: Contact | None
    level: Level
    levels: tuple[Level, ...]
    about: str = field(repr=False)
    about_slack_id: str = field(repr=False)
    words: str = field(repr=False)
    wanted: str = field(repr=False)
    outcome: str = field(repr=False)
    filed_at: datetime
    notes: tuple[Line, ...]
    openings: tuple[Line, ...]
    holds: bool
    """Whether the reader is responsible for it, and so may work on it."""
    erased: bool


@dataclass(frozen=True)
class Status:
    """A case as its reporter sees it in a modal."""

    concern_id: str
    reference: str
    state: ConcernState
    level: Level
    handler: Contact | None
    readers: tuple[Contact, ...]
    acknowledge_by: datetime | None
    act_by: datetime | None
    exhausted: bool
    outcome: str = field(repr=False)
    openings: tuple[Line, ...]
    routes: tuple[Route, ...]
    opened: bool
    filed_at: datetime
    ended_at: datetime | None

    @property
    def can_withdraw(self) -> bool:
        """Whether it still is open."""
        return self.state in OPEN


def acknowledge(step: Step, concern_id: str) -> HandlerCard:
    """Take a case one was asked to read. Pressing it twice changes nothing. Raises NotFound for others."""
    row, reader = _reader(step, concern_id)
    if row.state in HELD and reader.state is ReaderState.HOLDS:
        return _card(row, reader)
    if reader.state is not ReaderState.ASKED or row.state is not ConcernState.FILED:
        raise NotFound
    taken = change(
        step.session,
        Concern,
        row.id,
        expected=ConcernState.FILED,
        to=ConcernState.ACKNOWLEDGED,
        acknowledged_at=step.now,
    )
    if not taken:
        raise NotFound
    step.session.refresh(row)
    moving.holds_now(step, row, reader)
    step.record("concern.acknowledged", row.id)
    return _card(row, reader)


def open_case(step: Step, concern_id: str) -> Case:
    """Return a case's words to somebody who may read them, and log that they were opened."""
    row, reader = _reader(step, concern_id)
    step.add(
        ConcernOpening(id=step.ids(), **step.place, concern_id=row.id, person_id=step.by, opened_at=step.now)
    )
    step.record("concern.opened", row.id)
    return _case(step, row, reader)


def current(step: Step, concern_id: str) -> Case:
    """Return a case that its reader has open already; that is no new opening."""
    row, reader = _reader(step, concern_id)
    return _case(step, row, reader)


def note(step: Step, concern_id: str, words: str) -> Case:
    """Add a note to the file; the case is in progress from then on."""
    row, reader = _held(step, concern_id)
    _check(words)
    _write(step, row, words)
    begun = change(
        step.session,
        Concern,
        row.id,
        expected=ConcernState.ACKNOWLEDGED,
        to=ConcernState.IN_PROGRESS,
    )
    if begun:
        step.session.refresh(row)
        moving.refresh_cards(step, row)
        moving.tell_reporter(step, row)
    step.record("concern.noted", row.id)
    return _case(step, row, reader)


def change_level(step: Step, concern_id: str, level: int, reason: str) -> Case:
    """Give a case another level, with the reason as a note; its clock to act starts anew."""
    row, reader = _held(step, concern_id)
    _check(reason)
    try:
        rules = step.rules.concerns.level(level)
    except KeyError:
        raise NotFound from None
    if not rules.sees:
        raise Refusal("concerns.level_needs_readers", field="to_level")
    _write(step, row, reason)
    row.level, row.act_reminded_at = level, None
    row.act_by = moving.after(step, rules.act, step.by)
    step.session.flush()
    step.record("concern.level_changed", row.id, level=str(level))
    moving.refresh_cards(step, row)
    return _case(step, row, reader)


def resolve(step: Step, concern_id: str, outcome: str) -> Case:
    """End a case with an outcome, which the reporter reads; their own news of it is neutral."""
    row, reader = _held(step, concern_id)
    _check(outcome)
    ended = change(
        step.session,
        Concern,
        row.id,
        expected=HELD,
        to=ConcernState.RESOLVED,
        outcome=step.seal(Concern.outcome, row.id, outcome),
    )
    if not ended:
        raise NotFound
    step.session.refresh(row)
    moving.end_clocks(step, row)
    step.record("concern.resolved", row.id)
    moving.tell_reporter(step, row)
    return _case(step, row, reader)


def recuse(step: Step, concern_id: str) -> None:
    """Step back from a case with one press: it goes to the next at once, and cannot be opened any more."""
    row, _ = _reader(step, concern_id)
    if row.state not in {ConcernState.FILED, *HELD}:
        raise NotFound
    step.record("concern.recused", row.id)
    moving.pass_on(step, row, who=step.by, leaving=ReaderState.RECUSED)


def status(step: Step, concern_id: str) -> Status:
    """Return how something stands that the caller raised. Raises NotFound for anybody else's."""
    row = find(step.session, Concern, concern_id)
    if row is None or row.reporter_id != step.by:
        raise NotFound
    return _status(step, row)


def withdraw(step: Step, concern_id: str) -> Status:
    """Take back what one raised. Words that nobody opened are erased at once; the steps stay.

    Raises NotFound for anybody else's, Refusal when it has ended already.
    """
    row = store.lock(step.session, concern_id)
    if row is None or row.reporter_id != step.by:
        raise NotFound
    taken = change(step.session, Concern, row.id, expected=OPEN, to=ConcernState.WITHDRAWN)
    if not taken:
        raise Refusal("concerns.ended_already")
    step.session.refresh(row)
    moving.end_clocks(step, row)
    if not store.openings(step.session, row.id):
        row.words = row.about = row.wanted = None
        step.session.flush()
    step.record("concern.withdrawn", row.id)
    moving.tell_reporter(step, row)
    return _status(step, row)


def erase_words(step: Step, row: Concern) -> None:
    """Blank everything anybody wrote into a case and whom it names; states, times and steps stay."""
    row.words = row.about = row.wanted = row.outcome = None
    for written in store.notes(step.session, row.id):
        written.words = None
    for party in store.party_rows(step.session, row.id):
        party.who = None
    row.erased_at = step.now
    step.session.flush()
    step.record("concern.erased", row.id)


def card_for(step: Step, concern_id: str, person_id: str) -> HandlerCard | None:
    """Return the card of somebody who was asked about a case, or None for anyone else."""
    row = find(step.session, Concern, concern_id)
    if row is None:
        return None
    for reader in store.readers(step.session, row.id):
        if reader.person_id == person_id and reader.asked_at is not None:
            return _card(row, reader)
    return None


def channel_card(step: Step, concern_id: str) -> HandlerCard | None:
    """Return the card for the programme's channel."""
    row = find(step.session, Concern, concern_id)
    if row is None or row.state is ConcernState.KEPT:
        return None
    shows = step.rules.concerns.channel.shows_level
    return HandlerCard(
        concern_id=row.id,
        reference=row.reference,
        state=row.state,
        acknowledge_by=row.acknowledge_by,
        act_by=row.act_by,
        level=row.level if shows else None,
        exhausted=row.exhausted_at is not None,
    )


def channel_may_see(step: Step, concern_id: str, members: frozenset[str]) -> bool:
    """Tell whether a card may stand in a channel with these Slack users: none is a party to the case."""
    row = find(step.session, Concern, concern_id)
    if row is None or row.erased_at is not None:
        return False
    parties = {party.slack_user_id for party in store.parties(step.session, [row.id]).get(row.id, ())}
    reporter = people.contact(step.session, row.reporter_id)
    if reporter is None:
        return False
    return not members & {*parties, reporter.slack_user_id}


def status_for(step: Step, concern_id: str, person_id: str) -> Status | None:
    """Return a case as its reporter sees it, or None for anyone else."""
    row = find(step.session, Concern, concern_id)
    return _status(step, row) if row is not None and row.reporter_id == person_id else None


def _reader(
    step: Step, concern_id: str, states: tuple[ReaderState, ...] = MAY_OPEN
) -> tuple[Concern, ConcernReader]:
    """Return the locked case and the caller's place on its ladder. Raises NotFound for anyone else."""
    row = store.lock(step.session, concern_id)
    if row is None:
        raise NotFound
    reader = next((r for r in store.readers(step.session, row.id) if r.person_id == step.by), None)
    if reader is None or reader.state not in states or row.reporter_id == step.by:
        raise NotFound
    if any(party.person_id == step.by for party in store.parties(step.session, [row.id]).get(row.id, ())):
        raise NotFound
    roles = {Role(name) for name in step.rules.concerns.ladder.roles}
    if not roles & people.roles_of(step.session, step.by):
        raise NotFound
    return row, reader


def _held(step: Step, concern_id: str) -> tuple[Concern, ConcernReader]:
    row, reader = _reader(step, concern_id, (ReaderState.HOLDS,))
    if row.state in ENDED:
        raise Refusal("concerns.ended_already")
    if row.state not in HELD:
        raise NotFound
    return row, reader


def _check(words: str) -> None:
    if not words:
        raise Refusal("concerns.say_something", field="words")
    if len(words) > WORDS_LENGTH:
        raise Refusal("concerns.too_long", field="words", n=WORDS_LENGTH)


def _write(step: Step, row: Concern, words: str) -> None:
    note_id = step.ids()
    step.add(
        ConcernNote(
            id=note_id,
            **step.place,
            concern_id=row.id,
            author_id=step.by,
            words=step.seal(ConcernNote.words, note_id, words),
            written_at=step.now,
        )
    )


def _card(row: Concern, reader: ConcernReader) -> HandlerCard:
    return HandlerCard(
        concern_id=row.id,
        reference=row.reference,
        state=row.state,
        acknowledge_by=row.acknowledge_by,
        act_by=row.act_by,
        reader_state=reader.state,
        exhausted=row.exhausted_at is not None,
    )


def _case(step: Step, row: Concern, reader: ConcernReader) -> Case:
    rules = step.rules.concerns
    written = store.notes(step.session, row.id)
    opened = store.openings(step.session, row.id)
    known = people.contacts(
        step.session, {row.reporter_id, *(n.author_id for n in written), *(o.person_id for o in opened)}
    )
    named = [
        party.slack_user_id
        for party in store.parties(step.session, [row.id]).get(row.id, ())
        if party.capacity is Capacity.NAMED
    ]
    return Case(
        card=_card(row, reader),
        reporter=known.get(row.reporter_id),
        level=rules.level(row.level),
        levels=tuple(level for level in rules.levels if level.sees),
        about=step.unseal(Concern.about, row),
        about_slack_id=named[0] if named else "",
        words=step.unseal(Concern.words, row),
        wanted=step.unseal(Concern.wanted, row),
        outcome=step.unseal(Concern.outcome, row),
        filed_at=row.filed_at,
        notes=tuple(
            Line(known.get(n.author_id), n.written_at, step.unseal(ConcernNote.words, n)) for n in written
        ),
        openings=tuple(Line(known.get(o.person_id), o.opened_at) for o in opened),
        holds=reader.state is ReaderState.HOLDS and row.state in HELD,
        erased=row.words is None,
    )


def _status(step: Step, row: Concern) -> Status:
    opened = store.openings(step.session, row.id)
    ladder = store.readers(step.session, row.id)
    known = people.contacts(step.session, {*(o.person_id for o in opened), *(r.person_id for r in ladder)})
    rules = step.rules.concerns
    return Status(
        concern_id=row.id,
        reference=row.reference,
        state=row.state,
        level=rules.level(row.level),
        handler=known.get(row.handler_id or ""),
        readers=tuple(known[r.person_id] for r in ladder if r.state in MAY_OPEN and r.person_id in known),
        acknowledge_by=row.acknowledge_by,
        act_by=row.act_by,
        exhausted=row.exhausted_at is not None and row.state is ConcernState.FILED,
        outcome=step.unseal(Concern.outcome, row),
        openings=tuple(Line(known.get(o.person_id), o.opened_at) for o in opened),
        routes=rules.routes,
        opened=bool(opened),
        filed_at=row.filed_at,
        ended_at=row.ended_at,
    )
