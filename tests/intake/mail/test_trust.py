"""Only our own gateway's topmost verdict counts, and only for one plain From."""

import pytest

from intake.mail import read_mail, submission_of
from tracker.submission import Submission

OURS = "Authentication-Results: mx.desk.example; "


def handed(fields: str, sender: str, authserv_id: str, arc_sealers: tuple[str, ...] = ()) -> Submission:
    mail = read_mail(f"{fields}From: {sender}\nMessage-ID: <a@b>\n\nx\n".encode())
    return submission_of(
        mail, envelope_from="a@b.example", envelope_to=(), authserv_id=authserv_id, arc_sealers=arc_sealers
    )


def verdict(fields: str, *, sender: str = "Anna <anna@trust.example>", authserv_id: str = "mx.desk.example") -> str:
    return handed(fields, sender, authserv_id).trust


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


# A gateway that signs without a name, as Exchange Online does: host names as in its own Received fields.

HOP = "mail.protection.cloud.example"
NAMELESS = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=trust.example; dkim=pass (signature verified)\n"
    " header.d=trust.example;dmarc=pass action=none header.from=trust.example;compauth=pass reason=100\n"
)
BORDER = f"Received: from mx.trust.example (192.0.2.7) by EUR01.{HOP} (10.0.0.1) with SMTP; Mon, 23 Nov 2026\n"
INTERNAL = f"Received: from EUR01.{HOP} (10.0.0.1) by EUR02.{HOP} (10.0.0.2) with HTTPS; Mon, 23 Nov 2026\n"
FOREIGN = "Received: from laptop (198.51.100.1) by mx.trust.example with ESMTPSA; Mon, 23 Nov 2026\n"


@pytest.mark.parametrize(
    "fields", [NAMELESS + BORDER + FOREIGN, INTERNAL + NAMELESS + BORDER, NAMELESS + INTERNAL + BORDER]
)
def test_a_field_without_a_name_counts_above_the_hop_by_which_the_configured_host_took_the_mail_in(fields: str) -> None:
    assert verdict(fields, authserv_id=HOP) == "verified"
    assert verdict(fields, authserv_id=f"EUR01.{HOP}") == ("verified" if INTERNAL not in fields else "unverified")


@pytest.mark.parametrize(
    "fields",
    [BORDER + NAMELESS, BORDER + NAMELESS + BORDER, FOREIGN + NAMELESS + BORDER, NAMELESS, NAMELESS + FOREIGN + BORDER,
     NAMELESS.replace("dmarc=pass", "dmarc=none") + BORDER + NAMELESS, INTERNAL + BORDER + FOREIGN + NAMELESS,
     NAMELESS + f"Received: from x by evil{HOP} with SMTP\n", NAMELESS + f"Received: from x (by {HOP}) by mx.evil.example\n"],
)  # fmt: skip
def test_a_field_without_a_name_in_any_other_place_is_the_senders_own(fields: str) -> None:
    assert verdict(fields, authserv_id=HOP) == "unverified"


def test_a_forged_field_with_the_hosts_name_loses_to_the_one_above_it() -> None:
    real = NAMELESS.replace("dmarc=pass", "dmarc=fail")
    assert verdict(real + BORDER + f"Authentication-Results: {HOP}; dmarc=pass\n", authserv_id=HOP) == "failed"


# ARC: a system that passed the mail on vouches for what it saw.

FORWARDED = OURS + "spf=fail; dkim=fail header.d=trust.example; dmarc=fail header.from=trust.example; arc=pass (i=2)\n"


def arc(number: int, sealer: str, found: str = "dmarc=pass header.from=trust.example") -> str:
    seal = f"ARC-Seal: i={number}; a=rsa-sha256; t=1; cv=pass; d={sealer}; s=a;\n b=AAAA\n"
    return (
        seal
        + f"ARC-Message-Signature: i={number}; d={sealer}; b=BBBB\nARC-Authentication-Results: i={number}; mx.{sealer}; {found}\n"
    )


def vouched(fields: str, sender: str = "anna@trust.example") -> Submission:
    return handed(fields, sender, "mx.desk.example", ("Forwarder.example",))


def test_a_trusted_sealer_vouches_for_what_it_passed_on() -> None:
    said = vouched(FORWARDED + arc(2, "forwarder.example") + arc(1, "list.example", "dmarc=fail"))
    assert said.trust == "verified"
    assert said.trust_source.startswith("vouched for by forwarder.example (ARC): dmarc=pass; mx.desk.example: spf=fail")


@pytest.mark.parametrize(
    "fields",
    [FORWARDED + arc(1, "other.example"), FORWARDED + arc(1, "forwarder.example") + arc(2, "other.example"),
     FORWARDED.replace("arc=pass", "arc=fail") + arc(1, "forwarder.example"), FORWARDED,
     FORWARDED + arc(1, "forwarder.example", "dmarc=fail header.from=trust.example"),
     FORWARDED + arc(1, "forwarder.example", "dmarc=pass header.from=evil.example"),
     FORWARDED + arc(1, "forwarder.example") + arc(1, "forwarder.example"), FORWARDED + arc(2, "forwarder.example"),
     FORWARDED + "ARC-Seal: i=1; d=forwarder.example; b=A\n"],
)  # fmt: skip
def test_any_other_seal_vouches_for_nobody(fields: str) -> None:
    assert vouched(fields).trust == "failed"


def test_a_seal_does_not_help_where_our_gateway_said_nothing_or_the_from_is_odd() -> None:
    assert vouched(arc(1, "forwarder.example")).trust == "unverified"
    odd = vouched(FORWARDED + arc(1, "forwarder.example"), sender="a@trust.example, b@trust.example")
    assert odd.trust == "unverified"
    assert handed(FORWARDED + arc(1, "forwarder.example"), "a@trust.example", "mx.desk.example").trust == "failed"
