"""Buttons, pickers, modals and Home, over Socket Mode with a real Bolt app."""

from typing import Any

import pytest

from sandbox.server.delivery import sockets
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.bolt import Heard, attached, listening
from tests.sandbox.server.served import TEAM, Json, Served, button, modal


def _trigger(slack: Served, heard: Heard, who: str = "alice") -> str:
    heard.answer = None
    assert slack.control(f"people/{who}/command", text="/hello")["ok"]
    return str(heard.next()["trigger_id"])


def _open(slack: Served, heard: Heard, view: Json | None = None) -> Json:
    said = slack.api("views.open", trigger_id=_trigger(slack, heard), view=view or modal())
    assert said["ok"], said
    return dict(said["view"])


def _post(slack: Served, *blocks: Json) -> tuple[str, str]:
    said = slack.api("chat.postMessage", channel="U0ALICE", text="choose", blocks=list(blocks))
    assert said["ok"], said
    return said["channel"], said["ts"]


def _do(slack: Served, verb: str, **body: Any) -> Json:
    return slack.control(f"people/alice/{verb}", **body)


def _drain(heard: Heard) -> None:
    while not heard.bodies.empty():
        heard.bodies.get()


def _next(heard: Heard, kind: str) -> Json:
    while True:
        body = heard.next()
        if body.get("type") == kind:
            return body


def test_a_press_carries_message_channel_and_state(slack: Served, heard: Heard) -> None:
    """block_actions as Slack sends it from a direct message."""
    channel, ts = _post(slack, button(value="7"))
    where = {"channel": channel, "message_ts": ts}
    assert _do(slack, "press", container=where, action_id="go") == {"ok": True, "ack": None}
    body = _next(heard, "block_actions")
    assert body["actions"][0] | {"action_ts": ""} == {
        "type": "button", "action_id": "go", "block_id": "row", "value": "7", "action_ts": "",
        "text": {"type": "plain_text", "text": "Go"},
    }  # fmt: skip
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel,
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": channel, "name": "directmessage"}
    assert body["message"]["ts"] == ts
    assert body["user"]["id"] == "U0ALICE"
    assert body["state"] == {"values": {}}


def test_a_press_on_an_ephemeral_message_carries_no_message(slack: Served, heard: Heard) -> None:
    """The app gets a response address that can replace it, then remove it."""
    ts = slack.api("chat.postEphemeral", channel="C0OPEN", user="U0ALICE", text="x", blocks=[button()])[
        "message_ts"
    ]
    _do(slack, "press", container={"channel": "C0OPEN", "message_ts": ts}, action_id="go")
    body = _next(heard, "block_actions")
    assert "message" not in body
    assert body["container"]["is_ephemeral"]
    path = body["response_url"].removeprefix(slack.box.address)

    def shown() -> list[str]:
        found = [c for c in slack.view("alice")["channels"] if c["id"] == "C0OPEN"]
        return [m["text"] for m in found[0]["messages"]]

    assert slack.ask("POST", path, {"replace_original": True, "text": "new"})[1] == {"ok": True}
    assert shown() == ["new"]
    assert slack.ask("POST", path, {"text": "more"})[0] == 200
    assert shown() == ["new", "more"]
    assert slack.ask("POST", path, {"delete_original": True})[0] == 200
    assert shown() == ["more"]
    assert slack.ask("POST", path, {"blocks": [{"type": "x"}], "text": "x"})[1]["error"] == "invalid_blocks"
    assert slack.ask("POST", path, {"text": "five", "response_type": "in_channel"})[0] == 200
    assert slack.ask("POST", path, {"text": "six"})[:2] == (404, {"ok": False, "error": "used_url"})


def test_a_picker_in_a_message_keeps_each_persons_choice(slack: Served, heard: Heard) -> None:
    """state.values of a message holds what this person chose before pressing the button."""
    options = [{"text": {"type": "plain_text", "text": t}, "value": t} for t in ("a", "b")]
    picker = {"type": "static_select", "action_id": "pick", "options": options}
    row = button()
    row["elements"].append(picker)
    channel, ts = _post(slack, row)
    where = {"channel": channel, "message_ts": ts}
    assert _do(slack, "press", container=where, action_id="pick", value="z")["error"] == "invalid_value"
    assert _do(slack, "press", container=where, action_id="pick", value="b")["ok"]
    assert _next(heard, "block_actions")["actions"][0]["selected_option"]["value"] == "b"
    _do(slack, "press", container=where, action_id="go")
    state = _next(heard, "block_actions")["state"]["values"]
    assert state["row"]["pick"]["selected_option"]["value"] == "b"
    assert slack.dm("alice")[0]["state"]["values"] == state


