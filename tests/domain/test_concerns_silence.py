"""What happens while nobody answers a concern: who is asked how often, and what its people read."""

from __future__ import annotations

import json
from collections import Counter

from bot.domain.concerns import casework, moving, reporters
from bot.jobs import schedule
from bot.store.outbox import OutboxState
from bot.views.concerns import reporters as reporter_views
from tests.cast import Desk
from tests.domain.test_concerns import later, raise_it, tick


def exhaust(desk: Desk) -> None:
    """Let a case go by everyone."""
    raise_it(desk)
    for _ in range(3):
        later(desk, days=5)
        tick(desk)


def test_an_exhausted_case_asks_ever_less_often(desk: Desk) -> None:
    """In two months each handler gets a dozen messages at most, one reminder, and at the end one a week."""
    raise_it(desk)
    last_fortnight: Counter[str] = Counter()
    for day in range(60):
        before = len(desk.outbox(moving.FOR_HANDLER))
        later(desk, days=1)
        tick(desk)
        if day >= 46:
            for row in desk.outbox(moving.FOR_HANDLER)[before:]:
                last_fortnight[str(row.recipient_id)] += 1
    asked = Counter(row.recipient_id for row in desk.outbox(moving.FOR_HANDLER))
    reminded = Counter(row.recipient_id for row in desk.outbox(moving.REMINDER))
    for handle in ("hugo", "anja", "lena"):
        assert asked[desk.id(handle)] <= 12
        assert reminded[desk.id(handle)] == 1
        assert last_fortnight[desk.id(handle)] == 2
    told = Counter(row.ids["news"] for row in desk.outbox(moving.FOR_REPORTER))
    assert told == {"state": 1, "went_on": 2, "unanswered": 1, "weekly": 1}


def said(desk: Desk, kind: str, handle: str) -> list[str]:
    """Return what the notices of a kind to somebody say now, with those that are no longer true left out."""
    found = []
    for row in desk.outbox(kind):
        if row.recipient_id == desk.id(handle) and row.state is OutboxState.WAITING:
            with desk.step("clock", writes=False) as step:
                outcome = schedule.kinds()[kind].read(step, row.ids, desk.id(handle))
            if outcome is not None:
                message = schedule.kinds()[kind].show(outcome, desk.reader(handle))
                found.append(json.dumps(message.blocks))
    return found


def test_the_reporter_reads_what_happened_each_time(desk: Desk) -> None:
    """Filed, gone on, and unanswered are different sentences; the last says what one can do."""
    exhaust(desk)
    filed, first, second, unanswered = said(desk, moving.FOR_REPORTER, "mira")
    assert "it went on to the next person" in first
    assert first == second
    assert "nobody has answered yet" in unanswered
    assert "See how it stands*" in unanswered
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    assert all("acknowledged" in one for one in said(desk, moving.FOR_REPORTER, "mira"))
    assert filed


def test_the_last_reader_is_not_told_of_a_next(desk: Desk) -> None:
    """Neither the request nor the reminder says that it goes on where nobody is left."""
    raise_it(desk)
    later(desk, days=5)
    tick(desk)
    assert "goes on to the next person" in said(desk, moving.FOR_HANDLER, "anja")[0]
    later(desk, days=5)
    tick(desk)
    later(desk, days=4, hours=1)
    tick(desk)
    for text in (*said(desk, moving.FOR_HANDLER, "lena"), *said(desk, moving.REMINDER, "lena")):
        assert "goes on to the next person" not in text
        assert "Nobody is left to ask after you" in text
    assert said(desk, moving.REMINDER, "lena")


def test_with_nobody_left_the_reporter_reads_so(desk: Desk) -> None:
    """Everyone stepped back: no empty list of names, but where else to turn."""
    raise_it(desk)
    for handle in ("hugo", "anja", "lena"):
        with desk.step(handle) as step:
            casework.recuse(step, "case1")
    with desk.step("mira", writes=False) as step:
        status = reporters.status(step, "case1")
    shown = json.dumps(reporter_views.status(status, desk.reader("mira")))
    assert "Asked: ," not in shown
    assert "Nobody is left here who could answer it" in shown
    assert "nobody is left here who could answer it" in said(desk, moving.FOR_REPORTER, "mira")[-1]
    later(desk, days=60)
    tick(desk)


def test_an_undelivered_repeat_does_not_ask_the_others_again(desk: Desk) -> None:
    """Once everyone is asked again, a message that Slack refuses brings nobody another one."""
    exhaust(desk)
    newest = [row for row in desk.outbox(moving.FOR_HANDLER) if row.recipient_id == desk.id("hugo")][-1]
    before = len(desk.outbox(moving.FOR_HANDLER))
    with desk.step("clock") as step:
        moving.undelivered(step, "case1", newest.ids["reader"], newest.ids["rung"])
    assert len(desk.outbox(moving.FOR_HANDLER)) == before
    with desk.step("lena") as step:
        casework.acknowledge(step, "case1")


def test_after_stepping_back_the_reporter_hears_again_that_nobody_answers(desk: Desk) -> None:
    """Whoever took an exhausted case and steps back leaves it unanswered anew, which is told."""
    exhaust(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo") as step:
        casework.recuse(step, "case1")
    news = [row.ids["news"] for row in desk.outbox(moving.FOR_REPORTER)]
    assert news.count("unanswered") == 2
