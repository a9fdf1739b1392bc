"""Nothing of one workspace, or of one programme, is reachable or changeable from another.

Every public function of the store that takes a session is called in a session of one place, with ids, keys
and rows of all the others: whatever comes back, and whatever is different afterwards, belongs to that place.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import random
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Enum, event, select, text
from sqlalchemy.orm import Session

import bot.store
from bot.store import tables
from bot.store.acts import Act
from bot.store.base import SEALED_MARK, Row
from bot.store.checkins import CheckIn
from bot.store.database import Database, Scope, open_engine
from bot.store.outbox import Notice, OutboxState
from bot.store.people import Person
from bot.store.sealing import Keyring
from tests.cast import KEYS
from tests.postgres import Server
from tests.store.crowded import NOW, PLACES, Place, dump, fill, is_foreign, marks_in, may_reach

NOT_CALLED = {
    "sealing.seal": "it reads and writes no row",
    "sealing.unseal": "it opens what is in a row that is held already",
    "base.new_row": "it makes a statement and runs none",
    "base.among": "it makes a condition of a statement and runs none",
    "due.places": "it takes a query and runs it in an unscoped session",
    "due.take_turn": "it locks a word, no row",
    "beats": "processes that are alive belong to no workspace",
    "tallies": "counts over everything belong to no workspace",
    "computations": "they hold no person's words and belong to no workspace",
    "installations.issue_state": "a state of OAuth belongs to no workspace yet",
    "installations.consume_state": "as issue_state",
}

WORD = re.compile(r"w\d(?:p\d)?:[\w:.-]*")
WROTE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", re.IGNORECASE)
WORKSPACE = re.compile(r"\b(w\d)")


def public() -> dict[str, Callable[..., object]]:
    """Return every public function of the store that takes a session first, by noun and name."""
    found: dict[str, Callable[..., object]] = {}
    for module in pkgutil.walk_packages(bot.store.__path__, "bot.store."):
        if ".migrations" in module.name:
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if function.__module__ == module.name and not name.startswith("_") and first == "session":
                found[f"{module.name.removeprefix('bot.store.')}.{name}"] = function
    return found


def called() -> dict[str, Callable[..., object]]:
    """Return those that the test calls."""
    return {
        name: function
        for name, function in public().items()
        if name not in NOT_CALLED and name.split(".")[0] not in NOT_CALLED
    }


class Maker:
    """Makes arguments of any type the store takes, out of what lies in all places."""

    def __init__(
        self, words: list[str], rows: Mapping[type[Row], list[Row]], rng: random.Random, place: Place
    ) -> None:
        self.words, self.rows, self.rng, self.place = words, rows, rng, place

    def arguments(self, name: str, function: Callable[..., object]) -> tuple[list[Any], dict[str, Any]]:
        """Return positional and named arguments for a function that takes a session first."""
        if name in OWN_WAY:
            return [], OWN_WAY[name](self)
        hints = typing.get_type_hints(function)
        several: list[Any] = []
        named: dict[str, Any] = {}
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.kind is parameter.VAR_POSITIONAL:
                several += [self.one(hints[parameter.name], parameter.name) for _ in range(3)]
            elif parameter.kind is parameter.VAR_KEYWORD:
                continue
            else:
                named[parameter.name] = self.one(hints[parameter.name], parameter.name)
        if several:
            return [*named.values(), *several], {}
        return [], named

    def one(self, hint: Any, name: str = "") -> Any:  # noqa: PLR0911 - one line a type
        """Return something of a type."""
        if name in {"workspace_id", "programme_id"}:
            return getattr(self.rng.choice([self.place, *PLACES]), name)
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in {typing.Union, types.UnionType}:
            if type(None) in inner and self.rng.random() < 1 / 3:
                return None
            return self.one(self.rng.choice([one for one in inner if one is not type(None)]), name)
        if origin is type or isinstance(hint, typing.TypeVar):
            return self.rng.choice([table for table in self.rows if hasattr(table, "workspace_id")])
        if origin in {dict, Mapping} or origin is typing.get_origin(Mapping[str, str]):
            return {} if Any in inner or object in inner else {self.one(inner[0]): self.one(inner[1])}
        if origin is tuple and Ellipsis not in inner:
            return tuple(self.one(one) for one in inner)
        if origin is not None:
            return [self.one(inner[0]) for _ in range(self.rng.randint(1, 12))]
        return self._plain(hint)

    def _plain(self, hint: Any) -> Any:
        if is_dataclass(hint) and hint not in self.rows:
            made: Any = hint
            hints = typing.get_type_hints(made)
            return made(**{one.name: self.one(hints[one.name], one.name) for one in fields(made) if one.init})
        if hasattr(hint, "_fields"):  # a named tuple
            hints = typing.get_type_hints(hint)
            return hint(**{name: self.one(hints[name], name) for name in hint._fields})
        return next(
            make(self, hint)
            for kind, make in KINDS
            if hint is kind or (isinstance(hint, type) and issubclass(hint, kind))
        )


KINDS: tuple[tuple[type, Callable[[Maker, Any], Any]], ...] = (
    (Row, lambda maker, hint: maker.rng.choice(maker.rows[hint])),
    (StrEnum, lambda maker, hint: maker.rng.choice(list(OutboxState if hint is StrEnum else hint))),
    (bool, lambda maker, _: maker.rng.random() < 1 / 2),
    (int, lambda maker, _: maker.rng.randint(1, 200)),
    (float, lambda maker, _: maker.rng.random()),
    (bytes, lambda maker, _: SEALED_MARK + maker.rng.choice(maker.words).encode()),
    (datetime, lambda maker, _: NOW + timedelta(hours=maker.rng.randint(-600, 600))),
    (timedelta, lambda maker, _: timedelta(hours=maker.rng.randint(0, 600))),
    (date, lambda maker, _: NOW.date() + timedelta(days=maker.rng.randint(-30, 30))),
    (time, lambda maker, _: time(maker.rng.randint(0, 23))),
    (object, lambda maker, _: maker.rng.choice(maker.words)),
)
"""How an argument of a type is made; the first that fits counts, and text is one of the words."""


def columns_of(maker: Maker, table: type[Row]) -> dict[str, Any]:
    """Return the columns of somebody's row, as a new one."""
    own = [row for row in maker.rows[table] if getattr(row, "programme_id", "") == maker.place.programme_id]
    row = maker.rng.choice(maker.rng.choice([own, maker.rows[table]]))
    names = [attribute.key for attribute in sqlalchemy.inspect(table).column_attrs]
    return {**{name: getattr(row, name) for name in names}, "id": f"new:{maker.rng.random()}"[:40]}


