"""Two a week: nobody gets more of what they did not ask for, and nothing else is held back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import WEEK, free_from, next_free
from bot.store.outbox import OutboxRow, OutboxState
from tests.cast import MONDAY, PROGRAMME_ID, WORKSPACE_ID, Desk

MINUTES = st.integers(0, 60 * 24 * 40)


def sent(desk: Desk, handle: str, *ago: timedelta, state: OutboxState = OutboxState.SENT) -> None:
    """Let somebody have got messages so long ago."""
    with desk.step("clock") as step:
        for before in ago:
            step.add(
                OutboxRow(
                    id=step.ids(),
                    workspace_id=WORKSPACE_ID,
                    programme_id=PROGRAMME_ID,
                    kind="checkins.asked",
                    key=step.ids(),
                    recipient_id=desk.id(handle),
                    state=state,
                    created_at=MONDAY - before,
                    not_before=MONDAY - before,
                    counted_at=MONDAY - before,
                )
            )


def free(desk: Desk, *handles: str, now: datetime = MONDAY) -> dict[str, datetime]:
    """Return from when these may be written to."""
    with desk.step("clock", writes=False) as step:
        return free_from(step.session, [desk.id(h) for h in handles], now, step.rules)


def test_the_third_waits_until_the_older_of_two_is_a_week_old(desk: Desk) -> None:
    """With two this week the next may come seven days after the older of them, not before."""
    sent(desk, "mira", timedelta(days=2), timedelta(days=5), timedelta(days=9))
    sent(desk, "noor", timedelta(days=1))
    assert free(desk, "mira", "noor", "tomas") == {desk.id("mira"): MONDAY + timedelta(days=2)}
    assert free(desk, "mira", now=MONDAY + timedelta(days=2)) == {}


def test_what_reached_nobody_is_not_counted(desk: Desk) -> None:
    """Refused by Slack, cancelled, or waiting: nobody got it. On its way or perhaps there counts."""
    for state in (OutboxState.DEAD, OutboxState.CANCELLED, OutboxState.WAITING):
        sent(desk, "mira", timedelta(days=1), timedelta(days=2), state=state)
    assert free(desk, "mira") == {}
    for state in (OutboxState.CLAIMED, OutboxState.UNKNOWN):
        sent(desk, "mira", timedelta(days=3), state=state)
    assert free(desk, "mira") == {desk.id("mira"): MONDAY + timedelta(days=4)}


def test_a_programme_may_allow_itself_more(desk: Desk) -> None:
    """The number a week is the configured one."""
    sent(desk, "mira", timedelta(days=1), timedelta(days=2))
    programme = desk.rules.programme.model_copy(update={"most_unrequested_a_week": 3})
    object.__setattr__(desk.rules, "programme", programme)
    assert free(desk, "mira") == {}


def test_thousands_are_asked_about_at_once(desk: Desk) -> None:
    """More people than one statement takes parameters for."""
    sent(desk, "mira", timedelta(days=1), timedelta(days=2))
    with desk.step("clock", writes=False) as step:
        many = [f"person-{n}" for n in range(3000)]
        assert list(free_from(step.session, [*many, desk.id("mira")], MONDAY, step.rules)) == [
            desk.id("mira")
        ]


@given(wanted=st.lists(MINUTES, max_size=60), most=st.integers(1, 7))
def test_whatever_is_due_no_seven_days_hold_more(wanted: list[int], most: int) -> None:
    """Each message goes at the first moment the budget allows: never more a week, and none is ever lost."""
    start = datetime(2027, 1, 1, tzinfo=UTC)
    gone: list[datetime] = []
    for minutes in sorted(wanted):
        now = max(start + timedelta(minutes=minutes), gone[-1] if gone else start)
        window = sorted((at for at in gone if at > now - WEEK), reverse=True)
        opens = next_free(window, most)
        at = max(now, opens) if opens is not None else now
        again = sorted((earlier for earlier in gone if earlier > at - WEEK), reverse=True)
        assert next_free(again, most) is None, "the moment it names is free"
        gone.append(at)
    assert len(gone) == len(wanted)
    for first, last in zip(gone, gone[most:], strict=False):
        assert last - first >= WEEK
