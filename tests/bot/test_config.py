"""The configuration is read whole or refused with every fault at once, and never shows a secret."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import default_path, load, packaged_config
from bot.contradictions import PROMISES, VERBS
from tracker.errors import ConfigurationFault

LEAST = """
[database]
url = "sqlite:///desk.sqlite3"
[[inbox]]
address = "quality@desk.example"
"""


def written(tmp_path: Path, text: str = LEAST) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path: Path, text: str, env: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationFault) as refused:
        load(written(tmp_path, text), env or {})
    return refused.value.faults


def test_the_packaged_configuration_works_as_it_is() -> None:
    settings = load(packaged_config(), {})
    assert {rule for role in settings.role for rule in role.may} <= set(VERBS)
    assert set(settings.follow_up) == set(PROMISES)
    assert settings.route[-1].id == "everything_else"


def test_a_database_and_an_inbox_are_enough(tmp_path: Path) -> None:
    settings = load(written(tmp_path), {})
    assert settings.route == load(packaged_config(), {}).route
    assert settings.letters_from == "quality@desk.example"
    assert settings.domain == "desk.example"
    assert settings.database_url == f"sqlite:///{tmp_path}/desk.sqlite3"
    assert settings.secret.key_file == tmp_path / "desk.sqlite3.key"
    assert settings.mail.letters_dir == tmp_path / "var/letters"
    assert not settings.slack.on


def test_every_default_in_the_shipped_file_is_the_default_in_the_code(tmp_path: Path) -> None:
    """What the file says about a key is what happens without it; except what only this team's file can know."""
    least = load(written(tmp_path), {}).model_dump()
    shipped = load(packaged_config(), {}).model_dump()
    own = tomllib.loads(packaged_config().read_text(encoding="utf-8"))
    for section in ("hours", "triage", "caps", "slack"):
        for key in own[section]:
            assert shipped[section][key] == least[section][key], f"{section}.{key}"


def test_the_environment_overrides_single_keys(tmp_path: Path) -> None:
    env = {
        "QUALITYDESK_DATABASE__URL": "postgresql+psycopg://desk@db.example/desk",
        "QUALITYDESK_MAIL__LISTEN__PORT": "0",
        "QUALITYDESK_MAIL__RELAY__HOST": "relay.example",
        "QUALITYDESK_SLACK__INTAKE_CHANNELS": "quality, concerns",
        "QUALITYDESK_RETRY__WAITS": "[1, 2]",
        "QUALITYDESK_FOLLOW_UP__PERSONAL_REPLY__WITHIN": "2 working days",
        "QUALITYDESK_CONFIG": "ignored",
        "PATH": "/bin",
    }
    settings = load(written(tmp_path), env)
    assert settings.database_url == "postgresql+psycopg://desk@db.example/desk"
    assert settings.secret.key_file == tmp_path / "qualitydesk.key"
    assert settings.mail.listen.port == 0
    assert settings.mail.relay
    assert settings.mail.relay.host == "relay.example"
    assert settings.slack.intake_channels == ("quality", "concerns")
    assert settings.retry.waits == (1, 2)
    assert settings.follow_up["personal_reply"].within == "2 working days"
    assert settings.follow_up["personal_reply"].within_same_day == "1 working day"


def test_a_secret_can_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-a-file\n")
    env = {
        "QUALITYDESK_SLACK__BOT_TOKEN_FILE": str(tmp_path / "token"),
        "QUALITYDESK_SLACK__APP_TOKEN": "xapp-1",
    }
    settings = load(written(tmp_path), env)
    assert settings.slack.bot_token.get_secret_value() == "xoxb-from-a-file"
    assert settings.slack.on
    assert "xoxb" not in repr(settings)
    assert faults(tmp_path, LEAST, {"QUALITYDESK_SLACK__BOT_TOKEN_FILE": str(tmp_path / "none")}) == [
        "QUALITYDESK_SLACK__BOT_TOKEN_FILE: the file it names cannot be read (FileNotFoundError)"
    ]


