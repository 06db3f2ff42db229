"""Whatever must leave is a row here first: put in with its reason, claimed, sent, settled; who sends is not known here."""

from tracker.outbox.deliver import about_to_send, cancel, claim_one, release, settle, take_back_expired
from tracker.outbox.enqueue import SLACK_OFF, enqueue_letter, enqueue_post
from tracker.outbox.parcels import (
    ClaimedParcel,
    Deferred,
    LetterContent,
    Outcome,
    PostContent,
    Refused,
    Sent,
    Uncertain,
    clean_id,
    clean_ids,
    clean_line,
)
from tracker.outbox.threads import thread_of

__all__ = [
    "SLACK_OFF",
    "ClaimedParcel",
    "Deferred",
    "LetterContent",
    "Outcome",
    "PostContent",
    "Refused",
    "Sent",
    "Uncertain",
    "about_to_send",
    "cancel",
    "claim_one",
    "clean_id",
    "clean_ids",
    "clean_line",
    "enqueue_letter",
    "enqueue_post",
    "release",
    "settle",
    "take_back_expired",
    "thread_of",
]
