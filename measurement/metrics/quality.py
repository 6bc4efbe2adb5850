"""Whether it was done right, once, by the right team, as promised."""

from measurement.log.rules import CaseRules
from measurement.metrics.estimators import Average, Share
from measurement.metrics.metric import Audience, Better, Facts, Family, Metric, Needs
from measurement.metrics.words import REOPENED, REQUESTER, RESOLVED, SELF_SERVICE, TARGETS, WITHDRAWN, among

YES = ("confirmed", "answered", *SELF_SERVICE)
"""What the requester says because we asked."""
WINDOW = "INTERVAL 7 DAY"
"""Within which a reopening or another contact counts against a resolution."""
NO_TEAM = "no team is known"
CASE_TEAMS = """
          SELECT case_id, count(*) FILTER (changed) - 1 AS handovers,
            count(*) FILTER (changed) > count(DISTINCT team) AS returned
          FROM (
            SELECT case_id, team, team IS DISTINCT FROM lag(team) OVER (PARTITION BY case_id ORDER BY seq) AS changed
            FROM events WHERE team IS NOT NULL
          ) GROUP BY case_id"""
"""As `measurement.flow.teams.case_teams` counts them, without the times that flow needs and these numbers do not."""


def first_contact(facts: Facts) -> str:
    """Resolved without a second contact of the requester before it or within the window after it."""
    return f"""
        WITH contacts AS (
          SELECT case_id, count(*) FILTER ("at" > opened_at AND "at" <= coalesce(resolved_at + {WINDOW}, {facts.now}))
            AS again
          FROM (
            -- The words of a yes, or of an answer to what was offered or asked, are no further contact.
            SELECT *, bool_or({among(YES)}) OVER at_once AND NOT bool_or({among((REOPENED,))}) OVER at_once AS yes
            FROM events WHERE role = '{REQUESTER}' WINDOW at_once AS (PARTITION BY case_id, "at")
          ) JOIN cases USING (case_id)
          WHERE NOT yes AND activity NOT IN ('opened', 'feedback') GROUP BY case_id
        )
        SELECT case_id, coalesce(again, 0) = 0 AND resolved_at IS NOT NULL AS hit,
          CASE {WITHDRAWN} WHEN coalesce(again, 0) > 0 THEN NULL
            WHEN resolved_at IS NULL THEN 'open, undecided'
            WHEN resolved_at + {WINDOW} > {facts.now} THEN 'resolved less than 7 days ago' END AS reason
        FROM cases LEFT JOIN contacts USING (case_id)"""


def first_assignment(facts: Facts) -> str:
    """Resolved by the team that had it first."""
    return f"""
        SELECT case_id, handovers = 0 AS hit,
          CASE {WITHDRAWN} WHEN resolved_at IS NULL THEN 'not resolved yet' WHEN handovers IS NULL THEN '{NO_TEAM}' END
            AS reason
        FROM cases LEFT JOIN ({CASE_TEAMS}) USING (case_id)"""


def handovers(facts: Facts) -> str:
    """Changes of team so far."""
    return f"""
        SELECT case_id, handovers AS x, CASE WHEN handovers IS NULL THEN '{NO_TEAM}' END AS reason
        FROM cases LEFT JOIN ({CASE_TEAMS}) USING (case_id)"""


def ping_pong(facts: Facts) -> str:
    """Whether it came back to a team that had let it go."""
    return f"""
        SELECT case_id, returned AS hit, CASE WHEN returned IS NULL THEN '{NO_TEAM}' END AS reason
        FROM cases LEFT JOIN ({CASE_TEAMS}) USING (case_id)"""


def reopened(facts: Facts) -> str:
    """Whether a resolved case was opened again within the window after a resolution."""
    if counted_by_source(facts):
        return f"""
            SELECT case_id, coalesce(times, 0) > 0 AS hit,
              CASE {WITHDRAWN} WHEN resolved_at IS NULL AND NOT hit THEN 'not resolved yet' END AS reason
            FROM cases
            LEFT JOIN (SELECT case_id, max(TRY_CAST(reopen_count AS INTEGER)) AS times FROM events GROUP BY case_id)
            USING (case_id)"""
    done = facts.rules.done or (RESOLVED,)
    again = facts.rules.again or (REOPENED,)
    return f"""
        WITH ways AS (
          SELECT case_id, {among(again)} AS opens, "at",
            max("at") FILTER ({among(done)}) OVER (PARTITION BY case_id ORDER BY seq) AS done_at
          FROM events
        ), ends AS (
          SELECT case_id, min(done_at) AS first_done, max(done_at) AS last_done,
            coalesce(bool_or(opens AND "at" <= done_at + {WINDOW}), false) AS hit
          FROM ways WHERE done_at IS NOT NULL GROUP BY case_id
        )
        SELECT case_id, hit, CASE {WITHDRAWN} WHEN first_done IS NULL THEN 'not resolved yet' WHEN hit THEN NULL
            WHEN last_done + {WINDOW} > {facts.now} THEN 'resolved less than 7 days ago' END AS reason
        FROM cases LEFT JOIN ends USING (case_id)"""


