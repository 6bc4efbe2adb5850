"""How much of the work no person has to do, and what that is worth."""

from collections.abc import Collection

from definitions.acts import SetPriority
from definitions.case import TOUCH
from definitions.kinds import KINDS
from measurement.flow.efficiency import CASE_TIMES
from measurement.flow.stretches import prepare
from measurement.log.cases import text
from measurement.metrics.estimators import Product, Saved, Share
from measurement.metrics.metric import Audience, Better, Clock, Facts, Family, Metric, Needs
from measurement.metrics.words import AUTOMATED, LOOK_UP, OPENED, OVERRIDDEN, RESOLVED, WITHDRAWN, among, staff

WINDOW = "INTERVAL 7 DAY"
ALIKE = ("kind", "service", "category")
"""What cases have in common whose work is compared; the category of a request is its item."""


def touchless(facts: Facts) -> str:
    """Whether nobody of the desk did anything between opening and resolution."""
    return f"""
        WITH ends AS (
          SELECT case_id, max(seq) AS last FROM events WHERE {among(facts.rules.done or (RESOLVED,))} GROUP BY case_id
        ), hands AS (
          SELECT case_id, bool_or({staff(facts.columns)} AND "at" >= opened_at
              -- In the same instant, what comes after the resolution was no part of it.
              AND (resolved_at IS NULL OR "at" < resolved_at OR "at" = resolved_at AND seq <= coalesce(last, seq)))
            AS touched, count(human) AS said
          FROM events JOIN cases USING (case_id) LEFT JOIN ends USING (case_id) GROUP BY case_id
        )
        SELECT case_id, NOT coalesce(touched, false) AS hit,
          CASE {WITHDRAWN} WHEN touched THEN NULL
            WHEN coalesce(said, 0) = 0 THEN 'no event says whether a person did it'
            WHEN resolved_at IS NULL THEN 'open and untouched so far' END AS reason
        FROM cases LEFT JOIN hands USING (case_id)"""


def attempted(facts: Facts) -> str:
    """An event of an automation that set to work for the case; what found nothing or was held back did not."""
    look = f" AND automation IS DISTINCT FROM {text(LOOK_UP)}" if "automation" in facts.columns else ""
    held = " AND coalesce(outcome NOT IN ('nothing', 'refused'), true)" if "outcome" in facts.columns else ""
    return f"(activity = {text(AUTOMATED)}{look}{held})"


def helped(facts: Facts) -> str:
    """... and did what it should."""
    did = " AND coalesce(outcome IN ('ok', 'done'), true)" if "outcome" in facts.columns else ""
    return f"({attempted(facts)}{did})"


def automated(facts: Facts) -> str:
    """Whether an automation worked on it, and whether no person had to."""
    return f"""
        WITH runs AS (SELECT DISTINCT case_id FROM events WHERE {helped(facts)})
        SELECT case_id, runs.case_id IS NOT NULL AS involved, involved AND t.hit AS hit,
          CASE WHEN involved OR t.reason <> 'open and untouched so far' THEN t.reason END AS reason
        FROM ({touchless(facts)}) AS t LEFT JOIN runs USING (case_id)"""


def saved(facts: Facts) -> str:
    """Of each case that needed no person: the touch time of its like by hand, and what the automation itself took."""
    alike = ", ".join(ALIKE)
    return f"""
        WITH runs AS (
          SELECT case_id, sum(epoch_us(ended_at) - epoch_us("at")) / 1e6 AS run_s FROM events
          WHERE {helped(facts)} GROUP BY case_id
        ), times AS (
          -- Where nobody laid a hand on a case, its time in steps of work is the machine's.
          SELECT t.case_id, touch_s, {", ".join(f"c.{name}" for name in ALIKE)}, u.reason,
            runs.case_id IS NOT NULL AND coalesce(u.hit, false) AS alone, greatest(touch_s, coalesce(run_s, 0)) AS run_s
          FROM ({CASE_TIMES}) AS t JOIN cases AS c USING (case_id) JOIN ({touchless(facts)}) AS u USING (case_id)
          LEFT JOIN runs USING (case_id)
        ), by_hand AS (
          SELECT row_number() OVER (ORDER BY {alike}) AS stratum, {alike}, avg(touch_s) AS hand_s,
            var_samp(touch_s) / count(*) AS variance
          FROM times WHERE NOT alone AND reason IS NULL AND touch_s > 0 GROUP BY {alike}
        )
        SELECT case_id, run_s, stratum, hand_s, variance,
          CASE WHEN hand_s IS NULL THEN 'nothing of its kind was measured by hand' END AS reason
        FROM times LEFT JOIN by_hand AS h
          ON {" AND ".join(f"h.{name} IS NOT DISTINCT FROM times.{name}" for name in ALIKE)}
        WHERE alone AND reason IS NULL"""


def with_article(facts: Facts) -> str:
    """Whether an article is linked to a case that has ended."""
    return f"""
        SELECT case_id, article IS NOT NULL AS hit,
          CASE {WITHDRAWN} WHEN ended_as IS NULL THEN 'not resolved yet' END AS reason
        FROM cases LEFT JOIN (SELECT case_id, max(article) AS article FROM events GROUP BY case_id) USING (case_id)"""


