"""What ``mentorbot check`` finds: each thing looked at is fine, or needs somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine, or with what to do. ``key`` names the sentence in ``check.toml``."""

    fine: bool
    key: str
    values: dict[str, Any]
    of: str = ""
    """Which workspace it is about, where there are several."""


def fine(key: str, **values: Any) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(True, f"check.{key}", values)


def mend(key: str, **values: Any) -> Finding:
    """Return a finding that needs somebody."""
    return Finding(False, f"check.{key}", values)
