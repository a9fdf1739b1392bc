"""In any order of installing, renewing, revoking, leaving, waiting a token opens its own workspace only."""

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from sandbox.coverage import COVERAGE
from sandbox.server import callers, granting, leaving
from sandbox.server.box import Box, Start
from sandbox.server.codes import CODE_SECONDS, Code
from sandbox.server.errors import SlackError
from sandbox.state.clock import Clock
from sandbox.state.tokens import LIFETIME
from tests.sandbox.server.installing import manifest, team

TEAMS = ("T0A", "T0B", "T0C")
BOT, ASKED = COVERAGE["users.info"], COVERAGE["auth.test"]
MINUTE = 60.0
START = 1_800_000_000.0


class Installations(RuleBasedStateMachine):
    """Three workspaces, one app, and a model of which access token is good until when."""

    codes: Bundle[tuple[str, str, float]] = Bundle("codes")
    pairs: Bundle[tuple[str, str]] = Bundle("pairs")

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.good: dict[str, tuple[str, float | None]] = {}  # token: its team and when it expires
        self.ended: set[str] = set()
        self.over: set[str] = set()  # refresh tokens that ended with their installation
        self.used: dict[str, tuple[float, str]] = {}  # refresh token: when it was used and what it brought
        self.rotates = False

    @initialize(rotates=st.booleans())
    def begin(self, *, rotates: bool) -> None:
        """Nobody has the app yet; it listens to nothing, so that nothing is sent."""
        made = manifest(rotates=rotates, settings={"event_subscriptions": {}})
        seed = {"teams": [team(one[2:].lower(), installed=False) for one in TEAMS]}
        self.box = Box.open(Start(seed, made), Clock(real=lambda: self.now))
        self.app = self.box.known_app
        self.rotates = rotates

    @rule(
        target=codes,
        place=st.sampled_from(TEAMS),
        scopes=st.sets(st.sampled_from(["chat:write", "commands"])),
    )
    def allow(self, place: str, scopes: set[str]) -> tuple[str, str, float]:
        """Somebody allows it in a workspace."""
        code = Code(
            self.box.codes.fresh(),
            self.app.id,
            place,
            "U1",
            frozenset(scopes | {"users:read"}),
            frozenset(),
            "",
            self.now,
        )
        return self.box.codes.hand_out(code), place, self.now

    @rule(target=pairs, code=codes, again=st.booleans())
    def exchange(self, code: tuple[str, str, float], *, again: bool) -> tuple[str, str]:
        """The code is exchanged: once, and in time."""
        text, place, since = code
        refused, found = self._tried(lambda: self.box.codes.use(text, self.app.id, "", self.now))
        late = self.now - since > CODE_SECONDS
        assert (refused == "") == (found is not None and not late)
        if found is None:
            assert refused == "code_already_used" or late
            return "", place
        said = granting.granted(self.box, self.app, found)
        assert said["team"]["id"] == place
        self._note(said, place)
        if again:
            assert (
                self._refused(lambda: self.box.codes.use(text, self.app.id, "", self.now))
                == "code_already_used"
            )
        return said.get("refresh_token", ""), place

    @rule(target=pairs, pair=pairs)
    def renew(self, pair: tuple[str, str]) -> tuple[str, str]:
        """A refresh token brings a new token once; again only for a minute, and then the same one."""
        text, place = pair
        if not text:
            return pair
        late = text in self.used and self.now - self.used[text][0] > MINUTE
        refused, said = self._tried(lambda: granting.refreshed(self.box, self.app, text))
        if said is None:
            assert refused == "invalid_refresh_token"
            assert late or text in self.over or self._gone(place)
            return "", place
        assert not late
        assert text not in self.over
        before = self.used.setdefault(text, (self.now, said["access_token"]))
        assert before[1] == said["access_token"]
        assert said["team"]["id"] == place
        if before == (self.now, said["access_token"]):
            self._note(said, place)
        return said["refresh_token"], place

    @rule(place=st.sampled_from(TEAMS), pair=consumes(pairs))
    def leave(self, place: str, pair: tuple[str, str]) -> None:
        """The app is taken out of a workspace: all its tokens there end, and only there."""
        del pair
        installed = self.box.realm.worlds[place].apps.get(self.app.id)
        if installed is None or installed.uninstalled:
            return
        leaving.uninstall(self.box.teams[place], installed)
        self._end(place)

    @rule(place=st.sampled_from(TEAMS))
    def revoke(self, place: str) -> None:
        """Every token of a workspace is revoked, which is leaving too."""
        installed = self.box.realm.worlds[place].apps.get(self.app.id)
        live = self.box.realm.tokens.live(self.app.id, place, self.now)
        if installed is None or installed.uninstalled or not live:
            return
        leaving.revoke(self.box.teams[place], installed, live)
        self._end(place)

    @rule(seconds=st.sampled_from([30.0, 61.0, CODE_SECONDS + 1, LIFETIME / 2, LIFETIME + 1.0]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    @invariant()
    def tokens_open_their_own(self) -> None:
        """What is good speaks for its own workspace, with a bot of its own; what ended never works again."""
        for token, (place, expires) in self.good.items():
            if expires is not None and expires <= self.now:
                assert self._refused(partial(self._call, token)) == "token_expired"
                continue
            there, app, _ = self._call(token)
            assert there.world.team_id == place
            assert there.world.people[app.bot_user_id].bot_id == app.credentials.bot_id
            others = [w for w in self.box.realm.worlds.values() if w.team_id != place]
            assert not any(app.bot_user_id in world.people for world in others)
        for token in self.ended:
            assert self._refused(partial(self._call, token)) in {
                "account_inactive",
                "token_revoked",
            }

    def _call(self, token: str) -> tuple[Any, Any, Any]:
        callers.caller(self.box, token, ASKED, {})
        return callers.caller(self.box, token, BOT, {})

    def _note(self, said: dict[str, Any], place: str) -> None:
        expires = self.now + LIFETIME if self.rotates else None
        self.good[said["access_token"]] = (place, expires)
        assert said["access_token"] not in self.ended

    def _end(self, place: str) -> None:
        over = [token for token, (where, _) in self.good.items() if where == place]
        for token in over:
            del self.good[token]
        self.ended.update(over)
        self.over.update(r.text for r in self.box.realm.tokens.refreshes.values() if r.place == place)

    def _gone(self, place: str) -> bool:
        installed = self.box.realm.worlds[place].apps.get(self.app.id)
        return installed is None or installed.uninstalled

    def _refused(self, act: Callable[[], Any]) -> str:
        return self._tried(act)[0]

    @staticmethod
    def _tried(act: Callable[[], Any]) -> tuple[str, Any]:
        try:
            return "", act()
        except SlackError as refused:
            return refused.error, None


TestInstallations = Installations.TestCase
TestInstallations.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
