"""Many people at once, for what must not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import event

from bot.store.people import Membership, Person, Role, SlackAccount
from bot.store.profiles import Profile
from bot.store.relationships import Kind, MemberRole, Relationship, RelationshipMember, RelationshipState
from tests.cast import TEAM_ID, WORKSPACE_ID, Desk


def join(desk: Desk, role: Role, n: int, *, places: int = 2, since: datetime | None = None) -> list[str]:
    """Add ``n`` people in a role, with a Slack account each; return their ids."""
    ids = [f"{role}-{number:03}" for number in range(n)]
    with desk.step("clock") as step:
        for person_id in ids:
            step.add(
                Person(
                    id=person_id,
                    workspace_id=WORKSPACE_ID,
                    name=person_id.title(),
                    email=f"{person_id}@x.example",
                )
            )
            step.add(
                SlackAccount(
                    id=f"slack-{person_id}",
                    workspace_id=WORKSPACE_ID,
                    person_id=person_id,
                    team_id=TEAM_ID,
                    user_id=f"U9{person_id.replace('-', '').upper()}",
                )
            )
            step.add(
                Membership(
                    id=f"member-{person_id}",
                    **step.place,
                    person_id=person_id,
                    role=role,
                    started_at=since or step.now,
                )
            )
            if role is Role.MENTOR:
                step.add(Profile(id=f"profile-{person_id}", **step.place, person_id=person_id, places=places))
    return ids


def pair(
    desk: Desk,
    mentor_id: str,
    mentee_id: str,
    *,
    started_on: date | None,
    state: RelationshipState = RelationshipState.ACTIVE,
    ended_at: datetime | None = None,
) -> str:
    """Put two people together, without check-ins; return the relationship's id."""
    relationship_id = f"{mentor_id}+{mentee_id}"[:40]
    with desk.step("clock") as step:
        step.add(
            Relationship(
                id=relationship_id,
                **step.place,
                kind=Kind.MENTOR,
                state=state,
                made_from=f"test:{relationship_id}",
                created_at=step.now,
                started_on=started_on,
                ended_at=ended_at,
            )
        )
        for person_id, role in ((mentor_id, MemberRole.MENTOR), (mentee_id, MemberRole.MENTEE)):
            step.add(
                RelationshipMember(
                    id=step.ids(),
                    **step.place,
                    relationship_id=relationship_id,
                    person_id=person_id,
                    role=role,
                )
            )
    return relationship_id


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    """Give the list of statements sent to the database while the block runs, BEGIN left out."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(desk.db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(desk.db.engine, "before_cursor_execute", note)
