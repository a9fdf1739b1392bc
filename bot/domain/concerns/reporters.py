"""The reporter's own side of a case: how it stands, what is news, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.concerns import moving
from bot.domain.concerns.guideline import rules_of
from bot.domain.concerns.moving import News
from bot.domain.concerns.reading import Line
from bot.domain.concerns.recording import record
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.concerns import Level, Route
from bot.store import concerns as store
from bot.store import people
from bot.store.base import change, find
from bot.store.concerns import MAY_OPEN, OPEN, Concern, ConcernState
from bot.store.people import Contact


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
    news: News = News.STATE
    """What the reporter is told now, beside the state."""

    @property
    def can_withdraw(self) -> bool:
        """Whether it still is open."""
        return self.state in OPEN


def status(step: Step, concern_id: str) -> Status:
    """Return how something stands that the caller raised. Raises NotFound for anybody else's."""
    row = find(step.session, Concern, concern_id)
    if row is None or row.reporter_id != step.by:
        raise NotFound
    return own_status(step, row)


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
    record(step, row, "withdrawn")
    moving.tell_reporter(step, row)
    return own_status(step, row)


def status_for(step: Step, concern_id: str, person_id: str) -> Status | None:
    """Return a case as its reporter sees it, or None for anyone else."""
    row = find(step.session, Concern, concern_id)
    return own_status(step, row) if row is not None and row.reporter_id == person_id else None


def news_for(step: Step, concern_id: str, person_id: str, news: News) -> Status | None:
    """Return a case with the news its reporter is told; None for anyone else, or once it is no news."""
    found = status_for(step, concern_id, person_id)
    if found is None or (news is not News.STATE and found.state is not ConcernState.FILED):
        return None
    return replace(found, news=news)


def own_status(step: Step, row: Concern) -> Status:
    """Return how a case stands; whoever calls has made sure that its reader raised it."""
    opened = store.openings(step.session, row.id)
    ladder = store.readers(step.session, row.id)
    known = people.contacts(step.session, {*(o.person_id for o in opened), *(r.person_id for r in ladder)})
    rules = rules_of(step)
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
