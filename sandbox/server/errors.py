"""How a call is refused: in Slack's words on the Web API, in a sentence on the control API."""

from typing import Any

from sandbox.state.payload import Payload


class SlackError(Exception):
    """A Web API refusal: Slack's error name and whatever else belongs in the answer."""

    def __init__(self, error: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        """``messages`` become ``response_metadata.messages``; ``extra`` goes into the answer as is."""
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.extra = extra

    def body(self) -> Payload:
        """Give the JSON answer."""
        body: Payload = {"ok": False, "error": self.error} | self.extra
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


class ControlError(Exception):
    """A control call that cannot be done, with a sentence for whoever reads the test's output."""

    def __init__(self, error: str, say: str, status: int = 400, **extra: Any) -> None:
        """``status`` is the HTTP status of the answer."""
        super().__init__(f"{error}: {say}")
        self.error = error
        self.say = say
        self.status = status
        self.extra = extra

    def body(self) -> Payload:
        """Give the JSON answer."""
        return {"ok": False, "error": self.error, "say": self.say} | self.extra
