"""From the commit of a notice to the message in Slack, while the bot runs as it does in production.

Notices to different people are committed one after the other; each is timed from its commit to the moment
the local Slack took the call, by the machine's one clock. Calls without a bot stand beside it, through the
same local Slack in the same run.
"""

from __future__ import annotations

import tempfile
import time
from datetime import datetime
from pathlib import Path

from slack_sdk import WebClient

from benchmarks.figures import show, spread
from bot.store import outbox
from bot.store import people as store_people
from bot.store.database import Scope
from bot.store.outbox import Notice
from bot.store.people import Role
from sandbox.driver import Workspace
from story.demo import fill
from story.stage import Stage, set_up

MESSAGES = 100
PAUSE_SECONDS = 0.05  # between commits, so that each finds the sender at rest


def commit(stage: Stage, person_ids: list[str]) -> dict[str, float]:
    """Commit one notice to each of these people; return when each was committed, by the row's id."""
    deps, place = stage.bot.deps, stage.place
    at: dict[str, float] = {}
    for number, person_id in enumerate(person_ids):
        key = f"bench:{number}"
        with deps.step(place.workspace_id, place.programme_id) as step:
            step.tell(Notice("mentorship.hello", key, person_id))  # sent at any hour
        committed = time.time()
        with deps.db.reading(Scope(place.workspace_id)) as session:
            row = outbox.by_key(session, key)
        assert row is not None
        at[row.id] = committed
        time.sleep(PAUSE_SECONDS)
    return at


def taken(slack: Workspace, wanted: set[str], patience: float = 30) -> dict[str, float]:
    """Return when the local Slack took each wanted message, by the row's id in its metadata."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        found = {
            call["args"]["metadata"]["event_payload"]["key"]: datetime.fromisoformat(call["at"]).timestamp()
            for call in slack.calls("chat.postMessage")
            if call["ok"] and isinstance(call["args"].get("metadata"), dict)
        }
        if wanted <= set(found):
            return {row_id: found[row_id] for row_id in wanted}
        time.sleep(PAUSE_SECONDS)
    raise RuntimeError("not every message arrived")


def empty_calls(stage: Stage) -> list[float]:
    """Return how long calls take that carry nothing."""
    settings = stage.bot.deps.settings
    client = WebClient(token=settings.bot_token.get_secret_value(), base_url=settings.slack_api_url)
    seconds = []
    for _ in range(MESSAGES):
        began = time.perf_counter()
        client.api_test()
        seconds.append(time.perf_counter() - began)
    return seconds


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, set_up(Path(folder) / "stage", limits_off="all") as stage:
        fill(stage)
        deps, place = stage.bot.deps, stage.place
        with deps.step(place.workspace_id, place.programme_id, writes=False) as step:
            everyone = [p.id for p in store_people.with_role(step.session, Role.MENTOR, Role.MENTEE)]
        stage.settle()
        stage.bot.start()
        people = [everyone[number % len(everyone)] for number in range(MESSAGES)]
        committed = commit(stage, people)
        arrived = taken(stage.slack, set(committed))
        latencies = [arrived[row_id] - at for row_id, at in committed.items()]
        empty = empty_calls(stage)
    show(
        "outbox",
        {
            "messages": len(latencies),
            "commit_to_post": spread(latencies),
            "empty_call": spread(empty),
            "goal": {"commit_to_post_p95_ms": 1000},
        },
    )


if __name__ == "__main__":
    main()