def test_every_fault_is_said_at_once_with_its_path_and_the_nearest_key(tmp_path: Path) -> None:
    text = (
        LEAST
        + """
[mail.lisen]
port = 3
[mail.relay]
port = "abc"
passwrd = "a secret"
[hours]
opens = "25:00"
[[role]]
id = "manager"
titel = "Manager"
may = []
"""
    )
    said = faults(tmp_path, text, {"QUALITYDESK_MAIL__LISTN__PORT": "3", "QUALITYDESK_HTTP__PORT": "70000"})
    assert 'QUALITYDESK_MAIL__LISTN__PORT: no such key; did you mean "QUALITYDESK_MAIL__LISTEN__PORT"?' in said
    assert "QUALITYDESK_HTTP__PORT: should be less than or equal to 65535" in said
    assert 'config.toml: mail.lisen: no such key; did you mean "listen"?' in said
    assert 'config.toml: mail.relay.passwrd: no such key; did you mean "password"?' in said
    assert "config.toml: mail.relay.host: is needed" in said
    assert 'config.toml: role[1].titel: no such key; did you mean "title"?' in said
    assert any(fault.startswith("config.toml: hours.opens: ") for fault in said)
    assert len(said) == 9
    assert "a secret" not in "".join(said)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "config.toml: database: is needed"),
        (LEAST.replace("sqlite:///desk.sqlite3", "mysql://u:hidden@h/d"), "database.url: must begin with"),
        (LEAST.replace("quality@desk.example", "nobody"), "inbox[1].address: is not a mail address"),
        (LEAST + "[[inbox]]\naddress = 'Quality@DESK.example'", "inbox: quality@desk.example is there 2 times"),
        (LEAST + "[hours]\ntimezone = 'Europe/Londn'", 'hours.timezone: no time zone is called "Europe/Londn"'),
        (LEAST + "[hours]\nopens = '17:00'\ncloses = '09:00'", "hours.closes: must be later than opens"),
        (LEAST + "[slack]\nbot_token = 'xoxb-hidden'", "slack.app_token: is needed"),
        (LEAST + "[follow_up.personal_repl]\nwithin = '1 working day'", 'did you mean "personal_reply"?'),
        (LEAST + "[follow_up.personal_reply]\nwithin = 'soon'", "follow_up.personal_reply.within: "),
        (LEAST + "[[route]]\nid='a'\nchannel='c'\ntell=['quality_managr']", 'did you mean "quality_manager"?'),
        (LEAST + "[[route]]\nid='a'\nchannel='c'\nwhen={kind=['concrn']}", 'did you mean "concern"?'),
        (LEAST + "[[role]]\nid='a'\ntitle='A'\nmay=['resolv']", 'did you mean "resolve"?'),
        (LEAST + "[scan]\nclamd = 'clamd'", "scan.clamd: must be the path of a unix socket or host:port"),
        (LEAST + "[mail.relay]\nhost='r.example'\nusername='u'", "mail.relay.tls: a password may not travel"),
        (LEAST + "route = 3", "route"),
        ("no toml", "is not TOML"),
    ],
)
def test_what_is_refused_is_named(tmp_path: Path, text: str, fault: str) -> None:
    said = faults(tmp_path, text)
    assert any(fault in each for each in said), said
    assert "hidden" not in "".join(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="--config"):
        load(tmp_path / "none.toml", {})
    assert default_path({}) == Path("config.toml")
    assert default_path({"QUALITYDESK_CONFIG": "/etc/desk.toml"}) == Path("/etc/desk.toml")


def test_own_routes_without_a_last_resort_get_ours_so_that_no_report_is_without_a_route(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST + "[[route]]\nid='a'\nchannel='c'\nwhen={kind=['concern']}"), {})
    assert [route.id for route in settings.route] == ["a", "everything_else"]


def test_own_roles_replace_ours_and_our_routes_tell_only_roles_that_exist(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST + "[[role]]\nid='lead'\ntitle='Lead'\nmay=['read']\nmembers=['U1']"), {})
    assert [role.id for role in settings.role] == ["lead"]
    assert {name for route in settings.route for name in route.tell} == {"lead"}
