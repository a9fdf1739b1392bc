"""A local Slack: server, page and driver. Knows no mentorship; serves any Bolt app."""
