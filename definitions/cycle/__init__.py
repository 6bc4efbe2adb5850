"""Cycles of improvement, DMAIC and Kaizen: charter, gates, facts, register, benefit, A3; pure."""
