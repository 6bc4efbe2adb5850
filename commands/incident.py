"""`jidoka incident`: open incidents and read them; what is done to them is in `cases_acts`."""

from typing import TYPE_CHECKING, Any

import click

from commands import cases_acts, cases_help
from commands.cases_door import LEVELS, at_option, valid
from commands.cases_reads import reads
from commands.cases_verbs import opened
from commands.cases_words import needed, words_from
from commands.common import App, Noun, key_option, pass_app

if TYPE_CHECKING:
    pass


@click.group(cls=Noun)
def group() -> None:
    """Open incidents, act on them, read them."""


@group.command("open")
@click.option("--service", required=True, metavar="KEY", help="What does not work; `definitions show services`.")
@click.option("--title", required=True, metavar="T", help="What is wrong, in one line.")
@click.option("--description", metavar="D", help="More words; `-` reads them from stdin.")
@click.option("--impact", type=click.Choice(LEVELS), default="medium", help="How many are hit.", show_default=True)
@click.option("--urgency", type=click.Choice(LEVELS), default="medium", help="How pressing it is.", show_default=True)
@click.option("--category", metavar="C", help="One of the service's categories.")
@click.option("--requester", metavar="ADDR", help="For whom: an address or a person's key (who acts).")
@click.option("--channel", metavar="NAME", default="cli", help="How they got in touch: phone, walk_up ...")
@at_option
@key_option
@pass_app
def open_(app: App, idempotency_key: str | None, **given: Any) -> None:
    """Open an incident and print it.

    A phone call logged afterwards: `--channel phone --at 2026-11-20T10:00+01:00 --requester rita@example.org`.
    """
    from definitions.intake import OpenIncident

    given["title"] = needed(given["title"], "--title")
    given["description"] = words_from(given["description"]) or ""
    request = valid(OpenIncident, given | {"external_id": idempotency_key})

    opened(
        app,
        lambda desk, actor: desk.open_incident(request, actor=actor),
        waiting="the case to begin",
        back="`jidoka incident ls --mine` lists it.",
    )


for verb in (*reads("incident"), *cases_acts.VERBS, *cases_help.VERBS):
    group.add_command(verb)
