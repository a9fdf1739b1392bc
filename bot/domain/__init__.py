"""The rules of mentorship, then the steps that change rows by them. No Slack, no wall clock, no texts."""
