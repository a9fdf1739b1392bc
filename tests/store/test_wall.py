"""The second wall: PostgreSQL itself shows a transaction one workspace's rows, whatever the code asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from bot.store import tables, wall
from bot.store.database import Database, Scope, open_engine
from bot.store.programmes import Workspace
from bot.store.sealing import Keyring
from tests.cast import CAST, KEYS, WORKSPACE_ID, fill
from tests.postgres import Server

ELSEWHERE = "elsewhere"


@pytest.fixture
def db(fresh_postgres: str) -> Iterator[Database]:
    """The cast's workspace and an empty second one, on PostgreSQL, as the bot's own role."""
    made = Database(open_engine(fresh_postgres), Keyring.parse(KEYS))
    try:
        fill(made, None)
        with made.unscoped("a second workspace", writes=True) as session:
            session.add(Workspace(id=ELSEWHERE, slack_team_id="T2", name="Elsewhere"))
        yield made
    finally:
        made.engine.dispose()


def name_workspace(connection: Connection, workspace: str) -> None:
    """Say whose rows this transaction may see, as a session does."""
    connection.execute(text("SELECT set_config('mentorbot.workspace', :w, true)"), {"w": workspace})


def people_seen(connection: Connection) -> int:
    """Count people by raw SQL: no hook of ours sees it."""
    return int(connection.execute(text("SELECT count(*) FROM people")).scalar_one())


def test_it_stands_before_every_table(db: Database) -> None:
    """Each mapped table that knows a workspace is behind the wall, enforced for its owner too."""
    assert set(wall.walled()) >= {
        table.name for table in tables.METADATA.sorted_tables if "workspace_id" in table.columns
    }
    assert "workspaces" in wall.walled()
    with db.engine.connect() as connection:
        assert wall.missing(connection) == []
        assert wall.does_not_bind(connection) is None
        assert connection.scalar(
            text("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'people'")
        )


def test_who_names_no_workspace_sees_nothing(db: Database) -> None:
    """Raw SQL in a transaction that named no workspace finds no row in any table behind the wall."""
    with db.engine.connect() as connection:
        seen = {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608 - our own names
            for table in wall.walled()
        }
    assert {table: n for table, n in seen.items() if n} == {}


def test_who_names_one_sees_that_one(db: Database) -> None:
    """Raw SQL sees the named workspace's rows and no other's; the name is forgotten with the transaction."""
    with db.engine.connect() as connection:
        name_workspace(connection, WORKSPACE_ID)
        assert people_seen(connection) == len(CAST)
        connection.rollback()
        assert people_seen(connection) == 0
        name_workspace(connection, ELSEWHERE)
        assert people_seen(connection) == 0
        assert connection.scalars(text("SELECT id FROM workspaces")).all() == [ELSEWHERE]


def test_a_session_that_goes_round_the_first_wall(db: Database) -> None:
    """A scoped session whose code writes its own SQL still finds only its own; unscoped ones find all."""
    with db.reading(Scope(ELSEWHERE)) as session:
        assert people_seen(session.connection()) == 0
    with db.reading(Scope(WORKSPACE_ID)) as session:
        assert people_seen(session.connection()) == len(CAST)
    with db.unscoped("count") as session:
        assert people_seen(session.connection()) == len(CAST)


def test_nothing_of_another_is_changed(db: Database) -> None:
    """Raw updates, deletes and inserts reach no row of another workspace, and move none there."""
    with db.writing(Scope(ELSEWHERE)) as session:
        assert session.connection().execute(text("UPDATE people SET name = 'x'")).rowcount == 0
        assert session.connection().execute(text("DELETE FROM outbox")).rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"), db.writing(Scope(ELSEWHERE)) as session:
        session.connection().execute(
            text(
                "INSERT INTO programmes (id, workspace_id, name, state)"
                " VALUES ('p', :other, 'x', 'preparing')"
            ),
            {"other": WORKSPACE_ID},
        )
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        db.writing(Scope(WORKSPACE_ID)) as session,
    ):
        session.connection().execute(text("UPDATE people SET workspace_id = :other"), {"other": ELSEWHERE})


def test_a_table_that_lost_it_gets_it_back(db: Database) -> None:
    """Whatever took the wall from a table, the next upgrade puts it back there."""
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE people NO FORCE ROW LEVEL SECURITY"))
        assert wall.missing(connection) == ["people"]
        assert wall.build(connection) == ["people"]
        assert wall.missing(connection) == []


def test_it_says_whom_it_does_not_bind(db: Database, postgres: Server) -> None:
    """A superuser goes through the wall, and the check knows it."""
    name = db.engine.url.database
    assert name is not None
    with postgres.as_superuser(name) as connection:
        row = connection.execute("SELECT count(*) FROM people").fetchone()
        assert row == (len(CAST),)
    engine: Engine = open_engine(postgres.url(name, superuser=True))
    with engine.connect() as other:
        assert wall.does_not_bind(other) == "superuser"
    engine.dispose()


def test_it_spoils_no_index(db: Database) -> None:
    """What a session asks of a large outbox is answered from the index, the wall being checked beside it."""
    with db.unscoped("fill", writes=True) as session:
        session.connection().execute(
            text(
                "INSERT INTO outbox"
                " (id, workspace_id, kind, verb, key, ids, state, created_at, not_before, tries)"
                " SELECT 'o' || n, CASE WHEN n % 2 = 0 THEN :mine ELSE :other END, 'k', 'post', 'key:' || n,"
                " '{}', CASE WHEN n % 100 = 0 THEN 'waiting' ELSE 'sent' END, now(), now(), 0"
                " FROM generate_series(1, 20000) n"
            ),
            {"mine": ELSEWHERE, "other": WORKSPACE_ID},
        )
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("SELECT set_config('mentorbot.workspace', '*', false)"))
        connection.execute(text("ANALYZE outbox"))
        connection.detach()
    asked = {
        "one key": "key = 'key:50'",
        "keys by their beginning": "key >= 'key:50' AND key < 'key:50' || chr(1114111)",
        "what is due": "state = 'waiting' AND not_before <= now()",
    }
    with db.reading(Scope(ELSEWHERE)) as session:
        for what, where in asked.items():
            plan = "\n".join(
                session.connection().scalars(
                    text(f"EXPLAIN SELECT * FROM outbox WHERE workspace_id = :w AND {where}"),  # noqa: S608 - ours
                    {"w": ELSEWHERE},
                )
            )
            assert "Index" in plan, what
            assert "Index Cond" in plan, what
            assert where.split()[0] in plan.split("Index Cond")[1].split("Filter")[0], f"{what}\n{plan}"
