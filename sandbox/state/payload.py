"""The one name for JSON as it travels: Slack's objects are open dictionaries, read with care at the edges."""

from typing import Any

Payload = dict[str, Any]
"""A JSON object as Slack sends or takes it."""
