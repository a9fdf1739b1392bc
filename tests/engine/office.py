"""Several processes' worth of engine over one real PostgreSQL, beside a Slack in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from bot.deps import Deps
from bot.engine import Worker
from bot.settings import read_settings
from tests.cast import KEYS
from tests.jobs.fake_slack import Office

PATIENCE_SECONDS = 90


def until(true: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is true. Raises AssertionError where it never comes true."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, f"never happened: {what}"
        threading.Event().wait(0.01)


def in_production(office: Office, address: str, **settings: Any) -> Deps:
    """Return what a process of production is given, on the office's database and by its clock."""
    known = {"keys": KEYS, "database_url": address, "paced": False, "concurrency": 2, **settings}
    return replace(office.deps, settings=read_settings(**known))


@contextmanager
def working(deps: Deps, **kinds: bool) -> Iterator[Worker]:
    """Run a worker in a thread; it must have ended with the block."""
    worker = Worker(deps, **kinds)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        until(lambda: count(deps, "workers") >= 1, "the worker asked for work")
        yield worker
    finally:
        worker.stop()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def count(deps: Deps, table: str, where: str = "true") -> int:
    """Return how many rows a table of the job engine has."""
    with deps.db.engine.connect() as connection:
        found = connection.scalar(text(f"SELECT count(*) FROM procrastinate_{table} WHERE {where}"))  # noqa: S608 - constants of the tests
    return int(found or 0)
