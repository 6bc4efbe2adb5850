"""The command `jidoka`: finds the noun, runs it, turns every outcome into an exit status."""

import gc
import os
import sys
from collections.abc import Sequence

import click

from commands.common import App, Failure, Lazy, failure_of
from commands.failures import output_wanted, report

REGISTRY = {
    "up": ("commands.stack:up", "Start the whole stack on this machine."),
    "down": ("commands.stack:down", "Stop the stack."),
    "status": ("commands.stack:status", "Say whether the stack is ready, and where it answers."),
    "doctor": ("commands.doctor:doctor", "Say what is wrong and the next command."),
    "demo": ("commands.demo:demo", "Live a busy day of a demo organisation."),
    "incident": ("commands.incident:group", "Open incidents, act on them, read them."),
    "request": ("commands.request:group", "Ask for something, decide on what others ask for."),
    "task": ("commands.task:group", "What cases want of people: see it, take it, do it."),
    "inbox": ("commands.inbox:inbox", "Everything that waits for me, with the command that does it."),
    "problem": ("commands.problem:group", "Recurring causes: known errors, workarounds, and the incidents they cause."),
    "review": ("commands.review:group", "Review what went badly: timeline, findings, actions watched until proven."),
    "feedback": ("commands.feedback:group", "Say what is good or bad; answer it, and say what was done."),
    "idea": ("commands.idea:group", "Ideas for improvement: give one, rate them, see what became of yours."),
    "survey": ("commands.survey:group", "Who is asked how it went, and what they answer."),
    "catalogue": ("commands.catalogue:group", "What people can ask for: forms, promises, approvals, tasks."),
    "knowledge": ("commands.knowledge:group", "Articles: search them, write them, see what is missing."),
    "automation": ("commands.automation:group", "Automations: how each stands, run one, switch one off."),
    "experiment": ("commands.experiment:group", "What is tried on new cases; stop it at once."),
    "intake": ("commands.intake:group", "Take in what arrives by mail and other channels."),
    "definitions": ("commands.definitions:group", "Check and show what should happen."),
    "directory": ("commands.directory:group", "People, tokens and rota swaps."),
    "log": ("commands.log:group", "Event logs: bring them in, count what stands in them."),
    "cycle": ("commands.cycle:group", "Lead improvements from gate to gate; what they brought."),
    "dmaic": ("commands.dmaic:group", "Begin an improvement with five gates, for what is large or unclear."),
    "kaizen": ("commands.kaizen:group", "Improve one step of the work, and prove that it helped."),
    "flow": ("commands.flow:flow", "How cases flow, on one page, and the process map."),
    "map": ("commands.map:value_stream_map", "The value stream map of an event log, or of numbers taken by hand."),
    "measure": ("commands.measure:measure", "Metrics of any event log, with n, interval and exclusions."),
    "chart": ("commands.chart:chart", "A metric over time, with limits, signals and expected false alarms."),
    "pareto": ("commands.chart:pareto", "Where a metric is lost, and whether the order is luck."),
    "compare": ("commands.compare:compare", "Say whether groups differ, by how much, and what speaks against it."),
    "whatif": (
        "commands.whatif:whatif",
        "Play recorded cases under a changed definition, before anybody is asked to live with it.",
    ),
    "spc": ("commands.spc:spc", "Control charts on bare numbers."),
    "audit": ("commands.audit:group", "Verify that nothing in the event log was altered."),
    "quarantine": ("commands.quarantine:group", "What could not be processed, and why."),
    "routing": ("commands.routing:group", "Who resolves what, and what routing by that would change."),
    "runs": ("commands.runs:group", "The durable runs behind the cases."),
    "config": ("commands.config:group", "Settings, and where each one comes from."),
    "worker": ("commands.stack:worker", "Run a worker (production)."),
    "serve": ("commands.stack:serve", "Run the web (production)."),
}
"""Name, where it is, one line of help; a module that is not installed is left out."""


def version() -> str:
    """Of the installed distribution."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("jidoka")
    except PackageNotFoundError:
        return "unknown (not installed)"


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"jidoka {version()}")
        ctx.exit()


VERSION = click.Option(
    ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
EPILOG = "Exit: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 unreachable or too late, 6 the answer is bad."


@click.command(
    cls=Lazy,
    registry=REGISTRY,
    params=[VERSION],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
def root() -> None:
    """Incidents and improvement as durable workflows that measure themselves."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; never exits itself."""
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        result = root.main(args, prog_name="jidoka", standalone_mode=False, obj=App())
        sys.stdout.flush()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1
    except BrokenPipeError:
        # The reader had enough (`| head`); what is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except BaseException as error:
        failure = _failure(error)
        if failure.code == "internal" and os.environ.get("JIDOKA_LOG_LEVEL") == "debug":
            import traceback

            traceback.print_exc()
        report(failure, output_wanted(args))
        return failure.exit
    return result if isinstance(result, int) else 0


def _failure(error: BaseException) -> Failure:
    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        return Failure("interrupted", "Interrupted.", "")
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else "jidoka"
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            click.echo(error.format_message(), err=True)
            return Failure("usage", "A command is missing.", f"See `{where} --help`.")
        return Failure("usage", error.format_message(), f"See `{where} --help`.")
    if isinstance(error, click.ClickException):
        return Failure("failed", error.format_message(), "")
    return failure_of(error)


KEPT = 200_000
"""More objects than loading a command makes. They all stay: looking for cycles among them is a tenth of its start."""


def entrypoint() -> None:
    """Leaves without finalising: the SDK's threads may abort a short process on its way out (sdk-python#300)."""
    gc.set_threshold(KEPT, *gc.get_threshold()[1:])
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or 1
    os._exit(status)


if __name__ == "__main__":
    entrypoint()