def proposals(columns: Collection[str]) -> dict[str, str]:
    """What the engine proposes or demands -> a condition on the event with which it does."""
    live = "fact" in columns
    ranked = among_kinds(*(kind.name for kind in KINDS.values() if SetPriority in kind.acts)) if live else "true"
    return {
        # Where the table of rules decides alone it proposes nothing: a hand-over is work then, and no override.
        "routing": f"activity = 'routed'{' AND proposed IS NOT NULL' if 'proposed' in columns else ''}",
        "priority": f"activity = {text(OPENED)} AND {ranked}",
        "action": "activity = 'action_added'",
        **dict.fromkeys(("finding", "review"), f"activity = {text(OPENED)} AND {among_kinds('review')}"),
    }


def among_kinds(*names: str) -> str:
    """A condition on an event: its case is of one of these kinds."""
    return f"case_id IN (SELECT case_id FROM cases WHERE kind IN ({', '.join(map(text, names))}))"


def overridden(facts: Facts) -> str:
    """One unit for each proposal in each case: whether somebody went against it, and why."""
    made = " UNION ALL ".join(
        f"SELECT case_id, seq, {text(name)} AS name, NULL AS why FROM events WHERE {condition}"
        for name, condition in proposals(facts.columns).items()
    )
    return f"""
        SELECT case_id, name AS proposal, bool_or(why IS NOT NULL) AS hit, arg_max(why, seq) AS cause,
          CASE WHEN bool_and(why IS NOT NULL) THEN 'how often it was proposed is not known' END AS reason
        FROM (
          {made}
          UNION ALL SELECT case_id, seq, coalesce(proposal, 'unnamed'), coalesce(reason, 'not_given') FROM events
          WHERE activity = {text(OVERRIDDEN)}
        ) GROUP BY case_id, name"""


HUMANS = "no event says whether a person did it: name the `machines` in the mapping, or import `human`"
NO_AUTOMATION = f"no event says that an automation worked: import activities named `{AUTOMATED}`"

METRICS = (
    Metric(
        key="touchless_rate",
        title="Touchless rate",
        formula="cases with no act of a person of the desk between opening and resolution / cases",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.AUTOMATION,
        population="cases opened in the period that are resolved or were touched",
        trap="Read from events, not from a label that somebody sets. A case that nobody touched because nobody cared "
        "is touchless too: look at the time to resolve and at the reopenings.",
        estimator=Share(),
        reading=touchless,
        needs=Needs(humans=True, said=HUMANS),
    ),
    Metric(
        key="automation_rate",
        title="Automation rate",
        formula="cases an automation was involved in / cases x cases of those resolved without a person / those",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.AUTOMATION,
        population="cases opened in the period",
        trap="Involvement is no success: read the two factors, not only their product.",
        estimator=Product(),
        reading=automated,
        needs=Needs(activities=(AUTOMATED,), humans=True, said=NO_AUTOMATION),
    ),
    Metric(
        key="time_saved",
        title="Time saved by automation",
        formula="sum over automated cases without a person of (mean touch time by hand of the same kind, service and "
        "category - the time the automation took)",
        unit="s",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.AUTOMATION,
        population="automated cases whose kind has a measured time by hand",
        trap="Measured, not a constant: it is 0 until the same kind of work was measured by hand. What is left to "
        "people may be the harder part of its kind: then less was saved than it says.",
        estimator=Saved(),
        reading=saved,
        clocks=(Clock.ELAPSED,),
        needs=Needs(activities=(AUTOMATED,), humans=True, kinds=tuple(sorted(TOUCH)), said=NO_AUTOMATION),
        tables=prepare,
    ),
    Metric(
        key="knowledge_link_rate",
        title="Knowledge link rate",
        formula="resolved cases with an article linked / resolved cases",
        unit="share",
        better=Better.NEITHER,
        audience=Audience.EMPLOYEE,
        family=Family.AUTOMATION,
        population="resolved cases opened in the period",
        trap="A measure of activity: set no goal on it, or articles will be linked for the goal.",
        estimator=Share(),
        reading=with_article,
        needs=Needs(columns=("article",), said="no event names an article: import the column `article`"),
    ),
    Metric(
        key="override_rate",
        title="Override rate",
        formula="proposals of the engine that somebody went against / proposals",
        unit="share",
        better=Better.LOWER,
        audience=Audience.EMPLOYEE,
        family=Family.AUTOMATION,
        population="what the engine proposed or demanded in cases opened in the period: the team where routing learns, "
        "the priority, the findings and actions of a review",
        trap="An override is a message about the definition: read the reasons (--by cause). Few overrides may mean "
        "that people gave up, not that the proposals are good.",
        estimator=Share(),
        reading=overridden,
        counts="proposals",
        fields=("proposal", "cause"),
        split="proposal",
        demand=False,
        needs=Needs(
            columns=("proposal", "reason"),
            activities=("routed", OPENED, OVERRIDDEN),
            said=f"no event says that a proposal was overridden: import activities named `{OVERRIDDEN}` with columns "
            "`proposal` (`routing` or `priority`) and `reason`, and `routed` and `opened`, which they go against",
        ),
    ),
)
