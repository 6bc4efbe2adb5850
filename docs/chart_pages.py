"""Writes `docs/charts/`: a page for each chart, from the catalogue and the code; `docs/generate.py` calls it."""

import importlib
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measurement.charts.arl import Shewhart, arl
from measurement.charts.catalogue import CHARTS
from measurement.charts.kinds import Kind
from measurement.charts.kinds_control import CONTROL

FOLDER = Path(__file__).parent / "charts"
SHIFTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)

HEAD = """\
# Charts

Written by `python docs/generate.py` from the catalogue; a test checks that it is current.

Which one to take is not a matter of taste: `measurement.charts.ladder` chooses by the data and says why, and what it
refused. Times of cases are shown as the [weekly share late](share-late.md); beside it stand the cases
[by rank](normal-ewma.md) for the quick alarm and the [typical time](weekly-log.md) for reading.
Rare events are shown by what lies [between them](t.md), counts [per unit](u.md), bare values as [XmR](xmr.md), and what
is too short for limits as a [run chart](run.md).

Every chart states its baseline, n, estimator, rules and how many points lie between two false alarms. Rules are few on
purpose: each one more makes false alarms more frequent (one rule 370 points, all eight of Nelson 74).
"""


def pages() -> dict[Path, str]:
    """File -> text of all pages."""
    return {FOLDER / "index.md": index()} | {FOLDER / f"{kind.key}.md": page(kind) for kind in CHARTS.values()}


def write() -> None:
    """All pages, and none that no longer belongs."""
    wanted = pages()
    FOLDER.mkdir(exist_ok=True)
    for old in set(FOLDER.glob("*.md")) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.write_text(text)


def index() -> str:
    """The list: control charts, then the rest."""
    parts = [HEAD]
    control = {kind.key for kind in CONTROL}
    for title, wanted in (("Control charts", True), ("Charts of cases, and judgements", False)):
        parts += [f"\n## {title}\n", "| chart | answers | data |", "|---|---|---|"]
        parts += [
            f"| [{kind.key}]({kind.key}.md) | {kind.question} | {kind.data} |"
            for kind in CHARTS.values()
            if (kind.key in control) is wanted
        ]
    return "\n".join(parts) + "\n"


def page(kind: Kind) -> str:
    """All there is to know about one chart."""
    rows = {"answers": kind.question, "data": kind.data, "formula": kind.formula, "alarms": kind.alarms}
    rows["method"] = kind.source
    parts = [f"# {kind.title}\n", "Written by `python docs/generate.py`. All charts: [index](index.md).\n"]
    parts += ["| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in rows.items())]
    parts += ["", "## Trap\n", _prose(kind.trap)]
    if kind.spec is not None:
        parts += ["", "## How soon it sees a change\n", *_run_lengths(kind)]
    if kind.spc:
        parts += ["", "```sh", f"jidoka spc {kind.key} --data - < FILE.csv", "```"]
    parts += ["", "## In Python\n", "```python", *_call(kind), "```", "", _prose(_words(function(kind)))]
    return "\n".join(parts) + "\n"


def function(kind: Kind) -> Callable[..., Any]:
    """What makes it."""
    module, _, name = kind.function.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(f"measurement.charts.{module}"), name)
    return found


def _run_lengths(kind: Kind) -> list[str]:
    """Computed, not copied: expected points until a signal, by its default rules."""
    assert kind.spec is not None
    found = [arl(kind.spec, shift).points for shift in SHIFTS]
    said = ["never" if points is None else f"{points:,.0f}" if points >= 20 else f"{points:.1f}" for points in found]
    words = (
        "Points until a signal, on average, after the mean moves by so many standard deviations of one point (of one "
        "value, where the chart has a memory); without a change it is the distance between false alarms. For "
        "independent normal points and limits that are known."
    )
    if isinstance(kind.spec, Shewhart):
        words += " Limits from 25 points cry wolf two to three times as often."
    return [
        _prose(words),
        "",
        f"| shift | {' | '.join(f'{shift:g}' for shift in SHIFTS)} |",
        f"|{'---|' * (len(SHIFTS) + 1)}",
        f"| points | {' | '.join(said)} |",
    ]


def _call(kind: Kind) -> list[str]:
    module, _, name = kind.function.partition(":")
    return [f"from measurement.charts.{module} import {name}", "", f"{name}({_parameters(kind)})"]


def _parameters(kind: Kind) -> str:
    parts, star = [], False
    for parameter in inspect.signature(function(kind)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        given = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        parts.append(f"{parameter.name}{given}")
    return ", ".join(parts)


def _words(function: Callable[..., Any]) -> str:
    return " ".join(inspect.cleandoc(function.__doc__ or "").split())


def _prose(words: str) -> str:
    return textwrap.fill(words, 120, break_long_words=False, break_on_hyphens=False)


def _cell(words: str) -> str:
    return words.replace("|", r"\|")
