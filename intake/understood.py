"""What is said of a message that cannot be understood by machine: it opens a case, and a person looks the same day."""

from collections.abc import Callable
from typing import Final

from intake.faults import fault_of
from intake.mail import ENCRYPTED, NO_WORDS
from tracker.submission import Reading, Submission

WORDLESS: Final = "A message without readable words. Please look at its original and its files."
SUMMARY: Final = "A message that could be read but not understood by machine. Please read it."


def understood(read: Callable[[Submission], Reading], submission: Submission) -> Reading:
    """The Reading of a message. Where understanding fails on it, the words are still there for a person: a cautious
    Reading that names the fault, so that nothing but understanding is lost. MemoryError is the box's to handle."""
    try:
        reading = read(submission)
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
    by_a_person = submission.automatic is None and submission.bounce is None
    return _looked_at(reading) if by_a_person and not {NO_WORDS, ENCRYPTED}.isdisjoint(submission.faults) else reading


def _looked_at(reading: Reading) -> Reading:
    """The Reading of a mail that is empty, encrypted or only a picture: whatever was made of its subject, a person looks."""
    urgency = reading.urgency if reading.urgency == "immediate" else "same_day"
    # Whoever sends a photograph of a rota waits for an answer as anyone does; what looks like an offer gets none.
    waits = reading.acknowledgement == "none" and reading.kind != "spam"
    acknowledgement = "standard" if waits else reading.acknowledgement
    return reading.model_copy(
        update={
            "opens_case": True,
            "kind": reading.kind if reading.opens_case else "enquiry",
            "urgency": urgency,
            "acknowledgement": acknowledgement,
            "summary": WORDLESS,
        }
    )
