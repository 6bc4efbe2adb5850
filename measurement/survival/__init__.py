"""How long things take when some of them have not ended yet."""
