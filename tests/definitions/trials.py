"""An experiment on the example organisation, to be varied."""

from datetime import UTC, datetime, timedelta
from typing import Any

from definitions.change import Change
from definitions.example import organisation
from definitions.experiment import Experiment

START = datetime(2026, 3, 1, 23, tzinfo=UTC)
"""A midnight in Berlin."""


def change(path: str = "/services/vpn/confirm/remind_after_days", value: object = 3) -> Change:
    """One value of the organisation, by path."""
    patch = [{"op": "replace", "path": path, "value": value}]
    return Change.model_validate({"base": organisation.version, "why": "To see what it does.", "patch": patch})


def trial(**given: Any) -> Experiment:
    """A plan that is valid, with what is given instead."""
    known: dict[str, Any] = {
        "key": "fast-route",
        "hypothesis": "Reminding a day later closes cases no later",
        "change": change(),
        "metric": "time_to_resolve",
        "least": 0.7,
        "baseline": {"sha256": "0" * 64, "n": 1_000},
        "scope": {"services": ("vpn",)},
        "layer": "routing",
        "follow_s": 7 * 86_400,
        "units": 1_000,
        "starts_at": START,
        "stops_at": START + timedelta(days=90),
    }
    return Experiment.model_validate(known | given)
