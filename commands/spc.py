"""`jidoka spc`: control charts on bare numbers."""

from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Verb, pass_app
from commands.number_option import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from commands.bare_numbers import Numbers
    from measurement.charts.chart import Chart

SHARED = ("phase1", "target", "rules", "L")
KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "xmr": ("individuals:xmr", "x", (*SHARED, "sigma", "estimator", "alarm_on_range")),
    "xbar-r": ("subgroups:xbar_r", "x subgroup", (*SHARED, "sigma", "estimator")),
    "xbar-s": ("subgroups:xbar_s", "x subgroup", (*SHARED, "sigma", "estimator")),
    "p": ("counts:p", "x n", (*SHARED, "exact")),
    "np": ("counts:np_", "x n", (*SHARED, "exact")),
    "u": ("counts:u", "x n", (*SHARED, "exact")),
    "c": ("counts:c", "x", (*SHARED, "exact")),
    "pp": ("laney:pp", "x n", SHARED),
    "up": ("laney:up", "x n", SHARED),
    "g": ("rare:g", "x", SHARED),
    "t": ("rare:t", "x", ("phase1", "rules", "L")),
    "ewma": ("ewma:ewma", "x", ("phase1", "target", "sigma", "estimator", "lam", "L", "exact")),
    "cusum": ("cusum:cusum", "x", ("phase1", "target", "sigma", "estimator", "k", "h", "unit", "fir")),
    "run": ("runs:run", "x", ("phase1", "target")),
    "capability": ("capability:capability", "x", ("phase1", "target", "lsl", "usl")),
}
"""Kind: where it is in measurement.charts, the columns it needs, the options it knows."""

NAMES = ("subgroup", "label", "date", "day", "week", "month", "time")
"""Columns of words that are read where they are there; of those after the first, one names the points."""


@click.command(cls=Verb)
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option(
    "--data",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="CSV with columns x, and n or subgroup where the chart has one; - is stdin.",
)
@click.option("--phase1", type=int, metavar="N", help="Limits from the first N points or subgroups (all).")
@click.option("--target", type=NUMBER, help="Centre, instead of the mean.")
@click.option("--sigma", type=NUMBER, help="Standard deviation of one value, instead of an estimate.")
@click.option("--estimator", metavar="NAME", help="Of sigma: mr, mr-median, sd; uwave-r, mvlue-r, uwave-sd ...")
@click.option("--lambda", "lam", type=NUMBER, help="Weight of the newest point of an EWMA (0.2).")
@click.option("--L", "L", type=NUMBER, help="Limits at so many standard errors (3; EWMA: for 370 points).")
@click.option("--k", type=NUMBER, help="Reference value of a CUSUM, in the unit of x (0.5 sigma).")
@click.option("--h", type=NUMBER, help="Decision interval of a CUSUM, in the unit of x (for 370 points).")
@click.option("--unit", type=click.Choice(["data", "sigma"]), help="Unit of --k and --h (data).")
@click.option("--fir", is_flag=True, help="CUSUM with fast initial response.")
@click.option("--exact", is_flag=True, help="Exact tails (p, np, u, c); exact limits from the first point on (ewma).")
@click.option("--alarm-on-range", is_flag=True, help="Signals of the moving range too (xmr).")
@click.option("--lsl", type=NUMBER, help="Lower specification limit (capability).")
@click.option("--usl", type=NUMBER, help="Upper specification limit (capability).")
@click.option("--rules", metavar="LIST", help="Such as 1,2 or we:1-4 or nelson:1,5.")
@pass_app
def spc(app: App, kind: str, data: str, **options: Any) -> None:
    """Draw up a control chart of the numbers in a CSV file.

    One row a point, in order; for xbar-r and xbar-s one row a value, with its subgroup (ewma, cusum and capability
    take one too). Points and limits are in the unit of x; signals count from 1. The answer says how often the chart
    cries wolf while nothing changes.
    """
    from commands.bare_numbers import read

    where, needed, known = KINDS[kind]
    # By identity: a target of 0 is given, and equals False.
    given = {name: value for name, value in options.items() if value is not None and value is not False}
    for name in given.keys() - set(known):
        raise click.UsageError(f"--{'lambda' if name == 'lam' else name.replace('_', '-')} has no meaning for {kind}.")
    columns = needed.split()
    numbers = read(data, columns[: 2 if "n" in columns else 1], columns[1:] if "subgroup" in columns else (), NAMES)
    if "rules" in given:
        from measurement.charts.rules import rules_of

        given["rules"] = rules_of(given["rules"])
    given |= {"method": given.pop("estimator")} if "estimator" in given else {}
    if kind == "capability":
        _capability(app, numbers, **given)
    else:
        _chart(app, where, numbers, given)


def _chart(app: App, where: str, numbers: "Numbers", options: dict[str, Any]) -> None:
    from importlib import import_module

    from commands.spc_text import lines_of

    module, _, name = where.partition(":")
    function: Callable[..., Chart] = getattr(import_module(f"measurement.charts.{module}"), name)
    groups = numbers.grouped() if module in ("subgroups", "ewma", "cusum") and "subgroup" in numbers.words else None
    columns: list[Any] = list(numbers.numbers.values())
    names = next((numbers.words[name] for name in NAMES[1:] if name in numbers.words), None)
    if groups is not None:
        options, names = _in_subgroups(options, groups), list(groups)
        if module == "subgroups":
            columns = [list(groups.values())]
        else:
            options["subgroups"] = numbers.words["subgroup"]
    chart = function(*columns, **options)
    if names is not None:
        chart = chart.labelled(tuple(names))
    app.emit({**chart.to_json(), "source": numbers.source}, lambda: "\n".join(lines_of(chart, numbers.source)))


def _in_subgroups(options: dict[str, Any], groups: dict[str, list[float]]) -> dict[str, Any]:
    """--phase1 as a number of subgroups; one above theirs is a number of rows, where these end with a subgroup."""
    from itertools import accumulate

    ends = {rows: number for number, rows in enumerate(accumulate(map(len, groups.values())), 1)}
    phase1 = options.get("phase1")
    if phase1 is None or phase1 <= len(groups):
        return dict(options)
    return {**options, "phase1": ends.get(phase1, phase1)}


def _capability(app: App, numbers: "Numbers", phase1: int | None = None, **options: Any) -> None:
    from itertools import chain

    from commands.spc_text import capability_lines
    from measurement.charts.capability import capability
    from measurement.charts.shewhart import baseline

    groups = numbers.grouped()
    kept = list(groups.items())[: baseline(len(groups), **_in_subgroups({"phase1": phase1}, groups))]
    values = list(chain.from_iterable(values for _, values in kept))
    names = [name for name, values in kept for _ in values] if "subgroup" in numbers.words else None
    found = capability(values, subgroups=names, **options)
    data = found.to_json() | {"source": numbers.source}
    app.emit(data, lambda: "\n".join(capability_lines(found, numbers.source)))
