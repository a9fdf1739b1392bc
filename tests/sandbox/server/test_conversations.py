"""Conversations, their history, people, reactions and files."""

from typing import Any

import pytest

from sandbox.state.channels import Message
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.served import TEAM, Json, Served


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("U0NOBODY", "user_not_found"),
        ("U0GONE", "user_disabled"),
        ("U0OTHERBOT", "cannot_dm_bot"),
        ("", "users_list_not_supplied"),
        (",".join(f"U0P{n}" for n in range(9)), "too_many_users"),
    ],
)
def test_a_conversation_that_cannot_be_opened_says_why(slack: Served, users: str, error: str) -> None:
    """Each reason has Slack's name."""
    for n in range(9):
        slack.control(f"people/p{n}", real_name=f"P {n}")
        slack.box.world.people[f"U0P{n}"] = person = slack.box.world.people.pop(
            next(p.id for p in slack.box.world.people.values() if p.name == f"p{n}")
        )
        person.id = f"U0P{n}"
    assert slack.api("conversations.open", users=users)["error"] == error


def test_direct_and_group_conversations_open_once(slack: Served) -> None:
    """The same people get the same conversation, and those in it see it."""
    only_seen = slack.api("conversations.open", users="U0ALICE", prevent_creation=True)
    assert only_seen["error"] == "channel_not_found"
    one = slack.api("conversations.open", users="U0ALICE")
    assert "already_open" not in one
    assert slack.api("conversations.open", users="U0ALICE")["already_open"]
    group = slack.api("conversations.open", users="U0ALICE,U0BOB", return_im=True)["channel"]
    assert group["is_mpim"]
    assert slack.api("conversations.open", users="U0BOB,U0ALICE")["channel"]["id"] == group["id"]
    kinds = {c["id"]: c["kind"] for c in slack.view("bob")["channels"]}
    assert kinds[group["id"]] == "mpim"
    assert group["id"] not in {c["id"] for c in slack.view("carol")["channels"]}
    members = slack.api("conversations.members", channel=group["id"])["members"]
    assert sorted(members) == sorted([slack.keys["bot_user_id"], "U0ALICE", "U0BOB"])


def test_group_conversations_need_their_own_scope(slack: Served) -> None:
    """im:write does not open a group conversation."""
    slack.box.first_app.scopes -= {"mpim:write"}
    said = slack.api("conversations.open", users="U0ALICE,U0BOB")
    assert (said["error"], said["needed"]) == ("missing_scope", "mpim:write")


def test_lists_come_in_pages(slack: Served) -> None:
    """A cursor leads through all members once; a wrong one is refused."""
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        said = slack.api("conversations.members", channel="C0GENERAL", limit=1, cursor=cursor)
        seen += said["members"]
        cursor = said["response_metadata"]["next_cursor"]
    assert (seen, cursor) == (["U0ALICE", "U0BOB", "U0CAROL"], "")
    assert slack.api("conversations.members", channel="C0GENERAL", cursor="zzz")["error"] == "invalid_cursor"
    assert slack.api("conversations.members", channel="C0GENERAL", limit=0)["error"] == "invalid_limit"


def test_the_app_sees_public_channels_and_its_own_private_ones(slack: Served) -> None:
    """A private channel without the bot does not exist for the app."""
    types = "public_channel,private_channel"
    listed = slack.api("conversations.list", types=types, exclude_archived=True)["channels"]
    assert [c["name"] for c in listed] == ["general", "open", "closed"]
    assert slack.api("conversations.info", channel="C0CLOSED")["channel"]["is_private"]
    assert slack.api("conversations.info", channel="C0SECRET")["error"] == "channel_not_found"
    assert slack.api("conversations.members", channel="C0SECRET")["error"] == "channel_not_found"
    mine = slack.api("users.conversations", types=types, exclude_archived=True)["channels"]
    assert [c["name"] for c in mine] == ["open", "closed"]
    hers = slack.api("users.conversations", user="U0CAROL", types=types)["channels"]
    assert [c["name"] for c in hers] == ["general"]
    assert slack.api("conversations.list", types="nonsense")["error"] == "invalid_types"


