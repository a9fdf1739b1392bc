"""What a person enters, as Slack hands it to the app."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.blockkit import (
    action_payload,
    check_view,
    find_element,
    initial_values,
    missing_inputs,
    state_value,
    with_ids,
)

Json = dict[str, Any]


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


RED: Json = {"text": _plain("Red"), "value": "red"}
BLUE: Json = {"text": _plain("Blue"), "value": "blue"}
RICH: Json = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}],
}

# kind: (what the element has besides, its initial member, the member of the state, the empty state,
# a value, its state)
KINDS: dict[str, tuple[Json, Json, str, Any, Any, Any]] = {
    "plain_text_input": ({}, {"initial_value": "a"}, "value", None, "b", "b"),
    "email_text_input": ({}, {"initial_value": "a@b.example"}, "value", None, "b", "b"),
    "url_text_input": ({}, {"initial_value": "https://a.example"}, "value", None, "b", "b"),
    "number_input": ({"is_decimal_allowed": True}, {"initial_value": "1"}, "value", None, 2.5, "2.5"),
    "rich_text_input": ({}, {"initial_value": RICH}, "rich_text_value", None, "Hello", RICH),
    "static_select": (
        {"options": [RED, BLUE]},
        {"initial_option": RED},
        "selected_option",
        None,
        "blue",
        BLUE,
    ),
    "radio_buttons": (
        {"options": [RED, BLUE]},
        {"initial_option": RED},
        "selected_option",
        None,
        "blue",
        BLUE,
    ),
    "external_select": ({}, {"initial_option": RED}, "selected_option", None, BLUE, BLUE),
    "multi_static_select": (
        {"option_groups": [{"label": _plain("Colours"), "options": [RED, BLUE]}]},
        {"initial_options": [RED]},
        "selected_options",
        [],
        ["blue", "red"],
        [RED, BLUE],
    ),
    "multi_external_select": ({}, {"initial_options": [RED]}, "selected_options", [], [BLUE], [BLUE]),
    "checkboxes": (
        {"options": [RED, BLUE]},
        {"initial_options": [RED]},
        "selected_options",
        [],
        ["blue"],
        [BLUE],
    ),
    "users_select": ({}, {"initial_user": "U1"}, "selected_user", None, "U2", "U2"),
    "multi_users_select": ({}, {"initial_users": ["U1"]}, "selected_users", [], ["U2"], ["U2"]),
    "conversations_select": ({}, {"initial_conversation": "C1"}, "selected_conversation", None, "C2", "C2"),
    "multi_conversations_select": (
        {},
        {"initial_conversations": ["C1"]},
        "selected_conversations",
        [],
        ["C2"],
        ["C2"],
    ),
    "channels_select": ({}, {"initial_channel": "C1"}, "selected_channel", None, "C2", "C2"),
    "multi_channels_select": ({}, {"initial_channels": ["C1"]}, "selected_channels", [], ["C2"], ["C2"]),
    "datepicker": ({}, {"initial_date": "2026-03-01"}, "selected_date", None, "2026-03-31", "2026-03-31"),
    "timepicker": ({}, {"initial_time": "09:30"}, "selected_time", None, "10:00", "10:00"),
    "datetimepicker": (
        {},
        {"initial_date_time": 1790000000},
        "selected_date_time",
        None,
        1790000001,
        1790000001,
    ),
    "file_input": ({}, {}, "files", [], ["F1"], [{"id": "F1"}]),
}


def _entry(kind: str, *, optional: bool = False, **more: Any) -> Json:
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "block_id": "b", "label": _plain("x"), "element": element, "optional": optional}


def _modal(*blocks: Json) -> Json:
    return {"type": "modal", "title": _plain("x"), "submit": _plain("x"), "blocks": list(blocks)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_kind_has_its_state(kind: str) -> None:
    """state.values holds an element empty, with initial, with what was entered, and clears again."""
    has, initial, held, empty, value, state = KINDS[kind]
    bare, filled = _modal(_entry(kind, **has)), _modal(_entry(kind, **has, **initial))
    assert check_view(bare) == check_view(filled) == []
    assert initial_values(bare) == {"b": {"a": {"type": kind, held: empty}}}
    if initial:
        assert initial_values(filled) == {"b": {"a": {"type": kind, held: next(iter(initial.values()))}}}
    element = bare["blocks"][0]["element"]
    assert state_value(element, value) == {"type": kind, held: state}
    assert state_value(element, None) == {"type": kind, held: empty}


@pytest.mark.parametrize("kind", KINDS)
def test_a_required_input_is_asked_for(kind: str) -> None:
    """An empty input stops the modal unless it is optional; a filled one lets it go."""
    has = KINDS[kind][0]
    needed, optional = _modal(_entry(kind, **has)), _modal(_entry(kind, optional=True, **has))
    assert missing_inputs(needed, initial_values(needed)) == {"b": "Please complete this required field."}
    assert missing_inputs(optional, initial_values(optional)) == {}
    value = {"email_text_input": "a@b.example", "url_text_input": "https://a.example"}.get(
        kind, KINDS[kind][4]
    )
    assert missing_inputs(needed, {"b": {"a": state_value(needed["blocks"][0]["element"], value)}}) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_kind_has_its_action(kind: str) -> None:
    """An action names its element, repeats its initial value and carries what was chosen."""
    has, initial, held, _, value, state = KINDS[kind]
    action = action_payload({"type": kind, "action_id": "a", **has, **initial}, "b", value, "1.5")
    expected = {"type": kind, "action_id": "a", "block_id": "b", "action_ts": "1.5", held: state}
    assert action == expected | initial


def test_accessories_and_actions_keep_state_too() -> None:
    """Elements outside inputs are in the state when they keep a value; buttons and overflows are not."""
    button = {"type": "button", "action_id": "go", "text": _plain("Go")}
    menu = {"type": "static_select", "action_id": "menu", "options": [RED], "initial_option": RED}
    blocks = [
        {"type": "section", "block_id": "s", "text": _plain("x"), "accessory": menu},
        {
            "type": "actions",
            "block_id": "t",
            "elements": [button, {"type": "datepicker", "action_id": "day"}],
        },
    ]
    assert initial_values({"type": "home", "blocks": blocks}) == {
        "s": {"menu": {"type": "static_select", "selected_option": RED}},
        "t": {"day": {"type": "datepicker", "selected_date": None}},
    }


@pytest.mark.parametrize(
    ("element", "value", "says"),
    [
        (
            {"type": "static_select", "options": [RED]},
            "green",
            "'green' is not among the options; there is 'red'",
        ),
        ({"type": "external_select"}, "green", "'green' is not among the options; there is nothing"),
        (
            {"type": "checkboxes", "options": [RED]},
            ["green"],
            "'green' is not among the options; there is 'red'",
        ),
        ({"type": "datepicker"}, "31 March", "'31 March' is not a date like 2026-03-31"),
        ({"type": "timepicker"}, "noon", "'noon' is not a time like 09:30"),
        ({"type": "datetimepicker"}, "noon", "'noon' is not an instant in whole seconds"),
        ({"type": "plain_text_input"}, ["a"], "a plain_text_input takes text, not ['a']"),
        ({"type": "users_select"}, 7, "a users_select takes an id, not 7"),
        ({"type": "button"}, "a", "a button keeps no value"),
        (
            {"type": "multi_static_select", "options": [RED, BLUE], "max_selected_items": 1},
            ["red", "blue"],
            "at most 1 can be chosen, not 2",
        ),
        (
            {"type": "multi_users_select", "max_selected_items": 1},
            ["U1", "U2"],
            "at most 1 can be chosen, not 2",
        ),
        ({"type": "file_input", "max_files": 1}, ["F1", "F2"], "at most 1 can be chosen, not 2"),
    ],
)
def test_a_value_a_control_cannot_give_is_refused(element: Json, value: Any, says: str) -> None:
    """The error is a sentence that says what was wrong and what there is."""
    with pytest.raises(ValueError, match=r".") as refusal:
        state_value(element, value)
    assert str(refusal.value) == says


def test_an_external_menu_knows_what_it_was_offered() -> None:
    """An option that was suggested may be chosen by its value."""
    assert state_value({"type": "external_select"}, "red", [RED]) == {
        "type": "external_select",
        "selected_option": RED,
    }


@pytest.mark.parametrize(
    ("kind", "more", "value", "says"),
    [
        ("plain_text_input", {"min_length": 3}, "ab", "Must be at least 3 characters."),
        ("plain_text_input", {"max_length": 3}, "abcd", "Must be 3 characters or fewer."),
        ("plain_text_input", {}, "x" * 3001, "Must be 3000 characters or fewer."),
        ("plain_text_input", {}, "   ", "Please complete this required field."),
        ("number_input", {"is_decimal_allowed": False}, "1.5", "Must be a whole number."),
        ("number_input", {"is_decimal_allowed": True}, "many", "Must be a number."),
        ("number_input", {"is_decimal_allowed": True}, "NaN", "Must be a number."),
        ("number_input", {"is_decimal_allowed": True, "min_value": "2"}, "1", "Must be 2 or more."),
        ("number_input", {"is_decimal_allowed": True, "max_value": "2"}, "2.1", "Must be 2 or less."),
        ("email_text_input", {}, "alice", "Must be a valid email address."),
        ("url_text_input", {}, "alice", "Must be a valid URL."),
        ("url_text_input", {}, "http://[", "Must be a valid URL."),
    ],
)
def test_slacks_client_checks_before_it_sends(kind: str, more: Json, value: str, says: str) -> None:
    """Lengths, bounds and formats are refused beneath the input."""
    view = _modal(_entry(kind, **more))
    values = {"b": {"a": state_value(view["blocks"][0]["element"], value)}}
    assert missing_inputs(view, values) == {"b": says}


@pytest.mark.parametrize(
    ("kind", "more", "value"),
    [
        ("plain_text_input", {"min_length": 3, "max_length": 3}, "abc"),
        ("number_input", {"is_decimal_allowed": False, "min_value": "2", "max_value": "2"}, "2"),
    ],
)
def test_an_entry_at_its_bounds_is_sent(kind: str, more: Json, value: str) -> None:
    """Bounds belong to what is allowed."""
    view = _modal(_entry(kind, **more))
    assert missing_inputs(view, {"b": {"a": state_value(view["blocks"][0]["element"], value)}}) == {}


def test_a_button_tells_what_it_carries() -> None:
    """A pressed button's action has its text, value and style."""
    button = {"type": "button", "action_id": "go", "text": _plain("Go"), "value": "1", "style": "primary"}
    action = action_payload(button, "b", None, "1.5")
    assert action == button | {"block_id": "b", "action_ts": "1.5"}


