"""What a person types and hands over before anything is sent."""

import base64

from tests.sandbox.server.bolt import Heard
from tests.sandbox.server.served import Json, Served


def _form(slack: Served, heard: Heard) -> Json:
    heard.answer = None
    assert slack.control("people/alice/command", text="/hello")["ok"]
    blocks = [
        {
            "type": "input",
            "block_id": "words",
            "dispatch_action": True,
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "v"},
        },
        {
            "type": "input",
            "block_id": "file",
            "label": {"type": "plain_text", "text": "File"},
            "element": {"type": "file_input", "action_id": "v"},
        },
    ]
    title = {"type": "plain_text", "text": "Hand over"}
    view = {"type": "modal", "title": title, "submit": title, "blocks": blocks}
    said = slack.api("views.open", trigger_id=str(heard.next()["trigger_id"]), view=view)
    assert said["ok"], said
    return dict(said["view"])


def test_a_quiet_fill_is_kept_and_tells_nobody(slack: Served, heard: Heard) -> None:
    """Words typed where only Enter counts reach the app with what is sent, not on their own."""
    view = _form(slack, heard)
    said = slack.control(
        "people/alice/fill", view_id=view["id"], block_id="words", action_id="v", value="half a", quiet=True
    )
    assert said == {"ok": True, "ack": None, "dispatched": False}
    assert heard.bodies.empty()
    shown = slack.view("alice")["modals"][0]
    assert shown["state"]["values"]["words"]["v"]["value"] == "half a"


def test_a_file_handed_over_is_a_value_with_its_bytes(slack: Served, heard: Heard) -> None:
    """The app finds Slack's file object in the state, and the bytes at its address."""
    view = _form(slack, heard)
    content = base64.b64encode(b"what we said").decode()
    file = slack.control("people/alice/upload", name="C:\\notes\\said.txt", content=content)["file"]
    assert (file["name"], file["size"], file["user"]) == ("said.txt", 12, "U0ALICE")
    said = slack.control(
        "people/alice/fill", view_id=view["id"], block_id="file", action_id="v", value=[file]
    )
    assert said["ok"]
    shown = slack.view("alice")["modals"][0]
    assert shown["state"]["values"]["file"]["v"]["files"] == [file]
    status, answer, headers = slack.ask("GET", f"/files/{file['id']}/said.txt")
    assert (status, answer["raw"]) == (200, b"what we said")
    assert headers["content-disposition"] == "attachment"


def test_bytes_that_are_not_base64_are_refused(slack: Served) -> None:
    """A wrong upload says what would be right."""
    said = slack.control("people/alice/upload", name="a.txt", content="not base64!")
    assert (said["ok"], said["error"]) == (False, "invalid_content")
