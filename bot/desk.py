"""From Settings to the Desk that decisions look at: field data, letters, hours and the signing key; nothing runs here."""

import contextlib
import os
import secrets
import tempfile
from functools import cache, partial
from pathlib import Path

from bot.contradictions import nearest
from bot.settings import Settings
from tracker.desk import Desk
from tracker.errors import ConfigurationFault
from tracker.field import Field, load_field
from tracker.letters import TEMPLATES, Letters
from tracker.working_days import hours_from

KEY_BYTES = 32
SECOND_OPINION_SPARE = 2.0


def make_desk(settings: Settings) -> Desk:
    """Load and check everything the rules need. Raises ConfigurationFault naming every fault of field data and letters."""
    faults: list[str] = []
    field: Field | None = None
    letters: Letters | None = None
    try:
        field = load_field(settings.field.dir)
        faults += route_faults(settings, field)
    except ConfigurationFault as fault:
        faults += fault.faults
    try:
        letters = _letters(settings)
    except ConfigurationFault as fault:
        faults += fault.faults
    if settings.secret.key_file is None:
        faults.append("secret.key_file: is needed")
    if faults or field is None or letters is None or settings.secret.key_file is None:
        raise ConfigurationFault(faults)
    holidays = {row.date: row.name for row in field.calendar.bank_holidays}
    return Desk(
        field=field,
        hours=hours_from(settings.hours, holidays),
        caps=settings.caps,
        retry=settings.retry,
        lease=settings.lease,
        routes=settings.route,
        roles=settings.role,
        levels=settings.level,
        promises=settings.follow_up,
        letters=letters,
        inboxes=settings.inboxes,
        letters_from=settings.letters_from,
        team=settings.mail.team,
        domain=settings.domain,
        key=signing_key(settings.secret.key_file),
        draw=secrets.token_bytes,
        undo_seconds=settings.triage.undo_seconds,
        contacts=settings.contact,
        digest_at=settings.slack.digest_at or None,
        reveals_per_hour=settings.triage.reveals_per_hour,
        register=settings.quality_register,
        verifies_senders=bool(settings.mail.trust.authserv_id),
        slack_on=settings.slack.on,
        scanning=settings.scan.on,
        second_opinion_seconds=second_opinion_seconds(settings),
    )


def _letters(settings: Settings) -> Letters:
    templates = settings.templates
    make = _packaged_letters if templates.dir is None else partial(Letters, templates.dir)
    return make(
        team=settings.mail.team, privacy_notice=templates.privacy_notice, use_unverified=templates.use_unverified
    )


# Nobody edits the packaged templates of a program that runs, and trying them all takes a while.
_packaged_letters = cache(partial(Letters, TEMPLATES))


def second_opinion_seconds(settings: Settings) -> float:
    """How long an acknowledgement may wait for the second reader: its time and a little for the way, 0 where there is none."""
    second = settings.understand.second_reader
    return second.timeout_seconds + SECOND_OPINION_SPARE if second.on else 0


def route_faults(settings: Settings, field: Field) -> list[str]:
    """Names in `[route.when]` that the field's data does not know."""
    known = {
        "red_flags": [flag.id for flag in field.routing.red_flags],
        "themes": [theme.id for theme in field.routing.themes],
        "specialty": [specialty.id for specialty in field.specialties.every()],
    }
    return [
        f'route[{number}] ({route.id}).when.{key}: "{name}" is not known{nearest(name, names)}'
        for number, route in enumerate(settings.route, 1)
        for key, names in known.items()
        for name in getattr(route.when, key)
        if name not in names
    ]


def signing_key(path: Path) -> bytes:
    """The key in the file, made on the first start with access for the owner only.

    Several processes may start at once: the file appears whole or not at all, and the first one wins.
    Raises ConfigurationFault where it cannot be read or made.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_hex(KEY_BYTES) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                with contextlib.suppress(FileExistsError):
                    os.link(name, path)
            finally:
                Path(name).unlink()
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigurationFault([f"secret.key_file: cannot be used ({type(error).__name__})"]) from None
    if len(key) < KEY_BYTES:
        raise ConfigurationFault([f"secret.key_file: must hold at least {KEY_BYTES} bytes as hexadecimal digits"])
    return key
