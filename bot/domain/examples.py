"""Made-up contents for previews: what each kind of notice is about when nothing has happened yet.

Nothing here reads what anybody wrote, asked, answered or raised, so that a preview of any message as any
person says the same whatever has happened between others. Only a person's own roles and the programme's own
names and rules are as they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import launch, mentorship
from bot.domain.agreements.news import News
from bot.domain.calendar import add_working_days
from bot.domain.checkins import Asked as CheckInsAsked
from bot.domain.checkins import CheckInCard, Revealed
from bot.domain.concerns.guideline import rules_of
from bot.domain.concerns.reading import HandlerCard
from bot.domain.concerns.reporters import Status
from bot.domain.digests import Average, Figure, Seen, Thing
from bot.domain.digests.census import FIGURES
from bot.domain.digests.when import WEEK, monday_of, week_name
from bot.domain.mentors import MentorCard, NextPeople
from bot.domain.relationships import Ended, Why
from bot.domain.requests import Asked, Decided
from bot.domain.step import Step
from bot.domain.workspaces import Welcome
from bot.store import programmes
from bot.store.checkins import CheckInState
from bot.store.concerns import ConcernState, ReaderState
from bot.store.people import Contact
from bot.store.relationships import Kind
from bot.store.requests import RequestState

COUNTERPART = "Alex Example"
ANOTHER = "Robin Example"
NOTE = "I would like to learn how to plan my first own project. (An example of what somebody may write.)"
REFERENCE = "EXMP-LE22"
EXAMPLE = "example"
"""The id of everything made up: no row has it, so that a button about it leads nowhere."""

FIGURES_SHOWN = (6, 24, None, 9, None)
"""New, active, silent, waiting, overloaded."""
CHANGES_SHOWN = (1, 3, None, -2, None)
WEEKS_SHOWN = (None, 8, 11, 11, 15, 18, 21, 24)
AVERAGES_SHOWN = {"scale": 3.9, "yes_no": 0.8}
MOST_AVERAGES = 4
THINGS_SHOWN = ((Thing.LOOK_IN, 1), (Thing.REQUESTS, 2), (Thing.AGREEMENTS, 1))


def somebody(name: str = COUNTERPART) -> Contact:
    """Return a person who does not exist: without a Slack account, shown by name."""
    return Contact(
        person_id=EXAMPLE,
        name=name,
        slack_user_id="",
        dm_channel=None,
        time_zone="UTC",
        language="en",
        here=True,
    )


def request(step: Step, _person_id: str) -> Asked:
    """Return a request that waits for an answer, between two people who are not."""
    rules, hours = step.rules.programme.requests, step.rules.programme.hours
    return Asked(
        request_id=EXAMPLE,
        state=RequestState.OPEN,
        mentee=somebody(),
        mentor=somebody(),
        note=NOTE,
        looked_for="",
        answer_expected_by=add_working_days(step.now, rules.expected_answer_working_days, hours, "UTC"),
        lapses_at=add_working_days(step.now, rules.expected_answer_working_days * 2, hours, "UTC"),
    )


def decision(step: Step, person_id: str) -> Decided:
    """Return the answer that needs the most words: not possible this time, and who else may be asked."""
    declined = replace(request(step, person_id), state=RequestState.DECLINED)
    other = MentorCard(
        mentor=somebody(ANOTHER),
        reasons=(),
        topic="",
        other_terms=("planning projects", "writing grants"),
        open_places=1,
        waiting=0,
        career_stage="",
        department="",
        languages=("English",),
        mentors_on="",
        shared_minutes=240,
        may_ask=True,
    )
    return Decided(declined, NextPeople((other,)))


def agreement(step: Step, _person_id: str) -> News:
    """Return news of the first version of an agreement."""
    alex = somebody()
    return News(
        agreement_id=EXAMPLE,
        relationship_id=EXAMPLE,
        others=(alex,),
        actor=alex,
        number=1,
        renews=False,
        ends_on=step.now.date() + timedelta(days=max(step.rules.agreements.renewal.notice_days)),
    )


def signed_agreement(step: Step, person_id: str) -> News:
    """Return news of an agreement that all have signed."""
    return replace(agreement(step, person_id), author_signed=True, signed_by_all=True)


def checkin(step: Step, _person_id: str) -> CheckInsAsked:
    """Return a check-in about one relationship."""
    survey = step.rules.surveys[step.rules.checkins.rhythm_of(Kind.MENTOR).survey]
    card = CheckInCard(
        checkin_id=EXAMPLE,
        relationship_id=EXAMPLE,
        others=(somebody(),),
        state=CheckInState.ASKED,
        due_on=step.now.date(),
        asked_at=step.now,
        minutes=survey.minutes,
        not_met=False,
        answered_at=None,
    )
    return CheckInsAsked((card,))


def revealed(_step: Step, _person_id: str) -> Revealed:
    """Return that both sides of a relationship shared."""
    return Revealed(checkin_id=EXAMPLE, other=somebody())


def ended(_step: Step, _person_id: str) -> Ended:
    """Return that a relationship has ended."""
    return Ended(why=Why.ENDED, kind=Kind.MENTOR, by=somebody(), others=(somebody(),))


def asked_handler(step: Step, _person_id: str) -> HandlerCard:
    """Return the card of somebody who is asked to look at a case."""
    return HandlerCard(
        concern_id=EXAMPLE,
        reference=REFERENCE,
        state=ConcernState.FILED,
        acknowledge_by=_in_days(step, 2),
        act_by=None,
        reader_state=ReaderState.ASKED,
    )


def holding_handler(step: Step, person_id: str) -> HandlerCard:
    """Return the card of somebody who has a case."""
    return replace(
        asked_handler(step, person_id),
        state=ConcernState.ACKNOWLEDGED,
        act_by=_in_days(step, 10),
        reader_state=ReaderState.HOLDS,
    )


def case_status(step: Step, _person_id: str) -> Status:
    """Return a case as its reporter hears of it."""
    rules = rules_of(step)
    return Status(
        concern_id=EXAMPLE,
        reference=REFERENCE,
        state=ConcernState.ACKNOWLEDGED,
        level=rules.level(1),
        handler=somebody(),
        readers=(somebody(),),
        acknowledge_by=_in_days(step, 2),
        act_by=_in_days(step, 10),
        exhausted=False,
        outcome="",
        openings=(),
        routes=rules.routes,
        opened=True,
        filed_at=step.now,
        ended_at=None,
    )


def ended_case(step: Step, person_id: str) -> Status:
    """Return a case that was resolved, as its reporter is asked about it again."""
    return replace(case_status(step, person_id), state=ConcernState.RESOLVED, ended_at=step.now)


def digest(step: Step, _person_id: str) -> Seen:
    """Return a lead's digest with figures of no programme."""
    rules, monday = step.rules.digest, monday_of(step.now.date())
    counts = WEEKS_SHOWN[-rules.weeks_shown :]
    return Seen(
        week=week_name(monday),
        monday=monday,
        things=THINGS_SHOWN[: rules.things_to_do],
        figures=tuple(
            Figure(name, n, change)
            for name, n, change in zip(FIGURES, FIGURES_SHOWN, CHANGES_SHOWN, strict=True)
        ),
        weeks=tuple((monday - back * WEEK, n) for back, n in enumerate(reversed(counts)))[::-1],
        least=rules.smallest_group,
        averages=tuple(
            Average(item.text, item.kind, AVERAGES_SHOWN[item.kind])
            for survey in step.rules.surveys.values()
            for item in survey.items
            if item.kind in AVERAGES_SHOWN
        )[:MOST_AVERAGES],
        averages_least=rules.smallest_group,
        averages_of=(monday.replace(day=1) - timedelta(days=1)).replace(day=1),
    )


def welcome(step: Step, person_id: str) -> launch.Welcome:
    """Return the welcome as it will be: a person's own roles, and the names of the leads to ask."""
    found = launch.welcome(step, person_id)
    if found is not None:
        return found
    rules = step.rules.programme
    return launch.Welcome(
        person=somebody(),
        roles=frozenset(),
        programme=rules.name,
        goals=tuple(rules.purpose.goals),
        leads=(),
    )


def hello(step: Step, person_id: str) -> mentorship.Greeted:
    """Return the answer to a direct message, which depends on a person's own roles alone."""
    return mentorship.greeted(step, person_id)


def _in_days(step: Step, days: int) -> datetime:
    return add_working_days(step.now, days, step.rules.programme.hours, "UTC")


def installed(step: Step, _person_id: str) -> Welcome:
    """Return what whoever installs the app is told: the programme's own name and rules."""
    programme = programmes.in_scope(step.session, step.programme_id)
    return Welcome(programme.name, step.rules.workspaces.leaving.erase_after_days)
