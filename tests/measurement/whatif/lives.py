"""Cases with their definitions: the recorded runs, and lives drawn at random of every kind."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import cast

from definitions.facts import GENESIS, Draft, Fact, chained
from definitions.runs import AnyDefinition, StartCase
from office.recorded import golden
from tests.definitions import test_random_lives as incidents
from tests.definitions.cycle import test_random_cycles as cycles
from tests.definitions.feedback import test_random_feedback as feedback
from tests.definitions.problem import test_random_problems as problems
from tests.definitions.request import test_random_requests as requests
from tests.definitions.review import test_random_reviews as reviews

HISTORIES = Path(__file__).parents[2] / "histories"
Case = tuple[tuple[Fact, ...], AnyDefinition]


@cache
def recorded() -> dict[str, Case]:
    """The cases of the recorded runs that are kept from their first fact on, by case id."""
    facts: dict[str, dict[int, Fact]] = {}
    definitions: dict[str, AnyDefinition] = {}
    for path in sorted(HISTORIES.glob("*.json.gz")):
        run = golden(path)
        case = run.history.workflow_id
        for fact in run.facts:
            facts.setdefault(case, {})[fact.seq] = fact
        payload = run.history.events[0].workflow_execution_started_event_attributes.input.payloads[0]
        start = StartCase.model_validate_json(payload.data)
        if start.opening is not None:
            definitions[case] = start.definition
    whole = {case: tuple(known[seq] for seq in sorted(known)) for case, known in facts.items()}
    return {case: (whole[case], definition) for case, definition in definitions.items()}


def rechained(facts: Sequence[Fact], case_id: str) -> tuple[Fact, ...]:
    """The same facts as the chain of one case: lives in tests do not always care for it."""
    made: list[Fact] = []
    for fact in facts:
        draft = Draft(
            type=fact.type, actor=fact.actor, channel=fact.channel, visibility=fact.visibility, data=dict(fact.data)
        )
        before = made[-1].hash if made else GENESIS
        made.append(chained(draft, case_id=case_id, seq=len(made) + 1, step=fact.step, at=fact.at, prev_hash=before))
    return tuple(made)


def drawn(seed: int, many: int) -> Iterator[Case]:
    """So many incidents, requests, reviews, cycles and pieces of feedback each, and worlds of problems with them."""
    random, led = Random(seed), Random(seed)
    for number in range(many):
        incident, _ = incidents.live(random)
        yield rechained(incident.facts, f"INC-{number:08}"), _first(incident)
        request, _ = requests.live(random)
        yield rechained(request.facts, f"REQ-{number:08}"), cast(AnyDefinition, request.definition)
        review, _ = reviews.lived(random)
        yield rechained(review.facts, f"PIR-{number:08}"), reviews.DEFINITION
        given = _feedback(random)
        yield rechained(given.facts, f"FBK-{number:08}"), cast(AnyDefinition, given.definition)
        cycle = cycles.lived(led)
        yield rechained(cycle.facts, f"{cycle.kind.prefix}-{number:08}"), cycle.definition
        if number % 5 == 0:
            for life in problems.lived(random).lives.values():
                yield rechained(life.facts, life.state.id), cast(AnyDefinition, life.definition)


def _first(life: incidents.Life) -> AnyDefinition:
    """The slice it began with: it may have been reclassified since."""
    version = life.facts[0].data["definition_version"]
    return next(each for each in incidents.DEFINITIONS if each.version == version)


def _feedback(random: Random) -> feedback.Life:
    life = feedback.Life(random)
    for _ in range(feedback.MOVES):
        feedback.move(life)
    return life
