"""Numbers as people read them: seconds as minutes, hours or days, shares as per cent."""

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
DURATIONS = ((DAY, "days of 24 h", "d"), (HOUR, "hours", "h"), (MINUTE, "minutes", "min"), (1.0, "seconds", "s"))


@dataclass(frozen=True)
class Scale:
    """What values are divided by, and what the axis then says."""

    divisor: float
    title: str
    short: str

    def of(self, value: float) -> float:
        """A value on this scale."""
        return value / self.divisor


PLAIN = Scale(1.0, "", "")


def scale_of(unit: str, largest: float) -> Scale:
    """The scale on which the largest value is a number of few digits; units: `s`, `0-1`, and whatever else stays."""
    if unit == "s":
        for divisor, title, short in DURATIONS:
            if largest >= 2 * divisor or divisor == 1.0:
                return Scale(divisor, title, short)
    if unit == "0-1":
        return Scale(0.01, "per cent", "%")
    return Scale(1.0, unit if unit not in ("", "-") else "", "")


def shown(value: float | None, scale: Scale) -> str:
    """One number with its unit, three digits of it."""
    if value is None:
        return "none"
    scaled = scale.of(value)
    digits = f"{scaled:,.0f}" if abs(scaled) >= 1000 else f"{scaled:.3g}"
    return f"{digits} {scale.short}".strip() if scale.short != "%" else f"{digits}%"
