"""Which of its candidates a message is about, put back as Places and Learners; signs and weights have rooms of their own."""

from dataclasses import replace

from intake.understand.candidate_learners import learner_candidates
from intake.understand.candidate_places import place_candidates
from intake.understand.candidates import Candidate, Scene
from intake.understand.learners import Ladder, Learners
from intake.understand.places import Gazetteer, Places
from intake.understand.weighing import Weighed, Weights

Found = dict[str, tuple[Weighed, ...]]


class About:
    """Tells what a message is about from what is merely named in it. Built once; pure."""

    def __init__(self, gazetteer: Gazetteer, ladder: Ladder, weights: Weights) -> None:
        self._gazetteer, self._ladder, self._weights = gazetteer, ladder, weights

    def candidates(self, scene: Scene) -> list[Candidate]:
        """Every place, specialty and grade that the message may be about, with its signs."""
        return [*place_candidates(self._gazetteer, scene), *learner_candidates(self._ladder, scene)]

    def weighed(self, scene: Scene) -> list[Weighed]:
        """Every candidate with its chance and what decided it."""
        return [self._weights.weigh(candidate) for candidate in self.candidates(scene)]

    def settled(self, scene: Scene) -> tuple[Places, Learners]:
        """The places and learners the message is about; universities stay as the rules see them."""
        found = self._weights.about(self.candidates(scene))
        return self._places(scene, found), self._learners(scene, found)

    def _places(self, scene: Scene, found: Found) -> Places:
        provider = _values(found["provider"])
        sites = tuple(one for one in found["site"] if self._gazetteer.trust_of[one.candidate.value] in provider)
        return replace(
            scene.places,
            provider=provider,
            site=_values(sites),
            provider_words=_words(found["provider"]),
            site_words=_words(sites),
        )

    def _learners(self, scene: Scene, found: Found) -> Learners:
        grade = next(iter(_values(found["grade"])), None)
        by_rule = scene.learners
        kept = by_rule if grade == by_rule.grade else self._ladder.regraded(by_rule, scene.words, grade)
        said = by_rule.grade_words if grade == by_rule.grade else _words(found["grade"])
        specialties = found["specialty"]
        # A post goes before the programme it belongs to.
        ordered = sorted(specialties, key=lambda one: one.candidate.value in self._ladder.programmes)
        return replace(kept, grade_words=said, specialty=_values(tuple(ordered)), specialty_words=_words(specialties))


def _values(weighed: tuple[Weighed, ...]) -> tuple[str, ...]:
    return tuple(one.candidate.value for one in weighed)


def _words(weighed: tuple[Weighed, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in weighed for word in one.candidate.words))
