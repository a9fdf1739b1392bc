"""What a person does with buttons, pickers and forms: in messages, modals and on Home."""

from dataclasses import dataclass
from typing import Any

from sandbox.blockkit import action_payload, check_blocks, find_element, initial_values, state_value
from sandbox.server import events, payloads
from sandbox.server.box import Box
from sandbox.server.control.asked import NOT_FOUND, Asked
from sandbox.server.delivery import Answer
from sandbox.server.errors import ControlError
from sandbox.state.apps import App
from sandbox.state.channels import Channel, Message
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.views import View

NO_ANSWER = "The app did not answer. Try again?"
QUERY_LENGTH = 3
"""Characters typed before Slack asks the app for options."""


@dataclass
class Place:
    """Where an act happens: a view, or a message in its conversation."""

    app: App
    blocks: list[Payload]
    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None

    @property
    def key(self) -> str:
        """A name for the surface the element stands on."""
        if self.view is not None:
            return self.view.root_view_id
        return self.message.ts if self.message is not None else ""

    def values(self, user: str) -> Payload:
        """Give the person's ``state.values`` here; changing it changes what the person has chosen."""
        if self.view is not None:
            return self.view.state
        if self.message is None:
            return {}
        return self.message.chosen.setdefault(user, initial_values({"blocks": self.blocks}))

    def payload(self, box: Box) -> Payload:
        """Give the container part of the interaction."""
        if self.view is not None:
            return payloads.in_view(box, self.view)
        if self.channel is None or self.message is None:
            return {}
        return payloads.in_message(box, self.channel, self.message)


def _place(asked: Asked, person: Person) -> Place:
    container = asked.part("container") or asked.body
    if container.get("view_id"):
        view = asked.open_view(person, str(container["view_id"]))
        return Place(asked.box.world.apps[view.app_id], view.blocks, view=view)
    if not container.get("channel") or not container.get("message_ts"):
        raise ControlError("missing_field", "the container is {view_id} or {message_ts, channel}")
    channel = asked.named_channel(str(container["channel"]), person)
    message = asked.seen_message(person, channel, str(container["message_ts"]))
    app = asked.box.world.apps.get(message.app_id)
    if app is None:
        raise ControlError("not_interactive", "this message was not written by an app")
    blocks = list(message.blocks or [])
    for attachment in message.attachments or []:
        blocks += attachment.get("blocks") or []
    return Place(app, blocks, channel=channel, message=message)


def _element(asked: Asked, place: Place) -> tuple[Payload, Payload]:
    action_id = str(asked.need("action_id"))
    block_id = asked.body.get("block_id")
    try:
        return find_element(place.blocks, str(block_id) if block_id else None, action_id)
    except LookupError as missing:
        raise ControlError("element_not_found", str(missing), NOT_FOUND) from missing


async def press(asked: Asked) -> Payload:
    """Press a button or choose in a picker: block_actions."""
    person = asked.person
    place = _place(asked, person)
    block, element = _element(asked, place)
    return await _act(asked, person, place, block, element)


async def fill(asked: Asked) -> Payload:
    """Fill in a field of an open view. The app hears of it only where Slack would tell it.

    ``quiet`` keeps the value and tells nobody: words typed where only Enter counts, sent along with a press.
    """
    person = asked.person
    place = _place(asked, person)
    block, element = _element(asked, place)
    told = block["type"] != "input" or block.get("dispatch_action")
    if told and not asked.body.get("quiet"):
        return await _act(asked, person, place, block, element)
    _keep(asked, person, place, block, element)
    asked.box.touch([person.id])
    return {"ack": None, "dispatched": False}


def _known(asked: Asked, person: Person, place: Place, element: Payload) -> list[Payload]:
    return asked.box.offered.get((person.id, place.key, element["action_id"]), [])


def _keep(asked: Asked, person: Person, place: Place, block: Payload, element: Payload) -> None:
    values = place.values(person.id)
    held = values.get(block["block_id"], {}).get(element["action_id"])
    if held is None:
        return  # a button or a menu of actions keeps nothing
    try:
        entry = state_value(element, asked.body.get("value"), _known(asked, person, place, element))
    except ValueError as wrong:
        raise ControlError("invalid_value", str(wrong)) from wrong
    values[block["block_id"]][element["action_id"]] = entry
    if place.view is not None:
        place.view.errors.pop(block["block_id"], None)


