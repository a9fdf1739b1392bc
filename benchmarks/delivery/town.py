"""A town of workspaces whose check-ins fall due at one moment, some of them poison."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.posts import ask, request
from bot.store.checkins import Rhythm
from bot.store.database import Database
from bot.store.outbox import Notice, put_many
from bot.store.people import Membership, Person, Role, SlackAccount
from bot.store.programmes import Programme, ProgrammeState, Workspace
from bot.store.relationships import Kind, MemberRole, Relationship, RelationshipMember, RelationshipState
from sandbox.process import Running

AT_ONCE = 5000
POISON = 20
GONE = "D0NOWHERE0"
FIRST_CHECK_IN = timedelta(days=14)
OPENINGS_AT_ONCE = 8


@dataclass
class Place:
    """One workspace: its people, and who of them gets a message that cannot be delivered."""

    number: int
    size: int
    token: str = ""
    dms: list[str] = field(default_factory=list)
    poison: set[int] = field(default_factory=set)

    @property
    def team_id(self) -> str:
        """Return Slack's id of it."""
        return f"T0BENCH{self.number:04}"

    @property
    def workspace_id(self) -> str:
        """Return our own id of it."""
        return f"w{self.number:04}"

    def person_id(self, number: int) -> str:
        """Return our own id of one of its people."""
        return f"{self.workspace_id}-{number:06}"

    def user_id(self, number: int) -> str:
        """Return Slack's id of one of its people."""
        return f"U{self.number:04}{number:06}"


@dataclass
class Town:
    """All workspaces. ``messages`` check-ins fall due at ``due_at``: one to each of so many people."""

    places: list[Place]
    due_at: datetime

    @property
    def messages(self) -> int:
        """Return how many people get a message."""
        return sum(place.size for place in self.places)

    @property
    def poison(self) -> int:
        """Return how many of the messages cannot be delivered."""
        return sum(len(place.poison) for place in self.places)

    def team(self) -> dict[str, Any]:
        """Return the local Slack's seed."""
        return {
            "teams": [
                {
                    "team": {
                        "id": place.team_id,
                        "name": f"Institute {place.number}",
                        "domain": place.team_id,
                    },
                    "people": [
                        {"id": place.user_id(n), "name": f"p{n}", "real_name": f"Person {n}", "tz": "UTC"}
                        for n in range(place.size)
                    ],
                }
                for place in self.places
            ]
        }


