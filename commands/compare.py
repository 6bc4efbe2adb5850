"""`jidoka compare`: whether groups differ, by how much, and what speaks against saying so."""

from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app
from commands.number_option import NUMBER
from commands.scope_door import LIVE, instant, scope_of, scope_options

if TYPE_CHECKING:
    from measurement.comparison.cohorts import Period
    from measurement.comparison.compared import Compared

COLUMNS = {"value": "value", "by": "group", "time": "time", "event": "event", "size": "size", "strata": "stratum"}
"""Option that names a column of the file, and what the column is to the comparison."""
OF_FILES = ("value", "time", "event", "size", "strata")
SCOPE = ("since", "until", "clock", "calendar", "where")
OF_DATASETS = ("dataset", "metric", "before", "after", "adjust", *SCOPE)


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
@click.option("--metric", metavar="KEY", help="What is compared in the dataset (time_to_resolve).")
@click.option("--by", metavar="COLUMN|FIELD", help="What splits the groups.")
@click.option("--a", "a", metavar="V", help="The first of two groups, the one compared with.")
@click.option("--b", "b", metavar="V", help="The second.")
@click.option("--before", metavar="D..D", help="Opened from the first day on, before the second (--dataset).")
@click.option("--after", metavar="D..D", help="The period compared with it.")
@click.option("--adjust", metavar="FIELDS", help="Equal mix of these fields (kind,priority).")
@click.option("--test", metavar="NAME", help="Instead of the one that fits; a wrong name lists them.")
@click.option("--late-after", type=NUMBER, metavar="S", help="Late is longer than this (P85 of the first group).")
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="Of intervals.")
@scope_options
@pass_app
def compare(app: App, data: str | None, **options: Any) -> None:
    """Compare groups: the test that fits and why, the effect with its interval, and what speaks against it.

    Teams, priorities, arms (--by) or two periods (--before, --after) of a dataset, or the bare numbers of a CSV file.
    Effects are the second group against the first; at equal mix of kind and priority beside them.
    """
    from commands import compare_text

    other = OF_DATASETS if data is not None else OF_FILES
    for name in other:
        if options[name]:
            where = "a dataset" if name in OF_DATASETS else "a file: add --data"
            option = {"since": "from", "until": "to"}.get(name, name)
            raise click.UsageError(f"--{option} belongs to {where}.")
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
    from commands.datasets_door import dataset
    from measurement.comparison.cohorts import Question
    from measurement.comparison.dataset import compare as compared
    from measurement.comparison.rows import known_test

    if not options["by"] and not options["before"] and not options["after"]:
        raise Failure("usage", "Nothing to compare is named.", "Add --by FIELD, --before D..D --after D..D, or --data.")
    if options["by"] and (options["before"] or options["after"]):
        raise Failure("usage", "Groups or periods, not both.", "Compare periods with --where FIELD=VALUE.")
    if (options["before"] or options["after"]) and (options["since"] or options["until"]):
        raise Failure("usage", "--before and --after say the periods.", "Leave --from and --to out.")
    name = options["dataset"] or LIVE
    question = Question(
        metric=options["metric"] or "time_to_resolve",
        by=options["by"],
        pair=_pair(options),
        before=_period("--before", options["before"]),
        after=_period("--after", options["after"]),
        scope=scope_of(app, name, **{option: options[option] for option in SCOPE}),
        adjust=tuple(part.strip() for part in (options["adjust"] or "").split(",") if part.strip()),
        test=known_test(options["test"]),
        late_after=options["late_after"],
        level=options["level"],
    )
    log = dataset(app, name)
    with app.waiting(f"the comparison of {question.metric} in {name}"):
        return compared(log, question)


def _period(option: str, given: str | None) -> "Period | None":
    from measurement.comparison.cohorts import Period

    if given is None:
        return None
    begin, dots, end = given.partition("..")
    since, until = instant(option, begin or None), instant(option, end or None)
    if not dots or since is None or until is None or since >= until:
        raise Failure("usage", f"{option} {given!r} is no period.", "Write it like 2026-03-02..2026-03-30.")
    return Period(since, until)
