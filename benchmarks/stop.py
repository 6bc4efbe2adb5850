"""Stop: an experiment is stopped in an emergency while cases are opened; until when new ones are exposed to it."""

import asyncio
from datetime import datetime, timedelta

from benchmarks.machine import load
from benchmarks.options import Options
from benchmarks.paired import percentile
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig
from definitions.change import Change
from definitions.experiment import Baseline, Experiment, Scope
from definitions.intake import OpenIncident
from definitions.people import Actor, Door
from desk import Desk
from office import opening
from settings import system_clock

STOPS = 10
AT_ONCE = 8
BEFORE = 24
"""Cases opened before the stop, and after it, in each round."""
PATH = "/services/vpn/confirm/remind_after_days"


class Round:
    """One experiment, while doors open cases without a pause: when each was asked for and accepted, and its arm."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk, self._actor = desk, actor
        self.opened: list[tuple[datetime, datetime, str | None]] = []

    async def lane(self, until: asyncio.Event) -> None:
        """Open one case after the other."""
        while not until.is_set():
            asked = system_clock()
            case = await self._desk.open_incident(OpenIncident(service="vpn", title="VPN is slow"), actor=self._actor)
            start = await asyncio.to_thread(self._desk.store.inbox.start_of, case.id)
            assert start is not None
            self.opened.append((asked, start.received_at, start.arm))

    async def more(self, count: int) -> None:
        """Wait until so many more are there."""
        wanted = len(self.opened) + count
        while len(self.opened) < wanted:
            await asyncio.sleep(0.01)


def plan(desk: Desk, number: int) -> Experiment:
    """Everybody takes part; half gets a reminder later."""
    now, patch = system_clock(), [{"op": "replace", "path": PATH, "value": 3}]
    change = Change.model_validate({"base": desk.organisation.version, "why": "To be stopped.", "patch": patch})
    return Experiment(
        key=f"stopped-{number}",
        hypothesis="Nothing: this one is there to be stopped",
        change=change,
        metric="time_to_resolve",
        least=0.7,
        baseline=Baseline(sha256="0" * 64, n=1_000),
        scope=Scope(services=("vpn",)),
        layer="stopping",
        follow_s=86_400,
        units=1_000,
        starts_at=now - timedelta(hours=1),
        stops_at=now + timedelta(days=90),
    )


async def run(options: Options) -> Result:
    """Ten stops by a door of its own, each while eight others open cases."""
    answered: list[float] = []
    last: list[float] = []
    late = exposed = 0
    async with Rig() as rig:
        await rig.work()
        desk, other = (opening.open_desk(rig.settings, organisation=rig.organisation) for _ in range(2))
        actor, lead = (desk.identity.actor(person, Door.CLI, verified=True) for person in ("rita", "dana"))
        for number in range(STOPS):
            await asyncio.to_thread(desk.experiments.lock, plan(desk, number), "dana")
            one, over = Round(desk, actor), asyncio.Event()
            lanes = [asyncio.create_task(one.lane(over)) for _ in range(AT_ONCE)]
            await one.more(BEFORE)
            asked = system_clock()
            await other.experiments.stop(f"stopped-{number}", "This is an emergency.", lead)
            done = system_clock()
            await one.more(BEFORE)
            over.set()
            await asyncio.gather(*lanes)
            exposures = [(begun, accepted) for begun, accepted, arm in one.opened if arm is not None]
            answered.append((done - asked).total_seconds())
            last.append(max(((accepted - asked).total_seconds() for _, accepted in exposures), default=0.0))
            late += sum(begun > done for begun, _ in exposures)
            exposed += len(exposures)
        for each in (desk, other):
            each.store.close()
    return Result(
        name="stop",
        figures=[
            Figure(what="until the stop is answered, slowest of ten", value=max(answered), unit="s", goal=1),
            Figure(what="until the last exposed case is accepted, slowest of ten", value=max(last), unit="s", goal=1),
            Figure(what="exposed of those that came after the answer", value=late, goal=0),
        ],
        details={
            "stops": STOPS,
            "doors": AT_ONCE,
            "exposed": exposed,
            "answered_p50_ms": percentile(answered, 0.5) * 1e3,
            "last_exposed_p50_ms": percentile(last, 0.5) * 1e3,
            "load": load(),
        },
    )
