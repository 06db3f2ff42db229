"""The verdict on the evidence: joining needs a token and a sender who takes part, and nothing less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.matching import Evidence, decide

case_ids = st.lists(st.integers(min_value=1, max_value=6), max_size=3).map(tuple)
evidence = st.builds(
    Evidence,
    by_token=case_ids,
    by_quoted_id=case_ids,
    by_reference=case_ids,
    by_sender=case_ids,
    sender_takes_part_in=st.frozensets(st.integers(min_value=1, max_value=6)),
    trust=st.sampled_from(("verified", "unverified", "failed")),
)


@given(evidence, st.booleans())
def test_nothing_but_a_token_and_a_part_in_the_case_ever_joins(found: Evidence, verifies: bool) -> None:
    match = decide(found, verifies_senders=verifies)
    if match.joins is not None:
        assert match.joins == found.by_token[0]
        assert match.joins in found.sender_takes_part_in
        assert found.trust == "verified" or (found.trust == "unverified" and not verifies)


@given(evidence, st.booleans())
def test_whatever_pointed_to_a_case_is_shown_when_nothing_is_sure(found: Evidence, verifies: bool) -> None:
    match = decide(found, verifies_senders=verifies)
    pointed = {*found.by_token, *found.by_quoted_id, *found.by_reference, *found.by_sender}
    if match.joins is None:
        assert bool(match.related) == bool(pointed)
        assert {case_id for case_id, _ in match.related} <= pointed


def test_a_token_and_a_participant_join() -> None:
    found = Evidence(by_token=(1,), sender_takes_part_in=frozenset({1}))
    assert decide(found, verifies_senders=False).joins == 1


def test_a_stranger_with_a_leaked_token_does_not_join() -> None:
    match = decide(Evidence(by_token=(1,)), verifies_senders=False)
    assert match.joins is None
    assert match.related == ((1, "it carries this case's token"),)
    assert "takes no part" in match.why


@pytest.mark.parametrize(("trust", "joins"), [("verified", 1), ("unverified", None), ("failed", None)])
def test_where_our_gateway_verifies_senders_its_yes_is_needed(trust: str, joins: int | None) -> None:
    found = Evidence(by_token=(1,), sender_takes_part_in=frozenset({1}), trust=trust)
    assert decide(found, verifies_senders=True).joins == joins


def test_a_reference_in_the_subject_is_only_a_hint() -> None:
    match = decide(Evidence(by_reference=(4,)), verifies_senders=False)
    assert match.joins is None
    assert match.related == ((4, "it names this case's reference"),)
