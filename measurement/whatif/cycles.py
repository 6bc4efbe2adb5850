"""What the desk may have answered a cycle of improvement, from the facts that came of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from definitions.cycle.errands import (
    COULD_NOT_BEGIN,
    Began,
    Failed,
    FollowedUp,
    Looked,
    Settled,
    Watched,
)
from definitions.cycle.evidence import Evidence
from definitions.facts import Fact

Answer = Evidence | Began | Looked | Settled | Watched | Failed | FollowedUp


def answers(together: Sequence[Fact]) -> Iterator[Answer]:
    """What may have led to the first of these facts of one instant, the fullest first."""
    first, data = together[0], together[0].data
    found = _evidence(together[1:2])
    match first.type:
        case "evidence_found":
            yield Evidence.model_validate(data["evidence"])
        case "trial_began":
            yield Began.model_validate(_named(data, "experiment", "standard") | {"next_at": data["look_at"]})
        case "gate_refused":
            said = str(data["shortfalls"][0]["said"])  # type: ignore[index, call-overload]
            if said.startswith(COULD_NOT_BEGIN):
                yield Began(experiment=None, refused=said.removeprefix(COULD_NOT_BEGIN))
        case "looked":
            look = Looked.model_validate(_named(data, "number", "says", "next_at"))
            yield from (look.model_copy(update={"evidence": each}) for each in (found, None))
        case "look_put_off":
            put_off = Looked(number=None, says=None, next_at=data["until"])
            yield from (put_off.model_copy(update={"evidence": each}) for each in (found, None))
        case "settled":
            yield Settled.model_validate(_named(data, "standard", "how", "refused"))
        case "chart_read":
            course = found.course if found is not None else ()
            seen = next((fact.data for fact in together if fact.type == "signal_seen"), None)
            signal = _named(seen, "at", "rule", "value") if seen is not None and data["signal"] else None
            yield Watched.model_validate({"course": course, "signal": signal, "says": data.get("says", "")})
        case "followed_up":
            yield FollowedUp(cycle=str(data["cycle"]))
        case "errand_failed":
            yield Failed.model_validate({"errand": data["errand"], "why": data["reason"]})
        case _:
            pass


def _evidence(next_: Sequence[Fact]) -> Evidence | None:
    if not next_ or next_[0].type != "evidence_found":
        return None
    return Evidence.model_validate(next_[0].data["evidence"])


def _named(data: Any, *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names}
