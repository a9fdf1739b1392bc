"""blocks.validate: Slack's own check of blocks, views and messages, as a method."""

import json
from collections.abc import Sequence
from typing import Any

from sandbox.blockkit import Problem, check_blocks, check_message, check_view
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.state.payload import Payload

LONGEST = 100_000
_KINDS = ("blocks", "view", "message")
_ONE = "must provide exactly one of `blocks`, `view`, or `message`"


async def validate(call: Call) -> Payload:
    """Check exactly one of blocks, view or message; every problem is listed with its JSON pointer."""
    given = [kind for kind in _KINDS if call.args.get(kind) not in ("", None)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", messages=[_ONE])
    kind = given[0]
    value = _parsed(kind, call.args[kind])
    problems = _problems(kind, value)
    if problems:
        raise SlackError(f"invalid_{kind}", errors=[problem.as_json() for problem in problems])
    return {}


def _parsed(kind: str, value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value)
    if len(text) > LONGEST:
        raise SlackError("invalid_arguments", messages=[f"`{kind}` must be at most {LONGEST} characters"])
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError("invalid_arguments", messages=[f"`{kind}` must be valid JSON"]) from None


def _problems(kind: str, value: Any) -> Sequence[Problem]:
    if kind == "blocks":
        return check_blocks(value, "message", "")
    return check_view(value, "") if kind == "view" else check_message(value)


METHODS: dict[str, Method] = {"blocks.validate": validate}
