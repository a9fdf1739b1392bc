"""A mentor's profile: its form, what was stored, and its summary on Home."""

from __future__ import annotations

from bot.domain.profiles import LONGEST_DEPARTMENT, LONGEST_MENTORS_ON, AtHome, Form, Saved
from bot.store.profiles import ProfileState
from bot.views.blocks import (
    Block,
    HomeParts,
    Modal,
    button,
    context,
    cut,
    modal,
    option,
    section,
    select_input,
    text_input,
)
from bot.views.pickers import number_input
from bot.views.reader import Reader

OPEN = "profiles.open"
SAVE = "profiles.save"

EXPERTISE = "expertise"
STAGE = "career_stage"
DEPARTMENT = "department"
LANGUAGES = "languages"
PLACES = "places"
MENTORS_ON = "mentors_on"
STATE = "state"

TERMS_AT_HOME = 8


def form(outcome: Form, to: Reader) -> Modal:
    """Return the form of a profile; it says who will see it."""
    draft = outcome.draft
    hint = to.say.plain("profiles.form.expertise_hint")
    if outcome.terms_here:
        hint = to.say.plain("profiles.form.expertise_hint_terms", terms=", ".join(outcome.terms_here))
    return modal(
        title=to.say.plain("profiles.form.title"),
        callback_id=SAVE,
        submit=to.say.plain("profiles.form.save"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(),
        blocks=[
            section(to.say("profiles.form.who_sees")),
            text_input(
                to.say.plain("profiles.form.expertise"),
                EXPERTISE,
                initial="\n".join(draft.expertise),
                hint=hint,
                multiline=True,
            ),
            text_input(
                to.say.plain("profiles.form.mentors_on"),
                MENTORS_ON,
                initial=draft.mentors_on,
                hint=to.say.plain("profiles.form.mentors_on_hint"),
                multiline=True,
                optional=True,
                most=LONGEST_MENTORS_ON,
            ),
            number_input(
                to.say.plain("profiles.form.places"),
                PLACES,
                least=0,
                most=outcome.most_places,
                initial=draft.places,
                hint=to.say.plain("profiles.form.places_hint"),
            ),
            select_input(
                to.say.plain("profiles.form.stage"),
                STAGE,
                [option(stage, stage) for stage in outcome.career_stages],
                initial=draft.career_stage or None,
                optional=True,
            ),
            text_input(
                to.say.plain("profiles.form.department"),
                DEPARTMENT,
                initial=draft.department,
                optional=True,
                most=LONGEST_DEPARTMENT,
            ),
            text_input(
                to.say.plain("profiles.form.languages"),
                LANGUAGES,
                initial=", ".join(draft.languages),
                hint=to.say.plain("profiles.form.languages_hint"),
                optional=True,
                most=500,
            ),
            select_input(
                to.say.plain("profiles.form.state"),
                STATE,
                [option(to.say.plain(f"profiles.state.{state}"), state) for state in ProfileState],
                initial=draft.state,
                radio=True,
            ),
        ],
    )


def saved(outcome: Saved, to: Reader) -> Modal:
    """Return what the mentor sees once the profile is stored: what follows from it."""
    return modal(
        title=to.say.plain("profiles.form.title"),
        close=to.say.plain("common.close"),
        blocks=[section(to.say("profiles.saved.done")), section(_what_follows(outcome, to))],
    )


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return the summary of one's own profile, or the wish to fill one in."""
    edit = button(to.say.plain("profiles.at_home.edit"), OPEN, value=to.ref())
    if outcome.saved is None:
        first = button(to.say.plain("profiles.at_home.fill"), OPEN, value=to.ref(), style="primary")
        return HomeParts(waiting=[section(to.say("profiles.at_home.none_yet"), accessory=first)])
    terms = ", ".join(outcome.saved.draft.expertise[:TERMS_AT_HOME])
    blocks: list[Block] = [
        section(to.say("profiles.at_home.summary", terms=cut(terms, 400))),
        context(_what_follows(outcome.saved, to)),
    ]
    return HomeParts(mine=blocks, next=[edit])


def _what_follows(outcome: Saved, to: Reader) -> str:
    draft = outcome.draft
    if draft.state is not ProfileState.OPEN:
        return to.say(f"profiles.follows.{draft.state}")
    if outcome.taken > draft.places:
        return to.say("profiles.follows.more_taken", n=outcome.taken, places=draft.places)
    left = draft.places - outcome.taken
    return to.say("profiles.follows.full") if left == 0 else to.say("profiles.follows.open", n=left)
