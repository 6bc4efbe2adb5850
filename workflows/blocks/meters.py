"""Counters and timings that fall out of the facts. The SDK's meter is silent on replay, so nothing counts twice."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.case import CaseState
    from definitions.facts import Fact
    from definitions.meters import METERS, MeterKind
    from definitions.rules.counted import Sample, counted


def count(fact: Fact, before: CaseState, after: CaseState) -> None:
    """Whatever this fact says in numbers."""
    for sample in counted(fact, before, after):
        _give(sample)


def count_act(kind: str, act: str, outcome: str) -> None:
    """One act of a person: done or refused."""
    _give(Sample("jidoka_acts", {"kind": kind, "act": act, "outcome": outcome}))


def count_failed_flush() -> None:
    """The records could not be written; the facts wait in the run."""
    _give(Sample("jidoka_flush_failures", {}))


def _give(sample: Sample) -> None:
    if METERS[sample.name].kind is MeterKind.COUNTER:
        workflow.metric_meter().create_counter(sample.name).add(round(sample.value), sample.labels)
    else:
        timer = workflow.metric_meter().create_histogram_float(sample.name, unit="s")
        timer.record(sample.value, sample.labels)
