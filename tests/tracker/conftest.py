"""The triage room as a fixture, on both databases."""

from collections.abc import Iterator

import pytest

from tests.tracker.room import Room, triage_desk
from tracker.store import Store


@pytest.fixture
def room(tables_url: str) -> Iterator[Room]:
    """A triage room on an empty database."""
    store = Store(tables_url)
    yield Room(store, triage_desk())
    store.close()
