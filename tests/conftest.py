"""Fixtures: a desk for pure steps, and a world with the bot beside a local Slack over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Desk, set_up_desk


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
