"""Who calls ``drain`` and ``tick``: two engines behind one small port.

Embedded (``jobs.heartbeat``): one process does everything; its sender is woken in memory. In production, on
PostgreSQL: ``worker`` drains the workspaces it is woken for, ``clock`` looks for what is due, and any process
that commits a notice wakes a worker (``waking``). What lies in the engine's queue is a wake-up, nothing more:
losing or doubling one is harmless, since the outbox is the truth and the clock looks at it every few seconds.
"""

from __future__ import annotations

from bot.engine.clock import Clockwork
from bot.engine.computations import ByWorker
from bot.engine.waking import Waker
from bot.engine.worker import Worker

__all__ = ["ByWorker", "Clockwork", "Waker", "Worker"]
