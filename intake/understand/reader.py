"""The order in which a Submission is understood: voices, names, cues, judgement; each step lives in its own room."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.understand.about import About
from intake.understand.candidates import Candidate, Scene
from intake.understand.cues import CueBook, Finding, Script, packaged
from intake.understand.judge import acknowledgement_of, level_of, themes_of, urgency_of
from intake.understand.kinds import KindFound, Seen, kind_of, surely_a_machine
from intake.understand.learners import Ladder, Learners
from intake.understand.model.combine import View, combine
from intake.understand.model.opinion import Evidence, Opinions, evidence_of
from intake.understand.people import STAFF, Raiser, raiser_of
from intake.understand.places import Gazetteer, Places
from intake.understand.standing import is_over
from intake.understand.summary import summary_of
from intake.understand.weighing import Weighed, Weights
from intake.understand.words import Voices, Words, words_of
from tracker.errors import ConfigurationFault
from tracker.field import Field
from tracker.submission import Reading, Submission

READER = "rules-1"
_STAFFS_OWN = ("supervisor_support", "governance_funding", "capacity_expansion")
_PASSED_ON = ("concern", "not_ours", "information_rights")
_SILENT = {"automatic", "spam"}
_REPEATED_THEME = 0.2


@dataclass(frozen=True, slots=True)
class _ByRules:
    """What look-ups and rules make of a message."""

    words: Words
    script: Script
    themes: Mapping[str, Finding]
    learners: Learners
    places: Places
    view: View


class Understanding:
    """Reads Submissions by the field's names and the cues in `cues/`. Built once; `read` is pure and the same each time.

    `inboxes` are our own addresses: whoever writes in our name is looked at twice.
    """

    def __init__(self, field: Field, *, inboxes: tuple[str, ...] = (), model: Opinions | None = None) -> None:
        classes = packaged("lexicon.toml")["class"]
        self._field = field
        self._inboxes = frozenset(inbox.lower() for inbox in inboxes)
        self._model = model
        self._flags = CueBook(packaged("flags.toml"), classes, "flags.toml")
        self._themes = CueBook(packaged("themes.toml"), classes, "themes.toml", repeat=_REPEATED_THEME)
        self._kinds = CueBook(packaged("kinds.toml"), classes, "kinds.toml")
        self._people = CueBook(packaged("people.toml"), classes, "people.toml")
        voices = packaged("voices.toml")
        self._voices = Voices(*(re.compile("|".join(voices[kind]), re.I) for kind in ("boilerplate", "banner")))
        self._gazetteer = Gazetteer(field)
        self._ladder = Ladder(field)
        self._about = About(self._gazetteer, self._ladder, Weights.packaged())
        self._check_labels()

    def read(self, submission: Submission) -> Reading:
        """What the submission is about. Never raises on any text."""
        seen = self._by_rules(submission)
        view = seen.view
        if self._model is not None:
            view = combine(view, self._model.opinion(self._evidence(seen)), self._model.thresholds, self._field)
        if view.found.kind in _SILENT or not view.found.to_do:
            return self._quiet(view.found)
        places, learners = self._about.settled(_scene(seen))
        seen = replace(seen, learners=learners)
        if view.found.kind == "requirement_response" and not places.provider:
            places = replace(places, provider=self._gazetteer.signed_trust(seen.words))
        return self._reading(seen, view, places)

    @property
    def _reader(self) -> str:
        return READER if self._model is None else f"{READER}+{self._model.name}"

    def evidence(self, submission: Submission) -> Evidence:
        """What a model is told of the submission; training asks for the same."""
        return self._evidence(self._by_rules(submission))

    def candidates(self, submission: Submission) -> list[Candidate]:
        """What the submission may be about, for training to learn which of it is meant."""
        return self._about.candidates(_scene(self._by_rules(submission)))

    def weighed(self, submission: Submission) -> list[Weighed]:
        """What the submission may be about, each with its chance and the signs that decided it."""
        return self._about.weighed(_scene(self._by_rules(submission)))

    def _by_rules(self, submission: Submission) -> "_ByRules":
        words = words_of(submission, self._voices)
        script = Script(words.own)
        flags, themes = self._flags.find_all(script), self._themes.find_all(script)
        learners = self._ladder.learners(words)
        raiser = raiser_of(words, self._people, script, learners)
        places = self._gazetteer.places(words, of_university=raiser.role == "hei")
        about_learners = bool(learners.grade or learners.mentioned or raiser.role == "learner")
        seen = Seen(
            submission,
            script,
            themes,
            flags,
            raiser.role,
            about_learners=about_learners,
            about_training=about_learners or bool(learners.specialty or places.provider),
            in_our_name=submission.sender is not None and submission.sender.email.lower() in self._inboxes,
        )
        found = kind_of(seen, self._kinds)
        raiser = self._passed_on(raiser, found, learners, themes)
        view = View(found, flags, raiser, sure_machine=surely_a_machine(submission))
        return _ByRules(words, script, themes, learners, places, view)

    def _evidence(self, seen: "_ByRules") -> Evidence:
        named = {
            "provider": bool(seen.places.provider),
            "grade": bool(seen.learners.grade),
            "specialty": bool(seen.learners.specialty),
        }
        books = {"flag": seen.view.flags, "theme": seen.themes, "kind": self._kinds.find_all(seen.script)}
        sentences = [sentence.text for sentence in seen.words.own]
        return evidence_of(seen.words.submission, sentences, books, seen.view.found, seen.view.raiser, named)

    def _reading(self, seen: "_ByRules", view: View, places: Places) -> Reading:
        found, flags, raiser, themes, learners = view.found, view.flags, view.raiser, seen.themes, seen.learners
        shown = tuple(row.id for row in self._field.routing.red_flags if flags[row.id].shown)
        named = themes_of(found.kind, themes, shown) if view.themes is None else view.themes
        grade = learners.grade
        if grade is None and raiser.role == "educator" and "supervisor_support" in named and not raiser.proxy:
            grade = "EDUCATOR"
        standards = {row.id: row.standards for row in self._field.routing.themes}
        because = {
            "kind": found.words,
            "raiser_role": raiser.role_words,
            "grade": learners.grade_words,
            "provider": places.provider_words,
            "site": places.site_words,
            "hei": places.hei_words,
            "specialty": learners.specialty_words,
            "anonymity": raiser.anonymity_words,
            "proxy": raiser.proxy_words,
            **{name: themes[name].words for name in named},
            **{name: flags[name].words for name in shown},
        }
        confidence = {name: themes[name].confidence for name in named}
        confidence |= {name: flags[name].confidence for name in shown}
        return Reading(
            opens_case=found.opens_case,
            kind=found.kind,
            raiser_role=raiser.role,
            affected_group=learners.groups,
            grade=grade,
            provider=places.provider,
            site=places.site,
            hei=places.hei,
            specialty=learners.specialty,
            themes=named,
            standards=tuple(dict.fromkeys(standard for name in named for standard in standards[name])),
            red_flags=shown,
            urgency=urgency_of(self._field, found, shown),
            acknowledgement=acknowledgement_of(self._field, found, shown),
            anonymity=raiser.anonymity,
            proxy=raiser.proxy,
            isf=level_of(found, named, shown, over=is_over(seen.script.plain)) if view.themes is None else view.level,
            summary=summary_of(
                self._field,
                found.kind,
                themes=named,
                grade=grade,
                specialty=learners.specialty,
                provider=places.provider,
                site=places.site,
                anonymity=raiser.anonymity,
            ),
            because={label: said for label, said in because.items() if said},
            confidence=confidence,
            reader=self._reader,
        )

    @staticmethod
    def _passed_on(raiser: Raiser, found: KindFound, learners: Learners, themes: Mapping[str, Finding]) -> Raiser:
        """Staff who tell of a learner's trouble pass it on, unless it is their own work as educators they write about."""
        own_work = max(themes[name].score for name in _STAFFS_OWN) >= max(
            themes[name].score for name in themes if name not in _STAFFS_OWN
        )
        if found.kind not in _PASSED_ON and not raiser.forwarded:
            return replace(raiser, proxy=False, proxy_words=())
        if (
            found.kind != "concern"
            or raiser.role not in STAFF
            or own_work
            or not (learners.grade or learners.mentioned)
        ):
            return raiser
        return replace(raiser, proxy=True, proxy_words=raiser.proxy_words or learners.grade_words)

    def _quiet(self, found: KindFound) -> Reading:
        return Reading(
            opens_case=found.opens_case,
            kind=found.kind,
            urgency="none",
            acknowledgement="none",
            summary=summary_of(
                self._field, found.kind, themes=(), grade=None, specialty=(), provider=(), site=(), anonymity="open"
            ),
            because={"kind": found.words} if found.words else {},
            reader=self._reader,
        )

    def _check_labels(self) -> None:
        """Each red flag and theme of the field has cues, and no cue speaks of one the field does not know."""
        faults: list[str] = []
        for file, book, ids in (
            ("flags.toml", self._flags, {row.id for row in self._field.routing.red_flags}),
            ("themes.toml", self._themes, {row.id for row in self._field.routing.themes}),
        ):
            faults += [f"{file}: no cues for {name} of routing.toml" for name in sorted(ids - set(book.labels))]
            faults += [f"{file}: [{name}] is not in routing.toml" for name in sorted(set(book.labels) - ids)]
        if faults:
            raise ConfigurationFault(faults)


def _scene(seen: _ByRules) -> Scene:
    found = seen.view.found
    return Scene(seen.words, seen.view.raiser.role, found.kind, found.to_do, seen.learners, seen.places)


def labels_of(reading: Reading) -> dict[str, Any]:
    """The labels of a Reading by their names in triage, plus `because`: JSON-ready."""
    fields = {
        "opens_case",
        "kind",
        "raiser_role",
        "affected_group",
        "grade",
        "provider",
        "site",
        "hei",
        "specialty",
        "themes",
        "red_flags",
        "urgency",
        "acknowledgement",
        "anonymity",
        "proxy",
        "isf",
        "because",
    }
    return reading.model_dump(mode="json", include=fields)
