"""The words a reading rests on, without the names in them: what may stand in a history and on a screen."""

import re

from tracker.deidentify import eraser_for
from tracker.desk import Desk
from tracker.submission import Reading, Submission


def words_without_names(submission: Submission, reading: Reading, desk: Desk) -> dict[str, tuple[str, ...]]:
    """`because` of a reading with tags for whoever and whatever would tell a person; labels are as before."""
    header = [who for who in (submission.sender, submission.author, submission.proxy) if who is not None]
    texts = (submission.subject, submission.text, submission.signature, submission.quoted_text)
    erase = eraser_for(desk.field, [(who.name, who.email) for who in header], texts)
    whole = "\n".join(texts)
    return {
        label: tuple(dict.fromkeys(erase(as_written(said, whole)).text for said in words))
        for label, words in reading.because.items()
    }


def as_written(said: str, text: str) -> str:
    """Words as the writer wrote them: rules look at small letters only, which hide that Grace is somebody."""
    parts = said.split()
    if not parts or said != said.lower():
        return said
    pattern = r"\s+".join(re.escape(part).replace("'", "['’‘]") for part in parts)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    return found[0] if found else said
