"""Getting payloads to an app: over one of its sockets, or by signed HTTP, and hearing its answer."""

from sandbox.server.delivery.answer import Answer
from sandbox.server.delivery.courier import Courier
from sandbox.server.delivery.sockets import Sockets

__all__ = ["Answer", "Courier", "Sockets"]
