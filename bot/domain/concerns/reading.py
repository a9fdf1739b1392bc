"""A case as those who handle it may see it: its card, and the case itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.concerns import moving
from bot.domain.concerns.guideline import rules_of
from bot.domain.step import Step
from bot.guidelines.concerns import Level
from bot.store import concerns as store
from bot.store import people
from bot.store.base import find
from bot.store.concerns import (
    HELD,
    MAY_OPEN,
    Capacity,
    Concern,
    ConcernNote,
    ConcernReader,
    ConcernState,
    ReaderState,
)
from bot.store.people import Contact


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
    is_last: bool = False
    """Whether nobody is left to ask after those who are asked now."""
    holder: Contact | None = None
    """Who has it, where that is somebody else; for Home only, never for a message."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether somebody else has it, so that nothing waits for this reader."""
        return self.state in HELD and self.reader_state is not ReaderState.HOLDS

    @property
    def can_open(self) -> bool:
        """Whether this reader may read the words."""
        return self.reader_state in MAY_OPEN and self.state is not ConcernState.WITHDRAWN

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
    about_slack_ids: tuple[str, ...] = field(repr=False)
    words: str = field(repr=False)
    wanted: str = field(repr=False)
    outcome: str = field(repr=False)
    filed_at: datetime
    notes: tuple[Line, ...]
    openings: tuple[Line, ...]
    holds: bool
    """Whether the reader is responsible for it, and so may work on it."""
    erased: bool


def card_for(step: Step, concern_id: str, person_id: str) -> HandlerCard | None:
    """Return the card of somebody who was asked about a case, or None for anyone else."""
    row = find(step.session, Concern, concern_id)
    if row is None:
        return None
    ladder = store.readers(step.session, row.id)
    for reader in ladder:
        if reader.person_id == person_id and reader.asked_at is not None:
            return replace(card(row, reader), is_last=_nobody_waits(step, ladder))
    return None


def channel_card(step: Step, concern_id: str) -> HandlerCard | None:
    """Return the card for the programme's channel."""
    row = find(step.session, Concern, concern_id)
    if row is None or row.state is ConcernState.KEPT:
        return None
    shows = rules_of(step).channel.shows_level
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
    """Tell whether a card may stand in a channel with these Slack users: none is a party to the case.

    Where the one it is about is not known in Slack, nobody can tell, and none may stand.
    """
    row = find(step.session, Concern, concern_id)
    if row is None or row.erased_at is not None:
        return False
    parties = store.parties(step.session, [row.id]).get(row.id, ())
    reporter = people.contact(step.session, row.reporter_id)
    if reporter is None or not any(party.capacity is Capacity.NAMED for party in parties):
        return False
    return not members & {reporter.slack_user_id, *(party.slack_user_id for party in parties)}


def card(row: Concern, reader: ConcernReader) -> HandlerCard:
    """Return the card of a case as one of its readers sees it."""
    return HandlerCard(
        concern_id=row.id,
        reference=row.reference,
        state=row.state,
        acknowledge_by=row.acknowledge_by,
        act_by=row.act_by,
        reader_state=reader.state,
        exhausted=row.exhausted_at is not None,
    )


def case(step: Step, row: Concern, reader: ConcernReader) -> Case:
    """Return a case with everything written in it; whoever calls has made sure that its reader may see it."""
    rules = rules_of(step)
    written = store.notes(step.session, row.id)
    opened = store.openings(step.session, row.id)
    known = people.contacts(
        step.session, {row.reporter_id, *(n.author_id for n in written), *(o.person_id for o in opened)}
    )
    named = tuple(
        party.slack_user_id
        for party in store.parties(step.session, [row.id]).get(row.id, ())
        if party.capacity is Capacity.NAMED
    )
    return Case(
        card=replace(card(row, reader), is_last=_nobody_waits(step, store.readers(step.session, row.id))),
        reporter=known.get(row.reporter_id),
        level=rules.level(row.level),
        levels=tuple(level for level in rules.levels if level.sees),
        about=step.unseal(Concern.about, row),
        about_slack_ids=named,
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


def _nobody_waits(step: Step, ladder: list[ConcernReader]) -> bool:
    may = moving.usable(step, ladder)
    return not any(one.state is ReaderState.WAITING and one.person_id in may for one in ladder)
