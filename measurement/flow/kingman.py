"""How long work waits for busy people: a forecast of "one more person", and a check of what was measured."""

import math

from measurement.values import BadData


def wait_in_queue(load: float, ca2: float, cs2: float, service_s: float, people: int = 1) -> float:
    """Mean wait (s) before service: Kingman's G/G/1, for more people in Sakasegawa's form; inf from a load of 1 on.

    load: share of the working time of all `people` that is needed. ca2, cs2: squared coefficients of variation of the
    times between arrivals and of the service times. Source: Kingman 1961; Sakasegawa 1977; Hopp and Spearman ch. 8.
    """
    if load < 0 or ca2 < 0 or cs2 < 0 or service_s < 0 or people < 1:
        raise BadData("Load, variation and service time are not negative, and somebody must be there.", "Correct them.")
    if load >= 1:
        return math.inf
    busy = math.pow(load, math.sqrt(2 * (people + 1)) - 1) / (people * (1 - load))
    return (ca2 + cs2) / 2 * busy * service_s


def with_people(load: float, ca2: float, cs2: float, service_s: float, people: int, more: int) -> float:
    """The same work with `more` (or fewer) people: mean wait in seconds."""
    if people + more < 1:
        return math.inf
    return wait_in_queue(load * people / (people + more), ca2, cs2, service_s, people + more)
