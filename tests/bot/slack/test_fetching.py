"""Files of Slack messages are fetched and kept like those of mails; what cannot be had is said; the token goes nowhere else."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack.downloads import Downloads
from bot.slack.proof import SCOPES
from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, INTAKE, TRIAGE, SlackServer
from tracker import scans
from tracker.model import AttachmentRow, Blob, Event, Fetch, Parcel, Scan
from tracker.queries import case_show

PDF = b"%PDF-1.7 a rota with gaps"


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    with slack_side(slack, tmp_path, file_bytes=1000) as made:
        yield made


def posted_in_thread(turned: Turned, slack: SlackServer, *files: dict[str, Any]) -> str:
    """A case, in whose thread somebody posts these files; returns its reference."""
    ref = turned.open_case()
    turned.redraw_all()
    card = turned.card_of(ref)
    slack.send_message("quality-triage", ADA, "the rota", thread_ts=card["ts"], files=list(files), subtype="file_share")
    assert turned.read_all() == 1
    return ref


def the_file(turned: Turned) -> tuple[AttachmentRow, Fetch]:
    (named,), (fetch,) = turned.all_of(select(AttachmentRow)), turned.all_of(select(Fetch))
    return named, fetch


def shown(turned: Turned, ref: str) -> dict[str, Any]:
    """The file as the case's record shows it to whoever may open the case."""
    with turned.store.reading() as tx:
        page = case_show(tx, ref, turned.desk.roles[0], desk=turned.desk, now=turned.now())
    file: dict[str, Any] = page["messages"][0]["attachments"][0]
    return file


def test_a_file_in_a_thread_is_kept_with_the_case_and_waits_for_the_scanner(turned: Turned, slack: SlackServer) -> None:
    ref = posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF))
    assert shown(turned, ref)["fetch"] == {"state": "waiting", "why": "it is being fetched from Slack"}
    assert turned.fetch_all() == 1
    named, _ = the_file(turned)
    assert (named.filename, named.size, named.sha256) == ("rota.pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert turned.all_of(select(Blob))[0].content == PDF
    assert turned.all_of(select(Scan))[0].state == "waiting"
    assert shown(turned, ref)["fetch"]["state"] == "kept"
    assert turned.all_of(select(Parcel)) == []
    assert turned.fetch_all() == 0


def test_the_same_file_twice_is_kept_once(turned: Turned, slack: SlackServer) -> None:
    posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF), slack.add_file("copy.pdf", PDF))
    assert turned.fetch_all() == 2
    assert len(turned.all_of(select(Blob))) == 1
    assert {fetch.state for fetch in turned.all_of(select(Fetch))} == {"kept"}


def test_a_file_of_a_report_is_kept_and_a_report_that_is_only_a_picture_is_one(
    turned: Turned, slack: SlackServer
) -> None:
    slack.send_message("quality-intake", ADA, "", files=[slack.add_file("rota.png", b"\x89PNG\r\n\x1a\n", "image/png")])
    (row,) = turned.rows()
    assert row.recipient == INTAKE
    turned.read_all()
    assert turned.fetch_all() == 1
    assert the_file(turned)[1].state == "kept"


def test_a_virus_that_is_known_already_is_said_on_the_case(turned: Turned, slack: SlackServer) -> None:
    sha256 = hashlib.sha256(PDF).hexdigest()
    turned.store.write(lambda tx: scans.take_in(tx, sha256, PDF, now=turned.now()))
    turned.store.write(lambda tx: scans.settle(tx, sha256, found="Odd.Thing", now=turned.now()))
    ref = posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF))
    turned.fetch_all()
    assert [event.kind for event in turned.all_of(select(Event).where(Event.kind == "file_locked"))] == ["file_locked"]
    assert shown(turned, ref)["scan"]["state"] == "found"


@pytest.mark.parametrize(
    ("content", "facts", "why"),
    [
        (b"x" * 1001, {"size": 10}, "larger than"),
        (PDF, {"size": 5000}, "larger than"),
        (b"MZ a program", {}, "programs are not kept"),
        (PDF, {"is_external": True, "url_private_download": "https://drive.example/rota"}, "not lie in Slack itself"),
        (PDF, {"url_private_download": "", "url_private": "", "id": "F0GONE"}, "does not say where it lies"),
    ],
)
def test_what_cannot_be_had_is_noted_and_said_on_the_card(
    turned: Turned, slack: SlackServer, content: bytes, facts: dict[str, Any], why: str
) -> None:
    ref = posted_in_thread(turned, slack, slack.add_file("rota.pdf", content, **facts))
    turned.fetch_all()
    named, fetch = the_file(turned)
    assert (fetch.state, named.sha256) == ("refused", "")
    assert why in named.note
    assert why in shown(turned, ref)["fetch"]["why"]
    (event,) = turned.all_of(select(Event).where(Event.kind == "file_not_kept"))
    assert "rota" not in str(event.detail)
    turned.redraw_all()
    assert "1 file could not be fetched from Slack" in turned.card_of(ref)["text"]


