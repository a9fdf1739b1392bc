"""Pure functions from a frozen outcome and its reader to Block Kit. They own the action ids."""
