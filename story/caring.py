"""Acts five and six: a month with check-ins, and something that went wrong reaches the right person."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.driver import Message, Person
from story.telling import Narrator, StoryBroke

WORDS = "She cancelled three meetings and told the group I was not serious. I feel small when we talk."
HOURS = range(9, 17)
GOOD = ("Yes", "4")
LOW = ("No", "1")


def month(told: Narrator) -> None:
    """Both are asked in their own hours; she answers, he is reminded once; a low answer offers help."""
    told.act("5 · A month passes")
    stage = told.stage
    told.quietly("milan", "amara")
    before = stage.slack.clock.now
    told.line("The next day both are asked for the first time, and answer")
    stage.skip_to(before + timedelta(days=1))
    told.shows("milan", "amara")
    for handle in ("milan", "amara"):
        _answer(told, handle, GOOD)
    told.quietly("milan", "amara")
    told.line("Two weeks in, both are asked again, and answer as before")
    _skip_until(told, "milan", "Answer")
    for handle in ("milan", "amara"):
        _answer(told, handle, GOOD)
    told.quietly("milan", "amara")
    told.line("A month in, both are asked; Amara answers, Milan does not, and is reminded once")
    _skip_until(told, "amara", "Answer")
    told.shows("milan", "amara")
    _answer(told, "amara", GOOD)
    told.shows("amara")
    for _ in range(9):
        stage.skip_to(stage.slack.clock.now + timedelta(days=1))
    told.shows("milan", "amara")
    reminders = [text for text in told.person("milan").dm.texts if "still waits for you" in text]
    told.expect(len(reminders) == 1, f"Milan was reminded {len(reminders)} times instead of once")
    told.expect(
        not [text for text in told.person("amara").dm.texts if "still waits for you" in text],
        "Amara had answered and was reminded all the same",
    )
    for handle in ("milan", "amara"):
        _only_in_their_hours(told, handle, before)
    told.line("Now Milan answers, honestly")
    _last_with(told.person("milan"), "Answer").button("Answer").click()
    told.shows("milan")
    told.line("He chooses the lowest answer to each question, and sends it")
    _fill(told, "milan", LOW)
    told.shows("milan")
    told.reads("milan", "Something is wrong")
    told.person("milan").modal.close(all=True)


def _skip_until(told: Narrator, handle: str, label: str) -> None:
    """Skip ahead by days until somebody has a message with this button. Raises StoryBroke after a month."""
    for _ in range(31):
        if _has(told.person(handle), label):
            return
        told.stage.skip_to(told.stage.slack.clock.now + timedelta(days=1))
    raise StoryBroke(f"{handle} got no [{label}] within a month")


def _answer(told: Narrator, handle: str, answers: tuple[str, ...]) -> None:
    person = told.person(handle)
    _last_with(person, "Answer").button("Answer").click()
    told.stage.settle()
    _fill(told, handle, answers)
    told.stage.settle()
    person.modal.close(all=True)


def _fill(told: Narrator, handle: str, answers: tuple[str, ...]) -> None:
    """Choose in each question the first of ``answers`` it offers, and send."""
    modal = told.person(handle).modal
    for block in modal.blocks:
        element = block.get("element") or {}
        if element.get("type") == "radio_buttons":
            offered = [option["text"]["text"] for option in element["options"]]
            chosen = next((text for text in offered if text.startswith(answers)), None)
            if chosen is not None:
                modal.fill({block["label"]["text"]: chosen})
    result = modal.submit()
    told.expect(result.ok, f"the check-in was refused: {result.errors}")


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
    told.quietly("lena")
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
    told.line("Milan looks at how it stands: the outcome, and who has opened his words")
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
    told.line("Nadia raises something about Hugo himself, who would otherwise be the first to read it")
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
    return any(f"[{label}]" in text for text in person.dm.texts)


def _last_with(person: Person, label: str) -> Message:
    """Return the newest direct message with this button. Raises StoryBroke when there is none."""
    for message in reversed(person.dm.messages):
        if label in message.buttons:
            return message
    raise StoryBroke(f"{person.name} has no message with [{label}]")
