"""Two weeks in which everything falls due at once for one mentor: never more than two messages a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain import relationships
from bot.domain.relationships import Why
from sandbox.driver import Message, Person
from tests.cast import WORKSPACE_ID, Desk
from tests.pairs import together
from tests.world import World

FIRST_DAYS = 14


def unrequested(desk: Desk) -> list[datetime]:
    """Return when the mentor's week was counted, in order."""
    rows = [row for row in desk.outbox() if row.recipient_id == desk.id("tomas")]
    assert all(row.workspace_id == WORKSPACE_ID for row in rows)
    return sorted(row.counted_at for row in rows if row.counted_at is not None)


def came(person: Person, since: datetime) -> list[Message]:
    """Return the bot's messages to a person since then."""
    return [m for m in person.dm.messages if datetime.fromtimestamp(float(m.ts), UTC) >= since]


def test_a_busy_mentor_gets_two_a_week_and_finds_the_rest_on_home(world: World) -> None:
    """Check-ins about five people in one message, three endings: two a week come, the rest waits."""
    tomas, began = world.person("tomas"), world.desk.clock.now()
    for handle in ("mira", "noor", "anja", "hugo", "lena"):
        together(world.desk, "tomas", handle)
    for day in range(FIRST_DAYS):
        if day in {2, 3, 4}:
            with world.desk.step("clock") as step:
                ended = ("mira", "noor", "anja")[day - 2]
                relationships.end(step, f"tomas-{ended}", Why.ENDED, world.desk.id(ended))
        for hours in (6, 6, 6, 6):
            world.skip(hours=hours)
        if day == 5:
            assert "has ended" in tomas.home.text, "what is held back stands on Home"
    counted = unrequested(world.desk)
    assert 2 <= len(counted) <= 5
    for first, third in zip(counted, counted[2:], strict=False):
        assert third - first >= timedelta(days=7)
    messages = came(tomas, began)
    assert len(messages) == len(counted), "nothing came that was not counted, and nothing twice"
    asked = [m for m in messages if "How is it going" in m.text]
    assert asked[0].text.count("With @") == 5, "five mentees are one message"
    assert all(m.text.count("With @") == 2 for m in asked[1:]), "who ended is asked about no more"
    assert "at most 2 times a week" in tomas.home.text
