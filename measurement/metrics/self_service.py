"""How far people get without asking anybody, and whether that is what they wanted."""

from measurement.log.cases import text
from measurement.metrics.automation import NO_AUTOMATION, WINDOW, WITHDRAWN
from measurement.metrics.estimators import HeldOutMinusShown, Share
from measurement.metrics.metric import Audience, Better, Facts, Family, Metric, Needs
from measurement.metrics.words import AUTOMATED, FOUND, HELP, OPENED, REOPENED, SELF_SERVICE, among, staff


def shown(facts: Facts) -> str:
    """One unit for each time help came to be shown: whether it was held out, and whether a case came of it."""
    return f"""
        SELECT case_id, arg_min(arm, seq) FILTER (activity = {text(HELP)}) = 'held_out' AS held_out,
          bool_or(activity = {text(OPENED)}) AS hit,
          CASE WHEN held_out IS NULL THEN 'the arm is not known' END AS reason
        FROM events GROUP BY case_id HAVING bool_or(activity = {text(HELP)})"""


def used_first(facts: Facts) -> str:
    """One unit for each demand: whether self-service was the first thing tried."""
    return f"""
        SELECT case_id, arg_min(activity, seq) FILTER ({among((SELF_SERVICE, OPENED))}) = {text(SELF_SERVICE)} AS hit,
          NULL AS reason
        FROM events GROUP BY case_id HAVING bool_or({among((SELF_SERVICE, OPENED))})"""


def found(facts: Facts) -> str:
    """Of those who tried self-service first: whether they found it and no case came of it."""
    return f"""
        SELECT case_id, bool_or(activity = {text(FOUND)}) AND NOT bool_or(activity = {text(OPENED)}) AS hit,
          NULL AS reason
        FROM events GROUP BY case_id
        HAVING arg_min(activity, seq) FILTER ({among((SELF_SERVICE, OPENED))}) = {text(SELF_SERVICE)}"""


def contained(facts: Facts) -> str:
    """One unit for each case that entered an automated channel: finished there, and no bounce-back in the window."""
    again = facts.rules.again or (REOPENED,)
    return f"""
        WITH entered AS (
          SELECT case_id, min("at") FILTER ({among((AUTOMATED, SELF_SERVICE))}) AS entered_at,
            count(human) FILTER ({staff(facts.columns)}) AS hands, count(*) FILTER ({among(again)}) AS back
          FROM events GROUP BY case_id
        )
        SELECT case_id, resolved_at IS NOT NULL AND hands = 0 AND back = 0 AS hit,
          CASE {WITHDRAWN} WHEN hands > 0 OR back > 0 THEN NULL WHEN resolved_at IS NULL THEN 'open, undecided'
            WHEN resolved_at + {WINDOW} > {facts.now} THEN 'resolved less than 7 days ago' END AS reason
        FROM cases JOIN entered USING (case_id) WHERE entered_at IS NOT NULL"""


NO_SELF_SERVICE = f"no event says that somebody helped himself: import activities named `{SELF_SERVICE}`"

METRICS = (
    Metric(
        key="deflection_effect",
        title="Effect of help shown before a case",
        formula="rate of cases among the held out - rate of cases among those shown help",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="times help came to be shown, in the period",
        trap="Only a hold-out at random says what the help did: whoever leaves without a case within a day may have "
        "given up.",
        estimator=HeldOutMinusShown(),
        reading=shown,
        counts="times help came to be shown",
        needs=Needs(
            activities=(HELP,),
            columns=("arm",),
            said=f"no event says that help came to be shown: import activities named `{HELP}` with a column `arm` "
            "(`shown` or `held_out`)",
        ),
    ),
    Metric(
        key="self_service_adoption",
        title="Self-service adoption",
        formula="demands that tried self-service first / all demands",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="demands in the period, those that never became a case included",
        trap="Demand includes what never became a case: without those events the rate is too low.",
        estimator=Share(),
        reading=used_first,
        counts="demands",
        needs=Needs(activities=(SELF_SERVICE,), said=NO_SELF_SERVICE),
    ),
    Metric(
        key="self_service_success",
        title="Self-service success",
        formula="found what was needed without a case / tried self-service first",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="demands in the period that tried self-service first",
        trap="Leaving is not finding: only a person's word counts as found.",
        estimator=Share(),
        reading=found,
        counts="demands",
        needs=Needs(activities=(SELF_SERVICE,), said=NO_SELF_SERVICE),
    ),
    Metric(
        key="containment",
        title="Containment",
        formula="finished in the automated channel without a person and without coming back in 7 days / entered it",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="cases of the period that entered an automated channel, decided by now",
        trap="Who is shut in is contained as well: never a goal without the satisfaction of the same people.",
        estimator=Share(),
        reading=contained,
        needs=Needs(activities=(AUTOMATED, SELF_SERVICE), humans=True, said=NO_AUTOMATION),
    ),
)
