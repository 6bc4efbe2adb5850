"""Who resolves what: estimates from resolved cases, the choice among those allowed, and its replay on the past."""
