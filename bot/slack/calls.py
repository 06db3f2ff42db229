"""One call of Slack's Web API and every way it can end; it honours Retry-After per method and channel, and never repeats a call.

SlackTrouble            a call did not end well; `str` is a sentence without content
├── Limited             asked to wait; nothing was done
├── Unreached           the call did not reach Slack; nothing was done
├── Lost                Slack may or may not have done it
└── SaidNo              Slack answered with an error code; nothing was done
"""

import http.client
import logging
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

DEFAULT_RETRY_AFTER: Final = 30.0
MOST_RETRY_AFTER: Final = 3600.0
UNKNOWN_METHOD: Final = frozenset({"unknown_method", "method_not_found", "not_implemented"})


class SlackTrouble(Exception):
    """Base of the ways a call can end badly."""


class Limited(SlackTrouble):
    """Slack asked us to wait `retry_after` seconds."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(f"Slack asked us to wait {retry_after:.0f} seconds before the next {method}.")
        self.retry_after = retry_after


class Unreached(SlackTrouble):
    """The call never reached Slack."""


class Lost(SlackTrouble):
    """The answer was lost, so nobody knows whether Slack did it."""


class SaidNo(SlackTrouble):
    """Slack refused; `code` is its word for why, `needed` the scope that is missing where it says so."""

    def __init__(self, method: str, code: str, needed: str = "") -> None:
        super().__init__(f"Slack refused {method}: {code}{f' (needs the scope {needed})' if needed else ''}.")
        self.method = method
        self.code = code

    @property
    def unknown(self) -> bool:
        """The server does not know the method: real Slack never says so, a small stand-in may."""
        return self.code in UNKNOWN_METHOD


class Calls:
    """Calls methods of the Web API by name. Thread-safe."""

    def __init__(self, client: WebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._not_before: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Slack's answer. Raises SlackTrouble; while a wait that Slack asked for is not over, without calling."""
        place = (method, str(params.get("channel", "")))
        self._wait_is_over(place)
        try:
            answer = getattr(self._client, method.replace(".", "_"))(**params)
        except SlackApiError as error:
            raise self._refusal(place, error) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
                raise Unreached(f"Slack could not be reached ({type(error.reason).__name__}).") from None
            raise Lost(f"Slack's answer to {method} was lost ({type(error.reason).__name__}).") from None
        except (OSError, http.client.HTTPException) as error:
            raise Lost(f"Slack's answer to {method} was lost ({type(error).__name__}).") from None
        data = answer.data
        return data if isinstance(data, dict) else {}

    def send_bytes(self, url: str, content: bytes) -> None:
        """Send a file to the address that Slack named: https, or the very host of the Web API. Raises SlackTrouble."""
        base = urllib.parse.urlsplit(self._client.base_url)
        to = urllib.parse.urlsplit(url)
        if to.scheme != "https" and (to.scheme, to.netloc) != (base.scheme, base.netloc):
            raise SaidNo("files.getUploadURLExternal", "address_not_allowed")
        request = urllib.request.Request(url, data=content, method="POST")  # noqa: S310 - the scheme was looked at above
        request.add_header("Content-Type", "application/octet-stream")
        try:
            with urllib.request.urlopen(request, timeout=self._client.timeout) as answer:  # noqa: S310
                answer.read()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreached(f"The file did not reach Slack ({type(error).__name__}).") from None

    def scopes(self) -> frozenset[str] | None:
        """The scopes of our bot token, None where the server does not tell. Raises SlackTrouble."""
        try:
            answer = self._client.auth_test()
        except SlackApiError as error:
            raise self._refusal(("auth.test", ""), error) from None
        except (OSError, http.client.HTTPException) as error:
            raise Unreached(f"Slack could not be reached ({type(error).__name__}).") from None
        told = _header(answer.headers, "x-oauth-scopes")
        return frozenset(scope.strip() for scope in told.split(",") if scope.strip()) if told else None

    def _wait_is_over(self, place: tuple[str, str]) -> None:
        with self._lock:
            left = self._not_before.get(place, 0.0) - self._clock()
        if left > 0:
            raise Limited(place[0], left)

    def _refusal(self, place: tuple[str, str], error: SlackApiError) -> SlackTrouble:
        method, response = place[0], error.response
        # The body may be a page of HTML from something in between; then there is no code in it.
        status = int(
            getattr(response, "status_code", 0) or (isinstance(response, dict) and response.get("status")) or 0
        )
        data = getattr(response, "data", None)
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or code in {"ratelimited", "rate_limited"}:
            wait = retry_after_of(getattr(response, "headers", {}))
            with self._lock:
                self._not_before[place] = self._clock() + wait
            return Limited(method, wait)
        if not code or status >= 500:
            return Lost(f"Slack answered {method} with status {status} and no word.")
        return SaidNo(method, code, str(data.get("needed", "")) if isinstance(data, dict) else "")


def quiet_logger(name: str = "qualitydesk.slack_sdk") -> logging.Logger:
    """A logger for the Slack libraries that cannot show a payload: errors only, first line only, no traceback.

    Its own level is set because the libraries look at that and not at the effective one.
    """
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    if not any(isinstance(each, _FirstLine) for each in logger.filters):
        logger.addFilter(_FirstLine())
    return logger


class _FirstLine(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        first = record.getMessage().partition("\n")[0][:120]
        record.msg, record.args = f"{first} [{kind}]" if kind else first, None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _header(headers: Any, name: str) -> str:
    for key, value in dict(headers or {}).items():
        if str(key).lower() == name:
            return str(value[0] if isinstance(value, list) and value else value)
    return ""


def retry_after_of(headers: Any) -> float:
    """How many seconds Slack asks us to wait, within reason."""
    try:
        return min(max(float(_header(headers, "retry-after")), 1.0), MOST_RETRY_AFTER)
    except ValueError:
        return DEFAULT_RETRY_AFTER
