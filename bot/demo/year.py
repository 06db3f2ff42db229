"""`qualitydesk demo --year`: an invented year of the register in a database of its own, and every paper made from it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from bot.config import load
from bot.demo.region import invented
from bot.demo.year_rows import fill, spots
from bot.demo.year_surveys import comments, export, items
from bot.desk import make_desk
from bot.reports.making import FORMATS, Maker, write
from bot.reports.paper import Paper
from tracker.actors import Actor
from tracker.desk import Desk, RoleRule
from tracker.evidence.grid import read_csv
from tracker.evidence.items import look_at_items
from tracker.evidence.period import month, year
from tracker.evidence.surveys import look, look_at_comments
from tracker.evidence.taking import RIGHT, take_items, take_survey
from tracker.model import Base
from tracker.register.places import Where
from tracker.store import Store, Tx

SEED = 2026
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""The first morning after the year."""
SURVEYS = (("NTS", (2025, 2026)), ("NETS", (2024, 2025)))
IMPORTED = datetime(2026, 7, 20, 10, tzinfo=UTC)
ACTOR = Actor("demo", (RoleRule(id="demo", title="Demonstration", may=(RIGHT,)),))


def run(folder: Path, say: Callable[[str], None]) -> int:
    """Make the year and every paper from it into `folder`, saying what was made and how long it took. Returns 0."""
    begun = time.monotonic()
    with a_year() as (store, desk):
        say(f"An invented year: 12 trusts, 60 places, 400 cases, 120 requirements ({time.monotonic() - begun:.1f} s).")
        begun = time.monotonic()
        with store.reading() as tx:
            for paper in papers(Maker(tx, desk, NOW)):
                for path in write(paper, folder, FORMATS):
                    say(f"  {path}")
        say(f"Every paper in every format ({time.monotonic() - begun:.1f} s).")
    return 0


@contextmanager
def a_year(seed: int = SEED) -> Iterator[tuple[Store, Desk]]:
    """A database that holds the invented year while the block runs; the same seed gives the same rows."""
    with TemporaryDirectory(prefix="qualitydesk-year-") as room:
        config = Path(room) / "config.toml"
        config.write_text(
            '[database]\nurl = "sqlite:///year.sqlite3"\n[[inbox]]\naddress = "quality@desk.example"\n'
            '[mail]\nteam = "Demonstration: invented trusts, invented figures"\n',
            encoding="utf-8",
        )
        settings = load(config)
        chance = Random(seed)  # noqa: S311 - invented rows want chance that repeats
        desk = make_desk(settings)
        desk = replace(desk, draw=chance.randbytes, field=invented(desk.field))
        engine = create_engine(settings.database_url)
        Base.metadata.create_all(engine)
        engine.dispose()
        store = Store(settings.database_url)
        try:
            store.write(lambda tx: _live(tx, desk, chance))
            yield store, desk
        finally:
            store.close()


def papers(maker: Maker) -> Iterator[Paper]:
    """One paper of each kind, and the monthly ones of the last quarter."""
    for key in ("2026-09", "2026-10", "2026-11"):
        yield maker.demq(month(key, maker.zone))
    yield maker.place(_a_place(maker))
    yield maker.trust(maker.desk.field.organisations.trusts[0].ods)
    yield maker.school("MEDICINE")
    yield maker.regulator("gmc", year("2026", maker.zone))


def _a_place(maker: Maker) -> Where:
    """The place with the highest rating that stands."""
    from tracker.evidence import rating_facts
    from tracker.evidence.scope import EVERYWHERE

    step = rating_facts.standing(rating_facts.steps(maker.tx, EVERYWHERE, at=maker.now))[0]
    return Where(step.place.provider, step.place.site, step.place.programme, step.place.department)


def _live(tx: Tx, desk: Desk, chance: Random) -> None:
    wanted = spots(desk, chance)
    fill(tx, wanted, desk=desk, chance=chance)
    for name, years in SURVEYS:
        survey = desk.field.surveys.survey(name)
        content = export(survey, years, wanted, desk.field, chance)
        take_survey(
            tx, look(read_csv(content), survey, desk.field), filename=f"{name.lower()}.csv", sha256=sha256(content).hexdigest(),
            actor=ACTOR, now=IMPORTED,
        )  # fmt: skip
    chance = Random(chance.random())  # noqa: S311 - the same
    survey = desk.field.surveys.survey("NTS")
    content = comments((2025, 2026), wanted, desk.field, chance)
    take_survey(
        tx, look_at_comments(read_csv(content), survey, desk.field), filename="nts-comments.csv",
        sha256=sha256(content).hexdigest(), actor=ACTOR, now=IMPORTED,
    )  # fmt: skip
    content = items(wanted, desk.field, chance)
    take_items(
        tx, look_at_items(read_csv(content), desk.field, today=IMPORTED.date()), filename="items.csv",
        sha256=sha256(content).hexdigest(), actor=ACTOR, desk=desk, now=IMPORTED,
    )  # fmt: skip
