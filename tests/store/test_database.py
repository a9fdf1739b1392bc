"""Opening the databases: how long somebody waits for a lock, and how a lost server is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.store import connecting
from bot.store.connecting import LOCK_MS
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from tests.cast import KEYS


class _Turn:
    """A turn that comes, or does not, after so many seconds of a clock of its own."""

    def __init__(self, seconds: float, *, comes: bool) -> None:
        self.now = 0.0
        self._seconds = seconds
        self._comes = comes

    def take(self, timeout: float) -> bool:
        self.now += min(self._seconds, timeout)
        return self._comes

    def give(self) -> None:
        assert self._comes


@pytest.mark.parametrize(
    ("seconds", "comes", "left"),
    [(0.0, True, LOCK_MS), (1.5, True, LOCK_MS - 1500), (60.0, False, 0)],
)
def test_a_writer_waits_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, *, comes: bool, left: int
) -> None:
    """What waiting for the turn took is not waited for again in the database; the next session has it all."""
    db = Database(open_engine(f"sqlite:///{tmp_path / 'one.sqlite3'}"), Keyring.parse(KEYS))
    turn = _Turn(seconds, comes=comes)
    monkeypatch.setattr(db, "_turns", turn)
    monkeypatch.setattr("bot.store.database.monotonic", lambda: turn.now)
    with db.unscoped("write", writes=True) as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == pytest.approx(left, abs=1)
    with db.unscoped("read") as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == LOCK_MS
    db.engine.dispose()


def test_a_server_that_vanishes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection to PostgreSQL asks for signs of life; what the address says wins."""
    seen: list[dict[str, Any]] = []

    def create(_url: object, *, connect_args: dict[str, Any], **_: object) -> None:
        seen.append(connect_args)

    monkeypatch.setattr(connecting, "create_engine", create)
    open_engine("postgresql://localhost/one")
    open_engine("postgresql://localhost/one?keepalives_idle=60")
    wanted = {
        "keepalives_idle": 5,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    assert wanted.items() <= seen[0].items()
    assert "keepalives_idle" not in seen[1]
