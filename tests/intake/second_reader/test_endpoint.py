"""Speaking with the second reader: slow, broken, huge, elsewhere or away, it gives no answer within its time, and no more."""

import time
from collections.abc import Iterator

import pytest

from intake.second_reader import Endpoint, NoAnswer
from tests.servers.second_reader import Reply, SecondReader, content, says
from tests.tracker.desk import the_field

TEXT = "The registrar has gone home and a patient is deteriorating."


@pytest.fixture
def there() -> Iterator[SecondReader]:
    with SecondReader() as server:
        yield server


def ask(url: str, *, key_env: str = "", seconds: float = 5.0) -> dict[str, tuple[str, ...]]:
    return Endpoint(url, "m-1", key_env, seconds).ask(TEXT, the_field()).red_flags


def test_an_answer_in_the_agreed_form_is_an_opinion(there: SecondReader) -> None:
    there.reply_next(says(("patient_harm_now", "a patient is deteriorating")))
    assert ask(there.url) == {"patient_harm_now": ("a patient is deteriorating",)}
    assert "Authorization" not in there.headers[0]


def test_the_key_comes_from_the_environment_and_goes_into_one_header(
    there: SecondReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_READERS_KEY", "not-a-real-key\n")
    ask(there.url, key_env="OUR_READERS_KEY")
    assert there.headers[0]["Authorization"] == "Bearer not-a-real-key"
    assert "not-a-real-key" not in str(there.asked)
    monkeypatch.delenv("OUR_READERS_KEY")
    with pytest.raises(NoAnswer, match="OUR_READERS_KEY holds no key"):
        ask(there.url, key_env="OUR_READERS_KEY")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(b"oh no", status=500), "answered 500"),
        (Reply(b"", status=401), "answered 401"),
        (Reply(b"", status=302, headers={"Location": "http://127.0.0.1:1/elsewhere"}), "answered 302"),
        (Reply(b"<html>"), "no chat endpoint"),
        (Reply(b""), "no chat endpoint"),
        (Reply(b"x" * 300_000), "too long"),
        (content("danger!"), "agreed form"),
        (says(("self_harm", "a patient"), kind="spam"), "agreed form"),
    ],
)
def test_what_is_no_answer_says_why_and_nothing_of_the_message(there: SecondReader, reply: Reply, why: str) -> None:
    there.reply_next(reply)
    with pytest.raises(NoAnswer, match=why) as fault:
        ask(there.url)
    assert "patient" not in str(fault.value)
    assert len(there.asked) == 1, "no redirect is followed and nothing is asked twice"


@pytest.mark.parametrize(
    "reply", [Reply(says().body, wait=3), Reply(says().body * 5, drip=0.05)], ids=["late", "dripping"]
)
def test_one_that_takes_its_time_is_left_when_the_time_is_over(there: SecondReader, reply: Reply) -> None:
    there.reply_next(reply)
    began = time.monotonic()
    with pytest.raises(NoAnswer, match=r"longer than 0\.3 s"):
        ask(there.url, seconds=0.3)
    assert time.monotonic() - began < 2.5


def test_one_that_is_away_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match=r"cannot be reached \(ConnectionRefusedError\)"):
        ask("http://127.0.0.1:1/v1/chat/completions")


def test_it_is_proved_with_an_invented_sentence(there: SecondReader) -> None:
    Endpoint(there.url, "m-1").check(the_field())
    assert "trial of the connection" in there.asked[0]["messages"][1]["content"]
