"""Turning what Block Kit's check finds into the refusal of the method that was called."""

from collections.abc import Sequence
from typing import Any

from sandbox.blockkit import Problem, check_message, check_view
from sandbox.server.errors import SlackError
from sandbox.state.payload import Payload


def refuse(problems: Sequence[Problem]) -> None:
    """Raise the SlackError of the first problem, with a line for each; do nothing when there is none."""
    if not problems:
        return
    raise SlackError(
        problems[0].error,
        messages=[problem.line for problem in problems],
        errors=[f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems],
    )


def check_sent(message: Payload) -> None:
    """Raise the refusal of a message that Slack would not post."""
    refuse(check_message(message))


def check_shown(view: Any) -> None:
    """Raise the refusal of a view that Slack would not show; ``views.*`` say invalid_arguments."""
    refuse(check_view(view))
