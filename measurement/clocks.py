"""Open time between many pairs of instants at once: the business clock of a calendar, for whole columns."""

import numpy as np
from numpy.typing import NDArray

from definitions.calendars import Calendar
from definitions.timetable import Timetable

Micros = NDArray[np.int64]
"""Microseconds since 1970 UTC."""


class OpenTime:
    """The open stretches of a calendar over a span, laid end to end, so that counting is two look-ups.

    Its stretches are those of `definitions.timetable`, days of 23 and 25 hours and holidays included; it must agree
    with that clock to the microsecond.
    """

    def __init__(self, calendar: Calendar, first: int, last: int) -> None:
        """For instants from `first` to `last`, in microseconds."""
        table = calendar.timetable()
        stretches = _stretches(table, table.ordinal(first), table.ordinal(max(first, last)))
        self._opens: Micros = np.array([begin for begin, _ in stretches], np.int64)
        self._closes: Micros = np.array([close for _, close in stretches], np.int64)
        self._before: Micros = np.concatenate([[0], np.cumsum(self._closes - self._opens)]).astype(np.int64)

    def upto(self, at: Micros) -> Micros:
        """Open microseconds from the beginning of the span to each instant."""
        place = np.searchsorted(self._opens, at, "right") - 1
        some = place >= 0
        found = np.zeros(len(at), np.int64)
        inside = place[some]
        found[some] = self._before[inside] + np.minimum(at[some], self._closes[inside]) - self._opens[inside]
        return found


def open_seconds(calendar: Calendar, begin: Micros, until: Micros) -> NDArray[np.float64]:
    """Open seconds between parallel columns of instants (microseconds since 1970); 0 where `until` is not after.

    A million pairs take a fraction of a second; a year of days about ten milliseconds the first time.
    """
    if not len(begin):
        return np.zeros(0)
    time = OpenTime(calendar, int(min(begin.min(), until.min())), int(max(begin.max(), until.max())))
    seconds: NDArray[np.float64] = np.maximum(time.upto(until) - time.upto(begin), 0) / 1e6
    return seconds


def _stretches(table: Timetable, first: int, last: int) -> list[tuple[int, int]]:
    return [stretch for ordinal in range(first, last + 1) for stretch in table.day(ordinal).open]
