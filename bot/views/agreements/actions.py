"""The action ids of agreements, and buttons that several of their views carry."""

from __future__ import annotations

from bot.views.blocks import Element, button
from bot.views.reader import Reader

OPEN = "agreements.open"
CHANGE = "agreements.change"
RENEW = "agreements.renew"
HISTORY = "agreements.history"
READ = "agreements.read"
SAVE = "agreements.save"
SIGN = "agreements.sign"


def open_button(key: str, relationship_id: str, to: Reader, *, primary: bool = False) -> Element:
    """Return a button that opens whatever the agreement needs now; ``key`` names its label."""
    return button(
        to.say.plain(f"agreements.button.{key}"),
        OPEN,
        value=to.ref(relationship=relationship_id),
        style="primary" if primary else None,
    )


def change_button(key: str, action_id: str, agreement_id: str, to: Reader) -> Element:
    """Return a button that opens the form for the next version."""
    return button(to.say.plain(f"agreements.button.{key}"), action_id, value=to.ref(agreement=agreement_id))
