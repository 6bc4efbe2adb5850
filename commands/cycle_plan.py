"""`jidoka cycle plan`: how a change is tried, from the change alone; shown whole before it is sent."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.amount import Amount, amount, told
from commands.cases_door import Moment, asked, at_the_desk, valid
from commands.common import App, Failure, Verb, dry_run_option, key_option, pass_app, yes_option

if TYPE_CHECKING:
    from definitions.change import Change
    from definitions.experiment import Experiment
    from definitions.people import Actor
    from desk import Desk
    from office.cycle_plans import Proposal

UNSAID, LONGEST = "-", 300
UNITS = ("case", "requester", "service", "team", "block")
KINDS = ("incident", "request", "problem")


@click.command("plan", cls=Verb)
@click.argument("case_id", metavar="ID")
@click.option(
    "--change",
    "file",
    metavar="FILE.json",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="The change: base, why, patch; or the patch alone (RFC 6902). - is stdin.",
)
@click.option("--words", metavar="WORDS", help="What is tried, in words (what the change says of itself).")
@click.option("--cause", metavar="KEY", help="The cause that it acts on, as h1.")
@click.option("--hypothesis", metavar="WORDS", help="What is to come of it (from the words and the goal).")
@click.option("--service", "services", multiple=True, metavar="KEY", help="Whose cases take part (the charter's).")
@click.option("--kind", type=click.Choice(KINDS), help="Which cases (incidents, or requests for a changed catalogue).")
@click.option("--unit", type=click.Choice(UNITS), default="case", show_default=True, help="What is drawn as a whole.")
@click.option("--block-days", type=click.IntRange(1, 28), default=7, show_default=True, help="Length of a block.")
@click.option("--least", type=float, metavar="X", help="Least effect: new time / old time, or share - share (goal's).")
@click.option("--guard", "guards", multiple=True, metavar="METRIC:lower|higher:BOUND", help="Instead of the charter's.")
@click.option("--follow-days", type=float, metavar="N", help="How long each case is followed (until 95 of 100 ended).")
@click.option("--alpha", type=float, default=0.05, show_default=True, help="Chance of a claim without an effect.")
@click.option("--power", type=float, default=0.8, show_default=True, help="Chance to find the least effect.")
@click.option("--looks", type=click.IntRange(1, 30), default=5, show_default=True, help="How often it is looked.")
@click.option("--share", type=Amount(), default="50%", show_default=True, help="Of the cases, with the variant.")
@click.option("--layer", metavar="KEY", help="Experiments of one layer never share a case (by what is changed).")
@click.option("--traffic", metavar="LOW:HIGH", help="The stretch of its layer that takes part, as 50%:100% (all).")
@click.option("--days", type=click.IntRange(1, 1098), metavar="N", help="The longest it may take (as needed).")
@click.option("--starts", "starts_at", type=Moment(), metavar="TIME", help="When it begins (when its gate opens).")
@click.option("--before-after", is_flag=True, help="No second arm: everybody gets it, and the rebound is subtracted.")
@click.option("--weeks", type=click.IntRange(2, 52), default=8, show_default=True, help="Compared after it, so.")
@dry_run_option
@yes_option
@key_option
@pass_app
def plan(
    app: App,
    case_id: str,
    file: str | None,
    dry_run: bool,
    yes: bool,
    idempotency_key: str | None,
    guards: tuple[str, ...],
    traffic: str | None,
    **given: Any,
) -> None:
    """Plan the trial of a change; until its gate opens another plan may take its place, and nobody is exposed.

    Only the change is needed. The least effect comes from the goal, the cases from the power, the guards from the
    charter; what clashes, cannot be found or does not fit the standard is refused (exit 6), and nothing is sent.
    """
    from commands.definitions_change import read
    from office.cycle_plans import Wanted

    app.need_stack()
    with refusing():
        fields = {name: value for name, value in given.items() if value is not None}
        fields |= {"guards": tuple(map(_guard, guards))} if guards else {}
        fields |= {"traffic": _stretch(traffic)} if traffic else {}
        if file:
            with at_the_desk(app) as (desk, _):
                change = read(Path(file), desk.organisation.version, bare=given["words"] or UNSAID)
            said = "; ".join(_operations(change))[:LONGEST]
            fields["change"] = change.model_copy(update={"why": said}) if change.why == UNSAID else change
        wanted = valid(Wanted, fields)
        proposal = _drafted(app, case_id, wanted)
    answer = _data(proposal)
    if dry_run:
        app.emit(answer | {"sent": False}, lambda: f"{shown(proposal)}\n\nNothing was sent.")
        return
    if sys.stdin.isatty() and not yes:
        app.say(shown(proposal))
        app.sure("Send this plan?", yes)

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from commands.cases_verbs import shown as case_shown

        await desk.plans.send(proposal, actor, key=idempotency_key)
        return await case_shown(desk, actor, case_id)

    with refusing():
        case = asked(app, work, waiting=f"{case_id} to take the plan", back=f"See `jidoka cycle show {case_id}`.")

    def text() -> str:
        from commands.cycle_text import brief

        return f"{shown(proposal)}\n\nSent; it is locked when the gate {case.get('phase', '')} opens.\n\n{brief(case)}"

    app.emit(answer | {"sent": True}, text)


@contextmanager
def refusing() -> Iterator[None]:
    """What speaks against a plan is an answer, and a bad one: exit 6."""
    from definitions.loading import DefinitionsError
    from measurement.values import BadData, Refused
    from office.errors import ActRefused

    try:
        yield
    except (ActRefused, DefinitionsError, BadData, Refused) as no:
        raise Failure("refused", no.message, no.hint, exit=6) from None


def _drafted(app: App, case_id: str, wanted: Any) -> "Proposal":
    from activities.live import live_copy

    async def work(desk: "Desk", actor: "Actor") -> "Proposal":
        with live_copy(desk.store, app.settings.data_dir).refreshed() as parts:
            return await desk.plans.draft(case_id, wanted, actor, parts)

    return asked(app, work, waiting="the baseline to be read")


def _stretch(given: str) -> tuple[float, float]:
    low, _, high = given.partition(":")
    ends = amount(low), amount(high)
    if ends[0] is None or ends[1] is None:
        raise Failure("usage", f"--traffic {given!r} is no stretch.", "Write LOW:HIGH, as 0%:50%.")
    return ends[0], ends[1]


def _guard(given: str) -> dict[str, Any]:
    metric, better, bound = (*given.split(":"), "", "")[:3]
    worse = amount(bound) if bound else None
    if given.count(":") != 2 or better not in ("lower", "higher") or worse is None:
        raise Failure("usage", f"--guard {given!r} is no guard.", "Write METRIC:lower:2%, with the way that is better.")
    return {"metric": metric, "better": better, "bound": worse}


def _data(proposal: "Proposal") -> dict[str, Any]:
    found, computed = proposal.found, None
    if found is not None:
        computed = {
            "power": found.strength.power,
            "needed": found.strength.needed,
            "expected_units": found.strength.expected,
            "units_a_week": found.weekly,
            "weeks": found.weeks,
        }
    return {
        "id": proposal.case_id,
        "plan": proposal.plan.model_dump(mode="json"),
        "version": proposal.plan.version,
        "countermeasure": proposal.words,
        "computed": computed,
        "notes": list(proposal.notes),
    }


def shown(proposal: "Proposal") -> str:
    """The whole plan for people."""
    from definitions.experiment import Experiment

    plan = proposal.plan
    lines = [f"Trial {plan.key}, plan {plan.version}", ""]
    rows = _arms(proposal, plan) if isinstance(plan, Experiment) else _series(plan)
    if plan.change is not None:
        rows.append(("changes", "; ".join(_operations(plan.change))))
    from commands.cases_lines import row

    lines += [line for name, said in rows for line in row(name, said)]
    return "\n".join([*lines, *(f"  ! {note}" for note in proposal.notes)])


def _operations(change: "Change") -> list[str]:
    """What it does, operation by operation; what it only looks at is left out."""
    became = {"add": "gets", "replace": "becomes"}
    return [
        f"{op.path} {became[op.op]} {op.value!r}" if op.op in became else str(op)
        for op in change.patch
        if op.op != "test"
    ]


def _arms(proposal: "Proposal", plan: "Experiment") -> list[tuple[str, str]]:
    found = proposal.found
    assert found is not None
    least = f"new time / old time {plan.least:.3g}" if plan.measure == "time" else f"{100 * plan.least:+.3g} points"
    guards = [f"{guard.metric} worse by at most {100 * guard.bound:g} points" for guard in plan.guards]
    categories = f", {', '.join(plan.scope.categories)}" if plan.scope.categories else ""
    pace = f"{found.weekly:,.1f} come in a week: about {found.weeks:,.1f} weeks"
    if plan.unit in ("service", "team"):
        pace = "all there are"
    return [
        ("tries", plan.hypothesis),
        ("metric", f"{plan.metric}, {plan.better} is better; least effect {least}"),
        ("baseline", f"{plan.baseline.n:,} cases, {plan.baseline.sha256[:12]}"),
        ("cases", f"{plan.scope.kind}s of {', '.join(plan.scope.services)}{categories}, drawn by {plan.unit}"),
        ("arms", f"standard {plan.weights['standard']:g}, variant {plan.weights['variant']:g}; layer {plan.layer}"),
        ("follows", f"each case for {told(plan.follow_s, 's')} from its opening"),
        ("units", f"{plan.units:,} in both arms; {pace}, {found.strength.expected:,.0f} on average if it helps"),
        ("errs", f"alpha {plan.alpha:g} over {len(plan.looks)} looks, power {found.strength.power:.0%}"),
        ("guards", "; ".join(guards) or "none"),
        ("from", f"{plan.starts_at:%Y-%m-%d} to {plan.stops_at:%Y-%m-%d} at the latest"),
    ]


def _series(plan: Any) -> list[tuple[str, str]]:
    late = f" (late: longer than {told(plan.late_s, 's')})" if plan.late_s is not None else ""
    return [
        ("tries", plan.hypothesis),
        ("metric", f"{plan.metric}{late}, week by week; {plan.better} is better"),
        ("before", f"{plan.before[0]:%Y-%m-%d} to {plan.before[1]:%Y-%m-%d}, the baseline {plan.baseline[:12]}"),
        ("after", f"{plan.weeks} weeks from {plan.starts_at:%Y-%m-%d}"),
        ("follows", f"each case for {told(plan.follow_s, 's')} from its opening"),
        ("honest", "without a second arm the rebound to be expected is subtracted; what is left must beat chance"),
    ]
