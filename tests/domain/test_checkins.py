"""The steps of a check-in: asked once, private, help, silence as a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from bot.clock import SetClock
from bot.domain import checkins, digests, hours
from bot.domain.checkins import FactKind, Thanks
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.programme import Break, Hours
from bot.store.base import change
from bot.store.checkins import CheckIn, CheckInState, Rhythm
from bot.store.outbox import OutboxRow, OutboxState
from bot.store.people import Person
from bot.store.relationships import Kind, Relationship, RelationshipState
from tests.cast import MONDAY, Desk
from tests.pairs import together

ON_EITHER_DATABASE = True

GOOD = {"met": "yes", "useful": "4", "expectations": "4", "respect": "5"}
LOW = {"met": "no", "useful": "1", "expectations": "4", "respect": "1"}


def skip(desk: Desk, **parts: float) -> None:
    """Let time pass without anybody looking."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(**parts)


def tick(desk: Desk) -> None:
    """Look once what is due."""
    with desk.step("clock") as step:
        checkins.pass_over(step, 200)
        checkins.ask(step, 200)
        checkins.remind(step, 200)


def pass_time(desk: Desk, days: float) -> None:
    """Let days pass, looking every eight hours, which is once within everybody's working hours."""
    for _ in range(int(days * 3)):
        skip(desk, hours=8)
        tick(desk)


def all_of(desk: Desk, handle: str) -> list[CheckIn]:
    """Return everything one of the cast was asked, oldest first."""
    with desk.step(handle, writes=False) as step:
        rows = step.session.scalars(
            select(CheckIn).where(CheckIn.person_id == desk.id(handle)).order_by(CheckIn.due_on)
        )
        return list(rows)


def last(desk: Desk, handle: str) -> str:
    """Return the id of the latest check-in of one of the cast."""
    return all_of(desk, handle)[-1].id


def answer(
    desk: Desk,
    handle: str,
    answers: Mapping[str, str],
    *,
    form: str = "f1",
    line: str = "",
    share: bool = False,
    look_in: bool = False,
    checkin: str | None = None,
) -> Thanks:
    """Let one of the cast answer their latest check-in."""
    with desk.step(handle) as step:
        return checkins.answer(
            step,
            checkin or last(desk, handle),
            form_id=form,
            answers=answers,
            open_line=line,
            share=share,
            look_in=look_in,
        )


def month(desk: Desk) -> None:
    """Let Tomás and Mira begin, and come to where both were asked for day 30."""
    together(desk, "tomas", "mira")
    skip(desk, days=30)
    pass_time(desk, 1)


def test_beginning_twice_changes_nothing(desk: Desk) -> None:
    """A retry of the signing, or an import after it, leaves each member's rhythm as it is."""
    relationship = together(desk, "tomas", "mira")
    with desk.step("clock") as step:
        checkins.begin(step, relationship, date(2020, 1, 1))
        rhythms = list(step.session.scalars(select(Rhythm)))
    assert {(rhythm.person_id, rhythm.started_on) for rhythm in rhythms} == {
        (desk.id("mira"), MONDAY.date()),
        (desk.id("tomas"), MONDAY.date()),
    }


def test_nothing_begins_about_nothing(desk: Desk) -> None:
    """An unknown relationship is refused."""
    with pytest.raises(NotFound), desk.step("clock") as step:
        checkins.begin(step, "nothing", MONDAY.date())


def test_a_skipped_half_year_brings_one_check_in(desk: Desk) -> None:
    """Nobody is asked six times after a long break: once, for the latest day of the rhythm."""
    together(desk, "tomas", "mira")
    skip(desk, days=200)
    pass_time(desk, 4)
    for handle in ("mira", "tomas"):
        assert [row.due_on for row in all_of(desk, handle)] == [date(2027, 9, 1)]  # six months, in depth
    assert len(desk.outbox("checkins.asked")) == 2


