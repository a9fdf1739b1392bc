"""``mentorbot run``: the bot in a real workspace, by Socket Mode."""

from __future__ import annotations

import signal
import threading

import click
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import logs, wiring
from bot.commands.production import require_schema
from bot.errors import Misconfigured
from bot.running import Bot
from bot.settings import Settings, read_settings
from bot.store import migrations


def _refuse_without(settings: Settings) -> None:
    missing = [
        name
        for name, value in (
            ("SLACK_APP_TOKEN", settings.app_token),
            ("MENTORBOT_KEYS", settings.keys),
        )
        if not value.get_secret_value()
    ]
    if not settings.bot_token.get_secret_value() and not settings.client_id:
        missing.insert(0, "SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID (many)")
    if missing:
        raise Misconfigured(
            f"Not set: {', '.join(missing)}. `mentorbot check` explains where each of them comes from."
        )


def _refused(word: str) -> Misconfigured:
    return Misconfigured(f"Slack refused: {word}. `mentorbot check` says what to do.")


@click.command()
def run() -> None:
    """Run the bot by Socket Mode until it is told to stop (Ctrl-C or SIGTERM).

    Reads SLACK_BOT_TOKEN (or SLACK_CLIENT_ID, to serve where `mentorbot web` lets it be installed),
    SLACK_APP_TOKEN, MENTORBOT_KEYS, DATABASE_URL (a SQLite file by default),
    SLACK_API_URL (Slack's own by default) and MENTORBOT_CONFIG (the config folder).
    """
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format, "run")
    _refuse_without(settings)
    deps = wiring.build(settings)
    if deps.db.engine.dialect.name == "sqlite":
        migrations.upgrade(deps.db.engine)
    else:  # other processes may be at work on it: its schema changes once, before any of them starts
        require_schema(deps.db.engine)
    try:
        bot = Bot(deps)
        if settings.bot_token.get_secret_value():
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
