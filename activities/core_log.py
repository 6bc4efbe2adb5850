"""The runtime of clients: what SDK Core has to say goes to the log, never to stdout, where answers stand."""

import functools
import logging

from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

LOGGER = logging.getLogger("temporalio.core")


@functools.cache
def client_runtime() -> Runtime:
    """One for the whole process. Where nobody has set up logging (the command line) its lines are dropped."""
    LOGGER.addHandler(logging.NullHandler())
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
                forwarding=LogForwardingConfig(logger=LOGGER),
            )
        )
    )