def test_reading_needs_the_scope_of_the_kind(slack: Served) -> None:
    """groups:history is not im:history."""
    slack.box.first_app.scopes -= {"groups:history", "groups:read"}
    assert slack.api("conversations.history", channel="C0CLOSED")["needed"] == "groups:history"
    assert slack.api("conversations.members", channel="C0CLOSED")["needed"] == "groups:read"
    assert slack.api("conversations.history", channel="C0OPEN")["ok"]
    assert slack.api("conversations.history", channel="C0GENERAL")["error"] == "not_in_channel"


def test_history_goes_back_newest_first_between_bounds(slack: Served) -> None:
    """Oldest and latest are exclusive unless inclusive; pages follow by cursor."""
    stamps = [slack.api("chat.postMessage", channel="C0OPEN", text=str(n))["ts"] for n in range(5)]

    def texts(**args: Any) -> list[str]:
        said = slack.api("conversations.history", channel="C0OPEN", **args)
        return [m["text"] for m in said["messages"]]

    assert texts() == ["4", "3", "2", "1", "0"]
    assert texts(oldest=stamps[1], latest=stamps[3]) == ["2"]
    assert texts(oldest=stamps[1], latest=stamps[3], inclusive=True) == ["3", "2", "1"]
    page = slack.api("conversations.history", channel="C0OPEN", limit=2)
    assert page["has_more"]
    assert texts(limit=2, cursor=page["response_metadata"]["next_cursor"]) == ["2", "1"]
    bad = slack.api("conversations.history", channel="C0OPEN", oldest="yesterday")
    assert bad["error"] == "invalid_ts_oldest"


def test_history_gives_at_most_999_at_once(slack: Served) -> None:
    """A greater limit is no error in Slack's reference: it counts as the most, and a cursor leads on."""
    channel = slack.box.world.channels["C0OPEN"]
    for n in range(1001):
        channel.add(Message(ts=f"1700000000.{n:06}", user="U0ALICE", text=str(n)))
    page = slack.api("conversations.history", channel="C0OPEN", limit=1000)
    assert (len(page["messages"]), page["has_more"]) == (999, True)
    cursor = page["response_metadata"]["next_cursor"]
    rest = slack.api("conversations.history", channel="C0OPEN", limit=5000, cursor=cursor)
    assert [m["text"] for m in rest["messages"]] == ["1", "0"]
    assert not rest["has_more"]


def test_bots_join_leave_invite_and_create(slack: Served) -> None:
    """Public channels can be joined; one wrong name in an invitation invites nobody."""
    wide = [*DEFAULT_MANIFEST["oauth_config"]["scopes"]["bot"], "channels:manage"]
    manifest = DEFAULT_MANIFEST | {"oauth_config": {"scopes": {"bot": wide}}}
    slack.control("reset", team=TEAM, manifest=manifest, limits_off="all")
    bot = slack.keys["bot_user_id"]
    assert slack.api("conversations.join", channel="C0GENERAL")["channel"]["is_member"]
    assert slack.api("conversations.join", channel="C0GENERAL")["warning"] == "already_in_channel"
    assert slack.api("conversations.join", channel="C0OLD")["error"] == "is_archived"
    said = slack.api("conversations.invite", channel="C0OPEN", users="U0BOB,U0NOBODY")
    assert said["error"] == "user_not_found"
    assert slack.api("conversations.members", channel="C0OPEN")["members"] == ["U0ALICE", bot]
    assert slack.api("conversations.invite", channel="C0OPEN", users="U0BOB")["ok"]
    assert slack.api("conversations.invite", channel="C0OPEN", users="U0BOB")["error"] == "already_in_channel"
    assert slack.api("conversations.leave", channel="C0GENERAL")["ok"]
    assert bot not in slack.api("conversations.members", channel="C0GENERAL")["members"]
    made = slack.api("conversations.create", name="new-one", is_private=True)["channel"]
    assert made["is_private"]
    assert slack.api("conversations.create", name="new-one")["error"] == "name_taken"


