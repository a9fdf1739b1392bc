"""Figures for Prometheus: what the database knows about delivery, and what this process knows about itself.

What concerns delivery is read from the database at each scrape, so that any web process tells the whole
truth. No figure names a workspace, a person or a text.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bot.deps import Deps
from bot.store import beats, paces, tallies, troubles
from bot.store.beats import Beating
from bot.store.outbox import operating
from bot.store.outbox.operating import Depth
from bot.web.health import Look

log = logging.getLogger(__name__)

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
ACK_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds; Slack gives up at three."""

COUNTED = {
    "sent": ("messages_sent", "Messages posted"),
    "updated": ("messages_updated", "Messages changed after they were posted"),
    "dead": ("messages_dead", "Messages nobody got, given up for a reason"),
    "cancelled": ("messages_cancelled", "Messages not sent since they were no longer true"),
    "unknown": ("messages_unknown", "Messages Slack may have and would not let us look for"),
    "looked_up": ("lookups", "Times Slack was asked whether it has a message already"),
    "limited": ("rate_limited", "Answers 429 from Slack"),
    "lease_lost": ("leases_lost", "Messages another sender took over"),
}
"""The tallies, by their name in the store: their name here, and what they count."""


@dataclass(frozen=True)
class _Delivery:
    """What the database knows about delivery at one moment."""

    depths: list[Depth]
    oldest_due: datetime | None
    totals: Mapping[str, int]
    beats: Mapping[Beating, datetime]
    paused: int
    now: datetime


class _DeliveryCollector(Collector):
    """Reads the figures of delivery at each scrape; where the database does not answer, it says only that."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._look = Look(self._read)

    def describe(self) -> Iterable[Metric]:
        """Return nothing: so that registering it asks no database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give the figures."""
        try:
            found = self._look.answer()
        except TooSlow:
            found = None
            log.warning("figures: the database does not answer in time")
        except Exception as fault:  # noqa: BLE001 - the figures of this process are still worth having
            found = None
            log.warning("figures: the database does not answer: %s", troubles.named(fault))
        yield GaugeMetricFamily(
            "mentorbot_database_up", "Whether the database answered this scrape", value=int(found is not None)
        )
        if found is not None:
            yield from _delivery(found)

    def _read(self) -> _Delivery:
        now, grace = self._deps.clock.now(), timedelta(seconds=self._deps.settings.lag_seconds)
        with self._deps.db.unscoped("read the figures of delivery") as session:
            paused = {one.workspace_id for one in paces.paused(session, now, grace=grace)}
            return _Delivery(
                depths=operating.depths(session, now),
                oldest_due=operating.oldest_due(session, now, but=paused),
                totals=tallies.totals(session),
                beats=beats.latest(session, now),
                paused=len(paused),
                now=now,
            )


def _delivery(found: _Delivery) -> Iterator[Metric]:
    rows = GaugeMetricFamily(
        "mentorbot_outbox_rows", "Messages not over, by state and whether due", labels=["state", "due"]
    )
    for depth in found.depths:
        rows.add_metric([depth.state.value, "yes" if depth.due else "no"], depth.rows)
    yield rows
    age = 0.0 if found.oldest_due is None else max(0.0, (found.now - found.oldest_due).total_seconds())
    yield GaugeMetricFamily(
        "mentorbot_outbox_oldest_due_seconds",
        "How long the longest due message waits, but for workspaces that cannot be sent to",
        value=age,
    )
    yield GaugeMetricFamily(
        "mentorbot_workspaces_paused", "Workspaces nothing can be sent to at all", value=found.paused
    )
    for name, (metric, words) in COUNTED.items():
        yield CounterMetricFamily(f"mentorbot_{metric}", words, value=found.totals.get(name, 0))
    last = GaugeMetricFamily(
        "mentorbot_last_beat_timestamp_seconds",
        "When any process of a kind last gave a sign of life",
        labels=["kind"],
    )
    for kind, at in sorted(found.beats.items()):
        last.add_metric([kind.value], at.timestamp())
    yield last


class Figures:
    """The registry of one web process. ``queue`` tells how many handlers are at work or wait for a thread."""

    def __init__(self, deps: Deps, queue: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.ack_seconds = Histogram(
            "mentorbot_ack_seconds",
            "From a request of Slack's in to its answer out, by kind of payload",
            ["kind"],
            registry=self._registry,
            buckets=ACK_BUCKETS,
        )
        at_work = Gauge(
            "mentorbot_listeners_busy",
            "Handlers at work or waiting for a thread in this process",
            registry=self._registry,
        )
        at_work.set_function(queue)
        threads = Gauge(
            "mentorbot_listener_threads", "Threads for handlers in this process", registry=self._registry
        )
        threads.set(deps.settings.listeners)
        build = Gauge(
            "mentorbot_build_info", "Which release runs", ["version", "python"], registry=self._registry
        )
        build.labels(version=version("mentorbot"), python=platform.python_version()).set(1)
        self._registry.register(_DeliveryCollector(deps))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def exposition(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)
