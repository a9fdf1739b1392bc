"""Modals and Home views, and the view object Slack answers with."""

from dataclasses import dataclass, field

from sandbox.state.payload import Payload


@dataclass
class View:
    """One modal or Home view of one person. ``state`` is what the person has filled in so far."""

    id: str
    user: str
    app_id: str
    bot_id: str
    type: str
    blocks: list[Payload]
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    title: Payload | None = None
    submit: Payload | None = None
    close: Payload | None = None
    private_metadata: str = ""
    callback_id: str = ""
    external_id: str = ""
    clear_on_close: bool = False
    notify_on_close: bool = False
    submit_disabled: bool = False
    # The organisation, where the app is installed for all of it.
    org: str = ""
    state: Payload = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def view_object(view: View, team_id: str) -> Payload:
    """Make Slack's view object with the present state."""
    return {
        "id": view.id,
        "team_id": team_id,
        "app_id": view.app_id,
        "app_installed_team_id": view.org or team_id,
        "bot_id": view.bot_id,
        "type": view.type,
        "title": view.title,
        "submit": view.submit,
        "close": view.close,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "external_id": view.external_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
    }
