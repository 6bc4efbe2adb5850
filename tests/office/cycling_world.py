"""A desk whose log holds cases of a known truth: a baseline, then a trial, then the standard."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from temporalio.exceptions import ApplicationError

from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.state import CycleState, Planned
from definitions.experiment import Baseline, Experiment
from measurement.cycles import answers
from measurement.experiments.planned import fingerprint, followed
from measurement.values import BadData, Refused
from records.store import Store
from tests.definitions.cycle.lives import CHARTER
from tests.definitions.trials import trial
from tests.measurement.cycles.exposures import Life, copy_of

DAY = 86_400
FOLLOW = 2 * DAY
EACH = timedelta(hours=2)
"""Between two cases."""


class Files:
    """Reads a copy that a test has written instead of the records; cases may be added."""

    def __init__(self, path: Path) -> None:
        self._path, self._parts, self.lives = path, list[Path](), list[Life]()
        self._written: list[Life] | None = None

    def __call__(self, question: str, *given: Any) -> Any:
        if self._written != self.lives:
            self._parts, self._written = copy_of(self.lives, self._path), [*self.lives]
        try:
            return getattr(answers, question)(self._parts, *given)
        except (BadData, Refused) as refused:
            raise ApplicationError(refused.message, non_retryable=True) from refused


def usual(n: int, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Times of cases as they always were, in whole seconds."""
    return np.round(np.random.default_rng(seed).lognormal(9.5, 1.0, n))


def history(until: datetime, weeks: int = 26) -> list[Life]:
    """Cases of the weeks before, one every two hours."""
    n = int(timedelta(weeks=weeks) / EACH)
    times = usual(n, 1)
    return [Life(f"INC-A{k:05}", until - (n - k) * EACH, float(times[k])) for k in range(n)]


def tried(plan: Experiment, n: int, ratio: float, seed: int = 3, again: float = 0.0) -> list[Life]:
    """Cases of a trial, one every two hours from its start; with the variant times are `ratio` times as long."""
    rng, times = np.random.default_rng(seed), usual(n, seed)
    new, back = rng.random(n) < 0.5, rng.random(n) < again
    return [
        Life(
            f"INC-B{k:05}",
            plan.starts_at + k * EACH,
            float(np.round(times[k] * (ratio if new[k] else 1.0))),
            {plan.key: "variant" if new[k] else "standard"},
            reopened=bool(back[k]),
        )
        for k in range(n)
    ]


def after(at: datetime, n: int, ratio: float, seed: int = 5, mark: str = "C") -> list[Life]:
    """Cases of the standard, one every two hours."""
    times = usual(n, seed)
    return [Life(f"INC-{mark}{k:05}", at + k * EACH, float(np.round(times[k] * ratio))) for k in range(n)]


def experiment(store: Store, starts: datetime, **given: Any) -> Experiment:
    """A plan on the times of the baseline, which are kept where looks find them."""
    values = followed(usual(2_000, 1), FOLLOW)
    store.blobs.put((np.sort(values) + 0.0).astype("<f8").tobytes())
    known: dict[str, Any] = {
        "key": "kzn-00000001",
        "cycle": "KZN-00000001",
        "least": 0.6,
        "follow_s": FOLLOW,
        "units": 200,
        "starts_at": starts,
        "stops_at": starts + timedelta(days=60),
        "baseline": Baseline(sha256=fingerprint(values), n=len(values)),
    }
    return trial(**known | given)


def state(store: Store, plan: Experiment | BeforeAfter | None, phase: str, **given: Any) -> CycleState:
    """A cycle in this phase, with its plan kept as the door keeps it."""
    planned = None
    if plan is not None:
        words = store.texts.put(plan.model_dump_json(), id=f"t-{plan.version}")
        planned = Planned(experiment=plan.key, plan=plan.version, text=words, by="ravi")
    charter = CHARTER.model_copy(update={"level": 13_000.0, "goal": 8_000.0})
    return CycleState.model_validate({"charter": charter, "phase": phase, "planned": planned} | given)
