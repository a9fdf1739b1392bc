"""A small Bolt app for the page to be used with: it shows everything and says back what it was told."""

import json
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from tests.browser import kit

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Echo"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "echo"},
        "slash_commands": [
            {"command": "/kit", "description": "Shows one thing", "usage_hint": "show | press | form"},
            {"command": "/kitten", "description": "Does nothing much"},
        ],
        "shortcuts": [
            {"name": "Note something", "type": "global", "callback_id": "note", "description": "A modal"},
            {"name": "Thank the writer", "type": "message", "callback_id": "thank", "description": "Ta"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "chat:write", "chat:write.public", "commands", "im:history", "im:write", "channels:history",
                "files:write", "users:read",
            ],
        },
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip

ANYTHING = re.compile(".+")
SKILLS = ["single-cell RNA", "statistics", "grant writing", "teaching"]


def _flat(entry: Json) -> Any:
    """What a field holds, without Slack's wrapping."""
    held = next((value for key, value in entry.items() if key != "type"), None)
    if isinstance(held, dict) and "value" in held:
        return held["value"]
    if isinstance(held, dict) and held.get("type") == "rich_text":
        return held["elements"][0]["elements"][0]["text"]
    if isinstance(held, list):
        return [item.get("value", item.get("id")) if isinstance(item, dict) else item for item in held]
    return held


def _action(action: Json) -> Any:
    held = {key: value for key, value in action.items() if key.startswith("selected_")}
    return _flat(held) if held else action.get("value")


def build(token: str, base_url: str) -> App:
    """Make the app; it connects to ``base_url`` with ``token``."""
    app = App(client=WebClient(token=token, base_url=base_url))
    _commands(app)
    _actions(app)
    _views(app)
    return app


def _show(body: Json, client: WebClient) -> None:
    blocks = kit.shown(body["user_id"], body["channel_id"])
    client.chat_postMessage(channel=body["user_id"], text="What shows", blocks=blocks)


def _figures(body: Json, client: WebClient) -> None:
    client.chat_postMessage(channel=body["user_id"], text="Figures", blocks=kit.figures())


def _press(body: Json, client: WebClient) -> None:
    client.chat_postMessage(channel=body["user_id"], text="What acts", blocks=kit.pressed())


def _frames(body: Json, client: WebClient) -> None:
    attachment = {"color": "danger", "title": "An attachment", "text": "of the *old* kind", "fallback": "old"}
    client.chat_postMessage(
        channel=body["user_id"], text="Frames", blocks=kit.framed(), attachments=[attachment]
    )


def _form(body: Json, client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=kit.form())


def _stack(body: Json, client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=_floor(1))


def _long(body: Json, client: WebClient) -> None:
    lines = [{"type": "section", "text": kit.words(f"Line {number} of a long page")} for number in range(60)]
    end = {"type": "actions", "elements": [{"type": "button", "action_id": "end", "text": kit.plain("End")}]}
    view = {"type": "modal", "title": kit.plain("A long page"), "blocks": [*lines, end]}
    client.views_open(trigger_id=body["trigger_id"], view=view)


def _lively(body: Json, client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=_live("nothing", "apple"))


DOINGS: dict[str, Callable[[Json, WebClient], None]] = {
    "show": _show,
    "figures": _figures,
    "press": _press,
    "frames": _frames,
    "form": _form,
    "stack": _stack,
    "long": _long,
    "live": _lively,
}


def _commands(app: App) -> None:
    @app.command("/kit")
    def do(ack: Any, body: Json, client: WebClient) -> None:
        doing = DOINGS.get(body["text"])
        if doing is None:
            ack(text="I can do *show*, *press* and *form*.")
            return
        ack()
        doing(body, client)

    @app.shortcut("note")
    def note(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        _stack(body, client)

    @app.shortcut("thank")
    def thank(ack: Any, body: Json, respond: Any) -> None:
        ack()
        respond(text=f"Thanked for: {body['message']['text']}")

    @app.event("message")
    def heard(event: Json, say: Any) -> None:
        if not event.get("bot_id"):
            say(text=f"You said: {event['text']}")

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=_home(0, ""))


