"""What the requester says to help before a person: an article solved it, a remedy may run."""

from typing import Any

import click

from commands.cases_verbs import carry_out, verb
from commands.common import App

VERBS: list[click.Command] = []


@verb("solved", VERBS.append)
@click.option("--article", metavar="KEY", help="The article that helped; left out, it is the best one offered.")
def solved(app: App, case_id: str, **given: Any) -> None:
    """Say that an article solved it: your own case ends without a person.

    `incident reopen` brings it back.
    """
    given["article"] = given["article"] and given["article"].casefold()
    carry_out(app, case_id, "Solved", given)


@verb("answer", VERBS.append)
@click.argument("value", metavar="ANSWER")
@click.option("--question", metavar="KEY", default="consent", show_default=True, help="Which one; `show` lists them.")
def answer(app: App, case_id: str, **given: Any) -> None:
    """Answer what the case asks: whether an automation may do it for you is `yes` or `no`."""
    carry_out(app, case_id, "Answer", given)
