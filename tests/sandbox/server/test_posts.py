"""What a judge of a long run reads: every accepted post, and how often each method was called."""

from tests.sandbox.server.served import Served


def test_what_was_accepted_is_listed_whatever_was_answered(slack: Served) -> None:
    """A post answered with an error counts when it was taken, and only then; its key tells which it is."""
    metadata = {"event_type": "note", "event_payload": {"key": "k1"}}
    slack.control("faults", method="chat.postMessage", kind="error_after", times=1)
    slack.api("chat.postMessage", channel="#general", text="One", metadata=metadata)
    slack.control("faults", method="chat.postMessage", kind="error_before", times=1)
    slack.api("chat.postMessage", channel="#general", text="Not taken", metadata=metadata)
    slack.api("chat.postMessage", channel="#general", text="Without a key")
    found = slack.ask("GET", "/control/posts")[1]
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["posts"]]
    assert [row["key"] for row in rows] == ["k1", ""]
    assert [row["n"] for row in rows] == [1, 2]
    assert rows[0]["at"] <= rows[1]["at"]
    assert slack.ask("GET", "/control/posts?since=1")[1]["posts"] == found["posts"][1:]
    assert slack.ask("GET", "/control/counts")[1]["counts"]["chat.postMessage"] == {
        "internal_error": 2,
        "ok": 1,
    }
