"""The shapes of surveys: who is asked, which indicators there are, what a flag means, and which headers an export may have."""

from pydantic import Field

from tracker.field.rows import Row, Texts


class Survey(Row):
    """A survey of learners. Groups of fewer than `smallest_group` replies are kept without figures and never shown."""

    id: str
    name: str
    learners: str
    smallest_group: int = Field(ge=1)
    smallest_group_status: str = ""
    gap_years: tuple[int, ...] = ()
    gap_note: str = ""
    first_year: int
    needed: Texts
    indicators: Texts
    indicators_status: str = ""


class SurveyFlag(Row):
    """A result in a colour; `words` say it where colours cannot be seen, `texts` are the wordings of exports."""

    id: str
    colour: str
    words: str
    meaning: str
    texts: Texts


class SurveyColumn(Row):
    """A column and the headers it goes by."""

    id: str
    headers: Texts
