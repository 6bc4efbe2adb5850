"""From what the local clock shows to instants, in microseconds since 1970 UTC.

Windows are wall times; counted time is elapsed time. A window runs from the first to the last instant at which the
local clock shows a time within it. So a window over the night in spring loses the hour that never was, in autumn it
gains the hour that came twice, and one that lies wholly within the missing hour is empty.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    since = at - EPOCH
    return (since.days * 86400 + since.seconds) * SECOND + since.microseconds


def instant(at: int) -> datetime:
    """The other way round, in UTC."""
    return EPOCH + timedelta(microseconds=at)


def opens(zone: ZoneInfo, wall: datetime) -> int:
    """The first instant at which the local clock shows `wall` or a later time."""
    first, second = _offsets(zone, wall)
    return _jump(zone, wall, first, second) if second > first else _utc(wall, first)


def closes(zone: ZoneInfo, wall: datetime) -> int:
    """The instant after the last one at which the local clock shows a time before `wall`."""
    first, second = _offsets(zone, wall)
    if second > first:
        return _jump(zone, wall, first, second)
    late = _utc(wall, second)
    # Where the clock is put back to exactly `wall`, the second time shows nothing earlier: the first one closes.
    return late if _offset_at(zone, late - SECOND) == second else _utc(wall, first)


def _offsets(zone: ZoneInfo, wall: datetime) -> tuple[timedelta, timedelta]:
    first, second = zone.utcoffset(wall), zone.utcoffset(wall.replace(fold=1))
    if first is None or second is None:
        raise TypeError(f"{zone} has no offset for {wall}")
    return first, second


def _jump(zone: ZoneInfo, wall: datetime, before: timedelta, after: timedelta) -> int:
    """The instant at which the clock jumps over `wall`."""
    low, high = _utc(wall, after), _utc(wall, before)
    while high - low > SECOND:
        middle = (low + high) // (2 * SECOND) * SECOND
        low, high = (low, middle) if _offset_at(zone, middle) == after else (middle, high)
    return high


def _utc(wall: datetime, offset: timedelta) -> int:
    return micros((wall - offset).replace(tzinfo=UTC, fold=0))


def _offset_at(zone: ZoneInfo, at: int) -> timedelta | None:
    return instant(at).astimezone(zone).utcoffset()
