"""Draws the pictures of docs/pictures from what the bot really sends, with a browser: python -m tests.bot.slack.draw.

A browser is needed (chromium or google-chrome); the tests do not need one. The people and the case are invented.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.slack.proof import SCOPES
from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, KIM, LEE, TRIAGE, SlackServer, viewer
from tracker import digest, triage
from tracker.cards import move
from tracker.desk import ContactRule
from tracker.diary import replan
from tracker.finding import find
from tracker.model import Case
from tracker.submission import Reading

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"
PHONE, DESK = 412, 760
LOWEST = 150
"""The browser draws nothing in a window that is lower."""
NOW = datetime(2026, 11, 23, 8, 46, tzinfo=UTC)
READ = Reading(
    opens_case=True, kind="concern", provider=("RVW",), specialty=("acute_internal_medicine",), themes=("clinical_supervision",)
)  # fmt: skip
CONTACT = ContactRule(provider="RVW", role="Director of medical education", address="dme@trust.example")
ROUTE = {
    "id": "everything",
    "channel": "quality-triage",
    "tell": [],
    "promises": ["first_human_read", "personal_reply"],
}


def main() -> int:
    browser = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None:
        print("No browser: install chromium to draw the pictures.", file=sys.stderr)  # noqa: T201
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, inside, width in scenes(Path(folder)):
            page = viewer.page(named(inside), width=width)
            shoot(browser, Path(folder), page, PICTURES / f"{name}.png", width)
            print(name)  # noqa: T201
    return 0


def named(page: str) -> str:
    """With people's names, as Slack itself puts them in the place of their ids."""
    names = {ADA: "Ada Marsh", LEE: "Lee Okoro", KIM: "Kim Sato"}
    return re.sub(r"@(U0[A-Z]+)", lambda found: f"@{names.get(found[1], found[1])}", page)


def scenes(folder: Path) -> Iterator[tuple[str, str, int]]:
    """(name, page, width) of every picture."""
    with ExitStack() as stack:
        slack = stack.enter_context(SlackServer(scopes=SCOPES))
        slack.add_usergroup("S0DEANS", "deans", [LEE, KIM])
        turned = stack.enter_context(slack_side(slack, folder, desk={"contacts": (CONTACT,), "digest_at": time(8, 45)}))
        turned.clock = NOW
        ref = a_morning(turned)
        yield "card", viewer.message(card(turned, slack, ref)["blocks"]), DESK
        yield "card-on-a-phone", viewer.message(card(turned, slack, ref)["blocks"]), PHONE
        restricted = turned.open_case(
            restricted=True, urgency="same_day", reading={"route": ROUTE}, provider=["RTD"], themes=["sexual_safety"],
            red_flags=["sexual_misconduct"], specialty=["general_surgery"], raiser_role="learner",
        )  # fmt: skip
        turned.redraw_all()
        yield "card-restricted", viewer.message(card(turned, slack, restricted)["blocks"]), PHONE
        yield "form-what-it-is-about", viewer.modal(opened(turned, slack, LEE, restricted, "case_look")), PHONE
        slack.submit(LEE, values={"reason": "I ring the trust's safeguarding lead about it today"})
        yield "form-more-of-a-restricted-case", viewer.modal(slack.view_of(LEE)), PHONE
        for step, user, name in (
            ("case_more", LEE, "more"), ("case_level", LEE, "level"), ("case_correct", LEE, "correct"),
            ("case_tell", LEE, "tell"), ("case_reveal", LEE, "reveal"), ("case_resolve", LEE, "resolve"),
        ):  # fmt: skip
            view = opened(turned, slack, user, ref, step)
            yield f"form-{name}", viewer.modal(view), PHONE
            if name == "level":
                slack.submit(user, values={"level": "3", "criteria:3": ["0"], "reason": "NETS and two reports agree"})
                yield "form-level-evidence", viewer.modal(slack.view_of(user)), PHONE
                slack.submit(user, values={"evidence:3:0": "NETS 2026, supervision; two reports of November"})
                turned.redraw_all()
                yield "card-waiting-for-a-second-person", viewer.message(card(turned, slack, ref)["blocks"]), PHONE
        opened(turned, slack, ADA, ref, "case_reply")
        words = "Thank you for telling us. We are ringing the education centre today and write to you on Thursday."
        slack.submit(ADA, values={"text": words})
        yield "form-reply-shown-before-it-leaves", viewer.modal(slack.view_of(ADA)), PHONE
        yield "card-that-moved", viewer.message(moved(turned, slack)["blocks"]), PHONE
        slack.open_home(ADA)
        slack.wait_until(lambda: ADA in slack.homes, what="a Home")
        yield "home", viewer.home(slack.homes[ADA]), DESK
        slack.press_in_view(ADA, slack.homes[ADA], "home_pile:unowned")
        slack.wait_until(lambda: "Page 1" in str(slack.homes[ADA]["blocks"]), what="a page")
        yield "home-on-a-phone", viewer.home(slack.homes[ADA]), PHONE
        turned.store.write(lambda tx: digest.post_due(tx, desk=turned.desk, now=turned.now()))
        turned.deliver_all()
        told = slack.wait_for_message(TRIAGE, lambda each: "overdue" in each["text"])
        files = {name: file["content"] for name, file in slack.workspace.files.items()}
        yield "digest", viewer.message(told["blocks"], files=files), DESK