def test_an_old_pair_begins_at_its_next_day(desk: Desk) -> None:
    """A pair imported two years after it began is asked on its next day, and not before."""
    together(desk, "tomas", "mira", started_on=date(2025, 2, 1))
    tick(desk)
    assert all_of(desk, "mira") == []
    with desk.step("clock", writes=False) as step:
        coming = list(step.session.scalars(select(Rhythm)))
    assert all(rhythm.next_at is not None and rhythm.next_at > MONDAY for rhythm in coming)


def test_two_looks_at_the_same_moment_ask_once(desk: Desk) -> None:
    """A second clock changes nothing."""
    month(desk)
    before = [row.id for row in all_of(desk, "mira")]
    tick(desk)
    tick(desk)
    assert [row.id for row in all_of(desk, "mira")] == before
    assert len(desk.outbox("checkins.asked")) == 2


def test_both_members_are_asked_about_the_same_day(desk: Desk) -> None:
    """Whatever their time zones, so that shared answers find each other."""
    month(desk)
    assert all_of(desk, "mira")[-1].due_on == all_of(desk, "tomas")[-1].due_on


def test_a_mentor_of_two_is_asked_in_one_message(desk: Desk) -> None:
    """Two mentees who began within days of each other are one message, with a form for each."""
    together(desk, "tomas", "mira", started_on=date(2027, 2, 26))
    together(desk, "tomas", "noor", started_on=date(2027, 2, 24))
    skip(desk, days=26)
    pass_time(desk, 4)
    rows = all_of(desk, "tomas")[-2:]
    assert len({row.relationship_id for row in rows}) == 2
    assert len({row.asked_in for row in rows}) == 1
    with desk.step("tomas", writes=False) as step:
        message = checkins.message_of(step, rows[0].asked_in, desk.id("tomas"), sent=False)
    assert message is not None
    assert len(message.cards) == 2


def test_nobody_gets_more_than_two_messages_a_week(desk: Desk) -> None:
    """Over seven weeks of silence, check-ins and reminders together come at most twice in any seven days."""
    together(desk, "tomas", "mira", started_on=date(2027, 2, 1))
    together(desk, "tomas", "noor", started_on=date(2027, 2, 9))
    pass_time(desk, 50)
    sent = sorted(
        row.created_at
        for row in desk.outbox()
        if row.recipient_id == desk.id("tomas") and row.updates_key is None
    )
    assert len(sent) > 4
    for moment in sent:
        assert sum(moment <= other < moment + timedelta(days=7) for other in sent) <= 2


def test_silence_is_reminded_once_and_then_passed_over(desk: Desk) -> None:
    """Four working days later one reminder; after eight it is over, and the message says so."""
    month(desk)
    pass_time(desk, 14)
    row = all_of(desk, "mira")[-1]
    assert row.state is CheckInState.PASSED
    assert row.reminded_at is not None
    assert len([n for n in desk.outbox("checkins.reminder") if n.updates_key is None]) == 2
    assert any(n.updates_key for n in desk.outbox("checkins.asked"))


def test_who_answered_is_not_reminded(desk: Desk) -> None:
    """Only the silent side gets the reminder."""
    month(desk)
    answer(desk, "mira", GOOD)
    pass_time(desk, 14)
    reminded = [n.recipient_id for n in desk.outbox("checkins.reminder") if n.updates_key is None]
    assert reminded == [desk.id("tomas")]


def test_answers_are_sealed(desk: Desk) -> None:
    """Neither words nor scores lie readable in the database."""
    month(desk)
    answer(desk, "mira", GOOD, line="I am happy here")
    row = all_of(desk, "mira")[-1]
    assert row.answers is not None
    assert row.open_line is not None
    assert b"useful" not in row.answers
    assert b"happy" not in row.open_line
    with desk.db.unscoped("look at the file") as session:
        raw = session.connection().exec_driver_sql("SELECT * FROM acts").fetchall()
    assert "happy" not in str(raw)