def test_people_are_found_with_what_the_scopes_allow(slack: Served) -> None:
    """Locale only when asked, deactivated people known but not found by e-mail."""
    alice = slack.api("users.info", user="U0ALICE")["user"]
    assert (alice["tz"], "locale" in alice) == ("Europe/Paris", False)
    assert slack.api("users.info", user="U0ALICE", include_locale=True)["user"]["locale"] == "fr-FR"
    assert slack.api("users.info", user="U0NOBODY")["error"] == "user_not_found"
    assert slack.api("users.info", user="U0GONE")["user"]["deleted"]
    assert slack.api("users.lookupByEmail", email="BOB@test.example")["user"]["id"] == "U0BOB"
    assert slack.api("users.lookupByEmail", email="gone@test.example")["error"] == "users_not_found"
    members = slack.api("users.list")["members"]
    assert {"U0ALICE", "U0GONE", slack.keys["bot_user_id"]} <= {m["id"] for m in members}
    assert slack.api("users.getPresence", user="U0GONE")["presence"] == "away"


def test_people_have_pictures(slack: Served) -> None:
    """A profile's pictures can be fetched; letters in a name cannot become markup."""
    slack.control("people/bob", real_name="<b &c")
    picture = slack.api("users.info", user="U0BOB")["user"]["profile"]["image_72"]
    status, said, headers = slack.ask("GET", picture.removeprefix(slack.box.address))
    assert (status, headers["content-type"]) == (200, "image/svg+xml; charset=utf-8")
    assert b"&lt;&amp;</text>" in said["raw"]
    assert slack.ask("GET", "/avatars/U0NONE/72.svg")[0] == 404


def test_quiet_times_are_told_in_epoch_seconds(slack: Served) -> None:
    """Who has none gets Slack's ones; who has some, the next."""
    assert slack.api("dnd.info", user="U0ALICE")["next_dnd_start_ts"] == 1
    slack.control("people/alice", dnd={"start": "22:00", "end": "08:00"})
    said = slack.api("dnd.info", user="U0ALICE")
    assert said["dnd_enabled"]
    assert said["next_dnd_end_ts"] - said["next_dnd_start_ts"] in range(9 * 3600, 11 * 3600 + 1)
    team = slack.api("dnd.teamInfo", users="U0ALICE,U0BOB,U0NOBODY")["users"]
    assert {user: shown["dnd_enabled"] for user, shown in team.items()} == {"U0ALICE": True, "U0BOB": False}


def test_reactions_are_once_each(slack: Served) -> None:
    """A second one, one that is not there and one on nothing have Slack's names."""
    ts = slack.api("chat.postMessage", channel="C0OPEN", text="x")["ts"]
    args: Json = {"channel": "C0OPEN", "timestamp": ts, "name": "tada"}
    assert slack.api("reactions.add", **args)["ok"]
    assert slack.api("reactions.add", **args)["error"] == "already_reacted"
    slack.control("people/alice/react", channel="C0OPEN", message_ts=ts, name="tada")
    shown = slack.api("reactions.get", channel="C0OPEN", timestamp=ts)["message"]["reactions"]
    assert shown == [{"name": "tada", "users": [slack.keys["bot_user_id"], "U0ALICE"], "count": 2}]
    assert slack.api("reactions.remove", **args)["ok"]
    assert slack.api("reactions.remove", **args)["error"] == "no_reaction"
    assert slack.api("reactions.add", **(args | {"timestamp": "1.0"}))["error"] == "message_not_found"


def test_the_upload_flow_shares_a_picture(slack: Served) -> None:
    """Slack's client uploads; the message shows the file, its bytes come back, and blocks may use it."""
    png = b"\x89PNG\r\n\x1a\n" + bytes(32)
    sent = slack.client.files_upload_v2(
        channel="C0OPEN",
        content=png,
        filename="figures.png",
        title="Figures",
        alt_txt="A chart",
        initial_comment="See",
    )
    file = sent["files"][0]
    shown = [m for c in slack.view("alice")["channels"] if c["id"] == "C0OPEN" for m in c["messages"]]
    assert [(m["text"], m["files"][0]["title"]) for m in shown] == [("See", "Figures")]
    path = file["url_private"].removeprefix(slack.box.address)
    status, said, headers = slack.ask("GET", path)
    assert (status, said["raw"], headers["content-type"]) == (200, png, "image/png")
    block = {"type": "image", "alt_text": "A chart", "slack_file": {"id": file["id"]}}
    assert slack.api("chat.postMessage", channel="C0OPEN", text="x", blocks=[block])["ok"]
    assert slack.api("files.info", file=file["id"])["file"]["alt_txt"] == "A chart"
    assert slack.api("files.delete", file=file["id"])["ok"]
    assert slack.api("files.info", file=file["id"])["error"] == "file_not_found"


