"""Raising a concern, and handling one: words only ever in modals."""

from __future__ import annotations

OPEN = "concerns.open"
