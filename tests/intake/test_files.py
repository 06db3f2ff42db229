"""Stored messages come out one by one, as they were before somebody stored them."""

import mailbox
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.files import Stored, keep_stored, messages_in, stored_in
from tests.servers.mail import DESK, bounce, letter
from tests.tracker.desk import MONDAY, a_store
from tracker.errors import Refused
from tracker.model import Inbound
from tracker.store import Store


def mbox(
    path: Path, *messages: bytes, separator: bytes = b"From sam@learner.example Mon Nov 23 10:00:00 2026\n"
) -> Path:
    path.write_bytes(b"".join(separator + message + b"\n" for message in messages))
    return path


def test_an_mbox_gives_its_messages_without_its_separators(tmp_path: Path) -> None:
    first, second = b"Subject: one\n\nFrom what I know\nit is.\n", b"Subject: two\n\nx\n"
    assert list(messages_in(mbox(tmp_path / "box", first, second))) == [first, second]


@pytest.mark.parametrize(
    "separator",
    [
        b"From sam@learner.example Mon Nov 23 10:00:00 2026\n",
        b"From sam@learner.example  Mon, 23 Nov 2026 10:00:00 +0000\r\n",
        b"From - Mon Nov 23 10:00:00 2026\r\n",
        b"From MAILER-DAEMON Mon Nov  3 10:00:00 2026\n",
        b"From sam@learner.example Mon Nov 23 10:00 GMT 2026\n",
    ],
)
def test_both_styles_of_separators_are_known(tmp_path: Path, separator: bytes) -> None:
    messages = [b"Subject: %d\n\nx\n" % number for number in range(3)]
    assert list(messages_in(mbox(tmp_path / "box", *messages, separator=separator))) == messages


def test_a_sentence_that_begins_with_from_does_not_cut_a_message(tmp_path: Path) -> None:
    message = b"Subject: one\n\nDear team,\n\nFrom here on it got worse.\n"
    assert list(messages_in(mbox(tmp_path / "box", message))) == [message]


def test_a_separator_needs_an_empty_line_before_it(tmp_path: Path) -> None:
    message = b"Subject: one\n\nhe wrote\nFrom sam@learner.example Mon Nov 23 10:00:00 2026\nthat\n"
    assert list(messages_in(mbox(tmp_path / "box", message))) == [message]


def test_lines_that_were_quoted_for_the_box_are_as_they_were(tmp_path: Path) -> None:
    stored = b"Subject: one\n\n>From the ward\n>>From the ward\n> From a quote\n"
    assert list(messages_in(mbox(tmp_path / "box", stored))) == [
        b"Subject: one\n\nFrom the ward\n>From the ward\n> From a quote\n"
    ]


@given(st.lists(st.lists(st.sampled_from(["x", "", "From ", "From a b 10:00", ">From ", "a: b", "\x0c"])), min_size=1))
def test_what_pythons_own_mailbox_stores_comes_out(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("mbox") / "box"
    messages = [b"Subject: x\n\n" + "\n".join(lines).encode() + b"\nend\n" for lines in texts]
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    # It quotes "From " but not ">From ": such a line cannot be told from a quoted one.
    assert list(messages_in(path)) == [message.replace(b"\n>From ", b"\nFrom ") for message in messages]


def test_a_maildir_gives_what_was_delivered(tmp_path: Path) -> None:
    for folder in ("tmp", "new", "cur"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "1790000001.a:2,S").write_bytes(b"first")
    (tmp_path / "new" / "1790000002.b").write_bytes(b"second")
    (tmp_path / "tmp" / "1790000003.c").write_bytes(b"half")
    assert list(messages_in(tmp_path)) == [b"first", b"second"]


def test_a_folder_gives_its_eml_files_and_an_empty_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"holds no \.eml file"):
        list(messages_in(tmp_path))
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.eml").write_bytes(b"b")
    (tmp_path / "a.eml").write_bytes(b"a")
    (tmp_path / "notes.txt").write_bytes(b"no mail")
    assert list(messages_in(tmp_path)) == [b"a", b"b"]


def test_a_single_file_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(letter())
    assert list(messages_in(path)) == [path.read_bytes()]
    with pytest.raises(FileNotFoundError):
        list(messages_in(tmp_path / "none.eml"))


def test_the_way_back_is_told_where_the_file_knows_it(tmp_path: Path) -> None:
    separator = b"From %s Mon Nov 23 10:00:00 2026\n"
    senders = []
    for number, (who, head) in enumerate(
        [
            (b"sam@learner.example", b""),
            (b"-", b""),
            (b"MAILER-DAEMON", b""),
            (b"-", b"Return-Path: <kim@learner.example>\n"),
            (b"sam@learner.example", b"Return-Path: <>\n"),
        ]
    ):
        path = mbox(
            tmp_path / str(number), head + b"Subject: x\n\nReturn-Path: <no@x.example>\n", separator=separator % who
        )
        senders += [stored.mail_from for stored in stored_in(path)]
    assert senders == ["sam@learner.example", None, "", "kim@learner.example", ""]


def test_a_large_mbox_is_read_as_it_comes(tmp_path: Path) -> None:
    path = mbox(tmp_path / "box", *(b"Subject: %d\n\nx\n" % number for number in range(20_000)))
    began = time.monotonic()
    messages: Iterator[Stored] = stored_in(path)
    assert next(messages).content == b"Subject: 0\n\nx\n"
    assert sum(1 for _ in messages) == 19_999
    assert time.monotonic() - began < 5


def test_stored_mail_is_kept_once_however_often_it_is_brought(tmp_path: Path) -> None:
    path = mbox(tmp_path / "box", letter().replace(b"\r\n", b"\n"), bounce().replace(b"\r\n", b"\n"))
    store: Store = a_store(tmp_path)
    try:
        first = list(keep_stored(store, path, source="archive", recipient=DESK, now=lambda: MONDAY))
        again = list(keep_stored(store, path, source="archive", recipient=DESK.upper(), now=lambda: MONDAY))
        assert [kept.repeat for kept in first] == [False, False]
        assert [(kept.id, kept.repeat) for kept in again] == [(kept.id, True) for kept in first]
        with store.reading() as tx:
            row = tx.get_one(Inbound, first[0].id)
            assert (row.source, row.state, row.envelope["mail_from"]) == ("archive", "heard", "sam@learner.example")
            assert row.message_id.endswith("@learner.example")
    finally:
        store.close()
