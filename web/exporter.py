"""Gauges over the records, read once for each scrape."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from time import perf_counter
from typing import Protocol

from prometheus_client.core import GaugeMetricFamily, Metric

from definitions.meters import AGES, meter
from records.errors import RecordsError
from records.gauges import Improvement, Waiting
from records.values import OpenCounts
from settings import Clock

log = logging.getLogger("jidoka.web")

Rows = Iterable[tuple[tuple[str, ...], float]]
NONE = "none"
"""The label value where a case has no team."""


class Cases(Protocol):
    """Counts of open cases."""

    def counts(self, now: datetime) -> OpenCounts: ...


class Events(Protocol):
    """The event log's own lag, in seconds."""

    def lag(self, now: datetime) -> float: ...


class Gauges(Protocol):
    """What waits in inbox, outbox and quarantine, what is overdue, and how improvement goes."""

    def waiting(self, now: datetime) -> Waiting: ...
    def improvement(self) -> Improvement: ...


class RecordsExporter:
    """A collector. When the records cannot be read it says so, and shows no stale numbers."""

    def __init__(self, cases: Cases, events: Events, gauges: Gauges, clock: Clock) -> None:
        self._cases, self._events, self._gauges, self._clock = cases, events, gauges, clock

    def collect(self) -> Iterator[Metric]:
        """Read everything, then show it."""
        began = perf_counter()
        try:
            shown = list(self._read(self._clock()))
        except RecordsError as bad:
            log.warning("metrics: the records cannot be read: %s", bad)
            shown = [_family("jidoka_records_up", [((), 0.0)])]
        yield from shown
        yield _family("jidoka_exporter_seconds", [((), perf_counter() - began)])

    def _read(self, now: datetime) -> Iterator[Metric]:
        counts, waiting, lag = self._cases.counts(now), self._gauges.waiting(now), self._events.lag(now)
        yield _family(
            "jidoka_open_cases",
            [((c.kind, c.service, c.team or NONE, c.priority.value, c.state), c.n) for c in counts.by_label],
        )
        yield _family("jidoka_open_cases_by_age", [((c.kind, age_label(c.le_s)), c.n) for c in counts.by_age])
        yield _family("jidoka_overdue_cases", [((o.service, o.priority.value), o.n) for o in waiting.overdue])
        yield _family("jidoka_event_log_lag_seconds", [((), lag)])
        yield _family("jidoka_inbox_pending", [((), waiting.inbox)])
        yield _family("jidoka_outbox_messages", [((state,), n) for state, n in sorted(waiting.outbox.items())])
        yield _family("jidoka_quarantine_items", [((), waiting.quarantine)])
        yield _family("jidoka_survey_questions", [((s.survey, s.state), s.n) for s in waiting.asks])
        yield from _improvement(self._gauges.improvement(), now)
        yield _family("jidoka_records_up", [((), 1.0)])


def _improvement(found: Improvement, now: datetime) -> Iterator[Metric]:
    yield _family("jidoka_open_cycles", [((each.kind, each.phase), each.n) for each in found.open])
    ages = [((each.kind, each.phase), (now - each.oldest).total_seconds()) for each in found.open]
    yield _family("jidoka_oldest_cycle_seconds", ages)
    yield _family("jidoka_experiments", [((state,), n) for state, n in sorted(found.experiments.items())])
    for name, unit in (("jidoka_verified_benefit_seconds", "s"), ("jidoka_verified_benefit_cases", "share")):
        yield _family(name, [((each.metric,), each.a_year) for each in found.verified if each.unit == unit])


def age_label(upper_s: float | None) -> str:
    """The name of an age band by its upper end."""
    return next(name for name, limit in AGES.items() if limit == (float("inf") if upper_s is None else upper_s))


def _family(name: str, rows: Rows) -> Metric:
    family = meter(name)
    shown = GaugeMetricFamily(family.name, family.help, labels=[label.value for label in family.labels])
    for labels, value in rows:
        shown.add_metric(labels, value)
    return shown
