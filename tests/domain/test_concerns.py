"""The rules of concerns: who reads, who never does, and how a case moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.domain import concerns
from bot.domain.concerns import casework, clocks, moving, raising, reading, reporters
from bot.domain.concerns.forms import Blank, Draft, Filed
from bot.domain.concerns.routing import Avoid, Candidate, plan
from bot.errors import NotFound, Refusal
from bot.jobs import schedule
from bot.store import concerns as store
from bot.store.concerns import Concern, ConcernParty, ConcernState
from bot.store.people import Membership, Person, PersonState, Role
from bot.store.sealing import CannotOpen
from tests.cast import CAST, Desk, everything_stored

CANARY = "canary-7391"
MANDATORY = 3


def draft(**more: object) -> Draft:
    """Return a whole draft about Tomás at level 1, as the form would hold it.

    ``about_slack_id`` names one other person instead, or with an empty text nobody.
    """
    if "about_slack_id" in more:
        about = str(more.pop("about_slack_id"))
        more["about_slack_ids"] = (about,) if about else ()
    entered = Draft(
        concern_id="case1",
        level=1,
        about_slack_ids=(CAST["tomas"].slack_id,),
        words=f"He shouts at me. {CANARY}",
        wanted="advice",
    )
    return replace(entered, **more)  # type: ignore[arg-type] # fields of Draft by name


def raise_it(desk: Desk, by: str = "mira", **more: object) -> Filed:
    """Let ``by`` fill the form, read who reads it, and press Send."""
    entered = draft(**more)
    with desk.step(by) as step:
        shown = raising.blank(step, entered)
    with desk.step(by) as step:
        filed = raising.file(step, shown.draft)
    assert isinstance(filed, Filed)
    return filed


def state_of(desk: Desk, concern_id: str = "case1") -> ConcernState:
    """Return the state of a case."""
    with desk.step("clock") as step:
        row = step.session.scalars(select(Concern).where(Concern.id == concern_id)).one()
        return row.state


def tick(desk: Desk) -> None:
    """Let everything happen that is due."""
    for due in (
        clocks.replace_those_who_left,
        clocks.remind,
        clocks.climb,
        clocks.remind_to_act,
        clocks.ask_again,
        clocks.erase,
    ):
        with desk.step("clock") as step:
            due(step, 50)


def later(desk: Desk, **span: float) -> None:
    """Move the desk's clock on."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(**span)


def test_the_first_screen_names_everyone_who_could_read_it_and_stores_nothing(desk: Desk) -> None:
    """Before anything is stored the reporter reads by name who reads first and who might come to."""
    with desk.step("mira", writes=False) as step:
        intro = raising.first_screen(step)
    assert intro.live
    assert [c.name for c in intro.readers.at_once] == ["Hugo Brandt"]
    assert [c.name for c in intro.readers.then] == ["Anja Petrova", "Lena Hoffmann"]
    assert desk.outbox() == []


def test_striking_somebody_names_the_next(desk: Desk) -> None:
    """*Not this person* takes them out, and the screen names who reads it then."""
    with desk.step("mira", writes=False) as step:
        intro = raising.first_screen(step, "case1", (desk.id("hugo"),))
    assert [c.name for c in intro.readers.at_once] == ["Anja Petrova"]
    assert [c.name for c in intro.struck] == ["Hugo Brandt"]
    with desk.step("mira", writes=False) as step:
        everyone = tuple(desk.id(one) for one in ("hugo", "anja", "lena"))
        assert raising.first_screen(step, "case1", everyone).readers.everyone == ()


def test_a_handler_who_is_named_is_passed_over_and_the_reporter_presses_send_again(desk: Desk) -> None:
    """Naming somebody changes who reads it: the form says so and nothing is stored until Send once more."""
    with desk.step("mira") as step:
        shown = raising.blank(step, Draft("case1", level=1))
    entered = draft(about_slack_id=CAST["hugo"].slack_id, shown=shown.draft.shown)
    with desk.step("mira") as step:
        again = raising.file(step, entered)
    assert isinstance(again, Blank)
    assert again.changed
    assert [c.name for c in again.readers.at_once] == ["Anja Petrova"]
    assert again.draft.words == entered.words
    assert desk.outbox() == []
    with desk.step("mira") as step:
        filed = raising.file(step, again.draft)
    assert isinstance(filed, Filed)
    told = {row.recipient_id for row in desk.outbox() if row.recipient_id}
    assert told == {desk.id("anja"), desk.id("mira")}