def a_morning(turned: Turned) -> str:
    """Cases of the last days; returns the reference of the one that is looked at."""
    kept = {"route": ROUTE, "read": READ.model_dump(mode="json")}
    sites = ("RTD", "RVW", "RR7", "RTF")
    themes = ("clinical_supervision", "workload_rota", "teaching_access", "induction", "handover")
    for number in range(34):
        opened_at = NOW - timedelta(days=number % 14, hours=number % 5)
        ref = turned.open_case(
            provider=[sites[number % 4]], themes=[themes[number % 5]], opened_at=opened_at, reading=kept,
            urgency="same_day" if number % 9 == 0 else "routine", owner="slack:U0ADA" if number % 6 == 0 else None,
            status="triaged" if number % 6 == 0 else "new",
        )  # fmt: skip
        turned.store.write(lambda tx, it=ref: replan(tx, find(tx, it), desk=turned.desk, now=NOW))
        if number % 3 == 1:
            ended(turned, ref, opened_at + timedelta(days=2))
    ref = turned.open_case(
        provider=["RVW"], specialty=["acute_internal_medicine"], themes=["clinical_supervision"],
        isf_proposed=[1, 2], isf_state="proposed", urgency="same_day", reading=kept, opened_at=NOW - timedelta(hours=15),
        site=["University Hospital of North Tees"], standards=["3.5", "4.4"], raiser_role="learner", grade="FY2",
        affected_group=["medical"], acknowledged_at=NOW - timedelta(hours=15), acknowledgement_kind="standard",
    )  # fmt: skip
    actor = triage.actor_for(turned.desk, name="slack:U0LEE", slack_user="U0LEE", groups=("S0DEANS",))
    turned.store.write(
        lambda tx: triage.add_follow_up(tx, ref, "The rota", "5 working days", actor=actor, desk=turned.desk, now=NOW)
    )
    turned.redraw_all()
    return ref


def moved(turned: Turned, slack: SlackServer) -> dict[str, Any]:
    """What is left of a card whose case became urgent."""
    ref = turned.open_case(provider=["RTD"])
    turned.redraw_all()

    def job(tx: Any) -> None:
        move(tx, tx.scalars(select(Case).where(Case.ref == ref)).one(), "quality-urgent", now=NOW)

    turned.store.write(job)
    return card(turned, slack, ref)


def ended(turned: Turned, ref: str, at: datetime) -> None:
    def job(tx: Any) -> None:
        case = tx.scalars(select(Case).where(Case.ref == ref)).one()
        case.status, case.closed_at = "closed", min(at, NOW)

    turned.store.write(job)


def card(turned: Turned, slack: SlackServer, ref: str) -> dict[str, Any]:
    turned.redraw_all()
    return slack.wait_for_message(TRIAGE, lambda each: ref in each["text"] and bool(each.get("metadata")))


def opened(turned: Turned, slack: SlackServer, user: str, ref: str, step: str) -> dict[str, Any]:
    """The form of a step, by way of "More" where it is behind that."""
    slack.workspace.stacks[user].clear()
    message = card(turned, slack, ref)
    actions = [
        each["action_id"] for block in message["blocks"] for each in block.get("elements", ()) if "action_id" in each
    ]
    slack.press(user, TRIAGE, message["ts"], step if step in actions else "case_more")
    slack.wait_until(lambda: slack.workspace.stacks[user], what="a form")
    if step not in actions:
        slack.press_in_view(user, slack.view_of(user), step)
        slack.wait_until(lambda: slack.view_of(user)["callback_id"] != "form_more", what="the form")
    return slack.view_of(user)


def shoot(browser: str, folder: Path, page: str, to: Path, width: int) -> None:
    """Ask how high the page is, then take a picture of just that."""
    file = folder / "page.html"
    file.write_text(page + "<script>document.title=document.documentElement.scrollHeight</script>", encoding="utf-8")
    quiet = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'browser'}",
    ]  # fmt: skip
    said = subprocess.run(
        [*quiet, f"--window-size={width},200", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    found = re.search(r"<title>(\d+)</title>", said)
    high = max(int(found[1]), LOWEST) if found else 900
    subprocess.run(
        [*quiet, f"--window-size={width},{high}", f"--screenshot={to}", file.as_uri()],
        capture_output=True,
        check=True,
        timeout=60,
    )


if __name__ == "__main__":
    sys.exit(main())
