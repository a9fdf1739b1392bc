"""The worker of production: drains the workspaces it is woken for, and does long computations.

Procrastinate fetches wake-ups and listens for new ones in an event loop; what is done runs in threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import procrastinate
from procrastinate import RetryDecision, jobs
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext, JobResult
from procrastinate.worker import Worker as Fetching
from sqlalchemy.engine import make_url

from bot.computing import ChildProcesses
from bot.deps import Deps
from bot.engine import queue
from bot.engine.computations import compute
from bot.engine.waking import Waker
from bot.jobs import schedule
from bot.jobs.deliver import RESTING, Delivery
from bot.logs import without_words
from bot.store import beats, connecting
from bot.store.beats import Beating

log = logging.getLogger(__name__)

TURN = 4
"""Batches of one workspace before another may have its place: nobody waits long behind a big one."""
POLL_SECONDS = {queue.OUTBOX: 1.0, queue.COMPUTATIONS: 5.0}
"""Between looks where no wake-up came: one may be lost between a fetch and the wait for the next."""
SHORTEST_REST_SECONDS = 0.05
"""Before a workspace is looked at again in which a turn came to nothing."""
SIGN_OF_LIFE_SECONDS = 2.0
RECONNECT_SECONDS = 1.0
ENDING_SECONDS = 20.0
"""How long what is at work may take to end: a call to Slack that takes its longest, and recording it."""
COMPUTING_AT_ONCE = 1
ODD_JOBS = 1
"""A thread for signs of life, however busy the others are."""
CONNECTIONS = 4


class _Prompt(Fetching):
    """Looks at once for the next wake-up when one has ended: it may have waited for this very one's lock.

    ``lost`` is set when the end of one could not be told: to the queue it is still at work, and would hold up
    its workspace for as long as this worker lives.
    """

    lost: asyncio.Event

    async def _persist_job_status(
        self,
        job: jobs.Job,
        status: jobs.Status,
        retry_decision: RetryDecision | None,
        context: JobContext,
        job_result: JobResult | None,
    ) -> None:
        try:
            await super()._persist_job_status(job, status, retry_decision, context, job_result)
        except ConnectorException:
            # The database is away, or a clock took us for dead and ended it; either way it is no longer ours.
            log.warning("a wake-up ended that could not be taken off the queue")
            self.lost.set()
        finally:
            self._new_job_event.set()


class Worker:
    """One worker process. ``run`` returns after ``stop`` was called, from a signal handler or a thread."""

    def __init__(self, deps: Deps, *, sends: bool = True, computes: bool = True) -> None:
        self._deps = deps
        self._sends = sends
        self._computes = computes
        self.process_id = deps.ids()
        self._stopping = Event()
        self._delivery = Delivery(
            deps,
            schedule.kinds(),
            stopping=self._stopping.is_set,
            lanes=deps.settings.concurrency,
            wait=self._stopping.wait,
        )
        self._waker = Waker(deps)
        self._threads = ThreadPoolExecutor(
            deps.settings.concurrency + RESTING + COMPUTING_AT_ONCE + ODD_JOBS, thread_name_prefix="drain"
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._to_stop: asyncio.Event | None = None
        self._ended_ids: set[int] = set()

    def run(self) -> None:
        """Work until stopped. Errors of the database are survived: it is asked again every second."""
        self._waker.start()
        try:
            asyncio.run(self._run())
        finally:
            self._waker.stop()
            self._threads.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Take no more, finish the message being sent, give back the rest, and let ``run`` return."""
        self._stopping.set()
        loop, to_stop = self._loop, self._to_stop
        if loop is not None and to_stop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(to_stop.set)

    async def _run(self) -> None:
        self._loop, self._to_stop = asyncio.get_running_loop(), asyncio.Event()
        while not self._stopping.is_set():
            try:
                await self._connected(self._to_stop)
            except Exception as fault:  # noqa: BLE001 - a database away for a minute must not end the worker
                log.warning("the queue is out of reach, asking again: %s", without_words(fault))
            if not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._to_stop.wait(), RECONNECT_SECONDS)

    async def _connected(self, to_stop: asyncio.Event) -> None:
        """Fetch and work until stopped, or until the connection fails somewhere."""
        await self._in_thread(self._end_what_was_ours)
        async with self._queue() as app:
            fetching = [
                self._fetching(app, name, at_once)
                for name, at_once, wanted in (
                    (queue.OUTBOX, self._deps.settings.concurrency + RESTING, self._sends),
                    (queue.COMPUTATIONS, COMPUTING_AT_ONCE, self._computes),
                )
                if wanted
            ]
            tasks: list[asyncio.Task[Any]] = [asyncio.create_task(one.run()) for one in fetching]  # type: ignore[no-untyped-call] # they leave it untyped
            tasks.append(asyncio.create_task(self._live()))
            tasks.append(asyncio.create_task(to_stop.wait()))
            tasks += [asyncio.create_task(one.lost.wait()) for one in fetching]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._ended_ids |= {one.worker_id for one in fetching if one.worker_id is not None}
                for one in fetching:
                    one.stop()  # type: ignore[no-untyped-call] # they leave it untyped
                for task in tasks[len(fetching) :]:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    @contextlib.asynccontextmanager
    async def _queue(self) -> AsyncIterator[procrastinate.App]:
        url = make_url(self._deps.settings.database_url).set(drivername="postgresql")
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=url.render_as_string(hide_password=False),
                min_size=1,
                max_size=CONNECTIONS,
                timeout=5,
                kwargs={
                    "application_name": "mentorbot worker",
                    "connect_timeout": 5,
                    **connecting.KEEPALIVES,
                },
            )
        )
        app.task(name=queue.DRAIN, queue=queue.OUTBOX)(self._drain)
        app.task(name=queue.COMPUTE, queue=queue.COMPUTATIONS)(self._compute)
        async with app.open_async():
            yield app

    def _fetching(self, app: procrastinate.App, name: str, at_once: int) -> _Prompt:
        made = _Prompt(
            app,
            queues=[name],
            name=name,
            concurrency=at_once,
            fetch_job_polling_interval=POLL_SECONDS[name],
            shutdown_graceful_timeout=ENDING_SECONDS,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=SIGN_OF_LIFE_SECONDS,
            stalled_worker_timeout=queue.STALLED_AFTER_SECONDS,
        )
        made.lost = asyncio.Event()
        return made

    async def _drain(self, workspace_id: str) -> None:
        """Send what is due in one workspace for one turn; come back where more waits."""
        paced = self._deps.settings.paced
        drain = partial(self._delivery.drain, workspace_id, paced=paced, most_batches=TURN)
        try:
            drained = await self._in_thread(drain)
        except Exception as fault:  # noqa: BLE001 - the clock wakes this workspace again
            log.error("workspace %s: sending stopped for now: %s", workspace_id, without_words(fault))  # noqa: TRY400 - the message may quote a person
            return
        if drained.again_at is None or self._stopping.is_set():
            return
        wait = (drained.again_at - self._deps.clock.now()).total_seconds()
        wake = partial(self._waker.note, frozenset({workspace_id}))
        if wait <= 0 and drained.handled:
            wake()
        elif wait < self._deps.settings.tick_seconds:  # what is later the clock finds
            asyncio.get_running_loop().call_later(max(wait, SHORTEST_REST_SECONDS), wake)

    async def _compute(self, computation_id: str) -> None:
        try:
            await self._in_thread(partial(compute, self._deps, ChildProcesses(), computation_id))
        except Exception as fault:  # noqa: BLE001 - who asked hears of it when their patience ends
            log.error("computation %s: %s", computation_id, without_words(fault))  # noqa: TRY400 - the message may quote a person

    async def _live(self) -> None:
        """Give a sign of life every few seconds, for whoever asks whether anything works."""
        while True:
            await self._in_thread(self._beat)
            await asyncio.sleep(self._deps.settings.tick_seconds)

    def _beat(self) -> None:
        with self._deps.db.unscoped("give a sign of life", writes=True) as session:
            beats.beat(session, self.process_id, Beating.WORKER, self._deps.clock.now())

    def _end_what_was_ours(self) -> None:
        """End the wake-ups of an earlier connection: their work has ended, but could not be told."""
        if self._ended_ids:
            with self._deps.db.engine.begin() as connection:
                queue.end_of(connection, self._ended_ids)
            self._ended_ids.clear()

    async def _in_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
