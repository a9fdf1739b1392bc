"""Monday: each lead's digest over real sockets."""

from __future__ import annotations

from tests.world import World


def test_monday_brings_the_digest_once(world: World) -> None:
    """The lead gets one message with what to do, a table, and the picture in its thread; others get none."""
    lena = world.person("lena")
    world.skip(days=21)
    world.settle()
    posted = [message for message in lena.dm.messages if "What needs you" in message.text]
    assert len(posted) == 1
    digest = posted[0]
    assert digest.fallback == "Your week in mentorship"
    assert "2 mentees have been without a mentor" in digest.text
    assert "fewer than 5" in digest.text
    [picture] = digest.replies
    [file] = picture.raw["files"]
    assert file["alt_txt"].startswith("Bar chart")
    assert file["mimetype"] == "image/png"
    world.skip(days=1)
    assert sum("What needs you" in message.text for message in lena.dm.messages) == 1
    for other in ("hugo", "tomas"):
        world.person(other).does_not_see("Your week in mentorship")


def test_what_needs_the_lead_opens_with_names(world: World) -> None:
    """A thing to do opens who it is about; the digest opens again from Home as it was sent."""
    lena = world.person("lena")
    world.skip(days=21)
    lena.dm.messages[0].button("Look").click()
    world.settle()
    assert "Mira" in lena.modal.text
    assert "Noor" in lena.modal.text
    lena.modal.close()
    lena.home.button("Latest digest").click()
    world.settle()
    assert "2 mentees have been without a mentor" in lena.modal.text


def test_the_digest_on_demand(world: World) -> None:
    """A lead sees how things are now, alone; anybody else reads that it is not for them."""
    lead = world.person("lena").command("/mentorship digest")
    mentee = world.person("mira").command("/mentorship digest")
    world.settle()
    assert "Your week in mentorship" in lead.text
    assert lead.message.ephemeral
    assert "for programme leads" in mentee.text


def test_a_lead_reminds_a_mentor(world: World) -> None:
    """A request that waited too long can be answered with a reminder, once a week however often pressed."""
    mira, tomas, lena = (world.person(handle) for handle in ("mira", "tomas", "lena"))
    mira.command("/findmentor single-cell RNA").message.button("Ask", near="Tom").click()
    mira.modal.fill(note="I would like to learn how to plan a single-cell experiment.").submit()
    world.settle()
    world.skip(days=7, hours=6)
    before = len(tomas.dm.messages)
    lena.command("/mentorship digest").message.button("Look", near="request").click()
    assert "single-cell" not in lena.modal.text
    assert "Mira" not in lena.modal.text
    lena.modal.button("Remind").click()
    world.settle()
    assert "One person is being reminded" in lena.modal.text
    assert len(tomas.dm.messages) == before + 1
