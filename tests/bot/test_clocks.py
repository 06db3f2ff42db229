"""Every clock of sla.toml is a setting: the packaged configuration says the same time, and another one takes effect."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.settings import Settings
from tests.tracker.desk import a_desk, the_field
from tests.tracker.register.shelf import Shelf, register_desk
from tracker.evidence import case_facts
from tracker.evidence.reports import Report
from tracker.field.rules import Target
from tracker.promises import CaseFacts, planned
from tracker.register import due_dates, interventions
from tracker.register.interventions import Plan
from tracker.store import Store
from tracker.working_days import due, parse_within

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOURS = a_desk().hours
ANOTHER = "7 working hours"
FACTS = CaseFacts(
    status="new", kind="concern", urgency="routine", opened_at=MONDAY,
    promised=("first_human_read", "personal_reply", "update_to_reporter", "risk_score"),
    status_since=MONDAY, unread_since=MONDAY,
)  # fmt: skip
SETTINGS = {
    "auto_ack": "quality_register.acknowledged_within",
    "first_human_read_red_flag": "follow_up.first_human_read.within_immediate",
    "first_human_read": "follow_up.first_human_read.within",
    "personal_reply": "follow_up.personal_reply.within",
    "risk_score": "follow_up.risk_score.within",
    "provider_first_response": "follow_up.chase_provider.within",
    "imr": "quality_register.imr_within",
    "update_to_raiser": "follow_up.update_to_reporter.within",
    "review_report": "quality_register.report_within",
    "sar": "follow_up.information_rights.within",
    "foi": "follow_up.freedom_of_information.within",
    "breach": "follow_up.data_breach.within",
}
"""The setting of each clock. What is not here is another body's time, which the file gives to compare with: it has no unit."""
SITUATIONS: dict[str, dict[str, Any]] = {
    "first_human_read_red_flag": {"urgency": "immediate"},
    "provider_first_response": {"status": "awaiting_provider"},
    "sar": {"kind": "information_rights"},
    "foi": {"kind": "information_rights", "asks_foi": True},
    "breach": {"breach_since": MONDAY},
}
TARGETS = [pytest.param(target, id=target.id) for target in the_field().sla.targets]


def configured(folder: Path, key: str = "", value: str = "") -> Settings:
    text = '[database]\nurl = "sqlite:///x.sqlite3"\n[[inbox]]\naddress = "quality@desk.example"\n'
    if key:
        section, _, name = key.rpartition(".")
        text += f'[{section}]\n{name} = "{value}"\n'
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


def in_words(target: Target) -> str:
    unit = next(
        (unit for unit in ("minutes", "hours", "working_hours", "working_days", "months") if getattr(target, unit)), ""
    )
    words = {"months": "calendar month"}.get(unit, unit.replace("_", " ").removesuffix("s"))
    return f"{getattr(target, unit)} {words}" if unit else ""


def follows_up(target: str, settings: Settings) -> datetime:
    kind = SETTINGS[target].split(".")[1]
    facts = replace(FACTS, **SITUATIONS.get(target, {}))
    return planned(facts, (), settings.follow_up, HOURS)[kind].due.at


def requires(_: str, settings: Settings) -> datetime:
    found = due_dates.due_for("IMR", "", MONDAY, HOURS, settings.quality_register)
    assert found is not None
    return found.at


def acknowledges(_: str, settings: Settings) -> datetime:
    """The last moment at which an acknowledgement still counts as in time, to the quarter of an hour."""
    desk = replace(a_desk(), register=settings.quality_register)
    moments = (MONDAY + timedelta(minutes=5 * number) for number in range(200))
    rows = [Report(number, str(number), MONDAY, acknowledged_at=at) for number, at in enumerate(moments)]
    return MONDAY + timedelta(minutes=5 * (len(case_facts.acknowledged(rows, desk).kept) - 1))


CLOCKS: dict[str, Callable[[str, Settings], datetime]] = {
    "auto_ack": acknowledges,
    "imr": requires,
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_time_of_ours_has_a_setting_and_starts_with_the_fields_own_value(target: Target, tmp_path: Path) -> None:
    said = in_words(target)
    assert bool(said) == (target.id in SETTINGS), f"{target.id} is a clock of ours, so it needs a setting"
    if said:
        value: Any = configured(tmp_path)
        for name in SETTINGS[target.id].split("."):
            value = value[name] if isinstance(value, dict) else getattr(value, name)
        assert parse_within(value) == parse_within(said)


@pytest.mark.parametrize("target", sorted(SETTINGS.keys() - {"review_report"}))
def test_another_time_takes_effect(target: str, tmp_path: Path) -> None:
    clock = CLOCKS.get(target, follows_up)
    before = clock(target, configured(tmp_path))
    after = clock(target, configured(tmp_path, SETTINGS[target], ANOTHER))
    assert after == due(ANOTHER, MONDAY, HOURS).at
    assert after != before


def test_another_time_for_a_reviews_report_takes_effect(tmp_path: Path, sqlite_with_tables: Path) -> None:
    (tmp_path / "desk.sqlite3").write_bytes(sqlite_with_tables.read_bytes())
    store = Store(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    days = []
    for settings in (configured(tmp_path), configured(tmp_path, SETTINGS["review_report"], "3 working days")):
        shelf = Shelf(store, replace(register_desk(), register=settings.quality_register))
        ref = shelf.do(interventions.plan, Plan("visit", (date(2026, 11, 23),), shelf.where())).ref
        days.append(shelf.do(interventions.hold, ref, date(2026, 11, 23)).report_due_on)
    store.close()
    assert days == [date(2027, 1, 7), date(2026, 11, 26)]


def test_a_breach_rings_before_its_72_hours_are_over_also_over_a_weekend() -> None:
    """A clock of 72 hours does not stand still at night; the warning comes while somebody is at work."""

    def plans(known: datetime) -> tuple[datetime, datetime]:
        found = planned(replace(FACTS, breach_since=known), (), a_desk().promises, HOURS)
        return found["data_breach_soon"].due.at, found["data_breach"].due.at

    wednesday = datetime(2026, 11, 25, 18, tzinfo=UTC)
    assert plans(wednesday) == (datetime(2026, 11, 27, 9, tzinfo=UTC), wednesday + timedelta(hours=72))
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert plans(friday) == (friday, friday + timedelta(hours=72))
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert plans(saturday) == (datetime(2026, 11, 30, 9, tzinfo=UTC), saturday + timedelta(hours=72))
