"""Block elements: buttons, menus, pickers, inputs; where each may stand."""

from sandbox.blockkit.elements.element import element
from sandbox.blockkit.elements.places import IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION

__all__ = ["IN_ACTIONS", "IN_CONTEXT_ACTIONS", "IN_INPUT", "IN_SECTION", "element"]