def test_a_low_answer_is_helped(desk: Desk) -> None:
    """Each low item offers its help once; a good one none."""
    month(desk)
    low = answer(desk, "mira", LOW)
    assert low.low
    assert [one.title for one in low.help] == [
        desk.rules.checkins.help[name].title for name in ("meeting", "useful", "respect")
    ]
    good = answer(desk, "tomas", GOOD)
    assert not good.low
    assert good.help == ()


def test_the_same_form_twice_is_one_answer_and_another_is_refused_in_place(desk: Desk) -> None:
    """Slack's second delivery thanks again; a second form keeps what was typed and says why."""
    month(desk)
    first = answer(desk, "mira", GOOD, form="f1")
    assert answer(desk, "mira", GOOD, form="f1") == first
    with pytest.raises(Refusal, match="already_kept") as refused:
        answer(desk, "mira", LOW, form="f2")
    assert refused.value.field == checkins.OPEN_LINE
    with desk.step("mira") as step, pytest.raises(Refusal, match="already_answered"):
        checkins.prepare(step, last(desk, "mira"))


def test_nothing_answered_is_asked_for_in_place(desk: Desk) -> None:
    """An empty form stays open with a sentence; answers nobody offered count as none."""
    month(desk)
    for given in ({}, {"useful": "9", "met": "maybe", "nothing": "5"}):
        with pytest.raises(Refusal, match="nothing_answered"):
            answer(desk, "mira", given)
    assert answer(desk, "mira", {}, line="only a line").help == ()


def test_a_late_answer_is_kept_until_the_next_is_asked(desk: Desk) -> None:
    """What was passed over can still be answered; once a newer one is there, that one is."""
    month(desk)
    pass_time(desk, 14)
    late = last(desk, "mira")
    with desk.step("mira") as step:
        assert checkins.prepare(step, late).late
    skip(desk, days=16)
    pass_time(desk, 4)
    assert last(desk, "mira") != late
    with desk.step("mira") as step, pytest.raises(Refusal, match="newer"):
        checkins.prepare(step, late)
    answer(desk, "mira", GOOD, checkin=late)  # what was typed before is not lost
    assert {row.id: row.state for row in all_of(desk, "mira")}[late] is CheckInState.ANSWERED


@pytest.mark.parametrize("handle", ["tomas", "noor", "lena", "hugo"])
def test_nobody_else_comes_near(desk: Desk, handle: str) -> None:
    """Anybody else, the other side too, reads the same as about nothing."""
    month(desk)
    theirs = last(desk, "mira")
    answer(desk, "mira", GOOD, share=True)
    for act in (checkins.prepare, checkins.read, checkins.not_met):
        with desk.step(handle) as step, pytest.raises(NotFound):
            act(step, theirs)
    with desk.step(handle) as step, pytest.raises(NotFound):
        checkins.answer(step, theirs, form_id="x", answers=GOOD, open_line="", share=False, look_in=False)
    with desk.step(handle, writes=False) as step:
        assert checkins.message_of(step, all_of(desk, "mira")[-1].asked_in, step.by, sent=True) is None
        assert checkins.revealed(step, theirs, desk.id("tomas"), step.by) is None


def test_sharing_is_blind_until_both_have(desk: Desk) -> None:
    """One who shared sees nothing of the other, shared or not, until both did; then both see."""
    month(desk)
    answer(desk, "tomas", LOW, line="between us")
    shared = answer(desk, "mira", GOOD, share=True)
    assert shared.readable == ()
    with desk.step("mira", writes=False) as step:
        assert checkins.read(step, last(desk, "mira")).theirs == ()
    assert desk.outbox("checkins.revealed") == []

    together(desk, "ines", "noor")
    skip(desk, days=30)
    pass_time(desk, 4)
    answer(desk, "noor", GOOD, line="mine", share=True)
    both = answer(desk, "ines", LOW, line="hers", share=True)
    assert [contact.person_id for contact in both.readable] == [desk.id("noor")]
    told = desk.outbox("checkins.revealed")
    assert [row.recipient_id for row in told] == [desk.id("noor")]
    with desk.step("noor", writes=False) as step:
        ((contact, written),) = checkins.read(step, last(desk, "noor")).theirs
    assert (contact.person_id, written.open_line) == (desk.id("ines"), "hers")


