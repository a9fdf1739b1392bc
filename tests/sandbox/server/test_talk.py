"""Commands, messages and events, over Socket Mode with a real Bolt app."""

from queue import Empty
from typing import Any

import pytest

from sandbox.server.delivery import sockets
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.bolt import Heard, attached, connected, listening
from tests.sandbox.server.served import TEAM, Json, Served


def _say(slack: Served, who: str, channel: str, text: str, **more: Any) -> Json:
    return slack.control(f"people/{who}/say", channel=channel, text=text, **more)


def _said(slack: Served, who: str, name: str) -> list[Json]:
    return [m for c in slack.view(who)["channels"] if c["name"] == name for m in c["messages"]]


def test_a_command_carries_what_slack_sends(slack: Served, client_heard: Heard) -> None:
    """Names, ids, an escaped text, a trigger and a response address."""
    assert slack.control("people/alice/command", channel="#open", text="/hello R&D <b>")["ok"]
    body = client_heard.next()
    assert body["command"] == "/hello"
    assert body["text"] == "R&amp;D &lt;b&gt;"
    assert (body["user_id"], body["user_name"]) == ("U0ALICE", "alice")
    assert (body["channel_id"], body["channel_name"], body["team_id"]) == ("C0OPEN", "open", "T0TEST")
    assert body["response_url"].startswith(slack.box.address + "/respond/")
    assert body["trigger_id"].count(".") == 2


def test_an_acknowledgement_with_text_is_an_ephemeral_message(slack: Served, heard: Heard) -> None:
    """Only who typed sees it, unless the app says in_channel."""
    heard.answer = "hello"
    assert slack.control("people/alice/command", channel="#general", text="/hello")["ack"] == {
        "text": "hello"
    }
    assert [(m["text"], m["ephemeral"]) for m in _said(slack, "alice", "general")] == [("hello", True)]
    assert _said(slack, "bob", "general") == []
    heard.answer = {"text": "all", "response_type": "in_channel"}
    slack.control("people/alice/command", channel="#general", text="/hello")
    assert [m["text"] for m in _said(slack, "bob", "general")] == ["all"]


def test_a_bad_acknowledgement_is_told_to_the_person(slack: Served, heard: Heard) -> None:
    """Blocks Slack would not take give a notice and no message."""
    heard.answer = {"text": "x", "blocks": [{"type": "nonsense"}]}
    said = slack.control("people/alice/command", text="/hello")
    assert (said["ok"], said["error"]) == (False, "invalid_blocks")
    assert "invalid_blocks" in slack.view("alice")["notices"][-1]["text"]


def test_a_command_nobody_has_is_said_so(slack: Served) -> None:
    """Slack's own error, and a line for the person."""
    said = slack.control("people/alice/command", text="/nothing here")
    assert (said["ok"], said["error"]) == (False, "dispatch_unknown_command")
    assert "/nothing" in slack.view("alice")["notices"][0]["text"]


def test_a_command_typed_after_a_space_is_a_message(slack: Served) -> None:
    """Everybody in the channel can read it, as in Slack."""
    slack.control("people/alice/command", channel="#general", text=" /hello secret")
    assert [m["text"] for m in _said(slack, "bob", "general")] == ["/hello secret"]


def test_an_unacknowledged_command_times_out(
    slack: Served, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person reads operation_timeout, and nothing stays pending."""
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.2)
    heard.silent = True
    assert slack.control("people/alice/command", text="/hello")["error"] == "operation_timeout"
    assert "operation_timeout" in slack.view("alice")["notices"][-1]["text"]
    assert slack.ask("GET", "/control/apps")[1]["apps"][0]["pending"] == 0


def test_without_a_socket_a_command_cannot_be_dispatched(
    slack: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dispatch_failed, as when the app is down."""
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.1)
    assert slack.control("people/alice/command", text="/hello")["error"] == "dispatch_failed"


def test_messages_reach_subscribed_apps_by_kind(slack: Served, heard: Heard) -> None:
    """A direct message is message.im with an event id; one in a channel without the bot is not told."""
    _say(slack, "alice", "@app", "hello & @bob in #open")
    body = heard.next()
    event = body["event"]
    assert (event["type"], event["channel_type"], event["user"]) == ("message", "im", "U0ALICE")
    assert event["text"] == "hello &amp; <@U0BOB> in <#C0OPEN|open>"
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == slack.keys["bot_user_id"]
    _say(slack, "alice", "#general", "not for the bot")
    bot = slack.keys["bot_user_id"]
    _say(slack, "alice", "#open", f"<@{bot}> look")
    kinds = {heard.next()["event"]["type"] for _ in range(2)}
    assert kinds == {"message", "app_mention"}
    assert heard.bodies.empty()


def test_unsubscribed_events_are_not_sent(slack: Served) -> None:
    """A manifest without message.im hears no direct messages."""
    settings = DEFAULT_MANIFEST["settings"] | {"event_subscriptions": {"bot_events": ["message.channels"]}}
    slack.control("reset", team=TEAM, manifest=DEFAULT_MANIFEST | {"settings": settings}, limits_off="all")
    heard = Heard()
    with attached(slack, listening(slack, heard)):
        _say(slack, "alice", "@app", "psst")
        _say(slack, "alice", "#open", "loud")
        assert heard.next()["event"]["text"] == "loud"


