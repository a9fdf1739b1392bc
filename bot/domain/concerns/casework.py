"""Working on a case: acknowledge, open, note, change the level, recuse, resolve.

Whoever may not do something is answered as about a case that does not exist.
"""

from __future__ import annotations

from bot.domain.concerns import deadlines, moving, reading
from bot.domain.concerns.forms import WORDS_LENGTH
from bot.domain.concerns.guideline import rules_of
from bot.domain.concerns.reading import Case, HandlerCard
from bot.domain.concerns.recording import record
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import concerns as store
from bot.store import people
from bot.store.base import change, find
from bot.store.concerns import (
    ENDED,
    HELD,
    MAY_OPEN,
    RESPONSIBLE,
    Concern,
    ConcernNote,
    ConcernOpening,
    ConcernReader,
    ConcernState,
    ReaderState,
)

_ASKED_ONCE = (*MAY_OPEN, ReaderState.PASSED)


def acknowledge(step: Step, concern_id: str) -> HandlerCard:
    """Take a case one was asked to read. Pressing it twice changes nothing.

    Raises Refusal for somebody who was asked and is late behind another, NotFound for anyone else.
    """
    row, reader = _reader(step, concern_id, _ASKED_ONCE)
    if row.state in HELD and reader.state is ReaderState.HOLDS:
        return reading.card(row, reader)
    if row.state in HELD and reader.asked_at is not None:
        holder = people.contact(step.session, row.handler_id or "")
        if holder is not None:
            raise Refusal("concerns.taken_already", name=holder.name)
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
    record(step, row, "acknowledged")
    return reading.card(row, reader)


def open_case(step: Step, concern_id: str) -> Case:
    """Return a case's words to somebody who may read them, and log that they were opened.

    Raises NotFound for anyone else, and for everybody once it was taken back.
    """
    row, reader = _readable(step, concern_id)
    step.add(
        ConcernOpening(id=step.ids(), **step.place, concern_id=row.id, person_id=step.by, opened_at=step.now)
    )
    record(step, row, "opened")
    return reading.case(step, row, reader)


def current(step: Step, concern_id: str) -> Case:
    """Return a case that its reader has open already; that is no new opening."""
    row, reader = _readable(step, concern_id)
    return reading.case(step, row, reader)


def may_work(step: Step, concern_id: str) -> Case:
    """Return the open case that the caller is responsible for, before a form is shown; writes nothing.

    Raises Refusal when it has ended already, NotFound for anyone else.
    """
    row, reader = _held(step, concern_id, lock=False)
    return reading.case(step, row, reader)


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
    record(step, row, "noted")
    return reading.case(step, row, reader)


def change_level(step: Step, concern_id: str, level: int, reason: str) -> Case:
    """Give a case another level, with the reason as a note; its clock to act starts anew."""
    row, reader = _held(step, concern_id)
    _check(reason)
    try:
        rules = rules_of(step).level(level)
    except KeyError:
        raise NotFound from None
    if not rules.sees:
        raise Refusal("concerns.level_needs_readers", field="to_level")
    _write(step, row, reason)
    row.level, row.act_reminded_at = level, None
    row.act_by = deadlines.after(step, rules.act, step.by)
    step.session.flush()
    record(step, row, "level_changed", level=str(level))
    moving.refresh_cards(step, row)
    return reading.case(step, row, reader)


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
    record(step, row, "resolved")
    moving.tell_reporter(step, row)
    return reading.case(step, row, reader)


def recuse(step: Step, concern_id: str) -> None:
    """Step back from a case with one press: it goes to the next at once, and cannot be opened any more."""
    row, _ = _reader(step, concern_id, RESPONSIBLE)
    if row.state not in {ConcernState.FILED, *HELD}:
        raise NotFound
    record(step, row, "recused")
    moving.pass_on(step, row, who=step.by, leaving=ReaderState.RECUSED)


def erase_words(step: Step, row: Concern) -> None:
    """Blank everything anybody wrote into a case and whom it names; states, times and steps stay."""
    row.words = row.about = row.wanted = row.outcome = None
    for written in store.notes(step.session, row.id):
        written.words = None
    for party in store.party_rows(step.session, row.id):
        party.who = None
    row.erased_at = step.now
    step.session.flush()
    record(step, row, "erased")


def _reader(
    step: Step, concern_id: str, states: tuple[ReaderState, ...] = MAY_OPEN, *, lock: bool = True
) -> tuple[Concern, ConcernReader]:
    """Return the case, locked, and the caller's place on its ladder. Raises NotFound for anyone else."""
    row = store.lock(step.session, concern_id) if lock else find(step.session, Concern, concern_id)
    if row is None:
        raise NotFound
    reader = next((r for r in store.readers(step.session, row.id) if r.person_id == step.by), None)
    if reader is None or reader.state not in states or row.reporter_id == step.by:
        raise NotFound
    if any(party.person_id == step.by for party in store.parties(step.session, [row.id]).get(row.id, ())):
        raise NotFound
    if not set(moving.ladder_roles(step)) & people.roles_of(step.session, step.by):
        raise NotFound
    return row, reader


def _readable(step: Step, concern_id: str) -> tuple[Concern, ConcernReader]:
    """Return a case whose words may be shown: what was taken back nobody opens, whoever could before."""
    row, reader = _reader(step, concern_id)
    if row.state is ConcernState.WITHDRAWN:
        raise NotFound
    return row, reader


def _held(step: Step, concern_id: str, *, lock: bool = True) -> tuple[Concern, ConcernReader]:
    row, reader = _reader(step, concern_id, (ReaderState.HOLDS,), lock=lock)
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
