"""Workspaces: installed, again, left, brought back, erased; tokens renewed once; nobody mistaken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import tokens as tokens_module
from bot.clock import SetClock
from bot.domain import workspaces
from bot.domain.people import Account
from bot.domain.workspaces import Installed, Installer, Overtaken
from bot.settings import read_settings
from bot.store import accounts, erasure, installations, outbox, people, programmes, received
from bot.store.base import find
from bot.store.database import Scope
from bot.store.installations import Granted, Installation
from bot.store.installations import Tokens as Secrets
from bot.store.outbox import Notice, OutboxRow, OutboxState
from bot.store.people import Role
from bot.store.programmes import Programme, ProgrammeState, Workspace, WorkspaceState
from bot.tokens import NoToken, Tokens
from tests.cast import CAST, KEYS, TEAM_ID, WORKSPACE_ID, Desk

ON_EITHER_DATABASE = True

GRANTED = Granted(
    app_id="A1",
    bot_user_id="UBOT",
    bot_id="B1",
    team_id="T0LAKE",
    installer_user_id="U0WREN",
    scopes=("chat:write", "commands"),
)
WREN = Account("T0LAKE", "U0WREN", "Wren Okafor", "wren@lake.example", "Africa/Lagos", "en", here=True)
DAYS = 30
LAKE = "xoxb-lake"
ORG_ID = "E0RIVERS"


def install(
    desk: Desk, token: str = LAKE, granted: Granted = GRANTED, who: Account = WREN, **secrets: Any
) -> Installed:
    """Install the bot as Wren, in a workspace of hers unless something else is granted."""
    return workspaces.install(
        desk.db,
        desk.ids,
        desk.rules,
        granted,
        Secrets(token=token, **secrets),
        Installer(who, "Lakeside College"),
        desk.clock.now(),
    )


def rotating(desk: Desk) -> dict[str, Any]:
    """Return a refresh token and times, as Slack grants them: good for twelve hours."""
    now = desk.clock.now()
    return {
        "refresh_token": "xoxe-1-first",
        "expires_at": now + timedelta(hours=12),
        "renew_at": now + timedelta(hours=10),
    }


class FakeSlack(Tokens):
    """The tokens, with Slack's answer to a renewal made up: it counts how often it was asked."""

    def __init__(self, desk: Desk, answer: Callable[[int], Mapping[str, Any]] | None = None) -> None:
        settings = read_settings(keys=KEYS, client_id="1.2", client_secret="secret")
        super().__init__(desk.db, desk.clock, settings)
        self.asked: list[str] = []
        self._answer = answer or (
            lambda n: {
                "access_token": f"xoxe.xoxb-{n}",
                "refresh_token": f"xoxe-1-{n}",
                "expires_in": 43200,
            }
        )

    def _ask(self, refresh_token: str) -> Mapping[str, Any]:
        self.asked.append(refresh_token)
        return self._answer(len(self.asked))


def the_clock(desk: Desk) -> SetClock:
    """Return the desk's clock, which is moved by hand."""
    return cast("SetClock", desk.clock)


def workspace_of(desk: Desk, workspace_id: str) -> Workspace:
    """Return a workspace's row as it is now."""
    with desk.db.unscoped("look at a workspace") as session:
        row = find(session, Workspace, workspace_id)
    assert row is not None
    return row


def test_who_installs_leads_and_nobody_else_hears_of_it(desk: Desk) -> None:
    """A new workspace has a programme in preparation, one lead, and one message: to that lead."""
    made = install(desk)
    assert made.leads
    assert not made.again
    with desk.db.reading(Scope(made.workspace_id, made.programme_id)) as session:
        programme = find(session, Programme, made.programme_id)
        assert programme is not None
        assert programme.state is ProgrammeState.PREPARING
        (lead,) = people.with_role(session, Role.LEAD)
        assert (lead.name, lead.time_zone) == ("Wren Okafor", "Africa/Lagos")
        assert session.scalars(select(func.count()).select_from(people.Person)).one() == 1
        said = session.scalars(select(OutboxRow)).all()
    assert [(row.kind, row.recipient_id) for row in said] == [("workspaces.welcome", lead.id)]


