"""What a card may say: names of the field, states and dates in words; never what anybody wrote."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.desk import MONDAY, a_case, a_desk, a_store
from tracker import card_facts
from tracker.card_facts import CardFacts
from tracker.desk import Desk
from tracker.model import CaseLink, FollowUp, Parcel
from tracker.store import Store

PLANTED = "Zebedee Quillfeather"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk() -> Desk:
    return a_desk()


def facts_of(store: Store, desk: Desk, more: Any = None, **columns: Any) -> CardFacts:
    def job(tx: Any) -> CardFacts:
        case = a_case(tx, desk, now=MONDAY, **columns)
        if more is not None:
            more(tx, case)
        tx.flush()
        return card_facts.facts(tx, case, desk=desk, now=MONDAY)

    return store.write(job)


def a_parcel(case: Any, **columns: Any) -> Parcel:
    given = {"channel": "mail", "occasion": "acknowledgement/standard", "case_id": case.id, "dedupe_key": "k",
             "content": {}, "due_at": MONDAY, "made_at": MONDAY}  # fmt: skip
    return Parcel(**(given | columns))


def test_codes_become_the_names_of_the_field(store: Store, desk: Desk) -> None:
    trust, theme = desk.field.organisations.trusts[0], desk.field.routing.themes[0]
    shown = facts_of(store, desk, provider=[trust.ods], themes=[theme.id], kind="survey_admin", urgency="same_day")
    assert (shown.providers, shown.themes) == ((trust.name,), (theme.name[0].upper() + theme.name[1:],))
    assert (shown.kind, shown.urgency, shown.status) == ("Survey administration", "Same day", "New")


def test_what_is_no_label_of_ours_is_not_shown(store: Store, desk: Desk) -> None:
    labels = {name: [PLANTED] for name in ("provider", "site", "specialty", "themes", "standards", "red_flags")}
    shown = facts_of(
        store, desk, **labels, summary=PLANTED, department=PLANTED,
        acknowledgement_why=f"withheld: a machine wrote it: the subject says {PLANTED}",
        reading={"read": {"because": {"isf": [PLANTED]}}}, isf_proposed=[1, 2], isf_state="proposed",
    )  # fmt: skip
    assert PLANTED not in str(asdict(shown))
    assert shown.acknowledgement == "Not acknowledged: a machine wrote it"


def test_of_a_restricted_case_only_reference_and_urgency_are_told(store: Store, desk: Desk) -> None:
    shown = facts_of(store, desk, restricted=True, provider=["RTR"], owner="slack:U0ADA", urgency="immediate")
    bare = CardFacts(
        ref=shown.ref, revision=shown.revision, restricted=True, urgency=shown.urgency, open=True, owned=True
    )
    assert shown == bare


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "No ISF level proposed"),
        ({"isf_proposed": [1, 1]}, "ISF 1 proposed"),
        ({"isf_proposed": [1, 2], "themes": ["rota_workload"]}, "ISF 1 to 2 proposed, because of: "),
        ({"isf": 2, "isf_state": "provisional"}, "ISF 2 (Significant concerns), provisional"),
        ({"isf_awaiting": {"level": 3, "by": "x"}}, "ISF 3 asked for, a second person must confirm"),
    ],
)
def test_the_level_is_told_with_a_word_why(store: Store, desk: Desk, columns: dict[str, Any], words: str) -> None:
    if "themes" in columns:
        columns["themes"] = [desk.field.routing.themes[0].id]
    assert words in facts_of(store, desk, **columns).level


def test_the_next_promise_is_told_with_its_day(store: Store, desk: Desk) -> None:
    def promise(tx: Any, case: Any) -> None:
        tx.add(
            FollowUp(case_id=case.id, kind="personal_reply", due_at=MONDAY + timedelta(days=1), why="", made_at=MONDAY)
        )
        tx.add(
            FollowUp(
                case_id=case.id, kind="first_human_read", due_at=MONDAY + timedelta(hours=1), why="", made_at=MONDAY
            )
        )

    assert facts_of(store, desk, promise).promise == "A first look by Monday 23 November 2026 at 11am"


def test_a_promise_that_is_late_says_so(store: Store, desk: Desk) -> None:
    def promise(tx: Any, case: Any) -> None:
        tx.add(
            FollowUp(case_id=case.id, kind="personal_reply", due_at=MONDAY - timedelta(hours=1), why="", made_at=MONDAY)
        )

    assert facts_of(store, desk, promise).promise.endswith("overdue")


NOBODY = {"acknowledgement_why": "nobody reads that address"}
LEFT = {"acknowledged_at": MONDAY, "acknowledgement_kind": "crisis"}


@pytest.mark.parametrize(
    ("columns", "parcel", "words"),
    [
        (LEFT, None, "Acknowledged (crisis) on Monday 23 November 2026 at 10am"),
        ({}, {"state": "queued"}, "Acknowledgement waiting to be sent"),
        ({}, {"state": "held"}, "Acknowledgement held: it may have left already, please look"),
        ({}, {"state": "failed"}, "Acknowledgement could not be delivered, please answer by hand"),
        (NOBODY, {"state": "withheld"}, "Not acknowledged: nobody reads that address"),
        ({}, None, "Not acknowledged"),
    ],
)
def test_it_is_told_whether_the_reporter_was_acknowledged(
    store: Store, desk: Desk, columns: dict[str, Any], parcel: dict[str, Any] | None, words: str
) -> None:
    def letter(tx: Any, case: Any) -> None:
        if parcel is not None:
            tx.add(a_parcel(case, **parcel))

    assert facts_of(store, desk, letter, **columns).acknowledgement == words


def test_letters_that_wait_for_a_person_are_counted(store: Store, desk: Desk) -> None:
    def letters(tx: Any, case: Any) -> None:
        for number, state in enumerate(("held", "failed", "failed", "sent")):
            tx.add(a_parcel(case, occasion="reply", dedupe_key=str(number), state=state))

    assert facts_of(store, desk, letters).letters == ("2 letters failed", "1 letter held")


def test_related_cases_are_told_by_reference(store: Store, desk: Desk) -> None:
    def link(tx: Any, case: Any) -> None:
        other = a_case(tx, desk)
        tx.add(CaseLink(case_id=case.id, other_id=other.id, kind="possibly_related", why=PLANTED))
        tx.flush()
        case.department = other.ref

    shown = facts_of(store, desk, link)
    assert len(shown.related) == 1
    assert shown.related[0].startswith("QD-")
    assert PLANTED not in str(asdict(shown))
