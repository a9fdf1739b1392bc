"""The outbox under any order of events: senders, clocks, crashes, Slack's moods, people who come and go.

The store is real, on either database; Slack is in memory, and what it accepted is the judge.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update

from bot.clock import SetClock
from bot.domain import checkins
from bot.domain.step import Place
from bot.ids import seeded_ids
from bot.jobs import schedule
from bot.jobs.deliver import Delivery
from bot.store import outbox
from bot.store.database import Database
from bot.store.outbox import Notice, OutboxRow, OutboxState
from bot.store.people import Membership, Person, PersonState, Role, SlackAccount
from bot.store.programmes import Programme, ProgrammeState, Workspace
from bot.store.relationships import Kind, MemberRole, Relationship, RelationshipMember, RelationshipState
from bot.store.sealing import Keyring
from tests import postgres as real_postgres
from tests.cast import KEYS, MONDAY, PROGRAMME_ID, WORKSPACE_ID, Desk, open_desk_engine, set_up_desk
from tests.jobs.fake_slack import CARD, HELD, IN_HOURS, Accepted, limited, open_office, refusal
from tests.jobs.fate import Edges, Fate, Killed, watch_commits, with_slack

OTHER = "zeta"
"""A second workspace, which comes after the first in every order, and at whose Slack nothing goes wrong."""
BROKEN = refusal("internal_error", status=500)
PAIR = "pair"
EXAMPLES = {"sqlite": 30, "postgresql": 15}
STEPS = 25
MOST_ROUNDS = 80
WEEK, MOST_A_WEEK = timedelta(days=7), 2
SET_BACK = timedelta(hours=1)
APART = tuple(timedelta(minutes=minutes) for minutes in (-60, -20, -3, 0, 3, 20, 60))
"""How far Slack's clock may be ahead of the bot's."""
ENDED = {OutboxState.SENT, OutboxState.DEAD, OutboxState.CANCELLED, OutboxState.UNKNOWN}
DST = datetime.fromisoformat("2027-03-28T00:59:30+00:00")
"""Half a minute before the clocks go forward in Berlin."""

ANSWERS: dict[str, Callable[[], Exception | Accepted]] = {
    "too many calls": limited,
    "an error, not taken": lambda: BROKEN,
    "an error, taken": lambda: Accepted(BROKEN),
    "silence, not taken": TimeoutError,
    "silence, taken": lambda: Accepted(TimeoutError()),
    "refused": lambda: refusal("user_not_found"),
    "token refused": lambda: refusal("token_revoked"),
}
LOOKS: dict[str, Callable[[], Exception | Accepted]] = {
    "too many calls": limited,
    "an error": lambda: BROKEN,
    "silence": TimeoutError,
    "never": lambda: refusal("missing_scope"),
}
SKIPS = (
    timedelta(seconds=1),
    timedelta(seconds=31),
    timedelta(seconds=91),
    timedelta(minutes=7),
    timedelta(hours=1),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=4),
)


class WallClock(SetClock):
    """A clock on the wall, which somebody may also turn back."""

    def turn_back(self, span: timedelta) -> None:
        """Go back by so much."""
        self._now -= span


@dataclass
class Witnessed(Edges):
    """A Slack that notes when it accepted what, and lets something happen while it has not answered yet."""

    accepted: list[tuple[str, datetime]] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    def _answer(self, method: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        before = len(self.messages)
        try:
            return super()._answer(method, do)
        finally:
            self.accepted += [(key, self.clock.now()) for key in self.keys()[before:]]
            if method == "chat.postMessage" and self.meanwhile is not None:
                happens, self.meanwhile = self.meanwhile, None
                happens()


def prepare(desk: Desk) -> None:
    """Add a pair whose check-ins are due, and a second workspace with one person."""
    place: Place = {"workspace_id": WORKSPACE_ID, "programme_id": PROGRAMME_ID}
    with desk.step("clock") as step:
        step.add(
            Relationship(
                id=PAIR,
                **place,
                kind=Kind.MENTOR,
                state=RelationshipState.ACTIVE,
                made_from="machine",
                created_at=MONDAY,
                started_on=(MONDAY - timedelta(days=13)).date(),
            )
        )
        for handle, role in (("tomas", MemberRole.MENTOR), ("mira", MemberRole.MENTEE)):
            member = f"{PAIR}-{handle}"
            step.add(
                RelationshipMember(
                    id=member, **place, relationship_id=PAIR, person_id=desk.id(handle), role=role
                )
            )
        step.session.flush()
        checkins.begin(step, PAIR, (MONDAY - timedelta(days=13)).date())
    other: Place = {"workspace_id": OTHER, "programme_id": OTHER}
    with desk.db.unscoped("a second workspace", writes=True) as session:
        session.add(Workspace(id=OTHER, slack_team_id="T0ZETA", name="Zeta"))
        session.flush()
        session.add(
            Programme(
                id=OTHER, workspace_id=OTHER, name="Other", state=ProgrammeState.RUNNING, started_at=MONDAY
            )
        )
        session.add(Person(id="zoe", workspace_id=OTHER, name="Zoe"))
        session.flush()
        session.add(
            SlackAccount(id="zoe", workspace_id=OTHER, person_id="zoe", team_id="T0ZETA", user_id="U0ZOE")
        )
        session.add(Membership(id="zoe", **other, person_id="zoe", role=Role.MENTEE, started_at=MONDAY))


class Databases:
    """Gives each run of the machine a database like the prepared one."""

    def __init__(self, folder: Path, server: real_postgres.Server | None) -> None:
        self._folder = folder
        self._server = server
        self._address = server.fresh_database() if server else ""
        self._taken: str | None = None
        self._pattern = set_up_desk(folder, address=self._address or None)
        prepare(self._pattern)
        self._pattern.db.engine.dispose()

    def take(self) -> Desk:
        """Return a desk on a fresh database, at the same moment as every other."""
        if self._server is not None:
            address = self._taken = self._server.copy_of(self._address)
        else:
            path = self._folder / "run.sqlite3"
            for old in self._folder.glob("run.sqlite3*"):
                old.unlink()
            shutil.copy(self._folder / "desk.sqlite3", path)
            address = f"sqlite:///{path}"
        db = Database(open_desk_engine(address), Keyring.parse(KEYS))
        return replace(
            self._pattern, db=db, clock=SetClock(MONDAY), ids=seeded_ids(7), rules=copy(self._pattern.rules)
        )

    def give_back(self, desk: Desk) -> None:
        """Remove a desk's database."""
        desk.db.engine.dispose()
        if self._server is not None and self._taken is not None:
            self._server.drop(self._taken)


