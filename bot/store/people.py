"""People, their Slack accounts, and the roles they hold in programmes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint, case, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import due
from bot.store.base import (
    ProgrammeRow,
    Row,
    Sealed,
    WorkspaceRow,
    choice,
    in_programme,
    in_workspace,
    of_person,
)


class PersonState(StrEnum):
    """Whether somebody still has a Slack account in the workspace, and anything of theirs is kept."""

    HERE = "here"
    LEFT = "left"
    ERASED = "erased"
    """Had everything of theirs erased; only the id is left."""


class Role(StrEnum):
    """What somebody is in a programme; one person may be several."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    LEAD = "lead"
    HANDLER = "handler"
    ALTERNATE = "alternate"
    OFFICE = "office"
    """An office that must act by law or rule, such as the equity office."""
    ON_CALL = "on_call"
    """Whoever is there in danger."""


class Person(WorkspaceRow, Row, kw_only=True):
    """Somebody, under our own id; what Slack calls them is a SlackAccount and may change."""

    __tablename__ = "people"
    __table_args__ = in_workspace(UniqueConstraint("workspace_id", "email"))

    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(default=None)
    time_zone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="en")
    state: Mapped[PersonState] = mapped_column(choice(PersonState), default=PersonState.HERE)
    chosen_programme_id: Mapped[str | None] = mapped_column(default=None)


class SlackAccount(WorkspaceRow, Row, kw_only=True):
    """What Slack calls a person, and the direct-message channel once it is known."""

    __tablename__ = "slack_accounts"
    __table_args__ = in_workspace(
        UniqueConstraint("workspace_id", "team_id", "user_id"),
        UniqueConstraint("workspace_id", "person_id"),
        of_person("person_id"),
    )

    person_id: Mapped[str]
    team_id: Mapped[str]
    user_id: Mapped[str]
    dm_channel: Mapped[str | None] = mapped_column(default=None)


class Membership(ProgrammeRow, Row, kw_only=True):
    """One role of one person in one programme. Not started means: nothing is sent to them yet."""

    __tablename__ = "memberships"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "person_id", "role"),
        due.index(
            "ix_memberships_next_digest",
            "next_digest_at",
            "workspace_id",
            "programme_id",
            where="role = 'lead'",
        ),
        of_person("person_id"),
    )

    person_id: Mapped[str]
    role: Mapped[Role] = mapped_column(choice(Role))
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    next_digest_at: Mapped[datetime | None] = mapped_column(default=None)
    """When to look next whether a lead's digest is due; None is at once."""


class Wishes(ProgrammeRow, Row, kw_only=True):
    """What somebody brings to a match and wishes of it. Needs and names are for their own eyes only."""

    __tablename__ = "wishes"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "person_id"), of_person("person_id")
    )

    person_id: Mapped[str]
    career_stage: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    needs: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """Terms, one a line."""
    prefers: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """Ids of people, one a line."""
    avoids: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """Ids of people, one a line: neither is offered to the other, and nobody is told."""


@dataclass(frozen=True)
class Contact:
    """How to reach and name one person."""

    person_id: str
    name: str
    slack_user_id: str
    dm_channel: str | None
    time_zone: str
    language: str
    here: bool


def contacts(session: Session, person_ids: Iterable[str]) -> dict[str, Contact]:
    """Return how to reach these people, by person id, in one query. People without Slack are absent."""
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            SlackAccount.user_id,
            SlackAccount.dm_channel,
            Person.time_zone,
            Person.language,
            Person.state,
        )
        .join(SlackAccount, SlackAccount.person_id == Person.id)
        .where(Person.id.in_(list(person_ids)))
    )
    return {
        person_id: Contact(person_id, name, user_id, dm, zone, language, here=state is PersonState.HERE)
        for person_id, name, user_id, dm, zone, language, state in rows
    }


def contact(session: Session, person_id: str) -> Contact | None:
    """Return how to reach one person, or None for somebody without a Slack account."""
    return contacts(session, [person_id]).get(person_id)


def by_slack_user(session: Session, user_id: str) -> Person | None:
    """Return the person behind a Slack user of the session's workspace, such as one chosen in a picker."""
    return session.scalars(
        select(Person)
        .join(SlackAccount, SlackAccount.person_id == Person.id)
        .where(SlackAccount.user_id == user_id)
    ).one_or_none()


def with_role(session: Session, *roles: Role) -> list[Person]:
    """Return everyone here who holds one of the roles in the session's programme, by name."""
    return list(
        session.scalars(
            select(Person)
            .where(
                Person.state == PersonState.HERE,
                Person.id.in_(select(Membership.person_id).where(Membership.role.in_(roles))),
            )
            .order_by(Person.name, Person.id)
        )
    )


def roles_of(session: Session, person_id: str) -> frozenset[Role]:
    """Return the roles a person holds in the session's programme."""
    return frozenset(session.scalars(select(Membership.role).where(Membership.person_id == person_id)))


def is_started(session: Session, person_id: str) -> bool:
    """Tell whether the session's programme has started for a person, in any role."""
    return (
        session.scalars(
            select(Membership.id)
            .where(Membership.person_id == person_id, Membership.started_at.is_not(None))
            .limit(1)
        ).first()
        is not None
    )


def started(session: Session, person_ids: Iterable[str]) -> frozenset[str]:
    """Return those of these people for whom the session's programme has started, in any role."""
    return frozenset(
        session.scalars(
            select(Membership.person_id)
            .where(Membership.person_id.in_(list(person_ids)), Membership.started_at.is_not(None))
            .distinct()
        )
    )


def remember_dms(session: Session, channels: Mapping[str, str]) -> None:
    """Keep the direct-message channels of these people, by person id, in one statement."""
    session.execute(
        update(SlackAccount)
        .where(SlackAccount.person_id.in_(sorted(channels)))
        .values(dm_channel=case(dict(channels), value=SlackAccount.person_id))
        .execution_options(synchronize_session=False)
    )


def remember_dm(session: Session, person_id: str, channel: str) -> None:
    """Keep the direct-message channel: opening one is the first bottleneck of a mass message."""
    session.execute(
        update(SlackAccount).where(SlackAccount.person_id == person_id).values(dm_channel=channel)
    )


def remember_choice(session: Session, person_id: str, programme_id: str) -> None:
    """Keep which programme somebody in several means when they do not say."""
    session.execute(update(Person).where(Person.id == person_id).values(chosen_programme_id=programme_id))


def everyone(session: Session) -> list[tuple[Person, SlackAccount | None]]:
    """Return everyone of the session's workspace, whether in a programme or not, with their Slack account."""
    rows = session.execute(
        select(Person, SlackAccount).outerjoin(SlackAccount, SlackAccount.person_id == Person.id)
    )
    return [(person, account) for person, account in rows]


def memberships(session: Session) -> dict[str, frozenset[Role]]:
    """Return the roles of everyone in the session's programme, by person."""
    found: dict[str, set[Role]] = {}
    for person_id, role in session.execute(select(Membership.person_id, Membership.role)):
        found.setdefault(person_id, set()).add(role)
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


def wishes(session: Session, *, with_avoids: bool = False) -> list[Wishes]:
    """Return what the people of the session's programme wish; only those who avoid somebody if asked so."""
    query = select(Wishes).order_by(Wishes.id)
    return list(session.scalars(query.where(Wishes.avoids.is_not(None)) if with_avoids else query))


def by_email(session: Session, email: str) -> Person | None:
    """Return the person of the session's workspace with this address, in any spelling of case."""
    return session.scalars(select(Person).where(Person.email == email.casefold())).one_or_none()
