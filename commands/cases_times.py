"""Times and durations in words people read."""

from datetime import UTC, datetime

from definitions.durations import span

__all__ = ["ago", "clock", "read", "span", "until"]


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
