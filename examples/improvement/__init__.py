"""An improvement from its first measurement to the cycle that follows it, on a clock that skips idle time."""
