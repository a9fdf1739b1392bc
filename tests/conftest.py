"""Fixtures: a desk for pure steps, and a world with the bot beside a local Slack over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.process import Running, start
from tests.cast import Desk, set_up_desk
from tests.world import World, enter, leave


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The cast in a started programme, on a database of their own."""
    made = set_up_desk(tmp_path)
    yield made
    made.db.engine.dispose()


@pytest.fixture
def unstarted_desk(tmp_path: Path) -> Iterator[Desk]:
    """The cast in a programme no lead has started yet."""
    made = set_up_desk(tmp_path, started=False)
    yield made
    made.db.engine.dispose()


@pytest.fixture(scope="session")
def local_slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """One local Slack for all scenarios of this worker, and the file its clock writes."""
    clock_file = tmp_path_factory.mktemp("clock") / "offset"
    with start(clock_file=clock_file, limits_off="all") as running:
        yield running, clock_file


@pytest.fixture
def world(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[World]:
    """The bot in a fresh workspace with the cast, on a Monday morning; the programme runs."""
    entered = enter(*local_slack, tmp_path)
    yield entered
    leave(entered, tmp_path)


@pytest.fixture
def unstarted_world(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[World]:
    """As ``world``, before any lead has started the programme."""
    entered = enter(*local_slack, tmp_path, started=False)
    yield entered
    leave(entered, tmp_path)