def plan(messages: int, workspaces: int, whale: int, poison: int = POISON) -> Town:
    """Return a town of that many messages; with ``whale`` the first workspace has that many of them.

    They fall due at nine o'clock (UTC) on a Monday at least a day away, within everybody's hours.
    """
    small = workspaces - 1 if whale else workspaces
    rest = messages - whale
    sizes = [rest // small + (1 if n < rest % small else 0) for n in range(small)]
    places = [Place(n, size) for n, size in enumerate(([whale] if whale else []) + sizes)]
    for n in range(min(poison, messages // 10)):
        place = places[n % len(places)]
        place.poison.add(min(place.size - 1, n // len(places)))
    tomorrow = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Town(places, tomorrow + timedelta(days=-tomorrow.weekday() % 7))


def settle(town: Town, running: Running) -> None:
    """Take each workspace's token, and open everybody's direct messages, as a bot has that writes for months.

    The local Slack must have been started with the town's seed and with limits off.
    """
    tokens = running.said["bot_tokens"]
    for place in town.places:
        place.token = str(tokens[place.team_id])
    # In a thread of its own: whoever asks may be inside a running loop, as tests beside a browser are.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, _open_all(town, running.address)).result()


async def _open_all(town: Town, address: str) -> None:
    where = urlsplit(address)
    wanted = iter([(place, n) for place in town.places for n in range(place.size)])
    opened: dict[tuple[int, int], str] = {}

    async def one() -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for place, n in wanted:
            said = request(where.netloc, place.token, {"users": place.user_id(n)}, "conversations.open")
            answer = json.loads(await ask(reader, writer, said))
            opened[place.number, n] = answer["channel"]["id"]
        writer.close()

    await asyncio.gather(*(one() for _ in range(OPENINGS_AT_ONCE)))
    for place in town.places:
        place.dms = [opened[place.number, n] for n in range(place.size)]


def fill(town: Town, db: Database, *, first_contact: bool = False) -> None:
    """Write the town's rows. With ``first_contact`` no direct-message channel is known to the bot yet."""
    with db.unscoped("fill a town", writes=True) as session:
        for place in town.places:
            for table, rows in _rows(town, place, known=not first_contact):
                for start in range(0, len(rows), AT_ONCE):
                    session.execute(insert(table), rows[start : start + AT_ONCE])
            _put_poison(session, town, place)


def _rows(town: Town, place: Place, *, known: bool) -> Iterator[tuple[type, Sequence[dict[str, Any]]]]:
    started = town.due_at - timedelta(days=60)
    workspace_id = place.workspace_id
    programme_id = f"{workspace_id}-programme"
    here = {"workspace_id": workspace_id}
    there = {**here, "programme_id": programme_id}
    people = range(place.size)
    yield (
        Workspace,
        [
            {
                "id": workspace_id,
                "slack_team_id": place.team_id,
                "slack_enterprise_id": "",
                "name": workspace_id,
            }
        ],
    )
    yield (
        Programme,
        [
            {
                "id": programme_id,
                **here,
                "name": "Research",
                "state": ProgrammeState.RUNNING,
                "started_at": started,
            }
        ],
    )
    yield (
        Person,
        [{"id": place.person_id(n), **here, "name": f"Person {n}", "time_zone": "UTC"} for n in people],
    )
    yield (
        SlackAccount,
        [
            {
                "id": f"{place.person_id(n)}-s",
                **here,
                "person_id": place.person_id(n),
                "team_id": place.team_id,
                "user_id": place.user_id(n),
                "dm_channel": _channel(place, n) if known or n in place.poison else None,
            }
            for n in people
        ],
    )
    yield (
        Membership,
        [
            {
                "id": f"{place.person_id(n)}-m",
                **there,
                "person_id": place.person_id(n),
                "role": Role.MENTEE if n % 2 else Role.MENTOR,
                "started_at": started,
            }
            for n in people
        ],
    )
    yield from _relationships(town, place, there)


def _channel(place: Place, number: int) -> str:
    """Return a person's direct messages; one that is nowhere for every second poisoned one."""
    return GONE if number in place.poison and _is_channel(place) else place.dms[number]


def _is_channel(place: Place) -> bool:
    return place.number % 2 == 0


def _relationships(
    town: Town, place: Place, there: dict[str, str]
) -> Iterator[tuple[type, Sequence[dict[str, Any]]]]:
    pairs = range((place.size + 1) // 2)
    yield (
        Relationship,
        [
            {
                "id": f"{place.workspace_id}-r{pair}",
                **there,
                "kind": Kind.MENTOR,
                "state": RelationshipState.ACTIVE,
                "made_from": f"bench:{pair}",
                "created_at": town.due_at - FIRST_CHECK_IN,
                "started_on": (town.due_at - FIRST_CHECK_IN).date(),
            }
            for pair in pairs
        ],
    )
    members = [(n, f"{place.workspace_id}-r{n // 2}") for n in range(place.size)]
    yield (
        RelationshipMember,
        [
            {
                "id": f"{place.person_id(n)}-p",
                **there,
                "relationship_id": relationship_id,
                "person_id": place.person_id(n),
                "role": MemberRole.MENTEE if n % 2 else MemberRole.MENTOR,
            }
            for n, relationship_id in members
        ],
    )
    yield (
        Rhythm,
        [
            {
                "id": f"{place.person_id(n)}-y",
                **there,
                "relationship_id": relationship_id,
                "person_id": place.person_id(n),
                "started_on": (town.due_at - FIRST_CHECK_IN).date(),
                "next_on": town.due_at.date(),
                "next_at": town.due_at,
                "survey": "quick",
            }
            for n, relationship_id in members
            if n not in place.poison or _is_channel(place)
        ],
    )


def _put_poison(session: Session, town: Town, place: Place) -> None:
    """Put rows that cannot be sent: of a kind nobody knows, or without what their words need."""
    if _is_channel(place):
        return
    rows = []
    for number in sorted(place.poison):
        kind = "checkins.asked" if (place.number // 2) % 2 else "older.version"
        key = f"poison:{place.person_id(number)}"
        notice = Notice(kind, key, place.person_id(number), ids={"odd": "1"}, not_before=town.due_at)
        rows.append((f"poison-{place.person_id(number)}", notice))
    if rows:
        put_many(
            session,
            rows,
            workspace_id=place.workspace_id,
            programme_id=f"{place.workspace_id}-programme",
            now=town.due_at,
        )
