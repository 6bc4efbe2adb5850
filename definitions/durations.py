"""Durations in words people read."""

MINUTE, HOUR = 60, 3600


def span(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: two units at most, the small one only while it matters."""
    s = round(abs(seconds))
    if s < 2 * MINUTE:
        return f"{s} s"
    if s < HOUR:
        return f"{s // MINUTE} min"
    if s < 24 * HOUR:
        hours, minutes = divmod(s // MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    days, hours = divmod(s // HOUR, 24)
    return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"
