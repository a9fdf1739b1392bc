"""The outbox: what must be said to somebody else, recorded with the change that makes it so.

``rows`` is what is kept and ``columns`` how it is read, ``saying`` records and takes back, ``together`` puts
several into one message, ``sending`` is what a sender does, ``waiting`` says where something waits,
``operating`` is how operators see it.
"""

from bot.store.outbox.columns import is_known, is_readable
from bot.store.outbox.rows import Notice, OutboxRow, OutboxState, Verb
from bot.store.outbox.saying import by_key, cancel, put, put_many
from bot.store.outbox.sending import Claimed, begin_posts, claim, settle, settle_all
from bot.store.outbox.together import MOST_PARTS, parts_of, put_together
from bot.store.outbox.waiting import next_due, waiting

__all__ = [
    "MOST_PARTS",
    "Claimed",
    "Notice",
    "OutboxRow",
    "OutboxState",
    "Verb",
    "begin_posts",
    "by_key",
    "cancel",
    "claim",
    "is_known",
    "is_readable",
    "next_due",
    "parts_of",
    "put",
    "put_many",
    "put_together",
    "settle",
    "settle_all",
    "waiting",
]
