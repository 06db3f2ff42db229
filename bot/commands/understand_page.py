"""How an explanation looks to a person on a terminal; what may be shown was decided before."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.show import facts, heading, say, table, when, words


def print_explained(told: Mapping[str, Any], zone: ZoneInfo) -> None:
    """One message: its labels, then what follows from them."""
    if "error" in told:
        say(f"line {told['line']}: {told['error']}")
        return
    heading(str(told.get("ref") or told["id"]))
    explained = told["explained"]
    say(f"Read by {explained['reader'] or 'nobody'}.")
    if not explained["words_shown"]:
        say("The words are not shown: use --as ROLE with a role that may read this case.")
    table(
        ("Label", "Value", "From", "Chance", "Words"),
        (
            (
                words(row["label"]),
                words(row["value"]),
                _source(row["layer"], row["rule"]),
                "" if row["chance"] is None else f"{row['chance']:.2f}",
                "; ".join(f"“{said}”" for said in row["words"]),
            )
            for row in explained["labels"]
        ),
        widest="Words",
    )
    _route(explained["route"], zone)
    for opinion in explained.get("second_readings", ()):
        _second(opinion, zone)
    changes = explained.get("changes", ())
    table(
        ("When", "What", "From", "To", "By"),
        (
            (when(row["at"], zone), words(row["kind"]), words(row["from"]), words(row["to"]), row["by"])
            for row in changes
        ),
    )


def _source(layer: str, rule: str) -> str:
    """Layer and file; which entry of the file it is says the value already."""
    file = rule.partition(" [")[0]
    return f"{layer}: {file}" if file else layer


def _route(route: Mapping[str, Any], zone: ZoneInfo) -> None:
    isf = route["isf"]
    span = "" if not isf else f"{isf[0]}" if isf[0] == isf[-1] else f"{isf[0]} to {isf[-1]}"
    facts(
        [
            ("Rule", f"[[route]] {route['rule']}"),
            ("Urgency", words(route["urgency"])),
            ("Channel", f"#{route['channel']}" + (", restricted" if route["restricted"] else "")),
            ("Told", ", ".join(route["told"])),
            ("Called now", route["paged"]),
            ("Left out", ", ".join(route["left_out"])),
            ("Acknowledgement", words(route["acknowledgement"])),
            ("Follow-ups", "\n".join(_follow_up(row, zone) for row in route["follow_ups"])),
            ("ISF proposal", f"{span}; rests on {', '.join(map(words, route['isf_rests_on']))}" if span else ""),
            ("Criteria", "; ".join(route["isf_criteria"])),
        ]
    )


def _follow_up(row: Mapping[str, Any], zone: ZoneInfo) -> str:
    return f"{words(row['what'])}, {when(row['due_at'], zone)}" if row["due_at"] else words(row["what"])


def _second(row: Mapping[str, Any], zone: ZoneInfo) -> None:
    said = row["answer"] or {}
    flags = "; ".join(f"{words(each['id'])}: “{each['words']}”" for each in said.get("red_flags", ()))
    facts(
        [
            ("Second reader", f"{row['reader']} {row['state']} {when(row['settled_at'], zone)}".strip()),
            ("It said", ", ".join(filter(None, (words(said.get("urgency")), flags)))),
            ("The case", "was raised by it" if row["raised"] else "was not changed by it"),
            ("Trouble", row["last_error"] or ""),
        ]
    )
