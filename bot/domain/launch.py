"""Starting the programme: nothing reaches anybody before a lead starts it, for a pilot group or everyone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.hours import working_times
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import launch, people, programmes
from bot.store.base import change
from bot.store.outbox import Notice
from bot.store.people import Contact, Role
from bot.store.programmes import Programme, ProgrammeState

PAGE = 200
"""How many people one transaction starts for: others write in between, and nobody waits long."""


@dataclass(frozen=True)
class Plan:
    """What a lead sees before starting: how many others wait to be told, and how many people were."""

    programme: str
    state: ProgrammeState
    mentors: int
    mentees: int
    others: int
    started: int
    reader_waits: bool = False
    """Whether it has not started for the lead who looks: no news to them, but a start writes to them too."""

    @property
    def waiting(self) -> int:
        """Return how many others wait to be told."""
        return self.mentors + self.mentees + self.others

    @property
    def written_to(self) -> int:
        """Return an upper bound of the people a start for everyone would write to."""
        return self.waiting + self.reader_waits


@dataclass(frozen=True)
class Started:
    """What a start did; ``people`` it had not started for before, ``more`` may still wait."""

    people: int
    state: ProgrammeState
    more: bool = False


@dataclass(frozen=True)
class Welcome:
    """What somebody reads when the programme starts for them."""

    person: Contact
    roles: frozenset[Role]
    programme: str
    goals: tuple[str, ...]
    leads: tuple[Contact, ...]


def asked_for(step: Step) -> Plan:
    """Return what stands before a start to a lead who typed the command. Raises Refusal for anyone else."""
    if Role.LEAD not in people.roles_of(step.session, step.by):
        raise Refusal("launch.only_leads")
    return plan(step)


def plan(step: Step) -> Plan:
    """Return what stands before a start. Raises NotFound for anyone but a lead."""
    _only_leads(step)
    programme = programmes.in_scope(step.session, step.programme_id)
    waiting = launch.waiting(step.session)
    reader_waits = waiting.pop(step.by, None) is not None
    by_role = waiting.values()
    mentors = sum(Role.MENTOR in roles for roles in by_role)
    mentees = sum(Role.MENTEE in roles and Role.MENTOR not in roles for roles in by_role)
    return Plan(
        programme=programme.name,
        state=programme.state,
        mentors=mentors,
        mentees=mentees,
        others=len(by_role) - mentors - mentees,
        started=launch.started_count(step.session),
        reader_waits=reader_waits,
    )


def at_home(step: Step) -> Plan | None:
    """Return what Home shows a lead about starting; None for anyone else."""
    if Role.LEAD not in people.roles_of(step.session, step.by):
        return None
    return plan(step)


def start_page(step: Step) -> Started:
    """Start for the next people it has not started for, as many as one transaction should hold.

    To be called until ``more`` is false; each page stands by itself, so that pressing again, or two leads
    at once, go on where the other is. Raises NotFound for anyone but a lead.
    """
    _only_leads(step)
    page = launch.next_waiting(step.session, PAGE)
    return replace(_start(step, page, ProgrammeState.RUNNING), more=len(page) == PAGE)


def start_pilot(step: Step, slack_user_ids: Iterable[str], *, field: str) -> Started:
    """Start for a group of people. Raises Refusal naming those who are not in the programme."""
    _only_leads(step)
    wanted = list(slack_user_ids)
    known = launch.people_of_slack_users(step.session, wanted)
    strangers = [user_id for user_id in wanted if user_id not in known]
    if strangers:
        raise Refusal("launch.strangers", field=field, n=len(strangers))
    # A pilot without its lead would have nobody to read the digest and act on it.
    return _start(step, {*known.values(), step.by}, ProgrammeState.PILOT)


def welcome(step: Step, person_id: str) -> Welcome | None:
    """Return what this person is welcomed with, or None for somebody no longer in the programme."""
    contact = people.contact(step.session, person_id)
    roles = people.roles_of(step.session, person_id)
    if contact is None or not roles:
        return None
    leads = people.contacts(step.session, [lead.id for lead in people.with_role(step.session, Role.LEAD)])
    return Welcome(
        person=contact,
        roles=roles,
        programme=step.rules.programme.name,
        goals=tuple(step.rules.programme.purpose.goals),
        leads=tuple(sorted(leads.values(), key=lambda lead: lead.name)),
    )


def person_to_preview(step: Step, slack_user_id: str, *, field: str) -> str:
    """Return the person id of somebody in the programme. Raises Refusal for anyone else."""
    _only_leads(step)
    known = launch.people_of_slack_users(step.session, [slack_user_id])
    if slack_user_id not in known:
        raise Refusal("launch.strangers", field=field, n=1)
    return known[slack_user_id]


def _start(step: Step, person_ids: Iterable[str], to: ProgrammeState) -> Started:
    started = launch.mark_started(step.session, sorted(person_ids), step.now)
    before = {ProgrammeState.PREPARING, ProgrammeState.PILOT}
    moved = change(step.session, Programme, step.programme_id, expected=before, to=to, started_at=step.now)
    contacts = people.contacts(step.session, started)
    times = working_times(step, started)
    step.tell_all(
        Notice(
            "launch.welcome",
            f"welcome:{step.programme_id}:{person_id}",
            person_id,
            ids={"person": person_id},
            not_before=times[person_id].opens(step.now),
        )
        for person_id in started
        if person_id in contacts
    )
    if started or moved:
        step.record("programme.started", step.programme_id, people=str(len(started)), state=to.value)
    return Started(people=len(started), state=programmes.in_scope(step.session, step.programme_id).state)


def _only_leads(step: Step) -> None:
    if Role.LEAD not in people.roles_of(step.session, step.by):
        raise NotFound
