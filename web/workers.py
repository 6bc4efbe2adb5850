"""The metrics of the workers, joined to ours so that one address shows everything."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from definitions.meters import meter

log = logging.getLogger("jidoka.web")

TIMEOUT_S = 2.0
MAX_BYTES = 16 * 1024 * 1024
WORKER = "worker"


class WorkerMetrics:
    """A collector over worker endpoints. One that does not answer is shown as down and takes nothing else with it."""

    def __init__(self, urls: Sequence[str], *, timeout_s: float = TIMEOUT_S) -> None:
        self._urls = tuple(dict.fromkeys(urls))
        # The workers are ours: no proxy of the environment stands between.
        self._client = httpx.Client(timeout=timeout_s, trust_env=False)

    def collect(self) -> Iterator[Metric]:
        """Every family once; each sample says which worker it is of."""
        merged: dict[str, Metric] = {}
        up = meter("jidoka_worker_up")
        alive = GaugeMetricFamily(up.name, up.help, labels=[WORKER])
        if self._urls:
            with ThreadPoolExecutor(max_workers=min(8, len(self._urls))) as pool:
                for url, families in zip(self._urls, pool.map(self._read, self._urls), strict=True):
                    name = urlsplit(url).netloc
                    alive.add_metric([name], 0.0 if families is None else 1.0)
                    for family in families or ():
                        _merge(merged, family, name)
        yield alive
        yield from (merged[name] for name in sorted(merged))

    def _read(self, url: str) -> list[Metric] | None:
        try:
            with self._client.stream("GET", url) as answer:
                answer.raise_for_status()
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise ValueError(f"more than {MAX_BYTES} bytes")
            return list(text_string_to_metric_families(body.decode()))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as bad:
            log.warning("metrics: the worker at %s cannot be read: %s", url, bad or type(bad).__name__)
            return None


def _merge(merged: dict[str, Metric], family: Metric, worker: str) -> None:
    into = merged.get(family.name)
    if into is None:
        into = merged[family.name] = Metric(family.name, family.documentation, family.type)
    if into.type != family.type:
        log.warning("metrics: %s is a %s at %s and a %s elsewhere", family.name, family.type, worker, into.type)
        return
    into.samples.extend(
        Sample(s.name, {**s.labels, WORKER: worker}, s.value, s.timestamp, s.exemplar) for s in family.samples
    )
