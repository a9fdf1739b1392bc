"""The only place where objects are made that every process has; ``bot.listening`` makes the Bolt app."""

from __future__ import annotations

from bot import guidelines
from bot.clock import Clock, SystemClock
from bot.deps import Deps
from bot.ids import Ids, random_ids
from bot.settings import Settings
from bot.slack import Skew, Slack
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from bot.texts import Texts
from bot.tokens import Tokens


def build(settings: Settings, *, clock: Clock | None = None, ids: Ids = random_ids) -> Deps:
    """Make everything the bot needs; nothing is contacted yet. Raises Misconfigured."""
    keyring = Keyring.parse(settings.keys.get_secret_value())
    db = Database(open_engine(settings.database_url), keyring)
    clock = clock or SystemClock(settings.clock_file)
    return Deps(
        db=db,
        clock=clock,
        ids=ids,
        slack=Slack(
            settings.slack_api_url,
            token_of=Tokens(db, clock, settings).token_of,
            seconds=settings.call_seconds,
            skew=Skew(clock) if isinstance(clock, SystemClock) and settings.clock_file is None else None,
        ),
        guidelines=guidelines.load(settings.config),
        texts=Texts.load(settings.config / "texts"),
        settings=settings,
    )
