"""A small real Bolt app that repeats what people do to it: a team, a manifest and its listeners."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

Json = dict[str, Any]

TEAM: Json = {
    "team": {"name": "Riverside Institute"},
    "people": [
        {"name": "alice", "real_name": "Alice Moreau", "tz": "Europe/Paris"},
        {"name": "bob", "real_name": "Bob Okafor", "tz": "Africa/Lagos"},
        {"name": "carol", "real_name": "Carol Ito", "tz": "Asia/Tokyo"},
    ],
    "channels": [
        {"name": "general", "members": ["alice", "bob", "carol", "@app"]},
        {"name": "leads", "is_private": True, "members": ["alice", "bob", "@app"]},
    ],
}
MANIFEST: Json = {
    "display_information": {"name": "Parrot"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "parrot", "always_online": True},
        "slash_commands": [
            {"command": f"/{name}", "description": name}
            for name in ("hello", "form", "cards", "stack", "quiet", "group", "picture", "live")
        ],
        "shortcuts": [
            {"name": "Ask Parrot", "type": "global", "callback_id": "ask", "description": "Ask"},
            {"name": "Quote this", "type": "message", "callback_id": "quote", "description": "Quote"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *("commands", "chat:write", "im:write", "im:history", "mpim:write", "channels:history"),
                *(
                    "groups:history",
                    "users:read",
                    "channels:read",
                    "groups:read",
                    "mpim:history",
                    "files:write",
                ),
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def option(label: str, value: str) -> Json:
    """An option."""
    return {"text": plain(label), "value": value}


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
COLOURS = [option("Dark red", "red"), option("Sky blue", "blue"), option("Sea green", "green")]
PLANETS = [option("Mars", "4"), option("Mercury", "1"), option("Neptune", "8")]


def field(label: str, kind: str, *, optional: bool = True, **more: Any) -> Json:
    """An input named after its label."""
    name = label.lower().replace(" ", "_").strip("?")
    return {
        "type": "input",
        "block_id": f"{name}_block",
        "label": plain(label),
        "optional": optional,
        "element": {"type": kind, "action_id": f"{name}_action", **more},
    }


FIELDS = [
    field("What is your name?", "plain_text_input", optional=False, min_length=2),
    field("Places", "number_input", is_decimal_allowed=False, min_value="0", max_value="9"),
    field("E-mail", "email_text_input"),
    field("Home page", "url_text_input"),
    field("Story", "rich_text_input"),
    field("Best colour", "static_select", options=COLOURS),
    field("Other colours", "multi_static_select", options=COLOURS),
    field("Planet", "external_select", min_query_length=1),
    field("More planets", "multi_external_select", min_query_length=1),
    field("Size", "radio_buttons", options=[option("Small", "s"), option("Large", "l")]),
    field("Extras", "checkboxes", options=[option("Sugar", "sugar"), option("Milk", "milk")]),
    field("Friend", "users_select"),
    field("Friends", "multi_users_select"),
    field("Room", "channels_select"),
    field("Rooms", "multi_conversations_select"),
    field("Day", "datepicker"),
    field("Hour", "timepicker"),
    field("Moment", "datetimepicker"),
    field("Letter", "file_input", filetypes=["txt"], max_files=1),
]


def modal(callback_id: str, title: str, *blocks: Json, **more: Any) -> Json:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        **more,
    }


def card(name: str) -> list[Json]:
    """A person's card with a button to press."""
    ask = {"type": "button", "action_id": "request", "text": plain("Request"), "value": name}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{name}*\n_2 places open_"}},
        {"type": "actions", "elements": [ask]},
    ]


CARDS: list[Json] = [
    {"type": "header", "text": plain("Two people")},
    *card("Ada"),
    {"type": "divider"},
    *card("Grace"),
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "Favourite colour"},
        "accessory": {"type": "static_select", "action_id": "colour", "options": COLOURS},
    },
    {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "A parrot on a branch"},
    {
        "type": "actions",
        "elements": [
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Hide", "hide"), option("Report", "report")],
            },
            {
                "type": "button",
                "action_id": "delete",
                "text": plain("Delete"),
                "style": "danger",
                "confirm": {
                    "title": plain("Sure?"),
                    "text": plain("It is gone then."),
                    "confirm": plain("Yes"),
                    "deny": plain("No"),
                },
            },
        ],
    },
]


def parrot(app: App) -> None:
    """Register all it does."""
    for register in (_commands, _elsewhere, _live, _form, _cards, _home, _messages, _stack, _shortcuts):
        register(app)


def _tell(client: WebClient, user: str, what: Any) -> None:
    client.chat_postMessage(channel=user, text=json.dumps(what, sort_keys=True))


def _commands(app: App) -> None:
    @app.command("/hello")
    def hello(ack: Any, body: Json) -> None:
        ack(f"Hello <@{body['user_id']}>, *nice* to see you &amp; yours")

    @app.command("/quiet")
    def quiet(ack: Any) -> None:
        ack()


