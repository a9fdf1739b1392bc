"""Acts five and six: a month with check-ins, and something that went wrong reaches the right person."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.driver import Message, Person
from story.telling import Narrator, StoryBroke

WORDS = "She cancelled three meetings and told the group I was not serious. I feel small when we talk."
HOURS = range(9, 17)


def month(told: Narrator) -> None:
    """Both are asked in their own hours; he answers, she is reminded once; a low answer offers help."""
    told.act("5 · A month passes")
    stage, milan = told.stage, told.person("milan")
    told.quietly("milan", "amara")
    before = stage.slack.clock.now
    for _ in range(31):
        stage.skip_to(stage.slack.clock.now + timedelta(days=1))
    told.shows("amara", "milan")
    for handle in ("milan", "amara"):
        _only_in_their_hours(told, handle, before)
    told.line("Milan answers, honestly")
    card = next(m for m in reversed(milan.dm.messages) if "Answer" in m.buttons)
    card.button("Answer").click()
    told.shows("milan")
    form = milan.modal
    for label, value in form.fields.items():
        if not value and "optional" not in label.casefold():
            _answer_low(told, label)
    result = form.submit()
    told.expect(result.ok, f"the check-in was refused: {result.errors}")
    told.shows("milan")
    told.reads("milan", "Something is wrong")
    milan.modal.close(all=True)


def _answer_low(told: Narrator, label: str) -> None:
    modal = told.person("milan").modal
    for low in ("No", "Not at all", "1", "Never", "Strongly disagree"):
        try:
            modal.fill({label: low})
        except AssertionError:
            continue
        return


def _only_in_their_hours(told: Narrator, handle: str, since: datetime) -> None:
    person = told.person(handle)
    zone = ZoneInfo(person.me["tz"])
    for message in person.dm.messages:
        sent = datetime.fromtimestamp(float(message.ts), tz=zone)
        if sent > since:
            told.expect(
                sent.hour in HOURS and sent.weekday() < 5,  # noqa: PLR2004 - Saturday
                f"{person.name} was written to at {sent:%A %H:%M}",
            )


def concern(told: Narrator) -> None:
    """A concern names its readers first, climbs when nobody answers, and ends in an outcome he is told of."""
    told.act("6 · Something is wrong")
    stage, milan, anja = told.stage, told.person("milan"), told.person("anja")
    told.quietly("milan", "amara", "hugo", "anja", "lena", "marcus")
    told.line("Milan presses Something is wrong; the first screen stores nothing")
    milan.open_home().button("Something is wrong").click()
    told.shows("milan")
    for name in ("Hugo Brandstetter", "Anja Petrova"):
        told.reads("milan", name)
    told.line("He continues, says whom it is about and what happened, and presses Send")
    milan.modal.submit()
    told.shows("milan")
    milan.modal.fill(
        {
            "What comes closest?": "It does not work between us",
            "Who is it about, if they are in Slack?": "amara",
            "What happened?": WORDS,
            "What do you hope for?": "A new mentor",
        }
    )
    result = milan.modal.submit()
    told.expect(result.ok, f"the concern was refused: {result.errors}")
    told.shows("milan", "hugo", "lena")
    told.expect("You have something to look at" in told.person("hugo").dm.text, "the handler was not told")

    told.line("Hugo does not answer; by the guideline it goes on to Anja")
    for _ in range(7):
        if _has(anja, "Acknowledge"):
            break
        stage.skip_to(stage.slack.clock.now + timedelta(days=1))
    told.shows("hugo", "anja", "milan")
    told.expect(_has(anja, "Acknowledge"), "it did not climb the ladder")

    told.line("Anja acknowledges, opens the words, notes what is being done, and ends it with an outcome")
    _last_with(anja, "Acknowledge").button("Acknowledge").click()
    told.shows("anja", "milan", "lena")
    _last_with(anja, "Open").button("Open").click()
    told.shows("anja")
    told.reads("anja", WORDS)
    anja.modal.button("Add a note").click()
    stage.settle()
    anja.modal.fill({"Note for the file": "Spoke with him. He would like to change quietly."}).submit()
    stage.settle()
    anja.modal.button("End with an outcome").click()
    stage.settle()
    anja.modal.fill({"Outcome": "You move to another mentor on the day you choose."}).submit()
    told.shows("anja", "milan", "lena")
    anja.modal.close(all=True)
    told.line("Milan looks how it stands")
    status = _last_with(milan, "See how it stands")
    status.button("See how it stands").click()
    told.shows("milan")
    told.reads("milan", "You move to another mentor")
    milan.modal.close(all=True)
    told.line("Amara, the person named, has seen nothing of it; nor has any message carried his words")
    told.reads_not("amara", "something to look at")
    posted = str(stage.slack.calls("chat.postMessage")) + str(stage.slack.calls("chat.update"))
    told.expect(WORDS[:40] not in posted, "the words stood in a message")


def concern_about_a_handler(told: Narrator) -> None:
    """A handler who is the one named is passed over."""
    stage, nadia = told.stage, told.person("nadia")
    told.quietly("nadia", "hugo", "anja")
    before = len(told.person("hugo").dm.messages)
    told.line("Nadia raises something about Hugo himself, who would read it first")
    nadia.command("/concern")
    stage.settle()
    nadia.modal.submit()
    stage.settle()
    nadia.modal.fill(
        {
            "What comes closest?": "Somebody misuses their position",
            "Who is it about, if they are in Slack?": "hugo",
            "What happened?": "He asked for favours before he would look at my form.",
            "What do you hope for?": "Somebody to advise me",
        }
    )
    told.shows("nadia")
    result = nadia.modal.submit()
    stage.settle()
    if not result.ok or "is different now" in nadia.modal.text:
        nadia.modal.submit()
    told.shows("nadia", "anja", "hugo")
    nadia.modal.close(all=True)
    told.expect(_has(told.person("anja"), "Acknowledge"), "nobody else was asked")
    told.expect(len(told.person("hugo").dm.messages) == before, "the person named heard of it")


def _has(person: Person, label: str) -> bool:
    return any(label in message.buttons for message in person.dm.messages)


def _last_with(person: Person, label: str) -> Message:
    """Return the newest direct message with this button. Raises StoryBroke when there is none."""
    for message in reversed(person.dm.messages):
        if label in message.buttons:
            return message
    raise StoryBroke(f"{person.name} has no message with [{label}]")
