"""Tables of surveys (GMC NTS, NETS) as they were imported, and of the papers that were made; comments are kept, never shown."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.model.base import Base, Detail


class SurveyImport(Base):
    """A file of survey results that was taken in whole. survey: NTS, NETS. `mapping` is which header meant which column."""

    __tablename__ = "survey_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[str]
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    mapping: Mapped[Detail] = mapped_column(default=dict)
    rows: Mapped[int]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]


class SurveyResult(Base):
    """One indicator of one group in one year. `outlier` is a flag id of nts.toml; figures are None where n is too small.

    What is not known is "": `provider` (ODS), `site`, `programme` (id of specialties.toml, as in `places`), `learner_level`.
    """

    __tablename__ = "survey_results"
    __table_args__ = (Index("ix_survey_results_place", "provider", "programme", "survey", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("survey_imports.id"), index=True)
    row_number: Mapped[int]
    survey: Mapped[str]
    year: Mapped[int]
    report_by: Mapped[str] = mapped_column(default="")
    provider: Mapped[str] = mapped_column(default="")
    site: Mapped[str] = mapped_column(default="")
    programme: Mapped[str] = mapped_column(default="")
    learner_level: Mapped[str] = mapped_column(default="")
    indicator: Mapped[str]
    outlier: Mapped[str]
    mean: Mapped[float | None]
    lower: Mapped[float | None]
    upper: Mapped[float | None]
    n: Mapped[int | None]
    benchmark_mean: Mapped[float | None]
    detail: Mapped[Detail] = mapped_column(default=dict)


class SurveyComment(Base):
    """A free-text comment of a survey. `words` are confidential: no query that shows or prints reads them."""

    __tablename__ = "survey_comments"
    __table_args__ = (Index("ix_survey_comments_place", "provider", "programme", "survey", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("survey_imports.id"), index=True)
    survey: Mapped[str]
    year: Mapped[int]
    kind: Mapped[str]
    provider: Mapped[str] = mapped_column(default="")
    site: Mapped[str] = mapped_column(default="")
    programme: Mapped[str] = mapped_column(default="")
    learner_level: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)


class Paper(Base):
    """A paper that was made. kind: demq, place, trust, school, regulator. `figures` are the numbers with the rows behind each."""

    __tablename__ = "papers"
    __table_args__ = (Index("ix_papers_kind", "kind", "subject", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    period: Mapped[str]
    as_of: Mapped[datetime]
    figures: Mapped[Detail] = mapped_column(default=dict)
    sha256: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
