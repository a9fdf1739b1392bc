"""A mentee asks a mentor, and what each of them sees until the matter is settled."""

from __future__ import annotations

from bot.domain import profiles
from sandbox.driver import Message
from tests.world import World


def ask(world: World, mentee: str, topic: str = "statistics", note: str = "Because of my thesis") -> None:
    """Let a mentee search, press Ask and send a note."""
    person = world.person(mentee)
    answer = person.command(f"/findmentor {topic}")
    world.settle()
    assert answer.ephemeral is not None
    answer.ephemeral.button("Ask").click()
    world.settle()
    person.modal.fill({"Why you are asking": note}).submit()
    world.settle()


def ines_too(world: World) -> None:
    """Let Inês know about statistics as well, so that there is a next person with a reason."""
    with world.desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("Python", "statistics"), places=1))


def card(world: World, mentor: str) -> Message:
    """Return the mentor's newest card with a request."""
    return world.person(mentor).dm.wait("asks whether you would mentor them")


def test_the_mentee_reads_at_once_what_happens_next(world: World) -> None:
    """After Send: when to expect an answer, and the state in a message; the mentor reads the note."""
    ask(world, "mira")
    assert "Expect an answer by" in world.person("mira").modal.text
    assert "You asked" in world.person("mira").dm.last.text
    assert "Because of my thesis" in card(world, "tomas").text


def test_a_decline_is_private_and_names_the_next_people(world: World) -> None:
    """The mentee reads "not possible this time" and sees others with a button to ask them."""
    ask(world, "mira")
    ines_too(world)
    card(world, "tomas").button("Decline").click()
    world.settle()
    mira = world.person("mira")
    news = mira.dm.wait("not possible this time with")
    assert "Inês Duarte" in news.text
    assert "Tomás Aguilar" not in news.text.split("Somebody else")[1]
    assert "Accept" not in card(world, "tomas").buttons
    news.button("Ask").click()
    world.settle()
    assert "Inês Duarte" in mira.modal.text


def test_a_yes_brings_one_way_to_the_agreement(world: World) -> None:
    """After Accept the mentee's card says so, and exactly one message carries the button to go on."""
    ask(world, "mira")
    card(world, "tomas").button("Accept").click()
    world.settle()
    mira = world.person("mira")
    assert [label for message in mira.received for label in message.buttons] == ["Fill in the agreement"]
    assert "accepted" in mira.dm.wait("Your request to").text


def test_a_search_for_who_was_asked_says_so(world: World) -> None:
    """Who searches again for the one they asked reads that the answer is to come."""
    ask(world, "mira", topic="single cell rna")
    answer = world.person("mira").command("/findmentor single cell rna")
    world.settle()
    assert "You have already asked @Tomás Aguilar" in answer.text
    assert "Nobody else who could help" in answer.text


def test_a_second_press_changes_nothing_and_says_so(world: World) -> None:
    """Pressing Accept after it was settled elsewhere answers how it ended."""
    ask(world, "mira")
    tomas = world.person("tomas")
    tomas.home.button("Accept").click()
    world.settle()
    assert "You accepted" in card(world, "tomas").text
    assert "said yes" in world.person("mira").dm.wait("said yes").text


def test_taking_it_back_on_home_changes_both_cards(world: World) -> None:
    """Take it back on Home: the mentor's card loses its buttons, the mentee's says what happened."""
    ask(world, "mira")
    mira = world.person("mira")
    mira.home.button("Take it back").click()
    world.settle()
    assert "They took this back" in card(world, "tomas").text
    assert mira.dm.wait("You took your request").buttons == []
    assert "Take it back" not in mira.home.buttons


def test_a_mentor_who_leaves_ends_what_waited_for_them(world: World) -> None:
    """The mentee reads that the mentor is no longer available, and whom else to ask."""
    ask(world, "mira")
    ines_too(world)
    world.person("tomas").change(deleted=True)
    world.settle()
    news = world.person("mira").dm.wait("no longer available, so your request has ended")
    assert "Inês Duarte" in news.text


def test_a_mentee_who_leaves_frees_the_mentor(world: World) -> None:
    """The mentor's card says that it ended; nothing is left to press."""
    ask(world, "mira")
    world.person("mira").change(deleted=True)
    world.settle()
    seen = card(world, "tomas")
    assert "no longer here" in seen.text
    assert seen.buttons == []


def test_without_an_answer_it_is_reminded_once_and_lapses(world: World) -> None:
    """One reminder to the mentor, then the end, with the next people for the mentee."""
    ask(world, "mira")
    ines_too(world)
    world.skip(days=7, hours=6)  # into the mentor's working hours
    assert "still waits" in world.person("tomas").dm.last.text
    world.skip(days=9)
    news = world.person("mira").dm.wait("did not get to answer")
    assert "Inês Duarte" in news.text
    reminders = [m for m in world.person("tomas").received if "still waits" in m.text]
    assert len(reminders) == 1


def test_a_note_pings_nobody_and_keeps_its_letters(world: World) -> None:
    """What looks like a mention, markup or another script arrives as it was typed."""
    note = "<!channel> & <@U0LENA> *bold* 🎉 مرحبا"
    ask(world, "mira", note=note)
    text = next(b["text"]["text"] for b in card(world, "tomas").blocks if b["text"]["text"].startswith(">"))
    assert "&lt;!channel&gt; &amp; &lt;@U0LENA&gt;" in text
    assert "مرحبا" in text


def test_an_empty_note_is_asked_for(world: World) -> None:
    """White space is no reason: the field says what to write, and nothing is sent."""
    mira = world.person("mira")
    answer = mira.command("/findmentor statistics")
    world.settle()
    assert answer.ephemeral is not None
    answer.ephemeral.button("Ask").click()
    world.settle()
    result = mira.modal.fill({"Why you are asking": "🎉 !"}).submit()
    world.settle()
    assert "Write a sentence or two" in result.errors["note"]


def test_several_that_wait_are_reminded_of_in_one_message(world: World) -> None:
    """Two requests that wait are one reminder; an answer to one leaves the other there, with its buttons."""
    ask(world, "mira")
    ask(world, "noor")
    world.skip(days=7, hours=6)
    tomas = world.person("tomas")
    reminder = tomas.dm.wait("2 requests still wait")
    assert [button for button in reminder.buttons if button == "Accept"] == ["Accept", "Accept"]
    reminder.button("Decline", nth=1).click()
    world.settle()
    after = tomas.dm.wait("2 requests still wait")
    assert after.buttons.count("Accept") == 1
    after.button("Accept").click()
    world.settle()
    assert "Accept" not in tomas.dm.wait("2 requests still wait").buttons
    outcomes = {handle: world.person(handle).dm for handle in ("mira", "noor")}
    said = [handle for handle, dm in outcomes.items() if "said yes" in dm.text]
    assert len(said) == 1
