"""The SDK's metrics, and what workflows and activities count, as families that a scrape can show."""

import logging
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from temporalio.runtime import (
    BUFFERED_METRIC_KIND_COUNTER,
    BUFFERED_METRIC_KIND_HISTOGRAM,
    LogForwardingConfig,
    LoggingConfig,
    MetricBuffer,
    MetricBufferDurationFormat,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from definitions.meters import METERS, SHORT

BUFFER_SIZE = 10_000
DRAIN_S = 0.5
MAX_SERIES = 5_000
"""Per family; more would mean that a label is not bounded, and would take the scraper down with it."""

SIZES = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 500.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0)
"""Buckets for histograms of the SDK that are no durations."""

LOST = METERS["jidoka_metric_updates_lost"]
FULL = "metrics buffer is full"
"""What SDK Core logs, once for each update it drops."""

Labels = tuple[tuple[str, str], ...]


class Buffer(Protocol):
    """What `MetricBuffer` is to us; updates have `metric`, `value` and `attributes`."""

    def retrieve_updates(self) -> Any: ...


@dataclass
class _Histogram:
    counts: list[int]
    total: float = 0.0


@dataclass
class _Family:
    kind: int
    help: str
    buckets: tuple[float, ...] = ()
    values: dict[Labels, float] = field(default_factory=dict)
    histograms: dict[Labels, _Histogram] = field(default_factory=dict)

    def add(self, labels: Labels, value: float) -> bool:
        """Count one update; False when the family has no room for a new series."""
        known = labels in self.values or labels in self.histograms
        if not known and len(self.values) + len(self.histograms) >= MAX_SERIES:
            return False
        if self.kind == BUFFERED_METRIC_KIND_HISTOGRAM:
            series = self.histograms.setdefault(labels, _Histogram([0] * (len(self.buckets) + 1)))
            series.counts[bisect_left(self.buckets, value)] += 1
            series.total += value
        elif self.kind == BUFFERED_METRIC_KIND_COUNTER:
            self.values[labels] = self.values.get(labels, 0.0) + value
        else:
            self.values[labels] = value
        return True

    def exposed(self, name: str) -> Metric:
        """One family, whatever label sets its updates had: an empty label value means the label is absent."""
        names = sorted({key for labels in (*self.values, *self.histograms) for key, _ in labels})
        if self.kind == BUFFERED_METRIC_KIND_HISTOGRAM:
            return self._histogram(HistogramMetricFamily(name, self.help, labels=names), names)
        counter = self.kind == BUFFERED_METRIC_KIND_COUNTER
        family = (CounterMetricFamily if counter else GaugeMetricFamily)(name, self.help, labels=names)
        for labels, value in self.values.items():
            family.add_metric(_row(names, labels), value)
        return family

    def _histogram(self, family: HistogramMetricFamily, names: list[str]) -> Metric:
        for labels, series in self.histograms.items():
            so_far, rising = 0, []
            for limit, count in zip((*map(str, self.buckets), "+Inf"), series.counts, strict=True):
                so_far += count
                rising.append((limit, float(so_far)))
            family.add_metric(_row(names, labels), rising, series.total)
        return family


def _row(names: list[str], labels: Labels) -> list[str]:
    given = dict(labels)
    return [given.get(name, "") for name in names]


