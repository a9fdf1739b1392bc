"""Slack accounts, over all workspaces: who somebody is that acts in Slack, or of whom Slack tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.installations import Installation, reaches
from bot.store.people import Membership, Person, PersonState, Role, SlackAccount
from bot.store.programmes import Programme, ProgrammeState, Workspace, WorkspaceState


@dataclass(frozen=True)
class ProgrammeOfCaller:
    """A programme somebody is in, with the roles held there."""

    id: str
    name: str
    state: ProgrammeState
    roles: frozenset[Role]
    started: bool


@dataclass(frozen=True)
class Identity:
    """Who pressed: a person of a workspace, with every programme they are in."""

    workspace_id: str
    person_id: str
    name: str
    language: str
    time_zone: str
    programmes: tuple[ProgrammeOfCaller, ...]
    chosen_programme_id: str | None


def identify(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    enterprise_id: str = "",
    user_team_id: str = "",
    user_enterprise_id: str = "",
    org_wide: bool = False,
) -> Identity | None:
    """Return who a Slack account is, in one query, or None (an unscoped session is needed).

    ``team_id`` and ``enterprise_id`` say for which installation something is; where both the team and its
    organisation have one, ``org_wide`` says which. ``user_team_id`` and ``user_enterprise_id`` are the team
    and organisation of whoever did it, where Slack says: somebody from elsewhere, met in a shared channel, is
    nobody here, and neither is somebody of a team the organisation's installation does not reach.
    """
    own_team = SlackAccount.team_id == (user_team_id or team_id)
    if enterprise_id:  # within an organisation people are in several teams, and Slack names one of them
        own_team = SlackAccount.team_id.in_([team_id, user_team_id or team_id])
    here = (Workspace.slack_team_id == team_id) & own_team
    if enterprise_id and user_enterprise_id in {"", enterprise_id}:
        here |= (Workspace.slack_team_id == "") & (Workspace.slack_enterprise_id == enterprise_id)
    rows: Sequence[Any] = session.execute(
        select(
            Person,
            Membership.role,
            Membership.started_at,
            Programme,
            Workspace.slack_team_id,
            Installation.teams,
        )
        .join(
            SlackAccount,
            (SlackAccount.person_id == Person.id) & (SlackAccount.workspace_id == Person.workspace_id),
        )
        .join(Workspace, Workspace.id == Person.workspace_id)
        .outerjoin(Installation, Installation.workspace_id == Workspace.id)
        .outerjoin(
            Membership, (Membership.person_id == Person.id) & (Membership.workspace_id == Person.workspace_id)
        )
        .outerjoin(Programme, Programme.id == Membership.programme_id)
        .where(
            here,
            SlackAccount.user_id == user_id,
            Workspace.state == WorkspaceState.INSTALLED,
            Person.state == PersonState.HERE,
        )
        .order_by(Programme.name, Membership.role)
    ).all()
    acts_from = user_team_id or team_id
    rows = [row for row in rows if row[4] or acts_from == enterprise_id or reaches(row[5], acts_from)]
    if not rows:
        return None
    person: Person = next((row[0] for row in rows if (not row[4]) is org_wide), rows[0][0])
    found: dict[str, ProgrammeOfCaller] = {}
    for one, role, started_at, programme, *_ in rows:
        if one is not person or programme is None or programme.state is ProgrammeState.CLOSED:
            continue
        before = found.get(programme.id)
        found[programme.id] = ProgrammeOfCaller(
            id=programme.id,
            name=programme.name,
            state=programme.state,
            roles=frozenset({role}) | (before.roles if before else frozenset()),
            started=started_at is not None or (before.started if before else False),
        )
    return Identity(
        workspace_id=person.workspace_id,
        person_id=person.id,
        name=person.name,
        language=person.language,
        time_zone=person.time_zone,
        programmes=tuple(found.values()),
        chosen_programme_id=person.chosen_programme_id,
    )


@dataclass(frozen=True)
class Whereabouts:
    """Where a Slack user is known: their workspace, their person id, and every programme they are in."""

    workspace_id: str
    person_id: str
    programme_ids: tuple[str, ...]


def whereabouts(session: Session, *, team_id: str, user_id: str) -> Whereabouts | None:
    """Return where a Slack user is known, gone or not (an unscoped session is needed)."""
    rows = session.execute(
        select(SlackAccount.workspace_id, SlackAccount.person_id, Membership.programme_id)
        .outerjoin(
            Membership,
            (Membership.person_id == SlackAccount.person_id)
            & (Membership.workspace_id == SlackAccount.workspace_id),
        )
        .where(SlackAccount.team_id == team_id, SlackAccount.user_id == user_id)
        .distinct()
        .order_by(Membership.programme_id)
    ).all()
    if not rows:
        return None
    # The outer join leaves nothing there for somebody in no programme, which the column's type cannot say.
    programme_ids: list[str | None] = [row[2] for row in rows]
    return Whereabouts(rows[0][0], rows[0][1], tuple(known for known in programme_ids if known is not None))
