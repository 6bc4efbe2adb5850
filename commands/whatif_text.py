"""What `jidoka whatif` says: before and after, with all that speaks against believing it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from commands.output import table
from definitions.durations import span
from measurement.metrics.estimate import Estimate
from measurement.whatif.compared import WORDS, Compared
from measurement.whatif.queueing import FEW

if TYPE_CHECKING:
    from measurement.metrics.measured import Measured
    from measurement.whatif.queueing import Wait

IMPORTED = (
    "Only cases of the engine itself say which rules they followed. Say with --names FILE.toml what the services, "
    "teams, categories and priorities of the log mean here (docs/whatif.md): then routing, resolution targets and the "
    "queue are played, as far as they are declared."
)
SHOWN = 5
Queues = Sequence[tuple["Wait", "Wait"]]


def as_data(found: Compared, waits: Queues) -> dict[str, Any]:
    """The document of JSON mode."""
    return {
        "verdict": WORDS,
        "cases": found.cases,
        "kinds": found.kinds,
        "drifted": found.drifted,
        "changed": found.changed,
        "metrics": [
            {
                "metric": line.before.metric,
                "title": line.before.title,
                "unit": line.before.unit,
                "better": line.before.better,
                "before": figures(line.before.estimate),
                "after": figures(line.after.estimate),
            }
            for line in found.lines
        ],
        "pages": {"before": found.pages[0], "after": found.pages[1]},
        "acts": found.acts,
        "imputed": found.imputed,
        "imputed_share": found.imputed_share,
        "left_out": found.left_out,
        "not_reproduced": [
            {"case": each.case_id, "seq": each.seq, "type": each.type, "why": each.instead}
            for each in found.not_reproduced
        ],
        "not_played": found.not_played,
        "seed": found.seed,
        "queues": [{"team": was.team, "before": wait_figures(was), "after": wait_figures(now)} for was, now in waits],
    }


def figures(estimate: Estimate) -> dict[str, Any]:
    """One number of JSON mode."""
    interval = estimate.interval
    return {
        "n": estimate.n,
        "open": estimate.open,
        "value": estimate.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "level": interval.level if interval else None,
    }


def wait_figures(wait: "Wait") -> dict[str, Any]:
    """The queue of one team in JSON mode."""
    interval = wait.interval
    return {
        "people": wait.people,
        "visits": wait.visits,
        "load": wait.load if wait.visits > 1 else None,
        "mean_s": wait.mean_s,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "share_waiting": wait.late_share,
    }


def told(found: Compared, waits: Queues) -> str:
    """For people."""
    kinds = ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in sorted(found.kinds.items()))
    lines = [
        f"{found.cases} cases played before and after ({kinds}); {found.changed} go another way.",
        f"What-if {WORDS}: it assumes that people do what they did, as long after what set it off.",
        "",
        table([_row(line.before.title, line.before, line.after) for line in found.lines]),
        "",
        f"Pages: {found.pages[0]} before, {found.pages[1]} after.",
        f"Imputed: {100 * found.imputed_share:.1f} % of {found.acts} acts{counts(found.imputed)}.",
        f"Left out as it does not fit any more{counts(found.left_out) or ': nothing'}.",
    ]
    if found.drifted:
        lines.append(f"Began under another version than today's: {found.drifted}; before is as it is today.")
    if found.not_reproduced:
        lines.append(f"Not reproduced, so not played: {len(found.not_reproduced)}.")
        lines += [f"  {each}" for each in found.not_reproduced[:SHOWN]]
    if found.not_played:
        many = sum(found.not_played.values())
        lines.append(f"Could not be played, so left out before and after: {many}{counts(found.not_played)}.")
    if waits:
        rows = [queue_row(was, now) for was, now in waits]
        lines += ["", "Wait in the queue, in open hours, by the load of these cases alone:", table(rows)]
    return "\n".join(lines)


def _row(title: str, before: "Measured", after: "Measured") -> dict[str, Any]:
    unit = before.unit
    return {
        "metric": title,
        "before": said(before.estimate, unit),
        "after": said(after.estimate, unit),
        "n": f"{before.estimate.n}, {after.estimate.n}",
        "better": before.better,
    }


def said(estimate: Estimate, unit: str) -> str:
    """With its interval."""
    if estimate.value is None:
        return "not reached" if estimate.n else "-"
    interval = estimate.interval
    if interval is None:
        return number(estimate.value, unit)
    low, high = (number(end, unit) if end is not None else "no limit" for end in (interval.low, interval.high))
    return f"{number(estimate.value, unit)} [{low}, {high}]"


def number(value: float, unit: str) -> str:
    """With its unit, for people."""
    if unit == "s":
        return span(value)
    return f"{100 * value:.1f} %" if unit == "share" else f"{value:.3g}"


def counts(counted: Mapping[str, int]) -> str:
    """The commonest first."""
    most = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    more = f", and {len(most) - SHOWN} more reasons" if len(most) > SHOWN else ""
    return f": {', '.join(f'{n} x {what}' for what, n in most[:SHOWN])}{more}" if counted else ""


def queue_row(was: "Wait", now: "Wait") -> dict[str, Any]:
    """One team, before and after."""
    row: dict[str, Any] = {"team": was.team}
    for when, wait in (("before", was), ("after", now)):
        row |= {
            f"people {when}": wait.people,
            f"load {when}": f"{wait.load:.2f}" if wait.visits > 1 else "-",
            f"wait {when}": _waited(wait),
        }
    return row


def _waited(wait: "Wait") -> str:
    if wait.mean_s is None or wait.interval is None:
        return f"too few visits ({wait.visits})" if wait.visits < FEW else "grows without end"
    low, high = (span(max(0.0, end or 0.0)) for end in (wait.interval.low, wait.interval.high))
    return f"{span(wait.mean_s)} [{low}, {high}]"
