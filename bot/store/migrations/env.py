"""How Alembic reaches the database: through the engine it is handed, never through an address of its own."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from bot.store import tables
from bot.store.base import Instant, Sealed
from bot.store.migrations.procrastinate import is_ours


def _plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as the plain ones beneath: a migration must not change when they do."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    """Run the migrations inside one transaction, on the connection Alembic was handed."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        include_name=is_ours,
        render_item=_plainly,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
