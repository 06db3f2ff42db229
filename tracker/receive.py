"""A message that was read becomes a message on a new or known case, or is filed; the one door from intake to tracker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from tracker import bounced, follow_up, inbound, lifecycle, matching, second_opinion, slack_threads
from tracker.desk import Desk
from tracker.finding import locked
from tracker.history import record
from tracker.matching import Match
from tracker.messages import told_before, write_down
from tracker.model import Case
from tracker.opening import open_case
from tracker.people import person_for
from tracker.policy import route
from tracker.raising import raise_case
from tracker.register import responses
from tracker.store import Tx
from tracker.submission import Reading, Submission, Urgency
from tracker.worded import words_without_names

NOT_FOR_A_CASE: Final = frozenset({"automatic", "spam"})


@dataclass(frozen=True)
class Received:
    """What became of a message. `reason` says in words why it opened no case of its own."""

    outcome: Literal["opened", "joined", "filed", "repeat"]
    case: Case | None
    reason: str | None = None


def receive(
    tx: Tx, submission: Submission, reading: Reading, *, inbound_id: int, desk: Desk, now: datetime
) -> Received:
    """Write everything that follows from one message, in one transaction, and settle its inbound row."""
    received = _receive(tx, submission, reading, inbound_id=inbound_id, desk=desk, now=now)
    case_id = received.case.id if received.case else None
    if received.case is not None and received.outcome in {"opened", "joined"}:
        responses.heard(tx, submission, received.case, inbound_id=inbound_id, desk=desk, now=now)
    inbound.settle(tx, inbound_id, outcome=received.outcome, case_id=case_id, reason=received.reason)
    place = submission.slack
    if place is not None and place.ts and place.kind not in slack_threads.CHANGES and case_id is not None:
        slack_threads.hear_changes_again(tx, place)
    return received


def _receive(
    tx: Tx, submission: Submission, reading: Reading, *, inbound_id: int, desk: Desk, now: datetime
) -> Received:
    place = submission.slack
    if place is not None and place.kind in slack_threads.CHANGES:
        change = slack_threads.changed(tx, submission, now=now)
        if change.case is not None and change.theirs and place.kind == "edited":
            # A cry for help may be put into a message afterwards.
            _raise_urgency(tx, change.case, submission, reading, desk, now)
            follow_up.replan(tx, change.case, desk=desk, now=now)
        return Received("joined" if change.case else "filed", change.case, change.reason)
    repeat = _repeat(tx, submission, inbound_id)
    if repeat is not None:
        return repeat
    if place is not None and place.thread_ts:
        thread = slack_threads.find(tx, place, desk=desk, now=now)
        if thread is not None and thread.theirs:
            match = Match(thread.case_id, (), "an answer in the thread of their own report")
            case = locked(tx, thread.case_id)
            return _join(tx, case, submission, reading, match, inbound_id=inbound_id, desk=desk, now=now)
        if thread is not None:
            case = locked(tx, thread.case_id)
            slack_threads.note(tx, case, submission, inbound_id=inbound_id, desk=desk, now=now)
            return Received("joined", case, "a note from a Slack thread")
    if submission.bounce is not None:
        bounced_on, reason = bounced.note(tx, submission, inbound_id=inbound_id, desk=desk, now=now)
        return Received("filed", bounced_on, reason)
    match = matching.find(tx, submission, desk=desk, now=now)
    if submission.automatic is not None and (submission.automatic.is_auto_reply or not reading.opens_case):
        return _file_automatic(tx, submission, match, inbound_id=inbound_id, desk=desk, now=now)
    if match.joins is not None:
        case = locked(tx, match.joins)
        return _join(tx, case, submission, reading, match, inbound_id=inbound_id, desk=desk, now=now)
    if not reading.opens_case and not reading.red_flags:
        reason = "automatic mail" if reading.kind in NOT_FOR_A_CASE else "nothing to do"
        return Received("filed", None, f"{reason}: read as {reading.kind}")
    case = open_case(tx, submission, reading, match, inbound_id=inbound_id, desk=desk, now=now)
    return Received("opened", case)


def _repeat(tx: Tx, submission: Submission, inbound_id: int) -> Received | None:
    """The same bytes to another of our addresses, or the same message by another way: nothing new."""
    earlier = inbound.already_read(tx, inbound_id)
    if earlier is not None and earlier.outcome in {"opened", "joined"}:
        case = tx.get(Case, earlier.case_id) if earlier.case_id else None
        return Received("repeat", case, f"the same message as {earlier.id}, sent to another of our addresses")
    told = told_before(tx, submission)
    if told is not None:
        return Received("repeat", tx.get_one(Case, told.case_id), "the same message came before by another way")
    return None


def _file_automatic(
    tx: Tx, submission: Submission, match: Match, *, inbound_id: int, desk: Desk, now: datetime
) -> Received:
    """Automatic mail is kept and shown; it never opens or reopens a case and never stops a clock."""
    assert submission.automatic is not None
    why = f"automatic (rule {submission.automatic.rule}): {submission.automatic.why}"
    if match.joins is None:
        return Received("filed", None, why)
    case = locked(tx, match.joins)
    writer = person_for(tx, submission.sender, draw=desk.draw, now=now)
    write_down(
        tx,
        case,
        submission,
        inbound_id=inbound_id,
        direction="in",
        kind="notice",
        person=writer,
        at=inbound.heard_at(tx, inbound_id),
    )
    record(tx, case, actor="desk", kind="automatic_mail_filed", detail={"why": why}, now=now)
    return Received("filed", case, why)


def _join(
    tx: Tx,
    case: Case,
    submission: Submission,
    reading: Reading,
    match: Match,
    *,
    inbound_id: int,
    desk: Desk,
    now: datetime,
) -> Received:
    """A participant wrote again: their words join the case; danger in them raises its urgency, an ended case reopens."""
    writer = person_for(
        tx,
        submission.sender,
        slack_user=submission.slack.user if submission.slack else "",
        draw=desk.draw,
        now=now,
    )
    message = write_down(
        tx,
        case,
        submission,
        inbound_id=inbound_id,
        direction="in",
        kind="correspondence",
        person=writer,
        at=inbound.heard_at(tx, inbound_id),
    )
    second_opinion.begin(tx, message, desk=desk, now=now)
    detail = {"reporter": writer.pseudonym if writer else "not known", "matching": match.why}
    record(tx, case, actor="desk", kind="joined", detail=detail, now=now)
    _raise_urgency(tx, case, submission, reading, desk, now)
    if reading.opens_case or reading.red_flags:
        if not lifecycle.is_open(case):
            lifecycle.move(
                tx, case, "triaged", actor="desk", kind="reopened", now=now, detail={"why": "they wrote again"}
            )
        elif case.status == "awaiting_reporter":
            why = {"why": "the reporter answered"}
            lifecycle.move(tx, case, "triaged", actor="desk", kind="status_changed", now=now, detail=why)
    follow_up.replan(tx, case, desk=desk, now=now)
    return Received("joined", case)


def _raise_urgency(tx: Tx, case: Case, submission: Submission, reading: Reading, desk: Desk, now: datetime) -> None:
    """New words may raise a case's urgency and add red flags; only a person takes them away again."""
    urgency: Urgency = route(reading, desk=desk).urgency if reading.red_flags else "none"
    because = words_without_names(submission, reading, desk)
    raise_case(tx, case, red_flags=reading.red_flags, urgency=urgency, because=because, desk=desk, now=now)
