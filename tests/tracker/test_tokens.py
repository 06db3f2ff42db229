"""References that people read aloud, and the tokens that open a case."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.tokens import (
    ALPHABET,
    LOCAL_PART_LIMIT,
    case_of_token,
    case_token,
    cases_opened,
    letter_message_id,
    new_ref,
    normal_ref,
    plus_address,
    refs_in,
    split_plus,
)

KEY = b"k" * 32
numbers = st.integers(min_value=0, max_value=2**40 - 1)
refs = st.binary(min_size=16, max_size=16).map(lambda drawn: new_ref(lambda _: drawn))


@given(refs)
def test_a_reference_is_found_again_however_it_is_typed(ref: str) -> None:
    for typed in (ref, ref.lower(), ref.replace("-", ""), ref.replace("-", " "), ref[3:], f" {ref} "):
        assert normal_ref(typed) == ref
    assert refs_in(f"Re: [{ref}] and once more {ref.lower()}") == (ref,)


@given(refs, st.integers(min_value=0, max_value=6), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_makes_another_reference(ref: str, place: int, other: str) -> None:
    letters = list(ref[3:].replace("-", ""))
    if letters[place] == other:
        return
    letters[place] = other
    assert normal_ref("QD" + "".join(letters)) is None


@given(refs, st.integers(min_value=0, max_value=4))
def test_two_swapped_characters_never_make_another_reference(ref: str, place: int) -> None:
    letters = list(ref[3:].replace("-", ""))
    if letters[place] == letters[place + 1]:
        return
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    assert normal_ref("QD" + "".join(letters)) is None


@given(numbers)
def test_a_token_opens_its_own_case_in_any_letter_case(case_id: int) -> None:
    token = case_token(KEY, case_id)
    assert case_of_token(KEY, token) == case_id
    assert case_of_token(KEY, token.upper()) == case_id


@given(numbers, st.integers(min_value=0, max_value=33), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_token_opens_nothing_else(case_id: int, place: int, other: str) -> None:
    token = case_token(KEY, case_id)
    forged = token[:place] + other + token[place + 1 :]
    assert case_of_token(KEY, forged) in {None, case_id}
    if place != 33 and forged != token:  # the last character carries two bits that no byte uses
        assert case_of_token(KEY, forged) is None


def test_a_token_of_another_key_opens_nothing() -> None:
    assert case_of_token(b"other" * 8, case_token(KEY, 7)) is None


@pytest.mark.parametrize("rubbish", ["", "x", "é" * 34, "a" * 33, "a" * 35, "0" * 34, "a" * 17 + "\n" + "a" * 16])
def test_rubbish_is_no_token(rubbish: str) -> None:
    assert case_of_token(KEY, rubbish) is None


def test_a_plus_address_carries_the_token_and_stays_a_lawful_local_part() -> None:
    token = case_token(KEY, 12)
    address = plus_address("england.quality.ne@desk.example", token)
    assert split_plus(address) == ("england.quality.ne@desk.example", token)
    assert len(address.partition("@")[0]) <= LOCAL_PART_LIMIT


def test_an_address_too_long_for_a_token_stays_as_it_is() -> None:
    long = "a" * 40 + "@desk.example"
    assert plus_address(long, case_token(KEY, 12)) == long


def test_the_recipient_speaks_before_the_newest_id_and_foreign_ids_do_not_count() -> None:
    def letter(case_id: int, domain: str = "desk.example") -> str:
        return letter_message_id(KEY, case_id, os.urandom, domain)

    recipients = (plus_address("q@desk.example", case_token(KEY, 3)),)
    assert cases_opened(KEY, recipients, (letter(4), letter(5)), "desk.example") == (3, 5, 4)
    assert cases_opened(KEY, (), (letter(4, "evil.example"),), "desk.example") == ()
