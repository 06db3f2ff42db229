"""The helper that runs the program finds its doors, tells why it did not start, and asks it; what it does is in journeys."""

from pathlib import Path

import pytest

from bot.config import load
from tests.servers.relay import CERTIFICATE
from tests.servers.service import DeskProcess, write_config


def test_the_configuration_it_writes_is_one_the_program_accepts(tmp_path: Path) -> None:
    path = write_config(
        tmp_path,
        "postgresql+psycopg://desk@127.0.0.1:5432/desk",
        relay_port=25,
        relay={"tls": '"starttls"', "ca_file": f'"{CERTIFICATE}"'},
        slack_api_url="http://127.0.0.1:1/api/",
        inboxes=("quality@desk.example", "concerns@desk.example"),
        protocol="lmtp",
        clock=True,
        extra="[triage]\nundo_seconds = 1",
    )
    settings = load(path, {})
    assert settings.mail.listen.port == settings.http.port == 0
    assert settings.slack.on
    assert len(settings.inboxes) == 2


def test_a_program_that_does_not_start_says_why(tmp_path: Path) -> None:
    desk = DeskProcess(write_config(tmp_path, "sqlite:///desk.sqlite3", extra="[nonsense]\nkey = 1"))
    with pytest.raises(AssertionError, match="code 78") as error:
        desk.start()
    assert "nonsense" in str(error.value)
    assert not desk.running


@pytest.mark.slow
def test_it_starts_answers_stops_and_starts_again_after_a_kill(tmp_path: Path, database_url: str) -> None:
    with DeskProcess(write_config(tmp_path, database_url)) as desk:
        assert desk.smtp_port != desk.http_port != 0
        assert desk.cli("case", "list") == []
        desk.kill()
        assert not desk.running
        desk.start()
        desk.stop()
        assert not desk.running
