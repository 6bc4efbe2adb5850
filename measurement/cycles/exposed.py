"""From the exposures in the live log to what an experiment has seen: whole units, by the arm that they were drawn for.

By intention to treat: a case counts for its arm whatever became of it, and stays out only until it was followed to the
end. The same facts give the same data at any later time, in any order.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from definitions.arms import block_end, pair_of
from definitions.experiment import ARMS, Experiment, Unit
from definitions.exposure import EXPOSED
from measurement.cycles.counted import counted, instant
from measurement.experiments.observed import Observed
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.values import BadData

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=7)
"""Between two thoughts of a look whose time can only be guessed."""


@dataclass(frozen=True)
class Exposed:
    """The cases of one experiment that were drawn by `at`, by id; `ready`: when the unit of each counts."""

    plan: Experiment
    at: datetime
    case: NDArray[np.object_]
    arm: NDArray[np.object_]
    unit: NDArray[np.object_]
    ready: NDArray[np.datetime64]

    @property
    def drawn(self) -> dict[str, int]:
        """Units by arm, the young ones too."""
        return {arm: len({*self.unit[self.arm == arm].tolist()}) for arm in ARMS}

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which cases count by now."""
        return self.ready <= instant(self.at)

    def units_by(self) -> NDArray[np.datetime64]:
        """The instants at which one unit after the other counts, in order."""
        _, where = np.unique(self.unit.astype(str), return_inverse=True)
        first = np.full(where.max(initial=-1) + 1, np.datetime64("9999-01-01", "us"))
        np.minimum.at(first, where, self.ready)
        return np.sort(first)

    def next_look(self, number: int) -> datetime:
        """When look `number` (from 1) is to be made, or thought of again where the pace of new cases decides."""
        plan = self.plan
        if number > len(plan.looks):
            return plan.stops_at
        share = plan.looks[number - 1]
        if isinstance(share, datetime):
            return min(share, plan.stops_at)
        wanted, counting = int(np.ceil(share * plan.units)), self.units_by()
        if len(counting) >= wanted:
            return min(_aware(counting[wanted - 1]), plan.stops_at)
        ahead = LONGEST
        if len(counting):
            each = (self.at - plan.starts_at) / len(counting)
            ahead = min(max(each * (wanted - len(counting)), SHORTEST), LONGEST)
        return min(self.at + ahead, plan.stops_at)


def exposed(log: EventLog, plan: Experiment, at: datetime) -> Exposed:
    """Who has an arm by `at`. Raises BadData where a case has two arms of one experiment, or an unknown one."""
    found = log.table(
        f"""
        WITH drawn AS (
          SELECT case_id, min(arm) AS arm, max(arm) AS other, any_value(drawn_as) AS unit FROM events
          WHERE {_of(plan)} GROUP BY case_id
        ), people AS (SELECT case_id, any_value(requester) AS requester FROM events GROUP BY case_id)
        SELECT case_id, arm, other, unit, requester, opened_at
        FROM drawn JOIN people USING (case_id) JOIN cases USING (case_id)
        WHERE opened_at <= CAST(? AS TIMESTAMP) ORDER BY case_id
        """,
        str(instant(at)),
    )
    if found["arm"] != found["other"]:
        raise BadData(f"A case has both arms of {plan.key}.", "Arms are drawn once: find out who wrote the other.")
    case = found["case_id"].to_numpy().astype(object)
    opened = found["opened_at"].to_numpy().astype("datetime64[us]")
    ready = opened + np.timedelta64(round(plan.follow_s * 1e6), "us")
    unit = case
    if plan.unit is not Unit.CASE:
        unit = found["requester" if plan.unit is Unit.REQUESTER else "unit"].to_numpy().astype(object)
        if any(each is None for each in unit.tolist()):
            raise BadData(f"A case of {plan.key} has an arm, but no {plan.unit}.", "Restore the records: it was drawn.")
    if plan.unit is Unit.BLOCK:
        # Half a block is no block: its cases wait until its last day was followed.
        wait = timedelta(seconds=plan.follow_s)
        ends = {block: instant(block_end(plan, block) + wait) for block in {*unit.tolist()}}
        ready = np.array([ends[block] for block in unit.tolist()], "datetime64[us]")
    return Exposed(plan, at, case, found["arm"].to_numpy().astype(object), unit, ready)


def observed(log: EventLog, who: Exposed) -> Observed:
    """What those that count did; `log` is the followed log of the plan (`counted.followed_log`)."""
    plan, counts = who.plan, who.counts
    columns = {}
    for metric in (plan.metric, *(guard.metric for guard in plan.guards)):
        found = counted(log, metric, plan.follow_s, f"case_id IN (SELECT case_id FROM events WHERE {_of(plan)})")
        columns[metric] = found.value[np.searchsorted(found.case.astype(str), who.case[counts].astype(str))]
    units = who.unit[counts]
    blocks = sorted({*units.tolist()}) if plan.unit is Unit.BLOCK else ()
    return Observed.of(
        who.case[counts],
        who.arm[counts],
        columns[plan.metric],
        unit=None if plan.unit is Unit.CASE else units,
        guards={guard.metric: columns[guard.metric] for guard in plan.guards},
        drawn=who.drawn,
        pairs={block: pair_of(plan, block) for block in blocks},
    )


def _of(plan: Experiment) -> str:
    return f"activity = {text(EXPOSED)} AND experiment = {text(plan.key)}"


def _aware(at: np.datetime64) -> datetime:
    return datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
