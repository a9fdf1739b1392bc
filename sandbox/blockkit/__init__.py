"""Block Kit as Slack judges it: limits, surfaces, error names, and what a person's input becomes.

Pure functions over plain JSON. Nothing here knows of HTTP, of people or of channels.
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
