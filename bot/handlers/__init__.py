"""Slack in: acknowledge, parse, call one domain step, show what came of it to the one who pressed."""
