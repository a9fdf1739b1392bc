"""The pretend people of the Riverside Institute, read from the same CSV that the bot imports."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

PROGRAMME = Path(__file__).resolve().parent / "programme"
PEOPLE = PROGRAMME / "people.csv"
PAIRS = PROGRAMME / "pairs.csv"
LEADS_CHANNEL = "mentoring-leads"
KEEPERS = {"lead", "handler", "alternate"}
"""Roles whose holders are in the programme's private channel."""


def rows() -> list[dict[str, str]]:
    """Return the people of the programme as the CSV has them."""
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def handle(row: dict[str, str]) -> str:
    """Return what the person is called in Slack: the first part of the e-mail address."""
    return row["email"].split("@", maxsplit=1)[0]


def team() -> dict[str, Any]:
    """Return the institute as a local Slack's seed: everybody in the CSV, and one who is in no programme."""
    people = [
        {
            "name": handle(row),
            "real_name": row["name"],
            "email": row["email"],
            "tz": row["time_zone"],
            "locale": "en-US",
            "title": f"{row['career_stage'].capitalize()}, {row['department']}",
        }
        for row in rows()
    ]
    people.append(
        {
            "name": "oskar",
            "real_name": "Oskar Nyman",
            "email": "oskar@riverside.example",
            "tz": "Europe/Helsinki",
            "locale": "en-US",
            "title": "Staff, Library",
        }
    )
    keepers = [handle(row) for row in rows() if KEEPERS & set(row["roles"].split(";"))]
    return {
        "team": {"name": "Riverside Institute", "domain": "riverside"},
        "people": people,
        "channels": [
            {"name": "general", "is_private": False, "members": [person["name"] for person in people]},
            {"name": LEADS_CHANNEL, "is_private": True, "members": [*keepers, "@app"]},
        ],
    }
