"""The aiohttp application: every address of the sandbox on one port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox.server import authorize, control, messages, respond, uploads, webapi
from sandbox.server.box import Box
from sandbox.server.methods.files import LARGEST

PAGE = Path(__file__).parent.parent / "page"
_HERE = "http://127.0.0.1:* http://localhost:* https://127.0.0.1:* https://localhost:*"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; "
    f"img-src 'self' data: {_HERE}; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""What the page may load: its own files; pictures also from other servers on this machine."""
_Route = Callable[[Box, web.Request], Awaitable[web.StreamResponse]]


def make(box: Box) -> web.Application:
    """Make the application around a box; ``box.address`` is filled in once a port is bound."""
    app = web.Application(client_max_size=LARGEST + 1024 * 1024)

    def serve(method: str, path: str, route: _Route) -> None:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await route(box, request)

        app.router.add_route(method, path, handle)

    serve("GET", "/api/{method}", webapi.serve)
    serve("POST", "/api/{method}", webapi.serve)
    serve("GET", "/oauth/v2/authorize", authorize.show)
    serve("POST", "/oauth/v2/authorize", authorize.decide)
    serve("POST", "/respond/{secret:.+}", respond.serve)
    serve("POST", "/upload/{file_id}", uploads.take)
    serve("GET", "/files/{file_id}/{name}", uploads.give)
    serve("GET", "/avatars/{user}/{size}.svg", uploads.picture)
    app.router.add_get("/link/", box.courier.sockets.serve)
    control.add_routes(app, box)
    app.router.add_get("/", _index)
    app.router.add_get("/archives/{channel}/{message}", _index)  # the page reads where a permalink leads
    app.router.add_static("/", PAGE)
    app.on_response_prepare.append(_headers)
    app.cleanup_ctx.append(_background(box))
    app.on_shutdown.append(_hang_up(box))
    return app


async def _index(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html")


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    if request.path.startswith("/api/"):  # no page: its callers would read three lines more at every call
        return
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")


def _hang_up(box: Box) -> Callable[[web.Application], Awaitable[None]]:
    async def run(_app: web.Application) -> None:
        await box.courier.reset()  # open sockets would hold up the end

    return run


def _background(box: Box) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_app: web.Application) -> AsyncIterator[None]:
        posting = asyncio.create_task(messages.post_due(box))
        yield
        posting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await posting
        await box.courier.close()

    return run
