"""Engines for both databases: one SQLite file for one process, PostgreSQL for many."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import Misconfigured

LOCK_MS = 1900
"""How long a statement waits for another's lock: under the three seconds a person waits for Slack."""
STATEMENT_MS = 20_000
"""No statement of ours takes near as long; one that does is given up, so that its locks are."""
IDLE_IN_TRANSACTION_MS = 30_000
"""A process stopped in the middle of a transaction gives up its locks after so long."""
CONNECT_SECONDS = 5
CACHE_KIB = 16_384
"""Pages of the SQLite file a connection keeps: of a million relationships the upper levels of every index."""
KEEPALIVES: Mapping[str, int] = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""So that a server that vanished without a word (a cable, a failover) is noticed within some 20 seconds, not
after the hours a system waits by itself. Seconds, but for the last: milliseconds what was sent may stay
unacknowledged."""
POSTGRESQL = "postgresql+psycopg"


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; nothing is contacted yet. For a SQLite file its folder is made.

    Raises Misconfigured for an address that is none, or whose driver is not installed; the address is not
    repeated, since it may hold a password.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    try:
        if parsed.get_backend_name() == "postgresql":
            return _open_postgresql(parsed)
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, ImportError):
        raise Misconfigured(
            f"DATABASE_URL: there is no driver here for {parsed.drivername}. Write sqlite:///… or postgresql://…"
        ) from None


def parse(url: str) -> URL:
    """Read an address; ``postgres://`` and ``postgresql://`` mean psycopg. Raises Misconfigured."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Misconfigured(
            "DATABASE_URL is no address of a database. Write one such as sqlite:///var/mentorbot.sqlite3 "
            "or postgresql://mentorbot@localhost/mentorbot."
        ) from None
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername=POSTGRESQL)
    return parsed


def is_new_file(url: str) -> bool:
    """Tell whether ``url`` names a SQLite file that is not there yet. Raises Misconfigured as above."""
    parsed = parse(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return False
    return not Path(parsed.database).exists()


def _open_sqlite(url: URL) -> Engine:
    """Write-ahead logging is on, and a session that writes begins IMMEDIATE.

    So it never fails half-way for a lock another session holds. The driver would begin and end transactions
    by itself: that is switched off.
    """
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": LOCK_MS / 1000},
        pool_size=20,
        max_overflow=20,
        hide_parameters=True,  # what a failed statement carried may be what somebody wrote
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={LOCK_MS}",
            f"cache_size=-{CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        options = connection.get_execution_options()
        writes = options.get("writes", True)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(options.get('patience_ms', LOCK_MS))}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")

    return engine


def _open_postgresql(url: URL) -> Engine:
    """READ COMMITTED, with limits on every wait: what is counted before it is changed is locked first."""
    options = (
        f"-c lock_timeout={LOCK_MS} -c statement_timeout={STATEMENT_MS} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}"
    )
    given = url.query.get("options")
    wanted: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "mentorbot",
        **KEEPALIVES,
    }
    connect_args = {name: value for name, value in wanted.items() if name not in url.query}
    connect_args["options"] = f"{options} {given}" if isinstance(given, str) else options
    return create_engine(
        url,
        connect_args=connect_args,
        isolation_level="READ COMMITTED",
        execution_options={"preserve_rowcount": True},  # else an insert on conflict does not tell how many
        pool_size=10,
        max_overflow=20,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,  # a server that was restarted costs one look, not one failed act
        pool_recycle=1800,
        hide_parameters=True,  # what a failed statement carried may be what somebody wrote
    )
