"""Nothing lost, nothing doubled: the bot's real processes under faults and ``kill -9``, and what arrived.

``python -m benchmarks.delivery --database postgresql --messages N --kills K [--whale N] [--paced] --json``

``town`` fills a database with workspaces, people, relationships and check-ins that fall due at one moment.
``cradle`` is a process that has imported the bot and gives birth to its processes; ``crew`` starts, kills and
counts them. ``judge`` compares what was due with the posts the local Slack accepted, key by key: what the bot
says of itself counts for nothing, except why it gave a message up.
"""
