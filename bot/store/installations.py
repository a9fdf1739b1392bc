"""What Slack granted with each installation, and the states of installations under way.

Tokens are sealed, and appear in no ``repr``, act or error. A row's ``version`` counts its tokens: who wants
to renew one claims it for a moment, and who read an older version finds the newer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, CursorResult, Index, String, UniqueConstraint, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import sealing
from bot.store.base import Row, Sealed, WorkspaceRow, in_workspace
from bot.store.programmes import Workspace, WorkspaceState

LONGEST_TROUBLE = 255
NO_TEAM = "none"
"""Stands among the teams of an org-wide installation that reaches none any more."""


class Installation(WorkspaceRow, Row, kw_only=True):
    """What Slack granted in one workspace, or for a whole organisation; a new one takes its place."""

    __tablename__ = "installations"
    __table_args__ = in_workspace(UniqueConstraint("workspace_id"), Index(None, "renew_at"))

    app_id: Mapped[str] = mapped_column(default="")
    bot_user_id: Mapped[str] = mapped_column(default="")
    bot_id: Mapped[str] = mapped_column(default="")
    team_id: Mapped[str] = mapped_column(default="")
    enterprise_id: Mapped[str] = mapped_column(default="")
    org_wide: Mapped[bool] = mapped_column(default=False)
    installer_user_id: Mapped[str] = mapped_column(default="")
    scopes: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    teams: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Which teams of the organisation an org-wide installation reaches (``reaches``)."""
    from_setting: Mapped[bool] = mapped_column(default=False)
    """The token is SLACK_BOT_TOKEN: it stands in the process's environment, not here."""
    token: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    refresh_token: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    renew_at: Mapped[datetime | None] = mapped_column(default=None)
    """From when on the token is to be renewed, later after a failure; None: it does not expire."""
    renewing_until: Mapped[datetime | None] = mapped_column(default=None)
    """Until when whoever renews it holds it, so that others leave it alone."""
    trouble: Mapped[str] = mapped_column(String(LONGEST_TROUBLE), default="")
    """Why the last renewal failed, in Slack's word; empty when it did not."""
    version: Mapped[int] = mapped_column(default=0)
    installed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class OAuthState(Row, kw_only=True):
    """An installation somebody began in a browser: good once, and for a short time.

    It belongs to no workspace yet. The id is a hash, so that the table shows no state one could use.
    """

    __tablename__ = "oauth_states"
    __table_args__ = (Index(None, "expires_at"),)

    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Tokens:
    """What Slack gave to be kept secret. Prints nothing of it."""

    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    renew_at: datetime | None = None


@dataclass(frozen=True)
class Granted:
    """What Slack said of an installation, without its secrets."""

    app_id: str = ""
    bot_user_id: str = ""
    bot_id: str = ""
    team_id: str = ""
    enterprise_id: str = ""
    org_wide: bool = False
    installer_user_id: str = ""
    scopes: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """An installation as it is used: who the bot is there, and with which token it calls."""

    id: str
    workspace_id: str
    granted: Granted
    from_setting: bool
    token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime | None
    renew_at: datetime | None
    renewing_until: datetime | None
    trouble: str
    version: int
    installed_at: datetime


def of_workspace(session: Session) -> Installation | None:
    """Return the installation of the session's workspace, if Slack ever granted one."""
    return session.scalars(select(Installation)).one_or_none()


def locked(session: Session, workspace_id: str) -> Installation | None:
    """Return a workspace's installation; whoever else changes it waits until this is over."""
    query = select(Installation).where(Installation.workspace_id == workspace_id).with_for_update()
    return session.scalars(query).one_or_none()


def reaches(teams: Sequence[str] | None, team_id: str) -> bool:
    """Tell whether an org-wide installation reaches a team; true as long as Slack told of no team at all."""
    return not teams or not team_id or team_id in teams


def keep_teams(session: Session, workspace_id: str, teams: Iterable[str]) -> bool:
    """Keep which teams an org-wide installation reaches; False where nothing is installed (any more)."""
    row = locked(session, workspace_id)
    if row is None or row.revoked_at is not None:
        return False
    row.teams = sorted(set(teams)) or [NO_TEAM]
    session.flush()
    return True


def keep(
    session: Session,
    installation_id: str,
    workspace_id: str,
    granted: Granted,
    tokens: Tokens | None,
    *,
    now: datetime,
) -> Installation:
    """Write what Slack granted, in place of what it granted before; return the row.

    Without tokens they stand in the environment (``from_setting``). The session is one of the workspace, or
    an unscoped one.
    """
    row = locked(session, workspace_id)
    if row is None:
        row = Installation(id=installation_id, workspace_id=workspace_id, installed_at=now)
        session.add(row)
    for name in ("app_id", "bot_user_id", "bot_id", "team_id", "enterprise_id", "org_wide"):
        setattr(row, name, getattr(granted, name))
    row.installer_user_id = granted.installer_user_id or row.installer_user_id
    row.scopes, row.teams = list(granted.scopes), list(granted.teams)
    row.from_setting = tokens is None
    row.token = row.refresh_token = None
    row.expires_at = row.renew_at = row.renewing_until = row.revoked_at = None
    row.trouble, row.installed_at = "", now
    row.version += 1
    if tokens is not None:
        _write(session, row, tokens)
    session.flush()
    return row


