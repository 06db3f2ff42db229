"""References that people read aloud, and the signed tokens that let a reply join its case; pure, no database.

A reference (`QD-7F3K-9MX`) is random and ends in a check character; it never proves anything. A token is the capability:
the case's number and 128 bits of HMAC-SHA-256 over it, in lower-case letters and digits, because mail systems fold case.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
_REF = re.compile(r"\bQD[-\s]?([2-9A-HJKMNP-TV-Y]{4})[-\s]?([2-9A-HJKMNP-TV-Y]{3})\b", re.IGNORECASE)
_TOKEN = re.compile(r"^[a-z2-7]{34}$")
_NUMBER_BYTES = 5
_MAC_BYTES = 16
LOCAL_PART_LIMIT = 64


def _check_character(body: str) -> str:
    """A weighted sum modulo 29, which is prime: every single slip and every swap of neighbours shows."""
    total = sum((place + 1) * ALPHABET.index(character) for place, character in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def new_ref(draw: Callable[[int], bytes]) -> str:
    """A fresh reference of 29^6 possible ones; the caller makes sure that it is not taken."""
    number = int.from_bytes(draw(16), "big")
    body = ""
    for _ in range(6):
        number, rest = divmod(number, len(ALPHABET))
        body += ALPHABET[rest]
    return f"QD-{body[:4]}-{body[4:]}{_check_character(body)}"


def normal_ref(text: str) -> str | None:
    """The reference as we write it, from however a person typed it; None where it is none or its check fails."""
    match = _REF.fullmatch(text.strip()) or _REF.fullmatch("QD" + text.strip())
    if match is None:
        return None
    body = (match[1] + match[2]).upper()
    return f"QD-{body[:4]}-{body[4:]}" if _check_character(body[:6]) == body[6] else None


def refs_in(text: str) -> tuple[str, ...]:
    """All well-formed references within a text, in order, each once."""
    found = (normal_ref(match[0]) for match in _REF.finditer(text))
    return tuple(dict.fromkeys(ref for ref in found if ref))


def case_token(key: bytes, case_id: int) -> str:
    """The capability of a case, 34 characters."""
    number = case_id.to_bytes(_NUMBER_BYTES, "big")
    return base64.b32encode(number + _mac(key, b"case", number)).decode().rstrip("=").lower()


def case_of_token(key: bytes, token: str) -> int | None:
    """The case that a token opens, None where it is not ours. Takes the same time for every wrong one."""
    token = token.lower()
    if not _TOKEN.match(token):
        return None
    data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    number, mac = data[:_NUMBER_BYTES], data[_NUMBER_BYTES:]
    return int.from_bytes(number, "big") if hmac.compare_digest(mac, _mac(key, b"case", number)) else None


def plus_address(address: str, token: str) -> str:
    """`quality@desk.example` with the token as its plus part; the address as it is where that grows over 64 characters."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged) <= LOCAL_PART_LIMIT else address


def split_plus(address: str) -> tuple[str, str]:
    """(address without its plus part, plus part), both lower-case; the part is "" where there is none."""
    local, _, domain = address.lower().rpartition("@")
    base, _, tag = local.partition("+")
    return f"{base}@{domain}", tag


def letter_message_id(key: bytes, case_id: int, draw: Callable[[int], bytes], domain: str) -> str:
    """A Message-ID (without < >) for a letter of the case: `TOKEN.RANDOM@domain`."""
    return f"{case_token(key, case_id)}.{draw(8).hex()}@{domain}"


def cases_opened(key: bytes, addresses: Iterable[str], message_ids: Iterable[str], domain: str) -> tuple[int, ...]:
    """The cases whose capability the mail carries: in a plus-address it was sent to, or in ids it answers (nearest last).

    Ids count only where their domain is ours. Order: recipients first, then the newest id.
    """
    tokens = [split_plus(address)[1] for address in addresses]
    for value in reversed(list(message_ids)):
        local, _, host = value.strip("<> ").rpartition("@")
        if host.lower() == domain.lower():
            tokens.append(local.partition(".")[0])
    found = (case_of_token(key, token) for token in tokens if token)
    return tuple(dict.fromkeys(case_id for case_id in found if case_id is not None))


def _mac(key: bytes, purpose: bytes, value: bytes) -> bytes:
    return hmac.new(key, purpose + b"\0" + value, hashlib.sha256).digest()[:_MAC_BYTES]
