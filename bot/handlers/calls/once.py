"""Acting once on what Slack delivers twice: over another connection, or again because an answer was late.

A trigger or an event has Slack's own id, which stays the same when it is delivered again. A second press or a
second command of a person is something else, and has another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bot.deps import Deps
from bot.store import received
from bot.store.accounts import Identity
from bot.store.database import Scope

MOST_ANSWERS = 64


def key_of(body: Mapping[str, Any]) -> str:
    """Return Slack's id of a delivery; empty where it has none."""
    return str(body.get("event_id") or body.get("trigger_id") or "")


def is_first(deps: Deps, identity: Identity, body: Mapping[str, Any]) -> bool:
    """Note a delivery; False when it was acted on before."""
    key = key_of(body)
    if not key:
        return True
    with deps.db.writing(Scope(identity.workspace_id)) as session:
        return received.first_time(session, identity.workspace_id, key, deps.clock.now())


def was_acted_on(deps: Deps, identity: Identity, body: Mapping[str, Any]) -> bool:
    """Tell whether a delivery was acted on, noting nothing: a form with a fault in it is to be sent again."""
    key = key_of(body)
    if not key:
        return False
    with deps.db.reading(Scope(identity.workspace_id)) as session:
        return received.is_known(session, identity.workspace_id, key)


class Answers:
    """What the last forms were answered: the one who lost the first answer is given it again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Mapping[str, Any]] = OrderedDict()

    def keep(self, body: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Keep an answer; the oldest goes."""
        with self._lock:
            self._kept[key_of(body)] = answer
            while len(self._kept) > MOST_ANSWERS:
                self._kept.popitem(last=False)

    def of(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what was answered; nothing, which closes the form, where this process does not know."""
        with self._lock:
            return self._kept.get(key_of(body), {})