def test_several_are_named_and_none_of_them_reads(desk: Desk) -> None:
    """One case may be about several people: each is passed over and each stands in the case."""
    about = tuple(CAST[one].slack_id for one in ("tomas", "hugo", "tomas"))
    raise_it(desk, about_slack_ids=about)
    told = {row.recipient_id for row in desk.outbox() if row.recipient_id}
    assert told == {desk.id("anja"), desk.id("mira")}
    with desk.step("anja") as step:
        assert casework.open_case(step, "case1").about_slack_ids == about[:2]


def test_everyone_named_leaves_nobody_to_read_it(desk: Desk) -> None:
    """With every handler, alternate and lead named nothing is stored, whoever reads first otherwise."""
    about = tuple(CAST[one].slack_id for one in ("hugo", "anja", "lena"))
    with desk.step("mira") as step:
        shown = raising.blank(step, draft(about_slack_ids=about))
    assert shown.nobody
    with desk.step("mira") as step:
        assert isinstance(raising.file(step, shown.draft), Blank)
    assert desk.outbox() == []


def test_sending_twice_stores_once(desk: Desk) -> None:
    """The form's id is the case's: a second Send shows the first, also to nobody else."""
    first, again = raise_it(desk), raise_it(desk)
    assert first == again
    with pytest.raises(NotFound):
        raise_it(desk, by="noor")
    assert len(desk.outbox(moving.FOR_HANDLER)) == 1


def test_with_nobody_left_nothing_is_stored(desk: Desk) -> None:
    """Where everyone is named or struck out, the words are not taken and only outside routes remain."""
    struck = tuple(desk.id(one) for one in ("anja", "lena"))
    with desk.step("mira") as step:
        entered = draft(about_slack_id=CAST["hugo"].slack_id, struck_ids=struck)
        shown = raising.blank(step, entered)
        assert shown.nobody
        again = raising.file(step, shown.draft)
    assert isinstance(again, Blank)
    assert again.nobody
    assert desk.outbox() == []
    with desk.step("clock") as step:
        assert step.session.scalars(select(Concern)).all() == []


def test_without_approval_no_words_are_taken(desk: Desk) -> None:
    """An unapproved guideline shows the outside routes only, whatever a forged form sends."""
    rules = desk.rules.concerns
    desk.rules = replace(
        desk.rules,
        concerns=rules.model_copy(update={"approval": rules.approval.model_copy(update={"name": ""})}),
    )
    with desk.step("mira") as step:
        intro = raising.first_screen(step)
        assert not intro.live
        assert intro.routes
        assert intro.readers.everyone == ()
        assert concerns.missing(step) == ("approval",)
        with pytest.raises(Refusal, match="not_live"):
            raising.file(step, draft())


def test_two_handlers_of_one_line_are_not_enough(desk: Desk) -> None:
    """Going live needs people of two reporting lines who hold the role here, not only names in a file."""
    with desk.step("clock") as step:
        step.session.scalars(
            select(Person).where(Person.id == desk.id("anja"))
        ).one().state = PersonState.LEFT
    with desk.step("mira") as step:
        assert concerns.missing(step) == ("people",)


def test_before_the_start_no_words_are_taken(unstarted_desk: Desk) -> None:
    """No clock runs before a lead has started the programme, so nobody would be reminded."""
    with unstarted_desk.step("mira") as step:
        assert concerns.missing(step) == ("start",)


def test_words_and_names_are_sealed(desk: Desk) -> None:
    """Neither what was written nor who is named can be read from the rows, the acts or the outbox."""
    raise_it(desk)
    dump = everything_stored(desk.db)
    lines = [line for line in dump.splitlines() if line.startswith("concern")]
    assert lines
    assert CANARY not in dump
    assert not any(CAST["tomas"].person_id in line or CAST["tomas"].slack_id in line for line in lines)


