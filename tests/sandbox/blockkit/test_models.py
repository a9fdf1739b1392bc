"""What slack_sdk's own models refuse, we refuse."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as models
from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.basic_components import DispatchActionConfig, SlackFile
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from sandbox.blockkit import check_blocks, check_view

Json = dict[str, Any]


def _lengths(*limits: int) -> st.SearchStrategy[str]:
    """Texts just within and just over the limits of the members they are put into."""
    sizes = sorted({size for limit in limits for size in (limit - 1, limit, limit + 1)} | {0, 1})
    return st.sampled_from(sizes).map(lambda size: "x" * size)


def _texts(*limits: int) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"type": st.sampled_from(["plain_text", "mrkdwn"]), "text": _lengths(*limits)}
    )


def _some(items: st.SearchStrategy[Any], *limits: int) -> st.SearchStrategy[list[Any]]:
    sizes = sorted({size for limit in limits for size in (limit, limit + 1)} | {1, 2})
    return st.tuples(items, st.sampled_from(sizes)).map(lambda drawn: [drawn[0]] * drawn[1])


OPTION = st.fixed_dictionaries(
    {"text": _texts(75), "value": _lengths(150)}, optional={"description": _texts(75)}
)
CONFIRM = st.fixed_dictionaries(
    {"title": _texts(100), "text": _texts(300), "confirm": _texts(30), "deny": _texts(30)},
    optional={"style": st.sampled_from(["primary", "danger", "loud"])},
)
BUTTON = st.fixed_dictionaries(
    {"type": st.just("button"), "text": _texts(75)},
    optional={
        "action_id": _lengths(255),
        "value": _lengths(2000),
        "style": st.sampled_from(["primary", "loud"]),
        "confirm": CONFIRM,
    },
)
SELECT = st.fixed_dictionaries(
    {"type": st.sampled_from(["static_select", "multi_static_select"]), "options": _some(OPTION, 100)},
    optional={"placeholder": _texts(150), "action_id": _lengths(255)},
)
OVERFLOW = st.fixed_dictionaries({"type": st.just("overflow"), "options": _some(OPTION, 5)})
DATE = st.fixed_dictionaries(
    {"type": st.just("datepicker"), "initial_date": st.sampled_from(["2026-01-31", "31.1.2026", "2026-1-1"])}
)
TIME = st.fixed_dictionaries(
    {"type": st.just("timepicker"), "initial_time": st.sampled_from(["09:30", "24:00", "9:30", "noon"])}
)
ELEMENT = st.one_of(BUTTON, SELECT, OVERFLOW, DATE, TIME)
BLOCK: st.SearchStrategy[Json] = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("section")},
        optional={
            "text": _texts(3000),
            "fields": _some(_texts(2000), 10),
            "accessory": ELEMENT,
            "block_id": _lengths(255),
        },
    ),
    st.fixed_dictionaries({"type": st.just("header"), "text": _texts(150)}),
    st.fixed_dictionaries({"type": st.just("actions"), "elements": _some(ELEMENT, 25)}),
    st.fixed_dictionaries({"type": st.just("context"), "elements": _some(_texts(10), 10)}),
    st.fixed_dictionaries(
        {
            "type": st.just("image"),
            "alt_text": _lengths(2000),
            "image_url": st.sampled_from([2999, 3000, 3001]).map(
                lambda size: "https://a.example/".ljust(size, "a")
            ),
        },
        optional={"title": _texts(2000)},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("input"),
            "label": _texts(2000),
            "element": st.one_of(SELECT, DATE, TIME, st.just({"type": "plain_text_input"})),
        },
        optional={"hint": _texts(2000)},
    ),
    st.fixed_dictionaries(
        {"type": st.just("alert"), "text": _texts(200), "level": st.sampled_from(["info", "panic"])}
    ),
    st.fixed_dictionaries(
        {"type": st.just("card")},
        optional={"title": _texts(150), "subtitle": _texts(150), "body": _texts(200)},
    ),
)


IMAGE = st.fixed_dictionaries(
    {
        "type": st.just("image"),
        "alt_text": _lengths(2000),
        "image_url": st.sampled_from([3000, 3001]).map(lambda size: "https://a.example/".ljust(size, "a")),
    }
)
CARD = st.fixed_dictionaries(
    {"type": st.just("card"), "body": _texts(200)}, optional={"hero_image": IMAGE, "title": _texts(150)}
)
TASK = st.fixed_dictionaries(
    {
        "type": st.just("task_card"),
        "task_id": st.just("1"),
        "title": st.just("t"),
        "status": st.sampled_from(["pending", "error", "lost"]),
    }
)
FEEDBACK = st.fixed_dictionaries({"text": _texts(75), "value": _lengths(2000)})
MESSAGE_BLOCK: st.SearchStrategy[Json] = st.one_of(
    CARD,
    TASK,
    st.fixed_dictionaries({"type": st.just("carousel"), "elements": _some(CARD, 10)}),
    st.fixed_dictionaries({"type": st.just("markdown"), "text": _lengths(12_000)}),
    st.fixed_dictionaries(
        {"type": st.just("container"), "child_blocks": _some(st.just({"type": "divider"}), 10)},
        optional={
            "title": _texts(150),
            "subtitle": _texts(150),
            "width": st.sampled_from(["narrow", "vast"]),
            "is_collapsible": st.booleans(),
            "has_header_divider": st.booleans(),
        },
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("context_actions"),
            "elements": _some(
                st.fixed_dictionaries(
                    {
                        "type": st.just("feedback_buttons"),
                        "positive_button": FEEDBACK,
                        "negative_button": FEEDBACK,
                    }
                ),
                5,
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("video"),
            "title": _texts(199),
            "thumbnail_url": st.just("https://a.example/a.png"),
            "video_url": st.just("https://a.example/a"),
        },
        optional={"alt_text": st.just("x"), "author_name": _lengths(49)},
    ),
)


def _sdk_refuses_block(block: Json) -> bool:
    try:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
    except SlackObjectFormationError:
        return True
    return False


@settings(max_examples=300, deadline=None)
@given(BLOCK)
def test_a_block_the_models_refuse_is_refused(block: Json) -> None:
    """No block that slack_sdk's models would stop gets past us."""
    if _sdk_refuses_block(block):
        assert check_blocks([block], "modal") != []


