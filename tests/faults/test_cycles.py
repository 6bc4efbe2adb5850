"""kill -9 of the worker before and after all it does for a Kaizen: each look once, nothing lost, the same verdict.

Server, worker, records, measurement and machine are the real ones. The cases are recorded beforehand and the instants
of the looks are over when the trial begins, so that all three fall due at once, on the same cases: no time that a new
worker takes changes what a look sees. The control plan begins; its first week is over after the test.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from definitions.acts import Act
from definitions.cycle import acts
from definitions.cycle.state import ControlPlan, CycleState
from definitions.experiment import Experiment
from definitions.verdict import Verdict
from office import opening
from settings import Settings, system_clock
from tests.definitions.cycle.lives import CHARTER
from tests.faults import cycle_worker
from tests.faults.cycle_worker import AFTER, BEFORE
from tests.faults.plant import Plant, plant
from tests.office.cycling_world import experiment, history, tried
from tests.stories.test_cycle_story import batched, flushed
from tests.workflows.cycles import started

pytestmark = [pytest.mark.story, pytest.mark.timeout(240)]

GATES = ("problem", "cause", "trial", "standard")
LOOKS = 3
KILLS = len(GATES) + 1 + 2 * LOOKS + 1 + 2
"""At the measurements, the beginning, each look and its word, the verdict's, the settling and the standard's."""
CASES, RATIO = 110, 0.62
"""Of the trial: enough for its last look to find the effect, not for an earlier one."""


@pytest.fixture
def plan(tmp_path: Path, template: Path) -> Experiment:
    """Of the trial; the numbers that it was made on and all cases lie in the records of `seeded`."""
    seeded = tmp_path / "seeded"
    seeded.mkdir()
    shutil.copy(template, seeded / "jidoka.db")
    now = system_clock()
    # The same whole weeks on every day.
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    with opening.open_store(Settings.model_validate({"data_dir": seeded})) as store:
        looks = tuple(monday - timedelta(days=days) for days in range(LOOKS, 0, -1))
        plan = experiment(store, monday - timedelta(days=14), looks=looks)
        lives = [*history(plan.starts_at), *tried(plan, CASES, RATIO)]
        for some in batched([flushed(life, timedelta()) for life in lives]):
            store.events.flush(some)
    return plan


@pytest.fixture
def plants(tmp_path: Path, plan: Experiment, server: str) -> Iterator[list[Plant]]:
    """A calm one, and one for each point; the same cases lie in the records of all."""
    made = []
    for point in ("", BEFORE, AFTER):
        folder = tmp_path / (point or "calm")
        made.append(plant(folder, tmp_path / "seeded" / "jidoka.db", server, point, main=cycle_worker.main))
        shutil.copytree(tmp_path / "seeded" / "blobs", folder / "blobs", dirs_exist_ok=True)
    yield made
    for each in made:
        each.close()


class Kaizen:
    """One cycle, led by people who do not give up."""

    def __init__(self, plant: Plant, case: str) -> None:
        self.plant, self.case, self._acts = plant, case, 0

    @property
    def state(self) -> CycleState:
        """What the records have of it."""
        row = self.plant.store.cases.get(self.case)
        assert row is not None
        assert isinstance(row.state_json, dict)
        return CycleState.model_validate(row.state_json["cycle"])

    async def act(self, act: Act) -> None:
        """With the same key until it is answered."""
        self._acts += 1
        await self.plant.act(self.case, act, f"act-{self._acts}")

    async def seen(self, enough: Callable[[CycleState], bool]) -> None:
        """Wait for it; whenever the worker has died there is a new one."""
        await self.plant.go_on(lambda: enough(self.state) and not self.plant.died(), seconds=100)

    async def asked(self) -> None:
        """Ask for the gate; it opens."""
        before = len(self.state.gates)
        await self.act(acts.AskGate(by="ravi"))
        await self.seen(lambda state: len(state.gates) > before)
        last = self.state.gates[-1]
        assert last.outcome == "passed", [short.said for short in last.shortfalls]


async def lead(plant: Plant, plan: Experiment) -> Kaizen:
    """A Kaizen from its charter until its standard is watched."""
    await plant.work()
    words = plant.store.texts.put("Some words.")
    known = {"title": words, "problem": words, "experience": words, "level": 13_000.0, "goal": 8_000.0}
    case = await started(plant.desk, "kaizen", CHARTER.model_copy(update=known), key="one")
    await plant.go_on(lambda: plant.store.cases.get(case) is not None, seconds=60)
    kaizen = Kaizen(plant, case)
    await kaizen.asked()
    await kaizen.act(acts.AddHypothesis(by="kim", text=words))
    await kaizen.act(acts.AddGround(by="kim", hypothesis="h1", kind="numbers", text=words))
    await kaizen.act(acts.Propose(by="kim", text=words, change=plan.change.version, cause="h1"))
    kept = plant.store.texts.put(plan.model_dump_json())
    await kaizen.act(acts.PlanTrial(by="ravi", experiment=plan.key, plan=plan.version, text=kept))
    await kaizen.asked()
    await kaizen.seen(lambda state: state.evidence.verdict is not None)
    await kaizen.act(acts.Decide(by="dana", accept=True))
    await kaizen.seen(lambda state: state.decided is not None and state.settling is None)
    await kaizen.act(acts.PlanControl(by="ravi", control=ControlPlan(every_days=7, days=92)))
    await kaizen.asked()
    await kaizen.asked()
    await plant.agree(case, seconds=60)
    return kaizen


def verdict_of(kaizen: Kaizen, plan: Experiment) -> Verdict:
    """What came out; its case and the records of the experiment say the same."""
    found, row = kaizen.state.evidence.verdict, kaizen.plant.store.experiments.get(plan.key)
    assert found is not None
    assert row.state == "ended"
    assert Verdict.model_validate(row.verdict) == found
    return found


async def test_a_cycle_comes_to_the_same_wherever_its_worker_is_killed(
    plants: list[Plant], plan: Experiment, capsys: pytest.CaptureFixture[str]
) -> None:
    calm, *killed = await asyncio.gather(*(lead(each, plan) for each in plants))

    expected = verdict_of(calm, plan)
    assert [look.says for look in expected.looks] == ["continue", "continue", "win"]
    for kaizen in (calm, *killed):
        store, facts = kaizen.plant.store, kaizen.plant.store.events.of(kaizen.case)
        types, verdict = Counter(fact.type for fact in facts), verdict_of(kaizen, plan)
        told = [fact.data["number"] for fact in facts if fact.type == "looked"]
        made = [look.number for look in store.experiments.looks(plan.key)]
        with capsys.disabled():
            print(
                f"\n{kaizen.plant.marks()} kills {kaizen.plant.point}: looks told {told}, "
                f"made {made}; {types['gate_passed']} gates, {types['decided']} decided, {types['settled']} settled, "
                f"{store.standards.latest()} standard; {verdict.outcome} {verdict.hash[:16]}"
            )
        assert kaizen.plant.marks() == (KILLS if kaizen.plant.point else 0)
        assert told == made == [look.number for look in verdict.looks] == [*range(1, LOOKS + 1)]
        assert [str(record.gate) for record in kaizen.state.gates] == [*GATES]
        assert (types["trial_began"], types["decided"], types["settled"]) == (1, 1, 1)
        assert [standard.cycle for standard in store.standards.ls()] == [kaizen.case]
        assert kaizen.state.control_until is not None
        assert verdict.hash == expected.hash
        assert [fact.type for fact in facts if fact.type != "told"] == [
            fact.type for fact in calm.plant.store.events.of(calm.case) if fact.type != "told"
        ]
        assert store.audit.verify().problems == ()
