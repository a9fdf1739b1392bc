"""Adding and changing many rows at once, past the unit of work and past a compiled statement a row.

For PostgreSQL a batch is one statement over arrays, in which a column that is the same in every row is named
once; for SQLite it is the driver's own loop. ``store.base`` checks whose rows they are before they come here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table

Rows = Sequence[Mapping[str, Any]]
"""Rows by column name; all of them name the same columns as the first."""


def insert(connection: Connection, table: Table, rows: Rows, unless: Sequence[str] = ()) -> int:
    """Add rows; with ``unless`` not those whose columns of that name are taken. Return how many were new."""
    quote = connection.dialect.identifier_preparer.quote
    names = list(rows[0])
    into = f"INSERT INTO {quote(table.name)} ({', '.join(quote(name) for name in names)})"
    taken = f" ON CONFLICT ({', '.join(quote(name) for name in unless)}) DO NOTHING" if unless else ""
    values = [_values(table.c[name], rows, connection.dialect) for name in names]
    if connection.dialect.name != "postgresql":
        marks = ", ".join("?" for _ in names)
        statement = f"{into} VALUES ({marks}){taken}"
        return connection.exec_driver_sql(statement, list(zip(*values, strict=True))).rowcount
    given, source, arguments = _arrays(connection.dialect, [table.c[name] for name in names], values)
    statement = f"{into} SELECT {', '.join(given)} FROM {source}{taken}"  # noqa: S608 - names of mapped columns
    return connection.exec_driver_sql(statement, arguments).rowcount


def update(connection: Connection, table: Table, rows: Rows, within: Mapping[str, str], *, held: bool) -> int:
    """Give rows, each named by its ``id``, other values; return how many there were.

    Only those whose columns are as ``within`` says. Without ``held`` they are changed in the order given, as
    two processes that change the same rows must; rows this transaction holds already may be changed in any.
    """
    quote = connection.dialect.identifier_preparer.quote
    names = [name for name in rows[0] if name != "id"]
    if held and connection.dialect.name == "postgresql":
        return _update_held(connection, table, rows, names, within)
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    settings = ", ".join(f"{quote(name)} = {mark}" for name in names)
    statement = f"UPDATE {quote(table.name)} SET {settings} WHERE id = {mark}"  # noqa: S608 - names of mapped columns
    values = [_values(table.c[name], rows, connection.dialect) for name in (*names, "id")]
    for name, value in within.items():
        statement += f" AND {quote(name)} = {mark}"
        values.append([value] * len(rows))
    return connection.exec_driver_sql(statement, list(zip(*values, strict=True))).rowcount


def _update_held(
    connection: Connection, table: Table, rows: Rows, names: list[str], within: Mapping[str, str]
) -> int:
    quote = connection.dialect.identifier_preparer.quote
    columns = [table.c["id"], *(table.c[name] for name in names)]
    values = [_values(column, rows, connection.dialect) for column in columns]
    given, source, arguments = _arrays(connection.dialect, columns, values)
    settings = ", ".join(f"{quote(name)} = {one}" for name, one in zip(names, given[1:], strict=True))
    # The ids once more by themselves, since by a join alone the whole table may be read. What they must be
    # within is a CASE: bare columns would be looked up by an index, a big workspace's every row, and any
    # comparison of them is taken to leave next to none.
    statement = (
        f"UPDATE {quote(table.name)} AS kept SET {settings} FROM {source}"  # noqa: S608 - names of mapped columns
        f" WHERE kept.id = {given[0]} AND kept.id = ANY(%s)"
    )
    arguments = (*arguments, values[0])
    for name, value in within.items():
        statement += f" AND CASE WHEN kept.{quote(name)} = %s THEN true ELSE false END"
        arguments = (*arguments, value)
    return connection.exec_driver_sql(statement, arguments).rowcount


def _values(column: Column[Any], rows: Rows, dialect: Dialect) -> list[Any]:
    """Return one column's values as the driver takes them; equal ones are worked out once."""
    values = [row[column.name] for row in rows]
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    known: dict[Any, Any] = {}
    try:
        for value in values:
            if value not in known:
                known[value] = process(value)
    except TypeError:  # JSON has no hash
        return [process(value) for value in values]
    return [known[value] for value in values]


def _arrays(
    dialect: Dialect, columns: Sequence[Column[Any]], values: Sequence[list[Any]]
) -> tuple[list[str], str, tuple[Any, ...]]:
    """Return how each column is named, where the rows come from, and the parameters in order of their marks.

    What all rows share stands in a row of its own beside them.
    """
    names, shared, arrays = [], [], []
    for number, (column, those) in enumerate(zip(columns, values, strict=True)):
        kind = column.type.compile(dialect)
        # The collation is the table's affair: an array's element takes none in a cast.
        kind = kind.partition(" COLLATE ")[0]
        first = those[0]
        if number and all(value == first for value in those):
            names.append(f"shared.c{number}")
            shared.append((f"CAST(%s AS {kind}) AS c{number}", first))
        else:
            names.append(f"each_row.c{number}")
            arrays.append((f"c{number}", f"CAST(%s AS {kind}[])", those))
    marks, called = ", ".join(mark for _, mark, _ in arrays), ", ".join(name for name, _, _ in arrays)
    source = f"unnest({marks}) AS each_row({called})"
    arguments: list[Any] = [those for _, _, those in arrays]
    if shared:
        source = f"(SELECT {', '.join(mark for mark, _ in shared)}) AS shared, {source}"
        arguments = [value for _, value in shared] + arguments
    return names, source, tuple(arguments)
