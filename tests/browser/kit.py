"""Every block and element kind once, as plain Block Kit: what the page has to draw and to work with."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def words(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str, hint: str = "") -> Json:
    """An option; ``hint`` is its description."""
    made: Json = {"value": value, "text": plain(text)}
    return made | {"description": plain(hint)} if hint else made


FRUIT = [option("apple", "Apple", "crisp"), option("banana", "Banana"), option("cherry", "Cherry")]

MRKDWN = (
    "*Bold* and _italic_ and ~gone~ and `code` :tada: &lt;script&gt;alert(1)&lt;/script&gt;\n"
    "> quoted line\n• first point\n• second <https://example.org/a|a link>\n"
    "Hi <@{alice}>, see <#{general}>, <!channel>, <!date^1767225600^{{date_num}}|then>\n"
    "```\nlet kept = '*as is*';\n```\nsnake_case_word and 2*3*4"
)

MARKDOWN = """### A heading

- one **bold**
- two

| a | b |
|---|---|
| 1 | 2 |
"""

RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich bold", "style": {"bold": True}},
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://example.org/rich", "text": "rich link"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "step one"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "step two"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "rich quote"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "rich = code"}]},
    ],
}


def cell(text: str) -> Json:
    """A cell of words."""
    return {"type": "raw_text", "text": text}


def number(value: int) -> Json:
    """A cell with a number."""
    return {"type": "raw_number", "value": value, "text": str(value)}


def shown(alice: str, general: str) -> list[Json]:
    """The blocks that only show, with the ids of a person and of a channel to name."""
    return [
        {"type": "header", "text": plain("The header :sparkles:")},
        {"type": "section", "text": words(MRKDWN.format(alice=alice, general=general))},
        {"type": "section", "fields": [words("*Where*\nParis"), plain("A plain field")]},
        {"type": "context", "elements": [words("small *print*"), plain("plain print")]},
        {"type": "divider"},
        RICH,
        {
            "type": "image",
            "image_url": "https://pictures.example/far.png",
            "alt_text": "A picture from elsewhere",
            "title": plain("Far away"),
        },
        {
            "type": "table",
            "rows": [[cell("Name"), cell("Places")], [cell("Amara"), cell("2")]],
            "column_settings": [{"align": "left"}, {"align": "right"}],
        },
        {
            "type": "video",
            "title": plain("A talk"),
            "title_url": "https://example.org/talk",
            "video_url": "https://example.org/talk/embed",
            "thumbnail_url": "https://example.org/talk.png",
            "alt_text": "somebody speaking",
        },
    ]


def figures() -> list[Json]:
    """Tables, charts, cards and Markdown."""
    return [
        {
            "type": "data_table",
            "caption": "Open places",
            "page_size": 2,
            "rows": [
                [cell("Who"), cell("How many")],
                [cell("Amara"), number(3)],
                [cell("Bo"), number(12)],
                [cell("Cleo"), number(7)],
            ],
        },
        {
            "type": "data_visualization",
            "title": "Mentors by place",
            "chart": {
                "type": "pie",
                "segments": [{"label": "Paris", "value": 3}, {"label": "Lagos", "value": 1}],
            },
        },
        {
            "type": "data_visualization",
            "title": "By week",
            "chart": {
                "type": "bar",
                "series": [
                    {
                        "name": "New",
                        "data": [{"label": "W1", "value": 3}, {"label": "W2", "value": 6}],
                    }
                ],
                "axis_config": {"categories": ["W1", "W2"], "x_label": "Week", "y_label": "Pairs"},
            },
        },
        {
            "type": "markdown",
            "text": "### A heading\n\n- one **bold**\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        },
        {
            "type": "card",
            "title": words("Dr Amara Obi"),
            "body": words("Two open places"),
            "actions": [
                {
                    "type": "button",
                    "action_id": "card_request",
                    "text": plain("Request"),
                    "style": "primary",
                    "value": "amara",
                }
            ],
        },
    ]


def _small_card(name: str) -> Json:
    button = {"type": "button", "action_id": f"see_{name}", "text": plain(f"See {name}"), "value": name}
    return {"type": "card", "title": words(f"Card {name}"), "actions": [button]}


def framed() -> list[Json]:
    """Blocks that hold others, and the elements that only stand in messages."""
    said = {"type": "rich_text_section", "elements": [{"type": "text", "text": "looked in the directory"}]}
    task = {
        "type": "task_card",
        "task_id": "t1",
        "title": "Look for mentors",
        "status": "complete",
        "details": {"type": "rich_text", "elements": [said]},
    }
    return [
        {"type": "carousel", "elements": [_small_card("one"), _small_card("two")]},
        {
            "type": "container",
            "title": plain("Folded away"),
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [{"type": "section", "text": words("Inside the *container*")}],
        },
        {"type": "plan", "title": "What I do", "tasks": [task]},
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "helpful",
                    "positive_button": {"text": plain("Helpful"), "value": "good"},
                    "negative_button": {"text": plain("Not helpful"), "value": "bad"},
                },
                {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": plain("Drop")},
            ],
        },
        field(
            "inline",
            "In a message",
            {"type": "plain_text_input"},
            dispatch_action=True,
            optional=True,
        ),
    ]


def pressed() -> list[Json]:
    """Every element that acts at once, in a message."""
    return [
        {
            "type": "section",
            "block_id": "beside",
            "text": words("A section with a button beside it"),
            "accessory": {"type": "button", "action_id": "accessory", "text": plain("Beside"), "value": "b"},
        },
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [
                {
                    "type": "button",
                    "action_id": "accept",
                    "text": plain("Accept"),
                    "style": "primary",
                    "value": "yes",
                },
                {
                    "type": "button",
                    "action_id": "decline",
                    "text": plain("Decline"),
                    "style": "danger",
                    "value": "no",
                    "confirm": {
                        "title": plain("Decline?"),
                        "text": words("This *cannot* be taken back."),
                        "confirm": plain("Decline it"),
                        "deny": plain("Keep it"),
                    },
                },
                {"type": "overflow", "action_id": "more", "options": FRUIT[:2]},
            ],
        },
        {
            "type": "actions",
            "block_id": "pickers",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "pick",
                    "placeholder": plain("Pick a fruit"),
                    "options": FRUIT,
                },
                {
                    "type": "multi_static_select",
                    "action_id": "picks",
                    "placeholder": plain("Pick fruits"),
                    "options": FRUIT,
                },
                {
                    "type": "external_select",
                    "action_id": "skill",
                    "placeholder": plain("Search a skill"),
                    "min_query_length": 2,
                },
                {"type": "users_select", "action_id": "person", "placeholder": plain("Pick a person")},
                {"type": "channels_select", "action_id": "channel", "placeholder": plain("Pick a channel")},
                {
                    "type": "conversations_select",
                    "action_id": "talk",
                    "placeholder": plain("Pick a conversation"),
                },
            ],
        },
        {
            "type": "actions",
            "block_id": "rest",
            "elements": [
                {"type": "datepicker", "action_id": "day", "placeholder": plain("Pick a day")},
                {"type": "timepicker", "action_id": "hour", "placeholder": plain("Pick a time")},
                {"type": "datetimepicker", "action_id": "moment"},
                {"type": "checkboxes", "action_id": "ticks", "options": FRUIT},
                {
                    "type": "radio_buttons",
                    "action_id": "one",
                    "options": [option("left", "Left"), option("right", "Right")],
                },
            ],
        },
    ]


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    """An input block whose element's action_id is ``v``."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "v", **element},
        **more,
    }


