"""The tables, as mapped classes; no queries and no rules live here.

Times are UTC with zone. Only `people` names a person: every other row carries the person's id, and shows the pseudonym.
"""

from tracker.model.base import Base, Clean, Detail, Names, Utc, clean_text
from tracker.model.cases import Case, CaseLink, CasePerson, Event, Exclusion, Person
from tracker.model.heard import AttachmentRow, Blob, Inbound, InboundContent, Message, MessageId
from tracker.model.promises import Card, FollowUp, Mark, Parcel

__all__ = [
    "AttachmentRow",
    "Base",
    "Blob",
    "Card",
    "Case",
    "CaseLink",
    "CasePerson",
    "Clean",
    "Detail",
    "Event",
    "Exclusion",
    "FollowUp",
    "Inbound",
    "InboundContent",
    "Mark",
    "Message",
    "MessageId",
    "Names",
    "Parcel",
    "Person",
    "Utc",
    "clean_text",
]
