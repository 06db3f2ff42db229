"""The forms of work among staff: assign, correct, follow-ups, links, merging, walls and who reported; what each asks; pure."""

from collections.abc import Iterable, Sequence
from typing import Final, get_args

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.frame import Carried, about, form, sentence
from bot.slack.ids import Form, Input
from tracker.card_facts import KIND_WORDS, URGENCY_WORDS, words
from tracker.field import Field
from tracker.model import Case
from tracker.submission import Anonymity, Kind, RaiserRole, Urgency
from tracker.triage import Identity
from tracker.triage.correcting import MULTI

SPANS: Final = (
    "2 working hours", "1 working day", "2 working days", "3 working days", "5 working days", "10 working days",
    "20 working days",
)  # fmt: skip
UNKNOWN: Final = "-"
"""The choice for "not known" of a label that may be empty; Slack's menus have no empty value."""
_SHORT: Final = 40
_ANONYMITY: Final = {
    "open": "Open: yes",
    "confidential": "Confidential: not to the placement",
    "anonymous": "Anonymous: to nobody",
}


def assign(at: Carried, *, owner: str) -> Block:
    return form(Form.ASSIGN, "Assign", "Assign", at, [
        about(at, f"{owner} has it now." if owner else "Nobody has it yet."),
        blocks.field(Input.WHO, "Who should have it", blocks.user_select()),
    ])  # fmt: skip


def exclude(at: Carried) -> Block:
    return form(Form.EXCLUDE, "Keep somebody away", "Keep away", at, [
        about(at, "They can neither see nor work on the case any more, and its card shows no content."),
        blocks.field(Input.WHO, "Whom", blocks.user_select()),
        blocks.field(Input.REASON, "Why", blocks.text_input(longest=2000), hint="For the record, for example: was their tutor."),
    ])  # fmt: skip


def correct(at: Carried, case: Case, field: Field) -> Block:
    """Every label that the desk read, as it is now. Only what is changed is changed."""
    grades = [blocks.option("Not known", UNKNOWN), *(blocks.option(row.name, row.id) for row in field.grades.grades)]
    return form(Form.CORRECT, "Correct", "Correct", at, [
        about(at, "Change what is wrong and leave the rest. The case is routed anew."),
        blocks.field("kind", "Kind", _one(get_args(Kind), case.kind, KIND_WORDS)),
        blocks.field("urgency", "Urgency", _one(get_args(Urgency), case.urgency, URGENCY_WORDS)),
        _many("provider", "Provider", ((row.ods, row.name) for row in field.organisations.trusts), case.provider),
        _many("site", "Site", ((site.name, site.name) for _, site in field.organisations.sites()), case.site),
        blocks.field(
            "department", "Department", blocks.text_input(initial=case.department or "", longest=200, lines=False),
            optional=True,
        ),
        _many("hei", "University", ((row.name, row.name) for row in field.organisations.heis), case.hei),
        _many("specialty", "Specialty", ((row.id, row.name) for row in field.specialties.every()), case.specialty),
        _many("themes", "Themes", ((row.id, row.name) for row in field.routing.themes), case.themes),
        _many(
            "standards", "Standards",
            ((row.id, f"{row.id} {row.title}") for row in field.standards.eqf_standard), case.standards,
        ),
        _many("red_flags", "Red flags", ((row.id, row.name) for row in field.routing.red_flags), case.red_flags),
        blocks.field("raiser_role", "Who reports", _one(get_args(RaiserRole), case.raiser_role)),
        blocks.field("grade", "Grade", blocks.select(grades, chosen=case.grade or UNKNOWN)),
        _many(
            "affected_group", "Learners affected",
            ((MULTI, "Several professions"), *((row.id, row.name) for row in field.grades.professions)),
            case.affected_group,
        ),
        blocks.field(
            "anonymity", "May they be named?", _one(get_args(Anonymity), case.anonymity, _ANONYMITY),
        ),
        blocks.field(Input.REASON, "Why", blocks.text_input(longest=1000), optional=True),
    ])  # fmt: skip


