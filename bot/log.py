"""One JSON object a line on standard error, from us and from the libraries; never content, names, addresses or secrets."""

import logging
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


class _Line:
    """Writes lines to a stream, and goes on working when nobody can read them (a full disk, a closed pipe)."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.lost = 0

    def msg(self, message: str) -> None:
        try:
            if self._stream is not None:
                self._stream.write(message + "\n")
                self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1

    debug = info = warning = error = critical = exception = fatal = log = msg


class _Libraries(logging.Handler):
    """What libraries log, without their words, which can hold addresses and letters: only where it was said."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        log = structlog.get_logger()
        log.log(record.levelno, "library", logger=record.name, at=f"{record.filename}:{record.lineno}", fault=fault)


def setup(*, level: str = "info", form: str = "json", stream: TextIO | None = None) -> None:
    """Send all logging to `stream` (standard error unless given)."""
    line = _Line(sys.stderr if stream is None else stream)
    last: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=lambda *_: None)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at_utc"),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: line,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Libraries()]
    root.setLevel(logging.WARNING)


def facts_of(error: BaseException) -> Mapping[str, str]:
    """What may be logged of a fault: its class, where it was raised, and a driver's SQLSTATE; never its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}" if trace else ""
    sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
    return {"fault": type(error).__name__, "place": place} | ({"sqlstate": sqlstate} if sqlstate else {})
