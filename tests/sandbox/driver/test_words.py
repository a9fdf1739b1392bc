"""Slack's markup and blocks, as a person reads them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.driver.render import Reader
from sandbox.driver.sight import Sight
from sandbox.driver.words import Names, key, mrkdwn, same

Json = dict[str, Any]
NAMES = Names({"U1": "Alice Moreau"}, {"C1": "general"})


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


@pytest.mark.parametrize(
    ("marked", "read"),
    [
        ("Ask <@U1> or <@U9>", "Ask @Alice Moreau or @U9"),
        ("in <#C1> or <#C2|leads>", "in #general or #leads"),
        ("<!channel> and <!subteam^S1|@mentors>", "@channel and @mentors"),
        ("<!date^1790000000^{date_short}|21 Sep>", "21 Sep"),
        ("<https://a.example|the page> <https://b.example>", "the page https://b.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("*bold* _italic_ ~struck~ `code` *_both_*", "bold italic struck code both"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        ("a &lt;tag&gt; &amp; more", "a <tag> & more"),
        ("```\nblock\n```", "block"),
        ("العربية *نص*", "العربية نص"),
    ],
)
def test_mrkdwn_reads_without_its_marks(marked: str, read: str) -> None:
    """Mentions become names, links their labels, bold its words; what is no mark stays."""
    assert mrkdwn(marked, NAMES) == read


def test_labels_compare_as_people_compare_them() -> None:
    """Case and spacing do not count; a label is a keyword with underscores."""
    assert same("Send  it", "send it")
    assert not same("Send", "Send it")
    assert key("What do you want to learn?") == "what_do_you_want_to_learn"


RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Hi "},
                {"type": "user", "user_id": "U1"},
                {"type": "text", "text": " in "},
                {"type": "channel", "channel_id": "C1"},
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://a.example", "text": "here"},
                {"type": "broadcast", "range": "here"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": word}]}
                for word in ("one", "two")
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said\nso"}]},
    ],
}
CELLS: Json = {
    "type": "table",
    "rows": [
        [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Places"}],
        [{"type": "raw_text", "text": "Alice Moreau"}, {"type": "raw_number", "value": 2}],
    ],
}
CHART: Json = {
    "type": "data_visualization",
    "title": "Pairs",
    "chart": {
        "type": "bar",
        "series": [{"name": "new", "data": [{"label": "May", "value": 3}, {"label": "June", "value": 5}]}],
        "axis_config": {"categories": ["May", "June"]},
    },
}
OPTIONS = [
    {"text": _plain("Tea"), "value": "t"},
    {"text": _plain("Milk"), "value": "m", "description": _plain("cold")},
]


@pytest.mark.parametrize(
    ("block", "read"),
    [
        (RICH, "Hi @Alice Moreau in #general:wave:here@here\n  1. one\n  2. two\n> said\n> so"),
        (CELLS, "Name         | Places\nAlice Moreau | 2"),
        ({**CELLS, "type": "data_table", "caption": "Who"}, "Who\nName         | Places\nAlice Moreau | 2"),
        (CHART, "(chart: Pairs)\n     | new\nMay  | 3\nJune | 5"),
        (
            {"type": "section", "text": _plain("a"), "fields": [_plain("b"), _plain("c")]},
            "a\nb\nc",
        ),
        (
            {"type": "context", "elements": [_plain("a"), {"type": "image", "alt_text": "b"}]},
            "a (picture: b)",
        ),
        ({"type": "image", "alt_text": "b", "title": _plain("a")}, "a\n(picture: b)"),
        ({"type": "markdown", "text": "# a"}, "# a"),
        ({"type": "alert", "text": _plain("careful")}, "! careful"),
        ({"type": "divider"}, "---"),
        (
            {
                "type": "card",
                "title": _plain("a"),
                "body": _plain("b"),
                "actions": [{"type": "button", "text": _plain("c")}],
            },
            "a\nb\n[c]",
        ),
        (
            {
                "type": "container",
                "title": _plain("a"),
                "child_blocks": [{"type": "header", "text": _plain("b")}],
            },
            "a\nb",
        ),
        (
            {
                "type": "plan",
                "title": "a",
                "tasks": [{"type": "task_card", "task_id": "1", "title": "b", "status": "in_progress"}],
            },
            "a\nb (in progress)",
        ),
        ({"type": "sparkle"}, "(sparkle)"),
    ],
)
def test_blocks_are_read_aloud(block: Json, read: str) -> None:
    """Each block has its words; an unknown one is at least named."""
    assert Reader(NAMES).block(block) == read


@pytest.mark.parametrize(
    ("element", "entry", "read"),
    [
        ({"type": "plain_text_input"}, {"value": None}, "Label (optional): ____\n  Hint"),
        ({"type": "plain_text_input"}, {"value": "words"}, "Label (optional): words\n  Hint"),
        ({"type": "static_select", "placeholder": _plain("Pick")}, {}, "Label (optional): [Pick ▾]\n  Hint"),
        ({"type": "users_select"}, {"selected_user": "U1"}, "Label (optional): [Alice Moreau ▾]\n  Hint"),
        (
            {"type": "multi_conversations_select"},
            {"selected_conversations": ["C1"]},
            "Label (optional): [general ▾]\n  Hint",
        ),
        (
            {"type": "datetimepicker"},
            {"selected_date_time": 0},
            "Label (optional): [1970-01-01 00:00 UTC ▾]\n  Hint",
        ),
        (
            {"type": "checkboxes", "options": OPTIONS},
            {"selected_options": [OPTIONS[1]]},
            "Label (optional): \n  [ ] Tea\n  [x] Milk - cold\n  Hint",
        ),
        (
            {"type": "radio_buttons", "options": OPTIONS},
            {"selected_option": OPTIONS[0]},
            "Label (optional): \n  (•) Tea\n  ( ) Milk - cold\n  Hint",
        ),
        (
            {"type": "file_input"},
            {"files": [{"id": "F1", "name": "cv.pdf"}]},
            "Label (optional): cv.pdf\n  Hint",
        ),
    ],
)
def test_inputs_are_read_with_what_is_in_them(element: Json, entry: Json, read: str) -> None:
    """An input shows its label, what is entered or chosen, and its hint."""
    block: Json = {
        "type": "input",
        "block_id": "b",
        "label": _plain("Label"),
        "hint": _plain("Hint"),
        "optional": True,
        "element": {**element, "action_id": "a"},
    }
    assert Reader(NAMES, {"b": {"a": {"type": element["type"], **entry}}}).block(block) == read


def test_an_unopened_menu_shows_its_initial_choice() -> None:
    """Without a state, as in a message, the initial value is what one sees."""
    menu: Json = {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]}
    assert Reader(NAMES).block({"type": "actions", "elements": [menu]}) == "[Tea ▾]"


def _sight() -> Sight:
    alice = {"id": "U1", "name": "alice", "real_name": "Alice Moreau", "tz": "Asia/Tokyo"}
    bot = {"id": "U2", "name": "parrot", "real_name": "parrot", "is_bot": True}
    message = {"ts": "1790000000.000100", "user": "U2", "text": "*Hello*"}
    hidden = {"ts": "1790000060.000100", "user": "U2", "text": "psst", "ephemeral": True}
    group = {"id": "G1", "name": "mpdm-1", "kind": "mpim", "members": ["U1", "U2"], "messages": [hidden]}
    return Sight(
        {
            "rev": 1,
            "now": "2026-09-21T13:33:20Z",
            "me": alice,
            "people": [alice, bot],
            "apps": [],
            "channels": [
                {
                    "id": "D1",
                    "name": "",
                    "kind": "im",
                    "with": "U2",
                    "members": ["U1", "U2"],
                    "messages": [message],
                },
                group,
            ],
            "modals": [],
            "homes": {},
            "notices": [{"n": 1, "text": "Something went wrong.", "error": "x"}],
        }
    )


def test_a_transcript_reads_like_a_conversation() -> None:
    """Each line says when (on the reader's clock), where, who and what; since leaves out what came before."""
    sight = _sight()
    late = (
        "[Mon 21 Sep 2026 23:14] DM with parrot · parrot (only you see this)\n"
        "    psst\n"
        "[notice] Something went wrong."
    )
    assert sight.transcript() == f"[Mon 21 Sep 2026 23:13] DM with parrot · parrot\n    Hello\n{late}"
    assert sight.transcript(since="1790000000.000100") == late


def test_an_unknown_zone_is_read_as_utc() -> None:
    """A person without a usable time zone still gets times."""
    sight = _sight()
    sight.me["tz"] = "Nowhere/Land"
    assert sight.clock("1790000000.000100") == "Mon 21 Sep 2026 14:13"


def test_message_text_has_attachments_and_files() -> None:
    """A message's attachments and files are read too, blocks before text."""
    message: Json = {
        "text": "fallback",
        "blocks": [{"type": "section", "text": _plain("seen")}],
        "attachments": [{"text": "more"}, {"blocks": [{"type": "divider"}]}],
        "files": [{"id": "F1", "title": "A chart"}],
    }
    assert _sight().message_text(message) == "seen\nmore\n---\n(file: A chart)"
