"""The order in which a Submission is understood: voices, names, cues, judgement; each step lives in its own room."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from intake.understand.cues import CueBook, Finding, Script, packaged
from intake.understand.judge import acknowledgement_of, level_of, themes_of, urgency_of
from intake.understand.kinds import KindFound, Seen, kind_of
from intake.understand.learners import Ladder, Learners
from intake.understand.people import STAFF, Raiser, raiser_of
from intake.understand.places import Gazetteer, Places
from intake.understand.standing import is_over
from intake.understand.summary import summary_of
from intake.understand.words import Voices, words_of
from tracker.errors import ConfigurationFault
from tracker.field import Field
from tracker.submission import Reading, Submission

READER = "rules-1"
_STAFFS_OWN = ("supervisor_support", "governance_funding", "capacity_expansion")
_PASSED_ON = ("concern", "not_ours", "information_rights")
_SILENT = {"automatic", "spam"}
_REPEATED_THEME = 0.2


class Layer(Protocol):
    """A further reader of the same sentences, such as a trained model: it may add findings, never take one away."""

    name: str

    def flags(self, script: Script) -> Mapping[str, Finding]:
        """Red flags seen, by id; only those shown are taken over."""

    def themes(self, script: Script) -> Mapping[str, Finding]:
        """Themes seen, by id; the stronger of ours and theirs counts."""


class Understanding:
    """Reads Submissions by the field's names and the cues in `cues/`. Built once; `read` is pure and the same each time.

    `inboxes` are our own addresses: whoever writes in our name is looked at twice.
    """

    def __init__(self, field: Field, *, inboxes: tuple[str, ...] = (), layers: tuple[Layer, ...] = ()) -> None:
        classes = packaged("lexicon.toml")["class"]
        self._field = field
        self._inboxes = frozenset(inbox.lower() for inbox in inboxes)
        self._layers = layers
        self._flags = CueBook(packaged("flags.toml"), classes, "flags.toml")
        self._themes = CueBook(packaged("themes.toml"), classes, "themes.toml", repeat=_REPEATED_THEME)
        self._kinds = CueBook(packaged("kinds.toml"), classes, "kinds.toml")
        self._people = CueBook(packaged("people.toml"), classes, "people.toml")
        voices = packaged("voices.toml")
        self._voices = Voices(*(re.compile("|".join(voices[kind]), re.I) for kind in ("boilerplate", "banner")))
        self._gazetteer = Gazetteer(field)
        self._ladder = Ladder(field)
        self._check_labels()

    def read(self, submission: Submission) -> Reading:
        """What the submission is about. Never raises on any text."""
        words = words_of(submission, self._voices)
        script = Script(words.own)
        flags, themes = self._findings(script)
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
        if found.kind in _SILENT or not found.to_do:
            return self._quiet(found)
        if found.kind == "requirement_response" and not places.provider:
            places = replace(places, provider=self._gazetteer.signed_trust(words))
        return self._reading(script, found, flags, themes, learners, raiser, places)

    def _findings(self, script: Script) -> tuple[dict[str, Finding], dict[str, Finding]]:
        flags, themes = self._flags.find_all(script), self._themes.find_all(script)
        for layer in self._layers:
            for name, finding in layer.flags(script).items():
                if finding.shown and not flags[name].shown:
                    flags[name] = finding
            for name, finding in layer.themes(script).items():
                if finding.shown and finding.score > themes[name].score:
                    themes[name] = finding
        return flags, themes

    def _reading(
        self,
        script: Script,
        found: KindFound,
        flags: Mapping[str, Finding],
        themes: Mapping[str, Finding],
        learners: Learners,
        raiser: Raiser,
        places: Places,
    ) -> Reading:
        raiser = self._passed_on(raiser, found, learners, themes)
        shown = tuple(row.id for row in self._field.routing.red_flags if flags[row.id].shown)
        named = themes_of(found.kind, themes, shown)
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
            isf=level_of(found, named, shown, over=is_over(script.plain)),
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
            reader="+".join((READER, *(layer.name for layer in self._layers))),
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
            reader=READER,
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
