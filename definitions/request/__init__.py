"""The request: something that people ask for, approved, fulfilled by a plan, and taken back when it is cancelled."""
