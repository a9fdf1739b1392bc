"""The control API: what a test, the driver and the page do as people and as the workspace's owner."""

from sandbox.server.control.routes import add_routes

__all__ = ["add_routes"]
