"""``mentorbot run``: the bot in a real workspace, by Socket Mode."""

from __future__ import annotations

import logging
import signal
import threading

import click
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import wiring
from bot.errors import Misconfigured
from bot.running import Bot
from bot.settings import Settings, read_settings
from bot.store import migrations


def _refuse_without(settings: Settings) -> None:
    missing = [
        name
        for name, value in (
            ("SLACK_BOT_TOKEN", settings.bot_token),
            ("SLACK_APP_TOKEN", settings.app_token),
            ("MENTORBOT_KEYS", settings.keys),
        )
        if not value.get_secret_value()
    ]
    if missing:
        raise Misconfigured(
            f"Not set: {', '.join(missing)}. `mentorbot check` explains where each of them comes from."
        )


def _refused(word: str) -> Misconfigured:
    return Misconfigured(f"Slack refused: {word}. `mentorbot check` says what to do.")


def set_up_logging(level: str) -> None:
    """Log to standard error; Slack's own libraries only from warnings up, since they may quote payloads."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("slack_sdk", "slack_bolt", "bolt", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of a look skipped while the last is still at work; the next one does what was missed.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


@click.command()
def run() -> None:
    """Run the bot by Socket Mode until it is told to stop (Ctrl-C or SIGTERM).

    Reads SLACK_BOT_TOKEN, SLACK_APP_TOKEN, MENTORBOT_KEYS, DATABASE_URL (a SQLite file by default),
    SLACK_API_URL (Slack's own by default) and MENTORBOT_CONFIG (the config folder).
    """
    settings = read_settings()
    set_up_logging(settings.log_level)
    _refuse_without(settings)
    deps = wiring.build(settings)
    migrations.upgrade(deps.db.engine)
    try:
        bot = Bot(deps)
        bot.settle_in()
        bot.start()
    except SlackApiError as fault:
        raise _refused(str(fault.response.get("error"))) from None
    except BoltError as fault:  # what Bolt makes of a refused auth.test; its cause has Slack's own word
        cause = fault.__cause__ or fault.__context__
        word = cause.response.get("error") if isinstance(cause, SlackApiError) else "invalid_auth"
        raise _refused(str(word)) from None
    except (SlackClientError, OSError) as fault:
        raise Misconfigured(
            f"{settings.slack_api_url} does not answer ({type(fault).__name__}). "
            "Look at the network and at SLACK_API_URL."
        ) from None
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"Ready: {deps.guidelines.programme.name}. Stop with Ctrl-C.")
    stop.wait()
    click.echo("Stopping: finishing what is at work.")
    bot.stop()
