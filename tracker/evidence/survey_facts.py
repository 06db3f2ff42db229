"""Survey results of a place for papers: the flags of each indicator by year, and what they weigh; small groups stay hidden."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from tracker.evidence.scope import Scope
from tracker.model import SurveyImport, SurveyResult
from tracker.store import Tx


@dataclass(frozen=True)
class Answer:
    """One indicator of one group in one year; `ref` names its row. `mean` is None where the group is too small."""

    ref: str
    survey: str
    year: int
    site: str
    programme: str
    indicator: str
    outlier: str
    mean: float | None


def answers(tx: Tx, scope: Scope, *, at: datetime, latest: int = 3) -> list[Answer]:
    """What surveys said of a scope in their `latest` years, from files imported before `at`, in the order of the survey.

    For a site or programmes only results of just those; for a trust only its own total. Levels of learners are left out: they
    cut groups too small.
    """
    found: list[Answer] = []
    for survey in ("NTS", "NETS"):
        years = _years(tx, survey, at, latest)
        if not years:
            continue
        query = (
            select(
                SurveyResult.import_id, SurveyResult.row_number, SurveyResult.year, SurveyResult.site,
                SurveyResult.programme, SurveyResult.indicator, SurveyResult.outlier, SurveyResult.mean,
            )
            .join(SurveyImport, SurveyImport.id == SurveyResult.import_id)
            .where(SurveyImport.imported_at < at, SurveyResult.survey == survey, SurveyResult.year.in_(years), *_wanted(scope))
            .order_by(SurveyResult.indicator, SurveyResult.year, SurveyResult.site, SurveyResult.id)
        )  # fmt: skip
        found += [
            Answer(f"import {file} row {row}", survey, year, site, programme, indicator, outlier, mean)
            for file, row, year, site, programme, indicator, outlier, mean in tx.execute(query)
        ]
    return found


def _years(tx: Tx, survey: str, at: datetime, latest: int) -> list[int]:
    files = select(SurveyImport.id).where(SurveyImport.survey == survey, SurveyImport.imported_at < at)
    found: set[int] = set()
    for file in tx.scalars(files):
        found |= set(tx.scalars(select(SurveyResult.year).where(SurveyResult.import_id == file).distinct()))
    return sorted(found)[-latest:]


def _wanted(scope: Scope) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [SurveyResult.learner_level == ""]
    if scope.provider:
        wanted += [SurveyResult.provider == scope.provider, SurveyResult.site == scope.site]
    if scope.programmes:
        wanted.append(SurveyResult.programme.in_(sorted(scope.programmes)))
    elif scope.provider:
        wanted.append(SurveyResult.programme == "")
    return wanted


def flags(rows: Collection[Answer]) -> Counter[tuple[str, int, str]]:
    """How often each flag stands, by survey, year and flag."""
    return Counter((row.survey, row.year, row.outlier) for row in rows)
