"""What every process of production asks before it starts, and how it ends when it is told to."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Misconfigured
from bot.settings import Settings
from bot.store import migrations, troubles
from bot.store.connecting import parse


def require_postgresql(settings: Settings, command: str) -> None:
    """Refuse a database that only one process may use. Raises Misconfigured."""
    if parse(settings.database_url).get_backend_name() != "postgresql":
        raise Misconfigured(
            f"`mentorbot {command}` shares its work with other processes through PostgreSQL, and "
            "DATABASE_URL names another database. On one machine `mentorbot run` does everything in one "
            "process, with SQLite too."
        )


def require_schema(engine: Engine) -> None:
    """Refuse a database that is away, or not at the newest schema. Raises Misconfigured."""
    try:
        present, outdated = migrations.present(engine), migrations.outdated(engine)
    except SQLAlchemyError as fault:
        raise Misconfigured(troubles.named(fault)) from None
    if outdated:
        raise Misconfigured(
            f"The database is at schema {present or 'none'}, this version needs {migrations.newest()} "
            f"(not up to date: {', '.join(outdated)}). "
            "Run `mentorbot database upgrade`, once, before the processes start."
        )


def on_stop(stop: Callable[[], None]) -> threading.Event:
    """Call ``stop`` at SIGTERM or Ctrl-C, in a thread of its own; a second one ends the process at once.

    What it held then comes back when its leases have run out. Returns the event that is set with the first.
    """
    told = threading.Event()

    def on_signal(*_: object) -> None:
        if told.is_set():
            os._exit(1)
        told.set()
        threading.Thread(target=stop, name="stop", daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return told
