"""The catalogue of charts: what each one answers, from which data, by which formula, and where it misleads."""

from dataclasses import dataclass

from measurement.charts.arl import Spec


@dataclass(frozen=True)
class Kind:
    """One chart, or one judgement beside a chart. `function`: `module:name` in `measurement.charts`.

    `spec`: of its default rules, where its run lengths are those of standard normal points.
    """

    key: str
    title: str
    question: str
    data: str
    formula: str
    alarms: str
    trap: str
    source: str
    function: str
    spc: bool = False
    """Whether `jidoka spc` draws it up from a CSV file."""
    spec: Spec | None = None


def by_key(kinds: tuple[Kind, ...]) -> dict[str, Kind]:
    """In their order; each key once."""
    found = {kind.key: kind for kind in kinds}
    assert len(found) == len(kinds), "a key twice"
    return found
