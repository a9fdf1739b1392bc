"""Groups: many at once, and yet each message by itself; what is shared between processes is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import event, text

from bot.clock import SetClock
from bot.jobs.deliver import Delivery
from bot.jobs.deliver.draining import BATCH
from bot.jobs.deliver.group import BEGUN_TOGETHER, LEASE
from bot.jobs.deliver.outcomes import MAX_TRIES
from bot.jobs.deliver.pacing import POST
from bot.store import outbox, paces, tallies
from bot.store.outbox import Notice, OutboxState
from tests.cast import MONDAY, PROGRAMME_ID, WORKSPACE_ID, Desk
from tests.jobs.fake_slack import FROZEN, HELD, IN_HOURS, Accepted, Office, limited, open_office, refusal

ON_EITHER_DATABASE = True


@pytest.fixture
def office(desk: Desk) -> Office:
    """A sender beside a Slack in memory."""
    return open_office(desk)


def totals(office: Office) -> dict[str, int]:
    """Return what was counted, without what never happened."""
    with office.desk.db.unscoped("look") as session:
        return {name: count for name, count in tallies.totals(session).items() if count}


def test_side_by_side_each_is_posted_once(office: Office) -> None:
    """Eight calls at a time in several threads: as many messages as rows, and all counted."""
    for number in range(90):
        office.tell(key=f"n{number}")
    office.sender(at_once=8, lanes=2).drain_all()
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 90
    assert {row.state for row in office.desk.outbox()} == {OutboxState.SENT}
    assert totals(office) == {"sent": 90}


def test_side_by_side_an_unclear_answer_stays_with_its_own_row(office: Office) -> None:
    """Three of forty are answered with an error, one of them taken: looked up each, all there once."""
    office.slack.order(POST, refusal("", status=500), Accepted(refusal("", status=500)), TimeoutError())
    for number in range(40):
        office.tell(key=f"n{number}")
    sender = office.sender(at_once=8)
    for _ in range(5):
        sender.drain_all()
        office.clock.skip(minutes=1)
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 40
    assert totals(office) == {"sent": 40, "looked_up": 3}


class Killed(BaseException):
    """The process ends here."""


def test_a_message_that_ends_its_process_takes_nobody_along(office: Office) -> None:
    """All that were claimed with it are sent by later processes; it ends by itself, its tries used up."""
    for number in range(20):
        office.tell(key=f"n{number}")
    poison = office.row("n7").id
    real = office.slack.chat_postMessage

    def post(**args: Any) -> dict[str, Any]:
        if args["metadata"]["event_payload"]["key"] == poison:
            raise Killed
        return real(**args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.slack, "chat_postMessage", post)
        for _ in range(2 * MAX_TRIES + 4):
            for _ in range(6):
                try:
                    office.sender().drain_all()
                except Killed:
                    continue
            office.clock.skip(seconds=LEASE.total_seconds() + 1)
    states = {row.key: row.state for row in office.desk.outbox()}
    assert states.pop("n7") is OutboxState.UNKNOWN
    assert set(states.values()) == {OutboxState.SENT}
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 19


def test_a_group_that_was_begun_and_not_posted_is_as_before(office: Office) -> None:
    """Stopped after doubt was committed for all: the one that was posted is sent, the others untouched."""
    for number in range(10):
        office.tell(IN_HOURS if number else HELD, key=f"n{number}", to="mira" if number < 2 else "tomas")
    office.clock.skip(hours=6)
    stopped: list[bool] = []
    office.slack.on_post = lambda: stopped.append(True)
    Delivery(office.deps, office.kinds, stopping=lambda: bool(stopped), at_once=1, lanes=1).drain_all()
    left = [row for row in office.desk.outbox() if row.state is OutboxState.WAITING]
    assert len(left) == 9
    assert {(row.tries, row.owner, row.doubt_since, row.counted_at) for row in left} == {
        (0, None, None, None)
    }


def test_a_process_that_ends_leaves_few_in_doubt(office: Office) -> None:
    """Of a group only those that are about to be posted: what is not in doubt needs no look into Slack."""
    for number in range(3 * BEGUN_TOGETHER):
        office.tell(key=f"n{number:02}")
    office.slack.on_post = lambda: (_ for _ in ()).throw(Killed())
    with pytest.raises(Killed):
        office.sender().drain_all()
    assert sum(row.doubt_since is not None for row in office.desk.outbox()) == BEGUN_TOGETHER


def test_what_was_begun_long_ago_takes_its_place_anew(office: Office) -> None:
    """Begun a week ago and not in Slack: two others went out since, and it does not come as the third."""
    office.tell(IN_HOURS, key="old")
    office.slack.on_post = lambda: (_ for _ in ()).throw(Killed())
    with pytest.raises(Killed):
        office.sender().drain_all()
    office.slack.on_post = lambda: None
    office.clock.skip(days=8)
    for key in ("new", "newer"):
        office.tell(IN_HOURS, key=key)
    for _ in range(6):
        office.sender().drain_all()
        office.clock.skip(seconds=LEASE.total_seconds() + 1)
    assert len(office.slack.messages) == 2
    office.clock.skip(days=7)
    office.sender().drain_all()
    assert {row.state for row in office.desk.outbox()} == {OutboxState.SENT}
    assert len(office.slack.messages) == 3


def test_a_clock_set_back_neither_doubles_nor_holds_up(office: Office) -> None:
    """A lease given an hour ahead ends one lease from now; what its owner posted is found, the rest sent."""
    for number in range(6):
        office.tell(key=f"n{number}")
    sender = office.sender()
    office.slack.on_post = lambda: (_ for _ in ()).throw(Killed()) if office.slack.messages else None
    with pytest.raises(Killed):
        sender.drain_all()
    office.slack.on_post = lambda: None
    clock = cast("SetClock", office.desk.clock)
    clock._now = MONDAY - timedelta(hours=1)
    with office.desk.db.unscoped("they were due before", writes=True) as session:
        session.connection().execute(
            text("UPDATE outbox SET not_before = :then"), {"then": str(MONDAY - timedelta(hours=2))[:19]}
        )
    for _ in range(4):
        office.sender().drain_all()
        clock.skip(seconds=LEASE.total_seconds() + 1)
        office.sender().drain_all()
    assert {row.state for row in office.desk.outbox()} == {OutboxState.SENT}
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 6


def test_a_kind_of_a_newer_version_waits_for_it(office: Office) -> None:
    """Another process that knows it sends it; without one it is dead after hours, with a reason."""
    office.tell("newer.kind", key="early")
    kinds = office.kinds
    old = office.sender()
    old.drain_all()
    row = office.row("early")
    assert row.state is OutboxState.WAITING
    assert "does not know newer.kind" in (row.reason or "")
    office.clock.skip(hours=1)
    Delivery(office.deps, {**kinds, "newer.kind": kinds[HELD]}, at_once=1, lanes=1).drain_all()
    assert office.row("early").state is OutboxState.SENT
    office.tell("newer.kind", key="never")
    for _ in range(20):
        old.drain_all()
        office.clock.skip(hours=1)
    assert office.row("never").state is OutboxState.DEAD
    assert "does not know" in (office.row("never").reason or "")


def test_two_a_week_and_the_rest_in_turn(office: Office) -> None:
    """Of three nobody asked for two are sent, one after the other; the third when the first is a week old."""
    for number in range(3):
        office.tell(IN_HOURS, key=f"n{number}", not_before=MONDAY + timedelta(seconds=number - 9))
    office.tell(HELD, key="answer")
    sender = office.sender()
    for _ in range(3):
        sender.drain_all()
        office.clock.skip(seconds=1)
    third = office.row("n2")
    assert {office.row(key).state for key in ("n0", "n1", "answer")} == {OutboxState.SENT}
    assert third.state is OutboxState.WAITING
    assert third.not_before == (office.row("n0").counted_at or MONDAY) + timedelta(days=7)
    assert third.counted_at is None
    assert office.row("answer").counted_at is None
    office.clock.skip(days=7)
    sender.drain_all()
    assert office.row("n2").state is OutboxState.SENT


def test_what_waits_for_its_turn_past_its_time_is_left_to_home(office: Office) -> None:
    """It is cancelled with a reason, rather than sent when it says nothing any more."""
    for number in range(3):
        soon, late = MONDAY + timedelta(seconds=number - 9), MONDAY + timedelta(days=2)
        office.tell(IN_HOURS, key=f"n{number}", not_before=soon, expires_at=late)
    sender = office.sender()
    for _ in range(3):
        sender.drain_all()
        office.clock.skip(seconds=1)
    assert office.row("n2").state is OutboxState.CANCELLED
    assert "Home" in (office.row("n2").reason or "")


def test_what_was_asked_for_never_expires(office: Office) -> None:
    """An answer or a concern is late rather than lost."""
    office.tell(HELD, expires_at=office.clock.now() + timedelta(minutes=1))
    office.clock.skip(days=3)
    office.sender().drain_all()
    assert office.row().state is OutboxState.SENT


@pytest.mark.parametrize(("scopes", "is_held"), [(frozenset({"dnd:read"}), True), (frozenset[str](), False)])
def test_somebody_in_peace_is_left_in_peace(office: Office, scopes: frozenset[str], *, is_held: bool) -> None:
    """Where the token may ask; an answer to their own act comes all the same."""
    now = office.clock.now().timestamp()
    office.slack.scopes = scopes
    office.slack.dnd = {
        "U0MIRA": {"dnd_enabled": True, "next_dnd_start_ts": now - 60, "next_dnd_end_ts": now + 1800}
    }
    office.tell(IN_HOURS, key="unasked")
    office.tell(HELD, key="answer")
    sender = office.sender()
    sender.drain_all()
    assert office.row("answer").state is OutboxState.SENT
    assert (office.row("unasked").state is OutboxState.WAITING) == is_held
    office.clock.skip(hours=1)
    sender.drain_all()
    assert office.row("unasked").state is OutboxState.SENT
    assert office.slack.count("dnd.teamInfo") == int(is_held) * 2


@pytest.mark.parametrize("kind", [IN_HOURS, FROZEN])
def test_made_together_or_singly_peace_is_kept(office: Office, kind: str) -> None:
    """A digest, whose words are made by themselves, waits for the end of somebody's peace as others do."""
    now = office.clock.now().timestamp()
    office.slack.scopes = frozenset({"dnd:read"})
    office.slack.dnd = {
        "U0MIRA": {"dnd_enabled": True, "next_dnd_start_ts": now - 60, "next_dnd_end_ts": now + 1800}
    }
    office.tell(kind)
    sender = office.sender()
    sender.drain_all()
    assert (office.row().state, office.row().tries) == (OutboxState.WAITING, 0)
    assert office.slack.messages == []
    office.clock.skip(hours=1)
    sender.drain_all()
    assert office.row().state is OutboxState.SENT


