"""The field's files load, may be replaced per region, and say every fault at once."""

from pathlib import Path

import pytest

from tracker.errors import ConfigurationFault
from tracker.field import load_field
from tracker.field.load import PACKAGED


def changed(folder: Path, name: str, old: str, new: str) -> None:
    """Put a packaged file into `folder` with one thing changed."""
    text = (PACKAGED / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigurationFault) as caught:
        load_field(folder)
    return caught.value.faults


def test_the_packaged_field_holds_together() -> None:
    field = load_field()
    assert len(field.organisations.trusts) == 12
    assert len(field.isf.levels) == 5
    assert field.calendar.timezone == "Europe/London"
    assert {row.id for row in field.routing.red_flags} >= {"patient_harm_now", "self_harm", "reprisal"}


def test_a_site_knows_its_trust() -> None:
    field = load_field()
    trust = field.organisations.trust_of_site("Hexham General Hospital")
    assert trust is not None
    assert trust.ods == "RTF"
    assert field.organisations.trust_of_site("Nowhere General") is None


def test_no_bank_holiday_falls_on_a_weekend() -> None:
    assert all(day.weekday() < 5 for day in load_field().calendar.holidays())


def test_every_promised_time_is_counted_in_at_most_one_unit() -> None:
    for target in load_field().sla.targets:
        units = (target.minutes, target.hours, target.working_hours, target.working_days, target.months)
        assert sum(unit is not None for unit in units) <= 1, target.id


def test_a_region_replaces_a_file_and_keeps_the_rest(tmp_path: Path) -> None:
    changed(tmp_path, "organisations.toml", 'name = "Freeman Hospital"', 'name = "Liberty Hospital"')
    field = load_field(tmp_path)
    names = {site.name for _, site in field.organisations.sites()}
    assert "Liberty Hospital" in names
    assert "Freeman Hospital" not in names
    assert field.grades == load_field().grades


def test_every_fault_of_every_file_is_named_at_once_with_its_row(tmp_path: Path) -> None:
    changed(tmp_path, "routing.toml", 'level = "immediate"', 'level = "imediate"')
    changed(tmp_path, "grades.toml", 'tier = "student"', 'teir = "student"')
    (tmp_path / "sla.toml").write_text("schema = = 1", encoding="utf-8")
    faults = "\n".join(faults_of(tmp_path))
    assert "routing.toml: [[red_flag]] row 1 (patient_harm_now) level" in faults
    assert "grades.toml: [[grade]] row 1 (MED_STUDENT) teir" in faults
    assert "sla.toml: not TOML" in faults


def test_a_file_that_no_one_would_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "organisation.toml").write_text("schema = 1", encoding="utf-8")
    assert any(fault.startswith("organisation.toml: no file of the field") for fault in faults_of(tmp_path))


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "missing") == ["missing: no such folder for the field's files"]


def test_one_name_for_two_trusts_is_refused(tmp_path: Path) -> None:
    changed(tmp_path, "organisations.toml", 'aliases = ["NEAS"', 'aliases = ["CDDFT", "NEAS"')
    assert any('"cddft" is an alias of RX6 and RXP' in fault for fault in faults_of(tmp_path))


def test_a_theme_with_a_standard_nobody_wrote_is_refused(tmp_path: Path) -> None:
    changed(tmp_path, "routing.toml", 'standards = ["3.5", "4.4"]', 'standards = ["3.5", "9.9"]')
    assert any("clinical_supervision: no eqf_standard 9.9" in fault for fault in faults_of(tmp_path))


def test_a_pattern_that_does_not_compile_is_a_fault_of_its_row(tmp_path: Path) -> None:
    changed(tmp_path, "grades.toml", "patterns = ['f(?:y|oundation)?", "patterns = ['f(?:y|oundation?")
    assert any(fault.startswith("grades.toml: [[grade]] row 2 (FY1) patterns") for fault in faults_of(tmp_path))


def test_an_office_that_closes_before_it_opens_is_refused(tmp_path: Path) -> None:
    changed(tmp_path, "calendar.toml", 'office_hours = ["09:00", "17:00"]', 'office_hours = ["17:00", "09:00"]')
    assert any("office_hours" in fault for fault in faults_of(tmp_path))
