"""References within words: ours and the trusts' own, found whole or not at all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.register import refs
from tracker.register.responses import names_own_ref
from tracker.tokens import new_ref

our_refs = st.integers(0, 10_000).map(lambda seed: "QR" + new_ref(random.Random(seed).randbytes).removeprefix("QD"))
own_refs = st.from_regex(r"[A-Z]{1,4}[/-]?[0-9]{4}[/-][0-9]{1,4}", fullmatch=True)
words = st.text("abcdefgh .,;:\n", max_size=40)


@given(our_refs, words, words)
def test_our_reference_is_found_however_it_was_typed(ref: str, before: str, after: str) -> None:
    for typed in (ref, ref.lower(), ref.replace("-", " "), ref.replace("-", "")):
        assert refs.requirements_in(f"{before} {typed} {after}") == (ref,)
        assert refs.normal(typed, "QR") == ref


@pytest.mark.parametrize("typed", ["QR-QRYV-XG6", "QRQRYVXG6", "qr qryv xg6"])
def test_a_reference_that_begins_like_its_prefix_is_found(typed: str) -> None:
    assert refs.requirements_in(f"about {typed}") == ("QR-QRYV-XG6",)
    assert refs.normal("QRYV-XG6", "QR") == "QR-QRYV-XG6"


@given(our_refs)
def test_a_slip_in_a_reference_is_no_reference(ref: str) -> None:
    wrong = ref[:-1] + ("2" if ref[-1] != "2" else "3")
    assert refs.requirements_in(wrong) == ()
    assert refs.requirements_in(ref.replace("QR", "QD")) == (), "a case's reference is none of a requirement"
    assert refs.requirements_in(f"X{ref}") == ()


@given(own_refs, words, words)
def test_a_trusts_own_reference_is_found_whole(ref: str, before: str, after: str) -> None:
    assert names_own_ref(f"{before} {ref.lower()} {after}", ref)
    assert names_own_ref(f"({ref}).", ref)


@given(own_refs, st.sampled_from("0123456789ABC-/_"))
def test_a_longer_reference_is_another_one(ref: str, more: str) -> None:
    assert not names_own_ref(f"about {ref}{more}", ref)
    assert not names_own_ref(f"about {more}{ref}", ref)


@pytest.mark.parametrize("ref", ["", "17", "QA", "Action", "plan of the year", " 1 "])
def test_what_would_be_found_everywhere_is_never_looked_for(ref: str) -> None:
    assert not names_own_ref(f"Action 17 {ref} QA plan of the year 1 ", ref)


def test_signs_in_a_reference_are_only_signs() -> None:
    assert names_own_ref("see [QA] (2026) .*+?", "[QA] (2026)") is True
    assert names_own_ref("see QA22026", "QA.2026") is False
