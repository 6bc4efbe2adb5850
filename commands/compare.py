"""`jidoka compare`: whether groups differ, by how much, and what speaks against saying so."""

from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app

if TYPE_CHECKING:
    from measurement.comparison.compared import Compared

COLUMNS = {"value": "value", "by": "group", "time": "time", "event": "event", "size": "size", "strata": "stratum"}
"""Option that names a column of the file, and what the column is to the comparison."""


@click.command(cls=Verb)
@click.option(
    "--data",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="CSV with a header: bare numbers; - is stdin.",
)
@click.option("--value", metavar="COLUMN", help="Numbers, words, or 0 and 1 (--data).")
@click.option("--time", "time", metavar="COLUMN", help="Times until an end: Kaplan-Meier and log-rank (--data).")
@click.option("--event", metavar="COLUMN", help="Whether it ended then: 1, or 0 when still open (--data).")
@click.option("--size", metavar="COLUMN", help="Of how many --value is the count (--data).")
@click.option("--strata", metavar="COLUMN", help="Compare within these: Mantel-Haenszel (--data).")
@click.option("--by", metavar="COLUMN|FIELD", help="What splits the groups.")
@click.option("--a", "a", metavar="V", help="The first of two groups, the one compared with.")
@click.option("--b", "b", metavar="V", help="The second.")
@click.option("--test", metavar="NAME", help="Instead of the one that fits; a wrong name lists them.")
@click.option("--late-after", type=float, metavar="S", help="Late is longer than this (P85 of the first group).")
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="Of intervals.")
@pass_app
def compare(app: App, data: str | None, **options: Any) -> None:
    """Compare groups: the test that fits and why, the effect with its interval, and what speaks against it.

    On the bare numbers of a CSV file. Effects are the second group against the first.
    """
    from commands import compare_text

    found = _bare(app, data, options) if data is not None else _dataset(app, options)
    app.emit(found.to_json(), lambda: compare_text.told(found))


def _bare(app: App, data: str, options: dict[str, Any]) -> "Compared":
    from commands.bare_numbers import read
    from measurement.comparison.rows import Rows, compare_rows

    named = {option: options[option].strip().lower() for option in COLUMNS if options[option]}
    if "value" not in named and "time" not in named:
        raise Failure("usage", "Nothing to compare is named.", "Add --value COLUMN, or --time COLUMN --event COLUMN.")
    file = read(data, (), tuple(dict.fromkeys(named.values())))
    rows = Rows(**{COLUMNS[option]: file.words[column] for option, column in named.items()})
    with app.waiting(f"the comparison of {len(file)} rows"):
        return compare_rows(rows, options["test"], options["late_after"], options["level"], _pair(options))


def _pair(options: dict[str, Any]) -> tuple[str, ...]:
    given = tuple(options[name] for name in ("a", "b") if options[name] is not None)
    if len(given) == 1:
        raise Failure("usage", "--a and --b belong together.", "Name both groups.")
    return given


def _dataset(app: App, options: dict[str, Any]) -> "Compared":
    raise Failure("usage", "Nothing to compare is named.", "Add --data FILE --value COLUMN --by COLUMN.")
