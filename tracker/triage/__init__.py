"""What a person may do to a case: every verb checks the right, the wall and the revision, changes, records and replans."""

from tracker.actors import Actor, actor_for, admit, left_out, may_open, need, told_roles
from tracker.triage.answers import reopen, reply, resolve, take_back
from tracker.triage.levels import level, people_needed
from tracker.triage.merging import merge, unmerge
from tracker.triage.promising import add_follow_up, snooze
from tracker.triage.work import assign, correct, exclude, link, move_to, note, take

__all__ = [
    "Actor",
    "actor_for",
    "add_follow_up",
    "admit",
    "assign",
    "correct",
    "exclude",
    "left_out",
    "level",
    "link",
    "may_open",
    "merge",
    "move_to",
    "need",
    "note",
    "people_needed",
    "reopen",
    "reply",
    "resolve",
    "snooze",
    "take",
    "take_back",
    "told_roles",
    "unmerge",
]
