"""The scanner's word is taken only where it is clear; everything else is a failure that says why."""

import re
from pathlib import Path

import pytest

from intake.clamd import Clamd as Client
from intake.clamd import ScanFailed, place_of
from tests.servers.clamd import MARK, NAME, Clamd


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
def test_every_byte_reaches_the_scanner_and_clean_is_clean(size: int) -> None:
    with Clamd() as clamd:
        assert Client(clamd.where, seconds=10).scan(b"x" * size) == ""
        assert clamd.scanned == [b"x" * size]


def test_what_was_found_is_named() -> None:
    with Clamd() as clamd:
        assert Client(clamd.where, seconds=10).scan(b"x" * 70_000 + MARK) == NAME


def test_a_unix_socket_serves_as_well(tmp_path: Path) -> None:
    with Clamd(path=str(tmp_path / "clamd.sock")) as clamd:
        client = Client(clamd.where, seconds=10)
        client.ping()
        assert client.scan(MARK) == NAME


def test_a_scanner_that_is_down_slow_or_hangs_up_has_not_said_clean() -> None:
    with Clamd() as clamd:
        client = Client(clamd.where, seconds=0.3)
        clamd.hang_up_next()
        with pytest.raises(ScanFailed, match="hung up"):
            client.scan(b"x")
        clamd.be_slow_next(2)
        with pytest.raises(ScanFailed, match=re.escape("longer than 0.3 s")):
            client.scan(b"x")
        clamd.refuse_connections()
        with pytest.raises(ScanFailed, match="cannot be reached"):
            client.scan(b"x")
        clamd.accept_connections()
        assert client.scan(b"x") == ""


def test_a_file_over_the_scanners_limit_is_not_called_clean() -> None:
    with Clamd(size_limit=100_000) as clamd, pytest.raises(ScanFailed, match=r"size limit|hung up|cannot be reached"):
        Client(clamd.where, seconds=10).scan(b"x" * 20_000_000)


@pytest.mark.parametrize(
    "line", ["", "stream: OK FOUND?", "OK", "stream: lstat() failed. ERROR", "x" * 9000, "stream: OK\nstream: OK"]
)
def test_an_answer_that_is_no_verdict_is_none(line: str) -> None:
    with Clamd() as clamd:
        clamd.answer_next(line or " ")
        with pytest.raises(ScanFailed):
            Client(clamd.where, seconds=5).scan(b"x")


def test_the_name_of_a_find_cannot_steer_a_terminal() -> None:
    with Clamd() as clamd:
        clamd.answer_next("stream: a\x1b[2Jb FOUND")
        assert Client(clamd.where, seconds=5).scan(b"x") == "a?[2Jb"


def test_something_else_on_the_port_is_no_scanner() -> None:
    with Clamd() as clamd:
        clamd.answer_next("HTTP/1.1 400 Bad Request")
        with pytest.raises(ScanFailed, match="no clamd"):
            Client(clamd.where, seconds=5).ping()


@pytest.mark.parametrize("where", ["clamd", "clamd.example", "127.0.0.1:0", "127.0.0.1:99999", "a b:3310", ":3310", ""])
def test_a_place_that_is_none_is_refused(where: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        place_of(where)


def test_places_are_understood() -> None:
    assert place_of("/run/clamav/clamd.ctl") == "/run/clamav/clamd.ctl"
    assert place_of("scanner.example:3310") == ("scanner.example", 3310)
    assert place_of("[::1]:3310") == ("::1", 3310)
