"""Articles as Markdown files, in and out."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.cases_door import at_the_desk
from commands.common import EXIT, App, Verb, dry_run_option, pass_app

if TYPE_CHECKING:
    from settings import Settings

VERBS: list[click.Command] = []


@click.command("import", cls=Verb)
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@dry_run_option
@pass_app
def import_(app: App, path: Path | None, dry_run: bool) -> int:
    """Take in a folder of Markdown files, or one: all of them or, when anything is wrong, none.

    Without PATH it is the folder `knowledge` beside the definitions in use. What a file calls published is approved by
    whoever imports it, so its author must be somebody else. Importing the same files again changes nothing.
    """
    from commands.output import table
    from office.knowledge_files import BadFiles, files_in, take_in
    from office.knowledge_gaps import answered_by

    with at_the_desk(app) as (desk, actor):
        paths = files_in(path or _beside(app.settings))
        try:
            taken = take_in(desk.knowledge, paths, actor, dry_run=dry_run)
        except BadFiles as bad:
            if not dry_run:
                raise
            rows = [problem.model_dump(mode="json") for problem in bad.problems]
            app.emit({"dry_run": True, "files": len(paths), "problems": rows}, lambda: table(rows))
            return EXIT["check_failed"]
        fresh = {t.key for t in taken if t.became != "unchanged" and t.state == "published"}
        answered = 0 if dry_run else answered_by(desk.knowledge, fresh)
    counts = {name: sum(t.became == name for t in taken) for name in ("new", "changed", "unchanged")}
    data = {"dry_run": dry_run, "files": len(paths), **counts, "gaps_closed": answered, "articles": taken}
    said = ", ".join(f"{n} {name}" for name, n in counts.items())
    app.emit(data, f"{'Would take in' if dry_run else 'Took in'} {len(paths)} files: {said}.")
    if answered:
        app.say(f"Closed gaps: they answer {answered} searches that found nothing before.")
    return 0


def _beside(settings: "Settings") -> Path:
    """The folder beside the module that holds the organisation."""
    from importlib.util import find_spec

    spec = find_spec(settings.definitions.partition(":")[0])
    if spec is None or spec.origin is None:
        raise click.UsageError("The definitions lie in no folder: name a PATH.")
    return Path(spec.origin).parent / "knowledge"


@click.command("export", cls=Verb)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--service", metavar="KEY", help="Only about this service.")
@click.option("--drafts", is_flag=True, help="The newest versions, also of articles that readers do not see.")
@pass_app
def export(app: App, folder: Path, service: str | None, drafts: bool) -> None:
    """Write the articles as Markdown, one file each, named by key; a file with the same text is left alone.

    Importing them gives the same articles. Files of articles that are gone stay: the repository shows them.
    """
    from office.knowledge_files import give_out

    with at_the_desk(app) as (desk, actor):
        files = give_out(desk.knowledge, actor, service=service, drafts=drafts)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != text.encode():
            path.write_bytes(text.encode())
            written.append(str(path))
    data = {"folder": folder, "articles": len(files), "written": written}
    app.emit(data, f"{len(files)} articles in {folder}: {len(written)} written, {len(files) - len(written)} as before.")


VERBS += [import_, export]
