"""Acts seven to nine: the digest, everybody's Home, help and wrong input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from story.telling import Narrator

MONDAY = 0


def digest(told: Narrator) -> None:
    """Monday: each lead receives a digest of their own, with one picture and a table beside it."""
    told.act("7 · Monday: the leads' weekly digest")
    stage = told.stage
    told.quietly("lena", "marcus")
    now = stage.slack.clock.now
    monday = datetime(now.year, now.month, now.day, 12, tzinfo=UTC)
    monday += timedelta(days=(MONDAY - now.weekday()) % 7 or 7)
    told.line(
        "Each lead has a digest of their own: a case is counted only for the lead who is asked to take it"
    )
    stage.skip_to(monday)
    told.shows("lena", "marcus")
    for handle in ("lena", "marcus"):
        person = told.person(handle)
        digests = [m for m in person.dm.messages if "week" in m.text.casefold() and m.replies]
        told.expect(digests, f"{person.name} has no digest with a picture")
        told.expect("I feel small" not in person.transcript(), "a private word stood in a lead's messages")


def homes(told: Narrator) -> None:
    """Each of them opens Home."""
    told.act("8 · Everybody's Home")
    for handle in ("milan", "amara", "lena", "hugo", "anja", "oskar"):
        home = told.person(handle).open_home()
        told.line(f"{told.person(handle).name} opens Home")
        told.tell(home.text.splitlines())
    told.reads("oskar", "not part of a mentorship programme")


def help_and_wrong_input(told: Narrator) -> None:
    """Help, and what is no command, answer with what to do instead."""
    told.act("9 · Help, and wrong input")
    milan = told.person("milan")
    for words in (
        "/mentorship help",
        "/mentorship profle",
        "/mentorship " + "x" * 300,
        "/findmentor",
        "/findmentor ???",
        "/findmentor <!channel>",
    ):
        shown = words if len(words) < 60 else f"{words[:40]}… ({len(words)} characters)"  # noqa: PLR2004 - what fits a line
        told.line(f"Milan types {shown}")
        answer = milan.command(words)
        told.shows("milan")
        told.expect(answer.ok and answer.text, f"{shown!r} was not answered")
    told.line("Milan writes to the app")
    milan.say("hello, is anybody there?", to="@app")
    told.shows("milan")
    told.line("Oskar, who is in no programme, types /findmentor statistics")
    answer = told.person("oskar").command("/findmentor statistics")
    told.shows("oskar")
    told.expect("not part of a mentorship programme" in answer.text, "an outsider was let in or left alone")
