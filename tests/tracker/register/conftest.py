"""The register as a fixture, on both databases."""

from collections.abc import Iterator

import pytest

from tests.tracker.register.shelf import Shelf, register_desk
from tracker.store import Store


@pytest.fixture
def shelf(tables_url: str) -> Iterator[Shelf]:
    """A register on an empty database."""
    store = Store(tables_url)
    yield Shelf(store, register_desk())
    store.close()
