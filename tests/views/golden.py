"""Golden payloads: what a view shows is kept beside its test, and every one is what Slack accepts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bot.views.blocks import Message
from sandbox.blockkit import check_blocks, check_message, check_view

FOLDER = Path(__file__).parent / "payloads"


def golden(name: str, shown: Message | dict[str, Any] | list[dict[str, Any]]) -> None:
    """Hold a message, a view or blocks against ``payloads/<name>.json``.

    ``MENTORBOT_GOLDEN=write`` writes the file instead; look at the difference before committing it.
    """
    if isinstance(shown, Message):
        payload: Any = {"text": shown.text, "blocks": list(shown.blocks)}
        problems = check_message(payload)
    elif isinstance(shown, dict):
        payload = shown
        problems = check_view(payload)
    else:
        payload = shown
        problems = check_blocks(payload, "message")
    assert problems == [], f"{name}: Slack would refuse this: {problems}"
    path = FOLDER / f"{name}.json"
    written = json.dumps(payload, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("MENTORBOT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.is_file(), f"{name}: no golden file yet; run with MENTORBOT_GOLDEN=write and read it"
    assert written == path.read_text(encoding="utf-8"), f"{name} shows something else than before"
