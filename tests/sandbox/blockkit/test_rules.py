"""Rules of Block Kit that are not a number: what must be there, what may stand where, what excludes what."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.blockkit import Surface, check_blocks, check_message, check_view

Json = dict[str, Any]
TEXT: Json = {"type": "plain_text", "text": "x"}
OPTION: Json = {"text": TEXT, "value": "a"}
OTHER: Json = {"text": TEXT, "value": "b"}
PICTURE = "https://pictures.example/a.png"
EVERYWHERE = {"message", "modal", "home"}
RICH: Json = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}
CARD: Json = {"type": "card", "title": TEXT}
CELL: Json = {"type": "raw_text", "text": "x"}


def _actions(**element: Any) -> Json:
    return {"type": "actions", "elements": [element]}


def _entry(**element: Any) -> Json:
    return {"type": "input", "label": TEXT, "element": element}


def _modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": TEXT,
        "submit": TEXT,
        "blocks": list(blocks) or [{"type": "divider"}],
        **more,
    }


BLOCKS: dict[str, tuple[Json, set[str]]] = {
    "actions": (_actions(type="button", text=TEXT), EVERYWHERE),
    "context": ({"type": "context", "elements": [TEXT]}, EVERYWHERE),
    "divider": ({"type": "divider"}, EVERYWHERE),
    "header": ({"type": "header", "text": TEXT}, EVERYWHERE),
    "image": ({"type": "image", "image_url": PICTURE, "alt_text": "x"}, EVERYWHERE),
    "image from a file": ({"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"}, EVERYWHERE),
    "input": (_entry(type="plain_text_input"), EVERYWHERE),
    "rich_text": (RICH, EVERYWHERE),
    "section": ({"type": "section", "text": TEXT}, EVERYWHERE),
    "card": (CARD, EVERYWHERE),
    "carousel": ({"type": "carousel", "elements": [CARD]}, {"message", "home"}),
    "table": ({"type": "table", "rows": [[CELL, RICH]]}, {"message", "home"}),
    "data_table": ({"type": "data_table", "caption": "c", "rows": [[CELL], [RICH]]}, {"message", "home"}),
    "container": ({"type": "container", "title": TEXT, "child_blocks": [{"type": "divider"}]}, {"message"}),
    "context_actions": (
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": TEXT}]},
        {"message"},
    ),
    "markdown": ({"type": "markdown", "text": "x"}, {"message"}),
    "plan": (
        {
            "type": "plan",
            "title": "t",
            "tasks": [{"type": "task_card", "task_id": "1", "title": "t", "status": "error"}],
        },
        {"message"},
    ),
    "task_card": ({"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}, {"message"}),
    "data_visualization": (
        {
            "type": "data_visualization",
            "title": "t",
            "chart": {"type": "pie", "segments": [{"label": "a", "value": 0.5}]},
        },
        {"message"},
    ),
    "alert": ({"type": "alert", "text": TEXT, "level": "info"}, {"modal"}),
    "file_input": (_entry(type="file_input"), {"modal"}),
    "email_text_input": (_entry(type="email_text_input"), {"modal"}),
    "number_input": (_entry(type="number_input", is_decimal_allowed=False), {"modal"}),
    "url_text_input": (_entry(type="url_text_input"), {"modal"}),
    "rich_text_input": (_entry(type="rich_text_input"), {"modal", "home"}),
    "datetimepicker": (_actions(type="datetimepicker"), {"message", "modal"}),
    "workflow_button": (
        _actions(type="workflow_button", text=TEXT, workflow={"trigger": {"url": "https://flow.example/a"}}),
        {"message"},
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_and_elements_keep_to_their_surfaces(name: str) -> None:
    """A block or element is accepted on its surfaces and refused as an unsupported type on the others."""
    block, surfaces = BLOCKS[name]
    for surface in get_args(Surface):
        problems = check_blocks([block], surface)
        if surface in surfaces:
            assert problems == []
        else:
            assert [problem.message.split(":")[0] for problem in problems] == ["unsupported type"]


REFUSED: dict[str, tuple[Json, str]] = {
    "an unknown block": ({"type": "sparkle"}, "unsupported type: sparkle"),
    "a block without type": ({}, "unsupported type: None"),
    "an unknown element": (_actions(type="sparkle"), "unsupported type: sparkle"),
    "a header in mrkdwn": (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn",
    ),
    "a button in mrkdwn": (
        _actions(type="button", text={"type": "mrkdwn", "text": "x"}),
        "unsupported type: mrkdwn",
    ),
    "a text input in actions": (_actions(type="plain_text_input"), "unsupported type: plain_text_input"),
    "a button in an input": (_entry(type="button", text=TEXT), "unsupported type: button"),
    "a button in context": (
        {"type": "context", "elements": [{"type": "button"}]},
        "unsupported type: button",
    ),
    "an unknown member": (
        {"type": "divider", "colour": "red"},
        "invalid additional property: colour",
    ),
    "a null member": ({"type": "section", "text": TEXT, "accessory": None}, "must provide an object"),
    "a section of nothing": ({"type": "section"}, "missing required field: text or fields"),
    "an image without address": (
        {"type": "image", "alt_text": "x"},
        "missing required field: image_url or slack_file",
    ),
    "an image without alt text": (
        {"type": "image", "image_url": PICTURE},
        "missing required field: alt_text",
    ),
    "an image of two sources": (
        {"type": "image", "image_url": PICTURE, "slack_file": {"id": "F1"}, "alt_text": "x"},
        "cannot provide both image_url and slack_file",
    ),
    "an image at no address": (
        {"type": "image", "image_url": "picture.png", "alt_text": "x"},
        "must be a valid url",
    ),
    "an accessory image without alt text": (
        {"type": "section", "text": TEXT, "accessory": {"type": "image", "image_url": PICTURE}},
        "missing required field: alt_text",
    ),
    "a menu without options": (
        _actions(type="static_select"),
        "missing required field: options or option_groups",
    ),
    "a menu of no options": (_actions(type="static_select", options=[]), "no fewer than 1 items allowed"),
    "a menu of options and groups": (
        _actions(
            type="static_select", options=[OPTION], option_groups=[{"label": TEXT, "options": [OPTION]}]
        ),
        "cannot provide both options and option_groups",
    ),
    "an initial option of none": (
        _actions(type="static_select", options=[OPTION], initial_option=OTHER),
        "must be one of the provided options",
    ),
    "an initial checkbox of none": (
        _actions(type="checkboxes", options=[OPTION], initial_options=[OTHER]),
        "must be one of the provided options",
    ),
    "more initial options than may be chosen": (
        _actions(
            type="multi_static_select",
            options=[OPTION, OTHER],
            initial_options=[OPTION, OTHER],
            max_selected_items=1,
        ),
        "no more than 1 items allowed",
    ),
    "mrkdwn in a menu's option": (
        _actions(type="static_select", options=[{"text": {"type": "mrkdwn", "text": "x"}, "value": "a"}]),
        "unsupported type: mrkdwn",
    ),
    "an address in a menu's option": (
        _actions(type="static_select", options=[{**OPTION, "url": PICTURE}]),
        "invalid additional property: url",
    ),
    "an odd style": (_actions(type="button", text=TEXT, style="loud"), "must be a valid enum value: loud"),
    "a date that is none": (
        _actions(type="datepicker", initial_date="2026-02-30"),
        "must be a valid date of the form YYYY-MM-DD",
    ),
    "a time that is none": (
        _actions(type="timepicker", initial_time="24:00"),
        "must be a valid time of the form HH:mm",
    ),
    "a zone that is none": (
        _actions(type="timepicker", timezone="Mars/Olympus"),
        "must be an IANA time zone",
    ),
    "an instant of few digits": (
        _actions(type="datetimepicker", initial_date_time=1),
        "must be no less than 1000000000",
    ),
    "a confirmation without its buttons": (
        _actions(type="button", text=TEXT, confirm={"title": TEXT, "text": TEXT, "confirm": TEXT}),
        "missing required field: deny",
    ),
    "a filter of nothing": (
        _actions(type="conversations_select", filter={}),
        "missing required field: include or exclude_external_shared_channels or exclude_bot_users",
    ),
    "rows of different width": (
        {"type": "data_table", "caption": "c", "rows": [[CELL, CELL], [CELL]]},
        "all rows must have the same number of cells",
    ),
    "rich text in a data table's header": (
        {"type": "data_table", "caption": "c", "rows": [[RICH], [CELL]]},
        "unsupported type: rich_text",
    ),
    "a data table without caption": (
        {"type": "data_table", "rows": [[CELL], [CELL]]},
        "missing required field: caption",
    ),
    "a pie with a slice of nothing": (
        {
            "type": "data_visualization",
            "title": "t",
            "chart": {"type": "pie", "segments": [{"label": "a", "value": 0}]},
        },
        "must be greater than 0",
    ),
    "a collapsed container that cannot open": (
        {
            "type": "container",
            "title": TEXT,
            "child_blocks": [{"type": "divider"}],
            "default_collapsed": True,
        },
        "requires is_collapsible to be true",
    ),
    "rich text of an unknown part": (
        {"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]},
        "unsupported type: rich_text_poem",
    ),
    "rich text with an unknown inline": (
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "sparkle"}]}]},
        "unsupported type: sparkle",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    """Each of these is refused, with this one sentence and nothing beside it."""
    block, says = REFUSED[name]
    assert [problem.message for problem in check_blocks([block], "message")] == [says]


def test_ids_are_unique_in_their_scope() -> None:
    """A block_id comes once a surface, containers included; an action_id once a block."""
    one = _actions(type="button", text=TEXT, action_id="a") | {"block_id": "b"}
    other = _actions(type="button", text=TEXT, action_id="a") | {"block_id": "c"}
    assert check_blocks([one, other], "message") == []
    (problem,) = check_blocks([one, one], "message")
    assert (problem.message, problem.pointer) == ("`block_id` b already exists", "/blocks/1/block_id")
    inside: Json = {"type": "container", "title": TEXT, "child_blocks": [one]}
    assert [problem.field for problem in check_blocks([one, inside], "message")] == ["block_id"]
    twice: Json = {"type": "actions", "elements": one["elements"] * 2}
    (problem,) = check_blocks([twice], "message")
    assert (problem.message, problem.pointer) == (
        "`action_id` a already exists",
        "/blocks/0/elements/1/action_id",
    )


def test_one_element_takes_the_focus() -> None:
    """Only one element of a view may ask for the focus."""
    focused = _entry(type="plain_text_input", focus_on_load=True)
    assert check_view(_modal(focused)) == []
    (problem,) = check_view(_modal(focused, focused))
    assert problem.pointer == "/view/blocks/1/element/focus_on_load"


@pytest.mark.parametrize(
    ("view", "pointer", "says"),
    [
        (
            _modal() | {"title": {"type": "plain_text", "text": "x" * 25}},
            "/view/title/text",
            "must be less than 25 characters",
        ),
        (
            _modal(submit={"type": "plain_text", "text": "x" * 25}),
            "/view/submit/text",
            "must be less than 25 characters",
        ),
        (
            _modal(close={"type": "plain_text", "text": "x" * 25}),
            "/view/close/text",
            "must be less than 25 characters",
        ),
        (_modal(private_metadata="x" * 3001), "/view/private_metadata", "must be less than 3001 characters"),
        (_modal(callback_id="x" * 256), "/view/callback_id", "must be less than 256 characters"),
        (_modal(external_id="x" * 256), "/view/external_id", "must be less than 256 characters"),
        (_modal(colour="red"), "/view", "invalid additional property: colour"),
        ({"type": "modal", "blocks": [{"type": "divider"}]}, "/view", "missing required field: title"),
        ({"type": "modal", "title": TEXT}, "/view", "missing required field: blocks"),
        ({"type": "modal", "title": TEXT, "blocks": []}, "/view/blocks", "no fewer than 1 items allowed"),
        (
            {"type": "modal", "title": TEXT, "blocks": [_entry(type="datepicker")]},
            "/view",
            "missing required field: submit",
        ),
        (
            {"type": "home", "title": TEXT, "blocks": [{"type": "divider"}]},
            "/view",
            "invalid additional property: title",
        ),
        ({"type": "drawer", "blocks": []}, "/view/type", "unsupported type: drawer"),
        ([], "/view", "must provide an object"),
    ],
)
def test_a_view_is_refused_as_a_whole(view: object, pointer: str, says: str) -> None:
    """A view's own members have limits; the methods answer invalid_arguments."""
    (problem,) = check_view(view)
    assert (problem.pointer, problem.message, problem.error) == (pointer, says, "invalid_arguments")


