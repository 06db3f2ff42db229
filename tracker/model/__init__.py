"""The tables, as mapped classes; no queries and no rules live here.

Times are UTC with zone. Only `people` names a person: every other row carries the person's id, and shows the pseudonym.
"""

from tracker.model.base import Base, Clean, Detail, Details, Names, Numbers, Utc, clean_text
from tracker.model.cases import Case, CaseLink, CasePerson, Event, Exclusion, Person
from tracker.model.heard import AttachmentRow, Blob, Fetch, Inbound, InboundContent, Message, MessageId, Scan
from tracker.model.promises import Card, FollowUp, Mark, Parcel
from tracker.model.register import (
    Evidence,
    Intervention,
    PlaceCase,
    Rating,
    RatingApproval,
    RegisterDue,
    RegisterEvent,
    RegisterPlace,
    Requirement,
    Response,
    Session,
    TellTask,
)
from tracker.model.second import SecondReading
from tracker.model.surveys import Paper, SurveyComment, SurveyImport, SurveyResult

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
    "Details",
    "Event",
    "Evidence",
    "Exclusion",
    "Fetch",
    "FollowUp",
    "Inbound",
    "InboundContent",
    "Intervention",
    "Mark",
    "Message",
    "MessageId",
    "Names",
    "Numbers",
    "Paper",
    "Parcel",
    "Person",
    "PlaceCase",
    "Rating",
    "RatingApproval",
    "RegisterDue",
    "RegisterEvent",
    "RegisterPlace",
    "Requirement",
    "Response",
    "Scan",
    "SecondReading",
    "Session",
    "SurveyComment",
    "SurveyImport",
    "SurveyResult",
    "TellTask",
    "Utc",
    "clean_text",
]