def test_an_overflow_and_a_feedback_tell_what_was_chosen() -> None:
    """Elements that keep no state still say which of theirs was pressed."""
    overflow = {"type": "overflow", "action_id": "o", "options": [RED, BLUE]}
    assert action_payload(overflow, "b", "blue", "1.5")["selected_option"] == BLUE
    feedback = {
        "type": "feedback_buttons",
        "action_id": "f",
        "positive_button": {"text": _plain("Good"), "value": "good"},
        "negative_button": {"text": _plain("Bad"), "value": "bad"},
    }
    assert action_payload(feedback, "b", "negative", "1.5")["value"] == "bad"
    with pytest.raises(ValueError, match="neither the positive nor the negative"):
        action_payload(feedback, "b", "so so", "1.5")


def test_elements_are_found_by_their_ids() -> None:
    """A block_id narrows, its absence takes the first; what is missing is answered with what is there."""
    button = {"type": "button", "action_id": "go", "text": _plain("Go")}
    blocks = [{"type": "actions", "block_id": name, "elements": [button]} for name in ("b", "c")]
    inside = {
        "type": "container",
        "block_id": "d",
        "child_blocks": [{"type": "actions", "block_id": "e", "elements": [button]}],
    }
    assert find_element(blocks, None, "go")[0]["block_id"] == "b"
    assert find_element(blocks, "c", "go")[0]["block_id"] == "c"
    assert find_element([inside], "e", "go")[1] == button
    with pytest.raises(LookupError, match="no element b/stop; there is b/go, c/go"):
        find_element(blocks, "b", "stop")


def test_slack_makes_up_the_ids_an_app_left_out() -> None:
    """Blocks and elements without an id get one, the others keep theirs, the list given is not touched."""
    made = iter("123456789")
    given: list[Json] = [
        {"type": "actions", "elements": [{"type": "button"}, {"type": "button", "action_id": "go"}]},
        {"type": "divider"},
    ]
    filled = with_ids(given, lambda: next(made))
    assert filled == [
        {
            "type": "actions",
            "block_id": "1",
            "elements": [{"type": "button", "action_id": "2"}, {"type": "button", "action_id": "go"}],
        },
        {"type": "divider", "block_id": "3"},
    ]
    assert "block_id" not in given[1]
