"""Random identifiers: nothing a person sees is a running number."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o 1 i l, which people confuse when reading aloud
LENGTH = 20  # 31**20 is about 2**99

_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNEVEN = bytes(range(256 - 256 % len(ALPHABET), 256))

Ids = Callable[[], str]
"""Makes one fresh id at each call."""


def random_ids() -> str:
    """Return a fresh id from the operating system's randomness.

    Bytes that would make some letters likelier than others are left out; thirty are nearly always enough.
    """
    made = b""
    while len(made) < LENGTH:
        made += secrets.token_bytes(30).translate(_LETTERS, _UNEVEN)
    return made[:LENGTH].decode("ascii")


def seeded_ids(seed: int) -> Ids:
    """Return an id maker that repeats itself for the same seed: only for tests and stories."""
    source = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return lambda: "".join(source.choice(ALPHABET) for _ in range(LENGTH))


def reference(ids: Ids) -> str:
    """Return a short reference a person can read aloud, such as ``K7QX-M4DP`` (about 2**39 of them)."""
    raw = ids()[:8].upper()
    return f"{raw[:4]}-{raw[4:]}"
