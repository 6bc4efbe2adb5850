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


TICKS = (
    (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (21600, "6 h"), (86400, "1 d"),
    (604800, "7 d"), (2592000, "30 d"), (15552000, "180 d"), (63072000, "2 y"), (315360000, "10 y"),
)  # fmt: skip


def told_ticks(low: float, high: float) -> dict[str, object]:
    """Of a logarithmic axis in seconds: ticks between low and high with the names people use."""
    known = [(second, word) for second, word in TICKS if low <= second <= high]
    if len(known) < 2:
        return {}
    names = ", ".join(f"'{second}': '{word}'" for second, word in known)
    return {"values": [second for second, _ in known], "labelExpr": f"({{{names}}})[datum.value]"}
