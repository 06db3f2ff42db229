"""What came in and what goes out, in lists and one by one."""

import json

import pytest

from tests.tracker.room import Room
from tracker.errors import NotFound
from tracker.queries import inbound_list, inbound_show, outbox_list, outbox_show

INBOUND = {
    "id", "channel", "state", "attempts", "reason", "sha256", "received_at", "message_id", "case_ref", "outcome",
}  # fmt: skip
OUTBOX = {
    "id", "channel", "occasion", "state", "case_ref", "attempts", "last_error", "message_id", "due_at", "sent_at",
}  # fmt: skip


def test_what_was_heard_has_every_promised_field(room: Room) -> None:
    case = room.hear()
    with room.store.reading() as tx:
        (row,) = inbound_list(tx)
    assert row.keys() >= INBOUND
    assert (row["state"], row["outcome"], row["case_ref"]) == ("read", "opened", case.ref)
    assert json.loads(json.dumps(row)) == row


def test_lists_narrow_by_state_and_stop_at_their_limit(room: Room) -> None:
    for name in ("a", "b", "c"):
        room.hear(sender=f"{name}@trust.example")
    with room.store.reading() as tx:
        assert list(inbound_list(tx, state="quarantined")) == []
        numbers = [row["id"] for row in inbound_list(tx)]
        assert numbers == sorted(numbers, reverse=True)
        assert [row["id"] for row in inbound_list(tx, limit=2)] == numbers[:2]
        assert len(list(outbox_list(tx, state="queued"))) == 3
        assert list(outbox_list(tx, channel="slack")) == []
        assert len(list(outbox_list(tx, limit=1))) == 1


def test_an_original_comes_back_byte_for_byte(room: Room) -> None:
    room.hear()
    with room.store.reading() as tx:
        (only,) = inbound_list(tx)
        row, content = inbound_show(tx, only["id"])
    assert content.decode() == row["message_id"]


def test_what_goes_out_never_says_to_whom(room: Room) -> None:
    room.hear(sender="robin@trust.example", name="Robin Vale")
    with room.store.reading() as tx:
        (row,) = outbox_list(tx)
        shown = outbox_show(tx, row["id"])
    assert row.keys() >= OUTBOX
    assert "robin" not in json.dumps(shown).lower()
    assert shown["content"]["subject"]


def test_what_is_not_there_is_refused(room: Room) -> None:
    with room.store.reading() as tx:
        with pytest.raises(NotFound, match="no message 10000000"):
            inbound_show(tx, 10_000_000)
        with pytest.raises(NotFound, match="no parcel 10000000"):
            outbox_show(tx, 10_000_000)
