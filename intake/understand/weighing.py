"""Weighs which of its candidates a message is about, by weights of plain signs; they are fitted in training/mentions.py."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.understand.candidates import Candidate
from intake.understand.places import LIST_OF_ALL
from tracker.errors import ConfigurationFault

_WEIGHTS = Path(__file__).parent / "weights.json"
_SIGNS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its chance between 0 and 1 and the signs that decided it, each with its weight, strongest first."""

    candidate: Candidate
    chance: float
    because: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """For each label an offset, the weight of each sign, and from which chance a candidate counts."""

    offsets: Mapping[str, float]
    signs: Mapping[str, Mapping[str, float]]
    enough: Mapping[str, float]

    @classmethod
    def packaged(cls) -> "Weights":
        """The trained weights. Raises ConfigurationFault where they are not whole."""
        try:
            told: dict[str, Any] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
            return cls(told["offsets"], told["signs"], told["enough"])
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationFault([f"{_WEIGHTS.name}: {type(error).__name__}"]) from None

    def weigh(self, candidate: Candidate) -> Weighed:
        """The chance that a message is about the candidate, where no rule decided it.

        The same for the same signs, in whatever order they come.
        """
        if candidate.decided is not None:
            return Weighed(candidate, float(candidate.decided), ())
        table = self.signs[candidate.label]
        known = {sign: table[sign] for sign in candidate.signs if sign in table}
        score = self.offsets[candidate.label] + math.fsum(known.values())
        because = sorted(known.items(), key=lambda item: (-abs(item[1]), item[0]))[:_SIGNS_SHOWN]
        return Weighed(candidate, 1 / (1 + math.exp(-max(-60.0, min(60.0, score)))), tuple(because))

    def about(self, candidates: Iterable[Candidate]) -> dict[str, tuple[Weighed, ...]]:
        """What a message is about by label, the likeliest first.

        One grade at most; a site only with its trust, so that `site` is left to whoever knows which is whose; and no trust
        at all where so many are named that none is meant.
        """
        weighed = [self.weigh(candidate) for candidate in candidates]
        enough = sorted(
            (each for each in weighed if each.chance >= self.enough[each.candidate.label]),
            key=lambda each: (-each.chance, each.candidate.value),
        )
        found = {label: tuple(each for each in enough if each.candidate.label == label) for label in self.offsets}
        found["grade"] = found["grade"][:1]
        if len(found["provider"]) >= LIST_OF_ALL:
            found["provider"] = found["site"] = ()
        return found
