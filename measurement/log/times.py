"""Text to instants: SQL that reads one value in any of the declared formats and gives UTC."""

from collections.abc import Sequence

from measurement.log.cases import text
from measurement.log.mapping import EPOCH, EPOCH_MS, ISO

# A clock time that is followed by a sign or a letter: an offset, `Z`, or a zone by name.
_CARRIES_A_ZONE = r":\d\d[0-9.,]* *[A-Za-z+-]"

FIRST, LAST = "TIMESTAMP '0001-01-01'", "TIMESTAMP '9999-12-31 23:59:59'"
"""What can be told apart from nonsense, and what Python can hold; `infinity` is outside."""


def instant(column: str, formats: Sequence[str], zone: str) -> str:
    """An expression of type TIMESTAMP in UTC, null where no format fits.

    Times without a zone are of `zone`: an hour that a clock change skips is moved forward, one that occurs twice is
    taken as the later one (ICU's rules, which DuckDB follows).
    """
    return within(f"coalesce({', '.join(_one(column, one, zone) for one in formats)})")


def within(instant: str) -> str:
    """The same expression, null outside of `FIRST` to `LAST`."""
    return f"CASE WHEN {instant} BETWEEN {FIRST} AND {LAST} THEN {instant} END"


def local(column: str, formats: Sequence[str]) -> str:
    """An expression: whether a value that can be read carries no zone of its own."""
    if any(_of_the_zone(one) for one in formats if one not in (ISO, EPOCH, EPOCH_MS)):
        return f"NOT regexp_matches({column}, {text(_CARRIES_A_ZONE)})" if ISO in formats else "true"
    return f"NOT regexp_matches({column}, {text(_CARRIES_A_ZONE)})" if ISO in formats else "false"


def two_ways(column: str, formats: Sequence[str], zone: str) -> str:
    """An expression: whether two formats read the value as different instants."""
    tried = ", ".join(_one(column, one, zone) for one in formats)
    return f"coalesce(greatest({tried}) <> least({tried}), false)"


def _of_the_zone(format: str) -> bool:
    return "%z" not in format and "%Z" not in format


def _one(column: str, format: str, zone: str) -> str:
    if format in (EPOCH, EPOCH_MS):
        scale = 1_000_000 if format == EPOCH else 1_000
        number = f"TRY_CAST({column} AS DOUBLE)"
        made = f"make_timestamp(CAST(round({number} * {scale}) AS BIGINT))"
        # Far outside the years of any log it is no epoch; make_timestamp would stop the whole import.
        return f"CASE WHEN abs({number}) * {scale} < 2.5e17 THEN {made} END"
    if format == ISO:
        # A cast to TIMESTAMP would drop an offset in silence.
        aware = f"timezone('UTC', TRY_CAST({column} AS TIMESTAMPTZ))"
        if zone != "UTC":
            plain = _utc(f"TRY_CAST({column} AS TIMESTAMP)", zone)
            aware = f"CASE WHEN regexp_matches({column}, {text(_CARRIES_A_ZONE)}) THEN {aware} ELSE {plain} END"
        return aware
    read = f"try_strptime({column}, {text(format)})"
    return _utc(read, zone) if _of_the_zone(format) else f"timezone('UTC', {read})"


def _utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else f"timezone('UTC', timezone({text(zone)}, {local}))"
