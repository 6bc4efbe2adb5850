"""The catalogue of metrics: what each one means, and how it is read from an event log."""
