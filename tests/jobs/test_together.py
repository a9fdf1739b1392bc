"""What falls due for one person about several pairs is one message, said once, without what is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bot.clock import SetClock
from bot.domain import agreements, relationships, requests
from bot.domain.relationships import Why
from bot.domain.step import Step
from bot.jobs import schedule
from bot.jobs.together import Together
from bot.store.agreements import Agreement, of_relationship
from bot.store.outbox import MOST_PARTS, Notice, OutboxRow, OutboxState, parts_of
from bot.views.blocks import Message
from sandbox.blockkit import check_message
from tests.cast import Desk
from tests.scenarios.test_queries import crowd, with_many_mentees

ON_EITHER_DATABASE = True

DAYS_LEFT = 20


def pair(n: int) -> str:
    """Return the id of Tomas's relationship with his n-th mentee."""
    return f"tomas-c{2 * n + 1}"


def with_agreements(desk: Desk, mentees: int) -> None:
    """Let Tomas have agreements with so many mentees, all of which end in twenty days."""
    crowd(desk, 0, 2 * mentees + 2)
    with_many_mentees(desk, "tomas", mentees)
    with desk.step("clock") as step:
        for n in range(mentees):
            step.add(
                Agreement(
                    id=f"agreement-{n}",
                    **step.place,
                    relationship_id=pair(n),
                    created_at=step.now,
                    latest_number=1,
                    ends_on=step.now.date() + timedelta(days=DAYS_LEFT),
                )
            )


def of_tomas(desk: Desk, kind: str, state: OutboxState = OutboxState.WAITING) -> list[OutboxRow]:
    """Return the rows of a kind for Tomas in a state."""
    return [row for row in desk.outbox(kind) if row.recipient_id == desk.id("tomas") and row.state is state]


def announce(desk: Desk) -> None:
    """Look for agreements that end soon; who finds the database taken for too long looks again."""
    for _ in range(5):
        with suppress(OperationalError), desk.step("clock") as step:
            agreements.announce_ends(step, 100)
            return


def outcome(step: Step, row: OutboxRow) -> object:
    """Return what a row is about now."""
    assert row.recipient_id is not None
    return schedule.kinds()[row.kind].read(step, row.ids, row.recipient_id)


def shown(desk: Desk, row: OutboxRow) -> Message:
    """Return the message a row is now; Slack accepts it."""
    with desk.step("clock", writes=False) as step:
        found = outcome(step, row)
    assert found is not None
    message = schedule.kinds()[row.kind].show(found, desk.reader("tomas"))
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    return message


def said(message: Message) -> str:
    """Return the words of every section."""
    return "\n".join(b["text"]["text"] for b in message.blocks if b["type"] == "section")


def buttons(message: Message) -> list[str]:
    """Return the values behind every button."""
    return [e["value"] for b in message.blocks if b["type"] == "actions" for e in b["elements"]]


def test_five_that_end_soon_are_one_message(desk: Desk) -> None:
    """A mentor with five mentees gets one message with five parts, each with buttons of its own."""
    with_agreements(desk, 5)
    announce(desk)
    (row,) = of_tomas(desk, "agreements.ends_soon")
    message = shown(desk, row)
    assert all(f"Person {2 * n + 1}" in said(message) or f"U0C{2 * n + 1}" in said(message) for n in range(5))
    assert len(set(buttons(message))) == 10
    assert "5 of your agreements" in said(message)


def test_each_part_keeps_a_key_of_its_own(desk: Desk) -> None:
    """Looked for again, or said again under its own key, nothing is said twice."""
    with_agreements(desk, 5)
    announce(desk)
    announce(desk)
    (row,) = of_tomas(desk, "agreements.ends_soon")
    over = of_tomas(desk, "agreements.ends_soon", OutboxState.CANCELLED)
    assert len({one.key for one in (row, *over)}) == 5
    with desk.step("clock") as step:
        for one in (row, *over):
            again = Notice(one.kind, one.key, one.recipient_id, ids={"agreement": "other"})
            assert not step.tell_together(again)
            assert not step.tell(again)
    (row,) = of_tomas(desk, "agreements.ends_soon")
    assert len(parts_of(row.ids)) == 5
    others = [r for r in desk.outbox("agreements.ends_soon") if r.recipient_id != desk.id("tomas")]
    assert len(others) == 5


