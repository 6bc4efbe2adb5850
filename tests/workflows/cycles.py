"""A desk that answers what runs of cycles ask, from figures that a test has chosen; it counts what it was asked."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from activities.cycles import (
    Began,
    Begin,
    FollowUp,
    LookAt,
    Looked,
    Measure,
    Settle,
    Settled,
    Watched,
    WatchOver,
)
from definitions.base import Level
from definitions.cycle import acts
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Evidence, Interrupted, Point
from definitions.cycle.state import CycleBrief, Method, Signal
from definitions.facts import TextRef
from definitions.rules.opening import Opening
from definitions.verdict import Verdict
from desk import Desk
from tests.definitions.cycle.lives import ALL, CHARTER, verdict
from tests.workflows.house import House


class FigureDesk:
    """`Cycles` without measurement: looks fall due every week, the last one brings the result."""

    def __init__(self, looks: int = 3, result: Verdict | Interrupted | None = None) -> None:
        self.looks, self.result = looks, result or verdict()
        self.evidence = ALL
        self.refused: str | None = None
        """Why no trial can begin; None: it can."""
        self.not_settled: str | None = None
        self.signal_after: timedelta | None = None
        """How long after the control plan began the chart shows a signal; None: never."""
        self.away = 0
        """So many calls fail before one is answered."""
        self.asked: Counter[str] = Counter()
        self.settled: list[str] = []
        self.made: list[int] = []
        self.desk: Desk | None = None

    def _called(self, what: str) -> None:
        self.asked[what] += 1
        if self.away:
            self.away -= 1
            raise ConnectionError("the records are away")

    async def measure(self, asked: Measure) -> Evidence:
        self._called("measure")
        return self.evidence if asked.state.evidence.result is None else Evidence()

    async def begin(self, asked: Begin) -> Began:
        self._called("begin")
        planned = asked.state.planned
        experiment = planned.experiment if planned else None
        return Began(experiment=experiment, refused=self.refused, next_at=asked.at + timedelta(days=7))

    async def look(self, asked: LookAt) -> Looked:
        self._called("look")
        number = asked.state.looks + 1
        if number not in self.made:
            self.made.append(number)
        next_at = asked.at + timedelta(days=7)
        if number < self.looks:
            return Looked(number=number, says="continue", next_at=next_at)
        name = "verdict" if isinstance(self.result, Verdict) else "interrupted"
        found = Evidence.model_validate({name: self.result})
        return Looked(number=number, says="win", evidence=found, next_at=next_at)

    async def settle(self, asked: Settle) -> Settled:
        self._called("settle")
        self.settled.append(asked.do)
        how = {"accept": "accepted", "roll_back": "rolled_back", "revert": "reverted"}[asked.do]
        if self.not_settled is not None:
            return Settled(standard=None, how="unchanged", refused=self.not_settled)
        return Settled.model_validate({"standard": 7 if asked.do == "accept" else None, "how": how})

    async def watch(self, asked: WatchOver) -> Watched:
        self._called("watch")
        assert asked.state.control_until is not None
        assert asked.state.control is not None
        began = asked.state.control_until - timedelta(days=asked.state.control.days)
        course = (Point(at=asked.at, value=60_000.0, n=20),)
        if self.signal_after is None or asked.at < began + self.signal_after:
            return Watched(course=course)
        return Watched(course=course, signal=Signal(at=asked.at, rule="beyond a limit", value=120_000.0))

    async def follow(self, asked: FollowUp) -> str:
        self._called("follow")
        assert self.desk is not None
        kept = await self.desk.words("It goes on", None)
        charter = asked.state.charter.model_copy(update={"title": kept})
        return await started(self.desk, "kaizen", charter, after=asked.cycle, key=f"after-{asked.cycle}")


async def started(desk: Desk, method: Method, charter: Charter, *, key: str, after: str | None = None) -> str:
    """A cycle that has begun, past the question whether somebody may."""
    acceptance, courier = desk._acceptance, desk.courier
    opening = Opening(
        service="vpn",
        channel="cli",
        title=charter.title,
        requester=None,
        by=charter.lead,
        at=desk.clock(),
        impact=Level.MEDIUM,
        urgency=Level.MEDIUM,
        cycle=CycleBrief(charter=charter, after=after),
    )
    definition = desk.organisation.cycle(method, charter.owner)
    row = await acceptance.accept(opening, definition, source="cycle", external_id=key)
    return (await courier.open(row)).id


async def begun(home: House, method: Method = "kaizen", **charter: Any) -> str:
    """A cycle with a whole charter, its words kept."""
    kept = {name: home.words(f"Words of the {name}.") for name in ("problem", "experience")}
    title = home.words("VPN cases wait for the wrong team")
    whole = CHARTER.model_copy(update=kept | {"title": title} | charter)
    case = await started(home.desk, method, whole, key=f"test-{len(home.opened)}")
    home.opened.append(case)
    await home.pass_time(seconds=5)
    return case


async def opened(home: House, case: str) -> None:
    """Ask for the gate and wait for its answer."""
    await home.act(case, acts.AskGate(by="ravi"))
    await home.pass_time(seconds=30)


async def planned(home: House, case: str) -> None:
    """A cause with evidence, something to try, a plan."""
    words: TextRef = home.words("Some words.")
    await home.act(case, acts.AddHypothesis(by="kim", text=words))
    await home.act(case, acts.AddGround(by="kim", hypothesis="h1", kind="numbers", text=words))
    await home.act(case, acts.Propose(by="kim", text=words, change="0123456789ab", cause="h1"))
    plan = acts.PlanTrial(by="ravi", experiment="fast-route", plan="0123456789ab", text=home.words("{}"))
    await home.act(case, plan)


def facts(events: list[dict[str, Any]], type_: str) -> list[dict[str, Any]]:
    """The data of the facts of this type."""
    return [event["data"] for event in events if event["type"] == type_]


def at(event: dict[str, Any]) -> datetime:
    """When it was."""
    return datetime.fromisoformat(str(event["at"]))
