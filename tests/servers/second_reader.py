"""A chat endpoint on loopback that answers what the test says, slowly, wrongly or not at all; it keeps what it was asked."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """What one request gets. `drip` sends the body byte by byte with that many seconds between."""

    body: bytes
    status: int = 200
    wait: float = 0.0
    drip: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


def says(*flags: tuple[str, str], urgency: str = "routine", urgency_words: str = "", **more: Any) -> Reply:
    """An answer in the agreed form, with `more` keys that are not in it."""
    told = {"urgency": urgency, "urgency_words": urgency_words, "red_flags": [{"id": i, "words": w} for i, w in flags]}
    return content(json.dumps(told | more))


def content(text: Any) -> Reply:
    """A chat completion whose message is this text."""
    return Reply(json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode())


class SecondReader:
    """Runs between `with SecondReader() as there:` and the end of the block, at `there.url`. Unscripted, it finds nothing."""

    def __enter__(self) -> Self:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._replies: deque[Reply] = deque()
        self._over = threading.Event()
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                here.asked.append(json.loads(body))
                here.headers.append(dict(self.headers))
                here._answer(self)

            def log_message(self, *what: Any) -> None:
                """Nothing: the tests say what was asked."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/chat/completions"

    def reply_next(self, *replies: Reply) -> None:
        """Answer the next requests so, in this order."""
        self._replies.extend(replies)

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        reply = self._replies.popleft() if self._replies else says()
        self._over.wait(reply.wait)
        try:
            request.send_response(reply.status)
            for name, value in reply.headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(reply.body)))
            request.end_headers()
            if not reply.drip:
                request.wfile.write(reply.body)
            for place in range(len(reply.body) if reply.drip else 0):
                request.wfile.write(reply.body[place : place + 1])
                request.wfile.flush()
                if self._over.is_set():
                    return
                time.sleep(reply.drip)
        except OSError:
            return  # whoever asked has hung up
