"""Durations as they stand on a value stream or a process map."""

from pictures.units import scale_of, shown


def waited(days: float, of_24_h: bool) -> str:
    """As `brief`; in days from one day on, and always where a day has not 24 hours."""
    if days >= 1 or not of_24_h:
        return f"{days:.0f} d" if days >= 9.95 or days == 0 else f"{days:.2g} d"
    return brief(days * 86400)


def brief(seconds: float | None) -> str:
    """As `spoken`, in two digits: `44 h`, `7.6 d`, `3.5 min`; where there is little room."""
    if seconds is None:
        return "none"
    if 0 < seconds < 1:
        return "<1 s"
    scale = scale_of("s", abs(seconds))
    value = scale.of(seconds)
    return f"{value:.0f} {scale.short}" if abs(value) >= 9.95 or value == 0 else f"{value:.2g} {scale.short}"


def spoken(seconds: float | None) -> str:
    """`3.9 d`, `15.5 h`, `2.6 min`, `40 s`; `none` when it is not known."""
    return "none" if seconds is None else shown(seconds, scale_of("s", abs(seconds)))
