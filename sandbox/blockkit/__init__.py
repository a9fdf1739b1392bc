"""Block Kit as Slack judges it: limits, surfaces, error names, and what a person's input becomes.

Pure functions over plain JSON. Nothing here knows of HTTP, of people or of channels.

Where Slack's pages disagree or are silent, this is what is done:

- `card` is accepted in modals and `table` on Home, as documented, though both were reported to fail there.
- A `data_table` takes a header and 100 rows; a chart 20 categories; a card 2 buttons.
- Some 13,200 characters of readable text in all blocks of a message are `msg_blocks_too_long` (observed).
- A text object anywhere carries at most 3,000 characters, and at least one.
- A Home may have no blocks at all, a modal not: its reference names a most and no least.
- Unknown members and nulls are refused, as Slack's schema refuses them.
- A confirmation needs title, text and both buttons, as documented, though Slack's types call some optional.
- The pages name one code of `blocks.validate`, `failed_constraint`; see `Problem` for ours.
"""

from sandbox.blockkit.check import check_blocks, check_message, check_view
from sandbox.blockkit.entry import missing_inputs
from sandbox.blockkit.problems import Json, Problem, Surface
from sandbox.blockkit.state import action_payload, find_element, initial_values, state_value, with_ids

__all__ = [
    "Json",
    "Problem",
    "Surface",
    "action_payload",
    "check_blocks",
    "check_message",
    "check_view",
    "find_element",
    "initial_values",
    "missing_inputs",
    "state_value",
    "with_ids",
]