@settings(max_examples=200, deadline=None)
@given(MESSAGE_BLOCK)
def test_a_message_block_the_models_refuse_is_refused(block: Json) -> None:
    """The same for the blocks that only messages have."""
    if _sdk_refuses_block(block):
        assert check_blocks([block], "message") != []


@settings(max_examples=100, deadline=None)
@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["modal", "home"]), "blocks": _some(st.just({"type": "divider"}), 100)},
        optional={
            "title": _texts(24),
            "submit": _texts(24),
            "close": _texts(24),
            "private_metadata": _lengths(3000),
            "callback_id": _lengths(255),
        },
    )
)
def test_a_view_the_models_refuse_is_refused(view: Json) -> None:
    """No view that slack_sdk's models would stop gets past us."""
    try:
        View(**view).to_dict()
    except SlackObjectFormationError:
        assert check_view(view) != []


OPTION_MODEL = models.Option(value="a", text="A", description="first")
BUILT: list[models.Block] = [
    models.HeaderBlock(text="x", block_id="b"),
    models.DividerBlock(),
    models.SectionBlock(
        text="x",
        fields=["a", models.PlainTextObject(text="b", emoji=True)],
        accessory=models.ImageElement(image_url="https://a.example/a.png", alt_text="a"),
    ),
    models.SectionBlock(text=models.MarkdownTextObject(text="x", verbatim=True), expand=True),
    models.ContextBlock(elements=[models.PlainTextObject(text="a"), models.MarkdownTextObject(text="b")]),
    models.ImageBlock(image_url="https://a.example/a.png", alt_text="a", title="t"),
    models.ImageBlock(slack_file=SlackFile(id="F1"), alt_text="a"),
    models.ActionsBlock(
        elements=[
            models.ButtonElement(
                text="x",
                action_id="1",
                value="v",
                style="primary",
                url="https://a.example",
                confirm=models.ConfirmObject(title="t", text="x", style="danger"),
            ),
            models.LinkButtonElement(text="x", action_id="2", url="https://a.example"),
            models.StaticSelectElement(
                action_id="3", placeholder="p", options=[OPTION_MODEL], initial_option=OPTION_MODEL
            ),
            models.StaticMultiSelectElement(
                action_id="4",
                option_groups=[models.OptionGroup(label="g", options=[OPTION_MODEL])],
                max_selected_items=2,
            ),
            models.ExternalDataSelectElement(action_id="5", placeholder="p", min_query_length=1),
            models.ExternalDataMultiSelectElement(action_id="6", placeholder="p"),
            models.UserSelectElement(action_id="7", initial_user="U1"),
            models.UserMultiSelectElement(action_id="8", initial_users=["U1"]),
            models.ConversationSelectElement(
                action_id="9",
                default_to_current_conversation=True,
                filter=models.ConversationFilter(include=["im"], exclude_bot_users=True),
            ),
            models.ConversationMultiSelectElement(action_id="10", initial_conversations=["C1"]),
            models.ChannelSelectElement(action_id="11", initial_channel="C1"),
            models.ChannelMultiSelectElement(action_id="12", initial_channels=["C1"]),
            models.DatePickerElement(action_id="13", initial_date="2026-03-31"),
            models.TimePickerElement(action_id="14", initial_time="09:30", timezone="Europe/Paris"),
            models.DateTimePickerElement(action_id="15", initial_date_time=1790000000),
            models.OverflowMenuElement(action_id="16", options=[OPTION_MODEL, OPTION_MODEL]),
            models.CheckboxesElement(action_id="17", options=[OPTION_MODEL], initial_options=[OPTION_MODEL]),
            models.RadioButtonsElement(action_id="18", options=[OPTION_MODEL], initial_option=OPTION_MODEL),
        ]
    ),
    *(
        models.InputBlock(label="l", hint="h", element=element, optional=True, dispatch_action=False)
        for element in (
            models.PlainTextInputElement(
                action_id="1",
                placeholder="p",
                multiline=True,
                min_length=1,
                max_length=10,
                dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
            ),
            models.EmailInputElement(action_id="2", initial_value="a@b.example"),
            models.UrlInputElement(action_id="3", focus_on_load=True),
            models.NumberInputElement(action_id="4", is_decimal_allowed=True, min_value="0", max_value="9"),
            models.RichTextInputElement(action_id="5"),
            FileInputElement(action_id="6", filetypes=["pdf"], max_files=2),
        )
    ),
    models.RichTextBlock(
        elements=[
            models.RichTextSectionElement(
                elements=[
                    models.RichTextElementParts.Text(
                        text="x", style=models.RichTextElementParts.TextStyle(bold=True)
                    ),
                    models.RichTextElementParts.User(user_id="U1"),
                    models.RichTextElementParts.Link(url="https://a.example", text="x"),
                    models.RichTextElementParts.Emoji(name="wave"),
                ]
            ),
            models.RichTextPreformattedElement(elements=[models.RichTextElementParts.Text(text="x")]),
        ]
    ),
    models.AlertBlock(text="x", level="info"),
]


def test_what_the_models_build_is_accepted() -> None:
    """Every block and element built by slack_sdk's models, well used, passes."""
    assert check_blocks([block.to_dict() for block in BUILT], "modal") == []
