"""How a place name stands in its sentence: a place of work, a person, or elsewhere; which row it means lives in places.py."""

import re
from typing import Any

from intake.understand.names import Mention
from intake.understand.words import Words

_NO_HOSPITAL_AFTER = re.compile(
    r"^(?:'s)?[ ,]*(?:road|rd|street|avenue|ave|lane|drive|close|terrace|court|house|crescent|"
    r"square|united|fc|afc|city council|council|airport|"
    r"police|deanery|crown court|library|festival|racecourse|prison|"
    r"hmp|metro|beach|town hall|villages?|careers|(?:medical|health|dental|veterinary|family) (?:centre|practice|group|care)|"
    r"practice|dental practice|chemist|college|sixth form|school|scheme|vts|gp\b|(?:gp |training )?programme|rotation)\b"
)
_NO_TOWN_AFTER = re.compile(
    r"^(?:'s)?[ ,]*(?:way|station|railway|line|town|east|west|north|south|on sea|"
    r"(?:medical|health|dental|veterinary|family) (?:centre|practice|group|care)|surgery (?:in|on|partners?|where)|"
    r"gp\b|practice|dental practice|pharmacy|chemist|branch|college|sixth form|school|scheme|vts|"
    r"(?:gp |training )?programme|hospice|council|(?:&|and|/) (?:tees|county|north|east)\w*\b.{0,12}(?:scheme|valley))\b"
)
_PERSON_BEFORE = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|miss|mx|prof|professor|sister|matron|nurse|sir|lady|dear|hi|hello|dame|"
    r"rev)\.? (?:[a-z]\.? )?|\b[a-z]\. )$"
)
_ELSEWHERE_BEFORE = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)(?: \w+){0,2} (?:in|near|at)|moved? (?:back )?(?:to|from)|"
    r"commut\w+(?: \w+){0,3} (?:from|to)|home(?: is)? in|(?:grew up|born) in|"
    r"family in|flat in|house in|train (?:to|from)|"
    r"driv\w+ (?:to|from|in from|over from|up from|down from)|miles? (?:off |away |from )*(?:in )?|"
    r"qualified (?:in|at|from)|trained (?:in|at)|graduat\w+ (?:from|at)|"
    r"used to (?:work|be)(?: at| in)?|previous(?:ly)?(?: \w+){0,4}|last (?:job|post|rotation|"
    r"placement|year|hospital)(?: \w+){0,3}|before (?:this|that|i came)(?: \w+){0,3}|"
    r"when i was (?:at|in)|my time (?:at|in)|compared (?:to|with)|unlike|better than|worse than|"
    r"same as|as (?:good|bad|nice) as|not like|different (?:from|to)|similar to|"
    r"(?:next|future|upcoming) (?:post|rotation|placement|job|block)(?: \w+){0,3}|rotat\w+ (?:on )?to|"
    r"moving (?:on )?to|going to|came from|come from|"
    r"transferr?(?:ed)? (?:to|from)|on to|"
    r"transfer\w*(?: \w+){0,4} (?:to|from)|referr\w*(?: \w+){0,3} (?:to|from)|"
    r"blue[- ]light\w*(?: \w+){0,2} (?:to|from)|retriev\w*(?: \w+){0,2} (?:to|from)|(?:practice|"
    r"gp surgery|pharmacy|chemist(?:'s)?|health centre|dentist|care home|nursing home|hospice|school|prison|campus|"
    r"office|station|garage|shop|flat|house|church|vets?)(?: \w+){0,2} (?:in|at|near|outside|of)|"
    r"(?:held|hosted|taking place|"
    r"takes place)(?: \w+){0,2} (?:at|in)|(?:my old|old) (?:ward|unit|job|hospital|trust|"
    r"department)(?: \w+){0,2}|(?:lecturer|tutor|academic)(?: \w+){0,4} (?:at|in)|(?:interview|job|"
    r"offer) (?:at|in)|colleagues? (?:at|in)|friends?(?: up| down| over)? (?:at|in)|also (?:work|works) (?:at|in)|"
    r"(?:peers?|counterparts?|mates?|opposite number|registrars? i know|those|people) (?:at|in)|"
    r"(?:shar(?:e|es|ed|ing)|link(?:s|ed|ing)?) (?:\w+ )?with|subject to|"
    r"(?:appointments?|operated on) (?:at|in)|(?:gone|went|going|off|driven|ambulance|carpool) to|"
    r"meeting (?:at|in)|conference (?:at|in)|office in|campus in|never (?:set foot in|been to|worked at)|"
    r"(?:sister|brother|wife|husband|mother|father|mum|mam|dad|son|daughter|aunt\w*|uncle|nana|flatmate|housemate|mate|friend)"
    r"(?:'s| is| was)?(?: \w+){0,2} (?:at|in)|"
    r"up the road in)[ ,]*(?:the )?$"
)
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:at|in|from|@|within|across|over at|over in|through|near|of|for|to|with|and|&|/|is|re|"
    r"about|down in|up in|up at|down at|here in|here at|(?:f|fy)[12]s?|st[1-8]s?|ct[1-4]s?|im[123]s?|gpst[123]|"
    r"trainees?|students?|surgery|medicine|surg|paeds|psych|amu|icu|itu|ed|a&e|ward|ortho|maternity|theatres?)"
    r"[ :,]*(?:the )?|^[\W]*(?:re:? )?|"
    r"[-:/,(@+;] ?(?:the )?)$"
)
_PLACE_AFTER = re.compile(
    r"^[ ,'s]*(?:trust|hospitals?|site|ed\b|a&e|icu|itu|amu|eau|mau|sau|picu|nicu|scbu|labour ward|"
    r"maternity|theatres?|ward|paeds|surgery|surgical|medicine|medical (?!school|student)|infirmary|general|royal|"
    r"foundation trust|nhs|ft\b|on[- ]calls?|nights|f[12]s?\b|trainees?|rota|ortho|vascular|gen surg|obs|"
    r"outpatients|team|doctors|registrars?|(?:community )?midwives|ct\b|radiology|pathology|stroke)"
)
_GP = re.compile(
    r"\b(?:gp (?:practice|surgery|training practice|trainer|partners?|training|scheme|st|registrar)|gpst?|"
    r"(?:the|our|my|a|his|her|this|two-doctor|dental|training|host) practice(?! (?:assessor|supervis|educat|facil))|"
    r"(?:the|our|my) (?:senior )?partners?|practice manager|community (?:pharmacy|chemist)|(?:a|the|our) chemist|"
    r"home visits?|receptionists?|surgery (?:in|at|near)|high street|csr|vts|foundation dentist|dft)\b"
)
_AT_WORK = re.compile(
    r"\b(?:f[12]s?|fy[12]s?|st[1-8]s?|ct[1-4]s?|im[123]|imt\d?|gpst\d|stps?|dcts?|tnas?|trainees?|"
    r"students?|learners?|"
    r"shos?|reg(?:istrar)?s?|residents?|midwi\w+|nurses?|consultants?|placements?|wards?|hospital|"
    r"rota|ed|a&e|department|"
    r"post|unit|site|trust|rotat\w+|theatres?|clinics?|nights?|on[- ]calls?|shifts?|bleep|paeds|medicine|surgery|"
    r"maternity|induction|supervis\w+)\b"
)
_CONTRAST = re.compile(
    r"\b(?:previous\w*|last (?:job|post|rotation|placement|year|trust|hospital)|before (?:this|that)|"
    r"used to|compared|unlike|"
    r"whereas|in contrast|where i trained|my old|elsewhere|next (?:job|post|rotation|placement)|"
    r"i(?:'ll| will)? (?:move|rotate|start|go|am going|am moving) (?:on )?(?:to|at|in)|"
    r"(?:was|were) (?:fine|great|brilliant|good|lovely|much better) (?:at|in))\b"
)
_POST = (
    r"(?:f[12]s?|fy[12]s?|st[1-8]s?|ct[1-4]s?|im[123]s?|imt[123]?s?|gpst[123]?s?|dct[123]?s?|dfts?|stps?|tnas?|ptpts?|ftps?|"
    r"accs|acf|trainees?|students?|learners?|shos?|reg(?:istrar)?s?|residents?|doctors?|juniors?|apprentices?|fellows?|"
    r"midwi(?:fe|ves)|nurses?|placements?|placed|based|rotat\w+|post|job|posted|allocated|block|attachment|"
    r"working|work|works|employed|spell|nights|shifts|wards?|unit|department|team|on[- ]calls?|rota|ed|a&e|theatres?|"
    r"amu|icu|itu|medicine|surgery|paeds|psych|maternity|obs|gynae|we|i'm|i am|here|start\w*|joined)"
)
_ANCHOR_BEFORE = re.compile(rf"\b{_POST}\b(?:[ ,(]+[\w&/'-]+){{0,4}}?[ ,(]*(?:at|in|@|,|with|for|-|\()? ?(?:the )?$")
_ANCHOR_AFTER = re.compile(rf"^(?:'s)?[ ,(-]*(?:[\w&/-]+ )?{_POST}\b")