def test_a_lead_learns_facts_without_content(desk: Desk) -> None:
    """Silence of both, of one, never met, please look in: each as a fact, and nothing of the answers."""
    month(desk)
    pass_time(desk, 14)
    with desk.step("lena", writes=False) as step:
        (silent,) = checkins.facts(step, MONDAY)
    assert silent.kind is FactKind.BOTH_SILENT
    assert {contact.person_id for contact in silent.members} == {desk.id("mira"), desk.id("tomas")}

    skip(desk, days=16)
    pass_time(desk, 3)
    answer(desk, "mira", LOW, line="help", look_in=True)
    with desk.step("lena", writes=False) as step:
        (asked,) = [fact for fact in checkins.facts(step, MONDAY) if fact.kind is FactKind.LOOK_IN]
        assert checkins.facts(step, MONDAY, without_person=desk.id("mira")) == ()
    assert asked.asked_by is not None
    assert asked.asked_by.person_id == desk.id("mira")
    with desk.step("tomas") as step:
        checkins.not_met(step, last(desk, "tomas"))
    with desk.step("lena", writes=False) as step:
        kinds = {fact.kind for fact in checkins.facts(step, MONDAY)}
    assert kinds == {FactKind.LOOK_IN, FactKind.NEVER_MET}
    with desk.step("tomas") as step, pytest.raises(Refusal, match="already_not_met"):
        checkins.not_met(step, last(desk, "tomas"))


def test_means_of_fewer_than_five_are_withheld(desk: Desk) -> None:
    """Four people give no figure, a fifth does; each person counts once; the number is rounded."""
    pairs = (("tomas", "mira"), ("ines", "noor"), ("hugo", "anja"))
    for mentor, mentee in pairs:
        together(desk, mentor, mentee)
    skip(desk, days=30)
    pass_time(desk, 2)
    for number, handle in enumerate(("mira", "noor", "tomas", "ines")):
        answer(desk, handle, {"useful": str(number + 1), "met": "yes"}, form=handle)
    until = desk.clock.now() + timedelta(days=1)
    with desk.step("lena", writes=False) as step:
        assert all(mean.mean is None for mean in checkins.aggregate(step, MONDAY, until))
    answer(desk, "anja", {"useful": "5", "met": "no"}, form="anja")
    with desk.step("lena", writes=False) as step:
        means = {mean.item: mean for mean in checkins.aggregate(step, MONDAY, until)}
        assert checkins.aggregate(step, MONDAY, MONDAY)[0].mean is None
        own = {mean.item: mean for mean in checkins.aggregate(step, MONDAY, until, reader_id=desk.id("anja"))}
    assert (means["useful"].mean, means["useful"].people_at_least) == (3.0, 5)
    assert means["met"].mean == 0.8
    assert means["respect"].mean is None
    assert all(mean.mean is None for mean in own.values()), "what is left without one's own is about four"


def test_a_mean_that_is_everybodys_answer_is_withheld(desk: Desk) -> None:
    """Where all answered alike the mean would tell each one's answer."""
    for mentor, mentee in (("tomas", "mira"), ("ines", "noor"), ("hugo", "anja")):
        together(desk, mentor, mentee)
    skip(desk, days=30)
    pass_time(desk, 2)
    for handle in ("mira", "noor", "tomas", "ines", "anja"):
        answer(desk, handle, {"useful": "5"}, form=handle)
    with desk.step("lena", writes=False) as step:
        found = checkins.aggregate(step, MONDAY, desk.clock.now() + timedelta(days=1))
    assert all(mean.mean is None for mean in found)


