"""Reading and understanding messages outside the service, storing nothing: what `qualitydesk read` and `understand` print."""

import json
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import Any

from intake.mail import fields_of, read_file, read_mail, submission_of
from intake.understand import Understanding, labels_of, packaged_model
from tracker import policy
from tracker.desk import Desk
from tracker.submission import Address, Automatic, SlackPlace, Submission
from tracker.tokens import split_plus

HEADER_BYTES = 100 * 1024


def read_one_file(name: str) -> dict[str, Any]:
    """The fields of one mail under its file's name; `error` instead where the file cannot be read."""
    try:
        return {"file": name, **fields_of(read_file(name, Path(name).read_bytes()))}
    except OSError as error:
        return {"file": name, "error": error.strerror or type(error).__name__}
    except Exception as error:  # noqa: BLE001 - one bad mail must not cost the others; the fault is in the output
        return {"file": name, "error": type(error).__name__}


class Trial:
    """Understands messages as the service would, with the desk's rules, and keeps nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._understanding = Understanding(desk.field, inboxes=desk.inboxes, model=packaged_model())

    def understand(self, line: str, number: int) -> dict[str, Any]:
        """One line of a file as `{id, labels…, because}`; `error` where the line is not of the right form."""
        try:
            row = json.loads(line)
            submission = self.submission(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            return {"id": None, "line": number, "error": "is not an object with id, channel and eml or slack"}
        reading = self._understanding.read(submission)
        way = policy.route(reading, desk=self._desk)
        isf = list(way.isf_proposed) if way.isf_proposed else None
        decided = {"urgency": way.urgency, "acknowledgement": way.acknowledgement, "isf": isf, "route": way.rule}
        return {"id": row["id"], **labels_of(reading), **decided}

    def of_mail(self, content: bytes) -> Submission:
        """A stored mail as the service would read it, with the envelope it most likely had."""
        envelope = envelope_of(content, self._desk.inboxes)
        sender, recipients = envelope["mail_from"], tuple(envelope["rcpt_to"])
        return submission_of(read_mail(content), envelope_from=sender, envelope_to=recipients)

    def submission(self, row: dict[str, Any]) -> Submission:
        """One line of a file as what arrived. Raises ValueError, KeyError, TypeError or AttributeError where it is none."""
        if "slack" in row:
            said = row["slack"]
            place = SlackPlace(team="", channel=said["channel"], user="", channel_name=said["channel"])
            by_bot = Automatic(rule="slack", why="a bot posted it") if said.get("user_role") == "bot" else None
            text = said["text"]
            # The role stands where the service finds it: as the title that a person has in the workspace.
            title = Address(name=str(said.get("user_role") or "").replace("_", " "))
            return Submission(
                channel="slack", text=text, new_text=text, slack=place, automatic=by_bot, sender=title, author=title
            )
        return self.of_mail(row["eml"].encode("utf-8", "surrogateescape"))


def envelope_of(raw: bytes, inboxes: tuple[str, ...]) -> dict[str, Any]:
    """The envelope a stored mail most likely had: `mail_from` and `rcpt_to`, from its header fields.

    The return path is Return-Path (which may be empty), else the sender's address. Recipients are those of our addresses
    that the mail names, with their plus part, else the first inbox.
    """
    head = BytesHeaderParser().parsebytes(raw[:HEADER_BYTES])
    returned = head.get("Return-Path")
    sender = parseaddr(str(returned if returned is not None else head.get("From", "")))[1]
    named = getaddresses(
        [str(value) for name in ("Delivered-To", "X-Original-To", "To", "Cc") for value in head.get_all(name, [])]
    )
    ours = [address for _, address in named if split_plus(address)[0] in inboxes]
    return {"mail_from": sender, "rcpt_to": list(dict.fromkeys(ours)) or [inboxes[0]]}
