"""A metric in the course of time, as a picture: the chart, and what it is about."""

from datetime import datetime
from typing import Any

from measurement.charts.histogram import Histogram
from measurement.charts.icons import Icon
from measurement.charts.pareto import Pareto
from measurement.course.course import Course
from pictures.bars import histogram_picture, pareto_picture
from pictures.control import control_picture
from pictures.picture import Picture


def course_picture(course: Course, by: str = "") -> Picture:
    """The picture of any course; `by`: the field of a Pareto chart."""
    shape = course.shape
    said: dict[str, Any] = {"title": title_of(course, by), "facts": facts_of(course), "source": course.source}
    if isinstance(shape.numbers, Pareto):
        drawn = pareto_picture(shape.numbers, by=by, **said)
    elif isinstance(shape.numbers, Histogram):
        drawn = histogram_picture(shape.numbers, unit=shape.unit, what=shape.what, **said)
    else:
        drawn = control_picture(shape.numbers, unit=shape.unit, what=shape.what, log=shape.log, **said)
    return drawn.noted(*notes_of(course))


def title_of(course: Course, by: str = "") -> str:
    """The metric and what a point is; only the latter where the chart is about the cases themselves."""
    shape = course.shape
    if shape.of_openings:
        return f"{shape.what[:1].upper()}{shape.what[1:]}"
    if by:
        return f"{course.title} by {by}"
    return course.title if shape.what == course.title.lower() else f"{course.title}: {shape.what}"


def facts_of(course: Course) -> tuple[str, ...]:
    """n, period and clock, in words."""
    days = dict.fromkeys(_day(at) for at in (course.period.since, course.period.until) if at is not None)
    filters = tuple(f"{name} = {value}" for name, value in course.filter.items())
    clock = (f"{course.clock} clock",) if course.clock else ()
    return (f"n {course.n:,} {course.counts}", f"opened {' to '.join(days)}", *clock, *filters)


def notes_of(course: Course) -> tuple[str, ...]:
    """The two icons in words, why this chart, and what was left out."""
    icons = [icon for icon in (course.variation, course.assurance) if icon is not None and icon.key != "no_target"]
    said = " ".join(f"[{icon.symbol}] {_of_the_newest(icon)}." for icon in icons)
    left = "; ".join(f"{e.n:,} {e.reason}" for e in course.excluded)
    why = course.shape.why
    return tuple(
        note
        for note in (
            said,
            "" if why == "asked for" else f"Why this chart: {why}",
            f"Left out: {left}." if left else "",
            f"B{str(course.shape.baseline)[1:]}." if course.shape.baseline else "",
        )
        if note
    )


def _of_the_newest(icon: Icon) -> str:
    """What an icon says; a change is one of the newest point, whatever was before."""
    if icon.key in NEWEST:
        return f"The newest point: {icon.words}"
    return f"{icon.words[:1].upper()}{icon.words[1:]}"


NEWEST = frozenset({"improving", "worsening", "changed", "noise"})


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
