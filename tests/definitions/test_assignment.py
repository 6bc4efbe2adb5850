"""An arm is drawn once and for ever."""

import pytest

from definitions.assignment import assign, fraction

SECRET = b"of this installation"


def test_the_same_unit_always_has_the_same_arm() -> None:
    arms = {"old": 1.0, "new": 1.0}

    assert {assign("INC-1", "KZN-1", arms, SECRET) for _ in range(5)} == {assign("INC-1", "KZN-1", arms, SECRET)}
    assert assign("INC-1", "KZN-1", dict(reversed(arms.items())), SECRET) == assign("INC-1", "KZN-1", arms, SECRET)


def test_a_draw_is_the_published_hash() -> None:
    """HMAC-SHA256 with this key over `5:layer:unit`: a change of it would move cases between arms."""
    first = "70b7d58a6a6436f2"  # of `printf 5:layer:unit | openssl dgst -sha256 -hmac key`

    assert fraction("unit", "layer", b"key") == int(first, 16) / 2**64


def test_arms_are_as_large_as_their_weights() -> None:
    drawn = [assign(f"INC-{n}", "KZN-1", {"old": 3, "new": 1}, SECRET) for n in range(20_000)]

    assert drawn.count("new") / len(drawn) == pytest.approx(0.25, abs=0.01)


def test_layers_are_independent_of_each_other() -> None:
    both = sum(
        fraction(f"INC-{n}", "one", SECRET) < 0.5 and fraction(f"INC-{n}", "two", SECRET) < 0.5 for n in range(10_000)
    )

    assert both / 10_000 == pytest.approx(0.25, abs=0.015)


def test_layers_and_units_cannot_be_confused() -> None:
    assert fraction("b:c", "a", SECRET) != fraction("c", "a:b", SECRET)


def test_arms_of_weight_zero_are_never_drawn_and_no_arms_are_refused() -> None:
    assert {assign(f"INC-{n}", "x", {"a": 0, "b": 1}, SECRET) for n in range(200)} == {"b"}
    for weights in ({}, {"a": 0.0}, {"a": -1.0, "b": 3.0}):
        with pytest.raises(ValueError, match="draw no arm"):
            assign("INC-1", "x", weights, SECRET)
