"""What can go wrong in a way a person is told about."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A step that may not happen, with the text that tells the person what to do instead.

    ``key`` names the text in ``config/texts``; ``values`` fill its blanks. ``field`` is the block id of
    the form field at fault, when the person is filling a form, so that Slack shows the sentence there.
    """

    def __init__(self, key: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.values = values


class NotFound(Refusal):
    """Nothing by that id that this person may see: absent and forbidden answer the same sentence."""

    def __init__(self, key: str = "common.not_found", **values: object) -> None:
        super().__init__(key)
        self.values = values


class NotAMember(Refusal):
    """Somebody of the workspace who is in no programme here."""

    def __init__(self) -> None:
        super().__init__("common.not_a_member")


class Misconfigured(Exception):  # noqa: N818 - names the state of the machine, not a fault of the code
    """A setting or config file that must be put right before anything starts. The message says how."""
