"""The second reader in the house: its section proved before use, its worker there only where it is configured."""

import json
from pathlib import Path

import pytest

from bot.check import check
from bot.config import load
from bot.service import build
from bot.settings import Settings
from tests.servers.second_reader import Reply, SecondReader
from tracker.errors import ConfigurationFault

BASE = '[database]\nurl = "sqlite:///desk.sqlite3"\n[[inbox]]\naddress = "quality@desk.example"\n'


def settings(tmp_path: Path, **keys: object) -> Settings:
    config = tmp_path / "config.toml"
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    config.write_text(f"{BASE}[understand.second_reader]\n{lines}", encoding="utf-8")
    return load(config, {})


def faults(tmp_path: Path, **keys: object) -> list[str]:
    return [fault for fault in check(settings(tmp_path, **keys)) if "second_reader" in fault]


def test_check_asks_it_and_says_what_is_wrong(tmp_path: Path) -> None:
    with SecondReader() as there:
        assert faults(tmp_path, url=there.url, model="m-1") == []
        there.reply_next(Reply(b"<html>"))
        (fault,) = faults(tmp_path, url=there.url, model="m-1")
        assert "no chat endpoint; until it answers there are no second opinions" in fault
    assert faults(tmp_path, url="") == []


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"url": "models.trust.example"}, "must begin with http"),
        ({"url": "https://user:pass@models.trust.example/"}, "hold no password"),
        ({"url": "https://models.trust.example/", "model": ""}, "model: is needed"),
        ({"url": "https://models.trust.example/", "model": "m", "api_key_env": "sk-12 34"}, "names a variable"),
        ({"url": "https://models.trust.example/", "model": "m", "api_key_env": "QUALITYDESK_KEY"}, "choose another"),
        ({"url": "http://models.trust.example/", "model": "m", "api_key_env": "KEY"}, "in the clear"),
        ({"url": "https://models.trust.example/", "model": "m", "timeout_seconds": 60}, "timeout_seconds"),
    ],
)
def test_a_section_that_cannot_be_right_is_refused_without_showing_its_values(
    tmp_path: Path, keys: dict[str, object], why: str
) -> None:
    with pytest.raises(ConfigurationFault, match=why) as fault:
        settings(tmp_path, **keys)
    assert "sk-12" not in str(fault.value)
    assert "user:pass" not in str(fault.value)


def test_it_has_a_worker_and_acknowledgements_wait_only_where_it_is_configured(tmp_path: Path) -> None:
    on = build(settings(tmp_path, url="http://127.0.0.1:1/", model="m", timeout_seconds=5), only=["reader"])
    off = build(settings(tmp_path, url=""), only=["reader"])
    try:
        assert [worker.name for worker in on.workers if worker.name == "second-reader"] == ["second-reader"]
        assert "second-reader" not in [worker.name for worker in off.workers]
        assert (on.desk.second_opinion_seconds, off.desk.second_opinion_seconds) == (7, 0)
    finally:
        on.stop()
        off.stop()
