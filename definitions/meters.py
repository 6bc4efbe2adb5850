"""Every metric of ours in one list: what it is called, counts, is measured in and is labelled with."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from definitions.base import Value

MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86_400.0, 604_800.0

LONG = (
    *(1.0, 5.0, 15.0, 30.0, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, WEEK, 2 * WEEK, 4 * WEEK),
)
"""Buckets for the life of a case (seconds): people take minutes, vendors take weeks."""

SHORT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, MINUTE, 5 * MINUTE, 10 * MINUTE)
"""Buckets for what machines do (seconds)."""

WEEKS = tuple(WEEK * weeks for weeks in (1, 2, 4, 8, 13, 26, 39, 52, 104))
"""Buckets for the life of an improvement cycle (seconds)."""

AGES = {"1h": HOUR, "4h": 4 * HOUR, "1d": DAY, "3d": 3 * DAY, "7d": 7 * DAY, "30d": 30 * DAY, "older": float("inf")}
"""Age bands of open cases: each holds what is younger than its limit (seconds) and not in the one before."""


class MeterKind(StrEnum):
    """What kind of number it is."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


class Label(StrEnum):
    """The only labels there are. Values come from definitions and fixed sets: no person, case or free text."""

    KIND = "kind"
    SERVICE = "service"
    TEAM = "team"
    PRIORITY = "priority"
    STATE = "state"
    STEP = "step"
    STEP_KIND = "step_kind"
    CHANNEL = "channel"
    OUTCOME = "outcome"
    CLOCK = "clock"
    TEMPLATE = "template"
    AUTOMATION = "automation"
    ACT = "act"
    AGE = "age"
    ROUTE = "route"
    STATUS = "status"
    REASON = "reason"
    ARM = "arm"
    EXPERIMENT = "experiment"
    METRIC = "metric"
    SURVEY = "survey"
    WORKER = "worker"


class Source(StrEnum):
    """Who counts it."""

    WORKFLOW = "workflow"
    ACTIVITY = "activity"
    WORKER = "worker"
    WEB = "web"
    EXPORTER = "exporter"


class Meter(Value):
    """One family. `name` is what code says; `exposed` is what a scrape shows."""

    name: Annotated[str, Field(pattern=r"^jidoka_[a-z_]+[a-z]$")]
    kind: MeterKind
    unit: str
    help: str
    source: Source = Source.WORKFLOW
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _conventions(self) -> "Meter":
        if (self.kind is MeterKind.HISTOGRAM) != bool(self.buckets):
            raise ValueError(f"{self.name}: a histogram has buckets and nothing else has")
        if (self.unit == "seconds") != self.name.endswith("_seconds"):
            raise ValueError(f"{self.name}: the name ends in the base unit seconds exactly when it is the unit")
        if self.name.endswith(("_total", "_count", "_sum", "_bucket")):
            raise ValueError(f"{self.name}: this ending is added when it is exposed")
        return self

    @property
    def exposed(self) -> str:
        """The name in a scrape: counters end in `_total`."""
        return f"{self.name}_total" if self.kind is MeterKind.COUNTER else self.name


def _counter(name: str, unit: str, labels: str, help: str, source: Source = Source.WORKFLOW) -> Meter:
    return Meter(name=name, kind=MeterKind.COUNTER, unit=unit, help=help, labels=_labels(labels), source=source)


def _gauge(name: str, unit: str, labels: str, help: str) -> Meter:
    return Meter(name=name, kind=MeterKind.GAUGE, unit=unit, help=help, labels=_labels(labels), source=Source.EXPORTER)


def _seconds(name: str, labels: str, help: str, buckets: tuple[float, ...] = LONG) -> Meter:
    return Meter(
        name=name, kind=MeterKind.HISTOGRAM, unit="seconds", help=help, labels=_labels(labels), buckets=buckets
    )


def _labels(names: str) -> tuple[Label, ...]:
    return tuple(Label(name) for name in names.split())