def test_own_posts_edits_and_deletions_are_events_too(slack: Served, heard: Heard) -> None:
    """Bolt ignores an app's own messages; Slack sends them."""
    ts = slack.api("chat.postMessage", channel="C0OPEN", text="one")["ts"]
    assert heard.next()["event"]["bot_id"] == slack.keys["bot_id"]
    slack.api("chat.update", channel="C0OPEN", ts=ts, text="two")
    changed = heard.next()["event"]
    assert (changed["subtype"], changed["previous_message"]["text"]) == ("message_changed", "one")
    slack.api("chat.delete", channel="C0OPEN", ts=ts)
    assert heard.next()["event"]["subtype"] == "message_deleted"


def test_coming_and_going_are_events(slack: Served, heard: Heard) -> None:
    """Joining, leaving, new and changed people, archived channels."""
    slack.control("people/bob/join", channel="#open")
    assert heard.next()["event"]["type"] == "member_joined_channel"
    slack.control("people/bob/leave", channel="#open")
    assert heard.next()["event"]["type"] == "member_left_channel"
    slack.control("people/zoe", real_name="Zoe New", tz="Asia/Kolkata")
    joined = heard.next()["event"]
    assert (joined["type"], joined["user"]["tz"]) == ("team_join", "Asia/Kolkata")
    slack.control("people/zoe", deleted=True)
    changed = heard.next()["event"]
    assert (changed["type"], changed["user"]["deleted"]) == ("user_change", True)


def test_a_doubled_event_has_one_id(slack: Served, heard: Heard) -> None:
    """What an app must recognise by event_id comes twice."""
    slack.control("faults", kind="duplicate_event", method="message.im")
    _say(slack, "alice", "@app", "once")
    first, second = heard.next(), heard.next()
    assert first["event_id"] == second["event_id"]
    _say(slack, "alice", "@app", "again")
    assert heard.next()["event"]["text"] == "again"
    assert heard.bodies.empty()


def test_each_payload_goes_to_one_socket_in_turn(slack: Served, client_heard: Heard) -> None:
    """Two connections share the work; none hears what the other heard."""
    other = Heard()
    with connected(slack, listening(slack, other)):
        assert slack.ask("GET", "/control/apps")[1]["apps"][0]["sockets"] == 2
        for n in range(4):
            assert slack.control("people/alice/command", text=f"/hello {n}")["ok"]
        mine = {client_heard.next()["text"] for _ in range(2)}
        theirs = {other.next()["text"] for _ in range(2)}
    assert mine | theirs == {"0", "1", "2", "3"}


def test_a_cut_socket_loses_nothing_that_waits(slack: Served, client_heard: Heard) -> None:
    """After a cut the client comes back and what was sent meanwhile arrives."""
    assert slack.control("faults", kind="drop_socket")["dropped"] == 1
    _say(slack, "alice", "@app", "still there?")
    while True:
        try:
            body = client_heard.bodies.get(timeout=30)
        except Empty:  # pragma: no cover - the failure this test is for
            pytest.fail("the event never came")
        if body["event"]["text"] == "still there?":
            break


def test_a_client_told_to_refresh_comes_back(slack: Served, client_heard: Heard) -> None:
    """After refresh_requested slack_sdk opens a new connection and hears what comes then."""
    app = slack.keys["app_id"]
    assert slack.control(f"apps/{app}", disconnect="warning")["told"] == 1
    assert slack.control(f"apps/{app}", disconnect="refresh_requested")["told"] == 1
    _say(slack, "alice", "@app", "hello again")
    assert client_heard.next()["event"]["text"] == "hello again"


def test_a_ticket_opens_one_connection(slack: Served) -> None:
    """A used or made-up ticket is turned away."""
    assert slack.ask("GET", "/link/?ticket=none")[0] == 403
    url = slack.api("apps.connections.open", slack.keys["app_token"])["url"]
    assert url.startswith("ws://127.0.0.1:")


def test_people_see_only_their_conversations(slack: Served) -> None:
    """A private channel and somebody else's direct messages are not on the screen, nor can they be used."""
    _say(slack, "bob", "#closed", "ours")
    _say(slack, "bob", "@app", "mine")
    shown = slack.view("alice")["channels"]
    assert {c["name"] for c in shown} == {"general", "open", "old"}
    assert _say(slack, "alice", "#closed", "me too")["error"] == "channel_not_found"
    assert _say(slack, "carol", "#open", "me too")["error"] == "not_in_channel"
    assert _say(slack, "alice", "#old", "anyone?")["error"] == "is_archived"
    slack.control("people/alice/leave", channel="#open")
    assert slack.api("chat.postMessage", channel="C0OPEN", text="x")["ok"]
    assert _said(slack, "alice", "open") == []


def test_a_person_who_left_can_do_nothing(slack: Served) -> None:
    """A deactivated person is out of all channels and cannot act."""
    slack.control("people/bob", deleted=True)
    assert slack.control("people/bob/command", text="/hello")["error"] == "account_inactive"
    assert slack.api("conversations.members", channel="C0GENERAL")["members"] == ["U0ALICE", "U0CAROL"]
