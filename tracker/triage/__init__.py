"""What a person may do to a case: every verb checks the right, the wall and the revision, changes, records and replans."""

from tracker.actors import Actor, actor_for, admit, left_out, may_open, need, told_roles
from tracker.triage.answers import reopen, reply, resolve, take_back
from tracker.triage.filing import add_message, set_down
from tracker.triage.levels import level, people_needed
from tracker.triage.looking import has_looked, look
from tracker.triage.merging import merge, unmerge
from tracker.triage.posting import never_send, send_after_all
from tracker.triage.promising import add_follow_up, snooze
from tracker.triage.revealing import Identity, reveal
from tracker.triage.telling import contact_of, contacts_of, tell_provider
from tracker.triage.work import assign, correct, exclude, link, move_to, note, take

__all__ = [
    "Actor",
    "Identity",
    "actor_for",
    "add_follow_up",
    "add_message",
    "admit",
    "assign",
    "contact_of",
    "contacts_of",
    "correct",
    "exclude",
    "has_looked",
    "left_out",
    "level",
    "link",
    "look",
    "may_open",
    "merge",
    "move_to",
    "need",
    "never_send",
    "note",
    "people_needed",
    "reopen",
    "reply",
    "resolve",
    "reveal",
    "send_after_all",
    "set_down",
    "snooze",
    "take",
    "take_back",
    "tell_provider",
    "told_roles",
    "unmerge",
]
