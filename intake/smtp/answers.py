"""The fixed lines that the door answers with, and the enhanced code that each carries (RFC 2034, RFC 3463); pure.

Every line is fixed: nothing of what a sender said, and nothing of our insides, goes back over the wire. 5xx is only said
of what can never succeed.
"""

import re
from typing import Final

TRY_AGAIN: Final = "451 4.3.0 Temporary failure, please retry"
NO_ROOM: Final = "452 4.3.1 Not enough room at the moment, please retry"
TOO_MANY_RECIPIENTS: Final = "452 4.5.3 Too many recipients, please send the rest separately"
NOT_OURS: Final = "550 5.1.1 No such address here"
TOO_BIG: Final = "552 5.3.4 The message is larger than we take"
LINE_TOO_LONG: Final = "554 5.6.0 The message has a line longer than we take"
CLOSING: Final = "421 4.3.2 Closing for now, please retry"
CROWDED: Final = "421 4.7.0 Too many sessions, please retry later"
SESSION_OVER: Final = "421 4.4.2 The session lasted too long, please come again"
NOT_OFFERED: Final = "502 5.5.1 Not offered here"
CANNOT_VERIFY: Final = "252 2.5.0 Addresses are not verified; send the message"

# What aiosmtpd says without an enhanced code.
_CODES: Final = {
    "221": "2.0.0",
    "250": "2.0.0",
    "251": "2.1.5",
    "252": "2.5.0",
    "421": "4.3.2",
    "450": "4.2.0",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "530": "5.7.0",
    "550": "5.1.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.0.0",
    "555": "5.5.4",
}
_BARE: Final = re.compile(r"([245]\d\d) (?!\d\.\d{1,3}\.\d{1,3} )")
_ECHO: Final = re.compile(r'(500 5\.5\.2 Error: command) ".*" (not recognized)', re.DOTALL)


def with_code(answer: str) -> str:
    """The answer with an enhanced code, and without the sender's own words where aiosmtpd would repeat them."""
    found = _BARE.match(answer)
    if found is not None and found[1] in _CODES:
        answer = f"{found[1]} {_CODES[found[1]]} {answer[found.end() :]}"
    return _ECHO.sub(r"\1 \2", answer)
