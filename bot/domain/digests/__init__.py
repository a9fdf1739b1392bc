"""The weekly digest: made for each lead, frozen as it is sent, opened again as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain import checkins
from bot.domain.digests import census
from bot.domain.digests.census import FIGURES, Subject
from bot.domain.digests.when import WEEK, DueWeek, due_week, monday_of, next_look, week_name
from bot.domain.digests.withhold import change
from bot.domain.hours import working_times
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import digests as store
from bot.store import people
from bot.store.base import find
from bot.store.digests import Digest, Thing
from bot.store.outbox import Notice
from bot.store.people import Contact, Role

__all__ = [
    "AtHome",
    "Average",
    "Entry",
    "Figure",
    "Listing",
    "Reminded",
    "Seen",
    "Thing",
    "at_home",
    "due",
    "freeze",
    "listing",
    "of_week",
    "present",
    "remind",
]

REMINDABLE = frozenset({Thing.REQUESTS})


@dataclass(frozen=True)
class Figure:
    """One figure; ``n`` is None where it is withheld, ``change`` where it is not known or withheld."""

    name: str
    n: int | None
    change: int | None


@dataclass(frozen=True)
class Average:
    """The mean answer to one question of check-ins, one to five or a share of yes, over enough people."""

    question: str
    kind: str
    mean: float


@dataclass(frozen=True)
class Seen:
    """A digest as its lead sees it. ``weeks`` are (Monday, relationships going on or None).

    ``averages`` are those that may be shown of what was answered in the calendar month ``averages_of``: whole
    months do not overlap, so that no two digests can be taken from each other.
    """

    week: str
    monday: date
    things: tuple[tuple[Thing, int], ...]
    figures: tuple[Figure, ...]
    weeks: tuple[tuple[date, int | None], ...]
    least: int
    digest_id: str = ""
    averages: tuple[Average, ...] = ()
    averages_of: date | None = None
    averages_least: int = 0


@dataclass(frozen=True)
class Entry:
    """One line of what needs a lead."""

    people: tuple[Contact, ...]
    since: datetime | None
    n: int
    of: int


@dataclass(frozen=True)
class Listing:
    """What one thing to do is about, as it is now."""

    thing: Thing
    entries: tuple[Entry, ...]
    can_remind: bool


@dataclass(frozen=True)
class Reminded:
    """How many people were reminded now; the others were earlier this week."""

    thing: Thing
    n: int


@dataclass(frozen=True)
class AtHome:
    """A lead's newest digest; empty before the first."""

    digest_id: str


def due(step: Step, limit: int) -> int:
    """Make the digest of each lead for whom one is due, and say that it is to be sent; return how many.

    Every lead looked at is told apart by when to look again, so that a look finds only a few.
    """
    made = 0
    leads = store.leads_to_look_at(step.session, step.now, limit)
    rules = step.rules.digest
    times = working_times(step, [lead.person_id for lead, _ in leads])
    found = {
        lead.person_id: week
        for lead, _ in leads
        if lead.started_at is not None
        and (week := due_week(step.now, lead.started_at, rules, times[lead.person_id]))
    }
    have = store.existing(step.session, found, {week.week for week in found.values()}) if found else set()
    for lead, _ in leads:
        week = found.get(lead.person_id)
        if week is not None and (lead.person_id, week.week) not in have:
            made += _make(step, lead.person_id, week)
        lead.next_digest_at = next_look(step.now, rules, times[lead.person_id])
    step.session.flush()
    return made


def _make(step: Step, lead_id: str, week: DueWeek) -> bool:
    digest_id = step.ids()
    notice = Notice(
        "digests.weekly",
        f"digest:{lead_id}:{week.week}",
        lead_id,
        ids={"digest": digest_id},
        expires_at=week.due_at + WEEK,
    )
    if not step.tell(notice):
        return False
    step.add(Digest(id=digest_id, **step.place, lead_id=lead_id, week=week.week, due_at=week.due_at))
    step.record("digest.due", digest_id, lead=lead_id)
    return True


def freeze(step: Step, digest_id: str) -> None:
    """Fill a digest with the figures of this moment, unless it was before: a retry sends the same."""
    row = find(step.session, Digest, digest_id)
    if row is None or row.frozen_at is not None or not _is_lead(step, row.lead_id):
        return
    contact = people.contact(step.session, row.lead_id)
    if contact is None:
        return
    taken = census.take(step, row.lead_id, contact.time_zone)
    row.snapshot, row.frozen_at = _packed(step, taken, row.lead_id, row.week), step.now
    step.session.flush()


def of_week(step: Step, digest_id: str, person_id: str) -> Seen | None:
    """Return a frozen digest to the lead it was made for, while they are one; None for anybody else."""
    row = find(step.session, Digest, digest_id)
    if row is None or row.lead_id != person_id or row.snapshot is None or not _is_lead(step, person_id):
        return None
    return _unpacked(row.snapshot, row.week, row.id)


