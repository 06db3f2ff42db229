"""What all tables share: names of constraints, aware UTC times, and text that no database refuses."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

_REFUSED: Final = re.compile("[\0\ud800-\udfff]")

Detail = dict[str, Any]
Names = list[str]
Details = list[dict[str, Any]]
Numbers = list[int]


def clean_text(value: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates (shown as U+FFFD)."""
    return _REFUSED.sub("\ufffd", value)


class Utc(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps it without zone, so the zone is put back on reading. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Clean(TypeDecorator[str]):
    """Text that went through `clean_text` on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else clean_text(value)


class Base(DeclarativeBase):
    """Base of all tables; names of constraints are fixed so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Clean,
        datetime: Utc,
        Detail: JSON,
        Names: JSON,
        Details: JSON,
        Numbers: JSON,
        bytes: LargeBinary,
    }