def follow_up(at: Carried) -> Block:
    return form(Form.FOLLOW_UP, "Follow-up", "Add", at, [
        about(at, "The team is reminded on the case; nobody is written to."),
        blocks.field(Input.WHAT, "Of what", blocks.text_input(longest=500)),
        blocks.field(Input.WITHIN, "When", _spans()),
    ])  # fmt: skip


def snooze(at: Carried, pending: Sequence[tuple[str, str]]) -> Block:
    """`pending`: (kind, words) of every follow-up that can be put off."""
    return form(Form.SNOOZE, "Snooze", "Put off", at, [
        about(at, "The new time counts from now. What the law or an emergency sets cannot be put off."),
        blocks.field(Input.WHAT, "Which", blocks.select([blocks.option(text, kind) for kind, text in pending])),
        blocks.field(Input.WITHIN, "Until", _spans()),
        blocks.field(Input.REASON, "Why can it wait", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def link(at: Carried, related: Sequence[str]) -> Block:
    return form(Form.LINK, "Link", "Link", at, [
        about(at, "Whoever opens one case sees the other. Nothing is joined and nobody is told."),
        *_other("Which case is related", related),
        blocks.field(Input.REASON, "Why", blocks.text_input(longest=1000), optional=True),
    ])  # fmt: skip


def merge(at: Carried, related: Sequence[str]) -> Block:
    return form(Form.MERGE, "Merge", "Merge", at, [
        about(at, "The other case speaks for this one from now on. It can be undone. Reporters never learn of each other."),
        *_other("Into which case", related),
        blocks.field(Input.REASON, "Why do they belong together", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def unmerge(at: Carried, *, head: str) -> Block:
    return form(Form.UNMERGE, "Undo merge", "Undo merge", at, [
        about(at, f"It was merged into {head}; it will stand alone again."),
        blocks.field(Input.REASON, "Why do they not belong together", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def look(at: Carried) -> Block:
    return form(Form.LOOK, "What it is about", "Record and show", at, [
        about(at, "Few may know what this case is about, so its card does not say. Your name and your reason are recorded "
                  "before it is shown to you; the reason counts for eight hours."),
        blocks.field(Input.REASON, "Why do you need to see it?", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def reveal(at: Carried) -> Block:
    return form(Form.REVEAL, "Who reported?", "Record and show", at, [
        about(at, "Your name and your reason are recorded before anything is shown. Please do not copy it anywhere."),
        blocks.field(Input.REASON, "Why do you need to know?", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def revealed(ref: str, people: Sequence[Identity]) -> Block:
    """Who reported, in a form that only the asker sees and that is gone when it is closed."""
    lines = [
        "\n".join(
            filter(
                None,
                (
                    f"{who.pseudonym} ({words(who.part).lower()}, wants to stay {who.anonymity})"
                    if who.anonymity != "open"
                    else f"{who.pseudonym} ({words(who.part).lower()})",
                    who.name,
                    who.address,
                    f"Slack user {who.slack_user}" if who.slack_user else "",
                ),
            )
        )
        for who in people
    ]
    return sentence("Who reported", f"{ref}\n\n" + "\n\n".join(lines))


def _one(codes: Iterable[str], chosen: str, named: dict[str, str] | None = None) -> Block:
    options = [blocks.option((named or {}).get(code, words(code)), code) for code in codes]
    return blocks.select(options, chosen=chosen)


def _many(name: str, label: str, rows: Iterable[tuple[str, str]], chosen: Sequence[str]) -> Block:
    offered = sorted(dict(rows).items(), key=lambda row: row[1].casefold())
    options = [blocks.option(text[:1].upper() + text[1:], code) for code, text in offered]
    return blocks.field(name, label, blocks.multi_select(options, chosen=chosen), optional=True)


def _spans() -> Block:
    return blocks.select([blocks.option(f"In {span}", span) for span in SPANS], chosen="5 working days")


def _other(label: str, related: Sequence[str]) -> list[Block]:
    typed = blocks.field(
        Input.CASE, label if not related else "Or another one", blocks.text_input(longest=_SHORT, lines=False),
        hint="Its reference, such as QD-7F3K-9MX.", optional=bool(related),
    )  # fmt: skip
    if not related:
        return [typed]
    return [
        blocks.field(Input.OTHER, label, blocks.select([blocks.option(ref, ref) for ref in related]), optional=True),
        typed,
    ]