def test_the_digest_shows_last_months_averages(desk: Desk) -> None:
    """What leads are said to see they see: averages of a whole month over five people, and of no other."""
    for mentor, mentee in (("tomas", "mira"), ("ines", "noor"), ("hugo", "anja")):
        together(desk, mentor, mentee)
    skip(desk, days=31)
    pass_time(desk, 2)
    for number, handle in enumerate(("mira", "noor", "tomas", "ines", "anja")):
        answer(desk, handle, {"useful": str(number + 1)}, form=handle)
    with desk.step("lena", writes=False) as step:
        assert digests.present(step).averages == ()
    skip(desk, days=29)
    with desk.step("lena", writes=False) as step:
        seen = digests.present(step)
    assert [(one.kind, one.mean) for one in seen.averages] == [("scale", 3.0)]
    skip(desk, days=31)
    with desk.step("lena", writes=False) as step:
        assert digests.present(step).averages == ()


@pytest.mark.parametrize("state", [RelationshipState.PAUSED, RelationshipState.ENDED])
def test_a_pair_that_paused_or_ended_is_left_alone(desk: Desk, state: RelationshipState) -> None:
    """Nothing more is asked or reminded; what waits is called off, and counts as nobody's silence."""
    month(desk)
    before = len(all_of(desk, "mira"))
    with desk.step("lena") as step:
        change(step.session, Relationship, "tomas-mira", expected=RelationshipState.ACTIVE, to=state)
    pass_time(desk, 20)
    rows = all_of(desk, "mira")
    assert len(rows) == before
    assert rows[-1].state is CheckInState.CANCELLED
    assert desk.outbox("checkins.reminder") == []
    with desk.step("lena", writes=False) as step:
        assert checkins.facts(step, MONDAY) == ()
    with desk.step("mira") as step, pytest.raises(Refusal, match="cancelled"):
        checkins.prepare(step, rows[-1].id)
    with desk.step("mira", writes=False) as step:
        assert checkins.at_home(step) is None


def test_an_end_calls_off_what_waits_at_once(desk: Desk) -> None:
    """Ending does not wait for the clock: the form is refused in place, and no notice goes out."""
    month(desk)
    with desk.step("lena") as step:
        checkins.stop(step, "tomas-mira")
    with pytest.raises(Refusal, match="cancelled") as refused:
        answer(desk, "mira", GOOD)
    assert refused.value.field == checkins.OPEN_LINE
    batch = all_of(desk, "mira")[-1].asked_in
    with desk.step("mira", writes=False) as step:
        assert checkins.message_of(step, batch, desk.id("mira"), sent=False) is None


def test_a_pause_of_ones_own_holds_for_oneself_only(desk: Desk) -> None:
    """Somebody on leave is asked nothing until after it, then once; the other side goes on."""
    together(desk, "tomas", "mira")
    with desk.step("mira") as step:
        checkins.pause(step, MONDAY.date() + timedelta(days=80))
        with pytest.raises(Refusal, match="not_that_day"):
            checkins.pause(step, MONDAY.date() - timedelta(days=1))
    skip(desk, days=13)
    pass_time(desk, 3)
    skip(desk, days=43)
    pass_time(desk, 20)
    assert all_of(desk, "mira") == []
    assert len(all_of(desk, "tomas")) > 1
    pass_time(desk, 4)
    assert len(all_of(desk, "mira")) == 1
    with desk.step("mira") as step:
        checkins.pause(step, desk.clock.now().date() + timedelta(days=80))
        checkins.resume(step)
        checkins.resume(step)
        home = checkins.at_home(step)
    assert home is not None
    assert home.paused_until is None


def test_nobody_is_asked_before_the_start(unstarted_desk: Desk) -> None:
    """Before a lead starts the programme for somebody, nothing is asked of them."""
    together(unstarted_desk, "tomas", "mira")
    skip(unstarted_desk, days=30)
    pass_time(unstarted_desk, 3)
    assert all_of(unstarted_desk, "mira") == []
    assert unstarted_desk.outbox() == []