class SdkMetrics:
    """A collector fed from the SDK's buffer by a timer of its own, so that nothing waits for a scrape."""

    def __init__(self, buffer: Buffer, *, drain_s: float = DRAIN_S) -> None:
        self._buffer = buffer
        self._drain_s = drain_s
        self._families: dict[str, _Family] = {}
        self._places: dict[tuple[object, ...], tuple[_Family, Labels]] = {}
        """Where an update goes, by its name and attributes as they come."""
        self._lost = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> "SdkMetrics":
        """Drain every `drain_s` seconds until `stop`."""
        self._thread = threading.Thread(target=self._run, name="sdk-metrics", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the timer; `collect` still drains and shows what came since."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def drain(self) -> int:
        """Take in what the SDK has buffered; the number of updates."""
        # One lock around both, so that two drains cannot apply a gauge's values in the wrong order.
        with self._lock:
            updates = self._buffer.retrieve_updates()
            for update in updates:
                self._take(update.metric, update.value, update.attributes)
        return len(updates)

    def lose(self, count: int = 1) -> None:
        """Remember that updates were dropped."""
        with self._lock:
            self._lost += count

    def collect(self) -> Iterator[Metric]:
        """Every family once, as of now."""
        self.drain()
        with self._lock:
            shown = [family.exposed(name) for name, family in sorted(self._families.items())]
            lost = self._lost
        yield CounterMetricFamily(LOST.name, LOST.help, value=lost)
        yield from shown

    def _run(self) -> None:
        while not self._stopping.wait(self._drain_s):
            self.drain()

    def _take(self, metric: Any, value: float, attributes: Mapping[str, object]) -> None:
        place = (metric.name, *attributes.items())
        known = self._places.get(place)
        if known is None:
            if len(self._places) >= MAX_SERIES:
                self._places.clear()
            # Workflow types and our own labels are bounded; the registry's test keeps it so.
            labels = tuple(sorted((_label(key), str(given)) for key, given in attributes.items()))
            known = self._places[place] = (self._family(metric), labels)
        family, labels = known
        if not family.add(labels, float(value)):
            self._lost += 1

    def _family(self, metric: Any) -> _Family:
        name = exposed_name(metric.name, metric.kind, metric.unit)
        family = self._families.get(name)
        if family is None:
            ours = METERS.get(name)
            help_ = ours.help if ours else metric.description or metric.name
            family = self._families[name] = _Family(metric.kind, help_, buckets_of(name, metric.kind))
        return family


class _Overflow(logging.Filter):
    """Turns the SDK's line for each dropped update into a count; the first of a run of them is still logged."""

    def __init__(self, metrics: SdkMetrics) -> None:
        super().__init__()
        self._metrics = metrics
        self._said = False

    def filter(self, record: logging.LogRecord) -> bool:
        if FULL not in record.getMessage():
            return True
        self._metrics.lose()
        first, self._said = not self._said, True
        return first


def exposed_name(name: str, kind: int, unit: str | None) -> str:
    """The family name: durations end in `_seconds`; prometheus_client adds `_total` to counters itself."""
    if kind == BUFFERED_METRIC_KIND_HISTOGRAM and unit in ("s", "seconds", "duration"):
        return name if name.endswith("_seconds") else f"{name}_seconds"
    return name.removesuffix("_total") if kind == BUFFERED_METRIC_KIND_COUNTER else name


def buckets_of(name: str, kind: int) -> tuple[float, ...]:
    """From the registry for our own; the SDK's latencies are those of machines."""
    if kind != BUFFERED_METRIC_KIND_HISTOGRAM:
        return ()
    if name in METERS:
        return METERS[name].buckets
    return SHORT if name.endswith("_seconds") else SIZES


def _label(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")


def build_runtime(
    logger: logging.Logger,
    *,
    core_level: str = "WARN",
    buffer_size: int = BUFFER_SIZE,
    drain_s: float = DRAIN_S,
) -> tuple[Runtime, SdkMetrics]:
    """The one runtime of a process, and the collector that shows its metrics (already draining; `stop()` it).

    SDK Core's own log lines go to `logger` instead of to stdout.
    """
    buffer = MetricBuffer(buffer_size, duration_format=MetricBufferDurationFormat.SECONDS)
    metrics = SdkMetrics(buffer, drain_s=drain_s)
    logger.addFilter(_Overflow(metrics))
    runtime = Runtime(
        telemetry=TelemetryConfig(
            metrics=buffer,
            # The name of the SDK is the same on every sample and says nothing.
            attach_service_name=False,
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level=core_level, other_level="ERROR"),
                forwarding=LogForwardingConfig(logger=logger),
            ),
        )
    )
    return runtime, metrics.start()