def test_what_is_not_there_cannot_be_pressed(slack: Served) -> None:
    """A wrong element, somebody else's message and a person's own message each say so."""
    channel, ts = _post(slack, button())
    where = {"channel": channel, "message_ts": ts}
    assert _do(slack, "press", container=where, action_id="no")["error"] == "element_not_found"
    foreign = slack.control("people/bob/press", container=where, action_id="go")
    assert foreign["error"] == "channel_not_found"
    hers = _do(slack, "say", channel="@app", text="x")["ts"]
    said = _do(slack, "press", container=where | {"message_ts": hers}, action_id="go")
    assert said["error"] == "not_interactive"


def test_a_silent_app_leaves_a_notice(slack: Served, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person learns that nobody answered."""
    channel, ts = _post(slack, button())
    _next(heard, "event_callback")
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.2)
    heard.silent = True
    said = _do(slack, "press", container={"channel": channel, "message_ts": ts}, action_id="go")
    assert (said["ok"], said["error"]) == (False, "operation_timeout")
    assert slack.view("alice")["notices"][-1]["error"] == "operation_timeout"


def test_a_form_is_checked_by_the_client_then_by_the_app(slack: Served, heard: Heard) -> None:
    """Required inputs first; then the app's errors under their inputs; then it closes."""
    view = _open(slack, heard)
    assert set(_do(slack, "submit", view_id=view["id"])["errors"]) == {"name"}
    fill = {"view_id": view["id"], "block_id": "name", "action_id": "text"}
    assert not _do(slack, "fill", **fill, value="x")["dispatched"]
    heard.answer = {"response_action": "errors", "errors": {"name": "taken"}}
    assert _do(slack, "submit", view_id=view["id"]) == {"ok": False, "errors": {"name": "taken"}}
    body = _next(heard, "view_submission")
    assert body["view"]["state"]["values"]["name"]["text"]["value"] == "x"
    assert body["view"]["callback_id"] == "form"
    assert slack.view("alice")["modals"][0]["errors"] == {"name": "taken"}
    heard.answer = None
    assert _do(slack, "submit", view_id=view["id"])["ok"]
    assert slack.view("alice")["modals"] == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, "unknown_block_id"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
    ],
)
def test_an_answer_slack_would_drop_is_trouble(slack: Served, heard: Heard, answer: Json, error: str) -> None:
    """The modal stays, the person reads of trouble, the reason is in the notice."""
    view = _open(slack, heard)
    _do(slack, "fill", view_id=view["id"], block_id="name", action_id="text", value="x")
    heard.answer = answer
    said = _do(slack, "submit", view_id=view["id"])
    assert (said["ok"], said["error"]) == (False, error)
    notice = slack.view("alice")["notices"][-1]
    assert (notice["error"], "trouble" in notice["text"]) == (error, True)
    assert slack.view("alice")["modals"][0]["id"] == view["id"]


def test_answers_push_update_and_clear(slack: Served, heard: Heard) -> None:
    """Push lays one on top, update changes it, an empty answer goes back one, clear closes all."""
    bare = modal(blocks=[{"type": "divider"}])
    first = _open(slack, heard, bare)
    heard.answer = {"response_action": "push", "view": bare | {"callback_id": "second"}}
    _do(slack, "submit", view_id=first["id"])
    stack = slack.view("alice")["modals"]
    assert [v["callback_id"] for v in stack] == ["form", "second"]
    assert stack[1]["root_view_id"] == stack[1]["previous_view_id"] == first["id"]
    assert _do(slack, "submit", view_id=first["id"])["error"] == "not_on_top"
    heard.answer = {"response_action": "update", "view": bare | {"callback_id": "changed"}}
    _do(slack, "submit", view_id=stack[1]["id"])
    assert [v["callback_id"] for v in slack.view("alice")["modals"]] == ["form", "changed"]
    heard.answer = None
    _do(slack, "submit", view_id=stack[1]["id"])
    assert [v["callback_id"] for v in slack.view("alice")["modals"]] == ["form"]
    heard.answer = {"response_action": "push", "view": bare}
    _do(slack, "submit", view_id=first["id"])
    heard.answer = {"response_action": "clear"}
    _do(slack, "submit", view_id=slack.view("alice")["modals"][-1]["id"])
    assert slack.view("alice")["modals"] == []


