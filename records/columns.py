"""Column types that mean the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from definitions.base import rfc3339

BigId: Any = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""

Bytes: Any = LargeBinary
"""For words of people too: PostgreSQL's text refuses NUL, and mail may hold it."""


def storable(text: str) -> str:
    """The text without what no database takes: NUL and lone surrogates, both known from hostile mail."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def dumped(value: Any) -> str:
    """JSON as it is stored: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


class Moment(TypeDecorator[datetime]):
    """An aware instant: `timestamptz` on PostgreSQL, RFC 3339 text of fixed width (it sorts) on SQLite."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive instants; write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset")
        return value if dialect.name == "postgresql" else rfc3339(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON as text: `jsonb` would rewrite numbers (1e16 becomes an integer) and the hashes would not hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Sorted keys; escapes keep NUL and lone surrogates out of the database."""
        return None if value is None else dumped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The plain value."""
        return None if value is None else json.loads(value)
