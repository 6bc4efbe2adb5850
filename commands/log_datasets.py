"""`jidoka log stats|ls|rm`: what datasets there are, and what stands in them."""

from typing import TYPE_CHECKING, Any

import click

from commands.common import EXIT, App, Verb, pass_app, yes_option
from commands.datasets_door import dataset, library
from commands.output import table

if TYPE_CHECKING:
    from measurement.log.dataset import Dataset

HOUR, DAY = 3600.0, 86400.0


@click.command("stats", cls=Verb)
@click.option("--dataset", "name", required=True, metavar="NAME", help="Which event log (live: the engine's own runs).")
@pass_app
def stats(app: App, name: str) -> None:
    """Count what stands in an event log: cases, variants, throughput, what follows what."""
    from measurement.log.stats import stats as counted

    found = counted(dataset(app, name))
    app.emit(found, lambda: told(found))


@click.command("ls", cls=Verb)
@pass_app
def ls(app: App) -> int:
    """List the datasets that were imported."""
    from measurement.log.dataset import Dataset

    found = library(app).ls()
    rows = [_row(one) for one in found.values() if isinstance(one, Dataset)]
    for name, one in found.items():
        if not isinstance(one, Dataset):
            app.say(f"Left out {name}: {one.message} {one.hint}")
    app.emit(
        rows,
        lambda: (
            table([_shown(row) for row in rows]) if rows else "No datasets yet: jidoka log import FILE --dataset NAME."
        ),
    )
    return EXIT["check_failed"] if len(rows) < len(found) else 0


@click.command("rm", cls=Verb)
@click.argument("name")
@yes_option
@pass_app
def rm(app: App, name: str, yes: bool) -> None:
    """Take a dataset away with all that was imported into it."""
    there = library(app).get(name)
    app.sure(f"Take away {name} with {there.events:,} events of {there.cases:,} cases?", yes)
    library(app).rm(name)
    app.emit({"removed": name}, f"{name} is gone.")


def _row(one: "Dataset") -> dict[str, Any]:
    return {
        "name": one.name,
        "cases": one.cases,
        "events": one.events,
        "start": one.start,
        "end": one.end,
        "mapping": one.declared.name,
        "files": [source.name for source in one.sources],
    }


def _shown(row: dict[str, Any]) -> dict[str, str]:
    """A row for people: days are enough to know a dataset by."""
    days = {name: f"{row[name]:%Y-%m-%d}" if row[name] is not None else "-" for name in ("start", "end")}
    counts = {name: f"{row[name]:,}" for name in ("cases", "events")}
    return row | counts | days | {"files": ", ".join(row["files"])}


def told(found: dict[str, Any]) -> str:
    """For people: the numbers a lead asks for first, each with its n."""
    span = found["throughput_s"]
    lines = [
        f"{found['dataset']}: {found['events']:,} events of {found['cases']:,} cases"
        f", {found['start'][:16]} to {found['end'][:16]} UTC",
        f"source: {found['source'] or 'unknown'}",
        "",
        f"events a case     mean {found['events_per_case_mean']:.2f}, from {found['events_per_case_min']} "
        f"to {found['events_per_case_max']}",
        f"activities        {found['activities']:,}, in {found['variants']:,} variants",
        f"first to last     {_spread(span, found['cases'])}",
    ]
    for key, words in (("open_to_resolved_s", "open to resolved"), ("open_to_closed_s", "open to closed")):
        if key in found and found[key]["n"]:
            lines.append(f"{words:<17} {_spread(found[key], found[key]['n'])}")
    lines.append(f"cases             {_ends(found)}")
    for key, words in WORDS.items():
        if key in found:
            lines.append(f"{words:<17} {found[key]:,} ({found[key] / found['cases']:.1%} of cases)")
    counts = [f"{found[key]:,} {key}" for key in ("groups", "resources", "roles", "products") if key in found]
    if counts:
        lines.append(f"different         {', '.join(counts)} (none given counts as one)")
    for key in ("priority_final", "impact_cases", "made_sla_final", "start_activities", "end_activities"):
        if key in found:
            named = ", ".join(f"{name} {n:,}" for name, n in found[key].items())
            lines.append(f"{key.replace('_', ' '):<17} {named}")
    pairs = [
        {
            "from": pair["from"],
            "to": pair["to"],
            "times": f"{pair['count']:,}",
            "mean": duration(pair["mean_s"]),
            "median": duration(pair["median_s"]),
        }
        for pair in found["dfg_top15"]
    ]
    return "\n".join([*lines, "", "what follows what, the most frequent pairs:", table(pairs) if pairs else "none"])


WORDS = {"reopened_cases": "opened again", "reassigned_cases": "reassigned"}


def _ends(found: dict[str, Any]) -> str:
    if not found["knows_the_end"]:
        return "no rule says when one is resolved, so each counts as ended with its last event (import with --done)"
    ends = ", ".join(f"{n:,} {name}" for name, n in found["ended_as"].items())
    return f"{ends} (elapsed clock; open ones count in first to last only)"


def _spread(span: dict[str, Any], n: int) -> str:
    parts = [
        f"{words} {duration(span[name])}"
        for name, words in (("median", "median"), ("p85", "P85"), ("p95", "P95"), ("mean", "mean"))
    ]
    return f"{', '.join(parts)} (n {n:,})"


def duration(seconds: float) -> str:
    """In the unit a person would say; a day has 24 hours."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / HOUR:.1f} h" if seconds < 2 * DAY else f"{seconds / DAY:.1f} d"
