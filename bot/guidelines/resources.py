"""``config/resources.toml``: networks and societies outside, offered where the inside has nothing."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, HttpUrl

from bot.guidelines.reading import Rules


class Network(Rules):
    """One outside network or society."""

    name: str = Field(min_length=1, max_length=80)
    address: HttpUrl
    good_for: str = Field(min_length=1, max_length=200)
    disciplines: tuple[str, ...] = ()
    level: Literal["individual", "programme", "institution", "society"] = "society"
    owner: str = ""
    """Who here keeps this entry true."""
    review_on: date


class ResourceRules(Rules):
    """The whole file."""

    networks: tuple[Network, ...]
