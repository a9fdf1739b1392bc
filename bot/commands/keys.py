"""``mentorbot keys``: the keys that seal private text."""

from __future__ import annotations

import click

from bot.store.sealing import Keyring


@click.group()
def keys() -> None:
    """Make the keys that seal private text."""


@keys.command("new")
def new() -> None:
    """Print a fresh key for MENTORBOT_KEYS.

    Keep it apart from the database: without it nobody can read what people wrote in private, and neither
    can you. To rotate, put the new key in front of the old ones, separated by a comma.
    """
    click.echo(Keyring.new_key())
