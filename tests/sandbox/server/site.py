"""A Bolt app with OAuth behind an address, as its own development server serves it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import App, BoltRequest, BoltResponse


class Site:
    """A Bolt app with OAuth behind an address, served as its own development server serves it."""

    def __init__(self) -> None:
        self.app: App | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def answer(self, path: str, asked: BoltRequest) -> BoltResponse:
        """What Bolt answers at each of its addresses."""
        assert self.app is not None
        flow = self.app.oauth_flow
        assert flow is not None
        if path == "/slack/install":
            return flow.handle_installation(asked)
        if path == "/slack/oauth_redirect":
            return flow.handle_callback(asked)
        return self.app.dispatch(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve("")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _serve(self, body: str) -> None:
                parts = urlsplit(self.path)
                headers: dict[str, Any] = dict(self.headers.items())
                said = site.answer(parts.path, BoltRequest(body=body, query=parts.query, headers=headers))
                self.send_response(said.status)
                for name, values in said.headers.items():
                    for value in values:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write((said.body or "").encode())

            def log_message(self, *_args: Any) -> None:
                """Keep the test's output clean."""

        return Handler
