"""What Slack says about people, kept fresh: name, time zone, language, and whether they still are here."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from bot.domain import mentors, relationships, requests
from bot.domain.step import Step
from bot.ids import Ids
from bot.store import people
from bot.store.base import change, find
from bot.store.people import Person, PersonState, SlackAccount
from bot.store.relationships import lock_people


@dataclass(frozen=True)
class Account:
    """Somebody as Slack describes them."""

    team_id: str
    user_id: str
    name: str
    email: str
    """Lower case; empty where Slack shows none."""
    time_zone: str
    language: str
    here: bool
    is_person: bool = True
    enterprise_id: str = ""
    """The organisation they themselves belong to; empty where Slack names none."""
    teams: frozenset[str] = frozenset()
    """Every team of that organisation they are in, as far as Slack says."""
    is_stranger: bool = False
    """Somebody from elsewhere whom one meets in a shared channel, by Slack's own mark."""

    def is_of(self, team_id: str, enterprise_id: str) -> bool:
        """Tell whether they themselves belong to a team, or where it names none to the organisation.

        Slack tells of people from elsewhere too, once a channel is shared with their team: what their profile
        says, their address above all, is not ours to trust.
        """
        if self.is_stranger:
            return False
        if team_id:
            return team_id == self.team_id or team_id in self.teams
        return bool(enterprise_id) and enterprise_id == self.enterprise_id


def refresh(session: Session, person_id: str, account: Account, keep: frozenset[str] = frozenset()) -> bool:
    """Take over what Slack says of somebody's name, time zone and language; tell whether the name changed.

    The session is one of the workspace. An address that somebody else has here is left alone, and so is one
    in ``keep`` (lower case): by it the guideline knows whose conflicts and reporting line these are.
    """
    person = find(session, Person, person_id)
    if person is None:
        return False
    renamed = bool(account.name) and person.name != account.name
    person.name = account.name or person.name
    if account.time_zone in available_timezones():
        person.time_zone = account.time_zone
    person.language = account.language or person.language
    taken = not account.email or people.by_email(session, account.email) is not None
    if not taken and (person.email or "").casefold() not in keep:
        person.email = account.email
    if account.here:
        change(session, Person, person_id, expected=PersonState.LEFT, to=PersonState.HERE)
    return renamed


def leave(step: Step, person_id: str) -> int:
    """Note that somebody's Slack account is gone: their open requests and relationships here end.

    The other side of each is told. Doing it again changes nothing, and coming back revives nothing. Returns
    how many requests and relationships ended.
    """
    lock_people(step.session, person_id)
    if change(step.session, Person, person_id, expected=PersonState.HERE, to=PersonState.LEFT):
        step.record("person.left", person_id)
    # Requests first: one accepted this moment has become a relationship by then.
    ended = requests.end_of(step, person_id) + relationships.end_of(step, person_id)
    mentors.changed(step)
    return ended


def join(session: Session, ids: Ids, workspace_id: str, account: Account) -> str | None:
    """Link a new Slack account to the person who was imported by its address; return whom, or None.

    The session is one of the workspace. Somebody nobody imported stays unknown: joining Slack is not joining
    a programme.
    """
    person = people.by_email(session, account.email) if account.email else None
    if person is None or people.contact(session, person.id) is not None:
        return None
    session.add(
        SlackAccount(
            id=ids(),
            workspace_id=workspace_id,
            person_id=person.id,
            team_id=account.team_id,
            user_id=account.user_id,
        )
    )
    session.flush()
    refresh(session, person.id, account)
    return person.id
