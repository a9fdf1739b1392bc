"""The only place where objects are made."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_sdk import WebClient

from bot import guidelines, handlers
from bot.clock import Clock, SystemClock
from bot.deps import Deps
from bot.ids import Ids, random_ids
from bot.settings import Settings
from bot.slack import CALL_SECONDS, Slack
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from bot.texts import Texts

TALKATIVE = ("bolt", "slack_bolt", "slack_sdk")
"""Loggers that at DEBUG print whole payloads, and with them what people wrote: held at INFO at any level."""


def build(settings: Settings, *, clock: Clock | None = None, ids: Ids = random_ids) -> Deps:
    """Make everything the bot needs; nothing is contacted yet. Raises Misconfigured."""
    keyring = Keyring.parse(settings.keys.get_secret_value())
    return Deps(
        db=Database(open_engine(settings.database_url), keyring),
        clock=clock or SystemClock(settings.clock_file),
        ids=ids,
        slack=Slack(settings.slack_api_url, token_of=lambda _: settings.bot_token.get_secret_value()),
        guidelines=guidelines.load(settings.config),
        texts=Texts.load(settings.config / "texts"),
        settings=settings,
    )


def bolt(deps: Deps, executor: ThreadPoolExecutor | None = None) -> App:
    """Make the Bolt app with every handler plugged in. It asks Slack once who it is (``auth.test``)."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.INFO)
    token = deps.settings.bot_token.get_secret_value()
    app = App(
        logger=logging.getLogger("bolt"),
        client=WebClient(
            token=token, base_url=deps.settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[]
        ),
        signing_secret=deps.settings.signing_secret.get_secret_value() or "socket-mode-needs-none",
        listener_executor=executor
        or ThreadPoolExecutor(deps.settings.listeners, thread_name_prefix="listener"),
        raise_error_for_unhandled_request=False,
    )
    handlers.register(app, deps)
    return app
