"""What the catalogue holds beside control charts: charts of cases, and judgements."""

from measurement.charts.arl import Ewma
from measurement.charts.kinds import Kind

JUDGED = (
    Kind(
        key="share-late",
        title="Weekly share late: the default chart of times",
        question="Do more cases take longer than promised?",
        data="Cases with opening, time and whether they ended, by week of opening (Monday, UTC).",
        formula="late = longer than the goal, else than the P85 (Kaplan-Meier) of the first 25 weeks; p, or p′ in "
        "weeks of more than 200 cases or where sigma_z > 1.2 and chance alone does so less than once in 100",
        alarms="A week beyond the limits. The promise counts what the baseline cannot know; a test draws unchanged"
        " weeks from a real log and holds it to within a quarter. Open cases count; weeks too young to be "
        "late wait.",
        trap="After a shift the P85 of the old baseline stays the goal until somebody re-bases it, with a reason.",
        source="statistics of real logs; the share beyond an own quantile is beta-binomial whatever the times",
        function="late:late_chart",
    ),
    Kind(
        key="normal-ewma",
        title="Cases by rank: EWMA of normal scores",
        question="Since which ticket is it different? The quick alarm, and the check after a deploy.",
        data="Times of cases in order of opening, and a frozen reference of 500 or more (1,000 is better).",
        formula="score = ndtri((below + equal/2 + 1/2)/(m + 1)); EWMA of scores with target 0 and sigma 1",
        alarms="Beyond L: lambda .2 with 2.859 is quick, .05 with 2.490 sees a slow change; 370.4 tickets on "
        "average over references.",
        trap="Priorities and kinds mixed differently are a change too: one chart for each.",
        source="statistics of real logs (held its promise on all of them); Crowder (1987)",
        function="normal_scores:normal_ewma",
        spec=Ewma(0.2, 2.8593),
    ),
    Kind(
        key="weekly-log",
        title="Typical time by week",
        question="How long does it typically take, in hours?",
        data="Cases, by week of opening.",
        formula="XmR of the weekly mean of ln time, turned back: the geometric mean with natural limits",
        alarms="Points beyond the limits, eight in a row; the promise counts that limits come from few weeks.",
        trap="Below the mean, and not what is lost: capacity is spent on the mean. For reading, not for goals.",
        source="Wheeler; statistics of real logs",
        function="typical:typical_by_week",
    ),
    Kind(
        key="pareto",
        title="Pareto, by time lost or by count",
        question="Which cause costs most, and is the first one really first?",
        data="The cause of each item, and its weight.",
        formula="bars by total, running share; ranks in 2,000 resamples of the items",
        alarms="None. 'Not separable' means that the first stays ahead in fewer than 95 of 100 resamples.",
        trap="A cause seen in more cases of one kind may only be that kind: stratify before calling it a cause.",
        source="R qcc; bootstrap of Efron",
        function="pareto:pareto",
    ),
    Kind(
        key="histogram",
        title="Histogram",
        question="What shape do the values have: one hump, two, a tail?",
        data="Values that have ended; what is open has no place on it.",
        formula="bins of Freedman and Diaconis (Sturges where half of the values are equal), at most 60",
        alarms="None.",
        trap="Skewed values get a logarithmic axis, which is said; zeros have no place there and are counted "
        "beside it.",
        source="Freedman and Diaconis (1981)",
        function="histogram:histogram",
    ),
    Kind(
        key="capability",
        title="Capability",
        question="Can a stable process meet its limits?",
        data="x in order, with its subgroup where there are some; one limit or two.",
        formula="Cp = (USL-LSL)/6s, Cpk = min(USL-m, m-LSL)/3s, Cpm = Cp/sqrt(1+((m-T)/s)^2), k; Pp, Ppk with the "
        "overall s",
        alarms="Refused on a baseline of more than one regime.",
        trap="Ticket times are not normal: then the indices mislead, and the share seen beyond the limit, with "
        "its interval, is the number to trust.",
        source="Montgomery; R qcc (intervals: chi-squared for Cp and Cpm, Bissell for Cpk)",
        function="capability:capability",
        spc=True,
    ),
    Kind(
        key="stability",
        title="Stability and change points",
        question="May these points serve as a baseline?",
        data="x in order; the place of each in the cycle for a season.",
        formula="PELT, squared error on normal scores, 3 ln(n) times the variance between neighbours for each "
        "change; lag-1 autocorrelation against 2/sqrt(n); Kruskal-Wallis over the places of the cycle",
        alarms="'Not stable: 4 regimes'. At most 5 of 100 series without a change are cut; more where points know "
        "each other.",
        trap="A regime of fewer than five points is not seen: that is a chart's work.",
        source="Killick, Fearnhead and Eckley (2012); Zhang and Siegmund (2007)",
        function="stability:stability",
    ),
    Kind(
        key="baseline",
        title="Frozen baseline",
        question="What exactly are later points judged against, and is it still the same?",
        data="The numbers, their metric, unit, clock and period.",
        formula="SHA-256 over one line of canonical JSON (metric, unit, clock, period, n), then the numbers as "
        "little-endian 64-bit floats",
        alarms="Data that changed is refused, and so are points of the baseline itself. Trial below 12 points, "
        "locked from 20.",
        trap="Re-basing after every bad month hides every bad month: it needs a reason and is recorded.",
        source="Montgomery; NHS Making Data Count",
        function="baseline:freeze",
    ),
    Kind(
        key="gage",
        title="Gage R&R (crossed, analysis of variance)",
        question="How much of the variation seen is the measuring?",
        data="Part, operator, value; each operator measures each part equally often.",
        formula="two-way random effects; interaction pooled when its p > .25; ndc = 1.41 sd(part)/sd(grr)",
        alarms="Good to 10 % of the study variation, not acceptable beyond 30 %.",
        trap="Parts that hardly differ make any gage look bad.",
        source="AIAG MSA; Minitab",
        function="gage:gage",
    ),
    Kind(
        key="agreement",
        title="Agreement of triage (kappa)",
        question="Do people give the same case the same priority?",
        data="Two labels of each case, or equally many from several people, given blind.",
        formula="(seen - by chance)/(1 - by chance); weighted on a scale; intervals over cases",
        alarms="None; in the words of Landis and Koch.",
        trap="Where nearly all cases have one label, kappa is low although people agree: read the share of "
        "agreement too.",
        source="Cohen (1960); Fleiss, Cohen and Everitt (1969); Gwet (2021)",
        function="agreement:cohen",
    ),
    Kind(
        key="icons",
        title="Two icons: variation and assurance",
        question="Is it changing? Will it meet its target?",
        data="A chart, which way is better, the target.",
        formula="a signal at the newest point, and its side; the limits of the newest point against the target",
        alarms="Improving, worsening, just noise; will meet, will fail, hit and miss. Not enough data below 12 points; "
        "not stable where the limits came from more than one regime.",
        trap="'Will meet' is about a process that stays as it is.",
        source="NHS Making Data Count",
        function="icons:variation",
    ),
    Kind(
        key="portfolio",
        title="False alarms of a wall of charts",
        question="How often will somebody run for nothing?",
        data="The promise of each chart and its points in a month.",
        formula="sum of points / distance; L = z(1 - budget/(2 points)) for a budget",
        alarms="Chosen by budget ('at most one a month') instead of by sigma.",
        trap="A hundred weekly charts at 3 sigma ring once a month with nothing changed.",
        source="arithmetic of the promises",
        function="portfolio:portfolio",
    ),
)
