"""Slack's other way of speaking: signed HTTP requests to the app's address; the same deliveries as over the sockets."""

import hashlib
import hmac
import http.client
import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tests.servers.slack.sockets import Ack, Delivery, Kind

PATH = "/slack/events"


class HttpDoor:
    """Posts every payload to `port` on loopback, signed with `secret`, as Slack does (docs: verifying requests from Slack).

    An answer other than 2xx, or none within three seconds, counts as not acknowledged. `forge` spoils the signatures.
    """

    def __init__(self, port: int, secret: str, *, ack_seconds: float) -> None:
        self.port = port
        self.ack_seconds = ack_seconds
        self.deliveries: list[Delivery] = []
        self.statuses: list[int] = []
        self.forge = False
        self.connections: list[Any] = []
        self._secret = secret.encode()
        self._acks_to_lose = 0
        self._lock = threading.Lock()
        self._later = ThreadPoolExecutor(4)

    def close(self) -> None:
        self._later.shutdown(wait=True)

    def lose_acks(self, times: int = 1) -> None:
        self._acks_to_lose += times

    def deliver_later(self, kind: Kind, payload: dict[str, Any]) -> None:
        self._later.submit(self.deliver, kind, payload)

    def deliver(
        self,
        kind: Kind,
        payload: dict[str, Any],
        *,
        timeout: float | None = None,
        retry_attempt: int = 0,
        retry_reason: str = "",
    ) -> Ack | None:
        delivery = Delivery(kind, payload, str(uuid.uuid4()), retry_attempt, datetime.now(UTC))
        self.deliveries.append(delivery)
        body, content_type = _encoded(kind, payload)
        headers = self._signed(body) | {"Content-Type": content_type}
        if retry_attempt:
            headers |= {"X-Slack-Retry-Num": str(retry_attempt), "X-Slack-Retry-Reason": retry_reason}
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout or self.ack_seconds)
        try:
            connection.request("POST", PATH, body=body, headers=headers)
            answer = connection.getresponse()
            said = answer.read().decode("utf-8")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        self.statuses.append(answer.status)
        with self._lock:
            lost = self._acks_to_lose > 0
            self._acks_to_lose -= lost
        if lost or not 200 <= answer.status < 300:
            return None
        delivery.ack = Ack(_payload_of(said), time.monotonic() - started)
        return delivery.ack

    def _signed(self, body: bytes) -> dict[str, str]:
        at = str(int(time.time()))
        secret = b"somebody else's" if self.forge else self._secret
        digest = hmac.new(secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


def _encoded(kind: Kind, payload: dict[str, Any]) -> tuple[bytes, str]:
    """Events are JSON, interactions a form with one field of JSON, commands a form."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _payload_of(said: str) -> dict[str, Any]:
    """What an acknowledgement holds: {} for nothing, the text alone of a plain one."""
    if not said.strip():
        return {}
    try:
        given = json.loads(said)
    except ValueError:
        return {"text": said}
    return given if isinstance(given, dict) else {}
