"""Ratios of the product to the same life bare, measured side by side: `python -m benchmarks`."""
