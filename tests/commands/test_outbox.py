"""``mentorbot outbox``: operators see what waits and why, act on it, and read nobody's words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain import requests, workspaces
from bot.domain.outbox import gone
from bot.guidelines.workspaces import Leaving
from bot.settings import Settings
from bot.store import beats, paces, programmes
from bot.store.acts import BY_OPERATOR, Act
from bot.store.beats import Beating
from bot.store.database import Database, Scope, open_engine
from bot.store.outbox import OutboxRow, OutboxState, operating
from bot.store.programmes import WorkspaceState
from bot.store.sealing import Keyring
from tests.cast import KEYS, PROGRAMME_ID, WORKSPACE_ID, Desk, template
from tests.commands.terminal import Said, command
from tests.jobs.fake_slack import HELD, RESENT, Office, open_office, refusal

ON_EITHER_DATABASE = True
CANARY = "May I learn clustering from you, before my supervisor notices?"


@pytest.fixture
def office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk whose database the command opens too, at the desk's time, with kinds that need no story."""
    made = open_office(desk)

    def at_the_desk(_: Settings) -> Deps:
        engine = open_engine(desk.db.engine.url.render_as_string(hide_password=False))
        return replace(made.deps, db=Database(engine, Keyring.parse(KEYS)))

    monkeypatch.setattr("bot.commands.outbox.wiring.build", at_the_desk)
    monkeypatch.setattr("bot.jobs.schedule.kinds", lambda: made.kinds)
    return made


def said(office: Office, *words: str) -> Said:
    """Run the command on the desk's database."""
    address = office.desk.db.engine.url.render_as_string(hide_password=False)
    env = {"DATABASE_URL": address, "MENTORBOT_KEYS": KEYS, "MENTORBOT_CONFIG": str(template().config)}
    return command("outbox", *words, **env)


def put(office: Office, key: str = "one", **values: Any) -> str:
    """Put a row with these values; return its id."""
    office.tell(key=key, kind=str(values.pop("kind", HELD)))
    with office.desk.db.writing(Scope(WORKSPACE_ID)) as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()
        for name, value in values.items():
            setattr(row, name, value)
        return row.id


def dead(office: Office, key: str = "one", reason: str = "user_not_found", **values: Any) -> str:
    """Put a row nobody got."""
    ended = {"state": OutboxState.DEAD, "ended_at": office.clock.now(), "tries": 8, "reason": reason}
    return put(office, key, **ended, **values)


def acts(office: Office) -> list[tuple[str, str, str]]:
    """Return what operators did: what, who, which row."""
    with office.desk.db.reading(Scope(WORKSPACE_ID, PROGRAMME_ID)) as session:
        found = session.scalars(select(Act).where(Act.what.startswith("outbox.")).order_by(Act.at, Act.id))
        return [(act.what, act.who, act.subject_id) for act in found]


# Listing.


def test_an_empty_outbox_says_so(office: Office) -> None:
    """Nothing is a sentence, not an empty screen; whoever asked for something hears of just that."""
    assert said(office, "list").text == "The outbox is empty.\n"
    assert said(office, "list", "--due").text == "Nothing of that is in the outbox.\n"


def test_a_list_shows_what_is_not_over(office: Office) -> None:
    """Waiting, being sent, dead and unknown; sent and cancelled only when asked for."""
    rows = {state: put(office, state.value, state=state) for state in OutboxState}
    text = said(office, "list").text
    shown = {state for state, row_id in rows.items() if row_id in text}
    assert shown == set(OutboxState) - {OutboxState.SENT, OutboxState.CANCELLED}
    text = said(office, "list", "--state", "sent", "--state", "dead").text
    assert {state for state, row_id in rows.items() if row_id in text} == {OutboxState.SENT, OutboxState.DEAD}


