"""What a look has seen can be kept under its hash, and read again as it was."""

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from measurement.experiments.observed import Observed

NUMBERS = st.floats(0, 1e7, allow_nan=False)


@given(
    rows=st.lists(st.tuples(st.text(max_size=8), st.sampled_from(["standard", "variant"]), NUMBERS), max_size=20,
                  unique_by=lambda row: row[0]),
    units=st.booleans(),
    guards=st.lists(st.sampled_from(["a", "b", "ß"]), unique=True),
)  # fmt: skip
def test_what_was_kept_is_read_again_as_it_was(
    rows: list[tuple[str, str, float]], units: bool, guards: list[str]
) -> None:
    case, arm, value = ([row[k] for row in rows] for k in range(3))
    unit = [f"u-{each}" for each in arm] if units else None
    found = Observed.of(
        case, arm, value, unit=unit, guards={name: [1.0] * len(rows) for name in guards},
        drawn={"standard": 3, "variant": 4}, pairs={"x": "y"},
    )  # fmt: skip

    again = Observed.read(found.content)

    assert hashlib.sha256(found.content).hexdigest() == found.sha256 == again.sha256
    assert np.array_equal(again.value, found.value)
    assert again.drawn == found.drawn
    assert [*again.guards] == sorted(guards)
