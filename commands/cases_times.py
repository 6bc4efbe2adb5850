"""Times and durations in words people read."""

from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def span(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: two units at most, the small one only while it matters."""
    s = round(abs(seconds))
    if s < 2 * MINUTE:
        return f"{s} s"
    if s < HOUR:
        return f"{s // MINUTE} min"
    if s < DAY:
        hours, minutes = divmod(s // MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    days, hours = divmod(s // HOUR, 24)
    return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"


def until(at: datetime, now: datetime) -> str:
    """`in 2 h` or `late 14 min`."""
    left = (at - now).total_seconds()
    return f"in {span(left)}" if left >= 0 else f"late {span(left)}"


def ago(at: datetime, now: datetime) -> str:
    """`12 min ago`."""
    return f"{span((now - at).total_seconds())} ago"


def read(text: str | None) -> datetime | None:
    """An instant of an answer."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def clock(at: datetime, now: datetime) -> str:
    """In the zone of this machine: the time alone today, else with the day."""
    here, today = at.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%a %d %b %H:%M}" if here.year == today.year else f"{here:%d %b %Y %H:%M}"
