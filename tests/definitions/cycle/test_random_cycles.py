"""Cycles lived at random: whatever people do, in whatever order answers come, none waits in silence or counts twice."""

from contextlib import suppress
from datetime import timedelta
from random import Random

from definitions.acts import Act, Comment
from definitions.cycle import acts, errands
from definitions.cycle.errands import Began, Errand, Failed, FollowedUp, Looked, Settled, Watched, next_errand
from definitions.cycle.evidence import Evidence, Neighbours, Point
from definitions.cycle.state import COURSE, ControlPlan, Signal
from definitions.cycle.waiting import waits, wanted
from definitions.facts import seal
from definitions.rules.base import Refused
from tests.definitions.cycle.lives import ALL, BASELINE, CHARTER, SERIES, TRIAL, Life, verdict, words

MOVES = 140
LIVES = 150


class Lived(Life):
    """A life, people and a desk that do anything."""

    def __init__(self, random: Random) -> None:
        super().__init__(random.choice(("dmaic", "kaizen")))
        self.random = random

    def tried(self, act: Act) -> None:
        """An act, where it fits."""
        with suppress(Refused):
            self.do(act)
        self.pass_(0)

    def errand(self) -> None:
        """What is due is done, well or not."""
        due = next_errand(self.state)
        if due is None or due.at > self.now:
            return
        self.write(self.answer(due.errand))
        self.pass_(0)

    def answer(self, errand: Errand) -> tuple[errands.Draft, ...]:
        """What the desk may say to it."""
        random, state, definition, now = self.random, self.state, self.definition, self.now
        if random.random() < 0.05:
            return errands.failed(Failed(errand=errand, why="the records are away"), now)
        match errand:
            case Errand.MEASURE:
                short = ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-00000001",))})
                return errands.measured(state, definition, now, random.choice((ALL, ALL, short)))
            case Errand.BEGIN:
                refused = "it clashes" if random.random() < 0.2 else None
                return errands.began(state, now, Began(experiment="fast-route", refused=refused))
            case Errand.LOOK:
                if random.random() < 0.3:
                    return errands.looked(state, definition, now, Looked(number=None, says=None, next_at=now))
                results = (None, None, Evidence(verdict=verdict()), Evidence(interrupted=SERIES))
                number, later = self.cycle.looks + 1, now + timedelta(days=7)
                found = Looked(number=number, says="continue", evidence=random.choice(results), next_at=later)
                return errands.looked(state, definition, now, found)
            case Errand.SETTLE:
                refused = "it has moved on" if random.random() < 0.2 else None
                how = "unchanged" if refused else random.choice(("accepted", "rolled_back", "reverted"))
                return errands.settled(state, Settled.model_validate({"standard": 3, "how": how, "refused": refused}))
            case Errand.WATCH:
                signal = Signal(at=now, rule="we:1", value=1.0) if random.random() < 0.2 else None
                course = (Point(at=now, value=1.0, n=20),)
                return errands.watched(state, definition, now, Watched(course=course, signal=signal))
            case Errand.FOLLOW:
                return errands.followed(FollowedUp(cycle="KZN-00000009"))

    def act(self) -> Act:
        """Something that somebody may try."""
        random = self.random
        key = random.choice([each.id for each in self.cycle.hypotheses] or ["h1"])
        text = words("said")
        control = ControlPlan.model_validate(
            {"every_days": 7, "days": 28, "on_signal": random.choice(("report", "pause", "revert"))}
        )
        goal = random.choice((60_000.0, 50_000.0))
        return random.choice(
            (
                acts.AmendCharter(by="ravi", charter=CHARTER.model_copy(update={"goal": goal})),
                acts.AddHypothesis(by="kim", text=text, parent=random.choice((None, key))),
                acts.AddGround(by="kim", hypothesis=key, kind="cases", text=text, supports=random.random() < 0.8),
                acts.Propose(by="kim", text=text, change="0123456789ab", cause=random.choice((None, key))),
                acts.PlanTrial(by="ravi", experiment="fast-route", plan=TRIAL.plan, text=text),
                acts.PlanControl(by="ravi", control=control),
                *[acts.AskGate(by="ravi")] * 6,
                acts.OverrideGate(by="dana", text=text),
                *[acts.Decide(by="dana", accept=random.random() < 0.7, text=random.choice((None, text)))] * 2,
                acts.Learn(by="kim", text=text),
                Comment(by="kim", text=text, internal=True),
            )
        )


def lived(random: Random) -> Lived:
    """A whole life, or as much of one as its moves allow."""
    life = Lived(random)
    for _ in range(MOVES):
        move = random.random()
        if move < 0.5:
            life.tried(life.act())
        elif move < 0.503:
            life.tried(acts.StopCycle(by="dana", text=words("why")))
        elif move < 0.85:
            life.errand()
        else:
            life.pass_(random.choice((0.1, 1, 7)))
        _never_in_silence(life)
    return life


def _never_in_silence(life: Lived) -> None:
    state = life.state
    due = next_errand(state)
    if state.ended:
        assert due is None or due.errand in (Errand.SETTLE, Errand.FOLLOW)
        return
    outlook = life.kind.look(state, life.definition, life.now)
    assert wanted(state) is not None or due is not None or life.cycle.control_until is not None
    assert outlook.next_at is not None or outlook.drafts or (due is not None and due.at <= life.now)
    says = waits(state)
    assert says is not None
    assert "`stop_cycle`" in says[1]


def test_no_life_breaks_what_is_promised_of_every_cycle() -> None:
    random = Random(3)
    seen: set[str] = set()
    for _ in range(LIVES):
        life = lived(random)
        cycle, facts = life.cycle, life.facts
        seen |= {fact.type for fact in facts}

        assert life.folded() == life.state
        assert all(fact.hash == seal(fact) for fact in facts)
        looks = [fact.data["number"] for fact in facts if fact.type == "looked"]
        assert looks == list(range(1, len(looks) + 1))
        begun = [fact for fact in facts if fact.type == "trial_began"]
        assert len(begun) <= 1
        asked = [fact for fact in facts if fact.type in ("decided", "trial_withdrawn", "reacted")]
        wished = [fact for fact in asked if _settles(fact.type, fact.data)]
        settled = [fact for fact in facts if fact.type == "settled"]
        assert len(settled) == len(wished) - (cycle.settling is not None)
        opened = [fact.data["gate"] for fact in facts if fact.type in ("gate_passed", "gate_overridden")]
        again = sum(fact.type == "gate_refused" and "begin" in str(fact.data) for fact in facts)
        assert len(opened) - again <= len(COURSE[life.definition.kind])
        if cycle.actual is not None and cycle.actual.verified:
            assert cycle.evidence.won or cycle.actual.per_case == 0
    assert seen >= {
        "settled",
        "followed_up",
        "errand_failed",
        "still_waiting",
        "nudged",
        "benefit_found",
        "look_put_off",
    }


def _settles(type_: str, data: dict[str, object]) -> bool:
    return type_ == "trial_withdrawn" or bool(data.get("settling")) or data.get("how") == "revert"


def test_what_a_gate_has_locked_no_later_measurement_replaces() -> None:
    random, kept = Random(11), 0
    for _ in range(30):
        life = lived(random)
        if "baseline" in life.cycle.locked and not life.state.ended:
            known = life.cycle.evidence.baseline
            other = BASELINE.model_copy(update={"sha256": "cd" * 32})
            life.write(errands.measured(life.state, life.definition, life.now, Evidence(baseline=other)))
            assert life.cycle.evidence.baseline == known
            kept += 1
    assert kept > 5