def test_a_view_at_its_limits_is_accepted() -> None:
    """Titles of 24, metadata of 3,000 and ids of 255 characters pass."""
    long = {"type": "plain_text", "text": "x" * 24}
    view = _modal(title=long, submit=long, close=long, private_metadata="x" * 3000)
    assert check_view(view | {"callback_id": "x" * 255, "external_id": "x" * 255}) == []
    assert check_view({"type": "home", "blocks": [{"type": "divider"}], "private_metadata": ""}) == []


def test_a_home_may_be_empty() -> None:
    """A Home without blocks is accepted; one without the list, or with something else for it, is not."""
    assert check_view({"type": "home", "blocks": []}) == []
    for wrong in ({"type": "home"}, {"type": "home", "blocks": None}, {"type": "home", "blocks": {}}):
        assert [problem.error for problem in check_view(wrong)] != []


def test_a_view_has_a_size() -> None:
    """More than 250 kB are view_too_large, though each block is within its limits."""
    large: Json = {"type": "section", "fields": [{"type": "plain_text", "text": "é" * 2000}] * 10}
    assert check_view(_modal(*[large] * 6)) == []
    assert [problem.error for problem in check_view(_modal(*[large] * 7))] == ["view_too_large"]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"blocks": "not a list"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "sparkle"}]}, "invalid_blocks"),
        ({"text": "x", "attachments": [{"blocks": [{"type": "sparkle"}]}]}, "invalid_attachments"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": "b"}}, "invalid_metadata_format"),
        ({"text": 7}, "invalid_arguments"),
        ("text", "invalid_arguments"),
    ],
)
def test_a_message_is_refused_by_name(message: object, error: str) -> None:
    """What is wrong with a message decides the error a method answers with."""
    assert [problem.error for problem in check_message(message)] == [error]


