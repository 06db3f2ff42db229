"""The paths in MAIL and RCPT, and which of them are ours; pure, and linear in what a stranger sends."""

import re
from collections.abc import Iterable
from typing import Final

# RFC 5321, 4.1.2: a quoted local part may hold spaces and ">". A source route before the mailbox is to be ignored.
_BRACKETED: Final = re.compile(r'<((?:"(?:[^"\\]|\\.)*"|[^"<>\s])*)>(?:\s+(.*))?\Z', re.DOTALL)
_BARE: Final = re.compile(r"([^\s<>\"]+)(?:\s+(.*))?\Z", re.DOTALL)
_ROUTE: Final = re.compile(r"@[^:\s]*:")
_TAG: Final = re.compile(r"[a-z0-9._=-]{1,64}\Z")
_ALWAYS_THERE: Final = ("postmaster", "abuse")


def path_of(argument: str) -> tuple[str | None, str]:
    """(mailbox, parameters) of what follows `FROM:` or `TO:`. "<>" stays "<>"; None where no mailbox can be made out.

    As lenient as can be in what is a mailbox: a sender's odd address is no reason to turn a report away.
    """
    found = _BRACKETED.match(argument.strip()) or _BARE.match(argument.strip())
    if found is None:
        return None, ""
    mailbox = _ROUTE.sub("", found[1], count=1) if found[1].startswith("@") else found[1]
    return mailbox or "<>", found[2] or ""


class OurAddresses:
    """Our inboxes, each also with a token (`quality+TOKEN@…`), and postmaster@ and abuse@ of their domains.

    RFC 5321, 4.5.1 asks for postmaster, with and without a domain. Case does not matter. Whether a token is a true one
    is not told at the door: an unknown one looks like any other.
    """

    def __init__(self, inboxes: Iterable[str]) -> None:
        self._exact: set[str] = set()
        self._tagged: set[tuple[str, str]] = set()
        for inbox in inboxes:
            local, domain = _halves(inbox)
            self._exact.add(f"{local}@{domain}")
            self._tagged.add((local, domain))
            self._exact.update(f"{name}@{domain}" for name in _ALWAYS_THERE)

    def include(self, address: str) -> bool:
        """Whether mail to this address is for us."""
        if address.lower() == "postmaster":
            return True
        local, domain = _halves(address)
        if f"{local}@{domain}" in self._exact:
            return True
        return any(
            domain == our_domain and local.startswith(f"{our_local}+") and bool(_TAG.match(local[len(our_local) + 1 :]))
            for our_local, our_domain in self._tagged
        )


def _halves(address: str) -> tuple[str, str]:
    local, _, domain = address.lower().rpartition("@")
    try:
        return local, domain.encode("idna").decode("ascii")
    except UnicodeError:
        return local, domain
