"""A fault in understanding costs the understanding and nothing else."""

import pytest

from intake.understood import understood
from tracker.submission import Reading, Submission

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
