"""Experiments as people read them."""

import textwrap
from collections.abc import Sequence
from typing import Any

from commands.amount import told
from commands.output import table

WIDE = 100
STANDARD = {"time": "time with the variant / time with the standard", "share": "difference of shares"}


def listed(rows: Sequence[dict[str, Any]]) -> str:
    """One line each."""
    if not rows:
        return "No experiments."
    lines = [{**row, "services": ", ".join(row["scope"]["services"]), "outcome": row["outcome"] or "-"} for row in rows]
    return table(lines, ("key", "state", "outcome", "metric", "services", "layer", "looks"))


def page(whole: dict[str, Any]) -> str:
    """Plan, looks, verdict."""
    plan, verdict = whole["plan"], whole["verdict"]
    lines = [f"{whole['key']}  {_state(whole)}", *textwrap.wrap(plan["hypothesis"], WIDE), ""]
    lines += [f"{name:<10} {said}" for name, said in _plan(whole)]
    lines += ["", "Changes"]
    lines += [f"  {_operation(op)}" for op in plan["change"]["patch"]]
    lines += ["", "Arms", *(f"  {line}" for line in table(whole["arms"]).splitlines())]
    lines += ["", "Looks", *(_look(look["decision"], look["made_at"]) for look in whole["looks"])]
    if verdict is None and whole["state"] == "running":
        lines += [_to_come(number, limit) for number, limit in _outstanding(whole)]
    return "\n".join([*lines, *_verdict(verdict)])


def _outstanding(whole: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Looks that were planned and not made yet."""
    return list(enumerate(whole["boundaries"], 1))[len(whole["looks"]) :]


def _to_come(number: int, limit: dict[str, Any]) -> str:
    given_up = "" if limit["gives_up_below_z"] is None else f", given up below {limit['gives_up_below_z']:.2f}"
    # At the last look everything short of a win is given up.
    said = f"wins at z {limit['wins_at_z']:.2f}{given_up if limit['share'] < 1 else ''}"
    return f"  {number}  at {100 * limit['share']:.0f} % of the units: {said}"


def _state(whole: dict[str, Any]) -> str:
    if whole["state"] == "running":
        return f"runs since {_time(whole['locked_at'])}"
    reason = f": {whole['reason']}" if whole["reason"] else ""
    return f"{whole['state']} {_time(whole['ended_at'])} by {whole['ended_by']}{reason}"


def _plan(whole: dict[str, Any]) -> list[tuple[str, str]]:
    plan = whole["plan"]
    better = "less is better" if plan["better"] == "lower" else "more is better"
    scope, looks = plan["scope"], plan["looks"]
    categories = f", {', '.join(scope['categories'])}" if scope["categories"] else ""
    weights = plan["weights"]
    guards = [f"{guard['metric']} (worse by at most {100 * guard['bound']:g} points)" for guard in plan["guards"]]
    when = ", ".join(f"{100 * look:g} %" if isinstance(look, float | int) else _time(look) for look in looks)
    errs = f"alpha {plan['alpha']:g} over all looks, power {plan['power']:g} with {plan['units']:,} {plan['unit']}s"
    return [
        ("locked", f"{_time(whole['locked_at'])} by {whole['locked_by']}, version {whole['version']}"),
        ("metric", f"{plan['metric']}, {better}; worth acting on: {plan['least']:g} ({STANDARD[plan['measure']]})"),
        ("guards", "; ".join(guards) or "none"),
        ("cases", f"{scope['kind']}s of {', '.join(scope['services'])}{categories}, drawn by {plan['unit']}"),
        (
            "arms",
            f"standard {weights['standard']:g}, variant {weights['variant']:g}; layer {plan['layer']}, "
            f"from {100 * plan['traffic'][0]:g} to {100 * plan['traffic'][1]:g} %",
        ),
        ("follows", f"each case for {told(plan['follow_s'], 's')} from its opening"),
        ("errs", errs),
        ("looks", f"{when}; {plan['spending'].replace('_', '-')} spending"),
        ("stops", f"{_time(plan['stops_at'])} at the latest"),
    ]


def _operation(op: dict[str, Any]) -> str:
    value = f" {op['value']!r}" if "value" in op else ""
    return f"{op['op']} {op['path']}{value}"


def _look(made: dict[str, Any], at: str) -> str:
    units = f"{made['units']['standard']} and {made['units']['variant']} units"
    return f"  {made['number']}  {_time(at)}  {100 * made['information']:.0f} %, {units}: {made['says']}; {made['why']}"


def _verdict(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    from definitions.verdict import Effect

    return [
        "",
        f"Verdict: {found['outcome']}; {found['why']}",
        f"  {Effect.model_validate(found['effect']).told}",
        f"  chance of a claim where there is no effect: {100 * found['false_claims']:.1f} %",
        f"  data {found['data'][:12]}",
        *(f"  ! {signal}" for signal in found["signals"]),
    ]


def _time(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC"