async def _act(asked: Asked, person: Person, place: Place, block: Payload, element: Payload) -> Payload:
    box = asked.box
    _keep(asked, person, place, block, element)
    try:
        known = _known(asked, person, place, element)
        action = action_payload(element, block["block_id"], asked.body.get("value"), box.clock.ts(), known)
    except ValueError as wrong:
        raise ControlError("invalid_value", str(wrong)) from wrong
    payload = payloads.common(box, place.app, person, "block_actions") | place.payload(box)
    in_modal = place.view.id if place.view is not None and place.view.type == "modal" else ""
    payload |= {"trigger_id": box.triggers.trigger(place.app.id, person.id, in_modal), "actions": [action]}
    if place.message is not None and place.channel is not None:
        payload["state"] = {"values": place.values(person.id)}
        payload["response_url"] = _response_url(box, place.app, person, place.channel, place.message)
    box.touch([person.id])
    answer = await box.courier.interaction(place.app, payload)
    return acknowledged(box, person, answer)


def _response_url(box: Box, app: App, person: Person, channel: Channel, message: Message) -> str:
    secret = box.triggers.response_url(
        app.id,
        person.id,
        channel.id,
        ts=message.ts,
        ephemeral=bool(message.ephemeral_to),
        thread_ts=message.thread_ts,
    )
    return payloads.response_url(box, secret)


def acknowledged(box: Box, person: Person, answer: Answer) -> Payload:
    """Give the control answer for an acknowledgement, and show the person when there was none."""
    if answer.error is not None:
        box.world.notice(person.id, NO_ANSWER, answer.error)
        return {"ok": False, "ack": None, "error": answer.error}
    return {"ack": answer.payload}


async def suggest(asked: Asked) -> Payload:
    """Type into a menu that asks the app for its options: block_suggestion."""
    person, box = asked.person, asked.box
    place = _place(asked, person)
    block, element = _element(asked, place)
    if not element["type"].endswith("external_select"):
        raise ControlError("not_external", f"a {element['type']} has its options already")
    text = str(asked.body.get("text") or "")
    if len(text) < element.get("min_query_length", QUERY_LENGTH):
        return {"options": []}
    payload = payloads.common(box, place.app, person, "block_suggestion") | place.payload(box)
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": text}
    answer = await box.courier.interaction(place.app, payload)
    said = answer.payload if isinstance(answer.payload, dict) else {}
    wrong = answer.error or _wrong_options(said)
    if wrong:
        box.world.notice(person.id, "Could not load the options.", answer.error or "invalid_options", wrong)
        return {"ok": False, "options": [], "error": answer.error or "invalid_options", "say": wrong}
    groups = said.get("option_groups")
    options = [o for group in groups for o in group["options"]] if groups else said.get("options", [])
    box.offered[person.id, place.key, element["action_id"]] = options
    return {"options": options} | ({"option_groups": groups} if groups else {})


def _wrong_options(said: Payload) -> str:
    """Check offered options by the rules for a menu that carries them itself; "" when they are fine."""
    part = {key: said[key] for key in ("options", "option_groups") if key in said}
    if len(part) != 1:
        return "the app has to answer either options or option_groups"
    if not next(iter(part.values())):
        return ""
    menu: Payload = {"type": "static_select", "action_id": "options"} | part
    problems = check_blocks([{"type": "actions", "elements": [menu]}], "message", "")
    return "; ".join(problem.line for problem in problems)


async def home(asked: Asked) -> Payload:
    """Open an app's Home tab (or, with ``tab`` messages, its messages)."""
    person, box = asked.person, asked.box
    app = asked.app()
    tab = str(asked.body.get("tab") or "home")
    if tab == "home" and not app.home_tab:
        raise ControlError("home_disabled", f"{app.name} has no Home tab in its manifest")
    view = box.world.homes.get((person.id, app.id)) if tab == "home" else None
    events.home_opened(box, app, person.id, tab, view)
    return {"app": app.id, "view_id": view.id if view else None}


async def shortcut(asked: Asked) -> Payload:
    """Run a global shortcut, or one on a message."""
    person, box = asked.person, asked.box
    callback_id = str(asked.need("callback_id"))
    found = next(
        (
            (app, one)
            for app in box.world.apps.values()
            for one in app.shortcuts
            if one.get("callback_id") == callback_id and not app.uninstalled
        ),
        None,
    )
    if found is None:
        raise ControlError("shortcut_not_found", f"no app has a shortcut {callback_id!r}", NOT_FOUND)
    app, declared = found
    common = {
        "callback_id": callback_id,
        "action_ts": box.clock.ts(),
        "trigger_id": box.triggers.trigger(app.id, person.id),
    }
    payload: dict[str, Any]
    if declared.get("type") == "message":
        channel = asked.named_channel(str(asked.need("channel")), person)
        message = asked.seen_message(person, channel, str(asked.need("message_ts")))
        payload = payloads.common(box, app, person, "message_action") | common
        part = payloads.in_message(box, channel, message)
        del part["container"]
        payload |= part | {
            "message_ts": message.ts,
            "response_url": _response_url(box, app, person, channel, message),
        }
    else:
        payload = payloads.common(box, app, person, "shortcut") | common
    return acknowledged(box, person, await box.courier.interaction(app, payload))