def _elsewhere(app: App) -> None:
    @app.command("/group")
    def group(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        opened = client.conversations_open(users=[body["user_id"], *body["text"].split()])
        client.chat_postMessage(channel=opened["channel"]["id"], text="You three should talk")

    @app.command("/picture")
    def picture(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        channel = client.conversations_open(users=body["user_id"])["channel"]["id"]
        # Slack shows a file in a block only once it is shared.
        uploaded = client.files_upload_v2(
            channel=channel, content=PICTURE, filename="parrot.png", title="Parrot"
        )
        image = {"type": "image", "slack_file": {"id": uploaded["file"]["id"]}, "alt_text": "A green parrot"}
        client.chat_postMessage(channel=channel, text="A picture", blocks=[image])


def _live(app: App) -> None:
    def view(said: str) -> Json:
        menu = {"type": "static_select", "action_id": "live_colour", "options": COLOURS}
        add = {"type": "button", "action_id": "live_add", "text": plain("Add")}
        days = {"type": "multi_static_select", "action_id": "live_days", "options": COLOURS}
        return modal(
            "live",
            "Live",
            {"type": "section", "block_id": "said", "text": plain(said)},
            {"type": "section", "block_id": "menu", "text": plain("Your colour"), "accessory": menu},
            {"type": "actions", "block_id": "acts", "elements": [add, days]},
            {**field("Search", "plain_text_input"), "dispatch_action": True},
        )

    @app.command("/live")
    def live(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view("nothing yet"))

    @app.action("live_colour")
    @app.action("live_add")
    @app.action("live_days")
    @app.action("search_action")
    def lived(ack: Any, body: Json, action: Json, client: WebClient) -> None:
        ack()
        chosen = [one["value"] for one in action.get("selected_options") or []]
        what = action.get("value") or (action.get("selected_option") or {}).get("value") or chosen
        shown = view(f"{action['action_id']}: {what}")
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=shown)


def _form(app: App) -> None:
    @app.command("/form")
    def form(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal("form", "A form", *FIELDS))

    @app.view("form")
    def formed(ack: Any, body: Json, client: WebClient) -> None:
        values = body["view"]["state"]["values"]
        if values["what_is_your_name_block"]["what_is_your_name_action"]["value"] == "Nobody":
            ack(response_action="errors", errors={"what_is_your_name_block": "Somebody, please."})
            return
        ack()
        _tell(
            client, body["user"]["id"], {block: next(iter(entry.values())) for block, entry in values.items()}
        )

    @app.options("planet_action")
    @app.options("more_planets_action")
    def planets(ack: Any, payload: Json) -> None:
        typed = payload["value"].lower()
        ack(options=[one for one in PLANETS if one["text"]["text"].lower().startswith(typed[:1])])


def _cards(app: App) -> None:
    @app.command("/cards")
    def cards(ack: Any, respond: Any) -> None:
        ack()
        respond(text="Two people", blocks=CARDS)

    @app.action("request")
    @app.action("colour")
    @app.action("more")
    @app.action("delete")
    def acted(ack: Any, action: Json, respond: Any) -> None:
        ack()
        chosen = action.get("selected_option") or {}
        respond(
            f"{action['action_id']}: {chosen.get('value') or action.get('value')}", replace_original=False
        )


def _home(app: App) -> None:
    @app.event("app_home_opened")
    def home(event: Json, client: WebClient) -> None:
        if event["tab"] == "home":
            publish(client, event["user"], int((event.get("view") or {}).get("private_metadata") or 0) + 1)

    def publish(client: WebClient, user: str, times: int) -> None:
        again = {"type": "button", "action_id": "again", "text": plain("Again")}
        blocks = [{"type": "section", "text": plain(f"Opened {times} times"), "accessory": again}]
        client.views_publish(
            user_id=user, view={"type": "home", "blocks": blocks, "private_metadata": str(times)}
        )

    @app.action("again")
    def again(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        publish(client, body["user"]["id"], int(body["view"]["private_metadata"]) + 1)


def _messages(app: App) -> None:
    @app.event("message")
    def echo(event: Json, client: WebClient) -> None:
        accept = {"type": "button", "action_id": "accept", "text": plain("Accept"), "value": "1"}
        blocks: list[Json] = [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"You said: {event['text']}"}},
            {"type": "actions", "elements": [accept]},
        ]
        client.chat_postMessage(channel=event["channel"], text="You said something", blocks=blocks)

    @app.action("accept")
    def accepted(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        message = body["message"]
        client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text="Accepted", blocks=[])


def _stack(app: App) -> None:
    @app.command("/stack")
    def stack(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        view = modal("first", "First", {"type": "section", "text": plain("One")}, notify_on_close=True)
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("first")
    def pushed(ack: Any) -> None:
        ack(response_action="push", view=modal("second", "Second", {"type": "section", "text": plain("Two")}))

    @app.view("second")
    def cleared(ack: Any) -> None:
        ack(response_action="clear")

    @app.view_closed("first")
    def closed(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        _tell(client, body["user"]["id"], {"closed": "first"})


def _shortcuts(app: App) -> None:
    @app.shortcut("ask")
    def asked(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(
            trigger_id=body["trigger_id"], view=modal("ask", "Ask", field("Question", "plain_text_input"))
        )

    @app.shortcut("quote")
    def quoted(ack: Any, body: Json, respond: Any) -> None:
        ack()
        respond(f"Quote: {body['message']['text']}")
