"""Free-text comments of surveys: counted by place, offered beside cases and linked by people; their words are never read here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from tracker.actors import Actor, admit, need
from tracker.desk import Desk
from tracker.errors import NotAllowed, NotFound, Refused
from tracker.evidence.scope import Scope
from tracker.model import Case, SurveyComment, SurveyImport
from tracker.register.links import LOOKED_BACK, OF_CONCERN
from tracker.register.places import Where
from tracker.store import Tx
from tracker.triage.frame import begin, finish, said

KINDS: Final = {"patient_safety": "Patient safety", "bullying_undermining": "Bullying and undermining"}
"""Kinds of comment; each is also the id of the theme that it speaks of."""
_COLUMNS: Final = (
    SurveyComment.id, SurveyComment.survey, SurveyComment.year, SurveyComment.kind, SurveyComment.provider,
    SurveyComment.site, SurveyComment.programme, SurveyComment.case_id,
)  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """How many comments of each kind a survey's year holds about a scope; nought where the file held none about it."""

    survey: str
    year: int
    by_kind: dict[str, int]


@dataclass(frozen=True)
class Offer:
    """A comment by its number, and cases about its place: `likely` also speak of its theme. `linked` is its case, or ""."""

    comment: int
    survey: str
    year: int
    kind: str
    where: Where
    linked: str
    likely: tuple[str, ...]
    others: tuple[str, ...]


def counted(tx: Tx, scope: Scope, *, at: datetime) -> list[Counted]:
    """The comments about a scope in every year of which comments were imported before `at`, the oldest first."""
    found: dict[tuple[str, int], Counter[str]] = {}
    taken = select(*_COLUMNS).join(SurveyImport, SurveyImport.id == SurveyComment.import_id)
    for row in tx.execute(taken.where(SurveyImport.imported_at < at)):
        # A year that is there shows even where nobody spoke of this scope: a missing line would tell as much as a number.
        found.setdefault((row.survey, row.year), Counter())[row.kind] += _within(row, scope)
    return [Counted(survey, year, dict(kinds)) for (survey, year), kinds in sorted(found.items())]


def offered(tx: Tx, *, provider: str = "", actor: Actor, desk: Desk, now: datetime) -> list[Offer]:
    """Every comment with the cases of the last year about its place that this person may open; nothing is joined."""
    need(actor, "read")
    wanted: list[ColumnElement[bool]] = [SurveyComment.provider == provider] if provider else []
    rows = tx.execute(select(*_COLUMNS).where(*wanted).order_by(SurveyComment.id)).all()
    query = select(Case).where(Case.kind.in_(OF_CONCERN), Case.opened_at > now - LOOKED_BACK).order_by(Case.id)
    cases = [case for case in tx.scalars(query) if _may_open(tx, case, actor, desk)]
    return [_offer(tx, row, cases, actor, desk) for row in rows]


def link(tx: Tx, comment_id: int, ref: str, *, actor: Actor, desk: Desk, now: datetime) -> SurveyComment:
    """Say that a case is about what a comment says. Raises Refused where the comment is linked already."""
    case = begin(tx, ref, "link", actor=actor, seen=None, desk=desk)
    comment = _comment(tx, comment_id)
    if comment.case_id is not None:
        raise Refused(f"Comment {comment_id} is linked to a case already; `qualitydesk evidence unlink` takes it off.")
    comment.case_id = case.id
    finish(tx, case, "survey_comment_linked", actor=actor, desk=desk, now=now, detail=_detail(comment))
    return comment


def unlink(tx: Tx, comment_id: int, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> SurveyComment:
    """Take a comment off its case; that it was there stays in the case's history."""
    need(actor, "link")
    comment = _comment(tx, comment_id)
    if comment.case_id is None:
        raise Refused(f"Comment {comment_id} is linked to no case.")
    ref = tx.get_one(Case, comment.case_id).ref
    case = begin(tx, ref, "link", actor=actor, seen=None, desk=desk, merged_too=True)
    detail = _detail(comment) | {"reason": said(reason, "the reason", limit=2000)}
    comment.case_id = None
    finish(tx, case, "survey_comment_unlinked", actor=actor, desk=desk, now=now, detail=detail)
    return comment


def _comment(tx: Tx, comment_id: int) -> SurveyComment:
    row = tx.get(SurveyComment, comment_id, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no comment {comment_id}; `qualitydesk evidence comments` shows those there are.")
    return row


def _detail(comment: SurveyComment) -> dict[str, Any]:
    return {"comment": comment.id, "survey": comment.survey, "year": comment.year, "kind": comment.kind}


def _within(row: Any, scope: Scope) -> bool:
    """Comments name no department, so none is counted for one."""
    return (
        not scope.department
        and scope.provider in ("", row.provider)
        and scope.site in ("", row.site)
        and (not scope.programmes or row.programme in scope.programmes)
    )


def _offer(tx: Tx, row: Any, cases: Sequence[Case], actor: Actor, desk: Desk) -> Offer:
    about = [
        case
        for case in cases
        if row.provider in case.provider
        and (not row.site or not case.site or row.site in case.site)
        and (not row.programme or not case.specialty or row.programme in case.specialty)
    ]
    likely = tuple(case.ref for case in about if row.kind in case.themes)
    case = tx.get(Case, row.case_id) if row.case_id else None
    linked = ""
    if case is not None:
        linked = case.ref if _may_open(tx, case, actor, desk) else "a case that is not available to you"
    return Offer(
        row.id, row.survey, row.year, row.kind, Where(row.provider, row.site, row.programme), linked, likely,
        tuple(case.ref for case in about if case.ref not in likely),
    )  # fmt: skip


def _may_open(tx: Tx, case: Case, actor: Actor, desk: Desk) -> bool:
    try:
        admit(tx, case, actor, desk)
    except NotAllowed:
        return False
    return True
