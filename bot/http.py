"""Three pages for machines: /healthz, /readyz and /metrics; what is well is decided in `bot.watch`."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.watch import Figures, Watch

JSON = "application/json"
Page = Callable[[], tuple[int, str, bytes]]


class HttpDoor:
    """Serves the pages on a thread of its own between `start()` and `stop()`."""

    def __init__(self, host: str, port: int, watch: Watch, figures: Figures) -> None:
        registry = CollectorRegistry()
        registry.register(figures)

        def healthz() -> tuple[int, str, bytes]:
            reasons = watch.dead()
            return _json({"ok": not reasons, "reasons": reasons})

        self._pages: dict[str, Page] = {
            "/healthz": healthz,
            "/readyz": lambda: _json(watch.ready()),
            "/metrics": lambda: (200, CONTENT_TYPE_LATEST, generate_latest(registry)),
        }
        self._host = host
        self._port = port
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> int:
        """Listen, and return the port. Raises OSError where it cannot have it."""

        class Pages(_Answers):
            pages = self._pages

        self._server = (_Server6 if ":" in self._host else _Server)((self._host, self._port), Pages)
        threading.Thread(target=self._server.serve_forever, args=(0.2,), name="http", daemon=True).start()
        return int(self._server.server_address[1])

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Answers(BaseHTTPRequestHandler):
    pages: ClassVar[Mapping[str, Page]] = {}
    timeout = 10
    server_version = "qualitydesk"
    sys_version = ""

    def do_GET(self) -> None:
        page = self.pages.get(self.path.partition("?")[0])
        status, kind, body = page() if page else (404, "text/plain", b"No such page.\n")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server calls
        """Who asks for health is not worth a line."""


def _json(said: dict[str, Any]) -> tuple[int, str, bytes]:
    return 200 if said["ok"] else 503, JSON, json.dumps(said).encode() + b"\n"
