"""What comes in from outside, read as what it says it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError


def decoded(kinds: Mapping[str, type[Any]], name: str, args: Sequence[RawValue]) -> Any:
    """The one argument as the kind of this name. Raises ApplicationError, type `Refused`."""
    kind = kinds.get(name)
    if kind is None:
        known = ", ".join(sorted(kinds))
        raise ApplicationError(f"{name!r} is not an act; known are {known}", type="Refused", non_retryable=True)
    if len(args) != 1:
        raise ApplicationError(f"{name} takes one object", type="Refused", non_retryable=True)
    try:
        return workflow.payload_converter().from_payload(args[0].payload, kind)
    except (ValueError, TypeError, RuntimeError) as error:
        raise ApplicationError(f"{name} does not read: {error}", type="Refused", non_retryable=True) from None
