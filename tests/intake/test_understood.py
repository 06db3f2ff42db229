"""A fault in understanding costs the understanding and nothing else."""

import pytest

from intake.mail import ENCRYPTED, NO_WORDS
from intake.understood import WORDLESS, understood
from tracker.submission import Automatic, Bounce, Reading, Submission

SAID = Submission(channel="mail", text="There is no registrar at night.")


def test_what_is_understood_is_handed_on() -> None:
    reading = Reading(opens_case=False, kind="spam")
    assert understood(lambda _: reading, SAID) is reading


def test_a_fault_opens_a_case_that_a_person_looks_at_the_same_day() -> None:
    def breaks(submission: Submission) -> Reading:
        raise KeyError(submission.text)

    reading = understood(breaks, SAID)
    assert (reading.opens_case, reading.urgency, reading.acknowledgement) == (True, "same_day", "standard")
    assert "KeyError" in reading.reader
    assert "registrar" not in reading.model_dump_json()


def test_running_out_of_memory_is_left_to_the_box() -> None:
    def hoards(_: Submission) -> Reading:
        raise MemoryError

    with pytest.raises(MemoryError):
        understood(hoards, SAID)


@pytest.mark.parametrize("fault", [NO_WORDS, ENCRYPTED])
def test_a_mail_without_readable_words_is_looked_at_the_same_day(fault: str) -> None:
    quiet = Reading(opens_case=False, kind="spam", urgency="none", acknowledgement="none")
    reading = understood(lambda _: quiet, SAID.model_copy(update={"faults": (fault,)}))
    assert (reading.opens_case, reading.kind, reading.urgency) == (True, "enquiry", "same_day")
    assert reading.summary == WORDLESS
    assert reading.acknowledgement == "none"


def test_whoever_sends_only_a_picture_is_answered() -> None:
    chatter = Reading(opens_case=False, kind="enquiry", urgency="none", acknowledgement="none")
    assert understood(lambda _: chatter, SAID.model_copy(update={"faults": (NO_WORDS,)})).acknowledgement == "standard"


def test_a_mail_without_readable_words_stays_as_urgent_as_it_was() -> None:
    urgent = Reading(opens_case=True, kind="concern", urgency="immediate")
    assert understood(lambda _: urgent, SAID.model_copy(update={"faults": (NO_WORDS,)})).urgency == "immediate"


@pytest.mark.parametrize("why", [{"automatic": Automatic(rule="2", why="Auto-Submitted")}, {"bounce": Bounce()}])
def test_an_empty_mail_by_a_machine_is_what_it_was(why: dict[str, object]) -> None:
    reading = Reading(opens_case=False, kind="automatic")
    assert understood(lambda _: reading, SAID.model_copy(update={"faults": (NO_WORDS,), **why})) is reading
