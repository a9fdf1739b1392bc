"""What agreements look like, and that Slack accepts the longest of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.agreements import (
    AgreementSeen,
    AtHome,
    Fault,
    FaultKind,
    FormSection,
    FormSeen,
    History,
    Mine,
    News,
    Overtaken,
    Saved,
    Signature,
    Signed,
    SignResult,
    Turn,
    Verification,
    Version,
)
from bot.domain.agreements.clauses import as_shown, differences, starting_values
from bot.guidelines import load
from bot.store.agreements import VersionState
from bot.store.people import Contact
from bot.store.relationships import Basis, Kind, RelationshipState
from bot.texts import Texts
from bot.views import agreements as views
from bot.views.agreements.pieces import packed
from bot.views.blocks import Message
from bot.views.reader import Reader
from sandbox.blockkit import check_view
from tests.cast import CAST, REPOSITORY
from tests.views.golden import golden

RULES = load(REPOSITORY / "config").agreements
TO = Reader(
    say=Texts.load(REPOSITORY / "config" / "texts").say("en"),
    time_zone="Europe/Berlin",
    programme_id="research",
)
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
UNTIL = date(2028, 3, 1)


def contact(handle: str) -> Contact:
    """Return one of the cast."""
    member = CAST[handle]
    return Contact(
        person_id=member.person_id,
        name=member.name,
        slack_user_id=member.slack_id,
        dm_channel=None,
        time_zone=member.time_zone,
        language="en",
        here=True,
    )


MIRA, TOMAS = contact("mira"), contact("tomas")
WORDS = {
    **starting_values(RULES, "mentor", ()),
    "goals": "Finish the thesis & <!channel>",
    "steps": "An outline by Friday",
}


def form(kind: str = "mentor", values: dict[str, str] | None = None, **more: Any) -> FormSeen:
    """Return an empty first form for Mira."""
    fitting = RULES.for_kind(kind)
    seen = FormSeen(
        agreement_id="a1",
        version_id="v1",
        based_on="",
        based_on_number=0,
        others=(TOMAS,),
        sections=tuple(
            FormSection(section.title, held)
            for section in RULES.section
            if (held := tuple(rule for rule in fitting if rule.section == section.key))
        ),
        values=values if values is not None else starting_values(RULES, kind, ()),
        in_force=False,
        renews=False,
    )
    return replace(seen, **more)


def version(number: int = 1, **more: Any) -> Version:
    """Return a version Mira wrote and signed."""
    made = Version(
        version_id=f"v{number}",
        number=number,
        author=MIRA,
        written_at=NOW,
        state=VersionState.PROPOSED,
        renews=False,
        in_force_at=None,
        signatures=(Signature(MIRA, NOW),),
        clauses=as_shown(RULES, "mentor", WORDS),
    )
    return replace(made, **more)


def seen(shown: Version | None, **more: Any) -> AgreementSeen:
    """Return the agreement as Tomás sees it."""
    made = AgreementSeen(
        agreement_id="a1",
        relationship_id="rel1",
        relationship_state=RelationshipState.DRAFTING,
        kind=Kind.MENTOR,
        reader_id=TOMAS.person_id,
        members=(TOMAS, MIRA),
        first_writers=frozenset({MIRA.person_id}),
        version=shown,
        latest_number=shown.number if shown else 0,
        in_force_number=None,
        ends_on=None,
        can_renew=False,
    )
    return replace(made, **more)


def changed() -> Version:
    """Return a second version in which one clause differs."""
    now = as_shown(RULES, "mentor", {**WORDS, "frequency": "month"})
    return version(
        2,
        author=TOMAS,
        signatures=(),
        clauses=now,
        changes=differences(as_shown(RULES, "mentor", WORDS), now),
        compared_with=1,
    )


NEWS = News(
    agreement_id="a1",
    relationship_id="rel1",
    others=(MIRA,),
    actor=MIRA,
    number=1,
    renews=False,
    ends_on=UNTIL,
)
IN_FORCE = version(
    state=VersionState.IN_FORCE, in_force_at=NOW, signatures=(Signature(MIRA, NOW), Signature(TOMAS, NOW))
)


def test_forms() -> None:
    """The first form; one for research; one shown again because somebody was faster; one to renew."""
    golden("agreements.form", views.form(form(), TO))
    golden("agreements.form_research", views.form(form("advisor"), TO))
    theirs = as_shown(RULES, "mentor", {**WORDS, "goals": "A paper first"})
    overtaken = Overtaken(TOMAS, differences(as_shown(RULES, "mentor", WORDS), theirs), ("goals",))
    golden(
        "agreements.form_overtaken",
        views.form(form(values=WORDS, based_on="v2", based_on_number=2, overtaken=overtaken), TO),
    )
    golden(
        "agreements.form_renew",
        views.form(form(values=WORDS, based_on="v1", based_on_number=1, in_force=True, renews=True), TO),
    )


def test_pages() -> None:
    """A version to sign with what changed; after saving; after the last signature; after the end."""
    golden("agreements.page_to_sign", views.page(seen(changed()), TO))
    golden("agreements.page_unwritten", views.opened(seen(None), TO))
    golden("agreements.page_saved", views.after_saving(Saved(seen(version()), new=True), TO))
    done = seen(
        IN_FORCE,
        relationship_state=RelationshipState.ACTIVE,
        in_force_number=1,
        ends_on=UNTIL,
        can_renew=True,
    )
    golden("agreements.page_in_force", views.after_signing(Signed(SignResult.IN_FORCE, done), TO))
    golden("agreements.page_ended", views.page(replace(done, relationship_state=RelationshipState.ENDED), TO))


def test_signing_when_the_other_has_left() -> None:
    """Who has left is not said to hear of it; who is here still is."""
    waits = seen(version(signatures=()))
    here = json.dumps(views.after_signing(Signed(SignResult.SIGNED, waits), TO))
    assert "gets a message" in here
    gone = replace(waits, members=tuple(replace(member, here=False) for member in waits.members))
    vain = json.dumps(views.after_signing(Signed(SignResult.SIGNED, gone), TO))
    assert "no longer here" in vain
    assert "gets a message" not in vain


def test_history() -> None:
    """Versions with their signatures; and a record that no longer fits."""
    versions = (version(2, author=TOMAS, signatures=()), IN_FORCE)
    whole = Verification(versions=2, erased=0, faults=())
    golden("agreements.history", views.history(History("a1", "rel1", versions, whole), TO))
    broken = Verification(2, 0, (Fault(FaultKind.CLAUSE_CHANGED, 1, "goals"),))
    golden("agreements.history_broken", views.history(History("a1", "rel1", versions, broken), TO))


def messages() -> dict[str, Message]:
    """Return every message by name."""
    return {
        "written": views.written(NEWS, TO),
        "written_changed": views.written(replace(NEWS, number=2, author_signed=True), TO),
        "settled": views.settled(replace(NEWS, signed_by_all=True), TO),
        "signed": views.signed(NEWS, TO),
        "in_force": views.in_force(NEWS, TO),
        "reminder_fill": views.reminder(replace(NEWS, number=0), TO),
        "reminder_sign": views.reminder(NEWS, TO),
        "ends_soon": views.ends_soon(NEWS, TO),
        "offer": views.offer(NEWS, TO),
        "reminders": views.reminders([replace(NEWS, number=0), NEWS], TO),
        "all_end_soon": views.all_end_soon([NEWS, NEWS], TO),
        "offers": views.offers([NEWS, NEWS], TO),
    }


@pytest.mark.parametrize("name", list(messages()))
def test_messages(name: str) -> None:
    """Each message: its first line is neutral and nothing of a clause is in it."""
    message = messages()[name]
    golden(f"agreements.message_{name}", message)
    assert "agreement" not in message.text.casefold()
    assert MIRA.name not in message.text


def test_lists() -> None:
    """Home and the command: what waits, what is in force, what is on paper."""
    one = Mine(
        relationship_id="rel1",
        agreement_id="a1",
        others=(TOMAS,),
        turn=Turn.SIGN,
        waiting_for=(),
        latest_number=1,
        in_force_number=None,
        ends_on=None,
        basis=Basis.HERE,
    )
    outcome = AtHome(
        (
            one,
            replace(one, turn=Turn.FILL, latest_number=0),
            replace(one, turn=Turn.RENEW, in_force_number=1, ends_on=UNTIL),
            replace(one, turn=Turn.NOTHING, waiting_for=(TOMAS,)),
            replace(one, turn=Turn.NOTHING, in_force_number=1, ends_on=UNTIL),
            replace(one, turn=Turn.NOTHING, latest_number=0, agreement_id=None, basis=Basis.PAPER),
        )
    )
    parts = views.at_home(outcome, TO)
    golden("agreements.home", [*parts.waiting, *parts.mine])
    golden("agreements.mine", views.mine(outcome, TO))
    golden("agreements.mine_none", views.mine(None, TO))


@pytest.mark.parametrize("kind", ["mentor", "advisor"])
@pytest.mark.parametrize("letter", ["x", "&", "<!channel> ", "🚀", "ش", "a\n"])
def test_the_longest_texts_fit(kind: str, letter: str) -> None:
    """Every field as long as it may be, in whichever letters: Slack takes form and page, nothing is cut."""
    values = {
        rule.key: (letter * rule.most)[: rule.most]
        if rule.kind == "text"
        else starting_values(RULES, kind, ())[rule.key]
        for rule in RULES.for_kind(kind)
        if rule.kind != "fixed"
    }
    clauses = as_shown(RULES, kind, values)
    changes = differences(
        as_shown(RULES, kind, {**values, "goals": "y" * 1500, "steps": "z" * 1500}), clauses
    )
    shown = version(2, clauses=clauses, changes=changes, compared_with=1, signatures=())
    again = Overtaken(TOMAS, changes, ("goals", "steps"))
    for view in (
        views.page(seen(shown), TO),
        views.form(form(kind, values, based_on="v1", based_on_number=1, overtaken=again), TO),
    ):
        assert check_view(view) == []
        assert len(view["blocks"]) < 100
        assert "…" not in str(view["blocks"])


@pytest.mark.parametrize(
    "text", ["a" * 9000, "ab " * 3000, "&amp;" * 2000, "<@U0TOMAS> " * 900, "x\n" * 4000]
)
def test_packing_loses_nothing(text: str) -> None:
    """Texts longer than a section go on in the next, and no entity or mention is torn."""
    blocks = packed(["first", text, "last"])
    joined = "".join(block["text"]["text"] for block in blocks)
    for white in (" ", "\n"):
        joined, text = joined.replace(white, ""), text.replace(white, "")
    assert joined == f"first{text}last"
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks)
    assert all(block["text"]["text"].count("<") == block["text"]["text"].count(">") for block in blocks)
    assert all(block["text"]["text"].count("&") == block["text"]["text"].count(";") for block in blocks)
