"""What `jidoka whatif` says of an imported log: which parts ran, what they say, which did not and why."""

from typing import Any

from commands.output import table
from commands.whatif_text import counts, figures, queue_row, said, wait_figures
from measurement.whatif.compared import WORDS
from measurement.whatif.imported import NEVER, Replayed


def as_data(found: Replayed) -> dict[str, Any]:
    """The document of JSON mode."""
    ways, visits = found.routed, found.visits
    return {
        "verdict": WORDS,
        "cases": found.cases,
        "undeclared": found.undeclared,
        "parts": [{"part": part.name, "ran": part.why_not is None, "why_not": part.why_not} for part in found.parts],
        "never": NEVER,
        "routing": ways
        and {
            "cases": ways.cases,
            "reproduced": ways.reproduced,
            "differ": ways.differ,
            "moved": len(ways.moved),
            "ends_where_it_went_first": {
                "before": figures(ways.ended_there[0]),
                "after": figures(ways.ended_there[1]),
            },
        },
        "targets": [
            {
                "target": each.target,
                "before": figures(each.breached[0]) | {"open": each.open[0]},
                "after": figures(each.breached[1]) | {"open": each.open[1]},
            }
            for each in found.judged
        ],
        "queues": [
            {"team": was.team, "before": wait_figures(was), "after": wait_figures(now)} for was, now in found.waits
        ],
        "imputed": dict(visits.imputed) if found.waits else {},
        "left_out": dict(visits.left_out) if found.waits else {},
        "not_played": dict(visits.not_played) if found.waits else {},
        "seed": found.seed,
    }


def told(found: Replayed) -> str:
    """For people."""
    ran = [part.name for part in found.parts if part.why_not is None]
    undeclared = f"; {found.undeclared:,} of services that are not declared are left out" if found.undeclared else ""
    lines = [
        f"{found.cases:,} cases of the log{undeclared}. Played: {', '.join(ran) or 'nothing'}.",
        f"What-if {WORDS}: it assumes that people do what they did, and that the names mean what was declared.",
    ]
    rows: list[dict[str, Any]] = []
    if (ways := found.routed) is not None:
        lines += [
            "",
            f"Routing: {ways.reproduced:,} of {ways.cases:,} cases with a declared priority and first team went where "
            f"the rules of today send them; of these {len(ways.moved):,} go to another team first.",
        ]
        before, after = ways.ended_there
        rows.append(_row("ends where it went first", before, after, "higher"))
    rows += [_row(f"{each.target} breached", *each.breached, "lower") for each in found.judged]
    lines += ["", table(rows)] if rows else []
    if found.judged:
        lines += [
            "",
            "Targets: the times as they were recorded, by a clock that never stops; the log does not say what a",
        ]
        lines += ["case waits for. Faster or slower work is not guessed."]
    if found.waits:
        lines += ["", "Wait in the queue, in open hours, by the load of these cases alone:"]
        lines += [table([queue_row(was, now) for was, now in found.waits])]
        lines.append(f"Imputed from like cases{counts(found.visits.imputed) or ': nothing'}.")
        lines.append(f"Left out as it does not fit any more{counts(found.visits.left_out) or ': nothing'}.")
        if found.visits.not_played:
            lines.append(f"Could not be played, so left out before and after{counts(found.visits.not_played)}.")
    lines += ["", "Not played:", *(f"  {part.name}: {part.why_not}" for part in found.parts if part.why_not)]
    lines += [f"  {', '.join(NEVER)}: no imported log says enough for them"]
    return "\n".join(lines)


def _row(title: str, before: Any, after: Any, better: str) -> dict[str, Any]:
    return {
        "what": title,
        "before": said(before, "share"),
        "after": said(after, "share"),
        "n": f"{before.n:,}, {after.n:,}",
        "better": better,
    }