def test_the_handler_acknowledges_notes_and_resolves(desk: Desk) -> None:
    """The reporter is told of each change of state, and nobody else can do any of it."""
    raise_it(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    assert state_of(desk) is ConcernState.ACKNOWLEDGED
    with desk.step("hugo") as step:
        case = casework.open_case(step, "case1")
    assert CANARY in case.words
    assert case.about_slack_ids == (CAST["tomas"].slack_id,)
    with desk.step("hugo") as step:
        casework.note(step, "case1", "Talked on the phone.")
    assert state_of(desk) is ConcernState.IN_PROGRESS
    with desk.step("hugo") as step:
        casework.resolve(step, "case1", "They meet with a third person now.")
    assert state_of(desk) is ConcernState.RESOLVED
    assert len(desk.outbox(moving.FOR_REPORTER)) == 4
    with desk.step("mira") as step:
        status = reporters.status(step, "case1")
    assert status.outcome == "They meet with a third person now."
    assert [line.who.name for line in status.openings if line.who] == ["Hugo Brandt"]


def test_an_unanswered_case_is_reminded_of_then_climbs(desk: Desk) -> None:
    """Two working days, a reminder, four working hours: then the next is asked and the first is out."""
    raise_it(desk)
    later(desk, days=2, hours=1)
    tick(desk)
    assert len(desk.outbox(moving.REMINDER)) == 1
    assert state_of(desk) is ConcernState.FILED
    later(desk, hours=5)
    tick(desk)
    assert {row.recipient_id for row in desk.outbox(moving.FOR_HANDLER)} == {desk.id("hugo"), desk.id("anja")}
    assert len(desk.outbox(moving.FOR_HANDLER)) == 2
    with pytest.raises(NotFound), desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    assert state_of(desk) is ConcernState.ACKNOWLEDGED


def test_with_the_ladder_at_its_end_everyone_is_asked_again(desk: Desk) -> None:
    """Nobody is left alone: all who may read it are asked again, and the reporter sees the outside routes."""
    raise_it(desk)
    for _ in range(3):
        later(desk, days=7)
        tick(desk)
    with desk.step("mira") as step:
        status = reporters.status(step, "case1")
    assert status.exhausted
    assert {c.name for c in status.readers} == {"Hugo Brandt", "Anja Petrova", "Lena Hoffmann"}
    with desk.step("lena") as step:
        casework.acknowledge(step, "case1")
    assert state_of(desk) is ConcernState.ACKNOWLEDGED


def test_an_acknowledgement_and_a_climb_never_both_count(desk: Desk) -> None:
    """Whichever comes first wins: after an acknowledgement nothing climbs, after a climb it is too late."""
    raise_it(desk)
    later(desk, days=7)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    tick(desk)
    assert len(desk.outbox(moving.FOR_HANDLER)) == 1
    assert state_of(desk) is ConcernState.ACKNOWLEDGED


def test_an_undelivered_notice_climbs_at_once(desk: Desk) -> None:
    """A dead notice counts as unacknowledged; a late report about an earlier rung changes nothing."""
    raise_it(desk)
    ids = desk.outbox(moving.FOR_HANDLER)[0].ids
    for _ in range(2):
        with desk.step("clock") as step:
            moving.undelivered(step, ids["concern"], ids["reader"], ids["rung"])
    assert {row.recipient_id for row in desk.outbox(moving.FOR_HANDLER)} == {desk.id("hugo"), desk.id("anja")}
    assert len(desk.outbox(moving.FOR_HANDLER)) == 2


def test_a_handler_who_recuses_or_leaves_is_followed_by_the_next(desk: Desk) -> None:
    """One press passes it on; a handler without a Slack account is replaced without one."""
    raise_it(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo") as step:
        casework.recuse(step, "case1")
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    with desk.step("clock") as step:
        step.session.scalars(
            select(Person).where(Person.id == desk.id("anja"))
        ).one().state = PersonState.LEFT
    tick(desk)
    with desk.step("lena") as step:
        casework.acknowledge(step, "case1")
    with pytest.raises(NotFound), desk.step("hugo") as step:
        casework.open_case(step, "case1")


def test_a_handler_who_handles_no_more_is_followed_by_the_next(desk: Desk) -> None:
    """Whoever loses the role can no longer open the case, and it does not stay with them."""
    raise_it(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("clock") as step:
        held = step.session.scalars(select(Membership).where(Membership.person_id == desk.id("hugo"))).one()
        step.session.delete(held)
    with pytest.raises(NotFound), desk.step("hugo") as step:
        casework.open_case(step, "case1")
    tick(desk)
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    assert state_of(desk) is ConcernState.ACKNOWLEDGED


def test_an_office_on_the_ladder_reads_and_keeps_its_case(desk: Desk) -> None:
    """Whom the ladder names by role decides who reads and with whom a case stays, no list in code."""
    with desk.step("clock") as step:
        step.session.scalars(
            select(Membership).where(Membership.person_id == desk.id("lena"))
        ).one().role = Role.OFFICE
    with desk.step("mira") as step:
        shown = raising.blank(step, draft(level=MANDATORY))
    assert [c.name for c in shown.readers.everyone] == ["Hugo Brandt", "Anja Petrova"]
    rules = desk.rules.concerns
    with_office = rules.model_copy(
        update={
            "ladder": rules.ladder.model_copy(update={"roles": ("office", *rules.ladder.roles)}),
            "levels": tuple(
                level.model_copy(update={"sees": ("office",)}) if level.level == MANDATORY else level
                for level in rules.levels
            ),
        }
    )
    here = replace(desk, rules=replace(desk.rules, concerns=with_office))
    raise_it(here, level=MANDATORY)
    with here.step("lena") as step:
        casework.acknowledge(step, "case1")
    tick(here)
    assert state_of(here) is ConcernState.ACKNOWLEDGED
    for roles, waits in ((with_office.ladder.roles, False), (rules.ladder.roles, True)):
        with here.db.unscoped("look for what is due") as session:
            found = store.places_due(session, here.clock.now(), [Role(name) for name in roles])
        assert bool(found) is waits


def test_where_no_card_may_stand_the_handlers_were_told_already(desk: Desk) -> None:
    """What is done instead of a card tells whoever is asked, and nobody twice."""
    raise_it(desk, level=2)
    before = len(desk.outbox())
    kind = schedule.kinds()[moving.CARD]
    assert kind.instead is not None
    with desk.step("clock") as step:
        kind.instead(step, {"concern": "case1"})
    assert len(desk.outbox()) == before


def test_words_do_not_open_in_another_row(desk: Desk) -> None:
    """What is sealed for one case cannot be shown as another's, even by whoever can write the database."""
    raise_it(desk)
    raise_it(desk, by="noor", concern_id="case2", words="Something else.")
    with desk.step("clock") as step:
        rows = {row.id: row for row in step.session.scalars(select(Concern))}
        rows["case2"].words = rows["case1"].words
    with pytest.raises(CannotOpen), desk.step("hugo") as step:
        casework.open_case(step, "case2")


def test_a_serious_case_is_read_by_two_of_different_lines(desk: Desk) -> None:
    """At level 2 handler and alternate are both asked; one acknowledges, the other may still read."""
    raise_it(desk, level=2)
    assert {row.recipient_id for row in desk.outbox(moving.FOR_HANDLER)} == {desk.id("hugo"), desk.id("anja")}
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo") as step:
        assert not casework.open_case(step, "case1").holds
    with pytest.raises(NotFound), desk.step("hugo") as step:
        casework.note(step, "case1", "x")


def test_level_0_is_the_reporters_alone(desk: Desk) -> None:
    """Nobody is told and nobody can open it; after two weeks the reporter is asked."""
    filed = raise_it(desk, level=0)
    assert filed.state is ConcernState.KEPT
    assert {row.recipient_id for row in desk.outbox()} == {desk.id("mira")}
    for handle in ("hugo", "anja", "lena"):
        with pytest.raises(NotFound), desk.step(handle) as step:
            casework.open_case(step, "case1")
    later(desk, days=30)
    tick(desk)
    assert [row.recipient_id for row in desk.outbox(moving.ASKED_AGAIN)] == [desk.id("mira")]


def test_the_reporter_withdraws_and_unread_words_are_gone(desk: Desk) -> None:
    """What nobody opened is erased at once; whom it named stays sealed, so that no card reaches them."""
    raise_it(desk)
    with desk.step("mira") as step:
        assert reporters.withdraw(step, "case1").state is ConcernState.WITHDRAWN
    with desk.step("clock") as step:
        row = step.session.scalars(select(Concern)).one()
        assert row.words is None
        assert step.session.scalars(select(ConcernParty)).one().who is not None
        assert not reading.channel_may_see(step, "case1", frozenset({CAST["tomas"].slack_id}))
    with pytest.raises(Refusal, match="ended_already"), desk.step("mira") as step:
        reporters.withdraw(step, "case1")


@pytest.mark.parametrize("read_before", [False, True])
def test_what_was_taken_back_nobody_opens(desk: Desk, *, read_before: bool) -> None:
    """Neither who never opened it nor who had it in hand; the card says so and offers no way in."""
    raise_it(desk, level=2)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
        if read_before:
            casework.open_case(step, "case1")
    with desk.step("mira") as step:
        reporters.withdraw(step, "case1")
    for handle in ("hugo", "anja"):
        with pytest.raises(NotFound), desk.step(handle) as step:
            casework.open_case(step, "case1")
        with pytest.raises(NotFound), desk.step(handle) as step:
            casework.current(step, "case1")
        with desk.step("clock", writes=False) as step:
            card = reading.card_for(step, "case1", desk.id(handle))
        assert card is not None
        assert not card.can_open


def test_the_reporter_is_asked_after_30_and_90_days_and_words_end(desk: Desk) -> None:
    """Twice, never more; and when the retention is over nothing anybody wrote is left."""
    raise_it(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo") as step:
        casework.resolve(step, "case1", "Done.")
    for days, asked in ((31, 1), (30, 1), (30, 2), (200, 2)):
        later(desk, days=days)
        tick(desk)
        assert len(desk.outbox(moving.ASKED_AGAIN)) == asked
    later(desk, days=1100)
    tick(desk)
    with desk.step("clock") as step:
        row = step.session.scalars(select(Concern)).one()
        assert (row.words, row.outcome, row.wanted) == (None, None, None)
        assert step.session.scalars(select(ConcernParty)).one().who is None


def test_a_card_is_posted_only_where_nobody_concerned_is(desk: Desk) -> None:
    """The one named, those struck out and the reporter keep the card out of the channel they are in."""
    raise_it(desk, struck_ids=(desk.id("lena"),))
    handlers = frozenset({CAST["hugo"].slack_id, CAST["anja"].slack_id})
    with desk.step("clock", writes=False) as step:
        assert reading.channel_may_see(step, "case1", handlers)
        for party in ("tomas", "lena", "mira"):
            assert not reading.channel_may_see(step, "case1", handlers | {CAST[party].slack_id})


def test_only_what_waits_for_somebody_is_theirs_to_do(desk: Desk) -> None:
    """A case about a lead is in no count of theirs; one that another has is neither in their digest."""
    raise_it(desk, about_slack_id=CAST["lena"].slack_id, level=2)
    with desk.step("clock") as step:
        assert concerns.waiting_for(step, desk.id("lena")) == ()
        assert len(concerns.waiting_for(step, desk.id("hugo"))) == 1
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo") as step:
        assert concerns.waiting_for(step, desk.id("hugo")) == ()
        assert concerns.at_home(step).waiting == ()
        [other] = concerns.at_home(step).elsewhere
    assert other.can_open
    assert other.holder is not None
    assert other.holder.name == "Anja Petrova"


def test_at_home_each_sees_their_own(desk: Desk) -> None:
    """The reporter sees what they raised, the handler what waits for them, others nothing."""
    raise_it(desk)
    found = {}
    for handle in CAST:
        with desk.step(handle, writes=False) as step:
            found[handle] = concerns.at_home(step)
    assert [one.concern_id for one in found["mira"].raised] == ["case1"]
    assert [card.concern_id for card in found["hugo"].waiting] == ["case1"]
    rest = [found[handle] for handle in CAST if handle not in {"mira", "hugo"}]
    assert all(not one.raised and not one.waiting for one in rest)


def test_somebody_outside_slack_is_kept_as_written(desk: Desk) -> None:
    """A name in free text is sealed and matched to nobody."""
    raise_it(desk, about_slack_id="", about_text="Hugh Grant from next door")
    with desk.step("hugo") as step:
        assert casework.open_case(step, "case1").about == "Hugh Grant from next door"


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "x" * 3001}, "words"),
        ({"about_slack_id": "", "about_text": ""}, "about_text"),
        ({"about_slack_ids": (CAST["tomas"].slack_id, CAST["mira"].slack_id)}, "concerns.about"),
        ({"about_slack_ids": tuple(f"U{n:08}" for n in range(11))}, "concerns.about"),
        ({"wanted": "revenge"}, "wanted"),
        ({"level": None}, "concerns.level"),
    ],
)
def test_a_wrong_entry_is_told_at_its_field(desk: Desk, entered: dict[str, object], field: str) -> None:
    """Nothing is stored, and the sentence stands under the field at fault."""
    with pytest.raises(Refusal) as refused, desk.step("mira") as step:
        raising.file(step, draft(**entered))
    assert refused.value.field == field
    assert desk.outbox() == []


