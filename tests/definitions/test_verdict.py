"""What came out of an experiment, in words."""

import pytest

from definitions.verdict import Between, Effect


def effect(low: float | None, high: float | None, *, value: float | None = 0.57933) -> Effect:
    within = Between(low=low, high=high, level=0.99, method="by ranks")
    return Effect(what="new time / old time, followed for 172800 s", value=value, within=within)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (effect(0.458219, 0.745433), "0.579, 99% from 0.458 to 0.745"),
        (effect(0.458219, None), "0.579, 99% from 0.458 to open"),
        (effect(None, None), "0.579"),
        (effect(None, None, value=None), "unknown"),
    ],
)
def test_an_effect_is_told_in_times_and_digits_that_people_say(found: Effect, told: str) -> None:
    assert found.told == f"new time / old time, followed for 2 d: {told}"


def test_telling_an_effect_leaves_its_record_as_it_was_computed() -> None:
    found = effect(0.458219, 0.745433)

    assert found.told
    assert set(found.model_dump()) == {"what", "value", "within"}
    assert (found.what, found.value) == ("new time / old time, followed for 172800 s", 0.57933)
