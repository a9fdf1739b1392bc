"""``mentorbot web``: Slack's signed requests, the install link, health and figures over HTTP."""

from __future__ import annotations

import click

from bot import wiring
from bot.errors import Misconfigured
from bot.settings import Settings, read_settings
from bot.store import migrations
from bot.web.serving import Web, require_address, serve


def _refuse_without(settings: Settings) -> None:
    missing = [
        name
        for name, value in (
            ("SLACK_SIGNING_SECRET", settings.signing_secret),
            ("MENTORBOT_KEYS", settings.keys),
        )
        if not value.get_secret_value()
    ]
    if not settings.bot_token.get_secret_value() and not settings.client_id:
        missing.append("SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID (many)")
    if missing:
        raise Misconfigured(
            f"Not set: {', '.join(missing)}. `mentorbot check` explains where each of them comes from."
        )


@click.command()
def web() -> None:
    """Serve Slack's requests, the install link, health and figures over HTTP until told to stop.

    \b
    POST /slack/events           commands, buttons, forms, menus and events, signed by Slack
    GET  /slack/install          where SLACK_CLIENT_ID is set; Slack comes back to /slack/oauth_redirect
    GET  /healthz, /readyz, /readyz/web, /metrics

    Binds MENTORBOT_HOST (127.0.0.1) and MENTORBOT_PORT (8080): TLS is for the proxy in front. On SQLite it
    also ticks and sends, and there must be only one; on PostgreSQL `mentorbot worker` and `clock` do that.
    """  # noqa: D301 - \b is click's sign to keep the lines as they are
    settings = read_settings()
    _refuse_without(settings)
    require_address(settings)
    deps = wiring.build(settings)  # what is wrong with keys, config or address is told here
    if deps.db.engine.dialect.name == "sqlite":
        migrations.upgrade(deps.db.engine)
    deps.db.engine.dispose()
    serve(settings, lambda: Web(wiring.build(settings)))
