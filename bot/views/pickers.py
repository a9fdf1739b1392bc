"""Fields of a form in which something is picked: a number, a person, a day, a time, a choice searched for."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models import blocks as kit

from bot.views.blocks import Block, labelled


def time_input(label: str, block_id: str, *, initial: str, hint: str = "") -> Block:
    """Return a picker of a time of day (``HH:MM``)."""
    element = kit.TimePickerElement(action_id=block_id, initial_time=initial).to_dict()
    return labelled(label, element, block_id=block_id, optional=False, hint=hint)


def searched_input(
    label: str, block_id: str, *, initial: kit.Option | None = None, hint: str = "", optional: bool = False
) -> Block:
    """Return a choice of one from a menu that asks us for its options once two letters are typed."""
    element = kit.ExternalDataSelectElement(
        action_id=block_id, initial_option=initial, min_query_length=2
    ).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def number_input(
    label: str, block_id: str, *, least: int, most: int, initial: int | None = None, hint: str = ""
) -> Block:
    """Return a field for a whole number."""
    element = kit.NumberInputElement(
        action_id=block_id,
        is_decimal_allowed=False,
        min_value=str(least),
        max_value=str(most),
        initial_value=str(initial) if initial is not None else None,
    ).to_dict()
    return labelled(label, element, block_id=block_id, optional=False, hint=hint)


def person_input(
    label: str, block_id: str, *, initial: str | None = None, hint: str = "", optional: bool = False
) -> Block:
    """Return a picker of one Slack user."""
    element = kit.UserSelectElement(action_id=block_id, initial_user=initial).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def people_input(
    label: str,
    block_id: str,
    *,
    most: int,
    initial: Sequence[str] = (),
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Return a picker of up to ``most`` Slack users."""
    element = kit.UserMultiSelectElement(
        action_id=block_id, initial_users=list(initial) or None, max_selected_items=most
    ).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def date_input(
    label: str, block_id: str, *, initial: str | None = None, hint: str = "", optional: bool = False
) -> Block:
    """Return a picker of a day (``YYYY-MM-DD``)."""
    element = kit.DatePickerElement(action_id=block_id, initial_date=initial).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)