def present(step: Step) -> Seen:
    """Return what the acting lead's digest would say now; it is not kept. Raises Refusal for others."""
    taken = census.take(step, *_lead(step))
    week = week_name(taken.today)
    return _unpacked(_packed(step, taken, step.by, week), week, "")


def listing(step: Step, thing: str) -> Listing:
    """Return what a thing to do is about now, to a lead. Raises NotFound for what is no such thing.

    Concerns are not listed here: their own noun shows them.
    """
    try:
        wanted = Thing(thing)
    except ValueError:
        raise NotFound from None
    if wanted is Thing.CONCERNS:
        raise NotFound
    found = census.subjects(census.take(step, *_lead(step)))[wanted]
    contacts = people.contacts(step.session, {person for subject in found for person in subject.person_ids})
    entries = tuple(_entry(subject, contacts) for subject in found)
    return Listing(wanted, entries, can_remind=wanted in REMINDABLE and bool(entries))


def remind(step: Step, thing: str) -> Reminded:
    """Remind everybody a thing to do waits for, each at most once a week. Raises NotFound as ``listing``."""
    if thing not in REMINDABLE:
        raise NotFound
    wanted = Thing(thing)
    taken = census.take(step, *_lead(step))
    week = week_name(taken.today)
    told = [_tell_again(step, subject, week) for subject in census.subjects(taken)[wanted]]
    step.record("digest.reminded", wanted, n=str(sum(told)))
    return Reminded(wanted, sum(told))


def at_home(step: Step) -> AtHome | None:
    """Return a lead's newest digest; None for anybody else."""
    if not _is_lead(step, step.by):
        return None
    row = store.latest(step.session, step.by)
    return AtHome(row.id if row else "")


def _tell_again(step: Step, subject: Subject, week: str) -> bool:
    return step.tell(
        Notice(
            "requests.reminder",
            f"request:{subject.request_id}:reminder:{week}",
            subject.person_ids[0],
            ids={"request": subject.request_id},
        )
    )


def _is_lead(step: Step, person_id: str) -> bool:
    return Role.LEAD in people.roles_of(step.session, person_id)


def _lead(step: Step) -> tuple[str, str]:
    contact = people.contact(step.session, step.by)
    if contact is None or not _is_lead(step, step.by):
        raise Refusal("digests.only_leads")
    return step.by, contact.time_zone


def _entry(subject: Subject, contacts: dict[str, Contact]) -> Entry:
    found = tuple(contacts[person] for person in subject.person_ids if person in contacts)
    return Entry(people=found, since=subject.since, n=subject.n, of=subject.of)


def _packed(step: Step, taken: census.Census, lead_id: str, week: str) -> dict[str, Any]:
    earlier = store.latest(step.session, lead_id, before=week)
    before: dict[str, int | None] = (earlier.snapshot or {}).get("figures", {}) if earlier else {}
    now = census.figures(taken)
    things = [(thing, len(found)) for thing, found in census.subjects(taken).items() if found]
    return {
        "monday": monday_of(taken.today).isoformat(),
        "things": [[thing.value, n] for thing, n in things[: taken.rules.things_to_do]],
        "figures": now,
        "changes": {name: change(now[name], before.get(name)) for name in FIGURES},
        "weeks": [[monday.isoformat(), n] for monday, n in census.weeks(taken)],
        "least": taken.rules.smallest_group,
        **_averages(step, taken.today, lead_id),
    }


def _averages(step: Step, today: date, lead_id: str) -> dict[str, Any]:
    until = today.replace(day=1)
    since = (until - timedelta(days=1)).replace(day=1)
    found = checkins.aggregate(step, _midnight(since), _midnight(until), reader_id=lead_id)
    return {
        "averages_of": since.isoformat(),
        "averages_least": checkins.fewest(step),
        "averages": [[one.text, one.kind, one.mean] for one in found if one.mean is not None],
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _unpacked(snapshot: dict[str, Any], week: str, digest_id: str) -> Seen:
    figures, changes = snapshot["figures"], snapshot["changes"]
    return Seen(
        week=week,
        monday=date.fromisoformat(snapshot["monday"]),
        things=tuple((Thing(thing), n) for thing, n in snapshot["things"]),
        figures=tuple(Figure(name, figures[name], changes[name]) for name in FIGURES),
        weeks=_weeks(snapshot["weeks"]),
        least=snapshot["least"],
        digest_id=digest_id,
        averages=tuple(Average(*one) for one in snapshot.get("averages", [])),
        averages_of=date.fromisoformat(snapshot["averages_of"]) if "averages_of" in snapshot else None,
        averages_least=snapshot.get("averages_least", 0),
    )


def _weeks(packed: Iterable[tuple[str, int | None]]) -> tuple[tuple[date, int | None], ...]:
    return tuple((date.fromisoformat(monday), n) for monday, n in packed)
