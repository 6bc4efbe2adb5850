"""Before and after, where nobody could be held back: what may be claimed once the expected rebound is taken off."""

from dataclasses import dataclass
from typing import Literal

from measurement.experiments.periods import LEAST_WEEKS, SURE, Rebound, Weekly, rebound


@dataclass(frozen=True)
class Claim:
    """`improved`: after beats what comes after such a period by itself, by more than luck. `saved`: by how much.

    `refused`: before was picked because it was bad, or too little is known of the long run, and luck explains the rest.
    """

    says: Literal["improved", "not_shown", "refused"]
    why: str
    saved: float | None
    """Share of cases, 0-1: expected without any action minus found; None where nothing can be said."""
    rebound: Rebound | None


def claim(weekly: Weekly, before: tuple[float, float], after: tuple[float, float]) -> Claim:
    """What weekly shares (of what is bad) say about two periods, in weeks as [begin, end)."""
    found = rebound(weekly, before, after)
    if found is None:
        why = (
            f"fewer than {LEAST_WEEKS} weeks lie outside both periods: nobody can see whether before was picked "
            "because it was bad, and bad periods get better by themselves"
        )
        return Claim("refused", why, None, None)
    saved = found.expected - found.after
    numbers = (
        f"{100 * found.after:.1f} % against {100 * found.expected:.1f} % expected without any action "
        f"(give or take {100 * SURE * found.error:.1f}); the long run is {100 * found.long_run:.1f} %"
    )
    if found.beaten:
        return Claim("improved", numbers, saved, found)
    if found.picked:
        return Claim("refused", f"before was picked because it was bad: {numbers}", saved, found)
    return Claim("not_shown", numbers, saved, found)