def test_an_upload_that_is_not_whole_is_refused(slack: Served) -> None:
    """A wrong length, a completion without bytes and an unshared picture in a block do not pass."""
    said = slack.api("files.getUploadURLExternal", filename="a.png", length=4)
    path = said["upload_url"].removeprefix(slack.box.address)
    files = [{"id": said["file_id"]}]
    assert slack.api("files.completeUploadExternal", files=files)["error"] == "file_not_found"
    binary = {"Content-Type": "application/octet-stream"}
    assert slack.ask("POST", path, b"12345", binary)[0] == 400
    assert slack.ask("POST", path, b"1234", binary)[0] == 200
    missing = slack.api("files.completeUploadExternal", files=files, channel_id="C0SECRET")
    assert missing["error"] == "channel_not_found"
    assert slack.api("files.completeUploadExternal", files=files)["ok"]
    block = {"type": "image", "alt_text": "x", "slack_file": {"id": said["file_id"]}}
    refused = slack.api("chat.postMessage", channel="C0OPEN", text="x", blocks=[block])
    assert refused["error"] == "invalid_blocks"


def test_a_page_in_an_upload_is_never_shown_as_one(slack: Served) -> None:
    """An uploaded web page is downloaded, since it would speak with the sandbox's own voice."""
    sent = slack.client.files_upload_v2(channel="C0OPEN", content="<script>1</script>", filename="a.html")
    path = sent["files"][0]["url_private"].removeprefix(slack.box.address)
    _, _, headers = slack.ask("GET", path)
    assert headers["content-disposition"] == "attachment"
    assert "sandbox" in headers["content-security-policy"]


def test_about_the_app_and_the_team(slack: Served) -> None:
    """auth.test, bots.info and team.info agree on who is who."""
    who = slack.api("auth.test")
    slack.box.first_app.scopes |= {"team:read"}
    assert slack.api("bots.info", bot=who["bot_id"])["bot"]["user_id"] == who["user_id"]
    assert slack.api("bots.info", bot="B0NONE")["error"] == "bot_not_found"
    assert slack.api("team.info")["team"]["name"] == "Test Institute"
    assert slack.api("auth.revoke", test=True) == {"ok": True, "revoked": False}
    assert slack.api("auth.revoke")["revoked"]
    assert slack.api("auth.test")["error"] == "token_revoked"


def test_manifests_can_be_checked(slack: Served) -> None:
    """apps.manifest.validate takes what could be installed here and says what could not."""
    assert slack.api("apps.manifest.validate", "", manifest=DEFAULT_MANIFEST)["ok"]
    said = slack.api("apps.manifest.validate", "", manifest={})
    assert (said["error"], "name" in said["errors"][0]["message"]) == ("invalid_manifest", True)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({}, "invalid_arguments"),
        ({"blocks": "[]", "view": "{}"}, "invalid_arguments"),
        ({"blocks": "["}, "invalid_arguments"),
        ({"blocks": [{"type": "divider"}]}, None),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"view": {"type": "modal", "blocks": []}}, "invalid_view"),
        ({"message": {"text": "x", "blocks": [{"type": "header"}]}}, "invalid_message"),
        ({"message": {"blocks": [{"type": "divider"}]}}, None),
    ],
)
def test_blocks_validate_answers_as_slacks_does(slack: Served, args: Json, error: str | None) -> None:
    """One of three things, by JSON or text; each problem with code, message and pointer."""
    said = slack.api("blocks.validate", "", **args)
    assert said.get("error") == error
    for problem in said.get("errors", []):
        assert {"code", "message", "pointer"} <= set(problem)
