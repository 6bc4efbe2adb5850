"""`jidoka cycle`: improvements under way and done, and what leads do with them."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_acts import named
from commands.cases_door import asked, at_the_desk
from commands.cases_reads import reads
from commands.cases_verbs import carry_out, note_option, verb
from commands.cases_words import needed, words_from
from commands.common import App, Failure, Noun, key_option, pass_app
from commands.cycle_evidence import evidence, triage
from commands.cycle_plan import plan
from commands.cycle_record import record
from commands.cycle_report import report

if TYPE_CHECKING:
    from definitions.cycle.register import Row
    from definitions.people import Actor
    from desk import Desk

REFUSED = 6
"""Exit: it finished, and the answer is bad."""
SIGNAL = ("report", "pause", "revert")


@click.group(cls=Noun)
def group() -> None:
    """Lead improvements from gate to gate; see what they were to bring and what they brought."""


@group.command("ls")
@click.option("--open", "open_only", is_flag=True, help="Only those that go on.")
@click.option("--mine", is_flag=True, help="Only those that I lead, or that belong to a team of mine.")
@click.option("--search", metavar="WORDS", help="Only those with all these words in title, problem, trial or lesson.")
@click.option("--ledger", is_flag=True, help="What they were to bring and brought; only what is verified is added up.")
@pass_app
def ls(app: App, open_only: bool, mine: bool, search: str | None, ledger: bool) -> None:
    """List cycles with stage, age, metric, forecast and actual, newest first. Failed ones are findings: search them."""
    from commands.cycle_lines import as_data, ledger_data, ledger_of, listed
    from definitions.cycle.register import books

    with at_the_desk(app) as (desk, actor):
        found = [
            row
            for row in desk.cycles.register(actor, words=search or "")
            if (row.ending == "open" or not open_only) and (not mine or _theirs(row, actor))
        ]
        now = desk.clock()
    if ledger:
        whole = books(found)
        app.emit(ledger_data(whole), lambda: ledger_of(whole))
        return
    app.emit([as_data(row, now) for row in found], lambda: listed(found, now))


def _theirs(row: "Row", actor: "Actor") -> bool:
    return row.lead == actor.person or row.owner in actor.teams


show, _, _ = reads("cycle")
group.add_command(show)


@group.command("watch")
@click.argument("case_id", metavar="ID")
@pass_app
def watch(app: App, case_id: str) -> None:
    """Follow one cycle: what it does, until when, what it needs from whom. Ctrl-C leaves it alone."""
    from commands.cycle_watch import follow

    back = f"Come back with `jidoka cycle watch {case_id}`."
    asked(app, lambda desk, actor: follow(app, desk, actor, case_id), waiting="", back=back)


@group.command("gate")
@click.argument("case_id", metavar="ID")
@click.option("--override", is_flag=True, help="Go on although the gate refused; the reason stays on the record.")
@click.option("--reason", metavar="WORDS", help="Why it is gone past; `-` reads stdin.")
@key_option
@pass_app
def gate(app: App, case_id: str, override: bool, reason: str | None, idempotency_key: str | None) -> int | None:
    """Ask whether the phase is done: it is measured, then the gate opens or says all that is missing (exit 6)."""
    if reason is not None and not override:
        raise Failure("usage", "A reason belongs to --override.", "Ask for the gate without one.")
    said = needed(reason, "--reason") if override else None

    async def work(desk: "Desk", actor: "Actor") -> tuple[dict[str, Any], dict[str, Any]]:
        from commands.cycle_watch import answered
        from definitions.cycle.acts import AskGate, OverrideGate

        act: AskGate | OverrideGate = AskGate(by=actor.person)
        if said is not None:
            await desk.ask(case_id, OverrideGate, actor=actor)
            act = OverrideGate(by=actor.person, text=await desk.words(said, actor.person))
        receipt = await desk.act(case_id, act, actor=actor, key=idempotency_key)
        return await answered(desk, actor, case_id, receipt.seq, at_once=override)

    back = f"Its answer comes all the same: `jidoka cycle show {case_id}`."
    case, record = asked(app, work, waiting=f"the measurement for {case_id}", back=back)
    refused = record["outcome"] == "refused"
    app.emit({"id": case_id, **record, "opened": not refused, "phase": case["phase"]}, lambda: _answered(case, record))
    return REFUSED if refused else None


def _answered(case: dict[str, Any], last: dict[str, Any]) -> str:
    import textwrap

    from commands.cases_lines import WIDTH
    from commands.cycle_text import brief

    if last["outcome"] != "refused":
        warned = [f"  ! {each}" for each in last["warnings"]]
        return "\n".join([f"The gate {last['gate']} is open ({last['outcome']}).", *warned, "", brief(case)])
    lines = [f"The gate {last['gate']} refuses:"]
    for short in last["shortfalls"]:
        lines += textwrap.wrap(f"- {short['said']}", WIDTH, subsequent_indent="  ")
        lines += textwrap.wrap(short["next_step"], WIDTH, initial_indent="    ", subsequent_indent="    ")
    lines += [f"  ! {each}" for each in last["warnings"]]
    if all(short["overridable"] for short in last["shortfalls"]):
        lines += ["", f"To go on all the same: jidoka cycle gate {case['id']} --override --reason WORDS"]
    return "\n".join(lines)


@verb("approve", group.add_command)
@click.option("--reject", is_flag=True, help="Roll it back instead; after a signal, take the standard back.")
@note_option("--reason", "Why; needed where the trial did not show that it helps. `-` reads stdin.")
def approve(app: App, case_id: str, reject: bool, **given: Any) -> None:
    """Decide on the result of the trial: the change becomes the standard, or is rolled back."""
    carry_out(app, case_id, "Decide", given | {"accept": not reject})


@verb("control", group.add_command)
@click.option("--every", type=click.IntRange(1, 92), default=7, show_default=True, metavar="DAYS", help="How often.")
@click.option("--days", type=click.IntRange(7, 1098), default=92, show_default=True, metavar="N", help="How long.")
@click.option(
    "--on-signal", type=click.Choice(SIGNAL), default="pause", show_default=True, help="What a signal leads to."
)
def control(app: App, case_id: str, every: int, days: int, on_signal: str, **given: Any) -> None:
    """Say how the standard is watched: how often, for how long, and what a signal of the chart leads to."""
    carry_out(
        app,
        case_id,
        "PlanControl",
        given | {"control": {"every_days": every, "days": days, "on_signal": on_signal}},
    )


@verb("stop", group.add_command)
@note_option("--reason", "Why; it stays to be found. `-` reads stdin.")
def stop(app: App, case_id: str, **given: Any) -> None:
    """Give the cycle up; a trial that runs ends, and cases that run finish as they began."""
    given["note"] = needed(words_from(given["note"]), "--reason")
    carry_out(app, case_id, "StopCycle", given)


group.add_command(record)
group.add_command(report)
group.add_command(plan)
group.add_command(evidence)
group.add_command(triage)
for shared in named("assign", "comment"):
    group.add_command(shared)
