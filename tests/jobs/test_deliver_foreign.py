"""What is not ours to read, in an answer or in the outbox, holds up nothing and is repeated nowhere."""

from __future__ import annotations

import json

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import text

from bot.jobs.deliver.outcomes import MAX_TRIES, Trouble, error_of, trouble_of
from bot.store import outbox, paces
from bot.store.outbox import Notice, OutboxState, Verb, is_known, is_readable, put_together
from tests.cast import WORKSPACE_ID, Desk
from tests.jobs.fake_slack import HELD, Office, open_office, refusal

ON_EITHER_DATABASE = True


@pytest.fixture
def office(desk: Desk) -> Office:
    """A sender beside a Slack in memory."""
    return open_office(desk)


def said_by_a_proxy(error: object, status: int = 200) -> SlackApiError:
    """Return an answer of something in between, which may say anything."""
    fault = refusal("", status=status)
    fault.response.data["error"] = error
    return fault


WORDS = "the proxy says: mira@example.org "
FOREIGN = pytest.mark.parametrize(
    "error",
    [WORDS * 30, {"said": WORDS}, [WORDS], "a" * 300, WORDS],
    ids=["long", "map", "list", "word", "short"],
)


@FOREIGN
def test_an_error_that_is_not_slacks_pauses_the_workspace(
    office: Office, error: object, caplog: pytest.LogCaptureFixture
) -> None:
    """Of any length and shape: the pause is kept for all, no try is spent, its words are nowhere."""
    office.slack.always = dict.fromkeys(["chat.postMessage", "auth.test"], said_by_a_proxy(error, 502))
    office.tell()
    office.tell(key="two")
    office.sender().drain_all()
    now = office.clock.now()
    with office.desk.db.unscoped("look") as session:
        (paused,) = paces.paused(session, now)
    assert paused.reason == "http 502: Slack does not answer as it should"
    rows = office.desk.outbox()
    assert {row.state for row in rows} == {OutboxState.WAITING}
    assert {row.tries for row in rows} == {0}
    assert {row.reason for row in rows} <= {None, "http 502"}
    assert "mira@" not in caplog.text
    asked = office.slack.count("chat.postMessage")
    office.sender().drain_all()
    assert office.slack.count("chat.postMessage") == asked
    office.slack.always = {}
    for _ in range(3):
        office.clock.skip(minutes=6)
        office.sender().drain_all()
    assert len(office.slack.messages) == 2


@FOREIGN
def test_only_slacks_own_words_are_kept(error: object) -> None:
    """A status stands in for anything else, and what something in between says may pass."""
    fault = said_by_a_proxy(error)
    assert error_of(fault) == "http 200"
    assert trouble_of(fault) is Trouble.PASSING
    assert error_of(refusal("user_not_found")) == "user_not_found"


def poison(office: Office, column: str, value: str, key: str = "n2") -> None:
    """Write into a row what no release that we know writes."""
    if column == "ids" and not is_json(value) and office.desk.db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL takes only JSON there")
    with office.desk.db.unscoped("a hand, or a newer release", writes=True) as session:
        session.execute(text(f"UPDATE outbox SET {column} = :v WHERE key = :k"), {"v": value, "k": key})  # noqa: S608 - a name of this file


def is_json(value: str) -> bool:
    """Tell whether a database that checks it would take it."""
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def drain_a_few_times(office: Office) -> None:
    """Let a sender come by again and again within the time in which a newer release may be rolled out."""
    sender = office.sender()
    for _ in range(3):
        sender.drain_all()
        office.clock.skip(minutes=5)


BAD_IDS = pytest.mark.parametrize(
    "ids",
    [
        "not json",
        "{",
        "",
        "null",
        "17",
        "[1, 2]",
        '"word"',
        '{"case": 5}',
        '{"case": ["a"]}',
        '{"parts": "none"}',
        '{"parts": "[]"}',
        '{"parts": "[5]"}',
    ],
)


@BAD_IDS
def test_a_row_whose_content_cannot_be_read_ends_alone(office: Office, ids: str) -> None:
    """It ends dead with a reason at its first turn; whatever waits beside it goes out."""
    for number in range(5):
        office.tell(key=f"n{number}")
    poison(office, "ids", ids)
    drain_a_few_times(office)
    assert len(office.slack.messages) == 4
    row = office.row("n2")
    assert (row.state, row.reason) == (OutboxState.DEAD, "its content cannot be read")
    assert not is_readable(row.ids)
    assert {office.row(f"n{number}").state for number in (0, 1, 3, 4)} == {OutboxState.SENT}


def test_what_slack_may_have_is_not_called_dead(office: Office) -> None:
    """Begun before its content was lost: whether somebody got it is not known."""
    office.tell(key="n2")
    poison(office, "ids", "[]")
    poison(
        office, "doubt_since", "2026-01-01 00:00:00+00:00" if is_postgres(office) else "2026-01-01 00:00:00"
    )
    office.sender().drain_all()
    assert office.row("n2").state is OutboxState.UNKNOWN
    assert office.row("n2").doubt_since is not None


def is_postgres(office: Office) -> bool:
    """Tell which database it is."""
    return office.desk.db.engine.dialect.name == "postgresql"


def test_an_unknown_verb_waits_for_a_release_that_knows_it(office: Office) -> None:
    """As an unknown kind does: the others go out; it waits some hours for a newer release, or ends."""
    for number in range(5):
        office.tell(key=f"n{number}")
    poison(office, "verb", "whisper")
    poison(office, "verb", "sing", key="n3")
    drain_a_few_times(office)
    assert len(office.slack.messages) == 3
    row = office.row("n2")
    assert (row.state, row.verb.value) == (OutboxState.WAITING, "whisper")
    assert "does not know the verb whisper" in (row.reason or "")
    poison(office, "verb", "post")
    for _ in range(MAX_TRIES + 1):
        office.clock.skip(hours=1)
        office.sender().drain_all()
    assert office.row("n2").state is OutboxState.SENT
    assert office.row("n3").state is OutboxState.DEAD
    assert office.row("n3").verb.value == "sing"


def test_a_word_that_is_not_known_is_none_that_is(office: Office) -> None:
    """Read as it stands, equal to none of ours; what is known is the very member."""
    office.tell(key="n2")
    assert office.row("n2").verb is Verb.POST
    assert office.row("n2").state is OutboxState.WAITING
    poison(office, "state", "dreamt")
    state = office.row("n2").state
    assert (state.value, f"{state}", state == "dreamt") == ("dreamt", "dreamt", True)
    assert state not in set(OutboxState)
    assert not is_known(state)
    assert is_known(OutboxState.DEAD)
    office.tell(key="other")
    drain_a_few_times(office)
    assert len(office.slack.messages) == 1


@pytest.mark.parametrize("ids", ["not json", "[1]", '{"parts": "none"}'])
def test_an_act_is_not_stopped_by_a_bad_row(office: Office, ids: str) -> None:
    """Something else for the same person is put, and what is no longer true is taken back."""
    office.tell(key="n2")
    poison(office, "ids", ids)
    with office.desk.step("clock") as step:
        put_together(
            step.session,
            Notice(HELD, "n3", office.desk.id("mira"), ids={"case": "a"}),
            row_id="n3",
            workspace_id=WORKSPACE_ID,
            programme_id=step.programme_id,
            now=step.now,
        )
        assert outbox.cancel(step.session, "n3", now=step.now, reason="no longer true") == 1
        taken_back = outbox.cancel(step.session, "n", now=step.now, reason="no longer true")
    assert taken_back == ("parts" not in ids)
    assert office.row("n3").ids == {"case": "a"}
