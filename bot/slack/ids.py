"""Every name that travels to Slack and comes back: actions, forms, blocks, shortcuts, commands; no behaviour lives here."""

from enum import StrEnum


class Action(StrEnum):
    """Buttons of cards, of Home and of private answers. Their value is a case reference, or a parcel's number."""

    TAKE = "case_take"
    NOTE = "case_note"
    LEVEL = "case_level"
    REPLY = "case_reply"
    RESOLVE = "case_resolve"
    REOPEN = "case_reopen"
    MORE = "case_more"
    LOOK = "case_look"
    ASSIGN = "case_assign"
    CORRECT = "case_correct"
    ASK = "case_ask"
    TELL = "case_tell"
    FOLLOW_UP = "case_follow_up"
    SNOOZE = "case_snooze"
    LINK = "case_link"
    MERGE = "case_merge"
    UNMERGE = "case_unmerge"
    EXCLUDE = "case_exclude"
    REVEAL = "case_reveal"
    TAKE_BACK = "reply_take_back"
    SEND_AFTER_ALL = "letter_send_after_all"
    NEVER_SEND = "letter_never_send"


class HomeAction(StrEnum):
    """What changes which part of Home is shown. PILE goes on with the pile's name, as in `home_pile:mine`."""

    PILE = "home_pile"
    URGENCY = "home_urgency"
    LEVEL = "home_level"
    PAGE = "home_page"
    REFRESH = "home_refresh"


class Form(StrEnum):
    """Modals."""

    NEW = "form_new"
    MORE = "form_more"
    LOOK = "form_look"
    NOTE = "form_note"
    LEVEL = "form_level"
    EVIDENCE = "form_level_evidence"
    REPLY = "form_reply"
    ASK = "form_ask"
    TELL = "form_tell"
    CONFIRM = "form_reply_confirm"
    RESOLVE = "form_resolve"
    REOPEN = "form_reopen"
    ASSIGN = "form_assign"
    CORRECT = "form_correct"
    FOLLOW_UP = "form_follow_up"
    SNOOZE = "form_snooze"
    LINK = "form_link"
    MERGE = "form_merge"
    UNMERGE = "form_unmerge"
    EXCLUDE = "form_exclude"
    REVEAL = "form_reveal"
    ADD = "form_add_to_case"


class Input(StrEnum):
    """Fields of modals; a field's block has the same name as its element. A label's field is named for the label."""

    TEXT = "text"
    LEVEL = "level"
    PROVISIONAL = "provisional"
    CRITERIA = "criteria"
    EVIDENCE = "evidence"
    REASON = "reason"
    OUTCOME = "outcome"
    FEEDBACK = "feedback"
    WHO = "who"
    TO = "to"
    WHAT = "what"
    WITHIN = "within"
    OTHER = "other"
    CASE = "case"


class Shortcut(StrEnum):
    """Message shortcuts of the manifest."""

    OPEN_CASE = "open_case"
    ADD_TO_CASE = "add_to_case"


class Metadata(StrEnum):
    """Types of the metadata on our messages, by which we recognise them; the payload holds a reference or a number only."""

    CARD = "quality_desk_card"
    POST = "quality_desk_post"


COMMAND = "/case"