def values_for(maker: Maker, table: type[Row], column: str) -> dict[str, Any]:
    """Return the arguments that give every row of a table, whoever's it is, another value."""
    return {"table": table, "rows": [{"id": row.id, column: "something else"} for row in maker.rows[table]]}


def some_change(maker: Maker) -> dict[str, Any]:
    """Return the arguments that move somebody's row from whatever state it has to another."""
    table = maker.rng.choice([one for one in maker.rows if isinstance(_state(one), Enum)])
    states = list(getattr(_state(table), "enum_class", ()))
    row = maker.rng.choice(maker.rows[table])
    return {"table": table, "row_id": row.id, "expected": states, "to": maker.rng.choice(states)}


def _state(table: type[Row]) -> object:
    column = sqlalchemy.inspect(table).local_table.columns.get("state")
    return None if column is None else column.type


OWN_WAY: Mapping[str, Callable[[Maker], dict[str, Any]]] = {
    "acts.record_many": lambda maker: {"acts": [columns_of(maker, Act)]},
    "base.add_many": lambda maker: {"table": Act, "rows": [columns_of(maker, Act)]},
    "base.change": some_change,
    "base.set_many": lambda maker: {
        **maker.rng.choice([values_for(maker, Person, "name"), values_for(maker, Act, "what")]),
        "held": maker.rng.random() < 1 / 2,
    },
    "checkins.by_time.add_asked": lambda maker: {
        "rows": [{**columns_of(maker, CheckIn), "due_on": date(2030, 1, 1)}]
    },
    "concerns.queries.due": lambda maker: {
        "now": NOW,
        "what": maker.rng.choice(["remind", "climb", "act", "ask", "erase"]),
        "limit": 100,
    },
    "outbox.put": lambda maker: {
        "notice": Notice("kind", maker.one(str), maker.one(str)),
        "row_id": maker.one(str),
        "workspace_id": maker.one(str, "workspace_id"),
        "programme_id": maker.one(str, "programme_id"),
        "now": NOW,
    },
    "outbox.put_many": lambda maker: {
        "notices": [(maker.one(str), Notice("kind", maker.one(str), maker.one(str)))],
        "workspace_id": maker.one(str, "workspace_id"),
        "programme_id": maker.one(str, "programme_id"),
        "now": NOW,
    },
    "paces.save": lambda maker: {"workspace_id": maker.one(str, "workspace_id"), "values": {"kept": {}}},
}
"""Functions whose arguments depend on one another."""


