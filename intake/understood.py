"""What is said of a message that could be read but not understood: it opens a case, and a person looks the same day."""

from collections.abc import Callable
from typing import Final

from intake.faults import fault_of
from tracker.submission import Reading, Submission

SUMMARY: Final = "A message that could be read but not understood by machine. Please read it."


def understood(read: Callable[[Submission], Reading], submission: Submission) -> Reading:
    """The Reading of a message. Where understanding fails on it, the words are still there for a person: a cautious
    Reading that names the fault, so that nothing but understanding is lost. MemoryError is the box's to handle."""
    try:
        return read(submission)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not hide a person's words; the case names it
        return Reading(
            opens_case=True,
            kind="concern",
            urgency="same_day",
            acknowledgement="standard",
            summary=SUMMARY,
            reader=f"none: {fault_of(error)}",
        )
