"""Which form a step opens, filled with what the case says now; reading only, inside a transaction that the caller holds."""

from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from bot.slack import card, letter_modals, modals, work_modals
from bot.slack.blocks import Block
from bot.slack.card import SLACK_STAFF
from bot.slack.frame import Carried
from bot.slack.ids import Action
from bot.slack.modals import LevelChoice
from bot.slack.steps import SHOWS_LABELS, behind_more
from tracker import card_facts, lifecycle, triage
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.model import Case, CaseLink, FollowUp, Person
from tracker.people import correspondent_of
from tracker.store import Tx
from tracker.triage import Actor
from tracker.triage.promising import NOT_TO_PUT_OFF

RELATED_SHOWN: Final = 20


def form_of(action: Action, tx: Tx, case: Case, actor: Actor, at: Carried, *, desk: Desk, now: datetime) -> Block:
    """The form of a step for this case and person. Raises Refused where it would make no sense.

    What a restricted case is about is shown to whoever has written down why; others are asked for that first.
    """
    if action in SHOWS_LABELS and _hidden_from(tx, case, actor, now):
        action = Action.LOOK
    match action:
        case Action.LOOK:
            return work_modals.look(at)
        case Action.MORE:
            return _more(tx, case, actor, at, desk, now)
        case Action.LEVEL:
            asked = str(case.isf_awaiting["level"]) if case.isf_awaiting else ""
            return modals.level(at, _choices(actor, desk), waiting=_waiting(case, actor), asked=asked)
        case Action.REPLY:
            return letter_modals.reply(at, to=addressee(correspondent(tx, case)))
        case Action.ASK:
            return letter_modals.ask(at, to=addressee(correspondent(tx, case)))
        case Action.TELL:
            return letter_modals.tell(at, _roles(case, desk))
        case Action.RESOLVE:
            return modals.resolve(at)
        case Action.REOPEN:
            return modals.reopen(at)
        case Action.ASSIGN:
            return work_modals.assign(at, owner=_named(case.owner))
        case Action.EXCLUDE:
            return work_modals.exclude(at)
        case Action.CORRECT:
            return work_modals.correct(at, case, desk.field)
        case Action.FOLLOW_UP:
            return work_modals.follow_up(at)
        case Action.SNOOZE:
            return work_modals.snooze(at, _pending(tx, case, desk, now))
        case Action.LINK:
            return work_modals.link(at, _related(tx, case))
        case Action.MERGE:
            return work_modals.merge(at, _related(tx, case))
        case Action.UNMERGE:
            return work_modals.unmerge(at, head=_head(tx, case))
        case Action.REVEAL:
            return work_modals.reveal(at)
        case _:
            return modals.note(at)


def correspondent(tx: Tx, case: Case) -> Person:
    """Whom a reply goes to. Raises Refused where nobody can be written to."""
    person = correspondent_of(tx, case)
    if person is None:
        raise Refused(f"Nobody can be written to on {case.ref}: the reporter left no address.")
    return person


def addressee(person: Person) -> str:
    """Who that is, by pseudonym."""
    return f"{person.pseudonym} ({'by mail' if person.address else 'in a private Slack message'})"


def _more(tx: Tx, case: Case, actor: Actor, at: Carried, desk: Desk, now: datetime) -> Block:
    hidden = _hidden_from(tx, case, actor, now)
    drawn = card.draw(card_facts.facts(tx, case, desk=desk, now=now, for_one=not hidden))
    shown = [block for block in drawn.blocks if block["type"] != "actions"]
    steps = [
        step
        for step in behind_more(
            is_open=lifecycle.is_open(case),
            owned=case.owner is not None,
            merged=case.merged_into is not None,
            hidden=hidden,
        )
        if actor.may(step.right)
    ]
    return modals.more(at, shown, steps)


def _hidden_from(tx: Tx, case: Case, actor: Actor, now: datetime) -> bool:
    return case.restricted and not triage.has_looked(tx, case, actor, now=now)


def _choices(actor: Actor, desk: Desk) -> list[LevelChoice]:
    ours = {rule.level: rule.name for rule in desk.levels if rule.name}
    choices = [
        LevelChoice(row.level, ours.get(row.level, row.name), row.criteria)
        for row in desk.field.isf.levels
        if row.level <= actor.level_up_to
    ]
    if not choices:
        raise Refused("None of your roles may set a level.")
    return choices


def _waiting(case: Case, actor: Actor) -> str:
    asked = case.isf_awaiting
    if not asked:
        return ""
    if asked["by"] == actor.name:
        return f"You asked for ISF {asked['level']} ({asked['state']}); a second person has to confirm it."
    return f"A colleague asked for ISF {asked['level']} ({asked['state']}); set the same to confirm it."


def _roles(case: Case, desk: Desk) -> list[tuple[str, str]]:
    known = triage.contacts_of(case, desk)
    if not known:
        triage.contact_of(case, desk, "")
    names = {row.ods: row.name for row in desk.field.organisations.trusts}
    return [(each.key, f"{each.role}, {names.get(each.provider, each.provider)}") for each in known]


def _pending(tx: Tx, case: Case, desk: Desk, now: datetime) -> list[tuple[str, str]]:
    rows = tx.scalars(
        select(FollowUp)
        .where(FollowUp.case_id == case.id, FollowUp.state == "pending", FollowUp.kind.not_in(NOT_TO_PUT_OFF))
        .order_by(FollowUp.due_at)
    )
    found = [(row.kind, card_facts.due_words(row.kind, row.due_at, desk, now)) for row in rows]
    if not found:
        raise Refused(f"{case.ref} awaits nothing that could be put off.")
    return found


def _related(tx: Tx, case: Case) -> list[str]:
    rows = tx.execute(
        select(CaseLink.case_id, CaseLink.other_id)
        .where(or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id))
        .order_by(CaseLink.id.desc())
        .limit(RELATED_SHOWN)
    ).all()
    others = [other if one == case.id else one for one, other in rows]
    return list(tx.scalars(select(Case.ref).where(Case.id.in_(others)).order_by(Case.ref)))


def _head(tx: Tx, case: Case) -> str:
    head = tx.get(Case, case.merged_into) if case.merged_into is not None else None
    if head is None:
        raise Refused(f"{case.ref} is not merged.")
    return head.ref


def _named(owner: str | None) -> str:
    if owner is None:
        return ""
    return "A colleague" if owner.startswith(SLACK_STAFF) else owner
