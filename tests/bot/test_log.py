"""What is logged: one JSON object a line, and no word that a stranger or a library chose."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.log import facts_of, setup

CANARY = "Zyzzyva"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    setup(stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_event_is_one_json_line(stream: io.StringIO) -> None:
    structlog.get_logger().info("parcel", id=7)
    (line,) = lines(stream)
    assert (line["event"], line["id"], line["level"]) == ("parcel", 7, "info")


def test_a_librarys_words_are_not_repeated_only_where_they_were_said(stream: io.StringIO) -> None:
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("could not send %s", CANARY)
    (line,) = lines(stream)
    assert (line["logger"], line["fault"]) == ("some.library", "ValueError")
    assert CANARY not in stream.getvalue()


def test_what_is_below_the_level_is_not_said() -> None:
    stream = io.StringIO()
    setup(level="error", stream=stream)
    structlog.get_logger().warning("quiet")
    structlog.reset_defaults()
    assert stream.getvalue() == ""


def test_a_fault_is_told_by_class_and_place_and_never_by_its_text() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        facts = facts_of(error)
    assert facts["fault"] == "ValueError"
    assert "test_log" in facts["place"]
    assert CANARY not in str(facts)


def test_a_stream_that_breaks_loses_lines_and_nothing_else() -> None:
    broken = io.StringIO()
    setup(stream=broken)
    broken.close()
    structlog.get_logger().info("lost")
    structlog.reset_defaults()


def test_lines_for_people_have_no_tracebacks() -> None:
    stream = io.StringIO()
    setup(form="text", stream=stream)
    try:
        int(CANARY)
    except ValueError:
        structlog.get_logger().error("failed", fault="ValueError")
    structlog.reset_defaults()
    assert "failed" in stream.getvalue()
    assert CANARY not in stream.getvalue()