def form() -> Json:
    """A modal with every input kind."""
    return {
        "type": "modal",
        "callback_id": "form",
        "notify_on_close": True,
        "title": plain("Every input"),
        "submit": plain("Send it"),
        "close": plain("Not now"),
        "blocks": [
            {"type": "alert", "level": "info", "text": words("Read by *nobody*.")},
            field(
                "name",
                "Your name",
                {"type": "plain_text_input", "placeholder": plain("as on your badge"), "max_length": 20},
                hint=plain("Write bad to be refused."),
            ),
            field("story", "Your story", {"type": "plain_text_input", "multiline": True, "min_length": 5}),
            field("fruit", "One fruit", {"type": "static_select", "options": FRUIT}),
            field("fruits", "Some fruits", {"type": "multi_static_select", "options": FRUIT}),
            field("skill", "A skill", {"type": "external_select", "min_query_length": 2}),
            field("skills", "Some skills", {"type": "multi_external_select", "min_query_length": 2}),
            field("who", "A person", {"type": "users_select"}),
            field("whos", "Some people", {"type": "multi_users_select"}),
            field("where", "A channel", {"type": "channels_select"}),
            field("wheres", "Some channels", {"type": "multi_channels_select"}),
            field("talk", "A conversation", {"type": "conversations_select"}),
            field("talks", "Some conversations", {"type": "multi_conversations_select"}),
            field("day", "A day", {"type": "datepicker"}),
            field("hour", "An hour", {"type": "timepicker"}),
            field("moment", "A moment", {"type": "datetimepicker"}),
            field("ticks", "Ticks", {"type": "checkboxes", "options": FRUIT}),
            field("one", "Just one", {"type": "radio_buttons", "options": FRUIT}),
            field("mail", "Your mail", {"type": "email_text_input"}),
            field("page", "Your page", {"type": "url_text_input"}),
            field(
                "count", "How many", {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}
            ),
            field("rich", "Rich words", {"type": "rich_text_input"}),
            field("file", "A file", {"type": "file_input", "filetypes": ["txt"]}, optional=True),
        ],
    }
