"""Whether people can rely on what they are told, and whether they are heard."""

from collections.abc import Collection

from measurement.log.cases import text
from measurement.metrics.curves import Durations
from measurement.metrics.estimators import Share
from measurement.metrics.metric import Audience, Better, Clock, Facts, Family, Metric, Needs
from measurement.metrics.words import (
    FEEDBACK,
    FEEDBACK_ACTED_ON,
    FEEDBACK_ANSWERED,
    PASSED_ON,
    PROMISES,
    among,
    staff,
)


def kept(facts: Facts) -> str:
    """One unit for each promise that came due."""
    what = "what" if "what" in facts.columns else "NULL"
    return f"""
        SELECT case_id, CAST({what} AS VARCHAR) AS what, activity = 'promise_kept' AS hit, NULL AS reason
        FROM events WHERE {among(PROMISES)}"""


LATER = "PARTITION BY case_id ORDER BY seq ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"


def given(columns: Collection[str]) -> str:
    """A condition on an event: somebody gave feedback. In our own runs a case begins so, and says in what tone."""
    return f"(activity = {text(FEEDBACK)}{' OR tone IS NOT NULL' if 'tone' in columns else ''})"


def feedback_answered(facts: Facts) -> str:
    """From each feedback to the next words of a person to whoever gave it."""
    a_person = f"coalesce({staff(facts.columns)}, true)"
    nameless = "requester IS NULL" if "fact" in facts.columns else "false"
    return f"""
        SELECT case_id, "at" AS begin, coalesce(answered_at, {facts.now}) AS until, answered_at IS NOT NULL AS ended,
          CASE WHEN answered_at IS NULL AND nameless THEN 'given without a name: there is nobody to answer'
            WHEN answered_at IS NULL AND passed_on THEN 'a compliment, passed on by itself' END AS reason
        FROM (
          SELECT case_id, {given(facts.columns)} AS given, "at", {nameless} AS nameless,
            min("at") FILTER ({among(FEEDBACK_ANSWERED)} AND {a_person}) OVER ({LATER}) AS answered_at,
            coalesce(bool_or(activity = {text(PASSED_ON)}) OVER ({LATER}), false) AS passed_on
          FROM events
        ) WHERE given"""


def acted_on(facts: Facts) -> str:
    """One unit for each feedback: whether something was done about it, or a compliment reached those it is about."""
    return f"""
        SELECT case_id, acted AS hit, NULL AS reason
        FROM (
          SELECT case_id, {given(facts.columns)} AS given,
            coalesce(bool_or({among(FEEDBACK_ACTED_ON)}) OVER ({LATER}), false) AS acted
          FROM events
        ) WHERE given"""


def proactive(facts: Facts) -> str:
    """Whether the desk opened it before anybody had to call."""
    return """
        SELECT case_id, coalesce(first_contact_at > opened_at, true) AS hit,
          CASE WHEN first_contact_at IS NULL AND channel IS NULL THEN 'neither channel nor first contact is known' END
            AS reason
        FROM cases"""


NO_FEEDBACK = f"nobody gave feedback: import activities named `{FEEDBACK}`"

METRICS = (
    Metric(
        key="kept_promise_rate",
        title="Kept promises",
        formula="promises kept / promises due",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.CUSTOMER,
        family=Family.PROMISE,
        population="promises made in cases opened in the period that were kept or broken",
        trap="Promises withdrawn in time are not counted; making fewer or vaguer promises raises the rate.",
        estimator=Share(),
        reading=kept,
        counts="promises",
        fields=("what",),
        needs=Needs(
            activities=PROMISES,
            said="no promise has come due: import activities named `promise_kept` and `promise_broken`",
        ),
    ),
    Metric(
        key="feedback_response_time",
        title="Time to answer feedback",
        formula="first answer to a feedback minus the feedback",
        unit="s",
        better=Better.LOWER,
        audience=Audience.CUSTOMER,
        family=Family.PROMISE,
        population="feedback given in the period, by whom there is somebody to answer",
        trap="Feedback without an answer is still waiting and counts as that. A machine's receipt is no answer.",
        estimator=Durations(),
        reading=feedback_answered,
        clocks=(Clock.ELAPSED, Clock.BUSINESS),
        counts="feedback",
        demand=False,
        needs=Needs(some=given, said=NO_FEEDBACK),
    ),
    Metric(
        key="acted_on_rate",
        title="Feedback acted on",
        formula="feedback that led to something being done / feedback",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.CUSTOMER,
        family=Family.PROMISE,
        population="feedback given in the period",
        trap="Fresh feedback has had no time yet: compare periods of equal age.",
        estimator=Share(),
        reading=acted_on,
        counts="feedback",
        demand=False,
        needs=Needs(some=given, said=NO_FEEDBACK),
    ),
    Metric(
        key="proactive_share",
        title="Proactive share",
        formula="cases the desk opened before the first contact / cases",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.CUSTOMER,
        family=Family.PROMISE,
        population="cases opened in the period",
        trap="Noise from monitoring raises it: read it beside the share of cases that needed nothing.",
        estimator=Share(),
        reading=proactive,
        needs=Needs(
            contacts=True,
            said="no case has a first contact, so nobody can say who was first: only `live` knows it",
        ),
    ),
)
