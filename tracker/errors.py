"""Every error the house raises, drawn as a tree; nothing else lives here.

DeskError                     anything we say to a person on purpose; its text is one sentence that says what to do
├── ConfigurationFault        the configuration cannot be used; carries every fault found (exit 78)
├── Refused                   a person may not do this, or it makes no sense now; nothing was changed
│   ├── Stale                 somebody else was faster; the form shows what changed
│   ├── NotAllowed            the role has no right to this action, or the person is walled off from the case
│   └── NotFound              there is no such case, letter or message
├── Unreadable                a message could not be read in its box; it stays stored and is tried again
└── StoreUnavailable          the database cannot take work now; say "later", never "no"
"""


class DeskError(Exception):
    """Base of every error that is meant to be read by a person."""


class ConfigurationFault(DeskError):
    """The configuration cannot be used; `faults` names every fault with its path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The configuration cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


class Refused(DeskError):
    """The request makes no sense now; nothing was changed."""


class Stale(Refused):
    """Somebody else changed the case first; `by` and `what` say who and what."""

    def __init__(self, message: str, *, by: str, what: str) -> None:
        super().__init__(message)
        self.by = by
        self.what = what


class NotAllowed(Refused):
    """This role may not do this, or this person may not see this case."""


class NotFound(Refused):
    """There is no such case, letter or message."""


class Unreadable(DeskError):
    """A message could not be read in its box; `reason` has no content of the message in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreUnavailable(DeskError):
    """The database cannot take work now; whoever asked must answer "later"."""
