"""The small cast who recur in the tests, and the desk at which steps are taken in their name."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, select
from sqlalchemy.util import LRUCache

from bot import guidelines
from bot.clock import Clock, SetClock
from bot.domain.step import Place, Step
from bot.guidelines import Guidelines
from bot.ids import Ids, seeded_ids
from bot.store import tables
from bot.store.database import Database, Scope, open_engine
from bot.store.outbox import OutboxRow
from bot.store.people import Membership, Person, Role, SlackAccount
from bot.store.profiles import Expertise, Profile
from bot.store.programmes import Programme, ProgrammeState, Workspace
from bot.store.sealing import Keyring
from bot.texts import Texts
from bot.views.reader import Reader

REPOSITORY = Path(__file__).resolve().parent.parent
TEAM_ID = "T0RIVERSIDE"
WORKSPACE_ID = "riverside"
PROGRAMME_ID = "research"
KEYS = Keyring.new_key()
MONDAY = datetime.fromisoformat("2027-03-01T09:00:00+00:00")
LEADS_CHANNEL = "G0LEADS"


@dataclass(frozen=True)
class Member:
    """One of the cast."""

    handle: str
    name: str
    time_zone: str
    roles: tuple[Role, ...] = ()
    expertise: tuple[str, ...] = ()
    stage: str = "doctoral"
    department: str = "Biology"
    languages: tuple[str, ...] = ("English",)
    places: int = 0

    @property
    def slack_id(self) -> str:
        """Return the Slack user id."""
        return f"U0{self.handle.upper()}"

    @property
    def person_id(self) -> str:
        """Return our own id."""
        return f"person-{self.handle}"

    @property
    def email(self) -> str:
        """Return the address in Slack's profile."""
        return f"{self.handle}@riverside.example"


CAST = {
    member.handle: member
    for member in (
        Member("mira", "Mira Lindqvist", "Europe/Berlin", (Role.MENTEE,)),
        Member("noor", "Noor Rahman", "Asia/Kolkata", (Role.MENTEE,), stage="student"),
        Member(
            "tomas",
            "Tomás Aguilar",
            "America/New_York",
            (Role.MENTOR,),
            ("single-cell RNA sequencing", "statistics", "grant writing"),
            stage="faculty",
            languages=("English", "Spanish"),
            places=2,
        ),
        Member(
            "ines",
            "Inês Duarte",
            "Europe/Lisbon",
            (Role.MENTOR,),
            ("machine learning", "natural language processing", "Python"),
            stage="postdoc",
            department="Computer Science",
            languages=("English", "Portuguese"),
            places=1,
        ),
        Member("lena", "Lena Hoffmann", "Europe/Berlin", (Role.LEAD,), stage="staff"),
        Member("hugo", "Hugo Brandt", "Europe/Berlin", (Role.HANDLER,), stage="staff"),
        Member("anja", "Anja Petrova", "Europe/Berlin", (Role.ALTERNATE,), stage="staff"),
        Member("oskar", "Oskar Nyman", "Europe/Helsinki"),
    )
}


def team() -> dict[str, Any]:
    """Return the cast as the local Slack's seed."""
    return {
        "team": {"id": TEAM_ID, "name": "Riverside Institute", "domain": "riverside"},
        "people": [
            {
                "id": member.slack_id,
                "name": member.handle,
                "real_name": member.name,
                "email": member.email,
                "tz": member.time_zone,
                "locale": "en-US",
            }
            for member in CAST.values()
        ],
        "channels": [
            {"id": "C0GENERAL", "name": "general", "is_private": False, "members": list(CAST)},
            {
                "id": LEADS_CHANNEL,
                "name": "mentoring-leads",
                "is_private": True,
                "members": ["lena", "hugo", "anja", "@app"],
            },
        ],
    }


def test_config(folder: Path) -> Path:
    """Return a config folder: the shipped one, with the tests' own files laid over it."""
    shutil.copytree(REPOSITORY / "config", folder)
    overlay = REPOSITORY / "tests" / "config"
    if overlay.is_dir():
        shutil.copytree(overlay, folder, dirs_exist_ok=True)
    return folder


def fill(db: Database, started_at: datetime | None) -> None:
    """Write the cast's rows; with ``started_at`` the programme runs since then for everyone."""
    with db.unscoped("write the cast", writes=True) as session:
        session.add(Workspace(id=WORKSPACE_ID, slack_team_id=TEAM_ID, name="Riverside Institute"))
        session.add(
            Programme(
                id=PROGRAMME_ID,
                workspace_id=WORKSPACE_ID,
                name="Research Mentoring",
                state=ProgrammeState.RUNNING if started_at else ProgrammeState.PREPARING,
                started_at=started_at,
            )
        )
        for member in CAST.values():
            session.add(
                Person(
                    id=member.person_id,
                    workspace_id=WORKSPACE_ID,
                    name=member.name,
                    email=member.email,
                    time_zone=member.time_zone,
                )
            )
            session.add(
                SlackAccount(
                    id=f"slack-{member.handle}",
                    workspace_id=WORKSPACE_ID,
                    person_id=member.person_id,
                    team_id=TEAM_ID,
                    user_id=member.slack_id,
                )
            )
            place: Place = {"workspace_id": WORKSPACE_ID, "programme_id": PROGRAMME_ID}
            for role in member.roles:
                session.add(
                    Membership(
                        id=f"{member.handle}-{role}",
                        **place,
                        person_id=member.person_id,
                        role=role,
                        started_at=started_at,
                    )
                )
            if Role.MENTOR in member.roles:
                session.add(
                    Profile(
                        id=f"profile-{member.handle}",
                        **place,
                        person_id=member.person_id,
                        career_stage=member.stage,
                        department=member.department,
                        languages=list(member.languages),
                        places=member.places,
                        confirmed_at=started_at,
                    )
                )
                for term in member.expertise:
                    session.add(
                        Expertise(
                            id=f"{member.handle}-{term}",
                            **place,
                            profile_id=f"profile-{member.handle}",
                            term=term.casefold(),
                            label=term,
                        )
                    )


