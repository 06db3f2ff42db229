"""After a storm of faults every case is right, every card is true, and nothing hangs twice; the large one is a benchmark."""

from pathlib import Path

import pytest

from tests.bot.slack.storm import storm

pytestmark = pytest.mark.slow


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets that the library left behind
def test_after_the_storm_all_is_right(tmp_path: Path) -> None:
    after = storm(tmp_path, events=40, changes=40)
    assert after.faults > 0
    assert after.all_right, after
