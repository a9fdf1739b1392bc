"""A case under any order of acts, by anybody, at any time: what always holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.domain.concerns import casework, moving, reporters
from bot.domain.step import Step
from bot.errors import Refusal
from bot.store import concerns as store
from bot.store.acts import Act
from bot.store.concerns import ENDED, HELD, MAY_OPEN, Concern, ConcernReader, ConcernState, ReaderState
from bot.store.people import Person, PersonState
from tests.cast import CAST, Desk, everything_stored, set_up_desk
from tests.domain.test_concerns import CANARY, later, raise_it, tick
from tests.postgres import Server

HANDLERS = ("hugo", "anja", "lena")
ACTS: dict[str, Callable[[Step, str], object]] = {
    "acknowledge": casework.acknowledge,
    "open": casework.open_case,
    "note": lambda step, case: casework.note(step, case, f"note {CANARY}"),
    "level": lambda step, case: casework.change_level(step, case, 2, "because"),
    "resolve": lambda step, case: casework.resolve(step, case, f"outcome {CANARY}"),
    "recuse": casework.recuse,
    "withdraw": reporters.withdraw,
}


class CaseLife(RuleBasedStateMachine):
    """One case, its reporter, its handlers, the clock, and people who leave."""

    def __init__(self, server: Server | None = None) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.server, self.address = server, server.fresh_database() if server is not None else None
        self.desk: Desk = set_up_desk(self.folder, address=self.address)
        self.parties: set[str] = set()
        self.left: set[str] = set()
        self.ended_as: ConcernState | None = None

    def teardown(self) -> None:
        """Look for what anybody wrote in any row, act or outbox entry; remove the database."""
        stored = everything_stored(self.desk.db)
        self.desk.db.engine.dispose()
        shutil.rmtree(self.folder)
        if self.server is not None and self.address is not None:
            self.server.drop(self.address)
        assert CANARY not in stored

    @initialize(
        level=st.integers(0, 4), named=st.sampled_from(["tomas", *HANDLERS]), struck=st.sampled_from(HANDLERS)
    )
    def file(self, level: int, named: str, struck: str) -> None:
        """Raise a case about somebody, with somebody struck out."""
        raise_it(
            self.desk,
            level=level,
            about_slack_id=CAST[named].slack_id,
            struck_ids=(self.desk.id(struck),),
        )
        self.parties = {named, struck}

    @rule(who=st.sampled_from(list(CAST)), act=st.sampled_from(list(ACTS)))
    def do(self, who: str, act: str) -> None:
        """Let anybody try anything."""
        with suppress(Refusal), self.desk.step(who) as step:
            ACTS[act](step, "case1")

    @rule(hours=st.sampled_from([1, 5, 24, 60, 200]))
    def wait(self, hours: int) -> None:
        """Let time pass and everything due happen, twice: the second time changes nothing."""
        later(self.desk, hours=hours)
        tick(self.desk)
        before = len(self.desk.outbox())
        tick(self.desk)
        assert len(self.desk.outbox()) == before

    @rule()
    def undeliverable(self) -> None:
        """Let Slack refuse the newest notice to a handler."""
        notices = self.desk.outbox(moving.FOR_HANDLER)
        if notices:
            ids = max(notices, key=lambda row: int(row.ids["rung"])).ids
            with self.desk.step("clock") as step:
                moving.undelivered(step, ids["concern"], ids["reader"], ids["rung"])

    @precondition(lambda self: self.parties)
    @rule(who=st.sampled_from(HANDLERS))
    def leave(self, who: str) -> None:
        """Let a handler leave Slack."""
        self.left.add(self.desk.id(who))
        with self.desk.step("clock") as step:
            person = select(Person).where(Person.id == self.desk.id(who))
            step.session.scalars(person).one().state = PersonState.LEFT

    def _case(self) -> tuple[Concern, list[ConcernReader]]:
        with self.desk.step("clock", writes=False) as step:
            row = step.session.scalars(select(Concern)).one()
            return row, store.readers(step.session, row.id)

    @invariant()
    def parties_never_come_near(self) -> None:
        """Whoever is named or struck out is on no ladder and is sent nothing."""
        if self.parties:
            shut_out = {self.desk.id(party) for party in self.parties}
            _, ladder = self._case()
            assert not shut_out & {reader.person_id for reader in ladder}
            assert not shut_out & {row.recipient_id for row in self.desk.outbox()}

    @invariant()
    def an_end_is_an_end(self) -> None:
        """A resolved or withdrawn case never changes its state again."""
        if self.parties:
            row, _ = self._case()
            assert self.ended_as in {None, row.state}
            self.ended_as = row.state if row.state in ENDED else None

    @invariant()
    def somebody_is_responsible(self) -> None:
        """A filed case is asked of somebody while anybody is left; a held one is held by exactly one."""
        if self.parties:
            row, ladder = self._case()
            holding = [reader for reader in ladder if reader.state is ReaderState.HOLDS]
            if row.state in HELD:
                assert [reader.person_id for reader in holding] == [row.handler_id]
            if row.state is ConcernState.FILED:
                assert not holding
                assert row.climbs_at is not None
                asked = [reader for reader in ladder if reader.state in MAY_OPEN]
                left = [r for r in ladder if r.person_id in self.left or r.state is ReaderState.RECUSED]
                assert asked or left == ladder
                assert asked or row.exhausted_at is not None
            if row.state is ConcernState.KEPT:
                assert ladder == []

    @invariant()
    def never_acknowledged_and_climbed_at_once(self) -> None:
        """At one instant a case is acknowledged or goes on by its clock, not both."""
        if self.parties:
            with self.desk.step("clock", writes=False) as step:
                acts = list(step.session.scalars(select(Act).where(Act.subject_id == "case1")))
            climbed = {act.at for act in acts if act.what == "concern.climbed" and act.who == "clock"}
            row, _ = self._case()
            if row.acknowledged_at is not None:
                assert not any(at > row.acknowledged_at for at in climbed)


def test_a_case_on_postgresql(postgres: Server) -> None:
    """The same always holds on PostgreSQL."""
    run_state_machine_as_test(
        lambda: CaseLife(postgres),  # type: ignore[arg-type] # Hypothesis calls it, nothing more
        settings=settings(
            max_examples=5,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


TestCaseLife = CaseLife.TestCase
TestCaseLife.settings = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
