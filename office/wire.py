"""Values on the wire: JSON by pydantic, as the SDK's own converter writes it."""

from typing import ClassVar

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter, EncodingPayloadConverter


class SharedConverter(PydanticPayloadConverter):
    """The SDK's pydantic converter with one set of type adapters for the whole process.

    The SDK makes a converter for each run and two for each workflow task. Each would build its own adapters, and ten
    thousand open runs would keep ten thousand of them.
    """

    _shared: ClassVar[dict[bytes, EncodingPayloadConverter]] = dict(PydanticPayloadConverter().converters)

    def __init__(self) -> None:
        self.converters = self._shared


data_converter = DataConverter(payload_converter_class=SharedConverter)
"""For clients, workers and replays alike."""