def test_a_list_can_be_narrowed(office: Office) -> None:
    """By kind or noun, by workspace, by what is due; a limit says that there is more."""
    now = office.clock.now()
    one, two = put(office, "one"), put(office, "two", kind=RESENT, not_before=now + timedelta(days=1))
    assert one in said(office, "list", "--kind", HELD).text
    assert two not in said(office, "list", "--kind", HELD).text
    assert two in said(office, "list", "--kind", "test").text
    assert two not in said(office, "list", "--due").text
    limited = said(office, "list", "--limit", "1").text
    assert one in limited
    assert limited.endswith("There is more; --limit shows it.\n")


def test_a_workspace_is_meant_by_our_id_or_by_slacks(office: Office) -> None:
    """Either narrows the list; one that is not there is told of, with all there are."""
    row_id = put(office)
    with office.desk.db.unscoped("read a name") as session:
        (workspace,) = programmes.every_row(session)
    for known in (workspace.id, workspace.slack_team_id):
        assert row_id in said(office, "list", "--workspace", known).text
    told = said(office, "list", "--workspace", "T0ELSE")
    assert told.code != 0
    for words in ("no workspace T0ELSE", workspace.id, workspace.slack_team_id, "installed"):
        assert words in told.text


def test_what_waits_for_a_left_workspace_is_not_due(office: Office) -> None:
    """It is listed as not over, and left out of what could be sent, in the list and in the figures."""
    row_id = put(office)
    assert row_id in said(office, "list", "--due").text
    workspaces.leave(office.desk.db, WORKSPACE_ID, office.clock.now())
    assert row_id in said(office, "list").text
    assert row_id not in said(office, "list", "--due").text
    with office.desk.db.unscoped("count") as session:
        found = {(one.state, one.due): one.rows for one in operating.depths(session, office.clock.now())}
    assert found[OutboxState.WAITING, True] == 0
    assert found[OutboxState.WAITING, False] == 1


def test_a_list_for_machines(office: Office) -> None:
    """One JSON object a line, instants with their zone."""
    row_id = dead(office)
    (line,) = said(office, "list", "--json").text.splitlines()
    found = json.loads(line)
    assert (found["id"], found["state"], found["reason"]) == (row_id, "dead", "user_not_found")
    assert found["ended_at"].endswith("+00:00")


def test_nothing_private_is_printed(office: Office) -> None:
    """A request's note, names and our keys stand in no output, whatever the command."""
    with office.desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=office.desk.id("tomas"), note=CANARY)
    with office.desk.db.reading(Scope(WORKSPACE_ID)) as session:
        ids = list(session.scalars(select(OutboxRow.id)))
    assert len(ids) == 2
    everything = [said(office, "list"), said(office, "list", "--json")]
    everything += [said(office, "explain", row_id) for row_id in ids]
    everything += [said(office, "retry", *ids), said(office, "cancel", *ids, "--why", "a test")]
    text = "".join(one.text for one in everything)
    assert ids[0] in text
    for private in (CANARY, "clustering", "Mira", "Tomás", "request:", "@riverside", "Riverside"):
        assert private not in text


