"""The time a dataset speaks of evenly: its edges, where few cases were caught, left out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from measurement.flow.stretches import some
from measurement.log.eventlog import EventLog
from measurement.values import BadData

EDGE = 0.05


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, UTC without a zone as in the log."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        """Its length, in days of 24 h."""
        return (self.end - self.start) / timedelta(days=1)


def middle(log: EventLog) -> Window:
    """The nine tenths in the middle of all openings. Raises BadData when they do not span any time."""
    some(log)
    (row,) = log.rows(f"""
        SELECT make_timestamp(CAST(quantile_cont(epoch_us(opened_at), {EDGE}) AS BIGINT)) AS start,
          make_timestamp(CAST(quantile_cont(epoch_us(opened_at), {1 - EDGE}) AS BIGINT)) AS "end" FROM cases
    """)
    if row["end"] <= row["start"]:
        raise BadData(f"All cases of {log.name} were opened at one instant.", "Take a longer period.")
    return Window(row["start"], row["end"])
