"""Workspaces and the programmes in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    UniqueConstraint,
    and_,
    false,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, WorkspaceRow, choice, in_workspace

ERASED_MARK = "erased:"
"""What an erased workspace has in place of Slack's id, before our own.

While its rows are being removed Slack's ids follow, so that a legal hold set meanwhile is heeded; no event
and no installation finds it by them.
"""


class WorkspaceState(StrEnum):
    """Whether the bot still is in a workspace, and what becomes of its data when it is not."""

    INSTALLED = "installed"
    GONE = "gone"
    ERASING = "erasing"
    """Nothing names it any more; its rows are being removed, and an installation now begins afresh."""
    ERASED = "erased"


class Workspace(Row, kw_only=True):
    """One Slack workspace the bot was installed into, or a whole organisation: then it names no team."""

    __tablename__ = "workspaces"
    __table_args__ = (UniqueConstraint("slack_enterprise_id", "slack_team_id"),)

    slack_team_id: Mapped[str]
    slack_enterprise_id: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    state: Mapped[WorkspaceState] = mapped_column(choice(WorkspaceState), default=WorkspaceState.INSTALLED)
    gone_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the bot was removed, or its tokens revoked: from then on the time until erasure counts."""
    erased_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def account_home(self) -> str:
        """Return what its people's Slack accounts belong to: the team, or the organisation."""
        return self.slack_team_id or self.slack_enterprise_id


class ProgrammeState(StrEnum):
    """Nothing is sent to anyone before a lead starts the programme, for a pilot group or for everyone."""

    PREPARING = "preparing"
    PILOT = "pilot"
    RUNNING = "running"
    CLOSED = "closed"


class Programme(WorkspaceRow, Row, kw_only=True):
    """One mentorship programme."""

    __tablename__ = "programmes"
    __table_args__ = in_workspace(UniqueConstraint("workspace_id", "name"))

    name: Mapped[str]
    state: Mapped[ProgrammeState] = mapped_column(choice(ProgrammeState), default=ProgrammeState.PREPARING)
    started_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True)
class ProgrammeKey:
    """Where a programme is: enough to open a session in its scope."""

    workspace_id: str
    programme_id: str
    state: ProgrammeState


def is_installed(session: Session, workspace_id: str) -> bool:
    """Tell whether the bot is in a workspace (the session is its own, or an unscoped one)."""
    query = select(Workspace.id).where(
        Workspace.id == workspace_id, Workspace.state == WorkspaceState.INSTALLED
    )
    return session.scalars(query).first() is not None


def workspace(session: Session, workspace_id: str) -> Workspace | None:
    """Return a workspace by our id (the session is its own, or an unscoped one)."""
    return session.scalars(select(Workspace).where(Workspace.id == workspace_id)).one_or_none()


def every_row(session: Session) -> list[Workspace]:
    """Return every workspace whose data is not erased yet, also left ones (an unscoped session is needed)."""
    query = select(Workspace).where(Workspace.state != WorkspaceState.ERASED).order_by(Workspace.id)
    return list(session.scalars(query))


def installed_rows(session: Session) -> list[Workspace]:
    """Return the workspaces the bot is in, as Slack knows them (an unscoped session is needed)."""
    query = select(Workspace).where(Workspace.state == WorkspaceState.INSTALLED).order_by(Workspace.id)
    return list(session.scalars(query))


def by_slack_team(
    session: Session, team_id: str, enterprise_id: str = "", *, org_wide: bool = False, lock: bool = False
) -> Workspace | None:
    """Return the workspace of a Slack team, or of a whole organisation (an unscoped session is needed).

    A team's id is enough: it keeps it when it joins an organisation. Org-wide only the organisation counts.
    With ``lock`` nobody else changes it before this transaction ends, and what others changed is waited for.
    """
    where = Workspace.slack_team_id == team_id
    if org_wide:
        where = (Workspace.slack_team_id == "") & (Workspace.slack_enterprise_id == enterprise_id)
    elif not team_id:
        return None
    query = select(Workspace).where(where).order_by(Workspace.id).limit(1)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def locked_workspace(session: Session, workspace_id: str) -> Workspace | None:
    """Return a workspace; whoever else asks for it so, or changes it, waits until this is over."""
    query = select(Workspace).where(Workspace.id == workspace_id).with_for_update()
    return session.scalars(query).one_or_none()


