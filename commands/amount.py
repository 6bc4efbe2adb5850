"""A value of a metric as people write it: `16h`, `2d`, `15%`, `0.15`."""

from typing import Any

import click

UNITS = {"s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0, "%": 0.01}
"""What a number is multiplied with to be in seconds, or a share."""


class Amount(click.ParamType[float]):
    """A finite number, in the unit of its metric (seconds, shares from 0 to 1) unless it names one."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """From the words of the command line."""
        found = amount(str(value))
        if found is None:
            self.fail(f"{value!r} is no amount; write 16h, 2d, 15% or a plain number", param, ctx)
        return found


def amount(said: str) -> float | None:
    """The number, None where it is none."""
    from math import isfinite

    words = said.strip().replace(" ", "")
    unit = next((unit for unit in ("min", "%", "s", "h", "d", "w") if words.endswith(unit)), "")
    try:
        found = float(words.removesuffix(unit)) * UNITS.get(unit, 1.0)
    except ValueError:
        return None
    return found if isfinite(found) and "_" not in words else None


def told(value: float | None, unit: str) -> str:
    """A value in its unit, for people."""
    if value is None:
        return "none"
    if unit == "s":
        from pictures.stream_words import spoken

        return spoken(value) if value >= 0 else f"-{spoken(-value)}"
    if unit == "share":
        return f"{100 * value:.3g} %"
    return f"{value:,.4g} {unit}".strip()