def breached(facts: Facts) -> str:
    """One unit for each target of a case; open ones that are breached count, others are undecided."""
    if "made_sla" in facts.columns and "target" not in facts.columns:
        return f"""
            SELECT case_id, 'sla' AS target, lower(made) IN ('false', '0', 'no', 'n') AS hit,
              CASE WHEN made IS NULL THEN 'the source does not say' WHEN hit THEN NULL {WITHDRAWN}
                WHEN ended_as IS NULL THEN 'still open, not breached' END AS reason
            FROM cases LEFT JOIN (SELECT case_id, arg_max(made_sla, seq) AS made FROM events GROUP BY case_id)
            USING (case_id)"""
    return f"""
        SELECT case_id, target, bool_or(activity = 'target_breached') AS hit, NULL AS reason
        FROM events WHERE {among(TARGETS)} GROUP BY case_id, target"""


def counted_by_source(facts: Facts) -> bool:
    """Whether only ServiceNow's own counter says that a case was opened again."""
    return not knows_reopening(facts.rules) and "reopen_count" in facts.columns


def without_window(facts: Facts) -> str:
    """What the counter cannot say."""
    return "counted by the source's `reopen_count`, whenever it was: the 7 days cannot be told" * counted_by_source(
        facts
    )


def knows_reopening(rules: CaseRules) -> bool:
    """Whether it declares which activities resolve a case and which open it again."""
    return bool(rules.done and rules.again)


METRICS = (
    Metric(
        key="first_contact_resolution",
        title="First-contact resolution",
        formula="resolved in the first contact and no further contact within 7 days / cases",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.CUSTOMER,
        family=Family.QUALITY,
        population="cases opened in the period that are decided: contacted again, or resolved for 7 days",
        trap="The window of 7 days is part of the definition. A contact about the same need in a new case is seen "
        "only when the two are merged.",
        estimator=Share(),
        reading=first_contact,
        needs=Needs(
            columns=("role",),
            said="no event says that it was a contact of the requester: import the column `role` (`requester`)",
        ),
    ),
    Metric(
        key="first_assignment_resolution",
        title="First-assignment resolution",
        formula="resolved without a change of team / resolved",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.LEAD,
        family=Family.QUALITY,
        population="resolved cases opened in the period with a known team",
        trap="A team that keeps what it cannot solve looks good here: read it beside the time to resolve.",
        estimator=Share(),
        reading=first_assignment,
    ),
    Metric(
        key="handovers_per_case",
        title="Hand-overs per case",
        formula="changes of team / cases",
        unit="hand-overs",
        better=Better.LOWER,
        audience=Audience.LEAD,
        family=Family.QUALITY,
        population="cases opened in the period with a known team; open ones with their hand-overs so far",
        trap="Young open cases have had little time to travel: compare periods of equal age.",
        estimator=Average(),
        reading=handovers,
    ),
    Metric(
        key="ping_pong_rate",
        title="Ping-pong rate",
        formula="cases that came back to a team which had let them go / cases",
        unit="share",
        better=Better.LOWER,
        audience=Audience.LEAD,
        family=Family.QUALITY,
        population="cases opened in the period with a known team; open ones as they are so far",
        trap="A return after a vendor's answer may be planned: look at the pairs of teams.",
        estimator=Share(),
        reading=ping_pong,
    ),
    Metric(
        key="reopen_rate",
        title="Reopen rate",
        formula="resolved cases opened again within 7 days / resolved cases",
        unit="share",
        better=Better.LOWER,
        audience=Audience.CUSTOMER,
        family=Family.QUALITY,
        population="cases opened in the period that were resolved, and reopened or resolved for 7 days",
        trap="An automatic reply must not reopen a case. Cases resolved less than 7 days ago are undecided, left out.",
        estimator=Share(),
        reading=reopened,
        needs=Needs(
            activities=(REOPENED,),
            rules=knows_reopening,
            instead="reopen_count",
            said="the dataset does not say what opens a case again: declare `done` and `again` in the mapping, or "
            "import activities named `resolved` and `reopened`, or ServiceNow's column `reopen_count`",
        ),
        remark=without_window,
    ),
    Metric(
        key="target_breach_rate",
        title="Target breach rate",
        formula="breached / cases that had the target, open breached ones included",
        unit="share",
        better=Better.LOWER,
        audience=Audience.LEAD,
        family=Family.QUALITY,
        population="targets of the cases opened in the period, met or breached by now",
        trap="Without the open breached ones the rate falls while the worst cases wait. A target that is met says "
        "nothing about the experience.",
        estimator=Share(),
        reading=breached,
        counts="targets",
        fields=("target",),
        split="target",
        needs=Needs(
            activities=TARGETS,
            columns=("target",),
            instead="made_sla",
            said="no event says whether a target was met: import activities named `target_met` and `target_breached` "
            "with a column `target`, or ServiceNow's column `made_sla`",
        ),
    ),
)
