"""The version of a database's tables, told without the library of migrations."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tracker import schema
from tracker.store import Store
from tracker.versions import VERSIONS, version_of


def test_the_names_of_the_steps_are_their_versions_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert list(VERSIONS) == steps[::-1]


def test_a_database_is_empty_then_current_and_behind_when_a_step_is_missing(database_url: str) -> None:
    store = Store(database_url)

    def told() -> str:
        with store.reading() as tx:
            return version_of(tx)

    def put(version: str) -> None:
        store.write(
            lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": version}) and None
        )

    try:
        assert told() == "empty"
        schema.upgrade(database_url)
        assert told() == "current"
        put(VERSIONS[0])
        assert (told(), schema.state(database_url)) == ("behind", "behind")
        put("later")
        assert (told(), schema.state(database_url)) == ("unknown", "unknown")
    finally:
        store.close()
