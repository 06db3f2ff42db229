"""The grades and specialties that a message may be about, with signs of how each is told; weighed in weighing.py."""

from collections.abc import Mapping, Sequence
from typing import Final

from intake.understand.candidates import (
    Candidate,
    Label,
    Scene,
    count_spoken,
    crossed,
    few,
    is_spoken,
    met_words,
    standing_signs,
    tokens,
    with_rule,
)
from intake.understand.learners import Ladder
from intake.understand.names import Mention
from intake.understand.words import Sentence
from tracker.field.rows import Grade, Specialty

# The specialty that most posts of a core programme are in; told by the programme alone.
_POST_OF: Final = {
    "cpt": "general_psychiatry",
    "cst": "general_surgery",
    "cat": "anaesthetics",
    "imt": "general_internal_medicine",
}


def learner_candidates(ladder: Ladder, scene: Scene) -> list[Candidate]:
    """Every grade, specialty and programme that is named in a message or follows from what is."""
    titles = scene.titles(slack_only=True)
    sentences = [*scene.words.sentences, *titles]
    return [*_specialties(ladder, scene, sentences, titles), *_grades(ladder, scene, sentences, titles)]


def _specialties(
    ladder: Ladder, scene: Scene, sentences: Sequence[Sentence], titles: Sequence[Sentence]
) -> list[Candidate]:
    signs: dict[str, set[str]] = {}
    met: dict[str, list[Mention[Specialty]]] = {}
    scores: dict[str, float] = {}
    for mention, is_setting in ladder.specialty_mentions(sentences):
        here = standing_signs(mention, titles) | {f"word {mention.words.lower()}"}
        if is_setting:
            here = {"setting", f"setting {mention.sentence.voice}", f"word {mention.words.lower()}"}
        elif is_spoken(mention):
            score = ladder.weight(mention)
            scores[mention.row.id] = max(scores.get(mention.row.id, score), score)
            here |= {f"weight {score:.1f}"} | ({"elsewhere"} if ladder.is_elsewhere(mention) else set())
        signs.setdefault(mention.row.id, set()).update(here)
        met.setdefault(mention.row.id, []).append(mention)
    by_rules = scene.learners.specialty
    for value, sign in _derived(ladder, scene, signs):
        signs.setdefault(value, set()).add(sign)
    posts = [value for value in signs if value not in ladder.programmes]
    spoken = count_spoken(met)
    ranks = sorted(scores, key=lambda value: (-scores[value], value))
    alike = scene.told()
    found: list[Candidate] = []
    for value, here in signs.items():
        sort = "programme" if value in ladder.programmes else "post"
        rule = with_rule(value, (row for row in by_rules if (row in ladder.programmes) == (sort == "programme")))
        here |= {sort, rule, f"{rule} {sort}", f"is {value}", f"grade {scene.learners.grade}"}
        here |= {f"times {few(spoken.get(value, 0))}", f"rivals {few(len(set(posts) - {value}))}"}
        if value in scores:
            here |= {f"rank {few(ranks.index(value))}"}
            others = [scores[other] for other in ranks if other != value]
            here |= {f"ahead {round(2 * (scores[value] - max(others)))}"} if others else set()
        here |= crossed((f"is {value}",), (rule, f"grade {scene.learners.grade}", f"kind {scene.kind}"))
        here |= crossed((f"is {value}",), (f"beside {other}" for other in signs if other != value))
        here |= alike | crossed((rule,), alike)
        found.append(Candidate("specialty", value, met_words(met.get(value, ())), frozenset(here)))
    return found


def _derived(ladder: Ladder, scene: Scene, named: Mapping[str, object]) -> list[tuple[str, str]]:
    """Specialties and programmes that nobody wrote: by rule, by a grade's programme, by a programme's posts."""
    derived = [(value, "by rule") for value in scene.learners.specialty]
    if scene.learners.grade is not None:
        derived += [(value, "of the grade") for value in ladder.implied_by(scene.learners.grade)]
    for mention in ladder.grades.mentions(scene.words.own):
        derived += [(value, "of a grade named") for value in ladder.implied_by(mention.row.id)]
        if mention.words.lower().startswith("im"):
            derived.append(("imt", "of a grade named"))
    programmes = {*named, *(value for value, _ in derived)} & set(_POST_OF)
    return derived + [(_POST_OF[value], "of the programme") for value in sorted(programmes)]


def _grades(ladder: Ladder, scene: Scene, sentences: Sequence[Sentence], titles: Sequence[Sentence]) -> list[Candidate]:
    grades, words = ladder.grades, scene.words
    signs: dict[str, set[str]] = {}
    met: dict[str, list[Mention[Grade]]] = {}
    in_practice = grades.speaks_of_practice(words)
    for mention in grades.mentions(sentences):
        bearings = grades.bearings(mention) if is_spoken(mention) else set()
        here = standing_signs(mention, titles) | bearings | {f"word {' '.join(tokens(mention.words.lower()))}"}
        rows = [(mention.row.id, here)]
        in_gp = grades.in_practice(mention.row.id)
        if in_practice and in_gp is not None:
            rows.append((in_gp, bearings | {"of a practice", f"{mention.sentence.voice} {mention.strength}"}))
        for value, shown in rows:
            signs.setdefault(value, set()).update(shown)
            met.setdefault(value, []).append(mention)
    heard = [sentence for sentence in sentences if sentence.voice != "thread"]
    students = grades.speaks_of_students(heard)
    for value, voice, said in grades.study_signs(heard):
        here = {"study", f"study {voice}", f"study {said}"} | ({"study of students"} if students else set())
        signs.setdefault(value, set()).update(here)
    by_rules = (scene.learners.grade,) if scene.learners.grade in grades.ids else ()
    for value in by_rules:
        signs.setdefault(value, set()).add("by rule")
    spoken = count_spoken(met)
    first = min((m for ms in met.values() for m in ms), key=lambda m: (m.sentence.place, m.start), default=None)
    alike, every = scene.told(), scene.said()
    alike |= {"hidden grade"} if grades.speaks_of_hidden(words) else set()
    alike |= {"of students"} if students else set()
    alike |= {"in practice"} if in_practice else set()
    found: list[Candidate] = []
    label: Label = "grade"
    for value, here in signs.items():
        rule, times = with_rule(value, by_rules), f"times {few(spoken.get(value, 0))}"
        here |= {rule, times, f"{rule} {times}", f"is {value}", f"tier {grades.tier(value)}"}
        here |= {f"rivals {few(len(set(spoken) - {value}))}", f"others {few(len(signs) - 1)}"}
        here |= {"specialty told" if scene.learners.specialty else "no specialty told"}
        here |= {"first"} if first in met.get(value, ()) else set()
        here |= crossed((f"is {value}",), (rule, *(f"beside {other}" for other in signs if other != value)))
        here |= crossed((f"is {value}",), (f"in {specialty}" for specialty in scene.learners.specialty))
        here |= alike | crossed((rule, f"is {value}"), alike)
        found.append(Candidate(label, value, met_words(met.get(value, ())), frozenset(here | every)))
    return found