def _candidate(name: str, role: Role, **more: object) -> Candidate:
    return Candidate(person_id=name, role=role, **more)  # type: ignore[arg-type] # fields by name


ROLES = ("handler", "alternate", "lead")


def test_routing_passes_over_conflicts_and_lines() -> None:
    """Declared conflicts and the reporting line of the one named count as much as being named."""
    everyone = [
        _candidate("h", Role.HANDLER, email="h@x", conflicts=frozenset({"boss@x"})),
        _candidate("a", Role.ALTERNATE, email="a@x", line="Biology"),
        _candidate("l", Role.LEAD, email="l@x"),
    ]
    about_boss = Avoid(emails=frozenset({"boss@x"}), lines=frozenset({"Biology"}))
    made = plan(everyone, roles=ROLES, sees=("handler",), avoid=about_boss, seed="")
    assert [c.person_id for c in made.everyone] == ["l"]


def test_routing_spreads_over_a_role_and_knows_a_person_once() -> None:
    """Within a role each seed has an order of its own; with two roles the first of them counts."""
    everyone = [*(_candidate(f"h{n}", Role.HANDLER) for n in range(4)), _candidate("h0", Role.LEAD)]
    orders = set()
    for seed in map(str, range(40)):
        made = plan(everyone, roles=ROLES, sees=("handler",), avoid=Avoid(), seed=seed)
        again = plan(everyone[::-1], roles=ROLES, sees=("handler",), avoid=Avoid(), seed=seed)
        assert made == again
        assert sorted(c.person_id for c in made.everyone) == ["h0", "h1", "h2", "h3"]
        orders.add(tuple(c.person_id for c in made.everyone))
    assert {order[0] for order in orders} == {"h0", "h1", "h2", "h3"}


