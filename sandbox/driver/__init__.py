"""Drive the sandbox as a person would drive Slack.

```python
slack = Workspace(address)
alice = slack.person("alice")
alice.command("/findmentor rna").modal.fill(places=2).submit()
alice.dm.wait("wants to learn").button("Accept").click()
slack.clock.skip(days=7)
```

Everything that looks waits, within a person's patience, for what it asks for; what does not come is an
AssertionError that shows what the person sees instead.
"""

from sandbox.driver.answer import Answer, Message, Modal, Result
from sandbox.driver.browser import Browser, Page
from sandbox.driver.controls import Button, Menu
from sandbox.driver.line import RefusedError
from sandbox.driver.person import Person
from sandbox.driver.places import Channel, Home
from sandbox.driver.surface import Picture
from sandbox.driver.workspace import Clock, Workspace

__all__ = [
    "Answer",
    "Browser",
    "Button",
    "Channel",
    "Clock",
    "Home",
    "Menu",
    "Message",
    "Modal",
    "Page",
    "Person",
    "Picture",
    "RefusedError",
    "Result",
    "Workspace",
]
