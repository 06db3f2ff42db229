"""What the card of a case may say, in words for people: labels of the field, states and dates, never what anybody wrote."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from tracker import fetches, lifecycle
from tracker.actors import left_out
from tracker.desk import Desk
from tracker.model import Case, CaseLink, Exclusion, FollowUp, Parcel
from tracker.overdue import overdue
from tracker.store import Tx
from tracker.working_days import written_day, written_time

URGENCY_WORDS: Final = {
    "immediate": "Immediate: needs a person now",
    "same_day": "Same day",
    "routine": "Routine",
    "none": "Nothing urgent",
}
KIND_WORDS: Final = {
    "requirement_response": "Answer to a requirement",
    "survey_admin": "Survey administration",
    "complaint_about_us": "Complaint about the team",
    "information_rights": "Information rights request",
    "not_ours": "Not for the quality team",
}
DUE_WORDS: Final = {
    "page_duty": "The next call to the duty role",
    "first_human_read": "A first look",
    "acknowledge_by_hand": "An acknowledgement by hand",
    "personal_reply": "A personal reply",
    "update_to_reporter": "News for the reporter",
    "chase_provider": "A reminder to the provider",
    "closing_kindly": "A last question to the reporter",
    "risk_score": "A risk score",
    "information_rights": "The answer to an information request",
    "information_rights_soon": "A warning before the answer to an information request is due",
    "freedom_of_information": "The answer to a freedom of information request",
    "freedom_of_information_soon": "A warning before the freedom of information answer is due",
    "data_breach": "The report of a data breach",
    "data_breach_soon": "A warning before the report of a data breach is due",
}
_LETTER_WORDS: Final = {
    "queued": "waiting to be sent",
    "sending": "on its way",
    "held": "held: it may have left already, please look",
    "failed": "could not be delivered, please answer by hand",
    "withheld": "withheld",
    "cancelled": "taken back",
}


@dataclass(frozen=True)
class CardFacts:
    """All that a card may say, in words for people. Of a restricted case only states and numbers are filled: no label, no name.

    Nothing a reporter wrote is in it and nobody's name but the owner's handle; places and labels come from the field's data.
    """

    ref: str
    revision: int
    restricted: bool
    urgency: str
    open: bool
    owned: bool = False
    kind: str = ""
    status: str = ""
    owner: str = ""
    opened: datetime | None = None
    providers: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    level: str = ""
    promise: str = ""
    acknowledgement: str = ""
    letters: tuple[str, ...] = ()
    files: str = ""
    related: tuple[str, ...] = ()
    merged_into: str = ""
    merged: bool = False
    level_asked: int | None = None
    level_asked_by: str = ""


def facts(tx: Tx, case: Case, *, desk: Desk, now: datetime, for_one: bool = False) -> CardFacts:
    """What the card of this case may say now.

    A card hangs where all of a channel read it; so a case that somebody of the team may not see shows no content at all.
    `for_one`: it is shown to one person only, who may open the case and wrote down why.
    """
    hidden = hidden_on_card(tx, case, desk) and not for_one
    shown = CardFacts(
        ref=case.ref,
        revision=case.revision,
        restricted=hidden,
        urgency=URGENCY_WORDS.get(case.urgency, words(case.urgency)),
        open=lifecycle.is_open(case),
        owned=case.owner is not None,
        merged=case.merged_into is not None,
        level_asked=case.isf_awaiting["level"] if case.isf_awaiting else None,
    )
    if hidden:
        return shown
    labels = _labels(case, desk)
    return replace(
        shown,
        kind=KIND_WORDS.get(case.kind, words(case.kind)),
        status=words(lifecycle.WORDS.get(case.status, case.status)),
        owner=case.owner or "",
        opened=case.opened_at,
        level=_level(case, labels, desk),
        level_asked_by=case.isf_awaiting["by"] if case.isf_awaiting else "",
        promise=_promise(tx, case, desk, now),
        acknowledgement=_acknowledgement(tx, case, desk),
        letters=_letters(tx, case),
        files=_files(tx, case),
        related=_related(tx, case),
        merged_into=_head(tx, case),
        providers=labels.providers,
        sites=labels.sites,
        specialties=labels.specialties,
        themes=labels.themes,
        standards=labels.standards,
        red_flags=labels.red_flags,
    )


def hidden_on_card(tx: Tx, case: Case, desk: Desk) -> bool:
    """Whether no content of the case may stand where several people read it: it is restricted, or somebody is kept away."""
    if case.restricted or left_out(case, desk):
        return True
    return tx.scalar(select(Exclusion.id).where(Exclusion.case_id == case.id).limit(1)) is not None


def due_words(kind: str, at: datetime, desk: Desk, now: datetime, *, brief: bool = False) -> str:
    """A promise in words: what, on which day and time, and whether it is late; `brief`: the day as in "Tue 24 Nov"."""
    late = " — overdue" if at < now else ""
    what = "A follow-up of the team" if kind.startswith("own_") else DUE_WORDS.get(kind, words(kind))
    local = at.astimezone(desk.hours.zone)
    day = f"{local:%a} {local.day} {local:%b}" if brief else written_day(at, desk.hours)
    return f"{what} by {day} at {written_time(at, desk.hours)}{late}"


def words(code: str) -> str:
    """A code of ours as a person would say it."""
    return code.replace("_", " ").capitalize()


@dataclass(frozen=True)
class _Labels:
    providers: tuple[str, ...]
    sites: tuple[str, ...]
    specialties: tuple[str, ...]
    themes: tuple[str, ...]
    standards: tuple[str, ...]
    red_flags: tuple[str, ...]


def _labels(case: Case, desk: Desk) -> _Labels:
    known = desk.field
    standards = (known.standards.eqf_standard, known.standards.gmc_theme, known.standards.gmc_standard)
    titles = {row.id: f"{row.id} {row.title}" for table in standards for row in table}
    return _Labels(
        providers=_named(case.provider, {row.ods: row.name for row in known.organisations.trusts}),
        sites=_named(case.site, {site.name: site.name for _, site in known.organisations.sites()}),
        specialties=_named(case.specialty, {row.id: row.name for row in known.specialties.every()}),
        themes=_named(case.themes, {row.id: row.name for row in known.routing.themes}),
        standards=_named(case.standards, titles),
        red_flags=_named(case.red_flags, {row.id: row.name for row in known.routing.red_flags}),
    )


def _named(values: list[str], names: dict[str, str]) -> tuple[str, ...]:
    """Names from the field's data only: a value that is no label of ours is not shown, whatever it holds."""
    return tuple(names[value][:1].upper() + names[value][1:] for value in values if value in names)


