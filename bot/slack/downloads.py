"""Getting the bytes of a file from Slack with the bot's token, which is shown to Slack's own hosts only, redirected or not."""

import http.client
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import IO, Final

from bot.slack.calls import Limited, Lost, SlackTrouble, Unreached, retry_after_of

SECONDS: Final = 120.0
PIECE: Final = 64 * 1024
REDIRECTS: Final = 3
_PORTS: Final = {"http": 80, "https": 443}


class NotShown(SlackTrouble):
    """Slack answered, but not with the file: a page to log in, or a way to another host."""

    def __init__(self) -> None:
        super().__init__(
            "Slack does not show the file to the bot; is the scope files:read granted, and is the bot in the channel?"
        )


class TooLarge(Exception):
    """The file is over the limit."""


class Vanished(Exception):
    """There is no such file."""


class Downloads:
    """Files of one workspace. `api_url` is the base of the Web API; files lie at its host, or at `files.` and that host."""

    def __init__(self, api_url: str, token: str, *, timeout: float) -> None:
        self._api = urllib.parse.urlsplit(api_url)
        self._token = token
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_OnlySlack(self))

    def is_slacks(self, url: str) -> bool:
        """Whether the token may be shown there: the host of the Web API itself, or over https the host of its files."""
        try:
            to = urllib.parse.urlsplit(url)
            place = (to.scheme, to.hostname, to.port or _PORTS.get(to.scheme))
            api = (self._api.scheme, self._api.hostname, self._api.port or _PORTS.get(self._api.scheme))
        except ValueError:
            return False
        return "@" not in to.netloc and place in {api, ("https", f"files.{self._api.hostname}", 443)}

    def get(self, url: str, *, most: int, page: bool = False) -> bytes:
        """The bytes of a file; `page` says that it may be a web page.

        Raises TooLarge, Vanished, and SlackTrouble where a later attempt may help.
        """
        if not self.is_slacks(url):
            raise NotShown
        request = urllib.request.Request(url)  # noqa: S310 - the host was looked at above
        request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                if answer.headers.get_content_type() == "text/html" and not page:
                    raise NotShown
                return _read(answer, most)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
                raise Unreached(f"Slack could not be reached ({type(error.reason).__name__}).") from None
            raise Lost(f"The file did not come whole ({type(error.reason).__name__}).") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Lost(f"The file did not come whole ({type(error).__name__}).") from None


class _OnlySlack(urllib.request.HTTPRedirectHandler):
    max_redirections = REDIRECTS

    def __init__(self, downloads: Downloads) -> None:
        self._downloads = downloads

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not self._downloads.is_slacks(newurl):
            fp.close()
            raise NotShown
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(answer: http.client.HTTPResponse, most: int) -> bytes:
    """All of it, in bounded time and size. Raises TooLarge, TimeoutError, http.client.IncompleteRead."""
    until = time.monotonic() + SECONDS
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > most:
        raise TooLarge
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(PIECE):
        size += len(piece)
        if size > most:
            raise TooLarge
        if time.monotonic() > until:
            raise TimeoutError
        pieces.append(piece)
    if told.isdigit() and size < int(told):
        raise http.client.IncompleteRead(b"", int(told) - size)
    return b"".join(pieces)


def _refusal(error: urllib.error.HTTPError) -> Exception:
    if error.code in {404, 410}:
        return Vanished()
    if error.code == 429:
        return Limited("file", retry_after_of(error.headers))
    if error.code >= 500:
        return Lost(f"Slack answered with status {error.code} instead of the file.")
    return NotShown()
