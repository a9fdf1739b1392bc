"""What time starts: due rows become notices, and the outbox is drained. Same shape as handlers."""
