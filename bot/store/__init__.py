"""Rows and queries, the outbox and the migrations. Knows nothing above it."""
