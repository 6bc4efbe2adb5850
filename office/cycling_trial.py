"""A trial that runs, as the desk looks at it: each look once, and one verdict of what the last one saw."""

from activities.cycles import LookAt, Looked
from definitions.case import SYSTEM
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.evidence import Evidence
from definitions.experiment import Experiment
from definitions.verdict import Decision, Verdict
from office.cycling_reading import Reading
from records.experiments import ExperimentRow
from records.store import Store


class Trials:
    """Those of one installation. Blocks while the log is read."""

    def __init__(self, store: Store, reading: Reading) -> None:
        self._store, self._reading = store, reading

    def after(self, asked: LookAt, plan: BeforeAfter) -> Looked:
        """What the weeks since everybody got the change show, once they are over."""
        start = plan.began(asked.state.begun_at)
        if asked.at < (until := plan.over(start)):
            return Looked(number=None, says=None, next_at=until)
        found = self._reading("weeks_after", plan, asked.state.charter, start, asked.at)
        says = "win" if found.beaten else "not_found"
        return Looked(number=1, says=says, evidence=Evidence(interrupted=found), next_at=asked.at)

    def look(self, asked: LookAt, plan: Experiment) -> Looked:
        """The next look at two arms, if it is due; with the verdict where it was the last, or somebody stopped it."""
        row, looks = self._store.experiments.get(plan.key), self._looks(plan)
        number, next_at = asked.state.looks + 1, asked.at
        if len(looks) < number and row.state == "running":
            seen = self._reading("seen", plan, numbers_of(self._store, plan), looks, asked.at)
            next_at = seen.next_at
            if seen.decision is None:
                return Looked(number=None, says=None, next_at=next_at)
            # The data first: whoever finds the look finds what it saw.
            self._store.blobs.put(seen.content)
            first = self._store.experiments.looked(plan.key, number, seen.decision.model_dump(mode="json"))
            looks = (*looks, Decision.model_validate(first.decision))
        if number < len(looks) or (len(looks) == number and row.state == "running" and not _over(looks)):
            return Looked(number=number, says=looks[number - 1].says, next_at=next_at)
        # The last one, or somebody has stopped it: then the verdict is of what could be seen by then.
        verdict = self._verdict(plan, row, looks)
        made = number if len(looks) >= number else None
        return Looked(number=made, says=verdict.outcome, evidence=Evidence(verdict=verdict), next_at=asked.at)

    def _verdict(self, plan: Experiment, row: ExperimentRow, looks: tuple[Decision, ...]) -> Verdict:
        """Of what the last look saw; of an experiment that somebody stopped, of what could be seen by then."""
        if row.verdict is not None:
            return Verdict.model_validate(row.verdict)
        numbers, stopped = numbers_of(self._store, plan), None
        if _over(looks):
            content = self._store.blobs.get(looks[-1].data)
        else:
            stopped = row.reason or "somebody stopped it"
            content = self._reading("drawn_by", plan, row.ended_at)
            self._store.blobs.put(content)
        verdict: Verdict = self._reading("judged", plan, content, looks, numbers, stopped)
        ended = self._store.experiments.end(plan.key, SYSTEM, verdict.why, verdict.model_dump(mode="json"))
        return Verdict.model_validate(ended.verdict)

    def _looks(self, plan: Experiment) -> tuple[Decision, ...]:
        return tuple(Decision.model_validate(row.decision) for row in self._store.experiments.looks(plan.key))


def numbers_of(store: Store, plan: Experiment | BeforeAfter | None) -> bytes | None:
    """The times of the baseline that ranks are scored against."""
    if not isinstance(plan, Experiment) or plan.measure == "share":
        return None
    return store.blobs.get(plan.baseline.sha256)


def _over(looks: tuple[Decision, ...]) -> bool:
    return bool(looks) and (looks[-1].stops or looks[-1].final)
