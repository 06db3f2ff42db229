"""The demo, as whoever types it sees it."""

import json
import subprocess
from pathlib import Path

import pytest

from bot.demo.post import MAILS, POSTS
from tests.servers.service import COMMAND

pytestmark = pytest.mark.slow


def test_every_mail_of_the_demo_has_its_words_and_none_is_left_over() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == {post.key for post in POSTS if not post.same_as}


def test_it_tells_what_became_of_each_mail_and_leaves_its_letters(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(COMMAND), "demo", "--once"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    for words in (
        "crisis",
        "sensitive",
        "signpost",
        "information rights",
        "filed;",
        "joined",
        "known already",
        "set aside",
    ):
        assert words in done.stdout
    (folder,) = (tmp_path / "var").iterdir()
    answered = {
        letter.read_text().split("Delivered-To: ")[1].split()[0] for letter in (folder / "letters/new").iterdir()
    }
    assert "alex@learners.example" in answered
    assert "" not in answered
    listed = subprocess.run(
        [str(COMMAND), "--config", str(folder / "config.toml"), "case", "list", "--json"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    cases = [json.loads(line) for line in listed.stdout.splitlines()]
    # Fourteen mails: four of them are about a case that is there, and one of those is an answer that joins it.
    assert len(cases) == len(POSTS) - 4
