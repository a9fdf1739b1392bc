"""Identifiers in Slack's shapes, random so that nobody learns to rely on their order."""

import random
import secrets
import string

_UPPER = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits
_DICE = random.Random()  # noqa: S311 - for names that nobody must not guess; secrets are made below


def slack_id(prefix: str, length: int = 10) -> str:
    """Give a fresh id such as ``U04K2XQ7PLM``: the prefix says the kind (T, U, B, A, C, D, V, F, Ev …)."""
    return prefix + "0" + "".join(_DICE.choices(_UPPER, k=length - 1))


def short_id() -> str:
    """Give the five characters Slack uses for block and action ids it makes up itself."""
    return "".join(_DICE.choices(_MIXED, k=5))


def digits(length: int) -> str:
    """Give a run of digits that does not begin with zero."""
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(length - 1))


def bot_token() -> str:
    """Give a bot token (``xoxb-``)."""
    return f"xoxb-{digits(12)}-{digits(13)}-" + "".join(secrets.choice(_MIXED) for _ in range(24))


def user_token() -> str:
    """Give a person's token (``xoxp-``)."""
    return f"xoxp-{digits(12)}-{digits(12)}-{digits(13)}-{secret()}"


def rotating_token(kind: str) -> str:
    """Give an access token that expires: ``xoxe.xoxb-1-`` for a bot, ``xoxe.xoxp-1-`` for a person."""
    return f"xoxe.{kind}-1-{secrets.token_urlsafe(120)}"


def refresh_token() -> str:
    """Give a refresh token (``xoxe-1-``)."""
    return f"xoxe-1-{secrets.token_urlsafe(96)}"


def code() -> str:
    """Give the code an installation hands to the app."""
    return f"{digits(12)}.{digits(13)}.{secrets.token_hex(32)}"


def app_token(app_id: str) -> str:
    """Give an app-level token (``xapp-``) of that app."""
    return f"xapp-1-{app_id}-{digits(13)}-{secrets.token_hex(32)}"


def secret() -> str:
    """Give 32 hexadecimal characters, the shape of a signing or client secret."""
    return secrets.token_hex(16)
