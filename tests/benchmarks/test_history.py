"""The gate of the history budget: what a plain incident life leaves on the server, against the same life bare."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from benchmarks.history import Weight, weigh
from benchmarks.lives import BareLife, ProductLife, record_mails
from benchmarks.rig import Rig

pytestmark = [pytest.mark.story]

MOST_EVENTS = 1.4
MOST_BYTES = 2.0
MOST_PINNED = 4096


@pytest.fixture(scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with Rig() as ours:
        await ours.work()
        await record_mails(ours)
        await ours.work("bare")
        yield ours


@pytest.fixture(scope="module")
async def lives(rig: Rig) -> tuple[Weight, Weight, Weight]:
    """Two of the product, one bare, at the same time."""
    product = ProductLife(rig)
    return await asyncio.gather(weigh(rig, product), weigh(rig, product), weigh(rig, BareLife(rig)))


def test_the_same_life_leaves_the_same_events_every_time(lives: tuple[Weight, Weight, Weight]) -> None:
    one, other, _ = lives

    kinds = sorted(one.types)

    assert kinds == sorted(other.types)


def test_a_life_has_at_most_1_4_times_the_events_of_a_bare_one(lives: tuple[Weight, Weight, Weight]) -> None:
    product, _, bare = lives

    ratio = product.events / bare.events

    print(f"\nhistory: events {product.events} : {bare.events} = {ratio:.3f}")
    assert ratio <= MOST_EVENTS, product.types


def test_a_life_has_at_most_twice_the_bytes_of_a_bare_one_apart_from_its_definition(
    lives: tuple[Weight, Weight, Weight],
) -> None:
    product, _, bare = lives

    ratio = product.own / bare.own

    print(f"\nhistory: bytes {product.own} : {bare.own} = {ratio:.3f}, pinned {product.pinned}")
    assert ratio <= MOST_BYTES


def test_the_pinned_definition_stays_within_its_budget(lives: tuple[Weight, Weight, Weight]) -> None:
    product, _, _ = lives

    pinned = product.pinned

    assert 0 < pinned <= MOST_PINNED
