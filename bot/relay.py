"""One letter to an SMTP relay, step by step, so that only a break after the dot is uncertain; what a letter says is not here."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from bot.mime import postal
from bot.settings import RelaySettings
from tracker.outbox import Deferred, Outcome, Refused, Sent, Uncertain

LETTERS_A_CONNECTION: Final = 100
IDLE_SECONDS: Final = 20.0
_STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_QUEUE_ID: Final = re.compile(r"[A-Za-z0-9._-]{6,64}\Z")


class Relay(Protocol):
    """Whoever takes a letter away. `reachable` is False while the trouble is the relay's, not one letter's."""

    reachable: bool

    def send(
        self, letter: bytes, *, message_id: str, mail_from: str, to: str, before_dot: Callable[[], None]
    ) -> Outcome: ...

    def rest(self) -> None: ...

    def close(self) -> None: ...


class _Ended(Exception):
    """The dialogue is over before the dot, with this outcome; `keep` says whether the connection may serve again."""

    def __init__(self, outcome: Outcome, *, keep: bool = False, relay_wide: bool = False) -> None:
        self.outcome = outcome
        self.keep = keep
        self.relay_wide = relay_wide


class SmtpRelay:
    """A relay reached by SMTP; one thread at a time. The connection is kept for the next letter.

    `hello` is our name for EHLO. A whole dialogue ends within `lease` seconds, so that nobody else may take the letter
    meanwhile. TLS is verified, and there is no way back to plain text.
    """

    def __init__(self, settings: RelaySettings, *, hello: str, lease: float) -> None:
        self._settings = settings
        self._hello = hello
        self._budget = lease * 0.8
        self._tls = ssl.create_default_context(cafile=settings.ca_file) if settings.tls != "none" else None
        self._smtp: smtplib.SMTP | None = None
        self._served = 0
        self._used_at = 0.0
        self._deadline = 0.0
        self.reachable = True

    def send(
        self, letter: bytes, *, message_id: str, mail_from: str, to: str, before_dot: Callable[[], None]
    ) -> Outcome:
        """Deliver one letter. `before_dot` is called when everything but the final dot was said; what it raises is raised."""
        del message_id
        recipient = postal(to)
        if recipient is None or (mail_from and postal(mail_from) != mail_from):
            return Refused("The address is not one that mail can be sent to.", bad_address=recipient is None)
        self._deadline = time.monotonic() + self._budget
        try:
            smtp = self._begin(letter, mail_from, recipient)
            self._wait(smtp, self._settings.timeout_seconds)
            with _drop_is("while the letter was handed over"):
                smtp.send(_stuffed(letter))
        except _Ended as end:
            self.reachable = not end.relay_wide
            if not end.keep:
                self.close()
            return end.outcome
        try:
            before_dot()
        except BaseException:
            self.close()
            raise
        return self._finish(smtp)

    def rest(self) -> None:
        """There is nothing to send: let go of a connection that has not been used for a while."""
        if self._smtp is not None and time.monotonic() - self._used_at >= IDLE_SECONDS:
            self.close()

    def check(self) -> str | None:
        """Greet the relay, with TLS and login as configured; None, or what went wrong."""
        self.close()
        self._deadline = time.monotonic() + self._budget
        try:
            self._connect()
        except _Ended as end:
            return end.outcome.why if isinstance(end.outcome, Deferred) else "did not answer"
        finally:
            self.close()
        return None

    def close(self) -> None:
        """Leave politely where possible."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if smtp.sock is not None:
                    smtp.sock.settimeout(1.0)
                smtp.quit()
            smtp.close()

    def _begin(self, letter: bytes, mail_from: str, recipient: str) -> smtplib.SMTP:
        kept = self._kept()
        smtp = kept or self._connect()
        try:
            code, text = self._mail(smtp, letter, mail_from, recipient)
        except smtplib.SMTPServerDisconnected:
            if kept is None:
                raise _Ended(Deferred("The relay hung up at MAIL."), relay_wide=True) from None
            # A kept connection may have been closed since: that says nothing about this letter.
            self.close()
            smtp = self._connect()
            with _drop_is("at MAIL", relay_wide=True):
                code, text = self._mail(smtp, letter, mail_from, recipient)
        if code == 552:
            raise _Ended(Refused(f"The relay finds the letter too big ({_said(code, text)})."))
        if code != 250:
            raise _Ended(
                Deferred(f"The relay takes no letters from us ({_said(code, text)} at MAIL)."), relay_wide=True
            )
        with _drop_is("at RCPT"):
            code, text = smtp.rcpt(recipient)
        if code not in (250, 251):
            raise self._not_taken("RCPT", code, text, bad_address=not _status(text).startswith("5.7."))
        with _drop_is("at DATA"):
            code, text = smtp.docmd("DATA")
        if code != 354:
            raise self._not_taken("DATA", code, text)
        return smtp

    def _mail(self, smtp: smtplib.SMTP, letter: bytes, mail_from: str, recipient: str) -> tuple[int, bytes]:
        options = [f"SIZE={len(letter)}"] if smtp.has_extn("size") else []
        if not (recipient.isascii() and mail_from.isascii()):
            if not smtp.has_extn("smtputf8"):
                raise _Ended(Refused("The relay cannot carry an address with such letters.", bad_address=True))
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        self._wait(smtp, self._settings.timeout_seconds)
        return smtp.mail(mail_from, options)

    def _finish(self, smtp: smtplib.SMTP) -> Outcome:
        """Say the dot. From here on a silence is uncertain: the relay may have the letter."""
        try:
            self._wait(smtp, self._settings.dot_timeout_seconds)
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError):
            self.close()
            return Uncertain("The relay hung up after the whole letter was handed over; it may have arrived.")
        self.reachable = True
        self._used_at = time.monotonic()
        self._served += 1
        if code == 250:
            return Sent(_queue_id(text))
        end = self._not_taken("the end of the letter", code, text)
        if not end.keep:
            self.close()
        return end.outcome

    def _not_taken(self, step: str, code: int, text: bytes, *, bad_address: bool = False) -> _Ended:
        said = f"{_said(code, text)} at {step}"
        if code == 530:
            return _Ended(Deferred(f"The relay wants a login ({said})."), relay_wide=True)
        if 500 <= code <= 599:
            outcome: Outcome = Refused(f"The relay refused it ({said}).", bad_address=bad_address)
        else:
            outcome = Deferred(f"The relay asks us to try later ({said}).")
        return _Ended(outcome, keep=code != 421 and self._reset())

    def _reset(self) -> bool:
        try:
            return self._smtp is not None and self._smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _kept(self) -> smtplib.SMTP | None:
        fresh = time.monotonic() - self._used_at < IDLE_SECONDS and self._served < LETTERS_A_CONNECTION
        if self._smtp is not None and not fresh:
            self.close()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._open(self._left(settings.timeout_seconds))
            code, text = self._greeted(smtp)
        except ssl.SSLError as error:
            raise _gone(smtp, f"The relay's TLS cannot be trusted ({error.reason or type(error).__name__}).") from None
        except smtplib.SMTPResponseException as error:
            step = "login" if isinstance(error, smtplib.SMTPAuthenticationError) else "greeting"
            raise _gone(smtp, f"The relay refused our {step} ({error.smtp_code}).") from None
        except (smtplib.SMTPException, OSError) as error:
            raise _gone(smtp, f"The relay cannot be reached ({_kind(error)}).") from None
        if code != 250:
            raise _gone(smtp, f"The relay does not greet us ({_said(code, text)}).")
        self._smtp, self._served = smtp, 0
        return smtp

    def _open(self, timeout: float) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.tls == "tls":
            return smtplib.SMTP_SSL(host, port, local_hostname=self._hello, timeout=timeout, context=self._tls)
        return smtplib.SMTP(host, port, local_hostname=self._hello, timeout=timeout)

    def _greeted(self, smtp: smtplib.SMTP) -> tuple[int, bytes]:
        """EHLO, TLS and login as configured; returns the answer to the last EHLO."""
        settings = self._settings
        self._wait(smtp, settings.timeout_seconds)
        code, text = smtp.ehlo()
        if code == 250 and settings.tls == "starttls":
            smtp.starttls(context=self._tls)
            self._wait(smtp, settings.timeout_seconds)
            code, text = smtp.ehlo()
        if code == 250 and settings.username:
            smtp.login(settings.username, settings.password.get_secret_value())
        return code, text

    def _wait(self, smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(self._left(seconds))

    def _left(self, seconds: float) -> float:
        return max(0.1, min(seconds, self._deadline - time.monotonic()))


def _gone(smtp: smtplib.SMTP | None, why: str) -> _Ended:
    if smtp is not None:
        smtp.close()
    return _Ended(Deferred(why), relay_wide=True)


class _drop_is:  # noqa: N801 - reads as a sentence in `with _drop_is("at RCPT")`
    """A connection that breaks here, before the dot, is only a delay."""

    def __init__(self, step: str, *, relay_wide: bool = False) -> None:
        self._step = step
        self._relay_wide = relay_wide

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, smtplib.SMTPException | OSError):
            raise _Ended(Deferred(f"The relay hung up {self._step}."), relay_wide=self._relay_wide) from None


def _stuffed(letter: bytes) -> bytes:
    """Ready for the wire (RFC 5321 4.5.2): CRLF only, dots doubled, the last line ended."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", letter)
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _status(text: bytes) -> str:
    found = _STATUS.match(text.decode("ascii", "replace"))
    return found[1] if found else ""


def _said(code: int, text: bytes) -> str:
    """The code and the enhanced status; never the relay's own words, which can hold an address."""
    return f"{code} {_status(text)}".strip()


def _queue_id(text: bytes) -> str:
    """What looks like the relay's own number for the letter, for asking its keepers; else the status."""
    words = text.decode("ascii", "replace").split()
    return next((word for word in reversed(words) if _QUEUE_ID.match(word) and any(c.isdigit() for c in word)), "")


def _kind(error: Exception) -> str:
    return "timed out" if isinstance(error, socket.timeout) else type(error).__name__
