"""The answer to a search as Slack is given it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import mentors, profiles, requests
from bot.domain.mentors.vocabulary import Term
from bot.views import mentors as views
from bot.views import profiles as profile_views
from bot.views import requests as request_views
from tests.cast import Desk
from tests.views.golden import golden


def found(desk: Desk, typed: str) -> mentors.Found:
    """Return what Mira finds."""
    with desk.step("mira", writes=False) as step:
        return mentors.find(step, typed)


def test_cards_with_reasons(desk: Desk) -> None:
    """Each card: who, why, open places, languages, shared hours, and a button to ask."""
    golden("mentors.found", views.found(found(desk, "single cell rna and NLP"), desk.reader("mira")))


def test_nothing_found(desk: Desk) -> None:
    """What there is instead, near and outside."""
    golden("mentors.nothing", views.found(found(desk, "grand wrting"), desk.reader("mira")))
    golden("mentors.nonsense", views.found(found(desk, "xyzzy"), desk.reader("mira")))


def test_the_form_and_the_opening(desk: Desk) -> None:
    """How to search, with terms to press."""
    with desk.step("mira", writes=False) as step:
        outcome = mentors.opening(step)
    golden("mentors.form", views.form(outcome, desk.reader("mira")))
    golden("mentors.opening", views.opening(outcome, desk.reader("mira")))


def test_the_longest_texts_fit(desk: Desk) -> None:
    """Terms, names and own words as long as they may be still make a message Slack takes."""
    outcome = found(desk, "statistics")
    card = outcome.cards[0]
    long = Term("k" * 80, "<&>" * 26, 3)
    reasons = tuple(replace(card.reasons[0], term=long, need="n" * 300) for _ in range(6))
    stretched = replace(
        card,
        reasons=reasons,
        other_terms=("<&>" * 26,) * 4,
        mentors_on="<&> " * 500,
        department="<&>" * 40,
        languages=("L" * 40,) * 12,
        topic="k" * 80,
    )
    many = replace(
        outcome, cards=(stretched,) * 8, meant=(long,) * 3, unmet=("n" * 300,) * 6, needs=("n" * 300,) * 6
    )
    golden("mentors.longest", views.found(many, desk.reader("mira")))


def test_a_profile(desk: Desk) -> None:
    """The form as a mentor opens it, and its summary on Home."""
    with desk.step("tomas", writes=False) as step:
        form, home = profiles.form(step), profiles.at_home(step)
    assert home is not None
    golden("profiles.form", profile_views.form(form, desk.reader("tomas")))
    golden("profiles.at_home", list(profile_views.at_home(home, desk.reader("tomas")).mine))


def test_a_request(desk: Desk) -> None:
    """Its form, its card for either side, on Home, and the news of a decline with the next person."""
    with desk.step("mira") as step:
        form = requests.prepare(step, desk.id("tomas"), "statistics")
        asked = requests.ask(
            step,
            request_id="r1",
            mentor_id=desk.id("tomas"),
            note="<!here> & *why*\n\nBecause",
            looked_for="statistics",
        )
    form = replace(form, request_id="r1")
    golden("requests.form", request_views.form(form, desk.reader("mira")))
    golden("requests.for_mentor", request_views.for_mentor(asked, desk.reader("tomas")))
    golden("requests.for_mentee", request_views.for_mentee(asked, desk.reader("mira")))
    with desk.step("tomas") as step:
        home = requests.at_home(step)
        assert home is not None
        requests.decline(step, "r1")
    golden("requests.at_home", list(request_views.at_home(home, desk.reader("tomas")).waiting))
    with desk.step("clock", writes=False) as step:
        decided = requests.decided_for(step, "r1", desk.id("mira"))
    assert decided is not None
    golden("requests.decided", request_views.decided(decided, desk.reader("mira")))


def test_what_people_typed_does_not_break_what_is_bold(desk: Desk) -> None:
    """Marks, pings and links in a search or a profile stay text, within the marks of ours."""
    with desk.step("ines") as step:
        profiles.save(
            step,
            profiles.Draft(
                expertise=("*bold* thing", "snake_case"), places=1, mentors_on="_Slowly_ and *surely* `so`"
            ),
        )
    said = str(views.found(found(desk, "*bold* thing, <!channel> *x*"), desk.reader("mira")).blocks)
    assert "*\u2217bold\u2217 thing*" in said
    assert "&lt;!channel&gt; \u2217x\u2217" in said
    assert "_\u02cdSlowly\u02cd and \u2217surely\u2217 \u02cbso\u02cb_" in said
    assert "snake_case" in said
    for marks in ("**", "<!channel>", "__"):
        assert marks not in said
    typed = found(desk, "<!channel> <https://evil|click> and statistics")
    assert typed.needs == ("<!channel> <https://evil", "click>", "statistics")
