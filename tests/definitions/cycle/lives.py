"""A cycle as its run keeps it, without the run; and evidence as measurement gives it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from definitions.acts import Act, News
from definitions.base import Level
from definitions.case import CaseState
from definitions.cycle import charter as charters
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.evidence import (
    Agreement,
    Evidence,
    Frozen,
    Interrupted,
    Measured,
    Neighbours,
    Point,
    Power,
    Trial,
)
from definitions.cycle.kind import DMAIC, KAIZEN
from definitions.cycle.rules import cycle_of
from definitions.cycle.state import CycleBrief, CycleState
from definitions.example import organisation
from definitions.facts import Draft, Fact, TextRef, chained
from definitions.rules import facts as folding
from definitions.rules.base import Refused, decide
from definitions.rules.kind import Kind
from definitions.rules.opening import Opening
from definitions.services import ConfirmRule
from definitions.verdict import Between, Decision, Effect, Outcome, Verdict

MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)
KINDS: dict[str, Kind] = {"dmaic": DMAIC, "kaizen": KAIZEN}
HASH = "ab" * 32


def words(name: str) -> TextRef:
    return TextRef(id=name, digest="0" * 64)


CHARTER = charters.Charter(
    title=words("title"),
    problem=words("problem"),
    experience=words("experience"),
    affected=(charters.Affected.USER,),
    metric="time_to_resolve",
    unit="s",
    level=90_000.0,
    goal=60_000.0,
    guards=(charters.Guard(metric="reopen_rate", direction="lower", harm=0.02),),
    scope=charters.Scope(services=("vpn",)),
    sponsor="dana",
    lead="ravi",
    team=(charters.Member(person="rita", voice="customer"), charters.Member(person="kim", voice="staff")),
    owner="platform",
)
MEASURED = Measured(metric="time_to_resolve", unit="s", n=400, value=90_000.0)
BASELINE = Frozen(
    sha256=HASH,
    metric="time_to_resolve",
    unit="s",
    clock="elapsed",
    start=MONDAY - timedelta(weeks=24),
    end=MONDAY,
    n=480,
    value=90_000.0,
    estimator="Kaplan-Meier median",
    weekly=20.0,
    standing="locked",
    regimes=1,
    course=tuple(
        Point(at=MONDAY - timedelta(weeks=24 - week), value=90_000.0 + 4_000 * (week % 5 - 2), n=20)
        for week in range(24)
    ),
)
POWER = Power(needed=150, available=200, power=0.9, wished=0.8, horizon_days=90)
AGREEMENT = Agreement(kappa=0.72, low=0.55, high=0.89, cases=30, raters=2, words="substantial")
TRIAL = Trial(
    experiment="fast-route",
    plan="0123456789ab",
    measure="time",
    unit="case",
    power=0.85,
    wished=0.8,
    stop=MONDAY + timedelta(days=90),
    looks=5,
)
ALL = Evidence(
    measured=MEASURED, neighbours=Neighbours(), baseline=BASELINE, power=POWER, agreement=AGREEMENT, trial=TRIAL
)
SERIES = Interrupted(
    data=HASH, before=0.4, long_run=0.25, expected=0.3, after=0.15, error=0.03, weeks=20, picked=True, beaten=True
)


def verdict(outcome: Outcome = "win", ratio: float = 0.7, low: float = 0.55, high: float = 0.9) -> Verdict:
    within = Between(low=low, high=high, level=0.95, method="repeated")
    looks = tuple(
        Decision(
            number=number,
            final=number == 3,
            says=outcome if number == 3 else "continue",
            why="by the plan",
            plan=TRIAL.plan,
            data=HASH,
            units={"standard": 40 * number, "variant": 41 * number},
            cases={"standard": 40 * number, "variant": 41 * number},
            information=number / 5,
            z=0.9 * number,
            wins_at_z=(4.88, 3.36, 2.68, 2.29, 2.03)[number - 1],
            balance_p=0.8,
        )
        for number in (1, 2, 3)
    )
    return Verdict.model_validate(
        {
            "experiment": TRIAL.experiment,
            "plan": TRIAL.plan,
            "outcome": outcome,
            "why": "z is beyond its boundary",
            "data": HASH,
            "units": {"standard": 120, "variant": 123},
            "cases": {"standard": 120, "variant": 123},
            "effect": Effect(what="new time / old time", value=ratio, within=within),
            "shift": Effect(what="normal scores", value=0.4, within=within),
            "p": 0.004,
            "false_claims": 0.05,
            "looks": looks,
        }
    )


def definition(method: str = "dmaic", **fields: Any) -> CycleDefinition:
    calendar = next(each for each in organisation.calendars if each.key == "berlin-office")
    return CycleDefinition(
        key="improvement",
        title="Improvement",
        targets=(),
        calendars=(calendar,),
        confirm=ConfirmRule(calendar=calendar.key, remind_after_days=2, close_after_days=5),
        kind=method,
        owner="dana",
        calendar_of_team=calendar.key,
        **fields,
    )


class Life:
    """Facts of one cycle, in order; `now` is moved by hand."""

    def __init__(self, method: str = "dmaic", charter: charters.Charter = CHARTER, **fields: Any) -> None:
        self.kind, self.definition, self.now = KINDS[method], definition(method, **fields), MONDAY
        case_id = f"{self.kind.prefix}-00000000"
        self.state = CaseState.model_validate({"id": case_id, "kind": method})
        self.facts: list[Fact] = []
        start = Opening(
            service="vpn", channel="cli", title=charter.title, requester=None, by="ravi", at=self.now,
            impact=Level.MEDIUM, urgency=Level.MEDIUM, cycle=CycleBrief(charter=charter),
        )  # fmt: skip
        self.write(self.kind.opening(start, self.definition))

    @property
    def cycle(self) -> CycleState:
        return cycle_of(self.state)

    def write(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            fact = chained(
                draft,
                case_id=self.state.id,
                seq=self.state.seq + 1,
                step=self.state.step,
                at=self.now,
                prev_hash=self.state.last_hash,
            )
            self.state = folding.evolve(self.state, fact, self.kind.rules)
            self.facts.append(fact)

    def do(self, act: Act | News) -> tuple[str, ...]:
        """Facts that it leads to, by type. Raises Refused."""
        if type(act) not in self.kind.acts:
            raise Refused(f"{type(act).__name__} does not fit")
        drafts = decide(act, self.state, self.definition, self.now)
        self.write(drafts)
        return tuple(draft.type for draft in drafts)

    def pass_(self, days: float) -> None:
        """Time goes by; what it brings is written."""
        until = self.now + timedelta(days=days)
        while True:
            outlook = self.kind.look(self.state, self.definition, self.now)
            self.write(outlook.drafts)
            if outlook.drafts:
                continue
            if outlook.next_at is None or outlook.next_at > until:
                break
            self.now = outlook.next_at
        self.now = until

    def folded(self) -> CaseState:
        """The state from the facts alone."""
        state = CaseState.model_validate({"id": self.state.id, "kind": self.state.kind})
        for fact in self.facts:
            state = folding.evolve(state, fact, self.kind.rules)
        return state
