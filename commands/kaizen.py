"""`jidoka kaizen`: small improvements that prove themselves."""

from typing import TYPE_CHECKING, Any

import click

from commands.cohort import cohort, cohort_options
from commands.common import App, Noun, pass_app
from commands.cycle_start import start_of

if TYPE_CHECKING:
    from measurement.flow.candidates import Candidate, Candidates

LIVE = "live"
TOP = 10


@click.group(cls=Noun)
def group() -> None:
    """Improve one step of the work, and prove that it helped."""


group.add_command(start_of("kaizen"))


@group.command("candidates")
@click.option("--dataset", metavar="NAME", help="Which event log (live: the engine's own runs).")
@click.option("--by", metavar="FIELD", help="What tells cases apart (service, else category).")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Open cycles that a team may have (2).")
@click.option("--top", type=click.IntRange(1), default=TOP, show_default=True, metavar="N", help="How many to show.")
@cohort_options
@pass_app
def candidates(
    app: App,
    dataset: str | None,
    by: str | None,
    limit: int | None,
    top: int,
    since: str | None,
    until: str | None,
    where: tuple[str, ...],
) -> None:
    """Rank where a Kaizen would pay: frequency x (rework + wait) x lost time.

    A place is a step of a class of cases. Teams with as many open cycles as they may have are marked.
    """
    from commands.datasets_door import dataset as opened
    from measurement.flow.candidates import OPEN_CYCLES
    from measurement.flow.candidates import candidates as ranked

    name = dataset or LIVE
    with app.waiting(f"the candidates of {name}"):
        found = ranked(cohort(opened(app, name), since, until, where), by, limit=limit or OPEN_CYCLES)
    whole = found.to_json()
    app.emit(
        whole | {"candidates": whole["candidates"][:top], "more": max(0, len(found.places) - top)}, _said(found, top)
    )


def _said(found: "Candidates", top: int) -> str:
    from commands.output import table

    of = f", by {found.by}" if found.by else ""
    lines = [f"Where a Kaizen would pay in {found.dataset}: {found.n:,} cases in {found.weeks:.1f} weeks{of}", ""]
    if found.places:
        lines += [table([_row(rank, place, found) for rank, place in enumerate(found.places[:top], 1)]), ""]
    lines.append(f"{found.words[:1].upper()}{found.words[1:]}.")
    lines.append(
        "Score: cases a week x the share of their time there that is waiting or rework x that time per case in hours."
    )
    unknown = sum(place.unknown_s for place in found.places)
    spent = sum(place.spent_s for place in found.places)
    if unknown:
        lines.append(f"{unknown / spent:.0%} of the time is of no known kind and counts as work: declare `kinds`.")
    lines += [f"Left out: {left.n:,} {left.reason}." for left in found.excluded]
    if len(found.places) > top:
        lines.append(f"{len(found.places) - top:,} more: add --top.")
    return "\n".join(lines)


def _row(rank: int, place: "Candidate", found: "Candidates") -> dict[str, Any]:
    from pictures.stream_words import spoken

    what = {found.by: place.what or "(none)"} if found.by else {}
    full = "" if place.room else f"no: {place.open_cycles} open"
    return {
        "rank": f"{rank} ({place.rank_low}-{place.rank_high})",
        **what,
        "step": place.step,
        "team": place.team or "",
        "a week": f"{place.a_week:,.1f}",
        "wait+rework": f"{place.lost_share:.0%}",
        "lost per case": spoken(place.lost_per_case_s),
        "score": f"{place.score:,.0f}",
        **({"room": full} if any(not each.room for each in found.places) else {}),
    }