def test_of_two_to_a_person_one_goes_at_a_time(office: Office) -> None:
    """Also where one is made by itself: the second looks again whether it is among the two of this week."""
    with office.desk.step("clock") as step:
        for key, kind in (("a", IN_HOURS), ("b", FROZEN), ("c", FROZEN)):
            step.tell(Notice(kind, key, office.desk.id("mira")))
    sender = office.sender()
    for _ in range(3):
        sender.drain_all()
        office.clock.skip(seconds=1)
    assert sorted(row.state for row in office.desk.outbox()) == sorted(
        [OutboxState.SENT, OutboxState.SENT, OutboxState.WAITING]
    )


@pytest.mark.parametrize(("seconds", "waited", "posts"), [(1, [1.0], 21), (30, [], 1)])
def test_a_short_rest_is_waited_out(office: Office, seconds: int, waited: list[float], posts: int) -> None:
    """A second that Slack asks for is waited with the words ready; for longer the rows are given back."""
    for number in range(20):
        office.tell(key=f"n{number}")
    office.slack.order(POST, limited(seconds))
    rested: list[float] = []

    def wait(for_seconds: float) -> None:
        rested.append(round(for_seconds, 1))
        office.clock.skip(seconds=for_seconds + 0.01)

    sender = Delivery(office.deps, office.kinds, at_once=1, lanes=1, wait=wait)
    sender.drain_all()
    assert (rested, office.slack.count(POST)) == (waited, posts)
    office.clock.skip(seconds=31)
    sender.drain_all()
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 20
    assert {(row.state, row.tries) for row in office.desk.outbox()} == {(OutboxState.SENT, 1)}
    assert totals(office) == {"sent": 20, "limited": 1}


