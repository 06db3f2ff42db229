"""The HTTP door: Web API calls and response_urls over a real socket; what a method does lives in its own module."""

import contextlib
import copy
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.servers.slack import chat, conversations, files, people, views
from tests.servers.slack.faults import HttpFault, HttpFaults
from tests.servers.slack.methods import METHODS, Params
from tests.servers.slack.workspace import SlackFault, Workspace

FAMILIES = (chat, conversations, files, people, views)
"""Imported so that their methods are in the table."""

STRUCTURED = ("blocks", "attachments", "metadata", "view", "unfurls", "files")
"""Arguments that a form carries as JSON text."""

CONNECTIONS_OPEN = "apps.connections.open"


@dataclass(frozen=True)
class Call:
    """One request as it came: the method ("response_url" for those), its arguments, when, and the answer given."""

    method: str
    params: Params
    at: datetime
    answer: dict[str, Any]


class WebDoor:
    """Listens on an ephemeral loopback port until `close()`."""

    def __init__(self, workspace: Workspace, open_connection: Callable[[], dict[str, Any]]) -> None:
        self.workspace = workspace
        self.open_connection = open_connection
        self.faults = HttpFaults()
        self.calls: list[Call] = []
        door = self

        class Handler(_Handler):
            web = door

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="slack-web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, name: str, token: str | None, params: Params) -> dict[str, Any]:
        """Perform a method and return Slack's answer, good or bad."""
        try:
            self._admit(name, token)
            if name == CONNECTIONS_OPEN:
                return {"ok": True, **self.open_connection()}
            with self.workspace.lock:
                # A copy, since what it shows may change while it is being sent.
                return {"ok": True, **copy.deepcopy(METHODS[name](self.workspace, params))}
        except SlackFault as fault:
            refused: dict[str, Any] = {"ok": False, "error": fault.code, **fault.more}
            if fault.messages:
                refused["response_metadata"] = {"messages": fault.messages}
                refused["errors"] = fault.messages
            return refused

    def _admit(self, name: str, token: str | None) -> None:
        if name not in METHODS and name != CONNECTIONS_OPEN:
            raise SlackFault("unknown_method")
        if not token:
            raise SlackFault("not_authed")
        if token not in (self.workspace.bot_token, self.workspace.app_token):
            raise SlackFault("invalid_auth")
        if (token == self.workspace.app_token) != (name == CONNECTIONS_OPEN):
            raise SlackFault("not_allowed_token_type")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own affair; anything else is a fault of this server and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    web: WebDoor
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing: calls are recorded, and a test's output is no place for them."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        at = datetime.now(UTC)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        if url.path.startswith(files.UPLOADS):
            self._upload(url.path.removeprefix(files.UPLOADS), body)
            return
        if url.path.startswith(files.PRIVATE):
            self._shared_file(url.path, at)
            return
        try:
            params = {**dict(parse_qsl(url.query)), **self._read(body)}
        except ValueError:
            self._send(200, {"ok": False, "error": "invalid_json"})
            return
        if url.path.startswith("/api/"):
            self._call(url.path.removeprefix("/api/"), params, at)
        elif url.path in self.web.workspace.response_urls or url.path.startswith(("/actions/", "/commands/")):
            self._response_url(url.path, params, at)
        else:
            self._send(404, "<html><body>Not Found</body></html>")

    def _upload(self, file: str, body: bytes) -> None:
        kept = self.web.workspace.files.get(file)
        if kept is None:
            self._send(404, "no such upload")
            return
        kept["content"] = body
        self._send(200, f"OK - {len(body)}")

    def _shared_file(self, path: str, at: datetime) -> None:
        """A file that somebody shared; the faults of the method "file" are served in its place."""
        fault = self.web.faults.take("file")
        try:
            found = files.shared_at(self.web.workspace, path, self.headers.get("Authorization"))
        except KeyError:
            self._send(404, "<html><body>No such file</body></html>")
            return
        self.web.calls.append(Call("file", {"path": path}, at, {"ok": found is not None}))
        if fault is not None:
            time.sleep(fault.seconds)
        if fault is not None and fault.drop:
            self._cut()
        elif fault is not None and not fault.perform:
            self._send(fault.status, fault.body if fault.body is not None else "", fault)
        elif found is None:
            self._send(302, "", HttpFault("file", 1, headers={"Location": "https://desk.slack.example/?redir=files"}))
        else:
            self._send_bytes(*found)

    def _send_bytes(self, mimetype: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", mimetype)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def _call(self, name: str, params: Params, at: datetime) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or params.get("token")
        params.pop("token", None)
        self._serve_with_faults(name, params, at, lambda: self.web.answer(name, token, params))

    def _response_url(self, path: str, params: Params, at: datetime) -> None:
        def perform() -> dict[str, Any]:
            try:
                with self.web.workspace.lock:
                    chat.answer_response_url(self.web.workspace, path, params)
            except SlackFault as fault:
                return {"ok": False, "error": fault.code}
            return {"ok": True}

        self._serve_with_faults("response_url", params, at, perform)

    def _serve_with_faults(
        self, name: str, params: Params, at: datetime, perform: Callable[[], dict[str, Any]]
    ) -> None:
        fault = self.web.faults.take(name)
        if fault is not None:
            time.sleep(fault.seconds)
        if fault is None or fault.perform:
            answer = perform()
        else:
            answer = fault.body if isinstance(fault.body, dict) else {"ok": False, "error": f"status_{fault.status}"}
        self.web.calls.append(Call(name, params, at, answer))
        if fault is not None and fault.drop:
            self._cut()
        elif fault is not None and not fault.perform:
            self._send(fault.status, fault.body if fault.body is not None else answer, fault)
        elif name == "response_url":
            self._send(200 if answer["ok"] else 404, "ok" if answer["ok"] else answer)
        else:
            self._send(200, answer)

    def _read(self, body: bytes) -> Params:
        kind = self.headers.get("Content-Type", "")
        if not body:
            return {}
        if kind.startswith("application/json"):
            given = json.loads(body)
            if not isinstance(given, dict):
                raise ValueError("a JSON body must be an object")
        elif kind.startswith("multipart/form-data"):
            parts = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body).walk()
            given = {
                str(part.get_param("name", header="content-disposition")): (
                    part.get_payload(decode=True) or b""
                ).decode()  # type: ignore[union-attr]
                for part in parts
                if not part.is_multipart()
            }
        else:
            given = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
        for name in STRUCTURED:
            if isinstance(given.get(name), str):
                with contextlib.suppress(json.JSONDecodeError):  # left as text, which the method then refuses
                    given[name] = json.loads(given[name])
        return given

    def _send(self, status: int, body: str | dict[str, Any], fault: HttpFault | None = None) -> None:
        raw = (json.dumps(body) if isinstance(body, dict) else body).encode("utf-8")
        self.send_response(status)
        kind = "application/json; charset=utf-8" if isinstance(body, dict) else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Connection", "close")
        self.send_header("X-OAuth-Scopes", ",".join(self.web.workspace.scopes))
        for name, value in (fault.headers if fault else {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = True

    def _cut(self) -> None:
        """Drop the connection with a reset, as a network fault does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
