"""All metrics by their keys."""

import difflib

from measurement.metrics import (
    automation,
    experience,
    flow,
    holdout,
    perception,
    promise,
    quality,
    self_service,
    speed,
    waits,
)
from measurement.metrics.metric import Metric
from measurement.values import BadData

METRICS: dict[str, Metric] = {
    metric.key: metric
    for family in (speed, waits, quality, flow, automation, holdout, self_service, perception, experience, promise)
    for metric in family.METRICS
}


class Unknown(BadData):
    """There is no such metric."""

    code = "not_found"


def metric(key: str) -> Metric:
    """The metric of this key. Raises Unknown with the nearest ones."""
    found = METRICS.get(key)
    if found is None:
        near = difflib.get_close_matches(key, METRICS, n=3, cutoff=0.5) or [k for k in METRICS if key and key in k][:3]
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise Unknown(f"There is no metric {key!r}.", f"{meant}`jidoka measure` lists them all.")
    return found