class Crowd:
    """The crowded database, and what is found when a function is called in one of its places."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.unscoped("fill", writes=True) as session:
            fill(session.connection(), random.Random(11))  # noqa: S311 - repeatable
        with db.unscoped("read") as session:
            self.before = dump(session.connection())
            self.words = sorted(
                {word for rows in self.before.values() for word in WORD.findall(" ".join(rows))}
            )
            self.rows = {
                mapper.class_: list(session.scalars(select(mapper.class_))) for mapper in Row.registry.mappers
            }
        self.returned: set[str] = set()
        self.refused: dict[str, str] = {}
        self.wrote: set[str] = set()
        event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if (wrote := WROTE.match(statement)) is not None:
            self.wrote.add(wrote[1])

    def crossed(self, name: str, function: Callable[..., object], place: Place, seed: int) -> list[str]:
        """Call a function in a session of ``place``; return what of another place it reached or changed."""
        rng = random.Random(f"{name}{place}{seed}")  # noqa: S311 - repeatable
        scope = Scope(place.workspace_id, rng.choice([place.programme_id, place.programme_id, None]))
        positional, named = Maker(self.words, self.rows, rng, place).arguments(name, function)
        reached: list[str] = []
        try:
            with self.db.writing(scope) as session:
                self.wrote.clear()
                found = function(session, *positional, **named)
                session.flush()
                self.returned.add(name)
                echoed = marks_in([positional, named]) if self.wrote else set()
                reached += [
                    f"{name} gives {''.join(mark)} to {scope}"
                    for mark in marks_in(found) - echoed
                    if is_foreign(mark, place, whole_workspace=scope.programme_id is None)
                ]
                if self.wrote:
                    reached += [
                        f"{name} changes {what} from {scope}" for what in self._changed(session, place)
                    ]
                session.rollback()
        except Exception as fault:  # noqa: BLE001 - whoever is refused has reached nothing
            self.refused[name] = repr(fault)
        return reached

    def _changed(self, session: Session, place: Place) -> Iterator[str]:
        whole_workspace = session.info["scope"].programme_id is None
        if self.db.engine.dialect.name == "postgresql":
            session.connection().execute(text("SELECT set_config('mentorbot.workspace', '*', true)"))
        after = dump(session.connection(), self.wrote)
        before = {key for key in self.before if key[0] in self.wrote}
        for table, whose in before | after.keys():
            if not may_reach(place, whose, whole_workspace=whole_workspace) and self.before.get(
                (table, whose)
            ) != after.get((table, whose)):
                yield f"{table} of {whose}"

    def look(self, seed: int) -> list[str]:
        """Call every function once, in one place or another; return everything that crossed."""
        return [
            crossed
            for number, (name, function) in enumerate(called().items())
            for crossed in self.crossed(name, function, PLACES[(seed + number) % len(PLACES)], seed)
        ]


@contextmanager
def crowded(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Crowd]:
    """Give a crowded database of a kind."""
    server: Server | None = None
    address = f"sqlite:///{folder / 'crowd.sqlite3'}"
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        address = server.fresh_database()
    db = Database(open_engine(address), Keyring.parse(KEYS))
    if kind == "sqlite":
        tables.METADATA.create_all(db.engine)
    try:
        yield Crowd(db)
    finally:
        db.engine.dispose()
        if server is not None:
            server.drop(address)


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """One crowded database for all examples: each call is taken back."""
    with crowded(request.param, tmp_path_factory.mktemp("crowd"), request) as made:
        yield made


def test_there_is_something_to_reach(crowd: Crowd) -> None:
    """Every table that belongs to somebody has rows of at least two workspaces."""
    lonely = {
        table.name: {whose[0] for name, whose in crowd.before if name == table.name}
        for table in tables.METADATA.sorted_tables
        if "workspace_id" in table.columns
    }
    assert {name for name, workspaces in lonely.items() if len(workspaces) < 2} == set()


@settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(seed=st.integers(0, 10_000))
def test_nothing_crosses(crowd: Crowd, seed: int) -> None:
    """Whatever the store is asked with, a session reaches and changes rows of its own place only."""
    assert crowd.look(seed) == []


def test_every_way_in_was_tried(crowd: Crowd) -> None:
    """No public function is left out unnoticed, and each of them was called and came to its end."""
    for seed in range(200, 230):
        for name in called().keys() - crowd.returned:
            assert crowd.crossed(name, called()[name], PLACES[seed % len(PLACES)], seed) == []
    missed = {name: crowd.refused.get(name) for name in called().keys() - crowd.returned}
    assert missed == {}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_without_the_first_wall(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the sessions' filter taken away the look finds a lot on SQLite.

    On PostgreSQL the second wall holds then: no other workspace's row is reached; programmes of one are.
    """
    monkeypatch.setattr("bot.store.database._hold_to_scope", lambda _: None)
    monkeypatch.setattr("bot.store.database._refuse_foreign_rows", lambda *_: None)
    with crowded(kind, tmp_path, request) as crowd:
        found = crowd.look(1)
    foreign = [line for line in found if _names_another_workspace(line)]
    assert found
    if kind == "sqlite":
        assert len(foreign) > 20
    else:
        assert foreign == []


def _names_another_workspace(line: str) -> bool:
    what, scope = line.rsplit(" Scope(", 1)
    own = scope.split("'")[1].split(":")[0]
    return any(workspace != own for workspace in WORKSPACE.findall(what))