def test_another_has_the_place_of_who_rests(office: Office) -> None:
    """While one workspace waits for Slack, whoever asked first is sent to; then it goes on."""
    office.tell()
    office.slack.order(POST, limited(1))
    free: list[bool] = []

    def wait(for_seconds: float) -> None:
        free.append(sender._places.take(0))
        sender._places.give()
        office.clock.skip(seconds=for_seconds + 0.01)

    sender = Delivery(office.deps, office.kinds, at_once=1, lanes=1, wait=wait)
    sender.drain_all()
    assert free == [True]
    assert office.row().state is OutboxState.SENT


def test_words_that_got_old_while_others_had_the_place_are_not_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place that comes back late: what was read before may be true no more, and is read again."""
    office.tell()
    office.slack.order(POST, limited(1))
    real = [0.0]
    monkeypatch.setattr("bot.jobs.deliver.group.time.monotonic", lambda: real[0])

    def wait(for_seconds: float) -> None:
        real[0] += 7
        office.clock.skip(seconds=for_seconds + 0.01)

    sender = Delivery(office.deps, office.kinds, at_once=1, lanes=1, wait=wait)
    sender.drain(WORKSPACE_ID, paced=False, most_batches=1)
    assert office.slack.messages == []
    office.clock.skip(seconds=2)
    sender.drain_all()
    assert office.row().state is OutboxState.SENT


def test_what_was_not_saved_is_saved_with_what_is_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused token whose recording failed: others hear of it, and since when, once it can be written."""
    office.tell()
    office.slack.always[POST] = refusal("token_revoked")
    sender, began = office.sender(), office.clock.now()
    with monkeypatch.context() as patch:
        patch.setattr("bot.jobs.deliver.recording.outbox.settle_all", _fails)
        sender.drain_all()
    with office.desk.db.unscoped("look") as session:
        assert paces.load(session, WORKSPACE_ID) == {}
    office.clock.skip(seconds=16)
    sender.drain_all()
    with office.desk.db.unscoped("look") as session:
        (paused,) = paces.paused(session, office.clock.now())
    assert paused.since == began


