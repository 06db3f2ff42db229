"""The digest in Slack: words first, a small picture below them, and the words alone where the picture cannot be had."""

import zlib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import chart
from bot.slack.proof import SCOPES
from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import TRIAGE, SlackServer
from tracker import digest


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    with slack_side(slack, tmp_path, start=False, desk={"digest_at": time(0, 0)}) as made:
        made.clock = made.clock.replace(year=2026, month=11, day=23, hour=3)
        yield made


def post(turned: Turned) -> None:
    route = {"id": "everything", "channel": "quality-triage"}
    turned.open_case(reading={"route": route}, opened_at=turned.now() - timedelta(days=1))
    assert turned.store.write(lambda tx: digest.post_due(tx, desk=turned.desk, now=turned.now())) == 1
    turned.deliver_all()


def test_the_digest_has_words_and_a_picture_with_words_of_its_own(turned: Turned, slack: SlackServer) -> None:
    post(turned)
    (message,) = slack.messages[TRIAGE]
    assert "1 open" in message["text"]
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["section", "image"]
    image = message["blocks"][1]
    assert "opened" in image["alt_text"]
    kept = slack.workspace.files[image["slack_file"]["id"]]
    assert kept["content"].startswith(b"\x89PNG")
    assert kept["alt_txt"] == image["alt_text"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_without_a_picture_the_words_are_posted(turned: Turned, slack: SlackServer, method: str) -> None:
    slack.answer_next(method, error="unknown_method")
    post(turned)
    (message,) = slack.messages[TRIAGE]
    assert [block["type"] for block in message["blocks"]] == ["section"]


def test_a_picture_that_slack_has_not_finished_is_left_out(turned: Turned, slack: SlackServer) -> None:
    slack.answer_next("chat.postMessage", error="invalid_blocks")
    post(turned)
    (message,) = slack.messages[TRIAGE]
    assert [block["type"] for block in message["blocks"]] == ["section"]


def test_a_desk_without_the_right_to_send_files_still_speaks(tmp_path: Path) -> None:
    with (
        SlackServer(scopes=set(SCOPES) - {"files:write"}) as poor,
        slack_side(poor, tmp_path, start=False, desk={"digest_at": time(0, 0)}) as turned,
    ):
        turned.clock = turned.clock.replace(year=2026, month=11, day=23, hour=3)
        post(turned)
        assert len(poor.messages[TRIAGE]) == 1


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 10_000), st.integers(0, 10_000)), max_size=12))
def test_any_numbers_make_a_picture_of_the_right_size(days: list[tuple[str, int, int]]) -> None:
    png = chart.bars(days)
    start = png.index(b"IDAT") + 4
    length = int.from_bytes(png[start - 8 : start - 4], "big")
    assert len(zlib.decompress(png[start : start + length])) == chart.HIGH * (1 + 3 * chart.WIDE)


def test_higher_numbers_are_higher_bars() -> None:
    def blue(png: bytes) -> int:
        start = png.index(b"IDAT") + 4
        raw = zlib.decompress(png[start : start + int.from_bytes(png[start - 8 : start - 4], "big")])
        return raw.count(bytes(chart.OPENED))

    assert (
        blue(chart.bars([("Mon 1", 1, 9)])) < blue(chart.bars([("Mon 1", 5, 9)])) < blue(chart.bars([("Mon 1", 9, 9)]))
    )
