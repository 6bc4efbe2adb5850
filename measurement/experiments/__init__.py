"""Trying a change on real work: how many cases, when to look, when to stop, and what would have happened anyway."""
