"""The occasions of letters in a person's own words, which wait a little and can be taken back; templates are in `letters`."""

from typing import Final

REPLY: Final = "reply"
ASK: Final = "ask_reporter"
CLOSED: Final = "closed"
OWN_WORDS: Final = (REPLY, ASK, CLOSED)
