"""Names of the register's buttons and forms that travel to Slack and come back; those of cases are in `ids`."""

from enum import StrEnum


class RegisterAction(StrEnum):
    """Buttons of the register's lists. Their value is a rating's or task's number, a place's key, or nothing."""

    LISTS = "register_lists"
    DECIDE = "register_decide"
    PROPOSE = "register_propose"
    EVIDENCE = "register_evidence"
    TOLD = "register_told"


class RegisterForm(StrEnum):
    """Modals of the register."""

    LISTS = "form_register_lists"
    PROPOSE = "form_register_propose"
    CRITERIA = "form_register_criteria"
    DECIDE = "form_register_decide"
    EVIDENCE = "form_register_evidence"
    TOLD = "form_register_told"


class Entry(StrEnum):
    """Fields of the register's modals. A criterion's field is CRITERION with its number, as in `criterion:2`."""

    PLACE = "place"
    OTHER = "other_place"
    LEVEL = "level"
    ASKS = "asks"
    CRITERION = "criterion"
    MORE = "more_evidence"
    RISK_NOW = "immediate_risk"
    CHANGED_ON = "changed_on"
    REVIEW = "review"
    DOCTORS = "doctors_affected"
    GMC_ON = "gmc_agreed_on"
    IMPACT = "impact"
    LIKELIHOOD = "likelihood"
    CONTROLS = "controls"
    REASON = "reason"
    AGREE = "agree"
    DECISION = "decision"
    KIND = "kind"
    ON = "on"
    TEXT = "text"
    SOURCE = "source"
    COUNT = "count"
