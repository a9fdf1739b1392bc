"""What Slack's payloads look like, as far as anything here reads them: everything else in them is let be.

A signature says who sent a body, not that it makes sense. What has another shape is refused before Bolt and
the handlers, which read far into it, meet it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

WORDS = {
    "block_actions": "actions",
    "block_suggestion": "action_id",
    "event_callback": "event",
    "message_action": "callback_id",
    "shortcut": "callback_id",
    "view_closed": "view",
    "view_submission": "view",
}
"""What a payload of a type cannot be without."""


class Malformed(ValueError):  # noqa: N818 - says what is wrong with a payload
    """A payload of a shape Slack does not send. The message names fields of ours, nothing that was sent."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Named(_Shape):
    id: str | None = None


class _User(_Named):
    team_id: str | None = None
    profile: _Shape | None = None
    enterprise_user: _Shape | None = None


class _Team(_Named):
    enterprise_id: str | None = None


class _Authorization(_Shape):
    enterprise_id: str | None = None
    team_id: str | None = None
    user_id: str | None = None
    is_enterprise_install: bool | None = None


class _Revoked(_Shape):
    bot: list[str] | None = None
    oauth: list[str] | None = None


class _Event(_Shape):
    type: str
    subtype: str | None = None
    user: str | _User | None = None
    user_team: str | None = None
    team: str | _Team | None = None
    channel: str | _Named | None = None
    channel_type: str | None = None
    bot_id: str | None = None
    tab: str | None = None
    ts: str | None = None
    tokens: _Revoked | None = None


class _Option(_Shape):
    value: str | None = None


class _Action(_Shape):
    type: str | None = None
    action_id: str
    block_id: str | None = None
    value: str | None = None
    selected_option: _Option | None = None


class _Field(_Shape):
    """What stands in one field of a form: which kind it is, its reader knows."""


class _State(_Shape):
    values: dict[str, dict[str, _Field]] | None = None


class _Block(_Shape):
    type: str | None = None
    block_id: str | None = None


class _View(_Named):
    type: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    app_installed_team_id: str | None = None
    previous_view_id: str | None = None
    root_view_id: str | None = None
    team_id: str | None = None
    blocks: list[_Block] | None = None
    state: _State | None = None


class _Message(_Shape):
    text: str | None = None
    blocks: list[_Block] | None = None


class _Payload(_Shape):
    type: str | None = None
    command: str | None = None
    text: str | None = None
    team_id: str | None = None
    enterprise_id: str | None = None
    user_id: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    event_id: str | None = None
    event_time: int | None = None
    callback_id: str | None = None
    action_id: str | None = None
    value: str | None = None
    is_enterprise_install: bool | str | None = None
    user: str | _User | None = None
    team: str | _Team | None = None
    enterprise: str | _Named | None = None
    channel: str | _Named | None = None
    authorizations: list[_Authorization] | None = None
    actions: list[_Action] | None = None
    event: _Event | None = None
    message: _Message | None = None
    view: _View | None = None


def check(body: Mapping[str, Any]) -> None:
    """Look whether a payload has the shape of one of Slack's. Raises Malformed.

    It says for which team or organisation it is, it has what its type cannot be without, and whatever is read
    by anybody is of the kind that is read.
    """
    try:
        read = _Payload.model_validate(body)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        raise Malformed(f"{_names(first['loc'])} is of the wrong kind") from None
    if read.type == "url_verification":
        return
    lacking = WORDS.get(read.type or "")
    if lacking is not None and not getattr(read, lacking):
        raise Malformed(f"{read.type} without {lacking}")
    if read.command is None and read.type is None:
        raise Malformed("neither a command nor of any type")
    if read.type in {"view_closed", "view_submission"} and not (read.view and read.view.callback_id):
        raise Malformed(f"{read.type} without view.callback_id")
    of_team = read.team if isinstance(read.team, _Team) else None
    of_user = read.user if isinstance(read.user, _User) else None
    is_for = [
        read.team_id,
        read.enterprise_id,
        read.team if isinstance(read.team, str) else of_team and of_team.id,
        read.enterprise if isinstance(read.enterprise, str) else read.enterprise and read.enterprise.id,
        of_user and of_user.team_id,
        *(one.team_id or one.enterprise_id for one in read.authorizations or ()),
    ]
    if not any(is_for):
        raise Malformed("neither a team nor an organisation")


def _names(place: tuple[int | str, ...]) -> str:
    """Return where in a payload that is, by names of ours: below them may stand anything."""
    known = []
    for part in place:
        if isinstance(part, int) or not part.isidentifier():
            break
        known.append(part)
        if part == "values":
            break
    return ".".join(known)
