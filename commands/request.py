"""`jidoka request`: ask for something of the catalogue, decide on what others ask for, read it."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_acts import named
from commands.cases_door import at_option, valid
from commands.cases_reads import reads
from commands.cases_verbs import carry_out, opened, verb
from commands.cases_words import needed
from commands.common import App, Noun, key_option, pass_app
from commands.definitions_door import organisation_of, path_option
from commands.fields_option import fields_option

if TYPE_CHECKING:
    pass


@click.group(cls=Noun)
def group() -> None:
    """Ask for something of the catalogue, decide on what others ask for, read it."""


@group.command("open")
@click.option("--item", required=True, metavar="KEY", help="What you ask for; `catalogue ls` lists it.")
@click.option("--for", "for_whom", metavar="WHO", help="For whom: an address or a person's key (the requester).")
@fields_option("An answer of the form; `request form ITEM` shows what it asks. Again for each field.")
@click.option("--requester", metavar="WHO", help="Whose request it is, when you write it down for them (who acts).")
@click.option("--channel", metavar="NAME", default="cli", help="How they got in touch: phone, walk_up ...")
@at_option
@key_option
@pass_app
def open_(app: App, idempotency_key: str | None, **given: Any) -> None:
    """Ask for something and print the request.

    `request open --item vpn-access --field reason='I travel' --field device='company laptop' --as rita`.
    """
    from definitions.intake import OpenRequest

    request = valid(OpenRequest, given | {"external_id": idempotency_key})

    opened(
        app,
        lambda desk, actor: desk.open_request(request, actor=actor),
        waiting="the request to begin",
        back="`jidoka request ls --mine` lists it.",
    )


@group.command("form")
@click.argument("item", metavar="ITEM")
@path_option
@pass_app
def form(app: App, item: str, path: str | None, code: bool) -> None:
    """Show what the form of an item asks; -o json gives its JSON Schema."""
    from commands.catalogue import form_page, item_of

    wanted = item_of(organisation_of(app, path, code, everybody=True), item)
    app.emit(wanted.form.json_schema, lambda: form_page(wanted))


@verb("approve", group.add_command)
@click.option("--stage", metavar="KEY", help="The stage you say yes to (the one that is open).")
def approve(app: App, case_id: str, **given: Any) -> None:
    """Say yes to a request you are asked about, or in the name of somebody you stand in for."""
    carry_out(app, case_id, "Approve", given)


@verb("reject", group.add_command)
@click.option("--stage", metavar="KEY", help="The stage you say no to (the one that is open).")
@click.option("--reason", "note", required=True, metavar="WORDS", help="Why; the requester reads it. `-` reads stdin.")
def reject(app: App, case_id: str, **given: Any) -> None:
    """Say no to a request you are asked about."""
    given["note"] = needed(given["note"], "--reason")
    carry_out(app, case_id, "Reject", given)


for shared in (*reads("request"), *named("comment", "confirm", "reopen", "cancel")):
    group.add_command(shared)
