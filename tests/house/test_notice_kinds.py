"""Every kind of notice is one thing or the other: asked for, or counted and shown on Home while it waits."""

from __future__ import annotations

import ast

import pytest

from bot.handlers import home
from bot.jobs import schedule
from tests.cast import REPOSITORY

OUTSIDE = {
    "agreements.in_force": "answers the reader's own signature",
    "agreements.settled": "answers the reader's own proposal",
    "agreements.signed": "answers the reader's own proposal or signature",
    "agreements.written": "somebody waits for the reader's signature in person",
    "mentorship.hello": "answers what the reader wrote",
    "requests.decided": "answers the reader's own request",
    "requests.for_mentee": "answers the reader's own request",
    "requests.for_mentor": "somebody waits for the reader's answer in person",
}
"""What stands outside of the budget although it is no concern, and why."""

ON_HOME = {
    "agreements.offer": "agreements",
    "agreements.reminder": "agreements",
    "checkins.asked": "checkins",
    "checkins.reminder": "checkins",
    "digests.weekly": "digests",
    "launch.welcome": "home",
    "requests.reminder": "requests",
}
"""What is counted, and the noun whose part of Home shows it while it waits."""

KINDS = schedule.kinds()


def is_concern(name: str) -> bool:
    """Tell whether a kind is about a concern."""
    return name.startswith("concerns.")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_classified(name: str) -> None:
    """A new kind is decided upon: concerns and answers are never counted, the rest is, and waits."""
    counted = KINDS[name].unrequested
    if is_concern(name) or name.startswith("workspaces."):
        assert not counted, "a concern, or what keeps the bot running, waits for no budget"
    elif counted:
        assert (name in ON_HOME) != (name in home.HELD), "held back it must stand on Home, in one place"
    else:
        assert name in OUTSIDE, "say why nobody's week counts it, or mark it unrequested"


def test_nothing_is_classified_that_is_not_there() -> None:
    """The lists name kinds that exist."""
    assert set(OUTSIDE) | set(ON_HOME) | home.HELD <= set(KINDS)


def test_no_concern_ends_in_silence() -> None:
    """Nothing said about a concern, and no answer to one's own act, has a moment at which it lapses."""
    for noun in ("concerns", "mentorship.py", "agreements"):
        here = REPOSITORY / "bot" / "domain" / noun
        for path in [here] if here.is_file() else sorted(here.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "Notice"
                ):
                    given = {keyword.arg for keyword in node.keywords}
                    assert "expires_at" not in given, f"{path.name}:{node.lineno}"
