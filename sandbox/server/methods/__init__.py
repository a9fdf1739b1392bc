"""Slack's Web API methods, one file a family; the coverage table says which and with what scopes."""

from sandbox.server.call import Method
from sandbox.server.methods import (
    auth,
    blocks,
    chat,
    conversations,
    files,
    history,
    oauth,
    reactions,
    schedule,
    users,
    views,
)

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **blocks.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **history.METHODS,
    **oauth.METHODS,
    **reactions.METHODS,
    **schedule.METHODS,
    **users.METHODS,
    **views.METHODS,
}
"""Every served method by name; a test holds it equal to the coverage table."""
