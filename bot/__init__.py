"""mentorbot: mentorship programmes that run inside Slack."""