def serving(session: Session, team_id: str, enterprise_id: str = "") -> list[Workspace]:
    """Return who may answer for a Slack team: itself, its organisation (an unscoped session is needed)."""
    found = (
        by_slack_team(session, team_id),
        by_slack_team(session, "", enterprise_id, org_wide=True) if enterprise_id else None,
    )
    return [workspace for workspace in found if workspace is not None]


def in_scope(session: Session, programme_id: str) -> Programme:
    """Return the programme by id within the session's workspace. Raises NoResultFound."""
    return session.scalars(select(Programme).where(Programme.id == programme_id)).one()


def locked(session: Session, programme_id: str) -> Programme | None:
    """Return a programme of the session's workspace; whoever else asks for it so waits until this is over."""
    query = select(Programme).where(Programme.id == programme_id).with_for_update()
    return session.scalars(query).one_or_none()


def by_name(session: Session, name: str) -> Programme | None:
    """Return the workspace's programme of that name."""
    return session.scalars(select(Programme).where(Programme.name == name)).one_or_none()


def everywhere(session: Session) -> list[ProgrammeKey]:
    """Return every programme that is not closed, over all workspaces (an unscoped session is needed)."""
    rows = session.execute(
        select(Programme.workspace_id, Programme.id, Programme.state)
        .join(Workspace, Workspace.id == Programme.workspace_id)
        .where(Programme.state != ProgrammeState.CLOSED, Workspace.state == WorkspaceState.INSTALLED)
        .order_by(Programme.workspace_id, Programme.id)
    )
    return [ProgrammeKey(*row) for row in rows]


def _is_held(keep: Sequence[str]) -> ColumnElement[bool]:
    """Tell whether what is being erased is to be kept from now on."""
    return or_(false(), *(Workspace.slack_team_id.contains(f":{one}:", autoescape=True) for one in keep))


def _is_to_erase(before: datetime, keep: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        Workspace.state == WorkspaceState.GONE,
        Workspace.gone_at <= before,
        Workspace.slack_team_id.not_in(keep),
        Workspace.slack_enterprise_id.not_in(keep),
    )


def to_erase(session: Session, before: datetime, *, keep: Sequence[str], limit: int) -> list[str]:
    """Return workspaces gone since ``before``, or whose erasure has begun (an unscoped session is needed).

    ``keep`` are Slack's ids of teams and organisations that are not to be erased, not even further.
    """
    goes_on = and_(Workspace.state == WorkspaceState.ERASING, not_(_is_held(keep)))
    return list(
        session.scalars(
            select(Workspace.id)
            .where(or_(goes_on, _is_to_erase(before, keep)))
            .order_by((Workspace.state == WorkspaceState.ERASING).desc(), Workspace.gone_at, Workspace.id)
            .limit(limit)
        )
    )


def begin_erasing(session: Session, workspace_id: str, before: datetime, *, keep: Sequence[str]) -> bool:
    """Take a workspace's names away, if it still is gone since ``before``; tell whether that was done.

    From then on no event finds it, and an installation makes a new one (an unscoped session is needed).
    """
    result = session.execute(
        update(Workspace)
        .where(Workspace.id == workspace_id, _is_to_erase(before, keep))
        .values(
            state=WorkspaceState.ERASING,
            slack_team_id=literal(ERASED_MARK)
            + Workspace.id
            + ":"
            + Workspace.slack_team_id
            + ":"
            + Workspace.slack_enterprise_id
            + ":",
            slack_enterprise_id="",
            name="",
        )
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def is_erasing(session: Session, workspace_id: str, *, keep: Sequence[str]) -> bool:
    """Tell whether a workspace is being erased and not to be kept (an unscoped session is needed)."""
    query = select(Workspace.id).where(
        Workspace.id == workspace_id, Workspace.state == WorkspaceState.ERASING, not_(_is_held(keep))
    )
    return session.scalars(query).first() is not None
