"""What help does: those who got it against those from whom it was held back by chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from measurement.comparison.proportions import newcombe_within
from measurement.log.cases import text
from measurement.metrics.automation import WINDOW
from measurement.metrics.estimate import Columns, Estimate
from measurement.metrics.metric import Audience, Beside, Better, Facts, Family, Metric, Needs
from measurement.metrics.words import HELP, OPENED, REOPENED, RESOLVED, among, staff

HELD_OUT = "hold_out"
BROKEN = 0.001
"""Where chance alone would give such numbers of the two arms more rarely, they were not drawn as it is said."""


def exposed(facts: Facts) -> str:
    """One unit for each case for which help was there, given or held back: whether it needed a person all the same."""
    return _needed(facts, f"activity = {text(HELP)}")


def drawn(facts: Facts) -> str:
    """One unit for each case that got an arm, whether there was help for it or not."""
    return _needed(facts, "help_arm IS NOT NULL")


def _needed(facts: Facts, among_them: str) -> str:
    done, again = facts.rules.done or (RESOLVED,), facts.rules.again or (REOPENED,)
    share = "TRY_CAST(help_share AS DOUBLE)" if "help_share" in facts.columns else "CAST(NULL AS DOUBLE)"
    return f"""
        WITH week AS (
          -- All are watched for equally long: who is helped is done sooner, and must not be counted sooner.
          SELECT events.*, {staff(facts.columns)} AS by_staff, opened_at, cases.service AS stratum
          FROM events JOIN cases USING (case_id) WHERE "at" <= opened_at + {WINDOW}
        ), told AS (
          SELECT case_id, any_value(stratum) AS stratum, any_value(opened_at) AS opened_at,
            arg_min(help_arm, seq) FILTER ({among_them}) AS arm,
            arg_min({share}, seq) FILTER ({among_them}) AS share,
            bool_or(activity = {text(OPENED)}) AS became, count(human) AS said,
            max(seq) FILTER ({among(done)}) AS done, coalesce(max(seq) FILTER ({among(again)}), 0) AS again,
            coalesce(min(seq) FILTER (by_staff), 2147483647) AS hand
          FROM week GROUP BY case_id HAVING bool_or({among_them})
        )
        SELECT case_id, arm = {text(HELD_OUT)} AS held_out, coalesce(share, -1) AS share,
          coalesce(stratum, '') || ' ' || coalesce(share, -1) AS stratum,
          became AND NOT coalesce(said > 0 AND done > again AND hand > done, false) AS hit,
          CASE WHEN arm IS NULL THEN 'the arm is not known'
            WHEN opened_at + {WINDOW} > {facts.now} THEN 'opened less than 7 days ago' END AS reason
        FROM told"""


@dataclass(frozen=True)
class HeldOutMinusHelped:
    """The share with `hit` among those `held_out` minus that among the helped, within each `stratum`.

    `share`: how many of its stratum were to be held out, below 0 where nobody said.
    """

    name: str = "share of the held out minus share of the helped, within service and share held out; Newcombe interval"
    columns: tuple[str, ...] = ("held_out", "hit", "stratum", "share")

    def estimate(self, columns: Columns) -> Estimate:
        """No value while one arm is empty, nor when the arms are not as large as they were drawn."""
        held, hits = columns["held_out"].astype(bool), columns["hit"].astype(bool)
        if not len(hits):
            return Estimate(0)
        strata = np.unique(columns["stratum"].astype(str), return_inverse=True)[1]
        tables = [
            (_counted(hits, ~held & (strata == one)), _counted(hits, held & (strata == one)))
            for one in range(int(strata.max()) + 1)
        ]
        both = [(helped, out) for helped, out in tables if helped[1] and out[1]]
        k1, n1, k2, n2 = (sum(part) for part in zip((0, 0, 0, 0), *((*a, *b) for a, b in both), strict=True))
        notes = [f"held out {k2} of {n2} needed a person, helped {k1} of {n1}"]
        if rest := len(hits) - n1 - n2:
            notes.append(f"{rest} more where one arm is empty: they say nothing of the effect")
        p = as_drawn(held, columns["share"].astype(float))
        if p is not None and p < BROKEN:
            odd = f"the arms are not as large as they were drawn (p {p:.1g}): what made them so may have made the rest"
            return Estimate(n1 + n2, notes=(*notes, odd))
        found = newcombe_within(both)
        return Estimate(n1 + n2, found.value, found.interval, notes=tuple(notes))


def as_drawn(held: NDArray[np.bool_], share: NDArray[np.float64]) -> float | None:
    """How probable such numbers of held out are, or rarer ones, where each is held out with its share; normal."""
    known = (share > 0) & (share < 1)
    spread = float((share[known] * (1 - share[known])).sum())
    if spread == 0:
        return None
    z = (float(held[known].sum()) - float(share[known].sum())) / np.sqrt(spread)
    return float(2 * special.ndtr(-abs(z)))


def _counted(hits: NDArray[np.bool_], which: NDArray[np.bool_]) -> tuple[int, int]:
    return int((hits & which).sum()), int(which.sum())


METRICS = (
    Metric(
        key="deflection_effect",
        title="Effect of help before a person",
        formula="share of the held out that needed a person within 7 days - the same share of the helped",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.USER,
        family=Family.AUTOMATION,
        population="cases of the period opened 7 days ago or earlier, for which there was help to give or hold back",
        trap="Only a hold-out at random says what help did: whoever leaves without a person may have given up, and "
        "counts here as in need of one. It says nothing of cases for which there was no help: for all beside it the "
        "effect is smaller.",
        estimator=HeldOutMinusHelped(),
        reading=exposed,
        beside=(
            Beside(
                "of all cases that were drawn, help or not (intention to treat)", "share", HeldOutMinusHelped(), drawn
            ),
        ),
        needs=Needs(
            activities=(HELP,),
            columns=("help_arm",),
            said=f"nobody was held out: import activities named `{HELP}` with a column `help_arm` (`help` or "
            f"`{HELD_OUT}`)",
        ),
    ),
)
