"""Fetching the files of Slack messages, one at a time: ask where it lies, get it, and say what became of it.

Only from Slack's own hosts, never more than the limit, and never a program. The bytes go to the same place as those of mails.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from bot.log import facts_of
from bot.slack.calls import Calls, Limited, SaidNo, SlackTrouble
from bot.slack.downloads import Downloads, TooLarge, Vanished
from intake.mail.attachments import file_of, type_by_content
from tracker import fetches
from tracker.errors import StoreUnavailable
from tracker.fetches import ToFetch
from tracker.store import Store

LEASE: Final = timedelta(minutes=5)
PROGRAMS: Final = frozenset({"application/x-msdownload", "application/x-executable"})
_NO_MORE: Final = frozenset({"file_not_found", "file_deleted", "files_tombstoned"})
log = structlog.get_logger()


class CannotBeHad(Exception):
    """No later attempt would help; `str` is a sentence's end that says why."""


class Fetcher:
    """Fetches files for the tracker. `most` bytes may a file have."""

    def __init__(
        self, store: Store, calls: Calls, downloads: Downloads, now: Callable[[], datetime], *, most: int
    ) -> None:
        self._store = store
        self._calls = calls
        self._downloads = downloads
        self._now = now
        self._most = most

    def fetch_one(self) -> bool:
        """Fetch the file that has been due longest; True where there may be more, False where the caller should rest."""
        try:
            return self._fetch_one()
        except StoreUnavailable:
            # The lease runs out, and the file is fetched then.
            log.warning("slack.fetch_store_unavailable")
            return False

    def _fetch_one(self) -> bool:
        wanted = self._store.write(lambda tx: fetches.claim_one(tx, now=self._now(), lease=LEASE))
        if wanted is None:
            return False
        number = wanted.attachment_id
        try:
            content = self._content(wanted)
        except CannotBeHad as why:
            self._store.write(partial(fetches.refuse, attachment_id=number, why=str(why), now=self._now()))
        except SlackTrouble as trouble:
            log.warning("slack.file_not_fetched", attachment=number, **facts_of(trouble))
            wait = trouble.retry_after if isinstance(trouble, Limited) else None
            self._store.write(
                partial(fetches.give_back, attachment_id=number, why=str(trouble), retry_after=wait, now=self._now())
            )
        else:
            file = file_of(content, wanted.filename, wanted.content_type)
            self._store.write(partial(fetches.keep, attachment_id=number, file=file, now=self._now()))
        return True

    def _content(self, wanted: ToFetch) -> bytes:
        """The bytes. Raises CannotBeHad, SlackTrouble."""
        if not self._most:
            raise CannotBeHad("files are not fetched here ([slack] file_bytes is 0)")
        if wanted.size > self._most:
            raise CannotBeHad(self._too_large())
        url = wanted.url or self._asked_for(wanted.file)
        if not self._downloads.is_slacks(url):
            raise CannotBeHad("it does not lie in Slack itself")
        try:
            content = self._downloads.get(url, most=self._most, page=wanted.content_type == "text/html")
        except TooLarge:
            raise CannotBeHad(self._too_large()) from None
        except Vanished:
            raise CannotBeHad("Slack has it no more") from None
        if type_by_content(content) in PROGRAMS:
            raise CannotBeHad("it is a program, and programs are not kept")
        return content

    def _asked_for(self, file: str) -> str:
        """Where Slack says that the file lies, for a message that did not tell."""
        try:
            facts = self._calls("files.info", file=file).get("file") or {}
        except SaidNo as no:
            if no.code in _NO_MORE or no.unknown:
                raise CannotBeHad("Slack does not say where it lies") from None
            raise
        return str(facts.get("url_private_download") or facts.get("url_private") or "")

    def _too_large(self) -> str:
        return f"it is larger than {self._most // (1024 * 1024)} MB"
