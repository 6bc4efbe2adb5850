"""How big the benchmarks are."""

from typing import NamedTuple


class Options(NamedTuple):
    """The defaults keep each benchmark to about a minute on two cores."""

    pairs: int = 6
    """Blocks of each side; 12 see a difference of 10 %, 30 one of 5 %."""
    lives: int = 40
    """Lives in one block."""
    runs: int = 1_000
    """Open runs to weigh."""
    cases: int = 300
    """Closed cases in the records at 1x; growth goes to a hundred times as many."""
    full: bool = False
    """Also 10,000 open runs with a cache of 1,000."""
