"""What the way of a case costs: work and waiting, loops, hand-overs that come back."""

from definitions.base import StepKind
from definitions.case import TOUCH
from measurement.charts.defects import CONVENTION
from measurement.flow.efficiency import CASE_TIMES
from measurement.flow.stretches import prepare
from measurement.metrics.estimators import PerMillion, Rolled, Share, SigmaLevel, SumOverSum
from measurement.metrics.metric import Audience, Beside, Better, Clock, Facts, Family, Metric, Needs
from measurement.metrics.steps import entered
from measurement.metrics.words import WITHDRAWN

OF_WAITING = "CASE WHEN waiting THEN 'a step of waiting' END"
NOT_RESOLVED = f"""CASE {WITHDRAWN}
            WHEN ended_as IS NULL OR lead_s IS NULL THEN 'not resolved yet'
            WHEN lead_s < 0 THEN 'resolved before it was opened' END"""


def touch(facts: Facts) -> str:
    """Time somebody worked on it, of the time from opening to resolution."""
    return f"SELECT case_id, touch_s AS part, lead_s AS whole, {NOT_RESOLVED} AS reason FROM ({CASE_TIMES})"


def value_adding(facts: Facts) -> str:
    """Time that was worth something to the person served."""
    return f"SELECT case_id, value_adding_s AS part, lead_s AS whole, {NOT_RESOLVED} AS reason FROM ({CASE_TIMES})"


def unclassified(facts: Facts) -> str:
    """Time of which no rule says what it was."""
    return f"SELECT case_id, unclassified_s AS part, lead_s AS whole, {NOT_RESOLVED} AS reason FROM ({CASE_TIMES})"


def first_passes(facts: Facts) -> str:
    """One unit for each case and step of work: whether the case entered it only once."""
    return f"SELECT case_id, step, times = 1 AS hit, {OF_WAITING} AS reason FROM entered"


def whole_cases(facts: Facts) -> str:
    """Whether a case entered no step of work a second time."""
    return """
        SELECT case_id, NOT bool_or(times > 1 AND NOT waiting) AS hit, NULL AS reason
        FROM entered GROUP BY case_id"""


def entries(facts: Facts) -> str:
    """One unit for each entry into a step of work, an opportunity; entering it again is the defect."""
    return f"""
        SELECT case_id, step, n > 0 AS hit, {OF_WAITING} AS reason
        FROM (SELECT *, unnest(range(times)) AS n FROM entered)"""


def hand_offs(facts: Facts) -> str:
    """One unit for each hand-over of a team (`step`): whether the next one kept it."""
    return """
        SELECT case_id, team AS step, after_next_team IS DISTINCT FROM team AS hit,
          CASE WHEN after_next_team IS NULL AND ended_as IS NULL THEN 'still held by the next team' END AS reason
        FROM visits WHERE next_team IS NOT NULL"""


CASE_YIELD = Beside("cases without any rework", "share", Share(), whole_cases)
KINDS = "say with `kinds` in the mapping which activities are work and which are waiting"

METRICS = (
    Metric(
        key="flow_efficiency",
        title="Flow efficiency",
        formula="sum of touch time / sum of lead time, over the cohort",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.FLOW,
        population="resolved cases opened in the period",
        trap="Sum over sum, not a mean of ratios, with one clock in both. It is a lower bound while a part of the time "
        "is unclassified: read that share beside it.",
        estimator=SumOverSum(),
        reading=touch,
        clocks=(Clock.ELAPSED,),
        needs=Needs(kinds=tuple(sorted(TOUCH)), said=f"no event is said to be work: {KINDS}"),
        beside=(Beside("lead time that no rule classifies", "share", SumOverSum(), unclassified),),
        tables=prepare,
    ),
    Metric(
        key="process_cycle_efficiency",
        title="Process cycle efficiency",
        formula="sum of value-adding time / sum of lead time, over the cohort",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.FLOW,
        population="resolved cases opened in the period",
        trap="Active is not value-adding: triage and rework are touch time but no value.",
        estimator=SumOverSum(),
        reading=value_adding,
        clocks=(Clock.ELAPSED,),
        needs=Needs(kinds=(StepKind.VALUE_ADDING,), said=f"no event is said to add value: {KINDS}"),
        beside=(Beside("lead time that no rule classifies", "share", SumOverSum(), unclassified),),
        tables=prepare,
    ),
    Metric(
        key="first_pass_yield",
        title="First-pass yield",
        formula="1 - cases that entered the step again / cases that entered it",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.OPERATOR,
        family=Family.FLOW,
        population="case and step of work, for the cases opened in the period",
        trap="A yield of steps hides that failures cluster in the same cases: read the yield of whole cases beside it. "
        "Open cases can still come back.",
        estimator=Share(),
        reading=first_passes,
        counts="entered steps",
        fields=("step",),
        split="step",
        beside=(CASE_YIELD,),
        tables=entered,
    ),
    Metric(
        key="rolled_throughput_yield",
        title="Rolled throughput yield",
        formula="product of the first-pass yields of the steps of work",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.FLOW,
        population="case and step of work, for the cases opened in the period",
        trap="The product takes failures as independent and every step as one that each case takes; the yield of whole "
        "cases beside it does not.",
        estimator=Rolled(),
        reading=first_passes,
        counts="entered steps",
        beside=(CASE_YIELD,),
        tables=entered,
    ),
    Metric(
        key="percent_complete_and_accurate",
        title="Percent complete and accurate",
        formula="hand-overs that were not given straight back / hand-overs",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.EMPLOYEE,
        family=Family.FLOW,
        population="hand-overs between teams, for the cases opened in the period, by the team that gave",
        trap="Where cases go back by design it is too low. A case that travels on to a third team counts as accepted.",
        estimator=Share(),
        reading=hand_offs,
        counts="hand-overs",
        fields=("step",),
        split="step",
        tables=prepare,
    ),
    Metric(
        key="dpmo",
        title="Defects per million opportunities",
        formula="1e6 x entries into a step that was left before / entries into steps of work",
        unit="ppm",
        better=Better.LOWER,
        audience=Audience.LEAD,
        family=Family.FLOW,
        population="entries into steps of work, for the cases opened in the period",
        trap="It depends on what is called an opportunity: here each entry into a step is one, so that more steps make "
        "the same work look better. Never compare two processes by it.",
        estimator=PerMillion(),
        reading=entries,
        counts="opportunities",
        fields=("step",),
        tables=entered,
    ),
    Metric(
        key="sigma_level",
        title="Sigma level",
        formula=f"z(1 - dpmo / 1e6) + 1.5, one-sided ({CONVENTION})",
        unit="sigma",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.FLOW,
        population="entries into steps of work, for the cases opened in the period",
        trap=f"The {CONVENTION} adds 1.5 to what the data say. Where the weekly share changed "
        "its level it describes no process there is, and is refused.",
        estimator=SigmaLevel(),
        reading=entries,
        counts="opportunities",
        fields=("step",),
        steady=True,
        tables=entered,
    ),
)
