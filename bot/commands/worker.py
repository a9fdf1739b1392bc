"""``mentorbot worker``: a process of production that sends, and does long computations."""

from __future__ import annotations

import logging
import os
from dataclasses import replace

import click

from bot import logs, wiring
from bot.commands.production import on_stop, require_postgresql, require_schema
from bot.engine import ByWorker, Worker
from bot.settings import read_settings


@click.command()
@click.option(
    "--only",
    type=click.Choice(["outbox", "computations"]),
    help="Do one of the two: keep computations off the machines that send.",
)
def worker(only: str | None) -> None:
    """Send what is due, and draw and compute, until told to stop. PostgreSQL only; run as many as you like.

    A commit anywhere wakes a worker within milliseconds; the clock wakes one for what falls due. Each
    serves MENTORBOT_CONCURRENCY workspaces at a time, and none two at once. At SIGTERM it takes no more,
    finishes the messages being sent, gives back the rest and exits; a second signal ends it at once. Killed,
    it loses and doubles nothing: another worker takes over what it held.
    """
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format, "worker")
    require_postgresql(settings, "worker")
    deps = wiring.build(settings)
    require_schema(deps.db.engine)
    deps = replace(deps, computations=ByWorker(deps))
    process = Worker(deps, sends=only != "computations", computes=only != "outbox")
    on_stop(process.stop)
    click.echo(f"Ready: worker {process.process_id}. Stop with Ctrl-C.")
    process.run()
    deps.db.engine.dispose()
    logging.shutdown()
    os._exit(0)  # a call to Slack that hangs must not hold up the end: its row comes back with its lease
