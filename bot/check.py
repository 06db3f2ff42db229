"""`qualitydesk check`: prove field data, letters, database, key, clock, relay and Slack, and name every fault at once."""

from collections.abc import Callable, Iterator

from sqlalchemy.exc import DBAPIError

from bot.desk import make_desk
from bot.maildir import MaildirRelay
from bot.now import clock, shift_of
from bot.parts import door_settings, second_reader
from bot.relay import SmtpRelay
from bot.settings import Settings
from intake.clamd import Clamd, ScanFailed
from intake.second_reader import NoAnswer
from tracker import schema
from tracker.desk import Desk
from tracker.errors import ConfigurationFault, DeskError
from tracker.store import Store

STATES = {
    "behind": "database: has the tables of an older version; make a backup, then run `qualitydesk migrate`",
    "unknown": "database: has tables that this version does not know; is it a newer desk's, or not a desk's?",
}


def check(settings: Settings) -> list[str]:
    """Every fault found, each as "part: sentence"; an empty list where all is well. Sends nothing and stores nothing but
    the signing key of a first start."""
    faults: list[str] = []
    desk: Desk | None = None
    try:
        desk = make_desk(settings)
    except ConfigurationFault as fault:
        faults += fault.faults
    for part in (_certificate, _database, _clock_file, _letters_leave, _scanner):
        faults += part(settings)
    if desk is not None:
        faults += _second_reader(settings, desk)
    if settings.slack.on and desk is not None:
        faults += _slack(settings, desk)
    return faults


def _certificate(settings: Settings) -> Iterator[str]:
    try:
        door_settings(settings)
    except ConfigurationFault as fault:
        yield from fault.faults


def _database(settings: Settings) -> Iterator[str]:
    try:
        state = schema.state(settings.database_url)
    except (DBAPIError, OSError) as error:
        yield f"database: cannot be reached ({type(error).__name__}); is its url right, and is it running?"
        return
    if state in STATES:
        yield STATES[state]


def _clock_file(settings: Settings) -> Iterator[str]:
    file = settings.test.clock_file
    if file is None or not file.exists():
        return
    try:
        shift_of(file.read_text(encoding="utf-8"), clock(None)())
    except (OSError, ValueError):
        yield 'test.clock_file: holds no time; write "+2h" or an ISO time'


def _letters_leave(settings: Settings) -> Iterator[str]:
    if settings.mail.relay is None:
        fault = MaildirRelay(settings.mail.letters_dir).check()
        if fault:
            yield f"mail.letters_dir: {fault}"
        return
    try:
        fault = SmtpRelay(settings.mail.relay, hello=settings.domain, lease=settings.lease.sending).check()
    except OSError as error:
        fault = f"ca_file cannot be used ({type(error).__name__})"
    if fault:
        yield f"mail.relay: {fault}"


def _scanner(settings: Settings) -> Iterator[str]:
    if settings.scan.on:
        try:
            Clamd(settings.scan.clamd, seconds=10).ping()
        except ScanFailed as fault:
            yield f"scan.clamd: {fault}; files stay locked until it answers"


def _second_reader(settings: Settings, desk: Desk) -> Iterator[str]:
    endpoint = second_reader(settings)
    if endpoint is not None:
        try:
            endpoint.check(desk.field)
        except NoAnswer as fault:
            yield f"understand.second_reader: {fault}; until it answers there are no second opinions"


def _slack(settings: Settings, desk: Desk) -> list[str]:
    from bot.slack.app import SlackSide

    return _with_store(settings, lambda store: SlackSide(settings.slack, store, desk, clock(None)).check())


def _with_store(settings: Settings, look: Callable[[Store], list[str]]) -> list[str]:
    try:
        store = Store(settings.database_url)
        try:
            return look(store)
        finally:
            store.close()
    except DeskError as error:
        return [f"slack: {error}"]