_ALL = (
    _counter("jidoka_cases_opened", "cases", "kind service priority channel", "Cases opened."),
    _counter(
        *("jidoka_cases_resolved", "cases", "kind service priority outcome"),
        help="Cases that ended, by outcome.",
    ),
    _seconds("jidoka_stage_seconds", "kind service state", "Elapsed time in one state of a case."),
    _seconds("jidoka_step_seconds", "kind service step step_kind", "Elapsed time in one step of a case."),
    _seconds("jidoka_touch_seconds", "kind service", "Time somebody worked on a case: its whole life, at its end."),
    _seconds("jidoka_wait_seconds", "kind service", "Time a case waited: its whole life, at its end."),
    _counter(
        *("jidoka_target_outcomes", "targets", "service clock priority outcome"),
        help="Targets that ended met or breached.",
    ),
    _counter("jidoka_escalations", "pages", "service priority step outcome", "Escalation steps carried out."),
    _counter("jidoka_promises", "promises", "service outcome", "Promises to a person that ended kept or broken."),
    _counter("jidoka_automations", "runs", "automation outcome", "Runs of an automation."),
    _counter("jidoka_routings", "cases", "team reason", "Cases routed to a team, by rules or by what was learned."),
    _counter("jidoka_overrides", "overrides", "step reason", "Proposals that somebody went against, and why."),
    _counter(
        *("jidoka_exposed", "cases", "service experiment arm"),
        help="New cases that got an arm of an experiment: standard, or the variant under trial.",
    ),
    _counter(
        "jidoka_help", "cases", "service arm", "Cases for which there was help before a person, given or held out."
    ),
    _counter("jidoka_offers", "offers", "service outcome", "Articles offered before a person, taken, declined."),
    _counter("jidoka_remedies", "runs", "automation outcome", "Automations that were to solve a case before a person."),
    _counter("jidoka_approvals", "stages", "service outcome", "Stages of approval escalated, granted, refused."),
    _seconds("jidoka_approval_wait_seconds", "service outcome", "From the asking of a stage of approval to its end."),
    _counter("jidoka_tasks", "tasks", "team outcome", "Tasks done by people, by automations, failed there, withdrawn."),
    _seconds("jidoka_task_wait_seconds", "team", "From the opening of a task to each claim of it by a person."),
    _seconds("jidoka_task_touch_seconds", "team", "From the last claim of a task to its being done by a person."),
    _seconds("jidoka_feedback_response_seconds", "service", "From a feedback to the first answer of a person to it."),
    _counter(
        *("jidoka_gates", "answers", "kind step outcome"),
        help="Gates of improvement cycles that opened, refused, or were gone past with a reason.",
    ),
    _counter("jidoka_looks", "looks", "experiment outcome", "Looks at experiments of cycles, by what they said."),
    _counter(
        *("jidoka_errand_failures", "errands", "kind step"),
        help="What a cycle wanted of the desk (measure, begin, look, settle, watch, follow) and did not get for long.",
    ),
    _seconds(
        *("jidoka_cycle_seconds", "kind outcome", "From the beginning of an improvement cycle to its end."),
        buckets=WEEKS,
    ),
    _counter(
        *("jidoka_control_signals", "signals", "kind reason"),
        help="Signals of the control chart of a new standard, by what was planned for them: report, pause, revert.",
    ),
    _seconds(
        *("jidoka_signal_reaction_seconds", "kind reason"),
        help="From the point of the control chart that gave a signal to the reaction to it: as planned (report, pause, "
        "revert), and to the decision of people where it paused (decided).",
    ),
    _counter("jidoka_acts", "acts", "kind act outcome", "Acts of people on cases, refused ones too."),
    _counter("jidoka_flush_failures", "flushes", "", "Flushes of facts that gave up; the facts wait in the run."),
    _counter(
        *("jidoka_messages", "messages", "channel template outcome", "Messages handed to a channel."),
        source=Source.ACTIVITY,
    ),
    _counter(
        *("jidoka_metric_updates_lost", "updates", "", "Updates that did not fit in the metric buffer."),
        source=Source.WORKER,
    ),
    _counter(
        *("jidoka_web_requests", "requests", "route status", "Requests answered by the web."),
        source=Source.WEB,
    ),
    _counter(
        *("jidoka_intake", "things", "channel outcome", "Messages and alerts handed in at a hook or the API."),
        source=Source.WEB,
    ),
    _gauge("jidoka_open_cases", "cases", "kind service team priority state", "Cases not ended yet."),
    _gauge("jidoka_open_cases_by_age", "cases", "kind age", "Open cases by age; the label is the band's upper end."),
    _gauge("jidoka_overdue_cases", "cases", "service priority", "Open cases whose next due instant has passed."),
    _gauge("jidoka_open_cycles", "cycles", "kind step", "Improvement cycles not ended yet, by phase."),
    _gauge("jidoka_oldest_cycle_seconds", "seconds", "kind step", "Age of the oldest open improvement cycle by phase."),
    _gauge("jidoka_experiments", "experiments", "state", "Experiments that run, were stopped, have ended."),
    _gauge(
        *("jidoka_verified_benefit_seconds", "seconds", "metric"),
        help="What accepted cycles save in a year by their verdicts: seconds of the metric's clock. "
        "One second may lie in two metrics, so nothing is added up across them.",
    ),
    _gauge(
        *("jidoka_verified_benefit_cases", "cases", "metric"),
        help="The same for metrics that are shares: cases in a year.",
    ),
    _gauge("jidoka_event_log_lag_seconds", "seconds", "", "How far the event log is behind the runs."),
    _gauge("jidoka_inbox_pending", "arrivals", "", "Arrivals received that have no case yet."),
    _gauge("jidoka_outbox_messages", "messages", "state", "Outgoing messages by state."),
    _gauge("jidoka_quarantine_items", "items", "", "What could not be processed and waits for a person."),
    _gauge("jidoka_survey_questions", "questions", "survey state", "Questions of a survey to people, so far."),
    _gauge("jidoka_worker_up", "bool", "worker", "1 when the worker's metrics could be read in this scrape."),
    _gauge("jidoka_records_up", "bool", "", "1 when the records could be read in this scrape."),
    _gauge("jidoka_exporter_seconds", "seconds", "", "How long the gauges of this scrape took to compute."),
)

METERS: dict[str, Meter] = {meter.name: meter for meter in _ALL}
"""Every family of ours by name."""

SDK_LABELS = frozenset({"namespace", "task_queue", "workflow_type", "activity_type", "service_name"})
"""Labels that the SDK's meter adds to what workflows and activities count; all bounded."""


def meter(name: str) -> Meter:
    """The registered family; a name nobody registered is a mistake in the code that asks."""
    try:
        return METERS[name]
    except KeyError:
        raise KeyError(f"no metric {name}: add it to definitions/meters.py (it feeds docs/metrics.md)") from None


def labels_problem(family: Meter, given: frozenset[str]) -> str | None:
    """Why these label names do not fit the family; None when they do."""
    expected = frozenset(label.value for label in family.labels)
    extra, missing = given - expected - SDK_LABELS, expected - given
    parts = [f"unknown {', '.join(sorted(extra))}"] * bool(extra) + [f"missing {', '.join(sorted(missing))}"] * bool(
        missing
    )
    return f"{family.name}: labels {'; '.join(parts)}" if parts else None
