"""Reading what a person filled into a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """The values of an open view, by block id."""

    values: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def _field(self, block_id: str) -> Mapping[str, Any]:
        return next(iter(self.values.get(block_id, {}).values()), {})

    def text(self, block_id: str) -> str:
        """Return what was typed, without white space around it; empty when nothing was."""
        return str(self._field(block_id).get("value") or "").strip()

    def number(self, block_id: str) -> int | None:
        """Return a whole number, or None when the field holds none."""
        typed = self.text(block_id)
        return int(typed) if typed.lstrip("-").isdecimal() else None

    def choice(self, block_id: str) -> str:
        """Return the value of the chosen option; empty when none is."""
        return str((self._field(block_id).get("selected_option") or {}).get("value") or "")

    def chosen_number(self, block_id: str) -> int | None:
        """Return the value of the chosen option as a whole number, or None where it is none."""
        chosen = self.choice(block_id)
        return int(chosen) if chosen.isdecimal() else None

    def choices(self, block_id: str) -> list[str]:
        """Return the values of all chosen options."""
        return [str(option["value"]) for option in self._field(block_id).get("selected_options") or []]

    def person(self, block_id: str) -> str:
        """Return the Slack id of the chosen user; empty when none is."""
        return str(self._field(block_id).get("selected_user") or "")

    def people(self, block_id: str) -> list[str]:
        """Return the Slack ids of the chosen users."""
        return [str(user) for user in self._field(block_id).get("selected_users") or []]

    def day(self, block_id: str) -> str:
        """Return the chosen day as ``YYYY-MM-DD``; empty when none is."""
        return str(self._field(block_id).get("selected_date") or "")

    def time(self, block_id: str) -> str:
        """Return the chosen time of day as ``HH:MM``; empty when none is."""
        return str(self._field(block_id).get("selected_time") or "")
