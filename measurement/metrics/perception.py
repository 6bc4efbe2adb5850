"""What people say of it."""

from collections.abc import Callable

from measurement.log.cases import text
from measurement.metrics.estimate import Estimator
from measurement.metrics.estimators import Average, NetScore, Share
from measurement.metrics.metric import Audience, Beside, Better, Facts, Family, Metric, Needs, Reading
from measurement.metrics.words import ASKED, RATED


def answers(question: str, low: int, high: int | None, value: str, name: str) -> Reading:
    """One unit for each answer to the question: `value` of its `score`, called `name`."""

    def reading(facts: Facts) -> str:
        """One unit for each answer to the question."""
        top = f" OR score > {high}" if high is not None else ""
        within = f"{low} to {high}" if high is not None else f"at least {low}"
        return f"""
            SELECT case_id, {value} AS {name},
              CASE WHEN score IS NULL THEN 'no number was given'
                WHEN score < {low}{top} THEN 'outside the scale, {within}' END AS reason
            FROM (
              SELECT case_id, TRY_CAST(score AS DOUBLE) AS score FROM events
              WHERE activity = {text(RATED)} AND question = {text(question)}
            )"""

    return reading


def answered(question: str, of_cases: bool = True) -> Reading:
    """Whether who was asked answered; where nothing says who was, whether a resolved case has an answer."""

    def reading(facts: Facts) -> str:
        """Whether it was answered."""
        said = f"activity = {text(RATED)} AND question = {text(question)}"
        if "survey" in facts.columns:
            return f"""
                SELECT case_id, bool_or({said}) AS hit, NULL AS reason
                FROM events WHERE survey IN (SELECT survey FROM events WHERE {said})
                GROUP BY case_id HAVING bool_or(activity = {text(ASKED)})"""
        if not of_cases:
            return "SELECT NULL AS case_id, NULL AS hit, NULL AS reason WHERE false"
        return f"""
            SELECT case_id, coalesce(said, false) AS hit,
              CASE WHEN ended_as IS NULL AND said IS NULL THEN 'not resolved yet'
                WHEN ended_as <> 'resolved' AND said IS NULL THEN ended_as END AS reason
            FROM cases LEFT JOIN (SELECT case_id, true AS said FROM events WHERE {said} GROUP BY case_id)
            USING (case_id)"""

    return reading


def opinion(
    key: str,
    title: str,
    formula: str,
    question: str,
    scale: tuple[int, int | None],
    trap: str,
    *,
    estimator: Estimator,
    value: str = "score",
    unit: str = "score",
    audience: Audience = Audience.CUSTOMER,
    better: Better = Better.HIGHER,
    more: Callable[[], tuple[Beside, ...]] = tuple,
    of_cases: bool = True,
) -> Metric:
    """A metric of answers to one question, with its response rate beside it."""
    response = (
        Beside(
            "response rate: answered of those asked, or of resolved cases",
            "share",
            Share(),
            answered(question, of_cases),
        ),
    )
    return Metric(
        key=key,
        title=title,
        formula=formula,
        unit=unit,
        better=better,
        audience=audience,
        family=Family.PERCEPTION,
        population=f"answers to the question `{question}` of the people asked in the period, or about its cases",
        trap=trap,
        estimator=estimator,
        reading=answers(question, *scale, value, estimator.columns[0]),
        counts="answers",
        demand=False,
        of_answers=True,
        needs=Needs(
            activities=(RATED,),
            columns=("question", "score"),
            said=f"nobody was asked: import activities named `{RATED}` with columns `question` (`{question}`) and "
            "`score`",
        ),
        beside=(*more(), *response),
    )


def _mean(question: str) -> Callable[[], tuple[Beside, ...]]:
    return lambda: (Beside("mean score", "1 to 5", Average(), answers(question, 1, 5, "score", "x")),)


METRICS = (
    opinion(
        "csat",
        "Customer satisfaction with a case",
        "answers 4 or 5 of 5 / answers",
        "csat",
        (1, 5),
        "Few answer, and not just anybody: the response rate stands beside it. Never mixed with overall satisfaction.",
        estimator=Share(),
        value="score >= 4",
        unit="share",
        more=_mean("csat"),
    ),
    opinion(
        "overall_satisfaction",
        "Overall satisfaction with the service",
        "answers 4 or 5 of 5 / answers, asked about the service as a whole on a schedule",
        "overall",
        (1, 5),
        "Asked of everybody in turn, not after a case: never mixed with csat.",
        estimator=Share(),
        value="score >= 4",
        unit="share",
        more=_mean("overall"),
        of_cases=False,
    ),
    opinion(
        "customer_effort",
        "Customer effort",
        "mean of 1 to 7, `it was made easy for me`, 7 = easy",
        "effort",
        (1, 7),
        "Higher is easier: other scales run the other way.",
        estimator=Average(),
    ),
    opinion(
        "nps",
        "Net promoter score",
        "share of 9-10 minus share of 0-6, times 100",
        "nps",
        (0, 10),
        "Two shares subtracted need about four times the answers of one: read the interval. It moves with culture and "
        "with who was asked.",
        estimator=NetScore(),
    ),
    opinion(
        "happiness",
        "Happiness of the people who serve",
        "share of 9-10 minus share of 0-6, times 100, on 0 to 10",
        "happiness",
        (0, 10),
        "A perception with its own n: not comparable with the score of customers, never by person.",
        estimator=NetScore(),
        audience=Audience.EMPLOYEE,
        of_cases=False,
    ),
    opinion(
        "lost_time",
        "Time people say they lost",
        "mean of the minutes people report to have lost",
        "lost_time",
        (0, None),
        "A perception: never add it to measured times.",
        estimator=Average(),
        unit="min",
        audience=Audience.USER,
        better=Better.LOWER,
    ),
)
