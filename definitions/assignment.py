"""Which arm of an experiment a unit belongs to: a keyed hash, so that it never changes and nobody can steer it."""

import hashlib
import hmac
from collections.abc import Mapping


def fraction(unit: str, layer: str, secret: bytes) -> float:
    """A number in [0, 1) that is fixed for this unit in this layer and looks random to whoever lacks the secret.

    Layers (experiments that may run side by side) are independent of each other.
    """
    message = f"{len(layer)}:{layer}:{unit}".encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8], "big") / 2**64


def assign(unit: str, layer: str, weights: Mapping[str, float], secret: bytes) -> str:
    """The arm of a unit (case, requester, block) in a layer, drawn by `weights` (any positive sizes).

    Pure: the same arguments always give the same arm, so replays and restarts agree. Raises ValueError without arms.
    """
    total = sum(weights.values())
    if not weights or min(weights.values()) < 0 or total <= 0:
        raise ValueError(f"weights {dict(weights)} draw no arm: give each a size, at least one above zero")
    place, edge = fraction(unit, layer, secret) * total, 0.0
    drawn = ""
    for arm in sorted(weights):
        if weights[arm] > 0:
            drawn = arm
            edge += weights[arm]
            if place < edge:
                break
    return drawn
