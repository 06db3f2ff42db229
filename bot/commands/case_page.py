"""How cases look to a person on a terminal; what a role may see was decided before."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.show import acknowledgement, facts, heading, level, say, table, when, words


def print_list(rows: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> None:
    """One row a case."""
    columns = ("Reference", "Status", "Urgency", "About", "Owner", "Next due")
    count = table(columns, (_row(row, zone) for row in rows), widest="About")
    say("No case matches." if not count else f"{count} case{'' if count == 1 else 's'}")


def print_done(case: Mapping[str, Any], zone: ZoneInfo) -> None:
    """The case after a verb, in a few lines."""
    say(f"{case['ref']} is {words(case['status'])}, owner {case['owner'] or 'nobody'}, revision {case['revision']}.")
    if level(case):
        say(f"ISF: {level(case)}.")
    for letter in case["letters_waiting"]:
        say(
            f"Letter {letter['id']} ({words(letter['occasion'])}) leaves {when(letter['due_at'], zone)}; until then "
            f"`qualitydesk case take-back {letter['id']} --as USER` stops it."
        )
    if case["next_due"]:
        say(f"Next: {words(case['next_due']['what'])}, due {when(case['next_due']['due_at'], zone)}.")


def print_page(page: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Everything of one case."""
    facts(_facts(page, zone))
    if not page["text_shown"]:
        say("\nWhat was written is not shown: use --as ROLE with a role that may read this case.")
    heading("Messages")
    for message in page["messages"]:
        _message(message, page["ref"], zone)
    heading("Follow-ups")
    table(("Due", "What", "State", "Why"), (_follow_up(row, zone) for row in page["follow_ups"]), widest="Why")
    heading("Letters and posts")
    table(
        ("No.", "Occasion", "To", "State", "When", "Last error"),
        (
            (
                str(row["id"]),
                words(row["occasion"]),
                row["to"] or row["channel"],
                words(row["state"]),
                when(row["sent_at"] or row["due_at"], zone),
                row["last_error"] or "",
            )
            for row in page["letters"]
        ),
        widest="Last error",
    )
    heading("Events")
    table(
        ("When", "Who", "What", "Detail"),
        ((when(row["at"], zone), row["actor"], words(row["kind"]), _detail(row["detail"])) for row in page["events"]),
        widest="Detail",
    )


def _follow_up(row: Mapping[str, Any], zone: ZoneInfo) -> tuple[str, ...]:
    return when(row["due_at"], zone), words(row["what"]), row["state"], row["settled_why"] or row["why"]


def _file(row: Mapping[str, Any]) -> str:
    scan = row["scan"]
    standing = f"locked: {scan['why']}" if scan["locked"] else words(scan["state"])
    return f"{row['filename'] or 'a file'} ({row['content_type']}, {row['size']} bytes, {standing})"


def _row(case: Mapping[str, Any], zone: ZoneInfo) -> tuple[str, ...]:
    due = case["overdue"] or case["next_due"]
    late = " (late)" if case["overdue"] or (due and due["late"]) else ""
    return (
        case["ref"],
        words(case["status"]),
        words(case["urgency"]),
        case["summary"] or words(case["kind"]),
        case["owner"] or "",
        f"{when(due['due_at'], zone)}{late}" if due else "",
    )


def _facts(page: Mapping[str, Any], zone: ZoneInfo) -> list[tuple[str, str]]:
    due, late = page["next_due"], page["overdue"]
    return [
        ("Case", page["ref"] + (" (restricted)" if page["restricted"] else "")),
        ("Status", words(page["status"]) + (f" into {page['merged_into']}" if page["merged_into"] else "")),
        ("Urgency", words(page["urgency"])),
        ("Kind", words(page["kind"])),
        ("About", page["summary"]),
        ("Provider", ", ".join(page["provider"])),
        ("Site", ", ".join(page["site"])),
        ("Specialty", ", ".join(map(words, page["specialty"]))),
        ("Grade", words(page["grade"])),
        ("Themes", ", ".join(map(words, page["themes"]))),
        ("Standards", ", ".join(f"{term['framework']} {term['id']}" for term in page["terms"])),
        ("Red flags", ", ".join(map(words, page["red_flags"]))),
        ("ISF", level(page) + (f" ({page['isf_name']})" if page["isf_name"] else "")),
        ("Raised by", ", ".join(f"{row['pseudonym']} ({words(row['role'])})" for row in page["people"])),
        ("Name", {"open": "may be used", "confidential": "kept from the placement", "anonymous": "anonymous"}[page["anonymity"]]),
        ("Owner", page["owner"] or "nobody"),
        ("Opened", when(page["opened_at"], zone)),
        ("Acknowledgement", ": ".join(filter(None, (acknowledgement(page), page["acknowledgement"]["why"])))),
        ("Overdue", f"{words(late['what'])}, since {when(late['due_at'], zone)}" if late else ""),
        ("Next due", f"{words(due['what'])}, {when(due['due_at'], zone)}. {due['why']}" if due else ""),
        ("Related", ", ".join(page["possibly_related"])),
        ("Merged in", ", ".join(page["merged_from"])),
        ("Outcome", page["outcome"] or ""),
        ("Revision", str(page["revision"])),
    ]  # fmt: skip


def _message(message: Mapping[str, Any], ref: str, zone: ZoneInfo) -> None:
    direction = {"in": "from", "out": "to", "internal": "by"}[message["direction"]]
    of_mail = message["channel"] == "mail" and message["direction"] == "in"
    home = "" if message["case_ref"] == ref else f" on {message['case_ref']}"
    say()
    facts(
        [
            (
                when(message["at"], zone),
                f"{words(message['kind'])} {direction} {message['author'] or 'unknown'} by {message['channel']}{home}",
            ),
            ("Subject", message["subject"] or ""),
            ("Automatic", message["automatic"] or ""),
            ("Sender", ": ".join(filter(None, (message["trust"], message["trust_source"]))) if of_mail else ""),
            ("Faults", "; ".join(message["faults"])),
            ("Files", ", ".join(map(_file, message["attachments"]))),
            ("", message["text"] or ""),
        ]
    )  # fmt: skip


def _detail(detail: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{words(key)}: {_plain(value)}" for key, value in detail.items() if value not in (None, "", [], {})
    )


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(
            f"{words(str(key))} {_plain(entry)}" for key, entry in value.items() if entry not in (None, "", [], {})
        )
    if isinstance(value, list | tuple):
        return ", ".join(_plain(entry) for entry in value)
    return words(value) if isinstance(value, str) and " " not in value else str(value)
