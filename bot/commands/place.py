"""Where a command works: configuration, database, clock and desk, each made when first asked for."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    import typer

    from bot.settings import Settings
    from tracker.desk import Desk, RoleRule
    from tracker.store import Store
    from tracker.triage import Actor

WHAT_TO_DO = {
    "empty": "The database is empty; `qualitydesk serve` or `qualitydesk migrate` makes its tables.",
    "behind": "The database has the tables of an older version: make a backup, then run `qualitydesk migrate`.",
    "unknown": "The database has tables that this version does not know: is it a newer desk's, or not a desk's?",
}


class Place:
    """The configuration file of this call and what follows from it. Everything may raise ConfigurationFault."""

    def __init__(self, config: Path | None) -> None:
        self.config = config

    @cached_property
    def settings(self) -> Settings:
        """The configuration, checked."""
        from bot.config import load

        return load(self.config)

    @cached_property
    def desk(self) -> Desk:
        """Field data, letters and rules; costs some tenths of a second."""
        from bot.desk import make_desk

        return make_desk(self.settings)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The team's time zone, for showing times."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.settings.hours.timezone)

    def now(self) -> datetime:
        """The service's time, which a file may move in test mode."""
        from bot.now import clock

        return clock(self.settings.test.clock_file)()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database, open while the block runs. Raises Refused, saying what to do, where its tables are not ours."""
        from sqlalchemy import make_url

        from tracker.store import Store
        from tracker.versions import version_of

        url = make_url(self.settings.database_url)
        if url.get_backend_name() == "sqlite" and not (url.database and _exists(url.database)):
            raise Refused(WHAT_TO_DO["empty"])
        store = Store(self.settings.database_url)
        try:
            with store.reading() as tx:
                version = version_of(tx)
            if version in WHAT_TO_DO:
                raise Refused(WHAT_TO_DO[version])
            yield store
        finally:
            store.close()

    def actor(self, name: str) -> Actor:
        """The member of staff who gave their name with `--as`."""
        from tracker.triage import actor_for

        return actor_for(self.desk, name=name)

    def role(self, role_id: str | None) -> RoleRule | None:
        """The role with this id, None for none. Raises Refused naming the roles there are."""
        if role_id is None:
            return None
        roles = {role.id: role for role in self.settings.role}
        if role_id not in roles:
            raise Refused(f"There is no role {role_id!r}; there are: {', '.join(roles)}.")
        return roles[role_id]


def place_of(context: typer.Context) -> Place:
    """The place that the command line's first part made."""
    place = context.find_root().obj
    assert isinstance(place, Place)
    return place


def _exists(database: str) -> bool:
    from pathlib import Path

    return Path(database).exists()
