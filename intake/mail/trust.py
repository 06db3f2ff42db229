"""What our own gateway found out about the sender (RFC 8601), and nothing anybody else claims."""

import re

from intake.mail.headers import one_line
from intake.mail.model import AuthenticationResult
from tracker.submission import Trust

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^([A-Za-z][A-Za-z0-9\-]{0,40})(?:/\d+)?\s*=\s*([A-Za-z]{2,20})")
_PROPERTY = re.compile(r"(?:header\.(?:from|d|i)|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]{1,255})")


def result_of(value: str, position: int) -> AuthenticationResult | None:
    """One field taken apart; `position` is its place among all header fields, from the top. None if it is none."""
    text = value[:8000]
    for _ in range(5):  # comments nest
        text, changed = _COMMENT.subn(" ", text)
        if not changed:
            break
    server, *clauses = one_line(text).split(";")
    words = server.split()
    if not words or "=" in words[0]:
        return AuthenticationResult(server="", results=_results([server, *clauses]), position=position)
    return AuthenticationResult(server=words[0].lower(), results=_results(clauses), position=position)


def _results(clauses: list[str]) -> tuple[tuple[str, str, str], ...]:
    out = []
    for clause in clauses[:50]:
        found = _RESULT.match(clause.strip())
        if found:
            domain = _PROPERTY.search(clause)
            out.append((found[1].lower(), found[2].lower(), domain[1].lower().rpartition("@")[2] if domain else ""))
    return tuple(out)


def verdict(
    fields: tuple[AuthenticationResult, ...], authserv_id: str, from_domain: str, *, from_is_plain: bool
) -> tuple[Trust, str]:
    """Trust and its source in words.

    Only the topmost field of `authserv_id` counts: our gateway adds its own above everything that came with the mail.
    Verified: DMARC passed, or DKIM passed for the very domain of the From address. A From that is not exactly one
    plain address, or a Sender other than it, is never verified. Without a configured id nothing is.
    """
    if not authserv_id:
        return "unverified", "no gateway configured"
    ours = next((f for f in fields if f.server == authserv_id.strip().lower()), None)
    if ours is None:
        return "unverified", "no result of our gateway"
    found = {method: result for method, result, _ in reversed(ours.results)}
    source = f"{ours.server}: " + (", ".join(f"{m}={r}" for m, r, _ in ours.results) or "none")
    if found.get("dmarc") == "fail":
        return "failed", source
    aligned = any(
        m == "dkim" and r == "pass" and d and (d == from_domain or from_domain.endswith("." + d))
        for m, r, d in ours.results
    )
    spoken_of = next((d for m, r, d in ours.results if m == "dmarc" and r == "pass"), "")
    passed = found.get("dmarc") == "pass" and spoken_of in ("", from_domain)
    if passed or (aligned and "dmarc" not in found):
        return ("verified", source) if from_is_plain else ("unverified", source + "; From is not one plain address")
    if (
        "dmarc" not in found
        and found.get("spf") in ("fail", "softfail")
        and found.get("dkim") in ("fail", None, "none")
    ):
        return "failed", source
    return "unverified", source
