"""Posting, editing, deleting and scheduling messages."""

from typing import Any

import pytest

from tests.sandbox.server.served import Json, Served, button


def _messages(slack: Served, who: str, channel: str) -> list[Json]:
    found = [c for c in slack.view(who)["channels"] if c["id"] == channel]
    return list(found[0]["messages"]) if found else []


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
        ({"channel": "#secret", "text": "x"}, "channel_not_found"),
        ({"channel": "C0OLD", "text": "x"}, "is_archived"),
        ({"channel": "U0OTHERBOT", "text": "x"}, "cannot_dm_bot"),
        ({"channel": "C0OPEN"}, "no_text"),
        ({"channel": "C0OPEN", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0OPEN", "markdown_text": "y" * 12_001}, "msg_too_long"),
        ({"channel": "C0OPEN", "text": "x", "blocks": "["}, "invalid_blocks_format"),
        ({"channel": "C0OPEN", "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": "C0OPEN", "text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"channel": "C0OPEN", "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"channel": "C0OPEN", "text": "x", "attachments": "no"}, "invalid_attachments"),
        ({"channel": "C0OPEN", "text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"channel": "C0OPEN", "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
        ({"channel": "C0OPEN", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        (
            {"channel": "C0OPEN", "text": "x", "metadata": {"event_type": "", "event_payload": {}}},
            "invalid_metadata_format",
        ),
        ({"channel": "C0OPEN", "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        (
            {
                "channel": "C0OPEN",
                "blocks": [{"type": "image", "alt_text": "x", "slack_file": {"id": "F0NONE"}}],
            },
            "invalid_blocks",
        ),
    ],
)
def test_a_post_slack_would_refuse_is_refused_by_name(slack: Served, args: Json, error: str) -> None:
    """Nothing of a refused post is to be seen."""
    assert slack.api("chat.postMessage", **args)["error"] == error
    assert _messages(slack, "alice", "C0OPEN") == []


def test_blocks_that_are_refused_say_where(slack: Served) -> None:
    """The answer points into the blocks, as Slack's does."""
    said = slack.api("chat.postMessage", channel="C0OPEN", text="x", blocks=[{"type": "section"}])
    assert said["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0" in said["response_metadata"]["messages"][0]


def test_a_public_channel_needs_membership_or_its_scope(slack: Served) -> None:
    """chat:write.public posts anywhere public; without it the bot must be in."""
    assert slack.api("chat.postMessage", channel="#general", text="x")["ok"]
    app = slack.box.first_app
    app.scopes -= {"chat:write.public"}
    assert slack.api("chat.postMessage", channel="#general", text="x")["error"] == "not_in_channel"


def test_a_user_id_is_an_address(slack: Served) -> None:
    """Posting to a person opens the direct conversation once; a deactivated person's takes posts too."""
    first = slack.api("chat.postMessage", channel="U0ALICE", text="one")
    second = slack.api("chat.postMessage", channel="U0ALICE", text="two")
    assert first["channel"] == second["channel"]
    assert first["channel"].startswith("D")
    assert [m["text"] for m in slack.dm("alice")] == ["one", "two"]
    assert slack.dm("bob") == []
    assert slack.api("chat.postMessage", channel="U0GONE", text="x")["ok"]


def test_an_app_without_a_messages_tab_cannot_write_directly(slack: Served) -> None:
    """Slack refuses direct messages of an app whose tab is switched off."""
    slack.box.first_app.messages_tab = False
    assert slack.api("chat.postMessage", channel="U0ALICE", text="x")["error"] == "messages_tab_disabled"


def test_what_is_posted_comes_back_whole(slack: Served) -> None:
    """Text as it was sent, ids for blocks and elements that had none, and warnings where Slack warns."""
    blocks: list[Json] = [
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]},
    ]
    said = slack.api("chat.postMessage", channel="C0OPEN", blocks=blocks)
    assert said["warning"] == "missing_text_in_message"
    assert said["message"]["blocks"][0]["block_id"]
    assert said["message"]["blocks"][0]["elements"][0]["action_id"]
    assert said["message"]["bot_id"] == slack.keys["bot_id"]
    kept = slack.api("chat.postMessage", channel="C0OPEN", text="<!channel> & <b>")
    assert kept["message"]["text"] == "<!channel> & <b>"
    long = slack.api("chat.postMessage", channel="C0OPEN", text="x" * 40_001)
    assert len(long["message"]["text"]) == 40_000
    assert long["warning"] == "message_truncated"


def test_answers_stay_in_their_thread(slack: Served) -> None:
    """A reply to a reply joins the same thread; history shows the parent with its count, or a broadcast."""
    parent = slack.api("chat.postMessage", channel="C0OPEN", text="parent")["ts"]
    one = slack.api("chat.postMessage", channel="C0OPEN", text="one", thread_ts=parent)["ts"]
    two = slack.api("chat.postMessage", channel="C0OPEN", text="two", thread_ts=one)
    assert two["message"]["thread_ts"] == parent
    slack.api("chat.postMessage", channel="C0OPEN", text="loud", thread_ts=parent, reply_broadcast=True)
    history = slack.api("conversations.history", channel="C0OPEN")["messages"]
    assert [m["text"] for m in history] == ["loud", "parent"]
    assert history[1]["reply_count"] == 3
    thread = slack.api("conversations.replies", channel="C0OPEN", ts=one)["messages"]
    assert [m["text"] for m in thread] == ["parent", "one", "two", "loud"]
    assert slack.api("chat.delete", channel="C0OPEN", ts=one)["ok"]
    thread = slack.api("conversations.replies", channel="C0OPEN", ts=parent)["messages"]
    assert [m["text"] for m in thread] == ["parent", "two", "loud"]


def test_an_ephemeral_message_reaches_one_person_and_no_history(slack: Served) -> None:
    """Only its reader sees it; it can be neither found, updated nor deleted."""
    slack.control("channels/open", add=["bob"])
    said = slack.api("chat.postEphemeral", channel="C0OPEN", user="U0ALICE", text="psst")
    ts = said["message_ts"]
    assert [(m["text"], m["ephemeral"]) for m in _messages(slack, "alice", "C0OPEN")] == [("psst", True)]
    assert _messages(slack, "bob", "C0OPEN") == []
    assert slack.api("conversations.history", channel="C0OPEN")["messages"] == []
    assert slack.api("chat.update", channel="C0OPEN", ts=ts, text="x")["error"] == "message_not_found"
    assert slack.api("chat.delete", channel="C0OPEN", ts=ts)["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("channel", "user", "error"),
    [
        ("C0OPEN", "U0BOB", "user_not_in_channel"),
        ("C0OPEN", "U0GONE", "user_not_in_channel"),
        ("C0OPEN", "U0NOBODY", "user_not_in_channel"),
        ("C0GENERAL", "U0ALICE", "not_in_channel"),
        ("C0SECRET", "U0CAROL", "channel_not_found"),
    ],
)
def test_an_ephemeral_message_needs_both_in_the_channel(
    slack: Served, channel: str, user: str, error: str
) -> None:
    """Bot and reader have to be members."""
    assert slack.api("chat.postEphemeral", channel=channel, user=user, text="x")["error"] == error


def test_only_own_messages_can_be_changed(slack: Served) -> None:
    """Updates replace the text and mark the edit; what a person wrote is out of reach."""
    sent = slack.api("chat.postMessage", channel="C0OPEN", text="old")
    new = slack.api("chat.update", channel="C0OPEN", ts=sent["ts"], text="new")
    assert new["ts"] == sent["ts"]
    assert new["message"]["edited"]["user"] == slack.keys["bot_user_id"]
    assert [m["text"] for m in _messages(slack, "alice", "C0OPEN")] == ["new"]
    hers = slack.control("people/alice/say", channel="#open", text="mine")["ts"]
    assert slack.api("chat.update", channel="C0OPEN", ts=hers, text="x")["error"] == "cant_update_message"
    assert slack.api("chat.delete", channel="C0OPEN", ts=hers)["error"] == "cant_delete_message"
    assert slack.api("chat.update", channel="C0OPEN", ts="1.000000", text="x")["error"] == "message_not_found"
    assert slack.api("chat.delete", channel="C0OPEN", ts=sent["ts"])["ok"]
    assert [m["text"] for m in _messages(slack, "alice", "C0OPEN")] == ["mine"]


def test_an_update_leaves_what_it_does_not_name(slack: Served) -> None:
    """Blocks and metadata stay unless given; empty ones take them away, as Slack's reference says."""
    metadata = {"event_type": "e", "event_payload": {"key": "k"}}
    sent = slack.api("chat.postMessage", channel="C0OPEN", text="old", blocks=[button()], metadata=metadata)
    where: Json = {"channel": "C0OPEN", "ts": sent["ts"], "text": "new"}
    kept = slack.api("chat.update", **where)["message"]
    assert (kept["text"], len(kept["blocks"]), kept["metadata"]) == ("new", 1, metadata)
    bare = slack.api("chat.update", **where, blocks=[], metadata={})["message"]
    assert "blocks" not in bare
    assert "metadata" not in bare
    assert slack.api("chat.update", **(where | {"text": "x" * 4001}))["error"] == "msg_too_long"
    slack.control("channels/open", archived=True)
    assert slack.api("chat.update", **where)["error"] == "is_inactive"


def test_metadata_is_shown_only_when_asked_for(slack: Served) -> None:
    """History carries it with include_all_metadata, and a fault can make Slack forget it."""
    metadata = {"event_type": "sent", "event_payload": {"key": "k1"}}
    slack.api("chat.postMessage", channel="C0OPEN", text="x", metadata=metadata)

    def seen(**args: Any) -> Any:
        return slack.api("conversations.history", channel="C0OPEN", **args)["messages"][0].get("metadata")

    assert seen() is None
    assert seen(include_all_metadata=True) == metadata
    slack.control("faults", method="conversations.history", kind="no_metadata")
    assert seen(include_all_metadata=True) is None
    assert seen(include_all_metadata=True) == metadata


@pytest.mark.parametrize(
    ("event_type", "kept"),
    [("task_created", 1), ("task-created", 1), ("Task2", 1), ("task.created", 0), ("a task", 0)],
)
def test_metadata_is_lost_where_its_event_type_is_not_plain(
    slack: Served, event_type: str, kept: int
) -> None:
    """With a full stop and the like the message posts and nobody is told that its metadata is gone."""
    metadata = {"event_type": event_type, "event_payload": {"key": "k"}}
    sent = slack.api("chat.postMessage", channel="C0OPEN", text="x", metadata=metadata)
    assert sent["ok"]
    assert "warning" not in sent
    listed = slack.api("conversations.history", channel="C0OPEN", include_all_metadata=True)["messages"]
    assert [one.get("metadata") for one in listed] == [metadata if kept else None]
    other = {"event_type": "before", "event_payload": {}}
    old = slack.api("chat.postMessage", channel="C0OPEN", text="y", metadata=other)["ts"]
    changed = slack.api("chat.update", channel="C0OPEN", ts=old, text="y", metadata=metadata)["message"]
    assert changed.get("metadata") == (metadata if kept else None)


def test_a_link_to_a_message_leads_to_the_page(slack: Served) -> None:
    """A permalink names channel and ts, and opens the sandbox's page."""
    ts = slack.api("chat.postMessage", channel="C0OPEN", text="x")["ts"]
    link = slack.api("chat.getPermalink", channel="C0OPEN", message_ts=ts)["permalink"]
    assert link == f"{slack.box.address}/archives/C0OPEN/p{ts.replace('.', '')}"
    assert slack.api("chat.getPermalink", channel="C0OPEN", message_ts="1.0")["error"] == "message_not_found"


def test_scheduled_messages_post_when_the_clock_gets_there(slack: Served) -> None:
    """A skip past the hour posts what was due; with metadata it never posts, as Slack does not."""
    now = int(slack.box.clock.now())
    metadata = {"event_type": "e", "event_payload": {}}
    one = slack.api("chat.scheduleMessage", channel="C0OPEN", text="later", post_at=now + 3600)
    slack.api("chat.scheduleMessage", channel="C0OPEN", text="lost", post_at=now + 3600, metadata=metadata)
    two = slack.api("chat.scheduleMessage", channel="C0OPEN", text="no", post_at=now + 1800)
    listed = slack.api("chat.scheduledMessages.list")["scheduled_messages"]
    assert [m["text"] for m in listed] == ["no", "later", "lost"]
    gone = {"channel": "C0OPEN", "scheduled_message_id": two["scheduled_message_id"]}
    assert slack.api("chat.deleteScheduledMessage", **gone)["ok"]
    assert slack.api("chat.deleteScheduledMessage", **gone)["error"] == "invalid_scheduled_message_id"
    slack.control("clock", skip_seconds=7200)
    slack.until(
        "alice", lambda view: [m for c in view["channels"] if c["id"] == "C0OPEN" for m in c["messages"]]
    )
    assert [m["text"] for m in _messages(slack, "alice", "C0OPEN")] == ["later"]
    assert one["message"]["type"] == "delayed_message"
    assert slack.api("chat.scheduledMessages.list")["scheduled_messages"] == []


@pytest.mark.parametrize(
    ("ahead", "error"), [(-10, "time_in_past"), (121 * 86_400, "time_too_far"), (None, "invalid_time")]
)
def test_a_schedule_has_bounds(slack: Served, ahead: int | None, error: str) -> None:
    """Not in the past, not beyond 120 days, and a number."""
    post_at = "soon" if ahead is None else int(slack.box.clock.now()) + ahead
    assert slack.api("chat.scheduleMessage", channel="C0OPEN", text="x", post_at=post_at)["error"] == error
