"""The occasions of letters in a person's own words, which wait a little and can be taken back; templates are in `letters`."""

from typing import Final

REPLY: Final = "reply"
ASK: Final = "ask_reporter"
CLOSED: Final = "closed"
TELL: Final = "tell_provider"
TO_REPORTERS: Final = (REPLY, ASK, CLOSED)
TO_PROVIDERS: Final = (TELL, "follow_up/chase_provider", "follow_up/chase_requirement")
OWN_WORDS: Final = (*TO_REPORTERS, TELL)