def test_what_is_over_by_then_is_left_out(desk: Desk) -> None:
    """Renewed or ended meanwhile, a part is missing; with none left it is not sent."""
    with_agreements(desk, 5)
    announce(desk)
    (row,) = of_tomas(desk, "agreements.ends_soon")
    with desk.step("clock") as step:
        renewed = of_relationship(step.session, pair(0))
        assert renewed is not None
        assert renewed.ends_on is not None
        renewed.ends_on += timedelta(days=365)
        relationships.end(step, pair(1), Why.ENDED, desk.id("tomas"))
    with desk.step("clock", writes=False) as step:
        found = outcome(step, row)
    assert isinstance(found, Together)
    assert [part.agreement_id for part in found.parts] == ["agreement-2", "agreement-3", "agreement-4"]
    assert len(of_tomas(desk, "agreements.ends_soon")) == 1, "an end takes the other parts along with nothing"
    with desk.step("clock") as step:
        for n in (2, 3):
            relationships.end(step, pair(n), Why.ENDED, desk.id("tomas"))
    assert "of your agreements" not in said(shown(desk, row))
    with desk.step("clock") as step:
        relationships.end(step, pair(4), Why.ENDED, desk.id("tomas"))
        assert outcome(step, row) is None


def test_what_comes_later_joins_what_still_waits(desk: Desk) -> None:
    """A later look adds to the message that waits, and begins another once a sender has it."""
    with_agreements(desk, 3)
    with desk.step("clock") as step:
        agreements.announce_ends(step, 1)
    announce(desk)
    (row,) = of_tomas(desk, "agreements.ends_soon")
    assert len(parts_of(row.ids)) == 3
    with desk.step("clock") as step:
        held = step.session.get_one(OutboxRow, row.id)
        held.state, held.owner, held.lease_until = OutboxState.CLAIMED, "sender", step.now
        ids = {"agreement": "agreement-9", "ends_on": "2030-01-01"}
        assert step.tell_together(Notice(row.kind, "late", row.recipient_id, ids=ids))
    (late,) = of_tomas(desk, "agreements.ends_soon")
    assert (late.key, parts_of(late.ids)) == ("late", [ids])
    (taken,) = of_tomas(desk, "agreements.ends_soon", OutboxState.CLAIMED)
    assert len(parts_of(taken.ids)) == 3


def test_more_than_a_message_holds_is_two(desk: Desk) -> None:
    """Beyond what Slack takes in one message the rest stands in a second; together they say everything."""
    with_agreements(desk, MOST_PARTS + 3)
    announce(desk)
    rows = of_tomas(desk, "agreements.ends_soon")
    assert sorted(len(parts_of(row.ids)) for row in rows) == [3, MOST_PARTS]
    told = {part["agreement"] for row in rows for part in parts_of(row.ids)}
    assert told == {f"agreement-{n}" for n in range(MOST_PARTS + 3)}
    assert all(len(shown(desk, row).blocks) <= 50 for row in rows)


def test_two_clocks_double_nothing(desk: Desk) -> None:
    """Two clocks that look at the same moment say each thing once between them."""
    with_agreements(desk, 5)
    with ThreadPoolExecutor(2) as clocks:
        for done in [clocks.submit(announce, desk) for _ in range(2)]:
            done.result()
    told = [part["agreement"] for row in of_tomas(desk, "agreements.ends_soon") for part in parts_of(row.ids)]
    assert sorted(told) == [f"agreement-{n}" for n in range(5)]


def test_a_message_never_waits_for_longer_than_its_longest_part(desk: Desk) -> None:
    """It expires with the last of its parts, and never where one of them does not."""
    with desk.step("clock") as step:
        who = desk.id("tomas")
        soon, later = step.now + timedelta(days=1), step.now + timedelta(days=2)
        for n, expires_at in enumerate((later, soon, None, soon)):
            ids = {"request": str(n)}
            assert step.tell_together(
                Notice("requests.reminder", f"k{n}", who, ids=ids, expires_at=expires_at)
            )
            step.session.flush()
            (row,) = step.session.query(OutboxRow).filter_by(key="k0")
            assert row.expires_at == (later if n < 2 else None)


def test_requests_are_reminded_of_together(desk: Desk) -> None:
    """Several requests that wait are one reminder; one that was answered meanwhile is not in it."""
    handles = ("mira", "noor")
    for handle in handles:
        with desk.step(handle) as step:
            requests.ask(step, request_id=handle, mentor_id=desk.id("tomas"), note="Please", looked_for="")
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(days=6)
    with desk.step("clock") as step:
        assert requests.remind(step, 100) == 2
    (row,) = of_tomas(desk, "requests.reminder")
    message = shown(desk, row)
    assert "2 requests" in said(message)
    assert len(set(buttons(message))) == 2
    with desk.step("tomas") as step:
        requests.decline(step, "mira")
    assert len(set(buttons(shown(desk, row)))) == 1


def test_ends_are_told_together(desk: Desk) -> None:
    """Endings that wait for the same person are one message, and what is next is said once."""
    crowd(desk, 0, 8)
    with_many_mentees(desk, "tomas", 3)
    with desk.step("clock") as step:
        for n in range(3):
            relationships.end(step, pair(n), Why.ENDED, f"person-c{2 * n + 1}")
    (row,) = of_tomas(desk, "relationships.ended")
    message = shown(desk, row)
    assert said(message).count("has ended your mentoring") == 3
    assert sum(block["type"] == "context" for block in message.blocks) <= 1
