"""Slack accounts, over all workspaces: where somebody of whom Slack tells is known."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.people import Membership, SlackAccount


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
