"""What can be done with a case in Slack: each step's name, its right, and when it makes sense; doing it lives in forms; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.slack.ids import Action


@dataclass(frozen=True)
class Step:
    """A step as it is offered. `right` is the verb that a role must hold; `about` says in a sentence what happens."""

    action: Action
    name: str
    right: str
    about: str


_ALL: Final = (
    Step(
        Action.LOOK,
        "What it is about",
        "read",
        "See what its card does not say, for a written reason that is recorded.",
    ),
    Step(Action.TAKE, "Take", "take", "The case is yours at once."),
    Step(Action.NOTE, "Note", "note", "Write something down for the team; it is never sent."),
    Step(Action.LEVEL, "Level", "level", "Go through the criteria and set the ISF level."),
    Step(Action.REPLY, "Reply", "reply", "Write to whoever reported; you see the letter before it leaves."),
    Step(Action.ASK, "Ask reporter", "ask", "Ask them something; the clocks wait for their answer."),
    Step(Action.TELL, "Tell provider", "reply", "Write to a role of the provider, without a word of who reported."),
    Step(Action.CORRECT, "Correct", "correct", "Put right what the desk understood: place, theme, urgency and so on."),
    Step(Action.ASSIGN, "Assign", "assign", "Give the case to a colleague."),
    Step(Action.FOLLOW_UP, "Follow-up", "follow_up", "Be reminded of something later."),
    Step(Action.SNOOZE, "Snooze", "snooze", "Put off one of the case's follow-ups."),
    Step(Action.LINK, "Link", "link", "Mark another case as related."),
    Step(Action.MERGE, "Merge", "merge", "Let another case speak for this one; it can be undone."),
    Step(Action.UNMERGE, "Undo merge", "merge", "Let the case stand alone again."),
    Step(Action.RESOLVE, "Resolve", "resolve", "End the case with what came of it."),
    Step(Action.REOPEN, "Reopen", "reopen", "Work on it again."),
    Step(Action.REVEAL, "Who reported?", "reveal", "See who wrote, for a written reason that is recorded first."),
    Step(Action.EXCLUDE, "Keep away", "exclude", "Keep a colleague with a conflict of interest away from the case."),
)
STEPS: Final = {step.action: step for step in _ALL}

_MERGED: Final = (Action.NOTE, Action.LINK, Action.UNMERGE, Action.REVEAL, Action.EXCLUDE)
_ENDED: Final = (
    Action.REOPEN, Action.NOTE, Action.REPLY, Action.LINK, Action.MERGE, Action.REVEAL, Action.EXCLUDE,
)  # fmt: skip
_NOT_OPEN: Final = frozenset({Action.UNMERGE, Action.REOPEN, Action.LOOK})
SHOWS_LABELS: Final = frozenset({Action.CORRECT, Action.TELL, Action.SNOOZE})
"""Forms that say what the case is about; where its card may not, they open after LOOK only."""


def on_card(*, is_open: bool, owned: bool, merged: bool) -> list[Action]:
    """The steps that are one press away, and the door to the others; who may take them is decided at the press."""
    if merged:
        return [Action.NOTE, Action.MORE]
    if not is_open:
        return [Action.REOPEN, Action.NOTE, Action.MORE]
    first = [] if owned else [Action.TAKE]
    return [*first, Action.NOTE, Action.LEVEL, Action.REPLY, Action.RESOLVE, Action.MORE]


def behind_more(*, is_open: bool, owned: bool, merged: bool, hidden: bool = False) -> Iterator[Step]:
    """Every step that makes sense for the case as it is; `hidden`: what it is about was not shown to this person yet."""
    if hidden:
        yield STEPS[Action.LOOK]
    if merged:
        yield from (STEPS[action] for action in _MERGED)
    elif not is_open:
        yield from (STEPS[action] for action in _ENDED)
    else:
        yield from (
            step for step in _ALL if step.action not in _NOT_OPEN and not (owned and step.action is Action.TAKE)
        )
