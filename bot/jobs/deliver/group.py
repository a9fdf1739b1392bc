"""One group of claimed messages of a workspace, from the claim to its record.

In this order, so that a process may end at any point: the words of all are read together; those in doubt are
looked up in Slack; some at a time, lease and doubt of what will be posted are committed and they are posted
side by side; all outcomes are recorded at once. A row whose post was never begun has its doubt taken back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.deps import Deps
from bot.domain import budget
from bot.jobs.deliver import words
from bot.jobs.deliver.attempting import SHORTEST_WAIT, Attempt
from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import PutOff
from bot.jobs.deliver.pacing import IN_ONE_CHANNEL
from bot.jobs.deliver.quiet import Peace
from bot.jobs.deliver.recording import Come, Recorder
from bot.jobs.deliver.words import Words
from bot.slack import CALL_SECONDS
from bot.store import outbox, paces
from bot.store.database import Scope
from bot.store.outbox import OutboxState, Verb

log = logging.getLogger(__name__)

BEGUN_TOGETHER = 60
"""Posts begun in one transaction: what a process that ends leaves in doubt, and each costs a look.

With twenty there were a third fewer looks after kills, and on SQLite a third fewer messages a second.
"""
CALLS_IN_LEASE = 9
LEAST_CALLS = 4.5
"""What must be left of a lease for another call to begin: several calls that each take their longest."""
SHORT_REST = timedelta(seconds=2)
"""A group waits so long for Slack with its words ready; longer, and it is given back and read again."""
WORDS_LAST_SECONDS = 6.0
"""After so long what was read is not rested with any more: it may not be true by then."""
LEASE = timedelta(seconds=CALLS_IN_LEASE * CALL_SECONDS)
"""How long rows are held where a call may take as long as it does in production."""
ANOTHER_FIRST = "another message to them goes first"
IN_PEACE = "they do not want to be disturbed"
ONE_CHANNEL_APART = timedelta(seconds=IN_ONE_CHANNEL.every)


class Lease:
    """How long the rows of a group are ours, by the injected clock and by one that nobody can set back."""

    def __init__(self, now: datetime, call_seconds: float = CALL_SECONDS) -> None:
        self.until = now + timedelta(seconds=CALLS_IN_LEASE * call_seconds)
        self._least = timedelta(seconds=LEAST_CALLS * call_seconds)
        self._ends = time.monotonic() + (CALLS_IN_LEASE - LEAST_CALLS) * call_seconds

    def has_room(self, now: datetime) -> bool:
        """Tell whether one more call can begin and end before it runs out."""
        return time.monotonic() <= self._ends and now <= self.until - self._least


@dataclass(frozen=True)
class Means:
    """What a group is sent with."""

    deps: Deps
    recorder: Recorder
    peace: Peace
    stopping: Callable[[], bool]
    opens_at: Callable[[datetime], datetime]
    """When something may be sent to the workspace at the earliest by its own word: not before the given."""
    pool: ThreadPoolExecutor | None
    at_once: int
    rest: Callable[[float], None] | None = None
    """Waits so many seconds, or until a stop; None where nobody may wait."""


class Group:
    """The claimed rows of one workspace under one owner."""

    def __init__(self, means: Means, line: Line, owner: str, lease: Lease) -> None:
        self._means = means
        self._deps = means.deps
        self._line = line
        self._workspace_id = line.workspace_id
        self._owner = owner
        self._lease = lease
        self._began_at = lease.until
        self._words_last = 0.0
        self._lock = threading.Lock()
        self._queues: dict[str, int] = {}
        self._written_to: set[str] = set()

    def send(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        """Send what can be sent now and record what came of each; return the attempts that were made.

        The others are as they were before their claim.
        """
        posts = [attempt for attempt in attempts if attempt.row.verb is Verb.POST]
        updates = [attempt for attempt in attempts if attempt.row.verb is Verb.UPDATE]
        self._make_ready(posts)
        ready = [attempt for attempt in posts if attempt.ready and not attempt.outcome]
        for start in range(0, len(ready), BEGUN_TOGETHER):
            self._post(self._begin(ready[start : start + BEGUN_TOGETHER]))
        self._record(posts)
        for attempt in updates:  # one after the other, so that the newest words of a message come last
            if self._may_go_on():
                attempt.update()
        self._record(updates)
        return [attempt for attempt in attempts if attempt.outcome is not None and not _is_untouched(attempt)]

    def _may_go_on(self) -> bool:
        now = self._deps.clock.now()
        return not self._means.stopping() and self._means.opens_at(now) <= now and self._lease.has_room(now)

    def _may_go_on_soon(self) -> bool:
        """Tell whether it may go on, after a short rest where Slack asked for one."""
        rest, now = self._means.rest, self._deps.clock.now()
        wait = self._means.opens_at(now) - now
        if rest is not None and timedelta() < wait <= SHORT_REST and time.monotonic() < self._words_last:
            rest(wait.total_seconds())
            if time.monotonic() >= self._words_last:  # the place was not ours again at once
                return False
        return self._may_go_on()

    def _make_ready(self, posts: list[Attempt]) -> None:
        singly = [a for a in posts if a.row.to_channel is not None or a.kind.before is not None]
        self._words_last = time.monotonic() + WORDS_LAST_SECONDS
        made: dict[str, Words | Exception] = words.make_many(
            self._deps, [a.asked for a in posts if a not in singly]
        )
        self._hold_back(posts, made)
        asking = []
        for attempt in posts:
            if attempt.asks_slack_first:
                asking.append(attempt)
            else:
                attempt.make_ready(made.get(attempt.row.id))

        def ask(attempt: Attempt) -> bool:
            attempt.make_ready(made.get(attempt.row.id))
            return False

        self._side_by_side(asking, ask)
        self._hold_back_single(singly)

    def _hold_back_single(self, singly: list[Attempt]) -> None:
        """Do the same for those whose words are made one by one, such as digests."""
        theirs: dict[str, Attempt] = {}
        for attempt in singly:
            contact = attempt.ready.words.contact if attempt.ready is not None else None
            if contact is None or not attempt.kind.unrequested or self._keeps_place(attempt):
                continue
            if contact.person_id in self._written_to:
                attempt.wait(self._deps.clock.now() + SHORTEST_WAIT, ANOTHER_FIRST)
            else:
                self._written_to.add(contact.person_id)
                theirs[contact.slack_user_id] = attempt
        for user_id, until in self._means.peace.until(self._line, theirs).items():
            theirs[user_id].wait(until, IN_PEACE)

    def _hold_back(self, posts: list[Attempt], made: dict[str, Words | Exception]) -> None:
        """Let those wait who are not to be disturbed, and a person's second message after the first."""
        theirs: dict[str, Attempt] = {}
        for attempt in posts:
            said = made.get(attempt.row.id)
            if not attempt.kind.unrequested or not isinstance(said, Words) or said.contact is None:
                continue
            if self._keeps_place(attempt):
                continue
            if said.contact.person_id in theirs:
                until = self._deps.clock.now() + SHORTEST_WAIT
                made[attempt.row.id] = PutOff(until, ANOTHER_FIRST)
            else:
                theirs[said.contact.person_id] = attempt
        contacts = {
            said.contact.slack_user_id: attempt
            for attempt in theirs.values()
            if isinstance(said := made[attempt.row.id], Words) and said.contact is not None
        }
        for user_id, until in self._means.peace.until(self._line, contacts).items():
            made[contacts[user_id].row.id] = PutOff(until, IN_PEACE)
        self._written_to = set(theirs)

    def _keeps_place(self, attempt: Attempt) -> bool:
        return budget.keeps_place(attempt.row.counted_at, self._deps.clock.now())

    def _begin(self, ready: list[Attempt]) -> list[Attempt]:
        """Commit that Slack may have these messages from now on; return those that are to be posted."""
        if not ready or not self._may_go_on_soon():
            return []
        now = self._deps.clock.now()
        lease = Lease(now, self._deps.settings.call_seconds)
        with self._keeping_pace(), self._deps.db.writing(Scope(self._workspace_id)) as session:
            if self._line.paced:
                self._line.pace.learn(self._workspace_id, paces.load(session, self._workspace_id, lock=True))
            going = [attempt for attempt in ready if self._reserve(attempt, now)]
            if self._line.paced:
                paces.save(session, self._workspace_id, self._line.pace.kept(self._workspace_id, now))
            held = outbox.begin_posts(
                session,
                [attempt.row.id for attempt in going],
                held_by=self._owner,
                now=now,
                lease_until=lease.until,
                counted=[a.row.id for a in going if a.kind.unrequested],
            )
        self._lease, self._began_at = lease, now
        for attempt in going:
            if attempt.row.id not in held:
                attempt.leave()  # settling is fenced: whoever holds it now keeps it
        return [attempt for attempt in going if attempt.row.id in held]

    @contextmanager
    def _keeping_pace(self) -> Iterator[None]:
        """Where nothing is committed, what others must know of the pace is saved with what is next."""
        try:
            yield
        except Exception:
            self._line.pace.unsaved(self._workspace_id)
            raise

    def _reserve(self, attempt: Attempt, now: datetime) -> bool:
        """Count the post against the limits; where it is too much, let the message wait."""
        if attempt.ready is None:
            return False
        channel = attempt.ready.paced_as
        free = self._line.reserve_post(channel, now)
        if free > now:
            before = self._queues.get(channel, 0)
            self._queues[channel] = before + 1
            attempt.wait(free + before * ONE_CHANNEL_APART, "it keeps below Slack's limits")
        return free <= now

    def _post(self, going: list[Attempt]) -> None:
        """Post side by side; the first alone where it is open whether Slack takes anything at all."""

        def post(attempt: Attempt) -> bool:
            attempt.post(self._began_at)
            again = attempt.is_limited and self._means.rest is not None
            if again and attempt.ready is not None:
                self._line.count_post(attempt.ready.paced_as)
            return again

        self._side_by_side(going, post)

    def _side_by_side(self, attempts: Iterable[Attempt], do: Callable[[Attempt], bool]) -> None:
        waiting = deque(attempts)
        while waiting and self._may_go_on_soon():
            self._until_held_up(waiting, do)

    def _until_held_up(self, waiting: deque[Attempt], do: Callable[[Attempt], bool]) -> None:
        """Do it to all that wait, until Slack wants a rest; what is to be done again is the next then."""

        def until_empty(*, alone: bool = False) -> None:
            while self._may_go_on():
                with self._lock:
                    if not waiting:
                        return
                    attempt = waiting.popleft()
                if do(attempt):
                    with self._lock:
                        waiting.appendleft(attempt)
                if alone and self._line.pace.is_well(self._workspace_id):
                    return

        pool = self._means.pool
        if pool is None or self._means.at_once <= 1:
            until_empty()
            return
        if not self._line.pace.is_well(self._workspace_id):
            until_empty(alone=True)
        others = [pool.submit(until_empty) for _ in range(min(self._means.at_once, len(waiting)) - 1)]
        until_empty()
        begun = [other for other in others if not other.cancel()]  # others' slow posts are not waited for
        wait(begun)
        for other in begun:
            other.result()

    def _record(self, attempts: list[Attempt]) -> None:
        come: list[Come] = []
        for attempt in attempts:
            if attempt.outcome is None:
                attempt.leave()
            if attempt.outcome is not None:
                come.append((attempt.row, attempt.outcome))
        self._means.recorder.record(self._workspace_id, self._owner, come)


def _is_untouched(attempt: Attempt) -> bool:
    outcome = attempt.outcome
    return outcome is not None and outcome.state is OutboxState.WAITING and "not_before" not in outcome.values
