"""Whether a town's name stands for the university in it, as students write it; hospitals are told in bearings.py."""

import re
from typing import Any

from intake.understand.bearings import is_followed_by_work
from intake.understand.names import Mention
from intake.understand.words import Words

_STUDENTS = re.compile(
    r"\b(?:students?|uni|university|course|cohort|lecturers?|tutors?|degree|undergraduates?|apprentices?|tnas?|rndas?|"
    r"(?:first|second|third|fourth|fifth|final|1st|2nd|3rd|4th|5th)[- ]?y(?:ea)?rs?|y(?:ea)?r ?[1-6]|y[1-5]|"
    r"mpharm|mbbs|bsc|bds\d?|stm|medics?|academic|hei|placements?|pare|link (?:lecturer|tutor))\b"
)
_FIELD = (
    r"(?:adult|mental health|mh|occupational therap\w+|"
    r"child|children'?s|ld|learning disab\w+|nursing|nurses?|midwi\w+|stm|tnas?|rndas?|odps?|"
    r"physio\w*|ot|ots|para(?:medic)?s?|paramedic science|pharmacy|mpharm|medic(?:ine|s)?|mbbs|bds\d?|dental|radiograph\w+|"
    r"slt|speech|dietet\w+|podiatr\w+|orthoptics?|bsc|msc|social work|ahps?|stp|ptp|biomed\w*|clinical psych\w+|dclinpsy|"
    r"sonograph\w+|pa|hygiene)"
)
_YEAR = (
    r"(?:(?:first|second|third|fourth|fifth|final|1st|2nd|3rd|4th|5th)[- ]?(?:y(?:ea)?rs?)?|y(?:ea)?r ?[1-6]|y[1-6]|"
    r"stage [1-5])"
)
_AFTER = re.compile(
    r"^(?:'s)?[ ,:/(-]*(?:uni\b|univ\b|university|medical school|school of|campus|dental school|programme team|lecturers?|"
    rf"tutors?|end\b|hei\b|link\b|placements? (?:team|office)|{_YEAR}\b|(?:\w+ )?{_FIELD}\b(?: \w+)? (?:students?|course|"
    r"apprentices?)|(?:students?|apprentices?|medics?|tnas?|rndas?|stms?|mpharm|mbbs|bsc)\b|"
    rf"{_FIELD}(?:,? {_YEAR})?\W*$|(?:students?|course|cohort)\b)"
)
_BEFORE = re.compile(
    rf"\b(?:students?|medics?|undergraduates?|apprentices?|stud(?:y|ying|ied)|reading|enrolled|degree|tnas?|rndas?|stms?|"
    rf"course|cohort|lecturers?|tutors?|programme|bsc|msc|mbbs|mpharm|bds\d?|appeal\w*|{_YEAR}|uni(?:versity)?)"
    rf"(?:[ ,(]+(?:nurses?|midwife|midwives|paramedic|doing|on|in|our|my|the|one|soc|student|students|year|{_FIELD}|{_YEAR}))*"
    r"[ ,(]*(?:at|from|with|of|@|,|by|through)?[ (]*(?:the )?$"
)
_FIELD_BEFORE = re.compile(rf"\b(?:{_FIELD}|{_YEAR}),?[ (]+(?:@ ?)?$")
_AT = re.compile(r"\b(?:at|in) (?:the )?$")
_PLACED_AT = re.compile(r"\bplacements?[ ,(]*(?:at|in) (?:the )?$")
_ENROLLED_AT = re.compile(
    r"\b(?:lecturers?|tutors?|course|degree|stud(?:y|ying)|reading|appeal\w*|programme|uni|first|second|third|fourth|"
    r"fifth|final|[1-5](?:st|nd|rd|th))\b[^.]{0,18}$"
)
_COURSE_SIGNED = re.compile(rf"\(\s*{_FIELD}\b")
_FIELD_SIGNED = re.compile(rf"\b(?:{_FIELD}|{_YEAR}|students?|uni|lecturers?|tutors?|placements?)\b")


def speaks_of_students(words: Words) -> bool:
    """Whether a message is about students of a university at all, or a student signs with a course in brackets."""
    signed = words.voiced("signature")
    return any(_STUDENTS.search(sentence.plain) for sentence in (*words.own, *signed)) or any(
        _COURSE_SIGNED.search(sentence.plain) for sentence in signed
    )


def is_university(mention: Mention[Any], *, placed: bool) -> bool:
    """Whether a year, a course or students stand beside a town's name, as beside a university's.

    `placed`: a hospital of another town is named, so that a student "at" this town is enrolled in it.
    """
    if is_followed_by_work(mention):
        return False
    if _AFTER.search(mention.after):
        return True
    if _BEFORE.search(mention.before) and not _PLACED_AT.search(mention.before):
        return placed or not _AT.search(mention.before) or bool(_ENROLLED_AT.search(mention.before))
    return bool(_FIELD_BEFORE.search(mention.before)) and "(" in mention.before[-24:]


def is_signed_university(mention: Mention[Any]) -> bool:
    """Whether a town in a signature is the writer's university: alone in brackets, or beside a course."""
    alone = re.search(r"\(\s*$", mention.before) and re.match(r"^\s*(?:uni\w*)?\s*[),]", mention.after)
    return bool(alone or _FIELD_SIGNED.search(mention.sentence.plain)) and not is_followed_by_work(mention)
