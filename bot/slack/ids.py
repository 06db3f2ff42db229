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
    TAKE_BACK = "reply_take_back"
    REFRESH_HOME = "home_refresh"


class Form(StrEnum):
    """Modals."""

    NEW = "form_new"
    NOTE = "form_note"
    LEVEL = "form_level"
    REPLY = "form_reply"
    REPLY_CONFIRM = "form_reply_confirm"
    RESOLVE = "form_resolve"
    REOPEN = "form_reopen"


class Input(StrEnum):
    """Fields of modals; a field's block has the same name as its element."""

    TEXT = "text"
    LEVEL = "level"
    PROVISIONAL = "provisional"
    CRITERIA = "criteria"
    REASON = "reason"
    OUTCOME = "outcome"
    FEEDBACK = "feedback"


class Shortcut(StrEnum):
    """Message shortcuts of the manifest."""

    OPEN_CASE = "open_case"


class Metadata(StrEnum):
    """Types of the metadata on our messages, by which we recognise them; the payload holds a reference or a number only."""

    CARD = "quality_desk_card"
    POST = "quality_desk_post"


COMMAND = "/case"
