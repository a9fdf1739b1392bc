"""What is new to a person since they last looked: for stories told step by step."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.driver.sight import Sight, indented


class News:
    """Remembers what one person has read, and tells what came or changed since."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], str] = {}

    def since(self, sight: Sight) -> str:
        """The lines that are new in a look: messages new or changed, modals, Home, notices."""
        lines: list[str] = []
        for key, head, text in _pieces(sight):
            known = self._read.get(key)
            if known == text:
                continue
            changed = " (changed)" if known is not None else ""
            lines += [f"{head}{changed}", indented(text)]
            self._read[key] = text
        return "\n".join(lines)


def _pieces(sight: Sight) -> Iterator[tuple[tuple[str, str], str, str]]:
    rows = sorted(sight.messages(), key=lambda row: float(row[1]["ts"]))
    for channel, message in rows:
        yield (channel["id"], message["ts"]), sight.heading(channel, message), sight.message_text(message)
    for modal in sight.modals:
        yield ("modal", modal["id"]), "[open now] modal", sight.view_text(modal)
    for app in sight.apps:
        if app["id"] in sight.homes:
            yield ("home", app["id"]), f"[Home] {app['name']}", sight.view_text(sight.homes[app["id"]])
    for notice in sight.notices:
        yield ("notice", str(notice["n"])), "[notice]", str(notice["text"])
