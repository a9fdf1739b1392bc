"""Procrastinate's queue, as far as it is ours: putting wake-ups in, and ending those nobody will end.

Its own way of deferring raises an error, and writes one into the server's log, for every wake-up that waits
already, which under load is most of them: one statement that adds what is missing does it instead.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

OUTBOX = "outbox"
COMPUTATIONS = "computations"
DRAIN = "drain"
COMPUTE = "compute"
STALLED_AFTER_SECONDS = 10
"""A worker that gave no sign of life for so long has ended, or is stopped: its wake-ups are ended for it."""

_WAKE = text(
    """
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
    SELECT :queue, CAST(:task AS text), :lock || id, :lock || id, jsonb_build_object('workspace_id', id)
    FROM unnest(CAST(:ids AS text[])) AS id
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    """
)
_COMPUTE = text(
    """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    VALUES (:queue, :task, jsonb_build_object('computation_id', CAST(:id AS text)))
    """
)
_END_STALLED = text(
    """
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT job.id FROM procrastinate_jobs AS job
        LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing' AND (
            worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :seconds)
        )
        ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
    )
    """
)
_END_OF_WORKER = text("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(:ids)")
_REMOVE_ENDED = text(
    "DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
)
_FORGET_WORKERS = text(
    """
    DELETE FROM procrastinate_workers WHERE id IN (
        SELECT id FROM procrastinate_workers
        WHERE last_heartbeat < now() - make_interval(secs => :seconds)
        ORDER BY id FOR UPDATE SKIP LOCKED
    )
    """
)


def wake(connection: Connection, workspace_ids: Iterable[str]) -> int:
    """Put a wake-up for each of these workspaces that has none waiting; return how many were added."""
    ids = sorted(set(workspace_ids))
    if not ids:
        return 0
    return connection.execute(
        _WAKE, {"queue": OUTBOX, "task": DRAIN, "lock": f"{DRAIN}-", "ids": ids}
    ).rowcount


def order(connection: Connection, computation_id: str) -> None:
    """Wake a worker for a computation."""
    connection.execute(_COMPUTE, {"queue": COMPUTATIONS, "task": COMPUTE, "id": computation_id})


def end_stalled(connection: Connection, seconds: float = STALLED_AFTER_SECONDS) -> int:
    """End the wake-ups whose worker has ended or is silent; return how many.

    They are finished, never retried: a retried one keeps its locks and blocks its workspace. The rows a dead
    worker had claimed come back when their lease has run out, and the clock wakes their workspace then.
    """
    return connection.execute(_END_STALLED, {"seconds": seconds}).rowcount


def end_of(connection: Connection, worker_ids: Iterable[int]) -> int:
    """End the wake-ups of workers that are known to have ended; return how many."""
    return connection.execute(_END_OF_WORKER, {"ids": sorted(worker_ids)}).rowcount


def tidy(connection: Connection, seconds: float = STALLED_AFTER_SECONDS) -> None:
    """Remove what has come to an end: wake-ups, and workers that have been silent too long."""
    connection.execute(_REMOVE_ENDED)
    connection.execute(_FORGET_WORKERS, {"seconds": seconds})
