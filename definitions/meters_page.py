"""The page `docs/metrics.md`, written from the registry: `python -m definitions.meters_page > docs/metrics.md`."""

from definitions.meters import LONG, METERS, SHORT, WEEKS, Meter, Source

COUNTED_BY = {
    Source.WORKFLOW: "Counted in workflows. The SDK's meter is silent while history is replayed: nothing counts twice. "
    "Samples also carry `namespace`, `task_queue` and `workflow_type`.",
    Source.ACTIVITY: "Counted in activities. Samples also carry `namespace`, `task_queue` and `activity_type`.",
    Source.WORKER: "Counted by the worker process.",
    Source.WEB: "Counted by the web process.",
    Source.EXPORTER: "Read from the records when somebody scrapes: once per scrape, not once per worker.",
}

TOP = """\
# Metrics

This page is written from `definitions/meters.py`; a test fails when the two differ.

`GET /metrics` on the web port shows everything: the gauges, the web's own counters, and what each worker counted, with
the label `worker` saying which one. A worker that does not answer shows as `jidoka_worker_up 0`.
Each worker also answers on its own metrics port (`/metrics`), for installations that scrape every process.
On the machine itself no token is needed; from elsewhere, or through a proxy, `/metrics` of the web takes the hook token
or the API token of somebody who may read metrics.

Counters end in `_total`, durations are seconds, and every label takes its values from a definition or a fixed set.
No label and no value names a case, a person or anybody's words.
"""

END = """\
## The SDK's own

Everything that starts with `temporal_` comes from the Temporal SDK, with durations in seconds. Worth an alert:

- `temporal_workflow_task_execution_failed_total`: a bug in a workflow; the run stands still until it is fixed.
- `temporal_activity_execution_failed_total`: a channel or the records fail.
- `temporal_workflow_task_schedule_to_start_latency_seconds`: workers cannot keep up.

`deploy/prometheus/` has a scrape configuration and alert rules that use these names.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [TOP]
    for source, said in COUNTED_BY.items():
        rows = "\n".join(_row(m) for m in METERS.values() if m.source is source)
        parts.append(
            f"## {source.title()}\n\n{said}\n\n| name | unit | labels | what it says |\n|---|---|---|---|\n{rows}\n"
        )
    parts.append(f"## Buckets\n\nThe life of cases (`jidoka_*_seconds`): {_steps(LONG)}.\n")
    parts.append(f"Improvement cycles (`jidoka_cycle_seconds`): {_steps(WEEKS)}.\n")
    parts.append(f"What machines do (`temporal_*_seconds`): {_steps(SHORT)}.\n")
    parts.append(END)
    return "\n".join(parts)


def _row(meter: Meter) -> str:
    labels = ", ".join(f"`{label}`" for label in meter.labels) or "none"
    return f"| `{meter.exposed}` | {meter.unit} ({meter.kind}) | {labels} | {meter.help} |"


def _steps(buckets: tuple[float, ...]) -> str:
    return ", ".join(_short(seconds) for seconds in buckets)


def _short(seconds: float) -> str:
    for unit, size in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds * 1000:g} ms"


if __name__ == "__main__":
    print(page(), end="")