def everything_stored(db: Database) -> str:
    """Return all that is in every table, as whoever steals the database would read it."""
    with db.unscoped("read everything") as session:
        return "\n".join(
            f"{table.name} {tuple(row)!r}"
            for table in tables.METADATA.sorted_tables
            for row in session.connection().execute(table.select())
        )


@dataclass
class Desk:
    """Where steps are taken in somebody's name, on a database of their own."""

    db: Database
    clock: Clock
    ids: Ids
    rules: Guidelines
    texts: Texts

    def id(self, handle: str) -> str:
        """Return the person id of one of the cast."""
        return CAST[handle].person_id

    @contextmanager
    def step(self, handle: str, *, writes: bool = True) -> Iterator[Step]:
        """Open a transaction in which ``handle`` acts (``clock`` for what time does)."""
        scope = Scope(WORKSPACE_ID, PROGRAMME_ID)
        with self.db.writing(scope) if writes else self.db.reading(scope) as session:
            yield Step(
                session=session,
                workspace_id=WORKSPACE_ID,
                programme_id=PROGRAMME_ID,
                by=handle if handle == "clock" else self.id(handle),
                now=self.clock.now(),
                ids=self.ids,
                rules=self.rules,
            )

    def outbox(self, kind: str | None = None) -> list[OutboxRow]:
        """Return the outbox's rows, oldest first; of one kind if named."""
        with self.db.reading(Scope(WORKSPACE_ID)) as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.created_at, OutboxRow.key))
            return [row for row in rows if kind is None or row.kind == kind]

    def reader(self, handle: str) -> Reader:
        """Return one of the cast as the reader of a view."""
        return Reader(say=self.texts.say("en"), time_zone=CAST[handle].time_zone, programme_id=PROGRAMME_ID)


@dataclass(frozen=True)
class Template:
    """What every desk begins from, made once a process: the config, read, and a database without rows."""

    config: Path
    database: Path
    rules: Guidelines
    texts: Texts


@lru_cache(maxsize=1)
def template() -> Template:
    """Make the template; its folder goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="mentorbot-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = test_config(folder / "config")
    engine = open_engine(f"sqlite:///{folder / 'empty.sqlite3'}")
    tables.METADATA.create_all(engine)
    engine.dispose()
    return Template(
        config=config,
        database=folder / "empty.sqlite3",
        rules=guidelines.load(config),
        texts=Texts.load(config / "texts"),
    )


@lru_cache(maxsize=2)
def filled(*, started: bool) -> Path:
    """Return a SQLite file with the cast's rows, to be copied; started is started on the desks' Monday."""
    made = template()
    path = made.database.with_name("started.sqlite3" if started else "unstarted.sqlite3")
    shutil.copy(made.database, path)
    db = Database(open_desk_engine(f"sqlite:///{path}"), Keyring.parse(KEYS))
    try:
        fill(db, MONDAY if started else None)
    finally:
        db.engine.dispose()
    return path


_COMPILED: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}
"""By database: what the first desk's engine knows of it, and the statements that any desk had compiled."""


def open_desk_engine(address: str) -> Engine:
    """Open an engine that takes compiled statements from the desks before it.

    SQLAlchemy keeps them by engine and dialect. A desk has an engine of its own, and would spend half its
    time on compiling what a hundred desks have compiled before.
    """
    engine = open_engine(address)
    name = engine.dialect.name
    if name not in _COMPILED:
        engine.connect().close()  # what a dialect must know of its database it asks at the first connection
        _COMPILED[name] = engine.dialect, LRUCache(2000)
    engine.dialect, compiled = _COMPILED[name]
    engine.update_execution_options(compiled_cache=compiled)
    return engine


def set_up_desk(
    folder: Path, *, clock: Clock | None = None, started: bool = True, address: str | None = None
) -> Desk:
    """Return a desk on a Monday at nine (UTC): on a fresh SQLite file in ``folder``, or at ``address``.

    At ``address`` there must be a migrated database without rows (``tests.postgres``).
    """
    clock = clock or SetClock(MONDAY)
    made = template()
    started_at = clock.now() if started else None
    there = address is None and started_at in {None, MONDAY}
    if address is None:
        shutil.copy(filled(started=started) if there else made.database, folder / "desk.sqlite3")
        address = f"sqlite:///{folder / 'desk.sqlite3'}"
    db = Database(open_desk_engine(address), Keyring.parse(KEYS))
    try:
        if not there:
            fill(db, started_at)
    except BaseException:
        db.engine.dispose()
        raise
    # A copy: a test that changes its desk's rules changes nobody else's.
    return Desk(db=db, clock=clock, ids=seeded_ids(7), rules=copy(made.rules), texts=made.texts)