def test_a_token_is_nowhere_to_be_read(desk: Desk) -> None:
    """It is sealed in its row and bound to it; nothing that could be printed shows it."""
    made = install(desk, "xoxb-canary", **rotating(desk))
    with desk.db.reading(Scope(made.workspace_id)) as session:
        row = installations.of_workspace(session)
        held = installations.held(session)
    assert row is not None
    assert held is not None
    assert held.token == "xoxb-canary"
    assert held.refresh_token == "xoxe-1-first"
    assert b"canary" not in (row.token or b"")
    shown = repr(row) + repr(held) + repr(Secrets(token="xoxb-canary", refresh_token="xoxe-1-first"))
    assert "canary" not in shown
    assert "first" not in shown


def test_installing_again_changes_tokens_and_scopes_only(desk: Desk) -> None:
    """Another person installs again: the new token counts, the lead stays, nobody is told anything."""
    first = install(desk)
    robin = replace(WREN, user_id="U0ROBIN", name="Robin Sato", email="robin@lake.example")
    scopes = replace(GRANTED, installer_user_id="U0ROBIN", scopes=("chat:write",))
    again = install(desk, "xoxb-second", scopes, robin)
    assert (again.workspace_id, again.programme_id) == (first.workspace_id, first.programme_id)
    assert again.again
    assert not again.leads
    assert FakeSlack(desk).token_of(first.workspace_id) == "xoxb-second"
    with desk.db.reading(Scope(first.workspace_id, first.programme_id)) as session:
        row = installations.of_workspace(session)
        assert row is not None
        assert (row.scopes, row.version) == (["chat:write"], 2)
        assert [lead.name for lead in people.with_role(session, Role.LEAD)] == ["Wren Okafor"]
        assert len(session.scalars(select(OutboxRow)).all()) == 1


def test_installations_in_the_same_moment_follow_one_another(desk: Desk) -> None:
    """Two people and a double click: one workspace, one programme, one lead, one message."""
    gate = threading.Barrier(4)

    def process(number: int) -> Installed:
        who = replace(WREN, user_id=f"U0{number % 2}", name=f"Number {number % 2}", email="")
        gate.wait(10)
        return install(desk, f"xoxb-{number}", replace(GRANTED, installer_user_id=who.user_id), who)

    with ThreadPoolExecutor(4) as pool:
        made = [future.result(20) for future in [pool.submit(process, number) for number in range(4)]]
    (place,) = {(one.workspace_id, one.programme_id) for one in made}
    assert sum(one.leads for one in made) == 1
    with desk.db.reading(Scope(*place)) as session:
        assert len(people.with_role(session, Role.LEAD)) == 1
        assert len(session.scalars(select(OutboxRow)).all()) == 1


def test_a_workspace_that_is_left_is_left_at_once_and_once(desk: Desk) -> None:
    """Its tokens are gone, its programmes do not run, nobody of it is known; its rows are still there."""
    with desk.db.unscoped("as Slack granted it", writes=True) as session:
        assert programmes.is_installed(session, WORKSPACE_ID)
    assert workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    assert not workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    with desk.db.unscoped("who is there") as session:
        assert not programmes.is_installed(session, WORKSPACE_ID)
        assert programmes.everywhere(session) == []
        mira = CAST["mira"].slack_id
        assert accounts.identify(session, team_id=TEAM_ID, user_id=mira) is None
    with desk.db.reading(Scope(WORKSPACE_ID)) as session:
        assert len(people.everyone(session)) == len(CAST)


def test_what_waits_is_kept_and_not_looked_for(desk: Desk) -> None:
    """Nothing is sent where the bot is gone; what waited is looked for again once it is back."""
    made = install(desk)
    now = desk.clock.now()
    with desk.db.unscoped("what is due") as session:
        assert outbox.waiting(session, now) == [made.workspace_id]
    workspaces.leave(desk.db, made.workspace_id, now)
    with desk.db.unscoped("what is due") as session:
        assert outbox.waiting(session, now) == []
    install(desk)
    with desk.db.unscoped("what is due") as session:
        assert outbox.waiting(session, now) == [made.workspace_id]


def test_leaving_forgets_the_tokens(desk: Desk) -> None:
    """Not even sealed does a token stay; asking for one says that there is none."""
    made = install(desk, **rotating(desk))
    tokens = FakeSlack(desk)
    assert tokens.token_of(made.workspace_id) == "xoxb-lake"
    workspaces.leave(desk.db, made.workspace_id, desk.clock.now())
    tokens.forget(made.workspace_id)
    with pytest.raises(NoToken):
        tokens.token_of(made.workspace_id)
    with desk.db.reading(Scope(made.workspace_id)) as session:
        row = installations.of_workspace(session)
    assert row is not None
    assert (row.token, row.refresh_token, row.renew_at) == (None, None, None)


