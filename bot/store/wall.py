"""The second wall between workspaces: row-level security, where the database is PostgreSQL.

The first is the filter each session adds to its queries (``store.database``). Should code ever go round it,
with SQL of its own, PostgreSQL itself still shows a transaction only the rows of the workspace it named, and
none if it named none. The wall binds the tables' owner too, but no superuser and nobody with BYPASSRLS:
``mentorbot check`` says so.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, text

from bot.store.base import Row

SETTING = "mentorbot.workspace"
EVERY_WORKSPACE = "*"
"""What delivery and operations name instead of a workspace's id; ids are letters and digits only."""
POLICY = "one_workspace_1"
"""The number changes with the rule, so that a newer release replaces it."""


def column_of(table: Table) -> str | None:
    """Return the column that says whose a row is; None for the few tables that belong to no workspace."""
    if "workspace_id" in table.columns:
        return "workspace_id"
    return "id" if table.name == "workspaces" else None


def walled() -> dict[str, str]:
    """Return the known tables (``store.tables`` knows all) that belong to a workspace, and the column."""
    columns = {table.name: column_of(table) for table in Row.metadata.sorted_tables}
    return {name: column for name, column in columns.items() if column is not None}


def _rule(column: str) -> str:
    # A CASE and not an OR: the planner takes an OR of two comparisons to leave next to nothing, and then
    # chooses plans for a handful of rows where there are ten thousand. Indexes serve the session's filter.
    named = f"(SELECT current_setting('{SETTING}', true))"
    return f"CASE WHEN {named} = '{EVERY_WORKSPACE}' THEN true ELSE {column} = {named} END"


def missing(connection: Connection) -> list[str]:
    """Return the tables before which the wall does not stand as it should, by name."""
    standing = set(
        connection.scalars(
            text(
                "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
                " WHERE c.relnamespace = current_schema()::regnamespace AND c.relrowsecurity"
                " AND c.relforcerowsecurity AND p.polname = :policy"
            ),
            {"policy": POLICY},
        )
    )
    return sorted(set(walled()) - standing)


def build(connection: Connection) -> list[str]:
    """Put the wall before each table that lacks it; return their names. Others are not even locked."""
    lacking = missing(connection)
    for name in lacking:
        older = connection.scalars(
            text(
                "SELECT p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
                " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = :table"
            ),
            {"table": name},
        ).all()
        for policy in older:
            connection.exec_driver_sql(f'DROP POLICY "{policy}" ON "{name}"')
        connection.exec_driver_sql(f'CREATE POLICY "{POLICY}" ON "{name}" USING ({_rule(walled()[name])})')
        connection.exec_driver_sql(
            f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
        )
    return lacking


def does_not_bind(connection: Connection) -> str | None:
    """Return why the wall does not hold the present role back (``superuser`` or ``bypassrls``), or None."""
    superuser, bypass = connection.execute(
        text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).one()
    if superuser:
        return "superuser"
    return "bypassrls" if bypass else None