# Explaining.


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, ["It is due since 2027-03-01 09:00:00 UTC", "cancel"]),
        (
            {"not_before": 3600, "reason": "rate limited"},
            ["It waits until 2027-03-01 10:00:00", "rate limited"],
        ),
        ({"expires_at": 60}, ["After 2027-03-01 09:01:00 UTC it is not sent any more"]),
        ({"state": OutboxState.CLAIMED, "lease_until": 90}, ["being sent at this moment"]),
        ({"state": OutboxState.CLAIMED, "lease_until": -1}, ["did not come back"]),
        ({"doubt_since": -60, "tries": 2}, ["Slack may have taken it on 2027-03-01 08:59:00", "2 times"]),
        ({"state": OutboxState.SENT, "ended_at": 0, "channel": "D1", "ts": "1.5"}, ["as message 1.5 in D1"]),
        (
            {"state": OutboxState.DEAD, "ended_at": 0, "reason": "token_revoked"},
            ["install it again", "retry"],
        ),
        ({"state": OutboxState.DEAD, "ended_at": 0, "reason": "is_archived"}, ["Invite the bot", "retry"]),
        ({"state": OutboxState.UNKNOWN, "ended_at": 0, "reason": "x"}, ["not known", "--resend"]),
        ({"state": OutboxState.CANCELLED, "ended_at": 0, "reason": "no longer true"}, ["no longer true"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else ",".join(map(str, value)),
)
def test_every_state_is_explained(office: Office, values: dict[str, Any], says: list[str]) -> None:
    """What it is, to whom by id, why it waits or ended, what was said, what to do."""
    now = office.clock.now()
    at = {"not_before", "expires_at", "lease_until", "doubt_since", "ended_at"}
    found: Any = {k: now + timedelta(seconds=float(str(v))) if k in at else v for k, v in values.items()}
    told = said(office, "explain", put(office, **found))
    assert told.code == 0
    assert told.text.startswith(f"A message of the kind {HELD} to the person {office.desk.id('mira')}")
    for words in says:
        assert words in told.text


def test_a_change_names_what_it_changes(office: Office) -> None:
    """By the other row's id, never by our key."""
    first = put(office, "card")
    second = put(office, "card:accepted", updates_key="card", verb="update")
    told = said(office, "explain", second).text
    assert f"changes a message that was sent before, {first}" in told
    assert "accepted" not in told


def test_a_paused_workspace_is_named_as_the_reason(office: Office) -> None:
    """Slack's word for it, since when, and when it is tried next."""
    now = office.clock.now()
    with office.deps.db.unscoped("pause", writes=True) as session:
        values = {"paused_since": now, "paused_until": now + timedelta(minutes=5), "reason": "token_revoked"}
        paces.save(session, WORKSPACE_ID, {"kept": {}, **values})
    told = said(office, "explain", put(office)).text
    assert "token_revoked" in told
    assert "The next attempt is at 2027-03-01 09:05:00" in told
    assert "install it again" in told
    office.clock.skip(minutes=6)
    assert "token_revoked" not in said(office, "explain", put(office, "later")).text, "it may be tried again"


@pytest.mark.parametrize("state", [OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.DEAD])
def test_a_left_workspace_is_named_as_the_reason(office: Office, state: OutboxState) -> None:
    """Since when, until when it may come back, and nothing of a turn that never comes."""
    now = office.clock.now()
    row_id = put(office, state=state, lease_until=now - timedelta(minutes=1))
    workspaces.leave(office.desk.db, WORKSPACE_ID, now)
    told = said(office, "explain", row_id).text
    assert "removed from its workspace on 2027-03-01 09:00:00 UTC" in told
    assert "installed again before 2027-03-31 09:00:00 UTC, else erased" in told
    for untrue in ("takes its turn", "sent by itself", "takes it over"):
        assert untrue not in told
    again = said(office, "retry", row_id)
    assert "only if the app is installed there again" in again.text
    assert again.code == (0 if state is OutboxState.DEAD else 1)


def test_a_workspace_on_legal_hold_is_not_said_to_be_erased(office: Office) -> None:
    """Where the rules keep it there is no such day; where it is being erased nothing is sent any more."""
    now = office.clock.now()
    left = programmes.Workspace(
        id="w", slack_team_id="T1", name="Lake", state=WorkspaceState.GONE, gone_at=now
    )
    rules = Leaving(erase_after_days=30, legal_holds=("T1",))
    held = gone(left, rules)
    assert held is not None
    assert (held.since, held.erased_at) == (now, None)
    left.state = WorkspaceState.ERASING
    ending = gone(left, rules)
    assert ending is not None
    assert ending.being_erased


def test_a_kind_this_release_does_not_know(office: Office) -> None:
    """What delivery wrote of it is understood: what to do is said, and a retry tries it at once."""
    row_id = put(office, kind="newer.kind")
    office.sender().drain_all(paced=False)
    waiting = office.row()
    assert waiting.state is OutboxState.WAITING
    assert waiting.not_before > office.clock.now()
    assert "Run one release everywhere" in said(office, "explain", row_id).text
    told = said(office, "retry", row_id)
    assert (told.code, "it is tried now" in told.text) == (0, True)
    assert office.row().not_before == office.clock.now()
    for _ in range(9):
        office.sender().drain_all(paced=False)
        office.clock.skip(minutes=30)
    assert office.row().state is OutboxState.DEAD
    assert "Run one release everywhere" in said(office, "explain", row_id).text


def test_a_missing_worker_is_named_as_the_reason(office: Office) -> None:
    """Due, nothing in the way, and nobody who sends."""
    with office.deps.db.unscoped("beat", writes=True) as session:
        beats.beat(session, "worker1", Beating.WORKER, office.clock.now())
    row_id = put(office)
    assert "No worker" not in said(office, "explain", row_id).text
    office.clock.skip(minutes=3)
    assert "No worker gave a sign of life since 2027-03-01 09:00:00" in said(office, "explain", row_id).text


def test_an_unknown_id_is_told(office: Office) -> None:
    """For each of the three, with exit code 1."""
    for words in (("explain", "nope"), ("retry", "nope"), ("cancel", "nope", "--why", "x")):
        told = said(office, *words)
        assert (told.code, told.text) == (1, "nope: there is no such message here.\n")


# Trying again.


def test_a_dead_message_is_sent_after_all(office: Office) -> None:
    """It waits again with all its tries; the act is recorded as the operator's."""
    office.slack.order("chat.postMessage", refusal("user_not_found"))
    office.tell()
    office.sender().drain_all(paced=False)
    row = office.row()
    assert row.state is OutboxState.DEAD
    assert said(office, "retry", row.id).code == 0
    assert acts(office) == [("outbox.retried", BY_OPERATOR, row.id)]
    office.sender().drain_all(paced=False)
    assert office.row().state is OutboxState.SENT
    assert office.slack.keys() == [row.id]


def test_what_slack_may_have_is_looked_up_first(office: Office) -> None:
    """The message is there: it is found and recorded, not posted a second time."""
    row_id = put(
        office, state=OutboxState.UNKNOWN, ended_at=office.clock.now(), doubt_since=office.clock.now()
    )
    there = office.slack.chat_postMessage(
        channel="U0MIRA", text="hello", metadata={"event_payload": {"key": row_id}}
    )
    told = said(office, "retry", row_id)
    assert "looks there first" in told.text
    office.sender().drain_all(paced=False)
    assert (office.row().state, office.row().ts) == (OutboxState.SENT, there["ts"])
    assert office.slack.keys() == [row_id]


def test_only_an_explicit_wish_resends_blindly(office: Office) -> None:
    """--resend forgets the doubt, and says what that may mean."""
    row_id = put(
        office, state=OutboxState.UNKNOWN, ended_at=office.clock.now(), doubt_since=office.clock.now()
    )
    assert "may arrive twice" in said(office, "retry", row_id, "--resend").text
    office.sender().drain_all(paced=False)
    assert office.slack.count("conversations.history") == 0
    assert office.slack.keys() == [row_id]


def test_all_the_dead_at_once(office: Office) -> None:
    """--dead takes every dead row and leaves the unknown ones."""
    first, second = dead(office, "one"), dead(office, "two")
    unknown = put(office, "three", state=OutboxState.UNKNOWN, ended_at=office.clock.now())
    told = said(office, "retry", "--dead").text
    assert first in told
    assert second in told
    assert unknown not in told
    assert office.row("three").state is OutboxState.UNKNOWN
    assert said(office, "retry", "--dead").text == "Nothing is dead.\n"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (OutboxState.WAITING, "waits to be sent already"),
        (OutboxState.CLAIMED, "being sent at this moment"),
        (OutboxState.SENT, "sent already"),
        (OutboxState.CANCELLED, "no longer true"),
    ],
)
def test_nothing_else_is_tried_again(office: Office, state: OutboxState, says: str) -> None:
    """Told why, exit code 1, and the row is as it was."""
    row_id = put(office, state=state)
    told = said(office, "retry", row_id)
    assert told.code == 1
    assert says in told.text
    assert office.row().state is state
    assert acts(office) == []


