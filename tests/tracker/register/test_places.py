"""A place has one key, however it was written."""

import pytest

from tests.tracker.desk import the_field
from tracker.errors import Refused
from tracker.register.places import Where, label, parse_where


def test_a_place_is_read_back_from_its_own_key() -> None:
    field = the_field()
    for trust in field.organisations.trusts:
        for site in ("", *(row.name for row in trust.site)):
            for programme in ("", "urology"):
                for department in ("", "Ward 3"):
                    where = Where(trust.ods, site, programme, department)
                    assert parse_where(where.key, field) == where


def test_every_scope_of_the_framework_can_be_said() -> None:
    field = the_field()
    said = {parse_where(text, field).scope for text in ("RVW", "RVW//urology", "RVW///Ward 3", "system//urology")}
    site = next(trust for trust in field.organisations.trusts if trust.ods == "RVW").site[0].name
    said.add(parse_where(f"RVW/{site}", field).scope)
    assert said == set(field.isf.meta["applies_to"])


def test_names_that_always_mean_a_programme_find_it() -> None:
    assert parse_where("rvw//AIM", the_field()) == Where("RVW", programme="acute_internal_medicine")


@pytest.mark.parametrize("text", ["", "/x", "ZZZ", "RVW/Nowhere", "RVW//astrology", "system/Somewhere", "a/b/c/d/e"])
def test_what_the_field_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_where(text, the_field())


def test_a_place_in_words() -> None:
    field = the_field()
    assert label(Where(), field) == "Wider system"
    assert label(Where("RVW", programme="urology"), field).startswith("Urology (")