def _fails(*_: object, **__: object) -> frozenset[str]:
    raise RuntimeError("the database is away")


def test_words_are_not_rested_with_for_long(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack says a second again and again: after some seconds what is left is read anew, if still true."""
    for number in range(5):
        office.tell(key=f"n{number}")
    office.slack.always[POST] = limited(1)
    real = [0.0]
    monkeypatch.setattr("bot.jobs.deliver.group.time.monotonic", lambda: real[0])

    def wait(for_seconds: float) -> None:
        real[0] += for_seconds
        office.clock.skip(seconds=for_seconds + 0.01)

    sender = Delivery(office.deps, office.kinds, at_once=1, lanes=1, wait=wait)
    sender.drain(WORKSPACE_ID, paced=False, most_batches=1)
    assert office.slack.count(POST) == 6
    assert {(row.state, row.tries) for row in office.desk.outbox()} == {(OutboxState.WAITING, 0)}


def test_what_slack_said_to_one_process_holds_for_the_other(office: Office) -> None:
    """A 429 is heard by whoever takes the workspace over, and nobody asks before it is over."""
    office.slack.order(POST, limited(30))
    office.tell()
    office.sender().drain_all(paced=True)
    office.tell(key="two")
    office.sender().drain_all(paced=True)
    assert office.slack.count(POST) == 1
    assert totals(office) == {"limited": 1}
    office.clock.skip(seconds=31)
    office.sender().drain_all(paced=True)
    assert len(office.slack.messages) == 2


def test_two_processes_share_one_allowance(office: Office) -> None:
    """Taking turns they stay below one message a second in one channel, as one would."""
    for number in range(10):
        office.tell(key=f"n{number}")
    senders = office.sender(), office.sender()
    for second in range(12):
        for sender in senders:
            sender.drain_all(paced=True)
        assert len(office.slack.messages) <= 3 + second
        office.clock.skip(seconds=1)
    assert len(office.slack.messages) == 10


@pytest.mark.parametrize(
    ("error", "words"),
    [("token_revoked", "install the app again"), ("team_access_not_granted", "has not let the app")],
)
def test_an_operator_sees_why_nothing_goes(office: Office, error: str, words: str) -> None:
    """A workspace that refuses us is told of with since when and why, until it answers again."""
    office.slack.always = {POST: refusal(error), "auth.test": refusal(error)}
    office.tell()
    office.sender().drain_all()
    for _ in range(3):
        office.clock.skip(minutes=10)
        office.sender().drain_all()
    with office.desk.db.unscoped("an operator looks") as session:
        (paused,) = paces.paused(session, office.clock.now())
    assert (paused.workspace_id, paused.since) == (WORKSPACE_ID, MONDAY)
    assert words in paused.reason
    assert error in paused.reason
    office.slack.always = {}
    office.clock.skip(minutes=20)
    office.sender().drain_all()
    with office.desk.db.unscoped("an operator looks") as session:
        assert paces.paused(session, office.clock.now()) == []


def test_what_is_found_by_looking_still_gets_its_picture(office: Office) -> None:
    """Accepted with an error: nobody came to its picture. It is uploaded once the message is recorded."""
    drawn: list[OutboxState] = []

    def draw(*_: object) -> None:
        drawn.append(office.row().state)

    kinds = {HELD: replace(office.kinds[HELD], picture=draw)}
    office.slack.order(POST, Accepted(refusal("", status=500)))
    office.tell()
    sender = Delivery(office.deps, kinds, at_once=1, lanes=1)
    sender.drain_all()
    assert drawn == []
    office.clock.skip(minutes=1)
    sender.drain_all()
    assert drawn == [OutboxState.SENT]
    assert len(office.slack.messages) == 1


def test_a_message_too_long_is_dead_with_slacks_reason(office: Office) -> None:
    """The same message would be refused again."""
    office.slack.order(POST, refusal("msg_blocks_too_long"))
    office.tell()
    office.sender().drain_all()
    assert (office.row().state, office.row().reason) == (OutboxState.DEAD, "msg_blocks_too_long")
    assert office.undelivered == ["msg_blocks_too_long"]


def test_draining_says_when_to_come_back(office: Office) -> None:
    """At once where its turn was up, later where it waits, never where nothing is left."""
    sender = office.sender()
    assert sender.drain(WORKSPACE_ID, paced=False).again_at is None
    for number in range(2 * BATCH):
        office.tell(key=f"n{number}")
    turn = sender.drain(WORKSPACE_ID, paced=False, most_batches=1)
    assert 0 < turn.handled < 2 * BATCH
    assert turn.again_at == office.clock.now()
    later = office.clock.now() + timedelta(hours=1)
    office.tell(key="later", not_before=later)
    rest = sender.drain(WORKSPACE_ID, paced=False)
    assert (rest.handled, rest.again_at) == (2 * BATCH - turn.handled, later)


def crowd(office: Office, sent: int, due: int) -> None:
    """Put so many rows into the outbox of somebody's years and of this moment."""
    with office.desk.db.unscoped("fill", writes=True) as session:
        for state, number in (("sent", sent), ("waiting", due)):
            notices = [(f"{state}-{n}", Notice(HELD, f"{state}:{n}", "nobody")) for n in range(number)]
            outbox.put_many(
                session, notices, workspace_id=WORKSPACE_ID, programme_id=PROGRAMME_ID, now=MONDAY
            )
        session.connection().exec_driver_sql("UPDATE outbox SET state = 'sent' WHERE id LIKE 'sent-%%'")
        session.connection().exec_driver_sql("ANALYZE outbox")


def plans(office: Office, statements: Sequence[tuple[str, Any]]) -> list[str]:
    """Return how the database goes about these statements."""
    found = []
    with office.desk.db.unscoped("explain", writes=True) as session:
        connection = session.connection()
        prefix = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        for statement, parameters in statements:
            rows = connection.exec_driver_sql(f"{prefix} {statement}", parameters)
            found.append("\n".join(" ".join(map(str, row)) for row in rows))
    return found


def test_claims_and_cancels_go_by_an_index(office: Office) -> None:
    """However many rows were sent, the due ones and those under a key are found without reading them."""
    crowd(office, 4000, 20)
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "outbox" in statement and not statement.startswith(("BEGIN", "INSERT")):
            seen.append((statement, parameters))

    event.listen(office.desk.db.engine, "before_cursor_execute", note)
    with office.desk.step("clock") as step:
        step.untell("waiting:7", "no longer")
    office.sender().drain(WORKSPACE_ID, paced=False, most_batches=1)
    with office.desk.db.unscoped("which wait") as session:
        outbox.waiting(session, office.clock.now())
    event.remove(office.desk.db.engine, "before_cursor_execute", note)
    assert len(seen) > 5
    for plan in plans(office, seen):
        assert "SCAN outbox" not in plan, plan
        assert "Seq Scan on outbox" not in plan, plan
