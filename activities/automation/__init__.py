"""Automations: how one is written, what guards it, and those that are shipped."""
