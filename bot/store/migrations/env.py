"""How Alembic reaches the database: through the engine it is handed, never through an address of its own."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from bot.store import tables

OTHERS = "procrastinate_"
"""Tables of the job engine, which brings its own migrations."""


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(OTHERS))


def run() -> None:
    """Run the migrations inside one transaction."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=tables.METADATA,
            include_name=_ours,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
