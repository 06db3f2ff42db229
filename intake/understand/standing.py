"""How a stretch of a sentence stands: said, denied, supposed, advised to others, or over and done; nothing of meaning."""

import re
from typing import Literal

Standing = Literal["said", "denied", "supposed", "advised", "past"]

_CLAUSE = re.compile(
    r"[,;:()\"]| - |\b(?:but|although|though|however|because|whereas|while|except|yet|instead|so that|"
    r"and then|and (?=i\b|he\b|she\b|they\b|we\b|it\b|my\b))"
)
_DENIAL = re.compile(
    r"\b(?:not|never|no|nobody|no one|no-one|none|nothing|neither|nor|without|hardly|cannot|"
    r"(?:is|are|was|were|do|does|did|have|has|had|would|could|should|wo|ca|ai|must)n'?t|isnt|arent|"
    r"wasnt|dont|didnt|havent|hasnt|cant|wont)\b"
    r"(?!\s+(?:only|just|sure|least|to mention|doubt|longer know|surprised|know (?:what|how|why|who|"
    r"where)|wonder|one occasion))"
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|in case|should (?:you|anyone|there)|what if|suppose|supposing|imagine|"
    r"hypothetical\w*|were to|in theory|lest)\b"
)
_AS_IF = re.compile(
    r"\b(?:as if|even if|wonder(?:ing|ed)? if|ask(?:ed|ing)? if|know if|see if|sure if|if not|if only)\b"
)
_ADVISED = re.compile(
    r"\b(?:if you(?:'re| are| have| feel| see| need|r| experience| wish| think| know)|"
    r"should you (?:be|have|feel|need|wish)|anyone who|"
    r"those who|staff who|(?:learners|students|trainees|people|colleagues) who (?:are|feel|have|may|experience)|"
    r"(?:please|you should) (?:call|contact|ring|dial|speak to) (?:999|111|samaritans|your)|"
    r"(?:policy|guidance|poster|leaflet|e-?learning|module|webinar|workshop|training (?:day|session|"
    r"package)|conference|session on|policies|bulletin|newsletter|charter|toolkit|"
    r"the survey asks) (?!says i|was ignored|isn't|not followed))"
)
_TAUGHT = re.compile(
    r"\b(?:policy|guidance|poster|leaflet|e-?learning|modules?|course|webinar|workshop|training day|"
    r"conference|programme of events|book (?:your|a) place|places? (?:are )?(?:limited|available)|"
    r"newsletter|bulletin|charter|toolkit|questions? (?:ask|include)|topics|agenda|cpd|delegates?)\b"
)
_TOLD = re.compile(r"\b(?:i|i'm|i've|me|my|she|he|her|him|his|we|us|our)\b")
_OVER = re.compile(
    r"\b(?:(?:many |several |\w+ )?years ago|(?:a |one |\w+ )?(?:couple of )?months ago|last (?:year|"
    r"summer|winter|spring|autumn|rotation)|(?:back )?in (?:19|20)[012]\d|"
    r"(?:has|have|had|was|were|is|been|got|all|it's|now) (?:since |now |all |been |already |"
    r"long )*(?:resolved|sorted|fixed|dealt with|put right|addressed)|"
    r"used to (?:be|have|happen)|no longer|not any ?more|in the past|previously|"
    r"historic(?:al(?:ly)?)?|(?:things|it) (?:are|is|have|has) (?:much |so much |a lot |"
    r"been )?(?:better|improved)|as a child|when i was (?:a student|younger|an? f[y12]))\b"
)

_PAST_TENSE = re.compile(
    r"\b(?:was|were|had|did|went|came|said|told|gave|got|took|made|left|asked|called|rang|found|started|happened)\b"
)
_PRESENT_TENSE = re.compile(
    r"\b(?:is|are|am|i'm|im|he's|she's|it's|that's|there's|they're|we're|you're|who's|has|have|i've|"
    r"we've|they've|hasn't|haven't|can|can't|cannot|won't|will|don't|doesn't|isn't|aren't|do|does|"
    r"need|needs|keep|keeps|still|now|about to|going to)\b|\b(?:he|she|consultant|registrar|nobody|"
    r"patient|reg)'s\b"
)
_NOT_YET = re.compile(
    r"\b(?:not|nothing|never|no one|nobody|hasn't|haven't|isn't|wasn't|yet to|still to|until)\W+(?:\w+\W+){0,2}$"
)
_PUT_RIGHT = re.compile(
    r"\b(?:(?:all |now |been |since |fully |completely )+(?:resolved|sorted|fixed|put right|"
    r"dealt with)|no (?:action|further action) (?:is )?(?:needed|required|from you)|"
    r"(?:was|were|been|got) (?:investigated and|dismissed|struck off|dealt with at the time|"
    r"sorted at the time|disciplined|upheld and)|(?:he|she|they)(?: has| have|'s|'ve)? (?:since|now|"
    r"long since) (?:left|retired|apologised|been dismissed|been removed|moved on)|(?:(?:two|three|"
    r"four|five|six|seven|eight|nine|ten|some|many|several|[0-9]+)) years ago|"
    r"(?:for (?:your )?information only|just for the record|for the record only|"
    r"don't need (?:anything|you to do anything)|nothing (?:needed|for you to do)))\b"
)


def standing_of(plain: str, start: int, around: str = "") -> Standing:
    """How what begins at plain[start] of one lower-case sentence stands; `around` is it and its neighbours."""
    before = plain[:start]
    if _ADVISED.search(plain) or (_TAUGHT.search(around) and not _TOLD.search(plain)):
        return "advised"
    clause = before[_last_clause(before) :]
    tokens = clause.split()
    if _DENIAL.search(" ".join(tokens[-5:])):
        return "denied"
    if any(not _covered(hit, before) for hit in _SUPPOSED.finditer(before) if start - hit.end() < 60):
        return "supposed"
    if _OVER.search(plain) or _put_right(around):
        return "past"
    return "said"


def _last_clause(before: str) -> int:
    last = 0
    for hit in _CLAUSE.finditer(before):
        last = hit.end()
    return last


def _covered(hit: re.Match[str], text: str) -> bool:
    return any(other.start() <= hit.start() < other.end() for other in _AS_IF.finditer(text))


def told_as_past(plain: str) -> bool:
    """Whether a sentence has only past tenses, as far as its auxiliaries and commonest verbs show."""
    return bool(_PAST_TENSE.search(plain)) and not _PRESENT_TENSE.search(plain)


def is_over(plain: str) -> bool:
    """Whether a whole text says that what it tells is past and put right."""
    return _put_right(plain)


def _put_right(text: str) -> bool:
    return any(not _NOT_YET.search(text[: hit.start()]) for hit in _PUT_RIGHT.finditer(text))
