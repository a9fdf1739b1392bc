"""Private text at rest: AES-256-GCM, each value bound to its table, column and row.

A sealed value moved to another row, column or table no longer opens, so nobody with write access to the
database can make one person's words appear as another's. Keys rotate: the first seals, all of them open.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.errors import Misconfigured
from bot.store.base import SEALED_MARK, Row

KEY_BYTES = 32
NONCE_BYTES = 12
NAME_BYTES = 4


class CannotOpen(Exception):  # noqa: N818 - says what happened
    """A sealed value whose key is missing, or which was changed or moved. Carries no text of it."""


class Keyring:
    """The keys of ``MENTORBOT_KEYS``: ``name:base64`` parts separated by commas, the sealing one first."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise Misconfigured(
                "MENTORBOT_KEYS is not set. Run `mentorbot keys new`, keep what it prints safe, and set it."
            )
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._sealing = next(iter(keys))

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read the setting. Raises Misconfigured, never repeating a key."""
        keys: dict[str, bytes] = {}
        for number, part in enumerate(filter(None, (p.strip() for p in text.split(","))), start=1):
            name, _, encoded = part.partition(":")
            try:
                key = base64.urlsafe_b64decode(encoded.encode("ascii"))
            except (binascii.Error, UnicodeEncodeError) as fault:
                raise Misconfigured(f"MENTORBOT_KEYS: key {number} is not base64.") from fault
            if len(key) != KEY_BYTES or len(name) != NAME_BYTES:
                raise Misconfigured(
                    f"MENTORBOT_KEYS: key {number} is not of the form made by `mentorbot keys new`."
                )
            if name in keys:
                raise Misconfigured(f"MENTORBOT_KEYS: key {number} has a name used before it.")
            keys[name] = key
        return cls(keys)

    @staticmethod
    def new_key() -> str:
        """Return one fresh key as the setting spells it."""
        name = secrets.token_hex(NAME_BYTES // 2)
        return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode('ascii')}"

    def seal(self, text: str, bound_to: str) -> bytes:
        """Return ``text`` sealed to the place ``bound_to``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        body = self._keys[self._sealing].encrypt(nonce, text.encode("utf-8"), bound_to.encode("utf-8"))
        return SEALED_MARK + self._sealing.encode("ascii") + nonce + body

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Return the text. Raises CannotOpen when the key is gone or the value was changed or moved."""
        start = len(SEALED_MARK)
        name = sealed[start : start + NAME_BYTES].decode("ascii", errors="replace")
        nonce = sealed[start + NAME_BYTES : start + NAME_BYTES + NONCE_BYTES]
        key = self._keys.get(name)
        if key is None:
            raise CannotOpen(f"no key named {name!r} in MENTORBOT_KEYS")
        try:
            body = key.decrypt(nonce, sealed[start + NAME_BYTES + NONCE_BYTES :], bound_to.encode("utf-8"))
        except InvalidTag as fault:
            raise CannotOpen("the sealed value was changed, or moved from its row") from fault
        return body.decode("utf-8")


def _place(column: InstrumentedAttribute[Any], row_id: str) -> str:
    return f"{column.class_.__tablename__}.{column.key}:{row_id}"


def _keyring(session: Session) -> Keyring:
    keyring = session.info.get("keyring")
    if not isinstance(keyring, Keyring):
        raise Misconfigured("this session was opened without keys")
    return keyring


def seal(session: Session, column: InstrumentedAttribute[Any], row_id: str, text: str) -> bytes:
    """Return ``text`` sealed for ``column`` of the row ``row_id``."""
    return _keyring(session).seal(text, _place(column, row_id))


def unseal(session: Session, column: InstrumentedAttribute[Any], row: Row) -> str:
    """Return the text in ``column`` of ``row``; empty where nothing is stored. Raises CannotOpen."""
    sealed: bytes | None = getattr(row, column.key)
    if sealed is None:
        return ""
    return _keyring(session).open(sealed, _place(column, row.id))