def test_another_process_notices_within_seconds(desk: Desk) -> None:
    """A token read a moment ago is read again: one that was revoked or renewed elsewhere is not kept on."""
    made = install(desk)
    tokens = FakeSlack(desk)
    assert tokens.token_of(made.workspace_id) == "xoxb-lake"
    install(desk, "xoxb-newer")
    the_clock(desk).skip(seconds=2)
    assert tokens.token_of(made.workspace_id) == "xoxb-newer"


def test_coming_back_in_time_brings_everything_back(desk: Desk) -> None:
    """Installed again within the days, the people, roles and what waited are as they were."""
    made = install(desk)
    workspaces.leave(desk.db, made.workspace_id, desk.clock.now())
    the_clock(desk).skip(days=DAYS - 1)
    back = install(desk, "xoxb-back")
    assert back.workspace_id == made.workspace_id
    assert not back.leads
    row = workspace_of(desk, made.workspace_id)
    assert (row.state, row.gone_at) == (WorkspaceState.INSTALLED, None)
    the_clock(desk).skip(days=DAYS)
    assert erase_all(desk) == []


def erase_all(desk: Desk) -> list[str]:
    """Erase whatever is due, to the end; return the ids of the workspaces."""
    rules = desk.rules.workspaces.leaving
    with desk.db.unscoped("find workspaces to erase") as session:
        due = workspaces.to_erase(session, rules, desk.clock.now(), 10)
    for workspace_id in due:
        while not workspaces.erase_some(desk.db, rules, workspace_id, desk.clock.now()).ended:
            pass
    return due


def counts(session: Session, workspace_id: str) -> dict[str, int]:
    """Return how many rows each table holds of a workspace, where it holds any."""
    found = {
        table.__tablename__: session.scalars(
            select(func.count()).select_from(table).where(table.workspace_id == workspace_id)
        ).one()
        for table in erasure.tables()
    }
    return {name: count for name, count in found.items() if count}


def test_after_the_days_everything_is_erased_and_nothing_of_others(desk: Desk) -> None:
    """No table holds a row of it; the other workspace has all of its own; the row left names nothing."""
    other = install(desk)
    with desk.db.unscoped("count") as session:
        theirs = counts(session, other.workspace_id)
        assert set(counts(session, WORKSPACE_ID)) >= {"people", "memberships", "profiles", "expertise"}
    workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    the_clock(desk).skip(days=DAYS, seconds=-1)
    assert erase_all(desk) == []
    the_clock(desk).skip(seconds=1)
    assert erase_all(desk) == [WORKSPACE_ID]
    with desk.db.unscoped("count") as session:
        assert counts(session, WORKSPACE_ID) == {}
        assert counts(session, other.workspace_id) == theirs
    row = workspace_of(desk, WORKSPACE_ID)
    assert (row.state, row.name, row.slack_enterprise_id) == (WorkspaceState.ERASED, "", "")
    assert TEAM_ID not in row.slack_team_id
    assert erase_all(desk) == []


def test_after_erasure_an_installation_begins_afresh(desk: Desk) -> None:
    """The same team is a new workspace: its installer leads, and nothing of before is found."""
    first = install(desk)
    workspaces.leave(desk.db, first.workspace_id, desk.clock.now())
    the_clock(desk).skip(days=DAYS)
    assert erase_all(desk) == [first.workspace_id]
    again = install(desk, "xoxb-afresh")
    assert again.workspace_id != first.workspace_id
    assert again.leads
    assert FakeSlack(desk).token_of(again.workspace_id) == "xoxb-afresh"


def test_an_installation_while_erasure_goes_on_begins_afresh(desk: Desk) -> None:
    """Between two batches the half-erased workspace is found by nobody; its erasure goes on to the end."""
    workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    the_clock(desk).skip(days=DAYS)
    rules = desk.rules.workspaces.leaving
    with desk.db.unscoped("begin", writes=True) as session:
        assert programmes.begin_erasing(
            session, WORKSPACE_ID, desk.clock.now() - timedelta(days=DAYS), keep=[]
        )
    back = install(desk, granted=replace(GRANTED, team_id=TEAM_ID), who=replace(WREN, team_id=TEAM_ID))
    assert back.workspace_id != WORKSPACE_ID
    while not workspaces.erase_some(desk.db, rules, WORKSPACE_ID, desk.clock.now()).ended:
        pass
    with desk.db.unscoped("count") as session:
        assert counts(session, WORKSPACE_ID) == {}
        assert "people" in counts(session, back.workspace_id)


