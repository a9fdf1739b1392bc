"""Everything a digest is made from, read in a constant number of queries, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import checkins, concerns
from bot.domain.calendar import add_working_days
from bot.domain.checkins import Fact, FactKind
from bot.domain.digests.when import WEEK, monday_of
from bot.domain.digests.withhold import People, withhold
from bot.domain.step import Step
from bot.guidelines.digests import DigestRules
from bot.store import digests as store
from bot.store.digests import Member, Offer, Open, Pair, Thing, Undelivered
from bot.store.people import Role
from bot.store.profiles import ProfileState
from bot.store.relationships import TAKES_A_PLACE, Basis, RelationshipState

FACTS_SINCE = timedelta(days=200)
NOT_THEIRS = "concern"
"""Messages and acts about concerns are the handlers' matter: leads learn nothing from them, no date."""

FIGURES = ("new", "active", "silent", "waiting", "overloaded")


@dataclass(frozen=True)
class Subject:
    """One entry of a thing to do: whom it is about, since when, and a number or two that say why."""

    person_ids: tuple[str, ...]
    since: datetime | None = None
    relationship_id: str = ""
    request_id: str = ""
    n: int = 0
    of: int = 0


@dataclass(frozen=True)
class Census:
    """The programme as it is at ``now``, for one lead to be told of."""

    now: datetime
    today: date
    lead_id: str
    rules: DigestRules
    mentees: tuple[Member, ...]
    mentors: tuple[Member, ...]
    pairs: tuple[Pair, ...]
    requests: tuple[Open, ...]
    request_is_late_before: Mapping[str, datetime]
    """Request id → when it counts as waiting too long."""
    offers: tuple[Offer, ...]
    last_acts: Mapping[str, datetime]
    facts: tuple[Fact, ...]
    undelivered: tuple[Undelivered, ...]
    concerns_mine: int

    @property
    def without_mentor(self) -> tuple[Member, ...]:
        """Return mentees in no relationship that goes on or is being agreed."""
        having = {person for pair in self.pairs if pair.state in TAKES_A_PLACE for person in pair.mentees}
        return tuple(mentee for mentee in self.mentees if mentee.person_id not in having)

    @property
    def overloaded(self) -> tuple[Offer, ...]:
        """Return mentors with more than their own places, or with as many as counts as too many."""
        most = self.rules.mentors.overloaded_from
        return tuple(offer for offer in self.offers if offer.taken > offer.places or offer.taken >= most)


def take(step: Step, lead_id: str, time_zone: str) -> Census:
    """Read the programme for one lead. The number of queries does not depend on how many people there are."""
    session, rules, hours = step.session, step.rules.digest, step.rules.programme.hours
    mentees, mentors = (
        [member for member in store.members(session, role) if member.started_at is not None]
        for role in (Role.MENTEE, Role.MENTOR)
    )
    zones = {mentor.person_id: mentor.time_zone for mentor in mentors}
    requests = store.open_requests(session)
    late = {
        request.request_id: add_working_days(
            request.asked_at,
            rules.waiting.request_working_days,
            hours,
            zones.get(request.mentor_id, time_zone),
        )
        for request in requests
    }
    return Census(
        now=step.now,
        today=step.now.astimezone(ZoneInfo(time_zone)).date(),
        lead_id=lead_id,
        rules=rules,
        mentees=tuple(mentees),
        mentors=tuple(mentors),
        pairs=tuple(store.pairs(session)),
        requests=tuple(requests),
        request_is_late_before=late,
        offers=tuple(store.offers(session, zones)),
        last_acts=store.last_acts(session, NOT_THEIRS),
        facts=checkins.facts(step, step.now - FACTS_SINCE),
        undelivered=tuple(store.undelivered(session, step.programme_id, step.now - WEEK, NOT_THEIRS)),
        concerns_mine=len(concerns.waiting_for(step, lead_id)),
    )


def figures(census: Census) -> dict[str, int | None]:
    """Return the week's figures by name; None where one may not be shown."""
    least = census.rules.smallest_group
    going_on = {pair.relationship_id: pair.people for pair in census.pairs if _goes_on(pair)}
    week_ago = census.today - WEEK
    pairs = withhold(
        going_on,
        {
            "new": [
                pair.relationship_id
                for pair in census.pairs
                if pair.relationship_id in going_on and pair.started_on and pair.started_on > week_ago
            ],
            "silent": {
                fact.relationship_id
                for fact in census.facts
                if fact.kind is FactKind.BOTH_SILENT and fact.relationship_id in going_on
            },
        },
        least,
    )
    mentees = withhold(
        _each(mentee.person_id for mentee in census.mentees),
        {"waiting": [mentee.person_id for mentee in census.without_mentor]},
        least,
    )
    mentors = withhold(
        _each(mentor.person_id for mentor in census.mentors),
        {"overloaded": [offer.person_id for offer in census.overloaded]},
        least,
    )
    found = {"active": pairs.total, **pairs.parts, **mentees.parts, **mentors.parts}
    return {name: found[name] for name in FIGURES}


