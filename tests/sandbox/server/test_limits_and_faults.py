"""Pure tests of what decides over time and chance."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.server.errors import SlackError
from sandbox.server.faults import Fault, Faults
from sandbox.server.limits import BURST, Limits
from sandbox.server.triggers import RESPONSE_USES, Triggers
from sandbox.server.watch import Watch


class Hands:
    """A clock the test turns."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """The instant it shows."""
        return self.at


@pytest.fixture
def hands() -> Hands:
    """A clock at some instant."""
    return Hands()


def test_a_tier_lets_its_number_through_each_minute(hands: Hands) -> None:
    """The twenty-first tier 2 call in a minute is told when the first leaves the window, and passes then."""
    limits = Limits(now=hands)
    assert [limits.refuse("A1", "users.list", 2) for _ in range(20)] == [None] * 20
    hands.at += 18
    assert limits.refuse("A1", "users.list", 2) == 42
    hands.at += 42
    assert limits.refuse("A1", "users.list", 2) is None


def test_a_refused_call_does_not_lengthen_the_wait(hands: Hands) -> None:
    """Somebody who keeps knocking is let in when the window allows it."""
    limits = Limits(now=hands)
    assert limits.refuse("A1", "m", 1) is None
    for _ in range(5):
        hands.at += 10
        assert limits.refuse("A1", "m", 1) is not None
    hands.at += 10
    assert limits.refuse("A1", "m", 1) is None


def test_apps_and_methods_have_windows_of_their_own(hands: Hands) -> None:
    """One app's calls leave another app's, and another method's, alone."""
    limits = Limits(now=hands)
    assert limits.refuse("A1", "m", 1) is None
    assert limits.refuse("A2", "m", 1) is None
    assert limits.refuse("A1", "n", 1) is None
    assert limits.refuse("A1", "m", 1) is not None


def test_posts_to_one_channel_come_one_a_second_after_a_burst(hands: Hands) -> None:
    """A short burst passes, then each second lets one through; other channels are free."""
    limits = Limits(now=hands)
    assert [limits.refuse_post("A1", "C1") for _ in range(BURST)] == [None] * BURST
    assert limits.refuse_post("A1", "C1") == 1
    assert limits.refuse_post("A1", "C2") is None
    hands.at += 1
    assert limits.refuse_post("A1", "C1") is None
    assert limits.refuse_post("A1", "C1") == 1


def test_limits_go_off_by_name_and_all_at_once(hands: Hands) -> None:
    """Only the named methods are let through; ``all`` means every one; an empty list brings them back."""
    limits = Limits(now=hands)
    limits.switch_off(["m"])
    assert [limits.refuse("A1", "m", 1) for _ in range(3)] == [None] * 3
    assert limits.refuse("A1", "n", 1) is None
    assert limits.refuse("A1", "n", 1) is not None
    limits.switch_off("all")
    assert limits.refuse("A1", "n", 1) is None
    limits.switch_off([])
    assert limits.refuse("A1", "n", 1) is not None


def test_a_fault_strikes_as_often_as_ordered_and_only_its_method() -> None:
    """Two 429s hit the next two calls of their method and no third."""
    faults = Faults()
    faults.order(Fault("chat.update", "ratelimited", times=2))
    kinds = frozenset({"ratelimited"})
    assert faults.take("chat.postMessage", kinds) is None
    assert faults.take("chat.update", frozenset({"late"})) is None
    assert faults.take("chat.update", kinds) is not None
    assert faults.take("chat.update", kinds) is not None
    assert faults.take("chat.update", kinds) is None
    assert faults.ordered[0].hits == 2


def test_a_chance_repeats_with_its_seed() -> None:
    """The same seed hits the same calls, so that a failing run can be run again."""

    def run(seed: int) -> list[bool]:
        fault = Fault("m", "late", times=1000, every=0.5, seed=seed)
        return [fault.strikes("m") for _ in range(40)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 5 < sum(run(1)) < 35


def _error(act: object) -> str:
    assert callable(act)
    with pytest.raises(SlackError) as caught:
        act()
    return caught.value.error


def test_a_trigger_is_good_for_three_seconds_once_and_one_app(hands: Hands) -> None:
    """Late, second, foreign and made-up uses each get Slack's own name."""
    triggers = Triggers(now=hands)
    first = triggers.trigger("A1", "U1")
    assert _error(lambda: triggers.exchange(first, "A2")) == "invalid_trigger_id"
    assert triggers.exchange(first, "A1").user == "U1"
    assert _error(lambda: triggers.exchange(first, "A1")) == "exchanged_trigger_id"
    assert _error(lambda: triggers.exchange("1.2.3", "A1")) == "invalid_trigger_id"
    second = triggers.trigger("A1", "U1")
    hands.at += 3.1
    assert _error(lambda: triggers.exchange(second, "A1")) == "expired_trigger_id"


def test_a_response_url_is_good_for_five_uses_in_half_an_hour(hands: Hands) -> None:
    """The sixth use and the late one are refused, each by its name."""
    triggers = Triggers(now=hands)
    used = triggers.response_url("A1", "U1", "C1")
    for _ in range(RESPONSE_USES):
        triggers.respond(used)
    assert _error(lambda: triggers.respond(used)) == "used_url"
    late = triggers.response_url("A1", "U1", "C1")
    hands.at += 1801
    assert _error(lambda: triggers.respond(late)) == "expired_url"
    assert _error(lambda: triggers.respond("none")) == "invalid_token"


def test_a_long_poll_wakes_for_its_own_person() -> None:
    """A change of somebody else's screen neither wakes nor renumbers mine; a change for all does."""

    async def run() -> None:
        watch = Watch()
        watch.touch(["bob"])
        assert watch.rev("alice") == 0
        waiting = asyncio.create_task(watch.wait("alice", 0, 10))
        await asyncio.sleep(0)
        watch.touch(["bob"])
        await asyncio.sleep(0)
        assert not waiting.done()
        watch.touch(None)
        await waiting
        assert watch.rev("alice") == 3
        await watch.wait("alice", 2, 10)

    with ThreadPoolExecutor(1) as aside:  # a browser's tests leave a running loop in this one
        aside.submit(asyncio.run, run()).result()
