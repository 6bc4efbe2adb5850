"""The charter of a cycle as options, and as questions on a terminal."""

import sys
from collections.abc import Callable
from typing import Any

import click

from commands.amount import Amount, amount
from commands.cases_words import words_from
from commands.common import App, Failure

AFFECTED = ("customer", "user", "employee")
VOICES = ("customer", "staff")
FLAGS = {"guards": "guard", "services": "service", "categories": "category", "teams": "team", "members": "member"}
"""Values that may be given more than once, by the flag of one."""

OPTIONS = (
    click.option("--title", metavar="WORDS", help="What it is about, in a few words."),
    click.option("--problem", metavar="WORDS", help="What goes wrong, and for whom; `-` reads stdin."),
    click.option("--experience", metavar="WORDS", help="What those served shall experience instead."),
    click.option("--affected", multiple=True, type=click.Choice(AFFECTED), help="Who has the problem."),
    click.option("--metric", metavar="KEY", help="What is measured; `jidoka measure` lists them all."),
    click.option("--direction", type=click.Choice(("lower", "higher")), help="Which way is better (the metric's own)."),
    click.option("--level", type=Amount(), metavar="X", help="How large it is today, as 25h or 15% (measured now)."),
    click.option("--goal", type=Amount(), metavar="X", help="Which value is good enough, as 16h or 10%."),
    click.option(
        "--guard", "guards", multiple=True, metavar="METRIC:lower|higher:HARM", help="What must not get worse."
    ),
    click.option("--service", "services", multiple=True, metavar="KEY", help="Only its cases."),
    click.option("--category", "categories", multiple=True, metavar="KEY", help="Only cases of this category."),
    click.option("--team", "teams", multiple=True, metavar="KEY", help="Only cases of this team."),
    click.option("--sponsor", metavar="WHO", help="Who stands for it and can decide."),
    click.option("--member", "members", multiple=True, metavar="WHO[:customer|staff]", help="Somebody of the team."),
)


def charter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The parts of a charter; `said` makes a charter of what was given."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def said(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, as fields of `office.cycles.Said`; what was not is left out."""
    found: dict[str, Any] = {
        name: words_from(given[name]) if name in ("problem", "experience") else given[name]
        for name in ("title", "problem", "experience", "metric", "direction", "level", "goal", "sponsor")
        if given.get(name) is not None
    }
    if given["affected"]:
        found["affected"] = tuple(dict.fromkeys(given["affected"]))
    if given["guards"]:
        found["guards"] = tuple(map(_guard, given["guards"]))
    if given["members"]:
        found["members"] = tuple(map(_member, given["members"]))
    scope = {name: given[name] for name in ("services", "categories", "teams") if given[name]}
    return found | ({"scope": scope} if scope else {})


def asked_for(app: App, given: dict[str, Any], needed: dict[str, str], more: dict[str, str]) -> dict[str, Any]:
    """What was given, and on a terminal the answers to questions about the rest; `more` may be left empty.

    Elsewhere what is needed and missing is named, all of it at once.
    """
    missing = {name: question for name, question in needed.items() if given.get(name) in (None, "", ())}
    if missing and not sys.stdin.isatty():
        flags = ", ".join(f"--{FLAGS.get(name, name)}" for name in missing)
        raise Failure("usage", f"It is not said: {flags}.", "Give them; on a terminal each is asked for.")
    if not sys.stdin.isatty():
        return given
    open_ = {name: question for name, question in more.items() if given.get(name) in (None, "", ())} if missing else {}
    for name, question in (missing | open_).items():
        given[name] = _answer(name, question, name in needed)
    return given


def _answer(name: str, question: str, must: bool) -> Any:
    while True:
        told = click.prompt(
            question, default=None if must else "", show_default=False, prompt_suffix=" ", err=True
        ).strip()
        if not told:
            return () if name in FLAGS or name == "affected" else None
        if name in ("goal", "level"):
            if (number := amount(told)) is not None:
                return number
            click.echo(f"{told!r} is no amount: write 16h, 2d, 15% or a plain number.", err=True)
            continue
        if name in FLAGS or name == "affected":
            return tuple(part.strip() for part in told.split(",") if part.strip())
        return told


def _guard(given: str) -> dict[str, Any]:
    metric, direction, harm = (*given.split(":"), "", "")[:3]
    much = amount(harm) if harm else None
    if given.count(":") != 2 or direction not in ("lower", "higher") or much is None:
        raise Failure("usage", f"--guard {given!r} is no guard.", "Write METRIC:lower:2%, with the way that is better.")
    return {"metric": metric, "direction": direction, "harm": much}


def _member(given: str) -> tuple[str, str | None]:
    who, colon, voice = given.partition(":")
    if colon and voice not in VOICES:
        raise Failure("usage", f"--member {given!r}: {voice!r} is no voice.", "Write rita:customer or kim:staff.")
    return who, voice or None
