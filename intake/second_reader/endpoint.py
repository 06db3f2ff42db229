"""Speaking HTTP with the second reader: one question, one answer, within its time and size; no redirect, no proxy, no cookie."""

import contextlib
import http.client
import json
import os
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from intake.second_reader.agreed import opinion_of, question
from tracker.field import Field
from tracker.second_opinion import Opinion

MOST_BYTES: Final = 256 * 1024
TRIAL: Final = (
    "This is a trial of the connection. The rota for next month was sent out on time and nobody had a question."
)


class NoAnswer(Exception):
    """The second reader gave no answer that may be used; the text says why, and has nothing in it of message or key."""


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible chat endpoint. `url` is its full address, `key_env` names the variable with its key ("": none).

    `seconds` bounds a whole question and its answer.
    """

    url: str
    model: str
    key_env: str = ""
    seconds: float = 10.0

    def ask(self, text: str, field: Field) -> Opinion:
        """The second reader's opinion of a de-identified text. Raises NoAnswer."""
        body = self._post(json.dumps(question(text, model=self.model, field=field)).encode())
        try:
            return opinion_of(body, text=text, model=self.model, field=field)
        except ValueError as error:
            raise NoAnswer(str(error)) from None

    def check(self, field: Field) -> None:
        """Raises NoAnswer unless an invented sentence is answered in the agreed form."""
        self.ask(TRIAL, field)

    def _post(self, body: bytes) -> bytes:
        place = urlsplit(self.url)
        connection = self._connection(place)
        late = threading.Event()
        wires: list[socket.socket] = []
        timer = threading.Timer(self.seconds, _cut, (connection, wires, late))
        timer.daemon = True
        began = time.monotonic()
        timer.start()
        try:
            target = (place.path or "/") + (f"?{place.query}" if place.query else "")
            connection.connect()
            # The connection forgets its socket when the answer's head says that it will close.
            wires.append(connection.sock)
            connection.request("POST", target, body, self._headers())
            with connection.getresponse() as response:
                if response.status != http.HTTPStatus.OK:
                    raise NoAnswer(f"it answered {response.status}")
                answer = response.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                raise NoAnswer(f"it took longer than {self.seconds:g} s") from None
            raise NoAnswer(f"it cannot be reached ({type(error).__name__})") from None
        finally:
            timer.cancel()
            connection.close()
        # A connection that was cut may look like one that ended.
        if late.is_set() or time.monotonic() - began > self.seconds:
            raise NoAnswer(f"it took longer than {self.seconds:g} s")
        if len(answer) > MOST_BYTES:
            raise NoAnswer("its answer is too long")
        return answer

    def _connection(self, place: SplitResult) -> http.client.HTTPConnection:
        host, port = place.hostname or "", place.port
        if place.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context)
        return http.client.HTTPConnection(host, port, timeout=self.seconds)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        if self.key_env:
            key = os.environ.get(self.key_env, "").strip()
            if not key:
                raise NoAnswer(f"the variable {self.key_env} holds no key")
            headers["Authorization"] = f"Bearer {key}"
        return headers


def _cut(connection: http.client.HTTPConnection, wires: list[socket.socket], late: threading.Event) -> None:
    """The time is over: whatever waits on the connection is woken, drop by drop as the answer may come."""
    late.set()
    for wire in (connection.sock, *wires):
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
