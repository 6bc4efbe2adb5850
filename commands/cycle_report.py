"""`jidoka cycle report`: the page of a cycle, to look at, to print, to send to those concerned."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked, at_the_desk
from commands.cases_words import words_from
from commands.common import App, Failure, Verb, key_option, pass_app

if TYPE_CHECKING:
    from definitions.cycle.report import A3
    from definitions.people import Actor
    from definitions.runs import Sent
    from desk import Desk

ENDINGS = (".md", ".html", ".pdf")


@click.command("report", cls=Verb)
@click.argument("case_id", metavar="ID")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="To .html, .md or .pdf.")
@click.option("--send", is_flag=True, help="Mail it to those concerned: who is in it, who gave an idea for it.")
@click.option("--to", "named", metavar="WHO", multiple=True, help="With --send, to these people too; more than once.")
@click.option("--complained", is_flag=True, help="With --send, also to those who complained about its services.")
@click.option("--note", metavar="WORDS", help="With --send, words to go with it; `-` reads stdin.")
@click.option("--dry-run", is_flag=True, help="With --send, only say to whom it would go.")
@key_option
@pass_app
def report(
    app: App,
    case_id: str,
    out: Path | None,
    send: bool,
    named: tuple[str, ...],
    complained: bool,
    note: str | None,
    dry_run: bool,
    idempotency_key: str | None,
) -> None:
    """Write the page (A3) of a cycle, made of its journal alone: the same facts give the same bytes.

    Whoever may see the cycle gets the page with the mail, others its gist. Without --out it is printed as Markdown.
    """
    if not send and (named or complained or note is not None or dry_run):
        raise Failure("usage", "--to, --complained, --note and --dry-run belong to --send.", "Add --send.")
    if out is not None and out.suffix.lower() not in ENDINGS:
        raise Failure("usage", f"A page cannot be written as {out.suffix or out.name!r}.", f"End it with {_endings()}.")
    written: dict[str, Any] = {}
    if out is not None or not send:
        with at_the_desk(app) as (desk, actor):
            found = desk.cycles.report(case_id, actor)
        if out is None:
            from pictures.a3 import markdown

            app.emit(found, markdown(found).rstrip("\n"))
            return
        _write(found, out)
        written = {"id": found.id, "file": str(out), "as_of": found.as_of, "hash": found.chain}
    if not send:
        app.emit(written, f"Wrote {out}.")
        return
    sent = _sent(app, case_id, named, note, complained=complained, dry_run=dry_run, key=idempotency_key)
    lines = [f"Wrote {out}."] if out else []
    app.emit({"id": case_id, **written, "sent": sent}, "\n".join([*lines, *(_line(each) for each in sent)]))


def _sent(
    app: App,
    case_id: str,
    named: tuple[str, ...],
    note: str | None,
    *,
    complained: bool,
    dry_run: bool,
    key: str | None,
) -> list[dict[str, Any]]:
    with at_the_desk(app) as (desk, actor):
        readers = desk.publishing.readers(case_id, actor, named, complained=complained)
    rows = [each.model_dump() for each in readers]
    if not rows:
        raise Failure("not_found", "There is nobody but you whom it concerns.", "Name somebody with --to.")
    if dry_run:
        return rows
    said = words_from(note)

    async def work(desk: "Desk", actor: "Actor") -> "list[Sent]":
        text = await desk.words(said, actor.person) if said else None
        return await desk.publishing.send(case_id, actor, readers, text, key=key)

    became = {each.to: each for each in asked(app, work, waiting="the mails", back="They are sent all the same.")}
    return [row | became[row["person"]].model_dump(include={"outcome", "reason"}) for row in rows]


def _line(row: dict[str, Any]) -> str:
    what = "the page" if row["whole"] else "its gist"
    became = (
        f"{row['outcome']}" + (f" ({row['reason']})" if row.get("reason") else "") if "outcome" in row else "not sent"
    )
    return f"{row['person']}, who {row['why']}: {what}, {became}"


def _write(found: "A3", out: Path) -> None:
    from pictures.a3 import markdown, page
    from pictures.pdf import CannotPrint, printed

    try:
        match out.suffix.lower():
            case ".md":
                out.write_text(markdown(found), encoding="utf-8")
            case ".html":
                out.write_text(page(found), encoding="utf-8")
            case _:
                out.write_bytes(printed(page(found)))
    except CannotPrint as cannot:
        raise Failure("failed", f"There is no PDF: {cannot}.", "Write .html and print it from a browser.") from None
    except OSError as wrong:
        raise Failure("failed", f"{out} cannot be written: {wrong.strerror}.", "Give another place.") from None


def _endings() -> str:
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
