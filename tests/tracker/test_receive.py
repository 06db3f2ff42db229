"""From a message that was read to what became of it: one transaction, every end with its reason."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.tracker.desk import MONDAY, a_desk
from tracker import inbound, lifecycle
from tracker.desk import Desk
from tracker.model import (
    AttachmentRow,
    Blob,
    Card,
    Case,
    CaseLink,
    CasePerson,
    Event,
    FollowUp,
    Inbound,
    Message,
    Parcel,
    Person,
)
from tracker.receive import Received, receive
from tracker.store import Store, Tx
from tracker.submission import (
    Address,
    Attachment,
    Automatic,
    Bounce,
    BouncedRecipient,
    Reading,
    SlackPlace,
    Submission,
)
from tracker.tokens import case_token, plus_address

ADA = Address(name="Ada Trainee", email="ada@trainee.example")
TUTOR = Address(name="Tam Tutor", email="tam@university.example")
US = "quality@desk.example"
CONCERN = Reading(
    opens_case=True,
    kind="concern",
    raiser_role="learner",
    themes=("clinical_supervision",),
    isf=(1, 2),
    summary="Concern about clinical supervision.",
    because={"themes": ("left alone at night",)},
)
NOTHING = Reading(opens_case=False, kind="automatic", urgency="none", acknowledgement="none")
DANGER = CONCERN.model_copy(update={"red_flags": ("self_harm",)})


@dataclass
class House:
    """A store with a desk; `hears` keeps a message and receives it at once."""

    store: Store
    desk: Desk
    now: datetime = MONDAY
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def hears(self, submission: Submission, reading: Reading = CONCERN, *, content: bytes = b"") -> Received:
        def job(tx: Tx) -> Received:
            kept = inbound.keep(
                tx,
                channel=submission.channel,
                source="test",
                recipient=",".join(submission.envelope_to) or US,
                envelope={},
                content=content or b"message %d" % next(self.numbers),
                message_id=submission.message_id,
                now=self.now,
            )
            return receive(tx, submission, reading, inbound_id=kept.id, desk=self.desk, now=self.now)

        return self.store.write(job)

    def all(self, what: Any) -> list[Any]:
        with self.store.reading() as tx:
            return list(tx.scalars(select(what).order_by(what.id)))

    def one(self, what: Any) -> Any:
        (row,) = self.all(what)
        return row

    def kinds(self) -> list[str]:
        return [event.kind for event in self.all(Event)]


@pytest.fixture
def house(tables_url: str) -> Iterator[House]:
    store = Store(tables_url)
    yield House(store, a_desk())
    store.close()


def a_mail(**changes: Any) -> Submission:
    values: dict[str, Any] = {
        "channel": "mail",
        "sender": ADA,
        "author": ADA,
        "to": (US,),
        "envelope_from": ADA.email,
        "envelope_to": (US,),
        "subject": "Nights without a registrar",
        "text": "There is no registrar at night.",
        "new_text": "There is no registrar at night.",
        "message_id": "first@trainee.example",
        "sent_at": MONDAY,
    }
    return Submission(**(values | changes))


def a_reply(house: House, case: Case, **changes: Any) -> Submission:
    """An answer to the acknowledgement, as a mail program sends it: to our Reply-To, naming our Message-ID."""
    letter = next(parcel for parcel in house.all(Parcel) if parcel.case_id == case.id and parcel.channel == "mail")
    values: dict[str, Any] = {
        "message_id": "second@trainee.example",
        "in_reply_to": letter.message_id,
        "references": ("first@trainee.example", letter.message_id),
        "envelope_to": (plus_address(US, case_token(house.desk.key, case.id)),),
        "to": (plus_address(US, case_token(house.desk.key, case.id)),),
        "text": "It happened again.",
        "new_text": "It happened again.",
    }
    return a_mail(**(values | changes))


def test_a_concern_opens_a_case_with_everything_that_must_follow(house: House) -> None:
    received = house.hears(a_mail())
    case = house.one(Case)
    assert (received.outcome, case.status, case.urgency, case.isf_proposed, case.isf) == (
        "opened", "new", "routine", [1, 2], None,
    )  # fmt: skip
    assert house.kinds() == ["opened", "routed", "letter_queued"]
    assert house.one(Parcel).occasion == "acknowledgement/standard"
    assert house.one(Parcel).state == "queued"
    assert house.one(Card).slack_channel == "quality-triage"
    assert {row.kind for row in house.all(FollowUp)} == {"first_human_read", "personal_reply", "update_to_reporter"}
    assert house.one(Inbound).outcome == "opened"
    assert house.one(Inbound).case_id == case.id


def test_the_first_event_shows_the_rule_and_the_words(house: House) -> None:
    house.hears(a_mail())
    routed = next(event for event in house.all(Event) if event.kind == "routed")
    assert routed.detail["rule"] == "everything"
    assert routed.detail["because"] == {"themes": ["left alone at night"]}


def test_the_letter_holds_nothing_of_what_was_written(house: House) -> None:
    house.hears(a_mail(subject="Zebra crossing", text="Aardvark business", new_text="Aardvark business"))
    words = str(house.one(Parcel).content)
    assert not [
        word
        for word in ("Zebra", "Aardvark", "Ada", "trainee.example")
        if word in words.replace("first@trainee.example", "")
    ]


def test_history_speaks_of_pseudonyms_only(house: House) -> None:
    house.hears(a_mail())
    said = " ".join(str(event.detail) for event in house.all(Event))
    assert house.one(Person).pseudonym in said
    assert "ada" not in said.lower()


def test_clocks_run_from_when_it_was_heard(house: House) -> None:
    def heard_on_friday(tx: Tx) -> Received:
        kept = inbound.keep(
            tx,
            channel="mail",
            source="",
            recipient=US,
            envelope={},
            content=b"x",
            message_id="",
            now=MONDAY - timedelta(days=3),
        )
        return receive(tx, a_mail(), CONCERN, inbound_id=kept.id, desk=house.desk, now=MONDAY)

    house.store.write(heard_on_friday)
    assert house.one(Case).opened_at == MONDAY - timedelta(days=3)


def test_an_answer_with_token_and_participant_joins_and_is_not_acknowledged_again(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case
    received = house.hears(a_reply(house, case))
    assert (received.outcome, received.case and received.case.ref) == ("joined", case.ref)
    assert len(house.all(Parcel)) == 1
    assert [message.new_text for message in house.all(Message) if message.direction == "in"][-1] == "It happened again."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"sender": TUTOR, "author": TUTOR, "envelope_from": TUTOR.email}, "it carries this case's token"),
        ({"trust": "failed"}, "it carries this case's token"),
        ({"envelope_to": (US,), "in_reply_to": "", "references": ()}, "the same sender wrote on this case"),
    ],
)
def test_a_doubtful_answer_opens_a_case_of_its_own_beside_the_other(
    house: House, change: dict[str, Any], why: str
) -> None:
    case = house.hears(a_mail()).case
    assert case
    received = house.hears(a_reply(house, case, **change))
    assert received.outcome == "opened"
    link = house.one(CaseLink)
    assert (link.other_id, link.why) == (case.id, why)


def test_a_reference_in_the_subject_never_joins(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case
    stranger = a_mail(sender=TUTOR, author=TUTOR, subject=f"Re: {case.ref}", message_id="x@university.example")
    assert house.hears(stranger).outcome == "opened"
    assert house.one(CaseLink).why == "it names this case's reference"


def test_people_in_copy_never_become_participants(house: House) -> None:
    house.hears(a_mail(cc=("ward.manager@trust.example",), to=(US, "consultant@trust.example")))
    assert [person.address for person in house.all(Person)] == [ADA.email]


def test_where_a_gateway_verifies_senders_its_yes_is_needed_to_join(house: House) -> None:
    house.desk = a_desk(verifies_senders=True)
    case = house.hears(a_mail(trust="verified")).case
    assert case
    assert house.hears(a_reply(house, case)).outcome == "opened"
    assert house.hears(a_reply(house, case, message_id="3@trainee.example", trust="verified")).outcome == "joined"


def test_the_same_message_by_another_way_is_a_repeat(house: House) -> None:
    first = house.hears(a_mail())
    again = house.hears(a_mail(faults=("another Received line",)))
    assert again.outcome == "repeat"
    assert again.case
    assert first.case
    assert again.case.id == first.case.id
    assert len(house.all(Parcel)) == 1


def test_the_same_bytes_to_another_of_our_addresses_are_a_repeat(house: House) -> None:
    house.hears(a_mail(), content=b"same")
    assert house.hears(a_mail(envelope_to=("old@desk.example",)), content=b"same").outcome == "repeat"


def test_other_words_under_the_same_message_id_are_kept_and_shown_together(house: House) -> None:
    house.hears(a_mail())
    other = house.hears(a_mail(text="Quite different.", new_text="Quite different."))
    assert other.outcome == "opened"
    assert house.one(CaseLink).kind == "possibly_related"


def test_a_forward_makes_the_forwarder_the_proxy_and_the_writer_the_reporter(house: House) -> None:
    house.hears(a_mail(sender=TUTOR, author=ADA, proxy=TUTOR, is_forward=True, envelope_from=TUTOR.email))
    parts = {part.role: part.person_id for part in house.all(CasePerson)}
    people = {person.id: person.address for person in house.all(Person)}
    assert {role: people[person] for role, person in parts.items()} == {"proxy": TUTOR.email, "reporter": ADA.email}
    assert people[house.one(Parcel).person_id] == TUTOR.email


AUTOMATIC = Automatic(rule="2", why="Auto-Submitted: auto-replied", is_auto_reply=True)


def test_automatic_mail_is_filed_and_nobody_is_written_to(house: House) -> None:
    received = house.hears(a_mail(automatic=AUTOMATIC, envelope_from=""), NOTHING)
    assert received.outcome == "filed"
    assert received.reason == "automatic (rule 2): Auto-Submitted: auto-replied"
    assert (house.all(Case), house.all(Parcel), house.all(Person)) == ([], [], [])


def test_an_out_of_office_answer_shows_on_its_case_and_moves_nothing(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case
    before = {(row.kind, row.due_at) for row in house.all(FollowUp)}
    received = house.hears(a_reply(house, case, automatic=AUTOMATIC, envelope_from=""), NOTHING)
    assert (received.outcome, received.case and received.case.id) == ("filed", case.id)
    assert {(row.kind, row.due_at) for row in house.all(FollowUp)} == before
    assert house.one(Case).status == "new"
    assert house.kinds()[-1] == "automatic_mail_filed"
    assert len(house.all(Parcel)) == 1


def test_a_concern_that_a_list_carried_opens_a_case_but_is_not_acknowledged_by_a_machine(house: House) -> None:
    listed = Automatic(rule="4", why="List-Id: trainees")
    received = house.hears(a_mail(automatic=listed))
    assert received.outcome == "opened"
    assert house.one(Case).acknowledgement_why == "withheld: a machine wrote it: List-Id: trainees (rule 4)"
    assert house.all(Parcel) == []


def test_a_withheld_acknowledgement_waits_for_a_person_and_becomes_a_task(house: House) -> None:
    house.hears(a_mail(trust="failed"))
    parcel = house.one(Parcel)
    assert parcel.state == "withheld"
    assert "rule 18" in parcel.last_error
    assert "acknowledge_by_hand" in {row.kind for row in house.all(FollowUp)}


def test_danger_gets_the_crisis_letter_and_pages_at_once(house: House) -> None:
    house.hears(a_mail(), DANGER)
    case = house.one(Case)
    assert (case.urgency, case.acknowledgement_kind) == ("immediate", "crisis")
    page = next(row for row in house.all(FollowUp) if row.kind == "page_duty")
    assert page.due_at <= MONDAY + timedelta(minutes=1)


def test_danger_in_an_automatic_looking_message_still_opens_a_case(house: House) -> None:
    unsure = DANGER.model_copy(update={"opens_case": False, "kind": "spam"})
    assert house.hears(a_mail(), unsure).outcome == "opened"


def test_danger_in_a_later_message_raises_the_case(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case
    house.hears(a_reply(house, case), DANGER)
    raised = house.one(Case)
    assert (raised.urgency, raised.red_flags) == ("immediate", ["self_harm"])
    assert "urgency_raised" in house.kinds()
    assert "page_duty" in {row.kind for row in house.all(FollowUp) if row.state == "pending"}


def test_a_calm_later_message_never_lowers_the_case(house: House) -> None:
    case = house.hears(a_mail(), DANGER).case
    assert case
    house.hears(a_reply(house, case))
    assert house.one(Case).urgency == "immediate"


def test_a_person_who_answers_reopens_a_closed_case_and_a_thank_you_does_not(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case

    def close(tx: Tx) -> None:
        lifecycle.move(tx, tx.get_one(Case, case.id), "closed", actor="kim", kind="resolved", now=house.now, detail={})

    house.store.write(close)
    thanks = Reading(opens_case=False, kind="enquiry", urgency="none", acknowledgement="none")
    house.hears(a_reply(house, case, text="Thank you", new_text="Thank you"), thanks)
    assert house.one(Case).status == "closed"
    house.hears(a_reply(house, case, message_id="3@trainee.example"))
    assert house.one(Case).status == "triaged"


def test_new_messages_of_a_merged_case_go_to_its_head(house: House) -> None:
    case = house.hears(a_mail()).case
    head = house.hears(a_mail(sender=TUTOR, author=TUTOR, message_id="o@university.example", text="other")).case
    assert case
    assert head

    def merge(tx: Tx) -> None:
        tx.get_one(Case, case.id).merged_into = head.id

    house.store.write(merge)
    received = house.hears(a_reply(house, case))
    assert (received.outcome, received.case and received.case.id) == ("joined", head.id)


def a_bounce(house: House, **changes: Any) -> Submission:
    letter = next(parcel for parcel in house.all(Parcel) if parcel.channel == "mail")
    recipient = {"recipient": ADA.email, "status": "5.1.1", "kind": "userunknown", "hard": True} | changes
    report = Bounce(
        recipients=(BouncedRecipient(**recipient),), original_message_id=changes.pop("of", letter.message_id)
    )
    postmaster = Address(email="mailer-daemon@trainee.example")
    automatic = Automatic(rule="8", why="multipart/report")
    return a_mail(
        sender=postmaster,
        author=postmaster,
        envelope_from="",
        automatic=automatic,
        bounce=report,
        message_id="b@x.example",
    )


def test_a_bounce_of_our_letter_shows_on_its_case_and_mutes_the_address(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case
    received = house.hears(a_bounce(house), NOTHING)
    assert (received.outcome, received.case and received.case.id) == ("filed", case.id)
    assert house.one(Parcel).state == "failed"
    assert next(person for person in house.all(Person)).muted
    assert "letter_bounced" in house.kinds()
    assert "acknowledge_by_hand" in {row.kind for row in house.all(FollowUp) if row.state == "pending"}


def test_a_bounce_about_another_address_changes_nothing(house: House) -> None:
    house.hears(a_mail())
    received = house.hears(a_bounce(house, recipient="someone.else@trainee.example"), NOTHING)
    assert (received.outcome, received.case) == ("filed", None)
    assert house.one(Parcel).state == "queued"
    assert house.one(Person).muted is None


def test_a_forged_bounce_changes_nothing(house: House) -> None:
    house.hears(a_mail())
    forged = a_bounce(house)
    assert forged.bounce
    wrong = forged.bounce.model_copy(update={"original_message_id": "guessed@desk.example"})
    assert house.hears(forged.model_copy(update={"bounce": wrong}), NOTHING).case is None
    assert house.one(Person).muted is None


def test_a_soft_bounce_does_not_mute(house: House) -> None:
    house.hears(a_mail())
    house.hears(a_bounce(house, status="4.2.2", kind="mailboxfull", hard=False), NOTHING)
    assert house.one(Person).muted is None


def a_nameless_bounce(house: House, case: Case, **changes: Any) -> Submission:
    """A report without the Message-ID of what bounced, to the return path of the case."""
    back = plus_address("quality@desk.example", case_token(house.desk.key, case.id))
    said = a_bounce(house, **changes)
    assert said.bounce
    nameless = said.bounce.model_copy(update={"original_message_id": ""})
    return said.model_copy(update={"bounce": nameless, "envelope_to": (back,)})


def left(house: House) -> None:
    """The acknowledgement has left."""

    def job(tx: Tx) -> None:
        tx.scalars(select(Parcel)).one().state = "sent"

    house.store.write(job)


def test_a_bounce_to_a_cases_return_path_shows_on_it_and_mutes_nobody(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case
    left(house)
    received = house.hears(a_nameless_bounce(house, case), NOTHING)
    assert (received.outcome, received.case and received.case.id) == ("filed", case.id)
    assert house.one(Parcel).state == "failed"
    assert house.one(Person).muted is None
    assert "letter_bounced" in house.kinds()


@pytest.mark.parametrize("recipient", ["", "someone.else@trainee.example"])
def test_a_bounce_to_a_cases_return_path_about_nobody_we_wrote_to_is_seen_and_changes_no_letter(
    house: House, recipient: str
) -> None:
    case = house.hears(a_mail()).case
    assert case
    left(house)
    received = house.hears(a_nameless_bounce(house, case, recipient=recipient), NOTHING)
    assert received.case
    assert house.one(Parcel).state == "sent"
    assert "bounce_unclear" in house.kinds()


@pytest.mark.parametrize(
    "change", [{"envelope_from": "mallory@x.example"}, {"envelope_to": ("quality+aaaa@desk.example",)}]
)
def test_a_bounce_to_no_return_path_of_ours_changes_nothing(house: House, change: dict[str, Any]) -> None:
    case = house.hears(a_mail()).case
    assert case
    left(house)
    assert house.hears(a_nameless_bounce(house, case).model_copy(update=change), NOTHING).case is None
    assert house.one(Parcel).state == "sent"


def test_files_are_kept_once_under_their_hash(house: House) -> None:
    rota = Attachment(filename="../rota.pdf", content_type="application/pdf", size=4, sha256="a" * 64, content=b"rota")
    house.hears(a_mail(attachments=(rota, rota.model_copy(update={"filename": "copy.pdf"}))))
    assert [row.filename for row in house.all(AttachmentRow)] == ["../rota.pdf", "copy.pdf"]
    with house.store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Blob)) == 1


def in_slack(text: str = "No teaching again.", **place: Any) -> Submission:
    where = {"team": "T1", "channel": "C1", "user": "U1", "ts": "100.1"} | place
    return Submission(channel="slack", text=text, new_text=text, slack=SlackPlace(**where), envelope_to=("C1",))


def test_a_slack_message_opens_a_case_and_is_answered_in_private(house: House) -> None:
    house.hears(in_slack())
    parcel = house.one(Parcel)
    assert (parcel.channel, parcel.occasion) == ("slack", "acknowledgement/standard")
    assert parcel.person_id == house.one(Person).id
    assert "teaching" not in str(parcel.content)


def test_a_shortcut_on_a_message_that_has_its_case_is_a_repeat(house: House) -> None:
    house.hears(in_slack())
    assert house.hears(in_slack(kind="shortcut")).outcome == "repeat"


def test_a_post_in_the_thread_of_a_card_is_a_note_and_nothing_leaves(house: House) -> None:
    case = house.hears(a_mail()).case
    assert case

    def hang(tx: Tx) -> None:
        card = tx.scalars(select(Card)).one()
        card.posted_in, card.ts = "C9", "200.1"

    house.store.write(hang)
    received = house.hears(in_slack("I know this ward.", channel="C9", ts="201.1", thread_ts="200.1", kind="thread"))
    assert received.outcome == "joined"
    note = house.all(Message)[-1]
    assert (note.direction, note.kind, note.staff, note.case_id) == ("internal", "note", "slack:U1", case.id)
    assert len([parcel for parcel in house.all(Parcel) if parcel.channel == "slack"]) == 0
    assert house.one(Case).first_read_at == house.now


def test_an_answer_below_ones_own_report_joins_it_and_a_colleagues_is_a_note(house: House) -> None:
    house.hears(in_slack())
    own = house.hears(in_slack("And on Tuesday too.", ts="101.1", thread_ts="100.1", kind="thread"))
    other = house.hears(in_slack("Same for me.", user="U2", ts="102.1", thread_ts="100.1", kind="thread"))
    assert (own.outcome, other.outcome) == ("joined", "joined")
    assert [(message.direction, message.kind) for message in house.all(Message)] == [
        ("in", "correspondence"), ("in", "correspondence"), ("internal", "note"),
    ]  # fmt: skip


def test_an_edit_keeps_the_old_words_beside_the_new(house: House) -> None:
    house.hears(in_slack())
    house.hears(in_slack("No teaching for a month.", kind="edited"))
    assert [message.text for message in house.all(Message)] == ["No teaching again.", "No teaching for a month."]
    assert house.kinds()[-1] == "message_edited"


def test_a_deletion_is_noted_and_the_record_stays(house: House) -> None:
    house.hears(in_slack())
    house.hears(in_slack("", kind="deleted"))
    assert [message.text for message in house.all(Message)] == ["No teaching again."]
    assert house.kinds()[-1] == "message_deleted"


def test_a_fault_while_receiving_keeps_nothing(house: House) -> None:
    house.desk = a_desk(routes=())
    with pytest.raises(IndexError):
        house.hears(a_mail())
    assert (house.all(Case), house.all(Inbound)) == ([], [])


def test_without_slack_nobody_is_told_that_someone_was_alerted(house: House) -> None:
    house.desk = a_desk(slack_on=False)
    house.hears(a_mail(), DANGER)
    assert "have alerted" not in house.one(Parcel).content["text"]


def test_with_slack_the_crisis_letter_says_that_someone_was_alerted(house: House) -> None:
    house.hears(a_mail(), DANGER)
    assert "have alerted" in house.one(Parcel).content["text"]


def test_without_slack_a_private_answer_is_withheld_and_shown(house: House) -> None:
    house.desk = a_desk(slack_on=False)
    house.hears(in_slack())
    assert (house.one(Parcel).state, house.kinds()[-1]) == ("withheld", "letter_withheld")


def test_an_answer_below_a_post_of_ours_is_a_note_in_the_channel_and_joins_in_private(house: House) -> None:
    house.hears(in_slack())

    def left(tx: Tx) -> None:
        answer = tx.scalars(select(Parcel)).one()
        answer.provider_id = "D1/300.1"

    house.store.write(left)
    reply = house.hears(
        in_slack("Thank you. It is ward 4.", channel="D1", ts="301.1", thread_ts="300.1", kind="thread")
    )
    stranger = house.hears(in_slack("Noted.", user="U2", channel="D1", ts="302.1", thread_ts="300.1", kind="thread"))
    assert (reply.outcome, stranger.outcome) == ("joined", "joined")
    assert [message.direction for message in house.all(Message)] == ["in", "in", "internal"]


def test_who_vouched_for_the_sender_is_kept_with_the_message(house: House) -> None:
    house.hears(a_mail(trust="verified", trust_source="vouched for by forwarder.example (ARC): dmarc=pass"))
    message = house.all(Message)[0]
    assert (message.trust, message.trust_source) == ("verified", "vouched for by forwarder.example (ARC): dmarc=pass")