def test_a_file_that_was_deleted_meanwhile_is_no_more(turned: Turned, slack: SlackServer) -> None:
    file = slack.add_file("rota.pdf", PDF)
    posted_in_thread(turned, slack, file)
    del slack.workspace.shared[file["id"]]
    turned.fetch_all()
    assert the_file(turned)[0].note == "not kept: Slack has it no more"


def test_where_the_message_does_not_say_where_a_file_lies_slack_is_asked(turned: Turned, slack: SlackServer) -> None:
    file = slack.add_file("rota.pdf", PDF)
    told = {"id": file["id"], "name": "rota.pdf", "file_access": "check_file_info"}
    posted_in_thread(turned, slack, told)
    turned.fetch_all()
    assert the_file(turned)[1].state == "kept"


def test_trouble_is_tried_again_with_growing_waits(turned: Turned, slack: SlackServer) -> None:
    ref = posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF))
    slack.answer_next("file", status=503)
    slack.drop_answer_next("file", perform=False)
    slack.answer_next("file", status=429, headers={"Retry-After": "90"})
    for wait in (5, 30, 90):
        assert turned.fetch_all() == 1
        assert turned.fetch_all() == 0
        _, fetch = the_file(turned)
        assert (fetch.due_at - turned.now()).total_seconds() == wait
        assert "the last attempt failed" in shown(turned, ref)["fetch"]["why"]
        turned.later(seconds=wait)
    assert turned.fetch_all() == 1
    assert the_file(turned)[1].state == "kept"


def test_without_the_scope_it_is_tried_for_a_day_and_then_given_up(tmp_path: Path) -> None:
    with (
        SlackServer(scopes=set(SCOPES) - {"files:read"}) as poor,
        slack_side(poor, tmp_path) as turned,
    ):
        ref = posted_in_thread(turned, poor, poor.add_file("rota.pdf", PDF))
        turned.fetch_all()
        assert "files:read" in shown(turned, ref)["fetch"]["why"]
        turned.later(hours=25)
        turned.fetch_all()
        assert the_file(turned)[1].state == "refused"
        assert any("files:read" in fault for fault in turned.side.check())


def test_a_page_instead_of_the_file_is_not_taken_for_it(turned: Turned, slack: SlackServer) -> None:
    posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF))
    slack.answer_next("file", body="<html>Please log in</html>", headers={})
    turned.fetch_all()
    assert "does not show the file" in (the_file(turned)[1].last_error or "")


class _Elsewhere(BaseHTTPRequestHandler):
    seen: list[str | None] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization"))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def test_a_redirect_to_another_host_is_not_followed(turned: Turned, slack: SlackServer) -> None:
    _Elsewhere.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF))
        to = f"http://127.0.0.1:{server.server_address[1]}/"
        slack.answer_next("file", status=302, headers={"Location": to})
        turned.fetch_all()
    finally:
        server.shutdown()
        server.server_close()
    assert _Elsewhere.seen == []
    assert the_file(turned)[1].state == "waiting"


@pytest.mark.parametrize(
    ("url", "shown_there"),
    [
        ("https://files.slack.com/files-pri/T1-F1/rota.pdf", True),
        ("https://slack.com/files-pri/T1-F1/rota.pdf", True),
        ("http://files.slack.com/files-pri/T1-F1/rota.pdf", False),
        ("https://files.slack.com:8443/files-pri/T1-F1/rota.pdf", False),
        ("https://files.slack.com.evil.example/rota.pdf", False),
        ("https://files.slack.com@evil.example/rota.pdf", False),
        ("https://notfiles.slack.com/rota.pdf", False),
        ("https://files.slack.com:99999999/rota.pdf", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_the_token_is_shown_to_slacks_own_hosts_only(url: str, shown_there: bool) -> None:
    assert Downloads("https://slack.com/api/", "xoxb-1", timeout=1).is_slacks(url) is shown_there


def test_two_nodes_fetch_a_file_once(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path) as one, slack_side(slack, tmp_path) as other:
        posted_in_thread(one, slack, slack.add_file("rota.pdf", PDF))
        threads = [threading.Thread(target=each.fetch_all) for each in (one, other)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(slack.calls_of("file")) == 1


def test_a_post_with_a_file_sends_nothing_to_anybody(turned: Turned, slack: SlackServer) -> None:
    posted_in_thread(turned, slack, slack.add_file("rota.pdf", PDF))
    turned.fetch_all()
    assert turned.deliver_all() == 0
    assert len(slack.messages[TRIAGE]) == 2
