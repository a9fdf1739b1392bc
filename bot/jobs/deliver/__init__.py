"""Delivery of what the outbox holds.

``draining`` claims batches and records outcomes, ``attempting`` sends one message, ``words`` makes what it
says, ``looking`` reads Slack back where in doubt, ``outcomes`` says what faults mean, ``line`` and ``pacing``
keep Slack's limits, ``picturing`` lets a picture follow.
"""

from __future__ import annotations

from bot.jobs.deliver.draining import RESTING, Delivery, Drained

__all__ = ["RESTING", "Delivery", "Drained"]
