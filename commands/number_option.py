"""Numbers of the command line and of files of bare numbers."""

import math
from typing import Any

import click

LARGEST = 1e50
"""Nothing anybody counts or measures is larger; the fourth power of it still is a number."""


def usable(value: float) -> bool:
    """Whether it can be calculated with: finite, neither beyond `LARGEST` nor, above zero, below its inverse."""
    return value == 0 or 1 / LARGEST <= abs(value) <= LARGEST


class Number(click.ParamType[float]):
    """An option that is a number: not nan, not inf."""

    name = "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Fails as wrong usage."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not usable(number):
            self.fail(f"{value!r} is not a number that can be calculated with.", param, ctx)
        return number


NUMBER = Number()
