"""The face of a case in Slack: CardFacts become a text and blocks that say the same; pure, nothing is sent here.

The text stands alone for screen readers and notifications. Block ids are new for each revision, or Slack would keep what
somebody had typed into an older one.
"""

from dataclasses import dataclass
from typing import Any, Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.channels import is_id
from bot.slack.ids import Action, Metadata
from bot.slack.steps import STEPS, on_card
from tracker.card_facts import CardFacts

TEXT: Final = 3000
SLACK_STAFF: Final = "slack:"


@dataclass(frozen=True)
class Drawn:
    """What is sent to Slack for one message."""

    text: str
    blocks: list[Block]
    metadata: dict[str, Any]


def draw(facts: CardFacts) -> Drawn:
    """The card for these facts. `metadata` holds the reference only: any app of the workspace can read it."""
    steps = next_steps(facts)
    made = _restricted(facts) if facts.restricted else _open(facts)
    made += blocks.actions([_button(step, facts) for step in steps])
    for place, block in enumerate(made):
        block["block_id"] = f"card:{place}:{facts.revision}"
    said = _restricted_text(facts) if facts.restricted else _text(facts)
    choices = f" You can: {', '.join(_name(step, facts) for step in steps)}." if steps else ""
    metadata = {"event_type": Metadata.CARD.value, "event_payload": {"ref": facts.ref}}
    return Drawn(blocks.cut(said, TEXT - len(choices)) + choices, made, metadata)


def moved(ref: str, channel: str) -> Drawn:
    """What is left where a card hung before its case was told to others: one line without content.

    `channel`: where it hangs now, by name or id; "" where not even that should be told.
    """
    place = f"<#{channel}>" if is_id(channel) else f"#{blocks.safe(channel.lstrip('#'))}"
    said = f"{blocks.safe(ref)} has moved to {place if channel else 'another channel'}."
    metadata = {"event_type": Metadata.CARD.value, "event_payload": {"ref": ref}}
    return Drawn(said, [*blocks.context(said)], metadata)


def next_steps(facts: CardFacts) -> list[Action]:
    """The buttons that make sense now; whether a person may press them is decided when they do."""
    return on_card(is_open=facts.open, owned=facts.owned, merged=facts.merged or bool(facts.merged_into))


def handle(staff: str) -> str:
    """A member of staff as Slack shows them, escaped: a mention where we know their Slack id."""
    user = staff.removeprefix(SLACK_STAFF)
    return f"<@{user}>" if user != staff and user.isalnum() else blocks.safe(staff)


def _open(facts: CardFacts) -> list[Block]:
    pairs = [
        ("Urgency", blocks.safe(facts.urgency)),
        (
            "Status",
            blocks.safe(facts.status) + (f" into {blocks.safe(facts.merged_into)}" if facts.merged_into else ""),
        ),
        ("Owner", handle(facts.owner) if facts.owner else "Nobody yet"),
        ("ISF level", blocks.safe(facts.level) + _asked_by(facts)),
        ("Provider", blocks.listed(facts.providers)),
        ("Site", blocks.listed(facts.sites)),
        ("Specialty", blocks.listed(facts.specialties)),
        ("Theme", blocks.listed(facts.themes)),
        ("Standard", _standards(facts)),
        ("Red flags", blocks.listed(facts.red_flags)),
    ]
    opened = f"Opened {_when(facts)}" if facts.opened else ""
    related = f"Possibly related: {blocks.listed(facts.related)}" if facts.related else ""
    promise = f"*Next:* {blocks.safe(facts.promise)}" if facts.promise else ""
    small = blocks.context(
        blocks.safe(facts.acknowledgement), *map(blocks.safe, (*facts.letters, facts.files)), related, opened
    )
    return [
        blocks.header(f"{facts.ref} · {about(facts)}"),
        *blocks.fields(pairs),
        *([blocks.section(promise)] if promise else []),
        *small,
    ]


def about(facts: CardFacts) -> str:
    """What the case is about, in the few words that a person looks at first."""
    return f"{facts.kind}: {facts.themes[0][:1].lower()}{facts.themes[0][1:]}" if facts.themes else facts.kind


def _standards(facts: CardFacts) -> str:
    """The first by its words, the others by number: three titles would fill a phone."""
    more = [title.partition(" ")[0] for title in facts.standards[1:6]]
    first = blocks.cut(blocks.safe(facts.standards[0]), 200) if facts.standards else ""
    return f"{first}; also {blocks.listed(more)}" if more else first


def _asked_by(facts: CardFacts) -> str:
    """Who asked for a level that a second person has to confirm."""
    return f" (asked by {handle(facts.level_asked_by)})" if facts.level_asked_by else ""


def _restricted(facts: CardFacts) -> list[Block]:
    return [
        blocks.header(_restricted_state(facts)),
        blocks.section(f"{blocks.safe(facts.ref)} · {blocks.safe(facts.urgency)}"),
    ]


def _restricted_state(facts: CardFacts) -> str:
    if not facts.open:
        return "Restricted case, ended"
    return "Restricted case, somebody has it" if facts.owned else "Restricted case needs you"


def _restricted_text(facts: CardFacts) -> str:
    return f"{_restricted_state(facts)}: {blocks.safe(facts.ref)}. {blocks.safe(facts.urgency)}."


def _text(facts: CardFacts) -> str:
    owner = f"{handle(facts.owner)} has it" if facts.owner else "Nobody has it yet"
    parts = [
        f"{blocks.safe(facts.ref)}: {blocks.safe(about(facts))}",
        blocks.safe(facts.urgency),
        f"{blocks.safe(facts.status)}{f' into {blocks.safe(facts.merged_into)}' if facts.merged_into else ''}; {owner}",
        blocks.safe(facts.level) + _asked_by(facts),
        *(
            f"{label}: {blocks.listed(names)}"
            for label, names in (
                ("Provider", facts.providers),
                ("Site", facts.sites),
                ("Specialty", facts.specialties),
                ("Theme", facts.themes),
                ("Red flags", facts.red_flags),
            )
            if names
        ),
        f"Standard: {_standards(facts)}" if facts.standards else "",
        f"Next: {blocks.safe(facts.promise)}" if facts.promise else "",
        blocks.safe(facts.acknowledgement),
        *map(blocks.safe, (*facts.letters, facts.files)),
        f"Possibly related: {blocks.listed(facts.related)}" if facts.related else "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _button(step: Action, facts: CardFacts) -> Block:
    style = "primary" if step in {Action.TAKE, Action.REOPEN} else ""
    return blocks.button(_name(step, facts), step, facts.ref, about=facts.ref, style=style)


def _name(step: Action, facts: CardFacts) -> str:
    if step is Action.MORE:
        return "More"
    if step is Action.LEVEL and facts.level_asked is not None:
        return f"Confirm ISF {facts.level_asked}"
    return STEPS[step].name


def _when(facts: CardFacts) -> str:
    """The time in the reader's own zone, with words for those whose Slack cannot."""
    assert facts.opened is not None
    spelt = f"{facts.opened:%d %B %Y %H:%M} UTC"
    return f"<!date^{int(facts.opened.timestamp())}^{{date_short_pretty}} {{time}}|{spelt}>"
