"""Which arms a new case has: drawn by keyed hash or by the calendar of blocks, independently in each layer."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from definitions.assignment import assign, fraction
from definitions.base import Instant, Key, Value
from definitions.experiment import ARMS, FEW, STANDARD, VARIANT, Experiment, Unit
from definitions.exposure import Exposure

HALVES = {"first": 1.0, "second": 1.0}


class Subject(Value):
    """What is known of a case when its arms are drawn."""

    case_id: str
    kind: str
    service: Key
    category: str | None = None
    requester: str | None = None
    team: Key | None = None
    """The team that its service begins with."""
    at: Instant
    """When it was accepted."""


def arms_of(experiments: Iterable[Experiment], subject: Subject, secret: bytes) -> tuple[Exposure, ...]:
    """The arms of a case in the experiments that run, in the order of their keys.

    Pure: the same arguments always give the same arms. `secret` is the installation's: nobody else can tell or steer.
    """
    found = []
    for experiment in sorted(experiments, key=lambda each: each.key):
        unit = unit_of(experiment, subject)
        if unit is None or not takes_part(experiment, subject) or not _in_traffic(experiment, unit, secret):
            continue
        found.append(
            Exposure(
                experiment=experiment.key,
                plan=experiment.version,
                layer=experiment.layer,
                arm=_drawn(experiment, unit, secret),
                unit=unit if experiment.unit in FEW else None,
            )
        )
    return tuple(found)


def unit_of(experiment: Experiment, subject: Subject) -> str | None:
    """What is drawn for this case; None where it has no such thing."""
    match experiment.unit:
        case Unit.CASE:
            return subject.case_id
        case Unit.REQUESTER:
            return subject.requester
        case Unit.SERVICE:
            return subject.service
        case Unit.TEAM:
            return subject.team
        case Unit.BLOCK:
            return block_of(experiment, subject.at)


def block_of(experiment: Experiment, at: datetime) -> str:
    """The first day of the block in force at `at`; blocks are whole local days, counted from the start."""
    begin = _first_day(experiment) + timedelta(days=_place(experiment, at) * experiment.block_days)
    return begin.date().isoformat()


def block_end(experiment: Experiment, block: str) -> datetime:
    """The midnight at which the block with this first day is over."""
    end = datetime.fromisoformat(block) + timedelta(days=experiment.block_days)
    return end.replace(tzinfo=ZoneInfo(experiment.zone))


def pair_of(experiment: Experiment, block: str) -> str:
    """The pair that the block with this first day was drawn in."""
    return f"pair {_place(experiment, _noon(experiment, block)) // 2}"


def arm_of_block(experiment: Experiment, at: datetime, secret: bytes) -> str:
    """Of each two blocks that follow each other one has each arm; which comes first is drawn."""
    pair, second = divmod(_place(experiment, at), 2)
    variant_first = assign(f"pair {pair}", f"{experiment.layer}/{experiment.key}", HALVES, secret) == "first"
    return VARIANT if variant_first is not bool(second) else STANDARD


def _drawn(experiment: Experiment, unit: str, secret: bytes) -> str:
    if experiment.unit is Unit.BLOCK:
        return arm_of_block(experiment, _noon(experiment, unit), secret)
    # Not by the layer alone: that place in the layer would say which arm it becomes.
    weights: dict[str, float] = {arm: experiment.weights[arm] for arm in ARMS}
    return assign(unit, f"{experiment.layer}/{experiment.key}", weights, secret)


def takes_part(experiment: Experiment, subject: Subject) -> bool:
    scope = experiment.scope
    known = subject.kind == scope.kind and subject.service in scope.services
    category = not scope.categories or subject.category in scope.categories
    return known and category and experiment.starts_at <= subject.at < experiment.stops_at


def _in_traffic(experiment: Experiment, unit: str, secret: bytes) -> bool:
    low, high = experiment.traffic
    return low <= fraction(unit, experiment.layer, secret) < high


def _noon(experiment: Experiment, block: str) -> datetime:
    return datetime.combine(datetime.fromisoformat(block), time(12), ZoneInfo(experiment.zone))


def _first_day(experiment: Experiment) -> datetime:
    zone = ZoneInfo(experiment.zone)
    return datetime.combine(experiment.starts_at.astimezone(zone).date(), time())


def _place(experiment: Experiment, at: datetime) -> int:
    days = (at.astimezone(ZoneInfo(experiment.zone)).replace(tzinfo=None) - _first_day(experiment)).days
    return days // experiment.block_days
