"""`qualitydesk inbound …` and `outbox …`: what came, what leaves, and what a person does about it."""

from tests.bot.commands.line import Line
from tests.tracker.room import Room
from tracker import inbound
from tracker.model import Parcel


def hear_bytes(room: Room, content: bytes) -> int:
    return room.store.write(
        lambda tx: inbound.keep(
            tx, channel="mail", source="test", recipient="quality@desk.example", envelope={}, content=content,
            message_id="", now=room.now,
        ).id
    )  # fmt: skip


def test_an_original_is_printed_inert(line: Line, room: Room) -> None:
    number = hear_bytes(room, b"Subject: \x1b[2Jhello\r\n\r\n\xff\x00 body\x07")
    out = line("inbound", "show", number).out
    assert "Subject: ␛[2Jhello\n\n\\xff␀ body␇" in out
    assert not {"\x1b", "\x07", "\0"} & set(out)
    assert line.json("inbound", "show", number)[0]["original"].endswith("\\xff␀ body␇")


def test_what_was_set_aside_is_heard_again(line: Line, room: Room) -> None:
    number = hear_bytes(room, b"unreadable")
    room.store.write(lambda tx: inbound.set_aside(tx, number, reason="it crashed the box", case_id=None))
    (row,) = line.json("inbound", "list", "--state", "quarantined")
    assert (row["id"], row["reason"]) == (number, "it crashed the box")
    assert "it crashed the box" in line("inbound", "list").out
    assert line.json("inbound", "replay", number)[0]["state"] == "heard"
    assert "waiting to be read already" in line("inbound", "replay", number, code=1).err


def test_a_held_letter_is_released_or_cancelled_by_who_may(line: Line, room: Room) -> None:
    case = room.hear()
    (parcel,) = room.parcels(case.ref)
    room.store.write(lambda tx: setattr(tx.get_one(Parcel, parcel.id), "state", "held"))
    assert "right to release" in line("outbox", "release", parcel.id, "--as", "adam", code=1).err
    assert line.json("outbox", "release", parcel.id, "--as", "mary")[0]["state"] == "queued"
    assert "nothing to release" in line("outbox", "release", parcel.id, code=1).err
    assert line.json("outbox", "cancel", parcel.id)[0]["state"] == "cancelled"
    actors = [event.actor for event in room.events(case.ref) if event.kind in {"letter_released", "letter_cancelled"}]
    assert actors == ["mary", "operator"]


def test_the_outbox_is_paused_and_resumed(line: Line, room: Room) -> None:
    line("outbox", "pause")
    line("outbox", "pause")
    assert any("outbox is paused" in reason for reason in line("status", "--json", code=1).json()[0]["reasons"])
    assert "leave again" in line("outbox", "resume").out
    assert "was not paused" in line("outbox", "resume").out


def test_letters_are_shown_without_whom_they_go_to(line: Line, room: Room) -> None:
    case = room.hear(sender="robin@trust.example")
    (parcel,) = room.parcels(case.ref)
    for out in (line("outbox", "show", parcel.id).out, line("outbox", "list").out):
        assert "robin" not in out
        assert case.ref in out
    assert max(map(len, line("outbox", "list").out.splitlines())) <= 100