def _home(pressed: int, picked: str) -> Json:
    return {
        "type": "home",
        "private_metadata": str(pressed),
        "blocks": [
            {"type": "header", "text": kit.plain("Welcome home")},
            {
                "type": "section",
                "text": kit.words(f"Pressed *{pressed}* times. Picked: {picked or 'nothing'}"),
            },
            {
                "type": "actions",
                "block_id": "home",
                "elements": [
                    {"type": "button", "action_id": "home_press", "text": kit.plain("Press me")},
                    {
                        "type": "static_select",
                        "action_id": "home_pick",
                        "placeholder": kit.plain("Home fruit"),
                        "options": kit.FRUIT,
                    },
                ],
            },
        ],
    }


def _actions(app: App) -> None:
    @app.action("home_press")
    def home_press(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        count = int(body["view"]["private_metadata"]) + 1
        client.views_publish(user_id=body["user"]["id"], view=_home(count, ""))

    @app.action("home_pick")
    def home_pick(ack: Any, body: Json, action: Json, client: WebClient) -> None:
        ack()
        count = int(body["view"]["private_metadata"])
        client.views_publish(user_id=body["user"]["id"], view=_home(count, _action(action)))

    @app.action("deeper")
    def deeper(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        floor = int(body["view"]["private_metadata"]) + 1
        client.views_push(trigger_id=body["trigger_id"], view=_floor(floor))

    @app.action({"block_id": "typed", "action_id": "v"})
    @app.action({"block_id": "chosen", "action_id": "v"})
    def told(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        values = body["view"]["state"]["values"]
        client.views_update(
            view_id=body["view"]["id"],
            view=_live(_flat(values["typed"]["v"]) or "nothing", _flat(values["chosen"]["v"])),
        )

    @app.action(ANYTHING)
    def pressed(ack: Any, action: Json, respond: Any) -> None:
        ack()
        respond(
            text=f"{action['action_id']} = {json.dumps(_action(action))}",
            replace_original=False,
        )

    @app.options(ANYTHING)
    def skills(ack: Any, payload: Json) -> None:
        found = [skill for skill in SKILLS if payload["value"].lower() in skill.lower()]
        ack(options=[kit.option(skill, skill) for skill in found])


def _floor(number: int) -> Json:
    button = {"type": "button", "action_id": "deeper", "text": kit.plain("Deeper")}
    return {
        "type": "modal",
        "callback_id": "floor",
        "private_metadata": str(number),
        "title": kit.plain(f"Floor {number}"),
        "submit": kit.plain("Clear all"),
        "blocks": [
            kit.field("note", f"Note {number}", {"type": "plain_text_input"}, optional=True),
            *([{"type": "actions", "elements": [button]}] if number < 3 else []),
        ],
    }


def _live(typed: str, chosen: str) -> Json:
    told = f"You wrote {typed}; you chose {chosen}."
    return {
        "type": "modal",
        "callback_id": "live",
        "title": kit.plain("Live"),
        "blocks": [
            kit.field(
                "typed",
                "Type here",
                {
                    "type": "plain_text_input",
                    "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
                },
                dispatch_action=True,
                optional=True,
                hint=kit.plain(told),
            ),
            kit.field(
                "chosen",
                "Choose here",
                {"type": "static_select", "options": kit.FRUIT, "initial_option": kit.FRUIT[0]},
                dispatch_action=True,
            ),
            {"type": "section", "block_id": "told", "text": kit.words(told)},
        ],
        "submit": kit.plain("Done"),
    }


def _views(app: App) -> None:
    @app.view("form")
    def sent(ack: Any, body: Json, client: WebClient) -> None:
        values = {block: _flat(held["v"]) for block, held in body["view"]["state"]["values"].items()}
        if values["name"] == "bad":
            ack(response_action="errors", errors={"name": "That is not a name."})
            return
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"```{json.dumps(values)}```")

    @app.view_closed("form")
    def closed(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        how = "all at once" if body["is_cleared"] else "by its button"
        client.chat_postMessage(channel=body["user"]["id"], text=f"You closed it {how}.")

    @app.view("floor")
    def cleared(ack: Any) -> None:
        ack(response_action="clear")

    @app.view("live")
    def done(ack: Any) -> None:
        ack()
