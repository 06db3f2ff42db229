"""The triage room as a fixture, on both databases."""

from collections.abc import Iterator

import pytest

from tests.tracker.triage.room import Room, a_room


@pytest.fixture
def room(database_url: str) -> Iterator[Room]:
    room = a_room(database_url)
    yield room
    room.store.close()
