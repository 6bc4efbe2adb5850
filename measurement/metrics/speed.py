"""How long people wait."""

from measurement.metrics.curves import Adjusted, Durations
from measurement.metrics.estimators import Share
from measurement.metrics.metric import Audience, Beside, Better, Clock, Facts, Family, Metric, Needs
from measurement.metrics.words import ACKNOWLEDGED, ANSWERED, WITHDRAWN, among, public, staff

ALL_CLOCKS = (Clock.ELAPSED, Clock.BUSINESS, Clock.CUSTOMER)
STRATA = ("kind", "priority")
"""What the mix is of."""
BACKWARD = "WHEN until < begin THEN 'ended before it began'"
LATER = "WHEN begin > {now} THEN 'opened after the log was read'"


def resolution(facts: Facts) -> str:
    """From opening to the last resolution; open again is open."""
    if facts.clock is Clock.CUSTOMER:
        return solution(facts)
    return f"""
        SELECT case_id, opened_at AS begin, coalesce(resolved_at, {facts.now}) AS until,
          resolved_at IS NOT NULL AS ended, CASE {WITHDRAWN} {LATER.format(now=facts.now)} {BACKWARD} END AS reason
        FROM cases"""


def stratified(facts: Facts, baseline: str = "cases") -> str:
    """The same with kind and priority as stratum (a number), and the stratum's share of the baseline."""
    same = " AND ".join(f"c.{name} IS NOT DISTINCT FROM s.{name}" for name in STRATA)
    fields = ", ".join(STRATA)
    return f"""
        WITH strata AS (
          SELECT {fields}, row_number() OVER (ORDER BY {fields}) AS stratum, n / sum(n) OVER () AS weight
          FROM (
            SELECT {fields}, count(*) AS n FROM {baseline} WHERE ended_as IS NULL OR ended_as = 'resolved' GROUP BY ALL
          )
        )
        SELECT r.*, stratum, weight FROM ({resolution(facts)}) AS r
        JOIN cases AS c USING (case_id) JOIN strata AS s ON {same}"""


def standard_mix(facts: Facts) -> str:
    """From opening to resolution, with each kind and priority weighted as in the whole log."""
    return stratified(facts, facts.everything)


def solution(facts: Facts) -> str:
    """From the first contact to the person's yes. What silence counts as is left out and shown beside it."""
    return f"""
        SELECT case_id, first_contact_at AS begin, coalesce(confirmed_at, {facts.now}) AS until,
          confirmed_at IS NOT NULL AS ended,
          CASE WHEN first_contact_at IS NULL THEN 'no first contact is known' {WITHDRAWN}
            WHEN assumed THEN 'solved by silence: shown beside it'
            WHEN confirmed_at IS NULL AND closed_at IS NOT NULL THEN 'closed without an answer'
            {LATER.format(now=facts.now)} {BACKWARD} END AS reason
        FROM cases"""


def assumed(facts: Facts) -> str:
    """The same where nobody said no: ends when silence was taken as a yes."""
    return f"""
        SELECT case_id, first_contact_at AS begin, coalesce(confirmed_at, closed_at) AS until, true AS ended,
          CASE WHEN first_contact_at IS NULL THEN 'no first contact is known' {WITHDRAWN}
            WHEN assumed IS NOT true THEN 'not by silence' {BACKWARD} END AS reason
        FROM cases"""


def acknowledgement(facts: Facts) -> str:
    """From opening to the first acknowledgement by a person; without one, watched until the case ended."""
    return _first(facts, f"{among(ACKNOWLEDGED)} AND {_by_a_person(facts)}")


def response(facts: Facts) -> str:
    """From opening to the first words of a person to the requester."""
    return _first(facts, f"{among(ANSWERED)} AND {_by_a_person(facts)} AND {public(facts.columns)}")


def acknowledged(facts: Facts) -> str:
    """Whether a case was acknowledged at all, so far."""
    return f"SELECT case_id, ended AS hit, reason FROM ({acknowledgement(facts)})"


def responded(facts: Facts) -> str:
    """Whether a case was answered at all, so far."""
    return f"SELECT case_id, ended AS hit, reason FROM ({response(facts)})"


def _by_a_person(facts: Facts) -> str:
    # A log that does not say who acted is believed: an acknowledgement is a person's by its name.
    return f"coalesce({staff(facts.columns)}, true)"