def test_a_stack_is_three_deep(slack: Served, heard: Heard) -> None:
    """The fourth modal is refused; each push needs a trigger from within."""
    bare = modal(blocks=[button()])
    outside = _trigger(slack, heard)
    assert slack.api("views.push", trigger_id=outside, view=bare)["error"] == "invalid_trigger_id"
    _open(slack, heard, bare)
    errors = []
    for _ in range(3):
        top = slack.view("alice")["modals"][-1]["id"]
        _do(slack, "press", view_id=top, action_id="go")
        trigger = _next(heard, "block_actions")["trigger_id"]
        errors.append(slack.api("views.push", trigger_id=trigger, view=bare).get("error"))
    assert errors == [None, None, "push_limit_reached"]
    root = slack.view("alice")["modals"][0]["id"]
    _do(slack, "close", view_id=root, all=True)
    assert slack.view("alice")["modals"] == []


def test_triggers_and_views_are_refused_by_name(slack: Served, heard: Heard) -> None:
    """A made-up trigger, a used one, a bad view (which leaves the trigger unused), a twin external_id."""
    trigger = _trigger(slack, heard)
    assert slack.api("views.open", trigger_id="1.2.3", view=modal())["error"] == "invalid_trigger_id"
    bad = slack.api(
        "views.open", trigger_id=trigger, view=modal(title={"type": "plain_text", "text": "x" * 25})
    )
    assert bad["error"] == "invalid_arguments"
    assert "json-pointer:/view/title" in bad["response_metadata"]["messages"][0]
    assert slack.api("views.open", trigger_id=trigger, view=modal(external_id="one"))["ok"]
    assert slack.api("views.open", trigger_id=trigger, view=modal())["error"] == "exchanged_trigger_id"
    bob = _trigger(slack, heard, "bob")
    twin = slack.api("views.open", trigger_id=bob, view=modal(external_id="one"))
    assert twin["error"] == "duplicate_external_id"
    big = modal(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 90)
    assert slack.api("views.open", trigger_id=_trigger(slack, heard), view=big)["error"] == "view_too_large"
    home = {"type": "home", "blocks": []}
    wrong = slack.api("views.open", trigger_id=_trigger(slack, heard), view=home)
    assert wrong["error"] == "invalid_arguments"


