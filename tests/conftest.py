"""Fixtures: a desk for pure steps, and a world with the bot beside a local Slack over real sockets."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import postgres as real_postgres
from tests.cast import Desk, set_up_desk

if TYPE_CHECKING:  # a desk needs neither the bot's sockets nor the local Slack: they load with a world
    from sandbox.process import Running
    from tests.world import World

DATABASES = ("sqlite", "postgresql")
DESKS_ON = os.environ.get("MENTORBOT_DESKS_ON", "sqlite")
"""Where the desks of all other tests are: ``postgresql`` runs everything there once, which takes longer."""


LONG = "tests/chaos/"
QUICK = ("tests/guidelines/", "tests/house/", "tests/sandbox/blockkit/", "tests/views/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes minutes begin first and the many quick ones come last: no worker is left alone."""

    def turn(item: pytest.Item) -> int:
        return -1 if item.nodeid.startswith(LONG) else int(item.nodeid.startswith(QUICK))

    items.sort(key=turn)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a module that says ``ON_EITHER_DATABASE = True`` its desks on SQLite and on PostgreSQL."""
    if getattr(metafunc.module, "ON_EITHER_DATABASE", False):
        for name in ("desk", "unstarted_desk"):
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, DATABASES, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[real_postgres.Server]:
    """A running PostgreSQL, one for all tests of this process, started when first asked for."""
    with real_postgres.start() as server:
        yield server


@contextmanager
def _desk_on(request: pytest.FixtureRequest, folder: Path, *, started: bool) -> Iterator[Desk]:
    address: str | None = None
    if getattr(request, "param", DESKS_ON) == "postgresql":
        address = request.getfixturevalue("fresh_postgres")
    made = set_up_desk(folder, started=started, address=address)
    try:
        yield made
    finally:
        made.db.engine.dispose()


@pytest.fixture
def fresh_postgres(postgres: real_postgres.Server) -> Iterator[str]:
    """The address of a migrated PostgreSQL database without rows, for one test."""
    address = postgres.fresh_database()
    yield address
    postgres.drop(address)


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The cast in a started programme, on a database of their own."""
    with _desk_on(request, tmp_path, started=True) as made:
        yield made


@pytest.fixture(params=DATABASES)
def either_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """As ``desk``, once on SQLite and once on PostgreSQL."""
    with _desk_on(request, tmp_path, started=True) as made:
        yield made


@pytest.fixture
def unstarted_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The cast in a programme no lead has started yet."""
    with _desk_on(request, tmp_path, started=False) as made:
        yield made


@pytest.fixture(scope="session")
def local_slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """One local Slack for all scenarios of this worker, and the file its clock writes."""
    clock_file = tmp_path_factory.mktemp("clock") / "offset"
    process = importlib.import_module("sandbox.process")
    with process.start(clock_file=clock_file, limits_off="all") as running:
        yield running, clock_file


@pytest.fixture
def world(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[World]:
    """The bot in a fresh workspace with the cast, on a Monday morning; the programme runs."""
    world = importlib.import_module("tests.world")
    entered = world.enter(*local_slack, tmp_path)
    yield entered
    world.leave(entered, tmp_path)


@pytest.fixture
def unstarted_world(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[World]:
    """As ``world``, before any lead has started the programme."""
    world = importlib.import_module("tests.world")
    entered = world.enter(*local_slack, tmp_path, started=False)
    yield entered
    world.leave(entered, tmp_path)