def after_each(desk: Desk, monkeypatch: pytest.MonkeyPatch, reason: str, act: Callable[[], object]) -> None:
    """Let ``act`` happen right after each transaction of that reason, as another process might."""
    unscoped = desk.db.unscoped

    @contextmanager
    def watched(why: str, *, writes: bool = False) -> Iterator[Session]:
        with unscoped(why, writes=writes) as session:
            yield session
        if why == reason:
            monkeypatch.setattr(desk.db, "unscoped", unscoped)
            act()

    monkeypatch.setattr(desk.db, "unscoped", watched)


def test_installing_while_it_is_left_keeps_the_new_tokens(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving takes away the tokens it saw, and never those of an installation that came meanwhile."""
    made = install(desk)
    after_each(desk, monkeypatch, "leave a workspace", lambda: install(desk, "xoxb-newer"))
    workspaces.leave(desk.db, made.workspace_id, desk.clock.now())
    assert workspace_of(desk, made.workspace_id).state is WorkspaceState.INSTALLED
    assert FakeSlack(desk).token_of(made.workspace_id) == "xoxb-newer"


def test_leaving_while_it_is_installed_leaves_no_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left before the installation is done to its end: gone, and nothing secret is kept."""
    made = install(desk)

    def leave() -> None:
        workspaces.leave(desk.db, made.workspace_id, desk.clock.now())

    after_each(desk, monkeypatch, "install into a workspace", leave)
    install(desk, "xoxb-newer")
    assert workspace_of(desk, made.workspace_id).state is WorkspaceState.GONE
    with desk.db.reading(Scope(made.workspace_id)) as session:
        row = installations.of_workspace(session)
    assert row is not None
    assert row.token is None


def test_only_the_installation_that_was_seen_is_left(desk: Desk) -> None:
    """Installed anew between the look and the leaving: nothing is changed, and the caller is told."""
    made = install(desk)
    with desk.db.reading(Scope(made.workspace_id)) as session:
        seen = installations.of_workspace(session)
    assert seen is not None
    install(desk, "xoxb-newer")
    with pytest.raises(Overtaken):
        workspaces.leave(desk.db, made.workspace_id, desk.clock.now(), seen=seen.version)
    assert workspace_of(desk, made.workspace_id).state is WorkspaceState.INSTALLED
    assert FakeSlack(desk).token_of(made.workspace_id) == "xoxb-newer"


def somebody_waits(session: Session) -> bool:
    """Tell whether another transaction waits for this one: PostgreSQL knows."""
    query = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    return bool(session.scalar(query))


def test_an_installation_at_the_moment_erasure_begins_begins_afresh(desk: Desk) -> None:
    """It waits for what begins, and then is none of what is erased: tokens, programme and lead are there."""
    workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    the_clock(desk).skip(days=DAYS)
    before = desk.clock.now() - timedelta(days=DAYS)
    here = replace(GRANTED, team_id=TEAM_ID)
    with ThreadPoolExecutor(1) as pool:
        with desk.db.unscoped("begin", writes=True) as session:
            assert programmes.begin_erasing(session, WORKSPACE_ID, before, keep=[])
            back = pool.submit(install, desk, granted=here, who=replace(WREN, team_id=TEAM_ID))
            while desk.db.engine.dialect.name == "postgresql" and not somebody_waits(session):
                assert not back.done()
        made = back.result(20)
    assert made.workspace_id != WORKSPACE_ID
    rules = desk.rules.workspaces.leaving
    while not workspaces.erase_some(desk.db, rules, WORKSPACE_ID, desk.clock.now()).ended:
        pass
    assert workspace_of(desk, made.workspace_id).state is WorkspaceState.INSTALLED
    assert FakeSlack(desk).token_of(made.workspace_id) == LAKE


def test_erasure_does_not_begin_for_who_came_back(desk: Desk) -> None:
    """Found as due, but installed again before the first batch: nothing is erased."""
    made = install(desk)
    workspaces.leave(desk.db, made.workspace_id, desk.clock.now())
    the_clock(desk).skip(days=DAYS)
    install(desk, "xoxb-back")
    rules = desk.rules.workspaces.leaving
    assert workspaces.erase_some(desk.db, rules, made.workspace_id, desk.clock.now()) == (
        workspaces.Erasure(0, ended=True)
    )
    with desk.db.unscoped("count") as session:
        assert "people" in counts(session, made.workspace_id)


def test_a_legal_hold_keeps_the_data(desk: Desk) -> None:
    """A team on the list is not erased, however long it is gone; taken off, it is."""
    workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    the_clock(desk).skip(days=400)
    leaving = desk.rules.workspaces.leaving.model_copy(update={"legal_holds": (TEAM_ID,)})
    with desk.db.unscoped("look") as session:
        assert workspaces.to_erase(session, leaving, desk.clock.now(), 10) == []
    assert workspaces.erase_some(desk.db, leaving, WORKSPACE_ID, desk.clock.now()).rows == 0
    assert workspace_of(desk, WORKSPACE_ID).state is WorkspaceState.GONE
    assert erase_all(desk) == [WORKSPACE_ID]


@pytest.mark.parametrize("held", [TEAM_ID, ORG_ID])
def test_a_legal_hold_stops_an_erasure_that_has_begun(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    """Set between two batches: nothing more goes, and it is not looked for; taken off, it goes on."""
    monkeypatch.setattr("bot.domain.workspaces.leaving.BATCH", 3)
    with desk.db.unscoped("join an organisation", writes=True) as session:
        session.get_one(Workspace, WORKSPACE_ID).slack_enterprise_id = ORG_ID
    workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    the_clock(desk).skip(days=DAYS)
    rules = desk.rules.workspaces.leaving
    assert not workspaces.erase_some(desk.db, rules, WORKSPACE_ID, desk.clock.now()).ended
    with desk.db.unscoped("count") as session:
        left = counts(session, WORKSPACE_ID)
    assert left
    holding = rules.model_copy(update={"legal_holds": (held, "T0ANOTHER")})
    with desk.db.unscoped("look") as session:
        assert workspaces.to_erase(session, holding, desk.clock.now(), 10) == []
    stopped = workspaces.erase_some(desk.db, holding, WORKSPACE_ID, desk.clock.now())
    assert (stopped.rows, stopped.ended, stopped.erased) == (0, True, False)
    with desk.db.unscoped("count") as session:
        assert counts(session, WORKSPACE_ID) == left
    other = rules.model_copy(update={"legal_holds": ("T0", "E0", "T0ANOTHER")})
    with desk.db.unscoped("look") as session:
        assert workspaces.to_erase(session, other, desk.clock.now(), 10) == [WORKSPACE_ID]
    assert erase_all(desk) == [WORKSPACE_ID]
    row = workspace_of(desk, WORKSPACE_ID)
    assert row.state is WorkspaceState.ERASED
    assert held not in row.slack_team_id


def test_what_waits_is_cancelled_before_anything_is_erased(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As erasure begins each waiting message ends with the reason, so that none seems to wait for ever."""
    with desk.step("lena") as step:
        step.tell(Notice("requests.asked", "requests.asked:1", desk.id("mira")))
    workspaces.leave(desk.db, WORKSPACE_ID, desk.clock.now())
    monkeypatch.setattr("bot.store.erasure.remove", lambda *_: 1)
    the_clock(desk).skip(days=DAYS)
    rules = desk.rules.workspaces.leaving
    assert not workspaces.erase_some(desk.db, rules, WORKSPACE_ID, desk.clock.now()).ended
    with desk.db.unscoped("look") as session:
        (row,) = session.scalars(select(OutboxRow)).all()
    assert row.state is OutboxState.CANCELLED
    assert row.reason == "the app was removed from its workspace, whose data is being erased"
    assert row.ended_at == desk.clock.now()


def test_a_token_is_renewed_two_hours_before_it_expires(desk: Desk) -> None:
    """Not earlier, and what is used next is the new one, kept with its own times."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    tokens = FakeSlack(desk)
    the_clock(desk).skip(hours=9, minutes=59)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-0"
    the_clock(desk).skip(minutes=1)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-1"
    assert tokens.asked == ["xoxe-1-first"]
    the_clock(desk).skip(hours=10)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-2"
    assert tokens.asked == ["xoxe-1-first", "xoxe-1-1"]


def test_processes_that_notice_at_once_renew_once(desk: Desk) -> None:
    """Eight ask in the same moment: Slack is asked once, and each goes on with a token that is valid."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=10)
    gate, asked = threading.Barrier(8), threading.Lock()
    count = 0

    def answer(_: int) -> Mapping[str, Any]:
        nonlocal count
        with asked:
            count += 1
        return {"access_token": "xoxe.xoxb-1", "refresh_token": "xoxe-1-1", "expires_in": 43200}

    def process() -> str:
        tokens = FakeSlack(desk, answer)
        gate.wait(10)
        return tokens.token_of(made.workspace_id)

    with ThreadPoolExecutor(8) as pool:
        found = {future.result(10) for future in [pool.submit(process) for _ in range(8)]}
    assert count == 1
    assert found <= {"xoxe.xoxb-0", "xoxe.xoxb-1"}
    assert FakeSlack(desk, answer).token_of(made.workspace_id) == "xoxe.xoxb-1"


def test_who_comes_late_waits_for_the_renewal_of_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old token is over and another process renews: one reads its new token rather than ask again."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=13)
    other, late = FakeSlack(desk), FakeSlack(desk)
    with desk.db.reading(Scope(made.workspace_id)) as session:
        known = installations.held(session)
    assert known is not None
    now = desk.clock.now()
    with desk.db.writing(Scope(made.workspace_id)) as session:
        assert installations.begin_renewal(session, known, now=now, until=now + timedelta(minutes=1))

    def meanwhile(_: float) -> None:
        with desk.db.writing(Scope(made.workspace_id)) as session:
            fresh = tokens_module.secrets_in(other._ask(known.refresh_token), now)
            installations.renewed(session, known, fresh)

    monkeypatch.setattr("bot.slack.pause", meanwhile)
    assert late.token_of(made.workspace_id) == "xoxe.xoxb-1"
    assert late.asked == []
    assert len(other.asked) == 1


@pytest.mark.parametrize(
    "fault",
    [
        SlackApiError("refused", {"ok": False, "error": "invalid_refresh_token"}),  # type: ignore[no-untyped-call] # slack_sdk leaves it untyped
        SlackClientError("no answer"),
        TimeoutError(),
    ],
    ids=["refused", "no answer", "timeout"],
)
def test_a_renewal_that_fails_is_tried_again(
    desk: Desk, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """The old token serves while it is valid; minutes later Slack is asked again; the log says what to do."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    good = FakeSlack(desk)._answer

    def answer(n: int) -> Mapping[str, Any]:
        if n == 1:
            raise fault
        return good(n)

    tokens = FakeSlack(desk, answer)
    the_clock(desk).skip(hours=10)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-0"
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-0"
    assert len(tokens.asked) == 1
    (said,) = [record.getMessage() for record in caplog.records if "renewed" in record.getMessage()]
    assert "install the app again" in said
    assert "xox" not in said
    the_clock(desk).skip(minutes=5)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-2"


def test_a_token_that_is_over_is_not_used(desk: Desk) -> None:
    """While no renewal works, asking for the token says there is none: what waits is kept, not sent."""

    def never(_: int) -> Mapping[str, Any]:
        raise SlackClientError("no answer")

    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=12)
    tokens = FakeSlack(desk, never)
    with pytest.raises(NoToken):
        tokens.token_of(made.workspace_id)


def test_tokens_of_the_idle_are_renewed_too(desk: Desk) -> None:
    """What nobody uses is renewed by time, and only what is due."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    tokens = FakeSlack(desk)
    assert tokens.renew_due(5) == 0
    the_clock(desk).skip(hours=10)
    assert tokens.renew_due(5) == 1
    assert tokens.renew_due(5) == 0
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-1"


def test_a_renewal_that_comes_too_late_changes_nothing(desk: Desk) -> None:
    """Installed anew while Slack was asked: the new installation's token stays."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=10)

    def answer(_: int) -> Mapping[str, Any]:
        install(desk, "xoxb-anew")
        return {"access_token": "xoxe.xoxb-late", "refresh_token": "xoxe-1-late", "expires_in": 43200}

    tokens = FakeSlack(desk, answer)
    assert tokens.token_of(made.workspace_id) == "xoxb-anew"


def refuse(times: int) -> Callable[..., bool]:
    """Return a writing of renewed tokens that fails so often, as if the database were away."""
    writes, renewed = iter(range(times)), installations.renewed

    def write(session: Session, known: installations.Held, fresh: Secrets) -> bool:
        if next(writes, None) is not None:
            raise OperationalError("UPDATE", {}, Exception("the database is away"))
        return renewed(session, known, fresh)

    return write


def test_a_renewed_token_is_written_as_soon_as_the_database_takes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away for a moment while Slack was asked: tried again, and Slack is not asked twice."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=10)
    pauses: list[float] = []
    monkeypatch.setattr("bot.slack.pause", pauses.append)
    monkeypatch.setattr(installations, "renewed", refuse(3))
    tokens = FakeSlack(desk)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-1"
    assert len(pauses) == 3
    assert tokens.asked == ["xoxe-1-first"]


def test_a_renewed_token_outlives_the_database_being_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Away for longer: what Slack gave once is kept, and written when anybody here renews next."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=10)
    monkeypatch.setattr("bot.slack.pause", lambda _: None)
    monkeypatch.setattr(installations, "renewed", refuse(tokens_module.LOOKS))
    first, by_time = FakeSlack(desk), FakeSlack(desk)
    with pytest.raises(OperationalError):
        first.token_of(made.workspace_id)
    assert "xox" not in caplog.text
    the_clock(desk).skip(minutes=2)
    assert by_time.renew_due(5) == 1
    assert by_time.asked == []
    assert by_time.token_of(made.workspace_id) == "xoxe.xoxb-1"
    the_clock(desk).skip(hours=10)
    assert first.token_of(made.workspace_id) == "xoxe.xoxb-2"
    assert first.asked == ["xoxe-1-first", "xoxe-1-1"]


def test_a_token_kept_back_does_not_replace_a_newer_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed anew before the kept one could be written: the new installation's stays."""
    made = install(desk, "xoxe.xoxb-0", **rotating(desk))
    the_clock(desk).skip(hours=10)
    monkeypatch.setattr("bot.slack.pause", lambda _: None)
    monkeypatch.setattr(installations, "renewed", refuse(tokens_module.LOOKS))
    tokens = FakeSlack(desk)
    with pytest.raises(OperationalError):
        tokens.token_of(made.workspace_id)
    install(desk, "xoxb-anew", **rotating(desk))
    the_clock(desk).skip(hours=10)
    assert tokens.token_of(made.workspace_id) == "xoxe.xoxb-2"
    assert tokens.asked == ["xoxe-1-first", "xoxe-1-first"]


def test_the_token_in_the_environment_serves_its_own_workspace_only(desk: Desk) -> None:
    """Known to belong to one, it is used for no other; before that is known it serves as ever."""
    settings = read_settings(keys=KEYS, bot_token="xoxb-environment")
    tokens = Tokens(desk.db, desk.clock, settings)
    assert tokens.token_of(WORKSPACE_ID) == "xoxb-environment"
    settled = workspaces.settle_in(
        desk.db,
        desk.ids,
        team_id="T0OTHER",
        enterprise_id="",
        team_name="Other",
        programme_name="Theirs",
        granted=Granted(team_id="T0OTHER"),
        now=desk.clock.now(),
    )
    assert tokens.token_of(settled.workspace_id) == "xoxb-environment"
    tokens.forget(WORKSPACE_ID)
    with pytest.raises(NoToken):
        tokens.token_of(WORKSPACE_ID)


def test_one_installation_serves_a_whole_organisation(desk: Desk) -> None:
    """Whatever team of it somebody calls from, they are the same person; another organisation's is nobody."""
    org = Granted(enterprise_id="E0LAKES", org_wide=True, installer_user_id="U0WREN")
    made = install(desk, "xoxb-org", org, workspaces.of_organisation(WREN, "E0LAKES"))
    tokens = FakeSlack(desk)
    for team_id in ("T0NORTH", "T0SOUTH", ""):
        found = tokens.serving(team_id, "E0LAKES", org_wide=True)
        assert found is not None
        assert found[0] == made.workspace_id
        with desk.db.unscoped("who calls") as session:
            caller = accounts.identify(
                session, team_id=team_id, user_id="U0WREN", enterprise_id="E0LAKES", org_wide=True
            )
            assert caller is not None
            assert caller.workspace_id == made.workspace_id
            assert accounts.identify(session, team_id=team_id, user_id="U0WREN", enterprise_id="E1") is None
    assert tokens.serving("T0NORTH", "E1", org_wide=True) is None


def test_a_team_and_its_organisation_are_told_apart(desk: Desk) -> None:
    """Where both installed the bot, Slack says for which one somebody does something."""
    team = install(desk, granted=replace(GRANTED, enterprise_id="E0LAKES"))
    org = install(
        desk,
        "xoxb-org",
        Granted(enterprise_id="E0LAKES", org_wide=True, installer_user_id="U0WREN"),
        workspaces.of_organisation(WREN, "E0LAKES"),
    )
    tokens = FakeSlack(desk)
    for made, org_wide in ((team, False), (org, True)):
        found = tokens.serving("T0LAKE", "E0LAKES", org_wide=org_wide)
        assert found is not None
        assert found[0] == made.workspace_id
        with desk.db.unscoped("who calls") as session:
            caller = accounts.identify(
                session, team_id="T0LAKE", user_id="U0WREN", enterprise_id="E0LAKES", org_wide=org_wide
            )
        assert caller is not None
        assert caller.workspace_id == made.workspace_id
        assert [programme.id for programme in caller.programmes] == [made.programme_id]


def test_a_stranger_in_a_shared_channel_is_nobody(desk: Desk) -> None:
    """Somebody of another team is not taken for the one here who happens to have the same id."""
    mira = CAST["mira"].slack_id
    with desk.db.unscoped("who calls") as session:
        assert accounts.identify(session, team_id=TEAM_ID, user_id=mira, user_team_id=TEAM_ID) is not None
        assert accounts.identify(session, team_id=TEAM_ID, user_id=mira, user_team_id="T9") is None
        assert accounts.identify(session, team_id="T9", user_id=mira) is None


def test_a_stranger_is_nobody_in_an_organisation_either(desk: Desk) -> None:
    """The same id in a team the installation does not reach, or in another organisation, is somebody else."""
    org = Granted(enterprise_id="E0LAKES", org_wide=True, installer_user_id="U0WREN", teams=("T0NORTH",))
    install(desk, "xoxb-org", org, workspaces.of_organisation(WREN, "E0LAKES"))
    wren: dict[str, Any] = {"user_id": "U0WREN", "enterprise_id": "E0LAKES", "org_wide": True}
    with desk.db.unscoped("who calls") as session:
        for own in ("T0NORTH", "E0LAKES", ""):
            for team_id in ("T0NORTH", "E0LAKES", ""):
                found = accounts.identify(session, team_id=team_id, user_team_id=own, **wren)
                assert found is not None
            assert (
                accounts.identify(
                    session, team_id="T0NORTH", user_team_id=own, user_enterprise_id="E0XENO", **wren
                )
                is None
            )
        for team_id in ("T0NORTH", "E0LAKES", "T0XENO", ""):
            assert accounts.identify(session, team_id=team_id, user_team_id="T0XENO", **wren) is None
        assert accounts.identify(session, team_id="T0XENO", **wren) is None


def test_a_state_is_good_once_and_for_ten_minutes(desk: Desk) -> None:
    """Used twice, invented or too late it is refused; what is over is not even kept."""
    now = desk.clock.now()
    with desk.db.unscoped("states", writes=True) as session:
        installations.issue_state(session, "one", now=now, expires_at=now + timedelta(minutes=10))
        installations.issue_state(session, "two", now=now, expires_at=now + timedelta(minutes=10))
    with desk.db.unscoped("states", writes=True) as session:
        assert not installations.consume_state(session, "three", now)
        assert installations.consume_state(session, "one", now + timedelta(minutes=9))
        assert not installations.consume_state(session, "one", now + timedelta(minutes=9))
        assert not installations.consume_state(session, "two", now + timedelta(minutes=10))
    later = now + timedelta(hours=1)
    with desk.db.unscoped("states", writes=True) as session:
        installations.issue_state(session, "four", now=later, expires_at=later + timedelta(minutes=10))
        session.flush()
        assert len(session.scalars(select(installations.OAuthState)).all()) == 1


def test_a_delivery_is_known_again_for_a_day(desk: Desk) -> None:
    """The same id in the same workspace is known, in another it is not; after a day it is forgotten."""
    other = install(desk)
    now = desk.clock.now()
    with desk.db.writing(Scope(WORKSPACE_ID)) as session:
        assert received.first_time(session, WORKSPACE_ID, "Ev1", now)
        assert not received.first_time(session, WORKSPACE_ID, "Ev1", now)
        assert received.is_known(session, WORKSPACE_ID, "Ev1")
    with desk.db.writing(Scope(other.workspace_id)) as session:
        assert received.first_time(session, other.workspace_id, "Ev1", now + timedelta(hours=1))
    with desk.db.unscoped("forget", writes=True) as session:
        assert received.forget(session, now + timedelta(minutes=1), 10) == 1
        assert not received.any_before(session, now + timedelta(minutes=1))
        assert received.any_before(session, now + timedelta(days=1))


def test_only_one_installation_stands_in_a_workspace(desk: Desk) -> None:
    """Installed time and again, there is one row."""
    for number in range(3):
        made = install(desk, f"xoxb-{number}")
    with desk.db.reading(Scope(made.workspace_id)) as session:
        assert session.scalars(select(func.count()).select_from(Installation)).one() == 1
