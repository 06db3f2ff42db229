"""The Socket Mode connection: made as soon as Slack answers, watched, made anew when dead; what it carries is not known here.

The library reconnects by itself, but not in every case (a connection that never answers a ping, an address that was spent), so
a watchman looks every few seconds when Slack was last heard.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin.client import SocketModeClient

from bot.log import facts_of

PING_SECONDS: Final = 5
LOOK_SECONDS: Final = 1.0
SILENT_SECONDS: Final = 15.0
"""Slack answers every ping: three that were not answered mean a dead line. Noticed within this and LOOK_SECONDS."""
BACK_OFF: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
log = structlog.get_logger()


class Line:
    """One connection. `identify` must succeed before the first connect; `contact` is told whenever Slack was heard.

    `connecting` and `connected` are told before and after each connection that the watchman makes.
    """

    def __init__(
        self,
        app: App,
        app_token: str,
        logger: logging.Logger,
        *,
        identify: Callable[[], None],
        connecting: Callable[[], None],
        connected: Callable[[], None],
        contact: Callable[[], None],
        silence: float = SILENT_SECONDS,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._logger = logger
        self._identify = identify
        self._connecting = connecting
        self._connected = connected
        self._contact = contact
        self._silence = silence
        self._handler: SocketModeHandler | None = None
        self._heard_at = time.monotonic()
        self._pong: float | None = None
        self._leaving = threading.Event()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-line", daemon=True)

    def start(self, wait: float) -> bool:
        """Begin to connect; returns after the first connection or after `wait` seconds, and goes on trying by itself."""
        self._thread.start()
        return self._up.wait(wait)

    def stop(self) -> None:
        """Hang up; what is being worked on is finished first."""
        self._leaving.set()
        if self._thread.ident is not None:
            self._thread.join(30)
        if self._handler is not None:
            _hang_up(self._handler.client)

    @property
    def is_up(self) -> bool:
        """Whether there is a connection that Slack was heard on lately."""
        return self._handler is not None and self._handler.client.is_connected() and not self._is_silent()

    def _run(self) -> None:
        faults = 0
        while not self._leaving.is_set():
            try:
                self._watch()
                faults, rest = 0, LOOK_SECONDS
            except Exception as error:  # noqa: BLE001 - the watchman must outlive every kind of network trouble
                rest = BACK_OFF[min(faults, len(BACK_OFF) - 1)]
                faults += 1
                log.warning("slack.not_connected", in_a_row=faults, rest=rest, **facts_of(error))
            self._leaving.wait(rest)

    def _watch(self) -> None:
        if self._handler is None:
            self._identify()
            self._handler = SocketModeHandler(
                self._app, self._app_token, logger=self._logger, ping_interval=PING_SECONDS
            )
            self._handler.client.on_message_listeners.append(self._heard)
            self._connect(self._handler.client)
            return
        client = self._handler.client
        self._note_pong(client)
        if not client.is_connected() or self._is_silent():
            log.warning("slack.line_dead", connected=client.is_connected())
            self._connect(client)

    def _connect(self, client: SocketModeClient) -> None:
        self._connecting()
        # Always with a fresh address: one that was used, or that grew old, is never good again.
        client.connect_to_new_endpoint(force=True)
        if not client.is_connected():
            raise ConnectionError("the socket was refused")
        self._heard_at = time.monotonic()
        self._up.set()
        self._contact()
        self._connected()

    def _heard(self, _message: str) -> None:
        self._heard_at = time.monotonic()
        self._contact()

    def _note_pong(self, client: SocketModeClient) -> None:
        session = client.current_session
        pong = session.last_ping_pong_time if session is not None else None
        if pong is not None and pong != self._pong:
            self._pong = pong
            self._heard("")

    def _is_silent(self) -> bool:
        return time.monotonic() - self._heard_at > self._silence


def _hang_up(client: SocketModeClient) -> None:
    """Close the client at once: its threads wait for up to three seconds unless they are woken first."""
    client.auto_reconnect_enabled = False
    client.closed = True
    client.message_queue.put(None)
    session = client.current_session
    if session is not None and session.sock is not None:
        with contextlib.suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    client.close()
