"""Why a case of our own went where it did: read from its facts, never worked out again."""

from collections.abc import Sequence
from typing import Any

from commands.output import table
from definitions.facts import Fact


def decided(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """The decision and what became of it; None before the case has found its team."""
    routed = next((fact for fact in facts if fact.type == "routed"), None)
    if routed is None:
        return None
    opened = facts[0].data
    moves = [fact for fact in facts if fact.type == "handed_over"]
    against = next((f for f in facts if f.type == "overridden" and f.data.get("step") == "routing"), None)
    resolved = next((fact for fact in reversed(facts) if fact.type in ("resolved", "reopened")), None)
    done = resolved is not None and resolved.type == "resolved"
    last = [f.data["team"] for f in moves if resolved is not None and f.seq < resolved.seq] or [routed.data["team"]]
    return {
        "id": routed.case_id,
        "service": opened.get("service"),
        "category": opened.get("category"),
        "at": routed.at,
        "team": routed.data["team"],
        "rule": routed.data["rule"],
        "why": routed.data["why"],
        "learned": routed.data.get("learned"),
        "hand_overs": [{"at": f.at, "by": f.actor, "to": f.data["team"]} for f in moves],
        "overridden": None if against is None else {"by": against.actor, "reason": against.data["reason"]},
        "resolved_by": last[-1] if done else None,
    }


def told(found: dict[str, Any]) -> str:
    """For people."""
    learned = found["learned"]
    rule = f"rule {found['rule']}" if found["rule"] else "no rule"
    lines = [learned["line"] if learned else f"{found['team']}: {found['why']} ({rule})"]
    if learned and learned["paired"]:
        lines.append(f"to learn: {learned['paired']['line']}")
    if learned and learned["candidates"]:
        lines += ["", table([_candidate(each) for each in learned["candidates"]])]
    kind = "/".join(part for part in (found["service"], found["category"]) if part)
    became = [f"handed over to {move['to']} by {move['by']}" for move in found["hand_overs"]]
    if found["overridden"]:
        became.append(f"against what was learned, reason: {found['overridden']['reason'].replace('_', ' ')}")
    became.append(f"resolved by {found['resolved_by']}" if found["resolved_by"] else "not resolved yet")
    lines += ["", f"case      {found['id']}: {kind}, routed {found['at']:%Y-%m-%d %H:%M} UTC to {found['team']}"]
    lines.append(f"happened  {'; '.join(became)}")
    lines.append(f"rules     {learned['proposed'] if learned else found['team']}: {found['why']} ({rule})")
    if learned:
        lines += _by(learned)
    else:
        lines.append("learned   nothing was asked of it: it is off for the service, or the rules name one team only")
    return "\n".join(lines)


def _candidate(each: dict[str, Any]) -> dict[str, str]:
    hours = each["opens_in_s"] / 3600
    return {
        "team": each["who"],
        "share": f"{each['share']:.1%}",
        "resolved": f"{each['resolved']:,} of {each['n']:,}",
        "load": "" if each["load"] is None else f"{each['load']:.1f}",
        "hours": f"in {hours:.1f} h" if hours > 0 else "open",
        "expected": f"{each['expected_s'] / 3600:.1f} h",
    }


def _by(learned: dict[str, Any]) -> list[str]:
    drawn = "no draw: it presses too much" if learned["draw"] is None else f"drawn {learned['draw']:.3f}"
    known = "enough cases of its kind were known" if learned["known"] else "too few cases of its kind were known"
    if learned["table"] is None:
        return ["learned   no estimates had been made: `jidoka routing learn` makes the first"]
    return [
        f"learned   by {learned['choice']}, {known}; table {learned['table'][:12]}",
        f"chance    {learned['chance']:.1%} of like cases go this way ({drawn})",
        "expected  hours until work begins at the right place: opening, queue, hand-over if it was the wrong one",
    ]
