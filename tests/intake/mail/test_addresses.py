"""Address lists: the standard's oddities, broken clients, and what is strict enough to decide by."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.addresses import addresses_of, is_one_plain_address
from tests.intake.mail.lessons import lesson


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("Anna <anna@x.example>", [("Anna", "anna@x.example")]),
        ('"Example, Anna" <anna@X.Example>', [("Example, Anna", "anna@x.example")]),
        ("anna@x.example (Anna Example)", [("Anna Example", "anna@x.example")]),
        ("Anna (anna@x.example)", [("Anna", "anna@x.example")]),
        ("a@x.example, b@x.example; c@x.example", [("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example:a@x.example>", [("", "a@x.example")]),
        ("=?utf-8?Q?Example=2C_Zo=C3=AB?= <z@x.example>", [("Example, Zoë", "z@x.example")]),
        ("'Sample, Ben' via List <list@x.example>", [("Sample, Ben' via List", "list@x.example")]),
        ("Anna <anna@x.example", [("Anna", "anna@x.example")]),
        ('"Anna <anna@x.example>', [("Anna", "anna@x.example")]),
        ('"a b"@x.example', [("", '"a b"@x.example')]),
        ("a@(comment)x.example", [("comment", "a@x.example")]),
        ("", []),
    ],
)
def test_lists_are_read_as_meant(raw: str, read: list[tuple[str, str]]) -> None:
    assert [(a.name, a.email) for a in addresses_of(raw)] == read


def test_unbalanced_quotes_lose_no_recipient() -> None:
    assert [a.email for a in lesson("unbalanced_quotes_in_addresses").to if a.email] == [
        "desk@desk.example",
        "second@desk.example",
    ]


@pytest.mark.parametrize("raw", ["anna@x.example", "Anna <anna@x.example>", '"Example, Anna" <anna@x.example>'])
def test_one_plain_address_may_be_decided_by(raw: str) -> None:
    assert is_one_plain_address(raw)


@pytest.mark.parametrize(
    "raw",
    ["", "a@x.example, b@x.example", "alice@x.example)bob@evil.example", "Team: a@x.example;", "<@relay.example:a@x.example>",
     "=?utf-8?q?a=40x.example?=", "a@x.example <b@evil.example>, c", '"a@x.example"@evil.example', "<a@x.example> <b@evil.example>"],
)  # fmt: skip
def test_anything_else_may_not(raw: str) -> None:
    assert not is_one_plain_address(raw)


@given(st.text(max_size=300))
def test_no_list_raises(value: str) -> None:
    assert all(a.email == "" or "@" in a.email for a in addresses_of(value))
