"""What the sandbox remembers of one workspace: plain dataclasses, no sockets, no asyncio, no wall clock."""
