"""What our own gateway found out about the sender (RFC 8601, RFC 8617), never what others claim; nothing is verified here."""

import re

from intake.mail.headers import one_line
from intake.mail.model import AuthenticationResult, Hop, Mail, Results, Seal
from tracker.submission import Trust

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^([A-Za-z][A-Za-z0-9\-]{0,40})(?:/\d+)?\s*=\s*([A-Za-z]{2,20})")
_PROPERTY = re.compile(r"(?:header\.(?:from|d|i)|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]{1,255})")
_FROM = re.compile(r"from\s+(\S{1,255})", re.I)
_BY = re.compile(r"(?:^|\s)by\s+([^\s;]{1,255})", re.I)
_TAG = re.compile(r"(?:^|;)\s{0,20}([id])\s{0,20}=\s{0,20}([A-Za-z0-9.\-]{1,255})")


def result_of(value: str, position: int) -> AuthenticationResult | None:
    """One field taken apart; `position` is its place among all header fields, from the top. None if it is none."""
    server, *clauses = _without_comments(value).split(";")
    words = server.split()
    if not words or "=" in words[0]:
        return AuthenticationResult(server="", results=_results([server, *clauses]), position=position)
    return AuthenticationResult(server=words[0].lower(), results=_results(clauses), position=position)


def hop_of(value: str, position: int) -> Hop:
    """A Received field: which host it came from, as that called itself, and which took it."""
    text = _without_comments(value[:2000])
    came_from, by = _FROM.match(text), _BY.search(text)
    return Hop(came_from=_host(came_from), by=_host(by), position=position)


def seals_of(fields: list[tuple[str, str]]) -> tuple[Seal, ...]:
    """The ARC sets of (name, value) fields, by instance; nothing where an instance is missing or there twice."""
    sealers: dict[int, str] = {}
    results: dict[int, Results] = {}
    for name, value in fields:
        tags = dict(reversed(_TAG.findall(value[:2000])))
        number = int(tags["i"]) if tags.get("i", "").isdigit() and len(tags["i"]) < 3 else 0
        if not 1 <= number <= 50 or number in (sealers if name == "arc-seal" else results):
            return ()
        if name == "arc-seal":
            sealers[number] = tags.get("d", "").lower()
        else:
            results[number] = _results(_without_comments(value).split(";")[2:])
    if not sealers or sealers.keys() != results.keys() or len(sealers) != max(sealers):
        return ()
    return tuple(Seal(sealer=sealers[n], results=results[n]) for n in sorted(sealers))


def verdict(
    mail: Mail, *, authserv_id: str, from_domain: str, from_is_plain: bool, arc_sealers: tuple[str, ...] = ()
) -> tuple[Trust, str]:
    """Trust and its source in words.

    Only the topmost field of `authserv_id` counts: our gateway adds its own above everything that came with the mail.
    Verified: DMARC passed, or DKIM passed for the very domain of the From address; or our gateway found the ARC chain whole,
    one of `arc_sealers` sealed last, and it had verified the sender. A From that is not exactly one plain address, or a
    Sender other than it, is never verified. Without a configured id nothing is.
    """
    if not authserv_id:
        return "unverified", "no gateway configured"
    ours = _ours(mail, authserv_id.strip().lower())
    if ours is None:
        return "unverified", "no result of our gateway"
    trust = _judged(ours.results, from_domain)
    source = f"{ours.server or authserv_id}: {_words(ours.results)}"
    if trust != "verified" and ("arc", "pass") in {(method, result) for method, result, _ in ours.results}:
        last = mail.seals[-1] if mail.seals else Seal()
        if (
            last.sealer in {sealer.lower() for sealer in arc_sealers}
            and _judged(last.results, from_domain) == "verified"
        ):
            trust, source = "verified", f"vouched for by {last.sealer} (ARC): {_words(last.results)}; {source}"
    if trust == "verified" and not from_is_plain:
        return "unverified", source + "; From is not one plain address"
    return trust, source


def _ours(mail: Mail, authserv_id: str) -> AuthenticationResult | None:
    """The field of our gateway. One without a name counts if the host that is configured wrote it: nothing but hops within
    that host's own house is above it, and below is the hop by which that host took the mail in."""
    named = next((f for f in mail.authentication if f.server == authserv_id), None)
    nameless = next((f for f in mail.authentication if not f.server), None)
    if nameless is not None:
        border = next((h for h in mail.hops if not (_is(h.by, authserv_id) and _is(h.came_from, authserv_id))), None)
        if border is None or not _is(border.by, authserv_id) or nameless.position > border.position:
            nameless = None
    return min(filter(None, (named, nameless)), key=lambda field: field.position, default=None)


def _judged(results: Results, from_domain: str) -> Trust:
    found = {method: result for method, result, _ in reversed(results)}
    if found.get("dmarc") == "fail":
        return "failed"
    aligned = any(
        m == "dkim" and r == "pass" and d and (d == from_domain or from_domain.endswith("." + d)) for m, r, d in results
    )
    spoken_of = next((d for m, r, d in results if m == "dmarc" and r == "pass"), "")
    passed = found.get("dmarc") == "pass" and spoken_of in ("", from_domain)
    if passed or (aligned and "dmarc" not in found):
        return "verified"
    nothing_signed = found.get("dkim") in ("fail", None, "none")
    return (
        "failed"
        if "dmarc" not in found and found.get("spf") in ("fail", "softfail") and nothing_signed
        else "unverified"
    )


def _results(clauses: list[str]) -> Results:
    out = []
    for clause in clauses[:50]:
        found = _RESULT.match(clause.strip())
        if found:
            domain = _PROPERTY.search(clause)
            out.append((found[1].lower(), found[2].lower(), domain[1].lower().rpartition("@")[2] if domain else ""))
    return tuple(out)


def _words(results: Results) -> str:
    return ", ".join(f"{method}={result}" for method, result, _ in results[:10]) or "none"


def _without_comments(value: str) -> str:
    text = value[:8000]
    for _ in range(5):  # comments nest
        text, changed = _COMMENT.subn(" ", text)
        if not changed:
            break
    return one_line(text)


def _host(found: re.Match[str] | None) -> str:
    return found[1].lower().strip(".[]") if found else ""


def _is(host: str, ours: str) -> bool:
    return host == ours or host.endswith("." + ours)
