"""Whether as much leaves as comes in: Little's law and the flow debt."""

from dataclasses import dataclass

from measurement.flow.window import Window, middle
from measurement.log.eventlog import EventLog


@dataclass(frozen=True)
class Balance:
    """Arrivals and departures between two instants; a departure is a resolution or a withdrawal."""

    window: Window
    arrivals: int
    departures: int
    wip_start: int
    """Cases open at the beginning."""
    wip_end: int
    mean_wip: float
    """Open cases on the mean over the time."""
    mean_lead_s: float | None
    """Of the cases that left."""

    @property
    def flow_debt(self) -> int:
        """Arrivals - departures: what was promised and not delivered. Little's law holds where it is about 0."""
        return self.arrivals - self.departures

    @property
    def per_day(self) -> float:
        """Departures per day of 24 h."""
        return self.departures / self.window.days

    @property
    def wip_by_little(self) -> float | None:
        """Throughput x mean lead time."""
        return None if self.mean_lead_s is None else self.per_day * self.mean_lead_s / 86400

    @property
    def gap(self) -> float | None:
        """Work in progress beyond what Little's law gives, as a share of it."""
        expected = self.wip_by_little
        return self.mean_wip / expected - 1 if expected else None


ENDED = "CASE WHEN ended_as IS NOT NULL THEN coalesce(resolved_at, closed_at, last_at) END"
"""When a case left; null while it is open."""


def balance(log: EventLog, window: Window | None = None) -> Balance:
    """Counts over the window, the middle of the log unless another one is given."""
    window = window or middle(log)
    start, end = (f"TIMESTAMP '{at.isoformat(sep=' ')}'" for at in (window.start, window.end))
    (row,) = log.rows(f"""
        WITH lives AS (SELECT opened_at AS came, {ENDED} AS gone FROM cases)
        SELECT count(*) FILTER (came >= {start} AND came < {end}) AS arrivals,
          count(*) FILTER (gone >= {start} AND gone < {end}) AS departures,
          count(*) FILTER (came < {start} AND (gone IS NULL OR gone >= {start})) AS wip_start,
          count(*) FILTER (came < {end} AND (gone IS NULL OR gone >= {end})) AS wip_end,
          coalesce(sum(greatest(0, epoch_us(least(coalesce(gone, {end}), {end})) - epoch_us(greatest(came, {start}))))
            FILTER (came < {end}), 0) / (epoch_us({end}) - epoch_us({start})) AS mean_wip,
          avg(epoch_us(gone) - epoch_us(came)) FILTER (gone >= {start} AND gone < {end}) / 1e6 AS mean_lead_s
        FROM lives
    """)
    return Balance(window=window, **row)
