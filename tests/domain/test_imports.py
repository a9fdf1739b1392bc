"""Rosters and pairs from sheets: whole or not at all, and twice is once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.domain import mentors, pairs, people, profiles, sheets
from bot.domain.people import Account
from bot.domain.sheets import FaultySheet
from bot.errors import Refusal
from bot.store import relationships
from bot.store.checkins import Rhythm
from bot.store.people import Membership, Person, SlackAccount, Wishes
from bot.store.people import wishes as stored_wishes
from bot.store.profiles import Expertise, Profile
from bot.store.relationships import Basis, Relationship, RelationshipState
from tests.cast import CAST, TEAM_ID, Desk

NEW = Account(TEAM_ID, "U0NEW", "Nia New", "nia@riverside.example", "Africa/Lagos", "en", here=True)
GONE = Account(TEAM_ID, "U0GONE", "Gus Gone", "gus@riverside.example", "UTC", "en", here=False)
ROBOT = Account(TEAM_ID, "U0BOT", "Robot", "", "UTC", "en", here=True, is_person=False)
ACCOUNTS = [
    *(Account(TEAM_ID, m.slack_id, m.name, m.email, m.time_zone, "en", here=True) for m in CAST.values()),
    NEW,
    GONE,
    ROBOT,
]
HEADER = (
    "id,name,email,roles,expertise,needs,career_stage,department,languages,time_zone,places,prefers,avoids"
)


def roster(desk: Desk, text: str | bytes) -> people.Imported:
    """Import a roster as the operator does."""
    content = text if isinstance(text, bytes) else text.encode()
    with desk.step("clock") as step:
        return people.import_people(step, sheets.read(content), ACCOUNTS)


def faults(act: Callable[[], object]) -> list[tuple[int, str, str]]:
    """Return row, column and text key of each fault that ``act`` raises."""
    with pytest.raises(FaultySheet) as caught:
        act()
    return [(f.row, f.column, f.key.removeprefix("imports.")) for f in caught.value.faults]


def counts(desk: Desk) -> dict[str, int]:
    """Return how many rows the tables of a roster hold."""
    tables = (Person, SlackAccount, Membership, Profile, Expertise, Wishes)
    with desk.step("clock", writes=False) as step:
        return {
            table.__tablename__: step.session.scalars(select(func.count()).select_from(table)).one()
            for table in tables
        }


FULL = (
    f"{HEADER}\n"
    "U0NEW,,,mentor;mentee,proteomics;mass spectrometry,grant writing,postdoc,Chemistry,English;Yoruba,,3,,\n"
    ",Later Larsen,later@riverside.example,mentee,,statistics,student,Physics,Danish,Europe/Copenhagen,,"
    "tomas@riverside.example,U0INES\n"
)


def test_importing_twice_changes_nothing_more(desk: Desk) -> None:
    """The same file again finds everybody it made, by Slack id or address."""
    first = roster(desk, FULL)
    once = counts(desk)
    again = roster(desk, FULL)
    assert (first.new, first.profiles, first.not_in_slack) == (2, 1, 1)
    assert (again.new, counts(desk)) == (0, once)
    assert desk.outbox() == []


def test_needs_and_names_are_sealed_and_kept(desk: Desk) -> None:
    """What somebody needs, prefers and avoids is stored where only their own step reads it."""
    roster(desk, FULL)
    with desk.step("clock", writes=False) as step:
        wish = stored_wishes(step.session, with_avoids=True)[0]
        assert step.unseal(Wishes.needs, wish) == "statistics"
        assert step.unseal(Wishes.prefers, wish) == desk.id("tomas")
        assert step.unseal(Wishes.avoids, wish) == desk.id("ines")
        assert b"statistics" not in (wish.needs or b"")


def test_people_who_avoid_each_other_are_never_offered(desk: Desk) -> None:
    """Whichever of two people avoids the other, neither search nor a forged press brings them together."""
    roster(desk, "email,roles,avoids\nines@riverside.example,mentor,mira@riverside.example\n")
    with desk.step("mira", writes=False) as step:
        assert mentors.find(step, "machine learning").cards == ()
        others = mentors.next_people(step, step.by, topic="machine learning", like=desk.id("ines"))
        assert others.cards == ()
        assert mentors.are_apart(step, step.by, desk.id("ines"))


def test_a_profile_its_mentor_saved_is_left_alone(desk: Desk) -> None:
    """A later import does not overwrite what a mentor wrote themself."""
    text = "email,roles,expertise\nines@riverside.example,mentor,basket weaving\n"
    with desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("Python",), places=1))
    assert roster(desk, text).kept == 1
    with desk.step("ines", writes=False) as step:
        assert profiles.form(step).draft.expertise == ("Python",)


@pytest.mark.parametrize(
    "shape",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: (
            text.replace(";", "|").replace(",", ";").replace("|", ",").replace("a,b", '"a;b"').encode()
        ),
        lambda text: ("sep=,\r\n" + text).encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: ("\n\n" + text + "\n,,\n").encode(),
    ],
)
def test_whatever_a_spreadsheet_writes_is_read(shape: Callable[[str], bytes]) -> None:
    """Line ends, byte order marks, delimiters and empty rows do not change what a sheet says."""
    sheet = sheets.read(shape("Email,roles\nmira@riverside.example,mentee\n"))
    assert sheet.columns == ("email", "roles")
    assert sheet.lines[0].cells == {"email": "mira@riverside.example", "roles": "mentee"}


def test_every_fault_is_named_and_nothing_is_stored(desk: Desk) -> None:
    """Faults of all rows come together, with row and column; not one row is imported."""
    before = counts(desk)
    text = (
        f"{HEADER}\n"
        "U0NEW,,,mentor,,,wizard,,,Mars/Base,many,,\n"
        ",,nobody,mentee,,,,,,,,,\n"
        ",,,mentee,,,,,,,,,\n"
        ",,new@x.example,boss,,,,,,,,,\n"
        "U0GONE,,,mentee,,,,,,,,,\n"
        "U0BOT,,,mentee,,,,,,,,,\n"
        "U0NOBODY,N,,mentee,,,,,,,,,\n"
        ",,mira@riverside.example,mentee,python,,,,,,,who@x.example,mira@riverside.example\n"
        "U0MIRA,,,mentee,,,,,,,,,\n"
        "U0TOMAS,,ines@riverside.example,mentor,🎉,,,,,,,,\n"
    )
    found = faults(lambda: roster(desk, text))
    assert found == [
        (2, "time_zone", "people.time_zone"),
        (2, "career_stage", "people.stage"),
        (2, "places", "people.places"),
        (3, "email", "people.email"),
        (3, "name", "people.no_name"),
        (4, "email", "people.no_key"),
        (4, "name", "people.no_name"),
        (5, "roles", "people.role"),
        (5, "name", "people.no_name"),
        (6, "id", "people.left"),
        (7, "id", "people.bot"),
        (8, "id", "people.unknown_id"),
        (9, "expertise", "people.only_mentors"),
        (10, "id", "people.twice"),
        (11, "email", "people.two_people"),
        (11, "expertise", "profiles.wrong.no_word"),
    ]
    assert counts(desk) == before


def test_names_nobody_bears_are_faults(desk: Desk) -> None:
    """Somebody preferred or avoided must be in the sheet or the programme, and be somebody else."""
    text = (
        "email,roles,prefers,avoids\n"
        "mira@riverside.example,mentee,who@x.example,mira@riverside.example\n"
        "noor@riverside.example,mentee,U0TOMAS,Mira@Riverside.example\n"
    )
    assert faults(lambda: roster(desk, text)) == [
        (2, "prefers", "people.nobody"),
        (2, "avoids", "people.oneself"),
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", (1, "", "sheet.empty")),
        (b"email,roles\n", (1, "", "sheet.empty")),
        (b"email,roles,shoe size\n", (1, "shoe_size", "sheet.unknown_column")),
        (b"email,email,roles\n", (1, "email", "sheet.twice")),
        (b"email\nmira@riverside.example\n", (1, "roles", "sheet.missing_column")),
        (b"roles\nmentee\n", (1, "email", "people.no_key_column")),
        (b"email,roles\na@b.example,mentee,more\n", (2, "", "sheet.wide")),
        (b'email,roles\n"a@b.example,mentee\n', (2, "", "sheet.quotes")),
        (b"email,roles\nx\nJos\xe9@b.example,mentee\n", (3, "", "sheet.encoding")),
        (b"email,roles\nx\0,mentee\n", (2, "", "sheet.no_text")),
    ],
)
def test_a_sheet_that_cannot_be_read_says_where(
    desk: Desk, content: bytes, found: tuple[int, str, str]
) -> None:
    """Row and column of what is wrong with the sheet itself."""
    assert faults(lambda: roster(desk, content)) == [found]


def test_many_faults_are_cut_but_counted(desk: Desk) -> None:
    """Fifty faults are listed, however many there are, and all are counted."""
    text = "email,roles\n" + "nobody,boss\n" * 70
    with pytest.raises(FaultySheet) as caught:
        roster(desk, text)
    assert len(caught.value.faults) == sheets.MOST_FAULTS
    assert caught.value.count == 70 * 3


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_a_fault(content: bytes) -> None:
    """No file, however broken, ends in anything but rows or named faults."""
    with suppress(FaultySheet):
        assert sheets.read(content).columns


def pair_up(desk: Desk, text: str) -> pairs.Imported:
    """Import pairs as the operator does."""
    with desk.step("clock") as step:
        return pairs.import_pairs(step, sheets.read(text.encode()))


PAIRS = (
    "mentor,mentee,kind,start_date,agreement\n"
    "tomas@riverside.example,U0MIRA,advisor,2026-09-01,paper\n"
    "U0INES,noor@riverside.example,,2027-02-15,none\n"
)


def test_pairs_become_active_once_and_begin_their_checkins(desk: Desk) -> None:
    """An imported relationship counts from its own start, takes a place, and is told to nobody."""
    assert pair_up(desk, PAIRS).new == 2
    assert pair_up(desk, PAIRS).there_already == 2
    with desk.step("clock", writes=False) as step:
        rows = list(step.session.scalars(select(Relationship).order_by(Relationship.started_on)))
        assert [(row.kind, row.state, row.basis, row.started_on) for row in rows] == [
            ("advisor", RelationshipState.ACTIVE, Basis.PAPER, date(2026, 9, 1)),
            ("mentor", RelationshipState.ACTIVE, Basis.NONE, date(2027, 2, 15)),
        ]
        assert relationships.places_taken(step.session, [desk.id("ines")]) == {desk.id("ines"): 1}
        assert step.session.scalars(select(func.count()).select_from(Rhythm)).one() == 4
    assert desk.outbox() == []


def test_every_fault_of_pairs_is_named(desk: Desk) -> None:
    """Row and column of each, and no pair is stored."""
    text = (
        "mentor,mentee,kind,start_date,agreement\n"
        "tomas@riverside.example,tomas@riverside.example,friend,yesterday,handshake\n"
        "who@x.example,oskar@riverside.example,mentor,2030-01-01,none\n"
        ",U0MIRA,mentor,2026-09-01,\n"
        "U0INES,U0MIRA,mentor,2026-09-01,\n"
        "ines@riverside.example,mira@riverside.example,mentor,2026-09-02,\n"
        "U0NOOR,U0TOMAS,rotation,2026-09-02,\n"
        "U0INES,U0NOOR,mentor,0001-01-01,\n"
        "U0INES,U0NOOR,mentor,9999-12-31,\n"
        "U0MIRA,U0NOOR,peer,2026-09-02,\n"
    )
    assert faults(lambda: pair_up(desk, text)) == [
        (2, "mentee", "pairs.oneself"),
        (2, "kind", "pairs.kind"),
        (2, "mentee", "pairs.no_mentee"),
        (2, "start_date", "pairs.day"),
        (2, "agreement", "pairs.agreement"),
        (3, "mentor", "pairs.nobody"),
        (3, "mentee", "pairs.not_in_programme"),
        (3, "start_date", "pairs.future"),
        (4, "mentor", "pairs.empty"),
        (6, "mentee", "pairs.twice"),
        (7, "mentor", "pairs.no_mentor"),
        (7, "mentee", "pairs.no_mentee"),
        (8, "start_date", "pairs.long_ago"),
        (9, "start_date", "pairs.future"),
    ]
    with desk.step("clock", writes=False) as step:
        assert list(step.session.scalars(select(Relationship))) == []


def test_somebody_with_no_profile_who_is_no_mentor_has_none_to_edit(desk: Desk) -> None:
    """Only mentors have a profile; others read how to become one."""
    with pytest.raises(Refusal, match="only_mentors"), desk.step("mira", writes=False) as step:
        profiles.form(step)
