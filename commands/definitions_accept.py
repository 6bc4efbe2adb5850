"""`jidoka definitions accept`, `revert` and `rebase`: move the standard on, after a look at what becomes different."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, dry_run_option, pass_app, yes_option
from commands.definitions_change import File, read

if TYPE_CHECKING:
    from definitions.standards import Standard
    from desk import Desk
    from office.standards import Next
    from office.trials import Hindered


def reason_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--reason, on what needs one."""
    return click.option("--reason", required=True, metavar="WORDS", help="Why; it stays in the history.")(command)


@click.command("accept", cls=Verb)
@click.argument("file", type=File, metavar="FILE.json")
@click.option("--cycle", metavar="KEY", help="The improvement cycle that proved it.")
@click.option("--reason", metavar="WORDS", help="Why, instead of what the change says.")
@click.option("--rebase", is_flag=True, help="Carry the change over when it was made for another version.")
@dry_run_option
@yes_option
@pass_app
def accept(app: App, file: Path, cycle: str | None, reason: str | None, rebase: bool, dry_run: bool, yes: bool) -> None:
    """Make a change the standard: every case from then on goes by it, running ones finish as they began."""
    from definitions.standards import accepted_for

    def found(desk: "Desk") -> "Next | Standard":
        change = read(file, desk.organisation.version, reason)
        if cycle is not None:
            _cycle(desk, cycle)
            if (stands := accepted_for(desk.standards.history(), cycle, change)) is not None:
                return stands
        return desk.standards.proposed(change, cycle, carry=rebase)

    _moved(app, found, dry_run, yes)


@click.command("revert", cls=Verb)
@click.argument("number", type=click.IntRange(min=1), metavar="NUMBER")
@reason_option
@dry_run_option
@yes_option
@pass_app
def revert(app: App, number: int, reason: str, dry_run: bool, yes: bool) -> None:
    """Take back change NUMBER of the history; what was accepted elsewhere since stays.

    Experiments that stand on it end: going back is always possible.
    """
    why = _words(reason)
    _moved(app, lambda desk: desk.standards.taken_back(number, why), dry_run, yes)


@click.command("rebase", cls=Verb)
@reason_option
@dry_run_option
@yes_option
@pass_app
def rebase(app: App, reason: str, dry_run: bool, yes: bool) -> None:
    """Carry all that was accepted over to definitions in the code that have moved on."""
    why = _words(reason)
    _moved(app, lambda desk: desk.standards.carried(why), dry_run, yes)


def _moved(app: App, decide: "Callable[[Desk], Next | Standard]", dry_run: bool, yes: bool) -> None:
    from commands.records_door import desk_for
    from definitions.change_view import lines, readable
    from definitions.people import Action, Object
    from definitions.standards import Standard
    from records.errors import Conflict

    with desk_for(app, Action.DEFINITIONS_ACCEPT) as desk:
        found = decide(desk)
        if isinstance(found, Standard):
            data = {"number": found.number, "how": found.how, "base": found.change.base, "result": found.result}
            app.emit(data, f"It is the standard already, as change {found.number}.")
            return
        actor = desk.identity.at_the_command_line(app.settings, app.actor)
        if found.was.people != found.becomes.people:
            # Who may do what is not for those to give whom it is given to.
            desk.allow(actor, Action.CONFIG, Object())
        _code_fits(app, found)
        different = lines(found.was, found.becomes)
        said = readable(different) or "Nothing is different from the code."
        data = {
            "number": found.number, "how": found.how, "why": found.change.why, "cycle": found.cycle,
            "reverts": found.reverts, "base": found.was.version, "result": found.becomes.version,
            "lines": different, "spoils": found.hinders, "accepted": not dry_run,
        }  # fmt: skip
        ends = "".join(f"\n{_spoilt(each)}" for each in found.hinders)
        if dry_run:
            app.emit(
                data, f"{said}{ends}\nIt fits. Nothing was changed: without --dry-run it is change {found.number}."
            )
            return
        if not yes:
            app.say(f"{said}{ends}")
        app.sure(f"Let every new case go by this ({found.becomes.version} instead of {found.was.version})?", yes)
        try:
            desk.standards.take(found, actor.person)
        except Conflict as meanwhile:
            raise Failure(
                "check_failed",
                f"Nothing was changed: {meanwhile.message}.",
                "`jidoka definitions history` shows what was.",
            ) from None
    shown = f"{said}\n" if yes else ""
    app.emit(data, f"{shown}Change {found.number} is accepted: version {found.becomes.version} is in force.{ends}")


def _spoilt(trial: "Hindered") -> str:
    if trial.kind == "experiment":
        return f"The experiment {trial.key} ends: {trial.why}."
    return f"The cycle {trial.key} goes on, but {trial.why}: `jidoka cycle stop {trial.key} --reason ...`."


def _code_fits(app: App, found: "Next") -> None:
    """Automations whose code or inputs would not fit stop the next worker that starts: better nobody accepts them."""
    if found.was.automations == found.becomes.automations:
        return
    from activities.automation import building

    known, inputs = building.known_code(app.settings.automation_modules), app.settings.automation_inputs
    before = set(building.problems(found.was.automations, known, inputs))
    for problem in building.problems(found.becomes.automations, known, inputs):
        if problem not in before:
            raise Failure("check_failed", f"{problem.where}: {problem.what}.", problem.next_step)


def _cycle(desk: "Desk", key: str) -> None:
    from definitions.cycle.kind import DMAIC, KAIZEN

    row = desk.store.cases.get(key)
    if row is None or row.kind not in (DMAIC.name, KAIZEN.name):
        raise Failure("not_found", f"There is no cycle {key!r}.", "`jidoka cycle ls` lists them.")


def _words(reason: str) -> str:
    if not 0 < len(reason.strip()) <= 1_000:
        raise Failure("usage", "The reason needs 1 to 1000 characters.", "Say why: it stays in the history.")
    return reason.strip()