def _first(facts: Facts, condition: str) -> str:
    begin = "first_contact_at" if facts.clock is Clock.CUSTOMER else "opened_at"
    return f"""
        WITH firsts AS (SELECT case_id, min("at") AS first FROM events WHERE {condition} GROUP BY case_id)
        SELECT case_id, {begin} AS begin, first IS NOT NULL AS ended,
          CASE WHEN first IS NOT NULL THEN first WHEN ended_as IS NULL THEN {facts.now}
            ELSE coalesce(resolved_at, closed_at, last_at) END AS until,
          CASE WHEN {begin} IS NULL THEN 'no first contact is known' {LATER.format(now=facts.now)} {BACKWARD}
            END AS reason
        FROM cases LEFT JOIN firsts USING (case_id)"""


METRICS = (
    Metric(
        key="time_to_acknowledge",
        title="Time to acknowledge",
        formula="first acknowledgement by a person minus opening",
        unit="s",
        better=Better.LOWER,
        audience=Audience.USER,
        family=Family.SPEED,
        population="cases opened in the period",
        trap="Cases nobody has acknowledged are watched until they end, not left out: read the share acknowledged "
        "beside it. A machine's receipt is no acknowledgement.",
        estimator=Durations(),
        reading=acknowledgement,
        clocks=ALL_CLOCKS,
        needs=Needs(
            activities=ACKNOWLEDGED,
            in_live=True,
            said="no event says that a case was acknowledged: import activities named `acknowledged` or `started`",
        ),
        beside=(Beside("share acknowledged so far", "share", Share(), acknowledged),),
    ),
    Metric(
        key="time_to_respond",
        title="Time to respond",
        formula="first words of a person to the requester minus opening",
        unit="s",
        better=Better.LOWER,
        audience=Audience.CUSTOMER,
        family=Family.SPEED,
        population="cases opened in the period",
        trap="An automatic reply is no answer; an internal comment is none either. Cases without an answer are watched "
        "until they end.",
        estimator=Durations(),
        reading=response,
        clocks=ALL_CLOCKS,
        needs=Needs(
            activities=("acknowledged", "commented"),
            in_live=True,
            said="no event says that a person answered: import activities named `acknowledged` or `commented`",
        ),
        beside=(Beside("share answered so far", "share", Share(), responded),),
    ),
    Metric(
        key="time_to_resolve",
        title="Time to resolve",
        formula="last resolution minus opening",
        unit="s",
        better=Better.LOWER,
        audience=Audience.USER,
        family=Family.SPEED,
        population="cases opened in the period that did not end without a solution (cancelled, merged, rejected)",
        trap="Say which clock. Open cases are counted: leaving them out halves the answer. The tail has no bound: read "
        "P85 and P95, not only the median. Compare kinds and priorities with the mix adjusted.",
        estimator=Durations(),
        reading=resolution,
        clocks=ALL_CLOCKS,
        adjusted=Beside("with the mix of all groups", "s", Adjusted(), stratified),
        source="Kaplan and Meier, JASA 53 (1958) 457-481",
    ),
    Metric(
        key="mix_adjusted_time_to_resolve",
        title="Time to resolve, mix adjusted",
        formula="time to resolve within each kind and priority, weighted by their shares in the whole log",
        unit="s",
        better=Better.LOWER,
        audience=Audience.LEAD,
        family=Family.SPEED,
        population="cases opened in the period that did not end without a solution (cancelled, merged, rejected)",
        trap="Beside the raw one, always: it says what the time would be with the mix of the whole log, which nobody "
        "experienced. It corrects for kind and priority and for nothing else.",
        estimator=Adjusted(),
        reading=standard_mix,
        clocks=ALL_CLOCKS,
        beside=(Beside("raw, with its own mix", "s", Durations(), resolution),),
        source="direct standardisation of survival curves",
    ),
    Metric(
        key="customer_time_to_solution",
        title="Customer's time to solution",
        formula="the person's yes minus the first contact on any channel",
        unit="s",
        better=Better.LOWER,
        audience=Audience.CUSTOMER,
        family=Family.SPEED,
        population="cases whose first contact falls into a case of the period, not withdrawn",
        trap="It runs on through a reopening and through all waiting. Silence is no yes: cases solved by silence are "
        "shown apart, and a short time may only mean that few answered.",
        estimator=Durations(),
        reading=solution,
        clocks=(Clock.CUSTOMER,),
        beside=(Beside("solved by silence", "s", Durations(), assumed),),
    ),
)
