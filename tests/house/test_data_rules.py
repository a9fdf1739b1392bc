"""The data rules are kept: scopes, instants, sealed text, conditional changes of state."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import UniqueConstraint, select

from bot.errors import Misconfigured
from bot.store import tables
from bot.store.base import Instant, ProgrammeRow, Row, Sealed, WorkspaceRow, change, find
from bot.store.database import OutOfScope, Scope
from bot.store.people import Person
from bot.store.programmes import Programme, Workspace
from bot.store.requests import MentorRequest, RequestState
from bot.store.sealing import CannotOpen, Keyring
from tests.cast import MONDAY, PROGRAMME_ID, WORKSPACE_ID, Desk
from tests.house.test_layers import modules

ALL: list[type[Row]] = [mapper.class_ for mapper in Row.registry.mappers]


OF_NO_WORKSPACE = {"Beat", "Computation", "OAuthState", "Tally", "Workspace"}
"""Signs of life, drawings under way, installations begun, counts, and the workspaces themselves."""


def test_every_table_belongs_to_a_workspace() -> None:
    """Whatever is about people lies in a workspace; what lies outside is named."""
    assert {t.__name__ for t in ALL if not issubclass(t, WorkspaceRow)} == OF_NO_WORKSPACE


def test_every_programme_table_refers_to_its_programme() -> None:
    """A row about one programme cannot name a programme of another workspace."""
    for table in ALL:
        if issubclass(table, ProgrammeRow):
            targets = {
                tuple(sorted(element.target_fullname for element in key.elements))
                for key in tables.METADATA.tables[table.__tablename__].foreign_key_constraints
            }
            assert ("programmes.id", "programmes.workspace_id") in targets, table.__name__


def test_every_reference_stays_within_its_workspace() -> None:
    """Each foreign key carries the workspace, so that no row can point into another."""
    for table in ALL:
        for key in tables.METADATA.tables[table.__tablename__].foreign_key_constraints:
            assert "workspace_id" in key.column_keys, f"{table.__name__}: {key.column_keys}"


def test_every_scope_has_one_index() -> None:
    """What a session may see is found by an index that begins with its scope; none has the bare scope."""
    for table in tables.METADATA.tables.values():
        wanted = tuple(name for name in ("workspace_id", "programme_id") if name in table.columns)
        uniques = [key.columns.keys() for key in table.constraints if isinstance(key, UniqueConstraint)]
        whole = [i for i in table.indexes if i.dialect_options["sqlite"].get("where") is None]
        assert not wanted or any(tuple(key[:1]) == wanted[:1] for key in uniques), table.name
        assert [i.name for i in whole if set(i.columns.keys()) <= set(wanted)] == [], table.name


def test_every_moment_is_an_instant() -> None:
    """No column holds a time without its zone."""
    for table in tables.METADATA.tables.values():
        for column in table.columns:
            if column.type.python_type is datetime:
                assert isinstance(column.type, Instant), f"{table.name}.{column.name}"


def test_a_query_without_scope_is_refused(desk: Desk) -> None:
    """A session opened for nobody finds nothing and says that the code is wrong."""
    with desk.db._make(info={}) as session, pytest.raises(OutOfScope):
        session.scalars(select(Person)).all()


def test_a_programme_query_needs_a_programme(desk: Desk) -> None:
    """A session over a whole workspace cannot read the rows of its programmes."""
    with pytest.raises(OutOfScope), desk.db.reading(Scope(WORKSPACE_ID)) as session:
        session.scalars(select(MentorRequest)).all()


def test_nothing_of_one_workspace_is_reachable_from_another(desk: Desk) -> None:
    """Neither finding, nor changing, nor adding works across workspaces."""
    with desk.db.unscoped("a second workspace", writes=True) as session:
        session.add(Workspace(id="other", slack_team_id="T2", name="Other"))
        session.add(Programme(id="theirs", workspace_id="other", name="Theirs"))
    elsewhere = Scope("other", "theirs")
    with desk.db.writing(elsewhere) as session:
        assert session.scalars(select(Person)).all() == []
        assert find(session, Person, desk.id("mira")) is None
        assert not change(session, MentorRequest, "r1", expected=RequestState.OPEN, to=RequestState.ACCEPTED)
    with pytest.raises(OutOfScope), desk.db.writing(elsewhere) as session:
        session.add(Person(id="intruder", workspace_id=WORKSPACE_ID, name="Intruder"))


def test_a_naive_time_is_refused() -> None:
    """An instant without zone never reaches the database."""
    with pytest.raises(ValueError, match="naive"):
        Instant().process_bind_param(datetime(2027, 3, 1), None)  # type: ignore[arg-type] # noqa: DTZ001 - naive and without a dialect is the point


def test_private_text_is_stored_sealed_or_not_at_all(desk: Desk) -> None:
    """A sealed column refuses plain bytes, and what it holds does not contain the words."""
    with pytest.raises(ValueError, match="sealed"):
        Sealed().process_bind_param(b"my words", None)  # type: ignore[arg-type] # it looks at no dialect
    with desk.step("mira") as step:
        sealed = step.seal(MentorRequest.note, "r1", "canary words")
    assert b"canary" not in sealed


def test_a_sealed_value_opens_only_in_its_own_row(desk: Desk) -> None:
    """Moved to another row, or with another key, it stays shut."""
    with desk.step("mira") as step:
        row = MentorRequest(
            id="r2",
            workspace_id=WORKSPACE_ID,
            programme_id=PROGRAMME_ID,
            mentee_id=desk.id("mira"),
            mentor_id=desk.id("tomas"),
            note=step.seal(MentorRequest.note, "r1", "canary words"),
            asked_at=MONDAY,
            remind_at=MONDAY,
            lapses_at=MONDAY,
        )
        with pytest.raises(CannotOpen):
            step.unseal(MentorRequest.note, row)
    sealed = Keyring.parse(Keyring.new_key()).seal("words", "a")
    with pytest.raises(CannotOpen):
        Keyring.parse(Keyring.new_key()).open(sealed, "a")


def test_keys_rotate() -> None:
    """The first key seals; older ones still open what they sealed."""
    old, new = Keyring.new_key(), Keyring.new_key()
    sealed = Keyring.parse(old).seal("words", "a")
    assert Keyring.parse(f"{new},{old}").open(sealed, "a") == "words"
    assert Keyring.parse(f"{new},{old}").seal("words", "a")[3:7] == new[:4].encode()


@pytest.mark.parametrize("text", ["", "abcd", "abcd:!!!", "abcd:c2hvcnQ="])
def test_a_wrong_key_is_refused_without_repeating_it(text: str) -> None:
    """The sentence names the setting and what to do, never the key."""
    with pytest.raises(Misconfigured) as refused:
        Keyring.parse(text)
    assert "MENTORBOT_KEYS" in str(refused.value)
    assert not text or text not in str(refused.value)


def test_every_change_of_state_is_conditional() -> None:
    """No rule assigns a state; it asks for a change from an expected one and looks whether it happened."""
    assigned = re.compile(r"\.state\s*=[^=]")
    for name, path, _ in modules("bot/domain"):
        assert not assigned.search(path.read_text(encoding="utf-8")), name


def test_queries_go_through_the_scope() -> None:
    """No module but the store's base speaks SQL text or reads by identity past the scope.

    The wall is made of SQL, and the job engine's own tables, which hold ids only, are in no scope.
    """
    around = re.compile(r"\bsession\.get\(|\btext\(|__table__|\.connection\(\)")
    allowed = {"bot.store.base", "bot.store.database", "bot.store.wall", "bot.engine.queue"}
    for name, path, _ in modules("bot"):
        if name not in allowed and "migrations" not in name:
            found = around.search(
                path.read_text(encoding="utf-8").replace(".text(", "").replace("def text(", "")
            )
            assert found is None, name
