"""Writes `docs/cli.md` from the commands, `docs/measures/` and `docs/charts/` from their catalogues: run it by name."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

import cli  # noqa: E402
from commands.common import shared_options  # noqa: E402
from settings import Settings  # noqa: E402

INTRODUCTION = """\
# The command line

Written by `python docs/generate.py` from the commands themselves; a test checks that it is current.

A noun, then a verb: `jidoka incident open`.
stdout carries the answer and nothing else; remarks, progress and questions go to stderr.
`-o json` gives one document, `-o jsonl` one line for each row.
In both, ids are whole, times are UTC (RFC 3339), durations are seconds.
An error in JSON mode is `{"error": {"code", "message", "hint"}}` on stdout, and the exit status says the same.

| exit | meaning |
|---|---|
| 0 | ok |
| 1 | failed |
| 2 | wrong usage or settings |
| 3 | not found |
| 4 | not allowed |
| 5 | unreachable or timed out |
| 6 | finished, but the answer is bad (a check failed) |
| 130 | interrupted: Ctrl-C on a wait leaves the case alone and says how to come back |

Completion in the shell: `eval "$(_JIDOKA_COMPLETE=bash_source jidoka)"` (also `zsh_source`, `fish_source`).
"""

SETTINGS = """\
## Settings

A flag goes before the environment (`JIDOKA_*`, then Temporal's own `TEMPORAL_*` and `temporal.toml`), that before
`jidoka.toml` in the current directory (or `--config FILE`), that before the default.
In the file, `smtp_url` in the table `[mail]` is `mail_smtp_url`.
`jidoka config show --origin` says where each value came from.
While a stack runs, the base port it was started with is found in its data directory.

| setting | environment | meaning |
|---|---|---|
"""


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, in the order of its help."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def option_row(parameter: click.Parameter) -> str:
    """One line of the table of a command."""
    if isinstance(parameter, click.Argument):
        many = "..." if parameter.nargs == -1 else ""
        name = f"{parameter.make_metavar(click.Context(click.Command('x'))).strip('[]').removesuffix('...')}{many}"
        return f"| `{name}` | {'required' if parameter.required else 'may be left out'} |"
    assert isinstance(parameter, click.Option)
    names = ", ".join(parameter.opts + parameter.secondary_opts)
    choices = f" {'|'.join(map(str, parameter.type.choices))}" if isinstance(parameter.type, click.Choice) else ""
    value = "" if parameter.is_flag else choices or f" {parameter.metavar or parameter.type.name.upper()}"
    said = (parameter.help or "") + (" Required." if parameter.required else "")
    said += " May be repeated." if parameter.multiple else ""
    return row(f"{names}{value}", said)


def row(left: str, right: str) -> str:
    """Two cells; a bar inside would end the cell."""
    return "| `{}` | {} |".format(left.replace("|", r"\|"), right.replace("|", r"\|"))


def page() -> str:
    """The whole of `cli.md`."""
    shared = {option.name for option in shared_options()}
    parts = [INTRODUCTION, "## Every command takes\n", "| option | meaning |", "|---|---|"]
    parts += [option_row(option) for option in shared_options()]
    for path, command in commands(cli.root):
        own = [parameter for parameter in command.params if parameter.name not in shared]
        parts += ["", f"## jidoka {' '.join(path)}\n", inspect.cleandoc(command.help or "").replace("\b\n", "")]
        if own:
            parts += ["", "| argument | meaning |", "|---|---|", *(option_row(parameter) for parameter in own)]
    parts += ["", SETTINGS + "\n".join(setting_rows())]
    return "\n".join(parts) + "\n"


def setting_rows() -> list[str]:
    """One line for each field of Settings."""
    return [
        f"| `{name}` | `JIDOKA_{name.upper()}` | {field.description} |"
        for name, field in Settings.model_fields.items()
        if name != "origins"
    ]


if __name__ == "__main__":
    (DOCS / "cli.md").write_text(page())
    sys.path.insert(0, str(DOCS))
    import chart_pages
    import measure_pages

    measure_pages.write()
    chart_pages.write()
