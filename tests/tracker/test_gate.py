"""The gate in front of every machine-made letter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.desk import CapRules
from tracker.gate import GateFacts, may_write

CAPS = CapRules()
A_TRAINEE = GateFacts(address="ada.trainee@example.org")


def test_a_person_who_writes_to_us_may_be_answered() -> None:
    assert may_write(A_TRAINEE, caps=CAPS).allowed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"automatic_rule": "2", "automatic_why": "Auto-Submitted: auto-replied"}, "2"),
        ({"null_sender": True}, "1"),
        ({"ours": True}, "16"),
        ({"address": ""}, "17"),
        ({"address": "no at sign"}, "17"),
        ({"address": "two@at@example.org"}, "17"),
        ({"address": "inject@example.org\r\nBcc: x@y.example"}, "17"),
        ({"address": "MAILER-DAEMON@example.org"}, "10"),
        ({"address": "postmaster@example.org"}, "11"),
        ({"address": "no-reply@example.org"}, "12"),
        ({"address": "noreply.surveys@example.org"}, "12"),
        ({"address": "trust.donotreply@example.org"}, "12"),
        ({"address": "owner-trainees@example.org"}, "13"),
        ({"address": "list-bounces@example.org"}, "13"),
        ({"address": "bounce+77=x@example.org"}, "13"),
        ({"trust_failed": True}, "18"),
        ({"addressed_to_us": False}, "19"),
        ({"muted": "a letter bounced (5.1.1)"}, "muted"),
        ({"acknowledged_already": True}, "22"),
        ({"to_address_in_a_day": 3}, "23"),
        ({"to_domain_in_an_hour": 100}, "24"),
        ({"in_an_hour": 300}, "24"),
    ],
)
def test_each_rule_forbids_and_says_so(change: dict[str, object], rule: str) -> None:
    verdict = may_write(replace(A_TRAINEE, **change), caps=CAPS)  # type: ignore[arg-type]
    assert not verdict.allowed
    assert verdict.rule == rule
    assert verdict.why


@pytest.mark.parametrize("name", ["reply", "noreen", "bouncey.castle", "ownership", "request", "norepley"])
def test_people_whose_names_look_a_little_like_machines_are_answered(name: str) -> None:
    assert may_write(replace(A_TRAINEE, address=f"{name}@example.org"), caps=CAPS).allowed


@given(st.builds(GateFacts, address=st.text(max_size=40), null_sender=st.booleans(), ours=st.booleans()))
def test_a_refusal_always_carries_a_reason(facts: GateFacts) -> None:
    verdict = may_write(facts, caps=CAPS)
    assert verdict.allowed or (verdict.rule and verdict.why)
