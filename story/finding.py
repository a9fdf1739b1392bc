"""Acts one to four: a programme is set up, a mentee finds a mentor, and both sign one agreement."""

from __future__ import annotations

from bot.commands import imports
from sandbox.driver import Message
from story import people
from story.telling import Narrator

NOTE = "I start my thesis with single-cell data and am stuck on clustering. Could we talk every two weeks?"


def set_up(told: Narrator) -> None:
    """People and pairs are imported, a mentor fills in her profile, and nothing is sent until Start."""
    told.act("1 · A programme is set up")
    stage = told.stage
    for path in (people.PEOPLE, people.PAIRS):
        told.line(f"$ mentorbot import {path.name}")
        for text in imports.run(stage.bot.deps, path.read_bytes()):
            told.say(f"  {text}")
    stage.settle()
    told.expect(not stage.slack.calls("chat.postMessage"), "an import sent something to somebody")

    amara, lena = told.person("amara"), told.person("lena")
    told.line("Amara, a mentor without a profile, types /mentorship profile")
    amara.command("/mentorship profile")
    told.shows("amara")
    told.line("She writes what she can help with, and two places, and saves")
    amara.modal.fill(
        {
            "What you can help with": "single-cell RNA sequencing, image analysis, first-generation students",
            "Places": "2",
        }
    )
    result = amara.modal.submit()
    told.expect(result.ok, f"the profile was refused: {result.errors}")
    told.shows("amara")
    amara.modal.close()

    told.line("Lena, a programme lead, reads the welcome as Amara would, before anybody gets it")
    lena.open_home()
    told.shows("lena", home=True)
    lena.home.button("Preview a message").click()
    stage.settle()
    lena.modal.fill({"As whom?": "amara", "Which message?": "Welcome to the programme"}).submit()
    told.shows("lena")
    lena.modal.close(all=True)
    told.expect(not stage.slack.calls("chat.postMessage"), "a preview sent something")

    told.line("Lena presses Start for everyone")
    lena.home.button("Start for everyone").click()
    told.shows("lena")
    told.reads("lena", "Started for")
    lena.modal.close()


def find(told: Narrator) -> None:
    """A mentee searches in his own words, misspelt, abbreviated, two things at once, and in vain."""
    told.act("2 · Milan looks for a mentor")
    stage, milan = told.stage, told.person("milan")
    told.quietly("milan")
    hannes = told.person("hannes")
    told.line("Hannes, the only one for climate modelling, pauses")
    hannes.command("/mentorship profile")
    stage.settle()
    hannes.modal.fill({"Are you offered to mentees?": "Not now: pause me"}).submit()
    stage.settle()
    hannes.modal.close()
    for words, wanted in (
        ("single cell rna", "Chiara Fontana"),
        ("machne lerning", "machine learning"),
        ("NLP", "natural language processing"),
        ("statistics and grant writing", "statistics"),
    ):
        told.line(f"Milan types /findmentor {words}")
        answer = milan.command(f"/findmentor {words}")
        told.shows("milan")
        told.expect(wanted in answer.text, f"{words!r} did not find {wanted!r}")
    told.line("Milan types /findmentor climate modelling")
    answer = milan.command("/findmentor climate modelling")
    told.shows("milan")
    told.expect("Hannes" not in answer.text, "a paused mentor was offered")
    told.line("Milan types /findmentor underwater basket weaving")
    answer = milan.command("/findmentor underwater basket weaving")
    told.shows("milan")
    told.expect("National Research Mentoring Network" in answer.text, "nobody inside, and no network outside")


def ask(told: Narrator) -> None:
    """He asks one who declines in private, then one of the next two, who accepts."""
    told.act("3 · Milan asks, reads “not possible this time”, and asks the next")
    milan, chiara, amara = map(told.person, ("milan", "chiara", "amara"))
    told.quietly("milan", "chiara", "amara")
    found = milan.command("/findmentor single cell rna").ephemeral
    told.expect(found is not None, "no answer to /findmentor")
    told.quietly("milan")
    told.line("Milan searches for single cell rna again, presses Ask on Chiara's card and writes why")
    _press_ask(told, found, "Chiara Fontana")
    told.shows("milan", "chiara")
    told.reads("chiara", NOTE)
    told.line("Chiara declines; Milan is told only that it is not possible, and who else there is")
    chiara.dm.last.button("Decline").click()
    told.shows("chiara", "milan")
    told.reads("milan", "not possible this time")
    told.line("Milan asks Amara, one of the next two")
    offered = next(m for m in reversed(milan.dm.messages) if "Amara Osei" in m.text)
    _press_ask(told, offered, "Amara Osei")
    told.shows("milan", "amara")
    told.line("Amara accepts")
    amara.dm.last.button("Accept").click()
    told.shows("amara", "milan")
    told.reads("milan", "said yes")
    told.line("On the settled card there is nothing left to press")
    told.expect("Accept" not in amara.dm.last.buttons, "the settled card can be accepted again")


def _press_ask(told: Narrator, card: Message | None, name: str) -> None:
    assert card is not None  # noqa: S101 - looked at by the caller
    milan = told.person("milan")
    card.button("Ask", near=name).click()
    told.stage.settle()
    result = milan.modal.fill({"Why you are asking": NOTE}).submit()
    told.expect(result.ok, f"the request was refused: {result.errors}")
    told.stage.settle()
    milan.modal.close()


def agree(told: Narrator) -> None:
    """The mentee fills the agreement, the mentor changes one clause, both sign the same version."""
    told.act("4 · Milan and Amara agree in writing")
    stage, milan, amara = told.stage, told.person("milan"), told.person("amara")
    told.line("Milan fills in the agreement")
    milan.dm.last.button("Fill in the agreement").click()
    told.shows("milan")
    told.line("He writes goals and first steps, and saves")
    result = milan.modal.fill(
        {"Goals": "Cluster my first data set; write one figure", "First steps": "Read one paper together"}
    ).submit()
    told.expect(result.ok, f"the agreement was refused: {result.errors}")
    told.quietly("milan")
    if milan.has_modal:
        milan.modal.close(all=True)
    told.shows("amara")
    told.line("Amara changes one clause: an hour instead of forty-five minutes")
    amara.dm.last.button("Change something").click()
    stage.settle()
    amara.modal.fill({"How long a meeting is (minutes)": "60"}).submit()
    stage.settle()
    told.quietly("amara")
    amara.modal.close(all=True)
    told.shows("milan")
    told.line("Milan reads what changed, and signs")
    milan.dm.last.button("Read and sign").click()
    told.shows("milan")
    told.reads("milan", "Before: 45 minutes")
    milan.modal.submit()
    told.quietly("milan")
    milan.modal.close(all=True)
    told.reads_not("milan", "is in force")
    told.shows("amara")
    told.line("Amara signs the same version; only now is it in force")
    amara.dm.last.button("Read and sign").click()
    stage.settle()
    amara.modal.submit()
    stage.settle()
    amara.modal.close(all=True)
    told.shows("amara", "milan")
    told.reads("milan", "is in force")
    told.reads("amara", "is in force")