def _level(case: Case, labels: "_Labels", desk: Desk) -> str:
    names = {row.level: row.name for row in desk.field.isf.levels}
    waiting: dict[str, Any] | None = case.isf_awaiting
    asked = f"; ISF {waiting['level']} asked for, a second person must confirm" if waiting else ""
    if case.isf is not None:
        return f"ISF {case.isf} ({names.get(case.isf, '')}), {case.isf_state or 'set'}{asked}"
    if not case.isf_proposed:
        return f"No ISF level proposed{asked}"
    low, high = case.isf_proposed[0], case.isf_proposed[-1]
    span = f"ISF {low}" if low == high else f"ISF {low} to {high}"
    because = labels.red_flags or labels.themes
    return f"{span} proposed{', because of: ' + because[0] if because else ''}{asked}"


def _promise(tx: Tx, case: Case, desk: Desk, now: datetime) -> str:
    late = overdue(tx, desk=desk, now=now, among=(case.id,)).get(case.id)
    if late is not None:
        return due_words(late.kind, late.due_at, desk, now)
    row = tx.scalar(
        select(FollowUp)
        .where(FollowUp.case_id == case.id, FollowUp.state == "pending")
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(1)
    )
    return due_words(row.kind, row.due_at, desk, now) if row else ""


def _acknowledgement(tx: Tx, case: Case, desk: Desk) -> str:
    if case.acknowledged_at is not None:
        day, hour = written_day(case.acknowledged_at, desk.hours), written_time(case.acknowledged_at, desk.hours)
        return f"Acknowledged ({words(case.acknowledgement_kind).lower()}) on {day} at {hour}"
    parcel = tx.scalar(
        select(Parcel)
        .where(Parcel.case_id == case.id, Parcel.occasion.startswith("acknowledgement", autoescape=True))
        .order_by(Parcel.id.desc())
        .limit(1)
    )
    # What follows a rule's own colon may quote the message that it was withheld for.
    why = case.acknowledgement_why.removeprefix("withheld: ").partition(":")[0].strip()
    if parcel is None or parcel.state == "withheld":
        return f"Not acknowledged{': ' + why if why else ''}"
    return f"Acknowledgement {_LETTER_WORDS.get(parcel.state, parcel.state)}"


def _letters(tx: Tx, case: Case) -> tuple[str, ...]:
    rows = tx.execute(
        select(Parcel.state, func.count())
        .where(
            Parcel.case_id == case.id,
            Parcel.state.in_(("held", "failed", "withheld")),
            ~Parcel.occasion.startswith("acknowledgement", autoescape=True),
        )
        .group_by(Parcel.state)
        .order_by(Parcel.state)
    )
    return tuple(f"{number} {'letter' if number == 1 else 'letters'} {state}" for state, number in rows)


def _files(tx: Tx, case: Case) -> str:
    number = fetches.refused_on(tx, case.id)
    return f"{number} {'file' if number == 1 else 'files'} could not be fetched from Slack" if number else ""


def _related(tx: Tx, case: Case) -> tuple[str, ...]:
    rows = tx.scalars(
        select(Case.ref)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(CaseLink.case_id == case.id)
        .order_by(Case.ref)
    )
    return tuple(dict.fromkeys(rows))


def _head(tx: Tx, case: Case) -> str:
    head = tx.get(Case, case.merged_into) if case.merged_into else None
    return head.ref if head else ""