def test_the_second_reader_is_independent_of_the_first() -> None:
    """An alternate of the handler's own line does not read from the start; the next one does."""
    everyone = [
        _candidate("h", Role.HANDLER, line="HR"),
        _candidate("a1", Role.ALTERNATE, line="HR"),
        _candidate("a2", Role.ALTERNATE, line="Law"),
    ]
    made = plan(everyone, roles=ROLES, sees=("handler", "alternate"), avoid=Avoid(), seed="")
    assert [c.person_id for c in made.at_once] == ["h", "a2"]
    assert [c.person_id for c in made.then] == ["a1"]


def test_who_is_on_leave_is_asked_after_everybody_who_is_here() -> None:
    """A handler on leave reads at once only where nobody else is left, and still stands on the ladder."""
    gone = _candidate("gone", Role.HANDLER, line="one", away=True)
    here = _candidate("here", Role.ALTERNATE, line="two")
    roles = ("handler", "alternate")
    made = plan([gone, here], roles=roles, sees=("handler",), avoid=Avoid(), seed="s")
    assert [one.person_id for one in made.everyone] == ["here", "gone"]
    assert [one.person_id for one in made.at_once] == ["here"]
    alone = plan([gone], roles=roles, sees=("handler",), avoid=Avoid(), seed="s")
    assert [one.person_id for one in alone.at_once] == ["gone"]
