"""Counters of the web process itself."""

import threading
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from definitions.meters import METERS, MeterKind, Source, labels_problem, meter


class Counts:
    """A collector; only registered names with exactly their labels are taken."""

    def __init__(self) -> None:
        self._values: dict[str, Counter[tuple[str, ...]]] = {}
        self._lock = threading.Lock()

    def add(self, name: str, **labels: str) -> None:
        """Count one."""
        family = meter(name)
        if problem := labels_problem(family, frozenset(labels)):
            raise ValueError(problem)
        with self._lock:
            self._values.setdefault(name, Counter())[tuple(labels[label] for label in family.labels)] += 1

    def collect(self) -> Iterator[Metric]:
        """Every family that the web counts, the ones at zero too."""
        with self._lock:
            seen = {name: dict(values) for name, values in self._values.items()}
        for family in METERS.values():
            if family.source is Source.WEB and family.kind is MeterKind.COUNTER:
                shown = CounterMetricFamily(family.name, family.help, labels=[label.value for label in family.labels])
                for values, count in sorted(seen.get(family.name, {}).items()):
                    shown.add_metric(values, count)
                yield shown
