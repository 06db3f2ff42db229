"""Tagged once, seen in every regulator's terms, with where it comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.desk import the_field
from tracker.errors import Refused
from tracker.register.standards_map import FRAMEWORKS, checked, in_terms_of, title_of

EQF = [row.id for row in the_field().standards.eqf_standard]
GMC = [
    row.id
    for row in (
        *the_field().standards.gmc_theme,
        *the_field().standards.gmc_standard,
        *the_field().standards.gmc_requirement,
    )
]


def test_clinical_supervision_in_every_regulators_terms() -> None:
    terms = {(term.framework, term.id): term for term in in_terms_of(["3.5"], the_field())}
    assert {("GMC", "R1.7"), ("GMC", "R1.8"), ("GMC", "R1.9")} <= set(terms)
    assert {("NMC", "3"), ("HCPC", "SET5"), ("GPhC2011", "6"), ("GDC", "1")} <= set(terms)
    assert terms["EQF", "3.5"].said
    assert not terms["GMC", "R1.8"].said
    assert terms["GMC", "R1.8"].by == "EQF 3.5"
    assert terms["NMC", "3"].by == "EQF domain 3"


@given(st.lists(st.sampled_from(EQF + GMC), max_size=5))
def test_every_term_says_where_it_comes_from_and_stands_once(ids: list[str]) -> None:
    terms = in_terms_of(ids, the_field())
    assert {term.id for term in terms if term.said} == set(ids)
    assert all(term.said != bool(term.by) for term in terms)
    assert all(term.status == "proposed" for term in terms if not term.said)
    assert all(term.status for term in terms)
    assert len({(term.framework, term.id) for term in terms}) == len(terms)
    order = [FRAMEWORKS.index(term.framework) for term in terms]
    assert order == sorted(order)


@pytest.mark.parametrize("standard", EQF)
def test_every_standard_of_the_framework_is_seen_by_the_gmc_nmc_hcpc_and_gphc(standard: str) -> None:
    seen = {term.framework for term in in_terms_of([standard], the_field())}
    assert {"EQF", "GMC", "NMC", "HCPC", "GPhC2011"} <= seen
    assert ("GDC" in seen) == (not standard.startswith("6."))  # domain 6 maps to nothing of the GDC


def test_the_same_number_in_another_framework_is_not_mistaken() -> None:
    """HCPC too has a 3.6; ours is of the Education Quality Framework."""
    assert "ducational supervision" in title_of("3.6", the_field())
    (said,) = (term for term in in_terms_of(["3.6"], the_field()) if term.said)
    assert said.framework == "EQF"


def test_unknown_standards_are_refused_by_name() -> None:
    assert checked([" 3.5", "R1.8", "3.5"], the_field()) == ["3.5", "R1.8"]
    with pytest.raises(Refused, match=r"9\.9"):
        checked(["3.5", "9.9"], the_field())


@pytest.mark.parametrize("standard", GMC)
def test_every_point_of_the_gmc_is_seen_by_the_nmc_and_hcpc(standard: str) -> None:
    assert {"GMC", "NMC", "HCPC"} <= {term.framework for term in in_terms_of([standard], the_field())}


def test_an_id_that_is_in_no_list_any_more_says_nothing() -> None:
    assert in_terms_of(["99.9"], the_field()) == ()