def _write(session: Session, row: Installation, tokens: Tokens) -> None:
    row.token = sealing.seal(session, Installation.token, row.id, tokens.token)
    row.refresh_token = (
        sealing.seal(session, Installation.refresh_token, row.id, tokens.refresh_token)
        if tokens.refresh_token
        else None
    )
    row.expires_at, row.renew_at = tokens.expires_at, tokens.renew_at


def held(session: Session) -> Held | None:
    """Return the installation of the session's workspace, opened; None where the bot is not (any more).

    Raises CannotOpen when its token was sealed with a key that is not in MENTORBOT_KEYS.
    """
    row = session.scalars(
        select(Installation)
        .join(Workspace, Workspace.id == Installation.workspace_id)
        .where(Workspace.state == WorkspaceState.INSTALLED, Installation.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else _opened(session, row)


def _opened(session: Session, row: Installation) -> Held:
    return Held(
        id=row.id,
        workspace_id=row.workspace_id,
        granted=Granted(
            app_id=row.app_id,
            bot_user_id=row.bot_user_id,
            bot_id=row.bot_id,
            team_id=row.team_id,
            enterprise_id=row.enterprise_id,
            org_wide=row.org_wide,
            installer_user_id=row.installer_user_id,
            scopes=tuple(row.scopes),
            teams=tuple(row.teams),
        ),
        from_setting=row.from_setting,
        token=sealing.unseal(session, Installation.token, row),
        refresh_token=sealing.unseal(session, Installation.refresh_token, row),
        expires_at=row.expires_at,
        renew_at=row.renew_at,
        renewing_until=row.renewing_until,
        trouble=row.trouble,
        version=row.version,
        installed_at=row.installed_at,
    )


def begin_renewal(session: Session, known: Held, *, now: datetime, until: datetime) -> bool:
    """Claim the renewal of a token until then; False when another has it, or has renewed it already."""
    result = session.execute(
        update(Installation)
        .where(
            Installation.id == known.id,
            Installation.version == known.version,
            Installation.revoked_at.is_(None),
            or_(Installation.renewing_until.is_(None), Installation.renewing_until <= now),
        )
        .values(renewing_until=until)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def renewed(session: Session, known: Held, tokens: Tokens) -> bool:
    """Keep renewed tokens; False when the installation was replaced or revoked meanwhile: they are void."""
    row = session.scalars(
        select(Installation)
        .where(
            Installation.id == known.id,
            Installation.version == known.version,
            Installation.revoked_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    _write(session, row, tokens)
    row.version += 1
    row.renewing_until, row.trouble = None, ""
    session.flush()
    return True


def not_renewed(session: Session, known: Held, trouble: str, *, again_at: datetime) -> None:
    """Note that a renewal failed, and when it is to be tried again."""
    session.execute(
        update(Installation)
        .where(Installation.id == known.id, Installation.version == known.version)
        .values(renewing_until=None, renew_at=again_at, trouble=trouble[:LONGEST_TROUBLE])
    )


def blank(session: Session, workspace_id: str, now: datetime) -> None:
    """Forget a workspace's tokens at once; what else was granted stays for the record."""
    session.execute(
        update(Installation)
        .where(Installation.workspace_id == workspace_id, Installation.revoked_at.is_(None))
        .values(
            token=None,
            refresh_token=None,
            expires_at=None,
            renew_at=None,
            renewing_until=None,
            revoked_at=now,
            version=Installation.version + 1,
        )
    )


def to_renew(session: Session, now: datetime, limit: int) -> list[str]:
    """Return the workspaces whose token is to be renewed (an unscoped session is needed)."""
    return list(
        session.scalars(
            select(Installation.workspace_id)
            .where(
                Installation.renew_at <= now,
                Installation.revoked_at.is_(None),
                or_(Installation.renewing_until.is_(None), Installation.renewing_until <= now),
            )
            .order_by(Installation.renew_at, Installation.id)
            .limit(limit)
        )
    )


def any_from_setting(session: Session) -> bool:
    """Tell whether it is known where SLACK_BOT_TOKEN belongs (an unscoped session is needed)."""
    query = select(Installation.id).where(Installation.from_setting.is_(True)).limit(1)
    return session.scalars(query).first() is not None


def only_from_setting(session: Session, workspace_id: str, now: datetime) -> None:
    """Note that SLACK_BOT_TOKEN belongs to no other workspace any more (an unscoped session is needed)."""
    session.execute(
        update(Installation)
        .where(Installation.from_setting.is_(True), Installation.workspace_id != workspace_id)
        .values(from_setting=False, revoked_at=now, version=Installation.version + 1)
    )


def issue_state(session: Session, state: str, *, now: datetime, expires_at: datetime) -> None:
    """Keep a fresh state, and forget those that are over (an unscoped session is needed)."""
    session.execute(delete(OAuthState).where(OAuthState.expires_at <= now))
    session.add(OAuthState(id=_hashed(state), expires_at=expires_at))


def consume_state(session: Session, state: str, now: datetime) -> bool:
    """Use up a state; False when it is unknown, used or over (an unscoped session is needed)."""
    result = session.execute(
        delete(OAuthState).where(OAuthState.id == _hashed(state), OAuthState.expires_at > now)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8")).hexdigest()[:40]
