"""What is not ours to read, in an answer or in the outbox, holds up nothing and is repeated nowhere."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from bot.jobs.deliver.outcomes import Trouble, error_of, trouble_of
from bot.store import paces
from bot.store.outbox import OutboxState
from tests.cast import Desk
from tests.jobs.fake_slack import Office, open_office, refusal

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