def is_place(mention: Mention[Any], words: Words, *, university: bool) -> bool:
    """Whether a name is a place's at all where it stands, and not somebody's, a street's, or one just passed by."""
    if is_person(mention):
        return False
    if not university and _NO_HOSPITAL_AFTER.search(mention.after):
        return False
    if not university and mention.strength == "town" and _NO_TOWN_AFTER.search(mention.after):
        return False
    if (
        mention.words.lower() in words.names
        and mention.strength != "ambiguous"
        and not _PLACE_BEFORE.search(mention.before)
    ):
        return False
    return not _ELSEWHERE_BEFORE.search(mention.before)


def is_person(mention: Mention[Any]) -> bool:
    """Whether a title stands before a name, so that it is somebody's."""
    return mention.strength != "ambiguous" and bool(_PERSON_BEFORE.search(mention.before))


def is_followed_by_work(mention: Mention[Any]) -> bool:
    """Whether a ward, a unit or the word hospital follows, so that the name is a hospital's."""
    return bool(_PLACE_AFTER.search(mention.after))


def is_workplace(mention: Mention[Any], *, surely: bool) -> bool:
    """Whether a town stands for its hospital; `surely`: another place is named, so a town alone will not do."""
    if is_followed_by_work(mention):
        return True
    at_work = not surely or bool(_AT_WORK.search(mention.sentence.plain))
    return at_work and bool(_PLACE_BEFORE.search(mention.before))


def is_practice(words: Words) -> bool:
    """Whether the learner works in a GP or dental practice: then a town is only where it stands."""
    return any(_GP.search(sentence.plain) for sentence in words.own)


def is_contrast(mention: Mention[Any]) -> bool:
    """Whether its sentence speaks of another time or place, past, next or better."""
    return bool(_CONTRAST.search(mention.sentence.plain))


def is_anchor(mention: Mention[Any]) -> bool:
    """Whether a post, a learner or a ward is said to be there, or the subject line names it."""
    return mention.sentence.voice == "subject" or bool(
        _ANCHOR_BEFORE.search(mention.before) or _ANCHOR_AFTER.search(mention.after)
    )