def test_a_rotation_ends(desk: Desk) -> None:
    """After its end a rotation asks nobody any more."""
    together(desk, "tomas", "mira", kind=Kind.ROTATION)
    for days in (35, 25, 60):
        skip(desk, days=days - 5)
        pass_time(desk, 10)
    assert [(row.due_on - MONDAY.date()).days for row in all_of(desk, "mira")] == [35, 70]


def count_queries(desk: Desk, handle: str, act: Callable[[Step], object]) -> int:
    """Return how many statements a reading step takes."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(desk.db.engine, "before_cursor_execute", note)
    try:
        with desk.step(handle, writes=False) as step:
            act(step)
    finally:
        event.remove(desk.db.engine, "before_cursor_execute", note)
    return len(seen)


def test_home_facts_and_means_take_as_many_queries_for_one_as_for_many(desk: Desk) -> None:
    """The number of queries does not grow with the number of pairs."""

    def all_facts(step: Step) -> object:
        return checkins.facts(step, MONDAY)

    month(desk)
    acts = (checkins.at_home, all_facts)
    few = [count_queries(desk, "tomas", act) for act in acts]
    together(desk, "tomas", "noor")
    together(desk, "tomas", "anja")
    skip(desk, days=29)
    pass_time(desk, 5)
    with desk.step("tomas", writes=False) as step:
        home = checkins.at_home(step)
    assert home is not None
    assert len(home.waiting) > 1
    many = [count_queries(desk, "tomas", act) for act in acts]
    assert many == few
    assert max(few) <= 12


def test_hours_that_changed_meanwhile_are_kept(desk: Desk) -> None:
    """What is due is asked within the hours in force at that moment, not those when it was planned."""
    together(desk, "tomas", "mira")
    later = Hours(
        days=("saturday",), start=desk.rules.programme.hours.start, end=desk.rules.programme.hours.end
    )
    programme = desk.rules.programme.model_copy(update={"hours": later})
    object.__setattr__(desk.rules, "programme", programme)
    pass_time(desk, 8)
    assert {row.asked_at.strftime("%A") for row in all_of(desk, "mira")} == {"Saturday"}


def test_no_reminder_goes_out_for_what_was_just_answered(desk: Desk) -> None:
    """A notice made before the answer and sent after it is no longer true, and is not sent."""
    month(desk)
    row = all_of(desk, "mira")[-1]
    answer(desk, "mira", GOOD)
    waiting = [n for n in desk.outbox("checkins.asked") if n.state is OutboxState.WAITING]
    assert waiting
    with desk.step("mira", writes=False) as step:
        assert checkins.message_of(step, row.asked_in, desk.id("mira"), sent=False) is None
        assert checkins.message_of(step, row.asked_in, desk.id("mira"), sent=True) is not None


def test_an_odd_time_zone_stops_nobody(desk: Desk) -> None:
    """Somebody whose profile names a zone that does not exist is asked by UTC; everyone else as ever."""
    together(desk, "tomas", "mira")
    with desk.step("clock") as step:
        (person,) = step.session.scalars(select(Person).where(Person.id == desk.id("mira")))
        person.time_zone = "Mars/Olympus Mons"
    skip(desk, days=30)
    pass_time(desk, 1)
    assert len(all_of(desk, "mira")) == 1
    assert len(all_of(desk, "tomas")) == 1


def test_home_shows_the_day_after_a_pause(desk: Desk) -> None:
    """Somebody on leave reads when they will really be asked next."""
    together(desk, "tomas", "mira")
    until = MONDAY.date() + timedelta(days=28)
    with desk.step("mira") as step:
        checkins.pause(step, until)
        home = checkins.at_home(step)
    assert home is not None
    assert home.paused_until == until
    assert [coming.at.date() for coming in home.coming] == [until + timedelta(days=1)]


def test_the_rhythm_waits_for_the_weeks_budget(desk: Desk) -> None:
    """Who was sent two things this week is asked when the first of them is a week old, not before."""
    together(desk, "tomas", "mira")
    skip(desk, days=14, hours=6)
    now = desk.clock.now()
    with desk.step("clock") as step:
        for days in (1, 4):
            step.add(
                OutboxRow(
                    id=step.ids(),
                    workspace_id=step.workspace_id,
                    kind="agreements.offer",
                    key=step.ids(),
                    recipient_id=desk.id("mira"),
                    state=OutboxState.SENT,
                    created_at=now,
                    not_before=now,
                    counted_at=now - timedelta(days=days),
                )
            )
    tick(desk)
    assert len(all_of(desk, "tomas")) == 1
    assert all_of(desk, "mira") == []
    pass_time(desk, 5)
    (asked,) = all_of(desk, "mira")
    assert asked.asked_at >= now + timedelta(days=3)


def test_nobody_is_asked_on_leave_or_in_the_institutions_break(desk: Desk) -> None:
    """Mira on leave, everybody in the winter break: both are asked once they are back, and once."""
    together(desk, "tomas", "mira")
    break_ = Break(name="Spring", first=date(2027, 3, 14), last=date(2027, 3, 21))
    programme = desk.rules.programme.model_copy(update={"breaks": (break_,)})
    object.__setattr__(desk.rules, "programme", programme)
    with desk.step("mira") as step:
        before = hours.form(step).own
        hours.save(step, before, kept_leaves=(), first=date(2027, 3, 10), last=date(2027, 3, 26))
    skip(desk, days=13)
    pass_time(desk, 16)
    assert [row.asked_at.date() for row in all_of(desk, "tomas")] == [date(2027, 3, 22)]
    assert [row.asked_at.date() for row in all_of(desk, "mira")] == [date(2027, 3, 29)]


def test_everybody_due_at_once_is_asked_in_few_statements(desk: Desk) -> None:
    """How many statements it takes does not grow with how many are due."""

    def ask_all(step: Step) -> object:
        return checkins.ask(step, checkins.AT_ONCE)

    together(desk, "tomas", "mira")
    skip(desk, days=14, hours=6)
    few = count_queries(desk, "clock", ask_all)
    for mentee in ("noor", "anja", "hugo"):
        together(desk, "ines", mentee)
    skip(desk, days=14)
    many = count_queries(desk, "clock", ask_all)
    assert many <= few + 2, "and two for those whose older check-in is still open"


def test_who_cannot_be_asked_stands_in_nobodys_way(desk: Desk) -> None:
    """However many are due that paused, a look that takes one at a time comes to those behind them."""
    for mentor, mentee in (("tomas", "mira"), ("ines", "noor")):
        together(desk, mentor, mentee)
    with desk.step("lena") as step:
        paused = RelationshipState.PAUSED
        change(step.session, Relationship, "tomas-mira", expected=RelationshipState.ACTIVE, to=paused)
    skip(desk, days=14)
    for _ in range(9):
        skip(desk, hours=8)
        with desk.step("clock") as step:
            checkins.ask(step, 1)
    assert [len(all_of(desk, handle)) for handle in ("tomas", "mira", "ines", "noor")] == [0, 0, 1, 1]


def test_nothing_is_asked_early_for_what_cannot_be_asked(desk: Desk) -> None:
    """Somebody due only in a pair that paused is not asked yet about another that falls due in some days."""
    together(desk, "ines", "noor", started_on=MONDAY.date() - timedelta(days=21))
    together(desk, "ines", "anja", started_on=MONDAY.date() - timedelta(days=20))
    with desk.step("lena") as step:
        paused = RelationshipState.PAUSED
        change(step.session, Relationship, "ines-noor", expected=RelationshipState.ACTIVE, to=paused)
    skip(desk, days=9, hours=6)
    tick(desk)
    assert all_of(desk, "ines") == []
    skip(desk, days=1)
    tick(desk)
    assert [row.relationship_id for row in all_of(desk, "ines")] == ["ines-anja"]
