"""Writing, reading and signing agreements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slack_bolt import App

from bot.deps import Deps
from bot.domain import agreements
from bot.domain.agreements import Faulty
from bot.handlers.calls import Answer, Command, Press, Submission, listen_press, listen_submission
from bot.handlers.forms import Form
from bot.handlers.home import publish
from bot.views import agreements as views
from bot.views.blocks import Modal


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.OPEN, open_agreement)
    listen_press(app, deps, views.CHANGE, change)
    listen_press(app, deps, views.RENEW, renew)
    listen_press(app, deps, views.HISTORY, history)
    listen_press(app, deps, views.READ, read)
    listen_submission(app, deps, views.SAVE, save)
    listen_submission(app, deps, views.SIGN, sign)


def open_agreement(call: Press) -> None:
    """Show what the agreement needs now: the form until somebody wrote it, then the newest version."""
    with call.step() as step:
        outcome = agreements.open_agreement(step, call.id("relationship"))
    call.open(views.opened(outcome, call.reader))


def change(call: Press) -> None:
    """Show the form for the next version."""
    with call.step(writes=False) as step:
        outcome = agreements.open_form(step, call.id("agreement"))
    _show(call, views.form(outcome, call.reader))


def renew(call: Press) -> None:
    """Show the form for a further term."""
    with call.step(writes=False) as step:
        outcome = agreements.open_form(step, call.id("agreement"), renew=True)
    _show(call, views.form(outcome, call.reader))


def history(call: Press) -> None:
    """Show every version, who signed it, and whether the record is whole."""
    with call.step(writes=False) as step:
        outcome = agreements.history(step, call.id("agreement"))
    view = call.body.get("view") or {}
    if view.get("root_view_id") not in {None, view.get("id")}:
        # A version opened from the history leads back to it: Slack stacks three views at most.
        call.replace_modal(views.history(outcome, call.reader))
    else:
        call.open(views.history(outcome, call.reader))


def read(call: Press) -> None:
    """Show one version from the history."""
    with call.step(writes=False) as step:
        outcome = agreements.read(step, call.id("agreement"), call.id("version"))
    _show(call, views.page(outcome, call.reader))


def save(call: Submission) -> Answer:
    """Store the next version and show it ready to sign; faults stand under their fields."""
    try:
        with call.step() as step:
            outcome = agreements.save_version(
                step,
                agreement_id=call.id("agreement"),
                version_id=call.id("version"),
                based_on=call.ids.get("based_on", ""),
                values=_values(call.form),
                renew=call.ids.get("renew") == "yes",
            )
    except Faulty as faulty:
        errors = _errors(call, faulty)
        return Answer(errors=errors) if errors else Answer(update=_with_new_fields(call))
    call.after(lambda: publish(call))
    return Answer(update=views.after_saving(outcome, call.reader))


def sign(call: Submission) -> Answer:
    """Sign the version that was shown."""
    with call.step() as step:
        outcome = agreements.sign(step, call.id("version"))
    call.after(lambda: publish(call))
    return Answer(update=views.after_signing(outcome, call.reader))


def show_mine(call: Command) -> None:
    """Answer ``/mentorship agreement`` with the caller's agreements."""
    with call.step(writes=False) as step:
        outcome = agreements.at_home(step)
    call.answer(views.mine(outcome, call.reader))


SUBCOMMANDS: dict[str, Callable[[Command], None]] = {"agreement": show_mine}


def _show(call: Press, view: Modal) -> None:
    """Take the place of the modal the press came from, so that no outdated page lies underneath."""
    if (call.body.get("view") or {}).get("type") == "modal":
        call.replace_modal(view)
    else:
        call.open(view)


def _values(form: Form) -> dict[str, str]:
    return {views.typed(block): form.text(block) or form.choice(block) for block in form.values}


def _with_new_fields(call: Submission) -> Modal:
    """Return the form with what was typed, where the programme added a clause while it was open."""
    with call.step(writes=False) as step:
        form = agreements.open_form(step, call.id("agreement"), renew=call.ids.get("renew") == "yes")
    number = call.ids.get("number", "")
    kept = replace(
        form,
        values={**form.values, **_values(call.form)},
        # It still begins from the same version: one written meanwhile is noticed at the next Save.
        based_on=call.ids.get("based_on", ""),
        based_on_number=int(number) if number.isdecimal() else 0,
    )
    return views.form(kept, call.reader)


def _errors(call: Submission, faulty: Faulty) -> dict[str, str]:
    say, blocks = call.reader.say, {views.typed(block): block for block in call.form.values}
    return {
        blocks[key]: say.plain(refusal.key, **refusal.values)
        for key, refusal in faulty.faults.items()
        if key in blocks
    }