@pytest.mark.parametrize(
    "message",
    [
        {"text": "x" * 40_001},
        {"markdown_text": "x" * 12_000},
        {"blocks": [{"type": "divider"}]},
        {"attachments": [{"text": "x"}]},
        {"text": "x", "metadata": {"event_type": "a", "event_payload": {"key": "1"}}, "thread_ts": "1.0"},
    ],
)
def test_a_message_needs_some_content(message: Json) -> None:
    """Text, blocks, attachments or markdown make a message; over-long text is cut and not refused."""
    assert check_message(message) == []


def test_a_problem_speaks_slacks_language() -> None:
    """A refusal has the documented form of blocks.validate, counted from the list itself."""
    wrong = [{"type": "section", "text": {"type": "invalid", "text": "x"}}]
    (problem,) = check_blocks(wrong, "message", pointer="")
    assert problem.as_json() == {
        "code": "failed_constraint",
        "message": "unsupported type: invalid",
        "pointer": "/0/text/type",
        "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"], "got": "invalid"},
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["section", "plain_text", "NaN"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "text",
                    "blocks",
                    "elements",
                    "element",
                    "options",
                    "rows",
                    "chart",
                    "value",
                    "min_value",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(BLOCKS)),
    st.lists(st.sampled_from(["elements", 0, "element", "text", "type", "rows", "chart"])),
    JSON,
)
def test_nothing_an_app_sends_breaks_the_judge(name: str, path: list[str | int], junk: Any) -> None:
    """Any JSON at any place of a block is judged, never an exception."""
    block = _with(BLOCKS[name][0], path, junk)
    for surface in get_args(Surface):
        check_blocks([block, junk], surface)
        check_blocks(junk, surface)
    check_view({"type": junk, "title": junk, "blocks": [block]})
    check_view(junk)
    check_message(
        {"text": junk, "blocks": junk, "attachments": junk, "metadata": junk, "markdown_text": junk}
    )


def _with(value: Any, path: list[str | int], junk: Any) -> Any:
    if not path:
        return junk
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str):
        return {**value, step: _with(value.get(step), rest, junk)}
    if isinstance(value, list) and step == 0 and value:
        return [_with(value[0], rest, junk), *value[1:]]
    return junk
