"""The HTTP way in: Slack's signed requests come to a small server of ours, through Bolt's adapter; listeners do not know of it.

Slack wants https: a proxy in front of this port ends TLS. Slack is asked every minute whether it is still there, since over HTTP
nobody would notice a silence.
"""

import socket
import threading
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.log import facts_of

PATH: Final = "/slack/events"
LARGEST: Final = 4 * 1024 * 1024
IDLE_SECONDS: Final = 10
ASK_SECONDS: Final = 60.0
BACK_OFF: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
log = structlog.get_logger()


class WebLine:
    """Serves between `start` and `stop`. `identify` asks Slack who we are; `connecting`, `connected`, `contact` as for `Line`."""

    def __init__(
        self,
        app: App,
        host: str,
        port: int,
        *,
        identify: Callable[[], None],
        connecting: Callable[[], None],
        connected: Callable[[], None],
        contact: Callable[[], None],
        ask_every: float = ASK_SECONDS,
    ) -> None:
        self._app = app
        self._host = host
        self._wanted_port = port
        self._identify = identify
        self._connecting = connecting
        self._connected = connected
        self._contact = contact
        self._ask_every = ask_every
        self._server: _Server | None = None
        self._leaving = threading.Event()
        self._reached = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-line", daemon=True)
        self.port = 0

    def start(self, wait: float) -> bool:
        """Listen; returns once Slack has answered or after `wait` seconds. Raises OSError where the port cannot be had."""
        server = (_Server6 if ":" in self._host else _Server)((self._host, self._wanted_port), _Quiet)
        server.set_app(_limited(SlackRequestHandler(self._app, path=PATH)))
        self._server, self.port = server, int(server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.2,), name="slack-web", daemon=True).start()
        self._thread.start()
        return self._reached.wait(wait)

    def stop(self) -> None:
        """Let nobody in any more; what is being answered is finished."""
        self._leaving.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        if self._thread.ident is not None:
            self._thread.join(30)

    @property
    def is_up(self) -> bool:
        """Whether Slack answered when it was asked last."""
        return self._reached.is_set()

    def _run(self) -> None:
        faults = 0
        while not self._leaving.is_set():
            rest = self._ask_every
            try:
                self._identify()
                if not self._reached.is_set():
                    self._connecting()
                    self._reached.set()
                    self._connected()
                self._contact()
                faults = 0
            except Exception as error:  # noqa: BLE001 - the watchman must outlive every kind of network trouble
                self._reached.clear()
                rest = BACK_OFF[min(faults, len(BACK_OFF) - 1)]
                faults += 1
                log.warning("slack.not_reached", in_a_row=faults, rest=rest, **facts_of(error))
            self._leaving.wait(rest)


def _limited(handler: SlackRequestHandler) -> Callable[[dict[str, Any], Callable[..., Any]], Any]:
    """Bolt reads a whole body before it looks at the signature; so no stranger may send a very long one."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST:
            start_response("413 Content Too Large", [("Content-Length", "0")])
            return [b""]
        return handler(environ, start_response)

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def server_bind(self) -> None:
        """Without asking the resolver for our name, which may take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news, and a traceback could show a payload."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    timeout = IDLE_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server calls
        """Every request is written down where it is kept."""
