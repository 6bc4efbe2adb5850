"""Writes `docs/measures/`: a page for each metric, from the catalogue itself; `docs/generate.py` calls it."""

import inspect
import textwrap
from datetime import UTC, datetime
from pathlib import Path

from measurement.log.columns import EVENTS
from measurement.log.rules import CaseRules
from measurement.metrics.catalogue import METRICS
from measurement.metrics.metric import Clock, Facts, Family, Metric, Reading

FOLDER = Path(__file__).parent / "measures"
RULES = CaseRules(done=("resolved",), again=("reopened",), cancelled=("cancelled",))
AS_OF = datetime(2000, 1, 1, tzinfo=UTC)

HEAD = """\
# Measures

Written by `python docs/generate.py` from the catalogue; a test checks that it is current.

`jidoka measure KEY --dataset NAME` gives one of them with its n, period, clock, interval and all that was left out;
`--by FIELD` shows a row for each value, `--explain` the formula, the query that was run and the trap.
Numbers about speed count the cases that are still open. Intervals are at 95 %.
What a dataset cannot say is null with a reason, not 0 (only saved time is 0 until it was measured).
"""

WORDS = """
## What a dataset must say

The engine's own runs say all of this where it happened. An imported log is understood like them when it uses the same
words, as activities and columns of its events ([datasets](../datasets.md)). Without them a metric is unknown, not 0.
"""

UNITS = {"s": "seconds", "share": "share, 0 to 1", "ppm": "parts per million", "min": "minutes"}


def pages() -> dict[Path, str]:
    """File -> text of all pages."""
    found = {FOLDER / "index.md": index()}
    return found | {FOLDER / f"{metric.key}.md": page(metric) for metric in METRICS.values()}


def write() -> None:
    """All pages, and none that no longer belongs."""
    wanted = pages()
    FOLDER.mkdir(exist_ok=True)
    for old in set(FOLDER.glob("*.md")) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.write_text(text)


def index() -> str:
    """The list, by family."""
    parts = [HEAD]
    for family in Family:
        parts += [f"\n## {family.value.capitalize()}\n", "| metric | formula | unit | better |", "|---|---|---|---|"]
        parts += [
            f"| [{metric.key}]({metric.key}.md) | {_cell(metric.formula)} | {metric.unit} | {metric.better} |"
            for metric in METRICS.values()
            if metric.family is family
        ]
    parts += [WORDS, "| metric | unknown when |", "|---|---|"]
    parts += [f"| {metric.key} | {_cell(metric.needs.said)} |" for metric in METRICS.values() if metric.needs.said]
    return "\n".join(parts) + "\n"


def page(metric: Metric) -> str:
    """All there is to know about one metric."""
    rows = {
        "formula": metric.formula,
        "unit": UNITS.get(metric.unit, metric.unit),
        "better": metric.better.value,
        "for": metric.audience.value,
        "n counts": f"{metric.counts}: {metric.population}",
        "clock": ", ".join(metric.clocks) or "none",
        "estimator": metric.estimator.name,
        "broken down by": metric.split or "nothing, unless asked with `--by`",
    }
    if metric.source:
        rows["method"] = metric.source
    parts = [f"# {metric.title}\n", "Written by `python docs/generate.py`. All measures: [index](index.md).\n"]
    parts += ["| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in rows.items())]
    parts += ["", "## Trap\n", _prose(metric.trap)]
    if metric.beside:
        parts += ["\n## Shown beside it\n", *(f"- {beside.what} ({beside.estimator.name})" for beside in metric.beside)]
    if metric.needs.said:
        parts += ["\n## Where it is unknown\n", _prose(f"n is 0 with this reason: {metric.needs.said}.")]
    parts += ["\n## How it is read\n", _prose(_words(metric.reading))]
    parts += [
        "\n`reason` says why a row is left out; the rows without one count. "
        "`:as_of` is the instant up to which the log was read.\n"
    ]
    parts += ["```sql", query(metric), "```", "", "```sh", f"jidoka measure {metric.key} --explain", "```"]
    return "\n".join(parts) + "\n"


def query(metric: Metric) -> str:
    """The query of its units on a log that has all the columns it could ask for."""
    columns = (*EVENTS.names, "role", *metric.needs.columns)
    facts = Facts(columns, RULES, AS_OF, metric.clocks[0] if metric.clocks else Clock.ELAPSED)
    return textwrap.dedent(metric.reading(facts)).strip("\n").rstrip().replace(facts.now, ":as_of")


def _words(reading: Reading) -> str:
    return inspect.cleandoc(reading.__doc__ or "").replace("\n", " ")


def _prose(words: str) -> str:
    return textwrap.fill(words, 120, break_long_words=False, break_on_hyphens=False)


def _cell(words: str) -> str:
    return words.replace("|", r"\|")
