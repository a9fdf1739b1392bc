"""``python -m benchmarks.scale.resting``: one process of an idle installation, without Slack."""

from __future__ import annotations

import importlib
import threading

from bot import wiring
from bot.jobs.heartbeat import Heartbeat
from bot.settings import read_settings


def main() -> None:
    """Beat until ended, with everything loaded that ``mentorbot run`` loads."""
    importlib.import_module("bot.running")
    heartbeat = Heartbeat(wiring.build(read_settings()))
    heartbeat.start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
