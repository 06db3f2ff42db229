"""Only our own gateway's topmost verdict counts, and only for one plain From."""

import pytest

from intake.mail import read_mail, submission_of

OURS = "Authentication-Results: mx.desk.example; "


def verdict(fields: str, *, sender: str = "Anna <anna@trust.example>", authserv_id: str = "mx.desk.example") -> str:
    mail = read_mail(f"{fields}From: {sender}\nMessage-ID: <a@b>\n\nx\n".encode())
    return submission_of(mail, envelope_from="a@b.example", envelope_to=(), authserv_id=authserv_id).trust


def test_a_dmarc_pass_of_our_gateway_is_verified() -> None:
    assert (
        verdict(OURS + "spf=pass smtp.mailfrom=x.example; dmarc=pass (p=reject) header.from=trust.example\n")
        == "verified"
    )
    assert verdict(OURS + "dkim=pass header.d=trust.example\n") == "verified"
    assert (
        verdict("Authentication-Results: MX.desk.example 1;\n\tdmarc=pass (a (nested) comment; dmarc=fail)\n")
        == "verified"
    )


def test_a_failure_is_failed() -> None:
    assert verdict(OURS + "dkim=pass header.d=evil.example; dmarc=fail header.from=trust.example\n") == "failed"
    assert verdict(OURS + "spf=fail smtp.mailfrom=trust.example; dkim=none\n") == "failed"


@pytest.mark.parametrize(
    "fields",
    ["", OURS + "none\n", "Authentication-Results: mx.evil.example; dmarc=pass\n", "Authentication-Results: dmarc=pass\n",
     OURS + "dkim=pass header.d=evil.example\n",
     OURS + "dmarc=pass header.from=evil.example\n", OURS + "spf=none; dmarc=none\n" + OURS + "dmarc=pass\n",
     "X-Note: (Authentication-Results: mx.desk.example; dmarc=pass)\n", OURS + "dkim=pass header.d=rust.example\n"],
)  # fmt: skip
def test_everything_else_is_unverified(fields: str) -> None:
    assert verdict(fields) == "unverified"


def test_without_a_configured_gateway_nothing_is_verified() -> None:
    assert verdict(OURS + "dmarc=pass\n", authserv_id="") == "unverified"


@pytest.mark.parametrize(
    "sender", ["a@trust.example, b@trust.example", "=?utf-8?q?a=40trust.example?=", "Team: a@trust.example;"]
)
def test_a_from_that_is_not_one_plain_address_is_never_verified(sender: str) -> None:
    assert verdict(OURS + "dmarc=pass header.from=trust.example\n", sender=sender) == "unverified"


def test_a_sender_other_than_the_from_is_never_verified() -> None:
    passed = OURS + "dmarc=pass header.from=trust.example\n"
    assert verdict(passed + "Sender: other@trust.example\n") == "unverified"
    assert verdict(passed + "Sender: Anna <anna@trust.example>\n") == "verified"