def test_late_uses_are_told_as_late(slack: Served, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trigger after three seconds, a response address after half an hour; a skip ages neither."""
    slack.control("people/alice/command", text="/hello")
    body = heard.next()
    slack.control("clock", skip_seconds=86_400)
    path = body["response_url"].removeprefix(slack.box.address)
    assert slack.ask("POST", path, {"text": "in time"})[0] == 200
    now = slack.box.triggers.now
    monkeypatch.setattr(slack.box.triggers, "now", lambda: now() + 4)
    late = slack.api("views.open", trigger_id=body["trigger_id"], view=modal())
    assert late["error"] == "expired_trigger_id"
    monkeypatch.setattr(slack.box.triggers, "now", lambda: now() + 1801)
    assert slack.ask("POST", path, {"text": "late"})[:2] == (404, {"ok": False, "error": "expired_url"})


def test_an_update_keeps_what_was_typed_and_minds_the_hash(slack: Served, heard: Heard) -> None:
    """By id or external id; a stale hash is refused; what stays in place keeps its value."""
    view = _open(slack, heard, modal(external_id="mine"))
    fill = {"view_id": view["id"], "block_id": "name", "action_id": "text"}
    _do(slack, "fill", **fill, value="typed")
    more = modal(external_id="mine", blocks=[*modal()["blocks"], {"type": "divider"}])
    said = slack.api("views.update", external_id="mine", hash=view["hash"], view=more)
    assert said["view"]["state"]["values"]["name"]["text"]["value"] == "typed"
    assert said["view"]["hash"] != view["hash"]
    stale = slack.api("views.update", view_id=view["id"], hash=view["hash"], view=more)
    assert stale["error"] == "hash_conflict"
    assert slack.api("views.update", view_id="V0NONE", view=more)["error"] == "not_found"
    assert slack.api("views.update", view=more)["error"] == "invalid_arguments"


def test_closing_is_told_only_where_asked(slack: Served, heard: Heard) -> None:
    """notify_on_close sends view_closed, is_cleared for the cross; else the app hears nothing."""
    quiet = _open(slack, heard)
    _do(slack, "close", view_id=quiet["id"])
    loud = _open(slack, heard, modal(notify_on_close=True))
    _do(slack, "close", view_id=loud["id"])
    body = _next(heard, "view_closed")
    assert (body["view"]["id"], body["is_cleared"]) == (loud["id"], False)
    crossed = _open(slack, heard, modal(notify_on_close=True))
    _do(slack, "close", view_id=crossed["id"], all=True)
    assert _next(heard, "view_closed")["is_cleared"]
    assert heard.bodies.empty()


def test_fields_that_dispatch_tell_the_app_at_once(slack: Served, heard: Heard) -> None:
    """dispatch_action on an input, and any picker outside an input, send block_actions from the view."""
    loud = modal()["blocks"][0] | {"dispatch_action": True}
    view = _open(slack, heard, modal(blocks=[loud]))
    _do(slack, "fill", view_id=view["id"], block_id="name", action_id="text", value="now")
    body = _next(heard, "block_actions")
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"]["name"]["text"]["value"] == "now"
    assert body["actions"][0]["value"] == "now"
    assert "response_url" not in body


def test_options_are_asked_of_the_app(slack: Served, heard: Heard) -> None:
    """After enough letters; only what was offered can be chosen; too many options are trouble."""
    menu = {"type": "external_select", "action_id": "who", "min_query_length": 2}
    label = {"type": "plain_text", "text": "Who"}
    view = _open(
        slack, heard, modal(blocks=[{"type": "input", "block_id": "b", "label": label, "element": menu}])
    )
    where = {"view_id": view["id"], "action_id": "who", "block_id": "b"}
    assert _do(slack, "suggest", **where, text="a") == {"ok": True, "options": []}
    options = [{"text": {"type": "plain_text", "text": "Ada"}, "value": "u1"}]
    heard.answer = {"options": options}
    assert _do(slack, "suggest", **where, text="ad")["options"] == options
    body = _next(heard, "block_suggestion")
    assert (body["value"], body["action_id"], body["view"]["id"]) == ("ad", "who", view["id"])
    assert _do(slack, "fill", **where, value="u9")["error"] == "invalid_value"
    assert _do(slack, "fill", **where, value="u1")["ok"]
    heard.answer = {"options": [{**options[0], "value": str(n)} for n in range(101)]}
    assert _do(slack, "suggest", **where, text="ad")["error"] == "invalid_options"
    heard.answer = {"options": []}
    assert _do(slack, "suggest", **where, text="zz")["options"] == []


def test_home_is_opened_and_published(slack: Served, heard: Heard) -> None:
    """app_home_opened names the tab; the published view is on that person's screen and no other's."""
    home = {"type": "home", "blocks": [button()]}
    _do(slack, "home")
    event = heard.next()["event"]
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", "U0ALICE")
    assert "view" not in event
    first = slack.api("views.publish", user_id="U0ALICE", view=home)["view"]
    app = slack.keys["app_id"]
    assert slack.view("alice")["homes"][app]["id"] == first["id"]
    assert slack.view("bob")["homes"] == {}
    assert slack.api("views.publish", user_id="U0ALICE", view=home, hash="0.x")["error"] == "hash_conflict"
    assert slack.api("views.publish", user_id="U0ALICE", view=home, hash=first["hash"])["ok"]
    assert slack.api("views.publish", user_id="U0NONE", view=home)["error"] == "user_not_found"
    _do(slack, "press", view_id=first["id"], action_id="go")
    assert _next(heard, "block_actions")["view"]["type"] == "home"
    _do(slack, "home")
    assert _next(heard, "event_callback")["event"]["view"]["id"] == first["id"]


def test_an_empty_home_is_published(slack: Served) -> None:
    """No blocks at all clear what was there: the person sees a Home with nothing on it."""
    app = slack.keys["app_id"]
    assert slack.api("views.publish", user_id="U0ALICE", view={"type": "home", "blocks": [button()]})["ok"]
    assert len(slack.view("alice")["homes"][app]["blocks"]) == 1
    said = slack.api("views.publish", user_id="U0ALICE", view={"type": "home", "blocks": []})
    assert (said["ok"], said["view"]["blocks"]) == (True, [])
    assert slack.view("alice")["homes"][app]["blocks"] == []


def test_an_app_without_home_cannot_publish(slack: Served) -> None:
    """not_enabled, and nobody can open it."""
    slack.box.first_app.home_tab = False
    said = slack.api("views.publish", user_id="U0ALICE", view={"type": "home", "blocks": []})
    assert said["error"] == "not_enabled"
    assert _do(slack, "home")["error"] == "home_disabled"


def test_shortcuts_global_and_on_a_message(slack: Served) -> None:
    """Each sends its own kind; the one on a message carries the message and a response address."""
    shortcuts = [
        {"name": "Start", "type": "global", "callback_id": "start", "description": "x"},
        {"name": "Keep", "type": "message", "callback_id": "keep", "description": "x"},
    ]
    features = DEFAULT_MANIFEST["features"] | {"shortcuts": shortcuts}
    slack.control("reset", team=TEAM, manifest=DEFAULT_MANIFEST | {"features": features}, limits_off="all")
    heard = Heard()
    with attached(slack, listening(slack, heard)):
        assert _do(slack, "shortcut", callback_id="start")["ok"]
        body = _next(heard, "shortcut")
        assert (body["callback_id"], "channel" in body) == ("start", False)
        ts = _do(slack, "say", channel="#general", text="keep me")["ts"]
        assert _do(slack, "shortcut", callback_id="keep", channel="#general", message_ts=ts)["ok"]
        body = _next(heard, "message_action")
        assert (body["message"]["text"], body["channel"]["name"]) == ("keep me", "general")
        assert body["response_url"]
    assert _do(slack, "shortcut", callback_id="none")["error"] == "shortcut_not_found"


def test_a_new_root_takes_the_place_of_the_old(slack: Served, heard: Heard) -> None:
    """Whoever types a command has closed the modal before; a trigger from within lays one on top."""
    first = _open(slack, heard, modal(notify_on_close=True))
    inner = _open(slack, heard, modal(blocks=[button()]))
    told = _next(heard, "view_closed")
    assert (told["view"]["id"], told["is_cleared"]) == (first["id"], True)
    assert [v["id"] for v in slack.view("alice")["modals"]] == [inner["id"]]
    _do(slack, "press", view_id=inner["id"], action_id="go")
    trigger = _next(heard, "block_actions")["trigger_id"]
    slack.api("views.open", trigger_id=trigger, view=modal())
    assert len(slack.view("alice")["modals"]) == 2


def test_a_chosen_conversation_can_give_a_response_address(slack: Served, heard: Heard) -> None:
    """response_url_enabled turns a picked conversation into leave to write there."""
    menu = {
        "type": "conversations_select", "action_id": "where", "response_url_enabled": True,
        "initial_conversation": "C0GENERAL",
    }  # fmt: skip
    label = {"type": "plain_text", "text": "Where"}
    view = _open(
        slack, heard, modal(blocks=[{"type": "input", "block_id": "b", "label": label, "element": menu}])
    )
    assert _do(slack, "submit", view_id=view["id"])["ok"]
    url = _next(heard, "view_submission")["response_urls"][0]
    assert (url["channel_id"], url["block_id"]) == ("C0GENERAL", "b")
    path = url["response_url"].removeprefix(slack.box.address)
    assert slack.ask("POST", path, {"text": "hi", "response_type": "in_channel"})[0] == 200
    shown = [c for c in slack.view("bob")["channels"] if c["id"] == "C0GENERAL"]
    assert [m["text"] for m in shown[0]["messages"]] == ["hi"]
