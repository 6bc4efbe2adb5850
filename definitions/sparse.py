"""Values that write down only what they say, because every case carries them in its input."""

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from definitions.base import Value


class Sparse(Value):
    """Leaves empty fields out of its JSON; their defaults must be empty too, so that reading gives the same value."""

    @model_serializer(mode="wrap")
    def _without_what_is_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {name: value for name, value in written.items() if value not in (None, (), [], {})}
