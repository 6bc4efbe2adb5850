"""How far people get without asking anybody, and whether that is what they wanted."""

from measurement.log.cases import text
from measurement.metrics.automation import NO_AUTOMATION, attempted, touchless
from measurement.metrics.estimators import Share
from measurement.metrics.metric import Audience, Beside, Better, Facts, Family, Metric, Needs
from measurement.metrics.quality import reopened
from measurement.metrics.words import (
    AUTOMATED,
    FOUND,
    OFFERED,
    OPENED,
    REMEDY,
    REOPENED,
    SELF_SERVICE,
    TASK_DONE,
    TASK_FAILED,
    among,
    staff,
)

NEVER = 2_147_483_647
"""The place of what did not happen."""


def tried(facts: Facts) -> str:
    """When each person first tried to help himself, by number of the event, and when the desk first did anything."""
    again = facts.rules.again or (REOPENED,)
    return f"""
          SELECT case_id, coalesce(min(seq) FILTER ({among(SELF_SERVICE)}), {NEVER}) AS tried,
            coalesce(min(seq) FILTER ({staff(facts.columns)}), {NEVER}) AS served,
            max(seq) FILTER (activity = {text(FOUND)}) AS found,
            max(seq) FILTER ({among((OPENED, *again))}) AS back,
            {"count(requester) > 0" if "fact" in facts.columns else "true"} AS of_a_person
          FROM events GROUP BY case_id"""


def used_first(facts: Facts) -> str:
    """One unit for each demand of a person: whether that person tried to help himself before the desk did anything."""
    return f"""
        SELECT case_id, tried < served AS hit,
          CASE WHEN NOT of_a_person THEN 'a machine reported it' END AS reason
        FROM ({tried(facts)})"""


def found(facts: Facts) -> str:
    """Of those who tried it first: whether they found what they needed before the desk did anything, and for good."""
    return f"""
        SELECT case_id, coalesce(found < served AND found > coalesce(back, 0), false) AS hit, NULL AS reason
        FROM ({tried(facts)}) WHERE tried < served"""


def answered_offers(facts: Facts) -> str:
    """One unit for each case with an offer: whether the person said if it was what was needed."""
    return f"""
        SELECT case_id, bool_or({among(SELF_SERVICE)}) AS hit, NULL AS reason
        FROM events GROUP BY case_id HAVING bool_or(activity = {text(OFFERED)})"""


def contained(facts: Facts) -> str:
    """One unit for each case that entered an automated channel: solved there, by nobody else, and not back in 7 days.

    `way`: the last one it entered. In our own runs these are offers, remedies and tasks of automations; an automation
    that only looks is none.
    """
    done = "activity = 'task_done' AND automated = 'true'" if "automated" in facts.columns else "false"
    ran = " AND coalesce(outcome NOT IN ('nothing', 'refused'), true)" if "outcome" in facts.columns else ""
    ways = f"""CASE WHEN activity = {text(OFFERED)} OR {among(SELF_SERVICE)} THEN 'offer'
              WHEN activity = {text(REMEDY)}{ran} THEN 'remedy'
              WHEN activity = {text(TASK_FAILED)} OR {done} THEN 'task'
              {f"WHEN {attempted(facts)} THEN 'automation'" if "fact" not in facts.columns else ""} END"""
    return f"""
        WITH entered AS (
          SELECT case_id, arg_max(way, seq) AS way FROM (SELECT case_id, seq, {ways} AS way FROM events)
          WHERE way IS NOT NULL GROUP BY case_id
        )
        SELECT case_id, way, t.hit AND NOT coalesce(back.hit, false) AS hit,
          CASE WHEN coalesce(back.hit, false) OR (t.reason IS NULL AND NOT t.hit) THEN NULL
            ELSE coalesce(t.reason, back.reason) END AS reason
        FROM entered JOIN ({touchless(facts)}) AS t USING (case_id) JOIN ({reopened(facts)}) AS back USING (case_id)"""


NO_SELF_SERVICE = "no event says that somebody tried to help himself: import activities named " + " or ".join(
    f"`{name}`" for name in SELF_SERVICE
)
ANSWERED = Beside("offers that the person answered", "share", Share(), answered_offers)

METRICS = (
    Metric(
        key="self_service_adoption",
        title="Self-service adoption",
        formula="demands that tried self-service first / all demands",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="demands in the period, those that never became a case included",
        trap="Demand includes what never became a case: without those events the rate is too low. In the engine's own "
        "runs it is the offered article that was tried; what the catalogue does by itself counts as contained instead.",
        estimator=Share(),
        reading=used_first,
        counts="demands",
        beside=(ANSWERED,),
        needs=Needs(activities=SELF_SERVICE, said=NO_SELF_SERVICE),
    ),
    Metric(
        key="self_service_success",
        title="Self-service success",
        formula="found what was needed, so that the desk did nothing / tried self-service first",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="demands in the period that tried self-service first",
        trap="Leaving is not finding: only a person's word counts as found. Who read an offer and said nothing is in "
        "neither number: read the share answered beside it.",
        estimator=Share(),
        reading=found,
        counts="demands",
        beside=(ANSWERED,),
        needs=Needs(activities=SELF_SERVICE, said=NO_SELF_SERVICE),
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
        fields=("way",),
        split="way",
        needs=Needs(
            activities=(AUTOMATED, OFFERED, *SELF_SERVICE, REMEDY, TASK_DONE, TASK_FAILED),
            humans=True,
            said=NO_AUTOMATION,
        ),
    ),
)
