"""What each room needs to know of our Settings, in its own terms; the rooms are put together in `bot.service`."""

import shutil
import ssl
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from bot.maildir import MaildirRelay
from bot.relay import Relay, SmtpRelay
from bot.settings import Settings
from intake.box import BoxSettings
from intake.second_reader import Endpoint
from intake.smtp import DoorSettings
from tracker.errors import ConfigurationFault


def make_relay(settings: Settings) -> Relay:
    """Where letters leave: the configured relay, else the Maildir."""
    if settings.mail.relay is None:
        return MaildirRelay(settings.mail.letters_dir)
    return SmtpRelay(settings.mail.relay, hello=settings.domain, lease=settings.lease.sending)


def door_settings(settings: Settings) -> DoorSettings:
    """What the mail door is told. Raises ConfigurationFault where its certificate cannot be used."""
    listen = settings.mail.listen
    return DoorSettings(
        inboxes=settings.inboxes,
        host=listen.host,
        port=listen.port,
        protocol=listen.protocol,
        hostname=settings.domain,
        limits=settings.limits,
        tls=_door_tls(settings),
        free_bytes=_free_bytes(settings),
    )


def box_settings(settings: Settings) -> BoxSettings:
    """What a reading box is told."""
    limits = settings.limits
    return BoxSettings(
        inboxes=settings.inboxes,
        authserv_id=settings.mail.trust.authserv_id,
        arc_sealers=settings.mail.trust.arc_sealers,
        field_dir=settings.field.dir,
        # A reading must be over before its claim is: otherwise a second reader would take the same message.
        seconds=min(limits.reading_seconds, settings.lease.reading * 0.8),
        memory_bytes=limits.reading_memory_bytes,
    )


def second_reader(settings: Settings) -> Endpoint | None:
    """The second reader, None where none is configured."""
    second = settings.understand.second_reader
    return Endpoint(second.url, second.model, second.api_key_env, second.timeout_seconds) if second.on else None


def _door_tls(settings: Settings) -> ssl.SSLContext | None:
    listen = settings.mail.listen
    if listen.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(listen.certificate, listen.private_key)
    except OSError as error:
        raise ConfigurationFault([f"mail.listen.certificate: cannot be used ({type(error).__name__})"]) from None
    return context


def _free_bytes(settings: Settings) -> Callable[[], int] | None:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    folder = Path(url.database).parent
    return lambda: shutil.disk_usage(folder).free
