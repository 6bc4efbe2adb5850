"""The chart that is drawn when nobody asks for another one, with the reasons for it."""

from dataclasses import dataclass, replace

from measurement.charts.baseline import Baseline
from measurement.charts.chart import Chart
from measurement.charts.ladder import Choice, of_cases
from measurement.charts.late import late_chart
from measurement.charts.ranked import ranked_chart
from measurement.charts.runs import run
from measurement.charts.weeks import Cases
from measurement.values import Excluded


@dataclass(frozen=True)
class Default:
    """The chart, why it is this one and not another, and the baseline it froze (a run chart has none)."""

    choice: Choice
    chart: Chart
    baseline: Baseline | None
    excluded: tuple[Excluded, ...] = ()


def default_chart(
    cases: Cases, *, goal: float | None = None, metric: str = "time_to_resolve", clock: str = "elapsed"
) -> Default:
    """The weekly share late, the cases by rank, or a run chart of their times in order of opening.

    `goal` in s is what late means; without it the P85 of the baseline. Raises as `late_chart` and `ranked_chart` do.
    """
    choice = of_cases(cases)
    if choice.kind == "p":
        late = late_chart(cases, goal=goal, metric=metric, clock=clock)
        why = f"{choice.why}; {late.choice.why}"
        refused = (*choice.refused, *late.choice.refused)
        chosen = replace(late.choice, why=why, refused=refused, beside=choice.beside)
        return Default(chosen, late.chart, late.baseline, late.weeks.excluded)
    if choice.kind == "normal-ewma":
        ranked = ranked_chart(cases, metric=metric, clock=clock)
        return Default(choice, ranked.chart, ranked.baseline)
    ended = cases.times.ended
    ordered = cases.times.time[ended][cases.opened[ended].argsort(kind="stable")]
    chart = run(ordered)
    left = int((~ended).sum())
    many = "1 case still open is" if left == 1 else f"{left:,} cases still open are"
    notes = (*chart.notes, f"{many} not shown") if left else chart.notes
    return Default(choice, replace(chart, notes=notes), None)
