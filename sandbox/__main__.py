"""``python -m sandbox``: a local Slack for any Bolt app."""

import sys

from sandbox.server.command import main

if __name__ == "__main__":
    sys.exit(main())