def weeks(census: Census) -> list[tuple[date, int | None]]:
    """Return how many relationships went on at the end of each of the last weeks, the present one last.

    Each week is named by its Monday; a relationship paused meanwhile still goes on.
    """
    least, this_week = census.rules.smallest_group, monday_of(census.today)
    found = []
    for back in range(census.rules.weeks_shown - 1, -1, -1):
        monday = this_week - back * WEEK
        last = min(monday + timedelta(days=6), census.today)
        then = {pair.relationship_id: pair.people for pair in census.pairs if _went_on(pair, last)}
        if back == 0:
            then = {pair.relationship_id: pair.people for pair in census.pairs if _goes_on(pair)}
        found.append((monday, withhold(then, {}, least).total))
    return found


def subjects(census: Census) -> dict[Thing, tuple[Subject, ...]]:
    """Return what needs the lead, the most pressing kind first, the longest waiting first within each.

    A relationship the lead is in is never among them: "please look in" may be about the lead.
    """
    waiting, now = census.rules.waiting, census.now
    others = [pair for pair in census.pairs if census.lead_id not in pair.people]
    other_ids = {pair.relationship_id for pair in others}
    facts = [fact for fact in census.facts if fact.relationship_id in other_ids]
    looked_in_since = now - timedelta(days=waiting.look_in_days)
    asked_before = now - timedelta(days=waiting.agreement_days)
    began_before = now - timedelta(days=waiting.mentee_days)
    seen_before = now - timedelta(days=census.rules.mentors.dormant_days)
    began = {mentor.person_id: mentor.started_at for mentor in census.mentors}

    def dormant(offer: Offer) -> bool:
        last = census.last_acts.get(offer.person_id) or began.get(offer.person_id)
        return (
            offer.state is ProfileState.OPEN
            and offer.taken < offer.places
            and last is not None
            and last < seen_before
        )

    return {
        Thing.CONCERNS: tuple(Subject(()) for _ in range(census.concerns_mine)),
        Thing.LOOK_IN: _of_facts(
            f for f in facts if f.kind is FactKind.LOOK_IN and f.since >= looked_in_since
        ),
        Thing.UNDELIVERED: tuple(Subject((row.recipient_id,), row.since) for row in census.undelivered),
        Thing.REQUESTS: tuple(
            Subject((request.mentor_id,), request.asked_at, request_id=request.request_id)
            for request in census.requests
            if census.request_is_late_before[request.request_id] <= now
        ),
        Thing.AGREEMENTS: tuple(
            Subject(tuple(sorted(pair.people)), pair.created_at, relationship_id=pair.relationship_id)
            for pair in others
            if pair.state is RelationshipState.DRAFTING
            and pair.basis is Basis.HERE
            and pair.created_at <= asked_before
        ),
        Thing.MENTEES: tuple(
            Subject((mentee.person_id,), mentee.started_at)
            for mentee in sorted(census.without_mentor, key=lambda m: (m.started_at or now, m.person_id))
            if mentee.started_at is not None and mentee.started_at <= began_before
        ),
        Thing.NEVER_MET: _of_facts(fact for fact in facts if fact.kind is FactKind.NEVER_MET),
        Thing.SILENT: _of_facts(fact for fact in facts if fact.kind is FactKind.BOTH_SILENT),
        Thing.OVERLOADED: tuple(
            Subject((offer.person_id,), n=offer.taken, of=offer.places) for offer in census.overloaded
        ),
        Thing.DORMANT: tuple(
            Subject((offer.person_id,), census.last_acts.get(offer.person_id) or began.get(offer.person_id))
            for offer in census.offers
            if dormant(offer)
        ),
    }


def _of_facts(facts: Iterable[Fact]) -> tuple[Subject, ...]:
    return tuple(
        Subject(
            tuple(member.person_id for member in fact.members),
            fact.since,
            relationship_id=fact.relationship_id,
        )
        for fact in facts
    )


def _goes_on(pair: Pair) -> bool:
    return pair.state in {RelationshipState.ACTIVE, RelationshipState.PAUSED}


def _went_on(pair: Pair, day: date) -> bool:
    if pair.started_on is None or pair.started_on > day:
        return False
    return pair.ended_at is None or pair.ended_at.date() > day


def _each(person_ids: Iterable[str]) -> dict[str, People]:
    return {person_id: frozenset({person_id}) for person_id in person_ids}