class OutboxLife(RuleBasedStateMachine):
    """Two workspaces, three senders, two clocks, and whatever happens to them."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.desk = self.databases.take()
        self.clock = WallClock(MONDAY)
        self.desk.clock = self.clock
        self.fate = Fate()
        self.slacks = {
            workspace: Witnessed(fate=self.fate, clock=self.clock) for workspace in (WORKSPACE_ID, OTHER)
        }
        self.slack = self.slacks[WORKSPACE_ID]
        office = open_office(self.desk)
        self.deps = with_slack(office.deps, self.slacks)
        self.kinds = {**schedule.kinds(), **office.kinds}
        self.undo = watch_commits(self.desk.db.engine, self.fate)
        self.senders = [Delivery(self.deps, self.kinds) for _ in range(3)]
        self.known: list[str] = []
        self.number = 0
        self.blind = False

    # What is put.

    @initialize(ahead=st.sampled_from(APART))
    def begin(self, ahead: timedelta) -> None:
        """A message waits from the start; the bot's clock may be wrong."""
        for slack in self.slacks.values():
            slack.ahead = ahead
        self.put("mira", HELD, "", timedelta(0), expires=False)

    @rule(
        to=st.sampled_from(["mira", "noor", "tomas"]),
        kind=st.sampled_from([HELD, HELD, IN_HOURS]),
        again=st.sampled_from(["", "", "again"]),
        after=st.sampled_from([timedelta(0), timedelta(minutes=5), timedelta(hours=3)]),
        expires=st.booleans(),
    )
    def put(self, to: str, kind: str, again: str, after: timedelta, *, expires: bool) -> None:
        """Something must be said, or the same thing once more."""
        now = self.clock.now()
        key = self.known[-1] if again and self.known else self._new_key()
        with self.desk.step("clock") as step:
            step.tell(
                Notice(
                    kind,
                    key,
                    self.desk.id(to),
                    not_before=now + after,
                    expires_at=now + timedelta(hours=20) if expires else None,
                )
            )

    @rule(count=st.integers(1, 30))
    def put_many(self, count: int) -> None:
        """Much falls due at once in one workspace, and one thing in the other."""
        now = self.clock.now()
        for workspace, person, many in ((WORKSPACE_ID, self.desk.id("noor"), count), (OTHER, "zoe", 1)):
            with self.desk.db.unscoped("much is due", writes=True) as session:
                notices = [(self.desk.ids(), Notice(HELD, self._new_key(), person)) for _ in range(many)]
                programme = PROGRAMME_ID if workspace == WORKSPACE_ID else OTHER
                outbox.put_many(session, notices, workspace_id=workspace, programme_id=programme, now=now)

    @rule()
    def put_card(self) -> None:
        """Something must be said in the leads' channel."""
        with self.desk.step("clock") as step:
            step.tell(Notice(CARD, self._new_key(), to_channel="#mentoring-leads"))

    @precondition(lambda self: self.known)
    @rule()
    def put_update(self) -> None:
        """A message must be changed."""
        with self.desk.step("clock") as step:
            step.tell(Notice(HELD, self._new_key(), self.desk.id("mira"), updates_key=self.known[0]))

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 30))
    def cancel(self, which: int) -> None:
        """Something is no longer true."""
        key = self.known[which % len(self.known)]
        with self.desk.step("clock") as step:
            outbox.cancel(step.session, key, now=step.now, reason="answered")

    @rule(clocks=st.integers(1, 2))
    def tick(self, clocks: int) -> None:
        """One clock looks for what is due, or two after each other."""
        self.fate.begin(None)
        for _ in range(clocks):
            schedule.tick(self.deps)

    # What Slack does.

    @rule(answers=st.lists(st.sampled_from(sorted(ANSWERS)), min_size=1, max_size=4))
    def post_goes_wrong(self, answers: list[str]) -> None:
        """The next posts come to something else than an ok."""
        self.slack.order("chat.postMessage", *(ANSWERS[answer]() for answer in answers))

    @rule(answer=st.sampled_from(sorted(LOOKS)))
    def look_goes_wrong(self, answer: str) -> None:
        """The next look into a history fails."""
        self.blind = self.blind or answer == "never"
        self.slack.order("conversations.history", LOOKS[answer]())

    @rule(method=st.sampled_from(["conversations.open", "conversations.members", "chat.update"]))
    def call_goes_wrong(self, method: str) -> None:
        """Another call fails for the moment."""
        self.slack.order(method, BROKEN)

    # Who sends.

    @rule(who=st.integers(0, 2))
    def drain(self, who: int) -> None:
        """A sender does its work; where nothing goes wrong nobody is left waiting."""
        self.fate.begin(None)
        self.senders[who].drain_all()
        with self.desk.db.unscoped("who waits") as session:
            left = session.scalar(
                select(func.count()).where(
                    OutboxRow.workspace_id == OTHER,
                    OutboxRow.state == OutboxState.WAITING,
                    OutboxRow.not_before <= self.clock.now(),
                )
            )
        assert left == 0, "a workspace starves"

    @rule(who=st.integers(0, 2), at=st.integers(0, 25))
    def die(self, who: int, at: int) -> None:
        """A sender's process ends somewhere on its way; another takes its place."""
        self.fate.begin(at)
        try:
            self.senders[who].drain_all()
        except Killed:
            self.desk.db.engine.dispose()
        self.fate.begin(None)
        self.senders[who] = Delivery(self.deps, self.kinds)

    @rule(late=st.sampled_from([timedelta(0), timedelta(seconds=100), -SET_BACK]))
    def two_at_once(self, late: timedelta) -> None:
        """Slack takes a message and is slow to say so; another sender works meanwhile, or after the lease.

        Or after the clock was set back, when what the first one holds seems held for longer.
        """

        def other() -> None:
            if late < timedelta(0):
                self._turn_back(-late)
            else:
                self.clock.skip(seconds=late.total_seconds())
            self.senders[1].drain_all()

        self.fate.begin(None)
        self.slack.meanwhile = other
        self.senders[0].drain_all()
        self.slack.meanwhile = None

    # Time and people.

    @rule(span=st.sampled_from(SKIPS))
    def skip(self, span: timedelta) -> None:
        """Time passes."""
        self.clock.skip(seconds=span.total_seconds())

    @rule(restarted=st.sets(st.integers(0, 2)))
    def set_back(self, restarted: set[int]) -> None:
        """The machine's clock is set back an hour; some senders are started anew, others go on."""
        self._turn_back(SET_BACK)
        for who in restarted:
            self.senders[who] = Delivery(self.deps, self.kinds)

    @rule(ahead=st.sampled_from(APART))
    def set_apart(self, ahead: timedelta) -> None:
        """Somebody sets the bot's clock: Slack's, which goes on as it does, is so far ahead of it then."""
        onward = self.slack.ahead - ahead
        if onward < timedelta(0):
            self._turn_back(-onward)
            return
        self.clock.skip(seconds=onward.total_seconds())
        for slack in self.slacks.values():
            slack.ahead = ahead

    @precondition(lambda self: self.clock.now() < DST)
    @rule()
    def to_summer_time(self) -> None:
        """The clocks are about to go forward."""
        self.clock.skip(seconds=(DST - self.clock.now()).total_seconds())

    @rule(handle=st.sampled_from(["mira", "noor"]), state=st.sampled_from(list(PersonState)))
    def come_and_go(self, handle: str, state: PersonState) -> None:
        """Somebody leaves, or is back."""
        self._set(Person, self.desk.id(handle), state)

    @rule(state=st.sampled_from([RelationshipState.ACTIVE, RelationshipState.PAUSED]))
    def pause(self, state: RelationshipState) -> None:
        """The pair pauses, or goes on."""
        self._set(Relationship, PAIR, state)

    # What always holds.

    @invariant()
    def nothing_is_doubled(self) -> None:
        """No message is in Slack twice."""
        for slack in self.slacks.values():
            doubled = [key for key, times in Counter(slack.keys()).items() if times > 1]
            assert not doubled

    @invariant()
    def nobody_gets_too_much(self) -> None:
        """Within any seven days nobody gets more than two messages nobody asked for."""
        rows = {row.id: row for row in self.desk.outbox()}
        theirs: dict[str, list[datetime]] = {}
        for key, at in self.slack.accepted:
            row = rows[key]
            if self.kinds[row.kind].unrequested and row.recipient_id is not None:
                theirs.setdefault(row.recipient_id, []).append(at)
        for unordered in theirs.values():
            times = sorted(unordered)  # by the clock people see, which may have been set back
            for first, third in zip(times, times[MOST_A_WEEK:], strict=False):
                assert third - first >= WEEK

    def teardown(self) -> None:
        """When all calms down every row comes to its end, and what is recorded is what is in Slack."""
        try:
            self._calm_down()
            self._look_at_the_end()
        finally:
            self.undo()
            self.databases.give_back(self.desk)

    def _calm_down(self) -> None:
        self.fate.begin(None)
        for slack in self.slacks.values():
            slack.orders.clear()
        sender = Delivery(self.deps, self.kinds)
        for _ in range(MOST_ROUNDS):
            handled = sender.drain_all()
            waits = [row for row in self._rows() if row.state not in ENDED]
            if not waits:
                return
            soonest = min(row.lease_until or row.not_before for row in waits)
            least = 0.1 if handled else 30.0  # what is due and does not go waits for its workspace
            self.clock.skip(seconds=max(least, (soonest - self.clock.now()).total_seconds() + 0.1))
        raise AssertionError([(row.key, row.state, row.tries, row.reason) for row in waits])

    def _look_at_the_end(self) -> None:
        self.nothing_is_doubled()
        self.nobody_gets_too_much()
        there = {key for slack in self.slacks.values() for key, _ in slack.accepted}
        for row in self._rows():
            if row.state is OutboxState.SENT and row.updates_key is None:
                assert row.id in there, "recorded as sent, and not in Slack"
            if row.state is not OutboxState.SENT:
                assert row.reason, "an end without a reason"
            if row.state is OutboxState.DEAD and row.doubt_since is None:
                assert row.id not in there, "given up for certain, and in Slack"
            if row.state is OutboxState.UNKNOWN:
                assert row.workspace_id != OTHER

    # Small things.

    def _turn_back(self, span: timedelta) -> None:
        """Set the bot's clock back; Slack's goes on as it does."""
        self.clock.turn_back(span)
        for slack in self.slacks.values():
            slack.ahead += span

    def _rows(self) -> list[OutboxRow]:
        with self.desk.db.unscoped("look at everything") as session:
            return list(session.scalars(select(OutboxRow)))

    def _new_key(self) -> str:
        self.number += 1
        self.known.append(f"machine:{self.number:03}")
        return self.known[-1]

    def _set(self, table: type[Person | Relationship], row_id: str, state: object) -> None:
        with self.desk.db.unscoped("somebody decides", writes=True) as session:
            session.execute(update(table).where(table.id == row_id).values(state=state))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_in_any_order_nothing_is_lost_or_doubled(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whatever happens in whatever order: once at most, ended in the end, nobody starved, nobody overrun."""
    server = request.getfixturevalue("postgres") if database == "postgresql" else None

    class Life(OutboxLife):
        databases = Databases(tmp_path, server)

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES[database],
            stateful_step_count=STEPS,
            deadline=None,
            # Not made smaller: a run takes a while, and its steps can be read as they are.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
