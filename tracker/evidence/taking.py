"""A look without troubles taken into the tables, whole or not at all; reading files is not done here."""

from collections import defaultdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select

from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.evidence.headers import Trouble
from tracker.evidence.items import ItemsLook
from tracker.evidence.surveys import Look, Result
from tracker.model import SurveyComment, SurveyImport, SurveyResult
from tracker.register import evidence
from tracker.register.places import Where
from tracker.store import Tx

RIGHT: Final = "evidence"
AT_ONCE: Final = 5000
ITEMS: Final = "items"
"""What stands as the survey of a list of other evidence."""


def already_there(tx: Tx, look: Look) -> tuple[Trouble, ...]:
    """A trouble for every row whose group and indicator were imported before, from whatever file."""
    known: dict[object, int] = {}
    for year in {result.year for result in look.results}:
        rows = select(
            SurveyResult.year, SurveyResult.provider, SurveyResult.site, SurveyResult.programme,
            SurveyResult.learner_level, SurveyResult.indicator, SurveyResult.import_id,
        ).where(SurveyResult.survey == look.survey, SurveyResult.year == year)  # fmt: skip
        known |= {tuple(row[:6]): row[6] for row in tx.execute(rows)}
    return tuple(
        Trouble(
            result.row, "indicator", f"import {known[result.group]} holds this group and indicator; take the row out"
        )
        for result in look.results
        if result.group in known
    )


def imported_before(tx: Tx, sha256: str) -> SurveyImport | None:
    """The import of the very same file, if there is one."""
    return tx.scalar(select(SurveyImport).where(SurveyImport.sha256 == sha256))


def take_survey(tx: Tx, look: Look, *, filename: str, sha256: str, actor: Actor, now: datetime) -> SurveyImport:
    """Keep every row of a look, with the file it came from.

    Raises NotAllowed without the right `evidence`, Refused where the look has troubles, or the file or a row is there.
    """
    need(actor, RIGHT)
    before = imported_before(tx, sha256)
    if before is not None:
        raise Refused(f"This very file was imported before, as import {before.id}; nothing was changed.")
    troubles = (*look.troubles, *already_there(tx, look))
    if troubles:
        raise Refused(f"{len(troubles)} rows cannot be placed; nothing was changed.")
    entry = SurveyImport(
        survey=look.survey, filename=filename, sha256=sha256, mapping=dict(look.headers),
        rows=len(look.results) + len(look.comments), imported_by=actor.name, imported_at=now,
    )  # fmt: skip
    tx.add(entry)
    tx.flush()
    rows = [_row(entry, result) for result in look.results]
    for start in range(0, len(rows), AT_ONCE):
        tx.execute(insert(SurveyResult), rows[start : start + AT_ONCE])
    tx.add_all(
        SurveyComment(
            import_id=entry.id, survey=look.survey, year=each.year, kind=each.kind, provider=each.provider, site=each.site,
            programme=each.programme, learner_level=each.level, words=each.words,
        )
        for each in look.comments
    )  # fmt: skip
    tx.flush()
    return entry


def take_items(
    tx: Tx, look: ItemsLook, *, filename: str, sha256: str, actor: Actor, desk: Desk, now: datetime
) -> SurveyImport:
    """Put every item of a list down as evidence of its place, with the file it came from.

    Raises NotAllowed without the right `evidence`, Refused where the look has troubles or the file is there.
    """
    need(actor, RIGHT)
    before = imported_before(tx, sha256)
    if before is not None:
        raise Refused(f"This very file was imported before, as import {before.id}; nothing was changed.")
    if look.troubles:
        raise Refused(f"{len(look.troubles)} rows cannot be placed; nothing was changed.")
    entry = SurveyImport(
        survey=ITEMS, filename=filename, sha256=sha256, mapping=dict(look.headers), rows=len(look.items),
        imported_by=actor.name, imported_at=now,
    )  # fmt: skip
    tx.add(entry)
    tx.flush()
    for item in look.items:
        evidence.add(
            tx, Where(item.provider, item.site, item.programme), item.kind, item.happened_on, item.summary,
            source=item.source, n=item.n, import_id=entry.id, actor=actor, desk=desk, now=now,
        )  # fmt: skip
    return entry


def _row(entry: SurveyImport, result: Result) -> dict[str, Any]:
    return {
        "import_id": entry.id, "row_number": result.row, "survey": entry.survey, "year": result.year,
        "report_by": result.report_by, "provider": result.provider, "site": result.site, "programme": result.programme,
        "learner_level": result.level, "indicator": result.indicator, "outlier": result.outlier, "mean": result.mean,
        "lower": result.lower, "upper": result.upper, "n": result.n, "benchmark_mean": result.benchmark_mean, "detail": {},
    }  # fmt: skip


def imports(tx: Tx) -> list[dict[str, Any]]:
    """Every import as plain data, newest first."""
    years: dict[int, set[int]] = defaultdict(set)
    for table in (SurveyResult, SurveyComment):
        for import_id, year in tx.execute(select(table.import_id, table.year).distinct()):
            years[import_id].add(year)
    return [
        {
            "id": row.id, "survey": row.survey, "file": row.filename, "rows": row.rows, "years": sorted(years[row.id]),
            "by": row.imported_by, "at": row.imported_at.isoformat(),
        }
        for row in tx.scalars(select(SurveyImport).order_by(SurveyImport.id.desc()))
    ]  # fmt: skip
