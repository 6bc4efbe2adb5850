"""Simulated trials go through the real run of a Kaizen: what it finds is what the pure code finds, to the hash.

Their cases are fed as facts of the live log; the run passes its gates, begins, looks at the planned times, judges.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import verdicts
from benchmarks.uci_shape import weekly_late
from definitions.cycle import acts
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.evidence import Interrupted
from definitions.cycle.state import CycleState
from definitions.experiment import Experiment
from definitions.verdict import Verdict
from measurement.cycles.counted import Counted, instant
from measurement.cycles.series import result
from measurement.experiments.observed import Observed
from measurement.experiments.periods import Weekly
from office.cycling import Cycling
from tests.definitions.cycle.lives import CHARTER
from tests.definitions.trials import change
from tests.measurement.cycles.exposures import Life
from tests.office.cycling_world import Files
from tests.workflows.cycles import begun, opened
from tests.workflows.house import House, house

CYCLES = range(5)
APART = timedelta(days=35)
"""Between the cases of one look and those of the next: longer than they are followed."""
LATE = 3_600


class Late:
    """The desk of cycles, there once the house stands."""

    def __init__(self, path: Path) -> None:
        self.files = Files(path)
        self.cycling: Cycling | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cycling, name)


@pytest.fixture
def late(tmp_path: Path) -> Late:
    return Late(tmp_path / "live.parquet")


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path, late: Late) -> AsyncIterator[House]:
    async with house(tmp_path, empty_database, cycles=late) as ours:  # type: ignore[arg-type]
        late.cycling = Cycling(ours.desk, late.files)
        yield ours


def history(until: datetime, weeks: int = 26) -> list[Life]:
    """Cases with the times that the plan was made on, spread over the weeks before."""
    _, reference = verdicts.planned()
    times = np.random.default_rng(1).permutation(reference.values)
    each = timedelta(weeks=weeks) / len(times)
    return [Life(f"INC-A{k:05}", until - (len(times) - k) * each, float(s)) for k, s in enumerate(times)]


def told(plan: Experiment, whole: Observed) -> list[Life]:
    """The cases of a trial as facts, those of each look together and followed before the next ones come."""
    found, edges = [], [int(np.ceil(share * plan.units)) for share in plan.looks if isinstance(share, float)]
    for k, (case, arm, value) in enumerate(zip(whole.case, whole.arm, whole.value, strict=True)):
        batch = next(place for place, edge in enumerate(edges) if k < edge)
        found.append(
            Life(
                case,
                plan.starts_at + batch * APART + timedelta(seconds=60 * k),
                None if value >= plan.follow_s else float(value),
                {plan.key: arm},
                reopened=bool(whole.guards["reopen_rate"][k]),
            )
        )
    return found


async def now(home: House) -> datetime:
    """The clock of the server, in whole seconds."""
    return (await home.env.get_current_time()).astimezone(UTC).replace(microsecond=0)


async def through(home: House, plan: Experiment | BeforeAfter, goal: float) -> CycleState:
    """A Kaizen from its first gate to its last; what it remembers at the end."""
    case = await begun(home, level=150_000.0, goal=goal, guards=CHARTER.guards)
    await opened(home, case)
    await _over(home, case)
    words = home.words("Some words.")
    await home.act(case, acts.AddHypothesis(by="kim", text=words))
    await home.act(case, acts.AddGround(by="kim", hypothesis="h1", kind="numbers", text=words))
    version = plan.change.version if plan.change is not None else None
    await home.act(case, acts.Propose(by="kim", text=words, change=version, cause="h1"))
    kept = home.words(plan.model_dump_json())
    await home.act(case, acts.PlanTrial(by="ravi", experiment=plan.key, plan=plan.version, text=kept))
    await opened(home, case)
    await _over(home, case)
    for _ in range(40):
        state = await _state(home, case)
        if state.evidence.result is not None:
            break
        await home.pass_time(days=10)
    await home.act(case, acts.Decide(by="dana", accept=False))
    for _ in range(2):
        await opened(home, case)
    await home.ends(case)
    return await _state(home, case)


async def _over(home: House, case: str) -> None:
    """A lead goes on where chance has made the simulated weeks restless."""
    state = await _state(home, case)
    if state.gates[-1].outcome == "refused":
        assert all(short.check in ("before-after", "hopeless") for short in state.gates[-1].shortfalls)
        await home.act(case, acts.OverrideGate(by="dana", text=home.words("It is a simulation.")))


async def _state(home: House, case: str) -> CycleState:
    row = home.store.cases.get(case)
    assert row is not None
    return CycleState.model_validate(row.state_json["cycle"])


@pytest.mark.parametrize(
    ("first", "ratio", "reopened"),
    [(0, 1.0, verdicts.REOPENED), (10_000_000, verdicts.FASTER, verdicts.REOPENED),
     (20_000_000, verdicts.FASTER, verdicts.REOPENED_MORE)],
    ids=["no effect", "faster", "guard"],
)  # fmt: skip
async def test_a_simulated_trial_has_the_same_verdict_through_its_run(
    home: House, late: Late, first: int, ratio: float, reopened: float
) -> None:
    usual, reference = verdicts.planned()
    home.store.blobs.put((reference.values + 0.0).astype("<f8").tobytes())
    found, expected = list[Verdict](), list[Verdict]()
    for seed in CYCLES:
        start = await now(home)
        plan = usual.model_copy(
            update={
                "key": f"simulated-{seed}",
                "change": change(),
                "starts_at": start + timedelta(hours=1),
                "stops_at": start + timedelta(days=360),
            }
        )
        whole = verdicts.drawn(first + seed, ratio, reopened)
        late.files.lives = history(start) + told(plan, whole)

        state = await through(home, plan, goal=60_000.0)

        assert state.evidence.verdict is not None
        found.append(state.evidence.verdict)
        expected.append(verdicts.judged(first + seed, ratio, reopened, plan))
        looks = home.store.experiments.looks(plan.key)
        assert len(looks) == state.looks == len(expected[-1].looks)

    assert [each.outcome for each in found] == [each.outcome for each in expected]
    assert [each.hash for each in found] == [each.hash for each in expected]


async def test_a_baseline_that_was_picked_for_being_bad_is_judged_as_the_pure_code_does(
    home: House, late: Late
) -> None:
    found, expected = list[Interrupted | None](), list[Interrupted]()
    for seed in CYCLES:
        share, n = weekly_late(verdicts.WEEKS, np.random.default_rng(30_000_000 + seed))
        picked = slice(verdicts.WEEKS - verdicts.LATEST, verdicts.WEEKS - verdicts.AFTER)
        worst = picked.start + int(np.argmax(share[picked]))
        start = await now(home)
        plan = BeforeAfter(
            key=f"picked-{seed}", hypothesis="It got better after we had talked about it", cycle=f"KZN-{seed:08}",
            metric="time_to_resolve", measure="time", better="lower", late_s=LATE, follow_s=LATE,
            baseline="0" * 64, before=(start - timedelta(weeks=1), start), starts_at=start, weeks=verdicts.AFTER,
        )  # fmt: skip
        weekly = Weekly(np.arange(worst + 1 + verdicts.AFTER) - worst - 1, share, n)
        late.files.lives = lives = weeks(weekly, start, seed)

        state = await through(home, plan, goal=500.0)

        assert state.begun_at is not None
        found.append(state.evidence.interrupted)
        expected.append(result(plan, counted(lives), state.begun_at))

    assert found == expected
    assert sum(each.beaten for each in expected) <= 1


def weeks(weekly: Weekly, start: datetime, seed: int) -> list[Life]:
    """The weeks of a group as cases, each within one week from the change."""
    found = []
    for week, share, n in zip(weekly.week.tolist(), weekly.share, weekly.n, strict=False):
        for k in range(int(n)):
            opened_at = start + timedelta(weeks=week, days=1, minutes=k * 60)
            solved = 2.0 * LATE if k < round(share * n) else 600.0 + k
            found.append(Life(f"INC-{seed}{len(found):06}", opened_at, solved))
    return found


def counted(lives: list[Life]) -> Counted:
    """As the log would have them."""
    return Counted(
        np.array([life.case for life in lives], object),
        np.array([instant(life.opened) for life in lives]),
        np.array([min(life.solved_s or LATE, float(LATE)) for life in lives]),
    )
