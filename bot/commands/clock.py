"""``mentorbot clock``: the process of production that looks for what is due."""

from __future__ import annotations

import logging
import os

import click

from bot import logs, wiring
from bot.commands.production import on_stop, require_postgresql, require_schema
from bot.engine import Clockwork
from bot.settings import read_settings


@click.command()
def clock() -> None:
    """Look every few seconds for what is due, until told to stop. PostgreSQL only; one is enough.

    It turns what is due (check-ins, reminders, escalations, digests) into messages to send, wakes workers for
    them, and ends what dead workers left behind. A second one does no harm: each thing is done once. Looks
    every MENTORBOT_TICK_SECONDS. At SIGTERM it finishes the look under way and exits; a second signal ends it
    at once.
    """
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format, "clock")
    require_postgresql(settings, "clock")
    deps = wiring.build(settings)
    require_schema(deps.db.engine)
    process = Clockwork(deps)
    told = on_stop(lambda: None)
    process.start()
    click.echo(f"Ready: clock {process.process_id}. Stop with Ctrl-C.")
    told.wait()
    process.stop()
    deps.db.engine.dispose()
    logging.shutdown()
    os._exit(0)  # a statement that hangs must not hold up the end: it is undone
