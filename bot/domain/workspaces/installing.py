"""Somebody installs the bot: the workspace, its tokens, its programme, and who leads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.domain import people
from bot.domain.people import Account
from bot.domain.step import Step
from bot.domain.workspaces.settling import arrive, programme_of
from bot.guidelines import Guidelines
from bot.ids import Ids
from bot.store import installations, programmes
from bot.store import people as rows
from bot.store.base import change, find
from bot.store.database import Database, Scope
from bot.store.installations import Granted, Tokens
from bot.store.outbox import Notice
from bot.store.people import Membership, Person, PersonState, Role, SlackAccount
from bot.store.programmes import Programme, ProgrammeState

AT_THE_SAME_TIME = 4
"""How often an installation gives way to others of the same moment."""


@dataclass(frozen=True)
class Installer:
    """Who installed the bot, and where: the name of the team, or of the organisation."""

    account: Account
    place: str


@dataclass(frozen=True)
class Installed:
    """What came of an installation."""

    workspace_id: str
    programme_id: str
    programme: str
    leads: bool
    """Whether the installer is its lead, by this installation."""
    again: bool
    """Whether the programme was there before: only tokens and scopes are new."""


@dataclass(frozen=True)
class Welcome:
    """What the installer is told next."""

    programme: str
    erase_after_days: int


def install(
    db: Database,
    ids: Ids,
    rules: Guidelines,
    granted: Granted,
    tokens: Tokens,
    installer: Installer,
    now: datetime,
) -> Installed:
    """Write an installation. Whoever makes the first becomes the programme's first lead, and is told so.

    Nothing goes to anybody else. Installing again changes tokens and scopes, brings back a workspace that was
    gone, and changes nobody's role. Two installations in the same moment follow one another.
    """
    once = partial(_install, db, ids, rules, granted, tokens, installer, now)
    for _ in range(AT_THE_SAME_TIME):
        try:
            return once()
        except IntegrityError:
            continue  # another wrote the same row a moment before: now it is found
    return once()


def _install(
    db: Database,
    ids: Ids,
    rules: Guidelines,
    granted: Granted,
    tokens: Tokens,
    installer: Installer,
    now: datetime,
) -> Installed:
    team_id = "" if granted.org_wide else granted.team_id
    with db.unscoped("install into a workspace", writes=True) as session:
        workspace_id = arrive(
            session, ids, team_id=team_id, enterprise_id=granted.enterprise_id, name=installer.place
        )
        # In the same transaction: who leaves in this moment sees either no sign of it or all of it.
        installations.keep(session, ids(), workspace_id, granted, tokens, now=now)
    with db.writing(Scope(workspace_id)) as session:
        programme, is_new = programme_of(session, ids, workspace_id, rules.programme.name)
        programme_id, name = programme.id, programme.name
    with db.writing(Scope(workspace_id, programme_id)) as session:
        step = Step(
            session=session,
            workspace_id=workspace_id,
            programme_id=programme_id,
            by="",
            now=now,
            ids=ids,
            rules=rules,
        )
        leads = _first_lead(step, installer.account)
    return Installed(workspace_id, programme_id, name, leads=leads, again=not is_new)


def _first_lead(step: Step, account: Account) -> bool:
    """Make the installer lead of a programme in preparation that never had one; tell whether it did."""
    programme = programmes.locked(step.session, step.programme_id)
    had_one = step.session.scalars(select(Membership.id).where(Membership.role == Role.LEAD).limit(1)).first()
    if programme is None or programme.state is not ProgrammeState.PREPARING or had_one is not None:
        return False
    person_id = _person(step, account)
    step.add(Membership(id=step.ids(), **step.place, person_id=person_id, role=Role.LEAD))
    step.record("workspace.installed", person_id)
    step.tell(Notice("workspaces.welcome", f"workspaces.welcome:{step.programme_id}", person_id))
    return True


def _person(step: Step, account: Account) -> str:
    """Return the person behind an account: known by it, by the address, or made now."""
    known = rows.by_slack_user(step.session, account.user_id)
    if known is not None:
        change(step.session, Person, known.id, expected=PersonState.LEFT, to=PersonState.HERE)
        return known.id
    linked = people.join(step.session, step.ids, step.workspace_id, account)
    if linked is not None:
        return linked
    # An address that somebody else here has stays theirs.
    free = account.email and rows.by_email(step.session, account.email) is None
    person = Person(
        id=step.ids(),
        workspace_id=step.workspace_id,
        name=account.name or account.user_id,
        email=account.email if free else None,
    )
    step.add(person)
    step.add(
        SlackAccount(
            id=step.ids(),
            workspace_id=step.workspace_id,
            person_id=person.id,
            team_id=account.team_id,
            user_id=account.user_id,
        )
    )
    people.refresh(step.session, person.id, account)
    return person.id


def welcome(step: Step, _ids: Mapping[str, str], recipient_id: str) -> Welcome | None:
    """Return what the first lead is told; None once they lead no more or the programme has started."""
    programme = find(step.session, Programme, step.programme_id)
    waits = programme is not None and programme.state is ProgrammeState.PREPARING
    if programme is None or not waits or Role.LEAD not in rows.roles_of(step.session, recipient_id):
        return None
    return Welcome(programme.name, step.rules.workspaces.leaving.erase_after_days)