def test_what_is_too_late_is_not_tried_again(office: Office) -> None:
    """A message whose time is over would be cancelled at once: that is said instead."""
    row_id = dead(office, expires_at=office.clock.now())
    assert "its time is over" in said(office, "retry", row_id).text
    assert office.row().state is OutboxState.DEAD


@pytest.mark.parametrize("words", [("retry",), ("cancel", "--why", "x")])
def test_what_changes_in_the_same_moment_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Between look and act a sender takes the row: the act changes nothing, records nothing, and says so."""
    row_id = dead(office) if words[0] == "retry" else put(office)
    look = operating.by_id

    def look_and_lose(session: Session, wanted: str) -> OutboxRow | None:
        found = look(session, wanted)
        session.expunge_all()
        taken = update(OutboxRow).where(OutboxRow.id == row_id).values(state=OutboxState.CLAIMED)
        session.execute(taken)
        return found

    monkeypatch.setattr("bot.store.outbox.operating.by_id", look_and_lose)
    monkeypatch.setattr("bot.commands.outbox._find", _row)
    told = said(office, words[0], row_id, *words[1:])
    assert told.code == 1
    assert "somebody else changed it in the same moment" in told.text
    assert office.row().state is OutboxState.CLAIMED
    assert acts(office) == []
    assert office.undelivered == []


def _row(deps: Deps, row_id: str) -> OutboxRow:
    with deps.db.reading(Scope(WORKSPACE_ID)) as session:
        return session.scalars(select(OutboxRow).where(OutboxRow.id == row_id)).one()


def test_retry_wants_ids_or_dead(office: Office) -> None:
    """Neither or both is a question of usage."""
    assert said(office, "retry").code == 2
    assert said(office, "retry", "x", "--dead").code == 2


# Cancelling.


def test_a_cancelled_message_is_not_sent_and_its_end_is_told(office: Office) -> None:
    """Nobody gets it; what follows from that (a concern climbs) follows in the same transaction."""
    row_id = put(office)
    told = said(office, "cancel", row_id, "--why", "sent by hand")
    assert told.code == 0
    office.sender().drain_all(paced=False)
    row = office.row()
    assert (row.state, row.reason) == (OutboxState.CANCELLED, "an operator: sent by hand")
    assert office.slack.messages == []
    assert office.undelivered == ["cancelled by an operator"]
    assert acts(office) == [("outbox.cancelled", BY_OPERATOR, row_id)]


def test_cancelling_changes_nothing_when_what_follows_fails(office: Office) -> None:
    """Either both or neither."""
    office.on_dead_fails = True
    row_id = put(office)
    with pytest.raises(RuntimeError):
        said(office, "cancel", row_id, "--why", "x")
    assert office.row().state is OutboxState.WAITING
    assert acts(office) == []


def test_what_an_operator_cancelled_stays_so(office: Office) -> None:
    """What followed was done; a retry says who cancelled it, not that it was no longer true."""
    row_id = put(office)
    said(office, "cancel", row_id, "--why", "sent by hand")
    told = said(office, "retry", row_id)
    assert told.code == 1
    assert "an operator cancelled it" in told.text
    assert "no longer true" not in told.text
    assert office.row().state is OutboxState.CANCELLED
    assert "for good" in said(office, "cancel", "--help").text


def test_cancelling_in_doubt_says_so(office: Office) -> None:
    """A message that Slack may have cannot be called back by that."""
    row_id = put(office, doubt_since=office.clock.now())
    assert "Slack may have it already" in said(office, "cancel", row_id, "--why", "x").text


@pytest.mark.parametrize("state", sorted(set(OutboxState) - {OutboxState.WAITING}))
def test_only_what_waits_is_cancelled(office: Office, state: OutboxState) -> None:
    """A message being sent meanwhile, or over, is left as it is."""
    row_id = put(office, state=state)
    assert said(office, "cancel", row_id, "--why", "x").code == 1
    assert office.row().state is state
    assert office.undelivered == []


@pytest.mark.parametrize(
    "why", ["", "   ", "x" * 121, "one\ntwo", "red \x1b[31m", "line\u2028two", "\u202etxt"]
)
def test_cancelling_wants_a_reason(office: Office, why: str) -> None:
    """One that fits a line, and is one: nothing that a terminal obeys."""
    assert said(office, "cancel", put(office), "--why", why).code == 2
    assert office.row().state is OutboxState.WAITING


def test_the_command_needs_the_keys(tmp_path: Path) -> None:
    """Without them it refuses with a sentence, as every command."""
    assert Keyring.new_key()
    assert "MENTORBOT_KEYS" in command("outbox", "list", DATABASE_URL=f"sqlite:///{tmp_path / 'x'}").text


# What this release cannot read.


def spoil(office: Office, row_id: str, column: str, value: str) -> None:
    """Write into a row what no release that we know writes."""
    with office.desk.db.unscoped("a hand, or a newer release", writes=True) as session:
        statement = text(f"UPDATE outbox SET {column} = :value WHERE id = :id")  # noqa: S608 - a name of this file
        session.execute(statement, {"value": value, "id": row_id})


def no_mapping(office: Office) -> str:
    """Return the worst that a database takes where ids belong."""
    return "[1, 2]" if office.desk.db.engine.dialect.name == "postgresql" else "not json"


def test_a_row_that_cannot_be_read_is_shown_and_cancelled(office: Office) -> None:
    """Listed beside the others, explained, cancelled; what would follow is not done, and that is said."""
    row_id, other = put(office), put(office, "two")
    spoil(office, row_id, "ids", no_mapping(office))
    for words in (("list",), ("list", "--json"), ("list", "--due")):
        told = said(office, *words)
        assert (told.code, row_id in told.text, other in told.text) == (0, True, True)
    assert "Its content cannot be read" in said(office, "explain", row_id).text
    told = said(office, "cancel", row_id, "--why", "spoilt")
    assert (told.code, "was not done" in told.text) == (0, True)
    assert office.row().state is OutboxState.CANCELLED
    assert office.undelivered == []
    assert "outbox.cancelled" in str(acts(office))


def test_a_row_that_cannot_be_read_may_be_tried_again(office: Office) -> None:
    """After it ended so, and whatever spoilt it was mended."""
    row_id = put(office, ids={"case": "a"})
    spoil(office, row_id, "ids", no_mapping(office))
    office.sender().drain_all()
    assert "its content cannot be read" in said(office, "explain", row_id).text
    assert "its content cannot be read" in said(office, "list").text
    spoil(office, row_id, "ids", '{"case": "a"}')
    assert said(office, "retry", row_id).code == 0
    office.sender().drain_all()
    assert office.row().state is OutboxState.SENT


def test_a_verb_of_another_release_is_shown_tried_and_cancelled(office: Office) -> None:
    """By its own word; it waits for a release that knows it, and an operator need not wait."""
    row_id = put(office)
    spoil(office, row_id, "verb", "whisper")
    office.sender().drain_all()
    assert '"verb": "whisper"' in said(office, "list", "--json").text
    told = said(office, "explain", row_id).text
    assert "does not know: whisper" in told
    assert "Run one release everywhere" in told
    assert "it is tried now" in said(office, "retry", row_id).text
    assert said(office, "cancel", row_id, "--why", "no such release comes").code == 0
    assert office.row().state is OutboxState.CANCELLED


def test_a_state_of_another_release_is_shown_and_left(office: Office) -> None:
    """Among what is not over, by its own word; nothing is done to it."""
    row_id, sent = put(office), put(office, "two", state=OutboxState.SENT)
    for state in ("aaa", "dreamt", "zzz"):
        spoil(office, row_id, "state", state)
        shown = said(office, "list").text
        assert (row_id in shown, state in shown, sent in shown) == (True, True, False)
        assert row_id not in said(office, "list", "--state", "waiting").text
        told = said(office, "explain", row_id).text
        assert f"does not know: {state}" in told
        assert "There is nothing to be done" not in told
        for words in (("retry", row_id), ("cancel", row_id, "--why", "x")):
            refused = said(office, *words)
            assert (refused.code, "does not know" in refused.text) == (1, True)
        assert office.row().state.value == state
    assert acts(office) == []
