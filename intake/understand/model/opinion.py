"""What the trained model is asked and what it answers, as plain values; the arithmetic lives in `features.py` and `heads.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from intake.understand.cues import Finding
from intake.understand.kinds import KindFound
from intake.understand.people import Raiser
from tracker.submission import Submission

NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a message when the model is asked: its own sentences, and what the rules made of it by name."""

    sentences: tuple[str, ...]
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the trained heads think: for each label its chance from 0 to 1, and the passages that say most for it.

    Labels are `flag ID`, `theme ID`, `proxy`, `opens_case`, each by itself, and the groups `urgency`, `kind`, `main`
    (theme, or NOTHING), `isf` (level, or NOTHING) and `anonymity`, of which one is right.
    """

    chances: Mapping[str, float]
    passages: Mapping[str, tuple[str, ...]]

    def best(self, group: str) -> str:
        """The likeliest label of a group, without the group's name."""
        own = {label: chance for label, chance in self.chances.items() if label.startswith(group + " ")}
        return max(own, key=lambda label: own[label]).removeprefix(group + " ")


class Opinions(Protocol):
    """Whoever gives opinions: the packaged model, or another one. `name` goes on the Reading."""

    name: str

    @property
    def thresholds(self) -> Mapping[str, float]:
        """From which chance a label counts."""

    def opinion(self, evidence: Evidence) -> Opinion:
        """What is thought of a message; the same each time."""


def evidence_of(
    submission: Submission,
    sentences: Sequence[str],
    findings: Mapping[str, Mapping[str, Finding]],
    found: KindFound,
    raiser: Raiser,
    named: Mapping[str, bool],
) -> Evidence:
    """What the rules saw, by name. `findings` are those of each book of cues, `named` which names were found."""
    numbers = {
        "machine": float(submission.automatic is not None),
        "forward": float(submission.is_forward or submission.proxy is not None),
        "slack": float(submission.slack is not None),
        "reply": float(bool(submission.in_reply_to)),
        "sentences": min(len(sentences), 20) / 10,
        "words": min(sum(len(sentence.split()) for sentence in sentences), 200) / 100,
        f"kind {found.kind}": 1.0,
        "opens case": float(found.opens_case),
        "to do": float(found.to_do),
        f"role {raiser.role}": 1.0,
        f"anonymity {raiser.anonymity}": 1.0,
        "proxy": float(raiser.proxy),
        **{f"named {name}": float(said) for name, said in named.items()},
    }
    for book, labels in findings.items():
        for name, finding in labels.items():
            numbers[f"{book} {name} score"] = max(-2.0, min(finding.score, 4.0)) / 2
            numbers[f"{book} {name} shown"] = float(finding.shown)
    return Evidence(tuple(sentences), numbers)
