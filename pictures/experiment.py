"""An experiment as a picture: its looks against the boundaries that were planned for them."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from definitions.experiment import ARMS, Experiment
from definitions.verdict import Decision, Verdict
from measurement.experiments.boundaries import Boundaries
from pictures.picture import Cell, Picture
from pictures.vega import ACCENT, ALARM, BODY_WIDTH, GREY, INK, drawn

HEIGHT = 380
NEVER = 8.0
"""Standard deviations that no boundary is drawn beyond: the first look of many plans cannot stop."""
WORDS = {"win": "a win from here on", "harm": "worse from here on", "futility": "given up below"}
COLOURS = {"win": ACCENT, "harm": ALARM, "futility": GREY}


def experiment_picture(
    plan: Experiment, limits: Boundaries, looks: Sequence[Decision], verdict: Verdict | None, cases: Mapping[str, int]
) -> Picture:
    """z of each look over the share of the planned units; `limits` as planned, `cases` drawn by arm."""
    edges = _edges(limits)
    made = [
        {
            "share": look.information,
            "z": look.z,
            "said": f"look {look.number}: {look.says.replace('_', ' ')}",
            "near": "right" if look.information > 0.85 else "center",
        }
        for look in looks
        if look.z is not None
    ]
    body, width, height = drawn(alt.layer(*_layers(edges, made)).properties(width=BODY_WIDTH - 170, height=HEIGHT))
    arms = ", ".join(f"{cases.get(arm, 0):,} {arm}" for arm in ARMS)
    last = looks[-1] if looks else None
    ended = verdict.outcome.replace("_", " ") if verdict is not None else "it goes on"
    standing = f"{len(looks)} of {len(plan.looks)} looks made"
    stands = f"; z of the last {last.z:.2f}" if last is not None and last.z is not None else ""
    return Picture(
        title=f"{plan.key}: {plan.hypothesis}",
        facts=(
            f"{plan.metric}, {plan.better} is better",
            f"cases {arms}",
            f"drawn by {plan.unit}, {plan.units:,} units planned",
            f"plan {plan.version}",
        ),
        body=body,
        body_width=width,
        body_height=height,
        alt=f"{standing}{stands}; {ended}.",
        rows=[_row(look) for look in looks],
        notes=_notes(plan, limits, verdict),
        source="the locked plan, and the looks as they were made",
    )


def _edges(limits: Boundaries) -> list[dict[str, Any]]:
    named = [("win", limits.high), ("harm", limits.low if limits.sides == 2 else ()), ("futility", limits.futility)]
    return [
        {"share": share, "z": float(np.clip(z, -NEVER, NEVER)), "kind": kind}
        for kind, edge in named
        for share, z in zip(limits.looks, edge or (), strict=False)
        if np.isfinite(z) and not (kind == "futility" and share == limits.looks[-1])
    ]


def _layers(edges: list[dict[str, Any]], made: list[dict[str, Any]]) -> list[Any]:
    x = alt.X(
        "share:Q",
        title="share of the planned units that were followed to the end",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", grid=False),
    )
    y = alt.Y("z:Q", title="z: better than the standard above zero")
    layers = []
    for kind, colour in COLOURS.items():
        part = [edge for edge in edges if edge["kind"] == kind]
        if not part:
            continue
        base = alt.Chart(alt.InlineData(values=part)).encode(x=x, y=y)
        dash = [2, 3] if kind == "futility" else [6, 3]
        layers += [
            base.mark_line(color=colour, strokeDash=dash, strokeWidth=1.6),
            base.mark_point(shape="stroke", color=colour, size=120, strokeWidth=2),
            alt.Chart(alt.InlineData(values=[part[-1] | {"word": WORDS[kind]}]))
            .mark_text(align="left", dx=10, color=colour)
            .encode(x=x, y=y, text="word:N"),
        ]
    layers.append(alt.Chart(alt.InlineData(values=[{"z": 0}])).mark_rule(color=GREY, strokeWidth=0.8).encode(y="z:Q"))
    for near in ("center", "right"):
        part = [look for look in made if look["near"] == near]
        if part:
            words = alt.Chart(alt.InlineData(values=part)).encode(x=x, y=y, text="said:N")
            layers.append(words.mark_text(align=near, dy=20, color=INK))
    if made:
        base = alt.Chart(alt.InlineData(values=made)).encode(x=x, y=y)
        layers += [
            base.mark_line(color=INK, strokeWidth=2),
            base.mark_point(filled=True, color=INK, size=90, opacity=1),
        ]
    return layers


def _row(look: Decision) -> dict[str, Cell]:
    return {
        "look": look.number,
        "share": look.information,
        "standard": look.units.get("standard", 0),
        "variant": look.units.get("variant", 0),
        "z": look.z,
        "win at": look.wins_at_z,
        "give up below": look.gives_up_below_z,
        "says": look.says,
        "why": look.why,
    }


def _notes(plan: Experiment, limits: Boundaries, verdict: Verdict | None) -> tuple[str, ...]:
    found = []
    if verdict is not None:
        found.append(f"Verdict: {verdict.outcome.replace('_', ' ')}. {verdict.why}. {verdict.effect.told}.")
        found += [f"{signal[:1].upper()}{signal[1:]}." for signal in verdict.signals]
    found.append(
        f"Boundaries: {limits.name}, alpha {plan.alpha:g} over all looks, two-sided; a look made at another share than "
        "planned has its own boundary, as the table says."
    )
    if plan.guards:
        found.append(f"Also stops when it gets worse: {', '.join(guard.metric for guard in plan.guards)}.")
    return tuple(found)
