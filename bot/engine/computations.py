"""Computations done by a worker: asked for through the database, waited for, and fetched."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from bot.computing import KNOWN, SECONDS, ChildProcesses, ComputationFailed
from bot.deps import Deps
from bot.engine import queue
from bot.store import computations

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0 * SECONDS
LOOK_SECONDS = 0.05
LONGEST_LOOK_SECONDS = 0.5


class ByWorker:
    """Asks a worker, and waits at most ``patience`` seconds for what it computes."""

    def __init__(self, deps: Deps, patience: float = PATIENCE_SECONDS) -> None:
        self._deps = deps
        self._patience = patience

    def run(self, name: str, given: Mapping[str, Any]) -> bytes:
        """Return the result of ``name`` for ``given`` (plain JSON). Raises ComputationFailed."""
        if name not in KNOWN:
            raise ComputationFailed(f"no computation is called {name!r}")
        row_id = self._deps.ids()
        with self._deps.db.unscoped("ask for a computation", writes=True) as session:
            computations.ask(session, row_id, name, json.dumps(given), self._deps.clock.now())
        try:
            with self._deps.db.engine.begin() as connection:
                queue.order(connection, row_id)
            return self._waited_for(row_id, name)
        finally:
            with self._deps.db.unscoped("remove a computation", writes=True) as session:
                computations.remove(session, row_id)

    def _waited_for(self, row_id: str, name: str) -> bytes:
        ends, pause = time.monotonic() + self._patience, LOOK_SECONDS
        while time.monotonic() < ends:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK_SECONDS)
            with self._deps.db.unscoped("fetch a computation") as session:
                came = computations.fetch(session, row_id)
            if came is not None and came.result is not None:
                return came.result
            if came is not None:
                raise ComputationFailed(came.reason or f"{name} failed")
        raise ComputationFailed(f"no worker had {name} done within {self._patience:g} s")


def compute(deps: Deps, children: ChildProcesses, row_id: str) -> None:
    """Do what was asked for under ``row_id`` in a child process, and keep what came of it."""
    with deps.db.unscoped("take a computation") as session:
        order = computations.ordered(session, row_id)
    if order is None:
        return
    try:
        result = children.run_text(order.name, order.given)
    except ComputationFailed as fault:
        log.warning("computation %s: %s", row_id, fault)
        with deps.db.unscoped("keep a failure", writes=True) as session:
            computations.failed(session, row_id, str(fault)[:255])
        return
    with deps.db.unscoped("keep a result", writes=True) as session:
        computations.done(session, row_id, result)
